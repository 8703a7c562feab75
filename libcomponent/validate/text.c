// Types in the text format, shortened: what stands in messages.
//
// Spec: Explainer.md, "Type Definitions".

#include "validate/types.h"

#include <stdarg.h>
#include <stdio.h>

struct writer {
  char *at;
  size_t used;
  unsigned depth;
};

enum { TEXT_DEPTH = 4, TEXT_PARTS = 5 };

static void put(struct writer *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(struct writer *w, const char *format, ...) {
  if (w->used >= TYPE_TEXT) return;
  va_list list;
  va_start(list, format);
  int n = vsnprintf(w->at + w->used, TYPE_TEXT - w->used, format, list);
  va_end(list);
  if (n > 0) w->used += (size_t)n;
}

static const char *prim_name(enum cm_prim prim) {
  switch (prim) {
    case CM_BOOL: return "bool";
    case CM_S8: return "s8";
    case CM_U8: return "u8";
    case CM_S16: return "s16";
    case CM_U16: return "u16";
    case CM_S32: return "s32";
    case CM_U32: return "u32";
    case CM_S64: return "s64";
    case CM_U64: return "u64";
    case CM_F32: return "f32";
    case CM_F64: return "f64";
    case CM_CHAR: return "char";
    case CM_STRING: return "string";
    case CM_ERROR_CONTEXT: return "error-context";
  }
  return "?";
}

static const char *const kind_words[] = {
    [CM_TYPE_RECORD] = "record",     [CM_TYPE_VARIANT] = "variant",
    [CM_TYPE_LIST] = "list",         [CM_TYPE_FIXED_LIST] = "list",
    [CM_TYPE_TUPLE] = "tuple",       [CM_TYPE_FLAGS] = "flags",
    [CM_TYPE_ENUM] = "enum",         [CM_TYPE_OPTION] = "option",
    [CM_TYPE_RESULT] = "result",     [CM_TYPE_OWN] = "own",
    [CM_TYPE_BORROW] = "borrow",     [CM_TYPE_STREAM] = "stream",
    [CM_TYPE_FUTURE] = "future",     [CM_TYPE_MAP] = "map",
    [CM_TYPE_FUNC] = "func",         [CM_TYPE_COMPONENT] = "component",
    [CM_TYPE_INSTANCE] = "instance", [CM_TYPE_RESOURCE] = "resource",
};

static void put_type(struct writer *w, const struct type *type);

static void put_fields(struct writer *w, const char *word, const struct field *fields, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    if (i == TEXT_PARTS) {
      put(w, " …");
      break;
    }
    if (word) put(w, " (%s", word);
    if (fields[i].name.size) put(w, " \"%.*s\"", SHOWN(fields[i].name));
    if (fields[i].type) {
      put(w, " ");
      put_type(w, fields[i].type);
    }
    if (word) put(w, ")");
  }
}

static void put_parts(struct writer *w, const struct type *type) {
  switch (type->kind) {
    case CM_TYPE_RECORD: put_fields(w, "field", type->fields, type->count); break;
    case CM_TYPE_VARIANT: put_fields(w, "case", type->fields, type->count); break;
    case CM_TYPE_TUPLE:
    case CM_TYPE_FLAGS:
    case CM_TYPE_ENUM: put_fields(w, NULL, type->fields, type->count); break;
    case CM_TYPE_FUNC:
      if (type->is_async) put(w, " async");
      put_fields(w, "param", type->fields, type->count);
      if (!type->result) break;
      put(w, " (result ");
      put_type(w, type->result);
      put(w, ")");
      break;
    case CM_TYPE_MAP:
      put(w, " ");
      put_type(w, type->key);
      put(w, " ");
      put_type(w, type->element);
      break;
    case CM_TYPE_COMPONENT:
    case CM_TYPE_INSTANCE: put(w, " …"); break;
    case CM_TYPE_OWN:
    case CM_TYPE_BORROW: break;
    default:
      if (type->element) put(w, " ");
      if (type->element) put_type(w, type->element);
      if (type->kind == CM_TYPE_FIXED_LIST) put(w, " %u", type->length);
      if (type->kind != CM_TYPE_RESULT || !type->error) break;
      put(w, " (error ");
      put_type(w, type->error);
      put(w, ")");
  }
}

// The name that it came with, and with what. Others may have the same.
static void put_resource(struct writer *w, const struct type *resource) {
  if (resource->label.size) put(w, "`%.*s`", SHOWN(resource->label));
  if (resource->home.size) put(w, "%sof `%.*s`", resource->label.size ? " " : "", SHOWN(resource->home));
  if (!resource->label.size && !resource->home.size) put(w, "without a name");
}

static void put_type(struct writer *w, const struct type *type) {
  if (type->kind == CM_TYPE_PRIM) {
    put(w, "%s", prim_name(type->prim));
  } else if (type->kind == TYPE_BROKEN) {
    put(w, "?");
  } else if (type->kind == CM_TYPE_RESOURCE) {
    put(w, "(resource ");
    put_resource(w, type);
    put(w, ")");
  } else if (type->kind == CM_TYPE_OWN || type->kind == CM_TYPE_BORROW) {
    put(w, "(%s ", kind_words[type->kind]);
    put_resource(w, type->resource);
    put(w, ")");
  } else if (w->depth == TEXT_DEPTH) {
    put(w, "(%s …)", kind_words[type->kind]);
  } else {
    w->depth++;
    put(w, "(%s", kind_words[type->kind]);
    put_parts(w, type);
    put(w, ")");
    w->depth--;
  }
}

// A text that did not fit ends in "…", not within a character.
static void abridge(struct type_summary *text) {
  static const char more[] = "…";
  size_t at = TYPE_TEXT - sizeof more;
  while (at && ((unsigned char)text->at[at] & 0xc0) == 0x80) at--;
  memcpy(text->at + at, more, sizeof more);
}

struct type_summary type_summary(const struct type *type) {
  struct type_summary text = {{0}};
  struct writer w = {.at = text.at};
  put_type(&w, type);
  if (w.used >= TYPE_TEXT) abridge(&text);
  return text;
}

const char *type_kind_name(const struct type *type) {
  switch (type->kind) {
    case CM_TYPE_PRIM: return prim_name(type->prim);
    case CM_TYPE_FUNC: return "a function type";
    case CM_TYPE_COMPONENT: return "a component type";
    case CM_TYPE_INSTANCE: return "an instance type";
    case CM_TYPE_RESOURCE: return "a resource type";
    case TYPE_BROKEN: return "a type that is not valid";
    default: return "a value type";
  }
}
