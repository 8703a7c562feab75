// The `producers` section: which languages, tools and SDKs made a module or a component.
//
// Spec: https://github.com/WebAssembly/tool-conventions/blob/main/ProducersSection.md

#include "read.h"

static bool add(struct cm_arena *arena, struct core_producer **producers, size_t *capacity, uint32_t *count,
                struct core_producer producer) {
  if (!cm_grow(arena, producers, capacity, *count, sizeof **producers)) return false;
  (*producers)[(*count)++] = producer;
  return true;
}

bool core_producers_read(struct cm_arena *arena, struct cm_span contents, struct core_producer **out, uint32_t *count,
                         struct cm_diag *diag) {
  *out = NULL;
  *count = 0;
  size_t capacity = 0;
  struct cm_reader r = cm_reader_of(contents, contents.at, NULL, NULL);
  uint32_t fields, values;
  if (!cm_read_u32(&r, "a count", &fields)) return true;
  while (fields--) {
    struct core_producer producer = {.field = {NULL, 0}};
    if (!cm_read_name(&r, "a field", &producer.field) || !cm_read_u32(&r, "a count", &values)) return true;
    while (values--) {
      if (!cm_read_name(&r, "a producer", &producer.name) || !cm_read_name(&r, "a version", &producer.version)) return true;
      if (!add(arena, out, &capacity, count, producer)) return cm_fail_memory(diag);
    }
  }
  return true;
}
