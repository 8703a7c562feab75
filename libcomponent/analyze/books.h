// Which variables of a program whose stack lies in memory (stacked.h) are its runtime's own books.
//
// The runtime's functions give each other pointers to what they keep; that is of no interest, and what is not known of it must not spread. What
// the program has it may give a pointer to, too, and then it may be written to, be it read-only by the program's own code or not.
#ifndef ANALYZE_BOOKS_H
#define ANALYZE_BOOKS_H

#include "program.h"

// Sets the bits of `marks`, one for each of `size` bytes of memory, that are such books. `own`, by gid: the functions that are the runtime's.
// False: memory is exhausted.
bool books_find(struct program *program, uint32_t instance, const uint8_t *own, uint8_t *marks, uint64_t size);

#endif
