// The interfaces of an adapter while it is built (finish.c): those that it imports, and the types of those that it exports.
#ifndef ADAPTERS_INTERFACES_H
#define ADAPTERS_INTERFACES_H

#include "assemble.h"

// To be called first: from here on types can be moved. False: no memory.
bool interfaces_begin(struct adapter *a);

// Imports what is used. False: `diag` says why.
bool interfaces_import(struct adapter *a);

// Whether all types of an export are the host's.
bool interfaces_are_hosts(const struct adapter_export *e);

// Gives an export its types, where `wanted` says so those alone that the exports which it wants mention. False: `diag` says why.
bool interfaces_types(struct adapter_export *e, bool (*wanted)(void *e, const struct cm_item *export));

// The instance of an export: its types, and its functions by their indices in the adapter.
bool interfaces_bundle(struct adapter_export *e, const uint32_t *functions, uint32_t *out);

// The type of what a task of an export returns. False: `diag` says why.
bool interfaces_result(struct adapter_export *e, const struct adapter_function *f, struct cm_valtype *out);

// The index in the adapter of the resource that type `type` of a scope of the app is. False: `diag` says why.
bool interfaces_resource(struct adapter *a, const struct cm_scope *scope, uint32_t type, uint32_t *out);

// For transplant.h, with the app's struct adapter_source for its context: the index in the adapter of an instance that has the types of `import`, or
// of the type that it is if it is bare. Of what has been exported it is what the export introduced. UINT32_MAX: `diag` says why.
uint32_t adapter_types_of(void *context, const struct cm_item *import);

// The same of one type, if `import` is bare; else *out stays as it is.
bool adapter_bare_type(void *context, const struct cm_item *import, struct cm_str name, uint32_t *out);

// Whether something in the component aliases a type of an import: only such types are of use to its other imports.
bool adapter_aliased(const struct cm_component *component, const struct cm_item *import, struct cm_str name);

#endif
