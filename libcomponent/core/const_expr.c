// Constant expressions that yield an integer: offsets of segments, addresses in globals.
//
// A stack of numbers, with i32 kept zero-extended. Everything that is not integer arithmetic or a known global ends the evaluation.
//
// Spec: https://webassembly.github.io/spec/core/valid/instructions.html#constant-expressions, with extended constants.

#include "read.h"

enum { DEPTH = 64 };  // operands at a time

struct operands {
  uint64_t at[DEPTH];
  size_t count;
};

static bool push(struct operands *operands, uint64_t value) {
  if (operands->count == DEPTH) return false;
  operands->at[operands->count++] = value;
  return true;
}

static bool combine(struct operands *operands, enum core_op op) {
  if (operands->count < 2) return false;
  uint64_t b = operands->at[--operands->count], a = operands->at[--operands->count];
  switch (op) {
    case CORE_OP_I32_ADD: return push(operands, (uint32_t)(a + b));
    case CORE_OP_I32_SUB: return push(operands, (uint32_t)(a - b));
    case CORE_OP_I32_MUL: return push(operands, (uint32_t)(a * b));
    case CORE_OP_I64_ADD: return push(operands, a + b);
    case CORE_OP_I64_SUB: return push(operands, a - b);
    case CORE_OP_I64_MUL: return push(operands, a * b);
    default: return false;
  }
}

bool core_const_eval(const struct core_module *module, struct core_expr expr,
                     bool (*globals)(void *context, uint32_t index, uint64_t *value), void *context, uint64_t *value) {
  struct core_code code;
  struct core_instr instr;
  struct operands operands;
  uint64_t global;
  operands.count = 0;
  core_expr_begin(&code, module, expr, NULL);
  while (core_code_next(&code, &instr)) {
    switch (instr.op) {
      case CORE_OP_I32_CONST:
        if (!push(&operands, (uint32_t)instr.i32)) return false;
        break;
      case CORE_OP_I64_CONST:
        if (!push(&operands, (uint64_t)instr.i64)) return false;
        break;
      case CORE_OP_GLOBAL_GET:
        if (!globals || !globals(context, instr.index, &global) || !push(&operands, global)) return false;
        break;
      case CORE_OP_END:
        if (operands.count != 1 || code.reader.at != code.reader.end) return false;
        *value = operands.at[0];
        return true;
      default:
        if (!combine(&operands, instr.op)) return false;
        break;
    }
  }
  return false;
}
