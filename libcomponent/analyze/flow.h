// What a function does with the addresses that it is given: a reading of its body that follows pointers.
//
// A pointer is a parameter, a word that stands where a parameter points to, or a constant near data of interest, plus an offset that is known or
// not. It is followed through the operand stack, the locals and the words of the function's own frame, in the order of the code and without
// regard to branches. Where the frame's address is passed on, so are the pointers in its words: lists of variable arguments are handed over in
// this way, and structs.
#ifndef ANALYZE_FLOW_H
#define ANALYZE_FLOW_H

#include "program.h"

enum flow_kind { FLOW_UNKNOWN, FLOW_NUMBER, FLOW_CONSTANT, FLOW_PARAMETER, FLOW_HELD, FLOW_FRAME, FLOW_TWIN };

struct flow_value {
  enum flow_kind kind;
  bool exact;  // the offset is known
  uint64_t
      of;  // FLOW_NUMBER, FLOW_CONSTANT: the value; FLOW_PARAMETER: which; FLOW_HELD: which leads to the word; FLOW_TWIN: two words, private to flow*.c
  int64_t at;      // FLOW_HELD: how far behind the parameter the word stands,
  uint64_t step;   // or any multiple of this farther or nearer; 0: just there. FLOW_FRAME: a loop moves it on by this
  int64_t offset;  // added to it
};

enum flow_act {
  FLOW_WRITES,  // `size` bytes to where it points, 0: nobody knows how many
  FLOW_READS,   // a word from there; told of constants alone
  FLOW_PASSES,  // it is argument `argument` of a call of `callee`, a gid
};

// Something is done with a pointer whose base is a constant, a parameter, or what stands where that leads to.
struct flow_effect {
  enum flow_act act;
  struct flow_value pointer;
  uint64_t size;
  uint32_t callee, argument;
  // FLOW_PASSES: the argument does not have the pointer, but leads to it, `at` bytes on. FLOW_WRITES: not there, but to where the words there
  // point.
  bool within;
  int64_t at;
};

uint64_t flow_common_step(uint64_t a, uint64_t b);  // the greatest common divisor; of 0 and b it is b

struct flow_reader;

// Made once for many bodies, in the arena; all its memory comes from there. `near`: which constants are of interest. NULL: memory is exhausted.
struct flow_reader *flow_reader_new(struct program *program, struct cm_arena *arena, struct image_range near);

// The effects of the body of `gid`, valid until the next reading. What is malformed is read up to there. False: memory is exhausted.
bool flow_read(struct flow_reader *reader, uint32_t gid, const struct flow_effect **effects, size_t *count);

#endif
