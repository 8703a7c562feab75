// Files of lines, as `--env-file` and `--args-from` read them: what stands in a line, without the blanks around it. Blank lines and those that
// begin with `#` say nothing.
#ifndef TW_LINES_H
#define TW_LINES_H

#include <component/arena.h>

// Is given one line, which lies in the arena. Returns a status, which ends the reading unless it is TW_DONE.
typedef int tw_each_line(void *context, const char *path, unsigned number, struct cm_str line);

// Returns a status; what is wrong with the file is on standard error.
int tw_lines_read(struct cm_arena *arena, const char *path, tw_each_line *each, void *context);

// Whether it is a text that a component can be given: UTF-8, and without the character 0, with which it would end for most programs.
bool tw_is_text(struct cm_str text);

// A text in single or double quotes without them, any other as it is. Nothing is escaped in it.
struct cm_str tw_unquoted(struct cm_str text);

#endif
