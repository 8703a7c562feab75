// Core modules for tests, written by hand in the notation of bytes.h.
#ifndef TEST_CORE_BYTES_H
#define TEST_CORE_BYTES_H

#include "bytes.h"

#include <component/instr.h>

// A decoded module with all that belongs to it. The bytes lie in a buffer of exactly their size.
struct made {
  uint8_t *file;
  size_t size;
  struct cm_arena arena;
  struct core_module *module;
  struct cm_diag diag;
  bool ok;
};

static inline struct made make_of(const uint8_t *at, size_t size) {
  struct made m = {.file = malloc(size ? size : 1), .size = size};
  static const struct cm_where where = {NULL, "core module", 2, {NULL, 0}};
  assert_non_null(m.file);
  if (size) memcpy(m.file, at, size);
  cm_arena_init(&m.arena, NULL);
  m.ok = core_decode(&m.arena, (struct cm_span){m.file, size}, m.file, &where, &m.module, &m.diag);
  return m;
}

static inline void unmake(struct made *m) {
  cm_arena_free(&m->arena);
  free(m->file);
}

// Puts sections: pairs of an id and contents as text, ended by -1.
static inline void put_sections(struct bytes *b, int id, va_list list) {
  for (; id >= 0; id = va_arg(list, int)) put_section(b, (unsigned)id, va_arg(list, const char *));
}

static inline struct made make(int id, ...) {
  struct bytes b = {0};
  va_list list;
  put_module(&b);
  va_start(list, id);
  put_sections(&b, id, list);
  va_end(list);
  struct made m = make_of(b.at, b.size);
  free(b.at);
  return m;
}

// A module of one function without parameters whose body (locals, instructions, `end`) is given; with a data count section.
static inline struct made make_body(const char *body) {
  struct bytes b = {0}, inner = {0}, code = {0};
  put_module(&b);
  put_section(&b, 1, "01 60 00 00");
  put_section(&b, 3, "01 00");
  put_section(&b, 12, "00");
  put_text(&inner, body);
  put_byte(&code, 1);
  put_u32(&code, (uint32_t)inner.size);
  put(&code, inner.at, inner.size);
  put_section_of(&b, 10, &code);
  struct made m = make_of(b.at, b.size);
  free(inner.at);
  free(b.at);
  return m;
}

static inline void assert_made(const struct made *m) {
  if (!m->ok) fail_msg("%s (at offset 0x%llx, in %s)", m->diag.message, (unsigned long long)m->diag.offset, m->diag.where);
}

static inline void assert_has(const char *text, const char *part) {
  if (!strstr(text, part)) fail_msg("\"%s\" is not in \"%s\"", part, text);
}

// Says no with `part` in the message, in an item whose path ends with `where`.
static inline void assert_says(const struct made *m, enum cm_error error, const char *part, const char *where) {
  if (m->ok) fail_msg("accepted, though %s", part);
  assert_has(m->diag.message, part);
  size_t whole = strlen(m->diag.where), tail = strlen(where);
  if (tail > whole || strcmp(m->diag.where + whole - tail, where) != 0)
    fail_msg("\"%s\" is not at the end of \"%s\"", where, m->diag.where);
  assert_int_equal(m->diag.error, error);
}

#endif
