// An error as a constant: the bytes that the canonical ABI would store, made here rather than by code.

#include "values.h"

#include <component/limits.h>

#include "types/walk.h"

// A value being stored.
struct storing {
  struct adapter_export *e;
  const struct value_denial *denial;
  uint8_t *bytes;
  enum value_verdict verdict;
};

static bool stop(struct storing *s, enum value_verdict verdict) {
  s->verdict = verdict;
  return false;
}

static void put_le(struct storing *s, uint64_t at, uint32_t value, uint32_t size) {
  for (uint32_t i = 0; i < size; i++) s->bytes[at + i] = (uint8_t)(value >> (8 * i));
}

// What cases that mean "denied" are called, the best first: WASI's error codes (wasi:filesystem `access`, `not-permitted`, wasi:sockets
// `access-denied`, wasi:http `HTTP-request-denied`, wasi:keyvalue `access-denied`, wasmcloud:secrets `not-found`), and what is near.
static const char *const denials[] = {"access-denied",
                                      "HTTP-request-denied",
                                      "not-permitted",
                                      "access",
                                      "denied",
                                      "unauthorized",
                                      "forbidden",
                                      "closed",
                                      "not-supported",
                                      "unsupported",
                                      "other",
                                      "upstream",
                                      "io",
                                      "internal-error",
                                      "unknown",
                                      "not-found",
                                      NULL};

static bool store(struct storing *s, const struct cm_scope *scope, struct cm_valtype type, uint64_t at);

static bool store_text(struct storing *s, uint64_t at) {
  struct cm_str message = s->denial->message;
  put_le(s, at, message.size ? adapter_constant(s->e->adapter, message.at, message.size, 1) : 0, 4);
  put_le(s, at + 4, (uint32_t)message.size, 4);
  return true;
}

static bool store_case(struct storing *s, const struct cm_typeref *of, uint32_t chosen, uint64_t at) {
  uint64_t payload;
  uint32_t size;
  struct cm_valtype type = type_case(of->type, chosen).type;
  if (!cm_variant_layout(*of, 4, &payload, &size, s->e->adapter->diag)) return stop(s, VALUE_FAILED);
  put_le(s, at, chosen, size);
  return type.kind == CM_VAL_NONE || store(s, of->scope, type, at + payload);
}

static bool can_be_constant(const struct cm_scope *scope, struct cm_valtype type) {
  struct cm_type func = {.kind = CM_TYPE_FUNC};
  struct value_facts facts;
  func.func.result = type;
  return value_facts_of(scope, &func, &facts, NULL) && !facts.handles;
}

static bool store_chosen(struct storing *s, const struct cm_typeref *of, uint64_t at) {
  uint32_t count = type_case_count(of->type);
  struct cm_str wanted = s->denial->wanted;
  for (uint32_t i = 0; wanted.size && i < count; i++)
    if (cm_str_equal(type_case(of->type, i).name, wanted)) return store_case(s, of, i, at);
  if (wanted.size) return stop(s, VALUE_NO_CASE);
  for (const char *const *name = denials; *name; name++)
    for (uint32_t i = 0; i < count; i++) {
      struct cm_field field = type_case(of->type, i);
      if (cm_str_is(field.name, *name) && can_be_constant(of->scope, field.type)) return store_case(s, of, i, at);
    }
  for (uint32_t i = 0; i < count; i++)
    if (can_be_constant(of->scope, type_case(of->type, i).type)) return store_case(s, of, i, at);
  return stop(s, VALUE_NOT_CONSTANT);
}

static bool store_record(struct storing *s, const struct cm_typeref *of, uint64_t at) {
  for (uint32_t i = 0; i < of->type->count; i++) {
    struct cm_layout layout;
    if (!cm_layout_of(of->scope, of->type->fields[i].type, 4, &layout, s->e->adapter->diag)) return stop(s, VALUE_FAILED);
    at = abi_align(at, layout.align);
    if (!store(s, of->scope, of->type->fields[i].type, at)) return false;
    at += layout.size;
  }
  return true;
}

// All bytes are zero as yet: so are numbers, empty lists, and what is optional.
static bool store(struct storing *s, const struct cm_scope *scope, struct cm_valtype type, uint64_t at) {
  struct cm_typeref of;
  if (!cm_valtype_resolve(scope, type, &of, s->e->adapter->diag)) return stop(s, VALUE_FAILED);
  switch (of.type ? of.type->kind : CM_TYPE_RESOURCE) {
    case CM_TYPE_PRIM: return of.type->prim != CM_STRING || store_text(s, at);
    case CM_TYPE_RECORD:
    case CM_TYPE_TUPLE: return store_record(s, &of, at);
    case CM_TYPE_ENUM:
    case CM_TYPE_VARIANT: return store_chosen(s, &of, at);
    case CM_TYPE_LIST:
    case CM_TYPE_MAP:
    case CM_TYPE_OPTION:
    case CM_TYPE_FLAGS: return true;
    default: return stop(s, VALUE_NOT_CONSTANT);
  }
}

static bool make(struct storing *s, const struct adapter_function *f, uint32_t *flat) {
  struct adapter *a = s->e->adapter;
  struct cm_typeref of;
  struct cm_layout layout;
  struct cm_signature signature;
  uint64_t payload;
  uint32_t size;
  if (f->type->func.result.kind == CM_VAL_NONE) return stop(s, VALUE_NO_ERROR);
  if (!cm_valtype_resolve(f->scope, f->type->func.result, &of, a->diag) ||
      !cm_signature_of(f->scope, f->type, false, false, 4, &signature, a->diag))
    return stop(s, VALUE_FAILED);
  if (of.type->kind != CM_TYPE_RESULT) return stop(s, VALUE_NO_ERROR);
  if (!cm_layout_of(f->scope, f->type->func.result, 4, &layout, a->diag) || !cm_variant_layout(of, 4, &payload, &size, a->diag))
    return stop(s, VALUE_FAILED);
  s->bytes = cm_alloc(a->arena, layout.size);
  if (!s->bytes) return cm_fail_memory(a->diag), stop(s, VALUE_FAILED);
  s->bytes[0] = 1;  // result's second case
  if (of.type->error.kind != CM_VAL_NONE && !store(s, of.scope, of.type->error, payload)) return false;
  if (of.type->error.kind == CM_VAL_NONE && s->denial->wanted.size) return stop(s, VALUE_NO_CASE);
  *flat = signature.results_spilled ? adapter_constant(a, s->bytes, layout.size, layout.align) : 1;
  return true;
}

enum value_verdict value_denial_of(struct adapter_export *e, const struct adapter_function *f, const struct value_denial *denial,
                                   uint32_t *flat) {
  struct storing s = {.e = e, .denial = denial};
  return make(&s, f, flat) ? VALUE_MADE : s.verdict;
}

// --- the answer that there is nothing ---

// Whether bytes of zero are a value, and one that says there is nothing. A case of an enum or of a variant says something, whichever it is.
static bool is_nothing(const struct cm_scope *scope, struct cm_valtype type, unsigned depth) {
  struct cm_typeref of;
  if (depth > CM_LIMIT_TYPE_DEPTH || !cm_valtype_resolve(scope, type, &of, NULL) || !of.type) return false;
  switch (of.type->kind) {
    case CM_TYPE_PRIM:
    case CM_TYPE_LIST:
    case CM_TYPE_MAP:
    case CM_TYPE_OPTION:
    case CM_TYPE_FLAGS: return true;
    case CM_TYPE_RECORD:
    case CM_TYPE_TUPLE:
      for (uint32_t i = 0; i < of.type->count; i++)
        if (!is_nothing(of.scope, of.type->fields[i].type, depth + 1)) return false;
      return true;
    case CM_TYPE_RESULT: return of.type->element.kind == CM_VAL_NONE || is_nothing(of.scope, of.type->element, depth + 1);
    default: return false;
  }
}

enum value_verdict value_empty_of(struct adapter_export *e, const struct adapter_function *f, uint32_t *flat) {
  struct adapter *a = e->adapter;
  struct cm_valtype result = f->type->func.result;
  struct cm_layout layout;
  struct cm_signature signature;
  *flat = 0;
  if (result.kind == CM_VAL_NONE) return VALUE_MADE;
  if (!is_nothing(f->scope, result, 0)) return VALUE_NOT_CONSTANT;
  if (!cm_layout_of(f->scope, result, 4, &layout, a->diag) ||
      !cm_signature_of(f->scope, f->type, false, false, 4, &signature, a->diag))
    return VALUE_FAILED;
  if (!signature.results_spilled) return VALUE_MADE;
  void *zeros = cm_alloc(a->arena, layout.size);
  if (!zeros) return cm_fail_memory(a->diag), VALUE_FAILED;
  *flat = adapter_constant(a, zeros, layout.size, layout.align);
  return VALUE_MADE;
}
