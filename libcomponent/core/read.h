// What the files of core/ share among themselves; private to them, but for the types, which binary/ reads too.
#ifndef COMPONENT_CORE_READ_H
#define COMPONENT_CORE_READ_H

#include <component/instr.h>
#include <component/limits.h>

// A module being decoded. `r` reads the contents of one section; `section` and `item` are the innermost two links of its path.
struct core_decoder {
  struct cm_arena *arena;
  struct core_module *module;
  struct cm_reader r;
  struct cm_where section, item;
  uint32_t *count;               // of the core_section at hand
  uint32_t declared_funcs;       // entries of the function section
  uint32_t bodies;               // entries of the code section
  bool opened[CORE_KIND_COUNT];  // whether the array of that index space was made
};

// Opens the vector that a section is: reads its count (called `number` in errors), notes it in the section, and makes `what`, an
// element, the innermost item.
bool core_open_vector(struct core_decoder *d, const char *number, const char *what, size_t least, uint32_t limit, uint32_t *count);

// Makes the array of an index space: the imported entries, and room for `declared` more behind them.
bool core_open_space(struct core_decoder *d, enum core_kind kind, uint32_t declared);

// "type section" …, for the path of an item; `id` must be a known one.
const char *core_section_where(uint8_t id);

// The sections. Each reads d->r, which core_decode then expects to be at its end.
bool core_read_type_section(struct core_decoder *d);
bool core_read_import_section(struct core_decoder *d);
bool core_read_function_section(struct core_decoder *d);
bool core_read_table_section(struct core_decoder *d);
bool core_read_memory_section(struct core_decoder *d);
bool core_read_tag_section(struct core_decoder *d);
bool core_read_global_section(struct core_decoder *d);
bool core_read_export_section(struct core_decoder *d);
bool core_read_start_section(struct core_decoder *d);
bool core_read_element_section(struct core_decoder *d);
bool core_read_data_count_section(struct core_decoder *d);
bool core_read_code_section(struct core_decoder *d);
bool core_read_data_section(struct core_decoder *d);

// Types.
bool core_read_valtype(struct cm_reader *r, const char *what, struct core_valtype *out);
bool core_read_reftype(struct cm_reader *r, const char *what, struct core_valtype *out);
bool core_read_heaptype(struct cm_reader *r, int32_t *heap, bool *shared);
bool core_read_limits(struct cm_reader *r, bool is_memory, struct core_limits *out);
bool core_read_table_type(struct cm_reader *r, struct core_table_type *out);
bool core_read_global_type(struct cm_reader *r, struct core_global_type *out);
bool core_read_tag_type(struct cm_reader *r, uint32_t *out);
bool core_read_externtype(struct cm_reader *r, struct core_externtype *out);

// A lone type or a recursion group outside a module, as a core type of a component: `*types` is an array of `*count` in the arena.
bool core_read_rec_group(struct cm_reader *r, struct cm_arena *arena, struct core_type **types, uint32_t *count);

// A constant expression up to its `end`.
bool core_read_expr(struct cm_reader *r, struct core_expr *out);

// The local declarations of a body. With `locals` NULL they are only counted, and the counts checked.
bool core_read_locals(struct cm_reader *r, struct core_valtype *locals, uint32_t *count);

// Puts the path to what a cm_reader function has just said of the code; returns false.
bool core_code_locate(struct core_code *code);

// An array of `count` in the arena; fills the diag when memory is exhausted.
static inline void *core_make(struct cm_arena *arena, size_t count, size_t size, struct cm_diag *diag) {
  void *made = cm_alloc_array(arena, count, size);
  if (!made) cm_fail_memory(diag);
  return made;
}

// A place for every opcode: those without prefix first, then those of 0xfb, 0xfc, 0xfd and 0xfe.
enum { CORE_SLOT_FB = 0x100, CORE_SLOT_FC = 0x120, CORE_SLOT_FD = 0x140, CORE_SLOT_FE = 0x260, CORE_SLOT_COUNT = 0x2b0 };
#define CORE_SLOT(prefix, opcode)                \
  ((opcode) + ((prefix) == 0x00   ? 0            \
               : (prefix) == 0xfb ? CORE_SLOT_FB \
               : (prefix) == 0xfc ? CORE_SLOT_FC \
               : (prefix) == 0xfd ? CORE_SLOT_FD \
                                  : CORE_SLOT_FE))

// The slot of a prefixed opcode read from a file; 0 (which is `unreachable`) when there can be none.
static inline uint32_t core_slot_of(uint8_t prefix, uint32_t opcode) {
  static const uint16_t first[] = {CORE_SLOT_FB, CORE_SLOT_FC, CORE_SLOT_FD, CORE_SLOT_FE, CORE_SLOT_COUNT};
  uint32_t base = first[prefix - 0xfb];
  return opcode < (uint32_t)first[prefix - 0xfb + 1] - base ? base + opcode : 0;
}

#endif
