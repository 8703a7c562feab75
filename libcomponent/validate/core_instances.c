// Core instances: modules instantiated, and bundles of core definitions.
//
// Spec: Explainer.md, "Instance Definitions": two-level imports are resolved by the name of an argument, then by that of its export.

#include "validate/space.h"

// An argument by the number of its name. `instance` is NULL where what is given is broken.
struct core_argument {
  const struct core_instance *instance;
};

static const void *name_key(struct validator *v, struct cm_str name) { return number_key(store_name(&v->store, name)); }

static bool collect_arguments(struct validator *v, const struct cm_instance_expr *expr, struct memo *out) {
  struct core_argument *arguments = make(v, expr->count, sizeof *arguments);
  if (!arguments) return false;
  bool good = true;
  for (uint32_t i = 0; i < expr->count; i++) {
    const struct cm_argument *argument = &expr->arguments[i];
    union slot slot;
    if (space_at(v, v->space, CM_SORT_CORE_INSTANCE, argument->what.index, &slot))
      arguments[i].instance = slot.core_instance;
    else
      good = false;
    const void *key = name_key(v, argument->name.raw);
    if (memo_get(out, key))
      good = invalid(v, RULE_INSTANCE, "duplicate module instantiation argument named `%.*s`", SHOWN(argument->name.raw));
    else if (!memo_put(&v->store, out, key, &arguments[i]))
      return false;
  }
  return good;
}

static bool check_import(struct validator *v, const struct module_type *module, uint32_t index, const struct memo *arguments) {
  const struct module_import *import = &module->import_names[index];
  const struct core_argument *argument = memo_get(arguments, name_key(v, import->module));
  if (!argument)
    return invalid(v, RULE_INSTANCE, "missing module instantiation argument named `%.*s`, which the module imports `%.*s` from",
                   SHOWN(import->module), SHOWN(import->name));
  if (!argument->instance) return false;
  const struct named *found = externs_find(argument->instance->exports, import->name);
  if (!found)
    return invalid(v, RULE_INSTANCE, "module instantiation argument `%.*s` does not export an item named `%.*s`",
                   SHOWN(import->module), SHOWN(import->name));
  const struct core_entity *have = found->what.core, *want = module->imports.at[index].what.core;
  if (!have) return false;
  if (core_is_subtype(v, have, want)) return true;
  return invalid(v, RULE_CHECKING, "type mismatch for export `%.*s` of module instantiation argument `%.*s`: expected %s, found %s",
                 SHOWN(import->name), SHOWN(import->module), core_summary(v, want).at, core_summary(v, have).at);
}

static const struct externs *instantiate(struct validator *v, const struct cm_instance_expr *expr) {
  union slot slot = {0};
  struct memo *arguments = memo_take(&v->store);
  if (!arguments) return NULL;
  bool good = space_at(v, v->space, CM_SORT_CORE_MODULE, expr->definition, &slot);
  good = collect_arguments(v, expr, arguments) && good;
  for (uint32_t i = 0; slot.module && i < slot.module->imports.count && store_work(&v->store); i++)
    good &= check_import(v, slot.module, i, arguments);
  memo_give(&v->store, arguments);
  return good ? &slot.module->exports : NULL;
}

static const struct externs *bundle(struct validator *v, const struct cm_instance_expr *expr) {
  struct externs *exports = make(v, 1, sizeof *exports);
  if (!exports) return NULL;
  bool good = true;
  for (uint32_t i = 0; i < expr->count; i++) {
    const struct cm_argument *export = &expr->arguments[i];
    struct entity what = {.sort = export->what.sort};
    if (what.sort > CM_SORT_CORE_TAG) {
      good = invalid(v, RULE_INSTANCE, "a core instance has no exports of sort %s", cm_sort_names[what.sort]);
      continue;
    }
    if (what.sort == CM_SORT_CORE_TAG) good &= need_feature(v, CM_FEATURE_EXCEPTIONS, "a tag");
    what.core = core_at(v, what.sort, export->what.index);
    good &= what.core != NULL;
    if (externs_find(exports, export->name.raw))
      good = invalid(v, RULE_INSTANCE, "duplicate instantiation export name `%.*s` already defined", SHOWN(export->name.raw));
    else if (!externs_add(&v->store, exports, export->name.raw, what))
      return NULL;
  }
  return good ? exports : NULL;
}

bool define_core_instance(struct validator *v, const struct cm_item *item) {
  const struct cm_instance_expr *expr = &item->instance;
  const struct externs *exports = expr->is_inline ? bundle(v, expr) : instantiate(v, expr);
  struct core_instance *instance = exports ? make(v, 1, sizeof *instance) : NULL;
  if (!instance) return false;
  instance->exports = exports;
  space_push(v->space, CM_SORT_CORE_INSTANCE, (union slot){.core_instance = instance});
  return true;
}
