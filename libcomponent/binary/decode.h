// The decoder's parts, for each other. Private.
//
// decode.c reads the preamble and the sections and calls, for each item of a section (or declarator of a type), one function of the
// other files. All of these take the decoder, the cursor, the scope under construction and the item to fill; on false the
// decoder's diag is filled and the cursor stands where it was wrong.
#ifndef BINARY_DECODE_H
#define BINARY_DECODE_H

#include "binary/codes.h"

#include <component/limits.h>

// Two encodings that Binary.md and wasm-tools write differently. The bytes do not tell at the place itself which one is meant, but a
// section read in the wrong one does not come out even. So a section is read in wasm-tools' way, which files in the field follow,
// and if that fails after one of these was met, in the other way.
enum dialect {
  DIALECT_SHARED_BYTE = 1,  // a `shared?` byte in thread.spawn-*, thread.available-parallelism
  DIALECT_VALUE_BOUND = 2,  // a `valuebound` byte before the type of an imported or exported value
};

struct decoder {
  struct cm_arena *arena;
  struct cm_diag *diag;  // never NULL
  const uint8_t *file;
  unsigned dialect;       // which of them are read as Binary.md has it
  unsigned met;           // which of them were met in this section
  unsigned depth;         // components and types open around the cursor
  uint32_t start_values;  // results of all start definitions of the file
  struct cm_where *item;  // the innermost item, so that its name can be told once it is known; may be NULL
};

// A scope and the room in its arrays.
struct open_scope {
  struct cm_scope *scope;
  size_t item_room, def_room[CM_SORT_COUNT];
};

// scope.c
bool scope_add_item(struct decoder *d, struct open_scope *s, struct cm_item *item);
bool scope_add_defs(struct decoder *d, struct cm_reader *r, struct open_scope *s, const struct cm_item *item);

// What a row of section_rows or declarator_rows reads.
typedef bool item_reader(struct decoder *d, struct cm_reader *r, struct open_scope *s, struct cm_item *item);

// Sections whose contents are a vector, and the declarators of component and instance types: how each item is read and told.
struct item_row {
  const char *what;  // in error paths: "type"
  enum cm_item_kind kind;
  int sort;           // the index space whose next index numbers the item in error paths; -1: its place in the vector does
  item_reader *read;  // NULL: no such code
};

// Reads one item of `row`, number `place` of its vector, and adds it to the scope. The item begins at `start`.
bool decode_item(struct decoder *d, struct cm_reader *r, struct open_scope *s, const struct item_row *row, uint32_t place,
                 const uint8_t *start, uint32_t section);

// names.c
bool decode_name(struct decoder *d, struct cm_reader *r, struct cm_name *out);
bool decode_plain_name(struct decoder *d, struct cm_reader *r, const char *what, struct cm_name *out);
bool decode_core_name(struct decoder *d, struct cm_reader *r, const char *what,
                      struct cm_name *out);  // nothing in it has a meaning
void read_component_name(struct cm_span contents, struct cm_str *out);

// defs.c
bool decode_sort(struct cm_reader *r, enum cm_sort *out);
const char *index_of(enum cm_sort sort);  // "a core func index", for errors
item_reader decode_core_instance, decode_instance, decode_alias, decode_import, decode_export, decode_export_decl, decode_start,
    decode_value;

// canon.c
item_reader decode_canon;

// core_types.c
item_reader decode_core_type;

// types.c
item_reader decode_type;
bool decode_valtype(struct cm_reader *r, struct cm_valtype *out);
bool decode_result_list(struct decoder *d, struct cm_reader *r, struct cm_valtype *result, uint32_t *named_count,
                        const struct cm_field **named);

// sniff.c
bool check_preamble(struct cm_reader *r, enum cm_artifact expected);

// Small things that many need.

static inline void *decoder_alloc(struct decoder *d, size_t count, size_t size) {
  void *at = cm_alloc_array(d->arena, count, size);
  if (!at) cm_fail_memory(d->diag);
  return at;
}

// The byte at the cursor in words, for errors: "0x1f" or "the end". The text lasts until the statement's end.
struct found {
  char text[8];
};
static inline struct found found_at(const struct cm_reader *r) {
  static const char digits[] = "0123456789abcdef";
  if (r->at == r->end) return (struct found){"the end"};
  return (struct found){{'0', 'x', digits[*r->at >> 4], digits[*r->at & 15], 0}};
}

// "expected WHAT, found 0x1f" at the cursor.
static inline bool fail_expected(struct cm_reader *r, const char *what) {
  cm_reader_fail(r, CM_MALFORMED, "expected %s, found %s", what, found_at(r).text);
  return false;  // said here so that the compiler sees it
}

// A byte that must be `value`.
static inline bool expect_byte(struct cm_reader *r, uint8_t value, const char *what) {
  if (r->at == r->end || *r->at != value) return fail_expected(r, what);
  r->at++;
  return true;
}

// A byte below `count`.
static inline bool read_choice(struct cm_reader *r, unsigned count, const char *what, uint8_t *out) {
  if (r->at == r->end || *r->at >= count) return fail_expected(r, what);
  *out = *r->at++;
  return true;
}

// A byte 0 or 1.
static inline bool read_flag(struct cm_reader *r, const char *what, bool *out) {
  uint8_t byte = 0;
  if (!read_choice(r, 2, what, &byte)) return false;
  *out = byte != 0;
  return true;
}

// Behind another component or type: refused when too deep. Every success must be followed by leave().
static inline bool enter(struct decoder *d, struct cm_reader *r) {
  if (d->depth >= CM_LIMIT_NESTING)
    return cm_reader_fail(r, CM_LIMIT, "nesting too deep: more than %d components and types within each other", CM_LIMIT_NESTING);
  d->depth++;
  return true;
}
static inline void leave(struct decoder *d) { d->depth--; }

#endif
