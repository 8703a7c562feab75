// Rules that can match nothing.
#ifndef TW_GATE_IDLE_H
#define TW_GATE_IDLE_H

#include "collect.h"
#include "policy.h"

// Collects a warning for each rule of the policy, and each pattern in one, that cannot match anything whatever the component is.
// `index` is that of the rule of tidewaiter's own by which they are found.
void tw_idle_find(struct tw_collector *to, const struct tw_policy *policy, uint32_t index);

#endif
