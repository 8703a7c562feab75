/* The key is what the caller of run hands over. */
#include "abi.h"
IMPORT("wasi:config/store@0.2.0-rc.1", "get") void get(const char *key, size_t n, struct result *ret);
EXPORT("run") uint32_t run(const char *key, size_t n) {
  struct result r;
  get(key, n, &r);
  get(TEXT("fallback"), &r);
  return r.is_err;
}
