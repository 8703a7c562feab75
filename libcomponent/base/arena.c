// Arenas.
//
// A list of blocks, the newest in use. Blocks double from a small first one up to a bound, so that a small component costs one
// allocation and a large one few. A request larger than a block gets a block of its own behind the newest, whose rest stays usable.

#include <component/arena.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_BLOCK = 16 * 1024, LARGEST_BLOCK = 1024 * 1024, ALIGNMENT = 16 };

struct cm_arena_block {
  struct cm_arena_block *next;
  size_t size;  // of the whole block, this header included
};

enum { HEADER = (sizeof(struct cm_arena_block) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT };

static void *get_default(void *context, size_t size) {
  (void)context;
  return calloc(1, size);
}

static void put_default(void *context, void *block, size_t size) {
  (void)context;
  (void)size;
  free(block);
}

static const struct cm_allocator default_allocator = {get_default, put_default, NULL};

void cm_arena_init(struct cm_arena *arena, const struct cm_allocator *allocator) {
  *arena = (struct cm_arena){.allocator = allocator ? allocator : &default_allocator};
}

void cm_arena_free(struct cm_arena *arena) {
  for (struct cm_arena_block *block = arena->blocks, *next; block; block = next) {
    next = block->next;
    arena->allocator->put(arena->allocator->context, block, block->size);
  }
  arena->blocks = NULL;
  arena->at = arena->end = NULL;
  arena->total = 0;
}

void cm_arena_clear(struct cm_arena *arena) {
  struct cm_arena_block *kept = arena->blocks;
  // The newest block is in use, but for an arena that has none but for large requests.
  if (!kept || arena->end != (uint8_t *)kept + kept->size) {
    cm_arena_free(arena);
    return;
  }
  arena->blocks = kept->next;
  uint8_t *first = (uint8_t *)kept + HEADER, *at = arena->at;
  cm_arena_free(arena);
  kept->next = NULL;
  memset(first, 0, (size_t)(at - first));
  arena->blocks = kept;
  arena->at = first;
  arena->end = (uint8_t *)kept + kept->size;
  arena->total = kept->size;
}

static struct cm_arena_block *get_block(struct cm_arena *arena, size_t size) {
  bool fits = !arena->limit || (size <= arena->limit && arena->total <= arena->limit - size);
  struct cm_arena_block *block = fits ? arena->allocator->get(arena->allocator->context, size) : NULL;
  if (!block) {
    arena->refused = true;
    return NULL;
  }
  block->size = size;
  arena->total += size;
  return block;
}

// A request that would waste a good part of a block gets its own, which goes behind the newest one.
static void *alloc_apart(struct cm_arena *arena, size_t size) {
  struct cm_arena_block *block = get_block(arena, HEADER + size);
  if (!block) return NULL;
  if (arena->blocks) {
    block->next = arena->blocks->next;
    arena->blocks->next = block;
  } else {
    block->next = NULL;
    arena->blocks = block;
  }
  return (uint8_t *)block + HEADER;
}

void *cm_alloc(struct cm_arena *arena, size_t size) {
  if (size > SIZE_MAX - 2 * HEADER) return NULL;
  size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  if (!size) size = ALIGNMENT;
  if (size > (size_t)(arena->end - arena->at)) {
    size_t next = arena->total < FIRST_BLOCK ? FIRST_BLOCK : arena->total;
    if (next > LARGEST_BLOCK) next = LARGEST_BLOCK;
    if (size > next / 4) return alloc_apart(arena, size);
    struct cm_arena_block *block = get_block(arena, next);
    if (!block) return NULL;
    block->next = arena->blocks;
    arena->blocks = block;
    arena->at = (uint8_t *)block + HEADER;
    arena->end = (uint8_t *)block + next;
  }
  void *result = arena->at;
  arena->at += size;
  return result;
}

void *cm_alloc_array(struct cm_arena *arena, size_t count, size_t size) {
  size_t total;
  return __builtin_mul_overflow(count, size, &total) ? NULL : cm_alloc(arena, total);
}

char *cm_alloc_text(struct cm_arena *arena, const char *text, size_t size) {
  char *copy = size < SIZE_MAX ? cm_alloc(arena, size + 1) : NULL;
  if (copy && size) memcpy(copy, text, size);
  return copy;
}

struct cm_str cm_alloc_format(struct cm_arena *arena, const char *format, ...) {
  va_list list, again;
  va_start(list, format);
  va_copy(again, list);
  int n = vsnprintf(NULL, 0, format, list);
  va_end(list);
  char *text = n >= 0 ? cm_alloc(arena, (size_t)n + 1) : NULL;
  if (text) vsnprintf(text, (size_t)n + 1, format, again);
  va_end(again);
  return (struct cm_str){text, text ? (size_t)n : 0};
}

bool cm_grow(struct cm_arena *arena, void *items, size_t *capacity, size_t count, size_t size) {
  if (count < *capacity) return true;
  size_t room = *capacity ? *capacity * 2 : 8;
  if (room < *capacity) return false;
  void *larger = cm_alloc_array(arena, room, size);
  if (!larger) return false;
  void *old;
  memcpy(&old, items, sizeof old);
  if (count) memcpy(larger, old, count * size);
  memcpy(items, &larger, sizeof larger);
  *capacity = room;
  return true;
}
