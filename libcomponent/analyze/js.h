// JavaScript programs: their files, and what evaluating them tells.
#ifndef ANALYZE_JS_H
#define ANALYZE_JS_H

#include "interpreted.h"

// A script or module.
struct js_file {
  struct cm_str name, text;
  uint32_t address;  // of the text in the interpreter's memory
  bool is_engine;    // the engine's own
};

struct js_program {
  struct js_file *files;
  size_t file_count, file_room;
};

// The program asks the host.
struct js_asked {
  const struct interpreted_sink *sink;
  struct cm_str key;  // or a pattern
  bool known;         // `key` is the key
  const struct js_file *file;
  uint32_t at;                // in its text
  const struct cm_str *path;  // the program's functions, outermost first
  uint32_t path_count;
};

// What a program runs in.
struct js_world {
  const struct interpreted_sink *sinks;
  size_t sink_count;
  const struct cm_str *exports;  // of the component; none: all that a module exports can be called
  size_t export_count;
  uint64_t fuel;  // steps
  void (*asked)(void *context, const struct js_asked *asked);
  void *context;
};

// Evaluates the program: the top level of its modules, then what the world's exports lead to. *whole: all could be read and was followed.
// False: memory is exhausted.
bool js_evaluate(struct cm_arena *arena, const struct js_file *files, size_t count, const struct js_world *world, bool *whole);

// The same of a program whose top level was run already: `take` puts its modules into the machine, with all that they have.
struct js_machine;
struct js_built {
  bool (*take)(void *context, struct js_machine *m, bool *whole);
  void *context;
};
bool js_evaluate_built(struct cm_arena *arena, const struct js_built *built, const struct js_world *world, bool *whole);

#endif
