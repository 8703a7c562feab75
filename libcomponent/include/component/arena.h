// Memory that is freed in one call.
//
// Everything built while decoding or analysing lives in an arena. Blocks come zeroed from the allocator, so what cm_alloc gives is
// zero. An arena is used by one thread at a time.
#ifndef COMPONENT_ARENA_H
#define COMPONENT_ARENA_H

#include <component/span.h>

// Where blocks come from. `get` returns zeroed memory or NULL; `put` gives it back. Tests inject failures here.
struct cm_allocator {
  void *(*get)(void *context, size_t size);
  void (*put)(void *context, void *block, size_t size);
  void *context;
};

struct cm_arena_block;

struct cm_arena {
  struct cm_arena_block *blocks;  // newest first
  uint8_t *at, *end;              // what is left of the newest block
  size_t total;                   // bytes taken from the allocator
  size_t limit;                   // more than this is refused; 0: no limit
  bool refused;                   // some allocation failed since cm_arena_init, for whoever cannot ask each time
  const struct cm_allocator *allocator;
};

// Makes an empty arena. `allocator` is borrowed and may be NULL for calloc and free. Allocates nothing yet.
void cm_arena_init(struct cm_arena *arena, const struct cm_allocator *allocator);

// Frees all that came from the arena. The arena is empty afterwards and can be used again.
void cm_arena_free(struct cm_arena *arena);

// The same, but a block stays for what comes next: for an arena that is emptied over and over.
void cm_arena_clear(struct cm_arena *arena);

// `size` zeroed bytes aligned for any type, or NULL when memory (or the limit) is exhausted. A size of 0 gives a non-NULL pointer.
void *cm_alloc(struct cm_arena *arena, size_t size);

// An array of `count` zeroed elements of `size` bytes; NULL also when the product overflows.
void *cm_alloc_array(struct cm_arena *arena, size_t count, size_t size);

// Copies `size` bytes and adds a zero behind them; NULL on failure.
char *cm_alloc_text(struct cm_arena *arena, const char *text, size_t size);

// Formats into the arena, terminated by a zero; .at is NULL on failure.
struct cm_str cm_alloc_format(struct cm_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Makes room for one more element in a growing array: `*items` (elements of `size` bytes, `count` in use, `*capacity` room) moves to
// twice the room when it is full. The old room stays in the arena. Returns false when memory is exhausted, leaving all as it was.
bool cm_grow(struct cm_arena *arena, void *items, size_t *capacity, size_t count, size_t size);

#endif
