// Where methods stand, which calls can mean them, and what code does with the addresses of their tables.

#include "analyze/vtable.h"
#include "analyze_samples.h"
#include "data/analyze.h"

struct sample_vtables {
  struct built built;
  struct vtables vtables;
};

static struct sample_vtables *begin_with(const char *sample) {
  struct sample_vtables *s = malloc(sizeof *s);
  assert_non_null(s);
  s->built = build_sample(analyze_samples, sample);
  number_sample(&s->built);
  assert_true(vtables_init(&s->vtables, &s->built.program, &s->built.arena));
  return s;
}

static struct sample_vtables *begin(void) { return begin_with("linked_methods"); }

static void end(struct sample_vtables *s) {
  drop_sample(&s->built);
  free(s);
}

// Methods stand in tables alone. Others are pushed by code, or listed beside a name.
static void methods(void **state) {
  (void)state;
  struct sample_vtables *s = begin();
  const struct vtable_method *m = vtable_method_of(&s->vtables, called(&s->built, 0, "ask"));
  assert_true(m->is_method);
  assert_int_equal(m->count, 1);
  assert_int_equal(m->slots[0], 12);
  assert_int_equal(m->table_count, 1);
  assert_int_equal(m->tables[0], 2048);
  m = vtable_method_of(&s->vtables, called(&s->built, 0, "other"));
  assert_true(m->is_method);
  assert_int_equal(m->count, 1);
  assert_int_equal(m->slots[0], 16);
  assert_false(vtable_method_of(&s->vtables, called(&s->built, 0, "pushed"))->is_method);
  assert_false(vtable_method_of(&s->vtables, called(&s->built, 0, "listed"))->is_method);
  uint32_t list[2], count;
  assert_int_equal(vtable_object_size(&s->vtables, 0, 2048), 4);
  assert_true(vtable_methods(&s->vtables, 0, 2048, list, 2, &count));
  assert_int_equal(count, 2);
  assert_int_equal(list[1], called(&s->built, 0, "other"));
  assert_false(vtable_methods(&s->vtables, 0, 2048, list, 1, &count));
  end(s);
}

static void calls(void **state) {
  (void)state;
  static const struct {
    const char *caller;
    bool ask, other;
  } rows[] = {
      {"first", true, false},        {"second", false, true},  {"added", true, false},      {"either", true, true},
      {"computed", true, true},      {"in-loop", true, true},  {"variable", false, false},  {"given", true, true},
      {"given-second", false, true}, {"counts", false, false}, {"of-second", false, false}, {"of-any", true, false},
      {"summed", false, false},
  };
  struct sample_vtables *s = begin();
  uint32_t ask = called(&s->built, 0, "ask"), other = called(&s->built, 0, "other"), pushed = called(&s->built, 0, "pushed");
  bool good = true;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    uint32_t caller = called(&s->built, 0, rows[i].caller);
    bool may_ask = vtable_may_call(&s->vtables, caller, ask), may_other = vtable_may_call(&s->vtables, caller, other);
    if (may_ask != rows[i].ask || may_other != rows[i].other) print_error("%s: %d %d\n", rows[i].caller, may_ask, may_other);
    good &= may_ask == rows[i].ask && may_other == rows[i].other;
    assert_true(vtable_may_call(&s->vtables, caller, pushed));
    assert_true(vtable_may_mean(&s->vtables, caller, 0, ask));  // no call begins there
  }
  assert_true(good);
  end(s);
}

static void addresses(void **state) {
  (void)state;
  static const struct {
    const char *function;
    enum vtable_use use;
  } rows[] = {
      {"puts", VTABLE_PUT},
      {"chooses", VTABLE_USED_ANYHOW},
      {"returns", VTABLE_USED_ANYHOW},
      {"puts-first", VTABLE_USED_ANYHOW},
      {"counts", VTABLE_USED_ANYHOW},
      {"first", VTABLE_PUT},
  };
  struct sample_vtables *s = begin();
  bool good = true;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    enum vtable_use use = vtable_use_of(&s->vtables, called(&s->built, 0, rows[i].function), 2048);
    if (use != rows[i].use) print_error("%s: %d\n", rows[i].function, (int)use);
    good &= use == rows[i].use;
  }
  assert_true(good);
  uint32_t holders[8], count;
  assert_true(vtable_holders(&s->vtables, 0, 2048, holders, 8, &count));
  assert_int_equal(count, 5);
  assert_false(vtable_holders(&s->vtables, 0, 2048, holders, 4, &count));
  end(s);
}

static const struct vtable_call *only_call(struct sample_vtables *s, const char *caller) {
  const struct vtable_sites *sites = vtable_sites_of(&s->vtables, called(&s->built, 0, caller));
  assert_true(sites->is_whole);
  assert_int_equal(sites->count, 1);
  return &sites->list[0];
}

static void assert_origin(struct vtable_origin o, enum vtable_origin_kind kind, uint32_t of) {
  assert_int_equal(o.kind, kind);
  assert_int_equal(o.of, of);
}

// From where a call has the function's number, and its arguments.
static void origins(void **state) {
  (void)state;
  struct sample_vtables *s = begin();
  const struct vtable_call *c = only_call(s, "gives");
  assert_int_equal(c->callee, called(&s->built, 0, "given-second"));
  assert_int_equal(c->count, 2);
  assert_origin(c->arguments[0], VTABLE_PARAMETER, 0);
  assert_origin(c->arguments[1], VTABLE_LOADED, 16);
  assert_int_equal(c->arguments[1].base, VTABLE_PARAMETER);
  c = only_call(s, "second");
  assert_int_equal(c->callee, NO_FUNC);
  assert_origin(c->function, VTABLE_LOADED, 16);
  assert_int_equal(c->function.base, VTABLE_PARAMETER);
  assert_int_equal(c->function.base_of, 1);
  assert_origin(only_call(s, "given")->function, VTABLE_PARAMETER, 1);
  assert_origin(only_call(s, "added")->function, VTABLE_LOADED, 12);
  assert_origin(only_call(s, "either")->function, VTABLE_AS_IT_IS, 0);
  assert_int_equal(only_call(s, "computed")->function.kind, VTABLE_AS_IT_IS);
  c = only_call(s, "puts");
  assert_origin(c->arguments[0], VTABLE_PARAMETER, 0);
  assert_origin(c->arguments[1], VTABLE_NUMBER, 2048);
  assert_int_equal(vtable_sites_of(&s->vtables, called(&s->built, 0, "drop"))->count, 0);
  end(s);
}

// Which parameter the object is: the pointer that stands right before the one to the table.
static void own_parameters(void **state) {
  (void)state;
  struct sample_vtables *s = begin_with("linked_made");
  uint32_t ask = called(&s->built, 0, "ask");
  assert_int_equal(vtable_own_parameter(&s->vtables, ask, 12), 0);
  assert_int_equal(vtable_own_parameter(&s->vtables, ask, 16), VTABLE_NONE);
  end(s);
  s = begin();  // calls that do not tell are among those that mean it
  assert_int_equal(vtable_own_parameter(&s->vtables, called(&s->built, 0, "ask"), 12), VTABLE_ANY);
  end(s);
}

// A function whose number stands in data is meant by a call that loads it as far behind an address of theirs.
static void listed(void **state) {
  (void)state;
  struct sample_vtables *s = begin();
  assert_true(vtable_is_listed(&s->vtables, called(&s->built, 0, "listed")));
  assert_false(vtable_is_listed(&s->vtables, called(&s->built, 0, "pushed")));
  assert_false(vtable_is_listed(&s->vtables, called(&s->built, 0, "ask")));
  const struct vtable_call *call = only_call(s, "first");  // what it loads from is a parameter
  assert_true(vtable_may_mean_listed(&s->vtables, call, called(&s->built, 0, "other")));
  end(s);
  s = begin_with("linked_made");
  call = only_call(s, "use");
  assert_int_equal(call->function.base, VTABLE_LOADED);
  assert_true(vtable_may_mean_listed(&s->vtables, call, called(&s->built, 0, "ask")));
  assert_false(vtable_may_mean_listed(&s->vtables, call, called(&s->built, 0, "drop")));
  end(s);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(methods), cmocka_unit_test(calls),          cmocka_unit_test(addresses),
                                     cmocka_unit_test(origins), cmocka_unit_test(own_parameters), cmocka_unit_test(listed)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
