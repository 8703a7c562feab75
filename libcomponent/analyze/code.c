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

void code_fold_global(struct core_code *code, struct core_instr *instr) {
  uint32_t number;
  if (!code_constant_global(code->module, instr->index, &number)) return;
  instr->op = CORE_OP_I32_CONST;
  instr->i32 = (int32_t)number;
  struct core_code ahead = *code;
  struct core_instr added, add;
  if (!core_code_next(&ahead, &added) || added.op != CORE_OP_I32_CONST || !core_code_next(&ahead, &add) ||
      add.op != CORE_OP_I32_ADD)
    return;
  instr->i32 = (int32_t)(number + (uint32_t)added.i32);
  *code = ahead;
}
