// CPython in memory images that are made here: recognized or refused, its code objects read, its programs followed.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "analyze/py_listing.h"
#include "analyze/py_machine.h"
#include "unit/python_heap.h"

// A heap with one module of an application, "app".
struct example {
  struct python_heap heap;
  uint32_t app, class, methods;
  struct cm_arena arena;
  struct image_segment segment;
  struct image image;
  struct py_heap read;
  struct py_program program;
  char said[2000];  // what was reported, one a line
};

static void begin(struct example *e, bool old) {
  memset(e, 0, sizeof *e);
  e->heap = heap_begin(old);
  e->app = heap_module(&e->heap, "app", "/0/app.py");
  e->class = heap_class(&e->heap, "WitWorld", "app", &e->methods);
  heap_name(&e->heap, e->app, "WitWorld", e->class);
  cm_arena_init(&e->arena, NULL);
}

static bool open_heap(struct example *e) {
  e->segment = (struct image_segment){.address = HEAP_FROM, .bytes = {e->heap.bytes + HEAP_FROM, HEAP_SIZE - HEAP_FROM}};
  e->image = (struct image){.segments = &e->segment, .count = 1, .end = HEAP_SIZE};
  return py_heap_open(&e->arena, &e->image, e->heap.bytes, HEAP_SIZE, &e->read);
}

static void end(struct example *e) {
  cm_arena_free(&e->arena);
  heap_free(&e->heap);
}

static uint32_t module_named(struct example *e, const char *name) {
  struct py_heap h;
  struct image_segment segment = {.address = HEAP_FROM, .bytes = {e->heap.bytes + HEAP_FROM, HEAP_SIZE - HEAP_FROM}};
  struct image image = {.segments = &segment, .count = 1, .end = HEAP_SIZE};
  if (!py_heap_open(&e->arena, &image, e->heap.bytes, HEAP_SIZE, &h)) return 0;
  return py_module_named(&h, cm_str_of(name));
}

static void on_need(void *context, const struct interpreted_sink *sink, struct cm_str key, const struct py_frame *frame) {
  struct example *e = context;
  size_t at = strlen(e->said);
  (void)frame;
  snprintf(e->said + at, sizeof e->said - at, "%s%s %.*s", at ? ", " : "", cm_need_kinds[sink->row->kind], CM_STR_ARG(key));
}

static void on_open(void *context, const struct interpreted_sink *sink, struct cm_str pattern, const struct py_frame *frame) {
  struct example *e = context;
  size_t at = strlen(e->said);
  (void)frame;
  snprintf(e->said + at, sizeof e->said - at, "%s%s? %.*s", at ? ", " : "", cm_need_kinds[sink->row->kind], CM_STR_ARG(pattern));
}

// Follows the program and gives what it asks, in the order of asking, repetitions left out by the caller's program.
static const char *follow(struct example *e) {
  static struct interpreted_sink sinks[] = {
      {.row = &cm_sinks[0], .interface = {"wasi:cli/environment@0.2.3", 26}, .function = {"get-environment", 15}}};
  static struct py_machine m;
  assert_true(open_heap(e));
  assert_true(py_program_read(&e->arena, &e->read, NULL, &e->program));
  assert_true(py_machine_init(&m, &e->arena, &e->program));
  m.sinks = sinks;
  m.sink_count = 1;
  m.reporter = (struct py_reporter){on_need, on_open, e};
  m.environment = 0;
  // A method is called twice; what it asks the second time is known.
  py_machine_run(&m);
  assert_false(m.failed);
  return e->said;
}

// `run` of the class: every use of these names is by position.
static void add_run(struct example *e, struct python_function *f, const struct python_instr *instrs) {
  f->name = "WitWorld.run";
  f->arguments = 1;
  if (!f->locals[0]) f->locals[0] = heap_str(&e->heap, "self");
  heap_name(&e->heap, e->methods, "run", heap_assemble(&e->heap, e->app, f, instrs));
}

// Half of what is said twice.
static void assert_asks(struct example *e, const char *once) {
  char twice[2000];
  snprintf(twice, sizeof twice, "%s, %s", once, once);
  assert_string_equal(follow(e), twice);
  end(e);
}

// --- the heap ---

static void recognizes_both_versions(void **state) {
  (void)state;
  for (int old = 0; old < 2; old++) {
    struct example e;
    begin(&e, old);
    assert_true(open_heap(&e));
    assert_int_equal(e.read.layout->version, old ? 0x030c : 0x030e);
    assert_int_equal(py_module_dict(&e.read, py_module_named(&e.read, CM_STR("app"))), e.app);
    end(&e);
  }
}

static void refuses_another_version(void **state) {
  (void)state;
  struct example e;
  begin(&e, false);
  heap_put(&e.heap, e.heap.hexversion + 12, 0x030d00f0 & 0x3fffffff);
  assert_false(open_heap(&e));
  end(&e);
  // Sizes of one version with the number of the other.
  begin(&e, true);
  heap_put(&e.heap, e.heap.hexversion + 12, 0x030e00f0 & 0x3fffffff);
  assert_false(open_heap(&e));
  end(&e);
}

static void refuses_what_is_none(void **state) {
  (void)state;
  struct example e;
  begin(&e, false);
  heap_put(&e.heap, e.heap.type[PY_TYPE_TUPLE] + 16, 20);
  assert_false(open_heap(&e));
  heap_put(&e.heap, e.heap.type[PY_TYPE_TUPLE] + 16, 16);
  heap_put(&e.heap, e.heap.type[PY_TYPE_CODE] + 12, 0);
  assert_false(open_heap(&e));
  memset(e.heap.bytes, 0, HEAP_SIZE);
  assert_false(open_heap(&e));
  end(&e);
}

static void reads_texts_and_numbers(void **state) {
  (void)state;
  struct example e;
  begin(&e, false);
  uint32_t text = heap_str(&e.heap, "plain"), number = heap_int(&e.heap, 0x7fffffff), wide = heap_str(&e.heap, "abcdefgh");
  assert_true(open_heap(&e));
  int64_t value;
  assert_true(py_int(&e.read, number, &value) && value == 0x7fffffff);
  assert_true(cm_str_is(py_text_or_empty(&e.read, text), "plain"));
  // The same eight bytes as two characters of four bytes, outside of Unicode: read without harm. As Latin-1: two bytes each.
  heap_put(&e.heap, wide + 8, 2);
  heap_put(&e.heap, wide + 16, 4 << 2 | 1 << 5);
  assert_true(py_text_or_empty(&e.read, wide).size > 0);
  heap_put(&e.heap, wide + 28, 0xe9);
  heap_put(&e.heap, wide + 8, 1);
  heap_put(&e.heap, wide + 16, 1 << 2 | 1 << 5);
  assert_true(cm_str_is(py_text_or_empty(&e.read, wide), "\xc3\xa9"));
  // A length beyond the memory.
  heap_put(&e.heap, text + 8, HEAP_SIZE);
  assert_int_equal(py_text_or_empty(&e.read, text).size, 0);
  end(&e);
}

static void reads_code(void **state) {
  (void)state;
  struct example e;
  begin(&e, false);
  struct python_function f = {.name = "f", .constants = {e.heap.none}};
  uint32_t function = heap_assemble(
      &e.heap, e.app, &f, (const struct python_instr[]){{PY_OP_RESUME, 0}, {PY_OP_LOAD_CONST, 0}, {PY_OP_RETURN_VALUE, 0}, {0}});
  assert_true(open_heap(&e));
  struct py_code code;
  struct py_instr instr;
  assert_true(py_code_read(&e.read, py_word(&e.read, function + PY_FUNCTION_CODE), &code));
  assert_true(py_code_instr(&e.read, &code, 1, &instr));
  assert_int_equal(instr.op, PY_OP_LOAD_CONST);
  assert_int_equal(instr.next, 2);
  struct py_position position = py_code_position(&code, 2);
  assert_int_equal(position.line, 13);
  assert_int_equal(position.column, 5);
  assert_false(py_code_instr(&e.read, &code, 3, &instr));
  // Names that are no tuple: refused.
  heap_put(&e.heap, code.at + 16, e.heap.none);
  assert_false(py_code_read(&e.read, code.at, &code));
  end(&e);
}

static void reads_handlers(void **state) {
  (void)state;
  // from 2, 3 units, target 70 (two bytes), depth 1 with the unit pushed
  static const uint8_t table[] = {0x80 | 2, 3, 0x40 | 1, 6, 3};
  struct py_code code = {.unit_count = 100, .stack = 4, .handlers = {table, sizeof table}};
  struct py_handler handler;
  assert_false(py_code_handler(&code, 1, &handler));
  assert_true(py_code_handler(&code, 4, &handler));
  assert_int_equal(handler.target, 70);
  assert_int_equal(handler.depth, 1);
  assert_true(handler.pushes_unit);
  assert_false(py_code_handler(&code, 5, &handler));
}

// --- programs ---

// os.environ["PORT"], and what is behind it.
static void finds_a_constant(void **state) {
  (void)state;
  struct example e;
  begin(&e, false);
  heap_name(&e.heap, e.app, "os", module_named(&e, "os"));
  struct python_function f = {.constants = {heap_str(&e.heap, "PORT")},
                              .names = {heap_str(&e.heap, "os"), heap_str(&e.heap, "environ")}};
  add_run(&e, &f,
          (const struct python_instr[]){{PY_OP_RESUME, 0},
                                        {PY_OP_LOAD_GLOBAL, 0},
                                        {PY_OP_LOAD_ATTR, 2},
                                        {PY_OP_LOAD_CONST, 0},
                                        {PY_OP_BINARY_OP, 26},
                                        {PY_OP_RETURN_VALUE, 0},
                                        {0}});
  assert_asks(&e, "env PORT");
}

// The same in 3.12, by a method: os.environ.get("PORT"), called with the empty place before it.
static void finds_a_constant_in_312(void **state) {
  (void)state;
  struct example e;
  begin(&e, true);
  heap_name(&e.heap, e.app, "os", module_named(&e, "os"));
  struct python_function f = {.constants = {heap_str(&e.heap, "PORT")},
                              .names = {heap_str(&e.heap, "os"), heap_str(&e.heap, "environ"), heap_str(&e.heap, "get")}};
  add_run(&e, &f,
          (const struct python_instr[]){{PY_OP_RESUME, 0},
                                        {PY_OP_LOAD_GLOBAL, 0},
                                        {PY_OP_LOAD_ATTR, 2},
                                        {PY_OP_LOAD_ATTR, 5},
                                        {PY_OP_LOAD_CONST, 0},
                                        {PY_OP_CALL, 1},
                                        {PY_OP_RETURN_VALUE, 0},
                                        {0}});
  assert_asks(&e, "env PORT");
}

// for name in NAMES: os.environ["X_" + name]: each round on its own.
static void follows_a_loop(void **state) {
  (void)state;
  struct example e;
  begin(&e, false);
  struct python_heap *h = &e.heap;
  heap_name(h, e.app, "os", module_named(&e, "os"));
  heap_name(h, e.app, "NAMES", HEAP_TUPLE(h, heap_str(h, "ONE"), heap_str(h, "TWO")));
  struct python_function f = {.constants = {heap_str(h, "X_"), h->none},
                              .names = {heap_str(h, "os"), heap_str(h, "environ"), heap_str(h, "NAMES")},
                              .locals = {heap_str(h, "self"), heap_str(h, "name")}};
  add_run(&e, &f,
          (const struct python_instr[]){{PY_OP_LOAD_GLOBAL, 4},
                                        {PY_OP_GET_ITER, 0},
                                        {PY_OP_FOR_ITER, 34},  // unit 6
                                        {PY_OP_STORE_FAST, 1},
                                        {PY_OP_LOAD_GLOBAL, 0},
                                        {PY_OP_LOAD_ATTR, 2},
                                        {PY_OP_LOAD_CONST, 0},
                                        {PY_OP_LOAD_FAST, 1},
                                        {PY_OP_BINARY_OP, 0},
                                        {PY_OP_BINARY_OP, 26},
                                        {PY_OP_POP_TOP, 0},
                                        {PY_OP_JUMP_BACKWARD, 35},
                                        {PY_OP_NOP, 0},
                                        {PY_OP_END_FOR, 0},
                                        {PY_OP_POP_ITER, 0},
                                        {PY_OP_LOAD_CONST, 1},
                                        {PY_OP_RETURN_VALUE, 0},
                                        {0}});
  assert_asks(&e, "env X_ONE, env X_TWO");
}

// Only the beginning is known: "P_" + a parameter.
static void says_what_is_known_of_a_name(void **state) {
  (void)state;
  struct example e;
  begin(&e, false);
  heap_name(&e.heap, e.app, "os", module_named(&e, "os"));
  struct python_function f = {.constants = {heap_str(&e.heap, "P_")},
                              .names = {heap_str(&e.heap, "os"), heap_str(&e.heap, "environ")}};
  f.locals[0] = heap_str(&e.heap, "self"), f.locals[1] = heap_str(&e.heap, "which");
  add_run(&e, &f,
          (const struct python_instr[]){{PY_OP_LOAD_GLOBAL, 0},
                                        {PY_OP_LOAD_ATTR, 2},
                                        {PY_OP_LOAD_CONST, 0},
                                        {PY_OP_LOAD_FAST, 1},
                                        {PY_OP_BINARY_OP, 0},
                                        {PY_OP_BINARY_OP, 26},
                                        {PY_OP_RETURN_VALUE, 0},
                                        {0}});
  assert_asks(&e, "env? P_*");
}

// A branch that cannot be taken asks nothing; one that is not known is followed both ways.
static void follows_branches(void **state) {
  (void)state;
  struct example e;
  begin(&e, false);
  struct python_heap *h = &e.heap;
  heap_name(h, e.app, "os", module_named(&e, "os"));
  heap_name(h, e.app, "DEBUG", h->no);
  struct python_function f = {.constants = {heap_str(h, "DEAD"), heap_str(h, "LEFT"), heap_str(h, "RIGHT")},
                              .names = {heap_str(h, "os"), heap_str(h, "environ"), heap_str(h, "DEBUG")},
                              .locals = {heap_str(h, "self"), heap_str(h, "fast")}};
  add_run(&e, &f,
          (const struct python_instr[]){{PY_OP_LOAD_GLOBAL, 0},
                                        {PY_OP_LOAD_ATTR, 2},
                                        {PY_OP_LOAD_GLOBAL, 4},  // unit 15
                                        {PY_OP_POP_JUMP_IF_FALSE, 7},
                                        {PY_OP_LOAD_CONST, 0},
                                        {PY_OP_BINARY_OP, 26},
                                        {PY_OP_LOAD_FAST, 1},  // unit 29
                                        {PY_OP_TO_BOOL, 0},
                                        {PY_OP_POP_JUMP_IF_TRUE, 8},
                                        {PY_OP_LOAD_CONST, 1},
                                        {PY_OP_BINARY_OP, 26},
                                        {PY_OP_RETURN_VALUE, 0},
                                        {PY_OP_LOAD_CONST, 2},
                                        {PY_OP_BINARY_OP, 26},
                                        {PY_OP_RETURN_VALUE, 0},
                                        {0}});
  assert_asks(&e, "env LEFT, env RIGHT");
}

// name = "PLAIN" if which else which; if name.startswith("{"): os.environ[name]; if name == "PLAIN": os.environ[name]. What is known to
// fail a test is not asked for behind it.
static void follows_what_was_tested(void **state) {
  (void)state;
  struct example e;
  begin(&e, false);
  struct python_heap *h = &e.heap;
  heap_name(h, e.app, "os", module_named(&e, "os"));
  struct python_function f = {.constants = {heap_str(h, "PLAIN"), heap_str(h, "{")},
                              .names = {heap_str(h, "os"), heap_str(h, "environ"), heap_str(h, "startswith")},
                              .locals = {heap_str(h, "self"), heap_str(h, "name"), heap_str(h, "which")}};
  add_run(&e, &f,
          (const struct python_instr[]){{PY_OP_LOAD_FAST, 2},
                                        {PY_OP_TO_BOOL, 0},
                                        {PY_OP_POP_JUMP_IF_FALSE, 3},
                                        {PY_OP_LOAD_CONST, 0},
                                        {PY_OP_STORE_FAST, 1},
                                        {PY_OP_JUMP_FORWARD, 2},
                                        {PY_OP_LOAD_FAST, 2},  // unit 10
                                        {PY_OP_STORE_FAST, 1},
                                        {PY_OP_LOAD_FAST, 1},  // unit 12
                                        {PY_OP_LOAD_ATTR, 5},
                                        {PY_OP_LOAD_CONST, 1},
                                        {PY_OP_CALL, 1},
                                        {PY_OP_TO_BOOL, 0},
                                        {PY_OP_POP_JUMP_IF_FALSE, 23},
                                        {PY_OP_LOAD_GLOBAL, 0},  // unit 34
                                        {PY_OP_LOAD_ATTR, 2},
                                        {PY_OP_LOAD_FAST, 1},
                                        {PY_OP_BINARY_OP, 26},
                                        {PY_OP_POP_TOP, 0},
                                        {PY_OP_LOAD_FAST, 1},  // unit 57
                                        {PY_OP_LOAD_CONST, 0},
                                        {PY_OP_COMPARE_OP, 2 << 5 | 16},
                                        {PY_OP_POP_JUMP_IF_FALSE, 23},
                                        {PY_OP_LOAD_GLOBAL, 0},  // unit 63
                                        {PY_OP_LOAD_ATTR, 2},
                                        {PY_OP_LOAD_FAST, 1},
                                        {PY_OP_BINARY_OP, 26},
                                        {PY_OP_POP_TOP, 0},
                                        {PY_OP_LOAD_CONST, 0},  // unit 86
                                        {PY_OP_RETURN_VALUE, 0},
                                        {0}});
  assert_asks(&e, "env? , env PLAIN");
}

// try: os.environ["TRIED"] except: os.environ["CAUGHT"]. Only where the handler is of what may raise something is it come to.
static void follows_exceptions(void **state) {
  (void)state;
  for (int raises = 0; raises < 2; raises++) {
    struct example e;
    begin(&e, false);
    struct python_heap *h = &e.heap;
    heap_name(h, e.app, "os", module_named(&e, "os"));
    struct python_function f = {.constants = {heap_str(h, "TRIED"), heap_str(h, "CAUGHT")},
                                .names = {heap_str(h, "os"), heap_str(h, "environ")},
                                .locals = {heap_str(h, "self"), heap_str(h, "name")},
                                .handler = {.from = raises ? 18 : 0, .count = raises ? 1 : 18, .target = 27}};
    add_run(&e, &f, (const struct python_instr[]){{PY_OP_LOAD_CONST, 0},    {PY_OP_STORE_FAST, 1},
                                                  {PY_OP_LOAD_GLOBAL, 0},                          // unit 2
                                                  {PY_OP_LOAD_ATTR, 2},     {PY_OP_LOAD_FAST, 1},  // unit 17
                                                  {PY_OP_BINARY_OP, 26},    {PY_OP_POP_TOP, 0},
                                                  {PY_OP_LOAD_CONST, 0},    {PY_OP_RETURN_VALUE, 0},
                                                  {PY_OP_PUSH_EXC_INFO, 0},  // unit 27
                                                  {PY_OP_POP_TOP, 0},       {PY_OP_LOAD_GLOBAL, 0},
                                                  {PY_OP_LOAD_ATTR, 2},     {PY_OP_LOAD_CONST, 1},
                                                  {PY_OP_BINARY_OP, 26},    {PY_OP_POP_TOP, 0},
                                                  {PY_OP_POP_EXCEPT, 0},    {PY_OP_LOAD_CONST, 0},
                                                  {PY_OP_RETURN_VALUE, 0},  {0}});
    assert_asks(&e, raises ? "env TRIED, env CAUGHT" : "env TRIED");
  }
}

// n = 1 if which else 2; if n % 2: os.environ[f"N{n}"]. What was made of a variable tells of it.
static void follows_what_was_made_of_a_variable(void **state) {
  (void)state;
  struct example e;
  begin(&e, false);
  struct python_heap *h = &e.heap;
  heap_name(h, e.app, "os", module_named(&e, "os"));
  struct python_function f = {.constants = {heap_str(h, "N")},
                              .names = {heap_str(h, "os"), heap_str(h, "environ")},
                              .locals = {heap_str(h, "self"), heap_str(h, "n"), heap_str(h, "which")}};
  add_run(&e, &f,
          (const struct python_instr[]){{PY_OP_LOAD_FAST, 2},          {PY_OP_TO_BOOL, 0},      {PY_OP_POP_JUMP_IF_FALSE, 3},
                                        {PY_OP_LOAD_SMALL_INT, 1},     {PY_OP_STORE_FAST, 1},   {PY_OP_JUMP_FORWARD, 2},
                                        {PY_OP_LOAD_SMALL_INT, 2},     {PY_OP_STORE_FAST, 1},   {PY_OP_LOAD_FAST, 1},
                                        {PY_OP_LOAD_SMALL_INT, 2},     {PY_OP_BINARY_OP, 6},    {PY_OP_TO_BOOL, 0},
                                        {PY_OP_POP_JUMP_IF_FALSE, 26}, {PY_OP_LOAD_GLOBAL, 0},  {PY_OP_LOAD_ATTR, 2},
                                        {PY_OP_LOAD_CONST, 0},         {PY_OP_LOAD_FAST, 1},    {PY_OP_FORMAT_SIMPLE, 0},
                                        {PY_OP_BUILD_STRING, 2},       {PY_OP_BINARY_OP, 26},   {PY_OP_POP_TOP, 0},
                                        {PY_OP_LOAD_CONST, 0},         {PY_OP_RETURN_VALUE, 0}, {0}});
  assert_asks(&e, "env N1");
}

// def ask(name="DEFAULT"): os.environ[name]; called with and without a name.
static void follows_calls(void **state) {
  (void)state;
  struct example e;
  begin(&e, false);
  struct python_heap *h = &e.heap;
  heap_name(h, e.app, "os", module_named(&e, "os"));
  struct python_function ask = {.name = "ask",
                                .arguments = 1,
                                .locals = {heap_str(h, "name")},
                                .names = {heap_str(h, "os"), heap_str(h, "environ")},
                                .defaults = HEAP_TUPLE(h, heap_str(h, "DEFAULT"))};
  uint32_t function = heap_assemble(
      h, e.app, &ask,
      (const struct python_instr[]){
          {PY_OP_LOAD_GLOBAL, 0}, {PY_OP_LOAD_ATTR, 2}, {PY_OP_LOAD_FAST, 0}, {PY_OP_BINARY_OP, 26}, {PY_OP_RETURN_VALUE, 0}, {0}});
  heap_name(h, e.app, "ask", function);
  struct python_function f = {.constants = {heap_str(h, "GIVEN"), heap_str(h, "NAMED"), HEAP_TUPLE(h, heap_str(h, "name"))},
                              .names = {heap_str(h, "ask")}};
  add_run(&e, &f,
          (const struct python_instr[]){{PY_OP_LOAD_GLOBAL, 1},
                                        {PY_OP_CALL, 0},
                                        {PY_OP_POP_TOP, 0},
                                        {PY_OP_LOAD_GLOBAL, 1},
                                        {PY_OP_LOAD_CONST, 0},
                                        {PY_OP_CALL, 1},
                                        {PY_OP_POP_TOP, 0},
                                        {PY_OP_LOAD_GLOBAL, 1},
                                        {PY_OP_LOAD_CONST, 1},
                                        {PY_OP_LOAD_CONST, 2},
                                        {PY_OP_CALL_KW, 1},
                                        {PY_OP_RETURN_VALUE, 0},
                                        {0}});
  assert_asks(&e, "env DEFAULT, env GIVEN, env NAMED");
}

// "A=b".partition("=")[0] and "B:c:d".split(":", 1)[0] are asked for.
static void takes_texts_apart(void **state) {
  (void)state;
  struct example e;
  begin(&e, false);
  struct python_heap *h = &e.heap;
  heap_name(h, e.app, "os", module_named(&e, "os"));
  struct python_function f = {.constants = {heap_str(h, "A=b"), heap_str(h, "="), heap_str(h, "B:c:d"), heap_str(h, ":")},
                              .names = {heap_str(h, "os"), heap_str(h, "environ"), heap_str(h, "partition"), heap_str(h, "split")}};
  add_run(&e, &f, (const struct python_instr[]){{PY_OP_LOAD_GLOBAL, 0},    {PY_OP_LOAD_ATTR, 2},
                                                {PY_OP_LOAD_CONST, 0},     {PY_OP_LOAD_ATTR, 5},
                                                {PY_OP_LOAD_CONST, 1},     {PY_OP_CALL, 1},
                                                {PY_OP_LOAD_SMALL_INT, 0}, {PY_OP_BINARY_OP, 26},
                                                {PY_OP_BINARY_OP, 26},     {PY_OP_POP_TOP, 0},
                                                {PY_OP_LOAD_GLOBAL, 0},    {PY_OP_LOAD_ATTR, 2},
                                                {PY_OP_LOAD_CONST, 2},     {PY_OP_LOAD_ATTR, 7},
                                                {PY_OP_LOAD_CONST, 3},     {PY_OP_LOAD_SMALL_INT, 1},
                                                {PY_OP_CALL, 2},           {PY_OP_LOAD_SMALL_INT, 0},
                                                {PY_OP_BINARY_OP, 26},     {PY_OP_BINARY_OP, 26},
                                                {PY_OP_RETURN_VALUE, 0},   {0}});
  assert_asks(&e, "env A, env B");
}

// re.sub("([A-Z])", "_\\1", "dbHost") and re.findall("<(\\w)>", "<A>")[0] are asked for.
static void applies_expressions(void **state) {
  (void)state;
  struct example e;
  begin(&e, false);
  struct python_heap *h = &e.heap;
  uint32_t re = heap_module(h, "re", "/python/re/__init__.py");
  static const char *const names[] = {"sub", "findall"};
  for (int i = 0; i < 2; i++) {
    struct python_function f = {.name = names[i], .arguments = 3, .constants = {h->none}};
    f.locals[0] = heap_str(h, "pattern"), f.locals[1] = heap_str(h, "repl"), f.locals[2] = heap_str(h, "string");
    heap_name(h, re, names[i],
              heap_assemble(h, re, &f, (const struct python_instr[]){{PY_OP_LOAD_CONST, 0}, {PY_OP_RETURN_VALUE, 0}, {0}}));
  }
  heap_name(h, e.app, "re", module_named(&e, "re"));
  heap_name(h, e.app, "os", module_named(&e, "os"));
  struct python_function f = {
      .constants = {heap_str(h, "([A-Z])"), heap_str(h, "_\\1"), heap_str(h, "dbHost"), heap_str(h, "<(\\w)>"), heap_str(h, "<A>")},
      .names = {heap_str(h, "os"), heap_str(h, "environ"), heap_str(h, "re"), heap_str(h, "sub"), heap_str(h, "findall")}};
  add_run(&e, &f, (const struct python_instr[]){{PY_OP_LOAD_GLOBAL, 0},  {PY_OP_LOAD_ATTR, 2},
                                                {PY_OP_LOAD_GLOBAL, 4},  {PY_OP_LOAD_ATTR, 7},
                                                {PY_OP_LOAD_CONST, 0},   {PY_OP_LOAD_CONST, 1},
                                                {PY_OP_LOAD_CONST, 2},   {PY_OP_CALL, 3},
                                                {PY_OP_BINARY_OP, 26},   {PY_OP_POP_TOP, 0},
                                                {PY_OP_LOAD_GLOBAL, 0},  {PY_OP_LOAD_ATTR, 2},
                                                {PY_OP_LOAD_GLOBAL, 4},  {PY_OP_LOAD_ATTR, 9},
                                                {PY_OP_LOAD_CONST, 3},   {PY_OP_LOAD_CONST, 4},
                                                {PY_OP_CALL, 2},         {PY_OP_LOAD_SMALL_INT, 0},
                                                {PY_OP_BINARY_OP, 26},   {PY_OP_BINARY_OP, 26},
                                                {PY_OP_RETURN_VALUE, 0}, {0}});
  assert_asks(&e, "env db_Host, env A");
}

// class Meta(type): def __getattr__(cls, name): return os.environ[name]. A class of it is asked for what it does not have.
static void asks_a_metaclass(void **state) {
  (void)state;
  enum { FLAGS = 84, OWN_TYPE = 4 };
  struct example e;
  begin(&e, false);
  struct python_heap *h = &e.heap;
  uint32_t meta_names, names, meta = heap_class(h, "Meta", "app", &meta_names), class = heap_class(h, "Mail", "app", &names);
  heap_put(h, meta + FLAGS, 1u << 9 | 1u << 31);  // its instances are types
  heap_put(h, class + OWN_TYPE, meta);
  heap_name(h, e.app, "os", module_named(&e, "os"));
  heap_name(h, e.app, "Mail", class);
  struct python_function get = {.name = "Meta.__getattr__",
                                .arguments = 2,
                                .locals = {heap_str(h, "cls"), heap_str(h, "name")},
                                .names = {heap_str(h, "os"), heap_str(h, "environ")}};
  heap_name(h, meta_names, "__getattr__",
            heap_assemble(h, e.app, &get,
                          (const struct python_instr[]){{PY_OP_LOAD_GLOBAL, 0},
                                                        {PY_OP_LOAD_ATTR, 2},
                                                        {PY_OP_LOAD_FAST, 1},
                                                        {PY_OP_BINARY_OP, 26},
                                                        {PY_OP_RETURN_VALUE, 0},
                                                        {0}}));
  struct python_function f = {.names = {heap_str(h, "Mail"), heap_str(h, "MAIL_HOST")}};
  add_run(&e, &f, (const struct python_instr[]){{PY_OP_LOAD_GLOBAL, 0}, {PY_OP_LOAD_ATTR, 2}, {PY_OP_RETURN_VALUE, 0}, {0}});
  assert_asks(&e, "env MAIL_HOST");
}

// urllib.parse.urlsplit("https://me@HOST:80/p").hostname is asked for.
static void takes_urls_apart(void **state) {
  (void)state;
  struct example e;
  begin(&e, false);
  struct python_heap *h = &e.heap;
  uint32_t parse = heap_module(h, "urllib.parse", "/python/urllib/parse.py");
  struct python_function split = {.name = "urlsplit", .arguments = 1, .locals = {heap_str(h, "url")}, .constants = {h->none}};
  heap_name(h, parse, "urlsplit",
            heap_assemble(h, parse, &split, (const struct python_instr[]){{PY_OP_LOAD_CONST, 0}, {PY_OP_RETURN_VALUE, 0}, {0}}));
  heap_name(h, e.app, "parse", module_named(&e, "urllib.parse"));
  heap_name(h, e.app, "os", module_named(&e, "os"));
  struct python_function f = {.constants = {heap_str(h, "https://me@HOST:80/p")},
                              .names = {heap_str(h, "os"), heap_str(h, "environ"), heap_str(h, "parse"), heap_str(h, "urlsplit"),
                                        heap_str(h, "hostname"), heap_str(h, "scheme")}};
  add_run(&e, &f,
          (const struct python_instr[]){{PY_OP_LOAD_GLOBAL, 0},
                                        {PY_OP_LOAD_ATTR, 2},
                                        {PY_OP_LOAD_GLOBAL, 4},
                                        {PY_OP_LOAD_ATTR, 7},
                                        {PY_OP_LOAD_CONST, 0},
                                        {PY_OP_CALL, 1},
                                        {PY_OP_LOAD_ATTR, 8},
                                        {PY_OP_BINARY_OP, 26},
                                        {PY_OP_RETURN_VALUE, 0},
                                        {0}});
  assert_asks(&e, "env HOST");
}

// os.environ[PREFIX + "NAME"] is what these instructions ask, with the constant of that number.
#define ASKS_PREFIXED(name)                                                                                             \
  {PY_OP_LOAD_GLOBAL, 0}, {PY_OP_LOAD_ATTR, 2}, {PY_OP_LOAD_GLOBAL, 4}, {PY_OP_LOAD_CONST, name}, {PY_OP_BINARY_OP, 0}, \
      {PY_OP_BINARY_OP, 26}, {                                                                                          \
    PY_OP_POP_TOP, 0                                                                                                    \
  }

// PREFIX = "A_"; …; PREFIX = "": what it was before is not asked behind it, nor the other way round.
static void follows_what_is_set_again(void **state) {
  (void)state;
  struct example e;
  begin(&e, false);
  struct python_heap *h = &e.heap;
  heap_name(h, e.app, "os", module_named(&e, "os"));
  heap_name(h, e.app, "PREFIX", heap_str(h, ""));
  struct python_function f = {
      .constants = {heap_str(h, "A_"), heap_str(h, ""), heap_str(h, "FIRST"), heap_str(h, "IN"), heap_str(h, "OUT")},
      .names = {heap_str(h, "os"), heap_str(h, "environ"), heap_str(h, "PREFIX")}};
  add_run(&e, &f,
          (const struct python_instr[]){ASKS_PREFIXED(2),
                                        {PY_OP_LOAD_CONST, 0},
                                        {PY_OP_STORE_GLOBAL, 2},
                                        ASKS_PREFIXED(3),
                                        {PY_OP_LOAD_CONST, 1},
                                        {PY_OP_STORE_GLOBAL, 2},
                                        ASKS_PREFIXED(4),
                                        {PY_OP_LOAD_CONST, 0},
                                        {PY_OP_RETURN_VALUE, 0},
                                        {0}});
  assert_asks(&e, "env FIRST, env A_IN, env OUT");
}

// PREFIX = SECOND; SECOND = THIRD; THIRD = FOURTH: each call leaves more to the next one.
static void follows_call_after_call(void **state) {
  (void)state;
  struct example e;
  begin(&e, false);
  struct python_heap *h = &e.heap;
  const char *globals[] = {"PREFIX", "SECOND", "THIRD", "FOURTH"}, *prefixes[] = {"A_", "B_", "C_", "D_"};
  heap_name(h, e.app, "os", module_named(&e, "os"));
  struct python_function f = {.constants = {heap_str(h, "KEY"), heap_str(h, "")},
                              .names = {heap_str(h, "os"), heap_str(h, "environ")}};
  for (size_t i = 0; i < 4; i++) {
    heap_name(h, e.app, globals[i], heap_str(h, prefixes[i]));
    f.names[2 + i] = heap_str(h, globals[i]);
  }
  add_run(&e, &f,
          (const struct python_instr[]){ASKS_PREFIXED(0),
                                        {PY_OP_LOAD_GLOBAL, 6},
                                        {PY_OP_STORE_GLOBAL, 2},
                                        {PY_OP_LOAD_GLOBAL, 8},
                                        {PY_OP_STORE_GLOBAL, 3},
                                        {PY_OP_LOAD_GLOBAL, 10},
                                        {PY_OP_STORE_GLOBAL, 4},
                                        {PY_OP_LOAD_CONST, 1},
                                        {PY_OP_RETURN_VALUE, 0},
                                        {0}});
  const char *said = follow(&e);
  for (size_t i = 0; i < 4; i++) {
    char key[16];
    snprintf(key, sizeof key, "%sKEY", prefixes[i]);
    assert_non_null(strstr(said, key));
  }
  assert_null(strchr(said, '?'));
  end(&e);
}

// if fast: PREFIX = "A_". Where the ways meet it is either.
static void joins_what_is_set_on_one_way(void **state) {
  (void)state;
  struct example e;
  begin(&e, false);
  struct python_heap *h = &e.heap;
  heap_name(h, e.app, "os", module_named(&e, "os"));
  heap_name(h, e.app, "PREFIX", heap_str(h, ""));
  struct python_function f = {.constants = {heap_str(h, "A_"), heap_str(h, ""), heap_str(h, "NAME")},
                              .names = {heap_str(h, "os"), heap_str(h, "environ"), heap_str(h, "PREFIX")},
                              .locals = {heap_str(h, "self"), heap_str(h, "fast")}};
  add_run(&e, &f,
          (const struct python_instr[]){{PY_OP_LOAD_CONST, 1},
                                        {PY_OP_STORE_GLOBAL, 2},
                                        {PY_OP_LOAD_FAST, 1},
                                        {PY_OP_TO_BOOL, 0},
                                        {PY_OP_POP_JUMP_IF_FALSE, 2},
                                        {PY_OP_LOAD_CONST, 0},
                                        {PY_OP_STORE_GLOBAL, 2},
                                        ASKS_PREFIXED(2),
                                        {PY_OP_LOAD_CONST, 0},
                                        {PY_OP_RETURN_VALUE, 0},
                                        {0}});
  assert_asks(&e, "env NAME, env A_NAME");
}

// contextlib's class of managers, as far as it matters: it keeps the generator as `gen`.
static void add_managers(struct example *e) {
  struct python_heap *h = &e->heap;
  uint32_t methods, module = heap_module(h, "contextlib", "/python/contextlib.py"),
                    class = heap_class(h, "_GeneratorContextManager", "contextlib", &methods);
  static const char *const names[] = {"__enter__", "__exit__"};
  for (int i = 0; i < 2; i++) {
    struct python_function f = {.name = names[i], .arguments = 1, .locals = {heap_str(h, "self")}, .constants = {h->none}};
    heap_name(h, methods, names[i],
              heap_assemble(h, module, &f, (const struct python_instr[]){{PY_OP_LOAD_CONST, 0}, {PY_OP_RETURN_VALUE, 0}, {0}}));
  }
  struct python_function init = {.name = "__init__",
                                 .arguments = 2,
                                 .locals = {heap_str(h, "self"), heap_str(h, "gen")},
                                 .constants = {h->none},
                                 .names = {heap_str(h, "gen")}};
  heap_name(h, methods, "__init__",
            heap_assemble(h, module, &init,
                          (const struct python_instr[]){{PY_OP_LOAD_FAST, 1},
                                                        {PY_OP_LOAD_FAST, 0},
                                                        {PY_OP_STORE_ATTR, 0},
                                                        {PY_OP_LOAD_CONST, 0},
                                                        {PY_OP_RETURN_VALUE, 0},
                                                        {0}}));
  heap_name(h, module, "_GeneratorContextManager", class);
  heap_name(h, e->app, "Manager", class);
}

// def scope(): PREFIX = "A_"; yield; PREFIX = "". Entered and left: what stands before the yield holds within, what is behind it afterwards.
static void follows_generators_as_context_managers(void **state) {
  (void)state;
  struct example e;
  begin(&e, false);
  struct python_heap *h = &e.heap;
  heap_name(h, e.app, "os", module_named(&e, "os"));
  heap_name(h, e.app, "PREFIX", heap_str(h, ""));
  add_managers(&e);
  struct python_function scope = {.name = "scope",
                                  .flags = PY_CODE_GENERATOR,
                                  .constants = {heap_str(h, "A_"), heap_str(h, ""), h->none},
                                  .names = {heap_str(h, "PREFIX")}};
  heap_name(h, e.app, "scope",
            heap_assemble(h, e.app, &scope,
                          (const struct python_instr[]){{PY_OP_RETURN_GENERATOR, 0},
                                                        {PY_OP_POP_TOP, 0},
                                                        {PY_OP_LOAD_CONST, 0},
                                                        {PY_OP_STORE_GLOBAL, 0},
                                                        {PY_OP_LOAD_CONST, 2},
                                                        {PY_OP_YIELD_VALUE, 0},
                                                        {PY_OP_POP_TOP, 0},
                                                        {PY_OP_LOAD_CONST, 1},
                                                        {PY_OP_STORE_GLOBAL, 0},
                                                        {PY_OP_LOAD_CONST, 2},
                                                        {PY_OP_RETURN_VALUE, 0},
                                                        {0}}));
  struct python_function f = {
      .constants = {h->none, heap_str(h, "IN"), heap_str(h, "OUT")},
      .names = {heap_str(h, "os"), heap_str(h, "environ"), heap_str(h, "PREFIX"), heap_str(h, "Manager"), heap_str(h, "scope")}};
  add_run(&e, &f, (const struct python_instr[]){{PY_OP_LOAD_GLOBAL, 7}, {PY_OP_LOAD_GLOBAL, 9},  {PY_OP_CALL, 0},
                                                {PY_OP_CALL, 1},        {PY_OP_COPY, 1},         {PY_OP_LOAD_SPECIAL, 1},
                                                {PY_OP_SWAP, 2},        {PY_OP_SWAP, 3},         {PY_OP_LOAD_SPECIAL, 0},
                                                {PY_OP_CALL, 0},        {PY_OP_POP_TOP, 0},      ASKS_PREFIXED(1),
                                                {PY_OP_LOAD_CONST, 0},  {PY_OP_LOAD_CONST, 0},   {PY_OP_LOAD_CONST, 0},
                                                {PY_OP_CALL, 3},        {PY_OP_POP_TOP, 0},      ASKS_PREFIXED(2),
                                                {PY_OP_LOAD_CONST, 0},  {PY_OP_RETURN_VALUE, 0}, {0}});
  assert_asks(&e, "env A_IN, env OUT");
}

// for letter in "AB": os.environ[letter]; os.environ["BC" in "ABC"]: a text has characters, but contains texts.
static void goes_through_texts(void **state) {
  (void)state;
  struct example e;
  begin(&e, false);
  struct python_heap *h = &e.heap;
  heap_name(h, e.app, "os", module_named(&e, "os"));
  struct python_function f = {.constants = {heap_str(h, "AB"), heap_str(h, "ABC"), heap_str(h, "BC"), heap_str(h, "IS_IN")},
                              .names = {heap_str(h, "os"), heap_str(h, "environ")},
                              .locals = {heap_str(h, "self"), heap_str(h, "letter")}};
  add_run(&e, &f, (const struct python_instr[]){{PY_OP_LOAD_CONST, 0},   {PY_OP_UNPACK_SEQUENCE, 2},
                                                {PY_OP_STORE_FAST, 1},   {PY_OP_POP_TOP, 0},
                                                {PY_OP_LOAD_GLOBAL, 0},  {PY_OP_LOAD_ATTR, 2},
                                                {PY_OP_LOAD_FAST, 1},    {PY_OP_BINARY_OP, 26},
                                                {PY_OP_POP_TOP, 0},      {PY_OP_LOAD_CONST, 2},
                                                {PY_OP_LOAD_CONST, 1},   {PY_OP_CONTAINS_OP, 0},
                                                {PY_OP_TO_BOOL, 0},      {PY_OP_POP_JUMP_IF_FALSE, 23},
                                                {PY_OP_LOAD_GLOBAL, 0},  {PY_OP_LOAD_ATTR, 2},
                                                {PY_OP_LOAD_CONST, 3},   {PY_OP_BINARY_OP, 26},
                                                {PY_OP_RETURN_VALUE, 0}, {PY_OP_LOAD_CONST, 0},
                                                {PY_OP_RETURN_VALUE, 0}, {0}});
  assert_asks(&e, "env A, env IS_IN");
}

// i = 0; while i < 2: os.environ[f"N{i}"]; i += 1. Each lap is looked at for itself.
static void counts(void **state) {
  (void)state;
  struct example e;
  begin(&e, false);
  struct python_heap *h = &e.heap;
  heap_name(h, e.app, "os", module_named(&e, "os"));
  struct python_function f = {.constants = {heap_str(h, "N")},
                              .names = {heap_str(h, "os"), heap_str(h, "environ")},
                              .locals = {heap_str(h, "self"), heap_str(h, "i")}};
  add_run(&e, &f,
          (const struct python_instr[]){{PY_OP_LOAD_SMALL_INT, 0},
                                        {PY_OP_STORE_FAST, 1},
                                        {PY_OP_LOAD_FAST, 1},  // unit 2
                                        {PY_OP_LOAD_SMALL_INT, 2},
                                        {PY_OP_COMPARE_OP, 16},
                                        {PY_OP_POP_JUMP_IF_FALSE, 37},
                                        {PY_OP_LOAD_GLOBAL, 0},
                                        {PY_OP_LOAD_ATTR, 2},
                                        {PY_OP_LOAD_CONST, 0},
                                        {PY_OP_LOAD_FAST, 1},
                                        {PY_OP_FORMAT_SIMPLE, 0},
                                        {PY_OP_BUILD_STRING, 2},
                                        {PY_OP_BINARY_OP, 26},
                                        {PY_OP_POP_TOP, 0},
                                        {PY_OP_LOAD_FAST, 1},
                                        {PY_OP_LOAD_SMALL_INT, 1},
                                        {PY_OP_BINARY_OP, 13},
                                        {PY_OP_STORE_FAST, 1},
                                        {PY_OP_JUMP_BACKWARD, 43},
                                        {PY_OP_LOAD_CONST, 0},  // unit 45
                                        {PY_OP_RETURN_VALUE, 0},
                                        {0}});
  assert_asks(&e, "env N0, env N1");
}

// class Held: name = property(None, setter), which keeps "SET_" + what it is given as `kept`: held.name = "A"; os.environ[held.kept].
static void sets_by_properties(void **state) {
  (void)state;
  struct example e;
  begin(&e, false);
  struct python_heap *h = &e.heap;
  uint32_t names, class = heap_class(h, "Held", "app", &names), property = heap_new(h, 24, h->type[PY_TYPE_PROPERTY]);
  struct python_function set = {.name = "Held.name",
                                .arguments = 2,
                                .locals = {heap_str(h, "self"), heap_str(h, "value")},
                                .constants = {heap_str(h, "SET_"), h->none},
                                .names = {heap_str(h, "kept")}};
  heap_put(h, property + 12,
           heap_assemble(h, e.app, &set,
                         (const struct python_instr[]){{PY_OP_LOAD_CONST, 0},
                                                       {PY_OP_LOAD_FAST, 1},
                                                       {PY_OP_BINARY_OP, 0},
                                                       {PY_OP_LOAD_FAST, 0},
                                                       {PY_OP_STORE_ATTR, 0},
                                                       {PY_OP_LOAD_CONST, 1},
                                                       {PY_OP_RETURN_VALUE, 0},
                                                       {0}}));
  heap_name(h, names, "name", property);
  heap_name(h, e.app, "Held", class);
  heap_name(h, e.app, "os", module_named(&e, "os"));
  struct python_function f = {
      .constants = {heap_str(h, "A")},
      .locals = {heap_str(h, "self"), heap_str(h, "held")},
      .names = {heap_str(h, "os"), heap_str(h, "environ"), heap_str(h, "Held"), heap_str(h, "name"), heap_str(h, "kept")}};
  add_run(&e, &f,
          (const struct python_instr[]){{PY_OP_LOAD_GLOBAL, 5},
                                        {PY_OP_CALL, 0},
                                        {PY_OP_STORE_FAST, 1},
                                        {PY_OP_LOAD_CONST, 0},
                                        {PY_OP_LOAD_FAST, 1},
                                        {PY_OP_STORE_ATTR, 3},
                                        {PY_OP_LOAD_GLOBAL, 0},
                                        {PY_OP_LOAD_ATTR, 2},
                                        {PY_OP_LOAD_FAST, 1},
                                        {PY_OP_LOAD_ATTR, 8},
                                        {PY_OP_BINARY_OP, 26},
                                        {PY_OP_RETURN_VALUE, 0},
                                        {0}});
  assert_asks(&e, "env SET_A");
}

// d = {"p": "A_"}; d["p"] = "B_": the item is what it was set to last.
static void follows_items_that_are_set_again(void **state) {
  (void)state;
  struct example e;
  begin(&e, false);
  struct python_heap *h = &e.heap;
  heap_name(h, e.app, "os", module_named(&e, "os"));
  struct python_function f = {.constants = {heap_str(h, "p"), heap_str(h, "A_"), heap_str(h, "B_"), heap_str(h, "KEY")},
                              .locals = {heap_str(h, "self"), heap_str(h, "d")},
                              .names = {heap_str(h, "os"), heap_str(h, "environ")}};
  add_run(&e, &f,
          (const struct python_instr[]){{PY_OP_LOAD_CONST, 0},
                                        {PY_OP_LOAD_CONST, 1},
                                        {PY_OP_BUILD_MAP, 1},
                                        {PY_OP_STORE_FAST, 1},
                                        {PY_OP_LOAD_CONST, 2},
                                        {PY_OP_LOAD_FAST, 1},
                                        {PY_OP_LOAD_CONST, 0},
                                        {PY_OP_STORE_SUBSCR, 0},
                                        {PY_OP_LOAD_GLOBAL, 0},
                                        {PY_OP_LOAD_ATTR, 2},
                                        {PY_OP_LOAD_FAST, 1},
                                        {PY_OP_LOAD_CONST, 0},
                                        {PY_OP_BINARY_OP, 26},
                                        {PY_OP_LOAD_CONST, 3},
                                        {PY_OP_BINARY_OP, 0},
                                        {PY_OP_BINARY_OP, 26},
                                        {PY_OP_RETURN_VALUE, 0},
                                        {0}});
  assert_asks(&e, "env B_KEY");
}

// parts = ["A", "B", "C"]; parts.pop(); parts.insert(0, "X"); os.environ["_".join(parts)]. A list is what it is now, not all that it ever was.
static void follows_lists_that_change(void **state) {
  (void)state;
  struct example e;
  begin(&e, false);
  struct python_heap *h = &e.heap;
  heap_name(h, e.app, "os", module_named(&e, "os"));
  struct python_function f = {
      .constants = {heap_str(h, "A"), heap_str(h, "B"), heap_str(h, "C"), heap_str(h, "X"), heap_str(h, "_")},
      .locals = {heap_str(h, "self"), heap_str(h, "parts")},
      .names = {heap_str(h, "os"), heap_str(h, "environ"), heap_str(h, "pop"), heap_str(h, "insert"), heap_str(h, "join")}};
  add_run(&e, &f, (const struct python_instr[]){{PY_OP_LOAD_CONST, 0},  {PY_OP_LOAD_CONST, 1},   {PY_OP_LOAD_CONST, 2},
                                                {PY_OP_BUILD_LIST, 3},  {PY_OP_STORE_FAST, 1},   {PY_OP_LOAD_FAST, 1},
                                                {PY_OP_LOAD_ATTR, 5},   {PY_OP_CALL, 0},         {PY_OP_POP_TOP, 0},
                                                {PY_OP_LOAD_FAST, 1},   {PY_OP_LOAD_ATTR, 7},    {PY_OP_LOAD_SMALL_INT, 0},
                                                {PY_OP_LOAD_CONST, 3},  {PY_OP_CALL, 2},         {PY_OP_POP_TOP, 0},
                                                {PY_OP_LOAD_GLOBAL, 0}, {PY_OP_LOAD_ATTR, 2},    {PY_OP_LOAD_CONST, 4},
                                                {PY_OP_LOAD_ATTR, 9},   {PY_OP_LOAD_FAST, 1},    {PY_OP_CALL, 1},
                                                {PY_OP_BINARY_OP, 26},  {PY_OP_RETURN_VALUE, 0}, {0}});
  assert_asks(&e, "env X_A_B");
}

// names = ["A"]; if fast: names.append("B"); for name in names: os.environ[name]; os.environ["_".join(names)]. Where ways meet it is either.
static void joins_lists_of_two_ways(void **state) {
  (void)state;
  struct example e;
  begin(&e, false);
  struct python_heap *h = &e.heap;
  heap_name(h, e.app, "os", module_named(&e, "os"));
  struct python_function f = {.constants = {heap_str(h, "A"), heap_str(h, "B"), heap_str(h, "_")},
                              .locals = {heap_str(h, "self"), heap_str(h, "names"), heap_str(h, "fast")},
                              .names = {heap_str(h, "os"), heap_str(h, "environ"), heap_str(h, "append"), heap_str(h, "join")}};
  add_run(&e, &f, (const struct python_instr[]){{PY_OP_LOAD_CONST, 0},   {PY_OP_BUILD_LIST, 1},
                                                {PY_OP_STORE_FAST, 1},   {PY_OP_LOAD_FAST, 2},
                                                {PY_OP_TO_BOOL, 0},      {PY_OP_POP_JUMP_IF_FALSE, 17},
                                                {PY_OP_LOAD_FAST, 1},    {PY_OP_LOAD_ATTR, 5},
                                                {PY_OP_LOAD_CONST, 1},   {PY_OP_CALL, 1},
                                                {PY_OP_POP_TOP, 0},      {PY_OP_LOAD_GLOBAL, 0},
                                                {PY_OP_LOAD_ATTR, 2},    {PY_OP_LOAD_CONST, 2},
                                                {PY_OP_LOAD_ATTR, 7},    {PY_OP_LOAD_FAST, 1},
                                                {PY_OP_CALL, 1},         {PY_OP_BINARY_OP, 26},
                                                {PY_OP_RETURN_VALUE, 0}, {0}});
  assert_asks(&e, "env A, env A_B");
}

// d = {"x": "OLD"}; d.pop("x"); os.environ[d.get("x", "NEW")]. What was taken out is not there.
static void follows_what_is_taken_out(void **state) {
  (void)state;
  struct example e;
  begin(&e, false);
  struct python_heap *h = &e.heap;
  heap_name(h, e.app, "os", module_named(&e, "os"));
  struct python_function f = {.constants = {heap_str(h, "x"), heap_str(h, "OLD"), heap_str(h, "NEW")},
                              .locals = {heap_str(h, "self"), heap_str(h, "d")},
                              .names = {heap_str(h, "os"), heap_str(h, "environ"), heap_str(h, "pop"), heap_str(h, "get")}};
  add_run(&e, &f,
          (const struct python_instr[]){{PY_OP_LOAD_CONST, 0},
                                        {PY_OP_LOAD_CONST, 1},
                                        {PY_OP_BUILD_MAP, 1},
                                        {PY_OP_STORE_FAST, 1},
                                        {PY_OP_LOAD_FAST, 1},
                                        {PY_OP_LOAD_ATTR, 5},
                                        {PY_OP_LOAD_CONST, 0},
                                        {PY_OP_CALL, 1},
                                        {PY_OP_POP_TOP, 0},
                                        {PY_OP_LOAD_GLOBAL, 0},
                                        {PY_OP_LOAD_ATTR, 2},
                                        {PY_OP_LOAD_FAST, 1},
                                        {PY_OP_LOAD_ATTR, 7},
                                        {PY_OP_LOAD_CONST, 0},
                                        {PY_OP_LOAD_CONST, 2},
                                        {PY_OP_CALL, 2},
                                        {PY_OP_BINARY_OP, 26},
                                        {PY_OP_RETURN_VALUE, 0},
                                        {0}});
  assert_asks(&e, "env NEW");
}

// A function that calls itself ends, and what it asks is found.
static void bounds_recursion(void **state) {
  (void)state;
  struct example e;
  begin(&e, false);
  struct python_heap *h = &e.heap;
  heap_name(h, e.app, "os", module_named(&e, "os"));
  struct python_function f = {.name = "again", .names = {heap_str(h, "again")}};
  uint32_t function = heap_assemble(
      h, e.app, &f, (const struct python_instr[]){{PY_OP_LOAD_GLOBAL, 1}, {PY_OP_CALL, 0}, {PY_OP_JUMP_BACKWARD, 11}, {0}});
  heap_name(h, e.app, "again", function);
  struct python_function run = {.names = {heap_str(h, "again")}};
  add_run(&e, &run, (const struct python_instr[]){{PY_OP_LOAD_GLOBAL, 1}, {PY_OP_CALL, 0}, {PY_OP_RETURN_VALUE, 0}, {0}});
  assert_string_equal(follow(&e), "");
  end(&e);
}

static void lists_a_module(void **state) {
  (void)state;
  struct example e;
  begin(&e, false);
  heap_name(&e.heap, e.app, "NAME", heap_str(&e.heap, "it's"));
  struct python_function f = {.constants = {heap_str(&e.heap, "PORT")}};
  add_run(&e, &f, (const struct python_instr[]){{PY_OP_LOAD_CONST, 0}, {PY_OP_RETURN_VALUE, 0}, {0}});
  assert_true(open_heap(&e));
  assert_true(py_program_read(&e.arena, &e.read, NULL, &e.program));
  struct cm_str text = py_listing(&e.arena, &e.program, py_program_module(&e.program, e.app));
  char *copy = cm_alloc_text(&e.arena, text.at, text.size);
  assert_non_null(strstr(copy, "NAME = 'it\\'s'\n"));
  assert_non_null(strstr(copy, "def WitWorld.run(self)  # line 10\n"));
  assert_non_null(strstr(copy, "     11      0  LOAD_CONST                   'PORT'\n"));
  end(&e);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(recognizes_both_versions),
      cmocka_unit_test(refuses_another_version),
      cmocka_unit_test(refuses_what_is_none),
      cmocka_unit_test(reads_texts_and_numbers),
      cmocka_unit_test(reads_code),
      cmocka_unit_test(reads_handlers),
      cmocka_unit_test(finds_a_constant),
      cmocka_unit_test(finds_a_constant_in_312),
      cmocka_unit_test(follows_a_loop),
      cmocka_unit_test(says_what_is_known_of_a_name),
      cmocka_unit_test(follows_branches),
      cmocka_unit_test(follows_what_was_tested),
      cmocka_unit_test(follows_exceptions),
      cmocka_unit_test(follows_what_was_made_of_a_variable),
      cmocka_unit_test(follows_calls),
      cmocka_unit_test(takes_texts_apart),
      cmocka_unit_test(asks_a_metaclass),
      cmocka_unit_test(applies_expressions),
      cmocka_unit_test(takes_urls_apart),
      cmocka_unit_test(follows_what_is_set_again),
      cmocka_unit_test(follows_call_after_call),
      cmocka_unit_test(joins_what_is_set_on_one_way),
      cmocka_unit_test(follows_generators_as_context_managers),
      cmocka_unit_test(goes_through_texts),
      cmocka_unit_test(follows_items_that_are_set_again),
      cmocka_unit_test(counts),
      cmocka_unit_test(sets_by_properties),
      cmocka_unit_test(follows_lists_that_change),
      cmocka_unit_test(joins_lists_of_two_ways),
      cmocka_unit_test(follows_what_is_taken_out),
      cmocka_unit_test(bounds_recursion),
      cmocka_unit_test(lists_a_module),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
