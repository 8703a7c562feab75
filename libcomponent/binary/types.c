// Component types: value types, function types, the types of components, instances and resources.
//
// One table, by leading byte, says what each type is called and which function reads what follows: component/deftype.def. Component and instance types
// are scopes: their declarators are read like the items of a component.
//
// Spec: Binary.md, "Type Definitions".

#include "binary/decode.h"
#include "core/read.h"

static const char *const prim_names[0x80] = {
#define CM_PRIM(code, NAME, text) [code] = text,
#include <component/deftype.def>
};

const char *cm_prim_name(uint32_t prim) { return prim < sizeof prim_names / sizeof *prim_names ? prim_names[prim] : NULL; }

static bool is_prim(uint8_t byte) { return cm_prim_name(byte) != NULL; }

// valtype ::= typeidx | primvaltype: one signed number, whose negative values are the primitives.
bool decode_valtype(struct cm_reader *r, struct cm_valtype *out) {
  if (r->at < r->end && is_prim(*r->at)) {
    *out = (struct cm_valtype){CM_VAL_PRIM, *r->at++};
    return true;
  }
  const uint8_t *start = r->at;
  int64_t index;
  if (!cm_read_s33(r, "a value type", &index)) return false;
  if (index < 0) {
    r->at = start;
    return fail_expected(r, "a value type (a type index or a primitive)");
  }
  *out = (struct cm_valtype){CM_VAL_TYPE, (uint32_t)index};
  return true;
}

static bool decode_optional(struct cm_reader *r, struct cm_valtype *out) {
  bool there;
  if (!read_flag(r, "whether there is a type (0x00 or 0x01)", &there)) return false;
  return !there || decode_valtype(r, out);
}

// Vectors of fields, in the shapes that types have.

static bool decode_labelled(struct cm_reader *r, struct cm_field *out) {
  return cm_read_name(r, "a label", &out->name) && decode_valtype(r, &out->type);
}

static bool decode_label(struct cm_reader *r, struct cm_field *out) { return cm_read_name(r, "a label", &out->name); }

static bool decode_unlabelled(struct cm_reader *r, struct cm_field *out) { return decode_valtype(r, &out->type); }

// The last byte of a case was once an optional `refines`, which no tool writes any more.
static bool decode_case(struct cm_reader *r, struct cm_field *out) {
  return cm_read_name(r, "the label of a case", &out->name) && decode_optional(r, &out->type) &&
         expect_byte(r, 0, "0x00 at the end of a case");
}

static bool decode_fields(struct decoder *d, struct cm_reader *r, const char *what, size_t least, uint32_t limit,
                          bool (*decode)(struct cm_reader *, struct cm_field *), uint32_t *count, const struct cm_field **out) {
  if (!cm_read_count(r, what, least, limit, count)) return false;
  struct cm_field *fields = decoder_alloc(d, *count, sizeof *fields);
  if (!fields) return false;
  *out = fields;
  for (uint32_t i = 0; i < *count; i++)
    if (!decode(r, &fields[i])) return false;
  return true;
}

// resultlist ::= 0x00 valtype | 0x01 0x00; until 2025 the second could name results.
bool decode_result_list(struct decoder *d, struct cm_reader *r, struct cm_valtype *result, uint32_t *named_count,
                        const struct cm_field **named) {
  bool is_list;
  if (!read_flag(r, "a result list (0x00 or 0x01)", &is_list)) return false;
  if (!is_list) return decode_valtype(r, result);
  return decode_fields(d, r, "a count of named results", 2, CM_LIMIT_PARAMS, decode_labelled, named_count, named);
}

// What stands behind each leading byte.

typedef bool type_reader(struct decoder *d, struct cm_reader *r, struct open_scope *s, struct cm_type *out);

static bool read_record(struct decoder *d, struct cm_reader *r, struct open_scope *s, struct cm_type *out) {
  (void)s;
  return decode_fields(d, r, "a count of record fields", 2, CM_LIMIT_FIELDS, decode_labelled, &out->count, &out->fields);
}

static bool read_variant(struct decoder *d, struct cm_reader *r, struct open_scope *s, struct cm_type *out) {
  (void)s;
  return decode_fields(d, r, "a count of cases", 3, CM_LIMIT_FIELDS, decode_case, &out->count, &out->fields);
}

static bool read_tuple(struct decoder *d, struct cm_reader *r, struct open_scope *s, struct cm_type *out) {
  (void)s;
  return decode_fields(d, r, "a count of tuple members", 1, CM_LIMIT_FIELDS, decode_unlabelled, &out->count, &out->fields);
}

// flags, enum
static bool read_labels(struct decoder *d, struct cm_reader *r, struct open_scope *s, struct cm_type *out) {
  (void)s;
  bool is_flags = out->kind == CM_TYPE_FLAGS;
  return decode_fields(d, r, is_flags ? "a count of flags" : "a count of enum cases", 1,
                       is_flags ? CM_LIMIT_FLAGS : CM_LIMIT_FIELDS, decode_label, &out->count, &out->fields);
}

// list, option
static bool read_element(struct decoder *d, struct cm_reader *r, struct open_scope *s, struct cm_type *out) {
  (void)d, (void)s;
  return decode_valtype(r, &out->element);
}

static bool read_fixed_list(struct decoder *d, struct cm_reader *r, struct open_scope *s, struct cm_type *out) {
  (void)d, (void)s;
  return decode_valtype(r, &out->element) && cm_read_u32(r, "the length of a list", &out->length);
}

static bool read_map(struct decoder *d, struct cm_reader *r, struct open_scope *s, struct cm_type *out) {
  (void)d, (void)s;
  return decode_valtype(r, &out->key) && decode_valtype(r, &out->element);
}

static bool read_result(struct decoder *d, struct cm_reader *r, struct open_scope *s, struct cm_type *out) {
  (void)d, (void)s;
  return decode_optional(r, &out->element) && decode_optional(r, &out->error);
}

// stream, future
static bool read_optional_element(struct decoder *d, struct cm_reader *r, struct open_scope *s, struct cm_type *out) {
  (void)d, (void)s;
  return decode_optional(r, &out->element);
}

// own, borrow
static bool read_handle(struct decoder *d, struct cm_reader *r, struct open_scope *s, struct cm_type *out) {
  (void)d, (void)s;
  return cm_read_u32(r, "a type index", &out->resource);
}

static bool read_func(struct decoder *d, struct cm_reader *r, struct open_scope *s, struct cm_type *out) {
  (void)s;
  return decode_fields(d, r, "a count of parameters", 2, CM_LIMIT_PARAMS, decode_labelled, &out->func.param_count,
                       &out->func.params) &&
         decode_result_list(d, r, &out->func.result, &out->func.named_result_count, &out->func.named_results);
}

// A draft of 2024 and 2025: (resource (rep t) (dtor async f (callback g)?)).
static bool read_async_dtor(struct cm_reader *r, struct cm_type *out) {
  out->res.has_dtor = true;
  return cm_read_u32(r, "a core func index", &out->res.dtor) &&
         read_flag(r, "whether there is a callback (0x00 or 0x01)", &out->res.has_callback) &&
         (!out->res.has_callback || cm_read_u32(r, "a core func index", &out->res.callback));
}

static bool read_resource(struct decoder *d, struct cm_reader *r, struct open_scope *s, struct cm_type *out) {
  (void)d, (void)s;
  if (!core_read_valtype(r, "the representation of a resource", &out->res.rep)) return false;
  if (out->res.async_dtor) return read_async_dtor(r, out);
  return read_flag(r, "whether there is a destructor (0x00 or 0x01)", &out->res.has_dtor) &&
         (!out->res.has_dtor || cm_read_u32(r, "a core func index", &out->res.dtor));
}

// Declarators of component and instance types, by their codes.
static const struct item_row declarator_rows[] = {
    [0x00] = {"core type", CM_ITEM_CORE_TYPE, CM_SORT_CORE_TYPE, decode_core_type},
    [0x01] = {"type", CM_ITEM_TYPE, CM_SORT_TYPE, decode_type},
    [0x02] = {"alias", CM_ITEM_ALIAS, -1, decode_alias},
    [0x03] = {"import", CM_ITEM_IMPORT, -1, decode_import},
    [0x04] = {"export", CM_ITEM_EXPORT, -1, decode_export_decl},
};

static bool decode_declarators(struct decoder *d, struct cm_reader *r, struct open_scope *s) {
  bool imports = s->scope->kind == CM_SCOPE_COMPONENT_TYPE;
  uint32_t count;
  if (!cm_read_count(r, "a count of declarators", 2, CM_LIMIT_TYPE_DECLARATIONS, &count)) return false;
  for (uint32_t i = 0; i < count; i++) {
    const uint8_t *start = r->at;
    uint8_t code = r->at < r->end ? *r->at : 0xff;
    if (code > 4 || (code == 3 && !imports))
      return fail_expected(r, imports ? "a declarator of a component type (0x00 to 0x04)"
                                      : "a declarator of an instance type (0x00, 0x01, 0x02 or 0x04)");
    r->at++;
    if (!decode_item(d, r, s, &declarator_rows[code], i, start, UINT32_MAX)) return false;
  }
  return true;
}

static bool read_scope(struct decoder *d, struct cm_reader *r, struct open_scope *s, struct cm_type *out) {
  struct open_scope inner = {.scope = decoder_alloc(d, 1, sizeof *inner.scope)};
  if (!inner.scope) return false;
  inner.scope->kind = out->kind == CM_TYPE_COMPONENT ? CM_SCOPE_COMPONENT_TYPE : CM_SCOPE_INSTANCE_TYPE;
  inner.scope->parent = s->scope;
  inner.scope->component = s->scope->component;
  out->scope = inner.scope;
  if (!enter(d, r)) return false;
  bool ok = decode_declarators(d, r, &inner);
  leave(d);
  return ok;
}

// By leading byte.
static const struct type_row {
  enum cm_type_kind kind;
  bool is_async;
  type_reader *read;
} type_rows[] = {
#define CM_DEFTYPE(code, KIND, is_async, shape, text) [code] = {CM_TYPE_##KIND, is_async, read_##shape},
#include <component/deftype.def>
};

bool decode_type(struct decoder *d, struct cm_reader *r, struct open_scope *s, struct cm_item *item) {
  struct cm_type *out = decoder_alloc(d, 1, sizeof *out);
  if (!out) return false;
  item->type = out;
  out->offset = cm_offset(r);
  uint8_t code = r->at < r->end ? *r->at : 0;
  if (is_prim(code)) {
    r->at++;
    out->kind = CM_TYPE_PRIM;
    out->prim = code;
    return true;
  }
  if (code >= sizeof type_rows / sizeof type_rows[0] || !type_rows[code].read) {
    if (code == 0x6c) return cm_reader_fail(r, CM_UNSUPPORTED, "expected a type, found 0x6c (a union, which is no longer a type)");
    return fail_expected(r, "a type");
  }
  r->at++;
  out->kind = type_rows[code].kind;
  // Said first: what follows may depend on it.
  if (out->kind == CM_TYPE_FUNC) out->func.is_async = type_rows[code].is_async;
  if (out->kind == CM_TYPE_RESOURCE) out->res.async_dtor = type_rows[code].is_async;
  return type_rows[code].read(d, r, s, out);
}
