// Items one behind the other, each index counted as Binary.md says.

#include "build.h"

#include "binary/codes.h"

bool build_init(struct build *b, struct cm_arena *arena) {
  *b = (struct build){.arena = arena};
  return index_init(&b->alias_index, arena);
}

uint32_t build_add(struct build *b, struct cm_item item) {
  struct cm_item *own = cm_alloc(b->arena, sizeof *own);
  if (!own || !cm_grow(b->arena, &b->items, &b->item_room, b->item_count, sizeof *b->items)) {
    b->failed = true;
    return 0;
  }
  *own = item;
  own->section = UINT32_MAX;
  b->items[b->item_count++] = own;
  enum cm_sort sort = CM_SORT_COUNT;
  uint32_t count = scope_introduces(own, &sort), index = count ? b->counts[sort] : 0;
  if (count) b->counts[sort] += count;
  return index;
}

uint32_t build_alias(struct build *b, uint32_t instance, enum cm_sort sort, struct cm_str name, struct cm_str raw) {
  uint64_t hash = index_mix_text(index_mix(b->alias_index.seed, (uint64_t)instance << 32 | (uint32_t)sort), name);
  size_t cursor = 0;
  for (uint32_t i; index_next(&b->alias_index, hash, &cursor, &i);) {
    const struct build_alias *a = &b->aliases[i];
    if (a->instance == instance && a->sort == sort && cm_str_equal(a->name, name)) return a->index;
  }
  struct cm_alias alias = {.kind = CM_ALIAS_EXPORT, .sort = sort, .instance = instance, .name = name, .raw = raw.size ? raw : name};
  uint32_t index = build_add(b, (struct cm_item){.kind = CM_ITEM_ALIAS, .alias = alias});
  if (!cm_grow(b->arena, &b->aliases, &b->alias_room, b->alias_count, sizeof *b->aliases) ||
      !index_add(&b->alias_index, b->arena, hash, (uint32_t)b->alias_count)) {
    b->failed = true;
    return index;
  }
  b->aliases[b->alias_count++] = (struct build_alias){instance, index, sort, name};
  return index;
}
