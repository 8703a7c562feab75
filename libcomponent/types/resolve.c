// What an index stands for.
//
// An index leads to the item that introduced it. That item may only pass on what another index stands for: an outer alias leads to an
// enclosing scope, an export of a component to what it exports, an `(eq …)` bound to the type it names, and an export alias to the
// export of an instance, which must be followed itself first: it may be imported (then its instance type says what it exports), a
// bundle of inline exports, or an instantiation of a component, which in turn may be nested, imported, or an alias. walk_entity goes
// on until an item stands for itself.
//
// Within one scope indices lead backwards in a valid file, but these files are not validated yet: a budget of steps ends a cycle.
//
// Spec: Explainer.md, "Alias Definitions", "Import and Export Definitions".

#include "walk.h"

#include <component/limits.h>
#include <inttypes.h>

// Chains of aliases are short, but any file may have a long one. A type of many nodes has as many chains.
enum { STEPS_MAX = 100000, STEPS_PER_NODE = 32, NAMES_MAX = 20000000 };

// Counts one step, and `names` that were compared on it.
static bool spend(struct walk *w, uint32_t names) {
  w->steps++;
  w->names += names;
  if (w->steps <= STEPS_MAX + (uint64_t)STEPS_PER_NODE * w->nodes && w->names <= NAMES_MAX) return true;
  return cm_fail_at_large(w->diag, CM_LIMIT, "following an index took more than %" PRIu64 " steps", w->steps - 1);
}

static bool lost(struct walk *w, const struct cm_item *from, const char *what, enum cm_sort sort, uint32_t index) {
  if (!from) return cm_fail_at_large(w->diag, CM_INVALID, "%s index %u %s", cm_sort_names[sort], index, what);
  return cm_fail(w->diag, CM_INVALID, from->offset, NULL, "%s index %u %s", cm_sort_names[sort], index, what);
}

// The item that introduced an index; `from` is the item that mentions it (NULL: the caller's question).
static bool item_at(struct walk *w, const struct cm_scope *scope, enum cm_sort sort, uint32_t index, const struct cm_item *from,
                    struct cm_entity *out) {
  if (!spend(w, 0)) return false;
  const struct cm_item *item = cm_def_of(scope, sort, index);
  if (!item) return lost(w, from, "is out of range", sort, index);
  *out = (struct cm_entity){scope, item, scope->spaces[sort].defs[index].sub};
  return true;
}

static const struct cm_item *find_export(const struct cm_scope *scope, struct cm_str name, uint32_t *looked_at) {
  *looked_at = 0;
  // From the end: the exports of a component come last.
  for (uint32_t i = scope->item_count; i-- > 0;) {
    const struct cm_item *item = scope->items[i];
    ++*looked_at;
    if (item->kind == CM_ITEM_EXPORT && cm_str_equal(item->export.name.name, name)) return item;
  }
  return NULL;
}

const struct cm_item *cm_scope_export(const struct cm_scope *scope, struct cm_str name) {
  uint32_t looked_at;
  return find_export(scope, name, &looked_at);
}

// The sort of what an export item introduces: a component's says what it exports, a declarator only of what type it is.
static enum cm_sort export_sort(const struct cm_scope *scope, const struct cm_item *item) {
  return scope->kind == CM_SCOPE_COMPONENT ? item->export.what.sort : item->export.type.sort;
}

static bool export_of_scope(struct walk *w, const struct cm_scope *scope, const struct cm_item *alias, enum cm_sort sort,
                            struct cm_str name, struct cm_entity *out) {
  uint32_t looked_at;
  const struct cm_item *item = find_export(scope, name, &looked_at);
  if (!spend(w, looked_at)) return false;
  if (!item || export_sort(scope, item) != sort) {
    return cm_fail(w->diag, CM_INVALID, alias->offset, NULL, "the instance has no export `%.*s` of sort %s", CM_STR_ARG(name),
                   cm_sort_names[sort]);
  }
  *out = (struct cm_entity){scope, item, 0};
  return true;
}

// What a declared (imported, or exported by a type) instance or component exports: its type says it.
static bool declared_scope(struct walk *w, const struct cm_scope *scope, const struct cm_externtype *type,
                           const struct cm_item *from, const struct cm_scope **out) {
  struct cm_typeref ref;
  if (!walk_type(w, scope, type->index, &ref)) return false;
  enum cm_type_kind wanted = type->sort == CM_SORT_INSTANCE ? CM_TYPE_INSTANCE : CM_TYPE_COMPONENT;
  if (!ref.type || ref.type->kind != wanted || !ref.type->scope) {
    return cm_fail(w->diag, CM_INVALID, from->offset, NULL, "type index %u is not of %s kind", type->index,
                   cm_sort_names[type->sort]);
  }
  *out = ref.type->scope;
  return true;
}

static const struct cm_externtype *declared_type(const struct cm_item *item) {
  return item->kind == CM_ITEM_IMPORT ? &item->import.type : &item->export.type;
}

// The scope whose exports an instance has; NULL in *out where it is a bundle of inline exports.
static bool instance_scope(struct walk *w, const struct cm_entity *instance, const struct cm_scope **out) {
  const struct cm_item *item = instance->item;
  if (item->kind == CM_ITEM_IMPORT || item->kind == CM_ITEM_EXPORT)
    return declared_scope(w, instance->scope, declared_type(item), item, out);
  if (item->kind != CM_ITEM_INSTANCE) return cm_fail(w->diag, CM_INVALID, item->offset, NULL, "expected an instance");
  *out = NULL;
  if (item->instance.is_inline) return true;

  struct cm_entity component;
  if (!walk_entity(w, instance->scope, CM_SORT_COMPONENT, item->instance.definition, &component)) return false;
  const struct cm_item *definition = component.item;
  if (definition->kind == CM_ITEM_COMPONENT) {
    *out = &definition->component->scope;
    return true;
  }
  if (definition->kind != CM_ITEM_IMPORT && definition->kind != CM_ITEM_EXPORT)
    return cm_fail(w->diag, CM_INVALID, item->offset, NULL, "expected a component");
  return declared_scope(w, component.scope, declared_type(definition), definition, out);
}

// One step through `alias`, an alias of an instance's export.
static bool project(struct walk *w, const struct cm_scope *scope, const struct cm_item *alias, enum cm_sort sort,
                    struct cm_entity *out) {
  if (w->depth >= CM_LIMIT_NESTING) {
    return cm_fail(w->diag, CM_LIMIT, alias->offset, NULL, "aliases lead through more than %d instances", (int)CM_LIMIT_NESTING);
  }
  w->depth++;
  struct cm_entity instance = {0};
  const struct cm_scope *exports = NULL;
  bool good = walk_entity(w, scope, CM_SORT_INSTANCE, alias->alias.instance, &instance) && instance_scope(w, &instance, &exports);
  w->depth--;
  if (!good) return false;
  if (exports) return export_of_scope(w, exports, alias, sort, alias->alias.name, out);

  const struct cm_instance_expr *bundle = &instance.item->instance;
  if (!spend(w, bundle->count)) return false;
  for (uint32_t i = 0; i < bundle->count; i++) {
    const struct cm_argument *export = &bundle->arguments[i];
    if (export->what.sort == sort && cm_str_equal(export->name.name, alias->alias.name))
      return item_at(w, instance.scope, sort, export->what.index, alias, out);
  }
  return cm_fail(w->diag, CM_INVALID, alias->offset, NULL, "the instance has no export `%.*s` of sort %s",
                 CM_STR_ARG(alias->alias.name), cm_sort_names[sort]);
}

static bool outwards(struct walk *w, const struct cm_scope *scope, const struct cm_item *alias, enum cm_sort sort,
                     struct cm_entity *out) {
  for (uint32_t i = 0; i < alias->alias.outer; i++) {
    if (!scope->parent) {
      return cm_fail(w->diag, CM_INVALID, alias->offset, NULL, "outer alias leads %u scopes out, but there are %u",
                     alias->alias.outer, i);
    }
    scope = scope->parent;
  }
  return item_at(w, scope, sort, alias->alias.index, alias, out);
}

bool walk_entity(struct walk *w, const struct cm_scope *scope, enum cm_sort sort, uint32_t index, struct cm_entity *out) {
  struct cm_entity at;
  bool good = item_at(w, scope, sort, index, NULL, &at);
  while (good) {
    const struct cm_item *item = at.item;
    bool passes_on = false;
    if (item->kind == CM_ITEM_ALIAS && item->alias.kind == CM_ALIAS_OUTER) {
      passes_on = true;
      good = outwards(w, at.scope, item, sort, &at);
    } else if (item->kind == CM_ITEM_ALIAS && item->alias.kind == CM_ALIAS_EXPORT) {
      passes_on = true;
      good = project(w, at.scope, item, sort, &at);
    } else if (item->kind == CM_ITEM_EXPORT && at.scope->kind == CM_SCOPE_COMPONENT) {
      passes_on = true;
      good = item_at(w, at.scope, sort, item->export.what.index, item, &at);
    } else if (sort == CM_SORT_TYPE && (item->kind == CM_ITEM_IMPORT || item->kind == CM_ITEM_EXPORT) &&
               declared_type(item)->bound == CM_BOUND_EQ) {
      passes_on = true;
      good = item_at(w, at.scope, sort, declared_type(item)->index, item, &at);
    }
    if (!passes_on) break;
  }
  if (good) *out = at;
  return good;
}

bool cm_entity_of(const struct cm_scope *scope, enum cm_sort sort, uint32_t index, struct cm_entity *out, struct cm_diag *diag) {
  struct walk w = walk_of(4, diag);
  return walk_entity(&w, scope, sort, index, out);
}

bool walk_type(struct walk *w, const struct cm_scope *scope, uint32_t index, struct cm_typeref *out) {
  struct cm_entity entity;
  if (!walk_entity(w, scope, CM_SORT_TYPE, index, &entity)) return false;
  if (entity.item->kind == CM_ITEM_TYPE)
    *out = (struct cm_typeref){entity.scope, entity.item->type, NULL};
  else if (entity.item->kind == CM_ITEM_IMPORT || entity.item->kind == CM_ITEM_EXPORT)
    *out = (struct cm_typeref){entity.scope, NULL, entity.item};
  else
    return lost(w, entity.item, "is no type", CM_SORT_TYPE, index);
  return true;
}

bool cm_type_resolve(const struct cm_scope *scope, uint32_t index, struct cm_typeref *out, struct cm_diag *diag) {
  struct walk w = walk_of(4, diag);
  return walk_type(&w, scope, index, out);
}

// One type for each primitive, for those that stand without a type definition.
static const struct cm_type *prim_type(uint32_t prim) {
#define PRIM(code) [code - CM_ERROR_CONTEXT] = {.kind = CM_TYPE_PRIM, .prim = code }
  static const struct cm_type types[] = {
      PRIM(CM_BOOL), PRIM(CM_S8),  PRIM(CM_U8),  PRIM(CM_S16), PRIM(CM_U16),  PRIM(CM_S32),    PRIM(CM_U32),
      PRIM(CM_S64),  PRIM(CM_U64), PRIM(CM_F32), PRIM(CM_F64), PRIM(CM_CHAR), PRIM(CM_STRING), PRIM(CM_ERROR_CONTEXT),
  };
#undef PRIM
  if (prim < CM_ERROR_CONTEXT || prim > CM_BOOL) return NULL;
  const struct cm_type *type = &types[prim - CM_ERROR_CONTEXT];
  return type->prim == prim ? type : NULL;
}

bool walk_valtype(struct walk *w, const struct cm_scope *scope, struct cm_valtype type, struct cm_typeref *out) {
  if (type.kind == CM_VAL_TYPE) return walk_type(w, scope, type.index, out);
  const struct cm_type *prim = type.kind == CM_VAL_PRIM ? prim_type(type.index) : NULL;
  if (!prim) return cm_fail_at_large(w->diag, CM_INVALID, "expected a value type, found none");
  *out = (struct cm_typeref){scope, prim, NULL};
  return true;
}

bool cm_valtype_resolve(const struct cm_scope *scope, struct cm_valtype type, struct cm_typeref *out, struct cm_diag *diag) {
  struct walk w = walk_of(4, diag);
  return walk_valtype(&w, scope, type, out);
}

// The type index, in its scope, of what an entity of sort func is.
static bool func_type_index(const struct cm_entity *func, uint32_t *out) {
  const struct cm_item *item = func->item;
  if (item->kind == CM_ITEM_CANON && item->canon.kind == CM_CANON_LIFT)
    *out = item->canon.type;
  else if (item->kind == CM_ITEM_IMPORT || item->kind == CM_ITEM_EXPORT)
    *out = declared_type(item)->index;
  else
    return false;
  return true;
}

bool cm_func_type_of(const struct cm_scope *scope, uint32_t func, struct cm_typeref *out, struct cm_diag *diag) {
  struct walk w = walk_of(4, diag);
  struct cm_entity entity;
  uint32_t type;
  if (!walk_entity(&w, scope, CM_SORT_FUNC, func, &entity)) return false;
  if (!func_type_index(&entity, &type)) return lost(&w, entity.item, "is no function", CM_SORT_FUNC, func);
  if (!walk_type(&w, entity.scope, type, out)) return false;
  if (out->type && out->type->kind == CM_TYPE_FUNC) return true;
  return lost(&w, entity.item, "is not a function type", CM_SORT_TYPE, type);
}

// The externtype of what an index of a component stands for.
static bool externtype_of(struct walk *w, const struct cm_scope *scope, struct cm_sortidx what, struct cm_externtype *out,
                          const struct cm_scope **in) {
  struct cm_entity entity;
  if (!walk_entity(w, scope, what.sort, what.index, &entity)) return false;
  const struct cm_item *item = entity.item;
  *in = entity.scope;
  if (item->kind == CM_ITEM_IMPORT || item->kind == CM_ITEM_EXPORT) {
    *out = *declared_type(item);
    return true;
  }
  *out = (struct cm_externtype){.sort = what.sort, .bound = CM_BOUND_INDEX, .index = UINT32_MAX};
  if (what.sort == CM_SORT_FUNC) return func_type_index(&entity, &out->index);
  if (what.sort == CM_SORT_TYPE) {  // a definition has no other name for itself than the index that led to it
    *in = scope;
    out->bound = CM_BOUND_EQ;
    out->index = what.index;
  }
  if (what.sort == CM_SORT_VALUE && item->kind == CM_ITEM_VALUE) out->value = item->value.type;
  return true;
}

bool cm_instance_export(const struct cm_scope *scope, uint32_t instance, struct cm_str name, struct cm_externtype *out,
                        const struct cm_scope **in) {
  struct walk w = walk_of(4, NULL);
  struct cm_entity entity;
  const struct cm_scope *exports;
  if (!walk_entity(&w, scope, CM_SORT_INSTANCE, instance, &entity) || !instance_scope(&w, &entity, &exports)) return false;
  if (exports) {
    const struct cm_item *item = cm_scope_export(exports, name);
    if (!item) return false;
    if (exports->kind == CM_SCOPE_COMPONENT) return externtype_of(&w, exports, item->export.what, out, in);
    *out = item->export.type;
    *in = exports;
    return true;
  }
  const struct cm_instance_expr *bundle = &entity.item->instance;
  for (uint32_t i = 0; i < bundle->count; i++) {
    if (cm_str_equal(bundle->arguments[i].name.name, name))
      return externtype_of(&w, entity.scope, bundle->arguments[i].what, out, in);
  }
  return false;
}

const struct cm_scope *cm_instance_type_scope(const struct cm_scope *scope, uint32_t type_index) {
  struct cm_typeref ref = {0};
  if (!cm_type_resolve(scope, type_index, &ref, NULL)) return NULL;
  return ref.type && ref.type->kind == CM_TYPE_INSTANCE ? ref.type->scope : NULL;
}
