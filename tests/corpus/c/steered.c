// Settings that are changed through addresses which functions give back or hand on: they decide which call is made, and which name it is.
// One name is put together of two arguments, and the last one comes by a longer way than the one before it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct net {
  int sealed;
  int port;
};
struct settings {
  struct net net;
  const char *name;
};

static struct settings settings = {{1, 80}, "HULL_FIRST"};

__attribute__((noinline)) static struct settings *own(void) { return &settings; }
__attribute__((noinline)) static void show(const char *value) { puts(value ? value : "-"); }

__attribute__((noinline)) static void set_net(struct net *net, const char *word) {
  if (!strcmp(word, "live")) net->sealed = 0;
}
__attribute__((noinline)) static void parse(struct settings *s, int count, char **words) {
  for (int i = 1; i < count; i++) {
    set_net(&s->net, words[i]);
    if (!strncmp(words[i], "name=", 5)) s->name = words[i] + 5;
  }
}
__attribute__((noinline)) static const char *prefixed(const char *name, const char *prefix) {
  char whole[160];
  snprintf(whole, sizeof whole, "%s%s", prefix ? prefix : "", name);
  return getenv(whole);
}

__attribute__((noinline)) static void ask(const char *kind) {
  char name[96] = "HULL_";
  strcat(name, kind);
  show(getenv(name));
}
__attribute__((noinline)) static void third(const char *kind) { puts("third"), ask(kind); }
__attribute__((noinline)) static void second(const char *kind) { puts("second"), third(kind); }
__attribute__((noinline)) static void first(const char *kind) { puts("first"), second(kind); }
__attribute__((noinline)) static void both(const char *near, const char *far) {
  ask(near);
  first(far);
}
__attribute__((noinline)) static void work(void) {
  if (settings.net.sealed)
    show(getenv("HULL_SEAL"));
  else
    show(getenv("HULL_OPEN_TOKEN"));
}

int main(int argc, char **argv) {
  parse(own(), argc, argv);
  work();
  show(prefixed("NUMBER", "DOCK_"));
  show(getenv(settings.name));
  both("NEAR", "FAR");
}
