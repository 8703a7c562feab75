// Evaluating initializers, and taking over what they leave.
//
// A byte that is a constant when an initializer ends becomes the image's, and is no variable's any more, unless a function writes to it that
// may run later. What it leaves unknown comes from outside. The laboratory gets the same bytes, for what it executes.

#include "initialize.h"

#include "analysis.h"

enum { STEPS = 3000000 };

struct settling {
  struct analysis *analysis;
  struct image *image;
  uint8_t *anew;     // a bit for each byte of the image: it was put back to how it began
  uint8_t *settled;  // and an initializer has left something there
  uint8_t *later;    // a bit for each byte of the image: written by code that may run when all is initialized
  uint8_t *bytes;    // of the image
  uint8_t *memory;   // of the laboratory
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
  image_mark(s->settled, at, true);
  image_mark(s->image->marks->outside, at, !known);
  bool variable = image_is_marked(s->later, at);
  image_mark(s->image->marks->weak, at, variable);
  image_mark(s->image->marks->shared, at, variable);
}

// Tells `set` the bytes of data segments, of which there may be several for one place.
static void each_datum(const struct settling *s, void (*set)(const struct settling *s, uint64_t at, uint8_t byte)) {
  const struct core_module *m = s->analysis->program.instances[s->analysis->rehearsal.instance].module;
  for (uint32_t d = 0; d < m->data_count; d++) {
    uint64_t address;
    if (m->datas[d].mode != CORE_ACTIVE || !core_const_eval(m, m->datas[d].start, NULL, NULL, &address)) continue;
    for (size_t i = 0; i < m->datas[d].bytes.size && address + i < s->image->end; i++) set(s, address + i, m->datas[d].bytes.at[i]);
  }
}

static void put_datum(const struct settling *s, uint64_t at, uint8_t byte) {
  if (image_is_marked(s->anew, at)) s->bytes[at] = s->memory[at] = byte;
}

// Variables that only initializers write begin once more as they are in the data, or as zeros.
static bool put_back(struct settling *s, const uint8_t *passed) {
  struct laboratory *lab = s->analysis->executor.laboratory;
  const struct rehearsal *r = &s->analysis->rehearsal;
  uint64_t size;
  laboratory_reset(lab);
  s->memory = laboratory_memory(lab, r->instance, &size);
  for (size_t i = 0; i < r->write_count; i++)
    for (uint64_t at = r->writes[i].range.from; passed[r->writes[i].writer] && at < r->writes[i].range.to && at < s->image->end;
         at++) {
      if (image_is_marked(s->later, at) || image_is_marked(s->anew, at)) continue;
      if (!laboratory_touch(lab, r->instance, at, 1)) return false;
      image_mark(s->anew, at, true);
      s->bytes[at] = s->memory[at] = 0;
      image_mark(s->image->marks->weak, at, false);
    }
  each_datum(s, put_datum);
  laboratory_keep(lab);
  return true;
}

// What no initializer was seen to leave is as the rehearsal left it.
static bool put_rehearsed(struct settling *s, const uint8_t *rehearsed) {
  struct laboratory *lab = s->analysis->executor.laboratory;
  uint64_t size;
  laboratory_reset(lab);
  s->memory = laboratory_memory(lab, s->analysis->rehearsal.instance, &size);
  for (uint64_t at = 0; at < s->image->end; at++) {
    if (!image_is_marked(s->anew, at) || image_is_marked(s->settled, at)) continue;
    if (!laboratory_touch(lab, s->analysis->rehearsal.instance, at, 1)) return false;
    s->bytes[at] = s->memory[at] = rehearsed[at];
    image_mark(s->image->marks->weak, at, true);
  }
  laboratory_keep(lab);
  return true;
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

// Objects that initializers made anew lie elsewhere than those of the rehearsal: what code writes to through their addresses is looked for once more.
static bool mark_written(const struct settling *s, const uint8_t *passed) {
  struct rehearsal *r = &s->analysis->rehearsal;
  const struct image_marks *marks = s->image->marks;
  size_t first = r->write_count;
  if (!rehearsal_follow(&s->analysis->program, r, (struct cm_span){s->bytes, s->image->segments[0].bytes.size})) return false;
  for (size_t i = first; i < r->write_count; i++) {
    const struct rehearsal_write *w = &r->writes[i];
    for (uint64_t at = w->range.from; (w->later || !passed[w->writer]) && at < w->range.to && at < s->image->end; at++) {
      image_mark(marks->weak, at, true);
      image_mark(marks->shared, at, true);
      image_mark(marks->variable, at, true);
    }
  }
  return true;
}

bool initialize_settle(struct analysis *a) {
  struct image *image = (struct image *)(uintptr_t)program_image(&a->program, a->rehearsal.instance);
  if (!image || !image->marks) return true;
  struct settling s = {.analysis = a, .image = image, .bytes = (uint8_t *)(uintptr_t)image->segments[0].bytes.at};
  uint8_t *passed = find_passed(a);
  s.later = cm_alloc_array(a->arena, image->segments[0].bytes.size / 8 + 1, 1);
  s.anew = cm_alloc_array(a->arena, image->segments[0].bytes.size / 8 + 1, 1);
  s.settled = cm_alloc_array(a->arena, image->segments[0].bytes.size / 8 + 1, 1);
  uint8_t *rehearsed = cm_alloc_array(a->arena, (size_t)image->end, 1);
  if (!passed || !s.later || !s.anew || !s.settled || !rehearsed) return false;
  memcpy(rehearsed, s.bytes, (size_t)image->end);
  for (size_t i = 0; i < a->rehearsal.write_count; i++) {
    const struct rehearsal_write *w = &a->rehearsal.writes[i];
    for (uint64_t at = w->range.from; (w->later || !passed[w->writer]) && at < w->range.to && at < image->segments[0].bytes.size;
         at++)
      image_mark(s.later, at, true);
  }
  if (!put_back(&s, passed)) return false;
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
    if (!evaluate_between(&a->program, &owner, gid, &ends, a->costs, &a->pool.allocator, &steps, &exhausted)) return false;
    analysis_trace(a, "initializer %u evaluated%s", gid, ends.returned ? "" : ", not to its end");
  }
  memset(a->costs, 0, a->program.func_count * sizeof *a->costs);
  return !s.failed && put_rehearsed(&s, rehearsed) && mark_written(&s, passed);
}
