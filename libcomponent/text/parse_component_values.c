// Values of components from text: (value $id? TYPE VALUE).
//
// The binary of a value says nothing of its type, so its text is read along the type, which is followed through aliases and imports as
// far as the component itself tells (types/). What stands as (binary "…") is taken as it is.
//
// Spec: Explainer.md, "Value Definitions"; Binary.md, under the same name. Maps and lists of a fixed length, which the grammar leaves
// out, are written as what they are made of (CanonicalABI.md, "Despecialization").

#include <component/types.h>

#include "text/parse_component.h"

#include <stdio.h>

struct value_text {
  struct component_text *c;
  struct text_lexer *l;
  struct cm_buffer *out;
};

static bool read_value(struct value_text *v, const struct cm_scope *scope, struct cm_valtype valtype);

// A value that may be absent, before the ) of what it belongs to.
static bool read_payload(struct value_text *v, const struct cm_scope *scope, struct cm_valtype valtype) {
  return valtype.kind == CM_VAL_NONE || read_value(v, scope, valtype);
}

// Primitives.

static bool fail_range(struct value_text *v, const struct text_token *t, uint32_t prim) {
  return text_fail(v->l, t->at, "constant out of range: %.*s is no %s", (int)(t->size < 60 ? t->size : 60), t->at,
                   cm_prim_name(prim));
}

// The text's integers are signed or not as they like; these must be within their type.
static bool read_int(struct value_text *v, uint32_t prim, unsigned bits, bool is_signed) {
  const struct text_token t = v->l->token;
  uint64_t value;
  if (!text_integer(v->l, bits, "an integer", &value)) return false;
  bool negative = *t.at == '-' && value != 0, top = value >> (bits - 1) & 1;
  if (is_signed ? top && !negative : negative) return fail_range(v, &t, prim);
  if (bits == 8)
    cm_put_u8(v->out, (uint8_t)value);
  else if (!is_signed)
    cm_put_u64(v->out, value);
  else
    cm_put_s64(v->out, (int64_t)(value << (64 - bits)) >> (64 - bits));
  return true;
}

// There is one NaN, without a payload.
static bool read_float(struct value_text *v, bool is_64) {
  const struct text_token t = v->l->token;
  uint64_t bits64;
  uint32_t bits32 = 0;
  size_t sign = t.size && (*t.at == '-' || *t.at == '+');
  if (t.size - sign > 3 && memcmp(t.at + sign, "nan", 3) == 0) return text_expected(v->l, "a float; the one NaN is `nan`");
  bool nan = t.size - sign == 3 && memcmp(t.at + sign, "nan", 3) == 0;
  if (!(is_64 ? text_f64(v->l, &bits64) : text_f32(v->l, &bits32))) return false;
  if (is_64)
    cm_put_le64(v->out, nan ? UINT64_C(0x7ff8000000000000) : bits64);
  else
    cm_put_le32(v->out, nan ? UINT32_C(0x7fc00000) : bits32);
  return true;
}

static bool read_prim(struct value_text *v, uint32_t prim) {
  struct cm_str text;
  uint8_t character[4];
  size_t size;
  switch ((enum cm_prim)prim) {
    case CM_BOOL: {
      bool value = text_at(v->l, "true");
      if (!value && !text_at(v->l, "false")) return text_expected(v->l, "`true` or `false`");
      text_next(v->l);
      cm_put_u8(v->out, value);
      return true;
    }
    case CM_S8: return read_int(v, prim, 8, true);
    case CM_U8: return read_int(v, prim, 8, false);
    case CM_S16: return read_int(v, prim, 16, true);
    case CM_U16: return read_int(v, prim, 16, false);
    case CM_S32: return read_int(v, prim, 32, true);
    case CM_U32: return read_int(v, prim, 32, false);
    case CM_S64: return read_int(v, prim, 64, true);
    case CM_U64: return read_int(v, prim, 64, false);
    case CM_F32: return read_float(v, false);
    case CM_F64: return read_float(v, true);
    case CM_CHAR:
      if (!text_char(v->l, character, &size)) return false;
      cm_put_bytes(v->out, character, size);
      return true;
    case CM_STRING:
      if (!text_name(v->l, "a string", &text)) return false;
      cm_put_name(v->out, text);
      return true;
    case CM_ERROR_CONTEXT: break;
  }
  return text_expected(v->l, "(binary \"…\"): values of type error-context cannot be written down");
}

// Compound values, each in parentheses that begin with a word.

static bool open_value(struct value_text *v, const char *word) {
  if (text_enter(v->l, word)) return true;
  char what[48];
  snprintf(what, sizeof what, "`(%s …)`", word);
  return text_expected(v->l, what);
}

// The label of a case, enum case or flag: which one it is.
static bool read_label(struct value_text *v, const struct cm_type *type, uint32_t *out) {
  const char *at = v->l->token.at;
  struct cm_str label;
  struct text_nearest nearest;
  if (!text_name(v->l, "a label", &label)) return false;
  text_nearest_begin(&nearest, label);
  for (*out = 0; *out < type->count; ++*out) {
    if (cm_str_equal(type->fields[*out].name, label)) return true;
    text_nearest_try(&nearest, type->fields[*out].name);
  }
  int size = (int)(label.size < 60 ? label.size : 60);
  if (nearest.best.at)
    return text_fail(v->l, at, "unknown label \"%.*s\": is \"%.*s\" meant?", size, label.at, CM_STR_ARG(nearest.best));
  return text_fail(v->l, at, "unknown label \"%.*s\": the type has none of that name", size, label.at);
}

static bool read_members(struct value_text *v, const struct cm_scope *scope, const struct cm_type *type) {
  if (!open_value(v, type->kind == CM_TYPE_RECORD ? "record" : "tuple")) return false;
  for (uint32_t i = 0; i < type->count; i++)
    if (!read_value(v, scope, type->fields[i].type)) return false;
  return text_close(v->l);
}

static bool read_flags(struct value_text *v, const struct cm_type *type) {
  uint8_t bits[(CM_LIMIT_FLAGS + 7) / 8] = {0};
  const char *at = v->l->token.at;
  if (type->count > CM_LIMIT_FLAGS) return text_fail_limit(v->l, at, "more than %d flags", CM_LIMIT_FLAGS);
  if (!open_value(v, "flags")) return false;
  while (v->l->token.kind == TEXT_STRING) {
    uint32_t flag;
    if (!read_label(v, type, &flag)) return false;
    bits[flag / 8] |= (uint8_t)(1u << flag % 8);
  }
  cm_put_bytes(v->out, bits, (type->count + 7) / 8);
  return text_close(v->l);
}

static bool read_case(struct value_text *v, const struct cm_scope *scope, const struct cm_type *type) {
  uint32_t which;
  if (!open_value(v, type->kind == CM_TYPE_ENUM ? "enum" : "variant") || !read_label(v, type, &which)) return false;
  cm_put_u32(v->out, which);
  return read_payload(v, scope, type->fields[which].type) && text_close(v->l);
}

// none, (some VALUE); ok, (ok VALUE), error, (error VALUE): `words` are those of 0 and 1.
static bool read_choice(struct value_text *v, const struct cm_scope *scope, const char *const words[2],
                        const struct cm_valtype payloads[2]) {
  for (uint8_t which = 0; which < 2; which++) {
    bool bare = payloads[which].kind == CM_VAL_NONE;
    if (!(bare ? text_take(v->l, words[which]) : text_enter(v->l, words[which]))) continue;
    cm_put_u8(v->out, which);
    return bare || (read_value(v, scope, payloads[which]) && text_close(v->l));
  }
  char what[64];
  bool parts[2] = {payloads[0].kind != CM_VAL_NONE, payloads[1].kind != CM_VAL_NONE};
  snprintf(what, sizeof what, "`%s%s%s` or `%s%s%s`", parts[0] ? "(" : "", words[0], parts[0] ? " …)" : "", parts[1] ? "(" : "",
           words[1], parts[1] ? " …)" : "");
  return text_expected(v->l, what);
}

static bool read_option(struct value_text *v, const struct cm_scope *scope, const struct cm_type *type) {
  static const char *const words[] = {"none", "some"};
  const struct cm_valtype payloads[] = {{.kind = CM_VAL_NONE}, type->element};
  return read_choice(v, scope, words, payloads);
}

static bool read_result(struct value_text *v, const struct cm_scope *scope, const struct cm_type *type) {
  static const char *const words[] = {"ok", "error"};
  const struct cm_valtype payloads[] = {type->element, type->error};
  return read_choice(v, scope, words, payloads);
}

static bool read_element(struct value_text *v, const struct cm_scope *scope, const struct cm_type *type) {
  if (type->kind != CM_TYPE_MAP) return read_value(v, scope, type->element);
  return open_value(v, "tuple") && read_value(v, scope, type->key) && read_value(v, scope, type->element) && text_close(v->l);
}

static bool read_list(struct value_text *v, const struct cm_scope *scope, const struct cm_type *type) {
  if (!open_value(v, "list")) return false;
  size_t mark = v->out->size;
  uint32_t count = 0;
  for (; v->l->token.kind != TEXT_CLOSE; count++)
    if (!read_element(v, scope, type)) return false;
  if (type->kind != CM_TYPE_FIXED_LIST)
    cm_buffer_insert_u32(v->out, mark, count);
  else if (count != type->length)
    return text_fail(v->l, v->l->token.at, "expected %u elements, found %u", type->length, count);
  return text_close(v->l);
}

static bool read_of_type(struct value_text *v, const struct cm_scope *scope, const struct cm_type *type) {
  switch (type->kind) {
    case CM_TYPE_PRIM: return read_prim(v, type->prim);
    case CM_TYPE_RECORD:
    case CM_TYPE_TUPLE: return read_members(v, scope, type);
    case CM_TYPE_FLAGS: return read_flags(v, type);
    case CM_TYPE_ENUM:
    case CM_TYPE_VARIANT: return read_case(v, scope, type);
    case CM_TYPE_OPTION: return read_option(v, scope, type);
    case CM_TYPE_RESULT: return read_result(v, scope, type);
    case CM_TYPE_LIST:
    case CM_TYPE_FIXED_LIST:
    case CM_TYPE_MAP: return read_list(v, scope, type);
    default: return text_expected(v->l, "(binary \"…\"): values of this type cannot be written down");
  }
}

// (binary "…"*)
static bool read_bytes(struct value_text *v) {
  while (v->l->token.kind == TEXT_STRING) {
    struct cm_span piece;
    if (!text_string(v->l, "a string", &piece)) return false;
    cm_put_span(v->out, piece);
  }
  return text_close(v->l);
}

static bool read_value(struct value_text *v, const struct cm_scope *scope, struct cm_valtype valtype) {
  struct cm_typeref type;
  struct cm_diag diag = {0};
  if (text_enter(v->l, "binary")) return read_bytes(v);
  if (v->l->incomplete) return text_fail_after(v->l);  // indices may not be what they were meant to be
  if (!cm_valtype_resolve(scope, valtype, &type, &diag))
    return text_fail(v->l, v->l->token.at, "the type of this value is not known: %s", diag.message);
  if (!type.type) return text_expected(v->l, "(binary \"…\"): values of this type cannot be written down");
  if (!component_enter(v->c)) return false;
  bool ok = read_of_type(v, type.scope, type.type);
  v->c->depth--;
  return ok;
}

// TYPE VALUE, and the item added.
static bool value_definition(struct component_text *c, const char *at, struct cm_str id, struct cm_str name, uint32_t *index) {
  struct text_refs refs = {0};
  struct cm_item item = {.kind = CM_ITEM_VALUE};
  struct cm_buffer bytes;
  if (!component_valtype(c, &refs, &item.value.type) || !component_settle_valtype(c, &refs, &item.value.type)) return false;
  cm_buffer_init(&bytes, c->l->arena->allocator);
  struct value_text v = {.c = c, .l = c->l, .out = &bytes};
  bool ok = read_value(&v, c->scope->model, item.value.type);
  if (ok && bytes.failed) ok = text_fail_memory(c->l);
  uint8_t *kept = ok ? component_alloc(c, bytes.size + 1, 1) : NULL;
  if (kept && bytes.size) memcpy(kept, bytes.at, bytes.size);
  item.value.bytes = (struct cm_span){kept, bytes.size};
  cm_buffer_free(&bytes);
  return kept && component_add(c, &item, at, id, name, index);
}

// (value $id? (export …)* …), which may be an import or an alias.
bool component_value(struct component_text *c, const char *at) {
  struct cm_str id, name;
  struct text_inline_exports exports = {0};
  uint32_t index;
  if (!component_id(c, &id, &name) || !component_inline_exports(c, &exports)) return false;
  if (component_at_inline_import(c)) {
    struct text_refs refs = {0};
    struct cm_item item = {.kind = CM_ITEM_IMPORT, .import = {.type = {.sort = CM_SORT_VALUE}}};
    if (!component_inline_import(c, &item.import.name) || !component_value_bound(c, &refs, &item.import.type) ||
        !component_settle_externtype(c, &refs, &item.import.type) || !component_add(c, &item, at, id, name, &index))
      return false;
  } else if (text_at_open(c->l, "alias")) {
    if (!component_inline_alias(c, CM_SORT_VALUE, at, id, name, &index)) return false;
  } else if (!value_definition(c, at, id, name, &index)) {
    return false;
  }
  return component_add_exports(c, &exports, CM_SORT_VALUE, index, at);
}

// wasm-tools writes the type of a value alone, Binary.md a `valuebound`, which is what `(eq V)` needs; a file has the one or the other.
void component_settle_value_bounds(struct component_text *c) {
  if (!c->values.has_eq) return;
  for (uint32_t i = 0; i < c->values.count; i++) c->values.types[i]->has_value_bound = true;
}

bool component_note_value_bound(struct component_text *c, struct cm_item *item) {
  struct cm_externtype *type = item->kind == CM_ITEM_IMPORT                            ? &item->import.type
                               : item->kind == CM_ITEM_EXPORT && item->export.has_type ? &item->export.type
                                                                                       : NULL;
  if (!type || type->sort != CM_SORT_VALUE) return true;
  c->values.has_eq |= type->bound == CM_BOUND_EQ;
  if (!cm_grow(c->l->arena, &c->values.types, &c->values.room, c->values.count, sizeof *c->values.types))
    return text_fail_memory(c->l);
  c->values.types[c->values.count++] = type;
  return true;
}
