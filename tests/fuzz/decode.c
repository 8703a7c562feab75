// Fuzz target: components of any bytes. Whatever decodes must be consistent: items within the file and in order, index spaces that
// point at items of their own scope.

#include <component/component.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
  if (!holds) abort();
}

static void check_scope(const struct cm_scope *scope, uint64_t size, bool complete, unsigned depth) {
  require(depth < 1000);
  uint64_t end = 0;
  for (uint32_t i = 0; i < scope->item_count; i++) {
    const struct cm_item *item = scope->items[i];
    require(item->offset >= end && item->offset + item->size <= size);
    require(!complete || item->size || item->kind == CM_ITEM_CUSTOM);
    end = item->offset + item->size;
    if (item->kind == CM_ITEM_COMPONENT && item->component) {
      require(item->component->scope.parent == scope);
      check_scope(&item->component->scope, size, complete, depth + 1);
    }
    if (item->kind == CM_ITEM_TYPE && item->type &&
        (item->type->kind == CM_TYPE_COMPONENT || item->type->kind == CM_TYPE_INSTANCE) && item->type->scope) {
      require(item->type->scope->parent == scope);
      check_scope(item->type->scope, size, complete, depth + 1);
    }
  }
  for (int sort = 0; sort < CM_SORT_COUNT; sort++)
    for (uint32_t i = 0; i < scope->spaces[sort].count; i++) require(cm_def_of(scope, (enum cm_sort)sort, i) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct cm_arena arena;
  struct cm_component *component;
  struct cm_diag diag = {0};
  cm_arena_init(&arena, NULL);
  bool ok = cm_decode(&arena, (struct cm_span){data, size}, &component, &diag);
  require(ok ? component != NULL : diag.error != CM_OK && diag.message[0]);
  require(ok || diag.error == CM_NO_MEMORY || (diag.has_offset && diag.offset <= size));
  if (component) check_scope(&component->scope, size, ok, 0);
  for (int sort = 0; ok && sort < CM_SORT_COUNT; sort++) {
    struct cm_str *names;
    cm_names_read(&arena, component, (enum cm_sort)sort, &names, &diag);
  }
  cm_arena_free(&arena);
  return 0;
}
