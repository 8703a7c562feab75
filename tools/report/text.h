// Text that came out of a file, made fit for people's eyes.
//
// Names and keys are whatever the file's author put there: control characters that would drive a terminal, characters that turn
// the direction of writing, bytes that are no UTF-8. Nothing of that reaches an output as it is.
#ifndef TW_TEXT_H
#define TW_TEXT_H

#include <component/arena.h>

#include "doc/utf8.h"

// Columns of a terminal that `text` takes: none for combining marks, two for wide characters.
size_t tw_text_columns(struct cm_str text);

// The same text where it is harmless; else a copy in the arena with control characters and the like written as `\n` or `\u{1b}`.
// .at is NULL when there is no memory.
struct cm_str tw_text_safe(struct cm_arena *arena, struct cm_str text);

// A function's name in at most `columns` columns, for a line that must stay readable: template and generic arguments go first, then
// the middle of what is left. `name` itself when it fits. .at is NULL when there is no memory.
struct cm_str tw_text_shorten(struct cm_arena *arena, struct cm_str name, size_t columns);

#endif
