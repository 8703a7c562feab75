// How an app is started and ends: its arguments, the folder it is in, its exit code.

#include <stdio.h>

#include "cmd/status.h"
#include "lines.h"
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

struct arguments {
  struct tw_virt *virt;
  struct adapter_arguments to;
  struct cm_str *values;
  size_t room;
};

static bool add_argument(struct arguments *a, struct cm_str text) {
  if (!cm_grow(&a->virt->compose.arena, &a->values, &a->room, a->to.value_count, sizeof *a->values)) return false;
  a->values[a->to.value_count++] = text;
  fprintf(a->virt->note, "arguments: `%.*s`\n", CM_STR_ARG(text));
  return true;
}

static int add_line(void *context, const char *path, unsigned number, struct cm_str line) {
  (void)path, (void)number;
  return add_argument(context, tw_unquoted(line)) ? TW_DONE : TW_BUG;
}

static int add_values(struct arguments *a) {
  const char *text;
  int status = TW_DONE;
  for (size_t i = 0; status == TW_DONE && (text = tw_args_each(a->virt->args, "args-from", i)); i++)
    status = tw_lines_read(&a->virt->compose.arena, text, add_line, a);
  for (size_t i = 0; status == TW_DONE && (text = tw_args_each(a->virt->args, "arg", i)); i++)
    status = add_argument(a, cm_str_of(text)) ? TW_DONE : TW_BUG;
  a->to.values = a->values;
  return status;
}

static int gather_arguments(struct arguments *a) {
  const struct tw_args *args = a->virt->args;
  struct adapter_arguments *to = &a->to;
  FILE *note = a->virt->note;
  int status = add_values(a);
  if (status != TW_DONE) return status;
  to->has_program = tw_args_has(args, "program");
  if (to->has_program) {
    to->program = cm_str_of(tw_args_value(args, "program"));
    fprintf(note, "arguments: the program is called `%s`\n", to->program.at);
  }
  bool deny = tw_args_has(args, "deny-args"), given = tw_args_has(args, "arg") || tw_args_has(args, "args-from");
  if (deny && (given || tw_args_has(args, "host-args")))
    return tw_usage_error(args->command, "--deny-args takes all away; --arg, --args-from and --host-args do not go with it");
  to->set = given || deny || to->has_program || tw_args_has(args, "host-args");
  // Who only names the program, or says so, keeps the host's.
  to->host = tw_args_has(args, "host-args") || (!given && !deny);
  if (deny) fputs("arguments: none of the host\n", note);
  if (tw_args_has(args, "cwd")) {
    to->cwd = ADAPTER_CWD_SET;
    to->directory = cm_str_of(tw_args_value(args, "cwd"));
    fprintf(note, "arguments: started in `%s`\n", to->directory.at);
  }
  return TW_DONE;
}

static int apply_arguments(struct tw_virt *virt) {
  static const char *const options[] = {"arg", "args-from", "program", "deny-args", "cwd", "host-args"};
  struct arguments arguments = {.virt = virt};
  struct adapter_subject all;
  const char *given = NULL;
  for (size_t i = 0; i < sizeof options / sizeof *options && !given; i++)
    if (tw_args_has(virt->args, options[i])) given = options[i];
  if (!given) return TW_DONE;
  int status = gather_arguments(&arguments);
  if (status == TW_DONE) status = tw_virt_subject(virt, given, "wasi:cli/environment", &all);
  if (status != TW_DONE) return status;
  static const char *const get[] = {"get-arguments", NULL}, *const folder[] = {"initial-cwd", "get-initial-cwd", NULL};
  if ((arguments.to.set && !tw_virt_has_function(virt, given, &all, get)) ||
      (arguments.to.cwd != ADAPTER_CWD_HOST && !tw_virt_has_function(virt, "cwd", &all, folder)))
    return TW_USAGE;
  return add_each(virt, "arguments", &all, make_arguments, &arguments.to);
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
  if (tw_args_has(virt->args, "deny-exit"))
    return tw_usage_error(virt->args->command, "--deny-exit tells the host nothing; --exit-code does not go with it");
  if (!tw_args_number(virt->args, "exit-code", 0, 255, &number)) return TW_USAGE;
  uint8_t code = (uint8_t)number;
  fprintf(virt->note, "exit: the host is told %d\n", code);
  int status = tw_virt_subject(virt, "exit-code", "wasi:cli/exit", &all);
  return status == TW_DONE ? add_each(virt, "exit", &all, make_exit, &code) : status;
}

const struct tw_capability tw_capability_exit = {"exit", apply_exit};
