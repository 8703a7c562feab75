// From a path to the needs of the file there: map, decode, link view, analysis. The digest of a large file is computed meanwhile.

#include "analyse.h"

#include <pthread.h>
#include <stdio.h>

enum { LARGE_FILE = 1 << 20 };

static bool analyse_module(struct tw_analysis *analysis, struct cm_span bytes, const struct cm_needs_options *options,
                           struct cm_diag *diag) {
  struct core_module *module = NULL;
  if (!core_decode(&analysis->arena, bytes, bytes.at, NULL, &module, diag)) {
    return false;
  }
  analysis->module = module;
  return cm_needs_of_module(&analysis->arena, module, options, &analysis->document.needs, diag);
}

static bool analyse_component(struct tw_analysis *analysis, struct cm_span bytes, const struct cm_needs_options *options,
                              struct cm_diag *diag) {
  struct cm_component *component = NULL;
  struct cm_graph *graph = NULL;
  struct cm_arena *arena = &analysis->arena;
  if (!cm_decode(arena, bytes, &component, diag) || !cm_graph_build(arena, component, &graph, diag)) {
    return false;
  }
  analysis->component = component;
  analysis->graph = graph;
  return cm_needs_of_component(arena, component, graph, options, &analysis->document.needs, diag);
}

static void *compute_digest(void *analysis) {
  struct tw_analysis *of = analysis;
  tw_sha256((struct cm_span){of->input.data, of->input.size}, of->sha256);
  return NULL;
}

static bool analyse_bytes(struct tw_analysis *analysis, const struct tw_analyse_options *options, struct cm_diag *diag) {
  char context[4096];
  struct cm_span bytes = {analysis->input.data, analysis->input.size};
  snprintf(context, sizeof context, "%s", analysis->input.path);
  struct cm_needs_options how = {.trace = options->trace, .trace_context = context};
  pthread_t beside;
  bool is_beside = options->sha256 && bytes.size >= LARGE_FILE && !pthread_create(&beside, NULL, compute_digest, analysis);
  // What is no module goes to the decoder of components, which also says what else a file may be.
  bool module = cm_sniff(bytes) == CM_ARTIFACT_MODULE;
  bool done = (module ? analyse_module : analyse_component)(analysis, bytes, &how, diag);
  if (is_beside) {
    pthread_join(beside, NULL);
  } else if (done && options->sha256) {
    compute_digest(analysis);
  }
  return done;
}

bool tw_analyse_input(struct tw_analysis *analysis, const struct tw_input *input, const struct tw_analyse_options *options,
                      char message[TW_ANALYSE_MESSAGE]) {
  *analysis = (struct tw_analysis){.input = *input};
  cm_arena_init(&analysis->arena, NULL);
  analysis->document =
      (struct tw_needs_document){.path = input->path, .sha256 = analysis->sha256, .size = input->size, .kinds = TW_ALL_KINDS};
  struct cm_diag diag = {0};
  if (analyse_bytes(analysis, options, &diag)) {
    return true;
  }
  cm_diag_format(&diag, message, TW_ANALYSE_MESSAGE);
  tw_analysis_close(analysis);
  return false;
}

bool tw_analyse(struct tw_analysis *analysis, const char *path, const struct tw_analyse_options *options,
                char message[TW_ANALYSE_MESSAGE]) {
  struct tw_input input;
  char why[TW_INPUT_MESSAGE];
  if (!tw_input_open(&input, path, why)) {
    snprintf(message, TW_ANALYSE_MESSAGE, "%s", why);
    return false;
  }
  return tw_analyse_input(analysis, &input, options, message);
}

void tw_analysis_close(struct tw_analysis *analysis) {
  cm_arena_free(&analysis->arena);
  tw_input_close(&analysis->input);
}
