// CPython: recognized, its program recovered and followed.
//
// componentize-py runs the interpreter once, lets it import the application, and keeps its memory: no source and no compiled file is in
// there, but every module with its functions is, as objects. They are found by their types (py_heap.c), listed (py_listing.c), and followed
// from the component's exports (py_machine.h).

#include "interpreted.h"
#include "py_listing.h"
#include "py_machine.h"

#include <stdio.h>

enum {
  INTERPRETER_DATA = 1 << 20,  // CPython's data segments have several megabytes
  RECOVERED_MOST = 64 << 20,   // bytes of listings
};

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
  size_t total = 0;
  for (size_t i = 0; i < program->module_count && !in->failed && total < RECOVERED_MOST; i++) {
    const struct py_module *module = &program->modules[i];
    if (module->role != PY_ROLE_APPLICATION) continue;
    struct cm_str text = py_listing(in->scratch, program, module);
    total += text.size;
    struct cm_str name = cm_alloc_format(in->scratch, "%.*s.dis", CM_STR_ARG(module->file));
    if (text.at && name.at)
      interpreted_recovered(in, name, (struct cm_span){(const uint8_t *)text.at, text.size});
    else
      in->failed = true;
  }
}

// --- reporting ---

enum { PATH_MOST = 12 };  // functions of a path; of a longer one the innermost

struct report {
  struct interpreted *in;
  struct py_machine *machine;
  struct index said;  // what was reported from where
};

// Texts of the snapshot do not last; what is reported does.
static struct cm_str kept(const struct report *r, struct cm_str text) {
  char *copy = cm_alloc_text(r->in->arena, text.at, text.size);
  if (!copy) r->in->failed = true;
  return (struct cm_str){copy ? copy : "", copy ? text.size : 0};
}

// Functions are followed more than once: the same of the same place is news but once.
static bool is_news(struct report *r, const struct interpreted_sink *sink, struct cm_str key, bool open,
                    const struct py_frame *frame) {
  uint64_t hash = index_mix(index_mix(r->said.seed, frame->code.at), (uint64_t)frame->instr.unit << 1 | open);
  hash = index_mix_text(index_mix(hash, (uint64_t)(sink - r->in->sinks)), key);
  size_t cursor = 0;
  uint32_t found;
  if (index_next(&r->said, hash, &cursor, &found)) return false;
  if (!index_add(&r->said, r->in->scratch, hash, 0)) r->in->failed = true;
  return true;
}

static bool is_library(const struct py_frame *frame) { return frame && frame->module && frame->module->role == PY_ROLE_LIBRARY; }

// Is the text among a function's constants?
static bool has_constant(const struct py_heap *heap, py_address constants, struct cm_str text, unsigned depth) {
  for (uint32_t i = 0; i < py_length(heap, constants); i++) {
    py_address one = py_item(heap, constants, i);
    if (cm_str_equal(py_text_or_empty(heap, one), text)) return true;
    if (depth < 2 && py_is(heap, one, PY_TYPE_TUPLE) && has_constant(heap, one, text, depth + 1)) return true;
  }
  return false;
}

// Does a function go to the environment by itself, rather than to one that it was given?
static bool knows_environment(const struct py_heap *heap, const struct py_frame *frame) {
  static const char *const names[] = {"environ", "environb", "getenv", "getenvb"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (has_constant(heap, frame->code.names, cm_str_of(names[i]), 0)) return true;
  return false;
}

// The function of the program that asks. What CPython's library asks for on its own account is the runtime's, and NULL; a name, or an
// environment, that it was given is asked by who gave it.
static const struct py_frame *asker(const struct py_heap *heap, const struct py_frame *frame, struct cm_str key) {
  for (; is_library(frame); frame = frame->up)
    if (key.size ? has_constant(heap, frame->code.constants, key, 0) : knows_environment(heap, frame)) return NULL;
  return frame;
}

static void find_place(const struct report *r, const struct py_frame *frame, struct cm_str *path, struct interpreted_place *place) {
  const struct py_heap *heap = r->machine->heap;
  struct py_position position = py_code_position(&frame->code, frame->instr.unit);
  *place =
      (struct interpreted_place){.source = {.file = kept(r, py_text_or_empty(heap, frame->code.filename)),
                                            .line = position.line,
                                            .column = position.column,
                                            .code = kept(r, py_text_or_empty(heap, frame->code.qualname)),
                                            .offset = frame->instr.unit * 2},
                                 .offset = interpreted_offset(r->in, frame->code.instructions + (uint64_t)frame->instr.unit * 2)};
  uint32_t count = 0;
  for (const struct py_frame *f = frame; f && count < PATH_MOST; f = f->up) count++;
  place->path = path;
  place->path_count = count;
  for (const struct py_frame *f = frame; count; f = f->up) path[--count] = kept(r, py_text_or_empty(heap, f->code.qualname));
}

static void report_need(void *context, const struct interpreted_sink *sink, struct cm_str key, const struct py_frame *frame) {
  struct report *r = context;
  struct cm_str path[PATH_MOST];
  struct interpreted_place place;
  frame = asker(r->machine->heap, frame, key);
  if (!frame || !is_news(r, sink, key, false, frame)) return;
  find_place(r, frame, path, &place);
  interpreted_need(r->in, sink, key, &place);
}

static void report_open(void *context, const struct interpreted_sink *sink, struct cm_str pattern, const struct py_frame *frame) {
  struct report *r = context;
  struct cm_str path[PATH_MOST];
  struct interpreted_place place;
  frame = asker(r->machine->heap, frame, CM_STR(""));
  if (!frame || !is_news(r, sink, pattern, true, frame)) return;
  find_place(r, frame, path, &place);
  interpreted_unresolved(r->in, sink, pattern, &place);
}

static void follow(struct interpreted *in, const struct py_program *program) {
  struct py_machine *m = cm_alloc(in->scratch, sizeof *m);
  if (!m || !py_machine_init(m, in->scratch, program)) {
    in->failed = true;
    return;
  }
  struct report report = {.in = in, .machine = m};
  if (!index_init(&report.said, in->scratch)) {
    in->failed = true;
    return;
  }
  m->sinks = in->sinks;
  m->sink_count = in->sink_count;
  m->reporter = (struct py_reporter){report_need, report_open, &report};
  py_machine_run(m);
  in->failed |= m->failed;
  if (!in->trace) return;
  char line[128];
  snprintf(line, sizeof line, "CPython: %u instructions followed, %zu values, %zu objects%s", PY_STEPS - m->steps, m->values.count,
           m->object_count, m->exhausted ? ", met a bound" : "");
  in->trace(in->trace_context, line);
}

static void analyze(struct interpreted *in, void *context) {
  struct python *python = context;
  if (!py_program_read(in->scratch, &python->heap, in->surface, &python->program)) {
    in->failed |= in->scratch->refused;
    return;
  }
  recover(in, &python->program);
  if (!in->failed) follow(in, &python->program);
}

const struct interpreter interpreter_cpython = {
    .language = "Python", .engine = "CPython", .recognize = recognize, .analyze = analyze};
