// The graph as a drawing: for Graphviz (dot), and for Mermaid, which GitHub and many editors draw in Markdown.
//
// The two languages say the same things: boxes within boxes, and arrows with a label. `struct notation` has what differs; the walk
// is one. Imports and exports without an edge are left out: a picture is for what is connected.

#include <inttypes.h>

#include "graph.h"
#include "text.h"

struct notation {
  const char *begin, *end;  // of the whole
  const char *cluster, *cluster_label, *cluster_begin,
      *cluster_end;             // before its number, before its label, behind that, at its end
  bool empty_is_node;           // a cluster without anything in it is no cluster
  const char *node_ends[3][2];  // around the label: of core instances, imports, exports
  const char *line;             // a line break in a label
  const char *arrows[TW_GRAPH_VIA_COUNT];
  bool label_behind;  // of an edge: behind its end, or before
  // How a character is written that has a meaning between quotes; NULL: as it is.
  const char *(*escape)(char c);
};

static const char *escape_dot(char c) { return c == '"' ? "\\\"" : c == '\\' ? "\\\\" : NULL; }

static const char *escape_mermaid(char c) {
  switch (c) {
    case '"': return "#quot;";
    case '#': return "#35;";
    case '<': return "#lt;";
    case '>': return "#gt;";
    case '&': return "#amp;";
    case '`': return "#96;";
    case '\\': return "#92;";
    default: return NULL;
  }
}

static const struct notation dot = {
    .begin = "digraph component {\n  rankdir=LR;\n  node [shape=box];\n",
    .end = "}\n",
    .cluster = "subgraph cluster_",
    .cluster_label = " { label=\"",
    .cluster_begin = "\";\n",
    .cluster_end = "}\n",
    .node_ends = {{" [label=\"", "\"];\n"}, {" [label=\"", "\", shape=cds];\n"}, {" [label=\"", "\", shape=house];\n"}},
    .line = "\\n",
    .arrows = {"", ", style=bold", ", style=dashed", ", style=dotted"},
    .label_behind = true,
    .escape = escape_dot,
};

static const struct notation mermaid = {
    .begin = "flowchart LR\n",
    .end = "",
    .cluster = "subgraph k",
    .cluster_label = "[\"",
    .cluster_begin = "\"]\n",
    .cluster_end = "end\n",
    .empty_is_node = true,
    .node_ends = {{"[\"", "\"]\n"}, {"([\"", "\"])\n"}, {"[/\"", "\"/]\n"}},
    .line = "<br/>",
    .arrows = {"-->", "==>", "-.->", "-->"},
    .label_behind = false,
    .escape = escape_mermaid,
};

struct drawing {
  FILE *to;
  struct cm_arena *arena;
  const struct tw_graph_document *document;
  const struct notation *notation;
  bool functions;
  bool failed;  // no memory
  // The tree of component instances, and the core instances in each: the first and the next; CM_NOWHERE ends a list.
  uint32_t *first_child, *next_child, *first_core, *next_core;
};

static void put_text(struct drawing *d, struct cm_str text) {
  struct cm_str safe = tw_text_safe(d->arena, text);
  if (text.size && !safe.at) {
    d->failed = true;
    return;
  }
  for (size_t i = 0; i < safe.size; i++) {
    const char *escaped = d->notation->escape(safe.at[i]);
    if (escaped) {
      fputs(escaped, d->to);
    } else {
      fputc(safe.at[i], d->to);
    }
  }
}

static void indent(struct drawing *d, uint32_t depth) { fprintf(d->to, "%*s", (int)(2 * depth), ""); }

static void put_core(struct drawing *d, uint32_t index, uint32_t depth) {
  const struct tw_graph_core *core = &d->document->cores[index];
  indent(d, depth);
  fprintf(d->to, "c%" PRIu32 "%s", index, d->notation->node_ends[TW_GRAPH_CORE][0]);
  put_text(d, core->name);
  if (core->module == CM_NOWHERE) {
    fprintf(d->to, "%simported module", d->notation->line);
  } else {
    fprintf(d->to, "%smodule %" PRIu32, d->notation->line, core->module);
  }
  for (uint32_t i = 0; i < core->builtin_count; i++) {
    fprintf(d->to, "%s%s", d->notation->line, core->builtins[i].name);
    if (core->builtins[i].count > 1) {
      fprintf(d->to, " (%" PRIu32 ")", core->builtins[i].count);
    }
  }
  fputs(d->notation->node_ends[TW_GRAPH_CORE][1], d->to);
}

// One component instance with all that stands in it. As deep as instances are nested, at most CM_LIMIT_NESTING.
static void put_component(struct drawing *d, uint32_t index, uint32_t depth) {
  const struct tw_graph_component *component = &d->document->components[index];
  const struct notation *n = d->notation;
  struct cm_str name = component->name;
  if (component->parent == CM_NOWHERE && !name.size) {
    name = cm_str_of(d->document->artifact == CM_ARTIFACT_MODULE ? "core module" : "component");
  }
  bool empty = d->first_child[index] == CM_NOWHERE && d->first_core[index] == CM_NOWHERE;
  indent(d, depth);
  if (empty && n->empty_is_node) {
    fprintf(d->to, "k%" PRIu32 "%s", index, n->node_ends[TW_GRAPH_CORE][0]);
    put_text(d, name);
    fputs(n->node_ends[TW_GRAPH_CORE][1], d->to);
    return;
  }
  fprintf(d->to, "%s%" PRIu32 "%s", n->cluster, index, n->cluster_label);
  put_text(d, name);
  fputs(n->cluster_begin, d->to);
  for (uint32_t i = d->first_core[index]; i != CM_NOWHERE; i = d->next_core[i]) {
    put_core(d, i, depth + 1);
  }
  for (uint32_t i = d->first_child[index]; i != CM_NOWHERE; i = d->next_child[i]) {
    put_component(d, i, depth + 1);
  }
  indent(d, depth);
  fputs(n->cluster_end, d->to);
}

static void put_terminals(struct drawing *d, enum tw_graph_end_kind kind, const struct tw_graph_terminal *terminals,
                          uint32_t count) {
  bool *linked = cm_alloc_array(d->arena, count, sizeof *linked);
  if (!linked) {
    d->failed = true;
    return;
  }
  for (uint32_t i = 0; i < d->document->edge_count; i++) {
    const struct tw_graph_edge *edge = &d->document->edges[i];
    if (edge->from.kind == kind) {
      linked[edge->from.index] = true;
    }
    if (edge->to.kind == kind) {
      linked[edge->to.index] = true;
    }
  }
  for (uint32_t i = 0; i < count; i++) {
    if (linked[i]) {
      fprintf(d->to, "  %c%" PRIu32 "%s", kind == TW_GRAPH_IMPORT ? 'i' : 'e', i, d->notation->node_ends[kind][0]);
      put_text(d, terminals[i].name);
      fputs(d->notation->node_ends[kind][1], d->to);
    }
  }
}

static void put_label(struct drawing *d, const struct tw_graph_edge *edge) {
  fputs(tw_graph_counts_of(edge).text, d->to);
  for (uint32_t i = 0; d->functions && i < edge->function_count; i++) {
    fputs(d->notation->line, d->to);
    put_text(d, edge->functions[i]);
  }
}

static void put_edge(struct drawing *d, const struct tw_graph_edge *edge) {
  static const char letters[] = {[TW_GRAPH_CORE] = 'c', [TW_GRAPH_IMPORT] = 'i', [TW_GRAPH_EXPORT] = 'e'};
  const char *arrow = d->notation->arrows[edge->via];
  fprintf(d->to, "  %c%" PRIu32, letters[edge->from.kind], edge->from.index);
  if (d->notation->label_behind) {
    fprintf(d->to, " -> %c%" PRIu32 " [label=\"", letters[edge->to.kind], edge->to.index);
    put_label(d, edge);
    fprintf(d->to, "\"%s];\n", arrow);
  } else {
    fprintf(d->to, " %s|\"", arrow);
    put_label(d, edge);
    fprintf(d->to, "\"| %c%" PRIu32 "\n", letters[edge->to.kind], edge->to.index);
  }
}

// Lists what stands in what; from the last to the first, so that each list is in order.
static bool list_tree(struct drawing *d) {
  const struct tw_graph_document *document = d->document;
  d->first_child = cm_alloc_array(d->arena, document->component_count, sizeof *d->first_child);
  d->next_child = cm_alloc_array(d->arena, document->component_count, sizeof *d->next_child);
  d->first_core = cm_alloc_array(d->arena, document->component_count, sizeof *d->first_core);
  d->next_core = cm_alloc_array(d->arena, document->core_count, sizeof *d->next_core);
  if (!d->first_child || !d->next_child || !d->first_core || !d->next_core) {
    return false;
  }
  for (uint32_t i = 0; i < document->component_count; i++) {
    d->first_child[i] = d->next_child[i] = d->first_core[i] = CM_NOWHERE;
  }
  for (uint32_t i = document->component_count; i-- > 1;) {
    uint32_t parent = document->components[i].parent;
    d->next_child[i] = d->first_child[parent];
    d->first_child[parent] = i;
  }
  for (uint32_t i = document->core_count; i-- > 0;) {
    uint32_t parent = document->cores[i].component;
    d->next_core[i] = d->first_core[parent];
    d->first_core[parent] = i;
  }
  return true;
}

static bool draw(struct drawing *d) {
  if (!list_tree(d)) {
    return false;
  }
  const struct tw_graph_document *document = d->document;
  fputs(d->notation->begin, d->to);
  put_terminals(d, TW_GRAPH_EXPORT, document->exports, document->export_count);
  put_component(d, 0, 1);
  put_terminals(d, TW_GRAPH_IMPORT, document->imports, document->import_count);
  for (uint32_t i = 0; i < document->edge_count; i++) {
    put_edge(d, &document->edges[i]);
  }
  fputs(d->notation->end, d->to);
  return !d->failed;
}

bool tw_graph_dot(FILE *to, struct cm_arena *arena, const struct tw_graph_document *document, bool functions) {
  struct drawing d = {.to = to, .arena = arena, .document = document, .notation = &dot, .functions = functions};
  return draw(&d);
}

bool tw_graph_mermaid(FILE *to, struct cm_arena *arena, const struct tw_graph_document *document, bool functions) {
  struct drawing d = {.to = to, .arena = arena, .document = document, .notation = &mermaid, .functions = functions};
  return draw(&d);
}
