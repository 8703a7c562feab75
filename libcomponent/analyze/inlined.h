// Lookups that were inlined: pieces of a function that do what a lookup does, found by experiment.
//
// Where the optimizer put libc's lookup into the code that asks, no function takes a name. But the loop over the list is a piece of the function's
// body, and it takes the name from somewhere: from a local, from a constant, from memory. Made a function of its own (piece.h), it can be tried
// like any candidate: whether it comes up with the value of each made-up name, wherever that is put.
#ifndef ANALYZE_INLINED_H
#define ANALYZE_INLINED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct environ_list;
struct laboratory;
struct program;

#define INLINED_NO_LOCAL UINT32_MAX
enum { INLINED_WRITES = 8, INLINED_LOCALS = 1024 };

// Where a number comes from: the local plus the offset, the offset alone, or what stands in memory there.
struct inlined_place {
  uint32_t local, offset;
  bool is_loaded;
};

// What a piece leaves somewhere, as far as it leads on to the list: a pointer into the array, or one to an entry.
enum inlined_rest { INLINED_NOTHING, INLINED_LIST, INLINED_ENTRY };

// What such a piece may write: `size` bytes at a local plus an offset, or at the offset.
struct inlined_write {
  uint32_t local, offset, size;
  enum inlined_rest rest;
};

struct inlined {
  uint32_t gid;
  uint64_t from;      // offset in the file of its first instruction
  const uint8_t *to;  // behind its last one
  struct inlined_place name, length;
  bool has_length;  // else the name ends with a zero
  uint64_t exits;   // labels that it may leave by, outwards from it: bit k is the k-th
  bool falls_through, leaves_result;
  bool stores;  // it has code that stores, be it in functions that it calls: more may be written to than was seen
  uint64_t sets[(INLINED_LOCALS + 63) / 64];  // locals that it sets
  uint8_t rests[INLINED_LOCALS];              // by local: enum inlined_rest
  struct inlined_write writes[INLINED_WRITES];
  size_t write_count;
};

struct inlined_list {
  struct inlined *at;  // those of one function stand together, those that come first in it before the others
  size_t count, room;
};

// Tries the pieces of function `gid` that read the list. `laboratory` is used as for lookups, and lasts as long as what is found. False:
// memory is exhausted.
bool inlined_find(struct program *program, struct laboratory *laboratory, const struct environ_list *list, uint32_t gid,
                  struct inlined_list *out);

#endif
