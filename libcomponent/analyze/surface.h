// What is plain from the type of a component: imports, exports, declared secrets, producers.
#ifndef ANALYZE_SURFACE_H
#define ANALYZE_SURFACE_H

#include "findings.h"

// Imports and exports of a component, and the secrets that it declares by labelled imports.
bool surface_of_component(struct cm_arena *arena, const struct cm_component *component, struct findings *findings,
                          struct cm_needs *out);

// The same of a core module: its imports are listed by module name.
bool surface_of_module(struct cm_arena *arena, const struct core_module *module, struct cm_needs *out);

// Languages and tools of all modules, each once, in the order of the file.
bool surface_producers(struct cm_arena *arena, const struct core_module *const *modules, uint32_t count,
                       const struct cm_component *component, struct cm_needs *out);

#endif
