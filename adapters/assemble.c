// What is noted of an adapter before it is built: interfaces, functions, core imports, data.

#include "assemble.h"

#include "values.h"
#include "view.h"

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

void adapter_mix(struct adapter *a) {
  a->mixes = true;
  a->handle_shift = 1;
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

static void free_texts(struct adapter *a) {
  cm_buffer_free(&a->import_text.text);
  cm_buffer_free(&a->code.text);
  cm_buffer_free(&a->data);
}

void adapter_end(struct adapter *a) {
  for (size_t i = 0; i < a->export_count; i++)
    if (a->exports[i]->alone) free_texts(a->exports[i]->alone->adapter);
  free_texts(a);
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
                               .bare = view_is_bare(app, import),
                               .scope = type_of(a, app, import),
                               .exported = UINT32_MAX};
  if (!e->scope || !list_functions(a, e)) return NULL;
  e->host = adapter_import(a, app, import, import->import.name);
  if (!e->host) return NULL;
  e->host->all_types = true;
  e->passes = e->host;
  return a->exports[a->export_count++] = e;
}

struct adapter_host *adapter_import(struct adapter *a, const struct cm_component *component, const struct cm_item *import,
                                    struct cm_name name) {
  struct adapter_host *host = cm_alloc(a->arena, sizeof *host);
  struct adapter_source *source = source_of(a, component);
  if (!host || !source || !cm_grow(a->arena, &a->hosts, &a->host_room, a->host_count, sizeof(struct adapter_host *)))
    return cm_fail_memory(a->diag), NULL;
  *host = (struct adapter_host){.adapter = a,
                                .source = source,
                                .import = import,
                                .name = name,
                                .bare = view_is_bare(component, import),
                                .scope = type_of(a, component, import)};
  return host->scope ? a->hosts[a->host_count++] = host : NULL;
}

bool adapter_extend(struct adapter_host *host, const struct cm_component *component, const struct cm_item *import) {
  struct adapter *a = host->adapter;
  host->more = source_of(a, component);
  host->more_import = import;
  host->more_scope = type_of(a, component, import);
  return host->more ? host->more_scope != NULL : cm_fail_memory(a->diag);
}

uint32_t adapter_type_index(const struct cm_scope *scope, const struct cm_item *export) {
  const struct cm_space *types = &scope->spaces[CM_SORT_TYPE];
  for (uint32_t i = 0; i < types->count; i++)
    if (types->defs[i].item == export) return i;
  return UINT32_MAX;
}

struct adapter_function *adapter_find(const struct adapter_export *e, const char *name) {
  for (uint32_t i = 0; i < e->count; i++)
    if (cm_str_is(e->functions[i].name, name)) return &e->functions[i];
  return NULL;
}

bool adapter_needs_shim(const struct adapter_export *e) {
  for (uint32_t i = 0; i < e->count && !e->bare; i++)
    if (cm_str_starts(e->functions[i].name, CM_STR("["))) return true;
  return false;
}

struct adapter_export *adapter_alone(struct adapter_export *e) {
  struct adapter *a = e->adapter;
  if (e->alone || !adapter_needs_shim(e)) return e->alone ? e->alone : e;
  struct adapter *own = cm_alloc(a->arena, sizeof *own);
  struct adapter_export *alone = cm_alloc(a->arena, sizeof *alone);
  if (!own || !alone) return cm_fail_memory(a->diag), NULL;
  // It sees what all export, so that it knows whose resources are whose.
  *own = (struct adapter){.arena = a->arena,
                          .diag = a->diag,
                          .mixes = a->mixes,
                          .owned = a->owned,
                          .owned_count = a->owned_count,
                          .exports = a->exports,
                          .export_count = a->export_count,
                          .is_plain = true};
  cm_buffer_init(&own->import_text.text, NULL);
  cm_buffer_init(&own->code.text, NULL);
  cm_buffer_init(&own->data, NULL);
  *alone = *e;
  alone->adapter = own;
  return e->alone = alone;
}

struct cm_str adapter_title(const struct adapter_export *e, const struct adapter_function *f) {
  return cm_alloc_format(e->adapter->arena, "%.*s%s%.*s", CM_STR_ARG(e->name.name), e->bare ? "" : ".", CM_STR_ARG(f->name));
}

// "[method]r.f" is of the resource `r`, "[constructor]r" too.
static struct cm_str resource_of(struct cm_str name) {
  const char *close = name.size && name.at[0] == '[' ? memchr(name.at, ']', name.size) : NULL;
  if (!close) return (struct cm_str){0};
  struct cm_str rest = {close + 1, name.size - (size_t)(close + 1 - name.at)};
  const char *dot = memchr(rest.at, '.', rest.size);
  return dot ? (struct cm_str){rest.at, (size_t)(dot - rest.at)} : rest;
}

bool adapter_complete(struct adapter *a) {
  const struct cm_scope *app = &a->sources[0]->component->scope;
  for (size_t i = 0, count = a->export_count; i < count; i++) {
    struct cm_str resource = a->exports[i]->bare ? resource_of(a->exports[i]->name.name) : (struct cm_str){0};
    bool known = !resource.size;
    for (size_t n = 0; n < a->export_count && !known; n++) known = cm_str_equal(a->exports[n]->name.name, resource);
    for (uint32_t n = 0; n < app->item_count && !known; n++) {
      const struct cm_item *item = app->items[n];
      if (item->kind != CM_ITEM_IMPORT || !cm_str_equal(item->import.name.name, resource)) continue;
      struct adapter_export *e = adapter_export(a, item);
      if (!e) return false;
      known = e->keeps_types = true;
    }
  }
  return true;
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
  f->home = a;
  return cm_signature_of(f->scope, f->type, false, false, 4, &signature, a->diag) && note_memory(a, &signature, f->scope, f->type);
}

void adapter_overlap(struct adapter *a) {
  for (size_t i = 0; i < a->export_count; i++)
    for (uint32_t f = 0; f < a->exports[i]->count; f++)
      if (a->exports[i]->functions[f].type->func.is_async) a->overlaps = a->memory = true;
}

bool adapter_lift_task(struct adapter_export *e, struct adapter_function *f) {
  f->is_task = true;
  return adapter_lift(e, f);
}

struct cm_str adapter_event_ident(const struct adapter_export *e, struct cm_str function) {
  return cm_alloc_format(e->adapter->arena, "$\"%.*s#%.*s event\"", CM_STR_ARG(e->name.name), CM_STR_ARG(function));
}

struct cm_str adapter_lowered_task_ident(const struct adapter_host *host, struct cm_str function) {
  return cm_alloc_format(host->adapter->arena, "$\"%.*s>>%.*s\"", CM_STR_ARG(host->name.name), CM_STR_ARG(function));
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

static bool lower(struct adapter_host *host, struct cm_str function, struct cm_str ident, bool is_async) {
  struct adapter *a = host->adapter;
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
      !cm_signature_of(type.scope, type.type, true, is_async, 4, &signature, a->diag) ||
      !note_memory(a, &signature, type.scope, type.type))
    return false;
  want(host, function);
  struct adapter_import import = {.ident = ident, .kind = CM_CANON_LOWER, .is_async = is_async, .host = host, .name = function};
  if (!add_import(a, import)) return false;
  code_put_signature(&a->import_text, &signature, false);
  code_put(&a->import_text, "))\n");
  return true;
}

bool adapter_lower(struct adapter_host *host, struct cm_str function) {
  return lower(host, function, adapter_lowered_ident(host, function), false);
}

bool adapter_lower_task(struct adapter_host *host, struct cm_str function) {
  return lower(host, function, adapter_lowered_task_ident(host, function), true);
}

// --- tasks ---

bool adapter_builtin(struct adapter *a, enum cm_canon_kind kind, const char *signature) {
  struct cm_str ident = cm_alloc_format(a->arena, "$\"%s\"", cm_canons[kind].text);
  if (is_imported(a, ident)) return true;
  if (!add_import(a, (struct adapter_import){.ident = ident, .kind = kind})) return false;
  code_put(&a->import_text, "%s))\n", signature);
  return true;
}

bool adapter_task_return(struct adapter_export *e, const struct adapter_function *f, struct cm_str *ident) {
  struct adapter *a = e->adapter;
  enum cm_flat flats[CM_MAX_FLAT_PARAMS];
  uint32_t count = 0;
  *ident = cm_alloc_format(a->arena, "$\"%.*s#%.*s return\"", CM_STR_ARG(e->name.name), CM_STR_ARG(f->name));
  if (f->type->func.result.kind != CM_VAL_NONE &&
      !cm_flatten(f->scope, f->type->func.result, 4, flats, CM_MAX_FLAT_PARAMS, &count, a->diag))
    return false;
  struct adapter_import import = {.ident = *ident, .kind = CM_CANON_TASK_RETURN, .of = e, .function = f};
  if (!add_import(a, import)) return false;
  bool spilled = count > CM_MAX_FLAT_PARAMS;
  for (uint32_t i = 0; i < (spilled ? 1 : count); i++)
    code_put(&a->import_text, " (param %s)", spilled ? "i32" : code_flat_name(flats[i]));
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
  const struct cm_space *types = &e->scope->spaces[CM_SORT_TYPE];
  for (uint32_t i = 0; i < types->count; i++) {
    const struct cm_item *item = types->defs[i].item;
    if (item->kind != CM_ITEM_EXPORT || !cm_str_equal(item->export.name.name, resource)) continue;
    *ident = resource_ident(a, e->name.name, kind, resource);
    return import_resource(a, (struct adapter_import){.ident = *ident, .kind = kind, .scope = e->scope, .type = i});
  }
  return cm_fail_at_large(a->diag, CM_INVALID, "`%.*s` has no resource `%.*s`", CM_STR_ARG(e->name.name), CM_STR_ARG(resource));
}

// The import that drops a resource, whichever index it goes by; NULL: there is none yet.
static const struct adapter_import *drop_of(const struct adapter *a, const struct cm_item *resource) {
  struct cm_typeref of;
  for (size_t i = 0; i < a->import_count; i++) {
    const struct adapter_import *import = &a->imports[i];
    bool drops = import->kind == CM_CANON_RESOURCE_DROP && import->scope;
    if (drops && cm_type_resolve(import->scope, import->type, &of, NULL) && of.resource == resource) return import;
  }
  return NULL;
}

bool adapter_drop(struct adapter *a, const struct cm_scope *scope, uint32_t resource, struct cm_str *ident) {
  struct cm_typeref of;
  if (!cm_type_resolve(scope, resource, &of, a->diag)) return false;
  const struct adapter_import *known = drop_of(a, of.resource);
  *ident = known ? known->ident : cm_alloc_format(a->arena, "$\"drop %zu\"", a->import_count);
  return known || import_resource(a, (struct adapter_import){
                                         .ident = *ident, .kind = CM_CANON_RESOURCE_DROP, .scope = scope, .type = resource});
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

bool adapter_offer(struct adapter *a, struct cm_str name, struct cm_str ident) {
  if (!cm_grow(a->arena, &a->offers, &a->offer_room, a->offer_count, sizeof *a->offers)) return cm_fail_memory(a->diag);
  a->offers[a->offer_count++] = (struct adapter_offer){.name = name, .ident = ident};
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

uint32_t adapter_constant(struct adapter *a, const void *bytes, size_t size, uint32_t align) {
  for (const struct adapter_constant *known = a->constants; known; known = known->next)
    if (known->size == size && known->at % align == 0 && memcmp(a->data.at + known->at - ADAPTER_DATA, bytes, size) == 0)
      return known->at;
  struct adapter_constant *own = cm_alloc(a->arena, sizeof *own);
  uint32_t at = adapter_data(a, bytes, size, align);
  if (!own) return a->failed = true, at;
  *own = (struct adapter_constant){a->constants, at, size};
  a->constants = own;
  return at;
}

void adapter_reserve(struct adapter *a, uint32_t size) {
  a->reserved += size;
  a->memory = true;
}

void adapter_put_text(struct adapter *a, struct cm_buffer *table, struct cm_str text) {
  cm_put_le32(table, text.size ? adapter_data(a, text.at, text.size, 1) : ADAPTER_DATA);
  cm_put_le32(table, (uint32_t)text.size);
}
