// Inside the interpreter: what the lists of exec_ops.h need beyond C's operators.
//
// Spec: https://webassembly.github.io/spec/core/exec/numerics.html. NaN: where an operand is one, x + y gives a quiet one with its
// payload, which is what the specification's NaN propagation allows.
#ifndef CORE_EXEC_NUMBER_H
#define CORE_EXEC_NUMBER_H

#include <math.h>
#include <stdint.h>
#include <string.h>

static inline float f32_min(float x, float y) {
  if (isunordered(x, y)) return x + y;
  if (x == y) return signbit(x) ? x : y;
  return x < y ? x : y;
}

static inline float f32_max(float x, float y) {
  if (isunordered(x, y)) return x + y;
  if (x == y) return signbit(x) ? y : x;
  return x > y ? x : y;
}

static inline double f64_min(double x, double y) {
  if (isunordered(x, y)) return x + y;
  if (x == y) return signbit(x) ? x : y;
  return x < y ? x : y;
}

static inline double f64_max(double x, double y) {
  if (isunordered(x, y)) return x + y;
  if (x == y) return signbit(x) ? y : x;
  return x > y ? x : y;
}

static inline int32_t sat_i32_s(double x) {
  if (isnan(x)) return 0;
  if (x <= -2147483648.0) return INT32_MIN;
  if (x >= 2147483647.0) return INT32_MAX;
  return (int32_t)x;
}

static inline uint32_t sat_i32_u(double x) {
  if (!(x > 0)) return 0;
  if (x >= 4294967295.0) return UINT32_MAX;
  return (uint32_t)x;
}

static inline int64_t sat_i64_s(double x) {
  if (isnan(x)) return 0;
  if (x <= -9223372036854775808.0) return INT64_MIN;
  if (x >= 9223372036854775808.0) return INT64_MAX;
  return (int64_t)x;
}

static inline uint64_t sat_i64_u(double x) {
  if (!(x > 0)) return 0;
  if (x >= 18446744073709551616.0) return UINT64_MAX;
  return (uint64_t)x;
}

static inline uint32_t f32_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

#endif
