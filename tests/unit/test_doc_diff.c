// Unified diffs: exact texts, and random ones that must lead from one text to the other.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "doc/diff.h"

static char *diff_of(struct cm_str old, struct cm_str new, bool color) {
  struct cm_arena arena;
  char *text;
  size_t size;
  FILE *to = open_memstream(&text, &size);
  cm_arena_init(&arena, NULL);
  struct tw_diff_side a = {"a", old}, b = {"b", new};
  assert_true(tw_diff_write(to, &arena, &a, &b, color));
  cm_arena_free(&arena);
  fclose(to);
  return text;
}

static void check(const char *old, const char *new, const char *expected) {
  char *text = diff_of(cm_str_of(old), cm_str_of(new), false);
  assert_string_equal(text, expected);
  free(text);
}

static void exact_texts(void **state) {
  (void)state;
  check("a\nb\n", "a\nb\n", "");
  check("", "", "");
  check("", "a\n", "--- a\n+++ b\n@@ -0,0 +1 @@\n+a\n");
  check("a\n", "", "--- a\n+++ b\n@@ -1 +0,0 @@\n-a\n");
  check("a\nb\nc\n", "a\nx\nc\n", "--- a\n+++ b\n@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n");
  check("a\nb", "a\nb\n", "--- a\n+++ b\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n");
  check("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n5\n6\n7\n8\n9\n",
        "--- a\n+++ b\n@@ -2,6 +2,7 @@\n 2\n 3\n 4\n+x\n 5\n 6\n 7\n");
  // Six equal lines between two changes keep them in one hunk, seven part them.
  check("a\n1\n2\n3\n4\n5\n6\nb\n", "1\n2\n3\n4\n5\n6\n", "--- a\n+++ b\n@@ -1,8 +1,6 @@\n-a\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n");
  check("a\n1\n2\n3\n4\n5\n6\n7\nb\n", "1\n2\n3\n4\n5\n6\n7\n",
        "--- a\n+++ b\n@@ -1,4 +1,3 @@\n-a\n 1\n 2\n 3\n@@ -6,4 +5,3 @@\n 5\n 6\n 7\n-b\n");
}

static void colors(void **state) {
  (void)state;
  char *text = diff_of(CM_STR("a\n"), CM_STR("b\n"), true);
  assert_string_equal(text, "\x1b[1m--- a\n+++ b\n\x1b[0m\x1b[36m@@ -1 +1 @@\x1b[0m\n\x1b[31m-a\x1b[0m\n\x1b[32m+b\x1b[0m\n");
  free(text);
}

// Applies a diff as `patch` would, strictly; the result is `to`.
static void check_applies(struct cm_str old, struct cm_str new, const char *diff) {
  static char result[1 << 20];
  size_t used = 0, at = 0;
  unsigned long line = 1;
  const char *next = diff;
  assert_true(*diff == '\0' || strncmp(diff, "--- a\n+++ b\n@@", 14) == 0);
  next += *diff ? 12 : 0;
  for (; *next; next = strchr(next, '\n') + 1) {
    if (*next == '@') {
      char *rest;
      assert_true(strncmp(next, "@@ -", 4) == 0);
      unsigned long first = strtoul(next + 4, &rest, 10), count = *rest == ',' ? strtoul(rest + 1, NULL, 10) : 1;
      for (first += count == 0; line < first; line++) {
        size_t size = (size_t)((const char *)memchr(old.at + at, '\n', old.size - at) - (old.at + at)) + 1;
        memcpy(result + used, old.at + at, size);
        used += size;
        at += size;
      }
      continue;
    }
    if (*next == '\\') {
      continue;
    }
    const char *end = strchr(next, '\n');
    size_t size = (size_t)(end - next) - (end[1] == '\\');
    if (*next != '+') {
      assert_memory_equal(old.at + at, next + 1, size);
      at += size;
      line++;
    }
    if (*next != '-') {
      memcpy(result + used, next + 1, size);
      used += size;
    }
  }
  memcpy(result + used, old.at + at, old.size - at);
  used += old.size - at;
  assert_int_equal(used, new.size);
  assert_memory_equal(result, new.at, used);
}

static size_t random_text(uint64_t *state, char *to, unsigned lines) {
  size_t used = 0;
  for (unsigned i = 0; i < lines; i++) {
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407U;
    to[used++] = (char)('a' + (*state >> 33) % 4);
    to[used++] = '\n';
  }
  return used - (used > 0 && *state >> 62 == 0);
}

static void random_texts(void **state) {
  (void)state;
  uint64_t seed = 1;
  for (unsigned i = 0; i < 3000; i++) {
    char a[128], b[128];
    struct cm_str old = {a, random_text(&seed, a, i % 40)}, new = {b, random_text(&seed, b, i / 40 % 40)};
    char *diff = diff_of(old, new, false);
    check_applies(old, new, diff);
    free(diff);
  }
}

// More edits than are looked for: all is replaced, and quickly.
static void large_texts(void **state) {
  (void)state;
  enum { LINES = 60000 };
  static char a[LINES * 8], b[LINES * 8];
  size_t na = 0, nb = 0;
  for (unsigned i = 0; i < LINES; i++) {
    na += (size_t)sprintf(a + na, "%u\n", i);
    nb += (size_t)sprintf(b + nb, "x%u\n", i);
  }
  struct cm_str old = {a, na}, new = {b, nb};
  char *diff = diff_of(old, new, false);
  check_applies(old, new, diff);
  free(diff);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(exact_texts), cmocka_unit_test(colors), cmocka_unit_test(random_texts),
                                     cmocka_unit_test(large_texts)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
