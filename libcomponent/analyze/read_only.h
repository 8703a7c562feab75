// Which of a program's data nobody writes to.
#ifndef ANALYZE_READ_ONLY_H
#define ANALYZE_READ_ONLY_H

#include "program.h"

// Are the memory's data those of one module, placed by constants? LLVM's linker makes such ones, unless they are shared libraries.
bool read_only_is_of_one_module(const struct program *program, uint32_t owner);

// What the linker put in front of all that may be written to; empty: nothing that is known, or code stores there.
struct image_range read_only_data(struct program *program, uint32_t owner);

// Rust's tables of methods, and the places that its panics name, in position independent code, which has them among its variables; sorted. False: no memory.
bool read_only_tables(struct program *program, uint32_t owner, struct image_range **list, size_t *count);

// The read-only data in which no word is an address, of data or of a function: in position independent code, what has such ones is relocated, and stands
// behind. Empty: nothing that is known.
struct image_range read_only_plain(struct program *program, uint32_t owner);

#endif
