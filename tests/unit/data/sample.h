// Components that tests are written against, assembled from the .wat files beside this one.
#ifndef DATA_SAMPLE_H
#define DATA_SAMPLE_H

#include <component/component.h>
#include <stdio.h>
#include <stdlib.h>

struct sample {
  const char *name;
  const uint8_t *bytes;
  size_t size;
};

// A directive of a script: a component that must be valid, or (`expected` not NULL) invalid.
struct script_sample {
  unsigned line;
  const char *expected;
  const uint8_t *bytes;
  size_t size;
};

// Decodes the sample of that name, of a table that ends with a row without one. A test cannot go on without it.
static inline struct cm_component *sample_decode(struct cm_arena *arena, const struct sample *samples, const char *name) {
  struct cm_diag diag;
  struct cm_component *component;
  char text[1024];
  while (samples->name && strcmp(samples->name, name) != 0) samples++;
  if (!samples->name) {
    fprintf(stderr, "no sample `%s`\n", name);
    abort();
  }
  if (!cm_decode(arena, (struct cm_span){samples->bytes, samples->size}, &component, &diag)) {
    fprintf(stderr, "sample `%s`: %s\n", name, cm_diag_format(&diag, text, sizeof text));
    abort();
  }
  return component;
}

// The index that the component-name section calls `name`; a test cannot go on without it.
static inline uint32_t sample_index(struct cm_arena *arena, const struct cm_component *component, enum cm_sort sort,
                                    const char *name) {
  struct cm_str *names;
  if (cm_names_read(arena, component, sort, &names, NULL))
    for (uint32_t i = 0; i < component->scope.spaces[sort].count; i++)
      if (cm_str_is(names[i], name)) return i;
  fprintf(stderr, "no %s `%s`\n", cm_sort_names[sort], name);
  abort();
}

#endif
