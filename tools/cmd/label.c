// `tidewaiter label`: a label for an import.

#include <component/compose.h>

#include "compose_request.h"
#include "deliver.h"
#include "options.h"
#include "status.h"

static int relabel(const struct tw_args *args, struct tw_compose *compose) {
  struct cm_diag diag = {0};
  struct cm_component *labelled;
  const struct cm_component *app = compose->parts[0].component;
  struct cm_str import = cm_str_of(tw_args_value(args, "import")), label = cm_str_of(tw_args_value(args, "as"));
  if (!cm_label(&compose->arena, app, import, label, &labelled, &diag)) {
    tw_compose_say(compose, NULL, "%s%s", diag.message, tw_compose_near(compose, 0, CM_ITEM_IMPORT, import));
    if (diag.error != CM_NO_MEMORY) tw_compose_list_names(compose, 0, CM_ITEM_IMPORT);
    return TW_USAGE;
  }
  struct tw_delivery delivery;
  int status = tw_deliver_judge(&compose->arena, labelled, NULL, &delivery);
  if (status == TW_DONE) status = tw_deliver_write(args, &delivery);
  tw_delivery_free(&delivery);
  return status;
}

static int run(const struct tw_args *args) {
  if (!tw_args_has(args, "import") || !tw_args_has(args, "as"))
    return tw_usage_error(args->command, "--import and --as are both needed");
  struct tw_compose compose;
  tw_compose_begin(&compose);
  int status = tw_compose_add(&compose, args->operands[0], (struct cm_str){0}, true);
  if (status == TW_DONE) status = relabel(args, &compose);
  tw_compose_free(&compose);
  return status;
}

static const struct tw_option options[] = {
    {
        .name = "import",
        .letter = 'i',
        .metavar = "NAME",
        .help = "The import that gets the label, as it stands in APP: `wasi:keyvalue/store@0.2.0`.",
    },
    {
        .name = "as",
        .metavar = "LABEL",
        .help = "The label: a name in kebab case, which no other import has.",
    },
    {.name = NULL},
};

static const char *const description[] = {
    "Gives an import of an interface a label of its own. The component then imports LABEL, which implements that interface; a host or "
    "`tidewaiter compose` can tell it from other imports of the same interface, and bind it by its label. Nothing else is changed.",
    "APP is a component; `-` is standard input.",
    NULL,
};

static const struct tw_example examples[] = {
    {"tidewaiter label app.wasm --import wasi:keyvalue/store@0.2.0 --as sessions -o out.wasm",
     "The store of this application is the one called `sessions`."},
    {NULL, NULL},
};

static const struct tw_exit_note exit_notes[] = {
    {TW_NO, "The component would not be valid: the label is taken, or is no name."},
    {TW_USAGE, "APP has no such import."},
    {0, NULL},
};

const struct tw_command tw_cmd_label = {
    .name = "label",
    .summary = "Give an import a label",
    .description = description,
    .usage = "label --import NAME --as LABEL [OPTION]... APP",
    .options = options,
    .operand = TW_OPERAND_WASM,
    .operands_min = 1,
    .operands_max = 1,
    .examples = examples,
    .exit_notes = exit_notes,
    .run = run,
};
