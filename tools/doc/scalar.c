// What a scalar of YAML means, and when a string may stand without quotes.
//
// Reading is exact, by the regular expressions of the core schema. Writing is careful: a string is quoted when it looks like a word or
// a number of any of the dialects in use. These are the core schema of YAML 1.2, YAML 1.1 (PyYAML, with `no`, octal `0755`,
// base-sixty `1:30` and timestamps), and Go's yaml, which is between the two. A pair of quotes too many does no harm.
//
// Spec: https://yaml.org/spec/1.2.2/#103-core-schema, https://yaml.org/type/

#include "scalar.h"

#include <strings.h>

#include "utf8.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

static bool is_sign(char c) { return c == '+' || c == '-'; }

// The number of digits at the beginning of `text`, from `at` on.
static size_t digits(struct cm_str text, size_t at) {
  size_t from = at;
  while (at < text.size && is_digit(text.at[at])) {
    at++;
  }
  return at - from;
}

// --- reading ---

static const struct {
  const char *word;
  enum tw_node_kind kind;
  bool truth;
} words[] = {
    {"", TW_NODE_NULL, false},       {"~", TW_NODE_NULL, false},      {"null", TW_NODE_NULL, false},
    {"Null", TW_NODE_NULL, false},   {"NULL", TW_NODE_NULL, false},   {"true", TW_NODE_BOOL, true},
    {"True", TW_NODE_BOOL, true},    {"TRUE", TW_NODE_BOOL, true},    {"false", TW_NODE_BOOL, false},
    {"False", TW_NODE_BOOL, false},  {"FALSE", TW_NODE_BOOL, false},  {".inf", TW_NODE_FLOAT, false},
    {".Inf", TW_NODE_FLOAT, false},  {".INF", TW_NODE_FLOAT, false},  {"+.inf", TW_NODE_FLOAT, false},
    {"+.Inf", TW_NODE_FLOAT, false}, {"+.INF", TW_NODE_FLOAT, false}, {"-.inf", TW_NODE_FLOAT, false},
    {"-.Inf", TW_NODE_FLOAT, false}, {"-.INF", TW_NODE_FLOAT, false}, {".nan", TW_NODE_FLOAT, false},
    {".NaN", TW_NODE_FLOAT, false},  {".NAN", TW_NODE_FLOAT, false},
};

// The digits of an integer in `base`. False when they do not fit.
static bool value_of(struct cm_str text, unsigned base, bool negative, int64_t *integer) {
  uint64_t most = negative ? (uint64_t)INT64_MAX + 1 : INT64_MAX, value = 0;
  for (size_t i = 0; i < text.size; i++) {
    char c = text.at[i];
    unsigned digit = (unsigned)(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
    if (value > (most - digit) / base) {
      return false;
    }
    value = value * base + digit;
  }
  *integer = negative ? -(int64_t)(value - (value > 0)) - (value > 0) : (int64_t)value;
  return true;
}

// `0x1F` and `0o17`.
static bool is_based(struct cm_str text, unsigned *base) {
  if (text.size < 3 || text.at[0] != '0' || (text.at[1] != 'x' && text.at[1] != 'o')) {
    return false;
  }
  *base = text.at[1] == 'x' ? 16 : 8;
  for (size_t i = 2; i < text.size; i++) {
    if (*base == 16 ? !is_hex(text.at[i]) : text.at[i] < '0' || text.at[i] > '7') {
      return false;
    }
  }
  return true;
}

// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
static bool is_float(struct cm_str text) {
  size_t at = text.size > 0 && is_sign(text.at[0]);
  size_t whole = digits(text, at), part = 0;
  at += whole;
  if (at < text.size && text.at[at] == '.') {
    part = digits(text, at + 1);
    at += 1 + part;
  }
  if (whole + part == 0) {
    return false;
  }
  if (at < text.size && (text.at[at] | 0x20) == 'e') {
    at++;
    at += at < text.size && is_sign(text.at[at]);
    size_t power = digits(text, at);
    at += power;
    return power > 0 && at == text.size;
  }
  return at == text.size;
}

enum tw_node_kind tw_scalar_kind(struct cm_str text, int64_t *integer, bool *truth) {
  for (size_t i = 0; text.size <= 5 && i < sizeof words / sizeof words[0]; i++) {
    if (cm_str_is(text, words[i].word)) {
      *truth = words[i].truth;
      return words[i].kind;
    }
  }
  unsigned base;
  if (is_based(text, &base)) {
    struct cm_str rest = {text.at + 2, text.size - 2};
    return value_of(rest, base, false, integer) ? TW_NODE_INTEGER : TW_NODE_STRING;
  }
  bool sign = is_sign(text.at[0]);
  size_t whole = digits(text, sign);
  if (whole > 0 && sign + whole == text.size) {
    if (whole > 1 && text.at[sign] == '0') {
      return TW_NODE_STRING;
    }
    struct cm_str rest = {text.at + sign, whole};
    return value_of(rest, 10, text.at[0] == '-', integer) ? TW_NODE_INTEGER : TW_NODE_FLOAT;
  }
  return is_float(text) ? TW_NODE_FLOAT : TW_NODE_STRING;
}

bool tw_scalar_is_json_number(struct cm_str text) {
  size_t at = text.size > 0 && text.at[0] == '-';
  size_t whole = digits(text, at);
  bool zero = whole > 1 && text.at[at] == '0';
  size_t point = at + whole;
  bool bare = point < text.size && text.at[point] == '.' && digits(text, point + 1) == 0;
  return whole > 0 && !zero && !bare && is_float(text);
}

// --- writing ---

// Words that some dialect takes for a truth, for nothing or for a merge, in any mixture of cases.
static const char *const taken[] = {"y",    "n", "yes", "no", "on",   "off",  "true",  "false",
                                    "null", "~", "=",   "<<", ".inf", ".nan", "+.inf", "-.inf"};

// Whether some dialect could take it for a number or a time: it begins like one, and all that is in it could stand in one. Versions and
// addresses of the net (digits and at least two dots) are numbers to nobody.
static bool looks_like_number(struct cm_str text) {
  char first = text.at[0];
  if (!is_digit(first) && !is_sign(first) && first != '.') {
    return false;
  }
  size_t dots = 0, figures = 0;
  for (size_t i = 0; i < text.size; i++) {
    char c = text.at[i];
    dots += c == '.';
    figures += is_digit(c);
    if (!is_hex(c) && !strchr("xXoO_.:+-tTzZ ", c)) {
      return false;
    }
  }
  return !(is_digit(first) && dots >= 2 && dots + figures == text.size);
}

// Characters that begin something other than a plain scalar, or may do so where they stand at the margin of a file ("---", "...").
static bool may_begin(struct cm_str text) {
  char first = text.at[0];
  if (strchr(" \t-?:,[]{}#&*!|>'\"%@`", first) == NULL) {
    return !cm_str_starts(text, CM_STR("..."));
  }
  // "-x" and "--flag", ":8080" and "?x" are plain.
  bool alone = text.size == 1 || text.at[1] == ' ' || !strchr("-?:", first);
  return !alone && !cm_str_starts(text, CM_STR("---"));
}

bool tw_scalar_is_plain(struct cm_str text, bool flow) {
  if (text.size == 0 || !may_begin(text) || text.at[text.size - 1] == ' ' || text.at[text.size - 1] == ':' ||
      looks_like_number(text)) {
    return false;
  }
  for (size_t i = 0; text.size <= 5 && i < sizeof taken / sizeof taken[0]; i++) {
    if (text.size == strlen(taken[i]) && strncasecmp(text.at, taken[i], text.size) == 0) {
      return false;
    }
  }
  char before = '\0';
  for (struct cm_str rest = text; rest.size > 0;) {
    char c = rest.at[0];
    uint32_t character = tw_utf8_next(&rest);
    bool comment = c == '#' && before == ' ';
    bool key = c == ' ' && before == ':';
    // Within [ ] and { } readers disagree about ':' and '?' next to commas and brackets.
    bool bracket = flow && character < 0x80 && strchr(",[]{}:?", c);
    if (tw_utf8_hidden(character) || character == 0xfffd || comment || key || bracket) {
      return false;
    }
    before = c;
  }
  return true;
}
