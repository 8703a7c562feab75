// One reading of a function body, for all that is asked of every body: what it calls, and which constant addresses it stores to.
#ifndef ANALYZE_BODY_H
#define ANALYZE_BODY_H

#include "code.h"

struct body_reader;

// Told in the order of the code; any may be NULL.
struct body_visitor {
  // As core_code_uses tells it.
  void (*use)(void *context, enum core_use use, uint32_t a, uint32_t b, const uint8_t *at);
  // A store to `size` bytes of memory 0 at a constant address.
  void (*write)(void *context, uint64_t address, uint64_t size);
  // A constant between the reader's bounds that may be the address of a variable, and is not just loaded from.
  void (*mention)(void *context, uint64_t address);
  void *context;
};

// Made once for many bodies, in the arena. NULL: memory is exhausted.
struct body_reader *body_reader_new(struct cm_arena *arena, const struct body_visitor *visitor);

// Reads the body of `func`. False: it is malformed, as far as this looks; the visitor may have been told things before that was noticed.
bool body_read(struct body_reader *reader, const struct core_module *module, uint32_t func, struct cm_diag *diag);

// Constants from `from` on, up to `to`, are told of as mentions from now on; at first none are.
void body_reader_bounds(struct body_reader *reader, uint64_t from, uint64_t to);

#endif
