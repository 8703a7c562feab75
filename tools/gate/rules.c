// Holding a component against the rules of a policy.
//
// What a component has is laid out as one list of asks: its needs, imports and exports, each with a kind and a key. A rule first selects
// among them, and its demands are then functions over what is left, one table row each, so that a demand is a key of the policy, a
// function here, and a line in the table. Undecided places and the size of the file have demands of their own.

#include "rules.h"

#include <component/semver.h>

#include <stdlib.h>

#include "fix.h"
#include "glob.h"
#include "report/needs_words.h"
#include "subject.h"

// Something the component asks for, imports or exports.
struct ask {
  int kind;
  struct cm_str key;
  struct tw_subject subject;
  struct cm_str source;  // the interface with its version
};

// One rule at work on one file.
struct trial {
  struct tw_collector *to;
  const struct tw_policy *policy;
  const struct tw_policy_rule *rule;
  uint32_t index;
  const struct tw_needs_document *document;
  const struct ask **asks;  // those that the rule selects
  uint32_t count;
};

// --- what there is ---

static struct ask ask_of_need(const struct cm_need *need) {
  return (struct ask){(int)need->kind, need->key, tw_subject_of_need(need), need->source};
}

static struct ask ask_of_name(int kind, struct cm_str name) {
  return (struct ask){kind, tw_interface_of(name), tw_subject_of_interface(name), name};
}

// By kind, then key, so that what is asked for twice stands side by side.
static int by_key(const void *a, const void *b) {
  const struct ask *x = a, *y = b;
  int order = (x->kind > y->kind) - (x->kind < y->kind);
  order = order ? order : cm_str_compare(x->key, y->key);
  order = order ? order : cm_str_compare(x->source, y->source);
  return order ? order : (x->subject.certainty > y->subject.certainty) - (x->subject.certainty < y->subject.certainty);
}

static struct ask *asks_of(struct tw_collector *to, const struct cm_needs *needs, uint32_t *count) {
  *count = needs->need_count + needs->import_count + needs->export_count;
  struct ask *asks = cm_alloc_array(to->arena, *count, sizeof *asks);
  if (!asks) {
    to->failed = true;
    return NULL;
  }
  struct ask *next = asks;
  for (uint32_t i = 0; i < needs->need_count; i++) {
    *next++ = ask_of_need(&needs->needs[i]);
  }
  for (uint32_t i = 0; i < needs->import_count; i++) {
    const struct cm_needs_import *import = &needs->imports[i];
    *next++ = ask_of_name(TW_KIND_IMPORT, import->has_implements ? import->implements : import->name);
  }
  for (uint32_t i = 0; i < needs->export_count; i++) {
    *next++ = ask_of_name(TW_KIND_EXPORT, needs->exports[i].name);
  }
  qsort(asks, *count, sizeof *asks, by_key);
  return asks;
}

// --- selection ---

static bool selects_instance(const struct tw_policy_rule *rule, const struct cm_evidence *evidence, uint32_t count) {
  if (!rule->instances.given || count == 0) {
    return tw_patterns_select(&rule->instances, CM_STR(""), false);
  }
  for (uint32_t i = 0; i < count; i++) {
    if (tw_patterns_select(&rule->instances, evidence[i].instance, false)) {
      return true;
    }
  }
  return false;
}

static bool selects_source(const struct tw_policy_rule *rule, struct cm_str source) {
  return tw_patterns_select(&rule->interfaces, tw_interface_of(source), false) &&
         (!rule->versions || tw_range_holds(rule->versions, cm_name_version(source)));
}

static bool selects(const struct tw_policy_rule *rule, const struct ask *ask) {
  bool need = ask->kind < CM_NEED_KIND_COUNT;
  return (rule->kinds >> ask->kind & 1) && tw_patterns_select(&rule->keys, ask->key, tw_kind_folds(ask->kind)) &&
         selects_source(rule, ask->source) &&
         (!need || ((rule->origins >> ask->subject.origin & 1) && (rule->certainties >> ask->subject.certainty & 1))) &&
         selects_instance(rule, ask->subject.evidence, ask->subject.evidence_count);
}

static bool meets_keys(const struct tw_patterns *patterns, struct cm_str glob, bool fold) {
  for (uint32_t i = 0; i < patterns->count; i++) {
    if (tw_glob_meets(patterns->at[i].text, glob, fold)) {
      return true;
    }
  }
  return !patterns->given;
}

// The keys that an undecided place may ask for, as a pattern.
static struct cm_str glob_of_place(struct tw_collector *to, const struct cm_unresolved *place) {
  if (!place->has_pattern || place->pattern.size == 0) {
    return CM_STR("*");
  }
  struct cm_str glob = tw_glob_of_pattern(to->arena, place->pattern);
  to->failed |= !glob.at;
  return glob.at ? glob : CM_STR("*");
}

static bool selects_place(const struct tw_policy_rule *rule, const struct cm_unresolved *place, struct cm_str glob) {
  return (rule->kinds >> place->kind & 1) && meets_keys(&rule->keys, glob, tw_kind_folds((int)place->kind)) &&
         selects_source(rule, place->source) && selects_instance(rule, place->evidence, place->evidence_count);
}

// --- findings ---

// The evidence that made the rule select it: of the instances that the rule names alone.
static void narrow_evidence(struct trial *trial, struct tw_subject *subject) {
  if (!trial->rule->instances.given || subject->evidence_count == 0) {
    return;
  }
  struct cm_evidence *kept = cm_alloc_array(trial->to->arena, subject->evidence_count, sizeof *kept);
  uint32_t count = 0;
  for (uint32_t i = 0; kept && i < subject->evidence_count; i++) {
    if (tw_patterns_select(&trial->rule->instances, subject->evidence[i].instance, false)) {
      kept[count++] = subject->evidence[i];
    }
  }
  trial->to->failed |= !kept;
  subject->evidence = kept;
  subject->evidence_count = count;
}

// "env DATABASE_URL", "import wasi:http/types@0.2.3"
static struct cm_str name_of(struct trial *trial, int kind, struct cm_str key) {
  return tw_collect_format(trial->to, "%s %.*s", tw_policy_kinds[kind], CM_STR_ARG(key));
}

// The rule's own words, with what they are about; else `words`.
static struct cm_str message_of(struct trial *trial, struct cm_str name, struct cm_str words) {
  if (trial->rule->message.size == 0) {
    return words;
  }
  return tw_collect_format(trial->to, "%.*s: %.*s", CM_STR_ARG(name), CM_STR_ARG(trial->rule->message));
}

static struct tw_finding finding_of(struct trial *trial, const char *demand, struct tw_subject subject, struct cm_str name,
                                    struct cm_str words) {
  narrow_evidence(trial, &subject);
  return (struct tw_finding){.rule = trial->index,
                             .level = trial->rule->severity,
                             .subject = subject,
                             .message = message_of(trial, name, words),
                             .place = tw_policy_place(trial->policy, trial->rule->node, demand)};
}

static void find_ask(struct trial *trial, const char *demand, const struct ask *ask, struct cm_str name, struct cm_str words) {
  struct tw_finding finding = finding_of(trial, demand, ask->subject, name, words);
  if (strcmp(demand, "allow") == 0) {
    tw_fix_allow(trial->to, &finding, trial->policy, trial->rule, demand, tw_glob_of_key(trial->to->arena, ask->key));
  } else {
    tw_fix_waive(trial->to, &finding, trial->policy, trial->rule->id, tw_policy_kinds[ask->kind], ask->key);
  }
  tw_collect(trial->to, &finding);
}

// --- demands ---

// Whether the one before asks for the same, so that it is told once.
static bool repeats(const struct trial *trial, uint32_t i) {
  return i > 0 && trial->asks[i]->kind == trial->asks[i - 1]->kind && cm_str_equal(trial->asks[i]->key, trial->asks[i - 1]->key);
}

static void demand_allow(struct trial *trial) {
  for (uint32_t i = 0; i < trial->count; i++) {
    const struct ask *ask = trial->asks[i];
    if (!repeats(trial, i) && !tw_patterns_fit(&trial->rule->allow, ask->key, tw_kind_folds(ask->kind))) {
      struct cm_str name = name_of(trial, ask->kind, ask->subject.key);
      find_ask(
          trial, "allow", ask, name,
          tw_collect_format(trial->to, "%.*s is not among what rule %.*s allows", CM_STR_ARG(name), CM_STR_ARG(trial->rule->id)));
    }
  }
}

static void demand_deny(struct trial *trial) {
  for (uint32_t i = 0; i < trial->count; i++) {
    const struct ask *ask = trial->asks[i];
    if (!repeats(trial, i) && tw_patterns_fit(&trial->rule->deny, ask->key, tw_kind_folds(ask->kind))) {
      struct cm_str name = name_of(trial, ask->kind, ask->subject.key);
      find_ask(trial, "deny", ask, name,
               tw_collect_format(trial->to, "%.*s is denied by rule %.*s", CM_STR_ARG(name), CM_STR_ARG(trial->rule->id)));
    }
  }
}

static void demand_certainty(struct trial *trial) {
  for (uint32_t i = 0; i < trial->count; i++) {
    const struct ask *ask = trial->asks[i];
    if (ask->kind < CM_NEED_KIND_COUNT && !(trial->rule->require_certainty >> ask->subject.certainty & 1)) {
      struct cm_str name = name_of(trial, ask->kind, ask->key);
      find_ask(trial, "require-certainty", ask, name,
               tw_collect_format(trial->to, "%.*s is %s, which is not what rule %.*s requires", CM_STR_ARG(name),
                                 cm_certainties[ask->subject.certainty], CM_STR_ARG(trial->rule->id)));
    }
  }
}

// "env", "env or config": what the rule selects, in words.
static struct cm_str kinds_in_words(struct tw_collector *to, uint32_t kinds, const char *joint) {
  if ((kinds & TW_KINDS_OF_NEEDS) == TW_KINDS_OF_NEEDS) {
    return CM_STR("need");
  }
  struct cm_str words = CM_STR("");
  for (int kind = 0; kind < TW_KIND_COUNT; kind++) {
    if (kinds >> kind & 1) {
      words = words.size == 0 ? cm_str_of(tw_policy_kinds[kind])
                              : tw_collect_format(to, "%.*s %s %s", CM_STR_ARG(words), joint, tw_policy_kinds[kind]);
    }
  }
  return words;
}

static bool has_one(const struct trial *trial, struct cm_str glob) {
  for (uint32_t i = 0; i < trial->count; i++) {
    if (tw_glob_fits(glob, trial->asks[i]->key, tw_kind_folds(trial->asks[i]->kind))) {
      return true;
    }
  }
  return false;
}

static void demand_require(struct trial *trial) {
  struct cm_str kinds = kinds_in_words(trial->to, trial->rule->kinds, "or");
  for (uint32_t i = 0; i < trial->rule->require.count; i++) {
    const struct tw_pattern *pattern = &trial->rule->require.at[i];
    if (has_one(trial, pattern->text)) {
      continue;
    }
    struct cm_str name = tw_collect_format(trial->to, "%.*s %.*s", CM_STR_ARG(kinds), CM_STR_ARG(pattern->text));
    struct cm_str words =
        tw_collect_format(trial->to, "there is no %.*s, which rule %.*s requires", CM_STR_ARG(name), CM_STR_ARG(trial->rule->id));
    struct tw_subject subject = {.about = TW_ABOUT_ARTIFACT, .key = pattern->text};
    struct tw_finding finding = finding_of(trial, "require", subject, name, words);
    finding.place.line = pattern->node->from.line;
    finding.place.column = pattern->node->from.column;
    tw_fix_waive(trial->to, &finding, trial->policy, trial->rule->id, NULL, pattern->text);
    tw_collect(trial->to, &finding);
  }
}

static void find_number(struct trial *trial, const char *demand, const char *what, uint64_t there, const struct tw_budget *budget,
                        struct cm_str fix) {
  struct tw_subject subject = {.about = TW_ABOUT_ARTIFACT};
  struct cm_str name = tw_collect_format(trial->to, "%llu %s", (unsigned long long)there, what);
  struct cm_str words = tw_collect_format(trial->to, "%.*s, and rule %.*s allows %llu", CM_STR_ARG(name),
                                          CM_STR_ARG(trial->rule->id), (unsigned long long)budget->most);
  struct tw_finding finding = finding_of(trial, demand, subject, name, words);
  tw_fix_raise(trial->to, &finding, trial->policy, trial->rule, demand, fix);
  tw_collect_measured(trial->to, &finding, there);
}

static void demand_max_needs(struct trial *trial) {
  uint64_t keys = 0;
  for (uint32_t i = 0; i < trial->count; i++) {
    keys += !repeats(trial, i);
  }
  if (keys > trial->rule->max_needs.most) {
    struct cm_str kinds = kinds_in_words(trial->to, trial->rule->kinds, "and");
    struct cm_str what =
        cm_str_is(kinds, "need") ? CM_STR("needs") : tw_collect_format(trial->to, "needs of kind %.*s", CM_STR_ARG(kinds));
    find_number(trial, "max-needs", what.at, keys, &trial->rule->max_needs,
                tw_collect_format(trial->to, "%llu", (unsigned long long)keys));
  }
}

static void demand_max_size(struct trial *trial) {
  if (trial->document->size > trial->rule->max_size.most) {
    find_number(trial, "max-size", "bytes", trial->document->size, &trial->rule->max_size,
                tw_collect_format(trial->to, "%llu", (unsigned long long)trial->document->size));
  }
}

static bool covered(const struct tw_patterns *patterns, struct cm_str glob, bool fold) {
  for (uint32_t i = 0; i < patterns->count; i++) {
    if (tw_glob_covers(patterns->at[i].text, glob, fold)) {
      return true;
    }
  }
  return false;
}

static void find_undecided(struct trial *trial, const struct cm_unresolved *place, struct cm_str glob) {
  struct tw_needs_words words = {.arena = trial->to->arena};
  struct cm_str name = tw_word_undecided(&words, place, tw_undecided_places(place));
  trial->to->failed |= words.failed;
  struct cm_str message = tw_collect_format(trial->to, "undecided: %.*s; rule %.*s wants every key of this kind known",
                                            CM_STR_ARG(name), CM_STR_ARG(trial->rule->id));
  struct tw_finding finding = finding_of(trial, "unresolved", tw_subject_of_place(place), name, message);
  tw_fix_allow(trial->to, &finding, trial->policy, trial->rule, "allow-unresolved", glob);
  tw_collect_measured(trial->to, &finding, tw_undecided_places(place));
}

// Undecided places: each that is denied, and their number.
static void demand_decided(struct trial *trial) {
  const struct cm_needs *needs = &trial->document->needs;
  uint64_t places = 0;
  for (uint32_t i = 0; i < needs->unresolved_count; i++) {
    const struct cm_unresolved *place = &needs->unresolved[i];
    struct cm_str glob = glob_of_place(trial->to, place);
    if (!selects_place(trial->rule, place, glob)) {
      continue;
    }
    places += tw_undecided_places(place);
    if (trial->rule->deny_unresolved && !covered(&trial->rule->allow_unresolved, glob, tw_kind_folds((int)place->kind))) {
      find_undecided(trial, place, glob);
    }
  }
  if (trial->rule->max_unresolved.given && places > trial->rule->max_unresolved.most) {
    find_number(trial, "max-unresolved", "undecided places", places, &trial->rule->max_unresolved,
                tw_collect_format(trial->to, "%llu", (unsigned long long)places));
  }
}

static void judge_rule(struct trial *trial) {
  const struct tw_policy_rule *rule = trial->rule;
  const struct {
    bool given;
    void (*demand)(struct trial *trial);
  } all[] = {
      {rule->allow.given, demand_allow},
      {rule->deny.given, demand_deny},
      {rule->require.given, demand_require},
      {rule->require_certainty != 0, demand_certainty},
      {rule->max_needs.given, demand_max_needs},
      {rule->max_size.given, demand_max_size},
      {rule->deny_unresolved || rule->max_unresolved.given, demand_decided},
  };
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
    if (all[i].given) {
      all[i].demand(trial);
    }
  }
}

void tw_rules_judge(struct tw_collector *to, const struct tw_policy *policy, const struct tw_needs_document *document) {
  uint32_t count;
  const struct ask *asks = asks_of(to, &document->needs, &count);
  const struct ask **selected = cm_alloc_array(to->arena, count, sizeof *selected);
  if (!asks || !selected) {
    to->failed = true;
    return;
  }
  for (uint32_t i = 0; i < policy->rule_count; i++) {
    const struct tw_policy_rule *rule = &policy->rules[i];
    if (!tw_patterns_select_path(&rule->apps, document->path)) {
      continue;
    }
    struct trial trial = {.to = to, .policy = policy, .rule = rule, .index = i, .document = document, .asks = selected};
    for (uint32_t j = 0; j < count; j++) {
      if (selects(rule, &asks[j])) {
        selected[trial.count++] = &asks[j];
      }
    }
    judge_rule(&trial);
  }
}

// --- what a rule says of itself ---

static struct cm_str join(struct tw_collector *to, const struct tw_patterns *patterns) {
  struct cm_str all = CM_STR("");
  for (uint32_t i = 0; i < patterns->count && i < 8; i++) {
    all = i == 0 ? patterns->at[i].text : tw_collect_format(to, "%.*s, %.*s", CM_STR_ARG(all), CM_STR_ARG(patterns->at[i].text));
  }
  return patterns->count > 8 ? tw_collect_format(to, "%.*s and %u more", CM_STR_ARG(all), (unsigned)patterns->count - 8) : all;
}

static struct cm_str summary_of(struct tw_collector *to, const struct tw_policy_rule *rule) {
  struct cm_str kinds = kinds_in_words(to, rule->kinds, "or");
  struct cm_str what =
      rule->keys.given ? tw_collect_format(to, "%.*s %.*s", CM_STR_ARG(kinds), CM_STR_ARG(join(to, &rule->keys))) : kinds;
  if (rule->allow.given) {
    struct cm_str all = join(to, &rule->allow);
    return tw_collect_format(to, all.size ? "Of %.*s, only these: %.*s." : "No %.*s at all%.*s.", CM_STR_ARG(what),
                             CM_STR_ARG(all));
  }
  if (rule->deny.given) {
    return tw_collect_format(to, "No %.*s of these: %.*s.", CM_STR_ARG(what), CM_STR_ARG(join(to, &rule->deny)));
  }
  if (rule->require.given) {
    return tw_collect_format(to, "There is %.*s: %.*s.", CM_STR_ARG(what), CM_STR_ARG(join(to, &rule->require)));
  }
  if (rule->require_certainty) {
    return tw_collect_format(to, "Every %.*s is as certain as required.", CM_STR_ARG(what));
  }
  if (rule->deny_unresolved) {
    return tw_collect_format(to, "Every place that asks for %.*s was decided.", CM_STR_ARG(what));
  }
  if (rule->max_needs.given) {
    return tw_collect_format(to, "At most %llu of %.*s.", (unsigned long long)rule->max_needs.most, CM_STR_ARG(what));
  }
  if (rule->max_unresolved.given) {
    return tw_collect_format(to, "At most %llu undecided places of %.*s.", (unsigned long long)rule->max_unresolved.most,
                             CM_STR_ARG(what));
  }
  return tw_collect_format(to, "The file has at most %llu bytes.", (unsigned long long)rule->max_size.most);
}

struct tw_rule tw_rule_of(struct tw_collector *to, const struct tw_policy *policy, const struct tw_policy_rule *rule) {
  char *url = rule->url.size ? cm_alloc_text(to->arena, rule->url.at, rule->url.size) : NULL;
  to->failed |= rule->url.size && !url;
  return (struct tw_rule){.id = rule->id,
                          .section = TW_OF_POLICY,
                          .level = rule->severity,
                          .summary = rule->summary.size ? rule->summary : summary_of(to, rule),
                          .description = rule->message,
                          .help = rule->help,
                          .help_uri = url,
                          .place = tw_policy_place(policy, rule->node, "id")};
}
