// Core types of components, and core modules as what they import and export.
//
// Types of different modules are compared by their numbers in one store (component/matching.h). Each module, each module type and
// each scope has an array that gives the numbers of its own type indices; a core entity carries that array with it.
//
// Spec: Binary.md, "Type Definitions", core:type and its notes; Explainer.md, "Type Definitions"; Linking.md.

#include "validate/space.h"

#include <component/validate_core.h>
#include <stdio.h>

// ---- Index spaces of core types under construction.

struct core_space {
  const uint32_t *ids;
  uint32_t count;                 // how many types are known
  uint32_t *growing;              // the same as ids, with room for what is added; NULL: nothing is
  const struct space *component;  // whose index space it is; NULL: that of a module or module type, which has no module types
};

static bool refers(struct validator *v, const struct core_space *space, uint32_t index, uint32_t limit) {
  if (index >= limit) return invalid(v, RULE_INDEX, "unknown type %u: type index out of bounds, there are %u", index, limit);
  if (!space->component || index >= space->count) return true;
  const struct core_def *def = space->component->slots[CM_SORT_CORE_TYPE][index].core_def;
  if (!def) return false;
  return !def->module || invalid(v, RULE_TYPE, "core type index %u is a module type, which no core type can refer to", index);
}

static bool refers_valtype(struct validator *v, const struct core_space *space, struct core_valtype type, uint32_t limit) {
  return type.code != CORE_REF || type.heap < 0 || refers(v, space, (uint32_t)type.heap, limit);
}

static bool check_type_features(struct validator *v, const struct core_type *type) {
  if (type->shared && !need_feature(v, CM_FEATURE_SHARED_EVERYTHING_THREADS, "a shared core type")) return false;
  bool plain = type->kind == CORE_FUNC_TYPE && type->is_final && !type->super_count;
  return plain || need_feature(v, CM_FEATURE_GC, "a core type that is a struct, an array, or open to subtypes");
}

// Whether all that a type mentions is there: earlier types and those of its own group, and as supertypes only earlier ones.
static bool check_references(struct validator *v, const struct core_space *space, const struct core_type *type, uint32_t index,
                             uint32_t limit) {
  for (uint32_t i = 0; i < type->super_count; i++)
    if (!refers(v, space, type->supers[i], index)) return false;
  for (uint32_t i = 0; i < type->param_count; i++)
    if (!refers_valtype(v, space, type->params[i], limit)) return false;
  for (uint32_t i = 0; i < type->result_count; i++)
    if (!refers_valtype(v, space, type->results[i], limit)) return false;
  for (uint32_t i = 0; i < type->field_count; i++)
    if (!refers_valtype(v, space, type->fields[i].type, limit)) return false;
  return true;
}

// Adds a recursion group to an index space whose array has room for it.
static bool add_group(struct validator *v, struct core_space *space, const struct core_type *types, uint32_t count) {
  uint32_t limit = space->count + count;
  for (uint32_t i = 0; i < count; i++)
    if (!check_type_features(v, &types[i]) || !check_references(v, space, &types[i], space->count + i, limit)) return false;
  struct cm_diag diag;
  if (!core_type_store_add(v->core_types, types, space->count, count, space->growing, &diag)) {
    if (diag.error == CM_NO_MEMORY) v->store.exhausted = true;
    return beyond_limit(v, "%s", diag.message);
  }
  for (uint32_t i = 0; i < count; i++) {
    uint32_t id = space->ids[space->count + i];
    const struct core_stored *stored = &v->core_types->types[id];
    if (stored->super == CORE_NO_TYPE) continue;
    if (v->core_types->types[stored->super].is_final) return invalid(v, RULE_TYPE, "sub type cannot have a final super type");
    if (!core_type_extends(v->core_types, id)) return invalid(v, RULE_TYPE, "core type does not match its supertype");
  }
  space->count = limit;
  return true;
}

// ---- External types.

static bool check_limits(struct validator *v, const struct core_limits *limits, const char *what, uint64_t most) {
  if (limits->min > most || (limits->has_max && limits->max > most))
    return invalid(v, RULE_TYPE, "%s size must be at most %llu", what, (unsigned long long)most);
  if (limits->has_max && limits->max < limits->min)
    return invalid(v, RULE_TYPE, "%s size minimum must not be greater than maximum", what);
  return true;
}

// Memories of 2^32 or 2^64 bytes, tables of as many elements less one.
static bool check_memory(struct validator *v, const struct core_limits *limits) {
  if (limits->is_64 && !need_feature(v, CM_FEATURE_MEMORY64, "a 64-bit memory")) return false;
  if (limits->shared && !need_feature(v, CM_FEATURE_THREADS, "a shared memory")) return false;
  if (limits->page_log2 != 16 && !need_feature(v, CM_FEATURE_CUSTOM_PAGE_SIZES, "a memory with a page size of its own"))
    return false;
  if (limits->page_log2 != 16 && limits->page_log2 != 0) return invalid(v, RULE_TYPE, "invalid custom page size");
  if (limits->shared && !limits->has_max) return invalid(v, RULE_TYPE, "shared memory must have maximum size");
  unsigned bits = limits->is_64 ? 64 : 32;
  uint64_t most = bits - limits->page_log2 >= 64 ? UINT64_MAX : UINT64_C(1) << (bits - limits->page_log2);
  return check_limits(v, limits, "memory", most);
}

// What is shared has shared values.
static bool check_shared(struct validator *v, const struct core_space *space, bool shared, struct core_valtype type,
                         const char *what) {
  if (!shared) return true;
  uint32_t word = core_word_of(type, space->ids);
  return need_feature(v, CM_FEATURE_SHARED_EVERYTHING_THREADS, what) &&
         (!core_word_is_ref(word) || core_word_shared(v->core_types, word) ||
          invalid(v, RULE_TYPE, "%s must have a shared type: it is of %s", what, word_summary(word).at));
}

static bool check_table(struct validator *v, const struct core_space *space, const struct core_table_type *table) {
  const struct core_limits *limits = &table->limits;
  return refers_valtype(v, space, table->element, space->count) &&
         (!limits->is_64 || need_feature(v, CM_FEATURE_MEMORY64, "a 64-bit table")) &&
         check_shared(v, space, limits->shared, table->element, "a shared table") &&
         check_limits(v, limits, "table", limits->is_64 ? UINT64_MAX : UINT32_MAX);
}

static bool check_externtype(struct validator *v, const struct core_space *space, const struct core_externtype *type) {
  switch (type->kind) {
    case CORE_FUNC:
    case CORE_TAG: {
      if (type->kind == CORE_TAG && !need_feature(v, CM_FEATURE_EXCEPTIONS, "a tag")) return false;
      if (!refers(v, space, type->type, space->count)) return false;
      const struct core_stored *stored = &v->core_types->types[space->ids[type->type]];
      if (stored->kind != CORE_FUNC_TYPE) return invalid(v, RULE_TYPE, "type index %u is not a function type", type->type);
      return type->kind == CORE_FUNC || !stored->b.count ||
             invalid(v, RULE_TYPE, "invalid exception type: non-empty tag result type");
    }
    case CORE_TABLE: return check_table(v, space, &type->table);
    case CORE_MEMORY: return check_memory(v, &type->memory);
    default:
      return refers_valtype(v, space, type->global.type, space->count) &&
             check_shared(v, space, type->global.shared, type->global.type, "a shared global");
  }
}

static enum cm_sort sort_of(enum core_kind kind) { return (enum cm_sort)(CM_SORT_CORE_FUNC + kind); }

static const struct core_entity *new_entity(struct validator *v, const struct core_space *space,
                                            const struct core_externtype *type) {
  struct core_entity *entity = make(v, 1, sizeof *entity);
  if (entity) *entity = (struct core_entity){*type, space->ids};
  return entity;
}

// ---- Module types, of core modules and by themselves.

// A name that only an import of these two names has: the length of the first tells where it ends.
struct cm_str module_import_key(struct validator *v, struct cm_str module, struct cm_str name) {
  char length[24];
  size_t digits = (size_t)snprintf(length, sizeof length, "%zu:", module.size);
  char *key = make(v, digits + module.size + name.size, 1);
  if (!key) return (struct cm_str){0};
  memcpy(key, length, digits);
  if (module.size) memcpy(key + digits, module.at, module.size);
  if (name.size) memcpy(key + digits + module.size, name.at, name.size);
  return (struct cm_str){key, digits + module.size + name.size};
}

struct open_module {
  struct module_type *type;
  struct core_space space;
  struct module_import *names;
  size_t room;
};

static bool add_module_import(struct validator *v, struct open_module *m, const struct core_import *import) {
  const struct core_entity *entity = new_entity(v, &m->space, &import->type);
  struct cm_str key = module_import_key(v, import->module, import->name);
  if (!entity || !key.at) return false;
  if (externs_find(&m->type->imports, key))
    return invalid(v, RULE_TYPE, "duplicate import name `%.*s:%.*s`: components require the imports of a core module to be unique",
                   SHOWN(import->module), SHOWN(import->name));
  if (!cm_grow(v->store.arena, &m->names, &m->room, m->type->imports.count, sizeof *m->names)) {
    v->store.exhausted = true;
    return false;
  }
  m->names[m->type->imports.count] = (struct module_import){import->module, import->name};
  m->type->import_names = m->names;
  return externs_add(&v->store, &m->type->imports, key, (struct entity){.sort = sort_of(import->type.kind), .core = entity});
}

static bool add_module_export(struct validator *v, struct open_module *m, struct cm_str name, const struct core_externtype *type) {
  const struct core_entity *entity = new_entity(v, &m->space, type);
  if (!entity) return false;
  if (externs_find(&m->type->exports, name)) return invalid(v, RULE_TYPE, "export name `%.*s` already defined", SHOWN(name));
  return externs_add(&v->store, &m->type->exports, name, (struct entity){.sort = sort_of(type->kind), .core = entity});
}

// The type of what a module exports; false: the index leads nowhere.
static bool exported_type(const struct core_module *module, const struct core_export *export, struct core_externtype *out) {
  const uint32_t counts[] = {module->func_count, module->table_count, module->memory_count, module->global_count,
                             module->tag_count};
  *out = (struct core_externtype){.kind = export->kind};
  if (export->index >= counts[export->kind]) return false;
  switch (export->kind) {
    case CORE_FUNC: out->type = module->funcs[export->index].type; break;
    case CORE_TABLE: out->table = module->tables[export->index].type; break;
    case CORE_MEMORY: out->memory = module->memories[export->index].limits; break;
    case CORE_GLOBAL: out->global = module->globals[export->index].type; break;
    default: out->type = module->tags[export->index].type;
  }
  return true;
}

// Whether what the type refers to is there.
static bool resolves(const struct validator *v, const struct core_space *space, const struct core_externtype *type) {
  struct core_valtype part = {0};
  if (type->kind == CORE_FUNC || type->kind == CORE_TAG)
    return type->type < space->count && v->core_types->types[space->ids[type->type]].kind == CORE_FUNC_TYPE;
  if (type->kind == CORE_TABLE) part = type->table.element;
  if (type->kind == CORE_GLOBAL) part = type->global.type;
  return part.code != CORE_REF || part.heap < 0 || (uint32_t)part.heap < space->count;
}

// Of a module that was validated: what is wrong in it was told, and is not told again.
static bool fill_module(struct validator *v, const struct core_module *module, struct open_module *m) {
  for (uint32_t i = 0; i < module->import_count; i++) {
    const struct core_import *import = &module->imports[i];
    if (!resolves(v, &m->space, &import->type) || !add_module_import(v, m, import)) return false;
  }
  for (uint32_t i = 0; i < module->export_count; i++) {
    struct core_externtype type;
    struct cm_str name = module->exports[i].name;
    if (!exported_type(module, &module->exports[i], &type) || !resolves(v, &m->space, &type)) return false;
    if (externs_find(&m->type->exports, name) || !add_module_export(v, m, name, &type)) return false;
  }
  return true;
}

// What a module exports and imports can be told even where one of its bodies is not valid.
bool define_core_module(struct validator *v, const struct cm_item *item) {
  const struct core_validate_options options = {
      .features = v->options->features, .threads = v->options->threads, .allocator = v->arena.allocator};
  const uint32_t *ids = NULL;
  bool good = core_validate(item->module, &options, v->core_types, &ids, &v->core_sink);
  if (v->arena.refused) v->store.exhausted = true;
  if (!ids) return false;
  struct open_module m = {.type = make(v, 1, sizeof *m.type), .space = {.ids = ids, .count = item->module->type_count}};
  if (!m.type || !fill_module(v, item->module, &m)) return false;
  space_push(v->space, CM_SORT_CORE_MODULE, (union slot){.module = m.type});
  return good;
}

// `count` 0 is the module type itself, 1 the scope that it stands in.
static bool alias_type(struct validator *v, const struct cm_module_decl *decl, struct core_space *space) {
  uint32_t index = decl->alias_index;
  if (decl->alias_count == 0) {
    if (!refers(v, space, index, space->count)) return false;
    space->growing[space->count++] = space->ids[index];
    return true;
  }
  const struct space *outer = v->space;
  for (uint32_t i = 1; i < decl->alias_count && outer; i++) outer = outer->parent;
  if (!outer) return invalid(v, RULE_ALIAS, "invalid outer alias count of %u: there are fewer enclosing scopes", decl->alias_count);
  union slot slot;
  if (!space_at(v, outer, CM_SORT_CORE_TYPE, index, &slot)) return false;
  if (slot.core_def->module) return invalid(v, RULE_TYPE, "a module type cannot alias another module type");
  space->growing[space->count++] = slot.core_def->id;
  return true;
}

static bool declare(struct validator *v, const struct cm_module_decl *decl, struct open_module *m) {
  switch (decl->kind) {
    case CM_MODULE_TYPE:
      if (decl->type.kind == CM_CORE_TYPE_MODULE) return invalid(v, RULE_TYPE, "a module type cannot define another module type");
      return add_group(v, &m->space, decl->type.types, decl->type.count);
    case CM_MODULE_ALIAS: return alias_type(v, decl, &m->space);
    case CM_MODULE_IMPORT: return check_externtype(v, &m->space, &decl->import.type) && add_module_import(v, m, &decl->import);
    default:
      return check_externtype(v, &m->space, &decl->import.type) && add_module_export(v, m, decl->import.name, &decl->import.type);
  }
}

// Types that a module type's declarators introduce.
static uint32_t declared_types(const struct cm_module_type *type) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < type->count; i++) {
    const struct cm_module_decl *decl = &type->decls[i];
    if (decl->kind == CM_MODULE_TYPE) count += decl->type.kind == CM_CORE_TYPE_DEF ? decl->type.count : 1;
    if (decl->kind == CM_MODULE_ALIAS) count++;
  }
  return count;
}

static const struct module_type *define_module_type(struct validator *v, const struct cm_module_type *type) {
  struct open_module m = {.type = make(v, 1, sizeof *m.type)};
  m.space.ids = m.space.growing = make(v, declared_types(type), sizeof *m.space.growing);
  if (!m.type || !m.space.ids) return NULL;
  uint64_t offset = v->offset;
  bool good = true;
  for (uint32_t i = 0; i < type->count && good; i++) {
    v->offset = type->decls[i].offset;
    good = declare(v, &type->decls[i], &m);
  }
  v->offset = offset;
  return good ? m.type : NULL;
}

static bool push_core_def(struct validator *v, uint32_t id, const struct module_type *module) {
  struct core_def *def = make(v, 1, sizeof *def);
  if (!def) return false;
  *def = (struct core_def){id, module};
  space_push(v->space, CM_SORT_CORE_TYPE, (union slot){.core_def = def});
  return true;
}

bool define_core_type(struct validator *v, const struct cm_item *item) {
  const struct cm_core_type *type = item->core_type;
  if (type->kind == CM_CORE_TYPE_MODULE) {
    const struct module_type *module = define_module_type(v, type->module);
    return module && push_core_def(v, 0, module);
  }
  uint32_t first = v->space->counts[CM_SORT_CORE_TYPE];
  struct core_space space = {v->space->core_ids, first, v->space->core_ids, v->space};
  if (!add_group(v, &space, type->types, type->count)) return false;
  for (uint32_t i = 0; i < type->count; i++)
    if (!push_core_def(v, space.ids[first + i], NULL)) return false;
  return true;
}

const struct core_entity *core_func_of(struct validator *v, const struct core_type *type, uint32_t referred) {
  uint32_t *ids = make(v, 2, sizeof *ids);
  struct core_space space = {.ids = ids, .count = 1, .growing = ids};
  if (!ids) return NULL;
  ids[0] = referred;
  if (!add_group(v, &space, type, 1)) return NULL;
  struct core_externtype func = {.kind = CORE_FUNC, .type = 1};
  return new_entity(v, &space, &func);
}

const struct core_entity *core_func_with(struct validator *v, uint32_t id) {
  uint32_t *ids = make(v, 1, sizeof *ids);
  struct core_space space = {.ids = ids, .count = 1};
  if (!ids) return NULL;
  ids[0] = id;
  struct core_externtype func = {.kind = CORE_FUNC};
  return new_entity(v, &space, &func);
}
