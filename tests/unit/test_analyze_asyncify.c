// Code that Asyncify changed, read as it was.

#include "analyze/asyncify.h"
#include "analyze_samples.h"
#include "data/analyze.h"

// How many instructions of an exported function are `op`.
static unsigned count(const struct core_module *module, struct cm_arena *arena, const char *name, enum core_op op) {
  const struct core_export *e = core_find_export(module, (struct cm_str){name, strlen(name)}, CORE_FUNC);
  struct core_code code;
  unsigned n = 0;
  assert_non_null(e);
  assert_true(core_code_begin(&code, arena, module, e->index, NULL, NULL, NULL));
  for (struct core_instr i; core_code_next(&code, &i);) n += i.op == op;
  assert_false(code.reader.failed);
  return n;
}

static void undone(void **state) {
  (void)state;
  struct built b = build_sample(analyze_samples, "asyncified");
  const struct asyncified *a = asyncify_undo(&b.arena, b.module);
  assert_non_null(a);
  assert_int_equal(a->state, 1);
  // Nothing tests the state, takes anything back or puts it aside.
  assert_int_equal(count(a->module, &b.arena, "doubled", CORE_OP_GLOBAL_GET), 0);
  assert_int_equal(count(a->module, &b.arena, "doubled", CORE_OP_I32_LOAD), 0);
  assert_int_equal(count(a->module, &b.arena, "doubled", CORE_OP_I32_STORE), 0);
  assert_int_equal(count(a->module, &b.arena, "doubled", CORE_OP_CALL), 1);
  assert_int_equal(count(a->module, &b.arena, "doubled", CORE_OP_I32_MUL), 1);
  assert_int_equal(count(a->module, &b.arena, "either", CORE_OP_IF), 1);
  // The module is as valid as it was, and everything stands where it stood.
  struct cm_diag diag = {0};
  assert_true(core_read_bodies(a->module, &diag));
  assert_int_equal(a->module->bytes.size, b.module->bytes.size);
  for (uint32_t f = b.module->imported[CORE_FUNC]; f < b.module->func_count; f++)
    assert_int_equal(a->module->funcs[f].body.at - a->module->file, b.module->funcs[f].body.at - b.module->file);
  drop_sample(&b);
}

static void left(void **state) {
  (void)state;
  static const struct {
    const char *name;
    bool pauses;
  } rows[] = {
      {"plain", false}, {"doubled", true}, {"none", false}, {"asyncify_start_unwind", true}, {"asyncify_stop_unwind", false}};
  struct built b = build_sample(analyze_samples, "asyncified");
  const struct asyncified *a = asyncify_undo(&b.arena, b.module);
  assert_non_null(a);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const struct core_export *e = core_find_export(b.module, (struct cm_str){rows[i].name, strlen(rows[i].name)}, CORE_FUNC);
    assert_non_null(e);
    assert_int_equal(a->pauses[e->index], rows[i].pauses);
  }
  drop_sample(&b);
}

static void others(void **state) {
  (void)state;
  static const char *const names[] = {"asyncified_not", "see", "heap"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    struct built b = build_sample(analyze_samples, names[i]);
    assert_null(asyncify_undo(&b.arena, b.module));
    drop_sample(&b);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(undone), cmocka_unit_test(left), cmocka_unit_test(others)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
