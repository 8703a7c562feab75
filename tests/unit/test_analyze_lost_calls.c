// The account of calls through pointers of which it is not known where they go.

#include "analyze/analysis.h"
#include "analyze_samples.h"
#include "data/analyze.h"

enum { CLOSURES = 100, METHODS = 200, ROOT = 1 };

struct account {
  struct built built;
  struct analysis analysis;
  struct lost_site sites[2];
};

// Of a program with two calls through pointers.
static struct analysis *begin(struct account **account) {
  struct account *c = *account = calloc(1, sizeof **account);
  assert_non_null(c);
  c->built = build_sample(analyze_samples, "stacked_flow");
  number_sample(&c->built);
  c->analysis = (struct analysis){.arena = &c->built.arena, .program = c->built.program, .root = ROOT};
  c->sites[0] = (struct lost_site){.offset = CLOSURES, .closure = true};
  c->sites[1] = (struct lost_site){.offset = METHODS};
  struct lost_calls *l = &c->analysis.lost;
  l->sites = c->sites;
  l->site_count = 2;
  l->others = cm_alloc_array(&c->built.arena, c->built.program.func_count, 1);
  l->taken_in = cm_alloc_array(&c->built.arena, c->built.program.func_count, sizeof *l->taken_in);
  c->analysis.lookup_of = cm_alloc_array(&c->built.arena, c->built.program.func_count, sizeof *c->analysis.lookup_of);
  assert_true(l->others && l->taken_in && c->analysis.lookup_of);
  return &c->analysis;
}

static void end(struct account *c) {
  drop_sample(&c->built);
  free(c);
}

static void meet(struct analysis *a, uint64_t offset, uint64_t laid, bool closure, bool known) {
  struct evaluate_frame frame = {.gid = ROOT, .call_offset = offset};
  lost_calls_met(a, &frame, laid, closure, known);
}

// A call that is known where it goes was come to; of the others each is kept once.
static void calls_that_were_met(void **state) {
  (void)state;
  struct account *c;
  struct analysis *a = begin(&c);
  lost_calls_begin(a, 0);
  meet(a, METHODS, 3, false, true);
  assert_true(c->sites[1].met);
  assert_false(c->sites[0].met);
  assert_int_equal(a->lost.count, 0);
  meet(a, CLOSURES, 3, true, false);
  meet(a, CLOSURES, 3, true, false);
  assert_true(c->sites[0].met);
  assert_int_equal(a->lost.count, 1);
  meet(a, CLOSURES, 1, true, false);
  meet(a, CLOSURES, 3, false, false);
  meet(a, METHODS, 3, true, false);
  assert_int_equal(a->lost.count, 4);
  assert_int_equal(a->lost.list[0].root, ROOT);
  assert_int_equal(a->lost.list[0].offset, CLOSURES);
  assert_int_equal(a->lost.list[1].laid, 1);
  assert_false(a->lost.list[2].closure);
  // One that is no site of the program's is one, too.
  meet(a, METHODS + 1, 3, true, false);
  assert_int_equal(a->lost.count, 5);
  end(c);
}

// A call that no evaluation came to may have any arguments, and may be of either kind.
static void calls_that_were_not_met(void **state) {
  (void)state;
  struct account *c;
  struct analysis *a = begin(&c);
  lost_calls_begin(a, 0);
  lost_calls_unseen(a, ROOT, METHODS);
  assert_int_equal(a->lost.count, 2);
  for (size_t i = 0; i < 2; i++) {
    assert_int_equal(a->lost.list[i].laid, UINT64_MAX);
    assert_int_equal(a->lost.list[i].closure, i);
  }
  end(c);
}

// Of two attempts the one counts that came to its end; both, where neither did. What only one made may be more than it has to be.
static void attempts(void **state) {
  (void)state;
  static const struct {
    unsigned attempts;
    bool exhausted[2];
    size_t count;
    uint64_t first;
    bool coarse;
  } rows[] = {{1, {false, false}, 1, 10, true},  {1, {true, false}, 1, 10, true},  {2, {true, false}, 1, 20, false},
              {2, {false, false}, 1, 20, false}, {2, {false, true}, 1, 10, false}, {2, {true, true}, 2, 10, false}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct account *c;
    struct analysis *a = begin(&c);
    // That of an evaluation before stays as it is.
    lost_calls_begin(a, 0);
    meet(a, METHODS, 5, false, false);
    lost_calls_end(a, (const bool[]){false}, 1);
    lost_calls_begin(a, 0);
    meet(a, METHODS, 10, false, false);
    if (rows[i].attempts > 1) {
      lost_calls_begin(a, 1);
      meet(a, METHODS, 20, false, false);
    }
    lost_calls_end(a, rows[i].exhausted, rows[i].attempts);
    assert_int_equal(a->lost.count, 1 + rows[i].count);
    assert_int_equal(a->lost.list[0].laid, 5);
    assert_int_equal(a->lost.list[1].laid, rows[i].first);
    assert_int_equal(a->lost.list[1].coarse, rows[i].coarse);
    end(c);
  }
}

// A function whose address is seen is noted once for each root; the runtime's are not, but for lookups; what others find is known to all.
static void addresses_that_were_seen(void **state) {
  (void)state;
  struct account *c;
  struct analysis *a = begin(&c);
  uint32_t own = called(&c->built, 0, "main.frame"), core = called(&c->built, 0, "runtime.core");
  lost_calls_seen(a, own, false);
  lost_calls_seen(a, own, false);
  lost_calls_seen(a, core, false);
  assert_int_equal(a->lost.take_count, 1);
  assert_int_equal(a->lost.takes[0].root, ROOT);
  assert_int_equal(a->lost.takes[0].func, own);
  a->lookup_of[core] = 1;
  lost_calls_seen(a, core, false);
  assert_int_equal(a->lost.take_count, 2);
  a->root++;
  lost_calls_seen(a, own, false);
  assert_int_equal(a->lost.take_count, 3);
  assert_int_equal(a->lost.takes[2].root, ROOT + 1);
  assert_false(a->lost.others[own]);
  lost_calls_seen(a, own, true);
  lost_calls_seen(a, own, false);
  assert_true(a->lost.others[own]);
  assert_int_equal(a->lost.take_count, 3);
  end(c);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(calls_that_were_met), cmocka_unit_test(calls_that_were_not_met),
                                     cmocka_unit_test(attempts), cmocka_unit_test(addresses_that_were_seen)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
