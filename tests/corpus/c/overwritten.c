// Names that stand in the data with a first value, and that other functions change through pointers they are given before they are
// asked for: what stands in the file is not what is asked.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct berth {
  int number;
  char name[16];
};

static char built[32] = "BERTH_";
static const char *chosen = "BERTH_FIRST";
static struct berth berth = {3, "BERTH_OLD"};

__attribute__((noinline)) static void append(char *to, const char *text) { strcat(to, text); }
__attribute__((noinline)) static void choose(const char **to, const char *name) { *to = name; }
__attribute__((noinline)) static void moor(struct berth *b, const char *name) {
  b->number++;
  strncpy(b->name, name, sizeof b->name - 1);
}

__attribute__((noinline)) static const char *ask_built(void) { return getenv(built); }
__attribute__((noinline)) static const char *ask_chosen(void) { return getenv(chosen); }
__attribute__((noinline)) static const char *ask_berth(void) { return getenv(berth.name); }
__attribute__((noinline)) static void show(const char *value) { puts(value ? value : "-"); }

int main(int argc, char **argv) {
  append(built, argv[1]);
  if (argc > 2) choose(&chosen, argv[2]);
  moor(&berth, argv[argc - 1]);
  show(ask_built());
  show(ask_chosen());
  show(ask_berth());
  show(getenv("BERTH_PLAIN"));
}
