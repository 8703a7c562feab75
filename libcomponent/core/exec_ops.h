// The internal instructions.
//
// Bodies are translated from the stack machine to a machine on slots of the frame: a local.get or a small constant is an operand of
// whoever uses it and no instruction of its own, and a comparison and the branch behind it are one. Each list below is expanded
// three times: into the enumeration here, into the translator's tables (from core_op to the forms there are), and into the
// handlers.
//
// The first word of an instruction has `op` and then, unless said otherwise, a: slot of the result; b, c: slots of the operands. In a
// form whose name ends in _K, c is a number (sign-extended from 16 bits) in place of the second operand. `cost` is fuel that the
// instruction takes. Distances are in words from the instruction's first word.
#ifndef CORE_EXEC_OPS_H
#define CORE_EXEC_OPS_H

// clang-format off
// Integer arithmetic. X(NAME, member of the slot, C type, result): x and y are unsigned.
#define EXEC_ALU_OF(X, P, m, U, I, W)                                              \
  X(P##_ADD, m, U, x + y)                                                          \
  X(P##_SUB, m, U, x - y)                                                          \
  X(P##_MUL, m, U, x * y)                                                          \
  X(P##_AND, m, U, x & y)                                                          \
  X(P##_OR, m, U, x | y)                                                           \
  X(P##_XOR, m, U, x ^ y)                                                          \
  X(P##_SHL, m, U, x << (y & (W - 1)))                                             \
  X(P##_SHR_S, m, U, (U)((I)x >> (y & (W - 1))))                                   \
  X(P##_SHR_U, m, U, x >> (y & (W - 1)))                                           \
  X(P##_ROTL, m, U, (x << (y & (W - 1))) | (x >> ((0 - y) & (W - 1))))             \
  X(P##_ROTR, m, U, (x >> (y & (W - 1))) | (x << ((0 - y) & (W - 1))))
#define EXEC_ALU(X)                                  \
  EXEC_ALU_OF(X, I32, u32, uint32_t, int32_t, 32)    \
  EXEC_ALU_OF(X, I64, u64, uint64_t, int64_t, 64)

// Integer comparisons. X(NAME, member, C type, result, NAME of the negation).
#define EXEC_COMPARE_OF(X, P, m, U, I)      \
  X(P##_EQ, m, U, x == y, P##_NE)           \
  X(P##_NE, m, U, x != y, P##_EQ)           \
  X(P##_LT_S, m, U, (I)x < (I)y, P##_GE_S)  \
  X(P##_LT_U, m, U, x < y, P##_GE_U)        \
  X(P##_GT_S, m, U, (I)x > (I)y, P##_LE_S)  \
  X(P##_GT_U, m, U, x > y, P##_LE_U)        \
  X(P##_LE_S, m, U, (I)x <= (I)y, P##_GT_S) \
  X(P##_LE_U, m, U, x <= y, P##_GT_U)       \
  X(P##_GE_S, m, U, (I)x >= (I)y, P##_LT_S) \
  X(P##_GE_U, m, U, x >= y, P##_LT_U)
#define EXEC_COMPARE(X)                             \
  EXEC_COMPARE_OF(X, I32, u32, uint32_t, int32_t)   \
  EXEC_COMPARE_OF(X, I64, u64, uint64_t, int64_t)

// Operations of one operand that cannot trap. X(NAME, member, C type, type of the result, result).
#define EXEC_UNARY(X)                                                   \
  X(I32_CLZ, u32, uint32_t, I32, x ? __builtin_clz(x) : 32)             \
  X(I32_CTZ, u32, uint32_t, I32, x ? __builtin_ctz(x) : 32)             \
  X(I32_POPCNT, u32, uint32_t, I32, __builtin_popcount(x))              \
  X(I64_CLZ, u64, uint64_t, I64, x ? __builtin_clzll(x) : 64)           \
  X(I64_CTZ, u64, uint64_t, I64, x ? __builtin_ctzll(x) : 64)           \
  X(I64_POPCNT, u64, uint64_t, I64, __builtin_popcountll(x))            \
  X(I32_WRAP_I64, u64, uint64_t, I32, x)                                \
  X(I64_EXTEND_I32_S, i32, int32_t, I64, x)                             \
  X(I64_EXTEND_I32_U, u32, uint32_t, I64, x)                            \
  X(I32_EXTEND8_S, u32, uint32_t, I32, (int8_t)x)                       \
  X(I32_EXTEND16_S, u32, uint32_t, I32, (int16_t)x)                     \
  X(I64_EXTEND8_S, u64, uint64_t, I64, (int8_t)x)                       \
  X(I64_EXTEND16_S, u64, uint64_t, I64, (int16_t)x)                     \
  X(I64_EXTEND32_S, u64, uint64_t, I64, (int32_t)x)                     \
  X(F32_ABS, u32, uint32_t, I32, x & 0x7fffffff)                        \
  X(F32_NEG, u32, uint32_t, I32, x ^ 0x80000000)                        \
  X(F64_ABS, u64, uint64_t, I64, x & 0x7fffffffffffffff)                \
  X(F64_NEG, u64, uint64_t, I64, x ^ 0x8000000000000000)                \
  X(F32_CEIL, f32, float, F32, isnan(x) ? x + x : ceilf(x))             \
  X(F32_FLOOR, f32, float, F32, isnan(x) ? x + x : floorf(x))           \
  X(F32_TRUNC, f32, float, F32, isnan(x) ? x + x : truncf(x))           \
  X(F32_NEAREST, f32, float, F32, isnan(x) ? x + x : rintf(x))          \
  X(F32_SQRT, f32, float, F32, sqrtf(x))                                \
  X(F64_CEIL, f64, double, F64, isnan(x) ? x + x : ceil(x))             \
  X(F64_FLOOR, f64, double, F64, isnan(x) ? x + x : floor(x))           \
  X(F64_TRUNC, f64, double, F64, isnan(x) ? x + x : trunc(x))           \
  X(F64_NEAREST, f64, double, F64, isnan(x) ? x + x : rint(x))          \
  X(F64_SQRT, f64, double, F64, sqrt(x))                                \
  X(F32_CONVERT_I32_S, i32, int32_t, F32, x)                            \
  X(F32_CONVERT_I32_U, u32, uint32_t, F32, x)                           \
  X(F32_CONVERT_I64_S, i64, int64_t, F32, x)                            \
  X(F32_CONVERT_I64_U, u64, uint64_t, F32, x)                           \
  X(F64_CONVERT_I32_S, i32, int32_t, F64, x)                            \
  X(F64_CONVERT_I32_U, u32, uint32_t, F64, x)                           \
  X(F64_CONVERT_I64_S, i64, int64_t, F64, x)                            \
  X(F64_CONVERT_I64_U, u64, uint64_t, F64, x)                           \
  X(F32_DEMOTE_F64, f64, double, F32, x)                                \
  X(F64_PROMOTE_F32, f32, float, F64, x)                                \
  X(I32_TRUNC_SAT_F32_S, f32, float, I32, sat_i32_s((double)x))         \
  X(I32_TRUNC_SAT_F32_U, f32, float, I32, sat_i32_u((double)x))         \
  X(I32_TRUNC_SAT_F64_S, f64, double, I32, sat_i32_s(x))                \
  X(I32_TRUNC_SAT_F64_U, f64, double, I32, sat_i32_u(x))                \
  X(I64_TRUNC_SAT_F32_S, f32, float, I64, sat_i64_s((double)x))         \
  X(I64_TRUNC_SAT_F32_U, f32, float, I64, sat_i64_u((double)x))         \
  X(I64_TRUNC_SAT_F64_S, f64, double, I64, sat_i64_s(x))                \
  X(I64_TRUNC_SAT_F64_U, f64, double, I64, sat_i64_u(x))

// Operations of two floating-point operands. X(NAME, member, C type, type of the result, result).
#define EXEC_FLOAT_OF(X, P, m, F)                   \
  X(P##_EQ, m, F, I32, x == y)                      \
  X(P##_NE, m, F, I32, x != y)                      \
  X(P##_LT, m, F, I32, x < y)                       \
  X(P##_GT, m, F, I32, x > y)                       \
  X(P##_LE, m, F, I32, x <= y)                      \
  X(P##_GE, m, F, I32, x >= y)                      \
  X(P##_ADD, m, F, P, x + y)                        \
  X(P##_SUB, m, F, P, x - y)                        \
  X(P##_MUL, m, F, P, x * y)                        \
  X(P##_DIV, m, F, P, x / y)                        \
  X(P##_MIN, m, F, P, m##_min(x, y))                \
  X(P##_MAX, m, F, P, m##_max(x, y))
#define EXEC_FLOAT(X)                                                                               \
  EXEC_FLOAT_OF(X, F32, f32, float)                                                                 \
  EXEC_FLOAT_OF(X, F64, f64, double)                                                                \
  X(F32_COPYSIGN, u32, uint32_t, I32, (x & 0x7fffffff) | (y & 0x80000000))                          \
  X(F64_COPYSIGN, u64, uint64_t, I64, (x & 0x7fffffffffffffff) | (y & 0x8000000000000000))

// Those below can stop.

// Integer division. X(NAME, member, C type, type of the result, when it overflows, result).
#define EXEC_DIVIDE_OF(X, P, m, U, I, MIN)                                        \
  X(P##_DIV_S, m, U, P, x == (U)MIN && y == (U)-1, (U)((I)x / (I)y))              \
  X(P##_DIV_U, m, U, P, false, x / y)                                             \
  X(P##_REM_S, m, U, P, false, y == (U)-1 ? 0 : (U)((I)x % (I)y))                 \
  X(P##_REM_U, m, U, P, false, x % y)
#define EXEC_DIVIDE(X)                                             \
  EXEC_DIVIDE_OF(X, I32, u32, uint32_t, int32_t, INT32_MIN)        \
  EXEC_DIVIDE_OF(X, I64, u64, uint64_t, int64_t, INT64_MIN)

// Conversions that trap. X(NAME, member, C type, type of the result, in range, result).
#define EXEC_TRUNCATE(X)                                                                              \
  X(I32_TRUNC_F32_S, f32, float, I32, x >= -2147483648.0f && x < 2147483648.0f, (int32_t)x)           \
  X(I32_TRUNC_F32_U, f32, float, I32, x > -1.0f && x < 4294967296.0f, (uint32_t)x)                    \
  X(I32_TRUNC_F64_S, f64, double, I32, x > -2147483649.0 && x < 2147483648.0, (int32_t)x)             \
  X(I32_TRUNC_F64_U, f64, double, I32, x > -1.0 && x < 4294967296.0, (uint32_t)x)                     \
  X(I64_TRUNC_F32_S, f32, float, I64, x >= -9223372036854775808.0f && x < 9223372036854775808.0f, (int64_t)x) \
  X(I64_TRUNC_F32_U, f32, float, I64, x > -1.0f && x < 18446744073709551616.0f, (uint64_t)x)          \
  X(I64_TRUNC_F64_S, f64, double, I64, x >= -9223372036854775808.0 && x < 9223372036854775808.0, (int64_t)x) \
  X(I64_TRUNC_F64_U, f64, double, I64, x > -1.0 && x < 18446744073709551616.0, (uint64_t)x)

// Loads. X(NAME, C type in memory, type of the result). b: address, c: offset, in memory 0 with 32-bit addresses. The _FAR form has
// in c the memory, in the next word the offset, and an address of either type.
#define EXEC_LOAD(X)                   \
  X(I32_LOAD, uint32_t, I32)           \
  X(I64_LOAD, uint64_t, I64)           \
  X(F32_LOAD, uint32_t, I32)           \
  X(F64_LOAD, uint64_t, I64)           \
  X(I32_LOAD8_S, int8_t, I32)          \
  X(I32_LOAD8_U, uint8_t, I32)         \
  X(I32_LOAD16_S, int16_t, I32)        \
  X(I32_LOAD16_U, uint16_t, I32)       \
  X(I64_LOAD8_S, int8_t, I64)          \
  X(I64_LOAD8_U, uint8_t, I64)         \
  X(I64_LOAD16_S, int16_t, I64)        \
  X(I64_LOAD16_U, uint16_t, I64)       \
  X(I64_LOAD32_S, int32_t, I64)        \
  X(I64_LOAD32_U, uint32_t, I64)

// Stores. X(NAME, C type in memory). a: address, b: value; c and _FAR as above.
#define EXEC_STORE(X)       \
  X(I32_STORE, uint32_t)    \
  X(I64_STORE, uint64_t)    \
  X(F32_STORE, uint32_t)    \
  X(F64_STORE, uint64_t)    \
  X(I32_STORE8, uint8_t)    \
  X(I32_STORE16, uint16_t)  \
  X(I64_STORE8, uint8_t)    \
  X(I64_STORE16, uint16_t)  \
  X(I64_STORE32, uint32_t)

// The rest, which cannot stop.
#define EXEC_QUIET(X)                                                          \
  X(CONST32)      /* a = k, 32 bits */                                         \
  X(CONST64)      /* a = k, sign-extended */                                   \
  X(CONST_WIDE)   /* a = the next word */                                      \
  X(CONST_V128)   /* a = the next two words */                                 \
  X(COPY)         /* a = b, 64 bits */                                         \
  X(COPY_V128)    /* a = b */                                                  \
  X(MOVE)         /* slots a … a + c = slots b … b + c, which may overlap */   \
  X(SELECT)       /* a = slot in the next word's a, not 0 ? b : c */           \
  X(SELECT_V128)                                                               \
  X(GLOBAL_GET)   /* a = global k, 64 bits */                                  \
  X(GLOBAL_GET_V128)                                                           \
  X(GLOBAL_SET)   /* global k = a */                                           \
  X(GLOBAL_SET_V128)                                                           \
  X(REF_FUNC)     /* a = function k */                                         \
  X(MEMORY_SIZE)  /* a = pages of memory k */                                  \
  X(TABLE_SIZE)   /* a = entries of table k */                                 \
  X(ADD128)       /* a, a + 1 = (a, a + 1) + (a + 2, a + 3), low half first */ \
  X(SUB128)                                                                    \
  X(MUL_WIDE_S)   /* a, a + 1 = a * (a + 1) */                                 \
  X(MUL_WIDE_U)                                                                \
  X(VECTOR)       /* a = (b, c, slot in a of the next word); its op: enum core_op, b: lane */ \
  X(SHUFFLE)      /* a = (b, c), lanes in the next two words */

// The rest, which can.
#define EXEC_STOPPING(X)                                                                              \
  X(UNREACHABLE)                                                                                      \
  X(UNSUPPORTED)           /* k: enum core_op */                                                      \
  X(FUEL)                  /* k: cost */                                                              \
  X(BR)                    /* a: cost, k: distance */                                                 \
  X(BR_IF)                 /* a: i32, b: cost, next word's k: distance */                             \
  X(BR_UNLESS)                                                                                        \
  X(BR_NULL)               /* a: reference; the rest as BR_IF */                                      \
  X(BR_NOT_NULL)                                                                                      \
  X(BR_TABLE)              /* a: index, b: cost, next word's low: count; then count + 1 words' k */   \
  X(RETURN0)               /* a: cost */                                                              \
  X(RETURN1)               /* a: cost, b: result, 64 bits */                                          \
  X(RETURN_MANY)           /* a: cost, b: first result, c: how many */                                \
  X(CALL)                  /* a: first argument, b: cost, next word's low: function */                \
  X(CALL_INDIRECT)         /* a: first argument, b: cost, c: index; next word: type number, table */  \
  X(CALL_REF)              /* a: first argument, b: cost, c: reference; next word's low: type number */ \
  X(TAIL_CALL)             /* the same */                                                             \
  X(TAIL_CALL_INDIRECT)                                                                               \
  X(TAIL_CALL_REF)                                                                                    \
  X(REF_AS_NON_NULL)       /* traps when a is null */                                                 \
  X(TABLE_GET)             /* a = table k, at a */                                                    \
  X(TABLE_SET)             /* table k, at a = a + 1 */                                                \
  X(VECTOR_LOAD)           /* b: address, c: memory; then offset; then op: enum core_op, a: vector, b: lane, c: width */ \
  X(VECTOR_STORE)          /* a: address, b: value, the rest likewise */                              \
  X(BULK)                  /* a: first operand and result, b: enum core_op; next word: immediates */  \
  X(ATOMIC)                /* a: first operand and result, b: enum core_op, c: memory; next word: offset */
// clang-format on

#define EXEC_ENUM_SK(NAME, ...) X_##NAME, X_##NAME##_K,
#define EXEC_ENUM_S(NAME, ...) X_##NAME,
#define EXEC_ENUM(NAME) X_##NAME,
#define EXEC_ENUM_FAR(NAME, ...) X_##NAME, X_##NAME##_FAR,
#define EXEC_ENUM_BR(NAME, ...) X_BR_##NAME, X_BR_##NAME##_K,  // a: cost, b, c: operands, next word's k: distance

enum exec_op {
  EXEC_QUIET(EXEC_ENUM) EXEC_ALU(EXEC_ENUM_SK) EXEC_COMPARE(EXEC_ENUM_SK) EXEC_UNARY(EXEC_ENUM_S) EXEC_FLOAT(EXEC_ENUM_S)
      X_FIRST_STOPPING,  // marks the place; no instruction
  EXEC_COMPARE(EXEC_ENUM_BR) EXEC_DIVIDE(EXEC_ENUM_S) EXEC_TRUNCATE(EXEC_ENUM_S) EXEC_LOAD(EXEC_ENUM_FAR) EXEC_STORE(EXEC_ENUM_FAR)
      EXEC_STOPPING(EXEC_ENUM) X_COUNT
};

#endif
