// From a path to the needs of the file there: what `needs`, `manifest`, `gate` and `diff` begin with.
#ifndef TW_ANALYSE_H
#define TW_ANALYSE_H

#include <component/component.h>
#include <component/graph.h>

#include "input.h"
#include "report/digest.h"
#include "report/needs.h"

// An analysed file. All that it points to lives in its arena or in the mapped file, until tw_analysis_close.
struct tw_analysis {
  struct tw_input input;
  struct cm_arena arena;                 // also for whoever goes on with it
  struct tw_needs_document document;     // not selected: all kinds, all origins
  const struct cm_component *component;  // NULL for a core module
  const struct cm_graph *graph;          // NULL for a core module
  const struct core_module *module;      // NULL for a component
  char sha256[TW_SHA256_TEXT];           // "" where it was not wanted; document.sha256 points here
};

struct tw_analyse_options {
  bool sha256;                                     // of the file: takes longer than the analysis of some files
  void (*trace)(void *context, const char *line);  // `context` is the path; NULL: none
};

enum { TW_ANALYSE_MESSAGE = 1024 };

// Opens `path` ("-": standard input; borrowed), decodes and analyses what is there. False: `message` says why, without the path, and
// there is nothing to close. May be called from several threads. `analysis` must stay where it is.
bool tw_analyse(struct tw_analysis *analysis, const char *path, const struct tw_analyse_options *options,
                char message[TW_ANALYSE_MESSAGE]);

// The same for an input that is open already, for whoever had to look at it first. It is closed with the analysis, or at once on false.
bool tw_analyse_input(struct tw_analysis *analysis, const struct tw_input *input, const struct tw_analyse_options *options,
                      char message[TW_ANALYSE_MESSAGE]);
void tw_analysis_close(struct tw_analysis *analysis);

#endif
