/* An array of structs: name, default, where to put it. The other strings of a row are no names. */
#include <stdlib.h>
#include "say.h"
static const char *host, *user, *spool = "/var/spool";
static long port;
static const struct option { int id; const char *name, *fallback; const char **text; long *number; const char *about; } options[] = {
  {7, "QUEUE_HOST", "localhost", &host, NULL, "where the queue is"},
  {8, "QUEUE_PORT", "5672", NULL, &port, "its port"},
  {9, "QUEUE_USER", "GUEST", &user, NULL, "who asks"},
  {10, "QUEUE_SPOOL", NULL, &spool, NULL, "SPOOL_FOLDER"},
};
__attribute__((noinline)) static void apply(const struct option *o) {
  const char *v = getenv(o->name);
  if (!v) v = o->fallback;
  if (o->text && v) *o->text = v;
  if (o->number && v) *o->number = strtol(v, NULL, 10);
}
int main(void) {
  const struct option *end = options + sizeof options / sizeof *options;
  for (const struct option *o = options; o < end; o++) apply(o);
  say(host), say(user), say(spool);
  return port > 0 ? 0 : 1;
}
