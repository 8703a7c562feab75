// wasi:filesystem 0.2 with files that are baked in, beside the host's or in place of them.
//
// Descriptors and directory streams are the adapter's own, and so are input streams, for by these programs read files; each may be the host's all
// the same (relay.h). The tree lies in memory as it is read: nodes, the children of a folder side by side and sorted, so that a path is
// looked up by a binary search for each of its names; and the files' bytes, which streams and lists of bytes point into.

#include <adapter/adapter.h>
#include <component/limits.h>
#include <component/semver.h>

#include "generic.h"
#include "input.h"
#include "texts.h"
#include "values.h"

struct baking {
  struct adapter adapter;
  const struct adapter_tree *tree;
  struct adapter_export *types, *preopens, *streams;  // NULL: the app does not import it
  uint32_t roots;                                     // where the nodes are
};

// --- nodes ---

enum { NODE_SIZE = 20 };
#define NODE_FOLDER 0x80000000U

// Nodes in the order in which they lie in memory: the roots, then the children of each folder in turn.
struct layout {
  const struct adapter_node **nodes;
  uint32_t *parents;
  size_t count, node_room, parent_room;
};

static bool add_nodes(struct adapter *a, struct layout *l, const struct adapter_node *nodes, uint32_t count, uint32_t parent) {
  for (uint32_t i = 0; i < count; i++) {
    if (!cm_grow(a->arena, &l->nodes, &l->node_room, l->count, sizeof(struct adapter_node *)) ||
        !cm_grow(a->arena, &l->parents, &l->parent_room, l->count, sizeof *l->parents))
      return cm_fail_memory(a->diag);
    l->parents[l->count] = parent;
    l->nodes[l->count++] = &nodes[i];
  }
  return true;
}

static void put_node(struct adapter *a, struct cm_buffer *out, const struct adapter_node *node, uint32_t children) {
  cm_put_le32(out, node->name.size ? adapter_data(a, node->name.at, node->name.size, 1) : ADAPTER_DATA);
  cm_put_le32(out, (uint32_t)node->name.size | (node->is_folder ? NODE_FOLDER : 0));
  cm_put_le32(out, node->is_folder    ? children
                   : node->bytes.size ? adapter_data(a, node->bytes.at, node->bytes.size, 1)
                                      : ADAPTER_DATA);
  cm_put_le32(out, node->is_folder ? node->child_count : (uint32_t)node->bytes.size);
}

// Names and bytes come first in memory, so addresses of nodes are known only then: they are numbers of nodes until all is put.
static bool put_tree(struct baking *b) {
  struct adapter *a = &b->adapter;
  struct layout l = {0};
  struct cm_buffer nodes;
  if (!add_nodes(a, &l, b->tree->roots, b->tree->count, 0)) return false;
  cm_buffer_init(&nodes, NULL);
  bool ok = true;
  for (size_t i = 0; ok && i < l.count; i++) {
    const struct adapter_node *node = l.nodes[i];
    put_node(a, &nodes, node, (uint32_t)l.count);
    cm_put_le32(&nodes, l.parents[i]);
    if (node->is_folder) ok = add_nodes(a, &l, node->children, node->child_count, (uint32_t)i);
  }
  ok = ok && cm_buffer_ok(&nodes, a->diag);
  b->roots = adapter_data(a, "", 0, 4);
  for (size_t i = 0; ok && i < l.count; i++) {
    uint32_t words[NODE_SIZE / 4];
    memcpy(words, nodes.at + i * NODE_SIZE, NODE_SIZE);
    if (l.nodes[i]->is_folder) words[2] = b->roots + words[2] * NODE_SIZE;
    words[4] = b->roots + words[4] * NODE_SIZE;
    for (size_t w = 0; w < NODE_SIZE / 4; w++) cm_put_le32(&a->data, words[w]);
  }
  cm_buffer_free(&nodes);
  return ok;
}

// --- functions ---

#define ERROR                                                                                                                     \
  "enum{access, would-block, already, bad-descriptor, busy, deadlock, quota, exist, file-too-large, illegal-byte-sequence, "      \
  "in-progress, interrupted, invalid, io, is-directory, loop, too-many-links, message-size, name-too-long, no-device, no-entry, " \
  "no-lock, insufficient-memory, insufficient-space, not-directory, not-empty, not-recoverable, unsupported, no-tty, "            \
  "no-such-device, overflow, not-permitted, pipe, read-only, invalid-seek, text-file-busy, cross-device}"
#define FLAGS "flags{read, write, file-integrity-sync, data-integrity-sync, requested-write-sync, mutate-directory}"
#define TYPE "enum{unknown, block-device, character-device, directory, fifo, symbolic-link, regular-file, socket}"
#define TIME "option<record{seconds: u64, nanoseconds: u32}>"
#define STAT                                                                                                               \
  "record{type: " TYPE ", link-count: u64, size: u64, data-access-timestamp: " TIME ", data-modification-timestamp: " TIME \
  ", status-change-timestamp: " TIME "}"
#define HASH "record{lower: u64, upper: u64}"
#define METHOD(name) "[method]descriptor." name

// What is done with a descriptor of the adapter's own. What is not here changes something.
static const struct {
  const char *name, *shape, *own;
} methods[] = {
    {METHOD("read-via-stream"), "func(borrow<descriptor>, u64) -> result<own<input-stream>, " ERROR ">", "$file_stream"},
    {METHOD("advise"),
     "func(borrow<descriptor>, u64, u64, enum{normal, sequential, random, will-need, dont-need, no-reuse}) -> result<_, " ERROR ">",
     "$file_advise"},
    {METHOD("sync-data"), "func(borrow<descriptor>) -> result<_, " ERROR ">", "$file_sync"},
    {METHOD("get-flags"), "func(borrow<descriptor>) -> result<" FLAGS ", " ERROR ">", "$file_flags"},
    {METHOD("get-type"), "func(borrow<descriptor>) -> result<" TYPE ", " ERROR ">", "$file_type"},
    {METHOD("read"), "func(borrow<descriptor>, u64, u64) -> result<tuple<list<u8>, bool>, " ERROR ">", "$file_read"},
    {METHOD("read-directory"), "func(borrow<descriptor>) -> result<own<directory-entry-stream>, " ERROR ">", "$folder_stream"},
    {METHOD("sync"), "func(borrow<descriptor>) -> result<_, " ERROR ">", "$file_sync"},
    {METHOD("stat"), "func(borrow<descriptor>) -> result<" STAT ", " ERROR ">", "$file_stat"},
    {METHOD("stat-at"), "func(borrow<descriptor>, flags{symlink-follow}, string) -> result<" STAT ", " ERROR ">", "$file_stat_at"},
    {METHOD("open-at"),
     "func(borrow<descriptor>, flags{symlink-follow}, string, flags{create, directory, exclusive, truncate}, " FLAGS
     ") -> result<own<descriptor>, " ERROR ">",
     "$file_open"},
    {METHOD("readlink-at"), "func(borrow<descriptor>, string) -> result<string, " ERROR ">", "$file_readlink"},
    {METHOD("is-same-object"), "func(borrow<descriptor>, borrow<descriptor>) -> bool", "$file_same"},
    {METHOD("metadata-hash"), "func(borrow<descriptor>) -> result<" HASH ", " ERROR ">", "$file_hash"},
    {METHOD("metadata-hash-at"), "func(borrow<descriptor>, flags{symlink-follow}, string) -> result<" HASH ", " ERROR ">",
     "$file_hash_at"},
    {"[method]directory-entry-stream.read-directory-entry",
     "func(borrow<directory-entry-stream>) -> result<option<record{type: " TYPE ", name: string}>, " ERROR ">", "$folder_next"},
};

// Whether it is one of these; else `own` is as it was. False: `diag` says why.
static bool find_method(struct adapter_export *e, struct adapter_function *f, struct cm_str *own) {
  for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
    if (!cm_str_is(f->name, methods[i].name)) continue;
    *own = cm_str_of(methods[i].own);
    return value_expect(e, f, methods[i].shape);
  }
  return true;
}

// A function of the same type that gives the error `read-only`.
static bool put_refusal(struct adapter_export *e, const struct adapter_function *f, struct cm_str *own) {
  struct adapter *a = e->adapter;
  const struct value_denial denial = {.wanted = CM_STR("read-only")};
  uint32_t flat;
  *own = cm_alloc_format(a->arena, "$\"refuse %.*s\"", CM_STR_ARG(f->name));
  if (!own->at) return cm_fail_memory(a->diag);
  if (value_denial_of(e, f, &denial, &flat) != VALUE_MADE)
    return cm_fail_at_large(a->diag, CM_UNSUPPORTED, "`%.*s` has no error `read-only`", CM_STR_ARG(f->name));
  if (!value_put_dropping_as(e, f, *own)) return false;
  code_put(&a->code, "    (i32.const %u))\n", flat);
  return true;
}

// Without the host the lifted function does what is done with an own object.
static bool put_own(struct adapter_export *e, struct adapter_function *f, struct cm_str own) {
  struct adapter *a = e->adapter;
  struct cm_signature signature;
  if (!adapter_lift(e, f) || !value_put_head(e, f, adapter_lifted_ident(e, f->name), 0) ||
      !cm_signature_of(f->scope, f->type, false, false, 4, &signature, a->diag))
    return false;
  code_put(&a->code, "    (call %.*s", CM_STR_ARG(own));
  for (uint32_t i = 0; i < signature.param_count; i++) code_put(&a->code, " (local.get $%u)", i);
  code_put(&a->code, "))\n");
  return true;
}

static bool fill_types(struct baking *b) {
  for (uint32_t i = 0; i < b->types->count; i++) {
    struct adapter_function *f = &b->types->functions[i];
    struct cm_str own = {0};
    if (cm_str_is(f->name, "filesystem-error-code")) {
      if (!b->tree->host && !adapter_denied(b->types, f, &(struct adapter_denying){.empty = true})) return false;
      continue;  // with the host it is passed
    }
    if (!find_method(b->types, f, &own) || (!own.size && !put_refusal(b->types, f, &own))) return false;
    if (!(b->tree->host ? relay_put(b->types, f, own) : put_own(b->types, f, own))) return false;
  }
  return !b->tree->host || relay_rest(b->types);
}

// `$descriptor_handle`, `$folder_handle`: a handle for an object. `$drop_hosts` drops a descriptor of the host's.
static bool put_resource(struct baking *b, const char *resource, const char *handle, const char *drop, bool cells) {
  struct adapter *a = &b->adapter;
  struct cm_str name = cm_str_of(resource), make, host = CM_STR("$no_host");
  if (!cm_scope_export(b->types->scope, name)) return true;
  if (!adapter_resource(b->types, name, CM_CANON_RESOURCE_NEW, &make) ||
      (b->tree->host && !adapter_drop_of(b->types->host, name, &host)) || !adapter_destructor(b->types, name, cm_str_of(drop)))
    return false;
  code_put(&a->code,
           "  (func %s (param i32) (result i32) (call %.*s (local.get 0)))\n"
           "  (func $\"wrap %s\" (param i32) (result i32) (call %s (i32.or (i32.shl (local.get 0) (i32.const 1)) (i32.const 1))))\n"
           "  (func %s (param $rep i32)\n"
           "    (if (i32.and (local.get $rep) (i32.const 1))\n"
           "      (then (call %.*s (i32.shr_u (local.get $rep) (i32.const 1))))\n"
           "      (else %s)))\n",
           handle, CM_STR_ARG(make), resource, handle, drop, CM_STR_ARG(host), cells ? "(call $cell_drop (local.get $rep))" : "");
  if (!cells) code_put(&a->code, "  (func $drop_hosts (param i32) (call %.*s (local.get 0)))\n", CM_STR_ARG(host));
  return true;
}

static bool fill_preopens(struct baking *b) {
  struct adapter *a = &b->adapter;
  struct adapter_function *f = b->preopens ? adapter_find(b->preopens, "get-directories") : NULL;
  if (!f) return true;
  if (!value_expect(b->preopens, f, "func() -> list<tuple<own<descriptor>, string>>") || !adapter_lift(b->preopens, f) ||
      (b->tree->host && !adapter_lower(b->preopens->host, f->name)))
    return false;
  struct cm_str lifted = adapter_lifted_ident(b->preopens, f->name), lowered = adapter_lowered_ident(b->preopens->host, f->name);
  if (!lifted.at || !lowered.at) return cm_fail_memory(a->diag);
  code_put(&a->code, "  (func %.*s (result i32) (local $at i32)\n", CM_STR_ARG(lifted));
  if (b->tree->host)
    code_put(&a->code,
             "    (local.set $at (call $new (i32.const 8)))\n"
             "    (call %.*s (local.get $at))\n",
             CM_STR_ARG(lowered));
  code_put(&a->code, "    (call $preopens (local.get $at) (i32.const %u) (i32.const %u)))\n", b->roots, b->tree->count);
  return true;
}

// --- the adapter ---

// The import of the app that a type of an interface comes from; NULL: it is the interface's own, or there is none of that name.
static const struct cm_item *origin_of(const struct cm_component *app, const struct cm_scope *scope, struct cm_str type) {
  const struct cm_item *export = cm_scope_export(scope, type);
  struct cm_typeref of;
  if (!export || !cm_type_resolve(scope, export->export.type.index, &of, NULL) || !of.resource) return NULL;
  for (uint32_t i = 0; i < app->scope.item_count; i++) {
    const struct cm_item *item = app->scope.items[i];
    if (item->kind == CM_ITEM_IMPORT && item->import.type.sort == CM_SORT_INSTANCE &&
        cm_instance_type_scope(&app->scope, item->import.type.index) == of.scope)
      return item;
  }
  return NULL;
}

static bool find_exports(struct baking *b, const struct adapter_subject *subject) {
  struct adapter *a = &b->adapter;
  for (uint32_t i = 0; i < subject->import_count; i++) {
    struct adapter_export *e = adapter_export(a, subject->imports[i]);
    if (!e) return false;
    *(cm_str_is(cm_name_base(e->name.name), "wasi:filesystem/types") ? &b->types : &b->preopens) = e;
  }
  if (!b->types) return cm_fail_at_large(a->diag, CM_INVALID, "the component does not import wasi:filesystem/types");
  if (cm_str_starts(cm_name_version(b->types->name.name), CM_STR("0.3")))
    return cm_fail_at_large(
        a->diag, CM_UNSUPPORTED,
        "`%.*s`: files cannot be baked in for 0.3, where they are read by streams, which a function that does not wait "
        "cannot fill",
        CM_STR_ARG(b->types->name.name));
  const struct cm_item *streams = origin_of(subject->app, b->types->scope, CM_STR("input-stream"));
  if (streams && adapter_find(b->types, METHOD("read-via-stream"))) b->streams = input_export(a, streams);
  return adapter_own(b->types, CM_STR("descriptor")) && adapter_own(b->types, CM_STR("directory-entry-stream")) &&
         (b->streams || !adapter_find(b->types, METHOD("read-via-stream")));
}

static bool fill(struct baking *b, const struct adapter_subject *subject) {
  struct adapter *a = &b->adapter;
  enum { CELLS = 4096, CELL_SIZE = 8 };
  code_put(&a->code, "%s%s%s  (func $no_host (param i32) unreachable)\n", text_common, text_input, text_baked);
  adapter_reserve(a, CELLS * CELL_SIZE);
  adapter_mix(a);
  if (!find_exports(b, subject) || !put_tree(b)) return false;
  // What is the host's and what is not must be known to the last before a function is put.
  b->types->keeps_types = b->tree->host;
  if (!b->streams) code_put(&a->code, "  (func $stream_handle (param i32) (result i32) unreachable)\n");
  if (!cm_scope_export(b->types->scope, CM_STR("directory-entry-stream")))
    code_put(&a->code, "  (func $folder_handle (param i32) (result i32) unreachable)\n");
  return put_resource(b, "descriptor", "$descriptor_handle", "$descriptor_drop", false) &&
         put_resource(b, "directory-entry-stream", "$folder_handle", "$folder_drop", true) && fill_types(b) && fill_preopens(b) &&
         (!b->streams || input_fill(b->streams)) && relay_others(a);
}

bool adapter_bake(struct cm_arena *arena, const struct adapter_subject *subject, const struct adapter_tree *tree,
                  struct cm_component **out, struct cm_diag *diag) {
  struct baking b = {.tree = tree};
  bool ok = adapter_begin(&b.adapter, arena, subject->app, diag) && fill(&b, subject) && adapter_finish(&b.adapter, out);
  adapter_end(&b.adapter);
  return ok;
}
