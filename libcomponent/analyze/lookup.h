// Functions that look a name up in the environment, found by what they do.
#ifndef ANALYZE_LOOKUP_H
#define ANALYZE_LOOKUP_H

#include "environ.h"
#include "sinks.h"

struct lookup {
  uint32_t gid;
  struct key_place place;  // KEY_CSTRING or KEY_SPAN
  bool writes;             // it writes its answer to an area that argument `out_argument` points to
  uint32_t out_argument;
  uint64_t out_size;
  bool takes;         // it may take the variable out of the program's container, and tell nobody whether it was there
  unsigned distance;  // calls between it and the import
};

struct laboratory;
union core_value;

// Tries the functions near `sources` (import slots that hand over the environment). `index` (a number a gid, zeroed) gets position + 1 of
// each lookup found; `setters` (a byte a gid, zeroed) gets 1 for functions that change the process's own copy of the environment and so
// go through it, but ask for nothing; `list` says where libc keeps its list, and who reads that. *laboratory, where they were tried,
// stays open and is the caller's; NULL: it could not be opened. False: memory is exhausted; finding none is no failure.
bool lookups_find(struct program *program, const uint32_t *sources, size_t source_count, uint32_t *index, uint8_t *setters,
                  struct laboratory **laboratory, struct environ_list *list, struct lookup **out, size_t *count,
                  struct cm_diag *diag);

// The name that a lookup is called with just now, in its program's memory; empty: it could not be read.
struct cm_str lookup_name_in_call(const struct program *program, struct laboratory *laboratory, const struct lookup *lookup,
                                  const union core_value *arguments);

// Calls a lookup with `name` in the laboratory as it is. True: it came up with `value`.
bool lookup_call(struct program *program, struct laboratory *laboratory, const struct lookup *lookup, const char *name,
                 const char *value);

#endif
