// How many values an instruction takes from the stack and how many it leaves there, as far as folding needs to know.
//
// Most instructions say so in their signature in instr.def. The others depend on types: of functions, blocks, labels, tags, structs.
// Where an index leads nowhere nothing is taken, and the instruction is printed without operands: it is not valid, but the text is.
//
// Spec: https://webassembly.github.io/spec/core/valid/instructions.html

#include "text/print_folded.h"

// Those whose signature depends on the types of the values, but not their number.
static const struct fixed_row {
  enum core_op op;
  uint8_t takes, gives;
} fixed_rows[] = {
    {CORE_OP_DROP, 1, 0},       {CORE_OP_SELECT, 3, 1},     {CORE_OP_SELECT_T, 3, 1},   {CORE_OP_LOCAL_GET, 0, 1},
    {CORE_OP_LOCAL_SET, 1, 0},  {CORE_OP_LOCAL_TEE, 1, 1},  {CORE_OP_GLOBAL_GET, 0, 1}, {CORE_OP_GLOBAL_SET, 1, 0},
    {CORE_OP_STRUCT_GET, 1, 1}, {CORE_OP_STRUCT_SET, 2, 0}, {CORE_OP_ARRAY_NEW, 2, 1},  {CORE_OP_ARRAY_GET, 2, 1},
    {CORE_OP_ARRAY_SET, 3, 0},  {CORE_OP_ARRAY_FILL, 4, 0}, {CORE_OP_THROW_REF, 1, 0},
};

static const struct core_type *type_of(const struct core_module *m, uint32_t index, enum core_comptype kind) {
  return index < m->type_count && m->types[index].kind == kind ? &m->types[index] : NULL;
}

static const struct core_type *func_type_of(const struct core_module *m, uint32_t func) {
  return func < m->func_count ? type_of(m, m->funcs[func].type, CORE_FUNC_TYPE) : NULL;
}

static struct effect call_effect(const struct core_type *type, uint32_t more, bool is_tail) {
  if (!type) return (struct effect){0, 0};
  return (struct effect){type->param_count + more, is_tail ? 0 : type->result_count};
}

struct effect block_effect(const struct core_module *m, const struct core_blocktype *type) {
  if (type->kind == CORE_BLOCK_EMPTY) return (struct effect){0, 0};
  if (type->kind == CORE_BLOCK_VALUE) return (struct effect){0, 1};
  return call_effect(type_of(m, type->type, CORE_FUNC_TYPE), 0, false);
}

// What the signature says: a letter for each value, operands and results on both sides of a colon.
static struct effect signature_effect(const char *signature) {
  uint32_t takes = 0;
  while (signature[takes] && signature[takes] != ':') takes++;
  return (struct effect){takes, (uint32_t)strlen(signature) - takes - 1};
}

static struct effect fixed_effect(enum core_op op) {
  for (size_t i = 0; i < sizeof fixed_rows / sizeof *fixed_rows; i++)
    if (fixed_rows[i].op == op) return (struct effect){fixed_rows[i].takes, fixed_rows[i].gives};
  return (struct effect){0, 0};
}

struct effect effect_of(const struct core_module *m, const struct core_instr *instr, const struct label_arities *labels,
                        uint32_t results) {
  const struct core_type *type;
  uint32_t arity;
  const char *signature = core_ops[instr->op].signature;
  if (signature[0] != '*') return signature_effect(signature);
  switch (instr->op) {
    case CORE_OP_CALL: return call_effect(func_type_of(m, instr->index), 0, false);
    case CORE_OP_RETURN_CALL: return call_effect(func_type_of(m, instr->index), 0, true);
    case CORE_OP_CALL_INDIRECT: return call_effect(type_of(m, instr->pair.a, CORE_FUNC_TYPE), 1, false);
    case CORE_OP_RETURN_CALL_INDIRECT: return call_effect(type_of(m, instr->pair.a, CORE_FUNC_TYPE), 1, true);
    case CORE_OP_CALL_REF: return call_effect(type_of(m, instr->index, CORE_FUNC_TYPE), 1, false);
    case CORE_OP_RETURN_CALL_REF: return call_effect(type_of(m, instr->index, CORE_FUNC_TYPE), 1, true);
    case CORE_OP_THROW:
      return call_effect(instr->index < m->tag_count ? type_of(m, m->tags[instr->index].type, CORE_FUNC_TYPE) : NULL, 0, true);
    case CORE_OP_STRUCT_NEW:
      type = type_of(m, instr->index, CORE_STRUCT_TYPE);
      return (struct effect){type ? type->field_count : 0, 1};
    case CORE_OP_ARRAY_NEW_FIXED: return (struct effect){instr->pair.b, 1};
    case CORE_OP_RETURN: return (struct effect){results, 0};
    case CORE_OP_BR: return (struct effect){label_arity(labels, instr->index), 0};
    case CORE_OP_BR_IF: arity = label_arity(labels, instr->index); return (struct effect){arity + 1, arity};
    case CORE_OP_BR_TABLE: {
      struct cm_span first = instr->br_table.labels;
      uint32_t label;
      return (struct effect){core_next_label(&first, &label) ? label_arity(labels, label) + 1 : 1, 0};
    }
    case CORE_OP_BR_ON_NULL: arity = label_arity(labels, instr->index); return (struct effect){arity + 1, arity + 1};
    case CORE_OP_BR_ON_NON_NULL: arity = label_arity(labels, instr->index); return (struct effect){arity, arity ? arity - 1 : 0};
    case CORE_OP_BR_ON_CAST:
    case CORE_OP_BR_ON_CAST_FAIL: arity = label_arity(labels, instr->cast.label); return (struct effect){arity, arity};
    default: return fixed_effect(instr->op);
  }
}
