// An allocator that remembers having been refused.
//
// The evaluator and the laboratory go on without what they cannot have: a value is unknown then, an experiment has failed. That is no
// answer where memory ran out, and whoever started them must be told.
#ifndef ANALYZE_WITNESS_H
#define ANALYZE_WITNESS_H

#include <component/arena.h>

#include <stdlib.h>

struct witness {
  struct cm_allocator allocator;     // to be given to arenas; the witness must not move meanwhile
  const struct cm_allocator *under;  // NULL: calloc and free
  bool refused;
};

static inline void *witness_get(void *context, size_t size) {
  struct witness *w = context;
  void *block = w->under ? w->under->get(w->under->context, size) : calloc(1, size);
  if (!block) w->refused = true;
  return block;
}

static inline void witness_put(void *context, void *block, size_t size) {
  const struct witness *w = context;
  if (w->under)
    w->under->put(w->under->context, block, size);
  else
    free(block);
}

static inline void witness_init(struct witness *w, const struct cm_allocator *under) {
  *w = (struct witness){{witness_get, witness_put, w}, under, false};
}

#endif
