// Versions and ranges.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "gate/range.h"

static struct cm_arena arena;

static bool holds(const char *range, const char *version) {
  const struct tw_range *read;
  if (!tw_range_read(&arena, cm_str_of(range), &read)) {
    fail_msg("no range: %s", range);
  }
  return tw_range_holds(read, cm_str_of(version));
}

static bool reads(const char *range) {
  const struct tw_range *read;
  return tw_range_read(&arena, cm_str_of(range), &read);
}

static bool empty(const char *range) {
  const struct tw_range *read;
  assert_true(tw_range_read(&arena, cm_str_of(range), &read));
  return tw_range_empty(read);
}

static void test_comparators(void **state) {
  (void)state;
  assert_true(holds("0.2.3", "0.2.3"));
  assert_true(holds("=0.2.3", "0.2.3"));
  assert_false(holds("0.2.3", "0.2.4"));
  assert_true(holds(">=0.2.3 <0.3.0", "0.2.9"));
  assert_false(holds(">=0.2.3 <0.3.0", "0.2.2"));
  assert_true(holds("> 1.0.0", "1.0.1"));
  assert_false(holds(">1.0.0", "1.0.0"));
  assert_true(holds("<=1.2.0", "1.2.0"));
  assert_true(holds("0.2.0 || 0.2.6", "0.2.6"));
  assert_false(holds("0.2.0||0.2.6", "0.2.5"));
}

static void test_incomplete(void **state) {
  (void)state;
  assert_true(holds("0.2", "0.2.0-draft"));
  assert_true(holds("0.2.x", "0.2.99"));
  assert_false(holds("0.2", "0.3.0-rc-1"));
  assert_true(holds(">=0.2", "0.2.0-rc.1"));
  assert_false(holds("<0.3", "0.3.0-rc-1"));
  assert_true(holds("<0.3.0", "0.3.0-rc-1"));
  assert_false(holds(">0.2", "0.2.9"));
  assert_true(holds(">0.2", "0.3.0-rc-1"));
  assert_true(holds("<=0.2", "0.2.9"));
  assert_false(holds("<=0.2", "0.3.0-rc-1"));
  assert_true(holds("1", "1.9.9"));
}

static void test_caret_and_tilde(void **state) {
  (void)state;
  assert_true(holds("^1.2.3", "1.9.0"));
  assert_false(holds("^1.2.3", "2.0.0-rc"));
  assert_false(holds("^1.2.3", "1.2.2"));
  assert_true(holds("^0.2.3", "0.2.9"));
  assert_false(holds("^0.2.3", "0.3.0"));
  assert_true(holds("^0.0.3", "0.0.3"));
  assert_false(holds("^0.0.3", "0.0.4"));
  assert_true(holds("^0.2", "0.2.0-draft"));
  assert_true(holds("^0", "0.9.0"));
  assert_false(holds("^0", "1.0.0"));
  assert_true(holds("^0.0", "0.0.7"));
  assert_true(holds("~1.2.3", "1.2.9"));
  assert_false(holds("~1.2.3", "1.3.0"));
  assert_true(holds("~1", "1.9.0"));
}

static void test_anything(void **state) {
  (void)state;
  assert_true(holds("*", "1.2.3-rc"));
  assert_true(holds("*", ""));
  assert_true(holds("*", "no version"));
  assert_false(holds(">=0.0.0", "no version"));
  assert_true(holds("* || 1.2.3", "2.0.0"));
}

static void test_refused(void **state) {
  (void)state;
  static const char *const bad[] = {"",    " ",  "a",  ">",     ">=",      "1.2.3.4", "1.2.3 ||", "|| 1",
                                    "1,2", ">*", "^x", "1.x.3", "1.2.3<2", "~~1",     "1.2-rc"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    if (reads(bad[i])) fail_msg("taken for a range: '%s'", bad[i]);
  }
}

static void test_empty(void **state) {
  (void)state;
  assert_true(empty(">2 <1"));
  assert_true(empty(">1.0.0 <1.0.0"));
  assert_true(empty(">1.0.0 1.0.0"));
  assert_true(empty(">=1 <1 || >3 <2"));
  assert_false(empty(">=1.0.0 <=1.0.0"));
  assert_false(empty(">2 <1 || 3"));
  assert_false(empty("*"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_comparators), cmocka_unit_test(test_incomplete), cmocka_unit_test(test_caret_and_tilde),
      cmocka_unit_test(test_anything),    cmocka_unit_test(test_refused),    cmocka_unit_test(test_empty),
  };
  cm_arena_init(&arena, NULL);
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  cm_arena_free(&arena);
  return failed;
}
