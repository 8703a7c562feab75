// Types of a store.
//
// Modules number their types each for itself; an indirect call and an import compare types of different modules. So a store keeps each
// type once: when a module comes in, every recursion group is written out as a sequence of numbers in which a reference into the
// group is relative and one out of it is already a number of the store, and groups with equal sequences get the same numbers.
// After that two types are the same exactly when their numbers are, and subtyping is a walk up the declared supertypes.
//
// Spec: https://webassembly.github.io/spec/core/valid/conventions.html#rolling-and-unrolling,
// https://webassembly.github.io/spec/core/valid/matching.html.

#include "exec.h"

// A recursion group of the store.
struct exec_group {
  struct exec_group *next;  // in its bucket
  uint64_t hash;
  uint32_t first;  // its types are numbered from here on
  uint32_t key_count;
  const uint32_t *key;
};

// The sequence of numbers being written.
struct key {
  struct cm_arena *arena;
  uint32_t *words;
  size_t count, capacity;
  bool no_memory, bad, too_deep;
  // the group: module indices first … first + count are its own
  const uint32_t *ids;
  uint32_t first, group_count;
};

// Marks a reference into the group itself. Type numbers stay below it.
enum { RELATIVE = 0x40000000 };

static void put(struct key *key, uint32_t word) {
  if (key->no_memory) return;
  if (!cm_grow(key->arena, &key->words, &key->capacity, key->count, sizeof *key->words)) {
    key->no_memory = true;
    return;
  }
  key->words[key->count++] = word;
}

static void put_index(struct key *key, uint32_t index) {
  if (index < key->first) {
    put(key, key->ids[index]);
  } else if (index - key->first < key->group_count) {
    put(key, RELATIVE | (index - key->first));
  } else {
    key->bad = true;
  }
}

static void put_valtype(struct key *key, struct core_valtype type) {
  put(key, (uint32_t)type.code | (uint32_t)type.nullable << 8 | (uint32_t)type.shared << 9);
  if (type.code != CORE_REF) return;
  if (type.heap < 0) {
    put(key, (uint32_t)type.heap);
  } else {
    put_index(key, (uint32_t)type.heap);
  }
}

static void put_type(struct key *key, const struct core_type *type) {
  put(key, (uint32_t)type->kind | (uint32_t)type->is_final << 8 | (uint32_t)type->shared << 9);
  put(key, type->super_count);
  for (uint32_t i = 0; i < type->super_count; i++) put_index(key, type->supers[i]);
  if (type->kind == CORE_FUNC_TYPE) {
    put(key, type->param_count);
    put(key, type->result_count);
    for (uint32_t i = 0; i < type->param_count; i++) put_valtype(key, type->params[i]);
    for (uint32_t i = 0; i < type->result_count; i++) put_valtype(key, type->results[i]);
  } else {
    put(key, type->field_count);
    for (uint32_t i = 0; i < type->field_count; i++) {
      put(key, type->fields[i].is_mutable);
      put_valtype(key, type->fields[i].type);
    }
  }
}

// FNV-1a over words.
static uint64_t hash_key(const struct key *key) {
  uint64_t hash = 0xcbf29ce484222325;
  for (size_t i = 0; i < key->count; i++) hash = (hash ^ key->words[i]) * 0x100000001b3;
  return hash ^ hash >> 29;
}

static struct exec_group *find_group(const struct core_store *store, const struct key *key, uint64_t hash) {
  if (!store->group_buckets) return NULL;
  for (struct exec_group *group = store->groups[hash & (store->group_buckets - 1)]; group; group = group->next) {
    if (group->hash == hash && group->key_count == key->count &&
        memcmp(group->key, key->words, key->count * sizeof *key->words) == 0)
      return group;
  }
  return NULL;
}

// Keeps at least as many buckets as groups.
static bool grow_buckets(struct core_store *store) {
  if (store->group_count < store->group_buckets) return true;
  size_t count = store->group_buckets ? store->group_buckets * 2 : 64;
  struct exec_group **buckets = cm_alloc_array(&store->arena, count, sizeof *buckets);
  if (!buckets) return false;
  for (size_t i = 0; i < store->group_buckets; i++) {
    for (struct exec_group *group = store->groups[i], *next; group; group = next) {
      next = group->next;
      group->next = buckets[group->hash & (count - 1)];
      buckets[group->hash & (count - 1)] = group;
    }
  }
  store->groups = buckets;
  store->group_buckets = count;
  return true;
}

// Adds the group's types. The supertypes are known by now: within the group they come before their subtypes.
static struct exec_group *add_group(struct core_store *store, struct key *key, uint64_t hash, const struct core_type *types) {
  struct exec_group *group = cm_alloc(&store->arena, sizeof *group);
  uint32_t *words = cm_alloc_array(&store->arena, key->count ? key->count : 1, sizeof *words);
  if (!group || !words || !grow_buckets(store)) return NULL;
  if (store->type_count + key->group_count >= RELATIVE) return NULL;
  memcpy(words, key->words, key->count * sizeof *words);
  *group = (struct exec_group){.hash = hash, .first = (uint32_t)store->type_count, .key_count = (uint32_t)key->count, .key = words};
  for (uint32_t i = 0; i < key->group_count; i++) {
    if (!cm_grow(&store->arena, &store->types, &store->type_capacity, store->type_count, sizeof *store->types)) return NULL;
    uint32_t super = EXEC_NONE, depth = 0;
    if (types[i].super_count) {
      uint32_t index = types[i].supers[0];
      super = index < key->first ? key->ids[index] : group->first + (index - key->first);
      if (super >= store->type_count) super = EXEC_NONE;
    }
    if (super != EXEC_NONE) depth = store->types[super].depth + 1;
    if (depth > CORE_LIMIT_SUBTYPE_DEPTH) {
      key->too_deep = true;
      return NULL;
    }
    store->types[store->type_count++] = (struct exec_type){&types[i], super, depth};
  }
  struct exec_group **bucket = &store->groups[hash & (store->group_buckets - 1)];
  group->next = *bucket;
  *bucket = group;
  store->group_count++;
  return group;
}

// The group of `count` types from `types` on; their indices begin at `first`. NULL: no memory, or key->bad.
static struct exec_group *intern(struct core_store *store, struct key *key, const struct core_type *types, uint32_t first,
                                 uint32_t count) {
  key->count = 0;
  key->first = first;
  key->group_count = count;
  put(key, count);
  for (uint32_t i = 0; i < count; i++) put_type(key, &types[i]);
  if (key->no_memory || key->bad) return NULL;
  uint64_t hash = hash_key(key);
  struct exec_group *group = find_group(store, key, hash);
  return group ? group : add_group(store, key, hash, types);
}

bool exec_types_add(struct core_store *store, const struct core_module *module, uint32_t *ids, struct cm_diag *diag) {
  struct key key = {.arena = &store->scratch, .ids = ids};
  bool good = true;
  for (uint32_t i = 0; good && i < module->type_count;) {
    uint32_t count = module->types[i].group_first == i ? module->types[i].group_count : 1;
    if (count == 0 || count > module->type_count - i) count = 1;
    struct exec_group *group = intern(store, &key, module->types + i, i, count);
    if (!group) {
      good = key.bad ? cm_fail(diag, CM_INVALID, module->types[i].offset, NULL, "a type refers to a type that comes after it")
             : key.too_deep ? cm_fail(diag, CM_LIMIT, module->types[i].offset, NULL, "more than %d supertypes above each other",
                                      (int)CORE_LIMIT_SUBTYPE_DEPTH)
                            : cm_fail_memory(diag);
      break;
    }
    for (uint32_t j = 0; j < count; j++) ids[i + j] = group->first + j;
    i += count;
  }
  cm_arena_clear(&store->scratch);
  return good;
}

uint32_t exec_type_add(struct core_store *store, const struct core_type *type) {
  struct key key = {.arena = &store->scratch};
  struct exec_group *group = type->super_count ? NULL : intern(store, &key, type, 0, 1);
  cm_arena_clear(&store->scratch);
  return group ? group->first : EXEC_NONE;
}

bool exec_type_matches(const struct core_store *store, uint32_t id, uint32_t super) {
  // Supertypes have smaller numbers, so this ends.
  for (; id != EXEC_NONE; id = store->types[id].super) {
    if (id == super) return true;
  }
  return false;
}

bool exec_valtype_canonical(const uint32_t *ids, uint32_t type_count, struct core_valtype type, struct core_valtype *out) {
  *out = type;
  if (type.code != CORE_REF || type.heap < 0) return true;
  if ((uint32_t)type.heap >= type_count) return false;
  out->heap = (int32_t)ids[type.heap];
  return true;
}

// The abstract heap type directly above: the rows are the specification's.
static int32_t heap_above(const struct core_store *store, int32_t heap) {
  if (heap >= 0) {
    switch (store->types[heap].type->kind) {
      case CORE_FUNC_TYPE: return CORE_HEAP_FUNC;
      case CORE_STRUCT_TYPE: return CORE_HEAP_STRUCT;
      default: return CORE_HEAP_ARRAY;
    }
  }
  switch (heap) {
    case CORE_HEAP_I31:
    case CORE_HEAP_STRUCT:
    case CORE_HEAP_ARRAY: return CORE_HEAP_EQ;
    case CORE_HEAP_EQ: return CORE_HEAP_ANY;
    default: return 0;
  }
}

static int32_t hierarchy_of(int32_t heap) {
  switch (heap) {
    case CORE_HEAP_FUNC:
    case CORE_HEAP_NOFUNC: return CORE_HEAP_FUNC;
    case CORE_HEAP_EXTERN:
    case CORE_HEAP_NOEXTERN: return CORE_HEAP_EXTERN;
    case CORE_HEAP_EXN:
    case CORE_HEAP_NOEXN: return CORE_HEAP_EXN;
    case CORE_HEAP_CONT:
    case CORE_HEAP_NOCONT: return CORE_HEAP_CONT;
    default: return CORE_HEAP_ANY;
  }
}

static bool heap_matches(const struct core_store *store, int32_t heap, int32_t super) {
  if (heap >= 0 && super >= 0) return exec_type_matches(store, (uint32_t)heap, (uint32_t)super);
  bool bottom = heap == CORE_HEAP_NONE || heap == CORE_HEAP_NOFUNC || heap == CORE_HEAP_NOEXTERN || heap == CORE_HEAP_NOEXN ||
                heap == CORE_HEAP_NOCONT;
  if (bottom) return hierarchy_of(heap) == hierarchy_of(super >= 0 ? heap_above(store, super) : super);
  // 0 is a type's number at first, and no heap type after.
  do {
    if (heap == super) return true;
    heap = heap_above(store, heap);
  } while (heap);
  return false;
}

bool exec_valtype_matches(const struct core_store *store, struct core_valtype type, struct core_valtype super) {
  if (type.code != super.code) return false;
  if (type.code != CORE_REF) return true;
  return (super.nullable || !type.nullable) && heap_matches(store, type.heap, super.heap);
}

int32_t exec_heap_hierarchy(const struct core_module *module, int32_t heap) {
  if (heap < 0) return hierarchy_of(heap);
  if ((uint32_t)heap >= module->type_count) return 0;
  return module->types[heap].kind == CORE_FUNC_TYPE ? CORE_HEAP_FUNC : CORE_HEAP_ANY;
}
