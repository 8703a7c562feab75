// wasi:io/streams of an adapter that has input streams of its own beside the host's (relay.h).
//
// A pollable is always the host's, so that wasi:io/poll stays untouched: own bytes are there at once, and a pollable that says so is one of the
// host's monotonic clock, for no time at all.
#ifndef ADAPTERS_INPUT_H
#define ADAPTERS_INPUT_H

#include "relay.h"

// Exports wasi:io/streams, `import` of the app, with input streams of the adapter's own. The core code of text_input is put, in which
// `$cell_new` (bytes, their end) gives an object and `$stream_handle` (object) a handle. NULL: `diag` says why.
struct adapter_export *input_export(struct adapter *a, const struct cm_item *import);

// Lifts the functions of that interface. To be called when all that the adapter owns is known.
bool input_fill(struct adapter_export *e);

#endif
