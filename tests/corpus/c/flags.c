// A table of options holds the addresses of what they set: the name that is asked for may be another than the data begin with.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *station = "QUAY_STATION";
static const char *format = "%s\n";
static const struct flag {
  const char *name;
  const char **sets;
} flags[] = {{"--station", &station}, {"--format", &format}, {NULL, NULL}};

__attribute__((noinline)) static void parse(int argc, char **argv) {
  for (int i = 1; i + 1 < argc; i += 2)
    for (const struct flag *f = flags; f->name; f++)
      if (!strcmp(argv[i], f->name)) *f->sets = argv[i + 1];
}

__attribute__((noinline)) static void run(void) {
  const char *value = getenv(station);
  printf(format, value ? value : "-");
}

int main(int argc, char **argv) {
  parse(argc, argv);
  run();
}
