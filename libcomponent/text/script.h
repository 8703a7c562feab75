// What the files script*.c share. Private to text/.
#ifndef TEXT_SCRIPT_H
#define TEXT_SCRIPT_H

#include <component/script.h>

#include "text/lex.h"

// Values or patterns, up to what is none: a list in the arena.
bool script_values(struct text_lexer *l, uint32_t *count, const struct cm_script_value **out);

#endif
