// Code, as the analyses read it.
//
// Position independent code, which compilers make for wasm32-wasip2 and linkers bind to one place, has the addresses of functions and variables
// in globals that never change, or adds numbers to such a one (`__memory_base`, `__table_base`). To every analysis that is the number that it is,
// as other compilers write it: one i32.const.
#ifndef ANALYZE_CODE_H
#define ANALYZE_CODE_H

#include <component/instr.h>

enum { CODE_GLOBAL_GET = 0x23, CODE_I32_CONST = 0x41, CODE_LINKED = 6 };  // LINKED: bytes

// The number that a global of the module's own always is; false: there is none.
bool code_constant_global(const struct core_module *module, uint32_t index, uint32_t *number);

// What stands in *instr, of which it is known that it may begin such a number, becomes one i32.const where it does.
void code_fold(struct core_code *code, struct core_instr *instr);

// core_code_next, with such numbers put together.
static inline bool code_next(struct core_code *code, struct core_instr *out) {
  if (!core_code_next(code, out)) return false;
  bool begins = out->op == CORE_OP_I32_CONST && code->reader.at < code->reader.end && *code->reader.at == CODE_GLOBAL_GET;
  if (begins || out->op == CORE_OP_GLOBAL_GET) code_fold(code, out);
  return true;
}

// Linkers write addresses with five bytes, and compilers numbers with as few as there can be. Was the i32.const that was read last, and begins
// at `at`, written so, or has it a global's number in it?
bool code_is_linked(const struct core_code *code, const uint8_t *at);

// Was the i32.const that was read last put together with a global that is not 0? *base is its number.
bool code_has_base(const struct core_code *code, const struct core_instr *instr, uint32_t *base);

#endif
