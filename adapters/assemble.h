// An adapter while it is put together.
//
// An adapter is a component that exports interfaces which another component, the *app*, imports, each under the name and with the type
// that the app gives it. What becomes of each function of such an interface is said one by one: it is passed on to an interface that the adapter
// imports, or it is lifted from a core module, whose text grows meanwhile. Nothing is built before adapter_finish; until then all is
// noted, so that calls may come in any order.
//
//   struct adapter a;
//   adapter_begin(&a, arena, app, diag);
//   struct adapter_export *e = adapter_export(&a, import);       // an import of the app
//   adapter_pass(&a, f) for some of its functions
//   adapter_lift(&a, f), adapter_lower(&a, e->host, name), code_put(&a.code, …) for others
//   adapter_finish(&a, &component)
//
// The core module. `$"IMPORT#FUNCTION"` is the core function of a function that is lifted, `$"IMPORT>FUNCTION"` that of one that is lowered;
// adapter_ident writes either. Both have the flat signature of the canonical ABI (CanonicalABI.md, "Flattening"). Memory is given by
// `$realloc` (old, old size, alignment, new size) from `$heap` on, and all of it is taken back when a call has returned: what
// must stay belongs into adapter_data or a global.
#ifndef ADAPTERS_ASSEMBLE_H
#define ADAPTERS_ASSEMBLE_H

#include "code.h"

#include "compose/build.h"
#include "compose/transplant.h"

// What becomes of a function of an exported interface.
enum adapter_way { ADAPTER_ABSENT, ADAPTER_PASSED, ADAPTER_LIFTED };

struct adapter_function {
  struct cm_str name;
  const struct cm_scope *scope;  // of the instance type
  const struct cm_type *type;    // CM_TYPE_FUNC
  uint32_t type_index;           // of it in the scope of the instance type
  enum adapter_way way;
  // LIFTED:
  bool takes_nothing;                   // its code takes no memory, nor does what it calls
  const struct adapter *home;           // of whose core module it is
  const struct adapter_function *same;  // the function whose code it has too; NULL: it has its own
  uint32_t number;                      // under which the core module exports that
  bool is_task;                         // with the `async` option and a callback (task.h)
};

// An interface that the adapter imports: that of an import of some component, under that name or another.
struct adapter_host {
  struct adapter *adapter;
  struct adapter_source *source;
  const struct cm_item *import;  // of an instance
  struct cm_name name;           // under which the adapter imports it
  bool bare;                     // what is imported is a function or a type, no interface (view.h)
  const struct cm_scope *scope;  // of its type
  struct adapter_source *more;   // where it is described once more (adapter_extend); NULL: nowhere
  const struct cm_item *more_import;
  const struct cm_scope *more_scope;
  struct cm_str *wanted;  // functions, and resources that are dropped; of others nothing is imported
  size_t wanted_count, wanted_room;
  bool all_types;     // all its types are wanted, for an export has them; else those that other imports use
  bool used;          // it is imported, be it for its types alone
  uint32_t instance;  // once it is built; of a bare one the function or type
  enum { HOST_WAITING, HOST_BEING_BUILT, HOST_BUILT } state;
};

// An interface that the adapter exports.
struct adapter_export {
  struct adapter *adapter;
  const struct cm_item *import;  // of the app
  struct cm_name name;
  bool bare;  // what is exported is a function or a type, no interface (view.h)
  const struct cm_scope *scope;
  struct adapter_function *functions;
  uint32_t count;
  struct adapter_host *host;    // has its types; imported only if a function of it is used, or `keeps_types`
  struct adapter_host *passes;  // what its functions are passed on to: `host`, unless another interface has the same functions
  bool keeps_types;             // its resources are the host's even if no function is
  struct adapter_export
      *alone;         // the same interface, of functions whose core module stands in the shim (adapter_alone); NULL: there are none
  uint32_t *types;    // by type index of `scope`: the index in the adapter, once it is built
  uint32_t *results;  // the same of what tasks return, as the hosts have it
  uint32_t exported;  // what the export introduces, an instance or, bare, a function or type; UINT32_MAX: nothing yet
};

// A component whose types the adapter takes over.
struct adapter_source {
  struct adapter *adapter;
  const struct cm_component *component;
  struct transplant hosts, exported;  // its types as the hosts have them, and, of the app, as the adapter exports them
  bool is_app;
};

// A core function that the core module imports.
struct adapter_import {
  struct cm_str ident;
  enum cm_canon_kind kind;          // LOWER, a RESOURCE_…, or what tasks use
  bool is_async;                    // LOWER: with the option
  const struct adapter_host *host;  // whose function is lowered, or whose resource it is
  struct cm_str name;
  const struct cm_scope *scope;  // or else: a scope of the app in which `type` is the resource
  uint32_t type;
  struct adapter_export *of;  // TASK_RETURN: of a function of this export
  const struct adapter_function *function;
};

// Bytes in memory that nothing writes to.
struct adapter_constant {
  const struct adapter_constant *next;
  uint32_t at;
  size_t size;
};

// The code of a function, from its name on, that others may have too.
struct adapter_body {
  const struct adapter_body *next;
  struct cm_str text;
  const struct adapter_function *f;
};

// A resource of the adapter's own: an export of a type, in the app's types, and its index in the adapter.
struct adapter_own {
  const struct cm_item *resource;
  uint32_t type;
};

// A function that the adapter exports besides, without parameters and without a result.
struct adapter_offer {
  struct cm_str name;
  struct cm_str ident;  // of the core function
  uint32_t number;      // under which the core module exports it
};

// A resource of an export that the adapter implements itself.
struct adapter_resource {
  const struct adapter_export *e;
  struct cm_str name;
  struct cm_str destructor;  // identifier of a core function (i32) -> (), which gets the representation
};

struct adapter {
  struct cm_arena *arena;
  struct cm_diag *diag;
  struct build build;
  bool mixes;                    // resources of the adapter's own stand beside the host's of the same name (adapter_mix)
  uint32_t handle_shift;         // in it: by how many bits a host's handle is shifted to be a representation (relay.h)
  const struct cm_item **owned;  // in it: the exports of resources, in the types of imports, that are the adapter's
  size_t owned_count, owned_room;
  struct adapter_source **sources;
  struct adapter_host **hosts;
  struct adapter_export **exports;
  struct adapter_import *imports;
  struct adapter_resource *resources;  // those with a destructor
  size_t source_count, source_room, host_count, host_room, export_count, export_room, import_count, import_room, resource_count,
      resource_room;
  const struct adapter_body *bodies;
  const struct adapter_constant *constants;
  uint32_t destroy;  // the core function through which the first destructor is called; those of the others follow
  struct adapter_offer *offers;
  size_t offer_count, offer_room;
  struct adapter_own *own_types;  // resources of the adapter's own that there are by now
  size_t own_type_count, own_type_room;
  struct code import_text, code;
  struct cm_buffer data;
  uint32_t reserved;  // bytes of memory behind the data
  bool memory;        // the core module has one
  bool keep_names;    // of core functions, and of the module: for traps that tell what was called
  struct cm_str module_name;
  bool walks;     // the code reads what calls leave in memory
  bool is_plain;  // the code calls nothing but what makes and drops handles, and takes no memory
  bool rewrites;  // the code has the routines of text/rewrite.wat
  bool wipes;     // what calls left in memory is overwritten when they return: for secrets
  bool tasks;     // the code has the routines of text/tasks.wat
  bool overlaps;  // calls may be there beside each other, so that memory is given back piece by piece (adapter_overlap)
  bool failed;    // memory is exhausted
};

// Where data begins in memory: below lies nothing, so that no pointer is null.
enum { ADAPTER_DATA = 16 };

// False: memory is exhausted. In each case adapter_end must be called in the end.
bool adapter_begin(struct adapter *a, struct cm_arena *arena, const struct cm_component *app, struct cm_diag *diag);
void adapter_end(struct adapter *a);

// Lets the adapter have resources of its own in interfaces that it imports too, so that a handle of the app's may be one of the host's, or what the
// adapter makes of it. Called before any interface is added. What the app imports of types that have such a resource must all be
// exported then; the other resources of these interfaces stay the host's.
void adapter_mix(struct adapter *a);

// In an adapter that mixes: a resource of an export is the adapter's own. A name that the export does not have is left out.
bool adapter_own(struct adapter_export *e, struct cm_str resource);
bool adapter_owns(const struct adapter *a, const struct cm_item *resource);

// Adds an interface: the type and the name of `import`, an import of an instance of the app. Its functions are ABSENT at first.
// NULL: `diag` says why.
struct adapter_export *adapter_export(struct adapter *a, const struct cm_item *import);

// The same interface, for functions whose code calls nothing but what drops handles, and keeps nothing: where the interface needs a shim, such
// code goes into a core module within it, so that the types are written down but once. Elsewhere it is `e` itself. NULL: no memory.
struct adapter_export *adapter_alone(struct adapter_export *e);

// Whether what is exported needs a shim (shim.h).
bool adapter_needs_shim(const struct adapter_export *e);

// What a function is called: "a:b/c.f", or of a bare one its name alone. In the arena; empty: no memory.
struct cm_str adapter_title(const struct adapter_export *e, const struct adapter_function *f);

// The type index that an export of a type introduces in its scope.
uint32_t adapter_type_index(const struct cm_scope *scope, const struct cm_item *export);

// The function of that name; NULL: the app does not import it.
struct adapter_function *adapter_find(const struct adapter_export *e, const char *name);

// Lets the adapter import an interface: that of `import` in `component`, by the name given. NULL: `diag` says why.
struct adapter_host *adapter_import(struct adapter *a, const struct cm_component *component, const struct cm_item *import,
                                    struct cm_name name);

// Lets the adapter call functions of a host that the app does not import: `import` of `component` describes the same interface, with them. What
// both descriptions name is as the first has it. False: `diag` says why.
bool adapter_extend(struct adapter_host *host, const struct cm_component *component, const struct cm_item *import);

// The function is the host's.
void adapter_pass(struct adapter_export *e, struct adapter_function *f);

// The function is the core module's, whose text must define it under adapter_lifted_ident. False: `diag` says why.
bool adapter_lift(struct adapter_export *e, struct adapter_function *f);

// Lets the core module call a function of a host; more than once is once. False: it has no such function, `diag` says so.
bool adapter_lower(struct adapter_host *host, struct cm_str function);

// Lets calls of asynchronous functions be there beside each other. Called when all interfaces have been added, and before any function is lifted. No
// memory is taken back when calls return then: what is taken is given back by `$free` (pointer), which passes over constants. What a function returned
// is given back without its doing. Where no function is asynchronous, nothing is different.
void adapter_overlap(struct adapter *a);

// As adapter_lift, for an asynchronous function that is a task (task.h). The core function that goes on with it is adapter_event_ident.
bool adapter_lift_task(struct adapter_export *e, struct adapter_function *f);
struct cm_str adapter_event_ident(const struct adapter_export *e, struct cm_str function);

// As adapter_lower, with the `async` option.
bool adapter_lower_task(struct adapter_host *host, struct cm_str function);
struct cm_str adapter_lowered_task_ident(const struct adapter_host *host, struct cm_str function);

// Lets the core module use a built-in that takes no type: `$"context.get"`. `signature` is text: " (result i32)".
bool adapter_builtin(struct adapter *a, enum cm_canon_kind kind, const char *signature);

// Lets the core module return from a task; *ident becomes the function's identifier.
bool adapter_task_return(struct adapter_export *e, const struct adapter_function *f, struct cm_str *ident);

// Gives a resource that the adapter implements itself (its interface is imported neither for functions nor for types) a destructor.
bool adapter_destructor(struct adapter_export *e, struct cm_str resource, struct cm_str destructor);

// Exports a function by itself: a core function () -> () that takes no memory.
bool adapter_offer(struct adapter *a, struct cm_str name, struct cm_str ident);

// Lets the core module use a resource that an export exports, by its name there: CM_CANON_RESOURCE_NEW and _REP (i32) -> (i32), for the adapter's
// own, CM_CANON_RESOURCE_DROP (i32) -> (). *ident becomes the function's identifier.
bool adapter_resource(struct adapter_export *e, struct cm_str resource, enum cm_canon_kind kind, struct cm_str *ident);

// Lets the core module drop handles of a resource, by the type index that an own or borrow of the app's types has for it; *ident becomes the
// function's identifier, (i32) -> ().
bool adapter_drop(struct adapter *a, const struct cm_scope *scope, uint32_t resource, struct cm_str *ident);

// The same of a resource that a host exports, by its name.
bool adapter_drop_of(struct adapter_host *host, struct cm_str resource, struct cm_str *ident);

// Identifiers, with the `$`: of a function of an export, and of a host's.
struct cm_str adapter_lifted_ident(const struct adapter_export *e, struct cm_str function);
struct cm_str adapter_lowered_ident(const struct adapter_host *host, struct cm_str function);

// Bytes that lie in memory from the beginning; returns where. `align` is a power of two.
uint32_t adapter_data(struct adapter *a, const void *bytes, size_t size, uint32_t align);

// The same of bytes that nothing writes to: what lies there already need not lie there twice.
uint32_t adapter_constant(struct adapter *a, const void *bytes, size_t size, uint32_t align);

// Memory that is zero at first and stays: `(global.get $reserved)` is where it begins, once `size` bytes are reserved.
void adapter_reserve(struct adapter *a, uint32_t size);

// Appends a text to a table that is being made: where it lies in memory, and its size; no pointer is null.
void adapter_put_text(struct adapter *a, struct cm_buffer *table, struct cm_str text);

// Exports what methods that are bare need exported beside them, their resources. Called by adapter_finish. False: `diag` says why.
bool adapter_complete(struct adapter *a);

// Builds the component. False: `diag` says why.
bool adapter_finish(struct adapter *a, struct cm_component **out);

#endif
