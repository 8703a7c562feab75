// An item's own copy of whatever holds an index, and a list of these places: who reads them knows what the item needs, who writes them moves it.
//
// Of types and components that stand in an item only outer aliases refer to the scope around (Explainer.md, "Alias Definitions"), and
// most have none: these are not copied.

#include "references.h"

#include <component/compose.h>

#include <string.h>

static void note(struct references *r, enum cm_sort sort, uint32_t *at) {
  if (!cm_grow(r->arena, &r->list, &r->room, r->count, sizeof *r->list)) {
    r->failed = true;
    return;
  }
  r->list[r->count++] = (struct reference){sort, at};
}

static void *copy_of(struct references *r, const void *what, size_t count, size_t size) {
  void *own = cm_alloc_array(r->arena, count, size);
  if (!own) r->failed = true;
  if (own && count) memcpy(own, what, count * size);
  return own;
}

static void note_value(struct references *r, struct cm_valtype *type) {
  if (type->kind == CM_VAL_TYPE) note(r, CM_SORT_TYPE, &type->index);
}

static const struct cm_field *copy_fields(struct references *r, const struct cm_field *fields, uint32_t count) {
  struct cm_field *own = copy_of(r, fields, count, sizeof *own);
  for (uint32_t i = 0; own && i < count; i++) note_value(r, &own[i].type);
  return own;
}

static void note_externtype(struct references *r, struct cm_externtype *type) {
  if (type->bound == CM_BOUND_RESOURCE) return;
  if (type->sort != CM_SORT_VALUE)
    note(r, type->sort == CM_SORT_CORE_MODULE ? CM_SORT_CORE_TYPE : CM_SORT_TYPE, &type->index);
  else if (type->bound == CM_BOUND_EQ)
    note(r, CM_SORT_VALUE, &type->index);
  else
    note_value(r, &type->value);
}

// --- what stands in an item ---

static const struct cm_scope *inner_scope(const struct cm_item *item) {
  if (item->kind == CM_ITEM_COMPONENT) return &item->component->scope;
  bool has_scope = item->kind == CM_ITEM_TYPE && (item->type->kind == CM_TYPE_COMPONENT || item->type->kind == CM_TYPE_INSTANCE);
  return has_scope ? item->type->scope : NULL;
}

// Does something in the scope refer to the one that is `out` scopes out, or, with `further`, to one around that?
static bool reaches(const struct cm_scope *scope, uint32_t out, bool further) {
  for (uint32_t i = 0; i < scope->item_count; i++) {
    const struct cm_item *item = scope->items[i];
    const struct cm_scope *inner = inner_scope(item);
    if (inner && reaches(inner, out + 1, further)) return true;
    bool outer = item->kind == CM_ITEM_ALIAS && item->alias.kind == CM_ALIAS_OUTER;
    if (outer && (item->alias.outer == out || (further && item->alias.outer > out))) return true;
  }
  return false;
}

bool cm_stands_alone(const struct cm_component *component) { return !reaches(&component->scope, 1, true); }

static struct cm_item *copy_inner(struct references *r, const struct cm_item *item, uint32_t out);

static void copy_items(struct references *r, struct cm_scope *scope, uint32_t out) {
  scope->items = copy_of(r, scope->items, scope->item_count, sizeof *scope->items);
  for (uint32_t i = 0; scope->items && i < scope->item_count; i++) scope->items[i] = copy_inner(r, scope->items[i], out);
}

// An item of a scope, to which it is `out` scopes out to the one whose references are wanted.
static struct cm_item *copy_inner(struct references *r, const struct cm_item *item, uint32_t out) {
  const struct cm_scope *inner = inner_scope(item);
  bool outer = item->kind == CM_ITEM_ALIAS && item->alias.kind == CM_ALIAS_OUTER && item->alias.outer == out;
  if (!outer && !(inner && reaches(inner, out + 1, false))) return (struct cm_item *)(uintptr_t)item;
  struct cm_item *own = copy_of(r, item, 1, sizeof *own);
  if (!own) return NULL;
  if (outer) {
    note(r, own->alias.sort, &own->alias.index);
  } else if (own->kind == CM_ITEM_COMPONENT) {
    own->component = copy_of(r, own->component, 1, sizeof *own->component);
    if (own->component) copy_items(r, &own->component->scope, out + 1);
  } else {
    own->type = copy_of(r, own->type, 1, sizeof *own->type);
    if (own->type) own->type->scope = copy_of(r, own->type->scope, 1, sizeof *own->type->scope);
    if (own->type && own->type->scope) copy_items(r, own->type->scope, out + 1);
  }
  return own;
}

// --- items by their kinds ---

static void copy_type(struct references *r, struct cm_item *item) {
  struct cm_type *type = item->type = copy_of(r, item->type, 1, sizeof *type);
  if (!type) return;
  switch (type->kind) {
    case CM_TYPE_RECORD:
    case CM_TYPE_VARIANT:
    case CM_TYPE_TUPLE:
    case CM_TYPE_FLAGS:
    case CM_TYPE_ENUM: type->fields = copy_fields(r, type->fields, type->count); return;
    case CM_TYPE_LIST:
    case CM_TYPE_FIXED_LIST:
    case CM_TYPE_OPTION:
    case CM_TYPE_RESULT:
    case CM_TYPE_STREAM:
    case CM_TYPE_FUTURE:
    case CM_TYPE_MAP:
      note_value(r, &type->element);
      note_value(r, &type->error);
      note_value(r, &type->key);
      return;
    case CM_TYPE_OWN:
    case CM_TYPE_BORROW: note(r, CM_SORT_TYPE, &type->resource); return;
    case CM_TYPE_FUNC:
      type->func.params = copy_fields(r, type->func.params, type->func.param_count);
      type->func.named_results = copy_fields(r, type->func.named_results, type->func.named_result_count);
      note_value(r, &type->func.result);
      return;
    case CM_TYPE_RESOURCE:
      if (type->res.has_dtor) note(r, CM_SORT_CORE_FUNC, &type->res.dtor);
      if (type->res.has_callback) note(r, CM_SORT_CORE_FUNC, &type->res.callback);
      return;
    default: return;
  }
}

static void copy_instance(struct references *r, struct cm_item *item) {
  struct cm_instance_expr *expr = &item->instance;
  struct cm_argument *own = copy_of(r, expr->arguments, expr->count, sizeof *own);
  expr->arguments = own;
  if (!expr->is_inline) note(r, item->kind == CM_ITEM_CORE_INSTANCE ? CM_SORT_CORE_MODULE : CM_SORT_COMPONENT, &expr->definition);
  for (uint32_t i = 0; own && i < expr->count; i++) note(r, own[i].what.sort, &own[i].what.index);
}

// An option's index stands twice: by its name, and in the order of the file.
static void note_options(struct references *r, struct cm_canon_opts *opts) {
  for (uint8_t i = 0; i < opts->count; i++) {
    const struct cm_canon_option_info *info = &cm_canon_options[opts->order[i]];
    if (info->sort == CM_SORT_COUNT) continue;
    note(r, info->sort, &opts->indices[i]);
    note(r, info->sort, (uint32_t *)(void *)((char *)opts + info->member));
  }
}

static void copy_canon(struct references *r, struct cm_canon *canon) {
  for (const char *letter = cm_canons[canon->kind].immediates; *letter; letter++) switch (*letter) {
      case 'f': note(r, canon->kind == CM_CANON_LIFT ? CM_SORT_CORE_FUNC : CM_SORT_FUNC, &canon->func); break;
      case 't': note(r, CM_SORT_TYPE, &canon->type); break;
      case 'c': note(r, CM_SORT_CORE_TYPE, &canon->type); break;
      case 'm': note(r, CM_SORT_CORE_MEMORY, &canon->memory); break;
      case 'b': note(r, CM_SORT_CORE_TABLE, &canon->table); break;
      case 'o': note_options(r, &canon->opts); break;
      case 'r':
        note_value(r, &canon->result);
        canon->named_results = copy_fields(r, canon->named_results, canon->named_result_count);
        break;
      default: break;
    }
}

static void copy_start(struct references *r, struct cm_start *start) {
  uint32_t *own = copy_of(r, start->arguments, start->argument_count, sizeof *own);
  start->arguments = own;
  note(r, CM_SORT_FUNC, &start->func);
  for (uint32_t i = 0; own && i < start->argument_count; i++) note(r, CM_SORT_VALUE, &own[i]);
}

static void copy_parts(struct references *r, struct cm_item *own) {
  switch (own->kind) {
    case CM_ITEM_CORE_INSTANCE:
    case CM_ITEM_INSTANCE: copy_instance(r, own); return;
    case CM_ITEM_ALIAS:
      if (own->alias.kind != CM_ALIAS_OUTER)
        note(r, own->alias.kind == CM_ALIAS_EXPORT ? CM_SORT_INSTANCE : CM_SORT_CORE_INSTANCE, &own->alias.instance);
      return;
    case CM_ITEM_TYPE: copy_type(r, own); return;
    case CM_ITEM_CANON: copy_canon(r, &own->canon); return;
    case CM_ITEM_START: copy_start(r, &own->start); return;
    case CM_ITEM_IMPORT: note_externtype(r, &own->import.type); return;
    case CM_ITEM_EXPORT:
      note(r, own->export.what.sort, &own->export.what.index);
      if (own->export.has_type) note_externtype(r, &own->export.type);
      return;
    case CM_ITEM_VALUE: note_value(r, &own->value.type); return;
    default: return;
  }
}

struct cm_item *references_copy(struct references *r, const struct cm_item *item) {
  const struct cm_item *inner = copy_inner(r, item, 0);
  struct cm_item *own = inner == item ? copy_of(r, item, 1, sizeof *own) : (struct cm_item *)(uintptr_t)inner;
  if (own) copy_parts(r, own);
  return r->failed ? NULL : own;
}
