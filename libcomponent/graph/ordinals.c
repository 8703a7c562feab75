// Core modules and components of a file, numbered in the order in which they appear, nested ones where they stand.
//
// Spec: Explainer.md, "Component Definitions".

#include <component/limits.h>

#include "build.h"

static uint32_t slot_of(const struct ordinals *o, const void *key) {
  uint64_t hash = (uint64_t)(uintptr_t)key * UINT64_C(0x9e3779b97f4a7c15);
  uint32_t at = (uint32_t)(hash >> 32) & o->mask;
  while (o->slots[at].key && o->slots[at].key != key) at = (at + 1) & o->mask;
  return at;
}

uint32_t ordinal_of(const struct builder *b, const void *key) {
  const struct ordinal *slot = &b->ordinals.slots[slot_of(&b->ordinals, key)];
  return slot->key ? slot->number : CM_NOWHERE;
}

static bool add(struct builder *b, const void *key, uint32_t number) {
  struct ordinals *o = &b->ordinals;
  if (!o->slots || o->count > o->mask / 2) {
    struct ordinals old = *o;
    o->mask = old.slots ? old.mask * 2 + 1 : 31;
    o->slots = cm_alloc_array(b->arena, (size_t)o->mask + 1, sizeof *o->slots);
    if (!o->slots) return builder_no_memory(b);
    for (uint32_t i = 0; old.slots && i <= old.mask; i++)
      if (old.slots[i].key) o->slots[slot_of(o, old.slots[i].key)] = old.slots[i];
  }
  o->slots[slot_of(o, key)] = (struct ordinal){key, number};
  o->count++;
  return true;
}

static bool survey(struct builder *b, const struct cm_component *component, uint32_t depth) {
  struct cm_graph *graph = b->graph;
  if (depth > CM_LIMIT_NESTING)
    return cm_fail(b->diag, CM_LIMIT, component->offset, NULL, "components are nested more than %d deep", (int)CM_LIMIT_NESTING);
  if (!cm_grow(b->arena, &b->definitions, &b->definition_room, b->definition_count, sizeof *b->definitions))
    return builder_no_memory(b);
  b->definitions[b->definition_count] = (struct definition){.component = component};
  if (!add(b, component, b->definition_count++)) return false;
  for (uint32_t i = 0; i < component->scope.item_count; i++) {
    const struct cm_item *item = component->scope.items[i];
    if (item->kind == CM_ITEM_COMPONENT) {
      if (!survey(b, item->component, depth + 1)) return false;
    } else if (item->kind == CM_ITEM_CORE_MODULE) {
      if (!cm_grow(b->arena, &graph->modules, &b->module_room, graph->module_count, sizeof *graph->modules))
        return builder_no_memory(b);
      graph->modules[graph->module_count] = item->module;
      if (!add(b, item->module, graph->module_count++)) return false;
    }
  }
  return true;
}

bool ordinals_survey(struct builder *b, const struct cm_component *root) {
  if (!survey(b, root, 0)) return false;
  b->export_indexes = cm_alloc_array(b->arena, b->graph->module_count, sizeof *b->export_indexes);
  return b->export_indexes || builder_no_memory(b);
}
