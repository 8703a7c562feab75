// Evaluations of one function, way by way.
//
// Where a condition of which nothing is known chooses between two texts, what becomes of them is followed for both at once, and too much for that
// where they are handed to code that measures, copies and joins them. Then the function is evaluated with the condition taken for true,
// and with it taken for false: each execution does one of the two. That holds for conditions that are met once in an execution (struct value_forces).
#ifndef ANALYZE_DIVIDE_H
#define ANALYZE_DIVIDE_H

#include <stdbool.h>
#include <stdint.h>

struct analysis;
struct evaluate_owner;
struct value_forces;

// `forces` has the conditions that were seen to choose in an evaluation of `gid` that left something undecided. *settled: for both outcomes of one of
// them, or of two, all is known; what is asked for then is told as possible. False: memory is exhausted.
bool divide(struct analysis *analysis, struct evaluate_owner *owner, uint32_t gid, const struct value_forces *forces,
            bool *settled);

#endif
