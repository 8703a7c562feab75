// Several keys that are all known, of which what the function is given chooses, in programs whose stack lies in memory.
//
// A program that is executed from its beginning tells which they are (beginning.h). Others are asked as they are for a key that is not known: wave by
// wave, from those who call the function on upwards.
#ifndef ANALYZE_CHOSEN_H
#define ANALYZE_CHOSEN_H

#include "analysis.h"

// Are all who call the function known, so that they can be asked what it is to choose?
bool chosen_can_ask(struct analysis *a, uint32_t gid);

// Did the evaluation of the function that the evaluated one calls know all keys that are asked for by the call that `frame` makes, as a choice?
// Then what is not known here is one of them.
bool chosen_is_below(const struct analysis *a, const struct evaluate_frame *frame);

// The callers tell no more of a choice: what was found of it counts, and so does what the functions in between left to choose.
void chosen_keep(struct analysis *a, const struct pending *p);

#endif
