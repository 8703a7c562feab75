// Encoding components: the same bytes again, today's forms, what is dropped, components that no decoder made, failures.

#include <component/encode.h>
#include <component/limits.h>

#include <stdio.h>

#include "bytes.h"
#include "component_equal.h"

// Encodes and holds the result against bytes given as text, or against what was decoded where that is NULL.
static void assert_encodes(const struct decoded *d, const struct cm_encode_options *options, const char *expected) {
  struct bytes wanted = {0};
  struct cm_buffer out;
  struct cm_diag diag;
  assert_decodes(d);
  cm_buffer_init(&out, NULL);
  assert_true(cm_encode(d->component, options, &out, &diag));
  if (expected)
    put_text(&wanted, expected);
  else
    put(&wanted, d->bytes.at, d->bytes.size);
  assert_int_equal(out.size, wanted.size);
  assert_memory_equal(out.at, wanted.at, wanted.size);
  free(wanted.at);
  cm_buffer_free(&out);
}

#define PREAMBLE "00 61 73 6d 0d 00 01 00 |"

static void sections_keep_their_grouping(void **state) {
  (void)state;
  // Two type sections in a row, an empty one, and a type that is written in another section again.
  struct decoded d = decode_sections(7, "02 7f 7e", 7, "01 7d", 7, "00", 10, "01 00 'a' 03 00 00", 7, "01 70 7c", -1);
  assert_encodes(&d, NULL, NULL);
  assert_int_equal(d.component->section_count, 5);
  // Without sections neighbours share one.
  d.component->section_count = 0;
  assert_encodes(&d, NULL, PREAMBLE "07 04 03 7f 7e 7d | 0a 07 01 00 'a' 03 00 00 | 07 03 01 70 7c");
  free_decoded(&d);
}

static void long_numbers_become_short(void **state) {
  (void)state;
  struct decoded d = {0};
  put_component(&d.bytes);
  put_text(&d.bytes, "07 84 00 | 81 80 00 7f");  // the section's size and the count of types, with bytes to spare
  decode(&d);
  assert_encodes(&d, NULL, PREAMBLE "07 02 01 7f");
  free_decoded(&d);
}

static const struct cm_encode_options as_it_was = {.keep_forms = true};

static void old_forms_become_todays(void **state) {
  (void)state;
  struct decoded d = decode_sections(10, "02 01 'a' 01 00 | 00 '[implements=<a:b/c>]d' 05 00", -1);
  assert_encodes(&d, NULL, PREAMBLE "0a 13 02 00 'a' 01 00 | 02 'd' 01 00 'a:b/c' 05 00");
  assert_encodes(&d, &as_it_was, NULL);
  free_decoded(&d);
  // As an argument of an instantiation, too, and as the name of an alias.
  d = decode_sections(5, "01 00 00 01 '[implements=<a:b/c>]d' 05 00", 6, "01 05 00 00 '[implements=<a:b/c>]d'", -1);
  assert_encodes(&d, NULL, PREAMBLE "05 08 01 00 00 01 'd' 05 00 | 06 06 01 05 00 00 'd'");
  assert_encodes(&d, &as_it_was, NULL);
  free_decoded(&d);
}

static void attributes_stay_in_their_order(void **state) {
  (void)state;
  struct decoded d = decode_sections(10, "01 02 'a' 03 02 'id' 00 'a:b/c' 01 '.1' 05 00", -1);
  assert_encodes(&d, NULL, NULL);
  free_decoded(&d);
}

// What has no form of today, and the two dialects.
static void other_encodings_stay(void **state) {
  (void)state;
  struct decoded d = decode_sections(7, "01 40 00 01 01 'a' 7f", 7, "01 3e 7f 00 01 02", 8, "02 08 | 42 01", -1);
  assert_encodes(&d, NULL, NULL);
  assert_true(d.component->scope.items[3]->canon.has_shared_byte);
  free_decoded(&d);
  d = decode_sections(8, "02 42 | 40 03", 10, "01 00 'v' 02 7f", -1);
  assert_encodes(&d, NULL, NULL);
  free_decoded(&d);
  // Options that are given twice, and not in order.
  d = decode_sections(8, "01 01 00 00 04 06 03 01 02 03 02", -1);
  assert_encodes(&d, NULL, NULL);
  free_decoded(&d);
}

// Lone types that are not final have a zero byte in front of them in a component, and may have it in a module type.
static void subtypes_of_components(void **state) {
  (void)state;
  struct decoded d = decode_sections(3, "01 00 50 00 5f 00", 3, "01 50 02 01 50 00 5f 00 01 00 50 00 5f 00", 3, "01 4e 00", -1);
  assert_encodes(&d, NULL, NULL);
  free_decoded(&d);
}

static void custom_sections_are_dropped_as_asked(void **state) {
  (void)state;
  struct decoded d = {0};
  struct bytes module = {0};
  put_component(&d.bytes);
  put_module(&module);
  put_section(&module, 0, "'name'");
  put_section(&module, 1, "00");
  put_section(&module, 0, "'producers' 00");
  put_section(&module, 0, "'x' ff");
  put_section_of(&d.bytes, 1, &module);
  put_section(&d.bytes, 0, "'component-name' 00 02 01 61");
  put_section(&d.bytes, 0, "'producers' 00");
  put_section(&d.bytes, 0, "'x'");
  decode(&d);
  assert_encodes(&d, NULL, NULL);
#define MODULE "00 61 73 6d 01 00 00 00 |"
  assert_encodes(&d, &(struct cm_encode_options){.drop_names = true, .drop_producers = true, .drop_custom = true},
                 PREAMBLE "01 0b" MODULE "01 01 00");
  assert_encodes(&d, &(struct cm_encode_options){.drop_producers = true},
                 PREAMBLE "01 17" MODULE "00 05 'name' | 01 01 00 | 00 03 'x' ff | 00 13 'component-name' 00 02 01 61 | 00 02 'x'");
  assert_encodes(&d, &(struct cm_encode_options){.drop_names = true, .drop_custom = true},
                 PREAMBLE "01 18" MODULE "01 01 00 | 00 0b 'producers' 00 | 00 0b 'producers' 00");
  free_decoded(&d);
}

// A component within a component, `depth` times.
static bool encode_nested(unsigned depth, struct cm_diag *diag) {
  struct cm_component *components = calloc(depth + 1, sizeof *components);
  struct cm_item *items = calloc(depth + 1, sizeof *items), **lists = calloc(depth + 1, sizeof *lists);
  assert_true(components && items && lists);
  for (unsigned i = 0; i < depth; i++) {
    items[i] = (struct cm_item){.kind = CM_ITEM_COMPONENT, .component = &components[i + 1]};
    lists[i] = &items[i];
    components[i].scope = (struct cm_scope){.kind = CM_SCOPE_COMPONENT, .item_count = 1, .items = &lists[i]};
  }
  struct cm_buffer out;
  cm_buffer_init(&out, NULL);
  bool ok = cm_encode(components, NULL, &out, diag);
  if (ok) {
    struct cm_arena arena;
    struct cm_component *again;
    cm_arena_init(&arena, NULL);
    assert_true(cm_decode(&arena, cm_buffer_span(&out), &again, diag));
    cm_arena_free(&arena);
  }
  cm_buffer_free(&out);
  free(components);
  free(items);
  free(lists);
  return ok;
}

static void nesting_has_the_decoders_limit(void **state) {
  (void)state;
  struct cm_diag diag;
  assert_true(encode_nested(0, &diag));
  assert_true(encode_nested(CM_LIMIT_NESTING, &diag));
  assert_false(encode_nested(CM_LIMIT_NESTING + 1, &diag));
  assert_int_equal(diag.error, CM_LIMIT);
  assert_false(encode_nested(5000, &diag));
}

static void *none(void *context, size_t size) {
  (void)context, (void)size;
  return NULL;
}

static void memory_is_exhausted(void **state) {
  (void)state;
  struct decoded d = decode_sections(7, "01 7f", -1);
  struct cm_allocator allocator = {.get = none};
  struct cm_buffer out;
  struct cm_diag diag;
  cm_buffer_init(&out, &allocator);
  assert_false(cm_encode(d.component, NULL, &out, &diag));
  assert_int_equal(diag.error, CM_NO_MEMORY);
  cm_buffer_free(&out);
  free_decoded(&d);
}

// The comparison that the other tests rely on sees what differs.
static void differences_are_seen(void **state) {
  (void)state;
  static const char *const types[] = {"7f",
                                      "7e",
                                      "70 7f",
                                      "67 7f 03",
                                      "67 7f 04",
                                      "72 01 'a' 7f",
                                      "72 01 'b' 7f",
                                      "71 01 'a' 00 00",
                                      "6d 01 'a'",
                                      "40 00 01 00",
                                      "43 00 01 00",
                                      "40 00 00 7f",
                                      "41 00",
                                      "42 00",
                                      "42 01 04 00 'a' 03 01",
                                      "42 01 04 00 'a' 03 00 00",
                                      "3f 7f 00",
                                      "3f 7f 01 00",
                                      "68 00",
                                      "69 00"};
  enum { COUNT = sizeof types / sizeof *types };
  struct decoded decoded[COUNT];
  for (unsigned i = 0; i < COUNT; i++) {
    char section[64];
    snprintf(section, sizeof section, "01 %s", types[i]);
    decoded[i] = decode_sections(7, section, -1);
    assert_decodes(&decoded[i]);
  }
  for (unsigned i = 0; i < COUNT; i++)
    for (unsigned k = 0; k < COUNT; k++) assert_int_equal(same_component(decoded[i].component, decoded[k].component), i == k);
  for (unsigned i = 0; i < COUNT; i++) free_decoded(&decoded[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sections_keep_their_grouping),
      cmocka_unit_test(long_numbers_become_short),
      cmocka_unit_test(old_forms_become_todays),
      cmocka_unit_test(attributes_stay_in_their_order),
      cmocka_unit_test(other_encodings_stay),
      cmocka_unit_test(subtypes_of_components),
      cmocka_unit_test(custom_sections_are_dropped_as_asked),
      cmocka_unit_test(nesting_has_the_decoders_limit),
      cmocka_unit_test(memory_is_exhausted),
      cmocka_unit_test(differences_are_seen),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
