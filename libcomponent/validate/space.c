// Index spaces of the scopes that are open, and reports.
//
// Every index must lead to a definition that stands before the item that uses it (Explainer.md, "Component Definitions": acyclic).
// The arrays are as large as the decoded scope says that the index spaces become, so that nothing grows and what points into them
// stays good.
//
// Spec: Explainer.md, "Index Spaces".

#include "validate/space.h"

#include <stdarg.h>
#include <stdio.h>

bool report_finding(struct validator *v, const struct cm_diag *diag) {
  v->failed = true;
  if (v->space) v->space->broken = true;
  if (v->stopped) return false;
  if (!v->sink || !v->sink->report(v->sink->context, diag) || ++v->errors == CM_LIMIT_ERRORS) v->stopped = true;
  return !v->stopped;
}

static bool fail_here(struct validator *v, enum cm_error error, const char *rule, const char *message) {
  struct cm_diag diag;
  if (!may_go_on(v)) return false;  // what is found from here on may be the lack of memory
  cm_fail(&diag, error, v->offset, v->where, "%s", message);
  diag.rule = rule;
  report_finding(v, &diag);
  return false;
}

bool invalid(struct validator *v, const char *rule, const char *format, ...) {
  char message[CM_DIAG_MESSAGE];
  va_list list;
  va_start(list, format);
  vsnprintf(message, sizeof message, format, list);
  va_end(list);
  return fail_here(v, CM_INVALID, rule, message);
}

bool beyond_limit(struct validator *v, const char *format, ...) {
  char message[CM_DIAG_MESSAGE];
  va_list list;
  va_start(list, format);
  vsnprintf(message, sizeof message, format, list);
  va_end(list);
  return fail_here(v, CM_LIMIT, NULL, message);
}

bool need_feature(struct validator *v, enum cm_feature feature, const char *what) {
  if (has_feature(v, feature)) return true;
  return invalid(v, RULE_GATED, "%s needs the feature %s", what, cm_feature_table[feature].name);
}

bool extern_list_open(struct validator *v, struct extern_list *list) {
  list->externs = make(v, 1, sizeof *list->externs);
  list->names = memo_take(&v->store);
  return list->externs && list->names;
}

void extern_list_close(struct validator *v, struct extern_list *list) {
  memo_give(&v->store, list->names);
  memo_give(&v->store, list->resource_names);
}

bool space_open(struct validator *v, struct space *space, const struct cm_scope *scope) {
  *space = (struct space){.parent = v->space, .scope = scope, .number = ++v->spaces};
  for (int sort = 0; sort < CM_SORT_COUNT; sort++) {
    uint32_t count = scope->spaces[sort].count;
    if (count) space->slots[sort] = make(v, count, sizeof *space->slots[sort]);
  }
  space->core_ids = make(v, scope->spaces[CM_SORT_CORE_TYPE].count, sizeof *space->core_ids);
  space->values_used = make(v, scope->spaces[CM_SORT_VALUE].count, sizeof *space->values_used);
  for (int direction = IMPORT; direction <= EXPORT; direction++) {
    extern_list_open(v, &space->lists[direction]);
    space->lists[direction].resource_names = memo_take(&v->store);
    space->visible[direction] = memo_take(&v->store);
  }
  v->space = space;
  if (!v->store.exhausted) return true;
  space_close(v, space);
  return false;
}

void space_close(struct validator *v, struct space *space) {
  for (int direction = IMPORT; direction <= EXPORT; direction++) {
    extern_list_close(v, &space->lists[direction]);
    memo_give(&v->store, space->visible[direction]);
  }
  v->space = space->parent;
}

void space_push(struct space *space, enum cm_sort sort, union slot slot) {
  if (space->counts[sort] < space->scope->spaces[sort].count) space->slots[sort][space->counts[sort]++] = slot;
}

bool space_at(struct validator *v, const struct space *space, enum cm_sort sort, uint32_t index, union slot *out) {
  if (index >= space->counts[sort]) {
    uint32_t all = space->scope->spaces[sort].count;
    if (index < all)
      return invalid(v, RULE_INDEX, "%s index %u is out of bounds: it is defined later; indices lead to earlier definitions only",
                     cm_sort_names[sort], index);
    return invalid(v, RULE_INDEX, "%s index %u is out of bounds: there %s %u", cm_sort_names[sort], index, all == 1 ? "is" : "are",
                   all);
  }
  *out = space->slots[sort][index];
  if (out->any && !(sort >= CM_SORT_FUNC && out->type->kind == TYPE_BROKEN)) return true;
  v->space->broken = true;
  return false;
}

bool entity_at(struct validator *v, enum cm_sort sort, uint32_t index, struct entity *out) {
  union slot slot;
  if (sort < CM_SORT_FUNC && sort != CM_SORT_CORE_MODULE)
    return invalid(v, RULE_INSTANCE,
                   "a %s cannot be imported, exported or given as an argument: of the core sorts, only core module can",
                   cm_sort_names[sort]);
  if (sort == CM_SORT_VALUE && !need_feature(v, CM_FEATURE_CM_VALUES, "a value")) return false;
  if (!space_at(v, v->space, sort, index, &slot)) return false;
  *out = (struct entity){.sort = sort};
  if (sort == CM_SORT_CORE_MODULE)
    out->module = slot.module;
  else
    out->type = slot.type;
  if (sort != CM_SORT_VALUE) return true;
  if (v->space->values_used[index])
    return invalid(v, RULE_START, "value %u is used a second time: a value is consumed exactly once", index);
  v->space->values_used[index] = true;
  return true;
}

const struct type *type_at(struct validator *v, uint32_t index) {
  union slot slot;
  return space_at(v, v->space, CM_SORT_TYPE, index, &slot) ? slot.type : NULL;
}

const struct type *value_type_at(struct validator *v, uint32_t index) {
  const struct type *type = type_at(v, index);
  if (!type || type_is_value(type)) return type;
  invalid(v, RULE_TYPE, "type index %u is not a defined value type, but %s", index, type_kind_name(type));
  return NULL;
}

const struct type *type_of_kind_at(struct validator *v, uint32_t index, enum cm_type_kind kind) {
  static const char *const wanted[] = {
      [CM_TYPE_FUNC] = "a function type",     [CM_TYPE_COMPONENT] = "a component type", [CM_TYPE_INSTANCE] = "an instance type",
      [CM_TYPE_RESOURCE] = "a resource type", [CM_TYPE_STREAM] = "a stream type",       [CM_TYPE_FUTURE] = "a future type",
  };
  const struct type *type = type_at(v, index);
  if (!type || type->kind == kind) return type;
  invalid(v, RULE_TYPE, "type index %u is not %s, but %s", index, wanted[kind],
          type_is_value(type) ? type_summary(type).at : type_kind_name(type));
  return NULL;
}

const struct type *resource_at(struct validator *v, uint32_t index) { return type_of_kind_at(v, index, CM_TYPE_RESOURCE); }

const struct type *func_at(struct validator *v, uint32_t index) {
  union slot slot;
  return space_at(v, v->space, CM_SORT_FUNC, index, &slot) ? slot.type : NULL;
}

const struct core_entity *core_at(struct validator *v, enum cm_sort sort, uint32_t index) {
  union slot slot;
  return space_at(v, v->space, sort, index, &slot) ? slot.core : NULL;
}
