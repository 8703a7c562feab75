/* Reads a password from its environment, by a constant name, as most applications do. */
#include "bed.h"

int main(void) {
  const char *password = getenv("DB_PASS"), *host = getenv("DB_HOST");
  say("password "), say(password ? password : "is not there"), say("\nhost "), say(host ? host : "is not there"), say("\n");
  return 0;
}
