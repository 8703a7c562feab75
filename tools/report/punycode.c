// Punycode: the decoding procedure of RFC 3492, section 6.2, with the section's own names and its parameters for IDNA.

#include "punycode.h"

#include <string.h>

enum { BASE = 36, TMIN = 1, TMAX = 26, SKEW = 38, DAMP = 700, INITIAL_BIAS = 72, INITIAL_N = 128 };

static uint32_t adapt(uint32_t delta, uint32_t points, bool first) {
  delta = first ? delta / DAMP : delta / 2;
  delta += delta / points;
  uint32_t k = 0;
  while (delta > (BASE - TMIN) * TMAX / 2) {
    delta /= BASE - TMIN;
    k += BASE;
  }
  return k + (BASE - TMIN + 1) * delta / (delta + SKEW);
}

// A generalized variable-length integer, section 3.3. False: malformed or too large.
static bool read_delta(const char **at, const char *end, uint32_t bias, uint32_t *delta) {
  uint32_t i = 0, w = 1;
  for (uint32_t k = BASE;; k += BASE) {
    if (*at == end) {
      return false;
    }
    char c = *(*at)++;
    uint32_t digit = BASE;
    if (c >= 'a' && c <= 'z') {
      digit = (uint32_t)(c - 'a');
    } else if (c >= '0' && c <= '9') {
      digit = (uint32_t)(c - '0') + 26;
    }
    if (digit == BASE || digit > (UINT32_MAX - i) / w) {
      return false;
    }
    i += digit * w;
    uint32_t t = k <= bias ? TMIN : k >= bias + TMAX ? TMAX : k - bias;
    if (digit < t) {
      *delta = i;
      return true;
    }
    if (w > UINT32_MAX / (BASE - t)) {
      return false;
    }
    w *= BASE - t;
  }
}

bool tw_punycode(const char *text, size_t size, char delimiter, uint32_t *to, size_t *count) {
  size_t room = *count, used = 0;
  const char *end = text + size;
  const char *split = size ? memrchr(text, delimiter, size) : NULL;
  const char *at = split ? split + 1 : text;
  for (const char *basic = text; split && basic < split; basic++) {
    if (used == room) {
      return false;
    }
    to[used++] = (unsigned char)*basic;
  }
  uint32_t n = INITIAL_N, i = 0, bias = INITIAL_BIAS;
  bool first = true;
  while (at < end) {
    uint32_t delta;
    if (used == room || !read_delta(&at, end, bias, &delta) || delta > UINT32_MAX - i) {
      return false;
    }
    i += delta;
    uint32_t points = (uint32_t)used + 1;
    bias = adapt(delta, points, first);
    first = false;
    if (i / points > 0x10ffff - n) {
      return false;
    }
    n += i / points;
    i %= points;
    if (n >= 0xd800 && n < 0xe000) {
      return false;
    }
    memmove(to + i + 1, to + i, (used - i) * sizeof *to);
    to[i++] = n;
    used++;
  }
  *count = used;
  return true;
}
