// Decoding, the link view, and every question to it and to the types of the functions that it finds.
//
// Nothing is validated before, so that whatever decodes is walked. What comes back is read to its ends, for the sanitizers to see.

#include <component/graph.h>
#include <component/types.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile uint64_t seen;

static void read_text(struct cm_str text) {
  for (size_t i = 0; i < text.size; i++) {
    seen += (uint8_t)text.at[i];
  }
}

// Types may be as large as the limits allow, which takes its time; a few are enough.
static int types_left;

static void ask_type(const struct cm_scope *scope, uint32_t index) {
  struct cm_diag diag;
  struct cm_typeref type;
  struct cm_signature signature;
  struct cm_place place;
  struct cm_layout layout;
  if (!cm_type_resolve(scope, index, &type, &diag) || !type.type || type.type->kind != CM_TYPE_FUNC || types_left-- <= 0) {
    return;
  }
  for (int i = 0; i < 8; i++) {
    cm_signature_of(type.scope, type.type, i & 1, i & 2, i & 4 ? 8 : 4, &signature, &diag);
  }
  for (uint32_t i = 0; i < type.type->func.param_count && i < 8; i++) {
    char path[40];
    struct cm_str name = type.type->func.params[i].name;
    if (name.size < sizeof path) {
      memcpy(path, name.at, name.size);
      path[name.size] = 0;
      cm_place_of(type.scope, type.type, path, i & 1, 4, &place, &diag);
    }
    cm_layout_of(type.scope, type.type->func.params[i].type, 4, &layout, &diag);
  }
}

static void ask_target(const struct cm_graph *graph, struct cm_core_target target) {
  if (target.kind == CM_TARGET_CORE) {
    seen += graph->cores[target.instance].module->funcs[target.index].type;
  } else if (target.kind == CM_TARGET_LOWERED) {
    read_text(target.origin->function);
    ask_type(target.origin->type_scope, target.origin->type_index);
  }
}

static void ask_graph(const struct cm_graph *graph) {
  for (uint32_t i = 0; i < graph->component_count; i++) {
    read_text(graph->components[i].path);
  }
  for (uint32_t i = 0; i < graph->core_count; i++) {
    const struct cm_core_node *node = &graph->cores[i];
    read_text(node->path);
    for (uint32_t k = 0; k < node->imported[CORE_FUNC] + 2 && k < 200; k++) {
      ask_target(graph, cm_graph_func(graph, i, k));
    }
    for (int kind = 0; kind < CORE_KIND_COUNT; kind++) {
      for (uint32_t k = 0; k < node->imported[kind] + 2 && k < 200; k++) {
        seen += cm_graph_owner(graph, i, (enum core_kind)kind, k).instance;
      }
    }
    uint64_t value;
    seen += cm_graph_global(graph, i, 0, &value);
    seen += cm_graph_table(graph, i, 0) != NULL;
  }
  for (uint32_t i = 0; i < graph->table_count; i++) {
    const struct cm_table *table = &graph->tables[i];
    for (uint32_t k = 0; k < table->size && k < 1000; k++) {
      ask_target(graph, cm_graph_func(graph, table->entries[k].instance, table->entries[k].func));
    }
  }
  for (uint32_t i = 0; i < graph->entry_count; i++) {
    read_text(graph->entries[i].name);
    ask_target(graph, graph->entries[i].target);
  }
}

static void ask_scope(const struct cm_scope *scope) {
  struct cm_typeref type;
  struct cm_diag diag;
  const struct cm_scope *in;
  struct cm_externtype externtype;
  for (uint32_t i = 0; i < scope->spaces[CM_SORT_FUNC].count + 1 && i < 100; i++) {
    cm_func_type_of(scope, i, &type, &diag);
  }
  for (uint32_t i = 0; i < scope->spaces[CM_SORT_TYPE].count + 1 && i < 100; i++) {
    ask_type(scope, i);
  }
  for (uint32_t i = 0; i < scope->spaces[CM_SORT_INSTANCE].count + 1 && i < 100; i++) {
    cm_instance_export(scope, i, CM_STR("f"), &externtype, &in);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct cm_arena arena;
  struct cm_component *component;
  struct cm_graph *graph;
  struct cm_diag diag;
  cm_arena_init(&arena, NULL);
  arena.limit = (size_t)512 << 20;
  types_left = 8;
  if (cm_decode(&arena, (struct cm_span){data, size}, &component, &diag)) {
    ask_scope(&component->scope);
    if (cm_graph_build(&arena, component, &graph, &diag)) {
      ask_graph(graph);
    }
  }
  cm_arena_free(&arena);
  return 0;
}
