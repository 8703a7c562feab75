// The answer of `tidewaiter graph`: instances, and what each takes from which.
//
// A document is made of a link view (component/graph.h): core instances as nodes, component instances as what they stand in, the
// root's imports and exports as terminals, and edges, one for each pair and way, with what goes over it counted.
#ifndef TW_REPORT_GRAPH_H
#define TW_REPORT_GRAPH_H

#include <component/graph.h>

#include "doc/json.h"

enum tw_graph_end_kind { TW_GRAPH_CORE, TW_GRAPH_IMPORT, TW_GRAPH_EXPORT };

struct tw_graph_end {
  enum tw_graph_end_kind kind;
  uint32_t index;  // in `cores`, `imports` or `exports`
};

enum tw_graph_via {
  TW_GRAPH_IMPORTS,  // a core instance imports from another
  TW_GRAPH_CALLS,    // it imports a component function, lowered: of the root's imports, or lifted by another core instance
  TW_GRAPH_HOLDS,    // its table holds functions that are not its own
  TW_GRAPH_EXPORTS,  // a root export is a function that the core instance implements
  TW_GRAPH_VIA_COUNT
};
extern const char *const tw_graph_vias[TW_GRAPH_VIA_COUNT];  // "imports", "calls", "holds", "exports"

struct tw_graph_edge {
  struct tw_graph_end from, to;
  enum tw_graph_via via;
  uint32_t counts[CORE_KIND_COUNT];  // functions, tables, memories, globals, tags
  uint32_t function_count;
  const struct cm_str *functions;  // their names, sorted, each once
};

struct tw_graph_builtin {
  const char *name;
  uint32_t count;
};

struct tw_graph_component {
  uint32_t parent;  // CM_NOWHERE for the root
  struct cm_str name, path;
  bool shared;  // its definition is instantiated more than once
};

struct tw_graph_core {
  uint32_t component, module;  // module: CM_NOWHERE for an imported one
  struct cm_str name, path;
  uint32_t function_count;  // of its own
  bool has_start;
  uint32_t builtin_count;
  const struct tw_graph_builtin *builtins;  // what it imports, by name
};

struct tw_graph_terminal {
  struct cm_str name;
  const char *sort;                       // "instance", "func", "component", "core module"
  struct cm_str implements, external_id;  // .at is NULL where the name has none
};

struct tw_graph_document {
  const char *path;  // as given
  uint64_t size;
  enum cm_artifact artifact;
  uint32_t component_count, core_count, module_count, import_count, export_count, edge_count;
  const struct tw_graph_component *components;  // parents before their children; the root is 0
  const struct tw_graph_core *cores;            // in the order of instantiation
  const struct tw_graph_terminal *imports, *exports;
  const struct tw_graph_edge *edges;  // by from, via, to
};

// Makes the document. `path` and `size` are left to the caller. False: no memory.
bool tw_graph_of_component(struct cm_arena *arena, const struct cm_graph *graph, struct tw_graph_document *out);

// The same of a core module: one instance, whose imports' module names stand for instances that it would be given.
bool tw_graph_of_module(struct cm_arena *arena, const struct core_module *module, struct tw_graph_document *out);

// The writers. `functions`: the functions of each edge are named, not only counted (JSON always names them). False: no memory.
bool tw_graph_text(FILE *to, struct cm_arena *arena, const struct tw_graph_document *document, bool functions, bool color);
bool tw_graph_dot(FILE *to, struct cm_arena *arena, const struct tw_graph_document *document, bool functions);
bool tw_graph_mermaid(FILE *to, struct cm_arena *arena, const struct tw_graph_document *document, bool functions);
void tw_graph_json(FILE *to, const struct tw_graph_document *document);

// "2 functions, 1 memory"
struct tw_graph_counts {
  char text[160];
};
struct tw_graph_counts tw_graph_counts_of(const struct tw_graph_edge *edge);

#endif
