// `tidewaiter label`: a label for an import.

#include <component/compose.h>
#include <component/encode.h>
#include <component/validate.h>

#include <stdio.h>

#include "compose_request.h"
#include "options.h"
#include "output.h"
#include "status.h"

static bool tell_error(void *context, const struct cm_diag *diag) {
  (void)context;
  fprintf(stderr, "tidewaiter: %s\n", diag->message);
  return true;
}

static int relabel(const struct tw_args *args, struct tw_compose *compose, struct cm_buffer *out) {
  struct cm_diag diag = {0};
  struct cm_component *labelled, *whole;
  const struct cm_component *app = compose->parts[0].component;
  struct cm_str import = cm_str_of(tw_args_value(args, "import")), label = cm_str_of(tw_args_value(args, "as"));
  if (!cm_label(&compose->arena, app, import, label, &labelled, &diag)) {
    tw_compose_tell(compose, &(struct cm_compose_problem){.fault = CM_COMPOSE_NO_IMPORT, .name = import});
    return TW_USAGE;
  }
  if (!cm_encode(labelled, &(struct cm_encode_options){.keep_forms = true}, out, &diag) ||
      !cm_decode(&compose->arena, cm_buffer_span(out), &whole, &diag)) {
    fprintf(stderr, "tidewaiter: %s\n", diag.message);
    return TW_OUTPUT;
  }
  struct cm_validate_options options = {.features = cm_features_of(CM_PRESET_ALL)};
  return cm_validate(whole, &options, &(struct cm_diag_sink){tell_error, NULL}, NULL) ? TW_DONE : TW_NO;
}

static int run(const struct tw_args *args) {
  if (!tw_args_has(args, "import") || !tw_args_has(args, "as"))
    return tw_usage_error(args->command, "--import and --as are both needed");
  struct tw_compose compose;
  struct cm_buffer bytes;
  struct tw_output output;
  tw_compose_begin(&compose);
  cm_buffer_init(&bytes, NULL);
  int status = tw_compose_add(&compose, args->operands[0], (struct cm_str){0}, true);
  if (status == TW_DONE) status = relabel(args, &compose, &bytes);
  if (status == TW_DONE && !tw_output_open_binary(&output, args)) status = TW_OUTPUT;
  if (status == TW_DONE) {
    fwrite(bytes.at, 1, bytes.size, output.stream);
    status = tw_output_finish(&output) ? TW_DONE : TW_OUTPUT;
  }
  cm_buffer_free(&bytes);
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
