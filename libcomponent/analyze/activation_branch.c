// Branches of the evaluator: which ways a condition leaves open, and what each of them knows then.
//
// At an undecided branch the state is forked: one side waits at the label that it branches to, the other goes on. What the condition
// says is known on either side from there on.
//
// Spec: core 3.0, "Control Instructions".

#include "activation.h"
#include "watch.h"

static struct control *label_of(struct activation *a, uint32_t label) {
  if (label >= a->depth) {
    a->stopped = true;
    return NULL;
  }
  return &a->controls[a->depth - 1 - label];
}

void activation_note_decided(struct activation *a) {
  for (size_t i = a->depth; i-- > 0;)
    if (a->controls[i].kind == CONTROL_LOOP) {
      a->controls[i].if_decided = true;
      return;
    }
}

// Goes behind the ends of `ends` open blocks. False: that is too far.
static bool skip_ends(struct core_code *code, uint32_t ends, unsigned *budget) {
  struct core_instr i;
  for (uint32_t nested = 0; ends && *budget && code_next(code, &i); --*budget) {
    nested += i.op == CORE_OP_BLOCK || i.op == CORE_OP_LOOP || i.op == CORE_OP_IF;
    if (i.op != CORE_OP_END) continue;
    if (nested)
      nested--;
    else
      ends--;
  }
  return !ends;
}

// Does code that stands `level` blocks deep in a loop do nothing but leave it, be it by way of other blocks' ends?
static bool only_leaves(struct core_code code, uint32_t level, unsigned *budget) {
  for (struct core_instr i; *budget && code_next(&code, &i); --*budget) {
    if (i.op == CORE_OP_RETURN || (i.op == CORE_OP_BR && i.index > level) || (i.op == CORE_OP_END && !level)) return true;
    if (i.op == CORE_OP_END) {
      level--;
    } else if (i.op != CORE_OP_BR || i.index == level || !skip_ends(&code, i.index + 1, budget)) {
      return false;
    } else {
      level -= i.index + 1;
    }
  }
  return false;
}

enum { LEAVING = 64, ARM = 256 };  // instructions that are looked at

// The innermost loop, and how many blocks are open in it; NULL: there is none.
static struct control *innermost_loop(struct activation *a, uint32_t *level) {
  for (*level = 0; *level < a->depth; ++*level)
    if (a->controls[a->depth - 1 - *level].kind == CONTROL_LOOP) return &a->controls[a->depth - 1 - *level];
  return NULL;
}

// Goes to the other arm of the `if` whose first one begins there, or behind its end (then *level is less). False: that is too far.
static bool skip_arm(struct core_code *code, uint32_t *level, unsigned *budget) {
  struct core_instr i;
  for (uint32_t nested = 0; *budget && code_next(code, &i); --*budget) {
    nested += i.op == CORE_OP_BLOCK || i.op == CORE_OP_LOOP || i.op == CORE_OP_IF;
    if (i.op == CORE_OP_ELSE && !nested) return true;
    if (i.op != CORE_OP_END || nested--) continue;
    --*level;
    return true;
  }
  return false;
}

// Does code that stands `level` blocks deep in a loop never repeat it, whatever else it does? So optimizers write what comes behind a loop.
static bool never_repeats(struct core_code code, uint32_t level, unsigned *budget) {
  struct core_instr i;
  for (uint32_t nested = 0; *budget && code_next(&code, &i); --*budget) {
    nested += i.op == CORE_OP_BLOCK || i.op == CORE_OP_LOOP || i.op == CORE_OP_IF;
    bool is_branch = i.op == CORE_OP_BR || i.op == CORE_OP_BR_IF;
    if (i.op == CORE_OP_BR_TABLE) return false;
    if (is_branch && i.index >= nested && i.index <= nested + level) {
      uint32_t out = i.index - nested;
      struct core_code behind = code;
      bool stays = out < level && skip_ends(&behind, i.index + 1, budget) && never_repeats(behind, level - out - 1, budget);
      if (!stays) return false;
    }
    if (!nested && (i.op == CORE_OP_BR || i.op == CORE_OP_RETURN || i.op == CORE_OP_UNREACHABLE)) return true;
    if (i.op == CORE_OP_ELSE && !nested && !skip_ends(&code, 1, budget)) return false;
    if ((i.op == CORE_OP_END || i.op == CORE_OP_ELSE) && !nested && !level--) return true;
    nested -= i.op == CORE_OP_END && nested;
  }
  return false;
}

// An exit of the loop is not decided, or on each of several ways: then they may all end, if they parted before it. A number that may be any of
// some is not meant: what digits of a text make of such a one is better unknown. Where it would be decided by what variables began with, the rounds up to
// that end are worth a look as well.
// `ends`: it is one behind which something else is done, and open exits of that kind are none.
static void note_ways(struct activation *a, struct control *loop, bool known, struct value condition, bool ends) {
  struct value_truth truth = value_truth_of(activation_values(a), condition);
  bool at_start = truth.known && truth.can_true != truth.can_false;
  known &= condition.kind == VALUE_TREE;
  uint32_t join = known ? activation_values(a)->nodes[condition.tree].join : 0;
  if (at_start || (known && join <= loop->joins_before && !value_is_enumerations(join)))
    loop->ways_decided = true;
  else
    loop->exit_open |= !ends;
  loop->if_decided |= known;
}

// Does what is read next, or what stands behind the ends of `ends` blocks, never repeat the loop, of which `level` blocks are open? It
// is asked again and again.
static bool ends_loop(struct activation *a, uint32_t level, uint32_t ends) {
  struct core_code code = a->code;
  struct evaluate_end *known = &a->evaluation->ends[(uintptr_t)code.reader.at % EVALUATE_ENDS];
  if (known->at == code.reader.at) return known->is_end;
  unsigned budget = ARM;
  bool is_end = skip_ends(&code, ends, &budget) && never_repeats(code, level - ends, &budget);
  *known = (struct evaluate_end){a->code.reader.at, is_end};
  return is_end;
}

void activation_note_if(struct activation *a, bool decided, bool known, struct value raw) {
  uint32_t level;
  struct control *loop = innermost_loop(a, &level);
  if (!loop || loop->exit_decided) return;
  unsigned budget = LEAVING;
  struct core_code code = a->code;
  bool ends = known && ends_loop(a, level, 0);
  bool leaves = only_leaves(code, level, &budget) || (skip_arm(&code, &level, &budget) && only_leaves(code, level, &budget));
  loop->exit_decided = decided && leaves;
  loop->end_decided |= decided && ends;
  loop->if_decided |= decided && !leaves;
  if ((leaves || ends) && !decided) note_ways(a, loop, known, raw, !leaves);
}

// Does one of a branch's ways leave the innermost loop, though it goes to a label within it? Code that is not optimized does so. NULL: neither.
// *ends: it never comes back, but does something else before; that is looked at where the condition is known on each way.
static struct control *left_loop(struct activation *a, uint32_t label, bool known, bool *ends) {
  uint32_t level;
  struct control *loop = innermost_loop(a, &level);
  *ends = false;
  if (!loop || label >= level || loop->exit_decided) return loop && label < level ? loop : NULL;
  unsigned budget = LEAVING;
  struct core_code code = a->code;
  if (only_leaves(code, level, &budget)) return loop;
  if (skip_ends(&code, label + 1, &budget) && only_leaves(code, level - label - 1, &budget)) return loop;
  *ends = known && ends_loop(a, level, label + 1);
  return *ends ? loop : NULL;
}

// A conditional whose outcome is known steers the loops that it leaves or repeats.
static void note_decided(struct activation *a, uint32_t label) {
  bool crosses = false;
  for (uint32_t i = 0; i <= label && i < a->depth; i++) {
    struct control *c = &a->controls[a->depth - 1 - i];
    if (c->kind == CONTROL_LOOP) c->exit_decided = crosses = true;
  }
  bool ends = false;
  struct control *left = crosses ? NULL : left_loop(a, label, true, &ends);
  if (left && !ends) left->exit_decided = true;
  if (left && ends) left->end_decided = true;
  if (!crosses && (!left || ends)) activation_note_decided(a);
}

static struct control *crosses_or_leaves(struct activation *a, uint32_t label, bool known, bool *ends) {
  uint32_t level;
  struct control *loop = innermost_loop(a, &level);
  *ends = false;
  return loop && (label >= level || left_loop(a, label, known, ends)) ? loop : NULL;
}

struct value activation_pop_condition(struct activation *a) {
  struct value v = activation_pop(a);
  bool is_zero;
  if (fold_is_set(activation_values(a), v)) return value_const(1);
  return watch_equality(a, v, value_const(0), &is_zero) ? value_const(!is_zero) : v;
}

// A weak truth (memory that may have changed) decides nothing.
bool activation_truths(struct activation *a, struct value condition, bool *can_true, bool *can_false) {
  struct value_truth truth = value_truth_of(activation_values(a), condition);
  if (truth.known && truth.weak) {
    *can_true = *can_false = true;
    return false;
  }
  *can_true = truth.can_true;
  *can_false = truth.can_false;
  if (condition.kind != VALUE_TREE) return truth.known;
  struct value path = a->now.world.path;
  struct value with = fold_and(activation_values(a), path, condition, false),
               without = fold_and(activation_values(a), path, condition, true);
  *can_true &= value_truth_of(activation_values(a), with).can_true;
  *can_false &= value_truth_of(activation_values(a), without).can_true;
  return truth.known;
}

// Where a comparison bounds an unknown to few numbers, it becomes the tree of these in the locals: what is indexed by it can be told.
struct bound {
  struct value subject;  // what is bounded,
  uint32_t count;        // to so many numbers from 0 on
};

static bool bound_of(const struct value_table *values, struct value condition, bool outcome, struct bound *out) {
  if (condition.kind != VALUE_UNKNOWN || !condition.tree || condition.bits) return false;
  const struct value_name *n = value_name_at(values, condition.tree);
  if (!n->op || n->op > CORE_OP_COUNT || n->b.kind != VALUE_CONST || n->b.weak || n->a.kind != VALUE_UNKNOWN) return false;
  bool below, inclusive;
  switch (n->op - 1) {
    case CORE_OP_I32_LT_U:
      below = true;
      inclusive = false;
      break;
    case CORE_OP_I32_LE_U:
      below = true;
      inclusive = true;
      break;
    case CORE_OP_I32_GE_U:
      below = false;
      inclusive = false;
      break;
    case CORE_OP_I32_GT_U:
      below = false;
      inclusive = true;
      break;
    default: return false;
  }
  uint64_t count = n->b.bits + inclusive;
  *out = (struct bound){n->a, (uint32_t)count};
  return below == outcome && count && count <= VALUE_ENUMERATED;
}

// `v` with `few` in the place of `subject`, where it is computed from it.
static struct value substitute(struct value_table *values, struct value v, const struct bound *bound, struct value few,
                               unsigned depth) {
  if (value_equal(v, bound->subject)) return few;
  if (v.kind != VALUE_UNKNOWN || !v.tree || v.bits || depth == 6) return v;
  struct value_name n = *value_name_at(values, v.tree);
  if (!n.op || n.op > CORE_OP_COUNT) return v;
  enum core_op op = (enum core_op)(n.op - 1);
  struct value x = substitute(values, n.a, bound, few, depth + 1), y = substitute(values, n.b, bound, few, depth + 1);
  if (value_equal(x, n.a) && value_equal(y, n.b)) return v;
  return strcspn(core_ops[op].signature, ":") == 1 ? fold_unary(values, op, x) : fold_binary(values, op, x, y);
}

// `v`, where an unknown condition has this outcome.
static struct value narrow_leaf(struct value_table *values, struct value v, struct value condition, bool outcome) {
  struct bound bound;
  if (v.kind == VALUE_CONST || !bound_of(values, condition, outcome, &bound)) return v;
  struct value few = value_enumerate(values, bound.subject, bound.count), rounds;
  uint32_t by;
  if (few.kind == VALUE_UNKNOWN) return v;
  // All that a loop counts is made of the number of its rounds.
  if (fold_is_moved_rounds(values, bound.subject, &rounds, &by)) {
    bound.subject = rounds;
    few = fold_binary(values, CORE_OP_I32_SUB, few, value_const(by));
  }
  return substitute(values, v, &bound, few, 0);
}

// The same of trees: on each way what the condition is there.
static struct value narrow_tree(struct value_table *values, struct value v, struct value condition, bool outcome) {
  if (v.kind != VALUE_TREE && condition.kind != VALUE_TREE) return narrow_leaf(values, v, condition, outcome);
  if (v.kind == VALUE_CONST || condition.kind == VALUE_CONST) return v;
  struct value_sides s = value_split(values, v, condition);
  struct value first = narrow_tree(values, s.a1, s.b1, outcome), second = narrow_tree(values, s.a2, s.b2, outcome);
  if (value_equal(first, s.a1) && value_equal(second, s.a2)) return v;
  return fold_select(values, value_merge(values, s.join, value_const(1), value_const(0)), first, second);
}

static bool bounds_any(const struct value_table *values, struct value condition, bool outcome) {
  struct bound unused;
  if (condition.kind != VALUE_TREE) return bound_of(values, condition, outcome, &unused);
  const struct value_node *n = &values->nodes[condition.tree];
  return bounds_any(values, n->first, outcome) || bounds_any(values, n->second, outcome);
}

// Is `v`, where the condition has that outcome, below the number that it is compared with, on whatever way? `bound` gets that.
static bool is_below(const struct value_table *values, struct value v, struct value condition, bool outcome, struct bound *bound) {
  if (condition.kind == VALUE_CONST && !condition.bits == outcome) return true;
  if (v.kind == VALUE_TREE || condition.kind == VALUE_TREE) {
    struct value_sides s = value_split(values, v, condition);
    return is_below(values, s.a1, s.b1, outcome, bound) && is_below(values, s.a2, s.b2, outcome, bound);
  }
  struct bound here = {v, v.kind == VALUE_CONST && v.bits < VALUE_ENUMERATED ? (uint32_t)v.bits + 1 : 0};
  if (v.kind == VALUE_UNKNOWN && !bound_of(values, condition, outcome, &here)) return false;
  if (here.count > bound->count) bound->count = here.count;
  return here.count && value_equal(here.subject, v);
}

enum { NARROWING_LEAVES = 8 };

// Where it would be too large a tree, it is any of the numbers below.
static struct value narrowed(struct value_table *values, struct value v, struct value condition, bool outcome) {
  bool is_small = value_leaves(values, condition) <= NARROWING_LEAVES;
  struct value tree = is_small ? narrow_tree(values, v, condition, outcome) : v;
  struct bound bound = {0};
  bool is_lost = v.kind == VALUE_TREE && value_is_blurred(values, tree);
  if (is_lost) values->work += value_leaves(values, v) + value_leaves(values, condition);
  if (!is_lost || !is_below(values, v, condition, outcome, &bound) || !bound.count) return tree;
  return value_enumerate(values, value_fresh(values), bound.count);
}

struct value activation_narrow(struct activation *a, struct value v, struct value condition, bool outcome) {
  struct value_table *values = activation_values(a);
  bool bounds = !values->coarse && v.kind != VALUE_CONST && bounds_any(values, condition, outcome);
  return bounds ? narrowed(values, v, condition, outcome) : v;
}

static void narrow(struct activation *a, struct state *state, struct value condition, bool outcome) {
  struct value_table *values = activation_values(a);
  if (values->coarse || !bounds_any(values, condition, outcome)) return;
  for (uint32_t i = 0; i < a->local_count; i++) state->locals[i] = narrowed(values, state->locals[i], condition, outcome);
}

// The condition has another outcome than it would have, were variables what they began with. Whether that leads beyond the end of a loop is known at
// the end of its round; what was read in its first one stands in its table, if there is any.
static void note_changed(struct activation *a, struct state *state) {
  uint32_t level;
  struct control *loop = innermost_loop(a, &level);
  state->changed++;
  if (!loop || !loop->rounds || loop->widening || a->dispatch) return;
  if (!loop->beyond) {
    loop->beyond = cm_alloc(&a->evaluation->scratch, sizeof *loop->beyond);
    if (!loop->beyond) {
      a->stopped = true;
      return;
    }
    *loop->beyond = (struct beyond){.is_so = true, .outer = loop->head.beyond};
  }
  state->beyond = loop->beyond;
}

void activation_assume(struct activation *a, struct state *state, struct value condition, struct value raw, bool outcome) {
  if (condition.kind == VALUE_TREE) {
    struct value_table *values = activation_values(a);
    struct value path = fold_and(values, state->world.path, condition, !outcome);
    bool began_anew = path.kind == VALUE_CONST && path.bits;
    state->world.paths_lost += began_anew;
    if (began_anew) world_lose_path(&a->evaluation->worlds, &state->world, state->world.path);
    state->world.path = path;
  }
  struct value_truth truth = value_truth_of(activation_values(a), condition);
  if (truth.known && !(outcome ? truth.can_true : truth.can_false)) note_changed(a, state);
  narrow(a, state, raw, outcome);
  state->live = watch_assume(a, state, raw, outcome);
}

static void branch(struct activation *a, uint32_t label) {
  struct control *c = label_of(a, label);
  if (!c) return;
  activation_arrive(a, c, &a->now);
  a->now.live = false;
}

void activation_leave(struct activation *a) { branch(a, (uint32_t)a->depth - 1); }

static void branch_if(struct activation *a, uint32_t label) {
  struct value raw = activation_pop_condition(a), condition = value_condition(activation_values(a), raw);
  struct control *c = label_of(a, label);
  if (!c) return;
  watch_condition(a, raw);
  bool can_true, can_false, outcome, ends;
  uint32_t number;
  struct control *loop;
  if (activation_meet(a, raw, 0, &number, &outcome)) condition = value_const(outcome);
  bool known = activation_truths(a, condition, &can_true, &can_false);
  if (can_true != can_false)
    note_decided(a, label);
  else if ((loop = crosses_or_leaves(a, label, known, &ends)) != NULL)
    note_ways(a, loop, known, raw, ends);
  if (can_true && !can_false) {
    branch(a, label);
  } else if (can_true) {
    struct state taken;
    if (!activation_fork(a, &a->now, &taken)) return;
    activation_assume(a, &taken, condition, raw, true);
    activation_assume(a, &a->now, condition, raw, false);
    if (taken.live != a->now.live) note_decided(a, label);
    if (taken.live) activation_arrive(a, c, &taken);
  }
}

// Each label once, in the order met; a label far out twice in a row is common in dispatch tables.
static void branch_anywhere(struct activation *a, const struct core_instr *instr) {
  struct cm_span labels = instr->br_table.labels;
  uint32_t previous = UINT32_MAX;
  for (uint32_t i = 0; i <= instr->br_table.count && !a->stopped; i++) {
    uint32_t label;
    if (!core_next_label(&labels, &label)) break;
    struct control *c = label_of(a, label);
    if (!c || label == previous) continue;
    previous = label;
    struct state taken;
    if (activation_fork(a, &a->now, &taken)) activation_arrive(a, c, &taken);
  }
  a->now.live = false;
}

// A small table: to each label goes what has its number, so that what hangs together with it stays apart.
enum { TABLE_APART = 12 };

static void branch_apart(struct activation *a, struct value index, const struct core_instr *instr) {
  struct value_table *values = activation_values(a);
  struct cm_span labels = instr->br_table.labels;
  uint32_t label;
  for (uint32_t i = 0; i < instr->br_table.count && a->now.live && !a->stopped && core_next_label(&labels, &label); i++) {
    struct value raw = fold_binary(values, CORE_OP_I32_EQ, index, value_const(i)), condition = value_condition(values, raw);
    struct control *c = label_of(a, label);
    bool can_true, can_false;
    activation_truths(a, condition, &can_true, &can_false);
    if (!c || !can_true) continue;
    struct state taken;
    if (!activation_fork(a, &a->now, &taken)) return;
    activation_assume(a, &taken, condition, raw, true);
    if (can_false)
      activation_assume(a, &a->now, condition, raw, false);
    else
      a->now.live = false;
    if (taken.live) activation_arrive(a, c, &taken);
  }
  labels = instr->br_table.labels;
  for (uint32_t i = 0; i <= instr->br_table.count; i++)
    if (!core_next_label(&labels, &label)) return;
  if (a->now.live) branch(a, label);
}

static void branch_table(struct activation *a, const struct core_instr *instr) {
  struct value index = activation_pop(a);
  struct cm_span labels = instr->br_table.labels;
  if (index.kind == VALUE_CONST && !index.weak) {
    uint32_t wanted = index.bits < instr->br_table.count ? (uint32_t)index.bits : instr->br_table.count, label = 0;
    for (uint32_t i = 0; i <= wanted; i++)
      if (!core_next_label(&labels, &label)) {
        a->stopped = true;
        return;
      }
    note_decided(a, label);
    branch(a, label);
    return;
  }
  watch_hand_over(a, index);
  if (instr->br_table.count <= TABLE_APART && !activation_values(a)->coarse)
    branch_apart(a, index, instr);
  else
    branch_anywhere(a, instr);
}

void activation_branch(struct activation *a, const struct core_instr *instr) {
  switch (instr->op) {
    case CORE_OP_BR: branch(a, instr->index); return;
    case CORE_OP_BR_IF: branch_if(a, instr->index); return;
    case CORE_OP_BR_TABLE: branch_table(a, instr); return;
    case CORE_OP_RETURN: activation_leave(a); return;
    default:
      a->evaluation->ended++;
      for (size_t i = 0; i < a->depth; i++) a->controls[i].left = true;
      a->now.live = false;
      return;
  }
}
