// Instances as tables of named parts.
//
// Whatever can be projected from is a bundle: the exports of an instantiated component, inline exports, arguments of an
// instantiation. An imported instance is one too: its type lists the members, and what a member stands for is made when it is first
// asked for, because most interfaces are imported whole and used in part. Small bundles are searched, large ones are hashed.
//
// Spec: Explainer.md, "Instance Definitions", "Alias Definitions".

#include "build.h"

enum { SEARCHED = 12 };  // up to so many names are not worth an index

static uint64_t hash_name(uint64_t seed, struct cm_str name) {
  uint64_t hash = seed ^ name.size * UINT64_C(0x9e3779b97f4a7c15), word;
  const char *at = name.at;
  size_t left = name.size;
  for (; left >= sizeof word; at += sizeof word, left -= sizeof word) {
    memcpy(&word, at, sizeof word);
    hash = (hash ^ word) * UINT64_C(0xff51afd7ed558ccd);
    hash ^= hash >> 32;
  }
  word = 0;
  if (left) memcpy(&word, at, left);
  hash = (hash ^ word) * UINT64_C(0xc4ceb9fe1a85ec53);
  return hash ^ hash >> 29;
}

static struct cm_str name_at(const void *array, size_t stride, uint32_t i) {
  struct cm_str name;
  memcpy(&name, (const char *)array + stride * i, sizeof name);
  return name;
}

// The slot where `name` is or would be.
static uint32_t slot_of(const struct builder *b, const struct name_index *index, const void *array, size_t stride,
                        struct cm_str name) {
  uint32_t at = (uint32_t)hash_name(b->seed, name) & index->mask;
  while (index->slots[at] && !cm_str_equal(name_at(array, stride, index->slots[at] - 1), name)) at = (at + 1) & index->mask;
  return at;
}

static bool build_index(struct builder *b, struct name_index *index, const void *array, uint32_t count, size_t stride) {
  uint32_t size = 32;
  while (size / 2 < count) size *= 2;  // counts are limited far below 2^31
  uint32_t *slots = cm_alloc_array(b->arena, size, sizeof *slots);
  if (!slots) return false;
  *index = (struct name_index){size - 1, slots};
  for (uint32_t i = 0; i < count; i++) {
    uint32_t at = slot_of(b, index, array, stride, name_at(array, stride, i));
    if (!slots[at]) slots[at] = i + 1;  // of equal names the first counts
  }
  return true;
}

uint32_t name_index_find(struct builder *b, struct name_index *index, const void *array, uint32_t count, size_t stride,
                         struct cm_str name) {
  // Without memory for an index the search is slow, but right.
  if (index->slots || (count > SEARCHED && build_index(b, index, array, count, stride)))
    return index->slots[slot_of(b, index, array, stride, name)] - 1;
  for (uint32_t i = 0; i < count; i++)
    if (cm_str_equal(name_at(array, stride, i), name)) return i;
  return UINT32_MAX;
}

// Fills in the members of an imported instance.
static bool open_bundle(struct builder *b, struct bundle *bundle) {
  if (!bundle->scope || bundle->members) return true;
  const struct cm_scope *scope = bundle->scope;
  if (!builder_walk(b, NULL, NULL, scope->item_count)) return false;
  struct member *members = cm_alloc_array(b->arena, scope->item_count, sizeof *members);
  if (!members) return builder_no_memory(b);
  for (uint32_t i = 0; i < scope->item_count; i++) {
    const struct cm_item *item = scope->items[i];
    if (item->kind != CM_ITEM_EXPORT) continue;
    members[bundle->count++] = (struct member){.name = item->export.name.name, .sort = item->export.type.sort, .declared = item};
  }
  bundle->members = members;
  return true;
}

bool bundle_find(struct builder *b, struct bundle *bundle, struct cm_str name, struct member **out) {
  *out = NULL;
  if (!open_bundle(b, bundle)) return false;
  uint32_t at = name_index_find(b, &bundle->index, bundle->members, bundle->count, sizeof *bundle->members, name);
  if (at != UINT32_MAX) *out = &bundle->members[at];
  return true;
}

// Whether members of this sort have a value that is made when asked for.
static bool is_made(enum cm_sort sort) {
  return sort == CM_SORT_FUNC || sort == CM_SORT_INSTANCE || sort == CM_SORT_COMPONENT || sort == CM_SORT_CORE_MODULE;
}

// The name of a function of an imported instance: behind a nested instance's own name.
static bool qualify(struct builder *b, const struct env *env, const struct cm_item *item, struct cm_str prefix, struct cm_str name,
                    struct cm_str *out) {
  *out = name;
  if (!prefix.size) return true;
  if (!builder_walk(b, env, item, BYTES_COST(prefix.size + name.size))) return false;
  *out = cm_alloc_format(b->arena, "%.*s#%.*s", CM_STR_ARG(prefix), CM_STR_ARG(name));
  return out->at || builder_no_memory(b);
}

static bool make_member(struct builder *b, const struct env *env, const struct cm_item *item, struct bundle *bundle,
                        struct member *member) {
  if (!member->declared || !is_made(member->sort) || member->value.func) return true;
  struct cm_str name;
  return qualify(b, env, item, bundle->prefix, member->name, &name) &&
         declared_value(b, env, item, bundle->import, bundle->scope, &member->declared->export.type, name, &member->value);
}

bool bundle_get(struct builder *b, const struct env *env, const struct cm_item *item, struct bundle *bundle, struct cm_str name,
                enum cm_sort sort, union value *out) {
  struct member *member;
  if (!bundle_find(b, bundle, name, &member)) return false;
  if (!member) return builder_fail(b, env, item, CM_INVALID, "the instance has no export `%.*s`", CM_STR_ARG(name));
  if (member->sort != sort) {
    return builder_fail(b, env, item, CM_INVALID, "export `%.*s` of the instance is of sort %s, not %s", CM_STR_ARG(name),
                        cm_sort_names[member->sort], cm_sort_names[sort]);
  }
  if (!make_member(b, env, item, bundle, member)) return false;
  *out = member->value;
  return true;
}

static bool declared_func(struct builder *b, const struct cm_item *import, const struct cm_scope *scope,
                          const struct cm_externtype *type, struct cm_str function, union value *out) {
  struct cm_func_origin *origin = cm_alloc(b->arena, sizeof *origin);
  if (!origin) return builder_no_memory(b);
  *origin = (struct cm_func_origin){.kind = CM_ORIGIN_IMPORT,
                                    .import = import,
                                    .function = function,
                                    .type_scope = scope,
                                    .type_index = type->index,
                                    .component = CM_NOWHERE,
                                    .instance = CM_NOWHERE,
                                    .func = CM_NOWHERE};
  out->func = origin;
  return true;
}

static bool declared_instance(struct builder *b, const struct cm_item *import, const struct cm_scope *type, struct cm_str prefix,
                              union value *out) {
  struct bundle *bundle = cm_alloc(b->arena, sizeof *bundle);
  if (!bundle) return builder_no_memory(b);
  *bundle = (struct bundle){.node = CM_NOWHERE, .import = import, .scope = type, .prefix = prefix};
  out->instance = bundle;
  return true;
}

static bool declared_component(struct builder *b, const struct cm_item *import, const struct cm_scope *type, struct cm_str prefix,
                               union value *out) {
  struct closure *closure = cm_alloc(b->arena, sizeof *closure);
  if (!closure) return builder_no_memory(b);
  *closure = (struct closure){.ordinal = CM_NOWHERE, .import = import, .scope = type, .prefix = prefix};
  out->component = closure;
  return true;
}

static bool declared_module(struct builder *b, const struct env *env, const struct cm_item *item, const struct cm_scope *scope,
                            const struct cm_externtype *type, union value *out) {
  struct cm_entity entity;
  if (!cm_entity_of(scope, CM_SORT_CORE_TYPE, type->index, &entity, NULL) || entity.item->kind != CM_ITEM_CORE_TYPE ||
      entity.item->core_type->kind != CM_CORE_TYPE_MODULE)
    return builder_fail(b, env, item, CM_INVALID, "core type index %u is not a module type", type->index);
  struct module_value *module = cm_alloc(b->arena, sizeof *module);
  if (!module) return builder_no_memory(b);
  *module = (struct module_value){.ordinal = CM_NOWHERE, .type = entity.item->core_type->module, .scope = entity.scope};
  out->module = module;
  return true;
}

bool declared_value(struct builder *b, const struct env *env, const struct cm_item *item, const struct cm_item *import,
                    const struct cm_scope *scope, const struct cm_externtype *type, struct cm_str function, union value *out) {
  if (type->sort == CM_SORT_FUNC) return declared_func(b, import, scope, type, function, out);
  if (type->sort == CM_SORT_CORE_MODULE) return declared_module(b, env, item, scope, type, out);
  if (type->sort != CM_SORT_INSTANCE && type->sort != CM_SORT_COMPONENT) return true;

  bool is_instance = type->sort == CM_SORT_INSTANCE;
  struct cm_typeref ref;
  if (!cm_type_resolve(scope, type->index, &ref, NULL) || !ref.type ||
      ref.type->kind != (is_instance ? CM_TYPE_INSTANCE : CM_TYPE_COMPONENT) || !ref.type->scope) {
    return builder_fail(b, env, item, CM_INVALID, "type index %u is not a type of sort %s", type->index, cm_sort_names[type->sort]);
  }
  return is_instance ? declared_instance(b, import, ref.type->scope, function, out)
                     : declared_component(b, import, ref.type->scope, function, out);
}

bool bundle_of_imported(struct builder *b, const struct closure *component, struct bundle **out) {
  union value value = {0};
  bool good = declared_instance(b, component->import, component->scope, component->prefix, &value);
  *out = value.instance;
  return good;
}

// The names of core instances' exports and arguments are taken as they stand; a component's by label (see struct cm_name).
static struct cm_str argument_name(const struct cm_item *item, const struct cm_argument *argument) {
  return item->kind == CM_ITEM_CORE_INSTANCE && argument->name.raw.size ? argument->name.raw : argument->name.name;
}

bool bundle_of_arguments(struct builder *b, const struct env *env, const struct cm_item *item, struct bundle **out) {
  const struct cm_instance_expr *expr = &item->instance;
  if (!builder_walk(b, env, item, expr->count)) return false;
  struct bundle *bundle = cm_alloc(b->arena, sizeof *bundle);
  struct member *members = cm_alloc_array(b->arena, expr->count, sizeof *members);
  if (!bundle || !members) return builder_no_memory(b);
  for (uint32_t i = 0; i < expr->count; i++) {
    const struct cm_argument *argument = &expr->arguments[i];
    members[i] = (struct member){.name = argument_name(item, argument), .sort = argument->what.sort};
    if (!env_get(b, env, item, argument->what.sort, argument->what.index, &members[i].value)) return false;
  }
  *bundle = (struct bundle){.node = CM_NOWHERE, .count = expr->count, .members = members};
  *out = bundle;
  return true;
}
