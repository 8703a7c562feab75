// What is core in a component's text: modules, core types and module types, custom sections.
//
// Core types are read by what reads those of modules, into bytes, and the bytes are decoded into the model: so there is one reader of
// the text of a core type, and one of its bytes. A module type is a scope of its own with nothing in it but types.
//
// Spec: Explainer.md, "Core Module Definitions", "Core Type Definitions".

#include "core/read.h"
#include "text/parse_component.h"

// Core types.

// What was written cannot be read back: there is no memory, or a limit of limits.h is in the way.
static bool fail_decode(struct component_text *c, const char *at, const struct cm_diag *diag) {
  return diag->error == CM_NO_MEMORY ? text_fail_memory(c->l) : text_fail_limit(c->l, at, "%s", diag->message);
}

// The types that were written to the end of `core`'s type section from `start` on, decoded: a recursion group.
static bool decode_group(struct component_text *c, struct core_text *core, size_t start, const char *at, struct cm_core_type *out) {
  const struct cm_buffer *bytes = &core->sections[CORE_SECTION_TYPE].bytes;
  if (bytes->failed) return text_fail_memory(c->l);
  // The model borrows nothing of a type's bytes, so they may go with the buffer.
  struct cm_diag diag = {0};
  struct cm_reader r = cm_reader_of((struct cm_span){bytes->at + start, bytes->size - start}, bytes->at, NULL, &diag);
  out->kind = CM_CORE_TYPE_DEF;
  out->offset = (uint64_t)(at - c->l->begin);
  if (core_read_rec_group(&r, c->l->arena, &out->types, &out->count)) return true;
  return fail_decode(c, at, &diag);
}

static bool add_core_type(struct component_text *c, const struct cm_core_type *filled, const char *at, struct cm_str id,
                          struct cm_str name) {
  struct cm_item item = {.kind = CM_ITEM_CORE_TYPE, .core_type = component_alloc(c, 1, sizeof *item.core_type)};
  if (!item.core_type) return false;
  *item.core_type = *filled;
  return component_add(c, &item, at, id, name, NULL);
}

// (core type $id? …), behind its words. A type that is none of a module may refer to itself.
bool component_core_type(struct component_text *c, const char *at) {
  struct cm_str id, name;
  struct cm_core_type type = {.kind = CM_CORE_TYPE_MODULE, .offset = (uint64_t)(at - c->l->begin)};
  struct core_text *core = c->scope->core;
  if (!component_id(c, &id, &name)) return false;
  if (text_at_open(c->l, "alias")) return component_inline_alias(c, CM_SORT_CORE_TYPE, at, id, name, NULL);
  if (text_enter(c->l, "module"))
    return component_module_type(c, id, &type.module) && text_close(c->l) && add_core_type(c, &type, at, id, name);
  size_t start = core->sections[CORE_SECTION_TYPE].bytes.size;
  uint32_t index = core->spaces[SPACE_TYPE].count;
  return component_define(c, CM_SORT_CORE_TYPE, id, index, at) && core_subtype(core, index) &&
         decode_group(c, core, start, at, &type) && (component_add_name(c, CM_SORT_CORE_TYPE, index, id, name), true) &&
         add_core_type(c, &type, at, id, name);
}

// (core rec (type $id? …)*), behind its words.
bool component_core_rec(struct component_text *c, const char *at) {
  struct cm_core_type type;
  struct core_text *core = c->scope->core;
  const char *here = c->l->token.at;
  size_t start = core->sections[CORE_SECTION_TYPE].bytes.size;
  uint32_t first = core->spaces[SPACE_TYPE].count, index = first;
  for (; text_at_open(c->l, "type"); index++) {
    const char *open = c->l->token.at;
    struct cm_str id, name;
    text_enter(c->l, "type");
    if (!component_id(c, &id, &name) || !component_define(c, CM_SORT_CORE_TYPE, id, index, open)) return false;
    component_add_name(c, CM_SORT_CORE_TYPE, index, id, name);
    if (!text_skip(c->l, open)) return false;
    text_next(c->l);
  }
  text_seek(c->l, here);
  return core_rec(core, first) && decode_group(c, core, start, at, &type) &&
         add_core_type(c, &type, at, (struct cm_str){0}, (struct cm_str){0});
}

// Module types.

struct decl_list {
  struct cm_module_type *type;
  size_t room;
  size_t decoded;  // bytes of the type section that are declarators already
};

static bool add_decl(struct component_text *c, struct decl_list *list, const struct cm_module_decl *decl) {
  if (!cm_grow(c->l->arena, &list->type->decls, &list->room, list->type->count, sizeof *list->type->decls))
    return text_fail_memory(c->l);
  list->type->decls[list->type->count++] = *decl;
  return true;
}

// The type that has been written since the last time, if there is one.
static bool add_new_type(struct component_text *c, struct decl_list *list, const char *at) {
  struct core_text *core = c->scope->core;
  size_t size = core->sections[CORE_SECTION_TYPE].bytes.size;
  if (size == list->decoded) return true;
  struct cm_module_decl decl = {.kind = CM_MODULE_TYPE, .offset = (uint64_t)(at - c->l->begin)};
  if (!decode_group(c, core, list->decoded, at, &decl.type)) return false;
  list->decoded = size;
  return add_decl(c, list, &decl);
}

// A module type within one is not valid, but the grammar has it.
static bool nested_module_type(struct component_text *c, struct decl_list *list, struct cm_str id, const char *at) {
  struct cm_module_decl decl = {.kind = CM_MODULE_TYPE, .offset = (uint64_t)(at - c->l->begin)};
  decl.type.kind = CM_CORE_TYPE_MODULE;
  decl.type.offset = decl.offset;
  return component_module_type(c, id, &decl.type.module) && text_close(c->l) && add_decl(c, list, &decl);
}

static bool type_decl(struct component_text *c, struct decl_list *list, const char *at) {
  struct core_text *core = c->scope->core;
  struct cm_str id, name;
  uint32_t index = core->spaces[SPACE_TYPE].count;
  if (!component_id(c, &id, &name) || !component_define(c, CM_SORT_CORE_TYPE, id, index, at)) return false;
  core->spaces[SPACE_TYPE].count++;
  if (text_enter(c->l, "module")) return nested_module_type(c, list, id, at);
  return core_subtype(core, index) && add_new_type(c, list, at);
}

static bool rec_decl(struct component_text *c, struct decl_list *list, const char *at) {
  struct core_text *core = c->scope->core;
  const char *here = c->l->token.at;
  uint32_t first = core->spaces[SPACE_TYPE].count;
  while (text_at_open(c->l, "type")) {
    const char *open = c->l->token.at;
    struct cm_str id;
    text_enter(c->l, "type");
    if (!text_optional_id(c->l, &id) || !component_define(c, CM_SORT_CORE_TYPE, id, core->spaces[SPACE_TYPE].count++, open) ||
        !text_skip(c->l, open))
      return false;
    text_next(c->l);
  }
  text_seek(c->l, here);
  return core_rec(core, first) && add_new_type(c, list, at);
}

// (alias outer COMPONENT INDEX (type $id?))
static bool alias_decl(struct component_text *c, struct decl_list *list, const char *at) {
  struct cm_alias alias;
  struct cm_str id, name;
  static const enum cm_sort core_type[] = {CM_SORT_CORE_TYPE};
  if (!component_outer_alias(c, core_type, 1, true, &alias, &id, &name)) return false;
  struct cm_module_decl decl = {.kind = CM_MODULE_ALIAS, .alias_count = alias.outer, .alias_index = alias.index};
  decl.offset = (uint64_t)(at - c->l->begin);
  return component_define(c, CM_SORT_CORE_TYPE, id, c->scope->core->spaces[SPACE_TYPE].count++, at) && add_decl(c, list, &decl);
}

// (import "m" "n" (KIND …)), (export "n" (KIND …)), behind the word.
static bool extern_decl(struct component_text *c, struct decl_list *list, bool is_import, const char *at) {
  struct cm_module_decl decl = {.kind = is_import ? CM_MODULE_IMPORT : CM_MODULE_EXPORT};
  decl.offset = decl.import.offset = (uint64_t)(at - c->l->begin);
  struct cm_buffer bytes;
  if (is_import && !text_name(c->l, "the module name of an import", &decl.import.module)) return false;
  if (!text_name(c->l, "the name of an import or export", &decl.import.name)) return false;
  cm_buffer_init(&bytes, c->l->arena->allocator);
  bool ok = text_open(c->l) && core_externtype(c->scope->core, &bytes) && text_close(c->l);
  if (ok && bytes.failed) ok = text_fail_memory(c->l);
  struct cm_diag diag = {0};
  struct cm_reader r = cm_reader_of(cm_buffer_span(&bytes), bytes.at, NULL, &diag);
  ok = ok && add_new_type(c, list, at) && (core_read_externtype(&r, &decl.import.type) || fail_decode(c, at, &diag));
  cm_buffer_free(&bytes);
  return ok && add_decl(c, list, &decl);
}

static bool module_decl(struct component_text *c, struct decl_list *list, const char *at) {
  if (text_take(c->l, "type")) return type_decl(c, list, at);
  if (text_take(c->l, "rec")) return rec_decl(c, list, at);
  if (text_take(c->l, "alias")) return alias_decl(c, list, at);
  if (text_take(c->l, "import")) return extern_decl(c, list, true, at);
  if (text_take(c->l, "export")) return extern_decl(c, list, false, at);
  return text_expected(c->l, "`type`, `rec`, `alias`, `import` or `export`");
}

bool component_module_type(struct component_text *c, struct cm_str id, struct cm_module_type **out) {
  struct text_scope scope;
  struct decl_list list = {.type = component_alloc(c, 1, sizeof *list.type)};
  if (!list.type || !component_enter(c) || !component_push_scope(c, &scope, id)) return false;
  scope.core->is_module_type = true;
  bool ok = true;
  while (ok && c->l->token.kind != TEXT_CLOSE) {
    const char *at = c->l->token.at;
    ok = text_open(c->l) && module_decl(c, &list, at) && text_close(c->l);
  }
  component_pop_scope(c);
  c->depth--;
  *out = list.type;
  return ok;
}

// Modules and custom sections.

// The module decoded, for whoever asks the model; bytes alone where they are none, which only (core module binary …) can be.
static bool decode_module(struct component_text *c, struct cm_span bytes, struct core_module **out) {
  if (core_decode(c->l->arena, bytes, bytes.at, NULL, out, NULL)) return true;
  *out = component_alloc(c, 1, sizeof **out);
  if (!*out) return false;
  (*out)->bytes = bytes;
  (*out)->file = bytes.at;
  return true;
}

bool component_core_module(struct component_text *c, const char *at) {
  struct cm_str id, name;
  struct text_inline_exports exports = {0};
  struct cm_item item = {.kind = CM_ITEM_CORE_MODULE};
  struct cm_span bytes;
  uint32_t index;
  if (!component_id(c, &id, &name) || !component_inline_exports(c, &exports)) return false;
  if (component_at_inline_import(c)) {
    struct text_refs refs = {0};
    item = (struct cm_item){.kind = CM_ITEM_IMPORT, .import = {.type = {.sort = CM_SORT_CORE_MODULE}}};
    if (!component_inline_import(c, &item.import.name) || !component_core_typeuse(c, &refs, &item.import.type.index) ||
        !component_settle(c, &refs, &item.import.type.index))
      return false;
  } else if (text_at_open(c->l, "alias")) {
    return component_inline_alias(c, CM_SORT_CORE_MODULE, at, id, name, &index) &&
           component_add_exports(c, &exports, CM_SORT_CORE_MODULE, index, at);
  } else {
    bool read = text_take(c->l, "binary") ? text_read_binary(c->l, &bytes)
                                          : text_parse_core_fields(c->l, c->ops, c->names, id, name, &bytes);
    if (!read || !decode_module(c, bytes, &item.module)) return false;
  }
  return component_add(c, &item, at, id, name, &index) && component_add_exports(c, &exports, CM_SORT_CORE_MODULE, index, at);
}

bool component_custom(struct component_text *c) {
  struct core_text *core = c->scope->core;
  const char *at = c->l->token.at;
  if (!text_at_annotation(c->l, "custom") && !text_at_annotation(c->l, "producers"))
    return text_expected(c->l, "a definition of a component");
  if (!core_custom(core)) return false;
  const struct core_custom_text *custom = &core->customs[--core->custom_count];
  if (custom->before || custom->anchor)
    return text_fail(c->l, at,
                     "a custom section of a component stands where it is written: `before` and `after` are of core modules");
  struct cm_item item = {.kind = CM_ITEM_CUSTOM, .custom = {custom->name, custom->bytes}};
  return component_add(c, &item, at, (struct cm_str){0}, (struct cm_str){0}, NULL);
}
