// Decoding what is cut short, what lies about its size, and what nests too deep; and decoding when memory runs out.

#include "bytes.h"

#include <component/limits.h>

#include <time.h>

// Three small components that between them have every kind of section and of nesting.

static void put_types_sample(struct bytes *b) {
  put_component(b);
  put_section(b, 3, "03 60 01 7f 01 7e | 4e 02 5f 00 5e 7f 01 | 50 03 01 60 00 00 00 'env' 'f' 00 00 03 'm' 02 00 01");
  put_section(b, 7,
              "0c 72 02 'x' 7f 'y' 73 | 71 02 'a' 00 00 'b' 01 73 00 | 6f 02 7d 00 | 6e 02 'r' 'w' | 6d 01 'one' | 67 73 90 4e |"
              "63 7d 73 | 6a 01 73 01 74 | 66 01 7d | 3f 7f 00 | 43 01 'p' 7f 00 73 | 40 00 01 02 'a' 73 'b' 74");
  put_section(b, 7,
              "02 41 03 01 42 00 03 00 'a:b/c' 05 00 04 00 'd' 04 00 |"
              "42 04 04 00 'r' 03 01 01 68 00 02 03 02 01 00 04 02 'e' 01 02 'key' 03 00 00");
  put_section(b, 0, "'component-name' 00 02 'x' 01 05 03 01 00 01 61");
}

static void put_module_sample(struct bytes *b) {
  struct bytes module = {0}, inner = {0};
  put_component(b);
  put_section(b, 7, "01 40 00 01 00");
  put_module(&module);
  put_section(&module, 1, "01 60 00 00");
  put_section(&module, 2, "01 'e' 'f' 00 00");
  put_section(&module, 3, "01 00");
  put_section(&module, 7, "01 'run' 00 01");
  put_section(&module, 10, "01 02 00 0b");
  put_section_of(b, 1, &module);
  put_section(b, 10, "02 00 'f' 01 00 | 02 'i' 02 00 'a:b/c' 02 'k' 03 01");
  put_section(b, 8, "03 01 00 00 00 | 24 | 20 01 00");
  put_section(b, 2, "02 01 01 'f' 00 00 | 00 00 01 'e' 12 00");
  put_section(b, 6, "02 00 00 01 01 'run' | 03 02 00 00");
  put_section(b, 8, "01 00 00 03 01 00 00");
  put_component(&inner);
  put_section(&inner, 10, "01 00 'g' 01 00");
  put_section_of(b, 4, &inner);
  put_section(b, 5, "02 00 00 01 'g' 01 01 | 01 01 00 'h' 01 01");
  put_section(b, 11, "01 00 'run' 01 01 00");
}

static void put_values_sample(struct bytes *b) {
  put_component(b);
  put_section(b, 10, "03 00 'v' 02 73 | 00 'f' 01 00 | 00 '[implements=<a:b/c>]l' 03 01");
  put_section(b, 12, "02 73 03 'hi' | 7f 01 01");
  put_section(b, 9, "00 02 00 01 02");
  put_section(b, 11, "02 00 'w' 02 00 01 02 73 | 01 'x' 03 00 01 03 01");
  put_section(b, 0, "'producers' 01 'language' 01 'C' '17'");
}

static void (*const samples[])(struct bytes *) = {put_types_sample, put_module_sample, put_values_sample};
enum { SAMPLES = sizeof samples / sizeof samples[0] };

// A prefix decodes where a section ends, and there only; elsewhere the error says where.
static void every_truncation_is_told(void **state) {
  (void)state;
  for (int s = 0; s < SAMPLES; s++) {
    struct decoded whole = {0};
    samples[s](&whole.bytes);
    decode(&whole);
    assert_decodes(&whole);
    for (size_t size = 0; size < whole.bytes.size; size++) {
      bool at_end = size == 8;
      for (uint32_t i = 0; i < whole.component->section_count; i++)
        at_end |= size == whole.component->sections[i].contents + whole.component->sections[i].size;
      struct decoded cut = {0};
      put(&cut.bytes, whole.bytes.at, size);
      decode(&cut);
      if (cut.ok != at_end) fail_msg("sample %d cut to %zu bytes", s, size);
      if (!cut.ok) {
        assert_true(cut.diag.has_offset);
        assert_in_range(cut.diag.offset, 0, size);
        assert_true(cut.diag.message[0] && cut.diag.where[0]);
      }
      free_decoded(&cut);
    }
    free_decoded(&whole);
  }
}

// Every byte replaced by each of a few: never a crash, and never an item that lies outside.
static void every_changed_byte_is_survived(void **state) {
  (void)state;
  static const uint8_t values[] = {0x00, 0x01, 0x05, 0x40, 0x50, 0x7f, 0x80, 0xff};
  for (int s = 0; s < SAMPLES; s++) {
    struct bytes sample = {0};
    samples[s](&sample);
    for (size_t i = 8; i < sample.size; i++) {
      for (size_t v = 0; v < sizeof values; v++) {
        struct decoded d = {0};
        put(&d.bytes, sample.at, sample.size);
        d.bytes.at[i] = values[v];
        decode(&d);
        for (uint32_t n = 0; d.component && n < d.component->scope.item_count; n++) {
          const struct cm_item *item = d.component->scope.items[n];
          assert_true(item->offset + item->size <= sample.size);
        }
        free_decoded(&d);
      }
    }
    free(sample.at);
  }
}

// Memory that runs out.

struct failing {
  int left;  // allocations that still succeed
};

static void *failing_get(void *context, size_t size) {
  struct failing *f = context;
  return f->left-- > 0 ? calloc(1, size) : NULL;
}

static void failing_put(void *context, void *block, size_t size) {
  (void)context, (void)size;
  free(block);
}

// Decodes with ever more allocations until it succeeds; returns how many it took.
static int decode_with_failures(const struct bytes *bytes) {
  for (int n = 0;; n++) {
    struct failing f = {n};
    struct cm_allocator allocator = {failing_get, failing_put, &f};
    struct cm_arena arena;
    struct cm_component *component;
    struct cm_str *names;
    struct cm_diag diag = {0};
    cm_arena_init(&arena, &allocator);
    bool ok = cm_decode(&arena, (struct cm_span){bytes->at, bytes->size}, &component, &diag) &&
              cm_names_read(&arena, component, CM_SORT_TYPE, &names, &diag);
    cm_arena_free(&arena);
    if (ok) return n;
    assert_int_equal(diag.error, CM_NO_MEMORY);
    assert_string_equal(diag.message, "out of memory");
  }
}

static void put_many_types(struct bytes *b, uint32_t count, const char *type) {
  struct bytes section = {0};
  put_u32(&section, count);
  for (uint32_t i = 0; i < count; i++) put_text(&section, type);
  put_section_of(b, 7, &section);
}

static void every_failed_allocation_is_told(void **state) {
  (void)state;
  for (int s = 0; s < SAMPLES; s++) {
    struct bytes sample = {0};
    samples[s](&sample);
    assert_in_range(decode_with_failures(&sample), 1, 100);
    free(sample.at);
  }
  // Enough of everything that each array grows across blocks.
  struct bytes large = {0};
  put_component(&large);
  put_many_types(&large, 5000, "72 02 'x' 7f 'y' 73");
  put_many_types(&large, 1, "42 03 01 73 01 40 00 01 00 04 00 'f' 01 01");
  for (int i = 0; i < 500; i++) {
    put_section(&large, 10, "01 02 'i' 01 02 'key' 03 01");
    put_section(&large, 8, "01 24");
    put_section(&large, 2, "01 01 01 'f' 00 00");
    put_section(&large, 3, "01 50 01 01 60 00 00");
    put_section(&large, 9, "00 00 02");
    put_section(&large, 1, "00 61 73 6d 01 00 00 00 01 04 01 60 00 00");
    put_section(&large, 4, "00 61 73 6d 0d 00 01 00 07 02 01 73");
    put_section(&large, 0, "'component-name' 00 02 'x'");
  }
  assert_in_range(decode_with_failures(&large), 5, 1000);
  free(large.at);
}

// A limit on the arena is told in the same way.
static void a_full_arena_is_told(void **state) {
  (void)state;
  struct decoded d = {0};
  put_component(&d.bytes);
  put_many_types(&d.bytes, 10000, "73");
  cm_arena_init(&d.arena, NULL);
  d.arena.limit = 100000;
  assert_false(cm_decode(&d.arena, (struct cm_span){d.bytes.at, d.bytes.size}, &d.component, &d.diag));
  assert_int_equal(d.diag.error, CM_NO_MEMORY);
  assert_in_range(d.arena.total, 1, 100000);
  free_decoded(&d);
}

// Decodes in bounded time and memory.
static void decode_bounded(struct decoded *d) {
#if defined(__SANITIZE_ADDRESS__)
  const double most = 10;
#else
  const double most = 1;
#endif
  clock_t start = clock();
  decode(d);
  double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
  if (seconds > most) fail_msg("%.2f s", seconds);
  assert_true(d->arena.total < 400 * d->bytes.size + 65536);
}

static void counts_that_lie(void **state) {
  (void)state;
  static const struct {
    int section;
    const char *bytes;
  } cases[] = {
      {2, "ff ff ff ff 0f"},
      {3, "ff ff ff ff 0f"},
      {5, "ff ff ff ff 0f"},
      {6, "ff ff ff ff 0f"},
      {7, "ff ff ff ff 0f"},
      {8, "ff ff ff ff 0f"},
      {10, "ff ff ff ff 0f"},
      {11, "ff ff ff ff 0f"},
      {12, "ff ff ff ff 0f"},
      {2, "01 00 00 ff ff ff ff 0f"},
      {2, "01 01 ff ff ff ff 0f"},
      {3, "01 50 ff ff ff ff 0f"},
      {3, "01 4e ff ff ff ff 0f"},
      {3, "01 60 ff ff ff ff 0f"},
      {5, "01 00 00 ff ff ff ff 0f"},
      {5, "01 01 ff ff ff ff 0f"},
      {7, "01 72 ff ff ff ff 0f"},
      {7, "01 71 ff ff ff ff 0f"},
      {7, "01 6f ff ff ff ff 0f"},
      {7, "01 6e ff ff ff ff 0f"},
      {7, "01 6d ff ff ff ff 0f"},
      {7, "01 40 ff ff ff ff 0f"},
      {7, "01 40 00 01 ff ff ff ff 0f"},
      {7, "01 41 ff ff ff ff 0f"},
      {7, "01 42 ff ff ff ff 0f"},
      {8, "01 01 00 00 ff ff ff ff 0f"},
      {8, "01 09 01 ff ff ff ff 0f"},
      {9, "00 ff ff ff ff 0f"},
      {9, "00 00 ff ff ff ff 0f"},
      {10, "01 02 'a' ff ff ff ff 0f"},
      {10, "01 00 ff ff ff ff 0f"},
      {12, "01 73 ff ff ff ff 0f"},
      {0, "ff ff ff ff 0f"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct decoded d = {0};
    struct bytes section = {0};
    uint8_t padding[64] = {0};
    put_component(&d.bytes);
    put_text(&section, cases[i].bytes);
    put(&section, padding, sizeof padding);
    put_section_of(&d.bytes, (unsigned)cases[i].section, &section);
    decode_bounded(&d);
    assert_false(d.ok);
    assert_true(d.diag.has_offset);
    assert_true(d.diag.error == CM_MALFORMED || d.diag.error == CM_LIMIT);
    free_decoded(&d);
  }
}

static void a_section_of_4_gib(void **state) {
  (void)state;
  for (unsigned id = 0; id < 13; id++) {
    struct decoded d = {0};
    put_component(&d.bytes);
    put_byte(&d.bytes, id);
    put_text(&d.bytes, "ff ff ff ff 0f 00 00");
    decode_bounded(&d);
    assert_refused(&d, CM_MALFORMED, 9, "component", "claims 4294967295 bytes, only 2 are left");
    free_decoded(&d);
  }
}

// Wraps `b` into a component `depth` times.
static void nest_components(struct bytes *b, int depth) {
  // Built from the inside out, and written backwards so that the cost is not quadratic.
  size_t room = b->size + (size_t)depth * 16 + 16, at = room;
  uint8_t *whole = malloc(room);
  assert_non_null(whole);
  at -= b->size;
  memcpy(whole + at, b->at, b->size);
  for (int i = 0; i < depth; i++) {
    struct bytes head = {0};
    put_component(&head);
    put_byte(&head, 4);
    put_u32(&head, (uint32_t)(room - at));
    at -= head.size;
    memcpy(whole + at, head.at, head.size);
    free(head.at);
  }
  b->size = 0;
  put(b, whole + at, room - at);
  free(whole);
}

static void components_that_nest_too_deep(void **state) {
  (void)state;
  static const int depths[] = {CM_LIMIT_NESTING, CM_LIMIT_NESTING + 1, 10000};
  for (int i = 0; i < 3; i++) {
    struct decoded d = {0};
    put_component(&d.bytes);
    nest_components(&d.bytes, depths[i]);
    decode_bounded(&d);
    if (i == 0) {
      assert_decodes(&d);
    } else {
      assert_false(d.ok);
      assert_int_equal(d.diag.error, CM_LIMIT);
      assert_non_null(strstr(d.diag.message, "nesting too deep"));
      assert_true(d.diag.has_offset && d.diag.where[0]);
    }
    free_decoded(&d);
  }
}

static void types_that_nest_too_deep(void **state) {
  (void)state;
  static const struct {
    int section;
    const char *level, *last;
  } cases[] = {{7, "41 01 01", "73"}, {7, "42 01 01", "73"}, {3, "50 01 01", "4e 01 60 00 00"}};
  for (int i = 0; i < 3; i++) {
    static const int depths[] = {CM_LIMIT_NESTING, CM_LIMIT_NESTING + 1, 10000};
    for (int n = 0; n < 3; n++) {
      struct decoded d = {0};
      struct bytes section = {0};
      put_component(&d.bytes);
      put_byte(&section, 1);
      for (int level = 0; level < depths[n]; level++) put_text(&section, cases[i].level);
      put_text(&section, cases[i].last);
      put_section_of(&d.bytes, (unsigned)cases[i].section, &section);
      decode_bounded(&d);
      assert_int_equal(d.ok, n == 0);
      if (n) assert_int_equal(d.diag.error, CM_LIMIT);
      free_decoded(&d);
    }
  }
}

static void long_chains_of_types(void **state) {
  (void)state;
  enum { COUNT = 200000 };
  struct decoded d = {0};
  struct bytes section = {0};
  put_component(&d.bytes);
  put_u32(&section, COUNT);
  put_text(&section, "73");
  for (uint32_t i = 1; i < COUNT; i++) {
    put_byte(&section, 0x6f);
    put_byte(&section, 2);
    // Signed numbers: one bit more than put_u32 needs.
    for (int twice = 0; twice < 2; twice++) {
      uint32_t index = i - 1;
      for (; index >= 0x40; index >>= 7) put_byte(&section, (index & 0x7f) | 0x80);
      put_byte(&section, index);
    }
  }
  put_section_of(&d.bytes, 7, &section);
  decode_bounded(&d);
  assert_decodes(&d);
  assert_int_equal(space(&d, CM_SORT_TYPE), COUNT);
  free_decoded(&d);
}

// Results of starts are indices that no bytes stand behind.
static void starts_cannot_fill_memory(void **state) {
  (void)state;
  struct decoded d = {0};
  struct bytes inner = {0};
  put_component(&inner);
  for (int i = 0; i < 600; i++) put_section(&inner, 9, "00 00 e8 07");
  put_component(&d.bytes);
  for (int i = 0; i < 20; i++) {
    struct bytes copy = {0};
    put(&copy, inner.at, inner.size);
    put_section_of(&d.bytes, 4, &copy);
  }
  decode(&d);
  assert_false(d.ok);
  assert_int_equal(d.diag.error, CM_LIMIT);
  assert_string_equal(d.diag.where, "component > component 1 > section start > start 0");
  assert_true(d.arena.total < 64u << 20);
  free_decoded(&d);
  free(inner.at);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_truncation_is_told),
      cmocka_unit_test(every_changed_byte_is_survived),
      cmocka_unit_test(every_failed_allocation_is_told),
      cmocka_unit_test(a_full_arena_is_told),
      cmocka_unit_test(counts_that_lie),
      cmocka_unit_test(a_section_of_4_gib),
      cmocka_unit_test(components_that_nest_too_deep),
      cmocka_unit_test(types_that_nest_too_deep),
      cmocka_unit_test(long_chains_of_types),
      cmocka_unit_test(starts_cannot_fill_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
