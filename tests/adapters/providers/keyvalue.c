/* wasi:keyvalue: every bucket but "none" is there, and holds BUCKET/KEY under each key. */
#include "provider.h"

#define STORE "wasi:keyvalue/store@0.2.0-draft"
IMPORT("[export]" STORE, "[resource-new]bucket") int32_t bucket_new(struct text *name);
static struct {
  uint32_t is_err;
  union {
    int32_t bucket;
    uint32_t which;
  } u;
  uint32_t why[2];
} opened;
static struct {
  uint32_t is_err, is_some;
  struct text value;
  uint32_t rest;
} got;
static struct written done;

EXPORT(STORE "#open") void *store_open(const char *name, size_t n) {
  struct text *bucket = cabi_realloc(NULL, 0, 4, sizeof *bucket);
  *bucket = (struct text){name, n};
  TELL(TEXT("keyvalue: open "), *bucket);
  opened.is_err = (uint32_t)same(*bucket, TEXT("none"));
  if (opened.is_err)
    opened.u.which = 0;
  else
    opened.u.bucket = bucket_new(bucket);
  return &opened;
}
EXPORT(STORE "#[method]bucket.get") void *bucket_get(struct text *bucket, const char *key, size_t n) {
  TELL(TEXT("keyvalue: get "), *bucket, TEXT(" "), ((struct text){key, n}));
  got.is_some = 1, got.value = JOIN(*bucket, TEXT("/"), ((struct text){key, n}));
  return &got;
}
EXPORT(STORE "#[method]bucket.set")
void *bucket_set(struct text *bucket, const char *key, size_t n, const char *value, size_t size) {
  TELL(TEXT("keyvalue: set "), *bucket, TEXT(" "), ((struct text){key, n}), TEXT("="), ((struct text){value, size}));
  return &done;
}
