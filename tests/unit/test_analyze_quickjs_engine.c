// QuickJS recognized in a module whose memory was made by hand, and the program's text put together.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <component/needs.h>

#include "core_bytes.h"
#include "quickjs_heap.h"

static struct made make_engine(const struct quickjs_heap *h) {
  struct bytes b = {0}, section = {0};
  put_module(&b);
  put_section(&b, 1, "01 60 00 00");
  put_section(&b, 3, "01 00");
  put_section(&b, 5, "01 00 10");
  put_section(&b, 7, "01 01 61 00 00");
  put_section(&b, 10, "01 02 00 0b");
  put_text(&section, "01 00 41 80 08 0b");  // at 1024
  put_u32(&section, HEAP_SIZE - 1024);
  put(&section, h->bytes + 1024, HEAP_SIZE - 1024);
  put_byte(&b, 11);
  put_u32(&b, (uint32_t)section.size);
  put(&b, section.at, section.size);
  struct made m = make_of(b.at, b.size);
  free(b.at);
  free(section.at);
  assert_true(m.ok);
  return m;
}

static void finds_the_program(void **state) {
  (void)state;
  for (unsigned old = 0; old < 2; old++) {
    struct quickjs_heap h;
    heap_program(&h, old);
    struct made m = make_engine(&h);
    struct cm_needs needs;
    assert_true(cm_needs_of_module(&m.arena, m.module, NULL, &needs, &m.diag));
    assert_int_equal(needs.interpreter_count, 1);
    assert_true(cm_str_is(needs.interpreters[0].language, "JavaScript"));
    assert_true(cm_str_is(needs.interpreters[0].engine, "QuickJS"));
    assert_int_equal(needs.recovered_count, 1);
    assert_true(cm_str_is(needs.recovered[0].name, "/app.js"));
    char text[2048];
    int size = snprintf(text, sizeof text, "\n\n\n%s\n\n             %s\n       %s", class_text, show_text, run_text);
    assert_int_equal(needs.recovered[0].text.size, size);
    assert_memory_equal(needs.recovered[0].text.at, text, (size_t)size);
    unmake(&m);
    free(h.bytes);
  }
}

// What looks like the engine's names alone is not the engine.
static void wants_all_tables(void **state) {
  (void)state;
  struct quickjs_heap h;
  heap_begin(&h, false);
  for (uint32_t at = h.modules - 256; at < h.modules; at += 4) heap_put(&h, at, 0);  // the context
  struct made m = make_engine(&h);
  struct cm_needs needs;
  assert_true(cm_needs_of_module(&m.arena, m.module, NULL, &needs, &m.diag));
  assert_int_equal(needs.interpreter_count, 0);
  unmake(&m);
  free(h.bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(finds_the_program), cmocka_unit_test(wants_all_tables)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
