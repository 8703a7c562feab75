// JavaScript programs.
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

#endif
