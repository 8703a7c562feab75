// Numbers that stand in globals.

#include "code.h"

bool code_constant_global(const struct core_module *module, uint32_t index, uint32_t *number) {
  if (index < module->imported[CORE_GLOBAL] || index >= module->global_count) return false;
  const struct core_global *global = &module->globals[index];
  uint64_t value;
  if (global->type.is_mutable || global->type.type.code != CORE_I32 || !core_const_eval(module, global->init, NULL, NULL, &value))
    return false;
  *number = (uint32_t)value;
  return true;
}

static bool number_of(const struct core_module *module, const struct core_instr *instr, uint32_t *number) {
  if (instr->op == CORE_OP_GLOBAL_GET) return code_constant_global(module, instr->index, number);
  if (instr->op != CORE_OP_I32_CONST) return false;
  *number = (uint32_t)instr->i32;
  return true;
}

// Goes behind the second number and the sum, where there are such and one of both is a global's.
static bool read_sum(struct core_code *code, enum core_op first, uint32_t *second) {
  struct core_code ahead = *code;
  struct core_instr added, add;
  uint32_t number;
  if (!core_code_next(&ahead, &added) || added.op == first || !number_of(code->module, &added, &number)) return false;
  if (!core_code_next(&ahead, &add) || add.op != CORE_OP_I32_ADD) return false;
  *second = number;
  *code = ahead;
  return true;
}

void code_fold(struct core_code *code, struct core_instr *instr) {
  uint32_t number, added = 0;
  if (!number_of(code->module, instr, &number)) return;
  bool is_sum = read_sum(code, instr->op, &added);
  if (instr->op != CORE_OP_GLOBAL_GET && !is_sum) return;
  instr->op = CORE_OP_I32_CONST;
  instr->i32 = (int32_t)(number + added);
}

bool code_is_linked(const struct core_code *code, const uint8_t *at) {
  if (*at != CODE_I32_CONST) return *at == CODE_GLOBAL_GET;
  const uint8_t *end = at + 1;
  while (*end & 0x80) end++;
  return end + 1 < code->reader.at || code->reader.at - at == CODE_LINKED;
}

bool code_has_base(const struct core_code *code, const struct core_instr *instr, uint32_t *base) {
  struct core_code again = *code;
  struct core_instr first, second;
  again.reader.at = instr->at;
  if (!core_code_next(&again, &first) || again.reader.at == code->reader.at || !core_code_next(&again, &second)) return false;
  if (first.op != CORE_OP_GLOBAL_GET) first = second;
  return first.op == CORE_OP_GLOBAL_GET && number_of(code->module, &first, base) && *base;
}
