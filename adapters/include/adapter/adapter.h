// Adapters: components made out of the types that another component imports, to stand in front of it.
//
// An adapter exports interfaces which an *app* imports, under the same names and with the same types: any version and any subset of an
// interface works. Composed with the app (component/compose.h) it is what the app sees instead of the host. What an adapter passes on it imports
// itself.
//
// `app` must be valid. Its imports are named by their items: members of app->scope.items of kind CM_ITEM_IMPORT whose type is an
// instance. What comes out is in the arena, borrows from the app, and is to be encoded (component/encode.h); it is valid, unless there
// is a bug. On false `diag` says why.
//
// Spec: Explainer.md, "Component Definitions"; CanonicalABI.md.
#ifndef ADAPTER_ADAPTER_H
#define ADAPTER_ADAPTER_H

#include <component/component.h>

// One interface, or several that share resources, of an app.
struct adapter_subject {
  const struct cm_component *app;
  const struct cm_item *const *imports;
  uint32_t import_count;
};

// The import of that name; NULL: the app has none. `name` may lack the version, if only one import has that name without it.
const struct cm_item *adapter_import_named(const struct cm_component *app, struct cm_str name);

// Exports what it imports: changes nothing, and holds no code.
bool adapter_pass_all(struct cm_arena *arena, const struct adapter_subject *subject, struct cm_component **out, struct cm_diag *diag);

// Every call traps, in a core function that is called "not provided: INTERFACE.FUNCTION". Imports nothing, so that an app in front of which it
// stands for all imports can be instantiated anywhere.
bool adapter_stub(struct cm_arena *arena, const struct adapter_subject *subject, struct cm_component **out, struct cm_diag *diag);

// What a denied call does. A function whose result is no `result` traps in any case, but for those that `empty` names.
struct adapter_denying {
  bool trap;               // even where there is an error to return
  struct cm_str error;     // which case of the error; empty: the one that means it best. An interface without it has its own best
  bool keep_types;         // resources stay the host's, for interfaces that use them and are not denied
};
bool adapter_deny(struct cm_arena *arena, const struct adapter_subject *subject, const struct adapter_denying *denying,
                  struct cm_component **out, struct cm_diag *diag);

// Exports the one import of the subject and imports it as `to`: another version, or another interface of the same type.
bool adapter_rename(struct cm_arena *arena, const struct adapter_subject *subject, struct cm_str to, struct cm_component **out,
                    struct cm_diag *diag);

#endif
