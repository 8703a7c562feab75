// A store to a constant address is seen when the bodies are read (body.h). What is written through a pointer that was passed on is looked for
// here, and for few addresses only: those that keys were read from, once the keys are known.
//
// The bodies that mention a constant near such an address are found by their bytes, and read with flow.h; so are those that mention a place where
// the data, or code, have such an address, the functions that they give pointers to, and the callers of those that hand such an address back. What
// is learnt of one makes others be read again, until nothing is learnt. Then every address is followed where it is passed on, from function to
// function. Where it is not known how far a function writes, it writes up to the next address that any of those bodies uses. Data that are
// read-only are left out. What is handed over in memory is followed too, one step: a list of variable arguments or a struct in the frame, a vector
// of buffers that the host fills. What is kept in the heap is kept.c's affair. What a call through a table is given that can mean many
// functions counts as written to, unless it was a parameter.

#include "overwritten_search.h"
#include "read_only.h"
#include "touched.h"

#include <stdlib.h>

enum {
  EFFECTS =
      20000000,     // of functions that addresses are passed to, looked at for all of them: what is left then counts as written to
  STEPS = 2000000,  // instructions of bodies; so it does then
  STEPS_OF_SMALL = 8000000,  // where that is enough: what asks by itself mostly needs a tenth of it, with streams of C++ the half
  SMALL = 1000000,           // bytes of code
  READINGS = 256,            // of one body: what its callees do becomes known little by little
  OBJECT = 512,              // bytes of one to which the address is kept in memory,
  OBJECT_DOUBTFUL = 64,      // where numbers and addresses look the same
  CELLS = 1 << 16,           // words of the data that lead near keys
  MEMBERS = 256,             // bytes of an object, one of which a table tells where it is
  OFFSETS = 32,              // at which a function gets the same pointer
};

bool overwritten_grow(struct search *s, void *items, size_t *room, size_t count, size_t size) {
  if (cm_grow(s->arena, items, room, count, size)) return true;
  s->no_memory = true;
  return false;
}

// --- what is of interest ---

static void add_key(struct search *s, uint64_t from, uint64_t to) {
  if (overwritten_grow(s, &s->keys, &s->key_room, s->key_count, sizeof *s->keys))
    s->keys[s->key_count++] = (struct image_range){from, to};
}

int overwritten_by_value(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

// Tells `visit` where in the data words stand that are among `values`, which are sorted.
static void find_words(struct search *s, const uint64_t *values, size_t count,
                       void (*visit)(struct search *s, uint64_t at, uint64_t word)) {
  const struct image *image = program_image(s->program, s->owner);
  for (struct image_words w = {0}; image_next_words(image, &w);)
    for (size_t i = 0; i < w.count; i++) {
      uint64_t word = image_word_of(&w, i);
      if (word < values[0] || word > values[count - 1]) continue;
      if (bsearch(&word, values, count, sizeof word, overwritten_by_value)) visit(s, w.at + i * sizeof(uint32_t), word);
    }
}

static void add_pointer(struct search *s, uint64_t at, uint64_t word) {
  (void)word;
  add_key(s, at, at + 4);
  if (overwritten_grow(s, &s->pointers, &s->pointer_room, s->pointer_count, sizeof *s->pointers))
    s->pointers[s->pointer_count++] = at;
}

// Words of the data that point to keys: they too must be what they were.
static void add_pointers(struct search *s) {
  size_t count = s->key_count;
  uint64_t *begins = cm_alloc_array(s->arena, count, sizeof *begins);
  if (!begins) {
    s->no_memory = true;
    return;
  }
  for (size_t i = 0; i < count; i++) begins[i] = s->keys[i].from;
  qsort(begins, count, sizeof *begins, overwritten_by_value);
  find_words(s, begins, count, add_pointer);
}

bool overwritten_is_constant(const struct search *s, uint64_t address) {
  return (address >= s->constants.from && address < s->constants.to) || image_ranges_have(s->tables, s->table_count, address);
}

// What could be written to is left.
static void drop_constants(struct search *s) {
  size_t kept = 0;
  for (size_t i = 0; i < s->key_count; i++)
    if (!overwritten_is_constant(s, s->keys[i].from)) s->keys[kept++] = s->keys[i];
  s->key_count = kept;
}

// Zeros that were left out in front are no objects' beginning: there, where data begin, an address is most often a plain number.
static uint64_t begin_of(const struct image *image) { return image->segments[image->leading].address; }

static void settle_near(struct search *s, const struct image *image) {
  s->key_count = image_ranges_settle(s->keys, s->key_count);
  s->areas = cm_alloc_array(s->arena, s->area_room = s->key_count, sizeof *s->areas);
  if (!s->areas) {
    s->no_memory = true;
    return;
  }
  uint64_t first = begin_of(image);
  for (size_t i = 0; i < s->key_count; i++) {
    struct image_range area = {s->keys[i].from < first + REACH ? first : s->keys[i].from - REACH, s->keys[i].to};
    if (s->area_count && area.from <= s->areas[s->area_count - 1].to)
      s->areas[s->area_count - 1].to = area.to;
    else
      s->areas[s->area_count++] = area;
  }
  s->near = (struct image_range){s->areas[0].from, s->areas[s->area_count - 1].to};
}

static int by_place(const void *a, const void *b) {
  const struct flow_cell *x = a, *y = b;
  return (x->at > y->at) - (x->at < y->at);
}

// May there be a key in the object that begins there?
bool overwritten_leads_to_key(const struct search *s, uint64_t address) {
  size_t key = image_ranges_find(s->keys, s->key_count, address);
  return key < s->key_count && s->keys[key].from < address + s->object && !overwritten_is_constant(s, address);
}

// Words of the data that lead near the keys: what is read through them may be written to. A table of them has a start somewhere before.
static void find_cells(struct search *s, const struct image *image) {
  for (struct image_words w = {0}; image_next_words(image, &w);)
    for (size_t i = 0; i < w.count && s->cell_count < CELLS; i++) {
      uint32_t word = image_word_of(&w, i);
      if (!overwritten_leads_to_key(s, word)) continue;
      if (!overwritten_grow(s, &s->cells, &s->cell_room, s->cell_count, sizeof *s->cells)) return;
      s->cells[s->cell_count++] = (struct flow_cell){w.at + i * sizeof word, word, true, true, false};
    }
  if (s->cell_count) qsort(s->cells, s->cell_count, sizeof *s->cells, by_place);
}

void overwritten_add_place(struct search *s, uint64_t from, uint64_t to) {
  if (overwritten_grow(s, &s->places, &s->place_room, s->place_count, sizeof *s->places))
    s->places[s->place_count++] = (struct image_range){from, to};
}

// The words from `reach` in front of one on.
struct image_range overwritten_place_of(const struct search *s, uint64_t cell, uint64_t reach) {
  uint64_t first = begin_of(program_image(s->program, s->owner));
  return (struct image_range){cell < first + reach ? first : cell - reach, cell + 4};
}

static void settle_places(struct search *s) {
  overwritten_add_place(s, s->near.from, s->near.to);
  for (size_t i = 0; i < s->cell_count; i++) {
    struct image_range place = overwritten_place_of(s, s->cells[i].at, HELD_REACH);
    overwritten_add_place(s, place.from, place.to);
    if (overwritten_grow(s, &s->areas, &s->area_room, s->area_count, sizeof *s->areas)) s->areas[s->area_count++] = place;
  }
  s->place_count = image_ranges_settle(s->places, s->place_count);
  s->area_count = image_ranges_settle(s->areas, s->area_count);
}

// --- bodies ---

// Does something in the bytes look like a constant, or like the offset of a load or store, that is in `range`; NULL: near what is of interest?
static bool mentions(const struct search *s, struct cm_span body, const struct image_range *range) {
  for (size_t at = 0; at < body.size; at++) {
    uint8_t opcode = body.at[at];
    bool constant = opcode == 0x41 || opcode == 0x42, accesses = opcode >= 0x28 && opcode <= 0x3e;
    if (!constant && !accesses) continue;
    uint64_t value = 0;
    unsigned shift = 0;
    for (size_t n = at + 1 + accesses; n < body.size && shift < 35; n++, shift += 7) {
      value |= (uint64_t)(body.at[n] & 0x7f) << shift;
      if (body.at[n] < 0x80) break;
    }
    if (range ? value >= range->from && value < range->to : image_ranges_have(s->areas, s->area_count, value)) return true;
  }
  return false;
}

void overwritten_queue(struct search *s, uint32_t gid) {
  struct body *body = &s->bodies[gid];
  bool own = s->program->instances[s->program->instance_of[gid]].memory_owner == s->owner;
  if (body->queued || !own || !(s->program->reached[gid] & 1) || program_is_slot(s->program, gid)) return;
  if (s->with_heap && s->allocators[gid]) return;
  struct bodies *to = body->readings ? &s->again : &s->queue;
  if (!overwritten_grow(s, &to->gids, &to->room, to->count, sizeof *to->gids)) return;
  body->queued = true;
  to->gids[to->count++] = gid;
}

void overwritten_queue_mentioning(struct search *s, const struct image_range *range) {
  struct program *program = s->program;
  for (uint32_t gid = 0; gid < program->func_count && !s->no_memory; gid++) {
    const struct program_instance *in = &program->instances[program->instance_of[gid]];
    if (in->memory_owner != s->owner || !(program->reached[gid] & 1) || program_is_slot(program, gid)) continue;
    if (mentions(s, in->module->funcs[program_func(program, gid)].body, range)) overwritten_queue(s, gid);
  }
}

struct queueing {
  struct search *search;
  bool all;  // and not those alone that were read
};

static void queue_caller(void *context, uint32_t caller, bool indirect) {
  (void)indirect;
  const struct queueing *q = context;
  if (q->all || q->search->bodies[caller].readings) overwritten_queue(q->search, caller);
}

static void read_body(struct search *s, uint32_t gid) {
  struct body *body = &s->bodies[gid];
  const struct flow_effect *effects;
  size_t count;
  bool changed, waits = false;
  if (body->readings++ == READINGS || !s->steps_left) {
    s->is_lost = true;
    body->readings--;
    return;
  }
  bool *may_wait = body->has_waited || !s->is_patient ? NULL : &waits;
  if (!flow_read(s->reader, gid, &s->steps_left, may_wait, &effects, &count, &changed)) {
    s->no_memory = true;
    return;
  }
  s->is_lost |= !s->steps_left;
  const uint32_t *wanted;
  size_t wanted_count = flow_wanted(s->reader, &wanted);
  for (size_t i = 0; i < wanted_count; i++) overwritten_queue(s, wanted[i]);
  if (waits) {
    body->has_waited = true;
    overwritten_queue(s, gid);
    return;
  }
  struct flow_effect *own = cm_alloc_array(s->arena, count, sizeof *own);
  if (count && !own) {
    s->no_memory = true;
    return;
  }
  if (count) memcpy(own, effects, count * sizeof *own);
  body->effects = own, body->count = count;
  struct queueing q = {s, flow_summary_has_constants(s->reader, flow_summary_of(s->reader, gid))};
  if (changed) program_callers(s->program, gid, NULL, queue_caller, &q);
}

static void read_queued(struct search *s) {
  do {
    while ((s->queue.count || s->again.count) && !s->no_memory) {
      struct bodies *from = s->queue.count ? &s->queue : &s->again;
      uint32_t gid = from->gids[--from->count];
      s->bodies[gid].queued = false;
      read_body(s, gid);
    }
  } while (!s->no_memory && !s->is_lost && kept_add_cells(s));
}

// What is done with constants near the keys.
static void collect_begins(struct search *s) {
  s->begin_count = s->origin_count = 0;
  for (uint32_t gid = 0; gid < s->program->func_count; gid++)
    for (size_t i = 0; i < s->bodies[gid].count && !s->no_memory; i++)
      if (s->bodies[gid].effects[i].pointer.kind == FLOW_CONSTANT &&
          overwritten_grow(s, &s->begins, &s->begin_room, s->begin_count, sizeof *s->begins) &&
          overwritten_grow(s, &s->origins, &s->origin_room, s->begin_count, sizeof *s->origins)) {
        s->origins[s->begin_count] = (struct begin){address_of(s->bodies[gid].effects[i].pointer), gid};
        s->begins[s->begin_count++] = s->bodies[gid].effects[i];
      }
}

static int by_begin(const void *a, const void *b) {
  const struct begin *x = a, *y = b;
  if (x->address != y->address) return x->address > y->address ? 1 : -1;
  return (x->gid > y->gid) - (x->gid < y->gid);
}

static void sort_addresses(struct search *s) {
  s->addresses = cm_alloc_array(s->arena, s->begin_count, sizeof *s->addresses);
  if (!s->addresses) {
    s->no_memory = true;
    return;
  }
  // What is taken for a word of the heap is most often another one, and tells nothing of where objects end.
  s->address_count = 0;
  for (size_t i = 0; i < s->begin_count; i++)
    if (!s->begins[i].pointer.found) s->addresses[s->address_count++] = address_of(s->begins[i].pointer);
  if (!s->begin_count) return;
  qsort(s->addresses, s->address_count, sizeof *s->addresses, overwritten_by_value);
  qsort(s->origins, s->begin_count, sizeof *s->origins, by_begin);
  for (size_t i = 0; i < s->begin_count; i++)
    if (!i || by_begin(&s->origins[i - 1], &s->origins[i])) s->origins[s->origin_count++] = s->origins[i];
}

// --- what is written ---

static uint64_t end_of_object(const struct search *s, uint64_t address) {
  uint64_t end = kept_first_behind(s->addresses, s->address_count, address);
  return end && end - address < REACH ? end : address + REACH;
}

static void add_store(struct search *s, struct variable_store store, uint64_t within) {
  uint64_t from = store.address, to = from + store.size;
  size_t low = image_ranges_find(s->keys, s->key_count, from);
  if (low == s->key_count || s->keys[low].from >= to) return;
  if (overwritten_grow(s, &s->written, &s->written_room, s->written_count, sizeof *s->written))
    s->written[s->written_count++] = (struct write){{from, to}, s->origin, within};
  if (overwritten_grow(s, &s->stores, &s->store_room, s->store_count, sizeof *s->stores)) s->stores[s->store_count++] = store;
}

// `size` 0: nobody knows.
static void add_written(struct search *s, uint64_t from, uint64_t size) {
  add_store(s, (struct variable_store){.address = from, .size = size ? size : end_of_object(s, from) - from}, size ? 0 : from);
}

// A number of eight bytes is mostly two variables.
static void add_number(struct search *s, uint64_t address, const struct flow_effect *e) {
  uint64_t size = e->size < sizeof(uint64_t) ? e->size : sizeof(uint32_t);
  for (uint64_t at = 0; at < e->size; at += size)
    add_store(s, (struct variable_store){address + at, size, e->number >> (8 * at), true}, 0);
}

// Has the one, whose offset is not known, all that the other may have?
static bool covers(const struct carried *m, const struct carried *c) {
  if (m->exact) return c->exact && c->offset == m->offset;
  if (m->stride < 2) return true;
  return (c->exact || (c->stride && c->stride % m->stride == 0)) && (c->offset - m->offset) % (int64_t)m->stride == 0;
}

// Is it followed already? *close: how many are that differ in the offset.
static bool is_met(const struct search *s, struct carried c, uint64_t hash, size_t *close) {
  size_t cursor = 0;
  *close = 0;
  for (uint32_t i; index_next(&s->met, hash, &cursor, &i);) {
    const struct carried *m = &s->carried[i];
    bool same = i < s->carried_count && m->gid == c.gid && m->argument == c.argument && m->within == c.within &&
                m->base == c.base && m->found <= c.found && m->origin.begin == c.origin.begin &&
                m->origin.is_held == c.origin.is_held;
    if (same && covers(m, &c) && m->step == c.step && m->at == c.at) return true;
    *close += same;
  }
  return false;
}

// Where a function gets one pointer at ever more offsets, a recursive one or one that goes through a list, these are not known.
static void carry(struct search *s, struct carried c) {
  uint64_t hash = index_mix(index_mix(s->met.seed, (uint64_t)c.gid << 32 | c.argument), c.base);
  bool of_heap = s->with_heap && (c.found || c.base == FLOW_HEAP_BEGIN);
  if (program_is_slot(s->program, c.gid) || (of_heap && s->allocators[c.gid])) return;
  size_t close;
  c.origin = s->origin;
  if (is_met(s, c, hash, &close)) return;
  if (close >= OFFSETS && (c.exact || c.offset)) {
    c.exact = c.least = false, c.offset = 0, c.stride = 0;
    if (is_met(s, c, hash, &close)) return;
  }
  if (!overwritten_grow(s, &s->carried, &s->carried_room, s->carried_count, sizeof *s->carried)) return;
  if (!index_add(&s->met, s->arena, hash, (uint32_t)s->carried_count)) s->no_memory = true;
  s->carried[s->carried_count++] = c;
}

// What a callee does with an argument that leads to the pointer. Beyond what stands there itself nothing is followed.
static void meet_within(struct search *s, const struct carried *c, const struct flow_effect *e) {
  if (e->act == FLOW_WRITES && e->within) add_written(s, c->base + (uint64_t)c->offset, 0);
  if (e->act != FLOW_PASSES || e->within) return;
  struct carried on = *c;
  on.gid = e->callee, on.argument = e->argument;
  on.at -= e->pointer.offset;
  if (!e->pointer.exact) on.step = 1;
  if (on.step) on.at = on.at % (int64_t)on.step;
  if (on.at < REACH && on.at > -REACH) carry(s, on);
}

// Something of known size in each element of an array.
static void add_elements(struct search *s, uint64_t from, uint64_t size, uint64_t stride) {
  uint64_t end = end_of_object(s, from);
  // The same member of another element is no other object.
  while (stride > sizeof(uint32_t) && end - from < REACH && (end - from) % stride == 0) {
    uint64_t next = kept_first_behind(s->addresses, s->address_count, end);
    end = next && next - from < REACH ? next : from + REACH;
  }
  for (uint64_t at = from; at < end; at += stride) add_store(s, (struct variable_store){.address = at, .size = size}, from);
}

// A word whose offset is no index is a member of which a table says where it is: it is in the same object wherever other code has others of it.
// An array has two elements at least, and so have members between which a condition chooses.
static void write_somewhere(struct search *s, uint64_t from, uint64_t stride, uint64_t size) {
  uint64_t object = kept_first_behind(s->starts, s->start_count, from), end = end_of_object(s, from);
  bool is_member = !stride && size == sizeof(uint32_t);
  if (is_member) end = object && object - from < MEMBERS ? object : from + MEMBERS;
  if (size && stride == size && end - from < 2 * size) end = from + 2 * size;
  add_written(s, from, end - from);
}

// What is done with a pointer that is `base` plus `offset`, if that is `exact`; else and any multiple of `stride`.
static void meet(struct search *s, struct flow_value p, const struct flow_effect *e) {
  uint64_t base = p.of, stride = p.stride;
  int64_t offset = p.offset;
  bool exact = p.exact;
  // Neither that it is this pointer nor where it leads is known.
  if (p.found && !exact && stride < 2 && e->act == FLOW_WRITES) return;
  if (!exact && !p.least && stride > 1) offset = (offset % (int64_t)stride + (int64_t)stride) % (int64_t)stride;
  if (e->act == FLOW_PASSES)
    carry(s,
          (struct carried){e->callee, e->argument, exact, p.least, e->within, p.found, base, offset, e->at, 0, stride, s->origin});
  else if (e->act == FLOW_KEEPS && base != FLOW_HEAP_BEGIN && !(p.found && (!exact || offset || e->within)))
    s->learnt |= kept_add(s, (struct flow_value){.exact = exact, .of = base, .offset = exact || offset < 0 ? offset : 0}, e);
  else if (e->act == FLOW_WRITES && !e->within && !exact && stride > e->size && e->size)
    add_elements(s, base + (uint64_t)offset, e->size, stride);
  else if (e->act == FLOW_WRITES && !e->within && exact && e->is_number)
    add_number(s, base + (uint64_t)offset, e);
  else if (e->act == FLOW_WRITES && !e->within && exact)
    add_written(s, base + (uint64_t)offset, e->size);
  else if (e->act == FLOW_WRITES && !e->within)
    write_somewhere(s, base + (uint64_t)offset, stride, e->size);
}

// The same where the pointer that it is done with is `c`, with what the effect adds.
static void meet_carried(struct search *s, const struct carried *c, const struct flow_effect *e) {
  uint64_t stride = flow_stride(c->exact, c->stride, e->pointer.exact, e->pointer.stride);
  struct flow_value p = {.exact = c->exact && e->pointer.exact,
                         .least = (c->exact || c->least) && (e->pointer.exact || e->pointer.least),
                         .found = c->found,
                         .of = c->base,
                         .offset = c->offset + e->pointer.offset,
                         .stride = stride};
  meet(s, p, e);
}

// Is the effect's pointer the word that leads on from the argument?
static bool is_led_to(const struct carried *c, const struct flow_effect *e) {
  uint64_t step = flow_common_step(c->step, e->pointer.step);
  int64_t apart = e->pointer.at - c->at;
  return e->pointer.kind == FLOW_HELD && (step ? apart % (int64_t)step == 0 : !apart);
}

struct leading {
  struct search *search;
  const struct flow_effect *effect;  // NULL: that there is anything is all that is asked
  bool in_heap, any;
};

static void lead(void *context, uint64_t value, bool leads_exactly) {
  struct leading *l = context;
  const struct flow_effect *e = l->effect;
  l->any = true;
  if (!e) return;
  struct flow_value p = {.exact = e->pointer.exact && leads_exactly, .found = l->in_heap, .of = value, .offset = e->pointer.offset};
  if (leads_exactly) p.stride = e->pointer.stride;
  struct origin origin = l->search->origin;
  l->search->origin.is_held = true;
  meet(l->search, p, e);
  l->search->origin = origin;
}

// What is done with a word that static memory holds where the argument leads to.
static void meet_held(struct search *s, const struct carried *c, const struct flow_effect *e) {
  struct leading l = {s, e, s->with_heap, false};
  bool is_exact = c->exact && !e->pointer.step;
  // What is copied from one place of the heap to another one is there as far from the beginning as it was.
  if (e->act == FLOW_KEEPS && c->base == FLOW_HEAP_BEGIN && !is_exact) return;
  uint64_t stride = flow_stride(c->exact, c->stride, !e->pointer.step, e->pointer.step);
  uint64_t at = c->base + (uint64_t)(c->offset + e->pointer.at);
  flow_cells(s->reader, at, is_exact, stride, kept_first_behind(s->starts, s->start_count, at), lead, &l);
}

// What any call is given that leads to the heap.
static void pass_heap(struct search *s) {
  s->origin = (struct origin){FLOW_HEAP_BEGIN, true, false};
  for (uint32_t gid = 0; gid < s->program->func_count; gid++)
    for (size_t i = 0; i < s->bodies[gid].count && !s->no_memory; i++) {
      const struct flow_effect *e = &s->bodies[gid].effects[i];
      struct flow_value p = e->pointer;
      p.of = FLOW_HEAP_BEGIN;
      if (p.kind == FLOW_HEAP) meet(s, p, e);
    }
}

// Follows addresses that are passed on to whatever they reach.
static void follow(struct search *s) {
  for (size_t next = 0; next < s->carried_count && !s->no_memory; next++) {
    struct carried c = s->carried[next];
    s->origin = c.origin;
    const struct body *body = &s->bodies[c.gid];
    if (body->count >= s->effects_left || s->is_lost) {
      s->is_cut = s->origin.is_held = true;
      add_written(s, c.base + (uint64_t)c.offset, 0);
      continue;
    }
    s->effects_left -= body->count + 1;
    for (size_t i = 0; i < body->count; i++) {
      const struct flow_effect *e = &body->effects[i];
      bool own = e->pointer.kind == FLOW_PARAMETER, held = e->pointer.kind == FLOW_HELD;
      if (!(own || held) || e->pointer.of != c.argument) continue;
      if (own && !c.within)
        meet_carried(s, &c, e);
      else if (own)
        meet_within(s, &c, e);
      else if (!c.within)
        meet_held(s, &c, e);
      else if (is_led_to(&c, e))
        meet_carried(s, &c, e);
    }
  }
}

// May calls that were not followed mean the function?
static bool is_called_anyhow(const struct program *program, uint32_t gid) {
  for (uint32_t i = program->kind_first[gid]; i < program->kind_first[gid + 1]; i++) {
    uint32_t kind = program->kind_list[i];
    bool called = program->kind_caller_first[kind] != program->kind_caller_first[kind + 1];
    if (called && program->kinds[kind].target_count > FLOW_TARGETS) return true;
  }
  return false;
}

// The address that such a function gives back, as that of a thread's own variable, somebody writes to.
static void write_given_back(struct search *s) {
  const struct flow_value *items;
  for (uint32_t gid = 0; gid < s->program->func_count; gid++) {
    const struct flow_summary *summary = s->bodies[gid].readings ? flow_summary_of(s->reader, gid) : NULL;
    if (!summary || !is_called_anyhow(s->program, gid)) continue;
    size_t count = flow_results(s->reader, summary, &items);
    for (size_t i = 0; i < count; i++) {
      uint64_t address = address_of(items[i]);
      if (items[i].kind == FLOW_CONSTANT) {
        s->origin = (struct origin){address, true, false};
        add_written(s, address, 0);
      }
    }
  }
}

// Of what is read-only it matters where it leads to.
static bool is_of_interest(const struct search *s, const struct flow_effect *e) {
  uint64_t address = address_of(e->pointer);
  struct leading l = {0};
  if (!overwritten_is_constant(s, address)) return true;
  if (e->act == FLOW_PASSES)
    flow_cells(s->reader, address, false, 0, kept_first_behind(s->starts, s->start_count, address), lead, &l);
  return l.any;
}

static void find_written(struct search *s) {
  if (!index_init(&s->met, s->arena)) s->no_memory = true;
  for (size_t i = 0; i < s->begin_count && !s->no_memory; i++) {
    const struct flow_effect *e = &s->begins[i];
    bool is_plain = e->act == FLOW_WRITES && !e->within && e->pointer.exact && !e->pointer.held && !e->pointer.local;
    s->origin = (struct origin){address_of(e->pointer), e->pointer.found, is_plain && !e->pointer.found};
    if (is_of_interest(s, e)) meet(s, e->pointer, e);
  }
  if (s->with_heap) pass_heap(s);
  follow(s);
  if (!s->no_memory) write_given_back(s);
}

// What was not read may write to all that is looked for.
static void write_all(struct search *s) {
  s->origin = (struct origin){.is_held = true};
  for (size_t i = 0; i < s->key_count && !s->no_memory; i++) add_written(s, s->keys[i].from, s->keys[i].to - s->keys[i].from);
}

// Reads all bodies that have to do with addresses near the keys, and follows these, until nothing is learnt.
static void search(struct search *s) {
  overwritten_queue_mentioning(s, NULL);
  do {
    read_queued(s);
    collect_begins(s);
    s->learnt = false;
    s->carried_count = s->written_count = s->store_count = 0;
    s->is_cut = false;
    if (!s->no_memory) sort_addresses(s);
    if (!s->no_memory && !s->is_lost) kept_find_starts(s);
    if (!s->no_memory && !s->is_lost) kept_add_objects(s);
    if (!s->no_memory) find_written(s);
  } while (s->learnt && !s->is_lost && !s->no_memory);
  if (s->is_lost && !s->is_open) write_all(s);
}

static bool is_pointer(const struct search *s, uint64_t at) {
  return bsearch(&at, s->pointers, s->pointer_count, sizeof at, overwritten_by_value) != NULL;
}

// A variable that code reads by its address, while the data hold that address too: tables of options do, for what is read through them is
// written to. Tables of names are something else, and some number may look like the address of one.
static void write_held(struct search *s, uint64_t at, uint64_t variable) {
  (void)at;
  for (unsigned near = 4; near <= 8; near += 4)
    if (is_pointer(s, variable - near) || is_pointer(s, variable + near)) return;
  for (size_t i = 0; i < s->begin_count; i++) {
    const struct flow_effect *e = &s->begins[i];
    if (e->act != FLOW_READS || e->pointer.held || !e->pointer.exact || address_of(e->pointer) != variable) continue;
    s->origin = (struct origin){variable, true, false};
    add_written(s, variable, 4);
    return;
  }
}

// Who passes on the address that is written to; where the search was cut short there may be others.
static bool tell_writers(struct search *s, const struct write *w, bool *found) {
  bool news = false;
  struct image_range range = w->range;
  if (w->within) {
    uint64_t end = touched_end(s->program, s->owner, (struct image_range){w->within, range.to});
    if (range.from >= end) return true;
    if (range.to > end) range.to = end;
  }
  if (w->origin.is_held || s->is_lost) {
    if (!touched_writes(s->program, s->owner, range, NO_FUNC, false, &news)) return false;
    *found |= news;
  }
  size_t at;
  SORTED_FIRST(at, 0, s->origin_count, s->origins[at].address >= w->origin.begin);
  for (; at < s->origin_count && s->origins[at].address == w->origin.begin; at++) {
    if (!touched_writes(s->program, s->owner, range, s->origins[at].gid, w->origin.is_plain, &news)) return false;
    *found |= news;
  }
  return true;
}

static int by_write(const void *a, const void *b) {
  const struct write *x = a, *y = b;
  if (x->range.from != y->range.from) return x->range.from > y->range.from ? 1 : -1;
  if (x->range.to != y->range.to) return x->range.to > y->range.to ? 1 : -1;
  if (x->origin.begin != y->origin.begin) return x->origin.begin > y->origin.begin ? 1 : -1;
  if (x->origin.is_held != y->origin.is_held) return x->origin.is_held ? 1 : -1;
  return (x->origin.is_plain > y->origin.is_plain) - (x->origin.is_plain < y->origin.is_plain);
}

// The same is often found in many ways.
static bool tell_written(struct search *s, struct overwritten_news *found) {
  if (s->written_count) qsort(s->written, s->written_count, sizeof *s->written, by_write);
  for (size_t i = 0; i < s->written_count && !s->no_memory; i++) {
    bool news;
    if (i && !by_write(&s->written[i - 1], &s->written[i])) continue;
    if (!program_written(s->program, s->owner, s->written[i].range, &news)) return false;
    found->written |= news;
    if (!tell_writers(s, &s->written[i], &found->writers)) return false;
  }
  return !s->no_memory;
}

// Only where all stores were seen.
static bool find_variables(struct search *s, bool *found) {
  if (s->is_lost || s->is_cut || !s->variables || !read_only_is_of_one_module(s->program, s->owner)) return true;
  return variables_find(s->program, s->owner, s->variables, s->stores, s->store_count, s->keys, s->key_count, found);
}

// Is there so little code that a search comes to its end? Where it does not, what was read until then tells, and nothing should be read for later.
static bool is_small(const struct search *s) {
  uint64_t size = 0;
  for (uint32_t i = 0; i < s->program->instance_count; i++) {
    const struct program_instance *in = &s->program->instances[i];
    if (!in->module || in->memory_owner != s->owner) continue;
    for (uint32_t f = in->module->imported[CORE_FUNC]; f < in->module->func_count; f++) size += in->module->funcs[f].body.size;
  }
  return size < SMALL;
}

static bool find_in_memory(struct search *s, struct overwritten_news *news) {
  const struct image *image = program_image(s->program, s->owner);
  if (!image || !image->count) return true;
  add_pointers(s);
  if (s->no_memory) return false;
  s->constants = read_only_data(s->program, s->owner);
  if (!read_only_tables(s->program, s->owner, &s->tables, &s->table_count)) return false;
  drop_constants(s);
  if (!s->key_count) return true;
  settle_near(s, image);
  s->object = flow_is_linked(s->program->instances[s->owner].module) ? OBJECT : OBJECT_DOUBTFUL;
  find_cells(s, image);
  settle_places(s);
  if (s->no_memory) return false;
  s->reader = flow_reader_new(s->program, s->arena, s->places, s->place_count, s->cells, s->cell_count);
  s->bodies = cm_alloc_array(s->arena, s->program->func_count, sizeof *s->bodies);
  if (!s->reader || !s->bodies) return false;
  s->is_patient = is_small(s);
  if (s->is_patient) s->steps_left = STEPS_OF_SMALL;
  search(s);
  if (!s->no_memory && s->pointer_count) find_words(s, s->pointers, s->pointer_count, write_held);
  news->is_lost |= s->is_lost || s->is_cut;
  return !s->no_memory && tell_written(s, news) && find_variables(s, &news->written);
}

// What an earlier search looked at is known already, whatever came of it.
static bool was_searched(const struct image *image, struct image_range range) {
  size_t at = image_ranges_find(image->searched, image->searched_count, range.from);
  return at < image->searched_count && image->searched[at].from <= range.from && image->searched[at].to >= range.to;
}

static bool note_searched(struct program *program, uint32_t owner, const struct key_sources *sources) {
  struct image *image = &program->instances[owner].image;
  for (size_t i = 0; i < sources->count; i++) {
    const struct key_source *k = &sources->list[i];
    if (k->owner != owner || k->range.from >= k->range.to) continue;
    if (!cm_grow(program->arena, &image->searched, &image->searched_room, image->searched_count, sizeof *image->searched))
      return false;
    image->searched[image->searched_count++] = k->range;
  }
  image->searched_count = image_ranges_settle(image->searched, image->searched_count);
  return true;
}

bool overwritten_find(struct program *program, struct cm_arena *scratch, const struct overwritten_question *question,
                      struct overwritten_news *news) {
  const struct key_sources *sources = question->sources;
  *news = (struct overwritten_news){0};
  for (uint32_t owner = 0; owner < program->instance_count; owner++) {
    struct search s = {.program = program, .arena = scratch, .owner = owner, .effects_left = EFFECTS, .steps_left = STEPS};
    s.variables = question->variables;
    s.is_open = question->is_open;
    for (size_t i = 0; i < sources->count; i++) {
      const struct key_source *k = &sources->list[i];
      if (k->owner == owner && !was_searched(&program->instances[owner].image, k->range)) add_key(&s, k->range.from, k->range.to);
    }
    if (s.no_memory || (s.key_count && !find_in_memory(&s, news))) return false;
    if (s.key_count && !note_searched(program, owner, sources)) return false;
  }
  return true;
}
