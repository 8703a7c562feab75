// What a gate judges by, read from files: policy, manifests, baselines.
#ifndef TW_JUDGED_BY_H
#define TW_JUDGED_BY_H

#include "gate/gate.h"
#include "load.h"
#include "options.h"

struct tw_judged_by {
  struct cm_arena arena;
  struct tw_input *open;  // files that stay mapped; owned
  size_t open_count;
  struct tw_gate_input *inputs;  // one for each, for the reports; owned
  size_t input_count;
  bool has_policy, has_manifests, has_baseline;
  struct tw_policy policy;
  struct tw_manifests manifests;
  const struct tw_doc **docs;  // of the manifests; owned
  struct tw_paths manifest_paths;
  struct tw_paths baseline_paths;
  struct tw_load baseline_files;               // those that are WebAssembly
  const struct tw_needs_document **baselines;  // all of them; owned
  size_t baseline_count;
};

// Reads what --policy, --manifest and --baseline name. Returns TW_DONE, or the status to exit with (messages are on standard error):
// TW_USAGE for a policy that is none, TW_INPUT for what could not be read. To be freed in either case.
int tw_judged_by_read(const struct tw_args *args, unsigned jobs, struct tw_judged_by *by);
void tw_judged_by_free(struct tw_judged_by *by);

// The baseline of a file: of its path, else of its name; where there is one baseline and one file, that one. NULL: none.
const struct tw_needs_document *tw_baseline_of(const struct tw_judged_by *by, const char *path, size_t file_count);

#endif
