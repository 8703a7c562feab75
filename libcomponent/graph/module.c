// The link view of a plain core module: one core instance with nothing behind its imports.
//
// The analyses are about linked programs. A core module on its own is the smallest of them, so that nobody needs a second way of
// looking at one.

#include "build.h"

static bool list_owners(struct cm_arena *arena, uint32_t count, struct cm_core_owner **out) {
  *out = cm_alloc_array(arena, count, sizeof **out);
  if (!*out) return false;
  for (uint32_t i = 0; i < count; i++) (*out)[i] = (struct cm_core_owner){CM_NOWHERE, CM_NOWHERE};
  return true;
}

static bool make_node(struct cm_arena *arena, const struct core_module *module, struct cm_core_node *node) {
  node->module = module;
  memcpy(node->imported, module->imported, sizeof node->imported);
  node->funcs = cm_alloc_array(arena, module->imported[CORE_FUNC], sizeof *node->funcs);
  if (!node->funcs) return false;
  for (uint32_t i = 0; i < module->imported[CORE_FUNC]; i++)
    node->funcs[i] = (struct cm_core_target){.kind = CM_TARGET_UNKNOWN, .instance = CM_NOWHERE, .index = CM_NOWHERE};
  return list_owners(arena, module->imported[CORE_TABLE], &node->tables) &&
         list_owners(arena, module->imported[CORE_MEMORY], &node->memories) &&
         list_owners(arena, module->imported[CORE_GLOBAL], &node->globals) &&
         list_owners(arena, module->imported[CORE_TAG], &node->tags);
}

static bool list_entries(struct cm_arena *arena, const struct core_module *module, struct cm_graph *graph) {
  graph->entries = cm_alloc_array(arena, (size_t)module->export_count + 1, sizeof *graph->entries);
  if (!graph->entries) return false;
  for (uint32_t i = 0; i < module->export_count; i++) {
    const struct core_export *e = &module->exports[i];
    if (e->kind != CORE_FUNC) continue;
    struct cm_entry *entry = &graph->entries[graph->entry_count++];
    *entry = (struct cm_entry){.name = e->name, .func = e->index, .kind = CM_ENTRY_EXPORT};
    entry->target = cm_graph_func(graph, 0, e->index);
  }
  if (module->has_start) {
    struct cm_entry *entry = &graph->entries[graph->entry_count++];
    *entry = (struct cm_entry){.func = module->start, .kind = CM_ENTRY_START};
    entry->target = cm_graph_func(graph, 0, module->start);
  }
  return true;
}

bool cm_graph_of_module(struct cm_arena *arena, const struct core_module *module, struct cm_graph **out, struct cm_diag *diag) {
  struct cm_graph *graph = cm_alloc(arena, sizeof *graph);
  if (!graph) return cm_fail_memory(diag);
  graph->cores = cm_alloc(arena, sizeof *graph->cores);
  graph->components = cm_alloc(arena, sizeof *graph->components);
  graph->modules = cm_alloc(arena, sizeof *graph->modules);
  if (!graph->cores || !graph->components || !graph->modules) return cm_fail_memory(diag);
  graph->components->parent = CM_NOWHERE;
  graph->core_count = graph->module_count = 1;
  graph->modules[0] = module;
  if (!make_node(arena, module, graph->cores)) return cm_fail_memory(diag);
  struct builder b = {.arena = arena, .diag = diag, .graph = graph};
  if (!tables_build(&b)) return false;
  if (!list_entries(arena, module, graph)) return cm_fail_memory(diag);
  *out = graph;
  return true;
}
