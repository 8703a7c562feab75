/* Names as nobody should write them: 600 letters, spaces, dots, letters beyond ASCII, quotes, a line end, one letter. */
#include <stdlib.h>
#include "say.h"
#define TEN "ABCDEFGHIJ"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
int main(void) {
  say(getenv(HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED));
  say(getenv("a.name with spaces"));
  say(getenv("h\xc3\xb6he-\xe2\x82\xac"));
  say(getenv("quote\"back\\slash"));
  say(getenv("two\nlines\ttab"));
  say(getenv("x"));
  return 0;
}
