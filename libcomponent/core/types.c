// Types of core modules: value, heap and reference types, limits, the types of imports, and the type section.
//
// A type is a byte or a few. The codes of types are negative numbers, so that they differ from type indices where either may
// stand: a byte of 0x68 to 0x75 is an abstract heap type, and a longer encoding of the same negative number is malformed. Shared
// types (0x65) are read as the shared-everything-threads proposal has them.
//
// Spec: https://webassembly.github.io/spec/core/binary/types.html

#include "codes.h"
#include "read.h"

// https://webassembly.github.io/spec/core/binary/types.html#heap-types
static bool is_abstract_heap(uint8_t byte) { return byte >= 0x68 && byte <= 0x75; }

static bool is_number_or_vector(uint8_t byte) { return byte >= CORE_V128 && byte <= CORE_I32; }

bool core_read_heaptype(struct cm_reader *r, int32_t *heap, bool *shared) {
  const uint8_t *start = r->at;
  *shared = false;
  if (r->at < r->end && *r->at == BYTE_SHARED) {
    r->at++;
    *shared = true;
  }
  if (r->at < r->end && is_abstract_heap(*r->at)) {
    *heap = (int32_t)*r->at++ - 0x80;
    return true;
  }
  if (*shared) {
    uint8_t byte;
    if (!cm_read_u8(r, "an abstract heap type", &byte)) return false;
    return cm_reader_fail_at(r, cm_offset(r) - 1, CM_MALFORMED, "expected an abstract heap type behind 0x65, found 0x%02x", byte);
  }
  int64_t index;
  if (!cm_read_s33(r, "a heap type", &index)) return false;
  uint64_t offset = (uint64_t)(start - r->file);
  if (*start == 0x62)  // https://github.com/WebAssembly/custom-descriptors
    return cm_reader_fail_at(r, offset, CM_UNSUPPORTED, "exact reference types (0x62) are not supported");
  if (index < 0) return cm_reader_fail_at(r, offset, CM_MALFORMED, "malformed heap type: 0x%02x", *start);
  if (index >= CORE_LIMIT_TYPES)
    return cm_reader_fail_at(r, offset, CM_LIMIT, "type index %lld is beyond the limit of %d types", (long long)index,
                             CORE_LIMIT_TYPES);
  *heap = (int32_t)index;
  return true;
}

// https://webassembly.github.io/spec/core/binary/types.html#reference-types
bool core_read_reftype(struct cm_reader *r, const char *what, struct core_valtype *out) {
  uint8_t byte;
  if (!cm_read_u8(r, what, &byte)) return false;
  *out = (struct core_valtype){.code = CORE_REF, .nullable = true};
  if (is_abstract_heap(byte)) {
    out->heap = (int32_t)byte - 0x80;
    return true;
  }
  if (byte == BYTE_REF_NULL || byte == CORE_REF) {
    out->nullable = byte == BYTE_REF_NULL;
    return core_read_heaptype(r, &out->heap, &out->shared);
  }
  if (byte == BYTE_SHARED) {
    out->shared = true;
    if (!cm_read_u8(r, what, &byte)) return false;
    out->heap = (int32_t)byte - 0x80;
    if (is_abstract_heap(byte)) return true;
  }
  return cm_reader_fail_at(r, cm_offset(r) - 1, CM_MALFORMED, "malformed reference type: expected %s, found 0x%02x", what, byte);
}

// https://webassembly.github.io/spec/core/binary/types.html#value-types
bool core_read_valtype(struct cm_reader *r, const char *what, struct core_valtype *out) {
  if (r->at < r->end) {
    uint8_t byte = *r->at;
    if (is_number_or_vector(byte)) {
      *out = (struct core_valtype){.code = byte};
      r->at++;
      return true;
    }
    if (!is_abstract_heap(byte) && byte != BYTE_REF_NULL && byte != CORE_REF && byte != BYTE_SHARED)
      return cm_reader_fail(r, CM_MALFORMED, "malformed value type: expected %s, found 0x%02x", what, byte);
  }
  return core_read_reftype(r, what, out);
}

// https://webassembly.github.io/spec/core/binary/types.html#limits, with 0x02 of the threads proposal and 0x08 of
// https://github.com/WebAssembly/custom-page-sizes/blob/main/proposals/custom-page-sizes/Overview.md.
bool core_read_limits(struct cm_reader *r, bool is_memory, struct core_limits *out) {
  uint8_t flags;
  if (!cm_read_u8(r, "limits flags", &flags)) return false;
  if (flags > (is_memory ? 0x0f : 0x07))
    return cm_reader_fail_at(r, cm_offset(r) - 1, CM_MALFORMED, "malformed limits flags 0x%02x", flags);
  *out = (struct core_limits){.has_max = flags & LIMITS_MAX,
                              .shared = flags & LIMITS_SHARED,
                              .is_64 = flags & LIMITS_64,
                              .has_page_size = flags & LIMITS_PAGE_SIZE,
                              .page_log2 = is_memory ? USUAL_PAGE_LOG2 : 0};
  if (!cm_read_u64(r, "a minimum size", &out->min)) return false;
  if (out->has_max && !cm_read_u64(r, "a maximum size", &out->max)) return false;
  if (!(flags & LIMITS_PAGE_SIZE)) return true;
  uint64_t start = cm_offset(r);
  uint32_t page_log2;
  if (!cm_read_u32(r, "a page size", &page_log2)) return false;
  if (page_log2 >= 64) return cm_reader_fail_at(r, start, CM_MALFORMED, "page size 2^%u is out of range", page_log2);
  out->page_log2 = (uint8_t)page_log2;
  return true;
}

bool core_read_table_type(struct cm_reader *r, struct core_table_type *out) {
  return core_read_reftype(r, "the element type of a table", &out->element) && core_read_limits(r, false, &out->limits);
}

// https://webassembly.github.io/spec/core/binary/types.html#global-types; 0x02 says shared.
bool core_read_global_type(struct cm_reader *r, struct core_global_type *out) {
  uint8_t flags;
  if (!core_read_valtype(r, "the type of a global", &out->type) || !cm_read_u8(r, "mutability", &flags)) return false;
  if (flags > 0x03) return cm_reader_fail_at(r, cm_offset(r) - 1, CM_MALFORMED, "malformed mutability 0x%02x", flags);
  out->is_mutable = flags & GLOBAL_MUTABLE;
  out->shared = flags & GLOBAL_SHARED;
  return true;
}

bool core_read_tag_type(struct cm_reader *r, uint32_t *out) {
  uint8_t attribute;
  if (!cm_read_u8(r, "the attribute of a tag", &attribute)) return false;
  if (attribute != 0)
    return cm_reader_fail_at(r, cm_offset(r) - 1, CM_MALFORMED, "expected the attribute 0x00 of a tag, found 0x%02x", attribute);
  return cm_read_u32(r, "the type index of a tag", out);
}

// https://webassembly.github.io/spec/core/binary/types.html#external-types; 0x20 is an exact function (custom descriptors).
bool core_read_externtype(struct cm_reader *r, struct core_externtype *out) {
  uint8_t kind;
  if (!cm_read_u8(r, "an import kind", &kind)) return false;
  out->exact = kind == KIND_EXACT_FUNC;
  out->kind = out->exact ? CORE_FUNC : (enum core_kind)kind;
  switch (kind) {
    case KIND_EXACT_FUNC:
    case CORE_FUNC: return cm_read_u32(r, "the type index of a function", &out->type);
    case CORE_TABLE: return core_read_table_type(r, &out->table);
    case CORE_MEMORY: return core_read_limits(r, true, &out->memory);
    case CORE_GLOBAL: return core_read_global_type(r, &out->global);
    case CORE_TAG: return core_read_tag_type(r, &out->type);
    case 0x7e:  // https://github.com/WebAssembly/compact-import-section
    case 0x7f:
      return cm_reader_fail_at(r, cm_offset(r) - 1, CM_UNSUPPORTED, "imports in the compact form (0x%02x) are not supported", kind);
    default: return cm_reader_fail_at(r, cm_offset(r) - 1, CM_MALFORMED, "malformed import kind 0x%02x", kind);
  }
}

static bool read_valtypes(struct core_decoder *d, const char *number, const char *what, uint32_t limit, uint32_t *count,
                          const struct core_valtype **out) {
  if (!cm_read_count(&d->r, number, 1, limit, count)) return false;
  if (!*count) return true;
  struct core_valtype *types = core_make(d->arena, *count, sizeof *types, d->r.diag);
  if (!types) return false;
  for (uint32_t i = 0; i < *count; i++)
    if (!core_read_valtype(&d->r, what, &types[i])) return false;
  *out = types;
  return true;
}

// https://webassembly.github.io/spec/core/binary/types.html#binary-fieldtype
static bool read_field(struct cm_reader *r, struct core_field *field) {
  if (r->at < r->end && (*r->at == CORE_I8 || *r->at == CORE_I16)) {
    field->type.code = *r->at++;
  } else if (!core_read_valtype(r, "the type of a field", &field->type)) {
    return false;
  }
  uint8_t mutability;
  if (!cm_read_u8(r, "mutability", &mutability)) return false;
  if (mutability > 1) return cm_reader_fail_at(r, cm_offset(r) - 1, CM_MALFORMED, "malformed mutability 0x%02x", mutability);
  field->is_mutable = mutability;
  return true;
}

static bool read_fields(struct core_decoder *d, struct core_type *type) {
  type->field_count = 1;
  if (type->kind == CORE_STRUCT_TYPE && !cm_read_count(&d->r, "the number of fields", 2, CORE_LIMIT_FIELDS, &type->field_count))
    return false;
  struct core_field *fields = core_make(d->arena, type->field_count, sizeof *fields, d->r.diag);
  if (!fields) return false;
  for (uint32_t i = 0; i < type->field_count; i++)
    if (!read_field(&d->r, &fields[i])) return false;
  type->fields = fields;
  return true;
}

// https://webassembly.github.io/spec/core/binary/types.html#composite-types
static bool read_comptype(struct core_decoder *d, struct core_type *type) {
  struct cm_reader *r = &d->r;
  uint8_t byte;
  if (!cm_read_u8(r, "a type", &byte)) return false;
  if (byte == BYTE_SHARED) {
    type->shared = true;
    if (!cm_read_u8(r, "a type", &byte)) return false;
  }
  switch (byte) {
    case BYTE_FUNC:
      type->kind = CORE_FUNC_TYPE;
      return read_valtypes(d, "the number of parameters", "the type of a parameter", CORE_LIMIT_PARAMS, &type->param_count,
                           &type->params) &&
             read_valtypes(d, "the number of results", "the type of a result", CORE_LIMIT_RESULTS, &type->result_count,
                           &type->results);
    case BYTE_STRUCT: type->kind = CORE_STRUCT_TYPE; return read_fields(d, type);
    case BYTE_ARRAY: type->kind = CORE_ARRAY_TYPE; return read_fields(d, type);
    case BYTE_CONT:
    case BYTE_DESCRIPTOR:
    case BYTE_DESCRIBES:
      return cm_reader_fail_at(r, cm_offset(r) - 1, CM_UNSUPPORTED, "%s (0x%02x) are not supported",
                               byte == BYTE_CONT ? "continuation types" : "type descriptors", byte);
    default: return cm_reader_fail_at(r, cm_offset(r) - 1, CM_MALFORMED, "expected a type, found 0x%02x", byte);
  }
}

// https://webassembly.github.io/spec/core/binary/types.html#recursive-types
static bool read_subtype(struct core_decoder *d, struct core_type *type) {
  struct cm_reader *r = &d->r;
  type->offset = cm_offset(r);
  type->is_final = true;
  if (r->at == r->end || (*r->at != BYTE_SUB && *r->at != BYTE_SUB_FINAL)) return read_comptype(d, type);
  type->is_final = *r->at++ == BYTE_SUB_FINAL;
  if (!cm_read_count(r, "the number of supertypes", 1, CORE_LIMIT_SUPERTYPES, &type->super_count)) return false;
  if (type->super_count) {
    uint32_t *supers = core_make(d->arena, type->super_count, sizeof *supers, r->diag);
    if (!supers) return false;
    for (uint32_t i = 0; i < type->super_count; i++)
      if (!cm_read_u32(r, "a supertype's index", &supers[i])) return false;
    type->supers = supers;
  }
  return read_comptype(d, type);
}

// One entry of the type section: a lone type, or a group of types that may refer to each other.
static bool read_group(struct core_decoder *d, size_t *capacity) {
  struct core_module *m = d->module;
  struct cm_reader *r = &d->r;
  uint32_t count = 1;
  bool is_explicit = r->at < r->end && *r->at == BYTE_REC;
  if (is_explicit) {
    r->at++;
    if (!cm_read_count(r, "the number of types of a recursion group", 2, CORE_LIMIT_TYPES - m->type_count, &count)) return false;
  } else if (m->type_count == CORE_LIMIT_TYPES) {
    return cm_reader_fail(r, CM_LIMIT, "more than %d types", CORE_LIMIT_TYPES);
  }
  uint32_t first = m->type_count;
  for (uint32_t i = 0; i < count; i++) {
    if (!cm_grow(d->arena, &m->types, capacity, m->type_count, sizeof *m->types)) return cm_fail_memory(r->diag);
    struct core_type *type = &m->types[m->type_count];
    *type = (struct core_type){.group_first = first, .group_count = count, .group_explicit = is_explicit};
    d->item.index = m->type_count;
    if (!read_subtype(d, type)) return false;
    m->type_count++;
  }
  return true;
}

bool core_read_type_section(struct core_decoder *d) {
  uint32_t count;
  if (!core_open_vector(d, "the number of types", "type", 2, CORE_LIMIT_TYPES, &count)) return false;
  // As many as there are entries, which is all of them unless there are groups.
  size_t capacity = count;
  d->module->types = core_make(d->arena, count, sizeof *d->module->types, d->r.diag);
  if (!d->module->types) return false;
  for (uint32_t i = 0; i < count; i++)
    if (!read_group(d, &capacity)) return false;
  return true;
}

// The same outside a module: the group gets an array of its own, and its place is 0 there.
bool core_read_rec_group(struct cm_reader *r, struct cm_arena *arena, struct core_type **types, uint32_t *count) {
  struct core_module module = {0};
  struct core_decoder d = {.arena = arena, .module = &module, .r = *r};
  size_t capacity = 0;
  bool read = read_group(&d, &capacity);
  *r = d.r;
  *types = module.types;
  *count = module.type_count;
  return read;
}
