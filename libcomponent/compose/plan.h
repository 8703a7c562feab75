// Who takes what from whom.
#ifndef COMPOSE_PLAN_H
#define COMPOSE_PLAN_H

#include "base/index.h"

#include <component/compose.h>

// An import of a part, and what satisfies it.
struct plan_link {
  const struct cm_item *import;
  bool inside;
  uint32_t from;                 // part
  const struct cm_item *export;  // of it
};

struct plan_part {
  struct plan_link *links;  // its imports, in their order
  uint32_t link_count;
  struct index imports;  // by name, to links
  struct index exports;  // by name without version, to items of its scope
};

// An instance of a part. `from` has a node for each link that is satisfied inside.
struct plan_node {
  uint32_t part;
  uint32_t number;  // of the instances of this part, from 0 on
  uint32_t *from;
};

struct plan {
  const struct cm_compose_request *request;
  struct plan_part *parts;
  struct plan_node *nodes;  // whoever is taken from comes first
  uint32_t node_count;
  size_t node_room;
};

// False: `problem` says why.
bool plan_make(struct cm_arena *arena, const struct cm_compose_request *request, struct plan *out,
               struct cm_compose_problem *problem);

#endif
