// Executing a helper, and taking over what it did.
//
// Of all that it wrote only what the evaluation can come to is taken over: the frames of the functions being executed, variables, and what
// can be reached from the helper's arguments and results by pointers. Allocators keep books beside: those stay in the laboratory, which goes
// on from there where something was allocated, so that no address is given twice.

#include "execute.h"

#include <string.h>

enum {
  FUEL = 150000,
  FAILURES = 3,  // of one function, one after the other, before it is tried no more
  AREA_MOST = 4096,
  WORD = 8,
  OBJECT_LEAST = 256,   // bytes behind a pointer that are looked at,
  OBJECT_REACH = 1024,  // of what was written
  OBJECT_BEFORE = 64,   // and before it
  OBJECT_MOST = 16384,  // of what was written in one piece
  POINTERS = 512,
  CHOICES = 5,  // between values, of one call
  WAYS = 24,    // on which it is executed
  LEAST_ADDRESS = 4096,
  PAGE_LOG2 = 12,
  HEAP_GRAIN = 8192,
};

struct execution {
  struct executor *executor;
  struct activation *activation;
  uint32_t callee;
  const struct core_instance *instance;
  uint32_t base;       // gid of the instance's function 0
  uint64_t low, high;  // the frames of those who wait for the callee
  uint8_t *memory;
  uint64_t size, touched_page;
  uint64_t first_argument;
  bool laid_out, weak;  // weak: some argument is
  bool stop;            // something was read or called that must not be
  bool by_runtime;      // a function of its own calls
  const struct value_choice *choices;
  size_t choice_count;
  uint32_t open;  // the join of another choice that decides what was read; 0: none does
  uint64_t pointers[POINTERS];
  size_t pointer_count;
};

bool execute_init(struct executor *x, struct program *program, struct laboratory *lab, const struct rehearsal *rehearsal,
                  uint64_t heap, const uint8_t *forbidden) {
  uint64_t size;
  laboratory_memory(lab, rehearsal->instance, &size);
  *x = (struct executor){.program = program, .laboratory = lab, .rehearsal = rehearsal, .heap = heap, .forbidden = forbidden};
  x->group_end = (size_t)(size / EXECUTE_GROUP);
  x->unknown = cm_alloc_array(program->arena, x->group_end, sizeof *x->unknown);
  x->written = cm_alloc_array(program->arena, x->group_end, sizeof *x->written);
  x->laid_out = cm_alloc_array(program->arena, x->group_end, sizeof *x->laid_out);
  x->failed = cm_alloc_array(program->arena, program->func_count, sizeof *x->failed);
  return x->unknown && x->written && x->laid_out && x->failed;
}

// --- objects ---

// The position of the first object behind `address`.
static size_t object_behind(const struct executor *x, uint64_t address) {
  size_t from = 0, to = x->object_count;
  while (from < to) {
    size_t middle = from + (to - from) / 2;
    if (x->objects[middle].from > address)
      to = middle;
    else
      from = middle + 1;
  }
  return from;
}

static bool note_object(struct executor *x, struct executor_object object) {
  size_t at = object_behind(x, object.from);
  if (at && x->objects[at - 1].from == object.from) {
    x->objects[at - 1] = object;
    return true;
  }
  if (!cm_grow(x->program->arena, &x->objects, &x->object_room, x->object_count, sizeof *x->objects)) return false;
  memmove(x->objects + at + 1, x->objects + at, (x->object_count - at) * sizeof *x->objects);
  x->objects[at] = object;
  x->object_count++;
  return true;
}

bool executor_find_object(const struct executor *x, uint64_t address, bool *is_new, uint64_t *end) {
  size_t next = object_behind(x, address);
  const struct executor_object *o = next ? &x->objects[next - 1] : NULL;
  *end = next < x->object_count ? x->objects[next].from : UINT64_MAX;
  *is_new = o && address - o->from < (o->size ? o->size : OBJECT_LEAST);
  if (*is_new && o->size) *end = o->from + o->size;
  return !(*is_new && o->text);
}

uint32_t executor_function_at(const struct executor *executor, uint64_t address) {
  const struct cm_table *table = cm_graph_table(executor->program->graph, executor->rehearsal->instance, 0);
  uint64_t index = address >> STACKED_ADDRESS_SHIFT;
  if (!table || !index || index << STACKED_ADDRESS_SHIFT != address || index >= table->size) return NO_FUNC;
  const struct cm_table_entry *e = &table->entries[index];
  return e->instance == executor->rehearsal->instance ? program_gid(executor->program, e->instance, e->func) : NO_FUNC;
}

// --- bytes ---

// Sets bits of `masks` for `size` bytes at `at`. False: beyond what there was.
static bool mark(struct executor *x, uint64_t *masks, uint64_t at, uint64_t size) {
  while (size) {
    uint64_t group = at / EXECUTE_GROUP, first = at % EXECUTE_GROUP, count = EXECUTE_GROUP - first;
    if (count > size) count = size;
    if (group >= x->group_end) return false;
    if (!x->unknown[group] && !x->written[group] && !x->laid_out[group]) {
      if (!cm_grow(x->program->arena, &x->groups, &x->group_room, x->group_count, sizeof *x->groups)) return false;
      x->groups[x->group_count++] = (uint32_t)group;
    }
    masks[group] |= (count == EXECUTE_GROUP ? UINT64_MAX : (UINT64_C(1) << count) - 1) << first;
    at += count;
    size -= count;
  }
  return true;
}

static void clear_marks(struct executor *x) {
  for (size_t i = 0; i < x->group_count; i++) {
    uint32_t group = x->groups[i];
    x->unknown[group] = x->written[group] = x->laid_out[group] = 0;
  }
  x->group_count = 0;
}

static bool is_marked(const struct executor *x, const uint64_t *masks, uint64_t at) {
  return at / EXECUTE_GROUP < x->group_end && masks[at / EXECUTE_GROUP] >> at % EXECUTE_GROUP & 1;
}

// Byte `v` as the choices make it.
static struct value chosen(const struct execution *e, struct value v, uint32_t *open) {
  struct value leaf;
  *open = 0;
  bool picked = v.kind != VALUE_TREE || value_pick(activation_values(e->activation), v, e->choices, e->choice_count, &leaf, open);
  return v.kind != VALUE_TREE ? v : picked ? leaf : value_unknown();
}

// --- watching ---

// The marks of a group of bytes as far as the image's bytes are those that are there.
static uint64_t marks_of(const struct execution *e, const uint8_t *marks, uint64_t group) {
  const struct executor *x = e->executor;
  uint64_t bits, first = group * EXECUTE_GROUP;
  if (first + EXECUTE_GROUP > e->activation->now.world.image->end) return 0;
  memcpy(&bits, marks + first / 8, sizeof bits);
  return bits & ~x->written[group] & ~x->laid_out[group];
}

// The first byte of the group that has a mark among those that are read; 0: none has.
static uint64_t first_read(uint64_t marks, uint64_t group, uint64_t at, uint64_t size) {
  uint64_t first = group * EXECUTE_GROUP;
  for (uint64_t i = at > first ? at : first; marks && i < at + size && i < first + EXECUTE_GROUP; i++)
    if (marks >> i % EXECUTE_GROUP & 1) return i;
  return 0;
}

// A byte is read that is not known, or depends on a choice.
static void see_unknown(struct execution *e, uint64_t at) {
  struct activation *a = e->activation;
  if (!e->stop) chosen(e, world_byte(&a->evaluation->worlds, &a->now.world, at), &e->open);
  e->stop = true;
}

static void see_read(void *context, struct core_memory_inst *memory, uint64_t at, uint64_t size) {
  (void)memory;
  struct execution *e = context;
  const struct executor *x = e->executor;
  for (uint64_t group = at / EXECUTE_GROUP; group <= (at + size - 1) / EXECUTE_GROUP; group++) {
    if (group >= x->group_end) {
      e->stop = true;
      return;
    }
    const struct image_marks *marks = e->activation->now.world.image->marks;
    uint64_t unknown = (x->unknown[group] & ~x->written[group]) | marks_of(e, marks->outside, group);
    uint64_t first = first_read(unknown, group, at, size);
    if (first) see_unknown(e, first);
    // A variable that other code may have set by then. What the runtime keeps for itself does not matter.
    if (!e->weak) e->weak = first_read(marks_of(e, marks->shared, group), group, at, size);
  }
}

static void see_write(void *context, struct core_memory_inst *memory, uint64_t at, uint64_t size) {
  (void)memory;
  struct execution *e = context;
  if (!mark(e->executor, e->executor->written, at, size)) e->stop = true;
}

static void see_enter(void *context, struct core_instance *instance, uint32_t func, const union core_value *arguments) {
  (void)arguments;
  struct execution *e = context;
  if (instance != e->instance || e->executor->forbidden[e->base + func]) e->stop = true;
}

// --- laying out ---

static void lay_out(void *context, uint64_t address, struct value byte) {
  struct execution *e = context;
  uint32_t open;
  if (!e->laid_out) return;
  byte = chosen(e, byte, &open);
  if (byte.kind != VALUE_CONST) {
    if (address < e->size) e->laid_out = mark(e->executor, e->executor->unknown, address, 1);
    return;
  }
  if (address >= e->size) return;
  if (address >> PAGE_LOG2 != e->touched_page) {
    e->laid_out = laboratory_touch(e->executor->laboratory, e->executor->rehearsal->instance, address, 1);
    e->touched_page = address >> PAGE_LOG2;
  }
  if (!e->laid_out) return;
  e->memory[address] = (uint8_t)byte.bits;
  // Weak bytes are told by the image's, where they come from.
  if (!byte.weak) e->laid_out = mark(e->executor, e->executor->laid_out, address, 1);
}

// Frames of which the evaluation has nothing are not known.
static bool mark_frames(struct execution *e) {
  const struct world *world = &e->activation->now.world;
  for (uint64_t at = e->low; at < e->high; at++)
    if (!world_is_written(world, at) && !mark(e->executor, e->executor->unknown, at, 1)) return false;
  return true;
}

static bool arguments_are_known(struct execution *e, const struct stacked_function *f) {
  struct world_context *worlds = &e->activation->evaluation->worlds;
  for (unsigned w = 0; w < STACKED_WORDS; w++) {
    if (!(f->reads >> w & 1)) continue;
    struct value v = world_load(worlds, &e->activation->now.world, e->low + w * (uint64_t)WORD, WORD);
    v = chosen(e, v, &e->open);
    if (e->open) return false;
    if (v.kind != VALUE_CONST) {
      // Less than a whole word may be there.
      struct value byte = world_byte(worlds, &e->activation->now.world, e->low + w * (uint64_t)WORD);
      if (byte.kind != VALUE_CONST) return false;
    }
    e->weak |= v.weak;
  }
  return true;
}

// --- taking over ---

static void take_byte(struct execution *e, uint64_t at) {
  struct activation *a = e->activation;
  world_set_byte(&a->evaluation->worlds, &a->now.world, at, value_const_weak(e->memory[at], e->weak));
}

static void add_pointer(struct execution *e, uint64_t word) {
  if (word < LEAST_ADDRESS || word >= e->size || (word >= e->low && word < e->high) || e->pointer_count == POINTERS) return;
  for (size_t i = 0; i < e->pointer_count; i++)
    if (e->pointers[i] == word) return;
  e->pointers[e->pointer_count++] = word;
}

static void add_pointers(struct execution *e, uint64_t from, uint64_t to) {
  for (uint64_t at = (from + WORD - 1) & ~(uint64_t)(WORD - 1); at + WORD <= to && at + WORD <= e->size; at += WORD) {
    uint64_t word;
    memcpy(&word, e->memory + at, sizeof word);
    add_pointer(e, word);
  }
}

// Where the piece begins that was written right before the pointer: a map answers with an element, whose key lies there.
static uint64_t begin_of(const struct execution *e, uint64_t pointer) {
  uint64_t at = pointer;
  while (at && pointer - at < OBJECT_BEFORE && is_marked(e->executor, e->executor->written, at - 1)) at--;
  return at;
}

// What was written at and behind the pointer, and what that leads to. True: something was.
static bool take_object(struct execution *e, uint64_t pointer) {
  const struct executor *x = e->executor;
  bool any = false;
  uint64_t from = begin_of(e, pointer), end = pointer + OBJECT_LEAST;
  for (uint64_t at = from; at < e->size && at - from < OBJECT_MOST; at++) {
    bool written = is_marked(x, x->written, at);
    if (!written && at - from >= OBJECT_REACH) break;
    if (!written && at % EXECUTE_GROUP == 0 && at / EXECUTE_GROUP < x->group_end && !x->written[at / EXECUTE_GROUP])
      at += EXECUTE_GROUP - 1;
    if (!written) continue;
    if (at >= end) end = at + 1;
    take_byte(e, at);
    any = true;
  }
  if (any || e->pointer_count < POINTERS / 8) add_pointers(e, from, end);
  return any;
}

// The object that the callee made and answered with in word `w` of its area; 0: none. Of one that is to be blank, and is, nothing was written.
static uint64_t made_object(const struct execution *e, const struct stacked_function *f, unsigned w) {
  const struct executor *x = e->executor;
  uint64_t at = e->low + w * (uint64_t)WORD, pointer;
  memcpy(&pointer, e->memory + at, sizeof pointer);
  bool answered = is_marked(x, x->written, at) && !(w < STACKED_WORDS && f->reads >> w & 1);
  return answered && pointer >= x->program->instances[x->rehearsal->instance].stacked->data.size && pointer < e->size ? pointer : 0;
}

// What stands in word `w` of the callee's area; 0 behind its end.
static uint64_t area_word(const struct execution *e, const struct stacked_function *f, unsigned w) {
  uint64_t word = 0;
  if ((w + 1) * (uint64_t)WORD <= f->area) memcpy(&word, e->memory + e->low + w * (uint64_t)WORD, sizeof word);
  return word;
}

// An object is as large as its type says where the runtime was asked for one of that type. A text is told by its length, which no capacity follows.
static struct executor_object object_at(const struct execution *e, const struct stacked_function *f, unsigned w, uint64_t pointer) {
  const struct executor *x = e->executor;
  struct executor_object o = {.from = pointer};
  uint64_t length = area_word(e, f, w + 1), capacity = area_word(e, f, w + 2), type = e->first_argument;
  if (cm_str_is(program_name(x->program, e->callee), "runtime.newobject") && type >= LEAST_ADDRESS && type < e->size &&
      e->size - type >= WORD)
    memcpy(&o.size, e->memory + type, sizeof o.size);
  o.text = !o.size && length && length < OBJECT_MOST && capacity < length;
  return o;
}

// Objects that the runtime makes for the program lie in the heap, which may begin before what was seen of it until now. True: the callee made
// one, and its books say so.
static bool note_heap(struct execution *e, const struct stacked_function *f) {
  struct executor *x = e->executor;
  bool by_runtime = x->rehearsal->own[e->callee] && !x->rehearsal->own[e->activation->frame.gid], made = false;
  for (unsigned w = 0; (w + 1) * (uint64_t)WORD <= f->area && e->low + (w + 1) * (uint64_t)WORD <= e->high; w++) {
    uint64_t pointer = made_object(e, f, w);
    if (by_runtime && pointer && pointer < x->heap) x->heap = pointer & ~(uint64_t)(HEAP_GRAIN - 1);
    made |= pointer && pointer >= x->heap;
    if (pointer && pointer >= x->heap && !note_object(x, object_at(e, f, w, pointer))) e->stop = true;
  }
  return made;
}

// What leads to a function was put where others look.
static void see_function(const struct execution *e, uint64_t word) {
  const struct evaluate_owner *owner = e->activation->evaluation->owner;
  uint64_t code = 0;
  if (word >= LEAST_ADDRESS && word % WORD == 0 && word < e->size && e->size - word >= WORD)
    memcpy(&code, e->memory + word, sizeof code);
  uint32_t gid = executor_function_at(e->executor, code);
  if (gid != NO_FUNC && owner->function_seen) owner->function_seen(owner->context, gid, true);
}

// Pointers that were put where others look, behind the frames too: what they lead to is out of hand (activation_heap.c).
static void see_stored(const struct execution *e, uint64_t from) {
  for (uint64_t at = from; at < from + EXECUTE_GROUP; at += WORD) {
    if ((at >= e->low && at < e->high) || !is_marked(e->executor, e->executor->written, at)) continue;
    bool is_new;
    uint64_t word, end;
    memcpy(&word, e->memory + at, sizeof word);
    see_function(e, word);
    if (word >= e->executor->heap && word < e->size && executor_find_object(e->executor, word, &is_new, &end) && is_new)
      activation_heap_stored(e->activation, at, value_const(word));
  }
}

static bool take_over(struct execution *e, uint64_t area) {
  struct executor *x = e->executor;
  bool any = false;
  for (size_t i = 0; i < x->group_count; i++) {
    uint64_t from = x->groups[i] * (uint64_t)EXECUTE_GROUP;
    if (from + EXECUTE_GROUP <= e->low || from >= e->high || !x->written[x->groups[i]]) continue;
    for (uint64_t at = from; at < from + EXECUTE_GROUP; at++)
      if (at >= e->low && at < e->high && is_marked(x, x->written, at)) take_byte(e, at);
  }
  const struct image_marks *marks = e->activation->now.world.image->marks;
  for (size_t i = 0; i < x->group_count; i++) {
    uint64_t from = x->groups[i] * (uint64_t)EXECUTE_GROUP;
    if (!x->written[x->groups[i]] || from + EXECUTE_GROUP > e->activation->now.world.image->end) continue;
    see_stored(e, from);
    for (uint64_t at = from; at < from + EXECUTE_GROUP; at++) {
      if (!is_marked(x, x->written, at) || !image_is_marked(marks->variable, at)) continue;
      take_byte(e, at);
      activation_note_static(e->activation, at, 1);
      if (at % WORD == 0) add_pointers(e, at, at + WORD);
    }
  }
  add_pointers(e, e->low, e->low + area);
  for (size_t i = 0; i < e->pointer_count; i++) any |= take_object(e, e->pointers[i]);
  return any;
}

static bool call(struct execution *e, uint32_t callee, uint32_t pointer) {
  struct executor *x = e->executor;
  struct core_watcher watcher = {.enter = see_enter, .read = see_read, .write = see_write, .context = e, .stop = &e->stop};
  union core_value arguments[1] = {{.i32 = 0}}, results[1] = {{.i32 = 1}};
  union core_value *global =
      laboratory_global(x->laboratory, x->rehearsal->instance, x->program->instances[x->rehearsal->instance].stacked->pointer);
  global->i32 = (int32_t)pointer;
  laboratory_watch(x->laboratory, &watcher);
  bool done = laboratory_call(x->laboratory, callee, arguments, results, FUEL);
  laboratory_watch(x->laboratory, NULL);
  uint64_t size;
  e->memory = laboratory_memory(x->laboratory, x->rehearsal->instance, &size);
  return done && !e->stop && !results[0].i32 && global->i32 == (int32_t)(pointer + STACKED_RETURN) && size == e->size;
}

// Executes the callee once. False: *open is the join of a choice that decides what it read, or 0.
static bool execute(struct activation *a, uint32_t callee, const struct value_choice *choices, size_t choice_count,
                    uint32_t *open) {
  struct evaluation *evaluation = a->evaluation;
  struct executor *x = evaluation->owner->executor;
  struct stacked *stacked = x->program->instances[a->frame.instance].stacked;
  struct value pointer = world_global(&a->now.world, stacked->pointer);
  const struct stacked_function *f = stacked_function_of(stacked, program_func(x->program, callee));
  *open = 0;
  if (pointer.kind != VALUE_CONST || f->area > AREA_MOST) return false;
  struct execution e = {.executor = x,
                        .activation = a,
                        .callee = callee,
                        .instance = laboratory_instance(x->laboratory, a->frame.instance),
                        .base = x->program->instances[a->frame.instance].base,
                        .low = pointer.bits + STACKED_RETURN,
                        .high = x->rehearsal->stack,
                        .touched_page = UINT64_MAX,
                        .by_runtime = x->rehearsal->own[a->frame.gid] != 0,
                        .choices = choices,
                        .choice_count = choice_count,
                        .laid_out = true};
  if (e.low > e.high) return false;
  bool known = arguments_are_known(&e, f);
  *open = e.open;
  if (!known) return false;
  laboratory_reset(x->laboratory);
  e.memory = laboratory_memory(x->laboratory, a->frame.instance, &e.size);
  clear_marks(x);
  if (!mark_frames(&e)) return false;
  world_overlay(&a->now.world, lay_out, &e);
  if (e.low + WORD <= e.size) memcpy(&e.first_argument, e.memory + e.low, sizeof e.first_argument);
  x->calls++;
  bool done = e.laid_out && call(&e, callee, (uint32_t)pointer.bits);
  uint64_t cost = x->group_count + 50;
  evaluation->steps_left -= cost < evaluation->steps_left ? cost : evaluation->steps_left;
  *open = e.open;
  if (!done) {
    if (!e.open) x->failed[callee][e.by_runtime]++;
    return false;
  }
  x->failed[callee][e.by_runtime] = 0;
  // The books must not be gone back to where something that they say is taken was taken over.
  bool made = note_heap(&e, f);
  if (take_over(&e, f->area) || made) laboratory_keep(x->laboratory);
  return true;
}

// What the callee does depends on choices that were made: it is executed on each way. False: not on all of them, and the state is as it was.
static bool execute_each(struct activation *a, uint32_t callee, struct value_choice *choices, size_t choice_count, unsigned *ways) {
  uint32_t open;
  if (execute(a, callee, choices, choice_count, &open)) return true;
  if (!open || choice_count == CHOICES || ++*ways == WAYS) return false;
  struct value condition = value_merge(activation_values(a), open, value_const(1), value_const(0));
  struct state before = a->now, after = {0};
  bool done = true;
  for (unsigned side = 0; side < 2 && done && !a->stopped; side++) {
    if (!activation_fork(a, &before, &a->now)) return false;
    activation_assume(a, &a->now, condition, condition, !side);
    choices[choice_count] = (struct value_choice){open, side != 0};
    done = !a->now.live || execute_each(a, callee, choices, choice_count + 1, ways);
    if (done && a->now.live) activation_merge(a, &after, &a->now, 0, false);
  }
  a->now = done ? after : before;
  return done && after.live;
}

bool activation_execute(struct activation *a, uint32_t callee) {
  struct executor *x = a->evaluation->owner->executor;
  if (!x || !a->now.world.image->marks || a->frame.instance != x->rehearsal->instance || x->forbidden[callee] ||
      x->failed[callee][x->rehearsal->own[a->frame.gid] != 0] >= FAILURES)
    return false;
  struct value_choice choices[CHOICES];
  unsigned ways = 0;
  if (!execute_each(a, callee, choices, 0, &ways)) return false;
  activation_push(a, value_const(0));
  return true;
}
