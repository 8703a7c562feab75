// Items that are alike, linked in the order in which they come.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "report/groups.h"

static int by_letter(const void *context, uint32_t a, uint32_t b) {
  const char *text = context;
  return (text[a] > text[b]) - (text[a] < text[b]);
}

static void assert_groups(const char *text, const char *expected) {
  struct cm_arena arena;
  struct tw_groups groups;
  cm_arena_init(&arena, NULL);
  uint32_t count = (uint32_t)strlen(text);
  assert_true(tw_groups_of(&arena, count, by_letter, text, &groups));
  char found[100];
  size_t used = 0;
  for (uint32_t i = 0; i < count; i++) {
    for (uint32_t j = groups.first[i] ? i : TW_GROUP_END; j != TW_GROUP_END; j = groups.next[j]) {
      found[used++] = (char)('0' + j);
    }
    if (groups.first[i]) {
      found[used++] = ' ';
    }
  }
  found[used] = 0;
  assert_string_equal(found, expected);
  cm_arena_free(&arena);
}

static void in_their_order(void **state) {
  (void)state;
  assert_groups("", "");
  assert_groups("a", "0 ");
  assert_groups("cabcabc", "036 14 25 ");
  assert_groups("aaaa", "0123 ");
  assert_groups("zyxw", "0 1 2 3 ");
}

static void no_memory(void **state) {
  (void)state;
  struct cm_arena arena;
  struct tw_groups groups;
  cm_arena_init(&arena, NULL);
  arena.limit = 1;
  assert_false(tw_groups_of(&arena, 3, by_letter, "abc", &groups));
  cm_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(in_their_order), cmocka_unit_test(no_memory)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
