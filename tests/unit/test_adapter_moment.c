// Moments and durations, as people write them: read exactly, or not at all.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapt/moment.h"

struct row {
  const char *text;
  int64_t seconds;
  uint32_t nanoseconds;
};

static void test_durations(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"0", 0, 0},
      {"90", 90, 0},
      {"+90s", 90, 0},
      {"-90", -90, 0},
      {"1.5", 1, 500000000},
      {"-1.5", -2, 500000000},
      {"-0.000000001", -1, 999999999},
      {"250ms", 0, 250000000},
      {"1500us", 0, 1500000},
      {"1500000000ns", 1, 500000000},
      {"0.5m", 30, 0},
      {"1.000000001h", 3600, 3600},
      {"1.5d", 129600, 0},
      {"0.0000000019", 0, 1},
  };
  static const char *const wrong[] = {
      "", "-", "s", "1.", ".5", "1x", "1 s", "1e3", "--1", "1ss", "99999999999999999999", "92233720368547758h"};
  struct tw_moment moment;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    assert_true(tw_duration_read(rows[i].text, &moment));
    assert_int_equal(moment.seconds, rows[i].seconds);
    assert_int_equal(moment.nanoseconds, rows[i].nanoseconds);
  }
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) assert_false(tw_duration_read(wrong[i], &moment));
}

static void test_moments(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"0", 0, 0},
      {"1709204400.25", 1709204400, 250000000},
      {"-0.5", -1, 500000000},
      {"1970-01-01T00:00:00Z", 0, 0},
      {"1969-12-31T23:59:59.5Z", -1, 500000000},
      {"2024-02-29T12:00:00Z", 1709208000, 0},
      {"2024-02-29t13:00:00.000000001+01:00", 1709208000, 1},
      {"2000-03-01 00:00:00-00:30", 951870600, 0},
      {"1600-02-29T00:00:00Z", -11670998400, 0},
      {"0001-01-01T00:00:00Z", -62135596800, 0},
      {"9999-12-31T23:59:59Z", 253402300799, 0},
      {"2016-12-31T23:59:60Z", 1483228800, 0},
  };
  static const char *const wrong[] = {"",
                                      "2024-02-29",
                                      "2023-02-29T12:00:00Z",
                                      "1900-02-29T12:00:00Z",
                                      "2024-13-01T00:00:00Z",
                                      "2024-00-01T00:00:00Z",
                                      "2024-01-32T00:00:00Z",
                                      "2024-01-01T24:00:00Z",
                                      "2024-01-01T00:60:00Z",
                                      "2024-01-01T00:00:61Z",
                                      "2024-01-01T00:00:00",
                                      "2024-01-01T00:00:00+1:00",
                                      "2024-01-01T00:00:00+01:60",
                                      "2024-01-01T00:00:00Zx",
                                      "24-01-01T00:00:00Z",
                                      "12:00",
                                      "5s"};
  struct tw_moment moment;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    assert_true(tw_moment_read(rows[i].text, &moment));
    assert_int_equal(moment.seconds, rows[i].seconds);
    assert_int_equal(moment.nanoseconds, rows[i].nanoseconds);
  }
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) assert_false(tw_moment_read(wrong[i], &moment));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_durations), cmocka_unit_test(test_moments)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
