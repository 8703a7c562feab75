// What the files that validate a module as a whole share; private to them.
#ifndef COMPONENT_CORE_VALIDATE_MODULE_H
#define COMPONENT_CORE_VALIDATE_MODULE_H

#include "validate.h"

#include <component/reader.h>

// The entries of the function section, as far as they have been looked for.
struct func_entries {
  struct cm_reader r;
  uint32_t next;  // the function whose entry is at the reader; 0: not begun
};

// A module being validated, and who is told.
struct core_validation {
  struct core_context context;
  struct core_type_store *store;  // the same that the context reads
  uint32_t *ids;                  // the same
  bool has_types;                 // the types are valid
  bool is_unresolved;             // something is declared to be of a type that is not there
  struct cm_arena arena;          // of what is not needed afterwards
  struct core_check check;        // for constant expressions
  const struct cm_where *where;   // the item at hand
  struct func_entries func_entries;
  const struct cm_diag_sink *sink;
  uint32_t errors;
  bool is_enough;  // no more errors are wanted
  unsigned threads;
};

// Tells of an error at the item at hand; returns false.
bool core_report(struct core_validation *d, uint64_t offset, const char *rule, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
bool core_report_diag(struct core_validation *d, const struct cm_diag *diag);
bool core_report_memory(struct core_validation *d);

// Checks the types and puts them into the store. False: one of them is not valid.
bool core_validate_types(struct core_validation *d);

// Checks what is declared of imports, functions, tables, memories, tags and globals: all that the rest refers to. False: the rest cannot
// be judged.
bool core_validate_declarations(struct core_validation *d);

// Checks initial values, exports, the start function, segments. Needs the context to be complete.
void core_validate_definitions(struct core_validation *d);

// Checks all bodies, on several processors where that is worth while.
void core_validate_bodies(struct core_validation *d);

#endif
