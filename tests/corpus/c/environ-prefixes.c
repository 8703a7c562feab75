/* Variables that begin with a prefix: the sign is looked for by a loop behind it, by strchr, and what is not wanted is left out. No
   name can be told, and no prefix is one. */
#include "say.h"
extern char **environ;
__attribute__((noinline)) static void by_loop(const char *e) {
  if (strncmp(e, "CARGO_", 6)) return;
  const char *p = e + 6;
  while (*p && *p != '=') p++;
  say(p);
}
__attribute__((noinline)) static void by_bytes(const char *s) {
  if (s[0] != 'L' || s[1] != 'C' || s[2] != '_') return;
  for (s += 3; *s && *s != '='; s++) (void)!write(1, s, 1);
}
__attribute__((noinline)) static void by_search(const char *e) {
  const char *sign = strchr(e, '=');
  if (sign && sign - e > 6 && !memcmp(sign - 6, "_TOKEN", 6)) say(sign + 1);
}
int main(void) {
  for (char **e = environ; e && *e; e++) {
    by_loop(*e);
    by_bytes(*e);
    by_search(*e);
  }
  return 0;
}
