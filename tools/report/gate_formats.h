// The formats that the result of a gate can be written in: one table, a row each.
#ifndef TW_REPORT_GATE_FORMATS_H
#define TW_REPORT_GATE_FORMATS_H

#include <stdio.h>

#include "findings.h"

// Writes the whole result. `arena` takes what is made on the way. False: no memory; errors of writing stay in the stream. Of the
// formats only text heeds `color`.
typedef bool (*tw_gate_writer)(FILE *to, struct cm_arena *arena, const struct tw_gate *gate, bool color);

struct tw_gate_format {
  const char *name;  // "sarif", of --format
  const char *what;  // one line, for --help
  tw_gate_writer write;
};

// In the order of the documentation, ended by a row without a name.
extern const struct tw_gate_format tw_gate_formats[];
extern const char *const tw_gate_format_names[];  // the same names, ended by NULL: a closed list for the table of options

// The row of this name; NULL where there is none.
const struct tw_gate_format *tw_gate_format_of(const char *name);

bool tw_gate_text(FILE *to, struct cm_arena *arena, const struct tw_gate *gate, bool color);
bool tw_gate_json(FILE *to, struct cm_arena *arena, const struct tw_gate *gate, bool color);
bool tw_gate_sarif(FILE *to, struct cm_arena *arena, const struct tw_gate *gate, bool color);
bool tw_gate_junit(FILE *to, struct cm_arena *arena, const struct tw_gate *gate, bool color);
bool tw_gate_github(FILE *to, struct cm_arena *arena, const struct tw_gate *gate, bool color);
bool tw_gate_gitlab(FILE *to, struct cm_arena *arena, const struct tw_gate *gate, bool color);
bool tw_gate_markdown(FILE *to, struct cm_arena *arena, const struct tw_gate *gate, bool color);
bool tw_gate_intoto(FILE *to, struct cm_arena *arena, const struct tw_gate *gate, bool color);
bool tw_gate_predicate(FILE *to, struct cm_arena *arena, const struct tw_gate *gate, bool color);

#endif
