// CPython in arbitrary memory: recognized or not, listed and followed, all within bounds.
//
// The first byte says what the rest is. An image: it is all of the memory, from HEAP_FROM on. A program: patches of words of a heap that is
// made as tests make theirs, then the instructions of one function of it; so what is read is nearly right, and wrong in one place.

#include "unit/python_heap.h"

#include "analyze/py_listing.h"
#include "analyze/py_machine.h"

#include <stdlib.h>

enum { IS_IMAGE = 1, IS_OLD = 2, PATCH = 6, STEPS = 20000 };
static const size_t memory_limit = (size_t)256 << 20;

static volatile uint64_t seen;

static void must(bool promise) {
  if (!promise) abort();
}

static void on_need(void *context, const struct interpreted_sink *sink, struct cm_str key, const struct py_frame *frame) {
  (void)context;
  must(key.size && !memchr(key.at, 0, key.size));
  must(sink->row->kind != CM_NEED_ENV || !memchr(key.at, '=', key.size));
  unsigned depth = 0;
  for (const struct py_frame *f = frame; f; f = f->up, depth++) seen += py_code_position(&f->code, f->instr.unit).line;
  must(depth <= PY_DEPTH + 1);
}

static void on_open(void *context, const struct interpreted_sink *sink, struct cm_str pattern, const struct py_frame *frame) {
  (void)context, (void)sink, (void)frame;
  for (size_t i = 0; i < pattern.size; i++) seen += (uint8_t)pattern.at[i];
}

static struct interpreted_sink sinks[] = {
    {.row = &cm_sinks[0], .interface = {"wasi:cli/environment@0.2.3", 26}, .function = {"get-environment", 15}},
    {.row = &cm_sinks[3], .interface = {"wasi:config/store@0.2.0-rc.1", 28}, .function = {"get", 3}},
};

static void follow(struct cm_arena *arena, const uint8_t *bytes, size_t size) {
  struct image_segment segment = {.address = HEAP_FROM, .bytes = {bytes + HEAP_FROM, size - HEAP_FROM}};
  struct image image = {.segments = &segment, .count = 1, .end = size};
  struct py_heap heap;
  struct py_program program;
  if (!py_heap_open(arena, &image, bytes, size, &heap) || !py_program_read(arena, &heap, NULL, &program)) return;
  for (size_t i = 0; i < program.module_count; i++) seen += py_listing(arena, &program, &program.modules[i]).size;
  struct py_machine *m = cm_alloc(arena, sizeof *m);
  if (!m || !py_machine_init(m, arena, &program)) return;
  m->sinks = sinks;
  m->sink_count = sizeof sinks / sizeof *sinks;
  m->steps = STEPS;
  m->reporter = (struct py_reporter){on_need, on_open, NULL};
  py_machine_run(m);
  must(!m->failed || arena->refused || m->object_count == PY_OBJECTS_MOST);
}

static uint32_t module_of(const struct python_heap *h, const char *name, struct cm_arena *arena) {
  struct image_segment segment = {.address = HEAP_FROM, .bytes = {h->bytes + HEAP_FROM, HEAP_SIZE - HEAP_FROM}};
  struct image image = {.segments = &segment, .count = 1, .end = HEAP_SIZE};
  struct py_heap heap;
  must(py_heap_open(arena, &image, h->bytes, HEAP_SIZE, &heap));
  return py_module_named(&heap, cm_str_of(name));
}

static void follow_program(struct cm_arena *arena, bool old, const uint8_t *data, size_t size) {
  if (!size || size < 1 + (size_t)data[0] * PATCH) return;
  const uint8_t *patches = data + 1, *code = patches + (size_t)data[0] * PATCH, *end = data + size;
  uint32_t units = (uint32_t)((end - code) / 2), methods;
  if (units > 512) units = 512;
  struct python_heap h = heap_begin(old);
  uint32_t app = heap_module(&h, "app", "/0/app.py");
  heap_name(&h, app, "os", module_of(&h, "os", arena));
  uint32_t list = heap_new(&h, 20, h.type[PY_TYPE_LIST]), class = heap_class(&h, "WitWorld", "app", &methods);
  heap_name(&h, app, "WitWorld", class);
  heap_name(&h, app, "names", HEAP_TUPLE(&h, heap_str(&h, "ONE"), heap_str(&h, "TWO")));
  heap_name(&h, app, "list", list);
  struct python_function f = {.name = "run", .arguments = 2};
  const char *const names[] = {"os", "environ", "get", "names", "list", "append", "run", "upper", "items", "print"};
  for (unsigned i = 0; i < sizeof names / sizeof *names; i++) f.names[i] = heap_str(&h, names[i]);
  for (unsigned i = 0; i < 4; i++) f.locals[i] = heap_str(&h, (const char *const[]){"self", "a", "b", "c"}[i]);
  f.constants[0] = heap_str(&h, "A_%s"), f.constants[1] = h.none, f.constants[2] = heap_int(&h, 2);
  f.constants[3] = HEAP_TUPLE(&h, heap_str(&h, "a"), heap_str(&h, "b"));
  f.constants[4] = heap_bytes(&h, "\x82\x03\x08\x02", 4);
  uint32_t function = units ? heap_function(&h, app, &f, code, units) : h.none;
  if (units) {
    heap_name(&h, methods, "run", function);
    heap_name(&h, app, "run", function);
  }
  for (unsigned i = 0; i < data[0]; i++) {
    const uint8_t *p = patches + (size_t)i * PATCH;
    uint32_t at = (uint32_t)(p[0] | p[1] << 8) * 4 + HEAP_FROM;
    heap_put(&h, at, p[2] | (uint32_t)p[3] << 8 | (uint32_t)p[4] << 16 | (uint32_t)p[5] << 24);
  }
  follow(arena, h.bytes, HEAP_SIZE);
  heap_free(&h);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!size) return 0;
  struct cm_arena arena;
  cm_arena_init(&arena, NULL);
  arena.limit = memory_limit;
  if (data[0] & IS_IMAGE) {
    uint8_t *bytes = calloc(1, HEAP_FROM + size + 8);
    if (bytes) {
      memcpy(bytes + HEAP_FROM, data + 1, size - 1);
      follow(&arena, bytes, HEAP_FROM + size - 1);
    }
    free(bytes);
  } else {
    follow_program(&arena, data[0] & IS_OLD, data + 1, size - 1);
  }
  cm_arena_free(&arena);
  return 0;
}
