// Plugins that put themselves into a list of static structs; what prints, once, is a part of the loop that starts them where optimizers put it there.
// A variable whose address is handed over holds another name by then.
#include <stdio.h>
#include <stdlib.h>

typedef const char *lookup(const char *name);
struct plugin {
  const char *name;
  int (*start)(lookup *get);
  struct plugin *next;
};
static struct plugin *list;
static const char *spool = "PLUGIN_SPOOL";

static void put(struct plugin *p) {
  p->next = list;
  list = p;
}
static int start_gzip(lookup *get) {
  const char *level = get("PLUGIN_LEVEL");
  return level ? atoi(level) : 6;
}
static int start_tls(lookup *get) { return get("PLUGIN_CIPHERS") != NULL; }
static int start_auth(lookup *get) {
  const char *realm = get("PLUGIN_REALM");
  puts(realm ? realm : "PLUGIN_NONE");
  return 0;
}
static const char *from_environment(const char *name) { return getenv(name); }
static void redirect(const char **variable, const char *to) { *variable = to; }

static struct plugin gzip = {"gzip", start_gzip, NULL}, tls = {"tls", start_tls, NULL}, auth = {"auth", start_auth, NULL};

int main(int argc, char **argv) {
  put(&gzip);
  put(&tls);
  put(&auth);
  const char **variable = argc > 2 ? &gzip.name : &spool;
  if (argc > 1) redirect(variable, "PLUGIN_SPOOL_OTHER");
  for (struct plugin *p = list; p; p = p->next) printf("%s %d\n", p->name, p->start(from_environment));
  puts(getenv(spool) ? argv[0] : "-");
}
