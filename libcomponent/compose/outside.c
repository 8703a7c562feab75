// Imports of several parts put together.
//
// Those of one name are one import (or of one base name and compatible versions, where that is asked for: then of the highest). Its type has
// what each of them has. Types that it uses come from other imports, which are added before it; where a part provides such an other one, it is
// imported all the same, for its types.

#include "outside.h"

#include <component/semver.h>

struct outside_member {
  uint32_t part;
  const struct cm_item *import;
};

struct outside_import {
  const struct cm_item *first;  // of the members the one whose name it has
  struct outside_member *members;
  size_t count, room;
  enum { WAITING, BEING_ADDED, ADDED } state;
  bool for_types;  // a part provides it
  uint32_t index;
};

static bool no_memory(struct outside *o) {
  o->problem->fault = CM_COMPOSE_DIAG;
  return cm_fail_memory(&o->problem->diag);
}

static bool compatible(struct cm_str a, struct cm_str b) {
  struct cm_semver x, y;
  if (!cm_str_equal(cm_name_base(a), cm_name_base(b))) return false;
  struct cm_str v = cm_name_version(a), w = cm_name_version(b);
  if (!cm_semver_read(v, &x) || !cm_semver_read(w, &y) || x.pre.at || y.pre.at) return false;
  return cm_str_equal(cm_semver_canonical(v), cm_semver_canonical(w));
}

// Labels are their own; all else is found by its name.
static bool belongs(const struct outside *o, const struct outside_import *to, const struct cm_item *import) {
  const struct cm_name *a = &to->first->import.name, *b = &import->import.name;
  if (to->first->import.type.sort != import->import.type.sort) return false;
  if (cm_str_equal(a->name, b->name)) return true;
  bool merge = o->plan->request->merge_versions && !a->has_implements && !b->has_implements;
  return merge && compatible(a->name, b->name);
}

static struct outside_import *find(struct outside *o, uint32_t part, const struct cm_item *import) {
  for (size_t i = 0; i < o->import_count; i++)
    for (size_t m = 0; m < o->imports[i].count; m++)
      if (o->imports[i].members[m].part == part && o->imports[i].members[m].import == import) return &o->imports[i];
  return NULL;
}

// NULL: no memory.
static struct outside_import *add_member(struct outside *o, uint32_t part, const struct cm_item *import, bool for_types) {
  struct cm_arena *arena = o->build->arena;
  struct outside_import *to = NULL;
  for (size_t i = 0; i < o->import_count && !to; i++)
    if (o->imports[i].state == WAITING && belongs(o, &o->imports[i], import)) to = &o->imports[i];
  if (!to) {
    if (!cm_grow(arena, &o->imports, &o->import_room, o->import_count, sizeof *o->imports)) return NULL;
    to = &o->imports[o->import_count++];
    *to = (struct outside_import){.first = import, .for_types = for_types};
  }
  if (!cm_grow(arena, &to->members, &to->room, to->count, sizeof *to->members)) return NULL;
  to->members[to->count++] = (struct outside_member){part, import};
  struct cm_str own = to->first->import.name.name, other = import->import.name.name;
  if (!cm_str_equal(own, other) && cm_semver_compare_texts(cm_name_version(other), cm_name_version(own)) > 0) to->first = import;
  return to;
}

// --- for transplant.h ---

struct from_part {
  struct outside *outside;
  uint32_t part;
};

static uint32_t import_for_types(void *context, const struct cm_item *import) {
  const struct from_part *from = context;
  uint32_t index;
  return outside_index(from->outside, from->part, import, &index) ? index : UINT32_MAX;
}

bool outside_begin(struct outside *o, const struct plan *plan, struct build *build, struct cm_compose_problem *problem) {
  *o = (struct outside){.plan = plan, .build = build, .problem = problem};
  uint32_t count = plan->request->part_count;
  o->parts = cm_alloc_array(build->arena, count, sizeof *o->parts);
  struct from_part *from = cm_alloc_array(build->arena, count, sizeof *from);
  if (!o->parts || !from) return no_memory(o);
  for (uint32_t p = 0; p < count; p++) {
    from[p] = (struct from_part){o, p};
    o->parts[p] = (struct transplant){.to = build,
                                      .from = &plan->request->parts[p].component->scope,
                                      .import = import_for_types,
                                      .context = &from[p],
                                      .diag = &problem->diag};
    if (!transplant_begin(&o->parts[p])) return no_memory(o);
    for (uint32_t l = 0; l < plan->parts[p].link_count; l++)
      if (!plan->parts[p].links[l].inside && !add_member(o, p, plan->parts[p].links[l].import, false)) return no_memory(o);
  }
  return true;
}

// --- adding one ---

static bool failed(struct outside *o) {
  if (o->problem->fault == CM_COMPOSE_FINE) o->problem->fault = CM_COMPOSE_DIAG;
  return false;
}

static bool add_instance_type(struct outside *o, const struct outside_import *import, struct cm_externtype *type) {
  struct cm_arena *arena = o->build->arena;
  struct transplant_scope scope = {.scope = cm_alloc(arena, sizeof *scope.scope)};
  struct cm_type *own = cm_alloc(arena, sizeof *own);
  if (!scope.scope || !own) return no_memory(o);
  scope.scope->kind = CM_SCOPE_INSTANCE_TYPE;
  // The one whose version the import has comes first: what it says of a function counts.
  for (unsigned pass = 0; pass < 2; pass++)
    for (size_t m = 0; m < import->count; m++) {
      const struct outside_member *member = &import->members[m];
      if ((member->import == import->first) != (pass == 0)) continue;
      if (!transplant_merge(&o->parts[member->part], member->import->import.type.index, &scope)) return failed(o);
    }
  *own = (struct cm_type){.kind = CM_TYPE_INSTANCE, .scope = scope.scope};
  type->index = build_add(o->build, (struct cm_item){.kind = CM_ITEM_TYPE, .type = own});
  return !o->build->failed || no_memory(o);
}

static bool add(struct outside *o, struct outside_import *import) {
  const struct cm_import *first = &import->first->import;
  size_t own = (size_t)(import - o->imports), m = 0;
  while (import->members[m].import != import->first) m++;
  uint32_t part = import->members[m].part;
  import->state = BEING_ADDED;
  struct cm_externtype type = first->type;
  bool ok = type.sort == CM_SORT_INSTANCE ? add_instance_type(o, import, &type)
                                          : transplant_externtype(&o->parts[part], &first->type, &type) || failed(o);
  if (!ok) return false;
  import = &o->imports[own];  // the list may have grown
  import->index = build_add(o->build, (struct cm_item){.kind = CM_ITEM_IMPORT, .import = { first->name, type }});
  import->state = ADDED;
  return !o->build->failed || no_memory(o);
}

bool outside_index(struct outside *o, uint32_t part, const struct cm_item *item, uint32_t *index) {
  struct outside_import *import = find(o, part, item);
  if (!import) import = add_member(o, part, item, true);
  if (!import) return no_memory(o);
  size_t own = (size_t)(import - o->imports);
  if (import->state == BEING_ADDED) {
    cm_fail_at_large(&o->problem->diag, CM_INVALID, "import `%.*s` uses its own types", CM_STR_ARG(item->import.name.name));
    return failed(o);
  }
  if (import->state == WAITING && !add(o, import)) return false;
  *index = o->imports[own].index;
  return true;
}
