// What a program does with the environment when all of it goes into a map of its own: told by how it behaves.
//
// A program that reads the whole list may do so to put it into an ordered map, like C++'s std::map, which it then asks by name. No function
// near the list takes a name, and what becomes of the entries is too much for an evaluation. But the program can be run. The names that
// it asks the map for are compared with those in the map; and where the host is not told more when other variables are there, and less when
// they are not, nothing else of them is used.
#ifndef ANALYZE_CONDUCT_H
#define ANALYZE_CONDUCT_H

#include "program.h"

struct environ_list;
struct primitives;

// A name that was compared with those in the map: by a call in `gid` at `offset` of the file, where the program itself had gone to.
struct conduct_key {
  struct cm_str key;
  uint32_t gid, callee;
  uint64_t offset;
};

struct conduct {
  const char *why;  // it is not understood, for the trace; NULL: it is
  uint32_t gid;     // of the function where a call was not made, for the trace
  bool understood;  // the names are all that is asked for of what those read that are marked in `roots`; else some that are
  struct conduct_key *keys;
  size_t key_count, key_room;
  struct conduct_key *beginnings;  // of names: all that begin so are asked for
  size_t beginning_count, beginning_room;
};

// Runs the program. `roots` (by gid) are functions that read the list. False: memory is exhausted; to understand nothing is no failure.
bool conduct_watch(struct program *program, struct primitives *primitives, const uint8_t *roots, struct conduct *out);

#endif
