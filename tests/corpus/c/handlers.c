/* Function pointers: a table of handlers that ask a name each, a callback that is handed names, names kept beside a function
   in a struct, a comparison function that asks, a constructor, an exit handler. */
#include <stdlib.h>
#include "say.h"
static void on_open(void) { say(getenv("HOOK_OPEN")); }
static void on_close(void) { say(getenv("HOOK_CLOSE")); }
static void on_error(void) { say(getenv("HOOK_ERROR")); }
static void (*const handlers[])(void) = {on_open, on_close, on_error};
static void show(const char *name, int wide) { say(getenv(name)); if (wide) say("wide"); }
__attribute__((noinline)) static void each(void (*visit)(const char *, int), int n) {
  visit("CACHE_TTL", n);
  visit("CACHE_SIZE", n + 1);
}
static const char *upper(const char *name) { return getenv(name); }
static const char *lower(const char *name) { const char *v = getenv(name); return v ? v + 1 : NULL; }
static const struct { const char *name; const char *(*read)(const char *); } readers[] = {{"DISK_PATH", upper}, {"DISK_LABEL", lower}};
static int by_locale(const void *a, const void *b) { return (getenv("SORT_ORDER") ? -1 : 1) * (*(const char *)a - *(const char *)b); }
__attribute__((constructor)) static void early(void) { if (getenv("TRACE_START")) say("start"); }
static void late(void) { say(getenv("TRACE_END")); }
int main(int argc, char **argv) {
  (void)argv;
  atexit(late);
  handlers[(unsigned)argc % 3]();
  each(show, argc);
  for (unsigned i = 0; i < sizeof readers / sizeof *readers; i++) say(readers[i].read(readers[i].name));
  char letters[] = "tidewaiter";
  qsort(letters, sizeof letters - 1, 1, by_locale);
  say(letters);
  return 0;
}
