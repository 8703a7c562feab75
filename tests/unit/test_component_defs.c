// Decoding definitions: names, imports, exports, instances, aliases, canonical definitions, start, values, index spaces.

#include "bytes.h"

// Names.

static const struct cm_name *import_name(const struct decoded *d) {
  return &item_of(d, d->component->scope.item_count - 1)->import.name;
}

static void plain_names(void **state) {
  (void)state;
  for (int form = 0; form < 2; form++) {
    struct decoded d = decode_sections(10, form ? "01 01 'a:b/c@1.0.0' 03 01" : "01 00 'a:b/c@1.0.0' 03 01", -1);
    const struct cm_name *name = import_name(&d);
    assert_int_equal(name->form, form);
    assert_str(name->name, "a:b/c@1.0.0");
    assert_str(name->raw, "a:b/c@1.0.0");
    assert_false(name->has_implements || name->has_version_suffix || name->has_external_id);
    assert_int_equal(name->attribute_count, 0);
    free_decoded(&d);
  }
}

static void names_with_attributes(void **state) {
  (void)state;
  struct decoded d =
      decode_sections(10, "01 02 'db-password' 03 | 02 'pg/main' | 00 'wasmcloud:secrets/secret@2' | 01 '.1.0' | 03 01", -1);
  const struct cm_name *name = import_name(&d);
  assert_int_equal(name->form, 2);
  assert_str(name->name, "db-password");
  assert_true(name->has_implements && name->has_version_suffix && name->has_external_id);
  assert_str(name->implements, "wasmcloud:secrets/secret@2");
  assert_str(name->version_suffix, ".1.0");
  assert_str(name->external_id, "pg/main");
  assert_int_equal(name->attribute_count, 3);
  assert_int_equal(name->attributes[0].code, CM_ATTRIBUTE_EXTERNAL_ID);
  assert_int_equal(name->attributes[1].code, CM_ATTRIBUTE_IMPLEMENTS);
  assert_int_equal(name->attributes[2].code, CM_ATTRIBUTE_VERSION_SUFFIX);
  free_decoded(&d);
}

// Twice the same is not valid, but well-formed.
static void repeated_attributes_are_kept(void **state) {
  (void)state;
  struct decoded d = decode_sections(10, "01 02 'i' 02 00 'a:b/x' 00 'a:b/y' 03 01", -1);
  assert_str(import_name(&d)->implements, "a:b/x");
  assert_int_equal(import_name(&d)->attribute_count, 2);
  assert_str(import_name(&d)->attributes[1].text, "a:b/y");
  free_decoded(&d);
}

// The form of early 2026.
static void implements_in_the_text(void **state) {
  (void)state;
  struct decoded d = decode_sections(10, "01 00 '[implements=<a:b/c@1.2.3>]label' 03 01", -1);
  const struct cm_name *name = import_name(&d);
  assert_str(name->name, "label");
  assert_str(name->implements, "a:b/c@1.2.3");
  assert_true(name->has_implements);
  assert_str(name->raw, "[implements=<a:b/c@1.2.3>]label");
  assert_int_equal(name->attribute_count, 0);
  free_decoded(&d);

  d = decode_sections(10, "01 00 '[implements=<a:b/c]label' 03 01", -1);
  assert_str(import_name(&d)->name, "[implements=<a:b/c]label");
  assert_false(import_name(&d)->has_implements);
  free_decoded(&d);

  // An alias finds the label, whichever way the name was written.
  d = decode_sections(6, "02 03 00 00 '[implements=<a:b/c>]label' | 00 00 01 00 '[implements=<a:b/c>]label'", -1);
  assert_str(item_of(&d, 0)->alias.name, "label");
  assert_str(item_of(&d, 0)->alias.raw, "[implements=<a:b/c>]label");
  assert_str(item_of(&d, 1)->alias.name, "[implements=<a:b/c>]label");
  free_decoded(&d);
}

// Imports and exports.

static void imports_of_every_sort(void **state) {
  (void)state;
  struct decoded d = decode_sections(
      10, "07 00 'm' 00 11 04 | 00 'f' 01 05 | 00 't' 03 00 06 | 00 'r' 03 01 | 00 'c' 04 07 | 00 'i' 05 08 | 00 'v' 02 73", -1);
  assert_decodes(&d);
  static const enum cm_sort sorts[] = {CM_SORT_CORE_MODULE, CM_SORT_FUNC,     CM_SORT_TYPE, CM_SORT_TYPE,
                                       CM_SORT_COMPONENT,   CM_SORT_INSTANCE, CM_SORT_VALUE};
  static const uint32_t indices[] = {4, 5, 6, 0, 7, 8, 0};
  for (uint32_t i = 0; i < 7; i++) {
    const struct cm_externtype *type = &item_of(&d, i)->import.type;
    assert_int_equal(type->sort, sorts[i]);
    assert_int_equal(type->index, indices[i]);
  }
  assert_int_equal(item_of(&d, 2)->import.type.bound, CM_BOUND_EQ);
  assert_int_equal(item_of(&d, 3)->import.type.bound, CM_BOUND_RESOURCE);
  assert_int_equal(item_of(&d, 6)->import.type.value.index, CM_STRING);
  assert_false(item_of(&d, 6)->import.type.has_value_bound);
  assert_int_equal(space(&d, CM_SORT_TYPE), 2);
  free_decoded(&d);
}

// Binary.md puts a byte in front of the type of a value; wasm-tools does not.
static void value_bounds_in_both_encodings(void **state) {
  (void)state;
  struct decoded d = decode_sections(10, "03 00 'a' 02 01 73 | 00 'b' 02 00 00 | 00 'c' 02 01 05", -1);
  assert_decodes(&d);
  assert_int_equal(item_of(&d, 0)->import.type.value.index, CM_STRING);
  assert_true(item_of(&d, 0)->import.type.has_value_bound);
  assert_int_equal(item_of(&d, 1)->import.type.bound, CM_BOUND_EQ);
  assert_int_equal(item_of(&d, 2)->import.type.value.kind, CM_VAL_TYPE);
  assert_int_equal(item_of(&d, 2)->import.type.value.index, 5);
  assert_int_equal(space(&d, CM_SORT_VALUE), 3);
  assert_int_equal(d.component->scope.item_count, 3);
  free_decoded(&d);

  d = decode_sections(10, "02 00 'a' 02 00 | 00 'b' 02 73", -1);
  assert_decodes(&d);
  assert_int_equal(item_of(&d, 0)->import.type.value.kind, CM_VAL_TYPE);
  free_decoded(&d);

  // Wrong either way: the error is that of the first reading.
  d = decode_sections(10, "02 00 'a' 02 73 | 00 'b' 09", -1);
  assert_refused(&d, CM_MALFORMED, 19, "component > section import > import 1 `b`", "found 0x09");
  assert_int_equal(d.component->scope.item_count, 2);
  assert_int_equal(space(&d, CM_SORT_VALUE), 1);
  free_decoded(&d);
}

static void exports(void **state) {
  (void)state;
  struct decoded d = decode_sections(11, "03 00 'f' 01 03 00 | 00 'm' 00 11 02 01 00 11 04 | 02 'i' 01 02 'k' 05 00 01 05 01", -1);
  assert_decodes(&d);
  const struct cm_export *f = &item_of(&d, 0)->export, *m = &item_of(&d, 1)->export, *i = &item_of(&d, 2)->export;
  assert_int_equal(f->what.sort, CM_SORT_FUNC);
  assert_int_equal(f->what.index, 3);
  assert_false(f->has_type);
  assert_int_equal(m->what.sort, CM_SORT_CORE_MODULE);
  assert_true(m->has_type);
  assert_int_equal(m->type.index, 4);
  assert_str(i->name.external_id, "k");
  // Each introduces an index.
  assert_int_equal(space(&d, CM_SORT_FUNC), 1);
  assert_int_equal(space(&d, CM_SORT_CORE_MODULE), 1);
  assert_int_equal(space(&d, CM_SORT_INSTANCE), 1);
  free_decoded(&d);
}

// Instances.

static void core_instances(void **state) {
  (void)state;
  struct decoded d = decode_sections(2, "02 00 05 01 'env' 12 03 | 01 02 'f' 00 07 'memory' 02 00", -1);
  assert_decodes(&d);
  const struct cm_instance_expr *made = &item_of(&d, 0)->instance, *bundle = &item_of(&d, 1)->instance;
  assert_false(made->is_inline);
  assert_int_equal(made->definition, 5);
  assert_int_equal(made->count, 1);
  assert_str(made->arguments[0].name.name, "env");
  assert_int_equal(made->arguments[0].what.sort, CM_SORT_CORE_INSTANCE);
  assert_int_equal(made->arguments[0].what.index, 3);
  assert_true(bundle->is_inline);
  assert_int_equal(bundle->count, 2);
  assert_int_equal(bundle->arguments[0].what.sort, CM_SORT_CORE_FUNC);
  assert_int_equal(bundle->arguments[1].what.sort, CM_SORT_CORE_MEMORY);
  assert_int_equal(space(&d, CM_SORT_CORE_INSTANCE), 2);
  free_decoded(&d);
}

static void component_instances(void **state) {
  (void)state;
  struct decoded d = decode_sections(5, "02 00 01 02 'a' 05 02 'm' 00 11 00 | 01 01 02 'x' 01 02 'id' 03 04", -1);
  assert_decodes(&d);
  const struct cm_instance_expr *made = &item_of(&d, 0)->instance, *bundle = &item_of(&d, 1)->instance;
  assert_int_equal(made->definition, 1);
  assert_int_equal(made->arguments[1].what.sort, CM_SORT_CORE_MODULE);
  assert_int_equal(bundle->arguments[0].what.sort, CM_SORT_TYPE);
  assert_int_equal(bundle->arguments[0].what.index, 4);
  assert_str(bundle->arguments[0].name.external_id, "id");
  assert_int_equal(space(&d, CM_SORT_INSTANCE), 2);
  free_decoded(&d);
}

static void aliases(void **state) {
  (void)state;
  struct decoded d = decode_sections(6, "05 01 00 02 'f' | 00 02 01 03 'mem' | 03 02 00 09 | 00 11 02 01 02 | 05 00 00 'i'", -1);
  assert_decodes(&d);
  const struct cm_alias *f = &item_of(&d, 0)->alias, *mem = &item_of(&d, 1)->alias, *type = &item_of(&d, 2)->alias;
  assert_int_equal(f->kind, CM_ALIAS_EXPORT);
  assert_int_equal(f->sort, CM_SORT_FUNC);
  assert_int_equal(f->instance, 2);
  assert_str(f->name, "f");
  assert_int_equal(mem->kind, CM_ALIAS_CORE_EXPORT);
  assert_int_equal(mem->sort, CM_SORT_CORE_MEMORY);
  assert_int_equal(type->kind, CM_ALIAS_OUTER);
  assert_int_equal(type->index, 9);
  assert_int_equal(item_of(&d, 3)->alias.outer, 1);
  assert_int_equal(space(&d, CM_SORT_FUNC), 1);
  assert_int_equal(space(&d, CM_SORT_CORE_MEMORY), 1);
  assert_int_equal(space(&d, CM_SORT_TYPE), 1);
  assert_int_equal(space(&d, CM_SORT_CORE_MODULE), 1);
  assert_int_equal(space(&d, CM_SORT_INSTANCE), 1);
  free_decoded(&d);
}

// Canonical definitions.

static void lift_and_lower(void **state) {
  (void)state;
  struct decoded d = decode_sections(8, "02 00 00 03 05 07 02 04 01 03 00 06 00 09 | 01 00 04 03 02 08 06 09", -1);
  assert_decodes(&d);
  const struct cm_canon *lift = &item_of(&d, 0)->canon, *lower = &item_of(&d, 1)->canon;
  assert_int_equal(lift->kind, CM_CANON_LIFT);
  assert_int_equal(lift->func, 3);
  assert_int_equal(lift->type, 9);
  assert_true(lift->opts.has_callback && lift->opts.has_realloc && lift->opts.has_memory && lift->opts.is_async &&
              lift->opts.has_encoding);
  assert_int_equal(lift->opts.callback, 2);
  assert_int_equal(lift->opts.realloc, 1);
  assert_int_equal(lift->opts.memory, 0);
  assert_int_equal(lift->opts.encoding, CM_UTF8);
  assert_int_equal(lift->opts.count, 5);
  assert_memory_equal(lift->opts.order, ((uint8_t[]){7, 4, 3, 6, 0}), 5);
  assert_int_equal(lower->kind, CM_CANON_LOWER);
  assert_int_equal(lower->func, 4);
  assert_int_equal(lower->opts.encoding, CM_LATIN1_UTF16);
  assert_true(lower->opts.has_core_type && lower->opts.is_gc);
  assert_int_equal(lower->opts.core_type, 6);
  assert_int_equal(space(&d, CM_SORT_FUNC), 1);
  assert_int_equal(space(&d, CM_SORT_CORE_FUNC), 1);
  free_decoded(&d);
}

// Writes the shortest immediates that the table lists.
static void put_immediates(struct bytes *b, const char *letters, bool shared_byte) {
  for (; *letters; letters++) {
    switch (*letters) {
      case 'r': put_text(b, "01 00"); break;
      case 'v': put_text(b, "7f"); break;
      case 'a':
      case 'k': put_text(b, "01"); break;
      case 's': put_text(b, shared_byte ? "00" : ""); break;
      case 'z':
      case 'o': put_text(b, "00"); break;
      default: put_text(b, "05");
    }
  }
}

static void every_builtin_decodes(void **state) {
  (void)state;
  for (int kind = 0; kind < CM_CANON_COUNT; kind++) {
    for (int shared_byte = 0; shared_byte < 2; shared_byte++) {
      const struct cm_canon_info *info = &cm_canons[kind];
      bool threads = strchr(info->immediates, 's') != NULL;
      struct decoded d = {0};
      struct bytes section = {0};
      put_component(&d.bytes);
      put_byte(&section, 1);
      put_byte(&section, info->opcode);
      put_immediates(&section, info->immediates, shared_byte);
      put_section_of(&d.bytes, 8, &section);
      decode(&d);
      const struct cm_canon *canon = &item_of(&d, 0)->canon;
      assert_int_equal(canon->kind, kind);
      assert_int_equal(canon->is_async, strchr(info->immediates, 'a') != NULL);
      assert_int_equal(canon->is_cancellable, strchr(info->immediates, 'k') != NULL);
      assert_int_equal(canon->has_shared_byte, threads && shared_byte);
      assert_int_equal(canon->is_shared, threads && !shared_byte);
      assert_int_equal(space(&d, kind == CM_CANON_LIFT ? CM_SORT_FUNC : CM_SORT_CORE_FUNC), 1);
      assert_int_equal(item_of(&d, 0)->size, d.bytes.size - 11);
      free_decoded(&d);
    }
  }
}

static void builtins_with_results_and_slots(void **state) {
  (void)state;
  struct decoded d = decode_sections(8, "05 09 00 73 01 03 00 | 09 01 00 00 | 09 01 01 'x' 7d 00 | 0a 7f 01 | 0b 7e 80 01", -1);
  assert_decodes(&d);
  assert_int_equal(item_of(&d, 0)->canon.result.index, CM_STRING);
  assert_true(item_of(&d, 0)->canon.opts.has_memory);
  assert_int_equal(item_of(&d, 1)->canon.result.kind, CM_VAL_NONE);
  assert_int_equal(item_of(&d, 2)->canon.named_result_count, 1);
  assert_str(item_of(&d, 2)->canon.named_results[0].name, "x");
  assert_int_equal(item_of(&d, 3)->canon.context_type.code, CORE_I32);
  assert_int_equal(item_of(&d, 4)->canon.context_type.code, CORE_I64);
  assert_int_equal(item_of(&d, 4)->canon.context_index, 128);
  free_decoded(&d);
}

static void malformed_definitions(void **state) {
  (void)state;
  static const struct {
    int section;
    const char *bytes;
    enum cm_error error;
    uint64_t offset;
    const char *where, *message;
  } cases[] = {
      {2, "01 02 00 00", CM_MALFORMED, 11, "component > section core instance > core instance 0",
       "expected a core instance expression"},
      {2, "01 00 00 01 'i' 00 00", CM_MALFORMED, 16, "component > section core instance > core instance 0 > argument 0 `i`",
       "expected the sort of a core instantiation argument (0x12, instance), found 0x00"},
      {2, "01 01 01 'x' 05 00", CM_MALFORMED, 15, "component > section core instance > core instance 0 > export 0 `x`",
       "expected a core sort"},
      {5, "01 02 00 00", CM_MALFORMED, 11, "component > section instance > instance 0", "expected an instance expression"},
      {6, "01 03 03 00 00", CM_MALFORMED, 12, "component > section alias > alias 0", "expected the target of an alias"},
      {6, "01 06 02 00 00", CM_MALFORMED, 11, "component > section alias > alias 0", "expected a sort (0x00 to 0x05), found 0x06"},
      {6, "01 00 13 02 00 00", CM_MALFORMED, 12, "component > section alias > alias 0", "expected a core sort"},
      {6, "01 05 02 00 00", CM_MALFORMED, 11, "component > section alias > alias 0",
       "expected the sort of an outer alias (core type, core module, type or component), found instance"},
      {8, "01 07", CM_MALFORMED, 11, "component > section canon > canon 0", "expected a canonical definition, found 0x07"},
      {8, "01 00 01 00 00 00", CM_MALFORMED, 12, "component > section canon > canon 0 `lift`",
       "expected 0x00 (the sort func), found 0x01"},
      {8, "01 01 00 00 01 0a", CM_MALFORMED, 15, "component > section canon > canon 0 `lower`",
       "expected a canonical option (0x00 to 0x09), found 0x0a"},
      {8, "01 01 00 00 0b 00 00 00 00 00 00 00 00 00 00 00", CM_LIMIT, 14, "component > section canon > canon 0 `lower`",
       "limit of 10"},
      {8, "01 0c 02", CM_MALFORMED, 12, "component > section canon > canon 0 `thread.yield`", "found 0x02"},
      {9, "00 00 ff ff 7f", CM_LIMIT, 12, "component > section start > start 0", "start function results size is out of bounds"},
      {10, "01 03 'a' 01 00", CM_MALFORMED, 11, "component > section import > import 0", "expected the form of a name"},
      {10, "01 02 'a' 01 03 'x' 01 00", CM_MALFORMED, 15, "component > section import > import 0 `a`", "expected a name attribute"},
      {10, "01 00 't' 03 02", CM_MALFORMED, 15, "component > section import > import 0 `t`", "expected a type bound"},
      {10, "01 00 'x' 06 00", CM_MALFORMED, 14, "component > section import > import 0 `x`",
       "expected the type of an import or export"},
      {10, "01 00 'm' 00 00", CM_MALFORMED, 15, "component > section import > import 0 `m`",
       "expected 0x11 (core module), found 0x00"},
      {11, "01 00 'e' 01 00 02", CM_MALFORMED, 16, "component > section export > export 0 `e`",
       "expected whether the export has a type"},
      {11, "01 00 'e' 06 00", CM_MALFORMED, 14, "component > section export > export 0 `e`", "expected a sort"},
      {12, "01 73 05 00", CM_MALFORMED, 13, "component > section value > value 0", "expected 5 bytes of a value, only 1 are left"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct decoded d = decode_sections(cases[i].section, cases[i].bytes, -1);
    assert_refused(&d, cases[i].error, cases[i].offset, cases[i].where, cases[i].message);
    free_decoded(&d);
  }
}

// Start, values.

static void starts_introduce_values(void **state) {
  (void)state;
  struct decoded d = decode_sections(9, "04 02 01 00 03", 12, "01 73 03 'hi'", -1);
  assert_decodes(&d);
  const struct cm_start *start = &item_of(&d, 0)->start;
  assert_int_equal(start->func, 4);
  assert_int_equal(start->argument_count, 2);
  assert_int_equal(start->arguments[0], 1);
  assert_int_equal(start->result_count, 3);
  assert_int_equal(space(&d, CM_SORT_VALUE), 4);
  const struct cm_space *values = &d.component->scope.spaces[CM_SORT_VALUE];
  assert_ptr_equal(values->defs[2].item, item_of(&d, 0));
  assert_int_equal(values->defs[2].sub, 2);
  assert_ptr_equal(values->defs[3].item, item_of(&d, 1));
  assert_int_equal(item_of(&d, 1)->value.bytes.size, 3);
  assert_int_equal(item_of(&d, 1)->value.type.index, CM_STRING);
  free_decoded(&d);
}

// Types come from type definitions, imports, aliases and exports alike, in the order of the file.
static void index_spaces_are_in_order(void **state) {
  (void)state;
  struct decoded d = decode_sections(7, "01 73", 10, "02 00 'r' 03 01 | 00 'f' 01 00", 6, "01 03 00 00 't'", 11,
                                     "01 00 'e' 03 00 00", 7, "01 74", -1);
  assert_decodes(&d);
  static const uint32_t items[] = {0, 1, 3, 4, 5};
  const struct cm_space *types = &d.component->scope.spaces[CM_SORT_TYPE];
  assert_int_equal(types->count, 5);
  for (uint32_t i = 0; i < 5; i++) {
    assert_ptr_equal(types->defs[i].item, item_of(&d, items[i]));
    assert_ptr_equal(cm_def_of(&d.component->scope, CM_SORT_TYPE, i), item_of(&d, items[i]));
  }
  free_decoded(&d);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(plain_names),
      cmocka_unit_test(names_with_attributes),
      cmocka_unit_test(repeated_attributes_are_kept),
      cmocka_unit_test(implements_in_the_text),
      cmocka_unit_test(imports_of_every_sort),
      cmocka_unit_test(value_bounds_in_both_encodings),
      cmocka_unit_test(exports),
      cmocka_unit_test(core_instances),
      cmocka_unit_test(component_instances),
      cmocka_unit_test(aliases),
      cmocka_unit_test(lift_and_lower),
      cmocka_unit_test(every_builtin_decodes),
      cmocka_unit_test(builtins_with_results_and_slots),
      cmocka_unit_test(malformed_definitions),
      cmocka_unit_test(starts_introduce_values),
      cmocka_unit_test(index_spaces_are_in_order),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
