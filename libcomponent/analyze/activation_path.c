// What is kept of a path.
//
// A path tells how the joins go together that values depend on. What it says of others is of no use any more, and grows with each
// condition that was met: where it has become involved, it is projected onto the joins that something still depends on. The values that are
// possible stay the same, those that exclude each other too.

#include "activation.h"

enum {
  PATH_GROWTH = 128,  // leaves
  HEAVY_PATH = 32,    // the same
  DEAD_FRAMES = 1 << 16
};

struct live {
  const struct value_table *values;
  struct value_live set;
  uint64_t stack;  // what lies below it is dead
};

static void see_byte(void *context, uint64_t address, struct value byte) {
  struct live *l = context;
  if (address >= l->stack || l->stack - address > DEAD_FRAMES) value_live_add(l->values, &l->set, byte);
}

static void see_all(struct live *live, const struct value *values, size_t count) {
  for (size_t i = 0; i < count; i++) value_live_add(live->values, &live->set, values[i]);
}

// Those up to `old`, which callers may have, and all that something in the world depends on. False: no memory.
static bool begin_live(struct activation *a, const struct world *world, uint32_t old, struct live *live) {
  struct evaluation *e = a->evaluation;
  uint32_t global = e->program->instances[a->frame.instance].stack_global;
  struct value stack = global < world->global_count ? world_global(world, global) : value_unknown();
  *live = (struct live){.values = &e->values, .stack = stack.kind == VALUE_CONST ? stack.bits : 0};
  if (!value_live_init(&e->values, &live->set, old)) return false;
  for (uint32_t i = 0; i < world->global_count; i++) value_live_add(&e->values, &live->set, world_global(world, i));
  world_overlay(world, see_byte, live);
  return true;
}

void activation_lighten_path(struct activation *a, const struct value *arguments, uint32_t count) {
  struct evaluation *e = a->evaluation;
  struct world *world = &a->now.world;
  uint32_t leaves = value_leaves(&e->values, world->path);
  struct live live;
  if (leaves < HEAVY_PATH || leaves < a->path_leaves * 2 || !begin_live(a, world, a->joins_before, &live)) return;
  see_all(&live, a->now.locals, a->local_count);
  see_all(&live, a->stack, a->height);
  see_all(&live, arguments, count);
  struct value path = value_project(&e->values, world->path, &live.set);
  if (path.kind != VALUE_UNKNOWN) world->path = path;
  a->path_leaves = value_leaves(&e->values, world->path);
}

void activation_path_returned(struct activation *a, struct world *inside, struct value path, uint32_t joins) {
  struct evaluation *e = a->evaluation;
  uint32_t most = value_leaves(&e->values, path) + PATH_GROWTH;
  bool is_blurred = value_is_blurred(&e->values, inside->path);
  if (!is_blurred && value_leaves(&e->values, inside->path) <= most) return;
  struct live live;
  if (!is_blurred && begin_live(a, inside, joins, &live)) inside->path = value_project(&e->values, inside->path, &live.set);
  if (!value_is_blurred(&e->values, inside->path) && value_leaves(&e->values, inside->path) <= most) return;
  inside->path = path;
  if (e->lost_count < EVALUATE_LOST)
    e->lost[e->lost_count++] = (struct evaluate_lost){joins + 1, e->values.joins + 1};
  else
    e->lost[EVALUATE_LOST - 1].to = e->values.joins + 1;
}
