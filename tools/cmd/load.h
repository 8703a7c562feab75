// Many files and what they need, kept until all are there: what `gate` and `diff` begin with.
#ifndef TW_LOAD_H
#define TW_LOAD_H

#include "input.h"
#include "report/needs.h"

// One file.
struct tw_loaded {
  const char *path;                          // as given; borrowed
  const struct tw_needs_document *document;  // NULL: it could not be read
  char *fault;                               // then why; owned
  struct cm_arena arena;                     // holds the document
};

struct tw_load {
  struct tw_loaded *files;
  size_t count;
  bool failed;  // some file could not be read: its message is on standard error
};

// Analyses the files of `paths`, which must outlive the load, on `jobs` threads (0: as many as there are processors).
void tw_load_files(struct tw_load *load, const struct tw_paths *paths, unsigned jobs);
void tw_load_free(struct tw_load *load);

// The documents of one path that may also be JSON as `needs` writes it: a document, an array of them, or one a line. `*count` of them
// in `arena`. False: a message is on standard error.
bool tw_load_documents(struct cm_arena *arena, const char *path, const struct tw_needs_document **documents, size_t *count);

#endif
