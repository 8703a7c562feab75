// Settings to which a block of the heap leads, as programs with a context have it: what is changed through it is not what the data say. A member that
// nobody changes is.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct mooring {
  int lines;
  const char *buoy, *chain;
};
struct service {
  int started;
  struct mooring *mooring;
};
struct context {
  const char *program;
  struct service *service;
};
struct option {
  const char *flag, *variable;
};
static struct mooring mooring = {2, "MOORING_BUOY", "MOORING_CHAIN"};
static struct option anchor = {"--anchor", "ANCHOR_ONE"}, bell = {"--bell", "BELL_ONE"};
static struct context *begin(const char *program) {
  struct context *c = calloc(1, sizeof *c);
  c->program = program;
  c->service = calloc(1, sizeof *c->service);
  c->service->mooring = &mooring;
  return c;
}

static void take(struct context *c, const char *text) {
  if (strncmp(text, "--buoy=", 7) == 0)
    c->service->mooring->buoy = text + 7;
  else
    c->service->mooring->lines++;
}

static struct option **options;
static int count;
static void add(struct option *option) {
  options = realloc(options, (count + 1) * sizeof *options);
  options[count++] = option;
}

static void show(const char *value) { puts(value ? value : "-"); }

int main(int argc, char **argv) {
  struct context *c = begin(argv[0]);
  add(&anchor);
  add(&bell);
  for (int i = 1; i < argc; i++) take(c, argv[i]);
  for (int i = 1; i + 1 < argc; i += 2)
    for (int k = 0; k < count; k++)
      if (strcmp(options[k]->flag, argv[i]) == 0) options[k]->variable = argv[i + 1];
  printf("%s: %d\n", c->program, mooring.lines);
  show(getenv(mooring.buoy));
  show(getenv(mooring.chain));
  show(getenv(anchor.variable));
  show(getenv(bell.variable));
}
