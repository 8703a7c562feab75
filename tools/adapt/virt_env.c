// The environment.

#include <stdio.h>

#include "cmd/status.h"
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

// Options of one kind, "K=V" each.
static bool add_variables(struct gathered *g, const char *option, enum adapter_env_origin origin) {
  const char *text;
  struct cm_str key, value;
  for (size_t i = 0; (text = tw_args_each(g->virt->args, option, i)); i++) {
    if (!tw_virt_pair(g->virt, option, text, &key, &value) ||
        !grow(g, &g->variables, &g->variable_room, g->env.variable_count, sizeof *g->variables))
      return false;
    g->variables[g->env.variable_count++] = (struct adapter_env_variable){key, origin, value};
  }
  return true;
}

static bool add_renames(struct gathered *g) {
  const char *text;
  struct cm_str from, to;
  for (size_t i = 0; (text = tw_args_each(g->virt->args, "rename-env", i)); i++) {
    if (!tw_virt_pair(g->virt, "rename-env", text, &from, &to) ||
        !grow(g, &g->renames, &g->rename_room, g->env.rename_count, sizeof *g->renames))
      return false;
    g->renames[g->env.rename_count++] = (struct adapter_env_rename){from, to};
  }
  return true;
}

// "A,B,C"
static bool add_allowed(struct gathered *g) {
  const char *text;
  for (size_t i = 0; (text = tw_args_each(g->virt->args, "allow-env", i)); i++)
    for (const char *comma; *text; text = *comma ? comma + 1 : comma) {
      comma = strchrnul(text, ',');
      if (!grow(g, &g->allowed, &g->allowed_room, g->env.allowed_count, sizeof *g->allowed)) return false;
      g->allowed[g->env.allowed_count++] = (struct cm_str){text, (size_t)(comma - text)};
    }
  return true;
}

static bool gather(struct gathered *g) {
  const struct tw_args *args = g->virt->args;
  if (!add_variables(g, "env", ADAPTER_ENV_VALUE) || !add_variables(g, "env-from-config", ADAPTER_ENV_CONFIG) ||
      !add_variables(g, "env-from-secret", tw_args_has(args, "declare") ? ADAPTER_ENV_LABEL : ADAPTER_ENV_SECRET) ||
      !add_renames(g) || !add_allowed(g))
    return false;
  if (tw_args_has(args, "deny-env")) {
    if (g->env.allowed_count || g->env.rename_count)
      return tw_usage_error(args->command, "--deny-env takes all away; --allow-env and --rename-env do not go with it") == TW_DONE;
    g->any = true;
    g->env.host = ADAPTER_ENV_NONE;
  } else if (tw_args_has(args, "allow-env")) {
    g->env.host = ADAPTER_ENV_ALLOWED;
  }
  g->env.config_interface = cm_str_of(tw_args_value(args, "config-interface"));
  g->env.secrets_interface = cm_str_of(tw_args_value(args, "secrets-interface"));
  return true;
}

static int add_adapters(struct gathered *g) {
  struct tw_virt *virt = g->virt;
  struct adapter_subject all;
  if (!g->any) return TW_DONE;
  g->env.variables = g->variables;
  g->env.renames = g->renames;
  g->env.allowed = g->allowed;
  int status = tw_virt_subject(virt, "env", "wasi:cli/environment", &all);
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
  return gather(&g) ? add_adapters(&g) : TW_USAGE;
}

// `declare --env NAME=LABEL`
static int apply_declared(struct tw_virt *virt) {
  struct gathered g = {.virt = virt};
  g.env.secrets_interface = cm_str_of(tw_args_value(virt->args, "secrets-interface"));
  return add_variables(&g, "env", ADAPTER_ENV_LABEL) ? add_adapters(&g) : TW_USAGE;
}

const struct tw_capability tw_capability_env = {"env", apply};
const struct tw_capability tw_capability_env_declared = {"env", apply_declared};
