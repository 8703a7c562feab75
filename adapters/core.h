// A core module of an adapter, built: in the adapter itself, or in the shim of one export (adapter_alone).
//
// Where functions are lowered there are two modules. They need memory and `realloc` (CanonicalABI.md, "Canonical Options") before the module that
// calls them can be instantiated: so these two stand in a module of their own.
#ifndef ADAPTERS_CORE_H
#define ADAPTERS_CORE_H

#include "assemble.h"

struct core {
  struct adapter *a;    // whose code it is
  struct build *build;  // where it stands
  // The index there of the resource that an import of it is about. False: told.
  bool (*resource)(void *context, const struct adapter_import *import, uint32_t *out);
  // The type there of what a task returns. NULL: there are no tasks.
  bool (*result)(struct adapter_export *e, const struct adapter_function *f, struct cm_valtype *out);
  void *context;
  // Once it is built, indices there. UINT32_MAX: there is none yet.
  uint32_t memory_instance, memory, realloc;
  uint32_t instance;    // of the module that does the work
  uint32_t release[5];  // by kind of flat result: the function that takes all memory back
  uint32_t *functions;  // by number
  uint32_t function_count;
};

// Whether there is any code.
bool core_is_needed(const struct adapter *a);

// The module of memory, and of what calls destructors; nothing where there is none. To be built first.
bool core_add_memory(struct core *core);

// The module that does the work.
bool core_add_work(struct core *core);

// Lifts a function that has its code there; `type` is the index of its type.
bool core_lift(struct core *core, const struct adapter_function *f, uint32_t type, uint32_t *out);

#endif
