// Ranges of versions (component/semver.h).
//
// A range is one of these, several with blanks between (all must hold), or several of those with `||` between (one must hold):
//
//     1.2.3, =1.2.3      this one                      >1.2.3 >=1.2.3 <1.2.3 <=1.2.3    by precedence
//     ^1.2.3             compatible: the same first number that is not 0
//     ~1.2.3             the same first two numbers    1.2, 1.2.x, 1.x, *               what is left out may be anything
//
// Where a number is left out, previews belong to the release that they precede: `0.2` and `>=0.2` hold 0.2.0-draft, and `<0.3` does not
// hold 0.3.0-rc-1. `*` holds everything, also what has no version at all.
#ifndef TW_GATE_RANGE_H
#define TW_GATE_RANGE_H

#include <component/arena.h>

struct tw_range;

// Reads a range. False: it is none, or (`*range` is then NULL and arena->refused) there is no memory.
bool tw_range_read(struct cm_arena *arena, struct cm_str text, const struct tw_range **range);

// Whether the version lies in the range. What is no version lies in `*` alone.
bool tw_range_holds(const struct tw_range *range, struct cm_str version);

// Whether no version can lie in it: ">2 <1".
bool tw_range_empty(const struct tw_range *range);

#endif
