// The store of types: every recursion group once.
//
// Two groups are the same where they are written the same, with each reference to a type of the group itself replaced by the type's
// place in the group, and each other reference by the number of what it refers to, which is in the store before. So a group is
// written down as a row of numbers, its key, and looked up by the hash of it.
//
// Spec: https://webassembly.github.io/spec/core/valid/conventions.html#rolling-and-unrolling

#include "matching.h"

enum { FIRST_SLOTS = 64 };

struct core_type_store *core_type_store_new(struct cm_arena *arena) {
  struct core_type_store *store = cm_alloc(arena, sizeof *store);
  if (!store) return NULL;
  store->arena = arena;
  store->slot_count = FIRST_SLOTS;
  store->slots = cm_alloc_array(arena, store->slot_count, sizeof *store->slots);
  return store->slots ? store : NULL;
}

// A key being written.
struct writer {
  struct core_type_store *store;
  const uint32_t *ids;
  uint32_t first;
  size_t used;
};

static bool put(struct writer *w, uint32_t word) {
  struct core_type_store *store = w->store;
  if (!cm_grow(store->arena, &store->scratch, &store->scratch_capacity, w->used, sizeof *store->scratch)) return false;
  store->scratch[w->used++] = word;
  return true;
}

static uint32_t reference(const struct writer *w, uint32_t index) {
  return WORD_CONCRETE | (index >= w->first ? WORD_OWN | (index - w->first) : w->ids[index]);
}

static bool put_valtype(struct writer *w, struct core_valtype type) {
  if (type.code != CORE_REF || type.heap < 0) return put(w, core_word_of(type, NULL));
  return put(w, WORD_REF | (type.nullable ? WORD_NULL : 0u) | reference(w, (uint32_t)type.heap));
}

// kind and flags, supertype, the two counts, then the words of both.
static bool put_type(struct writer *w, const struct core_type *type) {
  bool is_func = type->kind == CORE_FUNC_TYPE;
  uint32_t count_a = is_func ? type->param_count : type->field_count, count_b = is_func ? type->result_count : type->field_count;
  if (!put(w, (uint32_t)type->kind | (type->is_final ? 8u : 0u) | (type->shared ? 16u : 0u)) ||
      !put(w, type->super_count ? reference(w, type->supers[0]) : CORE_NO_TYPE) || !put(w, count_a) || !put(w, count_b))
    return false;
  for (uint32_t i = 0; i < count_a; i++)
    if (!put_valtype(w, is_func ? type->params[i] : type->fields[i].type)) return false;
  for (uint32_t i = 0; i < count_b; i++)
    if (is_func ? !put_valtype(w, type->results[i]) : !put(w, type->fields[i].is_mutable)) return false;
  return true;
}

static uint64_t hash_of(const uint32_t *key, size_t size) {
  uint64_t hash = size;
  for (size_t i = 0; i < size; i++) hash = (hash ^ key[i]) * UINT64_C(0x9e3779b97f4a7c15), hash ^= hash >> 29;
  return hash;
}

// The slot of the group with that key, or the empty one where it belongs.
static uint32_t *slot_of(const struct core_type_store *store, const uint32_t *key, size_t size, uint64_t hash) {
  for (size_t at = hash & (store->slot_count - 1);; at = (at + 1) & (store->slot_count - 1)) {
    uint32_t *slot = &store->slots[at];
    if (!*slot) return slot;
    const struct group *group = &store->groups[*slot - 1];
    if (group->hash == hash && group->key_size == size && memcmp(group->key, key, size * sizeof *key) == 0) return slot;
  }
}

// Keeps the table at most half full.
static bool make_room(struct core_type_store *store) {
  if (2 * (store->group_count + 1) <= store->slot_count) return true;
  size_t count = 2 * store->slot_count;
  uint32_t *slots = cm_alloc_array(store->arena, count, sizeof *slots);
  if (!slots) return false;
  store->slots = slots;
  store->slot_count = count;
  for (size_t i = 0; i < store->group_count; i++) {
    const struct group *group = &store->groups[i];
    *slot_of(store, group->key, group->key_size, group->hash) = (uint32_t)i + 1;
  }
  return true;
}

static uint32_t resolved(uint32_t word, uint32_t first) { return word & WORD_OWN ? (word & ~(uint32_t)WORD_OWN) + first : word; }

// Makes the types of a group out of its key, whose words become words of the store in place of a copy.
static bool unroll(struct core_type_store *store, const uint32_t *key, uint32_t first, uint32_t count, uint32_t *words) {
  for (uint32_t i = 0; i < count; i++) {
    if (!cm_grow(store->arena, &store->types, &store->capacity, store->count, sizeof *store->types)) return false;
    struct core_stored *type = &store->types[store->count];
    *type = (struct core_stored){.kind = (enum core_comptype)(key[0] & 7),
                                 .is_final = key[0] & 8,
                                 .shared = key[0] & 16,
                                 .super = key[1] == CORE_NO_TYPE ? CORE_NO_TYPE : resolved(key[1], first) & WORD_ID,
                                 .group = first,
                                 .a = {words, key[2]},
                                 .b = {words + key[2], key[3]}};
    if (type->super != CORE_NO_TYPE) {
      unsigned depth = store->types[type->super].depth + 1u;
      type->depth = (uint8_t)(depth > UINT8_MAX ? UINT8_MAX : depth);
    }
    uint32_t size = key[2] + key[3];
    key += 4;
    for (uint32_t k = 0; k < size; k++) *words++ = resolved(*key++, first);
    store->count++;
  }
  return true;
}

static bool insert(struct core_type_store *store, uint32_t *slot, size_t size, uint64_t hash, uint32_t count) {
  uint32_t *key = cm_alloc_array(store->arena, 2 * size, sizeof *key);
  if (!key || !cm_grow(store->arena, &store->groups, &store->group_capacity, store->group_count, sizeof *store->groups))
    return false;
  memcpy(key, store->scratch, size * sizeof *key);
  uint32_t first = (uint32_t)store->count;
  if (!unroll(store, key, first, count, key + size)) return false;
  store->groups[store->group_count++] = (struct group){key, (uint32_t)size, first, hash};
  *slot = (uint32_t)store->group_count;
  return true;
}

bool core_type_store_add(struct core_type_store *store, const struct core_type *group, uint32_t first, uint32_t count,
                         uint32_t *ids, struct cm_diag *diag) {
  if (store->count + count >= CORE_NO_TYPE)
    return cm_fail_at_large(diag, CM_LIMIT, "more than %u different core types", (unsigned)CORE_NO_TYPE);
  struct writer w = {store, ids, first, 0};
  for (uint32_t i = 0; i < count; i++)
    if (!put_type(&w, &group[i])) return cm_fail_memory(diag);
  if (!make_room(store)) return cm_fail_memory(diag);
  uint64_t hash = hash_of(store->scratch, w.used);
  uint32_t *slot = slot_of(store, store->scratch, w.used, hash);
  if (!*slot && !insert(store, slot, w.used, hash, count)) return cm_fail_memory(diag);
  for (uint32_t i = 0; i < count; i++) ids[first + i] = store->groups[*slot - 1].first + i;
  return true;
}
