// What is known of each instruction before any is seen.
//
// Ranges of opcodes have a section of the specification and features that they need: that is the first table. The second has the
// instructions that are checked by a function of their own. All others are checked by their signature in instr.def, which is
// unpacked once for each module.
//
// Spec: https://webassembly.github.io/spec/core/valid/instructions.html

#include "validate.h"

enum section {
  PARAMETRIC,
  CONTROL,
  VARIABLE,
  TABLE,
  MEMORY,
  REFERENCE,
  AGGREGATE,
  SCALAR,
  EXTERNAL,
  NUMERIC,
  VECTOR,
  LEGACY,
  ATOMIC
};

#define INSTRUCTIONS CORE_SPEC "valid/instructions.html#"
const char *const core_sections[] = {
    [PARAMETRIC] = INSTRUCTIONS "parametric-instructions",
    [CONTROL] = INSTRUCTIONS "control-instructions",
    [VARIABLE] = INSTRUCTIONS "variable-instructions",
    [TABLE] = INSTRUCTIONS "table-instructions",
    [MEMORY] = INSTRUCTIONS "memory-instructions",
    [REFERENCE] = INSTRUCTIONS "reference-instructions",
    [AGGREGATE] = INSTRUCTIONS "aggregate-reference-instructions",
    [SCALAR] = INSTRUCTIONS "scalar-reference-instructions",
    [EXTERNAL] = INSTRUCTIONS "external-reference-instructions",
    [NUMERIC] = INSTRUCTIONS "numeric-instructions",
    [VECTOR] = INSTRUCTIONS "vector-instructions",
    [LEGACY] = "https://github.com/WebAssembly/exception-handling/blob/main/proposals/exception-handling/legacy/Exceptions.md",
    [ATOMIC] = "https://github.com/WebAssembly/threads/blob/main/proposals/threads/Overview.md",
};

#define NEEDS(NAME) (UINT64_C(1) << CM_FEATURE_##NAME)

static const struct range {
  uint8_t prefix;
  uint16_t last;  // from behind the row above
  enum section section;
  uint64_t features;
} ranges[] = {
    {0x00, 0x01, PARAMETRIC, 0},
    {0x00, 0x05, CONTROL, 0},
    {0x00, 0x07, LEGACY, NEEDS(LEGACY_EXCEPTIONS)},
    {0x00, 0x08, CONTROL, NEEDS(EXCEPTIONS)},
    {0x00, 0x09, LEGACY, NEEDS(LEGACY_EXCEPTIONS)},
    {0x00, 0x0a, CONTROL, NEEDS(EXCEPTIONS)},
    {0x00, 0x11, CONTROL, 0},
    {0x00, 0x13, CONTROL, NEEDS(TAIL_CALL)},
    {0x00, 0x14, CONTROL, NEEDS(FUNCTION_REFERENCES)},
    {0x00, 0x15, CONTROL, NEEDS(FUNCTION_REFERENCES) | NEEDS(TAIL_CALL)},
    {0x00, 0x19, LEGACY, NEEDS(LEGACY_EXCEPTIONS)},
    {0x00, 0x1b, PARAMETRIC, 0},
    {0x00, 0x1c, PARAMETRIC, NEEDS(REFERENCE_TYPES)},
    {0x00, 0x1f, CONTROL, NEEDS(EXCEPTIONS)},
    {0x00, 0x24, VARIABLE, 0},
    {0x00, 0x26, TABLE, NEEDS(REFERENCE_TYPES)},
    {0x00, 0x40, MEMORY, 0},
    {0x00, 0xbf, NUMERIC, 0},
    {0x00, 0xc4, NUMERIC, NEEDS(SIGN_EXTENSION)},
    {0x00, 0xd2, REFERENCE, NEEDS(REFERENCE_TYPES)},
    {0x00, 0xd3, REFERENCE, NEEDS(GC)},
    {0x00, 0xd4, REFERENCE, NEEDS(FUNCTION_REFERENCES)},
    {0x00, 0xd6, CONTROL, NEEDS(FUNCTION_REFERENCES)},
    {0xfb, 0x13, AGGREGATE, NEEDS(GC)},
    {0xfb, 0x17, REFERENCE, NEEDS(GC)},
    {0xfb, 0x19, CONTROL, NEEDS(GC)},
    {0xfb, 0x1b, EXTERNAL, NEEDS(GC)},
    {0xfb, 0x1e, SCALAR, NEEDS(GC)},
    {0xfc, 0x07, NUMERIC, NEEDS(SATURATING_FLOAT_TO_INT)},
    {0xfc, 0x0b, MEMORY, NEEDS(BULK_MEMORY)},
    {0xfc, 0x0e, TABLE, NEEDS(BULK_MEMORY)},
    {0xfc, 0x11, TABLE, NEEDS(REFERENCE_TYPES)},
    {0xfc, 0x12, MEMORY, NEEDS(MEMORY_CONTROL)},
    {0xfc, 0x16, NUMERIC, NEEDS(WIDE_ARITHMETIC)},
    {0xfd, 0x0b, MEMORY, NEEDS(SIMD)},
    {0xfd, 0x53, VECTOR, NEEDS(SIMD)},
    {0xfd, 0x5d, MEMORY, NEEDS(SIMD)},
    {0xfd, 0xff, VECTOR, NEEDS(SIMD)},
    {0xfd, 0x1ff, VECTOR, NEEDS(SIMD) | NEEDS(RELAXED_SIMD)},
    {0xfe, 0xff, ATOMIC, NEEDS(THREADS)},
};

static const struct range *range_of(enum core_op op) {
  const struct range *range = ranges;
  while (range->prefix != core_ops[op].prefix || range->last < core_ops[op].opcode) range++;
  return range;
}

struct cm_features core_op_lacks(enum core_op op, struct cm_features features) {
  return (struct cm_features){range_of(op)->features & ~features.bits};
}

core_checker *const core_checkers[CORE_OP_COUNT] = {
    // validate_control.c
    [CORE_OP_UNREACHABLE] = core_check_unreachable,
    [CORE_OP_BLOCK] = core_check_block,
    [CORE_OP_LOOP] = core_check_block,
    [CORE_OP_IF] = core_check_block,
    [CORE_OP_ELSE] = core_check_else,
    [CORE_OP_TRY] = core_check_block,
    [CORE_OP_CATCH] = core_check_catch,
    [CORE_OP_CATCH_ALL] = core_check_catch,
    [CORE_OP_DELEGATE] = core_check_delegate,
    [CORE_OP_RETHROW] = core_check_rethrow,
    [CORE_OP_THROW] = core_check_throw,
    [CORE_OP_THROW_REF] = core_check_throw_ref,
    [CORE_OP_TRY_TABLE] = core_check_try_table,
    [CORE_OP_END] = core_check_end,
    [CORE_OP_BR] = core_check_br,
    [CORE_OP_BR_IF] = core_check_br_if,
    [CORE_OP_BR_TABLE] = core_check_br_table,
    [CORE_OP_BR_ON_NULL] = core_check_br_on_null,
    [CORE_OP_BR_ON_NON_NULL] = core_check_br_on_non_null,
    [CORE_OP_BR_ON_CAST] = core_check_br_on_cast,
    [CORE_OP_BR_ON_CAST_FAIL] = core_check_br_on_cast,
    [CORE_OP_RETURN] = core_check_return,
    [CORE_OP_CALL] = core_check_call,
    [CORE_OP_CALL_INDIRECT] = core_check_call,
    [CORE_OP_CALL_REF] = core_check_call,
    [CORE_OP_RETURN_CALL] = core_check_call,
    [CORE_OP_RETURN_CALL_INDIRECT] = core_check_call,
    [CORE_OP_RETURN_CALL_REF] = core_check_call,
    [CORE_OP_DROP] = core_check_drop,
    [CORE_OP_SELECT] = core_check_select,
    [CORE_OP_SELECT_T] = core_check_select_t,
    // validate_store.c
    [CORE_OP_GLOBAL_GET] = core_check_global_get,
    [CORE_OP_GLOBAL_SET] = core_check_global_set,
    [CORE_OP_TABLE_GET] = core_check_table,
    [CORE_OP_TABLE_SET] = core_check_table,
    [CORE_OP_TABLE_GROW] = core_check_table,
    [CORE_OP_TABLE_SIZE] = core_check_table,
    [CORE_OP_TABLE_FILL] = core_check_table,
    [CORE_OP_TABLE_COPY] = core_check_table_copy,
    [CORE_OP_TABLE_INIT] = core_check_table_init,
    [CORE_OP_ELEM_DROP] = core_check_elem_drop,
    [CORE_OP_MEMORY_SIZE] = core_check_memory,
    [CORE_OP_MEMORY_GROW] = core_check_memory,
    [CORE_OP_MEMORY_FILL] = core_check_memory,
    [CORE_OP_MEMORY_DISCARD] = core_check_memory,
    [CORE_OP_MEMORY_COPY] = core_check_memory_copy,
    [CORE_OP_MEMORY_INIT] = core_check_memory_init,
    [CORE_OP_DATA_DROP] = core_check_data_drop,
    [CORE_OP_REF_NULL] = core_check_ref_null,
    [CORE_OP_REF_IS_NULL] = core_check_ref_is_null,
    [CORE_OP_REF_FUNC] = core_check_ref_func,
    [CORE_OP_REF_AS_NON_NULL] = core_check_ref_as_non_null,
    [CORE_OP_REF_EQ] = core_check_ref_eq,
    // validate_gc.c
    [CORE_OP_STRUCT_NEW] = core_check_struct_new,
    [CORE_OP_STRUCT_NEW_DEFAULT] = core_check_struct_new,
    [CORE_OP_STRUCT_GET] = core_check_struct_get,
    [CORE_OP_STRUCT_GET_S] = core_check_struct_get,
    [CORE_OP_STRUCT_GET_U] = core_check_struct_get,
    [CORE_OP_STRUCT_SET] = core_check_struct_get,
    [CORE_OP_ARRAY_NEW] = core_check_array_new,
    [CORE_OP_ARRAY_NEW_DEFAULT] = core_check_array_new,
    [CORE_OP_ARRAY_NEW_FIXED] = core_check_array_new_fixed,
    [CORE_OP_ARRAY_NEW_DATA] = core_check_array_segment,
    [CORE_OP_ARRAY_NEW_ELEM] = core_check_array_segment,
    [CORE_OP_ARRAY_INIT_DATA] = core_check_array_segment,
    [CORE_OP_ARRAY_INIT_ELEM] = core_check_array_segment,
    [CORE_OP_ARRAY_GET] = core_check_array_get,
    [CORE_OP_ARRAY_GET_S] = core_check_array_get,
    [CORE_OP_ARRAY_GET_U] = core_check_array_get,
    [CORE_OP_ARRAY_SET] = core_check_array_get,
    [CORE_OP_ARRAY_LEN] = core_check_array_len,
    [CORE_OP_ARRAY_FILL] = core_check_array_fill,
    [CORE_OP_ARRAY_COPY] = core_check_array_copy,
    [CORE_OP_REF_TEST] = core_check_ref_test,
    [CORE_OP_REF_TEST_NULL] = core_check_ref_test,
    [CORE_OP_REF_CAST] = core_check_ref_test,
    [CORE_OP_REF_CAST_NULL] = core_check_ref_test,
    [CORE_OP_ANY_CONVERT_EXTERN] = core_check_convert,
    [CORE_OP_EXTERN_CONVERT_ANY] = core_check_convert,
    [CORE_OP_REF_I31] = core_check_ref_i31,
    [CORE_OP_I31_GET_S] = core_check_i31_get,
    [CORE_OP_I31_GET_U] = core_check_i31_get,
};

// https://webassembly.github.io/spec/core/valid/instructions.html#constant-expressions
static bool is_constant(enum core_op op, struct cm_features features) {
  switch (op) {
    case CORE_OP_I32_ADD:
    case CORE_OP_I32_SUB:
    case CORE_OP_I32_MUL:
    case CORE_OP_I64_ADD:
    case CORE_OP_I64_SUB:
    case CORE_OP_I64_MUL: return cm_has(features, CM_FEATURE_EXTENDED_CONST);
    case CORE_OP_I32_CONST:
    case CORE_OP_I64_CONST:
    case CORE_OP_F32_CONST:
    case CORE_OP_F64_CONST:
    case CORE_OP_V128_CONST:
    case CORE_OP_REF_NULL:
    case CORE_OP_REF_FUNC:
    case CORE_OP_REF_I31:
    case CORE_OP_STRUCT_NEW:
    case CORE_OP_STRUCT_NEW_DEFAULT:
    case CORE_OP_ARRAY_NEW:
    case CORE_OP_ARRAY_NEW_DEFAULT:
    case CORE_OP_ARRAY_NEW_FIXED:
    case CORE_OP_ANY_CONVERT_EXTERN:
    case CORE_OP_EXTERN_CONVERT_ANY:
    case CORE_OP_GLOBAL_GET:
    case CORE_OP_END: return true;
    default: return false;
  }
}

static uint8_t code_of(char letter) {
  switch (letter) {
    case 'i': return CORE_I32;
    case 'l': return CORE_I64;
    case 'f': return CORE_F32;
    case 'd': return CORE_F64;
    case 'v': return CORE_V128;
    default: return CORE_ADDRESS;
  }
}

static void read_signature(const char *signature, struct core_action *action) {
  for (; *signature != ':'; signature++) action->take[action->take_count++] = code_of(*signature);
  while (*++signature) action->give[action->give_count++] = code_of(*signature);
}

static enum core_way way_of(enum core_op op, const struct core_action *a) {
  bool is_one = a->give_count == 1;
  if (op == CORE_OP_LOCAL_GET) return CORE_WAY_LOCAL_GET;
  if (op == CORE_OP_LOCAL_SET) return CORE_WAY_LOCAL_SET;
  if (op == CORE_OP_LOCAL_TEE) return CORE_WAY_LOCAL_TEE;
  if (a->check) return CORE_WAY_OWN;
  switch (core_ops[op].immediate) {
    case CORE_IMM_MEMARG:
      // Atomic ones must be aligned exactly.
      if (core_ops[op].prefix != 0xfe && a->take_count == 1) return CORE_WAY_LOAD;
      if (core_ops[op].prefix != 0xfe && a->take_count == 2 && a->give_count == 0) return CORE_WAY_STORE;
      return CORE_WAY_MEMORY;
    case CORE_IMM_MEMARG_LANE: return CORE_WAY_MEMORY;
    case CORE_IMM_LANE:
    case CORE_IMM_SHUFFLE: return CORE_WAY_LANES;
    default:
      if (is_one && a->take_count == 0) return CORE_WAY_NULLARY;
      if (is_one && a->take_count == 1) return CORE_WAY_UNARY;
      if (is_one && a->take_count == 2 && a->take[0] == a->take[1]) return CORE_WAY_BINARY;
      return CORE_WAY_PLAIN;
  }
}

void core_actions_of(struct cm_features features, struct core_action *body, struct core_action *constant) {
  const struct range *range = ranges;
  for (unsigned i = 0; i < CORE_OP_COUNT; i++) {
    enum core_op op = (enum core_op)i;
    const struct core_op_info *info = &core_ops[op];
    while (range->prefix != info->prefix || range->last < info->opcode) range++;  // both tables rise
    struct core_action *action = &body[op];
    *action = (struct core_action){.section = (uint8_t)range->section, .align = core_op_align_log2(op), .check = core_checkers[op]};
    if (info->signature[0] != '*' && !action->check) read_signature(info->signature, action);
    action->way = range->features & ~features.bits ? CORE_WAY_REFUSED : (uint8_t)way_of(op, action);
    constant[op] = *action;
    if (!is_constant(op, features)) constant[op].way = CORE_WAY_REFUSED;
  }
}
