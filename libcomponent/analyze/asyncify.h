// Code that Binaryen's Asyncify has changed so that it can be left in the midst and gone on with later, as it was before.
//
// TinyGo switches between goroutines so. A global says whether the stack is being unwound or rewound; every function that may be on
// the stack then asks it behind each call, and puts its locals aside or takes them back. Who only wants to know what the code does can take the
// global for zero: code that went on later has gone on.
#ifndef ANALYZE_ASYNCIFY_H
#define ANALYZE_ASYNCIFY_H

#include <component/core.h>

struct asyncified {
  const struct core_module *module;  // without what unwinds and rewinds; its instructions stand at the same offsets
  uint32_t state;                    // the global
  uint8_t *pauses;                   // by function index: others may run before it returns
};

// NULL: the module was not changed so, or memory is exhausted.
const struct asyncified *asyncify_undo(struct cm_arena *arena, const struct core_module *module);

#endif
