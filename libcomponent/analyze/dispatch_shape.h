// The shape of a loop that is a machine (dispatch.h): its labels in the order in which they are best come to. Private to the evaluator.
#ifndef ANALYZE_DISPATCH_SHAPE_H
#define ANALYZE_DISPATCH_SHAPE_H

#include "program.h"

#define DISPATCH_NONE UINT32_MAX           // no label
#define DISPATCH_OUTSIDE (UINT32_MAX - 1)  // one of a block around the loop

// A label. They are numbered by rank: a round of a loop of the source is a stretch of ranks, whose first one is where it begins.
struct dispatch_place {
  const uint8_t *start;  // of its code, behind the end of its block
  uint32_t depth;        // of that code: blocks of labels that are open around it
  uint32_t loop;         // the first rank of the innermost loop that it lies in; NONE: it lies in none
  uint32_t last;         // where it is the first of a loop: that loop's last rank; else its own rank
  uint32_t outer;        // where it is the first of a loop: the first rank of the next loop around; NONE: there is none
  uint32_t fall;         // the rank that its code falls to; NONE: it ends with a jump
};

struct dispatch_shape {
  const uint8_t *loop;  // the loop's first instruction
  const uint8_t *end;   // behind the loop's end
  uint32_t local, count, entry_count;
  uint32_t *entries;  // rank by number, the default last; NONE: that jump leaves the loop
  uint32_t *exits;    // by number, of those that leave the loop: of which block around it they leave, from the innermost
  uint32_t *ranks;    // by number of the block, from the innermost
  struct dispatch_place *places;
};

// The shape of the loop that `code` stands at the first instruction of, read once and kept; NULL: it is no such machine.
const struct dispatch_shape *dispatch_shape_of(struct program *program, const struct core_code *code);

// The rank to which code jumps that sets the local and branches to the loop, at `code`; `label` is the loop's from there. OUTSIDE: it leaves the
// loop so. NONE: it does not jump.
uint32_t dispatch_read_jump(const struct dispatch_shape *shape, struct core_code code, uint32_t label);

#endif
