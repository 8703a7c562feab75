// Policies, and what is done with one that is good.
//
// Any bytes are read as a policy. When they are one, a component with something of every kind is judged by it, with a baseline, and each
// fix that a finding proposes is made: the policy that results must be one again, unless what was proposed is a waiver, which is not
// taken before somebody has given a reason. Glob patterns and ranges come along, since policies hold them.

#include <stdio.h>
#include <stdlib.h>

#include "gate/gate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define S(literal) \
  { (literal), sizeof(literal) - 1 }

static const struct cm_evidence evidence[] = {{CM_BY_STATIC, S("app > main"), 0, 88, S("connect"), 0xcb2b, 0, NULL, NULL}};
static const struct cm_need needs[] = {
    {CM_NEED_ENV, S("DATABASE_URL"), CM_ORIGIN_APP, CM_EXACT, S("wasi:cli/environment@0.2.6"), false, false, S(""), S(""), 1,
     evidence},
    {CM_NEED_ENV, S("TZ"), CM_ORIGIN_RUNTIME, CM_POSSIBLE, S("wasi:cli/environment@0.2.6"), false, false, S(""), S(""), 0, NULL},
    {CM_NEED_SECRET, S("a*\\b"), CM_ORIGIN_APP, CM_DECLARED, S("wasmcloud:secrets/secret@2.1.0"), true, false, S("a*\\b"), S(""), 0,
     NULL},
    {CM_NEED_HTTP_HOST, S("api.example:8443"), CM_ORIGIN_APP, CM_EXACT, S("wasi:http/types"), false, false, S(""), S(""), 1,
     evidence},
};
static const struct cm_unresolved unresolved[] = {
    {CM_NEED_ENV, S("wasi:cli/environment@0.2.6"), CM_REASON_COMPUTED, true, S("DEMO_*"), 1, evidence},
    {CM_NEED_SECRET, S("wasmcloud:secrets/store@2.1.0"), CM_REASON_COMPUTED, false, S(""), 0, NULL},
};
static const struct cm_needs_import imports[] = {
    {S("wasi:cli/environment@0.2.6"), CM_SORT_INSTANCE, false, false, false, S(""), S(""), 0, NULL, true},
    {S("a-token"), CM_SORT_INSTANCE, true, false, true, S("wasmcloud:secrets/secret@2.1.0"), S(""), 0, NULL, true},
};
static const struct cm_needs_export exports[] = {{S("run"), CM_SORT_FUNC}};

static void tell(void *context, const struct tw_fault *fault) {
  unsigned *count = context;
  if (fault->message[0] == '\0') {
    abort();
  }
  ++*count;
}

static void pass_by(void *context, const struct tw_fault *fault) {
  (void)context;
  (void)fault;
}

// Where line `line` begins.
static size_t line_start(struct cm_span bytes, uint32_t line) {
  size_t at = 0;
  for (uint32_t i = 1; i < line && at < bytes.size; at++) {
    i += bytes.at[at] == '\n';
  }
  return at;
}

static void make_fix(struct cm_arena *arena, struct cm_span bytes, const struct tw_fix *fix) {
  size_t from = line_start(bytes, fix->first), to = line_start(bytes, fix->last + 1);
  if (fix->first == 0 || fix->last + 1 < fix->first) {
    abort();
  }
  char *text = cm_alloc(arena, bytes.size + fix->text.size + 1);
  struct tw_policy policy;
  if (!text) {
    return;
  }
  to = to < from ? from : to;
  memcpy(text, bytes.at, from);
  memcpy(text + from, fix->text.at, fix->text.size);
  memcpy(text + from + fix->text.size, bytes.at + to, bytes.size - to);
  struct cm_span mended = {(const uint8_t *)text, bytes.size - (to - from) + fix->text.size};
  bool waiver = fix->what.size > 5 && memcmp(fix->what.at, "waive", 5) == 0;
  if (!tw_policy_read(arena, "p", mended, &policy, pass_by, NULL) && !waiver && !arena->refused) {
    fwrite(text, 1, mended.size, stderr);
    abort();
  }
}

static void judge(struct cm_arena *arena, const struct tw_policy *policy) {
  struct tw_needs_document document = {.path = "dist/app.wasm",
                                       .sha256 = "",
                                       .size = 2500000,
                                       .needs = {.need_count = 4,
                                                 .needs = needs,
                                                 .unresolved_count = 2,
                                                 .unresolved = unresolved,
                                                 .import_count = 2,
                                                 .imports = imports,
                                                 .export_count = 1,
                                                 .exports = exports}};
  struct tw_needs_document before = document;
  before.needs.needs++;
  before.needs.need_count--;
  struct tw_gate_file file = {.path = document.path, .document = &document, .baseline = "old.wasm", .before = &before};
  struct tw_gate_setup setup = {
      .policy = policy, .has_baseline = true, .today = CM_STR("2026-11-26"), .files = &file, .file_count = 1};
  struct tw_gate gate;
  if (!tw_gate_judge(arena, &setup, &gate)) {
    return;
  }
  for (uint32_t i = 0; i < gate.apps[0].finding_count && i < 40; i++) {
    for (uint32_t j = 0; j < gate.apps[0].findings[i].fix_count; j++) {
      make_fix(arena, policy->bytes, &gate.apps[0].findings[i].fixes[j]);
    }
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct cm_arena arena;
  struct tw_policy policy;
  unsigned faults = 0;
  cm_arena_init(&arena, NULL);
  arena.limit = (size_t)256 << 20;
  bool good = tw_policy_read(&arena, "p", (struct cm_span){data, size}, &policy, tell, &faults);
  if (good != (faults == 0)) {
    abort();
  }
  if (good) {
    judge(&arena, &policy);
  }
  cm_arena_free(&arena);
  return 0;
}
