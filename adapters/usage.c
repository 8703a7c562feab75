// Types are looked through for those that the import's own scope defines.

#include "usage.h"

#include <component/limits.h>
#include <component/types.h>

// Whether a type is one that `of` defines, or consists of such.
static bool is_made_of(const struct cm_scope *scope, struct cm_valtype type, const struct cm_scope *of, unsigned depth) {
  struct cm_typeref ref, resource;
  if (type.kind != CM_VAL_TYPE || depth > CM_LIMIT_TYPE_DEPTH || !cm_valtype_resolve(scope, type, &ref, NULL) || !ref.type)
    return false;
  const struct cm_type *t = ref.type;
  switch (t->kind) {
    case CM_TYPE_PRIM: return false;
    case CM_TYPE_ENUM:
    case CM_TYPE_FLAGS: return ref.scope == of;
    case CM_TYPE_OWN:
    case CM_TYPE_BORROW:
      return cm_type_resolve(ref.scope, t->resource, &resource, NULL) && resource.resource && resource.scope == of;
    case CM_TYPE_RECORD:
    case CM_TYPE_VARIANT:
      if (ref.scope == of) return true;
      break;
    case CM_TYPE_TUPLE: break;
    default:
      return is_made_of(ref.scope, t->element, of, depth + 1) || is_made_of(ref.scope, t->error, of, depth + 1) ||
             is_made_of(ref.scope, t->key, of, depth + 1);
  }
  for (uint32_t i = 0; i < t->count; i++)
    if (is_made_of(ref.scope, t->fields[i].type, of, depth + 1)) return true;
  return false;
}

static bool function_has(const struct cm_typeref *f, const struct cm_scope *of) {
  for (uint32_t i = 0; i < f->type->func.param_count; i++)
    if (is_made_of(f->scope, f->type->func.params[i].type, of, 0)) return true;
  return is_made_of(f->scope, f->type->func.result, of, 0);
}

static const struct cm_scope *scope_of(const struct cm_component *app, const struct cm_item *import) {
  return import->import.type.sort == CM_SORT_INSTANCE ? cm_instance_type_scope(&app->scope, import->import.type.index) : NULL;
}

// --- exports ---

static bool member_has(const struct cm_scope *scope, struct cm_sortidx what, const struct cm_scope *of) {
  struct cm_typeref ref;
  if (what.sort == CM_SORT_TYPE) return cm_type_resolve(scope, what.index, &ref, NULL) && ref.scope == of;
  return what.sort == CM_SORT_FUNC && cm_func_type_of(scope, what.index, &ref, NULL) && function_has(&ref, of);
}

// What an instance is made of has the types that it has.
static bool instance_has(const struct cm_scope *scope, uint32_t index, const struct cm_item *import, const struct cm_scope *of) {
  struct cm_entity entity;
  if (!cm_entity_of(scope, CM_SORT_INSTANCE, index, &entity, NULL)) return false;
  if (entity.item->kind != CM_ITEM_INSTANCE) return entity.item == import;
  for (uint32_t i = 0; i < entity.item->instance.count; i++)
    if (member_has(entity.scope, entity.item->instance.arguments[i].what, of)) return true;
  return false;
}

bool adapter_types_exported(const struct cm_component *app, const struct cm_item *import) {
  const struct cm_scope *of = scope_of(app, import);
  for (uint32_t i = 0; of && i < app->scope.item_count; i++) {
    const struct cm_item *item = app->scope.items[i];
    if (item->kind != CM_ITEM_EXPORT) continue;
    struct cm_sortidx what = item->export.what;
    if (what.sort == CM_SORT_INSTANCE ? instance_has(&app->scope, what.index, import, of) : member_has(&app->scope, what, of))
      return true;
  }
  return false;
}

// --- imports ---

static bool has_resource_of(const struct cm_scope *scope, const struct cm_scope *of) {
  struct cm_typeref ref;
  for (uint32_t t = 0; t < scope->spaces[CM_SORT_TYPE].count; t++) {
    if (!cm_type_resolve(scope, t, &ref, NULL)) continue;
    if (ref.resource ? ref.scope == of : ref.type && ref.type->kind == CM_TYPE_FUNC && function_has(&ref, of)) return true;
  }
  return false;
}

bool usage_elsewhere(const struct adapter_subject *subject, const struct cm_item *import) {
  const struct cm_scope *of = scope_of(subject->app, import);
  if (!of) return false;
  for (uint32_t i = 0; i < subject->app->scope.item_count; i++) {
    const struct cm_item *item = subject->app->scope.items[i];
    bool among = item->kind != CM_ITEM_IMPORT;
    for (uint32_t n = 0; n < subject->import_count && !among; n++) among = subject->imports[n] == item;
    const struct cm_scope *other = among ? NULL : scope_of(subject->app, item);
    if (other && has_resource_of(other, of)) return true;
  }
  return adapter_types_exported(subject->app, import);
}

bool usage_by(const struct cm_component *app, const struct cm_item *user, const struct cm_item *import) {
  const struct cm_scope *of = scope_of(app, import), *other = scope_of(app, user);
  struct cm_typeref ref;
  for (uint32_t t = 0; of && other && t < other->spaces[CM_SORT_TYPE].count; t++)
    if (cm_type_resolve(other, t, &ref, NULL) && ref.scope == of) return true;
  return false;
}
