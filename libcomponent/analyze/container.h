// Containers that programs put the environment into, and how they ask them, learnt by running the program in the laboratory.
//
// Where a language's library puts the whole list into a container of its own (a map by hash), no function near the import takes a name.
// But once the container is filled, there is something to experiment on: the program is started with a made-up environment, the calls that
// it makes are watched, and functions that are given a text and something that leads to the made-up variables are tried where they were
// called, with the memory as it was: which is a lookup, which tells names apart, which makes a number of a name.
//
// What is known then: lookups like those of lookup.h; sites, which are calls within functions that the library's lookup was inlined into; and
// functions that are closed: whatever they get of the environment, nothing of it is used but in these ways.
#ifndef ANALYZE_CONTAINER_H
#define ANALYZE_CONTAINER_H

#include "lookup.h"

// A call that compares a name with those of the environment, or makes the number of it by which it is looked for.
struct container_site {
  uint32_t gid, callee;
  uint64_t offset;  // of the call in the file
  struct key_place place;
  bool missed;  // unless confirmed: no run came to it, and a name that is given there, in whatever place, may be asked for
  // Private to container*.c. passed: on the program's own way; compared: with which other names, where it is made to take another one.
  bool confirmed, sets, begins, passed;
  uint64_t compared;
};

// A call of such a function, or of a lookup, that was seen.
struct container_call {
  uint32_t gid, callee;  // callee: of a lookup that was tried there
  uint64_t offset;
  bool own, other;  // it was given a name that the environment holds, as while the container is filled; another text
  // It was tried what a lookup finds when it is called here: names of the environment; nothing, for it looks into another container; or it did
  // not come back, on a way where the program had gone astray.
  bool finds, elsewhere, astray;
  bool own_way;  // these were calls on the program's own way
  // What was found there was only taken out of the container; it was left there, or more came of it.
  bool taken, kept;
  bool settled;        // that was seen on the program's own way
  bool takes, leaves;  // of a lookup: calls were tried, and all that they did was to take the variable away; were not so
  bool untried;        // there were more of them, which were not tried
};

// A name that was asked for while the program ran, and by whom; callee is gid where it was compared in the code itself.
struct container_key {
  struct cm_str key;
  uint32_t gid, callee;
  uint64_t offset;
  bool met;    // of a lookup: the environment's own name was read for it
  bool among;  // it was compared with a name of its length that the program does not know: with all entries, that is
};

// From an offset in the file to another; both 0: none.
struct container_loop {
  uint64_t from, to;
};

struct container {
  struct lookup *lookups;
  size_t lookup_count, lookup_room;
  struct container_site *sites;
  size_t site_count, site_room;
  struct cm_str *others;  // names that the program sets itself, or looks for in another container, and was not seen to ask for
  size_t other_count, other_room;
  struct container_call *calls;
  size_t call_count, call_room;
  struct container_key *keys;
  size_t key_count, key_room;
  struct container_key *sought;  // the same in other containers
  size_t sought_count, sought_room;
  uint8_t *closed;  // by gid
  bool closed_at_all;
  uint8_t *fillers;              // by gid: it does nothing with names but to put those of the environment into the container
  struct container_loop *loops;  // by gid: where it asks the host itself, the loop that fills the container
  bool ended;                    // the program came to its end
  bool steady;                   // nor does it ask for anything else where times, random numbers, arguments and input are others
  uint32_t leaking;  // gid of a function that reads what the container holds, and looks nothing up; UINT32_MAX: none was seen
};

// Was the call seen, and given nothing but what the environment holds? Was it seen what it asks for? Does it look into another container? Or is it
// not known into which?
bool container_only_fills(const struct container *container, uint32_t gid, uint64_t offset);
bool container_is_seen(const struct container *container, uint32_t gid, uint64_t offset);
bool container_is_elsewhere(const struct container *container, uint32_t gid, uint64_t offset);
bool container_is_unsure(const struct container *container, uint32_t gid, uint64_t offset);

// Is what is looked for there only taken out of the container?
bool container_is_taken(const struct container *container, uint32_t gid, uint64_t offset);

// Was that key looked for in the environment's container there?
bool container_is_found(const struct container *container, struct cm_str key, uint32_t gid, uint64_t offset);

// Was that key looked for in another container there, and not in the environment's?
bool container_is_sought_elsewhere(const struct container *container, struct cm_str key, uint32_t gid, uint64_t offset);

// Was it not tried what that lookup finds there, while it looked into another container elsewhere?
bool container_is_shared(const struct container *container, uint32_t gid, uint64_t offset, uint32_t callee);

// The same, where the program did not come to its end, and may have other containers that were not seen.
bool container_is_untried(const struct container *container, uint32_t gid, uint64_t offset, uint32_t callee);

// The site at that call; NULL: it is none.
const struct container_site *container_site_at(const struct container *container, uint32_t gid, uint64_t offset);

// Is it a call that compares names with all entries, and are its names those that were seen?
bool container_compares_all(const struct container *container, uint32_t gid, uint64_t offset);

// Runs the program. False: memory is exhausted; to find nothing is no failure.
bool container_rehearse(struct program *program, struct container *out);

#endif
