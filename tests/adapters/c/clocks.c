/* The clocks: the time of day, and whether the monotonic clock goes on. */
#include <time.h>

#include "bed.h"

static uint64_t monotonic(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

int main(void) {
  struct timespec now, resolution;
  clock_gettime(CLOCK_REALTIME, &now);
  clock_getres(CLOCK_REALTIME, &resolution);
  say("wall "), say_number((uint64_t)now.tv_sec), say("."), say_number((uint64_t)now.tv_nsec), say("\n");
  say("resolution "), say_number((uint64_t)resolution.tv_sec * 1000000000u + (uint64_t)resolution.tv_nsec), say("\n");
  uint64_t first = monotonic(), second = monotonic();
  say("monotonic "), say_number(first), say(second >= first ? " goes on\n" : " goes back\n");
  return 0;
}
