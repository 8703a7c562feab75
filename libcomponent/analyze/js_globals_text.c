// Texts, numbers, expressions and JSON: what makes one of the other, and Math.
//
// Spec: ECMA-262, "String Objects", "Number Objects", "Math", "JSON".

#include "js_machine.h"

#include <math.h>
#include <stdlib.h>

typedef const struct js_arguments *arguments_t;

// --- texts and numbers ---

static struct js_value text_make(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  struct js_value v = js_primitive(m, js_argument(a, 0));
  return v.type == JS_V_KEY ? v : js_text(a->count ? js_to_text(m, v) : CM_STR(""));
}

static struct js_value text_raw(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  struct js_value strings = js_get_named(m, js_argument(a, 0), CM_STR("raw"), a->at);
  struct cm_str text = CM_STR("");
  if (!js_is(strings, JS_C_ARRAY)) return js_unknown();
  for (size_t i = 0; i < strings.object->items.count; i++) {
    text = js_concat(m, text, js_to_text(m, strings.object->items.entries[i].value));
    if (i + 1 < strings.object->items.count) text = js_concat(m, text, js_to_text(m, js_argument(a, (uint32_t)i + 1)));
  }
  return js_text(text);
}

static struct js_value text_from_codes(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  char *text = cm_alloc(m->arena, (size_t)a->count + 1);
  if (!text) {
    m->failed = true;
    return js_unknown();
  }
  for (uint32_t i = 0; i < a->count; i++) {
    double code;
    bool known = js_to_number(a->values[i], &code) && code >= 1 && code < 128;
    text[i] = known ? (char)code : JS_GAP;
  }
  return js_text((struct cm_str){text, a->count});
}

// atob: four letters are three bytes. What is no ASCII in them is a gap.
static struct js_value text_from_base64(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  js_may_throw(m);
  struct js_value v = js_argument(a, 0);
  char *text = v.type == JS_V_TEXT && !js_has_gap(v.text) ? cm_alloc(m->arena, v.text.size + 1) : NULL;
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  uint32_t bits = 0;
  size_t size = 0;
  unsigned have = 0;
  if (!text) return js_text(CM_STR("\xff"));
  for (size_t i = 0; i < v.text.size && v.text.at[i] != '='; i++) {
    const char *letter = memchr(letters, v.text.at[i], sizeof letters - 1);
    if (!letter) return js_unknown();
    bits = bits << 6 | (uint32_t)(letter - letters);
    have += 6;
    if (have < 8) continue;
    have -= 8;
    uint8_t byte = (uint8_t)(bits >> have);
    text[size++] = byte && byte < 128 ? (char)byte : JS_GAP;
  }
  return js_text((struct cm_str){text, size});
}

static struct js_value number_make(struct js_machine *m, struct js_value self, arguments_t a) {
  double number;
  (void)m, (void)self;
  return a->count && js_to_number(a->values[0], &number) ? js_number(number) : js_unknown();
}

// The digits that the text begins with, in the base that is given.
// The number that a text begins with.
static struct js_value fraction_of(struct js_machine *m, struct js_value self, arguments_t a) {
  struct js_value v = js_argument(a, 0);
  char text[40], *end;
  (void)self;
  if (v.type == JS_V_NUMBER) return v;
  if (v.type != JS_V_TEXT || js_has_gap(v.text) || v.text.size >= sizeof text) return js_unknown();
  memcpy(text, v.text.at, v.text.size);
  text[v.text.size] = 0;
  double number = strtod(text, &end);
  (void)m;
  return js_number(end == text ? NAN : number);
}

// What kind of number it is. Those of Number take nothing else for one.
enum kind_of_number { IS_NAN, IS_FINITE, IS_INTEGER };
static struct js_value is_number(arguments_t a, enum kind_of_number kind, bool strict) {
  struct js_value v = js_argument(a, 0);
  double number;
  if (v.type == JS_V_UNKNOWN || v.type == JS_V_SET) return js_unknown();
  if (strict && v.type != JS_V_NUMBER) return js_bool(false);
  if (!js_to_number(v, &number)) return js_unknown();
  return js_bool(kind == IS_NAN ? isnan(number) : isfinite(number) && (kind == IS_FINITE || number == trunc(number)));
}
static struct js_value is_nan(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)self;
  return is_number(a, IS_NAN, false);
}
static struct js_value is_finite(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)self;
  return is_number(a, IS_FINITE, false);
}
static struct js_value number_is_nan(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)self;
  return is_number(a, IS_NAN, true);
}
static struct js_value number_is_finite(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)self;
  return is_number(a, IS_FINITE, true);
}
static struct js_value number_is_integer(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)self;
  return is_number(a, IS_INTEGER, true);
}
static struct js_value integer_of(struct js_machine *m, struct js_value self, arguments_t a) {
  struct js_value v = js_argument(a, 0), base = js_argument(a, 1);
  double radix = 10;
  char text[40], *end;
  (void)self;
  if (base.type != JS_V_UNDEFINED && !js_to_number(base, &radix)) return js_unknown();
  struct cm_str digits = v.type == JS_V_NUMBER ? js_to_text(m, v) : v.type == JS_V_TEXT ? v.text : CM_STR("\xff");
  if (js_has_gap(digits) || digits.size >= sizeof text || !(radix == 0 || (radix >= 2 && radix <= 36))) return js_unknown();
  memcpy(text, digits.at, digits.size);
  text[digits.size] = 0;
  bool hexadecimal = cm_str_starts(digits, CM_STR("0x")) || cm_str_starts(digits, CM_STR("0X"));
  long long number = strtoll(text, &end, radix != 0 && base.type != JS_V_UNDEFINED ? (int)radix : hexadecimal ? 16 : 10);
  return js_number(end == text ? NAN : (double)number);
}

static struct js_value bool_make(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)self;
  enum js_answer truth = js_truth(js_argument(a, 0));
  return truth == JS_MAYBE ? js_unknown() : js_bool(truth == JS_YES);
}

static struct js_value symbol_make(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  return js_text(js_concat(m, CM_STR("@@"), js_to_text(m, js_argument(a, 0))));
}

// Characters that URLs keep stay; others become what is not known here.
static struct js_value encode(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  struct cm_str text = js_to_text(m, js_argument(a, 0));
  for (size_t i = 0; i < text.size; i++) {
    char c = text.at[i];
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-_.!~*'()", c));
    if (!plain) return js_text(CM_STR("\xff"));
  }
  return js_text(text);
}

static struct js_value regex_make(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  js_may_throw(m);
  struct js_value text = js_argument(a, 0), flags = js_argument(a, 1);
  if (js_is(text, JS_C_REGEX)) return text;
  if (text.type != JS_V_TEXT || js_has_gap(text.text)) return js_unknown();
  struct js_object *regex = js_object(m, JS_C_REGEX);
  regex->target = text;
  if (flags.type == JS_V_TEXT) regex->name = flags.text;
  return js_of(regex);
}

// What a function makes of a value that was parsed, and of all that it has before.
static struct js_value revive(struct js_machine *m, struct js_value holder, struct js_value key, struct js_value v, arguments_t a) {
  if (js_is(v, JS_C_PLAIN | JS_C_ARRAY) && m->depth < JS_DEPTH) {
    const struct js_table *within = v.object->class == JS_C_ARRAY ? &v.object->items : &v.object->props;
    m->depth++;
    for (size_t i = 0; i < within->count && !m->failed && m->fuel; i++) {
      bool is_array = within == &v.object->items;
      struct js_value name = js_text(is_array ? js_to_text(m, js_number((double)i)) : within->entries[i].key);
      js_set_member(m, v, name, revive(m, v, name, within->entries[i].value, a));
    }
    m->depth--;
  }
  return js_call_with(m, js_argument(a, 1), holder, a->at, 2, key, v);
}

static enum js_flow revive_any(struct js_machine *m, struct js_walk *walk, struct js_value any) {
  js_call_with(m, js_argument(walk->context, 1), any, ((arguments_t)walk->context)->at, 2, any, any);
  return JS_GOES_ON;
}

static struct js_value parse_json(struct js_machine *m, arguments_t a);

static struct js_value json_parse(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  js_may_throw(m);
  struct js_value v = parse_json(m, a);
  if (!js_is(js_argument(a, 1), JS_C_FUNCTION)) return v;
  if (v.type != JS_V_UNKNOWN) return revive(m, js_unknown(), js_text(CM_STR("")), v, a);
  struct js_walk walk = {.visit = revive_any, .context = (void *)(uintptr_t)a};
  js_perhaps(m, &walk, js_unknown());
  return js_unknown();
}

// JSON is an expression of literals.
static struct js_value parse_json(struct js_machine *m, arguments_t a) {
  struct js_value v = js_argument(a, 0);
  unsigned errors;
  if (v.type != JS_V_TEXT || js_has_gap(v.text) || v.text.size > 1 << 16) return js_unknown();
  struct cm_str text = js_concat(m, js_concat(m, CM_STR("("), v.text), CM_STR(")"));
  const struct js_node *tree = js_parse(m->arena, text, &errors);
  if (!tree || errors || !tree->list || tree->list->kind != JS_EVALUATE || tree->list->next) return js_unknown();
  const struct js_node *literal = tree->list->a;
  bool plain = literal->kind == JS_OBJECT || literal->kind == JS_ARRAY || literal->kind == JS_STRING || literal->kind == JS_NUMBER;
  return plain ? js_eval(m, &m->globals, literal) : js_unknown();
}

static struct js_value json_text(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  struct js_value v = js_argument(a, 0);
  if (js_is(v, JS_C_PLAIN | JS_C_ARRAY)) js_escape(m, v, a->at);
  if (v.type == JS_V_NUMBER || v.type == JS_V_BOOL) return js_text(js_to_text(m, v));
  bool plain = v.type == JS_V_TEXT;  // nothing in it is written otherwise
  for (size_t i = 0; plain && i < v.text.size; i++)
    plain = (uint8_t)v.text.at[i] >= ' ' && v.text.at[i] != '"' && v.text.at[i] != '\\';
  return js_text(plain ? js_concat(m, js_concat(m, CM_STR("\""), v.text), CM_STR("\"")) : CM_STR("\xff"));
}

// --- Math ---

static struct js_value extreme(arguments_t a, bool largest) {
  double best = largest ? -INFINITY : INFINITY, number;
  for (uint32_t i = 0; i < a->count; i++) {
    if (!js_to_number(a->values[i], &number)) return js_unknown();
    best = isnan(number) || isnan(best) ? NAN : (number > best) == largest ? number : best;
  }
  return js_number(best);
}
static struct js_value math_max(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)self;
  return extreme(a, true);
}
static struct js_value math_min(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)self;
  return extreme(a, false);
}

static struct js_value rounded(arguments_t a, double (*round_to)(double)) {
  double number;
  return js_to_number(js_argument(a, 0), &number) ? js_number(round_to(number)) : js_unknown();
}
static double half_up(double number) { return floor(number + 0.5); }
static struct js_value math_floor(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)self;
  return rounded(a, floor);
}
static struct js_value math_ceil(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)self;
  return rounded(a, ceil);
}
static struct js_value math_round(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)self;
  return rounded(a, half_up);
}
static struct js_value math_trunc(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)self;
  return rounded(a, trunc);
}
static struct js_value math_abs(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)self;
  return rounded(a, fabs);
}

// --- the table ---

const struct js_global js_text_globals[] = {
    {NULL, "String", text_make},
    {"String", "raw", text_raw},
    {"String", "fromCharCode", text_from_codes},
    {"String", "fromCodePoint", text_from_codes},
    {NULL, "atob", text_from_base64},
    {NULL, "Number", number_make},
    {NULL, "parseInt", integer_of},
    {NULL, "parseFloat", fraction_of},
    {NULL, "isNaN", is_nan},
    {NULL, "isFinite", is_finite},
    {"Number", "parseInt", integer_of},
    {"Number", "parseFloat", fraction_of},
    {"Number", "isNaN", number_is_nan},
    {"Number", "isFinite", number_is_finite},
    {"Number", "isInteger", number_is_integer},
    {"Number", "isSafeInteger", number_is_integer},
    {NULL, "Boolean", bool_make},
    {NULL, "Symbol", symbol_make},
    {"Symbol", "for", symbol_make},
    {NULL, "RegExp", regex_make},
    {NULL, "encodeURIComponent", encode},
    {NULL, "encodeURI", encode},
    {"Math", "max", math_max},
    {"Math", "min", math_min},
    {"Math", "floor", math_floor},
    {"Math", "ceil", math_ceil},
    {"Math", "round", math_round},
    {"Math", "trunc", math_trunc},
    {"Math", "abs", math_abs},
    {"JSON", "parse", json_parse},
    {"JSON", "stringify", json_text},
};
const size_t js_text_global_count = sizeof js_text_globals / sizeof *js_text_globals;
