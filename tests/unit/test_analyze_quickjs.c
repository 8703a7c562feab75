// Programs of QuickJS from memory made by hand: what they ask with what lies in their variables.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "analyze/quickjs_values.h"
#include "quickjs_heap.h"

enum { KEYS = 16 };
struct told {
  char keys[KEYS][64];
  size_t count, undecided;
  uint32_t line[KEYS];
};

static void asked(void *context, const struct js_asked *a) {
  struct told *told = context;
  uint32_t line, column;
  assert_true(a->at <= a->file->text.size);
  js_position(a->file->text, a->at, &line, &column);
  told->undecided += !a->known;
  for (size_t i = 0; i < told->count; i++)
    if (cm_str_is(a->key, told->keys[i])) return;
  if (!a->known || told->count == KEYS) return;
  told->line[told->count] = line;
  snprintf(told->keys[told->count++], sizeof told->keys[0], "%.*s", CM_STR_ARG(a->key));
}

static bool evaluate(const struct quickjs_heap *h, struct told *told) {
  static const struct interpreted_sink template = {.interface = {"wasi:cli/environment@0.2.3", 26},
                                                   .function = {"get-environment", 15}};
  struct interpreted_sink sink = template;
  for (size_t i = 0; i < cm_sink_count; i++)
    if (!strcmp(cm_sinks[i].interface, "wasi:cli/environment") && !strcmp(cm_sinks[i].function, "get-environment"))
      sink.row = &cm_sinks[i];
  assert_non_null(sink.row);
  *told = (struct told){.count = 0};
  struct cm_arena arena;
  cm_arena_init(&arena, NULL);
  struct qjs_program program = {.module_count = 0};
  struct cm_str export = CM_STR("run");
  struct js_world world = {
      .sinks = &sink, .sink_count = 1, .exports = &export, .export_count = 1, .fuel = 1100000, .asked = asked, .context = told};
  struct js_built built = {qjs_take, &program};
  bool whole = false, found = qjs_heap_find(&program.heap, h->bytes, HEAP_SIZE);
  if (found) assert_true(qjs_program_read(&arena, &program) && js_evaluate_built(&arena, &built, &world, &whole));
  cm_arena_free(&arena);
  return found && whole;
}

static void has(const struct told *told, const char *key, uint32_t line) {
  for (size_t i = 0; i < told->count; i++) {
    if (strcmp(told->keys[i], key) != 0) continue;
    assert_int_equal(told->line[i], line);
    return;
  }
  fail_msg("%s is not told", key);
}

// A variable that one closure sets another sees; an instance that was made before has its members, and private ones.
static void asks_with_what_was_left(void **state) {
  (void)state;
  for (unsigned old = 0; old < 2; old++) {
    struct quickjs_heap h;
    struct told told;
    heap_program(&h, old);
    assert_true(evaluate(&h, &told));
    assert_int_equal(told.count, 3);
    assert_int_equal(told.undecided, 0);
    has(&told, "APP_KEY", 13);
    has(&told, "SET_TWO", 8);
    has(&told, "DSN", 9);
    free(h.bytes);
  }
}

// One of each: a map, a promise that was kept, a function of the host that is bound, bytes, a joined text, one of two bytes a character,
// an object of which lists leave a member out.
static void make_kinds(struct quickjs_heap *h, bool old, struct heap_closure *list) {
  uint32_t map = heap_object(h, CLASS_MAP, h->objects, NULL), state = heap_new(h, 64), record = heap_new(h, 64);
  heap_put(h, heap_own(h, map), state);
  heap_put(h, state + 4, record + 12), heap_put(h, state + 8, record + 12);
  heap_put(h, record + 12, state + 4), heap_put(h, record + 16, state + 4);
  heap_put_value(h, record + 32, QJS_STRING, heap_string(h, "k"));
  heap_put_value(h, record + 40, QJS_STRING, heap_string(h, "IN_MAP"));
  list[0] = (struct heap_closure){"map", heap_variable(h, QJS_OBJECT, map)};

  uint32_t promise = heap_object(h, CLASS_PROMISE, h->objects, NULL), kept = heap_new(h, 64);
  heap_put(h, heap_own(h, promise), kept);
  heap_put(h, kept, 1);
  heap_put_value(h, kept + 24, QJS_STRING, heap_string(h, "KEPT"));
  list[1] = (struct heap_closure){"promise", heap_variable(h, QJS_OBJECT, promise)};

  uint32_t get = heap_object(h, CLASS_FUNCTION, h->objects, NULL), bound = heap_object(h, CLASS_FUNCTION, h->objects, NULL);
  uint32_t binding = heap_new(h, 64);
  heap_put(h, heap_own(h, bound), binding);
  heap_put_value(h, binding, QJS_OBJECT, get);
  heap_put_value(h, binding + 8, QJS_UNDEFINED, 0);
  list[2] = (struct heap_closure){"bound", heap_variable(h, QJS_OBJECT, bound)};
  const struct heap_closure host[] = {{"getEnvironment", heap_variable(h, QJS_OBJECT, get)}, {NULL, 0}};
  heap_module(h, "wasi:cli/environment@0.2.3", 0, host);

  uint32_t bytes = heap_object(h, CLASS_BYTES, h->objects, NULL), data = heap_new(h, 8);
  memcpy(h->bytes + data, "AB", 2);
  heap_put(h, heap_own(h, bytes) + 4, data), heap_put(h, heap_own(h, bytes) + 8, 2);
  list[3] = (struct heap_closure){"bytes", heap_variable(h, QJS_OBJECT, bytes)};

  uint32_t rope = heap_new(h, 64);
  heap_put(h, rope + (old ? 4 : 0), 6);
  heap_put_value(h, rope + (old ? 16 : 8), QJS_STRING, heap_string(h, "JOI"));
  heap_put_value(h, rope + (old ? 24 : 16), QJS_STRING, heap_string(h, "NED"));
  list[4] = (struct heap_closure){"rope", heap_variable(h, QJS_ROPE, rope)};

  uint32_t wide = heap_string(h, "...."), length = wide + (old ? 4 : 0);
  memcpy(h->bytes + length + 16, "W\0\xdc\0", 4);
  heap_put(h, length, 2 | 1U << 31);
  list[5] = (struct heap_closure){"wide", heap_variable(h, QJS_STRING, wide)};

  const struct heap_property names[] = {{"LISTED", QJS_INT, 1}, {"HIDDEN", QJS_INT, 1}, {NULL, 0, 0}};
  uint32_t table = heap_object(h, CLASS_OBJECT, h->objects, names);
  heap_describe(h, table, 1, 0, false);
  list[6] = (struct heap_closure){"table", heap_variable(h, QJS_OBJECT, table)};
  list[7] = (struct heap_closure){NULL, 0};
}

static void takes_what_there_is(void **state) {
  static const char text[] =
      "async function run() { const e = new Map(bound()); "
      "return e.get(map.get('k')) + e.get(await promise) + e.get(String.fromCharCode(...bytes)) + e.get(rope) + e.get(wide) + "
      "Object.keys(table).map((k) => e.get(k)); }";
  (void)state;
  for (unsigned old = 0; old < 2; old++) {
    struct quickjs_heap h;
    struct told told;
    struct heap_closure list[8];
    heap_begin(&h, old);
    make_kinds(&h, old, list);
    uint32_t code = heap_code(&h, "/app.js", 1, 8, text, list, NULL);
    const struct heap_closure exports[] = {{"run", heap_variable(&h, QJS_OBJECT, heap_function(&h, code, list, 0, NULL))},
                                           {NULL, 0}};
    const uint32_t inner[] = {code, 0};
    heap_module(&h, "/app.js", heap_function(&h, heap_code(&h, "/app.js", 1, 1, NULL, NULL, inner), NULL, 0, NULL), exports);
    assert_true(evaluate(&h, &told));
    assert_int_equal(told.count, 6);
    assert_int_equal(told.undecided, 0);
    static const char *const keys[] = {"IN_MAP", "KEPT", "AB", "JOINED", "W\xc3\x9c", "LISTED"};
    for (size_t i = 0; i < 6; i++) has(&told, keys[i], 1);
    free(h.bytes);
  }
}

static void survives_bad_words(void **state) {
  (void)state;
  static const uint32_t bad[] = {0, 1, HEAP_FROM, HEAP_SIZE - 1, HEAP_SIZE, 0x7fffffff, 0xffffffff};
  struct told told;
  for (unsigned old = 0; old < 2; old++) {
    struct quickjs_heap h;
    heap_program(&h, old);
    uint8_t *whole = malloc(HEAP_SIZE);
    assert_non_null(whole);
    memcpy(whole, h.bytes, HEAP_SIZE);
    for (uint32_t at = HEAP_FROM; at < h.at; at += 4) {
      heap_put(&h, at, bad[at / 4 % (sizeof bad / sizeof *bad)]);
      evaluate(&h, &told);
      memcpy(h.bytes, whole, HEAP_SIZE);
    }
    free(whole);
    free(h.bytes);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(asks_with_what_was_left), cmocka_unit_test(takes_what_there_is),
                                     cmocka_unit_test(survives_bad_words)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
