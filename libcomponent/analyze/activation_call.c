// Calls within the evaluator.
//
// The owner decides what becomes of a call. What is tried in place runs under a small allowance on a fork of the world; when it does not
// return within it, the fork is dropped and the call passed over. A call that is passed over forgets what its arguments point to in the
// frames of the functions being executed: the callee may have written there. How far such an object reaches is not known; it is forgotten
// up to where the function makes another object's address. Pointers in it are followed. What a passed-over call was given, or what was
// stored where nobody knows, stays in the hands of code that is not executed: it is forgotten at every such call.

#include "execute.h"
#include "printing.h"
#include "watch.h"

#include <stdlib.h>

// Blocks lie where no memory is. Only small ones are of interest: what a name is put together in.
#define HEAP_BASE UINT64_C(0xe0000000)
enum { LARGEST_BLOCK = 1024, BLOCK_GAP = 16 };

enum {
  LEAST_VARIABLE = 1024,
  FORGET_BLANK = 256,
  FORGET_DEPTH = 3,
  FORGET_REACH = 2048,
  FORGET_POINTERS = 16,
  FORGET_AREAS = 64,
  VAIN_STEPS = 1000,  // of a helper, from which on it is looked at whether it was worth them
  VAIN_BYTES = 4096,
  INDIRECT_TARGETS = 8,
  FORMAT_MOST = 256,
  PATH_GROWTH = 128  // leaves
};

// The frame of the chain that an address lies in, with its lowest address; NULL when in none.
static const struct evaluate_frame *frame_of(const struct activation *a, uint64_t address, uint64_t *base) {
  const struct program_instance *in = &a->evaluation->program->instances[a->frame.instance];
  if (in->stack_global >= a->now.world.global_count) return NULL;
  struct value pointer = world_global(&a->now.world, in->stack_global);
  if (pointer.kind != VALUE_CONST || address < pointer.bits) return NULL;
  *base = pointer.bits;
  for (const struct evaluate_frame *f = &a->frame; f && f->has_stack; f = f->up) {
    if (address < f->stack_top) return f;
    *base = f->stack_top;
  }
  return NULL;
}

// Where objects begin in a function's frame: the offsets, ascending, that it adds to the frame's own address, as when an object's address
// is made. What is added to an object's address leads to a part of that object.
struct frame_objects {
  struct frame_objects *next;
  uint32_t gid;
  uint32_t local;  // that holds the frame's own address
  uint32_t size;   // how far that is below what the stack pointer was; 0: not known
  size_t count, room;
  uint32_t *offsets;
};

static int by_offset(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static void add_offset(struct evaluation *e, struct frame_objects *o, uint64_t k) {
  if (k && cm_grow(&e->scratch, &o->offsets, &o->room, o->count, sizeof *o->offsets)) o->offsets[o->count++] = (uint32_t)k;
}

// The local that holds the frame's address: the first that is set after the stack pointer was read, and a constant subtracted.
static void read_frame(struct evaluation *e, struct frame_objects *o) {
  const struct program_instance *in = &e->program->instances[e->program->instance_of[o->gid]];
  struct core_code code;
  o->local = UINT32_MAX;
  if (!core_code_begin(&code, &e->scratch, in->module, program_func(e->program, o->gid), NULL, NULL, NULL)) return;
  bool read = false, subtracted = false, negative = false;  // optimizers add a negative constant
  for (struct core_instr i; core_code_next(&code, &i);) {
    read |= i.op == CORE_OP_GLOBAL_GET && i.index == in->stack_global;
    subtracted |= read && (i.op == CORE_OP_I32_SUB || (i.op == CORE_OP_I32_ADD && negative));
    if (i.op == CORE_OP_I32_CONST && !subtracted) {
      negative = i.i32 < 0;
      o->size = negative ? 0 - (uint32_t)i.i32 : (uint32_t)i.i32;
    }
    if (i.op == CORE_OP_I32_AND) o->size = 0;  // aligned
    if (subtracted && (i.op == CORE_OP_LOCAL_SET || i.op == CORE_OP_LOCAL_TEE)) {
      o->local = i.index;
      return;
    }
  }
}

static void read_offsets(struct evaluation *e, struct frame_objects *o) {
  struct stacked *stacked = e->program->instances[e->program->instance_of[o->gid]].stacked;
  if (stacked) {
    const struct stacked_function *f = stacked_function_of(stacked, program_func(e->program, o->gid));
    for (uint32_t i = 0; i < f->count; i++) add_offset(e, o, f->taken[i]);
    return;
  }
  const struct core_module *module = e->program->instances[e->program->instance_of[o->gid]].module;
  read_frame(e, o);
  uint32_t frame = o->local;
  struct core_code code;
  if (!core_code_begin(&code, &e->scratch, module, program_func(e->program, o->gid), NULL, NULL, NULL)) return;
  // `local.get F, i32.const K, i32.add`, or, unoptimized, `i32.const K, local.set n, local.get F, local.get n, i32.add`.
  uint64_t constant = 0;
  unsigned age = 0;
  bool of_frame = false, stored = false;
  uint32_t got = UINT32_MAX;  // by the instruction before
  for (struct core_instr i; core_code_next(&code, &i); age++) {
    if (i.op == CORE_OP_I32_CONST) {
      constant = i.i32 > 0 ? (uint32_t)i.i32 : 0;
      of_frame = got == frame;
      stored = false;
      age = 0;
    } else if (i.op == CORE_OP_LOCAL_SET && age == 1) {
      stored = true;
    } else if (i.op == CORE_OP_LOCAL_GET && age == 2) {
      of_frame = stored && i.index == frame;
    } else if (i.op == CORE_OP_I32_ADD && (age == 1 || (age == 4 && stored)) && of_frame) {
      add_offset(e, o, constant);
    }
    got = i.op == CORE_OP_LOCAL_GET || i.op == CORE_OP_LOCAL_TEE ? i.index : UINT32_MAX;
  }
  if (o->count) qsort(o->offsets, o->count, sizeof *o->offsets, by_offset);
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

// Where the next object begins beyond `offset`, at most `size`.
static uint64_t next_object(const struct frame_objects *o, uint64_t offset, uint64_t size) {
  size_t low = 0, high = o->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (o->offsets[middle] > offset)
      high = middle;
    else
      low = middle + 1;
  }
  return low < o->count && o->offsets[low] < size ? o->offsets[low] : size;
}

// The allocated block that an address lies in: its number + 1; 0: none.
static size_t block_of(const struct evaluation *e, uint64_t address) {
  if (address < HEAP_BASE || !e->block_count || address >= e->blocks[e->block_count]) return 0;
  size_t low = 0, high = e->block_count;
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    if (e->blocks[middle] <= address)
      low = middle;
    else
      high = middle;
  }
  return low + 1;
}

// Where the object at *from, in a frame of the chain or in a block, ends as far as can be told; 0: it is in neither. Of a part of an object
// *from becomes where the whole begins.
static uint64_t end_of_object(struct activation *a, uint64_t *from) {
  struct evaluation *e = a->evaluation;
  uint64_t base, address = *from;
  size_t block = block_of(e, address);
  if (block) return e->blocks[block];
  const struct evaluate_frame *frame = frame_of(a, address, &base);
  if (!frame) return 0;
  const struct frame_objects *objects = objects_of(e, frame->gid);
  // Functions that Binaryen inlined have frames of their own below the frame of the function that they were put into. Of their objects
  // nothing is known.
  uint64_t own = objects->size && objects->size < frame->stack_top ? frame->stack_top - objects->size : base;
  if (address < own) return own;
  if (own > base) base = own;
  if (activation_find_whole(a, frame, base, from)) return frame->stack_top;
  return base + next_object(objects, address - base, frame->stack_top - base);
}

bool activation_is_block(const struct activation *a, uint64_t address) { return block_of(a->evaluation, address) != 0; }

bool activation_is_object(const struct activation *a, uint64_t address) {
  uint64_t unused;
  return block_of(a->evaluation, address) || frame_of(a, address, &unused);
}

// In a helper's frame a list of buffers may be one object to the callee, though the helper makes the addresses of its elements: an
// entry anywhere in it counts as handed over.
static uint64_t end_of_handed(struct activation *a, uint64_t address, uint64_t top) {
  uint64_t base;
  const struct evaluate_frame *frame = block_of(a->evaluation, address) ? NULL : frame_of(a, address, &base);
  return frame && frame->up && !frame->forced ? frame->stack_top : top;
}

// A static variable that began as zeros: what is given a pointer to it is likely to fill it, and what is known to be there may be the first
// thing that it wrote. Constants stand in data segments; where the pointer lies in memory that is handed over (`within`), so does what
// began otherwise and was written to.
static void forget_variable(struct activation *a, struct value address, bool within) {
  if (address.kind != VALUE_CONST || address.bits < LEAST_VARIABLE || activation_is_object(a, address.bits)) return;
  const struct world *world = &a->now.world;
  bool blank = world_is_blank(world, address.bits);
  uint64_t end = address.bits;
  while (end - address.bits < FORGET_BLANK && world_is_blank(world, end) == blank &&
         (blank || (within && world_is_written(world, end))))
    end++;
  if (end > address.bits) world_forget(&a->evaluation->worlds, &a->now.world, address.bits, end);
}

// How a callee (NO_FUNC: some code) uses an argument.
static unsigned uses_of(const struct activation *a, uint32_t callee, uint32_t argument, const struct value *arguments) {
  struct usage *usage = a->evaluation->owner->usage;
  return usage ? usage_of(usage, a->frame.instance, callee, argument, arguments) : USAGE_ANYHOW;
}

static uint32_t reach_of(const struct activation *a, uint32_t callee, uint32_t argument) {
  struct usage *usage = a->evaluation->owner->usage;
  return usage ? usage_reach(usage, a->frame.instance, callee, argument) : 0;
}

// A pointer beside a function that knows what to do with it: what is handed both calls that one with it. How the callee uses what it finds
// there, when it uses it so as far as its own code tells.
static unsigned uses_beside(const struct activation *a, uint64_t at, unsigned uses) {
  struct evaluation *e = a->evaluation;
  struct value index = world_load(&e->worlds, &a->now.world, at + 4, 4);
  const struct cm_table *table = cm_graph_table(e->program->graph, a->frame.instance, 0);
  if (!table || index.kind != VALUE_CONST || !index.bits || index.bits >= table->size) return uses;
  const struct cm_table_entry *entry = &table->entries[index.bits];
  if (entry->instance != a->frame.instance) return uses;
  return uses & uses_of(a, program_callee(e->program, entry->instance, entry->func, NULL), 0, NULL);
}

static void escape_address(struct activation *a, uint64_t address) {
  struct evaluation *e = a->evaluation;
  if (!activation_is_object(a, address)) return;
  for (size_t i = 0; i < e->escaped_count; i++)
    if (e->escaped[i] == address) return;
  // When the list is full the oldest go: they have been forgotten before.
  if (e->escaped_count == EVALUATE_ESCAPED) {
    memmove(e->escaped, e->escaped + 1, --e->escaped_count * sizeof *e->escaped);
    e->escaped_lost++;
  }
  e->escaped[e->escaped_count++] = address;
}

void activation_escape(struct activation *a, struct value address) {
  if (address.kind == VALUE_CONST) escape_address(a, address.bits);
  if (address.kind != VALUE_TREE) return;
  activation_escape(a, activation_values(a)->nodes[address.tree].first);
  activation_escape(a, activation_values(a)->nodes[address.tree].second);
}

// What a callee may come to from what it is given: objects in frames and blocks, and how it uses them. All is looked at before any of it is
// forgotten, for one may be what leads to another.
struct forgetting {
  struct area {
    uint64_t address, top;
    unsigned uses, depth;
  } areas[FORGET_AREAS];
  size_t count;
};

// The callee is seen to write to `reach` bytes, be an object's beginning between them or not.
static void add_area(struct activation *a, struct forgetting *f, uint64_t address, unsigned uses, uint32_t reach, unsigned depth) {
  bool matters = depth < FORGET_DEPTH && (uses || watch_is_on(a));
  uint64_t given = address, top = matters ? end_of_object(a, &address) : 0;
  if (!top) return;
  if (top - given < reach) top = given + reach;
  if (top - address > FORGET_REACH) top = address + FORGET_REACH;
  for (size_t i = 0; i < f->count; i++)
    if (f->areas[i].address == address && f->areas[i].top >= top && (f->areas[i].uses & uses) == uses && f->areas[i].depth <= depth)
      return;
  if (f->count < FORGET_AREAS)
    f->areas[f->count++] = (struct area){address, top, uses, depth};
  else if (uses & (USAGE_WRITTEN | USAGE_KEPT))
    world_forget(&a->evaluation->worlds, &a->now.world, address, top);
}

// The objects that words of an area lead to. What is there of the environment's list the callee may read.
static void add_pointed(struct activation *a, struct forgetting *f, struct area area) {
  struct evaluation *e = a->evaluation;
  unsigned inner = area.uses & USAGE_KEPT ? USAGE_ANYHOW : usage_found(area.uses);
  unsigned found = 0;
  for (uint64_t at = (area.address + 3) & ~UINT64_C(3); (inner || watch_is_on(a)) && found < FORGET_POINTERS; at += 4) {
    at = world_next_known(&a->now.world, at, area.top);
    if (at >= area.top) break;
    struct value v = world_load(&e->worlds, &a->now.world, at, 4);
    bool outside = v.kind == VALUE_CONST && (v.bits < area.address || v.bits >= area.top);
    if (outside && activation_is_object(a, v.bits)) {
      unsigned uses = inner ? uses_beside(a, at, inner) : 0;
      if (uses & USAGE_KEPT && !(area.uses & USAGE_KEPT)) escape_address(a, v.bits);
      if (uses & (USAGE_WRITTEN | USAGE_KEPT)) made_found(a, at, v);
      add_area(a, f, v.bits, uses, 0, area.depth + 1);
      found++;
    }
    if (!inner) continue;
    forget_variable(a, v, true);
    if (!area.depth) activation_forget_pointed(a, at, e->callee);
    if (v.kind == VALUE_TREE) activation_escape(a, v);
  }
  watch_hand_over_area(a, area.address, end_of_handed(a, area.address, area.top));
}

static void forget_areas(struct activation *a, struct forgetting *f) {
  for (size_t i = 0; i < f->count; i++) add_pointed(a, f, f->areas[i]);
  for (size_t i = 0; i < f->count; i++)
    if (f->areas[i].uses & (USAGE_WRITTEN | USAGE_KEPT))
      world_forget(&a->evaluation->worlds, &a->now.world, f->areas[i].address, f->areas[i].top);
}

// Memory as an allocating function gives it: an address that nothing else has. Zeroed where that is asked for.
struct value activation_allocate(struct activation *a, struct value size, bool zeroed) {
  struct evaluation *e = a->evaluation;
  bool small = size.kind == VALUE_CONST && size.bits <= LARGEST_BLOCK;
  if (!small || e->block_count == EVALUATE_BLOCKS) return value_fresh(&e->values);
  if (!e->block_count) e->blocks[0] = HEAP_BASE;
  uint64_t at = e->blocks[e->block_count];
  e->blocks[++e->block_count] = (at + size.bits + BLOCK_GAP + 15) & ~UINT64_C(15);
  for (uint64_t i = 0; zeroed && i < size.bits; i++) world_set_byte(&e->worlds, &a->now.world, at + i, value_const(0));
  return value_const(at);
}

// Memory as realloc gives it. False: what is to be found in it is not known to be a block.
static bool reallocate(struct activation *a, struct value block, struct value size) {
  struct evaluation *e = a->evaluation;
  if (block.kind != VALUE_CONST) return false;
  size_t at = block_of(e, block.bits);
  bool whole = at && e->blocks[at - 1] == block.bits;
  if (!whole && block.bits) return false;
  uint64_t held = whole ? e->blocks[at] - block.bits : 0;
  struct value fresh = activation_allocate(a, size, false);
  if (fresh.kind == VALUE_CONST && held) activation_copy(a, fresh, block, value_const(held < size.bits ? held : size.bits));
  activation_push(a, fresh);
  return true;
}

void activation_forget_indexed(struct activation *a, struct value address) {
  struct evaluation *e = a->evaluation;
  if (address.kind != VALUE_UNKNOWN || !address.tree || address.bits) return;
  const struct value_name *n = value_name_at(&e->values, address.tree);
  if (n->op != CORE_OP_I32_ADD + 1) return;
  struct value base = n->a.kind == VALUE_CONST ? n->a : n->b;
  uint64_t from = base.bits, end = base.kind == VALUE_CONST ? end_of_object(a, &from) : 0;
  if (end) world_forget(&e->worlds, &a->now.world, base.bits, end);
}

// A callee that does not keep what it is given uses it now.
static void add_argument(struct activation *a, struct forgetting *f, struct value address, unsigned uses, uint32_t reach) {
  if (address.kind == VALUE_CONST) add_area(a, f, address.bits, uses, reach, 0);
  if (address.kind != VALUE_TREE) return;
  add_argument(a, f, activation_values(a)->nodes[address.tree].first, uses, reach);
  add_argument(a, f, activation_values(a)->nodes[address.tree].second, uses, reach);
}

static void forget_given(struct activation *a, uint32_t callee, const struct value *arguments, uint32_t count) {
  struct forgetting f;
  f.count = 0;
  a->evaluation->passed_over++;
  for (uint32_t i = 0; i < count; i++) {
    if (arguments[i].kind == VALUE_UNKNOWN) continue;
    unsigned uses = uses_of(a, callee, i, arguments);
    if (uses) forget_variable(a, arguments[i], false);
    if (uses & USAGE_KEPT) activation_escape(a, arguments[i]);
    if (uses & (USAGE_WRITTEN | USAGE_KEPT)) made_passed(a, arguments, i, count);
    add_argument(a, &f, arguments[i], uses, uses & USAGE_WRITTEN ? reach_of(a, callee, i) : 0);
  }
  for (size_t i = 0; i < a->evaluation->escaped_count; i++) add_area(a, &f, a->evaluation->escaped[i], USAGE_ANYHOW, 0, 0);
  forget_areas(a, &f);
}

void activation_forget(struct activation *a, const struct value *arguments, uint32_t count) {
  forget_given(a, NO_FUNC, arguments, count);
}

// Is the next instruction `unreachable`? Compilers put it behind calls that do not come back, as those that report an error are.
static bool is_last_call(const struct activation *a) {
  const struct cm_reader *ahead = &a->code.reader;
  return ahead->at < ahead->end && *ahead->at == core_ops[CORE_OP_UNREACHABLE].opcode;
}

// A call that is not executed.
static void pass_over(struct activation *a, uint32_t callee, const struct value *arguments, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) watch_hand_over(a, arguments[i]);
  if (is_last_call(a)) return;  // nobody comes to see what it leaves
  activation_forget_statics(a, callee);
  for (uint32_t i = 0; i < count; i++)
    if (arguments[i].kind == VALUE_CONST) activation_forget_taken(a, arguments[i].bits, 0, NO_FUNC);
  forget_given(a, callee, arguments, count);
}

static void push_unknown(struct activation *a, uint32_t count) {
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

// The path as it was before a call from which all ways came back: what is true of it then is true again. Where a callee that gives nothing
// back has made it involved, it is put back; of the joins that were made meanwhile it does not tell then how they go together.
static void restore_path(struct evaluation *e, struct world *inside, struct value path, uint32_t joins) {
  bool blurred = value_is_blurred(&e->values, inside->path);
  if (!blurred && value_leaves(&e->values, inside->path) <= value_leaves(&e->values, path) + PATH_GROWTH) return;
  inside->path = path;
  if (e->lost_count < EVALUATE_LOST)
    e->lost[e->lost_count++] = (struct evaluate_lost){joins + 1, e->values.joins + 1};
  else
    e->lost[EVALUATE_LOST - 1].to = e->values.joins + 1;
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
  uint64_t blocks = e->block_count ? e->blocks[e->block_count] - HEAP_BASE : 0;
  if (pointer.kind != VALUE_CONST || outermost->stack_top - pointer.bits > VAIN_BYTES || blocks > VAIN_BYTES) return false;
  return world_same(&a->now.world, inside, pointer.bits, outermost->stack_top) &&
         world_same(&a->now.world, inside, HEAP_BASE, HEAP_BASE + blocks);
}

// Runs the callee in place. False: it did not come back within its allowance, and the world is as it was.
static bool enter(struct activation *a, uint32_t callee, const struct value *arguments, const struct core_type *type,
                  enum activation_manner manner, uint64_t most) {
  bool forced = manner != ACTIVATION_HELPER;
  struct evaluation *e = a->evaluation;
  struct value *results = cm_alloc_array(&e->scratch, type->result_count, sizeof *results);
  struct world inside;
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
  bool diverged;
  bool returned = activation_run(e, &a->frame, callee, manner, &inside, arguments, type->param_count, results, &diverged);
  uint64_t spent = allowance - e->steps_left;
  e->steps_left = before - spent;
  if (diverged || !returned) restore_escaped(e, escaped, escaped_lost);
  // Where stacks are put aside, what ends all paths is mostly a switch to another thread: it is come back from.
  if (diverged && activation_is_stacked(a, type, &pointer)) return false;
  if (diverged) {
    end_path(a);
    return true;
  }
  if (!returned) return false;
  if (!forced && spent > VAIN_STEPS && is_vain(a, type, &inside)) e->costly[callee]++;
  world_drop(&e->worlds, &a->now.world);
  if (e->ended == ended && !type->result_count && !e->watched) restore_path(e, &inside, path, joins);
  a->now.world = inside;
  // A helper that was not executed to the bottom may have handed on its arguments in ways that were lost on it.
  bool lost = e->passed_over != passed_over || e->blind != blind;
  if (!forced && lost) forget_given(a, callee, arguments, type->param_count);
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

// A search in an entry's text tells nothing of its name; what it finds is somewhere in the entry. False: it is no search in an entry.
static bool find_in_entry(struct activation *a, const struct value *arguments) {
  if (!watch_is_on(a) || watch_class_of(a->evaluation, arguments[0]).class != WATCH_ENTRY) return false;
  struct value_table *table = activation_values(a);
  struct watched w = watch_class_of(a->evaluation, arguments[0]);
  bool of_sign = value_is_const(arguments[1]) && arguments[1].bits == '=' && w.offset_known && !w.offset;
  activation_push(a, of_sign ? watch_sign(a, arguments[0]) : fold_binary(table, CORE_OP_I32_ADD, arguments[0], value_fresh(table)));
  return true;
}

// A search or a comparison over nobody knows how many bytes: to execute it tells nothing, and it leaves all as it is.
static bool read_unknown(struct activation *a, bool any_size) {
  if (!any_size || a->evaluation->watched) return false;
  activation_push(a, value_fresh(activation_values(a)));
  return true;
}

static bool compare_entry(struct activation *a, enum primitive is, const struct value *arguments) {
  struct value outcome;
  if (!watch_compare(a, is, arguments, &outcome)) return false;
  activation_push(a, outcome);
  return true;
}

// memcpy and its kind are done, not executed. False: the callee is none.
static bool call_primitive(struct activation *a, uint32_t callee, const struct value *arguments, const struct core_type *type) {
  struct evaluation *e = a->evaluation;
  if (!e->primitives || e->program->instance_of[callee] != a->frame.instance) return false;
  bool any_size = type->param_count == 3 && !value_truth_of(&e->values, arguments[2]).known;
  enum primitive is = primitive_of(e->primitives, callee, e->watched || any_size);
  switch (is) {
    case PRIMITIVE_COPY: activation_copy(a, arguments[0], arguments[1], arguments[2]); break;
    case PRIMITIVE_FILL: activation_fill(a, arguments[0], arguments[1], arguments[2]); break;
    case PRIMITIVE_LENGTH: activation_push(a, activation_length(a, arguments[0])); return true;
    case PRIMITIVE_ALLOCATE: activation_push(a, activation_allocate(a, arguments[0], false)); return true;
    case PRIMITIVE_ALLOCATE_MANY:
      activation_push(a, activation_allocate(a, fold_binary(&e->values, CORE_OP_I32_MUL, arguments[0], arguments[1]), true));
      return true;
    case PRIMITIVE_FREE: return arguments[0].kind != VALUE_UNKNOWN;
    case PRIMITIVE_REALLOCATE: return reallocate(a, arguments[0], arguments[1]);
    case PRIMITIVE_FIND: return find_in_entry(a, arguments) || read_unknown(a, any_size);
    case PRIMITIVE_COMPARE:
    case PRIMITIVE_COMPARE_TEXT:
    case PRIMITIVE_COMPARE_TEXTS: return compare_entry(a, is, arguments) || read_unknown(a, any_size);
    default: return false;
  }
  if (type->result_count) activation_push(a, arguments[0]);
  return true;
}

// --- printing ---

// A number that is the address of what a program has from its start, as of a file.
static bool is_static(const struct activation *a, struct value v) {
  return v.kind == VALUE_CONST && v.bits >= LEAST_VARIABLE && !activation_is_object(a, v.bits);
}

// Does the text convert something, and store nothing through its arguments (%n)?
static bool is_format(struct activation *a, struct value text) {
  bool converts = false, within = false;
  for (uint64_t i = 0; text.kind == VALUE_CONST && i < FORMAT_MOST; i++) {
    struct value v = world_byte(&a->evaluation->worlds, &a->now.world, text.bits + i);
    if (v.kind != VALUE_CONST || (within && v.bits == 'n')) return false;
    if (!v.bits) return converts;
    within = v.bits == '%' ? !within : within && strchr("-+ #0123456789.*hlLjzt'", (int)v.bits);
    converts |= within;
  }
  return false;
}

static bool is_text(struct activation *a, struct value v) {
  if (v.kind != VALUE_CONST || !activation_is_object(a, v.bits)) return false;
  struct value first = world_byte(&a->evaluation->worlds, &a->now.world, v.bits);
  return first.kind == VALUE_CONST && first.bits >= ' ' && first.bits <= '~';
}

// Prints what stands in frames or blocks. False: the callee is not known to do no more than that.
static bool print(struct activation *a, uint32_t callee, const struct value *arguments, const struct core_type *type) {
  struct evaluation *e = a->evaluation;
  uint32_t count = type->param_count;
  if (!e->primitives || e->program->instance_of[callee] != a->frame.instance || !count || count > 3 || type->result_count > 1)
    return false;
  for (uint32_t i = 0; i < count; i++)
    if (type->params[i].code != CORE_I32) return false;
  enum printing_shape shape = PRINTING_NONE;
  uint32_t file = 0;
  struct value last = arguments[count - 1];
  if (count >= 2 && last.kind == VALUE_CONST && activation_is_object(a, last.bits) && is_format(a, arguments[count - 2]) &&
      (count == 2 || is_static(a, arguments[0]))) {
    shape = PRINTING_FORMAT;
    file = (uint32_t)arguments[0].bits;
  } else if (count <= 2 && is_text(a, arguments[0]) && (count == 1 || is_static(a, last))) {
    shape = PRINTING_TEXT;
    file = (uint32_t)last.bits;
  }
  if (!shape || !printing_is(e->primitives, callee, shape, count, file)) return false;
  struct forgetting f;
  f.count = 0;
  for (uint32_t i = 0; i < count; i++) {
    watch_hand_over(a, arguments[i]);
    add_argument(a, &f, arguments[i], 0, 0);
  }
  forget_areas(a, &f);
  push_unknown(a, type->result_count);
  return true;
}

// How many helpers are being tried within one another: what was entered for its own sake begins anew, however deep it lies.
static unsigned tried_depth(const struct evaluate_frame *frame) {
  unsigned depth = 1;
  for (; frame && !frame->forced; frame = frame->up) depth++;
  return depth;
}

// A callee that by its code never returns ends the path.
static bool never_returns(const struct activation *a, uint32_t callee) {
  const struct program *program = a->evaluation->program;
  uint32_t instance = program->instance_of[callee];
  struct stacked *stacked = program->instances[instance].stacked;
  return stacked && instance == a->frame.instance && !program_is_slot(program, callee) &&
         stacked_function_of(stacked, program_func(program, callee))->never_returns;
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
  enum evaluate_treatment treatment = e->owner->call(e->owner->context, e, &call);
  if (treatment == EVALUATE_TRY && stacked && activation_execute(a, callee)) {
    activation_stacked_given(a, callee, pointer);
    activation_stacked_returned(a, pointer);
    return;
  }
  if (treatment == EVALUATE_TRY && !stacked && (call_primitive(a, callee, arguments, type) || print(a, callee, arguments, type)))
    return;
  unsigned try_depth = stacked ? EVALUATE_TRY_DEPTH_STACKED : EVALUATE_TRY_DEPTH;
  uint64_t most = stacked ? EVALUATE_TRY_STEPS_STACKED : EVALUATE_TRY_STEPS;
  bool given = treatment == EVALUATE_TRY && stacked && activation_stacked_is_given(a, callee, pointer);
  if (given) most = EVALUATE_TRY_STEPS_GIVEN;
  bool is_costly =
      e->costly[callee] >= EVALUATE_TRIES + (is_led_to_frame(a, arguments, type->param_count) ? e->owner->extra_tries : 0);
  if (treatment == EVALUATE_TRY && !given && (e->owner->is_thrifty || tried_depth(&a->frame) >= try_depth || is_costly))
    treatment = EVALUATE_PASS;
  if (treatment == EVALUATE_ENTER || treatment == EVALUATE_TRY) {
    bool wanted = treatment == EVALUATE_ENTER,
         possible = activation_can_enter(a, callee, type, wanted ? arguments : NULL) && e->depth < EVALUATE_DEPTH;
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
      e->costly[callee]++;
    treatment = EVALUATE_PASS;
  }
  if (stacked) {
    if (treatment == EVALUATE_PASS) activation_stacked_given(a, callee, pointer);
    activation_stacked_passed(a, callee, treatment == EVALUATE_PASS);
    if (call.list_offset) watch_put_list(a, pointer, call.list_offset);
    return;
  }
  if (treatment == EVALUATE_PASS) pass_over(a, callee, arguments, type->param_count);
  for (uint32_t i = 0; treatment == EVALUATE_PURE && i < type->param_count; i++) watch_hand_over(a, arguments[i]);
  if (treatment == EVALUATE_PURE && call.forget_size && call.forget_argument < type->param_count)
    forget_area(a, arguments[call.forget_argument], call.forget_size);
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
  // Where all functions have one type nothing is told by it: see held.h.
  if (program->instances[a->frame.instance].stacked) return 0;
  // Only those that the owner wants to see matter; the others are passed over together.
  const struct program_kind *kind = program_kind_of(program, a->frame.instance, instr->pair.a, instr->pair.b);
  const struct evaluate_owner *owner = a->evaluation->owner;
  uint32_t count = 0;
  for (uint32_t t = 0; kind && t < kind->target_count && count < INDIRECT_TARGETS; t++)
    if (owner->wanted(owner->context, kind->targets[t]) && may_mean(a, kind->targets[t])) targets[count++] = kind->targets[t];
  return count;
}

static void call_indirect(struct activation *a, const struct core_instr *instr, struct value index, const struct value *arguments,
                          const struct core_type *type) {
  uint32_t targets[INDIRECT_TARGETS];
  uint32_t count = indirect_targets(a, instr, index, targets);
  if (count == 1 && index.kind == VALUE_CONST) {
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
    e->world = &a->now.world;
    if (e->owner->call(e->owner->context, e, &call) != EVALUATE_ENTER) continue;
    if (!activation_can_enter(a, targets[i], type, NULL) || e->depth >= EVALUATE_DEPTH) {
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
  pass_over(a, NO_FUNC, arguments, type->param_count);
  push_unknown(a, type->result_count);
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
  } else if (indirect) {
    call_indirect(a, instr, index, arguments, type);
  } else {
    pass_over(a, NO_FUNC, arguments, type->param_count);
    push_unknown(a, type->result_count);
  }
}
