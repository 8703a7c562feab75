// Versions and ranges.
//
// Every comparator is an interval between two versions in the order of precedence, and so is what several of them have in common. The
// smallest pre-release there is, `-0`, serves as "before all previews of": `^0.2` is from 0.2.0-0 on, below 0.3.0-0.
//
// Spec: https://semver.org/spec/v2.0.0.html, items 2, 9, 10 and 11.

#include "range.h"

#include <ctype.h>

enum { NUMBERS = 3, DIGITS = 15 };

struct version {
  uint64_t number[NUMBERS];
  struct cm_str pre;  // without the '-'; .at NULL: none
};

struct bound {
  bool given, closed;  // without a bound; the bound itself lies within
  struct version at;
};

struct tw_range {
  bool anything;  // "*" alone
  struct bound low, high;
  const struct tw_range *other;  // behind "||"
};

static const struct cm_str lowest_pre = {"0", 1};

// --- reading versions ---

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A number without leading zeros at the start of `rest`.
static bool take_number(struct cm_str *rest, uint64_t *number) {
  size_t n = 0;
  *number = 0;
  while (n < rest->size && is_digit(rest->at[n])) {
    *number = *number * 10 + (uint64_t)(rest->at[n] - '0');
    if (++n > DIGITS) {
      return false;
    }
  }
  bool good = n == 1 || (n > 1 && rest->at[0] != '0');
  *rest = (struct cm_str){rest->at + n, rest->size - n};
  return good;
}

static bool take(struct cm_str *rest, const char *token) {
  struct cm_str wanted = cm_str_of(token);
  if (!cm_str_starts(*rest, wanted)) {
    return false;
  }
  *rest = (struct cm_str){rest->at + wanted.size, rest->size - wanted.size};
  return true;
}

// Identifiers with dots between: "rc.1", "rc-2023-12-05". `numbers_plain`: one of digits alone has no leading zero.
static bool take_identifiers(struct cm_str *rest, struct cm_str *to, bool numbers_plain) {
  *to = (struct cm_str){rest->at, 0};
  for (;;) {
    size_t start = to->size;
    bool digits = true;
    while (to->size < rest->size && (isalnum((unsigned char)rest->at[to->size]) || rest->at[to->size] == '-')) {
      digits = digits && is_digit(rest->at[to->size]);
      to->size++;
    }
    size_t length = to->size - start;
    if (length == 0 || (numbers_plain && digits && length > 1 && rest->at[start] == '0')) {
      return false;
    }
    if (to->size == rest->size || rest->at[to->size] != '.') {
      break;
    }
    to->size++;
  }
  *rest = (struct cm_str){rest->at + to->size, rest->size - to->size};
  return true;
}

// A version or the beginning of one; `*given` is how many numbers stand there, 3 for a whole one. "1.x" gives one.
static bool take_partial(struct cm_str *rest, struct version *version, int *given) {
  *version = (struct version){0};
  bool open = false;
  *given = 0;
  for (int i = 0; i < NUMBERS; i++) {
    if (i > 0 && !take(rest, ".")) {
      return true;
    }
    if (take(rest, "x") || take(rest, "X") || take(rest, "*")) {
      open = true;
    } else if (open || !take_number(rest, &version->number[i])) {
      return false;
    } else {
      *given = i + 1;
    }
  }
  struct cm_str build;
  if (*given == NUMBERS && take(rest, "-") && !take_identifiers(rest, &version->pre, true)) {
    return false;
  }
  return *given < NUMBERS || !take(rest, "+") || take_identifiers(rest, &build, false);
}

static bool read_version(struct cm_str text, struct version *version) {
  int given;
  return text.size > 0 && is_digit(text.at[0]) && take_partial(&text, version, &given) && given == NUMBERS && text.size == 0;
}

bool tw_version_valid(struct cm_str version) {
  struct version read;
  return read_version(version, &read);
}

// --- precedence ---

static int compare_numbers(uint64_t a, uint64_t b) { return (a > b) - (a < b); }

static struct cm_str take_identifier(struct cm_str *rest) {
  const char *dot = rest->size ? memchr(rest->at, '.', rest->size) : NULL;
  struct cm_str first = {rest->at, dot ? (size_t)(dot - rest->at) : rest->size};
  size_t taken = first.size + (dot != NULL);
  *rest = (struct cm_str){rest->at + taken, rest->size - taken};
  return first;
}

static bool is_number(struct cm_str identifier) {
  for (size_t i = 0; i < identifier.size; i++) {
    if (!is_digit(identifier.at[i])) {
      return false;
    }
  }
  return true;
}

// Numbers come before words; of numbers without leading zeros the shorter one is smaller.
static int compare_identifiers(struct cm_str a, struct cm_str b) {
  bool numbers[2] = {is_number(a), is_number(b)};
  if (numbers[0] != numbers[1]) {
    return numbers[0] ? -1 : 1;
  }
  if (numbers[0] && a.size != b.size) {
    return a.size < b.size ? -1 : 1;
  }
  return cm_str_compare(a, b);
}

static int compare_pre(struct cm_str a, struct cm_str b) {
  if (!a.at || !b.at) {
    return (b.at != NULL) - (a.at != NULL);
  }
  while (a.size > 0 && b.size > 0) {
    int order = compare_identifiers(take_identifier(&a), take_identifier(&b));
    if (order) {
      return order;
    }
  }
  return (a.size > 0) - (b.size > 0);
}

static int compare(const struct version *a, const struct version *b) {
  int order = 0;
  for (int i = 0; i < NUMBERS && !order; i++) {
    order = compare_numbers(a->number[i], b->number[i]);
  }
  return order ? order : compare_pre(a->pre, b->pre);
}

int tw_version_compare(struct cm_str a, struct cm_str b) {
  struct version read[2];
  bool good[2] = {read_version(a, &read[0]), read_version(b, &read[1])};
  if (!good[0] || !good[1]) {
    return good[0] || good[1] ? good[0] - good[1] : cm_str_compare(a, b);
  }
  return compare(&read[0], &read[1]);
}

// --- ranges ---

// The first preview of what comes after all versions with the same first `kept` numbers.
static struct version behind(struct version version, int kept) {
  version.number[kept - 1]++;
  for (int i = kept; i < NUMBERS; i++) {
    version.number[i] = 0;
  }
  version.pre = lowest_pre;
  return version;
}

// How many numbers `^` holds fast: up to the first one that is not 0.
static int caret(const struct version *version, int given) {
  int kept = 1;
  while (kept < given && version->number[kept - 1] == 0) {
    kept++;
  }
  return kept;
}

static void narrow_low(struct bound *low, struct version at, bool closed) {
  int order = low->given ? compare(&at, &low->at) : 1;
  if (order > 0 || (order == 0 && !closed)) {
    *low = (struct bound){true, closed, at};
  }
}

static void narrow_high(struct bound *high, struct version at, bool closed) {
  int order = high->given ? compare(&at, &high->at) : -1;
  if (order < 0 || (order == 0 && !closed)) {
    *high = (struct bound){true, closed, at};
  }
}

enum operator{ EQUAL, ABOVE, FROM, BELOW, UPTO, CARET, TILDE };

// Longer ones first.
static const struct {
  const char *token;
  enum operator op;
} operators[] = {{">=", FROM}, {"<=", UPTO}, {">", ABOVE}, {"<", BELOW}, {"^", CARET}, {"~", TILDE}, {"=", EQUAL}, {"", EQUAL}};

static void narrow(struct tw_range *range, enum operator op, struct version version, int given) {
  bool whole = given == NUMBERS;
  struct version first = version;  // the first one that the text may mean
  if (!whole) {
    first.pre = lowest_pre;
  }
  if (op == EQUAL && whole) {
    narrow_low(&range->low, version, true);
    narrow_high(&range->high, version, true);
  } else if (op == ABOVE) {
    narrow_low(&range->low, whole ? version : behind(version, given), !whole);
  } else if (op == BELOW) {
    narrow_high(&range->high, first, false);
  } else if (op == UPTO) {
    narrow_high(&range->high, whole ? version : behind(version, given), whole);
  } else {
    narrow_low(&range->low, first, true);
  }
  if (op == CARET) {
    narrow_high(&range->high, behind(version, caret(&version, given)), false);
  } else if (op == TILDE) {
    narrow_high(&range->high, behind(version, given < 2 ? given : 2), false);
  } else if (op == EQUAL && !whole) {
    narrow_high(&range->high, behind(version, given), false);
  }
}

static void skip_blanks(struct cm_str *rest) {
  while (take(rest, " ") || take(rest, "\t")) {}
}

static bool take_comparator(struct cm_str *rest, struct tw_range *range) {
  size_t i = 0;
  while (!take(rest, operators[i].token)) {
    i++;
  }
  skip_blanks(rest);
  struct version version;
  int given;
  if (!take_partial(rest, &version, &given)) {
    return false;
  }
  if (given == 0) {
    // "*" holds everything; ">*" and the like say nothing that makes sense.
    return operators[i].op == EQUAL;
  }
  range->anything = false;
  narrow(range, operators[i].op, version, given);
  return true;
}

// The comparators up to "||" or the end.
static bool take_alternative(struct cm_str *rest, struct tw_range *range) {
  range->anything = true;
  do {
    if (!take_comparator(rest, range)) {
      return false;
    }
    size_t size = rest->size;
    skip_blanks(rest);
    if (rest->size > 0 && size == rest->size && rest->at[0] != '|') {
      return false;  // two comparators with nothing between
    }
  } while (rest->size > 0 && rest->at[0] != '|');
  return true;
}

bool tw_range_read(struct cm_arena *arena, struct cm_str text, const struct tw_range **range) {
  struct tw_range *first = NULL;
  *range = NULL;
  do {
    struct tw_range *one = cm_alloc(arena, sizeof *one);
    if (!one) {
      return false;
    }
    one->other = first;
    first = one;
    skip_blanks(&text);
    if (!take_alternative(&text, one)) {
      return false;
    }
  } while (take(&text, "||"));
  *range = first;
  return text.size == 0;
}

static bool interval_empty(const struct tw_range *range) {
  if (!range->low.given || !range->high.given) {
    return false;
  }
  int order = compare(&range->low.at, &range->high.at);
  return order > 0 || (order == 0 && !(range->low.closed && range->high.closed));
}

static bool interval_holds(const struct tw_range *range, const struct version *version) {
  int low = range->low.given ? compare(version, &range->low.at) : 1;
  int high = range->high.given ? compare(version, &range->high.at) : -1;
  return (low > 0 || (low == 0 && range->low.closed)) && (high < 0 || (high == 0 && range->high.closed));
}

bool tw_range_holds(const struct tw_range *range, struct cm_str text) {
  struct version version;
  bool good = read_version(text, &version);
  for (; range; range = range->other) {
    if (range->anything || (good && interval_holds(range, &version))) {
      return true;
    }
  }
  return false;
}

bool tw_range_empty(const struct tw_range *range) {
  for (; range; range = range->other) {
    if (range->anything || !interval_empty(range)) {
      return false;
    }
  }
  return true;
}

struct cm_str tw_version_of(struct cm_str name) {
  const char *at = name.size ? memrchr(name.at, '@', name.size) : NULL;
  return at ? (struct cm_str){at + 1, name.size - (size_t)(at + 1 - name.at)} : (struct cm_str){name.at, 0};
}
