// The types of a module: which of them the features allow, that they refer to what is there, and that each may have the supertype it
// names. What is valid goes to the store of types.
//
// Spec: https://webassembly.github.io/spec/core/valid/types.html; shared types:
// https://github.com/WebAssembly/shared-everything-threads/blob/main/proposals/shared-everything-threads/Overview.md

#include "validate_module.h"

#include <stdio.h>

#define TYPES CORE_SPEC "valid/types.html#"

static const char *lack_of(char *to, const char *what, enum cm_feature feature) {
  snprintf(to, CORE_LACK_TEXT, "%s need the feature %s, which is not enabled", what, cm_feature_table[feature].name);
  return to;
}

// What each abstract heap type is called in errors, and its feature. Those of the nullable funcref and externref come with references.
static const struct heap_need {
  int8_t heap;
  enum cm_feature feature;
  const char *what;
} heap_needs[] = {
    {CORE_HEAP_FUNC, CM_FEATURE_REFERENCE_TYPES, "references to functions as values"},
    {CORE_HEAP_EXTERN, CM_FEATURE_REFERENCE_TYPES, "references to the host's values"},
    {CORE_HEAP_EXN, CM_FEATURE_EXCEPTIONS, "references to exceptions"},
    {CORE_HEAP_NOEXN, CM_FEATURE_EXCEPTIONS, "references to exceptions"},
    {CORE_HEAP_ANY, CM_FEATURE_GC, "any references"},
    {CORE_HEAP_EQ, CM_FEATURE_GC, "eq references"},
    {CORE_HEAP_I31, CM_FEATURE_GC, "i31 references"},
    {CORE_HEAP_STRUCT, CM_FEATURE_GC, "struct references"},
    {CORE_HEAP_ARRAY, CM_FEATURE_GC, "array references"},
    {CORE_HEAP_NONE, CM_FEATURE_GC, "none references"},
    {CORE_HEAP_NOFUNC, CM_FEATURE_GC, "nofunc references"},
    {CORE_HEAP_NOEXTERN, CM_FEATURE_GC, "noextern references"},
};

const char *core_valtype_lacks(const struct core_context *context, struct core_valtype type, uint32_t type_count,
                               char to[CORE_LACK_TEXT]) {
  struct cm_features features = context->features;
  if (type.code == CORE_V128 && !cm_has(features, CM_FEATURE_SIMD)) return lack_of(to, "vectors", CM_FEATURE_SIMD);
  if (type.code != CORE_REF) return "";
  if (type.heap >= 0 && (uint32_t)type.heap >= type_count) {
    snprintf(to, CORE_LACK_TEXT, "unknown type %d: %u are known here", type.heap, type_count);
    return to;
  }
  if (!cm_has(features, CM_FEATURE_FUNCTION_REFERENCES) && !cm_has(features, CM_FEATURE_GC)) {
    if (type.heap >= 0) return lack_of(to, "references to defined types", CM_FEATURE_FUNCTION_REFERENCES);
    if (!type.nullable) return lack_of(to, "references that are never null", CM_FEATURE_FUNCTION_REFERENCES);
  }
  if (type.shared && !cm_has(features, CM_FEATURE_SHARED_EVERYTHING_THREADS))
    return lack_of(to, "shared references", CM_FEATURE_SHARED_EVERYTHING_THREADS);
  if (type.heap >= 0) return "";
  for (size_t i = 0; i < sizeof heap_needs / sizeof *heap_needs; i++)
    if (heap_needs[i].heap == type.heap)
      return cm_has(features, heap_needs[i].feature) ? "" : lack_of(to, heap_needs[i].what, heap_needs[i].feature);
  snprintf(to, CORE_LACK_TEXT, "references to continuations are not supported");
  return to;
}

// ---- The type section

static bool features_allow(struct core_validation *d, const struct core_type *type) {
  struct cm_features features = d->context.features;
  bool is_aggregate = type->kind != CORE_FUNC_TYPE;
  if ((is_aggregate || type->group_explicit || !type->is_final || type->super_count) && !cm_has(features, CM_FEATURE_GC))
    return core_report(d, type->offset, TYPES "recursive-types", "%s need the feature gc, which is not enabled",
                       is_aggregate ? "structs and arrays" : "recursive types and subtypes");
  if (type->shared && !cm_has(features, CM_FEATURE_SHARED_EVERYTHING_THREADS))
    return core_report(d, type->offset, TYPES "composite-types",
                       "shared types need the feature shared-everything-threads, which is not enabled");
  if (type->result_count > 1 && !cm_has(features, CM_FEATURE_MULTI_VALUE))
    return core_report(d, type->offset, TYPES "composite-types",
                       "several results need the feature multi-value, which is not enabled");
  return true;
}

static bool valtype_known(struct core_validation *d, const struct core_type *type, struct core_valtype valtype) {
  char text[CORE_LACK_TEXT];
  const char *lack = core_valtype_lacks(&d->context, valtype, type->group_first + type->group_count, text);
  return !*lack || core_report(d, type->offset, TYPES "heap-types", "%s", lack);
}

// What must hold before the type can go to the store.
static bool refers_to_what_is_there(struct core_validation *d, uint32_t index) {
  const struct core_type *type = &d->context.module->types[index];
  if (!features_allow(d, type)) return false;
  if (type->super_count && type->supers[0] >= index)
    return core_report(d, type->offset, TYPES "recursive-types", "unknown type %u: a supertype must come before its subtype",
                       type->supers[0]);
  for (uint32_t i = 0; i < type->param_count; i++)
    if (!valtype_known(d, type, type->params[i])) return false;
  for (uint32_t i = 0; i < type->result_count; i++)
    if (!valtype_known(d, type, type->results[i])) return false;
  for (uint32_t i = 0; i < type->field_count; i++)
    if (!valtype_known(d, type, type->fields[i].type)) return false;
  return true;
}

static bool all_shared(const struct core_type_store *store, struct core_words words) {
  for (uint32_t i = 0; i < words.count; i++)
    if (core_word_is_ref(words.at[i]) && !core_word_shared(store, words.at[i])) return false;
  return true;
}

// What can be said once it is in the store.
static bool fits(struct core_validation *d, uint32_t index) {
  const struct core_type *type = &d->context.module->types[index];
  const struct core_type_store *store = d->context.store;
  const struct core_stored *stored = &store->types[d->ids[index]];
  if (stored->depth > CORE_LIMIT_SUBTYPE_DEPTH)
    return core_report(d, type->offset, TYPES "recursive-types", "subtypes are nested more than %d deep", CORE_LIMIT_SUBTYPE_DEPTH);
  if (!core_type_extends(store, d->ids[index]))
    return core_report(d, type->offset, TYPES "recursive-types", "sub type %u does not match its super type %u%s", index,
                       type->supers[0], store->types[stored->super].is_final ? ", which is final" : "");
  // The second words of a struct or array say whether its fields are mutable.
  if (stored->shared && (!all_shared(store, stored->a) || (stored->kind == CORE_FUNC_TYPE && !all_shared(store, stored->b))))
    return core_report(d, type->offset, TYPES "composite-types", "type %u is shared, but holds references that are not", index);
  return true;
}

// Asks `good` of each type of a group.
static bool all_are(struct core_validation *d, struct cm_where *item, uint32_t first, uint32_t count,
                    bool (*good)(struct core_validation *d, uint32_t index)) {
  bool all = true;
  for (uint32_t i = first; i < first + count && !d->is_enough; i++) {
    item->index = i;
    all &= good(d, i);
  }
  return all;
}

// Behind a group that is not in the store, since it refers to what is not there, the others are only asked what they refer to.
static bool groups(struct core_validation *d, struct cm_where *item) {
  const struct core_module *m = d->context.module;
  struct cm_diag diag;
  bool complete = true;
  for (uint32_t first = 0; first < m->type_count && !d->is_enough;) {
    uint32_t count = m->types[first].group_count;
    complete &= all_are(d, item, first, count, refers_to_what_is_there);
    if (complete && !core_type_store_add(d->store, &m->types[first], first, count, d->ids, &diag))
      return core_report_diag(d, &diag);
    if (complete) all_are(d, item, first, count, fits);
    first += count;
  }
  return d->errors == 0;
}

bool core_validate_types(struct core_validation *d) {
  struct cm_where section = {.up = d->context.module->where, .what = core_section_where(1), .index = -1};
  struct cm_where item = {.up = &section, .what = "type"};
  d->where = &item;
  bool valid = groups(d, &item);
  d->where = NULL;
  return valid;
}
