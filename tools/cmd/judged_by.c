// What a gate judges by.
//
// The files stay mapped until the end, since policies, manifests and their findings borrow from them. A baseline is WebAssembly, which is
// analysed like the files themselves, or JSON of `needs`, which tells itself by its first character.

#include "judged_by.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "memory.h"
#include "report/digest.h"
#include "report/needs_read.h"
#include "status.h"

// --- files ---

static struct cm_span bytes_of(const struct tw_input *input) { return (struct cm_span){input->data, input->size}; }

// Opens a file that stays open, and notes it for the reports. NULL: a message is on standard error.
static const struct tw_input *open_one(struct tw_judged_by *by, const char *role, const char *path) {
  char why[TW_INPUT_MESSAGE];
  by->open = tw_grow(by->open, by->open_count, sizeof *by->open);
  struct tw_input *input = &by->open[by->open_count];
  if (!tw_input_open(input, path, why)) {
    tw_input_report(path, why);
    return NULL;
  }
  by->open_count++;
  by->inputs = tw_grow(by->inputs, by->input_count, sizeof *by->inputs);
  struct tw_gate_input *noted = &by->inputs[by->input_count++];
  *noted = (struct tw_gate_input){.role = role, .path = path};
  tw_sha256(bytes_of(input), noted->sha256);
  return input;
}

// What a fault is told about.
struct about {
  const char *path;
  struct cm_span bytes;
};

static void tell_fault(void *context, const struct tw_fault *fault) {
  const struct about *about = context;
  tw_fault_print(stderr, about->path, about->bytes, fault);
}

// --- policy ---

static int read_policy(const char *path, struct tw_judged_by *by) {
  const struct tw_input *input = open_one(by, "policy", path);
  if (!input) {
    return TW_INPUT;
  }
  struct about about = {path, bytes_of(input)};
  by->has_policy = tw_policy_read(&by->arena, path, about.bytes, &by->policy, tell_fault, &about);
  return by->has_policy ? TW_DONE : TW_USAGE;
}

// --- manifests ---

static bool read_manifest(const char *path, struct tw_judged_by *by) {
  const struct tw_input *input = open_one(by, "manifest", path);
  if (!input) {
    return false;
  }
  struct tw_doc *docs;
  size_t count;
  struct tw_fault fault;
  if (!tw_doc_read(&by->arena, path, bytes_of(input), &docs, &count, &fault)) {
    // Without a copy of the line: a manifest may hold secrets.
    tell_fault(&(struct about){.path = path}, &fault);
    return false;
  }
  for (size_t i = 0; i < count; i++) {
    by->docs = tw_grow(by->docs, by->manifests.doc_count, sizeof(const struct tw_doc *));
    by->docs[by->manifests.doc_count++] = &docs[i];
  }
  return true;
}

// All arguments of an option that may be given several times; *count of them, to be freed.
static const char **all_of(const struct tw_args *args, const char *option, size_t *count) {
  const char **all = NULL;
  const char *value;
  for (*count = 0; (value = tw_args_each(args, option, *count)); ++*count) {
    all = tw_grow(all, *count, sizeof *all);
    all[*count] = value;
  }
  return all;
}

static bool read_manifests(const struct tw_args *args, struct tw_judged_by *by) {
  size_t count;
  const char **given = all_of(args, "manifest", &count);
  by->has_manifests = count > 0;
  bool all = count == 0 || tw_paths_expand(&by->manifest_paths, given, count, ".yaml");
  free(given);
  for (size_t i = 0; i < by->manifest_paths.count; i++) {
    all = read_manifest(by->manifest_paths.paths[i], by) && all;
  }
  if (!by->has_manifests || !all) {
    return all;
  }
  struct cm_diag diag = {0};
  by->manifests.docs = by->docs;
  if (!tw_grants_read(&by->arena, by->docs, by->manifests.doc_count, &by->manifests.grants, &diag)) {
    tw_out_of_memory();
  }
  return true;
}

// --- baselines ---

static void add_baseline(struct tw_judged_by *by, const struct tw_needs_document *document) {
  by->baselines = tw_grow(by->baselines, by->baseline_count, sizeof(const struct tw_needs_document *));
  by->baselines[by->baseline_count++] = document;
}

static bool read_documents(const struct tw_input *input, struct tw_judged_by *by) {
  struct tw_needs_document *documents;
  size_t count;
  struct tw_fault fault;
  if (!tw_needs_read(&by->arena, input->path, bytes_of(input), &documents, &count, &fault)) {
    tell_fault(&(struct about){input->path, bytes_of(input)}, &fault);
    return false;
  }
  for (size_t i = 0; i < count; i++) {
    add_baseline(by, &documents[i]);
  }
  return true;
}

static bool is_folder(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

// Reads JSON at once and gathers the rest, which is analysed together.
static bool sort_baselines(const struct tw_args *args, struct tw_judged_by *by, const char ***rest, size_t *count) {
  const char *path;
  bool all = true;
  for (size_t i = 0; (path = tw_args_each(args, "baseline", i)); i++) {
    by->has_baseline = true;
    if (!is_folder(path)) {
      const struct tw_input *input = open_one(by, "baseline", path);
      if (!input) {
        all = false;
        continue;
      }
      if (tw_looks_like_json(bytes_of(input))) {
        all = read_documents(input, by) && all;
        continue;
      }
    }
    *rest = tw_grow(*rest, *count, sizeof **rest);
    (*rest)[(*count)++] = path;
  }
  return all;
}

static bool read_baselines(const struct tw_args *args, unsigned jobs, struct tw_judged_by *by) {
  const char **rest = NULL;
  size_t count = 0;
  bool all = sort_baselines(args, by, &rest, &count);
  all = (count == 0 || tw_paths_expand(&by->baseline_paths, rest, count, ".wasm")) && all;
  free(rest);
  tw_load_files(&by->baseline_files, &by->baseline_paths, jobs);
  for (size_t i = 0; i < by->baseline_files.count; i++) {
    if (by->baseline_files.files[i].document) {
      add_baseline(by, by->baseline_files.files[i].document);
    }
  }
  return all && !by->baseline_files.failed;
}

static const char *name_of(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

const struct tw_needs_document *tw_baseline_of(const struct tw_judged_by *by, const char *path, size_t file_count) {
  const struct tw_needs_document *best = NULL;
  for (size_t i = 0; i < by->baseline_count; i++) {
    const struct tw_needs_document *one = by->baselines[i];
    if (strcmp(one->path, path) == 0) {
      return one;
    }
    if (!best && strcmp(name_of(one->path), name_of(path)) == 0) {
      best = one;
    }
  }
  return best ? best : by->baseline_count == 1 && file_count == 1 ? by->baselines[0] : NULL;
}

int tw_judged_by_read(const struct tw_args *args, unsigned jobs, struct tw_judged_by *by) {
  *by = (struct tw_judged_by){0};
  cm_arena_init(&by->arena, NULL);
  const char *policy = tw_args_value(args, "policy");
  int status = policy ? read_policy(policy, by) : TW_DONE;
  bool manifests = read_manifests(args, by);
  bool baselines = read_baselines(args, jobs, by);
  return status != TW_DONE ? status : manifests && baselines ? TW_DONE : TW_INPUT;
}

void tw_judged_by_free(struct tw_judged_by *by) {
  tw_load_free(&by->baseline_files);
  tw_paths_free(&by->manifest_paths);
  tw_paths_free(&by->baseline_paths);
  for (size_t i = 0; i < by->open_count; i++) {
    tw_input_close(&by->open[i]);
  }
  free(by->open);
  free(by->inputs);
  free(by->docs);
  free(by->baselines);
  cm_arena_free(&by->arena);
}
