/* The value of one variable is the name of the next. */
#include <stdlib.h>
#include "say.h"
int main(void) {
  const char *name = getenv("PASSWORD_VARIABLE");
  say(name ? getenv(name) : getenv("PASSWORD"));
  return 0;
}
