// Searching in arrays that are sorted.
//
// Where something begins in such an array is told by a condition that holds for no item before that place and for all from there on: not to be less
// than another one, say, or to be greater. Each owner has items of a type of its own, and a condition of its own; the search is the same.
#ifndef BASE_SORTED_H
#define BASE_SORTED_H

// Sets `at`, a variable of an unsigned type, to the first of the positions from `from` up to `to` for which `holds` is true: an expression of `at`. There
// is none: to `to`. `holds` is evaluated a few times, with some of these positions.
#define SORTED_FIRST(at, from, to, holds)                  \
  do {                                                     \
    __typeof__(at) sorted_low = (from), sorted_end = (to); \
    while (sorted_low < sorted_end) {                      \
      (at) = sorted_low + (sorted_end - sorted_low) / 2;   \
      if (holds)                                           \
        sorted_end = (at);                                 \
      else                                                 \
        sorted_low = (at) + 1;                             \
    }                                                      \
    (at) = sorted_low;                                     \
  } while (0)

#endif
