// What is written to through addresses that are kept in memory and found there.

#include "analyze/overwritten.h"
#include "analyze_samples.h"
#include "data/analyze.h"

static struct key_source sources[] = {
    {0, {2264, 2270}}, {0, {2328, 2332}}, {0, {2048, 2052}}, {0, {2064, 2068}},
    {0, {2080, 2084}}, {0, {2096, 2100}}, {0, {2176, 2180}},
};

static bool is_written(const struct built *b, uint64_t at) {
  const struct image *image = &b->program.instances[0].image;
  return image_ranges_have(image->written, image->written_count, at);
}

static void find(struct built *b, size_t count, bool expected) {
  struct overwritten_news news;
  struct key_sources list = {sources, count, count};
  assert_true(overwritten_find(&b->program, &b->arena, &(struct overwritten_question){&list, VARIABLES_NONE, false}, &news));
  assert_int_equal(news.written, expected);
}

static void pointers_in_memory(void **state) {
  (void)state;
  static const struct {
    uint64_t at;
    bool written;
  } rows[] = {
      {2048, true},   // put into a block, 8 bytes on, and found there
      {2064, false},  // 12 bytes on, where nobody looks
      {2264, false},  // a text
      {2328, false},  // a table of methods
      {2080, true},   // in a variable
      {2096, false},  // nowhere
      {2176, true},   // in the data
  };
  struct built b = build_sample(analyze_samples, "heap");
  number_sample(&b);
  assert_non_null(program_image(&b.program, 0));
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) assert_false(is_written(&b, rows[i].at));
  find(&b, sizeof sources / sizeof *sources, true);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (is_written(&b, rows[i].at) != rows[i].written) print_error("%llu\n", (unsigned long long)rows[i].at);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) assert_int_equal(is_written(&b, rows[i].at), rows[i].written);
  find(&b, sizeof sources / sizeof *sources, false);  // and that is all
  drop_sample(&b);
}

struct row {
  uint64_t at;
  bool written;
};

// Each word of the rows is a source of a key.
static void check_rows(const char *sample, const struct row *rows, size_t count) {
  enum { MOST = 16 };
  struct key_source words[MOST];
  assert_true(count <= MOST);
  for (size_t i = 0; i < count; i++) words[i] = (struct key_source){0, {rows[i].at, rows[i].at + 4}};
  struct built b = build_sample(analyze_samples, sample);
  number_sample(&b);
  assert_non_null(program_image(&b.program, 0));
  struct overwritten_news news;
  struct key_sources list = {words, count, count};
  assert_true(overwritten_find(&b.program, &b.arena, &(struct overwritten_question){&list, VARIABLES_NONE, false}, &news));
  for (size_t i = 0; i < count; i++)
    if (is_written(&b, rows[i].at) != rows[i].written) fail_msg("%llu", (unsigned long long)rows[i].at);
  drop_sample(&b);
}

static void what_loops_write_to(void **state) {
  (void)state;
  static const struct row rows[] = {
      {2048, false}, {2052, true},  {2056, false}, {2060, true},  {2064, false}, {2068, true},  // rows
      {2080, true},  {2096, true},                                                              // behind the table
      {2128, true},  {2132, false}, {2136, true},  {2140, false}, {2164, false},                // words, and the text
  };
  check_rows("heap_loops", rows, sizeof rows / sizeof *rows);
}

// A span of an array in the frame was copied, before each that the array leads to is written to.
static void what_the_frame_leads_to(void **state) {
  (void)state;
  static const struct row rows[] = {{2048, true}, {2064, true}, {2096, false}};
  check_rows("heap_framed", rows, sizeof rows / sizeof *rows);
}

// Nothing of it matters where nothing was read from there.
static void what_no_key_was_read_from(void **state) {
  (void)state;
  struct built b = build_sample(analyze_samples, "heap");
  number_sample(&b);
  assert_non_null(program_image(&b.program, 0));
  find(&b, 0, false);
  assert_false(is_written(&b, 2048));
  drop_sample(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(pointers_in_memory), cmocka_unit_test(what_loops_write_to),
                                     cmocka_unit_test(what_the_frame_leads_to), cmocka_unit_test(what_no_key_was_read_from)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
