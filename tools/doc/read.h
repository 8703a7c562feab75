// Reading YAML and JSON.
//
// A file whose name ends in `.json` or `.jsonl` is JSON, strictly (RFC 8259); several values after each other are several documents.
// Anything else is YAML; where its first character is one of [ and {, it is read as JSON first, since YAML's reader does not know all of
// JSON (`\ud83d\ude00`, tabs, long keys).
//
// Hostile input is bounded by the limits below. Refused with line and column: what is not well-formed, duplicate keys, keys that are no
// scalars, undefined aliases, an alias within the very node it stands for, tags other than those of the core schema.
//
// YAML's merge keys (`<<: *base`, also a list of maps) are followed, as kubectl does: what the map does not say itself is taken over,
// behind its own members, and such members are marked `merged`. A quoted "<<" is a key like any other, and so is every `<<` in JSON.
#ifndef TW_DOC_READ_H
#define TW_DOC_READ_H

#include <stdio.h>

#include "doc.h"

enum {
  TW_DOC_BYTES = 32 * 1024 * 1024,  // of a file
  TW_DOC_DEPTH = 60,                // lists and maps within each other
  TW_DOC_NODES = 1000 * 1000,       // of all documents of a file
  TW_DOC_ANCHORS = 1000,            // of a document
  TW_DOC_ALIASED = 100 * 1000,      // nodes that aliases and merge keys stand for, were they written out ("billion laughs")
};

// What is wrong with a file of text, and where.
struct tw_fault {
  struct tw_mark at;  // line 0: the file as a whole
  char message[512];  // one sentence without a full stop
};

// Reads all documents of `bytes`, which must outlive them. `path` is borrowed, for messages and for its ending. A file without any
// document (empty, or comments only) gives a count of 0. False: `fault` says why.
bool tw_doc_read(struct cm_arena *arena, const char *path, struct cm_span bytes, struct tw_doc **docs, size_t *count,
                 struct tw_fault *fault);

// "PATH:LINE:COLUMN: MESSAGE", and a copy of the line with a caret below it, in the manner of compilers. Errors of writing stay in the
// stream.
void tw_fault_print(FILE *to, const char *path, struct cm_span bytes, const struct tw_fault *fault);

#endif
