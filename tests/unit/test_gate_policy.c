// Reading policies: what is taken, and what is refused with which words.

#include "gate_samples.h"

static struct cm_arena arena;

// All faults of a policy, one a line.
static const char *faults_of(const char *text) {
  static char faults[4096];
  struct tw_policy policy;
  faults[0] = '\0';
  bool good =
      tw_policy_read(&arena, "policy.yaml", (struct cm_span){(const uint8_t *)text, strlen(text)}, &policy, sample_fault, faults);
  assert_int_equal(good, faults[0] == '\0');
  return faults;
}

#define HEAD "format: tidewaiter.policy/1\nrules:\n"

static void test_taken(void **state) {
  (void)state;
  struct tw_policy policy =
      sample_policy(&arena, HEAD "- id: known-env\n"
                                 "  kind: env\n"
                                 "  origin: app\n"
                                 "  certainty: [exact, possible]\n"
                                 "  interface: wasi:cli/*\n"
                                 "  version: ^0.2\n"
                                 "  instance: '*middleware*'\n"
                                 "  app: app.wasm\n"
                                 "  severity: warning\n"
                                 "  message: no\n"
                                 "  help: ask\n"
                                 "  url: https://example.test/\n"
                                 "  allow: [LOG_LEVEL, 'OTEL_*', 1, no]\n"
                                 "- {id: few, kinds: [http-host, dns-name], max-needs: 3, max-size: 2 MB}\n"
                                 "- {id: sure, unresolved: deny, allow-unresolved: 'DEMO_*', max-unresolved: 0}\n"
                                 "- {id: proof, require-certainty: declared, deny: '*', require: X}\n"
                                 "waivers:\n"
                                 "- {rule: known-env, key: A, reason: why, owner: me, expires: 2027-01-31}\n");
  assert_int_equal(policy.rule_count, 4);
  const struct tw_policy_rule *rule = &policy.rules[0];
  assert_true(cm_str_is(rule->id, "known-env"));
  assert_int_equal(rule->kinds, 1 << CM_NEED_ENV);
  assert_int_equal(rule->origins, 1 << CM_ORIGIN_APP);
  assert_int_equal(rule->certainties, 1 << CM_EXACT | 1 << CM_POSSIBLE);
  assert_int_equal(rule->severity, TW_WARNING);
  assert_int_equal(rule->allow.count, 4);
  // What YAML 1.1 would take for a truth is a key here.
  assert_true(cm_str_is(rule->allow.at[3].text, "no"));
  assert_true(cm_str_is(rule->message, "no"));
  assert_true(tw_range_holds(rule->versions, CM_STR("0.2.6")));
  assert_false(rule->deny.given);
  rule = &policy.rules[1];
  assert_int_equal(rule->kinds, 1 << CM_NEED_HTTP_HOST | 1 << CM_NEED_DNS_NAME);
  assert_int_equal(rule->max_needs.most, 3);
  assert_int_equal(rule->max_size.most, 2000000);
  assert_int_equal(rule->severity, TW_ERROR);
  rule = &policy.rules[2];
  assert_int_equal(rule->kinds, TW_KINDS_OF_NEEDS);
  assert_true(rule->deny_unresolved && rule->max_unresolved.given);
  assert_int_equal(rule->allow_unresolved.count, 1);
  assert_int_equal(policy.rules[3].require_certainty, 1 << CM_DECLARED);
  assert_int_equal(policy.waiver_count, 1);
  struct tw_place place = tw_policy_place(&policy, policy.rules[0].node, "allow");
  assert_int_equal(place.line, 15);
  assert_int_equal(place.column, 3);
}

static void test_unknown_keys(void **state) {
  (void)state;
  const char *faults = faults_of(HEAD "- id: a\n  alow: [X]\n  deny: [Y]\n");
  assert_non_null(strstr(faults, "4:3:"));
  assert_non_null(strstr(faults, "alow"));
  assert_non_null(strstr(faults, "allow"));
  faults = faults_of("format: tidewaiter.policy/1\nrule: []\n");
  assert_non_null(strstr(faults, "2:1:"));
  assert_non_null(strstr(faults, "rules"));
  faults = faults_of(HEAD "- {id: a, kind: http-hosts, deny: [Y]}\n");
  assert_non_null(strstr(faults, "3:17:"));
  assert_non_null(strstr(faults, "http-host"));
}

// Every fault is told, not only the first.
static void test_all_told(void **state) {
  (void)state;
  const char *faults =
      faults_of(HEAD "- {id: a, version: nonsense, max-size: big}\n- {id: a, allow: ['', 'x\\']}\n- {id: 'a b', deny: [x]}\n");
  static const char *const wanted[] = {"no range of versions", "no size",
                                       "an empty pattern",     "backslash",
                                       "no name for a rule",   "there is a rule 'a' already, in line 3"};
  for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
    if (!strstr(faults, wanted[i])) fail_msg("'%s' is not in:\n%s", wanted[i], faults);
  }
}

static void test_refused(void **state) {
  (void)state;
  static const struct {
    const char *text, *word;
  } rows[] = {
      {"", "no document"},
      {"# nothing\n", "no document"},
      {"format: tidewaiter.policy/2\nrules: []\n", "tidewaiter.policy/1"},
      {"rules: []\n", "format"},
      {HEAD "- {id: a}\n", "demands nothing"},
      {HEAD "- {id: a, kind: env, kinds: [env], deny: x}\n", "the same"},
      {HEAD "- {id: a, allow-unresolved: x, deny: x}\n", "unresolved: deny"},
      {HEAD "- {id: manifest/missing-key, deny: x}\n", "no name for a rule"},
      {HEAD "- {id: a, max-needs: -1}\n", "max-needs"},
      {HEAD "- {id: a, max-needs: many}\n", "max-needs"},
      {HEAD "- {id: a, unresolved: allow}\n", "deny"},
      {HEAD "- {id: a, deny: [[x]]}\n", "deny"},
      {HEAD "- {id: a, deny: x}\n---\nformat: tidewaiter.policy/1\n", "several"},
      {HEAD "- {id: a, deny: x, deny: y}\n", "deny"},
      {"format: tidewaiter.policy/1\nrules: []\nwaivers: [{rule: a, reason: '', owner: o, expires: 2027-01-31}]\n", "is empty"},
      {"format: tidewaiter.policy/1\nrules: []\nwaivers: [{rule: a, reason: r, owner: o, expires: 2027-02-30}]\n", "2027-02-30"},
      {"format: tidewaiter.policy/1\nrules: []\nwaivers: [{rule: a, reason: r, owner: o}]\n", "expires"},
      {"format: [", ""},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const char *faults = faults_of(rows[i].text);
    if (!faults[0] || !strstr(faults, rows[i].word)) fail_msg("'%s' is not in:\n%sof\n%s", rows[i].word, faults, rows[i].text);
  }
}

static void test_sizes(void **state) {
  (void)state;
  static const struct {
    const char *text;
    uint64_t size;
  } rows[] = {{"0", 0},           {"4096", 4096},       {"500 kB", 500000}, {"500kB", 500000},
              {"1 MiB", 1048576}, {"2 GB", 2000000000}, {"7 B", 7}};
  static const char *const bad[] = {"", "kB", "1.5 MB", "-1", "1 TB", "1 mb", "9999999999", "1 MB "};
  uint64_t size;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    assert_true(tw_size_read(cm_str_of(rows[i].text), &size));
    assert_int_equal(size, rows[i].size);
  }
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) assert_false(tw_size_read(cm_str_of(bad[i]), &size));
}

static void test_dates(void **state) {
  (void)state;
  assert_true(tw_date_valid(CM_STR("2027-01-31")));
  assert_true(tw_date_valid(CM_STR("2028-02-29")));
  assert_false(tw_date_valid(CM_STR("2027-02-29")));
  assert_false(tw_date_valid(CM_STR("2027-13-01")));
  assert_false(tw_date_valid(CM_STR("2027-00-01")));
  assert_false(tw_date_valid(CM_STR("2027-1-31")));
  assert_false(tw_date_valid(CM_STR("2027-01-311")));
  assert_false(tw_date_valid(CM_STR("tomorrow..")));
}

// An arena that refuses after `limit` bytes makes the reader fail, at any point, and nothing else.
static void test_no_memory(void **state) {
  (void)state;
  static const char text[] = HEAD "- {id: a, allow: [x, y], version: ^0.2}\n- {id: b, deny: z}\n";
  for (size_t limit = 1; limit < 200000; limit += limit / 4 + 64) {
    struct cm_arena small;
    struct tw_policy policy;
    char faults[4096] = "";
    cm_arena_init(&small, NULL);
    small.limit = limit;
    bool good =
        tw_policy_read(&small, "p", (struct cm_span){(const uint8_t *)text, sizeof text - 1}, &policy, sample_fault, faults);
    assert_int_equal(good, faults[0] == '\0');
    assert_true(good || small.refused);
    cm_arena_free(&small);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_taken),     cmocka_unit_test(test_unknown_keys), cmocka_unit_test(test_all_told),
      cmocka_unit_test(test_refused),   cmocka_unit_test(test_sizes),        cmocka_unit_test(test_dates),
      cmocka_unit_test(test_no_memory),
  };
  cm_arena_init(&arena, NULL);
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  cm_arena_free(&arena);
  return failed;
}
