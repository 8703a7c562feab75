// Sets of features: presets, and the lists that name them.

#include <component/features.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void presets(void **state) {
  (void)state;
  struct cm_features normal = cm_features_of(CM_PRESET_DEFAULT), official = cm_features_of(CM_PRESET_OFFICIAL),
                     all = cm_features_of(CM_PRESET_ALL);
  assert_int_equal(normal.bits & ~official.bits, 0);  // so that adding `official` to `default` gives `official`
  assert_int_equal(all.bits, (UINT64_C(1) << CM_FEATURE_COUNT) - 1);
  assert_true(cm_has(normal, CM_FEATURE_GC) && cm_has(normal, CM_FEATURE_CM_MAP));
  assert_false(cm_has(normal, CM_FEATURE_LEGACY_EXCEPTIONS) || cm_has(normal, CM_FEATURE_CM_VALUES));
  assert_true(cm_has(official, CM_FEATURE_CM_VALUES));
  assert_false(cm_has(official, CM_FEATURE_CM_NESTED_NAMES));
}

static void lists(void **state) {
  (void)state;
  struct cm_features normal = cm_features_of(CM_PRESET_DEFAULT), set = normal;
  assert_true(cm_features_read(CM_STR(" "), &set, NULL));
  assert_int_equal(set.bits, normal.bits);
  assert_true(cm_features_read(CM_STR("-all, simd ,cm-values"), &set, NULL));
  assert_int_equal(set.bits, UINT64_C(1) << CM_FEATURE_SIMD | UINT64_C(1) << CM_FEATURE_CM_VALUES);
  assert_true(cm_features_read(CM_STR("official,-gc"), &set, NULL));
  assert_int_equal(set.bits, cm_features_of(CM_PRESET_OFFICIAL).bits & ~(UINT64_C(1) << CM_FEATURE_GC));
}

static void unknown_names(void **state) {
  (void)state;
  static const char *const bad[] = {"simd,warp", "simd,", ",", "-", "SIMD", "gc gc"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    struct cm_features set = {5};
    struct cm_diag diag = {0};
    assert_false(cm_features_read(cm_str_of(bad[i]), &set, &diag));
    assert_int_equal(set.bits, 5);
    assert_int_equal(diag.error, CM_INVALID);
    assert_non_null(strstr(diag.message, "there is no feature called"));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(presets),
      cmocka_unit_test(lists),
      cmocka_unit_test(unknown_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
