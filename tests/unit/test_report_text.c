// Text out of files: decoding that never fails, escapes, widths, shortened names; and JSON, which is made of it.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "doc/json.h"
#include "report/digest.h"
#include "report/text.h"

static void decodes_any_bytes(void **state) {
  (void)state;
  static const struct {
    const char *bytes;
    uint32_t characters[6];
  } rows[] = {
      {"a", {'a'}},
      {"\xc3\xa9", {0xe9}},
      {"\xe2\x82\xac", {0x20ac}},
      {"\xf0\x9f\x98\x80", {0x1f600}},
      {"\xff", {0xfffd}},
      {"\xc0\x80", {0xfffd, 0xfffd}},              // overlong
      {"\xed\xa0\x80", {0xfffd, 0xfffd, 0xfffd}},  // surrogate
      {"\xf4\x90\x80\x80", {0xfffd, 0xfffd, 0xfffd, 0xfffd}},
      {"\xe2\x82", {0xfffd}},  // cut short: one maximal part
      {"\xe2\x82x", {0xfffd, 'x'}},
      {"\xf0\x9f\x98z", {0xfffd, 'z'}},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct cm_str rest = cm_str_of(rows[i].bytes);
    for (size_t j = 0; rest.size > 0; j++) {
      assert_int_equal(tw_utf8_next(&rest), rows[i].characters[j]);
    }
  }
}

static void encodes_what_it_decodes(void **state) {
  (void)state;
  for (uint32_t c = 0; c < 0x110000; c += 0x11) {
    if (c >= 0xd800 && c < 0xe000) {
      continue;
    }
    char bytes[4];
    struct cm_str text = {bytes, tw_utf8_put(c, bytes)};
    assert_int_equal(tw_utf8_next(&text), c);
    assert_int_equal(text.size, 0);
  }
}

static void makes_text_safe(void **state) {
  (void)state;
  struct cm_arena arena;
  cm_arena_init(&arena, NULL);
  static const char *const rows[][2] = {
      {"PATH", "PATH"},
      {"", ""},
      {"a\x1b[31mb", "a\\u{1b}[31mb"},
      {"a\nb\tc\rd", "a\\nb\\tc\\rd"},
      {"x\x7f", "x\\u{7f}"},
      {"\xe2\x80\xaetxt.exe", "\\u{202e}txt.exe"},
      {"caf\xc3\xa9", "caf\xc3\xa9"},
      {"\xff!", "\xef\xbf\xbd!"},
      {"\xc2\x9b"
       "31m",
       "\\u{9b}31m"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct cm_str safe = tw_text_safe(&arena, cm_str_of(rows[i][0]));
    assert_true(cm_str_is(safe, rows[i][1]));
  }
  cm_arena_free(&arena);
}

static void measures_columns(void **state) {
  (void)state;
  assert_int_equal(tw_text_columns(CM_STR("caf\xc3\xa9")), 4);
  assert_int_equal(tw_text_columns(CM_STR("e\xcc\x81")), 1);
  assert_int_equal(tw_text_columns(CM_STR("\xe6\xbc\xa2\xe5\xad\x97")), 4);
}

static void shortens_names(void **state) {
  (void)state;
  struct cm_arena arena;
  cm_arena_init(&arena, NULL);
  static const char *const rows[][2] = {
      {"app::connect", "app::connect"},
      {"core::ptr::drop_in_place::<alloc::string::String>", "core::ptr::drop_in_place"},
      {"<alloc::vec::Vec<u8> as core::ops::drop::Drop>::drop", "<alloc::vec::…re::ops::drop::Drop>::drop"},
      {"settings::read(std::__2::basic_string<char>, int)", "settings::read"},
      {"operator<(Aaaaaaaaaaaaaaaaaaaaaaaa, Bbbbbbbbbbbbbbbbbbb)", "operator<"},
      {"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", "abcdefghijklm…abcdefghijklmnopqrstuvwxyz"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct cm_str shorter = tw_text_shorten(&arena, cm_str_of(rows[i][0]), 40);
    assert_true(tw_text_columns(shorter) <= 40);
    if (!cm_str_is(shorter, rows[i][1])) {
      fail_msg("%s gives %.*s", rows[i][0], CM_STR_ARG(shorter));
    }
  }
  cm_arena_free(&arena);
}

static void writes_json(void **state) {
  (void)state;
  char *text = NULL;
  size_t size = 0;
  FILE *to = open_memstream(&text, &size);
  for (int style = TW_JSON_PRETTY; style <= TW_JSON_COMPACT; style++) {
    struct tw_json json = tw_json_to(to, (enum tw_json_style)style);
    tw_json_object(&json, NULL);
    tw_json_array(&json, "empty");
    tw_json_end(&json);
    tw_json_row(&json, "row");
    tw_json_number(&json, "most", UINT64_MAX);
    tw_json_list(&json, "list");
    tw_json_bool(&json, NULL, true);
    tw_json_null(&json, NULL);
    tw_json_end(&json);
    tw_json_end(&json);
    tw_json_text(&json, "none", NULL);
    tw_json_array(&json, "rows");
    tw_json_row(&json, NULL);
    tw_json_end(&json);
    tw_json_row(&json, NULL);
    tw_json_end(&json);
    tw_json_end(&json);
    tw_json_end(&json);
    fputc('\n', to);
  }
  fclose(to);
  assert_string_equal(text, "{\n"
                            "  \"empty\": [],\n"
                            "  \"row\": {\"most\": 18446744073709551615, \"list\": [true, null]},\n"
                            "  \"none\": null,\n"
                            "  \"rows\": [\n"
                            "    {},\n"
                            "    {}\n"
                            "  ]\n"
                            "}\n"
                            "{\"empty\": [], \"row\": {\"most\": 18446744073709551615, \"list\": [true, null]}, \"none\": null, "
                            "\"rows\": [{}, {}]}\n");
  free(text);
}

static void escapes_json_strings(void **state) {
  (void)state;
  static const char bytes[] = "q\"b\\/n\nt\tr\rz\0e\x1b\x7f caf\xc3\xa9 \xff\xe2\x82";
  char *text = NULL;
  size_t size = 0;
  FILE *to = open_memstream(&text, &size);
  struct tw_json json = tw_json_to(to, TW_JSON_COMPACT);
  tw_json_string(&json, NULL, (struct cm_str){bytes, sizeof bytes - 1});
  fclose(to);
  assert_string_equal(text, "\"q\\\"b\\\\/n\\nt\\tr\\u000dz\\u0000e\\u001b\\u007f caf\xc3\xa9 \xef\xbf\xbd\xef\xbf\xbd\"");
  free(text);
}

static void digests(void **state) {
  (void)state;
  char digest[TW_SHA256_TEXT];
  tw_sha256((struct cm_span){NULL, 0}, digest);
  assert_string_equal(digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  tw_sha256((struct cm_span){(const uint8_t *)"abc", 3}, digest);
  assert_string_equal(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(decodes_any_bytes),    cmocka_unit_test(encodes_what_it_decodes),
      cmocka_unit_test(makes_text_safe),      cmocka_unit_test(measures_columns),
      cmocka_unit_test(shortens_names),       cmocka_unit_test(writes_json),
      cmocka_unit_test(escapes_json_strings), cmocka_unit_test(digests),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
