/* The program changes its own environment. Setting, putting and unsetting ask nobody; only what is read is a need. */
#include <stdlib.h>
#include "say.h"
static char pair[] = "CHILD_MODE=1";
int main(void) {
  say(getenv("PARENT_MODE"));
  setenv("CHILD_LEVEL", "2", 1);
  putenv(pair);
  unsetenv("CHILD_SECRET");
  return 0;
}
