// Checking a document's shape by a table.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "doc/check.h"
#include "unit/doc_text.h"

static const char *const kinds[] = {"env", "config", "http-host", NULL};
static const struct tw_shape text = {.kind = TW_SHAPE_TEXT};
static const struct tw_shape kind = {.kind = TW_SHAPE_CHOICE, .values = kinds};
static const struct tw_shape date = {.kind = TW_SHAPE_DATE};
static const struct tw_shape truth = {.kind = TW_SHAPE_BOOL};
static const struct tw_shape port = {.kind = TW_SHAPE_INTEGER, .min = 1, .max = 65535};
static const struct tw_shape size = {.kind = TW_SHAPE_INTEGER};
static const struct tw_shape text_or_null = {.kind = TW_SHAPE_TEXT, .null = true};
static const struct tw_shape any = {.kind = TW_SHAPE_ANY};
static const struct tw_shape allow = {.kind = TW_SHAPE_ONE_OR_LIST, .item = &text};
static const struct tw_shape labels = {.kind = TW_SHAPE_DICT, .item = &text};
static const struct tw_field rule_fields[] = {
    {"id", &text, true},
    {"kind", &kind, false},
    {"allow", &allow, false},
    {"expires", &date, false},
    {"port", &port, false},
    {"budget", &size, false},
    {"strict", &truth, false},
    {"labels", &labels, false},
    {"extra", &any, false},
    {"note", &text_or_null, false},
    {0},
};
static const struct tw_shape rule = {.kind = TW_SHAPE_MAP, .fields = rule_fields};
static const struct tw_shape rules = {.kind = TW_SHAPE_LIST, .item = &rule};
static const struct tw_field policy_fields[] = {{"rules", &rules, true}, {0}};
static const struct tw_shape policy = {.kind = TW_SHAPE_MAP, .fields = policy_fields};

static char told[4096];

static void tell(void *context, const struct tw_fault *fault) {
  (void)context;
  size_t used = strlen(told);
  snprintf(told + used, sizeof told - used, "%u:%u: %s\n", (unsigned)fault->at.line, (unsigned)fault->at.column, fault->message);
}

static void check(const char *document, const char *expected) {
  struct doc_text t;
  doc_start(&t);
  told[0] = '\0';
  assert_true(doc_read(&t, document));
  bool good = tw_doc_check(t.count ? t.docs[0].root : NULL, &policy, tell, NULL);
  assert_string_equal(told, expected);
  assert_int_equal(good, expected[0] == '\0');
  doc_end(&t);
}

static void what_fits(void **state) {
  (void)state;
  check("rules:\n"
        "- {id: a, kind: http-host, allow: X, expires: 2028-02-29, port: 65535, budget: 0, strict: false}\n"
        "- {id: 1, allow: [no, \"X*\"], labels: {a: 1, b: true}, extra: [{}], note: ~}\n",
        "");
}

static void every_fault_is_told(void **state) {
  (void)state;
  check("rules:\n"
        "- knid: env\n"
        "  kind: http_host\n"
        "  allow: [{a: b}, null]\n"
        "  expires: 2027-02-29\n"
        "  port: 0\n"
        "  budget: -1\n"
        "  strict: no\n"
        "  labels: {x: []}\n"
        "- text\n"
        "- {id: b, zzzzzz: 1, allow: {}}\n"
        "rule: []\n",
        "2:3: rules[0]: unknown key \"knid\"; did you mean \"kind\"?\n"
        "3:9: rules[0].kind: expected one of env, config, http-host, not \"http_host\"; did you mean \"http-host\"?\n"
        "4:11: rules[0].allow[0]: expected a text, not a map\n"
        "4:19: rules[0].allow[1]: expected a text, not nothing\n"
        "5:12: rules[0].expires: expected a date like 2027-01-31, not \"2027-02-29\"\n"
        "6:9: rules[0].port: expected a whole number from 1 to 65535, not \"0\"\n"
        "7:11: rules[0].budget: expected a whole number, at least 0, not \"-1\"\n"
        "8:11: rules[0].strict: expected true or false, not \"no\"\n"
        "9:15: rules[0].labels.x: expected a text, not a list\n"
        "2:3: rules[0]: the key \"id\" is missing\n"
        "10:3: rules[1]: expected a map, not \"text\"\n"
        "11:11: rules[2]: unknown key \"zzzzzz\"; there are: id, kind, allow, expires, port, budget, strict, labels, extra, note\n"
        "11:29: rules[2].allow: expected a text, not a map\n"
        "12:1: unknown key \"rule\"; did you mean \"rules\"?\n");
}

static void other_roots(void **state) {
  (void)state;
  check("[]", "1:1: expected a map, not a list\n");
  check("", "0:0: the document is empty\n");
  check("{}", "1:1: the key \"rules\" is missing\n");
  check("rules: x", "1:8: rules: expected a list, not \"x\"\n");
}

static void dates(void **state) {
  (void)state;
  static const char *const bad[] = {"2027-13-01", "2027-00-01", "2027-01-00", "2027-01-32", "2100-02-29", "2027-1-31",
                                    "2027-01-3x", "20270-1-31", "tomorrow",   "xxxx-xx-xx", "2027/01/31"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    char document[64], expected[160];
    snprintf(document, sizeof document, "rules: [{id: a, expires: %s}]", bad[i]);
    snprintf(expected, sizeof expected, "1:26: rules[0].expires: expected a date like 2027-01-31, not \"%s\"\n", bad[i]);
    check(document, expected);
  }
}

static void long_and_hostile_names(void **state) {
  (void)state;
  char document[1024], key[401];
  memset(key, 'k', 400);
  key[400] = '\0';
  snprintf(document, sizeof document, "rules:\n- id: a\n  labels:\n    %s: {}\n- id: a\n  \"\\x1b[31m\": 1\n", key);
  struct doc_text t;
  doc_start(&t);
  told[0] = '\0';
  assert_true(doc_read(&t, document));
  assert_false(tw_doc_check(t.docs[0].root, &policy, tell, NULL));
  assert_null(strchr(told, '\x1b'));
  assert_non_null(strstr(told, "kkk…: expected a text"));
  doc_end(&t);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_fits), cmocka_unit_test(every_fault_is_told),    cmocka_unit_test(other_roots),
      cmocka_unit_test(dates),     cmocka_unit_test(long_and_hostile_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
