// StarlingMonkey's memory made by hand: boxes of shared strings, records of scripts, and what only looks like them.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <component/needs.h>

#include "core_bytes.h"

enum { BASE = 1024, SIZE = 300 << 10, CACHE = BASE + 0x40, RECORD = 13 };

static uint8_t memory[SIZE];

static void put_word(uint32_t address, uint32_t word) {
  for (unsigned i = 0; i < 4; i++) memory[address - BASE + i] = (uint8_t)(word >> 8 * i);
}

// A text with its box; a name has a zero at its end, which is counted.
static void put_box(uint32_t box, uint32_t text, const char *content, bool is_name) {
  size_t length = strlen(content), size = length + is_name;
  memcpy(memory + (text - BASE), content, length);
  if (is_name) memory[text - BASE + length] = 0;
  put_word(box, text);
  put_word(box + 4, (uint32_t)size);
  put_word(box + 8, CACHE);
  put_word(box + 12, 1);
}

static void put_record(uint32_t at, uint32_t text, uint32_t name) {
  for (uint32_t i = 0; i < 48; i++) put_word(at + 4 * i, 0);
  put_word(at, text);
  put_word(at + 4 * RECORD, name);
}

enum { TEXT = BASE + 0x1000, NAME = BASE + 0x1040, GLUE = BASE + 0x1080, GLUE_NAME = BASE + 0x10c0, SELF = BASE + 0x1100 };
static const char program[] = "// a program\nexport function run() { return 'x'; }\n";

static void make_memory(void) {
  memset(memory, 1, sizeof memory);
  put_box(TEXT, BASE + 0x2000, program, false);
  put_box(NAME, BASE + 0x2400, "lib/app.js", true);
  put_box(GLUE, BASE + 0x2800, "const { get: e0 } = import.meta.builtin;", false);
  put_box(GLUE_NAME, BASE + 0x2c00, "<internal>", true);
  put_box(SELF, BASE + 0x3000, "self-hosted", true);
  put_record(BASE + 0x4000, TEXT, NAME);
  put_record(BASE + 0x5000, GLUE, GLUE_NAME);
}

// A module with that memory; `export` is what its one function is called.
static struct made make_engine(const char *export) {
  struct bytes b = {0}, section = {0};
  put_module(&b);
  put_section(&b, 1, "01 60 00 00");
  put_section(&b, 3, "01 00");
  put_section(&b, 5, "01 00 10");
  put_byte(&section, 1);
  put_u32(&section, (uint32_t)strlen(export));
  put(&section, export, strlen(export));
  put_text(&section, "00 00");
  put_byte(&b, 7);
  put_u32(&b, (uint32_t)section.size);
  put(&b, section.at, section.size);
  put_section(&b, 10, "01 02 00 0b");
  section.size = 0;
  put_text(&section, "01 00 41 80 08 0b");  // at 1024
  put_u32(&section, SIZE);
  put(&section, memory, SIZE);
  put_byte(&b, 11);
  put_u32(&b, (uint32_t)section.size);
  put(&b, section.at, section.size);
  struct made m = make_of(b.at, b.size);
  free(b.at);
  free(section.at);
  assert_true(m.ok);
  return m;
}

static struct cm_needs needs_of(struct made *m) {
  struct cm_needs needs;
  assert_true(cm_needs_of_module(&m->arena, m->module, NULL, &needs, &m->diag));
  return needs;
}

static void finds_the_program(void **state) {
  (void)state;
  make_memory();
  struct made m = make_engine("wizer.initialize");
  struct cm_needs needs = needs_of(&m);
  assert_int_equal(needs.interpreter_count, 1);
  assert_true(cm_str_is(needs.interpreters[0].language, "JavaScript"));
  assert_true(cm_str_is(needs.interpreters[0].engine, "StarlingMonkey"));
  assert_int_equal(needs.recovered_count, 1);
  assert_true(cm_str_is(needs.recovered[0].name, "lib/app.js"));
  assert_int_equal(needs.recovered[0].text.size, strlen(program));
  assert_memory_equal(needs.recovered[0].text.at, program, strlen(program));
  unmake(&m);
}

// The cache's own table holds boxes close together: what stands behind a text there is not its name.
static void tells_records_from_tables(void **state) {
  (void)state;
  make_memory();
  for (uint32_t copy = 0; copy < 4; copy++) {
    uint32_t table = BASE + 0x800 + copy * 0x100;
    put_record(table, TEXT, 0);
    put_word(table + 12, GLUE_NAME);
    put_word(table + 24, GLUE);
    put_word(table + 40, NAME);
  }
  struct made m = make_engine("wizer.initialize");
  struct cm_needs needs = needs_of(&m);
  assert_int_equal(needs.recovered_count, 1);
  assert_true(cm_str_is(needs.recovered[0].name, "lib/app.js"));
  unmake(&m);
}

// What is left of a record may have another script's name: the one that this script alone can have is its own. The glue that is named after the
// program is the engine's.
static void tells_names_apart(void **state) {
  (void)state;
  enum { HOST = BASE + 0x1140, HOST_NAME = BASE + 0x1180, BINDINGS = BASE + 0x11c0, BINDINGS_NAME = BASE + 0x1200 };
  make_memory();
  put_box(HOST, BASE + 0x3400, "export { x } from './app.bindings.js';", false);
  put_box(HOST_NAME, BASE + 0x3800, "wasi__cli$environment@0.2.3.js", true);
  put_box(BINDINGS, BASE + 0x3c00, "class BindingsError extends Error {}", false);
  put_box(BINDINGS_NAME, BASE + 0x3e00, "app.bindings.js", true);
  put_record(BASE + 0x800, TEXT, HOST_NAME);
  put_record(BASE + 0x6000, HOST, HOST_NAME);
  put_record(BASE + 0x7000, BINDINGS, BINDINGS_NAME);
  struct made m = make_engine("wizer.initialize");
  struct cm_needs needs = needs_of(&m);
  assert_int_equal(needs.recovered_count, 2);
  assert_true(cm_str_is(needs.recovered[0].name, "lib/app.js"));
  assert_int_equal(needs.recovered[0].text.size, strlen(program));
  assert_true(cm_str_is(needs.recovered[1].name, "wasi__cli$environment@0.2.3.js"));
  unmake(&m);
}

// One mark is none: a program that holds strings in such a way is not yet the engine.
static void wants_two_marks(void **state) {
  (void)state;
  make_memory();
  put_word(SELF + 12, 0);
  put_word(GLUE_NAME + 12, 0);
  struct made m = make_engine("start");
  assert_int_equal(needs_of(&m).interpreter_count, 0);
  unmake(&m);
  memset(memory, 1, sizeof memory);
  m = make_engine("wizer.initialize");
  assert_int_equal(needs_of(&m).interpreter_count, 0);
  unmake(&m);
}

static void survives_bad_pointers(void **state) {
  (void)state;
  static const uint32_t bad[] = {0, 1, BASE - 1, BASE + SIZE - 1, BASE + SIZE, BASE + SIZE + 100, 0x7fffffff, 0xffffffff};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    for (uint32_t word = 0; word < 4; word++) {
      make_memory();
      put_word(TEXT + 4 * word, bad[i]);
      put_word(NAME + 4 * ((word + 1) % 4), bad[i]);
      put_word(BASE + SIZE - 8, TEXT);
      struct made m = make_engine("wizer.initialize");
      assert_true(needs_of(&m).recovered_count <= 2);
      unmake(&m);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(finds_the_program), cmocka_unit_test(tells_records_from_tables),
                                     cmocka_unit_test(tells_names_apart), cmocka_unit_test(wants_two_marks),
                                     cmocka_unit_test(survives_bad_pointers)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
