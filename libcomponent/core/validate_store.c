// Globals, tables, memories as a whole, segments, references.
//
// Spec: https://webassembly.github.io/spec/core/valid/instructions.html, from "Variable Instructions" to "Reference Instructions"

#include "validate.h"

static bool unknown(struct core_check *v, const struct core_instr *instr, const char *what, uint32_t index, uint32_t count) {
  return core_check_fail(v, instr, "unknown %s %u: the module has %u", what, index, count);
}

static bool matches(struct core_check *v, const struct core_instr *instr, uint32_t sub, uint32_t super) {
  char one[CORE_WORD_TEXT], other[CORE_WORD_TEXT];
  if (core_word_matches(v->context->store, sub, super)) return true;
  return core_check_fail(v, instr, "type mismatch: %s: %s does not match %s", core_ops[instr->op].text,
                         core_word_text(v->context, sub, one), core_word_text(v->context, super, other));
}

// ---- Types and indices that stand in code

bool core_check_valtype(struct core_check *v, const struct core_instr *instr, struct core_valtype type, uint32_t *word) {
  *word = type.code;
  if (type.code != CORE_REF && type.code != CORE_V128) return true;
  char text[CORE_LACK_TEXT];
  const char *lack = core_valtype_lacks(v->context, type, v->context->module->type_count, text);
  if (*lack) return core_check_fail(v, instr, "%s", lack);
  *word = core_word_of(type, v->context->ids);
  return true;
}

bool core_check_type(struct core_check *v, const struct core_instr *instr, uint32_t index, enum core_comptype kind,
                     const struct core_stored **type) {
  static const char *const kinds[] = {[CORE_FUNC_TYPE] = "function", [CORE_STRUCT_TYPE] = "struct", [CORE_ARRAY_TYPE] = "array"};
  const struct core_context *c = v->context;
  if (index >= c->module->type_count) return unknown(v, instr, "type", index, c->module->type_count);
  *type = &c->store->types[c->ids[index]];
  return (*type)->kind == kind || core_check_fail(v, instr, "type mismatch: %s expects a type of kind %s, type %u is of kind %s",
                                                  core_ops[instr->op].text, kinds[kind], index, kinds[(*type)->kind]);
}

// ---- Globals

bool core_check_global_get(struct core_check *v, const struct core_instr *instr) {
  const struct core_context *c = v->context;
  const struct core_module *m = c->module;
  bool is_constant = v->actions == c->const_actions;
  uint32_t count = is_constant ? c->known_globals : m->global_count;
  if (instr->index >= count)
    return core_check_fail(v, instr, "unknown global %u: %u are known%s", instr->index, count, is_constant ? " here" : "");
  if (is_constant && m->globals[instr->index].type.is_mutable) {
    v->rule = CORE_SPEC "valid/instructions.html#constant-expressions";
    return core_check_fail(v, instr, "constant expression required: global %u is mutable", instr->index);
  }
  if (is_constant && instr->index >= m->imported[CORE_GLOBAL] && !cm_has(c->features, CM_FEATURE_GC))
    return core_check_fail(v, instr, "constant expressions with globals of the module need the feature gc, which is not enabled");
  return core_give(v, instr, c->globals[instr->index]);
}

bool core_check_global_set(struct core_check *v, const struct core_instr *instr) {
  const struct core_module *m = v->context->module;
  if (instr->index >= m->global_count) return unknown(v, instr, "global", instr->index, m->global_count);
  if (!m->globals[instr->index].type.is_mutable)
    return core_check_fail(v, instr, "immutable global %u cannot be set", instr->index);
  return core_take(v, instr, v->context->globals[instr->index]);
}

// ---- Tables

static bool table_at(struct core_check *v, const struct core_instr *instr, uint32_t index, uint32_t *address, uint32_t *element) {
  const struct core_module *m = v->context->module;
  if (index >= m->table_count) return unknown(v, instr, "table", index, m->table_count);
  *address = m->tables[index].type.limits.is_64 ? CORE_I64 : CORE_I32;
  *element = v->context->tables[index];
  return true;
}

static bool element_at(struct core_check *v, const struct core_instr *instr, uint32_t index) {
  uint32_t count = v->context->module->element_count;
  return index < count || unknown(v, instr, "elem segment", index, count);
}

// By the letters of the signature: t is the table's index type, r its elements'.
bool core_check_table(struct core_check *v, const struct core_instr *instr) {
  uint32_t address = 0, element = 0;
  if (!table_at(v, instr, instr->index, &address, &element)) return false;
  const char *signature = core_ops[instr->op].signature, *colon = strchr(signature, ':');
  for (const char *letter = colon; letter-- > signature;)
    if (!core_take(v, instr, *letter == 'r' ? element : address)) return false;
  for (const char *letter = colon + 1; *letter; letter++)
    if (!core_give(v, instr, *letter == 'r' ? element : address)) return false;
  return true;
}

static uint32_t smaller(uint32_t a, uint32_t b) { return a == CORE_I32 ? a : b; }

bool core_check_table_copy(struct core_check *v, const struct core_instr *instr) {
  uint32_t to = 0, to_element = 0, from = 0, from_element = 0;
  return table_at(v, instr, instr->pair.a, &to, &to_element) && table_at(v, instr, instr->pair.b, &from, &from_element) &&
         matches(v, instr, from_element, to_element) && core_take(v, instr, smaller(to, from)) && core_take(v, instr, from) &&
         core_take(v, instr, to);
}

bool core_check_table_init(struct core_check *v, const struct core_instr *instr) {
  uint32_t address = 0, element = 0;
  return element_at(v, instr, instr->pair.a) && table_at(v, instr, instr->pair.b, &address, &element) &&
         matches(v, instr, v->context->elements[instr->pair.a], element) && core_take_two(v, instr, CORE_I32) &&
         core_take(v, instr, address);
}

bool core_check_elem_drop(struct core_check *v, const struct core_instr *instr) { return element_at(v, instr, instr->index); }

// ---- Memories

static bool memory_at(struct core_check *v, const struct core_instr *instr, uint32_t index, uint32_t *address) {
  const struct core_module *m = v->context->module;
  if (index >= m->memory_count) return unknown(v, instr, "memory", index, m->memory_count);
  *address = m->memories[index].limits.is_64 ? CORE_I64 : CORE_I32;
  return true;
}

static bool data_at(struct core_check *v, const struct core_instr *instr, uint32_t index) {
  uint32_t count = v->context->module->data_count;
  return index < count || unknown(v, instr, "data segment", index, count);
}

// By the letters of the signature: p is the memory's address type, i an i32.
bool core_check_memory(struct core_check *v, const struct core_instr *instr) {
  uint32_t address = 0;
  if (!memory_at(v, instr, instr->index, &address)) return false;
  const char *signature = core_ops[instr->op].signature, *colon = strchr(signature, ':');
  for (const char *letter = colon; letter-- > signature;)
    if (!core_take(v, instr, *letter == 'p' ? address : CORE_I32)) return false;
  for (const char *letter = colon + 1; *letter; letter++)
    if (!core_give(v, instr, *letter == 'p' ? address : CORE_I32)) return false;
  return true;
}

bool core_check_memory_copy(struct core_check *v, const struct core_instr *instr) {
  uint32_t to = 0, from = 0;
  return memory_at(v, instr, instr->pair.a, &to) && memory_at(v, instr, instr->pair.b, &from) &&
         core_take(v, instr, smaller(to, from)) && core_take(v, instr, from) && core_take(v, instr, to);
}

bool core_check_memory_init(struct core_check *v, const struct core_instr *instr) {
  uint32_t address = 0;
  return data_at(v, instr, instr->pair.a) && memory_at(v, instr, instr->pair.b, &address) && core_take_two(v, instr, CORE_I32) &&
         core_take(v, instr, address);
}

bool core_check_data_drop(struct core_check *v, const struct core_instr *instr) { return data_at(v, instr, instr->index); }

// ---- References

bool core_check_ref_null(struct core_check *v, const struct core_instr *instr) {
  struct core_valtype type = {CORE_REF, true, instr->heap.shared, instr->heap.heap};
  uint32_t word;
  return core_check_valtype(v, instr, type, &word) && core_give(v, instr, word);
}

bool core_check_ref_is_null(struct core_check *v, const struct core_instr *instr) {
  uint32_t word;
  return core_take_ref(v, instr, &word) && core_give(v, instr, CORE_I32);
}

bool core_check_ref_func(struct core_check *v, const struct core_instr *instr) {
  const struct core_context *c = v->context;
  const struct core_module *m = c->module;
  if (instr->index >= m->func_count) return unknown(v, instr, "function", instr->index, m->func_count);
  if (!c->refs[instr->index])
    return core_check_fail(
        v, instr, "undeclared function reference: function %u occurs in no export, global, table or element segment", instr->index);
  return core_give(v, instr, WORD_REF | WORD_CONCRETE | c->ids[m->funcs[instr->index].type]);
}

bool core_check_ref_as_non_null(struct core_check *v, const struct core_instr *instr) {
  uint32_t word;
  return core_take_ref(v, instr, &word) && core_give(v, instr, word & ~(uint32_t)WORD_NULL);
}

// Shared and unshared references do not match each other, but both can be compared.
static bool take_eq(struct core_check *v, const struct core_instr *instr) {
  uint32_t word;
  if (!core_take_ref(v, instr, &word)) return false;
  uint32_t shared = core_word_shared(v->context->store, word) ? WORD_SHARED : 0;
  return matches(v, instr, word, WORD_ABSTRACT(CORE_HEAP_EQ) | WORD_NULL | shared);
}

bool core_check_ref_eq(struct core_check *v, const struct core_instr *instr) {
  for (int operand = 0; operand < 2; operand++)
    if (!take_eq(v, instr)) return false;
  return core_give(v, instr, CORE_I32);
}
