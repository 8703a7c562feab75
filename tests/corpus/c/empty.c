/* The empty name, which no environment can hold, beside one that it can. */
#include <stdlib.h>
#include "say.h"
int main(void) {
  say(getenv(""));
  say(getenv("NOT_EMPTY"));
  return 0;
}
