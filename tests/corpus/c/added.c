// A table of options that is filled when the program runs, each with the variable that may set it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct opt {
  const char *name, *env, *value;
};
static struct opt table[16];
static int count;
static void option_add(const char *name, const char *env, const char *def) {
  struct opt *o = &table[count++];
  o->name = name;
  o->env = env;
  o->value = def;
}
static void options_load(void) {
  for (int i = 0; i < count; i++) {
    const char *v = getenv(table[i].env);
    if (v) table[i].value = v;
  }
}
static const char *option(const char *name) {
  for (int i = 0; i < count; i++)
    if (!strcmp(table[i].name, name)) return table[i].value;
  return "";
}
int main(void) {
  option_add("host", "ADDED_HOST", "localhost");
  option_add("port", "ADDED_PORT", "80");
  option_add("user", "ADDED_USER", "nobody");
  options_load();
  printf("%s:%s %s\n", option("host"), option("port"), option("user"));
}
