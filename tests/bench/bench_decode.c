// bench_decode RUNS FILE: decodes the file RUNS times in one process and prints the microseconds of each run.
//
// What the decoder takes without start-up, mapping and printing. The bytes are in memory and each run has a fresh arena, so what is
// measured is reading sections and building the model; function bodies are skipped, as the decoder does.

#include <component/component.h>
#include <component/core.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static bool decode(struct cm_span bytes) {
  struct cm_arena arena;
  struct cm_component *component;
  struct core_module *module;
  cm_arena_init(&arena, NULL);
  bool done = cm_sniff(bytes) == CM_ARTIFACT_MODULE ? core_decode(&arena, bytes, bytes.at, NULL, &module, NULL)
                                                    : cm_decode(&arena, bytes, &component, NULL);
  cm_arena_free(&arena);
  return done;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  FILE *file = fopen(argv[2], "rb");
  if (!file || fseek(file, 0, SEEK_END) != 0) return 1;
  long size = ftell(file);
  uint8_t *at = size > 0 ? malloc((size_t)size) : NULL;
  rewind(file);
  if (!at || fread(at, 1, (size_t)size, file) != (size_t)size) return 1;
  for (long runs = strtol(argv[1], NULL, 10); runs > 0; runs--) {
    double start = now();
    if (!decode((struct cm_span){at, (size_t)size})) return 1;
    printf("%.1f\n", now() - start);
  }
  free(at);
  return fclose(file) != 0;
}
