// Objects that are made while a function is evaluated, and their methods executed.
//
// A table's address that is stored, or given as an argument, stands behind the object's. The method is executed aside, in a world that has
// nothing but the object's bytes and the data of the program. Then the object must be as it was, and so after the table's other methods.

#include "made.h"

#include "activation.h"

static struct made *made_of(const struct activation *a) { return a->evaluation->owner->made; }

static void fail(struct activation *a, size_t i) {
  const struct evaluate_owner *owner = a->evaluation->owner;
  owner->made_failed(owner->context, (uint32_t)i);
}

// What a method gives back by a pointer to a place for it goes here, where nothing else is.
#define RESULT_PLACE UINT64_C(0xdff00000)
enum { DEAD_FRAMES = 1 << 16 };

struct leak {
  struct world_context *worlds;
  const struct world *world;
  uint64_t from, to, stack;
  bool found;
};

static bool is_within(const struct leak *l, struct value v) { return v.kind == VALUE_CONST && v.bits >= l->from && v.bits < l->to; }

static void see_written(void *context, uint64_t address, struct value byte) {
  (void)byte;
  struct leak *l = context;
  bool dead = address < l->stack && l->stack - address <= DEAD_FRAMES;
  if (!dead && !(address % 4)) l->found |= is_within(l, world_load(l->worlds, l->world, address, 4));
}

// Is the object as it was, as far as it was known, and is no pointer to it left anywhere?
static bool is_kept(struct activation *a, const struct world *before, const struct world *after, uint64_t at, uint32_t size) {
  struct evaluation *e = a->evaluation;
  for (uint32_t i = 0; i < size; i++) {
    struct value was = world_byte(&e->worlds, before, at + i), is = world_byte(&e->worlds, after, at + i);
    if (was.kind == VALUE_CONST && !value_equal(was, is)) return false;
  }
  uint32_t global = e->program->instances[a->frame.instance].stack_global;
  struct value stack = global < after->global_count ? world_global(after, global) : value_unknown();
  struct leak leak = {&e->worlds, after, at, at + size, stack.kind == VALUE_CONST ? stack.bits : 0, false};
  world_overlay(after, see_written, &leak);
  return !leak.found;
}

// A world in which nothing is known but what began as data, and the object.
static bool begin_world(struct activation *a, uint64_t object, uint32_t size, struct world *out) {
  struct evaluation *e = a->evaluation;
  const struct world *now = &a->now.world;
  if (!world_init(&e->worlds, out, now->image, now->global_count)) return false;
  for (uint32_t g = 0; g < now->global_count; g++) world_set_global(&e->worlds, out, g, world_global(now, g));
  for (uint32_t i = 0; i < size; i++) {
    struct value byte = world_byte(&e->worlds, now, object + i);
    world_set_byte(&e->worlds, out, object + i, byte.kind == VALUE_CONST ? byte : value_unknown());
  }
  return true;
}

// Executes the method with the object. False: it did not come to its end, or changes the object, or gives a pointer to it away.
static bool execute(struct activation *a, uint32_t gid, uint32_t own, struct value object, uint32_t size, bool wanted) {
  struct evaluation *e = a->evaluation;
  uint32_t func = program_func(e->program, gid);
  const struct core_type *type = core_func_type(a->module, func);
  if (!type || own >= type->param_count || e->program->instance_of[gid] != a->frame.instance || program_is_slot(e->program, gid))
    return false;
  struct value *arguments = cm_alloc_array(&e->scratch, type->param_count, sizeof *arguments);
  struct value *results = cm_alloc_array(&e->scratch, type->result_count, sizeof *results);
  struct world before, after;
  bool known = object.kind == VALUE_CONST && size;
  if (!arguments || !results || !begin_world(a, object.bits, known ? size : 0, &after) ||
      !world_fork(&e->worlds, &after, &before)) {
    a->stopped = true;
    return false;
  }
  for (uint32_t i = 0; i < type->param_count; i++) arguments[i] = value_fresh(&e->values);
  if (own == 1) arguments[0] = value_const(RESULT_PLACE);
  arguments[own] = object;
  bool diverged;
  uint64_t blind = e->blind;
  e->facts = a->now.facts;
  bool returned = activation_run(e, &a->frame, gid, wanted ? ACTIVATION_ANCHORED : ACTIVATION_HELPER, &after, arguments,
                                 type->param_count, results, &diverged);
  bool blinded = e->blind != blind;
  e->blind = blind;
  if (diverged || !known) return returned || diverged;
  for (uint32_t i = 0; returned && i < type->result_count; i++)
    if (results[i].kind == VALUE_CONST && results[i].bits >= object.bits && results[i].bits < object.bits + size) return false;
  return returned && !(blinded && !wanted) && is_kept(a, &before, &after, object.bits, size);
}

static void make(struct activation *a, size_t i, struct value object) {
  struct evaluation *e = a->evaluation;
  const struct made_method *m = &made_of(a)->list[i];
  if (m->failed) return;
  if (e->depth >= evaluate_depth(e)) {
    fail(a, i);
    return;
  }
  if (object.kind != VALUE_CONST) object = value_fresh(&e->values);
  e->making = (uint32_t)i + 1;
  bool good = execute(a, m->gid, m->own, object, m->size, true);
  e->making = 0;
  if (object.kind == VALUE_CONST && m->size) {
    for (uint32_t k = 0; k < m->other_count && good; k++)
      good = execute(a, m->others[k].gid, m->others[k].own, object, m->size, false);
    good &= e->made_count < EVALUATE_MADE;
    if (good) e->made[e->made_count++] = (struct evaluate_made){object.bits, object.bits + m->size, (uint32_t)i};
  }
  if (!good) fail(a, i);
}

// --- where the table's address goes ---

// The next method, from *i on, of whose table it is the address, in a function whose code has that. Elsewhere it comes with an object that was
// seen.
static bool next_of(const struct activation *a, struct value v, size_t *i) {
  const struct made *made = made_of(a);
  bool holds = v.kind == VALUE_CONST && made->holds[a->frame.gid];
  for (; holds && *i < made->count; ++*i) {
    const struct made_method *m = &made->list[*i];
    if (m->table == v.bits && !m->failed && made_holds(m, a->frame.gid)) return true;
  }
  return false;
}

static void wait_for(struct activation *a, uint64_t at) {
  struct evaluation *e = a->evaluation;
  for (size_t k = 0; k < e->waiting_count; k++)
    if (e->waiting[k] == at) return;
  if (e->waiting_count == EVALUATE_MADE) made_settle(a);
  e->waiting[e->waiting_count++] = at;
}

static void touch(struct activation *a, uint64_t from, uint64_t to) {
  struct evaluation *e = a->evaluation;
  for (size_t k = 0; k < e->made_count; k++)
    if (from < e->made[k].to && to > e->made[k].from) fail(a, e->made[k].method);
}

void made_stored(struct activation *a, struct value address, uint64_t offset, unsigned size, struct value v) {
  struct evaluation *e = a->evaluation;
  size_t first = 0;
  bool is_table = next_of(a, v, &first);
  // Who calls the function may know where that is.
  for (size_t i = first; is_table && (size != 4 || address.kind != VALUE_CONST) && next_of(a, v, &i); i++)
    make(a, i, value_unknown());
  if (address.kind != VALUE_CONST) return;
  uint64_t at = (uint32_t)(address.bits + offset);
  if (is_table && size == 4) wait_for(a, at);
  // Another object before the same table; and an object that is changed after it was made.
  size_t other = 0;
  if (size == 4 && next_of(a, world_load(&e->worlds, &a->now.world, at + 4, 4), &other)) wait_for(a, at + 4);
  touch(a, at, at + size);
}

static bool lies_in(struct value v, const struct evaluate_made *m) {
  return v.kind == VALUE_CONST && v.bits >= m->from && v.bits < m->to;
}

static bool is_number(struct value v, uint64_t bits) { return v.kind == VALUE_CONST && v.bits == bits; }

void made_passed(struct activation *a, const struct value *arguments, uint32_t i, uint32_t count) {
  struct evaluation *e = a->evaluation;
  for (size_t k = 0; k < e->made_count; k++) {
    const struct evaluate_made *m = &e->made[k];
    bool knows = !lies_in(arguments[i], m) || (i + 1 < count && is_number(arguments[i + 1], made_of(a)->list[m->method].table));
    for (uint32_t j = 0; j < count && !knows; j++) knows = j != i && is_number(arguments[j], m->to - m->from);
    if (!knows) fail(a, m->method);
  }
}

void made_found(struct activation *a, uint64_t at, struct value v) {
  struct evaluation *e = a->evaluation;
  for (size_t k = 0; k < e->made_count; k++) {
    const struct evaluate_made *m = &e->made[k];
    struct value beside = lies_in(v, m) ? world_load(&e->worlds, &a->now.world, at + 4, 4) : value_unknown();
    if (lies_in(v, m) && !is_number(beside, made_of(a)->list[m->method].table)) fail(a, m->method);
  }
}

void made_handed(struct activation *a, const struct value *arguments, uint32_t count) {
  for (uint32_t k = 1; k < count; k++)
    for (size_t i = 0; next_of(a, arguments[k], &i); i++) make(a, i, arguments[k - 1]);
}

void made_settle(struct activation *a) {
  struct evaluation *e = a->evaluation;
  size_t count = e->waiting_count;
  uint64_t waiting[EVALUATE_MADE];
  memcpy(waiting, e->waiting, count * sizeof *waiting);
  e->waiting_count = 0;
  for (size_t k = 0; k < count; k++) {
    struct value table = world_load(&e->worlds, &a->now.world, waiting[k], 4);
    for (size_t i = 0; next_of(a, table, &i); i++) make(a, i, world_load(&e->worlds, &a->now.world, waiting[k] - 4, 4));
  }
}

void made_left(struct evaluation *e, uint64_t top) {
  size_t kept = 0;
  for (size_t i = 0; i < e->made_count; i++)
    if (e->made[i].from >= top) e->made[kept++] = e->made[i];
  e->made_count = kept;
}
