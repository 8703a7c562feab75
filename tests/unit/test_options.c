// The parser of command lines, driven by a table that has one option of each kind.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cmd/help.h"
#include "cmd/options.h"

static const char *const formats[] = {"text", "json", NULL};
static const struct tw_option table[] = {
    {.name = "format", .letter = 'f', .metavar = "FORMAT", .help = "Form.", .values = formats, .fallback = "text"},
    {.name = "kind", .letter = 'k', .metavar = "KIND", .help = "Kind.", .repeats = true},
    {.name = "limit", .metavar = "N", .help = "Limit.", .fallback = "0x10"},
    {.name = "quiet", .letter = 'q', .help = "Say less. Much less."},
    {.name = "list-all", .help = "List.", .alone = true},
    {.name = NULL},
};
static const struct tw_command command = {
    .name = "try",
    .summary = "Try",
    .usage = "try FILE...",
    .options = table,
    .operand = TW_OPERAND_FILE,
    .operands_min = 1,
    .operands_max = 3,
};

// Parses the words up to NULL. Messages of refused ones go nowhere.
static bool parse(struct tw_args *args, ...) {
  char *words[16];
  int count = 0;
  va_list list;
  va_start(list, args);
  for (char *word; (word = va_arg(list, char *));) {
    words[count++] = word;
  }
  va_end(list);
  fflush(stderr);
  int kept = dup(STDERR_FILENO);
  assert_non_null(freopen("/dev/null", "w", stderr));
  bool good = tw_args_parse(&command, count, words, args);
  fflush(stderr);
  dup2(kept, STDERR_FILENO);
  close(kept);
  return good;
}

static bool refused(struct tw_args *args, bool good) {
  tw_args_free(args);
  return !good;
}
#define assert_refused(...) assert_true(refused(&args, parse(&args, __VA_ARGS__, NULL)))
#define assert_parsed(...) assert_true(parse(&args, __VA_ARGS__, NULL))

static void each_way_to_give_a_value(void **state) {
  (void)state;
  static const char *const ways[][2] = {{"--format=json", NULL}, {"--format", "json"}, {"-f", "json"}, {"-fjson", NULL}};
  for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
    struct tw_args args;
    assert_parsed("a.wasm", ways[i][0], ways[i][1]);
    assert_string_equal(tw_args_value(&args, "format"), "json");
    assert_int_equal(tw_args_choice(&args, "format"), 1);
    assert_int_equal(args.operand_count, 1);
    tw_args_free(&args);
  }
}

static void fallbacks_and_absence(void **state) {
  (void)state;
  struct tw_args args;
  assert_parsed("-");
  assert_string_equal(args.operands[0], "-");
  assert_string_equal(tw_args_value(&args, "format"), "text");
  assert_int_equal(tw_args_choice(&args, "format"), 0);
  assert_false(tw_args_has(&args, "format"));
  assert_false(tw_args_has(&args, "quiet"));
  assert_null(tw_args_value(&args, "kind"));
  assert_int_equal(tw_args_choice(&args, "kind"), -1);
  assert_null(args.output);
  assert_string_equal(args.color, "auto");
  tw_args_free(&args);
}

static void repeated_clustered_and_mixed(void **state) {
  (void)state;
  struct tw_args args;
  assert_parsed("-qkenv", "a", "--kind", "", "b", "-k", "--", "--", "--quiet");
  assert_true(tw_args_has(&args, "quiet"));
  assert_string_equal(tw_args_each(&args, "kind", 0), "env");
  assert_string_equal(tw_args_each(&args, "kind", 1), "");
  assert_string_equal(tw_args_each(&args, "kind", 2), "--");
  assert_null(tw_args_each(&args, "kind", 3));
  assert_string_equal(tw_args_value(&args, "kind"), "--");
  assert_int_equal(args.operand_count, 3);
  assert_string_equal(args.operands[2], "--quiet");
  tw_args_free(&args);
}

static void common_options(void **state) {
  (void)state;
  struct tw_args args;
  assert_parsed("a", "-o", "-", "--color=never");
  assert_string_equal(args.output, "-");
  assert_string_equal(args.color, "never");
  tw_args_free(&args);
  assert_parsed("--help", "--no-such-option");
  assert_true(args.help);
  tw_args_free(&args);
  assert_refused("a", "--color=sometimes");
}

static void operands_are_counted(void **state) {
  (void)state;
  struct tw_args args;
  assert_true(refused(&args, parse(&args, NULL)));
  assert_refused("a", "b", "c", "d");
  assert_parsed("--list-all");
  tw_args_free(&args);
}

static void what_the_table_does_not_allow(void **state) {
  (void)state;
  struct tw_args args;
  assert_refused("a", "--frmat=json");
  assert_refused("a", "--form");
  assert_refused("a", "--formats=json");
  assert_refused("a", "--format=yaml");
  assert_refused("a", "--format");
  assert_refused("a", "-f");
  assert_refused("a", "-x");
  assert_refused("a", "-qx");
  assert_refused("a", "--quiet=1");
  assert_refused("a", "--format=json", "--format=json");
  assert_refused("a", "--=x");
  assert_refused("a", "---");
  assert_parsed("a", "-q", "-q");
  tw_args_free(&args);
}

static void numbers(void **state) {
  (void)state;
  static const struct {
    const char *text;
    bool good;
    unsigned long long value;
  } rows[] = {
      {"1", true, 1},
      {"007", true, 7},
      {"0xff", true, 255},
      {"100000", true, 100000},
      {"0", false, 0},
      {"", false, 0},
      {"-1", false, 0},
      {" 1", false, 0},
      {"100001", false, 0},
      {"1k", false, 0},
      {"99999999999999999999", false, 0},
      {"0x", false, 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct tw_args args;
    unsigned long long number = 0;
    assert_parsed("a", "--limit", rows[i].text);
    assert_int_equal(tw_args_number(&args, "limit", 1, 100000, &number), rows[i].good);
    assert_int_equal(number, rows[i].value);
    tw_args_free(&args);
  }
  struct tw_args args;
  unsigned long long number = 5;
  assert_parsed("a");
  assert_true(tw_args_number(&args, "limit", 1, 100, &number));
  assert_int_equal(number, 16);
  tw_args_free(&args);
}

static void nearest(void **state) {
  (void)state;
  static const char *const words[] = {"needs", "graph", "dump", "fail-unresolved", NULL};
  assert_string_equal(tw_nearest("need", words), "needs");
  assert_string_equal(tw_nearest("nedes", words), "needs");
  assert_string_equal(tw_nearest("garph", words), "graph");
  assert_string_equal(tw_nearest("fail", words), "fail-unresolved");
  assert_string_equal(tw_nearest("fial-unresovled", words), "fail-unresolved");
  assert_null(tw_nearest("", words));
  assert_null(tw_nearest("xyz", words));
  assert_null(tw_nearest("d", words));
  char longest[200];
  memset(longest, 'n', sizeof longest - 1);
  longest[sizeof longest - 1] = '\0';
  assert_null(tw_nearest(longest, words));
}

static void prose_of_an_option(void **state) {
  (void)state;
  char *prose = tw_option_prose(&table[0]);
  assert_string_equal(prose, "Form. One of: `text`, `json`. Default: `text`.");
  free(prose);
  prose = tw_option_prose(&table[1]);
  assert_string_equal(prose, "Kind. May be given more than once.");
  free(prose);
  char *sentence = tw_first_sentence("Say `less`. Much less.");
  assert_string_equal(sentence, "Say less");
  free(sentence);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_way_to_give_a_value),
      cmocka_unit_test(fallbacks_and_absence),
      cmocka_unit_test(repeated_clustered_and_mixed),
      cmocka_unit_test(common_options),
      cmocka_unit_test(operands_are_counted),
      cmocka_unit_test(what_the_table_does_not_allow),
      cmocka_unit_test(numbers),
      cmocka_unit_test(nearest),
      cmocka_unit_test(prose_of_an_option),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
