// Calls on a stack in memory.
//
// A call has stored its return address where the stack pointer points to; arguments stand behind it, and behind them there is room for
// the results. What the callee does not need any more and what it answers is, for the caller, the same: unknown. How far both reach is
// told by the callee's code. The function's own result says whether the stack is being unwound. It never is: what was put aside is gone on
// with later, as if the call had returned.

#include "execute.h"
#include "symbols.h"
#include "watch.h"

#include <string.h>

enum { UNKNOWN_AREA = 48, WORD = 8, AREA_MOST = 4096, LEAST_POINTER = 4096, OBJECT_LIKELY = 64 };

bool activation_is_stacked(const struct activation *a, const struct core_type *type, struct value *pointer) {
  const struct program_instance *in = &a->evaluation->program->instances[a->frame.instance];
  if (!in->stacked || in->stacked->pointer >= a->now.world.global_count) return false;
  *pointer = world_global(&a->now.world, in->stacked->pointer);
  return type->param_count == 1 && type->result_count == 1 && type->params[0].code == CORE_I32 && type->results[0].code == CORE_I32;
}

void activation_lay(struct activation *a, uint64_t address, uint64_t size) {
  const struct stacked *stacked = a->evaluation->program->instances[a->frame.instance].stacked;
  struct value bottom =
      stacked && stacked->pointer < a->now.world.global_count ? world_global(&a->now.world, stacked->pointer) : value_unknown();
  if (bottom.kind != VALUE_CONST || address < bottom.bits) return;
  for (uint64_t w = (address - bottom.bits) / WORD; w < STACKED_WORDS && bottom.bits + w * WORD < address + size; w++)
    a->laid |= UINT64_C(1) << w;
}

static uint32_t area_of(const struct activation *a, uint32_t callee) {
  const struct program *program = a->evaluation->program;
  if (callee == NO_FUNC || program_is_slot(program, callee)) return UNKNOWN_AREA;
  struct stacked *stacked = program->instances[program->instance_of[callee]].stacked;
  return stacked ? stacked_function_of(stacked, program_func(program, callee))->area : UNKNOWN_AREA;
}

void activation_stacked_returned(struct activation *a, struct value pointer) {
  const struct stacked *stacked = a->evaluation->program->instances[a->frame.instance].stacked;
  if (!a->now.live) return;
  activation_pop(a);
  activation_push(a, value_const(0));
  if (pointer.kind == VALUE_CONST) pointer.bits = (uint32_t)(pointer.bits + STACKED_RETURN);
  world_set_global(&a->evaluation->worlds, &a->now.world, stacked->pointer, pointer);
}

// Constants in the data are written to by nobody, and variables that only the runtime writes are its books.
static bool is_writable(const struct activation *a, uint64_t address) {
  const struct stacked *stacked = a->evaluation->program->instances[a->frame.instance].stacked;
  const struct image *image = a->now.world.image;
  const struct executor *x = a->evaluation->owner->executor;
  if (!stacked || !x || address >= image->end) return false;
  if (address >= x->heap || image_is_marked(image->marks->variable, address)) return true;
  if (stacked->variables != UINT64_MAX) return address >= stacked->variables && !image_is_marked(image->marks->books, address);
  bool blank = address >= stacked->data.size || !stacked->data.at[address];
  return blank && !image_is_marked(image->marks->weak, address);
}

bool activation_is_shared(const struct activation *a, uint64_t address, unsigned size) {
  const struct executor *x = a->evaluation->owner->executor;
  if (!a->evaluation->strangers || !x || address < x->heap || address >= a->now.world.image->end) return false;
  for (unsigned i = 0; i < size; i++)
    if (!world_is_written(&a->now.world, address + i)) return true;
  return false;
}

// Does the runtime itself make the call? Its functions give each other their books.
static bool is_core(const struct activation *a) {
  const struct executor *x = a->evaluation->owner->executor;
  struct cm_str name = program_name(a->evaluation->program, a->frame.gid);
  return name.size ? symbols_is_core(name) : x->rehearsal->own[a->frame.gid];
}

// From where on a callee may write to what it was given: the runtime does so for the program in the heap only.
static uint64_t writes_from(const struct activation *a, uint32_t callee) {
  const struct executor *x = a->evaluation->owner->executor;
  if (!x || is_core(a)) return UINT64_MAX;
  uint64_t variables = a->evaluation->program->instances[a->frame.instance].stacked->variables;
  uint64_t objects = variables < x->heap ? variables : x->heap;
  return callee != NO_FUNC && x->rehearsal->own[callee] ? objects : LEAST_POINTER;
}

// Three words are a slice where the third, its capacity, is no less than its length. Two alone are a text, which is not written to.
static uint64_t slice_size(struct value length, struct value capacity) {
  bool slice =
      length.kind == VALUE_CONST && capacity.kind == VALUE_CONST && capacity.bits >= length.bits && capacity.bits < AREA_MOST * 16;
  return slice && capacity.bits ? capacity.bits : 0;
}

// Is it an object that may be written to: a slice, or something that no length stands behind? *size: 0 where it is not known.
bool activation_is_given_object(struct value pointer, struct value second, struct value third, uint64_t *size) {
  *size = slice_size(second, third);
  bool text = second.kind == VALUE_CONST && second.bits && second.bits < LEAST_POINTER;
  return pointer.kind == VALUE_CONST && pointer.bits >= LEAST_POINTER && (*size || (pointer.bits % 4 == 0 && !text));
}

void activation_forget_taken(struct activation *a, uint64_t address, uint64_t size, uint32_t callee) {
  struct evaluation *e = a->evaluation;
  if (!a->now.world.image->marks || address < writes_from(a, callee) || !is_writable(a, address)) return;
  uint64_t end = address + (size ? size : OBJECT_LIKELY);
  for (uint64_t at = address; at < end && is_writable(a, at);) {
    uint64_t from = at;
    while (at < end && is_writable(a, at)) at++;
    world_forget(&e->worlds, &a->now.world, from, at);
  }
}

// How large is what a value of `any` points to, which is handed over as the address of its type and a pointer? 0: it is no such thing. A type
// begins with its size, and that of a pointer goes on, behind what all have, with whose pointer it is (internal/abi/type.go, Type and PtrType).
static uint64_t size_by_type(const struct activation *a, struct value type) {
  enum { KIND = 23, KIND_MASK = 31, KIND_POINTER = 22, ELEMENT = 48 };
  const struct stacked *stacked = a->evaluation->program->instances[a->frame.instance].stacked;
  const struct cm_span data = stacked->data;
  uint64_t end = stacked->variables < data.size ? stacked->variables : 0, element = 0, size = 0;
  if (type.kind != VALUE_CONST || type.bits < LEAST_POINTER || type.bits % WORD || type.bits + ELEMENT + WORD > end) return 0;
  if ((data.at[type.bits + KIND] & KIND_MASK) != KIND_POINTER) return 0;
  memcpy(&element, data.at + type.bits + ELEMENT, sizeof element);
  if (element >= LEAST_POINTER && element % WORD == 0 && element + WORD <= end) memcpy(&size, data.at + element, sizeof size);
  return size <= AREA_MOST ? size : 0;
}

// Forgets what such a value points to. False: it is none.
static bool forget_any(struct activation *a, struct value type, struct value pointer, uint32_t callee) {
  uint64_t size = pointer.kind == VALUE_CONST && pointer.bits >= LEAST_POINTER ? size_by_type(a, type) : 0;
  if (!size) return false;
  if (activation_is_object(a, pointer.bits)) world_forget(&a->evaluation->worlds, &a->now.world, pointer.bits, pointer.bits + size);
  activation_forget_taken(a, pointer.bits, size, callee);
  return true;
}

void activation_forget_pointed(struct activation *a, uint64_t at, uint32_t callee) {
  if (!a->now.world.image->marks || at % WORD) return;
  struct value words[3];
  for (unsigned i = 0; i < 3; i++) words[i] = world_load(&a->evaluation->worlds, &a->now.world, at + i * (uint64_t)WORD, WORD);
  uint64_t size;
  if (forget_any(a, words[0], words[1], callee)) return;
  if (activation_is_given_object(words[0], words[1], words[2], &size)) activation_forget_taken(a, words[0].bits, size, callee);
}

// Executes `gid`, that the object at `object` leads to, below the frames that are there.
static void execute_aside(struct activation *a, uint32_t gid, uint64_t object, uint64_t pointer) {
  enum { BELOW = 1024 };
  struct evaluation *e = a->evaluation;
  const struct stacked *stacked = e->program->instances[a->frame.instance].stacked;
  const struct core_type *type = core_func_type(a->module, program_func(e->program, gid));
  struct value arguments[1] = {value_const(0)}, results[1];
  struct evaluate_call call = {.frame = &a->frame, .callee = gid, .arguments = arguments, .argument_count = 1, .indirect = true};
  struct world *before = e->world, aside;
  if (pointer < BELOW || !type || !world_fork(&e->worlds, &a->now.world, &aside)) return;
  world_set_global(&e->worlds, &aside, stacked->pointer, value_const(pointer - BELOW));
  world_forget(&e->worlds, &aside, pointer - BELOW, pointer);
  if (stacked->context < aside.global_count) world_set_global(&e->worlds, &aside, stacked->context, value_const(object));
  e->world = &aside;
  e->facts = a->now.facts;
  e->beyond = a->now.beyond;
  bool diverged = false, wanted = e->owner->call(e->owner->context, e, &call) == EVALUATE_ENTER;
  bool possible = wanted && activation_can_enter(a, gid, type, NULL) && e->depth < evaluate_depth(e);
  bool returned = possible && activation_run(e, &a->frame, gid, ACTIVATION_ANCHORED, &aside, arguments, 1, results, &diverged);
  if (wanted && !returned && !diverged) e->owner->not_entered(e->owner->context, e, &call);
  e->world = before;
}

// Walks over the functions among a callee's arguments, or those that the owner wants to see.
struct given {
  struct activation *a;
  uint64_t at, end;
  bool any;
};

static struct given begin_given(struct activation *a, uint32_t callee, struct value pointer) {
  uint32_t area = area_of(a, callee);
  if (pointer.kind != VALUE_CONST || area > AREA_MOST) return (struct given){a, 0, 0, false};
  return (struct given){a, pointer.bits + STACKED_RETURN, pointer.bits + STACKED_RETURN + area, false};
}

static bool next_given(struct given *g, uint32_t *gid, uint64_t *object) {
  struct activation *a = g->a;
  struct evaluation *e = a->evaluation;
  const struct cm_table *table = cm_graph_table(e->program->graph, a->frame.instance, 0);
  while (table && g->at + WORD <= g->end) {
    struct value to = world_load(&e->worlds, &a->now.world, g->at, WORD);
    g->at += WORD;
    if (to.kind != VALUE_CONST || to.bits < AREA_MOST || to.bits % WORD) continue;
    struct value code = world_load(&e->worlds, &a->now.world, to.bits, WORD);
    uint64_t index = code.bits >> STACKED_ADDRESS_SHIFT;
    if (code.kind != VALUE_CONST || !index || index << STACKED_ADDRESS_SHIFT != code.bits || index >= table->size) continue;
    struct cm_table_entry entry = table->entries[index];
    if (entry.instance != a->frame.instance || entry.func >= a->module->func_count) continue;
    *gid = program_gid(e->program, entry.instance, entry.func);
    *object = to.bits;
    if (g->any || e->owner->wanted(e->owner->context, *gid)) return true;
  }
  return false;
}

unsigned activation_stacked_handed(struct activation *a, uint32_t callee, struct value pointer, struct activation_handed *handed) {
  struct given given = begin_given(a, callee, pointer);
  struct activation_handed next;
  unsigned count = 0;
  while (count < ACTIVATION_HANDED_MANY && next_given(&given, &next.gid, &next.object)) {
    if (count < ACTIVATION_HANDED) handed[count] = next;
    count++;
  }
  return count;
}

void activation_stacked_aside(struct activation *a, const struct activation_handed *handed, unsigned count, struct value pointer) {
  for (unsigned i = 0; i < count; i++) execute_aside(a, handed[i].gid, handed[i].object, pointer.bits);
}

void activation_stacked_given(struct activation *a, uint32_t callee, struct value pointer) {
  struct given given = begin_given(a, callee, pointer);
  uint32_t gid;
  uint64_t object;
  while (next_given(&given, &gid, &object)) execute_aside(a, gid, object, pointer.bits);
}

// Variables that the callee may have stored to. What is the runtime's own stores to the program's by functions that it is given alone.
static void forget_statics(struct activation *a, uint32_t callee, struct value pointer) {
  const struct executor *x = a->evaluation->owner->executor;
  if (!x || callee == NO_FUNC || !x->rehearsal->own[callee]) {
    activation_forget_statics(a, callee);
    return;
  }
  struct given given = begin_given(a, callee, pointer);
  given.any = true;
  uint32_t gid;
  uint64_t object;
  while (next_given(&given, &gid, &object)) activation_forget_statics(a, gid);
}

// Bytes of a constant text that are given away as a slice: where the compiler sees nobody write to them it makes no copy, and it does not see what
// the host does.
static bool is_lent_text(const struct activation *a, struct value pointer, struct value length, uint64_t size) {
  const struct stacked *stacked = a->evaluation->program->instances[a->frame.instance].stacked;
  return size && length.bits == size && pointer.bits < stacked->variables && stacked->variables != UINT64_MAX;
}

// What the callee was given, and may have written to, as the words of its arguments say.
static void forget_given(struct activation *a, uint32_t callee, const struct value *given, uint32_t count) {
  struct evaluation *e = a->evaluation;
  for (uint32_t i = 0; i < count; i++) {
    uint64_t size;
    struct value second = i + 1 < count ? given[i + 1] : value_unknown(), third = i + 2 < count ? given[i + 2] : value_unknown();
    if (i && forget_any(a, given[i - 1], given[i], callee)) continue;
    if (!activation_is_given_object(given[i], second, third, &size)) continue;
    if (is_lent_text(a, given[i], second, size))
      world_forget(&e->worlds, &a->now.world, given[i].bits, given[i].bits + size);
    else
      activation_forget_taken(a, given[i].bits, size, callee);
  }
  e->callee = callee;
  activation_forget(a, NO_FUNC, given, count);
  e->callee = NO_FUNC;
}

uint32_t activation_stacked_arguments(struct activation *a, uint32_t callee, struct value pointer, struct value *given) {
  struct evaluation *e = a->evaluation;
  uint64_t from = pointer.bits + STACKED_RETURN, size = area_of(a, callee);
  if (size > AREA_MOST) size = AREA_MOST;
  uint32_t count = 0;
  for (uint64_t at = from; pointer.kind == VALUE_CONST && at + WORD <= from + size && count < ACTIVATION_GIVEN; at += WORD)
    given[count++] = world_load(&e->worlds, &a->now.world, at, WORD);
  return count;
}

void activation_stacked_lost(struct activation *a, uint32_t callee, const struct value *given, uint32_t count) {
  forget_given(a, callee, given, count);
  activation_heap_given(a, callee, given, count);
}

void activation_stacked_passed(struct activation *a, uint32_t callee, bool forgets) {
  struct evaluation *e = a->evaluation;
  const struct executor *x = e->owner->executor;
  e->strangers += forgets && x && !x->rehearsal->own[a->frame.gid] && (callee == NO_FUNC || !x->rehearsal->own[callee]);
  const struct stacked *stacked = e->program->instances[a->frame.instance].stacked;
  struct value pointer = world_global(&a->now.world, stacked->pointer);
  activation_push(a, value_unknown());
  if (forgets) forget_statics(a, callee, pointer);
  if (pointer.kind == VALUE_CONST) {
    uint64_t from = pointer.bits + STACKED_RETURN, size = area_of(a, callee);
    if (size > AREA_MOST) size = AREA_MOST;
    struct value given[ACTIVATION_GIVEN];
    uint32_t count = forgets ? activation_stacked_arguments(a, callee, pointer, given) : 0;
    for (uint32_t i = 0; i < count; i++) watch_hand_over(a, given[i]);
    if (forgets) forget_given(a, callee, given, count);
    if (forgets) activation_heap_given(a, callee, given, count);
    world_forget(&e->worlds, &a->now.world, from, from + size);
    activation_heap_answered(a, callee, from, size);
  }
  activation_stacked_returned(a, pointer);
}
