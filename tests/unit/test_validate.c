// The rules of component validation, one by one: tests/unit/data/validate.wast says what is valid, and of what is not, which section of
// the specification it breaks and what must be said of it.

#include <component/limits.h>
#include <component/validate.h>
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include "data/sample.h"
#include "data/validate.h"

struct heard {
  unsigned count;
  struct cm_diag first, last;
};

static bool hear(void *context, const struct cm_diag *diag) {
  struct heard *heard = context;
  if (!heard->count++) heard->first = *diag;
  heard->last = *diag;
  return true;
}

static bool validate(const struct script_sample *sample, struct cm_features features, struct heard *heard) {
  struct cm_arena arena;
  struct cm_component *component;
  *heard = (struct heard){0};
  cm_arena_init(&arena, NULL);
  if (!cm_decode(&arena, (struct cm_span){sample->bytes, sample->size}, &component, &heard->first))
    fail_msg("line %u does not decode: %s", sample->line, heard->first.message);
  struct cm_validate_options options = {.features = features, .threads = 1};
  struct cm_diag_sink sink = {hear, heard};
  bool valid = cm_validate(component, &options, &sink, NULL);
  cm_arena_free(&arena);
  if (valid != (heard->count == 0)) fail_msg("line %u: %s, but %u errors", sample->line, valid ? "valid" : "invalid", heard->count);
  return valid;
}

static enum cm_feature feature_of(const char *name) {
  for (int i = 0; i < CM_FEATURE_COUNT; i++)
    if (strcmp(cm_feature_table[i].name, name) == 0) return (enum cm_feature)i;
  fail_msg("no feature `%s`", name);
  return CM_FEATURE_COUNT;
}

// "needs FEATURE": valid with all features, and with all but this one not.
static void check_gate(const struct script_sample *sample, const char *name) {
  struct heard heard;
  struct cm_features features = cm_features_of(CM_PRESET_ALL);
  if (!validate(sample, features, &heard)) fail_msg("line %u: %s", sample->line, heard.first.message);
  features.bits &= ~(UINT64_C(1) << feature_of(name));
  if (validate(sample, features, &heard)) fail_msg("line %u: valid without %s", sample->line, name);
  if (!strstr(heard.first.message, name)) fail_msg("line %u: `%s` is not mentioned: %s", sample->line, name, heard.first.message);
}

// "ANCHOR: TEXT": one error, whose rule ends in #ANCHOR and whose message contains TEXT; without a colon only the latter.
static void check_error(const struct script_sample *sample, const struct heard *heard) {
  const char *colon = strstr(sample->expected, ": "), *text = colon ? colon + 2 : sample->expected;
  size_t anchor = colon ? (size_t)(colon - sample->expected) : 0;
  if (heard->count != 1) fail_msg("line %u: %u errors, the last: %s", sample->line, heard->count, heard->last.message);
  if (!strstr(heard->first.message, text))
    fail_msg("line %u: expected \"%s\", found \"%s\"", sample->line, text, heard->first.message);
  assert_true(heard->first.has_offset);
  if (!anchor) return;
  const char *found = heard->first.rule ? strchr(heard->first.rule, '#') : NULL;
  if (!found || strlen(found + 1) != anchor || memcmp(found + 1, sample->expected, anchor) != 0)
    fail_msg("line %u: expected the rule %s, found %s", sample->line, sample->expected, found ? found : "none");
}

static void test_rules(void **state) {
  (void)state;
  for (const struct script_sample *sample = validate_samples; sample->bytes; sample++) {
    struct heard heard;
    if (sample->expected && strncmp(sample->expected, "needs ", 6) == 0) {
      check_gate(sample, sample->expected + 6);
      continue;
    }
    bool valid = validate(sample, cm_features_of(CM_PRESET_ALL), &heard);
    if (!sample->expected && !valid) fail_msg("line %u: %s", sample->line, heard.first.message);
    if (sample->expected && valid) fail_msg("line %u: valid, but expected \"%s\"", sample->line, sample->expected);
    if (sample->expected) check_error(sample, &heard);
  }
}

// Memory that runs out at any allocation ends in one error of that kind, or in what would have been found anyway.
struct scarce {
  size_t left;
};

static void *get_scarce(void *context, size_t size) {
  struct scarce *scarce = context;
  if (!scarce->left) return NULL;
  scarce->left--;
  return calloc(1, size);
}

static void put_scarce(void *context, void *block, size_t size) {
  (void)context, (void)size;
  free(block);
}

static void test_memory(void **state) {
  (void)state;
  for (const struct script_sample *sample = validate_samples; sample->bytes; sample++) {
    struct cm_arena arena;
    struct cm_component *component;
    struct cm_diag diag;
    cm_arena_init(&arena, NULL);
    assert_true(cm_decode(&arena, (struct cm_span){sample->bytes, sample->size}, &component, &diag));
    for (size_t blocks = 0; blocks < 3; blocks++) {
      struct scarce scarce = {blocks};
      struct cm_allocator allocator = {get_scarce, put_scarce, &scarce};
      struct heard heard = {0};
      struct cm_validate_options options = {.features = cm_features_of(CM_PRESET_ALL), .threads = 1};
      struct cm_diag_sink sink = {hear, &heard};
      bool valid = cm_validate(component, &options, &sink, &allocator);
      if (!blocks) assert_int_equal(heard.last.error, CM_NO_MEMORY);
      assert_int_equal(valid, heard.count == 0);
    }
    cm_arena_free(&arena);
  }
}

// A sink that wants no more is not called again; none at all is the same as one that wants one.
static bool hear_one(void *context, const struct cm_diag *diag) {
  hear(context, diag);
  return false;
}

// (component (type (record)) (type (list 0)) (type (tuple)) (type (own 9)))
static const uint8_t several[] = {0,    'a', 's', 'm', 0x0d, 0, 1, 0,  // preamble
                                  7,    9,   4,                        // section type of four
                                  0x72, 0,                             // a record without fields
                                  0x70, 0,                             // a list of it
                                  0x6f, 0,                             // a tuple without members
                                  0x69, 9};                            // a handle of nothing

static void test_several(void **state) {
  (void)state;
  struct script_sample sample = {0, "", several, sizeof several};
  struct heard heard;
  // The list is not judged: what is wrong with it is the record.
  assert_false(validate(&sample, cm_features_of(CM_PRESET_ALL), &heard));
  assert_int_equal(heard.count, 3);
  assert_non_null(strstr(heard.first.message, "record"));
  assert_string_equal(heard.first.where, "component > type 0");
  assert_int_equal(heard.first.offset, 11);
  assert_non_null(strstr(heard.last.message, "type index 9"));
  assert_string_equal(heard.last.where, "component > type 3");

  struct cm_arena arena;
  struct cm_component *component;
  cm_arena_init(&arena, NULL);
  assert_true(cm_decode(&arena, (struct cm_span){several, sizeof several}, &component, NULL));
  struct cm_validate_options options = {.features = cm_features_of(CM_PRESET_ALL)};
  struct cm_diag_sink sink = {hear_one, &heard};
  heard = (struct heard){0};
  assert_false(cm_validate(component, &options, &sink, NULL));
  assert_int_equal(heard.count, 1);
  assert_false(cm_validate(component, &options, NULL, NULL));
  cm_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_rules),
      cmocka_unit_test(test_memory),
      cmocka_unit_test(test_several),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
