/* What every program by the canonical ABI needs: how imports and exports are written, results, memory for what comes back. */
#ifndef ABI_H
#define ABI_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))
#define FAR __attribute__((noinline)) static
#define TEXT(s) s, sizeof s - 1
struct text {
  const char *ptr;
  size_t len;
};
struct result {
  uint8_t is_err, pad[3];
  uint32_t word[8];
};
/* Results are freed by nobody: these programs are asked once. */
EXPORT("cabi_realloc") void *cabi_realloc(void *old, size_t had, size_t align, size_t want) {
  static _Alignas(8) char heap[8192];
  static size_t used;
  used = (used + align - 1) & ~(align - 1);
  if (used + want > sizeof heap) __builtin_trap();
  void *p = heap + used;
  used += want;
#ifdef SPARE /* bytes that stay zero behind each block */
  used += SPARE;
#endif
  return had ? memcpy(p, old, had < want ? had : want) : p;
}
#endif
