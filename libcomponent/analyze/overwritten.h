// Keys that stand in the initial data, and are not what they were when they are asked for.
#ifndef ANALYZE_OVERWRITTEN_H
#define ANALYZE_OVERWRITTEN_H

#include "variables.h"

// Bytes of the initial data that a key was read from.
struct key_source {
  uint32_t owner;  // instance that defines the memory
  struct image_range range;
};

struct key_sources {
  struct key_source *list;
  size_t count, room;
};

// What is searched for.
struct overwritten_question {
  const struct key_sources *sources;
  enum variables_wanted variables;
  bool
      is_open;  // whatever is found, more may be asked for, of an interpreter's program: what a search does not come to is not held against it
};

// What a search found that was not known.
struct overwritten_news {
  bool written;  // data that are written to
  bool writers;  // who does so
  bool is_lost;  // it did not come to its end: what it did not see counts as written to
};

// Looks for code that writes to the sources, or to pointers to them in the data, through a pointer that it was given: a caller has it as a constant
// and passes it on. What is written is put to what the images know as written, and where all that is stored there is known to their variables, of
// which some are wanted, so that an analysis made again takes it for what it is; who does so is put to touched.h. `scratch` is for memory
// that is not needed afterwards. False: memory is exhausted.
bool overwritten_find(struct program *program, struct cm_arena *scratch, const struct overwritten_question *question,
                      struct overwritten_news *news);

#endif
