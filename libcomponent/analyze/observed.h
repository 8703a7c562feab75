// Names that are seen to be asked for, where the evaluation leaves the call undecided.
#ifndef ANALYZE_OBSERVED_H
#define ANALYZE_OBSERVED_H

#include "analysis.h"

// Reports them. To be called when all else is told. False: memory is exhausted.
bool observed_tell(struct analysis *a);

#endif
