// Pointers that are kept in memory, and found there.
//
// Of a word in the data, or at a constant address, it is known where it is (`flow_cell`). All other memory counts as one object, the heap, whose
// words are told apart by their offset: what a function puts 8 bytes behind a pointer that an allocator gave, or that was itself found in
// memory, is found by whoever reads the word 8 bytes behind such a pointer. That is coarse, but bounded: it is done only where addresses near keys
// are kept so, and only those are told. What was found there is kept anew only as it is, or what libraries count with would spread it to all
// offsets; and what allocators do to their blocks counts as nothing. Where the address of a static object is kept somewhere, the words in it that
// lead to keys are words of the heap as well, for who finds the address follows it like any other.

#include "allocators.h"
#include "overwritten_search.h"

#include <stdlib.h>

// Bytes of an object in which it is looked for such words, when its address is kept.
enum { OWNER = 96 };

// A short string of libc++'s has its length in the last of its twelve bytes, behind the characters and zeros.
static bool is_short_string(const struct search *s, uint64_t address) {
  enum { WORDS = 3, MOST = 4 * WORDS - 2 };
  uint32_t words[WORDS];
  uint8_t bytes[sizeof words];
  if (address % sizeof *words) return false;
  for (unsigned i = 0; i < WORDS; i++)
    if (!image_word(program_image(s->program, s->owner), address + i * sizeof *words, &words[i])) return false;
  memcpy(bytes, words, sizeof bytes);
  uint8_t length = bytes[sizeof bytes - 1];
  for (unsigned i = 0; i < sizeof bytes - 1; i++)
    if (!bytes[i] != (i >= length)) return false;
  return length <= MOST;
}

// Texts are read by all kinds of functions, and copied to all kinds of places: one is not taken for what is written to where it was found.
static bool is_text(const struct search *s, uint64_t address) {
  uint32_t word;
  if (!image_word(program_image(s->program, s->owner), address, &word)) return false;
  for (unsigned i = 0; i < 4; i++)
    if ((word >> 8 * i & 0xff) - ' ' > '~' - ' ') return false;
  return !is_short_string(s, address);
}

static void queue_all(struct search *s) {
  for (uint32_t gid = 0; gid < s->program->func_count && !s->no_memory; gid++) overwritten_queue(s, gid);
}

static bool find_allocators(struct search *s) {
  if (s->allocators) return true;
  s->allocators = cm_alloc_array(s->arena, s->program->func_count, 1);
  if (s->allocators)
    allocators_find(s->program, s->owner, s->keys, s->key_count, s->allocators);
  else
    s->no_memory = true;
  return s->allocators;
}

// Does it put something into the heap that is a list of the allocator's?
static bool is_of_allocator(struct search *s, uint32_t gid, const struct flow_effect *e) {
  return (uint64_t)e->at >= FLOW_HEAP_BEGIN - REACH && find_allocators(s) && s->allocators[gid];
}

// Where the heap has a pointer of interest everything that is found in memory may be it, or lead to it. The bodies are read with that known.
static void follow_heap(struct search *s) {
  if (s->with_heap || !find_allocators(s)) return;
  s->with_heap = true;
  flow_follow_heap(s->reader, s->allocators);
  queue_all(s);
}

// A word of the heap: any body may find it. True: it was not known.
static bool keep_in_heap(struct search *s, struct flow_cell cell) {
  bool first = !s->with_heap, news = false;
  follow_heap(s);
  // How far into it the word is was not seen before.
  if (!first && !flow_add_cell(s->reader, cell, &news)) s->no_memory = true;
  if (news) queue_all(s);
  return first || news;
}

// True: it was not known.
static bool keep_in_data(struct search *s, struct flow_cell cell) {
  bool news;
  if (!flow_add_cell(s->reader, cell, &news)) s->no_memory = true;
  if (!news) return false;
  struct image_range range = overwritten_place_of(s, cell.at, HELD_REACH), object = overwritten_place_of(s, cell.at, OWNER);
  if (!image_ranges_have(s->places, s->place_count, object.from) || !image_ranges_have(s->places, s->place_count, cell.at)) {
    overwritten_add_place(s, object.from, object.to);
    s->place_count = image_ranges_settle(s->places, s->place_count);
    flow_set_near(s->reader, s->places, s->place_count);
  }
  overwritten_queue_mentioning(s, &range);
  return true;
}

// Is it the address of a table of virtual functions? Each object of C++ has one, and nobody writes there. Functions are small numbers; in front of
// them stand how far the object's beginning is away, 0 most often, and what is known of its type (Itanium C++ ABI, 2.5.2, "Virtual Table
// Components and Order"). Rust's begin with what drops a value, or nothing, and the value's size and alignment.
static bool is_vtable(const struct search *s, uint64_t address) {
  enum { BEFORE = 2, WORDS = 6, MOST_ALIGNED = 16 };
  const struct core_module *module = s->program->instances[s->owner].module;
  const struct image *image = program_image(s->program, s->owner);
  uint32_t words[WORDS], *at = &words[BEFORE];
  if (!module->table_count || address < BEFORE * sizeof *words) return false;
  for (unsigned i = 0; i < WORDS; i++)
    if (!image_word(image, address + i * sizeof *words - BEFORE * sizeof *words, &words[i])) words[i] = 0;
  uint64_t functions = module->tables[0].type.limits.min;
  bool is_cpp = !words[0] && at[0] && at[0] < functions && at[1] && at[1] < functions;
  bool is_aligned = at[2] && at[2] <= MOST_ALIGNED && !(at[2] & (at[2] - 1)) && at[1] % at[2] == 0 && at[1] < REACH;
  return is_cpp || (at[0] < functions && is_aligned && at[3] && at[3] < functions);
}

// Code puts `value`, or where it leads is not known exactly, to where the effect says. True: that was not known.
bool kept_add(struct search *s, struct flow_value v, const struct flow_effect *e) {
  uint64_t value = address_of(v);
  struct flow_cell cell = {(uint64_t)e->at, value, !e->within, v.exact, v.offset || !v.exact};
  if (cell.at % 4) return false;
  if (!overwritten_leads_to_key(s, value)) return false;
  if (cell.at < FLOW_HEAP_BEGIN - REACH) return keep_in_data(s, cell);
  return !is_vtable(s, value) && !is_text(s, value) && keep_in_heap(s, cell);
}

// Addresses that code puts into memory: who looks there is to be read, too. True: there are new ones.
bool kept_add_cells(struct search *s) {
  bool any = false;
  for (uint32_t gid = 0; gid < s->program->func_count; gid++)
    for (size_t i = 0; i < s->bodies[gid].count && !s->no_memory; i++) {
      const struct flow_effect *e = &s->bodies[gid].effects[i];
      if (e->act != FLOW_KEEPS || e->pointer.kind != FLOW_CONSTANT) continue;
      struct flow_value to = e->pointer;
      if (to.found && (!to.exact || to.offset || e->within)) continue;
      if (overwritten_leads_to_key(s, address_of(to)) && is_of_allocator(s, gid, e)) continue;
      if (!to.exact && to.offset >= 0) to.offset = 0;
      any |= kept_add(s, to, e);
    }
  return any;
}

static void add_start(struct search *s, uint64_t address) {
  if (overwritten_grow(s, &s->starts, &s->start_room, s->start_count, sizeof *s->starts)) s->starts[s->start_count++] = address;
}

// Words of the data that may be addresses of objects near those that lead to keys.
static void add_data_starts(struct search *s) {
  const struct image *image = program_image(s->program, s->owner);
  for (struct image_words w = {0}; image_next_words(image, &w);)
    for (size_t i = 0; i < w.count; i++) {
      uint32_t word = image_word_of(&w, i);
      if (word % 4 == 0 && !overwritten_is_constant(s, word) && image_ranges_have(s->places, s->place_count, word))
        add_start(s, word);
    }
}

// Where objects begin, as far as that can be seen: what is passed on, or kept, is most often the address of one.
void kept_find_starts(struct search *s) {
  s->start_count = s->kept_count = 0;
  add_data_starts(s);
  for (size_t i = 0; i < s->start_count; i++)
    if (overwritten_grow(s, &s->kept, &s->kept_room, s->kept_count, sizeof *s->kept)) s->kept[s->kept_count++] = s->starts[i];
  for (size_t i = 0; i < s->begin_count; i++) {
    const struct flow_effect *e = &s->begins[i];
    bool whole = e->pointer.exact && (e->act == FLOW_PASSES || e->act == FLOW_KEEPS);
    if (whole) add_start(s, address_of(e->pointer));
  }
  if (s->start_count) qsort(s->starts, s->start_count, sizeof *s->starts, overwritten_by_value);
}

// The first of sorted addresses behind one; 0: there is none.
uint64_t kept_first_behind(const uint64_t *addresses, size_t count, uint64_t address) {
  size_t at;
  SORTED_FIRST(at, 0, count, addresses[at] > address);
  return at < count ? addresses[at] : 0;
}

struct aliasing {
  struct search *search;
  uint64_t object;
  bool any;
};

static void alias(void *context, const struct flow_cell *cell) {
  struct aliasing *a = context;
  if (is_text(a->search, cell->value)) return;
  struct flow_cell same = {FLOW_HEAP_BEGIN + (cell->at - a->object), cell->value, true, true, cell->is_sum};
  a->any |= keep_in_heap(a->search, same);
}

// The address of an object in which there are words that lead to keys is kept in memory: whoever finds it there takes it for one of the heap.
static bool keep_object(struct search *s, uint64_t object) {
  if (overwritten_is_constant(s, object) || is_text(s, object)) return false;
  struct aliasing a = {s, object, false};
  uint64_t end = kept_first_behind(s->starts, s->start_count, object);
  flow_each_cell(s->reader, object, end && end - object < OWNER ? end : object + OWNER, alias, &a);
  return a.any;
}

// The data may hold such addresses, too, and code may put them anywhere.
void kept_add_objects(struct search *s) {
  for (size_t i = 0; i < s->kept_count; i++) s->learnt |= keep_object(s, s->kept[i]);
  for (uint32_t gid = 0; gid < s->program->func_count; gid++)
    for (size_t i = 0; i < s->bodies[gid].count && !s->no_memory; i++) {
      const struct flow_effect *e = &s->bodies[gid].effects[i];
      if (e->act == FLOW_KEEPS && e->pointer.kind == FLOW_CONSTANT && e->pointer.exact)
        s->learnt |= keep_object(s, address_of(e->pointer));
    }
}
