// Proposing changes.
//
// Every finding says the lines that make it go away. A fix is made by changing a copy of the file's text (doc/edit.h), and is the lines in
// which the two differ; what is proposed is thereby what the file would hold, with its own indentation and style.
#ifndef TW_GATE_FIX_H
#define TW_GATE_FIX_H

#include "collect.h"
#include "manifest/grants.h"
#include "manifest/workload.h"
#include "policy.h"
#include "supply.h"

// Policies: adds the pattern `glob` to the list under `key` of a rule, makes a number greater, adds a waiver (`kind` may be NULL).
void tw_fix_allow(struct tw_collector *to, struct tw_finding *finding, const struct tw_policy *policy,
                  const struct tw_policy_rule *rule, const char *key, struct cm_str glob);
void tw_fix_raise(struct tw_collector *to, struct tw_finding *finding, const struct tw_policy *policy,
                  const struct tw_policy_rule *rule, const char *key, struct cm_str value);
void tw_fix_waive(struct tw_collector *to, struct tw_finding *finding, const struct tw_policy *policy, struct cm_str rule,
                  const char *kind, struct cm_str key);
// Takes a waiver out, or a pattern of a list that has others.
void tw_fix_drop(struct tw_collector *to, struct tw_finding *finding, const struct tw_policy *policy, const struct tw_node *entry);

// Manifests: takes out the member or item at a place; a member of the map there; writes another scalar there.
void tw_fix_remove(struct tw_collector *to, struct tw_finding *finding, const struct tw_spot *at, const char *order);
void tw_fix_remove_member(struct tw_collector *to, struct tw_finding *finding, const struct tw_spot *map, const char *key,
                          const char *order);
void tw_fix_replace(struct tw_collector *to, struct tw_finding *finding, const struct tw_spot *at, struct cm_str text,
                    const char *order);

// Takes a secret that stands in plain sight out of the map `config` of `owner`, and refers to a Secret called `name` in its place.
void tw_fix_hide(struct tw_collector *to, struct tw_finding *finding, const struct tw_spot *owner, struct cm_str key,
                 struct cm_str name);

// Writes other words in place of one word of a list; at least one.
void tw_fix_replace_word(struct tw_collector *to, struct tw_finding *finding, const struct tw_spot *at, const struct cm_str *words,
                         size_t count, const char *order);

// Where something is put that is not there yet: at the end of `path` from a map on.
struct tw_fix_home {
  const struct tw_spot *map;
  const char *path[4];  // ended by NULL
};

// Gives a component a key that it wants: in an object that one of `maps` takes its keys from, where that is among the manifests; else, unless
// it is a secret, as a member of the map `home`.
void tw_fix_give_key(struct tw_collector *to, struct tw_finding *finding, const struct tw_manifests *manifests,
                     const struct tw_granted_map *const *maps, size_t count, const struct tw_fix_home *home,
                     const struct tw_want *want);

// Adds a word to the list `home`.
void tw_fix_give_word(struct tw_collector *to, struct tw_finding *finding, const struct tw_fix_home *home, struct cm_str word);

// Adds a list of these words, maybe of none, where there is no list yet.
void tw_fix_give_list(struct tw_collector *to, struct tw_finding *finding, const struct tw_fix_home *home,
                      const struct cm_str *words, size_t count);

// Adds an entry to the host interfaces of a workload.
void tw_fix_give_entry(struct tw_collector *to, struct tw_finding *finding, const struct tw_granted_workload *workload,
                       const struct tw_interface *wanted);

#endif
