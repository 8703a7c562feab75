// Types of components from text, and the types of what is imported and exported.
//
// component/deftype.def drives this: for each shape there is a function that reads what follows the word, and then settles the
// references, in the order in which they were read. Types within are complete by then, and stand in front.
//
// Spec: Explainer.md, "Type Definitions".

#include "text/parse_component.h"

// Value types.

static bool defined_type(struct component_text *c, struct cm_type *type);

static bool primitive(struct component_text *c, uint32_t *out) {
  static const struct prim {
    const char *word;
    uint32_t code;
  } prims[] = {
#define CM_PRIM(code, NAME, text) {text, code},
#include <component/deftype.def>
      {"float32", CM_F32}, {"float64", CM_F64},  // until 2024
  };
  for (size_t i = 0; i < sizeof prims / sizeof prims[0]; i++) {
    if (!text_take(c->l, prims[i].word)) continue;
    *out = prims[i].code;
    return true;
  }
  return false;
}

static bool add_type(struct component_text *c, struct cm_type *filled, const char *at, struct cm_str id, struct cm_str name,
                     uint32_t *index) {
  struct cm_item item = {.kind = CM_ITEM_TYPE, .type = component_alloc(c, 1, sizeof *item.type)};
  if (!item.type) return false;
  *item.type = *filled;
  item.type->offset = (uint64_t)(at - c->l->begin);
  return component_add(c, &item, at, id, name, index);
}

// Without a bare index: a primitive, or a type in parentheses, which is added.
static bool inline_valtype(struct component_text *c, struct text_refs *refs, struct cm_valtype *out) {
  const char *at = c->l->token.at;
  out->kind = CM_VAL_PRIM;
  if (primitive(c, &out->index)) return true;
  if (c->l->token.kind != TEXT_OPEN) return text_expected(c->l, "a value type (`string`, `u32`, `(list …)`, an index, …)");
  struct cm_type type = {0};
  uint32_t index;
  text_next(c->l);
  out->kind = CM_VAL_TYPE;
  return defined_type(c, &type) && text_close(c->l) && add_type(c, &type, at, (struct cm_str){0}, (struct cm_str){0}, &index) &&
         component_known(c, refs, CM_SORT_TYPE, index, &out->index);
}

bool component_valtype(struct component_text *c, struct text_refs *refs, struct cm_valtype *out) {
  if (!component_at_index(c) && !text_at_open(c->l, "type")) return inline_valtype(c, refs, out);
  out->kind = CM_VAL_TYPE;
  return component_use(c, refs, CM_SORT_TYPE, &out->index);
}

bool component_settle_valtype(struct component_text *c, const struct text_refs *refs, struct cm_valtype *type) {
  return type->kind != CM_VAL_TYPE || component_settle(c, refs, &type->index);
}

static bool optional_valtype(struct component_text *c, struct text_refs *refs, struct cm_valtype *out) {
  out->kind = CM_VAL_NONE;
  if (c->l->token.kind == TEXT_CLOSE) return true;
  return component_valtype(c, refs, out);
}

// Shapes.

// Fields: a list that grows while it is read.
struct field_list {
  struct cm_field *items;
  size_t room;
  uint32_t count;
};

static struct cm_field *add_field(struct component_text *c, struct field_list *list) {
  if (!cm_grow(c->l->arena, &list->items, &list->room, list->count, sizeof *list->items)) {
    text_fail_memory(c->l);
    return NULL;
  }
  list->items[list->count] = (struct cm_field){0};
  return &list->items[list->count++];
}

// (WORD "label" TYPE)*, the type perhaps left out.
static bool labelled(struct component_text *c, struct text_refs *refs, const char *word, bool optional, struct field_list *list) {
  struct text_ids ids = {0};
  while (text_enter(c->l, word)) {
    struct cm_field *field = add_field(c, list);
    struct cm_str id = {0};  // of a case, which nothing refers to any more
    const char *at = c->l->token.at;
    struct cm_valtype type;
    if (optional && !text_optional_id(c->l, &id)) return false;
    if (id.at && text_ids_find(&ids, 0, id)) return text_fail(c->l, at, "duplicate identifier of a case: $%.*s", CM_STR_ARG(id));
    if (id.at && !text_ids_add(c->l, &ids, 0, id, 0)) return false;
    if (!field || !text_name(c->l, "a label", &field->name)) return false;
    uint32_t place = list->count - 1;
    if (!(optional ? optional_valtype(c, refs, &type) : component_valtype(c, refs, &type)) || !text_close(c->l)) return false;
    list->items[place].type = type;
  }
  return true;
}

static bool settle_fields(struct component_text *c, const struct text_refs *refs, struct field_list *list) {
  for (uint32_t i = 0; i < list->count; i++)
    if (!component_settle_valtype(c, refs, &list->items[i].type)) return false;
  return true;
}

static bool keep_fields(const struct field_list *list, struct cm_type *type) {
  type->count = list->count;
  type->fields = list->items;
  return true;
}

static bool read_record(struct component_text *c, struct cm_type *type) {
  struct text_refs refs = {0};
  struct field_list list = {0};
  return labelled(c, &refs, "field", false, &list) && settle_fields(c, &refs, &list) && keep_fields(&list, type);
}

static bool read_variant(struct component_text *c, struct cm_type *type) {
  struct text_refs refs = {0};
  struct field_list list = {0};
  return labelled(c, &refs, "case", true, &list) && settle_fields(c, &refs, &list) && keep_fields(&list, type);
}

static bool read_tuple(struct component_text *c, struct cm_type *type) {
  struct text_refs refs = {0};
  struct field_list list = {0};
  while (c->l->token.kind != TEXT_CLOSE) {
    struct cm_valtype member;
    if (!component_valtype(c, &refs, &member)) return false;
    struct cm_field *field = add_field(c, &list);
    if (!field) return false;
    field->type = member;
  }
  return settle_fields(c, &refs, &list) && keep_fields(&list, type);
}

// flags, enum
static bool read_labels(struct component_text *c, struct cm_type *type) {
  struct field_list list = {0};
  while (c->l->token.kind != TEXT_CLOSE) {
    struct cm_field *field = add_field(c, &list);
    if (!field || !text_name(c->l, "a label", &field->name)) return false;
  }
  return keep_fields(&list, type);
}

// list, option; a list with a number behind its element is of that length.
static bool read_element(struct component_text *c, struct cm_type *type) {
  struct text_refs refs = {0};
  if (!component_valtype(c, &refs, &type->element)) return false;
  if (type->kind == CM_TYPE_LIST && c->l->token.kind != TEXT_CLOSE) {
    type->kind = CM_TYPE_FIXED_LIST;
    if (!text_u32(c->l, "the length of a list", &type->length)) return false;
  }
  return component_settle_valtype(c, &refs, &type->element);
}

static bool read_fixed_list(struct component_text *c, struct cm_type *type) {
  type->kind = CM_TYPE_LIST;
  return read_element(c, type);
}

static bool read_map(struct component_text *c, struct cm_type *type) {
  struct text_refs refs = {0};
  return component_valtype(c, &refs, &type->key) && component_valtype(c, &refs, &type->element) &&
         component_settle_valtype(c, &refs, &type->key) && component_settle_valtype(c, &refs, &type->element);
}

static bool read_result(struct component_text *c, struct cm_type *type) {
  struct text_refs refs = {0};
  if (!text_at_open(c->l, "error") && !optional_valtype(c, &refs, &type->element)) return false;
  if (text_enter(c->l, "error") && (!component_valtype(c, &refs, &type->error) || !text_close(c->l))) return false;
  return component_settle_valtype(c, &refs, &type->element) && component_settle_valtype(c, &refs, &type->error);
}

// stream, future
static bool read_optional_element(struct component_text *c, struct cm_type *type) {
  struct text_refs refs = {0};
  return optional_valtype(c, &refs, &type->element) && component_settle_valtype(c, &refs, &type->element);
}

// own, borrow
static bool read_handle(struct component_text *c, struct cm_type *type) {
  struct text_refs refs = {0};
  return component_use(c, &refs, CM_SORT_TYPE, &type->resource) && component_settle(c, &refs, &type->resource);
}

static bool read_func(struct component_text *c, struct cm_type *type) {
  struct text_refs refs = {0};
  struct field_list list = {0};
  type->func.is_async = text_take(c->l, "async");
  if (!labelled(c, &refs, "param", false, &list)) return false;
  if (text_enter(c->l, "result") && (!component_valtype(c, &refs, &type->func.result) || !text_close(c->l))) return false;
  type->func.param_count = list.count;
  type->func.params = list.items;
  return settle_fields(c, &refs, &list) && component_settle_valtype(c, &refs, &type->func.result);
}

// (rep i32) (dtor …)?
static bool read_resource(struct component_text *c, struct cm_type *type) {
  struct text_refs refs = {0};
  struct text_valtype rep;
  if (!text_open(c->l) || !text_expect(c->l, "rep") || !core_valtype(c->scope->core, &rep) || !text_close(c->l)) return false;
  type->res.rep = rep.type;
  type->res.has_dtor = text_enter(c->l, "dtor");
  return !type->res.has_dtor || (component_core_ref(c, &refs, CM_SORT_CORE_FUNC, &type->res.dtor) && text_close(c->l) &&
                                 component_settle(c, &refs, &type->res.dtor));
}

// The declarators of component and instance types.
static bool read_declarator(struct component_text *c, const char *at, bool imports) {
  if (text_take(c->l, "type")) return component_type(c, at, false);
  if (text_take(c->l, "alias")) return component_alias(c, at);
  if (text_take(c->l, "export")) return component_export_decl(c, at);
  if (imports && text_take(c->l, "import")) return component_import(c, at);
  static const enum cm_sort core_type[] = {CM_SORT_CORE_TYPE};
  if (component_sort(c, core_type, 1) != CM_SORT_COUNT) return component_core_type(c, at);
  return text_expected(c->l,
                       imports ? "`type`, `core type`, `alias`, `import` or `export`" : "`type`, `core type`, `alias` or `export`");
}

// The identifier of the type is that of the scope, for outer aliases; c->type_id has it.
static bool read_scope(struct component_text *c, struct cm_type *type) {
  struct text_scope scope;
  bool imports = type->kind == CM_TYPE_COMPONENT;
  struct cm_str id = c->type_id;
  c->type_id = (struct cm_str){0};
  struct cm_scope *model = component_alloc(c, 1, sizeof *model);
  if (!model || !component_push_scope(c, &scope, id)) return false;
  scope.model = model;
  model->kind = imports ? CM_SCOPE_COMPONENT_TYPE : CM_SCOPE_INSTANCE_TYPE;
  model->parent = scope.up->model;
  model->component = c->component;
  type->scope = model;
  bool ok = true;
  while (ok && c->l->token.kind != TEXT_CLOSE) {
    const char *at = c->l->token.at;
    ok = text_open(c->l) && read_declarator(c, at, imports) && text_close(c->l);
  }
  component_pop_scope(c);
  return ok;
}

static const struct type_row {
  const char *word;
  enum cm_type_kind kind;
  bool (*read)(struct component_text *c, struct cm_type *type);
} type_rows[] = {
#define CM_DEFTYPE(code, KIND, is_async, shape, text) {text, CM_TYPE_##KIND, read_##shape},
#include <component/deftype.def>
};
enum { TYPE_ROWS = sizeof type_rows / sizeof type_rows[0] };

// What follows the word.
static bool read_row(struct component_text *c, const struct type_row *row, struct cm_type *type) {
  type->kind = row->kind;
  if (!component_enter(c)) return false;
  bool ok = row->read(c, type);
  c->depth--;
  return ok;
}

static const struct type_row *find_row(struct component_text *c, bool values_only) {
  for (size_t i = 0; i < TYPE_ROWS; i++) {
    enum cm_type_kind kind = type_rows[i].kind;
    bool is_value = kind != CM_TYPE_FUNC && kind != CM_TYPE_COMPONENT && kind != CM_TYPE_INSTANCE && kind != CM_TYPE_RESOURCE;
    if ((is_value || !values_only) && text_take(c->l, type_rows[i].word)) return &type_rows[i];
  }
  return NULL;
}

static bool fail_type(struct component_text *c) {
  struct text_nearest nearest;
  const struct text_token *t = &c->l->token;
  text_nearest_begin(&nearest, (struct cm_str){t->at, t->size});
  for (size_t i = 0; i < TYPE_ROWS; i++) text_nearest_try(&nearest, cm_str_of(type_rows[i].word));
  if (t->kind == TEXT_KEYWORD && nearest.best.at && !text_is(t, nearest.best.at))
    return text_fail(c->l, t->at, "expected a type, found `%.*s`: is `%.*s` meant?", (int)(t->size < 60 ? t->size : 60), t->at,
                     CM_STR_ARG(nearest.best));
  return text_expected(c->l, "a type (`record`, `variant`, `list`, …)");
}

// A value type within its parentheses.
static bool defined_type(struct component_text *c, struct cm_type *type) {
  const struct type_row *row = find_row(c, true);
  return row ? read_row(c, row, type) : fail_type(c);
}

// Uses.

// (type INDEX) or (type INDEX "name"…), and not a definition as the first declarator of a type.
static bool at_type_ref(struct component_text *c) {
  if (!text_at_open(c->l, "type")) return false;
  const char *here = c->l->token.at;
  text_next(c->l);
  text_next(c->l);
  bool is_ref = component_at_index(c);
  if (is_ref) {
    text_next(c->l);
    is_ref = c->l->token.kind == TEXT_CLOSE || c->l->token.kind == TEXT_STRING;
  }
  text_seek(c->l, here);
  return is_ref;
}

static bool type_ref(struct component_text *c, struct text_refs *refs, uint32_t *out) {
  return text_enter(c->l, "type") && component_path(c, refs, CM_SORT_TYPE, UINT32_MAX, out) && text_close(c->l);
}

bool component_typeuse(struct component_text *c, struct text_refs *refs, enum cm_type_kind kind, uint32_t *out) {
  if (at_type_ref(c)) return type_ref(c, refs, out);
  const char *at = c->l->token.at;
  struct cm_type type = {0};
  const struct type_row *row = type_rows;
  uint32_t index;
  while (row->kind != kind) row++;
  return read_row(c, row, &type) && add_type(c, &type, at, (struct cm_str){0}, (struct cm_str){0}, &index) &&
         component_known(c, refs, CM_SORT_TYPE, index, out);
}

bool component_core_typeuse(struct component_text *c, struct text_refs *refs, uint32_t *out) {
  if (at_type_ref(c)) return text_enter(c->l, "type") && component_path(c, refs, CM_SORT_CORE_TYPE, 1, out) && text_close(c->l);
  const char *at = c->l->token.at;
  struct cm_core_type *type = component_alloc(c, 1, sizeof *type);
  struct cm_item item = {.kind = CM_ITEM_CORE_TYPE, .core_type = type};
  uint32_t index;
  if (!type) return false;
  type->kind = CM_CORE_TYPE_MODULE;
  type->offset = (uint64_t)(at - c->l->begin);
  return component_module_type(c, (struct cm_str){0}, &type->module) &&
         component_add(c, &item, at, (struct cm_str){0}, (struct cm_str){0}, &index) &&
         component_known(c, refs, CM_SORT_CORE_TYPE, index, out);
}

// (eq INDEX), (sub resource).
static bool type_bound(struct component_text *c, struct text_refs *refs, struct cm_externtype *out) {
  if (text_enter(c->l, "eq")) {
    out->bound = CM_BOUND_EQ;
    return component_use(c, refs, CM_SORT_TYPE, &out->index) && text_close(c->l);
  }
  out->bound = CM_BOUND_RESOURCE;
  return text_open(c->l) && text_expect(c->l, "sub") && text_expect(c->l, "resource") && text_close(c->l);
}

bool component_value_bound(struct component_text *c, struct text_refs *refs, struct cm_externtype *out) {
  if (!text_enter(c->l, "eq")) return component_valtype(c, refs, &out->value);
  out->bound = CM_BOUND_EQ;
  return component_use(c, refs, CM_SORT_VALUE, &out->index) && text_close(c->l);
}

bool component_externtype(struct component_text *c, struct text_refs *refs, bool named, struct cm_externtype *out,
                          struct cm_str *id, struct cm_str *name) {
  static const enum cm_sort sorts[] = {CM_SORT_CORE_MODULE, CM_SORT_FUNC,     CM_SORT_VALUE,
                                       CM_SORT_TYPE,        CM_SORT_INSTANCE, CM_SORT_COMPONENT};
  *id = *name = (struct cm_str){0};
  *out = (struct cm_externtype){.sort = component_sort(c, sorts, sizeof sorts / sizeof sorts[0])};
  if (out->sort == CM_SORT_COUNT) return text_expected(c->l, "`func`, `type`, `instance`, `component`, `value` or `core module`");
  // What stands alone in (value $t) is the type.
  named = named && (out->sort != CM_SORT_VALUE || text_look_ahead(c->l)->kind != TEXT_CLOSE);
  if (named && !component_id(c, id, name)) return false;
  switch (out->sort) {
    case CM_SORT_CORE_MODULE: return component_core_typeuse(c, refs, &out->index);
    case CM_SORT_FUNC: return component_typeuse(c, refs, CM_TYPE_FUNC, &out->index);
    case CM_SORT_INSTANCE: return component_typeuse(c, refs, CM_TYPE_INSTANCE, &out->index);
    case CM_SORT_COMPONENT: return component_typeuse(c, refs, CM_TYPE_COMPONENT, &out->index);
    case CM_SORT_VALUE: return component_value_bound(c, refs, out);
    default: return type_bound(c, refs, out);
  }
}

bool component_settle_externtype(struct component_text *c, const struct text_refs *refs, struct cm_externtype *type) {
  if (type->bound == CM_BOUND_RESOURCE) return true;
  if (type->sort == CM_SORT_VALUE && type->bound != CM_BOUND_EQ) return component_settle_valtype(c, refs, &type->value);
  return component_settle(c, refs, &type->index);
}

// (type $id? (export …)* TYPE), behind `type`.
bool component_type(struct component_text *c, const char *at, bool exports) {
  struct cm_str id, name;
  struct text_inline_exports list = {0};
  struct cm_type type = {.kind = CM_TYPE_PRIM};
  uint32_t index, prim;
  if (!component_id(c, &id, &name) || (exports && !component_inline_exports(c, &list))) return false;
  if (primitive(c, &prim)) {
    type.prim = prim;
  } else {
    if (c->l->token.kind != TEXT_OPEN) return text_expected(c->l, "a type (`string`, `(record …)`, `(func …)`, …)");
    if (text_at_open(c->l, "alias"))
      return component_inline_alias(c, CM_SORT_TYPE, at, id, name, &index) &&
             component_add_exports(c, &list, CM_SORT_TYPE, index, at);
    text_next(c->l);
    const struct type_row *row = find_row(c, false);
    c->type_id = id;
    if (!(row ? read_row(c, row, &type) : fail_type(c)) || !text_close(c->l)) return false;
    c->type_id = (struct cm_str){0};
  }
  return add_type(c, &type, at, id, name, &index) && component_add_exports(c, &list, CM_SORT_TYPE, index, at);
}
