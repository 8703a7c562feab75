// Floating-point literals: the shortest decimal number that is the same, `inf`, `nan`, and NaNs with what they carry.
//
// The C library prints and reads decimals correctly rounded, so the shortest is found by trying: as few digits as give the same bits.
// Only its digits are used, since how it writes the point depends on the locale.
//
// Spec: https://webassembly.github.io/spec/core/text/values.html#floating-point

#include "text/printer.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>

// A number taken apart: digits without zeros at the end, and the decimal exponent of the first.
struct decimal {
  char digits[24];
  int count, exponent;
};

// The number in `precision` digits, as printf has it: "d.ddddde±x".
static void take_apart(const char *printed, struct decimal *out) {
  out->count = 0;
  const char *at = printed;
  for (; *at && *at != 'e'; at++)
    if (*at >= '0' && *at <= '9' && out->count < (int)sizeof out->digits) out->digits[out->count++] = *at;
  out->exponent = *at ? (int)strtol(at + 1, NULL, 10) : 0;
  while (out->count > 1 && out->digits[out->count - 1] == '0') out->count--;
}

static void shortest(double value, bool is_f32, struct decimal *out) {
  char printed[64];
  // Normal numbers carry so many digits at least; subnormal ones fewer.
  bool is_normal = value == 0 || value >= (is_f32 ? (double)FLT_MIN : DBL_MIN);
  for (int precision = !is_normal ? 1 : is_f32 ? FLT_DIG : DBL_DIG, most = is_f32 ? 9 : 17; precision <= most; precision++) {
    snprintf(printed, sizeof printed, "%.*e", precision - 1, value);
    if (is_f32 ? (double)strtof(printed, NULL) == value : strtod(printed, NULL) == value) break;
  }
  take_apart(printed, out);
}

// As it is read most easily: all digits of small numbers, an exponent for the others.
static void put_decimal(struct printer *p, const struct decimal *number) {
  enum { MOST_ZEROS = 5, MOST_DIGITS = 17 };
  int point = number->exponent + 1;  // digits in front of the point
  if (number->exponent < -MOST_ZEROS || point > MOST_DIGITS) {
    put_char(p, number->digits[0]);
    if (number->count > 1) put_char(p, '.');
    put_str(p, (struct cm_str){number->digits + 1, (size_t)number->count - 1});
    put_char(p, 'e');
    put_s64(p, number->exponent);
    return;
  }
  if (point <= 0) put_str(p, CM_STR("0."));
  for (int i = point; i < 0; i++) put_char(p, '0');
  for (int i = 0; i < number->count || i < point; i++) {
    if (i == point && i > 0) put_char(p, '.');
    put_char(p, i < number->count ? number->digits[i] : '0');
  }
}

// A NaN with nothing but its highest bit is the canonical one.
static void put_special(struct printer *p, uint64_t mantissa, uint64_t canonical) {
  if (!mantissa) {
    put_str(p, CM_STR("inf"));
    return;
  }
  put_str(p, CM_STR("nan"));
  if (mantissa == canonical) return;
  put_str(p, CM_STR(":0x"));
  put_hex(p, mantissa, 1);
}

static void put_finite(struct printer *p, double value, bool is_f32) {
  struct decimal number;
  shortest(value, is_f32, &number);
  put_decimal(p, &number);
}

void put_f32(struct printer *p, uint32_t bits) {
  float value;
  uint32_t magnitude = bits & 0x7fffffff;
  if (bits >> 31) put_char(p, '-');
  memcpy(&value, &magnitude, sizeof value);
  if (magnitude >= 0x7f800000)
    put_special(p, magnitude & 0x7fffff, 0x400000);
  else
    put_finite(p, (double)value, true);
}

void put_f64(struct printer *p, uint64_t bits) {
  double value;
  uint64_t magnitude = bits & INT64_MAX;
  if (bits >> 63) put_char(p, '-');
  memcpy(&value, &magnitude, sizeof value);
  if (magnitude >= UINT64_C(0x7ff0000000000000))
    put_special(p, magnitude & UINT64_C(0xfffffffffffff), UINT64_C(0x8000000000000));
  else
    put_finite(p, value, false);
}
