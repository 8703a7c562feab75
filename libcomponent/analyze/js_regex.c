// A matcher that tries one way after the other, on the expression's text as it stands.
//
// Each function matches from a place in the expression and goes on with what stands behind it, so that a way that fails later is taken
// back. The steps of a search are bounded, and so is the depth.
//
// Spec: ECMA-262, "RegExp (Regular Expression) Objects".

#include "js_regex.h"

enum { STEPS = 5000, DEPTH = 400, REGEX_MOST = 500, TEXT_MOST = 2000 };

struct search {
  struct cm_str regex, text;
  bool ignore_case, unknown;
  bool lines;    // ^ and $ are where lines begin and end
  bool any_dot;  // . is the end of a line too
  unsigned steps, depth;
  struct js_groups groups;
};

// What is matched behind a part: the rest of the expression up to `end`, and then the rest behind what is around it.
struct after {
  size_t at, end;  // in the expression
  const struct after *outer;
  // at the end of a round of a repeated part: how often it was, and of what
  const struct repeat *repeat;
  unsigned rounds;
  int group;  // that ends here; -1: none
  size_t group_from;
  enum { GOES_ON, AHEAD, BEHIND } look;  // the end of what only looks ahead, or behind: to `group_from`
};

struct repeat {
  size_t from, to, next, end;  // the part; what stands behind its quantifier
  unsigned least, most;
  bool lazy;
  const struct after *after;
};

static bool match_from(struct search *s, size_t at, size_t end, size_t position, const struct after *after);

static char folded(const struct search *s, char c) { return s->ignore_case && c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

static bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

// Does `c` belong to what the escape \e stands for?
static bool in_escape(struct search *s, char e, char c) {
  bool space = c == ' ' || (c >= '\t' && c <= '\r');
  switch (e) {
    case 'd': return c >= '0' && c <= '9';
    case 'D': return !(c >= '0' && c <= '9');
    case 'w': return is_word(c);
    case 'W': return !is_word(c);
    case 's': return space;
    case 'S': return !space;
    case 'n': return c == '\n';
    case 't': return c == '\t';
    case 'r': return c == '\r';
    default:
      if (is_word(e)) s->unknown = true;  // a reference, a code, a property
      return folded(s, c) == folded(s, e);
  }
}

static int digit_of(char c) {
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// The character that \0, \xHH or \uHHHH at `at` stands for, as long as it is ASCII; else any that is not. False: it is another escape.
enum { NOT_ASCII = 128 };
static bool read_code(const struct search *s, size_t at, size_t end, size_t *to, unsigned *code) {
  const char *r = s->regex.at;
  char kind = at + 1 < end ? r[at + 1] : 0;
  size_t digits = kind == 'x' ? 2 : kind == 'u' ? 4 : 0;
  *to = at + 2 + digits;
  *code = 0;
  if ((!digits && kind != '0') || *to > end) return false;
  for (size_t i = at + 2; i < *to; i++) {
    if (digit_of(r[i]) < 0) return false;
    *code = *code * 16 + (unsigned)digit_of(r[i]);
  }
  if (*code > NOT_ASCII) *code = NOT_ASCII;
  return true;
}

// Where the part that begins at `at` ends: a character, a class, a group.
static size_t part_end(struct search *s, size_t at, size_t end) {
  const char *r = s->regex.at;
  size_t to;
  unsigned code;
  if (r[at] == '\\') {
    if (read_code(s, at, end, &to, &code)) return to;
    if (at + 2 > end) s->unknown = true;
    return at + 2 <= end ? at + 2 : end;
  }
  if (r[at] != '[' && r[at] != '(') return at + 1;
  bool in_class = false;
  unsigned depth = 0;
  for (size_t i = at; i < end; i++) {
    if (r[i] == '\\')
      i++;
    else if (in_class)
      in_class = r[i] != ']';
    else if (r[i] == '[')
      in_class = true;
    else if (r[i] == '(')
      depth++;
    else if (r[i] == ')')
      depth--;
    if (!in_class && !depth) return i + 1 <= end ? i + 1 : end;
  }
  s->unknown = true;
  return end;
}

// Is it that character? What is beyond ASCII is not told apart.
static bool is_code(struct search *s, unsigned code, char c) {
  if (code == NOT_ASCII && (unsigned char)c >= NOT_ASCII) s->unknown = true;
  return code < NOT_ASCII && folded(s, (char)code) == folded(s, c);
}

static bool in_class(struct search *s, size_t at, size_t end, char c) {
  const char *r = s->regex.at;
  bool negated = r[++at] == '^', found = false;
  size_t to;
  unsigned code;
  for (at += negated; at + 1 < end; at++) {
    if (r[at] == '\\' && read_code(s, at, end - 1, &to, &code)) {
      unsigned last = code;
      if (to + 1 < end - 1 && r[to] == '-') {  // to another one
        if (r[to + 1] != '\\' || !read_code(s, to + 1, end - 1, &to, &last)) s->unknown = true;
        if (last == NOT_ASCII && (unsigned char)c >= NOT_ASCII) s->unknown = true;
        found |= (unsigned char)c < NOT_ASCII && (unsigned char)c > code && (unsigned char)c <= last;
      }
      found |= is_code(s, code, c);
      at = to - 1;
    } else if (r[at] == '\\' && at + 2 < end) {
      found |= in_escape(s, r[++at], c);
    } else if (at + 3 < end && r[at + 1] == '-') {
      char lower = folded(s, c), upper = s->ignore_case && c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
      found |= (c >= r[at] && c <= r[at + 2]) || (lower >= r[at] && lower <= r[at + 2]) || (upper >= r[at] && upper <= r[at + 2]);
      at += 2;
    } else {
      found |= folded(s, r[at]) == folded(s, c);
    }
  }
  return found != negated;
}

static bool match_after(struct search *s, size_t position, const struct after *after);
static bool match_repeat(struct search *s, const struct repeat *repeat, unsigned rounds, size_t position);

// Alternatives within [at, end), then what is behind.
static bool match_alternatives(struct search *s, size_t at, size_t end, size_t position, const struct after *after) {
  for (size_t from = at;;) {
    size_t to = from;
    while (to < end && s->regex.at[to] != '|') to = part_end(s, to, end);
    if (match_from(s, from, to, position, after)) return true;
    if (to >= end || s->unknown) return false;
    from = to + 1;
  }
}

// Is a group at `at` one that captures: ( and (?<name>?
static bool captures(const struct search *s, size_t at) {
  const char *r = s->regex.at + at;
  size_t left = s->regex.size - at;
  if (left < 2 || r[1] != '?') return true;
  return left > 3 && r[2] == '<' && r[3] != '=' && r[3] != '!';
}

static int group_number(const struct search *s, size_t at) {
  int number = 0;
  bool class = false;
  for (size_t i = 0; i <= at; i++) {
    char c = s->regex.at[i];
    if (c == '\\')
      i++;
    else if (class)
      class = c != ']';
    else if (c == '[')
      class = true;
    else if (c == '(' && captures(s, i))
      number++;
  }
  return number;
}

// (?=…), (?!…), (?<=…), (?<!…): what stands ahead of or behind the position must match, or must not.
static bool match_look(struct search *s, size_t from, size_t to, size_t position, bool behind, bool wanted,
                       const struct after *after) {
  struct after inner = {.group = -1, .group_from = position, .look = behind ? BEHIND : AHEAD};
  bool found = false;
  for (size_t start = behind ? 0 : position; start <= position && !found && !s->unknown; start++)
    found = match_alternatives(s, from, to, start, &inner);
  return !s->unknown && found == wanted && match_after(s, position, after);
}

static bool match_group(struct search *s, size_t at, size_t to, size_t position, const struct after *after) {
  struct cm_str r = {s->regex.at + at, to - at};
  if (captures(s, at)) {
    size_t from = at + 1;
    const char *name = r.at[1] == '?' ? memchr(r.at, '>', r.size) : NULL;
    int number = group_number(s, at);
    if (name) from = (size_t)(name + 1 - s->regex.at);
    if (name && number < JS_GROUPS) s->groups.names[number] = (struct cm_str){r.at + 3, (size_t)(name - r.at) - 3};
    struct after inner = {.at = to, .end = to, .outer = after, .group = number < JS_GROUPS ? number : -1, .group_from = position};
    return match_alternatives(s, from, to - 1, position, &inner);
  }
  if (cm_str_starts(r, CM_STR("(?:"))) {
    struct after inner = {.at = to, .end = to, .outer = after, .group = -1, .group_from = position};
    return match_alternatives(s, at + 3, to - 1, position, &inner);
  }
  bool behind = cm_str_starts(r, CM_STR("(?<="));
  if (behind || cm_str_starts(r, CM_STR("(?<!"))) return match_look(s, at + 4, to - 1, position, true, behind, after);
  bool ahead = cm_str_starts(r, CM_STR("(?="));
  if (ahead || cm_str_starts(r, CM_STR("(?!"))) return match_look(s, at + 3, to - 1, position, false, ahead, after);
  s->unknown = true;
  return false;
}

// One part, once; `after` is what follows it.
static bool match_part(struct search *s, size_t at, size_t to, size_t position, const struct after *after) {
  const char *r = s->regex.at;
  if (r[at] == '(') return match_group(s, at, to, position, after);
  if (r[at] == '^') return (!position || (s->lines && s->text.at[position - 1] == '\n')) && match_after(s, position, after);
  if (r[at] == '$') {
    bool ends = position == s->text.size || (s->lines && s->text.at[position] == '\n');
    return ends && match_after(s, position, after);
  }
  if (r[at] == '\\' && (r[at + 1] == 'b' || r[at + 1] == 'B')) {
    bool before = position && is_word(s->text.at[position - 1]), behind = position < s->text.size && is_word(s->text.at[position]);
    return (before != behind) == (r[at + 1] == 'b') && match_after(s, position, after);
  }
  if (position >= s->text.size) return false;
  char c = s->text.at[position];
  size_t ends;
  unsigned code;
  if (r[at] == '\\' && read_code(s, at, to, &ends, &code)) return is_code(s, code, c) && match_after(s, position + 1, after);
  bool fits = r[at] == '['    ? in_class(s, at, to, c)
              : r[at] == '\\' ? in_escape(s, r[at + 1], c)
              : r[at] == '.'  ? s->any_dot || c != '\n'
                              : folded(s, r[at]) == folded(s, c);
  return fits && match_after(s, position + 1, after);
}

static bool match_repeat(struct search *s, const struct repeat *repeat, unsigned rounds, size_t position) {
  struct after again = {
      .at = repeat->to, .end = repeat->to, .repeat = repeat, .rounds = rounds + 1, .group = -1, .group_from = position};
  bool may_end = rounds >= repeat->least;
  if (may_end && repeat->lazy && match_from(s, repeat->next, repeat->end, position, repeat->after)) return true;
  if (rounds < repeat->most && match_part(s, repeat->from, repeat->to, position, &again)) return true;
  return may_end && !repeat->lazy && match_from(s, repeat->next, repeat->end, position, repeat->after);
}

static bool match_after(struct search *s, size_t position, const struct after *after) {
  if (!after) {
    s->groups.of[0].size = position;
    return true;
  }
  if (after->look != GOES_ON) return after->look == AHEAD || position == after->group_from;
  if (after->repeat) {
    if (position == after->group_from) return false;  // a round that takes nothing leads nowhere
    return match_repeat(s, after->repeat, after->rounds, position);
  }
  struct cm_str old = {0};
  if (after->group > 0) {
    old = s->groups.of[after->group];
    s->groups.of[after->group] = (struct cm_str){s->text.at + after->group_from, position - after->group_from};
  }
  if (match_from(s, after->at, after->end, position, after->outer)) return true;
  if (after->group > 0) s->groups.of[after->group] = old;
  return false;
}

static unsigned read_number(const struct search *s, size_t *at) {
  unsigned number = 0;
  while (*at < s->regex.size && s->regex.at[*at] >= '0' && s->regex.at[*at] <= '9' && number < 1000)
    number = number * 10 + (unsigned)(s->regex.at[(*at)++] - '0');
  return number;
}

// The quantifier at `at`; false: there is none.
static bool read_quantifier(struct search *s, size_t at, size_t end, struct repeat *out) {
  char c = at < end ? s->regex.at[at] : 0;
  out->least = c == '+';
  out->most = c == '?' ? 1 : 1000;
  if (c == '{') {
    at++;
    out->least = out->most = read_number(s, &at);
    if (at < end && s->regex.at[at] == ',') {
      at++;
      out->most = at < end && s->regex.at[at] != '}' ? read_number(s, &at) : 1000;
    }
    if (at >= end || s->regex.at[at] != '}') {
      s->unknown = true;
      return false;
    }
  } else if (c != '*' && c != '+' && c != '?') {
    return false;
  }
  at++;
  out->lazy = at < end && s->regex.at[at] == '?';
  out->next = at + out->lazy;
  return true;
}

static bool match_from(struct search *s, size_t at, size_t end, size_t position, const struct after *after) {
  if (s->unknown || s->depth >= DEPTH || !s->steps) {
    s->unknown = true;
    return false;
  }
  if (at >= end) return match_after(s, position, after);
  s->steps--;
  s->depth++;
  size_t to = part_end(s, at, end);
  if (s->unknown) return false;
  struct repeat repeat = {.from = at, .to = to, .end = end, .after = after};
  bool found;
  if (read_quantifier(s, to, end, &repeat)) {
    found = match_repeat(s, &repeat, 0, position);
  } else {
    struct after rest = {.at = to, .end = end, .outer = after, .group = -1};
    found = match_part(s, at, to, position, &rest);
  }
  s->depth--;
  return found && !s->unknown;
}

enum js_match js_regex(struct cm_str regex, struct cm_str flags, struct cm_str text, size_t from, struct js_groups *groups) {
  struct search s = {.regex = regex, .text = text, .steps = STEPS};
  s.ignore_case = flags.size && memchr(flags.at, 'i', flags.size);
  s.lines = flags.size && memchr(flags.at, 'm', flags.size);
  s.any_dot = flags.size && memchr(flags.at, 's', flags.size);
  groups->steps = 0;
  if (regex.size > REGEX_MOST || text.size > TEXT_MOST) return JS_NOT_KNOWN;
  for (size_t start = from; start <= text.size && !s.unknown; start++) {
    s.groups = (struct js_groups){0};
    if (!match_alternatives(&s, 0, regex.size, start, NULL)) continue;
    *groups = s.groups;
    groups->steps = STEPS - s.steps;
    groups->of[0] = (struct cm_str){text.at + start, s.groups.of[0].size - start};
    return JS_MATCHES;
  }
  groups->steps = STEPS - s.steps;
  return s.unknown ? JS_NOT_KNOWN : JS_DOES_NOT;
}
