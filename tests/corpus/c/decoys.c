/* One name is asked for. The others look like names: printed, compared with the arguments, in functions that nothing calls,
   in a table that is only printed, behind a condition that the compiler removes. */
#include <stdlib.h>
#include "say.h"
static const char *const help[] = {"SMTP_HOST  the mail host", "SMTP_USER", "SMTP_PASSWORD"};
__attribute__((used, noinline)) static const char *never(void) { return getenv("OLD_SMTP_HOST"); }
__attribute__((used, noinline)) static const char *never_twice(void) { return never() ? never() : getenv("OLDER_SMTP_HOST"); }
int main(int argc, char **argv) {
  say(getenv("MAIL_FROM"));
  say("set SMTP_TIMEOUT to wait longer");
  for (unsigned i = 0; i < sizeof help / sizeof *help; i++) say(help[i]);
  if (argc > 1 && !strcmp(argv[1], "SMTP_PORT")) say("that is a variable");
  if (0) say(getenv("SMTP_DEBUG"));
  return 0;
}
