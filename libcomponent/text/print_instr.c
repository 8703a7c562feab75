// One instruction as text: its name, and its immediates as their kind demands.
//
// What is the default is left out: memory 0, table 0, the natural alignment, an offset of 0. Labels are given by name where that names
// the right block, else by number, with the depth of the block beside it.
//
// Spec: https://webassembly.github.io/spec/core/text/instructions.html

#include "text/print_code.h"

static const struct idents *space(const struct body *b, enum core_name_kind kind) { return &b->names->spaces[kind]; }

static void put_index(struct body *b, enum core_name_kind kind, uint32_t index) { put_reference(b->p, space(b, kind), index); }

// Unless it is the default.
static void put_unless_zero(struct body *b, enum core_name_kind kind, uint32_t index) {
  if (index) put_index(b, kind, index);
}

// Labels. They may hide each other, so that any name that is not empty can be one.

static void put_label_ident(struct printer *p, struct cm_str label) {
  enum ident_form form = ident_form_of(label);
  if (form == IDENT_MADE) form = IDENT_QUOTED;
  put_char(p, ' ');
  put_ident(p, NULL, 0, (struct ident){label, form});
}

// Whether a block nearer to the instruction has the same name. Of blocks far out this is not asked: they go by number.
static bool is_hidden(const struct body *b, size_t frame) {
  enum { FAR = 64 };
  if (b->depth - frame > FAR) return true;
  for (size_t i = frame + 1; i < b->depth; i++)
    if (cm_str_equal(b->frames[i].label, b->frames[frame].label)) return true;
  return false;
}

static void put_label(struct body *b, uint32_t label) {
  struct printer *p = b->p;
  if (label >= b->depth) {
    put_number(p, label);
    return;
  }
  size_t frame = b->depth - 1 - label;
  struct cm_str name = b->frames[frame].label;
  if (name.size && !is_hidden(b, frame)) {
    put_label_ident(p, name);
    return;
  }
  put_number(p, label);
  if (name.size || !frame) return;
  put_paint(p, PAINT_COMMENT);
  put_str(p, CM_STR(" (;@"));
  put_u64(p, frame);
  put_str(p, CM_STR(";)"));
  put_unpaint(p);
}

static void put_br_table(struct body *b, const struct core_instr *instr) {
  struct cm_span labels = instr->br_table.labels;
  uint32_t label;
  for (uint64_t i = 0; i <= instr->br_table.count && core_next_label(&labels, &label) && !b->p->failed; i++) put_label(b, label);
}

// Block types, casts, catches.

static void put_blocktype(struct body *b, const struct core_blocktype *type) {
  struct printer *p = b->p;
  const struct idents *types = space(b, CORE_NAME_TYPE);
  if (type->kind == CORE_BLOCK_EMPTY) return;
  put_text(p, type->kind == CORE_BLOCK_VALUE ? " (result" : " (type");
  if (type->kind == CORE_BLOCK_VALUE) {
    put_core_valtype(p, types, type->value);
    close_form(p);
    return;
  }
  put_reference(p, types, type->type);
  close_form(p);
  const struct core_module *m = b->module;
  if (type->type < m->type_count && m->types[type->type].kind == CORE_FUNC_TYPE)
    put_core_signature(p, types, &m->types[type->type], NULL);
}

static void put_select(struct body *b, const struct core_instr *instr) {
  struct cm_span types = instr->select.types;
  struct core_valtype type;
  sub_form(b->p, "result");
  for (uint32_t i = 0; i < instr->select.count && core_next_type(&types, &type); i++)
    put_core_valtype(b->p, space(b, CORE_NAME_TYPE), type);
  close_form(b->p);
}

// Whether there is a `null` is part of the opcode.
static void put_heap(struct body *b, const struct core_instr *instr) {
  const struct idents *types = space(b, CORE_NAME_TYPE);
  if (instr->op == CORE_OP_REF_NULL)
    put_core_heaptype(b->p, types, instr->heap.heap, instr->heap.shared);
  else
    put_core_reftype(b->p, types, instr->op == CORE_OP_REF_TEST_NULL || instr->op == CORE_OP_REF_CAST_NULL, instr->heap.heap,
                     instr->heap.shared);
}

static void put_cast(struct body *b, const struct core_instr *instr) {
  enum { FROM_NULL = 1, TO_NULL = 2 };
  const struct idents *types = space(b, CORE_NAME_TYPE);
  put_label(b, instr->cast.label);
  put_core_reftype(b->p, types, instr->cast.flags & FROM_NULL, instr->cast.from, instr->cast.from_shared);
  put_core_reftype(b->p, types, instr->cast.flags & TO_NULL, instr->cast.to, instr->cast.to_shared);
}

static void put_catches(struct body *b, const struct core_instr *instr) {
  enum { HAVE_TAG = 2 };  // the kinds below have
  static const char *const words[] = {" (catch", " (catch_ref", " (catch_all", " (catch_all_ref"};
  struct cm_span catches = instr->try_table.catches;
  struct core_catch clause;
  for (uint32_t i = 0; i < instr->try_table.count && core_next_catch(&catches, &clause) && !b->p->failed; i++) {
    put_text(b->p, words[clause.kind]);
    if (clause.kind < HAVE_TAG) put_index(b, CORE_NAME_TAG, clause.tag);
    put_label(b, clause.label);
    close_form(b->p);
  }
}

// Memory, numbers, fields.

static void put_memarg(struct body *b, const struct core_instr *instr) {
  put_unless_zero(b, CORE_NAME_MEMORY, instr->mem.memory);
  if (instr->mem.offset) {
    put_str(b->p, CM_STR(" offset="));
    put_u64(b->p, instr->mem.offset);
  }
  if (instr->mem.align_log2 == core_op_align_log2(instr->op)) return;
  put_str(b->p, CM_STR(" align="));
  put_u64(b->p, UINT64_C(1) << instr->mem.align_log2);
}

static void put_v128(struct printer *p, const uint8_t *bytes) {
  put_text(p, " i32x4");
  for (int i = 0; i < 4; i++, bytes += 4) {
    put_text(p, " 0x");
    put_hex(p, (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24, 8);
  }
}

static void put_float(struct printer *p, const struct core_instr *instr) {
  put_char(p, ' ');
  put_paint(p, PAINT_NUMBER);
  if (instr->op == CORE_OP_F32_CONST)
    put_f32(p, instr->f32_bits);
  else
    put_f64(p, instr->f64_bits);
  put_unpaint(p);
}

static void put_integer(struct printer *p, int64_t value) {
  put_char(p, ' ');
  put_paint(p, PAINT_NUMBER);
  put_s64(p, value);
  put_unpaint(p);
}

// By name where the field has one that no other field of the type has. Of types with very many named fields this is not asked.
static void put_field(struct body *b, uint32_t type, uint32_t field) {
  enum { MANY = 64 };
  size_t count, found = SIZE_MAX, same = 0;
  const struct core_name *names = inner_names_of(&b->names->fields, type, &count);
  if (count > MANY) count = 0;
  for (size_t i = 0; i < count; i++)
    if (names[i].index == field) found = i;
  for (size_t i = 0; i < count && found != SIZE_MAX; i++) same += cm_str_equal(names[i].name, names[found].name);
  if (same != 1 || ident_form_of(names[found].name) == IDENT_MADE) {
    put_number(b->p, field);
    return;
  }
  put_char(b->p, ' ');
  put_ident(b->p, NULL, 0, (struct ident){names[found].name, ident_form_of(names[found].name)});
}

// Kinds that are nothing but indices: the space of each, in the order of the text. `optional` ones are left out when they are 0.
enum { NO_SPACE = -1, PLAIN_NUMBER = -2 };
static const struct index_row {
  int first, second;
  bool swapped;                        // the text has the second index of the binary format first
  bool first_optional, both_optional;  // both: left out together, when both are 0
} index_rows[CORE_IMM_ZERO + 1] = {
    [CORE_IMM_FUNC] = {CORE_NAME_FUNC, NO_SPACE, false, false, false},
    [CORE_IMM_TYPE] = {CORE_NAME_TYPE, NO_SPACE, false, false, false},
    [CORE_IMM_GLOBAL] = {CORE_NAME_GLOBAL, NO_SPACE, false, false, false},
    [CORE_IMM_TABLE] = {CORE_NAME_TABLE, NO_SPACE, false, false, false},
    [CORE_IMM_ELEM] = {CORE_NAME_ELEMENT, NO_SPACE, false, false, false},
    [CORE_IMM_DATA] = {CORE_NAME_DATA, NO_SPACE, false, false, false},
    [CORE_IMM_TAG] = {CORE_NAME_TAG, NO_SPACE, false, false, false},
    [CORE_IMM_MEMORY] = {CORE_NAME_MEMORY, NO_SPACE, false, true, false},
    [CORE_IMM_LANE] = {PLAIN_NUMBER, NO_SPACE, false, false, false},
    [CORE_IMM_TABLE_TABLE] = {CORE_NAME_TABLE, CORE_NAME_TABLE, false, false, true},
    [CORE_IMM_MEMORY_MEMORY] = {CORE_NAME_MEMORY, CORE_NAME_MEMORY, false, false, true},
    [CORE_IMM_ELEM_TABLE] = {CORE_NAME_TABLE, CORE_NAME_ELEMENT, true, true, false},
    [CORE_IMM_DATA_MEMORY] = {CORE_NAME_MEMORY, CORE_NAME_DATA, true, true, false},
    [CORE_IMM_TYPE_TYPE] = {CORE_NAME_TYPE, CORE_NAME_TYPE, false, false, false},
    [CORE_IMM_TYPE_COUNT] = {CORE_NAME_TYPE, PLAIN_NUMBER, false, false, false},
    [CORE_IMM_TYPE_DATA] = {CORE_NAME_TYPE, CORE_NAME_DATA, false, false, false},
    [CORE_IMM_TYPE_ELEM] = {CORE_NAME_TYPE, CORE_NAME_ELEMENT, false, false, false},
};

static void put_indices(struct body *b, const struct core_instr *instr) {
  const struct index_row *row = &index_rows[core_ops[instr->op].immediate];
  bool is_pair = row->second != NO_SPACE;
  uint32_t first = !is_pair ? instr->index : row->swapped ? instr->pair.b : instr->pair.a;
  uint32_t second = !is_pair ? 0 : row->swapped ? instr->pair.a : instr->pair.b;
  if (row->both_optional && !first && !second) return;
  if (row->first == PLAIN_NUMBER)
    put_number(b->p, first);
  else if (first || !row->first_optional)
    put_index(b, (enum core_name_kind)row->first, first);
  if (!is_pair) return;
  if (row->second == PLAIN_NUMBER)
    put_number(b->p, second);
  else
    put_index(b, (enum core_name_kind)row->second, second);
}

static void put_immediates(struct body *b, const struct core_instr *instr) {
  struct printer *p = b->p;
  switch ((enum core_imm)core_ops[instr->op].immediate) {
    case CORE_IMM_NONE:
    case CORE_IMM_ZERO: break;
    case CORE_IMM_LOCAL: put_reference(p, &b->locals, instr->index); break;
    case CORE_IMM_LABEL: put_label(b, instr->index); break;
    case CORE_IMM_I32: put_integer(p, instr->i32); break;
    case CORE_IMM_I64: put_integer(p, instr->i64); break;
    case CORE_IMM_MEMARG: put_memarg(b, instr); break;
    case CORE_IMM_MEMARG_LANE:
      put_memarg(b, instr);
      put_number(p, instr->mem.lane);
      break;
    case CORE_IMM_BLOCK: put_blocktype(b, &instr->block); break;
    case CORE_IMM_TRY_TABLE:
      put_blocktype(b, &instr->try_table.block);
      put_catches(b, instr);
      break;
    case CORE_IMM_BR_TABLE: put_br_table(b, instr); break;
    case CORE_IMM_CALL_INDIRECT:
      put_unless_zero(b, CORE_NAME_TABLE, instr->pair.b);
      sub_form(p, "type");
      put_index(b, CORE_NAME_TYPE, instr->pair.a);
      close_form(p);
      break;
    case CORE_IMM_F32:
    case CORE_IMM_F64: put_float(p, instr); break;
    case CORE_IMM_V128: put_v128(p, instr->v128); break;
    case CORE_IMM_SHUFFLE:
      for (int i = 0; i < 16; i++) put_number(p, instr->v128[i]);
      break;
    case CORE_IMM_SELECT: put_select(b, instr); break;
    case CORE_IMM_HEAP: put_heap(b, instr); break;
    case CORE_IMM_BR_ON_CAST: put_cast(b, instr); break;
    case CORE_IMM_TYPE_FIELD:
      put_index(b, CORE_NAME_TYPE, instr->pair.a);
      put_field(b, instr->pair.a, instr->pair.b);
      break;
    default: put_indices(b, instr); break;
  }
}

void put_instr(struct body *b, const struct core_instr *instr, struct cm_str label) {
  put_painted(b->p, PAINT_OP, core_ops[instr->op].text);
  if (label.size) put_label_ident(b->p, label);
  put_immediates(b, instr);
}
