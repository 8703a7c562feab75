#include "fix.h"

void tw_fix_allow(struct tw_collector *to, struct tw_finding *finding, const struct tw_policy *policy,
                  const struct tw_policy_rule *rule, const char *key, struct cm_str glob) {
  (void)to;
  (void)finding;
  (void)policy;
  (void)rule;
  (void)key;
  (void)glob;
}
void tw_fix_raise(struct tw_collector *to, struct tw_finding *finding, const struct tw_policy *policy,
                  const struct tw_policy_rule *rule, const char *key, struct cm_str value) {
  tw_fix_allow(to, finding, policy, rule, key, value);
}
void tw_fix_waive(struct tw_collector *to, struct tw_finding *finding, const struct tw_policy *policy, struct cm_str rule,
                  const char *kind, struct cm_str key) {
  (void)rule;
  tw_fix_allow(to, finding, policy, NULL, kind, key);
}
