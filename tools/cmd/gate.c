// `tidewaiter gate`: a verdict for CI.
//
// What is judged by is read first, since without it there is no verdict. Then all files are analysed, the gate judges them, and the one
// result is written as often as is asked for. With --init the policy is written that the files pass today.

#include "gate/gate.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gate/init.h"
#include "judged_by.h"
#include "load.h"
#include "memory.h"
#include "options.h"
#include "output.h"
#include "report/gate_formats.h"
#include "status.h"

// --- where the result goes ---

// One output: "sarif=gate.sarif", or a file or standard output in the format of --format.
struct target {
  const struct tw_gate_format *format;
  const char *path;  // NULL: standard output
};

struct targets {
  struct target *all;
  size_t count;
};

static void add_target(struct targets *targets, const struct tw_gate_format *format, const char *path) {
  targets->all = tw_grow(targets->all, targets->count, sizeof *targets->all);
  targets->all[targets->count++] = (struct target){format, path};
}

// A format named before '='; a path may have an '=' of its own, behind a slash or a dot.
static bool read_target(const struct tw_args *args, const char *value, struct targets *targets) {
  size_t length = strcspn(value, "=./");
  if (value[length] != '=') {
    add_target(targets, tw_gate_format_of(tw_args_value(args, "format")), value);
    return true;
  }
  char name[32];
  snprintf(name, sizeof name, "%.*s", (int)length, value);
  const struct tw_gate_format *format = length < sizeof name ? tw_gate_format_of(name) : NULL;
  if (!format || value[length + 1] == '\0') {
    const char *nearest = tw_nearest(name, tw_gate_format_names);
    tw_usage_error(args->command,
                   format    ? "'--output %s' names no file"
                   : nearest ? "'--output %s': there is no format of that name; did you mean '%s'?"
                             : "'--output %s': there is no format of that name",
                   value, nearest);
    return false;
  }
  add_target(targets, format, value + length + 1);
  return true;
}

// Standard output gets the format of --format, unless that went to a file.
static bool read_targets(const struct tw_args *args, struct targets *targets) {
  const char *value;
  bool plain = false;
  for (size_t i = 0; (value = tw_args_each(args, "output", i)); i++) {
    if (!read_target(args, value, targets)) {
      return false;
    }
    plain = plain || targets->all[targets->count - 1].path == value;
  }
  if (!plain) {
    add_target(targets, tw_gate_format_of(tw_args_value(args, "format")), NULL);
  }
  return true;
}

static bool write_result(const struct tw_args *args, const struct target *target, struct cm_arena *arena,
                         const struct tw_gate *gate) {
  struct tw_output output;
  if (!tw_output_open_path(&output, target->path)) {
    return false;
  }
  bool color = output.gathers ? strcmp(args->color, "always") == 0 : tw_color_wanted(args->color, output.stream);
  if (!target->format->write(output.stream, arena, gate, color)) {
    tw_out_of_memory();
  }
  return tw_output_finish(&output);
}

// --- the judgement ---

static struct cm_str today(struct cm_arena *arena) {
  time_t now = time(NULL);
  struct tm utc = {0};
  gmtime_r(&now, &utc);
  struct cm_str day = cm_alloc_format(arena, "%04d-%02d-%02d", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday);
  return day.at ? day : CM_STR("1970-01-01");
}

static struct tw_gate_file *make_files(struct tw_judged_by *by, const struct tw_load *load) {
  static const struct tw_needs_document nothing = {.path = "", .sha256 = ""};
  struct tw_gate_file *files = cm_alloc_array(&by->arena, load->count, sizeof *files);
  if (!files) {
    tw_out_of_memory();
  }
  for (size_t i = 0; i < load->count; i++) {
    const struct tw_loaded *from = &load->files[i];
    files[i] = (struct tw_gate_file){.path = from->path, .document = from->document, .fault = from->fault};
    const struct tw_needs_document *before = by->has_baseline ? tw_baseline_of(by, from->path, load->count) : NULL;
    files[i].before = before ? before : by->has_baseline ? &nothing : NULL;
    files[i].baseline = before ? before->path : NULL;
    if (by->has_baseline && !before && from->document) {
      fprintf(stderr, "tidewaiter: %s: no baseline of this name; all that it needs counts as new\n", from->path);
    }
  }
  return files;
}

static int judge(const struct tw_args *args, struct tw_judged_by *by, const struct tw_load *load, const struct targets *targets) {
  struct tw_gate_setup setup = {.policy = by->has_policy ? &by->policy : NULL,
                                .manifests = by->has_manifests ? &by->manifests : NULL,
                                .has_baseline = by->has_baseline,
                                .files = make_files(by, load),
                                .file_count = (uint32_t)load->count,
                                .inputs = by->inputs,
                                .input_count = (uint32_t)by->input_count};
  const char *day = tw_args_value(args, "today");
  setup.today = day ? cm_str_of(day) : today(&by->arena);
  struct tw_gate gate;
  if (!tw_gate_judge(&by->arena, &setup, &gate)) {
    tw_out_of_memory();
  }
  bool written = true;
  for (size_t i = 0; i < targets->count; i++) {
    written = write_result(args, &targets->all[i], &by->arena, &gate) && written;
  }
  bool passes = tw_gate_passes(&gate) || tw_args_has(args, "exit-zero");
  return passes ? (written ? TW_DONE : TW_OUTPUT) : (written ? TW_NO : TW_OUTPUT);
}

static int judge_files(const struct tw_args *args, const struct tw_paths *paths, unsigned jobs, const struct targets *targets) {
  struct tw_judged_by by;
  int status = tw_judged_by_read(args, jobs, &by);
  if (status == TW_DONE) {
    struct tw_load load;
    tw_load_files(&load, paths, jobs);
    status = judge(args, &by, &load, targets);
    status = load.failed && status != TW_OUTPUT ? TW_INPUT : status;
    tw_load_free(&load);
  }
  tw_judged_by_free(&by);
  return status;
}

// --- --init ---

static int init(const struct tw_args *args, const struct tw_paths *paths, unsigned jobs) {
  struct tw_load load;
  tw_load_files(&load, paths, jobs);
  int status = load.failed ? TW_INPUT : TW_DONE;
  struct tw_output output;
  // A policy made of half the files would refuse the other half.
  if (load.failed || !tw_output_open_path(&output, args->output)) {
    tw_load_free(&load);
    return load.failed ? TW_INPUT : TW_OUTPUT;
  }
  struct cm_arena arena;
  cm_arena_init(&arena, NULL);
  const struct tw_needs_document **documents = tw_alloc((load.count + 1) * sizeof(const struct tw_needs_document *));
  for (size_t i = 0; i < load.count; i++) {
    documents[i] = load.files[i].document;
  }
  if (!tw_policy_init(output.stream, &arena, documents, load.count)) {
    tw_out_of_memory();
  }
  free(documents);
  cm_arena_free(&arena);
  tw_load_free(&load);
  return tw_output_finish(&output) ? status : TW_OUTPUT;
}

static int list_rules(const struct tw_args *args) {
  struct tw_output output;
  if (!tw_output_open_path(&output, args->output)) {
    return TW_OUTPUT;
  }
  tw_builtins_text(output.stream);
  return tw_output_finish(&output) ? TW_DONE : TW_OUTPUT;
}

// --- the command ---

static bool check_usage(const struct tw_args *args) {
  const char *day = tw_args_value(args, "today");
  if (day && !tw_date_valid(cm_str_of(day))) {
    tw_usage_error(args->command, "'--today' is a day of the calendar such as 2027-01-31, not '%s'", day);
    return false;
  }
  bool judged = tw_args_has(args, "policy") || tw_args_has(args, "manifest") || tw_args_has(args, "baseline");
  bool starts = tw_args_has(args, "init");
  if (starts && judged) {
    tw_usage_error(args->command,
                   "'--init' writes a policy and judges nothing: leave '--policy', '--manifest' and '--baseline' out");
  } else if (!starts && !judged) {
    tw_usage_error(args->command,
                   "nothing to judge by: give '--policy', '--manifest' or '--baseline'; '--init' writes a policy to begin "
                   "with");
  }
  return starts != judged;
}

static int run(const struct tw_args *args) {
  unsigned long long jobs = 0;
  struct targets targets = {0};
  struct tw_paths paths = {0};
  int status = TW_USAGE;
  if (tw_args_has(args, "list-rules")) {
    return list_rules(args);
  }
  if (check_usage(args) && tw_args_number(args, "jobs", 1, 256, &jobs) &&
      (tw_args_has(args, "init") || read_targets(args, &targets))) {
    bool all_found = tw_paths_expand(&paths, args->operands, args->operand_count, ".wasm");
    status = tw_args_has(args, "init") ? init(args, &paths, (unsigned)jobs) : judge_files(args, &paths, (unsigned)jobs, &targets);
    status = !all_found && status != TW_OUTPUT && status != TW_USAGE ? TW_INPUT : status;
  }
  tw_paths_free(&paths);
  free(targets.all);
  return status;
}

static const struct tw_option options[] = {
    {
        .name = "policy",
        .letter = 'p',
        .metavar = "FILE",
        .help = "Judge by the rules of this policy, a `tidewaiter.policy/1` document in YAML or JSON.",
    },
    {
        .name = "manifest",
        .letter = 'm',
        .metavar = "FILE",
        .help =
            "Judge whether these manifests give each component what it needs and no more. ConfigMaps, Secrets and ExternalSecrets "
            "are followed into any of the files. A folder stands for every `*.yaml` file in it.",
        .repeats = true,
    },
    {
        .name = "baseline",
        .letter = 'b',
        .metavar = "FILE",
        .help =
            "Let only fail what is new since this file, a `.wasm` or the JSON of `tidewaiter needs`, and show what changed. Of several "
            "baselines (a folder stands for those in it) each file has the one of its name.",
        .repeats = true,
    },
    {
        .name = "init",
        .help = "Write a commented policy that allows exactly what the files need today, and is closed to anything new.",
    },
    {
        .name = "list-rules",
        .help = "List the rules that tidewaiter brings along, beside those of a policy, and exit.",
        .alone = true,
    },
    {
        .name = "format",
        .letter = 'f',
        .metavar = "FORMAT",
        .help = "How to write the result to standard output.",
        .values = tw_gate_format_names,
        .fallback = "text",
    },
    {
        .name = "output",
        .letter = 'o',
        .metavar = "FORMAT=FILE",
        .help =
            "Write the result to FILE in this format too, beside standard output. Without `FORMAT=`, write it to FILE instead of "
            "standard output. A file is replaced in one step when all is written.",
        .repeats = true,
    },
    {
        .name = "exit-zero",
        .help =
            "Exit with 0 also when the gate fails, for pipelines that upload a report first. What could not be read or written still "
            "counts.",
    },
    {
        .name = "today",
        .metavar = "DATE",
        .help =
            "The day that waivers are held against, such as 2027-01-31, for runs that can be repeated. The default is today, in UTC.",
    },
    {
        .name = "jobs",
        .letter = 'j',
        .metavar = "N",
        .help = "Analyse N files at a time. The default is the number of processors.",
    },
    {.name = NULL},
};

static const char *const description[] = {
    "Passes or fails components for CI: by the rules of a policy, by the manifests that deploy them, or by what is new since a baseline. "
    "At least one of `--policy`, `--manifest` and `--baseline` must be given. Every finding says where it is, who asks in the binary, and "
    "the lines to change.",
    "Only errors fail. Warnings and notes, waived findings, and with `--baseline` those that the baseline had too are shown and change "
    "nothing.",
    "FILE is a component or a core module; a folder stands for every `*.wasm` file in it, at any depth; `-` is standard input.",
    NULL,
};

static const struct tw_example examples[] = {
    {"tidewaiter gate --init app.wasm -o policy.yaml", "Begin with what it needs today."},
    {"tidewaiter gate --policy policy.yaml app.wasm", "Does it need anything that is not allowed?"},
    {"tidewaiter gate --manifest deploy.yaml app.wasm", "Will it start, and is it given more than it needs?"},
    {"tidewaiter gate --policy policy.yaml --output sarif=gate.sarif --output junit=gate.xml dist/",
     "For CI: with reports beside the log."},
    {"tidewaiter gate --baseline old.wasm app.wasm", "Does it need more than before?"},
    {NULL, NULL},
};

static const struct tw_exit_note exit_notes[] = {
    {TW_DONE, "It passes, or `--exit-zero` was given."},
    {TW_NO, "It fails: an error that is neither waived nor in the baseline."},
    {TW_USAGE, "Wrong usage, or a policy that is none."},
    {TW_INPUT, "A file, manifest or baseline could not be read; of several files, the others were still judged."},
    {0, NULL},
};

const struct tw_command tw_cmd_gate = {
    .name = "gate",
    .summary = "Pass or fail components for CI",
    .description = description,
    .usage = "gate [OPTION]... FILE|FOLDER|-...",
    .options = options,
    .operand = TW_OPERAND_WASM,
    .operands_min = 1,
    .operands_max = TW_MANY,
    .examples = examples,
    .exit_notes = exit_notes,
    .run = run,
};
