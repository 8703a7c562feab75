// What the small parts of a policy mean: lists of patterns, sizes, days, places in the file.

#include "glob.h"
#include "policy.h"

bool tw_kind_folds(int kind) { return kind == CM_NEED_HTTP_HOST || kind == CM_NEED_DNS_NAME; }

bool tw_patterns_fit(const struct tw_patterns *patterns, struct cm_str key, bool fold) {
  for (uint32_t i = 0; i < patterns->count; i++) {
    if (tw_glob_fits(patterns->at[i].text, key, fold)) {
      return true;
    }
  }
  return false;
}

bool tw_patterns_select(const struct tw_patterns *patterns, struct cm_str key, bool fold) {
  return !patterns->given || tw_patterns_fit(patterns, key, fold);
}

bool tw_patterns_select_path(const struct tw_patterns *patterns, const char *path) {
  const char *slash = strrchr(path, '/');
  return tw_patterns_select(patterns, cm_str_of(path), false) ||
         (slash && tw_patterns_select(patterns, cm_str_of(slash + 1), false));
}

// --- sizes and days ---

static bool take_digits(struct cm_str *rest, size_t least, size_t most, uint64_t *number) {
  size_t n = 0;
  *number = 0;
  while (n < rest->size && n < most && rest->at[n] >= '0' && rest->at[n] <= '9') {
    *number = *number * 10 + (uint64_t)(rest->at[n++] - '0');
  }
  *rest = (struct cm_str){rest->at + n, rest->size - n};
  return n >= least;
}

bool tw_size_read(struct cm_str text, uint64_t *size) {
  static const struct {
    const char *name;
    uint64_t bytes;
  } units[] = {{"", 1},           {"B", 1},          {"kB", 1000},     {"KB", 1000}, {"MB", 1000000}, {"GB", 1000000000},
               {"KiB", 1U << 10}, {"MiB", 1U << 20}, {"GiB", 1U << 30}};
  if (!take_digits(&text, 1, 9, size)) {
    return false;
  }
  while (text.size > 0 && text.at[0] == ' ') {
    text = (struct cm_str){text.at + 1, text.size - 1};
  }
  for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
    if (cm_str_is(text, units[i].name)) {
      *size *= units[i].bytes;
      return true;
    }
  }
  return false;
}

bool tw_date_valid(struct cm_str date) {
  static const uint8_t days[] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  uint64_t year, month, day;
  if (date.size != 10 || date.at[4] != '-' || date.at[7] != '-') {
    return false;
  }
  struct cm_str y = {date.at, 4}, m = {date.at + 5, 2}, d = {date.at + 8, 2};
  if (!take_digits(&y, 4, 4, &year) || !take_digits(&m, 2, 2, &month) || !take_digits(&d, 2, 2, &day) || month < 1 || month > 12) {
    return false;
  }
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day >= 1 && day <= (uint64_t)days[month] + (month == 2 && leap);
}

// --- places ---

static const struct tw_pair *pair_of(const struct tw_node *map, const char *key) {
  for (size_t i = 0; map && map->kind == TW_NODE_MAP && i < map->count; i++) {
    if (!key || cm_str_is(map->pairs[i].key, key)) {
      return &map->pairs[i];
    }
  }
  return NULL;
}

struct tw_place tw_policy_place(const struct tw_policy *policy, const struct tw_node *map, const char *key) {
  const struct tw_pair *pair = pair_of(map, key);
  if (!pair) {
    return (struct tw_place){.path = policy->path, .line = map ? map->from.line : 1, .column = map ? map->from.column : 1};
  }
  return (struct tw_place){.path = policy->path, .line = pair->key_at.line, .column = pair->key_at.column};
}
