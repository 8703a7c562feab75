// What is watched of a program that takes the whole list: an environment with a name of each length.

#include "analyze/observe.h"
#include "analyze_samples.h"
#include "data/analyze.h"

enum { ROOM = OBSERVE_LENGTHS + 8 };

struct watching {
  struct built built;
  struct analysis analysis;
  struct observation observation;
};

static struct watching *begin(void) {
  struct watching *w = calloc(1, sizeof *w);
  assert_non_null(w);
  w->built = build_sample(analyze_samples, "stacked_flow");
  number_sample(&w->built);
  w->analysis.program = w->built.program;
  w->observation.analysis = &w->analysis;
  w->observation.arena = &w->built.arena;
  return w;
}

static void end(struct watching *w) {
  drop_sample(&w->built);
  free(w);
}

// One of each length, all of the same letter, so that a text which is compared with the first bytes of one tells how long it is.
static void names_of_all_lengths(void **state) {
  (void)state;
  struct watching *w = begin();
  struct laboratory_variable environment[ROOM] = {{0}};
  assert_int_equal(observe_list_lengths(&w->observation, environment, ROOM), OBSERVE_LENGTHS);
  for (size_t i = 0; i < OBSERVE_LENGTHS; i++) {
    assert_int_equal(strlen(environment[i].name), i + 1);
    assert_int_equal(strspn(environment[i].name, (char[]){*environment[0].name, 0}), i + 1);
    assert_non_null(environment[i].value);
    // The value is none of the names, nor does it begin like one.
    assert_int_not_equal(environment[i].value[0], *environment[0].name);
  }
  assert_null(environment[OBSERVE_LENGTHS].name);
  end(w);
}

static void no_more_than_there_is_room_for(void **state) {
  (void)state;
  struct watching *w = begin();
  struct laboratory_variable environment[4] = {{0}};
  assert_int_equal(observe_list_lengths(&w->observation, environment, 3), 3);
  assert_int_equal(strlen(environment[2].name), 3);
  assert_null(environment[3].name);
  assert_int_equal(observe_list_lengths(&w->observation, environment, 0), 0);
  end(w);
}

// Functions that do nothing with maps or texts are passed over, and a run in which nothing was compared tells of no name.
static void runs_that_tell_nothing(void **state) {
  (void)state;
  struct watching *w = begin();
  w->observation.list = observe_list_open(&w->observation);
  assert_non_null(w->observation.list);
  observe_list_begin(&w->observation);
  for (uint32_t gid = 0; gid < w->built.program.func_count; gid++) observe_list_enter(&w->observation, gid);
  observe_list_end(&w->observation);
  assert_int_equal(w->observation.count, 0);
  end(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(names_of_all_lengths), cmocka_unit_test(no_more_than_there_is_room_for),
                                     cmocka_unit_test(runs_that_tell_nothing)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
