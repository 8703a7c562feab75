// Text that came out of a file, made fit for people's eyes.
//
// What is wide and what takes no room stands in two tables of ranges; what is escaped, because nobody would see it, is told by utf8.h.

#include "text.h"

#include <stdio.h>

// Ranges of characters, sorted.
struct range {
  uint32_t first, last;
};

static const struct range wide[] = {
    {0x1100, 0x115f}, {0x2e80, 0x303e}, {0x3041, 0xa4cf}, {0xa960, 0xa97f},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},
    {0xfe30, 0xfe6f}, {0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x1f300, 0x1f64f}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};

static const struct range combining[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x064b, 0x065f},
    {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f},
};

static bool is_in(const struct range *ranges, size_t count, uint32_t c) {
  for (size_t i = 0; i < count && ranges[i].first <= c; i++) {
    if (c <= ranges[i].last) {
      return true;
    }
  }
  return false;
}

#define IS_IN(ranges, c) is_in(ranges, sizeof(ranges) / sizeof(ranges)[0], c)

static size_t character_columns(uint32_t c) { return c < 0x300 ? 1 : IS_IN(combining, c) ? 0 : IS_IN(wide, c) ? 2 : 1; }

size_t tw_text_columns(struct cm_str text) {
  size_t columns = 0;
  while (text.size > 0) {
    columns += character_columns(tw_utf8_next(&text));
  }
  return columns;
}

// What stands for the character in safe text; returns its length.
static size_t escape(uint32_t c, char to[16]) {
  if (c == '\n' || c == '\t' || c == '\r') {
    to[0] = '\\';
    to[1] = c == '\n' ? 'n' : c == '\t' ? 't' : 'r';
    return 2;
  }
  return tw_utf8_hidden(c) ? (size_t)snprintf(to, 16, "\\u{%x}", (unsigned)c) : tw_utf8_put(c, to);
}

struct cm_str tw_text_safe(struct cm_arena *arena, struct cm_str text) {
  char piece[16];
  size_t size = 0;
  bool same = true;
  for (struct cm_str rest = text; rest.size > 0;) {
    const char *at = rest.at;
    size_t length = escape(tw_utf8_next(&rest), piece);
    same = same && length == (size_t)(rest.at - at) && memcmp(piece, at, length) == 0;
    size += length;
  }
  if (same) {
    return text;
  }
  char *safe = cm_alloc(arena, size + 1);
  if (!safe) {
    return (struct cm_str){NULL, 0};
  }
  size_t used = 0;
  while (text.size > 0) {
    size_t length = escape(tw_utf8_next(&text), piece);
    memcpy(safe + used, piece, length);
    used += length;
  }
  return (struct cm_str){safe, used};
}

// How much of a name is not the parameters of a C++ function at its end.
static size_t without_parameters(struct cm_str name) {
  size_t open = 0;
  for (size_t i = name.size; i > 1 && (i < name.size || name.at[i - 1] == ')'); i--) {
    open += name.at[i - 1] == ')';
    open -= name.at[i - 1] == '(';
    if (open == 0) {
      return i - 1;
    }
  }
  return name.size;
}

// Copies `name` without what stands in angle brackets (a path that begins with one, `<T as Trait>::f`, keeps that one) and without the
// parameters of a C++ function at its end. Where the brackets do not balance, as in `operator<`, they stay. Returns the length.
static size_t drop_arguments(struct cm_str name, char *to) {
  size_t end = without_parameters(name);
  size_t used = 0, depth = 0;
  bool keeps = name.size > 0 && name.at[0] == '<';
  for (size_t i = 0; i < end; i++) {
    bool closes = name.at[i] == '>' && (i == 0 || name.at[i - 1] != '-');
    depth += name.at[i] == '<';
    if (closes && depth == 0) {
      depth = 1;
      break;
    }
    if (depth == 0 || (keeps && depth == 1)) {
      to[used++] = name.at[i];
    }
    depth -= closes;
    keeps = keeps && depth > 0;
  }
  if (depth != 0 || used == 0) {
    memcpy(to, name.at, end);
    return end;
  }
  // A generic function's path leaves the `::` of its turbofish behind.
  return used > 2 && memcmp(to + used - 2, "::", 2) == 0 ? used - 2 : used;
}

struct cm_str tw_text_shorten(struct cm_arena *arena, struct cm_str name, size_t columns) {
  if (tw_text_columns(name) <= columns) {
    return name;
  }
  char *bare = cm_alloc(arena, name.size + 4);
  if (!bare) {
    return (struct cm_str){NULL, 0};
  }
  struct cm_str shorter = {bare, drop_arguments(name, bare)};
  size_t wanted = tw_text_columns(shorter);
  if (wanted <= columns) {
    return shorter;
  }
  // The end of a path tells more than its beginning.
  struct cm_str rest = shorter;
  size_t head = columns / 3, at = 0;
  while (at < head) {
    at += character_columns(tw_utf8_next(&rest));
  }
  struct cm_str front = {shorter.at, (size_t)(rest.at - shorter.at)};
  while (at < wanted - (columns - head - 1)) {
    at += character_columns(tw_utf8_next(&rest));
  }
  return cm_alloc_format(arena, "%.*s…%.*s", CM_STR_ARG(front), CM_STR_ARG(rest));
}
