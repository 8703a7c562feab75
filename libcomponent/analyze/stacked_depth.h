// Where the stack lies in memory: how deep it is at an instruction.
//
// A function's local has the stack pointer, and the code moves it on and back. Read in the order of the code, without regard to what is computed:
// behind a branch it is what it was at the last label that code came to.
#ifndef ANALYZE_STACKED_DEPTH_H
#define ANALYZE_STACKED_DEPTH_H

#include <component/instr.h>

enum { STACKED_IFS = 64 };

struct stacked_depth {
  int64_t now, resting;  // from the stack pointer at entry: now, and at that label
  bool live;             // code comes here
  unsigned ifs;          // that are open
  int64_t at_if[STACKED_IFS];
  uint64_t open;  // which blocks are such: a bit for each open one, of the innermost 64
};

static inline struct stacked_depth stacked_depth_at_entry(void) { return (struct stacked_depth){.live = true}; }

// Behind each instruction.
void stacked_depth_turn(struct stacked_depth *depth, enum core_op op);

#endif
