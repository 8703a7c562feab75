// Objects in the frames of the functions that are being executed, and blocks that an allocating function gave.
//
// How far an object in a frame reaches is not known. It is taken to reach up to where the function makes another object's address.

#include "activation.h"
#include "stacked.h"

#include <stdlib.h>
#include <string.h>

// Blocks lie where no memory is. Only small ones are of interest: what a name is put together in.
#define HEAP_BASE UINT64_C(0xe0000000)
enum { FRAMES_REACH = 1 << 16 };  // bytes of stack in which frames lie
enum { LARGEST_BLOCK = 1024, BLOCK_GAP = 16 };

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
// is made. What is added to an object's address leads to a part of that object. An address that is only read from or written to there and then may
// be a part of one, too: so an array is filled, word by word.
struct frame_objects {
  struct frame_objects *next;
  uint32_t gid;
  uint32_t local;         // that holds the frame's own address
  const uint8_t *set_at;  // where it gets that
  uint32_t size;          // how far that is below what the stack pointer was; 0: not known
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

// An address that was made last, and how many values lie on it; at 0: none. Flattened code puts it into a local, and takes it out again at once.
struct made_address {
  uint64_t offset;
  unsigned above;
  bool put;
  uint32_t local;
};

// What becomes of the address at the next instruction? Where it is kept, an object begins there.
static void follow_address(struct evaluation *e, struct frame_objects *o, struct made_address *address,
                           const struct core_instr *i) {
  if (!address->offset) return;
  bool loads = i->op >= CORE_OP_I32_LOAD && i->op <= CORE_OP_I64_LOAD32_U;
  bool stores = i->op >= CORE_OP_I32_STORE && i->op <= CORE_OP_I64_STORE32;
  bool pushes = i->op == CORE_OP_LOCAL_GET || i->op == CORE_OP_I32_CONST || i->op == CORE_OP_I64_CONST;
  bool takes = address->put && i->op == CORE_OP_LOCAL_GET && i->index == address->local;
  if (!address->put && !address->above && i->op == CORE_OP_LOCAL_SET) {
    address->put = true;
    address->local = i->index;
  } else if (takes) {
    address->put = false;
  } else if (pushes && !address->put) {
    address->above++;
  } else if (!loads || !address->above) {
    bool is_part = !address->put && (loads || (stores && address->above == 1));
    if (!is_part) add_offset(e, o, address->offset);
    address->offset = 0;
  }
}

// The local that holds the frame's address: the first that is set after the stack pointer was read, and a constant subtracted.
static void read_frame(struct evaluation *e, struct frame_objects *o) {
  const struct program_instance *in = &e->program->instances[e->program->instance_of[o->gid]];
  struct core_code code;
  o->local = UINT32_MAX;
  if (!core_code_begin(&code, &e->scratch, in->module, program_func(e->program, o->gid), NULL, NULL, NULL)) return;
  bool read = false, subtracted = false, negative = false;  // optimizers add a negative constant
  for (struct core_instr i; code_next(&code, &i);) {
    read |= i.op == CORE_OP_GLOBAL_GET && i.index == in->stack_global;
    subtracted |= read && (i.op == CORE_OP_I32_SUB || (i.op == CORE_OP_I32_ADD && negative));
    if (i.op == CORE_OP_I32_CONST && !subtracted) {
      negative = i.i32 < 0;
      o->size = negative ? 0 - (uint32_t)i.i32 : (uint32_t)i.i32;
    }
    if (i.op == CORE_OP_I32_AND) o->size = 0;  // aligned
    if (subtracted && (i.op == CORE_OP_LOCAL_SET || i.op == CORE_OP_LOCAL_TEE)) {
      o->local = i.index, o->set_at = i.at;
      return;
    }
  }
}

// Optimizers use the local for something else where the frame's address is not wanted any more, as on a way that does not come back: the frame of a
// function that was inlined, say. Does it hold the address where the code is read, on all ways there but those back to a loop?
enum { HOLDING_NESTED = 128 };
struct holding {
  bool now, dead;  // dead: no way comes there
  size_t depth;
  struct holding_block {
    bool before, behind;  // `behind`: on all ways to its end that were seen
    bool is_loop, skips;  // `skips`: an `if` without an `else` so far
  } blocks[HOLDING_NESTED];
};

static void hold_branch(struct holding *h, uint32_t label) {
  struct holding_block *b = label < h->depth && h->depth <= HOLDING_NESTED ? &h->blocks[h->depth - 1 - label] : NULL;
  if (b && !b->is_loop && !h->dead) b->behind &= h->now;
}

static void hold_branches(struct holding *h, const struct core_instr *i) {
  struct cm_span labels = i->br_table.labels;
  uint32_t label;
  for (uint64_t n = 0; n <= i->br_table.count && core_next_label(&labels, &label); n++) hold_branch(h, label);
}

static void hold_step(struct holding *h, const struct core_instr *i) {
  struct holding_block *b = h->depth && h->depth <= HOLDING_NESTED ? &h->blocks[h->depth - 1] : NULL;
  switch (i->op) {
    case CORE_OP_BLOCK:
    case CORE_OP_LOOP:
    case CORE_OP_IF:
      if (h->depth < HOLDING_NESTED)
        h->blocks[h->depth] = (struct holding_block){h->now, true, i->op == CORE_OP_LOOP, i->op == CORE_OP_IF};
      h->depth++;
      break;
    case CORE_OP_ELSE:
      if (b) b->behind &= h->dead || h->now, b->skips = false, h->now = b->before;
      h->dead = false;
      break;
    case CORE_OP_END:
      if (b) h->now = (h->dead || h->now) && b->behind && (!b->skips || b->before);
      h->dead = false;
      h->depth -= h->depth != 0;
      break;
    case CORE_OP_BR:
    case CORE_OP_BR_IF: hold_branch(h, i->index); break;
    case CORE_OP_BR_TABLE: hold_branches(h, i); break;
    default: break;
  }
  h->dead |= i->op == CORE_OP_BR || i->op == CORE_OP_BR_TABLE || i->op == CORE_OP_RETURN || i->op == CORE_OP_UNREACHABLE;
}

static void read_offsets(struct evaluation *e, struct frame_objects *o) {
  struct stacked *stacked = e->program->instances[e->program->instance_of[o->gid]].stacked;
  if (stacked) {
    const struct stacked_function *f = stacked_function_of(stacked, program_func(e->program, o->gid));
    for (uint32_t i = 0; i < f->count; i++) add_offset(e, o, f->taken[i]);
    return;
  }
  const struct core_module *module = e->program->instances[e->program->instance_of[o->gid]].module;
  const struct core_type *type = core_func_type(module, program_func(e->program, o->gid));
  read_frame(e, o);
  struct core_code code;
  uint32_t declared;
  if (!type || !core_code_begin(&code, &e->scratch, module, program_func(e->program, o->gid), NULL, &declared, NULL)) return;
  uint32_t local_count = type->param_count + declared;
  bool *frames = cm_alloc_array(&e->scratch, local_count, sizeof *frames);  // by local: does it hold the frame's address?
  if (!frames || o->local >= local_count) return;
  // `local.get F, i32.const K, i32.add`, or, unoptimized, `i32.const K, local.set n, local.get F, local.get n, i32.add`.
  uint64_t constant = 0;
  unsigned age = 0;
  bool of_frame = false, stored = false;
  bool got = false;  // by the instruction before
  struct made_address made = {0};
  struct holding holding;
  memset(&holding, 0, offsetof(struct holding, blocks));
  holding.now = true;
  for (struct core_instr i; code_next(&code, &i); age++) {
    follow_address(e, o, &made, &i);
    hold_step(&holding, &i);
    frames[o->local] = holding.now;
    bool is_local = i.op == CORE_OP_LOCAL_GET || i.op == CORE_OP_LOCAL_SET || i.op == CORE_OP_LOCAL_TEE;
    if (is_local && i.index >= local_count) break;
    if (is_local && i.op != CORE_OP_LOCAL_GET)
      frames[i.index] = got || i.at == o->set_at;  // or a copy, as code that was flattened makes many of
    if (is_local && i.op != CORE_OP_LOCAL_GET && i.index == o->local) holding.now = frames[i.index];
    if (i.op == CORE_OP_I32_CONST) {
      constant = i.i32 > 0 ? (uint32_t)i.i32 : 0;
      of_frame = got;
      stored = false;
      age = 0;
    } else if (i.op == CORE_OP_LOCAL_SET && age == 1) {
      stored = true;
    } else if (i.op == CORE_OP_LOCAL_GET && age == 2) {
      of_frame = stored && frames[i.index];
    } else if (i.op == CORE_OP_I32_ADD && (age == 1 || (age == 4 && stored)) && of_frame) {
      made = (struct made_address){.offset = constant};
    }
    got = (i.op == CORE_OP_LOCAL_GET || i.op == CORE_OP_LOCAL_TEE) && frames[i.index];
  }
  if (o->count) qsort(o->offsets, o->count, sizeof *o->offsets, by_offset);
}

static const struct frame_objects *objects_of(struct evaluation *e, uint32_t gid) {
  static const struct frame_objects none = {0};
  for (struct frame_objects **at = &e->objects; *at; at = &(*at)->next) {
    struct frame_objects *found = *at;
    if (found->gid != gid) continue;
    *at = found->next;  // it is asked for again before others are
    found->next = e->objects;
    return e->objects = found;
  }
  struct frame_objects *o = cm_alloc(&e->scratch, sizeof *o);
  if (!o) return &none;
  *o = (struct frame_objects){.next = e->objects, .gid = gid};
  read_offsets(e, o);
  e->objects = o;
  return o;
}

// Where the next object begins beyond `offset`, at most `size`.
static uint64_t next_object(const struct frame_objects *o, uint64_t offset, uint64_t size) {
  size_t at;
  SORTED_FIRST(at, 0, o->count, o->offsets[at] > offset);
  return at < o->count && o->offsets[at] < size ? o->offsets[at] : size;
}

// The allocated block that an address lies in: its number + 1; 0: none.
static size_t block_of(const struct evaluation *e, uint64_t address) {
  if (address < HEAP_BASE || !e->block_count || address >= e->blocks[e->block_count]) return 0;
  size_t next;
  SORTED_FIRST(next, 1, e->block_count, e->blocks[next] > address);
  return next;
}

// Where the object at *from, in a frame of the chain or in a block, ends as far as can be told; 0: it is in neither. Of a part of an object
// *from becomes where the whole begins.
uint64_t activation_end_of_object(struct activation *a, uint64_t *from) {
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

uint64_t activation_beginning_of_block(const struct activation *a, uint64_t address) {
  size_t block = block_of(a->evaluation, address);
  return block ? a->evaluation->blocks[block - 1] : address;
}

void activation_watch_lost(struct activation *a) {
  uint64_t top = a->frame.stack_top;
  struct value_lost *lost = &a->evaluation->values.lost;
  lost->from = top < FRAMES_REACH ? 0 : top - FRAMES_REACH, lost->to = top, lost->beyond = HEAP_BASE;
}

bool activation_is_object(const struct activation *a, uint64_t address) {
  uint64_t unused;
  return block_of(a->evaluation, address) || frame_of(a, address, &unused);
}

// In a helper's frame a list of buffers may be one object to the callee, though the helper makes the addresses of its elements: an
// entry anywhere in it counts as handed over.
uint64_t activation_end_of_handed(struct activation *a, uint64_t address, uint64_t top) {
  uint64_t base;
  const struct evaluate_frame *frame = block_of(a->evaluation, address) ? NULL : frame_of(a, address, &base);
  return frame && frame->up && !frame->forced ? frame->stack_top : top;
}

// Memory as an allocating function gives it: an address that nothing else has. Zeroed where that is asked for. Of several sizes it has the largest.
struct value activation_allocate(struct activation *a, struct value size, bool zeroed) {
  struct evaluation *e = a->evaluation;
  uint64_t most;
  bool small = value_most(&e->values, size, &most) && most <= LARGEST_BLOCK;
  if (!small || e->block_count == EVALUATE_BLOCKS) return value_block(&e->values);
  if (!e->block_count) e->blocks[0] = HEAP_BASE;
  uint64_t at = e->blocks[e->block_count];
  e->blocks[++e->block_count] = (at + most + BLOCK_GAP + 15) & ~UINT64_C(15);
  for (uint64_t i = 0; zeroed && i < most; i++) world_set_byte(&e->worlds, &a->now.world, at + i, value_const(0));
  return value_const(at);
}

// Memory as realloc gives it. False: what is to be found in it is not known to be a block.
bool activation_reallocate(struct activation *a, struct value block, struct value size) {
  struct evaluation *e = a->evaluation;
  if (block.kind != VALUE_CONST) return false;
  size_t at = block_of(e, block.bits);
  bool whole = at && e->blocks[at - 1] == block.bits;
  if (!whole && block.bits) return false;
  uint64_t held = whole ? e->blocks[at] - block.bits : 0;
  struct value fresh = activation_allocate(a, size, false);
  uint64_t most = 0;
  value_most(&e->values, size, &most);
  if (fresh.kind == VALUE_CONST && held) activation_copy(a, fresh, block, value_const(held < most ? held : most));
  activation_push(a, fresh);
  return true;
}
