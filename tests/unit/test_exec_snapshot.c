// Snapshots of linear memories: whatever writes to one, going back finds it as it was.

#include "exec_bytes.h"

// Function 0 writes in every way there is: plain stores to memories 0 and 1, a vector, copy from memory 1 to 0, fill, init, an atomic.
static struct machine writer(void) {
  return start(make_module(1, "01 60 01 7f 01 7f", 3, "01 00", 5, "02 00 01 00 01", 12, "01", 10,
                           "00 2000 4107 3600 04 2000 4107 3b40 01 08 4100 fd 0c 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01"
                           "   fd0b 00 00 4110 4102 4108 fc0a 01 00 4120 4109 4103 fc0b 00 4100 4100 4101 fc08 00 00"
                           "   4104 4105 fe1e 02 00 1a 2000 2c00 00 2000 2d00 00 6a 0b",
                           11, "01 01 02 61 62", -1));
}

static struct core_memory_inst *memory_of(struct machine *m, uint32_t index) {
  return core_instance_item(m->instance, CORE_MEMORY, index).memory;
}

// Fills the memory with bytes that tell where they are; `seed` tells which filling it was.
static void paint(struct core_memory_inst *memory, uint8_t seed) {
  uint64_t size;
  uint8_t *bytes = core_memory_bytes(memory, &size);
  assert_true(core_memory_touch(memory, 0, size));
  for (uint64_t i = 0; i < size; i++) bytes[i] = (uint8_t)(i * 7 + (i >> 8) + seed);
}

static bool is_painted(struct core_memory_inst *memory, uint64_t size_then, uint8_t seed) {
  uint64_t size;
  const uint8_t *bytes = core_memory_bytes(memory, &size);
  for (uint64_t i = 0; i < size && i < size_then; i++)
    if (bytes[i] != (uint8_t)(i * 7 + (i >> 8) + seed)) return false;
  return size == size_then;
}

static void test_every_kind_of_write(void **state) {
  (void)state;
  struct machine m = writer();
  for (uint32_t i = 0; i < 2; i++) {
    paint(memory_of(&m, i), (uint8_t)i);
    assert_true(core_memory_snapshot(memory_of(&m, i)));
  }
  for (unsigned round = 0; round < 3; round++) {
    value3(&m, 0, 4094 + round, 0, 0);  // over the edge of a page
    for (uint32_t i = 0; i < 2; i++) {
      assert_false(is_painted(memory_of(&m, i), 1 << 16, (uint8_t)i));
      core_memory_restore(memory_of(&m, i));
      assert_true(is_painted(memory_of(&m, i), 1 << 16, (uint8_t)i));
    }
  }
  stop(&m);
}

static void test_after_a_trap(void **state) {
  (void)state;
  struct machine m = writer();
  paint(memory_of(&m, 0), 0);
  paint(memory_of(&m, 1), 1);
  assert_true(core_memory_snapshot(memory_of(&m, 0)) && core_memory_snapshot(memory_of(&m, 1)));
  call3(&m, 0, (1 << 16) - 9, 0, 0);  // the second store is out of bounds, the first was not
  assert_int_equal(m.trap.trap, CORE_TRAP_OUT_OF_BOUNDS);
  assert_false(is_painted(memory_of(&m, 0), 1 << 16, 0));
  core_memory_restore(memory_of(&m, 0));
  core_memory_restore(memory_of(&m, 1));
  assert_true(is_painted(memory_of(&m, 0), 1 << 16, 0));
  assert_true(is_painted(memory_of(&m, 1), 1 << 16, 1));
  stop(&m);
}

static void test_a_later_snapshot(void **state) {
  (void)state;
  struct machine m = writer();
  struct core_memory_inst *memory = memory_of(&m, 0);
  paint(memory, 1);
  assert_true(core_memory_snapshot(memory));
  paint(memory, 2);
  assert_true(core_memory_snapshot(memory));
  paint(memory, 3);
  core_memory_restore(memory);
  assert_true(is_painted(memory, 1 << 16, 2));
  paint(memory, 4);
  core_memory_restore(memory);
  assert_true(is_painted(memory, 1 << 16, 2));
  stop(&m);
}

static void test_growth(void **state) {
  (void)state;
  struct machine m = writer();
  struct core_memory_inst *memory = memory_of(&m, 0);
  paint(memory, 5);
  assert_true(core_memory_snapshot(memory));
  for (unsigned round = 0; round < 2; round++) {
    assert_true(core_memory_grow(memory, 2));
    uint64_t size;
    const uint8_t *bytes = core_memory_bytes(memory, &size);
    assert_int_equal(size, 3 << 16);
    for (uint64_t i = 1 << 16; i < size; i++) assert_int_equal(bytes[i], 0);
    paint(memory, 6);
    core_memory_restore(memory);
    assert_true(is_painted(memory, 1 << 16, 5));
  }
  stop(&m);
}

// What lies beyond the end is no reason to fail, nor is a memory without bytes or without a snapshot.
static void test_touching(void **state) {
  (void)state;
  struct machine m = writer();
  struct core_memory_inst *memory = memory_of(&m, 0);
  assert_true(core_memory_touch(memory, 0, 1));
  core_memory_restore(memory);
  assert_true(core_memory_snapshot(memory));
  assert_true(core_memory_touch(memory, UINT64_MAX, UINT64_MAX));
  assert_true(core_memory_touch(memory, 1 << 16, 1));
  assert_true(core_memory_touch(memory, 1, UINT64_MAX));
  assert_true(core_memory_touch(memory, 0, 0));
  core_memory_restore(memory);
  struct core_memory_inst *none = core_memory_new(m.store, &(struct core_limits){.page_log2 = 16});
  assert_non_null(none);
  assert_true(core_memory_snapshot(none));
  core_memory_restore(none);
  stop(&m);
}

static uint64_t written_of(const struct core_memory_inst *memory) {
  uint64_t from = 0, to, sum = 0;
  for (; core_memory_written(memory, &from, &to); from = to) sum += to - from;
  return sum;
}

// An instruction that traps, or that there is no fuel for, writes nothing, however much it was to write.
static void test_what_is_not_written(void **state) {
  (void)state;
  struct machine m =
      start(make_module(1, "01 60 01 7f 01 7f", 3, "01 00", 5, "01 00 01", 10, "00 4101 4107 2000 fc0b 00 4100 0b", -1));
  struct core_memory_inst *memory = memory_of(&m, 0);
  assert_true(core_memory_snapshot(memory));
  assert_int_equal(call3(&m, 0, 65536, 0, 0), CORE_TRAP_OUT_OF_BOUNDS);
  assert_int_equal(written_of(memory), 0);
  core_store_set_fuel(m.store, 10);
  assert_int_equal(call3(&m, 0, 65535, 0, 0), CORE_TRAP_FUEL);
  assert_int_equal(written_of(memory), 0);
  core_store_set_fuel(m.store, 100);
  assert_int_equal(call3(&m, 0, 65535, 0, 0), CORE_TRAP_NONE);
  assert_int_equal(written_of(memory), 65536);
  stop(&m);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_kind_of_write),
      cmocka_unit_test(test_after_a_trap),
      cmocka_unit_test(test_a_later_snapshot),
      cmocka_unit_test(test_growth),
      cmocka_unit_test(test_touching),
      cmocka_unit_test(test_what_is_not_written),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
