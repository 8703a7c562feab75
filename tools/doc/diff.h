// The difference of two texts, as `diff -u` shows it.
#ifndef TW_DOC_DIFF_H
#define TW_DOC_DIFF_H

#include <component/arena.h>
#include <stdio.h>

struct tw_diff_side {
  const char *name;  // "a/deploy.yaml"
  struct cm_str text;
};

// Writes a unified diff with three lines of context, fit for `patch`; nothing where the texts are equal. `color`: for a terminal. The
// least number of lines is shown as changed, unless that is thousands. Errors of writing stay in the stream. False: no memory.
bool tw_diff_write(FILE *to, struct cm_arena *arena, const struct tw_diff_side *old, const struct tw_diff_side *new, bool color);

#endif
