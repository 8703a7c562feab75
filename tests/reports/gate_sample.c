// Writes a result made by hand in a format: gate_sample SAMPLE FORMAT. For the scripts that hold the formats to their readers.

#include "sample.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
  const struct tw_gate_format *format = argc == 3 ? tw_gate_format_of(argv[2]) : NULL;
  const struct tw_gate *gate = NULL;
  for (size_t i = 0; i < sizeof samples / sizeof *samples && format; i++) {
    gate = strcmp(samples[i].name, argv[1]) == 0 ? samples[i].gate : gate;
  }
  if (!gate) {
    fprintf(stderr, "usage: gate_sample full|passed|excused FORMAT\n");
    return 2;
  }
  struct cm_arena arena;
  cm_arena_init(&arena, NULL);
  bool good = format->write(stdout, &arena, gate, false);
  cm_arena_free(&arena);
  return good && fflush(stdout) == 0 ? 0 : 1;
}
