// `tidewaiter graph`: how a component is put together.
//
// The file is decoded, its link view built, and one of four writers shows it; they are in report/graph*.c.

#include "report/graph.h"
#include "input.h"
#include "options.h"
#include "output.h"
#include "status.h"

enum format { TEXT, DOT, JSON, MERMAID };

// Reads what the bytes are into a document. False: `diag` says why.
static bool make_document(struct cm_arena *arena, struct cm_span bytes, struct tw_graph_document *document, struct cm_diag *diag) {
  if (cm_sniff(bytes) == CM_ARTIFACT_MODULE) {
    struct core_module *module;
    return core_decode(arena, bytes, bytes.at, NULL, &module, diag) &&
           (tw_graph_of_module(arena, module, document) || cm_fail_memory(diag));
  }
  struct cm_component *component;
  struct cm_graph *graph;
  return cm_decode(arena, bytes, &component, diag) && cm_graph_build(arena, component, &graph, diag) &&
         (tw_graph_of_component(arena, graph, document) || cm_fail_memory(diag));
}

static bool write_document(const struct tw_args *args, struct cm_arena *arena, const struct tw_graph_document *document,
                           const struct tw_output *output) {
  bool functions = tw_args_has(args, "functions");
  switch (tw_args_choice(args, "format")) {
    case DOT: return tw_graph_dot(output->stream, arena, document, functions);
    case MERMAID: return tw_graph_mermaid(output->stream, arena, document, functions);
    case JSON: tw_graph_json(output->stream, document); return true;
    default: return tw_graph_text(output->stream, arena, document, functions, output->color);
  }
}

static int show(const struct tw_args *args, struct cm_arena *arena, const struct tw_input *input) {
  struct tw_graph_document document;
  struct cm_diag diag = {0};
  if (!make_document(arena, (struct cm_span){input->data, input->size}, &document, &diag)) {
    char message[CM_DIAG_MESSAGE + CM_DIAG_WHERE + 64];
    tw_input_report(input->path, cm_diag_format(&diag, message, sizeof message));
    return TW_INPUT;
  }
  document.path = input->path;
  document.size = input->size;
  struct tw_output output;
  if (!tw_output_open(&output, args)) {
    return TW_OUTPUT;
  }
  if (!write_document(args, arena, &document, &output)) {
    tw_output_discard(&output);
    tw_input_report(input->path, "out of memory");
    return TW_INPUT;
  }
  return tw_output_finish(&output) ? TW_DONE : TW_OUTPUT;
}

static int run(const struct tw_args *args) {
  const char *path = args->operands[0];
  struct tw_input input;
  char why[TW_INPUT_MESSAGE];
  if (!tw_input_open(&input, path, why)) {
    tw_input_report(path, why);
    return TW_INPUT;
  }
  struct cm_arena arena;
  cm_arena_init(&arena, NULL);
  int status = show(args, &arena, &input);
  cm_arena_free(&arena);
  tw_input_close(&input);
  return status;
}

static const char *const formats[] = {"text", "dot", "json", "mermaid", NULL};

static const struct tw_option options[] = {
    {
        .name = "format",
        .letter = 'f',
        .metavar = "FORMAT",
        .help = "How to answer: for people, as a drawing for Graphviz (`dot`) or for Markdown (`mermaid`), or as JSON.",
        .values = formats,
        .fallback = "text",
    },
    {
        .name = "functions",
        .letter = 'F',
        .help = "Name the functions that go from one to the other, not only their number. JSON always names them.",
    },
    {.name = NULL},
};

static const char *const description[] = {
    "Shows what a component is made of once it is instantiated: its core instances, nested component instances flattened, and for each "
    "what it takes from whom. What goes through component boundaries, aliases and re-exports is followed to its end: to another core "
    "instance, or to an import of the component.",
    "A core instance `imports` what another exports, `calls` component functions (those of imported interfaces, or what another "
    "instance implements), `holds` in its tables functions of others, which is how toolchains reach imported functions, and "
    "`uses` canonical built-ins.",
    "FILE is a component or a core module; `-` is standard input. It need not be valid, as long as every index and name leads somewhere.",
    NULL,
};

static const struct tw_example examples[] = {
    {"tidewaiter graph app.wasm", "Which core instances are there, and who calls which import?"},
    {"tidewaiter graph --format dot app.wasm | dot -Tsvg -o app.svg", "A drawing."},
    {"tidewaiter graph --format json app.wasm | jq '.edges[] | select(.via == \"calls\")'",
     "For a script: calls of component functions."},
    {NULL, NULL},
};

static const struct tw_exit_note exit_notes[] = {
    {TW_INPUT,
     "FILE could not be read or decoded, an index or a name in it leads nowhere, or it has more instances than anyone can draw."},
    {0, NULL},
};

const struct tw_command tw_cmd_graph = {
    .name = "graph",
    .summary = "Show core instances and what links them",
    .description = description,
    .usage = "graph [OPTION]... FILE",
    .options = options,
    .operand = TW_OPERAND_WASM,
    .operands_min = 1,
    .operands_max = 1,
    .examples = examples,
    .exit_notes = exit_notes,
    .run = run,
};
