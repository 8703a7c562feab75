// The whole analysis on anything that decodes, component or core module, with few steps and little memory.
//
// Nothing is validated before. What comes back is read to its ends, for the sanitizers to see, and must keep what needs.h promises:
// arrays sorted and free of duplicates, a kind complete exactly where it has no undecided place, and a second run that says the same.

#include <component/needs.h>

#include <stdlib.h>

enum { STEPS = 20000, TWICE_UP_TO = 2048 };
static const size_t memory_limit = (size_t)512 << 20;

static volatile uint64_t seen;

static void read_text(struct cm_str text) {
  for (size_t i = 0; i < text.size; i++) seen += (uint8_t)text.at[i];
}

static void must(bool promise) {
  if (!promise) abort();
}

// Less than 0 where `a` stands before `b`; equal evidence is a duplicate.
static int compare_evidence(const struct cm_evidence *a, const struct cm_evidence *b) {
  if (a->module != b->module) return a->module < b->module ? -1 : 1;
  if (a->offset != b->offset) return a->offset < b->offset ? -1 : 1;
  return cm_str_compare(a->instance, b->instance);
}

static void check_evidence(const struct cm_evidence *evidence, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    must(!i || compare_evidence(&evidence[i - 1], &evidence[i]) <= 0);
    read_text(evidence[i].instance);
    read_text(evidence[i].name);
    for (uint32_t k = 0; k < evidence[i].path_count; k++) read_text(evidence[i].path[k].name);
  }
}

static int compare_needs(const struct cm_need *a, const struct cm_need *b) {
  if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
  int order = cm_str_compare(a->key, b->key);
  if (order) return order;
  if (a->origin != b->origin) return a->origin < b->origin ? -1 : 1;
  return cm_str_compare(a->source, b->source);
}

static void check_needs(const struct cm_needs *needs) {
  for (uint32_t i = 0; i < needs->need_count; i++) {
    const struct cm_need *need = &needs->needs[i];
    must((unsigned)need->kind < CM_NEED_KIND_COUNT && (unsigned)need->certainty < 3);
    must(!i || compare_needs(&needs->needs[i - 1], need) < 0);
    must(need->evidence_count || need->certainty == CM_DECLARED);
    read_text(need->key);
    read_text(need->source);
    if (need->has_label) read_text(need->label);
    if (need->has_external_id) read_text(need->external_id);
    check_evidence(need->evidence, need->evidence_count);
  }
}

static void check_unresolved(const struct cm_needs *needs) {
  bool complete[CM_NEED_KIND_COUNT];
  for (unsigned k = 0; k < CM_NEED_KIND_COUNT; k++) complete[k] = true;
  for (uint32_t i = 0; i < needs->unresolved_count; i++) {
    const struct cm_unresolved *u = &needs->unresolved[i];
    must((unsigned)u->kind < CM_NEED_KIND_COUNT && (unsigned)u->reason < CM_REASON_COUNT);
    must(!i || needs->unresolved[i - 1].kind <= u->kind);
    complete[u->kind] = false;
    read_text(u->source);
    if (u->has_pattern) read_text(u->pattern);
    check_evidence(u->evidence, u->evidence_count);
  }
  for (unsigned k = 0; k < CM_NEED_KIND_COUNT; k++) must(complete[k] == needs->complete[k]);
}

static void check_surface(const struct cm_needs *needs) {
  for (uint32_t i = 0; i < needs->import_count; i++) {
    const struct cm_needs_import *import = &needs->imports[i];
    read_text(import->name);
    for (uint32_t k = 0; k < import->function_count; k++) {
      read_text(import->functions[k]);
      must(!k || cm_str_compare(import->functions[k - 1], import->functions[k]) <= 0);
    }
  }
  for (uint32_t i = 0; i < needs->export_count; i++) read_text(needs->exports[i].name);
  for (uint32_t i = 0; i < needs->producer_count; i++) read_text(needs->producers[i].name);
}

static bool analyze(struct cm_arena *arena, struct cm_span file, struct cm_needs *out) {
  const struct cm_needs_options options = {.step_limit = STEPS, .memory_limit = memory_limit};
  struct cm_diag diag;
  struct core_module *module;
  struct cm_component *component;
  struct cm_graph *graph;
  if (cm_sniff(file) == CM_ARTIFACT_MODULE)
    return core_decode(arena, file, file.at, NULL, &module, &diag) && cm_needs_of_module(arena, module, &options, out, &diag);
  return cm_decode(arena, file, &component, &diag) && cm_graph_build(arena, component, &graph, &diag) &&
         cm_needs_of_component(arena, component, graph, &options, out, &diag);
}

static void same(const struct cm_needs *a, const struct cm_needs *b) {
  must(a->need_count == b->need_count && a->unresolved_count == b->unresolved_count);
  for (uint32_t i = 0; i < a->need_count; i++) {
    must(!compare_needs(&a->needs[i], &b->needs[i]) && a->needs[i].certainty == b->needs[i].certainty);
    must(a->needs[i].evidence_count == b->needs[i].evidence_count);
  }
  for (uint32_t i = 0; i < a->unresolved_count; i++) must(a->unresolved[i].reason == b->unresolved[i].reason);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct cm_arena first, second;
  struct cm_needs needs, again;
  cm_arena_init(&first, NULL);
  cm_arena_init(&second, NULL);
  first.limit = second.limit = memory_limit;
  if (analyze(&first, (struct cm_span){data, size}, &needs)) {
    check_surface(&needs);
    check_needs(&needs);
    check_unresolved(&needs);
    if (size <= TWICE_UP_TO && analyze(&second, (struct cm_span){data, size}, &again)) same(&needs, &again);
  }
  cm_arena_free(&first);
  cm_arena_free(&second);
  return 0;
}
