/* Prefixes that static variables lead to: a scope that is entered and left, and a structure that is exchanged. */
#include "say.h"

#include <stdlib.h>
#include <string.h>

static const char *scopes[4];
static int depth;

__attribute__((noinline)) static const char *ask(const char *rest) {
  char name[64] = "";
  for (int i = 0; i < depth; i++) strcat(name, scopes[i]);
  strcat(name, rest);
  return getenv(name);
}

struct defaults {
  const char *prefix;
};
static const struct defaults *current;

__attribute__((noinline)) static const char *ask_current(const char *rest) {
  char name[64] = "";
  if (current) strcpy(name, current->prefix);
  strcat(name, rest);
  return getenv(name);
}

int main(void) {
  static const struct defaults sail = {"SAIL_"}, keel = {"KEEL_"};
  scopes[depth++] = "FLEET_";
  say(ask("SIZE"));
  scopes[depth++] = "FLAG_";
  say(ask("COLOUR"));
  current = &sail;
  say(ask_current("AREA"));
  current = &keel;
  say(ask_current("DEPTH"));
  return 0;
}
