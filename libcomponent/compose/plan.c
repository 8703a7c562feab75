// Matching imports with exports, and the order of instantiation.
//
// Wires by hand come first. What is left is looked for by name: first exactly, then in a compatible version. The order is that of a search in
// depth from the parts whose exports are wanted, which also meets whatever goes round in a circle.

#include "plan.h"

#include <component/limits.h>
#include <component/semver.h>

struct planning {
  struct cm_arena *arena;
  struct plan *plan;
  struct cm_compose_problem *problem;
  uint32_t *node_of;    // by part: its node + 1, where it has only one
  uint32_t *instances;  // by part: how many there are
  uint32_t *path;       // parts being looked at
  struct cm_str *via;   // by place in the path: the import that leads on
  uint32_t path_count;
};

enum { NODES_MOST = 10000 };

static bool fail(struct planning *p, enum cm_compose_fault fault, uint32_t wire, uint32_t part, struct cm_str name) {
  p->problem->fault = fault;
  p->problem->wire = wire;
  p->problem->part = part;
  p->problem->name = name;
  return false;
}

static bool no_memory(struct planning *p) {
  p->problem->fault = CM_COMPOSE_DIAG;
  return cm_fail_memory(&p->problem->diag);
}

// --- names ---

// The next export of that base name; *cursor begins as 0. NULL: there are no more.
static const struct cm_item *next_export(const struct planning *p, uint32_t part, struct cm_str base, size_t *cursor) {
  const struct index *index = &p->plan->parts[part].exports;
  for (uint32_t i; index_next(index, index_mix_text(index->seed, base), cursor, &i);) {
    const struct cm_item *item = p->plan->request->parts[part].component->scope.items[i];
    if (cm_str_equal(cm_name_base(item->export.name.name), base)) return item;
  }
  return NULL;
}

static const struct cm_item *export_named(const struct planning *p, uint32_t part, struct cm_str name) {
  size_t cursor = 0;
  const struct cm_item *item;
  do item = next_export(p, part, cm_name_base(name), &cursor);
  while (item && !cm_str_equal(item->export.name.name, name));
  return item;
}

// A version that will do for another one: compatible and not older. Previews are compatible with nothing but themselves.
static bool will_do(struct cm_str wanted, struct cm_str offered) {
  struct cm_semver a, b;
  if (!cm_semver_read(wanted, &a) || !cm_semver_read(offered, &b) || a.pre.at || b.pre.at) return false;
  return cm_str_equal(cm_semver_canonical(wanted), cm_semver_canonical(offered)) && cm_semver_compare(&b, &a) >= 0;
}

// Of the exports whose version will do the highest.
static const struct cm_item *export_compatible(const struct planning *p, uint32_t part, struct cm_str name) {
  const struct cm_item *best = NULL;
  struct cm_str version = cm_name_version(name);
  size_t cursor = 0;
  for (const struct cm_item *item; version.size && (item = next_export(p, part, cm_name_base(name), &cursor)) != NULL;) {
    struct cm_str offered = cm_name_version(item->export.name.name);
    if (!will_do(version, offered)) continue;
    if (!best || cm_semver_compare_texts(offered, cm_name_version(best->export.name.name)) > 0) best = item;
  }
  return best;
}

static const struct cm_item *export_for(const struct planning *p, uint32_t part, struct cm_str name) {
  const struct cm_item *exact = export_named(p, part, name);
  return exact ? exact : export_compatible(p, part, name);
}

// What `part` has for an import, found by its name; NULL: nothing. Of a labelled import the interface counts only in a part of that label.
static const struct cm_item *offer(const struct planning *p, uint32_t part, const struct cm_item *import) {
  const struct cm_name *name = &import->import.name;
  const struct cm_item *item;
  if (!name->has_implements) {
    item = export_for(p, part, name->name);
  } else {
    item = export_named(p, part, name->name);
    if (!item && cm_str_equal(p->plan->request->parts[part].name, name->name)) item = export_for(p, part, name->implements);
  }
  return item && item->export.what.sort == import->import.type.sort ? item : NULL;
}

// --- links ---

static bool add_extern(struct planning *p, struct plan_part *part, uint32_t at, const struct cm_item *item) {
  if (item->kind == CM_ITEM_EXPORT) {
    struct cm_str base = cm_name_base(item->export.name.name);
    return index_add(&part->exports, p->arena, index_mix_text(part->exports.seed, base), at);
  }
  uint64_t hash = index_mix_text(part->imports.seed, item->import.name.name);
  if (!index_add(&part->imports, p->arena, hash, part->link_count)) return false;
  part->links[part->link_count++].import = item;
  return true;
}

static bool list_externs(struct planning *p, uint32_t index) {
  const struct cm_scope *scope = &p->plan->request->parts[index].component->scope;
  struct plan_part *part = &p->plan->parts[index];
  uint32_t count = 0;
  for (uint32_t i = 0; i < scope->item_count; i++) count += scope->items[i]->kind == CM_ITEM_IMPORT;
  part->links = cm_alloc_array(p->arena, count, sizeof *part->links);
  if (!part->links || !index_init(&part->imports, p->arena) || !index_init(&part->exports, p->arena)) return no_memory(p);
  for (uint32_t i = 0; i < scope->item_count; i++) {
    const struct cm_item *item = scope->items[i];
    bool is_extern = item->kind == CM_ITEM_IMPORT || item->kind == CM_ITEM_EXPORT;
    if (is_extern && !add_extern(p, part, i, item)) return no_memory(p);
  }
  return true;
}

static struct plan_link *link_named(const struct plan_part *part, struct cm_str name) {
  size_t cursor = 0;
  for (uint32_t i; index_next(&part->imports, index_mix_text(part->imports.seed, name), &cursor, &i);)
    if (cm_str_equal(part->links[i].import->import.name.name, name)) return &part->links[i];
  return NULL;
}

static bool lay_wire(struct planning *p, uint32_t index) {
  const struct cm_compose_request *request = p->plan->request;
  const struct cm_compose_wire *wire = &request->wires[index];
  struct plan_link *link = link_named(&p->plan->parts[wire->to], wire->import);
  const struct cm_item *export = export_named(p, wire->from, wire->export);
  if (!link) return fail(p, CM_COMPOSE_NO_IMPORT, index, wire->to, wire->import);
  if (!export) return fail(p, CM_COMPOSE_NO_EXPORT, index, wire->from, wire->export);
  if (link->inside) return fail(p, CM_COMPOSE_TWICE, index, wire->to, wire->import);
  p->problem->sorts[0] = link->import->import.type.sort, p->problem->sorts[1] = export->export.what.sort;
  if (p->problem->sorts[0] != p->problem->sorts[1]) return fail(p, CM_COMPOSE_SORTS, index, wire->to, wire->import);
  *link = (struct plan_link){link->import, true, wire->from, export};
  return true;
}

// Part 0 takes from all others, in their order; each of them from those behind it, then from those before it, but never from part 0. What
// exports the very thing that it imports stands between two others: it takes from those behind it alone.
static void plug(struct planning *p, uint32_t part) {
  const struct cm_compose_request *request = p->plan->request;
  uint32_t count = request->part_count;
  for (uint32_t i = 0; i < p->plan->parts[part].link_count; i++) {
    struct plan_link *link = &p->plan->parts[part].links[i];
    bool between = offer(p, part, link->import) != NULL;
    uint32_t steps = request->layered || (part && between) ? count - part : count;
    for (uint32_t step = 1; step < steps && !link->inside; step++) {
      uint32_t other = step < count - part ? part + step : step - (count - part);
      const struct cm_item *item = other ? offer(p, other, link->import) : NULL;
      if (item) *link = (struct plan_link){link->import, true, other, item};
    }
  }
}

// --- the order ---

static bool fail_cycle(struct planning *p, uint32_t part) {
  uint32_t first = 0;
  while (p->path[first] != part) first++;
  p->problem->cycle_count = p->path_count - first;
  for (uint32_t i = first; i < p->path_count && i - first < CM_COMPOSE_CYCLE_SHOWN; i++) {
    p->problem->cycle[i - first] = p->path[i];
    p->problem->cycle_imports[i - first] = p->via[i];
  }
  return fail(p, CM_COMPOSE_CYCLE, 0, part, (struct cm_str){0});
}

// The node of a part, for one that takes from it; UINT32_MAX: there is a problem. The depth is that of the parts at most.
static uint32_t node_for(struct planning *p, uint32_t part) {
  struct plan *plan = p->plan;
  if (!plan->request->separate && p->node_of[part]) return p->node_of[part] - 1;
  for (uint32_t i = 0; i < p->path_count; i++)
    if (p->path[i] == part) return fail_cycle(p, part), UINT32_MAX;
  p->path[p->path_count++] = part;
  const struct plan_part *of = &plan->parts[part];
  struct plan_node node = {.part = part, .from = cm_alloc_array(p->arena, of->link_count, sizeof *node.from)};
  if (!node.from) return no_memory(p), UINT32_MAX;
  // Whoever gives more than one thing to one that takes is one instance to it.
  uint32_t *given = cm_alloc_array(p->arena, plan->request->part_count, sizeof *given);
  if (!given) return no_memory(p), UINT32_MAX;
  for (uint32_t i = 0; i < of->link_count; i++) {
    if (!of->links[i].inside) continue;
    uint32_t *from = &given[of->links[i].from];
    p->via[p->path_count - 1] = of->links[i].import->import.name.name;
    if (!*from) *from = node_for(p, of->links[i].from) + 1;
    if (!*from) return UINT32_MAX;
    node.from[i] = *from - 1;
  }
  p->path_count--;
  if (plan->node_count == NODES_MOST) {
    p->problem->fault = CM_COMPOSE_DIAG;
    cm_fail_at_large(&p->problem->diag, CM_LIMIT, "more than %d instances", NODES_MOST);
    return UINT32_MAX;
  }
  if (!cm_grow(p->arena, &plan->nodes, &plan->node_room, plan->node_count, sizeof *plan->nodes)) return no_memory(p), UINT32_MAX;
  node.number = p->instances[part]++;
  plan->nodes[plan->node_count] = node;
  p->node_of[part] = ++plan->node_count;
  return plan->node_count - 1;
}

// --- exports ---

// What the whole exports has one name each.
static bool check_exports(struct planning *p, uint32_t part) {
  const struct cm_compose_request *request = p->plan->request;
  const struct cm_scope *scope = &request->parts[part].component->scope;
  for (uint32_t other = 0; other < part; other++) {
    if (!request->parts[other].exported || request->cover == part + 1 || request->cover == other + 1) continue;
    for (uint32_t i = 0; i < scope->item_count; i++) {
      const struct cm_item *item = scope->items[i];
      if (item->kind != CM_ITEM_EXPORT || !export_named(p, other, item->export.name.name)) continue;
      p->problem->other = other;
      return fail(p, CM_COMPOSE_EXPORTS, 0, part, item->export.name.name);
    }
  }
  return true;
}

bool plan_make(struct cm_arena *arena, const struct cm_compose_request *request, struct plan *out,
               struct cm_compose_problem *problem) {
  *out = (struct plan){.request = request};
  *problem = (struct cm_compose_problem){0};
  struct planning p = {.arena = arena, .plan = out, .problem = problem};
  uint32_t count = request->part_count;
  out->parts = cm_alloc_array(arena, count, sizeof *out->parts);
  uint32_t *by_part = cm_alloc_array(arena, count, 3 * sizeof *by_part);
  p.via = cm_alloc_array(arena, count, sizeof *p.via);
  if (!out->parts || !by_part || !p.via) return no_memory(&p);
  p.node_of = by_part, p.instances = by_part + count, p.path = by_part + 2 * (size_t)count;
  for (uint32_t i = 0; i < count; i++)
    if (!list_externs(&p, i)) return false;
  for (uint32_t i = 0; i < request->wire_count; i++)
    if (!lay_wire(&p, i)) return false;
  for (uint32_t i = 0; i < count; i++)
    if (request->parts[i].exported && !check_exports(&p, i)) return false;
  for (uint32_t i = 0; i < count && request->plug; i++) plug(&p, i);
  for (uint32_t i = 0; i < count; i++)
    if (request->parts[i].exported && node_for(&p, i) == UINT32_MAX) return false;
  for (uint32_t i = 0; i < count; i++)
    if (!p.instances[i]) return fail(&p, CM_COMPOSE_UNUSED, 0, i, (struct cm_str){0});
  return true;
}
