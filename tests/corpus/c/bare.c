/* No libc at all: the imports of preview 1 by hand, and a lookup written from scratch that takes a name by pointer and length. */
#include <stddef.h>
#include <stdint.h>
#define WASI(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(name)))
WASI("environ_sizes_get") int sizes(size_t *count, size_t *bytes);
WASI("environ_get") int fill(char **list, char *bytes);
WASI("proc_exit") _Noreturn void leave(int status);
static char *list[256], bytes[16384];
static size_t count;
__attribute__((noinline)) static const char *lookup(const char *name, size_t n) {
  for (size_t i = 0; i < count; i++) {
    const char *e = list[i];
    size_t k = 0;
    while (k < n && e[k] == name[k]) k++;
    if (k == n && e[k] == '=') return e + n + 1;
  }
  return NULL;
}
#define LOOKUP(name) lookup(name, sizeof name - 1)
__attribute__((export_name("_start"))) void start(void) {
  size_t need = 0;
  if (sizes(&count, &need) || count > 256 || need > sizeof bytes || fill(list, bytes)) leave(71);
  leave((LOOKUP("BARE_FIRST") ? 1 : 0) + (LOOKUP("BARE_SECOND") ? 2 : 0));
}
