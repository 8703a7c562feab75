// The start of a program whose stack lies in memory (stacked.h), executed.
//
// Such programs make much at their start that others have in their data: copies of the environment's list, tables, package variables. So
// they are executed, with every import answered by the laboratory's stubs, until they have initialized themselves. What memory holds
// then is what experiments and evaluations begin with.
#ifndef ANALYZE_REHEARSAL_H
#define ANALYZE_REHEARSAL_H

#include "laboratory.h"

// A variable's bytes, and the function that stores to them by their address, or has it and hands it on to who does.
struct rehearsal_write {
  struct image_range range;
  uint32_t writer;  // gid
  bool later;       // it may be stored to when that has run
};

struct rehearsal {
  uint32_t instance;       // of the program
  uint32_t stack;          // the stack pointer that experiments and evaluations begin with: there is much room below it
  uint8_t *only_once;      // by gid: it initializes, and ran for the only time
  uint8_t *own;            // by gid: it belongs to the language's runtime, which runs before any package is initialized
  uint8_t *asked_within;   // by gid: it was being executed when the environment was handed over
  uint32_t *initializers;  // those that ran for the only time, in their order
  size_t initializer_count;
  struct rehearsal_write *writes;
  size_t write_count;
};

// Executes the program's start in the laboratory, which then goes on from there, and makes what memory holds the program's image. False:
// there is no such program, it did not come so far, or memory is exhausted; then the laboratory is as it was.
bool rehearsal_run(struct program *program, struct laboratory *laboratory, struct rehearsal *out);

// Adds the stores through addresses that code hands on, where memory, from address 0 on, is as it is there. False: memory is exhausted.
bool rehearsal_follow(struct program *program, struct rehearsal *rehearsal, struct cm_span memory);

#endif
