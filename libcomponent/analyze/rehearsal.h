// Rehearsals: the program run in the laboratory, to see what it does with the environment.
//
// Where a language's library puts the whole list into a container of its own (a map by hash), no function near the import takes a name.
// But once the container is filled, there is something to experiment on: the program is started with a made-up environment, the calls that
// it makes are watched, and functions that are given a text and something that leads to the made-up variables are tried where they were
// called, with the memory as it was: which is a lookup, which tells names apart, which makes a number of a name.
//
// What is known then: lookups like those of lookup.h; sites, which are calls within functions that the library's lookup was inlined into; and
// functions that are closed: whatever they get of the environment, nothing of it is used but in these ways.
#ifndef ANALYZE_REHEARSAL_H
#define ANALYZE_REHEARSAL_H

#include "lookup.h"

// A call that compares a name with those of the environment, or makes the number of it by which it is looked for.
struct rehearsal_site {
  uint32_t gid, callee;
  uint64_t offset;  // of the call in the file
  struct key_place place;
  bool confirmed;  // private to rehearsals
};

// A call of such a function, or of a lookup, while the container was filled: it was given what the environment holds.
struct rehearsal_filling {
  uint32_t gid;
  uint64_t offset;
  bool other;  // it was given another text as well
};

// A name that was asked for while the program ran, and by whom.
struct rehearsal_key {
  struct cm_str key;
  uint32_t gid, callee;
  uint64_t offset;
};

struct rehearsal {
  struct lookup *lookups;
  size_t lookup_count, lookup_room;
  struct rehearsal_site *sites;
  size_t site_count, site_room;
  struct rehearsal_filling *fillings;
  size_t filling_count, filling_room;
  struct rehearsal_key *keys;
  size_t key_count, key_room;
  uint8_t *closed;   // by gid
  uint8_t *fillers;  // by gid: it does nothing with names but to put those of the environment into the container
  uint64_t *filled;  // by gid: the container is filled where the code comes to this offset in the file, and nothing was asked before; 0: not so
  bool ended;        // the program came to its end
  uint32_t leaking;  // gid of a function that reads what the container holds, and looks nothing up; UINT32_MAX: none was seen
};

// Runs the program. `known` (by gid, not 0: a lookup that is known already). `sources` are the import slots that hand over the
// environment. False: memory is exhausted; to find nothing is no failure.
// Was the call seen, and given nothing but what the environment holds?
bool rehearsal_only_fills(const struct rehearsal *rehearsal, uint32_t gid, uint64_t offset);

bool rehearsal_run(struct program *program, const uint32_t *sources, size_t source_count, const uint32_t *known,
                   struct rehearsal *out);

#endif
