// A program that embeds the library: tests/install/check.py puts an #include of every public header above this line.

#include <stdio.h>

int main(void) {
  printf("component %s\n", cm_version());
  for (const struct cm_capability *feature = cm_capabilities(); feature->name; feature++) {
    printf("%s\n", feature->name);
  }
  return 0;
}
