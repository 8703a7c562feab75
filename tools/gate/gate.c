// The gate.
//
// First the rules that are in force are listed, the policy's and then tidewaiter's own. All files are judged together, since a manifest may
// deploy several of them as one workload; the same is done a second time with what the baselines needed, and a finding that both times
// have is an old one. Waivers come last, because they apply to whatever was found.

#include "gate.h"

#include "collect.h"
#include "differ.h"
#include "idle.h"
#include "rules.h"
#include "waive.h"

enum { WAIVER_DAYS = 90 };  // how long a waiver holds that is proposed as a fix

struct gate {
  struct cm_arena *arena;
  const struct tw_gate_setup *setup;
  struct tw_rule *rules;
  uint32_t rule_count;
  uint32_t builtin[TW_BUILTIN_COUNT];  // where each of tidewaiter's own rules is; 0 for those not in force
  struct tw_collector general;         // findings about no file
  struct tw_waivers waivers;
};

// --- the day a proposed waiver ends ---

static struct cm_str days_later(struct tw_collector *to, struct cm_str day, unsigned days) {
  static const unsigned lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  unsigned number[3] = {0};
  for (size_t i = 0, part = 0; i < day.size && part < 3; i++) {
    if (day.at[i] == '-') {
      part++;
    } else {
      number[part] = number[part] * 10 + (unsigned)(day.at[i] - '0');
    }
  }
  unsigned year = number[0], month = number[1], date = number[2] + days;
  for (;;) {
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    unsigned length = lengths[(month + 11) % 12] + (month == 2 && leap);
    if (date <= length) {
      return tw_collect_format(to, "%04u-%02u-%02u", year % 10000, month, date);
    }
    date -= length;
    year += month == 12;
    month = month % 12 + 1;
  }
}

// --- rules ---

static bool in_force(const struct tw_gate_setup *setup, enum tw_builtin_when when) {
  switch (when) {
    case TW_WITH_POLICY: return setup->policy != NULL;
    case TW_WITH_MANIFEST: return setup->manifests != NULL;
    case TW_WITH_BASELINE_ALONE: return setup->has_baseline && !setup->policy && !setup->manifests;
  }
  return false;
}

static void list_rules(struct gate *gate) {
  const struct tw_policy *policy = gate->setup->policy;
  uint32_t own = policy ? policy->rule_count : 0;
  gate->rules = cm_alloc_array(gate->arena, (size_t)own + TW_BUILTIN_COUNT, sizeof *gate->rules);
  if (!gate->rules) {
    gate->general.failed = true;
    return;
  }
  for (uint32_t i = 0; i < own; i++) {
    gate->rules[gate->rule_count++] = tw_rule_of(&gate->general, policy, &policy->rules[i]);
  }
  for (int i = 0; i < TW_BUILTIN_COUNT; i++) {
    if (in_force(gate->setup, tw_builtin_whens[i])) {
      gate->builtin[i] = gate->rule_count;
      gate->rules[gate->rule_count++] = tw_builtins[i];
    }
  }
}

// --- judging ---

// Without policy and manifest, what is new is what is wrong.
static void judge_changes(struct gate *gate, const struct tw_gate_app *app, struct tw_collector *to) {
  for (uint32_t i = 0; i < app->change_count; i++) {
    const struct tw_change *change = &app->changes[i];
    bool undecided = change->subject.about == TW_ABOUT_UNDECIDED;
    if (change->since != TW_SINCE_NEW || change->subject.about == TW_ABOUT_INTERFACE) {
      continue;
    }
    const char *kind = cm_need_kinds[change->subject.kind];
    const char *baseline = app->baseline ? app->baseline : "any baseline";
    struct cm_str key = change->subject.key;
    struct tw_finding finding = {.rule = gate->builtin[undecided ? TW_BUILTIN_NEW_UNDECIDED : TW_BUILTIN_NEW_NEED],
                                 .level = TW_ERROR,
                                 .since = TW_SINCE_NEW,
                                 .subject = change->subject};
    if (!undecided) {
      finding.message = tw_collect_format(to, "%s %.*s is needed, and was not needed by %s", kind, CM_STR_ARG(key), baseline);
    } else {
      finding.message = tw_collect_format(to, "undecided: %s%s%.*s, %s; %s has no such place", kind, key.size ? " " : "",
                                          CM_STR_ARG(key), cm_reasons[change->subject.reason], baseline);
    }
    tw_collect(to, &finding);
  }
}

// Judges one state of all files: as they are, or (`before`) as their baselines were. `collectors` has one for each.
static void judge_state(struct gate *gate, struct tw_collector *collectors, bool before) {
  const struct tw_gate_setup *setup = gate->setup;
  struct tw_supplied *supplied = cm_alloc_array(gate->arena, setup->file_count, sizeof *supplied);
  if (!supplied) {
    gate->general.failed = true;
    return;
  }
  for (uint32_t i = 0; i < setup->file_count; i++) {
    const struct tw_gate_file *file = &setup->files[i];
    struct tw_needs_document *document = cm_alloc(gate->arena, sizeof *document);
    // A file without a baseline was not there before, rather than there and in need of nothing.
    const struct tw_needs_document *from = !before ? file->document : file->baseline ? file->before : NULL;
    supplied[i] = (struct tw_supplied){.path = file->path, .to = &collectors[i]};
    if (!document) {
      gate->general.failed = true;
    } else if (from) {
      // Rules and manifests know a file by its name of today.
      *document = *from;
      document->path = file->path;
      supplied[i].document = document;
    }
    if (supplied[i].document && setup->policy) {
      tw_rules_judge(&collectors[i], setup->policy, document);
    }
  }
  if (setup->manifests) {
    tw_supply_judge(setup->manifests, supplied, setup->file_count, gate->builtin);
  }
}

static struct tw_collector *make_collectors(struct gate *gate) {
  struct tw_collector *collectors = cm_alloc_array(gate->arena, gate->setup->file_count, sizeof *collectors);
  for (uint32_t i = 0; collectors && i < gate->setup->file_count; i++) {
    collectors[i] = (struct tw_collector){.arena = gate->arena, .until = gate->general.until};
  }
  gate->general.failed |= !collectors;
  return collectors;
}

static void mark_new(struct tw_collector *collector) {
  for (size_t i = 0; i < collector->count; i++) {
    collector->found[i].finding.since = TW_SINCE_NEW;
  }
}

static void compare(struct gate *gate, struct tw_gate_app *apps, struct tw_collector *collectors) {
  const struct tw_gate_setup *setup = gate->setup;
  struct tw_collector *before = make_collectors(gate);
  if (!before) {
    return;
  }
  judge_state(gate, before, true);
  for (uint32_t i = 0; i < setup->file_count; i++) {
    const struct tw_gate_file *file = &setup->files[i];
    if (!file->before || !file->document) {
      continue;
    }
    if (file->baseline) {
      tw_since_mark(&collectors[i], &before[i]);
    } else {
      mark_new(&collectors[i]);
    }
    gate->general.failed |= before[i].failed || !tw_differ(gate->arena, &file->before->needs, &file->document->needs,
                                                           &apps[i].changes, &apps[i].change_count);
    if (!setup->policy && !setup->manifests) {
      judge_changes(gate, &apps[i], &collectors[i]);
    }
  }
}

static void judge_all(struct gate *gate, struct tw_gate_app *apps) {
  const struct tw_gate_setup *setup = gate->setup;
  struct tw_collector *collectors = make_collectors(gate);
  if (!collectors) {
    return;
  }
  for (uint32_t i = 0; i < setup->file_count; i++) {
    const struct tw_gate_file *file = &setup->files[i];
    apps[i] = (struct tw_gate_app){.path = file->path, .document = file->document, .baseline = file->baseline};
    apps[i].fault = file->fault ? cm_str_of(file->fault) : CM_STR("");
  }
  judge_state(gate, collectors, false);
  if (setup->has_baseline) {
    compare(gate, apps, collectors);
  }
  for (uint32_t i = 0; i < setup->file_count; i++) {
    tw_waive(&gate->waivers, apps[i].path, gate->rules, collectors[i].found, collectors[i].count);
    tw_collect_sort(&collectors[i], gate->rules);
    apps[i].findings = tw_collect_findings(&collectors[i]);
    apps[i].finding_count = (uint32_t)collectors[i].count;
    gate->general.failed |= collectors[i].failed;
  }
}

static void judge_policy(struct gate *gate) {
  if (gate->setup->policy) {
    tw_waivers_find(&gate->general, &gate->waivers, gate->rules, gate->rule_count, gate->builtin[TW_BUILTIN_EXPIRED_WAIVER],
                    gate->builtin[TW_BUILTIN_UNUSED_WAIVER]);
    tw_idle_find(&gate->general, gate->setup->policy, gate->builtin[TW_BUILTIN_IDLE_RULE]);
  }
}

bool tw_gate_judge(struct cm_arena *arena, const struct tw_gate_setup *setup, struct tw_gate *result) {
  struct gate gate = {.arena = arena, .setup = setup, .general = {.arena = arena}};
  struct tw_gate_app *apps = cm_alloc_array(arena, setup->file_count, sizeof *apps);
  if (!apps) {
    return false;
  }
  gate.general.until = days_later(&gate.general, setup->today, WAIVER_DAYS);
  list_rules(&gate);
  tw_waivers_of(&gate.general, setup->policy, setup->today, &gate.waivers);
  if (gate.general.failed) {
    return false;
  }
  judge_all(&gate, apps);
  judge_policy(&gate);
  *result = (struct tw_gate){.date = setup->today,
                             .input_count = setup->input_count,
                             .inputs = setup->inputs,
                             .rule_count = gate.rule_count,
                             .rules = gate.rules,
                             .app_count = setup->file_count,
                             .apps = apps,
                             .finding_count = (uint32_t)gate.general.count,
                             .findings = tw_collect_findings(&gate.general)};
  return !gate.general.failed;
}
