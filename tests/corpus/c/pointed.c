// A function tells where a setting stands that an argument changes: one of two members of a struct in the frame. What its name is changed to is not
// known.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct settings {
  const char *key, *out;
};

static void find(const char ***to, struct settings *s, const char *name) {
  *to = !strcmp(name, "key") ? &s->key : !strcmp(name, "out") ? &s->out : NULL;
}

int main(int argc, char **argv) {
  struct settings s = {"PILOT_KEY", "-"};
  for (int i = 1; i + 1 < argc; i += 2) {
    const char **to;
    find(&to, &s, argv[i]);
    if (to) *to = argv[i + 1];
  }
  puts(s.out);
  const char *value = getenv(s.key), *other = getenv("PILOT_FLAG");
  puts(value ? value : "-");
  puts(other ? other : "-");
}
