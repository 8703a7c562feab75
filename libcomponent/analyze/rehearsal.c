// Finding the moment at which the program has initialized itself.
//
// The start is executed twice. In the first run calls are counted. A function that initializes packages is told by what it calls: many
// functions, each once, each of which nobody else calls. When it returned for the last time, the program is ready. That moment, as a
// number of events, is where the second run is kept. Where no such function is seen, it is the moment when the environment was handed
// over for the last time.

#include "rehearsal.h"

#include "stacked_flow.h"
#include "symbols.h"

#include <string.h>

enum {
  FUEL = 60000000,
  LEAST_INITIALIZERS = 2,
  STACK_PAGES = 64,
  PAGE_LOG2 = 16,
  STACK_MARGIN = 4096,
  DEPTH = 4096,
  BLANK = 1 << 18
};

struct rehearsing {
  struct program *program;
  struct laboratory *lab;
  const struct core_instance *watched;
  uint32_t instance, base, count;
  uint32_t *stack;  // functions being executed
  size_t depth;
  uint64_t events, keep_at;
  bool kept;
  // by function index
  uint32_t *entered;                    // how often, from its beginning
  uint32_t *caller;                     // who did so, + 1; UINT32_MAX: several
  uint64_t *first_entered, *last_left;  // events
  uint8_t *asked_within;
  unsigned asked;
};

static void note_asked(struct rehearsing *r) {
  unsigned asked = laboratory_asked(r->lab);
  if (asked == r->asked) return;
  r->asked = asked;
  for (size_t i = 0; i < r->depth && i < DEPTH; i++) r->asked_within[r->stack[i]] = 1;
}

static void enter(void *context, struct core_instance *instance, uint32_t func, const union core_value *arguments) {
  struct rehearsing *r = context;
  if (instance != r->watched || func >= r->count) return;
  r->events++;
  uint32_t caller = r->depth && r->depth <= DEPTH ? r->stack[r->depth - 1] + 1 : 0;
  if (r->depth < DEPTH) r->stack[r->depth] = func;
  r->depth++;
  if (!r->first_entered[func]) r->first_entered[func] = r->events;
  if (stacked_is_typed(r->program->instances[r->instance].module, func) && arguments[0].i32) return;  // it goes on
  if (r->entered[func]++ && r->caller[func] != caller)
    r->caller[func] = UINT32_MAX;
  else
    r->caller[func] = caller;
}

static void leave(void *context, struct core_instance *instance, uint32_t func, const union core_value *results) {
  (void)results;
  struct rehearsing *r = context;
  // What a host function did is seen when it returns; it stands in nobody's stack.
  note_asked(r);
  if (instance != r->watched || func >= r->count) return;
  r->events++;
  if (r->depth) r->depth--;
  r->last_left[func] = r->events;
  if (!r->kept && r->keep_at && r->events == r->keep_at) {
    laboratory_keep_all(r->lab);
    r->kept = true;
    laboratory_stop(r->lab);
  }
}

static void run_exports(struct rehearsing *r) {
  struct core_watcher watcher = {.enter = enter, .leave = leave, .context = r};
  const struct program *program = r->program;
  laboratory_reset(r->lab);
  laboratory_watch(r->lab, &watcher);
  r->depth = 0;
  r->events = r->asked = 0;
  const struct core_module *module = program->instances[r->instance].module;
  for (uint32_t i = 0; i < module->export_count && !r->kept; i++) {
    const struct core_export *e = &module->exports[i];
    const struct core_type *type = e->kind == CORE_FUNC ? core_func_type(module, e->index) : NULL;
    if (!type || type->param_count || type->result_count) continue;
    laboratory_call(r->lab, r->base + e->index, NULL, NULL, FUEL);
    r->depth = 0;
  }
  laboratory_watch(r->lab, NULL);
}

// Does `caller` call it other than through the table?
static bool calls_directly(const struct program *program, uint32_t gid) {
  return program->direct_first[gid + 1] != program->direct_first[gid];
}

// The function that initializes; UINT32_MAX: none is seen. Marks whom it called.
static uint32_t find_initializer(const struct rehearsing *r, uint8_t *only_once) {
  uint32_t best = UINT32_MAX, most = LEAST_INITIALIZERS - 1;
  uint32_t *called = cm_alloc_array(r->program->arena, r->count, sizeof *called);
  if (!called) return UINT32_MAX;
  for (unsigned pass = 0; pass < 2; pass++)
    for (uint32_t f = 0; f < r->count; f++) {
      uint32_t caller = r->caller[f];
      if (r->entered[f] != 1 || !caller || caller == UINT32_MAX || calls_directly(r->program, r->base + f)) continue;
      if (pass) {
        only_once[r->base + f] = caller - 1 == best;
        continue;
      }
      if (++called[caller - 1] > most) {
        most = called[caller - 1];
        best = caller - 1;
      }
    }
  return best;
}

// Behind the room that the program may take, and below that of the stack.
static uint64_t heap_end(uint64_t before, uint64_t now) { return before + (now - before) / 2; }

// What ran before packages were initialized, and all that it calls directly: to what lies above it the runtime comes through pointers alone.
static bool find_own(const struct rehearsing *r, uint32_t initializer, uint8_t *own) {
  const struct program *program = r->program;
  uint32_t *list = cm_alloc_array(program->arena, program->func_count, sizeof *list);
  size_t count = 0;
  if (!list) return false;
  if (initializer == UINT32_MAX) return true;
  for (uint32_t f = 0; f < r->count; f++) {
    own[r->base + f] = r->first_entered[f] && r->first_entered[f] <= r->first_entered[initializer];
    if (own[r->base + f]) list[count++] = r->base + f;
  }
  // Where names are known they tell it.
  for (uint32_t f = 0; f < r->count; f++) {
    enum symbols_owner owner = symbols_owner_of(program_name(r->program, r->base + f));
    if (owner == SYMBOLS_PROGRAM || owner == SYMBOLS_LIBRARY) own[r->base + f] = 0;
    if (owner == SYMBOLS_RUNTIME) own[r->base + f] = 1;
  }
  // Direct calls are known from the caller's side only as pairs: round by round, until no new function is found.
  for (bool more = count != 0; more;) {
    more = false;
    for (size_t i = 0; i < program->call_count; i++) {
      struct program_call c = program->calls[i];
      if (!own[c.caller] || own[c.callee] || program->instance_of[c.callee] != r->instance) continue;
      own[c.callee] = more = true;
    }
  }
  return true;
}

// Room for the stack at the end of memory, far behind what the program may take next, with the guard below it.
static bool move_stack(struct rehearsing *r, uint32_t *stack) {
  const struct stacked *s = r->program->instances[r->instance].stacked;
  uint64_t before, size;
  laboratory_memory(r->lab, r->instance, &before);
  if (!laboratory_grow(r->lab, r->instance, STACK_PAGES)) return false;
  uint8_t *memory = laboratory_memory(r->lab, r->instance, &size);
  uint64_t bottom = heap_end(before, size);
  union core_value *pointer = laboratory_global(r->lab, r->instance, s->pointer);
  if (!memory || !pointer || size > UINT32_MAX) return false;
  *stack = (uint32_t)size - STACK_MARGIN;
  pointer->i32 = (int32_t)*stack;
  if (s->has_guard) {
    union core_value *global = laboratory_global(r->lab, r->instance, s->guard_global);
    uint64_t at = global ? (uint32_t)global->i32 + s->guard_offset : 0;
    uint32_t guard = (uint32_t)bottom;
    if (at + 8 > before || !laboratory_touch(r->lab, r->instance, at, sizeof guard)) return false;
    memcpy(memory + at, &guard, sizeof guard);
  }
  laboratory_keep_all(r->lab);
  return true;
}

static bool take_writes(struct rehearsing *r, struct rehearsal *out) {
  uint32_t owner = r->program->instances[r->instance].memory_owner;
  const struct image *image = owner < r->program->instance_count ? &r->program->instances[owner].image : NULL;
  out->write_count = image ? image->written_count : 0;
  out->writes = cm_alloc_array(r->program->arena, out->write_count, sizeof *out->writes);
  if (!out->writes) return false;
  for (size_t i = 0; i < out->write_count; i++)
    out->writes[i] = (struct rehearsal_write){image->written[i], image->writers[i], false};
  return true;
}

// The initializers in the order in which they ran.
static bool take_initializers(const struct rehearsing *r, struct rehearsal *out) {
  out->initializers = cm_alloc_array(r->program->arena, r->count, sizeof *out->initializers);
  if (!out->initializers) return false;
  for (uint32_t f = 0; f < r->count; f++) {
    if (!out->only_once[r->base + f]) continue;
    size_t at = out->initializer_count++;
    for (; at && r->first_entered[out->initializers[at - 1] - r->base] > r->first_entered[f]; at--)
      out->initializers[at] = out->initializers[at - 1];
    out->initializers[at] = r->base + f;
  }
  return true;
}

// Evaluations begin with the stack as it is now; of the other globals nothing is known.
static bool take_globals(struct rehearsal *out, struct rehearsing *r) {
  struct program_instance *in = &r->program->instances[r->instance];
  in->start_globals = cm_alloc_array(r->program->arena, in->module->global_count, sizeof *in->start_globals);
  if (!in->start_globals) return false;
  in->start_globals[in->stacked->pointer] = value_const(out->stack);
  const union core_value *guard = in->stacked->has_guard ? laboratory_global(r->lab, r->instance, in->stacked->guard_global) : NULL;
  if (guard) in->start_globals[in->stacked->guard_global] = value_const(guard->u64);
  return true;
}

bool rehearsal_follow(struct program *program, struct rehearsal *out, struct cm_span memory) {
  struct stacked_write *handed;
  size_t count, first = out->write_count;
  const struct stacked *stacked = program->instances[out->instance].stacked;
  if (stacked->variables == UINT64_MAX) return true;
  if (!stacked_flow_find(program, out->instance, out->own, memory, stacked->data.size + BLANK, &handed, &count)) return false;
  struct rehearsal_write *all = cm_alloc_array(program->arena, first + count, sizeof *all);
  if (!all) return false;
  if (first) memcpy(all, out->writes, first * sizeof *all);
  for (size_t i = 0; i < count; i++) all[first + i] = (struct rehearsal_write){handed[i].range, handed[i].writer, handed[i].later};
  out->writes = all;
  out->write_count = first + count;
  return true;
}

// The first `size` bytes of memory, and what the program may take next, which is zeros.
static bool take_image(struct rehearsing *r, uint64_t size, uint32_t initializer, struct rehearsal *out) {
  uint8_t *own = out->own;
  uint64_t now;
  const uint8_t *memory = laboratory_memory(r->lab, r->instance, &now);
  uint64_t end = heap_end(size, now);
  struct cm_span image = {cm_alloc_array(r->program->arena, (size_t)end, 1), (size_t)end};
  if (!image.at) return false;
  memcpy((uint8_t *)(uintptr_t)image.at, memory, (size_t)size);
  if (!symbols_read(r->program, r->instance, image) || !find_own(r, initializer, own)) return false;
  size_t written = out->write_count;
  if (!rehearsal_follow(r->program, out, (struct cm_span){image.at, (size_t)size})) return false;
  program_set_image(r->program, r->instance, image, own);
  const struct image *taken = program_image(r->program, r->instance);
  const struct image_marks *marks = taken ? taken->marks : NULL;
  if (!marks) return false;
  for (size_t i = written; i < out->write_count; i++)
    for (uint64_t at = out->writes[i].range.from; at < out->writes[i].range.to && at < image.size; at++) {
      image_mark(marks->weak, at, true);
      image_mark(marks->shared, at, true);
      image_mark(marks->variable, at, true);
    }
  return true;
}

bool rehearsal_run(struct program *program, struct laboratory *lab, struct rehearsal *out) {
  *out = (struct rehearsal){.instance = UINT32_MAX};
  for (uint32_t i = 0; i < program->instance_count && out->instance == UINT32_MAX; i++)
    if (program->instances[i].stacked) out->instance = i;
  if (out->instance == UINT32_MAX) return false;
  const struct program_instance *in = &program->instances[out->instance];
  struct cm_arena *arena = program->arena;
  uint32_t count = in->module->func_count;
  struct rehearsing r = {.program = program,
                         .lab = lab,
                         .watched = laboratory_instance(lab, out->instance),
                         .instance = out->instance,
                         .base = in->base,
                         .count = count,
                         .stack = cm_alloc_array(arena, DEPTH, sizeof *r.stack),
                         .entered = cm_alloc_array(arena, count, sizeof *r.entered),
                         .caller = cm_alloc_array(arena, count, sizeof *r.caller),
                         .first_entered = cm_alloc_array(arena, count, sizeof *r.first_entered),
                         .last_left = cm_alloc_array(arena, count, sizeof *r.last_left),
                         .asked_within = cm_alloc_array(arena, count, 1)};
  out->only_once = cm_alloc_array(arena, program->func_count, 1);
  out->asked_within = cm_alloc_array(arena, program->func_count, 1);
  out->own = cm_alloc_array(arena, program->func_count, 1);
  if (!r.stack || !r.entered || !r.caller || !r.first_entered || !r.last_left || !r.asked_within || !out->only_once || !out->own ||
      !out->asked_within)
    return false;
  run_exports(&r);
  uint32_t initializer = find_initializer(&r, out->only_once);
  r.keep_at = initializer != UINT32_MAX ? r.last_left[initializer] : r.events;
  memset(r.asked_within, 0, count);
  if (r.keep_at) run_exports(&r);
  laboratory_reset(lab);
  memcpy(out->asked_within + in->base, r.asked_within, count);
  uint64_t size;
  laboratory_memory(lab, out->instance, &size);
  return r.kept && move_stack(&r, &out->stack) && take_writes(&r, out) && take_initializers(&r, out) &&
         take_image(&r, size, initializer, out) && take_globals(out, &r);
}
