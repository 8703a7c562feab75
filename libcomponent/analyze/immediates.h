// Texts that stand in instructions alone.
//
// Where a compiler inlines the comparison of a text with a constant one, it compares words of it with numbers: eight, four, two letters and one at a
// time, the last of them perhaps overlapping. So the constant text is nowhere in memory.
#ifndef ANALYZE_IMMEDIATES_H
#define ANALYZE_IMMEDIATES_H

#include "program.h"

enum { IMMEDIATES_TEXT = 40 };

// Tells all texts that the body of `gid` compares memory with in such a way, from their first letter to the last that is compared in one go.
// Nobody knows whether they are whole texts, or texts at all.
void immediates_of(const struct program *program, uint32_t gid, void (*visit)(void *context, const char *text, size_t size),
                   void *context);

#endif
