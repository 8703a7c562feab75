// Gathering findings.
//
// What judges (rules.h, supply.h, waive.h) hands its findings to a collector, which keeps them in the arena; failing memory is
// noted there, so that nobody has to look after each one.
#ifndef TW_GATE_COLLECT_H
#define TW_GATE_COLLECT_H

#include "report/findings.h"

struct tw_found {
  struct tw_finding finding;
  uint64_t measure;  // how much of it there is, where that can grow: places, bytes, hosts
};

struct tw_collector {
  struct cm_arena *arena;
  struct tw_found *found;
  size_t count, capacity;
  bool failed;          // there was no memory for something
  struct cm_str until;  // the last day of waivers that are proposed as a fix
  size_t copied;        // bytes of files copied to make fixes
};

// Adds a copy of `finding`.
void tw_collect(struct tw_collector *to, const struct tw_finding *finding);
void tw_collect_measured(struct tw_collector *to, const struct tw_finding *finding, uint64_t measure);

// Formats a text of a finding; "" and `failed` when there is no memory.
struct cm_str tw_collect_format(struct tw_collector *to, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Adds one more way to fix a finding that was not collected yet.
void tw_collect_fix(struct tw_collector *to, struct tw_finding *finding, const struct tw_fix *fix);

// Puts them in the order of the reports: by section of their rule, then kind, key, rule; as they came among equals.
void tw_collect_sort(struct tw_collector *collector, const struct tw_rule *rules);

// The findings alone, as the reports want them.
const struct tw_finding *tw_collect_findings(struct tw_collector *collector);

#endif
