#ifndef X
#define X
#include "doc/read.h"
#include "needs.h"
static inline bool tw_needs_read(struct cm_arena *arena, const char *path, struct cm_span bytes,
                                 struct tw_needs_document **documents, size_t *count, struct tw_fault *fault) {
  (void)arena;
  (void)path;
  (void)bytes;
  (void)documents;
  (void)count;
  (void)fault;
  return false;
}
#endif
