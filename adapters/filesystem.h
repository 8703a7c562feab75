// What wasi:filesystem/types consists of, for adapters that let nothing be changed: all folders' or some's.
#ifndef ADAPTERS_FILESYSTEM_H
#define ADAPTERS_FILESYSTEM_H

#include "forward.h"

// What a function does to what it is called of.
enum files_kind {
  FILES_READS,    // changes nothing
  FILES_OPENS,    // open-at, which may create, truncate, or open for writing
  FILES_TELLS,    // get-flags
  FILES_REFUSED,  // fails by itself, of a descriptor that was not opened for writing
  FILES_CHANGES,  // whatever else there is, whatever a later version calls it
};
enum files_kind files_kind_of(const struct adapter_function *f);

// A condition, as an expression: whether a call of open-at asks for a change.
extern const char files_asks_for_change[];

// Begins a function that may be refused with the error `read-only`; *drops as of forward_put_refusal. False: `diag` says why.
bool files_begin(struct forward *fw, struct adapter_export *e, struct adapter_function *f, struct adapter_answer *refusal,
                 struct value_drops *drops);

// Puts what becomes of the host's flags, in the result of get-flags: those that allow a change go. False: `diag` says why.
bool files_put_flags(struct forward *fw);

#endif
