// Imports seen by the analysis: which of them take a key, and where; what the others overwrite.
#ifndef ANALYZE_SINKS_H
#define ANALYZE_SINKS_H

#include "program.h"

#include <component/types.h>

// Where a key stands in a core call.
struct key_place {
  enum {
    KEY_WHOLE_LIST,  // no key: everything is handed over
    KEY_SPAN,        // argument `argument` points to it, `argument` + 1 is its length
    KEY_CSTRING,     // argument `argument` points to it; it ends with a zero
    KEY_IN_MEMORY,   // pointer and length stand at `offset` behind argument 0
    KEY_STACKED,     // pointer and length, of 64 bits, stand at `offset` behind what global `argument`, the stack pointer, holds
  } kind;
  uint32_t argument;
  uint64_t offset;
  bool has_discriminant;  // the key counts only where the discriminant (argument, or bytes behind argument 0) has this value
  uint32_t discriminant_argument, discriminant_size, discriminant_value;
  uint64_t discriminant_offset;
};

// One row of cm_sinks that an import slot matches.
struct slot_sink {
  const struct cm_sink *row;
  struct key_place place;
  bool placed;  // false: the function's type does not have the parameter
};

enum { SLOT_SINKS = 4 };

// What is known of an import slot (a function import whose call leaves the core code).
struct slot {
  struct cm_str source;               // the root import's name, what stands for it (provided.h), or the core import's module name
  struct cm_str interface, function;  // with its version, as the component that imports it knows it; empty where no component does
  bool lowered;                       // it calls a root import, or one that another component provides
  uint32_t sink_count;
  struct slot_sink sinks[SLOT_SINKS];
  bool returns_to;  // it overwrites an area of `return_size` bytes that argument `return_argument` points to
  uint32_t return_argument;
  uint64_t return_size;
};

// Tells what the import slot `gid` is. `gid` must be an import of its module.
void slot_read(struct program *program, uint32_t gid, struct slot *out);

// The same, of what another component gives too, which slot_read follows to the code behind it: that is not `lowered`, but has its names and its results.
void slot_read_given(struct program *program, uint32_t gid, struct slot *out);

#endif
