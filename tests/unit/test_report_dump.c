// The dump: rows in order, what is nested in them, and what is left of a broken binary.

#include "bytes.h"

#include "report/dump.h"

#include <stdio.h>

// The dump of what was decoded, in one of its forms; the caller frees it.
static char *dumped(struct decoded *d, bool json, bool items, uint64_t depth) {
  char *text = NULL;
  size_t size = 0;
  FILE *to = open_memstream(&text, &size);
  assert_non_null(to);
  struct tw_dump_document document = {.path = "x.wasm",
                                      .bytes = {d->bytes.at, d->bytes.size},
                                      .artifact = cm_sniff((struct cm_span){d->bytes.at, d->bytes.size}),
                                      .component = d->component,
                                      .error = d->ok ? NULL : &d->diag,
                                      .items = items,
                                      .depth = depth};
  assert_true(json ? tw_dump_json(to, &d->arena, &document) : tw_dump_text(to, &d->arena, &document, false));
  fclose(to);
  return text;
}

static void assert_dump(struct decoded *d, bool items, uint64_t depth, const char *expected) {
  char *text = dumped(d, false, items, depth);
  assert_string_equal(text, expected);
  free(text);
  free_decoded(d);
}

// component { core module "m" { type; custom } ; component { type } ; import, type of types, canon }
static struct decoded sample(const char *canon) {
  struct decoded d = {0};
  struct bytes module = {0}, inner = {0};
  put_component(&d.bytes);
  put_module(&module);
  put_section(&module, 1, "01 60 01 7f 00");
  put_section(&module, 2, "01 'env' 'f' 00 00");
  put_section_of(&d.bytes, 1, &module);
  put_component(&inner);
  put_section(&inner, 7, "01 72 02 'a' 73 'b' 7d");
  put_section_of(&d.bytes, 4, &inner);
  put_section(&d.bytes, 10, "02 02 'key' 02 00 'a:b/c' 02 'id' 03 01 | 00 'f' 01 02");
  put_section(&d.bytes, 7, "01 42 01 04 00 'r' 03 01");
  put_section(&d.bytes, 8, canon);
  put_section(&d.bytes, 0, "'component-name' | 00 03 02 68 69 | 01 06 00 11 01 00 01 6d");
  decode(&d);
  return d;
}

static void sections(void **state) {
  (void)state;
  struct decoded d = sample("01 01 00 00 02 03 00 06");
  assert_decodes(&d);
  assert_dump(&d, false, UINT64_MAX,
              "x.wasm  component, 135 bytes\n"
              "0x00000000         8  component, preamble `hi`\n"
              "0x00000008        28  core module section: core module 0 `m`, 1 type, 1 import\n"
              "0x0000000a         8      core module, preamble\n"
              "0x00000012         7      type section: 1 item\n"
              "0x00000019        11      import section: 1 item\n"
              "0x00000024        21  component section: component 0, 1 section\n"
              "0x00000026         8      component, preamble\n"
              "0x0000002e        11      type section: 1 item\n"
              "0x00000039        27  import section: 2 items\n"
              "0x00000054        11  type section: 1 item\n"
              "0x0000005f        10  canon section: 1 item\n"
              "0x00000069        30  custom section `component-name`: 13 bytes\n");
}

static void items(void **state) {
  (void)state;
  struct decoded d = sample("01 01 00 00 02 03 00 06");
  assert_dump(&d, true, 0,
              "x.wasm  component, 135 bytes\n"
              "0x00000000         8  component, preamble `hi`\n"
              "0x00000008        28  core module section: core module 0 `m`, 1 type, 1 import\n"
              "0x00000024        21  component section: component 0, 1 section\n"
              "0x00000039        27  import section: 2 items\n"
              "0x0000003c        19    import, type 0 `key`: type, sub resource, implements `a:b/c`, external id `id`\n"
              "0x0000004f         5    import, func 0 `f`: func, type 2\n"
              "0x00000054        11  type section: 1 item\n"
              "0x00000057         8    type 1: instance type, 1 declarator\n"
              "0x0000005f        10  canon section: 1 item\n"
              "0x00000062         7    canon, core func 0: lower func 0, memory 0, async\n"
              "0x00000069        30  custom section `component-name`: 13 bytes\n");
}

static void nested_items(void **state) {
  (void)state;
  struct decoded d = sample("01 01 00 00 02 03 00 06");
  char *text = dumped(&d, false, true, UINT64_MAX);
  assert_non_null(strstr(text, "0x00000015         4        type 0: func, 1 to 0\n"));
  assert_non_null(strstr(text, "0x0000001c         8        import, func 0 `env` `f`: func, type 0\n"));
  assert_non_null(strstr(text, "0x00000031         8        type 0: record, 2 fields\n"));
  assert_non_null(strstr(text, "0x00000059         6        export, type 0 `r`: type, sub resource\n"));
  free(text);
  free_decoded(&d);
}

// Up to the error, with the items of the section it is in.
static void a_broken_binary(void **state) {
  (void)state;
  struct decoded d = sample("02 24 01 00 00 09");
  assert_false(d.ok);
  assert_dump(
      &d, false, 0,
      "x.wasm  component, 133 bytes\n"
      "0x00000000         8  component, preamble\n"
      "0x00000008        28  core module section: core module 0, 1 type, 1 import\n"
      "0x00000024        21  component section: component 0, 1 section\n"
      "0x00000039        27  import section: 2 items\n"
      "0x00000054        11  type section: 1 item\n"
      "0x0000005f         8  canon section  <- broken\n"
      "0x00000062         1    canon, core func 0: backpressure.inc\n"
      "0x00000063         0    canon  <- broken\n"
      "error: a count of canonical options: 9 cannot fit in the 0 bytes that are left (at offset 0x66, in component > section canon > "
      "canon 1 `lower`)\n");
}

static void json(void **state) {
  (void)state;
  struct decoded d = sample("01 01 00 00 09");
  char *text = dumped(&d, true, true, 0);
  assert_non_null(strstr(text, "\"format\": \"tidewaiter.dump/1\""));
  assert_non_null(strstr(
      text, "{\"depth\": 0, \"offset\": 57, \"size\": 27, \"row\": \"section\", \"kind\": \"import\", \"id\": 10, \"count\": 2}"));
  assert_non_null(strstr(text, "\"sort\": \"type\", \"index\": 0, \"indices\": 1, \"name\": \"key\", \"implements\": \"a:b/c\", "
                               "\"external-id\": \"id\", \"text\": \"type, sub resource\"}"));
  assert_non_null(strstr(text, "\"kind\": \"canon\", \"broken\": true}"));
  assert_non_null(strstr(text, "\"where\": \"component > section canon > canon 0 `lower`\""));
  free(text);
  free_decoded(&d);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sections),        cmocka_unit_test(items), cmocka_unit_test(nested_items),
      cmocka_unit_test(a_broken_binary), cmocka_unit_test(json),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
