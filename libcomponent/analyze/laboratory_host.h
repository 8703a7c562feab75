// A host for programs that are rehearsed: what imports answer that are not the environment.
//
// A program is to come as far as it can on its own: it finds standard streams that take all that is written, no files and no directories, one
// argument (its name), a clock that stands still. Where a component's import returns through an area of memory, the area is zeroed, which is
// an empty list, an absent option, and success. There is another world in which what differs from run to run is something else.
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
  HOST_RANDOM,   // preview 1: an area full of something that differs from world to world;
  HOST_NUMBER,   // preview 2: a number, where zeros are in the first world,
  HOST_NUMBERS,  // or an area of them,
  HOST_BYTES,    // or a list of as many bytes as are wanted
};

// How a function of an interface (without its version; or a module of preview 1) answers.
enum host_manner host_manner_of(struct cm_str interface, struct cm_str function);

// The arguments in the other world.
enum { HOST_OTHER_ARGUMENTS = 4 };
extern const char *const host_other_arguments[HOST_OTHER_ARGUMENTS];
extern const char host_program_name[];  // the only argument elsewhere

// Does such a function hand over what may be anything: what others provide, or what a stream brings? Then there is no other world of it.
bool host_is_strange(struct cm_str interface, struct cm_str function);

struct host_memory {
  bool is_alone;   // the program's name is the only argument
  bool is_other;   // another world than usual: other times, numbers, arguments, and something on the standard input
  unsigned *read;  // how often the standard input was read
  struct core_memory_inst *memory;
  uint8_t *(*bytes_at)(struct core_memory_inst *memory, uint64_t address, uint64_t size);   // NULL: they are not all within it
  bool (*allocate)(void *allocator, uint32_t alignment, uint32_t size, uint32_t *address);  // as the caller does; false: it cannot
  void *allocator;
};

// Answers a call in that manner (not HOST_EXITS); results and return areas are zeros before. False: it cannot.
bool host_answer(enum host_manner manner, const struct core_type *type, const union core_value *arguments,
                 union core_value *results, const struct host_memory *memory);

#endif
