// The gate: files held against a policy, a manifest and a baseline.
#ifndef TW_GATE_H
#define TW_GATE_H

#include "builtin.h"
#include "policy.h"
#include "report/findings.h"
#include "supply.h"

// One file to be judged.
struct tw_gate_file {
  const char *path;
  const struct tw_needs_document *document;  // NULL: it could not be read
  const char *fault;                         // then why
  const char *baseline;                      // what it is compared with; NULL: nothing, so that all of it is new
  const struct tw_needs_document *before;    // what that needs: an empty document where there is no baseline but for other files
};

struct tw_gate_setup {
  const struct tw_policy *policy;        // NULL: none
  const struct tw_manifests *manifests;  // NULL: none
  bool has_baseline;
  struct cm_str today;  // "2026-11-26"
  const struct tw_gate_file *files;
  uint32_t file_count;
  const struct tw_gate_input *inputs;  // for the reports
  uint32_t input_count;
};

// Judges all files. Everything in `setup` must outlive the result. False: no memory.
bool tw_gate_judge(struct cm_arena *arena, const struct tw_gate_setup *setup, struct tw_gate *gate);

#endif
