// Instructions, read one after the other.
//
// Every opcode has a slot, its place in an array over all prefixes; from the slot come the instruction's number and the kind of
// its immediates, both out of its row in instr.def. Most immediates are one or two indices: a table says what to call them in
// errors. A reader keeps no path of enclosing items; on failure it is put together, and then the function's name may be searched
// at leisure.
//
// Spec: https://webassembly.github.io/spec/core/binary/instructions.html

#include "read.h"

#include <stdarg.h>
#include <stdio.h>

const struct core_op_info core_ops[CORE_OP_COUNT] = {
#define CORE_INSTR(prefix, opcode, NAME, text, immediate, signature) \
  [CORE_OP_##NAME] = {prefix, opcode, text, immediate, signature},
#include <component/instr.def>
#undef CORE_INSTR
};

// By slot: the instruction's number plus one (0 for an opcode that is none) and, to have it at hand, its kind of immediates.
static const struct slot {
  uint16_t op;
  uint16_t immediate;
} slots[CORE_SLOT_COUNT] = {
#define CORE_INSTR(prefix, opcode, NAME, text, immediate, signature) [CORE_SLOT(prefix, opcode)] = {CORE_OP_##NAME + 1, immediate},
#include <component/instr.def>
#undef CORE_INSTR
};

// What the indices are called, of the kinds that are nothing but one or two indices.
static const struct index_names {
  const char *a, *b;
} index_names[] = {
    [CORE_IMM_LABEL] = {"a label", NULL},
    [CORE_IMM_FUNC] = {"a function index", NULL},
    [CORE_IMM_CALL_INDIRECT] = {"a type index", "a table index"},
    [CORE_IMM_TYPE] = {"a type index", NULL},
    [CORE_IMM_LOCAL] = {"a local index", NULL},
    [CORE_IMM_GLOBAL] = {"a global index", NULL},
    [CORE_IMM_TABLE] = {"a table index", NULL},
    [CORE_IMM_TABLE_TABLE] = {"a table index", "a table index"},
    [CORE_IMM_ELEM_TABLE] = {"an element segment index", "a table index"},
    [CORE_IMM_ELEM] = {"an element segment index", NULL},
    [CORE_IMM_DATA] = {"a data segment index", NULL},
    [CORE_IMM_DATA_MEMORY] = {"a data segment index", "a memory index"},
    [CORE_IMM_MEMORY] = {"a memory index", NULL},
    [CORE_IMM_MEMORY_MEMORY] = {"a memory index", "a memory index"},
    [CORE_IMM_TAG] = {"a tag index", NULL},
    [CORE_IMM_TYPE_FIELD] = {"a type index", "a field index"},
    [CORE_IMM_TYPE_TYPE] = {"a type index", "a type index"},
    [CORE_IMM_TYPE_COUNT] = {"a type index", "a number of elements"},
    [CORE_IMM_TYPE_DATA] = {"a type index", "a data segment index"},
    [CORE_IMM_TYPE_ELEM] = {"a type index", "an element segment index"},
};

uint8_t core_op_align_log2(enum core_op op) {
  // Loads and stores stand together in each part of the opcode space, and the atomic ones in rows of the same seven widths.
  static const uint8_t scalar[] = {2, 3, 2, 3, 0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 2, 3, 2, 3, 0, 1, 0, 1, 2};
  static const uint8_t vector[] = {4, 3, 3, 3, 3, 3, 3, 0, 1, 2, 3, 4};
  static const uint8_t vector_lane[] = {0, 1, 2, 3, 0, 1, 2, 3, 2, 3};
  static const uint8_t waiting[] = {2, 2, 3};
  static const uint8_t atomic[] = {2, 3, 0, 1, 0, 1, 2};
  const struct core_op_info *info = &core_ops[op];
  if (info->immediate != CORE_IMM_MEMARG && info->immediate != CORE_IMM_MEMARG_LANE) return 0;
  if (info->prefix == 0) return scalar[info->opcode - 0x28];
  if (info->prefix == 0xfd) return info->opcode < 0x54 ? vector[info->opcode] : vector_lane[info->opcode - 0x54];
  return info->opcode < 0x10 ? waiting[info->opcode] : atomic[(info->opcode - 0x10) % 7];
}

// What to call the section that holds a byte of the file; NULL where none does.
static const char *section_around(const struct core_module *m, const uint8_t *at) {
  for (uint32_t i = 0; i < m->section_count; i++)
    if (at >= m->sections[i].bytes.at && at <= m->sections[i].bytes.at + m->sections[i].bytes.size)
      return core_section_where(m->sections[i].id);
  return NULL;
}

bool core_code_fail(struct core_code *code, enum cm_error error, const uint8_t *at, const char *format, ...) {
  struct cm_reader *r = &code->reader;
  r->failed = true;
  if (!r->diag) return false;  // nobody listens, so names are not searched
  char message[CM_DIAG_MESSAGE];
  va_list list;
  va_start(list, format);
  vsnprintf(message, sizeof message, format, list);
  va_end(list);
  const struct cm_where *inner = r->where;
  struct cm_where section = {.up = inner, .index = -1}, func = {.what = "function", .index = code->func};
  if (code->module && (section.what = section_around(code->module, at)) != NULL) inner = &section;
  if (code->module && code->func != UINT32_MAX) {
    func.up = inner;
    func.name = core_func_name(code->module, code->func);
    inner = &func;
  }
  return cm_fail(r->diag, error, (uint64_t)(at - r->file), inner, "%s", message);
}

bool core_code_locate(struct core_code *code) {
  struct cm_diag *diag = code->reader.diag;
  if (!diag || !diag->has_offset) return false;
  char message[CM_DIAG_MESSAGE];
  memcpy(message, diag->message, sizeof message);
  return core_code_fail(code, diag->error, code->reader.file + diag->offset, "%s", message);
}

bool core_read_locals(struct cm_reader *r, struct core_valtype *locals, uint32_t *count) {
  uint32_t groups, used = 0;
  if (!cm_read_count(r, "the number of local declarations", 2, UINT32_MAX, &groups)) return false;
  for (uint32_t i = 0; i < groups; i++) {
    uint64_t start = cm_offset(r);
    uint32_t n;
    struct core_valtype type;
    if (!cm_read_u32(r, "a number of locals", &n)) return false;
    if (n > UINT32_MAX - used) return cm_reader_fail_at(r, start, CM_MALFORMED, "too many locals: more than 2^32-1");
    if (used + n > CORE_LIMIT_LOCALS)
      return cm_reader_fail_at(r, start, CM_LIMIT, "too many locals: %u are more than the limit of %d", used + n,
                               CORE_LIMIT_LOCALS);
    if (!core_read_valtype(r, "the type of a local", &type)) return false;
    for (uint32_t k = 0; locals && k < n; k++) locals[used + k] = type;
    used += n;
  }
  *count = used;
  return true;
}

bool core_code_begin(struct core_code *code, struct cm_arena *arena, const struct core_module *module, uint32_t func,
                     struct core_valtype **locals, uint32_t *local_count, struct cm_diag *diag) {
  *code = (struct core_code){.module = module, .func = func, .lacks_data_count = !module->has_data_count};
  if (func >= module->func_count || module->funcs[func].import != UINT32_MAX)
    return cm_fail_at_large(diag, CM_INVALID, "function %u has no body", func);
  code->reader = cm_reader_of(module->funcs[func].body, module->file, module->where, diag);
  struct cm_reader start = code->reader;
  uint32_t count;
  if (!core_read_locals(&code->reader, NULL, &count)) return core_code_locate(code);
  if (local_count) *local_count = count;
  if (!locals) return true;
  *locals = core_make(arena, count, sizeof **locals, diag);
  return *locals && core_read_locals(&start, *locals, &count);
}

void core_expr_begin(struct core_code *code, const struct core_module *module, struct core_expr expr, struct cm_diag *diag) {
  *code = (struct core_code){.module = module, .func = UINT32_MAX};
  code->reader = cm_reader_of(expr.bytes, module->file, module->where, diag);
}

// https://webassembly.github.io/spec/core/binary/instructions.html#control-instructions
static bool read_blocktype(struct cm_reader *r, struct core_blocktype *out) {
  static const char what[] = "a block type";
  *out = (struct core_blocktype){.kind = CORE_BLOCK_EMPTY};
  if (r->at == r->end) return cm_reader_fail(r, CM_MALFORMED, "expected %s, found the end", what);
  uint8_t byte = *r->at;
  if (byte == 0x40) {
    r->at++;
    return true;
  }
  // A byte with the sign bit and without continuation is a value type, anything else a nonnegative index.
  if (byte & 0x40 && byte < 0x80) {
    out->kind = CORE_BLOCK_VALUE;
    return core_read_valtype(r, what, &out->value);
  }
  const uint8_t *start = r->at;
  int64_t index;
  if (!cm_read_s33(r, what, &index)) return false;
  if (index < 0)
    return cm_reader_fail_at(r, (uint64_t)(start - r->file), CM_MALFORMED, "malformed block type: the type index is negative");
  out->kind = CORE_BLOCK_TYPE;
  out->type = (uint32_t)index;
  return true;
}

// https://webassembly.github.io/spec/core/binary/instructions.html#memory-instructions: bit 6 of the alignment announces a memory.
static bool read_memarg(struct cm_reader *r, struct core_instr *out) {
  uint32_t align;
  const uint8_t *start = r->at;
  if (!cm_read_u32(r, "an alignment", &align)) return false;
  if (align >= 0x80) return cm_reader_fail_at(r, (uint64_t)(start - r->file), CM_MALFORMED, "malformed memop flags %u", align);
  out->mem.memory = 0;
  out->mem.lane = 0;
  out->mem.align_log2 = align & 0x3f;
  if (align & 0x40 && !cm_read_u32(r, "a memory index", &out->mem.memory)) return false;
  if (r->at < r->end && *r->at < 0x80) {
    out->mem.offset = *r->at++;
    return true;
  }
  return cm_read_u64(r, "an offset", &out->mem.offset);
}

// Eight bytes or fewer, least significant first.
static bool read_fixed(struct cm_reader *r, size_t size, const char *what, uint64_t *out) {
  struct cm_span bytes;
  if (!cm_read_bytes(r, size, what, &bytes)) return false;
  *out = 0;
  for (size_t i = 0; i < size; i++) *out |= (uint64_t)bytes.at[i] << (8 * i);
  return true;
}

static bool read_v128(struct cm_reader *r, const char *what, const uint8_t **out) {
  struct cm_span bytes;
  if (!cm_read_bytes(r, 16, what, &bytes)) return false;
  *out = bytes.at;
  return true;
}

static bool read_br_table(struct cm_reader *r, struct core_instr *out) {
  if (!cm_read_count(r, "the number of labels of a br_table", 1, CORE_LIMIT_BODY, &out->br_table.count)) return false;
  const uint8_t *start = r->at;
  uint32_t label;
  for (uint64_t i = 0; i <= out->br_table.count; i++)
    if (!cm_read_u32(r, "a label", &label)) return false;
  out->br_table.labels = (struct cm_span){start, (size_t)(r->at - start)};
  return true;
}

static bool read_select_types(struct cm_reader *r, struct core_instr *out) {
  if (!cm_read_count(r, "the number of types of a select", 1, CORE_LIMIT_RESULTS, &out->select.count)) return false;
  const uint8_t *start = r->at;
  out->select.first = (struct core_valtype){0};
  for (uint32_t i = 0; i < out->select.count; i++) {
    struct core_valtype type;
    if (!core_read_valtype(r, "a value type", &type)) return false;
    if (i == 0) out->select.first = type;
  }
  out->select.types = (struct cm_span){start, (size_t)(r->at - start)};
  return true;
}

static bool read_catch(struct cm_reader *r, struct core_catch *out) {
  out->tag = 0;
  if (!cm_read_u8(r, "a catch clause", &out->kind)) return false;
  if (out->kind > 3)
    return cm_reader_fail_at(r, cm_offset(r) - 1, CM_MALFORMED, "expected a catch clause, found 0x%02x", out->kind);
  if (out->kind < 2 && !cm_read_u32(r, "a tag index", &out->tag)) return false;
  return cm_read_u32(r, "a label", &out->label);
}

static bool read_try_table(struct cm_reader *r, struct core_instr *out) {
  if (!read_blocktype(r, &out->try_table.block) ||
      !cm_read_count(r, "the number of catch clauses", 2, CORE_LIMIT_CATCHES, &out->try_table.count))
    return false;
  const uint8_t *start = r->at;
  struct core_catch clause;
  for (uint32_t i = 0; i < out->try_table.count; i++)
    if (!read_catch(r, &clause)) return false;
  out->try_table.catches = (struct cm_span){start, (size_t)(r->at - start)};
  return true;
}

static bool read_br_on_cast(struct cm_reader *r, struct core_instr *out) {
  if (!cm_read_u8(r, "cast flags", &out->cast.flags)) return false;
  if (out->cast.flags > 3)
    return cm_reader_fail_at(r, cm_offset(r) - 1, CM_MALFORMED, "malformed cast flags 0x%02x", out->cast.flags);
  return cm_read_u32(r, "a label", &out->cast.label) && core_read_heaptype(r, &out->cast.from, &out->cast.from_shared) &&
         core_read_heaptype(r, &out->cast.to, &out->cast.to_shared);
}

static bool read_zero(struct cm_reader *r) {
  uint8_t byte;
  if (!cm_read_u8(r, "a zero byte", &byte)) return false;
  return byte == 0 || cm_reader_fail_at(r, cm_offset(r) - 1, CM_MALFORMED, "zero byte expected, found 0x%02x", byte);
}

// A signed number whose one-byte form is by far the most frequent.
static bool read_i32(struct cm_reader *r, int32_t *out) {
  if (r->at < r->end && *r->at < 0x80) {
    *out = (int32_t)(*r->at & 0x3f) - (int32_t)(*r->at & 0x40);
    r->at++;
    return true;
  }
  return cm_read_s32(r, "an i32", out);
}

static bool read_i64(struct cm_reader *r, int64_t *out) {
  if (r->at < r->end && *r->at < 0x80) {
    *out = (int64_t)(*r->at & 0x3f) - (int64_t)(*r->at & 0x40);
    r->at++;
    return true;
  }
  return cm_read_s64(r, "an i64", out);
}

static bool read_float(struct cm_reader *r, size_t size, struct core_instr *out) {
  uint64_t bits;
  if (!read_fixed(r, size, size == 4 ? "an f32" : "an f64", &bits)) return false;
  if (size == 4) {
    out->f32_bits = (uint32_t)bits;
  } else {
    out->f64_bits = bits;
  }
  return true;
}

static bool read_lane(struct cm_reader *r, uint8_t *lane) { return cm_read_u8(r, "a lane", lane); }

// Where a module has no data count section, its bodies must not refer to data segments, so that they can be validated in one pass.
// https://webassembly.github.io/spec/core/binary/modules.html#data-count-section
static bool needs_data_count(struct core_code *code, const struct core_instr *instr) {
  return core_code_fail(code, CM_MALFORMED, instr->at, "data count section required by %s", core_ops[instr->op].text);
}

static bool read_immediates(struct core_code *code, enum core_imm kind, struct core_instr *out) {
  struct cm_reader *r = &code->reader;
  switch (kind) {
    case CORE_IMM_NONE: return true;
    case CORE_IMM_DATA:
      if (code->lacks_data_count) return needs_data_count(code, out);
      __attribute__((fallthrough));
    case CORE_IMM_LABEL:
    case CORE_IMM_FUNC:
    case CORE_IMM_TYPE:
    case CORE_IMM_LOCAL:
    case CORE_IMM_GLOBAL:
    case CORE_IMM_TABLE:
    case CORE_IMM_ELEM:
    case CORE_IMM_MEMORY:
    case CORE_IMM_TAG: return cm_read_u32(r, index_names[kind].a, &out->index);
    case CORE_IMM_DATA_MEMORY:
    case CORE_IMM_TYPE_DATA:
      if (code->lacks_data_count) return needs_data_count(code, out);
      __attribute__((fallthrough));
    case CORE_IMM_CALL_INDIRECT:
    case CORE_IMM_TABLE_TABLE:
    case CORE_IMM_ELEM_TABLE:
    case CORE_IMM_MEMORY_MEMORY:
    case CORE_IMM_TYPE_FIELD:
    case CORE_IMM_TYPE_TYPE:
    case CORE_IMM_TYPE_COUNT:
    case CORE_IMM_TYPE_ELEM:
      return cm_read_u32(r, index_names[kind].a, &out->pair.a) && cm_read_u32(r, index_names[kind].b, &out->pair.b);
    case CORE_IMM_BLOCK: return read_blocktype(r, &out->block);
    case CORE_IMM_BR_TABLE: return read_br_table(r, out);
    case CORE_IMM_MEMARG: return read_memarg(r, out);
    case CORE_IMM_MEMARG_LANE: return read_memarg(r, out) && read_lane(r, &out->mem.lane);
    case CORE_IMM_I32: return read_i32(r, &out->i32);
    case CORE_IMM_I64: return read_i64(r, &out->i64);
    case CORE_IMM_F32: return read_float(r, 4, out);
    case CORE_IMM_F64: return read_float(r, 8, out);
    case CORE_IMM_V128: return read_v128(r, "a v128", &out->v128);
    case CORE_IMM_SHUFFLE: return read_v128(r, "16 lanes", &out->v128);
    case CORE_IMM_LANE: {
      uint8_t lane;
      if (!read_lane(r, &lane)) return false;
      out->index = lane;
      return true;
    }
    case CORE_IMM_SELECT: return read_select_types(r, out);
    case CORE_IMM_HEAP:
      out->heap.nullable = out->op != CORE_OP_REF_TEST && out->op != CORE_OP_REF_CAST;
      return core_read_heaptype(r, &out->heap.heap, &out->heap.shared);
    case CORE_IMM_TRY_TABLE: return read_try_table(r, out);
    case CORE_IMM_BR_ON_CAST: return read_br_on_cast(r, out);
    case CORE_IMM_ZERO: return read_zero(r);
  }
  return false;
}

static bool illegal_opcode(struct core_code *code, const struct core_instr *instr, uint32_t sub) {
  if (*instr->at < 0xfb) return core_code_fail(code, CM_MALFORMED, instr->at, "illegal opcode 0x%02x", *instr->at);
  return core_code_fail(code, CM_MALFORMED, instr->at, "illegal opcode 0x%02x 0x%02x", *instr->at, sub);
}

// A number of at most four bytes at `at`, all of which can be read; *bits: how many it had. NULL: it is longer.
enum { QUICK_BYTES = 2 + 4 };

static inline const uint8_t *read_short(const uint8_t *at, uint32_t *number, unsigned *bits) {
  uint32_t value = *at & 0x7f;
  unsigned used = 7;
  while (*at++ & 0x80) {
    if (used == 28) return NULL;
    value |= (uint32_t)(*at & 0x7f) << used;
    used += 7;
  }
  *number = value;
  *bits = used;
  return at;
}

// The commonest instructions, where nothing can be wrong with them: without a prefix, with bytes enough behind them that the end need
// not be looked for, and with short numbers. Returns what comes behind; NULL: it is for the readers above, from its beginning.
static inline const uint8_t *quick_immediates(const uint8_t *at, enum core_imm kind, struct core_instr *out) {
  uint32_t number;
  unsigned bits;
  switch (kind) {
    case CORE_IMM_NONE: return at;
    case CORE_IMM_LABEL:
    case CORE_IMM_FUNC:
    case CORE_IMM_LOCAL:
    case CORE_IMM_GLOBAL: return read_short(at, &out->index, &bits);
    case CORE_IMM_BLOCK:
      if (*at != 0x40) return NULL;
      out->block = (struct core_blocktype){.kind = CORE_BLOCK_EMPTY};
      return at + 1;
    case CORE_IMM_I32:
      if (!(at = read_short(at, &number, &bits))) return NULL;
      out->i32 = (int32_t)(number << (32 - bits)) >> (32 - bits);
      return at;
    case CORE_IMM_MEMARG:
      if (*at >= 0x40) return NULL;  // it names a memory, or is malformed
      out->mem.align_log2 = *at++;
      if (!(at = read_short(at, &number, &bits))) return NULL;
      out->mem.offset = number;
      out->mem.memory = 0;
      out->mem.lane = 0;
      return at;
    default: return NULL;
  }
}

// What is not quick. Apart, so that the quick ones pay nothing for it.
static __attribute__((noinline)) bool read_slowly(struct core_code *code, struct core_instr *out) {
  struct cm_reader *r = &code->reader;
  uint32_t slot = *r->at++, sub = 0;
  if (slot >= 0xfb && slot <= 0xfe) {
    if (!cm_read_u32(r, "an opcode", &sub)) return core_code_locate(code);
    slot = core_slot_of((uint8_t)slot, sub);
    if (!slot) return illegal_opcode(code, out, sub);
  }
  if (!slots[slot].op) return illegal_opcode(code, out, sub);
  out->op = (enum core_op)(slots[slot].op - 1);
  if (read_immediates(code, (enum core_imm)slots[slot].immediate, out)) return true;
  return core_code_locate(code);
}

bool core_code_next(struct core_code *code, struct core_instr *out) {
  struct cm_reader *r = &code->reader;
  if (r->at == r->end || r->failed) return false;
  out->at = r->at;
  const struct slot *slot = &slots[*r->at];
  if (slot->op && r->end - r->at > QUICK_BYTES) {
    const uint8_t *next = quick_immediates(r->at + 1, (enum core_imm)slot->immediate, out);
    if (next) {
      out->op = (enum core_op)(slot->op - 1);
      r->at = next;
      return true;
    }
  }
  return read_slowly(code, out);
}

// Moves a span past what a reader over it has read.
static bool advance(struct cm_span *span, const struct cm_reader *r, bool ok) {
  if (!ok) return false;
  *span = (struct cm_span){r->at, cm_left(r)};
  return true;
}

bool core_next_label(struct cm_span *labels, uint32_t *label) {
  struct cm_reader r = cm_reader_of(*labels, labels->at, NULL, NULL);
  return advance(labels, &r, cm_read_u32(&r, "a label", label));
}

bool core_next_type(struct cm_span *types, struct core_valtype *type) {
  struct cm_reader r = cm_reader_of(*types, types->at, NULL, NULL);
  return advance(types, &r, core_read_valtype(&r, "a value type", type));
}

bool core_next_catch(struct cm_span *catches, struct core_catch *out) {
  struct cm_reader r = cm_reader_of(*catches, catches->at, NULL, NULL);
  return advance(catches, &r, read_catch(&r, out));
}
