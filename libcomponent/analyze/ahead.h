// What lies ahead of each call of a function: something that is of interest, or nothing any more.
#ifndef ANALYZE_AHEAD_H
#define ANALYZE_AHEAD_H

#include "program.h"

struct ahead {
  uint64_t from;  // offset of the body in the file
  size_t size;
  uint8_t *
      vain;  // a bit for each byte of the body: a call stands there, and neither it nor anything that can come behind is of interest
};

// Reads the body of `gid`. `leads` has a byte for each gid: a call of such a function is of interest. Nothing is vain in a body that has
// instructions which are not understood. False: memory is exhausted.
bool ahead_read(struct program *program, struct cm_arena *arena, uint32_t gid, const uint8_t *leads, struct ahead *out);

static inline bool ahead_is_vain(const struct ahead *ahead, uint64_t offset) {
  uint64_t bit = offset - ahead->from;
  return bit < ahead->size && ahead->vain[bit / 8] >> bit % 8 & 1;
}

#endif
