// What is read-only in data that an optimizer split.

#include "analyze/read_only.h"
#include "analyze_samples.h"
#include "data/analyze.h"

static void check(const char *name, uint64_t end) {
  struct built b = build_sample(analyze_samples, name);
  number_sample(&b);
  struct image_range r = read_only_data(&b.program, 0);
  assert_int_equal(r.from, 1024);
  assert_int_equal(r.to, end);
  drop_sample(&b);
}

static void tables_of_methods(void **state) {
  (void)state;
  check("read_only", 1232);
  check("read_only_not", 1030);
}

static void places_in_files(void **state) {
  (void)state;
  check("read_only_places", 1232);
}

static void data_that_the_start_puts_there(void **state) {
  (void)state;
  check("read_only_shared", 1024 + 34);
}

// Where code stores between them, they tell nothing; where it stores to the first piece, that is none.
static void stores(void **state) {
  (void)state;
  struct built b = build_sample(analyze_samples, "read_only");
  number_sample(&b);
  assert_true(read_only_is_of_one_module(&b.program, 0));
  assert_int_equal(read_only_data(&b.program, 0).to, 1232);
  bool news;
  assert_true(program_written(&b.program, 0, (struct image_range){1104, 1108}, &news));
  assert_int_equal(read_only_data(&b.program, 0).to, 1030);
  assert_true(program_written(&b.program, 0, (struct image_range){1024, 1025}, &news));
  assert_int_equal(read_only_data(&b.program, 0).to, 0);
  drop_sample(&b);
}

static void check_plain(const char *name, uint64_t end) {
  struct built b = build_sample(analyze_samples, name);
  number_sample(&b);
  assert_int_equal(read_only_plain(&b.program, 0).to, end);
  drop_sample(&b);
}

// No address stands in front of what is relocated.
static void data_without_addresses(void **state) {
  (void)state;
  check_plain("read_only_plain", 1030);
  check_plain("read_only", 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(data_without_addresses), cmocka_unit_test(tables_of_methods),
                                     cmocka_unit_test(places_in_files), cmocka_unit_test(data_that_the_start_puts_there),
                                     cmocka_unit_test(stores)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
