// The two methods held against each other, for the debug trace.
#ifndef ANALYZE_CONTRAST_H
#define ANALYZE_CONTRAST_H

#include "analysis.h"

// Where a trace is wanted: starts the program in the laboratory, and says what its lookups are asked for there and whether `needs`, which are
// finished, has it. Lines that begin with "disagree:" want to be looked into. Nothing of `needs` changes by it.
void contrast_tell(struct analysis *analysis, const struct cm_needs *needs);

#endif
