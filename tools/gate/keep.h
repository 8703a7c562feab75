// Keeping the needs of a file without the file.
//
// What the analysis finds is borrowed from the mapped file and from an arena that also holds all it had to know on the way. A gate of a
// thousand files cannot keep all of that until the last one is judged, so the document alone is copied.
#ifndef TW_GATE_KEEP_H
#define TW_GATE_KEEP_H

#include "report/needs.h"

// A copy of `document` that borrows nothing but its path; NULL: no memory.
struct tw_needs_document *tw_needs_keep(struct cm_arena *arena, const struct tw_needs_document *document);

#endif
