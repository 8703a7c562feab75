// UTF-8 as the Unicode standard's table 3-7 has it: no overlong forms, no surrogates, nothing beyond U+10FFFF. Names are nearly always
// ASCII, so eight bytes are looked at at a time until one is not.
//
// Spec: https://webassembly.github.io/spec/core/binary/values.html#names

#include <component/reader.h>

// Length of the sequence that starts with `lead`, and the range of its second byte; 0 for a byte that cannot lead.
static unsigned sequence(uint8_t lead, uint8_t *low, uint8_t *high) {
  *low = 0x80;
  *high = 0xbf;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) {
    if (lead == 0xe0) *low = 0xa0;
    if (lead == 0xed) *high = 0x9f;
    return 3;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    if (lead == 0xf0) *low = 0x90;
    if (lead == 0xf4) *high = 0x8f;
    return 4;
  }
  return 0;
}

bool cm_utf8_valid(const uint8_t *at, size_t size) {
  const uint8_t *end = at + size;
  while (at < end) {
    if (end - at >= 8) {
      uint64_t word;
      memcpy(&word, at, sizeof word);
      if (!(word & UINT64_C(0x8080808080808080))) {
        at += 8;
        continue;
      }
    }
    if (*at < 0x80) {
      at++;
      continue;
    }
    uint8_t low, high;
    unsigned length = sequence(*at, &low, &high);
    if (!length || (size_t)(end - at) < length || at[1] < low || at[1] > high) return false;
    for (unsigned i = 2; i < length; i++)
      if ((at[i] & 0xc0) != 0x80) return false;
    at += length;
  }
  return true;
}
