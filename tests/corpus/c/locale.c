/* What the C library itself asks for belongs to it and not to the program. */
#include <locale.h>
#include <stdlib.h>
#include "say.h"
int main(void) {
  say(setlocale(LC_ALL, ""));
  say(getenv("GREETING"));
  return 0;
}
