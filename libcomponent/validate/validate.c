// Validation of a component: the walk over its definitions.
//
// One row for each kind of item says how it is told in paths and which function judges it. Definitions are judged in the order of
// the file; each that is valid puts what it defines into its index space, and behind one that is not an empty slot stands in. When all
// items of a scope have been walked, the scope itself has a type, which the enclosing scope goes on with.
//
// Spec: Explainer.md, "Component Definitions", "Index Spaces", "Type Checking".

#include "validate/space.h"

#include <component/validate.h>

static const struct walk_row {
  const char *what;
  int sort;  // whose next index numbers the item in paths; -1: none
  bool (*define)(struct validator *v, const struct cm_item *item);
} walk_rows[] = {
    [CM_ITEM_CORE_MODULE] = {"core module", CM_SORT_CORE_MODULE, define_core_module},
    [CM_ITEM_CORE_INSTANCE] = {"core instance", CM_SORT_CORE_INSTANCE, define_core_instance},
    [CM_ITEM_CORE_TYPE] = {"core type", CM_SORT_CORE_TYPE, define_core_type},
    [CM_ITEM_COMPONENT] = {"component", CM_SORT_COMPONENT, define_component},
    [CM_ITEM_INSTANCE] = {"instance", CM_SORT_INSTANCE, define_instance},
    [CM_ITEM_ALIAS] = {"alias", -1, define_alias},
    [CM_ITEM_TYPE] = {"type", CM_SORT_TYPE, define_type},
    [CM_ITEM_CANON] = {"canon", -1, define_canon},
    [CM_ITEM_START] = {"start", -1, define_start},
    [CM_ITEM_IMPORT] = {"import", -1, define_import},
    [CM_ITEM_EXPORT] = {"export", -1, define_export},
    [CM_ITEM_VALUE] = {"value", CM_SORT_VALUE, define_value},
    [CM_ITEM_CUSTOM] = {"custom section", -1, NULL},
};

// The name that an item has of itself.
static struct cm_str item_name(const struct cm_item *item) {
  switch (item->kind) {
    case CM_ITEM_IMPORT: return item->import.name.raw;
    case CM_ITEM_EXPORT: return item->export.name.raw;
    case CM_ITEM_ALIAS:
      if (item->alias.kind != CM_ALIAS_OUTER) return item->alias.raw;
      return (struct cm_str){0};
    case CM_ITEM_CANON: return cm_str_of(cm_canons[item->canon.kind].text);
    default: return (struct cm_str){0};
  }
}

// Empty slots for the indices that the item introduces and that were not pushed: later indices keep their meaning.
static void fill_gap(struct space *space, const struct cm_item *item) {
  for (int sort = 0; sort < CM_SORT_COUNT; sort++) {
    const struct cm_space *decoded = &space->scope->spaces[sort];
    while (space->counts[sort] < decoded->count && decoded->defs[space->counts[sort]].item == item)
      space_push(space, (enum cm_sort)sort, (union slot){0});
  }
}

static void walk_item(struct validator *v, const struct cm_item *item) {
  const struct walk_row *row = &walk_rows[item->kind];
  if (!row->define) return;
  struct space *space = v->space;
  uint64_t offset = v->offset;
  struct cm_where where = {.up = v->where, .what = row->what, .index = -1, .name = item_name(item)};
  if (row->sort >= 0) where.index = space->counts[row->sort];
  v->where = &where;
  v->offset = item->offset;
  if (!row->define(v, item)) {
    space->broken = true;
    fill_gap(space, item);
  }
  v->where = where.up;
  v->offset = offset;
}

void walk_scope(struct validator *v, struct space *space) {
  for (uint32_t i = 0; i < space->scope->item_count && may_go_on(v); i++) walk_item(v, space->scope->items[i]);
}

bool define_component(struct validator *v, const struct cm_item *item) {
  struct space space;
  if (!space_open(v, &space, &item->component->scope)) return false;
  walk_scope(v, &space);
  const struct type *type = component_type_of(v, &space);
  space_close(v, &space);
  if (!type || !check_type_bounds(v, type)) return false;
  push_type(v->space, CM_SORT_COMPONENT, type);
  return true;
}

// What core modules report is told as it is.
static bool report_core(void *context, const struct cm_diag *diag) { return report_finding(context, diag); }

// What has no place in the file.
static void report_at_large(struct validator *v, enum cm_error error, const char *message) {
  struct cm_diag diag;
  cm_fail_at_large(&diag, error, "%s", message);
  report_finding(v, &diag);
}

bool cm_validate(const struct cm_component *component, const struct cm_validate_options *options, const struct cm_diag_sink *sink,
                 const struct cm_allocator *allocator) {
  struct cm_where where = {.what = "component", .index = -1};
  struct validator v = {.options = options, .sink = sink, .where = &where, .offset = component->offset};
  v.core_sink = (struct cm_diag_sink){report_core, &v};
  cm_arena_init(&v.arena, allocator);
  struct space space;
  v.core_types = core_type_store_new(&v.arena);
  if (v.core_types && store_init(&v.store, &v.arena) && space_open(&v, &space, &component->scope)) {
    walk_scope(&v, &space);
    if (may_go_on(&v)) component_type_of(&v, &space);
  }
  if (v.arena.refused)
    report_at_large(&v, CM_NO_MEMORY, "out of memory");
  else if (v.store.overworked)
    report_at_large(&v, CM_LIMIT, "the types of the component are too much work to compare");
  cm_arena_free(&v.arena);
  return !v.failed;
}
