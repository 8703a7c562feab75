/* Every variable is printed but one, by stdio. */
#include <stdio.h>
#include <string.h>
extern char **environ;
int main(void) {
  for (char **e = environ; e && *e; e++)
    if (strncmp(*e, "CARGO_SECRET=", 13)) puts(*e);
  return 0;
}
