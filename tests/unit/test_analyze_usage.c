// What a function does with its first parameter, as its body tells.

#include "analyze/usage.h"
#include "analyze_samples.h"
#include "data/analyze.h"

enum { W = USAGE_WRITTEN, K = USAGE_KEPT, DW = W << USAGE_DEEP, DK = K << USAGE_DEEP };

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
      {"hands-frame", W},
      {"hands-found", DW},
      {"copies", DK},
      {"copies-there", W},
      {"fills", W},
      {"hands-out", USAGE_ANYHOW},
      {"recursive", USAGE_ANYHOW},
      {"hands-anywhere", USAGE_ANYHOW},
      {"is-replaced", 0},
      {"comes-back", USAGE_ANYHOW},
      {"is-one-of-two", W},
      {"is-dead", 0},
      {"is-no-pointer", 0},
      {"joins-frame", K},
      {"sends", USAGE_ANYHOW},
      {"sends-to-writer", W},
      {"sends-to-reader", 0},
      {"sends-found", DW},
      {"sends-on", USAGE_ANYHOW},
      {"is-filled", W | DW},
  };
  struct built built = build_sample(analyze_samples, "usage");
  number_sample(&built);
  struct usage usage;
  assert_true(usage_init(&usage, &built.program, &built.arena));
  bool good = true;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    unsigned seen = usage_of(&usage, 0, exported(&built, 0, rows[i].function), 0, NULL);
    if (seen != rows[i].uses) print_error("%s: %x, expected %x\n", rows[i].function, seen, rows[i].uses);
    good &= seen == rows[i].uses;
  }
  assert_true(good);
  assert_int_equal(usage_of(&usage, 0, exported(&built, 0, "stores-in-other"), 1, NULL), W);
  assert_int_equal(usage_of(&usage, 0, NO_FUNC, 0, NULL), USAGE_ANYHOW);
  assert_int_equal(usage_of(&usage, 0, 0, 0, NULL), USAGE_ANYHOW);  // an import
  // What is sent to a function that is given, too, is used as that one does.
  static const struct {
    struct value to;
    unsigned uses;
  } given[] = {
      {{.kind = VALUE_CONST, .bits = 1}, W}, {{.kind = VALUE_CONST, .bits = 2}, 0}, {{.kind = VALUE_UNKNOWN}, USAGE_ANYHOW}};
  for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
    struct value arguments[] = {{.kind = VALUE_UNKNOWN}, given[i].to};
    assert_int_equal(usage_of(&usage, 0, exported(&built, 0, "sends-on"), 0, arguments), given[i].uses);
  }
  assert_int_equal(usage_of(&usage, 0, 1, 1, NULL), W | DW);  // fd_read itself
  static const struct {
    const char *function;
    uint32_t bytes;
  } reaches[] = {{"reads", 0},        {"writes", 4},       {"hands-on", 4},   {"fills", 8},
                 {"copies-there", 8}, {"writes-found", 0}, {"writes-far", 13}};
  for (size_t i = 0; i < sizeof reaches / sizeof *reaches; i++)
    assert_int_equal(usage_reach(&usage, 0, exported(&built, 0, reaches[i].function), 0), reaches[i].bytes);
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
  assert_int_equal(usage_of(&usage, 0, exported(&built, 0, "reads"), 0, NULL), USAGE_ANYHOW);
  drop_sample(&built);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(uses), cmocka_unit_test(nothing_left)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
