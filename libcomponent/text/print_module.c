// Core modules as text, section by section in the order of the file.
//
// Functions stand where their bodies do. Custom sections stand where they are, and say behind what, since the order of the text alone
// does not tell. The text has no words for sections that are empty.
//
// Spec: https://webassembly.github.io/spec/core/text/modules.html

#include "core/read.h"
#include "text/print_code.h"

// A module being printed.
struct module_printer {
  struct printer *p;
  const struct core_module *m;
  struct module_names names;
};

static const struct idents *space(const struct module_printer *mp, enum core_name_kind kind) { return &mp->names.spaces[kind]; }

static void definition(struct module_printer *mp, const char *what, enum core_name_kind kind, uint32_t index, uint64_t offset) {
  put_line(mp->p, offset);
  open_form(mp->p, what);
  put_definition(mp->p, space(mp, kind), index);
}

static const struct core_type *func_type(const struct core_module *m, uint32_t type) {
  return type < m->type_count && m->types[type].kind == CORE_FUNC_TYPE ? &m->types[type] : NULL;
}

// " (type 3) (param i32)"
static void put_type_use(struct module_printer *mp, uint32_t type, bool exact, const struct idents *params) {
  struct printer *p = mp->p;
  const struct core_type *signature = func_type(mp->m, type);
  put_text(p, exact ? " (exact (type" : " (type");
  put_reference(p, space(mp, CORE_NAME_TYPE), type);
  close_form(p);
  if (signature) put_core_signature(p, space(mp, CORE_NAME_TYPE), signature, params);
  if (exact) close_form(p);
}

// Types.

static void print_type(struct module_printer *mp, uint32_t index) {
  const struct core_type *type = &mp->m->types[index];
  bool is_func = type->kind == CORE_FUNC_TYPE;
  struct idents members;
  if (!inner_idents(&mp->p->scratch, is_func ? &mp->names.params : &mp->names.fields, index, is_func ? "param" : "field",
                    is_func ? type->param_count : type->field_count, &members)) {
    printer_no_memory(mp->p);
    return;
  }
  definition(mp, "type", CORE_NAME_TYPE, index, type->offset);
  put_core_subtype(mp->p, space(mp, CORE_NAME_TYPE), type, &members);
  close_form(mp->p);
  cm_arena_clear(&mp->p->scratch);
}

// The group that begins with type `first`: its types, in a `rec` unless it is a lone one.
static void print_group(struct module_printer *mp, uint32_t first) {
  const struct core_type *type = &mp->m->types[first];
  struct printer *p = mp->p;
  if (type->group_explicit) {
    put_line(p, type->offset);
    open_form(p, "rec");
    p->indent++;
  }
  for (uint32_t i = 0; i < type->group_count && !p->failed; i++) print_type(mp, first + i);
  if (!type->group_explicit) return;
  higher(p, NO_OFFSET);
  close_form(p);
}

// Groups without types have left no trace in the model. Where the section has more entries than there are groups it is read again.
static void print_all_groups(struct module_printer *mp, const struct core_section *section) {
  struct printer *p = mp->p;
  struct cm_reader r = cm_reader_of(section->bytes, mp->m->file, NULL, p->diag);
  uint32_t entries, count, first = 0;
  struct core_type *types;
  if (!cm_read_u32(&r, "the number of types", &entries)) p->failed = true;
  for (; entries && !p->failed; entries--, first += count) {
    uint64_t offset = cm_offset(&r);
    if (!core_read_rec_group(&r, &p->scratch, &types, &count)) p->failed = true;
    cm_arena_clear(&p->scratch);
    if (count && !p->failed) print_group(mp, first);
    if (count || p->failed) continue;
    put_line(p, offset);
    open_form(p, "rec");
    close_form(p);
  }
}

static void print_types(struct module_printer *mp, const struct core_section *section) {
  const struct core_module *m = mp->m;
  uint32_t groups = 0;
  for (uint32_t i = 0; i < m->type_count; i += m->types[i].group_count) groups++;
  if (groups != section->count) {
    print_all_groups(mp, section);
    return;
  }
  for (uint32_t i = 0; i < m->type_count && !mp->p->failed; i += m->types[i].group_count) print_group(mp, i);
}

// Imports.

static void print_import_type(struct module_printer *mp, const struct core_import *import) {
  static const struct {
    const char *word;
    enum core_name_kind names;
  } rows[CORE_KIND_COUNT] = {
      [CORE_FUNC] = {"func", CORE_NAME_FUNC},       [CORE_TABLE] = {"table", CORE_NAME_TABLE},
      [CORE_MEMORY] = {"memory", CORE_NAME_MEMORY}, [CORE_GLOBAL] = {"global", CORE_NAME_GLOBAL},
      [CORE_TAG] = {"tag", CORE_NAME_TAG},
  };
  const struct core_externtype *type = &import->type;
  const struct idents *types = space(mp, CORE_NAME_TYPE);
  struct printer *p = mp->p;
  open_form(p, rows[type->kind].word);
  put_definition(p, space(mp, rows[type->kind].names), import->index);
  switch (type->kind) {
    case CORE_FUNC: {
      struct idents params = {0};
      const struct core_type *signature = func_type(mp->m, type->type);
      if (signature && !inner_idents(&p->scratch, &mp->names.locals, import->index, "local", signature->param_count, &params)) {
        printer_no_memory(p);
        return;
      }
      put_type_use(mp, type->type, type->exact, &params);
      cm_arena_clear(&p->scratch);
      break;
    }
    case CORE_TAG: put_type_use(mp, type->type, false, NULL); break;
    case CORE_TABLE: put_core_table_type(p, types, &type->table); break;
    case CORE_MEMORY: put_core_limits(p, true, &type->memory); break;
    case CORE_GLOBAL: put_core_global_type(p, types, &type->global); break;
    case CORE_KIND_COUNT: break;
  }
  close_form(p);
}

static void print_imports(struct module_printer *mp, const struct core_section *section) {
  (void)section;
  struct printer *p = mp->p;
  for (uint32_t i = 0; i < mp->m->import_count && !p->failed; i++) {
    const struct core_import *import = &mp->m->imports[i];
    put_line(p, import->offset);
    open_form(p, "import");
    put_char(p, ' ');
    put_name_literal(p, import->module);
    put_char(p, ' ');
    put_name_literal(p, import->name);
    put_char(p, ' ');
    print_import_type(mp, import);
    close_form(p);
  }
}

// Tables, memories, globals, tags. Their offsets in the file are not in the model.

static void print_tables(struct module_printer *mp, const struct core_section *section) {
  for (uint32_t i = mp->m->imported[CORE_TABLE]; i < mp->m->table_count && !mp->p->failed; i++) {
    const struct core_table *table = &mp->m->tables[i];
    definition(mp, "table", CORE_NAME_TABLE, i, table->has_init ? (uint64_t)(table->init.bytes.at - mp->m->file) : section->offset);
    put_core_table_type(mp->p, space(mp, CORE_NAME_TYPE), &table->type);
    if (table->has_init) put_expr(mp->p, mp->m, &mp->names, table->init);
    close_form(mp->p);
  }
}

static void print_memories(struct module_printer *mp, const struct core_section *section) {
  for (uint32_t i = mp->m->imported[CORE_MEMORY]; i < mp->m->memory_count && !mp->p->failed; i++) {
    definition(mp, "memory", CORE_NAME_MEMORY, i, section->offset);
    put_core_limits(mp->p, true, &mp->m->memories[i].limits);
    close_form(mp->p);
  }
}

static void print_globals(struct module_printer *mp, const struct core_section *section) {
  (void)section;
  for (uint32_t i = mp->m->imported[CORE_GLOBAL]; i < mp->m->global_count && !mp->p->failed; i++) {
    const struct core_global *global = &mp->m->globals[i];
    definition(mp, "global", CORE_NAME_GLOBAL, i, (uint64_t)(global->init.bytes.at - mp->m->file));
    put_core_global_type(mp->p, space(mp, CORE_NAME_TYPE), &global->type);
    put_expr(mp->p, mp->m, &mp->names, global->init);
    close_form(mp->p);
  }
}

static void print_tags(struct module_printer *mp, const struct core_section *section) {
  for (uint32_t i = mp->m->imported[CORE_TAG]; i < mp->m->tag_count && !mp->p->failed; i++) {
    definition(mp, "tag", CORE_NAME_TAG, i, section->offset);
    put_type_use(mp, mp->m->tags[i].type, false, NULL);
    close_form(mp->p);
  }
}

static void print_exports(struct module_printer *mp, const struct core_section *section) {
  (void)section;
  static const struct {
    const char *word;
    enum core_name_kind names;
  } rows[CORE_KIND_COUNT] = {
      [CORE_FUNC] = {"func", CORE_NAME_FUNC},       [CORE_TABLE] = {"table", CORE_NAME_TABLE},
      [CORE_MEMORY] = {"memory", CORE_NAME_MEMORY}, [CORE_GLOBAL] = {"global", CORE_NAME_GLOBAL},
      [CORE_TAG] = {"tag", CORE_NAME_TAG},
  };
  struct printer *p = mp->p;
  for (uint32_t i = 0; i < mp->m->export_count && !p->failed; i++) {
    const struct core_export *export = &mp->m->exports[i];
    put_line(p, export->offset);
    open_form(p, "export");
    put_char(p, ' ');
    put_name_literal(p, export->name);
    sub_form(p, rows[export->kind].word);
    put_reference(p, space(mp, rows[export->kind].names), export->index);
    put_text(p, "))");
  }
}

static void print_start(struct module_printer *mp, const struct core_section *section) {
  put_line(mp->p, section->offset);
  open_form(mp->p, "start");
  put_reference(mp->p, space(mp, CORE_NAME_FUNC), mp->m->start);
  close_form(mp->p);
}

// Segments. Whether table 0 was written or left out is told by the flags, the first number of the segment.

static bool has_explicit_table(const struct core_module *m, uint64_t offset) { return m->file[offset] & 2; }

static void print_element_items(struct module_printer *mp, const struct core_element *element) {
  struct printer *p = mp->p;
  put_char(p, ' ');
  if (element->is_exprs) {
    p->used--;
    put_core_valtype(p, space(mp, CORE_NAME_TYPE), element->type);
  } else {
    word(p, "func");
  }
  for (uint32_t i = 0; i < element->count && !p->failed; i++) {
    if (element->is_exprs)
      put_expr_form(p, mp->m, &mp->names, element->exprs[i], "item");
    else
      put_reference(p, space(mp, CORE_NAME_FUNC), element->funcs[i]);
  }
}

static void print_elements(struct module_printer *mp, const struct core_section *section) {
  (void)section;
  struct printer *p = mp->p;
  for (uint32_t i = 0; i < mp->m->element_count && !p->failed; i++) {
    const struct core_element *element = &mp->m->elements[i];
    definition(mp, "elem", CORE_NAME_ELEMENT, i, element->offset);
    if (element->mode == CORE_DECLARED) put_text(p, " declare");
    if (element->mode == CORE_ACTIVE) {
      if (element->table || has_explicit_table(mp->m, element->offset)) {
        sub_form(p, "table");
        put_reference(p, space(mp, CORE_NAME_TABLE), element->table);
        close_form(p);
      }
      put_expr_form(p, mp->m, &mp->names, element->start, "offset");
    }
    if (p->options.skeleton)
      put_text(p, " ...");
    else
      print_element_items(mp, element);
    close_form(p);
  }
}

static void print_datas(struct module_printer *mp, const struct core_section *section) {
  (void)section;
  struct printer *p = mp->p;
  for (uint32_t i = 0; i < mp->m->data_count && !p->failed; i++) {
    const struct core_data *data = &mp->m->datas[i];
    definition(mp, "data", CORE_NAME_DATA, i, data->offset);
    if (data->mode == CORE_ACTIVE) {
      if (data->memory) {
        sub_form(p, "memory");
        put_reference(p, space(mp, CORE_NAME_MEMORY), data->memory);
        close_form(p);
      }
      put_expr_form(p, mp->m, &mp->names, data->start, "offset");
    }
    put_char(p, ' ');
    if (p->options.skeleton)
      put_text(p, "...");
    else
      put_data_literal(p, data->bytes);
    close_form(p);
  }
}

// Functions.

static uint32_t local_count(const struct core_module *m, uint32_t func, const struct core_type *type) {
  struct core_code code;
  uint32_t declared = 0;
  // Malformed locals are told when the body is printed.
  core_code_begin(&code, NULL, m, func, NULL, &declared, NULL);
  return declared + (type ? type->param_count : 0);
}

static void print_func(struct module_printer *mp, uint32_t index) {
  struct printer *p = mp->p;
  const struct core_module *m = mp->m;
  const struct core_func *func = &m->funcs[index];
  const struct core_type *type = func_type(m, func->type);
  struct idents locals;
  uint64_t begin = (uint64_t)(func->body.at - m->file), end = begin + func->body.size;
  if (!inner_idents(&p->scratch, &mp->names.locals, index, "local", local_count(m, index, type), &locals)) {
    printer_no_memory(p);
    return;
  }
  definition(mp, "func", CORE_NAME_FUNC, index, begin);
  uint64_t lines = p->lines;
  put_type_use(mp, func->type, false, &locals);
  if (p->options.skeleton || !excerpt_wants(p, begin, end)) {
    put_text(p, " ...");
  } else {
    print_body(p, m, &mp->names, index, type, &locals);
  }
  close_block(p, lines, end - 1);
  cm_arena_clear(&p->scratch);
}

static void print_funcs(struct module_printer *mp, const struct core_section *section) {
  (void)section;
  for (uint32_t i = mp->m->imported[CORE_FUNC]; i < mp->m->func_count && !mp->p->failed; i++) print_func(mp, i);
}

enum { SECTION_START = 8 };

// By section id: what it is called in the place of a custom section behind it, and how it is printed.
static const struct section_row {
  const char *place;
  void (*print)(struct module_printer *mp, const struct core_section *section);
} section_rows[] = {
    [0] = {NULL, NULL},
    [1] = {"after type", print_types},
    [2] = {"after import", print_imports},
    [3] = {"after func", NULL},
    [4] = {"after table", print_tables},
    [5] = {"after memory", print_memories},
    [6] = {"after global", print_globals},
    [7] = {"after export", print_exports},
    [SECTION_START] = {"after start", print_start},
    [9] = {"after elem", print_elements},
    [10] = {"after code", print_funcs},
    [11] = {"after data", print_datas},
    [12] = {NULL, NULL},  // data count, which the text does not have
    [13] = {"after tag", print_tags},
};

// The text has no words for sections without contents.
static bool is_told(const struct core_section *section) {
  return section->id != 0 && (section->count || section->id == SECTION_START);
}

// How many sections there are up to the last that is told: behind these stand only custom ones.
static uint32_t told_count(const struct core_module *m) {
  uint32_t count = m->section_count;
  while (count && !is_told(&m->sections[count - 1])) count--;
  return count;
}

// The annotation for producers stands for a section behind all others, and so do custom ones without a place that follow it: so the order
// of what is last is kept. One that is not last is told as any other.
static void print_sections(struct module_printer *mp) {
  const char *place = "before first";
  uint32_t told = told_count(mp->m);
  bool has_producers = false;
  for (uint32_t i = 0; i < mp->m->section_count && !mp->p->failed; i++) {
    const struct core_section *section = &mp->m->sections[i];
    if (section->id != 0) {
      if (is_told(section) && section_rows[section->id].place) place = section_rows[section->id].place;
      if (section_rows[section->id].print) section_rows[section->id].print(mp, section);
    } else if (i >= told && !has_producers && is_producers(mp->p, section->name, section->bytes)) {
      print_producers(mp->p, section->bytes, section->offset);
      has_producers = true;
      place = NULL;
    } else if (!cm_str_is(section->name, "name") || mp->names.malformed) {
      print_custom(mp->p, section->name, section->bytes, place, section->offset);
    }
  }
}

bool print_module(struct printer *p, const struct core_module *module, const char *opening, const struct idents *idents,
                  uint32_t index) {
  struct module_printer mp = {.p = p, .m = module};
  if (!module_names_read(&p->arena, module, &mp.names)) return printer_no_memory(p);
  open_form(p, opening);
  if (idents) {
    put_definition(p, idents, index);
  } else {
    struct ident ident = ident_of(space(&mp, CORE_NAME_MODULE), 0);
    if (ident.form != IDENT_NONE) put_local(p, space(&mp, CORE_NAME_MODULE), 0, ident);
  }
  uint64_t lines = p->lines;
  p->indent++;
  print_sections(&mp);
  p->indent--;
  close_block(p, lines, module->offset + module->bytes.size);
  return !p->failed;
}
