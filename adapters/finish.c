// An adapter, built: imported interfaces, the core modules, and then, one after the other, exports: the types of each, its functions, and the
// instance that has them.
//
// An exported instance is a bundle of lifted and of aliased functions (Explainer.md, "Instance Definitions", inline exports) where it has no
// methods; else see shim.h. One of which everything is the host's is the imported instance itself. A resource type in it is the host's, or the
// adapter's own. What is bare is exported bare.

#include <stdlib.h>

#include "core.h"
#include "interfaces.h"
#include "shim.h"

static bool no_memory(struct adapter *a) { return cm_fail_memory(a->diag); }

// For core.h: a resource that code of the adapter itself uses.
static bool resource_of(void *context, const struct adapter_import *import, uint32_t *out) {
  return interfaces_resource(context, import->scope, import->type, out);
}

static bool add_core(struct adapter *a, struct core *core) {
  *core = (struct core){.a = a, .build = &a->build, .resource = resource_of, .result = interfaces_result, .context = a};
  return !core_is_needed(a) || (core_add_memory(core) && interfaces_import(a) && core_add_work(core));
}

// --- functions ---

static bool add_functions(struct adapter_export *e, struct core *core, uint32_t *functions) {
  struct adapter *a = e->adapter;
  for (uint32_t i = 0; i < e->count; i++) {
    const struct adapter_function *f = &e->functions[i];
    if (f->way == ADAPTER_PASSED)
      functions[i] =
          e->passes->bare ? e->passes->instance : build_alias(&a->build, e->passes->instance, CM_SORT_FUNC, f->name, f->name);
    else if (f->way == ADAPTER_LIFTED && f->home == a && !core_lift(core, f, e->types[f->type_index], &functions[i]))
      return false;
  }
  return true;
}

// --- exports ---

// Whether all that an export has is the host's, as it is there.
static bool is_hosts(const struct adapter_export *e) {
  if (e->passes != e->host || !interfaces_are_hosts(e)) return false;
  for (uint32_t i = 0; i < e->count; i++)
    if (e->functions[i].way != ADAPTER_PASSED) return false;
  return true;
}

static uint32_t add_export(struct adapter_export *e, struct cm_export export) {
  export.name = e->name;
  return e->exported = build_add(&e->adapter->build, (struct cm_item){.kind = CM_ITEM_EXPORT, .export = export});
}

// A type has been exported by interfaces_types. The type of a function may mention what was exported so, under its name there.
static bool export_bare(struct adapter_export *e, struct core *core) {
  uint32_t function;
  if (!interfaces_types(e, NULL) || !add_functions(e, core, &function)) return false;
  if (!e->count || e->functions[0].way == ADAPTER_ABSENT) return true;
  struct cm_externtype type = {.sort = CM_SORT_FUNC, .bound = CM_BOUND_INDEX, .index = e->types[e->functions[0].type_index]};
  add_export(e, (struct cm_export){.what = {CM_SORT_FUNC, function}, .has_type = true, .type = type});
  return true;
}

static bool export_interface(struct adapter_export *e, struct core *core) {
  struct adapter *a = e->adapter;
  struct cm_export export = {.what = {CM_SORT_INSTANCE, e->host->instance}};
  bool shim = adapter_needs_shim(e);
  uint32_t *functions = cm_alloc_array(a->arena, e->count, sizeof *functions);
  if (!functions) return no_memory(a);
  bool ok = is_hosts(e) ||
            (interfaces_types(e, shim ? shim_wants : NULL) && add_functions(e, core, functions) &&
             (shim ? shim_instance(e, functions, &export.what.index) : interfaces_bundle(e, functions, &export.what.index)));
  if (ok) add_export(e, export);
  return ok;
}

static bool export_offers(struct adapter *a, const struct core *core) {
  struct cm_type *func = cm_alloc(a->arena, sizeof *func);
  if (!func) return no_memory(a);
  func->kind = CM_TYPE_FUNC;
  for (size_t i = 0; i < a->offer_count; i++) {
    const struct adapter_offer *offer = &a->offers[i];
    uint32_t type = build_add(&a->build, (struct cm_item){.kind = CM_ITEM_TYPE, .type = func});
    struct cm_canon canon = {.kind = CM_CANON_LIFT, .type = type, .func = core->functions[offer->number]};
    uint32_t function = build_add(&a->build, (struct cm_item){.kind = CM_ITEM_CANON, .canon = canon});
    struct cm_export export = {.name = {.name = offer->name, .raw = offer->name}, .what = {CM_SORT_FUNC, function}};
    build_add(&a->build, (struct cm_item){.kind = CM_ITEM_EXPORT, .export = export});
  }
  return true;
}

// An export, and its number among the app's imports.
struct placed {
  struct adapter_export *e;
  uint32_t place;
};

static int compare_places(const void *a, const void *b) {
  uint32_t x = ((const struct placed *)a)->place, y = ((const struct placed *)b)->place;
  return x < y ? -1 : x > y;
}

// In the order of the app's imports, which refer to earlier ones only.
static struct placed *in_order(const struct adapter *a) {
  const struct cm_scope *app = &a->sources[0]->component->scope;
  struct placed *order = cm_alloc_array(a->arena, a->export_count, sizeof *order);
  for (size_t i = 0; order && i < a->export_count; i++) {
    order[i].e = a->exports[i];
    while (order[i].place < app->item_count && app->items[order[i].place] != order[i].e->import) order[i].place++;
  }
  if (order) qsort(order, a->export_count, sizeof *order, compare_places);
  return order;
}

// --- all of it ---

static bool build_all(struct adapter *a) {
  struct core core;
  if (!interfaces_begin(a) || !add_core(a, &core) || !interfaces_import(a)) return false;
  const struct placed *order = in_order(a);
  if (!order) return no_memory(a);
  for (size_t i = 0; i < a->export_count; i++)
    if (!(order[i].e->bare ? export_bare(order[i].e, &core) : export_interface(order[i].e, &core))) return false;
  return export_offers(a, &core);
}

bool adapter_finish(struct adapter *a, struct cm_component **out) {
  if (!adapter_complete(a) || !build_all(a)) return false;
  struct cm_component *component = cm_alloc(a->arena, sizeof *component);
  if (!component || a->failed || a->build.failed || a->data.failed) return no_memory(a);
  component->scope.kind = CM_SCOPE_COMPONENT;
  component->scope.component = component;
  component->scope.items = a->build.items;
  component->scope.item_count = (uint32_t)a->build.item_count;
  *out = component;
  return true;
}
