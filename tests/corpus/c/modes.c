// A mode that is asked for chooses what is asked for next; what is printed is that or a short text, whose copy may read what lies behind it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
enum mode { DEV, PROD };
static enum mode mode(void) {
  const char *m = getenv("MODES_MODE");
  return m && !strcmp(m, "prod") ? PROD : DEV;
}
static const char *key(enum mode m) {
  switch (m) {
    case DEV: return "MODES_URL_DEV";
    case PROD: return "MODES_URL_PROD";
  }
  return "MODES_NEVER";
}
int main(void) {
  const char *u = getenv(key(mode()));
  puts(u ? u : "-");
  return 0;
}
