/* The environment: without arguments all of it, sorted; else the value of each name. */
#include "bed.h"

extern char **environ;

static int by_text(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

int main(int argc, char **argv) {
  size_t count = 0;
  for (int i = 1; i < argc; i++) {
    const char *value = getenv(argv[i]);
    say(argv[i]), say(value ? "=" : " is not there"), say(value ? value : ""), say("\n");
  }
  if (argc > 1) return 0;
  while (environ && environ[count]) count++;
  qsort(environ, count, sizeof *environ, by_text);
  for (size_t i = 0; i < count; i++) say(environ[i]), say("\n");
  return 0;
}
