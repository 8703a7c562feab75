// Characters, one at a time.
#ifndef TW_UTF8_H
#define TW_UTF8_H

#include <component/span.h>

// Takes the next character off `rest`, which must not be empty. Bytes that are not well-formed UTF-8 give U+FFFD, one for each
// maximal part of a sequence, as the Unicode standard (3.9, "U+FFFD Substitution of Maximal Subparts") recommends.
uint32_t tw_utf8_next(struct cm_str *rest);

// Writes the UTF-8 form of a character; returns its length, 1 to 4.
size_t tw_utf8_put(uint32_t character, char to[4]);

// Whether a character drives a terminal, turns the direction of writing, ends a line, or cannot be seen: no output shows it as it is.
bool tw_utf8_hidden(uint32_t character);

#endif
