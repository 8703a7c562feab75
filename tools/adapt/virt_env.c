// The environment.

#include <stdio.h>
#include <string.h>

#include "cmd/status.h"
#include "lines.h"
#include "virt.h"

struct gathered {
  struct tw_virt *virt;
  struct adapter_env env;
  struct adapter_env_variable *variables;
  struct adapter_env_rename *renames;
  struct cm_str *allowed;
  size_t variable_room, rename_room, allowed_room;
  bool any;
};

static bool grow(struct gathered *g, void *items, size_t *room, uint32_t count, size_t size) {
  g->any = true;
  return cm_grow(&g->virt->compose.arena, items, room, count, size);
}

// No variable can be called otherwise.
static bool is_name(const struct gathered *g, const char *option, struct cm_str name) {
  if (name.size && !memchr(name.at, '=', name.size)) return true;
  tw_usage_error(g->virt->args->command, "--%s: no variable can be called `%.*s`", option, CM_STR_ARG(name));
  return false;
}

// Options that set a variable, "K=V" each, in the order in which they were given: of two of one name the last counts.
struct setting {
  const char *option;
  enum adapter_env_origin origin;
};
static bool add_variables(struct gathered *g, const struct setting *settings, size_t count) {
  const struct tw_args *args = g->virt->args;
  struct cm_str key, value;
  for (size_t i = 0; i < args->given_count; i++)
    for (size_t s = 0; s < count; s++) {
      if (strcmp(args->given[i].option->name, settings[s].option) != 0) continue;
      if (!tw_virt_pair(g->virt, settings[s].option, args->given[i].value, &key, &value) ||
          (settings[s].origin == ADAPTER_ENV_LABEL && !tw_virt_label(g->virt, settings[s].option, value)) ||
          !grow(g, &g->variables, &g->variable_room, g->env.variable_count, sizeof *g->variables))
        return false;
      g->variables[g->env.variable_count++] = (struct adapter_env_variable){key, settings[s].origin, value};
    }
  return true;
}

static bool add_renames(struct gathered *g) {
  const char *text;
  struct cm_str from, to;
  for (size_t i = 0; (text = tw_args_each(g->virt->args, "rename-env", i)); i++) {
    if (!tw_virt_pair(g->virt, "rename-env", text, &to, &from) || !is_name(g, "rename-env", from) ||
        !grow(g, &g->renames, &g->rename_room, g->env.rename_count, sizeof *g->renames))
      return false;
    g->renames[g->env.rename_count++] = (struct adapter_env_rename){from, to};
  }
  return true;
}

static bool allow(struct gathered *g, struct cm_str name) {
  if (!grow(g, &g->allowed, &g->allowed_room, g->env.allowed_count, sizeof *g->allowed)) return false;
  g->allowed[g->env.allowed_count++] = name;
  return true;
}

static bool add_allowed(struct gathered *g) {
  const char *at = NULL;
  struct cm_str name;
  for (size_t given = 0; tw_virt_next_name(g->virt, "allow-env", &given, &at, &name);)
    if (!is_name(g, "allow-env", name) || !allow(g, name)) return false;
  return true;
}

// --- files ---

// "NAME=VALUE"; quotes around the value go.
static int add_line(void *context, const char *path, unsigned number, struct cm_str line) {
  struct gathered *g = context;
  const char *equals = memchr(line.at, '=', line.size);
  if (!equals || equals == line.at) {
    fprintf(stderr, "tidewaiter: %s:%u: a name, '=' and a value are wanted\n", path, number);  // the line may hold a secret
    return TW_USAGE;
  }
  struct cm_str name = {line.at, (size_t)(equals - line.at)}, value = {equals + 1, line.size - name.size - 1};
  if (!grow(g, &g->variables, &g->variable_room, g->env.variable_count, sizeof *g->variables)) return TW_BUG;
  g->variables[g->env.variable_count++] = (struct adapter_env_variable){name, ADAPTER_ENV_VALUE, tw_unquoted(value)};
  return TW_DONE;
}

static int read_files(struct gathered *g) {
  const char *path;
  int status = TW_DONE;
  for (size_t i = 0; status == TW_DONE && (path = tw_args_each(g->virt->args, "env-file", i)); i++)
    status = tw_lines_read(&g->virt->compose.arena, path, add_line, g);
  return status;
}

// --- what is needed ---

static int allow_needed(struct gathered *g, const struct cm_needs *needs) {
  struct cm_arena *arena = &g->virt->compose.arena;
  g->any = true;
  for (uint32_t i = 0; i < needs->need_count; i++) {
    const struct cm_need *need = &needs->needs[i];
    if (need->kind != CM_NEED_ENV) continue;
    struct cm_str name = {cm_alloc_text(arena, need->key.at, need->key.size), need->key.size};
    if (!name.at || !allow(g, name)) return TW_BUG;
  }
  if (needs->complete[CM_NEED_ENV] || tw_args_has(g->virt->args, "allow-env")) return TW_DONE;
  for (uint32_t i = 0; i < needs->unresolved_count; i++) {
    const struct cm_unresolved *u = &needs->unresolved[i];
    if (u->kind != CM_NEED_ENV) continue;
    fprintf(stderr, "tidewaiter: --only-needed: %s: a variable may be asked for whose name is not known: %s",
            g->virt->compose.paths[0], cm_reasons[u->reason]);
    if (u->has_pattern) fprintf(stderr, ", %.*s", CM_STR_ARG(u->pattern));
    fputc('\n', stderr);
  }
  fputs("tidewaiter: say with --allow-env which of them are let through\n", stderr);
  return TW_NO;
}

static int add_needed(struct gathered *g) {
  struct tw_analysis analysis;
  if (!tw_args_has(g->virt->args, "only-needed")) return TW_DONE;
  g->env.host = ADAPTER_ENV_ALLOWED;
  int status = tw_virt_analyse(g->virt, &analysis);
  if (status) return status;
  status = allow_needed(g, &analysis.document.needs);
  tw_analysis_close(&analysis);
  return status;
}

// --- all of it ---

static bool gather(struct gathered *g) {
  const struct tw_args *args = g->virt->args;
  const struct setting settings[] = {
      {"env", ADAPTER_ENV_VALUE},
      {"env-from-config", ADAPTER_ENV_CONFIG},
      {"env-from-secret", tw_args_has(args, "declare") ? ADAPTER_ENV_LABEL : ADAPTER_ENV_SECRET},
  };
  if (!add_variables(g, settings, sizeof settings / sizeof *settings) || !add_renames(g) || !add_allowed(g)) return false;
  if (tw_args_has(args, "deny-env")) {
    if (g->env.allowed_count || g->env.rename_count || tw_args_has(args, "only-needed"))
      return tw_usage_error(args->command,
                            "--deny-env takes all away; --allow-env, --only-needed and --rename-env do not go with it") == TW_DONE;
    g->any = true;
    g->env.host = ADAPTER_ENV_NONE;
  } else if (tw_args_has(args, "allow-env")) {
    g->any = true;
    g->env.host = ADAPTER_ENV_ALLOWED;
  }
  g->env.config_interface = cm_str_of(tw_args_value(args, "config-interface"));
  g->env.secrets_interface = cm_str_of(tw_args_value(args, "secrets-interface"));
  return true;
}

static bool is_set_from(const struct gathered *g, uint32_t first, struct cm_str name) {
  for (uint32_t i = first; i < g->env.variable_count; i++)
    if (cm_str_equal(g->variables[i].name, name)) return true;
  return false;
}

static bool is_renamed_from(const struct gathered *g, uint32_t first, struct cm_str name) {
  for (uint32_t i = first; i < g->env.rename_count; i++)
    if (cm_str_equal(g->renames[i].to, name)) return true;
  return false;
}

// For --explain. Values are not shown.
static void tell(const struct gathered *g) {
  static const char *const origins[] = {[ADAPTER_ENV_VALUE] = "baked in",
                                        [ADAPTER_ENV_CONFIG] = "of the configuration, key ",
                                        [ADAPTER_ENV_SECRET] = "of the secret ",
                                        [ADAPTER_ENV_LABEL] = "of the secret declared as "};
  FILE *note = g->virt->note;
  for (uint32_t i = 0; i < g->env.variable_count; i++) {
    const struct adapter_env_variable *v = &g->variables[i];
    if (is_set_from(g, i + 1, v->name)) continue;
    struct cm_str key = v->origin == ADAPTER_ENV_VALUE ? CM_STR("") : v->text;
    fprintf(note, "env %.*s: %s%.*s\n", CM_STR_ARG(v->name), origins[v->origin], CM_STR_ARG(key));
  }
  for (uint32_t i = 0; i < g->env.rename_count; i++)
    if (!is_set_from(g, 0, g->renames[i].to) && !is_renamed_from(g, i + 1, g->renames[i].to))
      fprintf(note, "env %.*s: the host's %.*s\n", CM_STR_ARG(g->renames[i].to), CM_STR_ARG(g->renames[i].from));
  for (uint32_t i = 0; i < g->env.allowed_count; i++)
    if (!is_set_from(g, 0, g->allowed[i]) && !is_renamed_from(g, 0, g->allowed[i]))
      fprintf(note, "env %.*s: the host's\n", CM_STR_ARG(g->allowed[i]));
  fputs(g->env.host == ADAPTER_ENV_ALL ? "env: all else of the host\n" : "env: nothing else of the host\n", note);
}

// The first option that is of the environment, for messages.
static const char *given_first(const struct tw_args *args) {
  static const char *const options[] = {"env",      "env-file",    "env-from-config", "env-from-secret",
                                        "deny-env", "only-needed", "allow-env",       "rename-env"};
  for (size_t i = 0; i < args->given_count; i++)
    for (size_t n = 0; n < sizeof options / sizeof *options; n++)
      if (strcmp(args->given[i].option->name, options[n]) == 0) return options[n];
  return options[0];
}

static int add_adapters(struct gathered *g) {
  struct tw_virt *virt = g->virt;
  struct adapter_subject all;
  if (!g->any) return TW_DONE;
  g->env.variables = g->variables;
  g->env.renames = g->renames;
  g->env.allowed = g->allowed;
  tell(g);
  static const char *const get[] = {"get-environment", NULL};
  const char *option = given_first(virt->args);
  int status = tw_virt_subject(virt, option, "wasi:cli/environment", &all);
  if (status == TW_DONE && !tw_virt_has_function(virt, option, &all, get)) return TW_USAGE;
  for (uint32_t i = 0; status == TW_DONE && i < all.import_count; i++) {
    struct adapter_subject one = {virt->app, &all.imports[i], 1};
    struct cm_component *adapter = NULL;
    struct cm_diag diag = {0};
    bool made = adapter_environment(&virt->compose.arena, &one, &g->env, &adapter, &diag);
    status = tw_virt_add(virt, "env", made, adapter, &diag);
  }
  return status;
}

static int apply(struct tw_virt *virt) {
  struct gathered g = {.virt = virt};
  int status = read_files(&g);
  if (status == TW_DONE && !gather(&g)) status = TW_USAGE;
  if (status == TW_DONE) status = add_needed(&g);
  return status == TW_DONE ? add_adapters(&g) : status;
}

// `declare --env NAME=LABEL`
static int apply_declared(struct tw_virt *virt) {
  struct gathered g = {.virt = virt};
  g.env.secrets_interface = cm_str_of(tw_args_value(virt->args, "secrets-interface"));
  return add_variables(&g, &(struct setting){"env", ADAPTER_ENV_LABEL}, 1) ? add_adapters(&g) : TW_USAGE;
}

const struct tw_capability tw_capability_env = {"env", apply};
const struct tw_capability tw_capability_env_declared = {"env", apply_declared};
