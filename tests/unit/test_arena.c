// Arenas: what they give is zeroed, also where it was given before.

#include "bytes.h"

// Blocks that are out, and not zeroed by the system's grace: a block that comes back is filled.
struct counting {
  size_t out;
};

static void *get(void *context, size_t size) {
  struct counting *c = context;
  c->out++;
  return calloc(1, size);
}

static void put_back(void *context, void *block, size_t size) {
  struct counting *c = context;
  c->out--;
  memset(block, 0xa5, size);
  free(block);
}

static bool is_zero(const uint8_t *at, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (at[i]) return false;
  return true;
}

static void clear_keeps_a_block(void **state) {
  (void)state;
  struct counting c = {0};
  struct cm_allocator allocator = {get, put_back, &c};
  struct cm_arena arena;
  cm_arena_init(&arena, &allocator);
  cm_arena_clear(&arena);
  assert_int_equal(c.out, 0);
  static const size_t sizes[] = {1, 100, 4000, 100000, 7, 30000, 5000, 1 << 21};
  for (unsigned round = 0; round < 5; round++) {
    for (unsigned i = 0; i < 40; i++) {
      size_t size = sizes[(i + round) % (sizeof sizes / sizeof *sizes)];
      uint8_t *at = cm_alloc(&arena, size);
      assert_non_null(at);
      assert_true(is_zero(at, size));
      memset(at, 0x5a, size);
    }
    cm_arena_clear(&arena);
    assert_int_equal(c.out, 1);
    assert_in_range(arena.total, 1, 1 << 20);
  }
  // One that has a block for a large request alone keeps none.
  cm_arena_free(&arena);
  assert_non_null(cm_alloc(&arena, 1 << 22));
  cm_arena_clear(&arena);
  assert_int_equal(c.out, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(clear_keeps_a_block)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
