// The interpreter: what instructions compute, where they trap, what they cost.

#include "exec_bytes.h"

#include <stdio.h>

// Numbers: each operation with operands from locals, with a constant as second operand, and with constants alone.

struct number {
  const char *name;
  uint64_t x, y;
  uint64_t result;
  enum core_trap trap;
};

static const struct number numbers[] = {
    {"i32.add", 0xffffffff, 2, 1, 0},
    {"i32.sub", 1, 2, 0xffffffff, 0},
    {"i32.mul", 0x10001, 0x10001, 0x20001, 0},
    {"i32.div_s", 0xfffffff9, 2, 0xfffffffd, 0},
    {"i32.div_s", 0x80000000, 0xffffffff, 0, CORE_TRAP_OVERFLOW},
    {"i32.div_u", 7, 0, 0, CORE_TRAP_DIVIDE_BY_ZERO},
    {"i32.div_u", 0xfffffff9, 2, 0x7ffffffc, 0},
    {"i32.rem_s", 0x80000000, 0xffffffff, 0, 0},
    {"i32.rem_s", 0xfffffff9, 4, 0xfffffffd, 0},
    {"i32.rem_u", 5, 0, 0, CORE_TRAP_DIVIDE_BY_ZERO},
    {"i32.and", 0xff00ff00, 0x0ff00ff0, 0x0f000f00, 0},
    {"i32.or", 0xf0, 0x0f, 0xff, 0},
    {"i32.xor", 0xff, 0xffffffff, 0xffffff00, 0},
    {"i32.shl", 1, 33, 2, 0},
    {"i32.shr_s", 0x80000000, 4, 0xf8000000, 0},
    {"i32.shr_u", 0x80000000, 4, 0x08000000, 0},
    {"i32.rotl", 0x80000001, 4, 0x18, 0},
    {"i32.rotr", 0x80000001, 0, 0x80000001, 0},
    {"i32.eq", 3, 3, 1, 0},
    {"i32.lt_s", 0xffffffff, 0, 1, 0},
    {"i32.lt_u", 0xffffffff, 0, 0, 0},
    {"i32.gt_s", 1, 0xffffffff, 1, 0},
    {"i32.le_u", 4, 4, 1, 0},
    {"i32.ge_s", 3, 4, 0, 0},
    {"i32.eqz", 0, 0, 1, 0},
    {"i32.clz", 0x00008000, 0, 16, 0},
    {"i32.ctz", 0, 0, 32, 0},
    {"i32.popcnt", 0xf0f0, 0, 8, 0},
    {"i32.extend8_s", 0x80, 0, 0xffffff80, 0},
    {"i32.extend16_s", 0x7fff, 0, 0x7fff, 0},
    {"i64.add", UINT64_MAX, 2, 1, 0},
    {"i64.sub", 0, 1, UINT64_MAX, 0},
    {"i64.mul", 0x100000001, 0x100000001, 0x200000001, 0},
    {"i64.div_s", 0x8000000000000000, UINT64_MAX, 0, CORE_TRAP_OVERFLOW},
    {"i64.div_u", UINT64_MAX, 10, UINT64_MAX / 10, 0},
    {"i64.rem_s", 0x8000000000000000, UINT64_MAX, 0, 0},
    {"i64.rem_u", 100, 7, 2, 0},
    {"i64.shl", 1, 65, 2, 0},
    {"i64.shr_s", 0x8000000000000000, 63, UINT64_MAX, 0},
    {"i64.rotl", 0x8000000000000001, 1, 3, 0},
    {"i64.lt_s", 0x8000000000000000, 1, 1, 0},
    {"i64.gt_u", 0x8000000000000000, 1, 1, 0},
    {"i64.ne", 0x100000000, 0, 1, 0},
    {"i64.eqz", 0x100000000, 0, 0, 0},
    {"i64.clz", 1, 0, 63, 0},
    {"i64.extend32_s", 0x80000000, 0, 0xffffffff80000000, 0},
    {"i32.wrap_i64", 0x1234567890, 0, 0x34567890, 0},
    {"i64.extend_i32_s", 0x80000000, 0, 0xffffffff80000000, 0},
    {"i64.extend_i32_u", 0x80000000, 0, 0x80000000, 0},
    {"f32.add", 0x3f800000, 0x40000000, 0x40400000, 0},
    {"f32.min", 0x80000000, 0, 0x80000000, 0},
    {"f32.max", 0x80000000, 0, 0, 0},
    {"f32.neg", 0x7fa00000, 0, 0xffa00000, 0},
    {"f32.copysign", 0x3f800000, 0x80000000, 0xbf800000, 0},
    {"f32.nearest", 0x40200000, 0, 0x40000000, 0},
    {"f32.floor", 0x7fa00000, 0, 0x7fe00000, 0},
    {"f32.lt", 0x7fc00000, 0, 0, 0},
    {"f32.ne", 0x7fc00000, 0x7fc00000, 1, 0},
    {"f32.convert_i32_u", 0xffffffff, 0, 0x4f800000, 0},
    {"f32.demote_f64", 0x3ff0000000000000, 0, 0x3f800000, 0},
    {"f32.reinterpret_i32", 0x7fa00000, 0, 0x7fa00000, 0},
    {"f64.div", 0x3ff0000000000000, 0x4000000000000000, 0x3fe0000000000000, 0},
    {"f64.sqrt", 0x4010000000000000, 0, 0x4000000000000000, 0},
    {"f64.abs", 0xbff0000000000000, 0, 0x3ff0000000000000, 0},
    {"f64.promote_f32", 0x3f800000, 0, 0x3ff0000000000000, 0},
    {"f64.convert_i64_s", UINT64_MAX, 0, 0xbff0000000000000, 0},
    {"i64.reinterpret_f64", 0x3ff0000000000000, 0, 0x3ff0000000000000, 0},
    {"i32.trunc_f32_s", 0xcf000000, 0, 0x80000000, 0},
    {"i32.trunc_f32_s", 0x4f000000, 0, 0, CORE_TRAP_OVERFLOW},
    {"i32.trunc_f64_u", 0xbfeccccccccccccd, 0, 0, 0},
    {"i32.trunc_f64_s", 0x7ff8000000000000, 0, 0, CORE_TRAP_INVALID_CONVERSION},
    {"i64.trunc_f64_u", 0x43f0000000000000, 0, 0, CORE_TRAP_OVERFLOW},
    {"i64.trunc_f32_s", 0xdf000000, 0, 0x8000000000000000, 0},
    {"i32.trunc_sat_f32_s", 0x7fc00000, 0, 0, 0},
    {"i32.trunc_sat_f64_u", 0xc000000000000000, 0, 0, 0},
    {"i32.trunc_sat_f64_s", 0x41f0000000000000, 0, 0x7fffffff, 0},
    {"i64.trunc_sat_f64_u", 0x43f0000000000000, 0, UINT64_MAX, 0},
    {"i64.trunc_sat_f32_s", 0xff800000, 0, 0x8000000000000000, 0},
};

static const struct core_op_info *find_op(const char *name) {
  for (int i = 0; i < CORE_OP_COUNT; i++) {
    if (!strcmp(core_ops[i].text, name)) return &core_ops[i];
  }
  fail_msg("no instruction %s", name);
  return NULL;
}

static unsigned type_byte(char letter) { return letter == 'i' ? 0x7f : letter == 'l' ? 0x7e : letter == 'f' ? 0x7d : 0x7c; }

static void put_s64(struct bytes *b, int64_t value) {
  for (;; value >>= 7) {
    unsigned low = (unsigned)value & 0x7f;
    bool last = (value >> 6 == 0) || (value >> 6 == -1);
    put_byte(b, last ? low : low | 0x80);
    if (last) return;
  }
}

static void put_const(struct bytes *b, char letter, uint64_t value) {
  switch (letter) {
    case 'i':
      put_byte(b, 0x41);
      put_s64(b, (int32_t)(uint32_t)value);
      break;
    case 'l':
      put_byte(b, 0x42);
      put_s64(b, (int64_t)value);
      break;
    case 'f':
      put_byte(b, 0x43);
      put(b, &value, 4);
      break;
    default: put_byte(b, 0x44); put(b, &value, 8);
  }
}

// A module of one function on the operation; operand i is a constant where bit i of `constants` is set.
static struct made number_module(const struct core_op_info *op, const struct number *n, unsigned constants, size_t *at) {
  struct bytes b = {0}, type = {0}, body = {0}, code = {0};
  size_t count = strcspn(op->signature, ":");
  put_module(&b);
  put_text(&type, "01 60");
  put_u32(&type, (uint32_t)count);
  for (size_t i = 0; i < count; i++) put_byte(&type, type_byte(op->signature[i]));
  put_byte(&type, 1);
  put_byte(&type, type_byte(op->signature[count + 1]));
  put_section_of(&b, 1, &type);
  put_section(&b, 3, "01 00");
  put_byte(&body, 0);
  for (size_t i = 0; i < count; i++) {
    if (constants >> i & 1) {
      put_const(&body, op->signature[i], i ? n->y : n->x);
    } else {
      put_byte(&body, 0x20);
      put_byte(&body, (unsigned)i);
    }
  }
  *at = body.size;
  if (op->prefix) put_byte(&body, op->prefix);
  put_u32(&body, op->prefix ? op->opcode : 0);
  if (!op->prefix) body.at[body.size - 1] = (uint8_t)op->opcode;
  put_byte(&body, 0x0b);
  put_byte(&code, 1);
  put_u32(&code, (uint32_t)body.size);
  put(&code, body.at, body.size);
  free(body.at);
  put_section_of(&b, 10, &code);
  struct made made = make_of(b.at, b.size);
  free(b.at);
  assert_made(&made);
  return made;
}

static void test_numbers(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    const struct number *n = &numbers[i];
    const struct core_op_info *op = find_op(n->name);
    for (unsigned constants = 0; constants < 4; constants++) {
      size_t at;
      struct machine m = start(number_module(op, n, constants, &at));
      enum core_trap trap = call3(&m, 0, n->x, n->y, 0);
      if (trap != n->trap || (!trap && m.results[0].u64 != n->result))
        fail_msg("%s 0x%llx 0x%llx (%u): 0x%llx, %s", n->name, (unsigned long long)n->x, (unsigned long long)n->y, constants,
                 (unsigned long long)m.results[0].u64, core_trap_names[trap]);
      if (trap) assert_trapped(&m, trap, 0, at);
      stop(&m);
    }
  }
}

// Memory.

// Type 0: i32 i64 -> i64. A memory of 1 to 3 pages.
static struct machine start_memory(const char *bodies) {
  return start(make_module(1, "01 60 02 7f7e 01 7e", 3, "01 00", 5, "01 01 01 03", 10, bodies, -1));
}

static void test_store_then_load(void **state) {
  (void)state;
  static const struct {
    const char *store, *load;
    uint64_t in, out;
  } rows[] = {
      {"37 03 05", "29 00 05", 0x8877665544332211, 0x8877665544332211},
      {"3c 00 05", "31 00 05", 0x1ff, 0xff},
      {"3c 00 05", "30 00 05", 0x1ff, UINT64_MAX},
      {"3d 00 05", "32 00 05", 0x18000, 0xffffffffffff8000},
      {"3e 00 05", "35 00 05", 0xffffffff80000000, 0x80000000},
      {"3e 00 05", "34 00 05", 0x80000000, 0xffffffff80000000},
      // an offset beyond 16 bits takes the other form
      {"37 00 a08d06", "29 00 a08d06", 1234567890123, 1234567890123},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char body[200];
    snprintf(body, sizeof body, "00 4102 40 00 1a 2000 2001 %s 2000 %s 0b", rows[i].store, rows[i].load);
    struct machine m = start_memory(body);
    assert_int_equal(value3(&m, 0, 16, rows[i].in, 0), rows[i].out);
    stop(&m);
  }
}

static void test_out_of_bounds(void **state) {
  (void)state;
  // i64.load offset=8 at the bytes 3 … of the body
  struct machine m = start_memory("00 2000 29 03 08 0b");
  assert_int_equal(value3(&m, 0, 65536 - 16, 0, 0), 0);
  assert_int_equal(call3(&m, 0, 65536 - 15, 0, 0), CORE_TRAP_OUT_OF_BOUNDS);
  assert_trapped(&m, CORE_TRAP_OUT_OF_BOUNDS, 0, 3);
  assert_int_equal(call3(&m, 0, UINT32_MAX, 0, 0), CORE_TRAP_OUT_OF_BOUNDS);
  stop(&m);
  m = start_memory("00 2000 2001 3c 00 ffffffff0f 4200 0b");
  assert_int_equal(call3(&m, 0, 0, 0, 0), CORE_TRAP_OUT_OF_BOUNDS);
  assert_trapped(&m, CORE_TRAP_OUT_OF_BOUNDS, 0, 5);
  stop(&m);
}

static void test_memory64(void **state) {
  (void)state;
  struct machine m = start(make_module(1, "01 60 01 7e 01 7e", 3, "01 00", 5, "01 05 01 02", 10, "00 2000 29 00 08 0b", -1));
  assert_int_equal(value3(&m, 0, 8, 0, 0), 0);
  assert_int_equal(call3(&m, 0, UINT64_MAX - 3, 0, 0), CORE_TRAP_OUT_OF_BOUNDS);
  assert_int_equal(call3(&m, 0, UINT64_C(1) << 32, 0, 0), CORE_TRAP_OUT_OF_BOUNDS);
  stop(&m);
}

static void test_multi_memory(void **state) {
  (void)state;
  struct machine m = start(make_module(1, "01 60 00 01 7f", 3, "01 00", 5, "02 00 01 00 02", 10,
                                       "00 4100 4107 36 42 01 00 4100 28 42 01 00 4100 2802 00 417f 6c 6a 3f01 6a 0b", -1));
  assert_int_equal(value3(&m, 0, 0, 0, 0), 7 + 2);
  stop(&m);
}

static void test_bulk_memory(void **state) {
  (void)state;
  // memory.init 0; memory.copy; memory.fill; then load the i64 at 8
  struct machine m = start(make_module(1, "01 60 03 7f7f7f 01 7e", 3, "01 00", 5, "01 00 01", 12, "01", 10,
                                       "00 2000 2001 2002 fc08 00 00  4108 4100 4104 fc0a 00 00  410c 41ab01 4102 fc0b 00"
                                       " 4108 2900 00 0b",
                                       11, "01 01 06 61 62 63 64 65 66", -1));
  assert_int_equal(value3(&m, 0, 0, 1, 5), 0xabab65646362);
  assert_int_equal(call3(&m, 0, 0, 2, 5), CORE_TRAP_OUT_OF_BOUNDS);
  assert_trapped(&m, CORE_TRAP_OUT_OF_BOUNDS, 0, 7);
  assert_int_equal(call3(&m, 0, 65535, 0, 2), CORE_TRAP_OUT_OF_BOUNDS);
  stop(&m);
}

static void test_grow(void **state) {
  (void)state;
  struct made made =
      make_module(1, "01 60 01 7f 01 7f", 3, "01 00", 5, "01 01 01 05", 10, "00 2000 4000 3f00 4180807c 6c 6a 0b", -1);
  struct core_store *store = core_store_new(&(struct core_limits_of_store){.memory_bytes = 3 << 16});
  struct machine m = start_in(store, made, NULL);
  assert_true(m.ok);
  assert_int_equal((uint32_t)value3(&m, 0, 2, 0, 0), (uint32_t)(1 + 3 * -65536));
  // beyond the store's limit, though not the memory's own
  assert_int_equal((uint32_t)value3(&m, 0, 1, 0, 0), (uint32_t)(-1 + 3 * -65536));
  struct core_memory_inst *memory = core_instance_item(m.instance, CORE_MEMORY, 0).memory;
  uint64_t size;
  assert_non_null(core_memory_bytes(memory, &size));
  assert_int_equal(size, 3 << 16);
  assert_false(core_memory_grow(memory, 1));
  stop(&m);
}

static void test_atomics(void **state) {
  (void)state;
  // add, exchange and compare-exchange at 8; a notification; an access that is not aligned
  struct machine m = start(make_module(1, "01 60 01 7f 01 7f", 3, "04 00 00 00 00", 5, "01 00 01", 10,
                                       "00 4108 2000 fe1e 02 00 1a 4108 4107 fe41 02 00 4108 4107 4109 fe48 02 00 6a"
                                       "   4108 fe10 02 00 6a 4108 4101 fe00 02 00 6a 0b;"
                                       "00 2000 fe10 02 00 0b;"
                                       "00 2000 4101 4200 fe01 02 00 0b;"
                                       "00 4108 41ff01 fe2e 00 00 4108 417f 4105 fe4a 00 00 6a 4108 2d00 00 6a 0b",
                                       -1));
  assert_int_equal(value3(&m, 0, 5, 0, 0), 5 + 7 + 9);
  call3(&m, 1, 6, 0, 0);
  assert_trapped(&m, CORE_TRAP_UNALIGNED, 1, 3);
  call3(&m, 1, 65536, 0, 0);
  assert_trapped(&m, CORE_TRAP_OUT_OF_BOUNDS, 1, 3);
  call3(&m, 2, 8, 0, 0);
  assert_trapped(&m, CORE_TRAP_UNSHARED, 2, 7);
  stop(&m);
}

static void test_vectors(void **state) {
  (void)state;
  // Lanes of i32 from a splat and a constant, added, stored and read as one lane; then moved through locals, a select and a block.
  struct machine m = start(make_module(1, "02 60 01 7f 01 7f 60 02 7f7b 01 7b", 3, "03 00 01 00", 5, "01 00 01", 10,
                                       "00 4110 2000 fd11 fd0c 01000000 02000000 03000000 04000000 fdae01 fd0b 04 00"
                                       "   4108 fd00 04 00 fd1b 03 0b;"
                                       "01 01 7b 2001 fd0c ffffffff 00000000 ffffffff 00000000 fd4e 2102"
                                       "   027b 2001 2002 2000 1b 2000 45 0d00 2102 2002 0b 0b;"
                                       "00 2000 fd0f 2000 fd0f fd0d 00 11 02 13 04 15 06 17 08 19 0a 1b 0c 1d 0e 1f fd64 0b",
                                       -1));
  assert_int_equal(value3(&m, 0, 10, 0, 0), 12);
  union core_value arguments[2] = {{.u64 = 1}, {.v128 = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}}};
  assert_int_equal(call_with(&m, 1, arguments), CORE_TRAP_NONE);
  assert_memory_equal(m.results[0].v128, arguments[1].v128, 16);
  arguments[0].u64 = 0;
  assert_int_equal(call_with(&m, 1, arguments), CORE_TRAP_NONE);
  assert_memory_equal(m.results[0].v128, ((uint8_t[16]){1, 2, 3, 4, 0, 0, 0, 0, 9, 10, 11, 12}), 16);
  assert_int_equal(value3(&m, 2, 0x80, 0, 0), 0xffff);
  stop(&m);
}

static void test_wide_arithmetic(void **state) {
  (void)state;
  struct machine m = start(make_module(1, "02 60 02 7e7e 02 7e7e 60 04 7e7e7e7e 02 7e7e", 3, "03 00 00 01", 10,
                                       "00 2000 2001 fc15 0b; 00 2000 2001 fc16 0b; 00 2000 2001 2002 2003 fc13 0b", -1));
  assert_true(value3(&m, 0, UINT64_MAX, 5, 0) == (uint64_t)-5);
  assert_true(m.results[1].u64 == UINT64_MAX);
  assert_true(value3(&m, 1, UINT64_MAX, 5, 0) == (uint64_t)-5);
  assert_int_equal(m.results[1].u64, 4);
  union core_value arguments[4] = {{.u64 = UINT64_MAX}, {.u64 = 1}, {.u64 = 1}, {.u64 = 2}};
  assert_int_equal(call_with(&m, 2, arguments), CORE_TRAP_NONE);
  assert_int_equal(m.results[0].u64, 0);
  assert_int_equal(m.results[1].u64, 4);
  stop(&m);
}

// Control.

static void test_loop(void **state) {
  (void)state;
  // sum of 1 … n
  struct machine m =
      start(make_module(1, "01 60 01 7e 01 7e", 3, "01 00", 10,
                        "01 01 7e 0240 0340 2000 50 0d01 2001 2000 7c 2101 2000 4201 7d 2100 0c00 0b 0b 2001 0b", -1));
  assert_int_equal(value3(&m, 0, 100, 0, 0), 5050);
  stop(&m);
}

static void test_branches_that_carry(void **state) {
  (void)state;
  // Three blocks with a result each; br_table carries 8 out of them, over a 7 that is left behind.
  struct machine m = start(make_module(1, "01 60 01 7f 01 7f", 3, "02 00 00", 10,
                                       "00 027f 027f 027f 4107 4108 2000 0e 02 00 01 02 0b 4101 6a 0b 4103 6c 0b 0b;"
                                       "00 027f 4105 4106 2000 0d00 6a 0b 0b",
                                       -1));
  assert_int_equal(value3(&m, 0, 0, 0, 0), 27);
  assert_int_equal(value3(&m, 0, 1, 0, 0), 24);
  assert_int_equal(value3(&m, 0, 2, 0, 0), 8);
  assert_int_equal(value3(&m, 0, 1000, 0, 0), 8);
  assert_int_equal(value3(&m, 1, 1, 0, 0), 6);
  assert_int_equal(value3(&m, 1, 0, 0, 0), 11);
  stop(&m);
}

static void test_multi_value(void **state) {
  (void)state;
  // 0: swap. 1: an if with parameters. 2: a loop with parameters that multiplies.
  struct machine m = start(make_module(1, "03 60 02 7e7e 02 7e7e 60 01 7e 01 7e 60 01 7f 01 7e", 3, "03 00 02 01", 10,
                                       "00 2001 2000 0b;"
                                       "00 420a 2000 04 01 4201 7c 05 4202 7e 0b 0b;"
                                       "00 4201 03 01 2000 7e 2000 4201 7d 2200 50 45 0d00 0b 0b",
                                       -1));
  value3(&m, 0, 1, 2, 0);
  assert_int_equal(m.results[0].u64, 2);
  assert_int_equal(m.results[1].u64, 1);
  assert_int_equal(value3(&m, 1, 1, 0, 0), 11);
  assert_int_equal(value3(&m, 1, 0, 0, 0), 20);
  assert_int_equal(value3(&m, 2, 5, 0, 0), 120);
  stop(&m);
}

static void test_locals_keep_what_was_read(void **state) {
  (void)state;
  // local.get 0, then the local changes, by set, tee and within a block: the operand is the old value.
  struct machine m = start(make_module(1, "01 60 01 7f 01 7f", 3, "03 00 00 00", 10,
                                       "00 2000 4105 2100 2000 6c 0b;"
                                       "00 2000 2000 4101 6a 2200 6c 2000 6c 0b;"
                                       "00 2000 0240 4109 2100 0b 2000 6c 0b",
                                       -1));
  assert_int_equal(value3(&m, 0, 7, 0, 0), 35);
  assert_int_equal(value3(&m, 1, 3, 0, 0), 3 * 4 * 4);
  assert_int_equal(value3(&m, 2, 4, 0, 0), 36);
  stop(&m);
}

// Calls.

static void test_recursion(void **state) {
  (void)state;
  // Fibonacci numbers.
  static const char fib[] = "00 2000 4102 48 047f 2000 05 2000 4101 6b 1000 2000 4102 6b 1000 6a 0b 0b";
  struct machine m = start(make_module(1, "01 60 01 7f 01 7f", 3, "01 00", 10, fib, -1));
  assert_int_equal(value3(&m, 0, 20, 0, 0), 6765);
  stop(&m);
}

static void test_call_indirect(void **state) {
  (void)state;
  // Types: 0 i32 -> i32, 1 -> i64, 2 the same as 0. Table: 4 entries, [0] = 0, [1] = 1.
  struct machine m = start(make_module(1, "03 60 01 7f 01 7f 60 00 01 7e 60 01 7f 01 7f", 3, "03 02 01 00", 4, "01 70 00 04", 9,
                                       "01 00 4100 0b 02 00 01", 10,
                                       "00 2000 4103 6c 0b;"
                                       "00 4200 0b;"
                                       "00 412a 2000 11 00 00 0b",
                                       -1));
  assert_int_equal(value3(&m, 2, 0, 0, 0), 126);
  call3(&m, 2, 1, 0, 0);
  assert_trapped(&m, CORE_TRAP_SIGNATURE, 2, 5);
  call3(&m, 2, 2, 0, 0);
  assert_trapped(&m, CORE_TRAP_UNINITIALIZED, 2, 5);
  call3(&m, 2, 4, 0, 0);
  assert_trapped(&m, CORE_TRAP_UNDEFINED, 2, 5);
  stop(&m);
}

static void test_tail_calls(void **state) {
  (void)state;
  // A million turns, each a tail call: n == 0 ? m : f(n - 1, m + 2). The second by table.
  struct machine m = start(make_module(1, "01 60 02 7f7f 01 7f", 3, "02 00 00", 4, "01 70 00 02", 9, "01 00 4100 0b 02 00 01", 10,
                                       "00 2000 45 0440 2001 0f 0b 2000 4101 6b 2001 4102 6a 12 00 0b;"
                                       "00 2000 45 0440 2001 0f 0b 2000 4101 6b 2001 4102 6a 4101 13 00 00 0b",
                                       -1));
  assert_int_equal(value3(&m, 0, 1000000, 0, 0), 2000000);
  assert_int_equal(value3(&m, 1, 1000000, 1, 0), 2000001);
  stop(&m);
}

static void test_deep_recursion(void **state) {
  (void)state;
  struct made made = make_module(1, "01 60 00 00", 3, "02 00 00", 10, "00 1001 0b; 00 01 1000 0b", -1);
  struct core_store *store = core_store_new(&(struct core_limits_of_store){.call_depth = 1000});
  struct machine m = start_in(store, made, NULL);
  call3(&m, 0, 0, 0, 0);
  assert_trapped(&m, CORE_TRAP_STACK, 1, 2);
  // and again: nothing is left over
  call3(&m, 1, 0, 0, 0);
  assert_trapped(&m, CORE_TRAP_STACK, 0, 1);
  stop(&m);
  // by slots
  made = make_module(1, "01 60 00 00", 3, "01 00", 10, "01 904e 7e 1000 0b", -1);
  m = start_in(core_store_new(&(struct core_limits_of_store){.stack_slots = 100000}), made, NULL);
  call3(&m, 0, 0, 0, 0);
  assert_int_equal(m.trap.trap, CORE_TRAP_STACK);
  stop(&m);
}

// Fuel.

static uint64_t fuel_used(struct machine *m, uint32_t func, uint64_t argument) {
  core_store_set_fuel(m->store, 1000000);
  call3(m, func, argument, 0, 0);
  return 1000000 - core_store_fuel(m->store);
}

static void test_fuel(void **state) {
  (void)state;
  struct machine m = start(make_module(1, "01 60 01 7f 01 7f", 3, "05 00 00 00 00 00", 10,
                                       "00 2000 4101 6a 0b;"                         // 3
                                       "00 0340 2000 4101 6b 2200 0d00 0b 2000 0b;"  // 1 + 5 n + 1
                                       "00 2000 0440 01 01 0b 4101 2000 6d 0b;"      // 2 + 2 + 3, the last traps for 0
                                       "00 0340 0c00 0b 00 0b;"                      // for ever
                                       "00 2000 1000 1000 0b",                       // 3 + 2 * 3
                                       -1));
  assert_int_equal(fuel_used(&m, 0, 5), 3);
  assert_int_equal(fuel_used(&m, 1, 10), 52);
  assert_int_equal(fuel_used(&m, 2, 1), 7);
  assert_int_equal(fuel_used(&m, 2, 0), 5);
  assert_trapped(&m, CORE_TRAP_DIVIDE_BY_ZERO, 2, 12);
  assert_int_equal(fuel_used(&m, 4, 1), 9);
  assert_int_equal(fuel_used(&m, 3, 0), 1000000);
  assert_trapped(&m, CORE_TRAP_FUEL, 3, 3);
  core_store_set_fuel(m.store, 2);
  assert_int_equal(call3(&m, 0, 0, 0, 0), CORE_TRAP_FUEL);
  core_store_set_fuel(m.store, UINT64_MAX);
  assert_int_equal(call3(&m, 0, 0, 0, 0), CORE_TRAP_NONE);
  assert_true(core_store_fuel(m.store) == UINT64_MAX);
  stop(&m);
}

static void test_fuel_of_bulk(void **state) {
  (void)state;
  struct machine m =
      start(make_module(1, "01 60 01 7f 01 7f", 3, "01 00", 5, "01 00 01", 10, "00 4100 4101 2000 fc0b 00 4100 0b", -1));
  assert_int_equal(fuel_used(&m, 0, 10), 5);
  assert_int_equal(fuel_used(&m, 0, 65536), 5 + 64);
  core_store_set_fuel(m.store, 10);
  assert_int_equal(call3(&m, 0, 65536, 0, 0), CORE_TRAP_FUEL);
  // beyond the end it is no matter of fuel
  core_store_set_fuel(m.store, 10);
  assert_int_equal(call3(&m, 0, 65537, 0, 0), CORE_TRAP_OUT_OF_BOUNDS);
  stop(&m);
}

// A store may say how much one instruction writes.
static void test_most_of_bulk(void **state) {
  (void)state;
  struct made made =
      make_module(1, "01 60 01 7f 01 7f", 3, "01 00", 5, "01 00 01", 10, "00 4100 4101 2000 fc0b 00 41e007 2d0000 0b", -1);
  struct machine m = start_in(core_store_new(&(struct core_limits_of_store){.bulk_bytes = 1000}), made, NULL);
  assert_true(m.ok);
  assert_int_equal(call3(&m, 0, 1001, 0, 0), CORE_TRAP_FUEL);
  core_store_set_fuel(m.store, 100);
  assert_int_equal(value3(&m, 0, 900, 0, 0), 0);
  assert_int_equal(value3(&m, 0, 1000, 0, 0), 1);
  stop(&m);
}

// What is not there, or not right.

static void test_unreachable_and_unsupported(void **state) {
  (void)state;
  struct machine m = start(make_module(1, "02 60 00 00 60 01 7f 01 7f", 3, "02 00 01", 10,
                                       "00 01 00 0b;"
                                       "00 2000 0440 4105 fb1c 1a 0b 4107 0b",
                                       -1));
  call3(&m, 0, 0, 0, 0);
  assert_trapped(&m, CORE_TRAP_UNREACHABLE, 0, 2);
  assert_int_equal(value3(&m, 1, 0, 0, 0), 7);
  call3(&m, 1, 1, 0, 0);
  assert_trapped(&m, CORE_TRAP_UNSUPPORTED, 1, 7);
  assert_has(m.trap.message, "ref.i31");
  stop(&m);
}

static void test_malformed_bodies(void **state) {
  (void)state;
  // Function 0 is of type i32 -> i32 and calls nothing good. What is wrong, and at which byte of the body.
  static const struct {
    const char *body;
    uint64_t at;
  } rows[] = {
      {"00 0b", 1},                              // no result
      {"00 6a 0b", 1},                           // no operands
      {"00 2000 6a 0b", 3},                      // one operand
      {"00 4200 0b", 3},                         // another type
      {"00 4201 4102 6a 0b", 5},                 // mixed types
      {"00 2001 0b", 1},                         // no such local
      {"00 2000 2101 0b", 3},                    //
      {"00 2300 0b", 1},                         // no such global
      {"00 1005 0b", 1},                         // no such function
      {"00 4100 11 00 00 0b", 3},                // no table
      {"00 4100 11 07 00 0b", 3},                // no such type
      {"00 4100 2800 00 0b", 3},                 // no memory
      {"00 3f00 0b", 1},                         //
      {"00 4100 4100 4100 fc0b 00 4100 0b", 7},  //
      {"00 2000 0c05 0b", 3},                    // no such label
      {"00 2000 2000 0e 01 00 09 0b", 5},        //
      {"00 0240 4101 0b 4101 0b", 5},            // a block leaves something
      {"00 027f 0b 0b", 3},                      // a block leaves nothing
      {"00 2000 047f 4101 0b 0b", 7},            // an if with a result has no else
      {"00 05 0b", 1},                           // else without if
      {"00 0205 0b 0b", 1},                      // no such block type
      {"00 4101 0240 1a 0b 4101 0b", 5},         // reaches below the block
      {"00 d070 0b", 3},                         // a reference as number
      {"00 2000 d1 0b", 3},                      // a number as reference
      {"00 2000 2000 d070 1b 1a 0b", 7},         // a select of both
      {"00 2000 2000 1c 00 0b", 5},              //
      {"00 4105 d4 1a 4101 0b", 3},              //
      {"00 d205 1a 4100 0b", 1},                 // ref.func of none
      {"00 4100 14 00 0b", 3},                   // call_ref of a number
      {"01 01 64 09 4100 0b", 0},                // a local of no type
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct machine m = start(make_module(1, "01 60 01 7f 01 7f", 3, "01 00", 10, rows[i].body, -1));
    call3(&m, 0, 0, 0, 0);
    if (m.trap.trap != CORE_TRAP_MALFORMED || m.trap.offset != body_offset(&m, 0, rows[i].at))
      fail_msg("%s: %s: %s at %lld", rows[i].body, core_trap_names[m.trap.trap], m.trap.message,
               (long long)(m.trap.offset - body_offset(&m, 0, 0)));
    stop(&m);
  }
}

static void test_dead_code_is_skipped(void **state) {
  (void)state;
  struct machine m = start(make_module(1, "01 60 01 7f 01 7f", 3, "02 00 00", 10,
                                       "00 2000 0f 6a 0240 0340 20ff01 0b 0b 0b;"
                                       "00 0240 2000 0d00 4109 0f 7c 0440 05 0b 0b 4108 0b",
                                       -1));
  assert_int_equal(value3(&m, 0, 5, 0, 0), 5);
  assert_int_equal(value3(&m, 1, 0, 0, 0), 9);
  assert_int_equal(value3(&m, 1, 1, 0, 0), 8);
  stop(&m);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_numbers),
      cmocka_unit_test(test_store_then_load),
      cmocka_unit_test(test_out_of_bounds),
      cmocka_unit_test(test_memory64),
      cmocka_unit_test(test_multi_memory),
      cmocka_unit_test(test_bulk_memory),
      cmocka_unit_test(test_grow),
      cmocka_unit_test(test_atomics),
      cmocka_unit_test(test_vectors),
      cmocka_unit_test(test_wide_arithmetic),
      cmocka_unit_test(test_loop),
      cmocka_unit_test(test_branches_that_carry),
      cmocka_unit_test(test_multi_value),
      cmocka_unit_test(test_locals_keep_what_was_read),
      cmocka_unit_test(test_recursion),
      cmocka_unit_test(test_call_indirect),
      cmocka_unit_test(test_tail_calls),
      cmocka_unit_test(test_deep_recursion),
      cmocka_unit_test(test_fuel),
      cmocka_unit_test(test_fuel_of_bulk),
      cmocka_unit_test(test_most_of_bulk),
      cmocka_unit_test(test_unreachable_and_unsupported),
      cmocka_unit_test(test_malformed_bodies),
      cmocka_unit_test(test_dead_code_is_skipped),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
