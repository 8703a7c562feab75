// Names of secrets, buckets, containers and subjects: the kinds of need that are names of a host's things, each with options of its own.
//
// Which functions of which interfaces take such a name is what the table of sinks says (component/needs.h); which return one stands here.

#include <component/needs.h>
#include <component/semver.h>
#include <component/types.h>

#include <stdio.h>

#include "cmd/status.h"
#include "virt.h"

// What a capability is called, its needs, and its options.
struct kind {
  const char *name;
  enum cm_need_kind need;
  const char *rename, *prefix, *allow, *deny;
  const char *error;  // the case that a denied name gets, where there is one; NULL: what means it best
};

// Where hosts tell names: what they call a thing is not what APP asked for.
static const struct returned {
  enum cm_need_kind need;
  const char *interface, *function, *path;
} returned[] = {
    // clang-format off
    {CM_NEED_BLOBSTORE_CONTAINER, "wasi:blobstore/container",      "[method]container.name",        "ok"},
    {CM_NEED_BLOBSTORE_CONTAINER, "wasi:blobstore/container",      "[method]container.info",        "ok.name"},
    {CM_NEED_BLOBSTORE_CONTAINER, "wasi:blobstore/container",      "[method]container.object-info", "ok.container"},
    {CM_NEED_BLOBSTORE_CONTAINER, "wasmcloud:blobstore/container", "[method]container.name",        "ok"},
    {CM_NEED_BLOBSTORE_CONTAINER, "wasmcloud:blobstore/container", "[method]container.info",        "ok.name"},
    {CM_NEED_BLOBSTORE_CONTAINER, "wasmcloud:blobstore/container", "[method]container.object-info", "ok.container"},
    {CM_NEED_MESSAGING_SUBJECT,   "wasmcloud:messaging/consumer",  "request",                       "ok.subject"},
    // clang-format on
};
enum { RETURNED = sizeof returned / sizeof *returned };

struct gathered {
  struct tw_virt *virt;
  const struct kind *kind;
  struct adapter_names names;
  struct adapter_renaming *renames;
  struct cm_str *allowed, *denied;
  size_t rename_room, allowed_room, denied_room;
  const char *bases[16];  // interfaces that have such sinks
  size_t base_count;
  bool any;  // of the functions that APP imports takes a name
};

static struct adapter_renaming *renaming_of(const struct gathered *g, struct cm_str name) {
  for (uint32_t i = 0; i < g->names.rename_count; i++)
    if (cm_str_equal(g->renames[i].from, name)) return &g->renames[i];
  return NULL;
}

// Of two of one name the last counts.
static bool add_renames(struct gathered *g) {
  const char *text;
  struct cm_str from, to;
  for (size_t i = 0; (text = tw_args_each(g->virt->args, g->kind->rename, i)); i++) {
    if (!tw_virt_pair(g->virt, g->kind->rename, text, &from, &to)) return false;
    struct adapter_renaming *before = renaming_of(g, from);
    if (before)
      before->to = to;
    else if (!cm_grow(&g->virt->compose.arena, &g->renames, &g->rename_room, g->names.rename_count, sizeof *g->renames))
      return false;
    else
      g->renames[g->names.rename_count++] = (struct adapter_renaming){from, to};
  }
  g->names.renames = g->renames;
  return true;
}

static bool add_list(struct gathered *g, const char *option, struct cm_str **items, size_t *room, uint32_t *count) {
  size_t given = 0;
  const char *at = NULL;
  struct cm_str name;
  while (tw_virt_next_name(g->virt, option, &given, &at, &name)) {
    if (!cm_grow(&g->virt->compose.arena, items, room, *count, sizeof **items)) return false;
    (*items)[(*count)++] = name;
  }
  return true;
}

static bool is_listed(const struct cm_str *names, uint32_t count, struct cm_str name) {
  for (uint32_t i = 0; i < count; i++)
    if (cm_str_equal(names[i], name)) return true;
  return false;
}

// For --explain: what becomes of each name in the end (adapter_names).
static void tell(const struct gathered *g) {
  const struct adapter_names *names = &g->names;
  const char *kind = g->kind->name;
  FILE *note = g->virt->note;
  for (uint32_t i = 0; i < names->rename_count; i++)
    fprintf(note, "%s: `%.*s` is the host's `%.*s`\n", kind, CM_STR_ARG(g->renames[i].from), CM_STR_ARG(g->renames[i].to));
  for (uint32_t i = 0; i < names->denied_count; i++)
    if (!renaming_of(g, g->denied[i])) fprintf(note, "%s: `%.*s` is denied\n", kind, CM_STR_ARG(g->denied[i]));
  for (uint32_t i = 0; i < names->allowed_count; i++)
    if (!renaming_of(g, g->allowed[i]) && !is_listed(g->denied, names->denied_count, g->allowed[i]))
      fprintf(note, "%s: `%.*s` is allowed\n", kind, CM_STR_ARG(g->allowed[i]));
  if (names->prefix.size)
    fprintf(note, "%s: the host is asked for names that begin with `%.*s`\n", kind, CM_STR_ARG(names->prefix));
  if (names->only_allowed) fprintf(note, "%s: nothing else of the host\n", kind);
}

static bool gather(struct gathered *g) {
  const struct tw_args *args = g->virt->args;
  const struct kind *kind = g->kind;
  if (!add_renames(g) || !add_list(g, kind->allow, &g->allowed, &g->allowed_room, &g->names.allowed_count) ||
      !add_list(g, kind->deny, &g->denied, &g->denied_room, &g->names.denied_count))
    return false;
  g->names.allowed = g->allowed;
  g->names.denied = g->denied;
  g->names.only_allowed = tw_args_has(args, kind->allow);
  if (tw_args_has(args, kind->prefix)) {
    g->names.prefix = cm_str_of(tw_args_value(args, kind->prefix));
  }
  if (!tw_virt_denying(g->virt, NULL, NULL, &g->names.denying)) return false;
  if (kind->error && !g->names.denying.error.size) g->names.denying.error = cm_str_of(kind->error);
  return true;
}

static void add_base(struct gathered *g, const char *interface) {
  for (size_t n = 0; n < g->base_count; n++)
    if (!strcmp(g->bases[n], interface)) return;
  if (g->base_count < sizeof g->bases / sizeof *g->bases) g->bases[g->base_count++] = interface;
}

static void find_bases(struct gathered *g) {
  for (size_t i = 0; i < cm_sink_count; i++)
    if (cm_sinks[i].kind == g->kind->need) add_base(g, cm_sinks[i].interface);
}

// Adds a function to the list, if it is one of the import's.
static void add_function(const struct cm_scope *scope, struct adapter_named named, struct adapter_named *functions,
                         uint32_t *count) {
  if (cm_scope_export(scope, named.function)) functions[(*count)++] = named;
}

// Which functions of an import have names. `taken`: those that take one, else those that return one.
static void find_functions(const struct gathered *g, const struct cm_item *import, bool taken, struct adapter_named *functions,
                           uint32_t *count) {
  const struct cm_scope *scope = cm_instance_type_scope(&g->virt->app->scope, import->import.type.index);
  struct cm_str base = cm_name_base(tw_virt_interface(import));
  for (size_t i = 0; taken && scope && i < cm_sink_count; i++)
    if (cm_sinks[i].kind == g->kind->need && cm_str_is(base, cm_sinks[i].interface))
      add_function(scope, (struct adapter_named){cm_str_of(cm_sinks[i].function), cm_str_of(cm_sinks[i].parameter), false},
                   functions, count);
  for (size_t i = 0; !taken && scope && i < RETURNED; i++)
    if (returned[i].need == g->kind->need && cm_str_is(base, returned[i].interface))
      add_function(scope, (struct adapter_named){cm_str_of(returned[i].function), cm_str_of(returned[i].path), true}, functions,
                   count);
}

// Of names that are neither renamed nor prefixed none comes back as another.
static int rewrite(struct gathered *g, const struct cm_item *const *import) {
  struct tw_virt *virt = g->virt;
  struct adapter_subject one = {virt->app, import, 1};
  struct adapter_named *functions = cm_alloc_array(&virt->compose.arena, cm_sink_count + RETURNED, sizeof *functions);
  struct cm_component *adapter = NULL;
  struct cm_diag diag = {0};
  uint32_t count = 0;
  if (!functions) return TW_BUG;
  find_functions(g, *import, true, functions, &count);
  g->any |= count > 0;
  if (g->names.rename_count || g->names.prefix.size) find_functions(g, *import, false, functions, &count);
  if (!count) return TW_DONE;
  bool made = adapter_rewrite(&virt->compose.arena, &one, functions, count, &g->names, &adapter, &diag);
  return tw_virt_add(virt, g->kind->name, made, adapter, &diag);
}

static int apply(struct tw_virt *virt, const struct kind *kind) {
  struct gathered g = {.virt = virt, .kind = kind};
  const char *const options[] = {kind->rename, kind->prefix, kind->allow, kind->deny};
  const char *given = NULL;
  struct adapter_subject all;
  for (size_t i = 0; i < 4 && !given; i++)
    if (tw_args_has(virt->args, options[i])) given = options[i];
  if (!given) return TW_DONE;
  if (!gather(&g)) return TW_USAGE;
  tell(&g);
  find_bases(&g);
  int status = tw_virt_subject_of(virt, given, g.bases, g.base_count, &all);
  for (size_t i = 0; i < RETURNED; i++)
    if (returned[i].need == kind->need) add_base(&g, returned[i].interface);
  if (status == TW_DONE) status = tw_virt_subject_of(virt, given, g.bases, g.base_count, &all);
  for (uint32_t i = 0; status == TW_DONE && i < all.import_count; i++) status = rewrite(&g, &all.imports[i]);
  if (status == TW_DONE && !g.any)
    return tw_usage_error(virt->args->command, "--%s: nothing that %s imports takes a name of that kind", given,
                          virt->compose.paths[0]);
  return status;
}

static int apply_secrets(struct tw_virt *virt) {
  static const struct kind kind = {"secrets",      CM_NEED_SECRET, "rename-secret", "prefix-secret",
                                   "allow-secret", "deny-secret",  "not-found"};
  return apply(virt, &kind);
}

static int apply_keyvalue(struct tw_virt *virt) {
  static const struct kind kind = {
      "keyvalue", CM_NEED_KEYVALUE_BUCKET, "rename-bucket", "prefix-bucket", "allow-bucket", "deny-bucket", NULL};
  return apply(virt, &kind);
}

static int apply_blobstore(struct tw_virt *virt) {
  static const struct kind kind = {
      "blobstore", CM_NEED_BLOBSTORE_CONTAINER, "rename-container", "prefix-container", "allow-container", "deny-container", NULL};
  return apply(virt, &kind);
}

static int apply_messaging(struct tw_virt *virt) {
  static const struct kind kind = {
      "messaging", CM_NEED_MESSAGING_SUBJECT, "rename-subject", "prefix-subject", "allow-subject", "deny-subject", NULL};
  return apply(virt, &kind);
}

const struct tw_capability tw_capability_secrets = {"secrets", apply_secrets};
const struct tw_capability tw_capability_keyvalue = {"keyvalue", apply_keyvalue};
const struct tw_capability tw_capability_blobstore = {"blobstore", apply_blobstore};
const struct tw_capability tw_capability_messaging = {"messaging", apply_messaging};
