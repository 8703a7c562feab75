/* wasi:blobstore: every container but "none" is there, and has its own name. */
#include "provider.h"

#define STORE "wasi:blobstore/blobstore@0.2.0-draft"
#define CONTAINER "wasi:blobstore/container@0.2.0-draft"
IMPORT("[export]" CONTAINER, "[resource-new]container") int32_t container_new(struct text *name);
static struct {
  uint32_t is_err;
  union {
    int32_t container;
    struct text err;
  } u;
} opened;
static struct {
  uint32_t is_err;
  uint32_t yes;
  uint32_t rest;
} known;
static struct {
  uint32_t is_err;
  struct text name;
} called;

EXPORT(STORE "#get-container") void *get_container(const char *name, size_t n) {
  struct text *container = cabi_realloc(NULL, 0, 4, sizeof *container);
  *container = (struct text){name, n};
  TELL(TEXT("blobstore: get-container "), *container);
  opened.is_err = (uint32_t)same(*container, TEXT("none"));
  if (opened.is_err)
    opened.u.err = JOIN(TEXT("no container "), *container);
  else
    opened.u.container = container_new(container);
  return &opened;
}
EXPORT(STORE "#container-exists") void *container_exists(const char *name, size_t n) {
  TELL(TEXT("blobstore: container-exists "), ((struct text){name, n}));
  known.yes = !same((struct text){name, n}, TEXT("none"));
  return &known;
}
EXPORT(CONTAINER "#[method]container.name") void *container_name(struct text *container) {
  called.name = *container;
  return &called;
}
