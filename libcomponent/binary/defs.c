// Definitions that are neither types nor canonical: instances, aliases, imports, exports, start, values.
//
// Spec: Binary.md, "Instance Definitions", "Alias Definitions", "Start Definitions", "Import and Export Definitions", "Value
// Definitions". What an index may refer to, and which sorts an import, export or argument may have, is a matter of validation;
// the exceptions, where the grammar itself is narrower, are told where they are.

#include "binary/decode.h"

const char *const cm_sort_names[CM_SORT_COUNT] = {
    [CM_SORT_CORE_FUNC] = "core func",
    [CM_SORT_CORE_TABLE] = "core table",
    [CM_SORT_CORE_MEMORY] = "core memory",
    [CM_SORT_CORE_GLOBAL] = "core global",
    [CM_SORT_CORE_TAG] = "core tag",
    [CM_SORT_CORE_TYPE] = "core type",
    [CM_SORT_CORE_MODULE] = "core module",
    [CM_SORT_CORE_INSTANCE] = "core instance",
    [CM_SORT_FUNC] = "func",
    [CM_SORT_VALUE] = "value",
    [CM_SORT_TYPE] = "type",
    [CM_SORT_COMPONENT] = "component",
    [CM_SORT_INSTANCE] = "instance",
};

const struct sort_code sort_codes[CM_SORT_COUNT] = {
    [CM_SORT_CORE_FUNC] = {true, 0x00},   [CM_SORT_CORE_TABLE] = {true, 0x01},    [CM_SORT_CORE_MEMORY] = {true, 0x02},
    [CM_SORT_CORE_GLOBAL] = {true, 0x03}, [CM_SORT_CORE_TAG] = {true, 0x04},      [CM_SORT_CORE_TYPE] = {true, 0x10},
    [CM_SORT_CORE_MODULE] = {true, 0x11}, [CM_SORT_CORE_INSTANCE] = {true, 0x12}, [CM_SORT_FUNC] = {false, 0x01},
    [CM_SORT_VALUE] = {false, 0x02},      [CM_SORT_TYPE] = {false, 0x03},         [CM_SORT_COMPONENT] = {false, 0x04},
    [CM_SORT_INSTANCE] = {false, 0x05},
};

// CM_SORT_COUNT where there is none.
static enum cm_sort find_sort(bool is_core, uint8_t byte) {
  int sort = 0;
  while (sort < CM_SORT_COUNT && (sort_codes[sort].is_core != is_core || sort_codes[sort].byte != byte)) sort++;
  return (enum cm_sort)sort;
}

static bool read_sort(struct cm_reader *r, bool is_core, const char *what, enum cm_sort *out) {
  if (r->at == r->end || (*out = find_sort(is_core, *r->at)) == CM_SORT_COUNT) return fail_expected(r, what);
  r->at++;
  return true;
}

static bool decode_core_sort(struct cm_reader *r, enum cm_sort *out) {
  return read_sort(r, true, "a core sort (0x00 to 0x04, 0x10 to 0x12)", out);
}

bool decode_sort(struct cm_reader *r, enum cm_sort *out) {
  if (r->at == r->end || *r->at != 0) return read_sort(r, false, "a sort (0x00 to 0x05)", out);
  r->at++;
  return decode_core_sort(r, out);
}

const char *index_of(enum cm_sort sort) {
  static const char *const what[CM_SORT_COUNT] = {
      [CM_SORT_CORE_FUNC] = "a core func index",
      [CM_SORT_CORE_TABLE] = "a core table index",
      [CM_SORT_CORE_MEMORY] = "a core memory index",
      [CM_SORT_CORE_GLOBAL] = "a core global index",
      [CM_SORT_CORE_TAG] = "a core tag index",
      [CM_SORT_CORE_TYPE] = "a core type index",
      [CM_SORT_CORE_MODULE] = "a core module index",
      [CM_SORT_CORE_INSTANCE] = "a core instance index",
      [CM_SORT_FUNC] = "a func index",
      [CM_SORT_VALUE] = "a value index",
      [CM_SORT_TYPE] = "a type index",
      [CM_SORT_COMPONENT] = "a component index",
      [CM_SORT_INSTANCE] = "an instance index",
  };
  return what[sort];
}

static bool decode_core_sortidx(struct cm_reader *r, struct cm_sortidx *out) {
  return decode_core_sort(r, &out->sort) && cm_read_u32(r, index_of(out->sort), &out->index);
}

static bool decode_sortidx(struct cm_reader *r, struct cm_sortidx *out) {
  return decode_sort(r, &out->sort) && cm_read_u32(r, index_of(out->sort), &out->index);
}

// The four kinds of argument lists.

static bool decode_core_argument(struct decoder *d, struct cm_reader *r, struct cm_argument *out) {
  if (!decode_core_name(d, r, "the name of an argument", &out->name)) return false;
  out->what.sort = CM_SORT_CORE_INSTANCE;
  return expect_byte(r, 0x12, "the sort of a core instantiation argument (0x12, instance)") &&
         cm_read_u32(r, "a core instance index", &out->what.index);
}

static bool decode_core_inline_export(struct decoder *d, struct cm_reader *r, struct cm_argument *out) {
  return decode_core_name(d, r, "the name of an inline export", &out->name) && decode_core_sortidx(r, &out->what);
}

static bool decode_argument(struct decoder *d, struct cm_reader *r, struct cm_argument *out) {
  return decode_plain_name(d, r, "the name of an argument", &out->name) && decode_sortidx(r, &out->what);
}

static bool decode_inline_export(struct decoder *d, struct cm_reader *r, struct cm_argument *out) {
  return decode_name(d, r, &out->name) && decode_sortidx(r, &out->what);
}

// `least` is the length of the shortest argument.
static bool decode_arguments(struct decoder *d, struct cm_reader *r, size_t least,
                             bool (*decode)(struct decoder *, struct cm_reader *, struct cm_argument *),
                             struct cm_instance_expr *out) {
  if (!cm_read_count(r, "a count of arguments or exports", least, CM_LIMIT_ARGUMENTS, &out->count)) return false;
  struct cm_argument *arguments = decoder_alloc(d, out->count, sizeof *arguments);
  if (!arguments) return false;
  out->arguments = arguments;
  // A name here is the argument's and not the instance's.
  struct cm_where *outer = d->item, argument = {.up = r->where, .what = out->is_inline ? "export" : "argument"};
  r->where = d->item = &argument;
  bool ok = true;
  for (uint32_t i = 0; ok && i < out->count; i++) {
    argument.index = i;
    argument.name = (struct cm_str){0};
    ok = decode(d, r, &arguments[i]);
  }
  r->where = argument.up;
  d->item = outer;
  return ok;
}

bool decode_core_instance(struct decoder *d, struct cm_reader *r, struct open_scope *s, struct cm_item *item) {
  (void)s;
  struct cm_instance_expr *out = &item->instance;
  if (!read_flag(r, "a core instance expression (0x00 instantiate, 0x01 inline exports)", &out->is_inline)) return false;
  if (out->is_inline) return decode_arguments(d, r, 3, decode_core_inline_export, out);
  return cm_read_u32(r, "a core module index", &out->definition) && decode_arguments(d, r, 3, decode_core_argument, out);
}

bool decode_instance(struct decoder *d, struct cm_reader *r, struct open_scope *s, struct cm_item *item) {
  (void)s;
  struct cm_instance_expr *out = &item->instance;
  if (!read_flag(r, "an instance expression (0x00 instantiate, 0x01 inline exports)", &out->is_inline)) return false;
  if (out->is_inline) return decode_arguments(d, r, 4, decode_inline_export, out);
  return cm_read_u32(r, "a component index", &out->definition) && decode_arguments(d, r, 3, decode_argument, out);
}

// The grammar itself limits outer aliases to what can cross a scope: `outeraliassort`.
static bool decode_outer_alias(struct cm_reader *r, uint64_t offset, struct cm_alias *out) {
  switch (out->sort) {
    case CM_SORT_CORE_TYPE:
    case CM_SORT_CORE_MODULE:
    case CM_SORT_TYPE:
    case CM_SORT_COMPONENT: break;
    default:
      return cm_reader_fail_at(r, offset, CM_MALFORMED,
                               "expected the sort of an outer alias (core type, core module, type or component), found %s",
                               cm_sort_names[out->sort]);
  }
  return cm_read_u32(r, "an outer count", &out->outer) && cm_read_u32(r, index_of(out->sort), &out->index);
}

bool decode_alias(struct decoder *d, struct cm_reader *r, struct open_scope *s, struct cm_item *item) {
  (void)s;
  struct cm_alias *out = &item->alias;
  struct cm_name name;
  uint8_t kind;
  uint64_t offset = cm_offset(r);
  if (!decode_sort(r, &out->sort)) return false;
  if (!read_choice(r, 3, "the target of an alias (0x00 export, 0x01 core export, 0x02 outer)", &kind)) return false;
  out->kind = kind;
  if (kind == CM_ALIAS_OUTER) return decode_outer_alias(r, offset, out);
  if (!cm_read_u32(r, kind == CM_ALIAS_EXPORT ? "an instance index" : "a core instance index", &out->instance)) return false;
  if (!(kind == CM_ALIAS_EXPORT ? decode_plain_name : decode_core_name)(d, r, "the name of an export", &name)) return false;
  out->name = name.name;
  out->raw = name.raw;
  return true;
}

// externtype, what can be imported and exported.

// A type, or `(eq V)`. wasm-tools writes the type alone, Binary.md has a `valuebound` (see enum dialect).
static bool decode_value_bound(struct decoder *d, struct cm_reader *r, struct cm_externtype *out) {
  bool is_type = true;
  d->met |= DIALECT_VALUE_BOUND;
  out->has_value_bound = d->dialect & DIALECT_VALUE_BOUND;
  if (out->has_value_bound && !read_flag(r, "a value bound (0x00 eq, 0x01 type)", &is_type)) return false;
  if (is_type) return decode_valtype(r, &out->value);
  out->bound = CM_BOUND_EQ;
  return cm_read_u32(r, "a value index", &out->index);
}

static bool decode_type_bound(struct cm_reader *r, struct cm_externtype *out) {
  bool is_resource;
  if (!read_flag(r, "a type bound (0x00 eq, 0x01 sub resource)", &is_resource)) return false;
  out->bound = is_resource ? CM_BOUND_RESOURCE : CM_BOUND_EQ;
  return is_resource || cm_read_u32(r, "a type index", &out->index);
}

static bool decode_externtype(struct decoder *d, struct cm_reader *r, struct cm_externtype *out) {
  uint8_t code;
  if (!read_choice(r, 6, "the type of an import or export (0x00 to 0x05)", &code)) return false;
  if (code == 0) {
    out->sort = CM_SORT_CORE_MODULE;
    return expect_byte(r, 0x11, "0x11 (core module)") && cm_read_u32(r, "a core type index", &out->index);
  }
  out->sort = find_sort(false, code);
  if (out->sort == CM_SORT_VALUE) return decode_value_bound(d, r, out);
  if (out->sort == CM_SORT_TYPE) return decode_type_bound(r, out);
  return cm_read_u32(r, "a type index", &out->index);
}

bool decode_import(struct decoder *d, struct cm_reader *r, struct open_scope *s, struct cm_item *item) {
  (void)s;
  return decode_name(d, r, &item->import.name) && decode_externtype(d, r, &item->import.type);
}

bool decode_export(struct decoder *d, struct cm_reader *r, struct open_scope *s, struct cm_item *item) {
  (void)s;
  struct cm_export *out = &item->export;
  return decode_name(d, r, &out->name) && decode_sortidx(r, &out->what) &&
         read_flag(r, "whether the export has a type (0x00 or 0x01)", &out->has_type) &&
         (!out->has_type || decode_externtype(d, r, &out->type));
}

// In a type an export has nothing behind it but its type, whose sort is that of the index it introduces.
bool decode_export_decl(struct decoder *d, struct cm_reader *r, struct open_scope *s, struct cm_item *item) {
  (void)s;
  struct cm_export *out = &item->export;
  out->has_type = true;
  if (!decode_name(d, r, &out->name) || !decode_externtype(d, r, &out->type)) return false;
  out->what.sort = out->type.sort;
  return true;
}

bool decode_start(struct decoder *d, struct cm_reader *r, struct open_scope *s, struct cm_item *item) {
  (void)s;
  struct cm_start *out = &item->start;
  if (!cm_read_u32(r, "a func index", &out->func)) return false;
  if (!cm_read_count(r, "a count of start arguments", 1, CM_LIMIT_PARAMS, &out->argument_count)) return false;
  uint32_t *arguments = decoder_alloc(d, out->argument_count, sizeof *arguments);
  if (!arguments) return false;
  out->arguments = arguments;
  for (uint32_t i = 0; i < out->argument_count; i++)
    if (!cm_read_u32(r, "a value index", &arguments[i])) return false;
  uint64_t offset = cm_offset(r);
  uint32_t results;
  if (!cm_read_u32(r, "a count of start results", &results)) return false;
  // Each result is an index that no byte of the file stands behind, so the whole file together has a limit.
  if (results > CM_LIMIT_PARAMS || results > CM_LIMIT_DEFINITIONS - d->start_values)
    return cm_reader_fail_at(r, offset, CM_LIMIT, "start function results size is out of bounds: %u", results);
  d->start_values += results;
  out->result_count = results;
  return true;
}

bool decode_value(struct decoder *d, struct cm_reader *r, struct open_scope *s, struct cm_item *item) {
  (void)s, (void)d;
  uint32_t size;
  return decode_valtype(r, &item->value.type) && cm_read_u32(r, "the size of a value", &size) &&
         cm_read_bytes(r, size, "a value", &item->value.bytes);
}
