// Policies: what a component may need.
//
// A policy is a `tidewaiter.policy/1` document (schemas/policy.schema.json, docs/policy.md): rules, and waivers of what they find. A
// rule first selects (by kind, key, origin, certainty, instance, interface and version, file) and then demands something of what it
// selected. All that was read lives in the arena or is borrowed from the bytes; places in the file are kept, since every finding
// points at one.
#ifndef TW_GATE_POLICY_H
#define TW_GATE_POLICY_H

#include <component/needs.h>

#include "doc/doc.h"
#include "doc/read.h"
#include "range.h"
#include "report/findings.h"

// What a rule speaks of: a kind of need, or what the component imports or exports.
enum {
  TW_KIND_IMPORT = CM_NEED_KIND_COUNT,
  TW_KIND_EXPORT,
  TW_KIND_COUNT,
};
extern const char *const tw_policy_kinds[TW_KIND_COUNT + 1];  // the words of the document, ended by NULL

enum { TW_KINDS_OF_NEEDS = (1 << CM_NEED_KIND_COUNT) - 1 };

// Whether letters of either case are the same in keys of this kind: hosts and other names of the DNS.
bool tw_kind_folds(int kind);

struct tw_pattern {
  struct cm_str text;  // glob.h
  const struct tw_node *node;
};

// A list of patterns under one key of a rule; `given` tells an empty list from none.
struct tw_patterns {
  const struct tw_pattern *at;
  uint32_t count;
  bool given;
};

struct tw_budget {
  bool given;
  uint64_t most;
};

struct tw_policy_rule {
  struct cm_str id;
  enum tw_level severity;
  struct cm_str summary, message, help, url;  // .size 0: not given

  // Selection; patterns that are not given select everything.
  uint32_t kinds;                   // bit set of the kinds above
  uint32_t origins;                 // bit set of enum cm_origin
  uint32_t certainties;             // bit set of enum cm_certainty
  const struct tw_range *versions;  // of the interface; NULL: any, or none
  struct tw_patterns keys, instances, interfaces, apps;

  // Demands
  struct tw_patterns allow, deny, require, allow_unresolved;
  uint32_t require_certainty;  // bit set; 0: not demanded
  bool deny_unresolved;
  struct tw_budget max_needs, max_unresolved, max_size;

  const struct tw_node *node;  // the map of the rule
};

struct tw_policy_waiver {
  struct cm_str rule, kind, reason, owner, expires;  // `kind` may be empty: any
  struct tw_patterns keys, apps;
  const struct tw_node *node;
};

struct tw_policy {
  const char *path;
  struct cm_span bytes;
  const struct tw_node *root;
  const struct tw_policy_rule *rules;
  uint32_t rule_count;
  const struct tw_policy_waiver *waivers;
  uint32_t waiver_count;
};

// Told once for each thing that is wrong; `fault` is valid during the call.
typedef void (*tw_policy_fault)(void *context, const struct tw_fault *fault);

// Reads a policy. `path` and `bytes` must outlive it. False: all that is wrong was told; the policy must not be used.
bool tw_policy_read(struct cm_arena *arena, const char *path, struct cm_span bytes, struct tw_policy *policy, tw_policy_fault tell,
                    void *context);

// Where `key` of a rule or waiver stands ("allow"; NULL: the map itself, by its first key).
struct tw_place tw_policy_place(const struct tw_policy *policy, const struct tw_node *map, const char *key);

// Whether the patterns let this key pass: none given let everything pass.
bool tw_patterns_select(const struct tw_patterns *patterns, struct cm_str key, bool fold);

// Whether one of the patterns fits; of an empty or absent list none does.
bool tw_patterns_fit(const struct tw_patterns *patterns, struct cm_str key, bool fold);

// Whether patterns of files let this one pass: they are held against the path as given and against the name without folders.
bool tw_patterns_select_path(const struct tw_patterns *patterns, const char *path);

// "2 MB", "500 kB", "1 MiB", "4096" in bytes. False: it is none of these.
bool tw_size_read(struct cm_str text, uint64_t *size);

// A day of the calendar as it stands in policies and --today: "2027-01-31".
bool tw_date_valid(struct cm_str date);

#endif
