// The functions of a program that manage its heap.
#ifndef ANALYZE_ALLOCATORS_H
#define ANALYZE_ALLOCATORS_H

#include "program.h"

// Sets `are`, by gid, for the functions of the memory's owner that are taken for its allocator's. Who reads what is among `keys`, sorted, is none of
// them, though the allocator may have been inlined there.
void allocators_find(struct program *program, uint32_t owner, const struct image_range *keys, size_t key_count, uint8_t *are);

#endif
