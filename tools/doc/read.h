// Reading YAML and JSON.
//
// JSON is read by the YAML reader, which is a superset where files are well-formed. Hostile input is bounded: bytes, nesting depth, nodes,
// anchors, and nodes made by aliases ("billion laughs") have named limits. Refused with line and column: what is not well-formed,
// duplicate keys, keys that are no scalars, undefined aliases, tags other than those of the core schema.
#ifndef TW_DOC_READ_H
#define TW_DOC_READ_H

#include "doc.h"

#include <component/diag.h>

// What is wrong with a file of text, and where.
struct tw_fault {
  struct tw_mark at;
  char message[512];
};

// Reads all documents of `bytes`, which must outlive them. `path` is borrowed, for messages. False: `fault` says why.
bool tw_doc_read(struct cm_arena *arena, const char *path, struct cm_span bytes, struct tw_doc **docs, size_t *count,
                 struct tw_fault *fault);

// "PATH:LINE:COLUMN: MESSAGE", and a copy of the line with a caret below it, in the manner of compilers. False: no memory.
bool tw_fault_print(FILE *to, const char *path, struct cm_span bytes, const struct tw_fault *fault);

#endif
