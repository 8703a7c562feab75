/* Two sources: each argument, or APP_MODE, is asked of the environment, and then of wasi:config, which another component may provide that has an
 * environment of its own. */
#define BY_HAND
#include "bed.h"

struct one {
  uint8_t is_err, pad[3], is_some, more[3];
  struct text value;
};
IMPORT("wasi:config/store@0.2.0-rc.1", "get") void config_get(const char *key, size_t length, struct one *out);

static void ask(const char *name) {
  struct one one;
  const char *own = getenv(name);
  config_get(name, strlen(name), &one);
  say(name), say(": own "), say(own ? own : "none"), say(", told ");
  if (one.is_err || !one.is_some)
    say("none");
  else
    say_text(one.value);
  say("\n");
}

int main(int argc, char **argv) {
  if (argc <= 1) {
    const char *mode = getenv("APP_MODE");
    say("mode "), say(mode ? mode : "none"), say("\n");
  }
  for (int i = 1; i < argc; i++) ask(argv[i]);
  return 0;
}
