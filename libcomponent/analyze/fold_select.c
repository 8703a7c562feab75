// Choices: one value or another, as a condition says.

#include "fold.h"

enum { TOLD_LEAVES = 24 };  // of a condition that is told way by way

// A leaf that stands for "take the other side"; it never leaves fold_select.
static const struct value other_side = {.kind = VALUE_OTHER};

static struct value select_first(void *context, struct value condition, struct value a) {
  (void)context;
  if (condition.kind == VALUE_UNKNOWN) return value_unknown();
  return condition.bits ? a : other_side;
}

static struct value select_second(void *context, struct value chosen, struct value b) {
  (void)context;
  return value_equal(chosen, other_side) ? b : chosen;
}

static struct value as_at_start(void *context, struct value v) {
  (void)context;
  return v.weak ? value_const(v.bits != 0) : v;
}

static struct value not_as_at_start(void *context, struct value v) {
  (void)context;
  return v.weak ? value_const(v.bits == 0) : v;
}

// What rests on a variable's value at start may be otherwise: a choice of its own.
static struct value at_start_or_not(struct value_table *values, struct value condition) {
  struct value first = value_map(values, condition, as_at_start, NULL),
               second = value_map(values, condition, not_as_at_start, NULL);
  bool again = values->moment && condition.kind == VALUE_CONST && values->weak_moment == values->moment &&
               values->weak_source == values->source;
  if (!again || !values->weak_bits != !condition.bits || !values->weak_join) values->weak_join = value_weak_join(values);
  values->weak_moment = values->moment;
  values->weak_source = values->source;
  values->weak_bits = condition.bits;
  return value_merge(values, values->weak_join, first, second);
}

static struct value is_nonzero(void *context, struct value v) {
  (void)context;
  return value_const(v.kind == VALUE_CONST && v.bits);
}

static struct value is_leaf(void *context, struct value v) {
  const struct value *leaf = context;
  return value_const(v.kind == VALUE_UNKNOWN && value_equal(v, *leaf));
}

static struct value without_leaf(void *context, struct value v) {
  return value_equal(v, *(const struct value *)context) ? value_const(0) : v;
}

// Some leaf that is not known.
static struct value open_leaf(const struct value_table *values, struct value v) {
  while (v.kind == VALUE_TREE) {
    const struct value_node *n = &values->nodes[v.tree];
    v = value_is_blurred(values, n->first) ? n->first : n->second;
  }
  return v;
}

struct value fold_open(struct value_table *values, struct value condition) {
  bool again = values->moment && values->open_moment == values->moment && values->open_source == values->source &&
               value_equal(values->open, condition);
  if (!again) values->open_truth = value_merge(values, value_open_join(values), value_const(1), value_const(0));
  values->open_moment = values->moment;
  values->open_source = values->source;
  values->open = condition;
  return values->open_truth;
}

// A condition that is not known on some ways may be either there; one that is too involved may be either anywhere.
static struct value with_open_told(struct value_table *values, struct value condition) {
  if (value_leaves(values, condition) > TOLD_LEAVES) return fold_open(values, condition);
  struct value truth = value_map(values, condition, is_nonzero, NULL), left = condition;
  while (value_is_blurred(values, left)) {
    struct value leaf = open_leaf(values, left), there = value_map(values, condition, is_leaf, &leaf);
    struct value own = value_condition(values, leaf);
    if (own.kind != VALUE_TREE) own = fold_open(values, condition);
    truth = value_gate(values, VALUE_OR, truth, value_gate(values, VALUE_AND, there, own));
    left = value_map(values, left, without_leaf, &leaf);
  }
  return truth;
}

struct value fold_select(struct value_table *values, struct value condition, struct value a, struct value b) {
  if (value_equal(a, b)) return a;
  if (condition.kind == VALUE_CONST && !condition.weak) return condition.bits ? a : b;
  condition = value_condition(values, condition);
  if (value_truth_of(values, condition).weak) condition = at_start_or_not(values, condition);
  if (condition.kind != VALUE_TREE) return value_merge(values, value_join(values), a, b);
  // Between constants, as between texts: what is less known need not be kept apart so far.
  bool known = !value_is_blurred(values, a) && !value_is_blurred(values, b);
  if (known && value_is_blurred(values, condition)) condition = with_open_told(values, condition);
  struct value chosen = value_apply(values, condition, a, select_first, NULL);
  chosen = value_apply(values, chosen, b, select_second, NULL);
  // What became too large a tree is one of the two all the same.
  bool lost = known && !values->coarse && value_is_blurred(values, chosen);
  return lost ? value_merge(values, value_open_join(values), a, b) : chosen;
}
