/* Names that come a long way: through five functions, recursion, a struct by pointer, a struct by value, a pointer that is
   moved on past a prefix, a variable argument list, a global that is set first. */
#include <stdarg.h>
#include <stdlib.h>
#include "say.h"
#define FAR __attribute__((noinline)) static
FAR const char *ask5(int n, const char *k) { return n < 0 ? NULL : getenv(k); }
FAR const char *ask4(const char *k, long pad) { return ask5((int)pad, k); }
FAR const char *ask3(long pad, const char *k) { return ask4(k, pad + 1); }
FAR const char *ask2(const char *k) { const char *v = ask3(3, k); return v ? v : ""; }
FAR const char *ask1(const char *k) { return ask2(k); }
FAR const char *retry(const char *k, int n) { const char *v = getenv(k); return v || !n ? v : retry(k, n - 1); }
struct query { int flags; const char *key; const char *fallback; };
FAR const char *by_pointer(const struct query *q) { const char *v = getenv(q->key); return v ? v : q->fallback; }
FAR const char *by_value(struct query q) { return by_pointer(&q); }
FAR const char *past_prefix(const char *k) { return getenv(k + sizeof "env:" - 1); }
FAR const char *first_of(const char *k, ...) {
  va_list more;
  const char *v = NULL;
  va_start(more, k);
  for (; k && !v; k = va_arg(more, const char *)) v = getenv(k);
  va_end(more);
  return v;
}
static const char *current;
FAR const char *ask_current(void) { return getenv(current); }
int main(int argc, char **argv) {
  (void)argv;
  say(ask1("ROUTE_TABLE"));
  say(retry("LINK_STATE", argc));
  struct query q = {1, "PEER_NAME", "nobody"};
  say(by_pointer(&q));
  say(by_value((struct query){argc, "PEER_PORT", "179"}));
  say(past_prefix("env:AREA_ID"));
  say(first_of("PROXY_URL", "HTTP_PROXY", "ALL_PROXY", (char *)NULL));
  current = "HOLD_TIME";
  say(ask_current());
  return 0;
}
