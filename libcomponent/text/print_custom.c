// Custom sections as annotations.
//
// Spec: https://webassembly.github.io/spec/core/appendix/custom.html#custom-annotation (@custom); (@producers …) is what wasm-tools
// reads and writes: a line for each field, name and version.

#include "text/printer.h"

static void put_producers(struct printer *p, const struct core_producer *producers, uint32_t count, uint64_t offset) {
  put_line(p, offset);
  open_form(p, "@producers");
  p->indent++;
  for (uint32_t i = 0; i < count; i++) {
    put_line(p, NO_OFFSET);
    put_char(p, '(');
    put_str(p, producers[i].field);
    put_char(p, ' ');
    put_name_literal(p, producers[i].name);
    put_char(p, ' ');
    put_name_literal(p, producers[i].version);
    put_char(p, ')');
  }
  higher(p, NO_OFFSET);
  close_form(p);
}

// Whether the annotation for producers can say all that the section says: known fields, each once and not empty.
static bool is_plain_producers(struct cm_span bytes) {
  static const char *const fields[] = {"language", "processed-by", "sdk"};
  bool seen[3] = {false};
  struct cm_reader r = cm_reader_of(bytes, bytes.at, NULL, NULL);
  uint32_t field_count, count;
  struct cm_str field, text;
  if (!cm_read_u32(&r, "a count", &field_count)) return false;
  for (; field_count; field_count--) {
    if (!cm_read_name(&r, "a field", &field) || !cm_read_u32(&r, "a count", &count) || !count) return false;
    unsigned i = 0;
    while (i < 3 && !cm_str_is(field, fields[i])) i++;
    if (i == 3 || seen[i]) return false;
    seen[i] = true;
    for (; count; count--)
      if (!cm_read_name(&r, "a name", &text) || !cm_read_name(&r, "a version", &text)) return false;
  }
  return cm_left(&r) == 0;
}

bool is_producers(const struct printer *p, struct cm_str name, struct cm_span bytes) {
  return cm_str_is(name, "producers") && !p->options.skeleton && is_plain_producers(bytes);
}

void print_producers(struct printer *p, struct cm_span bytes, uint64_t offset) {
  struct core_producer *producers;
  uint32_t count;
  if (core_producers_read(&p->scratch, bytes, &producers, &count, p->diag))
    put_producers(p, producers, count, offset);
  else
    p->failed = true;
  cm_arena_clear(&p->scratch);
}

void print_custom(struct printer *p, struct cm_str name, struct cm_span bytes, const char *place, uint64_t offset) {
  put_line(p, offset);
  open_form(p, "@custom");
  put_char(p, ' ');
  put_name_literal(p, name);
  if (place) {
    put_text(p, " (");
    put_text(p, place);
    close_form(p);
  }
  put_char(p, ' ');
  if (p->options.skeleton)
    put_text(p, "...");
  else
    put_data_literal(p, bytes);
  close_form(p);
}
