// The answer of `tidewaiter dump`: where everything in a binary lies.
//
// A dump is a list of rows in the order of the file, each with an offset and a size: preambles, sections, items. What is nested
// stands behind what it is nested in, one level deeper.
#ifndef TW_REPORT_DUMP_H
#define TW_REPORT_DUMP_H

#include <component/component.h>

#include "doc/json.h"

// What is to be shown.
struct tw_dump_document {
  const char *path;  // as given
  struct cm_span bytes;
  enum cm_artifact artifact;
  const struct cm_component *component;  // of a component: decoded, or what was decoded before the error; may be NULL
  const struct core_module *module;      // of a core module; NULL where it could not be decoded
  const struct cm_diag *error;           // why decoding failed; NULL where it did not
  bool items;                            // items too, not only sections
  uint64_t depth;                        // levels of nesting to show: 0 is the file itself alone
};

// For people: a line a row, with the error (if any) at the end. False: no memory.
bool tw_dump_text(FILE *to, struct cm_arena *arena, const struct tw_dump_document *document, bool color);

// The `tidewaiter.dump/1` document with its line end. False: no memory.
bool tw_dump_json(FILE *to, struct cm_arena *arena, const struct tw_dump_document *document);

#endif
