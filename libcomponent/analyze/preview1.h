// What the functions of WASI Preview 1 do with the memory of who calls them.
//
// Spec: WASI, legacy/preview1/docs.md. Pointers are borrowed for the time of a call.
#ifndef ANALYZE_PREVIEW1_H
#define ANALYZE_PREVIEW1_H

#include <component/core.h>

// Is it one of them? NULL is none.
bool preview1_has(const struct core_import *import);

// Does it write to where the words point that lie where argument number `argument` points (`iovec`)?
bool preview1_fills(const struct core_import *import, uint32_t argument);

#endif
