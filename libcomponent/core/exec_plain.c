// The translator's plain instructions: those whose operands and results stand in the instruction table.
//
// One row for each says which internal instruction it becomes and in what form. The signature of the table gives the types. Bulk and
// atomic instructions have a common form: their operands are put into their slots, and the handler finds them there.

#include "exec_translate.h"
#include "exec_vector.h"

enum form {
  FORM_NONE,
  FORM_NUMBER,  // two operands, of which the second may be a small number: X_NAME, X_NAME_K
  FORM_BINARY,
  FORM_UNARY,
  FORM_LOAD,  // X_NAME, X_NAME_FAR
  FORM_STORE,
  FORM_BULK,
  FORM_ATOMIC,
  FORM_RETYPE,  // the same bits as another type
  FORM_ZERO,    // comparison with 0
  FORM_WIDE,    // two results where the operands stood
  FORM_QUIET,   // nothing to do
  FORM_VECTOR,
  FORM_VECTOR_MEMORY,
};

struct row {
  uint16_t op;
  uint8_t form;
};

#define NUMBER(NAME, ...) [CORE_OP_##NAME] = {X_##NAME, FORM_NUMBER},
#define BINARY(NAME, ...) [CORE_OP_##NAME] = {X_##NAME, FORM_BINARY},
#define UNARY(NAME, ...) [CORE_OP_##NAME] = {X_##NAME, FORM_UNARY},
#define LOAD(NAME, ...) [CORE_OP_##NAME] = {X_##NAME, FORM_LOAD},
#define STORE(NAME, ...) [CORE_OP_##NAME] = {X_##NAME, FORM_STORE},
#define BULK(NAME) [CORE_OP_##NAME] = {X_BULK, FORM_BULK},
#define RETYPE(NAME) [CORE_OP_##NAME] = {0, FORM_RETYPE},

// clang-format off
static const struct row rows[CORE_OP_COUNT] = {
    EXEC_ALU(NUMBER) EXEC_COMPARE(NUMBER) EXEC_FLOAT(BINARY) EXEC_DIVIDE(BINARY) EXEC_UNARY(UNARY) EXEC_TRUNCATE(UNARY)
    EXEC_LOAD(LOAD) EXEC_STORE(STORE)
    [CORE_OP_NOP] = {0, FORM_QUIET},
    [CORE_OP_ATOMIC_FENCE] = {0, FORM_QUIET},
    [CORE_OP_I32_EQZ] = {X_I32_EQ_K, FORM_ZERO},
    [CORE_OP_I64_EQZ] = {X_I64_EQ_K, FORM_ZERO},
    [CORE_OP_I64_ADD128] = {X_ADD128, FORM_WIDE},
    [CORE_OP_I64_SUB128] = {X_SUB128, FORM_WIDE},
    [CORE_OP_I64_MUL_WIDE_S] = {X_MUL_WIDE_S, FORM_WIDE},
    [CORE_OP_I64_MUL_WIDE_U] = {X_MUL_WIDE_U, FORM_WIDE},
    RETYPE(I32_REINTERPRET_F32) RETYPE(I64_REINTERPRET_F64) RETYPE(F32_REINTERPRET_I32) RETYPE(F64_REINTERPRET_I64)
    BULK(MEMORY_GROW) BULK(MEMORY_FILL) BULK(MEMORY_COPY) BULK(MEMORY_INIT) BULK(DATA_DROP)
    BULK(TABLE_GROW) BULK(TABLE_FILL) BULK(TABLE_COPY) BULK(TABLE_INIT) BULK(ELEM_DROP)
};
// clang-format on

static uint8_t address_of(bool is_64) { return is_64 ? CORE_I64 : CORE_I32; }

static bool check_index(struct translator *t, uint32_t index, uint32_t count, const char *what) {
  if (index < count) return true;
  tr_fail(t, CORE_TRAP_MALFORMED, "%s %lu is out of range", what, (unsigned long)index);
  return false;
}

static bool memory_is_64(const struct translator *t, uint32_t memory) { return t->instance->memories[memory]->is_64; }
static bool table_is_64(const struct translator *t, uint32_t table) { return t->instance->tables[table]->is_64; }

static uint8_t table_slot_type(const struct translator *t, uint32_t table) {
  return exec_slot_type(t->module, t->module->tables[table].type.element);
}

static bool check_memory(struct translator *t, uint32_t memory) {
  return check_index(t, memory, t->module->memory_count, "memory");
}
static bool check_table(struct translator *t, uint32_t table) { return check_index(t, table, t->module->table_count, "table"); }

// The type that a letter of a signature stands for where it does not depend on the immediates.
static uint8_t letter_type(char letter) {
  switch (letter) {
    case 'i': return CORE_I32;
    case 'l': return CORE_I64;
    case 'f': return CORE_F32;
    case 'd': return CORE_F64;
    case 'v': return CORE_V128;
    default: return 0;
  }
}

static bool is_commutative(uint16_t op) {
  switch (op) {
    case X_I32_ADD:
    case X_I32_MUL:
    case X_I32_AND:
    case X_I32_OR:
    case X_I32_XOR:
    case X_I32_EQ:
    case X_I32_NE:
    case X_I64_ADD:
    case X_I64_MUL:
    case X_I64_AND:
    case X_I64_OR:
    case X_I64_XOR:
    case X_I64_EQ:
    case X_I64_NE: return true;
    default: return false;
  }
}

// Whether a constant fits the third field of a word.
static bool is_small(const struct operand *o) {
  int64_t value = o->type == CORE_I32 ? (int32_t)(uint32_t)o->value : (int64_t)o->value;
  return o->where == IN_CONST && value >= INT16_MIN && value <= INT16_MAX;
}

static void translate_binary(struct translator *t, const struct row *row, const char *signature) {
  struct operand y = tr_pop(t, letter_type(signature[1]));
  struct operand x = tr_pop(t, letter_type(signature[0]));
  uint8_t type = letter_type(signature[3]);
  if (row->form == FORM_NUMBER && is_commutative(row->op) && x.where == IN_CONST && y.where != IN_CONST) {
    struct operand swapped = x;
    x = y;
    y = swapped;
  }
  if (row->form == FORM_NUMBER && is_small(&y)) {
    tr_result(t, (enum exec_op)(row->op + 1), type, tr_read(t, &x), (uint16_t)y.value);
    return;
  }
  uint16_t b = tr_read(t, &x), c = tr_read(t, &y);
  tr_result(t, (enum exec_op)row->op, type, b, c);
}

static void translate_unary(struct translator *t, const struct row *row, const char *signature) {
  struct operand x = tr_pop(t, letter_type(signature[0]));
  // FORM_ZERO's number is the 0 in c.
  tr_result(t, (enum exec_op)row->op, letter_type(signature[2]), tr_read(t, &x), 0);
}

static void translate_retype(struct translator *t, const char *signature) {
  uint32_t last = t->last;
  struct operand x = tr_pop(t, letter_type(signature[0]));
  uint8_t type = letter_type(signature[2]);
  if (x.where == IN_CONST) {
    tr_push_const(t, type, x.value);
  } else if (x.where == IN_LOCAL) {
    tr_result(t, X_COPY, type, x.local, 0);
  } else {
    tr_push(t, type);
    t->last = last;
  }
}

// Whether the short form will do: the offset fits, and the memory is the first with 32-bit addresses.
static bool is_near(const struct translator *t, const struct core_instr *instr) {
  return instr->mem.memory == 0 && instr->mem.offset <= UINT16_MAX && !memory_is_64(t, 0);
}

static void translate_load(struct translator *t, const struct row *row, const struct core_instr *instr) {
  if (!check_memory(t, instr->mem.memory)) return;
  struct operand address = tr_pop(t, address_of(memory_is_64(t, instr->mem.memory)));
  uint16_t b = tr_read(t, &address);
  uint8_t type = letter_type(core_ops[instr->op].signature[2]);
  if (is_near(t, instr)) {
    tr_result(t, (enum exec_op)row->op, type, b, (uint16_t)instr->mem.offset);
  } else {
    tr_result(t, (enum exec_op)(row->op + 1), type, b, (uint16_t)instr->mem.memory);
    tr_word(t, (union exec_word){.u64 = instr->mem.offset});
  }
}

static void translate_store(struct translator *t, const struct row *row, const struct core_instr *instr) {
  if (!check_memory(t, instr->mem.memory)) return;
  struct operand value = tr_pop(t, letter_type(core_ops[instr->op].signature[1]));
  struct operand address = tr_pop(t, address_of(memory_is_64(t, instr->mem.memory)));
  uint16_t a = tr_read(t, &address), b = tr_read(t, &value);
  if (is_near(t, instr)) {
    tr_emit(t, (union exec_word){.op = row->op, .a = a, .b = b, .c = (uint16_t)instr->mem.offset});
  } else {
    tr_emit(t, (union exec_word){.op = (uint16_t)(row->op + 1), .a = a, .b = b, .c = (uint16_t)instr->mem.memory});
    tr_word(t, (union exec_word){.u64 = instr->mem.offset});
  }
}

// The immediates of a bulk instruction, checked; `types` gets what its p, t and r letters stand for, in order.
static bool bulk_immediates(struct translator *t, const struct core_instr *instr, uint32_t *x, uint32_t *y, uint8_t types[3]) {
  const struct core_module *m = t->module;
  *x = instr->index;
  *y = 0;
  switch (core_ops[instr->op].immediate) {
    case CORE_IMM_MEMORY:
      if (!check_memory(t, *x)) return false;
      types[0] = types[1] = types[2] = address_of(memory_is_64(t, *x));
      return true;
    case CORE_IMM_MEMORY_MEMORY:
      *x = instr->pair.a;
      *y = instr->pair.b;
      if (!check_memory(t, *x) || !check_memory(t, *y)) return false;
      types[0] = address_of(memory_is_64(t, *x));
      types[1] = address_of(memory_is_64(t, *y));
      types[2] = address_of(memory_is_64(t, *x) && memory_is_64(t, *y));
      return true;
    case CORE_IMM_DATA_MEMORY:
      *x = instr->pair.a;
      *y = instr->pair.b;
      if (!check_index(t, *x, m->data_count, "data segment") || !check_memory(t, *y)) return false;
      types[0] = address_of(memory_is_64(t, *y));
      return true;
    case CORE_IMM_DATA: return check_index(t, *x, m->data_count, "data segment");
    case CORE_IMM_ELEM: return check_index(t, *x, m->element_count, "element segment");
    case CORE_IMM_TABLE:
      if (!check_table(t, *x)) return false;
      // table.grow is "rt", table.fill "trt".
      types[0] = types[1] = types[2] = address_of(table_is_64(t, *x));
      types[instr->op == CORE_OP_TABLE_GROW ? 0 : 1] = table_slot_type(t, *x);
      return true;
    case CORE_IMM_TABLE_TABLE:
      *x = instr->pair.a;
      *y = instr->pair.b;
      if (!check_table(t, *x) || !check_table(t, *y)) return false;
      if (table_slot_type(t, *x) != table_slot_type(t, *y)) break;
      types[0] = address_of(table_is_64(t, *x));
      types[1] = address_of(table_is_64(t, *y));
      types[2] = address_of(table_is_64(t, *x) && table_is_64(t, *y));
      return true;
    case CORE_IMM_ELEM_TABLE:
      *x = instr->pair.a;
      *y = instr->pair.b;
      if (!check_index(t, *x, m->element_count, "element segment") || !check_table(t, *y)) return false;
      if (table_slot_type(t, *y) != exec_slot_type(m, m->elements[*x].type)) break;
      types[0] = address_of(table_is_64(t, *y));
      return true;
    default: break;
  }
  tr_fail(t, CORE_TRAP_MALFORMED, "%s between different types of elements", core_ops[instr->op].text);
  return false;
}

static void translate_bulk(struct translator *t, const struct core_instr *instr) {
  uint32_t x, y;
  uint8_t types[3] = {0};
  if (!bulk_immediates(t, instr, &x, &y, types)) return;
  const char *signature = core_ops[instr->op].signature;
  uint32_t count = (uint32_t)(strchr(signature, ':') - signature);
  // Before they are popped, so that they stand in their slots. Too few are found by popping.
  if (t->height >= count) tr_place_top(t, count);
  uint32_t used = 0;
  uint8_t operands[3];
  for (uint32_t i = 0; i < count && i < 3; i++) {
    uint8_t fixed = letter_type(signature[i]);
    operands[i] = fixed ? fixed : types[used];
    used += !fixed;
  }
  for (uint32_t i = count; i > 0; i--) tr_pop(t, operands[i - 1]);
  tr_emit(t, (union exec_word){.op = X_BULK, .a = tr_slot(t, t->height), .b = (uint16_t)instr->op});
  tr_word(t, (union exec_word){.low = x, .high = y});
  if (signature[count + 1]) tr_push(t, instr->op == CORE_OP_TABLE_GROW ? types[1] : types[0]);
}

static void translate_atomic(struct translator *t, const struct core_instr *instr) {
  if (!check_memory(t, instr->mem.memory)) return;
  const char *signature = core_ops[instr->op].signature;
  uint32_t count = (uint32_t)(strchr(signature, ':') - signature);
  if (t->height >= count) tr_place_top(t, count);
  for (uint32_t i = count; i > 0; i--) {
    uint8_t fixed = letter_type(signature[i - 1]);
    tr_pop(t, fixed ? fixed : address_of(memory_is_64(t, instr->mem.memory)));
  }
  tr_emit(
      t, (union exec_word){.op = X_ATOMIC, .a = tr_slot(t, t->height), .b = (uint16_t)instr->op, .c = (uint16_t)instr->mem.memory});
  tr_word(t, (union exec_word){.u64 = instr->mem.offset});
  if (signature[count + 1]) tr_push(t, letter_type(signature[count + 1]));
}

static void translate_wide(struct translator *t, const struct row *row, const char *signature) {
  uint32_t count = (uint32_t)(strchr(signature, ':') - signature);
  if (t->height >= count) tr_place_top(t, count);
  for (uint32_t i = 0; i < count; i++) tr_pop(t, CORE_I64);
  tr_emit(t, (union exec_word){.op = row->op, .a = tr_slot(t, t->height)});
  tr_push(t, CORE_I64);
  tr_push(t, CORE_I64);
}

static void translate_vector(struct translator *t, const struct core_instr *instr) {
  const char *signature = core_ops[instr->op].signature;
  size_t count = strcspn(signature, ":");
  uint16_t slots[3] = {0};
  struct operand operands[3];
  for (size_t i = count; i > 0; i--) operands[i - 1] = tr_pop(t, letter_type(signature[i - 1]));
  for (size_t i = 0; i < count; i++) slots[i] = tr_read(t, &operands[i]);
  uint8_t type = letter_type(signature[count + 1]);
  if (instr->op == CORE_OP_I8X16_SHUFFLE) {
    union exec_word low, high;
    memcpy(&low, instr->v128, 8);
    memcpy(&high, instr->v128 + 8, 8);
    tr_result(t, X_SHUFFLE, type, slots[0], slots[1]);
    tr_word(t, low);
    tr_word(t, high);
    return;
  }
  bool has_lane = core_ops[instr->op].immediate == CORE_IMM_LANE;
  tr_result(t, X_VECTOR, type, slots[0], slots[1]);
  tr_word(t, (union exec_word){.op = (uint16_t)instr->op, .a = slots[2], .b = has_lane ? (uint16_t)instr->index : 0});
}

static void translate_vector_memory(struct translator *t, const struct core_instr *instr) {
  if (!check_memory(t, instr->mem.memory)) return;
  const char *signature = core_ops[instr->op].signature;
  struct operand vector = {0};
  bool has_vector = signature[1] == 'v', loads = strchr(signature, ':')[1] != 0;
  if (has_vector) vector = tr_pop(t, CORE_V128);
  struct operand address = tr_pop(t, address_of(memory_is_64(t, instr->mem.memory)));
  uint16_t a = tr_read(t, &address), v = has_vector ? tr_read(t, &vector) : 0, memory = (uint16_t)instr->mem.memory;
  if (loads) {
    tr_result(t, X_VECTOR_LOAD, CORE_V128, a, memory);
  } else {
    tr_emit(t, (union exec_word){.op = X_VECTOR_STORE, .a = a, .b = v, .c = memory});
  }
  tr_word(t, (union exec_word){.u64 = instr->mem.offset});
  bool has_lane = core_ops[instr->op].immediate == CORE_IMM_MEMARG_LANE;
  tr_word(t,
          (union exec_word){
              .op = (uint16_t)instr->op, .a = v, .b = has_lane ? instr->mem.lane : 0, .c = (uint16_t)exec_vector_width(instr->op)});
}

// The forms that are not in the rows.
static enum form form_of(enum core_op op) {
  if (core_ops[op].prefix == 0xfe && op != CORE_OP_ATOMIC_FENCE) return FORM_ATOMIC;
  if (core_ops[op].prefix == 0xfd && exec_vector_width(op)) return FORM_VECTOR_MEMORY;
  if (core_ops[op].prefix == 0xfd && exec_is_vector(op)) return FORM_VECTOR;
  return (enum form)rows[op].form;
}

bool tr_plain(struct translator *t, const struct core_instr *instr) {
  const struct row *row = &rows[instr->op];
  const char *signature = core_ops[instr->op].signature;
  switch (form_of(instr->op)) {
    case FORM_NUMBER:
    case FORM_BINARY: translate_binary(t, row, signature); return true;
    case FORM_ZERO:
    case FORM_UNARY: translate_unary(t, row, signature); return true;
    case FORM_RETYPE: translate_retype(t, signature); return true;
    case FORM_LOAD: translate_load(t, row, instr); return true;
    case FORM_STORE: translate_store(t, row, instr); return true;
    case FORM_BULK: translate_bulk(t, instr); return true;
    case FORM_ATOMIC: translate_atomic(t, instr); return true;
    case FORM_WIDE: translate_wide(t, row, signature); return true;
    case FORM_VECTOR: translate_vector(t, instr); return true;
    case FORM_VECTOR_MEMORY: translate_vector_memory(t, instr); return true;
    case FORM_QUIET: return true;
    default: return false;
  }
}
