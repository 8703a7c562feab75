// "Did you mean …?"
#ifndef TW_NEAREST_H
#define TW_NEAREST_H

// The candidate (of an array ended by NULL) that `word` is most likely a misspelling of; NULL where none is near.
const char *tw_nearest(const char *word, const char *const *candidates);

#endif
