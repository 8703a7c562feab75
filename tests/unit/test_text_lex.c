// Tokens of the text format: kinds, strings, identifiers, comments, annotations, numbers.

#include "bytes.h"

#include <component/parse.h>

#include "text/lex.h"

struct lexed {
  struct cm_arena arena;
  struct text_lexer l;
  struct cm_diag diag;
};

static void lex(struct lexed *x, const char *text) {
  *x = (struct lexed){0};
  cm_arena_init(&x->arena, NULL);
  text_begin(&x->l, &x->arena, cm_str_of(text), &x->diag);
}

// The kinds of all tokens, a letter each; '!' where it fails.
static const char *kinds(const char *text) {
  static const char letters[] = "E()knisc@r";
  static char out[64];
  struct lexed x;
  size_t n = 0;
  for (lex(&x, text); x.l.token.kind != TEXT_END && n < sizeof out - 2; text_next(&x.l)) out[n++] = letters[x.l.token.kind];
  if (x.l.failed) out[n++] = '!';
  out[n] = '\0';
  cm_arena_free(&x.arena);
  return out;
}

static void kinds_of_tokens(void **state) {
  (void)state;
  static const struct {
    const char *text, *kinds;
  } rows[] = {
      {"", ""},
      {" \t\r\n", ""},
      {"(module)", "(k)"},
      {"i32.const 0 -1 +0x1p3 nan nan:0x1 inf -inf", "knnnkkkn"},
      {"$a $\"b c\" $\"\" \"s\"", "iiis"},
      {"a\"b\" \"a\"b \"a\"\"b\" $a\"b\" $\"a\"b", "rrrrr"},
      {"A, [x] {y} @a", "rrrkrrkrr"},
      {"'a' '(' ''' '\\'' '\\n' '\\u{e9}' '\xc3\xa9' ' '", "cccccccc"},
      {"'ab' '' 'a $' a'b' $'a'", "rrriki"},
      {";; (a\n(b) ;; c", "(k)"},
      {";; (a\r(b)", "(k)"},
      {"(; a (; b ;) ;)c(;;)", "k"},
      {"(; ; ( ;)c", "k"},
      {";", "r"},
      {"(; a", "!"},
      {"(; a (; ;)", "!"},
      {"\"a", "!"},
      {"\"a\\", "!"},
      {"\"a\nb\"", "!"},
      {"\"\x7f\"", "!"},
      {"\x01", "!"},
      {"(a \xc3\xa9)", "(k!"},
      {";; \xc3\xa9\n\"\xc3\xa9 \xf0\x9f\x98\x80\" (;\xe2\x82\xac;)", "s"},
      {";; \xc3", "!"},
      {"\"\xff\"", "!"},
      {"\"\xed\xa0\x80\"", "!"},
      {"(; \x80 ;)", "!"},
      {"(@custom \"a\")(@x)(@name \"n\")", "@s)@s)"},
      {"(@x (a \"b)\" (; ) ;) ;; )\n [,]) c) d", "k"},
      {"(@\"x\" a) b (@\"\\75\")", "k"},
      {"(@ x)", "!"},
      {"(@)", "!"},
      {"(@\"\")", "!"},
      {"(@\"a\"b)", "!"},
      {"(@\"\\ef\")", "!"},
      {"(@x (a)", "!"},
      {"( @x)", "(r)"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) assert_string_equal(kinds(rows[i].text), rows[i].kinds);
}

static void strings_are_unescaped(void **state) {
  (void)state;
  static const struct {
    const char *text;
    const char *bytes;
    size_t size;
  } rows[] = {
      {"\"\"", "", 0},
      {"\"abc\"", "abc", 3},
      {"\"\\t\\n\\r\\\"\\'\\\\\"", "\t\n\r\"'\\", 6},
      {"\"\\00\\fF\\0a\"", "\0\xff\n", 3},
      {"\"\\u{0}\\u{7f}\\u{80}\\u{7ff}\\u{800}\\u{d7ff}\\u{e000}\\u{10_ffff}\"",
       "\0\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf", 19},
      {"\"(;\"", "(;", 2},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct lexed x;
    struct cm_span bytes;
    lex(&x, rows[i].text);
    assert_true(text_string(&x.l, "a string", &bytes));
    assert_int_equal(bytes.size, rows[i].size);
    assert_memory_equal(bytes.at, rows[i].bytes, bytes.size);
    cm_arena_free(&x.arena);
  }
  static const char *const refused[] = {"\"\\x\"",       "\"\\0\"",     "\"\\0g\"",          "\"\\u{}\"",   "\"\\u{110000}\"",
                                        "\"\\u{d800}\"", "\"\\u{_1}\"", "\"\\u{1__1}\"",     "\"\\u{1_}\"", "\"\\u{1\"",
                                        "\"\\u1}\"",     "\"\\U{1}\"",  "\"\\u{fffffffff}\""};
  for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) assert_string_equal(kinds(refused[i]), "!");
}

static void names_are_utf8(void **state) {
  (void)state;
  struct lexed x;
  struct cm_str name;
  lex(&x, "\"a\\c3\\a9\" \"\\c3\"");
  assert_true(text_name(&x.l, "a name", &name));
  assert_int_equal(name.size, 3);
  assert_false(text_name(&x.l, "a name", &name));
  assert_non_null(strstr(x.diag.message, "UTF-8"));
  assert_int_equal(x.diag.offset, 10);
  cm_arena_free(&x.arena);
}

static void identifiers_in_quotes_are_the_same(void **state) {
  (void)state;
  struct lexed x;
  struct cm_str a, b = {0}, c = {0};
  lex(&x, "$x $\"x\" $\"\\78\"");
  assert_true(text_id(&x.l, &a) && text_id(&x.l, &b) && text_id(&x.l, &c));
  assert_true(cm_str_equal(a, b) && cm_str_equal(b, c) && cm_str_is(a, "x"));
  cm_arena_free(&x.arena);
  static const char *const empty[] = {"$", "$\"\"", "$\"\\ff\""};
  for (size_t i = 0; i < 3; i++) {
    lex(&x, empty[i]);
    assert_false(text_id(&x.l, &a));
    cm_arena_free(&x.arena);
  }
}

static void integers(void **state) {
  (void)state;
  static const struct {
    const char *text;
    unsigned bits;
    bool ok;
    uint64_t value;
  } rows[] = {
      {"0", 32, true, 0},
      {"1_000", 32, true, 1000},
      {"0xff", 32, true, 255},
      {"0xF_f", 32, true, 255},
      {"4294967295", 32, true, UINT32_MAX},
      {"4294967296", 32, false, 0},
      {"-1", 32, true, UINT32_MAX},
      {"-2147483648", 32, true, 0x80000000},
      {"-2147483649", 32, false, 0},
      {"+7", 32, true, 7},
      {"-0x8000_0000_0000_0000", 64, true, 0x8000000000000000},
      {"-0x8000_0000_0000_0001", 64, false, 0},
      {"18446744073709551615", 64, true, UINT64_MAX},
      {"18446744073709551616", 64, false, 0},
      {"0x1_0000_0000_0000_0000", 64, false, 0},
      {"255", 8, true, 255},
      {"256", 8, false, 0},
      {"-128", 8, true, 128},
      {"-129", 8, false, 0},
      {"1__0", 32, false, 0},
      {"1_", 32, false, 0},
      {"0x", 32, false, 0},
      {"0x_1", 32, false, 0},
      {"1a", 32, false, 0},
      {"1.0", 32, false, 0},
      {"0X1", 32, false, 0},
      {"--1", 32, false, 0},
      {"+", 32, false, 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct lexed x;
    uint64_t value = 0;
    lex(&x, rows[i].text);
    assert_int_equal(text_integer(&x.l, rows[i].bits, "an integer", &value), rows[i].ok);
    if (rows[i].ok) assert_true(value == rows[i].value);
    cm_arena_free(&x.arena);
  }
}

static void unsigned_integers_have_no_sign(void **state) {
  (void)state;
  static const char *const refused[] = {"+1", "-1", "4294967296", "nan", "$x", ")", ""};
  for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
    struct lexed x;
    uint32_t value;
    lex(&x, refused[i]);
    assert_false(text_u32(&x.l, "an index", &value));
    assert_true(x.l.failed);
    cm_arena_free(&x.arena);
  }
}

static void floats_are_rounded_once(void **state) {
  (void)state;
  static const struct {
    const char *text;
    bool ok32, ok64;
    uint32_t f32;
    uint64_t f64;
  } rows[] = {
      {"0", true, true, 0, 0},
      {"-0.0", true, true, 0x80000000, 0x8000000000000000},
      {"1.5e0", true, true, 0x3fc00000, 0x3ff8000000000000},
      {"1.", true, true, 0x3f800000, 0x3ff0000000000000},
      {"1_0.2_5e0_1", true, true, 0x42cd0000, 0x4059a00000000000},
      {"0x1.8p+1", true, true, 0x40400000, 0x4008000000000000},
      {"0x1p-149", true, true, 1, 0x36a0000000000000},
      {"0x1p-150", true, true, 0, 0x3690000000000000},
      {"0x1.000001p-150", true, true, 1, 0x3690000010000000},
      {"0x1.8p-149", true, true, 2, 0x36a8000000000000},
      {"0x0.fffffffp-126", true, true, 0x800000, 0x380ffffffe000000},
      {"0x1p-1074", true, true, 0, 1},
      {"0x1p-1075", true, true, 0, 0},
      {"0x1.00000000000000000000000000001p-1075", true, true, 0, 1},
      {"0x1.fffffffffffffp1023", false, true, 0, 0x7fefffffffffffff},
      {"0x1.fffffffffffff8p1023", false, false, 0, 0},
      {"0x1p99999999999999999999", false, false, 0, 0},
      {"0x1p-99999999999999999999", true, true, 0, 0},
      {"0x0p99999999999999999999", true, true, 0, 0},
      {"0x10000000000000000000000000000p-112", true, true, 0x3f800000, 0x3ff0000000000000},
      {"0x1.fffffefp127", true, true, 0x7f7fffff, 0x47efffffef000000},
      {"0x1.ffffffp127", false, true, 0, 0x47effffff0000000},
      {"3.4028235e38", true, true, 0x7f7fffff, 0x47efffffe54daff8},
      {"3.5e38", false, true, 0, 0x47f074f8c4d3cd7b},
      {"1e309", false, false, 0, 0},
      // Between two floats, decided by a digit far behind: a double would have rounded it to the tie first.
      {"1.000000059604644775390625", true, true, 0x3f800000, 0x3ff0000010000000},
      {"1.00000005960464477539062500000000001", true, true, 0x3f800001, 0x3ff0000010000000},
      {"inf", true, true, 0x7f800000, 0x7ff0000000000000},
      {"-inf", true, true, 0xff800000, 0xfff0000000000000},
      {"nan", true, true, 0x7fc00000, 0x7ff8000000000000},
      {"-nan", true, true, 0xffc00000, 0xfff8000000000000},
      {"nan:0x1", true, true, 0x7f800001, 0x7ff0000000000001},
      {"nan:0x7f_ffff", true, true, 0x7fffffff, 0x7ff00000007fffff},
      {"nan:0x800000", false, true, 0, 0x7ff0000000800000},
      {"nan:0x0", false, false, 0, 0},
      {"nan:0x1_0000_0000_0000_0000_0", false, false, 0, 0},
      {"nan:1", false, false, 0, 0},
      {"nan:canonical", false, false, 0, 0},
      {".5", false, false, 0, 0},
      {"1.e", false, false, 0, 0},
      {"1e", false, false, 0, 0},
      {"0x1e5", true, true, 0x43f28000, 0x407e500000000000},
      {"0x1p", false, false, 0, 0},
      {"1p3", false, false, 0, 0},
      {"1._0", false, false, 0, 0},
      {"infinity", false, false, 0, 0},
      {"0x1.p3f", false, false, 0, 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct lexed x;
    uint32_t f32 = 0;
    uint64_t f64 = 0;
    lex(&x, rows[i].text);
    assert_int_equal(text_f32(&x.l, &f32), rows[i].ok32);
    if (rows[i].ok32) assert_int_equal(f32, rows[i].f32);
    cm_arena_free(&x.arena);
    lex(&x, rows[i].text);
    assert_int_equal(text_f64(&x.l, &f64), rows[i].ok64);
    if (rows[i].ok64 && f64 != rows[i].f64) fail_msg("%s gives %llx", rows[i].text, (unsigned long long)f64);
    cm_arena_free(&x.arena);
  }
}

static void a_group_is_skipped(void **state) {
  (void)state;
  struct lexed x;
  lex(&x, "(a (b \")\" $\"(\" (; ) ;) ;; )\n \"\\\")\") (c)) d");
  text_next(&x.l);
  text_look_ahead(&x.l);
  assert_true(text_skip(&x.l, x.l.begin));
  assert_int_equal(x.l.token.kind, TEXT_CLOSE);
  text_next(&x.l);
  assert_true(text_at(&x.l, "d"));
  cm_arena_free(&x.arena);
  static const char *const open[] = {"(a", "(a (b)", "(a \")", "(a \"\\\"", "(a ;; )", "(a (; )"};
  for (size_t i = 0; i < sizeof open / sizeof open[0]; i++) {
    lex(&x, open[i]);
    assert_false(text_skip((text_next(&x.l), &x.l), x.l.begin));
    cm_arena_free(&x.arena);
  }
}

static void the_first_error_stays(void **state) {
  (void)state;
  struct lexed x;
  lex(&x, "(a \x01 b)");
  while (x.l.token.kind != TEXT_END) text_next(&x.l);
  assert_true(x.l.failed);
  assert_int_equal(x.diag.offset, 3);
  assert_false(text_expected(&x.l, "something else"));
  assert_int_equal(x.diag.offset, 3);
  text_seek(&x.l, x.l.begin);
  assert_int_equal(x.l.token.kind, TEXT_END);
  cm_arena_free(&x.arena);
}

static void places(void **state) {
  (void)state;
  struct cm_str text = CM_STR("ab\n\xc3\xa9x y\r\nz");
  struct cm_text_place place = cm_text_place(text, 6);
  assert_int_equal(place.line, 2);
  assert_int_equal(place.column, 3);
  assert_true(cm_str_is(place.text, "\xc3\xa9x y"));
  place = cm_text_place(text, 0);
  assert_int_equal(place.line, 1);
  assert_int_equal(place.column, 1);
  place = cm_text_place(text, 1000);
  assert_int_equal(place.line, 3);
  assert_int_equal(place.column, 2);
  assert_true(cm_str_is(place.text, "z"));
  place = cm_text_place((struct cm_str){0}, 0);
  assert_int_equal(place.line, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(kinds_of_tokens),
      cmocka_unit_test(strings_are_unescaped),
      cmocka_unit_test(names_are_utf8),
      cmocka_unit_test(identifiers_in_quotes_are_the_same),
      cmocka_unit_test(integers),
      cmocka_unit_test(unsigned_integers_have_no_sign),
      cmocka_unit_test(floats_are_rounded_once),
      cmocka_unit_test(a_group_is_skipped),
      cmocka_unit_test(the_first_error_stays),
      cmocka_unit_test(places),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
