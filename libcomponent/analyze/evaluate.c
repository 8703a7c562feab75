// Control flow of the evaluator: blocks, branches, loops, the merging of states.
//
// A body is read from front to back. At an undecided branch the state is forked: one side waits at the label it branches to, the other
// goes on. At the `end` of a block the states that wait there are merged with the one that falls through. Code behind an unconditional
// branch is read but not executed. A loop whose `end` is reached with states waiting at its start is read again from there: with that
// state as it is while some exit was decided in the last round (so that a loop over a constant table is unrolled), or while all went
// back to the start for reasons that were known; else with the widened state until nothing changes any more.
//
// Spec: core 3.0, "Control Instructions".

#include "dispatch.h"
#include "watch.h"
#include "witness.h"

#include <component/limits.h>

void activation_push_growing(struct activation *a, struct value v) {
  if (!cm_grow(&a->evaluation->scratch, &a->stack, &a->stack_room, a->height, sizeof *a->stack)) {
    a->stopped = true;
    return;
  }
  a->stack[a->height++] = v;
}

// --- states ---

// A live state has its locals for itself. What a merging has no use for any more serves the next fork.
struct spare_locals {
  struct spare_locals *next;
};

static struct value *take_locals(struct activation *a) {
  struct spare_locals *spare = a->spare_locals;
  if (!spare) return cm_alloc_array(&a->evaluation->scratch, a->local_count, sizeof(struct value));
  a->spare_locals = spare->next;
  return (struct value *)spare;
}

static void drop_state(struct activation *a, struct state *state) {
  struct spare_locals *spare = (struct spare_locals *)state->locals;
  spare->next = a->spare_locals;
  a->spare_locals = spare;
  world_drop(&a->evaluation->worlds, &state->world);
  state->locals = NULL;
  state->live = false;
}

bool activation_fork(struct activation *a, struct state *from, struct state *to) {
  struct evaluation *e = a->evaluation;
  *to = (struct state){.live = true, .facts = from->facts};
  to->locals = take_locals(a);
  if (!to->locals || !world_fork(&e->worlds, &from->world, &to->world)) {
    a->stopped = true;
    return false;
  }
  memcpy(to->locals, from->locals, a->local_count * sizeof *to->locals);
  return true;
}

// Merges `other` into `into`, which may be dead. `results` many values of both are merged too. Returns whether `into` changed.
bool activation_merge(struct activation *a, struct state *into, struct state *other, uint32_t results, bool widen) {
  if (!other->live) return false;
  if (!into->live) {
    *into = *other;
    other->live = false;
    return true;
  }
  struct value_table *values = activation_values(a);
  struct fold_meeting meeting = fold_meet(values, into->world.path, other->world.path, widen);
  into->facts = watch_meet(a, &meeting, into->facts, other->facts);
  bool changed = world_merge(&a->evaluation->worlds, &into->world, &other->world, &meeting);
  changed |= fold_merge_all(values, &meeting, into->locals, other->locals, a->local_count);
  changed |= fold_merge_all(values, &meeting, into->results, other->results, results);
  drop_state(a, other);
  return changed;
}

// --- blocks ---

static void block_arity(struct activation *a, const struct core_blocktype *block, uint32_t *params, uint32_t *results) {
  *params = 0;
  *results = block->kind == CORE_BLOCK_VALUE;
  if (block->kind != CORE_BLOCK_TYPE) return;
  if (block->type >= a->module->type_count || a->module->types[block->type].kind != CORE_FUNC_TYPE) {
    a->stopped = true;
    return;
  }
  *params = a->module->types[block->type].param_count;
  *results = a->module->types[block->type].result_count;
}

struct control *activation_push_control(struct activation *a, enum control_kind kind, uint32_t params, uint32_t results) {
  if (a->depth >= 1000 || !cm_grow(&a->evaluation->scratch, &a->controls, &a->control_room, a->depth, sizeof *a->controls)) {
    a->stopped = true;
    return NULL;
  }
  struct control *c = &a->controls[a->depth];
  uint32_t height = (uint32_t)a->height, floor = a->depth ? a->controls[a->depth - 1].height : 0;
  // Of a state that is not live nothing is looked at; to clear them whole would cost more than what most blocks do.
  c->out.live = c->back.live = c->head.live = c->other.live = c->last.live = false;
  c->kind = kind;
  c->height = height - floor >= params ? height - params : floor;
  c->param_count = params;
  c->result_count = results;
  c->start = NULL;
  c->rounds = c->widened_from = 0;
  c->exit_decided = c->if_decided = c->widening = c->has_else = c->left = c->left_open = false;
  c->steps_before = a->evaluation->steps_left;
  a->depth++;
  return c;
}

static uint32_t label_arity(const struct control *c) { return c->kind == CONTROL_LOOP ? c->param_count : c->result_count; }

// Puts `state`, with the label's values from the operand stack, where branches to `c` wait.
void activation_arrive(struct activation *a, struct control *c, struct state *state) {
  if (a->dispatch && dispatch_owns(a, c)) {
    dispatch_arrive(a, c, state);
    return;
  }
  uint32_t arity = label_arity(c);
  for (struct control *inner = c + 1; inner < a->controls + a->depth; inner++) inner->left = inner->left_open = true;
  c->left_open |= c->kind != CONTROL_LOOP;
  state->results = cm_alloc_array(&a->evaluation->scratch, arity, sizeof *state->results);
  if (!state->results) {
    a->stopped = true;
    return;
  }
  for (uint32_t i = 0; i < arity; i++)
    state->results[i] = a->height >= arity - i ? a->stack[a->height - arity + i] : value_unknown();
  activation_merge(a, c->kind == CONTROL_LOOP ? &c->back : &c->out, state, arity, false);
}

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

// A conditional whose outcome is known steers the loops that it leaves or repeats.
static void note_decided(struct activation *a, uint32_t label) {
  bool crosses = false;
  for (uint32_t i = 0; i <= label && i < a->depth; i++) {
    struct control *c = &a->controls[a->depth - 1 - i];
    if (c->kind == CONTROL_LOOP) c->exit_decided = crosses = true;
  }
  if (!crosses) activation_note_decided(a);
}

// Does a branch to `label` leave or repeat a loop?
static bool crosses_loop(const struct activation *a, uint32_t label) {
  for (uint32_t i = 0; i <= label && i < a->depth; i++)
    if (a->controls[a->depth - 1 - i].kind == CONTROL_LOOP) return true;
  return false;
}

struct value activation_pop_condition(struct activation *a) {
  struct value v = activation_pop(a);
  bool is_zero;
  if (fold_is_set(activation_values(a), v)) return value_const(1);
  return watch_equality(a, v, value_const(0), &is_zero) ? value_const(!is_zero) : v;
}

// What a condition allows on this path. A weak truth (memory that may have changed) decides only where a loop is steered.
// Returns whether the condition is known on each way here, be it differently.
static bool truths(struct activation *a, struct value condition, bool steers_loop, bool *can_true, bool *can_false) {
  struct value_truth truth = value_truth_of(activation_values(a), condition);
  if (truth.known && truth.weak && !steers_loop) {
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
  struct value subject;
  uint32_t count;
};

static bool bound_of(const struct value_table *values, struct value condition, bool outcome, struct bound *out) {
  if (condition.kind != VALUE_UNKNOWN || !condition.tree || condition.bits) return false;
  const struct value_name *n = value_name_at(values, condition.tree);
  if (!n->op || n->op > CORE_OP_COUNT || n->b.kind != VALUE_CONST || n->a.kind != VALUE_UNKNOWN) return false;
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

static void narrow(struct activation *a, struct state *state, struct value condition, bool outcome) {
  struct bound bound;
  if (!bound_of(activation_values(a), condition, outcome, &bound)) return;
  struct value few = value_enumerate(activation_values(a), bound.subject, bound.count);
  if (few.kind == VALUE_UNKNOWN) return;
  for (uint32_t i = 0; i < a->local_count; i++)
    state->locals[i] = substitute(activation_values(a), state->locals[i], &bound, few, 0);
}

// What `state` knows where the condition has this outcome; `raw` is the operand, `condition` its truth. A state that cannot be is dead.
static void assume(struct activation *a, struct state *state, struct value condition, struct value raw, bool outcome) {
  if (condition.kind == VALUE_TREE) {
    struct value path = fold_and(activation_values(a), state->world.path, condition, !outcome);
    state->world.paths_lost += path.kind == VALUE_CONST && path.bits;
    state->world.path = path;
  }
  narrow(a, state, raw, outcome);
  state->live = watch_assume(a, state, raw, outcome);
}

static void branch(struct activation *a, uint32_t label) {
  struct control *c = label_of(a, label);
  if (!c) return;
  activation_arrive(a, c, &a->now);
  a->now.live = false;
}

static void branch_if(struct activation *a, uint32_t label) {
  struct value raw = activation_pop_condition(a), condition = value_condition(activation_values(a), raw);
  struct control *c = label_of(a, label);
  if (!c) return;
  watch_condition(a, raw);
  bool can_true, can_false;
  bool known = truths(a, condition, crosses_loop(a, label), &can_true, &can_false);
  if (can_true != can_false)
    note_decided(a, label);
  else if (known && raw.kind == VALUE_TREE && crosses_loop(a, label))
    activation_note_decided(a);  // decided on each of several ways: worth some rounds, for they may all end
  if (can_true && !can_false) {
    branch(a, label);
  } else if (can_true) {
    struct state taken;
    if (!activation_fork(a, &a->now, &taken)) return;
    assume(a, &taken, condition, raw, true);
    assume(a, &a->now, condition, raw, false);
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
    truths(a, condition, false, &can_true, &can_false);
    if (!c || !can_true) continue;
    struct state taken;
    if (!activation_fork(a, &a->now, &taken)) return;
    assume(a, &taken, condition, raw, true);
    if (can_false)
      assume(a, &a->now, condition, raw, false);
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

static void begin_if(struct activation *a, const struct core_instr *instr) {
  uint32_t params, results;
  struct value raw = a->now.live ? activation_pop_condition(a) : value_unknown(),
               condition = value_condition(activation_values(a), raw);
  block_arity(a, &instr->block, &params, &results);
  struct control *c = activation_push_control(a, CONTROL_IF, params, results);
  if (!c || !a->now.live) return;
  watch_condition(a, raw);
  bool can_true, can_false;
  truths(a, condition, false, &can_true, &can_false);
  if (can_true != can_false) activation_note_decided(a);
  if (a->dispatch) dispatch_if(a, can_true != can_false);
  if (can_true && can_false) {
    if (!activation_fork(a, &a->now, &c->other)) return;
    assume(a, &c->other, condition, raw, false);
    assume(a, &a->now, condition, raw, true);
  } else if (!can_true) {
    c->other = a->now;
    a->now.live = false;
  }
  // The parameters stay on the stack for the first arm; the else wants them again.
  if (c->other.live && params) {
    c->other.results = cm_alloc_array(&a->evaluation->scratch, params, sizeof(struct value));
    if (!c->other.results) {
      a->stopped = true;
      return;
    }
    for (uint32_t i = 0; i < params; i++)
      c->other.results[i] = c->height + i < a->height ? a->stack[c->height + i] : value_unknown();
  }
}

// The values of `state` become the operand stack above `height`.
void activation_resume(struct activation *a, uint32_t height, struct state *state, uint32_t count) {
  a->height = height < a->height ? height : a->height;
  a->now = *state;
  state->live = false;
  for (uint32_t i = 0; i < count && a->now.live; i++) activation_push(a, state->results ? state->results[i] : value_unknown());
}

static void begin_else(struct activation *a) {
  struct control *c = &a->controls[a->depth - 1];
  if (c->kind != CONTROL_IF || c->has_else) {
    a->stopped = true;
    return;
  }
  c->has_else = true;
  if (a->now.live) activation_arrive(a, c, &a->now);
  activation_resume(a, c->height, &c->other, c->param_count);
}

static void begin_loop(struct activation *a, const struct core_instr *instr) {
  uint32_t params, results;
  block_arity(a, &instr->block, &params, &results);
  struct control *c = activation_push_control(a, CONTROL_LOOP, params, results);
  if (c) c->start = a->code.reader.at;
  if (!c || !a->now.live || dispatch_begin(a)) return;
  if (!activation_fork(a, &a->now, &c->head)) return;
  c->head.results = cm_alloc_array(&a->evaluation->scratch, params, sizeof(struct value));
  if (!c->head.results) {
    a->stopped = true;
    return;
  }
  for (uint32_t i = 0; i < params; i++) c->head.results[i] = c->height + i < a->height ? a->stack[c->height + i] : value_unknown();
}

// How many rounds a loop may go as it is, after a round in which these of its conditions were decided. One that never ends has decided ones
// too: not all that is left is spent on it.
static unsigned rounds_of(const struct activation *a, const struct control *c) {
  if (c->exit_decided) return a->evaluation->owner->is_thrifty ? EVALUATE_ROUNDS_THRIFTY : EVALUATE_ROUNDS;
  // Without its path the state does not know any more which of its values have left.
  if (!c->if_decided || c->back.world.paths_lost != c->head.world.paths_lost) return 0;
  bool cheap = c->steps_before - a->evaluation->steps_left <= a->evaluation->steps_left;
  return !c->left_open && cheap         ? EVALUATE_ROUNDS_CLOSED
         : a->evaluation->owner->coarse ? EVALUATE_COARSE_ROUNDS_BY_IF
                                        : EVALUATE_ROUNDS_BY_IF;
}

// Is something known at the end of this round that was not so at its beginning? Else the next one would be like it.
static bool has_learnt(struct activation *a, const struct control *c) {
  const struct state *before = c->last.live ? &c->last : &c->head;
  if (c->back.facts != before->facts) return true;
  for (uint32_t i = 0; i < a->local_count; i++)
    if (c->back.locals[i].kind != VALUE_UNKNOWN && !value_equal(c->back.locals[i], before->locals[i])) return true;
  return world_learnt(&c->back.world, &before->world);
}

static bool goes_on(struct activation *a, const struct control *c) {
  return c->rounds <= rounds_of(a, c) && (c->exit_decided || has_learnt(a, c));
}

// At the end of a round: true when another one is to be read, for which the state is set.
static bool next_round(struct activation *a, struct control *c) {
  if (!c->back.live) return false;
  c->rounds++;
  if (!c->widening && goes_on(a, c)) {
    if (c->last.live) drop_state(a, &c->last);
    if (!c->exit_decided && !activation_fork(a, &c->back, &c->last)) return false;
    c->exit_decided = c->if_decided = c->left_open = false;
    activation_resume(a, c->height, &c->back, c->param_count);
  } else {
    if (!c->widening) {
      c->rounds = 0;
      c->widened_from = (uint32_t)activation_values(a)->name_count;
    }
    c->widening = true;
    activation_values(a)->widened_from = c->widened_from;
    bool changed = activation_merge(a, &c->head, &c->back, c->param_count, true);
    if (changed && c->rounds > EVALUATE_WIDENINGS) a->evaluation->exhausted = true;
    if (!changed || c->rounds > EVALUATE_WIDENINGS) return false;
    struct state again;
    struct value *results = c->head.results;
    if (!activation_fork(a, &c->head, &again)) return false;
    again.results = results;
    activation_resume(a, c->height, &again, c->param_count);
  }
  a->code.reader.at = c->start;
  return true;
}

static void end_block(struct activation *a) {
  struct control *c = &a->controls[a->depth - 1];
  if (a->dispatch && dispatch_owns(a, c)) {
    dispatch_end(a);
    return;
  }
  if (c->kind == CONTROL_IF && !c->has_else && c->other.live) {
    // No else: the parameters are the results.
    if (a->now.live) activation_arrive(a, c, &a->now);
    a->now.live = false;
    if (c->param_count != c->result_count) c->other.results = NULL;  // not valid; what is not there is unknown
    activation_merge(a, &c->out, &c->other, c->other.results ? c->result_count : 0, false);
  }
  if (c->kind == CONTROL_LOOP) {
    if (a->now.live) {
      c->kind = CONTROL_BLOCK;  // what falls out of a round goes where a block's branches go
      activation_arrive(a, c, &a->now);
      c->kind = CONTROL_LOOP;
      a->now.live = false;
    }
    if (next_round(a, c)) return;
    // A loop that is never left: either so meant, or left by something that was not followed. What comes behind it is not dead.
    if (!c->out.live && !c->left && c->rounds) a->stopped = true;
  } else if (a->now.live) {
    activation_arrive(a, c, &a->now);
  }
  activation_resume(a, c->height, &c->out, c->result_count);
  a->depth--;
}

// --- a body ---

// What an instruction is to the evaluator. FOREIGN are exceptions and other control that it does not model: the activation stops, its
// callers see unknown.
enum role { PLAIN, NESTS, BRANCHES, CALLS, FOREIGN };
static const uint8_t roles[CORE_OP_COUNT] = {
    [CORE_OP_BLOCK] = NESTS,
    [CORE_OP_LOOP] = NESTS,
    [CORE_OP_IF] = NESTS,
    [CORE_OP_ELSE] = NESTS,
    [CORE_OP_END] = NESTS,
    [CORE_OP_BR] = BRANCHES,
    [CORE_OP_BR_IF] = BRANCHES,
    [CORE_OP_BR_TABLE] = BRANCHES,
    [CORE_OP_RETURN] = BRANCHES,
    [CORE_OP_UNREACHABLE] = BRANCHES,
    [CORE_OP_CALL] = CALLS,
    [CORE_OP_CALL_INDIRECT] = CALLS,
    [CORE_OP_CALL_REF] = CALLS,
    [CORE_OP_RETURN_CALL] = CALLS,
    [CORE_OP_RETURN_CALL_INDIRECT] = CALLS,
    [CORE_OP_RETURN_CALL_REF] = CALLS,
    [CORE_OP_TRY] = FOREIGN,
    [CORE_OP_CATCH] = FOREIGN,
    [CORE_OP_CATCH_ALL] = FOREIGN,
    [CORE_OP_DELEGATE] = FOREIGN,
    [CORE_OP_RETHROW] = FOREIGN,
    [CORE_OP_TRY_TABLE] = FOREIGN,
};

static void nesting_step(struct activation *a, const struct core_instr *instr) {
  uint32_t params, results;
  switch (instr->op) {
    case CORE_OP_BLOCK:
      block_arity(a, &instr->block, &params, &results);
      activation_push_control(a, CONTROL_BLOCK, params, results);
      return;
    case CORE_OP_LOOP: begin_loop(a, instr); return;
    case CORE_OP_IF: begin_if(a, instr); return;
    case CORE_OP_ELSE: begin_else(a); return;
    default: end_block(a); return;
  }
}

static void branch_step(struct activation *a, const struct core_instr *instr) {
  switch (instr->op) {
    case CORE_OP_BR: branch(a, instr->index); return;
    case CORE_OP_BR_IF: branch_if(a, instr->index); return;
    case CORE_OP_BR_TABLE: branch_table(a, instr); return;
    case CORE_OP_RETURN: branch(a, (uint32_t)a->depth - 1); return;
    default:
      for (size_t i = 0; i < a->depth; i++) a->controls[i].left = true;
      a->now.live = false;
      return;
  }
}

static void call_step(struct activation *a, const struct core_instr *instr) {
  enum core_op op = instr->op;
  bool returns = op == CORE_OP_RETURN_CALL || op == CORE_OP_RETURN_CALL_INDIRECT || op == CORE_OP_RETURN_CALL_REF;
  activation_call(a, instr);
  if (returns && a->now.live) branch(a, (uint32_t)a->depth - 1);
}

// Goes to what ends dead code: the `else` or `end` of the block that it is in, or what no evaluation goes past.
static void skip_dead(struct activation *a) {
  struct core_instr instr;
  struct core_code ahead = a->code;
  for (unsigned nested = 0;;) {
    core_code_step_within(&ahead);
    a->code = ahead;
    if (!core_code_next(&ahead, &instr) || roles[instr.op] == FOREIGN) return;
    switch (instr.op) {
      case CORE_OP_BLOCK:
      case CORE_OP_LOOP:
      case CORE_OP_IF: nested++; break;
      case CORE_OP_ELSE:
        if (!nested) return;
        break;
      case CORE_OP_END:
        if (!nested--) return;
        break;
      default: break;
    }
  }
}

// Locals that are set between the offsets are unknown, and so is what stands in the frame.
static void forget_loop(struct activation *a, uint64_t to) {
  struct evaluation *e = a->evaluation;
  struct core_code ahead = a->code;
  e->skipped = (uint32_t)e->values.name_count;
  for (struct core_instr i; core_code_next(&ahead, &i) && (uint64_t)(i.at - a->module->file) < to;)
    if ((i.op == CORE_OP_LOCAL_SET || i.op == CORE_OP_LOCAL_TEE) && i.index < a->local_count) {
      struct value *local = &a->now.locals[i.index];
      if (local->kind != VALUE_UNKNOWN || local->tree < e->skipped) *local = value_fresh(&e->values);
    }
  e->skipped_end = (uint32_t)e->values.name_count;
  uint32_t global = e->program->instances[a->frame.instance].stack_global;
  struct value bottom = global < a->now.world.global_count ? world_global(&a->now.world, global) : value_unknown();
  if (a->frame.has_stack && bottom.kind == VALUE_CONST) world_forget(&e->worlds, &a->now.world, bottom.bits, a->frame.stack_top);
}

// The loop that the owner wants to be skipped: where it begins the state is put aside until it has ended.
static void skip(struct activation *a, const struct core_instr *instr) {
  const struct evaluate_owner *owner = a->evaluation->owner;
  uint64_t at = (uint64_t)(instr->at - a->module->file);
  if (at == owner->skip_from && a->now.live) {
    forget_loop(a, owner->skip_to);
    a->later = a->now;
    a->now.live = false;
  } else if (a->later.live && at >= owner->skip_to) {
    if (!a->now.live) a->now = a->later;
    a->later.live = false;
  }
}

static void run_body(struct activation *a) {
  struct evaluation *e = a->evaluation;
  bool counts_moments = e->program->instances[a->frame.instance].stacked != NULL;
  struct core_instr instr;
  for (; a->depth && !a->stopped;) {
    if (!a->now.live && !a->later.live) skip_dead(a);
    if (!core_code_next(&a->code, &instr)) break;
    if (e->owner->skip_to && !a->frame.up) skip(a, &instr);
    enum role role = (enum role)roles[instr.op];
    if (e->steps_left == 0 || e->worlds.failed || e->values.failed || role == FOREIGN) {
      a->stopped = true;
      break;
    }
    uint64_t cost = a->now.live + e->values.work - e->work_paid;
    e->work_paid = e->values.work;
    e->steps_left -= cost < e->steps_left ? cost : e->steps_left;
    a->frame.call_offset = (uint64_t)(instr.at - a->module->file);
    e->values.moment += counts_moments && role != PLAIN;
    if (role == NESTS)
      nesting_step(a, &instr);
    else if (!a->now.live)
      continue;
    else if (role == PLAIN)
      activation_step(a, &instr);
    else if (role == BRANCHES)
      branch_step(a, &instr);
    else
      call_step(a, &instr);
  }
  if (a->depth) a->stopped = true;
}

static bool begin_body(struct activation *a, const struct value *arguments, uint32_t argument_count) {
  struct evaluation *e = a->evaluation;
  struct core_valtype *locals;
  uint32_t declared, func = program_func(e->program, a->frame.gid);
  a->type = core_func_type(a->module, func);
  if (!a->type || !core_code_begin(&a->code, &e->scratch, a->module, func, &locals, &declared, NULL)) return false;
  a->local_count = a->type->param_count + declared;
  a->now.live = true;
  a->now.locals = cm_alloc_array(&e->scratch, a->local_count, sizeof(struct value));
  if (!a->now.locals) return false;
  if (!a->frame.up) e->parameters = (uint32_t)e->values.name_count + !e->values.name_count;
  if (!a->frame.up) e->parameter_count = argument_count ? 0 : a->type->param_count;
  bool from_its_beginning = e->program->instances[a->frame.instance].stacked && stacked_is_typed(a->module, func);
  for (uint32_t i = 0; i < a->local_count; i++) {
    if (i < a->type->param_count && i < argument_count)
      a->now.locals[i] = arguments[i];
    else if (i < a->type->param_count)
      a->now.locals[i] = from_its_beginning ? value_const(0) : value_fresh(&e->values);
    else
      a->now.locals[i] = value_const(0);
  }
  return activation_push_control(a, CONTROL_FUNC, 0, a->type->result_count) != NULL;
}

bool activation_run(struct evaluation *e, const struct evaluate_frame *up, uint32_t gid, enum activation_manner manner,
                    struct world *world, const struct value *arguments, uint32_t argument_count, struct value *results,
                    bool *diverged) {
  struct activation a = {.evaluation = e,
                         .frame = {.up = up,
                                   .gid = gid,
                                   .instance = e->program->instance_of[gid],
                                   .arguments = arguments,
                                   .argument_count = argument_count,
                                   .forced = manner != ACTIVATION_HELPER,
                                   .anchored = manner == ACTIVATION_ANCHORED}};
  const struct program_instance *in = &e->program->instances[a.frame.instance];
  *diverged = false;
  a.module = in->module;
  a.now.world = *world;
  a.now.facts = e->facts;
  if (in->stack_global < world->global_count && value_is_const(world_global(world, in->stack_global))) {
    a.frame.has_stack = true;
    a.frame.stack_top = world_global(world, in->stack_global).bits;
  }
  struct evaluate_spare *spare = e->depth <= EVALUATE_DEPTH ? &e->spares[e->depth] : NULL;
  if (spare)
    a.stack = spare->stack, a.stack_room = spare->stack_room, a.controls = spare->controls, a.control_room = spare->control_room;
  e->depth++;
  bool ok = begin_body(&a, arguments, argument_count);
  if (ok) {
    run_body(&a);
    ok = !a.stopped;
  }
  e->depth--;
  // What the activation leaves behind stays readable until the next one of this depth begins.
  if (spare) *spare = (struct evaluate_spare){a.stack, a.stack_room, a.controls, a.control_room};
  // The frame is gone, and with it whatever escaped from it.
  size_t kept = 0;
  for (size_t i = 0; i < e->escaped_count; i++)
    if (!a.frame.has_stack || e->escaped[i] >= a.frame.stack_top) e->escaped[kept++] = e->escaped[i];
  e->escaped_count = kept;
  if (!ok) return false;
  if (!a.now.live) {
    *diverged = true;
    return false;
  }
  *world = a.now.world;
  for (uint32_t i = 0; i < a.type->result_count; i++) {
    results[i] = i < a.height ? a.stack[i] : value_unknown();
    if (!up) watch_return(&a, results[i]);
  }
  return true;
}

struct value evaluate_byte(struct evaluation *e, uint64_t address) {
  return world_byte(&e->worlds, e->world, address);
}

// Globals as they start. Those that code may set keep their first value, which for the shadow stack pointer is what frames hang from.
static void start_globals(struct evaluation *e, uint32_t instance, struct world *world) {
  const struct program_instance *in = &e->program->instances[instance];
  for (uint32_t g = 0; g < world->global_count && in->start_globals; g++)
    world_set_global(&e->worlds, world, g, in->start_globals[g]);
  for (uint32_t g = 0; g < world->global_count && !in->start_globals; g++) {
    const struct core_module *module = in->module;
    uint32_t index = g;
    if (g < module->imported[CORE_GLOBAL]) {
      uint32_t owner = in->node->globals ? in->node->globals[g].instance : UINT32_MAX;
      index = owner < e->program->instance_count ? in->node->globals[g].index : UINT32_MAX;
      module = owner < e->program->instance_count ? e->program->instances[owner].module : NULL;
    }
    uint64_t bits;
    if (!module || index >= module->global_count || index < module->imported[CORE_GLOBAL]) continue;
    if (!core_const_eval(module, module->globals[index].init, NULL, NULL, &bits)) continue;
    bool stack = g == in->stack_global, is_mutable = module->globals[index].type.is_mutable;
    if (module->globals[index].type.type.code == CORE_I32) bits = (uint32_t)bits;
    world_set_global(&e->worlds, world, g, value_const_weak(bits, is_mutable && !stack));
  }
}

// Runs the function in a fresh world; sets e->exhausted or ends->returned. False: no memory.
static bool run_between(struct evaluation *e, uint32_t gid, struct world *world, struct evaluate_ends *ends) {
  const struct program *program = e->program;
  const struct core_module *module = program->instances[program->instance_of[gid]].module;
  const struct core_type *type = core_func_type(module, program_func(program, gid));
  struct value *results = type ? cm_alloc_array(&e->scratch, type->result_count, sizeof *results) : NULL;
  if (!results) return !type;
  bool diverged = false;
  bool returned = activation_run(e, NULL, gid, ACTIVATION_FORCED, world, ends->arguments, ends->argument_count, results, &diverged);
  if (!returned && !diverged) e->exhausted = true;
  ends->returned = returned;
  ends->blind = e->blind != 0;
  if (ends->left && returned) ends->left(ends->context, world);
  for (uint32_t i = 0; ends->results && returned && i < type->result_count; i++)
    ends->results[i] = value_is_const(results[i]) ? results[i] : value_unknown();
  return true;
}

bool evaluate_between(struct program *program, const struct evaluate_owner *owner, uint32_t gid, struct evaluate_ends *ends,
                      uint8_t *costly, const struct cm_allocator *allocator, uint64_t *steps, bool *exhausted) {
  static const struct image no_image = {0};
  struct evaluation e = {.program = program, .owner = owner, .costly = costly, .primitives = owner->primitives, .callee = NO_FUNC};
  e.steps_left = owner->coarse ? EVALUATE_COARSE_STEPS : EVALUATE_STEPS;
  if (*steps < e.steps_left) e.steps_left = *steps;
  uint64_t granted = e.steps_left;
  struct witness witness;
  witness_init(&witness, allocator);
  cm_arena_init(&e.scratch, &witness.allocator);
  e.scratch.limit = EVALUATE_MEMORY;
  value_table_init(&e.values, &e.scratch);
  e.values.coarse = owner->coarse;
  e.worlds = (struct world_context){.arena = &e.scratch, .values = &e.values};
  uint32_t instance = program->instance_of[gid];
  const struct image *image = program_image(program, instance);
  struct world world;
  bool ok = world_init(&e.worlds, &world, image ? image : &no_image, program->instances[instance].module->global_count);
  if (ok) {
    start_globals(&e, instance, &world);
    struct evaluate_ends nothing = {0};
    ok = run_between(&e, gid, &world, ends ? ends : &nothing);
  }
  *steps -= granted - e.steps_left;
  *exhausted |= e.exhausted;
  cm_arena_free(&e.scratch);
  return ok && !witness.refused;
}

bool evaluate_function(struct program *program, const struct evaluate_owner *owner, uint32_t gid, uint8_t *costly,
                       const struct cm_allocator *allocator, uint64_t *steps, bool *exhausted) {
  return evaluate_between(program, owner, gid, NULL, costly, allocator, steps, exhausted);
}
