/* Configuration keys from a table of pointers and lengths, one picked out of another, one measured by strlen, one behind a
   function pointer. */
#include "abi.h"
IMPORT("wasi:config/store@0.2.0-rc.1", "get") void get(const char *key, size_t n, struct result *ret);
static const struct text keys[] = {{TEXT("crane.count")}, {TEXT("crane.reach-m")}, {TEXT("crane.operator")}};
static const char *const moods[] = {"mood.calm", "mood.brisk"};
static uint32_t ask(const char *key, size_t n) {
  struct result r;
  get(key, n, &r);
  return r.is_err;
}
static uint32_t (*const asks[])(const char *, size_t) = {ask};
EXPORT("run") uint32_t run(uint32_t which) {
  uint32_t sum = 0;
  for (unsigned i = 0; i < sizeof keys / sizeof *keys; i++) sum += ask(keys[i].ptr, keys[i].len);
  const char *mood = moods[which & 1];
  sum += ask(mood, strlen(mood));
  return sum + asks[which % 1](TEXT("berth.number"));
}
