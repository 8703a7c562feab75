// Where an item refers to indices of the scope that it stands in.
#ifndef COMPOSE_REFERENCES_H
#define COMPOSE_REFERENCES_H

#include <component/component.h>

// One place that holds an index.
struct reference {
  enum cm_sort sort;
  uint32_t *at;
};

struct references {
  struct cm_arena *arena;
  struct reference *list;
  size_t count, room;
  bool failed;  // memory is exhausted
};

// A copy of `item`, of its own wherever it refers to the scope, in types and components within it too; each such place is added to the list. All
// else is shared with `item`. References among core types are not told. NULL: no memory.
struct cm_item *references_copy(struct references *references, const struct cm_item *item);

#endif
