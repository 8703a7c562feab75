// The sections that declare: imports, functions, tables, memories, tags, globals, exports, start, data count, code.
//
// Spec: https://webassembly.github.io/spec/core/binary/modules.html

#include "read.h"

bool core_read_import_section(struct core_decoder *d) {
  struct core_module *m = d->module;
  uint32_t count;
  // Two empty names, a kind and an index.
  if (!core_open_vector(d, "the number of imports", "import", 4, CORE_LIMIT_IMPORTS, &count)) return false;
  m->imports = core_make(d->arena, count, sizeof *m->imports, d->r.diag);
  if (!m->imports) return false;
  for (; m->import_count < count; m->import_count++) {
    struct core_import *import = &m->imports[m->import_count];
    d->item.index = m->import_count;
    import->offset = cm_offset(&d->r);
    if (!cm_read_name(&d->r, "the module name of an import", &import->module) ||
        !cm_read_name(&d->r, "the name of an import", &import->name) || !core_read_externtype(&d->r, &import->type))
      return false;
    import->index = m->imported[import->type.kind]++;
  }
  return true;
}

bool core_read_function_section(struct core_decoder *d) {
  struct core_module *m = d->module;
  uint32_t count;
  if (!core_open_vector(d, "the number of functions", "function", 1, CORE_LIMIT_FUNCTIONS, &count) ||
      !core_open_space(d, CORE_FUNC, count))
    return false;
  d->declared_funcs = count;
  for (uint32_t i = m->imported[CORE_FUNC]; i < m->func_count; i++) {
    d->item.index = i;
    m->funcs[i].import = UINT32_MAX;
    if (!cm_read_u32(&d->r, "the type index of a function", &m->funcs[i].type)) return false;
  }
  return true;
}

// https://webassembly.github.io/spec/core/binary/modules.html#table-section: 0x40 0x00 announces an initial value.
static bool read_table(struct core_decoder *d, struct core_table *table) {
  struct cm_reader *r = &d->r;
  table->import = UINT32_MAX;
  table->offset = cm_offset(r);
  table->has_init = r->at < r->end && *r->at == 0x40;
  if (table->has_init) {
    r->at++;
    uint8_t zero;
    if (!cm_read_u8(r, "the byte 0x00 behind 0x40", &zero)) return false;
    if (zero != 0)
      return cm_reader_fail_at(r, cm_offset(r) - 1, CM_MALFORMED, "expected the byte 0x00 behind 0x40, found 0x%02x", zero);
  }
  return core_read_table_type(r, &table->type) && (!table->has_init || core_read_expr(r, &table->init));
}

bool core_read_table_section(struct core_decoder *d) {
  struct core_module *m = d->module;
  uint32_t count;
  if (!core_open_vector(d, "the number of tables", "table", 3, CORE_LIMIT_TABLES, &count) || !core_open_space(d, CORE_TABLE, count))
    return false;
  for (uint32_t i = m->imported[CORE_TABLE]; i < m->table_count; i++) {
    d->item.index = i;
    if (!read_table(d, &m->tables[i])) return false;
  }
  return true;
}

bool core_read_memory_section(struct core_decoder *d) {
  struct core_module *m = d->module;
  uint32_t count;
  if (!core_open_vector(d, "the number of memories", "memory", 2, CORE_LIMIT_MEMORIES, &count) ||
      !core_open_space(d, CORE_MEMORY, count))
    return false;
  for (uint32_t i = m->imported[CORE_MEMORY]; i < m->memory_count; i++) {
    d->item.index = i;
    m->memories[i].import = UINT32_MAX;
    m->memories[i].offset = cm_offset(&d->r);
    if (!core_read_limits(&d->r, true, &m->memories[i].limits)) return false;
  }
  return true;
}

bool core_read_tag_section(struct core_decoder *d) {
  struct core_module *m = d->module;
  uint32_t count;
  if (!core_open_vector(d, "the number of tags", "tag", 2, CORE_LIMIT_TAGS, &count) || !core_open_space(d, CORE_TAG, count))
    return false;
  for (uint32_t i = m->imported[CORE_TAG]; i < m->tag_count; i++) {
    d->item.index = i;
    m->tags[i].import = UINT32_MAX;
    m->tags[i].offset = cm_offset(&d->r);
    if (!core_read_tag_type(&d->r, &m->tags[i].type)) return false;
  }
  return true;
}

bool core_read_global_section(struct core_decoder *d) {
  struct core_module *m = d->module;
  uint32_t count;
  if (!core_open_vector(d, "the number of globals", "global", 3, CORE_LIMIT_GLOBALS, &count) ||
      !core_open_space(d, CORE_GLOBAL, count))
    return false;
  for (uint32_t i = m->imported[CORE_GLOBAL]; i < m->global_count; i++) {
    d->item.index = i;
    m->globals[i].import = UINT32_MAX;
    m->globals[i].offset = cm_offset(&d->r);
    if (!core_read_global_type(&d->r, &m->globals[i].type) || !core_read_expr(&d->r, &m->globals[i].init)) return false;
  }
  return true;
}

bool core_read_export_section(struct core_decoder *d) {
  struct core_module *m = d->module;
  struct cm_reader *r = &d->r;
  uint32_t count;
  if (!core_open_vector(d, "the number of exports", "export", 3, CORE_LIMIT_EXPORTS, &count)) return false;
  m->exports = core_make(d->arena, count, sizeof *m->exports, r->diag);
  if (!m->exports) return false;
  for (; m->export_count < count; m->export_count++) {
    struct core_export *export = &m->exports[m->export_count];
    uint8_t kind;
    d->item.index = m->export_count;
    export->offset = cm_offset(r);
    if (!cm_read_name(r, "the name of an export", &export->name) || !cm_read_u8(r, "an export kind", &kind)) return false;
    if (kind >= CORE_KIND_COUNT) return cm_reader_fail_at(r, cm_offset(r) - 1, CM_MALFORMED, "malformed export kind 0x%02x", kind);
    export->kind = kind;
    if (!cm_read_u32(r, "the index of an export", &export->index)) return false;
  }
  return true;
}

bool core_read_start_section(struct core_decoder *d) {
  d->module->has_start = true;
  return cm_read_u32(&d->r, "the function index of the start section", &d->module->start);
}

bool core_read_data_count_section(struct core_decoder *d) {
  d->module->has_data_count = true;
  return cm_read_u32(&d->r, "the number of data segments", &d->module->declared_data_count);
}

bool core_read_code_section(struct core_decoder *d) {
  struct core_module *m = d->module;
  struct cm_reader *r = &d->r;
  uint32_t count;
  if (!core_open_vector(d, "the number of functions", "function", 1, CORE_LIMIT_FUNCTIONS, &count)) return false;
  d->bodies = count;
  if (count != d->declared_funcs)
    return cm_fail(r->diag, CM_MALFORMED, cm_offset(r), &d->section,
                   "function and code section have inconsistent lengths: %u functions, %u bodies", d->declared_funcs, count);
  uint32_t first = m->imported[CORE_FUNC];
  for (uint32_t i = 0; i < count; i++) {
    uint32_t size;
    d->item.index = first + i;
    if (!cm_read_u32(r, "the size of a body", &size)) return false;
    if (size > CORE_LIMIT_BODY && size <= cm_left(r))
      return cm_reader_fail(r, CM_LIMIT, "a body of %u bytes is longer than the limit of %d", size, CORE_LIMIT_BODY);
    if (!cm_read_bytes(r, size, "a function body", &m->funcs[first + i].body)) return false;
  }
  return true;
}
