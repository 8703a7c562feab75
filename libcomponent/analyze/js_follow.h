// A program in JavaScript that an engine carries: written out, evaluated, and what it asks for told, whichever engine it is.
#ifndef ANALYZE_JS_FOLLOW_H
#define ANALYZE_JS_FOLLOW_H

#include "js.h"

struct js_followed {
  const struct js_file *files;  // of its text, those of the engine among them
  size_t file_count;
  const struct js_built *built;  // its top level was run already; NULL: it is evaluated from its text on
  // Where in the engine's memory the text stands that is at `at` of the file.
  uint64_t (*address)(void *context, const struct js_file *file, uint32_t at);
  void *context;
};

// What is found goes to `in`, whose `failed` says whether memory was exhausted.
void js_follow(struct interpreted *in, const struct js_followed *program);

#endif
