// Moments and durations as people write them.
#ifndef TW_MOMENT_H
#define TW_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

// Nanoseconds are always added: half a second less than nothing is {-1, 500000000}.
struct tw_moment {
  int64_t seconds;
  uint32_t nanoseconds;
};

// "-90", "+1.5h", "250ms": a number and a unit (ns, us, ms, s, m, h, d); without one it is seconds. False: it is none, or too long.
bool tw_duration_read(const char *text, struct tw_moment *out);

// "2024-02-29T12:00:00.5Z", "2024-02-29T13:00:00+01:00" (RFC 3339), or seconds since 1970. False: it is neither, or no such day.
bool tw_moment_read(const char *text, struct tw_moment *out);

#endif
