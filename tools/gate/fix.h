// Proposing changes.
//
// Every finding says the lines that make it go away. A fix is made by changing a copy of the file's text (doc/edit.h), and is the lines in
// which the two differ; what is proposed is thereby what the file would hold, with its own indentation and style.
#ifndef TW_GATE_FIX_H
#define TW_GATE_FIX_H

#include "collect.h"
#include "policy.h"

// Policies: adds the pattern `glob` to the list under `key` of a rule, makes a number greater, adds a waiver (`kind` may be NULL).
void tw_fix_allow(struct tw_collector *to, struct tw_finding *finding, const struct tw_policy *policy,
                  const struct tw_policy_rule *rule, const char *key, struct cm_str glob);
void tw_fix_raise(struct tw_collector *to, struct tw_finding *finding, const struct tw_policy *policy,
                  const struct tw_policy_rule *rule, const char *key, struct cm_str value);
void tw_fix_waive(struct tw_collector *to, struct tw_finding *finding, const struct tw_policy *policy, struct cm_str rule,
                  const char *kind, struct cm_str key);

#endif
