// Names that stand in the data with a first value, and that functions change which are not given their address, but memory that leads
// to it: a list of variable arguments, a struct on the stack, a vector of buffers. Where that fails nothing is asked. What is only
// printed in such ways stays what it is.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct order {
  const char *from;
  char *to;
};

static char scanned[32] = "GAUGE_SCANNED";
static char read_in[32] = "GAUGE_READ";
static char copied[32] = "GAUGE_COPIED";
static char ordered[32] = "GAUGE_ORDERED";
static char printed[32] = "GAUGE_PRINTED";

__attribute__((noinline)) static void copy_to_all(const char *text, ...) {
  va_list list;
  va_start(list, text);
  for (char *to; (to = va_arg(list, char *)) != NULL;) strcpy(to, text);
  va_end(list);
}
__attribute__((noinline)) static void carry_out(const struct order *order) { strcpy(order->to, order->from); }
__attribute__((noinline)) static void show(const char *name) {
  const char *value = getenv(name);
  printf("%s=%s\n", name, value ? value : "-");
}

int main(int argc, char **argv) {
  int number;
  printf("asking %s and %s\n", printed, "GAUGE_PLAIN");
  show(printed);
  show("GAUGE_PLAIN");
  if (sscanf(argv[argc - 1], "%d %31s", &number, scanned) != 2) return 1;
  show(scanned);
  ssize_t size = read(0, read_in, sizeof read_in - 1);
  if (size < 1) return 1;
  read_in[size] = 0;
  show(read_in);
  copy_to_all(argv[0], copied, (char *)NULL);
  show(copied);
  struct order order = {argv[0], ordered};
  carry_out(&order);
  show(ordered);
}
