// Versions: what is one, which comes first, what compatible ones have in common; and names with versions.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <component/semver.h>

static int order(const char *a, const char *b) {
  int forth = cm_semver_compare_texts(cm_str_of(a), cm_str_of(b)), back = cm_semver_compare_texts(cm_str_of(b), cm_str_of(a));
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
  struct cm_semver version;
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) assert_true(cm_semver_read(cm_str_of(good[i]), &version));
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) assert_false(cm_semver_read(cm_str_of(bad[i]), &version));
}

static void test_canonical(void **state) {
  (void)state;
  static const char *const pairs[][2] = {{"1.2.3", "1"},     {"0.2.6", "0.2"}, {"0.0.3", "0.0.3"}, {"0.2.0-draft", "0.2"},
                                         {"0.0.0", "0.0.0"}, {"", ""},         {"x", ""},          {"10.1.0", "10"}};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    assert_true(cm_str_is(cm_semver_canonical(cm_str_of(pairs[i][0])), pairs[i][1]));
  }
}

static void test_names(void **state) {
  (void)state;
  assert_true(cm_str_is(cm_name_version(CM_STR("wasi:cli/environment@0.2.3")), "0.2.3"));
  assert_true(cm_str_is(cm_name_base(CM_STR("wasi:cli/environment@0.2.3")), "wasi:cli/environment"));
  assert_true(cm_str_is(cm_name_base(CM_STR("get-environment")), "get-environment"));
  assert_int_equal(cm_name_version(CM_STR("wasi_snapshot_preview1")).size, 0);
  assert_int_equal(cm_name_version(CM_STR("")).size, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_precedence),
      cmocka_unit_test(test_valid),
      cmocka_unit_test(test_canonical),
      cmocka_unit_test(test_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
