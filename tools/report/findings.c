// The result of a gate: its words, and what follows from it.
//
// What a finding comes to is decided in one place, tw_finding_fate; the tallies and the verdict only count fates, so that every format
// says the same.

#include "findings.h"

const char *const tw_levels[TW_LEVEL_COUNT] = {"note", "warning", "error"};
const char *const tw_sections[TW_SECTION_COUNT] = {"policy", "manifest", "waiver", "rule"};
const char *const tw_sinces[TW_SINCE_COUNT] = {NULL, "new", "unchanged", "absent"};
const char *const tw_abouts[TW_ABOUT_COUNT] = {"artifact", "need", "undecided", "interface", "grant", "policy"};
const char *const tw_fates[TW_FATE_COUNT] = {"fails", "stands", "waived", "unchanged", "absent"};

// A waiver is told before the baseline: it is what someone decided.
enum tw_fate tw_finding_fate(const struct tw_finding *finding) {
  if (finding->since == TW_SINCE_ABSENT) {
    return TW_ABSENT;
  }
  if (finding->waiver && !finding->waiver->expired) {
    return TW_WAIVED;
  }
  if (finding->since == TW_SINCE_UNCHANGED) {
    return TW_UNCHANGED;
  }
  return finding->level == TW_ERROR ? TW_FAILS : TW_STANDS;
}

static void count(struct tw_tally *tally, const struct tw_finding *findings, uint32_t finding_count) {
  for (uint32_t i = 0; i < finding_count; i++) {
    enum tw_fate fate = tw_finding_fate(&findings[i]);
    tally->fates[fate]++;
    tally->warnings += fate == TW_STANDS && findings[i].level == TW_WARNING;
    tally->notes += fate == TW_STANDS && findings[i].level == TW_NOTE;
  }
}

static void count_app(struct tw_tally *tally, const struct tw_gate_app *app) {
  tally->unreadable += !app->document;
  count(tally, app->findings, app->finding_count);
}

struct tw_tally tw_app_tally(const struct tw_gate_app *app) {
  struct tw_tally tally = {0};
  count_app(&tally, app);
  return tally;
}

struct tw_tally tw_gate_tally(const struct tw_gate *gate) {
  struct tw_tally tally = {0};
  for (uint32_t i = 0; i < gate->app_count; i++) {
    count_app(&tally, &gate->apps[i]);
  }
  count(&tally, gate->findings, gate->finding_count);
  return tally;
}

static bool passes(struct tw_tally tally) { return tally.fates[TW_FAILS] == 0 && tally.unreadable == 0; }

bool tw_app_passes(const struct tw_gate_app *app) { return passes(tw_app_tally(app)); }

bool tw_gate_passes(const struct tw_gate *gate) { return passes(tw_gate_tally(gate)); }
