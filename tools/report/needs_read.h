// Needs that were written before: `tidewaiter.needs/1` back into what it was written from.
#ifndef TW_REPORT_NEEDS_READ_H
#define TW_REPORT_NEEDS_READ_H

#include "doc/read.h"
#include "needs.h"

// Reads one document, an array of them, or one a line, as `tidewaiter needs` writes them with --format json or jsonl. `bytes` must outlive
// the result, whose arrays are in the order of the file. What a document does not hold is empty: producers, and where the functions of
// an evidence's path are that have a name. False: `fault` says why; anything that the schema does not have is refused.
bool tw_needs_read(struct cm_arena *arena, const char *path, struct cm_span bytes, struct tw_needs_document **documents,
                   size_t *count, struct tw_fault *fault);

#endif
