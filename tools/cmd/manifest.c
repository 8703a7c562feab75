// `tidewaiter manifest`: the file that deploys components.
//
// The files are analysed one after the other, the values are read and checked, and from both the workload is made; the platform's
// refusals come next, then the target renders. What is written appears whole or not at all, and only where nothing was refused. What is
// left for people goes to standard error.

#include <stdlib.h>
#include <string.h>

#include "analyse.h"
#include "doc/diff.h"
#include "doc/read.h"
#include "doc/write.h"
#include "folder.h"
#include "manifest/targets.h"
#include "manifest/update.h"
#include "memory.h"
#include "options.h"
#include "output.h"
#include "status.h"

// One run of the command.
struct plan {
  const struct tw_args *args;
  const struct tw_target *target;
  struct cm_arena arena;
  struct tw_input values_input;
  struct tw_doc *values_doc;
  struct tw_values values;
  struct tw_input existing_input;  // of --merge
  struct tw_grants existing;
  size_t count;
  struct tw_analysis *analyses;
  struct tw_workload_options options;
  struct tw_workload workload;
};

static void show_fault(void *context, const struct tw_fault *fault) {
  const struct tw_input *input = context;
  // Without a copy of the line: values and manifests may hold secrets, and messages end in logs.
  tw_fault_print(stderr, input->path, (struct cm_span){0}, fault);
}

// Reads and checks the values file. Returns a status.
static int read_values(struct plan *plan) {
  const char *path = tw_args_value(plan->args, "values");
  char why[TW_INPUT_MESSAGE];
  if (!path) {
    return TW_DONE;
  }
  if (!tw_input_open(&plan->values_input, path, why)) {
    tw_input_report(path, why);
    return TW_INPUT;
  }
  size_t count = 0;
  struct tw_fault fault = {0};
  struct cm_span bytes = {plan->values_input.data, plan->values_input.size};
  if (!tw_doc_read(&plan->arena, path, bytes, &plan->values_doc, &count, &fault)) {
    show_fault(&plan->values_input, &fault);
    return TW_USAGE;
  }
  if (count != 1) {
    tw_input_report(path, count ? "holds several documents; a values file is one"
                                : "is empty; it begins with `format: tidewaiter.values/1`");
    return TW_USAGE;
  }
  plan->values.doc = plan->values_doc;
  return tw_values_check(plan->values_doc, show_fault, &plan->values_input) ? TW_DONE : TW_USAGE;
}

// Reads the manifest that is to be updated, and what it grants. Returns a status.
static int read_existing(struct plan *plan) {
  const char *path = tw_args_value(plan->args, "merge");
  char why[TW_INPUT_MESSAGE];
  if (!path) {
    return TW_DONE;
  }
  if (!tw_input_open(&plan->existing_input, path, why)) {
    tw_input_report(path, why);
    return TW_INPUT;
  }
  size_t count = 0;
  struct tw_doc *docs = NULL;
  struct tw_fault fault = {0};
  struct cm_span bytes = {plan->existing_input.data, plan->existing_input.size};
  if (!tw_doc_read(&plan->arena, path, bytes, &docs, &count, &fault)) {
    show_fault(&plan->existing_input, &fault);
    return TW_INPUT;
  }
  const struct tw_doc **list = cm_alloc_array(&plan->arena, count, sizeof *list);
  for (size_t i = 0; list && i < count; i++) {
    list[i] = &docs[i];
  }
  if (!list || !tw_grants_read(&plan->arena, list, count, &plan->existing, NULL)) {
    tw_out_of_memory();
  }
  return TW_DONE;
}

static int analyse_all(struct plan *plan, const struct tw_paths *paths) {
  struct tw_analyse_options options = {.sha256 = strcmp(plan->target->name, "sbom") == 0};
  int status = TW_DONE;
  plan->analyses = calloc(paths->count ? paths->count : 1, sizeof *plan->analyses);
  if (!plan->analyses) {
    tw_out_of_memory();
  }
  for (size_t i = 0; i < paths->count; i++) {
    char why[TW_ANALYSE_MESSAGE];
    if (tw_analyse(&plan->analyses[plan->count], paths->paths[i], &options, why)) {
      plan->count++;
    } else {
      tw_input_report(paths->paths[i], why);
      status = TW_INPUT;
    }
  }
  return status;
}

// The keys of --secret, ended by NULL.
static const char **secrets_of(struct plan *plan) {
  size_t count = 0;
  while (tw_args_each(plan->args, "secret", count)) {
    count++;
  }
  const char **secrets = cm_alloc_array(&plan->arena, count + 1, sizeof *secrets);
  for (size_t i = 0; secrets && i < count; i++) {
    secrets[i] = tw_args_each(plan->args, "secret", i);
  }
  return secrets;
}

static int make_workload(struct plan *plan) {
  struct cm_diag diag = {0};
  struct tw_app *apps = cm_alloc_array(&plan->arena, plan->count ? plan->count : 1, sizeof *apps);
  plan->options = (struct tw_workload_options){
      .name = tw_args_value(plan->args, "name"),
      .secrets = secrets_of(plan),
      .values = plan->values.doc ? &plan->values : NULL,
      .existing = plan->existing_input.path ? &plan->existing : NULL,
  };
  if (!apps || !plan->options.secrets) {
    tw_out_of_memory();
  }
  for (size_t i = 0; i < plan->count; i++) {
    apps[i].document = &plan->analyses[i].document;
    apps[i].bytes = (struct cm_span){plan->analyses[i].input.data, plan->analyses[i].input.size};
  }
  if (!tw_workload_make(&plan->arena, apps, plan->count, &plan->options, &plan->workload, &diag)) {
    char why[CM_DIAG_MESSAGE];
    fprintf(stderr, "tidewaiter: %s\n", cm_diag_format(&diag, why, sizeof why));
    return diag.error == CM_NO_MEMORY ? TW_BUG : TW_INPUT;
  }
  return TW_DONE;
}

static void print_notes(const struct plan *plan) {
  const struct tw_workload *workload = &plan->workload;
  for (size_t i = 0; i < workload->note_count; i++) {
    const struct tw_note *note = &workload->notes[i];
    if (note->kind != TW_NOTE_LEFT) {
      fprintf(stderr, "tidewaiter: %s%s\n", note->kind == TW_NOTE_REFUSAL ? "refused: " : "warning: ", note->text);
    }
  }
}

static void print_left(const struct plan *plan) {
  const struct tw_workload *workload = &plan->workload;
  bool any = false;
  for (size_t i = 0; i < workload->note_count; i++) {
    const struct tw_note *note = &workload->notes[i];
    if (note->kind == TW_NOTE_LEFT && (note->left & plan->target->left)) {
      fputs(any ? "" : "tidewaiter: left to fill in, there or in a values file:\n", stderr);
      any = true;
      fprintf(stderr, "  %s", note->text);
      if (plan->target->objects && note->object.size) {
        fprintf(stderr, " (%.*s)", CM_STR_ARG(note->object));
      }
      fputc('\n', stderr);
    }
  }
}

static void write_content(FILE *to, const struct tw_file *file, bool comments) {
  switch (file->form) {
    case TW_FILE_YAML: tw_yaml_write(to, file->docs, file->doc_count, comments); break;
    case TW_FILE_JSON:
      tw_doc_json(to, file->root, 0);
      fputc('\n', to);
      break;
    case TW_FILE_TEXT: fwrite(file->text.at, 1, file->text.size, to); break;
  }
}

static int write_one(const struct plan *plan, const struct tw_file *file, bool comments) {
  struct tw_output output;
  if (!tw_output_open(&output, plan->args)) {
    return TW_OUTPUT;
  }
  output.secret = file->secret;
  write_content(output.stream, file, comments);
  return tw_output_finish(&output) ? TW_DONE : TW_OUTPUT;
}

static int write_folder(const struct plan *plan, const struct tw_rendering *rendering) {
  struct tw_folder_file *files = calloc(rendering->file_count + 1, sizeof *files);
  bool good = files != NULL;
  for (size_t i = 0; good && i < rendering->file_count; i++) {
    const struct tw_file *file = &rendering->files[i];
    char *bytes = NULL;
    FILE *memory = open_memstream(&bytes, &files[i].size);
    good = memory != NULL;
    if (good) {
      write_content(memory, file, rendering->comments);
      good = fclose(memory) == 0;
    }
    files[i] = (struct tw_folder_file){file->path, bytes, files[i].size, file->secret, file->executable};
  }
  if (!good) {
    tw_out_of_memory();
  }
  good = tw_folder_write(plan->args->output, files, rendering->file_count);
  for (size_t i = 0; i < rendering->file_count; i++) {
    free((char *)files[i].bytes);
  }
  free(files);
  return good ? TW_DONE : TW_OUTPUT;
}

// --- updating

static const char *const change_words[] = {[TW_CHANGE_ADDED] = "added",
                                           [TW_CHANGE_SET] = "set",
                                           [TW_CHANGE_MARKED] = "no longer needed",
                                           [TW_CHANGE_UNMARKED] = "needed again",
                                           [TW_CHANGE_KEPT] = "kept"};

// What changes, by place; values are not shown, since they may be secrets.
static void print_changes(const struct tw_merged *merged) {
  for (size_t i = 0; i < merged->change_count; i++) {
    const struct tw_change *change = &merged->changes[i];
    if (change->kind != TW_CHANGE_KEPT) {
      fprintf(stderr, "tidewaiter: %s: %.*s\n", change_words[change->kind], CM_STR_ARG(change->where));
    }
  }
}

// The values of a Secret's documents, in their order in the file, are left out of what is copied from `text` to `to`.
static size_t copy_without_values(struct cm_str text, size_t from, const struct tw_node *values, FILE *to) {
  static const char hidden[] = "(hidden)";
  for (size_t i = 0; values && i < values->count; i++) {
    const struct tw_node *value = values->pairs[i].value;
    bool says_nothing = value->kind == TW_NODE_NULL || (value->kind == TW_NODE_STRING && !value->text.size);
    if (says_nothing || value->alias || value->from.offset < from || value->to.offset > text.size) {
      continue;
    }
    fwrite(text.at + from, 1, value->from.offset - from, to);
    fputs(hidden, to);
    from = value->to.offset;
    // A block of lines ends behind its last line.
    if (from > value->from.offset && text.at[from - 1] == '\n') {
      from--;
    }
  }
  return from;
}

// `text` as a log may show it: without the values of Secrets. .at NULL: no memory.
static struct cm_str without_secrets(struct plan *plan, const char *path, struct cm_str text) {
  struct tw_doc *docs;
  struct tw_fault fault;
  size_t count, size = 0, from = 0;
  char *shown = NULL;
  if (!tw_doc_read(&plan->arena, path, (struct cm_span){(const uint8_t *)text.at, text.size}, &docs, &count, &fault)) {
    return (struct cm_str){0};
  }
  FILE *to = open_memstream(&shown, &size);
  if (!to) {
    return (struct cm_str){0};
  }
  for (size_t i = 0; i < count; i++) {
    if (!cm_str_is(tw_node_text(tw_node_get(docs[i].root, "kind")), "Secret")) {
      continue;
    }
    const struct tw_node *data = tw_node_get(docs[i].root, "data"), *plain = tw_node_get(docs[i].root, "stringData");
    bool in_order = !data || !plain || data->from.offset < plain->from.offset;
    from = copy_without_values(text, from, in_order ? data : plain, to);
    from = copy_without_values(text, from, in_order ? plain : data, to);
  }
  fwrite(text.at + from, 1, text.size - from, to);
  bool written = !ferror(to);
  written = !fclose(to) && written;
  char *copy = written ? cm_alloc_text(&plan->arena, shown, size) : NULL;
  free(shown);
  return (struct cm_str){copy, copy ? size : 0};
}

static int write_diff(struct plan *plan, const struct tw_merged *merged) {
  struct tw_output output;
  if (!tw_output_open(&output, plan->args)) {
    return TW_OUTPUT;
  }
  const char *path = plan->existing_input.path;
  struct cm_str old_name = cm_alloc_format(&plan->arena, "a/%s", path), new_name = cm_alloc_format(&plan->arena, "b/%s", path);
  struct cm_str existing = {(const char *)plan->existing_input.data, plan->existing_input.size};
  struct tw_diff_side old = {old_name.at, without_secrets(plan, path, existing)};
  struct tw_diff_side new = {new_name.at, without_secrets(plan, path, merged->text)};
  if (!old_name.at || !new_name.at || !old.text.at || !new.text.at ||
      !tw_diff_write(output.stream, &plan->arena, &old, &new, output.color)) {
    tw_out_of_memory();
  }
  return tw_output_finish(&output) ? TW_DONE : TW_OUTPUT;
}

// Whether the values file gives secrets, which the text then holds. What people wrote into their file is theirs to protect.
static bool gives_secrets(const struct plan *plan) {
  bool given = false;
  for (size_t c = 0; c < plan->workload.component_count; c++) {
    const struct tw_component *component = &plan->workload.components[c];
    for (size_t i = 0; i < component->want_count; i++) {
      given |= component->wants[i].secret && component->wants[i].supply.kind == TW_SUPPLY_VALUE;
    }
  }
  return given;
}

// The updated text goes where it came from, unless another place is named.
static int write_merged(const struct plan *plan, const struct tw_merged *merged) {
  const char *to = plan->args->output ? plan->args->output : plan->existing_input.path;
  struct tw_output output;
  if (!merged->changed && !plan->args->output && strcmp(to, "-") != 0) {
    return TW_DONE;
  }
  if (!tw_output_open_path(&output, to)) {
    return TW_OUTPUT;
  }
  output.secret = gives_secrets(plan);
  fwrite(merged->text.at, 1, merged->text.size, output.stream);
  return tw_output_finish(&output) ? TW_DONE : TW_OUTPUT;
}

static int merge(struct plan *plan, const struct tw_file *file) {
  const struct tw_merge_options *options = tw_update_options(&plan->arena, plan->target, &plan->workload);
  struct tw_merged merged;
  struct tw_fault fault = {0};
  struct cm_span existing = {plan->existing_input.data, plan->existing_input.size};
  if (!options) {
    tw_out_of_memory();
  }
  if (!tw_merge(&plan->arena, plan->existing_input.path, existing, file->docs, file->doc_count, options, &merged, &fault)) {
    show_fault(&plan->existing_input, &fault);
    return TW_INPUT;
  }
  print_changes(&merged);
  if (tw_args_has(plan->args, "diff")) {
    int status = write_diff(plan, &merged);
    return status == TW_DONE && tw_args_has(plan->args, "check") && merged.changed ? TW_NO : status;
  }
  if (tw_args_has(plan->args, "check")) {
    return merged.changed ? TW_NO : TW_DONE;
  }
  return write_merged(plan, &merged);
}

static bool refused(const struct plan *plan) {
  bool any = false;
  for (size_t i = 0; i < plan->workload.note_count; i++) {
    any |= plan->workload.notes[i].kind == TW_NOTE_REFUSAL;
  }
  return any;
}

static int render(struct plan *plan) {
  const struct tw_target *target = plan->target;
  bool to_stdout = !plan->args->output || strcmp(plan->args->output, "-") == 0;
  bool merging = plan->existing_input.path != NULL;
  if (merging && !target->mergeable) {
    return tw_usage_error(plan->args->command, "a manifest of the target '%s' cannot be merged", target->name);
  }
  if (!merging && (tw_args_has(plan->args, "diff") || tw_args_has(plan->args, "check"))) {
    return tw_usage_error(plan->args->command, "'--diff' and '--check' need the manifest to compare with: --merge FILE");
  }
  if (merging && !plan->args->output && strcmp(plan->existing_input.path, "-") == 0) {
    to_stdout = true;
  }
  if (target->writes == TW_WRITES_FOLDER && to_stdout && !target->first_alone) {
    return tw_usage_error(plan->args->command, "the target '%s' writes a folder: name it with --output", target->name);
  }
  if (target->bound) {
    tw_workload_refuse(&plan->arena, &plan->workload);
  }
  struct tw_rendering rendering = {.arena = &plan->arena,
                                   .workload = &plan->workload,
                                   .comments = !tw_args_has(plan->args, "no-comments"),
                                   .folder = to_stdout ? NULL : plan->args->output};
  if (!refused(plan)) {
    target->render(&rendering);
  }
  if (plan->arena.refused) {
    tw_out_of_memory();
  }
  if (refused(plan)) {
    print_notes(plan);
    return TW_NO;
  }
  bool folder = target->writes == TW_WRITES_FOLDER && !to_stdout;
  int status = plan->existing_input.path ? merge(plan, &rendering.files[0])
               : folder                  ? write_folder(plan, &rendering)
                                         : write_one(plan, &rendering.files[0], rendering.comments);
  if (status == TW_DONE || status == TW_NO) {
    print_notes(plan);
    print_left(plan);
    if (tw_args_has(plan->args, "strict") && plan->workload.undecided) {
      fputs("tidewaiter: --strict: some calls could not be decided\n", stderr);
      status = TW_NO;
    }
  }
  return status;
}

static int list_targets(const struct tw_args *args) {
  struct tw_output output;
  if (!tw_output_open(&output, args)) {
    return TW_OUTPUT;
  }
  for (const struct tw_target *target = tw_targets; target->name; target++) {
    fprintf(output.stream, "%-10s  %s\n", target->name, target->summary);
  }
  return tw_output_finish(&output) ? TW_DONE : TW_OUTPUT;
}

static int run_plan(struct plan *plan) {
  struct tw_paths paths = {0};
  bool all_found = tw_paths_expand(&paths, plan->args->operands, plan->args->operand_count, ".wasm");
  int status = all_found ? read_values(plan) : TW_INPUT;
  if (status == TW_DONE) {
    status = read_existing(plan);
  }
  if (status == TW_DONE) {
    status = analyse_all(plan, &paths);
  }
  if (status == TW_DONE) {
    status = make_workload(plan);
  }
  if (status == TW_DONE) {
    status = render(plan);
  }
  for (size_t i = 0; i < plan->count; i++) {
    tw_analysis_close(&plan->analyses[i]);
  }
  free(plan->analyses);
  tw_paths_free(&paths);
  return status;
}

static int run(const struct tw_args *args) {
  if (tw_args_has(args, "list-targets")) {
    return list_targets(args);
  }
  struct plan plan = {.args = args, .target = tw_target_find(tw_args_value(args, "target"))};
  cm_arena_init(&plan.arena, NULL);
  int status = run_plan(&plan);
  cm_arena_free(&plan.arena);
  if (plan.values_input.path) {
    tw_input_close(&plan.values_input);
  }
  if (plan.existing_input.path) {
    tw_input_close(&plan.existing_input);
  }
  return status;
}

static const struct tw_option options[] = {
    {
        .name = "target",
        .letter = 't',
        .metavar = "TARGET",
        .help = "What to write; `--list-targets` says what each is.",
        .values = tw_target_names,
        .fallback = "wasmcloud",
    },
    {
        .name = "values",
        .letter = 'V',
        .metavar = "FILE",
        .help = "What people know: images, hosts, replicas, and from where each key comes. YAML, `format: tidewaiter.values/1`.",
    },
    {
        .name = "secret",
        .letter = 's',
        .metavar = "KEY",
        .help =
            "KEY is a secret, though it is asked for as an environment variable or as configuration. Nothing is decided by spelling.",
        .repeats = true,
    },
    {
        .name = "name",
        .letter = 'n',
        .metavar = "NAME",
        .help = "The name of the workload; else that of the values file, else that of the first file.",
    },
    {
        .name = "merge",
        .letter = 'm',
        .metavar = "FILE",
        .help =
            "Update FILE, a manifest that people keep: what is missing is added, what is no longer needed is marked by a comment, and all "
            "else stays as it is: order, comments, values, unknown fields. Written to FILE itself, or where `--output` says.",
    },
    {
        .name = "diff",
        .help = "With `--merge`: show what would change, and change nothing.",
    },
    {
        .name = "check",
        .help = "With `--merge`: change nothing, and exit with 1 if something would change.",
    },
    {
        .name = "no-comments",
        .help = "Leave out the comments that say why each line is there.",
    },
    {
        .name = "strict",
        .help = "Exit with 1 where some call could not be decided: the manifest may then lack a key.",
    },
    {
        .name = "list-targets",
        .help = "Print the table of targets and exit.",
        .alone = true,
    },
    {0},
};

static const char *const description[] = {
    "Writes the file that deploys components: everything that they need is provided for, and nothing else. Several components make one "
    "workload. Comments say which function asks for each key and how certain that is.",
    "Values are never invented. A key whose value nobody gave becomes an empty entry of a ConfigMap or Secret, an image that nobody "
    "named is `registry.invalid/NAME:replace-me`; what is left to fill in is listed on standard error. Hosts that were not found are "
    "not allowed.",
    "What wasmCloud would refuse at deploy time is refused here, in its terms, and nothing is written then.",
    NULL,
};

static const struct tw_example examples[] = {
    {"tidewaiter manifest app.wasm", "A WorkloadDeployment for wasmCloud on Kubernetes."},
    {"tidewaiter manifest --secret API_TOKEN --values prod.yaml app.wasm -o app.yaml",
     "With what is known, and a variable that is a secret."},
    {"tidewaiter manifest app.wasm --merge deploy.yaml --diff",
     "What would a new version change in the manifest that is deployed?"},
    {"tidewaiter manifest -t wash app.wasm -o .", "For `wash dev`: writes .wash/config.yaml."},
    {"tidewaiter manifest -t sbom app.wasm", "A bill of materials."},
    {NULL, NULL},
};

static const struct tw_exit_note exit_notes[] = {
    {TW_NO,
     "The platform would refuse the workload; with `--strict`, some call could not be decided; with `--check`, FILE would change."},
    {TW_INPUT,
     "An input could not be read or is not WebAssembly: nothing is written, since a workload without it would be wrong. Also a manifest "
     "that cannot be read or merged."},
    {TW_USAGE, "Wrong usage; also a values file that is not as it should be."},
    {0, NULL},
};

const struct tw_command tw_cmd_manifest = {
    .name = "manifest",
    .summary = "Write the deployment manifest that provides each need",
    .description = description,
    .usage = "manifest [OPTION]... FILE|FOLDER|-...",
    .options = options,
    .operand = TW_OPERAND_WASM,
    .operands_min = 1,
    .operands_max = TW_MANY,
    .examples = examples,
    .exit_notes = exit_notes,
    .run = run,
};
