// The graph's document, made of the link view.
//
// Every import of every core instance, every entry of every table and every exported function is a link: from where, to where, by
// which way, of what kind, under what name. The links are sorted, and those between the same two ends by the same way become one edge.
// A link to a canonical built-in leads nowhere and is only counted.

#include "graph.h"

#include <stdlib.h>

const char *const tw_graph_vias[TW_GRAPH_VIA_COUNT] = {"imports", "calls", "holds", "exports"};

struct link {
  struct tw_graph_end from, to;
  uint8_t via, kind;   // enum tw_graph_via, enum core_kind
  struct cm_str name;  // of a function
};

// The root's import items and their numbers, by address.
struct known_import {
  const struct cm_item *item;
  uint32_t index;
};

struct maker {
  struct cm_arena *arena;
  const struct cm_graph *graph;
  struct tw_graph_document *out;
  struct link *links;
  size_t link_room;
  uint32_t link_count;
  struct known_import *known;  // sorted
  struct tw_graph_core *cores;
};

static bool add_link(struct maker *m, struct link link) {
  if (!cm_grow(m->arena, &m->links, &m->link_room, m->link_count, sizeof *m->links)) {
    return false;
  }
  m->links[m->link_count++] = link;
  return true;
}

static int compare_known(const void *a, const void *b) {
  uintptr_t x = (uintptr_t)((const struct known_import *)a)->item, y = (uintptr_t)((const struct known_import *)b)->item;
  return (x > y) - (x < y);
}

static bool list_imports(struct maker *m, const struct cm_scope *scope) {
  struct tw_graph_terminal *imports = cm_alloc_array(m->arena, scope->item_count, sizeof *imports);
  m->known = cm_alloc_array(m->arena, scope->item_count, sizeof *m->known);
  if (!imports || !m->known) {
    return false;
  }
  for (uint32_t i = 0; i < scope->item_count; i++) {
    const struct cm_item *item = scope->items[i];
    if (item->kind != CM_ITEM_IMPORT || item->import.type.sort == CM_SORT_TYPE) {
      continue;
    }
    m->known[m->out->import_count] = (struct known_import){item, m->out->import_count};
    const struct cm_name *name = &item->import.name;
    struct tw_graph_terminal *import = &imports[m->out->import_count++];
    *import = (struct tw_graph_terminal){.name = name->name, .sort = cm_sort_names[item->import.type.sort]};
    if (name->has_implements) import->implements = name->implements;
    if (name->has_external_id) import->external_id = name->external_id;
  }
  qsort(m->known, m->out->import_count, sizeof *m->known, compare_known);
  m->out->imports = imports;
  return true;
}

static bool list_exports(struct maker *m, const struct cm_scope *scope) {
  struct tw_graph_terminal *exports = cm_alloc_array(m->arena, scope->item_count, sizeof *exports);
  if (!exports) {
    return false;
  }
  for (uint32_t i = 0; i < scope->item_count; i++) {
    const struct cm_item *item = scope->items[i];
    if (item->kind == CM_ITEM_EXPORT && item->export.what.sort != CM_SORT_TYPE) {
      exports[m->out->export_count++] =
          (struct tw_graph_terminal){.name = item->export.name.name, .sort = cm_sort_names[item->export.what.sort]};
    }
  }
  m->out->exports = exports;
  return true;
}

// Where a core function is, or a component function's end.
static bool end_of(const struct maker *m, const struct cm_core_target *target, struct tw_graph_end *out, struct cm_str *name) {
  // A lift may be of a lowered function, and so on; each was there before the next.
  while (target->kind == CM_TARGET_LOWERED && target->origin->kind == CM_ORIGIN_LIFTED) {
    target = target->origin->core;
  }
  if (target->kind == CM_TARGET_LOWERED) {
    const struct cm_func_origin *origin = target->origin;
    struct known_import key = {origin->import, 0};
    const struct known_import *known = bsearch(&key, m->known, m->out->import_count, sizeof key, compare_known);
    if (!known) {
      return false;
    }
    *out = (struct tw_graph_end){TW_GRAPH_IMPORT, known->index};
    *name = origin->function.size ? origin->function : origin->import->import.name.name;
    return true;
  }
  if (target->kind == CM_TARGET_BUILTIN || target->instance == CM_NOWHERE) {
    return false;
  }
  *out = (struct tw_graph_end){TW_GRAPH_CORE, target->instance};
  return true;
}

static bool link_func(struct maker *m, uint32_t from, const struct cm_core_target *target, struct cm_str name) {
  struct link link = {.from = {TW_GRAPH_CORE, from}, .kind = CORE_FUNC, .name = name};
  link.via = target->kind == CM_TARGET_LOWERED ? TW_GRAPH_CALLS : TW_GRAPH_IMPORTS;
  return !end_of(m, target, &link.to, &link.name) || add_link(m, link);
}

// The owner's node, or the imported module's that exports it.
static bool link_owner(struct maker *m, uint32_t from, enum core_kind kind, struct cm_core_owner owner) {
  uint32_t to = owner.instance != CM_NOWHERE ? owner.instance : owner.index;
  struct link link = {.from = {TW_GRAPH_CORE, from}, .to = {TW_GRAPH_CORE, to}, .via = TW_GRAPH_IMPORTS, .kind = (uint8_t)kind};
  return to >= m->graph->core_count || add_link(m, link);
}

// The names of a node's function imports, in order.
static bool import_names(struct maker *m, const struct cm_core_node *node, struct cm_str **out) {
  struct cm_str *names = cm_alloc_array(m->arena, node->imported[CORE_FUNC], sizeof *names);
  if (!names) {
    return false;
  }
  uint32_t count = 0;
  for (uint32_t i = 0; node->module && i < node->module->import_count; i++) {
    if (node->module->imports[i].type.kind == CORE_FUNC && count < node->imported[CORE_FUNC]) {
      names[count++] = node->module->imports[i].name;
    }
  }
  for (uint32_t i = 0; !node->module && i < node->type->count; i++) {
    const struct cm_module_decl *decl = &node->type->decls[i];
    if (decl->kind == CM_MODULE_IMPORT && decl->import.type.kind == CORE_FUNC && count < node->imported[CORE_FUNC]) {
      names[count++] = decl->import.name;
    }
  }
  *out = names;
  return true;
}

static int compare_builtins(const void *a, const void *b) {
  return strcmp(((const struct tw_graph_builtin *)a)->name, ((const struct tw_graph_builtin *)b)->name);
}

static bool count_builtins(struct maker *m, uint32_t n) {
  const struct cm_core_node *node = &m->graph->cores[n];
  uint32_t counts[CM_CANON_COUNT] = {0}, kinds = 0;
  for (uint32_t i = 0; i < node->imported[CORE_FUNC]; i++) {
    if (node->funcs[i].kind == CM_TARGET_BUILTIN) {
      kinds += counts[node->funcs[i].canon->kind]++ == 0;
    }
  }
  struct tw_graph_builtin *builtins = cm_alloc_array(m->arena, kinds, sizeof *builtins);
  if (!builtins) {
    return false;
  }
  m->cores[n].builtins = builtins;
  for (uint32_t kind = 0; kind < CM_CANON_COUNT; kind++) {
    if (counts[kind]) {
      builtins[m->cores[n].builtin_count++] = (struct tw_graph_builtin){cm_canons[kind].text, counts[kind]};
    }
  }
  qsort(builtins, kinds, sizeof *builtins, compare_builtins);
  return true;
}

static bool link_core(struct maker *m, uint32_t n) {
  const struct cm_core_node *node = &m->graph->cores[n];
  struct cm_str *names;
  if (!import_names(m, node, &names) || !count_builtins(m, n)) {
    return false;
  }
  for (uint32_t i = 0; i < node->imported[CORE_FUNC]; i++) {
    if (!link_func(m, n, &node->funcs[i], names[i])) {
      return false;
    }
  }
  const struct cm_core_owner *const owners[CORE_KIND_COUNT] = {NULL, node->tables, node->memories, node->globals, node->tags};
  for (int kind = CORE_TABLE; kind < CORE_KIND_COUNT; kind++) {
    for (uint32_t i = 0; i < node->imported[kind]; i++) {
      if (!link_owner(m, n, (enum core_kind)kind, owners[kind][i])) {
        return false;
      }
    }
  }
  return true;
}

static bool link_table(struct maker *m, const struct cm_table *table) {
  for (uint32_t i = 0; i < table->size; i++) {
    struct cm_core_target target = cm_graph_func(m->graph, table->entries[i].instance, table->entries[i].func);
    struct link link = {.from = {TW_GRAPH_CORE, table->instance}, .via = TW_GRAPH_HOLDS, .kind = CORE_FUNC};
    if (!end_of(m, &target, &link.to, &link.name) || (link.to.kind == TW_GRAPH_CORE && link.to.index == table->instance)) {
      continue;
    }
    if (!add_link(m, link)) {
      return false;
    }
  }
  return true;
}

// Entries come in the order of the exports that they are behind; one of an instance's functions is called "INSTANCE#FUNCTION".
static bool link_exports(struct maker *m) {
  uint32_t export = 0;
  for (uint32_t i = 0; i < m->graph->entry_count; i++) {
    const struct cm_entry *entry = &m->graph->entries[i];
    if (entry->kind != CM_ENTRY_EXPORT) {
      continue;
    }
    for (; export < m->out->export_count; export ++) {
      struct cm_str name = m->out->exports[export].name;
      if (cm_str_equal(entry->name, name) || (cm_str_starts(entry->name, name) && entry->name.at[name.size] == '#')) {
        break;
      }
    }
    if (export == m->out->export_count) {
      break;
    }
    size_t skip = m->out->exports[export].name.size;
    struct cm_str name = entry->name;
    if (name.size > skip) {
      name = (struct cm_str){name.at + skip + 1, name.size - skip - 1};
    }
    struct link link = {.from = {TW_GRAPH_EXPORT, export}, .via = TW_GRAPH_EXPORTS, .kind = CORE_FUNC, .name = name};
    if (end_of(m, &entry->target, &link.to, &link.name) && !add_link(m, link)) {
      return false;
    }
  }
  return true;
}

static int compare_ends(struct tw_graph_end a, struct tw_graph_end b) {
  if (a.kind != b.kind) {
    return a.kind < b.kind ? -1 : 1;
  }
  return (a.index > b.index) - (a.index < b.index);
}

static int compare_edges(const struct link *a, const struct link *b) {
  int order = compare_ends(a->from, b->from);
  if (order == 0) {
    order = (a->via > b->via) - (a->via < b->via);
  }
  return order ? order : compare_ends(a->to, b->to);
}

static int compare_links(const void *a, const void *b) {
  const struct link *x = a, *y = b;
  int order = compare_edges(x, y);
  if (order == 0) {
    order = (x->kind > y->kind) - (x->kind < y->kind);
  }
  return order ? order : cm_str_compare(x->name, y->name);
}

// Sorted links become edges.
static bool make_edges(struct maker *m) {
  struct tw_graph_edge *edges = NULL;
  size_t room = 0;
  uint32_t count = 0;
  struct cm_str *names = cm_alloc_array(m->arena, m->link_count, sizeof *names);
  if (!names) {
    return false;
  }
  if (m->link_count) {
    qsort(m->links, m->link_count, sizeof *m->links, compare_links);
  }
  for (uint32_t i = 0; i < m->link_count; i++) {
    const struct link *link = &m->links[i];
    if (i == 0 || compare_edges(&m->links[i - 1], link) != 0) {
      if (!cm_grow(m->arena, &edges, &room, count, sizeof *edges)) {
        return false;
      }
      edges[count++] = (struct tw_graph_edge){.from = link->from, .to = link->to, .via = link->via, .functions = names};
    }
    struct tw_graph_edge *edge = &edges[count - 1];
    edge->counts[link->kind]++;
    bool named = link->kind == CORE_FUNC && link->name.size;
    if (named && (!edge->function_count || !cm_str_equal(names[-1], link->name))) {
      *names++ = link->name;
      edge->function_count++;
    }
  }
  m->out->edges = edges;
  m->out->edge_count = count;
  return true;
}

static bool list_components(struct maker *m) {
  const struct cm_graph *graph = m->graph;
  struct tw_graph_component *components = cm_alloc_array(m->arena, graph->component_count, sizeof *components);
  if (!components) {
    return false;
  }
  for (uint32_t i = 0; i < graph->component_count; i++) {
    const struct cm_component_node *node = &graph->components[i];
    components[i] = (struct tw_graph_component){node->parent, node->name, node->path, node->instantiated_many};
  }
  m->out->components = components;
  m->out->component_count = graph->component_count;
  return true;
}

static bool list_cores(struct maker *m) {
  const struct cm_graph *graph = m->graph;
  m->cores = cm_alloc_array(m->arena, graph->core_count, sizeof *m->cores);
  if (!m->cores) {
    return false;
  }
  for (uint32_t i = 0; i < graph->core_count; i++) {
    const struct cm_core_node *node = &graph->cores[i];
    m->cores[i] = (struct tw_graph_core){
        .component = node->component, .module = node->module_ordinal, .name = node->name, .path = node->path};
    if (node->module) {
      m->cores[i].function_count = node->module->func_count - node->imported[CORE_FUNC];
      m->cores[i].has_start = node->module->has_start;
    }
    if (!link_core(m, i)) {
      return false;
    }
  }
  m->out->cores = m->cores;
  m->out->core_count = graph->core_count;
  m->out->module_count = graph->module_count;
  return true;
}

bool tw_graph_of_component(struct cm_arena *arena, const struct cm_graph *graph, struct tw_graph_document *out) {
  struct maker m = {.arena = arena, .graph = graph, .out = out};
  *out = (struct tw_graph_document){.artifact = CM_ARTIFACT_COMPONENT};
  const struct cm_scope *scope = &graph->root->scope;
  if (!list_imports(&m, scope) || !list_exports(&m, scope) || !list_components(&m) || !list_cores(&m)) {
    return false;
  }
  for (uint32_t i = 0; i < graph->table_count; i++) {
    if (!link_table(&m, &graph->tables[i])) {
      return false;
    }
  }
  return link_exports(&m) && make_edges(&m);
}

// The names of the modules that are imported from, each once, in the order of their first use.
static bool list_modules(struct maker *m, const struct core_module *module) {
  struct tw_graph_terminal *imports = cm_alloc_array(m->arena, module->import_count, sizeof *imports);
  if (!imports) {
    return false;
  }
  m->out->imports = imports;
  struct tw_graph_end from = {TW_GRAPH_CORE, 0}, to = {TW_GRAPH_IMPORT, 0};
  for (uint32_t i = 0; i < module->import_count; i++) {
    const struct core_import *import = &module->imports[i];
    // Imports of one module mostly stand together.
    if (i == 0 || !cm_str_equal(imports[to.index].name, import->module)) {
      for (to.index = 0; to.index < m->out->import_count; to.index++) {
        if (cm_str_equal(imports[to.index].name, import->module)) {
          break;
        }
      }
    }
    if (to.index == m->out->import_count) {
      imports[m->out->import_count++] = (struct tw_graph_terminal){.name = import->module, .sort = "core instance"};
    }
    struct link link = {from, to, TW_GRAPH_IMPORTS, (uint8_t)import->type.kind, {0}};
    if (import->type.kind == CORE_FUNC) {
      link.name = import->name;
    }
    if (!add_link(m, link)) {
      return false;
    }
  }
  return true;
}

static bool list_module_exports(struct maker *m, const struct core_module *module) {
  static const char *const sorts[CORE_KIND_COUNT] = {"core func", "core table", "core memory", "core global", "core tag"};
  struct tw_graph_terminal *exports = cm_alloc_array(m->arena, module->export_count, sizeof *exports);
  if (!exports) {
    return false;
  }
  m->out->exports = exports;
  for (uint32_t i = 0; i < module->export_count; i++) {
    const struct core_export *export = &module->exports[i];
    exports[m->out->export_count] = (struct tw_graph_terminal){.name = export->name, .sort = sorts[export->kind]};
    struct link link = {
        {TW_GRAPH_EXPORT, m->out->export_count++}, {TW_GRAPH_CORE, 0}, TW_GRAPH_EXPORTS, (uint8_t) export->kind, {0}};
    if (export->kind == CORE_FUNC) {
      link.name = export->name;
    }
    if (!add_link(m, link)) {
      return false;
    }
  }
  return true;
}

bool tw_graph_of_module(struct cm_arena *arena, const struct core_module *module, struct tw_graph_document *out) {
  struct maker m = {.arena = arena, .out = out};
  struct core_names names;
  struct tw_graph_component *root = cm_alloc(arena, sizeof *root);
  struct tw_graph_core *core = cm_alloc(arena, sizeof *core);
  *out = (struct tw_graph_document){
      .artifact = CM_ARTIFACT_MODULE, .components = root, .component_count = 1, .cores = core, .core_count = 1, .module_count = 1};
  if (!root || !core || !core_names_read(arena, module, &names, NULL)) {
    return false;
  }
  root->parent = CM_NOWHERE;
  core->name = names.module.size ? names.module : CM_STR("module");
  core->path = core->name;
  core->function_count = module->func_count - module->imported[CORE_FUNC];
  core->has_start = module->has_start;
  return list_modules(&m, module) && list_module_exports(&m, module) && make_edges(&m);
}
