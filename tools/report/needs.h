// The document of `tidewaiter needs`, in its forms.
//
// One `struct tw_needs_document` is one analysed file. Writers show all that is in it; tw_needs_select makes a smaller one first
// where not all is wanted. Writers return false only when the arena has no memory left; errors of writing stay in the stream.
#ifndef TW_REPORT_NEEDS_H
#define TW_REPORT_NEEDS_H

#include <component/needs.h>
#include <stdio.h>

#include "doc/json.h"

struct tw_needs_document {
  const char *path;    // as given; "-" for standard input
  const char *sha256;  // 64 hexadecimal digits; only JSON shows it
  uint64_t size;       // of the file, in bytes
  struct cm_needs needs;
  uint32_t kinds;  // bit (1 << kind): the kinds that were asked for
};

// What is wanted of it.
struct tw_needs_choice {
  uint32_t kinds;    // bit set of enum cm_need_kind
  uint32_t origins;  // bit set of enum cm_origin; undecided places are nobody's, so they stay whatever is wanted
  const char *key;   // needs with this key, and undecided places that may ask for it; NULL: all
};

enum { TW_ALL_KINDS = (1 << CM_NEED_KIND_COUNT) - 1, TW_ALL_ORIGINS = 1 << CM_ORIGIN_APP | 1 << CM_ORIGIN_RUNTIME };

// Reduces `document` to what is wanted. Imports, exports and `complete` stay: they are facts of the file. False: no memory.
bool tw_needs_select(struct cm_arena *arena, struct tw_needs_document *document, const struct tw_needs_choice *choice);

// Whether `key` fits a pattern of an undecided place, "DEMO_*": a star stands for any text.
bool tw_needs_pattern_fits(struct cm_str pattern, struct cm_str key);

// The `tidewaiter.needs/1` document, without a line end. `margin` is the number of levels to indent by within an array.
void tw_needs_json(FILE *to, const struct tw_needs_document *document, enum tw_json_style style, unsigned margin);

// For people. One line of what the file is, a table of needs grouped by kind, a closing line.
bool tw_needs_text(FILE *to, struct cm_arena *arena, const struct tw_needs_document *document, bool color);

// For people: every path that leads to a key, function by function. `document` holds what was selected for `key`.
bool tw_needs_explain(FILE *to, struct cm_arena *arena, const struct tw_needs_document *document, const char *key, bool color);

// The table of sinks: for people, and as a `tidewaiter.sinks/1` document.
void tw_sinks_text(FILE *to, bool color);
void tw_sinks_json(FILE *to, enum tw_json_style style);

// The table of names that languages' own libraries ask for.
void tw_runtime_names_text(FILE *to, bool color);
void tw_runtime_names_json(FILE *to, enum tw_json_style style);

// The bits of kinds that the file could ask for at all: it imports an interface of the table of sinks, or there is a need, an undecided
// place, or `complete` is not true. Kinds without a bit are not worth a word to people.
uint32_t tw_needs_kinds_that_matter(const struct cm_needs *needs);

// An interface's name without its version: "wasi:cli/environment" of "wasi:cli/environment@0.2.6".
struct cm_str tw_interface_of(struct cm_str name);

// What the file is, for people: "component, 549 kB, Rust 1.96, wasi 0.2.6, exports wasi:http/incoming-handler". .at is NULL when
// there is no memory.
struct cm_str tw_needs_summary(struct cm_arena *arena, const struct tw_needs_document *document);

#endif
