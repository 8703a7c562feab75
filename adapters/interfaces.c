// What an adapter imports, and the types of what it exports.
//
// An imported interface has the functions that are used, and of its types those that somebody names; where several components know it, what each
// of them uses. The types of an exported interface are those of its import, resources too, or where nothing of it is imported, types of the
// adapter itself.

#include "interfaces.h"

static bool no_memory(struct adapter *a) { return cm_fail_memory(a->diag); }

bool adapter_aliased(const struct cm_component *component, const struct cm_item *import, struct cm_str name) {
  for (uint32_t i = 0; i < component->scope.item_count; i++) {
    const struct cm_item *item = component->scope.items[i];
    if (item->kind == CM_ITEM_ALIAS && item->alias.kind == CM_ALIAS_EXPORT && item->alias.sort == CM_SORT_TYPE &&
        cm_str_equal(item->alias.name, name) && cm_def_of(&component->scope, CM_SORT_INSTANCE, item->alias.instance) == import)
      return true;
  }
  return false;
}

static bool is_wanted(void *context, const struct cm_item *export) {
  const struct adapter_host *host = context;
  struct cm_str name = export->export.name.name;
  for (size_t i = 0; i < host->wanted_count; i++)
    if (cm_str_equal(host->wanted[i], name)) return true;
  if (export->export.type.sort != CM_SORT_TYPE) return false;
  return host->all_types || adapter_aliased(host->source->component, host->import, name);
}

// An interface that several sources know is imported once, with the types that each of them uses.
static bool merge_others(const struct adapter_host *host, struct transplant_scope *scope) {
  struct adapter *a = host->adapter;
  for (size_t s = 0; s < a->source_count; s++) {
    const struct cm_scope *from = &a->sources[s]->component->scope;
    if (a->sources[s]->component == host->source->component) continue;
    for (uint32_t i = 0; i < from->item_count; i++) {
      const struct cm_item *item = from->items[i];
      if (item->kind != CM_ITEM_IMPORT || !cm_str_equal(item->import.name.name, host->name.name)) continue;
      struct adapter_host other = {
          .source = a->sources[s], .import = item, .wanted = host->wanted, .wanted_count = host->wanted_count};
      scope->context = &other;
      if (!transplant_merge(&a->sources[s]->transplant, item->import.type.index, scope)) return false;
    }
  }
  return true;
}

static bool build_host(struct adapter_host *host) {
  struct adapter *a = host->adapter;
  struct transplant_scope scope;
  struct cm_type *type = cm_alloc(a->arena, sizeof *type);
  if (host->built) return true;
  if (!type || !transplant_scope_init(a->arena, CM_SCOPE_INSTANCE_TYPE, &scope)) return no_memory(a);
  scope.wanted = is_wanted;
  scope.context = host;
  if (!transplant_merge(&host->source->transplant, host->import->import.type.index, &scope) || !merge_others(host, &scope))
    return false;
  *type = (struct cm_type){.kind = CM_TYPE_INSTANCE, .scope = scope.scope};
  struct cm_externtype of = {.sort = CM_SORT_INSTANCE, .bound = CM_BOUND_INDEX};
  of.index = build_add(&a->build, (struct cm_item){.kind = CM_ITEM_TYPE, .type = type});
  host->instance = build_add(&a->build, (struct cm_item){.kind = CM_ITEM_IMPORT, .import = {host->name, of}});
  host->built = true;
  return true;
}

static bool build_types(struct adapter_export *e) {
  struct adapter *a = e->adapter;
  if (e->types) return true;
  if (e->building) return cm_fail_at_large(a->diag, CM_INVALID, "import `%.*s` uses its own types", CM_STR_ARG(e->name.name));
  e->building = true;
  bool from_host = e->host->used || e->keeps_types;
  if (from_host && !build_host(e->host)) return false;
  uint32_t host = from_host ? e->host->instance : UINT32_MAX;
  return transplant_unfold(&a->sources[0]->transplant, e->import->import.type.index, host, TRANSPLANT_UNNAMED, &e->types);
}

bool interfaces_bundle(struct adapter_export *e, const uint32_t *functions, uint32_t *out) {
  struct adapter *a = e->adapter;
  struct cm_argument *members = cm_alloc_array(a->arena, e->scope->item_count, sizeof *members);
  uint32_t count = 0, type = 0, function = 0;
  if (!members) return no_memory(a);
  for (uint32_t i = 0; i < e->scope->item_count; i++) {
    const struct cm_item *item = e->scope->items[i];
    bool is_type = item->kind == CM_ITEM_EXPORT && item->export.type.sort == CM_SORT_TYPE;
    bool is_function = item->kind == CM_ITEM_EXPORT && !is_type;
    if (is_type)
      members[count++] = (struct cm_argument){item->export.name, {CM_SORT_TYPE, e->types[type]}};
    else if (is_function && functions && e->functions[function].way != ADAPTER_ABSENT)
      members[count++] = (struct cm_argument){item->export.name, {CM_SORT_FUNC, functions[function]}};
    function += is_function;
    type += is_type || item->kind == CM_ITEM_TYPE || (item->kind == CM_ITEM_ALIAS && item->alias.sort == CM_SORT_TYPE);
  }
  struct cm_instance_expr expr = {.is_inline = true, .count = count, .arguments = members};
  *out = build_add(&a->build, (struct cm_item){.kind = CM_ITEM_INSTANCE, .instance = expr});
  return true;
}

static bool types_instance(struct adapter_export *e, uint32_t *out) {
  if (!build_types(e)) return false;
  if (e->types_instance == UINT32_MAX && !interfaces_bundle(e, NULL, &e->types_instance)) return false;
  *out = e->types_instance;
  return true;
}

// Whether a host is that interface, be it imported under a label: what is imported besides has the types of that instance.
static bool is_instance_of(const struct adapter_host *host, struct cm_str interface) {
  return cm_str_equal(host->name.name, interface) || (host->name.has_implements && cm_str_equal(host->name.implements, interface));
}

uint32_t adapter_types_of(void *context, const struct cm_item *import) {
  struct adapter_source *source = context;
  struct adapter *a = source->adapter;
  uint32_t index;
  for (size_t i = 0; source->is_app && i < a->export_count; i++) {
    struct adapter_export *e = a->exports[i];
    if (e->import == import && (a->outside || (!e->host->used && !e->keeps_types)))
      return types_instance(e, &index) ? index : UINT32_MAX;
  }
  struct adapter_host *host = NULL;
  for (size_t i = 0; !host && i < a->host_count; i++)
    if (a->hosts[i]->source == source && a->hosts[i]->import == import) host = a->hosts[i];
  for (size_t i = 0; !host && i < a->host_count; i++)
    if (is_instance_of(a->hosts[i], import->import.name.name)) host = a->hosts[i];
  if (!host && (host = adapter_import(a, source->component, import, import->import.name)) && a->outside && source->is_app)
    host->source = a->outside;
  return host && build_host(host) ? host->instance : UINT32_MAX;
}

// For transplant.h: a resource of the adapter's own.
static uint32_t own_resource(void *context, const struct cm_item *export) {
  struct adapter *a = ((struct adapter_source *)context)->adapter;
  struct cm_type *type = cm_alloc(a->arena, sizeof *type);
  if (!type) return no_memory(a), UINT32_MAX;
  *type = (struct cm_type){.kind = CM_TYPE_RESOURCE, .res.rep = {.code = CORE_I32}};
  for (uint32_t r = 0; r < a->resource_count; r++)
    if (cm_scope_export(a->resources[r].e->scope, a->resources[r].name) == export) {
      type->res.has_dtor = true;
      type->res.dtor = a->destroy + r;
    }
  return build_add(&a->build, (struct cm_item){.kind = CM_ITEM_TYPE, .type = type});
}

static bool is_own(void *context, const struct cm_item *export) {
  return adapter_owns(((struct adapter_source *)context)->adapter, export);
}

bool interfaces_begin(struct adapter *a) {
  for (size_t i = 0; i < a->source_count; i++) {
    struct adapter_source *source = a->sources[i];
    source->transplant = (struct transplant){.to = &a->build,
                                             .from = &source->component->scope,
                                             .import = adapter_types_of,
                                             .resource = own_resource,
                                             .owns = a->outside && source->is_app ? is_own : NULL,
                                             .context = source,
                                             .diag = a->diag};
    if (!transplant_begin(&source->transplant)) return false;
  }
  return true;
}

bool interfaces_build(struct adapter *a) {
  for (size_t i = 0; i < a->host_count; i++)
    if (a->hosts[i]->used && !build_host(a->hosts[i])) return false;
  for (size_t i = 0; i < a->export_count; i++)
    if (!build_types(a->exports[i])) return false;
  return true;
}
