// Which variables are written to through their addresses, in a program whose stack lies in memory (stacked.h).
//
// A store to a constant address is seen when the bodies are read (body.h). Here addresses are followed that code hands on: through operands,
// locals, words of frames, arguments of calls, and what variables lead to. It errs on the side of more: what is kept in memory, or goes to code
// that is not known, is written to, and later.
#ifndef ANALYZE_STACKED_FLOW_H
#define ANALYZE_STACKED_FLOW_H

#include "program.h"

struct stacked_write {
  struct image_range range;
  uint32_t writer;  // gid: whose code has the address
  bool later;       // not while that runs, or not then alone
};

// `memory` is as initializers leave it, from address 0 on; `own`, by gid: functions that are the runtime's, whose own variables do not matter.
// `limit`: where static variables end. False: memory is exhausted.
bool stacked_flow_find(struct program *program, uint32_t instance, const uint8_t *own, struct cm_span memory, uint64_t limit,
                       struct stacked_write **writes, size_t *count);

#endif
