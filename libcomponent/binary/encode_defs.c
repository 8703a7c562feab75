// Definitions that are neither types nor canonical, written: the counterpart of defs.c, and names with their attributes.
//
// Spec: Binary.md, "Instance Definitions", "Alias Definitions", "Start Definitions", "Import and Export Definitions", "Value
// Definitions".

#include "binary/encode.h"

// Names.

enum { FORM_PLAIN = 0, FORM_OLD = 1, FORM_ATTRIBUTES = 2 };

// What stands in a name without form: once the attribute too, if it is to stay there.
static struct cm_str plain_text(const struct encoder *e, struct cm_str name, struct cm_str raw) {
  return e->options.keep_forms && raw.at ? raw : name;
}

static void encode_attribute(struct encoder *e, uint8_t code, struct cm_str text) {
  cm_put_u8(e->out, code);
  cm_put_name(e->out, text);
}

static void encode_name(struct encoder *e, const struct cm_name *name) {
  // Of the time when `implements` was part of the text.
  bool is_embedded = name->has_implements && name->raw.at && !cm_str_equal(name->raw, name->name) && !e->options.keep_forms;
  uint32_t count = (name->form == FORM_ATTRIBUTES ? name->attribute_count : 0) + is_embedded;
  uint8_t form = name->form == FORM_OLD && !e->options.keep_forms ? FORM_PLAIN : name->form;
  if (is_embedded) form = FORM_ATTRIBUTES;
  cm_put_u8(e->out, form);
  cm_put_name(e->out, plain_text(e, name->name, name->raw));
  if (form != FORM_ATTRIBUTES) return;
  cm_put_u32(e->out, count);
  if (is_embedded) encode_attribute(e, CM_ATTRIBUTE_IMPLEMENTS, name->implements);
  for (uint32_t i = 0; i < count - is_embedded; i++) encode_attribute(e, name->attributes[i].code, name->attributes[i].text);
}

// Sorts, instances.

void encode_sort(struct encoder *e, enum cm_sort sort) {
  if (sort_codes[sort].is_core) cm_put_u8(e->out, 0);
  cm_put_u8(e->out, sort_codes[sort].byte);
}

static void encode_sortidx(struct encoder *e, struct cm_sortidx what) {
  encode_sort(e, what.sort);
  cm_put_u32(e->out, what.index);
}

static void begin_instance(struct encoder *e, const struct cm_instance_expr *instance) {
  cm_put_u8(e->out, instance->is_inline);
  if (!instance->is_inline) cm_put_u32(e->out, instance->definition);
  cm_put_u32(e->out, instance->count);
}

// An argument (always an instance) and an inline export look the same here: a name, a core sort, an index.
void encode_core_instance(struct encoder *e, const struct cm_instance_expr *instance) {
  begin_instance(e, instance);
  for (uint32_t i = 0; i < instance->count; i++) {
    const struct cm_argument *argument = &instance->arguments[i];
    cm_put_name(e->out, argument->name.name);
    cm_put_u8(e->out, sort_codes[argument->what.sort].byte);
    cm_put_u32(e->out, argument->what.index);
  }
}

void encode_instance(struct encoder *e, const struct cm_instance_expr *instance) {
  begin_instance(e, instance);
  for (uint32_t i = 0; i < instance->count; i++) {
    const struct cm_argument *argument = &instance->arguments[i];
    if (instance->is_inline)
      encode_name(e, &argument->name);
    else
      cm_put_name(e->out, plain_text(e, argument->name.name, argument->name.raw));
    encode_sortidx(e, argument->what);
  }
}

void encode_alias(struct encoder *e, const struct cm_alias *alias) {
  encode_sort(e, alias->sort);
  cm_put_u8(e->out, (uint8_t)alias->kind);
  if (alias->kind == CM_ALIAS_OUTER) {
    cm_put_u32(e->out, alias->outer);
    cm_put_u32(e->out, alias->index);
  } else {
    cm_put_u32(e->out, alias->instance);
    cm_put_name(e->out, plain_text(e, alias->name, alias->raw));
  }
}

// externtype, what can be imported and exported: see defs.c.

static void encode_value_bound(struct encoder *e, const struct cm_externtype *type) {
  bool is_type = type->bound != CM_BOUND_EQ;
  if (type->has_value_bound) cm_put_u8(e->out, is_type);
  if (is_type)
    encode_valtype(e, type->value);
  else
    cm_put_u32(e->out, type->index);
}

static void encode_externtype(struct encoder *e, const struct cm_externtype *type) {
  encode_sort(e, type->sort);  // of core sorts there is only the module
  if (type->sort == CM_SORT_VALUE) {
    encode_value_bound(e, type);
    return;
  }
  bool is_resource = type->bound == CM_BOUND_RESOURCE;
  if (type->sort == CM_SORT_TYPE) cm_put_u8(e->out, is_resource);
  if (!is_resource) cm_put_u32(e->out, type->index);
}

void encode_import(struct encoder *e, const struct cm_import *import) {
  encode_name(e, &import->name);
  encode_externtype(e, &import->type);
}

void encode_export(struct encoder *e, const struct cm_export *export) {
  encode_name(e, &export->name);
  encode_sortidx(e, export->what);
  cm_put_u8(e->out, export->has_type);
  if (export->has_type) encode_externtype(e, &export->type);
}

void encode_export_decl(struct encoder *e, const struct cm_export *export) {
  encode_name(e, &export->name);
  encode_externtype(e, &export->type);
}

void encode_start(struct encoder *e, const struct cm_start *start) {
  cm_put_u32(e->out, start->func);
  cm_put_u32(e->out, start->argument_count);
  for (uint32_t i = 0; i < start->argument_count; i++) cm_put_u32(e->out, start->arguments[i]);
  cm_put_u32(e->out, start->result_count);
}

void encode_value(struct encoder *e, const struct cm_value *value) {
  encode_valtype(e, value->type);
  cm_put_u32(e->out, (uint32_t)value->bytes.size);
  cm_put_span(e->out, value->bytes);
}
