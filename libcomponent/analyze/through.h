// What the outside is asked where a component of the program stands between.
//
// Findings of an import that another component provides say what the application asks. Here they become what the outside is asked: the
// provider is tried (trial.h) with each key, and what it then asks, or whose value it answers with, is the need: the same key, another,
// one of another kind, or none. Providers behind providers are followed on. Where a trial is not understood, that provider's own code was
// looked at like any other, and what was found of it stands.
#ifndef ANALYZE_THROUGH_H
#define ANALYZE_THROUGH_H

#include "analysis.h"

// To be called when all is found. False: memory is exhausted.
bool through_settle(struct analysis *a);

#endif
