// What a function does with the pointers that it is given, for evaluations that do not execute it: a reading of its body, and of those that it
// hands them on to, that errs on the side of more.
#ifndef ANALYZE_USAGE_H
#define ANALYZE_USAGE_H

#include "program.h"

enum usage_kind {
  USAGE_WRITTEN = 1,   // it writes to where the argument points
  USAGE_KEPT = 2,      // the pointer stays somewhere, or goes to code that is not known
  USAGE_DEEP = 2,      // bits up: the same of pointers that are found where it points; once more: of those found farther on
  USAGE_DEEPEST = 48,  // and these are all of them
  USAGE_ANYHOW = 63,
};
enum { USAGE_LEVELS = 3 };

// How what is found `level` steps behind something is used, which is used so at those steps: and the other way about, what is done with it
// says of where it was found.
static inline unsigned usage_found(unsigned uses) { return uses >> USAGE_DEEP | (uses & USAGE_DEEPEST); }
static inline unsigned usage_finding(unsigned uses) { return (uses << USAGE_DEEP & USAGE_ANYHOW) | (uses & USAGE_DEEPEST); }

// What is known of a value in a body: of which parameters it may be the pointer, moved by whatever, and by which parameters it may have been
// found in memory, in one step or more.
struct usage_mark {
  uint16_t at[USAGE_LEVELS];  // bits by parameter
  bool is_number, is_frame;   // `number` is it, or what is added to the frame's address
  bool is_exact;              // of the frame: `number` is known
  uint8_t parameter;  // it is what this one was given, counted from 1, and `number` added; 0: it is not known to be just that
  int32_t number;
};

struct usage_reading;
struct usage_function;

// By which import an instance means a function that is not its own; NULL: by none.
struct usage_import {
  bool is_known;
  uint32_t instance, gid;
  const struct core_import *import;
};

enum { USAGE_IMPORTS = 64 };  // that are remembered: few are asked for, again and again

// What is known of the functions of a program. It is found out at the first question, in the arena.
struct usage {
  struct program *program;
  struct cm_arena *arena;
  const struct usage_function **functions;  // by gid; NULL: it was not read
  uint64_t steps_left;
  struct usage_reading **readings;  // by how deep they lie within each other
  struct usage_import imports[USAGE_IMPORTS];
};

// False: memory is exhausted.
bool usage_init(struct usage *usage, struct program *program, struct cm_arena *arena);

// The analysis begins anew: what is known of functions stays so, and as much may be looked at as at first.
void usage_renew(struct usage *usage);

// How `gid`, called in `instance`, uses argument number `argument`: 0 where it only reads there. `arguments`, where they are known, tell which
// functions it is given.
unsigned usage_of(struct usage *usage, uint32_t instance, uint32_t gid, uint32_t argument, const struct value *arguments);

// How many bytes from where the argument points the code is seen to write to; it may be more. 0: none, or it is not known.
uint32_t usage_reach(struct usage *usage, uint32_t instance, uint32_t gid, uint32_t argument);

#endif
