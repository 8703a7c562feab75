// The instance that an adapter exports where the interface has methods.
//
// A method's name must be that of a resource which is exported there (Explainer.md, "Import and Export Definitions"), and a bundle of exports gives
// no names to what is in it. So the instance is that of a component within the adapter, the *shim*, which imports resources and functions, and
// exports the same under their names. Functions that stand alone (adapter_alone) it does not import: they are lifted within it.
#ifndef ADAPTERS_SHIM_H
#define ADAPTERS_SHIM_H

#include "assemble.h"

// For transplant.h, with a struct adapter_export for its context: whether an export is a function that is given to the shim.
bool shim_wants(void *context, const struct cm_item *export);

// `functions`: by function that is given, its index in the adapter.
bool shim_instance(struct adapter_export *e, const uint32_t *functions, uint32_t *out);

#endif
