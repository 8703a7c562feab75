// Many files and what they need.
//
// Each file is analysed on a thread of its own, and what it needs is copied into an arena of its own, so that the file and all that the
// analysis had to know can be let go of at once.

#include "load.h"

#include <stdlib.h>
#include <string.h>

#include "analyse.h"
#include "batch.h"
#include "gate/keep.h"
#include "memory.h"

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
