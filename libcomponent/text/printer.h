// The printer's parts, for each other. Private.
//
// All text goes through the functions of printer.c, which know buffer, lines, indentation and colours. Everything above them prints
// one production of the grammar each. A failure is remembered in the printer; functions that could go on for long look at it.
#ifndef TEXT_PRINTER_H
#define TEXT_PRINTER_H

#include <component/arena.h>
#include <component/print.h>

#include "text/idents.h"

enum { PRINTER_BUFFER = 32 * 1024, PRINTER_RESERVE = 512, DEEPEST_INDENT = 60 };

// No offset: the line shows nothing of the file by itself.
#define NO_OFFSET UINT64_MAX

enum paint { PAINT_WORD, PAINT_OP, PAINT_NAME, PAINT_STRING, PAINT_NUMBER, PAINT_COMMENT };

struct excerpt;  // print_excerpt.c

struct printer {
  struct cm_print_options options;
  struct cm_text_sink sink;
  struct cm_diag *diag;
  struct cm_arena arena;    // lives as long as the printing
  struct cm_arena scratch;  // emptied for each body
  struct excerpt *excerpt;  // NULL: all is printed
  bool failed;              // nothing more is to be printed
  bool refused;             // by the sink
  unsigned indent;
  uint64_t lines;  // begun by now
  size_t used;
  char buffer[PRINTER_BUFFER];
};

// print.c. printer_end flushes, frees the printer, and tells whether nothing failed.
struct printer *printer_begin(const struct cm_print_options *options, struct cm_text_sink sink, struct cm_diag *diag);
bool printer_end(struct printer *p);

// printer.c: characters and tokens.

// Room for PRINTER_RESERVE bytes behind p->used.
void printer_reserve(struct printer *p);
void printer_flush(struct printer *p);
void put_str(struct printer *p, struct cm_str text);
static inline void put_text(struct printer *p, const char *text) { put_str(p, cm_str_of(text)); }
static inline void put_char(struct printer *p, char c) {
  printer_reserve(p);
  p->buffer[p->used++] = c;
}
void put_u64(struct printer *p, uint64_t value);
void put_s64(struct printer *p, int64_t value);
void put_hex(struct printer *p, uint64_t value, unsigned digits);  // at least so many digits, without 0x

// Begins a line that shows what stands at `offset`; the first line of all is begun by nothing else than its offset.
void put_offset_column(struct printer *p, uint64_t offset);
void put_line(struct printer *p, uint64_t offset);

// A new line one step further in or out.
static inline void deeper(struct printer *p, uint64_t offset) {
  p->indent++;
  put_line(p, offset);
}
static inline void higher(struct printer *p, uint64_t offset) {
  p->indent--;
  put_line(p, offset);
}

// The end of a form that was opened when p->lines was `lines`: on a line of its own unless it is still the same line.
void close_block(struct printer *p, uint64_t lines, uint64_t offset);

// Tokens, in their colours.
void put_paint(struct printer *p, enum paint how);
void put_unpaint(struct printer *p);
void put_painted(struct printer *p, enum paint how, const char *text);
static inline void word(struct printer *p, const char *text) { put_painted(p, PAINT_WORD, text); }
static inline void open_form(struct printer *p, const char *text) {  // "(func"
  put_char(p, '(');
  word(p, text);
}
static inline void sub_form(struct printer *p, const char *text) {  // " (result"
  put_char(p, ' ');
  open_form(p, text);
}
static inline void close_form(struct printer *p) { put_char(p, ')'); }

// " 12", with a space in front as all that follows a word.
void put_number(struct printer *p, uint64_t value);

// A string literal. In names (UTF-8) what a terminal would not show is escaped; in data all but printable ASCII.
void put_name_literal(struct printer *p, struct cm_str name);
void put_data_literal(struct printer *p, struct cm_span data);

// " $name (@name "…") (;12;)" where index `index` is defined, and " $name" or " 12" where it is referred to. `idents` may be NULL.
void put_definition(struct printer *p, const struct idents *idents, uint32_t index);
void put_reference(struct printer *p, const struct idents *idents, uint32_t index);
void put_ident(struct printer *p, const struct idents *idents, uint32_t index, struct ident ident);

// " $name (@name "…")", for what has no index of its own in comments: locals, fields.
void put_local(struct printer *p, const struct idents *idents, uint32_t index, struct ident ident);

// Records the failure; returns false.
bool printer_no_memory(struct printer *p);

// print_floats.c: exactly, so that the same bits come back.
void put_f32(struct printer *p, uint32_t bits);
void put_f64(struct printer *p, uint64_t bits);

// print_core_types.c. `types` names the type indices; may be NULL.
void put_core_valtype(struct printer *p, const struct idents *types, struct core_valtype type);
void put_core_heaptype(struct printer *p, const struct idents *types, int32_t heap, bool shared);
void put_core_reftype(struct printer *p, const struct idents *types, bool nullable, int32_t heap, bool shared);
void put_core_limits(struct printer *p, bool is_memory, const struct core_limits *limits);
void put_core_table_type(struct printer *p, const struct idents *types, const struct core_table_type *type);
void put_core_global_type(struct printer *p, const struct idents *types, const struct core_global_type *type);

// What a function type says: " (param i32 i64) (result f32)", locals by name where there are names. `params` may be NULL.
void put_core_signature(struct printer *p, const struct idents *types, const struct core_type *type, const struct idents *params);

// What stands behind "(type $t (;0;)": " (sub $s (struct …)))". `members` gives identifiers to fields or
// parameters; may be NULL.
void put_core_subtype(struct printer *p, const struct idents *types, const struct core_type *type, const struct idents *members);

// print_module.c: a whole module, "(module" or whatever opens it. `idents` and `index` tell what it is called from outside; NULL where that is
// what its own name section says.
bool print_module(struct printer *p, const struct core_module *module, const char *opening, const struct idents *idents,
                  uint32_t index);

// print_custom.c: the annotations. `place` is NULL in components, where order says it.
// Producers have a form of their own if it can say all that they say. In a core module it has no place: it stands behind all else.
bool is_producers(const struct printer *p, struct cm_str name, struct cm_span bytes);
void print_producers(struct printer *p, struct cm_span bytes, uint64_t offset);
void print_custom(struct printer *p, struct cm_str name, struct cm_span bytes, const char *place, uint64_t offset);

// print_component.c
bool print_component(struct printer *p, const struct cm_component *component);

// print_excerpt.c: whether what stands at these offsets is to be printed; a line has ended, and the next shows `next`.
bool excerpt_wants(const struct printer *p, uint64_t begin, uint64_t end);
void excerpt_line(struct printer *p, uint64_t next);

#endif
