// Waivers at work.
#ifndef TW_GATE_WAIVE_H
#define TW_GATE_WAIVE_H

#include "collect.h"
#include "policy.h"

struct tw_waivers {
  const struct tw_policy *policy;
  struct tw_waiver *waivers;  // one for each of the policy
  bool *used;
};

// Prepares the waivers of a policy for the day `today` ("2026-11-26"): a waiver holds through its last day. `policy` may be NULL.
void tw_waivers_of(struct tw_collector *to, const struct tw_policy *policy, struct cm_str today, struct tw_waivers *waivers);

// Notes for each finding about the file `path` the waiver that covers it: one that holds, else one that expired.
void tw_waive(struct tw_waivers *waivers, const char *path, const struct tw_rule *rules, struct tw_found *found, size_t count);

// Collects what is wrong with the waivers themselves, once all files are judged. `rules` of `rule_count` are those in force; the two
// others are the indices of tidewaiter's own by which they are found.
void tw_waivers_find(struct tw_collector *to, const struct tw_waivers *waivers, const struct tw_rule *rules, uint32_t rule_count,
                     uint32_t expired, uint32_t unused);

#endif
