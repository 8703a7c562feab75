// Borrowed bytes and names.
//
// Nothing that is decoded copies its input: a name is a pointer into the file and a length. The file must stay mapped for as long
// as anything decoded from it is used.
#ifndef COMPONENT_SPAN_H
#define COMPONENT_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Bytes that somebody else owns.
struct cm_span {
  const uint8_t *at;
  size_t size;
};

// UTF-8 text that somebody else owns; not terminated by a zero.
struct cm_str {
  const char *at;
  size_t size;
};

// A cm_str over a string literal.
#define CM_STR(literal) ((struct cm_str){(literal), sizeof(literal) - 1})

// For printf: "%.*s", CM_STR_ARG(s).
#define CM_STR_ARG(s) (int)(s).size, (s).at

static inline struct cm_str cm_str_of(const char *terminated) {
  return (struct cm_str){terminated, terminated ? strlen(terminated) : 0};
}

static inline bool cm_str_equal(struct cm_str a, struct cm_str b) {
  return a.size == b.size && (a.size == 0 || memcmp(a.at, b.at, a.size) == 0);
}

static inline bool cm_str_is(struct cm_str a, const char *terminated) { return cm_str_equal(a, cm_str_of(terminated)); }

static inline bool cm_str_starts(struct cm_str a, struct cm_str prefix) {
  return a.size >= prefix.size && (prefix.size == 0 || memcmp(a.at, prefix.at, prefix.size) == 0);
}

// Byte order, shorter first among equals: the order in which every report is sorted.
static inline int cm_str_compare(struct cm_str a, struct cm_str b) {
  size_t common = a.size < b.size ? a.size : b.size;
  int order = common ? memcmp(a.at, b.at, common) : 0;
  return order ? order : (a.size > b.size) - (a.size < b.size);
}

#endif
