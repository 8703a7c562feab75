// Excerpts: the lines of the text around one offset.
//
// The file is printed twice, a line at a time, without what lies elsewhere: bodies, and nested modules and components. The first time finds
// which line shows the offset: the last that begins at or before it. The second time the lines around it are handed on, and the
// printing stops behind them.

#include "text/printer.h"

enum { LONGEST_LINE = 160 };

struct excerpt {
  uint64_t target;
  uint64_t line_offset;  // of the line being printed
  uint64_t line;         // its number
  uint64_t target_line;
  unsigned around;
  bool is_found;  // the second time
  bool is_done;   // the printer has failed because there is no more to print
  struct cm_text_sink sink;
};

bool excerpt_wants(const struct printer *p, uint64_t begin, uint64_t end) {
  return !p->excerpt || (p->excerpt->target >= begin && p->excerpt->target < end);
}

static bool emit(const struct excerpt *e, const char *text, size_t size) {
  return !size || e->sink.write(e->sink.context, text, size);
}

// The line, cut off where it is very long.
static bool emit_line(const struct printer *p) {
  const struct excerpt *e = p->excerpt;
  size_t size = p->used;
  bool is_long = size > LONGEST_LINE;
  if (is_long) size = LONGEST_LINE;
  while (is_long && size && ((uint8_t)p->buffer[size] & 0xc0) == 0x80) size--;
  const char *end = !is_long ? "\n" : p->options.color ? "\x1b[0m ...\n" : " ...\n";
  return emit(e, e->line == e->target_line ? "> " : "  ", 2) && emit(e, p->buffer, size) && emit(e, end, strlen(end));
}

void excerpt_line(struct printer *p, uint64_t next) {
  struct excerpt *e = p->excerpt;
  if (p->failed) return;
  if (e->is_found) {
    bool is_wanted = e->line + e->around >= e->target_line && e->line <= e->target_line + e->around;
    if (is_wanted && !emit_line(p)) p->failed = true;
    if (e->line == e->target_line + e->around) e->is_done = p->failed = true;
  } else {
    if (e->line_offset <= e->target) e->target_line = e->line;
    if (next != NO_OFFSET && next > e->target) e->is_done = p->failed = true;
  }
  e->line++;
  e->line_offset = next;
  p->used = 0;
}

// Prints what was decoded, once. False where the printing failed for a reason of its own.
static bool run(struct excerpt *e, const struct core_module *module, const struct cm_component *component,
                const struct cm_print_options *options) {
  struct cm_diag unwanted;
  struct printer *p = printer_begin(options, e->sink, &unwanted);
  if (!p) return false;
  p->options.offsets = p->options.skeleton = false;
  p->excerpt = e;
  e->line = 0;
  e->line_offset = module ? module->offset : component->offset;
  e->is_done = false;
  if (module ? print_module(p, module, "module", NULL, 0) : print_component(p, component)) excerpt_line(p, NO_OFFSET);
  bool ok = !p->failed || e->is_done;
  printer_end(p);
  return ok;
}

bool cm_print_excerpt(struct cm_span file, uint64_t offset, unsigned around, const struct cm_print_options *options,
                      struct cm_text_sink sink) {
  struct cm_arena arena;
  struct core_module *module = NULL;
  struct cm_component *component = NULL;
  struct excerpt e = {.target = offset, .around = around, .sink = sink};
  cm_arena_init(&arena, NULL);
  bool decoded = cm_sniff(file) == CM_ARTIFACT_MODULE ? core_decode(&arena, file, file.at, NULL, &module, NULL)
                                                      : cm_decode(&arena, file, &component, NULL);
  bool ok = decoded && offset < file.size && run(&e, module, component, options);
  if (ok) {
    e.is_found = true;
    ok = run(&e, module, component, options);
  }
  cm_arena_free(&arena);
  return ok;
}
