// Code, as the analyses read it.
//
// Position independent code, which compilers make for wasm32-wasip2 and linkers bind to one place, has the addresses of functions and variables
// in globals that never change, or adds numbers to such a one (`__memory_base`, `__table_base`). To every analysis that is the number that it is,
// as other compilers write it: one i32.const.
#ifndef ANALYZE_CODE_H
#define ANALYZE_CODE_H

#include <component/instr.h>

// The number that a global of the module's own always is; false: there is none.
bool code_constant_global(const struct core_module *module, uint32_t index, uint32_t *number);

// The reading of a global, in *instr, becomes an i32.const where that is known, with the number that is added to it behind.
void code_fold_global(struct core_code *code, struct core_instr *instr);

// core_code_next, with such numbers put together.
static inline bool code_next(struct core_code *code, struct core_instr *out) {
  if (!core_code_next(code, out)) return false;
  if (out->op == CORE_OP_GLOBAL_GET) code_fold_global(code, out);
  return true;
}

#endif
