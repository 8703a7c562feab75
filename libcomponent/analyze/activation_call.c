// Calls within the evaluator.
//
// The owner decides what becomes of a call. What is tried in place runs under a small allowance on a fork of the world; when it does not
// return within it, the fork is dropped and the call passed over. A call that is passed over forgets what its arguments point to in the
// frames of the functions being executed: the callee may have written there. How far such an object reaches is not known. Up to the next
// offset that the frame's own function uses it is forgotten; from there to where the function makes another object's address, it may be
// another field of this object or something else, and becomes weak. Pointers in either are followed. What a passed-over call was given, or
// what was stored where nobody knows, stays in the hands of code that is not executed: it is forgotten at every such call.

#include "activation.h"

#include <stdlib.h>

enum { FORGET_DEPTH = 3, FORGET_REACH = 2048, FORGET_POINTERS = 16, INDIRECT_TARGETS = 8 };

// The frame of the chain that an address lies in, with its lowest address; NULL when in none.
static const struct evaluate_frame *frame_of(const struct activation *a, uint64_t address, uint64_t *base) {
  const struct program_instance *in = &a->evaluation->program->instances[a->frame.instance];
  if (in->stack_global >= a->now.world.global_count) return NULL;
  struct value pointer = a->now.world.globals[in->stack_global];
  if (pointer.kind != VALUE_CONST || address < pointer.bits) return NULL;
  *base = pointer.bits;
  for (const struct evaluate_frame *f = &a->frame; f && f->has_stack; f = f->up) {
    if (address < f->stack_top) return f;
    *base = f->stack_top;
  }
  return NULL;
}

// Offsets in a function's frame, ascending. Used: in memory accesses or as constants, where something may begin, be it a field. Taken:
// added to something, as when the address of an object is made, which is where an object begins.
struct frame_objects {
  struct frame_objects *next;
  uint32_t gid;
  struct offsets {
    size_t count, room;
    uint32_t *list;
  } used, taken;
};

static int by_offset(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static void add_offset(struct evaluation *e, struct offsets *offsets, uint64_t k) {
  if (!k || k > INT32_MAX || !cm_grow(&e->scratch, &offsets->list, &offsets->room, offsets->count, sizeof(uint32_t))) return;
  offsets->list[offsets->count++] = (uint32_t)k;
}

static void read_offsets(struct evaluation *e, struct frame_objects *o) {
  const struct core_module *module = e->program->instances[e->program->instance_of[o->gid]].module;
  struct core_code code;
  if (!core_code_begin(&code, &e->scratch, module, program_func(e->program, o->gid), NULL, NULL, NULL)) return;
  // `i32.const K, i32.add`, or, unoptimized, `i32.const K, local.set n, local.get m, local.get n, i32.add`.
  uint64_t constant = 0;
  unsigned age = 0;
  uint32_t local = UINT32_MAX;
  for (struct core_instr i; core_code_next(&code, &i); age++) {
    if (core_ops[i.op].immediate == CORE_IMM_MEMARG) add_offset(e, &o->used, i.mem.offset);
    if (i.op == CORE_OP_I32_CONST) {
      constant = i.i32 > 0 ? (uint32_t)i.i32 : 0;
      local = UINT32_MAX;
      age = 0;
      add_offset(e, &o->used, constant);
    } else if (i.op == CORE_OP_LOCAL_SET && age == 1) {
      local = i.index;
    } else if (i.op == CORE_OP_I32_ADD && (age == 1 || (age == 4 && local != UINT32_MAX))) {
      add_offset(e, &o->taken, constant);
    }
  }
  if (o->used.count) qsort(o->used.list, o->used.count, sizeof(uint32_t), by_offset);
  if (o->taken.count) qsort(o->taken.list, o->taken.count, sizeof(uint32_t), by_offset);
}

static const struct frame_objects *objects_of(struct evaluation *e, uint32_t gid) {
  static const struct frame_objects none = {0};
  for (struct frame_objects *o = e->objects; o; o = o->next)
    if (o->gid == gid) return o;
  struct frame_objects *o = cm_alloc(&e->scratch, sizeof *o);
  if (!o) return &none;
  *o = (struct frame_objects){.next = e->objects, .gid = gid};
  read_offsets(e, o);
  e->objects = o;
  return o;
}

// The smallest of the offsets beyond `offset`, at most `size`.
static uint64_t next_offset(const struct offsets *offsets, uint64_t offset, uint64_t size) {
  size_t low = 0, high = offsets->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (offsets->list[middle] > offset)
      high = middle;
    else
      low = middle + 1;
  }
  return low < offsets->count && offsets->list[low] < size ? offsets->list[low] : size;
}

static void forget_at(struct activation *a, uint64_t address, unsigned depth) {
  uint64_t base;
  const struct evaluate_frame *frame = frame_of(a, address, &base);
  if (!frame || depth == FORGET_DEPTH) return;
  struct evaluation *e = a->evaluation;
  const struct frame_objects *objects = objects_of(e, frame->gid);
  uint64_t end = base + next_offset(&objects->used, address - base, frame->stack_top - base);
  uint64_t top = base + next_offset(&objects->taken, address - base, frame->stack_top - base);
  if (top - address > FORGET_REACH) top = address + FORGET_REACH;
  if (end > top) end = top;
  uint64_t inner[FORGET_POINTERS];
  size_t count = 0;
  for (uint64_t at = (address + 3) & ~UINT64_C(3); at + 4 <= top && count < FORGET_POINTERS; at += 4) {
    struct value v = world_load(&e->worlds, &a->now.world, at, 4);
    uint64_t unused;
    if (v.kind == VALUE_CONST && (v.bits < address || v.bits >= top) && frame_of(a, v.bits, &unused)) inner[count++] = v.bits;
  }
  world_forget(&e->worlds, &a->now.world, address, end);
  world_weaken(&e->worlds, &a->now.world, end, top);
  for (size_t i = 0; i < count; i++) forget_at(a, inner[i], depth + 1);
}

void activation_escape(struct activation *a, struct value address) {
  struct evaluation *e = a->evaluation;
  uint64_t base;
  if (address.kind != VALUE_CONST || !frame_of(a, address.bits, &base)) return;
  for (size_t i = 0; i < e->escaped_count; i++)
    if (e->escaped[i] == address.bits) return;
  // When the list is full the oldest go: they have been forgotten before.
  if (e->escaped_count == EVALUATE_ESCAPED) memmove(e->escaped, e->escaped + 1, --e->escaped_count * sizeof *e->escaped);
  e->escaped[e->escaped_count++] = address.bits;
}

void activation_forget(struct activation *a, const struct value *arguments, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) activation_escape(a, arguments[i]);
  for (size_t i = 0; i < a->evaluation->escaped_count; i++) forget_at(a, a->evaluation->escaped[i], 0);
}

static void push_unknown(struct activation *a, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) activation_push(a, value_unknown());
}

static bool on_stack(const struct evaluate_frame *frame, uint32_t gid) {
  for (; frame; frame = frame->up)
    if (frame->gid == gid) return true;
  return false;
}

// Runs the callee in place. False: it did not come back within its allowance, and the world is as it was.
static bool enter(struct activation *a, uint32_t callee, const struct value *arguments, const struct core_type *type, bool forced) {
  struct evaluation *e = a->evaluation;
  struct value *results = cm_alloc_array(&e->scratch, type->result_count, sizeof *results);
  struct world inside;
  if (!results || !world_fork(&e->worlds, &a->now.world, &inside)) {
    a->stopped = true;
    return true;
  }
  uint64_t before = e->steps_left, allowance = before;
  if (!forced && allowance > EVALUATE_TRY_STEPS) allowance = EVALUATE_TRY_STEPS;
  e->steps_left = allowance;
  bool diverged;
  bool returned = activation_run(e, &a->frame, callee, forced, &inside, arguments, type->param_count, results, &diverged);
  e->steps_left = before - (allowance - e->steps_left);
  if (diverged) {
    a->now.live = false;
    return true;
  }
  if (!returned) return false;
  a->now.world = inside;
  for (uint32_t i = 0; i < type->result_count; i++) activation_push(a, results[i]);
  return true;
}

static bool can_enter(const struct activation *a, uint32_t callee) {
  const struct evaluation *e = a->evaluation;
  const struct program *program = e->program;
  uint32_t instance = program->instance_of[callee];
  const struct core_module *module = program->instances[instance].module;
  return instance == a->frame.instance && program_func(program, callee) >= module->imported[CORE_FUNC] &&
         !on_stack(&a->frame, callee);
}

static void call_function(struct activation *a, uint32_t callee, const struct value *arguments, const struct core_type *type) {
  struct evaluation *e = a->evaluation;
  struct evaluate_call call = {.frame = &a->frame, .callee = callee, .arguments = arguments, .argument_count = type->param_count};
  e->world = &a->now.world;
  enum evaluate_treatment treatment = e->owner->call(e->owner->context, e, &call);
  if (treatment == EVALUATE_TRY && (e->depth >= EVALUATE_TRY_DEPTH || e->costly[callee] > 1)) treatment = EVALUATE_PASS;
  if (treatment == EVALUATE_ENTER || treatment == EVALUATE_TRY) {
    bool wanted = treatment == EVALUATE_ENTER, possible = can_enter(a, callee) && e->depth < EVALUATE_DEPTH;
    if (possible && enter(a, callee, arguments, type, wanted)) return;
    if (wanted)
      e->owner->not_entered(e->owner->context, e, &call);
    else if (possible)
      e->costly[callee]++;
    treatment = EVALUATE_PASS;
  }
  if (treatment == EVALUATE_PASS) activation_forget(a, arguments, type->param_count);
  if (treatment == EVALUATE_PURE && call.forget_size && call.forget_argument < type->param_count) {
    struct value area = arguments[call.forget_argument];
    if (area.kind == VALUE_CONST) world_forget(&e->worlds, &a->now.world, area.bits, area.bits + call.forget_size);
  }
  push_unknown(a, type->result_count);
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

// The functions an indirect call can mean: the table's entry where the index is known, else every entry of that signature.
static uint32_t indirect_targets(struct activation *a, const struct core_instr *instr, struct value index, uint32_t *targets) {
  struct program *program = a->evaluation->program;
  const struct cm_table *table = cm_graph_table(program->graph, a->frame.instance, instr->pair.b);
  if (!table) return 0;
  if (index.kind == VALUE_CONST) {
    if (index.bits >= table->size || table->entries[index.bits].instance == UINT32_MAX) return 0;
    const struct cm_table_entry *e = &table->entries[index.bits];
    uint32_t gid = program_callee(program, e->instance, e->func, NULL);
    targets[0] = gid != NO_FUNC ? gid : program_gid(program, e->instance, e->func);
    return 1;
  }
  uint32_t signature = program_signature(program, a->frame.instance, instr->pair.a), count = 0;
  for (size_t k = 0; k < program->kind_count; k++) {
    const struct program_kind *kind = &program->kinds[k];
    if (kind->signature != signature || kind->instance != a->frame.instance || kind->table != instr->pair.b) continue;
    // Only those that the owner wants to see matter; the others are passed over together.
    for (uint32_t t = 0; t < kind->target_count && count < INDIRECT_TARGETS; t++) {
      if (a->evaluation->owner->wanted(a->evaluation->owner->context, kind->targets[t])) targets[count++] = kind->targets[t];
    }
    break;
  }
  return count;
}

static void call_indirect(struct activation *a, const struct core_instr *instr, struct value index, const struct value *arguments,
                          const struct core_type *type) {
  uint32_t targets[INDIRECT_TARGETS];
  uint32_t count = indirect_targets(a, instr, index, targets);
  if (count == 1 && index.kind == VALUE_CONST) {
    call_function(a, targets[0], arguments, type);
    return;
  }
  // Each possible target is executed for what is seen there; what they leave behind is not told apart.
  struct evaluation *e = a->evaluation;
  for (uint32_t i = 0; i < count && !a->stopped; i++) {
    struct evaluate_call call = {.frame = &a->frame, .callee = targets[i], .arguments = arguments, .argument_count = type->param_count};
    e->world = &a->now.world;
    if (e->owner->call(e->owner->context, e, &call) != EVALUATE_ENTER) continue;
    if (!can_enter(a, targets[i]) || e->depth >= EVALUATE_DEPTH) {
      e->owner->not_entered(e->owner->context, e, &call);
      continue;
    }
    struct world aside;
    bool diverged;
    struct value *results = cm_alloc_array(&e->scratch, type->result_count, sizeof *results);
    if (!results || !world_fork(&e->worlds, &a->now.world, &aside)) {
      a->stopped = true;
      return;
    }
    if (!activation_run(e, &a->frame, targets[i], true, &aside, arguments, type->param_count, results, &diverged) && !diverged)
      e->owner->not_entered(e->owner->context, e, &call);
  }
  activation_forget(a, arguments, type->param_count);
  push_unknown(a, type->result_count);
}

void activation_call(struct activation *a, const struct core_instr *instr) {
  const struct core_type *type = type_of_call(a, instr);
  if (!type) {
    a->stopped = true;
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
  if (direct) {
    struct program *program = a->evaluation->program;
    uint32_t callee = program_callee(program, a->frame.instance, instr->index, NULL);
    if (callee == NO_FUNC) callee = program_gid(program, a->frame.instance, instr->index);
    call_function(a, callee, arguments, type);
  } else if (indirect) {
    call_indirect(a, instr, index, arguments, type);
  } else {
    activation_forget(a, arguments, type->param_count);
    push_unknown(a, type->result_count);
  }
}
