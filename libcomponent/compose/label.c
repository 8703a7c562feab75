// A label for an import: its name item written anew, all else shared.
//
// Spec: Binary.md, "Import and Export Definitions", name attributes; Explainer.md, `implements`.

#include <component/compose.h>

static struct cm_item *labelled(struct cm_arena *arena, const struct cm_item *item, struct cm_str label) {
  struct cm_item *own = cm_alloc(arena, sizeof *own);
  struct cm_attribute *attribute = cm_alloc(arena, sizeof *attribute);
  if (!own || !attribute) return NULL;
  *own = *item;
  struct cm_str interface = item->import.name.has_implements ? item->import.name.implements : item->import.name.name;
  *attribute = (struct cm_attribute){CM_ATTRIBUTE_IMPLEMENTS, interface};
  own->import.name = (struct cm_name){.name = label,
                                      .raw = label,
                                      .form = 2,
                                      .has_implements = true,
                                      .implements = interface,
                                      .attribute_count = 1,
                                      .attributes = attribute};
  return own;
}

bool cm_label(struct cm_arena *arena, const struct cm_component *component, struct cm_str name, struct cm_str label,
              struct cm_component **out, struct cm_diag *diag) {
  const struct cm_scope *scope = &component->scope;
  struct cm_component *own = cm_alloc(arena, sizeof *own);
  struct cm_item **items = cm_alloc_array(arena, scope->item_count, sizeof *items);
  if (!own || !items) return cm_fail_memory(diag);
  bool found = false;
  for (uint32_t i = 0; i < scope->item_count; i++) {
    items[i] = scope->items[i];
    const struct cm_item *item = scope->items[i];
    bool is_it =
        item->kind == CM_ITEM_IMPORT && item->import.type.sort == CM_SORT_INSTANCE && cm_str_equal(item->import.name.name, name);
    if (!is_it) continue;
    items[i] = labelled(arena, item, label);
    if (!items[i]) return cm_fail_memory(diag);
    found = true;
  }
  if (!found) return cm_fail_at_large(diag, CM_INVALID, "no import of an instance is called `%.*s`", CM_STR_ARG(name));
  *own = *component;
  own->scope.items = items;
  *out = own;
  return true;
}
