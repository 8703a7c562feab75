// Another definition for one instance of a component.
//
// What the instance was given it is given still, as far as the new definition imports it. What that imports besides becomes an import of the whole:
// the one that it has by that name, or a new one. An import that is there gets what the new definition asks of it in addition. All of that is added
// behind what is there, and order.c puts it where it belongs.
//
// Spec: Explainer.md, "Instance Definitions".

#include <component/compose.h>

#include <component/limits.h>

#include "binary/codes.h"
#include "references.h"
#include "transplant.h"

struct replacing {
  struct cm_arena *arena;
  const struct cm_component *whole, *by;
  struct cm_diag *diag;
  struct build build;                // the whole, growing
  struct cm_instance_expr expr;      // as it was
  struct transplant types;           // of `by`, on their way into the whole
  struct transplant own;             // types of the whole, which stay where they are
  uint32_t *provided;                // by item of `by`: what an import of it is in the whole, + 1
  bool *outside;                     // and whether that is an import
  uint32_t *introduced;              // by item of the whole: the first index that it introduces
  struct transplant_scope **merged;  // by item of the whole: of an import the type that it has by now; NULL: as it was
  struct index arguments, imports, by_items;
  uint32_t depth;
};

static bool no_memory(struct replacing *r) { return cm_fail_memory(r->diag); }

// --- looking things up ---

static bool add_name(struct replacing *r, struct index *index, struct cm_str name, uint32_t value) {
  return index_add(index, r->arena, index_mix_text(index->seed, name), value) || no_memory(r);
}

static bool index_names(struct replacing *r) {
  if (!index_init(&r->arguments, r->arena) || !index_init(&r->imports, r->arena) || !index_init(&r->by_items, r->arena))
    return no_memory(r);
  for (uint32_t i = 0; i < r->expr.count; i++)
    if (!add_name(r, &r->arguments, r->expr.arguments[i].name.name, i)) return false;
  for (uint32_t i = 0; i < r->whole->scope.item_count; i++) {
    const struct cm_item *item = r->whole->scope.items[i];
    if (item->kind == CM_ITEM_IMPORT && !add_name(r, &r->imports, item->import.name.name, i)) return false;
  }
  for (uint32_t i = 0; i < r->by->scope.item_count; i++) {
    const struct cm_item *item = r->by->scope.items[i];
    if (item->kind == CM_ITEM_IMPORT && !add_name(r, &r->by_items, item->import.name.name, i)) return false;
  }
  return true;
}

// What the instance was given for an import; NULL: nothing.
static const struct cm_argument *argument_for(const struct replacing *r, const struct cm_item *import) {
  struct cm_str name = import->import.name.name;
  size_t cursor = 0;
  for (uint32_t i; index_next(&r->arguments, index_mix_text(r->arguments.seed, name), &cursor, &i);)
    if (cm_str_equal(r->expr.arguments[i].name.name, name)) return &r->expr.arguments[i];
  return NULL;
}

// The item of the whole that imports that name, be it as another sort of thing.
static bool import_called(const struct replacing *r, struct cm_str name, uint32_t *item) {
  size_t cursor = 0;
  while (index_next(&r->imports, index_mix_text(r->imports.seed, name), &cursor, item))
    if (cm_str_equal(r->build.items[*item]->import.name.name, name)) return true;
  return false;
}

// The place of an import among the items of `by`. All are there.
static uint32_t place_in_by(const struct replacing *r, const struct cm_item *import) {
  size_t cursor = 0;
  uint32_t place = 0;
  while (index_next(&r->by_items, index_mix_text(r->by_items.seed, import->import.name.name), &cursor, &place))
    if (r->by->scope.items[place] == import) break;
  return place;
}

// --- imports of the whole ---

// The type of an import of the whole, to be added to. NULL: told.
static struct transplant_scope *merged_type(struct replacing *r, uint32_t item) {
  struct transplant_scope *scope = r->merged[item];
  if (scope) return scope;
  scope = cm_alloc(r->arena, sizeof *scope);
  if (!scope || !transplant_scope_init(r->arena, CM_SCOPE_INSTANCE_TYPE, scope)) return no_memory(r), NULL;
  if (!transplant_merge(&r->own, r->whole->scope.items[item]->import.type.index, scope)) return NULL;
  return r->merged[item] = scope;
}

static bool add_instance_type(struct replacing *r, struct cm_scope *scope, uint32_t *index) {
  struct cm_type *type = cm_alloc(r->arena, sizeof *type);
  if (!type) return no_memory(r);
  *type = (struct cm_type){.kind = CM_TYPE_INSTANCE, .scope = scope};
  *index = build_add(&r->build, (struct cm_item){.kind = CM_ITEM_TYPE, .type = type});
  return !r->build.failed || no_memory(r);
}

// Makes an import of the whole have what an import of `by` asks for besides.
static bool widen(struct replacing *r, uint32_t item, const struct cm_item *import) {
  struct transplant_scope *scope = merged_type(r, item);
  if (!scope) return false;
  uint32_t had = scope->scope->item_count;
  if (!transplant_merge(&r->types, import->import.type.index, scope)) return false;
  // One that has been added to before is written already, and grows.
  if (scope->scope->item_count == had || r->build.items[item] != r->whole->scope.items[item]) return true;
  struct cm_item *own = cm_alloc(r->arena, sizeof *own);
  if (!own) return no_memory(r);
  *own = *r->build.items[item];
  r->build.items[item] = own;
  return add_instance_type(r, scope->scope, &own->import.type.index);
}

static bool same_interface(const struct cm_name *a, const struct cm_name *b) {
  return a->has_implements == b->has_implements && (!a->has_implements || cm_str_equal(a->implements, b->implements));
}

// The import of the whole that has the name of an import of `by`.
static bool share_import(struct replacing *r, uint32_t item, const struct cm_item *import, uint32_t *index) {
  const struct cm_import *own = &r->build.items[item]->import;
  if (own->type.sort != import->import.type.sort || !same_interface(&own->name, &import->import.name))
    return cm_fail_at_large(r->diag, CM_INVALID, "`%.*s` is imported already, as something else", CM_STR_ARG(own->name.name));
  *index = r->introduced[item];
  return own->type.sort != CM_SORT_INSTANCE || widen(r, item, import);
}

static bool add_import(struct replacing *r, const struct cm_item *import, uint32_t *index) {
  struct cm_item own = *import;
  if (import->import.type.sort == CM_SORT_INSTANCE) {
    struct transplant_scope scope;
    if (!transplant_scope_init(r->arena, CM_SCOPE_INSTANCE_TYPE, &scope)) return no_memory(r);
    if (!transplant_merge(&r->types, import->import.type.index, &scope)) return false;
    if (!add_instance_type(r, scope.scope, &own.import.type.index)) return false;
  } else if (!transplant_externtype(&r->types, &import->import.type, &own.import.type)) {
    return false;
  }
  *index = build_add(&r->build, own);
  return !r->build.failed || no_memory(r);
}

// --- what the new definition is given ---

// The import of the whole that an argument is; false: it comes from within.
static bool is_import(const struct replacing *r, struct cm_sortidx what, uint32_t *item) {
  const struct cm_item *of = cm_def_of(&r->whole->scope, what.sort, what.index);
  return of && of->kind == CM_ITEM_IMPORT && import_called(r, of->import.name.name, item);
}

static bool provide_anew(struct replacing *r, const struct cm_item *import, uint32_t *index, bool *outside) {
  const struct cm_argument *given = argument_for(r, import);
  uint32_t item;
  *outside = true;
  if (!given) {
    if (import_called(r, import->import.name.name, &item)) return share_import(r, item, import, index);
    return add_import(r, import, index);
  }
  if (given->what.sort != import->import.type.sort)
    return cm_fail_at_large(r->diag, CM_INVALID, "`%.*s` is given something of another sort", CM_STR_ARG(given->name.name));
  *index = given->what.index;
  *outside = is_import(r, given->what, &item);
  return !*outside || given->what.sort != CM_SORT_INSTANCE || widen(r, item, import);
}

// The index in the whole of what an import of `by` gets.
static bool provide(struct replacing *r, const struct cm_item *import, uint32_t *index, bool *outside) {
  uint32_t place = place_in_by(r, import);
  if (!r->provided[place]) {
    if (++r->depth > CM_LIMIT_NESTING)
      return cm_fail_at_large(r->diag, CM_LIMIT, "imports whose types use one another more than %d deep", CM_LIMIT_NESTING);
    if (!provide_anew(r, import, index, &r->outside[place])) return false;
    r->depth--;
    r->provided[place] = *index + 1;
  }
  *index = r->provided[place] - 1;
  *outside = r->outside[place];
  return true;
}

// For transplant.h: an import whose types another import uses.
static uint32_t import_for_types(void *context, const struct cm_item *import) {
  struct replacing *r = context;
  uint32_t index;
  bool outside;
  if (!provide(r, import, &index, &outside)) return UINT32_MAX;
  if (outside) return index;
  cm_fail_at_large(r->diag, CM_UNSUPPORTED,
                   "an import would use types of `%.*s`, which the instance is given by another one within the component",
                   CM_STR_ARG(import->import.name.name));
  return UINT32_MAX;
}

static uint32_t own_import(void *context, const struct cm_item *import) {
  (void)context, (void)import;
  return UINT32_MAX;  // never asked for: all types are there
}

// --- all of it ---

// The whole as it is, to be added to.
static bool begin_build(struct replacing *r) {
  const struct cm_scope *scope = &r->whole->scope;
  if (!build_init(&r->build, r->arena)) return no_memory(r);
  r->build.items = cm_alloc_array(r->arena, scope->item_count, sizeof *r->build.items);
  r->introduced = cm_alloc_array(r->arena, scope->item_count, sizeof *r->introduced);
  r->merged = cm_alloc_array(r->arena, scope->item_count, sizeof *r->merged);
  if (!r->build.items || !r->introduced || !r->merged) return no_memory(r);
  r->build.item_count = r->build.item_room = scope->item_count;
  for (uint32_t i = 0; i < scope->item_count; i++) {
    enum cm_sort sort = CM_SORT_TYPE;
    uint32_t count = scope_introduces(scope->items[i], &sort);
    r->build.items[i] = scope->items[i];
    r->introduced[i] = r->build.counts[sort];
    r->build.counts[sort] += count;
  }
  return true;
}

static bool begin(struct replacing *r) {
  uint32_t by_count = r->by->scope.item_count, type_count = r->whole->scope.spaces[CM_SORT_TYPE].count;
  if (!begin_build(r)) return false;
  r->provided = cm_alloc_array(r->arena, by_count, sizeof *r->provided);
  r->outside = cm_alloc_array(r->arena, by_count, sizeof *r->outside);
  if (!r->provided || !r->outside) return no_memory(r);
  r->types = (struct transplant){.to = &r->build, .from = &r->by->scope, .import = import_for_types, .context = r, .diag = r->diag};
  r->own = (struct transplant){.to = &r->build, .from = &r->whole->scope, .import = own_import, .diag = r->diag};
  if (!transplant_begin(&r->types) || !transplant_begin(&r->own)) return false;
  for (uint32_t i = 0; i < type_count; i++) r->own.types[i] = i + 1;
  return index_names(r);
}

static bool make_expr(struct replacing *r, struct cm_instance_expr *out) {
  struct cm_item component = {.kind = CM_ITEM_COMPONENT, .component = (struct cm_component *)(uintptr_t)r->by};
  uint32_t definition = build_add(&r->build, component), count = 0;
  struct cm_argument *arguments = cm_alloc_array(r->arena, r->by->scope.item_count, sizeof *arguments);
  if (!arguments || r->build.failed) return no_memory(r);
  for (uint32_t i = 0; i < r->by->scope.item_count; i++) {
    const struct cm_item *import = r->by->scope.items[i];
    uint32_t index;
    bool outside;
    if (import->kind != CM_ITEM_IMPORT) continue;
    if (!provide(r, import, &index, &outside)) return false;
    const struct cm_name *name = &import->import.name;
    arguments[count++] = (struct cm_argument){{.name = name->name, .raw = name->raw}, {import->import.type.sort, index}};
  }
  *out = (struct cm_instance_expr){.definition = definition, .count = count, .arguments = arguments};
  return true;
}

bool cm_replace(struct cm_arena *arena, const struct cm_component *component, uint32_t instance, const struct cm_component *by,
                struct cm_component **out, struct cm_diag *diag) {
  struct replacing r = {.arena = arena, .whole = component, .by = by, .diag = diag};
  const struct cm_item *item = cm_def_of(&component->scope, CM_SORT_INSTANCE, instance);
  if (!item || item->kind != CM_ITEM_INSTANCE || item->instance.is_inline)
    return cm_fail_at_large(diag, CM_INVALID, "instance %u is made of no component", instance);
  if (!cm_stands_alone(by))
    return cm_fail_at_large(diag, CM_UNSUPPORTED, "a component that refers to the one around it cannot stand elsewhere");
  r.expr = item->instance;
  struct cm_item *own = cm_alloc(arena, sizeof *own);
  if (!own) return no_memory(&r);
  *own = *item;
  if (!begin(&r) || !make_expr(&r, &own->instance)) return false;
  for (uint32_t i = 0; i < component->scope.item_count; i++)
    if (r.build.items[i] == item) r.build.items[i] = own;
  return cm_order(arena, component, r.build.items, (uint32_t)r.build.item_count, out, diag);
}
