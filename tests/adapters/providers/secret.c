/* wasmcloud:secrets/secret: the secret called KEY of a store. One of these stands behind each label. */
#include "provider.h"

enum { RETURNED = 2 };
static struct {
  uint32_t is_err;
  union {
    int32_t secret;
    uint32_t which;
  } u;
  uint32_t why[2];
} got;
IMPORT("wasmcloud:secrets/store@2.1.0", "[async-lower]get") uint32_t store_get(const char *key, size_t length, void *out);

EXPORT("wasmcloud:secrets/secret@2.1.0#get") int32_t get(void) {
  TELL(TEXT("secret: get "), TEXT(KEY));
  if (store_get(KEY, sizeof KEY - 1, &got) != RETURNED || got.is_err) __builtin_trap();
  return got.u.secret;
}
