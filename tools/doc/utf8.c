// Characters, one at a time.
//
// One decoder that never fails serves all: measuring, escaping, JSON and YAML.

#include "utf8.h"

enum { REPLACEMENT = 0xfffd };

// Ranges of characters, sorted.
struct range {
  uint32_t first, last;
};

// Controls; marks that change the direction of writing; line and paragraph separators; characters that nobody can see; what is no
// character.
static const struct range hidden[] = {
    {0x00, 0x1f},     {0x7f, 0x9f},     {0x061c, 0x061c}, {0x180e, 0x180e}, {0x200b, 0x200f},   {0x2028, 0x202e},
    {0x2060, 0x2069}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xfffe, 0xffff}, {0xe0000, 0xe007f},
};

bool tw_utf8_hidden(uint32_t c) {
  if (c >= 0x20 && c < 0x7f) {
    return false;
  }
  for (size_t i = 0; i < sizeof hidden / sizeof hidden[0] && hidden[i].first <= c; i++) {
    if (c <= hidden[i].last) {
      return true;
    }
  }
  return false;
}

uint32_t tw_utf8_next(struct cm_str *rest) {
  const unsigned char *at = (const unsigned char *)rest->at;
  uint32_t c = at[0];
  size_t length = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
  size_t taken = 1;
  if (length > 1) {
    // Only the second byte has bounds of its own: no overlong forms, no surrogates, nothing beyond U+10FFFF.
    unsigned char low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
    unsigned char high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
    c &= 0x7fU >> length;
    while (taken < length && taken < rest->size && at[taken] >= low && at[taken] <= high) {
      c = c << 6 | (at[taken++] & 0x3fU);
      low = 0x80;
      high = 0xbf;
    }
  }
  rest->at += taken;
  rest->size -= taken;
  return taken == length ? c : REPLACEMENT;
}

size_t tw_utf8_put(uint32_t c, char to[4]) {
  if (c < 0x80) {
    to[0] = (char)c;
    return 1;
  }
  size_t length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  for (size_t i = length - 1; i > 0; i--) {
    to[i] = (char)(0x80U | (c & 0x3fU));
    c >>= 6;
  }
  to[0] = (char)((0xf00U >> length & 0xf0U) | c);
  return length;
}
