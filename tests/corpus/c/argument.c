/* printenv: the name is the program's argument. Beside it one constant. */
#include <stdlib.h>
#include "say.h"
int main(int argc, char **argv) {
  say(getenv("PRINTENV_PREFIX"));
  for (int i = 1; i < argc; i++) say(getenv(argv[i]));
  return 0;
}
