// Binaries for tests, written by hand.
//
// Bytes are given as text: hexadecimal pairs, and names between single quotes, which are put with their length in front:
// "00 'a' 01 05" is 00 01 61 01 05. Spaces and bars mean nothing.
#ifndef TEST_BYTES_H
#define TEST_BYTES_H

#include <component/component.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct bytes {
  uint8_t *at;
  size_t size, room;
};

static inline void put(struct bytes *b, const void *from, size_t size) {
  if (b->size + size > b->room) {
    b->room = (b->size + size) * 2;
    b->at = realloc(b->at, b->room);
    assert_non_null(b->at);
  }
  if (size) memcpy(b->at + b->size, from, size);
  b->size += size;
}

static inline void put_byte(struct bytes *b, unsigned byte) { put(b, &(uint8_t){(uint8_t)byte}, 1); }

static inline void put_u32(struct bytes *b, uint32_t value) {
  for (; value >= 0x80; value >>= 7) put_byte(b, (value & 0x7f) | 0x80);
  put_byte(b, value);
}

static inline unsigned hex_digit(char c) {
  static const char digits[] = "0123456789abcdef";
  const char *found = c ? strchr(digits, c) : NULL;
  assert_non_null(found);
  return (unsigned)(found - digits);
}

static inline void put_text(struct bytes *b, const char *text) {
  while (*text) {
    if (*text == ' ' || *text == '|') {
      text++;
    } else if (*text == '\'') {
      const char *end = strchr(text + 1, '\'');
      assert_non_null(end);
      put_u32(b, (uint32_t)(end - text - 1));
      put(b, text + 1, (size_t)(end - text - 1));
      text = end + 1;
    } else {
      put_byte(b, hex_digit(text[0]) << 4 | hex_digit(text[1]));
      text += 2;
    }
  }
}

static inline void put_component(struct bytes *b) { put_text(b, "00 61 73 6d 0d 00 01 00"); }
static inline void put_module(struct bytes *b) { put_text(b, "00 61 73 6d 01 00 00 00"); }

// A section whose contents are given; `inner` is freed.
static inline void put_section_of(struct bytes *b, unsigned id, struct bytes *inner) {
  put_byte(b, id);
  put_u32(b, (uint32_t)inner->size);
  put(b, inner->at, inner->size);
  free(inner->at);
  *inner = (struct bytes){0};
}

static inline void put_section(struct bytes *b, unsigned id, const char *contents) {
  struct bytes inner = {0};
  put_text(&inner, contents);
  put_section_of(b, id, &inner);
}

// A decoded binary with all that belongs to it.
struct decoded {
  struct bytes bytes;
  struct cm_arena arena;
  struct cm_component *component;
  struct cm_diag diag;
  bool ok;
};

static inline void decode(struct decoded *d) {
  cm_arena_init(&d->arena, NULL);
  memset(&d->diag, 0, sizeof d->diag);
  d->ok = cm_decode(&d->arena, (struct cm_span){d->bytes.at, d->bytes.size}, &d->component, &d->diag);
}

// A component of sections: pairs of an id and contents as text, ended by -1. Decoded; not yet judged.
static inline struct decoded decode_sections(int id, ...) {
  struct decoded d = {0};
  va_list list;
  put_component(&d.bytes);
  va_start(list, id);
  for (; id >= 0; id = va_arg(list, int)) put_section(&d.bytes, (unsigned)id, va_arg(list, const char *));
  va_end(list);
  decode(&d);
  return d;
}

static inline void free_decoded(struct decoded *d) {
  cm_arena_free(&d->arena);
  free(d->bytes.at);
}

// Fails the test, with the message, where decoding failed.
static inline void assert_decodes(const struct decoded *d) {
  if (!d->ok) fail_msg("%s (at offset 0x%llx, in %s)", d->diag.message, (unsigned long long)d->diag.offset, d->diag.where);
}

// Decoding failed at `offset`, in `where`, with `text` in the message.
static inline void assert_refused(const struct decoded *d, enum cm_error error, uint64_t offset, const char *where,
                                  const char *text) {
  assert_false(d->ok);
  assert_true(d->diag.has_offset);
  if (!strstr(d->diag.message, text)) fail_msg("\"%s\" is not in \"%s\"", text, d->diag.message);
  assert_string_equal(d->diag.where, where);
  assert_int_equal(d->diag.offset, offset);
  assert_int_equal(d->diag.error, error);
}

static inline void assert_str(struct cm_str actual, const char *expected) {
  if (!cm_str_is(actual, expected)) fail_msg("\"%.*s\" is not \"%s\"", CM_STR_ARG(actual), expected);
}

static inline const struct cm_item *item_of(const struct decoded *d, uint32_t index) {
  assert_decodes(d);
  assert_in_range(index, 0, d->component->scope.item_count - 1);
  return d->component->scope.items[index];
}

static inline uint32_t space(const struct decoded *d, enum cm_sort sort) { return d->component->scope.spaces[sort].count; }

#endif
