/* What the providers of the test bed share. Each answers from what it is asked, so that the answer tells the question, and says on standard
 * error what it was asked. No libc: a provider has 3 kB. */
#ifndef PROVIDER_H
#define PROVIDER_H
#include <stddef.h>
#include <stdint.h>

#ifndef WASI
#define WASI "0.2.6"
#endif
#ifndef HEAP
#define HEAP 16384
#endif
#ifndef VOICE
#define VOICE "stderr"
#endif
#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))

struct text {
  const char *ptr;
  size_t len;
};
#define TEXT(s) ((struct text){s, sizeof s - 1})

struct written {
  uint8_t is_err, pad[3];
  uint32_t why[2];
};
IMPORT("wasi:cli/" VOICE "@" WASI, "get-" VOICE) int32_t get_voice(void);
IMPORT("wasi:io/streams@" WASI, "[method]output-stream.blocking-write-and-flush")
void stream_write(int32_t stream, const char *text, size_t length, struct written *out);
IMPORT("wasi:io/streams@" WASI, "[resource-drop]output-stream") void stream_drop(int32_t stream);

/* Nothing is freed: who asks is a program that ends, or, with RING, one that keeps nothing for long. */
static _Alignas(8) char heap[HEAP];
static size_t used;
EXPORT("cabi_realloc") void *cabi_realloc(void *old, size_t had, size_t align, size_t want) {
  used = (used + align - 1) & ~(align - 1);
#ifdef RING
  if (used + want > sizeof heap) used = 0;
#endif
  if (used + want > sizeof heap) __builtin_trap();
  char *to = heap + used;
  for (size_t i = 0; i < had && i < want; i++) to[i] = ((char *)old)[i];
  used += want;
  return to;
}

static struct text joined(const struct text *parts, size_t count) {
  struct text out = {heap + used, 0};
  for (size_t i = 0; i < count; i++) {
    char *to = cabi_realloc(NULL, 0, 1, parts[i].len);
    for (size_t k = 0; k < parts[i].len; k++) to[k] = parts[i].ptr[k];
    out.len += parts[i].len;
  }
  return out;
}
#define JOIN(...) joined((struct text[]){__VA_ARGS__}, sizeof((struct text[]){__VA_ARGS__}) / sizeof(struct text))

__attribute__((unused)) static void tell(struct text line) {
  struct written done;
  int32_t stream = get_voice();
  line = JOIN(line, TEXT("\n"));
  stream_write(stream, line.ptr, line.len, &done);
  stream_drop(stream);
}
#define TELL(...) tell(JOIN(__VA_ARGS__))

__attribute__((unused)) static int same(struct text a, struct text b) {
  size_t i = 0;
  while (i < a.len && i < b.len && a.ptr[i] == b.ptr[i]) i++;
  return i == a.len && i == b.len;
}
#endif
