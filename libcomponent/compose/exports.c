// What is exported, and the types that it is exported with.
//
// An export of a type makes a new name for it, and only what is named may be mentioned by later exports. So once a part has exported a type, what it
// exports after that gets its type written out anew, with the new name in the place of what the part calls it. Where that cannot be done
// the type is left out, as it may be: whether it was needed the validator says.
//
// Spec: Explainer.md, "Import and Export Definitions", "External Visibility of Types".

#include "exports.h"

#include <component/limits.h>
#include <component/types.h>

struct exporting {
  struct transplant *t;
  uint32_t next_type;  // type indices of the part that were passed by
  bool has_types;      // it has exported some
};

// The type that a function of the part was defined with; UINT32_MAX: it came from elsewhere, and brought its type along.
static uint32_t type_of_func(const struct cm_scope *scope, uint32_t index) {
  const struct cm_item *item = cm_def_of(scope, CM_SORT_FUNC, index);
  for (unsigned hops = 0; item && item->kind == CM_ITEM_EXPORT && !item->export.has_type && hops < CM_LIMIT_NESTING; hops++)
    item = cm_def_of(scope, CM_SORT_FUNC, item->export.what.index);
  if (item && item->kind == CM_ITEM_CANON) return item->canon.type;
  if (item && item->kind == CM_ITEM_IMPORT) return item->import.type.index;
  if (item && item->kind == CM_ITEM_EXPORT && item->export.has_type) return item->export.type.index;
  return UINT32_MAX;
}

// Writes the type of an export out, where it may mention a type that was exported before.
static void ascribe(const struct exporting *e, const struct cm_item *item, struct cm_export *export) {
  struct transplant *t = e->t;
  bool is_func = export->what.sort == CM_SORT_FUNC, is_type = export->what.sort == CM_SORT_TYPE;
  uint32_t index = item->export.has_type ? item->export.type.index
                   : is_func             ? type_of_func(t->from, item->export.what.index)
                                         : item->export.what.index;
  if (!e->has_types || !(is_func || is_type) || index == UINT32_MAX) return;
  if (is_type && item->export.has_type && item->export.type.bound != CM_BOUND_EQ) return;
  struct cm_diag diag = *t->diag;
  unsigned depth = t->depth;
  struct cm_externtype type = {.sort = export->what.sort, .bound = is_type ? CM_BOUND_EQ : CM_BOUND_INDEX};
  export->has_type = transplant_type(t, index, &type.index);
  export->type = type;
  if (export->has_type) return;
  *t->diag = diag;
  t->depth = depth;
}

// From now on the part's type is what the whole exports as such.
static void note_type(struct exporting *e, const struct cm_item *item, uint32_t exported) {
  const struct cm_space *types = &e->t->from->spaces[CM_SORT_TYPE];
  uint32_t index = item->export.what.index;
  while (e->next_type < types->count && types->defs[e->next_type].item != item) e->next_type++;
  if (index < types->count) e->t->types[index] = exported + 1;
  if (e->next_type < types->count) e->t->types[e->next_type] = exported + 1;
  e->has_types = true;
}

void exports_add(struct transplant *t, uint32_t instance, const struct cm_component *cover) {
  struct exporting e = {.t = t};
  for (uint32_t i = 0; i < t->from->item_count; i++) {
    const struct cm_item *item = t->from->items[i];
    if (item->kind != CM_ITEM_EXPORT || (cover && cm_scope_export(&cover->scope, item->export.name.name))) continue;
    enum cm_sort sort = item->export.what.sort;
    uint32_t index = build_alias(t->to, instance, sort, item->export.name.name, item->export.name.raw);
    struct cm_export export = {.name = item->export.name, .what = {sort, index}};
    ascribe(&e, item, &export);
    uint32_t exported = build_add(t->to, (struct cm_item){.kind = CM_ITEM_EXPORT, .export = export});
    if (sort == CM_SORT_TYPE) note_type(&e, item, exported);
  }
}
