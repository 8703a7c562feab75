// What is written against the validator ends at a limit, soon: depth, doubling, and work that grows faster than the file.

#include "bytes.h"

#include <component/limits.h>
#include <component/validate.h>
#include <stdio.h>

struct heard {
  unsigned count;
  struct cm_diag last;
};

static bool hear(void *context, const struct cm_diag *diag) {
  struct heard *heard = context;
  heard->count++;
  heard->last = *diag;
  return true;
}

// Validates the bytes, which are freed.
static bool validate(struct bytes *file, struct heard *heard) {
  struct cm_arena arena;
  struct cm_component *component;
  struct cm_diag diag;
  *heard = (struct heard){0};
  cm_arena_init(&arena, NULL);
  if (!cm_decode(&arena, (struct cm_span){file->at, file->size}, &component, &diag)) fail_msg("%s", diag.message);
  struct cm_validate_options options = {.features = cm_features_of(CM_PRESET_ALL), .threads = 1};
  struct cm_diag_sink sink = {hear, heard};
  bool valid = cm_validate(component, &options, &sink, NULL);
  cm_arena_free(&arena);
  free(file->at);
  *file = (struct bytes){0};
  return valid;
}

enum { SECTION_INSTANCE = 5, SECTION_TYPE = 7, SECTION_IMPORT = 10 };

// A type index where a value type may stand: a signed number.
static void put_type_index(struct bytes *b, uint32_t index) {
  for (; index >= 0x40; index >>= 7) put_byte(b, (index & 0x7f) | 0x80);
  put_byte(b, index);
}

// A list of a list of … of u8, `depth` types in all with the u8.
static void put_lists(struct bytes *file, uint32_t depth) {
  struct bytes types = {0};
  put_component(file);
  put_u32(&types, depth - 1);
  put_text(&types, "70 7d");
  for (uint32_t i = 0; i + 2 < depth; i++) {
    put_byte(&types, 0x70);
    put_type_index(&types, i);
  }
  put_section_of(file, SECTION_TYPE, &types);
}

static void test_depth(void **state) {
  (void)state;
  struct bytes file = {0};
  struct heard heard;
  put_lists(&file, CM_LIMIT_TYPE_DEPTH);
  assert_true(validate(&file, &heard));
  put_lists(&file, CM_LIMIT_TYPE_DEPTH + 1);
  assert_false(validate(&file, &heard));
  assert_int_equal(heard.count, 1);
  assert_int_equal(heard.last.error, CM_LIMIT);
  assert_non_null(strstr(heard.last.message, "type nesting is too deep"));
}

// Instances that export the one before twice.
static void test_doubled_instances(void **state) {
  (void)state;
  enum { STEPS = 60 };
  struct bytes file = {0}, instances = {0};
  struct heard heard;
  put_component(&file);
  put_u32(&instances, 1 + STEPS);
  put_text(&instances, "01 00");
  for (uint32_t i = 0; i < STEPS; i++) {
    put_text(&instances, "01 02 00 'a' 05");
    put_u32(&instances, i);
    put_text(&instances, "00 'b' 05");
    put_u32(&instances, i);
  }
  put_section_of(&file, SECTION_INSTANCE, &instances);
  assert_false(validate(&file, &heard));
  assert_int_equal(heard.count, 1);  // what comes after has the broken one within it
  assert_int_equal(heard.last.error, CM_LIMIT);
  assert_non_null(strstr(heard.last.message, "effective type size exceeds the limit"));
}

static void put_name(struct bytes *b, const char *prefix, uint32_t number) {
  char name[16];
  int size = snprintf(name, sizeof name, "%s%u", prefix, number);
  put_u32(b, (uint32_t)size);
  put(b, name, (size_t)size);
}

// An instance type of `exports` functions and a resource, imported `imports` times: each import has all of them anew.
static void put_imports(struct bytes *file, uint32_t exports, uint32_t imports) {
  struct bytes types = {0}, section = {0};
  put_component(file);
  put_text(&types, "01 42");
  put_u32(&types, 2 + exports);
  put_text(&types, "04 00 'r' 03 01 | 01 40 00 01 00");
  for (uint32_t i = 0; i < exports; i++) {
    put_text(&types, "04 00");
    put_name(&types, "f", i);
    put_text(&types, "01 01");
  }
  put_section_of(file, SECTION_TYPE, &types);
  put_u32(&section, imports);
  for (uint32_t i = 0; i < imports; i++) {
    put_byte(&section, 0);
    put_name(&section, "i", i);
    put_text(&section, "05 00");
  }
  put_section_of(file, SECTION_IMPORT, &section);
}

static void test_work(void **state) {
  (void)state;
  struct bytes file = {0};
  struct heard heard;
  put_imports(&file, 100, 100);
  assert_true(validate(&file, &heard));
  put_imports(&file, 2000, 10000);
  assert_false(validate(&file, &heard));
  assert_int_equal(heard.count, 1);
  assert_int_equal(heard.last.error, CM_LIMIT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_depth),
      cmocka_unit_test(test_doubled_instances),
      cmocka_unit_test(test_work),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
