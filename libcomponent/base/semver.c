// Reading and comparing versions.
//
// Spec: https://semver.org/spec/v2.0.0.html, items 2, 9, 10 and 11.

#include <component/semver.h>

#include <ctype.h>

enum { DIGITS = 15 };

// --- reading ---

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A number without leading zeros at the start of `rest`.
static bool take_number(struct cm_str *rest, uint64_t *number) {
  size_t n = 0;
  *number = 0;
  while (n < rest->size && is_digit(rest->at[n])) {
    *number = *number * 10 + (uint64_t)(rest->at[n] - '0');
    if (++n > DIGITS) return false;
  }
  bool good = n == 1 || (n > 1 && rest->at[0] != '0');
  *rest = (struct cm_str){rest->at + n, rest->size - n};
  return good;
}

static bool take(struct cm_str *rest, char c) {
  if (!rest->size || rest->at[0] != c) return false;
  *rest = (struct cm_str){rest->at + 1, rest->size - 1};
  return true;
}

// Identifiers with dots between: "rc.1", "rc-2023-12-05". `numbers_plain`: one of digits alone has no leading zero.
static bool take_identifiers(struct cm_str *rest, struct cm_str *to, bool numbers_plain) {
  *to = (struct cm_str){rest->at, 0};
  for (;;) {
    size_t start = to->size;
    bool digits = true;
    for (; to->size < rest->size && (isalnum((unsigned char)rest->at[to->size]) || rest->at[to->size] == '-'); to->size++)
      digits &= is_digit(rest->at[to->size]);
    size_t length = to->size - start;
    if (!length || (numbers_plain && digits && length > 1 && rest->at[start] == '0')) return false;
    if (to->size == rest->size || rest->at[to->size] != '.') break;
    to->size++;
  }
  *rest = (struct cm_str){rest->at + to->size, rest->size - to->size};
  return true;
}

bool cm_semver_take(struct cm_str *rest, struct cm_semver *version, int *given) {
  *version = (struct cm_semver){0};
  bool open = false;
  *given = 0;
  for (int i = 0; i < CM_SEMVER_NUMBERS; i++) {
    if (i && !take(rest, '.')) return true;
    if (take(rest, 'x') || take(rest, 'X') || take(rest, '*'))
      open = true;
    else if (open || !take_number(rest, &version->number[i]))
      return false;
    else
      *given = i + 1;
  }
  struct cm_str build;
  bool whole = *given == CM_SEMVER_NUMBERS;
  if (whole && take(rest, '-') && !take_identifiers(rest, &version->pre, true)) return false;
  return !whole || !take(rest, '+') || take_identifiers(rest, &build, false);
}

bool cm_semver_read(struct cm_str text, struct cm_semver *version) {
  int given;
  return text.size && is_digit(text.at[0]) && cm_semver_take(&text, version, &given) && given == CM_SEMVER_NUMBERS && !text.size;
}

// --- precedence ---

static struct cm_str take_identifier(struct cm_str *rest) {
  const char *dot = rest->size ? memchr(rest->at, '.', rest->size) : NULL;
  struct cm_str first = {rest->at, dot ? (size_t)(dot - rest->at) : rest->size};
  size_t taken = first.size + (dot != NULL);
  *rest = (struct cm_str){rest->at + taken, rest->size - taken};
  return first;
}

static bool is_number(struct cm_str identifier) {
  for (size_t i = 0; i < identifier.size; i++)
    if (!is_digit(identifier.at[i])) return false;
  return true;
}

// Numbers come before words; of numbers without leading zeros the shorter one is smaller.
static int compare_identifiers(struct cm_str a, struct cm_str b) {
  bool numbers[2] = {is_number(a), is_number(b)};
  if (numbers[0] != numbers[1]) return numbers[0] ? -1 : 1;
  if (numbers[0] && a.size != b.size) return a.size < b.size ? -1 : 1;
  return cm_str_compare(a, b);
}

static int compare_pre(struct cm_str a, struct cm_str b) {
  if (!a.at || !b.at) return (b.at != NULL) - (a.at != NULL);
  while (a.size && b.size) {
    int order = compare_identifiers(take_identifier(&a), take_identifier(&b));
    if (order) return order;
  }
  return (a.size != 0) - (b.size != 0);
}

// What has no pre-release comes behind what has one: its `pre` is NULL.
int cm_semver_compare(const struct cm_semver *a, const struct cm_semver *b) {
  for (int i = 0; i < CM_SEMVER_NUMBERS; i++)
    if (a->number[i] != b->number[i]) return a->number[i] < b->number[i] ? -1 : 1;
  return compare_pre(a->pre, b->pre);
}

int cm_semver_compare_texts(struct cm_str a, struct cm_str b) {
  struct cm_semver read[2];
  bool good[2] = {cm_semver_read(a, &read[0]), cm_semver_read(b, &read[1])};
  if (!good[0] || !good[1]) return good[0] || good[1] ? good[0] - good[1] : cm_str_compare(a, b);
  return cm_semver_compare(&read[0], &read[1]);
}

// --- names ---

static const char *last_at(struct cm_str name) {
  for (size_t i = name.size; i-- > 0;)
    if (name.at[i] == '@') return name.at + i;
  return NULL;
}

struct cm_str cm_name_base(struct cm_str name) {
  const char *at = last_at(name);
  return at ? (struct cm_str){name.at, (size_t)(at - name.at)} : name;
}

struct cm_str cm_name_version(struct cm_str name) {
  const char *at = last_at(name);
  return at ? (struct cm_str){at + 1, name.size - (size_t)(at + 1 - name.at)} : (struct cm_str){name.at, 0};
}

struct cm_str cm_semver_canonical(struct cm_str version) {
  size_t at = 0;
  bool decided = false;
  for (int part = 0; part < CM_SEMVER_NUMBERS && at < version.size && !decided; part++) {
    at += part > 0 && version.at[at] == '.';
    for (; at < version.size && is_digit(version.at[at]); at++) decided |= version.at[at] != '0';
  }
  return (struct cm_str){version.at, at};
}
