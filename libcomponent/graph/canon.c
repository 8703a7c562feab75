// Canonical definitions: lifted functions, lowered functions, built-ins.
//
// This is where the two worlds meet. A lift makes the origin that a component function keeps wherever it is passed, a lower
// makes a core function of it. Options are indices of the component that has the definition: they are followed here, because nobody
// else knows that component's index spaces afterwards.
//
// Spec: Explainer.md, "Canonical Definitions"; Binary.md, "Canonical Definitions" (canonopt).

#include "build.h"

static bool get_core_func(struct builder *b, const struct env *env, const struct cm_item *item, bool present, uint32_t index,
                          const struct cm_core_target **out) {
  union value value;
  if (!present) return true;
  if (!env_get(b, env, item, CM_SORT_CORE_FUNC, index, &value)) return false;
  *out = value.core_func;
  return true;
}

static bool get_owner(struct builder *b, const struct env *env, const struct cm_item *item, bool present, enum cm_sort sort,
                      uint32_t index, struct cm_core_owner *out) {
  union value value;
  *out = (struct cm_core_owner){CM_NOWHERE, CM_NOWHERE};
  if (!present) return true;
  if (!env_get(b, env, item, sort, index, &value)) return false;
  *out = value.owner;
  return true;
}

static bool options_of(struct builder *b, const struct env *env, const struct cm_item *item, const struct cm_graph_options **out) {
  const struct cm_canon *canon = &item->canon;
  const struct cm_canon_opts *opts = &canon->opts;
  const char *immediates = cm_canons[canon->kind].immediates;
  bool has_memory = strchr(immediates, 'm') != NULL, has_table = strchr(immediates, 'b') != NULL;
  struct cm_graph_options *options = cm_alloc(b->arena, sizeof *options);
  if (!options) return builder_no_memory(b);
  *out = options;
  return get_owner(b, env, item, has_memory || opts->has_memory, CM_SORT_CORE_MEMORY, has_memory ? canon->memory : opts->memory,
                   &options->memory) &&
         get_owner(b, env, item, has_table, CM_SORT_CORE_TABLE, canon->table, &options->table) &&
         get_core_func(b, env, item, opts->has_realloc, opts->realloc, &options->realloc) &&
         get_core_func(b, env, item, opts->has_post_return, opts->post_return, &options->post_return) &&
         get_core_func(b, env, item, opts->has_callback, opts->callback, &options->callback);
}

static bool lift(struct builder *b, const struct env *env, const struct cm_item *item, const struct cm_graph_options *options,
                 union value *out) {
  union value core;
  if (!env_get(b, env, item, CM_SORT_CORE_FUNC, item->canon.func, &core)) return false;
  struct cm_func_origin *origin = cm_alloc(b->arena, sizeof *origin);
  if (!origin) return builder_no_memory(b);
  bool own = core.core_func->kind == CM_TARGET_CORE;
  *origin = (struct cm_func_origin){.kind = CM_ORIGIN_LIFTED,
                                    .type_scope = &env->component->scope,
                                    .type_index = item->canon.type,
                                    .component = env->node,
                                    .lift = &item->canon,
                                    .core = core.core_func,
                                    .instance = own ? core.core_func->instance : CM_NOWHERE,
                                    .func = own ? core.core_func->index : CM_NOWHERE,
                                    .options = options};
  out->func = origin;
  return true;
}

bool canon_value(struct builder *b, const struct env *env, const struct cm_item *item, union value *out) {
  const struct cm_canon *canon = &item->canon;
  const struct cm_graph_options *options;
  if (!options_of(b, env, item, &options)) return false;
  if (canon->kind == CM_CANON_LIFT) return lift(b, env, item, options, out);

  union value func = {0};
  bool is_lower = canon->kind == CM_CANON_LOWER;
  if (is_lower && !env_get(b, env, item, CM_SORT_FUNC, canon->func, &func)) return false;
  struct cm_core_target *target = cm_alloc(b->arena, sizeof *target);
  if (!target) return builder_no_memory(b);
  *target = (struct cm_core_target){.kind = is_lower ? CM_TARGET_LOWERED : CM_TARGET_BUILTIN,
                                    .instance = CM_NOWHERE,
                                    .index = CM_NOWHERE,
                                    .component = env->node,
                                    .canon = canon,
                                    .options = options,
                                    .origin = func.func};
  out->core_func = target;
  return true;
}
