// Types that are the adapter's own stand in a shim once, as it exports them, and what lifts functions there has these. Functions that are given
// are imported, so that what they mention must be too, before. Types of the host are all imported, and exported as they came: they have names
// already, by which others know them too. Resources come from outside in any case.

#include "shim.h"

#include <component/types.h>

#include "core.h"
#include "interfaces.h"
#include "view.h"

struct shim {
  struct adapter_export *e;
  struct build build;
  struct transplant transplant;
  struct core core;  // where functions stand alone
  struct cm_argument *arguments;
  size_t argument_count, argument_room;
  struct taken {
    const struct cm_item *item;  // an import of the app of which there are types, or a resource that is
    uint32_t index;
  } * taken;
  size_t taken_count, taken_room;
  bool hosts;                     // types are the host's
  uint32_t *imported, *exported;  // by type index of the interface's scope
};

static bool no_memory(struct shim *s) { return cm_fail_memory(s->e->adapter->diag); }

// --- what is imported ---

// Imports something, which is given as `index`, under a name that serves nobody else.
static bool take(struct shim *s, struct cm_externtype type, uint32_t index, uint32_t *out) {
  struct adapter *a = s->e->adapter;
  unsigned number = (unsigned)s->argument_count;
  struct cm_str name = cm_alloc_format(a->arena, number < 26 ? "%c" : "%c%u", 'a' + number % 26, number / 26);
  if (!name.at || !cm_grow(a->arena, &s->arguments, &s->argument_room, s->argument_count, sizeof *s->arguments))
    return no_memory(s);
  struct cm_name as = {.name = name, .raw = name};
  s->arguments[s->argument_count++] = (struct cm_argument){as, {type.sort, index}};
  *out = build_add(&s->build, (struct cm_item){.kind = CM_ITEM_IMPORT, .import = {as, type}});
  return true;
}

static bool note_taken(struct shim *s, const struct cm_item *item, uint32_t index) {
  if (!cm_grow(s->e->adapter->arena, &s->taken, &s->taken_room, s->taken_count, sizeof *s->taken)) return no_memory(s);
  s->taken[s->taken_count++] = (struct taken){item, index};
  return true;
}

static bool is_taken(const struct shim *s, const struct cm_item *item, uint32_t *out) {
  for (size_t i = 0; i < s->taken_count; i++)
    if (s->taken[i].item == item) return *out = s->taken[i].index, true;
  return false;
}

// A resource of any interface, once; `of` is the export that declares it, and `type` what it is in the adapter.
static bool take_resource(struct shim *s, const struct cm_item *of, uint32_t type, uint32_t *out) {
  struct cm_externtype resource = {.sort = CM_SORT_TYPE, .bound = CM_BOUND_RESOURCE};
  return is_taken(s, of, out) || (take(s, resource, type, out) && note_taken(s, of, *out));
}

// --- types of other interfaces ---

static const struct cm_component *app_of(const struct shim *s) { return s->e->adapter->sources[0]->component; }

struct wanting {
  const struct shim *shim;
  const struct cm_item *import;
};

static bool is_aliased(void *context, const struct cm_item *export) {
  const struct wanting *w = context;
  return export->export.type.sort == CM_SORT_TYPE && adapter_aliased(app_of(w->shim), w->import, export->export.name.name);
}

// Whether all that others use of an import's types are resources, which can be taken one by one.
static bool has_resources_only(const struct shim *s, const struct cm_item *import) {
  const struct cm_scope *scope = cm_instance_type_scope(&app_of(s)->scope, import->import.type.index);
  struct cm_typeref of;
  for (uint32_t i = 0; scope && i < scope->item_count; i++) {
    const struct cm_item *item = scope->items[i];
    if (item->kind == CM_ITEM_EXPORT && is_aliased(&(struct wanting){s, import}, item) &&
        !(cm_type_resolve(scope, adapter_type_index(scope, item), &of, NULL) && of.resource))
      return false;
  }
  return scope != NULL;
}

// For transplant.h: an instance of the types of an import that others use.
static uint32_t types_of(void *context, const struct cm_item *import) {
  struct shim *s = context;
  struct adapter *a = s->e->adapter;
  struct transplant_scope scope;
  uint32_t index, given;
  if (is_taken(s, import, &index)) return index;
  struct cm_type *type = cm_alloc(a->arena, sizeof *type);
  if ((given = adapter_types_of(a->sources[0], import)) == UINT32_MAX) return UINT32_MAX;
  if (!type || !transplant_scope_init(a->arena, CM_SCOPE_INSTANCE_TYPE, &scope)) return no_memory(s), UINT32_MAX;
  scope.wanted = is_aliased;
  scope.context = &(struct wanting){s, import};
  if (!transplant_merge(&s->transplant, import->import.type.index, &scope)) return UINT32_MAX;
  *type = (struct cm_type){.kind = CM_TYPE_INSTANCE, .scope = scope.scope};
  struct cm_externtype of = {.sort = CM_SORT_INSTANCE, .bound = CM_BOUND_INDEX};
  of.index = build_add(&s->build, (struct cm_item){.kind = CM_ITEM_TYPE, .type = type});
  return take(s, of, given, &index) && note_taken(s, import, index) ? index : UINT32_MAX;
}

// For transplant.h: a type by itself, a resource or a bare one.
static bool type_of(void *context, const struct cm_item *import, struct cm_str name, uint32_t *out) {
  struct shim *s = context;
  struct adapter *a = s->e->adapter;
  const struct cm_scope *scope = cm_instance_type_scope(&app_of(s)->scope, import->import.type.index);
  const struct cm_item *export = scope ? cm_scope_export(scope, name) : NULL;
  struct cm_typeref of;
  bool bare = view_is_bare(app_of(s), import);
  if (!export || (!bare && !has_resources_only(s, import))) return true;
  if (is_taken(s, import, out)) return true;
  uint32_t given = adapter_types_of(a->sources[0], import);
  if (given == UINT32_MAX || !cm_type_resolve(scope, adapter_type_index(scope, export), &of, a->diag)) return false;
  if (!bare) given = build_alias(&a->build, given, CM_SORT_TYPE, name, name);
  if (of.resource) return take_resource(s, of.resource, given, out);
  struct cm_externtype type = export->export.type;
  return transplant_type(&s->transplant, scope->items[0]->alias.index, &type.index) && take(s, type, given, out) &&
         note_taken(s, import, *out);
}

// --- types of the interface ---

static bool has_name(const struct cm_type *type) {
  return type->kind == CM_TYPE_RECORD || type->kind == CM_TYPE_VARIANT || type->kind == CM_TYPE_ENUM || type->kind == CM_TYPE_FLAGS;
}

// What an export of a type defines, if that is a definition of this interface. NULL: it is not, or is a resource.
static const struct cm_type *definition_of(const struct shim *s, const struct cm_item *export) {
  const struct cm_item *item =
      export->export.type.bound == CM_BOUND_EQ ? cm_def_of(s->e->scope, CM_SORT_TYPE, export->export.type.index) : NULL;
  return item && item->kind == CM_ITEM_TYPE ? item->type : NULL;
}

static bool is_given(const struct shim *s, const struct adapter_function *f) {
  return f->way == ADAPTER_PASSED || (f->way == ADAPTER_LIFTED && f->home == s->e->adapter);
}

bool shim_wants(void *context, const struct cm_item *export) {
  const struct adapter_export *e = context;
  if (interfaces_are_hosts(e) && export->export.type.sort == CM_SORT_TYPE) return true;
  for (uint32_t i = 0; i < e->count; i++)
    if (e->functions[i].way != ADAPTER_ABSENT && (!e->alone || e->functions[i].home != e->alone->adapter) &&
        cm_str_equal(e->functions[i].name, export->export.name.name))
      return true;
  return false;
}

static bool is_wanted(void *context, const struct cm_item *export) { return shim_wants(((struct shim *)context)->e, export); }

// Resources; and where types are exported, those that are the host's, or are imported already and mention no other that has a name.
static bool given_type(void *context, const struct cm_item *export, uint32_t *out) {
  struct shim *s = context;
  struct adapter *a = s->e->adapter;
  uint32_t type = adapter_type_index(s->e->scope, export), index;
  if (export->export.type.bound == CM_BOUND_RESOURCE)
    return interfaces_resource(a, s->e->scope, type, &index) && take_resource(s, export, index, out);
  const struct cm_type *definition = definition_of(s, export);
  if (s->imported && definition && (s->hosts || transplant_stands_alone(definition))) *out = s->imported[type];
  return true;
}

static bool import_type(void *context, const struct cm_item *export, uint32_t *type) {
  struct shim *s = context;
  const struct cm_type *definition = definition_of(s, export);
  struct cm_externtype equal = {.sort = CM_SORT_TYPE, .bound = CM_BOUND_EQ, .index = *type};
  if (!definition || !has_name(definition)) return true;
  return take(s, equal, s->e->types[adapter_type_index(s->e->scope, export)], type);
}

static bool export_type(void *context, const struct cm_item *export, uint32_t *type) {
  struct shim *s = context;
  struct cm_export named = {.name = export->export.name, .what = {CM_SORT_TYPE, *type}};
  *type = build_add(&s->build, (struct cm_item){.kind = CM_ITEM_EXPORT, .export = named});
  return true;
}

// --- functions ---

static bool import_functions(struct shim *s, uint32_t *functions) {
  const struct transplant_unfolding how = {.given = given_type, .name = import_type, .wanted = is_wanted, .context = s};
  bool any = s->hosts;
  for (uint32_t i = 0; i < s->e->count; i++) any |= is_given(s, &s->e->functions[i]);
  if (!any) return true;
  uint32_t *imported;
  if (!transplant_unfold(&s->transplant, s->e->import->import.type.index, &how, &imported)) return false;
  for (uint32_t i = 0; i < s->e->count; i++) {
    const struct adapter_function *f = &s->e->functions[i];
    struct cm_externtype type = {.sort = CM_SORT_FUNC, .bound = CM_BOUND_INDEX, .index = imported[f->type_index]};
    if (is_given(s, f) && !take(s, type, functions[i], &functions[i])) return false;
  }
  s->imported = imported;
  return true;
}

// For core.h: a resource of the interface, or one of another interface that it names.
static bool resource_of(void *context, const struct adapter_import *import, uint32_t *out) {
  struct shim *s = context;
  struct cm_typeref of, own;
  if (!cm_type_resolve(import->scope, import->type, &of, s->e->adapter->diag)) return false;
  for (uint32_t i = 0; i < s->e->scope->spaces[CM_SORT_TYPE].count; i++)
    if (cm_type_resolve(s->e->scope, i, &own, NULL) && own.resource && own.resource == of.resource)
      return *out = s->exported[i], true;
  return cm_fail_at_large(s->e->adapter->diag, CM_UNSUPPORTED, "a handle of another interface's resource in `%.*s`",
                          CM_STR_ARG(s->e->name.name));
}

// Two functions of the same type and the same code are one.
static bool lift(struct shim *s, uint32_t function, uint32_t *functions) {
  const struct adapter_function *f = &s->e->functions[function];
  for (uint32_t i = 0; i < function; i++) {
    const struct adapter_function *other = &s->e->functions[i];
    if (other->way == ADAPTER_LIFTED && other->home == f->home && other->type_index == f->type_index && f->same &&
        (other == f->same || other->same == f->same))
      return functions[function] = functions[i], true;
  }
  return core_lift(&s->core, f, s->exported[f->type_index], &functions[function]);
}

static bool lift_functions(struct shim *s, uint32_t *functions) {
  if (!s->e->alone || !core_is_needed(s->e->alone->adapter)) return true;
  s->core = (struct core){.a = s->e->alone->adapter, .build = &s->build, .resource = resource_of, .context = s};
  if (!core_add_memory(&s->core) || !core_add_work(&s->core)) return false;
  for (uint32_t i = 0; i < s->e->count; i++) {
    const struct adapter_function *f = &s->e->functions[i];
    if (f->way == ADAPTER_LIFTED && f->home == s->core.a && !lift(s, i, functions)) return false;
  }
  return true;
}

static void export_functions(struct shim *s, const uint32_t *functions) {
  for (uint32_t i = 0; i < s->e->count; i++) {
    const struct adapter_function *f = &s->e->functions[i];
    if (f->way == ADAPTER_ABSENT) continue;
    struct cm_export export = {.name = {.name = f->name, .raw = f->name},
                               .what = {CM_SORT_FUNC, functions[i]},
                               .has_type = is_given(s, f),
                               .type = {.sort = CM_SORT_FUNC, .bound = CM_BOUND_INDEX, .index = s->exported[f->type_index]}};
    build_add(&s->build, (struct cm_item){.kind = CM_ITEM_EXPORT, .export = export});
  }
}

static bool fill(struct shim *s, const uint32_t *given) {
  const struct transplant_unfolding how = {.given = given_type, .name = export_type, .context = s};
  uint32_t *functions = cm_alloc_array(s->e->adapter->arena, s->e->count, sizeof *functions);
  if (!functions) return no_memory(s);
  for (uint32_t i = 0; i < s->e->count; i++) functions[i] = given[i];
  if (!import_functions(s, functions) || !transplant_unfold(&s->transplant, s->e->import->import.type.index, &how, &s->exported) ||
      !lift_functions(s, functions))
    return false;
  export_functions(s, functions);
  return true;
}

bool shim_instance(struct adapter_export *e, const uint32_t *functions, uint32_t *out) {
  struct adapter *a = e->adapter;
  struct shim s = {.e = e, .hosts = interfaces_are_hosts(e)};
  struct cm_component *component = cm_alloc(a->arena, sizeof *component);
  if (!component || !build_init(&s.build, a->arena)) return no_memory(&s);
  s.transplant = (struct transplant){
      .to = &s.build, .from = &app_of(&s)->scope, .import = types_of, .alias = type_of, .context = &s, .diag = a->diag};
  if (!transplant_begin(&s.transplant) || !fill(&s, functions)) return false;
  if (s.build.failed) return no_memory(&s);
  component->scope.kind = CM_SCOPE_COMPONENT;
  component->scope.component = component;
  component->scope.items = s.build.items;
  component->scope.item_count = (uint32_t)s.build.item_count;
  uint32_t definition = build_add(&a->build, (struct cm_item){.kind = CM_ITEM_COMPONENT, .component = component});
  struct cm_instance_expr expr = {.definition = definition, .count = (uint32_t)s.argument_count, .arguments = s.arguments};
  *out = build_add(&a->build, (struct cm_item){.kind = CM_ITEM_INSTANCE, .instance = expr});
  return true;
}
