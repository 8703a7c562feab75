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

// The export whose resource the handle is of, and its name there (`name` may be NULL), if the adapter implements it itself; NULL: it is a host's.
// To be asked when it is known which interfaces are imported.
struct adapter_export *value_owner(struct adapter *a, const struct cm_typeref *handle, struct cm_str *name);

// Whether there is such a handle anywhere in a type.
bool value_mentions_own(const struct cm_scope *scope, struct cm_valtype type, struct adapter *a);

// Puts a core function with the parameters and the result of one that is lifted, up to and without its end: its head, and code that drops all
// handles in its parameters. Whoever gets a borrowed handle must drop it before it returns (CanonicalABI.md, `canon lift`). Parameters are
// $0, $1, ….
bool value_put_dropping_as(struct adapter_export *e, const struct adapter_function *f, struct cm_str ident);

// The same in parts, for functions that do more: code that drops handles in the parameters, all or the borrowed ones, and how many locals
// it needs, of i32, called $p0, $p1, …; and the head of the function, with locals.
struct value_drops {
  struct cm_str text;
  uint32_t locals;
};
bool value_drops_of(struct adapter_export *e, const struct adapter_function *f, bool borrows_only, struct value_drops *out);

// Code that exchanges, in a result in memory where $p0 points to, each handle that a host gave of a resource which is the adapter's own for what
// `$"wrap RESOURCE"` makes of it. $p0 is counted among the locals.
bool value_wraps_of(struct adapter_export *e, const struct adapter_function *f, struct value_drops *out);

// For adapters whose calls overlap (adapter_overlap): code that gives back what a function was given in memory, for its flat parameters; and the same
// of its result, or of its parameters as a record, where $p0 points to it. $p0 is counted among the locals.
bool value_frees_of(struct adapter_export *e, const struct adapter_function *f, struct value_drops *out);
bool value_result_frees_of(struct adapter_export *e, const struct adapter_function *f, struct value_drops *out);
bool value_record_frees_of(struct adapter_export *e, const struct adapter_function *f, struct value_drops *out);

// Code that drops handles in the parameters, all or the borrowed ones, as a record where $p0 points to.
bool value_record_drops_of(struct adapter_export *e, const struct adapter_function *f, bool borrows_only, struct value_drops *out);

// Parameters, result and locals of such a function; the head is these behind its identifier.
bool value_put_parameters(struct adapter_export *e, const struct adapter_function *f, uint32_t locals, struct code *code);
bool value_put_head(struct adapter_export *e, const struct adapter_function *f, struct cm_str ident, uint32_t locals);

// How an error is chosen.
struct value_denial {
  struct cm_str wanted;   // the case of the error type, if it is an enum or a variant; empty: the one that best means "denied"
  struct cm_str message;  // where the error, or the case, has a text
};

enum value_verdict {
  VALUE_MADE,
  VALUE_NO_ERROR,      // the result type has no error
  VALUE_NO_CASE,       // it has no case of that name
  VALUE_NOT_CONSTANT,  // only a handle would do
  VALUE_FAILED,        // `diag` says why
};

// Makes the error result of a function a constant: in memory, where the result is spilled, and the flat result that a lifted function
// returns then; else the flat result itself. `*flat` is an i32.
enum value_verdict value_denial_of(struct adapter_export *e, const struct adapter_function *f, const struct value_denial *denial,
                                   uint32_t *flat);

// Makes the answer that says there is nothing: an option's none, false, an empty list or text, zero, or a result's `ok` of these. A result
// without such an `ok`, or a handle: VALUE_NOT_CONSTANT.
enum value_verdict value_empty_of(struct adapter_export *e, const struct adapter_function *f, uint32_t *flat);

// A function's type as WIT would say it, without names of parameters and types: "func(string) -> result<option<string>, variant{upstream(string),
// io(string)}>". Handles are "own<NAME>" and "borrow<NAME>". Two functions of the same shape have the same layout in memory. .at is NULL on failure.
struct cm_str value_shape(struct cm_arena *arena, const struct cm_scope *scope, const struct cm_type *func);

// Whether a function has this shape, `async` apart, for whoever has written code for it by hand. False: `diag` says what it has instead.
bool value_expect(struct adapter_export *e, const struct adapter_function *f, const char *shape);

// Where a text among the parameters of a function stands in a call: the first of the paths between the bars ("topic|channel") that the function
// has, and that is a string (types.h, cm_place_of). False: none is.
bool value_text_place(const struct adapter_function *f, struct cm_str paths, struct cm_place *out);

#endif
