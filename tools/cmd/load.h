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

// Two files that are compared: each WebAssembly, or JSON that `needs` wrote about one file.
struct tw_sides {
  struct cm_arena arena;                         // also for whoever goes on with it
  struct tw_input inputs[2];                     // JSON stays mapped
  const struct tw_needs_document *documents[2];  // the older one first
};

// Reads both. False: a message is on standard error for each that could not be read. To be freed in either case.
bool tw_sides_read(const char *const paths[2], struct tw_sides *sides);
void tw_sides_free(struct tw_sides *sides);

// Whether it is a JSON document rather than WebAssembly: by its first character that is no blank.
bool tw_looks_like_json(struct cm_span bytes);

#endif
