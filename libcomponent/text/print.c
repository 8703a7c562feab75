// What is offered to others: printing whole files, modules and components.

#include "text/printer.h"

#include <stdlib.h>

struct printer *printer_begin(const struct cm_print_options *options, struct cm_text_sink sink, struct cm_diag *diag) {
  // Too large for a stack that may already be deep.
  struct printer *p = malloc(sizeof *p);
  if (!p) {
    cm_fail_memory(diag);
    return NULL;
  }
  memset(p, 0, offsetof(struct printer, buffer));
  cm_arena_init(&p->arena, NULL);
  cm_arena_init(&p->scratch, NULL);
  if (options) p->options = *options;
  p->sink = sink;
  p->diag = diag;
  return p;
}

bool printer_end(struct printer *p) {
  printer_flush(p);
  bool ok = !p->failed;
  cm_arena_free(&p->arena);
  cm_arena_free(&p->scratch);
  free(p);
  return ok;
}

bool cm_print_module(const struct core_module *module, const struct cm_print_options *options, struct cm_text_sink sink,
                     struct cm_diag *diag) {
  struct cm_diag unwanted;
  struct printer *p = printer_begin(options, sink, diag ? diag : &unwanted);
  if (!p) return false;
  put_offset_column(p, module->offset);
  print_module(p, module, "module", NULL, 0);
  put_char(p, '\n');
  return printer_end(p);
}

bool cm_print_component(const struct cm_component *component, const struct cm_print_options *options, struct cm_text_sink sink,
                        struct cm_diag *diag) {
  struct cm_diag unwanted;
  struct printer *p = printer_begin(options, sink, diag ? diag : &unwanted);
  if (!p) return false;
  put_offset_column(p, component->offset);
  print_component(p, component);
  put_char(p, '\n');
  return printer_end(p);
}

bool cm_print(struct cm_span file, const struct cm_print_options *options, struct cm_text_sink sink, struct cm_diag *diag) {
  struct cm_arena arena;
  cm_arena_init(&arena, NULL);
  bool ok;
  if (cm_sniff(file) == CM_ARTIFACT_MODULE) {
    struct core_module *module;
    ok = core_decode(&arena, file, file.at, &(struct cm_where){.what = "core module", .index = -1}, &module, diag) &&
         cm_print_module(module, options, sink, diag);
  } else {
    struct cm_component *component;
    ok = cm_decode(&arena, file, &component, diag) && cm_print_component(component, options, sink, diag);
  }
  cm_arena_free(&arena);
  return ok;
}
