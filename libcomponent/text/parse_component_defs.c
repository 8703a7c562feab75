// Instances, aliases, imports, exports and start from text.
//
// Spec: Explainer.md, "Instance Definitions", "Alias Definitions", "Start Definitions", "Import and Export Definitions".

#include "text/parse_component.h"

// What can be passed to an instantiation and exported by components, and what core instances export.
static const enum cm_sort component_sorts[] = {CM_SORT_CORE_MODULE, CM_SORT_FUNC,     CM_SORT_VALUE,
                                               CM_SORT_TYPE,        CM_SORT_INSTANCE, CM_SORT_COMPONENT};
static const enum cm_sort core_sorts[] = {CM_SORT_CORE_FUNC, CM_SORT_CORE_TABLE, CM_SORT_CORE_MEMORY, CM_SORT_CORE_GLOBAL,
                                          CM_SORT_CORE_TAG};
static const enum cm_sort outer_sorts[] = {CM_SORT_CORE_MODULE, CM_SORT_CORE_TYPE, CM_SORT_TYPE, CM_SORT_COMPONENT};
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

// Inline imports and exports.

// (WORD NAME), closed at once: so an inline import or export of what is being defined is told from the first definition of a component
// or module, and from what an instance exports itself.
static bool at_inline(struct component_text *c, const char *word) {
  const char *here = c->l->token.at;
  struct cm_name name;
  bool found = text_enter(c->l, word) && (c->l->token.kind == TEXT_STRING || text_at_open(c->l, "interface")) &&
               component_name(c, &name) && c->l->token.kind == TEXT_CLOSE;
  text_seek(c->l, here);
  return found;
}

bool component_inline_exports(struct component_text *c, struct text_inline_exports *out) {
  while (at_inline(c, "export")) {
    text_enter(c->l, "export");
    if (!cm_grow(c->l->arena, &out->names, &out->room, out->count, sizeof *out->names)) return text_fail_memory(c->l);
    if (!component_name(c, &out->names[out->count++]) || !text_close(c->l)) return false;
  }
  return true;
}

bool component_add_exports(struct component_text *c, const struct text_inline_exports *exports, enum cm_sort sort, uint32_t index,
                           const char *at) {
  struct text_scope *scope = c->scope;
  for (uint32_t i = 0; i < exports->count; i++) {
    if (!cm_grow(c->l->arena, &scope->exports, &scope->export_room, scope->export_count, sizeof *scope->exports))
      return text_fail_memory(c->l);
    scope->exports[scope->export_count++] = (struct text_pending_export){exports->names[i], {sort, index}, at};
  }
  return true;
}

bool component_at_inline_import(struct component_text *c) { return at_inline(c, "import"); }

bool component_inline_import(struct component_text *c, struct cm_name *out) {
  return text_enter(c->l, "import") && component_name(c, out) && text_close(c->l);
}

// Items that stand for something: (SORT INDEX "name"…).

static bool core_word(struct component_text *c, enum cm_sort *out) {
  text_take(c->l, "core");
  for (size_t i = 0; i < COUNT(core_sorts); i++) {
    if (!text_take(c->l, cm_sort_names[core_sorts[i]] + 5)) continue;
    *out = core_sorts[i];
    return true;
  }
  return text_expected(c->l, "`func`, `table`, `memory`, `global` or `tag`");
}

static bool sort_word(struct component_text *c, enum cm_sort *out) {
  *out = component_sort(c, component_sorts, COUNT(component_sorts));
  return *out != CM_SORT_COUNT || text_expected(c->l, "`func`, `type`, `instance`, `component`, `value` or `core module`");
}

static bool sortidx(struct component_text *c, struct text_refs *refs, struct cm_sortidx *out) {
  return text_open(c->l) && sort_word(c, &out->sort) && component_path(c, refs, out->sort, UINT32_MAX, &out->index) &&
         text_close(c->l);
}

// Instances.

struct argument_list {
  struct cm_argument *items;
  size_t room;
  uint32_t count;
};

static struct cm_argument *add_argument(struct component_text *c, struct argument_list *list) {
  if (!cm_grow(c->l->arena, &list->items, &list->room, list->count, sizeof *list->items)) {
    text_fail_memory(c->l);
    return NULL;
  }
  list->items[list->count] = (struct cm_argument){0};
  return &list->items[list->count++];
}

static bool settle_arguments(struct component_text *c, const struct text_refs *refs, struct argument_list *list) {
  for (uint32_t i = 0; i < list->count; i++)
    if (!component_settle(c, refs, &list->items[i].what.index)) return false;
  return true;
}

// Adds an instance whose arguments or exports are in `list`.
static bool add_instance(struct component_text *c, bool core, struct cm_instance_expr expr, const struct text_refs *refs,
                         struct argument_list *list, const char *at, struct cm_str id, struct cm_str name, uint32_t *index) {
  if ((!expr.is_inline && !component_settle(c, refs, &expr.definition)) || !settle_arguments(c, refs, list)) return false;
  expr.count = list->count;
  expr.arguments = list->items;
  struct cm_item item = {.kind = core ? CM_ITEM_CORE_INSTANCE : CM_ITEM_INSTANCE, .instance = expr};
  return component_add(c, &item, at, id, name, index);
}

// (export "name" (KIND INDEX "name"?))*, of a core instance.
static bool core_bundle(struct component_text *c, struct text_refs *refs, struct argument_list *list) {
  while (text_enter(c->l, "export")) {
    struct cm_argument *export = add_argument(c, list);
    if (!export || !text_name(c->l, "the name of an export", &export->name.name) || !text_open(c->l) ||
        !core_word(c, &export->what.sort) || !component_path(c, refs, export->what.sort, 1, &export->what.index) ||
        !text_close(c->l) || !text_close(c->l))
      return false;
    export->name.raw = export->name.name;
  }
  return true;
}

// (export $id? NAME (SORT INDEX) TYPE?)*, of an instance. The type, which Explainer.md does not have here, says nothing that is kept.
static bool bundle(struct component_text *c, struct text_refs *refs, struct argument_list *list) {
  while (text_enter(c->l, "export")) {
    struct cm_argument *export = add_argument(c, list);
    struct cm_str id, name;
    if (!export || !component_id(c, &id, &name) || !component_name(c, &export->name) || !sortidx(c, refs, &export->what))
      return false;
    if (c->l->token.kind == TEXT_OPEN) {
      const char *open = c->l->token.at;
      enum cm_sort ascribed;
      text_next(c->l);
      if (!sort_word(c, &ascribed) || !text_skip(c->l, open) || !text_close(c->l)) return false;
    }
    if (!text_close(c->l)) return false;
  }
  return true;
}

// (instance (export …)*) as an argument: an instance before the one at hand. `at` is its (.
static bool bundle_argument(struct component_text *c, bool core, const char *at, uint32_t *index) {
  struct text_refs refs = {0};
  struct argument_list list = {0};
  struct cm_instance_expr expr = {.is_inline = true};
  return (core ? core_bundle(c, &refs, &list) : bundle(c, &refs, &list)) && text_close(c->l) &&
         add_instance(c, core, expr, &refs, &list, at, (struct cm_str){0}, (struct cm_str){0}, index);
}

// What stands behind `with "name"`, its ) included.
static bool argument(struct component_text *c, bool core, struct text_refs *refs, struct cm_sortidx *out) {
  const char *at = c->l->token.at;
  enum cm_sort instance = core ? CM_SORT_CORE_INSTANCE : CM_SORT_INSTANCE;
  uint32_t index;
  if (!text_open(c->l)) return false;
  if (core) text_take(c->l, "core");
  if (text_at(c->l, "instance")) {
    text_next(c->l);
    out->sort = instance;
    if (!component_at_index(c))
      return bundle_argument(c, core, at, &index) && component_known(c, refs, instance, index, &out->index);
  } else if (core) {
    return text_expected(c->l, "`instance`");
  } else if (!sort_word(c, &out->sort)) {
    return false;
  }
  return component_path(c, refs, out->sort, core ? 1 : UINT32_MAX, &out->index) && text_close(c->l);
}

// (instantiate DEFINITION (with "name" …)*), behind its word.
static bool instantiation(struct component_text *c, bool core, struct text_refs *refs, struct cm_instance_expr *expr,
                          struct argument_list *list) {
  enum cm_sort sort = core ? CM_SORT_CORE_MODULE : CM_SORT_COMPONENT;
  if (!core) {
    if (!component_use(c, refs, sort, &expr->definition)) return false;
  } else if (component_at_index(c)) {
    if (!component_ref(c, refs, sort, &expr->definition)) return false;
  } else {
    if (!text_open(c->l)) return false;
    text_take(c->l, "core");
    if (!text_expect(c->l, "module") || !component_path(c, refs, sort, UINT32_MAX, &expr->definition) || !text_close(c->l))
      return false;
  }
  while (text_enter(c->l, "with")) {
    struct cm_name name = {0};
    struct cm_sortidx what;
    if (!text_name(c->l, "the name of an argument", &name.name) || !argument(c, core, refs, &what) || !text_close(c->l))
      return false;
    struct cm_argument *added = add_argument(c, list);
    if (!added) return false;
    name.raw = name.name;
    *added = (struct cm_argument){name, what};
  }
  return text_close(c->l);
}

bool component_core_instance(struct component_text *c, const char *at) {
  struct cm_str id, name;
  struct text_refs refs = {0};
  struct argument_list list = {0};
  struct cm_instance_expr expr = {0};
  if (!component_id(c, &id, &name)) return false;
  expr.is_inline = !text_enter(c->l, "instantiate");
  return (expr.is_inline ? core_bundle(c, &refs, &list) : instantiation(c, true, &refs, &expr, &list)) &&
         add_instance(c, true, expr, &refs, &list, at, id, name, NULL);
}

bool component_instance(struct component_text *c, const char *at) {
  struct cm_str id, name;
  struct text_inline_exports exports = {0};
  struct text_refs refs = {0};
  struct argument_list list = {0};
  struct cm_instance_expr expr = {0};
  uint32_t index;
  if (!component_id(c, &id, &name) || !component_inline_exports(c, &exports)) return false;
  if (component_at_inline_import(c)) {
    struct cm_item item = {.kind = CM_ITEM_IMPORT, .import = {.type = {.sort = CM_SORT_INSTANCE}}};
    if (!component_inline_import(c, &item.import.name) || !component_typeuse(c, &refs, CM_TYPE_INSTANCE, &item.import.type.index) ||
        !component_settle(c, &refs, &item.import.type.index) || !component_add(c, &item, at, id, name, &index))
      return false;
  } else if (text_at_open(c->l, "alias")) {
    if (!component_inline_alias(c, CM_SORT_INSTANCE, at, id, name, &index)) return false;
  } else {
    expr.is_inline = !text_enter(c->l, "instantiate");
    if (!(expr.is_inline ? bundle(c, &refs, &list) : instantiation(c, false, &refs, &expr, &list)) ||
        !add_instance(c, false, expr, &refs, &list, at, id, name, &index))
      return false;
  }
  return component_add_exports(c, &exports, CM_SORT_INSTANCE, index, at);
}

// Aliases.

// Which scope `outer` names: how many steps out.
static bool outer_scope(struct component_text *c, uint32_t *out, bool *named) {
  *named = c->l->token.kind == TEXT_ID;
  if (!*named) return text_u32(c->l, "the number or identifier of an outer component", out);
  const char *at = c->l->token.at;
  struct cm_str id;
  if (!text_id(c->l, &id)) return false;
  *out = 0;
  for (const struct text_scope *scope = c->scope; scope; scope = scope->up, ++*out)
    if (scope->id.at && cm_str_equal(scope->id, id)) return true;
  return text_fail(c->l, at, "unknown outer component $%.*s: none of that name is around this", CM_STR_ARG(id));
}

// outer COMPONENT INDEX, behind `alias`: what is still to be found when the sort is known.
struct outer_target {
  bool named;        // the component was named
  struct cm_str id;  // of what is aliased; a null pointer: out->index is its index
  const char *at;
};

static bool read_outer(struct component_text *c, struct cm_alias *out, struct outer_target *target) {
  *out = (struct cm_alias){.kind = CM_ALIAS_OUTER};
  *target = (struct outer_target){0};
  if (!text_expect(c->l, "outer") || !outer_scope(c, &out->outer, &target->named)) return false;
  target->at = c->l->token.at;
  if (c->l->token.kind == TEXT_ID) return text_id(c->l, &target->id);
  return text_u32(c->l, "an index or identifier", &out->index);
}

// The index of what is aliased, now that its sort is known. Numbers are for validation to judge.
static bool settle_outer(struct component_text *c, struct cm_alias *out, const struct outer_target *target) {
  if (!target->named && !target->id.at) return true;
  const struct text_scope *scope = c->scope;
  for (uint32_t i = 0; i < out->outer && scope; i++) scope = scope->up;
  if (!scope) return text_fail(c->l, target->at, "an outer count of %u is too large", out->outer);
  if (!target->id.at) return true;
  const uint32_t *found = text_ids_find(&scope->ids, out->sort, target->id);
  if (!found && c->l->incomplete) return text_fail_after(c->l);
  if (!found) return text_ids_fail(c->l, &scope->ids, out->sort, cm_sort_names[out->sort], target->id, target->at);
  out->index = *found;
  return true;
}

bool component_outer_alias(struct component_text *c, const enum cm_sort *sorts, size_t count, bool in_module_type,
                           struct cm_alias *out, struct cm_str *id, struct cm_str *name) {
  struct outer_target target;
  if (!read_outer(c, out, &target) || !text_open(c->l)) return false;
  if (in_module_type) {  // (type …) without `core`
    if (!text_expect(c->l, "type")) return false;
    out->sort = CM_SORT_CORE_TYPE;
  } else {
    out->sort = component_sort(c, sorts, count);
    if (out->sort == CM_SORT_COUNT) return text_expected(c->l, "`type`, `core type`, `core module` or `component`");
  }
  return component_id(c, id, name) && text_close(c->l) && settle_outer(c, out, &target);
}

// export INSTANCE "name", core export INSTANCE "name", behind `alias`; the instance is a reference.
static bool export_alias(struct component_text *c, struct text_refs *refs, struct cm_alias *out) {
  bool core = text_take(c->l, "core");
  *out = (struct cm_alias){.kind = core ? CM_ALIAS_CORE_EXPORT : CM_ALIAS_EXPORT};
  if (!text_expect(c->l, "export") || !component_ref(c, refs, core ? CM_SORT_CORE_INSTANCE : CM_SORT_INSTANCE, &out->instance) ||
      !text_name(c->l, "the name of an export", &out->name))
    return false;
  out->raw = out->name;
  return true;
}

static bool add_alias(struct component_text *c, const struct text_refs *refs, struct cm_alias alias, const char *at,
                      struct cm_str id, struct cm_str name, uint32_t *index) {
  if (alias.kind != CM_ALIAS_OUTER && !component_settle(c, refs, &alias.instance)) return false;
  struct cm_item item = {.kind = CM_ITEM_ALIAS, .alias = alias};
  return component_add(c, &item, at, id, name, index);
}

bool component_alias(struct component_text *c, const char *at) {
  struct text_refs refs = {0};
  struct cm_alias alias;
  struct cm_str id, name;
  if (text_at(c->l, "outer"))
    return component_outer_alias(c, outer_sorts, COUNT(outer_sorts), false, &alias, &id, &name) &&
           add_alias(c, &refs, alias, at, id, name, NULL);
  if (!text_at(c->l, "export") && !text_at(c->l, "core")) return text_expected(c->l, "`export`, `core export` or `outer`");
  if (!export_alias(c, &refs, &alias) || !text_open(c->l)) return false;
  bool core = alias.kind == CM_ALIAS_CORE_EXPORT;
  if (core && !text_at(c->l, "core")) return text_expected(c->l, "`core`");
  return (core ? core_word(c, &alias.sort) : sort_word(c, &alias.sort)) && component_id(c, &id, &name) && text_close(c->l) &&
         add_alias(c, &refs, alias, at, id, name, NULL);
}

static bool is_outer_sort(enum cm_sort sort) {
  for (size_t i = 0; i < COUNT(outer_sorts); i++)
    if (outer_sorts[i] == sort) return true;
  return false;
}

bool component_at_inline_alias(struct component_text *c) {
  const char *here = c->l->token.at;
  if (!text_enter(c->l, "alias")) return false;
  text_take(c->l, "core");
  bool outer = text_take(c->l, "outer"), found = outer || text_take(c->l, "export");
  if (found) text_next(c->l), text_next(c->l);
  found = found && c->l->token.kind == TEXT_CLOSE;
  text_seek(c->l, here);
  return found;
}

bool component_inline_alias(struct component_text *c, enum cm_sort sort, const char *at, struct cm_str id, struct cm_str name,
                            uint32_t *index) {
  struct text_refs refs = {0};
  struct cm_alias alias;
  const char *open = c->l->token.at;
  if (!text_open(c->l) || !text_expect(c->l, "alias")) return false;
  if (text_at(c->l, "outer")) {
    struct outer_target target;
    if (!read_outer(c, &alias, &target) || !text_close(c->l)) return false;
    alias.sort = sort;
    if (!is_outer_sort(sort)) return text_fail(c->l, open, "a %s cannot be aliased from an outer component", cm_sort_names[sort]);
    return settle_outer(c, &alias, &target) && add_alias(c, &refs, alias, at, id, name, index);
  }
  if (!export_alias(c, &refs, &alias) || !text_close(c->l)) return false;
  if ((alias.kind == CM_ALIAS_CORE_EXPORT) != (sort <= CM_SORT_CORE_TAG))
    return text_fail(c->l, open, "a %s is no export of a %s", cm_sort_names[sort],
                     alias.kind == CM_ALIAS_CORE_EXPORT ? "core instance" : "component instance");
  alias.sort = sort;
  return add_alias(c, &refs, alias, at, id, name, index);
}

// Imports, exports, start.

bool component_import(struct component_text *c, const char *at) {
  struct text_refs refs = {0};
  struct cm_item item = {.kind = CM_ITEM_IMPORT};
  struct cm_str id, name;
  return component_name(c, &item.import.name) && text_open(c->l) &&
         component_externtype(c, &refs, true, &item.import.type, &id, &name) && text_close(c->l) &&
         component_settle_externtype(c, &refs, &item.import.type) && component_add(c, &item, at, id, name, NULL);
}

bool component_export_decl(struct component_text *c, const char *at) {
  struct text_refs refs = {0};
  struct cm_item item = {.kind = CM_ITEM_EXPORT, .export = {.has_type = true}};
  struct cm_export *export = &item.export;
  struct cm_str id, name;
  if (!component_name(c, &export->name) || !text_open(c->l) || !component_externtype(c, &refs, true, &export->type, &id, &name) ||
      !text_close(c->l) || !component_settle_externtype(c, &refs, &export->type))
    return false;
  export->what.sort = export->type.sort;
  return component_add(c, &item, at, id, name, NULL);
}

bool component_export(struct component_text *c, const char *at) {
  struct text_refs refs = {0};
  struct cm_item item = {.kind = CM_ITEM_EXPORT};
  struct cm_export *export = &item.export;
  struct cm_str id, name, no_id, no_name;
  if (!component_id(c, &id, &name) || !component_name(c, &export->name) || !sortidx(c, &refs, &export->what)) return false;
  export->has_type = c->l->token.kind == TEXT_OPEN;
  if (export->has_type) {
    text_next(c->l);
    if (!component_externtype(c, &refs, false, &export->type, &no_id, &no_name) || !text_close(c->l) ||
        !component_settle_externtype(c, &refs, &export->type))
      return false;
  }
  return component_settle(c, &refs, &export->what.index) && component_add(c, &item, at, id, name, NULL);
}

// (start FUNC (value INDEX)* (result (value $id?))*)
bool component_start(struct component_text *c, const char *at) {
  struct text_refs refs = {0};
  struct cm_item item = {.kind = CM_ITEM_START};
  uint32_t *arguments = NULL, first = c->scope->model->spaces[CM_SORT_VALUE].count;
  size_t room = 0;
  if (!component_use(c, &refs, CM_SORT_FUNC, &item.start.func)) return false;
  while (text_enter(c->l, "value")) {
    if (!cm_grow(c->l->arena, &arguments, &room, item.start.argument_count, sizeof *arguments)) return text_fail_memory(c->l);
    if (!component_path(c, &refs, CM_SORT_VALUE, UINT32_MAX, &arguments[item.start.argument_count++]) || !text_close(c->l))
      return false;
  }
  if (!component_settle(c, &refs, &item.start.func)) return false;
  for (uint32_t i = 0; i < item.start.argument_count; i++)
    if (!component_settle(c, &refs, &arguments[i])) return false;
  while (text_enter(c->l, "result")) {
    struct cm_str id;
    const char *here = c->l->token.at;
    if (!text_enter(c->l, "value")) return text_expected(c->l, "`(value`");
    if (!text_optional_id(c->l, &id) || !text_close(c->l) || !text_close(c->l) ||
        !component_define(c, CM_SORT_VALUE, id, first + item.start.result_count++, here))
      return false;
  }
  item.start.arguments = arguments;
  return component_add(c, &item, at, (struct cm_str){0}, (struct cm_str){0}, NULL);
}
