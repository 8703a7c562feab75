// Type definitions.
//
// Each kind of type has a row that says by which function it is made, and what gates it. The parts of a type stand before it, so
// that what is made from them needs no look further than them.
//
// Spec: Binary.md, "Type Definitions" (the notes), Explainer.md, "Type Definitions"; CanonicalABI.md, "Element Size".

#include "validate/space.h"

const struct type *value_type(struct validator *v, struct cm_valtype type) {
  if (type.kind == CM_VAL_TYPE) return value_type_at(v, type.index);
  if (type.index == CM_ERROR_CONTEXT && !need_feature(v, CM_FEATURE_CM_ERROR_CONTEXT, "error-context")) return NULL;
  return type_prim((enum cm_prim)type.index);
}

// An optional part: NULL where there is none. False: broken.
static bool optional_type(struct validator *v, struct cm_valtype type, const struct type **out) {
  *out = type.kind == CM_VAL_NONE ? NULL : value_type(v, type);
  return type.kind == CM_VAL_NONE || *out;
}

// The fields with their types; NULL: one of them is broken. All of them are looked at.
static struct field *resolve_fields(struct validator *v, const struct cm_field *fields, uint32_t count) {
  struct field *out = make(v, count, sizeof *out);
  bool good = out != NULL;
  for (uint32_t i = 0; out && i < count; i++) {
    out[i].name = fields[i].name;
    good &= optional_type(v, fields[i].type, &out[i].type);
  }
  return good ? out : NULL;
}

static const struct type *define_fields(struct validator *v, const struct cm_type *type) {
  static const struct {
    const char *whole, *part;
  } words[] = {
      [CM_TYPE_RECORD] = {"record type must have at least one field", "record field"},
      [CM_TYPE_VARIANT] = {"variant type must have at least one case", "variant case"},
      [CM_TYPE_TUPLE] = {"tuple type must have at least one type", NULL},
      [CM_TYPE_FLAGS] = {"flags must have at least one entry", "flag"},
      [CM_TYPE_ENUM] = {"enum type must have at least one variant", "enum tag"},
  };
  if (!type->count) {
    invalid(v, RULE_TYPE, "%s", words[type->kind].whole);
    return NULL;
  }
  bool good = !words[type->kind].part || check_labels(v, words[type->kind].part, type->fields, type->count);
  if (type->kind == CM_TYPE_FLAGS && type->count > 32)
    good = invalid(v, RULE_TYPE, "cannot have more than 32 flags: there are %u", type->count);
  const struct field *fields = resolve_fields(v, type->fields, type->count);
  return good && fields ? type_fields(&v->store, type->kind, fields, type->count) : NULL;
}

// keytype ::= bool | s8 … u64 | char | string
static bool check_key(struct validator *v, const struct type *key) {
  bool is_key = key->kind == CM_TYPE_PRIM && key->prim != CM_F32 && key->prim != CM_F64 && key->prim != CM_ERROR_CONTEXT;
  return is_key || key->kind == TYPE_BROKEN ||
         invalid(v, RULE_MAP, "a map cannot have keys of type %s: a key is a bool, an integer, a char or a string",
                 type_summary(key).at);
}

static bool check_stream(struct validator *v, const struct cm_type *type, const struct type *element) {
  const char *what = type->kind == CM_TYPE_STREAM ? "stream" : "future";
  if (!element) return true;
  if (element->has_borrow)
    return invalid(v, RULE_TYPE, "a %s cannot carry a `borrow`: its element type is %s", what, type_summary(element).at);
  if (type->kind == CM_TYPE_STREAM && element->kind == CM_TYPE_PRIM && element->prim == CM_CHAR)
    return invalid(v, RULE_STREAM, "`(stream char)` is not valid at this time; a stream of u8 with a known encoding is");
  return true;
}

static bool check_gates(struct validator *v, const struct cm_type *type) {
  switch (type->kind) {
    case CM_TYPE_FIXED_LIST:
      if (!need_feature(v, CM_FEATURE_CM_FIXED_LENGTH_LISTS, "a list of a fixed length")) return false;
      return type->length || invalid(v, RULE_TYPE, "a list of a fixed length must have more than zero elements");
    case CM_TYPE_MAP: return need_feature(v, CM_FEATURE_CM_MAP, "a map type");
    case CM_TYPE_STREAM: return need_feature(v, CM_FEATURE_CM_ASYNC, "a stream type");
    case CM_TYPE_FUTURE: return need_feature(v, CM_FEATURE_CM_ASYNC, "a future type");
    default: return true;
  }
}

static const struct type *define_elements(struct validator *v, const struct cm_type *type) {
  const struct type *element, *other = NULL;
  if (!check_gates(v, type)) return NULL;
  bool good = optional_type(v, type->element, &element);
  if (type->kind == CM_TYPE_RESULT) good &= optional_type(v, type->error, &other);
  if (type->kind == CM_TYPE_MAP) good &= optional_type(v, type->key, &other) && check_key(v, other);
  if (type->kind == CM_TYPE_STREAM || type->kind == CM_TYPE_FUTURE) good = good && check_stream(v, type, element);
  return good ? type_elements(&v->store, type->kind, element, other, type->length) : NULL;
}

static const struct type *define_handle(struct validator *v, const struct cm_type *type) {
  const struct type *resource = resource_at(v, type->resource);
  return resource ? type_handle(&v->store, type->kind, resource) : NULL;
}

static const struct type *define_func(struct validator *v, const struct cm_type *type) {
  uint32_t count = type->func.param_count;
  if (type->func.is_async && !need_feature(v, CM_FEATURE_CM_ASYNC, "an async function type")) return NULL;
  if (type->func.named_result_count) {
    invalid(v, RULE_TYPE, "a function has one result at most, without a name; named results are no longer part of the format");
    return NULL;
  }
  bool good = check_labels(v, "function parameter", type->func.params, count);
  const struct field *params = resolve_fields(v, type->func.params, count);
  const struct type *result;
  good &= optional_type(v, type->func.result, &result);
  if (good && result && result->has_borrow)
    good = invalid(v, RULE_TYPE, "function result cannot contain a `borrow` type: it is %s", type_summary(result).at);
  return good && params ? type_func(&v->store, type->func.is_async, params, count, result) : NULL;
}

static bool check_destructor(struct validator *v, const struct cm_type *type) {
  if (!type->res.has_dtor) return true;
  const struct core_entity *dtor = core_at(v, CM_SORT_CORE_FUNC, type->res.dtor);
  if (!dtor) return false;
  const struct core_stored *func = core_func_type_of(v, dtor);
  if (func->a.count == 1 && func->a.at[0] == type->res.rep.code && !func->b.count) return true;
  return invalid(v, RULE_TYPE, "core function %u has the wrong signature for a destructor: it must take one %s and return nothing",
                 type->res.dtor, type->res.rep.code == CORE_I64 ? "i64" : "i32");
}

static const struct type *define_resource(struct validator *v, const struct cm_type *type) {
  if (v->space->scope->kind != CM_SCOPE_COMPONENT) {
    invalid(v, RULE_TYPE, "resources can only be defined within a concrete component, not within a type");
    return NULL;
  }
  bool good = true;
  if (type->res.async_dtor)
    good = invalid(v, RULE_TYPE, "asynchronous destructors are no longer part of the format");
  else if (type->res.rep.code == CORE_I64)
    good = need_feature(v, CM_FEATURE_CM_64, "a resource with the representation i64");
  else if (type->res.rep.code != CORE_I32)
    good = invalid(v, RULE_TYPE, "resources can only be represented by i32 or i64");
  good &= check_destructor(v, type);
  if (!good) return NULL;
  uint32_t id = store_resource(&v->store,
                               (struct resource){.owner = v->space->number, .origin = RESOURCE_DEFINED, .rep = type->res.rep.code});
  return type_resource(&v->store, id);
}

static const struct type *define_scope(struct validator *v, const struct cm_type *type) {
  struct space space;
  if (!space_open(v, &space, type->scope)) return NULL;
  walk_scope(v, &space);
  const struct type *made = type->kind == CM_TYPE_COMPONENT ? component_type_of(v, &space) : instance_type_of(v, &space);
  space_close(v, &space);
  return made;
}

static const struct type *define_prim(struct validator *v, const struct cm_type *type) {
  return value_type(v, (struct cm_valtype){CM_VAL_PRIM, type->prim});
}

typedef const struct type *type_definer(struct validator *v, const struct cm_type *type);
static type_definer *const definers[] = {
    [CM_TYPE_PRIM] = define_prim,         [CM_TYPE_RECORD] = define_fields,       [CM_TYPE_VARIANT] = define_fields,
    [CM_TYPE_LIST] = define_elements,     [CM_TYPE_FIXED_LIST] = define_elements, [CM_TYPE_TUPLE] = define_fields,
    [CM_TYPE_FLAGS] = define_fields,      [CM_TYPE_ENUM] = define_fields,         [CM_TYPE_OPTION] = define_elements,
    [CM_TYPE_RESULT] = define_elements,   [CM_TYPE_OWN] = define_handle,          [CM_TYPE_BORROW] = define_handle,
    [CM_TYPE_STREAM] = define_elements,   [CM_TYPE_FUTURE] = define_elements,     [CM_TYPE_MAP] = define_elements,
    [CM_TYPE_FUNC] = define_func,         [CM_TYPE_COMPONENT] = define_scope,     [CM_TYPE_INSTANCE] = define_scope,
    [CM_TYPE_RESOURCE] = define_resource,
};

bool check_type_bounds(struct validator *v, const struct type *type) {
  if (type->depth > CM_LIMIT_TYPE_DEPTH)
    return beyond_limit(v, "type nesting is too deep: more than %d types within each other", CM_LIMIT_TYPE_DEPTH);
  if (type->nodes > CM_LIMIT_TYPE_SIZE)
    return beyond_limit(v, "effective type size exceeds the limit of %d nodes", CM_LIMIT_TYPE_SIZE);
  if (type_is_value(type) && type->size >= CM_LIMIT_VALUE_SIZE)
    return invalid(v, RULE_SIZE, "the type exceeds maximum byte size: values must take less than %d bytes", CM_LIMIT_VALUE_SIZE);
  return true;
}

bool define_type(struct validator *v, const struct cm_item *item) {
  const struct type *type = definers[item->type->kind](v, item->type);
  if (!type || type->kind == TYPE_BROKEN || !check_type_bounds(v, type)) return false;
  push_type(v->space, CM_SORT_TYPE, type);
  return true;
}
