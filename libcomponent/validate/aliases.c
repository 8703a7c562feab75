// Aliases: exports of instances, exports of core instances, and definitions of enclosing scopes.
//
// Spec: Binary.md, "Alias Definitions" and the notes on declarators in "Type Definitions"; Explainer.md, "Alias Definitions".

#include "validate/space.h"

// Within types only what types are made of can be aliased.
static bool check_declarator(struct validator *v, const struct cm_alias *alias) {
  if (v->space->scope->kind == CM_SCOPE_COMPONENT) return true;
  bool good = alias->kind == CM_ALIAS_EXPORT  ? alias->sort == CM_SORT_TYPE || alias->sort == CM_SORT_INSTANCE
              : alias->kind == CM_ALIAS_OUTER ? alias->sort == CM_SORT_TYPE || alias->sort == CM_SORT_CORE_TYPE
                                              : false;
  return good ||
         invalid(v, RULE_TYPE, "aliases in a component or instance type may only refer to types or instances, not to the sort %s",
                 cm_sort_names[alias->sort]);
}

static bool alias_export(struct validator *v, const struct cm_alias *alias) {
  union slot instance, slot = {0};
  if (alias->sort == CM_SORT_VALUE && !need_feature(v, CM_FEATURE_CM_VALUES, "a value")) return false;
  if (!space_at(v, v->space, CM_SORT_INSTANCE, alias->instance, &instance)) return false;
  const struct named *named = externs_find(instance.type->exports, alias->raw);
  if (!named) return invalid(v, RULE_ALIAS, "instance %u has no export named `%.*s`", alias->instance, SHOWN(alias->raw));
  if (named->what.sort != alias->sort)
    return invalid(v, RULE_ALIAS, "export `%.*s` of instance %u is not of sort %s, but of sort %s", SHOWN(alias->raw),
                   alias->instance, cm_sort_names[alias->sort], cm_sort_names[named->what.sort]);
  if (alias->sort == CM_SORT_CORE_MODULE)
    slot.module = named->what.module;
  else
    slot.type = named->what.type;
  space_push(v->space, alias->sort, slot);
  return true;
}

static bool alias_core_export(struct validator *v, const struct cm_alias *alias) {
  union slot instance, slot = {0};
  if (alias->sort > CM_SORT_CORE_TAG)
    return invalid(v, RULE_ALIAS, "a core instance has no export of sort %s", cm_sort_names[alias->sort]);
  if (alias->sort == CM_SORT_CORE_TAG && !need_feature(v, CM_FEATURE_EXCEPTIONS, "a tag")) return false;
  if (!space_at(v, v->space, CM_SORT_CORE_INSTANCE, alias->instance, &instance)) return false;
  const struct named *named = externs_find(instance.core_instance->exports, alias->raw);
  if (!named) return invalid(v, RULE_ALIAS, "core instance %u has no export named `%.*s`", alias->instance, SHOWN(alias->raw));
  if (named->what.sort != alias->sort)
    return invalid(v, RULE_ALIAS, "export `%.*s` of core instance %u is not of sort %s, but of sort %s", SHOWN(alias->raw),
                   alias->instance, cm_sort_names[alias->sort], cm_sort_names[named->what.sort]);
  slot.core = named->what.core;
  space_push(v->space, alias->sort, slot);
  return slot.core != NULL;
}

static bool find_any(void *context, uint32_t resource) {
  *(uint32_t *)context = resource;
  return false;
}

// A type that crosses from one component into another may not take a resource with it.
static bool check_crossing(struct validator *v, const struct type *type) {
  uint32_t resource;
  struct entity what = {.sort = CM_SORT_TYPE, .type = type};
  if (free_resources(&v->store, what, find_any, &resource)) return true;
  return invalid(v, RULE_ALIAS,
                 "cannot alias outer type which transitively refers to resources not defined in the current component: "
                 "%s in %s",
                 type_summary(type_resource(&v->store, resource)).at, type_summary(type).at);
}

static bool alias_outer(struct validator *v, const struct cm_alias *alias) {
  const struct space *space = v->space;
  bool crosses = false;  // out of a component
  for (uint32_t i = 0; i < alias->outer && space; i++) {
    crosses |= space->scope->kind == CM_SCOPE_COMPONENT;
    space = space->parent;
  }
  if (!space) return invalid(v, RULE_ALIAS, "invalid outer alias count of %u: there are fewer enclosing scopes", alias->outer);
  union slot slot;
  if (!space_at(v, space, alias->sort, alias->index, &slot)) return false;
  if (crosses && alias->sort == CM_SORT_TYPE && !check_crossing(v, slot.type)) return false;
  if (alias->sort == CM_SORT_CORE_TYPE) v->space->core_ids[v->space->counts[CM_SORT_CORE_TYPE]] = slot.core_def->id;
  space_push(v->space, alias->sort, slot);
  return true;
}

bool define_alias(struct validator *v, const struct cm_item *item) {
  const struct cm_alias *alias = &item->alias;
  if (!check_declarator(v, alias)) return false;
  switch (alias->kind) {
    case CM_ALIAS_EXPORT: return alias_export(v, alias);
    case CM_ALIAS_CORE_EXPORT: return alias_core_export(v, alias);
    default: return alias_outer(v, alias);
  }
}
