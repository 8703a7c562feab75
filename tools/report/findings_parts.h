// What the writers of a gate's result share: the walk over findings, places to point at, fingerprints, and the words.
#ifndef TW_REPORT_FINDINGS_PARTS_H
#define TW_REPORT_FINDINGS_PARTS_H

#include "findings.h"
#include "needs_words.h"

// Pages that reports link to.
#define TW_HOME "https://github.com/tidewaiter/tidewaiter"
#define TW_HELP_GATE TW_HOME "/blob/main/docs/gate.md"

// A walk over all findings: those of each app in turn, then those about none.
//
//     struct tw_finding_walk walk = {.gate = gate};
//     while (tw_next_finding(&walk)) …
struct tw_finding_walk {
  const struct tw_gate *gate;
  const struct tw_gate_app *app;  // NULL for findings about none
  const struct tw_finding *finding;
  const struct tw_rule *rule;
  uint32_t number;           // of this finding among all, from 0
  uint32_t in_app, in_list;  // where the walk goes on
  bool began;
};
bool tw_next_finding(struct tw_finding_walk *walk);

// Where a report that needs a place points: that of the finding, else the top of the first policy, manifest or baseline, else the file
// itself. Line, columns and end are always set.
struct tw_place tw_finding_place(const struct tw_gate *gate, const struct tw_gate_app *app, const struct tw_finding *finding);

// What stays the same for a finding while lines move and files are built again: a hash of the rule, the name of the app, the file that
// the place is in and the subject. `ordinal` tells those apart that are still equal, from 1.
struct tw_fingerprint {
  char hash[65];
  uint32_t ordinal;
};

// One for each finding, in the order of the walk. NULL: no memory.
struct tw_fingerprint *tw_gate_fingerprints(struct cm_arena *arena, const struct tw_gate *gate);

// A path without the "./" before it; "-" is called "stdin", since a report speaks of a file.
struct cm_str tw_path_tidy(const char *path);

// It as a URI reference: relative as it is, absolute with "file://" before it.
struct cm_str tw_path_uri(struct tw_needs_words *words, const char *path);

// What a finding or a change is about, as a JSON object; the difference of two files shows it alike.
void tw_findings_put_subject(struct tw_json *json, const char *key, const struct tw_subject *subject);

// --- words; all are made safe to show, and none holds a line end but where it is said ---

// "2 errors, 1 warning, 3 waived", or "no findings".
struct cm_str tw_word_tally(struct tw_needs_words *words, const struct tw_tally *tally);

// `env "DATABASE_URL"`, `undecided env "DEMO_*"`, `interface wasi:cli/run@0.2.6`; "" of an artifact or policy without a key.
struct cm_str tw_word_subject(struct tw_needs_words *words, const struct tw_subject *subject);

// "app::connect (module 0, function 88, offset 0xcb2b) and 3 more"; "" without evidence.
struct cm_str tw_word_evidence(struct tw_needs_words *words, const struct tw_subject *subject);

// "waived: REASON (OWNER, until 2027-01-31)", or "the waiver expired on …"; "" without a waiver.
struct cm_str tw_word_waiver(struct tw_needs_words *words, const struct tw_finding *finding);

// "policy.yaml:12:3"; "" without a place.
struct cm_str tw_word_place(struct tw_needs_words *words, struct tw_place place);

// "before line 12", "at the end", "in place of lines 3 to 4", "without lines 3 to 4"
struct cm_str tw_word_fix_place(struct tw_needs_words *words, const struct tw_fix *fix);

// The text of a fix, line by line made safe, each line ended by "\n" and begun with `indent`.
struct cm_str tw_word_fix_lines(struct tw_needs_words *words, const struct tw_fix *fix, const char *indent);

// All that is to be said about a finding in plain text of several lines, without a line end behind the last: the message, who asks, the
// waiver, the help and the fixes.
struct cm_str tw_word_finding(struct tw_needs_words *words, const struct tw_rule *rule, const struct tw_finding *finding);

#endif
