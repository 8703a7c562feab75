/* env: prints every variable there is. No name can be told. */
#include "say.h"
extern char **environ;
int main(void) {
  for (char **e = environ; e && *e; e++) say(*e);
  return 0;
}
