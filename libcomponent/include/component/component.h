// Components, decoded: the one model that everything reads.
//
// Decoder, text parser and composer build a `struct cm_component`; printer, validator, encoder, link view, analysis and runtime read
// it. Nobody keeps a private copy.
//
// Spec: WebAssembly/component-model, design/mvp/Binary.md, section by section as named below.
//
// A *scope* (the specification's word) is what has index spaces of its own: a component, a component type, an instance type. It is
// a list of items in the order of the file; the index spaces say, for each sort, which item introduced each index.
// All names and bytes are borrowed; all arrays live in the arena that was given to cm_decode.
#ifndef COMPONENT_COMPONENT_H
#define COMPONENT_COMPONENT_H

#include <component/core.h>

// Binary.md, "Instance Definitions": sorts. Core sorts first, each set in one index space.
enum cm_sort {
  CM_SORT_CORE_FUNC,
  CM_SORT_CORE_TABLE,
  CM_SORT_CORE_MEMORY,
  CM_SORT_CORE_GLOBAL,
  CM_SORT_CORE_TAG,
  CM_SORT_CORE_TYPE,
  CM_SORT_CORE_MODULE,
  CM_SORT_CORE_INSTANCE,
  CM_SORT_FUNC,
  CM_SORT_VALUE,
  CM_SORT_TYPE,
  CM_SORT_COMPONENT,
  CM_SORT_INSTANCE,
  CM_SORT_COUNT
};

// "core func", "instance": the text format's words.
extern const char *const cm_sort_names[CM_SORT_COUNT];

struct cm_sortidx {
  enum cm_sort sort;
  uint32_t index;
};

// Binary.md, "Type Definitions": value types, from component/deftype.def.
enum cm_prim {
#define CM_PRIM(code, NAME, text) CM_##NAME = code,
#include <component/deftype.def>
};

// "bool", "error-context": the text format's words. NULL for what is no primitive.
const char *cm_prim_name(uint32_t prim);

struct cm_valtype {
  enum { CM_VAL_NONE, CM_VAL_PRIM, CM_VAL_TYPE } kind;  // NONE: an optional one that is absent
  uint32_t index;                                       // enum cm_prim, or type index
};

// A labelled value type: record field, variant case, parameter; flags and enum labels with kind CM_VAL_NONE; tuple members without name.
struct cm_field {
  struct cm_str name;
  struct cm_valtype type;
};

enum cm_type_kind {
  CM_TYPE_PRIM,
  CM_TYPE_RECORD,
  CM_TYPE_VARIANT,
  CM_TYPE_LIST,
  CM_TYPE_FIXED_LIST,
  CM_TYPE_TUPLE,
  CM_TYPE_FLAGS,
  CM_TYPE_ENUM,
  CM_TYPE_OPTION,
  CM_TYPE_RESULT,
  CM_TYPE_OWN,
  CM_TYPE_BORROW,
  CM_TYPE_STREAM,
  CM_TYPE_FUTURE,
  CM_TYPE_MAP,
  CM_TYPE_FUNC,
  CM_TYPE_COMPONENT,
  CM_TYPE_INSTANCE,
  CM_TYPE_RESOURCE,
};

struct cm_scope;

struct cm_type {
  enum cm_type_kind kind;
  uint64_t offset;
  union {
    enum cm_prim prim;
    struct {  // RECORD, VARIANT, TUPLE, FLAGS, ENUM
      uint32_t count;
      const struct cm_field *fields;
    };
    struct
    {  // LIST, FIXED_LIST, OPTION, STREAM, FUTURE: element (may be NONE for the last two); RESULT: element is ok; MAP: key, element
      struct cm_valtype element;
      struct cm_valtype error;  // RESULT
      struct cm_valtype key;    // MAP
      uint32_t length;          // FIXED_LIST
    };
    uint32_t resource;  // OWN, BORROW: type index
    struct {            // FUNC
      bool is_async;
      uint32_t param_count;
      const struct cm_field *params;
      struct cm_valtype result;     // NONE: no result
      uint32_t named_result_count;  // older encoding (0x01 with a non-zero vector); else 0
      const struct cm_field *named_results;
    } func;
    struct cm_scope *scope;  // COMPONENT, INSTANCE
    struct {                 // RESOURCE
      struct core_valtype rep;
      bool has_dtor;
      uint32_t dtor;
      bool async_dtor;
      bool has_callback;
      uint32_t callback;
    } res;
  };
};

// core:type of a component: a recursion group's types (one index each) or a module type.
enum cm_core_type_kind { CM_CORE_TYPE_DEF, CM_CORE_TYPE_MODULE };

struct cm_module_type;  // below

struct cm_core_type {
  enum cm_core_type_kind kind;
  uint64_t offset;
  struct core_type *types;  // CORE_TYPE_DEF: the group, `count` of them
  uint32_t count;
  bool has_sub_prefix;  // within a module type, a type that is not final was written as 0x00 0x50, which wasm-tools does not read
  struct cm_module_type *module;
};

// core:moduletype: declarators in order.
struct cm_module_decl {
  enum { CM_MODULE_IMPORT, CM_MODULE_TYPE, CM_MODULE_ALIAS, CM_MODULE_EXPORT } kind;
  uint64_t offset;
  struct core_import import;          // IMPORT; EXPORT uses name and type of it
  struct cm_core_type type;           // TYPE
  uint32_t alias_count, alias_index;  // ALIAS: outer count and index
};
struct cm_module_type {
  uint32_t count;
  struct cm_module_decl *decls;
};

// Binary.md, "Import and Export Definitions": what can be imported and exported.
struct cm_externtype {
  enum cm_sort sort;  // CORE_MODULE, FUNC, VALUE, TYPE, COMPONENT, INSTANCE
  enum {
    CM_BOUND_INDEX,     // sort and type index; a value's type in `value`
    CM_BOUND_EQ,        // TYPE: (eq index); VALUE: (eq value index)
    CM_BOUND_RESOURCE,  // TYPE: (sub resource)
  } bound;
  uint32_t index;
  struct cm_valtype value;
  bool has_value_bound;  // VALUE: the type stands behind a `valuebound` byte, as Binary.md has it and wasm-tools has not
};

// What is attached to a name, as the binary format numbers it.
enum cm_attribute_code { CM_ATTRIBUTE_IMPLEMENTS = 0, CM_ATTRIBUTE_VERSION_SUFFIX = 1, CM_ATTRIBUTE_EXTERNAL_ID = 2 };

struct cm_attribute {
  uint8_t code;  // enum cm_attribute_code
  struct cm_str text;
};

// nameattributes: the name and what is attached to it. What readers ask for stands in `name` and the has_… fields; `form`, `raw` and
// `attributes` are what stands in the file, so that it can be written back.
//
// In early 2026 `implements` was part of the text: `[implements=<wasmcloud:secrets/secret@2.1.0>]db-password`. Such a text is
// taken apart: `name` is the label, `implements` the interface, and `raw` the whole. In all other names, and in those of core
// instances and their arguments, `raw` equals `name`.
struct cm_name {
  struct cm_str name;
  struct cm_str raw;
  uint8_t form;  // the leading byte: 0, 1 (the same, from before 2024) or 2 (attributes follow)
  bool has_implements, has_version_suffix, has_external_id;
  struct cm_str implements, version_suffix, external_id;  // the first of each; more than one is not valid
  uint32_t attribute_count;
  const struct cm_attribute *attributes;  // in the order of the file
};

enum cm_item_kind {
  CM_ITEM_CORE_MODULE,
  CM_ITEM_CORE_INSTANCE,
  CM_ITEM_CORE_TYPE,
  CM_ITEM_COMPONENT,
  CM_ITEM_INSTANCE,
  CM_ITEM_ALIAS,
  CM_ITEM_TYPE,
  CM_ITEM_CANON,
  CM_ITEM_START,
  CM_ITEM_IMPORT,
  CM_ITEM_EXPORT,
  CM_ITEM_VALUE,
  CM_ITEM_CUSTOM,
};

struct cm_argument {    // of an instantiation; an inline export too
  struct cm_name name;  // only inline exports of component instances have a form and attributes
  struct cm_sortidx what;
};

struct cm_instance_expr {  // core instances use the core sorts
  bool is_inline;          // a bundle of exports rather than an instantiation
  uint32_t definition;     // module or component index
  uint32_t count;
  const struct cm_argument *arguments;  // or inline exports
};

struct cm_alias {
  enum { CM_ALIAS_EXPORT = 0, CM_ALIAS_CORE_EXPORT = 1, CM_ALIAS_OUTER = 2 } kind;
  enum cm_sort sort;
  uint32_t instance;   // EXPORT, CORE_EXPORT
  struct cm_str name;  // EXPORT, CORE_EXPORT
  struct cm_str raw;   // EXPORT: as it stands in the file, see struct cm_name
  uint32_t outer;      // OUTER: how many scopes out
  uint32_t index;      // OUTER
};

// Binary.md, "Canonical Definitions". component/canon.def lists every one with its opcode, name and immediates.
enum cm_canon_kind {
#define CM_CANON(opcode, NAME, text, immediates) CM_CANON_##NAME,
#include <component/canon.def>
  CM_CANON_COUNT
};

struct cm_canon_info {
  uint8_t opcode;
  const char *text;        // "stream.cancel-read"
  const char *immediates;  // one letter each, see canon.def
};
extern const struct cm_canon_info cm_canons[CM_CANON_COUNT];

enum cm_string_encoding { CM_UTF8, CM_UTF16, CM_LATIN1_UTF16 };

struct cm_canon_opts {
  enum cm_string_encoding encoding;
  bool has_encoding, has_memory, has_realloc, has_post_return, has_callback, is_async, is_gc, has_core_type;
  uint32_t memory, realloc, post_return, callback, core_type;
  uint8_t order[10];     // the options' codes as they came
  uint32_t indices[10];  // and the index of each, where it has one
  uint8_t count;
};

// The options by their codes, from component/canon.def.
enum { CM_CANON_OPTION_COUNT = 10 };
struct cm_canon_option_info {
  const char *text;   // "memory", "string-encoding=utf8"
  enum cm_sort sort;  // of its index; CM_SORT_COUNT: it has none
  uint8_t has;        // offset in cm_canon_opts of the bool that says that it is there
  uint8_t member;     // and of the index
};
extern const struct cm_canon_option_info cm_canon_options[CM_CANON_OPTION_COUNT];

struct cm_canon {
  enum cm_canon_kind kind;
  uint32_t func;                // lift: core func; lower: func
  uint32_t type;                // lift: func type; resource.*, stream.*, future.*: type; thread.new-indirect, spawn-*: core type
  uint32_t table, memory;       // where there are
  struct cm_valtype result;     // task.return
  uint32_t named_result_count;  // task.return, older encoding
  const struct cm_field *named_results;
  struct core_valtype context_type;  // context.get, context.set
  uint32_t context_index;
  bool is_async, is_cancellable, is_shared;
  bool has_shared_byte;  // thread.spawn-*, thread.available-parallelism: the `shared?` byte was written
  struct cm_canon_opts opts;
};

struct cm_import {
  struct cm_name name;
  struct cm_externtype type;
};
struct cm_export {
  struct cm_name name;
  struct cm_sortidx what;  // of a component; a declarator has only the type
  bool has_type;
  struct cm_externtype type;
};

struct cm_start {
  uint32_t func;
  uint32_t argument_count;
  const uint32_t *arguments;
  uint32_t result_count;
};

struct cm_value {  // Binary.md, "Value Definitions": the bytes are kept as they are
  struct cm_valtype type;
  struct cm_span bytes;
};

struct cm_custom {
  struct cm_str name;
  struct cm_span bytes;
};

struct cm_component;

struct cm_item {
  enum cm_item_kind kind;
  uint32_t section;  // index into the component's sections; UINT32_MAX within a type
  uint64_t offset;   // of the item's first byte
  uint64_t size;     // 0: the item at which decoding failed; what it holds is not complete
  union {
    struct core_module *module;
    struct cm_component *component;
    struct cm_instance_expr instance;  // INSTANCE, CORE_INSTANCE
    struct cm_core_type *core_type;
    struct cm_type *type;
    struct cm_alias alias;
    struct cm_canon canon;
    struct cm_start start;
    struct cm_import import;
    struct cm_export export;
    struct cm_value value;
    struct cm_custom custom;
  };
};

// Who introduced an index. A recursion group introduces several core types and a start several values: `sub` tells which. An alias
// introduces an index, and so do imports and the exports of components (Binary.md, "Import and Export Definitions", first note).
struct cm_def {
  const struct cm_item *item;
  uint32_t sub;
};

struct cm_space {
  uint32_t count;
  struct cm_def *defs;
};

enum cm_scope_kind { CM_SCOPE_COMPONENT, CM_SCOPE_COMPONENT_TYPE, CM_SCOPE_INSTANCE_TYPE };

struct cm_scope {
  enum cm_scope_kind kind;
  const struct cm_scope *parent;         // NULL at the root
  const struct cm_component *component;  // that it belongs to or stands in
  uint32_t item_count;
  struct cm_item **items;  // in the order of the file
  struct cm_space spaces[CM_SORT_COUNT];
};

// The text of a section id ("core type", "canon"); NULL for one that does not exist.
const char *cm_section_name(uint8_t id);

struct cm_section {
  uint8_t id;             // 0: custom
  uint64_t offset;        // of the id byte
  uint64_t contents;      // offset of the contents
  uint64_t size;          // of the contents
  uint32_t first, count;  // items of the scope
};

struct cm_component {
  struct cm_scope scope;
  struct cm_span bytes;  // from the magic number on
  const uint8_t *file;
  uint64_t offset;
  uint32_t section_count;
  struct cm_section *sections;
  struct cm_str name;  // of the `component-name` section; empty when there is none
};

// What a file is, told from its first eight bytes (the layer field), whatever its version.
enum cm_artifact { CM_ARTIFACT_UNKNOWN, CM_ARTIFACT_MODULE, CM_ARTIFACT_COMPONENT };
enum cm_artifact cm_sniff(struct cm_span file);

// Fails, always, with what is wrong with the preamble of `bytes` where `expected` was wanted, and what the bytes are instead: an empty
// file, text, a compressed file, a component of an old draft, a core module. For whoever has just seen cm_sniff say something else.
bool cm_preamble_fail(struct cm_span bytes, const uint8_t *file, enum cm_artifact expected, const struct cm_where *where,
                      struct cm_diag *diag);

// Decodes a whole component binary, with its nested components and core modules. On false `diag` tells why, and `*out` is what was
// built until then (NULL when there is not even a preamble): the last item of each open scope has size 0. All of it is in the arena,
// which the caller frees. Only what the binary format demands is checked; indices, names and types are not (see validate).
//
// Encodings of older tools are read where wasm-tools reads them or where nothing else can be meant: name form 1, named results, the
// asynchronous destructor, backpressure.set. `diag` may be NULL.
bool cm_decode(struct cm_arena *arena, struct cm_span file, struct cm_component **out, struct cm_diag *diag);

// The item that introduced index `index` of `sort`, exports and aliases not followed; NULL when out of range.
static inline const struct cm_item *cm_def_of(const struct cm_scope *scope, enum cm_sort sort, uint32_t index) {
  return index < scope->spaces[sort].count ? scope->spaces[sort].defs[index].item : NULL;
}

// The names that the `component-name` section gives to the indices of one sort: an array as long as the index space in the arena, empty
// names where there are none. Malformed contents give what could be read.
bool cm_names_read(struct cm_arena *arena, const struct cm_component *component, enum cm_sort sort, struct cm_str **out,
                   struct cm_diag *diag);

#endif
