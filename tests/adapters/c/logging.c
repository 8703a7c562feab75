/* wasi:logging: a line of each level. */
#define BY_HAND
#include "bed.h"

IMPORT("wasi:logging/logging", "log") void log_line(uint32_t level, const char *context, size_t, const char *message, size_t);

int main(void) {
  for (uint32_t level = 0; level < 6; level++) log_line(level, "bed", 3, "written", 7);
  say("logged\n");
  return 0;
}
