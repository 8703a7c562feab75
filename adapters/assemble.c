// What is noted of an adapter before it is built: interfaces, functions, core imports, data.

#include "assemble.h"

#include "values.h"

static struct adapter_source *source_of(struct adapter *a, const struct cm_component *component);

bool adapter_begin(struct adapter *a, struct cm_arena *arena, const struct cm_component *app, struct cm_diag *diag) {
  *a = (struct adapter){.arena = arena, .diag = diag};
  cm_buffer_init(&a->import_text.text, NULL);
  cm_buffer_init(&a->code.text, NULL);
  cm_buffer_init(&a->data, NULL);
  struct adapter_source *source = build_init(&a->build, arena) ? source_of(a, app) : NULL;
  if (source) source->is_app = true;
  return source || cm_fail_memory(diag);
}

bool adapter_mix(struct adapter *a) {
  struct adapter_source *source = cm_alloc(a->arena, sizeof *source);
  if (!source || !cm_grow(a->arena, &a->sources, &a->source_room, a->source_count, sizeof(struct adapter_source *)))
    return cm_fail_memory(a->diag);
  *source = (struct adapter_source){.adapter = a, .component = a->sources[0]->component};
  a->outside = a->sources[a->source_count++] = source;
  return true;
}

bool adapter_own(struct adapter_export *e, struct cm_str resource) {
  struct adapter *a = e->adapter;
  const struct cm_item *item = cm_scope_export(e->scope, resource);
  if (!item || adapter_owns(a, item)) return true;
  if (!cm_grow(a->arena, &a->owned, &a->owned_room, a->owned_count, sizeof(struct cm_item *))) return cm_fail_memory(a->diag);
  a->owned[a->owned_count++] = item;
  return true;
}

bool adapter_owns(const struct adapter *a, const struct cm_item *resource) {
  for (size_t i = 0; i < a->owned_count; i++)
    if (a->owned[i] == resource) return true;
  return false;
}

void adapter_end(struct adapter *a) {
  cm_buffer_free(&a->import_text.text);
  cm_buffer_free(&a->code.text);
  cm_buffer_free(&a->data);
}

// --- interfaces ---

static struct adapter_source *source_of(struct adapter *a, const struct cm_component *component) {
  for (size_t i = 0; i < a->source_count; i++)
    if (a->sources[i]->component == component) return a->sources[i];
  struct adapter_source *source = cm_alloc(a->arena, sizeof *source);
  if (!source || !cm_grow(a->arena, &a->sources, &a->source_room, a->source_count, sizeof(struct adapter_source *))) return NULL;
  *source = (struct adapter_source){.adapter = a, .component = component};
  return a->sources[a->source_count++] = source;
}

static const struct cm_scope *type_of(struct adapter *a, const struct cm_component *component, const struct cm_item *import) {
  const struct cm_scope *scope =
      import->import.type.sort == CM_SORT_INSTANCE ? cm_instance_type_scope(&component->scope, import->import.type.index) : NULL;
  if (!scope) cm_fail_at_large(a->diag, CM_INVALID, "import `%.*s` is no interface", CM_STR_ARG(import->import.name.name));
  return scope;
}

static bool list_functions(struct adapter *a, struct adapter_export *e) {
  e->functions = cm_alloc_array(a->arena, e->scope->item_count, sizeof *e->functions);
  if (!e->functions) return cm_fail_memory(a->diag);
  for (uint32_t i = 0; i < e->scope->item_count; i++) {
    const struct cm_item *item = e->scope->items[i];
    if (item->kind != CM_ITEM_EXPORT || item->export.type.sort == CM_SORT_TYPE) continue;
    struct cm_str name = item->export.name.name;
    struct cm_typeref type;
    if (item->export.type.sort != CM_SORT_FUNC)
      return cm_fail_at_large(a->diag, CM_UNSUPPORTED, "`%.*s` of import `%.*s` is no function", CM_STR_ARG(name),
                              CM_STR_ARG(e->name.name));
    if (!cm_type_resolve(e->scope, item->export.type.index, &type, a->diag)) return false;
    e->functions[e->count++] =
        (struct adapter_function){.name = name, .scope = type.scope, .type = type.type, .type_index = item->export.type.index};
  }
  return true;
}

struct adapter_export *adapter_export(struct adapter *a, const struct cm_item *import) {
  struct adapter_export *e = cm_alloc(a->arena, sizeof *e);
  if (!e || !cm_grow(a->arena, &a->exports, &a->export_room, a->export_count, sizeof(struct adapter_export *)))
    return cm_fail_memory(a->diag), NULL;
  const struct cm_component *app = a->sources[0]->component;
  *e = (struct adapter_export){.adapter = a,
                               .import = import,
                               .name = import->import.name,
                               .scope = type_of(a, app, import),
                               .types_instance = UINT32_MAX,
                               .exported = UINT32_MAX};
  if (!e->scope || !list_functions(a, e)) return NULL;
  e->host = adapter_import(a, app, import, import->import.name);
  if (!e->host) return NULL;
  e->host->all_types = true;
  if (a->outside) e->host->source = a->outside;
  e->passes = e->host;
  return a->exports[a->export_count++] = e;
}

struct adapter_host *adapter_import(struct adapter *a, const struct cm_component *component, const struct cm_item *import,
                                    struct cm_name name) {
  struct adapter_host *host = cm_alloc(a->arena, sizeof *host);
  struct adapter_source *source = source_of(a, component);
  if (!host || !source || !cm_grow(a->arena, &a->hosts, &a->host_room, a->host_count, sizeof(struct adapter_host *)))
    return cm_fail_memory(a->diag), NULL;
  *host =
      (struct adapter_host){.adapter = a, .source = source, .import = import, .name = name, .scope = type_of(a, component, import)};
  return host->scope ? a->hosts[a->host_count++] = host : NULL;
}

bool adapter_extend(struct adapter_host *host, const struct cm_component *component, const struct cm_item *import) {
  struct adapter *a = host->adapter;
  host->more = source_of(a, component);
  host->more_import = import;
  host->more_scope = type_of(a, component, import);
  return host->more ? host->more_scope != NULL : cm_fail_memory(a->diag);
}

struct adapter_function *adapter_find(const struct adapter_export *e, const char *name) {
  for (uint32_t i = 0; i < e->count; i++)
    if (cm_str_is(e->functions[i].name, name)) return &e->functions[i];
  return NULL;
}

// --- functions ---

static void want(struct adapter_host *host, struct cm_str function) {
  struct adapter *a = host->adapter;
  host->used = true;
  for (size_t i = 0; i < host->wanted_count; i++)
    if (cm_str_equal(host->wanted[i], function)) return;
  if (!cm_grow(a->arena, &host->wanted, &host->wanted_room, host->wanted_count, sizeof *host->wanted))
    a->failed = true;
  else
    host->wanted[host->wanted_count++] = function;
}

void adapter_pass(struct adapter_export *e, struct adapter_function *f) {
  f->way = ADAPTER_PASSED;
  want(e->passes, f->name);
}

// Whether what a function takes and gives is (partly) handed over in memory.
static bool note_memory(struct adapter *a, const struct cm_signature *signature, const struct cm_scope *scope,
                        const struct cm_type *type) {
  struct value_facts facts;
  if (!value_facts_of(scope, type, &facts, a->diag)) return false;
  a->memory |= signature->params_spilled || signature->results_spilled || facts.memory;
  return true;
}

bool adapter_lift(struct adapter_export *e, struct adapter_function *f) {
  struct adapter *a = e->adapter;
  struct cm_signature signature;
  f->way = ADAPTER_LIFTED;
  return cm_signature_of(f->scope, f->type, false, false, 4, &signature, a->diag) && note_memory(a, &signature, f->scope, f->type);
}

struct cm_str adapter_lifted_ident(const struct adapter_export *e, struct cm_str function) {
  return cm_alloc_format(e->adapter->arena, "$\"%.*s#%.*s\"", CM_STR_ARG(e->name.name), CM_STR_ARG(function));
}

struct cm_str adapter_lowered_ident(const struct adapter_host *host, struct cm_str function) {
  return cm_alloc_format(host->adapter->arena, "$\"%.*s>%.*s\"", CM_STR_ARG(host->name.name), CM_STR_ARG(function));
}

static bool is_imported(const struct adapter *a, struct cm_str ident) {
  for (size_t i = 0; i < a->import_count; i++)
    if (cm_str_equal(a->imports[i].ident, ident)) return true;
  return false;
}

static bool add_import(struct adapter *a, struct adapter_import import) {
  if (!import.ident.at || !cm_grow(a->arena, &a->imports, &a->import_room, a->import_count, sizeof *a->imports))
    return cm_fail_memory(a->diag);
  // Numbered rather than named: these names serve nobody but the two modules.
  code_put(&a->import_text, "  (import \"\" \"%zu\" (func %.*s", a->import_count, CM_STR_ARG(import.ident));
  a->imports[a->import_count++] = import;
  return true;
}

bool adapter_lower(struct adapter_host *host, struct cm_str function) {
  struct adapter *a = host->adapter;
  struct cm_str ident = adapter_lowered_ident(host, function);
  if (is_imported(a, ident)) return true;
  const struct cm_scope *scope = host->scope;
  const struct cm_item *item = cm_scope_export(scope, function);
  if (!item && host->more) item = cm_scope_export(scope = host->more_scope, function);
  struct cm_typeref type;
  struct cm_signature signature;
  if (!item || item->export.type.sort != CM_SORT_FUNC)
    return cm_fail_at_large(a->diag, CM_INVALID, "`%.*s` has no function `%.*s`", CM_STR_ARG(host->name.name),
                            CM_STR_ARG(function));
  if (!cm_type_resolve(scope, item->export.type.index, &type, a->diag) ||
      !cm_signature_of(type.scope, type.type, true, false, 4, &signature, a->diag) ||
      !note_memory(a, &signature, type.scope, type.type))
    return false;
  want(host, function);
  struct adapter_import import = {.ident = ident, .kind = CM_CANON_LOWER, .host = host, .name = function};
  if (!add_import(a, import)) return false;
  code_put_signature(&a->import_text, &signature, false);
  code_put(&a->import_text, "))\n");
  return true;
}

// --- resources ---

// A core function of a resource; `import` says all but its identifier.
static bool import_resource(struct adapter *a, struct adapter_import import) {
  if (!import.ident.at) return cm_fail_memory(a->diag);
  if (is_imported(a, import.ident)) return true;
  if (!add_import(a, import)) return false;
  code_put(&a->import_text, " (param i32)%s))\n", import.kind == CM_CANON_RESOURCE_DROP ? "" : " (result i32)");
  return true;
}

static struct cm_str resource_ident(struct adapter *a, struct cm_str interface, enum cm_canon_kind kind, struct cm_str resource) {
  return cm_alloc_format(a->arena, "$\"%.*s>%s %.*s\"", CM_STR_ARG(interface), cm_canons[kind].text, CM_STR_ARG(resource));
}

bool adapter_resource(struct adapter_export *e, struct cm_str resource, enum cm_canon_kind kind, struct cm_str *ident) {
  struct adapter *a = e->adapter;
  uint32_t type = 0;
  for (uint32_t i = 0; i < e->scope->item_count; i++) {
    const struct cm_item *item = e->scope->items[i];
    bool is_type = item->kind == CM_ITEM_EXPORT && item->export.type.sort == CM_SORT_TYPE;
    if (is_type && cm_str_equal(item->export.name.name, resource)) {
      *ident = resource_ident(a, e->name.name, kind, resource);
      return import_resource(a, (struct adapter_import){.ident = *ident, .kind = kind, .of = e, .type = type});
    }
    type += is_type || item->kind == CM_ITEM_TYPE || (item->kind == CM_ITEM_ALIAS && item->alias.sort == CM_SORT_TYPE);
  }
  return cm_fail_at_large(a->diag, CM_INVALID, "`%.*s` has no resource `%.*s`", CM_STR_ARG(e->name.name), CM_STR_ARG(resource));
}

bool adapter_drop(struct adapter_export *e, uint32_t resource, struct cm_str *ident) {
  struct adapter *a = e->adapter;
  struct cm_str number = cm_alloc_format(a->arena, "%u", resource);
  *ident = resource_ident(a, e->name.name, CM_CANON_RESOURCE_DROP, number);
  return import_resource(a, (struct adapter_import){.ident = *ident, .kind = CM_CANON_RESOURCE_DROP, .of = e, .type = resource});
}

bool adapter_drop_of(struct adapter_host *host, struct cm_str resource, struct cm_str *ident) {
  struct adapter *a = host->adapter;
  *ident = resource_ident(a, host->name.name, CM_CANON_RESOURCE_DROP, resource);
  want(host, resource);
  return import_resource(a,
                         (struct adapter_import){.ident = *ident, .kind = CM_CANON_RESOURCE_DROP, .host = host, .name = resource});
}

bool adapter_destructor(struct adapter_export *e, struct cm_str resource, struct cm_str destructor) {
  struct adapter *a = e->adapter;
  if (!cm_grow(a->arena, &a->resources, &a->resource_room, a->resource_count, sizeof *a->resources)) return cm_fail_memory(a->diag);
  a->resources[a->resource_count++] = (struct adapter_resource){e, resource, destructor};
  a->memory = true;
  return true;
}

uint32_t adapter_data(struct adapter *a, const void *bytes, size_t size, uint32_t align) {
  static const uint8_t zeros[16];
  size_t at = (a->data.size + align - 1) & ~(size_t)(align - 1);
  cm_put_bytes(&a->data, zeros, at - a->data.size);
  cm_put_bytes(&a->data, bytes, size);
  a->memory = true;
  return (uint32_t)(ADAPTER_DATA + at);
}

void adapter_reserve(struct adapter *a, uint32_t size) {
  a->reserved += size;
  a->memory = true;
}

void adapter_put_text(struct adapter *a, struct cm_buffer *table, struct cm_str text) {
  cm_put_le32(table, text.size ? adapter_data(a, text.at, text.size, 1) : ADAPTER_DATA);
  cm_put_le32(table, (uint32_t)text.size);
}
