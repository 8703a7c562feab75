// The interfaces of an adapter while it is built (finish.c): those that it imports, and the types of those that it exports.
#ifndef ADAPTERS_INTERFACES_H
#define ADAPTERS_INTERFACES_H

#include "assemble.h"

// To be called first: from here on types can be moved. False: no memory.
bool interfaces_begin(struct adapter *a);

// Imports what is used, and gives each export its types. False: `diag` says why.
bool interfaces_build(struct adapter *a);

// The instance of an export: its types, and its functions by their indices in the adapter, or none of them (NULL).
bool interfaces_bundle(struct adapter_export *e, const uint32_t *functions, uint32_t *out);

// For transplant.h, with a struct adapter_source for its context: the index in the adapter of an instance that has the types of `import`. One that is
// exported too has them from where the export has them. UINT32_MAX: `diag` says why.
uint32_t adapter_types_of(void *context, const struct cm_item *import);

// Whether something in the component aliases a type of an import: only such types are of use to its other imports.
bool adapter_aliased(const struct cm_component *component, const struct cm_item *import, struct cm_str name);

#endif
