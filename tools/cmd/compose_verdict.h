// What the validator says of a composition, in terms of its parts.
#ifndef TW_COMPOSE_VERDICT_H
#define TW_COMPOSE_VERDICT_H

#include "compose_request.h"

struct tw_verdict {
  struct tw_compose *compose;
  const struct cm_composed *composed;
  const struct tw_delivery *delivery;
  size_t errors;
  bool hidden;  // an export mentions what is exported under no name
};

// For a cm_diag_sink whose context is the verdict: one error, to standard error.
bool tw_verdict_tell(void *context, const struct cm_diag *diag);

// When all errors have been told: what might help.
void tw_verdict_advise(const struct tw_verdict *verdict);

#endif
