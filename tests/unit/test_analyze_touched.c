// Who may write to a static variable: by its address, by that of its object, and all that may come to call who does.

#include "analyze/touched.h"
#include "analyze_samples.h"
#include "data/analyze.h"

enum { OWNER = 0 };

static const struct touched_range *touched(struct built *b, uint64_t from, uint64_t to, bool strict) {
  const struct touched_range *r = touched_find(&b->program, 0, (struct image_range){from, to}, strict);
  assert_non_null(r);
  assert_non_null(r->by);
  return r;
}

// Are these, of all functions, the ones that may come to who writes there?
static void assert_by(struct built *b, const struct touched_range *r, const char *const *names) {
  for (uint32_t gid = 0; gid < b->program.func_count; gid++) {
    struct cm_str name = program_name(&b->program, gid);
    bool expected = false;
    for (const char *const *n = names; *n; n++) expected |= cm_str_is(name, *n);
    if (!r->by[gid] != !expected) fail_msg("%llu: %.*s", (unsigned long long)r->range.from, CM_STR_ARG(name));
  }
}

static void who_comes_to_a_store(void **state) {
  (void)state;
  struct built b = build_sample(analyze_samples, "variables");
  number_sample(&b);
  const struct touched_range *r = touched(&b, 2048, 2052, true);
  assert_by(&b, r, (const char *[]){"asks", "main", "start", NULL});
  assert_int_equal(r->self_count, 1);
  assert_int_equal(r->selves[0], called(&b, 0, "asks"));
  assert_int_equal(r->nearest, 2048);
  assert_false(r->by_pointer || r->is_unknown);
  assert_by(&b, touched(&b, 2064, 2068, true), (const char *[]){"main", "start", NULL});
  assert_by(&b, touched(&b, 2080, 2084, true), (const char *[]){"before", "main", "start", NULL});
  assert_by(&b, touched(&b, 2096, 2100, true), (const char *[]){"helper", "asks", "main", "start", NULL});
  // A call through a pointer may mean it.
  r = touched(&b, 2128, 2132, true);
  assert_by(&b, r, (const char *[]){"pointed", "helper", "asks", "main", "start", NULL});
  assert_true(r->by_pointer);
  // One that was asked for is remembered.
  assert_ptr_equal(r, touched(&b, 2128, 2132, true));
  drop_sample(&b);
}

// To load is not to touch; what nobody reaches does nothing.
static void what_nobody_writes_to(void **state) {
  (void)state;
  struct built b = build_sample(analyze_samples, "variables");
  number_sample(&b);
  assert_false(touched_by_any(&b.program, 0, (struct image_range){3400, 3404}));
  assert_true(touched_by_any(&b.program, 0, (struct image_range){2128, 2132}));
  const struct touched_range *r = touched(&b, 3400, 3404, true);
  assert_by(&b, r, (const char *[]){NULL});
  assert_int_equal(r->self_count, 0);
  drop_sample(&b);
}

// Who has an object's address may write to all of it: as far as the next one whose address code has, or as objects may reach.
static void objects(void **state) {
  (void)state;
  struct built b = build_sample(analyze_samples, "variables");
  number_sample(&b);
  const struct touched_range *r = touched(&b, 2216, 2220, true);
  assert_by(&b, r, (const char *[]){"has-second", "main", "start", NULL});
  assert_int_equal(r->nearest, 2208);
  r = touched(&b, 2216, 2220, false);
  assert_by(&b, r, (const char *[]){"has-first", "has-second", "main", "start", NULL});
  assert_int_equal(r->self_count, 2);
  assert_by(&b, touched(&b, 2200, 2204, false), (const char *[]){"has-first", "main", "start", NULL});
  assert_by(&b, touched(&b, 2256, 2260, false), (const char *[]){"has-second", "main", "start", NULL});
  assert_by(&b, touched(&b, 2272, 2276, false), (const char *[]){NULL});
  drop_sample(&b);
}

static void where_things_end(void **state) {
  (void)state;
  struct built b = build_sample(analyze_samples, "variables");
  number_sample(&b);
  assert_int_equal(touched_end(&b.program, OWNER, (struct image_range){2048, 4096}), 2064);
  assert_int_equal(touched_end(&b.program, OWNER, (struct image_range){2048, 2060}), 2060);
  assert_int_equal(touched_end(&b.program, OWNER, (struct image_range){2192, 4096}), 2208);
  struct image_range next;
  assert_true(touched_next(&b.program, OWNER, 2049, &next));
  assert_true(next.from == 2064 && next.to == 2068);
  assert_true(touched_next(&b.program, OWNER, 2129, &next));  // what is handed on is no place of which the size is known
  assert_true(next.from == 3072 && next.to == 3076);
  assert_false(touched_next(&b.program, OWNER, 3137, &next));
  drop_sample(&b);
}

// Writes that were found otherwise count as well, from then on.
static void writes_that_are_told(void **state) {
  (void)state;
  struct built b = build_sample(analyze_samples, "variables");
  number_sample(&b);
  bool news;
  struct image_range range = {3400, 3404};
  assert_by(&b, touched(&b, 3400, 3404, true), (const char *[]){NULL});
  assert_true(touched_writes(&b.program, OWNER, range, called(&b, 0, "before"), true, &news) && news);
  assert_by(&b, touched(&b, 3400, 3404, true), (const char *[]){"before", "main", "start", NULL});
  assert_true(touched_writes(&b.program, OWNER, range, called(&b, 0, "before"), true, &news));
  assert_false(news);
  assert_false(touched(&b, 3400, 3404, true)->is_passed);  // so far by an address that stands right there
  assert_true(touched_writes(&b.program, OWNER, range, called(&b, 0, "before"), false, &news) && news);
  assert_true(touched(&b, 3400, 3404, true)->is_passed);
  assert_false(touched(&b, 3400, 3404, true)->is_unknown);
  assert_true(touched_writes(&b.program, OWNER, range, NO_FUNC, false, &news) && news);
  assert_true(touched(&b, 3400, 3404, true)->is_unknown);
  assert_false(touched(&b, 3408, 3412, true)->is_unknown);
  drop_sample(&b);
}

static void bounds(void **state) {
  (void)state;
  struct built b = build_sample(analyze_samples, "variables");
  number_sample(&b);
  uint64_t from, to;
  touched_bounds(b.module, &from, &to);
  assert_int_equal(from, 2048);
  assert_int_equal(to, 65536);
  drop_sample(&b);
  // What is only read comes first, in a segment of its own.
  b = build_sample(analyze_samples, "linked_methods");
  touched_bounds(b.module, &from, &to);
  assert_int_equal(from, 2048);
  drop_sample(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(who_comes_to_a_store), cmocka_unit_test(what_nobody_writes_to), cmocka_unit_test(objects),
      cmocka_unit_test(where_things_end),     cmocka_unit_test(writes_that_are_told),  cmocka_unit_test(bounds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
