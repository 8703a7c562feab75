// Blocks of the evaluator: what branches come to, loops, the merging of states.
//
// At the `end` of a block the states that wait there are merged with the one that falls through. A loop whose `end` is reached with states
// waiting at its start is read again from there: with that state as it is while some exit was decided in the last round (so that a loop over
// a constant table is unrolled), or while all went back to the start for reasons that were known; else with the widened state until nothing
// changes any more.
//
// Spec: core 3.0, "Control Instructions".

#include "dispatch.h"
#include "watch.h"

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

void activation_drop(struct activation *a, struct state *state) {
  struct spare_locals *spare = (struct spare_locals *)state->locals;
  spare->next = a->spare_locals;
  a->spare_locals = spare;
  world_drop(&a->evaluation->worlds, &state->world);
  state->locals = NULL;
  state->live = false;
}

bool activation_fork(struct activation *a, struct state *from, struct state *to) {
  struct evaluation *e = a->evaluation;
  *to = (struct state){.live = true, .facts = from->facts, .changed = from->changed, .beyond = from->beyond};
  to->locals = take_locals(a);
  if (!to->locals || !world_fork(&e->worlds, &from->world, &to->world)) {
    a->stopped = true;
    return false;
  }
  memcpy(to->locals, from->locals, a->local_count * sizeof *to->locals);
  return true;
}

// What hangs on the ways of both, where two meet.
static const struct beyond *meet_beyond(struct activation *a, const struct beyond *one, const struct beyond *other) {
  if (one == other || !one || !other) return one == other ? one : NULL;
  struct beyond *both = cm_alloc(&a->evaluation->scratch, sizeof *both);
  if (both)
    *both = (struct beyond){.outer = one, .other = other};
  else
    a->stopped = true;
  return both;
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
  into->beyond = meet_beyond(a, into->beyond, other->beyond);
  if (other->changed < into->changed) into->changed = other->changed;
  bool changed = world_merge(&a->evaluation->worlds, &into->world, &other->world, &meeting);
  changed |= fold_merge_all(values, &meeting, into->locals, other->locals, a->local_count);
  changed |= fold_merge_all(values, &meeting, into->results, other->results, results);
  activation_drop(a, other);
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
  c->beyond = NULL;
  c->rounds = c->widened_from = 0;
  c->exit_decided = c->end_decided = c->if_decided = c->ways_decided = c->exit_open = c->widening = c->has_else = c->left =
      c->left_open = false;
  c->steps_before = a->evaluation->steps_left;
  c->joins_before = activation_values(a)->joins;
  c->met_before = a->evaluation->met_count;
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
  uint64_t met = activation_values(a)->addresses_met;
  activation_merge(a, c->kind == CONTROL_LOOP ? &c->back : &c->out, state, arity, false);
  activation_note_met(a, c, met);
}

static void begin_if(struct activation *a, const struct core_instr *instr) {
  uint32_t params, results;
  struct value raw = a->now.live ? activation_pop_condition(a) : value_unknown(),
               condition = value_condition(activation_values(a), raw);
  block_arity(a, &instr->block, &params, &results);
  struct control *c = activation_push_control(a, CONTROL_IF, params, results);
  if (!c || !a->now.live) return;
  watch_condition(a, raw);
  bool can_true, can_false, outcome;
  uint32_t number;
  if (activation_meet(a, raw, 0, &number, &outcome)) condition = value_const(outcome);
  if (number != UINT32_MAX) c->met_before = number;
  bool known = activation_truths(a, condition, &can_true, &can_false), decided = can_true != can_false;
  if (raw.kind != VALUE_CONST || decided) activation_note_if(a, decided, known, raw);
  if (a->dispatch) dispatch_if(a, can_true != can_false);
  if (can_true && can_false) {
    if (!activation_fork(a, &a->now, &c->other)) return;
    activation_assume(a, &c->other, condition, raw, false);
    activation_assume(a, &a->now, condition, raw, true);
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
  uint64_t left = a->evaluation->steps_left, spent = c->steps_before - left;
  if (a->evaluation->owner->is_sparing && spent > left / (EVALUATE_LOOP_SHARE - 1)) return 0;
  if (c->exit_decided) return a->evaluation->owner->is_thrifty ? EVALUATE_ROUNDS_THRIFTY : EVALUATE_ROUNDS;
  if (!c->if_decided && !c->ways_decided && !c->end_decided) return 0;
  bool cheap = spent <= left;
  if (!c->left_open && cheap) return EVALUATE_ROUNDS_CLOSED;
  if (c->end_decided && cheap) return EVALUATE_ROUNDS_OF_WAYS;
  // Without its path the state does not know any more which of its values have left.
  if (c->back.world.paths_lost != c->head.world.paths_lost) return 0;
  if (c->ways_decided && !c->exit_open && cheap) return EVALUATE_ROUNDS_OF_WAYS;
  return a->evaluation->owner->coarse ? EVALUATE_COARSE_ROUNDS_BY_IF : EVALUATE_ROUNDS_BY_IF;
}

// Is something known at the end of this round that was not so at its beginning? Else the next one would be like it.
static bool has_learnt(struct activation *a, const struct control *c) {
  const struct state *before = c->last.live ? &c->last : &c->head;
  if (c->back.facts != before->facts) return true;
  for (uint32_t i = 0; i < a->local_count; i++)
    if (c->back.locals[i].kind != VALUE_UNKNOWN && !value_equal(c->back.locals[i], before->locals[i])) return true;
  return world_learnt(&c->back.world, &before->world);
}

// Would the loop have ended in this round, were variables what they began with?
static bool is_beyond(const struct control *c) { return c->back.live && c->back.changed > c->head.changed; }

static bool goes_on(struct activation *a, const struct control *c) {
  return !is_beyond(c) && c->rounds <= rounds_of(a, c) && (c->exit_decided || has_learnt(a, c));
}

// Whether the loop comes to the next round is not known.
static bool note_open(struct activation *a, struct control *c) {
  struct beyond *open = cm_alloc(&a->evaluation->scratch, sizeof *open);
  if (!open) {
    a->stopped = true;
    return false;
  }
  *open = (struct beyond){.is_open = true, .outer = c->head.beyond};
  c->back.beyond = open;
  return true;
}

// At the end of a round: true when another one is to be read, for which the state is set.
static bool next_round(struct activation *a, struct control *c) {
  if (c->beyond) c->beyond->is_so = is_beyond(c);
  c->beyond = NULL;
  if (!c->back.live) return false;
  c->rounds++;
  if (!c->widening && goes_on(a, c)) {
    if (c->last.live) activation_drop(a, &c->last);
    if (!c->exit_decided && !activation_fork(a, &c->back, &c->last)) return false;
    if (c->exit_open && a->evaluation->owner->coarse && !note_open(a, c)) return false;
    c->exit_decided = c->end_decided = c->if_decided = c->ways_decided = c->exit_open = c->left_open = false;
    activation_resume(a, c->height, &c->back, c->param_count);
  } else {
    bool changed = false;
    if (!c->widening) {
      c->rounds = 0;
      c->widened_from = (uint32_t)activation_values(a)->name_count;
      c->widening = true;
      activation_find_counters(a, c);
      changed = c->counters;
    }
    activation_keep_counters(c);
    activation_values(a)->widened_from = c->widened_from;
    changed |= activation_merge(a, &c->head, &c->back, c->param_count, true);
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
    uint64_t met = activation_values(a)->addresses_met;
    activation_merge(a, &c->out, &c->other, c->other.results ? c->result_count : 0, false);
    activation_note_met(a, c, met);
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
  if (a->now.live) activation_lighten_path(a, NULL, 0);
}

void activation_nest(struct activation *a, const struct core_instr *instr) {
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
