// A component that stands within the one which imports from it.
//
// Each import that it serves becomes an alias of its instance's export, which introduces the same index. What described these imports is not
// needed any more, and goes (order.c).
//
// Spec: Explainer.md, "Alias Definitions"; "Import and Export Definitions": an import may mention only types that are imported.

#include <component/compose.h>

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

static bool is_closed(const struct cm_component *component) {
  for (uint32_t i = 0; i < component->scope.item_count; i++)
    if (component->scope.items[i]->kind == CM_ITEM_IMPORT) return false;
  return cm_stands_alone(component);
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
  struct cm_item component = {
      .kind = CM_ITEM_COMPONENT, .section = UINT32_MAX, .component = (struct cm_component *)(uintptr_t)s->by};
  struct cm_item instance = {
      .kind = CM_ITEM_INSTANCE, .section = UINT32_MAX, .instance = {.definition = scope->spaces[CM_SORT_COMPONENT].count}};
  struct cm_item names = {.kind = CM_ITEM_CUSTOM, .section = UINT32_MAX, .custom = {.name = CM_STR("component-name")}};
  return (add(s, component) && add(s, instance) && (named || add(s, names))) || no_memory(s);
}

bool cm_plug_within(struct cm_arena *arena, const struct cm_component *component, const struct cm_component *by, struct cm_str name,
                    struct cm_component **out, struct cm_diag *diag) {
  struct serving s = {.arena = arena,
                      .component = component,
                      .by = by,
                      .diag = diag,
                      .items = cm_alloc_array(arena, (size_t)component->scope.item_count + 3, sizeof *s.items),
                      .instance = component->scope.spaces[CM_SORT_INSTANCE].count};
  bool possible = false;
  *out = NULL;
  if (!s.items) return no_memory(&s);
  if (!is_closed(by)) return true;
  if (!index_exports(&s) || !check(&s, &possible)) return false;
  if (!possible) return true;
  const struct order_name names[] = {{CM_SORT_INSTANCE, s.instance, name}};
  return exchange(&s) && order_named(arena, component, s.items, s.count, names, 1, out, diag);
}
