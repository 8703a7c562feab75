// The difference of two files, for people and for programs.
#ifndef TW_GATE_DIFFER_WRITE_H
#define TW_GATE_DIFFER_WRITE_H

#include <stdio.h>

#include "doc/json.h"
#include "report/findings.h"

struct tw_difference {
  const struct tw_needs_document *before, *now;
  const struct tw_change *changes;
  uint32_t count;
};

// For people: what each file is, then a line for each change. False: no memory.
bool tw_difference_text(FILE *to, struct cm_arena *arena, const struct tw_difference *difference, bool color);

// The `tidewaiter.diff/1` document (schemas/diff.schema.json), with a line end.
void tw_difference_json(FILE *to, const struct tw_difference *difference, enum tw_json_style style);

#endif
