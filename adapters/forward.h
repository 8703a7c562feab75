// A call handed on by code: for functions that look at it on the way, or whose two sides have types that are alike but not the same.
//
//   forward_begin(&fw, e, f, host, name)     lowers and lifts
//   forward_put_head(&fw, locals)            parameters $0, $1, …; locals $p0, … and, where there is a result, $r
//   … code_put, what is done on the way; forward_put_refusal where the call ends here …
//   forward_put_host(&fw)                    the call; from here on parameters cannot be asked for
//   … what is done with the result …
//   forward_put_end(&fw)
//
// In an adapter whose calls overlap (adapter_overlap) an asynchronous function becomes a task (task.h), which two core functions carry out: what is
// put before the call is one, what is put behind it the other.
#ifndef ADAPTERS_FORWARD_H
#define ADAPTERS_FORWARD_H

#include "generic.h"
#include "values.h"

struct forward {
  struct adapter_export *e;
  struct adapter_function *f;
  struct cm_str lowered;  // identifier
  struct cm_signature lifted;
  struct value_drops borrowed;  // to be dropped once the call has returned
  struct value_drops frees;     // to be given back then
  bool notes;                   // to be set before the head: what is put in local $note before the call is there behind it too
  bool is_task;
  // Of a task:
  struct cm_signature called;       // as the host's function is lowered
  struct cm_str finish;             // identifiers: of what is done when the host has returned,
  struct cm_str give_back, answer;  // of what returns to the app, and of what does so without the host
  uint32_t frame_size, params_at, result_at;
  bool has_record;  // the frame holds the parameters
  uint32_t locals;
};

// False: `diag` says why.
bool forward_begin(struct forward *fw, struct adapter_export *e, struct adapter_function *f, struct adapter_host *host,
                   struct cm_str name);
bool forward_put_head(struct forward *fw, uint32_t locals);

// The call ends here, with that answer. `drops`: of all handles among the parameters, whose locals were counted.
void forward_put_refusal(struct forward *fw, const struct adapter_answer *answer, const struct value_drops *drops);

// The call alone: what it returns, or where that lies, is in $r then.
bool forward_put_host(struct forward *fw);
bool forward_put_end(struct forward *fw);
bool forward_put_call(struct forward *fw);

#endif
