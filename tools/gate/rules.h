// Holding a component against the rules of a policy.
#ifndef TW_GATE_RULES_H
#define TW_GATE_RULES_H

#include "collect.h"
#include "policy.h"

// What a rule says of itself in the reports: its summary, or one made of its demands. The `tw_rule` borrows from the policy.
struct tw_rule tw_rule_of(struct tw_collector *to, const struct tw_policy *policy, const struct tw_policy_rule *rule);

// Judges one file. Findings name their rule by its index in the policy.
void tw_rules_judge(struct tw_collector *to, const struct tw_policy *policy, const struct tw_needs_document *document);

#endif
