// What changed between two files.
#ifndef TW_GATE_DIFFER_H
#define TW_GATE_DIFFER_H

#include "collect.h"

// The needs, undecided places and imports that `now` has and `before` has not (TW_SINCE_NEW), and the other way round (TW_SINCE_ABSENT):
// needs by kind and key, undecided places by kind, pattern and reason (more places than before are new ones), imports by name.
// Sorted: needs, then undecided places, then imports, each by kind and key. False: no memory.
bool tw_differ(struct cm_arena *arena, const struct cm_needs *before, const struct cm_needs *now, const struct tw_change **changes,
               uint32_t *count);

// Notes for each finding of `now` whether `before`, what the same rules found in the baseline, had it too: the same rule, about the same
// thing, and no more of it. What only `before` has is added as TW_SINCE_ABSENT.
void tw_since_mark(struct tw_collector *now, const struct tw_collector *before);

#endif
