/* The time of day, looked at three times in a row. */
#include <time.h>

#include "bed.h"

int main(void) {
  for (int i = 0; i < 3; i++) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    say("wall "), say_number((uint64_t)now.tv_sec), say("."), say_number((uint64_t)now.tv_nsec), say("\n");
  }
  return 0;
}
