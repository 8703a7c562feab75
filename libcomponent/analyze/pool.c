// A list of blocks that were given back. Arenas ask for the same few sizes over and over, so a block is taken only for its own size.

#include "pool.h"

#include <string.h>

enum { KEPT_MOST = 4 * 1024 * 1024 };

struct pool_block {
  struct pool_block *next;
  size_t size;
};

static void *pool_get(void *context, size_t size) {
  struct pool *pool = context;
  for (struct pool_block **at = &pool->kept; *at; at = &(*at)->next) {
    struct pool_block *block = *at;
    if (block->size != size) continue;
    *at = block->next;
    pool->kept_size -= size;
    return memset(block, 0, size);
  }
  return pool->under->get(pool->under->context, size);
}

static void pool_put(void *context, void *memory, size_t size) {
  struct pool *pool = context;
  if (size < sizeof(struct pool_block) || size > KEPT_MOST - pool->kept_size) {
    pool->under->put(pool->under->context, memory, size);
    return;
  }
  struct pool_block *block = memory;
  *block = (struct pool_block){pool->kept, size};
  pool->kept = block;
  pool->kept_size += size;
}

void pool_init(struct pool *pool, const struct cm_allocator *under) {
  *pool = (struct pool){.allocator = {pool_get, pool_put, pool}, .under = under};
}

void pool_close(struct pool *pool) {
  for (struct pool_block *block = pool->kept, *next; block; block = next) {
    next = block->next;
    pool->under->put(pool->under->context, block, block->size);
  }
  pool->kept = NULL;
  pool->kept_size = 0;
}
