/* Names put together from constants alone: strcat, snprintf, a number, a table of suffixes. */
#include <stdio.h>
#include <stdlib.h>
#include "say.h"
__attribute__((noinline)) static const char *by_strcat(const char *a, const char *b) {
  char name[64];
  strcpy(name, a);
  strcat(name, "_");
  strcat(name, b);
  return getenv(name);
}
__attribute__((noinline)) static const char *by_snprintf(const char *a, const char *b) {
  char name[64];
  snprintf(name, sizeof name, "%s_%s", a, b);
  return getenv(name);
}
int main(void) {
  say(getenv("JOIN_MODE"));
  say(by_strcat("PAY", "URL"));
  say(by_snprintf("PAY", "TOKEN"));
  return 0;
}
