// The evaluator on small functions: what reaches the calls of an import that is watched, and what functions with constant arguments
// return.
//
// What is seen is written as pairs, one for each way the path condition allows, sorted: "1,10 2,20"; "?" is unknown. A test says "at
// least" where more would be right as well, only less certain.

#include "analyze_samples.h"
#include "data/analyze.h"
#include "data/evaluate.h"

enum { SIGHTS = 64, SIGHT_SIZE = 40 };

struct watch {
  struct program *program;
  uint32_t see, fill, ask;
  char sights[SIGHTS][SIGHT_SIZE];
  size_t count;
  unsigned not_entered;
  struct evaluation *evaluation;
  const struct evaluate_call *call;
  struct value_choice choices[16];
  size_t choice_count;
};

static void note(struct watch *w, const char *text) {
  for (size_t i = 0; i < w->count; i++)
    if (!strcmp(w->sights[i], text)) return;
  assert_true(w->count < SIGHTS);
  snprintf(w->sights[w->count++], SIGHT_SIZE, "%s", text);
}

static void show(char *to, size_t size, struct value v) {
  if (value_is_const(v))
    snprintf(to, size, "%lld", (long long)v.bits);
  else
    snprintf(to, size, "?");
}

// Decides joins until path and arguments are leaves; impossible paths are no sights.
static void enumerate(struct watch *w) {
  struct value values[3] = {w->evaluation->world->path, w->call->arguments[0], w->call->arguments[1]}, leaves[3];
  uint32_t open = 0;
  size_t i = 0;
  while (i < 3 && value_pick(&w->evaluation->values, values[i], w->choices, w->choice_count, &leaves[i], &open)) i++;
  if (i < 3) {
    assert_true(w->choice_count < 16);
    size_t at = w->choice_count++;
    for (unsigned side = 0; side < 2; side++) {
      w->choices[at] = (struct value_choice){open, side != 0};
      enumerate(w);
    }
    w->choice_count = at;
    return;
  }
  if (value_is_const(leaves[0]) && !leaves[0].bits) return;
  char first[16], second[16], both[SIGHT_SIZE];
  show(first, sizeof first, leaves[1]);
  show(second, sizeof second, leaves[2]);
  snprintf(both, sizeof both, "%s,%s", first, second);
  note(w, both);
}

static enum evaluate_treatment on_call(void *context, struct evaluation *evaluation, struct evaluate_call *call) {
  struct watch *w = context;
  if (call->callee == w->fill) return EVALUATE_PASS;
  if (call->callee == w->ask) return EVALUATE_PURE;
  if (call->callee != w->see) return EVALUATE_ENTER;
  assert_int_equal(call->argument_count, 2);
  w->evaluation = evaluation;
  w->call = call;
  enumerate(w);
  return EVALUATE_PURE;
}

static void reached(void *context, uint64_t call_offset) {
  (void)context;
  assert_true(call_offset > 0);
}

static bool wanted(void *context, uint32_t gid) { return gid == ((struct watch *)context)->see; }

static void not_entered(void *context, struct evaluation *evaluation, const struct evaluate_call *call) {
  (void)evaluation;
  (void)call;
  ((struct watch *)context)->not_entered++;
}

static int by_text(const void *a, const void *b) { return strcmp(a, b); }

struct run {
  struct built built;
  struct watch watch;
  struct evaluate_ends ends;
  struct value arguments[4], results[8];
  bool exhausted;
};

static void evaluate(struct run *r, const struct sample *samples, const char *sample, const char *function) {
  r->built = build_sample(samples, sample);
  number_sample(&r->built);
  struct evaluate_owner owner = {
      .call = on_call, .reached = reached, .wanted = wanted, .not_entered = not_entered, .context = &r->watch};
  struct evaluate_cost *costs = cm_alloc_array(&r->built.arena, r->built.program.func_count, sizeof *costs);
  assert_non_null(costs);
  uint64_t steps = 1000000;
  r->watch.program = &r->built.program;
  r->ends.arguments = r->arguments;
  r->ends.results = r->results;
  assert_true(
      evaluate_between(&r->built.program, &owner, exported(&r->built, 0, function), &r->ends, costs, NULL, &steps, &r->exhausted));
  assert_true(steps < 1000000);
}

// What `see` was given, in one line.
static const char *sights_in(struct run *r, const char *sample, const char *function) {
  static char line[SIGHTS * SIGHT_SIZE];
  *r = (struct run){.watch = {.see = 0, .ask = 1, .fill = 2}};
  evaluate(r, analyze_samples, sample, function);
  qsort(r->watch.sights, r->watch.count, SIGHT_SIZE, by_text);
  *line = 0;
  for (size_t i = 0; i < r->watch.count; i++) {
    strcat(line, i ? " " : "");
    strcat(line, r->watch.sights[i]);
  }
  drop_sample(&r->built);
  return line;
}

static const char *sights_of(struct run *r, const char *function) { return sights_in(r, "see", function); }

struct sight {
  const char *function, *seen;
};

static void assert_sights(const struct sight *sights) {
  struct run r;
  bool good = true;
  for (; sights->function; sights++) {
    const char *seen = sights_of(&r, sights->function);
    if (strcmp(seen, sights->seen) != 0) print_error("%s: %s\n  expected: %s\n", sights->function, seen, sights->seen);
    good &= strcmp(seen, sights->seen) == 0 && !r.exhausted;
  }
  assert_true(good);
}

static void branches(void **state) {
  (void)state;
  assert_sights((struct sight[]){
      {"both", "1,10 2,20"},
      {"decided", "2,2 4,4"},
      {"twice", "1,7 2,8"},
      {"cases", "10,0 20,0 30,0"},
      {"pair", "16,5 22,4"},
      {"two-open-conditions", "10,0 20,0 30,0"},
      {"one-open-condition", "10,1 20,2"},
      {"unreachable", "1,1"},
      {"argument", "?,1"},
      {NULL, NULL},
  });
}

static void variables(void **state) {
  (void)state;
  assert_sights((struct sight[]){
      {"variable", "1,1 2,2"},
      {"one-of-two-variables", "1,0 1,1 2,0 2,1"},
      {"chosen-by-variable", "1,0 2,0"},
      {NULL, NULL},
  });
}

static void loops(void **state) {
  (void)state;
  assert_sights((struct sight[]){
      {"counted-loop", "16,0 22,1 27,2"},
      {"ended-loop", "16,0 22,0 27,0"},
      {"endless-loop", "5,0 5,? 6,6"},
      {"counters", "0,0 16,1 22,2 27,3"},
      {"counters-apart", "16,1 22,1 ?,0 ?,1"},
      {"bounded", "16,0 22,1 27,2"},
      {"bounded-of-many", "16,0 22,1 27,2"},
      {"rest-of-many", "16,0 22,1 27,2"},
      {"flag-in-loop", "1,1 2,1 3,3"},
      {"handed-on-in-loop", "0,1 ?,1"},
      {NULL, NULL},
  });
}

static void calls(void **state) {
  (void)state;
  assert_sights((struct sight[]){
      {"helper", "2,2"},
      {"helper-writes", "99,0"},
      {"never-returns", "1,1"},
      {"table", "6,6"},
      {"recursive", "1,1 2,2"},
      {NULL, NULL},
  });
  struct run r;
  sights_of(&r, "recursive");
  assert_int_equal(r.watch.not_entered, 1);
  sights_of(&r, "never-returns");
  assert_false(r.ends.returned || r.exhausted);
}

static void frames(void **state) {
  (void)state;
  assert_sights((struct sight[]){
      {"forgotten", "?,0"},
      {"not-to-be-seen", "5,0"},
      {"kept", "5,?"},
      {"kept-by-copies", "?,6"},
      {"forgotten-beside-another-frame", "?,6"},
      {"one-of-two-forgotten", "?,?"},
      {"pointed-to", "?,0"},
      {NULL, NULL},
  });
}

static void copies(void **state) {
  (void)state;
  assert_sights((struct sight[]){
      {"copied", "1635018082,1094795585"},           // "beta", "AAAA"
      {"filled-by-choice", "16705,0 16962,0"},       // "AA", "BB"
      {"copied-by-words", "1635018082,1634561377"},  // "beta", "amma"
      {"overwritten-by-vector", "?,0"},
      {"stored-by-choice", "0,9 9,0"},
      {"loaded-by-choice", "97,0 98,0"},
      {NULL, NULL},
  });
}

// --- results ---

struct outcome {
  const char *sample, *function;
  uint64_t arguments[2];
  uint64_t result;
};

static void constants_in_constants_out(void **state) {
  (void)state;
  static const struct outcome outcomes[] = {
      {"numbers", "mix", {1, 2}, 128 ^ (uint64_t)-6},
      {"numbers", "divide", {7, 2}, (uint32_t)(2 - 7)},
      {"numbers", "choose", {0, 5}, 0},
      {"numbers", "reinterpret", {0x7ff4000000000001, 0}, 0x7ff4000000000001},
      {"loops", "sum", {10, 0}, 55},
      {"loops", "collatz", {5, 0}, 5},
      {"loops", "table", {0, 0}, 30},
      {"loops", "table", {1, 0}, 10},
      {"loops", "table", {2, 0}, 20},
      {"loops", "table", {77, 0}, 40},
      {"loops", "carried", {3, 0}, 8},
      {"loops", "arms", {1, 0}, 6},
      {"loops", "arms", {0, 0}, 4},
      {"loops", "without-else", {1, 0}, 15},
      {"loops", "without-else", {0, 0}, 5},
      {"memory", "over-data", {0x11223344, 0}, 0x3344017f},
      {"memory", "moved", {0, 0}, 'c'},
      {"memory", "pointer", {0, 0}, 0xff},
      {"calls", "chain", {4, 0}, 11},
      {"calls", "through-table", {6, 0}, 12},
      {"calls", "through-table", {7, 0}, 8},
      {"calls", "written", {5, 0}, 7},
      {"select", "word", {1, 0}, 'e'},
  };
  for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
    const struct outcome *o = &outcomes[i];
    struct run r = {.watch = {.see = NO_FUNC, .ask = NO_FUNC, .fill = NO_FUNC}};
    r.ends.argument_count = 2;
    for (unsigned k = 0; k < 2; k++) r.arguments[k] = value_const(o->arguments[k]);
    r.arguments[2] = value_unknown();
    evaluate(&r, evaluate_samples, o->sample, o->function);
    bool good = r.ends.returned && value_is_const(r.results[0]) && r.results[0].bits == o->result;
    if (!strcmp(o->function, "choose")) good = r.ends.returned && !value_is_const(r.results[0]);  // its second choice is not given
    if (!good)
      fail_msg("%s of %llu gives %llx (kind %d)", o->function, (unsigned long long)o->arguments[0],
               (unsigned long long)r.results[0].bits, r.results[0].kind);
    drop_sample(&r.built);
  }
}

// Calls that execution would trap at: nothing is entered, nothing is invented.
static void calls_of_another_type(void **state) {
  (void)state;
  for (unsigned i = 0; i < 2; i++) {
    struct run r = {.watch = {.see = NO_FUNC, .ask = NO_FUNC, .fill = NO_FUNC}};
    evaluate(&r, evaluate_samples, "calls", i ? "wrong-type" : "out-of-table");
    assert_true(!r.ends.returned || r.results[0].kind == VALUE_UNKNOWN);
    drop_sample(&r.built);
  }
}

static void few_steps_exhaust(void **state) {
  (void)state;
  struct built b = build_sample(evaluate_samples, "loops");
  number_sample(&b);
  struct watch w = {.see = NO_FUNC, .ask = NO_FUNC, .fill = NO_FUNC};
  struct evaluate_owner owner = {.call = on_call, .reached = reached, .wanted = wanted, .not_entered = not_entered, .context = &w};
  struct evaluate_cost costs[64] = {0};
  bool exhausted = false;
  uint64_t steps = 5;
  struct value argument = value_const(10);
  struct evaluate_ends ends = {.arguments = &argument, .argument_count = 1};
  assert_true(evaluate_between(&b.program, &owner, exported(&b, 0, "sum"), &ends, costs, NULL, &steps, &exhausted));
  assert_true(exhausted);
  assert_false(ends.returned);
  assert_int_equal(steps, 0);
  drop_sample(&b);
}

static enum evaluate_treatment try_it(void *context, struct evaluation *evaluation, struct evaluate_call *call) {
  (void)context;
  (void)evaluation;
  (void)call;
  return EVALUATE_TRY;
}

// What a helper costs in one place of a function does not use up its tries in another, where it is of use: where it is led to something else, or
// is given a number that was not known there.
static void helpers_are_tried_by_place(void **state) {
  (void)state;
  static const struct {
    const char *function;
    uint64_t result;
  } cases[] = {{"ten", 10}, {"five", 5}};
  struct built b = build_sample(evaluate_samples, "tries");
  number_sample(&b);
  struct watch w = {.see = NO_FUNC, .ask = NO_FUNC, .fill = NO_FUNC};
  struct evaluate_owner owner = {.call = try_it,
                                 .reached = reached,
                                 .wanted = wanted,
                                 .not_entered = not_entered,
                                 .context = &w,
                                 .coarse = true,
                                 .extra_tries = 1};
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    struct evaluate_cost costs[8] = {0};
    uint32_t gid = exported(&b, 0, cases[k].function);
    uint64_t last_cost = UINT64_MAX;
    for (unsigned i = 0; i < 8; i++) {
      bool exhausted = false;
      uint64_t steps = 100000;
      struct value result;
      struct evaluate_ends ends = {.results = &result};
      assert_true(evaluate_between(&b.program, &owner, gid, &ends, costs, NULL, &steps, &exhausted));
      assert_true(ends.returned);
      assert_int_equal(result.kind, VALUE_CONST);
      assert_int_equal(result.bits, cases[k].result);
      last_cost = 100000 - steps;
    }
    assert_true(last_cost < EVALUATE_TRY_STEPS);  // where it was too expensive it is not tried any more
  }
  drop_sample(&b);
}

// Others run where a thread may be left: what a variable leads them to is not known behind that.
static void pauses(void **state) {
  (void)state;
  static const struct sight sights[] = {{"stays", "5,7"}, {"stays_told", "5,7"}, {"yields", "5,7"}, {"yields_told", "5,?"}};
  struct run r;
  for (size_t i = 0; i < sizeof sights / sizeof *sights; i++)
    assert_string_equal(sights_in(&r, "asyncified_pause", sights[i].function), sights[i].seen);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pauses),
      cmocka_unit_test(branches),
      cmocka_unit_test(variables),
      cmocka_unit_test(loops),
      cmocka_unit_test(calls),
      cmocka_unit_test(frames),
      cmocka_unit_test(helpers_are_tried_by_place),
      cmocka_unit_test(copies),
      cmocka_unit_test(constants_in_constants_out),
      cmocka_unit_test(calls_of_another_type),
      cmocka_unit_test(few_steps_exhaust),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
