// The formats of a gate's result: fates and verdicts, the table of formats, exact text, fingerprints that stay, memory that runs out at
// any place. What readers of the formats make of them is the test `reports`.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "report/findings_parts.h"
#include "reports/sound.h"

static void fates(void **state) {
  (void)state;
  const struct {
    enum tw_level level;
    enum tw_since since;
    const struct tw_waiver *waiver;
    enum tw_fate fate;
  } table[] = {
      {TW_ERROR, TW_SINCE_UNKNOWN, NULL, TW_FAILS},
      {TW_ERROR, TW_SINCE_NEW, NULL, TW_FAILS},
      {TW_ERROR, TW_SINCE_NEW, &sample_waivers[1], TW_FAILS},  // expired
      {TW_ERROR, TW_SINCE_NEW, &sample_waivers[0], TW_WAIVED},
      {TW_ERROR, TW_SINCE_UNCHANGED, &sample_waivers[0], TW_WAIVED},
      {TW_ERROR, TW_SINCE_UNCHANGED, NULL, TW_UNCHANGED},
      {TW_WARNING, TW_SINCE_UNCHANGED, NULL, TW_UNCHANGED},
      {TW_ERROR, TW_SINCE_ABSENT, &sample_waivers[0], TW_ABSENT},
      {TW_WARNING, TW_SINCE_NEW, NULL, TW_STANDS},
      {TW_NOTE, TW_SINCE_UNKNOWN, NULL, TW_STANDS},
      {TW_NOTE, TW_SINCE_UNKNOWN, &sample_waivers[0], TW_WAIVED},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    const struct tw_finding finding = {.level = table[i].level, .since = table[i].since, .waiver = table[i].waiver};
    assert_int_equal(tw_finding_fate(&finding), table[i].fate);
  }
}

static void verdicts(void **state) {
  (void)state;
  struct tw_tally tally = tw_gate_tally(&sample_full);
  assert_int_equal(tally.fates[TW_FAILS], 3);
  assert_int_equal(tally.fates[TW_STANDS], 3);
  assert_int_equal(tally.fates[TW_WAIVED], 1);
  assert_int_equal(tally.fates[TW_UNCHANGED], 1);
  assert_int_equal(tally.fates[TW_ABSENT], 1);
  assert_int_equal(tally.warnings, 2);
  assert_int_equal(tally.notes, 1);
  assert_int_equal(tally.unreadable, 1);
  assert_false(tw_gate_passes(&sample_full));
  assert_true(tw_gate_passes(&sample_passed));
  assert_true(tw_gate_passes(&sample_excused));
  // A file that could not be read fails a gate without findings.
  const struct tw_gate_app unread = {.path = "x.wasm", .fault = S("no")};
  const struct tw_gate gate = {.app_count = 1, .apps = &unread};
  assert_false(tw_gate_passes(&gate));
}

static void table_of_formats(void **state) {
  (void)state;
  size_t count = 0;
  for (; tw_gate_formats[count].name; count++) {
    assert_string_equal(tw_gate_format_names[count], tw_gate_formats[count].name);
    assert_ptr_equal(tw_gate_format_of(tw_gate_formats[count].name), &tw_gate_formats[count]);
  }
  assert_null(tw_gate_format_names[count]);
  assert_null(tw_gate_format_of("yaml"));
}

// The text that a format gives; free it.
static char *written(const char *format, const struct tw_gate *gate, bool color) {
  char *text = NULL;
  size_t size = 0;
  FILE *to = open_memstream(&text, &size);
  struct cm_arena arena;
  cm_arena_init(&arena, NULL);
  assert_true(tw_gate_format_of(format)->write(to, &arena, gate, color));
  cm_arena_free(&arena);
  fclose(to);
  return text;
}

static void assert_written(const char *format, const struct tw_gate *gate, const char *expected) {
  char *text = written(format, gate, false);
  assert_string_equal(text, expected);
  free(text);
}

static void for_people(void **state) {
  (void)state;
  assert_written("text", &sample_excused,
                 "build/shop.wasm  component, 549 kB\n"
                 "  warning  manifest/surplus  config \"colour\" is given, and nobody asks for it.  deploy.yaml:15:7\n"
                 "           fix: give it in deploy.yaml, in place of lines 12 to 13\n"
                 "                   # [why] {0}\n"
                 "                   env:\n"
                 "\n"
                 "                     DEBUG: \"\"\n"
                 "           or:  take it out of deploy.yaml, without line 15\n"
                 "  note     size  the file takes 549 kB\n"
                 "           Strip it.\n"
                 "  waived   known-env  env \"LEGACY_MODE\" is not in the list of rule known-env  policy.yaml:4:5\n"
                 "           waived: removed with the next release (platform, until 2027-01-31)\n"
                 "  known    manifest/missing-key  hosts like \"*.example.test\" are called, and deploy.yaml allows none  "
                 "deploy.yaml:11\n"
                 "  since old.wasm: nothing changed\n"
                 "passed: 1 warning, 1 note, 1 waived, 1 as in the baseline\n");
  assert_written("text", &sample_passed, "build/shop.wasm  component, 549 kB\npassed: no findings\n");
  char *colored = written("text", &sample_passed, true);
  assert_string_equal(colored, "\033[1mbuild/shop.wasm\033[0m  component, 549 kB\n\033[32mpassed\033[0m: no findings\n");
  free(colored);
}

static void for_github(void **state) {
  (void)state;
  assert_written(
      "github", &sample_excused,
      "::warning file=deploy.yaml,line=15,endLine=15,col=7,endColumn=19,title=tidewaiter manifest/surplus::build/shop.wasm: config "
      "\"colour\" is given, and nobody asks for it.%0AFix: give it in deploy.yaml, in place of lines 12 to 13:%0A        # "
      "[why] {0}%0A        env:%0A%0A          DEBUG: \"\"%0AOr: take it out of deploy.yaml, without line 15.\n"
      "::notice file=policy.yaml,line=4,endLine=4,col=5,endColumn=17,title=tidewaiter known-env (waived)::build/shop.wasm: env "
      "\"LEGACY_MODE\" is not in the list of rule known-env%0AAsked for by app::connect (module 0, function 88, offset "
      "0xcb2b).%0ANote: waived: removed with the next release (platform, until 2027-01-31).%0AAdd it to the list.%0AFix: allow "
      "it in policy.yaml, before line 7:%0A            - DEBUG\n"
      "::notice file=deploy.yaml,line=11,endLine=11,col=1,endColumn=1,title=tidewaiter manifest/missing-key (as in the baseline)::"
      "build/shop.wasm: hosts like \"*.example.test\" are called, and deploy.yaml allows none%0AAsked for by app::connect "
      "(module 0, function 88, offset 0xcb2b).\n"
      "::notice file=deploy.yaml,line=1,endLine=1,col=1,endColumn=1,title=tidewaiter size::build/shop.wasm: the file takes 549 kB%0AStrip "
      "it.\n"
      "tidewaiter gate passed: 1 warning, 1 note, 1 waived, 1 as in the baseline\n");
}

static struct tw_fingerprint print_of(struct tw_finding finding, const char *path) {
  struct tw_gate_app app = {.path = path, .document = &sample_document, .finding_count = 1, .findings = &finding};
  const struct tw_gate gate = {.rule_count = 6, .rules = sample_rules, .app_count = 1, .apps = &app};
  struct cm_arena arena;
  cm_arena_init(&arena, NULL);
  struct tw_fingerprint print = *tw_gate_fingerprints(&arena, &gate);
  cm_arena_free(&arena);
  return print;
}

// Lines that move, a file that is built elsewhere, other functions and other words leave the fingerprint; rule, key, kind, file do not.
static void fingerprints(void **state) {
  (void)state;
  const struct tw_finding first = sample_findings[0];
  struct tw_fingerprint print = print_of(first, "build/shop.wasm");
  struct tw_finding moved = first;
  moved.place.line += 7;
  moved.place.column = 0;
  moved.subject.evidence_count = 1;
  moved.level = TW_NOTE;
  moved.message = CM_STR("said otherwise");
  assert_string_equal(print_of(moved, "target/release/shop.wasm").hash, print.hash);
  for (int what = 0; what < 5; what++) {
    struct tw_finding other = first;
    other.rule = what == 0 ? 1 : other.rule;
    other.subject.key = what == 1 ? CM_STR("DEBUG2") : other.subject.key;
    other.subject.kind = what == 2 ? CM_NEED_CONFIG : other.subject.kind;
    other.place.path = what == 3 ? "other.yaml" : other.place.path;
    assert_string_not_equal(print_of(other, what == 4 ? "cart.wasm" : "shop.wasm").hash, print.hash);
  }
}

static void uris(void **state) {
  (void)state;
  static const char *const table[][2] = {
      {"policy.yaml", "policy.yaml"},
      {"./a/../b.yaml", "a/../b.yaml"},
      {".//./x", "x"},
      {"/srv/a b.yaml", "file:///srv/a%20b.yaml"},
      {"c:x", "c%3Ax"},
      {"\xe6\xbd\xae.wasm", "%E6%BD%AE.wasm"},
      {"a%20b#?", "a%2520b%23%3F"},
      {"-", "stdin"},
  };
  struct cm_arena arena;
  cm_arena_init(&arena, NULL);
  struct tw_needs_words words = {.arena = &arena};
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    struct cm_str uri = tw_path_uri(&words, table[i][0]);
    if (!cm_str_is(uri, table[i][1])) {
      fail_msg("%s gives %.*s", table[i][0], CM_STR_ARG(uri));
    }
  }
  cm_arena_free(&arena);
}

// Text of random bytes, often such as mean something to some format.
static struct cm_str random_text(uint32_t *seed, char *to, size_t room) {
  static const char special[] =
      "\n\r\t%:,|`<>&\"'[](){}\\*_~#@!$;=-]]>\x00\x01\x1b\x7f\x80\xbf\xc3\xe2\x80\xae\xed\xa0\xef\xbf\xbe\xf4\xff";
  size_t size = 1 + (*seed = *seed * 1664525U + 1013904223U) / 65536U % (room - 1);
  for (size_t i = 0; i < size; i++) {
    uint32_t random = (*seed = *seed * 1664525U + 1013904223U) >> 16;
    to[i] = random % 3 ? special[random / 3 % (sizeof special - 1)] : (char)(random / 3);
  }
  return (struct cm_str){to, size};
}

// Whatever the texts are, each format stays what it is.
static void any_text(void **state) {
  (void)state;
  uint32_t seed = 7;
  for (int round = 0; round < 500; round++) {
    char bytes[REPORT_TEXTS][40];
    struct cm_str texts[REPORT_TEXTS];
    for (int i = 0; i < REPORT_TEXTS; i++) {
      texts[i] = random_text(&seed, bytes[i], sizeof bytes[i]);
    }
    struct report_of_texts report;
    report_of_texts(texts, round, &report);
    for (const struct tw_gate_format *format = tw_gate_formats; format->name; format++) {
      char *out = written(format->name, &report.gate, false);
      const char *fault = report_fault(format->name, out);
      if (fault) {
        fail_msg("%s: %s:\n%s", format->name, fault, out);
      }
      free(out);
    }
  }
}

// Comments have a bound: of ten thousand findings those that fit are shown, and the others counted.
static void long_comment(void **state) {
  (void)state;
  enum { COUNT = 10000 };
  struct tw_finding *findings = calloc(COUNT, sizeof *findings);
  for (size_t i = 0; i < COUNT; i++) {
    findings[i] = sample_findings[i % 2 ? 0 : 3];
  }
  const struct tw_gate_app app = {"x.wasm", &sample_document, S(""), NULL, 0, NULL, COUNT, findings};
  const struct tw_gate gate = {S("2026-11-26"), 0, NULL, 6, sample_rules, 1, &app, 0, NULL};
  char *text = written("markdown", &gate, false);
  assert_in_range(strlen(text), 50000, 65536);
  assert_non_null(strstr(text, " more did not fit here"));
  // What fails is what is shown.
  assert_null(strstr(text, ":warning: warning"));
  free(text);
  free(findings);
}

// An allocator that gives out after `left` blocks.
struct scarce {
  size_t left;
};

static void *get_scarce(void *context, size_t size) {
  struct scarce *scarce = context;
  return scarce->left > 0 ? (scarce->left--, calloc(1, size)) : NULL;
}

static void put_scarce(void *context, void *block, size_t size) {
  (void)context, (void)size;
  free(block);
}

static void memory_runs_out(void **state) {
  (void)state;
  for (const struct tw_gate_format *format = tw_gate_formats; format->name; format++) {
    bool done = false;
    for (size_t left = 0; !done && left < 1000; left++) {
      struct scarce scarce = {left};
      const struct cm_allocator allocator = {get_scarce, put_scarce, &scarce};
      struct cm_arena arena;
      cm_arena_init(&arena, &allocator);
      char *text = NULL;
      size_t size = 0;
      FILE *to = open_memstream(&text, &size);
      done = format->write(to, &arena, &sample_full, false);
      assert_true(done || arena.refused);
      fclose(to);
      free(text);
      cm_arena_free(&arena);
    }
    assert_true(done);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fates),
      cmocka_unit_test(verdicts),
      cmocka_unit_test(table_of_formats),
      cmocka_unit_test(for_people),
      cmocka_unit_test(for_github),
      cmocka_unit_test(fingerprints),
      cmocka_unit_test(uris),
      cmocka_unit_test(any_text),
      cmocka_unit_test(long_comment),
      cmocka_unit_test(memory_runs_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
