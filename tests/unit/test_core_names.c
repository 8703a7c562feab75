// Names and producers, of well-formed sections and of broken ones, which are no errors.

#include "core_bytes.h"

static void the_name_section(void **state) {
  (void)state;
  struct made m = make(1, "01 60 00 00", 2, "01 'env' 'imported' 00 00", 3, "02 00 00", 6, "01 7f 00 41 00 0b", 12, "02", 10,
                       "02 02 00 0b 02 00 0b", 11, "02 01 00 01 00", 0,
                       "'name' | 00 04 'app' | 01 0b 02 00 'one' 02 'two' | 02 01 00 | 07 04 01 00 'g' | 09 04 01 01 'd'", -1);
  struct core_names names;
  assert_made(&m);
  assert_true(core_names_read(&m.arena, m.module, &names, &m.diag));
  assert_str(names.module, "app");
  assert_int_equal(names.func_count, 3);
  // The import has a name of its own, which yields to that of the section.
  assert_str(names.funcs[0], "one");
  assert_str(names.funcs[1], "");
  assert_str(names.funcs[2], "two");
  assert_str(names.globals[0], "g");
  assert_str(names.datas[0], "");
  assert_str(names.datas[1], "d");
  assert_int_equal(names.data_count, 2);
  assert_str(core_func_name(m.module, 2), "two");
  assert_str(core_func_name(m.module, 1), "");
  assert_str(core_func_name(m.module, 77), "");
  unmake(&m);
}

static void exports_and_imports_name_what_is_left(void **state) {
  (void)state;
  struct made m = make(1, "01 60 00 00", 2, "03 'env' 'f' 00 00 'env' 'g' 03 7f 00 'env' 'e' 00 00", 3, "02 00 00", 7,
                       "04 'run' 00 02 'again' 00 02 'known' 00 03 'gx' 03 00", 10, "02 02 00 0b 02 00 0b", 0,
                       "'name' 01 08 01 03 'inner'", -1);
  struct core_names names;
  assert_made(&m);
  assert_true(core_names_read(&m.arena, m.module, &names, &m.diag));
  assert_str(names.funcs[0], "f");
  assert_str(names.funcs[1], "e");
  assert_str(names.funcs[2], "run");
  assert_str(names.funcs[3], "inner");
  assert_str(names.globals[0], "gx");
  assert_str(core_func_name(m.module, 1), "e");
  assert_str(core_func_name(m.module, 2), "run");
  assert_str(core_func_name(m.module, 3), "inner");
  unmake(&m);
}

static void broken_name_sections_give_what_can_be_read(void **state) {
  (void)state;
  static const struct {
    const char *section, *first, *second;
  } rows[] = {
      {"'name'", "", ""},
      {"'name' 01", "", ""},
      {"'name' 01 80", "", ""},
      {"'name' 01 04 01 00 'a'", "a", ""},
      {"'name' 01 7f 02 00 'a' 01 'b'", "a", "b"},
      {"'name' 01 ff ff ff ff 0f 02 00 'a' 01 'b'", "a", "b"},
      {"'name' 01 04 7f 00 'a'", "a", ""},
      {"'name' 01 07 02 00 'a' 01 05 62", "a", ""},
      {"'name' 01 07 02 00 01 ff 01 'b'", "", "b"},
      {"'name' 01 08 02 ff 01 'a' 01 'b' | 01 04 01 00 'c'", "c", "b"},
      {"'name' 01 07 02 00 'a' 00 'b'", "b", ""},
      {"'name' 00 02 01 ff | 01 04 01 01 'b'", "", "b"},
      {"'name' 7e 02 00 00 | 01 04 01 00 'a'", "a", ""},
      {"'nome' 01 04 01 00 'a'", "", ""},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct made m = make(1, "01 60 00 00", 3, "02 00 00", 10, "02 02 00 0b 02 00 0b", 0, rows[i].section, -1);
    struct core_names names;
    assert_made(&m);
    assert_true(core_names_read(&m.arena, m.module, &names, &m.diag));
    assert_str(names.funcs[0], rows[i].first);
    assert_str(names.funcs[1], rows[i].second);
    unmake(&m);
  }
}

static void huge_counts_of_names(void **state) {
  (void)state;
  struct made m = make(1, "01 60 00 00", 3, "01 00", 10, "01 02 00 0b", 0, "'name' 01 08 ff ff ff ff 0f 00 'a'", -1);
  struct core_names names;
  assert_made(&m);
  assert_true(core_names_read(&m.arena, m.module, &names, &m.diag));
  assert_str(names.funcs[0], "a");
  assert_true(m.arena.total < 100000);
  unmake(&m);
}

static void producers(void **state) {
  (void)state;
  static const struct {
    const char *bytes;
    uint32_t count;
  } rows[] = {
      {"02 'language' 02 'Rust' '1.96' 'C' '' | 'processed-by' 01 'rustc' '1.96.0'", 3},
      {"00", 0},
      {"", 0},
      {"01 'language' 00", 0},
      {"ff ff ff ff 0f 'language' ff ff ff ff 0f 'Rust' '1.96' 'C'", 1},
      {"02 'language' 01 'Rust' '1.96' 01 ff 01 'a' 'b'", 1},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct bytes b = {0};
    struct cm_arena arena;
    struct core_producer *made;
    uint32_t count;
    struct cm_diag diag = {0};
    put_text(&b, rows[i].bytes);
    cm_arena_init(&arena, NULL);
    assert_true(core_producers_read(&arena, (struct cm_span){b.at, b.size}, &made, &count, &diag));
    assert_int_equal(count, rows[i].count);
    if (count == 3) {
      assert_str(made[1].field, "language");
      assert_str(made[1].name, "C");
      assert_str(made[2].field, "processed-by");
      assert_str(made[2].version, "1.96.0");
    }
    cm_arena_free(&arena);
    free(b.at);
  }
}

static void no_memory(void **state) {
  (void)state;
  struct made m = make(1, "01 60 00 00", 3, "01 00", 10, "01 02 00 0b", -1);
  struct cm_arena arena;
  struct core_names names;
  struct core_producer *made;
  uint32_t count;
  struct bytes b = {0};
  assert_made(&m);
  cm_arena_init(&arena, NULL);
  arena.limit = 1;
  assert_false(core_names_read(&arena, m.module, &names, &m.diag));
  assert_int_equal(m.diag.error, CM_NO_MEMORY);
  put_text(&b, "01 'language' 01 'C' ''");
  assert_false(core_producers_read(&arena, (struct cm_span){b.at, b.size}, &made, &count, &m.diag));
  assert_int_equal(m.diag.error, CM_NO_MEMORY);
  cm_arena_free(&arena);
  free(b.at);
  unmake(&m);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_name_section),
      cmocka_unit_test(exports_and_imports_name_what_is_left),
      cmocka_unit_test(broken_name_sections_give_what_can_be_read),
      cmocka_unit_test(huge_counts_of_names),
      cmocka_unit_test(producers),
      cmocka_unit_test(no_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
