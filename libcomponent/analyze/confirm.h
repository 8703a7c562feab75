// Lookups, tried with the names that they are asked for.
//
// That a function looks up the name that it is given was found out with made-up names. It may do something else with one of the program's own:
// know it by an older name, put a prefix in front of it, ask for another one where it is not there.
#ifndef ANALYZE_CONFIRM_H
#define ANALYZE_CONFIRM_H

#include <component/span.h>

struct analysis;

// A name that a lookup was seen to be asked for.
struct confirm_name {
  uint32_t gid;
  struct cm_str name;
};

// Remembers it; `name` is copied.
void confirm_note(struct analysis *analysis, uint32_t gid, struct cm_str name);

// A lookup asks for a name of its own making besides the one that it is given: confirm_lookups will find that it is none.
void confirm_refuse(struct analysis *analysis, uint32_t gid);

// Calls the lookups with these names, in the laboratory. Those that ask for something else are marked in the program's `unfaithful`: they are no
// lookups but code like any other, in an analysis made again. *found: there was any. False: memory is exhausted.
bool confirm_lookups(struct analysis *analysis, bool *found);

#endif
