// Waivers at work.
//
// A waiver names a rule, and may name a kind, keys and files. It is noted with every finding that it covers, also after its last day, so
// that a report can say "waived until yesterday"; whether it still holds decides whether the finding fails. Days are compared as
// texts, which their form allows.

#include "waive.h"

#include "fix.h"

void tw_waivers_of(struct tw_collector *to, const struct tw_policy *policy, struct cm_str today, struct tw_waivers *waivers) {
  uint32_t count = policy ? policy->waiver_count : 0;
  *waivers = (struct tw_waivers){.policy = policy,
                                 .waivers = cm_alloc_array(to->arena, count, sizeof *waivers->waivers),
                                 .used = cm_alloc_array(to->arena, count, sizeof *waivers->used)};
  if (!waivers->waivers || !waivers->used) {
    to->failed = true;
    waivers->policy = NULL;
    return;
  }
  for (uint32_t i = 0; i < count; i++) {
    const struct tw_policy_waiver *from = &policy->waivers[i];
    waivers->waivers[i] = (struct tw_waiver){.reason = from->reason,
                                             .owner = from->owner,
                                             .expires = from->expires,
                                             .expired = cm_str_compare(from->expires, today) < 0,
                                             .place = tw_policy_place(policy, from->node, "rule")};
  }
}

// An undecided place may ask for all that its pattern fits: the waiver must cover that.
static bool covers_key(const struct tw_policy_waiver *waiver, const struct tw_subject *subject) {
  bool fold = subject->has_kind && tw_kind_folds((int)subject->kind);
  bool selected = tw_patterns_select(&waiver->keys, subject->key, fold);
  if (subject->about == TW_ABOUT_INTERFACE) {
    selected = selected || tw_patterns_select(&waiver->keys, tw_interface_of(subject->key), false);
  }
  return selected;
}

static bool covers_kind(const struct tw_policy_waiver *waiver, const struct tw_subject *subject) {
  if (waiver->kind.size == 0) {
    return true;
  }
  return subject->has_kind ? cm_str_is(waiver->kind, cm_need_kinds[subject->kind])
                           : subject->about == TW_ABOUT_INTERFACE && (cm_str_is(waiver->kind, tw_policy_kinds[TW_KIND_IMPORT]) ||
                                                                      cm_str_is(waiver->kind, tw_policy_kinds[TW_KIND_EXPORT]));
}

static bool covers(const struct tw_policy_waiver *waiver, const char *path, struct cm_str rule, const struct tw_subject *subject) {
  return cm_str_equal(waiver->rule, rule) && covers_kind(waiver, subject) && covers_key(waiver, subject) &&
         tw_patterns_select_path(&waiver->apps, path);
}

static void waive_one(struct tw_waivers *waivers, const char *path, struct cm_str rule, struct tw_finding *finding) {
  for (uint32_t i = 0; i < waivers->policy->waiver_count; i++) {
    if (!covers(&waivers->policy->waivers[i], path, rule, &finding->subject)) {
      continue;
    }
    waivers->used[i] = true;
    if (!finding->waiver || (finding->waiver->expired && !waivers->waivers[i].expired)) {
      finding->waiver = &waivers->waivers[i];
    }
  }
}

void tw_waive(struct tw_waivers *waivers, const char *path, const struct tw_rule *rules, struct tw_found *found, size_t count) {
  for (size_t i = 0; waivers->policy && i < count; i++) {
    waive_one(waivers, path, rules[found[i].finding.rule].id, &found[i].finding);
  }
}

// --- what is wrong with waivers ---

// "a waiver of known-env for LEGACY_MODE"
static struct cm_str name_of(struct tw_collector *to, const struct tw_policy_waiver *waiver) {
  if (waiver->keys.count == 0) {
    return tw_collect_format(to, "the waiver of %.*s", CM_STR_ARG(waiver->rule));
  }
  return tw_collect_format(to, "the waiver of %.*s for %.*s%s", CM_STR_ARG(waiver->rule), CM_STR_ARG(waiver->keys.at[0].text),
                           waiver->keys.count > 1 ? " and others" : "");
}

static struct tw_finding finding_of(const struct tw_waivers *waivers, uint32_t i, uint32_t rule, enum tw_level level,
                                    const char *key) {
  const struct tw_policy_waiver *waiver = &waivers->policy->waivers[i];
  return (struct tw_finding){.rule = rule,
                             .level = level,
                             .subject = {.about = TW_ABOUT_POLICY, .key = waiver->rule},
                             .place = tw_policy_place(waivers->policy, waiver->node, key)};
}

static bool is_rule(struct cm_str id, const struct tw_rule *rules, uint32_t count) {
  bool known = false;
  for (uint32_t i = 0; i < count && !known; i++) {
    known = cm_str_equal(rules[i].id, id);
  }
  return known;
}

static void find_expired(struct tw_collector *to, const struct tw_waivers *waivers, uint32_t i, uint32_t rule) {
  struct tw_finding finding = finding_of(waivers, i, rule, TW_ERROR, "expires");
  struct cm_str name = name_of(to, &waivers->policy->waivers[i]);
  finding.message =
      tw_collect_format(to, "%.*s expired on %.*s%s (owner: %.*s; reason: %.*s)", CM_STR_ARG(name),
                        CM_STR_ARG(waivers->waivers[i].expires), waivers->used[i] ? "" : ", and nothing needs it any more",
                        CM_STR_ARG(waivers->waivers[i].owner), CM_STR_ARG(waivers->waivers[i].reason));
  tw_fix_drop(to, &finding, waivers->policy, waivers->policy->waivers[i].node);
  tw_collect(to, &finding);
}

static void find_unused(struct tw_collector *to, const struct tw_waivers *waivers, uint32_t i, uint32_t rule, bool known) {
  struct tw_finding finding = finding_of(waivers, i, rule, TW_WARNING, "rule");
  struct cm_str name = name_of(to, &waivers->policy->waivers[i]);
  finding.message = known ? tw_collect_format(to, "%.*s waives nothing", CM_STR_ARG(name))
                          : tw_collect_format(to, "%.*s waives nothing: no rule of this name is in force", CM_STR_ARG(name));
  tw_fix_drop(to, &finding, waivers->policy, waivers->policy->waivers[i].node);
  tw_collect(to, &finding);
}

void tw_waivers_find(struct tw_collector *to, const struct tw_waivers *waivers, const struct tw_rule *rules, uint32_t rule_count,
                     uint32_t expired, uint32_t unused) {
  for (uint32_t i = 0; waivers->policy && i < waivers->policy->waiver_count; i++) {
    if (waivers->waivers[i].expired) {
      find_expired(to, waivers, i, expired);
    } else if (!waivers->used[i]) {
      find_unused(to, waivers, i, unused, is_rule(waivers->policy->waivers[i].rule, rules, rule_count));
    }
  }
}
