// The table of sinks, and how an import slot is matched with it.
//
// To teach the analysis a new need is to add a row. Versions do not count: an interface is its name without the version, whether it
// stands in the import's name or in its `implements` attribute. Where the parameter stands in the core call is told by the function's own
// component type through the canonical ABI, so drafts that add or reorder parameters need no rows of their own. A parameter may have had
// several names in the course of time: they stand in one row, separated by bars.

#include "sinks.h"

#include <component/semver.h>

const char *const cm_need_kinds[CM_NEED_KIND_COUNT] = {
    [CM_NEED_ENV] = "env",
    [CM_NEED_CONFIG] = "config",
    [CM_NEED_SECRET] = "secret",
    [CM_NEED_HTTP_HOST] = "http-host",
    [CM_NEED_DNS_NAME] = "dns-name",
    [CM_NEED_KEYVALUE_BUCKET] = "keyvalue-bucket",
    [CM_NEED_BLOBSTORE_CONTAINER] = "blobstore-container",
    [CM_NEED_MESSAGING_SUBJECT] = "messaging-subject",
};

// clang-format off
const struct cm_sink cm_sinks[] = {
    // kind                       interface                         function                                     parameter                        since
    {CM_NEED_ENV,                 "wasi:cli/environment",           "get-environment",                           "",                              "0.2, 0.3"},
    {CM_NEED_ENV,                 "wasi_snapshot_preview1",         "environ_get",                               "",                              "preview 1, core modules"},
    {CM_NEED_ENV,                 "wasi_unstable",                  "environ_get",                               "",                              "preview 0, core modules"},
    {CM_NEED_CONFIG,              "wasi:config/store",              "get",                                       "key",                           "0.2.0-draft, 0.2.0-rc.1"},
    {CM_NEED_CONFIG,              "wasi:config/store",              "get-all",                                   "",                              "0.2.0-draft, 0.2.0-rc.1"},
    {CM_NEED_CONFIG,              "wasi:config/runtime",            "get",                                       "key",                           "0.2.0-draft"},
    {CM_NEED_CONFIG,              "wasi:config/runtime",            "get-all",                                   "",                              "0.2.0-draft"},
    {CM_NEED_SECRET,              "wasmcloud:secrets/store",        "get",                                       "key",                           "0.1, 1.x (sync), 2.x (async)"},
    {CM_NEED_HTTP_HOST,           "wasi:http/types",                "[method]outgoing-request.set-authority",    "authority",                     "0.2"},
    {CM_NEED_HTTP_HOST,           "wasi:http/types",                "[method]request.set-authority",             "authority",                     "0.3"},
    {CM_NEED_DNS_NAME,            "wasi:sockets/ip-name-lookup",    "resolve-addresses",                         "name",                          "0.2, 0.3"},
    {CM_NEED_KEYVALUE_BUCKET,     "wasi:keyvalue/store",            "open",                                      "identifier",                    "0.2.0-draft, 0.2.0-draft2"},
    {CM_NEED_KEYVALUE_BUCKET,     "wasmcloud:keyvalue/store",       "open",                                      "identifier",                    "0.2 (async)"},
    {CM_NEED_KEYVALUE_BUCKET,     "wasi:keyvalue/types",            "[static]bucket.open-bucket",                "name",                          "0.1"},
    {CM_NEED_BLOBSTORE_CONTAINER, "wasi:blobstore/blobstore",       "create-container",                          "name",                          "0.2.0-draft"},
    {CM_NEED_BLOBSTORE_CONTAINER, "wasi:blobstore/blobstore",       "get-container",                             "name",                          "0.2.0-draft"},
    {CM_NEED_BLOBSTORE_CONTAINER, "wasi:blobstore/blobstore",       "delete-container",                          "name",                          "0.2.0-draft"},
    {CM_NEED_BLOBSTORE_CONTAINER, "wasi:blobstore/blobstore",       "container-exists",                          "name",                          "0.2.0-draft"},
    {CM_NEED_BLOBSTORE_CONTAINER, "wasi:blobstore/blobstore",       "copy-object",                               "src.container",                 "0.2.0-draft"},
    {CM_NEED_BLOBSTORE_CONTAINER, "wasi:blobstore/blobstore",       "copy-object",                               "dest.container",                "0.2.0-draft"},
    {CM_NEED_BLOBSTORE_CONTAINER, "wasi:blobstore/blobstore",       "move-object",                               "src.container",                 "0.2.0-draft"},
    {CM_NEED_BLOBSTORE_CONTAINER, "wasi:blobstore/blobstore",       "move-object",                               "dest.container",                "0.2.0-draft"},
    {CM_NEED_BLOBSTORE_CONTAINER, "wasmcloud:blobstore/blobstore",  "create-container",                          "name",                          "0.1 (async)"},
    {CM_NEED_BLOBSTORE_CONTAINER, "wasmcloud:blobstore/blobstore",  "get-container",                             "name",                          "0.1 (async)"},
    {CM_NEED_BLOBSTORE_CONTAINER, "wasmcloud:blobstore/blobstore",  "delete-container",                          "name",                          "0.1 (async)"},
    {CM_NEED_BLOBSTORE_CONTAINER, "wasmcloud:blobstore/blobstore",  "container-exists",                          "name",                          "0.1 (async)"},
    {CM_NEED_BLOBSTORE_CONTAINER, "wasmcloud:blobstore/blobstore",  "copy-object",                               "src.container",                 "0.1 (async)"},
    {CM_NEED_BLOBSTORE_CONTAINER, "wasmcloud:blobstore/blobstore",  "copy-object",                               "dest.container",                "0.1 (async)"},
    {CM_NEED_BLOBSTORE_CONTAINER, "wasmcloud:blobstore/blobstore",  "move-object",                               "src.container",                 "0.1 (async)"},
    {CM_NEED_BLOBSTORE_CONTAINER, "wasmcloud:blobstore/blobstore",  "move-object",                               "dest.container",                "0.1 (async)"},
    {CM_NEED_MESSAGING_SUBJECT,   "wasmcloud:messaging/consumer",   "request",                                   "subject",                       "0.2, 0.3 (async)"},
    {CM_NEED_MESSAGING_SUBJECT,   "wasmcloud:messaging/consumer",   "publish",                                   "msg.subject",                   "0.2, 0.3 (async)"},
    {CM_NEED_MESSAGING_SUBJECT,   "wasi:messaging/producer",        "send",                                      "topic|channel",                 "0.2.0-draft"},
    {CM_NEED_MESSAGING_SUBJECT,   "wasi:messaging/request-reply",   "request",                                   "topic|channel",                 "0.2.0-draft"},
};
// clang-format on
const size_t cm_sink_count = sizeof cm_sinks / sizeof *cm_sinks;

// Finds the row's parameter in the lowered call; each of its names is tried.
static bool place_of_row(const struct cm_sink *row, const struct cm_typeref *type, bool is_async, struct cm_place *out) {
  char name[64];
  for (const char *at = row->parameter; *at;) {
    size_t size = strcspn(at, "|");
    if (size < sizeof name) {
      memcpy(name, at, size);
      name[size] = 0;
      if (cm_place_of(type->scope, type->type, name, is_async, 4, out, NULL)) return true;
    }
    at += size + (at[size] == '|');
  }
  return false;
}

static bool place_key(const struct cm_sink *row, const struct cm_typeref *type, bool is_async, struct key_place *out) {
  if (!*row->parameter) {
    *out = (struct key_place){.kind = KEY_WHOLE_LIST};
    return true;
  }
  struct cm_place place;
  if (!type->type || !place_of_row(row, type, is_async, &place)) return false;
  *out = (struct key_place){.kind = place.in_memory ? KEY_IN_MEMORY : KEY_SPAN,
                            .argument = place.flat,
                            .offset = place.offset,
                            .has_discriminant = place.has_discriminant,
                            .discriminant_argument = place.discriminant_flat,
                            .discriminant_offset = place.discriminant_offset,
                            .discriminant_size = place.discriminant_size,
                            .discriminant_value = place.discriminant_value};
  return true;
}

static void match_rows(struct slot *slot, struct cm_str interface, struct cm_str function, const struct cm_typeref *type,
                       bool is_async) {
  for (size_t i = 0; i < cm_sink_count && slot->sink_count < SLOT_SINKS; i++) {
    const struct cm_sink *row = &cm_sinks[i];
    if (!cm_str_is(interface, row->interface) || !cm_str_is(function, row->function)) continue;
    struct slot_sink *sink = &slot->sinks[slot->sink_count++];
    *sink = (struct slot_sink){.row = row};
    sink->placed = place_key(row, type, is_async, &sink->place);
  }
}

enum { RETURN_AREA = 1 << 16 };  // more than any frame holds

// Where the results go: a lowered call with results beyond one flat value gets a pointer to their area as its last parameter.
// CanonicalABI.md, flatten_functype.
static void read_return_area(struct slot *slot, const struct cm_typeref *type, bool is_async) {
  struct cm_signature signature;
  struct cm_layout layout;
  if (!type->type || type->type->kind != CM_TYPE_FUNC || type->type->func.result.kind == CM_VAL_NONE) return;
  if (!cm_signature_of(type->scope, type->type, true, is_async, 4, &signature, NULL) || !signature.results_spilled) return;
  if (!signature.param_count || !cm_layout_of(type->scope, type->type->func.result, 4, &layout, NULL)) return;
  slot->returns_to = true;
  slot->return_argument = signature.param_count - 1;
  slot->return_size = layout.size < RETURN_AREA ? layout.size : RETURN_AREA;
}

static struct cm_str without(struct cm_str name, const char *prefix) {
  size_t size = strlen(prefix);
  return name.size > size && !memcmp(name.at, prefix, size) ? (struct cm_str){name.at + size, name.size - size} : name;
}

// The imports of a core module are what it needs. One that is to become a component's has the names of interfaces, by either of the conventions of
// wit-component (BuildTargets.md); their types are not in its core, so where keys and results stand is not known.
static void match_core(struct slot *slot, const struct core_import *import) {
  static const struct cm_typeref unknown = {0};
  bool is_interface = import->module.size && memchr(import->module.at, ':', import->module.size);
  struct cm_str interface = is_interface ? cm_name_base(without(import->module, "cm32p2|")) : import->module;
  match_rows(slot, interface, is_interface ? without(import->name, "[async-lower]") : import->name, &unknown, false);
  slot->lowered = slot->sink_count && !is_interface;
}

static void read_slot(struct program *program, uint32_t gid, struct cm_core_target target, struct slot *out) {
  *out = (struct slot){0};
  const struct program_instance *in = &program->instances[program->instance_of[gid]];
  const struct core_import *import = &in->module->imports[in->module->funcs[gid - in->base].import];
  out->source = import->module;
  struct cm_typeref type = {0};
  if (target.kind == CM_TARGET_UNKNOWN && program->graph->root == NULL) {
    match_core(out, import);
    return;
  }
  if (target.kind != CM_TARGET_LOWERED || !target.origin) return;
  const struct cm_func_origin *origin = target.origin;
  bool is_async = target.canon && target.canon->opts.is_async, lifted = origin->kind == CM_ORIGIN_LIFTED;
  out->function = origin->function;
  if (lifted && target.component < program->graph->component_count) {
    const struct cm_scope *scope = &program->graph->components[target.component].component->scope;
    provided_names(scope, target.canon->func, &out->interface, &out->function);
    uint32_t of = program->provided_of ? program->provided_of[gid] : 0;
    if (of) out->source = program->provided[of - 1].source;
  } else if (origin->import) {
    const struct cm_name *name = &origin->import->import.name;
    out->interface = name->has_implements ? name->implements : name->name;
    out->source = name->name;
  } else {
    return;
  }
  out->lowered = !lifted || provided_is(program->graph, &target);
  cm_type_resolve(origin->type_scope, origin->type_index, &type, NULL);
  if (out->lowered) match_rows(out, cm_name_base(out->interface), out->function, &type, is_async);
  read_return_area(out, &type, is_async);
}

void slot_read(struct program *program, uint32_t gid, struct slot *out) {
  uint32_t instance = program->instance_of[gid];
  struct cm_core_target target;
  program_callee(program, instance, gid - program->instances[instance].base, &target);
  read_slot(program, gid, target, out);
}

void slot_read_given(struct program *program, uint32_t gid, struct slot *out) {
  uint32_t instance = program->instance_of[gid];
  read_slot(program, gid, cm_graph_func(program->graph, instance, gid - program->instances[instance].base), out);
}
