// Types of core modules, written: the counterpart of types.c.
//
// Spec: https://webassembly.github.io/spec/core/binary/types.html

#include <component/put.h>

#include "codes.h"

void core_put_heaptype(struct cm_buffer *out, int32_t heap, bool shared) {
  if (shared) cm_put_u8(out, BYTE_SHARED);
  cm_put_s33(out, heap);
}

// (ref null H) of an abstract H has a short form, the byte of H alone.
void core_put_valtype(struct cm_buffer *out, struct core_valtype type) {
  if (type.code != CORE_REF) {
    cm_put_u8(out, type.code);
    return;
  }
  if (!type.nullable || type.heap >= 0) cm_put_u8(out, type.nullable ? BYTE_REF_NULL : CORE_REF);
  core_put_heaptype(out, type.heap, type.shared);
}

void core_put_limits(struct cm_buffer *out, bool is_memory, const struct core_limits *limits) {
  bool has_page_size = is_memory && (limits->has_page_size || limits->page_log2 != USUAL_PAGE_LOG2);
  cm_put_u8(out, (uint8_t)((limits->has_max ? LIMITS_MAX : 0) | (limits->shared ? LIMITS_SHARED : 0) |
                           (limits->is_64 ? LIMITS_64 : 0) | (has_page_size ? LIMITS_PAGE_SIZE : 0)));
  cm_put_u64(out, limits->min);
  if (limits->has_max) cm_put_u64(out, limits->max);
  if (has_page_size) cm_put_u32(out, limits->page_log2);
}

void core_put_table_type(struct cm_buffer *out, const struct core_table_type *type) {
  core_put_valtype(out, type->element);
  core_put_limits(out, false, &type->limits);
}

void core_put_global_type(struct cm_buffer *out, const struct core_global_type *type) {
  core_put_valtype(out, type->type);
  cm_put_u8(out, (uint8_t)((type->is_mutable ? GLOBAL_MUTABLE : 0) | (type->shared ? GLOBAL_SHARED : 0)));
}

void core_put_externtype(struct cm_buffer *out, const struct core_externtype *type) {
  cm_put_u8(out, type->exact ? KIND_EXACT_FUNC : (uint8_t)type->kind);
  switch (type->kind) {
    case CORE_FUNC: cm_put_u32(out, type->type); break;
    case CORE_TABLE: core_put_table_type(out, &type->table); break;
    case CORE_MEMORY: core_put_limits(out, true, &type->memory); break;
    case CORE_GLOBAL: core_put_global_type(out, &type->global); break;
    case CORE_TAG:
      cm_put_u8(out, 0);  // the only attribute: an exception
      cm_put_u32(out, type->type);
      break;
    case CORE_KIND_COUNT: break;
  }
}

static void put_valtypes(struct cm_buffer *out, const struct core_valtype *types, uint32_t count) {
  cm_put_u32(out, count);
  for (uint32_t i = 0; i < count; i++) core_put_valtype(out, types[i]);
}

static void put_fields(struct cm_buffer *out, const struct core_type *type) {
  for (uint32_t i = 0; i < type->field_count; i++) {
    core_put_valtype(out, type->fields[i].type);
    cm_put_u8(out, type->fields[i].is_mutable);
  }
}

static void put_comptype(struct cm_buffer *out, const struct core_type *type) {
  if (type->shared) cm_put_u8(out, BYTE_SHARED);
  switch (type->kind) {
    case CORE_FUNC_TYPE:
      cm_put_u8(out, BYTE_FUNC);
      put_valtypes(out, type->params, type->param_count);
      put_valtypes(out, type->results, type->result_count);
      break;
    case CORE_STRUCT_TYPE:
      cm_put_u8(out, BYTE_STRUCT);
      cm_put_u32(out, type->field_count);
      put_fields(out, type);
      break;
    case CORE_ARRAY_TYPE:
      cm_put_u8(out, BYTE_ARRAY);
      put_fields(out, type);
      break;
  }
}

// A final type without supertypes is written as what it is made of.
static void put_subtype(struct cm_buffer *out, const struct core_type *type) {
  if (!type->is_final || type->super_count) {
    cm_put_u8(out, type->is_final ? BYTE_SUB_FINAL : BYTE_SUB);
    cm_put_u32(out, type->super_count);
    for (uint32_t i = 0; i < type->super_count; i++) cm_put_u32(out, type->supers[i]);
  }
  put_comptype(out, type);
}

void core_put_rec_group(struct cm_buffer *out, const struct core_type *types, uint32_t count) {
  if (count != 1 || types[0].group_explicit) {
    cm_put_u8(out, BYTE_REC);
    cm_put_u32(out, count);
  }
  for (uint32_t i = 0; i < count; i++) put_subtype(out, &types[i]);
}
