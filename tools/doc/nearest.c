// "Did you mean …?"
//
// The nearest candidate by the number of edits (insert, delete, replace, swap two neighbours: the optimal string alignment
// distance), computed row by row. A candidate counts as near when a third of the longer word or less is wrong, or when the word is a
// beginning of it.

#include "nearest.h"

#include <stdbool.h>
#include <string.h>

enum { LONGEST = 63 };  // no option or command has a longer name

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

// The edits between two words of at most LONGEST bytes.
static size_t edits(const char *a, size_t na, const char *b, size_t nb) {
  size_t rows[3][LONGEST + 1] = {{0}};
  size_t *before = rows[0];
  size_t *above = rows[1];
  size_t *row = rows[2];
  for (size_t j = 0; j <= nb; j++) {
    above[j] = j;
  }
  for (size_t i = 1; i <= na; i++) {
    row[0] = i;
    for (size_t j = 1; j <= nb; j++) {
      size_t replaced = above[j - 1] + (a[i - 1] != b[j - 1]);
      row[j] = least(replaced, least(above[j], row[j - 1]) + 1);
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = least(row[j], before[j - 2] + 1);
      }
    }
    size_t *oldest = before;
    before = above;
    above = row;
    row = oldest;
  }
  return above[nb];
}

const char *tw_nearest(const char *word, const char *const *candidates) {
  size_t length = strlen(word);
  if (length == 0 || length > LONGEST) {
    return NULL;
  }
  const char *best = NULL;
  size_t best_edits = 0;
  for (size_t i = 0; candidates[i]; i++) {
    size_t n = strlen(candidates[i]);
    if (n > LONGEST) {
      continue;
    }
    size_t wrong = edits(word, length, candidates[i], n);
    bool beginning = length >= 2 && strncmp(word, candidates[i], length) == 0;
    bool near = 3 * wrong <= (length > n ? length : n) || beginning;
    if (near && (!best || wrong < best_edits)) {
      best = candidates[i];
      best_edits = wrong;
    }
  }
  return best;
}
