// The search for what is written through addresses: what overwritten.c and kept.c share.
#ifndef ANALYZE_OVERWRITTEN_SEARCH_H
#define ANALYZE_OVERWRITTEN_SEARCH_H

#include "flow.h"
#include "overwritten.h"

enum {
  REACH = 4096,      // bytes that an object may have before a key, or behind an address with an unknown number of bytes written
  HELD_REACH = 256,  // bytes that a table, or a struct, may have before a word that leads to a key
};

// Whose an address is: the constant that it is made of, where a body begins with it. `is_held`: memory held it, so that this is not known.
// `is_plain`: it stands right where something is done with it.
struct origin {
  uint64_t begin;
  bool is_held, is_plain;
};

// A function that begins with the address.
struct begin {
  uint64_t address;
  uint32_t gid;
};

struct write {
  struct image_range range;
  struct origin origin;
  uint64_t within;  // the object that begins there; 0: it is known how far it is written to
};

// What is followed: parameter `argument` of `gid` is the constant `base` plus `offset`, if that is known. `within`: it is not, but leads to it,
// `at` bytes on, or some multiple of `step` from there.
struct carried {
  uint32_t gid, argument;
  bool exact, least, within, found;
  uint64_t base;
  int64_t offset, at;
  uint64_t step, stride;  // stride: of an offset that is not known
  struct origin origin;
};

// What a body does with pointers.
struct body {
  bool queued, has_waited;  // for what is known of the functions that it calls
  uint16_t readings;
  const struct flow_effect *effects;
  size_t count;
};

struct bodies {
  uint32_t *gids;
  size_t count, room;
};

struct search {
  struct program *program;
  struct cm_arena *arena;
  uint32_t owner;
  struct image_range *keys;  // sources and pointers to them
  size_t key_count, key_room;
  struct image_range near;    // all of them, and what may be objects that they are part of
  struct image_range *areas;  // of each the same, and where words are that lead there: what bodies mention is looked at there
  size_t area_count, area_room;
  struct image_range constants;  // nothing is written there,
  struct image_range *tables;    // nor there
  size_t table_count;
  uint64_t *pointers;  // addresses of the latter, sorted
  size_t pointer_count, pointer_room;
  uint64_t object;          // OBJECT, or less
  struct flow_cell *cells;  // words of the data that lead near the keys, by address
  size_t cell_count, cell_room;
  struct image_range *places;  // near the keys, and where those words are
  size_t place_count, place_room;
  struct flow_reader *reader;
  struct body *bodies;  // by gid
  struct bodies queue;  // to be read
  struct bodies again;  // as were before, when all of those are
  uint64_t steps_left;
  bool is_patient;  // bodies with loops wait for what they call
  bool is_lost;     // a bound was met: what is searched for counts as written to
  bool is_cut;      // some did
  enum variables_wanted variables;
  bool is_open;                // see overwritten.h
  bool with_heap;              // pointers to keys are kept in the heap: so it is followed, too
  uint8_t *allocators;         // by gid: it is of the allocator, which knows nothing of what is kept in the heap
  bool learnt;                 // of a pointer that is kept, when addresses were followed
  struct flow_effect *begins;  // effects with constants near the keys
  size_t begin_count, begin_room;
  struct begin *origins;  // of the same, by address
  size_t origin_count, origin_room;
  struct origin origin;  // of what is followed now
  uint64_t *addresses;   // where those begin that are no words of the heap, sorted
  size_t address_count;
  uint64_t *starts;  // where objects do, as far as that is seen, sorted
  size_t start_count, start_room;
  uint64_t *kept;  // those whose addresses the data hold
  size_t kept_count, kept_room;
  struct carried *carried;
  size_t carried_count, carried_room;
  struct index met;  // of `carried`
  uint64_t effects_left;
  struct write *written;
  size_t written_count, written_room;
  struct variable_store *stores;  // to keys
  size_t store_count, store_room;
  bool no_memory;
};

bool overwritten_grow(struct search *s, void *items, size_t *room, size_t count, size_t size);
int overwritten_by_value(const void *a, const void *b);  // of uint64_t

// Is nothing written there? And may there be a key in the object that begins there?
bool overwritten_is_constant(const struct search *s, uint64_t address);
bool overwritten_leads_to_key(const struct search *s, uint64_t address);

// The words from `reach` in front of one on, as far as there are data; and that constants are of interest which are there.
struct image_range overwritten_place_of(const struct search *s, uint64_t cell, uint64_t reach);
void overwritten_add_place(struct search *s, uint64_t from, uint64_t to);

// A body is to be read; all that mention what is in `range` are (NULL: near what is of interest).
void overwritten_queue(struct search *s, uint32_t gid);
void overwritten_queue_mentioning(struct search *s, const struct image_range *range);

// kept.c: code puts `value`, or where that leads is not known exactly, to where the effect says; those that the bodies put somewhere, and the
// objects that are put somewhere, with what they lead to. True, or s->learnt: that was not known.
bool kept_add(struct search *s, struct flow_value v, const struct flow_effect *e);
bool kept_add_cells(struct search *s);
void kept_add_objects(struct search *s);

// Where objects begin, as far as that can be seen. And the first of sorted addresses behind one; 0: there is none.
void kept_find_starts(struct search *s);
uint64_t kept_first_behind(const uint64_t *addresses, size_t count, uint64_t address);

static inline uint64_t address_of(struct flow_value v) { return v.of + (uint64_t)v.offset; }

#endif
