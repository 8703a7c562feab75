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
  uint32_t to;    // import of the whole
  uint32_t next;  // member of the same, + 1
};

struct outside_import {
  const struct cm_item *first;  // of the members the one whose name it has
  uint32_t members, last;       // + 1
  enum { WAITING, BEING_ADDED, ADDED } state;
  uint32_t index;
  struct transplant_scope type;  // of an instance
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

static uint64_t hash_of_name(const struct outside *o, const struct cm_item *import) {
  struct cm_str name = import->import.name.name;
  return index_mix_text(o->import_index.seed, o->plan->request->merge_versions ? cm_name_base(name) : name);
}

static uint64_t hash_of_member(const struct outside *o, uint32_t part, const struct cm_item *import) {
  return index_mix(index_mix(o->member_index.seed, part), (uint64_t)(uintptr_t)import);
}

static struct outside_import *find(struct outside *o, uint32_t part, const struct cm_item *import) {
  size_t cursor = 0;
  for (uint32_t i; index_next(&o->member_index, hash_of_member(o, part, import), &cursor, &i);)
    if (o->members[i].part == part && o->members[i].import == import) return &o->imports[o->members[i].to];
  return NULL;
}

static struct outside_import *import_like(struct outside *o, const struct cm_item *import) {
  size_t cursor = 0;
  for (uint32_t i; index_next(&o->import_index, hash_of_name(o, import), &cursor, &i);)
    if (belongs(o, &o->imports[i], import)) return &o->imports[i];
  struct cm_arena *arena = o->build->arena;
  if (!cm_grow(arena, &o->imports, &o->import_room, o->import_count, sizeof *o->imports) ||
      !index_add(&o->import_index, arena, hash_of_name(o, import), (uint32_t)o->import_count))
    return NULL;
  o->imports[o->import_count] = (struct outside_import){.first = import};
  return &o->imports[o->import_count++];
}

// NULL: no memory.
static struct outside_import *add_member(struct outside *o, uint32_t part, const struct cm_item *import) {
  struct cm_arena *arena = o->build->arena;
  struct outside_import *to = import_like(o, import);
  uint32_t own = (uint32_t)o->member_count;
  if (!to || !cm_grow(arena, &o->members, &o->member_room, o->member_count, sizeof *o->members) ||
      !index_add(&o->member_index, arena, hash_of_member(o, part, import), own))
    return NULL;
  o->members[o->member_count++] = (struct outside_member){part, import, (uint32_t)(to - o->imports), 0};
  if (to->last)
    o->members[to->last - 1].next = own + 1;
  else
    to->members = own + 1;
  to->last = own + 1;
  struct cm_str name = to->first->import.name.name, other = import->import.name.name;
  bool higher = cm_semver_compare_texts(cm_name_version(other), cm_name_version(name)) > 0;
  if (to->state == WAITING && !cm_str_equal(name, other) && higher) to->first = import;
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
  if (!index_init(&o->import_index, build->arena) || !index_init(&o->member_index, build->arena)) return no_memory(o);
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
      if (!plan->parts[p].links[l].inside && !add_member(o, p, plan->parts[p].links[l].import)) return no_memory(o);
  }
  return true;
}

// --- adding one ---

static bool failed(struct outside *o) {
  if (o->problem->fault == CM_COMPOSE_FINE) o->problem->fault = CM_COMPOSE_DIAG;
  return false;
}

static bool merge_member(struct outside *o, const struct outside_member *m, struct transplant_scope *type) {
  return transplant_merge(&o->parts[m->part], m->import->import.type.index, type) || failed(o);
}

// The one whose version the import has comes first: what it says of a function counts.
static bool make_instance_type(struct outside *o, size_t own, struct transplant_scope *type) {
  if (!transplant_scope_init(o->build->arena, CM_SCOPE_INSTANCE_TYPE, type)) return no_memory(o);
  const struct cm_item *first = o->imports[own].first;
  for (unsigned pass = 0; pass < 2; pass++)
    for (uint32_t m = o->imports[own].members; m; m = o->members[m - 1].next) {
      struct outside_member member = o->members[m - 1];  // the list may grow meanwhile
      if ((member.import == first) == (pass == 0) && !merge_member(o, &member, type)) return false;
    }
  return true;
}

static bool add_instance_type(struct outside *o, size_t own, struct cm_externtype *type) {
  struct transplant_scope scope;
  struct cm_type *instance = cm_alloc(o->build->arena, sizeof *instance);
  if (!instance) return no_memory(o);
  if (!make_instance_type(o, own, &scope)) return false;
  *instance = (struct cm_type){.kind = CM_TYPE_INSTANCE, .scope = scope.scope};
  o->imports[own].type = scope;
  type->index = build_add(o->build, (struct cm_item){.kind = CM_ITEM_TYPE, .type = instance});
  return !o->build->failed || no_memory(o);
}

static bool add(struct outside *o, size_t own) {
  const struct cm_item *first = o->imports[own].first;
  uint32_t m = o->imports[own].members;
  while (o->members[m - 1].import != first) m = o->members[m - 1].next;
  uint32_t part = o->members[m - 1].part;
  o->imports[own].state = BEING_ADDED;
  struct cm_externtype type = first->import.type;
  bool ok = type.sort == CM_SORT_INSTANCE ? add_instance_type(o, own, &type)
                                          : transplant_externtype(&o->parts[part], &first->import.type, &type) || failed(o);
  if (!ok) return false;
  o->imports[own].index = build_add(o->build, (struct cm_item){.kind = CM_ITEM_IMPORT, .import = {first->import.name, type}});
  o->imports[own].state = ADDED;
  return !o->build->failed || no_memory(o);
}

bool outside_index(struct outside *o, uint32_t part, const struct cm_item *item, uint32_t *index) {
  struct outside_import *import = find(o, part, item);
  bool is_new = !import;
  if (is_new) import = add_member(o, part, item);
  if (!import) return no_memory(o);
  size_t own = (size_t)(import - o->imports);
  if (import->state == BEING_ADDED) {
    cm_fail_at_large(&o->problem->diag, CM_INVALID, "import `%.*s` uses its own types", CM_STR_ARG(item->import.name.name));
    return failed(o);
  }
  if (import->state == WAITING && !add(o, own)) return false;
  // It stands there already for others; what this one has of types besides is added to it.
  if (is_new && o->imports[own].type.scope) {
    struct transplant_scope type = o->imports[own].type;
    if (!merge_member(o, &(struct outside_member){.part = part, .import = item}, &type)) return false;
    o->imports[own].type = type;
  }
  *index = o->imports[own].index;
  return true;
}
