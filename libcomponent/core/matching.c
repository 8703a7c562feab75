// Matching: which type can stand for which.
//
// References are the only types that match others than themselves. Abstract heap types form four small trees; a defined type stands below
// `func`, `struct` or `array` by its kind and below the supertypes that it declares, and at the foot of each tree there is a type
// without values that matches all above it.
//
// Spec: https://webassembly.github.io/spec/core/valid/matching.html

#include "matching.h"

// The parts of words that are abstract heap types.
enum {
  HEAP_BOTTOM = 0,
  HEAP_NOEXN = CORE_HEAP_NOEXN & 0x7f,
  HEAP_NOFUNC = CORE_HEAP_NOFUNC & 0x7f,
  HEAP_NOEXTERN = CORE_HEAP_NOEXTERN & 0x7f,
  HEAP_NONE = CORE_HEAP_NONE & 0x7f,
  HEAP_FUNC = CORE_HEAP_FUNC & 0x7f,
  HEAP_EXTERN = CORE_HEAP_EXTERN & 0x7f,
  HEAP_ANY = CORE_HEAP_ANY & 0x7f,
  HEAP_EQ = CORE_HEAP_EQ & 0x7f,
  HEAP_I31 = CORE_HEAP_I31 & 0x7f,
  HEAP_STRUCT = CORE_HEAP_STRUCT & 0x7f,
  HEAP_ARRAY = CORE_HEAP_ARRAY & 0x7f,
  HEAP_EXN = CORE_HEAP_EXN & 0x7f,
};

// What stands directly above an abstract heap type, and whether it is the foot of its tree.
static const struct heap {
  uint8_t above, top;
  bool is_foot;
} heaps[0x80] = {
    [HEAP_ANY] = {0, HEAP_ANY, false},          [HEAP_EQ] = {HEAP_ANY, HEAP_ANY, false},   [HEAP_I31] = {HEAP_EQ, HEAP_ANY, false},
    [HEAP_STRUCT] = {HEAP_EQ, HEAP_ANY, false}, [HEAP_ARRAY] = {HEAP_EQ, HEAP_ANY, false}, [HEAP_NONE] = {0, HEAP_ANY, true},
    [HEAP_FUNC] = {0, HEAP_FUNC, false},        [HEAP_NOFUNC] = {0, HEAP_FUNC, true},      [HEAP_EXTERN] = {0, HEAP_EXTERN, false},
    [HEAP_NOEXTERN] = {0, HEAP_EXTERN, true},   [HEAP_EXN] = {0, HEAP_EXN, false},         [HEAP_NOEXN] = {0, HEAP_EXN, true},
};

// The abstract heap type that all types of a kind are directly below.
static const uint8_t kinds[] = {[CORE_FUNC_TYPE] = HEAP_FUNC, [CORE_STRUCT_TYPE] = HEAP_STRUCT, [CORE_ARRAY_TYPE] = HEAP_ARRAY};

static uint8_t abstract_of(const struct core_type_store *store, uint32_t word) {
  return word & WORD_CONCRETE ? kinds[store->types[word & WORD_ID].kind] : (uint8_t)(word & 0x7f);
}

bool core_word_shared(const struct core_type_store *store, uint32_t word) {
  return word & WORD_CONCRETE ? store->types[word & WORD_ID].shared : (word & WORD_SHARED) != 0;
}

uint32_t core_word_top(const struct core_type_store *store, uint32_t word) {
  return WORD_REF | WORD_NULL | (core_word_shared(store, word) ? (uint32_t)WORD_SHARED : 0) | heaps[abstract_of(store, word)].top;
}

bool core_deftype_matches(const struct core_type_store *store, uint32_t sub, uint32_t super) {
  while (store->types[sub].depth > store->types[super].depth) sub = store->types[sub].super;
  return sub == super;
}

// https://webassembly.github.io/spec/core/valid/matching.html#heap-types
static bool heap_matches(const struct core_type_store *store, uint32_t sub, uint32_t super) {
  if (((sub ^ super) & WORD_HEAP) == 0) return true;
  if ((sub & WORD_HEAP) == HEAP_BOTTOM) return true;
  if ((super & WORD_HEAP) == HEAP_BOTTOM) return false;
  if (sub & super & WORD_CONCRETE) return core_deftype_matches(store, sub & WORD_ID, super & WORD_ID);
  if (core_word_shared(store, sub) != core_word_shared(store, super)) return false;
  uint8_t below = abstract_of(store, sub), above = abstract_of(store, super);
  if (!(sub & WORD_CONCRETE) && heaps[below].is_foot) return heaps[below].top == heaps[above].top;
  if (super & WORD_CONCRETE) return false;
  while (below && below != above) below = heaps[below].above;
  return below == above;
}

bool core_word_matches(const struct core_type_store *store, uint32_t sub, uint32_t super) {
  if (sub == super || sub == WORD_BOTTOM) return true;
  if (!(sub & super & WORD_REF)) return false;
  if ((sub & WORD_NULL) && !(super & WORD_NULL)) return false;
  return heap_matches(store, sub, super);
}

static bool both_match(const struct core_type_store *store, uint32_t a, uint32_t b) {
  return core_word_matches(store, a, b) && core_word_matches(store, b, a);
}

static bool all_match(const struct core_type_store *store, struct core_words sub, struct core_words super) {
  if (sub.count != super.count) return false;
  for (uint32_t i = 0; i < sub.count; i++)
    if (!core_word_matches(store, sub.at[i], super.at[i])) return false;
  return true;
}

// Fields that can be written must be the same; others may be narrower. A struct may have more of them.
static bool fields_match(const struct core_type_store *store, const struct core_stored *sub, const struct core_stored *super) {
  if (sub->a.count < super->a.count) return false;
  for (uint32_t i = 0; i < super->a.count; i++) {
    if (sub->b.at[i] != super->b.at[i] || !core_word_matches(store, sub->a.at[i], super->a.at[i])) return false;
    if (super->b.at[i] && !core_word_matches(store, super->a.at[i], sub->a.at[i])) return false;
  }
  return true;
}

// https://webassembly.github.io/spec/core/valid/matching.html#composite-types
bool core_type_extends(const struct core_type_store *store, uint32_t id) {
  const struct core_stored *sub = &store->types[id];
  if (sub->super == CORE_NO_TYPE) return true;
  const struct core_stored *super = &store->types[sub->super];
  if (super->is_final || sub->kind != super->kind || sub->shared != super->shared) return false;
  if (sub->kind != CORE_FUNC_TYPE) return fields_match(store, sub, super);
  return all_match(store, super->a, sub->a) && all_match(store, sub->b, super->b);
}

bool core_valtype_matches(const struct core_type_store *store, struct core_valtype sub, const uint32_t *sub_ids,
                          struct core_valtype super, const uint32_t *super_ids) {
  return core_word_matches(store, core_word_of(sub, sub_ids), core_word_of(super, super_ids));
}

// https://webassembly.github.io/spec/core/valid/matching.html#limits
static bool limits_match(const struct core_limits *sub, const struct core_limits *super) {
  if (sub->is_64 != super->is_64 || sub->shared != super->shared || sub->page_log2 != super->page_log2) return false;
  if (sub->min < super->min) return false;
  return !super->has_max || (sub->has_max && sub->max <= super->max);
}

static bool globals_match(const struct core_type_store *store, const struct core_global_type *sub, const uint32_t *sub_ids,
                          const struct core_global_type *super, const uint32_t *super_ids) {
  if (sub->is_mutable != super->is_mutable || sub->shared != super->shared) return false;
  uint32_t a = core_word_of(sub->type, sub_ids), b = core_word_of(super->type, super_ids);
  return super->is_mutable ? both_match(store, a, b) : core_word_matches(store, a, b);
}

bool core_externtype_matches(const struct core_type_store *store, const struct core_externtype *sub, const uint32_t *sub_ids,
                             const struct core_externtype *super, const uint32_t *super_ids) {
  if (sub->kind != super->kind) return false;
  switch (sub->kind) {
    case CORE_FUNC:
      if (super->exact) return sub->exact && sub_ids[sub->type] == super_ids[super->type];
      return core_deftype_matches(store, sub_ids[sub->type], super_ids[super->type]);
    case CORE_TABLE:
      return limits_match(&sub->table.limits, &super->table.limits) &&
             both_match(store, core_word_of(sub->table.element, sub_ids), core_word_of(super->table.element, super_ids));
    case CORE_MEMORY: return limits_match(&sub->memory, &super->memory);
    case CORE_GLOBAL: return globals_match(store, &sub->global, sub_ids, &super->global, super_ids);
    default: return sub_ids[sub->type] == super_ids[super->type];
  }
}
