// A component that stands within the one which imports from it.
//
// Each import that it serves becomes an alias of its instance's export, which introduces the same index. What described these imports is not
// needed any more, and goes (order.c). What it imports itself is an import of the whole, described as it describes it: of an interface that it serves,
// where that has no types, so that nothing but it has to do with the import; or of one that the component does not import.
//
// Spec: Explainer.md, "Alias Definitions"; "Import and Export Definitions": an import may mention only types that are imported.

#include <component/compose.h>
#include <component/types.h>

#include "base/index.h"
#include "binary/codes.h"
#include "order.h"
#include "references.h"

struct serving {
  struct cm_arena *arena;
  const struct cm_component *component, *by;
  struct cm_diag *diag;
  struct index exports;
  struct cm_item **items;
  uint32_t count;              // of items by now
  uint32_t instance;           // the index of the new one
  uint32_t imported;           // how many imports `by` has
  bool *local[CM_SORT_COUNT];  // by index: it would come from within
};

static bool no_memory(struct serving *s) { return cm_fail_memory(s->diag); }

static bool index_exports(struct serving *s) {
  if (!index_init(&s->exports, s->arena)) return no_memory(s);
  for (uint32_t i = 0; i < s->by->scope.item_count; i++) {
    const struct cm_item *item = s->by->scope.items[i];
    if (item->kind == CM_ITEM_EXPORT &&
        !index_add(&s->exports, s->arena, index_mix_text(s->exports.seed, item->export.name.name), i))
      return no_memory(s);
  }
  return true;
}

// What serves an import; NULL: nothing does.
static const struct cm_item *export_for(const struct serving *s, const struct cm_item *import) {
  if (import->kind != CM_ITEM_IMPORT) return NULL;
  struct cm_str name = import->import.name.name;
  size_t cursor = 0;
  for (uint32_t i; index_next(&s->exports, index_mix_text(s->exports.seed, name), &cursor, &i);) {
    const struct cm_item *export = s->by->scope.items[i];
    if (cm_str_equal(export->export.name.name, name) && export->export.what.sort == import->import.type.sort) return export;
  }
  return NULL;
}

// Whether an instance type gives names to types.
static bool has_types(const struct cm_scope *scope, uint32_t type) {
  const struct cm_scope *interface = cm_instance_type_scope(scope, type);
  for (uint32_t i = 0; interface && i < interface->item_count; i++) {
    const struct cm_item *item = interface->items[i];
    if (item->kind == CM_ITEM_EXPORT && item->export.type.sort == CM_SORT_TYPE) return true;
  }
  return !interface;
}

static const struct cm_item *import_of(const struct cm_scope *scope, struct cm_str name) {
  for (uint32_t i = 0; i < scope->item_count; i++)
    if (scope->items[i]->kind == CM_ITEM_IMPORT && cm_str_equal(scope->items[i]->import.name.name, name)) return scope->items[i];
  return NULL;
}

// The definition of a type by its index; NULL: it is none.
static const struct cm_item *definition_of(const struct cm_scope *scope, uint32_t type) {
  const struct cm_item *item = cm_def_of(scope, CM_SORT_TYPE, type);
  return item && item->kind == CM_ITEM_TYPE ? item : NULL;
}

// Whether what `by` imports can be imported by the whole: what describes it stands alone, and has nothing to do with what is imported by now.
static bool can_import(struct serving *s, const struct cm_item *item, bool *possible) {
  const struct cm_scope *own = &s->by->scope, *app = &s->component->scope;
  const struct cm_item *same = import_of(app, item->import.name.name);
  struct references references = {.arena = s->arena};
  *possible = false;
  if (item->import.type.sort != CM_SORT_INSTANCE || item->import.name.has_implements) return true;
  const struct cm_item *definition = definition_of(own, item->import.type.index);
  if (!definition) return true;
  if (!references_copy(&references, definition)) return no_memory(s);
  if (references.count) return true;
  *possible = !same || (export_for(s, same) && !has_types(app, same->import.type.index));
  return true;
}

static bool check_imports(struct serving *s, bool *possible) {
  *possible = cm_stands_alone(s->by);
  for (uint32_t i = 0; *possible && i < s->by->scope.item_count; i++) {
    const struct cm_item *item = s->by->scope.items[i];
    if (item->kind != CM_ITEM_IMPORT) continue;
    if (!can_import(s, item, possible)) return false;
    s->imported++;
  }
  return true;
}

// Whether an item refers to what would come from within.
static bool refers(struct serving *s, const struct cm_item *item, bool *out) {
  struct references references = {.arena = s->arena};
  if (!references_copy(&references, item)) return no_memory(s);
  for (size_t r = 0; r < references.count; r++) {
    struct reference at = references.list[r];
    *out |= *at.at < s->component->scope.spaces[at.sort].count && s->local[at.sort][*at.at];
  }
  return true;
}

// Whether all imports that stay mention imports that stay alone.
static bool check(struct serving *s, bool *possible) {
  uint32_t next[CM_SORT_COUNT] = {0}, left = 0;
  for (unsigned sort = 0; sort < CM_SORT_COUNT; sort++) {
    s->local[sort] = cm_alloc_array(s->arena, s->component->scope.spaces[sort].count, sizeof(bool));
    if (!s->local[sort]) return no_memory(s);
  }
  for (uint32_t i = 0; i < s->component->scope.item_count; i++) left += s->component->scope.items[i]->kind == CM_ITEM_IMPORT;
  *possible = true;
  // Behind the last import nothing matters.
  for (uint32_t i = 0; left && *possible && i < s->component->scope.item_count; i++) {
    const struct cm_item *item = s->component->scope.items[i];
    enum cm_sort sort = CM_SORT_TYPE;
    bool local = export_for(s, item) != NULL;
    if (!local && !refers(s, item, &local)) return false;
    if (item->kind == CM_ITEM_IMPORT) {
      left--;
      *possible = !local || export_for(s, item);
    }
    for (uint32_t n = scope_introduces(item, &sort); n; n--, next[sort]++)
      if (next[sort] < s->component->scope.spaces[sort].count) s->local[sort][next[sort]] = local;
  }
  return true;
}

static struct cm_item *add(struct serving *s, struct cm_item item) {
  struct cm_item *own = cm_alloc(s->arena, sizeof *own);
  if (own) *own = item;
  return s->items[s->count++] = own;
}

// Imports what `by` does, for it. The indices follow on: of types, and of instances, among which that of `by` is the last.
static bool add_imports(struct serving *s, struct cm_argument **arguments) {
  const struct cm_scope *own = &s->by->scope;
  uint32_t type = s->component->scope.spaces[CM_SORT_TYPE].count, count = 0;
  uint32_t instance = s->component->scope.spaces[CM_SORT_INSTANCE].count;
  *arguments = cm_alloc_array(s->arena, s->imported, sizeof **arguments);
  if (!*arguments) return no_memory(s);
  for (uint32_t i = 0; count < s->imported && i < own->item_count; i++) {
    if (own->items[i]->kind != CM_ITEM_IMPORT) continue;
    struct cm_item definition = *definition_of(own, own->items[i]->import.type.index), import = *own->items[i];
    definition.section = import.section = UINT32_MAX;
    import.import.type.index = type + count;
    (*arguments)[count] = (struct cm_argument){import.import.name, {CM_SORT_INSTANCE, instance + count}};
    count++;
    if (!add(s, definition) || !add(s, import)) return no_memory(s);
  }
  return true;
}

static bool exchange(struct serving *s) {
  const struct cm_scope *scope = &s->component->scope;
  bool named = false;
  for (uint32_t i = 0; i < scope->item_count; i++) {
    const struct cm_item *item = scope->items[i], *export = export_for(s, item);
    named |= order_is_names(item);
    s->items[s->count++] = scope->items[i];
    if (!export) continue;
    struct cm_item alias = *item;
    alias.kind = CM_ITEM_ALIAS;
    alias.alias = (struct cm_alias){.kind = CM_ALIAS_EXPORT,
                                    .sort = export->export.what.sort,
                                    .instance = s->instance,
                                    .name = export->export.name.name,
                                    .raw = export->export.name.raw};
    s->count--;
    if (!add(s, alias)) return no_memory(s);
  }
  struct cm_argument *arguments;
  if (!add_imports(s, &arguments)) return false;
  struct cm_item component = {
      .kind = CM_ITEM_COMPONENT, .section = UINT32_MAX, .component = (struct cm_component *)(uintptr_t)s->by};
  struct cm_item instance = {
      .kind = CM_ITEM_INSTANCE,
      .section = UINT32_MAX,
      .instance = {.definition = scope->spaces[CM_SORT_COMPONENT].count, .arguments = arguments, .count = s->imported}};
  struct cm_item names = {.kind = CM_ITEM_CUSTOM, .section = UINT32_MAX, .custom = {.name = CM_STR("component-name")}};
  return (add(s, component) && add(s, instance) && (named || add(s, names))) || no_memory(s);
}

bool cm_plug_within(struct cm_arena *arena, const struct cm_component *component, const struct cm_component *by, struct cm_str name,
                    struct cm_component **out, struct cm_diag *diag) {
  struct serving s = {.arena = arena, .component = component, .by = by, .diag = diag};
  bool possible = false;
  *out = NULL;
  if (!index_exports(&s) || !check_imports(&s, &possible)) return false;
  if (!possible) return true;
  if (!check(&s, &possible)) return false;
  if (!possible) return true;
  s.instance = component->scope.spaces[CM_SORT_INSTANCE].count + s.imported;
  s.items = cm_alloc_array(arena, (size_t)component->scope.item_count + 3 + 2 * (size_t)s.imported, sizeof *s.items);
  if (!s.items) return no_memory(&s);
  const struct order_name names[] = {{CM_SORT_INSTANCE, s.instance, name}};
  return exchange(&s) && order_named(arena, component, s.items, s.count, names, 1, out, diag);
}
