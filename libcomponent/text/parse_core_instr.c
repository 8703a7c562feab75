// Instructions from text: mnemonic and immediates to opcode and immediates.
//
// The kind of immediates, from instr.def, says what to read. The text gives them in another order than the bytes here and there, and
// leaves out what is usual: those cases have a function each.
//
// Spec: https://webassembly.github.io/spec/core/text/instructions.html

#include "text/parse_core.h"

void core_put_op(struct cm_buffer *out, enum core_op op) {
  const struct core_op_info *info = &core_ops[op];
  if (info->prefix) {
    cm_put_u8(out, info->prefix);
    cm_put_u32(out, info->opcode);
  } else {
    cm_put_u8(out, (uint8_t)info->opcode);
  }
}

// Blocks.

struct core_label *core_label_on_top(struct core_text *m) {
  return m->label_count ? &m->label_stack[m->label_count - 1] : NULL;
}

static bool push_label(struct core_text *m, enum core_label_kind kind, bool folded, struct cm_str id, const char *at) {
  if (m->label_count >= CORE_LIMIT_BLOCK_DEPTH)
    return text_fail_limit(m->l, at, "more than %d blocks within each other", CORE_LIMIT_BLOCK_DEPTH);
  if (!cm_grow(m->l->arena, &m->label_stack, &m->label_room, m->label_count, sizeof *m->label_stack)) return text_fail_memory(m->l);
  struct core_label *label = &m->label_stack[m->label_count];
  *label = (struct core_label){.kind = kind, .folded = folded, .has_id = id.at != NULL, .id = id, .shadowed = UINT32_MAX, .at = at};
  if (id.at) {
    uint32_t *known = text_ids_find(&m->spaces[SPACE_LABEL].ids, 0, id);
    if (known) {
      label->shadowed = *known;
      *known = m->label_count;
    } else if (!text_ids_add(m->l, &m->spaces[SPACE_LABEL].ids, 0, id, m->label_count)) {
      return false;
    }
  }
  m->label_count++;
  return true;
}

void core_pop_label(struct core_text *m) {
  const struct core_label *label = &m->label_stack[--m->label_count];
  if (label->has_id) *text_ids_find(&m->spaces[SPACE_LABEL].ids, 0, label->id) = label->shadowed;
}

static bool label(struct core_text *m, uint32_t *out) {
  if (m->l->token.kind != TEXT_ID) return text_u32(m->l, "a label index or identifier", out);
  const char *at = m->l->token.at;
  struct cm_str id;
  if (!text_id(m->l, &id)) return false;
  const uint32_t *found = text_ids_find(&m->spaces[SPACE_LABEL].ids, 0, id);
  if (!found || *found == UINT32_MAX) {
    bool was = found != NULL;
    if (was) return text_fail(m->l, at, "unknown label $%.*s: the block of that name has ended", CM_STR_ARG(id));
    return text_ids_fail(m->l, &m->spaces[SPACE_LABEL].ids, 0, "label", id, at);
  }
  *out = m->label_count - 1 - *found;
  return true;
}

bool core_put_label(struct core_text *m, struct cm_buffer *out) {
  uint32_t index;
  if (!label(m, &index)) return false;
  cm_put_u32(out, index);
  return true;
}

// A type use whose type has no index where it takes and gives nothing, or gives one value and takes none.
static bool block_type(struct core_text *m, struct cm_buffer *out) {
  const char *at = m->l->token.at;
  struct text_typeuse use;
  if (!core_typeuse(m, false, &use)) return false;
  if (!use.has_index && !m->functype.params.count && m->functype.results.count <= 1) {
    if (m->functype.results.count)
      core_put_valtype(out, m->functype.results.items[0].type);
    else
      cm_put_u8(out, 0x40);
    return true;
  }
  uint32_t index;
  if (!core_typeuse_index(m, &use, at, &index)) return false;
  cm_put_s33(out, index);
  return true;
}

static const struct catch_word {
  const char *word;
  bool tag;
} catch_words[] = {{"catch", true}, {"catch_ref", true}, {"catch_all", false}, {"catch_all_ref", false}};

static bool catches(struct core_text *m, struct cm_buffer *out) {
  uint32_t count = 0;
  size_t mark = cm_buffer_open(out);
  for (uint8_t kind = 0; kind < 4;) {
    if (!text_enter(m->l, catch_words[kind].word)) {
      kind++;
      continue;
    }
    uint32_t tag;
    cm_put_u8(out, kind);
    if (catch_words[kind].tag) {
      if (!core_index(m, CORE_TAG, &tag)) return false;
      cm_put_u32(out, tag);
    }
    if (!core_put_label(m, out) || !text_close(m->l)) return false;
    count++;
    kind = 0;
  }
  cm_buffer_insert_u32(out, mark, count);
  return true;
}

bool core_block(struct core_text *m, enum core_op op, const char *at, bool folded, struct cm_buffer *out) {
  struct cm_str id, name;
  core_put_op(out, op);
  if (!text_optional_id(m->l, &id) || !text_name_annotation(m->l, &name) || !block_type(m, out)) return false;
  if (op == CORE_OP_TRY_TABLE && !catches(m, out)) return false;
  core_name_in(m, &m->labels, m->label_number++, id, name);
  return push_label(m, op == CORE_OP_IF ? LABEL_IF : op == CORE_OP_TRY ? LABEL_TRY : LABEL_BLOCK, folded, id, at);
}

bool core_skip_typeuse(struct core_text *m) {
  static const char *const words[] = {"type", "param", "result"};
  for (int i = 0; i < 3; i++) {
    while (text_at_open(m->l, words[i])) {
      const char *open = m->l->token.at;
      text_next(m->l);
      if (!text_skip(m->l, open)) return false;
      text_next(m->l);
      if (i == 0) break;
    }
  }
  return true;
}

bool core_skip_block(struct core_text *m) {
  struct cm_str id, name;
  return text_optional_id(m->l, &id) && text_name_annotation(m->l, &name) && core_skip_typeuse(m);
}

// The identifier that `end` and `else` may repeat.
static bool same_label(struct core_text *m, const struct core_label *top) {
  const char *at = m->l->token.at;
  struct cm_str id;
  if (!text_optional_id(m->l, &id)) return false;
  if (!id.at || (top->has_id && cm_str_equal(id, top->id))) return true;
  return text_fail(m->l, at, "mismatching label: this block is %s%.*s", top->has_id ? "$" : "not named",
                   top->has_id ? (int)top->id.size : 0, top->has_id ? top->id.at : "");
}

// `end`, `else`, `catch`, `catch_all`, `delegate`: what divides or ends a block that was opened without a parenthesis.
static bool divide(struct core_text *m, enum core_op op, const char *at, struct cm_buffer *out) {
  struct core_label *top = core_label_on_top(m);
  bool fits = top && !top->folded && m->label_count > m->label_floor;
  if (op == CORE_OP_ELSE) fits = fits && top->kind == LABEL_IF;
  if (op == CORE_OP_DELEGATE) fits = fits && top->kind == LABEL_TRY;
  if (op == CORE_OP_CATCH || op == CORE_OP_CATCH_ALL) fits = fits && (top->kind == LABEL_TRY || top->kind == LABEL_CATCH);
  if (!fits) return text_fail(m->l, at, "unexpected `%s`: it does not belong to an open block", core_ops[op].text);
  core_put_op(out, op);
  if (op == CORE_OP_END || op == CORE_OP_ELSE) {
    if (!same_label(m, top)) return false;
    if (op == CORE_OP_END)
      core_pop_label(m);
    else
      top->kind = LABEL_ELSE;
    return true;
  }
  if (op == CORE_OP_DELEGATE) {
    core_pop_label(m);
    return core_put_label(m, out);
  }
  top->kind = LABEL_CATCH;
  uint32_t tag;
  if (op == CORE_OP_CATCH_ALL) return true;
  if (!core_index(m, CORE_TAG, &tag)) return false;
  cm_put_u32(out, tag);
  return true;
}

// Immediates.

// "offset=N" and the like; true with *found false when it is another token.
static bool assignment(struct core_text *m, const char *name, bool *found, uint64_t *value) {
  size_t size = strlen(name);
  const struct text_token *t = &m->l->token;
  *found = t->kind == TEXT_KEYWORD && t->size > size && memcmp(t->at, name, size) == 0;
  if (!*found) return true;
  if (!text_scan_u64(t->at + size, t->size - size, value))
    return text_fail(m->l, t->at, "malformed `%.*s`: expected a number of at most 64 bits behind `%s`",
                     (int)(t->size < 60 ? t->size : 60), t->at, name);
  text_next(m->l);
  return true;
}

static bool memarg(struct core_text *m, enum core_op op, struct cm_buffer *out) {
  uint32_t memory;
  uint64_t offset = 0, align = (uint64_t)1 << core_op_align_log2(op);
  bool found;
  if (!core_optional_index(m, CORE_MEMORY, &memory) || !assignment(m, "offset=", &found, &offset)) return false;
  const char *at = m->l->token.at;
  if (!assignment(m, "align=", &found, &align)) return false;
  if (align == 0 || align & (align - 1))
    return text_fail(m->l, at, "malformed alignment: %llu is not a power of two", (unsigned long long)align);
  uint32_t log2 = 0;
  while (align >> log2 > 1) log2++;
  cm_put_u32(out, log2 | (memory ? 0x40 : 0));
  if (memory) cm_put_u32(out, memory);
  cm_put_u64(out, offset);
  return true;
}

static bool lane(struct core_text *m, struct cm_buffer *out) {
  const char *at = m->l->token.at;
  uint32_t index;
  if (!text_u32(m->l, "a lane index", &index)) return false;
  if (index > UINT8_MAX) return text_fail(m->l, at, "malformed lane index %u: expected at most 255", index);
  cm_put_u8(out, (uint8_t)index);
  return true;
}

// A lone number is the lane, and one that something else of a memarg follows, the memory.
static bool memarg_lane(struct core_text *m, enum core_op op, struct cm_buffer *out) {
  const struct text_token *ahead = text_look_ahead(m->l);
  bool memory = ahead->kind == TEXT_NUMBER || (ahead->kind == TEXT_KEYWORD && ahead->size > 6 &&
                                               (memcmp(ahead->at, "offset=", 7) == 0 || memcmp(ahead->at, "align=", 6) == 0));
  if (m->l->token.kind == TEXT_NUMBER && !memory) {
    cm_put_u32(out, core_op_align_log2(op));
    cm_put_u64(out, 0);
    return lane(m, out);
  }
  return memarg(m, op, out) && lane(m, out);
}

static bool integer(struct core_text *m, unsigned bits, struct cm_buffer *out) {
  uint64_t value;
  if (!text_integer(m->l, bits, bits == 32 ? "a constant of type i32" : "a constant of type i64", &value)) return false;
  if (bits == 32)
    cm_put_s32(out, (int32_t)(uint32_t)value);
  else
    cm_put_s64(out, (int64_t)value);
  return true;
}

bool core_v128(struct core_text *m, struct cm_buffer *out) {
  static const struct shape {
    const char *word;
    unsigned bits, lanes;
    bool is_float;
  } shapes[] = {{"i8x16", 8, 16, false}, {"i16x8", 16, 8, false}, {"i32x4", 32, 4, false},
                {"i64x2", 64, 2, false}, {"f32x4", 32, 4, true},  {"f64x2", 64, 2, true}};
  const struct shape *shape = shapes, *end = shapes + sizeof shapes / sizeof shapes[0];
  while (shape < end && !text_at(m->l, shape->word)) shape++;
  if (shape == end) return text_expected(m->l, "a shape (`i8x16`, `i16x8`, `i32x4`, `i64x2`, `f32x4` or `f64x2`)");
  text_next(m->l);
  for (unsigned i = 0; i < shape->lanes; i++) {
    uint64_t bits;
    uint32_t single = 0;
    bool ok = !shape->is_float    ? text_integer(m->l, shape->bits, "a lane", &bits)
              : shape->bits == 32 ? text_f32(m->l, &single)
                                  : text_f64(m->l, &bits);
    if (!ok) return false;
    if (shape->is_float && shape->bits == 32) bits = single;
    for (unsigned byte = 0; byte < shape->bits / 8; byte++) cm_put_u8(out, (uint8_t)(bits >> 8 * byte));
  }
  return true;
}

// Two indices; `swapped` when the bytes have the second first.
static bool pair(struct core_text *m, unsigned first, unsigned second, bool swapped, struct cm_buffer *out) {
  uint32_t a, b;
  if (!core_index(m, first, &a) || !core_index(m, second, &b)) return false;
  cm_put_u32(out, swapped ? b : a);
  cm_put_u32(out, swapped ? a : b);
  return true;
}

// memory.copy, table.copy: both or neither.
static bool both_or_neither(struct core_text *m, unsigned space, struct cm_buffer *out) {
  if (core_at_index(m)) return pair(m, space, space, false, out);
  cm_put_u32(out, 0);
  cm_put_u32(out, 0);
  return true;
}

// memory.init, table.init: the memory or table may be left out; it comes first in the text and last in the bytes.
static bool init(struct core_text *m, unsigned whole, unsigned segment, struct cm_buffer *out) {
  const struct text_token *ahead = text_look_ahead(m->l);
  if (core_at_index(m) && (ahead->kind == TEXT_NUMBER || ahead->kind == TEXT_ID)) return pair(m, whole, segment, true, out);
  uint32_t index;
  if (!core_index(m, segment, &index)) return false;
  cm_put_u32(out, index);
  cm_put_u32(out, 0);
  return true;
}

static bool br_table(struct core_text *m, struct cm_buffer *out) {
  uint32_t count = 0;
  size_t mark = cm_buffer_open(out);
  do {
    if (!core_put_label(m, out)) return false;
    count++;
  } while (core_at_index(m));
  cm_buffer_insert_u32(out, mark, count - 1);
  return true;
}

static bool call_indirect(struct core_text *m, struct cm_buffer *out) {
  uint32_t table, type;
  struct text_typeuse use;
  if (!core_optional_index(m, CORE_TABLE, &table)) return false;
  const char *at = m->l->token.at;
  if (!core_typeuse(m, false, &use) || !core_typeuse_index(m, &use, at, &type)) return false;
  cm_put_u32(out, type);
  cm_put_u32(out, table);
  return true;
}

static bool select_op(struct core_text *m, struct cm_buffer *out) {
  if (!text_at_open(m->l, "result")) {
    core_put_op(out, CORE_OP_SELECT);
    return true;
  }
  core_put_op(out, CORE_OP_SELECT_T);
  uint32_t count = 0;
  size_t mark = cm_buffer_open(out);
  while (text_enter(m->l, "result")) {
    struct text_valtype type;
    for (; m->l->token.kind != TEXT_CLOSE; count++) {
      if (!core_valtype(m, &type)) return false;
      core_put_valtype(out, type.type);
    }
    text_next(m->l);
  }
  cm_buffer_insert_u32(out, mark, count);
  return true;
}

// ref.test and ref.cast have two opcodes each, the second for types that may be null.
static bool cast(struct core_text *m, enum core_op op, struct cm_buffer *out) {
  struct text_valtype type;
  if (!core_reftype(m, &type)) return false;
  core_put_op(out, (enum core_op)(op + type.type.nullable));
  core_put_heaptype(out, type.type.heap, type.type.shared);
  return true;
}

static bool br_on_cast(struct core_text *m, struct cm_buffer *out) {
  uint32_t target;
  struct text_valtype from, to;
  if (!label(m, &target) || !core_reftype(m, &from) || !core_reftype(m, &to)) return false;
  cm_put_u8(out, (uint8_t)(from.type.nullable | to.type.nullable << 1));
  cm_put_u32(out, target);
  core_put_heaptype(out, from.type.heap, from.type.shared);
  core_put_heaptype(out, to.type.heap, to.type.shared);
  return true;
}

static bool type_field(struct core_text *m, struct cm_buffer *out) {
  uint32_t type, field;
  if (!core_index(m, SPACE_TYPE, &type) || !core_index_in(m, SPACE_FIELD, type, &field)) return false;
  cm_put_u32(out, type);
  cm_put_u32(out, field);
  return true;
}

static bool type_count(struct core_text *m, struct cm_buffer *out) {
  uint32_t type, count;
  if (!core_index(m, SPACE_TYPE, &type) || !text_u32(m->l, "a number of elements", &count)) return false;
  cm_put_u32(out, type);
  cm_put_u32(out, count);
  return true;
}

static bool one(struct core_text *m, unsigned space, bool optional, struct cm_buffer *out) {
  uint32_t index;
  if (optional ? !core_optional_index(m, space, &index) : !core_index(m, space, &index)) return false;
  cm_put_u32(out, index);
  return true;
}

static bool immediates(struct core_text *m, enum core_op op, struct cm_buffer *out) {
  struct text_valtype heap = {0};
  uint32_t bits;
  uint64_t bits64;
  switch ((enum core_imm)core_ops[op].immediate) {
    case CORE_IMM_NONE: return true;
    case CORE_IMM_LABEL: return core_put_label(m, out);
    case CORE_IMM_BR_TABLE: return br_table(m, out);
    case CORE_IMM_FUNC: return one(m, CORE_FUNC, false, out);
    case CORE_IMM_CALL_INDIRECT: return call_indirect(m, out);
    case CORE_IMM_TYPE: return one(m, SPACE_TYPE, false, out);
    case CORE_IMM_LOCAL: return one(m, SPACE_LOCAL, false, out);
    case CORE_IMM_GLOBAL: return one(m, CORE_GLOBAL, false, out);
    case CORE_IMM_TABLE: return one(m, CORE_TABLE, true, out);
    case CORE_IMM_MEMORY: return one(m, CORE_MEMORY, true, out);
    case CORE_IMM_TAG: return one(m, CORE_TAG, false, out);
    case CORE_IMM_TABLE_TABLE: return both_or_neither(m, CORE_TABLE, out);
    case CORE_IMM_MEMORY_MEMORY: return both_or_neither(m, CORE_MEMORY, out);
    case CORE_IMM_ELEM_TABLE: return init(m, CORE_TABLE, SPACE_ELEM, out);
    case CORE_IMM_DATA_MEMORY: m->uses_data |= m->in_code; return init(m, CORE_MEMORY, SPACE_DATA, out);
    case CORE_IMM_ELEM: return one(m, SPACE_ELEM, false, out);
    case CORE_IMM_DATA: m->uses_data |= m->in_code; return one(m, SPACE_DATA, false, out);
    case CORE_IMM_MEMARG: return memarg(m, op, out);
    case CORE_IMM_MEMARG_LANE: return memarg_lane(m, op, out);
    case CORE_IMM_I32: return integer(m, 32, out);
    case CORE_IMM_I64: return integer(m, 64, out);
    case CORE_IMM_F32: return text_f32(m->l, &bits) && (cm_put_le32(out, bits), true);
    case CORE_IMM_F64: return text_f64(m->l, &bits64) && (cm_put_le64(out, bits64), true);
    case CORE_IMM_V128: return core_v128(m, out);
    case CORE_IMM_LANE: return lane(m, out);
    case CORE_IMM_SHUFFLE:
      for (int i = 0; i < 16; i++)
        if (!lane(m, out)) return false;
      return true;
    case CORE_IMM_HEAP: return core_heaptype(m, &heap) && (core_put_heaptype(out, heap.type.heap, heap.type.shared), true);
    case CORE_IMM_TYPE_FIELD: return type_field(m, out);
    case CORE_IMM_TYPE_TYPE: return pair(m, SPACE_TYPE, SPACE_TYPE, false, out);
    case CORE_IMM_TYPE_COUNT: return type_count(m, out);
    case CORE_IMM_TYPE_DATA: m->uses_data |= m->in_code; return pair(m, SPACE_TYPE, SPACE_DATA, false, out);
    case CORE_IMM_TYPE_ELEM: return pair(m, SPACE_TYPE, SPACE_ELEM, false, out);
    case CORE_IMM_BR_ON_CAST: return br_on_cast(m, out);
    case CORE_IMM_ZERO: cm_put_u8(out, 0); return true;
    case CORE_IMM_BLOCK:
    case CORE_IMM_TRY_TABLE:
    case CORE_IMM_SELECT: break;  // not met: core_instr has seen to them
  }
  return false;
}

bool core_instr(struct core_text *m, enum core_op op, const char *at, struct cm_buffer *out) {
  switch (op) {
    case CORE_OP_END:
    case CORE_OP_ELSE:
    case CORE_OP_CATCH:
    case CORE_OP_CATCH_ALL:
    case CORE_OP_DELEGATE: return divide(m, op, at, out);
    case CORE_OP_BLOCK:
    case CORE_OP_LOOP:
    case CORE_OP_IF:
    case CORE_OP_TRY:
    case CORE_OP_TRY_TABLE: return core_block(m, op, at, false, out);
    case CORE_OP_SELECT: return select_op(m, out);
    case CORE_OP_REF_TEST:
    case CORE_OP_REF_CAST: return cast(m, op, out);
    default: core_put_op(out, op); return immediates(m, op, out);
  }
}
