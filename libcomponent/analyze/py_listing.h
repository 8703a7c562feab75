// A program's code objects as text for people: what a module's names stand for, and the instructions of its functions.
#ifndef ANALYZE_PY_LISTING_H
#define ANALYZE_PY_LISTING_H

#include "py_program.h"

// The listing of one module, in `arena`; .at is NULL when memory is exhausted. What is longer than a limit ends with a remark.
struct cm_str py_listing(struct cm_arena *arena, const struct py_program *program, const struct py_module *module);

#endif
