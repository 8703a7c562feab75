/* setenv without overwriting gives a default: whether the variable is there is asked first. */
#include <stdlib.h>
#include "say.h"
int main(void) {
  setenv("TERM", "dumb", 0);
  say(getenv("COLUMNS"));
  return 0;
}
