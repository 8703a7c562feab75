/* Containers of wasi:blobstore: made, got, asked whether they exist, deleted, and both ends of a copy (strings in two records). */
#include "abi.h"
#define BLOBSTORE(name) IMPORT("wasi:blobstore/blobstore@0.2.0-draft", name)
BLOBSTORE("create-container") void create(const char *name, size_t n, struct result *ret);
BLOBSTORE("get-container") void get(const char *name, size_t n, struct result *ret);
BLOBSTORE("container-exists") void exists(const char *name, size_t n, struct result *ret);
BLOBSTORE("delete-container") void delete(const char *name, size_t n, struct result *ret);
BLOBSTORE("copy-object") void copy_flat(const char *, size_t, const char *, size_t, const char *, size_t, const char *, size_t, struct result *ret);
EXPORT("run") uint32_t run(void) {
  struct result r[5];
  exists(TEXT("manifests"), &r[0]);
  if (!r[0].word[0]) create(TEXT("manifests"), &r[1]);
  get(TEXT("waybills"), &r[2]);
  copy_flat(TEXT("waybills"), TEXT("today.json"), TEXT("archive"), TEXT("yesterday.json"), &r[3]);
  delete(TEXT("scratch"), &r[4]);
  return r[2].is_err + r[3].is_err + r[4].is_err;
}
