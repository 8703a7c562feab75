// Core instances: their imports resolved, their exports followed.
//
// A core instance is a node (an instantiated module) or a bundle of inline exports. A node's imports are looked up once, when it is
// made, among its arguments; from then on an export of it that is one of its imports stands for what that import stands for. So
// chains of re-exports have length one.
//
// A module that is imported is opaque: of it only a type is known. Its node tells what it is given and what it gives; the functions
// that it is given it may call, and a table it is given may hold anything.
//
// Spec: Explainer.md, "Instance Definitions" (core:instance).

#include "build.h"

// The first five sorts are the core kinds, in their order.
_Static_assert((int)CM_SORT_CORE_FUNC == (int)CORE_FUNC && (int)CM_SORT_CORE_TABLE == (int)CORE_TABLE &&
                   (int)CM_SORT_CORE_MEMORY == (int)CORE_MEMORY && (int)CM_SORT_CORE_GLOBAL == (int)CORE_GLOBAL &&
                   (int)CM_SORT_CORE_TAG == (int)CORE_TAG,
               "core sorts are core kinds");

static struct cm_core_owner **owners_of(struct cm_core_node *node, enum core_kind kind) {
  switch (kind) {
    case CORE_TABLE: return &node->tables;
    case CORE_MEMORY: return &node->memories;
    case CORE_GLOBAL: return &node->globals;
    default: return &node->tags;
  }
}

static uint32_t count_of(const struct core_module *module, enum core_kind kind) {
  switch (kind) {
    case CORE_FUNC: return module->func_count;
    case CORE_TABLE: return module->table_count;
    case CORE_MEMORY: return module->memory_count;
    case CORE_GLOBAL: return module->global_count;
    default: return module->tag_count;
  }
}

static bool make_target(struct builder *b, enum core_kind kind, uint32_t node, uint32_t index, union value *out) {
  if (kind != CORE_FUNC) {
    out->owner = (struct cm_core_owner){node, index};
    return true;
  }
  struct cm_core_target *target = cm_alloc(b->arena, sizeof *target);
  if (!target) return builder_no_memory(b);
  *target = (struct cm_core_target){.kind = CM_TARGET_CORE, .instance = node, .index = index, .component = CM_NOWHERE};
  out->core_func = target;
  return true;
}

// An export of an opaque node: who defines it is not known, but through which node it came is.
static bool opaque_export(struct builder *b, const struct env *env, const struct cm_item *item, uint32_t n, struct cm_str name,
                          enum cm_sort sort, union value *out) {
  const struct cm_module_type *type = b->graph->cores[n].type;
  for (uint32_t i = 0; i < type->count; i++) {
    const struct core_import *export = &type->decls[i].import;
    if (type->decls[i].kind != CM_MODULE_EXPORT || (int)export->type.kind != (int)sort || !cm_str_equal(export->name, name))
      continue;
    if (sort != CM_SORT_CORE_FUNC) {
      out->owner = (struct cm_core_owner){CM_NOWHERE, n};
      return true;
    }
    struct cm_core_target *target = cm_alloc(b->arena, sizeof *target);
    if (!target) return builder_no_memory(b);
    *target = (struct cm_core_target){.kind = CM_TARGET_UNKNOWN, .instance = n, .index = CM_NOWHERE, .component = CM_NOWHERE};
    out->core_func = target;
    return true;
  }
  return builder_fail(b, env, item, CM_INVALID, "the module's type has no export `%.*s` of sort %s", CM_STR_ARG(name),
                      cm_sort_names[sort]);
}

static bool node_export(struct builder *b, const struct env *env, const struct cm_item *item, uint32_t n, struct cm_str name,
                        enum cm_sort sort, union value *out) {
  struct cm_core_node *node = &b->graph->cores[n];
  const struct core_module *module = node->module;
  if (!module) return opaque_export(b, env, item, n, name, sort, out);
  uint32_t at = name_index_find(b, &b->export_indexes[node->module_ordinal], module->exports, module->export_count,
                                sizeof *module->exports, name);
  if (at == UINT32_MAX) return builder_fail(b, env, item, CM_INVALID, "the core instance has no export `%.*s`", CM_STR_ARG(name));
  const struct core_export *export = &module->exports[at];
  if ((int)export->kind != (int)sort) {
    return builder_fail(b, env, item, CM_INVALID, "export `%.*s` of the core instance is not of sort %s", CM_STR_ARG(name),
                        cm_sort_names[sort]);
  }
  if (export->index >= count_of(module, export->kind)) {
    return builder_fail(b, env, item, CM_INVALID, "export `%.*s` of the core instance is %s %u, of which there are %u",
                        CM_STR_ARG(name), cm_sort_names[sort], export->index, count_of(module, export->kind));
  }
  if (export->index >= node->imported[export->kind]) return make_target(b, export->kind, n, export->index, out);
  if (export->kind == CORE_FUNC)
    out->core_func = &node->funcs[export->index];
  else
    out->owner = (*owners_of(node, export->kind))[export->index];
  return true;
}

bool graph_core_export(struct builder *b, const struct env *env, const struct cm_item *item, struct bundle *instance,
                       struct cm_str name, enum cm_sort sort, union value *out) {
  _Static_assert(offsetof(struct core_export, name) == 0 && offsetof(struct member, name) == 0, "names come first");
  if (instance->node == CM_NOWHERE) return bundle_get(b, env, item, instance, name, sort, out);
  if ((int)sort >= CORE_KIND_COUNT)
    return builder_fail(b, env, item, CM_INVALID, "core instances have no exports of sort %s", cm_sort_names[sort]);
  return node_export(b, env, item, instance->node, name, sort, out);
}

// Room for what a node imports.
static bool make_imports(struct builder *b, const struct env *env, const struct cm_item *item, struct cm_core_node *node) {
  uint64_t total = 0;
  for (int kind = 0; kind < CORE_KIND_COUNT; kind++) total += node->imported[kind];
  if (!builder_walk(b, env, item, total)) return false;
  node->funcs = cm_alloc_array(b->arena, node->imported[CORE_FUNC], sizeof *node->funcs);
  struct cm_core_owner *owners = cm_alloc_array(b->arena, (size_t)(total - node->imported[CORE_FUNC]), sizeof *owners);
  if (!node->funcs || !owners) return builder_no_memory(b);
  for (int kind = CORE_TABLE; kind < CORE_KIND_COUNT; kind++) {
    *owners_of(node, (enum core_kind)kind) = owners;
    owners += node->imported[kind];
  }
  return true;
}

// Resolves one import: number `index` of its kind. `last` remembers the argument of the import before, mostly the same one.
struct last {
  struct cm_str name;
  struct bundle *instance;
};

static bool resolve_import(struct builder *b, const struct env *env, const struct cm_item *item, struct bundle *arguments,
                           const struct core_import *import, uint32_t index, struct last *last, struct cm_core_node *node,
                           union value *value) {
  if (!last->instance || !cm_str_equal(last->name, import->module)) {
    struct member *argument;
    if (!bundle_find(b, arguments, import->module, &argument)) return false;
    if (!argument || argument->sort != CM_SORT_CORE_INSTANCE) {
      return builder_fail(b, env, item, CM_INVALID, "no core instance is given for the imports from `%.*s`",
                          CM_STR_ARG(import->module));
    }
    *last = (struct last){import->module, argument->value.instance};
  }
  enum core_kind kind = import->type.kind;
  if (index >= node->imported[kind]) return builder_fail(b, env, item, CM_INVALID, "the module's imports are not consistent");
  if (!graph_core_export(b, env, item, last->instance, import->name, (enum cm_sort)kind, value)) return false;
  if (kind == CORE_FUNC)
    node->funcs[index] = *value->core_func;
  else
    (*owners_of(node, kind))[index] = value->owner;
  return true;
}

static bool resolve_imports(struct builder *b, const struct env *env, const struct cm_item *item, struct bundle *arguments,
                            struct cm_core_node *node) {
  const struct core_module *module = node->module;
  memcpy(node->imported, module->imported, sizeof node->imported);
  if (!make_imports(b, env, item, node)) return false;
  struct last last = {0};
  union value value;
  for (uint32_t i = 0; i < module->import_count; i++) {
    if (!resolve_import(b, env, item, arguments, &module->imports[i], module->imports[i].index, &last, node, &value)) return false;
  }
  return true;
}

// The same by the declared type of an imported module, to which what it imports escapes.
static bool resolve_declared(struct builder *b, const struct env *env, const struct cm_item *item, struct bundle *arguments,
                             struct cm_core_node *node) {
  const struct cm_module_type *type = node->type;
  if (!builder_walk(b, env, item, type->count)) return false;
  for (uint32_t i = 0; i < type->count; i++)
    if (type->decls[i].kind == CM_MODULE_IMPORT) node->imported[type->decls[i].import.type.kind]++;
  if (!make_imports(b, env, item, node)) return false;
  struct last last = {0};
  uint32_t next[CORE_KIND_COUNT] = {0};
  for (uint32_t i = 0; i < type->count; i++) {
    const struct core_import *import = &type->decls[i].import;
    union value value;
    if (type->decls[i].kind != CM_MODULE_IMPORT) continue;
    if (!resolve_import(b, env, item, arguments, import, next[import->type.kind]++, &last, node, &value)) return false;
    if (import->type.kind == CORE_FUNC && value.core_func->kind == CM_TARGET_CORE &&
        !entries_add_pending(b, (struct pending){.kind = CM_ENTRY_ESCAPED, .name = import->name, .target = value.core_func}))
      return false;
  }
  return true;
}

bool graph_instantiate_core(struct builder *b, struct env *env, const struct cm_item *item, struct bundle **out) {
  struct bundle *arguments;
  if (!bundle_of_arguments(b, env, item, &arguments)) return false;
  *out = arguments;
  if (item->instance.is_inline) return true;

  union value module;
  if (!env_get(b, env, item, CM_SORT_CORE_MODULE, item->instance.definition, &module)) return false;
  if (!builder_count_instance(b, env, item)) return false;
  struct cm_graph *graph = b->graph;
  struct cm_core_node node = {.component = env->node,
                              .index = env->count[CM_SORT_CORE_INSTANCE],
                              .module_ordinal = module.module->ordinal,
                              .module = module.module->module,
                              .type = module.module->type,
                              .type_scope = module.module->scope};
  bool good = node.module ? resolve_imports(b, env, item, arguments, &node) : resolve_declared(b, env, item, arguments, &node);
  if (!good) return false;
  // What applying its segments takes later counts now, while it is known where.
  if (node.module && !builder_walk(b, env, item, (uint64_t)node.module->table_count + node.module->element_count)) return false;
  if (!cm_grow(b->arena, &graph->cores, &b->core_room, graph->core_count, sizeof *graph->cores)) return builder_no_memory(b);
  struct bundle *bundle = cm_alloc(b->arena, sizeof *bundle);
  if (!bundle) return builder_no_memory(b);
  bundle->node = graph->core_count;
  graph->cores[graph->core_count++] = node;
  *out = bundle;
  return true;
}
