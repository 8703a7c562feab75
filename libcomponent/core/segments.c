// Element and data segments.
//
// The flags of an element segment are three bits: 1 passive or declared, 2 a table index (or, with 1, declared), 4 items that are
// expressions. Those of a data segment are two: 1 passive, 2 a memory index.
//
// Spec: https://webassembly.github.io/spec/core/binary/modules.html#element-section and #data-section

#include "read.h"

enum { ELEMENT_NOT_ACTIVE = 1, ELEMENT_TABLE_OR_DECLARED = 2, ELEMENT_EXPRS = 4 };
enum { DATA_PASSIVE = 1, DATA_MEMORY = 2 };

// What the items are: an element kind, a reference type, or nothing where the short forms leave it out.
static bool read_element_type(struct cm_reader *r, uint32_t flags, struct core_valtype *type) {
  bool is_short = (flags & (ELEMENT_NOT_ACTIVE | ELEMENT_TABLE_OR_DECLARED)) == 0;
  if (flags & ELEMENT_EXPRS) {
    *type = (struct core_valtype){.code = CORE_REF, .nullable = true, .heap = CORE_HEAP_FUNC};
    return is_short || core_read_reftype(r, "the type of an element segment", type);
  }
  *type = (struct core_valtype){.code = CORE_REF, .heap = CORE_HEAP_FUNC};
  if (is_short) return true;
  uint8_t kind;
  if (!cm_read_u8(r, "an element kind", &kind)) return false;
  return kind == 0 || cm_reader_fail_at(r, cm_offset(r) - 1, CM_MALFORMED, "malformed element kind 0x%02x", kind);
}

static bool read_element_items(struct core_decoder *d, struct core_element *element) {
  struct cm_reader *r = &d->r;
  if (!cm_read_count(r, "the number of items of an element segment", 1, CORE_LIMIT_TABLE_ENTRIES, &element->count)) return false;
  if (element->is_exprs) {
    struct core_expr *exprs = core_make(d->arena, element->count, sizeof *exprs, r->diag);
    if (!exprs) return false;
    for (uint32_t i = 0; i < element->count; i++)
      if (!core_read_expr(r, &exprs[i])) return false;
    element->exprs = exprs;
    return true;
  }
  uint32_t *funcs = core_make(d->arena, element->count, sizeof *funcs, r->diag);
  if (!funcs) return false;
  for (uint32_t i = 0; i < element->count; i++)
    if (!cm_read_u32(r, "a function index", &funcs[i])) return false;
  element->funcs = funcs;
  return true;
}

static bool read_element(struct core_decoder *d, struct core_element *element) {
  struct cm_reader *r = &d->r;
  element->offset = cm_offset(r);
  uint32_t flags;
  if (!cm_read_u32(r, "the flags of an element segment", &flags)) return false;
  if (flags > 7) return cm_reader_fail_at(r, element->offset, CM_MALFORMED, "malformed flags %u of an element segment", flags);
  element->is_exprs = flags & ELEMENT_EXPRS;
  if (flags & ELEMENT_NOT_ACTIVE) {
    element->mode = flags & ELEMENT_TABLE_OR_DECLARED ? CORE_DECLARED : CORE_PASSIVE;
  } else {
    element->mode = CORE_ACTIVE;
    if ((flags & ELEMENT_TABLE_OR_DECLARED) && !cm_read_u32(r, "a table index", &element->table)) return false;
    if (!core_read_expr(r, &element->start)) return false;
  }
  return read_element_type(r, flags, &element->type) && read_element_items(d, element);
}

bool core_read_element_section(struct core_decoder *d) {
  struct core_module *m = d->module;
  uint32_t count;
  if (!core_open_vector(d, "the number of element segments", "element segment", 3, CORE_LIMIT_ELEMENT_SEGMENTS, &count))
    return false;
  m->elements = core_make(d->arena, count, sizeof *m->elements, d->r.diag);
  if (!m->elements) return false;
  for (; m->element_count < count; m->element_count++) {
    d->item.index = m->element_count;
    if (!read_element(d, &m->elements[m->element_count])) return false;
  }
  return true;
}

static bool read_data(struct core_decoder *d, struct core_data *data) {
  struct cm_reader *r = &d->r;
  data->offset = cm_offset(r);
  uint32_t flags, size;
  if (!cm_read_u32(r, "the flags of a data segment", &flags)) return false;
  if (flags > DATA_MEMORY) return cm_reader_fail_at(r, data->offset, CM_MALFORMED, "malformed flags %u of a data segment", flags);
  data->mode = flags == DATA_PASSIVE ? CORE_PASSIVE : CORE_ACTIVE;
  if (flags == DATA_MEMORY && !cm_read_u32(r, "a memory index", &data->memory)) return false;
  if (data->mode == CORE_ACTIVE && !core_read_expr(r, &data->start)) return false;
  return cm_read_u32(r, "the size of a data segment", &size) && cm_read_bytes(r, size, "a data segment", &data->bytes);
}

bool core_read_data_section(struct core_decoder *d) {
  struct core_module *m = d->module;
  uint32_t count;
  if (!core_open_vector(d, "the number of data segments", "data segment", 2, CORE_LIMIT_DATA_SEGMENTS, &count)) return false;
  m->datas = core_make(d->arena, count, sizeof *m->datas, d->r.diag);
  if (!m->datas) return false;
  for (; m->data_count < count; m->data_count++) {
    d->item.index = m->data_count;
    if (!read_data(d, &m->datas[m->data_count])) return false;
  }
  return true;
}
