// Configuration.

#include <stdio.h>

#include "cmd/status.h"
#include "virt.h"

// Options that are a rule each time they are given: "KEY=TEXT", or "KEY,KEY,..." where `listed`.
static const struct {
  const char *option;
  enum adapter_config_kind kind;
  bool listed;
} kinds[] = {
    {"config", ADAPTER_CONFIG_SET, false},           {"config-default", ADAPTER_CONFIG_DEFAULT, false},
    {"rename-config", ADAPTER_CONFIG_RENAME, false}, {"allow-config", ADAPTER_CONFIG_ALLOW, true},
    {"deny-config", ADAPTER_CONFIG_DENY, true},
};

struct gathered {
  struct tw_virt *virt;
  struct adapter_config config;
  struct adapter_config_rule *rules;
  size_t room;
  const char *first;  // option
};

static bool add(struct gathered *g, size_t kind, struct cm_str key, struct cm_str text) {
  struct adapter_config_rule rule = {kinds[kind].kind, key, text};
  if (!cm_grow(&g->virt->compose.arena, &g->rules, &g->room, g->config.rule_count, sizeof *g->rules)) return false;
  g->rules[g->config.rule_count++] = rule;
  return true;
}

static bool gather_kind(struct gathered *g, size_t kind) {
  const char *option = kinds[kind].option, *text, *at = NULL;
  struct cm_str key, value = {0};
  size_t given = 0;
  if (!g->first && tw_args_has(g->virt->args, option)) g->first = option;
  while (kinds[kind].listed && tw_virt_next_name(g->virt, option, &given, &at, &key))
    if (!add(g, kind, key, value)) return false;
  for (size_t i = 0; !kinds[kind].listed && (text = tw_args_each(g->virt->args, option, i)); i++)
    if (!tw_virt_pair(g->virt, option, text, &key, &value) || !add(g, kind, key, value)) return false;
  return true;
}

// The last rule of a kind for a key; NULL: there is none.
static const struct adapter_config_rule *rule_of(const struct gathered *g, enum adapter_config_kind kind, struct cm_str key) {
  for (uint32_t i = g->config.rule_count; i-- > 0;)
    if (g->rules[i].kind == kind && cm_str_equal(g->rules[i].key, key)) return &g->rules[i];
  return NULL;
}

// What becomes of a key, all rules taken together.
static void tell_key(const struct gathered *g, struct cm_str key) {
  const struct adapter_config_rule *renamed = rule_of(g, ADAPTER_CONFIG_RENAME, key);
  bool default_ = rule_of(g, ADAPTER_CONFIG_DEFAULT, key), denied = rule_of(g, ADAPTER_CONFIG_DENY, key);
  bool host = !denied && (renamed || !g->config.closed || rule_of(g, ADAPTER_CONFIG_ALLOW, key));
  FILE *note = g->virt->note;
  fprintf(note, "config %.*s: ", CM_STR_ARG(key));
  if (rule_of(g, ADAPTER_CONFIG_SET, key) || (default_ && !host))
    fputs("baked in\n", note);
  else if (!host)
    fputs("denied\n", note);
  else
    fprintf(note, "the host's%s%.*s%s\n", renamed ? " " : "", CM_STR_ARG(renamed ? renamed->text : CM_STR("")),
            default_ ? ", with a default baked in" : "");
}

static void tell(const struct gathered *g) {
  for (uint32_t i = 0; i < g->config.rule_count; i++) {
    bool before = false;
    for (uint32_t k = 0; k < i; k++) before |= cm_str_equal(g->rules[k].key, g->rules[i].key);
    if (!before) tell_key(g, g->rules[i].key);
  }
  if (g->config.prefix.size) fprintf(g->virt->note, "config: the host is asked for %.*s*\n", CM_STR_ARG(g->config.prefix));
  fputs(g->config.closed ? "config: nothing else of the host\n" : "config: all else of the host\n", g->virt->note);
}

static bool gather(struct gathered *g) {
  const struct tw_args *args = g->virt->args;
  for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++)
    if (!gather_kind(g, kind)) return false;
  if (tw_args_has(args, "prefix-config")) {
    g->first = "prefix-config";
    g->config.prefix = cm_str_of(tw_args_value(args, "prefix-config"));
  }
  if (tw_args_has(args, "deny-all-config")) g->first = "deny-all-config";
  g->config.closed = tw_args_has(args, "deny-all-config") || tw_args_has(args, "allow-config");
  g->config.rules = g->rules;
  return true;
}

static int apply(struct tw_virt *virt) {
  static const char *const interfaces[] = {"wasi:config/store", "wasi:config/runtime"};
  struct gathered g = {.virt = virt};
  struct adapter_subject all;
  if (!gather(&g)) return TW_USAGE;
  if (!g.first) return TW_DONE;
  tell(&g);
  int status = tw_virt_subject_of(virt, g.first, interfaces, 2, &all);
  for (uint32_t i = 0; status == TW_DONE && i < all.import_count; i++) {
    struct adapter_subject one = {virt->app, &all.imports[i], 1};
    struct cm_component *adapter = NULL;
    struct cm_diag diag = {0};
    bool made = adapter_configuration(&virt->compose.arena, &one, &g.config, &adapter, &diag);
    status = tw_virt_add(virt, "config", made, adapter, &diag);
  }
  return status;
}

const struct tw_capability tw_capability_config = {"config", apply};
