/* Names that were copied before they are asked for: strcpy, memcpy of a part, an array with an initial value, strncpy. */
#include <stdlib.h>
#include "say.h"
__attribute__((noinline)) static const char *by_strcpy(const char *name) {
  char b[64];
  strcpy(b, name);
  return getenv(b);
}
__attribute__((noinline)) static const char *by_memcpy(const char *name, size_t n) {
  char b[64];
  memcpy(b, name, n);
  b[n] = 0;
  return getenv(b);
}
__attribute__((noinline)) static const char *by_array(void) {
  char b[] = "COPY_ARRAY_NAME";
  return getenv(b);
}
__attribute__((noinline)) static const char *by_strncpy(const char *name) {
  char b[32];
  strncpy(b, name, sizeof b - 1);
  b[sizeof b - 1] = 0;
  return getenv(b);
}
int main(void) {
  say(by_strcpy("COPY_STRING"));
  say(by_memcpy("COPY_MEMORY_AND_MORE", 11));
  say(by_array());
  say(by_strncpy("COPY_BOUNDED"));
  return 0;
}
