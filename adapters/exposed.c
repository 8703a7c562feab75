// What a component exports it lifts, or instances that it makes have it; and what these know of types they are given as arguments. So every type that
// a lifted function mentions, or one that is handed on, and every type that is an argument, may be exported. Where an inner component is given the whole import, the same is
// asked of that component.

#include "exposed.h"

#include <component/limits.h>
#include <component/types.h>

#include "view.h"

struct looking {
  const struct cm_scope *scope;      // of the component
  const struct cm_item *import;      // of an instance
  const struct cm_scope *interface;  // its type
  unsigned depth;
  bool resources_only;     // of the types that it defines
  struct cm_typeref bare;  // what a bare import is; else nothing
};

static bool is_of(const struct looking *l, const struct cm_typeref *type) {
  if (l->bare.scope) return type->resource == l->bare.resource && type->type == l->bare.type;
  if (!type->resource) return type->scope == l->interface && !l->resources_only;
  for (uint32_t i = 0; i < l->interface->item_count; i++)
    if (l->interface->items[i] == type->resource) return true;
  return false;
}

static bool is_type_of(const struct looking *l, uint32_t index) {
  struct cm_typeref type;
  return cm_type_resolve(l->scope, index, &type, NULL) && is_of(l, &type);
}

static bool mentions(const struct looking *l, const struct cm_scope *scope, struct cm_valtype type, unsigned depth) {
  struct cm_typeref of, handled;
  if (type.kind != CM_VAL_TYPE || depth > CM_LIMIT_TYPE_DEPTH || !cm_valtype_resolve(scope, type, &of, NULL) || !of.type)
    return false;
  if (is_of(l, &of)) return true;
  switch (of.type->kind) {
    case CM_TYPE_OWN:
    case CM_TYPE_BORROW: return cm_type_resolve(of.scope, of.type->resource, &handled, NULL) && is_of(l, &handled);
    case CM_TYPE_RECORD:
    case CM_TYPE_TUPLE:
    case CM_TYPE_VARIANT:
      for (uint32_t i = 0; i < of.type->count; i++)
        if (mentions(l, of.scope, of.type->fields[i].type, depth + 1)) return true;
      return false;
    default:
      return mentions(l, of.scope, of.type->element, depth + 1) || mentions(l, of.scope, of.type->error, depth + 1) ||
             mentions(l, of.scope, of.type->key, depth + 1);
  }
}

static bool function_mentions(const struct looking *l, const struct cm_typeref *func) {
  for (uint32_t i = 0; i < func->type->func.param_count; i++)
    if (mentions(l, func->scope, func->type->func.params[i].type, 0)) return true;
  return mentions(l, func->scope, func->type->func.result, 0);
}

static bool lifts(const struct looking *l, const struct cm_canon *canon) {
  struct cm_typeref func;
  return canon->kind == CM_CANON_LIFT && cm_type_resolve(l->scope, canon->type, &func, NULL) && func.type &&
         function_mentions(l, &func);
}

static bool is_func_of(const struct looking *l, uint32_t index) {
  struct cm_typeref func;
  return cm_func_type_of(l->scope, index, &func, NULL) && function_mentions(l, &func);
}

static bool exposes(const struct cm_component *component, const struct cm_item *import, unsigned depth);

// An inner component that is given the import under a name of its own.
static bool inner_exposes(const struct looking *l, uint32_t definition, struct cm_str name) {
  const struct cm_item *item = cm_def_of(l->scope, CM_SORT_COMPONENT, definition);
  if (!item || item->kind != CM_ITEM_COMPONENT || l->depth >= CM_LIMIT_NESTING) return true;  // who knows
  const struct cm_scope *inner = &item->component->scope;
  for (uint32_t i = 0; i < inner->item_count; i++)
    if (inner->items[i]->kind == CM_ITEM_IMPORT && cm_str_equal(inner->items[i]->import.name.name, name))
      return exposes(item->component, inner->items[i], l->depth + 1);
  return false;
}

static bool gives(const struct looking *l, const struct cm_instance_expr *expr) {
  for (uint32_t i = 0; i < expr->count; i++) {
    const struct cm_argument *argument = &expr->arguments[i];
    if (argument->what.sort == CM_SORT_FUNC && is_func_of(l, argument->what.index)) return true;
    if (argument->what.sort == CM_SORT_TYPE && is_type_of(l, argument->what.index)) return true;
    if (argument->what.sort != CM_SORT_INSTANCE || cm_def_of(l->scope, CM_SORT_INSTANCE, argument->what.index) != l->import)
      continue;
    if (expr->is_inline || inner_exposes(l, expr->definition, argument->name.name)) return true;
  }
  return false;
}

static bool item_exposes(const struct looking *l, const struct cm_item *item) {
  switch (item->kind) {
    case CM_ITEM_CANON: return lifts(l, &item->canon);
    case CM_ITEM_INSTANCE: return gives(l, &item->instance);
    case CM_ITEM_EXPORT:
      if (item->export.what.sort == CM_SORT_TYPE) return is_type_of(l, item->export.what.index);
      if (item->export.what.sort == CM_SORT_FUNC) return is_func_of(l, item->export.what.index);
      return item->export.what.sort == CM_SORT_INSTANCE &&
             cm_def_of(l->scope, CM_SORT_INSTANCE, item->export.what.index) == l->import;
    default: return false;
  }
}

static bool exposes(const struct cm_component *component, const struct cm_item *import, unsigned depth) {
  if (import->import.type.sort != CM_SORT_INSTANCE) return false;
  struct looking l = {.scope = &component->scope, .import = import, .depth = depth};
  l.interface = cm_instance_type_scope(&component->scope, import->import.type.index);
  if (!l.interface) return true;
  if (view_is_bare(component, import) && !cm_type_resolve(l.interface, l.interface->spaces[CM_SORT_TYPE].count - 1, &l.bare, NULL))
    return true;
  for (uint32_t i = 0; i < component->scope.item_count; i++)
    if (item_exposes(&l, component->scope.items[i])) return true;
  return false;
}

bool exposed_types(const struct cm_component *component, const struct cm_item *import) { return exposes(component, import, 0); }

bool exposed_resources(const struct cm_scope *scope, uint32_t type, const struct cm_scope *interface) {
  struct looking l = {.interface = interface, .resources_only = true};
  struct cm_typeref of;
  if (!cm_type_resolve(scope, type, &of, NULL)) return false;
  if (of.resource) return is_of(&l, &of);
  if (of.type->kind == CM_TYPE_FUNC) return function_mentions(&l, &of);
  return mentions(&l, scope, (struct cm_valtype){.kind = CM_VAL_TYPE, .index = type}, 0);
}
