// The core functions that the outside can call.
//
// First what the root exports: functions, and those of instances, however deep. What is exported may be a function that an inner
// component lifts, or an import that only passes through, behind which is no code. With a lifted function come the core functions
// that its options name. Then what runs without being called: core start functions, a component's start, destructors. Last
// what is handed to imported code.
//
// Instances may contain one another like a tree that doubles at each level, without there being many instances: the number of
// exports walked is limited as that of definitions is.
//
// Spec: Explainer.md, "Start Definitions", "Canonical Definitions"; CanonicalABI.md, "canon lift".

#include "build.h"

#include <component/limits.h>

enum { ENTRY_COST = 32 };  // what an entry takes, in definitions

bool entries_add_pending(struct builder *b, struct pending pending) {
  if (!cm_grow(b->arena, &b->pending, &b->pending_room, b->pending_count, sizeof *b->pending)) return builder_no_memory(b);
  b->pending[b->pending_count++] = pending;
  return true;
}

static bool add_entry(struct builder *b, enum cm_entry_kind kind, struct cm_str name, const struct cm_core_target *target,
                      const struct cm_func_origin *origin) {
  struct cm_graph *graph = b->graph;
  if (!cm_grow(b->arena, &graph->entries, &b->entry_room, graph->entry_count, sizeof *graph->entries)) return builder_no_memory(b);
  bool own = target->kind == CM_TARGET_CORE;
  struct cm_entry *entry = &graph->entries[graph->entry_count++];
  *entry = (struct cm_entry){.name = name,
                             .instance = own ? target->instance : CM_NOWHERE,
                             .func = own ? target->index : CM_NOWHERE,
                             .kind = kind,
                             .target = *target,
                             .origin = origin};
  return true;
}

// What a walk over exported (or handed out) functions does with each: `kind` is EXPORT or ESCAPED.
struct walk {
  struct builder *b;
  const struct env *env;
  const struct cm_item *item;
  enum cm_entry_kind kind;
  // The functions added last for each option: those of one component mostly share them.
  const struct cm_core_target *last[3];
};

static bool same_target(const struct cm_core_target *a, const struct cm_core_target *b) {
  return a == b ||
         (a && a->kind == CM_TARGET_CORE && b->kind == CM_TARGET_CORE && a->instance == b->instance && a->index == b->index);
}

static bool add_func(struct walk *w, struct cm_str name, const struct cm_func_origin *origin) {
  struct builder *b = w->b;
  if (w->kind == CM_ENTRY_ESCAPED)
    return entries_add_pending(b, (struct pending){.kind = w->kind, .name = name, .target = origin->core, .origin = origin});
  if (!add_entry(b, w->kind, name, origin->core, origin)) return false;
  static const enum cm_entry_kind kinds[3] = {CM_ENTRY_REALLOC, CM_ENTRY_POST_RETURN, CM_ENTRY_CALLBACK};
  const struct cm_core_target *targets[3] = {origin->options->realloc, origin->options->post_return, origin->options->callback};
  for (int i = 0; i < 3; i++) {
    if (!targets[i] || same_target(w->last[i], targets[i])) continue;
    w->last[i] = targets[i];
    if (!add_entry(b, kinds[i], name, targets[i], origin)) return false;
  }
  return true;
}

// The instances that a function stands in, outermost last; names are put together only where there is a function to name.
struct within {
  const struct within *up;  // NULL at the top
  struct cm_str name;
};

// Copies `name` so that it ends at `end`; returns where it begins.
static char *put_before(char *end, struct cm_str name) {
  if (name.size) memcpy(end - name.size, name.at, name.size);
  return end - name.size;
}

// "wasi:cli/run@0.2.3#run".
static bool full_name(struct walk *w, const struct within *within, struct cm_str name, struct cm_str *out) {
  struct builder *b = w->b;
  size_t size = name.size;
  for (const struct within *at = within; at; at = at->up) size += at->name.size + 1;
  *out = name;
  if (!within) return true;
  if (!builder_walk(b, w->env, w->item, BYTES_COST(size))) return false;
  char *text = cm_alloc(b->arena, size);
  if (!text) return builder_no_memory(b);
  char *at = put_before(text + size, name);
  for (; within; within = within->up) {
    *--at = '#';
    at = put_before(at, within->name);
  }
  *out = (struct cm_str){text, size};
  return true;
}

static bool walk_members(struct walk *w, struct bundle *bundle, const struct within *within, uint32_t depth) {
  struct builder *b = w->b;
  if (bundle->scope) return true;  // imported: no code of ours
  if (depth > CM_LIMIT_NESTING)
    return builder_fail(b, w->env, w->item, CM_LIMIT, "instances are nested more than %d deep", (int)CM_LIMIT_NESTING);
  if (!builder_walk(b, w->env, w->item, bundle->count)) return false;
  for (uint32_t i = 0; i < bundle->count; i++) {
    const struct member *member = &bundle->members[i];
    bool good = true;
    if (member->sort == CM_SORT_INSTANCE) {
      struct within inner = {within, member->name};
      good = walk_members(w, member->value.instance, &inner, depth + 1);
    } else if (member->sort == CM_SORT_FUNC && member->value.func->kind == CM_ORIGIN_LIFTED) {
      struct cm_str name;
      good = builder_walk(b, w->env, w->item, ENTRY_COST) && full_name(w, within, member->name, &name) &&
             add_func(w, name, member->value.func);
    }
    if (!good) return false;
  }
  return true;
}

bool entries_escape(struct builder *b, const struct env *env, const struct cm_item *item, struct bundle *arguments) {
  struct walk w = {.b = b, .env = env, .item = item, .kind = CM_ENTRY_ESCAPED};
  return walk_members(&w, arguments, NULL, 0);
}

static bool add_starts(struct builder *b) {
  struct cm_graph *graph = b->graph;
  for (uint32_t n = 0; n < graph->core_count; n++) {
    const struct cm_core_node *node = &graph->cores[n];
    if (!node->module || !node->module->has_start) continue;
    struct cm_core_target target = cm_graph_func(graph, n, node->module->start);
    if (target.kind == CM_TARGET_UNKNOWN && target.instance == CM_NOWHERE) {
      return cm_fail(b->diag, CM_INVALID, node->module->offset, NULL, "the start function %u of the core module is out of range",
                     node->module->start);
    }
    if (!add_entry(b, CM_ENTRY_START, node->path, &target, NULL)) return false;
  }
  return true;
}

static bool add_pending(struct builder *b) {
  for (uint32_t i = 0; i < b->pending_count; i++) {
    const struct pending *pending = &b->pending[i];
    struct cm_str name = pending->name;
    if (pending->kind != CM_ENTRY_ESCAPED) name = b->graph->components[pending->component].path;
    if (pending->kind == CM_ENTRY_DTOR) {
      const struct cm_str *types;
      if (!names_of(b, b->graph->components[pending->component].component, CM_SORT_TYPE, &types)) return false;
      name = types[pending->index];
      if (!name.size) name = cm_alloc_format(b->arena, "$%u", pending->index);
      if (!name.at) return builder_no_memory(b);
    }
    if (!add_entry(b, pending->kind, name, pending->target, pending->origin)) return false;
  }
  return true;
}

bool entries_build(struct builder *b) {
  struct walk w = {.b = b, .kind = CM_ENTRY_EXPORT};
  return walk_members(&w, b->exports, NULL, 0) && add_starts(b) && add_pending(b);
}
