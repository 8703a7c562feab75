// Scopes under construction: the list of items, and the index spaces.
//
// Each definition appends to the index space of its sort, in the order of the file, so that the spaces are right at every point of
// the decoding and a later reader needs no pass of its own. Which definitions introduce how many indices of what sort is told
// here and nowhere else.
//
// Spec: Binary.md, notes on "Instance Definitions" and "Import and Export Definitions"; Explainer.md, "Index Spaces".

#include "binary/decode.h"

bool scope_add_item(struct decoder *d, struct open_scope *s, struct cm_item *item) {
  struct cm_scope *scope = s->scope;
  if (!cm_grow(d->arena, &scope->items, &s->item_room, scope->item_count, sizeof *scope->items)) return cm_fail_memory(d->diag);
  scope->items[scope->item_count++] = item;
  return true;
}

// How many indices an item introduces, and of what sort.
uint32_t scope_introduces(const struct cm_item *item, enum cm_sort *sort) {
  switch (item->kind) {
    case CM_ITEM_CORE_MODULE: *sort = CM_SORT_CORE_MODULE; return 1;
    case CM_ITEM_CORE_INSTANCE: *sort = CM_SORT_CORE_INSTANCE; return 1;
    case CM_ITEM_CORE_TYPE:
      *sort = CM_SORT_CORE_TYPE;
      return item->core_type->kind == CM_CORE_TYPE_DEF ? item->core_type->count : 1;
    case CM_ITEM_COMPONENT: *sort = CM_SORT_COMPONENT; return 1;
    case CM_ITEM_INSTANCE: *sort = CM_SORT_INSTANCE; return 1;
    case CM_ITEM_ALIAS: *sort = item->alias.sort; return 1;
    case CM_ITEM_TYPE: *sort = CM_SORT_TYPE; return 1;
    case CM_ITEM_CANON: *sort = item->canon.kind == CM_CANON_LIFT ? CM_SORT_FUNC : CM_SORT_CORE_FUNC; return 1;
    case CM_ITEM_START: *sort = CM_SORT_VALUE; return item->start.result_count;
    case CM_ITEM_IMPORT: *sort = item->import.type.sort; return 1;
    case CM_ITEM_EXPORT: *sort = item->export.what.sort; return 1;
    case CM_ITEM_VALUE: *sort = CM_SORT_VALUE; return 1;
    case CM_ITEM_CUSTOM: return 0;
  }
  return 0;
}

bool scope_add_defs(struct decoder *d, struct cm_reader *r, struct open_scope *s, const struct cm_item *item) {
  enum cm_sort sort = CM_SORT_TYPE;
  uint32_t count = scope_introduces(item, &sort);
  struct cm_space *space = &s->scope->spaces[sort];
  if (count > CM_LIMIT_DEFINITIONS - space->count)
    return cm_reader_fail_at(r, item->offset, CM_LIMIT, "more than %d definitions of sort %s", CM_LIMIT_DEFINITIONS,
                             cm_sort_names[sort]);
  for (uint32_t sub = 0; sub < count; sub++) {
    if (!cm_grow(d->arena, &space->defs, &s->def_room[sort], space->count, sizeof *space->defs)) return cm_fail_memory(d->diag);
    space->defs[space->count++] = (struct cm_def){item, sub};
  }
  return true;
}
