// Core types of a component: recursion groups and module types.
//
// The byte 0x50 opens both a module type and a type that is not final, so a component writes the latter as 0x00 0x50. Within a
// module type wasm-tools writes 0x50 alone, since a module type cannot contain another. Here the bytes behind it tell.
//
// Spec: Binary.md, "Type Definitions", core:type and the first of its notes.

#include "binary/decode.h"
#include "core/read.h"

static bool decode_module_type(struct decoder *d, struct cm_reader *r, struct cm_module_type **out);

// Whether a 0x50 within a module type opens a subtype: at most one supertype (a byte or two), then what only a composite type begins
// with.
static bool is_subtype(const struct cm_reader *r) {
  size_t left = cm_left(r), at = 2;
  if (left < 3 || r->at[1] > 1) return false;
  if (r->at[1] == 1)
    while (at < left && at < 7 && r->at[at++] & 0x80) continue;
  return at < left && ((r->at[at] >= 0x5d && r->at[at] <= 0x60) || r->at[at] == 0x65);
}

static bool decode_core_type_in(struct decoder *d, struct cm_reader *r, bool within_module, struct cm_core_type *out) {
  out->offset = cm_offset(r);
  uint8_t first = r->at < r->end ? *r->at : 0xff;
  if (first == BYTE_MODULE && !(within_module && is_subtype(r))) {
    r->at++;
    out->kind = CM_CORE_TYPE_MODULE;
    return decode_module_type(d, r, &out->module);
  }
  if (first == BYTE_SUB_PREFIX) {
    r->at++;
    out->has_sub_prefix = true;
    if (r->at == r->end || *r->at != BYTE_SUB) return fail_expected(r, "0x50 (a type that is not final) behind 0x00");
  }
  out->kind = CM_CORE_TYPE_DEF;
  return core_read_rec_group(r, d->arena, &out->types, &out->count);
}

// core:import; the index that core modules give to imports has no meaning in a type.
static bool decode_module_import(struct cm_reader *r, struct cm_where *where, struct core_import *out) {
  if (!cm_read_name(r, "the module name of an import", &out->module)) return false;
  if (!cm_read_name(r, "the name of an import", &out->name)) return false;
  where->name = out->name;
  return core_read_externtype(r, &out->type);
}

static bool decode_module_export(struct cm_reader *r, struct cm_where *where, struct core_import *out) {
  if (!cm_read_name(r, "the name of an export", &out->name)) return false;
  where->name = out->name;
  return core_read_externtype(r, &out->type);
}

// core:alias: only outer ones, and only of types.
static bool decode_module_alias(struct cm_reader *r, struct cm_module_decl *out) {
  return expect_byte(r, 0x10, "0x10 (an alias of a core type)") && expect_byte(r, 0x01, "0x01 (an outer alias)") &&
         cm_read_u32(r, "an outer count", &out->alias_count) && cm_read_u32(r, "a core type index", &out->alias_index);
}

static bool decode_module_decl(struct decoder *d, struct cm_reader *r, struct cm_where *where, struct cm_module_decl *out) {
  static const char *const what[] = {"import", "core type", "alias", "export"};
  uint8_t code;
  out->offset = out->import.offset = cm_offset(r);
  if (!read_choice(r, 4, "a declarator of a module type (0x00 import, 0x01 type, 0x02 alias, 0x03 export)", &code)) return false;
  out->kind = code;
  where->what = what[code];
  switch (out->kind) {
    case CM_MODULE_IMPORT: return decode_module_import(r, where, &out->import);
    case CM_MODULE_TYPE: return decode_core_type_in(d, r, true, &out->type);
    case CM_MODULE_ALIAS: return decode_module_alias(r, out);
    case CM_MODULE_EXPORT: return decode_module_export(r, where, &out->import);
  }
  return false;
}

static bool decode_module_type(struct decoder *d, struct cm_reader *r, struct cm_module_type **out) {
  struct cm_module_type *type = decoder_alloc(d, 1, sizeof *type);
  if (!type) return false;
  *out = type;
  uint32_t count;
  if (!cm_read_count(r, "a count of declarators of a module type", 3, CM_LIMIT_TYPE_DECLARATIONS, &count) || !enter(d, r))
    return false;
  size_t room = 0;
  struct cm_where where = {.up = r->where};
  bool ok = true;
  for (uint32_t i = 0; ok && i < count; i++) {
    if (!cm_grow(d->arena, &type->decls, &room, type->count, sizeof *type->decls)) return cm_fail_memory(d->diag);
    struct cm_module_decl decl = {0};
    where = (struct cm_where){.up = where.up, .what = "declarator", .index = i};
    r->where = &where;
    ok = decode_module_decl(d, r, &where, &decl);
    r->where = where.up;
    if (ok) type->decls[type->count++] = decl;
  }
  leave(d);
  return ok;
}

bool decode_core_type(struct decoder *d, struct cm_reader *r, struct open_scope *s, struct cm_item *item) {
  (void)s;
  item->core_type = decoder_alloc(d, 1, sizeof *item->core_type);
  return item->core_type && decode_core_type_in(d, r, false, item->core_type);
}
