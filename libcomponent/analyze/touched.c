// Finding out who may write.
//
// All bodies are read once in any case (program.c); what they touch is noted then, and looked at when an evaluation passes a call over
// after it has stored to a variable. From those who touch it, calls are followed back to all that may come to them.

#include "touched.h"

#include <string.h>

enum {
  RANGES = 2048,
  SPREAD_BYTES = 8 << 20,
  OBJECT_LIKELY = 64,  // bytes that whoever has an object's address may write to
  LEAST_ADDRESS = 1024,
};

struct touch {
  uint32_t address, size, gid;
};

struct touched {
  struct touch *list;
  size_t count, room;
  bool sorted;
  struct touched_range ranges[RANGES];
  size_t range_count;
  size_t spread_bytes;
  uint32_t *waiting;  // for a search
  uint8_t *kinds_seen;
};

struct touched *touched_new(struct cm_arena *arena) {
  return cm_alloc(arena, sizeof(struct touched));
}

bool touched_add(struct program *program, uint32_t gid, uint64_t address, uint64_t size) {
  struct touched *t = program->touched;
  if (address > UINT32_MAX - size || size > UINT32_MAX) return true;
  struct touch touch = {(uint32_t)address, (uint32_t)size, gid};
  if (t->count && !memcmp(&t->list[t->count - 1], &touch, sizeof touch)) return true;
  if (!cm_grow(program->arena, &t->list, &t->room, t->count, sizeof *t->list)) return false;
  t->list[t->count++] = touch;
  return true;
}

// Linkers put what is only read in front, in a segment of its own.
void touched_bounds(const struct core_module *module, uint64_t *from, uint64_t *to) {
  uint64_t first = UINT64_MAX, second = UINT64_MAX;
  for (uint32_t d = 0; d < module->data_count; d++) {
    uint64_t at;
    if (module->datas[d].mode != CORE_ACTIVE || !core_const_eval(module, module->datas[d].start, NULL, NULL, &at)) continue;
    if (at < first) {
      second = first;
      first = at;
    } else if (at < second) {
      second = at;
    }
  }
  *from = second != UINT64_MAX ? second : first != UINT64_MAX ? first : LEAST_ADDRESS;
  if (*from < LEAST_ADDRESS) *from = LEAST_ADDRESS;
  const struct core_limits *limits = module->memory_count ? &module->memories[0].limits : NULL;
  *to = limits && limits->min < UINT32_MAX >> 16 && !limits->has_page_size ? limits->min << 16 : UINT32_MAX;
}

// Sorts them by address, digit by digit from the last one: there are many, and where addresses are equal the order stays.
static bool sort(struct touched *t, struct cm_arena *arena) {
  enum { DIGIT = 11, DIGITS = 3, VALUES = 1 << DIGIT };
  if (t->sorted) return true;
  struct touch *other = cm_alloc_array(arena, t->count, sizeof *other);
  uint32_t *counts = cm_alloc_array(arena, (size_t)DIGITS * VALUES, sizeof *counts);
  if (!other || !counts) return false;
  for (size_t i = 0; i < t->count; i++)
    for (unsigned d = 0; d < DIGITS; d++) counts[d * VALUES + (t->list[i].address >> d * DIGIT) % VALUES]++;
  for (unsigned d = 0; d < DIGITS; d++) {
    uint32_t *next = counts + (size_t)d * VALUES, from = 0;
    for (uint32_t v = 0; v < VALUES; v++) {
      uint32_t count = next[v];
      next[v] = from;
      from += count;
    }
    for (size_t i = 0; i < t->count; i++) other[next[(t->list[i].address >> d * DIGIT) % VALUES]++] = t->list[i];
    struct touch *sorted = other;
    other = t->list;
    t->list = sorted;
  }
  t->room = t->count;
  return t->sorted = true;
}

// --- who may come to those who touch it ---

struct spreading {
  const struct program *program;
  uint8_t *by;
  uint32_t *waiting;
  size_t count;
};

static void add_caller(void *context, uint32_t caller, bool indirect) {
  (void)indirect;
  struct spreading *s = context;
  if (s->by[caller] || !(s->program->reached[caller] & 1)) return;
  s->by[caller] = 1;
  s->waiting[s->count++] = caller;
}

// Who touches the range by itself.
static void find_selves(const struct touched *t, const struct program *program, struct touched_range *r, struct spreading *s) {
  uint64_t from = r->range.from < OBJECT_LIKELY ? 0 : r->range.from - OBJECT_LIKELY;
  size_t low = 0, high = t->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (t->list[middle].address < from)
      low = middle + 1;
    else
      high = middle;
  }
  for (size_t i = low; i < t->count && t->list[i].address < r->range.to && (s || r->self_count <= TOUCHED_SELVES); i++) {
    const struct touch *touch = &t->list[i];
    uint64_t end = touch->address + (uint64_t)(touch->size ? touch->size : OBJECT_LIKELY);
    uint32_t instance = program->instance_of[touch->gid];
    if (end <= r->range.from || program->instances[instance].memory_owner != r->owner) continue;
    if (s) add_caller(s, touch->gid, false);
    bool known = false;
    for (size_t k = 0; k < r->self_count && k < TOUCHED_SELVES && !known; k++) known = r->selves[k] == touch->gid;
    if (known || r->self_count > TOUCHED_SELVES) continue;
    if (r->self_count < TOUCHED_SELVES) r->selves[r->self_count] = touch->gid;
    r->self_count++;
  }
}

// Fields of one variable are mostly touched by the same functions.
static const struct touched_range *find_equal(const struct touched *t, const struct touched_range *r) {
  if (r->self_count > TOUCHED_SELVES) return NULL;
  for (size_t i = 0; &t->ranges[i] < r; i++) {
    const struct touched_range *other = &t->ranges[i];
    if (other->self_count == r->self_count && !memcmp(other->selves, r->selves, r->self_count * sizeof *r->selves)) return other;
  }
  return NULL;
}

static bool spread(struct touched *t, struct program *program, struct touched_range *r) {
  struct spreading s = {.program = program};
  if (t->spread_bytes + program->func_count > SPREAD_BYTES) return false;
  t->spread_bytes += program->func_count;
  r->by = s.by = cm_alloc_array(program->arena, program->func_count, 1);
  if (!t->kinds_seen) t->kinds_seen = cm_alloc_array(program->arena, program->kind_count, 1);
  if (!t->waiting) t->waiting = cm_alloc_array(program->arena, program->func_count, sizeof *t->waiting);
  s.waiting = t->waiting;
  if (!s.by || !t->waiting || !t->kinds_seen) return false;
  memset(t->kinds_seen, 0, program->kind_count);
  find_selves(t, program, r, &s);
  while (s.count) program_callers(program, s.waiting[--s.count], t->kinds_seen, add_caller, &s);
  for (uint32_t gid = 0; gid < program->func_count && !r->by_pointer; gid++)
    r->by_pointer = r->by[gid] && program->kind_first[gid + 1] != program->kind_first[gid];
  return true;
}

const struct touched_range *touched_find(struct program *program, uint32_t instance, struct image_range range) {
  struct touched *t = program->touched;
  uint32_t owner = program->instances[instance].memory_owner;
  for (size_t i = 0; i < t->range_count; i++) {
    const struct touched_range *r = &t->ranges[i];
    if (r->owner == owner && r->range.from == range.from && r->range.to == range.to) return r;
  }
  if (t->range_count == RANGES) return NULL;
  if (!sort(t, program->arena)) return NULL;
  struct touched_range *r = &t->ranges[t->range_count];
  *r = (struct touched_range){.owner = owner, .range = range};
  find_selves(t, program, r, NULL);
  t->range_count++;
  const struct touched_range *equal = find_equal(t, r);
  if (equal)
    r->by = equal->by, r->by_pointer = equal->by_pointer;
  else if (!spread(t, program, r))
    r->by = NULL;
  return r;
}

bool touched_by_any(struct program *program, uint32_t instance, struct image_range range) {
  struct touched_range r = {.owner = program->instances[instance].memory_owner, .range = range};
  if (!sort(program->touched, program->arena)) return true;
  find_selves(program->touched, program, &r, NULL);
  return r.self_count;
}
