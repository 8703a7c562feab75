// The instance that an adapter exports where the interface has types.
//
// Functions that are exported may only mention types that have a name there, methods only such resources (Explainer.md, "Import and Export
// Definitions"; "External Visibility of Types"), and a bundle of exports gives no names to what is in it. So the instance is that of a
// component within the adapter, the *shim*, which imports functions and types, and exports the same under their names.
#ifndef ADAPTERS_SHIM_H
#define ADAPTERS_SHIM_H

#include "assemble.h"

// `functions`: by function, its index in the adapter.
bool shim_instance(struct adapter_export *e, const uint32_t *functions, uint32_t *out);

#endif
