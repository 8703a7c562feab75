// Holding components against the manifests that deploy them.
#ifndef TW_GATE_SUPPLY_H
#define TW_GATE_SUPPLY_H

#include "builtin.h"
#include "collect.h"
#include "manifest/grants.h"

// Manifests as they were read.
struct tw_manifests {
  const struct tw_doc *const *docs;  // of all files
  size_t doc_count;
  struct tw_grants grants;
};

// One file that is deployed.
struct tw_supplied {
  const char *path;
  const struct tw_needs_document *document;  // NULL: it could not be read, and nothing is said of it
  struct tw_collector *to;                   // takes what is found about it
};

// Holds the files against the manifests: each against its component there, all of them together against what the workloads that they are
// part of give to all. `rules` has the index of each of tidewaiter's own rules.
void tw_supply_judge(const struct tw_manifests *manifests, const struct tw_supplied *files, size_t count,
                     const uint32_t rules[TW_BUILTIN_COUNT]);

#endif
