// Fast passes over a body: calls and references to functions with everything else stepped over, and stepping over code within a block.
//
// A call graph needs a few instructions of every body of a module, so the others must cost little. Nearly all are an opcode and at
// most two LEB128 numbers, and where such an instruction ends can be computed from eight bytes at once. Where the numbers have one
// byte each, the opcode alone tells. Where they are longer, the bytes without a continuation bit are the ends of numbers, and the
// last byte of the instruction is the n-th of them. What does not fit (calls, branch tables, prefixed opcodes, very long numbers)
// is left to core_code_next.
//
// Spec: https://webassembly.github.io/spec/core/binary/instructions.html

#include "read.h"

// By opcode: how many numbers follow, and which bits of the opcode and the two bytes behind it may be set where each number has
// one byte. Where nothing is said none may, so that such an instruction is not stepped over.
#define STEP(numbers, allowed) ((uint32_t)((numbers) + 1) << 24 | (allowed))
#define STEP_CORE_IMM_NONE STEP(0, 0xffffff)
#define STEP_CORE_IMM_LABEL STEP(1, 0xff7fff)
#define STEP_CORE_IMM_LOCAL STEP(1, 0xff7fff)
#define STEP_CORE_IMM_GLOBAL STEP(1, 0xff7fff)
#define STEP_CORE_IMM_TABLE STEP(1, 0xff7fff)
#define STEP_CORE_IMM_MEMORY STEP(1, 0xff7fff)
#define STEP_CORE_IMM_TAG STEP(1, 0xff7fff)
#define STEP_CORE_IMM_I32 STEP(1, 0xff7fff)
#define STEP_CORE_IMM_I64 STEP(1, 0xff7fff)
#define STEP_CORE_IMM_MEMARG STEP(2, 0x7f3fff)  // bit 6 of the alignment announces a third number
#define STEP_CORE_IMM_BLOCK STEP(1, 0xff5fff)   // bit 5 is set in value types, which may be longer than one number
#define STEP_CORE_IMM_BR_TABLE 0
#define STEP_CORE_IMM_FUNC 0
#define STEP_CORE_IMM_CALL_INDIRECT 0
#define STEP_CORE_IMM_TYPE 0
#define STEP_CORE_IMM_TABLE_TABLE 0
#define STEP_CORE_IMM_ELEM_TABLE 0
#define STEP_CORE_IMM_ELEM 0
#define STEP_CORE_IMM_DATA 0
#define STEP_CORE_IMM_DATA_MEMORY 0
#define STEP_CORE_IMM_MEMORY_MEMORY 0
#define STEP_CORE_IMM_MEMARG_LANE 0
#define STEP_CORE_IMM_F32 0
#define STEP_CORE_IMM_F64 0
#define STEP_CORE_IMM_V128 0
#define STEP_CORE_IMM_LANE 0
#define STEP_CORE_IMM_SHUFFLE 0
#define STEP_CORE_IMM_SELECT 0
#define STEP_CORE_IMM_HEAP 0
#define STEP_CORE_IMM_TRY_TABLE 0
#define STEP_CORE_IMM_TYPE_FIELD 0
#define STEP_CORE_IMM_TYPE_TYPE 0
#define STEP_CORE_IMM_TYPE_COUNT 0
#define STEP_CORE_IMM_TYPE_DATA 0
#define STEP_CORE_IMM_TYPE_ELEM 0
#define STEP_CORE_IMM_BR_ON_CAST 0
#define STEP_CORE_IMM_ZERO 0
static const uint32_t steps[CORE_SLOT_COUNT] = {
#define CORE_INSTR(prefix, opcode, NAME, text, immediate, signature) [CORE_SLOT(prefix, opcode)] = STEP_##immediate,
#include <component/instr.def>
#undef CORE_INSTR
};

// The same where only blocks matter: nothing that opens, divides or closes one is stepped over, but calls are.
#define OPENS_OR_CLOSES(opcode) \
  (((opcode) >= 0x02 && (opcode) <= 0x0b && (opcode) != 0x08) || (opcode) == 0x18 || (opcode) == 0x19 || (opcode) == 0x1f)
#define IS_CALL(opcode) ((opcode) == 0x10 || (opcode) == 0x12)
static const uint32_t steps_within[0x100] = {
#define WITHIN(opcode, immediate) [opcode] = OPENS_OR_CLOSES(opcode) ? 0 : IS_CALL(opcode) ? STEP(1, 0xff7fff) : STEP_##immediate,
#define CORE_INSTR(prefix, opcode, NAME, text, immediate, signature) WITHIN_##prefix(opcode, immediate)
#define WITHIN_0x00(opcode, immediate) WITHIN(opcode, immediate)
#define WITHIN_0xfb(opcode, immediate)
#define WITHIN_0xfc(opcode, immediate)
#define WITHIN_0xfd(opcode, immediate)
#define WITHIN_0xfe(opcode, immediate)
#include <component/instr.def>
#undef CORE_INSTR
};

// Eight bytes, the first in the lowest bits.
static inline uint64_t load_word(const uint8_t *at) {
  uint64_t word;
  memcpy(&word, at, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

// The size of an instruction of which some number is longer than a byte; 0 where eight bytes do not tell.
static inline size_t long_size(uint64_t word, uint32_t step) {
  // Of the forbidden bits, only continuation bits do not matter here.
  if (word & ~step & 0x7f7fff) return 0;
  // One bit for each byte that ends something; the opcode counts as one whatever its highest bit is.
  uint64_t ends = (~word & UINT64_C(0x8080808080808080)) | 0x80;
  for (uint32_t numbers = (step >> 24) - 1; numbers; numbers--) ends &= ends - 1;
  return ends ? (size_t)(__builtin_ctzll(ends) >> 3) + 1 : 0;
}

// Steps over as many instructions as it can; returns the first one that it cannot. Eight bytes can be loaded up to `loadable`,
// which may lie behind `end`.
static inline const uint8_t *step_over(const uint32_t *table, const uint8_t *at, const uint8_t *end, const uint8_t *loadable) {
  while (at < end && at <= loadable) {
    uint64_t word = load_word(at);
    uint32_t step = table[word & 0xff];
    size_t size = word & ~step & 0xffffff ? long_size(word, step) : step >> 24;
    if (size == 0 || size > (size_t)(end - at)) break;
    at += size;
  }
  return at;
}

static const uint8_t *last_loadable(const struct core_module *module) {
  return module->bytes.at + module->bytes.size - 8;  // the preamble is as long
}

void core_code_step_within(struct core_code *code) {
  if (code->reader.failed) return;
  code->reader.at = step_over(steps_within, code->reader.at, code->reader.end, last_loadable(code->module));
}

typedef void visit_use(void *context, enum core_use use, uint32_t a, uint32_t b, const uint8_t *at);

static void tell(const struct core_instr *instr, visit_use *visit, void *context) {
  switch (instr->op) {
    case CORE_OP_CALL:
    case CORE_OP_RETURN_CALL: visit(context, CORE_USE_CALL, instr->index, 0, instr->at); break;
    case CORE_OP_REF_FUNC: visit(context, CORE_USE_REF, instr->index, 0, instr->at); break;
    case CORE_OP_CALL_INDIRECT:
    case CORE_OP_RETURN_CALL_INDIRECT: visit(context, CORE_USE_INDIRECT, instr->pair.a, instr->pair.b, instr->at); break;
    case CORE_OP_CALL_REF:
    case CORE_OP_RETURN_CALL_REF: visit(context, CORE_USE_CALL_REF, instr->index, 0, instr->at); break;
    default: break;
  }
}

bool core_code_uses(const struct core_module *module, uint32_t func, visit_use *visit, void *context, struct cm_diag *diag) {
  struct core_code code;
  struct core_instr instr;
  if (!core_code_begin(&code, NULL, module, func, NULL, NULL, diag)) return false;
  const uint8_t *loadable = last_loadable(module);
  for (;;) {
    code.reader.at = step_over(steps, code.reader.at, code.reader.end, loadable);
    if (!core_code_next(&code, &instr)) break;
    tell(&instr, visit, context);
  }
  if (code.reader.failed) return false;
  const struct cm_span body = module->funcs[func].body;
  if (body.size && body.at[body.size - 1] == 0x0b) return true;
  return core_code_fail(&code, CM_MALFORMED, code.reader.at, "unexpected end: END opcode expected");
}
