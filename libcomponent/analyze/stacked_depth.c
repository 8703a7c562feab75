// Blocks nest, and an `else` begins where its `if` did.

#include "stacked_depth.h"

static void end(struct stacked_depth *d) {
  if (d->open & 1 && d->ifs) {
    if (--d->ifs < STACKED_IFS) d->now = d->at_if[d->ifs];
  } else if (d->live) {
    d->resting = d->now;
  } else {
    d->now = d->resting;
    d->live = true;
  }
  d->open >>= 1;
}

void stacked_depth_turn(struct stacked_depth *d, enum core_op op) {
  switch (op) {
    case CORE_OP_BLOCK:
    case CORE_OP_LOOP: d->open <<= 1; return;
    case CORE_OP_IF:
      if (d->ifs < STACKED_IFS) d->at_if[d->ifs] = d->now;
      d->ifs++;
      d->open = d->open << 1 | 1;
      return;
    case CORE_OP_ELSE:
      if (d->ifs && d->ifs <= STACKED_IFS) d->now = d->at_if[d->ifs - 1];
      return;
    case CORE_OP_END: end(d); return;
    case CORE_OP_BR:
    case CORE_OP_BR_TABLE:
      if (!d->ifs) d->resting = d->now, d->live = false;
      return;
    case CORE_OP_RETURN:
    case CORE_OP_UNREACHABLE:
      if (!d->ifs) d->live = false;
      d->now = d->resting;
      return;
    default: return;
  }
}
