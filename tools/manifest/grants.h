// What existing manifests grant.
//
// The other way round from workload.h: documents that people or `tidewaiter manifest` wrote are read, ConfigMaps, Secrets and
// ExternalSecrets among them are followed, and for each component of each workload it is said which keys, interfaces, hosts, names and
// folders it is given, by which line. Nothing is judged here; `gate` does that.
//
// Understood are WorkloadDeployment, WorkloadReplicaSet and Workload (runtime.wasmcloud.dev/v1alpha1), and the configuration of `wash`
// (.wash/config.yaml). What a document of another kind says is passed by.
//
// All strings are borrowed from the documents; all arrays live in the arena.
#ifndef TW_MANIFEST_GRANTS_H
#define TW_MANIFEST_GRANTS_H

#include <component/diag.h>

#include "doc/doc.h"

// A place in one of the documents; doc NULL: nowhere.
struct tw_spot {
  const struct tw_doc *doc;
  const struct tw_node *node;  // the value that stands there; NULL where only a key does
  struct tw_mark at;           // of the key or list item
};

// How a key reaches the component.
enum tw_via {
  TW_VIA_LITERAL,          // stands in the workload itself
  TW_VIA_CONFIG_MAP,       // `configFrom`; in wash: `configs:`
  TW_VIA_SECRET,           // `secretFrom`; in wash: `secrets:`
  TW_VIA_EXTERNAL_SECRET,  // `secretFrom` a Secret that an ExternalSecret makes
};
extern const char *const tw_via_names[4];  // "a literal", "a ConfigMap", …

// What a value looks like. Values of secrets are not kept anywhere.
enum tw_value_state {
  TW_VALUE_GIVEN,
  TW_VALUE_EMPTY,        // ""
  TW_VALUE_PLACEHOLDER,  // holds "replace-me"
  TW_VALUE_ELSEWHERE,    // not in these documents: fetched by an ExternalSecret, or from the developer's environment
};

// One key that is granted.
struct tw_granted_key {
  struct cm_str key;
  enum tw_via via;
  enum tw_value_state state;
  struct cm_str value;   // only of literals and ConfigMaps; else empty
  struct cm_str object;  // name of the ConfigMap or Secret; empty for a literal
  struct tw_spot at;     // where the key stands
  struct tw_spot from;   // the reference that brings it; nowhere for a literal
  bool shadowed;         // a later source holds the same key, and the last wins
};

// A reference to a whole ConfigMap or Secret: there is no choice of keys.
struct tw_granted_object {
  struct cm_str name;
  bool secret;
  bool found;  // the object, or the ExternalSecret that makes it, is in the documents. If not, what it holds is not known
  bool whole;  // found, but an ExternalSecret takes all there is (`dataFrom`): what it holds is not known either
  struct tw_spot at;
};

// A map of configuration: literal keys and objects, in the order in which the platform lays them over each other.
struct tw_granted_map {
  size_t key_count, object_count;
  const struct tw_granted_key *keys;
  const struct tw_granted_object *objects;
  bool open;          // some object is not in the documents: more keys may come
  struct tw_spot at;  // of the map; nowhere where it is absent
};

// One word of a list, such as a host.
struct tw_granted_word {
  struct cm_str text;
  struct tw_spot at;
};

struct tw_granted_list {
  bool present;
  size_t count;
  const struct tw_granted_word *words;
  struct tw_spot at;
};

// An entry of `hostInterfaces`.
struct tw_granted_interface {
  struct cm_str ns, package, version, name;  // version, name: empty where absent
  struct tw_granted_list interfaces;
  struct tw_granted_map config;
  struct tw_spot at;
};

struct tw_granted_mount {
  struct cm_str volume, path;
  bool read_only;
  struct tw_spot at;
};

struct tw_granted_component {
  struct cm_str name;   // of a `service`, which has none: empty
  struct cm_str image;  // of wash: the path of the file
  bool service;
  struct tw_granted_map env, config;
  // Absent is closed in a WorkloadDeployment, and allows all in wash (hosts) or none (names).
  struct tw_granted_list hosts, names;
  size_t mount_count;
  const struct tw_granted_mount *mounts;
  struct tw_spot at;         // of the component
  struct tw_spot resources;  // of its `localResources` (wash: of the map that holds them); nowhere where absent
};

enum tw_grants_kind { TW_GRANTS_WORKLOAD, TW_GRANTS_WASH };

struct tw_granted_workload {
  enum tw_grants_kind kind;
  struct cm_str name, ns;  // ns: metadata.namespace, empty where absent
  size_t component_count, interface_count;
  const struct tw_granted_component *components;  // the service comes last
  const struct tw_granted_interface *interfaces;  // of all components together
  struct tw_granted_list volumes;                 // names of the volumes
  struct tw_spot at;                              // of the document
  struct tw_spot spec;                            // of the workload's spec (wash: of `dev`); nowhere where absent
  struct tw_spot interfaces_at;                   // of `hostInterfaces`; nowhere where absent
};

struct tw_grants {
  size_t workload_count;
  const struct tw_granted_workload *workloads;
};

// Reads what `docs` grant, all files together: a reference is followed into any of them, within one namespace (an object without
// one fits any). Shapes that are not as the platform wants them are taken as absent; checking shapes is for the schemas. False: no
// memory.
bool tw_grants_read(struct cm_arena *arena, const struct tw_doc *const *docs, size_t count, struct tw_grants *grants,
                    struct cm_diag *diag);

// The component that a file is deployed as: the one of this name; else the one whose image's last word (of
// "registry.example/team/NAME:1.2") is the name; else, where `only` is set, the only one there is. NULL: none. `workload` (may be
// NULL) takes the one that it belongs to.
const struct tw_granted_component *tw_grants_find(const struct tw_grants *grants, struct cm_str name, bool only,
                                                  const struct tw_granted_workload **workload);

// The key that counts in a map: the last of this name. NULL: not there.
const struct tw_granted_key *tw_granted_map_get(const struct tw_granted_map *map, struct cm_str key);

#endif
