/* What comes on standard input goes to standard output, in capitals; how much it was, to standard error. */
#include <ctype.h>

#include "bed.h"

int main(void) {
  static char page[4096];
  size_t total = 0;
  for (ssize_t n; (n = read(0, page, sizeof page)) > 0; total += (size_t)n) {
    for (ssize_t i = 0; i < n; i++) page[i] = (char)toupper(page[i]);
    say_to(1, page, (size_t)n);
  }
  say_to(2, total ? "something came\n" : "nothing came\n", total ? 15 : 13);
  return 0;
}
