// What a function does with the pointers that it is given, for evaluations that do not execute it: a reading of its body, and of those that it
// hands them on to, that errs on the side of more.
#ifndef ANALYZE_USAGE_H
#define ANALYZE_USAGE_H

#include "program.h"

enum usage_kind {
  USAGE_WRITTEN = 1,       // it writes to where the argument points
  USAGE_KEPT = 2,          // the pointer stays somewhere, or goes to code that is not known
  USAGE_DEEP_WRITTEN = 4,  // the same of pointers that are found where it points, and so on
  USAGE_DEEP_KEPT = 8,
  USAGE_ANYHOW = 15,
};

// What is known of the functions of a program. It is found out at the first question, in the arena.
struct usage {
  struct program *program;
  struct cm_arena *arena;
  uint64_t *uses;  // by gid: four bits a parameter
  uint8_t *state;  // by gid: whether it was read, or is being read
  uint64_t steps_left;
};

// False: memory is exhausted.
bool usage_init(struct usage *usage, struct program *program, struct cm_arena *arena);

// How `gid` uses argument number `argument`: USAGE_…, 0 where it only reads there.
unsigned usage_of(struct usage *usage, uint32_t gid, uint32_t argument);

#endif
