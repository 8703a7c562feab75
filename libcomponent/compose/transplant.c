// Copying of types. The indices in a copied type are mapped: within scopes by tables, one a scope that is being copied and each sort; at the
// outermost scope by transplant_type.

#include "transplant.h"

#include "binary/codes.h"
#include "needed.h"

#include <component/limits.h>

// A scope being copied, and where its indices went.
struct copying {
  struct transplant *t;
  const struct copying *up;  // NULL: the next one out is the part's outermost scope
  const struct cm_scope *from;
  struct transplant_scope *to;
  uint32_t *maps[CM_SORT_COUNT];
  uint32_t counts[CM_SORT_COUNT];
};

static bool no_memory(struct transplant *t) { return cm_fail_memory(t->diag); }

static bool unsupported(struct transplant *t, const struct cm_item *item, const char *what) {
  return cm_fail(t->diag, CM_UNSUPPORTED, item->offset, NULL, "%s in the type of an import cannot be moved to another component",
                 what);
}

static bool lost(struct transplant *t) {
  return cm_fail_at_large(t->diag, CM_INVALID,
                          "the type of an import refers to an index that does not exist; validate tells which");
}

bool transplant_begin(struct transplant *t) {
  t->depth = 0;
  t->types = cm_alloc_array(t->to->arena, t->from->spaces[CM_SORT_TYPE].count, sizeof *t->types);
  return t->types || no_memory(t);
}

// --- indices ---

// Those of modules may have aliases that lead out; rare, and not followed.
static bool check_core_type(struct transplant *t, const struct cm_item *item) {
  if (item->core_type->kind == CM_CORE_TYPE_DEF) return true;
  for (uint32_t i = 0; i < item->core_type->module->count; i++)
    if (item->core_type->module->decls[i].kind == CM_MODULE_ALIAS) return unsupported(t, item, "an alias within a module type");
  return true;
}

// The type of a core module, which is all that an import of the outermost scope needs of core types. It refers to nothing, and is copied anew.
static bool move_core_type(struct transplant *t, uint32_t index, uint32_t *out) {
  const struct cm_item *item = cm_def_of(t->from, CM_SORT_CORE_TYPE, index);
  if (!item || item->kind != CM_ITEM_CORE_TYPE || item->core_type->kind == CM_CORE_TYPE_DEF) return lost(t);
  if (!check_core_type(t, item)) return false;
  *out = build_add(t->to, *item);
  return !t->to->failed || no_memory(t);
}

static bool map(const struct copying *c, struct transplant *t, enum cm_sort sort, uint32_t index, uint32_t *out) {
  if (c) {
    if (index >= c->counts[sort]) return lost(t);
    *out = c->maps[sort][index];
    return true;
  }
  if (sort == CM_SORT_TYPE) return transplant_type(t, index, out);
  if (sort == CM_SORT_CORE_TYPE) return move_core_type(t, index, out);
  return cm_fail_at_large(t->diag, CM_UNSUPPORTED,
                          "the type of an import refers to a %s of its component, which cannot be moved to another",
                          cm_sort_names[sort]);
}

static bool map_value(const struct copying *c, struct transplant *t, struct cm_valtype *type) {
  return type->kind != CM_VAL_TYPE || map(c, t, CM_SORT_TYPE, type->index, &type->index);
}

static const struct cm_field *map_fields(const struct copying *c, struct transplant *t, const struct cm_field *fields,
                                         uint32_t count) {
  struct cm_field *own = cm_alloc_array(t->to->arena, count, sizeof *own);
  if (!own) return no_memory(t), NULL;
  for (uint32_t i = 0; i < count; i++) {
    own[i] = fields[i];
    if (!map_value(c, t, &own[i].type)) return NULL;
  }
  return own;
}

static bool copy_scope(const struct copying *up, struct transplant *t, const struct cm_scope *from, struct transplant_scope *to);

static bool copy_inner(const struct copying *c, struct transplant *t, struct cm_type *type) {
  struct transplant_scope to;
  if (!transplant_scope_init(t->to->arena, type->scope->kind, &to)) return no_memory(t);
  if (!copy_scope(c, t, type->scope, &to)) return false;
  type->scope = to.scope;
  return true;
}

// A copy of `type` with its indices mapped; NULL: told.
static struct cm_type *copy_type(const struct copying *c, struct transplant *t, const struct cm_item *item) {
  struct cm_type *type = cm_alloc(t->to->arena, sizeof *type);
  if (!type) return no_memory(t), NULL;
  *type = *item->type;
  bool ok = true;
  switch (type->kind) {
    case CM_TYPE_RECORD:
    case CM_TYPE_VARIANT:
    case CM_TYPE_TUPLE:
    case CM_TYPE_FLAGS:
    case CM_TYPE_ENUM: ok = (type->fields = map_fields(c, t, type->fields, type->count)) != NULL; break;
    case CM_TYPE_LIST:
    case CM_TYPE_FIXED_LIST:
    case CM_TYPE_OPTION:
    case CM_TYPE_RESULT:
    case CM_TYPE_STREAM:
    case CM_TYPE_FUTURE:
    case CM_TYPE_MAP: ok = map_value(c, t, &type->element) && map_value(c, t, &type->error) && map_value(c, t, &type->key); break;
    case CM_TYPE_OWN:
    case CM_TYPE_BORROW: ok = map(c, t, CM_SORT_TYPE, type->resource, &type->resource); break;
    case CM_TYPE_FUNC:
      type->func.params = map_fields(c, t, type->func.params, type->func.param_count);
      type->func.named_results = map_fields(c, t, type->func.named_results, type->func.named_result_count);
      ok = type->func.params && type->func.named_results && map_value(c, t, &type->func.result);
      break;
    case CM_TYPE_COMPONENT:
    case CM_TYPE_INSTANCE: ok = copy_inner(c, t, type); break;
    case CM_TYPE_RESOURCE: ok = unsupported(t, item, "a resource that the component defines"); break;
    default: break;
  }
  return ok ? type : NULL;
}

static bool map_externtype(const struct copying *c, struct transplant *t, const struct cm_externtype *type,
                           struct cm_externtype *out) {
  *out = *type;
  if (!map_value(c, t, &out->value)) return false;
  if (type->bound == CM_BOUND_RESOURCE || type->sort == CM_SORT_VALUE) return true;
  enum cm_sort sort = type->sort == CM_SORT_CORE_MODULE ? CM_SORT_CORE_TYPE : CM_SORT_TYPE;
  return map(c, t, sort, type->index, &out->index);
}

// --- scopes ---

static struct cm_str name_of(const struct cm_item *item) {
  return item->kind == CM_ITEM_IMPORT ? item->import.name.name : item->export.name.name;
}

bool transplant_scope_init(struct cm_arena *arena, enum cm_scope_kind kind, struct transplant_scope *out) {
  *out = (struct transplant_scope){.scope = cm_alloc(arena, sizeof *out->scope)};
  if (!out->scope || !index_init(&out->names, arena)) return false;
  out->scope->kind = kind;
  return true;
}

static bool is_extern(const struct cm_item *item) { return item->kind == CM_ITEM_EXPORT || item->kind == CM_ITEM_IMPORT; }

static uint64_t hash_of(const struct transplant_scope *scope, const struct cm_item *item) {
  return index_mix_text(index_mix(scope->names.seed, item->kind), name_of(item));
}

// Is there such an import or export in the scope? *index becomes the first that it introduces.
static bool find_extern(const struct transplant_scope *scope, const struct cm_item *like, uint32_t *index) {
  size_t cursor = 0;
  for (uint32_t i; index_next(&scope->names, hash_of(scope, like), &cursor, &i);) {
    const struct cm_item *item = scope->scope->items[i];
    if (item->kind != like->kind || !cm_str_equal(name_of(item), name_of(like))) continue;
    *index = scope->introduced[i];
    return true;
  }
  return false;
}

static bool add_item(struct copying *c, struct cm_item item, uint32_t *index) {
  struct cm_arena *arena = c->t->to->arena;
  struct transplant_scope *to = c->to;
  struct cm_scope *scope = to->scope;
  struct cm_item *own = cm_alloc(arena, sizeof *own);
  if (!own || !cm_grow(arena, &scope->items, &to->item_room, scope->item_count, sizeof *scope->items) ||
      !cm_grow(arena, &to->introduced, &to->introduced_room, scope->item_count, sizeof *to->introduced) ||
      (is_extern(&item) && !index_add(&to->names, arena, hash_of(to, &item), scope->item_count)))
    return no_memory(c->t);
  *own = item;
  own->section = UINT32_MAX;
  enum cm_sort sort = CM_SORT_TYPE;
  uint32_t count = scope_introduces(own, &sort);
  *index = to->introduced[scope->item_count] = to->counts[sort];
  scope->items[scope->item_count++] = own;
  to->counts[sort] += count;
  return true;
}

// What is `outer` scopes out of the one being copied: NULL is the part's outermost scope. False: further out than that.
static bool scope_out(const struct copying *c, uint32_t outer, const struct copying **out) {
  for (; outer && c; outer--) c = c->up;
  *out = c;
  return !outer;
}

static bool copy_alias(struct copying *c, const struct cm_item *from, struct cm_item *item) {
  const struct copying *target;
  if (from->alias.kind == CM_ALIAS_EXPORT) return map(c, c->t, CM_SORT_INSTANCE, from->alias.instance, &item->alias.instance);
  if (from->alias.kind != CM_ALIAS_OUTER || !scope_out(c, from->alias.outer, &target)) return unsupported(c->t, from, "an alias");
  return map(target, c->t, from->alias.sort, from->alias.index, &item->alias.index);
}

// The item as it is to stand in the copy. False: told.
static bool copy_item(struct copying *c, const struct cm_item *from, struct cm_item *item) {
  *item = *from;
  switch (from->kind) {
    case CM_ITEM_TYPE: return (item->type = copy_type(c, c->t, from)) != NULL;
    case CM_ITEM_ALIAS: return copy_alias(c, from, item);
    case CM_ITEM_EXPORT: return map_externtype(c, c->t, &from->export.type, &item->export.type);
    case CM_ITEM_IMPORT: return map_externtype(c, c->t, &from->import.type, &item->import.type);
    case CM_ITEM_CORE_TYPE: return check_core_type(c->t, from);
    default: return unsupported(c->t, from, "a definition");
  }
}

static bool begin_maps(struct copying *c) {
  for (unsigned sort = 0; sort < CM_SORT_COUNT; sort++) {
    c->maps[sort] = cm_alloc_array(c->t->to->arena, c->from->spaces[sort].count, sizeof(uint32_t));
    if (!c->maps[sort]) return no_memory(c->t);
  }
  return true;
}

// Notes where the indices that an item introduces went.
static bool note(struct copying *c, enum cm_sort sort, uint32_t count, uint32_t index) {
  for (uint32_t n = 0; n < count; n++) {
    if (c->counts[sort] >= c->from->spaces[sort].count) return lost(c->t);
    c->maps[sort][c->counts[sort]++] = index + n;
  }
  return true;
}

static bool copy_items(struct copying *c) {
  bool *needed = NULL;
  if (c->to->wanted && !needed_items(c->t->to->arena, c->from, c->to->wanted, c->to->context, &needed)) return no_memory(c->t);
  for (uint32_t i = 0; i < c->from->item_count; i++) {
    const struct cm_item *from = c->from->items[i];
    enum cm_sort sort = CM_SORT_TYPE;
    uint32_t count = scope_introduces(from, &sort), index = 0;
    // What another part's import has already brought is that.
    bool known = is_extern(from) && find_extern(c->to, from, &index);
    bool left_out = needed && !needed[i];
    struct cm_item item;
    if (!known && !left_out && (!copy_item(c, from, &item) || !add_item(c, item, &index))) return false;
    if (!note(c, sort, count, index)) return false;
  }
  return true;
}

static bool has_all(const struct transplant_scope *scope, const struct cm_scope *of) {
  uint32_t index;
  for (uint32_t i = 0; i < of->item_count; i++)
    if (of->items[i]->kind == CM_ITEM_EXPORT && !find_extern(scope, of->items[i], &index)) return false;
  return true;
}

static bool copy_scope(const struct copying *up, struct transplant *t, const struct cm_scope *from, struct transplant_scope *to) {
  struct copying c = {.t = t, .up = up, .from = from, .to = to};
  if (++t->depth > CM_LIMIT_NESTING) return cm_fail_at_large(t->diag, CM_LIMIT, "types nested more than %d deep", CM_LIMIT_NESTING);
  bool ok = begin_maps(&c) && copy_items(&c);
  t->depth--;
  return ok;
}

// --- the outermost scope ---

static bool move_instance(struct transplant *t, uint32_t index, uint32_t *out);

static bool move_alias(struct transplant *t, const struct cm_item *item, uint32_t *out) {
  uint32_t instance;
  if (item->alias.kind != CM_ALIAS_EXPORT) return unsupported(t, item, "an alias");
  const struct cm_item *of = cm_def_of(t->from, CM_SORT_INSTANCE, item->alias.instance);
  *out = UINT32_MAX;
  if (t->alias && of && of->kind == CM_ITEM_IMPORT && item->alias.sort == CM_SORT_TYPE &&
      !t->alias(t->context, of, item->alias.name, out))
    return false;
  if (*out != UINT32_MAX) return true;
  if (!move_instance(t, item->alias.instance, &instance)) return false;
  *out = build_alias(t->to, instance, item->alias.sort, item->alias.name, item->alias.raw);
  return !t->to->failed || no_memory(t);
}

static bool move_instance(struct transplant *t, uint32_t index, uint32_t *out) {
  const struct cm_item *item = cm_def_of(t->from, CM_SORT_INSTANCE, index);
  if (!item) return lost(t);
  if (++t->depth > CM_LIMIT_NESTING) return lost(t);
  bool ok = false;
  if (item->kind == CM_ITEM_IMPORT)
    ok = (*out = t->import(t->context, item)) != UINT32_MAX;
  else if (item->kind == CM_ITEM_ALIAS)
    ok = move_alias(t, item, out);
  else if (item->kind == CM_ITEM_EXPORT && item->export.what.sort == CM_SORT_INSTANCE && item->export.what.index != index)
    ok = move_instance(t, item->export.what.index, out);
  else
    unsupported(t, item, "an instance that the component makes");
  t->depth--;
  return ok;
}

static bool move_type(struct transplant *t, const struct cm_item *item, uint32_t *out) {
  switch (item->kind) {
    case CM_ITEM_TYPE: {
      struct cm_item own = *item;
      own.type = copy_type(NULL, t, item);
      if (!own.type) return false;
      *out = build_add(t->to, own);
      return !t->to->failed || no_memory(t);
    }
    case CM_ITEM_ALIAS: return move_alias(t, item, out);
    case CM_ITEM_IMPORT: return (*out = t->import(t->context, item)) != UINT32_MAX;
    case CM_ITEM_EXPORT: return transplant_type(t, item->export.what.index, out);
    default: return lost(t);
  }
}

bool transplant_type(struct transplant *t, uint32_t index, uint32_t *out) {
  const struct cm_item *item = cm_def_of(t->from, CM_SORT_TYPE, index);
  if (!item) return lost(t);
  if (!t->types[index]) {
    if (++t->depth > CM_LIMIT_NESTING) return lost(t);
    if (!move_type(t, item, out)) return false;
    t->depth--;
    t->types[index] = *out + 1;
  }
  *out = t->types[index] - 1;
  return true;
}

bool transplant_externtype(struct transplant *t, const struct cm_externtype *type, struct cm_externtype *out) {
  return map_externtype(NULL, t, type, out);
}

// The scope of the instance type that an index stands for; NULL: told.
static const struct cm_scope *instance_scope(struct transplant *t, uint32_t index) {
  const struct cm_item *item = cm_def_of(t->from, CM_SORT_TYPE, index);
  for (unsigned hops = 0; item && item->kind == CM_ITEM_EXPORT && hops < CM_LIMIT_NESTING; hops++)
    item = cm_def_of(t->from, CM_SORT_TYPE, item->export.what.index);
  if (item && item->kind == CM_ITEM_TYPE && item->type->kind == CM_TYPE_INSTANCE) return item->type->scope;
  return lost(t), NULL;
}

bool transplant_merge(struct transplant *t, uint32_t index, struct transplant_scope *to) {
  const struct cm_scope *scope = instance_scope(t, index);
  return scope && (has_all(to, scope) || copy_scope(NULL, t, scope, to));
}

// --- the types of an instance, out in the open ---

static bool unfold_definition(struct copying *c, const struct cm_item *from, uint32_t *out) {
  const struct copying *target;
  if (from->kind == CM_ITEM_TYPE) {
    struct cm_item own = *from;
    own.type = copy_type(c, c->t, from);
    *out = own.type ? build_add(c->t->to, own) : 0;
    return own.type != NULL;
  }
  if (from->kind == CM_ITEM_ALIAS && from->alias.kind == CM_ALIAS_OUTER && scope_out(c, from->alias.outer, &target))
    return map(target, c->t, from->alias.sort, from->alias.index, out);
  return unsupported(c->t, from, "a definition");
}

static bool is_type(const struct cm_item *item) { return item->kind == CM_ITEM_EXPORT && item->export.type.sort == CM_SORT_TYPE; }

// What an export of a type is; `given` is what `how` says of it.
static bool unfold_export(struct copying *c, const struct transplant_unfolding *how, const struct cm_item *item, uint32_t given,
                          uint32_t *out) {
  const struct cm_externtype *type = &item->export.type;
  *out = given;
  if (given == UINT32_MAX && type->bound == CM_BOUND_RESOURCE) return unsupported(c->t, item, "a resource");
  if (given == UINT32_MAX && !map(c, c->t, CM_SORT_TYPE, type->index, out)) return false;
  return !how->name || how->name(how->context, item, out);
}

// Item `i` of what is unfolded, and how many it was: of a definition that the next item exports, and that is given, there need be no copy.
static bool unfold_item(struct copying *c, const struct transplant_unfolding *how, uint32_t i, uint32_t *items, uint32_t *out) {
  const struct cm_item *item = c->from->items[i], *next = i + 1 < c->from->item_count ? c->from->items[i + 1] : item;
  uint32_t given = UINT32_MAX;
  const struct cm_externtype *type = &next->export.type;
  bool exported =
      item->kind != CM_ITEM_EXPORT && is_type(next) && type->bound == CM_BOUND_EQ && type->index == c->counts[CM_SORT_TYPE];
  *items = 1;
  *out = UINT32_MAX;  // of what is no type nobody asks the index
  if (item->kind == CM_ITEM_EXPORT && !is_type(item)) return true;
  if ((exported || is_type(item)) && !how->given(how->context, exported ? next : item, &given)) return false;
  if (exported && given != UINT32_MAX) return *items = 2, unfold_export(c, how, next, given, out);
  return is_type(item) ? unfold_export(c, how, item, given, out) : unfold_definition(c, item, out);
}

bool transplant_stands_alone(const struct cm_type *type) {
  bool fields = type->kind == CM_TYPE_RECORD || type->kind == CM_TYPE_VARIANT;
  for (uint32_t i = 0; fields && i < type->count; i++)
    if (type->fields[i].type.kind == CM_VAL_TYPE) return false;
  return fields || type->kind == CM_TYPE_ENUM || type->kind == CM_TYPE_FLAGS;
}

bool transplant_unfold(struct transplant *t, uint32_t index, const struct transplant_unfolding *how, uint32_t **types) {
  const struct cm_scope *scope = instance_scope(t, index);
  bool *needed = NULL;
  if (!scope) return false;
  struct copying c = {.t = t, .from = scope};
  if (!begin_maps(&c)) return false;
  if (how->wanted && !needed_items(t->to->arena, scope, how->wanted, how->context, &needed)) return no_memory(t);
  for (uint32_t i = 0, items = 1; i < scope->item_count; i += items) {
    uint32_t out = UINT32_MAX;
    items = 1;
    if ((!needed || needed[i]) && !unfold_item(&c, how, i, &items, &out)) return false;
    for (uint32_t n = 0; n < items; n++) {
      enum cm_sort sort = CM_SORT_TYPE;
      uint32_t count = scope_introduces(scope->items[i + n], &sort);
      if (!note(&c, sort, count, out)) return false;
    }
  }
  *types = c.maps[CM_SORT_TYPE];
  return !t->to->failed || no_memory(t);
}
