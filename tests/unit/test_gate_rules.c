// Rules, waivers, baselines: what a gate finds in a document made by hand.

#include "gate_samples.h"

#define HEAD "format: tidewaiter.policy/1\nrules:\n"

static struct cm_arena arena;

// The findings of the sample by a policy, one a line.
static const char *judge_on(const char *policy, const char *today) {
  static char found[8192];
  static struct tw_needs_document document;
  document = sample_document();
  struct tw_gate_file file = {.path = document.path, .document = &document};
  sample_judge(&arena, policy, &file, 1, today, found, sizeof found);
  return found;
}

static const char *judge(const char *policy) { return judge_on(policy, "2026-11-26"); }

static void test_allow(void **state) {
  (void)state;
  assert_string_equal(judge(HEAD "- {id: r, kind: env, allow: [LOG_LEVEL, 'RUST_*']}\n"), "fails r env DATABASE_URL:3\n");
  assert_string_equal(judge(HEAD "- {id: r, kind: env, allow: '*'}\n"), "");
  assert_string_equal(judge(HEAD "- {id: r, kind: env, key: 'LOG_*', allow: []}\n"), "fails r env LOG_LEVEL:3\n");
  assert_string_equal(judge(HEAD "- {id: r, kind: config, allow: []}\n"), "");
}

static void test_hosts_fold(void **state) {
  (void)state;
  assert_string_equal(judge(HEAD "- {id: r, kind: http-host, allow: [API.example.TEST, '*.test:8443']}\n"), "");
  assert_string_equal(judge(HEAD "- {id: r, kind: http-host, allow: api.example.test}\n"),
                      "fails r http-host b.example.test:8443:3\n");
}

static void test_deny(void **state) {
  (void)state;
  assert_string_equal(judge(HEAD "- {id: r, kind: [env, secret], deny: ['*_URL', by-name]}\n"),
                      "fails r env DATABASE_URL:3\nfails r secret by-name:3\n");
}

static void test_selection(void **state) {
  (void)state;
  assert_string_equal(judge(HEAD "- {id: r, kind: env, origin: runtime, deny: '*'}\n"), "fails r env RUST_BACKTRACE:3\n");
  assert_string_equal(judge(HEAD "- {id: r, certainty: [declared, possible], deny: '*'}\n"),
                      "fails r env LOG_LEVEL:3\nfails r secret api-token:3\n");
  assert_string_equal(judge(HEAD "- {id: r, instance: '*middleware', deny: '*'}\n"), "fails r env LOG_LEVEL:3\n");
  assert_string_equal(judge(HEAD "- {id: r, interface: 'wasmcloud:*', deny: '*'}\n"),
                      "fails r secret api-token:3\nfails r secret by-name:3\n");
  assert_string_equal(judge(HEAD "- {id: r, interface: wasi:http/types, version: ^0.2.7, deny: '*'}\n"), "");
  assert_string_equal(judge(HEAD "- {id: r, kind: http-host, version: '<0.3', deny: 'api*'}\n"),
                      "fails r http-host api.Example.test:3\n");
  assert_string_equal(judge(HEAD "- {id: r, kind: env, app: app.wasm, deny: 'L*'}\n"), "fails r env LOG_LEVEL:3\n");
  assert_string_equal(judge(HEAD "- {id: r, kind: env, app: 'dist/*', deny: 'L*'}\n"), "fails r env LOG_LEVEL:3\n");
  assert_string_equal(judge(HEAD "- {id: r, kind: env, app: other.wasm, deny: 'L*'}\n"), "");
}

static void test_require(void **state) {
  (void)state;
  assert_string_equal(judge(HEAD "- {id: r, kind: env, require: ['LOG_*', MISSING]}\n"), "fails r artifact MISSING:3\n");
  assert_string_equal(judge(HEAD "- {id: r, kind: export, require: wasi:http/incoming-handler}\n"), "");
  assert_string_equal(judge(HEAD "- {id: r, kind: export, version: ^0.3, require: wasi:http/incoming-handler}\n"),
                      "fails r artifact wasi:http/incoming-handler:3\n");
}

static void test_certainty(void **state) {
  (void)state;
  assert_string_equal(judge(HEAD "- {id: r, kind: secret, require-certainty: declared}\n"), "fails r secret by-name:3\n");
  assert_string_equal(judge(HEAD "- {id: r, require-certainty: [declared, exact]}\n"), "fails r env LOG_LEVEL:3\n");
}

// A labelled import counts as the interface that it implements, and two of them are told once.
static void test_imports(void **state) {
  (void)state;
  assert_string_equal(judge(HEAD "- {id: r, kind: import, allow: ['wasi:*']}\n"),
                      "fails r interface wasmcloud:secrets/secret@2.1.0:3\n");
  assert_string_equal(judge(HEAD "- {id: r, kind: import, version: '<2', deny: '*secret'}\n"), "");
}

static void test_unresolved(void **state) {
  (void)state;
  assert_string_equal(judge(HEAD "- {id: r, unresolved: deny}\n"), "fails r env DEMO_*:3\nfails r secret :3\n");
  assert_string_equal(judge(HEAD "- {id: r, kind: env, unresolved: deny, allow-unresolved: 'DEMO_*'}\n"), "");
  assert_string_equal(judge(HEAD "- {id: r, kind: env, unresolved: deny, allow-unresolved: 'DEMO_A*'}\n"),
                      "fails r env DEMO_*:3\n");
  assert_string_equal(judge(HEAD "- {id: r, kind: env, key: 'DEMO_SECRET', unresolved: deny}\n"), "fails r env DEMO_*:3\n");
  assert_string_equal(judge(HEAD "- {id: r, kind: env, key: 'OTHER', unresolved: deny}\n"), "");
  // What may be asked for is not known, so that only a pattern for everything covers it.
  assert_string_equal(judge(HEAD "- {id: r, kind: secret, key: 'X', unresolved: deny, allow-unresolved: 'X*'}\n"),
                      "fails r secret :3\n");
  assert_string_equal(judge(HEAD "- {id: r, kind: secret, unresolved: deny, allow-unresolved: '*'}\n"), "");
}

static void test_budgets(void **state) {
  (void)state;
  assert_string_equal(judge(HEAD "- {id: r, kind: http-host, max-needs: 1}\n"), "fails r artifact :3\n");
  assert_string_equal(judge(HEAD "- {id: r, kind: http-host, max-needs: 2}\n"), "");
  assert_string_equal(judge(HEAD "- {id: r, max-size: 2500000}\n"), "");
  assert_string_equal(judge(HEAD "- {id: r, max-size: 2 MB, severity: warning}\n"), "warning r artifact :3\n");
  assert_string_equal(judge(HEAD "- {id: r, max-unresolved: 1}\n"), "fails r artifact :3\n");
  assert_string_equal(judge(HEAD "- {id: r, max-unresolved: 2}\n"), "");
}

static void test_words(void **state) {
  (void)state;
  struct tw_policy policy =
      sample_policy(&arena, HEAD "- {id: r, kind: env, deny: DATABASE_URL, message: ask the platform team}\n");
  struct tw_needs_document document = sample_document();
  struct tw_gate_file file = {.path = document.path, .document = &document};
  struct tw_gate_setup setup = {.policy = &policy, .today = CM_STR("2026-11-26"), .files = &file, .file_count = 1};
  struct tw_gate gate;
  assert_true(tw_gate_judge(&arena, &setup, &gate));
  assert_true(cm_str_is(gate.apps[0].findings[0].message, "env DATABASE_URL: ask the platform team"));
  assert_int_equal(gate.apps[0].findings[0].subject.evidence_count, 1);
  assert_false(tw_gate_passes(&gate));
}

// --- waivers ---

#define WAIVERS HEAD "- {id: r, kind: env, allow: [LOG_LEVEL, 'RUST_*']}\nwaivers:\n"

static void test_waived(void **state) {
  (void)state;
  static const char policy[] = WAIVERS "- {rule: r, key: DATABASE_URL, reason: why, owner: me, expires: 2027-01-31}\n";
  assert_string_equal(judge_on(policy, "2027-01-31"), "waived r env DATABASE_URL:3\n");
  // The day after, the finding fails again, and so does the waiver.
  assert_string_equal(judge_on(policy, "2027-02-01"), "fails r env DATABASE_URL:3\nfails waiver/expired policy r:5\n");
}

static void test_waiver_scope(void **state) {
  (void)state;
  assert_string_equal(judge(WAIVERS "- {rule: r, kind: secret, reason: why, owner: me, expires: 2027-01-31}\n"),
                      "fails r env DATABASE_URL:3\nwarning waiver/unused policy r:5\n");
  assert_string_equal(judge(WAIVERS "- {rule: r, app: app.wasm, reason: why, owner: me, expires: 2027-01-31}\n"),
                      "waived r env DATABASE_URL:3\n");
  assert_string_equal(judge(WAIVERS "- {rule: other, reason: why, owner: me, expires: 2027-01-31}\n"),
                      "fails r env DATABASE_URL:3\nwarning waiver/unused policy other:5\n");
  // A waiver that holds goes before one that expired, in either order.
  assert_string_equal(judge(WAIVERS "- {rule: r, reason: why, owner: me, expires: 2025-01-31}\n"
                                    "- {rule: r, key: 'DATA*', reason: why, owner: me, expires: 2027-01-31}\n"),
                      "waived r env DATABASE_URL:3\nfails waiver/expired policy r:5\n");
}

// An undecided place may ask for more than one key: a waiver must cover its whole pattern.
static void test_waived_undecided(void **state) {
  (void)state;
  assert_string_equal(judge(HEAD "- {id: r, kind: env, unresolved: deny}\n"
                                 "waivers: [{rule: r, key: 'DEMO_*', reason: why, owner: me, expires: 2027-01-31}]\n"),
                      "waived r env DEMO_*:3\n");
  assert_string_equal(judge(HEAD "- {id: r, kind: env, unresolved: deny}\n"
                                 "waivers: [{rule: r, key: DEMO_A, reason: why, owner: me, expires: 2027-01-31}]\n"),
                      "fails r env DEMO_*:3\nwarning waiver/unused policy r:4\n");
}

// --- rules that can match nothing ---

static void test_idle(void **state) {
  (void)state;
  static const char *const idle[] = {
      "{id: r, kind: env, version: '>2 <1', deny: X}",
      "{id: r, kind: env, interface: wasi:cli/enviroment, deny: X}",
      "{id: r, kind: env, interface: wasi:cli/environment@0.2.6, deny: X}",
      "{id: r, kind: env, key: 'DB_*', deny: LOG_LEVEL}",
      "{id: r, kind: env, key: 'DB_*', deny: ['DB_X', 'LOG_*']}",
      "{id: r, kind: env, certainty: declared, deny: X}",
      "{id: r, kind: secret, certainty: declared, require-certainty: [declared, exact]}",
      "{id: r, kind: import, unresolved: deny}",
      "{id: r, kind: env, deny: []}",
      "{id: r, kind: env, key: [], deny: X}",
  };
  for (size_t i = 0; i < sizeof idle / sizeof idle[0]; i++) {
    char policy[400];
    snprintf(policy, sizeof policy, HEAD "- %s\n", idle[i]);
    if (!strstr(judge(policy), "warning rule/idle policy r:3\n")) fail_msg("not idle: %s", idle[i]);
  }
  static const char *const good[] = {
      "{id: r, kind: env, allow: []}",
      "{id: r, kind: config, interface: 'wasi:config/*', version: 0.2, deny: X}",
      "{id: r, kind: env, key: 'DB_*', deny: '*_URL'}",
      "{id: r, kind: http-host, key: '*.EXAMPLE', deny: 'a.example'}",
      "{id: r, kind: secret, interface: 'wasmcloud:secrets/secret', certainty: declared, deny: X}",
      "{id: r, kind: import, interface: 'acme:*', deny: X}",
  };
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
    char policy[400];
    snprintf(policy, sizeof policy, HEAD "- %s\n", good[i]);
    if (strstr(judge(policy), "rule/idle")) fail_msg("called idle: %s", good[i]);
  }
}

// --- baselines ---

static const char *compare(const char *policy, const struct tw_needs_document *before, const struct tw_needs_document *now) {
  static char found[8192];
  struct tw_gate_file file = {.path = "dist/app.wasm", .document = now, .baseline = "old.wasm", .before = before};
  sample_judge(&arena, policy, &file, 1, "2026-11-26", found, sizeof found);
  return found;
}

static void test_baseline(void **state) {
  (void)state;
  struct tw_needs_document now = sample_document(), before = sample_document();
  static const char policy[] = HEAD "- {id: r, kind: env, allow: ['RUST_*']}\n- {id: hosts, kind: http-host, max-needs: 0}\n";
  assert_string_equal(compare(policy, &before, &now),
                      "unchanged r env DATABASE_URL:3\nunchanged r env LOG_LEVEL:3\nunchanged hosts artifact :4\n");
  // One variable and one host less: they are new, and the budget is overdrawn by more than before.
  before.needs.needs++;
  before.needs.need_count -= 2;
  assert_string_equal(compare(policy, &before, &now),
                      "fails r env DATABASE_URL:3\nunchanged r env LOG_LEVEL:3\nfails hosts artifact :4\n");
  // The other way round they are gone, and the rest is as it was.
  assert_string_equal(compare(policy, &now, &before),
                      "absent r env DATABASE_URL:3\nunchanged r env LOG_LEVEL:3\nunchanged hosts artifact :4\n");
}

// Without a policy and a manifest, what is new is what fails.
static void test_baseline_alone(void **state) {
  (void)state;
  struct tw_needs_document now = sample_document(), before = sample_document();
  before.needs.needs++;
  before.needs.need_count--;
  before.needs.unresolved_count--;
  assert_string_equal(compare(NULL, &before, &now),
                      "fails baseline/new-need env DATABASE_URL:0\nfails baseline/new-undecided secret :0\n");
  assert_string_equal(compare(NULL, &now, &before), "");
}

// A file that has no baseline, beside others that have one, is new as a whole.
static void test_no_baseline(void **state) {
  (void)state;
  static char found[8192];
  struct tw_needs_document now = sample_document(), nothing = {.path = "", .sha256 = ""};
  struct tw_gate_file file = {.path = "dist/app.wasm", .document = &now, .before = &nothing};
  sample_judge(&arena, HEAD "- {id: r, kind: env, allow: ['RUST_*', LOG_LEVEL]}\n- {id: q, kind: env, require: X}\n", &file, 1,
               "2026-11-26", found, sizeof found);
  // That the variable X is missing would have been found in an empty file too.
  assert_string_equal(found, "fails r env DATABASE_URL:3\nfails q artifact X:4\n");
}

// Memory that runs out anywhere fails the judgement, and nothing else.
static void test_no_memory(void **state) {
  (void)state;
  struct tw_policy policy =
      sample_policy(&arena, HEAD "- {id: r, kind: env, allow: x, unresolved: deny}\nwaivers: [{rule: r, reason: why, "
                                 "owner: me, expires: 2027-01-31}]\n");
  struct tw_needs_document document = sample_document();
  struct tw_gate_file file = {.path = document.path, .document = &document, .before = &document};
  struct tw_gate_setup setup = {
      .policy = &policy, .today = CM_STR("2026-11-26"), .files = &file, .file_count = 1, .has_baseline = true};
  bool good = false;
  for (size_t limit = 1; !good; limit += 2048) {
    struct cm_arena small;
    struct tw_gate gate;
    cm_arena_init(&small, NULL);
    small.limit = limit;
    good = tw_gate_judge(&small, &setup, &gate);
    assert_true(good || small.refused);
    cm_arena_free(&small);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_allow),
      cmocka_unit_test(test_hosts_fold),
      cmocka_unit_test(test_deny),
      cmocka_unit_test(test_selection),
      cmocka_unit_test(test_require),
      cmocka_unit_test(test_certainty),
      cmocka_unit_test(test_imports),
      cmocka_unit_test(test_unresolved),
      cmocka_unit_test(test_budgets),
      cmocka_unit_test(test_words),
      cmocka_unit_test(test_waived),
      cmocka_unit_test(test_waiver_scope),
      cmocka_unit_test(test_waived_undecided),
      cmocka_unit_test(test_idle),
      cmocka_unit_test(test_baseline),
      cmocka_unit_test(test_baseline_alone),
      cmocka_unit_test(test_no_baseline),
      cmocka_unit_test(test_no_memory),
  };
  cm_arena_init(&arena, NULL);
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  cm_arena_free(&arena);
  return failed;
}
