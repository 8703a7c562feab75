/* wasmcloud:secrets: every secret but "none" is there; its value is "the KEY", of "raw" in bytes. */
#include "provider.h"

#define STORE "wasmcloud:secrets/store@" VERSION
IMPORT("[export]" STORE, "[resource-new]secret") int32_t secret_new(struct text *key);
static struct {
  uint32_t is_err;
  union {
    int32_t secret;
    uint32_t which;
  } u;
  uint32_t why[2];
} got;
static struct {
  uint32_t which;
  struct text text;
} value;

EXPORT(STORE "#get") void *get(const char *key, size_t n) {
  struct text *secret = cabi_realloc(NULL, 0, 4, sizeof *secret);
  *secret = (struct text){key, n};
  TELL(TEXT("secrets: get "), *secret);
  got.is_err = (uint32_t)same(*secret, TEXT("none"));
  if (got.is_err)
    got.u.which = 2;
  else
    got.u.secret = secret_new(secret);
  return &got;
}
EXPORT("wasmcloud:secrets/reveal@" VERSION "#reveal") void *reveal(struct text *secret) {
  TELL(TEXT("secrets: reveal "), *secret);
  value.which = (uint32_t)same(*secret, TEXT("raw")), value.text = JOIN(TEXT("the "), *secret);
  return &value;
}
