// What went wrong, and where.
//
// A function that can fail returns bool and, on false, has filled exactly one cm_diag: what was wrong, the byte offset in the
// file, and the path of enclosing items ("component > core module 2 > function 441 `getenv`"). A cm_diag owns nothing. A validator,
// which finds more than one, hands each to a sink.
#ifndef COMPONENT_DIAG_H
#define COMPONENT_DIAG_H

#include <component/span.h>

enum cm_error {
  CM_OK = 0,
  CM_MALFORMED,    // the bytes are not what the binary format allows
  CM_INVALID,      // well-formed, but an index or a type does not fit
  CM_LIMIT,        // beyond a limit of limits.h
  CM_NO_MEMORY,    // an allocation failed
  CM_UNSUPPORTED,  // well-formed, but not something this library knows
};

enum { CM_DIAG_MESSAGE = 320, CM_DIAG_WHERE = 480 };

struct cm_diag {
  enum cm_error error;
  bool has_offset;
  uint64_t offset;                // from the first byte of the file
  char message[CM_DIAG_MESSAGE];  // one sentence without a full stop
  char where[CM_DIAG_WHERE];      // enclosing items, outermost first; "" when at the top
  const char *rule;               // address of the section of the specification that was broken, of static life; NULL: not said
};

// Who is told of each error. `diag` lives until `report` returns; that returns whether to look for more.
struct cm_diag_sink {
  bool (*report)(void *context, const struct cm_diag *diag);
  void *context;
};

// An enclosing item, outermost last. Decoders keep these on the C stack and link them upwards; they are rendered only on error.
struct cm_where {
  const struct cm_where *up;  // NULL at the top
  const char *what;           // "component", "core module", "function"
  int64_t index;              // -1: none
  struct cm_str name;         // may be empty
};

// Fills `diag` (which may be NULL) and returns false, so that `return cm_fail(…)` reads well. `where` may be NULL.
bool cm_fail(struct cm_diag *diag, enum cm_error error, uint64_t offset, const struct cm_where *where, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

// The same without an offset.
bool cm_fail_at_large(struct cm_diag *diag, enum cm_error error, const char *format, ...) __attribute__((format(printf, 3, 4)));

// "out of memory"; returns false.
bool cm_fail_memory(struct cm_diag *diag);

// Writes "MESSAGE (at offset 0x1234, in WHERE)" into `to` of `size` bytes, always terminated; returns `to`.
char *cm_diag_format(const struct cm_diag *diag, char *to, size_t size);

#endif
