// A component being built: its items, and how many of each sort there are by now.
#ifndef COMPOSE_BUILD_H
#define COMPOSE_BUILD_H

#include "base/index.h"

#include <component/component.h>

// An alias of an instance's export that was made, to be used again.
struct build_alias {
  uint32_t instance, index;
  enum cm_sort sort;
  struct cm_str name;
};

struct build {
  struct cm_arena *arena;
  struct cm_item **items;
  size_t item_count, item_room;
  uint32_t counts[CM_SORT_COUNT];
  struct build_alias *aliases;
  size_t alias_count, alias_room;
  struct index alias_index;
  bool failed;  // memory is exhausted
};

// An empty one. False: memory is exhausted.
bool build_init(struct build *build, struct cm_arena *arena);

// Adds an item; returns the first index that it introduces.
uint32_t build_add(struct build *build, struct cm_item item);

// The index of an export of an instance. `raw` is the name as it is to be written (struct cm_name); empty: the same.
uint32_t build_alias(struct build *build, uint32_t instance, enum cm_sort sort, struct cm_str name, struct cm_str raw);

#endif
