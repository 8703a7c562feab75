// Names of functions that a Go program carries in its memory, for its tracebacks: they survive when the name section is stripped.
#ifndef ANALYZE_SYMBOLS_H
#define ANALYZE_SYMBOLS_H

#include "program.h"

// Gives functions of `instance` the names of the line table in `bytes`, memory from address 0 on, where there is such a table. The names are
// borrowed from `bytes`. False: memory is exhausted.
bool symbols_read(struct program *program, uint32_t instance, struct cm_span bytes);

// To whom a function of that name belongs.
enum symbols_owner {
  SYMBOLS_UNKNOWN,  // it has no name
  SYMBOLS_PROGRAM,  // the program, or a library that was chosen for it
  SYMBOLS_LIBRARY,  // the standard library
  SYMBOLS_RUNTIME,  // of that, what does not depend on anything that programs set
};
enum symbols_owner symbols_owner_of(struct cm_str name);

// Is it one that reads and writes what it is given a pointer to, undivided?
bool symbols_is_atomic(struct cm_str name);

// Is it a function of the runtime proper, which allocates and schedules?
bool symbols_is_core(struct cm_str name);

// Does the answer of the runtime's function of that name depend on when it is asked: on panics, channels, other threads? Or does it begin such a
// thread, which goes on when nobody knows?
bool symbols_is_unsteady(struct cm_str name);

// Does the function of that name leave what it is given as it is, whatever it calls: one that formats, or works on texts?
bool symbols_only_reads(struct cm_str name);

#endif
