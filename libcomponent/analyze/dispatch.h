// Loops that are machines: a local says at which of many labels the next round goes on. Private to the evaluator.
//
// `loop, block …, local.get L, br_table` at its start, and jumps that set the local and begin the next round: compilers for which wasm has
// not jumps enough write so (Go; relooped code). Merging what goes on at different labels would leave nothing known. So what waits for
// each label is kept apart, and labels are come to one after the other.
#ifndef ANALYZE_DISPATCH_H
#define ANALYZE_DISPATCH_H

#include "activation.h"

// The loop that was just begun, whose control is the innermost: true where it is such a machine, which then runs.
bool dispatch_begin(struct activation *a);

// Is it the control of a->dispatch, or of one of its labels?
bool dispatch_owns(const struct activation *a, const struct control *c);

// A branch to the loop or to one of its labels.
void dispatch_arrive(struct activation *a, struct control *c, struct state *state);

// The end of a label's block, or of the loop. The state, if it is live, falls to what comes behind.
void dispatch_end(struct activation *a);

// An `if` was come to whose condition is decided, or not. To be called in front of its first arm.
void dispatch_if(struct activation *a, bool decided);

#endif
