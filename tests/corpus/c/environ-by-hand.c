/* The list walked by hand and compared with one name, which includes the sign. */
#include "say.h"
extern char **environ;
int main(void) {
  for (char **e = environ; e && *e; e++)
    if (!strncmp(*e, "ANCHOR_CHAIN=", 13)) say(*e + 13);
  return 0;
}
