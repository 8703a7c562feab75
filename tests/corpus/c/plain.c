/* Constants: straight, behind a helper with a default, behind a helper that is inlined, twice in two places. */
#include <stdlib.h>
#include "say.h"
__attribute__((noinline)) static const char *text(const char *name, const char *fallback) {
  const char *v = getenv(name);
  return v && *v ? v : fallback;
}
static inline int on(const char *name) { return getenv(name) != NULL; }
__attribute__((noinline)) static void report(void) { say(getenv("LOG_LEVEL")); }
int main(void) {
  say(getenv("HARBOUR"));
  say(text("PILOT_NAME", "PILOT_DEFAULT"));
  say(text("PILOT_BOAT", NULL));
  if (on("FOG_HORN")) say("fog");
  say(getenv("LOG_LEVEL"));
  report();
  return 0;
}
