/* wasi:config: three keys. */
#include "provider.h"

static const struct {
  struct text key, value;
} all[] = {
    {TEXT("greeting"), TEXT("hello, world")},
    {TEXT("mode"), TEXT("fast")},
    {TEXT("app/greeting"), TEXT("hi")},
};
enum { COUNT = sizeof all / sizeof *all };
static struct {
  uint32_t is_err, is_some;
  struct text value;
} one;
static struct {
  uint32_t is_err;
  const void *pairs;
  size_t count;
} list;

static void *get(struct text key) {
  TELL(TEXT("config: get "), key);
  one.is_some = 0;
  for (int i = 0; i < COUNT; i++)
    if (same(key, all[i].key)) one.is_some = 1, one.value = all[i].value;
  return &one;
}
static void *get_all(void) {
  TELL(TEXT("config: get-all"));
  list.pairs = all, list.count = COUNT;
  return &list;
}
EXPORT("wasi:config/store@0.2.0-rc.1#get") void *store_get(const char *key, size_t n) { return get((struct text){key, n}); }
EXPORT("wasi:config/store@0.2.0-rc.1#get-all") void *store_get_all(void) { return get_all(); }
EXPORT("wasi:config/runtime@0.2.0-draft#get") void *runtime_get(const char *key, size_t n) { return get((struct text){key, n}); }
EXPORT("wasi:config/runtime@0.2.0-draft#get-all") void *runtime_get_all(void) { return get_all(); }
