/* The older name of wasi:config: three keys, one of them behind a helper. */
#include "abi.h"
IMPORT("wasi:config/runtime@0.2.0-draft", "get") void get(const char *key, size_t n, struct result *ret);
FAR uint32_t length(const char *key, size_t n) {
  struct result r;
  get(key, n, &r);
  return r.is_err || !r.word[0] ? 0 : r.word[2];
}
EXPORT("run") uint32_t run(void) {
  struct result r;
  get(TEXT("mail.host"), &r);
  return length(TEXT("mail.port")) + length(TEXT("mail.from-address")) + r.is_err;
}
