// Documents of needs made by hand, for the tests of the gate.
#ifndef GATE_SAMPLES_H
#define GATE_SAMPLES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "gate/gate.h"

#define S(literal) \
  { (literal), sizeof(literal) - 1 }
#define ENVIRONMENT S("wasi:cli/environment@0.2.6")
#define HTTP S("wasi:http/types@0.2.6")
#define STORE S("wasmcloud:secrets/store@2.1.0")

static const struct cm_evidence in_main[] = {{CM_BY_STATIC, S("app > main"), 0, 88, S("connect"), 0xcb2b, 0, NULL, NULL}};
static const struct cm_evidence in_middleware[] = {{CM_BY_STATIC, S("app > middleware"), 1, 7, S("trace"), 0xd000, 0, NULL, NULL}};

static const struct cm_need sample_needs[] = {
    {CM_NEED_ENV, S("DATABASE_URL"), CM_ORIGIN_APP, CM_EXACT, ENVIRONMENT, false, false, S(""), S(""), 1, in_main},
    {CM_NEED_ENV, S("LOG_LEVEL"), CM_ORIGIN_APP, CM_POSSIBLE, ENVIRONMENT, false, false, S(""), S(""), 1, in_middleware},
    {CM_NEED_ENV, S("RUST_BACKTRACE"), CM_ORIGIN_RUNTIME, CM_EXACT, ENVIRONMENT, false, false, S(""), S(""), 0, NULL},
    {CM_NEED_SECRET, S("api-token"), CM_ORIGIN_APP, CM_DECLARED, S("wasmcloud:secrets/secret@2.1.0"), true, false, S("api-token"),
     S(""), 0, NULL},
    {CM_NEED_SECRET, S("by-name"), CM_ORIGIN_APP, CM_EXACT, STORE, false, false, S(""), S(""), 1, in_main},
    {CM_NEED_HTTP_HOST, S("api.Example.test"), CM_ORIGIN_APP, CM_EXACT, HTTP, false, false, S(""), S(""), 1, in_main},
    {CM_NEED_HTTP_HOST, S("b.example.test:8443"), CM_ORIGIN_APP, CM_EXACT, HTTP, false, false, S(""), S(""), 1, in_main},
};

static const struct cm_unresolved sample_unresolved[] = {
    {CM_NEED_ENV, ENVIRONMENT, CM_REASON_COMPUTED, true, S("DEMO_*"), 1, in_main},
    {CM_NEED_SECRET, STORE, CM_REASON_COMPUTED, false, S(""), 1, in_main},
};

static const struct cm_needs_import sample_imports[] = {
    {ENVIRONMENT, CM_SORT_INSTANCE, false, false, false, S(""), S(""), 0, NULL, true},
    {HTTP, CM_SORT_INSTANCE, false, false, false, S(""), S(""), 0, NULL, true},
    {S("api-token"), CM_SORT_INSTANCE, true, false, true, S("wasmcloud:secrets/secret@2.1.0"), S(""), 0, NULL, true},
    {S("other-token"), CM_SORT_INSTANCE, true, false, true, S("wasmcloud:secrets/secret@2.1.0"), S(""), 0, NULL, true},
};

static const struct cm_needs_export sample_exports[] = {{S("wasi:http/incoming-handler@0.2.6"), CM_SORT_INSTANCE}};

static inline struct tw_needs_document sample_document(void) {
  return (struct tw_needs_document){.path = "dist/app.wasm",
                                    .sha256 = "00",
                                    .size = 2500000,
                                    .kinds = TW_ALL_KINDS,
                                    .needs = {.artifact = CM_ARTIFACT_COMPONENT,
                                              .need_count = sizeof sample_needs / sizeof sample_needs[0],
                                              .needs = sample_needs,
                                              .unresolved_count = sizeof sample_unresolved / sizeof sample_unresolved[0],
                                              .unresolved = sample_unresolved,
                                              .import_count = sizeof sample_imports / sizeof sample_imports[0],
                                              .imports = sample_imports,
                                              .export_count = 1,
                                              .exports = sample_exports,
                                              .complete = {[CM_NEED_CONFIG] = true, [CM_NEED_HTTP_HOST] = true}}};
}

static inline void sample_fault(void *context, const struct tw_fault *fault) {
  char *to = context;
  size_t used = strlen(to);
  snprintf(to + used, 4096 - used, "%u:%u: %s\n", (unsigned)fault->at.line, (unsigned)fault->at.column, fault->message);
}

// Reads a policy that must be good. Its text must outlive it.
static inline struct tw_policy sample_policy(struct cm_arena *arena, const char *text) {
  struct tw_policy policy;
  char faults[4096] = "";
  if (!tw_policy_read(arena, "policy.yaml", (struct cm_span){(const uint8_t *)text, strlen(text)}, &policy, sample_fault, faults)) {
    fail_msg("%s", faults);
  }
  return policy;
}

// The gate's findings, one a line: "fails known-env env DATABASE_URL policy.yaml:5". Those about no file stand last.
static inline void sample_put(char *to, size_t size, const struct tw_gate *gate, const struct tw_finding *findings,
                              uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    const struct tw_finding *finding = &findings[i];
    enum tw_fate fate = tw_finding_fate(finding);
    const char *word = fate == TW_STANDS ? tw_levels[finding->level] : tw_fates[fate];
    size_t used = strlen(to);
    snprintf(to + used, size - used, "%s %.*s %s%s%.*s:%u\n", word, CM_STR_ARG(gate->rules[finding->rule].id),
             finding->subject.has_kind ? cm_need_kinds[finding->subject.kind] : tw_abouts[finding->subject.about], " ",
             CM_STR_ARG(finding->subject.key), (unsigned)finding->place.line);
  }
}

// Judges files by a policy and tells the findings.
static inline void sample_judge(struct cm_arena *arena, const char *policy_text, const struct tw_gate_file *files, uint32_t count,
                                const char *today, char *to, size_t size) {
  struct tw_policy policy = {0};
  if (policy_text) {
    policy = sample_policy(arena, policy_text);
  }
  struct tw_gate_setup setup = {.policy = policy_text ? &policy : NULL,
                                .has_baseline = files[0].before != NULL,
                                .today = cm_str_of(today),
                                .files = files,
                                .file_count = count};
  struct tw_gate gate;
  assert_true(tw_gate_judge(arena, &setup, &gate));
  to[0] = '\0';
  for (uint32_t i = 0; i < gate.app_count; i++) {
    sample_put(to, size, &gate, gate.apps[i].findings, gate.apps[i].finding_count);
  }
  sample_put(to, size, &gate, gate.findings, gate.finding_count);
}

#endif
