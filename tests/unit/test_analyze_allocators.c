// Which functions are the allocator's, by the variables that they share with who lets the memory grow.

#include "analyze/allocators.h"
#include "analyze_samples.h"
#include "data/analyze.h"

static void functions_of_an_allocator(void **state) {
  (void)state;
  static const struct {
    const char *name;
    bool is;
  } rows[] = {
      // Who lets it grow reads two of the variables itself; who calls that reads two others. They are four.
      {"more", false},   {"malloc", false}, {"free", true},       {"statistics", true},
      {"counts", false}, {"keeps", false},  {"unreached", false},
  };
  struct built b = build_sample(analyze_samples, "allocators");
  number_sample(&b);
  uint8_t *are = cm_alloc_array(&b.arena, b.program.func_count, 1);
  assert_non_null(are);
  allocators_find(&b.program, 0, NULL, 0, are);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (!are[called(&b, 0, rows[i].name)] != !rows[i].is) fail_msg("%s", rows[i].name);
  drop_sample(&b);
}

// Who reads a key beside is a program's own, whatever was inlined there; and what it reads tells nothing of the allocator.
static void functions_that_ask(void **state) {
  (void)state;
  struct built b = build_sample(analyze_samples, "allocators");
  number_sample(&b);
  uint8_t *are = cm_alloc_array(&b.arena, b.program.func_count, 1);
  assert_non_null(are);
  const struct image_range key = {1034, 1038};
  allocators_find(&b.program, 0, &key, 1, are);
  assert_false(are[called(&b, 0, "free")]);
  assert_false(are[called(&b, 0, "statistics")]);
  drop_sample(&b);
}

// Where nobody lets the memory grow there is none.
static void programs_without_one(void **state) {
  (void)state;
  struct built b = build_sample(analyze_samples, "variables");
  number_sample(&b);
  uint8_t *are = cm_alloc_array(&b.arena, b.program.func_count, 1);
  assert_non_null(are);
  allocators_find(&b.program, 0, NULL, 0, are);
  for (uint32_t gid = 0; gid < b.program.func_count; gid++) assert_false(are[gid]);
  drop_sample(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(functions_of_an_allocator), cmocka_unit_test(functions_that_ask),
                                     cmocka_unit_test(programs_without_one)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
