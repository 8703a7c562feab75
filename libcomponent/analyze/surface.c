// Imports, exports and producers, read off the types.
//
// A labelled import of wasmcloud:secrets/secret is a need without any analysis: the component's own type declares it. Its key is the
// label, for that is what the platform binds by.
//
// Spec: Explainer.md, "Import and Export Definitions" (implements, external-id).

#include "surface.h"

#include "sinks.h"

#include <component/semver.h>
#include <component/types.h>

#include <stdlib.h>

static int by_text(const void *a, const void *b) { return cm_str_compare(*(const struct cm_str *)a, *(const struct cm_str *)b); }

// Sorts names and drops those that come twice.
static uint32_t settle_names(struct cm_str *names, uint32_t count) {
  uint32_t kept = 0;
  if (count) qsort(names, count, sizeof *names, by_text);
  for (uint32_t i = 0; i < count; i++)
    if (!kept || !cm_str_equal(names[kept - 1], names[i])) names[kept++] = names[i];
  return kept;
}

// The functions that an imported instance must have, sorted.
static bool list_functions(struct cm_arena *arena, const struct cm_scope *scope, const struct cm_externtype *type,
                           struct cm_needs_import *out) {
  const struct cm_scope *in = type->sort == CM_SORT_INSTANCE ? cm_instance_type_scope(scope, type->index) : NULL;
  if (!in) return true;
  struct cm_str *functions = cm_alloc_array(arena, in->item_count, sizeof *functions);
  if (!functions) return false;
  for (uint32_t i = 0; i < in->item_count; i++) {
    const struct cm_item *item = in->items[i];
    if (item->kind == CM_ITEM_EXPORT && item->export.type.sort == CM_SORT_FUNC)
      functions[out->function_count++] = item->export.name.name;
  }
  out->function_count = settle_names(functions, out->function_count);
  out->functions = functions;
  return true;
}

static bool is_label(struct cm_str name) {
  for (size_t i = 0; i < name.size; i++)
    if (name.at[i] == ':' || name.at[i] == '/') return false;
  return true;
}

static void declare_secret(struct findings *findings, const struct cm_needs_import *import) {
  if (!import->has_implements || !cm_str_is(cm_name_base(import->implements), "wasmcloud:secrets/secret")) return;
  struct finding_need *found =
      findings_need(findings, CM_NEED_SECRET, import->name, CM_ORIGIN_APP, CM_DECLARED, import->implements, NULL);
  if (!found) return;
  found->need.has_label = true;
  found->need.label = import->name;
  found->need.has_external_id = import->has_external_id;
  found->need.external_id = import->external_id;
}

bool surface_of_component(struct cm_arena *arena, const struct cm_component *component, struct findings *findings,
                          struct cm_needs *out) {
  const struct cm_scope *scope = &component->scope;
  struct cm_needs_import *imports = cm_alloc_array(arena, scope->item_count, sizeof *imports);
  struct cm_needs_export *exports = cm_alloc_array(arena, scope->item_count, sizeof *exports);
  if (!imports || !exports) return false;
  for (uint32_t i = 0; i < scope->item_count; i++) {
    const struct cm_item *item = scope->items[i];
    if (item->kind == CM_ITEM_EXPORT)
      exports[out->export_count++] = (struct cm_needs_export){item->export.name.name, item->export.what.sort};
    if (item->kind != CM_ITEM_IMPORT) continue;
    const struct cm_name *name = &item->import.name;
    struct cm_needs_import *import = &imports[out->import_count++];
    *import = (struct cm_needs_import){.name = name->name,
                                       .sort = item->import.type.sort,
                                       .has_implements = name->has_implements,
                                       .has_external_id = name->has_external_id,
                                       .is_label = is_label(name->name) && item->import.type.sort == CM_SORT_INSTANCE,
                                       .implements = name->implements,
                                       .external_id = name->external_id};
    if (!list_functions(arena, scope, &item->import.type, import)) return false;
    declare_secret(findings, import);
  }
  out->imports = imports;
  out->exports = exports;
  return !findings->failed;
}

// Imports of a core module by module name; those of one name in the order of the file.
static int by_module(const void *a, const void *b) {
  const struct core_import *x = *(const struct core_import *const *)a, *y = *(const struct core_import *const *)b;
  int order = cm_str_compare(x->module, y->module);
  return order ? order : (x > y) - (x < y);
}

// One entry for each module name, where the first import of that name stands.
static bool list_modules(struct cm_arena *arena, const struct core_module *module, struct cm_needs_import *imports,
                         struct cm_needs *out) {
  uint32_t count = module->import_count;
  const struct core_import **order = cm_alloc_array(arena, count, sizeof *order);
  uint32_t *ends = cm_alloc_array(arena, count, sizeof *ends), *begins = cm_alloc_array(arena, count, sizeof *begins);
  struct cm_str *functions = cm_alloc_array(arena, count, sizeof *functions);
  if (!order || !ends || !begins || !functions) return false;
  for (uint32_t i = 0; i < count; i++) order[i] = &module->imports[i];
  if (count) qsort(order, count, sizeof *order, by_module);
  for (uint32_t from = 0, to; from < count; from = to) {
    for (to = from + 1; to < count && cm_str_equal(order[to]->module, order[from]->module);) to++;
    begins[order[from] - module->imports] = from;
    ends[order[from] - module->imports] = to;
  }
  for (uint32_t i = 0; i < count; i++) {
    if (!ends[i]) continue;
    struct cm_needs_import *import = &imports[out->import_count++];
    *import = (struct cm_needs_import){.name = module->imports[i].module, .sort = CM_SORT_CORE_INSTANCE, .functions = functions};
    for (uint32_t k = begins[i]; k < ends[i]; k++)
      if (order[k]->type.kind == CORE_FUNC) functions[import->function_count++] = order[k]->name;
    functions += import->function_count;
    import->function_count = settle_names(functions - import->function_count, import->function_count);
  }
  return true;
}

bool surface_of_module(struct cm_arena *arena, const struct core_module *module, struct cm_needs *out) {
  struct cm_needs_import *imports = cm_alloc_array(arena, module->import_count, sizeof *imports);
  struct cm_needs_export *exports = cm_alloc_array(arena, module->export_count, sizeof *exports);
  if (!imports || !exports || !list_modules(arena, module, imports, out)) return false;
  static const enum cm_sort sorts[CORE_KIND_COUNT] = {CM_SORT_CORE_FUNC, CM_SORT_CORE_TABLE, CM_SORT_CORE_MEMORY,
                                                      CM_SORT_CORE_GLOBAL, CM_SORT_CORE_TAG};
  for (uint32_t i = 0; i < module->export_count; i++)
    exports[out->export_count++] = (struct cm_needs_export){module->exports[i].name, sorts[module->exports[i].kind]};
  out->imports = imports;
  out->exports = exports;
  return true;
}

static bool add_producers(struct cm_arena *arena, struct cm_span contents, struct core_producer **list, size_t *count,
                          size_t *room) {
  struct core_producer *producers;
  uint32_t found;
  if (!core_producers_read(arena, contents, &producers, &found, NULL)) return false;
  for (uint32_t i = 0; i < found; i++) {
    if (!cm_grow(arena, list, room, *count, sizeof **list)) return false;
    (*list)[(*count)++] = producers[i];
  }
  return true;
}

// A preview-1 adapter is there to translate and was built elsewhere, mostly in Rust: its producers are not the program's. It is known
// by exporting functions of preview 1 over a memory that it imports.
static bool is_adapter(const struct core_module *module) {
  static const char *const beginnings[] = {"fd_",       "path_",      "environ_",    "args_",       "clock_",
                                           "proc_exit", "random_get", "poll_oneoff", "sched_yield", "sock_"};
  bool found = false;
  for (uint32_t i = 0; module->imported[CORE_MEMORY] && i < module->export_count && !found; i++)
    for (size_t j = 0; module->exports[i].kind == CORE_FUNC && j < sizeof beginnings / sizeof *beginnings; j++)
      found |= cm_str_starts(module->exports[i].name, cm_str_of(beginnings[j]));
  return found;
}

static int by_words(const struct core_producer *x, const struct core_producer *y) {
  int order = cm_str_compare(x->field, y->field);
  if (!order) order = cm_str_compare(x->name, y->name);
  return order ? order : cm_str_compare(x->version, y->version);
}

static int by_words_and_place(const void *a, const void *b) {
  const struct core_producer *x = *(const struct core_producer *const *)a, *y = *(const struct core_producer *const *)b;
  int order = by_words(x, y);
  return order ? order : (x > y) - (x < y);
}

// Keeps the first of equal ones, in the order of the file.
static bool drop_repeated(struct cm_arena *arena, struct core_producer *list, size_t *count) {
  const struct core_producer **order = cm_alloc_array(arena, *count, sizeof *order);
  bool *repeated = cm_alloc_array(arena, *count, sizeof *repeated);
  if (!order || !repeated) return false;
  for (size_t i = 0; i < *count; i++) order[i] = &list[i];
  if (*count) qsort(order, *count, sizeof *order, by_words_and_place);
  for (size_t i = 1; i < *count; i++) repeated[order[i] - list] = !by_words(order[i - 1], order[i]);
  size_t kept = 0;
  for (size_t i = 0; i < *count; i++)
    if (!repeated[i]) list[kept++] = list[i];
  *count = kept;
  return true;
}

bool surface_producers(struct cm_arena *arena, const struct core_module *const *modules, uint32_t count,
                       const struct cm_component *component, struct cm_needs *out) {
  struct core_producer *list = NULL;
  size_t used = 0, room = 0;
  for (uint32_t i = 0; i < count; i++) {
    const struct core_section *section = modules[i] && !is_adapter(modules[i]) ? core_find_custom(modules[i], "producers") : NULL;
    if (section && !add_producers(arena, section->bytes, &list, &used, &room)) return false;
  }
  for (uint32_t i = 0; component && i < component->scope.item_count; i++) {
    const struct cm_item *item = component->scope.items[i];
    if (item->kind == CM_ITEM_CUSTOM && cm_str_is(item->custom.name, "producers") &&
        !add_producers(arena, item->custom.bytes, &list, &used, &room))
      return false;
  }
  if (!drop_repeated(arena, list, &used)) return false;
  out->producers = list;
  out->producer_count = (uint32_t)used;
  return true;
}
