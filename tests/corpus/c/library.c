/* A library: two exported functions ask, one that is not exported does not count. The variable is read once and kept. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
static const char *kept;
__attribute__((export_name("first"))) uint32_t first(void) {
  if (!kept) kept = getenv("LIB_FIRST");
  return kept ? (uint32_t)strlen(kept) : 0;
}
__attribute__((export_name("second"))) uint32_t second(uint32_t which) {
  return getenv(which ? "LIB_SECOND_A" : "LIB_SECOND_B") != NULL;
}
__attribute__((used, noinline)) static uint32_t third(void) { return getenv("LIB_THIRD") != NULL; }
