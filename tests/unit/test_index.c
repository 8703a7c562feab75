// Items found by hash: those that share one, very many, and none.

#include "bytes.h"

#include "base/index.h"

static uint32_t count_of(const struct index *index, uint64_t hash) {
  size_t cursor = 0;
  uint32_t count = 0;
  for (uint32_t item; index_next(index, hash, &cursor, &item);) count++;
  return count;
}

static bool has(const struct index *index, uint64_t hash, uint32_t wanted) {
  size_t cursor = 0;
  for (uint32_t item; index_next(index, hash, &cursor, &item);)
    if (item == wanted) return true;
  return false;
}

static void very_many(void **state) {
  (void)state;
  enum { COUNT = 100000 };
  struct cm_arena arena;
  struct index index;
  cm_arena_init(&arena, NULL);
  assert_true(index_init(&index, &arena));
  for (uint32_t i = 0; i < COUNT; i++) assert_true(index_add(&index, &arena, index_mix(index.seed, i), i));
  for (uint32_t i = 0; i < COUNT; i++) assert_true(has(&index, index_mix(index.seed, i), i));
  uint32_t strangers = 0;
  for (uint32_t i = COUNT; i < 2 * COUNT; i++) strangers += count_of(&index, index_mix(index.seed, i));
  assert_in_range(strangers, 0, 20);  // 32 bits of the hash are compared
  cm_arena_free(&arena);
}

static void equal_hashes(void **state) {
  (void)state;
  struct cm_arena arena;
  struct index index;
  cm_arena_init(&arena, NULL);
  assert_true(index_init(&index, &arena));
  assert_int_equal(count_of(&index, 7), 0);
  for (uint32_t i = 0; i < 50; i++) assert_true(index_add(&index, &arena, i % 2 ? 7 : 8, i));
  assert_int_equal(count_of(&index, 7), 25);
  assert_int_equal(count_of(&index, 8), 25);
  assert_true(has(&index, 7, 49) && !has(&index, 7, 48));
  cm_arena_free(&arena);
}

static void texts(void **state) {
  (void)state;
  static const char *const all[] = {"", "a", "b", "ab", "ba", "abcdefgh", "abcdefg", "abcdefghi", "abcdefgh\1"};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
      assert_true((index_mix_text(5, cm_str_of(all[i])) == index_mix_text(5, cm_str_of(all[k]))) == (i == k));
  // Zeros at the end count.
  assert_true(index_mix_text(5, (struct cm_str){"a\0", 2}) != index_mix_text(5, (struct cm_str){"a\0", 1}));
}

static void no_memory(void **state) {
  (void)state;
  struct cm_arena arena;
  struct index index;
  cm_arena_init(&arena, NULL);
  assert_true(index_init(&index, &arena));
  arena.limit = arena.total;
  uint32_t added = 0;
  while (added < 100000 && index_add(&index, &arena, index_mix(1, added), added)) added++;
  assert_in_range(added, 1, 99999);
  for (uint32_t i = 0; i < added; i++) assert_true(has(&index, index_mix(1, i), i));
  cm_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(very_many), cmocka_unit_test(equal_hashes), cmocka_unit_test(texts),
                                     cmocka_unit_test(no_memory)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
