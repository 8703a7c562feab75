// Many files and what they need.
//
// Each file is analysed on a thread of its own, and what it needs is copied into an arena of its own, so that the file and all that the
// analysis had to know can be let go of at once.
//
// Two sides that are compared may also be JSON, which tells itself by its first character.

#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyse.h"
#include "batch.h"
#include "gate/keep.h"
#include "memory.h"
#include "report/needs_read.h"

static void load_file(void *context, const char *path, struct tw_answer *answer) {
  struct tw_load *load = context;
  struct tw_loaded *file = &load->files[answer->index];
  struct tw_analysis analysis;
  file->path = path;
  cm_arena_init(&file->arena, NULL);
  if (!tw_analyse(&analysis, path, &(struct tw_analyse_options){.sha256 = true}, answer->message)) {
    file->fault = tw_copy(answer->message);
    return;
  }
  file->document = tw_needs_keep(&file->arena, &analysis.document);
  tw_analysis_close(&analysis);
  if (!file->document) {
    tw_out_of_memory();
  }
}

static void take_nothing(void *context, const char *text, size_t size) {
  (void)context;
  (void)text;
  (void)size;
}

void tw_load_files(struct tw_load *load, const struct tw_paths *paths, unsigned jobs) {
  load->count = paths->count;
  load->files = tw_alloc((paths->count + 1) * sizeof *load->files);
  memset(load->files, 0, (paths->count + 1) * sizeof *load->files);
  struct tw_batch batch = {
      .paths = paths->paths, .count = paths->count, .jobs = jobs, .work = load_file, .take = take_nothing, .context = load};
  tw_batch_run(&batch);
  load->failed = batch.failed;
}

void tw_load_free(struct tw_load *load) {
  for (size_t i = 0; i < load->count; i++) {
    free(load->files[i].fault);
    cm_arena_free(&load->files[i].arena);
  }
  free(load->files);
  *load = (struct tw_load){0};
}

// --- two sides ---

bool tw_looks_like_json(struct cm_span bytes) {
  size_t i = 0;
  while (i < bytes.size && (bytes.at[i] == ' ' || bytes.at[i] == '\t' || bytes.at[i] == '\r' || bytes.at[i] == '\n')) {
    i++;
  }
  return i < bytes.size && (bytes.at[i] == '{' || bytes.at[i] == '[');
}

static bool read_json(struct tw_sides *sides, const struct tw_input *input, const struct tw_needs_document **to) {
  struct cm_span bytes = {input->data, input->size};
  struct tw_needs_document *documents;
  struct tw_fault fault;
  size_t count;
  if (!tw_needs_read(&sides->arena, input->path, bytes, &documents, &count, &fault)) {
    tw_fault_print(stderr, input->path, bytes, &fault);
    return false;
  }
  if (count != 1) {
    tw_input_report(input->path, "holds the needs of several files, or of none; one is wanted here");
    return false;
  }
  *to = documents;
  return true;
}

static bool read_wasm(struct tw_sides *sides, struct tw_input *input, const struct tw_needs_document **to) {
  char message[TW_ANALYSE_MESSAGE];
  struct tw_analysis analysis;
  bool good = tw_analyse_input(&analysis, input, &(struct tw_analyse_options){.sha256 = true}, message);
  const char *path = input->path;
  *input = (struct tw_input){0};  // closed with the analysis
  if (!good) {
    tw_input_report(path, message);
    return false;
  }
  *to = tw_needs_keep(&sides->arena, &analysis.document);
  tw_analysis_close(&analysis);
  if (!*to) {
    tw_out_of_memory();
  }
  return true;
}

static bool read_side(struct tw_sides *sides, const char *path, int side) {
  char why[TW_INPUT_MESSAGE];
  struct tw_input *input = &sides->inputs[side];
  if (!tw_input_open(input, path, why)) {
    tw_input_report(path, why);
    *input = (struct tw_input){0};
    return false;
  }
  bool json = tw_looks_like_json((struct cm_span){input->data, input->size});
  return (json ? read_json(sides, input, &sides->documents[side]) : read_wasm(sides, input, &sides->documents[side]));
}

bool tw_sides_read(const char *const paths[2], struct tw_sides *sides) {
  *sides = (struct tw_sides){0};
  cm_arena_init(&sides->arena, NULL);
  bool before = read_side(sides, paths[0], 0);
  return read_side(sides, paths[1], 1) && before;
}

void tw_sides_free(struct tw_sides *sides) {
  for (int i = 0; i < 2; i++) {
    if (sides->inputs[i].path) {
      tw_input_close(&sides->inputs[i]);
    }
  }
  cm_arena_free(&sides->arena);
}
