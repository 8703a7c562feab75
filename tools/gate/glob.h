// Patterns of keys.
//
// A pattern is a key as it is written, in which `*` stands for any text, also for none, and a backslash takes the meaning off the
// character behind it: `\*` is a star. Undecided places have patterns too ("DEMO_*", report/needs.h), of the same kind but without
// backslashes; tw_glob_of_pattern makes one out of the other.
#ifndef TW_GATE_GLOB_H
#define TW_GATE_GLOB_H

#include <component/arena.h>

// Whether it is a pattern at all: it is not empty, and no backslash stands at its end.
bool tw_glob_valid(struct cm_str glob);

// Whether `key` fits. `fold`: letters of either case are the same, as in names of hosts.
bool tw_glob_fits(struct cm_str glob, struct cm_str key, bool fold);

// Whether all that fits `inner` fits `outer` too. Where it says so it is so; a few odd pairs with several stars each are denied though
// they would do.
bool tw_glob_covers(struct cm_str outer, struct cm_str inner, bool fold);

// Whether some text fits both.
bool tw_glob_meets(struct cm_str a, struct cm_str b, bool fold);

// The pattern that only `key` fits, and the one of an undecided place (every star stands for text). .at is NULL when there is no memory.
struct cm_str tw_glob_of_key(struct cm_arena *arena, struct cm_str key);
struct cm_str tw_glob_of_pattern(struct cm_arena *arena, struct cm_str pattern);

#endif
