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

void tw_fix_remove(struct tw_collector *to, struct tw_finding *finding, const struct tw_spot *at, const char *what) {
  (void)to;
  (void)finding;
  (void)at;
  (void)what;
}
void tw_fix_remove_member(struct tw_collector *to, struct tw_finding *finding, const struct tw_spot *map, const char *key,
                          const char *what) {
  (void)key;
  tw_fix_remove(to, finding, map, what);
}
void tw_fix_replace(struct tw_collector *to, struct tw_finding *finding, const struct tw_spot *at, struct cm_str text,
                    const char *what) {
  (void)text;
  tw_fix_remove(to, finding, at, what);
}
void tw_fix_give_key(struct tw_collector *to, struct tw_finding *finding, const struct tw_manifests *manifests,
                     const struct tw_granted_map *const *maps, size_t count, const struct tw_spot *home, const char *const path[2],
                     const struct tw_want *want) {
  (void)manifests;
  (void)maps;
  (void)count;
  (void)path;
  (void)want;
  tw_fix_remove(to, finding, home, NULL);
}
void tw_fix_give_word(struct tw_collector *to, struct tw_finding *finding, const struct tw_granted_list *list,
                      const struct tw_spot *home, const char *key, struct cm_str word) {
  (void)list;
  (void)key;
  (void)word;
  tw_fix_remove(to, finding, home, NULL);
}
void tw_fix_give_entry(struct tw_collector *to, struct tw_finding *finding, const struct tw_granted_workload *workload,
                       const struct tw_interface *wanted) {
  (void)wanted;
  tw_fix_remove(to, finding, &workload->at, NULL);
}
