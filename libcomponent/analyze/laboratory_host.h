// A host for programs that are rehearsed: what imports answer that are not the environment.
//
// A program is to come as far as it can on its own: it finds standard streams that take all that is written, no files and no directories, one
// argument (its name), a clock that stands still. Where a component's import returns through an area of memory, the area is zeroed, which is
// an empty list, an absent option, and success.
#ifndef ANALYZE_LABORATORY_HOST_H
#define ANALYZE_LABORATORY_HOST_H

#include <component/exec.h>

enum host_manner {
  HOST_ZEROS,      // all results are zeros
  HOST_EXITS,      // the program ends
  HOST_BAD_FILE,   // preview 1: there is no such file descriptor
  HOST_NOT_FOUND,  // preview 1: there is no such file
  HOST_WRITES,     // preview 1: all is written
  HOST_READS,      // preview 1: the end of the file
  HOST_ARGUMENT_SIZES,
  HOST_ARGUMENTS,
  HOST_PERMITS,  // preview 2: so many bytes may be written
};

// How a function of an interface (without its version; or a module of preview 1) answers.
enum host_manner host_manner_of(struct cm_str interface, struct cm_str function);

struct host_memory {
  const char *program;  // its name, which is its argument
  struct core_memory_inst *memory;
  uint8_t *(*bytes_at)(struct core_memory_inst *memory, uint64_t address, uint64_t size);  // NULL: they are not all within it
};

// Answers a call in that manner (not HOST_EXITS); results and return areas are zeros before. False: it cannot.
bool host_answer(enum host_manner manner, const struct core_type *type, const union core_value *arguments,
                 union core_value *results, const struct host_memory *memory);

#endif
