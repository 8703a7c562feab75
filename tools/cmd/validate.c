// `tidewaiter validate`: whether files are valid, and if not, every reason.
//
// The files are validated several at a time, or one on all processors; what was found stays in memory until all are done and is then
// written in the order of the files.

#include "report/validation.h"

#include <stdlib.h>

#include "batch.h"
#include "input.h"
#include "memory.h"
#include "options.h"
#include "output.h"
#include "status.h"

enum format { TEXT, JSON, JSONL, SARIF };

// One run of the command.
struct plan {
  enum format format;
  struct cm_features features;
  unsigned threads;  // for each file
  bool array;        // JSON of several files
  struct file {
    struct cm_arena arena;
    struct tw_validation validation;  // without a path where the file could not be read
  } * files;
  size_t count;
};

static void validate_file(void *context, const char *path, struct tw_answer *answer) {
  const struct plan *plan = context;
  struct file *file = &plan->files[answer->index];
  struct tw_input input;
  cm_arena_init(&file->arena, NULL);
  if (!tw_input_open(&input, path, answer->message)) return;
  struct cm_span bytes = {input.data, input.size};
  struct cm_diag diag = {0};
  if (cm_sniff(bytes) == CM_ARTIFACT_UNKNOWN) {
    cm_preamble_fail(bytes, bytes.at, CM_ARTIFACT_COMPONENT, NULL, &diag);
    cm_diag_format(&diag, answer->message, sizeof answer->message);
  } else if (!tw_validate(&file->arena, bytes, plan->features, plan->threads, &file->validation)) {
    snprintf(answer->message, sizeof answer->message, "out of memory");
    file->validation = (struct tw_validation){0};
  } else {
    file->validation.path = path;
    if (plan->format == JSON || plan->format == JSONL) tw_sha256(bytes, file->validation.sha256);
    answer->notes = file->validation.error_count != 0;
  }
  tw_input_close(&input);
}

// All is written at the end, by write_all.
static void take_nothing(void *context, const char *text, size_t size) { (void)context, (void)text, (void)size; }

static void write_json(const struct plan *plan, FILE *to) {
  size_t written = 0;
  for (size_t i = 0; i < plan->count; i++) {
    const struct tw_validation *validation = &plan->files[i].validation;
    if (!validation->path) continue;
    if (plan->format == JSON && plan->array) fputs(written ? ",\n  " : "[\n  ", to);
    tw_validation_json(to, validation, plan->features, plan->format == JSON ? TW_JSON_PRETTY : TW_JSON_COMPACT,
                       plan->format == JSON && plan->array);
    if (plan->format == JSONL || !plan->array) fputc('\n', to);
    written++;
  }
  if (plan->format == JSON && plan->array) fputs(written ? "\n]\n" : "[]\n", to);
}

static bool write_sarif(const struct plan *plan, FILE *to) {
  struct cm_arena arena;
  cm_arena_init(&arena, NULL);
  struct tw_validation *all = cm_alloc_array(&arena, plan->count, sizeof *all);
  for (size_t i = 0; all && i < plan->count; i++) all[i] = plan->files[i].validation;
  bool written = all && tw_validation_sarif(to, &arena, all, plan->count);
  cm_arena_free(&arena);
  return written;
}

static bool write_all(const struct plan *plan, const struct tw_output *output) {
  switch (plan->format) {
    case SARIF: return write_sarif(plan, output->stream);
    case JSON:
    case JSONL: write_json(plan, output->stream); return true;
    default:
      for (size_t i = 0; i < plan->count; i++) tw_validation_text(output->stream, &plan->files[i].validation, output->color);
      return true;
  }
}

static int validate_all(const struct tw_args *args, struct plan *plan, const struct tw_paths *paths, unsigned jobs,
                        bool all_found) {
  struct tw_output output;
  if (!tw_output_open(&output, args)) return TW_OUTPUT;
  plan->count = paths->count;
  plan->files = tw_alloc(plan->count * sizeof *plan->files + 1);
  memset(plan->files, 0, plan->count * sizeof *plan->files);
  // One file is validated on all processors; of several, each on one.
  plan->threads = plan->count == 1 ? jobs : 1;
  struct tw_batch batch = {
      .paths = paths->paths, .count = paths->count, .jobs = jobs, .work = validate_file, .take = take_nothing, .context = plan};
  tw_batch_run(&batch);
  bool written = write_all(plan, &output);
  for (size_t i = 0; i < plan->count; i++) cm_arena_free(&plan->files[i].arena);
  free(plan->files);
  if (!written) {
    tw_output_discard(&output);
    fputs("tidewaiter: out of memory\n", stderr);
    return TW_OUTPUT;
  }
  if (!tw_output_finish(&output)) return TW_OUTPUT;
  if (batch.failed || !all_found) return TW_INPUT;
  return batch.notes ? TW_NO : TW_DONE;
}

static int list_features(const struct tw_args *args, enum format format) {
  struct tw_output output;
  if (!tw_output_open(&output, args)) return TW_OUTPUT;
  if (format == TEXT) {
    tw_features_text(output.stream, output.color);
  } else {
    tw_features_json(output.stream, format == JSON ? TW_JSON_PRETTY : TW_JSON_COMPACT);
    fputc('\n', output.stream);
  }
  return tw_output_finish(&output) ? TW_DONE : TW_OUTPUT;
}

static int run(const struct tw_args *args) {
  struct plan plan = {.format = (enum format)tw_args_choice(args, "format"), .features = cm_features_of(CM_PRESET_DEFAULT)};
  unsigned long long jobs = 0;
  struct cm_diag diag;
  const char *list;
  for (size_t i = 0; (list = tw_args_each(args, "features", i)); i++)
    if (!cm_features_read(cm_str_of(list), &plan.features, &diag))
      return tw_usage_error(args->command, "%s; --list-features lists them", diag.message);
  if (!tw_args_number(args, "jobs", 1, 256, &jobs)) return TW_USAGE;
  if (tw_args_has(args, "list-features")) {
    if (plan.format == SARIF) return tw_usage_error(args->command, "the table of features is no SARIF");
    return list_features(args, plan.format);
  }
  struct tw_paths paths = {0};
  bool all_found = tw_paths_expand(&paths, args->operands, args->operand_count, ".wasm");
  plan.array = args->operand_count > 1 || paths.count != 1 || strcmp(args->operands[0], paths.paths[0]) != 0;
  int status = validate_all(args, &plan, &paths, (unsigned)jobs, all_found);
  tw_paths_free(&paths);
  return status;
}

static const char *const formats[] = {"text", "json", "jsonl", "sarif", NULL};

static const struct tw_option options[] = {
    {
        .name = "format",
        .letter = 'f',
        .metavar = "FORMAT",
        .help =
            "How to answer: for people, as JSON (one document; an array of them for several files or a folder), as JSON with one document "
            "a line, or as SARIF.",
        .values = formats,
        .fallback = "text",
    },
    {
        .name = "features",
        .metavar = "NAME[,NAME]...",
        .help =
            "What to accept beyond `default`, read from left to right: the name of a feature or of a preset (`default`, `official`, `all`) "
            "adds it, with a minus before it takes it away. `official` is what the tests of the specifications assume.",
        .repeats = true,
    },
    {
        .name = "list-features",
        .help = "List the features and their presets, and exit.",
        .alone = true,
    },
    {
        .name = "jobs",
        .letter = 'j',
        .metavar = "N",
        .help = "Validate on N processors. The default is all of them.",
    },
    {.name = NULL},
};

static const char *const description[] = {
    "Says whether a component or core module is valid by its specification. Nothing is printed for a file that is; for one that is not, "
    "every error that does not follow from another: what is wrong, where in the file and in which part of it, and the section of the "
    "specification that says so.",
    "Of core modules, that is all of WebAssembly 3.0 with threads and wide arithmetic; of components, what WASI 0.2 and 0.3 have. More can "
    "be switched on with `--features`.",
    "FILE is a component or a core module; a folder stands for every `*.wasm` file in it, at any depth; `-` is standard input.",
    NULL,
};

static const struct tw_example examples[] = {
    {"tidewaiter validate app.wasm", "Is it valid?"},
    {"tidewaiter validate --features official,-gc dist/",
     "By the features that the specifications' tests assume, but without `gc`."},
    {"tidewaiter validate --format sarif -o validate.sarif dist/", "For code scanning."},
    {NULL, NULL},
};

static const struct tw_exit_note exit_notes[] = {
    {TW_NO, "A file is not valid."},
    {0, NULL},
};

const struct tw_command tw_cmd_validate = {
    .name = "validate",
    .summary = "Say whether files are valid, and why not",
    .description = description,
    .usage = "validate [OPTION]... FILE|FOLDER|-...",
    .options = options,
    .operand = TW_OPERAND_WASM,
    .operands_min = 1,
    .operands_max = TW_MANY,
    .examples = examples,
    .exit_notes = exit_notes,
    .run = run,
};
