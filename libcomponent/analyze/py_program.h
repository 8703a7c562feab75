// The program that a CPython carries: its modules, and where the component's exports enter it.
#ifndef ANALYZE_PY_PROGRAM_H
#define ANALYZE_PY_PROGRAM_H

#include "py_code.h"

#include <component/needs.h>

enum py_role {
  PY_ROLE_APPLICATION,  // the program's own modules, and packages that it brings
  PY_ROLE_LIBRARY,      // CPython's
  PY_ROLE_BINDINGS,     // made by componentize-py for the component's world
};

struct py_module {
  py_address object, dict;
  struct cm_str name, file;
  enum py_role role;
};

// A class of the application that stands for an export, and the protocol that says which methods it must have (0: it is not in memory).
struct py_entry_class {
  py_address class, protocol;
};

struct py_program {
  const struct py_heap *heap;
  const struct cm_needs *surface;
  struct py_module *modules;  // in the order of sys.modules
  size_t module_count, module_room;
  struct py_entry_class *entries;
  size_t entry_count, entry_room;
  bool failed;  // memory is exhausted
};

// Finds the modules and the entries. `surface` says what the component exports. False: memory is exhausted, or there is no module of an
// application.
bool py_program_read(struct cm_arena *arena, const struct py_heap *heap, const struct cm_needs *surface,
                     struct py_program *program);

// Does the outside call this method of an entry?
bool py_program_calls(const struct py_program *program, const struct py_entry_class *entry, struct cm_str method);

// The module whose names stand in `dict`; NULL: none.
const struct py_module *py_program_module(const struct py_program *program, py_address dict);

// Is it a function of the bindings that calls an import?
bool py_program_is_import(const struct py_program *program, py_address function);

// Is "set_authority" or "OutgoingRequest" how Python calls "set-authority", "outgoing-request"? Case and separators apart they are the same.
bool py_same_name(struct cm_str python, struct cm_str wit);
// "c" of "a.b.c"; all of it where the mark is not there.
struct cm_str py_behind_last(struct cm_str text, char mark);

#endif
