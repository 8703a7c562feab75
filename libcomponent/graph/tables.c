// What stands in the tables once every instance has been made.
//
// Active element segments write function references into tables, their own module's or imported ones: wit-component puts the
// lowered imports of a module into the table of a shim instance by a third module that has nothing else to do. The segments are
// applied in the order of instantiation; an entry keeps the module whose function index it is, and cm_graph_func follows it on.
//
// Offsets are constant expressions, with the globals of other instances in them where modules are linked dynamically.
//
// Spec: https://webassembly.github.io/spec/core/exec/modules.html#instantiation; constant expressions in valid/instructions.html.

#include <component/instr.h>
#include <component/limits.h>

#include "build.h"

// Globals may be computed from globals, each twice as often as the last. Honest ones are one or two away.
enum { EVALUATIONS_MAX = 64, EVALUATION_DEPTH = 8 };

struct evaluation {
  const struct cm_graph *graph;
  uint32_t instance;
  uint32_t depth;
  uint32_t *count;
};

static bool global_value(void *context, uint32_t index, uint64_t *value);

static bool evaluate(const struct evaluation *outer, uint32_t instance, struct core_expr expr, uint64_t *value) {
  struct evaluation inner = {outer->graph, instance, outer->depth + 1, outer->count};
  if (inner.depth > EVALUATION_DEPTH || ++*inner.count > EVALUATIONS_MAX) return false;
  return core_const_eval(outer->graph->cores[instance].module, expr, global_value, &inner, value);
}

// The value of global `index` of the instance at hand: only what cannot change is known.
static bool global_value(void *context, uint32_t index, uint64_t *value) {
  const struct evaluation *e = context;
  struct cm_core_owner owner = cm_graph_owner(e->graph, e->instance, CORE_GLOBAL, index);
  if (owner.instance == CM_NOWHERE) return false;
  const struct core_global *global = &e->graph->cores[owner.instance].module->globals[owner.index];
  return !global->type.is_mutable && evaluate(e, owner.instance, global->init, value);
}

bool cm_graph_global(const struct cm_graph *graph, uint32_t instance, uint32_t index, uint64_t *value) {
  uint32_t count = 0;
  struct evaluation e = {graph, instance, 0, &count};
  return global_value(&e, index, value);
}

static bool segment_offset(const struct cm_graph *graph, uint32_t instance, const struct core_element *segment, uint64_t *out) {
  uint32_t count = 0;
  struct evaluation e = {graph, instance, 0, &count};
  return evaluate(&e, instance, segment->start, out);
}

// The table that table index `table` of an instance stands for, writable.
static struct cm_table *table_at(const struct cm_graph *graph, uint32_t instance, uint32_t table) {
  struct cm_core_owner owner = cm_graph_owner(graph, instance, CORE_TABLE, table);
  if (owner.instance == CM_NOWHERE) return NULL;
  const struct cm_core_node *node = &graph->cores[owner.instance];
  return &graph->tables[node->first_table + (owner.index - node->imported[CORE_TABLE])];
}

const struct cm_table *cm_graph_table(const struct cm_graph *graph, uint32_t instance, uint32_t table) {
  return table_at(graph, instance, table);
}

static bool list_tables(struct builder *b) {
  struct cm_graph *graph = b->graph;
  uint32_t count = 0;  // limited by CM_LIMIT_GRAPH_DEFINITIONS
  for (uint32_t n = 0; n < graph->core_count; n++) {
    struct cm_core_node *node = &graph->cores[n];
    node->first_table = count;
    if (node->module) count += node->module->table_count - node->imported[CORE_TABLE];
  }
  graph->tables = cm_alloc_array(b->arena, count, sizeof *graph->tables);
  if (!graph->tables) return builder_no_memory(b);
  for (uint32_t n = 0; n < graph->core_count; n++) {
    const struct cm_core_node *node = &graph->cores[n];
    if (!node->module) continue;
    for (uint32_t i = node->imported[CORE_TABLE]; i < node->module->table_count; i++)
      graph->tables[graph->table_count++] = (struct cm_table){.instance = n, .index = i, .exact = true};
  }
  return true;
}

// An imported module can put anything into the tables that it has hold of.
static void mark_escaped(const struct cm_graph *graph) {
  for (uint32_t n = 0; n < graph->core_count; n++) {
    const struct cm_core_node *node = &graph->cores[n];
    for (uint32_t i = 0; !node->module && i < node->imported[CORE_TABLE]; i++) {
      struct cm_table *table = table_at(graph, n, i);
      if (table) table->exact = false;
    }
  }
}

// The function index in a constant expression that is one reference. *known is false where it is neither null nor a function of the
// module itself.
static uint32_t reference_of(const struct core_module *module, struct core_expr expr, bool *known) {
  struct core_code code;
  struct core_instr instr, end;
  core_expr_begin(&code, module, expr, NULL);
  *known = core_code_next(&code, &instr) && core_code_next(&code, &end) && end.op == CORE_OP_END;
  if (*known && instr.op == CORE_OP_REF_FUNC) return instr.index;
  if (*known && instr.op != CORE_OP_REF_NULL) *known = false;
  return CM_NOWHERE;
}

// Writes `func` (CM_NOWHERE: null) of `instance`.
static void write_entry(struct cm_table *table, uint64_t at, uint32_t instance, uint32_t func) {
  table->entries[at] =
      func == CM_NOWHERE ? (struct cm_table_entry){CM_NOWHERE, CM_NOWHERE} : (struct cm_table_entry){instance, func};
}

// Applies a segment. A first pass, before there are entries, only learns how long they must be.
static void apply_segment(const struct cm_graph *graph, uint32_t n, const struct core_element *segment, uint64_t *written) {
  struct cm_table *table = segment->mode == CORE_ACTIVE ? table_at(graph, n, segment->table) : NULL;
  if (!table) return;
  const struct core_module *module = graph->cores[n].module;
  uint64_t min = graph->cores[table->instance].module->tables[table->index].type.limits.min, offset;
  // Beyond the end, or where some other instance's code may have grown the table: instantiation traps, or we do not know.
  if (!segment_offset(graph, n, segment, &offset) || offset > min || segment->count > min - offset) {
    table->exact = false;
    return;
  }
  uint64_t end = offset + segment->count;
  *written += segment->count;
  if (!table->entries) {
    if (end > table->size) table->size = end > UINT32_MAX ? UINT32_MAX : (uint32_t)end;
    return;
  }
  for (uint32_t i = 0; i < segment->count; i++) {
    bool known = true;
    uint32_t func = segment->is_exprs ? reference_of(module, segment->exprs[i], &known) : segment->funcs[i];
    if (!known) table->exact = false;
    write_entry(table, offset + i, n, func);
  }
}

static void apply_segments(const struct cm_graph *graph, uint64_t *written) {
  for (uint32_t n = 0; n < graph->core_count; n++) {
    const struct core_module *module = graph->cores[n].module;
    for (uint32_t i = 0; module && i < module->element_count; i++) apply_segment(graph, n, &module->elements[i], written);
  }
}

// A table that is made with an initial value has it everywhere at first.
static const struct core_table *definition_of(const struct cm_graph *graph, const struct cm_table *table) {
  return &graph->cores[table->instance].module->tables[table->index];
}

static bool make_entries(struct builder *b, struct cm_table *table) {
  const struct core_table *definition = definition_of(b->graph, table);
  table->entries = cm_alloc_array(b->arena, table->size, sizeof *table->entries);
  if (!table->entries) return builder_no_memory(b);
  uint32_t func = CM_NOWHERE;
  bool known = true;
  if (definition->has_init) func = reference_of(b->graph->cores[table->instance].module, definition->init, &known);
  if (!known) table->exact = false;
  for (uint32_t i = 0; i < table->size; i++) write_entry(table, i, table->instance, func);
  return true;
}

bool tables_build(struct builder *b) {
  struct cm_graph *graph = b->graph;
  if (!list_tables(b)) return false;
  mark_escaped(graph);
  uint64_t written = 0, entries = 0;
  apply_segments(graph, &written);
  for (uint32_t i = 0; i < graph->table_count; i++) {
    struct cm_table *table = &graph->tables[i];
    const struct core_table *definition = definition_of(graph, table);
    if (definition->has_init) {
      uint64_t min = definition->type.limits.min;
      table->size = min > UINT32_MAX ? UINT32_MAX : (uint32_t)min;
    }
    entries += table->size;
  }
  if (entries > CORE_LIMIT_TABLE_ENTRIES || written > CORE_LIMIT_TABLE_ENTRIES) {
    return cm_fail_at_large(b->diag, CM_LIMIT, "the tables of all instances have more than %d entries together",
                            (int)CORE_LIMIT_TABLE_ENTRIES);
  }
  for (uint32_t i = 0; i < graph->table_count; i++)
    if (!make_entries(b, &graph->tables[i])) return false;
  apply_segments(graph, &written);
  return true;
}
