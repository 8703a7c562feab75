// QuickJS: recognized, and its program handed to the evaluation.
//
// componentize-qjs runs the engine once, with the program, and keeps its memory. So the top level of the program has been run when the
// component begins, and what its functions find in their variables lies there.

#include "js_follow.h"
#include "quickjs_values.h"

enum { ENGINE_DATA = 128 << 10 };  // the engine's tables alone have more

static bool recognize(struct interpreted *in, void **context) {
  size_t size;
  if (interpreted_data(in) < ENGINE_DATA) return false;
  struct qjs_program *program = cm_alloc(in->scratch, sizeof *program);
  const uint8_t *memory = program ? interpreted_memory(in, in->scratch, &size) : NULL;
  if (!memory) {
    in->failed |= in->scratch->refused;
    return false;
  }
  *context = program;
  return qjs_heap_find(&program->heap, memory, size);
}

// --- following ---

static uint64_t address_of(void *context, const struct js_file *file, uint32_t at) { return qjs_source(context, file, at); }

static void analyze(struct interpreted *in, void *context) {
  struct qjs_program *program = context;
  if (!qjs_program_read(in->scratch, program)) {
    in->failed |= in->scratch->refused;
    return;
  }
  struct js_built built = {qjs_take, program};
  js_follow(in, &(struct js_followed){program->files, program->module_count, &built, address_of, program});
}

const struct interpreter interpreter_quickjs = {
    .language = "JavaScript", .engine = "QuickJS", .recognize = recognize, .analyze = analyze};
