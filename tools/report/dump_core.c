// The rows of a core module: its sections, and the items of those that have offsets of their own.
//
// Sections are read from the bytes and not from the decoded module, so that a module that could not be decoded shows all that its
// section headers still tell.
//
// Spec: https://webassembly.github.io/spec/core/binary/modules.html#sections

#include "dump_rows.h"

enum { CORE_SECTIONS = 14, SECTION_START = 8, SECTION_DATA_COUNT = 12, PREAMBLE = 8 };

static const char *const section_names[CORE_SECTIONS] = {"custom", "type",  "import",  "function", "table", "memory",     "global",
                                                         "export", "start", "element", "code",     "data",  "data count", "tag"};

void tw_dump_summarise_core(const struct core_module *module, struct tw_dump_row *row) {
  const struct {
    uint32_t count;
    const char *what;
  } parts[] = {
      {module->type_count, "type"},
      {module->import_count, "import"},
      {module->func_count - module->imported[CORE_FUNC], "function"},
      {module->export_count, "export"},
      {module->data_count, "data segment"},
  };
  const char *comma = "";
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    if (parts[i].count) {
      tw_dump_say(row, "%s", comma);
      tw_dump_say_count(row, parts[i].count, parts[i].what);
      comma = ", ";
    }
  }
}

static uint64_t offset_of(const struct core_module *module, const uint8_t *at) { return (uint64_t)(at - module->file); }

// What an item of each section is. `index` counts the entries of the section; sets the offset, and the end where it is not that of the
// next item.
typedef void describe_item(const struct core_module *module, uint32_t index, struct tw_dump_row *row);

static void describe_type(const struct core_module *module, uint32_t index, struct tw_dump_row *row) {
  static const char *const kinds[] = {[CORE_FUNC_TYPE] = "func", [CORE_STRUCT_TYPE] = "struct", [CORE_ARRAY_TYPE] = "array"};
  const struct core_type *type = &module->types[index];
  row->offset = type->offset;
  row->index = index;
  tw_dump_say(row, "%s", kinds[type->kind]);
  if (type->kind == CORE_FUNC_TYPE) {
    tw_dump_say(row, ", %u to %u", type->param_count, type->result_count);
  }
}

static void describe_import(const struct core_module *module, uint32_t index, struct tw_dump_row *row) {
  static const char *const kinds[] = {"func", "table", "memory", "global", "tag"};
  const struct core_import *import = &module->imports[index];
  row->offset = import->offset;
  row->sort = kinds[import->type.kind];
  row->index = import->index;
  row->module = import->module;
  row->name = import->name;
  tw_dump_say(row, "%s", kinds[import->type.kind]);
  if (import->type.kind == CORE_FUNC || import->type.kind == CORE_TAG) {
    tw_dump_say(row, ", type %u", import->type.type);
  }
}

static void describe_export(const struct core_module *module, uint32_t index, struct tw_dump_row *row) {
  static const char *const kinds[] = {"func", "table", "memory", "global", "tag"};
  const struct core_export *export = &module->exports[index];
  row->offset = export->offset;
  row->sort = NULL;
  row->name = export->name;
  tw_dump_say(row, "%s %u", kinds[export->kind], export->index);
}

static void describe_element(const struct core_module *module, uint32_t index, struct tw_dump_row *row) {
  static const char *const modes[] = {[CORE_ACTIVE] = "active", [CORE_PASSIVE] = "passive", [CORE_DECLARED] = "declared"};
  const struct core_element *element = &module->elements[index];
  row->offset = element->offset;
  row->index = index;
  tw_dump_say(row, "%s, ", modes[element->mode]);
  tw_dump_say_count(row, element->count, "item");
}

static void describe_data(const struct core_module *module, uint32_t index, struct tw_dump_row *row) {
  const struct core_data *data = &module->datas[index];
  row->offset = data->offset;
  row->index = index;
  tw_dump_say(row, "%s, ", data->mode == CORE_ACTIVE ? "active" : "passive");
  tw_dump_say_count(row, data->bytes.size, "byte");
}

static void describe_body(const struct core_module *module, uint32_t index, struct tw_dump_row *row) {
  row->index = module->imported[CORE_FUNC] + index;
  const struct core_func *func = &module->funcs[row->index];
  row->offset = offset_of(module, func->body.at);
  row->size = func->body.size;
  tw_dump_say(row, "type %u", func->type);
}

static const struct {
  const char *kind, *sort;
  describe_item *describe;
} item_rows[CORE_SECTIONS] = {
    [1] = {"type", "type", describe_type},   [2] = {"import", NULL, describe_import},
    [7] = {"export", NULL, describe_export}, [9] = {"element", "element", describe_element},
    [10] = {"code", "func", describe_body},  [11] = {"data", "data", describe_data},
};

// One that the section's items can be asked of; 0 where they cannot.
static uint32_t item_count(const struct core_module *module, uint8_t id) {
  switch (id) {
    case 1: return module->type_count;
    case 2: return module->import_count;
    case 7: return module->export_count;
    case 9: return module->element_count;
    case 10: return module->func_count - module->imported[CORE_FUNC];
    case 11: return module->data_count;
    default: return 0;
  }
}

// Items are shown when their size is known, which for most is when the next one has been found.
static void show_items(const struct tw_dump_walk *walk, const struct core_module *module, uint8_t id, uint64_t end, uint64_t depth,
                       const struct core_names *names) {
  struct tw_dump_row pending = {0};
  uint32_t count = item_count(module, id);
  for (uint32_t i = 0; i <= count; i++) {
    struct tw_dump_row row = {.row = TW_DUMP_ITEM, .depth = depth, .kind = item_rows[id].kind, .id = -1, .width = 1};
    row.sort = item_rows[id].sort;
    row.offset = end;
    if (i < count) {
      item_rows[id].describe(module, i, &row);
      if (id == 10 && row.index < names->func_count) {
        row.name = names->funcs[row.index];
      }
    }
    if (i > 0) {
      pending.size = pending.size ? pending.size : row.offset - pending.offset;
      walk->take(walk->context, &pending);
    }
    pending = row;
  }
}

// The header of the section at the cursor, and a row for it. False: the bytes are not a section.
static bool read_section(struct cm_reader *r, struct tw_dump_row *row, struct cm_span *contents) {
  uint8_t id;
  uint32_t size;
  row->offset = cm_offset(r);
  if (!cm_read_u8(r, "a section", &id) || id >= CORE_SECTIONS || !cm_read_u32(r, "its size", &size) ||
      !cm_read_bytes(r, size, "its contents", contents)) {
    return false;
  }
  row->size = cm_offset(r) - row->offset;
  row->kind = section_names[id];
  row->id = id;
  struct cm_reader inner = cm_reader_of(*contents, r->file, NULL, NULL);
  if (id == 0) {
    cm_read_name(&inner, "a name", &row->name);
    tw_dump_say_count(row, cm_left(&inner), "byte");
  } else if (id != SECTION_START && id != SECTION_DATA_COUNT) {
    row->has_count = cm_read_u32(&inner, "a count", &row->count);
  }
  return true;
}

bool tw_dump_core(const struct tw_dump_walk *walk, struct cm_span bytes, const struct core_module *module, uint64_t depth) {
  const struct tw_dump_document *document = walk->document;
  struct core_names names = {0};
  struct cm_diag diag;
  if (module && document->items && !core_names_read(walk->arena, module, &names, &diag)) {
    return false;
  }
  if (bytes.size < PREAMBLE) {
    return true;
  }
  struct cm_reader r = cm_reader_of(bytes, document->bytes.at, NULL, NULL);
  struct tw_dump_row preamble = {.row = TW_DUMP_PREAMBLE, .depth = depth, .offset = cm_offset(&r), .size = PREAMBLE, .id = -1};
  preamble.kind = "core module";
  walk->take(walk->context, &preamble);
  r.at += PREAMBLE;
  while (cm_left(&r)) {
    struct tw_dump_row row = {.row = TW_DUMP_SECTION, .depth = depth};
    struct cm_span contents;
    if (!read_section(&r, &row, &contents)) {
      break;
    }
    uint64_t end = row.offset + row.size;
    row.broken = !module && document->error && document->error->offset >= row.offset && document->error->offset < end;
    walk->take(walk->context, &row);
    if (module && document->items && item_rows[row.id].describe) {
      show_items(walk, module, (uint8_t)row.id, end, depth, &names);
    }
  }
  return true;
}
