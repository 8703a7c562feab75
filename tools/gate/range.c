// Versions and ranges.
//
// Every comparator is an interval between two versions in the order of precedence, and so is what several of them have in common. The
// smallest pre-release there is, `-0`, serves as "before all previews of": `^0.2` is from 0.2.0-0 on, below 0.3.0-0.
//
// Spec: https://semver.org/spec/v2.0.0.html, items 2, 9, 10 and 11.

#include "range.h"

#include <component/semver.h>

struct bound {
  bool given, closed;  // without a bound; the bound itself lies within
  struct cm_semver at;
};

struct tw_range {
  bool anything;  // "*" alone
  struct bound low, high;
  const struct tw_range *other;  // behind "||"
};

static const struct cm_str lowest_pre = {"0", 1};

static bool take(struct cm_str *rest, const char *token) {
  struct cm_str wanted = cm_str_of(token);
  if (!cm_str_starts(*rest, wanted)) {
    return false;
  }
  *rest = (struct cm_str){rest->at + wanted.size, rest->size - wanted.size};
  return true;
}

// The first preview of what comes after all versions with the same first `kept` numbers.
static struct cm_semver behind(struct cm_semver version, int kept) {
  version.number[kept - 1]++;
  for (int i = kept; i < CM_SEMVER_NUMBERS; i++) {
    version.number[i] = 0;
  }
  version.pre = lowest_pre;
  return version;
}

// How many numbers `^` holds fast: up to the first one that is not 0.
static int caret(const struct cm_semver *version, int given) {
  int kept = 1;
  while (kept < given && version->number[kept - 1] == 0) {
    kept++;
  }
  return kept;
}

static void narrow_low(struct bound *low, struct cm_semver at, bool closed) {
  int order = low->given ? cm_semver_compare(&at, &low->at) : 1;
  if (order > 0 || (order == 0 && !closed)) {
    *low = (struct bound){true, closed, at};
  }
}

static void narrow_high(struct bound *high, struct cm_semver at, bool closed) {
  int order = high->given ? cm_semver_compare(&at, &high->at) : -1;
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

static void narrow(struct tw_range *range, enum operator op, struct cm_semver version, int given) {
  bool whole = given == CM_SEMVER_NUMBERS;
  struct cm_semver first = version;  // the first one that the text may mean
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
  struct cm_semver version;
  int given;
  if (!cm_semver_take(rest, &version, &given)) {
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
  int order = cm_semver_compare(&range->low.at, &range->high.at);
  return order > 0 || (order == 0 && !(range->low.closed && range->high.closed));
}

static bool interval_holds(const struct tw_range *range, const struct cm_semver *version) {
  int low = range->low.given ? cm_semver_compare(version, &range->low.at) : 1;
  int high = range->high.given ? cm_semver_compare(version, &range->high.at) : -1;
  return (low > 0 || (low == 0 && range->low.closed)) && (high < 0 || (high == 0 && range->high.closed));
}

bool tw_range_holds(const struct tw_range *range, struct cm_str text) {
  struct cm_semver version;
  bool good = cm_semver_read(text, &version);
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
