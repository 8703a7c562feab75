// Asynchronous functions handed on so that their calls can be there beside each other.
//
// A function that is lifted without the `async` option has the adapter to itself until it returns, however long the host takes (CanonicalABI.md,
// `canon lift`). A task does not: it is lifted with `async` and a callback, calls the host by a function that is lowered with `async`, and if that
// has not returned at once, remembers what it needs in a frame, returns, and is called back. When the app cancels it, it cancels the host's call.
//
// What an app hands over must be kept until the host has read it, and handles until it is done with them; so parameters that are, or have, more than
// numbers lie in the frame, as a record. Results come into memory and are returned flat, by `task.return`.
#ifndef ADAPTERS_TASK_H
#define ADAPTERS_TASK_H

#include "forward.h"

// Puts, once, what tasks have in common. False: memory is exhausted.
bool task_prepare(struct adapter *a);

// The parts of forward.h, for tasks.
bool task_begin(struct forward *fw, struct adapter_host *host, struct cm_str name);
bool task_put_head(struct forward *fw, uint32_t locals);
bool task_put_host(struct forward *fw);
bool task_put_end(struct forward *fw);

#endif
