// Types of components, core types among them, written: the counterpart of types.c and core_types.c.
//
// Each shape of component/deftype.def has a function that writes what follows the leading byte.
//
// Spec: Binary.md, "Type Definitions".

#include "binary/encode.h"

void encode_valtype(struct encoder *e, struct cm_valtype type) {
  if (type.kind == CM_VAL_PRIM)
    cm_put_u8(e->out, (uint8_t)type.index);
  else
    cm_put_s33(e->out, type.index);
}

static void encode_optional(struct encoder *e, struct cm_valtype type) {
  cm_put_u8(e->out, type.kind != CM_VAL_NONE);
  if (type.kind != CM_VAL_NONE) encode_valtype(e, type);
}

// Vectors of fields: what stands in each is told by the flags.
enum { WITH_LABEL = 1, WITH_TYPE = 2, AS_CASE = 4 };

static void encode_fields(struct encoder *e, uint32_t count, const struct cm_field *fields, unsigned parts) {
  cm_put_u32(e->out, count);
  for (uint32_t i = 0; i < count; i++) {
    if (parts & WITH_LABEL) cm_put_name(e->out, fields[i].name);
    if (parts & WITH_TYPE) encode_valtype(e, fields[i].type);
    if (!(parts & AS_CASE)) continue;
    encode_optional(e, fields[i].type);
    cm_put_u8(e->out, 0);
  }
}

void encode_result_list(struct encoder *e, struct cm_valtype result, uint32_t named_count, const struct cm_field *named) {
  bool is_list = result.kind == CM_VAL_NONE;
  cm_put_u8(e->out, is_list);
  if (is_list)
    encode_fields(e, named_count, named, WITH_LABEL | WITH_TYPE);
  else
    encode_valtype(e, result);
}

typedef void type_writer(struct encoder *e, const struct cm_type *type);

static void write_record(struct encoder *e, const struct cm_type *type) {
  encode_fields(e, type->count, type->fields, WITH_LABEL | WITH_TYPE);
}
static void write_variant(struct encoder *e, const struct cm_type *type) {
  encode_fields(e, type->count, type->fields, WITH_LABEL | AS_CASE);
}
static void write_tuple(struct encoder *e, const struct cm_type *type) { encode_fields(e, type->count, type->fields, WITH_TYPE); }
static void write_labels(struct encoder *e, const struct cm_type *type) { encode_fields(e, type->count, type->fields, WITH_LABEL); }

static void write_element(struct encoder *e, const struct cm_type *type) { encode_valtype(e, type->element); }
static void write_optional_element(struct encoder *e, const struct cm_type *type) { encode_optional(e, type->element); }

static void write_fixed_list(struct encoder *e, const struct cm_type *type) {
  encode_valtype(e, type->element);
  cm_put_u32(e->out, type->length);
}

static void write_map(struct encoder *e, const struct cm_type *type) {
  encode_valtype(e, type->key);
  encode_valtype(e, type->element);
}

static void write_result(struct encoder *e, const struct cm_type *type) {
  encode_optional(e, type->element);
  encode_optional(e, type->error);
}

static void write_handle(struct encoder *e, const struct cm_type *type) { cm_put_u32(e->out, type->resource); }

static void write_func(struct encoder *e, const struct cm_type *type) {
  encode_fields(e, type->func.param_count, type->func.params, WITH_LABEL | WITH_TYPE);
  encode_result_list(e, type->func.result, type->func.named_result_count, type->func.named_results);
}

static void write_resource(struct encoder *e, const struct cm_type *type) {
  core_put_valtype(e->out, type->res.rep);
  if (!type->res.async_dtor) cm_put_u8(e->out, type->res.has_dtor);
  if (type->res.has_dtor) cm_put_u32(e->out, type->res.dtor);
  if (!type->res.async_dtor) return;
  cm_put_u8(e->out, type->res.has_callback);
  if (type->res.has_callback) cm_put_u32(e->out, type->res.callback);
}

// Declarators of component and instance types; their codes are those of declarator_rows in types.c.
static void encode_declarator(struct encoder *e, const struct cm_item *item) {
  switch (item->kind) {
    case CM_ITEM_CORE_TYPE:
      cm_put_u8(e->out, 0x00);
      encode_core_type(e, item->core_type);
      break;
    case CM_ITEM_TYPE:
      cm_put_u8(e->out, 0x01);
      encode_type(e, item->type);
      break;
    case CM_ITEM_ALIAS:
      cm_put_u8(e->out, 0x02);
      encode_alias(e, &item->alias);
      break;
    case CM_ITEM_IMPORT:
      cm_put_u8(e->out, 0x03);
      encode_import(e, &item->import);
      break;
    default: cm_put_u8(e->out, 0x04); encode_export_decl(e, &item->export);
  }
}

static void write_scope(struct encoder *e, const struct cm_type *type) {
  if (!encode_enter(e)) return;
  cm_put_u32(e->out, type->scope->item_count);
  for (uint32_t i = 0; i < type->scope->item_count; i++) encode_declarator(e, type->scope->items[i]);
  e->depth--;
}

static const struct type_row {
  uint8_t code;
  enum cm_type_kind kind;
  bool is_async;
  type_writer *write;
} type_rows[] = {
#define CM_DEFTYPE(code, KIND, is_async, shape, text) {code, CM_TYPE_##KIND, is_async, write_##shape},
#include <component/deftype.def>
};

void encode_type(struct encoder *e, const struct cm_type *type) {
  if (type->kind == CM_TYPE_PRIM) {
    cm_put_u8(e->out, (uint8_t)type->prim);
    return;
  }
  bool is_async = type->kind == CM_TYPE_FUNC ? type->func.is_async : type->kind == CM_TYPE_RESOURCE && type->res.async_dtor;
  const struct type_row *row = type_rows;
  while (row->kind != type->kind || row->is_async != is_async) row++;
  cm_put_u8(e->out, row->code);
  row->write(e, type);
}

// Core types.

static void encode_module_decl(struct encoder *e, const struct cm_module_decl *decl);

static void encode_core_type_in(struct encoder *e, bool within_module, const struct cm_core_type *type) {
  if (type->kind == CM_CORE_TYPE_MODULE) {
    cm_put_u8(e->out, BYTE_MODULE);
    if (!encode_enter(e)) return;
    cm_put_u32(e->out, type->module->count);
    for (uint32_t i = 0; i < type->module->count; i++) encode_module_decl(e, &type->module->decls[i]);
    e->depth--;
    return;
  }
  // Without the zero byte a lone type that is not final would begin as a module type does.
  bool is_lone = type->count == 1 && !type->types[0].group_explicit;
  if (is_lone && !type->types[0].is_final && (!within_module || type->has_sub_prefix)) cm_put_u8(e->out, BYTE_SUB_PREFIX);
  core_put_rec_group(e->out, type->types, type->count);
}

void encode_core_type(struct encoder *e, const struct cm_core_type *type) { encode_core_type_in(e, false, type); }

static void encode_module_decl(struct encoder *e, const struct cm_module_decl *decl) {
  cm_put_u8(e->out, (uint8_t)decl->kind);
  switch (decl->kind) {
    case CM_MODULE_IMPORT:
      cm_put_name(e->out, decl->import.module);
      cm_put_name(e->out, decl->import.name);
      core_put_externtype(e->out, &decl->import.type);
      break;
    case CM_MODULE_TYPE: encode_core_type_in(e, true, &decl->type); break;
    case CM_MODULE_ALIAS:
      cm_put_u8(e->out, sort_codes[CM_SORT_CORE_TYPE].byte);
      cm_put_u8(e->out, 0x01);
      cm_put_u32(e->out, decl->alias_count);
      cm_put_u32(e->out, decl->alias_index);
      break;
    case CM_MODULE_EXPORT:
      cm_put_name(e->out, decl->import.name);
      core_put_externtype(e->out, &decl->import.type);
      break;
  }
}
