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

// The object's bytes in both worlds are constants, and the same.
static bool is_same(struct evaluation *e, const struct world *before, const struct world *after, uint64_t at, uint32_t size) {
  for (uint32_t i = 0; i < size; i++) {
    struct value was = world_byte(&e->worlds, before, at + i), is = world_byte(&e->worlds, after, at + i);
    if (was.kind == VALUE_CONST && !value_equal(was, is)) return false;
  }
  return true;
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

// Which of a method's parameters is the object: the first, or the second where the first is written to and nothing is given back.
static uint32_t own_parameter(struct activation *a, uint32_t gid, const struct core_type *type) {
  struct usage *usage = a->evaluation->owner->usage;
  if (type->param_count < 2 || type->result_count || !usage) return 0;
  uint32_t instance = a->frame.instance;
  return usage_of(usage, instance, gid, 0, NULL) & USAGE_WRITTEN && !(usage_of(usage, instance, gid, 1, NULL) & USAGE_WRITTEN);
}

// Executes the method with the object. False: it did not come to its end, or changes the object.
static bool execute(struct activation *a, uint32_t gid, struct value object, uint32_t size, bool wanted) {
  struct evaluation *e = a->evaluation;
  uint32_t func = program_func(e->program, gid);
  const struct core_type *type = core_func_type(a->module, func);
  if (!type || !type->param_count || e->program->instance_of[gid] != a->frame.instance || program_is_slot(e->program, gid))
    return false;
  struct value *arguments = cm_alloc_array(&e->scratch, type->param_count, sizeof *arguments);
  struct value *results = cm_alloc_array(&e->scratch, type->result_count, sizeof *results);
  struct world before, after;
  bool known = object.kind == VALUE_CONST;
  if (!arguments || !results || !begin_world(a, object.bits, known ? size : 0, &after) ||
      !world_fork(&e->worlds, &after, &before)) {
    a->stopped = true;
    return false;
  }
  for (uint32_t i = 0; i < type->param_count; i++) arguments[i] = value_fresh(&e->values);
  arguments[own_parameter(a, gid, type)] = object;
  bool diverged;
  e->facts = a->now.facts;
  bool returned = activation_run(e, &a->frame, gid, wanted ? ACTIVATION_ANCHORED : ACTIVATION_HELPER, &after, arguments,
                                 type->param_count, results, &diverged);
  return (returned || diverged) && (!known || diverged || is_same(e, &before, &after, object.bits, size));
}

static void make(struct activation *a, size_t i, struct value object) {
  struct evaluation *e = a->evaluation;
  const struct made_method *m = &made_of(a)->list[i];
  if (m->failed) return;
  if (e->depth >= EVALUATE_DEPTH) {
    fail(a, i);
    return;
  }
  if (object.kind != VALUE_CONST) object = value_fresh(&e->values);
  uint64_t blind = e->blind;
  e->making = (uint32_t)i + 1;
  bool good = execute(a, m->gid, object, m->size, true);
  e->making = 0;
  if (object.kind == VALUE_CONST && m->size) {
    for (uint32_t k = 0; k < m->method_count && good; k++)
      good = m->methods[k] == m->gid || execute(a, m->methods[k], object, m->size, false);
    good &= e->made_count < EVALUATE_MADE;
    if (good) e->made[e->made_count++] = (struct evaluate_made){object.bits, object.bits + m->size, (uint32_t)i};
  }
  e->blind = blind;
  if (!good) fail(a, i);
}

// --- where the table's address goes ---

// The next method, from *i on, of whose table it is the address, in a function whose code has that. Elsewhere it comes with an object that was
// seen.
static bool next_of(const struct activation *a, struct value v, size_t *i) {
  const struct made *made = made_of(a);
  for (; v.kind == VALUE_CONST && *i < made->count; ++*i) {
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
  for (size_t k = 0; k < e->made_count; k++)
    if (at < e->made[k].to && at + size > e->made[k].from) fail(a, e->made[k].method);
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
