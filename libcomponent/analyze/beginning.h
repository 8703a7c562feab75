// The program, executed from its beginning.
//
// A function that is evaluated on its own knows nothing of what variables hold by then, and may be called by code that calls it in no run at all. Where
// something was left undecided, and the host starts the program by one call (outset.h), the evaluation is made once more from there, on to whatever
// is undecided, through all that leads to it. Where that tells all keys that are asked for, nothing is undecided.
#ifndef ANALYZE_BEGINNING_H
#define ANALYZE_BEGINNING_H

#include <component/needs.h>

struct analysis;
struct left;

// A key that is not known by what was asked so far.
void beginning_leave(struct analysis *a, const struct left *left);

// Is the call one of those, or goes it the same way? `context` is the analysis.
bool beginning_is_left(void *context, enum cm_need_kind kind, const struct cm_evidence *evidence);

// Looks at all that was left so, and tells what stays undecided. False: memory is exhausted.
bool beginning_settle(struct analysis *a);

#endif
