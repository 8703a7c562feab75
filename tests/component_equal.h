// Whether two decoded components say the same: for tests of what is written and read back.
//
// Everything that a component means is compared, item by item, and how it was written (grouping, forms of names); offsets and sizes in the
// file are not. Core modules are compared as bytes.
#ifndef TESTS_COMPONENT_EQUAL_H
#define TESTS_COMPONENT_EQUAL_H

#include <component/component.h>

static inline bool same_bytes(struct cm_span a, struct cm_span b) {
  return a.size == b.size && (!a.size || memcmp(a.at, b.at, a.size) == 0);
}

static inline bool same_valtype(struct cm_valtype a, struct cm_valtype b) {
  return a.kind == b.kind && (a.kind == CM_VAL_NONE || a.index == b.index);
}

static inline bool same_fields(uint32_t count, const struct cm_field *a, uint32_t other_count, const struct cm_field *b) {
  if (count != other_count) return false;
  for (uint32_t i = 0; i < count; i++)
    if (!cm_str_equal(a[i].name, b[i].name) || !same_valtype(a[i].type, b[i].type)) return false;
  return true;
}

static inline bool same_core_valtype(struct core_valtype a, struct core_valtype b) {
  return a.code == b.code && (a.code != CORE_REF || (a.nullable == b.nullable && a.shared == b.shared && a.heap == b.heap));
}

static inline bool same_core_valtypes(uint32_t count, const struct core_valtype *a, uint32_t other, const struct core_valtype *b) {
  if (count != other) return false;
  for (uint32_t i = 0; i < count; i++)
    if (!same_core_valtype(a[i], b[i])) return false;
  return true;
}

static inline bool same_limits(const struct core_limits *a, const struct core_limits *b) {
  return a->min == b->min && a->has_max == b->has_max && a->max == b->max && a->is_64 == b->is_64 && a->shared == b->shared &&
         a->has_page_size == b->has_page_size && a->page_log2 == b->page_log2;
}

static inline bool same_core_externtype(const struct core_externtype *a, const struct core_externtype *b) {
  if (a->kind != b->kind || a->exact != b->exact) return false;
  switch (a->kind) {
    case CORE_FUNC:
    case CORE_TAG: return a->type == b->type;
    case CORE_TABLE:
      return same_core_valtype(a->table.element, b->table.element) && same_limits(&a->table.limits, &b->table.limits);
    case CORE_MEMORY: return same_limits(&a->memory, &b->memory);
    case CORE_GLOBAL:
      return same_core_valtype(a->global.type, b->global.type) && a->global.is_mutable == b->global.is_mutable &&
             a->global.shared == b->global.shared;
    case CORE_KIND_COUNT: break;
  }
  return false;
}

static inline bool same_core_def(const struct core_type *a, const struct core_type *b) {
  if (a->kind != b->kind || a->is_final != b->is_final || a->shared != b->shared || a->super_count != b->super_count ||
      a->field_count != b->field_count || a->group_explicit != b->group_explicit)
    return false;
  for (uint32_t i = 0; i < a->super_count; i++)
    if (a->supers[i] != b->supers[i]) return false;
  for (uint32_t i = 0; i < a->field_count; i++)
    if (!same_core_valtype(a->fields[i].type, b->fields[i].type) || a->fields[i].is_mutable != b->fields[i].is_mutable)
      return false;
  return same_core_valtypes(a->param_count, a->params, b->param_count, b->params) &&
         same_core_valtypes(a->result_count, a->results, b->result_count, b->results);
}

static inline bool same_core_type(const struct cm_core_type *a, const struct cm_core_type *b);

static inline bool same_module_decl(const struct cm_module_decl *a, const struct cm_module_decl *b) {
  if (a->kind != b->kind) return false;
  switch (a->kind) {
    case CM_MODULE_TYPE: return same_core_type(&a->type, &b->type);
    case CM_MODULE_ALIAS: return a->alias_count == b->alias_count && a->alias_index == b->alias_index;
    case CM_MODULE_IMPORT:
      if (!cm_str_equal(a->import.module, b->import.module)) return false;
      __attribute__((fallthrough));
    case CM_MODULE_EXPORT:
      return cm_str_equal(a->import.name, b->import.name) && same_core_externtype(&a->import.type, &b->import.type);
  }
  return false;
}

static inline bool same_core_type(const struct cm_core_type *a, const struct cm_core_type *b) {
  if (a->kind != b->kind || a->has_sub_prefix != b->has_sub_prefix || a->count != b->count) return false;
  for (uint32_t i = 0; i < a->count; i++)
    if (!same_core_def(&a->types[i], &b->types[i])) return false;
  if (a->kind == CM_CORE_TYPE_DEF) return true;
  if (a->module->count != b->module->count) return false;
  for (uint32_t i = 0; i < a->module->count; i++)
    if (!same_module_decl(&a->module->decls[i], &b->module->decls[i])) return false;
  return true;
}

static inline bool same_scope(const struct cm_scope *a, const struct cm_scope *b);

static inline bool same_type(const struct cm_type *a, const struct cm_type *b) {
  if (a->kind != b->kind) return false;
  switch (a->kind) {
    case CM_TYPE_PRIM: return a->prim == b->prim;
    case CM_TYPE_RECORD:
    case CM_TYPE_VARIANT:
    case CM_TYPE_TUPLE:
    case CM_TYPE_FLAGS:
    case CM_TYPE_ENUM: return same_fields(a->count, a->fields, b->count, b->fields);
    case CM_TYPE_LIST:
    case CM_TYPE_FIXED_LIST:
    case CM_TYPE_OPTION:
    case CM_TYPE_RESULT:
    case CM_TYPE_STREAM:
    case CM_TYPE_FUTURE:
    case CM_TYPE_MAP:
      return same_valtype(a->element, b->element) && same_valtype(a->error, b->error) && same_valtype(a->key, b->key) &&
             a->length == b->length;
    case CM_TYPE_OWN:
    case CM_TYPE_BORROW: return a->resource == b->resource;
    case CM_TYPE_FUNC:
      return a->func.is_async == b->func.is_async && same_valtype(a->func.result, b->func.result) &&
             same_fields(a->func.param_count, a->func.params, b->func.param_count, b->func.params) &&
             same_fields(a->func.named_result_count, a->func.named_results, b->func.named_result_count, b->func.named_results);
    case CM_TYPE_COMPONENT:
    case CM_TYPE_INSTANCE: return same_scope(a->scope, b->scope);
    case CM_TYPE_RESOURCE:
      return same_core_valtype(a->res.rep, b->res.rep) && a->res.has_dtor == b->res.has_dtor && a->res.dtor == b->res.dtor &&
             a->res.async_dtor == b->res.async_dtor && a->res.has_callback == b->res.has_callback &&
             a->res.callback == b->res.callback;
  }
  return false;
}

static inline bool same_externtype(const struct cm_externtype *a, const struct cm_externtype *b) {
  return a->sort == b->sort && a->bound == b->bound && a->index == b->index && same_valtype(a->value, b->value) &&
         a->has_value_bound == b->has_value_bound;
}

static inline bool same_name(const struct cm_name *a, const struct cm_name *b) {
  if (!cm_str_equal(a->raw, b->raw) || !cm_str_equal(a->name, b->name) || a->form != b->form) return false;
  if (a->has_implements != b->has_implements || !cm_str_equal(a->implements, b->implements)) return false;
  if (a->attribute_count != b->attribute_count) return false;
  for (uint32_t i = 0; i < a->attribute_count; i++)
    if (a->attributes[i].code != b->attributes[i].code || !cm_str_equal(a->attributes[i].text, b->attributes[i].text)) return false;
  return true;
}

static inline bool same_instance(const struct cm_instance_expr *a, const struct cm_instance_expr *b) {
  if (a->is_inline != b->is_inline || a->definition != b->definition || a->count != b->count) return false;
  for (uint32_t i = 0; i < a->count; i++)
    if (!same_name(&a->arguments[i].name, &b->arguments[i].name) || a->arguments[i].what.sort != b->arguments[i].what.sort ||
        a->arguments[i].what.index != b->arguments[i].what.index)
      return false;
  return true;
}

static inline bool same_alias(const struct cm_alias *a, const struct cm_alias *b) {
  return a->kind == b->kind && a->sort == b->sort && a->instance == b->instance && cm_str_equal(a->name, b->name) &&
         cm_str_equal(a->raw, b->raw) && a->outer == b->outer && a->index == b->index;
}

static inline bool same_canon_opts(const struct cm_canon_opts *a, const struct cm_canon_opts *b) {
  if (a->count != b->count) return false;
  for (uint8_t i = 0; i < a->count; i++)
    if (a->order[i] != b->order[i] || a->indices[i] != b->indices[i]) return false;
  return a->encoding == b->encoding && a->memory == b->memory && a->realloc == b->realloc && a->post_return == b->post_return &&
         a->callback == b->callback && a->core_type == b->core_type;
}

static inline bool same_canon(const struct cm_canon *a, const struct cm_canon *b) {
  return a->kind == b->kind && a->func == b->func && a->type == b->type && a->table == b->table && a->memory == b->memory &&
         same_valtype(a->result, b->result) &&
         same_fields(a->named_result_count, a->named_results, b->named_result_count, b->named_results) &&
         same_core_valtype(a->context_type, b->context_type) && a->context_index == b->context_index &&
         a->is_async == b->is_async && a->is_cancellable == b->is_cancellable && a->is_shared == b->is_shared &&
         a->has_shared_byte == b->has_shared_byte && same_canon_opts(&a->opts, &b->opts);
}

static inline bool same_start(const struct cm_start *a, const struct cm_start *b) {
  return a->func == b->func && a->argument_count == b->argument_count && a->result_count == b->result_count &&
         (!a->argument_count || memcmp(a->arguments, b->arguments, a->argument_count * sizeof *a->arguments) == 0);
}

static inline bool same_component(const struct cm_component *a, const struct cm_component *b);

static inline bool same_item(const struct cm_item *a, const struct cm_item *b) {
  if (a->kind != b->kind || a->section != b->section) return false;
  switch (a->kind) {
    case CM_ITEM_CORE_MODULE: return same_bytes(a->module->bytes, b->module->bytes);
    case CM_ITEM_CORE_INSTANCE:
    case CM_ITEM_INSTANCE: return same_instance(&a->instance, &b->instance);
    case CM_ITEM_CORE_TYPE: return same_core_type(a->core_type, b->core_type);
    case CM_ITEM_COMPONENT: return same_component(a->component, b->component);
    case CM_ITEM_ALIAS: return same_alias(&a->alias, &b->alias);
    case CM_ITEM_TYPE: return same_type(a->type, b->type);
    case CM_ITEM_CANON: return same_canon(&a->canon, &b->canon);
    case CM_ITEM_START: return same_start(&a->start, &b->start);
    case CM_ITEM_IMPORT: return same_name(&a->import.name, &b->import.name) && same_externtype(&a->import.type, &b->import.type);
    case CM_ITEM_EXPORT:
      return same_name(&a->export.name, &b->export.name) && a->export.what.sort == b->export.what.sort &&
             a->export.what.index == b->export.what.index && a->export.has_type == b->export.has_type &&
             (!a->export.has_type || same_externtype(&a->export.type, &b->export.type));
    case CM_ITEM_VALUE: return same_valtype(a->value.type, b->value.type) && same_bytes(a->value.bytes, b->value.bytes);
    case CM_ITEM_CUSTOM: return cm_str_equal(a->custom.name, b->custom.name) && same_bytes(a->custom.bytes, b->custom.bytes);
  }
  return false;
}

static inline bool same_scope(const struct cm_scope *a, const struct cm_scope *b) {
  if (a->kind != b->kind || a->item_count != b->item_count) return false;
  for (uint32_t i = 0; i < a->item_count; i++)
    if (!same_item(a->items[i], b->items[i])) return false;
  for (int sort = 0; sort < CM_SORT_COUNT; sort++)
    if (a->spaces[sort].count != b->spaces[sort].count) return false;
  return true;
}

static inline bool same_component(const struct cm_component *a, const struct cm_component *b) {
  if (a->section_count != b->section_count) return false;
  for (uint32_t i = 0; i < a->section_count; i++)
    if (a->sections[i].id != b->sections[i].id || a->sections[i].first != b->sections[i].first ||
        a->sections[i].count != b->sections[i].count)
      return false;
  return same_scope(&a->scope, &b->scope);
}

#endif
