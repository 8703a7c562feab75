// What an adapter imports, and the types of what it exports.
//
// An imported interface has the functions that are used, and of its types those that somebody names; where several components know it, what each
// of them uses. The types of an exported interface are those of its import, resources too, or where nothing of it is imported, types of the
// adapter itself. What uses types of another interface has those that this one exports: they have names (Explainer.md, "Import and Export
// Definitions"), which is why exports are built in the order of the app's imports.

#include "interfaces.h"

#include "view.h"

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

// --- imports ---

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
      if (!transplant_merge(&a->sources[s]->hosts, item->import.type.index, scope)) return false;
    }
  }
  return true;
}

static bool instance_type(struct adapter_host *host, struct cm_externtype *out) {
  struct adapter *a = host->adapter;
  struct transplant_scope scope;
  struct cm_type *type = cm_alloc(a->arena, sizeof *type);
  if (!type || !transplant_scope_init(a->arena, CM_SCOPE_INSTANCE_TYPE, &scope)) return no_memory(a);
  scope.wanted = is_wanted;
  scope.context = host;
  if (!transplant_merge(&host->source->hosts, host->import->import.type.index, &scope) || !merge_others(host, &scope)) return false;
  *type = (struct cm_type){.kind = CM_TYPE_INSTANCE, .scope = scope.scope};
  *out = (struct cm_externtype){.sort = CM_SORT_INSTANCE, .bound = CM_BOUND_INDEX};
  out->index = build_add(&a->build, (struct cm_item){.kind = CM_ITEM_TYPE, .type = type});
  return true;
}

// What the one member of a bare import is, in the adapter.
static bool bare_type(struct adapter_host *host, struct cm_externtype *out) {
  const struct cm_item *alias = host->scope->items[0], *export = host->scope->items[host->scope->item_count - 1];
  *out = export->export.type;
  return out->bound == CM_BOUND_RESOURCE || transplant_type(&host->source->hosts, alias->alias.index, &out->index);
}

static bool build_host(struct adapter_host *host) {
  struct adapter *a = host->adapter;
  struct cm_externtype type;
  if (host->state == HOST_BUILT) return true;
  if (host->state == HOST_BEING_BUILT)
    return cm_fail_at_large(a->diag, CM_INVALID, "import `%.*s` uses its own types", CM_STR_ARG(host->name.name));
  host->state = HOST_BEING_BUILT;
  if (!(host->bare ? bare_type(host, &type) : instance_type(host, &type))) return false;
  host->instance = build_add(&a->build, (struct cm_item){.kind = CM_ITEM_IMPORT, .import = {host->name, type}});
  host->state = HOST_BUILT;
  return true;
}

bool interfaces_import(struct adapter *a) {
  for (size_t i = 0; i < a->host_count; i++)
    if (a->hosts[i]->used && !build_host(a->hosts[i])) return false;
  for (size_t i = 0; i < a->export_count; i++)
    if (a->exports[i]->keeps_types && !build_host(a->exports[i]->host)) return false;
  return true;
}

// Whether a host is that interface, be it imported under a label: what is imported besides has the types of that instance.
static bool is_instance_of(const struct adapter_host *host, struct cm_str interface) {
  return cm_str_equal(host->name.name, interface) || (host->name.has_implements && cm_str_equal(host->name.implements, interface));
}

// The host that has the types of an import, imported. NULL: `diag` says why.
static struct adapter_host *host_of(struct adapter_source *source, const struct cm_item *import) {
  struct adapter *a = source->adapter;
  struct adapter_host *host = NULL;
  for (size_t i = 0; !host && i < a->host_count; i++)
    if (a->hosts[i]->source == source && a->hosts[i]->import == import) host = a->hosts[i];
  for (size_t i = 0; !host && i < a->host_count; i++)
    if (is_instance_of(a->hosts[i], import->import.name.name)) host = a->hosts[i];
  if (!host) host = adapter_import(a, source->component, import, import->import.name);
  return host && build_host(host) ? host : NULL;
}

// For transplant.h: types as the hosts have them.
static uint32_t hosts_types(void *context, const struct cm_item *import) {
  const struct adapter_host *host = host_of(context, import);
  return host ? host->instance : UINT32_MAX;
}

static bool hosts_bare_type(void *context, const struct cm_item *import, struct cm_str name, uint32_t *out) {
  struct adapter_source *source = context;
  (void)name;
  return !view_is_bare(source->component, import) || (*out = hosts_types(context, import)) != UINT32_MAX;
}

// --- resources of the adapter's own ---

static bool own_resource(struct adapter *a, const struct cm_item *export, uint32_t *out) {
  for (size_t i = 0; i < a->own_type_count; i++)
    if (a->own_types[i].resource == export) return *out = a->own_types[i].type, true;
  struct cm_type *type = cm_alloc(a->arena, sizeof *type);
  if (!type || !cm_grow(a->arena, &a->own_types, &a->own_type_room, a->own_type_count, sizeof *a->own_types)) return no_memory(a);
  *type = (struct cm_type){.kind = CM_TYPE_RESOURCE, .res.rep = {.code = CORE_I32}};
  for (uint32_t r = 0; r < a->resource_count; r++)
    if (cm_scope_export(a->resources[r].e->scope, a->resources[r].name) == export) {
      type->res.has_dtor = true;
      type->res.dtor = a->destroy + r;
    }
  *out = build_add(&a->build, (struct cm_item){.kind = CM_ITEM_TYPE, .type = type});
  a->own_types[a->own_type_count++] = (struct adapter_own){export, *out};
  return true;
}

static bool has_hosts_types(const struct adapter_export *e) { return e->host->used || e->keeps_types; }

// Whether a resource that an export exports is the adapter's own.
static bool is_own(const struct adapter_export *e, const struct cm_item *export) {
  return e->adapter->mixes ? adapter_owns(e->adapter, export) : !has_hosts_types(e);
}

static uint32_t host_type(struct adapter *a, const struct adapter_host *host, const struct cm_name *name) {
  return host->bare ? host->instance : build_alias(&a->build, host->instance, CM_SORT_TYPE, name->name, name->raw);
}

bool interfaces_resource(struct adapter *a, const struct cm_scope *scope, uint32_t type, uint32_t *out) {
  struct cm_typeref of;
  const struct cm_scope *app = &a->sources[0]->component->scope;
  if (!cm_type_resolve(scope, type, &of, a->diag)) return false;
  for (size_t i = 0; of.resource && i < a->export_count; i++)
    if (a->exports[i]->scope == of.scope && is_own(a->exports[i], of.resource)) return own_resource(a, of.resource, out);
  for (uint32_t i = 0; of.resource && i < app->item_count; i++) {
    const struct cm_item *item = app->items[i];
    if (item->kind != CM_ITEM_IMPORT || item->import.type.sort != CM_SORT_INSTANCE ||
        cm_instance_type_scope(app, item->import.type.index) != of.scope)
      continue;
    const struct adapter_host *host = host_of(a->sources[0], item);
    if (host) *out = host_type(a, host, &of.resource->export.name);
    return host != NULL;
  }
  return cm_fail_at_large(a->diag, CM_UNSUPPORTED, "a resource that is of no import");
}

// --- types of exports ---

// For transplant.h: types that are the host's. In an adapter that mixes, only resources are, for what has one of the adapter's own in it is another
// type than the host's.
static bool given_type(void *context, const struct cm_item *export, uint32_t *out) {
  struct adapter_export *e = context;
  struct adapter *a = e->adapter;
  bool resource = export->export.type.bound == CM_BOUND_RESOURCE;
  if (resource && is_own(e, export)) return own_resource(a, export, out);
  if (!has_hosts_types(e) || (!resource && a->mixes)) return true;
  const struct adapter_host *host = host_of(a->sources[0], e->import);
  if (host) *out = host_type(a, host, &export->export.name);
  return host != NULL;
}

// A bare type is exported as it is made.
static bool name_bare(void *context, const struct cm_item *export, uint32_t *type) {
  struct adapter_export *e = context;
  (void)export;
  struct cm_export named = {.name = e->name, .what = {CM_SORT_TYPE, *type}};
  *type = e->exported = build_add(&e->adapter->build, (struct cm_item){.kind = CM_ITEM_EXPORT, .export = named});
  return true;
}

static bool is_task(void *context, const struct cm_item *export) {
  const struct adapter_export *e = context;
  for (uint32_t i = 0; i < e->count; i++)
    if (e->functions[i].is_task && cm_str_equal(e->functions[i].name, export->export.name.name)) return true;
  return false;
}

bool interfaces_result(struct adapter_export *e, const struct adapter_function *f, struct cm_valtype *out) {
  const struct transplant_unfolding how = {.given = given_type, .wanted = is_task, .context = e};
  if (!e->results && !transplant_unfold(&e->adapter->sources[0]->hosts, e->import->import.type.index, &how, &e->results))
    return false;
  *out = f->type->func.result;
  if (out->kind == CM_VAL_TYPE) out->index = e->results[out->index];
  return true;
}

bool interfaces_types(struct adapter_export *e, bool (*wanted)(void *e, const struct cm_item *export)) {
  struct adapter *a = e->adapter;
  const struct transplant_unfolding how = {.given = given_type, .name = e->bare ? name_bare : NULL, .wanted = wanted, .context = e};
  return transplant_unfold(&a->sources[0]->exported, e->import->import.type.index, &how, &e->types);
}

bool interfaces_are_hosts(const struct adapter_export *e) { return !e->adapter->mixes && has_hosts_types(e); }

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
    else if (is_function && e->functions[function].way != ADAPTER_ABSENT)
      members[count++] = (struct cm_argument){item->export.name, {CM_SORT_FUNC, functions[function]}};
    function += is_function;
    type += is_type || item->kind == CM_ITEM_TYPE || (item->kind == CM_ITEM_ALIAS && item->alias.sort == CM_SORT_TYPE);
  }
  struct cm_instance_expr expr = {.is_inline = true, .count = count, .arguments = members};
  *out = build_add(&a->build, (struct cm_item){.kind = CM_ITEM_INSTANCE, .instance = expr});
  return true;
}

// --- types of other interfaces ---

uint32_t adapter_types_of(void *context, const struct cm_item *import) {
  struct adapter_source *source = context;
  const struct adapter *a = source->adapter;
  for (size_t i = 0; i < a->export_count; i++)
    if (a->exports[i]->import == import && a->exports[i]->exported != UINT32_MAX) return a->exports[i]->exported;
  return hosts_types(context, import);
}

bool adapter_bare_type(void *context, const struct cm_item *import, struct cm_str name, uint32_t *out) {
  struct adapter_source *source = context;
  (void)name;
  return !view_is_bare(source->component, import) || (*out = adapter_types_of(context, import)) != UINT32_MAX;
}

bool interfaces_begin(struct adapter *a) {
  for (size_t i = 0; i < a->source_count; i++) {
    struct adapter_source *source = a->sources[i];
    source->hosts = (struct transplant){.to = &a->build,
                                        .from = &source->component->scope,
                                        .import = hosts_types,
                                        .alias = hosts_bare_type,
                                        .context = source,
                                        .diag = a->diag};
    source->exported = source->hosts;
    source->exported.import = adapter_types_of;
    source->exported.alias = adapter_bare_type;
    if (!transplant_begin(&source->hosts) || (source->is_app && !transplant_begin(&source->exported))) return false;
  }
  return true;
}
