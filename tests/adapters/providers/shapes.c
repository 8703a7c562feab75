/* tidewaiter:bed/all-shapes: everybody is greeted but "nobody", counters count, and many numbers are added. */
#include "provider.h"

#define SHAPES "tidewaiter:bed/all-shapes"
IMPORT("[export]" SHAPES, "[resource-new]counter") int32_t counter_make(uint32_t *counter);
IMPORT("[export]" SHAPES, "[resource-drop]counter") void counter_drop(int32_t handle);
IMPORT("[export]" SHAPES, "[resource-rep]counter") uint32_t *counter_of_handle(int32_t handle);
static struct {
  uint32_t is_err;
  struct text text;
} spoken;
static struct {
  uint32_t is_err;
  union {
    int32_t counter;
    struct text why;
  } u;
} counted;
static struct text text;

static int32_t counter_from(uint32_t start) {
  uint32_t *counter = cabi_realloc(0, 0, 4, sizeof *counter);
  *counter = start;
  return counter_make(counter);
}

EXPORT(SHAPES "#greet") void *greet(const char *name, size_t n) {
  struct text who = {name, n};
  TELL(TEXT("shapes: greet "), who);
  spoken.is_err = (uint32_t)same(who, TEXT("nobody"));
  spoken.text = spoken.is_err ? JOIN(who, TEXT(" is there")) : JOIN(TEXT("hello "), who);
  return &spoken;
}
EXPORT(SHAPES "#[constructor]counter") int32_t constructor(uint32_t start) { return counter_from(start); }
EXPORT(SHAPES "#[method]counter.next") uint32_t next(uint32_t *counter) { return (*counter)++; }
EXPORT(SHAPES "#[static]counter.of") void *of(const char *key, size_t n, uint32_t count) {
  TELL(TEXT("shapes: of "), (struct text){key, n});
  counted.is_err = 0, counted.u.counter = counter_from(count);
  return &counted;
}
EXPORT(SHAPES "#take") uint32_t take(int32_t handle) {
  uint32_t value = *counter_of_handle(handle);
  counter_drop(handle);
  return value;
}
EXPORT(SHAPES "#later") void *later(const char *name, size_t n) {
  spoken.is_err = 0, spoken.text = JOIN(TEXT("later "), (struct text){name, n});
  return &spoken;
}
EXPORT(SHAPES "#many") void *many(const uint32_t *in) {
  uint32_t sum = 0;
  for (unsigned i = 0; i < 16; i++) sum += in[i];
  char digits[10];
  size_t at = sizeof digits;
  do digits[--at] = (char)('0' + sum % 10);
  while (sum /= 10);
  text = JOIN(((struct text){digits + at, sizeof digits - at}), TEXT(" "), ((struct text){(const char *)in[16], in[17]}));
  return &text;
}
