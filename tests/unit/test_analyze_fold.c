// Constant folding: every integer instruction against arithmetic written out in C, over edge cases and random operands; what stays
// unknown; what makes a result weak; selects.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyze/fold.h"

static struct cm_arena arena;
static struct value_table values;

static int open_table(void **state) {
  (void)state;
  cm_arena_init(&arena, NULL);
  value_table_init(&values, &arena);
  return 0;
}

static int close_table(void **state) {
  (void)state;
  cm_arena_free(&arena);
  return values.failed;
}

// --- arithmetic, bit by bit where that is another way than the folder's ---

static unsigned bit_of(uint64_t v, unsigned i) { return (unsigned)(v >> i & 1); }

static uint64_t rotated_left(uint64_t v, unsigned by, unsigned width) {
  uint64_t r = 0;
  for (unsigned i = 0; i < width; i++) r |= (uint64_t)bit_of(v, i) << ((i + by) % width);
  return r;
}

static uint64_t shifted_right(uint64_t v, unsigned by, unsigned width) {
  uint64_t r = 0;
  for (unsigned i = 0; i < width; i++) r |= (uint64_t)bit_of(v, i + by < width ? i + by : width - 1) << i;
  return r;
}

static uint64_t extended(uint64_t v, unsigned from, unsigned to) {
  uint64_t r = 0;
  for (unsigned i = 0; i < to; i++) r |= (uint64_t)bit_of(v, i < from ? i : from - 1) << i;
  return r;
}

static unsigned leading(uint64_t v, unsigned width) {
  unsigned n = 0;
  while (n < width && !bit_of(v, width - 1 - n)) n++;
  return n;
}

static unsigned trailing(uint64_t v, unsigned width) {
  unsigned n = 0;
  while (n < width && !bit_of(v, n)) n++;
  return n;
}

static unsigned ones(uint64_t v, unsigned width) {
  unsigned n = 0;
  for (unsigned i = 0; i < width; i++) n += bit_of(v, i);
  return n;
}

// Quotient and remainder of magnitudes, with signs put back: rounds to zero.
static bool divided(int64_t a, int64_t b, int64_t lowest, int64_t *quotient, int64_t *remainder) {
  if (!b) return false;
  uint64_t x = a < 0 ? 0 - (uint64_t)a : (uint64_t)a, y = b < 0 ? 0 - (uint64_t)b : (uint64_t)b;
  uint64_t q = x / y, r = x - q * y;
  *quotient = (a < 0) != (b < 0) ? (int64_t)(0 - q) : (int64_t)q;
  *remainder = a < 0 ? (int64_t)(0 - r) : (int64_t)r;
  return !(a == lowest && b == -1);
}

struct expected {
  bool known;
  uint64_t bits;
};

#define BOTH(NAME)         \
  case CORE_OP_I32_##NAME: \
  case CORE_OP_I64_##NAME

static struct expected expect_division(enum core_op op, uint64_t a, uint64_t b, unsigned width) {
  int64_t quotient = 0, remainder = 0, x = (int64_t)extended(a, width, 64), y = (int64_t)extended(b, width, 64);
  switch (op) {
    BOTH(DIV_S) : {
      bool known = divided(x, y, width == 32 ? INT32_MIN : INT64_MIN, &quotient, &remainder);
      return (struct expected){known, (uint64_t)quotient};
    }
    BOTH(REM_S) : {
      divided(x, y, 0, &quotient, &remainder);
      return (struct expected){y != 0, (uint64_t)remainder};
    }
    BOTH(DIV_U) : return (struct expected){b != 0, b ? a / b : 0};
    default: return (struct expected){b != 0, b ? a % b : 0};
  }
}

static struct expected expect_binary(enum core_op op, uint64_t a, uint64_t b, unsigned width) {
  uint64_t sign = UINT64_C(1) << (width - 1);
  unsigned by = (unsigned)(b % width);
  switch (op) {
    BOTH(ADD) : return (struct expected){true, a + b};
    BOTH(SUB) : return (struct expected){true, a + ~b + 1};
    BOTH(MUL) : return (struct expected){true, a * b};
    BOTH(AND) : return (struct expected){true, ~(~a | ~b)};
    BOTH(OR) : return (struct expected){true, ~(~a & ~b)};
    BOTH(XOR) : return (struct expected){true, (a | b) - (a & b)};
    BOTH(SHL) : return (struct expected){true, a << by};
    BOTH(SHR_U) : return (struct expected){true, a >> by};
    BOTH(SHR_S) : return (struct expected){true, shifted_right(a, by, width)};
    BOTH(ROTL) : return (struct expected){true, rotated_left(a, by, width)};
    BOTH(ROTR) : return (struct expected){true, rotated_left(a, width - by, width)};
    BOTH(EQ) : return (struct expected){true, !(a ^ b)};
    BOTH(NE) : return (struct expected){true, (a ^ b) != 0};
    BOTH(LT_U) : return (struct expected){true, a < b};
    BOTH(GT_U) : return (struct expected){true, b < a};
    BOTH(LE_U) : return (struct expected){true, !(b < a)};
    BOTH(GE_U) : return (struct expected){true, !(a < b)};
    // Signed comparisons are unsigned ones with the sign bits flipped.
    BOTH(LT_S) : return (struct expected){true, (a ^ sign) < (b ^ sign)};
    BOTH(GT_S) : return (struct expected){true, (b ^ sign) < (a ^ sign)};
    BOTH(LE_S) : return (struct expected){true, !((b ^ sign) < (a ^ sign))};
    BOTH(GE_S) : return (struct expected){true, !((a ^ sign) < (b ^ sign))};
    default: return expect_division(op, a, b, width);
  }
}

static uint64_t expect_unary(enum core_op op, uint64_t a) {
  switch (op) {
    BOTH(EQZ) : return !a;
    case CORE_OP_I32_CLZ: return leading(a, 32);
    case CORE_OP_I64_CLZ: return leading(a, 64);
    case CORE_OP_I32_CTZ: return trailing(a, 32);
    case CORE_OP_I64_CTZ: return trailing(a, 64); BOTH(POPCNT) : return ones(a, 64);
    case CORE_OP_I32_WRAP_I64: return a & UINT32_MAX;
    case CORE_OP_I64_EXTEND_I32_U: return a;
    case CORE_OP_I64_EXTEND_I32_S:
    case CORE_OP_I64_EXTEND32_S: return extended(a, 32, 64);
    case CORE_OP_I32_EXTEND8_S: return extended(a, 8, 32);
    case CORE_OP_I32_EXTEND16_S: return extended(a, 16, 32);
    case CORE_OP_I64_EXTEND8_S: return extended(a, 8, 64);
    case CORE_OP_I64_EXTEND16_S: return extended(a, 16, 64);
    default: fail_msg("no reference for %s", core_ops[op].text); return 0;
  }
}

// --- every instruction of integers ---

static const uint64_t edges[] = {0,
                                 1,
                                 2,
                                 7,
                                 31,
                                 32,
                                 33,
                                 63,
                                 64,
                                 0x7f,
                                 0x80,
                                 0xff,
                                 0x7fff,
                                 0x8000,
                                 0x7fffffff,
                                 0x80000000,
                                 0xffffffff,
                                 0x100000000,
                                 0x7fffffffffffffff,
                                 0x8000000000000000,
                                 0xfffffffffffffffe,
                                 UINT64_MAX};
enum { EDGES = sizeof edges / sizeof *edges, RANDOM = 40 };

static uint64_t operand(unsigned i, unsigned salt) {
  if (i < EDGES) return edges[i];
  uint64_t x = (uint64_t)(i + 1) * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)salt * UINT64_C(0xbf58476d1ce4e5b9);
  x = (x ^ x >> 31) * UINT64_C(0x94d049bb133111eb);
  return x ^ x >> 29;
}

static uint64_t cut(uint64_t v, char letter) { return letter == 'i' ? v & UINT32_MAX : v; }

static bool is_integer(char letter) { return letter == 'i' || letter == 'l'; }

static void check_binary(enum core_op op, char in, char out) {
  for (unsigned i = 0; i < EDGES + RANDOM; i++)
    for (unsigned k = 0; k < EDGES + RANDOM; k++) {
      uint64_t a = cut(operand(i, 1), in), b = cut(operand(k, 2), in);
      struct expected e = expect_binary(op, a, b, in == 'i' ? 32 : 64);
      struct value v = fold_binary(&values, op, value_const(a), value_const(b));
      if (v.kind != (e.known ? VALUE_CONST : VALUE_UNKNOWN) || (e.known && v.bits != cut(e.bits, out)))
        fail_msg("%s of 0x%llx and 0x%llx gives 0x%llx", core_ops[op].text, (unsigned long long)a, (unsigned long long)b,
                 (unsigned long long)v.bits);
    }
}

static void check_unary(enum core_op op, char in, char out) {
  for (unsigned i = 0; i < EDGES + RANDOM; i++) {
    uint64_t a = cut(operand(i, 3), in);
    struct value v = fold_unary(&values, op, value_const(a));
    if (v.kind != VALUE_CONST || v.bits != cut(expect_unary(op, a), out))
      fail_msg("%s of 0x%llx gives 0x%llx", core_ops[op].text, (unsigned long long)a, (unsigned long long)v.bits);
  }
}

static void every_integer_instruction(void **state) {
  (void)state;
  unsigned unary = 0, binary = 0;
  for (unsigned i = 0; i < CORE_OP_COUNT; i++) {
    const struct core_op_info *info = &core_ops[i];
    const char *s = info->signature;
    if (info->prefix || info->immediate != CORE_IMM_NONE || !is_integer(s[0])) continue;
    if (s[1] == ':' && is_integer(s[2]) && !s[3]) {
      check_unary((enum core_op)i, s[0], s[2]);
      unary++;
    } else if (is_integer(s[1]) && s[2] == ':' && is_integer(s[3]) && !s[4]) {
      check_binary((enum core_op)i, s[0], s[3]);
      binary++;
    }
  }
  assert_int_equal(unary, 16);
  assert_int_equal(binary, 50);
}

static void floats_keep_bits_or_are_unknown(void **state) {
  (void)state;
  struct value v = fold_unary(&values, CORE_OP_F64_REINTERPRET_I64, value_const(0x7ff4000000000001));
  v = fold_unary(&values, CORE_OP_I64_REINTERPRET_F64, v);
  assert_int_equal(v.kind, VALUE_CONST);
  assert_int_equal(v.bits, 0x7ff4000000000001);
  assert_int_equal(fold_unary(&values, CORE_OP_F32_NEG, value_const(1)).kind, VALUE_UNKNOWN);
  assert_int_equal(fold_binary(&values, CORE_OP_F64_ADD, value_const(0), value_const(0)).kind, VALUE_UNKNOWN);
  assert_int_equal(fold_unary(&values, CORE_OP_I32_TRUNC_F32_S, value_const(0)).kind, VALUE_UNKNOWN);
}

static void unknown_operands(void **state) {
  (void)state;
  struct value zero = value_const(0), one = value_const(1), unknown = value_unknown();
  assert_int_equal(fold_binary(&values, CORE_OP_I32_ADD, unknown, one).kind, VALUE_UNKNOWN);
  assert_int_equal(fold_binary(&values, CORE_OP_I32_AND, unknown, one).kind, VALUE_UNKNOWN);
  assert_int_equal(fold_binary(&values, CORE_OP_I32_EQ, unknown, unknown).kind, VALUE_UNKNOWN);
  assert_int_equal(fold_unary(&values, CORE_OP_I64_EQZ, unknown).kind, VALUE_UNKNOWN);
  // What is zero whatever the other side is.
  assert_true(value_equal(fold_binary(&values, CORE_OP_I32_AND, unknown, zero), zero));
  assert_true(value_equal(fold_binary(&values, CORE_OP_I64_MUL, zero, unknown), zero));
}

static void weak_operands_make_weak_results(void **state) {
  (void)state;
  struct value weak = value_const_weak(6, true), certain = value_const(7);
  struct value v = fold_binary(&values, CORE_OP_I32_MUL, weak, certain);
  assert_true(v.weak && v.bits == 42);
  assert_true(fold_binary(&values, CORE_OP_I32_MUL, certain, weak).weak);
  assert_false(fold_binary(&values, CORE_OP_I32_MUL, certain, certain).weak);
  assert_true(fold_unary(&values, CORE_OP_I32_CTZ, weak).weak);
}

static struct value on(struct value v, uint32_t join, bool second) {
  struct value_choice choice = {join, second};
  struct value leaf = {0};
  uint32_t open;
  assert_true(value_pick(&values, v, &choice, 1, &leaf, &open));
  return leaf;
}

static void selects(void **state) {
  (void)state;
  struct value a = value_const(10), b = value_const(20);
  assert_true(value_equal(fold_select(&values, value_const(1), a, b), a));
  assert_true(value_equal(fold_select(&values, value_const(0), a, b), b));
  assert_true(value_equal(fold_select(&values, value_unknown(), a, a), a));
  // A condition of a meeting chooses as the meeting did.
  uint32_t join = value_join(&values);
  struct value condition = value_merge(&values, join, value_const(0), value_const(5));
  struct value v = fold_select(&values, condition, a, b);
  assert_int_equal(on(v, join, false).bits, 20);
  assert_int_equal(on(v, join, true).bits, 10);
  // And so does what is chosen.
  struct value x = value_merge(&values, join, value_const(1), value_const(2));
  v = fold_select(&values, condition, x, b);
  assert_int_equal(on(v, join, false).bits, 20);
  assert_int_equal(on(v, join, true).bits, 2);
}

static struct value on_both(struct value v, uint32_t join, bool second, uint32_t open, bool open_second) {
  struct value_choice choices[] = {{join, second}, {open, open_second}};
  struct value leaf = {0};
  uint32_t wanted;
  assert_true(value_pick(&values, v, choices, 2, &leaf, &wanted));
  return leaf;
}

// Unknown on one side only: there it is a choice of its own, with a name the same one each time.
static void selects_what_is_open_on_some_ways(void **state) {
  (void)state;
  struct value a = value_const(10), b = value_const(20), named = value_fresh(&values);
  uint32_t join = value_join(&values);
  struct value condition = value_merge(&values, join, value_const(1), value_unknown());
  struct value v = fold_select(&values, condition, a, b);
  uint32_t open = values.nodes[v.tree].join;
  assert_true(value_is_open_join(&values, open));
  assert_false(value_is_open_join(&values, join));
  assert_int_equal(on_both(v, join, false, open, false).bits, 10);
  assert_int_equal(on_both(v, join, false, open, true).bits, 10);
  assert_int_equal(on_both(v, join, true, open, false).bits, 10);
  assert_int_equal(on_both(v, join, true, open, true).bits, 20);
  // What one of them is on some ways is not known there: it is kept apart no further.
  assert_int_equal(on(fold_select(&values, condition, value_unknown(), b), join, true).kind, VALUE_UNKNOWN);
  condition = value_merge(&values, join, value_const(1), named);
  v = fold_select(&values, condition, a, b);
  assert_false(value_is_open_join(&values, values.nodes[v.tree].join));
  assert_true(value_equal(v, fold_select(&values, condition, a, b)));
}

// In straight code the same condition without a name chooses the same side; elsewhere it is another one.
static void what_has_no_name_is_of_one_moment(void **state) {
  (void)state;
  struct value a = value_const(10), b = value_const(20);
  struct value condition = value_merge(&values, value_join(&values), value_const(1), value_unknown());
  values.moment = 1;
  struct value v = fold_select(&values, condition, a, b), again = fold_select(&values, condition, a, b);
  assert_true(value_equal(v, again));
  values.moment = 2;
  assert_false(value_equal(v, fold_select(&values, condition, a, b)));
  values.moment = 0;
}

static void an_unknown_condition_is_a_new_meeting(void **state) {
  (void)state;
  uint32_t before = values.joins;
  struct value v = fold_select(&values, value_unknown(), value_const(1), value_const(2));
  assert_int_equal(v.kind, VALUE_TREE);
  assert_true(values.nodes[v.tree].join > before);
  // A weak one decides nothing.
  v = fold_select(&values, value_const_weak(1, true), value_const(1), value_const(2));
  assert_int_equal(v.kind, VALUE_TREE);
}

// One unknown asked twice is the same choice twice: pointer and length chosen by it stay together.
static void a_named_condition_is_one_meeting(void **state) {
  (void)state;
  struct value flag = value_fresh(&values);
  struct value pointer = fold_select(&values, flag, value_const(100), value_const(200));
  struct value length = fold_select(&values, flag, value_const(1), value_const(2));
  struct value end = fold_binary(&values, CORE_OP_I32_ADD, pointer, length);
  assert_int_equal(value_leaves(&values, end), 2);
  // Its opposite chooses the other way round.
  struct value opposite = fold_unary(&values, CORE_OP_I32_EQZ, flag);
  length = fold_select(&values, opposite, value_const(2), value_const(1));
  assert_true(value_equal(end, fold_binary(&values, CORE_OP_I32_ADD, pointer, length)));
  // Another unknown does not.
  length = fold_select(&values, value_fresh(&values), value_const(1), value_const(2));
  assert_int_equal(value_leaves(&values, fold_binary(&values, CORE_OP_I32_ADD, pointer, length)), 4);
}

static void path_conditions(void **state) {
  (void)state;
  struct value one = value_const(1), zero = value_const(0);
  assert_int_equal(fold_and(&values, one, zero, false).bits, 0);
  assert_int_equal(fold_and(&values, one, zero, true).bits, 1);
  // Unknown excludes nothing.
  assert_true(value_equal(fold_and(&values, one, value_unknown(), false), one));
  assert_true(value_equal(fold_and(&values, one, value_unknown(), true), one));
  uint32_t join = value_join(&values);
  struct value side = value_merge(&values, join, one, zero);
  struct value path = fold_and(&values, one, side, false);
  assert_true(value_truth_of(&values, path).can_true);
  assert_false(value_truth_of(&values, fold_and(&values, path, side, true)).can_true);
}

// A pointer that is moved in steps has one name for each place, and places of one base are told apart.
static void moves_of_an_unknown(void **state) {
  (void)state;
  struct value p = value_fresh(&values), q = value_fresh(&values), out;
  struct value p3 = fold_binary(&values, CORE_OP_I32_ADD, p, value_const(3));
  struct value steps =
      fold_binary(&values, CORE_OP_I32_ADD, fold_binary(&values, CORE_OP_I32_ADD, p, value_const(1)), value_const(2));
  assert_true(value_equal(p3, steps));
  assert_true(value_equal(fold_binary(&values, CORE_OP_I32_SUB, p3, value_const(3)), p));
  assert_true(value_equal(fold_binary(&values, CORE_OP_I32_ADD, value_const(3), p), p3));
  out = fold_binary(&values, CORE_OP_I32_SUB, p3, p);
  assert_true(value_is_const(out) && out.bits == 3);
  out = fold_binary(&values, CORE_OP_I32_SUB, p, p3);
  assert_true(value_is_const(out) && out.bits == (uint32_t)-3);
  out = fold_binary(&values, CORE_OP_I32_EQ, p3, p);
  assert_true(value_is_const(out) && !out.bits);
  out = fold_binary(&values, CORE_OP_I32_NE, steps, p3);
  assert_true(value_is_const(out) && !out.bits);
  assert_false(value_is_const(fold_binary(&values, CORE_OP_I32_EQ, p3, q)));
  assert_false(value_is_const(fold_binary(&values, CORE_OP_I32_LT_U, p, p3)));  // it may wrap
  // A number that may have been written over is no distance.
  struct value weak = fold_binary(&values, CORE_OP_I32_ADD, p, value_const_weak(3, true));
  assert_false(value_is_const(fold_binary(&values, CORE_OP_I32_SUB, weak, p)));
}

// A word of which some bits were set after others were, whatever the rest of it was.
static void bits_in_a_word(void **state) {
  (void)state;
  for (unsigned is_64 = 0; is_64 < 2; is_64++) {
    enum core_op and = is_64 ? CORE_OP_I64_AND : CORE_OP_I32_AND, or = is_64 ? CORE_OP_I64_OR : CORE_OP_I32_OR;
    struct value word = value_fresh(&values);
    struct value low = fold_binary(&values, or, fold_binary(&values, and, word, value_const(0x80000000)), value_const(40));
    struct value seen = fold_binary(&values, and, low, value_const(0x7fffffff));
    assert_true(seen.kind == VALUE_CONST && seen.bits == 40);
    seen = fold_binary(&values, and, value_const(0x3f),
                       fold_binary(&values, or, value_const(0x48), fold_binary(&values, and, value_const(0x100), word)));
    assert_true(seen.kind == VALUE_CONST && seen.bits == 8);
    assert_int_equal(fold_binary(&values, and, low, value_const(0xffffffff)).kind, VALUE_UNKNOWN);
  }
}

static void pairs_come_apart(void **state) {
  (void)state;
  struct value low = value_fresh(&values), high = value_const(7);
  struct value pair = value_derived(&values, VALUE_OP_PAIR, low, high);
  assert_true(value_equal(fold_unary(&values, CORE_OP_I32_WRAP_I64, pair), low));
  assert_true(value_equal(fold_binary(&values, CORE_OP_I64_SHR_U, pair, value_const(32)), high));
  assert_false(value_equal(fold_binary(&values, CORE_OP_I64_SHR_U, pair, value_const(31)), high));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_integer_instruction),
      cmocka_unit_test(floats_keep_bits_or_are_unknown),
      cmocka_unit_test(unknown_operands),
      cmocka_unit_test(weak_operands_make_weak_results),
      cmocka_unit_test(selects),
      cmocka_unit_test(selects_what_is_open_on_some_ways),
      cmocka_unit_test(what_has_no_name_is_of_one_moment),
      cmocka_unit_test(an_unknown_condition_is_a_new_meeting),
      cmocka_unit_test(a_named_condition_is_one_meeting),
      cmocka_unit_test(path_conditions),
      cmocka_unit_test(moves_of_an_unknown),
      cmocka_unit_test(bits_in_a_word),
      cmocka_unit_test(pairs_come_apart),
  };
  return cmocka_run_group_tests(tests, open_table, close_table);
}
