// Settings that choose which name is asked for, and that are changed through their addresses alone.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define APART __attribute__((noinline))

struct settings {
  int live;
  const char *label;
};

static struct settings settings = {0, "chosen"};
static struct { int verbose, region; } limits = {1, 1};
static char profile[16] = "dev";
static int backend;

APART static void show(const char *name, const char *value) { printf("%s=%s\n", name, value ? value : ""); }

APART static void parse(struct settings *s, int argc, char **argv) {
  for (int i = 1; i < argc; i++)
    if (argv[i][0] == '+')
      s->live = atoi(argv[i] + 1);
    else
      s->label = argv[i];
}

APART static void set_number(int *number, int argc) {
  if (argc > 2) *number = argc;
}

APART static void set_text(char *to, size_t size, const char *text) { strncpy(to, text, size - 1); }

// Asked for in a function of its own, which does not see who changed it.
APART static void of_region(void) {
  const char *name = limits.region > 1 ? "CHOSEN_REGION_FAR" : "CHOSEN_REGION_NEAR";
  show("region", getenv(name));
}

APART static void of_profile(void) {
  if (!strcmp(profile, "prod"))
    show("profile", getenv("CHOSEN_PROD"));
  else
    show("profile", getenv("CHOSEN_DEV"));
}

APART static const char *of_backend(void) {
  switch (backend) {
    case 0: return "CHOSEN_FILE";
    case 3: return "CHOSEN_SOCKET";
    default: return "CHOSEN_QUEUE";
  }
}

int main(int argc, char **argv) {
  parse(&settings, argc, argv);
  set_number(&limits.region, argc);
  set_number(&backend, argc);
  if (argc > 1) set_text(profile, sizeof profile, argv[1]);
  show(settings.label, getenv(settings.live ? "CHOSEN_LIVE" : "CHOSEN_TEST"));
  of_region();
  of_profile();
  show("backend", getenv(of_backend()));
  show("always", getenv("CHOSEN_ALWAYS"));
  return limits.verbose - 1;
}
