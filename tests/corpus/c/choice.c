/* Names chosen: by a switch, by a chain of conditions, by one condition, by an index that is known only at run time. */
#include <stdlib.h>
#include "say.h"
__attribute__((noinline)) static const char *name_of(int stage) {
  switch (stage) {
    case 1: return "URL_TEST";
    case 2: return "URL_STAGING";
    case 3: return "URL_CANARY";
    case 4: return "URL_LIVE";
    default: return "URL_LOCAL";
  }
}
static const char *const regions[4] = {"REGION_NORTH", "REGION_EAST", "REGION_SOUTH", "REGION_WEST"};
int main(int argc, char **argv) {
  (void)argv;
  say(getenv(name_of(argc)));
  say(getenv(argc > 9 ? "SIZE_HUGE" : argc > 5 ? "SIZE_LARGE" : argc > 2 ? "SIZE_MEDIUM" : "SIZE_SMALL"));
  const char *key = "TOKEN_READ";
  if (argc & 1) key = "TOKEN_WRITE";
  say(getenv(key));
  say(getenv(regions[argc & 3]));
  return 0;
}
