// The abstract world: bytes over the image, forks that do not see each other, meetings that keep what belongs together, widening.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyze/program.h"

struct bench {
  struct cm_arena arena;
  struct value_table values;
  struct world_context worlds;
  struct world world;
};

static const char low[] = "\x80\xff\x7f\x01"
                          "abcdefgh";
static const char high[] = "table";
static struct image_segment segments[] = {
    {.address = 100, .bytes = {(const uint8_t *)low, sizeof low - 1}},
    {.address = 120, .bytes = {(const uint8_t *)high, sizeof high - 1}},
};
static const struct image image = {.segments = segments, .count = 2, .end = 125};

static void open_bench(struct bench *b) {
  *b = (struct bench){0};
  cm_arena_init(&b->arena, NULL);
  value_table_init(&b->values, &b->arena);
  b->worlds = (struct world_context){.arena = &b->arena, .values = &b->values};
  assert_true(world_init(&b->worlds, &b->world, &image, 2));
}

static void close_bench(struct bench *b) {
  assert_false(b->worlds.failed || b->values.failed);
  cm_arena_free(&b->arena);
}

static struct value load(struct bench *b, const struct world *world, uint64_t address, unsigned size) {
  return world_load(&b->worlds, world, address, size);
}

static void assert_const(struct value v, uint64_t bits) {
  assert_int_equal(v.kind, VALUE_CONST);
  assert_int_equal(v.bits, bits);
}

#define assert_unknown(v) assert_int_equal((v).kind, VALUE_UNKNOWN)

static struct value leaf(const struct bench *b, struct value v, uint32_t join, bool second) {
  struct value_choice choice = {join, second};
  struct value out = {0};
  uint32_t open;
  assert_true(value_pick(&b->values, v, &choice, 1, &out, &open));
  return out;
}

static void the_image_is_read(void **state) {
  (void)state;
  struct bench b;
  open_bench(&b);
  assert_const(load(&b, &b.world, 100, 1), 0x80);
  assert_const(load(&b, &b.world, 100, 2), 0xff80);
  assert_const(load(&b, &b.world, 101, 4), 0x61017fff);
  assert_const(load(&b, &b.world, 104, 8), UINT64_C(0x6867666564636261));
  // Between segments lie zeros, beyond them and before them nothing is known.
  assert_const(load(&b, &b.world, 118, 4), 0x61740000);
  assert_unknown(load(&b, &b.world, 99, 1));
  assert_unknown(load(&b, &b.world, 98, 4));
  assert_unknown(load(&b, &b.world, 1000, 1));
  assert_unknown(load(&b, &b.world, UINT64_MAX - 3, 4));
  close_bench(&b);
}

// Zeros that begin or end a word may have been left out, with what lies between two segments.
static void words_are_read_whole(void **state) {
  (void)state;
  static struct image_segment parts[] = {
      {.address = 102, .bytes = {(const uint8_t *)"\1\2\3", 3}},
      {.address = 107, .bytes = {(const uint8_t *)"\4\5\6\7\10\11", 6}},
      {.address = 121, .bytes = {(const uint8_t *)"\12", 1}},
  };
  static const struct image all = {.segments = parts, .count = 3, .end = 122};
  static const uint32_t expected[][2] = {{100, 0x02010000}, {104, 0x04000003}, {108, 0x08070605}, {112, 0x9}, {120, 0xa00}};
  size_t read = 0;
  for (struct image_words words = {0}; image_next_words(&all, &words);)
    for (size_t i = 0; i < words.count; i++, read++) {
      assert_true(read < sizeof expected / sizeof *expected);
      assert_int_equal(words.at + 4 * i, expected[read][0]);
      assert_int_equal(image_word_of(&words, i), expected[read][1]);
    }
  assert_int_equal(read, sizeof expected / sizeof *expected);
  uint32_t word;
  assert_true(image_word(&all, 104, &word) && word == 0x04000003);
  assert_true(image_word(&all, 116, &word) && !word);
  assert_false(image_word(&all, 100, &word));
}

static void what_is_stored_is_loaded(void **state) {
  (void)state;
  struct bench b;
  open_bench(&b);
  uint64_t bits = UINT64_C(0x1122334455667788);
  for (unsigned size = 1; size <= 8; size++)
    for (uint64_t address = 60; address < 68; address++) {  // across the border of a page
      world_store(&b.worlds, &b.world, address, size, value_const(bits));
      uint64_t kept = size == 8 ? bits : bits & ((UINT64_C(1) << 8 * size) - 1);
      assert_const(load(&b, &b.world, address, size), kept);
      for (unsigned i = 0; i < size; i++) assert_const(world_byte(&b.worlds, &b.world, address + i), bits >> 8 * i & 0xff);
    }
  // Parts of what was stored, and two stores read as one.
  world_store(&b.worlds, &b.world, 200, 4, value_const(0xaabbccdd));
  world_store(&b.worlds, &b.world, 204, 4, value_const(0x00112233));
  assert_const(load(&b, &b.world, 202, 4), 0x2233aabb);
  // Over the image only what was written changes.
  world_store(&b.worlds, &b.world, 121, 2, value_const(0x2d2d));
  assert_const(load(&b, &b.world, 120, 4), 0x6c2d2d74);
  // Not too far.
  world_store(&b.worlds, &b.world, UINT64_MAX - 3, 4, value_const(5));
  assert_const(load(&b, &b.world, UINT64_MAX - 3, 4), 5);
  close_bench(&b);
}

static void unknown_is_stored_too(void **state) {
  (void)state;
  struct bench b;
  open_bench(&b);
  world_store(&b.worlds, &b.world, 104, 2, value_unknown());
  assert_unknown(load(&b, &b.world, 104, 1));
  assert_unknown(load(&b, &b.world, 105, 4));
  assert_const(load(&b, &b.world, 106, 1), 'c');
  world_forget(&b.worlds, &b.world, 108, 110);
  assert_const(load(&b, &b.world, 107, 1), 'd');
  assert_unknown(load(&b, &b.world, 108, 1));
  assert_unknown(load(&b, &b.world, 109, 1));
  assert_const(load(&b, &b.world, 110, 1), 'g');
  close_bench(&b);
}

static void weakness_is_kept(void **state) {
  (void)state;
  struct bench b;
  open_bench(&b);
  struct image_range written = {122, 123};
  struct image with = image;
  with.written = &written;
  with.written_count = 1;
  assert_true(world_init(&b.worlds, &b.world, &with, 0));
  assert_false(load(&b, &b.world, 121, 1).weak);
  assert_true(load(&b, &b.world, 122, 1).weak);
  assert_false(load(&b, &b.world, 123, 1).weak);
  struct value v = load(&b, &b.world, 120, 4);
  assert_true(v.weak);
  assert_const(v, 0x6c626174);
  world_store(&b.worlds, &b.world, 300, 4, v);
  assert_true(load(&b, &b.world, 303, 1).weak);
  // What this evaluation itself wrote is certain.
  world_store(&b.worlds, &b.world, 122, 1, value_const('b'));
  assert_false(load(&b, &b.world, 120, 4).weak);
  close_bench(&b);
}

// What code writes to is known where nothing has run before, and what lies behind the data is zero there; until it is doubted.
static void the_outset_is_known(void **state) {
  (void)state;
  struct bench b;
  open_bench(&b);
  struct image_range written[] = {{100, 104}, {120, 125}}, known[] = {{120, 124}, {160, 164}};
  struct image weak = image;
  weak.written = written, weak.written_count = 2;
  struct world world;
  assert_true(world_init(&b.worlds, &world, &weak, 0));
  assert_true(load(&b, &world, 120, 1).weak);
  world.outset = known, world.outset_count = 2;
  assert_true(load(&b, &world, 100, 1).weak);
  assert_false(load(&b, &world, 120, 4).weak);
  assert_const(load(&b, &world, 160, 4), 0);
  assert_unknown(load(&b, &world, 164, 4));
  world_store(&b.worlds, &world, 121, 1, value_const('i'));
  world_doubt(&b.worlds, &world, 120, 162);
  assert_const(load(&b, &world, 120, 1), 't');
  assert_true(load(&b, &world, 120, 1).weak);
  assert_const(load(&b, &world, 121, 1), 'i');
  assert_true(load(&b, &world, 121, 1).weak);
  assert_true(load(&b, &world, 161, 1).weak);
  assert_false(load(&b, &world, 162, 1).weak);
  close_bench(&b);
}

static void forks_do_not_see_each_other(void **state) {
  (void)state;
  struct bench b;
  struct world fork, third;
  open_bench(&b);
  world_store(&b.worlds, &b.world, 200, 4, value_const(1));
  world_set_global(&b.worlds, &b.world, 0, value_const(10));
  assert_true(world_fork(&b.worlds, &b.world, &fork));
  world_store(&b.worlds, &fork, 200, 1, value_const(2));
  world_store(&b.worlds, &b.world, 201, 1, value_const(3));
  world_set_global(&b.worlds, &fork, 0, value_const(20));
  assert_const(load(&b, &b.world, 200, 2), 0x0301);
  assert_const(load(&b, &fork, 200, 2), 0x0002);
  assert_const(world_global(&b.world, 0), 10);
  assert_true(world_fork(&b.worlds, &fork, &third));
  for (uint64_t at = 0; at < 4096; at += 64) world_store(&b.worlds, &third, at, 1, value_const(7));
  assert_unknown(load(&b, &fork, 64, 1));
  assert_const(load(&b, &third, 200, 1), 2);
  assert_const(load(&b, &fork, 200, 1), 2);
  close_bench(&b);
}

static struct fold_meeting meeting_of(struct bench *b, bool widen) {
  return fold_meet(&b->values, value_const(1), value_const(1), widen);
}

// Two paths store a pointer and a length each; a local and a global tell them apart. All are choices of one and the same join.
static void meetings_keep_what_belongs_together(void **state) {
  (void)state;
  struct bench b;
  struct world other;
  open_bench(&b);
  assert_true(world_fork(&b.worlds, &b.world, &other));
  world_store(&b.worlds, &b.world, 200, 4, value_const(100));
  world_store(&b.worlds, &b.world, 204, 4, value_const(3));
  world_store(&b.worlds, &other, 200, 4, value_const(0x12345678));
  world_store(&b.worlds, &other, 204, 4, value_const(5));
  world_store(&b.worlds, &other, 104, 1, value_const('A'));
  world_set_global(&b.worlds, &b.world, 1, value_const(1));
  world_set_global(&b.worlds, &other, 1, value_const(2));
  struct fold_meeting meeting = meeting_of(&b, false);
  struct value local = fold_merge(&b.values, &meeting, value_const(11), value_const(22));
  uint32_t join = b.values.nodes[local.tree].join;
  assert_true(world_merge(&b.worlds, &b.world, &other, &meeting));
  struct value pointer = load(&b, &b.world, 200, 4), length = load(&b, &b.world, 204, 4), letter = load(&b, &b.world, 104, 1);
  assert_const(leaf(&b, pointer, join, false), 100);
  assert_const(leaf(&b, pointer, join, true), 0x12345678);
  assert_const(leaf(&b, length, join, false), 3);
  assert_const(leaf(&b, length, join, true), 5);
  assert_const(leaf(&b, letter, join, false), 'a');
  assert_const(leaf(&b, letter, join, true), 'A');
  assert_const(leaf(&b, world_global(&b.world, 1), join, true), 2);
  assert_const(leaf(&b, fold_binary(&b.values, CORE_OP_I32_SUB, local, length), join, true), 17);
  // What is the same on both sides is no choice, and the image is still beneath.
  assert_const(load(&b, &b.world, 105, 1), 'b');
  assert_unknown(load(&b, &b.world, 208, 1));
  close_bench(&b);
}

// A page that only one of the two has written.
static void pages_of_one_side(void **state) {
  (void)state;
  struct bench b;
  struct world other;
  for (unsigned side = 0; side < 2; side++) {
    open_bench(&b);
    assert_true(world_fork(&b.worlds, &b.world, &other));
    for (uint64_t i = 0; i < 100; i++) world_store(&b.worlds, side ? &other : &b.world, 5000 + i * 64, 4, value_const(i + 1));
    world_store(&b.worlds, side ? &other : &b.world, 104, 1, value_const('Z'));
    struct fold_meeting meeting = meeting_of(&b, false);
    world_merge(&b.worlds, &b.world, &other, &meeting);
    uint32_t join = b.values.joins;
    for (uint64_t i = 0; i < 100; i++) {
      struct value v = load(&b, &b.world, 5000 + i * 64, 4);
      assert_const(leaf(&b, v, join, side != 0), i + 1);
      assert_unknown(leaf(&b, v, join, !side));
    }
    struct value v = load(&b, &b.world, 104, 1);
    assert_const(leaf(&b, v, join, side != 0), 'Z');
    assert_const(leaf(&b, v, join, !side), 'a');
    close_bench(&b);
  }
}

static void equal_worlds_do_not_change(void **state) {
  (void)state;
  struct bench b;
  struct world other;
  open_bench(&b);
  world_store(&b.worlds, &b.world, 200, 8, value_const(77));
  assert_true(world_fork(&b.worlds, &b.world, &other));
  world_store(&b.worlds, &other, 200, 8, value_const(77));
  struct fold_meeting meeting = meeting_of(&b, true);
  assert_false(world_merge(&b.worlds, &b.world, &other, &meeting));
  assert_const(load(&b, &b.world, 200, 8), 77);
  close_bench(&b);
}

static void widening_forgets_what_differs(void **state) {
  (void)state;
  struct bench b;
  struct world other;
  open_bench(&b);
  world_store(&b.worlds, &b.world, 200, 4, value_const(0x01020304));
  world_set_global(&b.worlds, &b.world, 0, value_const(5));
  assert_true(world_fork(&b.worlds, &b.world, &other));
  world_store(&b.worlds, &other, 200, 4, value_const(0x01ff0304));
  world_set_global(&b.worlds, &other, 0, value_const(6));
  struct fold_meeting meeting = meeting_of(&b, true);
  assert_true(world_merge(&b.worlds, &b.world, &other, &meeting));
  assert_unknown(load(&b, &b.world, 202, 1));
  assert_const(load(&b, &b.world, 200, 2), 0x0304);
  assert_const(load(&b, &b.world, 203, 1), 1);
  assert_unknown(world_global(&b.world, 0));
  // Once more with another difference in the same place: nothing is left to change.
  assert_true(world_fork(&b.worlds, &b.world, &other));
  world_store(&b.worlds, &other, 202, 1, value_const(9));
  world_set_global(&b.worlds, &other, 0, value_const(7));
  meeting = meeting_of(&b, true);
  assert_false(world_merge(&b.worlds, &b.world, &other, &meeting));
  close_bench(&b);
}

// Paths that exclude each other: what is chosen follows from what they depend on.
static void paths_are_merged(void **state) {
  (void)state;
  struct bench b;
  struct world other;
  open_bench(&b);
  uint32_t join = value_join(&b.values);
  struct value side = value_merge(&b.values, join, value_const(1), value_const(0));
  assert_true(world_fork(&b.worlds, &b.world, &other));
  b.world.path = fold_and(&b.values, b.world.path, side, false);
  other.path = fold_and(&b.values, other.path, side, true);
  struct fold_meeting meeting = fold_meet(&b.values, b.world.path, other.path, false);
  world_merge(&b.worlds, &b.world, &other, &meeting);
  assert_const(b.world.path, 1);
  struct value v = fold_merge(&b.values, &meeting, value_const(3), value_const(4));
  assert_const(leaf(&b, v, join, false), 3);
  assert_const(leaf(&b, v, join, true), 4);
  close_bench(&b);
}

static void sameness_is_of_bytes(void **state) {
  (void)state;
  struct bench b;
  struct world other;
  open_bench(&b);
  world_store(&b.worlds, &b.world, 200, 4, value_const(7));
  assert_true(world_fork(&b.worlds, &b.world, &other));
  assert_true(world_same(&b.world, &other, 0, 512));
  world_store(&b.worlds, &other, 260, 4, value_const(1));
  assert_true(world_same(&b.world, &other, 0, 260));
  assert_false(world_same(&b.world, &other, 0, 261));
  assert_true(world_same(&b.world, &other, 264, 512));
  world_store(&b.worlds, &other, 200, 4, value_const(7));  // what was there
  assert_true(world_same(&b.world, &other, 190, 260));
  close_bench(&b);
}

static void memory_that_runs_out_is_said(void **state) {
  (void)state;
  struct bench b;
  struct world fork;
  open_bench(&b);
  b.arena.limit = b.arena.total;
  for (uint64_t i = 0; i < 100000 && !b.worlds.failed; i++) world_store(&b.worlds, &b.world, i * 64, 4, value_const(i));
  assert_true(b.worlds.failed);
  while (world_fork(&b.worlds, &b.world, &fork)) assert_non_null(fork.slots);
  cm_arena_free(&b.arena);
}

// A struct of a number and an unknown, copied by eight bytes.
static void halves_stay_known(void **state) {
  (void)state;
  struct bench b;
  open_bench(&b);
  struct value unknown = value_fresh(&b.values);
  world_store(&b.worlds, &b.world, 400, 4, unknown);
  world_store(&b.worlds, &b.world, 404, 4, value_const(1052));
  struct value both = load(&b, &b.world, 400, 8);
  assert_unknown(both);
  world_store(&b.worlds, &b.world, 500, 8, both);
  assert_true(value_equal(load(&b, &b.world, 500, 4), unknown));
  assert_const(load(&b, &b.world, 504, 4), 1052);
  // Of two unknown halves nothing is remembered.
  world_forget(&b.worlds, &b.world, 600, 608);
  struct value lower, upper;
  assert_false(value_is_pair(&b.values, load(&b, &b.world, 600, 8), &lower, &upper));
  close_bench(&b);
}

static void a_byte_stored_is_the_lowest(void **state) {
  (void)state;
  struct bench b;
  open_bench(&b);
  struct value word = value_fresh(&b.values);
  world_store(&b.worlds, &b.world, 300, 1, word);
  struct value byte = load(&b, &b.world, 300, 1);
  assert_true(value_equal(byte, fold_binary(&b.values, CORE_OP_I32_AND, word, value_const(0xff))));
  world_store(&b.worlds, &b.world, 310, 1, byte);
  assert_true(world_is_written(&b.world, 310));
  assert_false(world_is_written(&b.world, 311));
  close_bench(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_image_is_read),
      cmocka_unit_test(words_are_read_whole),
      cmocka_unit_test(what_is_stored_is_loaded),
      cmocka_unit_test(unknown_is_stored_too),
      cmocka_unit_test(weakness_is_kept),
      cmocka_unit_test(the_outset_is_known),
      cmocka_unit_test(forks_do_not_see_each_other),
      cmocka_unit_test(meetings_keep_what_belongs_together),
      cmocka_unit_test(pages_of_one_side),
      cmocka_unit_test(equal_worlds_do_not_change),
      cmocka_unit_test(widening_forgets_what_differs),
      cmocka_unit_test(paths_are_merged),
      cmocka_unit_test(sameness_is_of_bytes),
      cmocka_unit_test(memory_that_runs_out_is_said),
      cmocka_unit_test(halves_stay_known),
      cmocka_unit_test(a_byte_stored_is_the_lowest),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
