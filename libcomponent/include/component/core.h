// Core modules, decoded.
//
// Spec: core 3.0 binary format, "Modules" and "Types" (https://webassembly.github.io/spec/core/binary/modules.html), with
// threads (shared memories, atomics), wide arithmetic and custom page sizes as they stand in their proposals.
//
// All names and bytes are borrowed from the file; all arrays live in the arena given to core_decode. Function bodies are not read:
// core/instr.h reads one when it is asked for.
#ifndef COMPONENT_CORE_H
#define COMPONENT_CORE_H

#include <component/arena.h>
#include <component/reader.h>

// Value types. `heap` counts only where code is CORE_REF.
enum core_valcode {
  CORE_I32 = 0x7f,
  CORE_I64 = 0x7e,
  CORE_F32 = 0x7d,
  CORE_F64 = 0x7c,
  CORE_V128 = 0x7b,
  CORE_REF = 0x64,
  // storage types, in fields only
  CORE_I8 = 0x78,
  CORE_I16 = 0x77,
};

// Abstract heap types, as the signed numbers that the binary format gives them; a nonnegative heap type is a type index.
enum core_heap {
  CORE_HEAP_NOEXN = -0x0c,
  CORE_HEAP_NOFUNC = -0x0d,
  CORE_HEAP_NOEXTERN = -0x0e,
  CORE_HEAP_NONE = -0x0f,
  CORE_HEAP_FUNC = -0x10,
  CORE_HEAP_EXTERN = -0x11,
  CORE_HEAP_ANY = -0x12,
  CORE_HEAP_EQ = -0x13,
  CORE_HEAP_I31 = -0x14,
  CORE_HEAP_STRUCT = -0x15,
  CORE_HEAP_ARRAY = -0x16,
  CORE_HEAP_EXN = -0x17,
  CORE_HEAP_CONT = -0x18,
  CORE_HEAP_NOCONT = -0x0b,
};

struct core_valtype {
  uint8_t code;   // enum core_valcode
  bool nullable;  // of a reference
  bool shared;    // of an abstract heap type (shared-everything-threads)
  int32_t heap;   // enum core_heap, or a type index
};

struct core_field {
  struct core_valtype type;
  bool is_mutable;
};

enum core_comptype { CORE_FUNC_TYPE, CORE_STRUCT_TYPE, CORE_ARRAY_TYPE };

struct core_type {
  enum core_comptype kind;
  bool is_final, shared;
  uint32_t param_count, result_count, field_count;
  const struct core_valtype *params, *results;  // of a function type
  const struct core_field *fields;              // of a struct; of an array the one element
  uint32_t super_count;
  const uint32_t *supers;
  uint32_t group_first, group_count;  // the recursion group it stands in: first type index, number of types
  bool group_explicit;                // written as `rec`, not as a lone type
  uint64_t offset;
};

struct core_limits {
  uint64_t min, max;
  bool has_max, is_64, shared;
  bool has_page_size;  // it was written, even if it is the usual one
  uint8_t page_log2;   // memories: 16 unless custom page sizes say else
};

struct core_table_type {
  struct core_valtype element;
  struct core_limits limits;
};

struct core_global_type {
  struct core_valtype type;
  bool is_mutable, shared;
};

// The external kinds, as the binary format numbers them.
enum core_kind { CORE_FUNC = 0, CORE_TABLE = 1, CORE_MEMORY = 2, CORE_GLOBAL = 3, CORE_TAG = 4, CORE_KIND_COUNT };

struct core_externtype {
  enum core_kind kind;
  bool exact;  // of a function (custom descriptors' exact function imports)
  union {
    uint32_t type;  // CORE_FUNC, CORE_TAG: type index
    struct core_table_type table;
    struct core_limits memory;
    struct core_global_type global;
  };
};

struct core_import {
  struct cm_str module, name;
  struct core_externtype type;
  uint32_t index;  // in the index space of its kind
  uint64_t offset;
};

struct core_export {
  struct cm_str name;
  enum core_kind kind;
  uint32_t index;
  uint64_t offset;
};

// One function of the index space: imported ones first.
struct core_func {
  uint32_t type;
  uint32_t import;      // index into imports, or UINT32_MAX
  struct cm_span body;  // locals and instructions with the final `end`; empty for an import
};

// A constant expression, with its final `end`. Read with core/instr.h; core_const_eval takes the usual ones.
struct core_expr {
  struct cm_span bytes;
};

struct core_table {
  struct core_table_type type;
  uint32_t import;
  bool has_init;
  struct core_expr init;
  uint64_t offset;
};
struct core_memory {
  struct core_limits limits;
  uint32_t import;
  uint64_t offset;
};
struct core_global {
  struct core_global_type type;
  uint32_t import;
  struct core_expr init;
  uint64_t offset;
};
struct core_tag {
  uint32_t type;
  uint32_t import;
  uint64_t offset;
};

enum core_segment_mode { CORE_ACTIVE, CORE_PASSIVE, CORE_DECLARED };

struct core_element {
  enum core_segment_mode mode;
  uint32_t table;
  struct core_expr start;  // of an active one
  struct core_valtype type;
  uint32_t count;
  bool is_exprs;                  // items are expressions, not function indices
  const uint32_t *funcs;          // !is_exprs
  const struct core_expr *exprs;  // is_exprs
  uint64_t offset;
};

struct core_data {
  enum core_segment_mode mode;  // CORE_ACTIVE or CORE_PASSIVE
  uint32_t memory;
  struct core_expr start;  // of an active one
  struct cm_span bytes;
  uint64_t offset;
};

// A section as it stands in the file, custom ones too, in order.
struct core_section {
  uint8_t id;            // 0: custom
  struct cm_str name;    // of a custom one
  uint64_t offset;       // of the id byte
  struct cm_span bytes;  // contents; of a custom one behind its name
  uint32_t count;        // entries, where the section is a vector
};

struct core_module {
  struct cm_span bytes;  // from the magic number on
  const uint8_t *file;   // offset of p = p - file
  uint64_t offset;
  const struct cm_where *where;  // the path given to core_decode, copied into the arena; may be NULL

  uint32_t type_count, import_count, func_count, table_count, memory_count, global_count, tag_count, export_count, element_count,
      data_count, section_count;
  uint32_t imported[CORE_KIND_COUNT];  // how many of each kind are imported
  struct core_type *types;
  struct core_import *imports;
  struct core_func *funcs;
  struct core_table *tables;
  struct core_memory *memories;
  struct core_global *globals;
  struct core_tag *tags;
  struct core_export *exports;
  struct core_element *elements;
  struct core_data *datas;
  struct core_section *sections;
  bool has_start, has_data_count;
  uint32_t start;
  uint32_t declared_data_count;
};

// Decodes the module in `bytes` (from "\0asm" on). `file` is the first byte of the file that `bytes` lies in, for offsets. `where`
// is the module itself and what it lies in ("component > core module 2"), or NULL; its `what` texts must outlive the module.
// Bodies are skipped over; core_read_bodies of instr.h reads them. On false `diag` says why. Nothing is validated beyond what the
// binary format itself demands.
bool core_decode(struct cm_arena *arena, struct cm_span bytes, const uint8_t *file, const struct cm_where *where,
                 struct core_module **out, struct cm_diag *diag);

// The function's type; NULL when the index or its type is out of range or no function type.
const struct core_type *core_func_type(const struct core_module *module, uint32_t func);

// The export of that name and kind; NULL when there is none.
const struct core_export *core_find_export(const struct core_module *module, struct cm_str name, enum core_kind kind);

// The custom section of that name (the first); NULL when there is none.
const struct core_section *core_find_custom(const struct core_module *module, const char *name);

// "type", "import" …: what a section of that id is called; "custom" for 0, NULL for an unknown one.
const char *core_section_name(uint8_t id);

// Evaluates a constant expression that yields an integer: i32.const, i64.const, global.get of an already known global, and
// extended arithmetic. An i32 comes zero-extended. `globals` gives the value of imported and earlier globals (NULL: any global.get
// is refused). Returns false where it is not of that form; `diag` is not touched.
bool core_const_eval(const struct core_module *module, struct core_expr expr,
                     bool (*globals)(void *context, uint32_t index, uint64_t *value), void *context, uint64_t *value);

// Names, from the `name` section where there is one, else from exports and imports.
// Spec: https://webassembly.github.io/spec/core/appendix/custom.html#name-section (with the extended subsections).
struct core_names {
  struct cm_str module;
  uint32_t func_count;
  const struct cm_str *funcs;  // by function index; empty where there is none
  uint32_t data_count, global_count;
  const struct cm_str *datas, *globals;
};

// Reads them; a malformed name section gives what could be read (it is not an error: the section is custom). False: no memory.
bool core_names_read(struct cm_arena *arena, const struct core_module *module, struct core_names *out, struct cm_diag *diag);

// Every name that the `name` section gives, in its order, with no help from exports and imports. The kinds are the numbers of the
// subsections; of a local and a label `outer` is the function, of a field and a parameter the type.
enum core_name_kind {
  CORE_NAME_MODULE,
  CORE_NAME_FUNC,
  CORE_NAME_LOCAL,
  CORE_NAME_LABEL,
  CORE_NAME_TYPE,
  CORE_NAME_TABLE,
  CORE_NAME_MEMORY,
  CORE_NAME_GLOBAL,
  CORE_NAME_ELEMENT,
  CORE_NAME_DATA,
  CORE_NAME_FIELD,
  CORE_NAME_TAG,
  CORE_NAME_PARAM,  // of a function type, which wasm-tools gives
  CORE_NAME_KIND_COUNT
};
struct core_name {
  enum core_name_kind kind;
  uint32_t outer, index;
  struct cm_str name;
};

// Calls `visit` for each until it returns false. The result tells whether the section, if there is one, is well-formed as far as it was
// read; where it is not, the names up to there were visited.
bool core_names_each(const struct core_module *module, bool (*visit)(void *context, const struct core_name *name), void *context);

// The name of one function, found without memory by reading the name section, then exports and imports, each time anew: for
// errors. Empty where it has none.
struct cm_str core_func_name(const struct core_module *module, uint32_t func);

// The `producers` section (core module or component):
// https://github.com/WebAssembly/tool-conventions/blob/main/ProducersSection.md
struct core_producer {
  struct cm_str field, name, version;  // "language", "Rust", "1.96"
};

// Reads the contents of a producers section into an arena array; malformed contents give what could be read.
bool core_producers_read(struct cm_arena *arena, struct cm_span contents, struct core_producer **out, uint32_t *count,
                         struct cm_diag *diag);

#endif
