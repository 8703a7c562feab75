// Structs, arrays, casts, conversions, i31.
//
// Spec: https://webassembly.github.io/spec/core/valid/instructions.html, "Aggregate Reference Instructions" and on

#include "validate.h"

static const char *name_of(const struct core_instr *instr) { return core_ops[instr->op].text; }

static uint32_t reference_to(const struct core_check *v, uint32_t type, uint32_t null) {
  return WORD_REF | WORD_CONCRETE | null | v->context->ids[type];
}

static bool needs_mutable(struct core_check *v, const struct core_instr *instr, const struct core_stored *type, uint32_t field) {
  if (type->b.at[field]) return true;
  if (type->kind == CORE_ARRAY_TYPE) return core_check_fail(v, instr, "immutable array: %s writes to it", name_of(instr));
  return core_check_fail(v, instr, "immutable field %u: %s writes to it", field, name_of(instr));
}

static bool needs_default(struct core_check *v, const struct core_instr *instr, const struct core_stored *type) {
  for (uint32_t i = 0; i < type->a.count; i++)
    if (!core_word_is_default(type->a.at[i]))
      return core_check_fail(v, instr, "type mismatch: %s: field %u has no default", name_of(instr), i);
  return true;
}

// Whether an instruction that extends (or not) fits a field that is packed (or not).
static bool needs_packed(struct core_check *v, const struct core_instr *instr, uint32_t word, bool extends) {
  bool is_packed = word == CORE_I8 || word == CORE_I16;
  if (is_packed == extends) return true;
  return core_check_fail(v, instr, "type mismatch: %s reads a field that is %spacked", name_of(instr), is_packed ? "" : "not ");
}

// ---- Structs

bool core_check_struct_new(struct core_check *v, const struct core_instr *instr) {
  const struct core_stored *type;
  if (!core_check_type(v, instr, instr->index, CORE_STRUCT_TYPE, &type)) return false;
  if (instr->op == CORE_OP_STRUCT_NEW_DEFAULT) {
    if (!needs_default(v, instr, type)) return false;
  } else {
    for (uint32_t i = type->a.count; i--;)
      if (!core_take(v, instr, core_word_unpacked(type->a.at[i]))) return false;
  }
  return core_give(v, instr, reference_to(v, instr->index, 0));
}

bool core_check_struct_get(struct core_check *v, const struct core_instr *instr) {
  const struct core_stored *type;
  uint32_t field = instr->pair.b, structure = instr->pair.a;
  if (!core_check_type(v, instr, structure, CORE_STRUCT_TYPE, &type)) return false;
  if (field >= type->a.count) return core_check_fail(v, instr, "unknown field %u: type %u has %u", field, structure, type->a.count);
  uint32_t word = type->a.at[field];
  if (instr->op == CORE_OP_STRUCT_SET)
    return needs_mutable(v, instr, type, field) && core_take(v, instr, core_word_unpacked(word)) &&
           core_take(v, instr, reference_to(v, structure, WORD_NULL));
  return needs_packed(v, instr, word, instr->op != CORE_OP_STRUCT_GET) &&
         core_take(v, instr, reference_to(v, structure, WORD_NULL)) && core_give(v, instr, core_word_unpacked(word));
}

// ---- Arrays

static bool array_at(struct core_check *v, const struct core_instr *instr, uint32_t index, const struct core_stored **type,
                     uint32_t *element) {
  if (!core_check_type(v, instr, index, CORE_ARRAY_TYPE, type)) return false;
  *element = (*type)->a.at[0];
  return true;
}

bool core_check_array_new(struct core_check *v, const struct core_instr *instr) {
  const struct core_stored *type;
  uint32_t element;
  if (!array_at(v, instr, instr->index, &type, &element) || !core_take(v, instr, CORE_I32)) return false;
  if (instr->op == CORE_OP_ARRAY_NEW_DEFAULT ? !needs_default(v, instr, type) : !core_take(v, instr, core_word_unpacked(element)))
    return false;
  return core_give(v, instr, reference_to(v, instr->index, 0));
}

bool core_check_array_new_fixed(struct core_check *v, const struct core_instr *instr) {
  const struct core_stored *type;
  uint32_t element;
  if (!array_at(v, instr, instr->pair.a, &type, &element)) return false;
  for (uint32_t i = instr->pair.b; i--;) {
    if (!core_take(v, instr, core_word_unpacked(element))) return false;
    if (v->height == v->base && v->frames[v->depth - 1].unreachable) break;  // all others are of any type too
  }
  return core_give(v, instr, reference_to(v, instr->pair.a, 0));
}

static bool from_data(struct core_check *v, const struct core_instr *instr, uint32_t element) {
  const struct core_module *m = v->context->module;
  if (instr->pair.b >= m->data_count)
    return core_check_fail(v, instr, "unknown data segment %u: the module has %u", instr->pair.b, m->data_count);
  if (core_word_is_ref(element))
    return core_check_fail(v, instr, "array type is not numeric or vector: %s cannot make references of bytes", name_of(instr));
  return true;
}

static bool from_elements(struct core_check *v, const struct core_instr *instr, uint32_t element) {
  const struct core_context *c = v->context;
  if (instr->pair.b >= c->module->element_count)
    return core_check_fail(v, instr, "unknown elem segment %u: the module has %u", instr->pair.b, c->module->element_count);
  uint32_t given = c->elements[instr->pair.b];
  if (core_word_matches(c->store, given, element)) return true;
  char one[CORE_WORD_TEXT], other[CORE_WORD_TEXT];
  return core_check_fail(v, instr, "type mismatch: %s: elements of type %s do not match %s", name_of(instr),
                         core_word_text(c, given, one), core_word_text(c, element, other));
}

bool core_check_array_segment(struct core_check *v, const struct core_instr *instr) {
  const struct core_stored *type;
  uint32_t element;
  bool is_data = instr->op == CORE_OP_ARRAY_NEW_DATA || instr->op == CORE_OP_ARRAY_INIT_DATA;
  bool is_new = instr->op == CORE_OP_ARRAY_NEW_DATA || instr->op == CORE_OP_ARRAY_NEW_ELEM;
  if (!array_at(v, instr, instr->pair.a, &type, &element)) return false;
  if (!is_new && !needs_mutable(v, instr, type, 0)) return false;
  if (is_data ? !from_data(v, instr, element) : !from_elements(v, instr, element)) return false;
  if (!core_take_two(v, instr, CORE_I32)) return false;
  if (is_new) return core_give(v, instr, reference_to(v, instr->pair.a, 0));
  return core_take(v, instr, CORE_I32) && core_take(v, instr, reference_to(v, instr->pair.a, WORD_NULL));
}

bool core_check_array_get(struct core_check *v, const struct core_instr *instr) {
  const struct core_stored *type;
  uint32_t element, reference;
  if (!array_at(v, instr, instr->index, &type, &element)) return false;
  reference = reference_to(v, instr->index, WORD_NULL);
  if (instr->op == CORE_OP_ARRAY_SET)
    return needs_mutable(v, instr, type, 0) && core_take(v, instr, core_word_unpacked(element)) && core_take(v, instr, CORE_I32) &&
           core_take(v, instr, reference);
  return needs_packed(v, instr, element, instr->op != CORE_OP_ARRAY_GET) && core_take(v, instr, CORE_I32) &&
         core_take(v, instr, reference) && core_give(v, instr, core_word_unpacked(element));
}

bool core_check_array_fill(struct core_check *v, const struct core_instr *instr) {
  const struct core_stored *type;
  uint32_t element;
  return array_at(v, instr, instr->index, &type, &element) && needs_mutable(v, instr, type, 0) && core_take(v, instr, CORE_I32) &&
         core_take(v, instr, core_word_unpacked(element)) && core_take(v, instr, CORE_I32) &&
         core_take(v, instr, reference_to(v, instr->index, WORD_NULL));
}

bool core_check_array_copy(struct core_check *v, const struct core_instr *instr) {
  const struct core_stored *to, *from;
  uint32_t to_element, from_element;
  if (!array_at(v, instr, instr->pair.a, &to, &to_element) || !array_at(v, instr, instr->pair.b, &from, &from_element) ||
      !needs_mutable(v, instr, to, 0))
    return false;
  if (!core_word_matches(v->context->store, from_element, to_element)) {
    char one[CORE_WORD_TEXT], other[CORE_WORD_TEXT];
    return core_check_fail(v, instr, "array types do not match: elements of type %s cannot be copied to %s",
                           core_word_text(v->context, from_element, one), core_word_text(v->context, to_element, other));
  }
  return core_take_two(v, instr, CORE_I32) && core_take(v, instr, reference_to(v, instr->pair.b, WORD_NULL)) &&
         core_take(v, instr, CORE_I32) && core_take(v, instr, reference_to(v, instr->pair.a, WORD_NULL));
}

// ---- Abstract references, shared or not as the operand is

static bool take_abstract(struct core_check *v, const struct core_instr *instr, int heap, uint32_t *word) {
  if (!core_take_ref(v, instr, word)) return false;
  uint32_t shared = core_word_shared(v->context->store, *word) ? WORD_SHARED : 0;
  uint32_t expected = WORD_ABSTRACT(heap) | WORD_NULL | shared;
  if (core_word_matches(v->context->store, *word, expected)) return true;
  char one[CORE_WORD_TEXT], other[CORE_WORD_TEXT];
  return core_check_fail(v, instr, "type mismatch: %s expects %s, found %s", name_of(instr),
                         core_word_text(v->context, expected, one), core_word_text(v->context, *word, other));
}

bool core_check_array_len(struct core_check *v, const struct core_instr *instr) {
  uint32_t word;
  return take_abstract(v, instr, CORE_HEAP_ARRAY, &word) && core_give(v, instr, CORE_I32);
}

// ref.test and ref.cast: of anything in the same hierarchy.
bool core_check_ref_test(struct core_check *v, const struct core_instr *instr) {
  bool is_test = instr->op == CORE_OP_REF_TEST || instr->op == CORE_OP_REF_TEST_NULL;
  struct core_valtype type = {CORE_REF, instr->heap.nullable, instr->heap.shared, instr->heap.heap};
  uint32_t word;
  return core_check_valtype(v, instr, type, &word) && core_take(v, instr, core_word_top(v->context->store, word)) &&
         core_give(v, instr, is_test ? (uint32_t)CORE_I32 : word);
}

bool core_check_convert(struct core_check *v, const struct core_instr *instr) {
  bool to_any = instr->op == CORE_OP_ANY_CONVERT_EXTERN;
  uint32_t word;
  if (!take_abstract(v, instr, to_any ? CORE_HEAP_EXTERN : CORE_HEAP_ANY, &word)) return false;
  uint32_t keeps = (word & WORD_NULL) | (core_word_shared(v->context->store, word) ? (uint32_t)WORD_SHARED : 0);
  return core_give(v, instr, WORD_ABSTRACT(to_any ? CORE_HEAP_ANY : CORE_HEAP_EXTERN) | keeps);
}

bool core_check_ref_i31(struct core_check *v, const struct core_instr *instr) {
  return core_take(v, instr, CORE_I32) && core_give(v, instr, WORD_ABSTRACT(CORE_HEAP_I31));
}

bool core_check_i31_get(struct core_check *v, const struct core_instr *instr) {
  uint32_t word;
  return take_abstract(v, instr, CORE_HEAP_I31, &word) && core_give(v, instr, CORE_I32);
}
