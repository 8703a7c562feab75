// Static variables that an evaluation has stored to.
//
// A call that is passed over may store to them, too, where its code or what it calls touches them (touched.h). What is there then is still
// what was stored last, but weak: one of the things that it can be.

#include "activation.h"
#include "outset.h"
#include "touched.h"
#include "variables.h"

enum { STACK_REACH = 1 << 16 };  // bytes

void activation_note_static(struct activation *a, uint64_t address, uint64_t size) {
  struct evaluation *e = a->evaluation;
  const struct image *image = a->now.world.image;
  if (address < ACTIVATION_VARIABLES ||
      (image->marks && (address >= image->end || !image_is_marked(image->marks->variable, address))))
    return;
  for (size_t i = e->static_count; i-- > 0;) {
    struct image_range *r = &e->statics[i];
    if (address > r->to || address + size < r->from) continue;
    if (address >= r->from && address + size <= r->to) return;
    if (activation_is_object(a, address)) return;
    if (address < r->from) r->from = address;
    if (address + size > r->to) r->to = address + size;
    return;
  }
  if (activation_is_object(a, address)) return;
  if (e->static_count < EVALUATE_STATICS) {
    e->statics[e->static_count++] = (struct image_range){address, address + size};
    return;
  }
  // Too many: what lies between them counts as one.
  struct image_range *last = &e->statics[EVALUATE_STATICS - 1];
  if (address < last->from) last->from = address;
  if (address + size > last->to) last->to = address + size;
}

static struct value any_value(struct value_table *values, const struct image_variable *variable) {
  struct value v = value_const(variable->values[0]);
  for (uint32_t i = 1; i < variable->count; i++)
    v = value_merge(values, value_open_join(values), value_const(variable->values[i]), v);
  return v;
}

// Does the address lie in the frame of a function that is executed, or where those lay that it called? Yes, where it is not known where they lie.
static bool is_in_stack(const struct activation *a, uint64_t address) {
  const struct evaluate_frame *outermost = &a->frame;
  while (outermost->up && outermost->up->has_stack) outermost = outermost->up;
  if (!outermost->has_stack) return a->evaluation->program->instances[a->frame.instance].stack_global < a->now.world.global_count;
  return address < outermost->stack_top && outermost->stack_top - address <= STACK_REACH;
}

// As long as nothing was passed over, and nothing stored there, it is the same each time.
struct value activation_variable(struct activation *a, uint64_t address, unsigned size, struct value v) {
  struct evaluation *e = a->evaluation;
  const struct image *image = a->now.world.image;
  struct value_truth truth = value_truth_of(&e->values, v);
  if (!image || (truth.known && !truth.weak)) return v;
  bool written = world_is_written(&a->now.world, address);
  bool missed = e->owner->outset && !truth.known && !written && address >= ACTIVATION_VARIABLES;
  if (missed && !activation_is_block(a, address) && !is_in_stack(a, address)) outset_miss(e->owner->outset, address, size);
  const struct image_variable *variable = variables_at(image, address, size);
  if (!variable && size == sizeof(uint32_t) && !written) world_note_pointer(image, address);
  if (!variable || e->values.coarse) return v;
  if (written) return any_value(&e->values, variable);
  struct evaluate_variable *met = e->variables;
  while (met < e->variables + e->variable_count && met->address != address) met++;
  if (met < e->variables + e->variable_count && met->unseen == e->passed_over + e->blind) return met->value;
  struct evaluate_variable now = {address, e->passed_over + e->blind, any_value(&e->values, variable)};
  if (met == e->variables + EVALUATE_VARIABLES) return now.value;
  e->variable_count += met == e->variables + e->variable_count;
  *met = now;
  return now.value;
}

// A variable is taken to be what it was though something was written somewhere. So it counts as read, as it does where nothing was stored there:
// where all is told, nobody must be found who writes to it by an address that he was given (overwritten.h).
static void trust(struct activation *a, struct image_range range) { world_note_written(&a->now.world, range.from, range.to); }

// Is it a variable, known from the outset, that `address` does not mean, and that nobody is known to write to by an address that he was given?
static bool is_another(const struct outset_variable *v, uint64_t address) { return !v->is_passed && address < v->nearest; }

static bool is_any(const struct outset_variable *v, uint64_t address) { return (void)v, (void)address, true; }

// What lies in a range, but for such variables, may have been written to by who was given the address.
static void change_others(struct activation *a, struct image_range range, uint64_t address,
                          bool (*is_spared)(const struct outset_variable *v, uint64_t address),
                          void (*change)(struct world_context *context, struct world *world, uint64_t from, uint64_t to)) {
  struct evaluation *e = a->evaluation;
  const struct outset *outset = e->owner->outset;
  for (size_t i = 0; outset && i < outset->count && range.from < range.to; i++) {
    const struct outset_variable *v = &outset->variables[i];
    if (v->range.to <= range.from || v->range.from >= range.to || !is_spared(v, address)) continue;
    if (v->range.from > range.from) change(&e->worlds, &a->now.world, range.from, v->range.from);
    trust(a, v->range);
    range.from = v->range.to;
  }
  if (range.from < range.to) change(&e->worlds, &a->now.world, range.from, range.to);
}

static bool is_executed(const struct activation *a, uint32_t gid) {
  for (const struct evaluate_frame *f = &a->frame; f; f = f->up)
    if (f->gid == gid) return true;
  return false;
}

// May the callee store there? What is called through a pointer is hardly one of the functions that are being executed.
static bool may_store(const struct activation *a, struct image_range range, uint32_t callee) {
  const struct touched_range *r = touched_find(a->evaluation->program, a->frame.instance, range, false);
  if (!r || !r->by || callee != NO_FUNC) return !r || !r->by || r->by[callee];
  bool others = r->self_count > TOUCHED_SELVES;
  for (size_t i = 0; i < r->self_count && !others; i++) others = !is_executed(a, r->selves[i]);
  return r->by_pointer && others;
}

void activation_forget_statics(struct activation *a, uint32_t callee) {
  struct evaluation *e = a->evaluation;
  for (size_t i = 0; i < e->static_count; i++)
    if (world_is_firm(&a->now.world, e->statics[i].from, e->statics[i].to) && may_store(a, e->statics[i], callee))
      change_others(a, e->statics[i], 0, is_any, world_weaken);  // activation_doubt knows better
}

void activation_forget_behind(struct activation *a, struct image_range range) {
  change_others(a, range, range.from, is_another, world_forget);
}

// --- what is known from the program's outset ---

static void doubt(struct activation *a, const struct outset_variable *v) {
  world_doubt(&a->evaluation->worlds, &a->now.world, v->range.from, v->range.to);
}

// What is called through a pointer is hardly one of the functions that are being executed.
static bool may_be_other(const struct activation *a, const struct outset_variable *v) {
  for (size_t i = 0; i < v->pointed_count && i < OUTSET_POINTED; i++)
    if (!is_executed(a, v->pointed[i])) return true;
  return v->pointed_count > OUTSET_POINTED;
}

void activation_doubt(struct activation *a, uint32_t callee) {
  const struct outset *outset = a->evaluation->owner->outset;
  for (size_t i = 0; outset && i < outset->count; i++) {
    const struct outset_variable *v = &outset->variables[i];
    if (callee != NO_FUNC ? v->by[callee] : may_be_other(a, v)) doubt(a, v);
  }
}

void activation_doubt_at(struct activation *a, struct value address) {
  const struct outset *outset = a->evaluation->owner->outset;
  if (outset && address.kind == VALUE_TREE) {
    struct value_node n = activation_values(a)->nodes[address.tree];
    activation_doubt_at(a, n.first);
    activation_doubt_at(a, n.second);
  }
  for (size_t i = 0; outset && address.kind == VALUE_CONST && i < outset->count; i++) {
    const struct outset_variable *v = &outset->variables[i];
    if (address.bits >= v->range.to || address.bits + OUTSET_REACH <= v->range.from) continue;
    if (is_another(v, address.bits))
      trust(a, v->range);
    else
      doubt(a, v);
  }
}

void activation_doubt_blind(struct activation *a) {
  struct evaluation *e = a->evaluation;
  const struct outset *outset = e->owner->outset;
  // Of memory that was taken while the program ran it is known what is written (books.h).
  for (size_t i = 0; i < e->static_count && !a->now.world.image->marks; i++)
    change_others(a, e->statics[i], 0, is_another, world_weaken);
  for (size_t i = 0; outset && i < outset->count; i++) {
    if (outset->variables[i].is_passed)
      doubt(a, &outset->variables[i]);
    else
      trust(a, outset->ranges[i]);
  }
}

void activation_doubt_all(struct activation *a) {
  struct evaluation *e = a->evaluation;
  // Of memory that was taken while the program ran it is known what is written (books.h).
  for (size_t i = 0; i < e->static_count && !a->now.world.image->marks; i++)
    world_weaken(&e->worlds, &a->now.world, e->statics[i].from, e->statics[i].to);
  const struct outset *outset = a->evaluation->owner->outset;
  for (size_t i = 0; outset && i < outset->count; i++) doubt(a, &outset->variables[i]);
}
