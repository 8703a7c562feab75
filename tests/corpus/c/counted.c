// Looks at every entry of the environment, and at none for its name.
#include <stdio.h>
#include <string.h>
extern char **environ;
int main(void) {
  size_t count = 0, size = 0;
  unsigned sum = 0;
  for (char **entry = environ; *entry; entry++) {
    count++;
    size += strlen(*entry) + 1;
    for (const char *c = *entry; *c; c++) sum = sum * 31 + (unsigned char)*c;
  }
  printf("%zu entries, %zu bytes, %08x\n", count, size, sum);
}
