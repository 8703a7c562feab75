// A core module: its sections in order.
//
// core_decode walks the sections once. What a section of each id is called, where it may stand and who reads it is one table. What
// is decoded comes to lie in the arena, in arrays made once from counts that the bytes can hold; bodies and data stay where they
// are. Index spaces begin with the imports: the array of each is made when its own section opens, or at the end where it has none.
//
// Spec: https://webassembly.github.io/spec/core/binary/modules.html

#include "read.h"

static const struct section_kind {
  const char *name, *where;
  uint8_t order;  // sections must appear by rising order; 0: anywhere
  bool (*read)(struct core_decoder *d);
} kinds[] = {
    [0] = {"custom", "custom section", 0, NULL},
    [1] = {"type", "type section", 1, core_read_type_section},
    [2] = {"import", "import section", 2, core_read_import_section},
    [3] = {"function", "function section", 3, core_read_function_section},
    [4] = {"table", "table section", 4, core_read_table_section},
    [5] = {"memory", "memory section", 5, core_read_memory_section},
    [6] = {"global", "global section", 7, core_read_global_section},
    [7] = {"export", "export section", 8, core_read_export_section},
    [8] = {"start", "start section", 9, core_read_start_section},
    [9] = {"element", "element section", 10, core_read_element_section},
    [10] = {"code", "code section", 12, core_read_code_section},
    [11] = {"data", "data section", 13, core_read_data_section},
    [12] = {"data count", "data count section", 11, core_read_data_count_section},
    [13] = {"tag", "tag section", 6, core_read_tag_section},
};
enum { KIND_COUNT = sizeof kinds / sizeof *kinds };

const char *core_section_name(uint8_t id) { return id < KIND_COUNT ? kinds[id].name : NULL; }
const char *core_section_where(uint8_t id) { return kinds[id].where; }

// https://webassembly.github.io/spec/core/binary/modules.html#binary-module
static bool read_preamble(struct cm_reader *r) {
  static const uint8_t magic[4] = {0, 'a', 's', 'm'};
  static const uint8_t version[4] = {1, 0, 0, 0};
  uint64_t start = cm_offset(r);
  struct cm_span bytes;
  if (cm_left(r) >= 4 && memcmp(r->at, magic, 4) != 0)
    return cm_reader_fail(r, CM_MALFORMED, "magic header not detected: expected \"\\0asm\"");
  if (!cm_read_bytes(r, 4, "magic header", &bytes) || !cm_read_bytes(r, 4, "version", &bytes)) return false;
  if (memcmp(bytes.at, version, 4) == 0) return true;
  bool is_component = bytes.at[2] == 1 && bytes.at[3] == 0;
  return cm_reader_fail_at(r, start + 4, CM_MALFORMED,
                           "unknown binary version: expected 01 00 00 00 of a core module, found %02x %02x %02x %02x%s",
                           bytes.at[0], bytes.at[1], bytes.at[2], bytes.at[3], is_component ? ", which is a component" : "");
}

bool core_open_vector(struct core_decoder *d, const char *number, const char *what, size_t least, uint32_t limit, uint32_t *count) {
  if (!cm_read_count(&d->r, number, least, limit, count)) return false;
  *d->count = *count;
  d->item = (struct cm_where){.up = &d->section, .what = what, .index = 0};
  d->r.where = &d->item;
  return true;
}

// The arrays of the index spaces, seen alike: where the array and its count stand in the module, and the size of an element.
static void space_of(struct core_module *m, enum core_kind kind, void **array, uint32_t **count, size_t *size) {
  switch (kind) {
    case CORE_FUNC: *array = &m->funcs, *count = &m->func_count, *size = sizeof *m->funcs; break;
    case CORE_TABLE: *array = &m->tables, *count = &m->table_count, *size = sizeof *m->tables; break;
    case CORE_MEMORY: *array = &m->memories, *count = &m->memory_count, *size = sizeof *m->memories; break;
    case CORE_GLOBAL: *array = &m->globals, *count = &m->global_count, *size = sizeof *m->globals; break;
    default: *array = &m->tags, *count = &m->tag_count, *size = sizeof *m->tags; break;
  }
}

static void place_import(struct core_module *m, uint32_t index, const struct core_import *import) {
  const struct core_externtype *type = &import->type;
  switch (type->kind) {
    case CORE_FUNC: m->funcs[import->index] = (struct core_func){.type = type->type, .import = index}; break;
    case CORE_TABLE:
      m->tables[import->index] = (struct core_table){.type = type->table, .import = index, .offset = import->offset};
      break;
    case CORE_MEMORY:
      m->memories[import->index] = (struct core_memory){.limits = type->memory, .import = index, .offset = import->offset};
      break;
    case CORE_GLOBAL:
      m->globals[import->index] = (struct core_global){.type = type->global, .import = index, .offset = import->offset};
      break;
    default: m->tags[import->index] = (struct core_tag){.type = type->type, .import = index, .offset = import->offset}; break;
  }
}

bool core_open_space(struct core_decoder *d, enum core_kind kind, uint32_t declared) {
  struct core_module *m = d->module;
  void *place;
  uint32_t *count;
  size_t size;
  space_of(m, kind, &place, &count, &size);
  d->opened[kind] = true;
  *count = m->imported[kind] + declared;
  void *array = core_make(d->arena, *count, size, d->r.diag);
  if (!array) return false;
  memcpy(place, &array, sizeof array);
  if (m->imported[kind])
    for (uint32_t i = 0; i < m->import_count; i++)
      if (m->imports[i].type.kind == kind) place_import(m, i, &m->imports[i]);
  return true;
}

static bool read_contents(struct core_decoder *d, struct core_section *section, struct cm_reader *outer) {
  d->r = cm_reader_of(section->bytes, d->module->file, &d->section, outer->diag);
  d->count = &section->count;
  if (section->id == 0) {
    if (!cm_read_name(&d->r, "the name of a custom section", &section->name)) return false;
    section->bytes = (struct cm_span){d->r.at, cm_left(&d->r)};
    return true;
  }
  if (!kinds[section->id].read(d)) return false;
  if (d->r.at == d->r.end) return true;
  d->r.where = &d->section;
  return cm_reader_fail(&d->r, CM_MALFORMED, "section size mismatch: %zu bytes are left behind its contents", cm_left(&d->r));
}

static bool read_section(struct core_decoder *d, struct cm_reader *r, uint8_t *last_order, size_t *capacity) {
  struct core_module *m = d->module;
  if (m->section_count == CORE_LIMIT_SECTIONS) return cm_reader_fail(r, CM_LIMIT, "more than %d sections", CORE_LIMIT_SECTIONS);
  if (!cm_grow(d->arena, &m->sections, capacity, m->section_count, sizeof *m->sections)) return cm_fail_memory(r->diag);
  struct core_section *section = &m->sections[m->section_count];
  section->offset = cm_offset(r);
  if (!cm_read_u8(r, "a section id", &section->id)) return false;
  if (section->id >= KIND_COUNT) return cm_reader_fail_at(r, section->offset, CM_MALFORMED, "malformed section id %u", section->id);
  d->section = (struct cm_where){.up = r->where, .what = kinds[section->id].where, .index = -1};
  uint32_t size;
  if (!cm_read_u32(r, "the size of a section", &size)) return false;
  if (size > cm_left(r))
    return cm_fail(r->diag, CM_MALFORMED, section->offset, &d->section,
                   "unexpected end: the section claims %u bytes, only %zu are left", size, cm_left(r));
  uint8_t order = kinds[section->id].order;
  if (order && order <= *last_order)
    return cm_fail(r->diag, CM_MALFORMED, section->offset, &d->section, "unexpected content after last section: %s",
                   order == *last_order ? "the section is there twice" : "the section comes too late");
  if (order) *last_order = order;
  if (!cm_read_bytes(r, size, "section contents", &section->bytes)) return false;
  m->section_count++;
  return read_contents(d, section, r);
}

// Counts of different sections that must agree, and the index spaces that have no section of their own.
// https://webassembly.github.io/spec/core/binary/modules.html#binary-module
static bool finish(struct core_decoder *d, struct cm_reader *r) {
  struct core_module *m = d->module;
  if (d->declared_funcs != d->bodies)
    return cm_reader_fail(r, CM_MALFORMED, "function and code section have inconsistent lengths: %u functions, %u bodies",
                          d->declared_funcs, d->bodies);
  if (m->has_data_count && m->declared_data_count != m->data_count)
    return cm_reader_fail(r, CM_MALFORMED, "data count and data section have inconsistent lengths: %u and %u segments",
                          m->declared_data_count, m->data_count);
  for (enum core_kind kind = CORE_FUNC; kind < CORE_KIND_COUNT; kind++)
    if (!d->opened[kind] && m->imported[kind] && !core_open_space(d, kind, 0)) return false;
  return true;
}

// The path outlives the decoder's stack frames, for errors in bodies that are read later.
static bool copy_where(struct cm_arena *arena, const struct cm_where *where, const struct cm_where **out, struct cm_diag *diag) {
  *out = NULL;
  for (; where; where = where->up) {
    struct cm_where *copy = core_make(arena, 1, sizeof *copy, diag);
    if (!copy) return false;
    *copy = *where;
    copy->up = NULL;
    *out = copy;
    out = (const struct cm_where **)&copy->up;
  }
  return true;
}

bool core_decode(struct cm_arena *arena, struct cm_span bytes, const uint8_t *file, const struct cm_where *where,
                 struct core_module **out, struct cm_diag *diag) {
  struct core_module *m = core_make(arena, 1, sizeof *m, diag);
  if (!m) return false;
  m->bytes = bytes;
  m->file = file;
  m->offset = (uint64_t)(bytes.at - file);
  if (!copy_where(arena, where, &m->where, diag)) return false;
  struct core_decoder d = {.arena = arena, .module = m};
  struct cm_reader r = cm_reader_of(bytes, file, where, diag);
  d.r = r;
  if (!read_preamble(&r)) return false;
  uint8_t last_order = 0;
  size_t capacity = 0;
  while (r.at < r.end)
    if (!read_section(&d, &r, &last_order, &capacity)) return false;
  if (!finish(&d, &r)) return false;
  *out = m;
  return true;
}

const struct core_type *core_func_type(const struct core_module *module, uint32_t func) {
  if (func >= module->func_count) return NULL;
  uint32_t type = module->funcs[func].type;
  if (type >= module->type_count || module->types[type].kind != CORE_FUNC_TYPE) return NULL;
  return &module->types[type];
}

const struct core_export *core_find_export(const struct core_module *module, struct cm_str name, enum core_kind kind) {
  for (uint32_t i = 0; i < module->export_count; i++)
    if (module->exports[i].kind == kind && cm_str_equal(module->exports[i].name, name)) return &module->exports[i];
  return NULL;
}

const struct core_section *core_find_custom(const struct core_module *module, const char *name) {
  for (uint32_t i = 0; i < module->section_count; i++)
    if (module->sections[i].id == 0 && cm_str_is(module->sections[i].name, name)) return &module->sections[i];
  return NULL;
}
