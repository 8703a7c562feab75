// Searching in sorted arrays: where a condition begins to hold.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/sorted.h"

static void where_items_begin(void **state) {
  (void)state;
  static const unsigned items[] = {2, 3, 3, 3, 7, 9};
  enum { COUNT = sizeof items / sizeof *items };
  for (unsigned value = 0; value < 12; value++)
    for (size_t from = 0; from <= COUNT; from++)
      for (size_t to = from; to <= COUNT; to++) {
        size_t not_less = from, greater = from, found;
        while (not_less < to && items[not_less] < value) not_less++;
        while (greater < to && items[greater] <= value) greater++;
        SORTED_FIRST(found, from, to, items[found] >= value);
        assert_int_equal(found, not_less);
        SORTED_FIRST(found, from, to, items[found] > value);
        assert_int_equal(found, greater);
      }
}

// No position is looked at that is not between the two; positions may be as large as their type lets them.
static void positions(void **state) {
  (void)state;
  uint32_t at;
  unsigned seen = 0;
  SORTED_FIRST(at, 5, 5, (seen++, at));
  assert_int_equal(at, 5);
  SORTED_FIRST(at, 6, 5, (seen++, at));
  assert_int_equal(at, 6);
  assert_int_equal(seen, 0);
  SORTED_FIRST(at, UINT32_MAX - 3, UINT32_MAX, (seen++, at == UINT32_MAX - 1));
  assert_int_equal(at, UINT32_MAX - 1);
  assert_in_range(seen, 1, 2);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(where_items_begin), cmocka_unit_test(positions)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
