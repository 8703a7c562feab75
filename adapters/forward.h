// A call handed on by code: for functions that look at it on the way, or whose two sides have types that are alike but not the same.
//
//   forward_begin(&fw, e, f, host, name)     lowers and lifts
//   forward_put_head(&fw, locals)            parameters $0, $1, …; locals $p0, … and, where there is a result, $r
//   … code_put, what is done on the way …
//   forward_put_call(&fw)                    the call, and the end of the function
#ifndef ADAPTERS_FORWARD_H
#define ADAPTERS_FORWARD_H

#include "values.h"

struct forward {
  struct adapter_export *e;
  struct adapter_function *f;
  struct cm_str lowered;  // identifier
  struct cm_signature lifted;
  struct value_drops borrowed;  // to be dropped once the call has returned
};

// False: `diag` says why.
bool forward_begin(struct forward *fw, struct adapter_export *e, struct adapter_function *f, struct adapter_host *host,
                   struct cm_str name);
bool forward_put_head(struct forward *fw, uint32_t locals);
// The call alone: what it returns, or where that lies, is in $r then.
bool forward_put_host(struct forward *fw);
bool forward_put_call(struct forward *fw);

#endif
