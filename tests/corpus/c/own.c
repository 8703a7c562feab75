/* Names that languages' libraries ask for, asked for by a program: they are its own needs. */
#include <stdlib.h>
#include <string.h>
#include "say.h"

static const char *language(void) { /* as musl's setlocale does, and in its order */
  const char *value = getenv("LC_ALL");
  if (!value || !*value) value = getenv("LC_MESSAGES");
  if (!value || !*value) value = getenv("LANG");
  return value;
}

static const char *temporary(void) { /* as libc++'s temp_directory_path does */
  static const char *const names[] = {"TMPDIR", "TMP", "TEMP", "TEMPDIR"};
  for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
    const char *value = getenv(names[i]);
    if (value) return value;
  }
  return "/tmp";
}

static int colored(void) { /* as Zig's library does */
  if (getenv("NO_COLOR")) return 0;
  return getenv("CLICOLOR_FORCE") != NULL;
}

int main(void) {
  say(language());
  say(temporary());
  say(colored() ? "colored" : "plain");
  say(getenv("TZ"));
  say(getenv("GODEBUG"));
  say(getenv("RUST_BACKTRACE"));
  say(getenv("PYTHONPATH"));
  say(getenv("PWD"));
  return 0;
}
