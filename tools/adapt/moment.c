// Numbers are read by digits, so that no rounding of floating point gets into a clock. Days are counted as in Howard Hinnant's "chrono-compatible
// low-level date algorithms": years begin in March, so that the leap day is their last.

#include "moment.h"

#include <string.h>

enum { BILLION = 1000000000 };

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "12.5", up to nine places behind the point.
static bool read_decimal(const char **text, struct tw_moment *out) {
  *out = (struct tw_moment){0};
  const char *at = *text;
  if (!is_digit(*at)) return false;
  for (; is_digit(*at); at++) {
    if (out->seconds > INT64_MAX / 100) return false;
    out->seconds = out->seconds * 10 + (*at - '0');
  }
  if (*at == '.') {
    if (!is_digit(*++at)) return false;
    for (uint32_t place = BILLION / 10; is_digit(*at); at++, place /= 10) out->nanoseconds += (uint32_t)(*at - '0') * place;
  }
  *text = at;
  return true;
}

static void negate(struct tw_moment *moment) {
  moment->seconds = -moment->seconds - (moment->nanoseconds > 0);
  if (moment->nanoseconds) moment->nanoseconds = BILLION - moment->nanoseconds;
}

static bool scale(struct tw_moment *moment, uint32_t by, uint32_t divided) {
  if (moment->seconds > INT64_MAX / 1000000 / (int64_t)by) return false;
  // The whole in two parts: each fits, seconds times 86400 and nanoseconds times 86400.
  uint64_t small = (uint64_t)moment->nanoseconds * by;
  uint64_t rest = (uint64_t)(moment->seconds * by % divided) * BILLION + small;
  moment->seconds = moment->seconds * by / divided + (int64_t)(rest / divided / BILLION);
  moment->nanoseconds = (uint32_t)(rest / divided % BILLION);
  return true;
}

bool tw_duration_read(const char *text, struct tw_moment *out) {
  static const struct {
    const char *name;
    uint32_t by, divided;
  } units[] = {{"", 1, 1},         {"s", 1, 1},  {"ms", 1, 1000}, {"us", 1, 1000000},
               {"ns", 1, BILLION}, {"m", 60, 1}, {"h", 3600, 1},  {"d", 86400, 1}};
  bool negative = *text == '-';
  if (*text == '-' || *text == '+') text++;
  if (!read_decimal(&text, out)) return false;
  for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
    if (strcmp(text, units[i].name) != 0) continue;
    if (!scale(out, units[i].by, units[i].divided)) return false;
    if (negative) negate(out);
    return true;
  }
  return false;
}

// --- moments ---

// Exactly so many digits, and what stands behind them.
static bool read_field(const char **text, int digits, const char *behind, int *out) {
  *out = 0;
  for (int i = 0; i < digits; i++, (*text)++) {
    if (!is_digit(**text)) return false;
    *out = *out * 10 + (**text - '0');
  }
  if (!*behind) return true;
  if (!**text || !strchr(behind, **text)) return false;
  ++*text;
  return true;
}

static bool is_day(int year, int month, int day) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] + (leap && month == 2);
}

// Days since 1970-01-01.
static int64_t days_of(int year, int month, int day) {
  int64_t y = month <= 2 ? year - 1 : year, era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
  int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

// "Z", "+01:00"
static bool read_zone(const char *text, int *seconds) {
  int hours = 0, minutes = 0, sign = *text == '-' ? -1 : 1;
  *seconds = 0;
  if ((*text == 'Z' || *text == 'z') && !text[1]) return true;
  if (*text != '+' && *text != '-') return false;
  text++;
  if (!read_field(&text, 2, ":", &hours) || !read_field(&text, 2, "", &minutes) || *text || hours > 23 || minutes > 59)
    return false;
  *seconds = sign * (hours * 3600 + minutes * 60);
  return true;
}

static bool read_date(const char *text, struct tw_moment *out) {
  int year, month, day, hour, minute, zone;
  struct tw_moment second;
  if (!read_field(&text, 4, "-", &year) || !read_field(&text, 2, "-", &month) || !read_field(&text, 2, "Tt ", &day) ||
      !read_field(&text, 2, ":", &hour) || !read_field(&text, 2, ":", &minute) || !read_decimal(&text, &second) ||
      !read_zone(text, &zone))
    return false;
  if (!is_day(year, month, day) || hour > 23 || minute > 59 || second.seconds > 60) return false;
  out->seconds = days_of(year, month, day) * 86400 + hour * 3600 + minute * 60 + second.seconds - zone;
  out->nanoseconds = second.nanoseconds;
  return true;
}

bool tw_moment_read(const char *text, struct tw_moment *out) {
  const char *digits = text + (*text == '-');
  if (read_decimal(&digits, out) && !*digits) {
    if (*text == '-') negate(out);
    return true;
  }
  return read_date(text, out);
}
