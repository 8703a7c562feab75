// Functions that only hand their parameters on to an entry of a table.
#ifndef ANALYZE_TRAMPOLINE_H
#define ANALYZE_TRAMPOLINE_H

#include "code.h"

struct trampoline {
  uint32_t table, index;  // the table's index in the module, and the entry that is called
};

// Is it one? `func` is defined in the module; its body is read in place.
bool trampoline_read(struct cm_arena *arena, const struct core_module *module, uint32_t func, struct trampoline *out);

#endif
