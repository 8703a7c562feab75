// Types of imports that a component hands on by what it exports.
#ifndef ADAPTERS_EXPOSED_H
#define ADAPTERS_EXPOSED_H

#include <component/types.h>

// Whether what the component exports may mention a type of an import of an instance: whoever calls it then means the host's type by that, and an
// adapter must not put one of its own there.
bool exposed_types(const struct cm_component *component, const struct cm_item *import);

// Whether a type of some scope, that of a function too, has a resource in it which the interface defines.
bool exposed_resources(const struct cm_scope *scope, uint32_t type, const struct cm_scope *interface);

#endif
