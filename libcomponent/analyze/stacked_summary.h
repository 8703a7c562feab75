// What a function does with the addresses that it is given (stacked_flow.c). Private to that.
#ifndef ANALYZE_STACKED_SUMMARY_H
#define ANALYZE_STACKED_SUMMARY_H

#include "program.h"

enum {
  ARGUMENTS = 32,
  CAPTURED = 31,  // of these: the object by which a closure finds what it captured
  RETURNS = 4,
};
static const uint64_t anywhere = UINT64_MAX;

struct summary {
  bool is_read, is_being_read;
  uint8_t round;
  uint32_t keeps, deep;        // bits by argument
  uint64_t writes[ARGUMENTS];  // bits by words behind it; the last one: any farther on
  uint64_t returns[RETURNS];   // addresses of variables
  uint8_t return_count;
  uint32_t gives, gives_found;  // bits by argument: it is given back, or what it leads to is
};

// Nothing is known of it: everything may be.
void summary_give_up(struct summary *summary);

bool summary_equal(const struct summary *a, const struct summary *b);

// What the runtime's function of that name does with what programs give it. All else that it writes to is its own.
void summary_of_core(struct cm_str name, struct summary *summary);

#endif
