// Objects of C++ whose parts a function makes the addresses of.
//
// Where an object in a frame ends is told by where the function makes the address of the next one (activation_call.c). But a stream's
// constructor that was inlined makes the addresses of its buffer and of its virtual base too, and whoever is given the stream finds these by
// itself: how far away the base is stands in the table of virtual functions that the object begins with, and in the base's own table how
// far it is from the beginning of the whole (Itanium C++ ABI, "Virtual Table Layout": three and two words before the address point). Where
// the two agree all of it is one object. How large the base is, which comes last, is not known: the object is taken to reach to the end of the
// frame. What was found stays known when the words are forgotten.

#include "activation.h"

enum { WORD = 4, OFFSET_TO_TOP = 2 * WORD, OFFSET_TO_BASE = 3 * WORD, LEAST_TABLE = 1024 };

// A number in the table of functions that the word at `at` points to, `before` bytes before that place. False: it is not known.
static bool number_in_table(struct activation *a, uint64_t at, uint64_t before, uint32_t *number) {
  struct evaluation *e = a->evaluation;
  struct value table = world_load(&e->worlds, &a->now.world, at, WORD);
  if (table.kind != VALUE_CONST || table.bits < LEAST_TABLE || table.bits % WORD) return false;
  struct value v = world_load(&e->worlds, &a->now.world, table.bits - before, WORD);
  *number = (uint32_t)v.bits;
  return v.kind == VALUE_CONST;
}

// The frame's objects are told by their distance from where it ends, which is the same whenever the function runs.
static void remember(struct evaluation *e, struct evaluate_whole whole) {
  for (size_t i = 0; i < e->whole_count; i++)
    if (e->wholes[i].gid == whole.gid && e->wholes[i].from == whole.from && e->wholes[i].to == whole.to) return;
  if (e->whole_count < EVALUATE_WHOLES) e->wholes[e->whole_count++] = whole;
}

// What begins at `part` has a virtual base.
static void find_base(struct activation *a, const struct evaluate_frame *frame, uint64_t base, uint64_t part) {
  uint32_t to_base, part_to_top, base_to_top;
  if (part % WORD || !number_in_table(a, part, OFFSET_TO_BASE, &to_base) || !to_base || to_base % WORD ||
      to_base >= frame->stack_top - part || !number_in_table(a, part, OFFSET_TO_TOP, &part_to_top) ||
      !number_in_table(a, part + to_base, OFFSET_TO_TOP, &base_to_top) || part_to_top - base_to_top != to_base ||
      0 - part_to_top > part - base)
    return;
  uint64_t top = part - (uint32_t)(0 - part_to_top);
  remember(a->evaluation, (struct evaluate_whole){.gid = frame->gid,
                                                  .from = (uint32_t)(frame->stack_top - top),
                                                  .to = (uint32_t)(frame->stack_top - part - to_base)});
}

bool activation_find_whole(struct activation *a, const struct evaluate_frame *frame, uint64_t base, uint64_t *address) {
  const struct evaluation *e = a->evaluation;
  find_base(a, frame, base, *address);
  for (size_t i = 0; i < e->whole_count; i++) {
    const struct evaluate_whole *w = &e->wholes[i];
    uint64_t from = frame->stack_top - w->from, to = frame->stack_top - w->to;
    if (w->gid != frame->gid || *address < from || *address > to) continue;
    *address = from;
    return true;
  }
  return false;
}
