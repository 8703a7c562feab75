// `tidewaiter print`: the text of a component or core module.
//
// The printer hands on its text piece by piece, and so it goes into the output: at no time is the whole text in memory.

#include <component/print.h>

#include "input.h"
#include "options.h"
#include "output.h"
#include "status.h"

struct target {
  FILE *stream;
  bool is_begun;  // some of the text is written
};

static bool write_piece(void *context, const char *text, size_t size) {
  struct target *target = context;
  target->is_begun = true;
  return fwrite(text, 1, size, target->stream) == size;
}

static int print(const struct tw_args *args, const struct tw_input *input) {
  struct tw_output output;
  if (!tw_output_open_large(&output, args)) {
    return TW_OUTPUT;
  }
  struct cm_print_options options = {
      .folded = tw_args_has(args, "folded"),
      .offsets = tw_args_has(args, "offsets"),
      .skeleton = tw_args_has(args, "skeleton"),
      .color = output.color,
  };
  struct cm_diag diag = {0};
  struct target target = {.stream = output.stream};
  struct cm_text_sink sink = {write_piece, &target};
  if (cm_print((struct cm_span){input->data, input->size}, &options, sink, &diag)) {
    return tw_output_finish(&output) ? TW_DONE : TW_OUTPUT;
  }
  if (ferror(output.stream)) {
    return tw_output_finish(&output) ? TW_BUG : TW_OUTPUT;  // says what is wrong with the output
  }
  bool is_partial = output.stream == stdout && target.is_begun;
  char message[CM_DIAG_MESSAGE + CM_DIAG_WHERE + 64];
  tw_output_discard(&output);
  tw_input_report(input->path, cm_diag_format(&diag, message, sizeof message));
  if (is_partial) {
    fprintf(stderr, "tidewaiter: the text on standard output ends where this was found, and is not complete\n");
  }
  return TW_INPUT;
}

static int run(const struct tw_args *args) {
  if (tw_args_has(args, "folded") && tw_args_has(args, "flat")) {
    return tw_usage_error(args->command, "--flat and --folded exclude each other");
  }
  const char *path = args->operands[0];
  struct tw_input input;
  char why[TW_INPUT_MESSAGE];
  if (!tw_input_open(&input, path, why)) {
    tw_input_report(path, why);
    return TW_INPUT;
  }
  int status = print(args, &input);
  tw_input_close(&input);
  return status;
}

static const struct tw_option options[] = {
    {
        .name = "flat",
        .help = "Print one instruction a line, in the order in which they are executed. This is the default.",
    },
    {
        .name = "folded",
        .letter = 'f',
        .help = "Print instructions around their operands: `(i32.add (local.get 0) (i32.const 1))`.",
    },
    {
        .name = "offsets",
        .letter = 'p',
        .help = "Begin each line with the offset in FILE of what it shows, as a comment.",
    },
    {
        .name = "skeleton",
        .help = "Print `...` in place of function bodies and of the contents of segments and custom sections. Such text is for "
                "people, and cannot be parsed.",
    },
    {.name = NULL},
};

static const char *const description[] = {
    "Prints the text (WAT) of a component or core module: all definitions in the order of the file, core modules and nested components "
    "within it. Parsed again, by `tidewaiter parse` or by other tools, the text gives the same component.",
    "The names in the name sections become identifiers, in quotes where they need it (`$\"[method]tcp-socket.shutdown\"`); where two of a "
    "kind have the same name, the second gets an identifier of its own, and the name stands beside it as `(@name \"...\")`. Other custom "
    "sections become `(@custom ...)` and `(@producers ...)`.",
    "Nothing is validated: an invalid component is printed as it is. When the binary is malformed, the error says where, and a file named "
    "by `--output` is left as it was.",
    "FILE is a component or a core module; `-` is standard input.",
    NULL,
};

static const struct tw_example examples[] = {
    {"tidewaiter print app.wasm | less", "Read the whole component."},
    {"tidewaiter print --skeleton app.wasm", "Types, imports, instances and exports, without the code."},
    {"tidewaiter print --offsets app.wasm | grep -A3 @1f2c", "What stands at the offset that an error gave?"},
    {"tidewaiter print -o app.wat app.wasm", "Into a file, which is replaced only when the text is whole."},
    {NULL, NULL},
};

static const struct tw_exit_note exit_notes[] = {
    {TW_INPUT, "FILE could not be read, or is malformed."},
    {0, NULL},
};

const struct tw_command tw_cmd_print = {
    .name = "print",
    .summary = "Show a component or core module as text",
    .description = description,
    .usage = "print [OPTION]... FILE",
    .options = options,
    .operand = TW_OPERAND_WASM,
    .operands_min = 1,
    .operands_max = 1,
    .examples = examples,
    .exit_notes = exit_notes,
    .run = run,
};
