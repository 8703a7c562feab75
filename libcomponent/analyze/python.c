// CPython: recognized, its program recovered and followed.
//
// componentize-py runs the interpreter once, lets it import the application, and keeps its memory: no source and no compiled file is in
// there, but every module with its functions is, as objects. They are found by their types (py_heap.c), listed (py_listing.c), and followed
// from the component's exports (py_machine.h).

#include "interpreted.h"
#include "py_listing.h"

enum { INTERPRETER_DATA = 1 << 20 };  // CPython's data segments have several megabytes

struct python {
  struct py_heap heap;
  struct py_program program;
};

static bool recognize(struct interpreted *in, void **context) {
  if (interpreted_data(in) < INTERPRETER_DATA) return false;
  size_t size;
  const uint8_t *bytes = interpreted_memory(in, in->scratch, &size);
  struct python *python = cm_alloc(in->scratch, sizeof *python);
  if (!bytes || !python) return false;
  bool found = py_heap_open(in->scratch, in->image, bytes, size, &python->heap);
  *context = python;
  in->failed |= in->scratch->refused;
  return found;
}

static void recover(struct interpreted *in, const struct py_program *program) {
  for (size_t i = 0; i < program->module_count && !in->failed; i++) {
    const struct py_module *module = &program->modules[i];
    if (module->role != PY_ROLE_APPLICATION) continue;
    struct cm_str text = py_listing(in->scratch, program, module);
    struct cm_str name = cm_alloc_format(in->scratch, "%.*s.dis", CM_STR_ARG(module->file));
    if (text.at && name.at)
      interpreted_recovered(in, name, (struct cm_span){(const uint8_t *)text.at, text.size});
    else
      in->failed = true;
  }
}

static void analyze(struct interpreted *in, void *context) {
  struct python *python = context;
  if (!py_program_read(in->scratch, &python->heap, &python->program)) {
    in->failed |= in->scratch->refused;
    return;
  }
  recover(in, &python->program);
}

const struct interpreter interpreter_cpython = {
    .language = "Python", .engine = "CPython", .recognize = recognize, .analyze = analyze};
