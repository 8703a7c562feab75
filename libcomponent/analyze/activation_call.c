// Calls within the evaluator.
//
// The owner decides what becomes of a call. What is tried in place runs under a small allowance on a fork of the world; when it does not
// return within it, the fork is dropped and the call passed over (activation_forget.c).

#include "execute.h"
#include "outset.h"
#include "watch.h"

enum {
  VAIN_STEPS = 1000,  // of a helper, from which on it is looked at whether it was worth them
  VAIN_BYTES = 4096,
  INDIRECT_TARGETS = 8
};

void activation_push_unknown(struct activation *a, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) activation_push(a, value_fresh(activation_values(a)));
}

// Is the function being executed already? One that is called anew with constants, as for the next of a list that stands in the data, is
// another matter.
static bool on_stack(const struct evaluate_frame *frame, uint32_t gid, const struct value *arguments, uint32_t count) {
  bool known = arguments && count;
  for (uint32_t i = 0; i < count && known; i++) known = arguments[i].kind == VALUE_CONST && !arguments[i].weak;
  for (; frame; frame = frame->up) {
    if (frame->gid != gid) continue;
    bool same = frame->argument_count == count;
    for (uint32_t i = 0; i < count && same && known; i++) same = value_equal(frame->arguments[i], arguments[i]);
    if (same || !known) return true;
  }
  return false;
}

static void end_path(struct activation *a) {
  a->evaluation->ended++;
  for (size_t i = 0; i < a->depth; i++) a->controls[i].left = true;
  a->now.live = false;
}

// What escaped in code whose ways all ended, or were dropped, did not.
static void restore_escaped(struct evaluation *e, size_t count, uint64_t lost) {
  if (e->escaped_lost == lost && e->escaped_count > count) e->escaped_count = count;
}

// Does a helper leave what is known of frames and blocks as it was, and nobody looks at what it gives back? Then it does not matter that it
// was executed, as with what prints.
static bool is_vain(struct activation *a, const struct core_type *type, struct world *inside) {
  struct evaluation *e = a->evaluation;
  const struct cm_reader *ahead = &a->code.reader;
  bool is_dropped = !type->result_count || (ahead->at < ahead->end && *ahead->at == core_ops[CORE_OP_DROP].opcode);
  uint32_t stack = e->program->instances[a->frame.instance].stack_global;
  if (!is_dropped || !a->frame.has_stack || stack >= a->now.world.global_count) return false;
  struct value pointer = world_global(&a->now.world, stack);
  const struct evaluate_frame *outermost = &a->frame;
  while (outermost->up && outermost->up->has_stack) outermost = outermost->up;
  uint64_t from = e->blocks[0], to = e->block_count ? e->blocks[e->block_count] : from;
  const struct outset *outset = e->owner->outset;
  for (size_t i = 0; outset && i < outset->count; i++)
    if (!world_same(&a->now.world, inside, outset->ranges[i].from, outset->ranges[i].to)) return false;
  if (pointer.kind != VALUE_CONST || outermost->stack_top - pointer.bits > VAIN_BYTES || to - from > VAIN_BYTES) return false;
  return world_same(&a->now.world, inside, pointer.bits, outermost->stack_top) && world_same(&a->now.world, inside, from, to);
}

// Is it known what the callee is given, and does that lead to what a function has in its frame? There it may find more than the last time.
static bool is_led_to_frame(const struct activation *a, const struct value *arguments, uint32_t count) {
  bool led = false;
  for (uint32_t i = 0; i < count; i++) {
    if (arguments[i].kind != VALUE_CONST) return false;
    led |= activation_is_object(a, arguments[i].bits);
  }
  return led;
}

static uint64_t place_of_call(const struct activation *a) {
  return UINT64_C(1) << (a->frame.call_offset * UINT64_C(0x9e3779b97f4a7c15) >> 58);
}

// Or one of several.
static bool are_numbers(const struct activation *a, const struct value *arguments, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    struct value_truth truth = value_truth_of(&a->evaluation->values, arguments[i]);
    if (!truth.known || truth.weak) return false;
  }
  return count;
}

// A helper was executed as the call says: was it worth that?
static void weigh(struct activation *a, uint32_t callee, const struct value *arguments, uint32_t count, bool worth) {
  struct evaluate_cost *cost = &a->evaluation->costs[callee];
  if (worth) {
    cost->worthy |= place_of_call(a);
    return;
  }
  uint8_t *wasted = &cost->wasted[are_numbers(a, arguments, count)];
  cost->worthy &= ~place_of_call(a);
  if (*wasted < UINT8_MAX) ++*wasted;
}

// A helper that was executed for nothing a few times is not tried again; but coarsely, where that does not multiply the ways, it is where it was
// worth it.
static bool is_costly(const struct activation *a, uint32_t callee, const struct value *arguments, uint32_t count) {
  const struct evaluate_owner *owner = a->evaluation->owner;
  const struct evaluate_cost *cost = &a->evaluation->costs[callee];
  uint8_t wasted = cost->wasted[are_numbers(a, arguments, count)];
  if (owner->is_sparing && !a->evaluation->trying && cost->steps > a->evaluation->steps_left / EVALUATE_TRY_SHARE) return true;
  if (wasted < EVALUATE_TRIES) return false;
  if (!owner->extra_tries || !is_led_to_frame(a, arguments, count)) return true;
  if (owner->coarse && cost->worthy & place_of_call(a)) return false;
  return wasted >= EVALUATE_TRIES + owner->extra_tries;
}

// Runs the callee in place. False: it did not come back within its allowance, and the world is as it was.
static bool enter(struct activation *a, uint32_t callee, const struct value *arguments, const struct core_type *type,
                  enum activation_manner manner, uint64_t most) {
  bool forced = manner != ACTIVATION_HELPER;
  struct evaluation *e = a->evaluation;
  struct value *results = cm_alloc_array(&e->scratch, type->result_count, sizeof *results);
  struct world inside;
  activation_lighten_path(a, arguments, type->param_count);
  if (!results || !world_fork(&e->worlds, &a->now.world, &inside)) {
    a->stopped = true;
    return true;
  }
  struct value path = inside.path;
  uint32_t joins = e->values.joins;
  size_t escaped = e->escaped_count;
  uint64_t ended = e->ended, escaped_lost = e->escaped_lost;
  uint64_t before = e->steps_left, allowance = before, passed_over = e->passed_over, blind = e->blind;
  struct value pointer;
  if (!forced && allowance > most) allowance = most;
  e->steps_left = allowance;
  e->facts = a->now.facts;
  e->beyond = a->now.beyond;
  bool diverged;
  e->trying += !forced;
  bool returned = activation_run(e, &a->frame, callee, manner, &inside, arguments, type->param_count, results, &diverged);
  e->trying -= !forced;
  uint64_t spent = allowance - e->steps_left;
  e->steps_left = before - spent;
  if (!forced) e->costs[callee].steps = (uint32_t)spent;
  if (diverged || !returned) restore_escaped(e, escaped, escaped_lost);
  // Where stacks are put aside, what ends all paths is mostly a switch to another thread: it is come back from.
  if (diverged && activation_is_stacked(a, type, &pointer)) return false;
  if (diverged) {
    end_path(a);
    return true;
  }
  if (!returned) return false;
  if (!forced) weigh(a, callee, arguments, type->param_count, spent <= VAIN_STEPS || !is_vain(a, type, &inside));
  struct value given[ACTIVATION_GIVEN];
  uint32_t given_count =
      !forced && activation_is_stacked(a, type, &pointer) ? activation_stacked_arguments(a, callee, pointer, given) : 0;
  world_drop(&e->worlds, &a->now.world);
  if (e->ended == ended && !type->result_count && !e->watched) activation_path_returned(a, &inside, path, joins);
  a->now.world = inside;
  // A helper that was not executed to the bottom may have handed on its arguments in ways that were lost on it. From the program's beginning on, what it
  // hands on is known as well as what those hand on that are entered.
  bool lost = e->passed_over != passed_over || e->blind != blind;
  if (!forced && lost && !given_count && !e->owner->outset) activation_forget(a, callee, arguments, type->param_count);
  if (!forced && lost && given_count) activation_stacked_lost(a, callee, given, given_count);
  for (uint32_t i = 0; i < type->result_count; i++) activation_push(a, results[i]);
  return true;
}

// The types are compared because a table, and a link that nobody validated, may hold a function of another type.
bool activation_can_enter(const struct activation *a, uint32_t callee, const struct core_type *type,
                          const struct value *arguments) {
  const struct evaluation *e = a->evaluation;
  const struct program *program = e->program;
  uint32_t instance = program->instance_of[callee];
  const struct core_module *module = program->instances[instance].module;
  const struct core_type *own = core_func_type(module, program_func(program, callee));
  bool same = own && own->param_count == type->param_count && own->result_count == type->result_count;
  return same && instance == a->frame.instance && program_func(program, callee) >= module->imported[CORE_FUNC] &&
         !on_stack(&a->frame, callee, arguments, type->param_count);
}

// What a callee is known to overwrite.
static void forget_area(struct activation *a, struct value area, uint64_t size) {
  if (area.kind == VALUE_CONST) world_forget(&a->evaluation->worlds, &a->now.world, area.bits, area.bits + size);
  if (area.kind != VALUE_TREE) return;
  forget_area(a, activation_values(a)->nodes[area.tree].first, size);
  forget_area(a, activation_values(a)->nodes[area.tree].second, size);
}

// How many helpers are being tried within one another: what was entered for its own sake begins anew, however deep it lies.
static unsigned tried_depth(const struct evaluate_frame *frame) {
  unsigned depth = 1;
  for (; frame && !frame->forced; frame = frame->up) depth++;
  return depth;
}

// What the code of a callee on a stack in memory tells; NULL: it is none.
static const struct stacked_function *stacked_callee(const struct activation *a, uint32_t callee) {
  const struct program *program = a->evaluation->program;
  uint32_t instance = program->instance_of[callee];
  struct stacked *stacked = program->instances[instance].stacked;
  if (!stacked || instance != a->frame.instance || program_is_slot(program, callee)) return NULL;
  return stacked_function_of(stacked, program_func(program, callee));
}

// A callee that by its code never returns ends the path.
static bool never_returns(const struct activation *a, uint32_t callee) {
  const struct stacked_function *f = stacked_callee(a, callee);
  return f && f->never_returns;
}

// Those that call nothing, as what copies is, are executed however deep they lie.
static bool is_too_deep(const struct activation *a, uint32_t callee, bool stacked) {
  const struct stacked_function *f = stacked ? stacked_callee(a, callee) : NULL;
  unsigned most = a->evaluation->owner->is_patient ? EVALUATE_TRY_DEPTH_PATIENT : EVALUATE_TRY_DEPTH;
  return !(f && f->is_leaf) && tried_depth(&a->frame) >= (stacked ? EVALUATE_TRY_DEPTH_STACKED : most);
}

static void see_tables(struct activation *a, const struct value *arguments, uint32_t count) {
  const struct made *made = a->evaluation->owner->made;
  if (made && made->count) made_handed(a, arguments, count);
}

static void call_function(struct activation *a, uint32_t callee, const struct value *arguments, const struct core_type *type,
                          bool indirect) {
  struct evaluation *e = a->evaluation;
  struct value pointer;
  bool stacked = activation_is_stacked(a, type, &pointer);
  if (stacked && never_returns(a, callee)) {
    end_path(a);
    return;
  }
  struct evaluate_call call = {
      .frame = &a->frame, .callee = callee, .arguments = arguments, .argument_count = type->param_count, .indirect = indirect};
  e->world = &a->now.world;
  e->beyond = a->now.beyond;
  enum evaluate_treatment treatment = e->owner->call(e->owner->context, e, &call);
  struct activation_handed handed[ACTIVATION_HANDED];
  unsigned given = treatment == EVALUATE_TRY && stacked ? activation_stacked_handed(a, callee, pointer, handed) : 0;
  if (treatment == EVALUATE_TRY && stacked && given < ACTIVATION_HANDED_MANY &&
      (activation_execute(a, callee) || activation_look_up_any(a, callee, pointer))) {
    activation_stacked_aside(a, handed, given, pointer);
    activation_stacked_returned(a, pointer);
    return;
  }
  if (treatment == EVALUATE_TRY && !stacked &&
      (activation_primitive(a, callee, arguments, type) || activation_print(a, callee, arguments, type))) {
    activation_doubt(a, callee);
    return;
  }
  uint64_t most = stacked ? EVALUATE_TRY_STEPS_STACKED : e->owner->is_patient ? EVALUATE_TRY_STEPS_PATIENT : EVALUATE_TRY_STEPS;
  if (given) most = EVALUATE_TRY_STEPS_GIVEN;
  if (treatment == EVALUATE_TRY && !given &&
      (e->owner->is_thrifty || is_too_deep(a, callee, stacked) || is_costly(a, callee, arguments, type->param_count)))
    treatment = EVALUATE_PASS;
  if (treatment == EVALUATE_ENTER || treatment == EVALUATE_TRY) {
    bool wanted = treatment == EVALUATE_ENTER,
         possible = activation_can_enter(a, callee, type, wanted ? arguments : NULL) && e->depth < evaluate_depth(e);
    if (possible && enter(a, callee, arguments, type,
                          !wanted    ? ACTIVATION_HELPER
                          : indirect ? ACTIVATION_ANCHORED
                                     : ACTIVATION_FORCED,
                          most)) {
      if (stacked) activation_stacked_returned(a, pointer);
      return;
    }
    if (wanted)
      e->owner->not_entered(e->owner->context, e, &call);
    else if (possible)
      weigh(a, callee, arguments, type->param_count, false);
    treatment = EVALUATE_PASS;
  }
  if (stacked) {
    if (treatment == EVALUATE_PASS) activation_stacked_given(a, callee, pointer);
    activation_stacked_passed(a, callee, treatment == EVALUATE_PASS);
    if (call.list_offset) watch_put_list(a, pointer, call.list_offset);
    return;
  }
  if (treatment == EVALUATE_PASS) activation_pass_over(a, callee, arguments, type->param_count);
  if (treatment == EVALUATE_PURE) activation_doubt(a, callee);
  for (uint32_t i = 0; treatment == EVALUATE_PURE && i < type->param_count; i++) watch_hand_over(a, arguments[i]);
  if (treatment == EVALUATE_PURE && call.forget_size && call.forget_argument < type->param_count)
    forget_area(a, arguments[call.forget_argument], call.forget_size);
  activation_push_unknown(a, type->result_count);
}

static const struct core_type *type_of_call(const struct activation *a, const struct core_instr *instr) {
  uint32_t type;
  switch (instr->op) {
    case CORE_OP_CALL:
    case CORE_OP_RETURN_CALL: return core_func_type(a->module, instr->index);
    case CORE_OP_CALL_INDIRECT:
    case CORE_OP_RETURN_CALL_INDIRECT: type = instr->pair.a; break;
    default: type = instr->index; break;
  }
  if (type >= a->module->type_count || a->module->types[type].kind != CORE_FUNC_TYPE) return NULL;
  return &a->module->types[type];
}

static bool may_mean(const struct activation *a, uint32_t callee) {
  const struct made *made = a->evaluation->owner->made;
  if (made && made->of[callee] == MADE_EVALUATED) return false;
  struct vtables *vtables = a->evaluation->owner->vtables;
  return !vtables || vtable_may_mean(vtables, a->frame.gid, a->frame.call_offset, callee);
}

// The functions an indirect call can mean: the table's entry where the index is known, else every entry of that signature.
static uint32_t indirect_targets(struct activation *a, const struct core_instr *instr, struct value index, uint32_t *targets) {
  struct program *program = a->evaluation->program;
  const struct cm_table *table = cm_graph_table(program->graph, a->frame.instance, instr->pair.b);
  if (!table) return 0;
  if (index.kind == VALUE_CONST) {
    if (index.bits >= table->size || table->entries[index.bits].instance == UINT32_MAX) return 0;
    const struct cm_table_entry *e = &table->entries[index.bits];
    const struct core_module *module = program->instances[e->instance].module;
    if (!module || e->func >= module->func_count) return 0;  // not valid
    uint32_t gid = program_callee(program, e->instance, e->func, NULL);
    targets[0] = gid != NO_FUNC ? gid : program_gid(program, e->instance, e->func);
    return 1;
  }
  // Only those that the owner wants to see matter; the others are passed over together.
  const struct program_kind *kind = program_kind_of(program, a->frame.instance, instr->pair.a, instr->pair.b);
  const struct evaluate_owner *owner = a->evaluation->owner;
  uint32_t count = 0;
  for (uint32_t t = 0; kind && t < kind->target_count && count < INDIRECT_TARGETS; t++)
    if (owner->wanted(owner->context, kind->targets[t]) && may_mean(a, kind->targets[t])) targets[count++] = kind->targets[t];
  if (owner->outset && count == INDIRECT_TARGETS) a->evaluation->exhausted = true;
  return count;
}

// The functions that a call on a stack in memory can mean, one for each constant that the index can be. False: it can be something else, too.
static bool stacked_targets(struct activation *a, struct value index, uint32_t *targets, uint32_t *count) {
  const struct value_node *n = index.kind == VALUE_TREE ? &activation_values(a)->nodes[index.tree] : NULL;
  if (n) {
    struct value second = n->second;
    bool all = stacked_targets(a, n->first, targets, count);
    return stacked_targets(a, second, targets, count) && all;
  }
  struct program *program = a->evaluation->program;
  const struct cm_table *table = cm_graph_table(program->graph, a->frame.instance, 0);
  if (!table || index.kind != VALUE_CONST || index.bits >= table->size || *count == INDIRECT_TARGETS) return false;
  const struct cm_table_entry *e = &table->entries[index.bits];
  if (e->instance != a->frame.instance || e->func >= a->module->func_count) return !index.weak;  // not valid: it traps
  uint32_t gid = program_gid(program, e->instance, e->func);
  for (uint32_t i = 0; i < *count; i++)
    if (targets[i] == gid) return !index.weak;
  targets[(*count)++] = gid;
  return !index.weak;
}

// Of the objects that the context can be, the one that leads to `gid`: a function is called with its own.
static struct value own_context(struct activation *a, struct value context, uint32_t gid) {
  if (context.kind == VALUE_TREE) {
    struct value_node n = activation_values(a)->nodes[context.tree];
    struct value first = own_context(a, n.first, gid), second = own_context(a, n.second, gid);
    if (first.kind == VALUE_UNKNOWN || value_equal(first, second)) return second;
    return second.kind == VALUE_UNKNOWN ? first : context;
  }
  if (context.kind != VALUE_CONST) return context;
  const struct cm_table *table = cm_graph_table(a->evaluation->program->graph, a->frame.instance, 0);
  struct value code = world_load(&a->evaluation->worlds, &a->now.world, context.bits, sizeof(uint64_t));
  uint64_t index = code.bits >> STACKED_ADDRESS_SHIFT;
  bool is_own = code.kind == VALUE_CONST && index < table->size && table->entries[index].instance == a->frame.instance &&
                program_gid(a->evaluation->program, a->frame.instance, table->entries[index].func) == gid;
  return is_own ? context : value_unknown();
}

// The numbers that the leaves of a tree are. False: some are not known, or they are too many.
static bool numbers_of(const struct value_table *values, struct value v, uint64_t *numbers, uint32_t *count) {
  if (v.kind == VALUE_TREE) {
    const struct value_node *n = &values->nodes[v.tree];
    return numbers_of(values, n->first, numbers, count) && numbers_of(values, n->second, numbers, count);
  }
  if (v.kind != VALUE_CONST || v.weak) return false;
  for (uint32_t i = 0; i < *count; i++)
    if (numbers[i] == v.bits) return true;
  if (*count == INDIRECT_TARGETS) return false;
  numbers[(*count)++] = v.bits;
  return true;
}

// Where each way has a number of its own, as where the object was chosen whose method is called, each is taken with what is known there. False: not so.
static bool call_each(struct activation *a, const struct core_instr *instr, struct value index, const struct value *arguments,
                      const struct core_type *type) {
  struct value_table *values = activation_values(a);
  uint64_t numbers[INDIRECT_TARGETS];
  uint32_t count = 0;
  if (index.kind != VALUE_TREE || a->evaluation->watched || !numbers_of(values, index, numbers, &count)) return false;
  struct state before = a->now, after = {0};
  size_t height = a->height;
  for (uint32_t i = 0; i < count && !a->stopped; i++) {
    struct value is_it = fold_binary(values, CORE_OP_I32_EQ, index, value_const(numbers[i]));
    uint32_t target;
    bool can_be = false, can_be_other;
    a->now = before;
    activation_truths(a, is_it, &can_be, &can_be_other);
    if (!can_be) continue;
    if (!activation_fork(a, &before, &a->now)) break;
    activation_assume(a, &a->now, is_it, is_it, true);
    if (!a->now.live || !indirect_targets(a, instr, value_const(numbers[i]), &target)) continue;
    call_function(a, target, arguments, type, true);
    if (!a->now.live) continue;
    struct value *results = a->now.results = cm_alloc_array(&a->evaluation->scratch, type->result_count, sizeof *results);
    if (!results) a->stopped = true;
    for (uint32_t k = type->result_count; results && k-- > 0;) results[k] = activation_pop(a);
    activation_merge(a, &after, &a->now, type->result_count, false);
  }
  activation_resume(a, (uint32_t)height, &after, type->result_count);
  return true;
}

static void call_indirect(struct activation *a, const struct core_instr *instr, struct value index, const struct value *arguments,
                          const struct core_type *type) {
  uint32_t targets[INDIRECT_TARGETS];
  const struct evaluate_owner *owner = a->evaluation->owner;
  if (owner->indirect) {
    uint32_t signature = program_signature(a->evaluation->program, a->frame.instance, instr->pair.a);
    owner->indirect(owner->context, a->evaluation, &a->frame, signature, index);
  }
  const struct stacked *stacked = a->evaluation->program->instances[a->frame.instance].stacked;
  // On the ways that were taken: what is not there is not called.
  index = value_restrict(activation_values(a), index, a->now.world.path);
  uint32_t count = 0;
  bool all = stacked && stacked_targets(a, index, targets, &count);
  if (stacked && owner->by_pointer) owner->by_pointer(owner->context, &a->frame, a->laid, a->is_closure, all);
  if (call_each(a, instr, index, arguments, type)) return;
  if (!stacked) count = indirect_targets(a, instr, index, targets);
  if (count == 1 && index.kind == VALUE_CONST && (all || !stacked)) {
    call_function(a, targets[0], arguments, type, true);
    return;
  }
  // Each possible target is executed for what is seen there; what they leave behind is not told apart.
  struct evaluation *e = a->evaluation;
  const struct program_kind *kind = program_kind_of(e->program, a->frame.instance, instr->pair.a, instr->pair.b);
  bool guess = index.kind != VALUE_CONST && kind && kind->target_count > EVALUATE_GUESS;
  for (uint32_t i = 0; i < count && !a->stopped; i++) {
    struct evaluate_call call = {
        .frame = &a->frame, .callee = targets[i], .arguments = arguments, .argument_count = type->param_count};
    call.guessed = index.kind != VALUE_CONST;
    e->world = &a->now.world;
    e->beyond = a->now.beyond;
    if (e->owner->call(e->owner->context, e, &call) != EVALUATE_ENTER) continue;
    if (!activation_can_enter(a, targets[i], type, NULL) || e->depth >= evaluate_depth(e)) {
      e->owner->not_entered(e->owner->context, e, &call);
      continue;
    }
    struct world aside;
    bool diverged;
    struct value *results = cm_alloc_array(&e->scratch, type->result_count, sizeof *results);
    e->facts = a->now.facts;
    if (!results || !world_fork(&e->worlds, &a->now.world, &aside)) {
      a->stopped = true;
      return;
    }
    e->guesses += guess;
    e->guessing = call.guessed;
    if (stacked && stacked->context < aside.global_count)
      world_set_global(&e->worlds, &aside, stacked->context, own_context(a, world_global(&aside, stacked->context), targets[i]));
    if (!activation_run(e, &a->frame, targets[i], ACTIVATION_FORCED, &aside, arguments, type->param_count, results, &diverged) &&
        !diverged)
      e->owner->not_entered(e->owner->context, e, &call);
    e->guesses -= guess;
  }
  struct value pointer;
  if (activation_is_stacked(a, type, &pointer)) {
    activation_stacked_passed(a, NO_FUNC, true);
    return;
  }
  activation_pass_over_any(a, kind, arguments, type->param_count);
  activation_push_unknown(a, type->result_count);
}

void activation_call(struct activation *a, const struct core_instr *instr) {
  const struct core_type *type = type_of_call(a, instr);
  if (!type) {
    a->stopped = true;
    return;
  }
  const struct evaluate_owner *owner = a->evaluation->owner;
  if (!a->frame.up) owner->reached(owner->context, a->frame.call_offset);
  if (!a->frame.up && owner->ahead && ahead_is_vain(owner->ahead, a->frame.call_offset)) {
    end_path(a);
    return;
  }
  bool indirect = instr->op == CORE_OP_CALL_INDIRECT || instr->op == CORE_OP_RETURN_CALL_INDIRECT;
  bool direct = instr->op == CORE_OP_CALL || instr->op == CORE_OP_RETURN_CALL;
  struct value index = direct ? value_unknown() : activation_pop(a);
  struct value *arguments = cm_alloc_array(&a->evaluation->scratch, type->param_count, sizeof *arguments);
  if (!arguments) {
    a->stopped = true;
    return;
  }
  for (uint32_t i = type->param_count; i-- > 0;) arguments[i] = activation_pop(a);
  see_tables(a, arguments, type->param_count);
  if (direct) {
    struct program *program = a->evaluation->program;
    uint32_t callee = program_callee(program, a->frame.instance, instr->index, NULL);
    if (callee == NO_FUNC) callee = program_gid(program, a->frame.instance, instr->index);
    if (instr->index < a->module->imported[CORE_FUNC]) watch_give_back(a, arguments, type->param_count);
    call_function(a, callee, arguments, type, false);
    struct value pointer;
    if (owner->executor && !activation_is_stacked(a, type, &pointer)) activation_heap_result(a, callee, type->result_count);
  } else if (indirect) {
    call_indirect(a, instr, index, arguments, type);
  } else {
    activation_pass_over(a, NO_FUNC, arguments, type->param_count);
    activation_push_unknown(a, type->result_count);
  }
  a->laid = 0;
  a->is_closure = false;
}
