// `tidewaiter needs`: what a file needs to run.
//
// Each input goes the same way, on a thread of its own with an arena of its own: analysis, selection of what is wanted, and the answer as
// text in memory. The answers are joined here, in the order of the inputs.

#include <string.h>

#include "analyse.h"
#include "batch.h"
#include "extract.h"
#include "options.h"
#include "output.h"
#include "status.h"

enum format { TEXT, JSON, JSONL };

// Remarks of an answer.
enum { UNDECIDED = 1, ASKS = 2, NOT_EXTRACTED = 4 };

// One run of the command.
struct plan {
  enum format format;
  struct tw_needs_choice choice;  // its `key` is the argument of --explain
  bool color, trace;
  bool several;         // files may come in any number: JSON is an array of documents
  size_t taken;         // answers written
  const char *extract;  // the folder that programs of interpreters go to; NULL: they are not wanted
  FILE *to;
};

static void trace_line(void *context, const char *line) {
  const char *path = context;
  fprintf(stderr, "trace: %s: %s\n", path, line);
}

static bool write_answer(const struct plan *plan, struct cm_arena *arena, const struct tw_needs_document *document, FILE *to) {
  if (plan->format != TEXT) {
    tw_needs_json(to, document, plan->format == JSON ? TW_JSON_PRETTY : TW_JSON_COMPACT, plan->several ? 1 : 0);
    return true;
  }
  if (plan->choice.key) {
    return tw_needs_explain(to, arena, document, plan->choice.key, plan->color);
  }
  return tw_needs_text(to, arena, document, plan->color);
}

_Static_assert(sizeof((struct tw_answer *)NULL)->message >= TW_ANALYSE_MESSAGE, "an analysis tells why in an answer's message");

static void answer_file(void *context, const char *path, struct tw_answer *answer) {
  const struct plan *plan = context;
  struct tw_analyse_options how = {.sha256 = plan->format != TEXT, .trace = plan->trace ? trace_line : NULL};
  struct tw_analysis analysis;
  if (!tw_analyse(&analysis, path, &how, answer->message)) {
    return;
  }
  struct tw_needs_document *document = &analysis.document;
  bool extracted = !plan->extract || tw_extract(plan->extract, plan->several ? path : NULL, &document->needs);
  if (!tw_needs_select(&analysis.arena, document, &plan->choice) || !write_answer(plan, &analysis.arena, document, answer->to)) {
    snprintf(answer->message, sizeof answer->message, "out of memory");
  }
  answer->notes = (document->needs.unresolved_count ? UNDECIDED : 0) | (document->needs.need_count ? ASKS : 0) |
                  (extracted ? 0 : NOT_EXTRACTED);
  tw_analysis_close(&analysis);
}

static void take_answer(void *context, const char *text, size_t size) {
  struct plan *plan = context;
  if (plan->format == JSON && plan->several) {
    fputs(plan->taken ? ",\n  " : "[\n  ", plan->to);
  } else if (plan->format == TEXT && plan->taken) {
    fputc('\n', plan->to);
  }
  fwrite(text, 1, size, plan->to);
  if (plan->format == JSONL || (plan->format == JSON && !plan->several)) {
    fputc('\n', plan->to);
  }
  plan->taken++;
}

static int kind_named(const char *name, size_t size) {
  for (int kind = 0; kind < CM_NEED_KIND_COUNT; kind++) {
    if (strncmp(cm_need_kinds[kind], name, size) == 0 && cm_need_kinds[kind][size] == '\0') {
      return kind;
    }
  }
  return -1;
}

static void report_kind(const struct tw_args *args, const char *name, size_t size) {
  const char *names[CM_NEED_KIND_COUNT + 1];
  char all[256] = "", word[64];
  size_t used = 0;
  for (int kind = 0; kind < CM_NEED_KIND_COUNT; kind++) {
    names[kind] = cm_need_kinds[kind];
    used += (size_t)snprintf(all + used, sizeof all - used, "%s%s", kind ? ", " : "", names[kind]);
  }
  names[CM_NEED_KIND_COUNT] = NULL;
  snprintf(word, sizeof word, "%.*s", (int)size, name);
  const char *nearest = tw_nearest(word, names);
  if (nearest) {
    tw_usage_error(args->command, "'%s' is no kind of need; did you mean '%s'? It is one of: %s", word, nearest, all);
  } else {
    tw_usage_error(args->command, "'%s' is no kind of need; it is one of: %s", word, all);
  }
}

// "env,config" as a bit set.
static bool read_kinds(const struct tw_args *args, uint32_t *kinds) {
  const char *list;
  for (size_t i = 0; (list = tw_args_each(args, "kind", i)); i++) {
    do {
      size_t size = strcspn(list, ",");
      int kind = kind_named(list, size);
      if (kind < 0) {
        report_kind(args, list, size);
        return false;
      }
      *kinds |= 1U << kind;
      list += size + (list[size] == ',');
    } while (*list);
  }
  *kinds = *kinds ? *kinds : TW_ALL_KINDS;
  return true;
}

// A table that the analysis works with.
struct listing {
  void (*text)(FILE *to, bool color);
  void (*json)(FILE *to, enum tw_json_style style);
};
static const struct listing sinks = {tw_sinks_text, tw_sinks_json};
static const struct listing runtime_names = {tw_runtime_names_text, tw_runtime_names_json};

static int list(const struct tw_args *args, enum format format, const struct listing *listing) {
  struct tw_output output;
  if (!tw_output_open(&output, args)) {
    return TW_OUTPUT;
  }
  if (format == TEXT) {
    listing->text(output.stream, output.color);
  } else {
    listing->json(output.stream, format == JSON ? TW_JSON_PRETTY : TW_JSON_COMPACT);
    fputc('\n', output.stream);
  }
  return tw_output_finish(&output) ? TW_DONE : TW_OUTPUT;
}

// A single file gives one document; whatever may stand for several gives an array, however many it holds, so that a script need not
// look what it got.
static bool stands_for_several(const struct tw_args *args, const struct tw_paths *paths) {
  return args->operand_count > 1 || paths->count != 1 || strcmp(args->operands[0], paths->paths[0]) != 0;
}

static int status_of(const struct tw_args *args, const struct tw_batch *batch, bool all_found) {
  if (batch->failed || !all_found) {
    return TW_INPUT;
  }
  if (batch->notes & NOT_EXTRACTED) {
    return TW_OUTPUT;
  }
  if (tw_args_has(args, "fail-unresolved") && (batch->notes & UNDECIDED)) {
    return TW_NO;
  }
  return tw_args_has(args, "explain") && !(batch->notes & (ASKS | UNDECIDED)) ? TW_NO : TW_DONE;
}

static int answer_all(const struct tw_args *args, struct plan *plan, const struct tw_paths *paths, unsigned jobs, bool all_found) {
  struct tw_output output;
  if (!tw_output_open(&output, args)) {
    return TW_OUTPUT;
  }
  plan->to = output.stream;
  plan->color = output.color;
  plan->several = stands_for_several(args, paths);
  struct tw_batch batch = {.paths = paths->paths,
                           .count = paths->count,
                           .jobs = plan->trace ? 1 : jobs,
                           .work = answer_file,
                           .take = take_answer,
                           .context = plan};
  tw_batch_run(&batch);
  if (plan->format == JSON && plan->several) {
    fputs(plan->taken ? "\n]\n" : "[]\n", plan->to);
  }
  int status = status_of(args, &batch, all_found);
  // Without any answer an older file is better than an empty one.
  if (output.gathers && plan->taken == 0) {
    tw_output_discard(&output);
    return status;
  }
  return tw_output_finish(&output) ? status : TW_OUTPUT;
}

static int run(const struct tw_args *args) {
  struct plan plan = {.format = (enum format)tw_args_choice(args, "format"), .choice = {.key = tw_args_value(args, "explain")}};
  int origin = tw_args_choice(args, "origin");
  unsigned long long jobs = 0;
  plan.choice.origins = origin < 0 ? TW_ALL_ORIGINS : 1U << origin;
  plan.extract = tw_args_value(args, "extract");
  plan.trace = tw_args_has(args, "trace");
  if (!read_kinds(args, &plan.choice.kinds) || !tw_args_number(args, "jobs", 1, 256, &jobs)) {
    return TW_USAGE;
  }
  if (tw_args_has(args, "list-sinks")) {
    return list(args, plan.format, &sinks);
  }
  if (tw_args_has(args, "list-runtime-names")) {
    return list(args, plan.format, &runtime_names);
  }
  struct tw_paths paths = {0};
  bool all_found = tw_paths_expand(&paths, args->operands, args->operand_count, ".wasm");
  int status = answer_all(args, &plan, &paths, (unsigned)jobs, all_found);
  tw_paths_free(&paths);
  return status;
}

static const char *const formats[] = {"text", "json", "jsonl", NULL};
static const char *const origins[] = {"app", "runtime", NULL};  // in the order of enum cm_origin

static const struct tw_option options[] = {
    {
        .name = "format",
        .letter = 'f',
        .metavar = "FORMAT",
        .help =
            "How to answer: for people, as JSON (one document; an array of them for several files or a folder), or as JSON with "
            "one document a line.",
        .values = formats,
        .fallback = "text",
    },
    {
        .name = "explain",
        .metavar = "KEY",
        .help = "Show each path that leads to KEY, function by function, and the undecided places that may ask for it.",
    },
    {
        .name = "kind",
        .letter = 'k',
        .metavar = "KIND[,KIND]...",
        .help =
            "Only needs and undecided places of these kinds: `env`, `config`, `secret`, `http-host`, `dns-name`, `keyvalue-bucket`, "
            "`blobstore-container`, `messaging-subject`.",
        .repeats = true,
    },
    {
        .name = "origin",
        .metavar = "ORIGIN",
        .help = "Only needs of the program itself, or only those of its language's runtime. Undecided places stay in either case.",
        .values = origins,
    },
    {
        .name = "fail-unresolved",
        .help = "Exit with status 1 when a place that asks could not be decided.",
    },
    {
        .name = "extract",
        .metavar = "DIR",
        .help =
            "Write the programs that interpreters carry (the text of JavaScript, listings of Python) into this folder, as they were "
            "recovered; of several files each into a folder of its own there. Only the owner may read them: they may hold secrets.",
    },
    {
        .name = "list-sinks",
        .help = "List the functions that are known to take a key, and exit.",
        .alone = true,
    },
    {
        .name = "list-runtime-names",
        .help = "List the variables that languages' own libraries are known to ask for, with library and version, and exit.",
        .alone = true,
    },
    {
        .name = "jobs",
        .letter = 'j',
        .metavar = "N",
        .help = "Analyse N files at a time. The default is the number of processors.",
    },
    {
        .name = "trace",
        .help =
            "Print to standard error what the analysis does: lookups found by experiment, keys found by evaluation, and what a run of the "
            "program asks for. Lines with `disagree` say where the methods do not agree.",
    },
    {.name = NULL},
};

static const char *const description[] = {
    "Says which environment variables, configuration keys, secrets, hosts, buckets, containers and subjects a component asks for, where "
    "in the code it does so, and how certain that is. Places that ask and could not be decided are listed too: for a kind that is called "
    "complete, the list is all there is.",
    "FILE is a component, a core module or a WIT package; a folder stands for every `*.wasm` file in it, at any depth; `-` is standard "
    "input.",
    NULL,
};

static const struct tw_example examples[] = {
    {"tidewaiter needs app.wasm", "What does it need?"},
    {"tidewaiter needs --explain DATABASE_URL app.wasm", "Who asks for this variable, and by which way?"},
    {"tidewaiter needs --format json --kind env,secret app.wasm", "For a script: only variables and secrets."},
    {"tidewaiter needs --extract recovered app.wasm", "For a component of JavaScript: what is the program in it?"},
    {"tidewaiter needs --fail-unresolved dist/", "For CI: every key of every component in a folder must be known."},
    {NULL, NULL},
};

static const struct tw_exit_note exit_notes[] = {
    {TW_NO, "With `--fail-unresolved`, something could not be decided; with `--explain`, nothing asks for the key."},
    {0, NULL},
};

const struct tw_command tw_cmd_needs = {
    .name = "needs",
    .summary = "Say what a component needs to run",
    .description = description,
    .usage = "needs [OPTION]... FILE|FOLDER|-...",
    .options = options,
    .operand = TW_OPERAND_WASM,
    .operands_min = 1,
    .operands_max = TW_MANY,
    .examples = examples,
    .exit_notes = exit_notes,
    .run = run,
};
