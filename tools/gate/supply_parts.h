// What the files that hold components against manifests share among themselves.
#ifndef TW_GATE_SUPPLY_PARTS_H
#define TW_GATE_SUPPLY_PARTS_H

#include "fix.h"
#include "manifest/workload.h"
#include "supply.h"

// A file, what it wants, and what it is given.
struct tw_deployed {
  const struct tw_supplied *file;
  const struct tw_needs_document *document;
  const struct tw_granted_component *granted;
  const struct tw_component *wanted;
  struct tw_collector *to;
};

// A workload of the manifests, and those of the files that it deploys.
struct tw_deployment {
  const struct tw_manifests *manifests;
  const uint32_t *rules;
  const struct tw_granted_workload *granted;
  struct tw_workload wanted;  // as `tidewaiter manifest` would deploy these files
  struct tw_deployed *all;
  size_t count;
  bool whole;  // each component of the workload is among the files
};

// A finding by one of tidewaiter's own rules about `subject`, at `at`, or where that is nowhere at `otherwise`.
struct tw_finding tw_supply_finding(const struct tw_deployment *in, enum tw_builtin rule, struct tw_subject subject,
                                    const struct tw_spot *at, const struct tw_spot *otherwise);

struct tw_subject tw_subject_of_want(const struct tw_want *want);
struct tw_subject tw_subject_of_grant(enum cm_need_kind kind, struct cm_str key);

// What the component is called in messages: its name, "the service" where it has none.
struct cm_str tw_deployed_name(const struct tw_deployed *one);

// Where a component's resources are, or would be: "environment", "config" of them. Without a way (in `wash`, where the place is not
// known) `map` is NULL. `inner` may be NULL.
struct tw_fix_home tw_resource_home(const struct tw_deployment *in, const struct tw_deployed *one, const char *outer,
                                    const char *inner);

// Whether an undecided place may ask for a key: no; one that fits everything; one of whose key something is known, which fits.
enum tw_asks { TW_ASKS_NOT, TW_ASKS_PERHAPS, TW_ASKS_LIKELY };
// Whether something is known of the key that an undecided place asks for.
bool tw_place_tells(const struct cm_unresolved *place);
enum tw_asks tw_may_ask(const struct cm_needs *needs, enum cm_need_kind kind, struct cm_str key);

// The parts: environment, configuration and secrets; hosts, names and folders; interfaces.
void tw_supply_keys(const struct tw_deployment *in);
void tw_supply_network(const struct tw_deployment *in);
void tw_supply_interfaces(const struct tw_deployment *in);

#endif
