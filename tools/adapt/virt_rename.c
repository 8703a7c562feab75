// Interfaces under other names, and calls that are told of.

#include <component/semver.h>

#include <stdio.h>

#include "cmd/status.h"
#include "subject.h"
#include "virt.h"

// --- renaming ---

struct renaming {
  struct tw_virt *virt;
  struct adapter_subject all;  // interfaces that the app imports
  struct adapter_subject renamed;
  const struct cm_item **imports;
  struct cm_str *names;
};

// "wasi:cli/environment@0.2.0=wasi:cli/environment@0.2.12", or a whole package: "wasi:cli@0.2.0=wasi:cli@0.2.12". What the import is
// called then; empty: the rule is for others.
static struct cm_str renamed(struct cm_arena *arena, struct cm_str name, struct cm_str from, struct cm_str to) {
  if (cm_str_equal(name, from)) return to;
  const char *slash = memchr(name.at, '/', name.size);
  struct cm_str base = cm_name_base(name);
  if (memchr(from.at, '/', from.size) || !slash) return (struct cm_str){0};
  struct cm_str package = {name.at, (size_t)(slash - name.at)}, interface = {slash, base.size - package.size};
  struct cm_str own = cm_alloc_format(arena, "%.*s@%.*s", CM_STR_ARG(package), CM_STR_ARG(cm_name_version(name)));
  if (!cm_str_equal(own, from)) return (struct cm_str){0};
  return cm_alloc_format(arena, "%.*s%.*s@%.*s", CM_STR_ARG(cm_name_base(to)), CM_STR_ARG(interface),
                         CM_STR_ARG(cm_name_version(to)));
}

// Secrets of different versions are different resources.
static int rename_secrets(struct renaming *r, const struct cm_item *store, struct cm_str to) {
  const struct adapter_secrets secrets = {.others = true, .store = to};
  return tw_virt_secrets(r->virt, "rename", store, &secrets);
}

// Of one version all secrets are of one make: they go with their store.
static bool goes_with_store(struct cm_str name) {
  struct cm_str base = cm_name_base(name);
  return cm_str_is(base, "wasmcloud:secrets/reveal") || cm_str_is(base, "wasmcloud:secrets/secret");
}

static int rename_one(struct renaming *r, const struct cm_item *import, struct cm_str to) {
  const struct tw_command *command = r->virt->args->command;
  struct cm_str name = tw_virt_interface(import);
  if (cm_str_equal(name, to)) return tw_usage_error(command, "--rename: %.*s is called so already", CM_STR_ARG(name));
  for (uint32_t i = 0; i < r->renamed.import_count; i++)
    if (r->imports[i] == import) return tw_usage_error(command, "--rename: %.*s is renamed twice", CM_STR_ARG(name));
  if (goes_with_store(name)) return TW_DONE;
  fprintf(r->virt->note, "%.*s: imported as %.*s\n", CM_STR_ARG(name), CM_STR_ARG(to));
  if (cm_str_is(cm_name_base(name), "wasmcloud:secrets/store")) return rename_secrets(r, import, to);
  r->imports[r->renamed.import_count] = import;
  r->names[r->renamed.import_count++] = to;
  return TW_DONE;
}

static int gather(struct renaming *r) {
  struct tw_virt *virt = r->virt;
  const char *text;
  struct cm_str from, to;
  int status = TW_DONE;
  for (size_t i = 0; status == TW_DONE && (text = tw_args_each(virt->args, "rename", i)); i++) {
    bool any = false;
    if (!tw_virt_pair(virt, "rename", text, &from, &to)) return TW_USAGE;
    for (uint32_t n = 0; status == TW_DONE && n < r->all.import_count; n++) {
      struct cm_str name = renamed(&virt->compose.arena, tw_virt_interface(r->all.imports[n]), from, to);
      if (!name.size) continue;
      any = true;
      if (goes_with_store(from))
        return tw_usage_error(virt->args->command, "--rename: secrets are renamed with their store: wasmcloud:secrets/store");
      status = rename_one(r, r->all.imports[n], name);
    }
    if (!any) return tw_virt_nothing(virt, "rename", from);
  }
  return status;
}

static int apply_renames(struct tw_virt *virt) {
  struct renaming r = {.virt = virt};
  struct cm_arena *arena = &virt->compose.arena;
  struct cm_component *adapter = NULL;
  struct cm_diag diag = {0};
  if (!tw_args_has(virt->args, "rename")) return TW_DONE;
  int status = tw_virt_settle(virt);
  if (status == TW_DONE) status = tw_subject_all(arena, virt->app, &r.all);
  if (status) return status;
  r.imports = cm_alloc_array(arena, r.all.import_count, sizeof *r.imports);
  r.names = cm_alloc_array(arena, r.all.import_count, sizeof *r.names);
  if (!r.imports || !r.names) return TW_BUG;
  r.renamed = (struct adapter_subject){virt->app, r.imports, 0};
  status = gather(&r);
  if (status || !r.renamed.import_count) return status;
  bool made = adapter_rename(arena, &r.renamed, r.names, &adapter, &diag);
  return tw_virt_add(virt, "rename", made, adapter, &diag);
}

// --- telling ---

// Standard error of the version that the app has, if it has one.
static struct cm_str log_interface(struct tw_virt *virt) {
  const char *to = tw_args_value(virt->args, "log-to");
  struct adapter_subject all;
  if (strcmp(to, "logging") == 0) return CM_STR("wasi:logging/logging@0.1.0-draft");
  if (strcmp(to, "stderr") != 0) return cm_str_of(to);
  if (tw_subject_all(&virt->compose.arena, virt->app, &all) == TW_DONE)
    for (uint32_t i = 0; i < all.import_count; i++)
      if (cm_str_starts(all.imports[i]->import.name.name, CM_STR("wasi:cli/stderr@0.2."))) return all.imports[i]->import.name.name;
  return CM_STR("wasi:cli/stderr@0.2.0");
}

static int apply_logs(struct tw_virt *virt) {
  const char *text;
  int status = TW_DONE;
  for (size_t i = 0; status == TW_DONE && (text = tw_args_each(virt->args, "log", i)); i++) {
    struct adapter_subject subject;
    struct cm_component *adapter = NULL;
    struct cm_diag diag = {0};
    status = tw_virt_subject(virt, "log", text, &subject);
    if (status) return status;
    bool made = adapter_log(&virt->compose.arena, &subject, log_interface(virt), &adapter, &diag);
    fprintf(virt->note, "%s: calls are told of\n", text);
    status = tw_virt_add(virt, "log", made, adapter, &diag);
  }
  return status;
}

const struct tw_capability tw_capability_rename = {"rename", apply_renames};
const struct tw_capability tw_capability_log = {"log", apply_logs};
