// The functions of a program that manage its heap.
#ifndef ANALYZE_ALLOCATORS_H
#define ANALYZE_ALLOCATORS_H

#include "program.h"

// Sets `are`, by gid, for the functions of the memory's owner that are taken for its allocator's.
void allocators_find(struct program *program, uint32_t owner, uint8_t *are);

#endif
