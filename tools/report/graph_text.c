// The graph for people, and as JSON.
//
//     app.wasm  component, 1 component instance, 3 core instances, 3 core modules
//     imports
//       wasi:cli/environment@0.2.3  instance
//       wasi:cli/exit@0.2.3         instance
//     core instances
//       $main  module 0, 12 functions
//         imports  $shim                3 functions
//         calls    wasi:cli/exit@0.2.3  1 function
//         uses     resource.drop (2)
//     exports
//       run  func
//         $main  1 function
//
// Every core instance is followed by the edges that begin at it. They are sorted by where they begin, so that one walk over them
// will do.

#include <inttypes.h>
#include <stdio.h>

#include "graph.h"
#include "text.h"

struct tw_graph_counts tw_graph_counts_of(const struct tw_graph_edge *edge) {
  static const char *const names[CORE_KIND_COUNT][2] = {
      {"function", "functions"}, {"table", "tables"}, {"memory", "memories"}, {"global", "globals"}, {"tag", "tags"}};
  struct tw_graph_counts counts = {{0}};
  size_t used = 0;
  for (int kind = 0; kind < CORE_KIND_COUNT; kind++) {
    if (edge->counts[kind]) {
      int n = snprintf(counts.text + used, sizeof counts.text - used, "%s%" PRIu32 " %s", used ? ", " : "", edge->counts[kind],
                       names[kind][edge->counts[kind] != 1]);
      used += (size_t)n;
    }
  }
  return counts;
}

enum { NAME_COLUMNS = 64 };  // a name that is wider does not push what stands behind the others

struct writer {
  FILE *to;
  struct cm_arena *arena;
  const struct tw_graph_document *document;
  const char *dim, *strong, *plain;  // colours, or nothing
  bool functions;
  bool failed;    // no memory
  uint32_t next;  // edge
};

// A name of the file, and blanks behind it up to `columns`.
static void put_name(struct writer *w, struct cm_str name, size_t columns) {
  struct cm_str safe = tw_text_safe(w->arena, name);
  if (name.size && !safe.at) {
    w->failed = true;
    return;
  }
  size_t taken = columns ? tw_text_columns(safe) : 0;
  fprintf(w->to, "%.*s%*s", CM_STR_ARG(safe), (int)(taken < columns ? columns - taken : 0), "");
}

// The wider of two, as far as it counts.
static size_t wider(struct writer *w, size_t columns, struct cm_str name) {
  struct cm_str safe = tw_text_safe(w->arena, name);
  size_t taken = safe.at ? tw_text_columns(safe) : 0;
  return taken > columns && taken <= NAME_COLUMNS ? taken : columns;
}

static void put_count(struct writer *w, const char *before, uint32_t count, const char *what) {
  fprintf(w->to, "%s%" PRIu32 " %s%s", before, count, what, count == 1 ? "" : "s");
}

static struct cm_str end_name(const struct tw_graph_document *d, struct tw_graph_end end) {
  return end.kind == TW_GRAPH_CORE     ? d->cores[end.index].path
         : end.kind == TW_GRAPH_IMPORT ? d->imports[end.index].name
                                       : d->exports[end.index].name;
}

static void put_edge(struct writer *w, const struct tw_graph_edge *edge, size_t columns) {
  fputs("    ", w->to);
  // The word for an export's way would only repeat the heading.
  if (edge->via != TW_GRAPH_EXPORTS) {
    fprintf(w->to, "%s%-7s%s  ", w->dim, tw_graph_vias[edge->via], w->plain);
  }
  put_name(w, end_name(w->document, edge->to), columns);
  fprintf(w->to, "  %s%s%s\n", w->dim, tw_graph_counts_of(edge).text, w->plain);
  for (uint32_t i = 0; w->functions && i < edge->function_count; i++) {
    fputs("               ", w->to);
    put_name(w, edge->functions[i], 0);
    fputc('\n', w->to);
  }
}

// The edges that begin at `from`.
static void put_edges(struct writer *w, struct tw_graph_end from) {
  const struct tw_graph_document *d = w->document;
  uint32_t end = w->next;
  size_t columns = 0;
  while (end < d->edge_count && d->edges[end].from.kind == from.kind && d->edges[end].from.index == from.index) {
    columns = wider(w, columns, end_name(d, d->edges[end++].to));
  }
  while (w->next < end) {
    put_edge(w, &d->edges[w->next++], columns);
  }
}

static void put_core(struct writer *w, uint32_t index) {
  const struct tw_graph_core *core = &w->document->cores[index];
  fprintf(w->to, "  %s", w->strong);
  put_name(w, core->path, 0);
  fputs(w->plain, w->to);
  if (core->module == CM_NOWHERE) {
    fputs("  imported module", w->to);
  } else {
    fprintf(w->to, "  module %" PRIu32, core->module);
    put_count(w, ", ", core->function_count, "function");
  }
  fprintf(w->to, "%s\n", core->has_start ? ", has a start function" : "");
  put_edges(w, (struct tw_graph_end){TW_GRAPH_CORE, index});
  for (uint32_t i = 0; i < core->builtin_count; i++) {
    fprintf(w->to, i ? ", %s" : "    %suses   %s  %s", i ? core->builtins[i].name : w->dim, w->plain, core->builtins[i].name);
    if (core->builtins[i].count > 1) {
      fprintf(w->to, " (%" PRIu32 ")", core->builtins[i].count);
    }
  }
  if (core->builtin_count) {
    fputc('\n', w->to);
  }
}

static size_t widest(struct writer *w, const struct tw_graph_terminal *terminals, uint32_t count) {
  size_t columns = 0;
  for (uint32_t i = 0; i < count; i++) {
    columns = wider(w, columns, terminals[i].name);
  }
  return columns;
}

static void put_terminal(struct writer *w, const struct tw_graph_terminal *terminal, size_t columns) {
  fputs("  ", w->to);
  put_name(w, terminal->name, columns);
  fprintf(w->to, "  %s%s%s\n", w->dim, terminal->sort, w->plain);
}

static void put_imports(struct writer *w) {
  const struct tw_graph_document *d = w->document;
  size_t columns = widest(w, d->imports, d->import_count);
  if (d->import_count) {
    fputs("imports\n", w->to);
  }
  for (uint32_t i = 0; i < d->import_count; i++) {
    put_terminal(w, &d->imports[i], columns);
  }
}

static void put_exports(struct writer *w) {
  const struct tw_graph_document *d = w->document;
  size_t columns = widest(w, d->exports, d->export_count);
  if (d->export_count) {
    fputs("exports\n", w->to);
  }
  for (uint32_t i = 0; i < d->export_count; i++) {
    put_terminal(w, &d->exports[i], columns);
    put_edges(w, (struct tw_graph_end){TW_GRAPH_EXPORT, i});
  }
}

static void put_heading(struct writer *w) {
  const struct tw_graph_document *d = w->document;
  fputs(w->strong, w->to);
  put_name(w, cm_str_of(d->path), 0);
  if (d->artifact == CM_ARTIFACT_MODULE) {
    fprintf(w->to, "%s  core module\n", w->plain);
    return;
  }
  fprintf(w->to, "%s  component", w->plain);
  put_count(w, ", ", d->component_count, "component instance");
  put_count(w, ", ", d->core_count, "core instance");
  put_count(w, ", ", d->module_count, "core module");
  fputc('\n', w->to);
}

static void put_components(struct writer *w) {
  const struct tw_graph_document *d = w->document;
  if (d->component_count > 1) {
    fputs("component instances\n", w->to);
  }
  for (uint32_t i = 1; i < d->component_count; i++) {
    fputs("  ", w->to);
    put_name(w, d->components[i].path, 0);
    fprintf(w->to, "%s\n", d->components[i].shared ? "  its definition is instantiated more than once" : "");
  }
}

bool tw_graph_text(FILE *to, struct cm_arena *arena, const struct tw_graph_document *document, bool functions, bool color) {
  struct writer w = {.to = to, .arena = arena, .document = document, .functions = functions};
  w.dim = color ? "\033[2m" : "";
  w.strong = color ? "\033[1m" : "";
  w.plain = color ? "\033[0m" : "";
  put_heading(&w);
  put_imports(&w);
  put_components(&w);
  if (document->core_count) {
    fputs("core instances\n", to);
  }
  for (uint32_t i = 0; i < document->core_count; i++) {
    put_core(&w, i);
  }
  put_exports(&w);
  return !w.failed;
}
