// Lists that grow by what is given: names are added under a condition, and the list is walked to where it ends then.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void show(const char *name) {
  const char *value = getenv(name);
  puts(value ? value : name);
}

struct list {
  const char *names[8];
  unsigned count;
};

static void add(struct list *list, const char *name) {
  if (list->count < sizeof list->names / sizeof *list->names) list->names[list->count++] = name;
}

int main(int argc, char **argv) {
  struct list list = {.count = 0};
  add(&list, "LISTED_HOST");
  add(&list, "LISTED_PORT");
  add(&list, "LISTED_USER");
  if (argc > 1) add(&list, "LISTED_GIVEN");
  if (argc > 2 && !strcmp(argv[1], "live")) add(&list, "LISTED_LIVE");
  for (unsigned i = 0; i < list.count; i++) show(list.names[i]);

  const char *more[4];
  int count = 0;
  more[count++] = "MORE_ALWAYS";
  if (getenv("LISTED_HOST")) more[count++] = "MORE_OF_HOST";
  while (count) show(more[--count]);
  puts("done");
  return 0;
}
