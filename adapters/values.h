// Values of component types, seen from the core module: code that drops the handles in them, and constants.
//
// Spec: CanonicalABI.md, "Alignment", "Element Size", "Storing", "Flattening".
#ifndef ADAPTERS_VALUES_H
#define ADAPTERS_VALUES_H

#include "assemble.h"

// What occurs in the parameters and the result of a function.
struct value_facts {
  bool memory;   // strings, lists
  bool handles;  // own, borrow
};
bool value_facts_of(const struct cm_scope *scope, const struct cm_type *func, struct value_facts *out, struct cm_diag *diag);

// Puts a core function for a function that is lifted, up to and without its end: its head, and code that drops all handles in its
// parameters. Whoever gets a borrowed handle must drop it before it returns (CanonicalABI.md, `canon lift`). Parameters are $0, $1, ….
bool value_put_dropping(struct adapter_export *e, const struct adapter_function *f);

// How an error is chosen.
struct value_denial {
  struct cm_str wanted;      // the case of the error type, if it is an enum or a variant; empty: the one that best means "denied"
  struct cm_str message;     // where the error, or the case, has a text
};

enum value_verdict {
  VALUE_MADE,
  VALUE_NO_ERROR,     // the result type has no error
  VALUE_NO_CASE,      // it has no case of that name
  VALUE_NOT_CONSTANT,  // only a handle would do
  VALUE_FAILED,       // `diag` says why
};

// Makes the error result of a function a constant: in memory, where the result is spilled, and the flat result that a lifted function
// returns then; else the flat result itself. `*flat` is an i32.
enum value_verdict value_denial_of(struct adapter_export *e, const struct adapter_function *f, const struct value_denial *denial,
                                   uint32_t *flat);

#endif
