// Questions to the finished link view.
//
// Imports were followed to their ends when the graph was built: an index is either among a node's imports, whose answer is stored,
// or the module's own.

#include <component/graph.h>

// The targets of functions that are nowhere.
static const struct cm_core_target unknown = {
    .kind = CM_TARGET_UNKNOWN, .instance = CM_NOWHERE, .index = CM_NOWHERE, .component = CM_NOWHERE};

struct cm_core_target cm_graph_func(const struct cm_graph *graph, uint32_t instance, uint32_t func) {
  if (instance >= graph->core_count) return unknown;
  const struct cm_core_node *node = &graph->cores[instance];
  if (func < node->imported[CORE_FUNC]) return node->funcs[func];
  struct cm_core_target target = unknown;
  if (node->module && func < node->module->func_count) {
    target.kind = CM_TARGET_CORE;
    target.instance = instance;
    target.index = func;
  }
  return target;
}

struct cm_core_owner cm_graph_owner(const struct cm_graph *graph, uint32_t instance, enum core_kind kind, uint32_t index) {
  struct cm_core_owner nobody = {CM_NOWHERE, CM_NOWHERE};
  if (instance >= graph->core_count) return nobody;
  const struct cm_core_node *node = &graph->cores[instance];
  const struct core_module *module = node->module;
  const struct cm_core_owner *imported = NULL;
  uint32_t count = 0;
  switch (kind) {
    case CORE_TABLE: imported = node->tables, count = module ? module->table_count : 0; break;
    case CORE_MEMORY: imported = node->memories, count = module ? module->memory_count : 0; break;
    case CORE_GLOBAL: imported = node->globals, count = module ? module->global_count : 0; break;
    case CORE_TAG: imported = node->tags, count = module ? module->tag_count : 0; break;
    default: return nobody;
  }
  if (index < node->imported[kind]) return imported[index];
  return index < count ? (struct cm_core_owner){instance, index} : nobody;
}
