// What variables hold when the host starts a program: on which way it comes to a function, and of which variables it is known.

#include "analyze/outset.h"
#include "analyze_samples.h"
#include "data/analyze.h"

static void find(struct built *b, const char *function, const uint8_t *own, struct outset *out) {
  assert_true(outset_find(&b->program, &b->arena, called(b, 0, function), own, out));
}

static void the_way_from_the_host(void **state) {
  (void)state;
  struct built b = build_sample(analyze_samples, "variables");
  number_sample(&b);
  struct outset out;
  find(&b, "asks", NULL, &out);
  assert_int_equal(out.way_count, 3);
  assert_int_equal(out.way[0], called(&b, 0, "asks"));
  assert_int_equal(out.way[1], called(&b, 0, "main"));
  assert_int_equal(out.way[2], called(&b, 0, "start"));
  assert_true(out.is_alone);
  find(&b, "start", NULL, &out);
  assert_int_equal(out.way_count, 1);
  // Called more than once, in a loop, through a pointer, or so as well; by several; by nobody.
  static const char *const none[] = {"twice", "repeated", "pointed", "both", "writes", "unreached"};
  for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
    find(&b, none[i], NULL, &out);
    if (out.way_count || out.count) fail_msg("there is a way to %s", none[i]);
  }
  drop_sample(&b);
}

static const struct outset_variable *variable(const struct outset *out, uint64_t at) {
  for (size_t i = 0; i < out->count; i++)
    if (out->variables[i].range.from <= at && at < out->variables[i].range.to) return &out->variables[i];
  return NULL;
}

// Those that are changed on the way, or by what is called besides, are not what they began with; nor are those whose address is in memory.
static void variables_that_are_known(void **state) {
  (void)state;
  struct built b = build_sample(analyze_samples, "variables");
  number_sample(&b);
  struct outset out;
  static const struct {
    uint64_t at;
    bool main, asks;  // known when the function begins?
  } rows[] = {{2048, true, true}, {2064, true, false},  {2080, true, false}, {2096, true, true}, {2112, false, false},
              {2128, true, true}, {3400, false, false}, {3072, true, true},  {3136, true, true}};
  for (unsigned inner = 0; inner < 2; inner++) {
    find(&b, inner ? "asks" : "main", NULL, &out);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
      bool expected = inner ? rows[i].asks : rows[i].main;
      const struct outset_variable *v = variable(&out, rows[i].at);
      if (!v != !expected) fail_msg("%llu in %s", (unsigned long long)rows[i].at, inner ? "asks" : "main");
      if (v) assert_true(v->range.from == rows[i].at && v->range.to == rows[i].at + 4 && v->nearest == rows[i].at);
    }
    for (size_t i = 0; i < out.count; i++) assert_memory_equal(&out.ranges[i], &out.variables[i].range, sizeof *out.ranges);
  }
  const struct outset_variable *v = variable(&out, 2048);
  assert_true(v->by[called(&b, 0, "asks")] && !v->by[called(&b, 0, "helper")]);
  assert_int_equal(v->pointed_count, 0);
  v = variable(&out, 2128);
  assert_int_equal(v->pointed_count, 1);
  assert_int_equal(v->pointed[0], called(&b, 0, "pointed"));
  drop_sample(&b);
}

// The sample, of whose functions `asks` counts as the program's own.
static struct built begin_with_asks(uint8_t **own, struct outset *out) {
  struct built b = build_sample(analyze_samples, "variables");
  number_sample(&b);
  *own = cm_alloc_array(&b.arena, b.program.func_count, 1);
  assert_non_null(*own);
  (*own)[called(&b, 0, "asks")] = 1;
  find(&b, "asks", *own, out);
  return b;
}

// Of what begins as zeros there is too much: what other functions write to is left out.
static void variables_that_begin_as_zeros(void **state) {
  (void)state;
  struct outset out;
  uint8_t *own;
  struct built b = begin_with_asks(&own, &out);
  assert_non_null(variable(&out, 3072));
  assert_null(variable(&out, 3136));
  assert_non_null(variable(&out, 2096));  // this one is of the data
  drop_sample(&b);
}

// What an evaluation missed of them becomes known, but for what others store to, and what there is known of already.
static void variables_that_were_missed(void **state) {
  (void)state;
  struct outset out;
  uint8_t *own;
  struct built b = begin_with_asks(&own, &out);
  size_t count = out.count;
  bool news;
  outset_miss(&out, 3400, 1);
  outset_miss(&out, 3400, 4);
  outset_miss(&out, 3136, 4);
  outset_miss(&out, 3070, 4);
  outset_miss(&out, 2240, 4);   // in the data
  outset_miss(&out, 65536, 4);  // behind the memory
  outset_add_missed(&b.program, own, &out, &news);
  assert_true(news);
  assert_int_equal(out.count, count + 2);
  assert_null(variable(&out, 3136));
  const struct outset_variable *v = variable(&out, 3400);
  assert_true(v && v->range.from == 3400 && v->range.to == 3404);
  v = variable(&out, 3070);
  assert_true(v && v->range.from == 3070 && v->range.to == 3072);
  for (size_t i = 0; i < out.count; i++) {
    assert_memory_equal(&out.ranges[i], &out.variables[i].range, sizeof *out.ranges);
    assert_true(!i || out.ranges[i - 1].to <= out.ranges[i].from);
  }
  outset_miss(&out, 3400, 4);
  outset_add_missed(&b.program, own, &out, &news);
  assert_false(news);
  drop_sample(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(the_way_from_the_host), cmocka_unit_test(variables_that_are_known),
                                     cmocka_unit_test(variables_that_begin_as_zeros), cmocka_unit_test(variables_that_were_missed)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
