/* A static buffer is filled by snprintf before it is asked for. */
#include <stdio.h>
#include <stdlib.h>
#include "say.h"
__attribute__((noinline)) static const char *berth(const char *what) {
  static char name[64];
  snprintf(name, sizeof name, "BERTH_%s", what);
  return getenv(name);
}
int main(void) {
  say(berth("LENGTH"));
  say(berth("DEPTH"));
  say(getenv("BERTH"));
  return 0;
}
