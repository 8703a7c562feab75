/* What the applications of the test bed share: saying what they see, and calling interfaces by the canonical ABI.
 *
 * An application prints a line for each thing that it sees, so that a test compares text. Those that ask interfaces which preview 1 does
 * not reach import them by hand; WASI is the version, as a string. */
#ifndef BED_H
#define BED_H
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))
#define UNUSED __attribute__((unused))

struct text {
  const char *ptr;
  size_t len;
};

UNUSED static void say_to(int file, const char *text, size_t length) {
  for (ssize_t n; length > 0 && (n = write(file, text, length)) > 0; text += n, length -= (size_t)n) {}
}
UNUSED static void say(const char *text) { say_to(1, text, strlen(text)); }
UNUSED static void say_text(struct text t) { say_to(1, t.ptr, t.len); }

UNUSED static void say_number(uint64_t n) {
  char digits[24], *p = digits + sizeof digits;
  *--p = '\0';
  do *--p = (char)('0' + n % 10);
  while (n /= 10);
  say(p);
}

UNUSED static void say_hex(const uint8_t *bytes, size_t count) {
  for (size_t i = 0; i < count; i++) {
    char pair[3] = {"0123456789abcdef"[bytes[i] >> 4], "0123456789abcdef"[bytes[i] & 15], '\0'};
    say(pair);
  }
}

/* The name of case `n` of an enum or variant, as its WIT has it. */
UNUSED static const char *named(const char *const *names, size_t count, uint32_t n) { return n < count ? names[n] : "another"; }
#define NAMED(names, n) named(names, sizeof(names) / sizeof(names)[0], n)

#ifdef BY_HAND
EXPORT("cabi_realloc") void *cabi_realloc(void *old, size_t had, size_t align, size_t want) {
  (void)had, (void)align;
  return realloc(old, want);
}
#endif
#endif
