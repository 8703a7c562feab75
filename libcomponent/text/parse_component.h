// Components from text: what the files parse_component*.c share. Private to text/.
//
// A component is read once, definition after definition: what a definition refers to stands before it. Three things add definitions of
// their own, in the order in which wasm-tools adds them too: a type written where it is used comes before its user; an identifier of an
// outer scope becomes an outer alias, and `$instance "export"` an alias, right before the definition that refers to it; inline exports
// come at the end of the component.
//
// So that the aliases come behind the types, references are gathered while a definition is read (struct text_refs: where an index
// belongs, the model holds the number of a reference for the time being) and settled when it is complete.
#ifndef TEXT_PARSE_COMPONENT_H
#define TEXT_PARSE_COMPONENT_H

#include <component/component.h>

#include "text/parse_core.h"

// A reference: an index or identifier of `sort`, or the export of that sort that a path of names leads to from an instance.
struct text_ref {
  enum cm_sort sort;
  struct cm_str id;  // a null pointer: `index`
  uint32_t index;
  const char *at;
  struct cm_str *names;
  size_t name_room;
  uint32_t name_count;
};

struct text_refs {
  struct text_ref *items;
  size_t room;
  uint32_t count;
};

// A list of names that go to one subsection of `component-name`.
struct text_sort_names {
  struct cm_buffer bytes;
  uint32_t count;
};

// An inline export, to be added at the end.
struct text_pending_export {
  struct cm_name name;
  struct cm_sortidx what;
  const char *at;
};

// What has index spaces, while it is read. A module type is one too: outer aliases count it.
struct text_scope {
  struct text_scope *up;
  struct cm_str id;
  struct cm_scope *model;  // NULL: a module type
  size_t item_room, def_room[CM_SORT_COUNT];
  struct text_ids ids;            // the sort is the scope of each
  struct core_text *core;         // core types: of a module type its own, else those of this scope
  struct text_sort_names *names;  // by sort; NULL where nothing is named
  struct text_pending_export *exports;
  size_t export_room;
  uint32_t export_count;
};

// The types of imported and exported values, in all scopes.
struct text_value_bounds {
  bool has_eq;  // one of them is `(eq V)`
  struct cm_externtype **types;
  size_t room;
  uint32_t count;
};

struct component_text {
  struct text_lexer *l;
  const struct text_ops *ops;
  bool names;
  struct text_scope *scope;        // the innermost
  struct cm_component *component;  // that it belongs to
  unsigned depth;                  // what is open around the token at hand
  struct cm_str type_id;           // of the type definition at hand, for the scope that it may be
  struct text_value_bounds values;
};

// parse_component.c
bool text_parse_component_fields(struct component_text *c, struct cm_str id, struct cm_str name, struct cm_component **out);

void *component_alloc(struct component_text *c, size_t count, size_t size);
// A level deeper; every success must be followed by c->depth--.
bool component_enter(struct component_text *c);
bool component_push_scope(struct component_text *c, struct text_scope *scope, struct cm_str id);
void component_pop_scope(struct component_text *c);

// Adds a complete definition of kind `kind`, which `item` was filled with, to the innermost scope: its indices, identifier and name.
// `index` may be NULL.
bool component_add(struct component_text *c, const struct cm_item *item, const char *at, struct cm_str id, struct cm_str name,
                   uint32_t *index);
// Its parts, for core types, which are known before they are complete.
void component_add_name(struct component_text *c, enum cm_sort sort, uint32_t index, struct cm_str id, struct cm_str name);
bool component_define(struct component_text *c, enum cm_sort sort, struct cm_str id, uint32_t index, const char *at);

// $id? (@name …)?
bool component_id(struct component_text *c, struct cm_str *id, struct cm_str *name);

// References. component_ref reads an index or identifier; component_path also the names of exports behind it, which must be at most
// `most`; component_use either an index or identifier, or a path within its parentheses, `(SORT INDEX "name"…)`. Each gives the number of
// the reference, to be settled later.
bool component_at_index(const struct component_text *c);
bool component_ref(struct component_text *c, struct text_refs *refs, enum cm_sort sort, uint32_t *out);
bool component_path(struct component_text *c, struct text_refs *refs, enum cm_sort sort, uint32_t most, uint32_t *out);
bool component_use(struct component_text *c, struct text_refs *refs, enum cm_sort sort, uint32_t *out);
// An index of a core sort: bare, (core SORT INDEX "name"?), or without `core` as it was of old.
bool component_core_ref(struct component_text *c, struct text_refs *refs, enum cm_sort sort, uint32_t *out);
bool component_known(struct component_text *c, struct text_refs *refs, enum cm_sort sort, uint32_t index, uint32_t *out);
bool component_settle(struct component_text *c, const struct text_refs *refs, uint32_t *index);

// Names of imports and exports, with their attributes.
bool component_name(struct component_text *c, struct cm_name *out);

// The words of a sort. CM_SORT_COUNT, and nothing read, when it is none of `sorts`.
enum cm_sort component_sort(struct component_text *c, const enum cm_sort *sorts, size_t count);

// parse_component_types.c
bool component_valtype(struct component_text *c, struct text_refs *refs, struct cm_valtype *out);
bool component_settle_valtype(struct component_text *c, const struct text_refs *refs, struct cm_valtype *type);
// The use of a type of that kind: (type …), or the type itself, which is added. The word of the kind is behind us.
bool component_typeuse(struct component_text *c, struct text_refs *refs, enum cm_type_kind kind, uint32_t *out);
bool component_core_typeuse(struct component_text *c, struct text_refs *refs, uint32_t *out);
// What can be imported and exported, from the word of its sort on; with `named`, an identifier may follow that.
bool component_externtype(struct component_text *c, struct text_refs *refs, bool named, struct cm_externtype *out,
                          struct cm_str *id, struct cm_str *name);
bool component_settle_externtype(struct component_text *c, const struct text_refs *refs, struct cm_externtype *type);
// (type …), (core type …), (core rec …) behind their words; `exports` may be inline in components.
bool component_type(struct component_text *c, const char *at, bool exports);

// (eq VALUE) or a value type, behind `value`.
bool component_value_bound(struct component_text *c, struct text_refs *refs, struct cm_externtype *out);

// parse_component_values.c
bool component_value(struct component_text *c, const char *at);
// Takes note of an item that may import or export a value; when the text is read, says in which form all of these are written.
bool component_note_value_bound(struct component_text *c, struct cm_item *item);
void component_settle_value_bounds(struct component_text *c);

// parse_component_core.c
bool component_core_type(struct component_text *c, const char *at);
bool component_core_rec(struct component_text *c, const char *at);
bool component_module_type(struct component_text *c, struct cm_str id, struct cm_module_type **out);
// A core module behind `core module`, and a custom section.
bool component_core_module(struct component_text *c, const char *at);
bool component_custom(struct component_text *c);

// parse_component_canon.c
// (canon …), behind its word.
bool component_canon(struct component_text *c, const char *at);
// (core func …) and (func …), which may be imports, aliases or canonical definitions.
bool component_core_func(struct component_text *c, const char *at);
bool component_func(struct component_text *c, const char *at);

// parse_component_defs.c
bool component_instance(struct component_text *c, const char *at);
bool component_core_instance(struct component_text *c, const char *at);
bool component_alias(struct component_text *c, const char *at);
// outer COMPONENT INDEX (SORT $id?), behind `alias`; in module types the sort is `type`.
bool component_outer_alias(struct component_text *c, const enum cm_sort *sorts, size_t count, bool in_module_type,
                           struct cm_alias *out, struct cm_str *id, struct cm_str *name);
bool component_import(struct component_text *c, const char *at);
bool component_export(struct component_text *c, const char *at);
bool component_export_decl(struct component_text *c, const char *at);
bool component_start(struct component_text *c, const char *at);
// (export …)*, noted for the end of the component.
struct text_inline_exports {
  struct cm_name *names;
  size_t room;
  uint32_t count;
};
bool component_inline_exports(struct component_text *c, struct text_inline_exports *out);
bool component_add_exports(struct component_text *c, const struct text_inline_exports *exports, enum cm_sort sort, uint32_t index,
                           const char *at);
// (import NAME), behind which the rest of an import follows.
bool component_at_inline_import(struct component_text *c);
bool component_inline_import(struct component_text *c, struct cm_name *out);
// (alias …) within the definition of a `sort`: of an export, or of what an outer component defines.
bool component_at_inline_alias(struct component_text *c);
bool component_inline_alias(struct component_text *c, enum cm_sort sort, const char *at, struct cm_str id, struct cm_str name,
                            uint32_t *index);

#endif
