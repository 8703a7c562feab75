// Constant folding of integer instructions, lifted to trees by value_map and value_apply.
//
// Spec: core 3.0, "Integer Operations" (https://webassembly.github.io/spec/core/exec/numerics.html#integer-operations). Floats are left
// unknown: no key was ever computed with them.

#include "fold.h"

static uint64_t rotl(uint64_t a, unsigned by, unsigned bits) {
  uint64_t mask = bits == 64 ? ~UINT64_C(0) : (UINT64_C(1) << bits) - 1;
  by %= bits;
  return by ? ((a << by) | ((a & mask) >> (bits - by))) & mask : a & mask;
}

static bool divide(enum core_op op, uint64_t a, uint64_t b, uint64_t *r) {
  int64_t sa = (int64_t)a, sb = (int64_t)b;
  int32_t na = (int32_t)(uint32_t)a, nb = (int32_t)(uint32_t)b;
  if (b == 0) return false;
  switch (op) {
    case CORE_OP_I32_DIV_S:
      if (na == INT32_MIN && nb == -1) return false;
      *r = (uint32_t)(na / nb);
      return true;
    case CORE_OP_I64_DIV_S:
      if (sa == INT64_MIN && sb == -1) return false;
      *r = (uint64_t)(sa / sb);
      return true;
    // The remainder by -1 is 0, also where C does not define it.
    case CORE_OP_I32_REM_S: *r = nb == -1 ? 0 : (uint32_t)(na % nb); return true;
    case CORE_OP_I64_REM_S: *r = sb == -1 ? 0 : (uint64_t)(sa % sb); return true;
    case CORE_OP_I32_DIV_U:
    case CORE_OP_I64_DIV_U: *r = a / b; return true;
    default: *r = a % b; return true;
  }
}

// 32-bit operands come zero-extended and so must the result.
static bool fold32(enum core_op op, uint64_t a64, uint64_t b64, uint64_t *r) {
  uint32_t a = (uint32_t)a64, b = (uint32_t)b64;
  int32_t sa = (int32_t)a, sb = (int32_t)b;
  switch (op) {
    case CORE_OP_I32_ADD: *r = (uint32_t)(a + b); return true;
    case CORE_OP_I32_SUB: *r = (uint32_t)(a - b); return true;
    case CORE_OP_I32_MUL: *r = (uint32_t)((uint64_t)a * b); return true;
    case CORE_OP_I32_AND: *r = a & b; return true;
    case CORE_OP_I32_OR: *r = a | b; return true;
    case CORE_OP_I32_XOR: *r = a ^ b; return true;
    case CORE_OP_I32_SHL: *r = (uint32_t)(a << (b & 31)); return true;
    case CORE_OP_I32_SHR_U: *r = a >> (b & 31); return true;
    case CORE_OP_I32_SHR_S: *r = (uint32_t)(sa >> (b & 31)); return true;
    case CORE_OP_I32_ROTL: *r = rotl(a, b & 31, 32); return true;
    case CORE_OP_I32_ROTR: *r = rotl(a, 32 - (b & 31), 32); return true;
    case CORE_OP_I32_EQ: *r = a == b; return true;
    case CORE_OP_I32_NE: *r = a != b; return true;
    case CORE_OP_I32_LT_S: *r = sa < sb; return true;
    case CORE_OP_I32_LT_U: *r = a < b; return true;
    case CORE_OP_I32_GT_S: *r = sa > sb; return true;
    case CORE_OP_I32_GT_U: *r = a > b; return true;
    case CORE_OP_I32_LE_S: *r = sa <= sb; return true;
    case CORE_OP_I32_LE_U: *r = a <= b; return true;
    case CORE_OP_I32_GE_S: *r = sa >= sb; return true;
    case CORE_OP_I32_GE_U: *r = a >= b; return true;
    default: return false;
  }
}

static bool fold64(enum core_op op, uint64_t a, uint64_t b, uint64_t *r) {
  int64_t sa = (int64_t)a, sb = (int64_t)b;
  switch (op) {
    case CORE_OP_I64_ADD: *r = a + b; return true;
    case CORE_OP_I64_SUB: *r = a - b; return true;
    case CORE_OP_I64_MUL: *r = a * b; return true;
    case CORE_OP_I64_AND: *r = a & b; return true;
    case CORE_OP_I64_OR: *r = a | b; return true;
    case CORE_OP_I64_XOR: *r = a ^ b; return true;
    case CORE_OP_I64_SHL: *r = a << (b & 63); return true;
    case CORE_OP_I64_SHR_U: *r = a >> (b & 63); return true;
    case CORE_OP_I64_SHR_S: *r = (uint64_t)(sa >> (b & 63)); return true;
    case CORE_OP_I64_ROTL: *r = rotl(a, b & 63, 64); return true;
    case CORE_OP_I64_ROTR: *r = rotl(a, 64 - (b & 63), 64); return true;
    case CORE_OP_I64_EQ: *r = a == b; return true;
    case CORE_OP_I64_NE: *r = a != b; return true;
    case CORE_OP_I64_LT_S: *r = sa < sb; return true;
    case CORE_OP_I64_LT_U: *r = a < b; return true;
    case CORE_OP_I64_GT_S: *r = sa > sb; return true;
    case CORE_OP_I64_GT_U: *r = a > b; return true;
    case CORE_OP_I64_LE_S: *r = sa <= sb; return true;
    case CORE_OP_I64_LE_U: *r = a <= b; return true;
    case CORE_OP_I64_GE_S: *r = sa >= sb; return true;
    case CORE_OP_I64_GE_U: *r = a >= b; return true;
    default: return false;
  }
}

static uint32_t sign_extend32(uint32_t v, unsigned bits) {
  int32_t extended = (int32_t)(v << (32 - bits)) >> (32 - bits);
  return (uint32_t)extended;
}

static bool fold_one(enum core_op op, uint64_t a, uint64_t *r) {
  uint32_t low = (uint32_t)a;
  switch (op) {
    case CORE_OP_I32_EQZ: *r = low == 0; return true;
    case CORE_OP_I64_EQZ: *r = a == 0; return true;
    case CORE_OP_I32_CLZ: *r = low ? (uint64_t)__builtin_clz(low) : 32; return true;
    case CORE_OP_I32_CTZ: *r = low ? (uint64_t)__builtin_ctz(low) : 32; return true;
    case CORE_OP_I32_POPCNT: *r = (uint64_t)__builtin_popcount(low); return true;
    case CORE_OP_I64_CLZ: *r = a ? (uint64_t)__builtin_clzll(a) : 64; return true;
    case CORE_OP_I64_CTZ: *r = a ? (uint64_t)__builtin_ctzll(a) : 64; return true;
    case CORE_OP_I64_POPCNT: *r = (uint64_t)__builtin_popcountll(a); return true;
    case CORE_OP_I32_WRAP_I64: *r = low; return true;
    case CORE_OP_I64_EXTEND_I32_U: *r = low; return true;
    case CORE_OP_I64_EXTEND_I32_S: *r = (uint64_t)(int64_t)(int32_t)low; return true;
    case CORE_OP_I32_EXTEND8_S: *r = sign_extend32(low, 8); return true;
    case CORE_OP_I32_EXTEND16_S: *r = sign_extend32(low, 16); return true;
    case CORE_OP_I64_EXTEND8_S: *r = (uint64_t)(int64_t)(int8_t)a; return true;
    case CORE_OP_I64_EXTEND16_S: *r = (uint64_t)(int64_t)(int16_t)a; return true;
    case CORE_OP_I64_EXTEND32_S: *r = (uint64_t)(int64_t)(int32_t)a; return true;
    default: return false;
  }
}

// Reinterpretations keep the bits, and so f64 copies of eight bytes of text (an optimizer's way to copy) stay known.
static bool keeps_bits(enum core_op op) {
  return op == CORE_OP_I32_REINTERPRET_F32 || op == CORE_OP_I64_REINTERPRET_F64 || op == CORE_OP_F32_REINTERPRET_I32 ||
         op == CORE_OP_F64_REINTERPRET_I64;
}

struct operation {
  struct value_table *values;
  enum core_op op;
};

// Names of operations begin at 1: 0 is for fresh unknowns.
static struct value unknown_result(const struct operation *o, struct value a, struct value b) {
  return value_derived(o->values, (uint32_t)o->op + 1, a, b);
}

// (x + c) + d is x + (c + d), and x - d is x + -d: so that what a pointer was moved by in several steps is one number.
static bool move_further(const struct operation *o, struct value a, struct value b, struct value *out) {
  bool is_64 = o->op == CORE_OP_I64_ADD || o->op == CORE_OP_I64_SUB, back = o->op == CORE_OP_I32_SUB || o->op == CORE_OP_I64_SUB;
  if (!back && !is_64 && o->op != CORE_OP_I32_ADD) return false;
  if (!back && a.kind == VALUE_CONST) {
    struct value swapped = a;
    a = b, b = swapped;
  }
  if (a.kind != VALUE_UNKNOWN || !a.tree || a.bits || b.kind != VALUE_CONST || b.weak) return false;
  enum core_op add = is_64 ? CORE_OP_I64_ADD : CORE_OP_I32_ADD;
  const struct value_name *n = value_name_at(o->values, a.tree);
  uint64_t by = back ? 0 - b.bits : b.bits;
  if (n->op == (uint32_t)add + 1 && n->b.kind == VALUE_CONST && !n->b.weak) {
    a = n->a;
    by += n->b.bits;
  }
  if (!is_64) by = (uint32_t)by;
  *out = by ? value_derived(o->values, (uint32_t)add + 1, a, value_const(by)) : a;
  return true;
}

// --- numbers whose bytes are known one by one ---

// The bytes of a constant, or of such a number. False: `v` is neither.
static bool bytes_of(const struct value_table *table, struct value v, struct value *bytes) {
  unsigned size;
  const struct value *apart = value_bytes_of(table, v, &size);
  if (!apart && v.kind != VALUE_CONST) return false;
  for (unsigned i = 0; i < VALUE_BYTES; i++) bytes[i] = apart ? apart[i] : value_const_weak(v.bits >> (8 * i) & 0xff, v.weak);
  return true;
}

// What two bytes are together by `and`, `or` or `xor`. False: it is not known of which byte that is one.
static bool join_bytes(enum core_op op, struct value a, struct value b, struct value *out) {
  if (a.kind == VALUE_CONST && b.kind != VALUE_CONST) {
    struct value swapped = a;
    a = b, b = swapped;
  }
  if (b.kind != VALUE_CONST) return false;
  bool is_and = op == CORE_OP_I32_AND || op == CORE_OP_I64_AND, is_or = op == CORE_OP_I32_OR || op == CORE_OP_I64_OR;
  uint64_t all = is_and ? a.bits & b.bits : is_or ? a.bits | b.bits : a.bits ^ b.bits;
  *out = a;
  if (a.kind == VALUE_CONST)
    *out = value_const_weak(all, a.weak || b.weak);
  else if (is_and && !b.bits)
    *out = b;
  else if (b.bits != (is_and ? 0xff : 0))
    *out = value_unknown();
  return true;
}

// Moves the bytes as a shift by whole bytes does. False: it is no such.
static bool shift_bytes(enum core_op op, struct value *a, struct value by, unsigned size) {
  bool left = op == CORE_OP_I32_SHL || op == CORE_OP_I64_SHL, right = op == CORE_OP_I32_SHR_U || op == CORE_OP_I64_SHR_U;
  if ((!left && !right) || by.kind != VALUE_CONST || by.bits % 8) return false;
  unsigned count = (unsigned)(by.bits / 8 % size);
  struct value moved[VALUE_BYTES];
  for (unsigned i = 0; i < size; i++) {
    bool inside = left ? i >= count : i + count < size;
    moved[i] = inside ? a[left ? i - count : i + count] : value_const(0);
  }
  memcpy(a, moved, size * sizeof *a);
  return true;
}

static bool is_bitwise(enum core_op op) {
  return (op >= CORE_OP_I32_AND && op <= CORE_OP_I32_XOR) || (op >= CORE_OP_I64_AND && op <= CORE_OP_I64_XOR);
}

static bool fold_bytes(const struct operation *o, struct value a, struct value b, struct value *out) {
  struct value x[VALUE_BYTES], y[VALUE_BYTES];
  unsigned unused;
  bool apart = value_bytes_of(o->values, a, &unused) || value_bytes_of(o->values, b, &unused);
  if (!apart || !bytes_of(o->values, a, x)) return false;
  bool is_64 = o->op >= CORE_OP_I64_CLZ && o->op <= CORE_OP_I64_ROTR;
  unsigned size = is_64 || o->op == CORE_OP_I64_EXTEND_I32_U ? 8 : 4;
  if (is_bitwise(o->op)) {
    if (!bytes_of(o->values, b, y)) return false;
    for (unsigned i = 0; i < size; i++)
      if (!join_bytes(o->op, x[i], y[i], &x[i])) x[i] = value_unknown();
  } else if (o->op != CORE_OP_I64_EXTEND_I32_U && o->op != CORE_OP_I32_WRAP_I64 && !shift_bytes(o->op, x, b, size)) {
    return false;
  }
  *out = value_of_bytes(o->values, x, size);
  return true;
}

static struct value unary_leaf(void *context, struct value a) {
  const struct operation *o = context;
  uint64_t r;
  struct value low, high;
  if (fold_bytes(o, a, value_const(0), &low)) return low;
  if (o->op == CORE_OP_I32_WRAP_I64 && value_is_pair(o->values, a, &low, &high)) return low;
  if (a.kind != VALUE_CONST || !fold_one(o->op, a.bits, &r)) return unknown_result(o, a, value_const(0));
  return value_const_weak(r, a.weak);
}

// What is certain although one side is unknown: x & 0, x * 0, x + 0.
static bool half_known(enum core_op op, struct value a, struct value b, struct value *out) {
  if (b.kind != VALUE_CONST || b.bits) return false;
  switch (op) {
    case CORE_OP_I32_AND:
    case CORE_OP_I64_AND:
    case CORE_OP_I32_MUL:
    case CORE_OP_I64_MUL: *out = b; return true;
    case CORE_OP_I32_ADD:
    case CORE_OP_I64_ADD:
    case CORE_OP_I32_OR:
    case CORE_OP_I64_OR: *out = a; return true;
    default: return false;
  }
}

// The unknown that `v` is a number away from.
static struct value base_of(const struct operation *o, struct value v, uint64_t *by) {
  *by = 0;
  if (v.kind != VALUE_UNKNOWN || !v.tree || v.bits) return value_unknown();
  const struct value_name *n = value_name_at(o->values, v.tree);
  bool moved = (n->op == CORE_OP_I32_ADD + 1 || n->op == CORE_OP_I64_ADD + 1) && n->b.kind == VALUE_CONST && !n->b.weak;
  if (!moved) return v;
  *by = n->b.bits;
  return n->a;
}

// Of two numbers that differ from one unknown by constants, the difference is known, and whether they are equal.
static bool same_base(const struct operation *o, struct value a, struct value b, struct value *out) {
  bool equality = o->op == CORE_OP_I32_EQ || o->op == CORE_OP_I64_EQ,
       inequality = o->op == CORE_OP_I32_NE || o->op == CORE_OP_I64_NE;
  bool difference = o->op == CORE_OP_I32_SUB || o->op == CORE_OP_I64_SUB;
  uint64_t by_a, by_b;
  if (!equality && !inequality && !difference) return false;
  struct value base = base_of(o, a, &by_a);
  if (base.kind != VALUE_UNKNOWN || !base.tree || !value_equal(base, base_of(o, b, &by_b))) return false;
  if (difference)
    *out = value_const(o->op == CORE_OP_I32_SUB ? (uint32_t)(by_a - by_b) : by_a - by_b);
  else
    *out = value_const(equality == (by_a == by_b));
  return true;
}

// The constant operand of what `op` made of another one, which is put to *v. False: it was not made so.
static bool take_constant(const struct operation *o, enum core_op op, struct value *v, uint64_t *bits) {
  if (v->kind != VALUE_UNKNOWN || !v->tree || v->bits) return false;
  const struct value_name *n = value_name_at(o->values, v->tree);
  bool second = n->b.kind == VALUE_CONST;
  struct value constant = second ? n->b : n->a;
  if (n->op != op + UINT32_C(1) || constant.kind != VALUE_CONST || constant.weak) return false;
  *bits = constant.bits;
  *v = second ? n->a : n->b;
  return true;
}

// Of a word of which some bits were set, and others left as they were, whatever that was, those that were set: members of a few bits.
static bool bits_that_were_set(const struct operation *o, struct value word, struct value wanted, struct value *out) {
  bool is_64 = o->op == CORE_OP_I64_AND;
  uint64_t set, left;
  if ((!is_64 && o->op != CORE_OP_I32_AND) || wanted.kind != VALUE_CONST || wanted.weak) return false;
  if (!take_constant(o, is_64 ? CORE_OP_I64_OR : CORE_OP_I32_OR, &word, &set) || !take_constant(o, o->op, &word, &left))
    return false;
  if (left & wanted.bits) return false;
  *out = value_const(set & wanted.bits);
  return true;
}

static struct value binary_leaf(void *context, struct value a, struct value b) {
  const struct operation *o = context;
  enum core_op op = o->op;
  if (a.kind != VALUE_CONST || b.kind != VALUE_CONST) {
    struct value certain, low, high;
    bool shifted = op == CORE_OP_I64_SHR_U && b.kind == VALUE_CONST && b.bits == 32;
    if (shifted && value_is_pair(o->values, a, &low, &high)) return high;
    bool known = fold_bytes(o, a, b, &certain) || half_known(op, a, b, &certain) || half_known(op, b, a, &certain) ||
                 move_further(o, a, b, &certain) || same_base(o, a, b, &certain) || bits_that_were_set(o, a, b, &certain) ||
                 bits_that_were_set(o, b, a, &certain);
    return known ? certain : unknown_result(o, a, b);
  }
  uint64_t r;
  if (!fold32(op, a.bits, b.bits, &r) && !fold64(op, a.bits, b.bits, &r)) {
    bool division = (op >= CORE_OP_I32_DIV_S && op <= CORE_OP_I32_REM_U) || (op >= CORE_OP_I64_DIV_S && op <= CORE_OP_I64_REM_U);
    if (!division || !divide(op, a.bits, b.bits, &r)) return unknown_result(o, a, b);
  }
  return value_const_weak(r, a.weak || b.weak);
}

static bool is_zero(struct value v) { return v.kind == VALUE_CONST && !v.bits; }

static bool is_named(struct value v) { return v.kind == VALUE_UNKNOWN && v.tree && !v.bits; }

struct value fold_unary(struct value_table *values, enum core_op op, struct value a) {
  struct operation o = {values, op};
  if (keeps_bits(op)) return a;
  if ((op == CORE_OP_I32_EQZ || op == CORE_OP_I64_EQZ) && is_named(a) && !values->coarse) a = value_condition(values, a);
  return value_map(values, a, unary_leaf, &o);
}

// Is it 0 or 1, as a comparison gives it? Code that is not optimized masks such a number with 1.
static bool is_truth(const struct value_table *values, struct value v) {
  if (!is_named(v)) return false;
  return fold_is_comparison(value_name_at(values, v.tree)->op);
}

// x & mask and x % number, where these are small: few numbers, each of which may be it. Of a tree, where nothing more is known of x.
static struct value few_of(struct value_table *values, enum core_op op, struct value a, struct value b, uint32_t count) {
  struct operation o = {values, op};
  if (a.kind == VALUE_TREE) {
    struct value_node n = values->nodes[a.tree];
    struct value first = few_of(values, op, n.first, b, count), second = few_of(values, op, n.second, b, count);
    return fold_select(values, value_merge(values, n.join, value_const(1), value_const(0)), first, second);
  }
  struct value all = is_named(a) ? value_enumerate(values, unknown_result(&o, a, b), count) : a;
  return all.kind == VALUE_TREE ? value_apply(values, all, b, binary_leaf, &o) : binary_leaf(&o, a, b);
}

// An index, be it counted or a constant, and not an address, of which code looks how it is aligned.
static bool is_index(const struct value_table *values, struct value v) {
  enum { LEAST_ADDRESS = 1024 };
  if (v.kind == VALUE_CONST) return v.bits < LEAST_ADDRESS;
  return v.kind != VALUE_TREE || (is_index(values, values->nodes[v.tree].first) && is_index(values, values->nodes[v.tree].second));
}

static bool is_few(struct value_table *values, enum core_op op, struct value a, struct value b, struct value *out) {
  bool is_rest = op == CORE_OP_I32_REM_U, is_mask = op == CORE_OP_I32_AND || op == CORE_OP_I64_AND;
  bool small = b.kind == VALUE_CONST && b.bits && b.bits < VALUE_ENUMERATED;
  if ((!is_rest && !is_mask) || !small || values->coarse) return false;
  uint32_t count = (uint32_t)b.bits + is_mask, leaves = value_leaves(values, a);
  // A mask of 1 is most often that of a truth, in code that was not optimized.
  bool in_tree = a.kind == VALUE_TREE && !b.weak && b.bits > 1 && !value_truth_of(values, a).known &&
                 leaves * count <= VALUE_ENUMERATED && is_index(values, a);
  // A rest is a small number whatever it is the rest of: any of them, where that cannot be told.
  bool is_any = is_rest && !b.weak && (a.kind == VALUE_UNKNOWN || (a.kind == VALUE_TREE && !value_truth_of(values, a).known));
  if (is_named(a) || in_tree)
    *out = few_of(values, op, a, b, count);
  else if (is_any)
    *out = value_enumerate(values, value_fresh(values), count);
  return is_named(a) || in_tree || is_any;
}

// Does code add a truth to a number, or is its place in a table computed of it? So optimizers write `if (given) count++`.
static bool counts_truths(const struct value_table *values, enum core_op op, struct value v, struct value other) {
  bool computes = op == CORE_OP_I32_ADD || op == CORE_OP_I32_SUB || op == CORE_OP_I32_SHL || op == CORE_OP_I32_MUL;
  return computes && !values->coarse && other.kind != VALUE_UNKNOWN && is_truth(values, v);
}

struct value fold_binary(struct value_table *values, enum core_op op, struct value a, struct value b) {
  struct operation o = {values, op};
  struct value out;
  // Coarsely there are no trees: the unknown keeps its name instead.
  bool equality = !values->coarse && (op == CORE_OP_I32_EQ || op == CORE_OP_I64_EQ || op == CORE_OP_I32_NE || op == CORE_OP_I64_NE);
  if (equality && is_named(a) && is_zero(b)) a = value_condition(values, a);
  if (equality && is_named(b) && is_zero(a)) b = value_condition(values, b);
  if (counts_truths(values, op, a, b)) a = value_condition(values, a);
  if (counts_truths(values, op, b, a)) b = value_condition(values, b);
  if (op == CORE_OP_I32_AND && b.kind == VALUE_CONST && b.bits == 1 && !b.weak && is_truth(values, a)) return a;
  if (is_few(values, op, a, b, &out) || (op != CORE_OP_I32_REM_U && is_few(values, op, b, a, &out))) return out;
  return value_apply(values, a, b, binary_leaf, &o);
}

static struct value without_weak(void *context, struct value v) {
  (void)context;
  return v.weak ? value_unknown() : v;
}

struct value fold_and(struct value_table *values, struct value a, struct value b, bool negate_b) {
  // What may have changed excludes no path.
  if (value_truth_of(values, b).weak) b = value_map(values, b, without_weak, NULL);
  values->most_leaves = VALUE_PATH_LEAVES;
  struct value v = value_gate(values, negate_b ? VALUE_AND_NOT : VALUE_AND, a, b);
  values->most_leaves = VALUE_LEAVES;
  return v.kind == VALUE_UNKNOWN ? value_const(1) : v;
}

enum { SELECTOR_LEAVES = 6 };  // a larger one costs more at every value than a new join

struct fold_meeting fold_meet(struct value_table *values, struct value first_path, struct value second_path, bool widen) {
  struct fold_meeting meeting = {.widen = widen};
  // Who comes back to a loop's start came by there before: what was known then of conditions that are older than the loop holds still.
  if (widen) {
    meeting.path = first_path;
    return meeting;
  }
  values->most_leaves = VALUE_PATH_LEAVES;
  meeting.path = value_gate(values, VALUE_OR, first_path, second_path);
  struct value both = value_equal(first_path, second_path) ? first_path : fold_and(values, first_path, second_path, false);
  values->most_leaves = VALUE_PATH_LEAVES;
  if (is_zero(both)) meeting.selector = value_restrict(values, first_path, meeting.path);
  if (!is_zero(both) || value_leaves(values, meeting.selector) > SELECTOR_LEAVES) {
    uint32_t join = value_join(values);
    meeting.selector = value_merge(values, join, value_const(1), value_const(0));
    if (!value_equal(first_path, second_path)) meeting.path = value_merge(values, join, first_path, second_path);
  }
  values->most_leaves = VALUE_LEAVES;
  return meeting;
}

struct value fold_merge(struct value_table *values, const struct fold_meeting *meeting, struct value first, struct value second) {
  if (meeting->widen) return value_widen(values, first, second);
  value_note_met(values, first, second);
  return value_equal(first, second) ? first : fold_select(values, meeting->selector, first, second);
}

bool fold_merge_all(struct value_table *values, const struct fold_meeting *meeting, struct value *first, const struct value *second,
                    uint32_t count) {
  bool changed = false;
  for (uint32_t i = 0; i < count; i++) {
    if (value_equal(first[i], second[i])) continue;  // as most are
    struct value merged = fold_merge(values, meeting, first[i], second[i]);
    changed |= !value_equal(merged, first[i]);
    first[i] = merged;
  }
  return changed;
}

bool fold_is_moved_rounds(const struct value_table *table, struct value v, struct value *rounds, uint32_t *by) {
  if (!is_named(v)) return false;
  const struct value_name *n = value_name_at(table, v.tree);
  if (n->op != CORE_OP_I32_ADD + 1 || n->b.kind != VALUE_CONST || n->b.weak || !is_named(n->a)) return false;
  *rounds = n->a;
  *by = (uint32_t)n->b.bits;
  return value_name_at(table, n->a.tree)->op == VALUE_OP_ROUNDS;
}

bool fold_is_set(const struct value_table *table, struct value v) {
  if (v.kind != VALUE_UNKNOWN || !v.tree || v.bits) return false;
  const struct value_name *n = value_name_at(table, v.tree);
  return n->op == CORE_OP_I32_OR + 1 && ((n->a.kind == VALUE_CONST && n->a.bits) || (n->b.kind == VALUE_CONST && n->b.bits));
}
