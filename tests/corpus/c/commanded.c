// Handlers of commands, more than a few, of which some set the variable that the struct leads to.
#include "say.h"

#include <stdlib.h>

struct context {
  const char **name;
  int depth;
};
static const char *name = "COMMANDED_FIRST";

static void far(struct context *c) { *c->name = "COMMANDED_FAR"; }
static void near(struct context *c) { *c->name = "COMMANDED_NEAR"; }
static void step_1(struct context *c) { c->depth += 1; }
static void step_2(struct context *c) { c->depth += 2; }
static void step_3(struct context *c) { c->depth += 3; }
static void step_4(struct context *c) { c->depth += 4; }
static void step_5(struct context *c) { c->depth += 5; }
static void step_6(struct context *c) { c->depth += 6; }
static void step_7(struct context *c) { c->depth += 7; }
static void step_8(struct context *c) { c->depth += 8; }
static void (*const handlers[])(struct context *) = {far, near, step_1, step_2, step_3, step_4, step_5, step_6, step_7, step_8};

int main(int argc, char **argv) {
  struct context context = {&name, 0};
  for (int i = 1; i < argc; i++) handlers[(unsigned char)argv[i][0] % 10](&context);
  if (context.depth > 5) say("deep");
  say(getenv(name));
  return context.depth;
}
