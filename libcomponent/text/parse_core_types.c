// Types of core modules from text: value types, limits, the type section, and uses of function types.
//
// A use that names no type stands for the first function type of the same parameters and results among those defined outside of
// recursion groups, and where there is none, for one that is added behind all others. `implied` finds both: its keys are the bytes of
// the signature.
//
// Spec: https://webassembly.github.io/spec/core/text/types.html, https://webassembly.github.io/spec/core/text/modules.html#text-typeuse

#include "text/parse_core.h"

static const struct word {
  const char *text;
  int code;
} numbers[] = {{"i32", CORE_I32}, {"i64", CORE_I64}, {"f32", CORE_F32}, {"f64", CORE_F64}, {"v128", CORE_V128}},
  heaps[] = {{"func", CORE_HEAP_FUNC}, {"extern", CORE_HEAP_EXTERN}, {"any", CORE_HEAP_ANY},           {"eq", CORE_HEAP_EQ},
             {"i31", CORE_HEAP_I31},   {"struct", CORE_HEAP_STRUCT}, {"array", CORE_HEAP_ARRAY},       {"exn", CORE_HEAP_EXN},
             {"none", CORE_HEAP_NONE}, {"nofunc", CORE_HEAP_NOFUNC}, {"noextern", CORE_HEAP_NOEXTERN}, {"noexn", CORE_HEAP_NOEXN},
             {"cont", CORE_HEAP_CONT}, {"nocont", CORE_HEAP_NOCONT}},
  references[] = {{"funcref", CORE_HEAP_FUNC},
                  {"externref", CORE_HEAP_EXTERN},
                  {"anyref", CORE_HEAP_ANY},
                  {"eqref", CORE_HEAP_EQ},
                  {"i31ref", CORE_HEAP_I31},
                  {"structref", CORE_HEAP_STRUCT},
                  {"arrayref", CORE_HEAP_ARRAY},
                  {"exnref", CORE_HEAP_EXN},
                  {"nullref", CORE_HEAP_NONE},
                  {"nullfuncref", CORE_HEAP_NOFUNC},
                  {"nullexternref", CORE_HEAP_NOEXTERN},
                  {"nullexnref", CORE_HEAP_NOEXN},
                  {"contref", CORE_HEAP_CONT},
                  {"nullcontref", CORE_HEAP_NOCONT}};

#define FIND(token, words) find(token, words, sizeof(words) / sizeof(words)[0])
static const struct word *find(const struct text_token *token, const struct word *words, size_t count) {
  if (token->kind != TEXT_KEYWORD) return NULL;
  for (size_t i = 0; i < count; i++)
    if (text_is(token, words[i].text)) return &words[i];
  return NULL;
}

// Value types.

bool core_heaptype(struct core_text *m, struct text_valtype *out) {
  out->type.code = CORE_REF;
  if (core_at_index(m)) {
    uint32_t index;
    const char *at = m->l->token.at;
    out->named = m->l->token.kind == TEXT_ID;
    if (!core_index(m, SPACE_TYPE, &index)) return false;
    if (index > INT32_MAX) return text_fail_limit(m->l, at, "type index %u is beyond all limits", index);
    out->type.heap = (int32_t)index;
    return true;
  }
  bool shared = text_enter(m->l, "shared");
  const struct word *heap = FIND(&m->l->token, heaps);
  if (!heap) return text_expected(m->l, "a heap type: a type index or one of `func`, `extern`, `any`, `eq`, `struct`, `array`, …");
  text_next(m->l);
  out->type.heap = heap->code;
  out->type.shared = shared;
  return !shared || text_close(m->l);
}

bool core_at_reftype(struct core_text *m) {
  return FIND(&m->l->token, references) || text_at_open(m->l, "ref") || text_at_open(m->l, "shared");
}

static bool shorthand(struct core_text *m, struct text_valtype *out) {
  const struct word *word = FIND(&m->l->token, references);
  if (!word) return false;
  *out = (struct text_valtype){.type = {.code = CORE_REF, .nullable = true, .heap = word->code}};
  text_next(m->l);
  return true;
}

bool core_reftype(struct core_text *m, struct text_valtype *out) {
  if (shorthand(m, out)) return true;
  if (text_enter(m->l, "shared")) {
    if (!shorthand(m, out)) return text_expected(m->l, "a reference type (`anyref`, `funcref`, …)");
    out->type.shared = true;
    return text_close(m->l);
  }
  *out = (struct text_valtype){0};
  if (!text_enter(m->l, "ref")) return text_expected(m->l, "a reference type (`funcref`, `(ref …)`, …)");
  out->type.nullable = text_take(m->l, "null");
  return core_heaptype(m, out) && text_close(m->l);
}

bool core_valtype(struct core_text *m, struct text_valtype *out) {
  const struct word *word = FIND(&m->l->token, numbers);
  if (word) {
    *out = (struct text_valtype){.type = {.code = (uint8_t)word->code}};
    text_next(m->l);
    return true;
  }
  if (core_at_reftype(m)) return core_reftype(m, out);
  return text_expected(m->l, "a value type (`i32`, `i64`, `f32`, `f64`, `v128` or a reference type)");
}

bool core_add_valtype(struct core_text *m, struct text_valtypes *list, struct text_valtype type) {
  if (!cm_grow(m->l->arena, &list->items, &list->room, list->count, sizeof *list->items)) return text_fail_memory(m->l);
  list->items[list->count++] = type;
  return true;
}

// Value types up to ).
static bool valtypes(struct core_text *m, struct text_valtypes *list) {
  struct text_valtype type;
  while (m->l->token.kind != TEXT_CLOSE)
    if (!core_valtype(m, &type) || !core_add_valtype(m, list, type)) return false;
  text_next(m->l);
  return true;
}

// Limits and the types made of them.

bool core_limits(struct core_text *m, struct core_limits *out) {
  out->is_64 = text_take(m->l, "i64");
  if (!out->is_64) text_take(m->l, "i32");
  if (!text_u64(m->l, "a minimum size", &out->min)) return false;
  out->has_max = m->l->token.kind == TEXT_NUMBER;
  return !out->has_max || text_u64(m->l, "a maximum size", &out->max);
}

bool core_table_type(struct core_text *m, struct core_table_type *out) {
  struct text_valtype element;
  *out = (struct core_table_type){.limits = {.shared = text_take(m->l, "shared")}};
  if (!core_limits(m, &out->limits) || !core_reftype(m, &element)) return false;
  out->element = element.type;
  return true;
}

// (shared? mut? TYPE), or the type alone.
bool core_global_type(struct core_text *m, struct core_global_type *out) {
  struct text_valtype type;
  *out = (struct core_global_type){0};
  bool open = text_at_open(m->l, "mut") || text_at_open(m->l, "shared");
  if (open) {
    text_next(m->l);
    out->shared = text_take(m->l, "shared");
    out->is_mutable = text_take(m->l, "mut");
  }
  if (!core_valtype(m, &type)) return false;
  out->type = type.type;
  return !open || text_close(m->l);
}

// https://github.com/WebAssembly/custom-page-sizes/blob/main/proposals/custom-page-sizes/Overview.md
bool core_page_size(struct core_text *m, struct core_limits *out, bool *paged) {
  *paged = text_enter(m->l, "pagesize");
  out->page_log2 = 16;
  if (!*paged) return true;
  const char *at = m->l->token.at;
  uint32_t size;
  if (!text_u32(m->l, "a page size", &size)) return false;
  if (size == 0 || size & (size - 1)) return text_fail(m->l, at, "invalid page size %u: expected a power of two", size);
  for (out->page_log2 = 0; size >> out->page_log2 > 1;) out->page_log2++;
  return text_close(m->l);
}

bool core_memory_type(struct core_text *m, struct core_limits *out, bool *paged) {
  *out = (struct core_limits){0};
  if (!core_limits(m, out)) return false;
  out->shared = text_take(m->l, "shared");
  return core_page_size(m, out, paged);
}

void core_put_memory(struct cm_buffer *out, const struct core_limits *limits, bool paged) {
  if (!paged || limits->page_log2 != 16) {
    core_put_limits(out, true, limits);
    return;
  }
  // The usual page size, though it was written: the flag stays. A byte and two or three numbers.
  cm_put_u8(out, (uint8_t)(0x08 | limits->has_max | limits->shared << 1 | limits->is_64 << 2));
  cm_put_u64(out, limits->min);
  if (limits->has_max) cm_put_u64(out, limits->max);
  cm_put_u32(out, limits->page_log2);
}

// Function types.

// (param $x? …) and (result …). Names of parameters go to m->locals; with `locals` they are identifiers of locals too.
static bool functype(struct core_text *m, bool named, bool locals, struct text_functype *out) {
  out->params.count = out->results.count = 0;
  for (;;) {
    const char *at = m->l->token.at;
    if (text_enter(m->l, "param")) {
      if (out->results.count) return text_fail(m->l, at, "unexpected `param` behind `result`: parameters come first");
      struct cm_str id = {0}, name = {0};
      const char *id_at = m->l->token.at;
      if (named && (!text_optional_id(m->l, &id) || !text_name_annotation(m->l, &name))) return false;
      if (!id.at && !name.at) {
        if (!valtypes(m, &out->params)) return false;
        continue;
      }
      uint32_t index = out->params.count;
      struct text_valtype type;
      if (!core_valtype(m, &type) || !text_close(m->l) || !core_add_valtype(m, &out->params, type)) return false;
      core_name_in(m, &m->locals, index, id, name);
      if (locals && !core_define(m, SPACE_LOCAL, 0, id, index, id_at)) return false;
    } else if (!text_enter(m->l, "result")) {
      return true;
    } else if (!valtypes(m, &out->results)) {
      return false;
    }
  }
}

static bool same_types(const struct text_valtypes *a, const struct text_valtypes *b) {
  if (a->count != b->count) return false;
  for (uint32_t i = 0; i < a->count; i++) {
    const struct core_valtype *x = &a->items[i].type, *y = &b->items[i].type;
    if (x->code != y->code || x->nullable != y->nullable || x->shared != y->shared || x->heap != y->heap) return false;
  }
  return true;
}

// The signature as bytes, of which equal ones are the same: in `key`, which has to be freed.
static struct cm_str signature(struct core_text *m, const struct text_functype *type, struct cm_buffer *key) {
  cm_buffer_init(key, m->l->arena->allocator);
  const struct text_valtypes *lists[] = {&type->params, &type->results};
  for (int i = 0; i < 2; i++) {
    cm_put_u32(key, lists[i]->count);
    for (uint32_t k = 0; k < lists[i]->count; k++) {
      core_put_valtype(key, lists[i]->items[k].type);
      if (lists[i]->items[k].type.code == CORE_REF) cm_put_u8(key, lists[i]->items[k].named);
    }
  }
  return (struct cm_str){(const char *)key->at, key->size};
}

static bool copy_types(struct core_text *m, const struct text_valtypes *from, struct text_valtypes *to) {
  *to = (struct text_valtypes){.count = from->count, .room = from->count};
  to->items = cm_alloc_array(m->l->arena, from->count, sizeof *to->items);
  if (!to->items) return text_fail_memory(m->l);
  if (from->count) memcpy(to->items, from->items, from->count * sizeof *to->items);
  return true;
}

// Notes the type `index`; one that is implied by a use is found by its signature from then on.
static bool note_type(struct core_text *m, uint32_t index, bool is_func, bool lone) {
  while (m->type_room <= index) {
    size_t room = m->type_room;
    if (!cm_grow(m->l->arena, &m->types, &m->type_room, room, sizeof *m->types)) return text_fail_memory(m->l);
    memset(m->types + room, 0, (m->type_room - room) * sizeof *m->types);
  }
  struct text_core_type *type = &m->types[index];
  *type = (struct text_core_type){.is_known = true, .is_func = is_func};
  if (!is_func) return true;
  if (!copy_types(m, &m->functype.params, &type->func.params) || !copy_types(m, &m->functype.results, &type->func.results))
    return false;
  if (!lone) return true;
  struct cm_buffer key;
  struct cm_str text = signature(m, &type->func, &key);
  bool ok = !key.failed;
  uint32_t *known = ok ? text_ids_find(&m->implied, 0, text) : NULL;
  if (known && m->is_module_type) *known = index;  // the last counts there
  if (ok && !known) {
    char *kept = cm_alloc_text(m->l->arena, text.at, text.size);
    ok = kept && text_ids_add(m->l, &m->implied, 0, (struct cm_str){kept, text.size}, index);
  }
  cm_buffer_free(&key);
  return ok || text_fail_memory(m->l);
}

static void put_functype(struct cm_buffer *out, const struct text_functype *type) {
  const struct text_valtypes *lists[] = {&type->params, &type->results};
  cm_put_u8(out, 0x60);
  for (int i = 0; i < 2; i++) {
    cm_put_u32(out, lists[i]->count);
    for (uint32_t k = 0; k < lists[i]->count; k++) core_put_valtype(out, lists[i]->items[k].type);
  }
}

// Uses.

bool core_typeuse(struct core_text *m, bool named, struct text_typeuse *out) {
  *out = (struct text_typeuse){.inline_type = &m->functype};
  if (text_enter(m->l, "type")) {
    out->has_index = true;
    if (!core_index(m, SPACE_TYPE, &out->index) || !text_close(m->l)) return false;
  }
  out->has_inline = text_at_open(m->l, "param") || text_at_open(m->l, "result");
  return functype(m, named, named, &m->functype);
}

const struct text_core_type *core_type_at(const struct core_text *m, uint32_t index) {
  return index < m->type_room && m->types[index].is_known ? &m->types[index] : NULL;
}

static bool check_use(struct core_text *m, const struct text_typeuse *use, const char *at) {
  if (use->index >= m->spaces[SPACE_TYPE].count)
    return text_fail(m->l, at, "unknown type %u: there are %u", use->index, m->spaces[SPACE_TYPE].count);
  const struct text_core_type *type = core_type_at(m, use->index);
  if (!type) return text_fail_after(m->l);
  if (!type->is_func) return text_fail(m->l, at, "type %u is not a function type", use->index);
  if (same_types(&type->func.params, &m->functype.params) && same_types(&type->func.results, &m->functype.results)) return true;
  return text_fail(m->l, at, "inline function type does not match type %u: leave out the parameters and results, or the type",
                   use->index);
}

bool core_typeuse_index(struct core_text *m, const struct text_typeuse *use, const char *at, uint32_t *out) {
  if (use->has_index) {
    *out = use->index;
    return !use->has_inline || m->is_module_type || check_use(m, use, at);
  }
  struct cm_buffer key;
  struct cm_str text = signature(m, &m->functype, &key);
  const uint32_t *found = key.failed ? NULL : text_ids_find(&m->implied, 0, text);
  if (found) *out = *found;
  bool failed = key.failed;
  cm_buffer_free(&key);
  if (failed) return text_fail_memory(m->l);
  if (found) return true;
  *out = m->spaces[SPACE_TYPE].count++;
  put_functype(core_entry(m, CORE_SECTION_TYPE), &m->functype);
  return note_type(m, *out, true, !m->is_module_type);
}

// The type section.

static bool storage_type(struct core_text *m, struct core_field *out) {
  out->is_mutable = text_enter(m->l, "mut");
  if (text_take(m->l, "i8")) {
    out->type = (struct core_valtype){.code = CORE_I8};
  } else if (text_take(m->l, "i16")) {
    out->type = (struct core_valtype){.code = CORE_I16};
  } else {
    struct text_valtype type;
    if (!core_valtype(m, &type)) return false;
    out->type = type.type;
  }
  return !out->is_mutable || text_close(m->l);
}

static void put_field(struct cm_buffer *out, const struct core_field *field) {
  core_put_valtype(out, field->type);
  cm_put_u8(out, field->is_mutable);
}

// The fields of a struct type.
static bool struct_fields(struct core_text *m, uint32_t index, struct cm_buffer *out) {
  uint32_t count = 0;
  size_t mark = cm_buffer_open(out);
  struct core_name_map names = {0};
  cm_buffer_init(&names.bytes, m->l->arena->allocator);
  bool ok = true;
  while (ok && text_enter(m->l, "field")) {
    const char *at = m->l->token.at;
    struct cm_str id, name;
    struct core_field field;
    ok = text_optional_id(m->l, &id) && text_name_annotation(m->l, &name) && core_define(m, SPACE_FIELD, index, id, count, at);
    if (ok) core_name_in(m, &names, count, id, name);
    while (ok && (id.at || m->l->token.kind != TEXT_CLOSE) && (ok = storage_type(m, &field))) {
      put_field(out, &field);
      count++;
      if (id.at) break;
    }
    ok = ok && text_close(m->l);
  }
  cm_buffer_insert_u32(out, mark, count);
  core_close_names(m, NAMES_FIELD, index, &names);
  cm_buffer_free(&names.bytes);
  return ok;
}

static bool comptype(struct core_text *m, uint32_t index, bool lone, struct cm_buffer *out) {
  if (text_take(m->l, "func")) {
    if (!functype(m, true, false, &m->functype)) return false;
    put_functype(out, &m->functype);
    core_close_names(m, NAMES_TYPE_PARAM, index, &m->locals);
    return note_type(m, index, true, lone);
  }
  if (!note_type(m, index, false, lone)) return false;
  if (text_take(m->l, "struct")) {
    cm_put_u8(out, 0x5f);
    return struct_fields(m, index, out);
  }
  struct core_field element;
  if (!text_take(m->l, "array")) return text_expected(m->l, "`func`, `struct` or `array`");
  if (!storage_type(m, &element)) return false;
  cm_put_u8(out, 0x5e);
  put_field(out, &element);
  return true;
}

static bool shared_comptype(struct core_text *m, uint32_t index, bool lone, struct cm_buffer *out) {
  if (!text_take(m->l, "shared")) return comptype(m, index, lone, out);
  cm_put_u8(out, 0x65);
  return text_open(m->l) && comptype(m, index, lone, out) && text_close(m->l);
}

// (sub final? SUPER* (…)), or a type that is final and has no supertypes.
static bool subtype(struct core_text *m, uint32_t index, bool lone, struct cm_buffer *out) {
  if (!text_open(m->l)) return false;
  if (text_take(m->l, "sub")) {
    bool final = text_take(m->l, "final");
    uint32_t count = 0, super;
    struct cm_buffer supers;
    cm_buffer_init(&supers, m->l->arena->allocator);
    bool ok = true;
    for (; ok && core_at_index(m); count++) {
      ok = core_index(m, SPACE_TYPE, &super);
      if (ok) cm_put_u32(&supers, super);
    }
    if (count || !final) {
      cm_put_u8(out, final ? 0x4f : 0x50);
      cm_put_u32(out, count);
      cm_put_span(out, cm_buffer_span(&supers));
      out->failed |= supers.failed;
    }
    cm_buffer_free(&supers);
    if (!ok || !text_open(m->l) || !shared_comptype(m, index, lone, out) || !text_close(m->l)) return false;
  } else if (!shared_comptype(m, index, lone, out)) {
    return false;
  }
  return text_close(m->l);
}

// (type $id? (@name …)? SUBTYPE), behind `type`.
static bool type_definition(struct core_text *m, uint32_t index, bool lone, struct cm_buffer *out) {
  struct cm_str id, name;
  if (!text_optional_id(m->l, &id) || !text_name_annotation(m->l, &name)) return false;
  core_name(m, NAMES_TYPE, index, id, name);
  return subtype(m, index, lone, out) && text_close(m->l);
}

bool core_subtype(struct core_text *m, uint32_t index) { return subtype(m, index, true, core_entry(m, CORE_SECTION_TYPE)); }

bool core_rec(struct core_text *m, uint32_t first) {
  struct cm_buffer *out = core_entry(m, CORE_SECTION_TYPE);
  uint32_t count = 0;
  cm_put_u8(out, 0x4e);
  size_t mark = cm_buffer_open(out);
  for (; text_enter(m->l, "type"); count++)
    if (!type_definition(m, first + count, false, out)) return false;
  cm_buffer_insert_u32(out, mark, count);
  return true;
}

bool core_type_field(struct core_text *m, const struct core_text_field *field) {
  text_next(m->l);
  if (field->kind == FIELD_TYPE) return type_definition(m, field->index, true, core_entry(m, CORE_SECTION_TYPE));
  return core_rec(m, field->index) && text_close(m->l);
}
