// What an app imports outside of interfaces, seen as interfaces.
//
// An import may be a function or a type by itself (Explainer.md, "Import and Export Definitions"); a world of WIT has them. To adapters such a
// *bare* one is an interface with the import's name and one member, whose name is empty, as no other's is. Only what is built in the end stands
// bare again.
#ifndef ADAPTERS_VIEW_H
#define ADAPTERS_VIEW_H

#include <component/component.h>

// Whether an import of an app that adapter_view made is bare.
bool view_is_bare(const struct cm_component *app, const struct cm_item *import);

// Whether it is a bare type.
bool view_is_type(const struct cm_component *app, const struct cm_item *import);

// A component that was put together, written and read again, for its index spaces. False: `diag` says why.
bool view_reread(struct cm_arena *arena, const struct cm_component *made, const struct cm_component **out, struct cm_diag *diag);

#endif
