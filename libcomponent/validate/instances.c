// Instances: instantiation of components, and bundles of exports.
//
// To instantiate a component is to apply it. Its imports say what is wanted; the arguments, found by name, say what stands for the
// resources and types among them; with that put into its exports, and with new numbers for the resources that the component
// defines, its exports are the type of the instance.
//
// Spec: Explainer.md, "Instance Definitions", "Type Checking"; Binary.md, notes on "Instance Definitions"; Linking.md.

#include "validate/space.h"

// The arguments by name. Each is looked at, whether or not the component wants it.
static bool collect_arguments(struct validator *v, const struct cm_instance_expr *expr, struct externs *out) {
  bool good = true;
  for (uint32_t i = 0; i < expr->count; i++) {
    const struct cm_argument *argument = &expr->arguments[i];
    struct entity what;
    if (!entity_at(v, argument->what.sort, argument->what.index, &what)) {
      good = false;
      continue;
    }
    if (externs_find(out, argument->name.raw))
      good = invalid(v, RULE_INSTANCE, "instantiation argument `%.*s` conflicts with previous argument `%.*s`",
                     SHOWN(argument->name.raw), SHOWN(argument->name.raw));
    else if (!externs_add(&v->store, out, argument->name.raw, what))
      return false;
  }
  return good;
}

// Every import must be given, with something that fits once the resources given are put in place of those wanted.
static bool check_arguments(struct validator *v, const struct type *component, const struct externs *arguments,
                            struct subst *subst) {
  bool good = match_resources(v, arguments, component->imports, component->bound_imports, subst);
  for (uint32_t i = 0; i < component->imports->count && store_work(&v->store); i++) {
    const struct named *want = &component->imports->at[i], *have = externs_find(arguments, want->name);
    struct mismatch mismatch;
    if (!have)
      good = invalid(v, RULE_INSTANCE, "missing import named `%.*s`: there is no argument of that name, of sort %s",
                     SHOWN(want->name), cm_sort_names[want->what.sort]);
    else if (!is_subtype(v, have->what, subst_entity(&v->store, subst, want->what), &mismatch))
      good = invalid(v, RULE_CHECKING, "type mismatch for import `%.*s`: %s", SHOWN(want->name), mismatch.at);
  }
  if (!good || !may_go_on(v)) return false;
  subst_forget(subst);
  for (uint32_t i = 0; i < component->imports->count; i++) {
    const struct named *want = &component->imports->at[i];
    if (!match_types(v, externs_find(arguments, want->name)->what, want->what, subst)) return false;
  }
  return true;
}

static const struct type *instantiate(struct validator *v, const struct type *component, const struct externs *arguments) {
  struct subst subst;
  if (!subst_open(&v->store, &subst)) return NULL;
  const struct type *instance = NULL;
  if (check_arguments(v, component, arguments, &subst)) {
    for (uint32_t i = 0; i < component->bound_exports.count; i++) {
      uint32_t old = component->bound_exports.ids[i];
      struct resource own = {.owner = v->space->number, .origin = RESOURCE_ABSTRACT};
      own.name = v->store.resources[old].name;
      own.home = v->store.resources[old].home;
      uint32_t id = store_resource(&v->store, own);
      subst_resource(&v->store, &subst, old, id);
    }
    instance = type_instance(&v->store, subst_externs(&v->store, &subst, component->exports), (struct bound){0});
  }
  subst_close(&v->store, &subst);
  return instance;
}

static const struct type *bundle(struct validator *v, const struct cm_instance_expr *expr) {
  struct extern_list list = {0};
  if (!extern_list_open(v, &list)) return NULL;
  bool good = true;
  for (uint32_t i = 0; i < expr->count; i++) {
    const struct cm_argument *export = &expr->arguments[i];
    struct entity what;
    if (!entity_at(v, export->what.sort, export->what.index, &what)) {
      good = false;
      continue;
    }
    good &= check_extern_name(v, &list, EXPORT, &export->name, what);
    good = externs_add(&v->store, list.externs, export->name.raw, what) && good;
  }
  extern_list_close(v, &list);
  return good ? type_instance(&v->store, list.externs, (struct bound){0}) : NULL;
}

bool define_instance(struct validator *v, const struct cm_item *item) {
  const struct cm_instance_expr *expr = &item->instance;
  const struct type *instance;
  if (expr->is_inline) {
    instance = bundle(v, expr);
  } else {
    union slot component = {0};
    struct externs *arguments = make(v, 1, sizeof *arguments);
    bool good = space_at(v, v->space, CM_SORT_COMPONENT, expr->definition, &component);
    good = arguments && collect_arguments(v, expr, arguments) && good;
    instance = good ? instantiate(v, component.type, arguments) : NULL;
  }
  if (!instance || !check_type_bounds(v, instance)) return false;
  push_type(v->space, CM_SORT_INSTANCE, instance);
  return true;
}
