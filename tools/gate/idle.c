// Rules that can match nothing.
//
// A rule that selects nothing looks like protection and is none. Most are misspelt: an interface by a name that no function of the table of
// sinks has, a range that holds no version, a list of keys that the rule's own `key` leaves nothing of. What only happens not to match
// the components at hand is no fault: a policy is written for those to come.

#include "idle.h"

#include "fix.h"
#include "glob.h"
#include "rules.h"

struct search {
  struct tw_collector *to;
  const struct tw_policy *policy;
  const struct tw_policy_rule *rule;
  uint32_t index;
};

static void found(struct search *search, const struct tw_node *node, const char *key, struct cm_str why) {
  struct tw_finding finding = {.rule = search->index,
                               .level = TW_WARNING,
                               .subject = {.about = TW_ABOUT_POLICY, .key = search->rule->id},
                               .place = tw_policy_place(search->policy, search->rule->node, key)};
  if (node) {
    finding.place.line = node->from.line;
    finding.place.column = node->from.column;
    tw_fix_drop(search->to, &finding, search->policy, node);
  }
  finding.message = tw_collect_format(search->to, "rule %.*s: %.*s", CM_STR_ARG(search->rule->id), CM_STR_ARG(why));
  tw_collect(search->to, &finding);
}

// Whether letters of either case count as the same in all kinds that the rule selects.
static bool folds(const struct tw_policy_rule *rule) {
  return (rule->kinds & ~(1U << CM_NEED_HTTP_HOST | 1U << CM_NEED_DNS_NAME)) == 0;
}

// Patterns of `list` that no key can fit that the rule's own selection of keys lets pass.
static void search_list(struct search *search, const struct tw_patterns *list) {
  for (uint32_t i = 0; i < list->count; i++) {
    bool meets = !search->rule->keys.given;
    for (uint32_t j = 0; j < search->rule->keys.count && !meets; j++) {
      meets = tw_glob_meets(search->rule->keys.at[j].text, list->at[i].text, folds(search->rule));
    }
    if (!meets) {
      found(search, list->at[i].node, NULL,
            tw_collect_format(search->to, "no key that the rule's 'key' selects can fit '%.*s'", CM_STR_ARG(list->at[i].text)));
    }
  }
}

static void search_keys(struct search *search) {
  const struct tw_policy_rule *rule = search->rule;
  search_list(search, &rule->allow);
  search_list(search, &rule->deny);
  search_list(search, &rule->require);
  search_list(search, &rule->allow_unresolved);
}

// Interfaces by which needs of these kinds can come: those of the table of sinks, and the one that is imported by label.
static bool is_known(uint32_t kinds, struct cm_str glob) {
  for (size_t i = 0; i < cm_sink_count; i++) {
    if ((kinds >> cm_sinks[i].kind & 1) && tw_glob_fits(glob, cm_str_of(cm_sinks[i].interface), false)) {
      return true;
    }
  }
  return (kinds >> CM_NEED_SECRET & 1) && tw_glob_fits(glob, CM_STR("wasmcloud:secrets/secret"), false);
}

static void search_interfaces(struct search *search) {
  const struct tw_policy_rule *rule = search->rule;
  for (uint32_t i = 0; i < rule->interfaces.count; i++) {
    const struct tw_pattern *pattern = &rule->interfaces.at[i];
    if (memchr(pattern->text.at, '@', pattern->text.size)) {
      found(search, pattern->node, NULL,
            tw_collect_format(search->to, "interfaces are named without a version here, so nothing fits '%.*s'; use 'version'",
                              CM_STR_ARG(pattern->text)));
    } else if (!(rule->kinds & ~(uint32_t)TW_KINDS_OF_NEEDS) && !is_known(rule->kinds, pattern->text)) {
      found(search, pattern->node, NULL,
            tw_collect_format(search->to, "needs of these kinds never come by an interface '%.*s'", CM_STR_ARG(pattern->text)));
    }
  }
}

// Only a secret that is imported by its label is declared.
static void search_certainty(struct search *search) {
  const struct tw_policy_rule *rule = search->rule;
  bool declarable = rule->kinds & ~((uint32_t)TW_KINDS_OF_NEEDS & ~(1U << CM_NEED_SECRET));
  if (rule->certainties == 1U << CM_DECLARED && !declarable) {
    found(search, NULL, "certainty", CM_STR("only secrets can be declared, and the rule selects none"));
  }
  if (rule->require_certainty && (rule->certainties & ~rule->require_certainty) == 0) {
    found(search, NULL, "require-certainty", CM_STR("what the rule selects is as certain as it requires already"));
  }
}

// Lists that nothing fits, of what is selected and of what is denied or required. An empty `allow` says much.
static void search_empty(struct search *search) {
  const struct tw_policy_rule *rule = search->rule;
  const struct {
    const char *key;
    const struct tw_patterns *patterns;
  } lists[] = {{"key", &rule->keys}, {"instance", &rule->instances}, {"interface", &rule->interfaces},
               {"app", &rule->apps}, {"deny", &rule->deny},          {"require", &rule->require}};
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    if (lists[i].patterns->given && lists[i].patterns->count == 0) {
      found(search, NULL, lists[i].key, tw_collect_format(search->to, "'%s' is empty", lists[i].key));
    }
  }
}

static void search_rule(struct search *search) {
  const struct tw_policy_rule *rule = search->rule;
  if (rule->versions && tw_range_empty(rule->versions)) {
    found(search, NULL, "version", CM_STR("no version lies in this range"));
  }
  search_empty(search);
  if (!(rule->kinds & TW_KINDS_OF_NEEDS) && (rule->deny_unresolved || rule->max_unresolved.given)) {
    found(search, NULL, rule->deny_unresolved ? "unresolved" : "max-unresolved", CM_STR("imports and exports are never undecided"));
  }
  search_keys(search);
  search_interfaces(search);
  search_certainty(search);
}

void tw_idle_find(struct tw_collector *to, const struct tw_policy *policy, uint32_t index) {
  for (uint32_t i = 0; i < policy->rule_count; i++) {
    search_rule(&(struct search){to, policy, &policy->rules[i], index});
  }
}
