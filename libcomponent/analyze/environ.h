// Variables that hold the environment's list (`environ` of libc), found by experiment.
//
// Where a lookup was inlined, no function takes a name; what is left of it is a loop over the list, which libc keeps in a static
// variable. The variable is found by what happens to it: after a function near the import has run, it points to an array of pointers
// to "NAME=value" texts. Programs without a libc may have the array itself in a variable.
#ifndef ANALYZE_ENVIRON_H
#define ANALYZE_ENVIRON_H

#include "program.h"

struct laboratory;

enum { ENVIRON_VARIABLES = 8 };

struct environ_variable {
  uint32_t owner;  // instance that defines the memory
  uint64_t address;
  bool is_array;  // it is the array of pointers to the texts itself, and not a pointer to it
};

struct environ_list {
  struct environ_variable variables[ENVIRON_VARIABLES];
  size_t count;
  uint8_t *fillers;  // by gid: functions that make the list out of what the import hands over, the innermost ones
  uint8_t *readers;  // by gid: reached functions that have a variable's address as a constant
};

// Tries the functions of `candidates` (gids, nearest to the import first) in the laboratory, whose environment is laboratory_made_up. Where one
// fills the list, the laboratory goes on from there: who finds the list already made finds in it what the import would give. `list`
// is made anew, in the program's arena. False: memory is exhausted; finding nothing is no failure.
bool environ_find(struct program *program, struct laboratory *laboratory, const uint32_t *candidates, size_t count,
                  struct environ_list *list);

// The addresses of the variables in the memory of `instance` that point to the list, or of those that are its array; returns how many.
size_t environ_addresses(const struct program *program, const struct environ_list *list, uint32_t instance, bool arrays,
                         uint64_t addresses[ENVIRON_VARIABLES]);

#endif
