// Lookups of programs whose stack lies in memory: see stacked.h, rehearsal.h.
#ifndef ANALYZE_LOOKUP_STACKED_H
#define ANALYZE_LOOKUP_STACKED_H

#include "lookup.h"
#include "rehearsal.h"

enum { STACKED_LISTS = 8 };

// Where such a program keeps the environment's list: headers (pointer, length, capacity) of arrays of texts, in static variables.
struct stacked_lists {
  uint64_t addresses[STACKED_LISTS];
  size_t count;
  uint64_t heap;     // objects are allocated from here on, as the list's arrays were; UINT64_MAX: none was seen
  uint8_t *readers;  // by gid: it has one of the addresses as a constant
};

// Finds the list's variables in what the rehearsal left, and by experiment the functions that look a name up in it, near those that read the
// variables. `index` as for lookups_find. False: memory is exhausted.
bool lookups_find_stacked(struct program *program, struct laboratory *laboratory, const struct rehearsal *rehearsal,
                          uint32_t *index, struct stacked_lists *lists, struct lookup **out, size_t *count);

// Calls a lookup that was found so with `name`, in the laboratory as it is. True: it came up with `value`.
bool lookup_call_stacked(struct program *program, struct laboratory *laboratory, const struct rehearsal *rehearsal,
                         const struct lookup *lookup, const char *name, const char *value);

#endif
