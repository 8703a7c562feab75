// Values of components from text: the bytes that each becomes (Binary.md, "Value Definitions"), what is no value of its type, and the
// places where a value may stand.

#include "bytes.h"

#include <component/encode.h>
#include <component/parse.h>
#include <component/print.h>
#include <component/validate.h>

#include <stdio.h>

struct parsed {
  struct cm_arena arena;
  struct cm_parsed result;
  struct cm_buffer bytes;
  struct cm_diag diag;
  bool ok;
};

static void parse(struct parsed *p, const char *text) {
  static const struct cm_encode_options as_written = {.keep_forms = true};
  memset(p, 0, sizeof *p);
  cm_arena_init(&p->arena, NULL);
  cm_buffer_init(&p->bytes, NULL);
  p->ok = cm_parse_text(&p->arena, cm_str_of(text), NULL, &p->result, &p->diag) &&
          cm_encode(p->result.component, &as_written, &p->bytes, &p->diag);
}

static void unparse(struct parsed *p) {
  cm_buffer_free(&p->bytes);
  cm_arena_free(&p->arena);
}

// The last value of the component.
static const struct cm_value *value_of(const struct parsed *p) {
  const struct cm_value *value = NULL;
  const struct cm_scope *scope = &p->result.component->scope;
  for (uint32_t i = 0; i < scope->item_count; i++)
    if (scope->items[i]->kind == CM_ITEM_VALUE) value = &scope->items[i]->value;
  assert_non_null(value);
  return value;
}

// What stands before the value, its type and text, and its bytes in the notation of bytes.h.
static const struct row {
  const char *before, *value, *bytes;
} rows[] = {
    {"", "bool true", "01"},
    {"", "bool false", "00"},
    {"", "u8 255", "ff"},
    {"", "s8 -128", "80"},
    {"", "s8 0x7f", "7f"},
    {"", "u16 0xffff", "ff ff 03"},
    {"", "s16 -1", "7f"},
    {"", "s16 64", "c0 00"},
    {"", "u32 4_000_000_000", "80 d0 ac f3 0e"},
    {"", "s32 -0x8000_0000", "80 80 80 80 78"},
    {"", "u64 18446744073709551615", "ff ff ff ff ff ff ff ff ff 01"},
    {"", "s64 -9223372036854775808", "80 80 80 80 80 80 80 80 80 7f"},
    {"", "f32 1", "00 00 80 3f"},
    {"", "f32 -inf", "00 00 80 ff"},
    {"", "f32 -nan", "00 00 c0 7f"},
    {"", "f64 0x1p-1", "00 00 00 00 00 00 e0 3f"},
    {"", "f64 nan", "00 00 00 00 00 00 f8 7f"},
    {"", "char 'a'", "61"},
    {"", "char '('", "28"},
    {"", "char '''", "27"},
    {"", "char '\\''", "27"},
    {"", "char '\\n'", "0a"},
    {"", "char 'é'", "c3 a9"},
    {"", "char '\\u{1F600}'", "f0 9f 98 80"},
    {"", "string \"\"", "00"},
    {"", "string \"a\\c3\\a9\"", "03 61 c3 a9"},
    {"", "(record (field \"a\" bool) (field \"b\" u8)) (record true 1)", "01 01"},
    {"", "(tuple u8 string) (tuple 1 \"x\")", "01 01 78"},
    {"", "(variant (case \"a\" bool) (case \"b\" u8)) (variant \"b\" 7)", "01 07"},
    {"", "(variant (case \"a\" bool) (case \"b\")) (variant \"b\")", "01"},
    {"", "(enum \"a\" \"b\" \"c\") (enum \"c\")", "02"},
    {"", "(flags \"a\" \"b\" \"c\" \"d\" \"e\" \"f\" \"g\" \"h\" \"i\") (flags \"i\" \"a\" \"b\")", "03 01"},
    {"", "(flags \"a\") (flags)", "00"},
    {"", "(list u8) (list)", "00"},
    {"", "(list (list u8)) (list (list 1 2) (list))", "02 02 01 02 00"},
    {"", "(list u8 3) (list 1 2 3)", "01 02 03"},
    {"", "(map string u8) (list (tuple \"a\" 1) (tuple \"b\" 2))", "02 01 61 01 01 62 02"},
    {"", "(option u8) none", "00"},
    {"", "(option (option u8)) (some none)", "01 00"},
    {"", "(result) ok", "00"},
    {"", "(result u8) (ok 5)", "00 05"},
    {"", "(result u8) error", "01"},
    {"", "(result (error u8)) (error 5)", "01 05"},
    {"", "u8 (binary \"\\01\" \"\\02\")", "01 02"},
    {"", "(tuple u8 u8) (tuple 1 (binary \"\\ff\"))", "01 ff"},
    {"(type $t (list u8))", "$t (list 1)", "01 01"},
    {"(type $t (list u8))", "(type $t) (list 1)", "01 01"},
    {"(type $t u16) (type $u (list $t))", "(option $u) (some (list 300))", "01 01 ac 02"},
    {"(import \"t\" (type $t (eq 0)))", "u8 1", "01"},
    {"(type $t u8) (import \"t\" (type $u (eq $t)))", "$u 1", "01"},
    {"(import \"i\" (instance $i (type $t u8) (export \"t\" (type (eq $t)))))", "(type $i \"t\") 1", "01"},
    {"(import \"i\" (instance $i (export \"r\" (type (sub resource)))))", "(own (type $i \"r\")) (binary \"\\00\")", "00"},
};

static void bytes_of_values(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char text[512];
    struct parsed p;
    struct bytes expected = {0};
    snprintf(text, sizeof text, "(component %s (value $v %s))", rows[i].before, rows[i].value);
    parse(&p, text);
    if (!p.ok) fail_msg("%s: %s", text, p.diag.message);
    put_text(&expected, rows[i].bytes);
    const struct cm_span have = value_of(&p)->bytes;
    if (have.size != expected.size || memcmp(have.at, expected.at, have.size) != 0) fail_msg("%s gives other bytes", text);
    unparse(&p);
    free(expected.at);
  }
}

// In a component outside of this one, which an outer alias leads to.
static void types_of_outer_components(void **state) {
  (void)state;
  struct parsed p;
  parse(&p, "(component (type $t (enum \"a\" \"b\")) (component $c (value (type $t) (enum \"b\"))))");
  if (!p.ok) fail_msg("%s", p.diag.message);
  unparse(&p);
}

static const struct refusal {
  const char *value, *from, *message;
} refusals[] = {
    {"bool 1", "1))", "`true` or `false`"},
    {"u8 256", "256", "out of range"},
    {"u8 -1", "-1", "is no u8"},
    {"s8 128", "128", "is no s8"},
    {"s64 9223372036854775808", "9223", "is no s64"},
    {"f32 nan:0x1", "nan:", "the one NaN"},
    {"f64 -nan:canonical", "-nan", "the one NaN"},
    {"char \"a\"", "\"a\"", "a character"},
    {"char 'ab'", "'ab'", "a character"},
    {"char '\\61'", "'", "a character"},
    {"char ''", "''", "a character"},
    {"string 'a'", "'a'", "a string"},
    {"(record (field \"a\" u8)) (record)", ")))", "an integer"},
    {"(record (field \"a\" u8)) (record 1 2)", "2)))", "expected `)`"},
    {"(record (field \"a\" u8)) (tuple 1)", "(tuple", "`(record …)`"},
    {"(enum \"alpha\") (enum \"alph\")", "\"alph\"", "is \"alpha\" meant?"},
    {"(variant (case \"a\")) (variant \"a\" 1)", "1)))", "expected `)`"},
    {"(option u8) (none)", "(none)", "`none` or `(some …)`"},
    {"(result u8) ok", "ok", "`(ok …)` or `error`"},
    {"(list u8 2) (list 1)", ")))", "expected 2 elements, found 1"},
    {"(flags \"a\") (flags \"b\")", "\"b\"", "unknown label"},
    {"(stream u8) 1", "1))", "cannot be written down"},
    {"error-context 1", "1))", "cannot be written down"},
    {"9 1", "1))", "out of range"},
};

static void refused_values(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
    char text[256];
    struct parsed p;
    snprintf(text, sizeof text, "(component (value %s))", refusals[i].value);
    parse(&p, text);
    if (p.ok) fail_msg("%s was taken", text);
    if (strncmp(text + p.diag.offset, refusals[i].from, strlen(refusals[i].from)) != 0 ||
        !strstr(p.diag.message, refusals[i].message))
      fail_msg("%s: %s, at `%s`", text, p.diag.message, text + p.diag.offset);
    unparse(&p);
  }
}

static bool keep(void *context, const char *text, size_t size) {
  cm_put_bytes(context, text, size);
  return true;
}

// Printed and parsed again, the bytes are the same; and the component is valid.
static void round_trip(const char *text) {
  struct parsed p, again;
  struct cm_buffer printed;
  struct cm_diag diag = {0};
  struct cm_arena arena;
  struct cm_component *component;
  struct cm_validate_options options = {cm_features_of(CM_PRESET_ALL), 1};
  cm_buffer_init(&printed, NULL);
  cm_arena_init(&arena, NULL);
  parse(&p, text);
  if (!p.ok) fail_msg("%s: %s", text, p.diag.message);
  assert_true(cm_print(cm_buffer_span(&p.bytes), NULL, (struct cm_text_sink){keep, &printed}, &diag));
  cm_put_u8(&printed, 0);
  parse(&again, (const char *)printed.at);
  if (!again.ok) fail_msg("%s: %s", (const char *)printed.at, again.diag.message);
  if (p.bytes.size != again.bytes.size || memcmp(p.bytes.at, again.bytes.at, p.bytes.size) != 0)
    fail_msg("%s gives other bytes when it was printed:\n%s", text, (const char *)printed.at);
  if (!cm_decode(&arena, cm_buffer_span(&p.bytes), &component, &diag) || !cm_validate(component, &options, NULL, NULL))
    fail_msg("%s is not valid: %s", text, diag.message);
  cm_arena_free(&arena);
  cm_buffer_free(&printed);
  unparse(&p);
  unparse(&again);
}

static void places_of_values(void **state) {
  (void)state;
  round_trip("(component (value $a string \"x\") (export \"a\" (value $a)))");
  round_trip("(component (value $a (export \"a\") string \"x\"))");
  round_trip("(component (value $a (import \"a\") string) (export \"b\" (value $a)))");
  round_trip("(component (type $t (list u8)) (import \"a\" (value $t)) (export \"b\" (value 0)))");
  round_trip("(component (import \"i\" (instance $i (export \"v\" (value string)))) (export \"b\" (value $i \"v\")))");
  round_trip(
      "(component (import \"i\" (instance $i (export \"v\" (value string)))) (value $v (alias export $i \"v\")) (export \"b\" (value $v)))");
  round_trip("(component (component $c (import \"x\" (value $x u8)) (export \"y\" (value $x))) (value $v u8 1)"
             " (instance $i (instantiate $c (with \"x\" (value $v)))) (export \"z\" (value $i \"y\")))");
}

// A bound that is another value: all bounds of the file are written as Binary.md has them.
static void equal_values(void **state) {
  (void)state;
  struct parsed p;
  struct bytes expected = {0};
  parse(&p, "(component (import \"a\" (value $a u8)) (import \"b\" (value (eq $a))))");
  if (!p.ok) fail_msg("%s", p.diag.message);
  put_component(&expected);
  put_text(
      &expected,
      "0a 0d 02 00 01 61 02 01 7d 00 01 62 02 00 00 | 00 16 0e 63 6f 6d 70 6f 6e 65 6e 74 2d 6e 61 6d 65 01 05 02 01 00 01 61");
  assert_int_equal(p.bytes.size, expected.size);
  assert_memory_equal(p.bytes.at, expected.at, expected.size);
  unparse(&p);
  free(expected.at);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bytes_of_values), cmocka_unit_test(types_of_outer_components),
      cmocka_unit_test(refused_values),  cmocka_unit_test(places_of_values),
      cmocka_unit_test(equal_values),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
