// Handlers of commands, found in a table, that are given a struct which leads to the variable with the name. It is filled in one piece from read-only
// data; optimizers leave out zeros there, be they a part of an address or not.
#include <stdio.h>
#include <stdlib.h>

struct context {
  const char **name;
  int depth;
};
static const char *name = "HANDED_FIRST";

static void far(struct context *c) { *c->name = "HANDED_FAR"; }
static void near(struct context *c) { *c->name = "HANDED_NEAR"; }
static void down(struct context *c) { c->depth++; }
static void up(struct context *c) { c->depth--; }
static void (*const handlers[])(struct context *) = {far, near, down, up};

int main(int argc, char **argv) {
  struct context context = {&name, 0};
  printf("%d\n", argc);
  for (int i = 1; i < argc; i++) handlers[(unsigned)atoi(argv[i]) % 4](&context);
  printf("%d\n", context.depth);
  puts(getenv(name) ? "set" : "not set");
}
