// Operators, on values that are known or one of several.
//
// An operator on one of several values is applied to each, as long as they are few. To compare the name of an entry that the host handed over
// with a text is to ask for that text.
//
// Spec: ECMA-262, "ECMAScript Language: Expressions", the evaluation of operators.

#include "js_machine.h"

#include <math.h>

enum {
  PRODUCT_MOST = 64,  // pairs of alternatives that an operator is applied to
  PROTOTYPES = 32,    // of an object, behind each other
};

struct js_value js_primitive(struct js_machine *m, struct js_value v) {
  static const char *const names[] = {"@@toPrimitive", "toString", "valueOf"};
  if (v.type != JS_V_OBJECT || v.object->class != JS_C_PLAIN || v.object->target.type == JS_V_TEXT) return v;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    struct js_object *holder = v.object;
    const struct js_entry *entry = js_find_member(m, &holder, cm_str_of(names[i]));
    if (!entry || !js_is(entry->value, JS_C_FUNCTION) || entry->flags & JS_ENTRY_GETTER) continue;
    struct js_value hint = js_text(CM_STR("string"));
    return js_call_with(m, entry->value, v, 0, 1, hint);
  }
  return v;
}

static struct js_value add_one(struct js_machine *m, struct js_value a, struct js_value b) {
  a = js_primitive(m, a), b = js_primitive(m, b);
  if (a.type == JS_V_KEY && b.type == JS_V_TEXT && !b.text.size) return a;
  if (b.type == JS_V_KEY && a.type == JS_V_TEXT && !a.text.size) return b;
  if (a.type == JS_V_KEY || b.type == JS_V_KEY) return js_line_join(m, a, b);
  bool texts = a.type == JS_V_TEXT || b.type == JS_V_TEXT;
  double x, y;
  if (texts || js_is(a, JS_C_ARRAY) || js_is(b, JS_C_ARRAY)) return js_text(js_concat(m, js_to_text(m, a), js_to_text(m, b)));
  if (a.type == JS_V_OBJECT || b.type == JS_V_OBJECT || !js_to_number(a, &x) || !js_to_number(b, &y)) return js_unknown();
  return js_number(x + y);
}

struct js_value js_add_values(struct js_machine *m, struct js_value a, struct js_value b) {
  const struct js_value *left, *right;
  uint32_t lefts = js_alternatives(&a, &left), rights = js_alternatives(&b, &right);
  if ((uint64_t)lefts * rights > PRODUCT_MOST) return js_text(CM_STR("\xff"));
  struct js_value sum = add_one(m, left[0], right[0]);
  for (uint32_t i = 0; i < lefts; i++)
    for (uint32_t k = 0; k < rights; k++)
      if (i || k) sum = js_join(m, sum, add_one(m, left[i], right[k]));
  return sum;
}

static struct js_value arithmetic(enum js_token_kind op, struct js_value a, struct js_value b) {
  double x, y;
  if (!js_to_number(a, &x) || !js_to_number(b, &y)) return js_unknown();
  switch (op) {
    case JS_T_SUB: return js_number(x - y);
    case JS_T_MUL: return js_number(x * y);
    case JS_T_DIV: return js_number(x / y);
    case JS_T_MOD: return js_number(fmod(x, y));
    case JS_T_POW: return js_number(pow(x, y));
    default: break;
  }
  if (fabs(x) > 2e9 || fabs(y) > 2e9 || isnan(x) || isnan(y)) return js_unknown();
  int32_t left = (int32_t)x, right = (int32_t)y;
  uint32_t shift = (uint32_t)right & 31;
  switch (op) {
    case JS_T_AND: return js_number(left & right);
    case JS_T_OR: return js_number(left | right);
    case JS_T_XOR: return js_number(left ^ right);
    case JS_T_SHL: return js_number((int32_t)((uint32_t)left << shift));
    case JS_T_SHR: return js_number(left >> shift);
    case JS_T_USHR: return js_number((uint32_t)left >> shift);
    default: return js_unknown();
  }
}

// Does a text with gaps end and begin otherwise than one without?
static bool cannot_be(struct cm_str gapped, struct cm_str text) {
  size_t front = 0, back = 0;
  while (gapped.at[front] != JS_GAP) front++;
  while (gapped.at[gapped.size - 1 - back] != JS_GAP) back++;
  return front + back > text.size || memcmp(gapped.at, text.at, front) != 0 ||
         memcmp(gapped.at + gapped.size - back, text.at + text.size - back, back) != 0;
}

static enum js_answer equal_texts(struct cm_str a, struct cm_str b) {
  bool x = js_has_gap(a), y = js_has_gap(b);
  if (!x && !y) return cm_str_equal(a, b) ? JS_YES : JS_NO;
  if (x && y) return JS_MAYBE;
  return cannot_be(x ? a : b, x ? b : a) ? JS_NO : JS_MAYBE;
}

static enum js_answer equal_one(struct js_machine *m, struct js_value a, struct js_value b, bool strict, uint32_t at) {
  if (a.type == JS_V_KEY || b.type == JS_V_KEY) {
    struct js_value key = a.type == JS_V_KEY ? a : b, other = a.type == JS_V_KEY ? b : a;
    if (js_is_place(key)) {
      js_line_is_at(m, *key.key, other, at);
      return JS_MAYBE;
    }
    if (other.type != JS_V_TEXT) return other.type == JS_V_UNKNOWN || other.type == JS_V_KEY ? JS_MAYBE : JS_NO;
    js_ask_entry(m, key.key, other.text, at);
    return JS_MAYBE;
  }
  if (a.type == JS_V_UNKNOWN || b.type == JS_V_UNKNOWN) return JS_MAYBE;
  if (a.type == JS_V_TEXT && b.type == JS_V_TEXT) return equal_texts(a.text, b.text);
  if (a.type == b.type) return js_same(a, b) && !(a.type == JS_V_NUMBER && isnan(a.number)) ? JS_YES : JS_NO;
  bool nothing = js_is_nullish(a) || js_is_nullish(b);
  if (strict || nothing) return !strict && js_is_nullish(a) && js_is_nullish(b) ? JS_YES : JS_NO;
  double x, y;
  if (!js_to_number(a, &x) || !js_to_number(b, &y)) return JS_MAYBE;
  return x == y ? JS_YES : JS_NO;
}

static enum js_answer less_one(struct js_value a, struct js_value b, bool or_equal) {
  double x, y;
  if (a.type == JS_V_TEXT && b.type == JS_V_TEXT) {
    if (js_has_gap(a.text) || js_has_gap(b.text)) return JS_MAYBE;
    int order = cm_str_compare(a.text, b.text);
    return order < 0 || (or_equal && !order) ? JS_YES : JS_NO;
  }
  if (!js_to_number(a, &x) || !js_to_number(b, &y)) return JS_MAYBE;
  return x < y || (or_equal && x == y) ? JS_YES : JS_NO;
}

static enum js_answer compare_one(struct js_machine *m, enum js_token_kind op, struct js_value a, struct js_value b, uint32_t at) {
  switch (op) {
    case JS_T_LESS: return less_one(a, b, false);
    case JS_T_GREATER: return less_one(b, a, false);
    case JS_T_AT_MOST: return less_one(a, b, true);
    case JS_T_AT_LEAST: return less_one(b, a, true);
    default: return equal_one(m, a, b, op == JS_T_SAME || op == JS_T_OTHER, at);
  }
}

struct js_value js_compare(struct js_machine *m, enum js_token_kind op, struct js_value a, struct js_value b, uint32_t at) {
  const struct js_value *left, *right;
  uint32_t lefts = js_alternatives(&a, &left), rights = js_alternatives(&b, &right);
  enum js_answer answer = compare_one(m, op, left[0], right[0], at);
  for (uint32_t i = 0; i < lefts; i++)
    for (uint32_t k = 0; k < rights; k++)
      if (compare_one(m, op, left[i], right[k], at) != answer) answer = JS_MAYBE;
  if (answer == JS_MAYBE) return js_unknown();
  return js_bool((answer == JS_YES) != (op == JS_T_UNEQUAL || op == JS_T_OTHER));
}

static struct js_value instance_of(struct js_machine *m, struct js_value v, struct js_value class, uint32_t at) {
  static const struct {
    const char *name;
    unsigned classes;
  } own[] = {{"Array", JS_C_ARRAY}, {"Map", JS_C_MAP},      {"WeakMap", JS_C_MAP},      {"Set", JS_C_SET},
             {"WeakSet", JS_C_SET}, {"RegExp", JS_C_REGEX}, {"Function", JS_C_FUNCTION}};
  struct js_object *holder = class.type == JS_V_OBJECT ? class.object : NULL;
  const struct js_entry *test = js_find_member(m, &holder, CM_STR("@@hasInstance"));
  if (test && js_is(test->value, JS_C_FUNCTION)) {
    enum js_answer truth = js_truth(js_call_with(m, test->value, class, at, 1, v));
    return truth == JS_MAYBE ? js_unknown() : js_bool(truth == JS_YES);
  }
  if (v.type != JS_V_OBJECT) return v.type == JS_V_UNKNOWN || v.type == JS_V_SET ? js_unknown() : js_bool(false);
  if (!js_is(class, JS_C_FUNCTION)) return js_unknown();
  bool all_known = true;
  const struct js_object *prototype = js_prototype_of(m, class.object);
  unsigned depth = 0;
  for (const struct js_object *up = v.object; up && depth < PROTOTYPES; up = up->proto, depth++) {
    if (up == prototype) return js_bool(true);
    all_known &= !up->open && up->class & (JS_C_PLAIN | JS_C_ARRAY | JS_C_FUNCTION | JS_C_MAP | JS_C_SET | JS_C_REGEX);
  }
  for (size_t i = 0; class.object->native && i < sizeof own / sizeof *own; i++)
    if (cm_str_is(class.object->name, own[i].name) && v.object->class != JS_C_PROXY)
      return js_bool((v.object->class & own[i].classes) != 0);
  return all_known && depth < PROTOTYPES ? js_bool(false) : js_unknown();
}

struct js_value js_binary(struct js_machine *m, enum js_token_kind op, struct js_value a, struct js_value b, uint32_t at) {
  if (op == JS_T_ADD) return js_add_values(m, a, b);
  if (op >= JS_T_EQUAL && op <= JS_T_AT_LEAST) return js_compare(m, op, a, b, at);
  if (op == JS_T_IN) return js_has(m, b, a, false, at);
  if (op == JS_T_INSTANCEOF) return instance_of(m, a, b, at);
  return arithmetic(op, a, b);
}

struct js_value js_type_of(struct js_machine *m, struct js_value v) {
  const struct js_value *list;
  uint32_t count = js_alternatives(&v, &list);
  struct js_value all = {.type = JS_V_ABSENT};
  for (uint32_t i = 0; i < count; i++) {
    static const struct cm_str names[] = {
        [JS_V_ABSENT] = {"undefined", 9}, [JS_V_UNDEFINED] = {"undefined", 9}, [JS_V_NULL] = {"object", 6},
        [JS_V_BOOL] = {"boolean", 7},     [JS_V_NUMBER] = {"number", 6},       [JS_V_TEXT] = {"string", 6},
        [JS_V_OBJECT] = {"object", 6},    [JS_V_KEY] = {"string", 6}};
    if (list[i].type == JS_V_UNKNOWN || js_is_place(list[i])) return js_unknown();
    bool symbol = list[i].type == JS_V_TEXT && cm_str_starts(list[i].text, CM_STR("@@"));
    struct js_value one = js_text(symbol                          ? CM_STR("symbol")
                                  : js_is(list[i], JS_C_FUNCTION) ? CM_STR("function")
                                                                  : names[list[i].type]);
    all = i ? js_join(m, all, one) : one;
  }
  return all;
}
