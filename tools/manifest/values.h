// The values file: what people know and a component cannot say.
//
// `tidewaiter.values/1`: images, replicas, hosts, and from where each key comes. schemas/values.schema.json describes it; docs/manifest.md
// explains it. The file is kept as the tree that was read, so that messages can name its lines.
#ifndef TW_MANIFEST_VALUES_H
#define TW_MANIFEST_VALUES_H

#include "doc/check.h"
#include "doc/doc.h"

enum tw_supply_kind {
  TW_SUPPLY_NONE,        // nobody said: an entry to fill in
  TW_SUPPLY_VALUE,       // the value itself
  TW_SUPPLY_CONFIG_MAP,  // an existing ConfigMap that holds the key
  TW_SUPPLY_SECRET,      // an existing Secret that holds the key
  TW_SUPPLY_EXTERNAL,    // fetched by an ExternalSecret
  TW_SUPPLY_KEPT,        // an existing manifest provides it, or refers to an object that may hold it
};

struct tw_granted_key;

struct tw_supply {
  enum tw_supply_kind kind;
  struct cm_str value;             // VALUE
  struct cm_str object;            // CONFIG_MAP, SECRET
  struct cm_str remote, property;  // EXTERNAL; property may be empty
  // Where an existing manifest has the key: it goes there again, whatever the kind. NULL: nowhere, or there is no such manifest.
  const struct tw_granted_key *existing;
};

struct tw_values {
  const struct tw_doc *doc;
};

// Checks the document against the table of what may stand in it. Returns whether there was no fault.
bool tw_values_check(const struct tw_doc *doc, tw_fault_visit visit, void *context);

// What the file says of one component; NULL: nothing. `values` may be NULL here and below.
const struct tw_node *tw_values_component(const struct tw_values *values, struct cm_str name);

// A top-level member; NULL: absent.
const struct tw_node *tw_values_get(const struct tw_values *values, const char *key);

// Where a key comes from. `section` is "env", "config" or "secret"; the section of `own`, the component's map, counts before the one for all.
struct tw_supply tw_values_supply(const struct tw_values *values, const struct tw_node *own, const char *section,
                                  struct cm_str key);

// Whether the file lists the key among `secrets:`.
bool tw_values_secret(const struct tw_values *values, struct cm_str key);

// "tides/production#api-token": a remote key and a property of it, parted at the last '#'.
void tw_remote_read(struct cm_str word, struct cm_str *remote, struct cm_str *property);

#endif
