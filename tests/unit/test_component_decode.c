// Decoding components: preamble, sections, nesting, offsets, paths of errors, names of indices.

#include "bytes.h"

static struct decoded decode_raw(const char *text) {
  struct decoded d = {0};
  put_text(&d.bytes, text);
  decode(&d);
  return d;
}

static void sniffs_the_layer(void **state) {
  (void)state;
  static const uint8_t module[] = "\0asm\1\0\0\0", component[] = "\0asm\x0d\0\1\0", old[] = "\0asm\x0a\0\1\0",
                       other[] = "\0asm\1\0\2\0";
  assert_int_equal(cm_sniff((struct cm_span){module, 8}), CM_ARTIFACT_MODULE);
  assert_int_equal(cm_sniff((struct cm_span){component, 8}), CM_ARTIFACT_COMPONENT);
  assert_int_equal(cm_sniff((struct cm_span){old, 8}), CM_ARTIFACT_COMPONENT);
  assert_int_equal(cm_sniff((struct cm_span){other, 8}), CM_ARTIFACT_UNKNOWN);
  assert_int_equal(cm_sniff((struct cm_span){module, 7}), CM_ARTIFACT_UNKNOWN);
  assert_int_equal(cm_sniff((struct cm_span){NULL, 0}), CM_ARTIFACT_UNKNOWN);
}

static void an_empty_component_decodes(void **state) {
  (void)state;
  struct decoded d = decode_sections(-1);
  assert_decodes(&d);
  assert_int_equal(d.component->section_count, 0);
  assert_int_equal(d.component->scope.item_count, 0);
  assert_int_equal(d.component->scope.kind, CM_SCOPE_COMPONENT);
  assert_null(d.component->scope.parent);
  assert_ptr_equal(d.component->scope.component, d.component);
  free_decoded(&d);
}

// What people give by mistake is called by its name.
static void wrong_files_are_named(void **state) {
  (void)state;
  static const struct {
    const char *bytes;
    size_t size;
    uint64_t offset;
    const char *message;
  } files[] = {
      {"", 0, 0, "an empty file"},
      {"\0as", 3, 3, "found the end after 3"},
      {"\0asm\x0d\0\1", 7, 7, "found the end after 7"},
      {"\x1f\x8b\x08\0\0\0\0\0", 8, 0, "gzip"},
      {"\x28\xb5\x2f\xfd\0\0\0\0", 8, 0, "zstd"},
      {"PK\3\4", 4, 0, "zip archive"},
      {"\x7f\x45LF\2\1\1", 7, 0, "ELF"},
      {"(component)", 11, 0, "WebAssembly text"},
      {"\n  ;; a comment\n(module)", 24, 0, "WebAssembly text"},
      {"\xef\xbb\xbf(component)", 14, 0, "WebAssembly text"},
      {"package a:b;\n", 13, 0, "WIT text"},
      {"{\"a\": 1}", 8, 0, "JSON"},
      {"<!doctype html>", 15, 0, "HTML"},
      {"hello\n", 6, 0, "text"},
      {"\1\2\3\4\5", 5, 0, "found 01 02 03 04"},
      {"\0asn\x0d\0\1\0", 8, 0, "found 00 61 73 6e"},
      {"\0asm\1\0\0\0", 8, 4, "expected a component, found a core module"},
      {"\0asm\x0a\0\1\0", 8, 4, "component version 0x0a: an early draft"},
      {"\0asm\x0c\0\1\0", 8, 4, "component version 0x0c: an early draft"},
      {"\0asm\x0e\0\1\0", 8, 4, "unknown component version 0x0e"},
      {"\0asm\2\0\0\0", 8, 4, "unknown module version 0x02"},
      {"\0asm\x0d\0\2\0", 8, 6, "unknown layer 0x02"},
  };
  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
    struct decoded d = {0};
    put(&d.bytes, files[i].bytes, files[i].size);
    decode(&d);
    assert_false(d.ok);
    assert_null(d.component);
    assert_string_equal(d.diag.where, "component");
    if (!strstr(d.diag.message, files[i].message)) fail_msg("%s: %s", files[i].message, d.diag.message);
    assert_int_equal(d.diag.offset, files[i].offset);
    free_decoded(&d);
  }
}

static void a_component_is_no_module(void **state) {
  (void)state;
  static const uint8_t component[] = "\0asm\x0d\0\1\0";
  struct cm_diag diag;
  assert_false(cm_preamble_fail((struct cm_span){component, 8}, component, CM_ARTIFACT_MODULE, NULL, &diag));
  assert_string_equal(diag.message, "expected a core module, found a component (version 0x0d, layer 1)");
}

static void sections_keep_order_and_grouping(void **state) {
  (void)state;
  struct decoded d = decode_sections(7, "02 73 7f", 0, "'note' 01 02", 7, "00", 7, "01 7e", -1);
  assert_decodes(&d);
  const struct cm_component *c = d.component;
  assert_int_equal(c->section_count, 4);
  static const struct cm_section expected[] = {
      {7, 8, 10, 3, 0, 2}, {0, 13, 15, 7, 2, 1}, {7, 22, 24, 1, 3, 0}, {7, 25, 27, 2, 3, 1}};
  for (int i = 0; i < 4; i++) {
    assert_int_equal(c->sections[i].id, expected[i].id);
    assert_int_equal(c->sections[i].offset, expected[i].offset);
    assert_int_equal(c->sections[i].contents, expected[i].contents);
    assert_int_equal(c->sections[i].size, expected[i].size);
    assert_int_equal(c->sections[i].first, expected[i].first);
    assert_int_equal(c->sections[i].count, expected[i].count);
  }
  assert_int_equal(item_of(&d, 1)->section, 0);
  assert_int_equal(item_of(&d, 2)->section, 1);
  assert_int_equal(item_of(&d, 3)->section, 3);
  assert_str(item_of(&d, 2)->custom.name, "note");
  assert_int_equal(item_of(&d, 2)->custom.bytes.size, 2);
  assert_int_equal(item_of(&d, 2)->offset, 15);
  assert_int_equal(item_of(&d, 2)->size, 7);
  assert_int_equal(item_of(&d, 1)->offset, 12);
  assert_int_equal(item_of(&d, 1)->size, 1);
  free_decoded(&d);
}

static void section_names(void **state) {
  (void)state;
  assert_string_equal(cm_section_name(0), "custom");
  assert_string_equal(cm_section_name(12), "value");
  assert_null(cm_section_name(13));
}

// component { core module { type } ; component { type type } ; type }
static struct decoded decode_nested(const char *innermost_types) {
  struct decoded d = {0};
  struct bytes module = {0}, inner = {0};
  put_component(&d.bytes);
  put_module(&module);
  put_section(&module, 1, "01 60 00 00");
  put_section_of(&d.bytes, 1, &module);
  put_component(&inner);
  put_section(&inner, 7, innermost_types);
  put_section_of(&d.bytes, 4, &inner);
  put_section(&d.bytes, 7, "01 73");
  decode(&d);
  return d;
}

static void modules_and_components_nest(void **state) {
  (void)state;
  struct decoded d = decode_nested("02 73 70 00");
  assert_decodes(&d);
  assert_int_equal(d.component->scope.item_count, 3);
  const struct cm_item *module = item_of(&d, 0), *inner = item_of(&d, 1);
  assert_int_equal(module->kind, CM_ITEM_CORE_MODULE);
  assert_int_equal(module->module->type_count, 1);
  assert_int_equal(module->module->offset, 10);
  assert_int_equal(module->size, 14);
  assert_int_equal(inner->kind, CM_ITEM_COMPONENT);
  assert_int_equal(inner->component->offset, 26);
  assert_ptr_equal(inner->component->scope.parent, &d.component->scope);
  assert_ptr_equal(inner->component->scope.component, inner->component);
  assert_int_equal(inner->component->scope.spaces[CM_SORT_TYPE].count, 2);
  assert_int_equal(inner->component->scope.items[1]->offset, 38);
  assert_int_equal(inner->component->scope.items[1]->size, 2);
  assert_int_equal(space(&d, CM_SORT_TYPE), 1);
  assert_ptr_equal(cm_def_of(&d.component->scope, CM_SORT_COMPONENT, 0), inner);
  assert_null(cm_def_of(&d.component->scope, CM_SORT_COMPONENT, 1));
  free_decoded(&d);
}

static void errors_tell_their_path(void **state) {
  (void)state;
  struct decoded d = decode_nested("03 73 73 62");
  assert_refused(&d, CM_MALFORMED, 39, "component > component 0 > section type > type 2", "expected a type, found 0x62");
  free_decoded(&d);

  d = decode_sections(7, "01 42 01 04 00 'thing' 01", -1);
  assert_refused(&d, CM_MALFORMED, 22, "component > section type > type 0 > export 0 `thing`", "expected a type index");
  free_decoded(&d);

  d = decode_sections(10, "02 00 'a' 03 01 | 00 'b' 03 07", -1);
  assert_refused(&d, CM_MALFORMED, 20, "component > section import > import 1 `b`",
                 "expected a type bound (0x00 eq, 0x01 sub resource), found 0x07");
  free_decoded(&d);

  d = decode_sections(8, "01 21 05 00", -1);
  assert_refused(&d, CM_MALFORMED, 12, "component > section canon > canon 0 `waitable-set.poll`", "found 0x05");
  free_decoded(&d);

  d = decode_sections(1, "00 61 73 6d 01 00 00 00 | 01 02 01 7f", -1);
  assert_false(d.ok);
  assert_non_null(strstr(d.diag.where, "component > core module 0 > type section"));
  free_decoded(&d);

  d = decode_sections(1, "00 61 73 6d 0d 00 01 00", -1);
  assert_refused(&d, CM_MALFORMED, 14, "component > core module 0", "expected a core module, found a component");
  free_decoded(&d);

  d = decode_sections(4, "00 61 73 6d 01 00 00 00", -1);
  assert_refused(&d, CM_MALFORMED, 14, "component > component 0", "expected a component, found a core module");
  free_decoded(&d);
}

// What was read before an error is there.
static void an_error_leaves_what_was_read(void **state) {
  (void)state;
  struct decoded d = decode_nested("03 73 73 62");
  assert_false(d.ok);
  assert_int_equal(d.component->scope.item_count, 2);
  assert_int_equal(d.component->section_count, 2);
  const struct cm_item *inner = d.component->scope.items[1];
  assert_int_equal(inner->size, 0);
  assert_int_equal(inner->component->scope.item_count, 3);
  assert_int_equal(inner->component->scope.items[1]->size, 1);
  assert_int_equal(inner->component->scope.items[2]->size, 0);
  assert_int_equal(inner->component->scope.spaces[CM_SORT_TYPE].count, 2);
  assert_int_equal(inner->component->sections[0].count, 3);
  free_decoded(&d);
}

static void malformed_sections_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *bytes;
    uint64_t offset;
    const char *where, *message;
  } cases[] = {
      {"0d 00", 8, "component", "malformed section id: expected 0 to 12, found 0x0d"},
      {"ff", 8, "component", "malformed section id"},
      {"07", 9, "component", "expected the size of a section, found the end"},
      {"07 80 80", 9, "component", "within its LEB128 number"},
      {"07 ff ff ff ff 0f 00", 9, "component", "section type claims 4294967295 bytes, only 1 are left"},
      {"07 81 80 80 80 70 00", 9, "component", "integer too large"},
      {"07 03 00", 9, "component", "section type claims 3 bytes, only 1 are left"},
      {"07 01 01", 10, "component > section type", "1 cannot fit in the 0 bytes that are left"},
      {"07 02 00 73", 11, "component > section type",
       "unexpected data at the end of the section: expected its end after 0 items, found 0x73"},
      {"07 03 01 73 73", 12, "component > section type", "expected its end after 1 item, found 0x73"},
      {"00 00", 10, "component > section custom", "expected the name of a custom section"},
      {"00 03 05 61 62", 11, "component > section custom", "expected 5 bytes of the name of a custom section, only 2 are left"},
      {"00 03 02 ff fe", 10, "component > section custom", "malformed UTF-8 encoding"},
      {"04 00", 10, "component > component 0", "expected the 8 bytes of a preamble, found the end"},
      {"09 04 00 00 00 ff", 13, "component > section start", "unexpected data at the end of the section"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct bytes text = {0};
    put_text(&text, "00 61 73 6d 0d 00 01 00");
    put_text(&text, cases[i].bytes);
    struct decoded d = {.bytes = text};
    decode(&d);
    assert_refused(&d, CM_MALFORMED, cases[i].offset, cases[i].where, cases[i].message);
    free_decoded(&d);
  }
}

static void a_null_diag_is_allowed(void **state) {
  (void)state;
  struct cm_arena arena;
  struct cm_component *component;
  cm_arena_init(&arena, NULL);
  assert_false(cm_decode(&arena, (struct cm_span){(const uint8_t *)"(", 1}, &component, NULL));
  cm_arena_free(&arena);
}

// The `component-name` section.

static const char names_section[] = "'component-name' | 00 06 'hello' | 01 0b 03 02 00 'text' 01 'n' | 01 07 00 10 01 00 02 66 6e";

static void indices_have_names(void **state) {
  (void)state;
  struct decoded d = decode_sections(7, "03 73 7d 70 00", 3, "01 60 00 00", 0, names_section, -1);
  assert_decodes(&d);
  assert_str(d.component->name, "hello");
  struct cm_str *names;
  assert_true(cm_names_read(&d.arena, d.component, CM_SORT_TYPE, &names, &d.diag));
  assert_str(names[0], "text");
  assert_str(names[1], "n");
  assert_int_equal(names[2].size, 0);
  assert_true(cm_names_read(&d.arena, d.component, CM_SORT_CORE_TYPE, &names, &d.diag));
  assert_str(names[0], "fn");
  assert_true(cm_names_read(&d.arena, d.component, CM_SORT_FUNC, &names, &d.diag));
  free_decoded(&d);
}

// It is custom: nothing in it makes a component malformed.
static void malformed_names_are_passed_over(void **state) {
  (void)state;
  static const char *const sections[] = {
      "'component-name' 00",
      "'component-name' 00 7f",
      "'component-name' 00 02 05 61",
      "'component-name' 00 03 02 ff fe",
      "'component-name' 01 02 09 00",
      "'component-name' 01 04 03 01 09 'x'",
      "'component-name' 01 03 03 ff 00",
      "'component-name' 07 01 00",
  };
  for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
    struct decoded d = decode_sections(7, "01 73", 0, sections[i], -1);
    assert_decodes(&d);
    assert_int_equal(d.component->name.size, 0);
    struct cm_str *names;
    assert_true(cm_names_read(&d.arena, d.component, CM_SORT_TYPE, &names, &d.diag));
    assert_int_equal(names[0].size, 0);
    free_decoded(&d);
  }
}

static void what_precedes_malformed_names_is_kept(void **state) {
  (void)state;
  struct decoded d = decode_sections(7, "01 73", 0, "'component-name' 00 02 'x' | 01 05 03 02 00 'a' | 02", -1);
  assert_decodes(&d);
  assert_str(d.component->name, "x");
  struct cm_str *names;
  assert_true(cm_names_read(&d.arena, d.component, CM_SORT_TYPE, &names, &d.diag));
  free_decoded(&d);
}

static void raw_bytes_that_are_no_component(void **state) {
  (void)state;
  struct decoded d = decode_raw("00 61 73 6d 0d 00 01 00 07 02 01");
  assert_refused(&d, CM_MALFORMED, 9, "component", "claims 2 bytes, only 1 are left");
  free_decoded(&d);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sniffs_the_layer),
      cmocka_unit_test(an_empty_component_decodes),
      cmocka_unit_test(wrong_files_are_named),
      cmocka_unit_test(a_component_is_no_module),
      cmocka_unit_test(sections_keep_order_and_grouping),
      cmocka_unit_test(section_names),
      cmocka_unit_test(modules_and_components_nest),
      cmocka_unit_test(errors_tell_their_path),
      cmocka_unit_test(an_error_leaves_what_was_read),
      cmocka_unit_test(malformed_sections_are_refused),
      cmocka_unit_test(a_null_diag_is_allowed),
      cmocka_unit_test(indices_have_names),
      cmocka_unit_test(malformed_names_are_passed_over),
      cmocka_unit_test(what_precedes_malformed_names_is_kept),
      cmocka_unit_test(raw_bytes_that_are_no_component),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
