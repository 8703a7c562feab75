/* Buckets of wasi:keyvalue and wasmcloud:keyvalue by identifier; the keys within a bucket are no needs. */
#include "abi.h"
IMPORT("wasi:keyvalue/store@0.2.0-draft", "open") void open_store(const char *id, size_t n, struct result *ret);
IMPORT("wasi:keyvalue/store@0.2.0-draft", "[method]bucket.exists") void exists(int32_t self, const char *key, size_t n, struct result *ret);
IMPORT("wasmcloud:keyvalue/store@1.0.0", "[async-lower]open") uint32_t begin_open(const char *id, size_t n, struct result *ret);
EXPORT("run") uint32_t run(uint32_t which) {
  static struct result first, second, third, found;
  open_store(TEXT("sessions"), &first);
  open_store(which ? "carts-eu" : "carts-us", 8, &second);
  exists((int32_t)first.word[0], TEXT("not-a-bucket"), &found);
  return begin_open(TEXT("audit"), &third) + found.is_err + second.is_err;
}
