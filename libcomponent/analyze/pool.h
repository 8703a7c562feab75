// Blocks that are used again.
//
// An analysis evaluates many functions, each in a scratch arena of its own. What one gives back the next one takes: zeroing a block that
// is at hand costs a fraction of what fresh pages cost.
#ifndef ANALYZE_POOL_H
#define ANALYZE_POOL_H

#include <component/arena.h>

struct pool_block;

struct pool {
  struct cm_allocator allocator;  // to be given to arenas; the pool must not move meanwhile
  const struct cm_allocator *under;
  struct pool_block *kept;  // last given back first
  size_t kept_size;
};

void pool_init(struct pool *pool, const struct cm_allocator *under);

// Gives back what is kept. All arenas that live from the pool are to be freed before.
void pool_close(struct pool *pool);

#endif
