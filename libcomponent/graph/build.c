// The walk through the definitions.
//
// A component instance is made by walking its component's items in order and noting, for each index space, what each new index stands
// for: an alias, an import or an export only passes on a value that is there already, so that a function that went through ten
// components is still the one pointer that its `canon lift` or the root's import made. Nested instantiations are walked where they
// stand; a component is a closure, because its outer aliases reach into the instance that it was defined in.
//
// The file is not validated yet. Since an index can only be used after it was introduced, the walk ends but for two things, and both
// have a limit: a component passed to itself as an argument (depth), and instances that double at each level (their number).
//
// Spec: Explainer.md, "Instance Definitions", "Alias Definitions", "Import and Export Definitions", "Start Definitions".

#include "build.h"

#include <component/limits.h>
#include <stdarg.h>
#include <stdio.h>

void builder_report(struct builder *b, const struct env *env, const struct cm_item *item, enum cm_error error, const char *format,
                    ...) {
  char message[CM_DIAG_MESSAGE];
  va_list list;
  va_start(list, format);
  vsnprintf(message, sizeof message, format, list);
  va_end(list);
  const struct cm_where *where = env ? env->where : NULL;
  if (item)
    cm_fail(b->diag, error, item->offset, where, "%s", message);
  else
    cm_fail_at_large(b->diag, error, "%s", message);
}

bool builder_walk(struct builder *b, const struct env *env, const struct cm_item *item, uint64_t count) {
  b->walked += count;
  if (b->walked <= CM_LIMIT_GRAPH_DEFINITIONS) return true;
  return builder_fail(b, env, item, CM_LIMIT, "the instances have more than %d definitions together",
                      (int)CM_LIMIT_GRAPH_DEFINITIONS);
}

bool builder_count_instance(struct builder *b, const struct env *env, const struct cm_item *item) {
  if (b->graph->component_count + b->graph->core_count < CM_LIMIT_GRAPH_INSTANCES) return true;
  return builder_fail(b, env, item, CM_LIMIT, "there are more than %d instances", (int)CM_LIMIT_GRAPH_INSTANCES);
}

// Which sorts have values. Of the others only the count matters.
static bool has_values(unsigned sort) { return sort != CM_SORT_TYPE && sort != CM_SORT_CORE_TYPE && sort != CM_SORT_VALUE; }

bool env_get(struct builder *b, const struct env *env, const struct cm_item *item, enum cm_sort sort, uint32_t index,
             union value *out) {
  if (index >= env->count[sort]) {
    return builder_fail(b, env, item, CM_INVALID, "%s index %u is out of range: there are %u so far", cm_sort_names[sort], index,
                        env->count[sort]);
  }
  *out = has_values(sort) ? env->values[sort][index] : (union value){0};
  return true;
}

static bool push(struct builder *b, struct env *env, const struct cm_item *item, enum cm_sort sort, union value value) {
  if (env->count[sort] >= env->component->scope.spaces[sort].count)
    return builder_fail(b, env, item, CM_INVALID, "the %s index space is longer than its scope says", cm_sort_names[sort]);
  if (has_values(sort)) env->values[sort][env->count[sort]] = value;
  env->count[sort]++;
  return true;
}

// Adds `count` indices of a sort without values.
static bool push_many(struct builder *b, struct env *env, const struct cm_item *item, enum cm_sort sort, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (!push(b, env, item, sort, (union value){0})) return false;
  return true;
}

static bool make_env(struct builder *b, const struct closure *closure, struct env **out) {
  struct env *env = cm_alloc(b->arena, sizeof *env);
  size_t count = 0;
  for (unsigned sort = 0; sort < CM_SORT_COUNT; sort++)
    if (has_values(sort)) count += closure->component->scope.spaces[sort].count;
  union value *values = cm_alloc_array(b->arena, count, sizeof *values);
  if (!env || !values) return builder_no_memory(b);
  *env = (struct env){.outer = closure->outer, .component = closure->component};
  for (unsigned sort = 0; sort < CM_SORT_COUNT; sort++) {
    env->values[sort] = values;
    if (has_values(sort)) values += closure->component->scope.spaces[sort].count;
  }
  *out = env;
  return true;
}

static bool walk_items(struct builder *b, struct env *env, struct bundle *exports);

// Makes an instance of a component of the file. `item` is the definition in `by` (both NULL for the root), number `index` there.
static bool instantiate(struct builder *b, const struct closure *closure, const struct env *by, const struct cm_item *item,
                        uint32_t index, struct bundle *arguments, struct bundle **out) {
  struct cm_graph *graph = b->graph;
  if (b->depth >= CM_LIMIT_NESTING) {
    return builder_fail(b, by, item, CM_LIMIT, "components are instantiated more than %d deep within each other",
                        (int)CM_LIMIT_NESTING);
  }
  const struct cm_component *component = closure->component;
  struct env *env;
  if (!builder_count_instance(b, by, item) || !builder_walk(b, by, item, component->scope.item_count) ||
      !make_env(b, closure, &env))
    return false;
  if (!cm_grow(b->arena, &graph->components, &b->component_room, graph->component_count, sizeof *graph->components))
    return builder_no_memory(b);
  env->node = graph->component_count++;
  graph->components[env->node] =
      (struct cm_component_node){.parent = by ? by->node : CM_NOWHERE, .component = component, .index = index};
  b->definitions[closure->ordinal].instances++;

  struct cm_where where = {.up = by ? by->where : NULL,
                           .what = by ? "instance" : "component",
                           .index = by ? (int64_t)index : -1,
                           .name = component->name};
  env->where = &where;
  env->arguments = arguments;
  struct bundle *exports = cm_alloc(b->arena, sizeof *exports);
  if (!exports) return builder_no_memory(b);
  exports->node = CM_NOWHERE;
  b->depth++;
  bool good = walk_items(b, env, exports);
  b->depth--;
  env->where = NULL;  // stands on the C stack; what a closure keeps of `env` are its values
  *out = exports;
  return good;
}

static bool walk_instance(struct builder *b, struct env *env, const struct cm_item *item, union value *out) {
  struct bundle *bundle;
  if (!bundle_of_arguments(b, env, item, &bundle)) return false;
  out->instance = bundle;
  if (item->instance.is_inline) return true;

  union value component;
  if (!env_get(b, env, item, CM_SORT_COMPONENT, item->instance.definition, &component)) return false;
  if (component.component->component)
    return instantiate(b, component.component, env, item, env->count[CM_SORT_INSTANCE], bundle, &out->instance);
  return entries_escape(b, env, item, bundle) && bundle_of_imported(b, component.component, &out->instance);
}

static bool walk_module(struct builder *b, const struct cm_item *item, union value *out) {
  struct module_value *module = cm_alloc(b->arena, sizeof *module);
  if (!module) return builder_no_memory(b);
  *module = (struct module_value){.module = item->module, .ordinal = ordinal_of(b, item->module)};
  out->module = module;
  return true;
}

static bool walk_component(struct builder *b, const struct env *env, const struct cm_item *item, union value *out) {
  struct closure *closure = cm_alloc(b->arena, sizeof *closure);
  if (!closure) return builder_no_memory(b);
  *closure = (struct closure){.component = item->component, .ordinal = ordinal_of(b, item->component), .outer = env};
  out->component = closure;
  return true;
}

static bool walk_outer_alias(struct builder *b, const struct env *env, const struct cm_item *item, union value *out) {
  const struct cm_alias *alias = &item->alias;
  const struct env *at = env;
  for (uint32_t i = 0; i < alias->outer; i++) {
    at = at->outer;
    if (!at) {
      return builder_fail(b, env, item, CM_INVALID, "outer alias leads %u components out, but there are %u", alias->outer, i);
    }
  }
  if (alias->index >= at->count[alias->sort]) {
    return builder_fail(b, env, item, CM_INVALID, "%s index %u, %u components out, is out of range: there are %u",
                        cm_sort_names[alias->sort], alias->index, alias->outer, at->count[alias->sort]);
  }
  *out = has_values(alias->sort) ? at->values[alias->sort][alias->index] : (union value){0};
  return true;
}

static bool walk_alias(struct builder *b, const struct env *env, const struct cm_item *item, union value *out) {
  const struct cm_alias *alias = &item->alias;
  union value instance;
  switch (alias->kind) {
    case CM_ALIAS_EXPORT:
      return env_get(b, env, item, CM_SORT_INSTANCE, alias->instance, &instance) &&
             bundle_get(b, env, item, instance.instance, alias->name, alias->sort, out);
    case CM_ALIAS_CORE_EXPORT:
      return env_get(b, env, item, CM_SORT_CORE_INSTANCE, alias->instance, &instance) &&
             graph_core_export(b, env, item, instance.instance, alias->name, alias->sort, out);
    default: return walk_outer_alias(b, env, item, out);
  }
}

// A resource type of our own: its destructor is called by whoever drops the last handle.
static bool walk_type(struct builder *b, const struct env *env, const struct cm_item *item) {
  const struct cm_type *type = item->type;
  if (type->kind != CM_TYPE_RESOURCE) return true;
  const uint32_t funcs[] = {type->res.dtor, type->res.callback};
  const bool has[] = {type->res.has_dtor, type->res.has_callback};
  for (int i = 0; i < 2; i++) {
    union value func;
    if (!has[i]) continue;
    if (!env_get(b, env, item, CM_SORT_CORE_FUNC, funcs[i], &func)) return false;
    if (!entries_add_pending(
            b, (struct pending){
                   .kind = CM_ENTRY_DTOR, .component = env->node, .index = env->count[CM_SORT_TYPE], .target = func.core_func}))
      return false;
  }
  return true;
}

// A nested component's import is what was passed under its name; the root's stands for itself.
static bool walk_import(struct builder *b, const struct env *env, const struct cm_item *item, union value *out) {
  const struct cm_import *import = &item->import;
  struct cm_str name = import->name.name;
  if (!env->arguments) {
    struct cm_str function = {0};
    return declared_value(b, env, item, item, &env->component->scope, &import->type, function, out);
  }
  struct member *argument;
  if (!bundle_find(b, env->arguments, name, &argument)) return false;
  if (!argument) return builder_fail(b, env, item, CM_INVALID, "no argument is given for the import `%.*s`", CM_STR_ARG(name));
  if (argument->sort != import->type.sort) {
    return builder_fail(b, env, item, CM_INVALID, "the argument for the import `%.*s` is of sort %s, not %s", CM_STR_ARG(name),
                        cm_sort_names[argument->sort], cm_sort_names[import->type.sort]);
  }
  *out = argument->value;
  return true;
}

static bool walk_export(struct builder *b, const struct env *env, const struct cm_item *item, struct bundle *exports, size_t *room,
                        union value *out) {
  const struct cm_export *export = &item->export;
  if (!env_get(b, env, item, export->what.sort, export->what.index, out)) return false;
  if (!cm_grow(b->arena, &exports->members, room, exports->count, sizeof *exports->members)) return builder_no_memory(b);
  exports->members[exports->count++] = (struct member){.name = export->name.name, .sort = export->what.sort, .value = *out};
  return true;
}

static bool walk_start(struct builder *b, struct env *env, const struct cm_item *item) {
  union value func;
  if (!env_get(b, env, item, CM_SORT_FUNC, item->start.func, &func)) return false;
  const struct cm_func_origin *origin = func.func;
  if (origin->kind == CM_ORIGIN_LIFTED &&
      !entries_add_pending(b, (struct pending){.kind = CM_ENTRY_START, .component = env->node, .target = origin->core}))
    return false;
  return builder_walk(b, env, item, item->start.result_count) && push_many(b, env, item, CM_SORT_VALUE, item->start.result_count);
}

static bool walk_core_type(struct builder *b, struct env *env, const struct cm_item *item) {
  const struct cm_core_type *type = item->core_type;
  uint32_t count = type->kind == CM_CORE_TYPE_DEF ? type->count : 1;
  return builder_walk(b, env, item, count) && push_many(b, env, item, CM_SORT_CORE_TYPE, count);
}

// One item: what it stands for, and the index that it introduces.
static bool walk_item(struct builder *b, struct env *env, const struct cm_item *item, struct bundle *exports, size_t *room) {
  union value value = {0};
  switch (item->kind) {
    case CM_ITEM_CORE_MODULE: return walk_module(b, item, &value) && push(b, env, item, CM_SORT_CORE_MODULE, value);
    case CM_ITEM_CORE_INSTANCE:
      return graph_instantiate_core(b, env, item, &value.instance) && push(b, env, item, CM_SORT_CORE_INSTANCE, value);
    case CM_ITEM_CORE_TYPE: return walk_core_type(b, env, item);
    case CM_ITEM_COMPONENT: return walk_component(b, env, item, &value) && push(b, env, item, CM_SORT_COMPONENT, value);
    case CM_ITEM_INSTANCE: return walk_instance(b, env, item, &value) && push(b, env, item, CM_SORT_INSTANCE, value);
    case CM_ITEM_ALIAS: return walk_alias(b, env, item, &value) && push(b, env, item, item->alias.sort, value);
    case CM_ITEM_TYPE: return walk_type(b, env, item) && push(b, env, item, CM_SORT_TYPE, value);
    case CM_ITEM_CANON:
      return canon_value(b, env, item, &value) &&
             push(b, env, item, item->canon.kind == CM_CANON_LIFT ? CM_SORT_FUNC : CM_SORT_CORE_FUNC, value);
    case CM_ITEM_START: return walk_start(b, env, item);
    case CM_ITEM_IMPORT: return walk_import(b, env, item, &value) && push(b, env, item, item->import.type.sort, value);
    case CM_ITEM_EXPORT:
      return walk_export(b, env, item, exports, room, &value) && push(b, env, item, item->export.what.sort, value);
    case CM_ITEM_VALUE: return push(b, env, item, CM_SORT_VALUE, value);
    case CM_ITEM_CUSTOM: return true;
  }
  return true;
}

static bool walk_items(struct builder *b, struct env *env, struct bundle *exports) {
  size_t room = 0;
  const struct cm_scope *scope = &env->component->scope;
  for (uint32_t i = 0; i < scope->item_count; i++)
    if (!walk_item(b, env, scope->items[i], exports, &room)) return false;
  return true;
}

bool cm_graph_build(struct cm_arena *arena, const struct cm_component *root, struct cm_graph **out, struct cm_diag *diag) {
  struct cm_graph *graph = cm_alloc(arena, sizeof *graph);
  if (!graph) return cm_fail_memory(diag);
  graph->root = root;
  struct builder b = {.arena = arena, .diag = diag, .graph = graph};
  b.seed = (uint64_t)(uintptr_t)graph * UINT64_C(0x9e3779b97f4a7c15);
  if (!ordinals_survey(&b, root)) return false;
  struct closure closure = {.component = root, .ordinal = ordinal_of(&b, root)};
  if (!instantiate(&b, &closure, NULL, NULL, 0, NULL, &b.exports)) return false;
  if (!tables_build(&b) || !names_build(&b) || !entries_build(&b)) return false;
  for (uint32_t i = 0; i < graph->component_count; i++) {
    struct cm_component_node *node = &graph->components[i];
    node->instantiated_many = b.definitions[ordinal_of(&b, node->component)].instances > 1;
  }
  *out = graph;
  return true;
}
