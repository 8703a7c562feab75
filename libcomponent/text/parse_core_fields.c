// The fields of a module but for its types: each to an entry of its section.
//
// Inline imports and exports become entries of their sections; a table with its elements and a memory with its data bring a segment
// with them.
//
// Spec: https://webassembly.github.io/spec/core/text/modules.html

#include "text/parse_core.h"

// $id, (@name …), (export "…")*: what definitions begin with. Exports become entries.
struct head {
  struct cm_str id, name;
};

static bool read_head(struct core_text *m, enum core_kind kind, uint32_t index, struct head *out) {
  if (!text_optional_id(m->l, &out->id) || !text_name_annotation(m->l, &out->name)) return false;
  while (text_enter(m->l, "export")) {
    struct cm_str name;
    if (!text_name(m->l, "the name of an export", &name) || !text_close(m->l)) return false;
    struct cm_buffer *out_entry = core_entry(m, CORE_SECTION_EXPORT);
    cm_put_name(out_entry, name);
    cm_put_u8(out_entry, (uint8_t)kind);
    cm_put_u32(out_entry, index);
  }
  return true;
}

static void forget_locals(struct core_text *m) {
  text_ids_clear(&m->spaces[SPACE_LOCAL].ids);
  cm_buffer_clear(&m->locals.bytes);
  m->locals.count = 0;
}

// What an import of that kind has, behind its identifier.
static bool import_type(struct core_text *m, enum core_kind kind, uint32_t index, struct cm_buffer *out) {
  const char *at = m->l->token.at;
  struct text_typeuse use;
  struct core_externtype type = {.kind = kind};
  bool paged;
  uint32_t function;
  switch (kind) {
    case CORE_FUNC:
    case CORE_TAG:
      forget_locals(m);
      if (!core_typeuse(m, true, &use) || !core_typeuse_index(m, &use, at, &function)) return false;
      cm_put_u8(out, (uint8_t)kind);
      if (kind == CORE_TAG) cm_put_u8(out, 0);
      cm_put_u32(out, function);
      if (kind == CORE_FUNC) core_close_names(m, NAMES_LOCAL, index, &m->locals);  // wasm-tools keeps none of a tag here
      return true;
    case CORE_TABLE:
      if (!core_table_type(m, &type.table)) return false;
      cm_put_u8(out, CORE_TABLE);
      core_put_table_type(out, &type.table);
      return true;
    case CORE_MEMORY:
      if (!core_memory_type(m, &type.memory, &paged)) return false;
      cm_put_u8(out, CORE_MEMORY);
      core_put_memory(out, &type.memory, paged);
      return true;
    default:
      if (!core_global_type(m, &type.global)) return false;
      cm_put_u8(out, CORE_GLOBAL);
      core_put_global_type(out, &type.global);
      return true;
  }
}

bool core_externtype(struct core_text *m, struct cm_buffer *out) {
  static const char *const words[CORE_KIND_COUNT] = {"func", "table", "memory", "global", "tag"};
  unsigned kind = 0;
  struct cm_str id, name;
  while (kind < CORE_KIND_COUNT && !text_take(m->l, words[kind])) kind++;
  if (kind == CORE_KIND_COUNT) return text_expected(m->l, "`func`, `table`, `memory`, `global` or `tag`");
  return text_optional_id(m->l, &id) && text_name_annotation(m->l, &name) && import_type(m, kind, 0, out);
}

// (import "…" "…") within a definition, if there is one, and the type behind it.
static bool inline_import(struct core_text *m, enum core_kind kind, uint32_t index, bool *is_import) {
  *is_import = text_enter(m->l, "import");
  if (!*is_import) return true;
  struct cm_str module, name;
  if (!text_name(m->l, "the module name of an import", &module) || !text_name(m->l, "the name of an import", &name) ||
      !text_close(m->l))
    return false;
  struct cm_buffer *out = core_entry(m, CORE_SECTION_IMPORT);
  cm_put_name(out, module);
  cm_put_name(out, name);
  return import_type(m, kind, index, out);
}

// Names of what is numbered by an external kind.
static const uint8_t kind_maps[CORE_KIND_COUNT] = {NAMES_FUNC, NAMES_TABLE, NAMES_MEMORY, NAMES_GLOBAL, NAMES_TAG};

static bool read_import(struct core_text *m, uint32_t index) {
  static const char *const words[CORE_KIND_COUNT] = {"func", "table", "memory", "global", "tag"};
  struct cm_str module, name;
  if (!text_name(m->l, "the module name of an import", &module) || !text_name(m->l, "the name of an import", &name) ||
      !text_open(m->l))
    return false;
  struct cm_buffer *out = core_entry(m, CORE_SECTION_IMPORT);
  cm_put_name(out, module);
  cm_put_name(out, name);
  unsigned kind = 0;
  while (!text_take(m->l, words[kind])) kind++;  // the first pass has seen one of them
  struct cm_str id, annotation;
  if (!text_optional_id(m->l, &id) || !text_name_annotation(m->l, &annotation) || !import_type(m, kind, index, out)) return false;
  core_name(m, kind_maps[kind], index, id, annotation);
  return text_close(m->l);
}

// An expression up to ), with its `end`.
static bool expression(struct core_text *m, struct cm_buffer *out) {
  if (!core_body(m, out)) return false;
  core_put_op(out, CORE_OP_END);
  return true;
}

// (WORD …), or one folded instruction.
static bool expression_or_folded(struct core_text *m, const char *word, struct cm_buffer *out) {
  if (text_enter(m->l, word)) return expression(m, out) && text_close(m->l);
  if (!core_folded(m, out)) return false;
  core_put_op(out, CORE_OP_END);
  return true;
}

// Functions.

// (local $x? …)*. Neighbours of one type are one entry.
static bool read_locals(struct core_text *m, uint32_t first, struct cm_buffer *out) {
  m->locals_read.count = 0;
  while (text_enter(m->l, "local")) {
    const char *at = m->l->token.at;
    struct cm_str id, name;
    struct text_valtype type;
    if (!text_optional_id(m->l, &id) || !text_name_annotation(m->l, &name)) return false;
    bool lone = id.at || name.at;
    uint32_t index = first + m->locals_read.count;
    core_name_in(m, &m->locals, index, id, name);
    if (!core_define(m, SPACE_LOCAL, 0, id, index, at)) return false;
    if (lone && m->l->token.kind == TEXT_CLOSE) return text_expected(m->l, "a value type");
    while (m->l->token.kind != TEXT_CLOSE) {
      if (!core_valtype(m, &type) || !core_add_valtype(m, &m->locals_read, type)) return false;
      if (lone) break;
    }
    if (!text_close(m->l)) return false;
  }
  uint32_t groups = 0;
  size_t mark = cm_buffer_open(out);
  const struct text_valtypes *all = &m->locals_read;
  for (uint32_t i = 0, next; i < all->count; i = next, groups++) {
    const struct core_valtype *type = &all->items[i].type, *other;
    for (next = i + 1; next < all->count; next++) {
      other = &all->items[next].type;
      if (other->code != type->code || other->nullable != type->nullable || other->shared != type->shared ||
          other->heap != type->heap)
        break;
    }
    cm_put_u32(out, next - i);
    core_put_valtype(out, *type);
  }
  cm_buffer_insert_u32(out, mark, groups);
  return true;
}

static void close_hints(struct core_text *m, uint32_t func) {
  if (m->function_hints.count) {
    m->hinted_functions++;
    cm_put_u32(&m->hints, func);
    cm_put_u32(&m->hints, m->function_hints.count);
    cm_put_span(&m->hints, cm_buffer_span(&m->function_hints.bytes));
  }
  cm_buffer_clear(&m->function_hints.bytes);
  m->function_hints.count = 0;
}

static bool read_code(struct core_text *m, uint32_t func, uint32_t params, bool params_known) {
  struct cm_buffer *out = core_entry(m, CORE_SECTION_CODE);
  size_t mark = cm_buffer_open(out);
  m->body_start = mark;
  m->label_number = 0;
  m->in_code = true;
  if (!read_locals(m, params, out) || !core_body(m, out)) return false;
  m->in_code = false;
  core_put_op(out, CORE_OP_END);
  cm_buffer_close(out, mark);
  close_hints(m, func);
  if (!params_known) forget_locals(m);  // nobody knows where they are numbered from
  core_close_names(m, NAMES_LOCAL, func, &m->locals);
  core_close_names(m, NAMES_LABEL, func, &m->labels);
  return true;
}

static bool read_func(struct core_text *m, uint32_t index) {
  struct head head;
  bool is_import;
  if (!read_head(m, CORE_FUNC, index, &head) || !inline_import(m, CORE_FUNC, index, &is_import)) return false;
  core_name(m, NAMES_FUNC, index, head.id, head.name);
  if (is_import) return true;
  forget_locals(m);
  const char *at = m->l->token.at;
  struct text_typeuse use;
  uint32_t type;
  if (!core_typeuse(m, true, &use) || !core_typeuse_index(m, &use, at, &type)) return false;
  cm_put_u32(core_entry(m, CORE_SECTION_FUNC), type);
  uint32_t params = m->functype.params.count;
  bool known = true;
  if (use.has_index && !use.has_inline) {
    const struct text_core_type *named = core_type_at(m, type);
    known = named && named->is_func;
    params = known ? named->func.params.count : 0;
  }
  return read_code(m, index, params, known);
}

// Element segments.

enum { ELEM_PASSIVE = 1, ELEM_EXPLICIT = 2, ELEM_DECLARED = 3, ELEM_EXPRS = 4 };

static bool is_funcref(struct core_valtype type) {
  return type.code == CORE_REF && type.nullable && !type.shared && type.heap == CORE_HEAP_FUNC;
}

// Function indices up to ): as they are, or as expressions.
static bool elem_indices(struct core_text *m, bool exprs, struct cm_buffer *out) {
  uint32_t count = 0, func;
  size_t mark = cm_buffer_open(out);
  for (; m->l->token.kind != TEXT_CLOSE; count++) {
    if (!core_index(m, CORE_FUNC, &func)) return false;
    if (exprs) core_put_op(out, CORE_OP_REF_FUNC);
    cm_put_u32(out, func);
    if (exprs) core_put_op(out, CORE_OP_END);
  }
  cm_buffer_insert_u32(out, mark, count);
  return true;
}

static bool elem_exprs(struct core_text *m, struct cm_buffer *out) {
  uint32_t count = 0;
  size_t mark = cm_buffer_open(out);
  for (; m->l->token.kind != TEXT_CLOSE; count++)
    if (!expression_or_folded(m, "item", out)) return false;
  cm_buffer_insert_u32(out, mark, count);
  return true;
}

// The table and offset of an active segment. A plain number for the table is a form of old.
static bool elem_target(struct core_text *m, bool *has_table, uint32_t *table, bool *plain, struct cm_buffer *offset) {
  *table = 0;
  *plain = true;
  *has_table = m->l->token.kind == TEXT_NUMBER;
  if (*has_table) {
    if (!core_index(m, CORE_TABLE, table)) return false;
  } else if (text_enter(m->l, "table")) {
    *has_table = true;
    *plain = false;
    if (!core_index(m, CORE_TABLE, table) || !text_close(m->l)) return false;
  }
  return expression_or_folded(m, "offset", offset);
}

static bool put_elem(struct core_text *m, bool active, bool declared, struct cm_buffer *offset, struct cm_buffer *out) {
  bool has_table = false, plain = false, funcs;
  uint32_t table = 0;
  struct text_valtype type = {0};
  if (active && !elem_target(m, &has_table, &table, &plain, offset)) return false;
  if (text_take(m->l, "func")) {
    funcs = true;
  } else if (core_at_reftype(m)) {
    funcs = false;
    if (!core_reftype(m, &type)) return false;
  } else {
    funcs = plain;  // indices without `func`, from when there was one table
    if (!funcs) return text_expected(m->l, "`func` or a reference type");
  }
  bool explicit_table = active && (has_table || (!funcs && !is_funcref(type.type)));
  cm_put_u32(out, (uint32_t)((active     ? (explicit_table ? ELEM_EXPLICIT : 0)
                              : declared ? ELEM_DECLARED
                                         : ELEM_PASSIVE) |
                             (funcs ? 0 : ELEM_EXPRS)));
  if (explicit_table) cm_put_u32(out, table);
  if (active) cm_put_span(out, cm_buffer_span(offset));
  if (!active || explicit_table) {
    if (funcs)
      cm_put_u8(out, 0);
    else
      core_put_valtype(out, type.type);
  }
  return funcs ? elem_indices(m, false, out) : elem_exprs(m, out);
}

static bool read_elem(struct core_text *m, uint32_t index) {
  struct cm_str id, name;
  if (!text_optional_id(m->l, &id) || !text_name_annotation(m->l, &name)) return false;
  core_name(m, NAMES_ELEM, index, id, name);
  bool declared = text_take(m->l, "declare");
  bool active = !declared && (m->l->token.kind == TEXT_NUMBER || (m->l->token.kind == TEXT_OPEN && !core_at_reftype(m)));
  struct cm_buffer offset, *out = core_entry(m, CORE_SECTION_ELEM);
  cm_buffer_init(&offset, m->l->arena->allocator);
  bool ok = put_elem(m, active, declared, &offset, out);
  out->failed |= offset.failed;
  cm_buffer_free(&offset);
  return ok;
}

// Tables.

static void put_zero(struct cm_buffer *out, bool is_64) {
  core_put_op(out, is_64 ? CORE_OP_I64_CONST : CORE_OP_I32_CONST);
  cm_put_u8(out, 0);
  core_put_op(out, CORE_OP_END);
}

// The element type and (elem …): the table is as large as the list.
static bool table_with_elements(struct core_text *m, uint32_t index) {
  struct core_table_type table = {.limits = {.has_max = true, .shared = text_take(m->l, "shared")}};
  struct text_valtype type;
  table.limits.is_64 = text_take(m->l, "i64");
  if (!table.limits.is_64) text_take(m->l, "i32");
  if (!core_reftype(m, &type)) return false;
  table.element = type.type;
  if (!text_open(m->l) || !text_expect(m->l, "elem")) return false;
  bool listed = m->l->token.kind == TEXT_OPEN, exprs = listed || !is_funcref(type.type);
  struct cm_buffer *out = core_entry(m, CORE_SECTION_ELEM);
  cm_put_u32(out, ELEM_EXPLICIT | (exprs ? ELEM_EXPRS : 0));
  cm_put_u32(out, index);
  put_zero(out, table.limits.is_64);
  if (exprs)
    core_put_valtype(out, type.type);
  else
    cm_put_u8(out, 0);
  size_t start = out->size;
  if (!(listed ? elem_exprs(m, out) : elem_indices(m, exprs, out)) || !text_close(m->l)) return false;
  if (out->failed) return text_fail_memory(m->l);
  // The list begins with how many there are.
  struct cm_reader r = cm_reader_of((struct cm_span){out->at + start, out->size - start}, out->at, NULL, NULL);
  uint32_t count = 0;
  cm_read_u32(&r, "a count", &count);
  table.limits.min = table.limits.max = count;
  core_put_table_type(core_entry(m, CORE_SECTION_TABLE), &table);
  return true;
}

static bool read_table(struct core_text *m, uint32_t index) {
  struct head head;
  bool is_import;
  if (!read_head(m, CORE_TABLE, index, &head) || !inline_import(m, CORE_TABLE, index, &is_import)) return false;
  core_name(m, NAMES_TABLE, index, head.id, head.name);
  if (is_import) return true;
  const struct text_token first = m->l->token, *second = text_look_ahead(m->l);
  bool sized = first.kind == TEXT_NUMBER || (first.kind == TEXT_KEYWORD && second->kind == TEXT_NUMBER);
  if (text_at(m->l, "shared") && !sized) {
    const char *here = m->l->token.at;
    text_next(m->l);
    if (!text_take(m->l, "i32")) text_take(m->l, "i64");
    sized = m->l->token.kind == TEXT_NUMBER;
    text_seek(m->l, here);
  }
  if (!sized) return table_with_elements(m, index);
  struct core_table_type type;
  if (!core_table_type(m, &type)) return false;
  struct cm_buffer *out = core_entry(m, CORE_SECTION_TABLE);
  bool init = m->l->token.kind != TEXT_CLOSE;
  if (init) {
    cm_put_u8(out, 0x40);
    cm_put_u8(out, 0x00);
  }
  core_put_table_type(out, &type);
  return !init || expression(m, out);
}

// Memories and data segments.

// One number type's constants in a data segment: https://github.com/WebAssembly/wat-numeric-values.
static bool numbers(struct core_text *m, struct cm_buffer *out) {
  static const struct kind {
    const char *word;
    unsigned bits;
  } kinds[] = {{"i8", 8}, {"i16", 16}, {"i32", 32}, {"i64", 64}};
  unsigned bits = 0;
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && !bits; i++)
    if (text_take(m->l, kinds[i].word)) bits = kinds[i].bits;
  bool f32 = !bits && text_take(m->l, "f32"), f64 = !bits && !f32 && text_take(m->l, "f64");
  if (!bits && !f32 && !f64 && !text_expect(m->l, "v128")) return false;
  while (m->l->token.kind != TEXT_CLOSE) {
    uint64_t value = 0;
    uint32_t single;
    bool ok = bits  ? text_integer(m->l, bits, "an integer", &value)
              : f32 ? text_f32(m->l, &single)
              : f64 ? text_f64(m->l, &value)
                    : core_v128(m, out);
    if (!ok) return false;
    if (f32) cm_put_le32(out, single);
    if (f64) cm_put_le64(out, value);
    for (unsigned byte = 0; byte < bits / 8; byte++) cm_put_u8(out, (uint8_t)(value >> 8 * byte));
  }
  return text_close(m->l);
}

// Strings and numbers up to ), preceded by how many bytes they are.
static bool data_bytes(struct core_text *m, struct cm_buffer *out, uint64_t *size) {
  size_t mark = cm_buffer_open(out);
  while (m->l->token.kind != TEXT_CLOSE) {
    if (m->l->token.kind == TEXT_OPEN) {
      text_next(m->l);
      if (!numbers(m, out)) return false;
      continue;
    }
    if (m->l->token.kind != TEXT_STRING) return text_expected(m->l, "a string");
    uint8_t *room = cm_buffer_extend(out, m->l->token.size);
    if (!room) return text_fail_memory(m->l);
    out->size -= m->l->token.size - text_append_string(&m->l->token, room);
    text_next(m->l);
  }
  *size = out->size - mark;
  cm_buffer_close(out, mark);
  return true;
}

static bool read_data(struct core_text *m, uint32_t index) {
  struct cm_str id, name;
  uint32_t memory = 0;
  uint64_t size;
  if (!text_optional_id(m->l, &id) || !text_name_annotation(m->l, &name)) return false;
  core_name(m, NAMES_DATA, index, id, name);
  struct cm_buffer *out = core_entry(m, CORE_SECTION_DATA);
  if (m->l->token.kind == TEXT_STRING || m->l->token.kind == TEXT_CLOSE) {
    cm_put_u8(out, 1);
    return data_bytes(m, out, &size);
  }
  if (m->l->token.kind == TEXT_NUMBER) {  // a form of old
    if (!core_index(m, CORE_MEMORY, &memory)) return false;
  } else if (text_enter(m->l, "memory")) {
    if (!core_index(m, CORE_MEMORY, &memory) || !text_close(m->l)) return false;
  }
  cm_put_u8(out, memory ? 2 : 0);
  if (memory) cm_put_u32(out, memory);
  return expression_or_folded(m, "offset", out) && data_bytes(m, out, &size);
}

static bool read_memory(struct core_text *m, uint32_t index) {
  struct head head;
  bool is_import, paged;
  struct core_limits limits = {0};
  if (!read_head(m, CORE_MEMORY, index, &head) || !inline_import(m, CORE_MEMORY, index, &is_import)) return false;
  core_name(m, NAMES_MEMORY, index, head.id, head.name);
  if (is_import) return true;
  const struct text_token first = m->l->token, *second = text_look_ahead(m->l);
  if (first.kind == TEXT_NUMBER || (first.kind == TEXT_KEYWORD && second->kind == TEXT_NUMBER)) {
    if (!core_memory_type(m, &limits, &paged)) return false;
    core_put_memory(core_entry(m, CORE_SECTION_MEMORY), &limits, paged);
    return true;
  }
  // As many pages as its data fill.
  limits.is_64 = text_take(m->l, "i64");
  if (!limits.is_64) text_take(m->l, "i32");
  if (!core_page_size(m, &limits, &paged) || !text_open(m->l) || !text_expect(m->l, "data")) return false;
  struct cm_buffer *out = core_entry(m, CORE_SECTION_DATA);
  uint64_t size;
  cm_put_u8(out, index ? 2 : 0);
  if (index) cm_put_u32(out, index);
  put_zero(out, limits.is_64);
  if (!data_bytes(m, out, &size)) return false;
  uint64_t page = (uint64_t)1 << limits.page_log2;
  limits.has_max = true;
  limits.min = limits.max = size / page + (size % page != 0);
  core_put_memory(core_entry(m, CORE_SECTION_MEMORY), &limits, paged);
  return text_close(m->l);
}

// The others.

static bool read_global(struct core_text *m, uint32_t index) {
  struct head head;
  bool is_import;
  struct core_global_type type;
  if (!read_head(m, CORE_GLOBAL, index, &head) || !inline_import(m, CORE_GLOBAL, index, &is_import)) return false;
  core_name(m, NAMES_GLOBAL, index, head.id, head.name);
  if (is_import) return true;
  if (!core_global_type(m, &type)) return false;
  struct cm_buffer *out = core_entry(m, CORE_SECTION_GLOBAL);
  core_put_global_type(out, &type);
  return expression(m, out);
}

static bool read_tag(struct core_text *m, uint32_t index) {
  struct head head;
  bool is_import;
  if (!read_head(m, CORE_TAG, index, &head) || !inline_import(m, CORE_TAG, index, &is_import)) return false;
  core_name(m, NAMES_TAG, index, head.id, head.name);
  if (is_import) return true;
  const char *at = m->l->token.at;
  struct text_typeuse use;
  uint32_t type;
  forget_locals(m);
  if (!core_typeuse(m, true, &use) || !core_typeuse_index(m, &use, at, &type)) return false;
  struct cm_buffer *out = core_entry(m, CORE_SECTION_TAG);
  cm_put_u8(out, 0);
  cm_put_u32(out, type);
  core_close_names(m, NAMES_TAG_PARAM, index, &m->locals);
  return true;
}

static bool read_export(struct core_text *m) {
  static const char *const words[CORE_KIND_COUNT] = {"func", "table", "memory", "global", "tag"};
  struct cm_str name;
  uint32_t index;
  unsigned kind = 0;
  if (!text_name(m->l, "the name of an export", &name) || !text_open(m->l)) return false;
  while (kind < CORE_KIND_COUNT && !text_take(m->l, words[kind])) kind++;
  if (kind == CORE_KIND_COUNT) return text_expected(m->l, "`func`, `table`, `memory`, `global` or `tag`");
  if (!core_index(m, kind, &index)) return false;
  struct cm_buffer *out = core_entry(m, CORE_SECTION_EXPORT);
  cm_put_name(out, name);
  cm_put_u8(out, (uint8_t)kind);
  cm_put_u32(out, index);
  return text_close(m->l);
}

static bool read_start(struct core_text *m, const char *at) {
  uint32_t index;
  if (m->sections[CORE_SECTION_START].count)
    return text_fail(m->l, at, "multiple start sections: a module has at most one start function");
  if (!core_index(m, CORE_FUNC, &index)) return false;
  cm_put_u32(core_entry(m, CORE_SECTION_START), index);
  return true;
}

bool core_field(struct core_text *m, const struct core_text_field *field) {
  bool ok = false;
  if (field->kind == FIELD_CUSTOM) return core_custom(m);
  if (field->kind <= FIELD_REC) return core_type_field(m, field);
  text_next(m->l);
  switch (field->kind) {
    case FIELD_IMPORT: ok = read_import(m, field->index); break;
    case FIELD_FUNC: ok = read_func(m, field->index); break;
    case FIELD_TABLE: ok = read_table(m, field->index); break;
    case FIELD_MEMORY: ok = read_memory(m, field->index); break;
    case FIELD_GLOBAL: ok = read_global(m, field->index); break;
    case FIELD_TAG: ok = read_tag(m, field->index); break;
    case FIELD_EXPORT: ok = read_export(m); break;
    case FIELD_START: ok = read_start(m, field->at); break;
    case FIELD_ELEM: ok = read_elem(m, field->index); break;
    case FIELD_DATA: ok = read_data(m, field->index); break;
    default: break;
  }
  return ok && text_close(m->l);
}
