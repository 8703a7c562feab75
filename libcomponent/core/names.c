// Names of functions, data segments and globals.
//
// The name section is a custom one: what is wrong in it is no error, and ends only the reading of the subsection where it is wrong.
// Functions and globals that it leaves without a name get that of their export or import.
//
// Spec: https://webassembly.github.io/spec/core/appendix/custom.html#name-section, and for data segments and globals
// https://github.com/WebAssembly/extended-name-section/blob/main/proposals/extended-name-section/Overview.md

#include "read.h"

enum subsection { NAMES_MODULE = 0, NAMES_FUNCS = 1, NAMES_GLOBALS = 7, NAMES_DATAS = 9 };

// The next subsection; false at the end or where the section is broken.
static bool next_subsection(struct cm_reader *section, uint8_t *id, struct cm_reader *contents) {
  uint32_t size;
  struct cm_span bytes;
  if (cm_left(section) == 0) return false;
  if (!cm_read_u8(section, "a subsection id", id) || !cm_read_u32(section, "the size of a subsection", &size)) return false;
  // A size beyond the end still leaves the names before the end.
  if (size > cm_left(section)) size = (uint32_t)cm_left(section);
  if (!cm_read_bytes(section, size, "a subsection", &bytes)) return false;
  *contents = cm_reader_of(bytes, section->file, NULL, NULL);
  return true;
}

// The next entry of a name map. A name that is not UTF-8, or too long to be one, comes empty.
static bool next_name(struct cm_reader *map, uint32_t *index, struct cm_str *name) {
  uint32_t size;
  struct cm_span bytes;
  if (cm_left(map) == 0) return false;
  if (!cm_read_u32(map, "an index", index) || !cm_read_u32(map, "the size of a name", &size) ||
      !cm_read_bytes(map, size, "a name", &bytes))
    return false;
  *name = (struct cm_str){(const char *)bytes.at, bytes.size};
  if (size > CM_LIMIT_NAME || !cm_utf8_valid(bytes.at, bytes.size)) *name = (struct cm_str){NULL, 0};
  return true;
}

static void read_name_map(struct cm_reader *map, struct cm_str *names, uint32_t count) {
  uint32_t entries, index;
  struct cm_str name;
  if (!cm_read_u32(map, "a count", &entries)) return;
  while (entries-- && next_name(map, &index, &name))
    if (index < count) names[index] = name;
}

static struct cm_reader name_section(const struct core_module *m) {
  const struct core_section *section = core_find_custom(m, "name");
  return cm_reader_of(section ? section->bytes : (struct cm_span){m->bytes.at, 0}, m->file, NULL, NULL);
}

static void name_from_exports(const struct core_module *m, enum core_kind kind, struct cm_str *names, uint32_t count) {
  for (uint32_t i = 0; i < m->export_count; i++) {
    const struct core_export *export = &m->exports[i];
    if (export->kind == kind && export->index < count && !names[export->index].size) names[export->index] = export->name;
  }
  for (uint32_t i = 0; i < m->import_count; i++) {
    const struct core_import *import = &m->imports[i];
    if (import->type.kind == kind && import->index < count && !names[import->index].size) names[import->index] = import->name;
  }
}

bool core_names_read(struct cm_arena *arena, const struct core_module *module, struct core_names *out, struct cm_diag *diag) {
  *out =
      (struct core_names){.func_count = module->func_count, .data_count = module->data_count, .global_count = module->global_count};
  struct cm_str *funcs = core_make(arena, module->func_count, sizeof *funcs, diag);
  struct cm_str *datas = funcs ? core_make(arena, module->data_count, sizeof *datas, diag) : NULL;
  struct cm_str *globals = datas ? core_make(arena, module->global_count, sizeof *globals, diag) : NULL;
  if (!globals) return false;
  struct cm_reader section = name_section(module), contents;
  uint8_t id;
  while (next_subsection(&section, &id, &contents)) {
    struct cm_str name;
    if (id == NAMES_MODULE && cm_read_name(&contents, "the name of the module", &name)) out->module = name;
    if (id == NAMES_FUNCS) read_name_map(&contents, funcs, module->func_count);
    if (id == NAMES_GLOBALS) read_name_map(&contents, globals, module->global_count);
    if (id == NAMES_DATAS) read_name_map(&contents, datas, module->data_count);
  }
  name_from_exports(module, CORE_FUNC, funcs, module->func_count);
  name_from_exports(module, CORE_GLOBAL, globals, module->global_count);
  out->funcs = funcs;
  out->datas = datas;
  out->globals = globals;
  return true;
}

// A visit of all names: whose, and whether it goes on.
struct walk {
  bool (*visit)(void *context, const struct core_name *name);
  void *context;
  bool stopped;
};

// A name map, or with `outer` one of a map of them. Names may be of any length here.
static bool walk_map(struct walk *walk, struct cm_reader *r, enum core_name_kind kind, uint32_t outer) {
  uint32_t count;
  if (!cm_read_u32(r, "a count", &count)) return false;
  while (count-- && !walk->stopped) {
    struct core_name name = {.kind = kind, .outer = outer};
    if (!cm_read_u32(r, "an index", &name.index) || !cm_read_name(r, "a name", &name.name)) return false;
    walk->stopped = !walk->visit(walk->context, &name);
  }
  return true;
}

static bool walk_indirect_map(struct walk *walk, struct cm_reader *r, enum core_name_kind kind) {
  uint32_t count, outer;
  if (!cm_read_u32(r, "a count", &count)) return false;
  while (count-- && !walk->stopped)
    if (!cm_read_u32(r, "an index", &outer) || !walk_map(walk, r, kind, outer)) return false;
  return true;
}

static bool walk_subsection(struct walk *walk, uint8_t id, struct cm_reader *r) {
  switch (id) {
    case CORE_NAME_MODULE: {
      struct core_name name = {.kind = CORE_NAME_MODULE};
      if (!cm_read_name(r, "the name of the module", &name.name)) return false;
      walk->stopped = !walk->visit(walk->context, &name);
      return true;
    }
    case CORE_NAME_LOCAL:
    case CORE_NAME_LABEL:
    case CORE_NAME_FIELD:
    case CORE_NAME_PARAM: return walk_indirect_map(walk, r, (enum core_name_kind)id);
    default: return id >= CORE_NAME_KIND_COUNT || walk_map(walk, r, (enum core_name_kind)id, 0);
  }
}

bool core_names_each(const struct core_module *module, bool (*visit)(void *context, const struct core_name *name), void *context) {
  struct cm_reader section = name_section(module), contents;
  struct walk walk = {visit, context, false};
  uint8_t id;
  while (!walk.stopped && next_subsection(&section, &id, &contents))
    if (!walk_subsection(&walk, id, &contents)) return false;
  return !section.failed;
}

struct cm_str core_func_name(const struct core_module *module, uint32_t func) {
  struct cm_reader section = name_section(module), contents;
  uint8_t id;
  struct cm_str name;
  uint32_t entries, index;
  while (next_subsection(&section, &id, &contents)) {
    if (id != NAMES_FUNCS || !cm_read_u32(&contents, "a count", &entries)) continue;
    while (entries-- && next_name(&contents, &index, &name))
      if (index == func && name.size) return name;
  }
  for (uint32_t i = 0; i < module->export_count; i++)
    if (module->exports[i].kind == CORE_FUNC && module->exports[i].index == func) return module->exports[i].name;
  for (uint32_t i = 0; i < module->import_count; i++)
    if (module->imports[i].type.kind == CORE_FUNC && module->imports[i].index == func) return module->imports[i].name;
  return (struct cm_str){NULL, 0};
}
