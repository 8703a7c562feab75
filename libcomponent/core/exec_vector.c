// Vector instructions.
//
// Each is a small function made from one row: which lanes the result has, and what lane i of it is. The operands are x, y and z; a
// scalar operand is lane 0 of its vector, and so is a scalar result. The relaxed instructions take the choice that the deterministic
// profile makes, with multiplication and addition rounded separately.
//
// Spec: https://webassembly.github.io/spec/core/exec/numerics.html (lane by lane),
// https://webassembly.github.io/spec/core/exec/instructions.html#vector-instructions.

#include "exec_vector.h"

#include "exec_number.h"

union vector {
  int8_t i8[16];
  uint8_t u8[16];
  int16_t i16[8];
  uint16_t u16[8];
  int32_t i32[4];
  uint32_t u32[4];
  int64_t i64[2];
  uint64_t u64[2];
  float f32[4];
  double f64[2];
};

typedef int8_t type_i8;
typedef uint8_t type_u8;
typedef int16_t type_i16;
typedef uint16_t type_u16;
typedef int32_t type_i32;
typedef uint32_t type_u32;
typedef int64_t type_i64;
typedef uint64_t type_u64;
typedef float type_f32;
typedef double type_f64;

static inline int clamp(int value, int low, int high) { return value < low ? low : value > high ? high : value; }

static inline uint64_t bitmask(const uint8_t *bytes, unsigned lanes, unsigned width) {
  uint64_t mask = 0;
  for (unsigned i = 0; i < lanes; i++) mask |= (uint64_t)(bytes[i * width + width - 1] >> 7) << i;
  return mask;
}

// Rounded twice, also where the compiler would fuse them.
static inline float f32_madd(float x, float y, float z) {
  volatile float product = x * y;
  return product + z;
}
static inline double f64_madd(double x, double y, double z) {
  volatile double product = x * y;
  return product + z;
}

// The rows. V(NAME, member, lanes, lane i of the result); S(NAME, scalar result).

// clang-format off
#define INTEGER(V, S, P, i_, u_, N, W)                                   \
  V(P##_SPLAT, u_, N, x->u_[0])                                          \
  V(P##_REPLACE_LANE, u_, N, i == lane ? y->u_[0] : x->u_[i])            \
  V(P##_EQ, i_, N, x->u_[i] == y->u_[i] ? -1 : 0)                        \
  V(P##_NE, i_, N, x->u_[i] != y->u_[i] ? -1 : 0)                        \
  V(P##_LT_S, i_, N, x->i_[i] < y->i_[i] ? -1 : 0)                       \
  V(P##_GT_S, i_, N, x->i_[i] > y->i_[i] ? -1 : 0)                       \
  V(P##_LE_S, i_, N, x->i_[i] <= y->i_[i] ? -1 : 0)                      \
  V(P##_GE_S, i_, N, x->i_[i] >= y->i_[i] ? -1 : 0)                      \
  V(P##_ABS, u_, N, x->i_[i] < 0 ? 0 - (uint64_t)x->u_[i] : x->u_[i])    \
  V(P##_NEG, u_, N, 0 - (uint64_t)x->u_[i])                              \
  V(P##_ADD, u_, N, (uint64_t)x->u_[i] + y->u_[i])                       \
  V(P##_SUB, u_, N, (uint64_t)x->u_[i] - y->u_[i])                       \
  V(P##_SHL, u_, N, (uint64_t)x->u_[i] << (y->u32[0] & (W - 1)))         \
  V(P##_SHR_S, i_, N, x->i_[i] >> (y->u32[0] & (W - 1)))                 \
  V(P##_SHR_U, u_, N, x->u_[i] >> (y->u32[0] & (W - 1)))                 \
  S(P##_ALL_TRUE, all_##u_(x))                                           \
  S(P##_BITMASK, bitmask(x->u8, N, W / 8))

#define INTEGER_UP_TO_32(V, P, i_, u_, N)                                \
  V(P##_LT_U, i_, N, x->u_[i] < y->u_[i] ? -1 : 0)                       \
  V(P##_GT_U, i_, N, x->u_[i] > y->u_[i] ? -1 : 0)                       \
  V(P##_LE_U, i_, N, x->u_[i] <= y->u_[i] ? -1 : 0)                      \
  V(P##_GE_U, i_, N, x->u_[i] >= y->u_[i] ? -1 : 0)                      \
  V(P##_MIN_S, i_, N, x->i_[i] < y->i_[i] ? x->i_[i] : y->i_[i])         \
  V(P##_MIN_U, u_, N, x->u_[i] < y->u_[i] ? x->u_[i] : y->u_[i])         \
  V(P##_MAX_S, i_, N, x->i_[i] > y->i_[i] ? x->i_[i] : y->i_[i])         \
  V(P##_MAX_U, u_, N, x->u_[i] > y->u_[i] ? x->u_[i] : y->u_[i])

#define INTEGER_UP_TO_16(V, P, i_, u_, N, MIN, MAX, UMAX)                \
  V(P##_ADD_SAT_S, i_, N, clamp(x->i_[i] + y->i_[i], MIN, MAX))          \
  V(P##_ADD_SAT_U, u_, N, clamp(x->u_[i] + y->u_[i], 0, UMAX))           \
  V(P##_SUB_SAT_S, i_, N, clamp(x->i_[i] - y->i_[i], MIN, MAX))          \
  V(P##_SUB_SAT_U, u_, N, clamp(x->u_[i] - y->u_[i], 0, UMAX))           \
  V(P##_AVGR_U, u_, N, (x->u_[i] + y->u_[i] + 1) / 2)

// From lanes half as wide.
#define WIDENED(V, P, Q, i_, u_, N, h_, hu_)                                                   \
  V(P##_EXTEND_LOW_##Q##_S, i_, N, x->h_[i])                                                   \
  V(P##_EXTEND_HIGH_##Q##_S, i_, N, x->h_[i + N])                                              \
  V(P##_EXTEND_LOW_##Q##_U, u_, N, x->hu_[i])                                                  \
  V(P##_EXTEND_HIGH_##Q##_U, u_, N, x->hu_[i + N])                                             \
  V(P##_EXTMUL_LOW_##Q##_S, i_, N, (int64_t)x->h_[i] * y->h_[i])                               \
  V(P##_EXTMUL_HIGH_##Q##_S, i_, N, (int64_t)x->h_[i + N] * y->h_[i + N])                      \
  V(P##_EXTMUL_LOW_##Q##_U, u_, N, (uint64_t)x->hu_[i] * y->hu_[i])                            \
  V(P##_EXTMUL_HIGH_##Q##_U, u_, N, (uint64_t)x->hu_[i + N] * y->hu_[i + N])

#define PAIRWISE(V, P, Q, i_, u_, N, h_, hu_)                                                  \
  V(P##_EXTADD_PAIRWISE_##Q##_S, i_, N, x->h_[2 * i] + x->h_[2 * i + 1])                       \
  V(P##_EXTADD_PAIRWISE_##Q##_U, u_, N, x->hu_[2 * i] + x->hu_[2 * i + 1])

#define FLOATING(V, P, m, i_, u_, N, ceil_, floor_, trunc_, rint_, sqrt_)                      \
  V(P##_SPLAT, u_, N, x->u_[0])                                                                \
  V(P##_REPLACE_LANE, u_, N, i == lane ? y->u_[0] : x->u_[i])                                  \
  V(P##_EQ, i_, N, x->m[i] == y->m[i] ? -1 : 0)                                                \
  V(P##_NE, i_, N, x->m[i] != y->m[i] ? -1 : 0)                                                \
  V(P##_LT, i_, N, x->m[i] < y->m[i] ? -1 : 0)                                                 \
  V(P##_GT, i_, N, x->m[i] > y->m[i] ? -1 : 0)                                                 \
  V(P##_LE, i_, N, x->m[i] <= y->m[i] ? -1 : 0)                                                \
  V(P##_GE, i_, N, x->m[i] >= y->m[i] ? -1 : 0)                                                \
  V(P##_CEIL, m, N, isnan(x->m[i]) ? x->m[i] + x->m[i] : ceil_(x->m[i]))                       \
  V(P##_FLOOR, m, N, isnan(x->m[i]) ? x->m[i] + x->m[i] : floor_(x->m[i]))                     \
  V(P##_TRUNC, m, N, isnan(x->m[i]) ? x->m[i] + x->m[i] : trunc_(x->m[i]))                     \
  V(P##_NEAREST, m, N, isnan(x->m[i]) ? x->m[i] + x->m[i] : rint_(x->m[i]))                    \
  V(P##_ABS, u_, N, x->u_[i] & ((type_##u_)-1 >> 1))                                           \
  V(P##_NEG, u_, N, x->u_[i] ^ ~((type_##u_)-1 >> 1))                                          \
  V(P##_SQRT, m, N, sqrt_(x->m[i]))                                                            \
  V(P##_ADD, m, N, x->m[i] + y->m[i])                                                          \
  V(P##_SUB, m, N, x->m[i] - y->m[i])                                                          \
  V(P##_MUL, m, N, x->m[i] * y->m[i])                                                          \
  V(P##_DIV, m, N, x->m[i] / y->m[i])                                                          \
  V(P##_MIN, m, N, m##_min(x->m[i], y->m[i]))                                                  \
  V(P##_MAX, m, N, m##_max(x->m[i], y->m[i]))                                                  \
  V(P##_PMIN, u_, N, y->m[i] < x->m[i] ? y->u_[i] : x->u_[i])                                  \
  V(P##_PMAX, u_, N, x->m[i] < y->m[i] ? y->u_[i] : x->u_[i])                                  \
  V(P##_RELAXED_MIN, m, N, m##_min(x->m[i], y->m[i]))                                          \
  V(P##_RELAXED_MAX, m, N, m##_max(x->m[i], y->m[i]))                                          \
  V(P##_RELAXED_MADD, m, N, m##_madd(x->m[i], y->m[i], z->m[i]))                               \
  V(P##_RELAXED_NMADD, m, N, m##_madd(-x->m[i], y->m[i], z->m[i]))

#define BITWISE(V, S)                                                    \
  V(V128_NOT, u64, 2, ~x->u64[i])                                        \
  V(V128_AND, u64, 2, x->u64[i] & y->u64[i])                             \
  V(V128_ANDNOT, u64, 2, x->u64[i] & ~y->u64[i])                         \
  V(V128_OR, u64, 2, x->u64[i] | y->u64[i])                              \
  V(V128_XOR, u64, 2, x->u64[i] ^ y->u64[i])                             \
  V(V128_BITSELECT, u64, 2, SELECT)                                      \
  V(I8X16_RELAXED_LANESELECT, u64, 2, SELECT)                            \
  V(I16X8_RELAXED_LANESELECT, u64, 2, SELECT)                            \
  V(I32X4_RELAXED_LANESELECT, u64, 2, SELECT)                            \
  V(I64X2_RELAXED_LANESELECT, u64, 2, SELECT)                            \
  S(V128_ANY_TRUE, (x->u64[0] | x->u64[1]) != 0)
#define SELECT (x->u64[i] & z->u64[i]) | (y->u64[i] & ~z->u64[i])

#define LANES(V, S)                                                                            \
  S(I8X16_EXTRACT_LANE_S, (uint32_t)x->i8[lane & 15])                                          \
  S(I8X16_EXTRACT_LANE_U, x->u8[lane & 15])                                                    \
  S(I16X8_EXTRACT_LANE_S, (uint32_t)x->i16[lane & 7])                                          \
  S(I16X8_EXTRACT_LANE_U, x->u16[lane & 7])                                                    \
  S(I32X4_EXTRACT_LANE, x->u32[lane & 3])                                                      \
  S(I64X2_EXTRACT_LANE, x->u64[lane & 1])                                                      \
  S(F32X4_EXTRACT_LANE, x->u32[lane & 3])                                                      \
  S(F64X2_EXTRACT_LANE, x->u64[lane & 1])                                                      \
  V(I8X16_SHUFFLE, u8, 16, z->u8[i] < 16 ? x->u8[z->u8[i]] : y->u8[z->u8[i] & 15])             \
  V(I8X16_SWIZZLE, u8, 16, y->u8[i] < 16 ? x->u8[y->u8[i]] : 0)                                \
  V(I8X16_RELAXED_SWIZZLE, u8, 16, y->u8[i] < 16 ? x->u8[y->u8[i]] : 0)                        \
  V(I8X16_NARROW_I16X8_S, i8, 16, clamp(i < 8 ? x->i16[i & 7] : y->i16[i & 7], -128, 127))     \
  V(I8X16_NARROW_I16X8_U, u8, 16, clamp(i < 8 ? x->i16[i & 7] : y->i16[i & 7], 0, 255))        \
  V(I16X8_NARROW_I32X4_S, i16, 8, clamp(i < 4 ? x->i32[i & 3] : y->i32[i & 3], -32768, 32767)) \
  V(I16X8_NARROW_I32X4_U, u16, 8, clamp(i < 4 ? x->i32[i & 3] : y->i32[i & 3], 0, 65535))

#define PRODUCTS(V)                                                                            \
  V(I8X16_POPCNT, u8, 16, __builtin_popcount(x->u8[i]))                                        \
  V(I16X8_MUL, u16, 8, (uint32_t)x->u16[i] * y->u16[i])                                        \
  V(I32X4_MUL, u32, 4, x->u32[i] * y->u32[i])                                                  \
  V(I64X2_MUL, u64, 2, x->u64[i] * y->u64[i])                                                  \
  V(I16X8_Q15MULR_SAT_S, i16, 8, clamp((x->i16[i] * y->i16[i] + 0x4000) >> 15, -32768, 32767)) \
  V(I16X8_RELAXED_Q15MULR_S, i16, 8, clamp((x->i16[i] * y->i16[i] + 0x4000) >> 15, -32768, 32767)) \
  V(I32X4_DOT_I16X8_S, u32, 4,                                                                 \
    (uint32_t)(x->i16[2 * i] * y->i16[2 * i]) + (uint32_t)(x->i16[2 * i + 1] * y->i16[2 * i + 1])) \
  V(I16X8_RELAXED_DOT_I8X16_I7X16_S, i16, 8,                                                   \
    clamp(x->i8[2 * i] * y->i8[2 * i] + x->i8[2 * i + 1] * y->i8[2 * i + 1], -32768, 32767))   \
  V(I32X4_RELAXED_DOT_I8X16_I7X16_ADD_S, u32, 4, (uint32_t)(dot4(x, y, i)) + z->u32[i])

#define CONVERSIONS(V)                                                                         \
  V(I32X4_TRUNC_SAT_F32X4_S, i32, 4, sat_i32_s((double)x->f32[i]))                             \
  V(I32X4_TRUNC_SAT_F32X4_U, u32, 4, sat_i32_u((double)x->f32[i]))                             \
  V(I32X4_RELAXED_TRUNC_F32X4_S, i32, 4, sat_i32_s((double)x->f32[i]))                         \
  V(I32X4_RELAXED_TRUNC_F32X4_U, u32, 4, sat_i32_u((double)x->f32[i]))                         \
  V(I32X4_TRUNC_SAT_F64X2_S_ZERO, i32, 4, i < 2 ? sat_i32_s(x->f64[i & 1]) : 0)                \
  V(I32X4_TRUNC_SAT_F64X2_U_ZERO, u32, 4, i < 2 ? sat_i32_u(x->f64[i & 1]) : 0)                \
  V(I32X4_RELAXED_TRUNC_F64X2_S_ZERO, i32, 4, i < 2 ? sat_i32_s(x->f64[i & 1]) : 0)            \
  V(I32X4_RELAXED_TRUNC_F64X2_U_ZERO, u32, 4, i < 2 ? sat_i32_u(x->f64[i & 1]) : 0)            \
  V(F32X4_CONVERT_I32X4_S, f32, 4, x->i32[i])                                                  \
  V(F32X4_CONVERT_I32X4_U, f32, 4, x->u32[i])                                                  \
  V(F64X2_CONVERT_LOW_I32X4_S, f64, 2, x->i32[i])                                              \
  V(F64X2_CONVERT_LOW_I32X4_U, f64, 2, x->u32[i])                                              \
  V(F32X4_DEMOTE_F64X2_ZERO, f32, 4, i < 2 ? (float)x->f64[i & 1] : 0)                         \
  V(F64X2_PROMOTE_LOW_F32X4, f64, 2, x->f32[i])

#define ALL(V, S)                                                                              \
  INTEGER(V, S, I8X16, i8, u8, 16, 8)                                                          \
  INTEGER(V, S, I16X8, i16, u16, 8, 16)                                                        \
  INTEGER(V, S, I32X4, i32, u32, 4, 32)                                                        \
  INTEGER(V, S, I64X2, i64, u64, 2, 64)                                                        \
  INTEGER_UP_TO_32(V, I8X16, i8, u8, 16)                                                       \
  INTEGER_UP_TO_32(V, I16X8, i16, u16, 8)                                                      \
  INTEGER_UP_TO_32(V, I32X4, i32, u32, 4)                                                      \
  INTEGER_UP_TO_16(V, I8X16, i8, u8, 16, -128, 127, 255)                                       \
  INTEGER_UP_TO_16(V, I16X8, i16, u16, 8, -32768, 32767, 65535)                                \
  WIDENED(V, I16X8, I8X16, i16, u16, 8, i8, u8)                                                \
  WIDENED(V, I32X4, I16X8, i32, u32, 4, i16, u16)                                              \
  WIDENED(V, I64X2, I32X4, i64, u64, 2, i32, u32)                                              \
  PAIRWISE(V, I16X8, I8X16, i16, u16, 8, i8, u8)                                               \
  PAIRWISE(V, I32X4, I16X8, i32, u32, 4, i16, u16)                                             \
  FLOATING(V, F32X4, f32, i32, u32, 4, ceilf, floorf, truncf, rintf, sqrtf)                    \
  FLOATING(V, F64X2, f64, i64, u64, 2, ceil, floor, trunc, rint, sqrt)                         \
  BITWISE(V, S)                                                                                \
  LANES(V, S)                                                                                  \
  PRODUCTS(V)                                                                                  \
  CONVERSIONS(V)
// clang-format on

#define ALL_TRUE(m, N)                                    \
  static inline bool all_##m(const union vector *x) {     \
    bool all = true;                                      \
    for (unsigned i = 0; i < N; i++) all &= x->m[i] != 0; \
    return all;                                           \
  }
ALL_TRUE(u8, 16)
ALL_TRUE(u16, 8)
ALL_TRUE(u32, 4)
ALL_TRUE(u64, 2)

static inline int dot4(const union vector *x, const union vector *y, unsigned i) {
  int sum = 0;
  for (unsigned j = 4 * i; j < 4 * i + 4; j++) sum += x->i8[j] * y->i8[j];
  return sum;
}

#define OPERANDS const union vector *x, const union vector *y, const union vector *z, unsigned lane, union vector *r
#define UNUSED (void)x, (void)y, (void)z, (void)lane

#define DEFINE_VECTOR(NAME, m, N, expr)                          \
  static void do_##NAME(OPERANDS) {                              \
    UNUSED;                                                      \
    for (unsigned i = 0; i < N; i++) r->m[i] = (type_##m)(expr); \
  }
#define DEFINE_SCALAR(NAME, expr)   \
  static void do_##NAME(OPERANDS) { \
    UNUSED;                         \
    r->u64[0] = (uint64_t)(expr);   \
  }
ALL(DEFINE_VECTOR, DEFINE_SCALAR)

#define ROW(NAME, ...) [CORE_OP_##NAME - CORE_OP_V128_LOAD] = do_##NAME,
enum { COUNT = CORE_OP_I32X4_RELAXED_DOT_I8X16_I7X16_ADD_S - CORE_OP_V128_LOAD + 1 };
static void (*const operations[COUNT])(OPERANDS) = {ALL(ROW, ROW)};

bool exec_is_vector(enum core_op op) {
  return op >= CORE_OP_V128_LOAD && op - CORE_OP_V128_LOAD < COUNT && operations[op - CORE_OP_V128_LOAD];
}

void exec_vector(enum core_op op, const void *x, const void *y, const void *z, unsigned lane, union core_value *out) {
  union vector operands[3], result = {.u64 = {0, 0}};
  memcpy(&operands[0], x, 16);
  memcpy(&operands[1], y, 16);
  memcpy(&operands[2], z, 16);
  operations[op - CORE_OP_V128_LOAD](&operands[0], &operands[1], &operands[2], lane, &result);
  memcpy(out, &result, 16);
}

// Memory.

unsigned exec_vector_width(enum core_op op) {
  switch (op) {
    case CORE_OP_V128_LOAD:
    case CORE_OP_V128_STORE: return 16;
    case CORE_OP_V128_LOAD8X8_S:
    case CORE_OP_V128_LOAD8X8_U:
    case CORE_OP_V128_LOAD16X4_S:
    case CORE_OP_V128_LOAD16X4_U:
    case CORE_OP_V128_LOAD32X2_S:
    case CORE_OP_V128_LOAD32X2_U:
    case CORE_OP_V128_LOAD64_SPLAT:
    case CORE_OP_V128_LOAD64_LANE:
    case CORE_OP_V128_STORE64_LANE:
    case CORE_OP_V128_LOAD64_ZERO: return 8;
    case CORE_OP_V128_LOAD32_SPLAT:
    case CORE_OP_V128_LOAD32_LANE:
    case CORE_OP_V128_STORE32_LANE:
    case CORE_OP_V128_LOAD32_ZERO: return 4;
    case CORE_OP_V128_LOAD16_SPLAT:
    case CORE_OP_V128_LOAD16_LANE:
    case CORE_OP_V128_STORE16_LANE: return 2;
    case CORE_OP_V128_LOAD8_SPLAT:
    case CORE_OP_V128_LOAD8_LANE:
    case CORE_OP_V128_STORE8_LANE: return 1;
    default: return 0;
  }
}

// What a load makes of its bytes, which stand at the beginning of a vector, is what another instruction does.
static enum core_op after_load(enum core_op op) {
  switch (op) {
    case CORE_OP_V128_LOAD8X8_S: return CORE_OP_I16X8_EXTEND_LOW_I8X16_S;
    case CORE_OP_V128_LOAD8X8_U: return CORE_OP_I16X8_EXTEND_LOW_I8X16_U;
    case CORE_OP_V128_LOAD16X4_S: return CORE_OP_I32X4_EXTEND_LOW_I16X8_S;
    case CORE_OP_V128_LOAD16X4_U: return CORE_OP_I32X4_EXTEND_LOW_I16X8_U;
    case CORE_OP_V128_LOAD32X2_S: return CORE_OP_I64X2_EXTEND_LOW_I32X4_S;
    case CORE_OP_V128_LOAD32X2_U: return CORE_OP_I64X2_EXTEND_LOW_I32X4_U;
    case CORE_OP_V128_LOAD8_SPLAT: return CORE_OP_I8X16_SPLAT;
    case CORE_OP_V128_LOAD16_SPLAT: return CORE_OP_I16X8_SPLAT;
    case CORE_OP_V128_LOAD32_SPLAT: return CORE_OP_I32X4_SPLAT;
    case CORE_OP_V128_LOAD64_SPLAT: return CORE_OP_I64X2_SPLAT;
    default: return CORE_OP_NOP;
  }
}

void exec_vector_load(enum core_op op, const uint8_t *bytes, const union core_value *old, unsigned lane, union core_value *out) {
  unsigned width = exec_vector_width(op);
  union core_value value = {.v128 = {0}};
  if (core_ops[op].immediate == CORE_IMM_MEMARG_LANE) {
    value = *old;
    memcpy(value.v128 + (lane * width & 15), bytes, width);
    *out = value;
    return;
  }
  memcpy(value.v128, bytes, width);
  enum core_op then = after_load(op);
  if (then == CORE_OP_NOP) {
    *out = value;
  } else {
    exec_vector(then, &value, &value, &value, 0, out);
  }
}

void exec_vector_store(enum core_op op, uint8_t *bytes, const union core_value *value, unsigned lane) {
  unsigned width = exec_vector_width(op);
  memcpy(bytes, value->v128 + (lane * width & 15), width);
}
