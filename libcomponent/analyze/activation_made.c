// Objects that are made while a function is evaluated, and their methods executed.
//
// A table's address that is stored, or given as an argument, stands behind the object's. The method is executed aside, in a world that has
// nothing but the object, the blocks that it leads to, as those of its texts, and the data of the program. Then they must be as they were, and so after
// the table's other methods.

#include "made.h"

#include "activation.h"
#include "touched.h"

static struct made *made_of(const struct activation *a) { return a->evaluation->owner->made; }

static void fail(struct activation *a, size_t i) {
  const struct evaluate_owner *owner = a->evaluation->owner;
  owner->made_failed(owner->context, (uint32_t)i);
}

// What a method gives back by a pointer to a place for it goes here, where nothing else is.
#define RESULT_PLACE UINT64_C(0xdff00000)
enum { DEAD_FRAMES = 1 << 16, PARTS = 8, PART_MOST = 512 };

// An object, and the blocks that it leads to.
struct whole {
  struct image_range parts[PARTS];
  size_t count;
};

struct leak {
  struct world_context *worlds;
  const struct world *world;
  const struct whole *whole;
  uint64_t stack;
  bool found;
};

static bool is_part(const struct whole *w, uint64_t address) {
  for (size_t i = 0; i < w->count; i++)
    if (address >= w->parts[i].from && address < w->parts[i].to) return true;
  return false;
}

static void see_written(void *context, uint64_t address, struct value byte) {
  (void)byte;
  struct leak *l = context;
  bool dead = address < l->stack && l->stack - address <= DEAD_FRAMES;
  if (dead || address % 4 || is_part(l->whole, address)) return;
  struct value v = world_load(l->worlds, l->world, address, 4);
  l->found |= v.kind == VALUE_CONST && is_part(l->whole, v.bits);
}

// Who else, outside of frames, has a pointer to a block? Not what it belongs to.
struct sharing {
  struct evaluation *evaluation;
  const struct world *world;
  uint32_t owner;             // instance whose memory it is
  const struct whole *whole;  // NULL: all that were made
  struct image_range block;
  bool found;
};

static bool is_made_of(const struct evaluation *e, uint64_t at, uint32_t method) {
  for (size_t k = 0; k < e->made_count; k++)
    if (e->made[k].method == method && at >= e->made[k].from && at < e->made[k].to) return true;
  return false;
}

// Below the stack's top there may be variables as well.
static bool is_of_frame(const struct sharing *s, uint64_t address) {
  struct evaluation *e = s->evaluation;
  const struct image *image = s->world->image;
  struct image_range variable;
  bool is_data = image->count && address >= image->segments[0].address && address < image->end;
  if (is_data || address < e->values.lost.from || address >= e->values.lost.to) return false;
  return !touched_next(e->program, s->owner, address, &variable) || address < variable.from;
}

static void see_pointer(void *context, uint64_t address, struct value byte) {
  (void)byte;
  struct sharing *s = context;
  struct evaluation *e = s->evaluation;
  if (address % 4) return;
  struct value v = world_load(&e->worlds, s->world, address, 4);
  if (v.kind != VALUE_CONST) return;
  if (s->whole) {
    bool leads = v.bits >= s->block.from && v.bits < s->block.to;
    s->found |= leads && !is_part(s->whole, address) && !is_of_frame(s, address);
    return;
  }
  for (size_t k = 0; k < e->made_count; k++) {
    const struct evaluate_made *m = &e->made[k];
    bool leads = !m->is_object && v.bits >= m->from && v.bits < m->to;
    if (leads && !is_made_of(e, address, m->method) && !is_of_frame(s, address))
      e->owner->made_failed(e->owner->context, m->method);
  }
}

static struct sharing sharing_of(struct activation *a) {
  struct evaluation *e = a->evaluation;
  return (struct sharing){.evaluation = e, .world = &a->now.world, .owner = e->program->instances[a->frame.instance].memory_owner};
}

static bool is_shared(struct activation *a, const struct whole *whole, struct image_range block) {
  struct sharing s = sharing_of(a);
  s.whole = whole, s.block = block;
  world_overlay(s.world, see_pointer, &s);
  return s.found;
}

void made_look(struct activation *a) {
  bool any = false;
  for (size_t k = 0; k < a->evaluation->made_count; k++) any |= !a->evaluation->made[k].is_object;
  struct sharing s = sharing_of(a);
  if (any) world_overlay(s.world, see_pointer, &s);
}

static void find_whole(struct activation *a, uint64_t object, uint32_t size, struct whole *out) {
  struct evaluation *e = a->evaluation;
  *out = (struct whole){{{object, object + size}}, size != 0};
  for (size_t i = 0; i < out->count; i++)
    for (uint64_t at = out->parts[i].from; at + 4 <= out->parts[i].to && out->count < PARTS; at += 4) {
      struct value v = world_load(&e->worlds, &a->now.world, at, 4);
      if (v.kind != VALUE_CONST || !activation_is_block(a, v.bits) || is_part(out, v.bits)) continue;
      struct image_range block = {v.bits, 0};
      block.to = activation_end_of_object(a, &block.from);
      if (block.to - block.from <= PART_MOST && !is_shared(a, out, block)) out->parts[out->count++] = block;
    }
}

// Is all of it as it was, as far as it was known, and is no pointer to it left anywhere?
static bool is_kept(struct activation *a, const struct world *before, const struct world *after, const struct whole *whole) {
  struct evaluation *e = a->evaluation;
  for (size_t i = 0; i < whole->count; i++)
    for (uint64_t at = whole->parts[i].from; at < whole->parts[i].to; at++) {
      struct value was = world_byte(&e->worlds, before, at), is = world_byte(&e->worlds, after, at);
      if (was.kind == VALUE_CONST && !value_equal(was, is)) return false;
    }
  uint32_t global = e->program->instances[a->frame.instance].stack_global;
  struct value stack = global < after->global_count ? world_global(after, global) : value_unknown();
  struct leak leak = {&e->worlds, after, whole, stack.kind == VALUE_CONST ? stack.bits : 0, false};
  world_overlay(after, see_written, &leak);
  return !leak.found;
}

// A world in which nothing is known but what began as data, and the object.
static bool begin_world(struct activation *a, const struct whole *whole, struct world *out) {
  struct evaluation *e = a->evaluation;
  const struct world *now = &a->now.world;
  if (!world_init(&e->worlds, out, now->image, now->global_count)) return false;
  for (uint32_t g = 0; g < now->global_count; g++) world_set_global(&e->worlds, out, g, world_global(now, g));
  for (size_t i = 0; i < whole->count; i++)
    for (uint64_t at = whole->parts[i].from; at < whole->parts[i].to; at++) {
      struct value byte = world_byte(&e->worlds, now, at);
      world_set_byte(&e->worlds, out, at, byte.kind == VALUE_CONST ? byte : value_unknown());
    }
  return true;
}

// Executes the method with the object. False: it did not come to its end, or changes the object, or gives a pointer to it away.
static bool execute(struct activation *a, uint32_t gid, uint32_t own, struct value object, const struct whole *whole, bool wanted) {
  struct evaluation *e = a->evaluation;
  uint32_t func = program_func(e->program, gid);
  const struct core_type *type = core_func_type(a->module, func);
  if (!type || own >= type->param_count || e->program->instance_of[gid] != a->frame.instance || program_is_slot(e->program, gid))
    return false;
  struct value *arguments = cm_alloc_array(&e->scratch, type->param_count, sizeof *arguments);
  struct value *results = cm_alloc_array(&e->scratch, type->result_count, sizeof *results);
  struct world before, after;
  if (!arguments || !results || !begin_world(a, whole, &after) || !world_fork(&e->worlds, &after, &before)) {
    a->stopped = true;
    return false;
  }
  for (uint32_t i = 0; i < type->param_count; i++) arguments[i] = value_fresh(&e->values);
  if (own == 1) arguments[0] = value_const(RESULT_PLACE);
  arguments[own] = object;
  bool diverged;
  uint64_t blind = e->blind;
  e->facts = a->now.facts;
  e->beyond = a->now.beyond;
  bool returned = activation_run(e, &a->frame, gid, wanted ? ACTIVATION_ANCHORED : ACTIVATION_HELPER, &after, arguments,
                                 type->param_count, results, &diverged);
  bool blinded = e->blind != blind;
  e->blind = blind;
  if (diverged || !whole->count) return returned || diverged;
  for (uint32_t i = 0; returned && i < type->result_count; i++)
    if (results[i].kind == VALUE_CONST && is_part(whole, results[i].bits)) return false;
  return returned && !(blinded && !wanted) && is_kept(a, &before, &after, whole);
}

static void make(struct activation *a, size_t i, struct value object) {
  struct evaluation *e = a->evaluation;
  const struct made_method *m = &made_of(a)->list[i];
  if (m->failed) return;
  if (e->depth >= evaluate_depth(e)) {
    fail(a, i);
    return;
  }
  struct whole whole = {.count = 0};
  if (object.kind != VALUE_CONST)
    object = value_fresh(&e->values);
  else
    find_whole(a, object.bits, m->size, &whole);
  e->making = (uint32_t)i + 1;
  bool good = execute(a, m->gid, m->own, object, &whole, true);
  e->making = 0;
  if (whole.count) {
    for (uint32_t k = 0; k < m->other_count && good; k++)
      good = execute(a, m->others[k].gid, m->others[k].own, object, &whole, false);
    good &= e->made_count + whole.count <= EVALUATE_MADE;
    for (size_t k = 0; k < whole.count && good; k++)
      e->made[e->made_count++] = (struct evaluate_made){whole.parts[k].from, whole.parts[k].to, (uint32_t)i, !k};
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
    if (!m->is_object && is_made_of(e, at, m->method)) continue;  // who came there has the pointer to the object, too
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
