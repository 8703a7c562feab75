// A bare import `(import "f" (func (type 3)))` becomes `(import "f" (instance (alias outer 1 3 (type)) (export "" (func (type 0)))))`, and the
// index that it introduced an alias of that instance's export. The aliases keep their places; what is new stands behind, and is put in order
// (component/compose.h).

#include "view.h"

#include <adapter/adapter.h>

#include <component/compose.h>
#include <component/encode.h>
#include <component/types.h>

#include "binary/codes.h"

bool view_is_bare(const struct cm_component *app, const struct cm_item *import) {
  const struct cm_scope *scope =
      import->import.type.sort == CM_SORT_INSTANCE ? cm_instance_type_scope(&app->scope, import->import.type.index) : NULL;
  const struct cm_item *last = scope && scope->item_count ? scope->items[scope->item_count - 1] : NULL;
  return last && last->kind == CM_ITEM_EXPORT && !last->export.name.name.size;
}

bool view_is_type(const struct cm_component *app, const struct cm_item *import) {
  const struct cm_scope *scope = view_is_bare(app, import) ? cm_instance_type_scope(&app->scope, import->import.type.index) : NULL;
  return scope && scope->items[scope->item_count - 1]->export.type.sort == CM_SORT_TYPE;
}

static bool is_bare(const struct cm_item *item) {
  return item->kind == CM_ITEM_IMPORT && (item->import.type.sort == CM_SORT_FUNC || item->import.type.sort == CM_SORT_TYPE);
}

struct viewing {
  struct cm_arena *arena;
  const struct cm_scope *app;
  struct cm_item **items;
  uint32_t count, types, instances;  // how many of each there are by now
};

static struct cm_item *add(struct viewing *v, struct cm_item item) {
  struct cm_item *own = cm_alloc(v->arena, sizeof *own);
  if (own) *own = item;
  return v->items[v->count++] = own;
}

// The type of an instance that exports such a thing, without a name.
static struct cm_type *type_around(struct viewing *v, struct cm_externtype of) {
  struct cm_type *type = cm_alloc(v->arena, sizeof *type);
  struct cm_scope *scope = cm_alloc(v->arena, sizeof *scope);
  struct cm_item *alias = cm_alloc(v->arena, sizeof *alias), *export = cm_alloc(v->arena, sizeof *export);
  struct cm_item **items = cm_alloc_array(v->arena, 2, sizeof *items);
  if (!type || !scope || !alias || !export || !items) return NULL;
  *scope = (struct cm_scope){.kind = CM_SCOPE_INSTANCE_TYPE, .items = items};
  *alias = (struct cm_item){.kind = CM_ITEM_ALIAS,
                            .alias = {.kind = CM_ALIAS_OUTER, .sort = CM_SORT_TYPE, .outer = 1, .index = of.index}};
  if (of.bound != CM_BOUND_RESOURCE) items[scope->item_count++] = alias;
  of.index = 0;
  *export = (struct cm_item){.kind = CM_ITEM_EXPORT, .export = {.name = {.name = CM_STR(""), .raw = CM_STR("")}, .type = of}};
  items[scope->item_count++] = export;
  *type = (struct cm_type){.kind = CM_TYPE_INSTANCE, .scope = scope};
  return type;
}

// The item that keeps the place of a bare import, whose instance is added behind.
static struct cm_item *exchange(struct viewing *v, const struct cm_item *bare) {
  struct cm_item *own = cm_alloc(v->arena, sizeof *own);
  struct cm_type *type = type_around(v, bare->import.type);
  if (!own || !type) return NULL;
  *own = *bare;
  own->kind = CM_ITEM_ALIAS;
  own->alias = (struct cm_alias){
      .kind = CM_ALIAS_EXPORT, .sort = bare->import.type.sort, .instance = v->instances++, .name = CM_STR(""), .raw = CM_STR("")};
  struct cm_import import = {.name = bare->import.name, .type = {.sort = CM_SORT_INSTANCE, .index = v->types++}};
  return add(v, (struct cm_item){.kind = CM_ITEM_TYPE, .section = UINT32_MAX, .type = type}) &&
                 add(v, (struct cm_item){.kind = CM_ITEM_IMPORT, .section = UINT32_MAX, .import = import})
             ? own
             : NULL;
}

bool view_reread(struct cm_arena *arena, const struct cm_component *made, const struct cm_component **out, struct cm_diag *diag) {
  struct cm_buffer bytes;
  struct cm_component *decoded = NULL;
  cm_buffer_init(&bytes, NULL);
  bool ok = cm_encode(made, NULL, &bytes, diag);
  char *kept = ok ? cm_alloc_text(arena, (const char *)bytes.at, bytes.size) : NULL;
  struct cm_span span = {(const uint8_t *)kept, bytes.size};
  cm_buffer_free(&bytes);
  if (!kept) return ok ? cm_fail_memory(diag) : false;
  if (!cm_decode(arena, span, &decoded, diag)) return false;
  *out = decoded;
  return true;
}

bool adapter_view(struct cm_arena *arena, const struct cm_component *app, const struct cm_component **out, struct cm_diag *diag) {
  struct cm_component *made;
  uint32_t count = app->scope.item_count, bare = 0;
  for (uint32_t i = 0; i < count; i++) bare += is_bare(app->scope.items[i]);
  *out = app;
  if (!bare) return true;
  struct viewing v = {
      .arena = arena, .app = &app->scope, .items = cm_alloc_array(arena, (size_t)count + 2 * (size_t)bare, sizeof *v.items)};
  if (!v.items) return cm_fail_memory(diag);
  v.count = count;
  for (uint32_t i = 0; i < count; i++) {
    enum cm_sort sort = CM_SORT_COUNT;
    uint32_t introduced = scope_introduces(app->scope.items[i], &sort);
    v.types += sort == CM_SORT_TYPE ? introduced : 0;
    v.instances += sort == CM_SORT_INSTANCE ? introduced : 0;
  }
  for (uint32_t i = 0; i < count; i++) {
    v.items[i] = is_bare(app->scope.items[i]) ? exchange(&v, app->scope.items[i]) : app->scope.items[i];
    if (!v.items[i]) return cm_fail_memory(diag);
  }
  return cm_order(arena, app, v.items, v.count, &made, diag) && view_reread(arena, made, out, diag);
}
