// Putting items in order, and naming new ones.
#ifndef COMPOSE_ORDER_H
#define COMPOSE_ORDER_H

#include <component/compose.h>

// A name for an index, as it is before items are moved.
struct order_name {
  enum cm_sort sort;
  uint32_t index;
  struct cm_str name;
};

// As cm_order. Names come into the component's section of names, which must be among the items.
bool order_named(struct cm_arena *arena, const struct cm_component *component, struct cm_item *const *items, uint32_t count,
                 const struct order_name *names, uint32_t name_count, struct cm_component **out, struct cm_diag *diag);

// Whether an item is such a section.
bool order_is_names(const struct cm_item *item);

#endif
