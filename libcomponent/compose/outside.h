// The imports of the whole: what the parts import and no part provides.
#ifndef COMPOSE_OUTSIDE_H
#define COMPOSE_OUTSIDE_H

#include "plan.h"
#include "transplant.h"

struct outside_import;
struct outside_member;

struct outside {
  const struct plan *plan;
  struct build *build;
  struct cm_compose_problem *problem;
  struct outside_import *imports;
  size_t import_count, import_room;
  struct outside_member *members;  // of all imports
  size_t member_count, member_room;
  struct index import_index, member_index;
  struct transplant *parts;  // by part: its types on their way into the whole
};

// Gathers what is to be imported. False: `problem` says why.
bool outside_begin(struct outside *outside, const struct plan *plan, struct build *build, struct cm_compose_problem *problem);

// The index, of its sort, of what import `import` of `part` is from outside; what it needs is added to the build before it. False: told.
bool outside_index(struct outside *outside, uint32_t part, const struct cm_item *import, uint32_t *index);

#endif
