// Components for tests: read from text, and read again from their own bytes. All of it lies in `arena`, which each test has anew.
#ifndef TESTS_COMPONENTS_H
#define TESTS_COMPONENTS_H

#include <component/encode.h>
#include <component/parse.h>

static struct cm_arena arena;

static inline int setup(void **state) {
  (void)state;
  cm_arena_init(&arena, NULL);
  return 0;
}

static inline int teardown(void **state) {
  (void)state;
  cm_arena_free(&arena);
  return 0;
}

// Its bytes, forms of older tools as they are.
static inline struct cm_span encoded(const struct cm_component *component) {
  static const struct cm_encode_options as_it_is = {.keep_forms = true};
  struct cm_buffer buffer;
  struct cm_diag diag = {0};
  cm_buffer_init(&buffer, NULL);
  if (!cm_encode(component, &as_it_is, &buffer, &diag)) fail_msg("%s", diag.message);
  struct cm_span bytes = {(const uint8_t *)cm_alloc_text(&arena, (const char *)buffer.at, buffer.size), buffer.size};
  cm_buffer_free(&buffer);
  return bytes;
}

static inline struct cm_component *reread(const struct cm_component *component) {
  struct cm_diag diag = {0};
  struct cm_component *out = NULL;
  if (!cm_decode(&arena, encoded(component), &out, &diag)) fail_msg("%s", diag.message);
  return out;
}

static inline const struct cm_component *component(const char *text) {
  struct cm_parsed parsed;
  struct cm_diag diag = {0};
  if (!cm_parse_text(&arena, cm_str_of(text), NULL, &parsed, &diag)) fail_msg("%s in: %s", diag.message, text);
  return reread(parsed.component);
}

#endif
