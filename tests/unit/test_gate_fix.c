// The lines that findings propose: made in policies of many styles, they must give exactly the file that a person would write.

#include "gate/fix.h"

#include "gate_samples.h"

#define HEAD "format: tidewaiter.policy/1\nrules:\n"

static struct cm_arena arena;

static size_t line_start(const char *text, uint32_t line) {
  size_t at = 0;
  for (uint32_t i = 1; i < line && text[at]; at++) i += text[at] == '\n';
  return at;
}

// The text after a fix.
static const char *mended(const char *text, const struct tw_fix *fix) {
  static char result[8192];
  size_t from = line_start(text, fix->first), to = line_start(text, fix->last + 1);
  snprintf(result, sizeof result, "%.*s%.*s%s", (int)from, text, CM_STR_ARG(fix->text), text + to);
  return result;
}

// What a policy looks like after the first fix of the first finding; NULL where there is none.
static const char *fixed(const char *policy_text) {
  struct tw_policy policy = sample_policy(&arena, policy_text);
  struct tw_needs_document document = sample_document();
  struct tw_gate_file file = {.path = document.path, .document = &document};
  struct tw_gate_setup setup = {.policy = &policy, .today = CM_STR("2026-11-26"), .files = &file, .file_count = 1};
  struct tw_gate gate;
  assert_true(tw_gate_judge(&arena, &setup, &gate));
  const struct tw_finding *findings = gate.apps[0].finding_count ? gate.apps[0].findings : gate.findings;
  assert_true(gate.apps[0].finding_count + gate.finding_count > 0);
  return findings[0].fix_count ? mended(policy_text, &findings[0].fixes[0]) : NULL;
}

static void test_lists(void **state) {
  (void)state;
  static const struct {
    const char *before, *after;
  } rows[] = {
      {HEAD "- id: r\n  kind: env\n  key: D*\n  allow:\n  - A\n",
       HEAD "- id: r\n  kind: env\n  key: D*\n  allow:\n  - A\n  - DATABASE_URL\n"},
      {HEAD "- id: r\n  kind: env\n  key: D*\n  allow:\n    - A # why\n\n# end\n",
       HEAD "- id: r\n  kind: env\n  key: D*\n  allow:\n    - A # why\n    - DATABASE_URL\n\n# end\n"},
      {HEAD "- {id: r, kind: env, key: D*, allow: [A]}\n", HEAD "- {id: r, kind: env, key: D*, allow: [A, DATABASE_URL]}\n"},
      {HEAD "- id: r\n  kind: env\n  key: D*\n  allow: []\n", HEAD "- id: r\n  kind: env\n  key: D*\n  allow:\n  - DATABASE_URL\n"},
      {HEAD "- id: r\n  kind: env\n  key: D*\n  allow: A # one\n",
       HEAD "- id: r\n  kind: env\n  key: D*\n  allow: [\"A\", \"DATABASE_URL\"] # one\n"},
      {"format: tidewaiter.policy/1\r\nrules:\r\n- id: r\r\n  kind: env\r\n  key: D*\r\n  allow:\r\n  - A\r\n",
       "format: tidewaiter.policy/1\r\nrules:\r\n- id: r\r\n  kind: env\r\n  key: D*\r\n  allow:\r\n  - A\r\n  - DATABASE_URL\r\n"},
      {HEAD "- id: r\n  kind: env\n  key: D*\n  allow:\n  - A",
       HEAD "- id: r\n  kind: env\n  key: D*\n  allow:\n  - A\n  - DATABASE_URL\n"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const char *after = fixed(rows[i].before);
    assert_non_null(after);
    assert_string_equal(after, rows[i].after);
  }
}

static void test_unresolved(void **state) {
  (void)state;
  assert_string_equal(fixed(HEAD "- id: r\n  kind: env\n  unresolved: deny\n  severity: error\n"),
                      HEAD "- id: r\n  kind: env\n  unresolved: deny\n  allow-unresolved:\n  - DEMO_*\n  severity: error\n");
}

static void test_budget(void **state) {
  (void)state;
  assert_string_equal(fixed(HEAD "- {id: r, kind: http-host, max-needs: 1}\n"), HEAD "- {id: r, kind: http-host, max-needs: 2}\n");
}

static void test_waiver(void **state) {
  (void)state;
  assert_string_equal(fixed(HEAD "- {id: r, kind: env, deny: 'D*'}\n"), HEAD "- {id: r, kind: env, deny: 'D*'}\n"
                                                                             "waivers:\n"
                                                                             "- rule: r\n"
                                                                             "  kind: env\n"
                                                                             "  key: DATABASE_URL\n"
                                                                             "  reason: \"\" # why it may stay\n"
                                                                             "  owner: \"\" # who answers for it\n"
                                                                             "  expires: \"2027-02-24\"\n");
}

// A list that is shared through an alias stands elsewhere: there is no fix, rather than a wrong one.
static void test_alias(void **state) {
  (void)state;
  assert_null(fixed(HEAD "- {id: q, kind: config, allow: &l [A]}\n- {id: r, kind: env, key: D*, allow: *l}\n"));
}

static void test_policy_itself(void **state) {
  (void)state;
  assert_string_equal(
      fixed(HEAD "- {id: r, kind: config, deny: X}\nwaivers:\n- {rule: r, reason: a, owner: b, expires: 2027-01-31}\n"),
      HEAD "- {id: r, kind: config, deny: X}\nwaivers: []\n");
  assert_string_equal(fixed(HEAD "- id: r\n  kind: config\n  key: A*\n  deny:\n  - AB\n  - B\n"),
                      HEAD "- id: r\n  kind: config\n  key: A*\n  deny:\n  - AB\n");
  assert_null(fixed(HEAD "- id: r\n  kind: config\n  key: A*\n  deny:\n  - B\n"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_lists),  cmocka_unit_test(test_unresolved), cmocka_unit_test(test_budget),
      cmocka_unit_test(test_waiver), cmocka_unit_test(test_alias),      cmocka_unit_test(test_policy_itself),
  };
  cm_arena_init(&arena, NULL);
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  cm_arena_free(&arena);
  return failed;
}
