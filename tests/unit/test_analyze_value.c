// Abstract values: trees over joins are canonical, bounded, and agree with what the leaves alone say.
//
// The property test plays a program of random instructions on five variables, with forks and meetings, twice: on trees, and on plain
// numbers once for every way the meetings can have come. Every leaf of every tree must be what that way computed, and variables that
// are equal on all ways must be the same tree.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyze/fold.h"

struct bench {
  struct cm_arena arena;
  struct value_table values;
};

static void open_bench(struct bench *b) {
  cm_arena_init(&b->arena, NULL);
  value_table_init(&b->values, &b->arena);
}

static void close_bench(struct bench *b) {
  assert_false(b->values.failed);
  cm_arena_free(&b->arena);
}

static struct value number(uint64_t bits) { return value_const(bits); }

// The leaf on the way whose bit J - 1 says the side of join number J. Between two there is place for an enumeration.
static struct value leaf_on(const struct bench *b, struct value v, unsigned way) {
  struct value_choice choices[32];
  struct value leaf = {0};
  uint32_t open;
  for (uint32_t j = 0; j < 32; j++) choices[j] = (struct value_choice){(j + 1) * VALUE_ENUMERATED, way >> j & 1};
  assert_true(value_pick(&b->values, v, choices, 32, &leaf, &open));
  return leaf;
}

static void assert_const(struct value v, uint64_t bits) {
  assert_int_equal(v.kind, VALUE_CONST);
  assert_int_equal(v.bits, bits);
}

static void equal_trees_are_the_same(void **state) {
  (void)state;
  struct bench b;
  open_bench(&b);
  uint32_t join = value_join(&b.values), later = value_join(&b.values);
  assert_true(later > join);
  struct value v = value_merge(&b.values, join, number(1), number(2));
  assert_int_equal(v.kind, VALUE_TREE);
  assert_true(value_equal(v, value_merge(&b.values, join, number(1), number(2))));
  assert_false(value_equal(v, value_merge(&b.values, join, number(2), number(1))));
  assert_false(value_equal(v, value_merge(&b.values, later, number(1), number(2))));
  // Equal sides are no choice; weak is not the same as certain.
  assert_true(value_equal(value_merge(&b.values, later, v, v), v));
  assert_int_equal(value_merge(&b.values, join, number(1), value_const_weak(1, true)).kind, VALUE_TREE);
  close_bench(&b);
}

static struct value plus(void *context, struct value x, struct value y) {
  ++*(unsigned *)context;
  return x.kind == VALUE_CONST && y.kind == VALUE_CONST ? value_const(x.bits + y.bits) : value_unknown();
}

static void what_was_merged_together_stays_together(void **state) {
  (void)state;
  struct bench b;
  open_bench(&b);
  unsigned calls = 0;
  uint32_t join = value_join(&b.values), other = value_join(&b.values);
  struct value pointer = value_merge(&b.values, join, number(100), number(200));
  struct value length = value_merge(&b.values, join, number(1), number(2));
  struct value end = value_apply(&b.values, pointer, length, plus, &calls);
  assert_int_equal(calls, 2);
  assert_const(leaf_on(&b, end, 0), 101);
  assert_const(leaf_on(&b, end, 1), 202);
  // Of another meeting: all four sums.
  length = value_merge(&b.values, other, number(1), number(2));
  end = value_apply(&b.values, pointer, length, plus, &calls);
  for (unsigned way = 0; way < 4; way++) assert_const(leaf_on(&b, end, way), (way & 1 ? 200u : 100u) + (way & 2 ? 2 : 1));
  // The newest join stands at the root, whichever operand it came from.
  assert_int_equal(b.values.nodes[end.tree].join, other);
  assert_true(value_equal(end, value_apply(&b.values, length, pointer, plus, &calls)));
  // A join that makes no difference is not in the tree.
  struct value opposite = value_merge(&b.values, join, number(200), number(100));
  assert_const(value_apply(&b.values, pointer, opposite, plus, &calls), 300);
  close_bench(&b);
}

static struct value negate(void *context, struct value v) {
  (void)context;
  return v.kind == VALUE_CONST ? value_const(!v.bits) : v;
}

static void leaves_are_mapped(void **state) {
  (void)state;
  struct bench b;
  open_bench(&b);
  struct value v = value_merge(&b.values, value_join(&b.values), number(0), number(7));
  v = value_map(&b.values, v, negate, NULL);
  assert_const(leaf_on(&b, v, 0), 1);
  assert_const(leaf_on(&b, v, 1), 0);
  assert_int_equal(value_map(&b.values, value_unknown(), negate, NULL).kind, VALUE_UNKNOWN);
  close_bench(&b);
}

// An unknown that is enumerated late stays below the joins that were made since: of several, each has a tree of its own only where it stands.
static void enumerations_stay_below(void **state) {
  (void)state;
  struct bench b;
  open_bench(&b);
  struct value v[4], tree = number(9);
  uint32_t before = value_join(&b.values);
  for (unsigned i = 0; i < 4; i++) {
    v[i] = value_fresh(&b.values);
    value_join(&b.values);
  }
  for (unsigned i = 0; i < 4; i++) {
    struct value few = value_enumerate(&b.values, v[i], 8);
    assert_int_equal(few.kind, VALUE_TREE);
    assert_true(value_equal(few, value_enumerate(&b.values, v[i], 8)));
    assert_true(b.values.nodes[few.tree].join > before);
    v[i] = few;
  }
  for (unsigned i = 0; i < 4; i++) tree = value_merge(&b.values, value_join(&b.values), v[i], tree);
  assert_int_equal(value_leaves(&b.values, tree), 4 * 8 + 1);
  // Two that were made at the same time cannot both have the place that there was then.
  struct value twin = value_fresh(&b.values), other = value_fresh(&b.values);
  struct value few = value_enumerate(&b.values, twin, 3), many = value_enumerate(&b.values, other, 3);
  assert_false(value_equal(few, many));
  assert_int_not_equal(b.values.nodes[few.tree].join, b.values.nodes[many.tree].join);
  // Nor has one that is made later the place that the other has got instead.
  struct value later = value_enumerate(&b.values, value_fresh(&b.values), 3);
  assert_int_not_equal(b.values.nodes[later.tree].join, b.values.nodes[many.tree].join);
  close_bench(&b);
}

static void open_joins_are_told(void **state) {
  (void)state;
  struct bench b;
  open_bench(&b);
  uint32_t first = value_join(&b.values), second = value_join(&b.values), open = 0;
  struct value inner = value_merge(&b.values, first, number(1), number(2));
  struct value v = value_merge(&b.values, second, inner, number(3)), leaf;
  assert_false(value_pick(&b.values, v, NULL, 0, &leaf, &open));
  assert_int_equal(open, second);
  struct value_choice choices[2] = {{second, false}, {first, true}};
  assert_false(value_pick(&b.values, v, choices, 1, &leaf, &open));
  assert_int_equal(open, first);
  assert_true(value_pick(&b.values, v, choices, 2, &leaf, &open));
  assert_const(leaf, 2);
  choices[0].second = true;
  assert_true(value_pick(&b.values, v, choices, 1, &leaf, &open));
  assert_const(leaf, 3);
  close_bench(&b);
}

static void truths_of_all_leaves(void **state) {
  (void)state;
  struct bench b;
  open_bench(&b);
  struct value_truth t = value_truth_of(&b.values, number(0));
  assert_true(!t.can_true && t.can_false && t.known && !t.weak);
  t = value_truth_of(&b.values, value_unknown());
  assert_true(t.can_true && t.can_false && !t.known);
  struct value v = value_merge(&b.values, value_join(&b.values), number(4), value_const_weak(5, true));
  t = value_truth_of(&b.values, v);
  assert_true(t.can_true && !t.can_false && t.known && t.weak);
  v = value_merge(&b.values, value_join(&b.values), v, value_unknown());
  t = value_truth_of(&b.values, v);
  assert_true(t.can_true && t.can_false && !t.known && t.weak);
  close_bench(&b);
}

// A path of the second join's second side only where the first one's was taken: what it says of joins that nothing depends on can go, what it
// says of the others must not.
static void paths_are_projected(void **state) {
  (void)state;
  struct bench b;
  open_bench(&b);
  uint32_t first = value_join(&b.values), second = value_join(&b.values);
  struct value side = value_merge(&b.values, second, number(0), number(1)), path = value_merge(&b.values, first, number(1), side);
  struct value_live live;
  assert_true(value_live_init(&b.values, &live, 0));
  assert_const(value_project(&b.values, path, &live), 1);
  value_live_add(&b.values, &live, value_merge(&b.values, second, number(8), value_unknown()));
  // On the first join's first side, either side of the second one is possible.
  assert_const(value_project(&b.values, path, &live), 1);
  assert_true(value_equal(value_project(&b.values, value_merge(&b.values, first, side, number(0)), &live), side));
  assert_true(value_live_init(&b.values, &live, second));
  assert_true(value_equal(value_project(&b.values, path, &live), path));
  close_bench(&b);
}

// What stands for a condition can be met again as long as what it is a condition on is there, be it as a half of something.
static void conditions_on_what_is_live_stay(void **state) {
  (void)state;
  struct bench b;
  open_bench(&b);
  struct value x = value_fresh(&b.values), y = value_fresh(&b.values);
  struct value is_seven = value_condition(&b.values, fold_binary(&b.values, CORE_OP_I32_EQ, x, number(7)));
  struct value_live live;
  assert_true(value_live_init(&b.values, &live, 0));
  value_live_add(&b.values, &live, y);
  assert_const(value_project(&b.values, is_seven, &live), 1);
  value_live_add(&b.values, &live, value_derived(&b.values, VALUE_OP_PAIR, number(1), x));
  assert_true(value_equal(value_project(&b.values, is_seven, &live), is_seven));
  close_bench(&b);
}

static void large_trees_become_unknown(void **state) {
  (void)state;
  struct bench b;
  open_bench(&b);
  struct value v = number(0);
  for (uint64_t i = 1; i < VALUE_LEAVES; i++) v = value_merge(&b.values, value_join(&b.values), v, number(i));
  assert_int_equal(v.kind, VALUE_TREE);
  assert_int_equal(b.values.nodes[v.tree].leaves, VALUE_LEAVES);
  assert_int_equal(value_merge(&b.values, value_join(&b.values), v, number(1000)).kind, VALUE_UNKNOWN);
  // Two trees of independent joins: their product is bounded as well, and the time for it.
  struct value sum = v;
  struct value w = number(0);
  for (uint64_t i = 1; i < VALUE_LEAVES; i++) w = value_merge(&b.values, value_join(&b.values), w, number(i << 8));
  for (unsigned i = 0; i < 20; i++) sum = fold_binary(&b.values, CORE_OP_I64_ADD, sum, w);
  assert_true(value_leaves(&b.values, sum) <= VALUE_LEAVES);
  close_bench(&b);
}

static void memory_that_runs_out_widens(void **state) {
  (void)state;
  struct bench b;
  open_bench(&b);
  assert_non_null(cm_alloc(&b.arena, 1));
  b.arena.limit = b.arena.total;
  struct value v = number(0);
  for (uint64_t i = 1; i < 100000 && !b.values.failed; i++) v = value_merge(&b.values, value_join(&b.values), number(0), number(i));
  assert_true(b.values.failed);
  assert_int_equal(v.kind, VALUE_UNKNOWN);
  cm_arena_free(&b.arena);
}

// --- the property ---

enum { VARIABLES = 5, JOINS = 5, WAYS = 1 << JOINS };

// What the variables are: as trees, and as plain numbers on each way. An unknown is one of the plain numbers too.
struct play {
  struct value tree[VARIABLES];
  struct value plain[WAYS][VARIABLES];
};

static uint64_t random_state;
static uint32_t chance(uint32_t below) {
  random_state = random_state * UINT64_C(6364136223846793005) + 1442695040888963407;
  return (uint32_t)(random_state >> 33) % below;
}

static const enum core_op operations[] = {CORE_OP_I32_ADD, CORE_OP_I32_SUB, CORE_OP_I32_AND,  CORE_OP_I32_LT_U, CORE_OP_I32_EQ,
                                          CORE_OP_I32_SHL, CORE_OP_I32_XOR, CORE_OP_I32_GE_S, CORE_OP_I32_MUL,  CORE_OP_I32_ROTL};

static void assign_random(struct play *p) {
  uint32_t to = chance(VARIABLES);
  struct value v = chance(8) ? value_const_weak(chance(5), !chance(6)) : value_unknown();
  p->tree[to] = v;
  for (unsigned way = 0; way < WAYS; way++) p->plain[way][to] = v;
}

static void operate(struct bench *b, struct play *p) {
  uint32_t to = chance(VARIABLES), x = chance(VARIABLES), y = chance(VARIABLES);
  enum core_op op = operations[chance(sizeof operations / sizeof *operations)];
  for (unsigned way = 0; way < WAYS; way++) p->plain[way][to] = fold_binary(&b->values, op, p->plain[way][x], p->plain[way][y]);
  p->tree[to] = fold_binary(&b->values, op, p->tree[x], p->tree[y]);
}

// Only where the condition is known on every way: else a select makes a join of its own.
static void choose(struct bench *b, struct play *p) {
  uint32_t to = chance(VARIABLES), c = chance(VARIABLES), x = chance(VARIABLES), y = chance(VARIABLES);
  struct value_truth truth = value_truth_of(&b->values, p->tree[c]);
  if (!truth.known || truth.weak) return;
  for (unsigned way = 0; way < WAYS; way++) p->plain[way][to] = p->plain[way][c].bits ? p->plain[way][x] : p->plain[way][y];
  p->tree[to] = fold_select(&b->values, p->tree[c], p->tree[x], p->tree[y]);
}

static void meet(struct bench *b, struct play *p, const struct play *other, uint32_t join) {
  for (unsigned v = 0; v < VARIABLES; v++) p->tree[v] = value_merge(&b->values, join, p->tree[v], other->tree[v]);
  for (unsigned way = 0; way < WAYS; way++)
    if (way >> (join / VALUE_ENUMERATED - 1) & 1) memcpy(p->plain[way], other->plain[way], sizeof p->plain[way]);
}

static void step(struct bench *b, struct play *p) {
  switch (chance(4)) {
    case 0: assign_random(p); return;
    case 1: choose(b, p); return;
    default: operate(b, p); return;
  }
}

// An unknown has no value; whether two unknowns are the same one is for the tests of names to say.
static bool agrees(struct value leaf, struct value plain) {
  return leaf.kind == plain.kind && (leaf.kind == VALUE_UNKNOWN || (leaf.bits == plain.bits && leaf.weak == plain.weak));
}

static void judge(const struct bench *b, const struct play *p) {
  for (unsigned v = 0; v < VARIABLES; v++)
    for (unsigned way = 0; way < WAYS; way++) assert_true(agrees(leaf_on(b, p->tree[v], way), p->plain[way][v]));
  for (unsigned v = 1; v < VARIABLES; v++) {
    bool same = true;
    for (unsigned way = 0; way < WAYS && same; way++)
      same = p->plain[way][0].kind == VALUE_CONST && agrees(p->plain[way][v], p->plain[way][0]);
    if (same) assert_true(value_equal(p->tree[v], p->tree[0]));
  }
}

static void trees_agree_with_every_way(void **state) {
  (void)state;
  for (unsigned round = 0; round < 400; round++) {
    struct bench b;
    struct play p = {0};
    open_bench(&b);
    random_state = round;
    for (uint32_t join = 1; join <= JOINS; join++) {
      for (unsigned i = 0; i < 4; i++) step(&b, &p);
      struct play other = p;
      for (unsigned i = 0; i < 3; i++) step(&b, &other);
      for (unsigned i = 0; i < 3; i++) step(&b, &p);
      assert_int_equal(value_join(&b.values), join * VALUE_ENUMERATED);
      meet(&b, &p, &other, join * VALUE_ENUMERATED);
      judge(&b, &p);
    }
    for (unsigned i = 0; i < 6; i++) step(&b, &p);
    judge(&b, &p);
    close_bench(&b);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(equal_trees_are_the_same),   cmocka_unit_test(what_was_merged_together_stays_together),
      cmocka_unit_test(leaves_are_mapped),          cmocka_unit_test(open_joins_are_told),
      cmocka_unit_test(enumerations_stay_below),    cmocka_unit_test(truths_of_all_leaves),
      cmocka_unit_test(paths_are_projected),        cmocka_unit_test(conditions_on_what_is_live_stay),
      cmocka_unit_test(large_trees_become_unknown), cmocka_unit_test(memory_that_runs_out_widens),
      cmocka_unit_test(trees_agree_with_every_way),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
