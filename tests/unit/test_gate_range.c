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

static int order(const char *a, const char *b) {
  int forth = tw_version_compare(cm_str_of(a), cm_str_of(b)), back = tw_version_compare(cm_str_of(b), cm_str_of(a));
  assert_int_equal(forth<0, back> 0);
  return (forth > 0) - (forth < 0);
}

// semver.org, item 11: the examples of the specification, in order.
static void test_precedence(void **state) {
  (void)state;
  static const char *const versions[] = {"no version", "1.0.0-alpha",  "1.0.0-alpha.1", "1.0.0-alpha.beta",
                                         "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",
                                         "1.0.0",      "2.0.0",        "2.1.0",         "2.1.1",
                                         "2.1.10"};
  size_t count = sizeof versions / sizeof versions[0];
  for (size_t i = 0; i < count; i++) {
    for (size_t j = 0; j < count; j++) {
      assert_int_equal(order(versions[i], versions[j]), (i > j) - (i < j));
    }
  }
  assert_int_equal(order("1.0.0+a", "1.0.0+b"), 0);
}

static void test_valid(void **state) {
  (void)state;
  static const char *const good[] = {"0.2.3", "0.2.0-rc-2023-12-05", "0.2.0-draft2", "1.0.0+build.007", "1.0.0-0A.is.legal"};
  static const char *const bad[] = {"",         "1",      "1.2",   "1.2.3.4", "01.2.3", "1.2.3-",
                                    "1.2.3-01", "v1.2.3", "1.2.x", "1.2.3 ",  "-1.2.3", "1.2.9999999999999999999999"};
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) assert_true(tw_version_valid(cm_str_of(good[i])));
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) assert_false(tw_version_valid(cm_str_of(bad[i])));
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

static void test_version_of(void **state) {
  (void)state;
  assert_true(cm_str_is(tw_version_of(CM_STR("wasi:cli/environment@0.2.3")), "0.2.3"));
  assert_int_equal(tw_version_of(CM_STR("wasi_snapshot_preview1")).size, 0);
  assert_int_equal(tw_version_of(CM_STR("")).size, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_precedence), cmocka_unit_test(test_valid),           cmocka_unit_test(test_comparators),
      cmocka_unit_test(test_incomplete), cmocka_unit_test(test_caret_and_tilde), cmocka_unit_test(test_anything),
      cmocka_unit_test(test_refused),    cmocka_unit_test(test_empty),           cmocka_unit_test(test_version_of),
  };
  cm_arena_init(&arena, NULL);
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  cm_arena_free(&arena);
  return failed;
}
