// A store to a constant address is seen when the bodies are read (body.h). What is written through a pointer that was passed on is looked for
// here, and for few addresses only: those that keys were read from, once the keys are known.
//
// The bodies that mention a constant near such an address are found by their bytes, and read with flow.h. Where they pass the address on, what
// the callees do with it is followed from function to function. Where it is not known how far a function writes, it writes up to the next
// address that any of those bodies uses. Data that are read-only are left out. What is handed over in memory is followed too, one step: a list of variable arguments or a struct in
// the frame, a vector of buffers that the host fills. Not followed are pointers that are kept in other memory, and calls through a table
// that can mean several functions; docs/analysis.md says so.

#include "overwritten.h"
#include "flow.h"

#include <stdlib.h>

enum {
  REACH = 4096,  // bytes that an object may have before a key, or behind an address with an unknown number of bytes written
  EFFECTS =
      20000000,  // of functions that addresses are passed to, looked at for all of them: what is left then counts as written to
};

// What is followed: parameter `argument` of `gid` is the pointer that it began with plus `offset`, if that is known. `within`: it is not, but
// leads to it, `at` bytes on, or some multiple of `step` from there.
struct carried {
  uint32_t gid, argument;
  bool exact, within;
  int64_t offset, at;
  uint64_t step;
};

// What a body does with its parameters, once read.
struct summary {
  bool read;
  const struct flow_effect *effects;
  size_t count;
};

struct search {
  struct program *program;
  struct cm_arena *arena;
  uint32_t owner;
  struct image_range near;    // all of them, and what may be objects that they are part of,
  struct image_range *areas;  // and each alone, in order
  size_t area_count;
  struct image_range constants;  // nothing is written there
  struct image_range *keys;      // sources and pointers to them
  size_t key_count, key_room;
  uint64_t *pointers;  // addresses of the latter, sorted
  size_t pointer_count, pointer_room;
  struct flow_reader *reader;
  struct summary *summaries;   // by gid
  struct flow_effect *begins;  // effects with constants near the keys
  size_t begin_count, begin_room;
  uint64_t *addresses;  // where those begin, sorted
  struct carried *carried;
  size_t carried_count, carried_room;
  struct index met;  // of `carried`
  uint64_t effects_left;
  struct image_range *written;
  size_t written_count, written_room;
  bool no_memory;
};

static bool grow(struct search *s, void *items, size_t *room, size_t count, size_t size) {
  if (cm_grow(s->arena, items, room, count, size)) return true;
  s->no_memory = true;
  return false;
}

// --- what is of interest ---

static void add_key(struct search *s, uint64_t from, uint64_t to) {
  if (grow(s, &s->keys, &s->key_room, s->key_count, sizeof *s->keys)) s->keys[s->key_count++] = (struct image_range){from, to};
}

static int by_value(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

// Tells `visit` where in the data words stand that are among `values`, which are sorted.
static void find_words(struct search *s, const uint64_t *values, size_t count,
                       void (*visit)(struct search *s, uint64_t at, uint64_t word)) {
  const struct image *image = program_image(s->program, s->owner);
  for (size_t i = 0; i < image->count; i++) {
    struct cm_span bytes = image->segments[i].bytes;
    uint64_t address = image->segments[i].address;
    for (size_t at = (size_t)(-address & 3); at + 4 <= bytes.size; at += 4) {
      uint32_t little;
      memcpy(&little, bytes.at + at, sizeof little);
      uint64_t word = little;
      if (word < values[0] || word > values[count - 1]) continue;
      if (bsearch(&word, values, count, sizeof word, by_value)) visit(s, address + at, word);
    }
  }
}

static void add_pointer(struct search *s, uint64_t at, uint64_t word) {
  (void)word;
  add_key(s, at, at + 4);
  if (grow(s, &s->pointers, &s->pointer_room, s->pointer_count, sizeof *s->pointers)) s->pointers[s->pointer_count++] = at;
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
  qsort(begins, count, sizeof *begins, by_value);
  find_words(s, begins, count, add_pointer);
}

static bool is_constant(const struct search *s, uint64_t address) {
  return address >= s->constants.from && address < s->constants.to;
}

// Are the memory's data those of one module, placed by constants? LLVM's linker makes such ones, unless they are shared libraries.
static bool is_of_one_module(const struct search *s) {
  const struct program *program = s->program;
  const struct core_module *only = NULL;
  for (uint32_t i = 0; i < program->instance_count; i++) {
    const struct program_instance *in = &program->instances[i];
    if (!in->module || in->memory_owner != s->owner || !in->module->data_count) continue;
    if (only || in->stack_global == UINT32_MAX) return false;
    only = in->module;
  }
  uint64_t address;
  return only && only->datas[0].mode == CORE_ACTIVE && core_const_eval(only, only->datas[0].start, NULL, NULL, &address);
}

// LLVM's linker has the read-only data in a segment of their own, in front of all others (wasm-ld orders .tdata, .rodata, .data, .bss). Binaryen
// splits segments where there are zeros, and never joins two: the first one of several is read-only still. It is taken for that unless code
// stores to it.
static struct image_range read_only(const struct search *s, const struct image *image) {
  static const struct image_range none = {0};
  if (image->count < 2 || image->marks || !is_of_one_module(s)) return none;
  const struct image_segment *first = &image->segments[0];
  struct image_range r = {first->address, first->address + first->bytes.size};
  for (size_t i = 0; i < image->written_count; i++)
    if (image->written[i].from < r.to && image->written[i].to > r.from) return none;
  return r;
}

// What could be written to is left.
static void drop_constants(struct search *s) {
  size_t kept = 0;
  for (size_t i = 0; i < s->key_count; i++)
    if (!is_constant(s, s->keys[i].from)) s->keys[kept++] = s->keys[i];
  s->key_count = kept;
}

static void settle_near(struct search *s, const struct image *image) {
  s->key_count = image_ranges_settle(s->keys, s->key_count);
  s->areas = cm_alloc_array(s->arena, s->key_count, sizeof *s->areas);
  if (!s->areas) {
    s->no_memory = true;
    return;
  }
  uint64_t first = image->segments[0].address;
  for (size_t i = 0; i < s->key_count; i++) {
    struct image_range area = {s->keys[i].from < first + REACH ? first : s->keys[i].from - REACH, s->keys[i].to};
    if (s->area_count && area.from <= s->areas[s->area_count - 1].to)
      s->areas[s->area_count - 1].to = area.to;
    else
      s->areas[s->area_count++] = area;
  }
  s->near = (struct image_range){s->areas[0].from, s->areas[s->area_count - 1].to};
}

// --- bodies that mention it ---

static bool is_near(const struct search *s, uint64_t address) {
  if (address < s->near.from || address >= s->near.to) return false;
  size_t low = 0, high = s->area_count;
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    if (s->areas[middle].from <= address)
      low = middle;
    else
      high = middle;
  }
  return address < s->areas[low].to;
}

// Does something in the bytes look like a constant, or like the offset of a store, that is near a key?
static bool mentions(const struct search *s, struct cm_span body) {
  for (size_t at = 0; at < body.size; at++) {
    uint8_t opcode = body.at[at];
    bool constant = opcode == 0x41 || opcode == 0x42, is_store = opcode >= 0x36 && opcode <= 0x3e;
    if (!constant && !is_store) continue;
    uint64_t value = 0;
    unsigned shift = 0;
    for (size_t n = at + 1 + is_store; n < body.size && shift < 35; n++, shift += 7) {
      value |= (uint64_t)(body.at[n] & 0x7f) << shift;
      if (body.at[n] < 0x80) break;
    }
    if (is_near(s, value)) return true;
  }
  return false;
}

static void read_mentioning(struct search *s, uint32_t gid) {
  const struct flow_effect *effects;
  size_t count;
  if (!flow_read(s->reader, gid, &effects, &count)) s->no_memory = true;
  for (size_t i = 0; i < count && !s->no_memory; i++)
    if (effects[i].pointer.kind == FLOW_CONSTANT && grow(s, &s->begins, &s->begin_room, s->begin_count, sizeof *s->begins))
      s->begins[s->begin_count++] = effects[i];
}

static void read_bodies(struct search *s) {
  struct program *program = s->program;
  for (uint32_t gid = 0; gid < program->func_count && !s->no_memory; gid++) {
    const struct program_instance *in = &program->instances[program->instance_of[gid]];
    if (in->memory_owner != s->owner || !(program->reached[gid] & 1) || program_is_slot(program, gid)) continue;
    if (mentions(s, in->module->funcs[program_func(program, gid)].body)) read_mentioning(s, gid);
  }
}

static uint64_t address_of(struct flow_value v) { return v.of + (uint64_t)v.offset; }

static void sort_addresses(struct search *s) {
  s->addresses = cm_alloc_array(s->arena, s->begin_count, sizeof *s->addresses);
  if (!s->addresses) {
    s->no_memory = true;
    return;
  }
  for (size_t i = 0; i < s->begin_count; i++) s->addresses[i] = address_of(s->begins[i].pointer);
  qsort(s->addresses, s->begin_count, sizeof *s->addresses, by_value);
}

// --- what is written ---

static uint64_t end_of_object(const struct search *s, uint64_t address) {
  size_t low = 0, high = s->begin_count;
  while (low < high) {  // the first one behind the address
    size_t middle = low + (high - low) / 2;
    if (s->addresses[middle] <= address)
      low = middle + 1;
    else
      high = middle;
  }
  bool close = low < s->begin_count && s->addresses[low] - address < REACH;
  return close ? s->addresses[low] : address + REACH;
}

// `size` 0: nobody knows.
static void add_written(struct search *s, uint64_t from, uint64_t size) {
  uint64_t to = size ? from + size : end_of_object(s, from);
  size_t low = 0, high = s->key_count;
  while (low < high) {  // the first one that ends behind `from`
    size_t middle = low + (high - low) / 2;
    if (s->keys[middle].to <= from)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == s->key_count || s->keys[low].from >= to) return;
  if (grow(s, &s->written, &s->written_room, s->written_count, sizeof *s->written))
    s->written[s->written_count++] = (struct image_range){from, to};
}

static bool is_given(const struct flow_effect *effect) {
  return effect->pointer.kind == FLOW_PARAMETER || effect->pointer.kind == FLOW_HELD;
}

static const struct summary *summary_of(struct search *s, uint32_t gid) {
  struct summary *summary = &s->summaries[gid];
  if (summary->read) return summary;
  summary->read = true;
  const struct flow_effect *effects;
  size_t count, kept = 0;
  if (!flow_read(s->reader, gid, &effects, &count)) s->no_memory = true;
  for (size_t i = 0; i < count; i++) kept += is_given(&effects[i]);
  struct flow_effect *own = cm_alloc_array(s->arena, kept, sizeof *own);
  if (!own) {
    s->no_memory = true;
    return summary;
  }
  for (size_t i = 0; i < count; i++)
    if (is_given(&effects[i])) own[summary->count++] = effects[i];
  summary->effects = own;
  return summary;
}

// Of one whose offset is not known no other offset is of interest.
static bool is_met(const struct search *s, struct carried c, uint64_t hash) {
  size_t cursor = 0;
  for (uint32_t i; index_next(&s->met, hash, &cursor, &i);) {
    const struct carried *m = &s->carried[i];
    bool same = i < s->carried_count && m->gid == c.gid && m->argument == c.argument && m->within == c.within;
    if (same && (!m->exact || (c.exact && m->offset == c.offset)) && m->step == c.step && m->at == c.at) return true;
  }
  return false;
}

static void carry(struct search *s, struct carried c) {
  uint64_t hash = index_mix(s->met.seed, (uint64_t)c.gid << 32 | c.argument);
  if (program_is_slot(s->program, c.gid) || is_met(s, c, hash)) return;
  if (!grow(s, &s->carried, &s->carried_room, s->carried_count, sizeof *s->carried)) return;
  if (!index_add(&s->met, s->arena, hash, (uint32_t)s->carried_count)) s->no_memory = true;
  s->carried[s->carried_count++] = c;
}

// What a callee does with an argument that leads to the pointer. Beyond what stands there itself nothing is followed.
static void meet_within(struct search *s, const struct carried *c, const struct flow_effect *e, uint64_t base) {
  if (e->act == FLOW_WRITES && e->within) add_written(s, base + (uint64_t)c->offset, 0);
  if (e->act != FLOW_PASSES || e->within) return;
  struct carried on = *c;
  on.gid = e->callee, on.argument = e->argument;
  on.at -= e->pointer.offset;
  if (!e->pointer.exact) on.step = 1;
  if (on.step) on.at = on.at % (int64_t)on.step;
  if (on.at < REACH && on.at > -REACH) carry(s, on);
}

// What a callee does with the pointer itself.
static void meet(struct search *s, const struct carried *c, const struct flow_effect *e, uint64_t base) {
  bool exact = c->exact && e->pointer.exact;
  int64_t offset = c->offset + e->pointer.offset;
  if (e->act == FLOW_PASSES)
    carry(s, (struct carried){e->callee, e->argument, exact, e->within, offset, e->at, 0});
  else if (!e->within)
    add_written(s, base + (uint64_t)offset, exact ? e->size : 0);
}

// Is the effect's pointer the word that leads on from the argument?
static bool is_led_to(const struct carried *c, const struct flow_effect *e) {
  uint64_t step = flow_common_step(c->step, e->pointer.step);
  int64_t apart = e->pointer.at - c->at;
  return e->pointer.kind == FLOW_HELD && (step ? apart % (int64_t)step == 0 : !apart);
}

// Follows an address that is passed on to whatever it reaches.
static void follow(struct search *s, const struct flow_effect *first) {
  uint64_t base = address_of(first->pointer);
  if (!index_init(&s->met, s->arena)) s->no_memory = true;
  s->carried_count = 0;
  carry(s, (struct carried){first->callee, first->argument, first->pointer.exact, first->within, 0, first->at, 0});
  for (size_t next = 0; next < s->carried_count && !s->no_memory; next++) {
    struct carried c = s->carried[next];
    const struct summary *summary = summary_of(s, c.gid);
    if (summary->count >= s->effects_left) {
      add_written(s, base, 0);
      return;
    }
    s->effects_left -= summary->count + 1;
    for (size_t i = 0; i < summary->count; i++) {
      const struct flow_effect *e = &summary->effects[i];
      if (e->pointer.of != c.argument) continue;
      bool own = e->pointer.kind == FLOW_PARAMETER;
      if (own ? !c.within : c.within && is_led_to(&c, e))
        meet(s, &c, e, base);
      else if (own)
        meet_within(s, &c, e, base);
    }
  }
}

static void find_written(struct search *s) {
  for (size_t i = 0; i < s->begin_count && !s->no_memory; i++) {
    const struct flow_effect *e = &s->begins[i];
    if (is_constant(s, address_of(e->pointer))) continue;
    if (e->act == FLOW_PASSES)
      follow(s, e);
    else if (e->act == FLOW_WRITES && !e->within)
      add_written(s, address_of(e->pointer), e->pointer.exact ? e->size : 0);
  }
}

static bool is_pointer(const struct search *s, uint64_t at) {
  return bsearch(&at, s->pointers, s->pointer_count, sizeof at, by_value) != NULL;
}

// A variable that code reads by its address, while the data hold that address too: tables of options do, for what is read through them is
// written to. Tables of names are something else, and some number may look like the address of one.
static void write_held(struct search *s, uint64_t at, uint64_t variable) {
  (void)at;
  for (unsigned near = 4; near <= 8; near += 4)
    if (is_pointer(s, variable - near) || is_pointer(s, variable + near)) return;
  for (size_t i = 0; i < s->begin_count; i++) {
    const struct flow_effect *e = &s->begins[i];
    if (e->act != FLOW_READS || !e->pointer.exact || address_of(e->pointer) != variable) continue;
    add_written(s, variable, 4);
    return;
  }
}

static bool find_in_memory(struct search *s, bool *found) {
  const struct image *image = program_image(s->program, s->owner);
  if (!image || !image->count) return true;
  add_pointers(s);
  if (s->no_memory) return false;
  s->constants = read_only(s, image);
  drop_constants(s);
  if (!s->key_count) return true;
  settle_near(s, image);
  if (s->no_memory) return false;
  s->reader = flow_reader_new(s->program, s->arena, s->near);
  s->summaries = cm_alloc_array(s->arena, s->program->func_count, sizeof *s->summaries);
  if (!s->reader || !s->summaries) return false;
  read_bodies(s);
  if (!s->no_memory) sort_addresses(s);
  if (!s->no_memory) find_written(s);
  if (!s->no_memory && s->pointer_count) find_words(s, s->pointers, s->pointer_count, write_held);
  for (size_t i = 0; i < s->written_count && !s->no_memory; i++) {
    bool news;
    if (!program_written(s->program, s->owner, s->written[i], &news)) return false;
    *found |= news;
  }
  return !s->no_memory;
}

bool overwritten_find(struct program *program, struct cm_arena *scratch, const struct key_source *sources, size_t count,
                      bool *found) {
  *found = false;
  for (uint32_t owner = 0; owner < program->instance_count; owner++) {
    struct search s = {.program = program, .arena = scratch, .owner = owner, .effects_left = EFFECTS};
    for (size_t i = 0; i < count; i++)
      if (sources[i].owner == owner) add_key(&s, sources[i].range.from, sources[i].range.to);
    if (s.no_memory || (s.key_count && !find_in_memory(&s, found))) return false;
  }
  return true;
}
