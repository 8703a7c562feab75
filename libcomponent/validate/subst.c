// Substitution of resources, and the search for free ones.
//
// Instantiating a component replaces the resources of its imports by those of the arguments, and gives those of its exports new
// numbers; attaching an instance type to an import or export does the latter. Both are one walk over the type that copies what
// changes and keeps what does not. A memo from old to new nodes makes the walk linear in the nodes there are, and keeps identity: what
// was one node stays one.
//
// Recursion is as deep as types are, which CM_LIMIT_TYPE_DEPTH bounds.
//
// Spec: Explainer.md, "Type Checking"; Binary.md, notes on "Instance Definitions".

#include "validate/types.h"

bool subst_open(struct store *s, struct subst *subst) {
  subst->resources = memo_take(s);
  subst->types = memo_take(s);
  return subst->resources && subst->types;
}

void subst_close(struct store *s, struct subst *subst) {
  memo_give(s, subst->resources);
  memo_give(s, subst->types);
}

bool subst_resource(struct store *s, struct subst *subst, uint32_t from, uint32_t to) {
  return memo_put(s, subst->resources, number_key(from), number_key(to));
}

void subst_forget(struct subst *subst) {
  subst->types->count = 0;
  subst->types->generation++;
}

bool subst_has(const struct subst *subst, uint32_t resource) { return memo_get(subst->resources, number_key(resource)) != NULL; }

static uint32_t subst_id(const struct subst *subst, uint32_t resource) {
  const void *to = memo_get(subst->resources, number_key(resource));
  return to ? (uint32_t)((uintptr_t)to >> 1) : resource;
}

// Fields whose types changed, copied; `*changed` is only ever set.
static const struct field *subst_fields(struct store *s, struct subst *subst, const struct field *fields, uint32_t count,
                                        bool *changed) {
  struct field *copy = NULL;
  for (uint32_t i = 0; i < count; i++) {
    const struct type *type = fields[i].type ? subst_type(s, subst, fields[i].type) : NULL;
    if (type != fields[i].type && !copy) {
      copy = store_alloc(s, count, sizeof *copy);
      if (!copy) return fields;
      memcpy(copy, fields, count * sizeof *copy);
    }
    if (copy) copy[i].type = type;
  }
  *changed |= copy != NULL;
  return copy ? copy : fields;
}

static const struct type *subst_optional(struct store *s, struct subst *subst, const struct type *part, bool *changed) {
  const struct type *result = part ? subst_type(s, subst, part) : NULL;
  *changed |= result != part;
  return result;
}

struct entity subst_entity(struct store *s, struct subst *subst, struct entity entity) {
  if (entity.sort != CM_SORT_CORE_MODULE) entity.type = subst_type(s, subst, entity.type);
  if (entity.of) entity.of = subst_type(s, subst, entity.of);
  return entity;
}

const struct externs *subst_externs(struct store *s, struct subst *subst, const struct externs *externs) {
  struct externs *copy = NULL;
  for (uint32_t i = 0; externs && i < externs->count && store_work(s); i++) {
    struct entity was = externs->at[i].what, is = subst_entity(s, subst, was);
    if (!copy && was.sort != CM_SORT_CORE_MODULE && (is.type != was.type || is.of != was.of)) {
      copy = store_alloc(s, 1, sizeof *copy);
      struct named *at = store_alloc(s, externs->count, sizeof *at);
      if (!copy || !at) return externs;
      memcpy(at, externs->at, externs->count * sizeof *at);
      *copy = *externs;  // the table of names serves the copy, too: nothing is ever added to it
      copy->at = at;
    }
    if (copy) copy->at[i].what = is;
  }
  return copy ? copy : externs;
}

// Bound resources stay, but for an instance type that was bound in what is substituted.
static const struct type *subst_parts(struct store *s, struct subst *subst, const struct type *type) {
  bool changed = false;
  switch (type->kind) {
    case CM_TYPE_RECORD:
    case CM_TYPE_VARIANT:
    case CM_TYPE_TUPLE: {
      const struct field *fields = subst_fields(s, subst, type->fields, type->count, &changed);
      return changed ? type_fields(s, type->kind, fields, type->count) : type;
    }
    case CM_TYPE_FUNC: {
      const struct field *params = subst_fields(s, subst, type->fields, type->count, &changed);
      const struct type *result = subst_optional(s, subst, type->result, &changed);
      return changed ? type_func(s, type->is_async, params, type->count, result) : type;
    }
    case CM_TYPE_LIST:
    case CM_TYPE_FIXED_LIST:
    case CM_TYPE_OPTION:
    case CM_TYPE_STREAM:
    case CM_TYPE_FUTURE:
    case CM_TYPE_RESULT:
    case CM_TYPE_MAP: {
      const struct type *element = subst_optional(s, subst, type->element, &changed);
      const struct type *other = subst_optional(s, subst, type->kind == CM_TYPE_MAP ? type->key : type->error, &changed);
      return changed ? type_elements(s, type->kind, element, other, type->length) : type;
    }
    case CM_TYPE_OWN:
    case CM_TYPE_BORROW: {
      const struct type *resource = subst_optional(s, subst, type->resource, &changed);
      return changed ? type_handle(s, type->kind, resource) : type;
    }
    case CM_TYPE_RESOURCE: {
      uint32_t id = subst_id(subst, type->resource_id);
      return id != type->resource_id ? type_resource(s, id) : type;
    }
    case CM_TYPE_INSTANCE: {
      const struct externs *exports = subst_externs(s, subst, type->exports);
      return exports != type->exports ? type_instance(s, exports, type->bound_exports) : type;
    }
    case CM_TYPE_COMPONENT: {
      const struct externs *imports = subst_externs(s, subst, type->imports);
      const struct externs *exports = subst_externs(s, subst, type->exports);
      bool same = imports == type->imports && exports == type->exports;
      return same ? type : type_component(s, imports, type->bound_imports, exports, type->bound_exports);
    }
    default: return type;
  }
}

const struct type *subst_type(struct store *s, struct subst *subst, const struct type *type) {
  // Names of types may be mapped although no resource stands in them, but only within instances and components.
  bool is_leaf = type->kind == CM_TYPE_PRIM || type->kind == TYPE_BROKEN;
  if (is_leaf) return type;
  const struct type *known = memo_get(subst->types, type);
  if (known) return known;
  if (!type->has_resource && !subst->types->count) return type;
  if (!store_work(s)) return &type_broken;
  const struct type *result = subst_parts(s, subst, type);
  return memo_put(s, subst->types, type, result) ? result : &type_broken;
}

// ---- Free resources.

struct search {
  struct store *store;
  struct memo *seen;  // nodes and resources, bound ones too
  resource_visitor *visit;
  void *context;
};

static bool search_entity(struct search *search, struct entity entity);

static bool search_externs(struct search *search, const struct externs *externs) {
  for (uint32_t i = 0; externs && i < externs->count && store_work(search->store); i++)
    if (!search_entity(search, externs->at[i].what)) return false;
  return true;
}

static bool first_time(struct search *search, const void *key) {
  return !memo_get(search->seen, key) && memo_put(search->store, search->seen, key, key);
}

static void bind(struct search *search, struct bound bound) {
  for (uint32_t i = 0; i < bound.count; i++) first_time(search, number_key(bound.ids[i]));
}

static bool search_type(struct search *search, const struct type *type) {
  if (!type || !type->has_resource || !first_time(search, type)) return true;
  if (!store_work(search->store)) return true;
  if (type->kind == CM_TYPE_RESOURCE)
    return !first_time(search, number_key(type->resource_id)) || search->visit(search->context, type->resource_id);
  if (type->kind == CM_TYPE_INSTANCE || type->kind == CM_TYPE_COMPONENT) {
    bind(search, type->bound_imports);
    bind(search, type->bound_exports);
    return search_externs(search, type->imports) && search_externs(search, type->exports);
  }
  for (uint32_t i = 0, count = type_part_count(type); i < count; i++)
    if (!search_type(search, type_part(type, i))) return false;
  return true;
}

static bool search_entity(struct search *search, struct entity entity) {
  return entity.sort == CM_SORT_CORE_MODULE || search_type(search, entity.type);
}

bool free_resources(struct store *s, struct entity entity, resource_visitor *visit, void *context) {
  struct search search = {s, memo_take(s), visit, context};
  if (!search.seen) return true;
  bool whole = search_entity(&search, entity);
  memo_give(s, search.seen);
  return whole;
}
