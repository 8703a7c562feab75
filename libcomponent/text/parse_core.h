// Core modules from text: what the files parse_core*.c share. Private to text/.
//
// A module is read twice. The first pass goes from field to field, gives every identifier its index, and steps over what is in the
// fields; after it names may be used before they are defined, as the text format allows. The second reads the fields whole and writes
// each, as bytes, to the end of its section; nothing of a function is kept but its bytes. Types come before all others in the second
// pass; those that are only implied by a use are added behind them, in the order of the uses.
#ifndef TEXT_PARSE_CORE_H
#define TEXT_PARSE_CORE_H

#include <component/buffer.h>
#include <component/limits.h>
#include <component/parse.h>
#include <component/put.h>

#include "text/ids.h"
#include "text/ops.h"

// Index spaces: those of enum core_kind, and these.
enum core_space { SPACE_TYPE = CORE_KIND_COUNT, SPACE_ELEM, SPACE_DATA, SPACE_FIELD, SPACE_LOCAL, SPACE_LABEL, SPACE_COUNT };

struct core_ids {
  struct text_ids ids;  // fields: the scope is the type's index
  uint32_t count;
};

// A value type and whether its type index was written as an identifier: two uses of a type that differ in this only are taken as
// different when types are implied, as wasm-tools has it.
struct text_valtype {
  struct core_valtype type;
  bool named;
};

struct text_valtypes {
  struct text_valtype *items;
  size_t room;
  uint32_t count;
};

// A function type being read, and a use of one.
struct text_functype {
  struct text_valtypes params, results;
};
struct text_typeuse {
  bool has_index, has_inline;
  uint32_t index;
  struct text_functype *inline_type;  // the module's `functype`, until the next one is read
};

// A type of the module as far as others ask.
struct text_core_type {
  bool is_known;  // it has been read
  bool is_func;
  struct text_functype func;
};

enum field_kind {
  FIELD_TYPE,
  FIELD_REC,
  FIELD_IMPORT,
  FIELD_FUNC,
  FIELD_TABLE,
  FIELD_MEMORY,
  FIELD_GLOBAL,
  FIELD_TAG,
  FIELD_EXPORT,
  FIELD_START,
  FIELD_ELEM,
  FIELD_DATA,
  FIELD_CUSTOM,
  FIELD_KIND_COUNT
};

struct core_text_field {
  enum field_kind kind;
  uint32_t index;  // of what it defines
  const char *at;  // its keyword
};

// Sections in the order of the binary format, by their ids.
enum {
  CORE_SECTION_TYPE = 1,
  CORE_SECTION_IMPORT,
  CORE_SECTION_FUNC,
  CORE_SECTION_TABLE,
  CORE_SECTION_MEMORY,
  CORE_SECTION_GLOBAL,
  CORE_SECTION_EXPORT,
  CORE_SECTION_START,
  CORE_SECTION_ELEM,
  CORE_SECTION_CODE,
  CORE_SECTION_DATA,
  CORE_SECTION_DATA_COUNT,
  CORE_SECTION_TAG,
  CORE_SECTION_COUNT
};

struct core_section_text {
  struct cm_buffer bytes;  // the entries
  uint32_t count;
};

// A custom section, and where it is to stand: before or behind the section `anchor`; 0 with before is before the first, with behind
// after the last.
struct core_custom_text {
  bool before;
  uint8_t anchor;
  struct cm_str name;
  struct cm_span bytes;
};

// One subsection of the name section, or one list of names in it.
struct core_name_map {
  struct cm_buffer bytes;
  uint32_t count;
};
// Subsections by their ids.
enum {
  NAMES_MODULE,
  NAMES_FUNC,
  NAMES_LOCAL,
  NAMES_LABEL,
  NAMES_TYPE,
  NAMES_TABLE,
  NAMES_MEMORY,
  NAMES_GLOBAL,
  NAMES_ELEM,
  NAMES_DATA,
  NAMES_FIELD,
  NAMES_TAG,
  NAMES_TYPE_PARAM,
  NAMES_TAG_PARAM,
  NAMES_COUNT
};

// An open block of a body.
struct core_label {
  enum core_label_kind { LABEL_BLOCK, LABEL_IF, LABEL_ELSE, LABEL_TRY, LABEL_CATCH } kind;
  bool folded;  // it ends with its parenthesis
  bool has_id;
  struct cm_str id;
  uint32_t shadowed;  // what the identifier stood for outside; UINT32_MAX: nothing
  const char *at;
};

// An open parenthesis of a body: see parse_core_body.c.
struct core_level;

struct core_text {
  struct text_lexer *l;
  const struct text_ops *ops;
  bool names;  // to write a name section
  struct core_ids spaces[SPACE_COUNT];
  struct core_text_field *fields;
  size_t field_room;
  uint32_t field_count;
  struct text_core_type *types;
  size_t type_room;
  struct text_ids implied;  // function types, by the bytes of their signature
  bool is_module_type;      // of a component: every use that names no defined type implies one of its own
  struct text_functype functype;
  struct text_valtypes locals_read;  // of the function at hand
  struct core_section_text sections[CORE_SECTION_COUNT];
  struct core_custom_text *customs;
  size_t custom_room;
  uint32_t custom_count;
  struct core_name_map maps[NAMES_COUNT], locals, labels;  // locals, labels: of the function at hand
  bool in_code;                                            // the expression at hand is a function's body
  bool uses_data;                                          // a body names a data segment
  uint32_t label_number;                                   // of the function at hand: blocks opened so far
  struct core_label *label_stack;
  size_t label_room;
  uint32_t label_count;
  uint32_t label_floor;  // labels that were open before the innermost parenthesis that is no block
  struct core_level *levels;
  size_t level_room;
  uint32_t level_count;
  struct cm_buffer pending;  // the heads of open folded instructions
  struct cm_buffer hints;    // branch hints of the functions so far
  struct core_name_map function_hints;
  uint32_t hinted_functions;
  size_t body_start;  // of the function at hand in its section, for hints
};

// parse_core_module.c
struct core_text *core_text_make(struct text_lexer *l, const struct text_ops *ops, bool names);
void core_text_free(struct core_text *m);

// The fields of a module, up to the ), which is the token at hand afterwards. `id` and `name` (its annotation) may be empty. The bytes
// are in the arena.
bool text_parse_core_fields(struct text_lexer *l, const struct text_ops *ops, bool names, struct cm_str id, struct cm_str name,
                            struct cm_span *out);

// Identifiers.
bool core_define(struct core_text *m, unsigned space, uint32_t scope, struct cm_str id, uint32_t index, const char *at);
bool core_at_index(const struct core_text *m);
bool core_index(struct core_text *m, unsigned space, uint32_t *out);
bool core_index_in(struct core_text *m, unsigned space, uint32_t scope, uint32_t *out);
// An index, or 0 when none stands here.
bool core_optional_index(struct core_text *m, unsigned space, uint32_t *out);

// Begins an entry of a section.
struct cm_buffer *core_entry(struct core_text *m, unsigned section);

// parse_core_types.c
// NULL: there is no such type, or it could not be read.
const struct text_core_type *core_type_at(const struct core_text *m, uint32_t index);
bool core_valtype(struct core_text *m, struct text_valtype *out);
bool core_at_reftype(struct core_text *m);
bool core_reftype(struct core_text *m, struct text_valtype *out);
bool core_heaptype(struct core_text *m, struct text_valtype *out);
bool core_add_valtype(struct core_text *m, struct text_valtypes *list, struct text_valtype type);
// A field `type` or `rec`, at its keyword.
bool core_type_field(struct core_text *m, const struct core_text_field *field);
// A type behind its identifier, and the types of a recursion group behind `rec`: to the end of the type section.
bool core_subtype(struct core_text *m, uint32_t index);
bool core_rec(struct core_text *m, uint32_t first);
bool core_limits(struct core_text *m, struct core_limits *out);
bool core_table_type(struct core_text *m, struct core_table_type *out);
bool core_global_type(struct core_text *m, struct core_global_type *out);
// A memory type; `paged` tells that a page size was written.
bool core_memory_type(struct core_text *m, struct core_limits *out, bool *paged);
bool core_page_size(struct core_text *m, struct core_limits *out, bool *paged);
void core_put_memory(struct cm_buffer *out, const struct core_limits *limits, bool paged);
// The use of a function type. With `named`, parameters may have identifiers, which become locals. core_typeuse_index gives its type
// index, and adds the type when it is only implied.
bool core_typeuse(struct core_text *m, bool named, struct text_typeuse *out);
bool core_typeuse_index(struct core_text *m, const struct text_typeuse *use, const char *at, uint32_t *out);

// parse_core_fields.c
bool core_field(struct core_text *m, const struct core_text_field *field);
// What an import or export of a module type is: KIND $id? TYPE.
bool core_externtype(struct core_text *m, struct cm_buffer *out);

// parse.c: the bytes of (module binary "…"*) behind `binary`, and the text of (module quote "…"*) behind `quote`.
bool text_read_binary(struct text_lexer *l, struct cm_span *out);
bool text_read_quoted(struct text_lexer *l, bool component, struct cm_span *out);

// parse_core_custom.c
bool core_custom(struct core_text *m);
void core_put_custom(struct cm_buffer *out, struct cm_str name, struct cm_span bytes);

// parse_core_names.c
void core_name(struct core_text *m, unsigned map, uint32_t index, struct cm_str id, struct cm_str annotation);
void core_name_in(struct core_text *m, struct core_name_map *map, uint32_t index, struct cm_str id, struct cm_str annotation);
// Ends a list of names within an indirect map: adds it under `index`, and empties it.
void core_close_names(struct core_text *m, unsigned map, uint32_t index, struct core_name_map *list);
void core_put_names(struct core_text *m, struct cm_buffer *out);

// parse_core_body.c: instructions up to the ), which is the token at hand afterwards; and one folded instruction. `out` gets no `end`.
bool core_body(struct core_text *m, struct cm_buffer *out);
bool core_folded(struct core_text *m, struct cm_buffer *out);

// parse_core_instr.c
// An instruction behind its mnemonic, written to `out`. Blocks are opened, `end` closes them.
bool core_instr(struct core_text *m, enum core_op op, const char *at, struct cm_buffer *out);
// The head of a block: label, type, catches. Written to `out`, and opened.
bool core_block(struct core_text *m, enum core_op op, const char *at, bool folded, struct cm_buffer *out);
// The same without writing or opening anything.
bool core_skip_block(struct core_text *m);
bool core_skip_typeuse(struct core_text *m);
struct core_label *core_label_on_top(struct core_text *m);
void core_pop_label(struct core_text *m);
bool core_put_label(struct core_text *m, struct cm_buffer *out);
// The shape and lanes of a v128.const.
bool core_v128(struct core_text *m, struct cm_buffer *out);
void core_put_op(struct cm_buffer *out, enum core_op op);

#endif
