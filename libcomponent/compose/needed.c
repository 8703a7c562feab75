// Items refer to earlier ones only (Binary.md: indices are those introduced so far), so one pass from the end to the beginning finds all.

#include "needed.h"

#include "binary/codes.h"

struct marking {
  const struct cm_scope *scope;
  uint32_t *owners[CM_SORT_COUNT];  // by index of that sort: the item that introduces it
  uint32_t counts[CM_SORT_COUNT];
  bool *needed;
};

static bool begin(struct marking *m, struct cm_arena *arena) {
  m->needed = cm_alloc_array(arena, m->scope->item_count, sizeof *m->needed);
  if (!m->needed) return false;
  for (unsigned sort = 0; sort < CM_SORT_COUNT; sort++) {
    m->owners[sort] = cm_alloc_array(arena, m->scope->spaces[sort].count, sizeof(uint32_t));
    if (!m->owners[sort]) return false;
  }
  for (uint32_t i = 0; i < m->scope->item_count; i++) {
    enum cm_sort sort = CM_SORT_TYPE;
    for (uint32_t n = scope_introduces(m->scope->items[i], &sort); n; n--)
      if (m->counts[sort] < m->scope->spaces[sort].count) m->owners[sort][m->counts[sort]++] = i;
  }
  return true;
}

static void mark(struct marking *m, enum cm_sort sort, uint32_t index) {
  if (index < m->counts[sort]) m->needed[m->owners[sort][index]] = true;
}

static void mark_value(struct marking *m, struct cm_valtype type) {
  if (type.kind == CM_VAL_TYPE) mark(m, CM_SORT_TYPE, type.index);
}

static void mark_fields(struct marking *m, const struct cm_field *fields, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) mark_value(m, fields[i].type);
}

// A type within a type: what it aliases of the scope being marked, `out` scopes out.
static void mark_inner(struct marking *m, const struct cm_scope *inner, uint32_t out) {
  for (uint32_t i = 0; i < inner->item_count; i++) {
    const struct cm_item *item = inner->items[i];
    if (item->kind == CM_ITEM_ALIAS && item->alias.kind == CM_ALIAS_OUTER && item->alias.outer == out)
      mark(m, item->alias.sort, item->alias.index);
    if (item->kind == CM_ITEM_TYPE && (item->type->kind == CM_TYPE_INSTANCE || item->type->kind == CM_TYPE_COMPONENT))
      mark_inner(m, item->type->scope, out + 1);
  }
}

static void mark_type(struct marking *m, const struct cm_type *type) {
  switch (type->kind) {
    case CM_TYPE_RECORD:
    case CM_TYPE_VARIANT:
    case CM_TYPE_TUPLE:
    case CM_TYPE_FLAGS:
    case CM_TYPE_ENUM: mark_fields(m, type->fields, type->count); return;
    case CM_TYPE_LIST:
    case CM_TYPE_FIXED_LIST:
    case CM_TYPE_OPTION:
    case CM_TYPE_RESULT:
    case CM_TYPE_STREAM:
    case CM_TYPE_FUTURE:
    case CM_TYPE_MAP:
      mark_value(m, type->element);
      mark_value(m, type->error);
      mark_value(m, type->key);
      return;
    case CM_TYPE_OWN:
    case CM_TYPE_BORROW: mark(m, CM_SORT_TYPE, type->resource); return;
    case CM_TYPE_FUNC:
      mark_fields(m, type->func.params, type->func.param_count);
      mark_fields(m, type->func.named_results, type->func.named_result_count);
      mark_value(m, type->func.result);
      return;
    case CM_TYPE_COMPONENT:
    case CM_TYPE_INSTANCE: mark_inner(m, type->scope, 1); return;
    default: return;
  }
}

static void mark_references(struct marking *m, const struct cm_item *item) {
  const struct cm_externtype *type = &item->export.type;
  switch (item->kind) {
    case CM_ITEM_TYPE: mark_type(m, item->type); return;
    case CM_ITEM_ALIAS:
      if (item->alias.kind == CM_ALIAS_EXPORT) mark(m, CM_SORT_INSTANCE, item->alias.instance);
      return;
    case CM_ITEM_EXPORT:
      mark_value(m, type->value);
      if (type->bound != CM_BOUND_RESOURCE && type->sort != CM_SORT_VALUE)
        mark(m, type->sort == CM_SORT_CORE_MODULE ? CM_SORT_CORE_TYPE : CM_SORT_TYPE, type->index);
      return;
    default: return;
  }
}

bool needed_items(struct cm_arena *arena, const struct cm_scope *scope, bool (*wanted)(void *context, const struct cm_item *export),
                  void *context, bool **needed) {
  struct marking m = {.scope = scope};
  if (!begin(&m, arena)) return false;
  for (uint32_t i = scope->item_count; i-- > 0;) {
    const struct cm_item *item = scope->items[i];
    if (item->kind == CM_ITEM_EXPORT && wanted(context, item)) m.needed[i] = true;
    if (m.needed[i]) mark_references(&m, item);
  }
  *needed = m.needed;
  return true;
}
