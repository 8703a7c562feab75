// The interface's types stand in a shim twice: as the imported functions have them, and as they are exported. Types of the host have names already,
// by which others know them too; so what the shim exports are these very types.

#include "shim.h"

#include "interfaces.h"

struct shim {
  struct adapter_export *e;
  struct build build;
  struct transplant transplant;
  struct cm_argument *arguments;
  size_t argument_count, argument_room;
  const struct cm_item **imports;  // of the app, of which there are the types
  uint32_t *instances;
  size_t import_count, import_room, instance_room;
  uint32_t named;
};

static bool no_memory(struct shim *s) { return cm_fail_memory(s->e->adapter->diag); }

static bool add_argument(struct shim *s, struct cm_str name, enum cm_sort sort, uint32_t index) {
  struct adapter *a = s->e->adapter;
  if (!name.at || !cm_grow(a->arena, &s->arguments, &s->argument_room, s->argument_count, sizeof *s->arguments))
    return no_memory(s);
  s->arguments[s->argument_count++] = (struct cm_argument){{.name = name, .raw = name}, {sort, index}};
  return true;
}

// What of an import the shim's types are about: all types of the interface itself, and of others those that are used.
struct wanting {
  const struct shim *shim;
  const struct cm_item *import;
};

static bool is_wanted(void *context, const struct cm_item *export) {
  const struct wanting *w = context;
  const struct adapter_export *e = w->shim->e;
  if (export->export.type.sort != CM_SORT_TYPE) return false;
  return w->import == e->import || adapter_aliased(e->adapter->sources[0]->component, w->import, export->export.name.name);
}

// The instance that the shim's types of `import` are those of. Of an interface that is exported already it is the exported one, whose
// types have names.
static uint32_t given_for(const struct adapter *a, const struct cm_item *import) {
  for (size_t i = 0; i < a->export_count; i++)
    if (a->exports[i]->import == import && a->exports[i]->exported != UINT32_MAX) return a->exports[i]->exported;
  return adapter_types_of(a->sources[0], import);
}

static bool import_types(struct shim *s, const struct cm_item *import, uint32_t *out) {
  struct adapter *a = s->e->adapter;
  struct transplant_scope scope;
  struct cm_type *type = cm_alloc(a->arena, sizeof *type);
  uint32_t given = given_for(a, import);
  struct cm_str name = cm_alloc_format(a->arena, "t%u", s->named++);
  if (given == UINT32_MAX) return false;
  if (!type || !name.at || !transplant_scope_init(a->arena, CM_SCOPE_INSTANCE_TYPE, &scope)) return no_memory(s);
  scope.wanted = is_wanted;
  scope.context = &(struct wanting){s, import};
  if (!transplant_merge(&s->transplant, import->import.type.index, &scope)) return false;
  *type = (struct cm_type){.kind = CM_TYPE_INSTANCE, .scope = scope.scope};
  struct cm_externtype of = {.sort = CM_SORT_INSTANCE, .bound = CM_BOUND_INDEX};
  of.index = build_add(&s->build, (struct cm_item){.kind = CM_ITEM_TYPE, .type = type});
  struct cm_import imported = {.name = {.name = name, .raw = name}, .type = of};
  *out = build_add(&s->build, (struct cm_item){.kind = CM_ITEM_IMPORT, .import = imported});
  return add_argument(s, name, CM_SORT_INSTANCE, given);
}

// For transplant.h: each import of the app of which there are types is imported once.
static uint32_t types_of(void *context, const struct cm_item *import) {
  struct shim *s = context;
  struct cm_arena *arena = s->e->adapter->arena;
  uint32_t index;
  for (size_t i = 0; i < s->import_count; i++)
    if (s->imports[i] == import) return s->instances[i];
  if (!import_types(s, import, &index)) return UINT32_MAX;
  if (!cm_grow(arena, &s->imports, &s->import_room, s->import_count, sizeof(struct cm_item *)) ||
      !cm_grow(arena, &s->instances, &s->instance_room, s->import_count, sizeof *s->instances))
    return no_memory(s), UINT32_MAX;
  s->imports[s->import_count] = import;
  s->instances[s->import_count++] = index;
  return index;
}

static bool import_functions(struct shim *s, const uint32_t *types, const uint32_t *given, uint32_t *functions) {
  for (uint32_t i = 0; i < s->e->count; i++) {
    const struct adapter_function *f = &s->e->functions[i];
    if (f->way == ADAPTER_ABSENT) continue;
    struct cm_str name = cm_alloc_format(s->e->adapter->arena, "f%u", i);
    struct cm_import import = {.name = {.name = name, .raw = name},
                               .type = {.sort = CM_SORT_FUNC, .bound = CM_BOUND_INDEX, .index = types[f->type_index]}};
    functions[i] = build_add(&s->build, (struct cm_item){.kind = CM_ITEM_IMPORT, .import = import});
    if (!add_argument(s, name, CM_SORT_FUNC, given[i])) return false;
  }
  return true;
}

static void export_functions(struct shim *s, const uint32_t *types, const uint32_t *functions) {
  for (uint32_t i = 0; i < s->e->count; i++) {
    const struct adapter_function *f = &s->e->functions[i];
    if (f->way == ADAPTER_ABSENT) continue;
    struct cm_export export = {.name = {.name = f->name, .raw = f->name},
                               .what = {CM_SORT_FUNC, functions[i]},
                               .has_type = true,
                               .type = {.sort = CM_SORT_FUNC, .bound = CM_BOUND_INDEX, .index = types[f->type_index]}};
    build_add(&s->build, (struct cm_item){.kind = CM_ITEM_EXPORT, .export = export});
  }
}

static bool fill(struct shim *s, const uint32_t *given) {
  uint32_t index = s->e->import->import.type.index, self, *types;
  uint32_t *functions = cm_alloc_array(s->e->adapter->arena, s->e->count, sizeof *functions);
  if (!functions) return no_memory(s);
  bool is_hosts = !s->e->adapter->outside && (s->e->host->used || s->e->keeps_types);
  self = types_of(s, s->e->import);
  if (self == UINT32_MAX || !transplant_unfold(&s->transplant, index, self, TRANSPLANT_UNNAMED, &types) ||
      !import_functions(s, types, given, functions) ||
      !transplant_unfold(&s->transplant, index, self, is_hosts ? TRANSPLANT_NAMED_AS_IS : TRANSPLANT_NAMED, &types))
    return false;
  export_functions(s, types, functions);
  return true;
}

bool shim_instance(struct adapter_export *e, const uint32_t *functions, uint32_t *out) {
  struct adapter *a = e->adapter;
  struct shim s = {.e = e};
  struct cm_component *component = cm_alloc(a->arena, sizeof *component);
  if (!component || !build_init(&s.build, a->arena)) return no_memory(&s);
  s.transplant = (struct transplant){
      .to = &s.build, .from = &a->sources[0]->component->scope, .import = types_of, .context = &s, .diag = a->diag};
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
