/* Tables of names walked by loops: ended by NULL, counted, rows of fixed length, pointers that step, a table of tables. */
#include <stdlib.h>
#include "say.h"
static const char *const ended[] = {"TIDE_STATION", "TIDE_UNIT", "TIDE_EPOCH", NULL};
static const char *counted[] = {"WIND_SENSOR", "WIND_SCALE"};
static const char fixed[3][12] = {"DEPTH_MIN", "DEPTH_MAX", "DEPTH_DATUM"};
static const char *const lamps[] = {"LAMP_RED", "LAMP_GREEN", NULL}, *const bells[] = {"BELL_RATE", NULL};
static const char *const *const groups[] = {lamps, bells};
int main(void) {
  for (const char *const *p = ended; *p; p++) say(getenv(*p));
  for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) say(getenv(counted[i]));
  for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) say(getenv(fixed[i]));
  for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
    for (const char *const *p = groups[g]; *p; p++) say(getenv(*p));
  return 0;
}
