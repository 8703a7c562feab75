// Types: what indices stand for, layout in memory, flattening, signatures, places of parameters.
//
// The types are in data/types/*.wat; the numbers are the canonical ABI's own rules applied to them.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <component/limits.h>
#include <component/types.h>

#include "data/types.h"

struct fixture {
  struct cm_arena arena;
  struct cm_component *layouts, *resolve, *large;
};

static int set_up(void **state) {
  struct fixture *f = calloc(1, sizeof *f);
  if (!f) {
    return -1;
  }
  cm_arena_init(&f->arena, NULL);
  f->layouts = sample_decode(&f->arena, types_samples, "layouts");
  f->resolve = sample_decode(&f->arena, types_samples, "resolve");
  f->large = sample_decode(&f->arena, types_samples, "large");
  *state = f;
  return 0;
}

static int tear_down(void **state) {
  struct fixture *f = *state;
  cm_arena_free(&f->arena);
  free(f);
  return 0;
}

static struct cm_valtype type_named(struct fixture *f, struct cm_component *component, const char *name) {
  return (struct cm_valtype){CM_VAL_TYPE, sample_index(&f->arena, component, CM_SORT_TYPE, name)};
}

static const struct cm_type *func_named(struct fixture *f, const char *name) {
  struct cm_typeref ref;
  uint32_t index = sample_index(&f->arena, f->layouts, CM_SORT_TYPE, name);
  assert_true(cm_type_resolve(&f->layouts->scope, index, &ref, NULL));
  assert_int_equal(ref.type->kind, CM_TYPE_FUNC);
  return ref.type;
}

static char flat_letter(enum cm_flat flat) {
  switch (flat) {
    case CM_FLAT_I32: return 'i';
    case CM_FLAT_I64: return 'l';
    case CM_FLAT_F32: return 'f';
    case CM_FLAT_F64: return 'd';
  }
  return '?';
}

static const char *letters(const enum cm_flat *flats, uint32_t count) {
  static char text[64];
  assert_true(count < sizeof text);
  for (uint32_t i = 0; i < count; i++) {
    text[i] = flat_letter(flats[i]);
  }
  text[count] = 0;
  return text;
}

// Size and alignment with 32-bit and 64-bit pointers; flat values with both: i i32, l i64, f f32, d f64.
static const struct layout_row {
  const char *name;
  struct cm_layout memory32, memory64;
  const char *flat32, *flat64;
} layout_rows[] = {
    {"bool", {1, 1}, {1, 1}, "i", "i"},
    {"s16", {2, 2}, {2, 2}, "i", "i"},
    {"u32", {4, 4}, {4, 4}, "i", "i"},
    {"s64", {8, 8}, {8, 8}, "l", "l"},
    {"f32", {4, 4}, {4, 4}, "f", "f"},
    {"f64", {8, 8}, {8, 8}, "d", "d"},
    {"char", {4, 4}, {4, 4}, "i", "i"},
    {"string", {8, 4}, {16, 8}, "ii", "ll"},
    {"error-context", {4, 4}, {4, 4}, "i", "i"},
    {"record", {24, 8}, {24, 8}, "ili", "ili"},
    {"tuple", {6, 2}, {6, 2}, "iii", "iii"},
    {"nested", {40, 8}, {40, 8}, "iiiilii", "iiiilii"},
    {"option-u8", {2, 1}, {2, 1}, "ii", "ii"},
    {"option-u64", {16, 8}, {16, 8}, "il", "il"},
    {"option-option", {6, 2}, {6, 2}, "iii", "iii"},
    {"result", {1, 1}, {1, 1}, "i", "i"},
    {"result-mixed", {12, 4}, {24, 8}, "iii", "ill"},
    {"result-error", {16, 8}, {16, 8}, "id", "id"},
    {"variant", {24, 8}, {24, 8}, "ilf", "ilf"},
    {"variant-floats", {8, 4}, {8, 4}, "if", "if"},
    {"variant-widths", {16, 8}, {16, 8}, "il", "il"},
    {"variant-nested", {24, 8}, {24, 8}, "iil", "iil"},
    {"variant-order", {24, 8}, {24, 8}, "iilf", "iilf"},
    {"enum", {1, 1}, {1, 1}, "i", "i"},
    {"enum-257", {2, 2}, {2, 2}, "i", "i"},
    {"flags-8", {1, 1}, {1, 1}, "i", "i"},
    {"flags-9", {2, 2}, {2, 2}, "i", "i"},
    {"flags-17", {4, 4}, {4, 4}, "i", "i"},
    {"flags-32", {4, 4}, {4, 4}, "i", "i"},
    {"list", {8, 4}, {16, 8}, "ii", "ll"},
    {"fixed", {6, 2}, {6, 2}, "iii", "iii"},
    {"fixed-tuples", {16, 4}, {16, 4}, "iiii", "iiii"},
    {"map", {8, 4}, {16, 8}, "ii", "ll"},
    {"own", {4, 4}, {4, 4}, "i", "i"},
    {"borrow", {4, 4}, {4, 4}, "i", "i"},
    {"stream", {4, 4}, {4, 4}, "i", "i"},
    {"future", {4, 4}, {4, 4}, "i", "i"},
    {"handles", {24, 8}, {24, 8}, "ili", "ili"},
    {"message", {40, 4}, {80, 8}, "iiiiiiiiii", "llllillill"},
    {"target", {12, 4}, {24, 8}, "iii", "ill"},
};

static void types_are_laid_out(void **state) {
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof layout_rows / sizeof layout_rows[0]; i++) {
    const struct layout_row *row = &layout_rows[i];
    struct cm_valtype type = type_named(f, f->layouts, row->name);
    const struct cm_scope *scope = &f->layouts->scope;
    struct cm_layout layout = {0};
    enum cm_flat flats[32];
    uint32_t count = 0;
    print_message("  %s\n", row->name);
    assert_true(cm_layout_of(scope, type, 4, &layout, NULL));
    assert_int_equal(layout.size, row->memory32.size);
    assert_int_equal(layout.align, row->memory32.align);
    assert_true(cm_layout_of(scope, type, 8, &layout, NULL));
    assert_int_equal(layout.size, row->memory64.size);
    assert_int_equal(layout.align, row->memory64.align);
    assert_true(cm_flatten(scope, type, 4, flats, 32, &count, NULL));
    assert_string_equal(letters(flats, count), row->flat32);
    assert_true(cm_flatten(scope, type, 8, flats, 32, &count, NULL));
    assert_string_equal(letters(flats, count), row->flat64);
  }
}

static void primitives_need_no_definition(void **state) {
  struct fixture *f = *state;
  struct cm_layout layout = {0};
  struct cm_typeref ref;
  struct cm_diag diag;
  struct cm_valtype string = {CM_VAL_PRIM, CM_STRING}, none = {CM_VAL_NONE, 0}, odd = {CM_VAL_PRIM, 0x70};
  assert_true(cm_layout_of(&f->layouts->scope, string, 4, &layout, NULL));
  assert_int_equal(layout.size, 8);
  assert_true(cm_valtype_resolve(&f->layouts->scope, string, &ref, NULL));
  assert_int_equal(ref.type->kind, CM_TYPE_PRIM);
  assert_int_equal(ref.type->prim, CM_STRING);
  assert_false(cm_valtype_resolve(&f->layouts->scope, none, &ref, &diag));
  assert_int_equal(diag.error, CM_INVALID);
  assert_false(cm_valtype_resolve(&f->layouts->scope, odd, &ref, &diag));
}

// Only as many flat values are written as there is room, and all are counted.
static void flattening_counts_beyond_its_room(void **state) {
  struct fixture *f = *state;
  const struct cm_scope *scope = &f->layouts->scope;
  enum cm_flat flats[3] = {CM_FLAT_F64, CM_FLAT_F64, CM_FLAT_F64};
  uint32_t count = 0;
  assert_true(cm_flatten(scope, type_named(f, f->layouts, "fixed-long"), 4, flats, 2, &count, NULL));
  assert_int_equal(count, 100000);
  assert_string_equal(letters(flats, 3), "iid");
  assert_true(cm_flatten(scope, type_named(f, f->layouts, "message"), 4, NULL, 0, &count, NULL));
  assert_int_equal(count, 10);
  assert_true(cm_flatten(&f->large->scope, type_named(f, f->large, "wide"), 4, flats, 1, &count, NULL));
  assert_int_equal(count, UINT32_MAX);
}

static void variant_payloads_have_an_offset(void **state) {
  struct fixture *f = *state;
  static const struct {
    const char *name;
    unsigned pointer;
    uint64_t payload;
    uint32_t discriminant;
  } rows[] = {{"option-u8", 4, 1, 1},    {"option-u64", 4, 8, 1}, {"result-mixed", 4, 4, 1},
              {"result-mixed", 8, 8, 1}, {"enum-257", 4, 2, 2},   {"result", 4, 1, 1}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct cm_typeref ref;
    uint64_t payload = 0;
    uint32_t discriminant = 0;
    assert_true(cm_valtype_resolve(&f->layouts->scope, type_named(f, f->layouts, rows[i].name), &ref, NULL));
    assert_true(cm_variant_layout(ref, rows[i].pointer, &payload, &discriminant, NULL));
    assert_int_equal(payload, rows[i].payload);
    assert_int_equal(discriminant, rows[i].discriminant);
  }
  struct cm_typeref record;
  uint64_t payload;
  uint32_t discriminant;
  assert_true(cm_valtype_resolve(&f->layouts->scope, type_named(f, f->layouts, "record"), &record, NULL));
  assert_false(cm_variant_layout(record, 4, &payload, &discriminant, NULL));
}

// CanonicalABI.md, flatten_functype: 16 parameters sync, 4 when lowered async; one result.
static const struct signature_row {
  const char *name;
  bool lower, is_async;
  unsigned pointer;
  const char *params, *results;
  bool params_spilled, results_spilled;
} signature_rows[] = {
    {"f-none", false, false, 4, "", "", false, false},
    {"f-none", true, false, 4, "", "", false, false},
    {"f-none", true, true, 4, "", "i", false, false},
    {"f-none", false, true, 4, "", "i", false, false},
    {"f-16", false, false, 4, "iiiiiiiiiiiiiiii", "i", false, true},
    {"f-16", true, false, 4, "iiiiiiiiiiiiiiiii", "", false, true},
    {"f-16", true, true, 4, "ii", "i", true, true},
    {"f-16", false, true, 4, "iiiiiiiiiiiiiiii", "i", false, false},
    {"f-16", true, false, 8, "iiiiiiiiiiiiiiiil", "", false, true},
    {"f-17", false, false, 4, "i", "l", true, false},
    {"f-17", true, false, 4, "i", "l", true, false},
    {"f-17", true, true, 4, "ii", "i", true, true},
    {"f-17", true, false, 8, "l", "l", true, false},
    {"f-get", true, false, 4, "iii", "", false, true},
    {"f-get", true, false, 8, "lll", "", false, true},
    {"f-get", false, false, 4, "ii", "i", false, true},
    {"f-get", false, false, 8, "ll", "l", false, true},
    {"f-get", true, true, 4, "iii", "i", false, true},
    {"f-authority", true, false, 4, "iiii", "i", false, false},
    {"f-authority", true, true, 4, "iiiii", "i", false, true},
    {"f-publish", true, false, 4, "iiiiiiiiiiii", "", false, true},
    {"f-publish", true, true, 4, "ii", "i", true, true},
    {"f-result", true, false, 4, "ili", "", false, false},
};

static void signatures_follow_the_limits(void **state) {
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof signature_rows / sizeof signature_rows[0]; i++) {
    const struct signature_row *row = &signature_rows[i];
    struct cm_signature s;
    print_message("  %s %s%s\n", row->name, row->lower ? "lower" : "lift", row->is_async ? " async" : "");
    assert_true(cm_signature_of(&f->layouts->scope, func_named(f, row->name), row->lower, row->is_async, row->pointer, &s, NULL));
    assert_string_equal(letters(s.params, s.param_count), row->params);
    assert_string_equal(letters(s.results, s.result_count), row->results);
    assert_int_equal(s.params_spilled, row->params_spilled);
    assert_int_equal(s.results_spilled, row->results_spilled);
  }
}

// Results as files before 2025 wrote them: several, with names.
static void named_results_are_flattened(void **state) {
  struct fixture *f = *state;
  struct cm_field two[] = {{CM_STR("a"), {CM_VAL_PRIM, CM_U32}}, {CM_STR("b"), {CM_VAL_PRIM, CM_F64}}};
  struct cm_type func = {.kind = CM_TYPE_FUNC};
  struct cm_signature s;
  func.func.named_result_count = 1;
  func.func.named_results = two;
  assert_true(cm_signature_of(&f->layouts->scope, &func, true, false, 4, &s, NULL));
  assert_string_equal(letters(s.results, s.result_count), "i");
  func.func.named_result_count = 2;
  assert_true(cm_signature_of(&f->layouts->scope, &func, true, false, 4, &s, NULL));
  assert_true(s.results_spilled);
  assert_int_equal(s.result_count, 0);
  assert_int_equal(s.param_count, 1);
}

// `at` is the flat index or the offset in memory; `discriminant` the same, -1 where there is none.
static const struct place_row {
  const char *func, *path;
  bool is_async;
  unsigned pointer;
  bool in_memory;
  uint64_t at;
  int64_t discriminant;
  uint32_t discriminant_size, discriminant_value;
} place_rows[] = {
    {"f-get", "key", false, 4, false, 0, -1, 0, 0},
    {"f-get", "key", true, 4, false, 0, -1, 0, 0},
    {"f-authority", "self", false, 4, false, 0, -1, 0, 0},
    {"f-authority", "authority", false, 4, false, 2, 1, 1, 1},
    {"f-authority", "authority.some", false, 4, false, 2, 1, 1, 1},
    {"f-authority", "authority.some", true, 4, false, 2, 1, 1, 1},
    {"f-publish", "topic", false, 4, false, 0, -1, 0, 0},
    {"f-publish", "msg", false, 4, false, 1, -1, 0, 0},
    {"f-publish", "msg.subject", false, 4, false, 1, -1, 0, 0},
    {"f-publish", "msg.body", false, 4, false, 3, -1, 0, 0},
    {"f-publish", "msg.reply-to", false, 4, false, 6, 5, 1, 1},
    {"f-publish", "msg.reply-to.some", false, 4, false, 6, 5, 1, 1},
    {"f-publish", "msg.id.0", false, 4, false, 8, -1, 0, 0},
    {"f-publish", "msg.id.1", false, 4, false, 9, -1, 0, 0},
    // Lowered async, eleven flat values are too many: topic at 0, the message at 4.
    {"f-publish", "topic", true, 4, true, 0, -1, 0, 0},
    {"f-publish", "msg.subject", true, 4, true, 4, -1, 0, 0},
    {"f-publish", "msg.body", true, 4, true, 12, -1, 0, 0},
    {"f-publish", "msg.reply-to", true, 4, true, 24, 20, 1, 1},
    {"f-publish", "msg.id.0", true, 4, true, 32, -1, 0, 0},
    {"f-publish", "msg.id.1", true, 4, true, 36, -1, 0, 0},
    {"f-publish", "msg.reply-to", true, 8, true, 48, 40, 1, 1},
    {"f-publish-maybe", "msg.subject", false, 4, false, 1, 0, 1, 1},
    {"f-publish-maybe", "msg.some.subject", false, 4, false, 1, 0, 1, 1},
    {"f-publish-maybe", "msg.reply-to", false, 4, false, 6, 5, 1, 1},
    {"f-target", "target", false, 4, false, 0, -1, 0, 0},
    {"f-target", "target.host", false, 4, false, 1, 0, 1, 1},
    {"f-target", "target.port", false, 4, false, 1, 0, 1, 2},
    {"f-target", "names.0", false, 4, false, 3, -1, 0, 0},
    {"f-target", "names.2", false, 4, false, 7, -1, 0, 0},
    {"f-result", "r.ok", false, 4, false, 1, 0, 1, 0},
    {"f-result", "r.error", false, 4, false, 1, 0, 1, 1},
    {"f-17", "p0", false, 4, true, 0, -1, 0, 0},
    {"f-17", "p1", false, 4, true, 8, -1, 0, 0},
    {"f-17", "p2", false, 4, true, 16, -1, 0, 0},
    {"f-17", "p16", false, 4, true, 128, -1, 0, 0},
    {"f-long", "msg.subject", false, 4, true, 4, -1, 0, 0},
    {"f-long", "target.host", false, 4, true, 48, 44, 1, 1},
    {"f-long", "target.port", false, 4, true, 48, 44, 1, 2},
    {"f-long", "names.1", false, 4, true, 64, -1, 0, 0},
    {"f-long", "target.host", false, 8, true, 96, 88, 1, 1},
};

static void places_are_found(void **state) {
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof place_rows / sizeof place_rows[0]; i++) {
    const struct place_row *row = &place_rows[i];
    struct cm_place place;
    print_message("  %s %s\n", row->func, row->path);
    assert_true(cm_place_of(&f->layouts->scope, func_named(f, row->func), row->path, row->is_async, row->pointer, &place, NULL));
    assert_int_equal(place.in_memory, row->in_memory);
    assert_int_equal(row->in_memory ? place.offset : place.flat, row->at);
    assert_int_equal(place.has_discriminant, row->discriminant >= 0);
    if (row->discriminant >= 0) {
      assert_int_equal(row->in_memory ? place.discriminant_offset : place.discriminant_flat, row->discriminant);
      assert_int_equal(place.discriminant_size, row->discriminant_size);
      assert_int_equal(place.discriminant_value, row->discriminant_value);
    }
  }
}

static void a_place_tells_the_type_of_its_leaf(void **state) {
  struct fixture *f = *state;
  struct cm_place place;
  struct cm_typeref ref;
  assert_true(cm_place_of(&f->layouts->scope, func_named(f, "f-authority"), "authority", false, 4, &place, NULL));
  assert_true(cm_valtype_resolve(place.scope, place.type, &ref, NULL));
  assert_int_equal(ref.type->prim, CM_STRING);
  assert_true(cm_place_of(&f->layouts->scope, func_named(f, "f-publish"), "msg", false, 4, &place, NULL));
  assert_true(cm_valtype_resolve(place.scope, place.type, &ref, NULL));
  assert_int_equal(ref.type->kind, CM_TYPE_RECORD);
}

static void paths_that_lead_nowhere_are_refused(void **state) {
  struct fixture *f = *state;
  static const char *const rows[][2] = {
      {"f-get", "other"},
      {"f-get", ""},
      {"f-get", "key.x"},
      {"f-publish", "msg.body.0"},
      {"f-publish", "msg.none"},
      {"f-publish", "msg."},
      {"f-publish", "msg.id.2"},
      {"f-publish", "msg.id.x"},
      {"f-target", "target.none"},
      {"f-target", "names.3"},
      {"f-authority", "self.x"},
      {"f-none", "x"},
      {"f-target", "names.99999999999"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct cm_place place;
    struct cm_diag diag = {0};
    assert_false(cm_place_of(&f->layouts->scope, func_named(f, rows[i][0]), rows[i][1], false, 4, &place, &diag));
    assert_int_equal(diag.error, CM_INVALID);
  }
}

static uint32_t index_of(struct fixture *f, enum cm_sort sort, const char *name) {
  return sample_index(&f->arena, f->resolve, sort, name);
}

static struct cm_typeref resolved(struct fixture *f, const char *name) {
  struct cm_typeref ref = {0};
  assert_true(cm_type_resolve(&f->resolve->scope, index_of(f, CM_SORT_TYPE, name), &ref, NULL));
  return ref;
}

static void type_indices_lead_to_definitions(void **state) {
  struct fixture *f = *state;
  const struct cm_scope *root = &f->resolve->scope;
  assert_int_equal(resolved(f, "names").type->kind, CM_TYPE_LIST);
  assert_ptr_equal(resolved(f, "exported-names").type, resolved(f, "names").type);
  assert_ptr_equal(resolved(f, "names-again").type, resolved(f, "names").type);
  assert_ptr_equal(resolved(f, "names-again").scope, root);
  assert_int_equal(resolved(f, "error-code").type->kind, CM_TYPE_ENUM);
  assert_ptr_not_equal(resolved(f, "error-code").scope, root);

  // Abstract resources are known by what introduces them.
  assert_null(resolved(f, "output-stream").type);
  assert_int_equal(resolved(f, "output-stream").resource->kind, CM_ITEM_EXPORT);
  assert_ptr_equal(resolved(f, "stream").resource, resolved(f, "output-stream").resource);
  assert_int_equal(resolved(f, "handle").resource->kind, CM_ITEM_IMPORT);

  // Through an instance of a nested component, and through a bundle of that.
  assert_int_equal(resolved(f, "made-point").type->kind, CM_TYPE_RECORD);
  assert_ptr_equal(resolved(f, "bundle-point").type, resolved(f, "made-point").type);
  assert_ptr_not_equal(resolved(f, "made-point").scope, root);
}

static void function_types_are_found(void **state) {
  struct fixture *f = *state;
  static const struct {
    const char *name, *param;
  } rows[] = {{"write", "code"}, {"print", "s"},        {"print-again", "s"},  {"made-f", "p"},
              {"bundle-f", "p"}, {"made-call", "flag"}, {"more-write", "code"}};
  struct cm_typeref ref;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    print_message("  %s\n", rows[i].name);
    assert_true(cm_func_type_of(&f->resolve->scope, index_of(f, CM_SORT_FUNC, rows[i].name), &ref, NULL));
    assert_int_equal(ref.type->kind, CM_TYPE_FUNC);
    assert_int_equal(ref.type->func.param_count, 1);
    assert_true(cm_str_is(ref.type->func.params[0].name, rows[i].param));
  }
  assert_true(cm_func_type_of(&f->resolve->scope, index_of(f, CM_SORT_FUNC, "make"), &ref, NULL));
  assert_int_equal(ref.type->func.result.index, CM_U8);
  struct cm_diag diag;
  assert_false(cm_func_type_of(&f->resolve->scope, 1000, &ref, &diag));
  assert_int_equal(diag.error, CM_INVALID);
}

static void instances_tell_their_exports(void **state) {
  struct fixture *f = *state;
  const struct cm_scope *scope = &f->resolve->scope, *in = NULL;
  struct cm_externtype type;
  struct cm_typeref ref;
  assert_true(cm_instance_export(scope, index_of(f, CM_SORT_INSTANCE, "streams"), CM_STR("write"), &type, &in));
  assert_int_equal(type.sort, CM_SORT_FUNC);
  assert_true(cm_type_resolve(in, type.index, &ref, NULL));
  assert_int_equal(ref.type->kind, CM_TYPE_FUNC);
  assert_true(cm_instance_export(scope, index_of(f, CM_SORT_INSTANCE, "streams"), CM_STR("output-stream"), &type, &in));
  assert_int_equal(type.bound, CM_BOUND_RESOURCE);

  assert_true(cm_instance_export(scope, index_of(f, CM_SORT_INSTANCE, "made"), CM_STR("f"), &type, &in));
  assert_true(cm_type_resolve(in, type.index, &ref, NULL));
  assert_int_equal(ref.type->func.param_count, 1);
  assert_true(cm_instance_export(scope, index_of(f, CM_SORT_INSTANCE, "made"), CM_STR("point"), &type, &in));
  assert_int_equal(type.bound, CM_BOUND_EQ);
  assert_true(cm_type_resolve(in, type.index, &ref, NULL));
  assert_int_equal(ref.type->kind, CM_TYPE_RECORD);
  assert_true(cm_instance_export(scope, index_of(f, CM_SORT_INSTANCE, "made"), CM_STR("deep"), &type, &in));
  assert_non_null(cm_instance_type_scope(in, type.index));

  assert_true(cm_instance_export(scope, index_of(f, CM_SORT_INSTANCE, "bundle"), CM_STR("print"), &type, &in));
  assert_true(cm_type_resolve(in, type.index, &ref, NULL));
  assert_true(cm_str_is(ref.type->func.params[0].name, "s"));
  assert_true(cm_instance_export(scope, index_of(f, CM_SORT_INSTANCE, "from-maker"), CM_STR("make"), &type, &in));
  assert_int_equal(type.sort, CM_SORT_FUNC);

  assert_false(cm_instance_export(scope, index_of(f, CM_SORT_INSTANCE, "bundle"), CM_STR("nothing"), &type, &in));
  assert_false(cm_instance_export(scope, index_of(f, CM_SORT_INSTANCE, "made"), CM_STR("nothing"), &type, &in));
  assert_false(cm_instance_export(scope, 1000, CM_STR("write"), &type, &in));
}

static void instance_types_have_a_scope(void **state) {
  struct fixture *f = *state;
  const struct cm_item *item = cm_def_of(&f->resolve->scope, CM_SORT_INSTANCE, index_of(f, CM_SORT_INSTANCE, "streams"));
  const struct cm_scope *scope = cm_instance_type_scope(&f->resolve->scope, item->import.type.index);
  assert_non_null(scope);
  assert_int_equal(scope->kind, CM_SCOPE_INSTANCE_TYPE);
  assert_non_null(cm_scope_export(scope, CM_STR("write")));
  assert_null(cm_scope_export(scope, CM_STR("read")));
  assert_null(cm_instance_type_scope(&f->resolve->scope, index_of(f, CM_SORT_TYPE, "names")));
  assert_null(cm_instance_type_scope(&f->resolve->scope, index_of(f, CM_SORT_TYPE, "output-stream")));
  assert_null(cm_instance_type_scope(&f->resolve->scope, 1000));
}

// Types that the file spells in a few bytes meet a limit, and what only looks large is answered.
static void large_types_meet_limits(void **state) {
  struct fixture *f = *state;
  const struct cm_scope *scope = &f->large->scope;
  static const struct {
    const char *name;
    const char *message;
  } rows[] = {{"d64", "nodes"}, {"v64", "nodes"}, {"o199", "deep"}, {"o100", "deep"}, {"wide", "4 GiB"}};
  struct cm_layout layout;
  struct cm_diag diag;
  uint32_t count;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    print_message("  %s\n", rows[i].name);
    assert_false(cm_layout_of(scope, type_named(f, f->large, rows[i].name), 4, &layout, &diag));
    assert_int_equal(diag.error, CM_LIMIT);
    assert_non_null(strstr(diag.message, rows[i].message));
  }
  assert_false(cm_flatten(scope, type_named(f, f->large, "d64"), 4, NULL, 0, &count, &diag));
  assert_int_equal(diag.error, CM_LIMIT);
  assert_true(cm_layout_of(scope, type_named(f, f->large, "d9"), 4, &layout, &diag));
  assert_int_equal(layout.size, 1024);
  assert_true(cm_layout_of(scope, type_named(f, f->large, "o98"), 4, &layout, &diag));
  assert_int_equal(layout.size, 100);

  struct cm_typeref ref;
  struct cm_signature signature;
  struct cm_place place;
  assert_true(cm_type_resolve(scope, type_named(f, f->large, "f-doubling").index, &ref, NULL));
  assert_false(cm_signature_of(scope, ref.type, true, false, 4, &signature, &diag));
  assert_int_equal(diag.error, CM_LIMIT);
  assert_true(cm_type_resolve(scope, type_named(f, f->large, "f-fits").index, &ref, NULL));
  assert_true(cm_signature_of(scope, ref.type, true, false, 4, &signature, &diag));
  assert_true(signature.params_spilled);
  assert_true(cm_place_of(scope, ref.type, "a.1.0", false, 4, &place, &diag));
  assert_int_equal(place.offset, 2);
}

// A scope made by hand, for what no file that decodes can have: `items` introduce types.
struct by_hand {
  struct cm_scope scope;
  struct cm_item items[4];
  struct cm_item *order[4];
  struct cm_def defs[4];
};

static void by_hand_types(struct by_hand *h, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    h->order[i] = &h->items[i];
    h->defs[i] = (struct cm_def){&h->items[i], 0};
  }
  h->scope = (struct cm_scope){.kind = CM_SCOPE_COMPONENT, .item_count = count, .items = h->order};
  h->scope.spaces[CM_SORT_TYPE] = (struct cm_space){count, h->defs};
}

static void cycles_end(void **state) {
  (void)state;
  struct by_hand h = {0};
  struct cm_typeref ref;
  struct cm_diag diag;
  struct cm_layout layout;
  by_hand_types(&h, 2);
  h.items[0] = (struct cm_item){.kind = CM_ITEM_IMPORT, .import.type = {.sort = CM_SORT_TYPE, .bound = CM_BOUND_EQ, .index = 1}};
  h.items[1] = (struct cm_item){.kind = CM_ITEM_ALIAS, .alias = {.kind = CM_ALIAS_OUTER, .sort = CM_SORT_TYPE, .index = 0}};
  assert_false(cm_type_resolve(&h.scope, 0, &ref, &diag));
  assert_int_equal(diag.error, CM_LIMIT);

  // A list of itself has no size that would matter; a tuple of itself has none at all.
  struct cm_type list = {.kind = CM_TYPE_LIST, .element = {CM_VAL_TYPE, 0}};
  struct cm_field self = {.type = {CM_VAL_TYPE, 1}};
  struct cm_type tuple = {.kind = CM_TYPE_TUPLE, .count = 1, .fields = &self};
  h.items[0] = (struct cm_item){.kind = CM_ITEM_TYPE, .type = &list};
  h.items[1] = (struct cm_item){.kind = CM_ITEM_TYPE, .type = &tuple};
  assert_true(cm_layout_of(&h.scope, (struct cm_valtype){CM_VAL_TYPE, 0}, 4, &layout, &diag));
  assert_false(cm_layout_of(&h.scope, (struct cm_valtype){CM_VAL_TYPE, 1}, 4, &layout, &diag));
  assert_int_equal(diag.error, CM_LIMIT);
}

// An instance that is an alias of its own export leads through instances without end.
static void instances_that_alias_themselves_end(void **state) {
  (void)state;
  struct by_hand h = {0};
  struct cm_diag diag;
  struct cm_entity entity;
  by_hand_types(&h, 1);
  h.items[0] = (struct cm_item){.kind = CM_ITEM_ALIAS,
                                .alias = {.kind = CM_ALIAS_EXPORT, .sort = CM_SORT_INSTANCE, .instance = 0, .name = CM_STR("a")}};
  h.scope.spaces[CM_SORT_INSTANCE] = h.scope.spaces[CM_SORT_TYPE];
  assert_false(cm_entity_of(&h.scope, CM_SORT_INSTANCE, 0, &entity, &diag));
  assert_int_equal(diag.error, CM_LIMIT);
}

static void what_is_no_value_type_is_refused(void **state) {
  struct fixture *f = *state;
  struct cm_layout layout;
  struct cm_diag diag;
  static const char *const names[] = {"f-none", "r"};
  for (size_t i = 0; i < 2; i++) {
    assert_false(cm_layout_of(&f->layouts->scope, type_named(f, f->layouts, names[i]), 4, &layout, &diag));
    assert_int_equal(diag.error, CM_INVALID);
    assert_true(diag.has_offset);
  }
  assert_false(cm_layout_of(&f->resolve->scope, type_named(f, f->resolve, "handle"), 4, &layout, &diag));
  assert_non_null(strstr(diag.message, "abstract resource"));

  struct cm_type flags = {.kind = CM_TYPE_FLAGS, .count = 33};
  struct by_hand h = {0};
  by_hand_types(&h, 1);
  h.items[0] = (struct cm_item){.kind = CM_ITEM_TYPE, .type = &flags};
  assert_false(cm_layout_of(&h.scope, (struct cm_valtype){CM_VAL_TYPE, 0}, 4, &layout, &diag));
  assert_int_equal(diag.error, CM_INVALID);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(types_are_laid_out),
      cmocka_unit_test(primitives_need_no_definition),
      cmocka_unit_test(flattening_counts_beyond_its_room),
      cmocka_unit_test(variant_payloads_have_an_offset),
      cmocka_unit_test(signatures_follow_the_limits),
      cmocka_unit_test(named_results_are_flattened),
      cmocka_unit_test(places_are_found),
      cmocka_unit_test(a_place_tells_the_type_of_its_leaf),
      cmocka_unit_test(paths_that_lead_nowhere_are_refused),
      cmocka_unit_test(type_indices_lead_to_definitions),
      cmocka_unit_test(function_types_are_found),
      cmocka_unit_test(instances_tell_their_exports),
      cmocka_unit_test(instance_types_have_a_scope),
      cmocka_unit_test(large_types_meet_limits),
      cmocka_unit_test(cycles_end),
      cmocka_unit_test(instances_that_alias_themselves_end),
      cmocka_unit_test(what_is_no_value_type_is_refused),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
