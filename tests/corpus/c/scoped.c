/* A helper that takes a scope and the rest of a name: what it puts to the name lies two pointers deep, and it does without where there is none;
   and one that puts something to a name where a flag says so. */
#include "say.h"

#include <stdlib.h>
#include <string.h>

struct defaults {
  const char *prefix;
};

struct scope {
  int depth;
  const struct defaults *defaults;
};

__attribute__((noinline)) static const char *ask(const struct scope *scope, const char *rest) {
  char name[64] = "";
  if (scope->defaults && scope->defaults->prefix) strcpy(name, scope->defaults->prefix);
  strcat(name, rest);
  return getenv(name);
}

enum { PREFIXED = 1, QUIET = 256 };

__attribute__((noinline)) static const char *ask_as(const char *rest, unsigned flags) {
  char name[64] = "";
  if (flags == PREFIXED) strcpy(name, "BUOY_");
  strcat(name, rest);
  return getenv(name);
}

int main(int argc, char **argv) {
  (void)argv;
  struct defaults harbour = {"HARBOUR_"}, pier = {"PIER_"};
  struct scope first = {argc, &harbour}, second = {argc, &pier}, none = {argc, NULL};
  say(ask(&first, "DEPTH"));
  say(ask(&second, "LENGTH"));
  say(ask(&none, "LANTERN"));
  say(ask_as("COLOUR", PREFIXED));
  say(ask_as("MIST", QUIET));
  return 0;
}
