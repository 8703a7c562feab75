// Buffers: what is written reads back, in the fewest bytes; lengths known afterwards; failures are told once, at the end.

#include <component/buffer.h>
#include <component/reader.h>

#include "bytes.h"

static void check_bytes(struct cm_buffer *b, const char *hex) {
  struct bytes expected = {0};
  put_text(&expected, hex);
  assert_int_equal(b->failed, CM_OK);
  assert_int_equal(b->size, expected.size);
  if (expected.size) assert_memory_equal(b->at, expected.at, expected.size);
  free(expected.at);
  cm_buffer_clear(b);
}

static struct cm_reader read_back(const struct cm_buffer *b, struct cm_diag *diag) {
  return cm_reader_of(cm_buffer_span(b), b->at, NULL, diag);
}

static void numbers(void **state) {
  (void)state;
  struct cm_buffer b;
  cm_buffer_init(&b, NULL);
  cm_put_u32(&b, 0), check_bytes(&b, "00");
  cm_put_u32(&b, 127), check_bytes(&b, "7f");
  cm_put_u32(&b, 128), check_bytes(&b, "8001");
  cm_put_u32(&b, UINT32_MAX), check_bytes(&b, "ffffffff0f");
  cm_put_u64(&b, UINT64_MAX), check_bytes(&b, "ffffffffffffffffff01");
  cm_put_s32(&b, 63), check_bytes(&b, "3f");
  cm_put_s32(&b, 64), check_bytes(&b, "c000");
  cm_put_s32(&b, -64), check_bytes(&b, "40");
  cm_put_s32(&b, -65), check_bytes(&b, "bf7f");
  cm_put_s32(&b, INT32_MIN), check_bytes(&b, "8080808078");
  cm_put_s33(&b, UINT32_MAX), check_bytes(&b, "ffffffff0f");
  cm_put_s33(&b, -16), check_bytes(&b, "70");
  cm_put_s64(&b, INT64_MIN), check_bytes(&b, "8080808080808080807f");
  cm_put_s64(&b, INT64_MAX), check_bytes(&b, "ffffffffffffffffff00");
  cm_put_le32(&b, 0x7fc01234), check_bytes(&b, "3412c07f");
  cm_put_le64(&b, UINT64_C(0x7ff8000000000001)), check_bytes(&b, "010000000000f87f");
  cm_put_name(&b, CM_STR("a b")), check_bytes(&b, "03612062");
  cm_put_bytes(&b, NULL, 0), check_bytes(&b, "");
  cm_buffer_free(&b);
}

// Every number of a set around the powers of two comes back, and canonical numbers end in no superfluous byte.
static void numbers_read_back(void **state) {
  (void)state;
  struct cm_buffer b;
  cm_buffer_init(&b, NULL);
  for (unsigned bit = 0; bit < 64; bit++)
    for (int near = -2; near <= 2; near++)
      for (int sign = 0; sign < 2; sign++) {
        uint64_t value = (UINT64_C(1) << bit) + (uint64_t)(int64_t)near;
        if (sign) value = ~value;
        struct cm_diag diag;
        cm_buffer_clear(&b);
        cm_put_u64(&b, value);
        size_t unsigned_size = b.size;
        cm_put_s64(&b, (int64_t)value);
        cm_put_u32(&b, (uint32_t)value);
        cm_put_s32(&b, (int32_t)(uint32_t)value);
        uint64_t u64;
        int64_t s64;
        uint32_t u32;
        int32_t s32;
        struct cm_reader r = read_back(&b, &diag);
        assert_true(cm_read_u64(&r, "u64", &u64) && cm_read_s64(&r, "s64", &s64));
        assert_true(cm_read_u32(&r, "u32", &u32) && cm_read_s32(&r, "s32", &s32));
        assert_true(u64 == value && s64 == (int64_t)value && u32 == (uint32_t)value && s32 == (int32_t)(uint32_t)value);
        assert_int_equal(cm_left(&r), 0);
        assert_true(unsigned_size == 1 || b.at[unsigned_size - 1] != 0);
      }
  cm_buffer_free(&b);
}

static void lengths(void **state) {
  (void)state;
  struct cm_buffer b;
  cm_buffer_init(&b, NULL);
  size_t outer = cm_buffer_open(&b);
  cm_put_u8(&b, 0xaa);
  size_t inner = cm_buffer_open(&b);
  cm_buffer_close(&b, inner);
  size_t counted = cm_buffer_open(&b);
  cm_put_u8(&b, 0xbb);
  cm_buffer_insert_u32(&b, counted, 300);
  cm_buffer_close(&b, outer);
  check_bytes(&b, "05 aa 00 ac02 bb");

  // A length of two bytes around one of two bytes.
  outer = cm_buffer_open(&b);
  inner = cm_buffer_open(&b);
  uint8_t *room = cm_buffer_extend(&b, 200);
  assert_non_null(room);
  memset(room, 7, 200);
  cm_buffer_close(&b, inner);
  cm_buffer_close(&b, outer);
  assert_int_equal(b.size, 204);
  assert_memory_equal(b.at, "\xca\x01\xc8\x01\x07", 5);
  cm_buffer_free(&b);
}

// Whatever was guessed, the bytes are those that no guess gives.
static void guessed_lengths(void **state) {
  (void)state;
  static const size_t sizes[] = {0, 1, 127, 128, 200, 16383, 16384, 70000};
  enum { COUNT = sizeof sizes / sizeof *sizes };
  for (size_t i = 0; i < COUNT * COUNT; i++) {
    size_t guess = sizes[i / COUNT], length = sizes[i % COUNT];
    struct cm_buffer plain, near;
    cm_buffer_init(&plain, NULL);
    cm_buffer_init(&near, NULL);
    cm_put_u8(&plain, 9);
    cm_put_u8(&near, 9);
    size_t a = cm_buffer_open(&plain), b = cm_buffer_open_near(&near, guess);
    for (size_t k = 0; k < length; k++) cm_put_u8(&plain, (uint8_t)k), cm_put_u8(&near, (uint8_t)k);
    cm_buffer_close(&plain, a);
    cm_buffer_close_near(&near, b, guess);
    assert_int_equal(plain.size, near.size);
    assert_memory_equal(plain.at, near.at, plain.size);
    cm_buffer_free(&plain);
    cm_buffer_free(&near);
  }
}

static void taking(void **state) {
  (void)state;
  struct cm_buffer b;
  cm_buffer_init(&b, NULL);
  size_t size, room;
  assert_null(cm_buffer_take(&b, &size, &room));
  cm_put_u8(&b, 1);
  uint8_t *bytes = cm_buffer_take(&b, &size, &room);
  assert_non_null(bytes);
  assert_int_equal(size, 1);
  assert_true(room >= size && bytes[0] == 1);
  free(bytes);
  assert_int_equal(b.size, 0);
  cm_put_u8(&b, 2);
  check_bytes(&b, "02");
  cm_buffer_free(&b);
}

// Memory that runs out after a number of blocks.
struct short_memory {
  unsigned left, out;
};

static void *get(void *context, size_t size) {
  struct short_memory *m = context;
  if (!m->left) return NULL;
  m->left--;
  m->out++;
  return calloc(1, size);
}

static void put_back(void *context, void *block, size_t size) {
  struct short_memory *m = context;
  memset(block, 0xa5, size);
  free(block);
  m->out--;
}

static void fill(struct cm_buffer *b, unsigned count) {
  size_t mark = cm_buffer_open(b);
  for (unsigned i = 0; i < count; i++) cm_put_u32(b, i);
  cm_buffer_close(b, mark);
}

static void memory_runs_out(void **state) {
  (void)state;
  struct cm_diag diag;
  for (unsigned blocks = 0; blocks < 6; blocks++) {
    struct short_memory memory = {.left = blocks};
    struct cm_allocator allocator = {get, put_back, &memory};
    struct cm_buffer b;
    cm_buffer_init(&b, &allocator);
    fill(&b, 5000);
    assert_false(cm_buffer_ok(&b, &diag));
    assert_int_equal(diag.error, CM_NO_MEMORY);
    assert_null(cm_buffer_extend(&b, 1));
    size_t size;
    assert_null(cm_buffer_take(&b, &size, NULL));
    assert_int_equal(memory.out, 0);
  }
  struct short_memory memory = {.left = 100};
  struct cm_allocator allocator = {get, put_back, &memory};
  struct cm_buffer b;
  cm_buffer_init(&b, &allocator);
  fill(&b, 5000);
  assert_true(cm_buffer_ok(&b, &diag));
  assert_int_equal(memory.out, 1);
  cm_buffer_free(&b);
  assert_int_equal(memory.out, 0);
}

static void beyond_the_limit(void **state) {
  (void)state;
  struct cm_diag diag;
  struct cm_buffer b;
  cm_buffer_init(&b, NULL);
  b.limit = 3;
  cm_put_bytes(&b, "abc", 3);
  assert_true(cm_buffer_ok(&b, &diag));
  cm_put_u8(&b, 0);
  cm_put_u8(&b, 0);
  assert_false(cm_buffer_ok(&b, &diag));
  assert_int_equal(diag.error, CM_LIMIT);
  assert_int_equal(b.size, 3);
  cm_buffer_free(&b);
  assert_true(cm_buffer_ok(&b, &diag));
  assert_int_equal(b.limit, 3);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(numbers),          cmocka_unit_test(numbers_read_back),
      cmocka_unit_test(lengths),          cmocka_unit_test(guessed_lengths),
      cmocka_unit_test(taking),           cmocka_unit_test(memory_runs_out),
      cmocka_unit_test(beyond_the_limit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
