// Functions that stand in tables of the data: is there any call that can mean them?
//
// A call through a pointer may mean every function with its signature whose address is anywhere. That is right for what is looked for, and too
// much for what is said of it: a key is exact where some call is known that asks for it, and a handler that is in a table but that
// no index leads to asks for nothing.
#ifndef ANALYZE_CALLED_H
#define ANALYZE_CALLED_H

#include "analysis.h"

// Finds out whether anything calls the function, unless that is known: the functions that call with its signature are evaluated, for what the
// calls mean. To be called between evaluations.
void called_look(struct analysis *a, uint32_t gid);

// Is a function between the call that `frame` makes and the evaluated one, or that itself, one that no call was found to mean?
bool called_is_doubtful(const struct analysis *a, const struct evaluate_frame *frame);

#endif
