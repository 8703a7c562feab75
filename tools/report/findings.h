// The result of a gate: what was found, where, what to do about it, and the verdict.
//
// The gate (tools/gate) fills a `struct tw_gate`; each writer shows one, in its format (gate_formats.h lists them). Nothing here knows how a
// finding came about. All texts are borrowed or live in the gate's arena, and are told as they are: a writer escapes what its format
// cannot hold. Arrays come in a fixed order (apps as given; findings by level of the sections, kind, key), so that equal input gives
// equal bytes.
#ifndef TW_REPORT_FINDINGS_H
#define TW_REPORT_FINDINGS_H

#include <component/needs.h>

#include "needs.h"

// How bad it is. Only errors fail a gate.
enum tw_level { TW_NOTE, TW_WARNING, TW_ERROR, TW_LEVEL_COUNT };
extern const char *const tw_levels[TW_LEVEL_COUNT];  // "note", "warning", "error"

// What found it.
enum tw_section {
  TW_OF_POLICY,    // a rule of the policy is broken
  TW_OF_MANIFEST,  // the manifest gives too little, too much or something else
  TW_OF_WAIVER,    // a waiver that expired or waives nothing
  TW_OF_RULE,      // a rule that can match nothing
  TW_SECTION_COUNT
};
extern const char *const tw_sections[TW_SECTION_COUNT];  // "policy", "manifest", "waiver", "rule"

// Whether the baseline had it too.
enum tw_since { TW_SINCE_UNKNOWN, TW_SINCE_NEW, TW_SINCE_UNCHANGED, TW_SINCE_ABSENT, TW_SINCE_COUNT };
extern const char *const tw_sinces[TW_SINCE_COUNT];  // NULL (there is no baseline), "new", "unchanged", "absent"

// A place in a file of text. Lines and columns count from 1, columns in characters; 0: not known.
struct tw_place {
  const char *path;  // as given; NULL: no place at all
  uint32_t line, column;
  uint32_t end_line, end_column;  // the column behind the last character
};

// A rule as the reports describe it.
struct tw_rule {
  struct cm_str id;  // stable: a policy's own id, or "manifest/missing-key" and the like. Unique in a gate
  enum tw_section section;
  enum tw_level level;        // of its findings where nothing else is said
  struct cm_str summary;      // one sentence: what it watches; never empty
  struct cm_str description;  // why, in a sentence or two; may be empty
  struct cm_str help;         // what to do where it finds something; may be empty
  const char *help_uri;       // a page that says more; may be NULL
  struct tw_place place;      // where the policy has it; no path for rules of tidewaiter's own
};

// Lines to change in a file so that the finding goes away.
struct tw_fix {
  const char *path;  // the file
  uint32_t first,
      last;            // the lines that go out; last == first - 1: none does, `text` goes in before line `first`. 0, 0: at the end
  struct cm_str text;  // the lines that come in, indented as the file is, each with its line end; empty: only removed
  struct cm_str what;  // one line, as an order: "allow it in policy.yaml", "add it to the environment of shop in deploy.yaml"
};

// Why a finding may stay.
struct tw_waiver {
  struct cm_str reason, owner;  // owner may be empty
  struct cm_str expires;        // "2027-01-31"; empty: never
  bool expired;                 // it did, so that it waives nothing any more
  struct tw_place place;        // where the policy has it
};

// What a finding is about.
enum tw_about {
  TW_ABOUT_ARTIFACT,   // the file as a whole: its size, the number of its hosts
  TW_ABOUT_NEED,       // a need
  TW_ABOUT_UNDECIDED,  // places that ask for what could not be decided
  TW_ABOUT_INTERFACE,  // an import or host interface; `key` is its name
  TW_ABOUT_GRANT,      // what a manifest gives and nobody asks for
  TW_ABOUT_POLICY,     // the policy itself: a rule or a waiver
  TW_ABOUT_COUNT
};
extern const char *const tw_abouts[TW_ABOUT_COUNT];  // "artifact", "need", "undecided", "interface", "grant", "policy"

struct tw_subject {
  enum tw_about about;
  bool has_kind;  // `kind` is set; always so for needs and undecided places
  enum cm_need_kind kind;
  struct cm_str key;            // of the need or grant; the pattern of an undecided place; may be empty
  struct cm_str source;         // the root import it comes by; may be empty
  enum cm_certainty certainty;  // these two of needs alone
  enum cm_origin origin;
  enum cm_reason reason;  // of undecided places alone
  uint32_t evidence_count;
  const struct cm_evidence *evidence;  // where the binary asks; none for what only an import declares, or only a manifest has
};

struct tw_finding {
  uint32_t rule;                   // in the gate's `rules`
  enum tw_level level;             // as it counts here
  enum tw_since since;             // unchanged and absent ones never fail
  const struct tw_waiver *waiver;  // NULL: none. One that is not expired keeps the finding from failing
  struct tw_subject subject;
  struct cm_str message;  // one sentence, complete without the rest: what is wrong and with what; never empty
  struct cm_str help;     // what to do, in words; empty: the rule's
  struct tw_place place;  // a line of the manifest or the policy
  uint32_t fix_count;
  const struct tw_fix *fixes;  // each one does on its own
};

// Something that the file needs and the baseline does not, or the other way round.
struct tw_change {
  enum tw_since since;  // TW_SINCE_NEW or TW_SINCE_ABSENT
  struct tw_subject subject;
};

// One file that was judged.
struct tw_gate_app {
  const char *path;                          // as given
  const struct tw_needs_document *document;  // NULL: it could not be read
  struct cm_str fault;                       // then why
  const char *baseline;                      // what it was compared with; NULL: nothing
  uint32_t change_count;
  const struct tw_change *changes;  // since the baseline
  uint32_t finding_count;
  const struct tw_finding *findings;
};

// A file that the gate judged by.
struct tw_gate_input {
  const char *role;  // "policy", "manifest", "baseline"
  const char *path;
  char sha256[65];
};

struct tw_gate {
  struct cm_str date;  // "2026-11-26": what waivers are held against; no clock is read by the writers
  uint32_t input_count;
  const struct tw_gate_input *inputs;
  uint32_t rule_count;
  const struct tw_rule *rules;  // those that were in force, whether they found something or not
  uint32_t app_count;
  const struct tw_gate_app *apps;
  uint32_t finding_count;
  const struct tw_finding *findings;  // those about no app: of waivers and rules
};

// What became of a finding.
enum tw_fate {
  TW_FAILS,      // an error, and nothing excuses it
  TW_STANDS,     // a warning or a note
  TW_WAIVED,     // of any level: a waiver that still holds covers it
  TW_UNCHANGED,  // of any level: the baseline had it too
  TW_ABSENT,     // only the baseline had it
  TW_FATE_COUNT
};
extern const char *const tw_fates[TW_FATE_COUNT];  // "fails", "stands", "waived", "unchanged", "absent"

enum tw_fate tw_finding_fate(const struct tw_finding *finding);

// How many findings of which fate; each is counted once.
struct tw_tally {
  uint32_t fates[TW_FATE_COUNT];
  uint32_t warnings, notes;  // those that stand
  uint32_t unreadable;       // apps without an answer
};

struct tw_tally tw_app_tally(const struct tw_gate_app *app);
struct tw_tally tw_gate_tally(const struct tw_gate *gate);

// The verdict: it could be read and no finding fails; of a gate, for all of its files.
bool tw_app_passes(const struct tw_gate_app *app);
bool tw_gate_passes(const struct tw_gate *gate);

#endif
