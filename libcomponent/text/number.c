// Numbers, exactly.
//
// An integer is digits with single underscores between them, perhaps behind 0x and a sign. A float is rounded once, to the nearest and
// then to even: decimal digits by strtof and strtod, once the underscores are out; hexadecimal ones here. What would round to an
// infinity is out of range, and so is a payload of a NaN that its fraction cannot hold.
//
// Spec: https://webassembly.github.io/spec/core/text/values.html

#include "text/lex.h"

#include <locale.h>
#include <stdlib.h>

static int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

// Digits of `base` from `at` on, in value modulo 2^64: how many characters they take with their underscores, 0 when there are none or an
// underscore does not stand between two.
static size_t scan_digits(const char *at, size_t size, int base, uint64_t *value, bool *overflow) {
  size_t i = 0;
  bool digit = false;
  *value = 0;
  *overflow = false;
  for (; i < size; i++) {
    int d = digit_of(at[i]);
    if (d < base) {
      if (*value > (UINT64_MAX - (uint64_t)d) / (uint64_t)base) *overflow = true;
      *value = *value * (uint64_t)base + (uint64_t)d;
      digit = true;
    } else if (at[i] == '_' && digit) {
      digit = false;
    } else {
      break;
    }
  }
  return digit ? i : 0;
}

// A whole unsigned integer.
static bool scan_natural(const char *at, size_t size, uint64_t *value, bool *overflow) {
  bool hex = size > 2 && at[0] == '0' && at[1] == 'x';
  if (hex) {
    at += 2;
    size -= 2;
  }
  return size && scan_digits(at, size, hex ? 16 : 10, value, overflow) == size;
}

bool text_scan_u64(const char *at, size_t size, uint64_t *out) {
  bool overflow;
  return scan_natural(at, size, out, &overflow) && !overflow;
}

static bool read_natural(struct text_lexer *l, const char *what, uint64_t most, uint64_t *out) {
  bool overflow;
  const struct text_token *t = &l->token;
  if (t->kind != TEXT_NUMBER || !scan_natural(t->at, t->size, out, &overflow)) return text_expected(l, what);
  if (overflow || *out > most)
    return text_fail(l, t->at, "%.*s is out of range: expected %s of at most %llu", (int)(t->size < 60 ? t->size : 60), t->at, what,
                     (unsigned long long)most);
  text_next(l);
  return true;
}

bool text_u32(struct text_lexer *l, const char *what, uint32_t *out) {
  // Nearly all of them are a few decimal digits.
  const struct text_token *t = &l->token;
  if (t->kind == TEXT_NUMBER && t->size < 9) {
    uint32_t value = 0;
    size_t i = 0;
    for (; i < t->size && t->at[i] >= '0' && t->at[i] <= '9'; i++) value = value * 10 + (uint32_t)(t->at[i] - '0');
    if (i == t->size) {
      *out = value;
      text_next(l);
      return true;
    }
  }
  uint64_t value;
  if (!read_natural(l, what, UINT32_MAX, &value)) return false;
  *out = (uint32_t)value;
  return true;
}

bool text_u64(struct text_lexer *l, const char *what, uint64_t *out) { return read_natural(l, what, UINT64_MAX, out); }

bool text_integer(struct text_lexer *l, unsigned bits, const char *what, uint64_t *out) {
  const struct text_token *t = &l->token;
  if (t->kind != TEXT_NUMBER) return text_expected(l, what);
  bool sign = t->at[0] == '-' || t->at[0] == '+', minus = t->at[0] == '-', overflow;
  uint64_t value;
  if (!scan_natural(t->at + sign, t->size - sign, &value, &overflow)) return text_expected(l, what);
  uint64_t half = (uint64_t)1 << (bits - 1), most = minus ? half : half - 1 + half;
  if (overflow || value > most)
    return text_fail(l, t->at, "constant out of range: %.*s does not fit into %u bits", (int)(t->size < 60 ? t->size : 60), t->at,
                     bits);
  *out = minus ? 0 - value : value;
  if (bits < 64) *out &= ((uint64_t)1 << bits) - 1;
  text_next(l);
  return true;
}

// The parts of a float: sign, then digits with an optional fraction and exponent, or inf, nan, nan:0x….
struct float_parts {
  bool minus;
  enum { FINITE, INFINITE, NAN_PLAIN, NAN_PAYLOAD } kind;
  uint64_t payload;
};

static bool is_float(const char *at, size_t size) {
  bool hex = size > 2 && at[0] == '0' && at[1] == 'x', overflow;
  size_t i = hex ? 2 : 0, n;
  int base = hex ? 16 : 10;
  uint64_t value;
  if (!(n = scan_digits(at + i, size - i, base, &value, &overflow))) return false;
  i += n;
  if (i < size && at[i] == '.') {
    i++;
    if (i < size && digit_of(at[i]) < base) {
      if (!(n = scan_digits(at + i, size - i, base, &value, &overflow))) return false;
      i += n;
    }
  }
  if (i < size && (at[i] | 0x20) == (hex ? 'p' : 'e')) {
    i++;
    if (i < size && (at[i] == '+' || at[i] == '-')) i++;
    if (!(n = scan_digits(at + i, size - i, 10, &value, &overflow))) return false;
    i += n;
  }
  return i == size;
}

static bool scan_float(struct text_lexer *l, struct float_parts *out) {
  const struct text_token *t = &l->token;
  if (t->kind != TEXT_NUMBER && t->kind != TEXT_KEYWORD) return text_expected(l, "a float");
  bool sign = t->at[0] == '-' || t->at[0] == '+', overflow = false;
  const char *at = t->at + sign;
  size_t size = t->size - sign;
  *out = (struct float_parts){.minus = t->at[0] == '-'};
  if (size == 3 && memcmp(at, "inf", 3) == 0) {
    out->kind = INFINITE;
  } else if (size == 3 && memcmp(at, "nan", 3) == 0) {
    out->kind = NAN_PLAIN;
  } else if (size > 6 && memcmp(at, "nan:0x", 6) == 0) {
    out->kind = NAN_PAYLOAD;
    if (scan_digits(at + 6, size - 6, 16, &out->payload, &overflow) != size - 6) return text_expected(l, "a float");
    if (overflow) out->payload = UINT64_MAX;
  } else if (!is_float(at, size)) {
    return text_expected(l, "a float");
  }
  return true;
}

static bool fail_range(struct text_lexer *l) {
  return text_fail(l, l->token.at, "constant out of range: %.*s", (int)(l->token.size < 60 ? l->token.size : 60), l->token.at);
}

// The digits without sign and underscores and with the decimal point that strtod looks for, in `small` or the arena. NULL: no memory.
static char *plain_digits(struct text_lexer *l, char *small, size_t room) {
  const struct text_token *t = &l->token;
  char *to = t->size < room ? small : cm_alloc(l->arena, t->size + 1);
  if (!to) {
    text_fail_memory(l);
    return NULL;
  }
  char point = localeconv()->decimal_point[0];
  size_t n = 0;
  for (size_t i = t->at[0] == '-' || t->at[0] == '+'; i < t->size; i++)
    if (t->at[i] != '_') to[n++] = t->at[i] == '.' ? point : t->at[i];
  to[n] = '\0';
  return to;
}

// The widths of a format: bits of its fraction, and its smallest exponent, whose negative is the bias less one.
struct float_format {
  int fraction, least;
};

// mantissa * 2^exponent, and a bit more if `sticky`, rounded to nearest and even: the bits, or those of an infinity.
static uint64_t round_hex(struct float_format format, uint64_t mantissa, int64_t exponent, bool sticky) {
  if (!mantissa) return 0;
  int shift = 0;
  for (; !(mantissa >> 63); shift++) mantissa <<= 1;
  int64_t top = exponent + 63 - shift;  // 2^top <= value < 2^(top + 1)
  if (top > 1 - format.least) return (uint64_t)(2 - 2 * format.least + 1) << format.fraction;
  int64_t kept_bits = format.fraction + 1 - (top < format.least ? format.least - top : 0);
  if (kept_bits < 0) return 0;
  uint64_t kept = kept_bits ? mantissa >> (64 - kept_bits) : 0, rest = mantissa << kept_bits;
  bool up = rest >> 63 && (rest << 1 || sticky || kept & 1);
  // A carry out of the fraction goes into the exponent, where it belongs.
  uint64_t base = top < format.least ? 0 : (uint64_t)(top - format.least) << format.fraction;
  return base + kept + up;
}

// Of a token that is_float has let pass and that is hexadecimal. strtof is not exact for these in every C library.
static uint64_t scan_hex_float(const struct text_token *t, struct float_format format) {
  const char *at = t->at + (t->at[0] == '-' || t->at[0] == '+') + 2, *end = t->at + t->size;
  uint64_t mantissa = 0, power = 0;
  int64_t exponent = 0;
  bool sticky = false, fraction = false, overflow;
  for (; at < end && (*at | 0x20) != 'p'; at++) {
    if (*at == '.') fraction = true;
    if (*at == '.' || *at == '_') continue;
    if (mantissa >> 60) {
      sticky |= *at != '0';
      exponent += fraction ? 0 : 4;
    } else {
      mantissa = mantissa << 4 | (uint64_t)digit_of(*at);
      exponent -= fraction ? 4 : 0;
    }
  }
  if (at < end) {
    bool minus = *++at == '-';
    at += *at == '-' || *at == '+';
    scan_digits(at, (size_t)(end - at), 10, &power, &overflow);
    if (overflow || power > INT32_MAX) power = (uint64_t)1 << 60;  // beyond what any number of digits makes up for
    exponent += minus ? -(int64_t)power : (int64_t)power;
  }
  return round_hex(format, mantissa, exponent, sticky);
}

static bool is_hex(const struct text_token *t) {
  size_t sign = t->at[0] == '-' || t->at[0] == '+';
  return t->size > sign + 2 && t->at[sign] == '0' && t->at[sign + 1] == 'x';
}

bool text_f32(struct text_lexer *l, uint32_t *bits) {
  static const struct float_format format = {23, -126};
  enum { INFINITY_BITS = 0x7f800000 };
  struct float_parts parts;
  char small[64];
  if (!scan_float(l, &parts)) return false;
  uint32_t magnitude = INFINITY_BITS;
  if (parts.kind == FINITE && is_hex(&l->token)) {
    magnitude = (uint32_t)scan_hex_float(&l->token, format);
  } else if (parts.kind == FINITE) {
    const char *digits = plain_digits(l, small, sizeof small);
    if (!digits) return false;
    float value = strtof(digits, NULL);
    memcpy(&magnitude, &value, sizeof magnitude);
  } else if (parts.kind != INFINITE) {
    uint64_t payload = parts.kind == NAN_PLAIN ? 0x400000 : parts.payload;
    if (payload == 0 || payload > 0x7fffff) return fail_range(l);
    magnitude |= (uint32_t)payload;
  }
  if (parts.kind == FINITE && magnitude >= INFINITY_BITS) return fail_range(l);
  *bits = magnitude | (uint32_t)parts.minus << 31;
  text_next(l);
  return true;
}

bool text_f64(struct text_lexer *l, uint64_t *bits) {
  static const struct float_format format = {52, -1022};
  const uint64_t infinity_bits = 0x7ff0000000000000;
  struct float_parts parts;
  char small[64];
  if (!scan_float(l, &parts)) return false;
  uint64_t magnitude = infinity_bits;
  if (parts.kind == FINITE && is_hex(&l->token)) {
    magnitude = scan_hex_float(&l->token, format);
  } else if (parts.kind == FINITE) {
    const char *digits = plain_digits(l, small, sizeof small);
    if (!digits) return false;
    double value = strtod(digits, NULL);
    memcpy(&magnitude, &value, sizeof magnitude);
  } else if (parts.kind != INFINITE) {
    uint64_t payload = parts.kind == NAN_PLAIN ? 0x8000000000000 : parts.payload;
    if (payload == 0 || payload > 0xfffffffffffff) return fail_range(l);
    magnitude |= payload;
  }
  if (parts.kind == FINITE && magnitude >= infinity_bits) return fail_range(l);
  *bits = magnitude | (uint64_t)parts.minus << 63;
  text_next(l);
  return true;
}
