// The abstract world of one evaluation: linear memory, globals, and what is known of the path taken.
//
// Memory is the initial image (data segments, shared and never changed) under a sparse overlay of written cells, one cell a byte. A
// world is forked at an undecided branch and merged where the branches meet; pages of the overlay are shared until they are written.
#ifndef ANALYZE_WORLD_H
#define ANALYZE_WORLD_H

#include "base/sorted.h"
#include "fold.h"

#include <component/graph.h>

// The initial contents of one linear memory.
struct image_segment {
  uint64_t address;
  struct cm_span bytes;
};
struct image_range {
  uint64_t from, to;
};
// Bytes of one segment, or of a gap between two (then `bytes` is NULL, and they are zeros), that are all weak or all not.
struct image_stretch {
  uint64_t from, to;
  const uint8_t *bytes;
  bool weak;
};
// What is to be known of the bytes of memory in which a program runs: a bit for each byte.
struct image_marks {
  uint8_t *weak;      // it is what it was then, and some code writes it
  uint8_t *shared;    // some of that code is not the language's runtime, whose books do not matter
  uint8_t *variable;  // such code writes it, be it that all of it has done so
  uint8_t *outside;   // it comes from outside of the program: nothing is known of it
  uint8_t *books;     // it is a variable that the runtime alone has to do with: see books.h
};

static inline bool image_is_marked(const uint8_t *marks, uint64_t at) { return marks[at / 8] >> at % 8 & 1; }
static inline void image_mark(uint8_t *marks, uint64_t at, bool on) {
  uint8_t bit = (uint8_t)(1 << at % 8);
  marks[at / 8] = on ? marks[at / 8] | bit : marks[at / 8] & (uint8_t)~bit;
}

// What was read of an image, from an address on: what is what it was at the start as far as is known; and pointers that may be something else by
// then, up to some way behind the data.
enum { IMAGE_READS = 128, IMAGE_BLANKS = 1 << 16 };
struct image_read_list {
  struct image_range list[IMAGE_READS];
  size_t count, last;
};
struct image_reads {
  uint64_t from;
  bool on;
  struct image_read_list firm, open;
};

// All that a static variable may hold, where each store to it is known (variables.h).
enum { IMAGE_VALUES = 8 };
struct image_variable {
  uint64_t address;
  uint32_t size, count;
  uint64_t values[IMAGE_VALUES];  // the first one is what it holds at the start
};

struct image {
  struct image_segment *segments;  // by address, disjoint: where some overlapped, later ones have won
  size_t count;
  size_t leading;               // how many of the first ones are zeros that were left out there
  uint64_t end;                 // first address behind all of them
  uint64_t padded_end;          // behind the zeros that were left out there; 0: to be told from `end`
  struct image_range *written;  // what reached code stores to, as far as its address is a constant: by address, disjoint
  size_t written_count, written_room;
  uint32_t *writers;  // of each, the gid of the function, as they are found; NULL once they are sorted
  size_t writer_room;
  struct image_range *searched;  // what overwritten.h looked at, by address, disjoint
  size_t searched_count, searched_room;
  struct image_variable *variables;  // by address, disjoint
  size_t variable_count, variable_room;
  struct image_marks *marks;   // of an image that was taken while the program ran, in the place of `written`; NULL: it was not
  struct image_stretch *last;  // what was found last, where the next byte mostly is; NULL: it is not remembered
  struct image_reads *reads;   // NULL: nobody wants to know
};

// Sorts ranges and puts together those that meet; returns how many there are then.
size_t image_ranges_settle(struct image_range *ranges, size_t count);

// Of ranges that are settled, the first one that ends behind the address; `count`: none does. And does one of them have the address?
static inline size_t image_ranges_find(const struct image_range *ranges, size_t count, uint64_t address) {
  size_t at;
  SORTED_FIRST(at, 0, count, ranges[at].to > address);
  return at;
}
static inline bool image_ranges_have(const struct image_range *ranges, size_t count, uint64_t address) {
  size_t at = image_ranges_find(ranges, count, address);
  return at < count && ranges[at].from <= address;
}

// The position of the first segment that begins behind the address.
static inline size_t image_segment_behind(const struct image *image, uint64_t address) {
  size_t at;
  SORTED_FIRST(at, 0, image->count, image->segments[at].address > address);
  return at;
}

// A word was read that is not known. If it is one that the image has, or has not, and may be a pointer to a text, that is noted.
void world_note_pointer(const struct image *image, uint64_t address);

// A byte of the image: false outside of the segments and the gaps between them. *weak: code writes to it.
bool image_byte(const struct image *image, uint64_t address, uint8_t *byte, bool *weak);

// A word of the segments and the gaps between them; false: some of it lies in none.
bool image_word(const struct image *image, uint64_t address, uint32_t *word);

// The words of the segments, in their order, as many at once as lie beside each other: an optimizer may have left out zeros that begin or end one. Begins
// as zeros; false: there are no more.
struct image_words {
  uint64_t at;  // of the first one
  const uint8_t *bytes;
  size_t count;
  size_t segments;  // that were read
  uint64_t next;
  uint32_t part;  // a word of which not all lies in a segment
};
bool image_next_words(const struct image *image, struct image_words *words);
static inline uint32_t image_word_of(const struct image_words *words, size_t i) {
  uint32_t word;
  memcpy(&word, words->bytes + i * sizeof word, sizeof word);
  return word;
}

enum { WORLD_PAGE = 64 };

struct world_page {
  uint32_t owner;  // id of the world that may write it
  uint32_t cells[WORLD_PAGE];
};

struct world_slot {
  uint64_t number;  // address / WORLD_PAGE
  struct world_page *page;
};

// Some globals: position-independent modules have very many, of which few are ever set.
enum { WORLD_GLOBALS = 8 };
struct world_globals {
  uint32_t owner;  // id of the world that may write them
  struct value values[WORLD_GLOBALS];
};

struct world {
  uint32_t id;
  const struct image *image;
  const struct image_range *outset;  // of what code writes to: where it is known all the same what is there at first (outset.h)
  size_t outset_count;
  struct world_slot *slots;  // open addressing; page NULL: free
  uint32_t slot_count, page_count;
  uint32_t slots_owner;            // id of the world that may write them
  struct world_globals **globals;  // global_count of them, WORLD_GLOBALS in each
  uint32_t global_count;
  struct value path;    // truth of the path as a tree over joins; constant 1: nothing known
  unsigned paths_lost;  // how often it became too involved to be kept, and began anew
  struct value
      lost_path;  // that path, the last time; of its joins, and of those up to `lost_joins`, it is not known any more how they go together
  uint32_t lost_joins;
};

struct world_context {
  struct cm_arena *arena;  // scratch, freed after the evaluation
  struct value_table *values;
  uint32_t ids;
  struct spare_globals *spare;  // arrays of worlds that were dropped
  bool failed;                  // memory is exhausted
};

bool world_init(struct world_context *context, struct world *world, const struct image *image, uint32_t global_count);

// Makes *to a fork of *from; both can be written afterwards.
bool world_fork(struct world_context *context, struct world *from, struct world *to);

// For a world that is not looked at any more: what it has for itself serves the next fork. All worlds of a context have as many globals.
void world_drop(struct world_context *context, struct world *world);

// The path becomes too involved to be kept.
void world_lose_path(struct world_context *context, struct world *world, struct value path);

// Is it not known any more how the join goes together with others?
bool world_has_lost(const struct world *world, const struct value_table *values, uint32_t join);

// Merges `other` into `world` as the meeting of their paths says. Returns true when `world` changed.
bool world_merge(struct world_context *context, struct world *world, const struct world *other, const struct fold_meeting *meeting);

// Is anything known in `world`, which came out of `before`, that was something else there?
bool world_learnt(const struct world *world, const struct world *before);

// Is the same known of all bytes there?
bool world_same(const struct world *a, const struct world *b, uint64_t from, uint64_t to);

// A global; `index` is below global_count.
static inline struct value world_global(const struct world *world, uint32_t index) {
  return world->globals[index / WORLD_GLOBALS]->values[index % WORLD_GLOBALS];
}
void world_set_global(struct world_context *context, struct world *world, uint32_t index, struct value v);

// A byte as a value: constant, unknown or tree.
struct value world_byte(struct world_context *context, const struct world *world, uint64_t address);
void world_set_byte(struct world_context *context, struct world *world, uint64_t address, struct value v);

// `size` bytes (1 to 8), little-endian.
struct value world_load(struct world_context *context, const struct world *world, uint64_t address, unsigned size);

// The first word from `from` (a multiple of 4) on, up to `to`, of which each byte is a constant or a tree; `to` where there is none. To
// load all words would name what is unknown.
uint64_t world_next_known(const struct world *world, uint64_t from, uint64_t to);

// Did memory begin with zeros there, and not with data?
bool world_is_blank(const struct world *world, uint64_t address);

// Tells of all bytes that this world has other than the image, in no order.
void world_overlay(const struct world *world, void (*visit)(void *context, uint64_t address, struct value byte), void *context);

// Has this world something else there than the image, be it unknown?
bool world_is_written(const struct world *world, uint64_t address);

// Is nothing known of `size` (1 to 8) bytes, not even where they come from? To load them would make a new name.
bool world_is_lost(const struct world *world, uint64_t address, unsigned size);

// What this world has there other than the image counts as read, as that which the image has does where it is loaded.
void world_note_written(const struct world *world, uint64_t from, uint64_t to);

void world_store(struct world_context *context, struct world *world, uint64_t address, unsigned size, struct value v);

// What this world has in [from, to) other than the image may be something else by now: constants become weak, all else unknown.
void world_weaken(struct world_context *context, struct world *world, uint64_t from, uint64_t to);

// The same, and of what the image has there.
void world_doubt(struct world_context *context, struct world *world, uint64_t from, uint64_t to);

// Is there anything that would be changed by that?
bool world_is_firm(struct world *world, uint64_t from, uint64_t to);

// Forgets [from, to): what was there is unknown.
void world_forget(struct world_context *context, struct world *world, uint64_t from, uint64_t to);

#endif
