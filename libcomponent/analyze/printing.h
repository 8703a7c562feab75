// Functions that print, of which an experiment tells that they leave what they print as it is.
//
// By its code such a function may do anything: it stores where a conversion tells it to (%n), and calls the file's own functions by pointers. But
// printing is what programs do most, and texts that are printed are asked for before and behind that.
#ifndef ANALYZE_PRINTING_H
#define ANALYZE_PRINTING_H

#include "primitives.h"

enum printing_shape {
  PRINTING_NONE,
  PRINTING_FORMAT,  // ([file,] format, arguments) -> how many characters: vprintf, vfprintf
  PRINTING_TEXT,    // (text[, file]): puts, fputs
};

// Does `gid`, which takes `count` numbers, print like that, given `file` where it takes one? Found out at the first question.
bool printing_is(struct primitives *primitives, uint32_t gid, enum printing_shape shape, uint32_t count, uint32_t file);

#endif
