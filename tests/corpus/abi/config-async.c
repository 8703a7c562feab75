/* An asynchronous get, lowered asynchronously for one key and synchronously for another. */
#include "abi.h"
IMPORT("wasi:config/store@0.3.0", "[async-lower]get") uint32_t begin_get(const char *key, size_t n, struct result *ret);
IMPORT("wasi:config/store@0.3.0", "get") void get(const char *key, size_t n, struct result *ret);
EXPORT("run") uint32_t run(void) {
  static struct result first, second;
  uint32_t state = begin_get(TEXT("gauge.interval"), &first);
  get(TEXT("gauge.unit"), &second);
  return state + first.is_err + second.is_err;
}
