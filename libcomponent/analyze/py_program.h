// The program that a CPython carries: its modules, and where the component's exports enter it.
#ifndef ANALYZE_PY_PROGRAM_H
#define ANALYZE_PY_PROGRAM_H

#include "py_code.h"

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

// A class of the application that stands for an export, and the protocol that says which methods it must have.
struct py_entry_class {
  py_address class, protocol;
};

struct py_program {
  const struct py_heap *heap;
  struct py_module *modules;  // in the order of sys.modules
  size_t module_count, module_room;
  struct py_entry_class *entries;
  size_t entry_count, entry_room;
  bool failed;  // memory is exhausted
};

// Finds the modules and the entries. False: memory is exhausted, or there is no module of an application.
bool py_program_read(struct cm_arena *arena, const struct py_heap *heap, struct py_program *program);

// The module whose names stand in `dict`; NULL: none.
const struct py_module *py_program_module(const struct py_program *program, py_address dict);

// Is it a function of the bindings that calls an import?
bool py_program_is_import(const struct py_program *program, py_address function);

#endif
