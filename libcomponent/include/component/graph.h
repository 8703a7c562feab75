// The link view: nested instances flattened, every core import resolved.
//
// A component may nest components and instantiate each many times. The analyses ask only: "what is behind import 3 of this core
// instance?". cm_graph_build walks the definitions in order, as instantiation would, and answers for every core instance.
//
// Spec: Explainer.md, "Instance Definitions", "Alias Definitions"; Linking.md.
#ifndef COMPONENT_GRAPH_H
#define COMPONENT_GRAPH_H

#include <component/component.h>

#define CM_NOWHERE UINT32_MAX  // no node

// One instantiation of a component; the root is 0. Parents stand before their children.
struct cm_component_node {
  uint32_t parent;  // CM_NOWHERE for the root
  const struct cm_component *component;
  uint32_t index;          // in the parent's instance index space
  struct cm_str name;      // what it is called: from the component-name sections (the instance, the definition), else "$N"
  struct cm_str path;      // "app > middleware"; the root stands in paths only where it has a name
  bool instantiated_many;  // its definition is instantiated more than once
};

struct cm_core_target;

// Who defines a memory, table, global or tag. `instance` is CM_NOWHERE where it is not known; `index` is then the core node of the
// imported (opaque) module that exports it.
struct cm_core_owner {
  uint32_t instance, index;
};

// Canonical options with their indices followed. What is absent is CM_NOWHERE or NULL.
struct cm_graph_options {
  struct cm_core_owner memory;
  struct cm_core_owner table;            // of thread.new-indirect, thread.spawn-indirect
  const struct cm_core_target *realloc;  // lift and lower: called when values are written to memory
  const struct cm_core_target *post_return, *callback;
};

// A component function, followed to where it comes from.
struct cm_func_origin {
  enum { CM_ORIGIN_IMPORT, CM_ORIGIN_LIFTED } kind;
  // IMPORT: import item of the root component, and the function's name within it ("" for a bare function import; "a#b" for a function
  // b of an instance a that the imported instance exports). An import of sort component stands for the functions of its instances.
  const struct cm_item *import;
  struct cm_str function;
  // where its type can be read: cm_type_resolve(type_scope, type_index)
  const struct cm_scope *type_scope;
  uint32_t type_index;
  // LIFTED
  uint32_t component;                 // component node whose canon lift it is
  const struct cm_canon *lift;        // and the definition
  const struct cm_core_target *core;  // the core function that implements it
  uint32_t instance, func;            // the same, if a core instance's own: core node and function index in its module
  const struct cm_graph_options *options;
};

// What a core function import (or export of a bundle) is.
struct cm_core_target {
  enum { CM_TARGET_CORE, CM_TARGET_LOWERED, CM_TARGET_BUILTIN, CM_TARGET_UNKNOWN } kind;
  uint32_t instance, index;      // CORE: core node and index in its module's index space (never an import there: followed on);
                                 // UNKNOWN: the core node of the imported module that exports it, and CM_NOWHERE
  uint32_t component;            // LOWERED, BUILTIN: the component node whose definition it is
  const struct cm_canon *canon;  // LOWERED, BUILTIN: the definition, with its options
  const struct cm_graph_options *options;  // LOWERED, BUILTIN
  const struct cm_func_origin *origin;     // LOWERED: what is called
};

// One core instance, in the order of instantiation.
struct cm_core_node {
  uint32_t component;                 // component node
  uint32_t index;                     // in that component's core instance index space
  uint32_t module_ordinal;            // which core module of the file, in order of appearance; CM_NOWHERE for an imported module
  const struct core_module *module;   // NULL for an imported module (opaque)
  const struct cm_module_type *type;  // of an imported module: its declared type (scope: type_scope)
  const struct cm_scope *type_scope;
  struct cm_str name;                  // from the component-name section (instance, module), the module's name section, or "$N"
  struct cm_str path;                  // path of component instances and its own name as the text format writes it: "app > $main"
  uint32_t imported[CORE_KIND_COUNT];  // lengths of the arrays below: module->imported, or what the declared type imports
  struct cm_core_target *funcs;        // by function import
  // Imported memories, tables, globals, tags followed to who defines them: by import of that kind.
  struct cm_core_owner *memories, *tables, *globals, *tags;
  uint32_t first_table;  // in cm_graph.tables: those that the module itself defines
};

// A table's contents after all active element segments have run, across instances: function references only.
struct cm_table_entry {
  uint32_t instance, func;  // instance CM_NOWHERE: null or unknown; func indexes that instance's module (may be an import)
};
struct cm_table {
  uint32_t instance, index;  // who defines it
  uint32_t size;             // entries known
  struct cm_table_entry *entries;
  bool exact;  // no segment with an unknown offset or entry went into it, and no imported module has hold of it
};

// A core function that the outside can call: behind an exported component function, or a start.
struct cm_entry {
  struct cm_str name;  // "wasi:cli/run@0.2.3#run"; of a start the path of what starts; of a destructor the resource's name or "$N"
  uint32_t instance, func;  // CM_NOWHERE where `target` is not a core instance's own function
  enum cm_entry_kind {
    CM_ENTRY_EXPORT,
    CM_ENTRY_START,
    CM_ENTRY_REALLOC,  // these three: of an exported function; what lowered imports call is in their options
    CM_ENTRY_POST_RETURN,
    CM_ENTRY_CALLBACK,
    CM_ENTRY_DTOR,
    CM_ENTRY_ESCAPED  // handed to an imported module or component, which may call it
  } kind;
  struct cm_core_target target;
  const struct cm_func_origin
      *origin;  // EXPORT, REALLOC, POST_RETURN, CALLBACK: the exported function; ESCAPED: the function, or NULL
};

struct cm_graph {
  const struct cm_component *root;
  uint32_t component_count, core_count, table_count, entry_count, module_count;
  struct cm_component_node *components;
  struct cm_core_node *cores;
  struct cm_table *tables;
  struct cm_entry *entries;
  const struct core_module **modules;  // by module ordinal
};

// Builds the link view; everything lives in `arena`. The component need not be valid. False: an index or name that leads nowhere, or
// CM_LIMIT_GRAPH_INSTANCES, CM_LIMIT_GRAPH_DEFINITIONS (diag says which, where, and in which instances).
bool cm_graph_build(struct cm_arena *arena, const struct cm_component *root, struct cm_graph **out, struct cm_diag *diag);

// The link view of a core module on its own: `root` is NULL, core node 0 is the module, its imports are CM_TARGET_UNKNOWN, its entries are
// the exported functions and the start function.
bool cm_graph_of_module(struct cm_arena *arena, const struct core_module *module, struct cm_graph **out, struct cm_diag *diag);

// The target of function `func` of core node `instance`, imports followed to the end. UNKNOWN when out of range.
struct cm_core_target cm_graph_func(const struct cm_graph *graph, uint32_t instance, uint32_t func);

// The table behind table index `table` of core node `instance`; NULL when unknown.
const struct cm_table *cm_graph_table(const struct cm_graph *graph, uint32_t instance, uint32_t table);

// Who defines memory (global, tag) `index` of core node `instance`: imports followed. {CM_NOWHERE, CM_NOWHERE} when out of range.
struct cm_core_owner cm_graph_owner(const struct cm_graph *graph, uint32_t instance, enum core_kind kind, uint32_t index);

// The constant value of global `index` of core node `instance`, where it is an immutable integer whose initial value is known.
bool cm_graph_global(const struct cm_graph *graph, uint32_t instance, uint32_t index, uint64_t *value);

#endif
