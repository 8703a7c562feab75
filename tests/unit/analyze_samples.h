// What the tests of the analysis share: samples decoded, linked and numbered.
#ifndef TEST_ANALYZE_SAMPLES_H
#define TEST_ANALYZE_SAMPLES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyze/evaluate.h"
#include "data/sample.h"

struct built {
  struct cm_arena arena;
  struct cm_component *component;  // NULL: a core module
  struct core_module *module;
  struct cm_graph *graph;
  struct program program;
};

static inline const struct sample *sample_named(const struct sample *samples, const char *name) {
  while (samples->name && strcmp(samples->name, name) != 0) samples++;
  if (!samples->name) fail_msg("no sample %s", name);
  return samples;
}

// Decodes and links; true where all went well.
static inline bool link_sample(struct built *b, const struct sample *sample, const struct cm_allocator *allocator,
                               struct cm_diag *diag) {
  struct cm_span file = {sample->bytes, sample->size};
  *b = (struct built){0};
  cm_arena_init(&b->arena, allocator);
  if (cm_sniff(file) == CM_ARTIFACT_MODULE)
    return core_decode(&b->arena, file, file.at, NULL, &b->module, diag) &&
           cm_graph_of_module(&b->arena, b->module, &b->graph, diag);
  return cm_decode(&b->arena, file, &b->component, diag) && cm_graph_build(&b->arena, b->component, &b->graph, diag);
}

// The same, numbered too. The test cannot go on without it.
static inline struct built build_sample(const struct sample *samples, const char *name) {
  struct built b;
  struct cm_diag diag = {0};
  if (!link_sample(&b, sample_named(samples, name), NULL, &diag)) fail_msg("%s: %s", name, diag.message);
  return b;
}

static inline void number_sample(struct built *b) {
  struct cm_diag diag = {0};
  if (!program_build(&b->arena, b->graph, &b->program, &diag)) fail_msg("%s", diag.message);
}

static inline void drop_sample(struct built *b) { cm_arena_free(&b->arena); }

// The function exported under `name` by the module of core instance `instance`.
static inline uint32_t exported(const struct built *b, uint32_t instance, const char *name) {
  const struct core_module *module = b->program.instances[instance].module;
  for (uint32_t i = 0; i < module->export_count; i++)
    if (module->exports[i].kind == CORE_FUNC && cm_str_is(module->exports[i].name, name))
      return program_gid(&b->program, instance, module->exports[i].index);
  fail_msg("no export %s", name);
  return NO_FUNC;
}

// The function that the name section calls `name`.
static inline uint32_t called(struct built *b, uint32_t instance, const char *name) {
  for (uint32_t f = 0; f < b->program.instances[instance].module->func_count; f++)
    if (cm_str_is(program_name(&b->program, program_gid(&b->program, instance, f)), name))
      return program_gid(&b->program, instance, f);
  fail_msg("no function %s", name);
  return NO_FUNC;
}

#endif
