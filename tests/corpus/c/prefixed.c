/* TENANT_ and something that nobody knows from the file: the name of the site is known in part. */
#include <stdlib.h>
#include "say.h"
__attribute__((noinline)) static const char *tenant(const char *who) {
  char name[64] = "TENANT_";
  size_t n = strlen(who);
  if (n > 40) n = 40;
  memcpy(name + 7, who, n);
  name[7 + n] = 0;
  return getenv(name);
}
int main(int argc, char **argv) {
  say(getenv("TENANT"));
  for (int i = 1; i < argc; i++) say(tenant(argv[i]));
  return 0;
}
