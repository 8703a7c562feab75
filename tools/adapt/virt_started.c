// How an app is started and ends: its arguments, the folder it is in, its exit code.

#include <stdio.h>

#include "cmd/status.h"
#include "virt.h"

// Adds an adapter for each import of an interface.
typedef bool make_one(struct tw_virt *virt, const struct adapter_subject *one, const void *how, struct cm_component **out,
                      struct cm_diag *diag);
static int add_each(struct tw_virt *virt, const char *name, const struct adapter_subject *all, make_one *make, const void *how) {
  int status = TW_DONE;
  for (uint32_t i = 0; status == TW_DONE && i < all->import_count; i++) {
    struct adapter_subject one = {virt->app, &all->imports[i], 1};
    struct cm_component *adapter = NULL;
    struct cm_diag diag = {0};
    bool made = make(virt, &one, how, &adapter, &diag);
    status = tw_virt_add(virt, name, made, adapter, &diag);
  }
  return status;
}

// --- arguments ---

static bool make_arguments(struct tw_virt *virt, const struct adapter_subject *one, const void *how, struct cm_component **out,
                           struct cm_diag *diag) {
  return adapter_arguments(&virt->compose.arena, one, how, out, diag);
}

static bool gather_arguments(struct tw_virt *virt, struct adapter_arguments *to) {
  const struct tw_args *args = virt->args;
  struct cm_str *values = NULL;
  size_t room = 0;
  const char *text;
  for (size_t i = 0; (text = tw_args_each(args, "arg", i)); i++) {
    if (!cm_grow(&virt->compose.arena, &values, &room, to->value_count, sizeof *values)) return false;
    values[to->value_count++] = cm_str_of(text);
    fprintf(virt->note, "arguments: `%s`\n", text);
  }
  to->values = values;
  to->has_program = tw_args_has(args, "program");
  if (to->has_program) {
    to->program = cm_str_of(tw_args_value(args, "program"));
    fprintf(virt->note, "arguments: the program is called `%s`\n", to->program.at);
  }
  bool deny = tw_args_has(args, "deny-args");
  if (deny && (values || tw_args_has(args, "host-args")))
    return tw_usage_error(args->command, "--deny-args takes all away; --arg and --host-args do not go with it") == TW_DONE;
  to->set = values || deny || to->has_program || tw_args_has(args, "host-args");
  // Who only names the program, or says so, keeps the host's.
  to->host = tw_args_has(args, "host-args") || (!values && !deny);
  if (deny) fputs("arguments: none of the host\n", virt->note);
  if (tw_args_has(args, "cwd")) {
    to->cwd = ADAPTER_CWD_SET;
    to->directory = cm_str_of(tw_args_value(args, "cwd"));
    fprintf(virt->note, "arguments: started in `%s`\n", to->directory.at);
  }
  return true;
}

static int apply_arguments(struct tw_virt *virt) {
  static const char *const options[] = {"arg", "program", "deny-args", "cwd", "host-args"};
  struct adapter_arguments arguments = {0};
  struct adapter_subject all;
  const char *given = NULL;
  for (size_t i = 0; i < 5 && !given; i++)
    if (tw_args_has(virt->args, options[i])) given = options[i];
  if (!given) return TW_DONE;
  if (!gather_arguments(virt, &arguments)) return TW_USAGE;
  int status = tw_virt_subject(virt, given, "wasi:cli/environment", &all);
  if (status != TW_DONE) return status;
  static const char *const get[] = {"get-arguments", NULL}, *const folder[] = {"initial-cwd", "get-initial-cwd", NULL};
  if ((arguments.set && !tw_virt_has_function(virt, given, &all, get)) ||
      (arguments.cwd != ADAPTER_CWD_HOST && !tw_virt_has_function(virt, "cwd", &all, folder)))
    return TW_USAGE;
  return add_each(virt, "arguments", &all, make_arguments, &arguments);
}

const struct tw_capability tw_capability_arguments = {"arguments", apply_arguments};

// --- exit ---

static bool make_exit(struct tw_virt *virt, const struct adapter_subject *one, const void *how, struct cm_component **out,
                      struct cm_diag *diag) {
  const uint8_t *code = how;
  return adapter_exit(&virt->compose.arena, one, *code, out, diag);
}

static int apply_exit(struct tw_virt *virt) {
  unsigned long long number = 0;
  struct adapter_subject all;
  if (!tw_args_has(virt->args, "exit-code")) return TW_DONE;
  if (!tw_args_number(virt->args, "exit-code", 0, 255, &number)) return TW_USAGE;
  uint8_t code = (uint8_t)number;
  fprintf(virt->note, "exit: the host is told %d\n", code);
  int status = tw_virt_subject(virt, "exit-code", "wasi:cli/exit", &all);
  return status == TW_DONE ? add_each(virt, "exit", &all, make_exit, &code) : status;
}

const struct tw_capability tw_capability_exit = {"exit", apply_exit};
