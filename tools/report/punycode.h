// Punycode, as Rust's symbols use it for identifiers that are not ASCII. Spec: RFC 3492.
#ifndef TW_PUNYCODE_H
#define TW_PUNYCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Decodes `size` bytes, of which those before the last `delimiter` stand for themselves. `*count` is the room in `to`, and on true the
// number of characters. False: malformed, or no room.
bool tw_punycode(const char *text, size_t size, char delimiter, uint32_t *to, size_t *count);

#endif
