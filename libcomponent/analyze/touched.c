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

// Writes that were found in other ways than by looking at what a body has for constants.
struct touch_write {
  struct image_range range;
  uint32_t owner, gid;
  bool is_plain;
};

struct touched {
  struct touch *list;
  size_t count, room;
  bool sorted;
  struct touched_range ranges[RANGES];
  size_t range_count;
  struct touch_write *writes;
  size_t write_count, write_room;
  struct index written;  // of `writes`
  size_t spread_bytes;
  uint32_t *waiting;  // for a search
  uint8_t *kinds_seen;
};

struct touched *touched_new(struct cm_arena *arena) {
  struct touched *t = cm_alloc(arena, sizeof *t);
  return t && index_init(&t->written, arena) ? t : NULL;
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

bool touched_writes(struct program *program, uint32_t owner, struct image_range range, uint32_t gid, bool is_plain, bool *news) {
  struct touched *t = program->touched;
  *news = false;
  uint64_t hash = index_mix(index_mix(index_mix(t->written.seed, (uint64_t)owner << 32 | gid), range.from), range.to);
  size_t cursor = 0;
  for (uint32_t i; index_next(&t->written, hash, &cursor, &i);) {
    const struct touch_write *w = &t->writes[i];
    bool same = w->owner == owner && w->gid == gid && w->is_plain == is_plain;
    if (same && w->range.from == range.from && w->range.to == range.to) return true;
  }
  if (!index_add(&t->written, program->arena, hash, (uint32_t)t->write_count)) return false;
  if (!cm_grow(program->arena, &t->writes, &t->write_room, t->write_count, sizeof *t->writes)) return false;
  t->writes[t->write_count++] = (struct touch_write){range, owner, gid, is_plain};
  t->range_count = 0;  // who may do so is found anew
  return *news = true;
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

static void add_self(struct touched_range *r, uint32_t gid) {
  bool known = r->self_count > TOUCHED_SELVES;
  for (size_t k = 0; k < r->self_count && !known; k++) known = r->selves[k] == gid;
  if (known) return;
  if (r->self_count < TOUCHED_SELVES) r->selves[r->self_count] = gid;
  r->self_count++;
}

// Of whom it is known that he writes there by an address that he passes on.
static void find_writers(const struct touched *t, struct touched_range *r, struct spreading *s) {
  for (size_t i = 0; i < t->write_count; i++) {
    const struct touch_write *w = &t->writes[i];
    if (w->owner != r->owner || w->range.to <= r->range.from || w->range.from >= r->range.to) continue;
    r->is_passed |= !w->is_plain;
    r->is_unknown |= w->gid == NO_FUNC;
    if (w->gid == NO_FUNC) continue;
    if (s) add_caller(s, w->gid, false);
    add_self(r, w->gid);
  }
}

// The position of the first touch at `address` or behind.
static size_t first_from(const struct touched *t, uint64_t address) {
  size_t at;
  SORTED_FIRST(at, 0, t->count, t->list[at].address >= address);
  return at;
}

// Who touches the range by itself.
static void find_selves(const struct touched *t, const struct program *program, struct touched_range *r, struct spreading *s) {
  uint64_t from = r->range.from < OBJECT_LIKELY ? 0 : r->range.from - OBJECT_LIKELY, nearest = 0;
  size_t behind = r->is_strict ? first_from(t, r->range.from + 1) : 0;
  if (behind) r->nearest = nearest = t->list[behind - 1].address;
  for (size_t i = first_from(t, from); i < t->count && t->list[i].address < r->range.to && (s || r->self_count <= TOUCHED_SELVES);
       i++) {
    const struct touch *touch = &t->list[i];
    uint64_t end = touch->address + (uint64_t)(touch->size ? touch->size : OBJECT_LIKELY);
    uint32_t instance = program->instance_of[touch->gid];
    if (end <= r->range.from || program->instances[instance].memory_owner != r->owner) continue;
    if (!touch->size && touch->address < nearest) continue;
    r->is_stored |= touch->size != 0;
    if (s) add_caller(s, touch->gid, false);
    add_self(r, touch->gid);
  }
  find_writers(t, r, s);
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

const struct touched_range *touched_find(struct program *program, uint32_t instance, struct image_range range, bool strict) {
  struct touched *t = program->touched;
  uint32_t owner = program->instances[instance].memory_owner;
  for (size_t i = 0; i < t->range_count; i++) {
    const struct touched_range *r = &t->ranges[i];
    if (r->owner == owner && r->is_strict == strict && r->range.from == range.from && r->range.to == range.to) return r;
  }
  if (t->range_count == RANGES) return NULL;
  if (!sort(t, program->arena)) return NULL;
  struct touched_range *r = &t->ranges[t->range_count];
  *r = (struct touched_range){.owner = owner, .is_strict = strict, .range = range};
  find_selves(t, program, r, NULL);
  t->range_count++;
  const struct touched_range *equal = find_equal(t, r);
  if (equal)
    r->by = equal->by, r->by_pointer = equal->by_pointer;
  else if (!spread(t, program, r))
    r->by = NULL;
  return r;
}

uint64_t touched_end(struct program *program, uint32_t owner, struct image_range range) {
  const struct touched *t = program->touched;
  if (!sort(program->touched, program->arena)) return range.to;
  for (size_t i = first_from(t, range.from + 1); i < t->count && t->list[i].address < range.to; i++)
    if (program->instances[program->instance_of[t->list[i].gid]].memory_owner == owner) return t->list[i].address;
  return range.to;
}

bool touched_next(struct program *program, uint32_t owner, uint64_t address, struct image_range *out) {
  const struct touched *t = program->touched;
  if (!sort(program->touched, program->arena)) return false;
  for (size_t i = first_from(t, address); i < t->count; i++) {
    const struct touch *touch = &t->list[i];
    if (!touch->size || program->instances[program->instance_of[touch->gid]].memory_owner != owner) continue;
    *out = (struct image_range){touch->address, touch->address + (uint64_t)touch->size};
    return true;
  }
  return false;
}

bool touched_by_any(struct program *program, uint32_t instance, struct image_range range) {
  struct touched_range r = {.owner = program->instances[instance].memory_owner, .range = range};
  if (!sort(program->touched, program->arena)) return true;
  find_selves(program->touched, program, &r, NULL);
  return r.self_count;
}
