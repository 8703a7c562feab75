// What becomes of a single function, for adapters that treat most functions alike.
#ifndef ADAPTERS_GENERIC_H
#define ADAPTERS_GENERIC_H

#include <adapter/adapter.h>

#include "assemble.h"

// The function traps, in a core function called "WHY: INTERFACE.FUNCTION".
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
