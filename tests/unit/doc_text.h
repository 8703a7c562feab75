// Documents of tests: read from a literal, written to memory.
#ifndef TESTS_DOC_TEXT_H
#define TESTS_DOC_TEXT_H

#include <stdlib.h>

#include "doc/read.h"
#include "doc/write.h"

struct doc_text {
  struct cm_arena arena;
  struct tw_doc *docs;
  size_t count;
  struct tw_fault fault;
  char *written;
};

// Reads `text` as a file of this name; false leaves the fault.
static inline bool doc_read_as(struct doc_text *t, const char *path, struct cm_str text) {
  return tw_doc_read(&t->arena, path, (struct cm_span){(const uint8_t *)text.at, text.size}, &t->docs, &t->count, &t->fault);
}

static inline bool doc_read(struct doc_text *t, const char *text) { return doc_read_as(t, "test.yaml", cm_str_of(text)); }

static inline const char *doc_write(struct doc_text *t, const struct tw_doc *docs, size_t count, bool comments) {
  size_t size;
  free(t->written);
  t->written = NULL;
  FILE *to = open_memstream(&t->written, &size);
  tw_yaml_write(to, docs, count, comments);
  fclose(to);
  return t->written;
}

static inline const char *doc_write_node(struct doc_text *t, struct tw_node *node) {
  struct tw_doc doc = {.root = node};
  return doc_write(t, &doc, 1, true);
}

static inline const char *doc_write_json(struct doc_text *t, const struct tw_node *node) {
  size_t size;
  free(t->written);
  t->written = NULL;
  FILE *to = open_memstream(&t->written, &size);
  tw_doc_json(to, node, 0);
  fclose(to);
  return t->written;
}

static inline void doc_start(struct doc_text *t) {
  *t = (struct doc_text){0};
  cm_arena_init(&t->arena, NULL);
}

static inline void doc_end(struct doc_text *t) {
  free(t->written);
  cm_arena_free(&t->arena);
}

// Whether two trees say the same: kinds, values, order.
static inline bool doc_same(const struct tw_node *a, const struct tw_node *b) {
  if (!a || !b || a->kind != b->kind) {
    return a == b;
  }
  switch (a->kind) {
    case TW_NODE_NULL: return true;
    case TW_NODE_BOOL: return a->truth == b->truth;
    case TW_NODE_INTEGER: return a->integer == b->integer;
    case TW_NODE_FLOAT:
    case TW_NODE_STRING: return cm_str_equal(a->text, b->text);
    default: break;
  }
  bool map = a->kind == TW_NODE_MAP, same = a->count == b->count;
  for (size_t i = 0; same && i < a->count; i++) {
    same = map ? cm_str_equal(a->pairs[i].key, b->pairs[i].key) && doc_same(a->pairs[i].value, b->pairs[i].value)
               : doc_same(a->items[i].value, b->items[i].value);
  }
  return same;
}

#endif
