// Imports and exports: their types, what they introduce, and the type of the scope that has them.
//
// An import or export does four things here. Its type is found (and of an export compared with what it ascribes). What the type binds
// is attached to the scope: an instance type that is imported stands for one instance with resources of its own, so they get new
// numbers that belong to the scope. The new index is pushed. And all that the type mentions must have a name that the outside can use.
//
// A scope's type follows from its lists of imports and exports: of the resources that belong to it, those that its imports introduced
// and those that its exports mention are bound by the type.
//
// Spec: Binary.md, "Import and Export Definitions"; Explainer.md, "Type Checking", "External Visibility of Types".

#include "validate/space.h"

static const char *const direction_names[] = {"import", "export"};

// ---- Types of imports and exports.

static bool module_type_at(struct validator *v, uint32_t index, const struct module_type **out) {
  union slot slot;
  if (!space_at(v, v->space, CM_SORT_CORE_TYPE, index, &slot)) return false;
  *out = slot.core_def->module;
  return *out || invalid(v, RULE_TYPE, "core type index %u is not a module type", index);
}

// `(type (eq i))` is a new index for the same type; `(type (sub resource))` is a new type.
static const struct type *type_bound(struct validator *v, const struct cm_externtype *type, enum direction direction,
                                     struct cm_str name) {
  if (type->bound == CM_BOUND_EQ) {
    const struct type *same = type_at(v, type->index);
    return same ? type_copy(&v->store, same) : NULL;
  }
  uint32_t id = store_resource(&v->store, (struct resource){.owner = v->space->number,
                                                            .origin = direction == IMPORT ? RESOURCE_IMPORTED : RESOURCE_ABSTRACT,
                                                            .name = name});
  return type_resource(&v->store, id);
}

static bool value_bound(struct validator *v, const struct cm_externtype *type, const struct type **out) {
  if (!need_feature(v, CM_FEATURE_CM_VALUES, "a value")) return false;
  union slot slot;
  if (type->bound != CM_BOUND_EQ) {
    *out = value_type(v, type->value);
  } else {
    if (!space_at(v, v->space, CM_SORT_VALUE, type->index, &slot)) return false;
    *out = slot.type;
  }
  return *out != NULL;
}

static bool extern_type(struct validator *v, const struct cm_externtype *type, enum direction direction, struct cm_str name,
                        struct entity *out) {
  *out = (struct entity){.sort = type->sort};
  switch (type->sort) {
    case CM_SORT_CORE_MODULE: return module_type_at(v, type->index, &out->module);
    case CM_SORT_VALUE: return value_bound(v, type, &out->type);
    case CM_SORT_TYPE:
      out->type = type_bound(v, type, direction, name);
      out->of = out->type && type->bound == CM_BOUND_EQ ? type_at(v, type->index) : NULL;
      break;
    case CM_SORT_FUNC: out->type = type_of_kind_at(v, type->index, CM_TYPE_FUNC); break;
    case CM_SORT_COMPONENT: out->type = type_of_kind_at(v, type->index, CM_TYPE_COMPONENT); break;
    default: out->type = type_of_kind_at(v, type->index, CM_TYPE_INSTANCE);
  }
  return out->type != NULL;
}

// ---- Attaching.

// New numbers for what an instance type binds. What they are called is told by the import or export that has them.
static const struct type *attach_instance(struct validator *v, const struct type *type, enum direction direction,
                                          struct cm_str name) {
  if (!type->bound_exports.count) return type;
  struct subst subst;
  if (!subst_open(&v->store, &subst)) return &type_broken;
  for (uint32_t i = 0; i < type->bound_exports.count; i++) {
    struct cm_str own = v->store.resources[type->bound_exports.ids[i]].name;
    uint32_t id = store_resource(&v->store, (struct resource){.owner = v->space->number,
                                                              .origin = direction == IMPORT ? RESOURCE_IMPORTED : RESOURCE_ABSTRACT,
                                                              .name = own,
                                                              .home = name});
    subst_resource(&v->store, &subst, type->bound_exports.ids[i], id);
  }
  const struct externs *exports = subst_externs(&v->store, &subst, type->exports);
  const struct type *attached = type_instance(&v->store, exports, (struct bound){0});
  subst_close(&v->store, &subst);
  return attached;
}

// ---- External visibility.

static bool is_visible(struct validator *v, struct memo *visible, const struct type *type);

// Whether all parts of a type are visible.
static bool parts_visible(struct validator *v, struct memo *visible, const struct type *type) {
  if (type->kind == CM_TYPE_INSTANCE) {
    for (uint32_t i = 0; i < type->exports->count && store_work(&v->store); i++) {
      const struct entity *what = &type->exports->at[i].what;
      if (what->sort <= CM_SORT_CORE_INSTANCE || what->type->kind == TYPE_BROKEN) continue;
      if (what->sort == CM_SORT_VALUE ? !is_visible(v, visible, what->type) : !parts_visible(v, visible, what->type)) return false;
    }
    return true;
  }
  for (uint32_t i = 0, count = type_part_count(type); i < count && store_work(&v->store); i++) {
    const struct type *part = type_part(type, i);
    if (part && !is_visible(v, visible, part)) return false;
  }
  return true;
}

// Resources, records, variants, enums and flags must have a name; what else there is must be made of visible types. What was found
// visible stays so, since names are only ever added.
static bool is_visible(struct validator *v, struct memo *visible, const struct type *type) {
  if (type->kind == CM_TYPE_PRIM || type->kind == TYPE_BROKEN || memo_get(visible, type)) return true;
  if (!store_work(&v->store)) return true;
  switch (type->kind) {
    case CM_TYPE_RESOURCE:
    case CM_TYPE_RECORD:
    case CM_TYPE_VARIANT:
    case CM_TYPE_ENUM:
    case CM_TYPE_FLAGS: return false;
    default: break;
  }
  if (!parts_visible(v, visible, type)) return false;
  memo_put(&v->store, visible, type, type);
  return true;
}

// The innermost type that has no name, for the message.
static const struct type *find_hidden(struct validator *v, struct memo *visible, const struct type *type) {
  if (type->kind == CM_TYPE_INSTANCE) {
    for (uint32_t i = 0; i < type->exports->count; i++) {
      const struct entity *what = &type->exports->at[i].what;
      const struct type *hidden =
          what->sort > CM_SORT_CORE_INSTANCE && what->type->kind != TYPE_BROKEN ? find_hidden(v, visible, what->type) : NULL;
      if (hidden) return hidden;
    }
    return NULL;
  }
  for (uint32_t i = 0, count = type_part_count(type); i < count; i++) {
    const struct type *part = type_part(type, i);
    if (!part || is_visible(v, visible, part)) continue;
    const struct type *hidden = find_hidden(v, visible, part);
    return hidden ? hidden : part;
  }
  return NULL;
}

static void name_type(struct validator *v, enum direction direction, const struct type *type) {
  memo_put(&v->store, v->space->visible[EXPORT], type, type);
  if (direction == IMPORT) memo_put(&v->store, v->space->visible[IMPORT], type, type);
}

// Checks that what an import or export mentions has names, and gives names to the types that it introduces itself, in order. `hidden`
// is set to a type that has none.
static bool make_visible(struct validator *v, enum direction direction, struct entity what, const struct type **hidden) {
  struct memo *visible = v->space->visible[direction];
  *hidden = NULL;
  switch (what.sort) {
    case CM_SORT_TYPE:
      // Not the parts of the copy: where a component is instantiated, what stands for them need not be what has a name.
      if (!parts_visible(v, visible, what.of ? what.of : what.type))
        *hidden = find_hidden(v, visible, what.of ? what.of : what.type);
      if (*hidden) return false;
      name_type(v, direction, what.type);
      return true;
    case CM_SORT_INSTANCE:
      for (uint32_t i = 0; i < what.type->exports->count && store_work(&v->store); i++)
        if (!make_visible(v, direction, what.type->exports->at[i].what, hidden)) return false;
      return true;
    case CM_SORT_FUNC:
      if (!parts_visible(v, visible, what.type)) *hidden = find_hidden(v, visible, what.type);
      return !*hidden;
    case CM_SORT_VALUE:
      if (is_visible(v, visible, what.type)) return true;
      *hidden = find_hidden(v, visible, what.type);
      if (!*hidden) *hidden = what.type;
      return false;
    default: return true;  // components and modules are closed
  }
}

// A resource that this component defines cannot be mentioned by what it imports.
static bool is_foreign(void *context, uint32_t resource) {
  const struct validator *v = context;
  const struct resource *r = &v->store.resources[resource];
  return r->owner != v->space->number || r->origin == RESOURCE_IMPORTED;
}

static bool check_visible(struct validator *v, enum direction direction, struct entity what) {
  const struct type *hidden;
  if (v->space->scope->kind == CM_SCOPE_INSTANCE_TYPE) return true;  // judged where the type is attached
  if (what.sort <= CM_SORT_CORE_INSTANCE || what.type->kind == TYPE_BROKEN) return true;
  if (what.sort == CM_SORT_VALUE && direction == EXPORT && what.type->has_borrow)
    return invalid(v, RULE_TYPE, "an exported value cannot contain a `borrow`: it is %s", type_summary(what.type).at);
  if (make_visible(v, direction, what, &hidden)) {
    return direction == EXPORT || free_resources(&v->store, what, is_foreign, v) ||
           invalid(v, RULE_VISIBLE, "local resource type found in imports: it belongs to the component that has the import");
  }
  return invalid(v, RULE_VISIBLE,
                 "%s not valid to be used as %s: it mentions the type %s, which has not been %s under a name before",
                 cm_sort_names[what.sort], direction_names[direction], type_summary(hidden).at,
                 direction == IMPORT ? "imported" : "imported or exported");
}

// ---- Names that say something about types.

// The resource of `(own R)` or `(result (own R) …)`, which a constructor returns; NULL: it does not.
static const struct type *constructed(const struct type *func) {
  const struct type *result = func->result;
  if (result && result->kind == CM_TYPE_RESULT) result = result->element;
  return result && result->kind == CM_TYPE_OWN ? result->resource : NULL;
}

static bool check_resource_name(struct validator *v, const struct extern_list *list, enum direction direction,
                                const struct type *resource, struct cm_str label) {
  const struct cm_str *name = list->resource_names ? memo_get(list->resource_names, resource) : NULL;
  if (!name)
    return invalid(v, RULE_EXTERN, "resource used in function does not have a name in this context: `%.*s` must be %s before",
                   SHOWN(label), direction == IMPORT ? "imported" : "exported");
  if (cm_str_equal(*name, label)) return true;
  return invalid(v, RULE_EXTERN, "function does not match expected resource name `%.*s`: the name says `%.*s`", SHOWN(*name),
                 SHOWN(label));
}

static bool check_constructor(struct validator *v, const struct extern_list *list, enum direction direction,
                              const struct parsed_name *name, const struct type *func) {
  if (func->is_async) return invalid(v, RULE_EXTERN, "constructor function cannot be async");
  if (!func->result) return invalid(v, RULE_EXTERN, "constructor function should return one value");
  const struct type *resource = constructed(func);
  if (!resource)
    return invalid(v, RULE_EXTERN, "constructor function should return `(own $T)` or `(result (own $T))`, not %s",
                   type_summary(func->result).at);
  return check_resource_name(v, list, direction, resource, name->resource);
}

static bool check_method(struct validator *v, const struct extern_list *list, enum direction direction,
                         const struct parsed_name *name, const struct type *func) {
  if (!func->count) return invalid(v, RULE_EXTERN, "method should have at least one argument, `self`");
  const struct field *self = &func->fields[0];
  if (!cm_str_is(self->name, "self"))
    return invalid(v, RULE_EXTERN, "method should have a first argument called `self`, not `%.*s`", SHOWN(self->name));
  if (self->type->kind != CM_TYPE_BORROW)
    return invalid(v, RULE_EXTERN, "method should take a first argument of `(borrow $T)`, not %s", type_summary(self->type).at);
  return check_resource_name(v, list, direction, self->type->resource, name->resource);
}

// Whether a resource of that name was imported or exported by this scope.
static bool knows_resource(const struct extern_list *list, struct cm_str label) {
  const struct named *named = list->resource_names ? externs_find(list->externs, label) : NULL;
  return named && named->what.sort == CM_SORT_TYPE &&
         (named->what.type->kind == CM_TYPE_RESOURCE || named->what.type->kind == TYPE_BROKEN);
}

static bool check_annotation(struct validator *v, const struct extern_list *list, enum direction direction,
                             const struct parsed_name *name, struct entity what) {
  if (name->form != NAME_CONSTRUCTOR && name->form != NAME_METHOD && name->form != NAME_STATIC) return true;
  if (what.sort != CM_SORT_FUNC)
    return invalid(v, RULE_EXTERN,
                   "the item is not a func but of sort %s: only functions can be constructors, methods and static functions",
                   cm_sort_names[what.sort]);
  if (what.type->kind == TYPE_BROKEN) return true;
  if (name->form == NAME_CONSTRUCTOR) return check_constructor(v, list, direction, name, what.type);
  if (name->form == NAME_METHOD) return check_method(v, list, direction, name, what.type);
  return knows_resource(list, name->resource) ||
         invalid(v, RULE_EXTERN, "static resource name is not known in this context: no resource `%.*s` is %s before",
                 SHOWN(name->resource), direction == IMPORT ? "imported" : "exported");
}

// ---- The lists.

static bool check_unique(struct validator *v, struct memo *names, enum direction direction, struct cm_str name,
                         const struct parsed_name *parsed) {
  uint32_t number = canonical_name(&v->store, name, parsed);
  const void *key = number_key(number);
  const struct cm_str *other = memo_get(names, key);
  if (other)
    return invalid(v, RULE_UNIQUE, "%s name `%.*s` conflicts with previous name `%.*s`", direction_names[direction], SHOWN(name),
                   SHOWN(*other));
  struct cm_str *kept = make(v, 1, sizeof *kept);
  if (!kept) return false;
  *kept = name;
  return memo_put(&v->store, names, key, kept);
}

// What is judged as the name: of `[implements=<…>]label`, as a draft had it, the label (see struct cm_name).
static bool name_text(struct validator *v, const struct cm_name *name, struct cm_str *out) {
  *out = name->name;
  return name->name.at == name->raw.at || need_feature(v, CM_FEATURE_CM_DRAFT_NAMES, "`implements` within a name");
}

bool check_extern_name(struct validator *v, struct extern_list *list, enum direction direction, const struct cm_name *name,
                       struct entity what) {
  struct parsed_name parsed;
  struct cm_str text;
  if (!name_text(v, name, &text) || !parse_name(v, direction, text, &parsed)) return false;
  bool good = check_attributes(v, name, &parsed, what.sort);
  good &= check_annotation(v, list, direction, &parsed, what);
  return check_unique(v, list->names, direction, text, &parsed) && good;
}

// A resource that is exported within an instance, and has no name yet, has that one, so that instances of this component can be told by it.
static void name_resources(struct validator *v, const struct externs *exports, struct cm_str home) {
  for (uint32_t i = 0; i < exports->count; i++) {
    const struct entity what = exports->at[i].what;
    if (what.sort != CM_SORT_TYPE || what.type->kind != CM_TYPE_RESOURCE) continue;
    struct resource *resource = &v->store.resources[what.type->resource_id];
    if (resource->name.size) continue;
    resource->name = exports->at[i].name;
    resource->home = home;
  }
}

// Everything that imports and exports have in common. The index is pushed even where a name is wrong: what uses it can be judged.
static bool add_extern(struct validator *v, enum direction direction, const struct cm_name *name, struct entity what) {
  struct space *space = v->space;
  struct extern_list *list = &space->lists[direction];
  if (what.sort == CM_SORT_INSTANCE) what.type = attach_instance(v, what.type, direction, name->raw);
  if (what.sort == CM_SORT_INSTANCE && what.type->has_resource) name_resources(v, what.type->exports, name->raw);
  union slot slot = {.type = what.type};
  if (what.sort == CM_SORT_CORE_MODULE) slot.module = what.module;
  space_push(space, what.sort, slot);
  if (what.sort == CM_SORT_VALUE && direction == EXPORT) space->values_used[space->counts[CM_SORT_VALUE] - 1] = true;
  bool good = check_visible(v, direction, what);
  if (what.sort == CM_SORT_TYPE && what.type->kind == CM_TYPE_RESOURCE) {
    struct cm_str *kept = make(v, 1, sizeof *kept);
    if (!kept) return false;
    *kept = name->raw;
    struct resource *resource = &v->store.resources[what.type->resource_id];
    if (!resource->name.size) resource->name = name->raw;  // so that instances of this component can be told by it
    memo_put(&v->store, list->resource_names, what.type, kept);
  }
  good &= check_extern_name(v, list, direction, name, what);
  return externs_add(&v->store, list->externs, name->raw, what) && good;
}

// An import whose type cannot be told still takes its name.
static bool add_broken(struct validator *v, enum direction direction, const struct cm_name *name, enum cm_sort sort) {
  struct extern_list *list = &v->space->lists[direction];
  struct parsed_name parsed;
  struct cm_str text;
  if (name_text(v, name, &text) && parse_name(v, direction, text, &parsed)) check_unique(v, list->names, direction, text, &parsed);
  struct entity what = {.sort = sort};
  if (sort >= CM_SORT_FUNC) what.type = &type_broken;
  externs_add(&v->store, list->externs, name->raw, what);
  return false;
}

bool define_import(struct validator *v, const struct cm_item *item) {
  const struct cm_import *import = &item->import;
  struct entity what;
  if (!extern_type(v, &import->type, IMPORT, import->name.raw, &what))
    return add_broken(v, IMPORT, &import->name, import->type.sort);
  return add_extern(v, IMPORT, &import->name, what);
}

// Whether what is exported may have the type that is ascribed to it. A resource bound, alone or within an instance type, is met by any
// resource type: the export then is a new, abstract type (Explainer.md, "Type Checking": the introduction rule of existential types).
static bool fits_ascription(struct validator *v, struct entity what, struct entity ascribed, bool abstract,
                            struct mismatch *mismatch) {
  if (abstract && what.sort == CM_SORT_TYPE && what.type->kind == CM_TYPE_RESOURCE) return true;
  // As types by themselves, so that what the ascribed type binds is found in the instance.
  if (what.sort == CM_SORT_INSTANCE && ascribed.sort == CM_SORT_INSTANCE) what.sort = ascribed.sort = CM_SORT_TYPE;
  return is_subtype(v, what, ascribed, mismatch);
}

// Of a component: what is exported, under the type that it is given.
static bool exported(struct validator *v, const struct cm_export *export, struct entity *out) {
  if (!entity_at(v, export->what.sort, export->what.index, out)) return false;
  if (out->sort == CM_SORT_TYPE) {
    out->of = out->type;
    out->type = type_copy(&v->store, out->of);
  }
  if (!export->has_type) return true;
  struct entity ascribed;
  struct mismatch mismatch;
  if (!extern_type(v, &export->type, EXPORT, export->name.raw, &ascribed)) return false;
  if (!fits_ascription(v, *out, ascribed, export->type.bound == CM_BOUND_RESOURCE, &mismatch))
    return invalid(v, RULE_EXTERN, "ascribed type of export is not compatible with item's type: %s", mismatch.at);
  *out = ascribed;
  return true;
}

bool define_export(struct validator *v, const struct cm_item *item) {
  const struct cm_export *export = &item->export;
  struct entity what;
  bool good = v->space->scope->kind == CM_SCOPE_COMPONENT ? exported(v, export, &what)
                                                          : extern_type(v, &export->type, EXPORT, export->name.raw, &what);
  if (!good) return add_broken(v, EXPORT, &export->name, export->what.sort);
  return add_extern(v, EXPORT, &export->name, what);
}

// ---- The type of a scope.

struct bound_search {
  struct validator *v;
  enum direction direction;
  uint32_t *ids;
  uint32_t count;
  size_t room;
};

// Collects what belongs to this scope, each once.
static bool collect_bound(void *context, uint32_t resource) {
  struct bound_search *search = context;
  struct validator *v = search->v;
  const struct resource *r = &v->store.resources[resource];
  bool imported = r->origin == RESOURCE_IMPORTED;
  if (r->owner != v->space->number || imported != (search->direction == IMPORT)) return true;
  if (!cm_grow(v->store.arena, &search->ids, &search->room, search->count, sizeof *search->ids)) {
    v->store.exhausted = true;
    return false;
  }
  search->ids[search->count++] = resource;
  return true;
}

static struct bound bound_by(struct validator *v, enum direction direction) {
  struct bound_search search = {.v = v, .direction = direction};
  // All of a list at once, as the exports of an instance that nobody has: each resource is found once.
  struct entity whole = {.sort = CM_SORT_INSTANCE,
                         .type = type_instance(&v->store, v->space->lists[direction].externs, (struct bound){0})};
  free_resources(&v->store, whole, collect_bound, &search);
  return (struct bound){search.count, search.ids};
}

// Every resource that an export mentions must itself be exported: there must be an export, perhaps within an exported instance, that
// is this type.
static void collect_exported(struct validator *v, const struct externs *exports, struct memo *found) {
  for (uint32_t i = 0; i < exports->count && store_work(&v->store); i++) {
    struct entity what = exports->at[i].what;
    if (what.sort == CM_SORT_INSTANCE && what.type->kind == CM_TYPE_INSTANCE && what.type->has_resource)
      collect_exported(v, what.type->exports, found);
    if (what.sort != CM_SORT_TYPE || what.type->kind != CM_TYPE_RESOURCE) continue;
    const void *key = number_key(what.type->resource_id);
    memo_put(&v->store, found, key, what.type);
  }
}

static bool check_bound_exports(struct validator *v, struct bound bound) {
  struct memo *found = memo_take(&v->store);
  if (!found) return false;
  if (bound.count) collect_exported(v, v->space->lists[EXPORT].externs, found);
  bool good = true;
  for (uint32_t i = 0; i < bound.count && good; i++) {
    const void *key = number_key(bound.ids[i]);
    if (!memo_get(found, key))
      good = invalid(v, RULE_VISIBLE, "local resource type found in export but not exported itself: %s",
                     type_summary(type_resource(&v->store, bound.ids[i])).at);
  }
  memo_give(&v->store, found);
  return good;
}

// Each value is consumed once; that it is not twice is seen where it would be.
static void check_values_used(struct validator *v, const struct space *space) {
  uint64_t offset = v->offset;
  if (space->scope->kind != CM_SCOPE_COMPONENT) return;
  for (uint32_t i = 0; i < space->counts[CM_SORT_VALUE]; i++) {
    if (space->values_used[i] || !space->slots[CM_SORT_VALUE][i].any) continue;
    const struct cm_item *item = cm_def_of(space->scope, CM_SORT_VALUE, i);
    if (item) v->offset = item->offset;
    invalid(v, RULE_START, "value %u is not used: a value must be consumed by an export, an instantiation or the start function",
            i);
  }
  v->offset = offset;
}

const struct type *component_type_of(struct validator *v, struct space *space) {
  check_values_used(v, space);
  struct bound bound_imports = bound_by(v, IMPORT), bound_exports = bound_by(v, EXPORT);
  if (!space->broken) check_bound_exports(v, bound_exports);
  if (space->broken) return NULL;
  return type_component(&v->store, space->lists[IMPORT].externs, bound_imports, space->lists[EXPORT].externs, bound_exports);
}

const struct type *instance_type_of(struct validator *v, struct space *space) {
  if (space->broken) return NULL;
  return type_instance(&v->store, space->lists[EXPORT].externs, bound_by(v, EXPORT));
}
