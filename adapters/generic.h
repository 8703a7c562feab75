// What becomes of a single function, for adapters that treat most functions alike.
#ifndef ADAPTERS_GENERIC_H
#define ADAPTERS_GENERIC_H

#include <adapter/adapter.h>

#include "assemble.h"

// Makes an adapter: all interfaces of the subject, then `function` for each of their functions, which says what becomes of it.
typedef bool adapter_each_function(struct adapter_export *e, struct adapter_function *f, void *context);
bool adapter_make(struct cm_arena *arena, const struct adapter_subject *subject, adapter_each_function *function, void *context,
                  struct cm_component **out, struct cm_diag *diag);

// Lifts the function and puts its head, for code that needs no more than its parameters, $0, $1, …, and locals of its own.
bool adapter_head(struct adapter_export *e, struct adapter_function *f);

// The function traps, in a core function called "WHY: INTERFACE.FUNCTION", or, where a core module is the interface's own, in one called "FUNCTION" of
// a module called "WHY: INTERFACE".
bool adapter_trap(struct adapter_export *e, struct adapter_function *f, const char *why);

// The function is denied. To be called when it is known which resources are the host's: after functions of the interface were passed.
bool adapter_denied(struct adapter_export *e, struct adapter_function *f, const struct adapter_denying *denying);

// What a function returns that is denied, as the last expression of its core function, which must drop the handles among its parameters before
// unless this traps.
struct adapter_answer {
  struct cm_str code;
  bool traps;
};
bool adapter_answer(struct adapter_export *e, struct adapter_function *f, const struct adapter_denying *denying,
                    struct adapter_answer *out);

#endif
