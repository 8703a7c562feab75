// Components from text: scopes, references, names, and the definitions of a component one after the other.
//
// Spec: Explainer.md, "Component Definitions", "Index Spaces", "Alias Definitions" (the inline and implicit forms at its end).

#include "text/parse_component.h"

#include <stdio.h>

#include "binary/codes.h"

void *component_alloc(struct component_text *c, size_t count, size_t size) {
  void *made = cm_alloc_array(c->l->arena, count, size);
  if (!made) text_fail_memory(c->l);
  return made;
}

bool component_enter(struct component_text *c) {
  if (c->depth >= CM_LIMIT_NESTING)
    return text_fail_limit(c->l, c->l->token.at, "nesting too deep: more than %d components and types within each other",
                           CM_LIMIT_NESTING);
  c->depth++;
  return true;
}

// Scopes.

bool component_push_scope(struct component_text *c, struct text_scope *scope, struct cm_str id) {
  *scope = (struct text_scope){.up = c->scope, .id = id};
  scope->core = core_text_make(c->l, c->ops, false);
  if (!scope->core) return false;
  c->scope = scope;
  return true;
}

void component_pop_scope(struct component_text *c) {
  core_text_free(c->scope->core);
  c->scope = c->scope->up;
}

bool component_define(struct component_text *c, enum cm_sort sort, struct cm_str id, uint32_t index, const char *at) {
  if (!id.at) return true;
  if (text_ids_find(&c->scope->ids, sort, id))
    return text_fail(c->l, at, "duplicate %s identifier: $%.*s is defined already", cm_sort_names[sort],
                     (int)(id.size < 60 ? id.size : 60), id.at);
  if (!text_ids_add(c->l, &c->scope->ids, sort, id, index)) return false;
  return sort != CM_SORT_CORE_TYPE || core_define(c->scope->core, SPACE_TYPE, 0, id, index, at);
}

// The indices that the item introduces.
static bool add_defs(struct component_text *c, const struct cm_item *item, const char *at, enum cm_sort *sort, uint32_t *first) {
  struct text_scope *scope = c->scope;
  *sort = CM_SORT_TYPE;
  uint32_t count = scope_introduces(item, sort);
  struct cm_space *space = &scope->model->spaces[*sort];
  *first = space->count;
  if (count > CM_LIMIT_DEFINITIONS - space->count)
    return text_fail_limit(c->l, at, "more than %d definitions of sort %s", CM_LIMIT_DEFINITIONS, cm_sort_names[*sort]);
  for (uint32_t sub = 0; sub < count; sub++) {
    if (!cm_grow(c->l->arena, &space->defs, &scope->def_room[*sort], space->count, sizeof *space->defs))
      return text_fail_memory(c->l);
    space->defs[space->count++] = (struct cm_def){item, sub};
  }
  scope->core->spaces[SPACE_TYPE].count = scope->model->spaces[CM_SORT_CORE_TYPE].count;
  return true;
}

void component_add_name(struct component_text *c, enum cm_sort sort, uint32_t index, struct cm_str id, struct cm_str name) {
  if (c->l->annotated_names) id = (struct cm_str){0};
  if (!c->scope->names || !c->names || (!id.at && !name.at)) return;
  struct text_sort_names *names = &c->scope->names[sort];
  cm_put_u32(&names->bytes, index);
  cm_put_name(&names->bytes, name.at ? name : id);
  names->count++;
}

bool component_add(struct component_text *c, const struct cm_item *filled, const char *at, struct cm_str id, struct cm_str name,
                   uint32_t *index) {
  struct cm_scope *scope = c->scope->model;
  struct cm_item *item = component_alloc(c, 1, sizeof *item);
  enum cm_sort sort;
  uint32_t first;
  if (!item) return false;
  *item = *filled;
  item->section = UINT32_MAX;
  item->offset = (uint64_t)(at - c->l->begin);
  item->size = c->l->token.at > at ? (uint64_t)(c->l->token.at - at) : 1;
  if (!cm_grow(c->l->arena, &scope->items, &c->scope->item_room, scope->item_count, sizeof *scope->items))
    return text_fail_memory(c->l);
  scope->items[scope->item_count++] = item;
  if (!component_note_value_bound(c, item) || !add_defs(c, item, at, &sort, &first)) return false;
  if (index) *index = first;
  // Core types are known by their names before they are complete; their own code sees to that.
  if (item->kind == CM_ITEM_CORE_TYPE && item->core_type->kind == CM_CORE_TYPE_DEF) return true;
  component_add_name(c, sort, first, id, name);
  return component_define(c, sort, id, first, at);
}

bool component_id(struct component_text *c, struct cm_str *id, struct cm_str *name) {
  return text_optional_id(c->l, id) && text_name_annotation(c->l, name);
}

// References.

bool component_at_index(const struct component_text *c) { return c->l->token.kind == TEXT_NUMBER || c->l->token.kind == TEXT_ID; }

static struct text_ref *add_ref(struct component_text *c, struct text_refs *refs, enum cm_sort sort, uint32_t *number) {
  if (!cm_grow(c->l->arena, &refs->items, &refs->room, refs->count, sizeof *refs->items)) {
    text_fail_memory(c->l);
    return NULL;
  }
  *number = refs->count;
  struct text_ref *ref = &refs->items[refs->count++];
  *ref = (struct text_ref){.sort = sort, .at = c->l->token.at};
  return ref;
}

bool component_ref(struct component_text *c, struct text_refs *refs, enum cm_sort sort, uint32_t *out) {
  struct text_ref *ref = add_ref(c, refs, sort, out);
  if (!ref) return false;
  if (c->l->token.kind == TEXT_ID) return text_id(c->l, &ref->id);
  char what[48];
  snprintf(what, sizeof what, "a %s index or identifier", cm_sort_names[sort]);
  return text_u32(c->l, what, &ref->index);
}

bool component_path(struct component_text *c, struct text_refs *refs, enum cm_sort sort, uint32_t most, uint32_t *out) {
  if (!component_ref(c, refs, sort, out)) return false;
  struct text_ref *ref = &refs->items[*out];
  while (c->l->token.kind == TEXT_STRING && ref->name_count < most) {
    if (!cm_grow(c->l->arena, &ref->names, &ref->name_room, ref->name_count, sizeof *ref->names)) return text_fail_memory(c->l);
    if (!text_name(c->l, "the name of an export", &ref->names[ref->name_count++])) return false;
  }
  return true;
}

bool component_use(struct component_text *c, struct text_refs *refs, enum cm_sort sort, uint32_t *out) {
  if (!text_at_open(c->l, cm_sort_names[sort])) return component_ref(c, refs, sort, out);
  return text_enter(c->l, cm_sort_names[sort]) && component_path(c, refs, sort, UINT32_MAX, out) && text_close(c->l);
}

bool component_core_ref(struct component_text *c, struct text_refs *refs, enum cm_sort sort, uint32_t *out) {
  if (component_at_index(c)) return component_ref(c, refs, sort, out);
  if (!text_open(c->l)) return false;
  text_take(c->l, "core");
  return text_expect(c->l, cm_sort_names[sort] + 5) && component_path(c, refs, sort, 1, out) && text_close(c->l);
}

bool component_known(struct component_text *c, struct text_refs *refs, enum cm_sort sort, uint32_t index, uint32_t *out) {
  struct text_ref *ref = add_ref(c, refs, sort, out);
  if (ref) ref->index = index;
  return ref != NULL;
}

// Adds an alias right here. It gets no identifier: the next that needs it gets an alias of its own.
static bool add_alias(struct component_text *c, const struct text_ref *ref, struct cm_alias alias, uint32_t *index) {
  struct cm_item item = {.kind = CM_ITEM_ALIAS, .alias = alias};
  return component_add(c, &item, ref->at, (struct cm_str){0}, (struct cm_str){0}, index);
}

// An identifier in this scope or, by an outer alias, in one around it.
static bool find_id(struct component_text *c, const struct text_ref *ref, enum cm_sort sort, uint32_t *index) {
  uint32_t depth = 0;
  for (struct text_scope *scope = c->scope; scope; scope = scope->up, depth++) {
    const uint32_t *found = text_ids_find(&scope->ids, sort, ref->id);
    if (!found) continue;
    *index = *found;
    if (depth == 0) return true;
    if (sort != CM_SORT_CORE_MODULE && sort != CM_SORT_CORE_TYPE && sort != CM_SORT_TYPE && sort != CM_SORT_COMPONENT)
      return text_fail(c->l, ref->at,
                       "%s $%.*s belongs to an outer component: only modules, types and components are seen from within",
                       cm_sort_names[sort], CM_STR_ARG(ref->id));
    struct cm_alias alias = {.kind = CM_ALIAS_OUTER, .sort = sort, .outer = depth, .index = *found};
    return add_alias(c, ref, alias, index);
  }
  if (c->l->incomplete) return text_fail_after(c->l);
  return text_ids_fail(c->l, &c->scope->ids, sort, cm_sort_names[sort], ref->id, ref->at);
}

bool component_settle(struct component_text *c, const struct text_refs *refs, uint32_t *index) {
  const struct text_ref *ref = &refs->items[*index];
  bool is_core = ref->sort <= CM_SORT_CORE_TAG;
  enum cm_sort first = !ref->name_count ? ref->sort : is_core ? CM_SORT_CORE_INSTANCE : CM_SORT_INSTANCE;
  if (ref->name_count && (ref->sort == CM_SORT_CORE_INSTANCE || ref->sort == CM_SORT_CORE_TYPE))
    return text_fail(c->l, ref->at, "a core instance exports no %s", cm_sort_names[ref->sort]);
  *index = ref->index;
  if (ref->id.at && !find_id(c, ref, first, index)) return false;
  for (uint32_t i = 0; i < ref->name_count; i++) {
    bool last = i + 1 == ref->name_count;
    struct cm_alias alias = {.kind = is_core ? CM_ALIAS_CORE_EXPORT : CM_ALIAS_EXPORT,
                             .sort = last ? ref->sort : CM_SORT_INSTANCE,
                             .instance = *index,
                             .name = ref->names[i],
                             .raw = ref->names[i]};
    if (!add_alias(c, ref, alias, index)) return false;
  }
  return true;
}

// Names of imports and exports: Explainer.md, "Import and Export Definitions".

struct attribute_list {
  struct cm_attribute *items;
  size_t room;
};

// (WORD "text"), if it stands here. The first of several counts, as when decoded.
static bool attribute(struct component_text *c, const char *word, uint8_t code, struct attribute_list *list, struct cm_name *out,
                      bool *has, struct cm_str *first) {
  struct cm_str text;
  if (!text_enter(c->l, word)) return true;
  if (!text_name(c->l, "a string", &text) || !text_close(c->l)) return false;
  if (!cm_grow(c->l->arena, &list->items, &list->room, out->attribute_count, sizeof *list->items)) return text_fail_memory(c->l);
  if (!*has) *first = text;
  *has = true;
  list->items[out->attribute_count++] = (struct cm_attribute){code, text};
  out->attributes = list->items;
  out->form = 2;
  return true;
}

// The attributes, in any order.
static bool attributes(struct component_text *c, struct cm_name *out) {
  struct attribute_list list = {0};
  for (uint32_t before = UINT32_MAX; out->attribute_count != before && c->l->token.kind == TEXT_OPEN;) {
    before = out->attribute_count;
    // Explainer.md has the one word, wasm-tools the other.
    const char *suffix = text_at_open(c->l, "version-suffix") ? "version-suffix" : "versionsuffix";
    if (!attribute(c, "implements", CM_ATTRIBUTE_IMPLEMENTS, &list, out, &out->has_implements, &out->implements) ||
        !attribute(c, suffix, CM_ATTRIBUTE_VERSION_SUFFIX, &list, out, &out->has_version_suffix, &out->version_suffix) ||
        !attribute(c, "external-id", CM_ATTRIBUTE_EXTERNAL_ID, &list, out, &out->has_external_id, &out->external_id))
      return false;
  }
  return true;
}

bool component_name(struct component_text *c, struct cm_name *out) {
  *out = (struct cm_name){0};
  bool old = text_enter(c->l, "interface");  // (interface "…"), from before names said so by themselves
  if (!text_name(c->l, "the name of an import or export", &out->name) || (old && !text_close(c->l))) return false;
  out->raw = out->name;
  return attributes(c, out);
}

enum cm_sort component_sort(struct component_text *c, const enum cm_sort *sorts, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const char *word = cm_sort_names[sorts[i]];
    if (strncmp(word, "core ", 5) != 0) {
      if (text_take(c->l, word)) return sorts[i];
    } else if (text_at(c->l, "core") && text_is(text_look_ahead(c->l), word + 5)) {
      text_next(c->l);
      text_next(c->l);
      return sorts[i];
    }
  }
  return CM_SORT_COUNT;
}

// The definitions of a component.

static bool nested_component(struct component_text *c, const char *at);

static bool type_definition(struct component_text *c, const char *at) { return component_type(c, at, true); }

static const struct definition {
  bool is_core;
  const char *word, *name;  // the word behind `core`, if that is there; and the whole
  bool (*read)(struct component_text *c, const char *at);
} definitions[] = {
    {true, "module", "core module", component_core_module},
    {true, "instance", "core instance", component_core_instance},
    {true, "type", "core type", component_core_type},
    {true, "rec", "core rec", component_core_rec},
    {true, "func", "core func", component_core_func},
    {false, "component", "component", nested_component},
    {false, "instance", "instance", component_instance},
    {false, "alias", "alias", component_alias},
    {false, "type", "type", type_definition},
    {false, "func", "func", component_func},
    {false, "canon", "canon", component_canon},
    {false, "import", "import", component_import},
    {false, "export", "export", component_export},
    {false, "start", "start", component_start},
    {false, "value", "value", component_value},
};
enum { DEFINITION_COUNT = sizeof definitions / sizeof definitions[0] };

// Core definitions that may only be aliases: (core memory $m (alias core export $i "…")).
static bool core_alias(struct component_text *c, const char *at, bool *found) {
  static const enum cm_sort sorts[] = {CM_SORT_CORE_MEMORY, CM_SORT_CORE_TABLE, CM_SORT_CORE_GLOBAL, CM_SORT_CORE_TAG};
  enum cm_sort sort = component_sort(c, sorts, 4);
  struct cm_str id, name;
  *found = sort != CM_SORT_COUNT;
  if (!*found) return true;
  return component_id(c, &id, &name) && component_inline_alias(c, sort, at, id, name, NULL);
}

static bool fail_definition(struct component_text *c) {
  struct text_nearest nearest;
  const struct text_token *t = &c->l->token;
  text_nearest_begin(&nearest, (struct cm_str){t->at, t->size});
  for (size_t i = 0; i < DEFINITION_COUNT; i++) text_nearest_try(&nearest, cm_str_of(definitions[i].word));
  if (t->kind == TEXT_KEYWORD && nearest.best.at && !text_is(t, nearest.best.at))
    return text_fail(c->l, t->at, "expected a definition of a component, found `%.*s`: is `%.*s` meant?",
                     (int)(t->size < 60 ? t->size : 60), t->at, CM_STR_ARG(nearest.best));
  return text_expected(c->l, "a definition of a component (`core module`, `import`, `type`, `instance`, …)");
}

// Behind its (. `where` is told what it is and, where that follows, its identifier.
static bool read_definition(struct component_text *c, const char *at, struct cm_where *where) {
  bool core = text_at(c->l, "core"), found;
  for (size_t i = 0; i < DEFINITION_COUNT; i++) {
    const struct definition *d = &definitions[i];
    if (d->is_core != core || !text_is(core ? text_look_ahead(c->l) : &c->l->token, d->word)) continue;
    if (core) text_next(c->l);
    text_next(c->l);
    where->what = d->name;
    if (c->l->token.kind == TEXT_ID) where->name = (struct cm_str){c->l->token.at + 1, c->l->token.size - 1};
    return d->read(c, at);
  }
  if (!core_alias(c, at, &found)) return false;
  return found || fail_definition(c);
}

// From its ( to its ), or an annotation.
static bool read_group(struct component_text *c) {
  const char *at = c->l->token.at;
  if (c->l->token.kind == TEXT_ANNOTATION) return component_custom(c);
  if (!text_open(c->l)) return false;
  struct cm_where where = {.up = c->l->where, .what = "definition", .index = -1};
  c->l->where = &where;
  bool ok = read_definition(c, at, &where) && text_close(c->l);
  c->l->where = where.up;
  return ok;
}

static bool read_definitions(struct component_text *c) {
  while (c->l->token.kind != TEXT_CLOSE && c->l->token.kind != TEXT_END) {
    const char *at = c->l->token.at;
    unsigned depth = c->depth;
    if (read_group(c)) continue;
    if (!text_recover(c->l, at)) return false;
    c->depth = depth;
    c->type_id = (struct cm_str){0};
  }
  if (c->l->failed) return false;
  for (uint32_t i = 0; i < c->scope->export_count; i++) {
    const struct text_pending_export *pending = &c->scope->exports[i];
    struct cm_item item = {.kind = CM_ITEM_EXPORT, .export = {.name = pending->name, .what = pending->what}};
    if (!component_add(c, &item, pending->at, (struct cm_str){0}, (struct cm_str){0}, NULL)) return false;
  }
  return true;
}

// The section `component-name`: Binary.md, "Name Section".

static void put_names(const struct component_text *c, struct cm_str id, struct cm_str name, struct cm_buffer *out) {
  if (c->l->annotated_names) id = (struct cm_str){0};
  if (id.at || name.at) {
    cm_put_u8(out, 0);
    size_t mark = cm_buffer_open(out);
    cm_put_name(out, name.at ? name : id);
    cm_buffer_close(out, mark);
  }
  for (unsigned sort = 0; sort < CM_SORT_COUNT; sort++) {
    const struct text_sort_names *names = &c->scope->names[sort];
    out->failed |= names->bytes.failed;
    if (!names->count) continue;
    cm_put_u8(out, 1);
    size_t mark = cm_buffer_open(out);
    if (sort_codes[sort].is_core) cm_put_u8(out, 0);
    cm_put_u8(out, sort_codes[sort].byte);
    cm_put_u32(out, names->count);
    cm_put_span(out, cm_buffer_span(&names->bytes));
    cm_buffer_close(out, mark);
  }
}

static bool add_names(struct component_text *c, struct cm_str id, struct cm_str name) {
  if (!c->names) return true;
  struct cm_buffer out;
  cm_buffer_init(&out, c->l->arena->allocator);
  put_names(c, id, name, &out);
  bool ok = cm_buffer_ok(&out, NULL);
  uint8_t *kept = ok ? cm_alloc(c->l->arena, out.size) : NULL;
  if (kept && out.size) memcpy(kept, out.at, out.size);
  struct cm_item item = {.kind = CM_ITEM_CUSTOM, .custom = {CM_STR("component-name"), {kept, out.size}}};
  cm_buffer_free(&out);
  if (!kept) return text_fail_memory(c->l);
  if (!item.custom.bytes.size) return true;
  c->component->name = name.at ? name : id;
  return component_add(c, &item, c->l->token.at, (struct cm_str){0}, (struct cm_str){0}, NULL);
}

bool text_parse_component_fields(struct component_text *c, struct cm_str id, struct cm_str name, struct cm_component **out) {
  struct text_scope scope;
  struct text_sort_names names[CM_SORT_COUNT];
  struct cm_component *component = component_alloc(c, 1, sizeof *component), *outer = c->component;
  if (!component || !component_enter(c) || !component_push_scope(c, &scope, id)) return false;
  for (unsigned i = 0; i < CM_SORT_COUNT; i++) {
    names[i].count = 0;
    cm_buffer_init(&names[i].bytes, c->l->arena->allocator);
  }
  scope.model = &component->scope;
  scope.names = names;
  component->scope.kind = CM_SCOPE_COMPONENT;
  component->scope.parent = scope.up ? scope.up->model : NULL;
  component->scope.component = component;
  c->component = component;
  bool incomplete = c->l->incomplete, ok = read_definitions(c) && add_names(c, id, name);
  c->l->incomplete = incomplete;
  for (unsigned i = 0; i < CM_SORT_COUNT; i++) cm_buffer_free(&names[i].bytes);
  c->component = outer;
  component_pop_scope(c);
  c->depth--;
  *out = component;
  return ok;
}

// (component $id? (export …)* …), or an import.
static bool nested_component(struct component_text *c, const char *at) {
  struct cm_str id, name;
  struct text_inline_exports exports = {0};
  struct cm_item item = {.kind = CM_ITEM_COMPONENT};
  uint32_t index;
  if (!component_id(c, &id, &name) || !component_inline_exports(c, &exports)) return false;
  if (component_at_inline_import(c)) {
    struct text_refs refs = {0};
    item = (struct cm_item){.kind = CM_ITEM_IMPORT, .import = {.type = {.sort = CM_SORT_COMPONENT}}};
    if (!component_inline_import(c, &item.import.name) ||
        !component_typeuse(c, &refs, CM_TYPE_COMPONENT, &item.import.type.index) ||
        !component_settle(c, &refs, &item.import.type.index))
      return false;
  } else if (component_at_inline_alias(c)) {
    return component_inline_alias(c, CM_SORT_COMPONENT, at, id, name, &index) &&
           component_add_exports(c, &exports, CM_SORT_COMPONENT, index, at);
  } else if (!text_parse_component_fields(c, id, name, &item.component)) {
    return false;
  }
  return component_add(c, &item, at, id, name, &index) && component_add_exports(c, &exports, CM_SORT_COMPONENT, index, at);
}
