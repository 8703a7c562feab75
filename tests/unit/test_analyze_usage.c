// What a function does with its first parameter, as its body tells.

#include "analyze/usage.h"
#include "analyze_samples.h"
#include "data/analyze.h"

enum { W = USAGE_WRITTEN, K = USAGE_KEPT, DW = USAGE_DEEP_WRITTEN, DK = USAGE_DEEP_KEPT };

static void uses(void **state) {
  (void)state;
  static const struct {
    const char *function;
    unsigned uses;
  } rows[] = {
      {"reads", 0},
      {"compares", 0},
      {"reports", 0},
      {"returns", K},
      {"returns-found", DK},
      {"writes", W},
      {"writes-found", DW},
      {"writes-in-loop", W},
      {"keeps", K},
      {"stores", K},
      {"stores-in-other", K},
      {"by-frame", W},
      {"in-frame", 0},
      {"hands-on", W},
      {"hands-frame", W | DW},
      {"hands-found", DW},
      {"copies", DK},
      {"copies-there", W},
      {"fills", W},
      {"hands-out", USAGE_ANYHOW},
      {"recursive", USAGE_ANYHOW},
      {"hands-anywhere", USAGE_ANYHOW},
  };
  struct built built = build_sample(analyze_samples, "usage");
  number_sample(&built);
  struct usage usage;
  assert_true(usage_init(&usage, &built.program, &built.arena));
  bool good = true;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    unsigned seen = usage_of(&usage, exported(&built, 0, rows[i].function), 0);
    if (seen != rows[i].uses) print_error("%s: %x, expected %x\n", rows[i].function, seen, rows[i].uses);
    good &= seen == rows[i].uses;
  }
  assert_true(good);
  assert_int_equal(usage_of(&usage, exported(&built, 0, "stores-in-other"), 1), W);
  assert_int_equal(usage_of(&usage, NO_FUNC, 0), USAGE_ANYHOW);
  assert_int_equal(usage_of(&usage, 0, 0), USAGE_ANYHOW);  // an import
  drop_sample(&built);
}

// What cannot be looked at any more counts as the worst.
static void nothing_left(void **state) {
  (void)state;
  struct built built = build_sample(analyze_samples, "usage");
  number_sample(&built);
  struct usage usage;
  assert_true(usage_init(&usage, &built.program, &built.arena));
  usage.steps_left = 1;
  assert_int_equal(usage_of(&usage, exported(&built, 0, "reads"), 0), USAGE_ANYHOW);
  drop_sample(&built);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(uses), cmocka_unit_test(nothing_left)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
