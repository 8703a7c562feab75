// Loops that walk the environment's list and leave nothing behind.
//
// Zig's start counts the entries that libc has, and where nobody asks for the arguments and the environment, the number is used for nothing;
// the optimizer leaves the loop, for it may not end. To have walked the list so is not to have read it.
#ifndef ANALYZE_IDLE_H
#define ANALYZE_IDLE_H

#include "program.h"

// Does the instruction at `offset` of the file stand in a loop of the function that changes nothing but locals which nobody reads behind it?
bool idle_is_within(struct program *program, uint32_t gid, uint64_t offset);

#endif
