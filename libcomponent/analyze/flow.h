// What a function does with the addresses that it is given: a reading of its body that follows pointers.
//
// A pointer is a parameter, or a constant near data of interest, plus an offset that is known or not. It is followed through the operand
// stack, the locals and the words of the function's own frame, in the order of the code and without regard to branches.
#ifndef ANALYZE_FLOW_H
#define ANALYZE_FLOW_H

#include "program.h"

enum flow_kind { FLOW_UNKNOWN, FLOW_NUMBER, FLOW_CONSTANT, FLOW_PARAMETER, FLOW_FRAME };

struct flow_value {
  enum flow_kind kind;
  bool exact;      // the offset is known
  uint64_t of;     // FLOW_NUMBER, FLOW_CONSTANT: the value; FLOW_PARAMETER: which
  int64_t offset;  // added to it
};

// Something is done with a pointer whose base is a constant or a parameter.
struct flow_effect {
  struct flow_value pointer;
  bool passed;    // it is the argument `argument` of a call of `callee` (a gid); else it is written to:
  uint64_t size;  // so many bytes; 0: nobody knows how many
  uint32_t callee, argument;
};

struct flow_reader;

// Made once for many bodies, in the arena; all its memory comes from there. `near`: which constants are of interest. NULL: memory is exhausted.
struct flow_reader *flow_reader_new(struct program *program, struct cm_arena *arena, struct image_range near);

// The effects of the body of `gid`, valid until the next reading. What is malformed is read up to there. False: memory is exhausted.
bool flow_read(struct flow_reader *reader, uint32_t gid, const struct flow_effect **effects, size_t *count);

#endif
