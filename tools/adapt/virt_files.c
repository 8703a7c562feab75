// Files and folders.

#include <component/semver.h>

#include <inttypes.h>
#include <stdio.h>

#include "bake.h"
#include "cmd/status.h"
#include "subject.h"
#include "virt.h"

static const char *const interfaces[] = {"wasi:filesystem/types", "wasi:filesystem/preopens"};

struct gathered {
  struct tw_virt *virt;
  struct adapter_files files;
  struct cm_str *allowed, *guarded;
  struct adapter_files_rename *renames;
  size_t allowed_room, rename_room, guarded_room;
  struct adapter_guard guard;
  struct adapter_tree tree;
  struct adapter_node *roots;
  size_t root_room;
};

static bool no_memory(void) {
  tw_subject_fault(&(struct cm_diag){.error = CM_NO_MEMORY, .message = "out of memory"});
  return false;
}

// "A,B"
static bool add_allowed(struct gathered *g) {
  const char *at = NULL;
  struct cm_str name;
  for (size_t given = 0; tw_virt_next_name(g->virt, "allow-dir", &given, &at, &name);) {
    if (!cm_grow(&g->virt->compose.arena, &g->allowed, &g->allowed_room, g->files.allowed_count, sizeof *g->allowed))
      return no_memory();
    g->allowed[g->files.allowed_count++] = name;
    fprintf(g->virt->note, "files: the host's %.*s\n", CM_STR_ARG(name));
  }
  g->files.allowed = g->allowed;
  return true;
}

// Each folder of the host has one name, and no two have the same.
static bool may_rename(const struct gathered *g, struct cm_str from, struct cm_str to) {
  const struct tw_command *command = g->virt->args->command;
  if (!to.size) return tw_usage_error(command, "--rename-dir: a name for %.*s is wanted", CM_STR_ARG(from)) == TW_DONE;
  for (uint32_t i = 0; i < g->files.rename_count; i++) {
    if (cm_str_equal(g->renames[i].from, from))
      return tw_usage_error(command, "--rename-dir: %.*s is renamed twice", CM_STR_ARG(from)) == TW_DONE;
    if (cm_str_equal(g->renames[i].to, to))
      return tw_usage_error(command, "--rename-dir: two folders would be called %.*s", CM_STR_ARG(to)) == TW_DONE;
  }
  return true;
}

static bool add_renames(struct gathered *g) {
  const char *text;
  struct cm_str from, to;
  for (size_t i = 0; (text = tw_args_each(g->virt->args, "rename-dir", i)); i++) {
    if (!tw_virt_pair(g->virt, "rename-dir", text, &from, &to) || !may_rename(g, from, to)) return false;
    if (!cm_grow(&g->virt->compose.arena, &g->renames, &g->rename_room, g->files.rename_count, sizeof *g->renames))
      return no_memory();
    g->renames[g->files.rename_count++] = (struct adapter_files_rename){from, to};
    fprintf(g->virt->note, "files: the host's %.*s as %.*s\n", CM_STR_ARG(from), CM_STR_ARG(to));
  }
  g->files.renames = g->renames;
  return true;
}

static bool add_guarded(struct gathered *g) {
  const char *at = NULL;
  struct cm_str name;
  for (size_t given = 0; tw_virt_next_name(g->virt, "read-only-dir", &given, &at, &name);) {
    if (!cm_grow(&g->virt->compose.arena, &g->guarded, &g->guarded_room, g->guard.name_count, sizeof *g->guarded))
      return no_memory();
    g->guarded[g->guard.name_count++] = name;
    fprintf(g->virt->note, "files: nothing in %.*s can be changed\n", CM_STR_ARG(name));
  }
  g->guard.names = g->guarded;
  return true;
}

static int add_trees(struct gathered *g) {
  struct cm_arena *arena = &g->virt->compose.arena;
  struct tw_baking baking = {.arena = arena};
  struct cm_str folder, name;
  const char *text;
  for (size_t i = 0; (text = tw_args_each(g->virt->args, "bake-dir", i)); i++) {
    if (!tw_virt_pair(g->virt, "bake-dir", text, &folder, &name)) return TW_USAGE;
    if (!name.size) return tw_usage_error(g->virt->args->command, "--bake-dir: a name for %.*s is wanted", CM_STR_ARG(folder));
    for (uint32_t n = 0; n < g->tree.count; n++)
      if (cm_str_equal(g->roots[n].name, name))
        return tw_usage_error(g->virt->args->command, "--bake-dir: two folders would be called %.*s", CM_STR_ARG(name));
    char *path = cm_alloc_text(arena, folder.at, folder.size);
    if (!path || !cm_grow(arena, &g->roots, &g->root_room, g->tree.count, sizeof *g->roots)) return no_memory(), TW_BUG;
    int status = tw_bake(&baking, path, name, &g->roots[g->tree.count]);
    if (status) return status;
    g->tree.count++;
    fprintf(g->virt->note, "files: %.*s baked in, as %.*s\n", CM_STR_ARG(folder), CM_STR_ARG(name));
  }
  if (g->tree.count)
    fprintf(g->virt->note, "files: %" PRIu32 " file%s of %" PRIu64 " bytes baked in\n", baking.files, baking.files == 1 ? "" : "s",
            baking.bytes);
  g->tree.roots = g->roots;
  return TW_DONE;
}

static bool gather(struct gathered *g) {
  const struct tw_args *args = g->virt->args;
  bool deny = tw_args_has(args, "deny-fs");
  if (!add_allowed(g) || !add_renames(g) || !add_guarded(g)) return false;
  g->files.read_only = tw_args_has(args, "read-only-dirs");
  if (deny && (tw_args_has(args, "allow-dir") || g->files.rename_count || g->files.read_only || g->guard.name_count)) {
    tw_usage_error(args->command, "--deny-fs takes all of the host's folders away; --allow-dir, --rename-dir, --read-only-dir and "
                                  "--read-only-dirs do not go with it");
    return false;
  }
  if (g->files.read_only && g->guard.name_count)
    return tw_usage_error(args->command, "--read-only-dirs is of all folders; --read-only-dir does not go with it") == TW_DONE;
  if (deny) fputs("files: none of the host's\n", g->virt->note);
  if (g->files.read_only) fputs("files: nothing of the host's can be changed\n", g->virt->note);
  if (deny) g->files.host = ADAPTER_FILES_NONE;
  if (!deny && tw_args_has(args, "allow-dir")) {
    fputs("files: nothing else of the host\n", g->virt->note);
    g->files.host = ADAPTER_FILES_ALLOWED;
  }
  return true;
}

// Whether the adapter stands in front of an interface: what nothing is changed of passes by it.
static bool is_concerned(const struct adapter_files *files, const struct cm_item *import) {
  bool types = cm_str_is(cm_name_base(tw_virt_interface(import)), "wasi:filesystem/types");
  if (files->host == ADAPTER_FILES_NONE) return true;
  return types ? files->read_only : files->host == ADAPTER_FILES_ALLOWED || files->rename_count;
}

// The imports of one version, all or those that the host's files concern.
struct group {
  const struct cm_item *imports[2];
  struct adapter_subject subject;
};

static void group(struct gathered *g, const struct adapter_subject *all, struct cm_str version, bool concerned, struct group *out) {
  out->subject = (struct adapter_subject){g->virt->app, out->imports, 0};
  for (uint32_t i = 0; i < all->import_count && out->subject.import_count < 2; i++)
    if (cm_str_equal(cm_name_version(tw_virt_interface(all->imports[i])), version) &&
        (!concerned || is_concerned(&g->files, all->imports[i])))
      out->imports[out->subject.import_count++] = all->imports[i];
}

static int bake(struct gathered *g, const struct group *of) {
  struct cm_component *adapter = NULL;
  struct cm_diag diag = {0};
  bool made = adapter_bake(&g->virt->compose.arena, &of->subject, &g->tree, &adapter, &diag);
  return tw_virt_add(g->virt, "baked", made, adapter, &diag);
}

static int guard(struct gathered *g, const struct group *of) {
  struct cm_component *adapter = NULL;
  struct cm_diag diag = {0};
  bool made = adapter_guard(&g->virt->compose.arena, &of->subject, &g->guard, &adapter, &diag);
  return tw_virt_add(g->virt, "guarded", made, adapter, &diag);
}

static int change(struct gathered *g, const struct group *of) {
  struct cm_component *adapter = NULL;
  struct cm_diag diag = {0};
  if (!of->subject.import_count) return TW_DONE;
  bool made = adapter_filesystem(&g->virt->compose.arena, &of->subject, &g->files, &adapter, &diag);
  return tw_virt_add(g->virt, "files", made, adapter, &diag);
}

static int each_version(struct gathered *g, const char *option, bool concerned,
                        int (*apply)(struct gathered *, const struct group *)) {
  struct adapter_subject all;
  int status = tw_virt_subject_of(g->virt, option, interfaces, sizeof interfaces / sizeof *interfaces, &all);
  for (uint32_t i = 0; status == TW_DONE && i < all.import_count; i++) {
    struct cm_str version = cm_name_version(tw_virt_interface(all.imports[i]));
    bool done = false;
    struct group of;
    for (uint32_t n = 0; n < i; n++) done |= cm_str_equal(cm_name_version(tw_virt_interface(all.imports[n])), version);
    if (done) continue;
    group(g, &all, version, concerned, &of);
    status = apply(g, &of);
  }
  return status;
}

// The adapter that has baked files is in front of the one that lets some of the host's not be changed, and this of the one that changes what there is
// of them.
static int apply_all(struct gathered *g, const char *option) {
  int status = TW_DONE;
  if (g->tree.count) {
    status = each_version(g, option, false, bake);
    if (!g->tree.host) return status;
    if (status == TW_DONE) status = tw_virt_settle(g->virt);
  }
  if (status == TW_DONE && g->guard.name_count) {
    status = each_version(g, option, false, guard);
    if (status == TW_DONE) status = tw_virt_settle(g->virt);
  }
  return status == TW_DONE ? each_version(g, option, true, change) : status;
}

static int apply(struct tw_virt *virt) {
  static const char *const options[] = {"deny-fs", "allow-dir", "rename-dir", "read-only-dirs", "read-only-dir", "bake-dir"};
  struct gathered g = {.virt = virt};
  const char *option = NULL;
  for (size_t i = 0; !option && i < sizeof options / sizeof *options; i++)
    if (tw_args_has(virt->args, options[i])) option = options[i];
  if (!option) return TW_DONE;
  if (!gather(&g)) return TW_USAGE;
  int status = add_trees(&g);
  if (status) return status;
  g.tree.host = g.files.host != ADAPTER_FILES_NONE;
  return apply_all(&g, option);
}

const struct tw_capability tw_capability_files = {"files", apply};
