// Interfaces that adapters import though the app does not: their types, written down.
#ifndef ADAPTERS_KNOWN_H
#define ADAPTERS_KNOWN_H

#include "assemble.h"

// Lets the adapter import an interface by name: `wasi:config/store@0.2.0-rc.1`, `wasmcloud:secrets/store@2.1.0`, `wasi:logging/logging@…`. What
// its functions look like is known by the name without the version, and whether they are async by the version. NULL: `diag` says
// which interfaces there are.
struct adapter_host *known_import(struct adapter *a, struct cm_str name);

// Whether an interface of that name can be imported so, and whether it has resources.
bool known_is(struct cm_str name);
bool known_has_resources(struct cm_str name);

// A label for a secret (`import db-password: wasmcloud:secrets/secret@2.1.0`), of the same interface family and version as `store`.
struct adapter_host *known_import_labelled(struct adapter *a, struct cm_str interface, struct cm_str label);

// Lets the adapter call functions of a host that the app does not import, of wasi:http/types: those of a request that tell where it goes. False:
// `diag` says why.
bool known_extend(struct adapter_host *host);

#endif
