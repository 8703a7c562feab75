// Types of components, core types among them, as text.
//
// Each shape of component/deftype.def has a function that prints what stands behind the word.
//
// Spec: Explainer.md, "Type Definitions".

#include "text/print_component.h"

void put_valtype(struct scope_printer *s, struct cm_valtype type) {
  if (type.kind == CM_VAL_TYPE) {
    put_index(s, CM_SORT_TYPE, type.index);
  } else if (type.kind == CM_VAL_PRIM) {
    put_char(s->p, ' ');
    word(s->p, cm_prim_name(type.index));
  }
}

void put_value_type(struct scope_printer *s, struct cm_valtype type) {
  if (type.kind == CM_VAL_TYPE) sub_form(s->p, "type");
  put_valtype(s, type);
  if (type.kind == CM_VAL_TYPE) close_form(s->p);
}

// " (field "a" u8)", or without word " "a""; what is absent is left out.
static void put_fields(struct scope_printer *s, const char *what, uint32_t count, const struct cm_field *fields) {
  struct printer *p = s->p;
  for (uint32_t i = 0; i < count && !p->failed; i++) {
    put_char(p, ' ');
    if (what) {
      open_form(p, what);
      put_char(p, ' ');
    }
    put_name_literal(p, fields[i].name);
    put_valtype(s, fields[i].type);
    if (what) close_form(p);
  }
}

void put_result_list(struct scope_printer *s, struct cm_valtype result, uint32_t named_count, const struct cm_field *named) {
  put_fields(s, "result", named_count, named);
  if (result.kind == CM_VAL_NONE) return;
  sub_form(s->p, "result");
  put_valtype(s, result);
  close_form(s->p);
}

typedef void type_printer(struct scope_printer *s, const struct cm_type *type);

static void put_record(struct scope_printer *s, const struct cm_type *type) { put_fields(s, "field", type->count, type->fields); }
static void put_variant(struct scope_printer *s, const struct cm_type *type) { put_fields(s, "case", type->count, type->fields); }
static void put_labels(struct scope_printer *s, const struct cm_type *type) { put_fields(s, NULL, type->count, type->fields); }

static void put_tuple(struct scope_printer *s, const struct cm_type *type) {
  for (uint32_t i = 0; i < type->count && !s->p->failed; i++) put_valtype(s, type->fields[i].type);
}

static void put_element(struct scope_printer *s, const struct cm_type *type) { put_valtype(s, type->element); }
static void put_optional_element(struct scope_printer *s, const struct cm_type *type) { put_valtype(s, type->element); }

static void put_fixed_list(struct scope_printer *s, const struct cm_type *type) {
  put_valtype(s, type->element);
  put_number(s->p, type->length);
}

static void put_map(struct scope_printer *s, const struct cm_type *type) {
  put_valtype(s, type->key);
  put_valtype(s, type->element);
}

static void put_result(struct scope_printer *s, const struct cm_type *type) {
  put_valtype(s, type->element);
  if (type->error.kind == CM_VAL_NONE) return;
  sub_form(s->p, "error");
  put_valtype(s, type->error);
  close_form(s->p);
}

static void put_handle(struct scope_printer *s, const struct cm_type *type) { put_index(s, CM_SORT_TYPE, type->resource); }

static void put_func(struct scope_printer *s, const struct cm_type *type) {
  if (type->func.is_async) put_text(s->p, " async");
  put_fields(s, "param", type->func.param_count, type->func.params);
  put_result_list(s, type->func.result, type->func.named_result_count, type->func.named_results);
}

static void put_resource(struct scope_printer *s, const struct cm_type *type) {
  struct printer *p = s->p;
  sub_form(p, "rep");
  put_core_valtype(p, &s->spaces[CM_SORT_CORE_TYPE], type->res.rep);
  close_form(p);
  if (!type->res.has_dtor) return;
  put_text(p, type->res.async_dtor ? " (dtor async" : " (dtor");
  put_index(s, CM_SORT_CORE_FUNC, type->res.dtor);
  if (type->res.has_callback) {
    sub_form(p, "callback");
    put_index(s, CM_SORT_CORE_FUNC, type->res.callback);
    close_form(p);
  }
  close_form(p);
}

// Declarators, a line each.
static void put_scope(struct scope_printer *s, const struct cm_type *type) {
  struct printer *p = s->p;
  struct scope_printer inner = {.p = p, .up = s};
  p->indent++;
  for (uint32_t i = 0; i < type->scope->item_count && !p->failed; i++) print_item(&inner, type->scope->items[i]);
  p->indent--;
  if (type->scope->item_count) put_line(p, NO_OFFSET);
}

static const struct type_row {
  enum cm_type_kind kind;
  const char *text;
  type_printer *print;
} type_rows[] = {
#define CM_DEFTYPE(code, KIND, is_async, shape, text) {CM_TYPE_##KIND, text, put_##shape},
#include <component/deftype.def>
};

void print_type(struct scope_printer *s, const struct cm_type *type) {
  struct printer *p = s->p;
  open_form(p, "type");
  put_next(s, CM_SORT_TYPE);
  if (type->kind == CM_TYPE_PRIM) {
    put_valtype(s, (struct cm_valtype){CM_VAL_PRIM, type->prim});
    close_form(p);
    return;
  }
  const struct type_row *row = type_rows;
  while (row->kind != type->kind) row++;
  bool is_scope = type->kind == CM_TYPE_COMPONENT || type->kind == CM_TYPE_INSTANCE;
  if (is_scope)
    deeper(p, NO_OFFSET);
  else
    put_char(p, ' ');
  open_form(p, row->text);
  row->print(s, type);
  close_form(p);
  if (is_scope) higher(p, NO_OFFSET);
  close_form(p);
}

// Core types.

// The type of an import or export of a module type, which introduces no index that could be referred to.
static void put_core_externtype(struct scope_printer *s, const struct core_externtype *type) {
  static const char *const words[CORE_KIND_COUNT] = {"func", "table", "memory", "global", "tag"};
  struct printer *p = s->p;
  const struct idents *types = &s->spaces[CM_SORT_CORE_TYPE];
  sub_form(p, words[type->kind]);
  switch (type->kind) {
    case CORE_FUNC:
    case CORE_TAG:
      put_text(p, type->exact ? " (exact (type" : " (type");
      put_reference(p, types, type->type);
      put_text(p, type->exact ? "))" : ")");
      break;
    case CORE_TABLE: put_core_table_type(p, types, &type->table); break;
    case CORE_MEMORY: put_core_limits(p, true, &type->memory); break;
    case CORE_GLOBAL: put_core_global_type(p, types, &type->global); break;
    case CORE_KIND_COUNT: break;
  }
  close_form(p);
}

static void print_core_type_in(struct scope_printer *s, bool in_module_type, const struct cm_core_type *type);

static void print_module_decl(struct scope_printer *s, const struct cm_module_decl *decl) {
  struct printer *p = s->p;
  put_line(p, decl->offset);
  switch (decl->kind) {
    case CM_MODULE_TYPE: print_core_type_in(s, true, &decl->type); return;
    case CM_MODULE_ALIAS:
      open_form(p, "alias");
      put_outer(s, CM_SORT_CORE_TYPE, decl->alias_count, decl->alias_index);
      sub_form(p, "type");
      put_next(s, CM_SORT_CORE_TYPE);
      put_text(p, "))");
      return;
    case CM_MODULE_IMPORT:
    case CM_MODULE_EXPORT:
      open_form(p, decl->kind == CM_MODULE_IMPORT ? "import" : "export");
      put_char(p, ' ');
      if (decl->kind == CM_MODULE_IMPORT) {
        put_name_literal(p, decl->import.module);
        put_char(p, ' ');
      }
      put_name_literal(p, decl->import.name);
      put_core_externtype(s, &decl->import.type);
      close_form(p);
      return;
  }
}

static void print_module_type(struct scope_printer *s, const struct cm_module_type *type) {
  struct printer *p = s->p;
  struct scope_printer inner = {.p = p, .up = s};
  deeper(p, NO_OFFSET);
  open_form(p, "module");
  p->indent++;
  for (uint32_t i = 0; i < type->count && !p->failed; i++) print_module_decl(&inner, &type->decls[i]);
  p->indent--;
  if (type->count) put_line(p, NO_OFFSET);
  close_form(p);
  higher(p, NO_OFFSET);
}

static void print_core_defs(struct scope_printer *s, const char *what, const struct cm_core_type *type) {
  struct printer *p = s->p;
  bool is_group = type->count != 1 || type->types[0].group_explicit;
  if (is_group) {
    open_form(p, what);
    p->indent++;
  }
  for (uint32_t i = 0; i < type->count && !p->failed; i++) {
    if (is_group) put_line(p, type->types[i].offset);
    open_form(p, is_group ? "type" : what);
    put_next(s, CM_SORT_CORE_TYPE);
    put_core_subtype(p, &s->spaces[CM_SORT_CORE_TYPE], &type->types[i], NULL);
    close_form(p);
  }
  if (!is_group) return;
  higher(p, NO_OFFSET);
  close_form(p);
}

static void print_core_type_in(struct scope_printer *s, bool in_module_type, const struct cm_core_type *type) {
  bool is_group = type->kind == CM_CORE_TYPE_DEF && (type->count != 1 || type->types[0].group_explicit);
  const char *what = in_module_type ? (is_group ? "rec" : "type") : is_group ? "core rec" : "core type";
  if (type->kind == CM_CORE_TYPE_DEF) {
    print_core_defs(s, what, type);
    return;
  }
  open_form(s->p, what);
  put_next(s, CM_SORT_CORE_TYPE);
  print_module_type(s, type->module);
  close_form(s->p);
}

void print_core_type(struct scope_printer *s, const struct cm_core_type *type) { print_core_type_in(s, false, type); }
