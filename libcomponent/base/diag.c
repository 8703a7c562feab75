// Diagnostics.
//
// A diagnostic is filled once, at the place that knows what is wrong. The path of enclosing items is a list on the C stack, innermost
// first; it is turned round here, and only here, so that a decoder that succeeds pays nothing for it.

#include <component/diag.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

enum { WHERE_DEPTH = 24 };  // more enclosing items than this are abridged in the middle

// Appends to a bounded text; the text stays terminated.
static void append(char *to, size_t size, size_t *used, const char *format, ...) __attribute__((format(printf, 4, 5)));
static void append(char *to, size_t size, size_t *used, const char *format, ...) {
  if (*used >= size) return;
  va_list list;
  va_start(list, format);
  int n = vsnprintf(to + *used, size - *used, format, list);
  va_end(list);
  if (n > 0) *used += (size_t)n;
}

static void append_item(char *to, size_t size, size_t *used, const struct cm_where *item) {
  append(to, size, used, "%s%s", *used ? " > " : "", item->what);
  if (item->index >= 0) append(to, size, used, " %" PRId64, item->index);
  if (item->name.size) append(to, size, used, " `%.*s`", item->name.size > 80 ? 80 : (int)item->name.size, item->name.at);
}

static void render_where(char *to, size_t size, const struct cm_where *where) {
  const struct cm_where *items[WHERE_DEPTH];
  size_t depth = 0, used = 0;
  for (const struct cm_where *w = where; w; w = w->up) {
    if (depth < WHERE_DEPTH) items[depth] = w;
    depth++;
  }
  if (depth > WHERE_DEPTH) {
    append(to, size, &used, "(%zu outer items)", depth - WHERE_DEPTH);
    depth = WHERE_DEPTH;
  }
  while (depth) append_item(to, size, &used, items[--depth]);
}

static void fill(struct cm_diag *diag, enum cm_error error, const struct cm_where *where, const char *format, va_list list)
    __attribute__((format(printf, 4, 0)));
static void fill(struct cm_diag *diag, enum cm_error error, const struct cm_where *where, const char *format, va_list list) {
  *diag = (struct cm_diag){.error = error};
  vsnprintf(diag->message, sizeof diag->message, format, list);
  render_where(diag->where, sizeof diag->where, where);
}

bool cm_fail(struct cm_diag *diag, enum cm_error error, uint64_t offset, const struct cm_where *where, const char *format, ...) {
  if (!diag) return false;
  va_list list;
  va_start(list, format);
  fill(diag, error, where, format, list);
  va_end(list);
  diag->has_offset = true;
  diag->offset = offset;
  return false;
}

bool cm_fail_at_large(struct cm_diag *diag, enum cm_error error, const char *format, ...) {
  if (!diag) return false;
  va_list list;
  va_start(list, format);
  fill(diag, error, NULL, format, list);
  va_end(list);
  return false;
}

bool cm_fail_memory(struct cm_diag *diag) { return cm_fail_at_large(diag, CM_NO_MEMORY, "out of memory"); }

char *cm_diag_format(const struct cm_diag *diag, char *to, size_t size) {
  size_t used = 0;
  if (size) to[0] = 0;
  append(to, size, &used, "%s", diag->message);
  if (diag->has_offset) append(to, size, &used, " (at offset 0x%" PRIx64, diag->offset);
  if (diag->has_offset && diag->where[0]) append(to, size, &used, ", in %s", diag->where);
  if (diag->has_offset) append(to, size, &used, ")");
  return to;
}
