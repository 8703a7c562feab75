// `tidewaiter dump`: where everything in a binary lies.
//
// The file is decoded, and what was decoded is shown even if that failed: this is the command for a broken binary. The walk and the
// writers are in report/dump*.c.

#include "report/dump.h"
#include "input.h"
#include "options.h"
#include "output.h"
#include "status.h"

enum format { TEXT, JSON };

// Decodes what the document's bytes are; what could be decoded is in the document either way. False: `diag` says why.
static bool decode(struct cm_arena *arena, struct tw_dump_document *document, struct cm_diag *diag) {
  struct cm_span bytes = document->bytes;
  document->artifact = cm_sniff(bytes);
  if (document->artifact == CM_ARTIFACT_MODULE) {
    struct core_module *module = NULL;
    bool decoded = core_decode(arena, bytes, bytes.at, NULL, &module, diag);
    document->module = decoded ? module : NULL;
    return decoded;
  }
  struct cm_component *component = NULL;
  bool decoded = cm_decode(arena, bytes, &component, diag);
  document->component = component;
  return decoded;
}

static bool write_document(const struct tw_args *args, struct cm_arena *arena, const struct tw_dump_document *document,
                           const struct tw_output *output) {
  return tw_args_choice(args, "format") == JSON ? tw_dump_json(output->stream, arena, document)
                                                : tw_dump_text(output->stream, arena, document, output->color);
}

static int dump(const struct tw_args *args, struct cm_arena *arena, const struct tw_input *input, uint64_t depth) {
  struct tw_dump_document document = {
      .path = input->path, .bytes = {input->data, input->size}, .items = tw_args_has(args, "items"), .depth = depth};
  struct cm_diag diag = {0};
  char message[CM_DIAG_MESSAGE + CM_DIAG_WHERE + 64];
  bool decoded = decode(arena, &document, &diag);
  document.error = decoded ? NULL : &diag;
  struct tw_output output;
  if (!tw_output_open(&output, args)) {
    return TW_OUTPUT;
  }
  if (!write_document(args, arena, &document, &output)) {
    tw_output_discard(&output);
    tw_input_report(document.path, "out of memory");
    return TW_INPUT;
  }
  if (!tw_output_finish(&output)) {
    return TW_OUTPUT;
  }
  if (!decoded) {
    tw_input_report(document.path, cm_diag_format(&diag, message, sizeof message));
  }
  return decoded ? TW_DONE : TW_INPUT;
}

static int run(const struct tw_args *args) {
  unsigned long long depth = UINT64_MAX;
  if (!tw_args_number(args, "depth", 0, UINT32_MAX, &depth)) {
    return TW_USAGE;
  }
  const char *path = args->operands[0];
  struct tw_input input;
  char why[TW_INPUT_MESSAGE];
  if (!tw_input_open(&input, path, why)) {
    tw_input_report(path, why);
    return TW_INPUT;
  }
  struct cm_arena arena;
  cm_arena_init(&arena, NULL);
  int status = dump(args, &arena, &input, depth);
  cm_arena_free(&arena);
  tw_input_close(&input);
  return status;
}

static const char *const formats[] = {"text", "json", NULL};

static const struct tw_option options[] = {
    {
        .name = "format",
        .letter = 'f',
        .metavar = "FORMAT",
        .help = "How to answer: for people, or as JSON.",
        .values = formats,
        .fallback = "text",
    },
    {
        .name = "items",
        .letter = 'i',
        .help =
            "List the items of each section too: types, imports, instances, functions and so on, with the indices they introduce.",
    },
    {
        .name = "depth",
        .letter = 'd',
        .metavar = "N",
        .help = "Show what is nested (components, core modules, the declarators of types) down to N levels; 0 shows the file's own "
                "sections and items. The default is to show all.",
    },
    {.name = NULL},
};

static const char *const description[] = {
    "Lists the sections of a component or core module in the order of the file, each with its offset, its size in bytes and what is in "
    "it, indented by nesting. A section's offset is that of its id byte, and its size counts its header.",
    "It is made for broken binaries: when FILE cannot be decoded, everything up to the place is still shown, with all items of the "
    "section where it went wrong, and then the error.",
    "FILE is a component or a core module; `-` is standard input.",
    NULL,
};

static const struct tw_example examples[] = {
    {"tidewaiter dump app.wasm", "What does the file consist of, and what is large in it?"},
    {"tidewaiter dump --items --depth 0 app.wasm", "Every import, alias, instance and export of the outermost component."},
    {"tidewaiter dump --format json app.wasm | jq '.rows[] | select(.kind == \"custom\")'", "For a script: the custom sections."},
    {NULL, NULL},
};

static const struct tw_exit_note exit_notes[] = {
    {TW_INPUT, "FILE could not be read or decoded; what could be is on standard output."},
    {0, NULL},
};

const struct tw_command tw_cmd_dump = {
    .name = "dump",
    .summary = "Show the sections and items of a binary with their offsets",
    .description = description,
    .usage = "dump [OPTION]... FILE",
    .options = options,
    .operand = TW_OPERAND_WASM,
    .operands_min = 1,
    .operands_max = 1,
    .examples = examples,
    .exit_notes = exit_notes,
    .run = run,
};
