// The evaluator: bodies read from front to back, and what evaluations start from and come to.
//
// Code behind an unconditional branch is read but not executed. Blocks, branches, calls and all other instructions have a file each
// (activation_*.c).

#include "dispatch.h"
#include "inlined.h"
#include "outset.h"
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

static void call_step(struct activation *a, const struct core_instr *instr) {
  enum core_op op = instr->op;
  bool returns = op == CORE_OP_RETURN_CALL || op == CORE_OP_RETURN_CALL_INDIRECT || op == CORE_OP_RETURN_CALL_REF;
  activation_call(a, instr);
  if (returns && a->now.live) activation_leave(a);
}

// Goes to what ends dead code: the `else` or `end` of the block that it is in, or what no evaluation goes past.
static void skip_dead(struct activation *a) {
  struct core_instr instr;
  struct core_code ahead = a->code;
  for (unsigned nested = 0;;) {
    core_code_step_within(&ahead);
    a->code = ahead;
    if (!code_next(&ahead, &instr) || roles[instr.op] == FOREIGN) return;
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
  for (struct core_instr i; code_next(&ahead, &i) && (uint64_t)(i.at - a->module->file) < to;)
    if ((i.op == CORE_OP_LOCAL_SET || i.op == CORE_OP_LOCAL_TEE) && i.index < a->local_count) {
      struct value *local = &a->now.locals[i.index];
      if (local->kind != VALUE_UNKNOWN || local->tree < e->skipped) *local = value_fresh(&e->values);
    }
  e->skipped_end = (uint32_t)e->values.name_count;
  uint32_t global = e->program->instances[a->frame.instance].stack_global;
  struct value bottom = global < a->now.world.global_count ? world_global(&a->now.world, global) : value_unknown();
  if (a->frame.has_stack && bottom.kind == VALUE_CONST) world_forget(&e->worlds, &a->now.world, bottom.bits, a->frame.stack_top);
}

// A way out of what is skipped, to a label that is `out` blocks around it.
static void leave_skipped(struct activation *a, uint32_t out) {
  struct state taken;
  if (out >= a->depth || !activation_fork(a, &a->now, &taken)) return;
  struct control *c = &a->controls[a->depth - 1 - out];
  size_t height = a->height;
  for (uint32_t i = 0; c->kind != CONTROL_LOOP && i < c->result_count; i++) activation_push(a, value_unknown());
  activation_arrive(a, c, &taken);
  a->height = height;
}

// The branches between the offsets that lead out of there are taken.
static void leave_loop(struct activation *a, const struct core_instr *first, uint64_t to) {
  struct core_code ahead = a->code;
  uint32_t nested = 0, label;
  struct core_instr i = *first;
  do {
    struct cm_span labels;
    switch (i.op) {
      case CORE_OP_BLOCK:
      case CORE_OP_LOOP:
      case CORE_OP_IF: nested++; break;
      case CORE_OP_END: nested -= nested != 0; break;
      case CORE_OP_BR:
      case CORE_OP_BR_IF:
        if (i.index >= nested) leave_skipped(a, i.index - nested);
        break;
      case CORE_OP_BR_TABLE:
        labels = i.br_table.labels;
        for (uint64_t n = 0; n <= i.br_table.count && core_next_label(&labels, &label); n++)
          if (label >= nested) leave_skipped(a, label - nested);
        break;
      default: break;
    }
  } while (!a->stopped && code_next(&ahead, &i) && (uint64_t)(i.at - a->module->file) < to);
}

// The loop that the owner wants to be skipped: where it begins the state is put aside until it has ended, and for where it is left to.
static void skip(struct activation *a, const struct core_instr *instr) {
  const struct evaluate_owner *owner = a->evaluation->owner;
  uint64_t at = (uint64_t)(instr->at - a->module->file);
  if (at == owner->skip_from && a->now.live) {
    forget_loop(a, owner->skip_to);
    leave_loop(a, instr, owner->skip_to);
    a->later = a->now;
    a->now.live = false;
  } else if (a->later.live && at >= owner->skip_to) {
    if (!a->now.live) a->now = a->later;
    a->later.live = false;
  }
}

static bool is_straight(const struct core_instr *instr) {
  switch (instr->op) {
    case CORE_OP_LOCAL_GET:
    case CORE_OP_LOCAL_SET:
    case CORE_OP_LOCAL_TEE:
    case CORE_OP_I32_CONST:
    case CORE_OP_I64_CONST:
    case CORE_OP_DROP:
    case CORE_OP_CALL:
    case CORE_OP_END: return true;
    default: return false;
  }
}

static void run_body(struct activation *a) {
  struct evaluation *e = a->evaluation;
  struct core_instr instr;
  for (; a->depth && !a->stopped;) {
    if (!a->now.live && !a->later.live) skip_dead(a);
    if (!code_next(&a->code, &instr)) break;
    if (e->owner->skip_to && !a->frame.up) skip(a, &instr);
    if (a->has_inlined && a->now.live && e->steps_left && activation_inlined(a, &instr)) continue;
    enum role role = (enum role)roles[instr.op];
    if (e->steps_left == 0 || e->worlds.failed || e->values.failed || role == FOREIGN) {
      a->stopped = true;
      break;
    }
    uint64_t cost = a->now.live + e->values.work - e->work_paid;
    e->work_paid = e->values.work;
    e->steps_left -= cost < e->steps_left ? cost : e->steps_left;
    a->frame.call_offset = (uint64_t)(instr.at - a->module->file);
    if (e->waiting_count && role != PLAIN && a->now.live) made_settle(a);
    e->values.moment += role != PLAIN;
    e->has_ways |= !is_straight(&instr);
    if (role == NESTS)
      activation_nest(a, &instr);
    else if (!a->now.live)
      continue;
    else if (role == PLAIN)
      activation_step(a, &instr);
    else if (role == BRANCHES)
      activation_branch(a, &instr);
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
                         .joins_before = e->values.joins,
                         .frame = {.up = up,
                                   .gid = gid,
                                   .instance = e->program->instance_of[gid],
                                   .arguments = arguments,
                                   .argument_count = argument_count,
                                   .forced = manner != ACTIVATION_HELPER,
                                   .anchored = manner == ACTIVATION_ANCHORED,
                                   .guessed = e->guessing,
                                   .making = e->making}};
  e->making = 0;
  e->guessing = false;
  const struct program_instance *in = &e->program->instances[a.frame.instance];
  *diverged = false;
  a.module = in->module;
  a.now.world = *world;
  a.now.facts = e->facts;
  a.now.beyond = e->beyond;
  if (in->stack_global < world->global_count && value_is_const(world_global(world, in->stack_global))) {
    a.frame.has_stack = true;
    a.frame.stack_top = world_global(world, in->stack_global).bits;
    if (!up) activation_watch_lost(&a);
  }
  struct evaluate_spare *spare = e->depth <= EVALUATE_DEPTH_PATIENT ? &e->spares[e->depth] : NULL;
  if (spare)
    a.stack = spare->stack, a.stack_room = spare->stack_room, a.controls = spare->controls, a.control_room = spare->control_room;
  e->depth++;
  const struct inlined_list *inlined = e->owner->inlined;
  for (size_t i = 0; inlined && i < inlined->count; i++) a.has_inlined |= inlined->at[i].gid == gid;
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
  kept = 0;
  for (size_t i = 0; i < e->cut_count; i++)
    if (!a.frame.has_stack || e->cuts[i].from >= a.frame.stack_top) e->cuts[kept++] = e->cuts[i];
  e->cut_count = kept;
  if (e->made_count && !up && a.now.live) made_look(&a);
  if (e->made_count && a.frame.has_stack) made_left(e, a.frame.stack_top);
  if (!ok) return false;
  if (!a.now.live) {
    *diverged = true;
    return false;
  }
  if (!up) activation_heap_returned(&a);
  *world = a.now.world;
  for (uint32_t i = 0; i < a.type->result_count; i++) {
    results[i] = i < a.height ? a.stack[i] : value_unknown();
    if (!up) watch_return(&a, results[i]);
  }
  return true;
}

bool evaluate_is_beyond(const struct beyond *b) {
  for (; b && !b->other; b = b->outer)
    if (b->is_so) return true;
  return b && evaluate_is_beyond(b->outer) && evaluate_is_beyond(b->other);
}

bool evaluate_is_open(const struct beyond *b) {
  for (; b && !b->other; b = b->outer)
    if (b->is_open) return true;
  return b && evaluate_is_open(b->outer) && evaluate_is_open(b->other);
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
                      struct evaluate_cost *costs, const struct cm_allocator *allocator, uint64_t *steps, bool *exhausted) {
  static const struct image no_image = {0};
  struct evaluation e;
  memset(&e, 0, offsetof(struct evaluation, blocks));
  e.blocks[0] = 0;
  e.program = program, e.owner = owner, e.costs = costs, e.primitives = owner->primitives, e.callee = NO_FUNC;
  e.steps_left = owner->coarse ? EVALUATE_COARSE_STEPS : EVALUATE_STEPS;
  if (*steps < e.steps_left) e.steps_left = *steps;
  uint64_t granted = e.steps_left;
  struct witness witness;
  witness_init(&witness, allocator);
  cm_arena_init(&e.scratch, &witness.allocator);
  e.scratch.limit = owner->is_sparing ? EVALUATE_MEMORY_SPARING : EVALUATE_MEMORY;
  value_table_init(&e.values, &e.scratch);
  e.values.coarse = owner->coarse;
  if (owner->forces) owner->forces->chooser_count = 0;
  e.worlds = (struct world_context){.arena = &e.scratch, .values = &e.values};
  uint32_t instance = program->instance_of[gid];
  const struct image *image = program_image(program, instance);
  struct world world;
  bool ok = world_init(&e.worlds, &world, image ? image : &no_image, program->instances[instance].module->global_count);
  if (ok) {
    start_globals(&e, instance, &world);
    if (owner->outset) world.outset = owner->outset->ranges, world.outset_count = owner->outset->count;
    struct evaluate_ends nothing = {0};
    ok = run_between(&e, gid, &world, ends ? ends : &nothing);
  }
  if (owner->ended) owner->ended(owner->context);
  *steps -= granted - e.steps_left;
  *exhausted |= e.exhausted;
  if (owner->is_straight) *owner->is_straight = !e.has_ways;
  cm_arena_free(&e.scratch);
  return ok && !witness.refused;
}

bool evaluate_function(struct program *program, const struct evaluate_owner *owner, uint32_t gid, struct evaluate_cost *costs,
                       const struct cm_allocator *allocator, uint64_t *steps, bool *exhausted) {
  return evaluate_between(program, owner, gid, NULL, costs, allocator, steps, exhausted);
}
