// The program that QuickJS has in its memory: its modules, with as much of their texts as is left.
#ifndef ANALYZE_QUICKJS_PROGRAM_H
#define ANALYZE_QUICKJS_PROGRAM_H

#include "js.h"
#include "quickjs.h"

struct qjs_lines {
  uint32_t *at;  // where each begins
  uint32_t count;
};

// A part of a module's text, and where it stands in the memory.
struct qjs_part {
  uint32_t at, size;
  qjs_address source;
};

struct qjs_sheet {
  struct qjs_lines lines;
  struct qjs_part *parts;
  size_t part_count;
};

struct qjs_program {
  struct qjs_heap heap;
  struct qjs_module *modules;
  struct js_file *files;     // by module; one without a text is the host's, or has no function left
  struct qjs_sheet *sheets;  // by module: how its text was put together
  size_t module_count, module_room;
  size_t searched;  // bytes that were gone through for texts so far
};

// Reads the modules, and puts their texts together. False: memory is exhausted.
bool qjs_program_read(struct cm_arena *arena, struct qjs_program *program);

// Where the text of a function stands: in which module's, and how far in it. False: in none.
bool qjs_find_text(struct qjs_program *program, const struct qjs_code *code, size_t *module, uint32_t *at);

// Where in the memory a place of a file's text stands; 0: nowhere.
qjs_address qjs_source(const struct qjs_program *program, const struct js_file *file, uint32_t at);

#endif
