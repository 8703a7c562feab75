// Types as text, all the way down.

#include <component/limits.h>

#include "values.h"

struct shaping {
  struct code text;
  unsigned depth;
  bool ok;
};

static void put_value(struct shaping *s, const struct cm_scope *scope, struct cm_valtype type);

static void put_str(struct shaping *s, struct cm_str text) { code_put(&s->text, "%.*s", CM_STR_ARG(text)); }

static void put_name_of(struct shaping *s, const struct cm_typeref *handle) {
  struct cm_typeref of;
  s->ok &= cm_type_resolve(handle->scope, handle->type->resource, &of, NULL);
  if (s->ok && of.resource)
    put_str(s, of.resource->kind == CM_ITEM_IMPORT ? of.resource->import.name.name : of.resource->export.name.name);
}

// "{a: u8, b: u8}", "{a, b(u8)}", "<u8, u8>": fields of a record, cases, members of a tuple.
static void put_fields(struct shaping *s, const struct cm_typeref *of, const char *open, const char *close) {
  bool is_record = of->type->kind == CM_TYPE_RECORD, is_tuple = of->type->kind == CM_TYPE_TUPLE;
  code_put(&s->text, "%s", open);
  for (uint32_t i = 0; i < of->type->count; i++) {
    const struct cm_field *field = &of->type->fields[i];
    if (i) code_put(&s->text, ", ");
    if (!is_tuple) put_str(s, field->name);
    if (field->type.kind == CM_VAL_NONE) continue;
    code_put(&s->text, "%s", is_record ? ": " : is_tuple ? "" : "(");
    put_value(s, of->scope, field->type);
    if (!is_record && !is_tuple) code_put(&s->text, ")");
  }
  code_put(&s->text, "%s", close);
}

// "option<u8>", "result<u8, string>", "result<_, string>", "stream<u8>", "list<u8, 4>".
static void put_generic(struct shaping *s, const struct cm_typeref *of, const char *name) {
  code_put(&s->text, "%s", name);
  const struct cm_type *type = of->type;
  bool has_error = type->kind == CM_TYPE_RESULT && type->error.kind != CM_VAL_NONE;
  if (type->element.kind == CM_VAL_NONE && !has_error) return;
  code_put(&s->text, "<");
  if (type->kind == CM_TYPE_MAP) {
    put_value(s, of->scope, type->key);
    code_put(&s->text, ", ");
  }
  if (type->element.kind == CM_VAL_NONE)
    code_put(&s->text, "_");
  else
    put_value(s, of->scope, type->element);
  if (has_error) {
    code_put(&s->text, ", ");
    put_value(s, of->scope, type->error);
  }
  if (type->kind == CM_TYPE_FIXED_LIST) code_put(&s->text, ", %u", type->length);
  code_put(&s->text, ">");
}

static void put_type(struct shaping *s, const struct cm_typeref *of) {
  switch (of->type->kind) {
    case CM_TYPE_PRIM: code_put(&s->text, "%s", cm_prim_name(of->type->prim)); return;
    case CM_TYPE_RECORD: put_fields(s, of, "record{", "}"); return;
    case CM_TYPE_VARIANT: put_fields(s, of, "variant{", "}"); return;
    case CM_TYPE_FLAGS: put_fields(s, of, "flags{", "}"); return;
    case CM_TYPE_ENUM: put_fields(s, of, "enum{", "}"); return;
    case CM_TYPE_TUPLE: put_fields(s, of, "tuple<", ">"); return;
    case CM_TYPE_LIST:
    case CM_TYPE_FIXED_LIST: put_generic(s, of, "list"); return;
    case CM_TYPE_OPTION: put_generic(s, of, "option"); return;
    case CM_TYPE_RESULT: put_generic(s, of, "result"); return;
    case CM_TYPE_STREAM: put_generic(s, of, "stream"); return;
    case CM_TYPE_FUTURE: put_generic(s, of, "future"); return;
    case CM_TYPE_MAP: put_generic(s, of, "map"); return;
    case CM_TYPE_OWN:
    case CM_TYPE_BORROW:
      code_put(&s->text, "%s<", of->type->kind == CM_TYPE_OWN ? "own" : "borrow");
      put_name_of(s, of);
      code_put(&s->text, ">");
      return;
    default: s->ok = false;
  }
}

static void put_value(struct shaping *s, const struct cm_scope *scope, struct cm_valtype type) {
  struct cm_typeref of;
  if (s->depth > CM_LIMIT_TYPE_DEPTH || s->text.text.size > CM_LIMIT_TYPE_SIZE || !cm_valtype_resolve(scope, type, &of, NULL) ||
      !of.type) {
    s->ok = false;
    return;
  }
  s->depth++;
  put_type(s, &of);
  s->depth--;
}

struct cm_str value_shape(struct cm_arena *arena, const struct cm_scope *scope, const struct cm_type *func) {
  struct shaping s = {.ok = true};
  cm_buffer_init(&s.text.text, NULL);
  code_put(&s.text, "func(");
  for (uint32_t i = 0; i < func->func.param_count; i++) {
    if (i) code_put(&s.text, ", ");
    put_value(&s, scope, func->func.params[i].type);
  }
  code_put(&s.text, ")");
  if (func->func.result.kind != CM_VAL_NONE) {
    code_put(&s.text, " -> ");
    put_value(&s, scope, func->func.result);
  }
  struct cm_str out = {s.ok && !s.text.text.failed ? cm_alloc_text(arena, (const char *)s.text.text.at, s.text.text.size) : NULL,
                       s.text.text.size};
  cm_buffer_free(&s.text.text);
  return out;
}

bool value_expect(struct adapter_export *e, const struct adapter_function *f, const char *shape) {
  struct adapter *a = e->adapter;
  struct cm_str own = value_shape(a->arena, f->scope, f->type);
  if (own.at && cm_str_is(own, shape)) return true;
  return cm_fail_at_large(a->diag, CM_UNSUPPORTED, "`%.*s` of `%.*s` is of a type that no adapter is made for: %.*s",
                          CM_STR_ARG(f->name), CM_STR_ARG(e->name.name), CM_STR_ARG(own));
}
