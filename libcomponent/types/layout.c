// How the canonical ABI lays types out: in linear memory, and flattened to core values.
//
// Both are folds over the tree that a type is once its indices are resolved. Types are despecialized on the way: a tuple is a record,
// a map a list of tuples, an enum, option or result a variant. The tree may be far larger than the file that spells it (a pair of
// pairs of pairs …), so every node entered is counted against CM_LIMIT_TYPE_SIZE.
//
// A fixed-length list is the one place where size and work part: its layout is a product, and flattening stops to write its elements
// once the caller's room is full, and only counts on.
//
// Spec: CanonicalABI.md, "Despecialization", "Alignment", "Element Size", "Flattening".

#include "walk.h"

#include <component/limits.h>

static const uint64_t size_end = UINT64_C(1) << 32;  // no type is as large

static bool fail_size(struct walk *w) {
  return cm_fail_at_large(w->diag, CM_LIMIT, "a value of the type takes 4 GiB of memory or more");
}

static bool fail_kind(struct walk *w, const struct cm_type *type) {
  static const char message[] = "expected a value type, found %s";
  const char *what = !type                             ? "an abstract resource type"
                     : type->kind == CM_TYPE_FUNC      ? "a function type"
                     : type->kind == CM_TYPE_COMPONENT ? "a component type"
                     : type->kind == CM_TYPE_INSTANCE  ? "an instance type"
                                                       : "a resource type";
  if (!type || !type->offset) return cm_fail_at_large(w->diag, CM_INVALID, message, what);
  return cm_fail(w->diag, CM_INVALID, type->offset, NULL, message, what);
}

bool walk_enter(struct walk *w, const struct cm_scope *scope, struct cm_valtype type, struct cm_typeref *out) {
  if (!walk_valtype(w, scope, type, out)) return false;
  if (!out->type || out->type->kind >= CM_TYPE_FUNC) return fail_kind(w, out->type);
  if (w->nodes == CM_LIMIT_TYPE_SIZE) {
    return cm_fail_at_large(w->diag, CM_LIMIT, "the type has more than %d nodes once resolved", (int)CM_LIMIT_TYPE_SIZE);
  }
  if (w->within == CM_LIMIT_TYPE_DEPTH) {
    return cm_fail_at_large(w->diag, CM_LIMIT, "the type is more than %d types deep once resolved", (int)CM_LIMIT_TYPE_DEPTH);
  }
  w->nodes++;
  w->within++;
  return true;
}

uint32_t type_case_count(const struct cm_type *type) {
  return type->kind == CM_TYPE_OPTION || type->kind == CM_TYPE_RESULT ? 2 : type->count;
}

struct cm_field type_case(const struct cm_type *type, uint32_t index) {
  static const struct cm_valtype none = {CM_VAL_NONE, 0};
  if (type->kind == CM_TYPE_OPTION)
    return index ? (struct cm_field){CM_STR("some"), type->element} : (struct cm_field){CM_STR("none"), none};
  if (type->kind == CM_TYPE_RESULT)
    return index ? (struct cm_field){CM_STR("error"), type->error} : (struct cm_field){CM_STR("ok"), type->element};
  return type->fields[index];
}

// The layouts of what has no parts, or whose parts do not matter; size 0: not one of them.
static struct cm_layout leaf_layout(const struct cm_type *type, unsigned pointer) {
  switch (type->kind) {
    case CM_TYPE_PRIM: return abi_prim_layout(type->prim, pointer);
    case CM_TYPE_LIST:
    case CM_TYPE_MAP: return abi_list_layout(pointer);
    case CM_TYPE_OWN:
    case CM_TYPE_BORROW:
    case CM_TYPE_STREAM:
    case CM_TYPE_FUTURE: return abi_handle_layout();
    case CM_TYPE_FLAGS: return abi_flags_layout(type->count);
    default: return (struct cm_layout){0, 1};
  }
}

// Flags of more than 32 labels are no longer in the specification (Binary.md: "0 < |l*| <= 32").
static bool check_flags(struct walk *w, const struct cm_type *type) {
  if (type->kind != CM_TYPE_FLAGS || type->count <= 32) return true;
  return cm_fail(w->diag, CM_INVALID, type->offset, NULL, "flags have %u labels; the most is 32", type->count);
}

static bool record_layout(struct walk *w, struct cm_typeref record, struct cm_layout *out) {
  *out = (struct cm_layout){0, 1};
  for (uint32_t i = 0; i < record.type->count; i++) {
    struct cm_layout field;
    if (!walk_layout(w, record.scope, record.type->fields[i].type, &field)) return false;
    out->size = abi_align(out->size, field.align) + field.size;
    if (field.align > out->align) out->align = field.align;
    if (out->size >= size_end) return fail_size(w);
  }
  out->size = abi_align(out->size, out->align);
  return true;
}

bool walk_cases(struct walk *w, struct cm_typeref variant, struct cm_layout *out) {
  *out = (struct cm_layout){0, 1};
  if (variant.type->kind == CM_TYPE_ENUM) return true;
  for (uint32_t i = 0, count = type_case_count(variant.type); i < count; i++) {
    struct cm_valtype type = type_case(variant.type, i).type;
    if (type.kind == CM_VAL_NONE) continue;
    struct cm_layout payload;
    if (!walk_layout(w, variant.scope, type, &payload)) return false;
    if (payload.size > out->size) out->size = payload.size;
    if (payload.align > out->align) out->align = payload.align;
  }
  return true;
}

static bool variant_layout(struct walk *w, struct cm_typeref variant, struct cm_layout *out) {
  struct cm_layout payload;
  if (!walk_cases(w, variant, &payload)) return false;
  uint32_t discriminant = type_discriminant_size(variant.type);
  out->align = discriminant > payload.align ? discriminant : payload.align;
  out->size = abi_align(abi_align(discriminant, payload.align) + payload.size, out->align);
  return true;
}

static bool fixed_list_layout(struct walk *w, struct cm_typeref list, struct cm_layout *out) {
  if (!walk_layout(w, list.scope, list.type->element, out)) return false;
  out->size *= list.type->length;  // both are below 2^32
  return out->size < size_end || fail_size(w);
}

bool walk_layout(struct walk *w, const struct cm_scope *scope, struct cm_valtype type, struct cm_layout *out) {
  struct cm_typeref ref;
  if (!walk_enter(w, scope, type, &ref)) return false;
  bool good = true;
  if (type_is_record(ref.type))
    good = record_layout(w, ref, out);
  else if (type_is_variant(ref.type))
    good = variant_layout(w, ref, out);
  else if (ref.type->kind == CM_TYPE_FIXED_LIST)
    good = fixed_list_layout(w, ref, out);
  else if ((good = check_flags(w, ref.type)))
    *out = leaf_layout(ref.type, w->pointer);
  walk_leave(w);
  return good && (out->size < size_end || fail_size(w));
}

bool cm_layout_of(const struct cm_scope *scope, struct cm_valtype type, unsigned pointer, struct cm_layout *out,
                  struct cm_diag *diag) {
  struct walk w = walk_of(pointer, diag);
  return walk_layout(&w, scope, type, out);
}

bool cm_variant_layout(struct cm_typeref type, unsigned pointer, uint64_t *payload, uint32_t *discriminant, struct cm_diag *diag) {
  struct walk w = walk_of(pointer, diag);
  struct cm_layout cases;
  if (!type.type || !type_is_variant(type.type)) return cm_fail_at_large(diag, CM_INVALID, "expected a variant type");
  if (!walk_cases(&w, type, &cases)) return false;
  *discriminant = type_discriminant_size(type.type);
  *payload = abi_align(*discriminant, cases.align);
  return true;
}

// Where two cases of a variant share a flat value, it is wide enough for both. CanonicalABI.md, join.
static enum cm_flat join(enum cm_flat a, enum cm_flat b) {
  if (a == b) return a;
  if ((a == CM_FLAT_I32 && b == CM_FLAT_F32) || (a == CM_FLAT_F32 && b == CM_FLAT_I32)) return CM_FLAT_I32;
  return CM_FLAT_I64;
}

// Writes the next flat value, or joins it with what an earlier case of an enclosing variant wrote there. `join` is commutative,
// associative and idempotent, so that cases may be laid over one another in place, variants within variants too.
static void put(struct flats *flats, enum cm_flat flat) {
  if (flats->count < flats->room) {
    enum cm_flat *at = &flats->at[flats->count];
    *at = flats->count < flats->high ? join(*at, flat) : flat;
  }
  flats->count++;
  if (flats->high < flats->count) flats->high = flats->count;
}

static bool flatten_variant(struct walk *w, struct cm_typeref variant, struct flats *flats) {
  put(flats, CM_FLAT_I32);
  if (variant.type->kind == CM_TYPE_ENUM) return true;
  uint64_t first = flats->count, last = first;
  for (uint32_t i = 0, count = type_case_count(variant.type); i < count; i++) {
    struct cm_valtype type = type_case(variant.type, i).type;
    if (type.kind == CM_VAL_NONE) continue;
    flats->count = first;
    if (!walk_flatten(w, variant.scope, type, flats)) return false;
    if (flats->count > last) last = flats->count;
  }
  flats->count = last;
  return true;
}

static const uint64_t count_end = UINT64_C(1) << 62;  // where counts of flat values saturate

static bool flatten_fixed_list(struct walk *w, struct cm_typeref list, struct flats *flats) {
  for (uint32_t i = 0; i < list.type->length; i++) {
    uint64_t before = flats->count;
    if (!walk_flatten(w, list.scope, list.type->element, flats)) return false;
    uint64_t each = flats->count - before;
    if (!each || flats->count < flats->room) continue;
    // The room is full: the rest is only counted. Counts saturate, so that sums of them cannot wrap.
    uint64_t rest = (each > UINT32_MAX ? UINT32_MAX : each) * (list.type->length - i - 1);
    flats->count = rest < count_end && flats->count + rest < count_end ? flats->count + rest : count_end;
    if (flats->high < flats->count) flats->high = flats->count;
    break;
  }
  return true;
}

// What has no parts, as far as flattening goes.
static void flatten_leaf(struct walk *w, const struct cm_type *type, struct flats *flats) {
  enum cm_flat address = w->pointer == 8 ? CM_FLAT_I64 : CM_FLAT_I32;
  bool is_list = type->kind == CM_TYPE_LIST || type->kind == CM_TYPE_MAP;
  if (is_list || (type->kind == CM_TYPE_PRIM && type->prim == CM_STRING)) {
    put(flats, address);
    put(flats, address);
  } else if (type->kind != CM_TYPE_PRIM) {
    put(flats, CM_FLAT_I32);
  } else {
    bool is_64 = type->prim == CM_S64 || type->prim == CM_U64;
    put(flats, is_64 ? CM_FLAT_I64 : type->prim == CM_F32 ? CM_FLAT_F32 : type->prim == CM_F64 ? CM_FLAT_F64 : CM_FLAT_I32);
  }
}

bool walk_flatten(struct walk *w, const struct cm_scope *scope, struct cm_valtype type, struct flats *flats) {
  struct cm_typeref ref;
  if (!walk_enter(w, scope, type, &ref)) return false;
  bool good = true;
  if (type_is_record(ref.type)) {
    for (uint32_t i = 0; good && i < ref.type->count; i++) good = walk_flatten(w, ref.scope, ref.type->fields[i].type, flats);
  } else if (type_is_variant(ref.type)) {
    good = flatten_variant(w, ref, flats);
  } else if (ref.type->kind == CM_TYPE_FIXED_LIST) {
    good = flatten_fixed_list(w, ref, flats);
  } else if ((good = check_flags(w, ref.type))) {
    flatten_leaf(w, ref.type, flats);
  }
  walk_leave(w);
  return good;
}

static uint32_t flat_count(const struct flats *flats) { return flats->count > UINT32_MAX ? UINT32_MAX : (uint32_t)flats->count; }

// NOLINTNEXTLINE(readability-non-const-parameter): `flat` is written through `flats`
bool cm_flatten(const struct cm_scope *scope, struct cm_valtype type, unsigned pointer, enum cm_flat *flat, uint32_t room,
                uint32_t *count, struct cm_diag *diag) {
  struct walk w = walk_of(pointer, diag);
  struct flats flats = {.at = flat, .room = room};
  if (!walk_flatten(&w, scope, type, &flats)) return false;
  *count = flat_count(&flats);
  return true;
}

static bool flatten_fields(struct walk *w, const struct cm_scope *scope, const struct cm_field *fields, uint32_t count,
                           struct flats *flats) {
  for (uint32_t i = 0; i < count; i++)
    if (!walk_flatten(w, scope, fields[i].type, flats)) return false;
  return true;
}

// Results: at most one today; older files may have several, with names.
static bool flatten_results(struct walk *w, const struct cm_scope *scope, const struct cm_type *func, struct flats *flats) {
  if (func->func.named_result_count)
    return flatten_fields(w, scope, func->func.named_results, func->func.named_result_count, flats);
  return func->func.result.kind == CM_VAL_NONE || walk_flatten(w, scope, func->func.result, flats);
}

// CanonicalABI.md, flatten_functype.
bool cm_signature_of(const struct cm_scope *scope, const struct cm_type *func, bool lower, bool is_async, unsigned pointer,
                     struct cm_signature *out, struct cm_diag *diag) {
  *out = (struct cm_signature){0};
  if (func->kind != CM_TYPE_FUNC) return cm_fail_at_large(diag, CM_INVALID, "expected a function type");
  struct walk w = walk_of(pointer, diag);
  struct flats params = {.at = out->params, .room = CM_MAX_FLAT_PARAMS};
  struct flats results = {.at = out->results, .room = CM_MAX_FLAT_RESULTS};
  if (!flatten_fields(&w, scope, func->func.params, func->func.param_count, &params)) return false;
  if (!flatten_results(&w, scope, func, &results)) return false;

  enum cm_flat address = pointer == 8 ? CM_FLAT_I64 : CM_FLAT_I32;
  uint64_t most = lower && is_async ? CM_MAX_FLAT_ASYNC_PARAMS : CM_MAX_FLAT_PARAMS;
  out->param_count = flat_count(&params);
  if (params.count > most) {
    out->params_spilled = true;
    out->params[0] = address;
    out->param_count = 1;
  }
  // An async lift returns through task.return, and its core result is the callback's code.
  out->results_spilled = !is_async ? results.count > CM_MAX_FLAT_RESULTS : lower && results.count > 0;
  if (out->results_spilled && lower) out->params[out->param_count++] = address;
  if (is_async) {
    out->results[0] = CM_FLAT_I32;  // lower: the subtask and its state
    out->result_count = 1;
  } else if (!out->results_spilled) {
    out->result_count = flat_count(&results);
  } else if (!lower) {
    out->results[0] = address;
    out->result_count = 1;
  }
  return true;
}
