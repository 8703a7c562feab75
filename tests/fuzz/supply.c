// Manifests that components are held against.
//
// Any bytes are read as manifests; what they grant is held against two components with something of every kind. Each fix that a finding
// proposes is made, and the text must still be YAML: a fix that breaks the file is none.

#include <stdio.h>
#include <stdlib.h>

#include "gate/gate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define S(literal) \
  { (literal), sizeof(literal) - 1 }

static const struct cm_evidence evidence[] = {{CM_BY_STATIC, S("app > main"), 0, 88, S("connect"), 0xcb2b, 0, NULL, NULL}};
static const struct cm_need needs[] = {
    {CM_NEED_ENV, S("LOG_LEVEL"), CM_ORIGIN_APP, CM_EXACT, S("wasi:cli/environment@0.2.6"), false, false, S(""), S(""), 1,
     evidence},
    {CM_NEED_CONFIG, S("a.b"), CM_ORIGIN_APP, CM_EXACT, S("wasi:config/store@0.2.0-rc.1"), false, false, S(""), S(""), 1, evidence},
    {CM_NEED_SECRET, S("token"), CM_ORIGIN_APP, CM_DECLARED, S("wasmcloud:secrets/secret@2.1.0"), true, false, S("token"), S(""), 0,
     NULL},
    {CM_NEED_SECRET, S("by-key"), CM_ORIGIN_APP, CM_EXACT, S("wasmcloud:secrets/store@2.1.0"), false, false, S(""), S(""), 1,
     evidence},
    {CM_NEED_HTTP_HOST, S("api.example:8443"), CM_ORIGIN_APP, CM_EXACT, S("wasi:http/types@0.2.6"), false, false, S(""), S(""), 1,
     evidence},
    {CM_NEED_DNS_NAME, S("db.example"), CM_ORIGIN_APP, CM_EXACT, S("wasi:sockets/ip-name-lookup@0.2.6"), false, false, S(""), S(""),
     1, evidence},
};
static const struct cm_unresolved unresolved[] = {
    {CM_NEED_ENV, S("wasi:cli/environment@0.2.6"), CM_REASON_COMPUTED, true, S("DEMO_*"), 1, evidence},
};
static const struct cm_str get[] = {S("get")};
static const struct cm_needs_import imports[] = {
    {S("wasi:config/store@0.2.0-rc.1"), CM_SORT_INSTANCE, false, false, false, S(""), S(""), 1, get, true},
    {S("wasi:http/outgoing-handler@0.2.6"), CM_SORT_INSTANCE, false, false, false, S(""), S(""), 1, get, true},
    {S("wasmcloud:secrets/store@2.1.0"), CM_SORT_INSTANCE, false, false, false, S(""), S(""), 1, get, true},
    {S("token"), CM_SORT_INSTANCE, true, false, true, S("wasmcloud:secrets/secret@2.1.0"), S(""), 1, get, true},
};
static const struct cm_needs_export exports[] = {{S("wasi:http/incoming-handler@0.2.6"), CM_SORT_INSTANCE}};

// Where line `line` begins.
static size_t line_start(struct cm_span bytes, uint32_t line) {
  size_t at = 0;
  for (uint32_t i = 1; i < line && at < bytes.size; at++) {
    i += bytes.at[at] == '\n';
  }
  return at;
}

static void make_fix(struct cm_arena *arena, struct cm_span bytes, const struct tw_fix *fix) {
  size_t from = line_start(bytes, fix->first), to = line_start(bytes, fix->last + 1), count;
  if (fix->first == 0 || fix->last + 1 < fix->first) {
    abort();
  }
  char *text = cm_alloc(arena, bytes.size + fix->text.size + 1);
  struct tw_doc *docs;
  struct tw_fault fault;
  if (!text) {
    return;
  }
  to = to < from ? from : to;
  memcpy(text, bytes.at, from);
  memcpy(text + from, fix->text.at, fix->text.size);
  memcpy(text + from + fix->text.size, bytes.at + to, bytes.size - to);
  struct cm_span mended = {(const uint8_t *)text, bytes.size - (to - from) + fix->text.size};
  if (!tw_doc_read(arena, "m", mended, &docs, &count, &fault) && !arena->refused) {
    fprintf(stderr, "%u:%u: %s\n", (unsigned)fault.at.line, (unsigned)fault.at.column, fault.message);
    fwrite(text, 1, mended.size, stderr);
    abort();
  }
}

static void judge(struct cm_arena *arena, struct cm_span bytes, const struct tw_manifests *manifests) {
  struct tw_needs_document full = {.path = "shop.wasm",
                                   .sha256 = "",
                                   .needs = {.need_count = sizeof needs / sizeof *needs,
                                             .needs = needs,
                                             .unresolved_count = 1,
                                             .unresolved = unresolved,
                                             .import_count = sizeof imports / sizeof *imports,
                                             .imports = imports,
                                             .export_count = 1,
                                             .exports = exports}};
  struct tw_needs_document empty = {.path = "other.wasm", .sha256 = ""};
  for (int kind = 0; kind < CM_NEED_KIND_COUNT; kind++) {
    full.needs.complete[kind] = kind != CM_NEED_ENV;
    empty.needs.complete[kind] = true;
  }
  struct tw_gate_file files[] = {{.path = full.path, .document = &full}, {.path = empty.path, .document = &empty}};
  for (uint32_t count = 1; count <= 2; count++) {
    struct tw_gate_setup setup = {.manifests = manifests, .today = CM_STR("2026-11-26"), .files = files, .file_count = count};
    struct tw_gate gate;
    if (!tw_gate_judge(arena, &setup, &gate)) {
      return;
    }
    for (uint32_t i = 0; i < gate.apps[0].finding_count && i < 30; i++) {
      for (uint32_t j = 0; j < gate.apps[0].findings[i].fix_count; j++) {
        make_fix(arena, bytes, &gate.apps[0].findings[i].fixes[j]);
      }
    }
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct cm_arena arena;
  struct tw_doc *docs;
  struct tw_fault fault;
  struct cm_diag diag;
  struct tw_manifests manifests = {0};
  cm_arena_init(&arena, NULL);
  arena.limit = (size_t)512 << 20;
  struct cm_span bytes = {data, size};
  if (tw_doc_read(&arena, "m", bytes, &docs, &manifests.doc_count, &fault)) {
    const struct tw_doc **all = cm_alloc_array(&arena, manifests.doc_count, sizeof(const struct tw_doc *));
    for (size_t i = 0; all && i < manifests.doc_count; i++) {
      all[i] = &docs[i];
    }
    manifests.docs = all;
    if (all && tw_grants_read(&arena, all, manifests.doc_count, &manifests.grants, &diag)) {
      judge(&arena, bytes, &manifests);
    }
  }
  cm_arena_free(&arena);
  return 0;
}
