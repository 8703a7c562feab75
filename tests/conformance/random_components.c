// Random valid components into a folder: random_components FOLDER FIRST COUNT writes FOLDER/N.wasm for the seeds FIRST and on.

#include <component/encode.h>

#include <stdio.h>
#include <stdlib.h>

#include "random_component.h"

static bool write_component(const char *folder, unsigned long seed) {
  struct cm_arena arena;
  struct cm_buffer out;
  struct cm_diag diag;
  cm_arena_init(&arena, NULL);
  cm_buffer_init(&out, NULL);
  struct cm_component *component = random_component(&arena, NULL, 0, seed);
  char path[4096];
  snprintf(path, sizeof path, "%s/%lu.wasm", folder, seed);
  FILE *file = component && cm_encode(component, NULL, &out, &diag) ? fopen(path, "wb") : NULL;
  bool ok = file && fwrite(out.at, 1, out.size, file) == out.size;
  if (file) ok = fclose(file) == 0 && ok;
  cm_buffer_free(&out);
  cm_arena_free(&arena);
  return ok;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  unsigned long first = strtoul(argv[2], NULL, 10), count = strtoul(argv[3], NULL, 10);
  for (unsigned long i = 0; i < count; i++)
    if (!write_component(argv[1], first + i)) return 1;
  return 0;
}
