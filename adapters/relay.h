// Functions handed on to the host by an adapter that has resources of its own beside the host's (adapter_mix).
//
// A handle of such a resource, as the app has it, is always the adapter's; what it stands for tells its representation: if that is odd it
// is the host's handle, doubled (or shifted further), else an object of the adapter's, at that address. So a call of a method either is one of the host's,
// with the handle behind the representation, and what comes back is given representations; or the adapter does it. The adapter defines, for
// each such resource, `$"wrap RESOURCE"`: a handle for a handle of the host's.
#ifndef ADAPTERS_RELAY_H
#define ADAPTERS_RELAY_H

#include "forward.h"

// Flat parameters of a function that are borrowed handles of the adapter's own. False: `diag` says why it cannot be handed on.
struct relay_handles {
  uint32_t flat[4], count;
};
bool relay_find_handles(const struct forward *fw, struct relay_handles *out);

// Whether a function takes or gives such handles.
bool relay_concerns(const struct adapter_export *e, const struct adapter_function *f);

// Lifts a function: where all borrowed handles of the adapter's own among its parameters are the host's, the host is called; else `own`, the
// identifier of a core function with the same parameters and result. `own` empty: there is none, and the call traps.
bool relay_put(struct adapter_export *e, struct adapter_function *f, struct cm_str own);

// All functions of an export that nothing was said of yet: they are handed on so, or, where they have nothing to do with the adapter's resources,
// passed.
bool relay_rest(struct adapter_export *e);

// Exports all other imports of the app whose types have a resource of the adapter's.
bool relay_others(struct adapter *a);

#endif
