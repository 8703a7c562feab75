// Core modules from text: the two passes over the fields, and the module put together.
//
// The first pass needs of a field no more than its identifier, whether it is an import, and whether it brings a segment with it (a
// table with its elements, a memory with its data). Everything else is stepped over at the speed at which parentheses are found.
//
// Spec: https://webassembly.github.io/spec/core/text/modules.html

#include "text/parse_core.h"

#include <stdio.h>

static const char *const field_words[FIELD_KIND_COUNT] = {
    [FIELD_TYPE] = "type",
    [FIELD_REC] = "rec",
    [FIELD_IMPORT] = "import",
    [FIELD_FUNC] = "func",
    [FIELD_TABLE] = "table",
    [FIELD_MEMORY] = "memory",
    [FIELD_GLOBAL] = "global",
    [FIELD_TAG] = "tag",
    [FIELD_EXPORT] = "export",
    [FIELD_START] = "start",
    [FIELD_ELEM] = "elem",
    [FIELD_DATA] = "data",
    [FIELD_CUSTOM] = "custom section",
};

// What an identifier of each space is called.
static const char *const space_words[SPACE_COUNT] = {
    [CORE_FUNC] = "func",    [CORE_TABLE] = "table",  [CORE_MEMORY] = "memory", [CORE_GLOBAL] = "global",
    [CORE_TAG] = "tag",      [SPACE_TYPE] = "type",   [SPACE_ELEM] = "elem",    [SPACE_DATA] = "data",
    [SPACE_FIELD] = "field", [SPACE_LOCAL] = "local", [SPACE_LABEL] = "label",
};

// The space that a definition of that kind adds to; -1: none, or it depends.
static const int field_spaces[FIELD_KIND_COUNT] = {
    [FIELD_TYPE] = SPACE_TYPE,    [FIELD_REC] = -1,           [FIELD_IMPORT] = -1,
    [FIELD_FUNC] = CORE_FUNC,     [FIELD_TABLE] = CORE_TABLE, [FIELD_MEMORY] = CORE_MEMORY,
    [FIELD_GLOBAL] = CORE_GLOBAL, [FIELD_TAG] = CORE_TAG,     [FIELD_EXPORT] = -1,
    [FIELD_START] = -1,           [FIELD_ELEM] = SPACE_ELEM,  [FIELD_DATA] = SPACE_DATA,
    [FIELD_CUSTOM] = -1,
};

// Identifiers.

bool core_define(struct core_text *m, unsigned space, uint32_t scope, struct cm_str id, uint32_t index, const char *at) {
  if (!id.at) return true;
  if (text_ids_find(&m->spaces[space].ids, scope, id))
    return text_fail(m->l, at, "duplicate %s identifier: $%.*s is defined already", space_words[space],
                     (int)(id.size < 60 ? id.size : 60), id.at);
  return text_ids_add(m->l, &m->spaces[space].ids, scope, id, index);
}

bool core_at_index(const struct core_text *m) { return m->l->token.kind == TEXT_NUMBER || m->l->token.kind == TEXT_ID; }

bool core_index_in(struct core_text *m, unsigned space, uint32_t scope, uint32_t *out) {
  if (m->l->token.kind != TEXT_ID) {
    char what[48];
    snprintf(what, sizeof what, "a %s index or identifier", space_words[space]);
    return text_u32(m->l, what, out);
  }
  const char *at = m->l->token.at;
  struct cm_str id;
  if (!text_id(m->l, &id)) return false;
  const uint32_t *found = text_ids_find(&m->spaces[space].ids, scope, id);
  if (!found && m->l->incomplete && space != SPACE_LOCAL) return text_fail_after(m->l);
  if (!found) return text_ids_fail(m->l, &m->spaces[space].ids, scope, space_words[space], id, at);
  *out = *found;
  return true;
}

bool core_index(struct core_text *m, unsigned space, uint32_t *out) { return core_index_in(m, space, 0, out); }

bool core_optional_index(struct core_text *m, unsigned space, uint32_t *out) {
  *out = 0;
  return !core_at_index(m) || core_index(m, space, out);
}

struct cm_buffer *core_entry(struct core_text *m, unsigned section) {
  m->sections[section].count++;
  return &m->sections[section].bytes;
}

// First pass.

static uint32_t count_one(struct core_text *m, unsigned space) { return m->spaces[space].count++; }

// An identifier, an annotation of its name, exports; whether an import follows.
static bool scan_head(struct core_text *m, unsigned space, uint32_t *index, bool *is_import) {
  const char *at = m->l->token.at;
  struct cm_str id, name;
  *index = count_one(m, space);
  if (!text_optional_id(m->l, &id) || !core_define(m, space, 0, id, *index, at) || !text_name_annotation(m->l, &name)) return false;
  while (text_enter(m->l, "export")) {
    if (!text_name(m->l, "the name of an export", &name) || !text_close(m->l)) return false;
  }
  *is_import = text_at_open(m->l, "import");
  return true;
}

static bool scan_type(struct core_text *m) {
  uint32_t index;
  bool is_import;
  return scan_head(m, SPACE_TYPE, &index, &is_import);
}

static bool scan_rec(struct core_text *m) {
  while (m->l->token.kind == TEXT_OPEN) {
    const char *open = m->l->token.at;
    if (!text_enter(m->l, "type")) return text_next(m->l), text_expected(m->l, "`type`");
    if (!scan_type(m) || !text_skip(m->l, open)) return false;
    text_next(m->l);
  }
  return true;
}

// The kind of what an import or export is of.
static bool external_kind(struct core_text *m, unsigned *space) {
  for (unsigned kind = 0; kind < CORE_KIND_COUNT; kind++) {
    if (text_take(m->l, space_words[kind])) {
      *space = kind;
      return true;
    }
  }
  return text_expected(m->l, "`func`, `table`, `memory`, `global` or `tag`");
}

static bool scan_import(struct core_text *m, uint32_t *index) {
  struct cm_str name;
  unsigned space = 0;
  bool is_import;
  if (!text_name(m->l, "the module name of an import", &name) || !text_name(m->l, "the name of an import", &name)) return false;
  const char *open = m->l->token.at;
  if (!text_open(m->l) || !external_kind(m, &space) || !scan_head(m, space, index, &is_import) || !text_skip(m->l, open))
    return false;
  text_next(m->l);
  return true;
}

// Whether a table or memory that is none of an import has its segment with it: no limits stand in front then.
static bool has_segment(struct core_text *m) {
  text_take(m->l, "shared");
  if (!text_take(m->l, "i32")) text_take(m->l, "i64");
  return m->l->token.kind != TEXT_NUMBER;
}

static bool scan_field(struct core_text *m, struct core_text_field *field, const char **definition) {
  int space = field_spaces[field->kind];
  bool is_import = false;
  if (field->kind == FIELD_REC) {
    field->index = m->spaces[SPACE_TYPE].count;
    return scan_rec(m);
  }
  if (field->kind == FIELD_IMPORT) {
    is_import = true;
    if (!scan_import(m, &field->index)) return false;
  } else if (space >= 0) {
    if (!scan_head(m, (unsigned)space, &field->index, &is_import)) return false;
    if (field->kind == FIELD_TABLE && !is_import && has_segment(m)) count_one(m, SPACE_ELEM);
    if (field->kind == FIELD_MEMORY && !is_import && has_segment(m)) count_one(m, SPACE_DATA);
  }
  if (is_import && *definition)
    return text_fail(m->l, field->at,
                     "import after %s: imports stand before all definitions of functions, tables, memories, globals and tags",
                     *definition);
  if (!is_import && space >= 0 && space < CORE_KIND_COUNT && !*definition) *definition = field_words[field->kind];
  return true;
}

static bool field_kind(struct core_text *m, enum field_kind *out) {
  struct text_nearest nearest;
  text_nearest_begin(&nearest, (struct cm_str){m->l->token.at, m->l->token.size});
  for (unsigned kind = 0; kind < FIELD_CUSTOM; kind++) {
    if (text_at(m->l, field_words[kind])) {
      *out = kind;
      return true;
    }
    text_nearest_try(&nearest, cm_str_of(field_words[kind]));
  }
  if (nearest.best.at && m->l->token.kind == TEXT_KEYWORD)
    return text_fail(m->l, m->l->token.at, "expected a field of a module, found `%.*s`: is `%.*s` meant?", (int)m->l->token.size,
                     m->l->token.at, CM_STR_ARG(nearest.best));
  return text_expected(m->l, "a field of a module (`type`, `import`, `func`, …)");
}

static bool scan_group(struct core_text *m, const char *open, const char **definition) {
  struct core_text_field field = {.kind = FIELD_CUSTOM, .at = open};
  if (m->l->token.kind != TEXT_ANNOTATION) {
    if (!text_open(m->l) || !field_kind(m, &field.kind)) return false;
    field.at = m->l->token.at;
  }
  text_next(m->l);
  if (!scan_field(m, &field, definition) || !text_skip(m->l, open)) return false;
  text_next(m->l);
  if (!cm_grow(m->l->arena, &m->fields, &m->field_room, m->field_count, sizeof *m->fields)) return text_fail_memory(m->l);
  m->fields[m->field_count++] = field;
  return true;
}

static bool scan_fields(struct core_text *m) {
  const char *definition = NULL;
  while (m->l->token.kind != TEXT_CLOSE && m->l->token.kind != TEXT_END) {
    const char *open = m->l->token.at;
    if (!scan_group(m, open, &definition) && !text_recover(m->l, open)) return false;
  }
  return !m->l->failed;
}

// Second pass.

static bool read_field(struct core_text *m, const struct core_text_field *field) {
  struct cm_where where = {.up = m->l->where, .what = field_words[field->kind], .index = field->index};
  if (field_spaces[field->kind] < 0) where.index = -1;
  m->l->where = &where;
  text_seek(m->l, field->at);
  const struct text_token *ahead = text_look_ahead(m->l);
  if (ahead->kind == TEXT_ID) where.name = (struct cm_str){ahead->at + 1, ahead->size - 1};
  bool ok = core_field(m, field);
  m->l->where = where.up;
  return ok;
}

static bool read_fields(struct core_text *m) {
  for (uint32_t i = 0; i < m->field_count; i++)
    if (m->fields[i].kind <= FIELD_REC && !read_field(m, &m->fields[i])) {
      if (!text_forgive(m->l)) return false;
      m->l->incomplete = true;
    }
  for (uint32_t i = 0; i < m->field_count; i++)
    if (m->fields[i].kind > FIELD_REC && !read_field(m, &m->fields[i]) && !text_forgive(m->l)) return false;
  return true;
}

// The module put together.

// Section contents that are a vector; its buffer is freed.
static void put_section(struct core_text *m, struct cm_buffer *out, unsigned id) {
  struct core_section_text *section = &m->sections[id];
  if (section->count) {
    cm_put_u8(out, (uint8_t)id);
    size_t mark = cm_buffer_open(out);
    if (id != CORE_SECTION_START) cm_put_u32(out, section->count);
    cm_put_span(out, cm_buffer_span(&section->bytes));
    cm_buffer_close(out, mark);
  }
  out->failed |= section->bytes.failed;
  cm_buffer_free(&section->bytes);
}

static void put_customs(struct core_text *m, struct cm_buffer *out, bool before, uint8_t anchor) {
  for (uint32_t i = 0; i < m->custom_count; i++) {
    const struct core_custom_text *custom = &m->customs[i];
    if (custom->before == before && custom->anchor == anchor) core_put_custom(out, custom->name, custom->bytes);
  }
}

// Branch hints: https://github.com/WebAssembly/branch-hinting/blob/main/proposals/branch-hinting/Overview.md
static void put_hints(struct core_text *m, struct cm_buffer *out) {
  if (!m->hinted_functions) return;
  cm_buffer_insert_u32(&m->hints, 0, m->hinted_functions);
  out->failed |= m->hints.failed;
  core_put_custom(out, CM_STR("metadata.code.branch_hint"), cm_buffer_span(&m->hints));
}

static void put_module(struct core_text *m, struct cm_buffer *out) {
  static const uint8_t order[] = {CORE_SECTION_TYPE,   CORE_SECTION_IMPORT, CORE_SECTION_FUNC,       CORE_SECTION_TABLE,
                                  CORE_SECTION_MEMORY, CORE_SECTION_TAG,    CORE_SECTION_GLOBAL,     CORE_SECTION_EXPORT,
                                  CORE_SECTION_START,  CORE_SECTION_ELEM,   CORE_SECTION_DATA_COUNT, CORE_SECTION_CODE,
                                  CORE_SECTION_DATA};
  static const uint8_t preamble[] = {0, 'a', 's', 'm', 1, 0, 0, 0};
  cm_put_bytes(out, preamble, sizeof preamble);
  put_customs(m, out, true, 0);
  for (size_t i = 0; i < sizeof order; i++) {
    put_customs(m, out, true, order[i]);
    if (order[i] == CORE_SECTION_CODE) put_hints(m, out);
    if (order[i] == CORE_SECTION_DATA_COUNT) {
      if (!m->uses_data) continue;
      cm_put_u8(out, CORE_SECTION_DATA_COUNT);
      size_t mark = cm_buffer_open(out);
      cm_put_u32(out, m->sections[CORE_SECTION_DATA].count);
      cm_buffer_close(out, mark);
    } else {
      put_section(m, out, order[i]);
    }
    put_customs(m, out, false, order[i]);
  }
  put_customs(m, out, false, 0);
  if (m->names) core_put_names(m, out);
}

// The bytes, moved into the arena.
static bool keep(struct core_text *m, struct cm_span *out) {
  struct cm_buffer bytes;
  cm_buffer_init(&bytes, m->l->arena->allocator);
  put_module(m, &bytes);
  if (!cm_buffer_ok(&bytes, NULL)) {
    cm_buffer_free(&bytes);
    return text_fail_memory(m->l);
  }
  uint8_t *kept = cm_alloc(m->l->arena, bytes.size);
  if (kept) memcpy(kept, bytes.at, bytes.size);
  *out = (struct cm_span){kept, bytes.size};
  cm_buffer_free(&bytes);
  return kept || text_fail_memory(m->l);
}

struct core_text *core_text_make(struct text_lexer *l, const struct text_ops *ops, bool names) {
  struct core_text *m = cm_alloc(l->arena, sizeof *m);
  if (!m) {
    text_fail_memory(l);
    return NULL;
  }
  m->l = l;
  m->ops = ops;
  m->names = names;
  const struct cm_allocator *allocator = l->arena->allocator;
  for (unsigned i = 0; i < CORE_SECTION_COUNT; i++) cm_buffer_init(&m->sections[i].bytes, allocator);
  for (unsigned i = 0; i < NAMES_COUNT; i++) cm_buffer_init(&m->maps[i].bytes, allocator);
  cm_buffer_init(&m->locals.bytes, allocator);
  cm_buffer_init(&m->labels.bytes, allocator);
  cm_buffer_init(&m->pending, allocator);
  cm_buffer_init(&m->hints, allocator);
  cm_buffer_init(&m->function_hints.bytes, allocator);
  return m;
}

void core_text_free(struct core_text *m) {
  for (unsigned i = 0; i < CORE_SECTION_COUNT; i++) cm_buffer_free(&m->sections[i].bytes);
  for (unsigned i = 0; i < NAMES_COUNT; i++) cm_buffer_free(&m->maps[i].bytes);
  cm_buffer_free(&m->locals.bytes);
  cm_buffer_free(&m->labels.bytes);
  cm_buffer_free(&m->pending);
  cm_buffer_free(&m->hints);
  cm_buffer_free(&m->function_hints.bytes);
}

bool text_parse_core_fields(struct text_lexer *l, const struct text_ops *ops, bool names, struct cm_str id, struct cm_str name,
                            struct cm_span *out) {
  struct core_text *m = core_text_make(l, ops, names);
  if (!m) return false;
  bool incomplete = l->incomplete;
  l->incomplete = false;
  bool ok = scan_fields(m);
  const char *end = l->token.at;
  core_name(m, NAMES_MODULE, 0, id, name);
  ok = ok && read_fields(m);
  text_seek(l, end);
  ok = ok && !l->failed;
  // What was forgiven leaves nothing that could be kept.
  if (ok && l->errors)
    *out = (struct cm_span){0};
  else
    ok = ok && keep(m, out);
  l->incomplete = incomplete;
  core_text_free(m);
  return ok;
}
