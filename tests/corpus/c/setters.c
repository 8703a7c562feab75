// Names that one function sets and another one asks for.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define APART __attribute__((noinline))

static const char *token = "SETTER_TOKEN";
static struct {
  int tries;
  const char *address, *fallback;
} backend = {3, "SETTER_ADDRESS", NULL};

APART static void show(const char *value) { puts(value ? value : "-"); }

APART static void use_staging(void) { token = "SETTER_STAGING_TOKEN"; }
APART static void use_production(void) { token = "SETTER_PRODUCTION_TOKEN"; }
APART static void use_socket(void) {
  backend.address = "SETTER_SOCKET";
  backend.fallback = "SETTER_FALLBACK";
  backend.tries = 1;
}

APART static void of_token(void) { show(getenv(token)); }
APART static void of_backend(void) {
  show(getenv(backend.address));
  if (backend.fallback) show(getenv(backend.fallback));
}

// Each state asks for a name and sets the next state.
static const char *(*state)(void);
static const char *last(void) {
  state = NULL;
  return "SETTER_LAST";
}
static const char *first(void) {
  state = last;
  return "SETTER_FIRST";
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++)
    if (!strcmp(argv[i], "staging"))
      use_staging();
    else if (!strcmp(argv[i], "production"))
      use_production();
    else if (!strcmp(argv[i], "socket"))
      use_socket();
  of_token();
  of_backend();
  for (state = first; state;) show(getenv(state()));
  printf("%d\n", backend.tries);
  return 0;
}
