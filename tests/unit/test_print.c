// Printing: numbers that come back the same, identifiers, what is malformed, deep code, excerpts, sinks that refuse.

#include <component/print.h>

#include <stdio.h>

#include "bytes.h"

// A sink that keeps what it is given, up to `most` bytes.
struct kept {
  struct bytes text;
  size_t most;
};

static bool keep(void *context, const char *text, size_t size) {
  struct kept *kept = context;
  if (kept->most && kept->text.size + size > kept->most) return false;
  put(&kept->text, text, size);
  return true;
}

static const char *text_of(struct kept *kept) {
  put_byte(&kept->text, 0);
  return (const char *)kept->text.at;
}

static void assert_prints(struct bytes *file, const struct cm_print_options *options, const char *expected) {
  struct kept kept = {0};
  struct cm_diag diag;
  if (!cm_print((struct cm_span){file->at, file->size}, options, (struct cm_text_sink){keep, &kept}, &diag))
    fail_msg("%s", diag.message);
  assert_string_equal(text_of(&kept), expected);
  free(kept.text.at);
  free(file->at);
  *file = (struct bytes){0};
}

static void put_body(struct bytes *file, struct bytes *body) {
  struct bytes code = {0};
  put_module(file);
  put_section(file, 1, "01 60 00 00");
  put_section(file, 3, "01 00");
  put_text(&code, "01");
  put_u32(&code, (uint32_t)body->size);
  put(&code, body->at, body->size);
  free(body->at);
  put_section_of(file, 10, &code);
}

// Floats.

// What stands behind f32.const or f64.const in a body.
static void format_float(uint64_t bits, bool is_f32, char *to, size_t size) {
  struct bytes file = {0}, body = {0};
  struct kept kept = {0};
  struct cm_diag diag;
  put_text(&body, is_f32 ? "00 43" : "00 44");
  for (int i = 0; i < (is_f32 ? 4 : 8); i++) put_byte(&body, (unsigned)(bits >> (8 * i)) & 0xff);
  put_text(&body, "0b");
  put_body(&file, &body);
  assert_true(cm_print((struct cm_span){file.at, file.size}, NULL, (struct cm_text_sink){keep, &kept}, &diag));
  const char *at = strstr(text_of(&kept), ".const ");
  assert_non_null(at);
  at += strlen(".const ");
  snprintf(to, size, "%.*s", (int)strcspn(at, "\n"), at);
  free(kept.text.at);
  free(file.at);
}

static void floats_are_shortest(void **state) {
  (void)state;
  static const struct {
    uint64_t bits;
    const char *text;
  } f64s[] = {
      {0, "0"},
      {UINT64_C(0x8000000000000000), "-0"},
      {UINT64_C(0x3ff0000000000000), "1"},
      {UINT64_C(0xbfe0000000000000), "-0.5"},
      {UINT64_C(0x3fb999999999999a), "0.1"},
      {UINT64_C(0x3ff3c0ca428c59fb), "1.2345678901234567"},
      {UINT64_C(0x3ee4f8b588e368f1), "0.00001"},
      {UINT64_C(0x3eb0c6f7a0b5ed8d), "1e-6"},
      {UINT64_C(0x4340000000000000), "9007199254740992"},
      {UINT64_C(0x436ffffffffffff6), "72057594037927860"},
      {UINT64_C(0x4415af1d78b58c40), "1e20"},
      {UINT64_C(0x7fefffffffffffff), "1.7976931348623157e308"},
      {1, "5e-324"},
      {UINT64_C(0x0010000000000000), "2.2250738585072014e-308"},
      {UINT64_C(0x7ff0000000000000), "inf"},
      {UINT64_C(0xfff0000000000000), "-inf"},
      {UINT64_C(0x7ff8000000000000), "nan"},
      {UINT64_C(0xfff8000000000000), "-nan"},
      {UINT64_C(0x7ff0000000000001), "nan:0x1"},
      {UINT64_C(0xffffffffffffffff), "-nan:0xfffffffffffff"},
  };
  static const struct {
    uint32_t bits;
    const char *text;
  } f32s[] = {
      {0x3dcccccd, "0.1"},      {0x7f7fffff, "3.4028235e38"}, {1, "1e-45"},
      {0x4b800000, "16777216"}, {0x7fc00000, "nan"},          {0x7f800001, "nan:0x1"},
      {0xff800000, "-inf"},     {0x3eaaaaab, "0.33333334"},   {0x80000000, "-0"},
  };
  char text[64];
  for (size_t i = 0; i < sizeof f64s / sizeof *f64s; i++) {
    format_float(f64s[i].bits, false, text, sizeof text);
    assert_string_equal(text, f64s[i].text);
  }
  for (size_t i = 0; i < sizeof f32s / sizeof *f32s; i++) {
    format_float(f32s[i].bits, true, text, sizeof text);
    assert_string_equal(text, f32s[i].text);
  }
}

static void floats_come_back(void **state) {
  (void)state;
  uint64_t seed = 12345;
  char text[64];
  for (int i = 0; i < 20000; i++) {
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    uint64_t bits = seed ^ seed >> 29;
    uint32_t bits32 = (uint32_t)(bits >> 32);
    if ((bits >> 52 & 0x7ff) != 0x7ff) {
      format_float(bits, false, text, sizeof text);
      double value = strtod(text, NULL);
      assert_memory_equal(&value, &bits, sizeof bits);
    }
    if ((bits32 >> 23 & 0xff) != 0xff) {
      format_float(bits32, true, text, sizeof text);
      float value = strtof(text, NULL);
      assert_memory_equal(&value, &bits32, sizeof bits32);
    }
  }
}

// Identifiers.

static void names_become_identifiers(void **state) {
  (void)state;
  struct bytes file = {0}, names = {0}, map = {0};
  put_module(&file);
  put_section(&file, 1, "01 60 00 00");
  put_section(&file, 3, "06 00 00 00 00 00 00");
  put_section(&file, 10, "06 02 00 0b 02 00 0b 02 00 0b 02 00 0b 02 00 0b 02 00 0b");
  put_text(&names, "'name'");
  put_text(&map, "06 00 'a' 01 'a b' 02 'a' 03 '' 04 '#func2 a'");
  put_text(&map, "05 09 22 5c 0a c3a9 e280ae 7f");  // quote, backslash, line feed, é, right-to-left override, delete
  put_section_of(&names, 1, &map);
  put_section_of(&file, 0, &names);
  assert_prints(&file, NULL,
                "(module\n"
                "  (type (;0;) (func))\n"
                "  (func $a (;0;) (type 0))\n"
                "  (func $\"a b\" (;1;) (type 0))\n"
                "  (func $\"#func2 a\" (@name \"a\") (;2;) (type 0))\n"
                "  (func $\"#func3 \" (@name \"\") (;3;) (type 0))\n"
                "  (func $\"#func4 #func2 a\" (@name \"#func2 a\") (;4;) (type 0))\n"
                "  (func $\"\\\"\\\\\\u{a}\xc3\xa9\\u{202e}\\u{7f}\" (;5;) (type 0))\n"
                ")\n");
}

// A name section that is malformed gives no names, and is not lost.
static void malformed_names_are_kept(void **state) {
  (void)state;
  struct bytes file = {0};
  put_module(&file);
  put_section(&file, 0, "'name' 01 04 05 00 'a'");
  assert_prints(&file, NULL, "(module\n  (@custom \"name\" (before first) \"\\01\\04\\05\\00\\01a\")\n)\n");
}

// Labels that hide each other go by number, with the depth where they have no name.
static void labels_are_told_apart(void **state) {
  (void)state;
  struct bytes file = {0}, names = {0}, map = {0};
  put_module(&file);
  put_section(&file, 1, "01 60 00 00");
  put_section(&file, 3, "01 00");
  put_section(&file, 10, "01 15 00 | 02 40 02 40 03 40 0c 00 0c 01 0c 02 0c 03 0c 04 0b 0b 0b 0b");
  put_text(&names, "'name'");
  put_text(&map, "01 00 02 00 'l' 01 'l'");
  put_section_of(&names, 3, &map);
  put_section_of(&file, 0, &names);
  assert_prints(&file, NULL,
                "(module\n"
                "  (type (;0;) (func))\n"
                "  (func (;0;) (type 0)\n"
                "    block $l\n"
                "      block $l\n"
                "        loop ;; label = @3\n"
                "          br 0 (;@3;)\n"
                "          br $l\n"
                "          br 2\n"
                "          br 3\n"
                "          br 4\n"
                "        end\n"
                "      end\n"
                "    end\n"
                "  )\n"
                ")\n");
}

// Malformed and hostile code.

static void assert_malformed(const char *code, uint64_t offset, const char *message) {
  for (int folded = 0; folded < 2; folded++) {
    struct bytes file = {0}, body = {0};
    struct kept kept = {0};
    struct cm_diag diag = {0};
    put_text(&body, code);
    put_body(&file, &body);
    struct cm_print_options options = {.folded = folded};
    assert_false(cm_print((struct cm_span){file.at, file.size}, &options, (struct cm_text_sink){keep, &kept}, &diag));
    if (!strstr(diag.message, message)) fail_msg("\"%s\" is not in \"%s\"", message, diag.message);
    assert_int_equal(diag.error, CM_MALFORMED);
    assert_true(diag.has_offset);
    assert_int_equal(diag.offset, 22 + offset);
    free(kept.text.at);
    free(file.at);
  }
}

static void malformed_bodies_are_refused(void **state) {
  (void)state;
  assert_malformed("00 ff 0b", 1, "illegal opcode");
  assert_malformed("00 02 40 0b", 4, "END opcode expected");
  assert_malformed("00 0b 01", 2, "behind the last end");
  assert_malformed("00 05 0b", 1, "else outside of an if");
  assert_malformed("00 02 40 07 00 0b 0b", 3, "catch outside of a try");
  assert_malformed("00 18 00 0b", 1, "delegate outside of a try");
  assert_malformed("00 41 80 80 80 80 10 0b", 2, "too l");
}

// As deep as a body may be: the text must not grow with the square of the depth, nor the stack with the depth.
static void deep_code_stays_small(void **state) {
  (void)state;
  enum { DEPTH = 99000 };
  for (int folded = 0; folded < 2; folded++) {
    struct bytes file = {0}, body = {0};
    struct kept kept = {0};
    struct cm_diag diag = {0};
    put_text(&body, "00");
    for (int i = 0; i < DEPTH; i++) put_text(&body, "02 40");
    for (int i = 0; i < DEPTH + 1; i++) put_text(&body, "0b");
    put_body(&file, &body);
    struct cm_print_options options = {.folded = folded};
    assert_true(cm_print((struct cm_span){file.at, file.size}, &options, (struct cm_text_sink){keep, &kept}, &diag));
    assert_in_range(kept.text.size, DEPTH, 400 * (size_t)DEPTH);
    free(kept.text.at);
    free(file.at);
  }
}

// Excerpts.

static void excerpts_show_the_place(void **state) {
  (void)state;
  struct bytes file = {0}, body = {0};
  put_text(&body, "00 41 01 41 02 6a 1a 0b");  // offsets 22, 23, 25, 27, 28, 29
  put_body(&file, &body);
  struct cm_span span = {file.at, file.size};
  static const struct {
    uint64_t offset;
    unsigned around;
    const char *text;
  } cases[] = {
      {27, 1, "      i32.const 2\n>     i32.add\n      drop\n"},
      {26, 0, ">     i32.const 2\n"},
      {22, 1, "    (type (;0;) (func))\n>   (func (;0;) (type 0)\n      i32.const 1\n"},
      {0, 1, "> (module\n    (type (;0;) (func))\n"},
      {29, 2, "      i32.add\n      drop\n>   )\n  )\n"},
      {11, 0, ">   (type (;0;) (func))\n"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct kept kept = {0};
    assert_true(cm_print_excerpt(span, cases[i].offset, cases[i].around, NULL, (struct cm_text_sink){keep, &kept}));
    assert_string_equal(text_of(&kept), cases[i].text);
    free(kept.text.at);
  }
  struct kept kept = {0};
  assert_false(cm_print_excerpt(span, file.size, 1, NULL, (struct cm_text_sink){keep, &kept}));
  assert_false(cm_print_excerpt((struct cm_span){file.at, 20}, 3, 1, NULL, (struct cm_text_sink){keep, &kept}));
  assert_int_equal(kept.text.size, 0);
  free(file.at);
}

// What lies elsewhere is left out: here another module, and another body of the same.
static void excerpts_leave_out_the_rest(void **state) {
  (void)state;
  struct bytes file = {0}, module = {0};
  put_component(&file);
  for (int i = 0; i < 2; i++) {
    put_module(&module);
    put_section(&module, 1, "01 60 00 00");
    put_section(&module, 3, "02 00 00");
    put_section(&module, 10, "02 03 00 01 0b 03 00 01 0b");
    put_section_of(&file, 1, &module);
  }
  struct kept kept = {0};
  // The last section of the second module begins 11 bytes before the end; the second body's nop is the last but one byte.
  assert_true(cm_print_excerpt((struct cm_span){file.at, file.size}, file.size - 2, 20, NULL, (struct cm_text_sink){keep, &kept}));
  assert_string_equal(text_of(&kept), "  (component\n"
                                      "    (core module (;0;) ...)\n"
                                      "    (core module (;1;)\n"
                                      "      (type (;0;) (func))\n"
                                      "      (func (;0;) (type 0) ...)\n"
                                      "      (func (;1;) (type 0)\n"
                                      ">       nop\n"
                                      "      )\n"
                                      "    )\n"
                                      "  )\n");
  free(kept.text.at);
  free(file.at);
}

static void a_sink_may_refuse(void **state) {
  (void)state;
  struct bytes file = {0}, body = {0};
  put_text(&body, "00");
  for (int i = 0; i < 100000; i++) put_text(&body, "01");
  put_text(&body, "0b");
  put_body(&file, &body);
  for (size_t most = 1; most < 2000000; most *= 7) {
    struct kept kept = {.most = most};
    struct cm_diag diag = {0};
    bool fits = most > 81 * 10000;
    assert_int_equal(cm_print((struct cm_span){file.at, file.size}, NULL, (struct cm_text_sink){keep, &kept}, &diag), fits);
    assert_int_equal(diag.error, fits ? CM_OK : CM_UNSUPPORTED);
    assert_in_range(kept.text.size, 0, most);
    free(kept.text.at);
  }
  free(file.at);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(floats_are_shortest),         cmocka_unit_test(floats_come_back),
      cmocka_unit_test(names_become_identifiers),    cmocka_unit_test(malformed_names_are_kept),
      cmocka_unit_test(labels_are_told_apart),       cmocka_unit_test(malformed_bodies_are_refused),
      cmocka_unit_test(deep_code_stays_small),       cmocka_unit_test(excerpts_show_the_place),
      cmocka_unit_test(excerpts_leave_out_the_rest), cmocka_unit_test(a_sink_may_refuse),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
