// Patterns of keys: fitting, covering, meeting, and the patterns made of keys.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "gate/glob.h"

static bool fits(const char *glob, const char *key) { return tw_glob_fits(cm_str_of(glob), cm_str_of(key), false); }
static bool folds(const char *glob, const char *key) { return tw_glob_fits(cm_str_of(glob), cm_str_of(key), true); }
static bool covers(const char *outer, const char *inner) { return tw_glob_covers(cm_str_of(outer), cm_str_of(inner), false); }
static bool meets(const char *a, const char *b) {
  bool one = tw_glob_meets(cm_str_of(a), cm_str_of(b), false);
  bool other = tw_glob_meets(cm_str_of(b), cm_str_of(a), false);
  assert_int_equal(one, other);
  return one;
}

static void test_valid(void **state) {
  (void)state;
  assert_true(tw_glob_valid(CM_STR("LOG_LEVEL")));
  assert_true(tw_glob_valid(CM_STR("*")));
  assert_true(tw_glob_valid(CM_STR("a\\\\")));
  assert_false(tw_glob_valid(CM_STR("")));
  assert_false(tw_glob_valid(CM_STR("a\\")));
}

static void test_fits(void **state) {
  (void)state;
  assert_true(fits("LOG_LEVEL", "LOG_LEVEL"));
  assert_false(fits("LOG_LEVEL", "LOG_LEVELS"));
  assert_false(fits("LOG_LEVEL", "log_level"));
  assert_true(folds("API.example", "api.EXAMPLE"));
  assert_true(fits("OTEL_*", "OTEL_"));
  assert_true(fits("OTEL_*", "OTEL_EXPORTER"));
  assert_false(fits("OTEL_*", "XOTEL_"));
  assert_true(fits("*", ""));
  assert_true(fits("*.example.com", "a.b.example.com"));
  assert_false(fits("*.example.com", "example.com"));
  assert_true(fits("a*b*c", "aXbXbc"));
  assert_false(fits("a*b*c", "aXcXb"));
  assert_true(fits("**a**", "bab"));
}

static void test_backslash(void **state) {
  (void)state;
  assert_true(fits("a\\*", "a*"));
  assert_false(fits("a\\*", "ab"));
  assert_true(fits("a\\\\b", "a\\b"));
  assert_true(fits("\\a", "a"));
  // In a key a backslash and a star are characters like any other.
  assert_false(fits("a", "\\a"));
  assert_true(fits("*", "\\"));
  assert_false(fits("ab", "a*"));
}

static void test_covers(void **state) {
  (void)state;
  assert_true(covers("*", "DEMO_*"));
  assert_true(covers("DEMO_*", "DEMO_*"));
  assert_true(covers("DEMO_*", "DEMO_A_*"));
  assert_true(covers("DEMO_*", "DEMO_X"));
  assert_false(covers("DEMO_A_*", "DEMO_*"));
  assert_false(covers("DEMO_X", "DEMO_*"));
  assert_false(covers("DEMO_\\*", "DEMO_*"));
  assert_true(covers("DEMO_\\*", "DEMO_\\*"));
  assert_true(covers("*_URL", "DB_*_URL"));
  assert_false(covers("*_URL", "DB_*"));
}

static void test_meets(void **state) {
  (void)state;
  assert_true(meets("DB_*", "*_URL"));
  assert_false(meets("DB_*", "LOG_*"));
  assert_true(meets("*", "x"));
  assert_true(meets("a*", "a"));
  assert_false(meets("a*b", "a*c"));
  assert_true(meets("*a*", "*b*"));
  assert_true(meets("ab*", "*ba"));
  assert_false(meets("ab", "*c*"));
  assert_false(meets("a\\*", "ab"));
  assert_true(meets("a\\*", "a*"));
  assert_true(meets("**", "**"));
}

// Whatever is said of two patterns holds for the keys that fit them: all short patterns and keys over a small alphabet.
static void test_laws(void **state) {
  (void)state;
  static const char letters[] = "ab*";
  char globs[120][5], keys[31][5];
  size_t glob_count = 0, key_count = 0;
  for (int size = 1; size <= 4; size++) {
    int all = 1;
    for (int i = 0; i < size; i++) all *= 3;
    for (int number = 0; number < all && glob_count < 120; number++) {
      char text[5] = "";
      for (int i = 0, rest = number; i < size; i++, rest /= 3) text[i] = letters[rest % 3];
      memcpy(globs[glob_count++], text, sizeof text);
      if (!strchr(text, '*') && key_count < 30) memcpy(keys[key_count++], text, sizeof text);
    }
  }
  memcpy(keys[key_count++], "", 1);
  for (size_t a = 0; a < glob_count; a++) {
    for (size_t b = 0; b < glob_count; b++) {
      bool both = false;
      for (size_t k = 0; k < key_count; k++) {
        bool in_a = fits(globs[a], keys[k]), in_b = fits(globs[b], keys[k]);
        both |= in_a && in_b;
        if (covers(globs[a], globs[b]) && in_b) assert_true(in_a);
      }
      if (both) assert_true(meets(globs[a], globs[b]));
    }
  }
}

static void test_of_key(void **state) {
  (void)state;
  struct cm_arena arena;
  cm_arena_init(&arena, NULL);
  struct cm_str glob = tw_glob_of_key(&arena, CM_STR("a*\\b"));
  assert_true(cm_str_is(glob, "a\\*\\\\b"));
  assert_true(tw_glob_fits(glob, CM_STR("a*\\b"), false));
  assert_false(tw_glob_fits(glob, CM_STR("ax\\b"), false));
  assert_true(cm_str_is(tw_glob_of_pattern(&arena, CM_STR("a*\\")), "a*\\\\"));
  cm_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_valid), cmocka_unit_test(test_fits), cmocka_unit_test(test_backslash), cmocka_unit_test(test_covers),
      cmocka_unit_test(test_meets), cmocka_unit_test(test_laws), cmocka_unit_test(test_of_key),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
