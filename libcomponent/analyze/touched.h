// Which code may write to a static variable.
//
// What an evaluation has stored in a variable, code that it does not execute may store over. A function touches a variable when it stores to
// its address as a constant, or has the address of its object for something else than a load; so do all that may come to call it.
#ifndef ANALYZE_TOUCHED_H
#define ANALYZE_TOUCHED_H

#include "program.h"

// Which functions may, by calling or by themselves.
enum { TOUCHED_SELVES = 8 };
struct touched_range {
  uint32_t owner;  // instance that defines the memory
  bool is_strict;  // who has the address of what begins nearest before it counts, and not of all that may reach so far
  struct image_range range;
  uint8_t *by;      // by gid; NULL: that is not known
  bool by_pointer;  // some of them may be called through a pointer
  uint32_t selves[TOUCHED_SELVES];
  size_t self_count;  // those that do so by themselves; more than TOUCHED_SELVES: there are others
  uint64_t nearest;   // strict: the address that code has nearest before the range, or there; 0: there is none
  bool is_passed;     // somebody writes there by an address that he was given, as far as a search has found
  bool is_stored;     // somebody stores there by that address
  bool is_unknown;    // who has its address is not known: data hold it, or the search came to a bound
};

struct touched *touched_new(struct cm_arena *arena);

// The function has the address of `size` bytes that it stores to (0: of an object that it does something with). False: memory is exhausted.
bool touched_add(struct program *program, uint32_t gid, uint64_t address, uint64_t size);

// Writes to the range were found that go back to an address that the function has; NO_FUNC: nobody knows to whose. `is_plain`: it writes there by
// that address itself. *news: that was not known.
// False: memory is exhausted.
bool touched_writes(struct program *program, uint32_t owner, struct image_range range, uint32_t gid, bool is_plain, bool *news);

// Between which constants a module's code may have the addresses of variables.
void touched_bounds(const struct core_module *module, uint64_t *from, uint64_t *to);

// Who may store to `range` of the memory that `instance` uses? NULL: that is not known, as there were too many ranges.
const struct touched_range *touched_find(struct program *program, uint32_t instance, struct image_range range, bool strict);

// Where the object ends that begins at range.from: where code has the next address, or at the range's end.
uint64_t touched_end(struct program *program, uint32_t owner, struct image_range range);

// The next place, from `address` on, that code stores to by that address, and how many bytes; false: there is none.
bool touched_next(struct program *program, uint32_t owner, uint64_t address, struct image_range *out);

// Is there any code that may store to it?
bool touched_by_any(struct program *program, uint32_t instance, struct image_range range);

#endif
