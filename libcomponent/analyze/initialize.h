// What the packages of a rehearsed program leave behind when they are initialized.
//
// The rehearsal leaves variables as one run made them, with no arguments and made-up variables of the environment. What of that comes from
// outside is not what another run would make of it. So the functions that initialize packages are evaluated once more: what they store
// as constants is what it is in every run, and stays so where nothing else writes it.
#ifndef ANALYZE_INITIALIZE_H
#define ANALYZE_INITIALIZE_H

#include <stdbool.h>

struct analysis;

// Evaluates them in their order, and settles the program's image and the laboratory. False: memory is exhausted.
bool initialize_settle(struct analysis *a);

#endif
