// Evaluating initializers, and taking over what they leave.
//
// A byte that is a constant when an initializer ends becomes the image's, and is no variable's any more, unless a function writes to it that
// may run later. What it leaves unknown is weak. The laboratory gets the same bytes, for what it executes.

#include "initialize.h"

#include "analysis.h"

enum { STEPS = 3000000 };

struct settling {
  struct analysis *analysis;
  struct image *image;
  uint8_t *later;  // a bit for each byte of the image: written by code that may run when all is initialized
  uint8_t *bytes;  // of the image
  uint8_t *memory;  // of the laboratory
  bool failed;
};

// Functions that run while the program is initialized, and not later: `only_once`, and what is called by such alone. By gid.
static uint8_t *find_passed(const struct analysis *a) {
  const struct program *program = &a->program;
  const struct program_instance *in = &program->instances[a->rehearsal.instance];
  uint8_t *passed = cm_alloc_array(a->arena, program->func_count, 1);
  for (uint32_t f = 0; passed && f < in->module->func_count; f++) {
    uint32_t gid = in->base + f;
    bool called = program->direct_first[gid + 1] != program->direct_first[gid];
    passed[gid] = a->rehearsal.only_once[gid] || (called && !in->stacked->taken[f] && !program->is_entry[gid]);
  }
  for (bool more = passed != NULL; more;) {
    more = false;
    for (size_t i = 0; i < program->call_count; i++) {
      struct program_call c = program->calls[i];
      if (passed[c.caller] || !passed[c.callee] || a->rehearsal.only_once[c.callee]) continue;
      passed[c.callee] = 0;
      more = true;
    }
  }
  return passed;
}

static bool bit_of(const uint8_t *bits, uint64_t at) { return bits[at / 8] >> at % 8 & 1; }

static void set_bit(uint8_t *bits, uint64_t at, bool on) {
  uint8_t bit = (uint8_t)(1 << at % 8);
  bits[at / 8] = on ? bits[at / 8] | bit : bits[at / 8] & (uint8_t)~bit;
}

static void settle_byte(void *context, uint64_t at, struct value byte) {
  struct settling *s = context;
  if (at >= s->image->end || at >= s->image->segments[0].bytes.size) return;  // a frame
  bool known = byte.kind == VALUE_CONST && !byte.weak;
  if (known) {
    struct laboratory *lab = s->analysis->executor.laboratory;
    s->failed |= !laboratory_touch(lab, s->analysis->rehearsal.instance, at, 1);
    if (s->failed) return;
    s->bytes[at] = s->memory[at] = (uint8_t)byte.bits;
  }
  bool variable = !known || bit_of(s->later, at);
  set_bit(s->image->weak, at, variable);
  set_bit(s->image->shared, at, variable);
}

static void settle_world(void *context, const struct world *world) {
  struct settling *s = context;
  struct laboratory *lab = s->analysis->executor.laboratory;
  uint64_t size;
  laboratory_reset(lab);
  s->memory = laboratory_memory(lab, s->analysis->rehearsal.instance, &size);
  world_overlay(world, settle_byte, s);
  laboratory_keep(lab);
}

static enum evaluate_treatment on_call(void *context, struct evaluation *evaluation, struct evaluate_call *call) {
  (void)evaluation;
  const struct settling *s = context;
  if (s->analysis->lookup_of[call->callee]) return EVALUATE_PURE;
  return program_is_slot(&s->analysis->program, call->callee) ? EVALUATE_PASS : EVALUATE_TRY;
}

static void ignore_reached(void *context, uint64_t call_offset) { (void)context, (void)call_offset; }
static bool want_none(void *context, uint32_t gid) {
  (void)context, (void)gid;
  return false;
}
static void ignore_call(void *context, struct evaluation *evaluation, const struct evaluate_call *call) {
  (void)context, (void)evaluation, (void)call;
}

bool initialize_settle(struct analysis *a) {
  struct image *image = (struct image *)(uintptr_t)program_image(&a->program, a->rehearsal.instance);
  if (!image || !image->weak) return true;
  struct settling s = {.analysis = a, .image = image, .bytes = (uint8_t *)(uintptr_t)image->segments[0].bytes.at};
  uint8_t *passed = find_passed(a);
  s.later = cm_alloc_array(a->arena, image->segments[0].bytes.size / 8 + 1, 1);
  if (!passed || !s.later) return false;
  for (size_t i = 0; i < a->rehearsal.write_count; i++) {
    const struct rehearsal_write *w = &a->rehearsal.writes[i];
    for (uint64_t at = w->range.from; !passed[w->writer] && at < w->range.to && at < image->segments[0].bytes.size; at++)
      set_bit(s.later, at, true);
  }
  struct evaluate_owner owner = {.call = on_call,
                                 .reached = ignore_reached,
                                 .wanted = want_none,
                                 .not_entered = ignore_call,
                                 .context = &s,
                                 .coarse = true,
                                 .executor = &a->executor};
  uint64_t steps = STEPS;
  for (size_t i = 0; i < a->rehearsal.initializer_count && steps && !s.failed; i++) {
    struct evaluate_ends ends = {.left = settle_world, .context = &s};
    bool exhausted = false;
    uint32_t gid = a->rehearsal.initializers[i];
    if (!evaluate_between(&a->program, &owner, gid, &ends, a->costly, &a->pool.allocator, &steps, &exhausted)) return false;
    analysis_trace(a, "initializer %u evaluated%s", gid, ends.returned ? "" : ", not to its end");
  }
  memset(a->costly, 0, a->program.func_count);
  return !s.failed;
}
