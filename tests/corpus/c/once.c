/* One call of getenv in the program: where it is optimized as a whole, it is inlined, and what makes the list with it. */
#include <stdlib.h>
#include "say.h"
int main(void) {
  say(getenv("ONLY_BUOY"));
  return 0;
}
