// The workload: what is to be deployed, before any platform's words.
//
// Made once from the needs of one or several files and from what people know (values.h); every target renders this. It says which
// components there are, what each wants and where each want is provided from, which interfaces the host has to offer, which objects
// (ConfigMaps, Secrets, ExternalSecrets) have to exist, and what is left for people to fill in. Nothing in it is invented: a value
// that nobody gave is an empty entry of an object, and is listed.
//
// All strings are borrowed from the documents and values or live in the arena.
#ifndef TW_MANIFEST_WORKLOAD_H
#define TW_MANIFEST_WORKLOAD_H

#include <component/diag.h>

#include "doc/doc.h"
#include "grants.h"
#include "report/needs.h"
#include "values.h"

// One file to deploy.
struct tw_app {
  const struct tw_needs_document *document;
  struct cm_span bytes;  // of the file; only `sbom` reads them
};

// One need of one component, and where it is provided from.
struct tw_want {
  enum cm_need_kind kind;
  struct cm_str key;
  bool secret;                 // a secret by kind, or because people said so
  bool labelled;               // a secret that is imported by its label
  const struct cm_need *need;  // NULL: no call was found that asks for it, only the values name it
  struct tw_supply supply;
  const char *why;  // one line for a comment: "exact, asked by read_settings"
};

// A literal value.
struct tw_literal {
  struct cm_str key, value;
  bool placeholder;  // stands there because the platform wants something; to be filled in
  const char *why;
  size_t order;  // when it was added: of equal keys the first one stays
};

// An object that is referred to by name, whole.
struct tw_reference {
  struct cm_str name;
  bool secret;
  const char *why;
};

// Configuration as the platform layers it: literals, over them ConfigMaps in order, over them Secrets in order.
struct tw_layer {
  size_t literal_count, literal_room, reference_count, reference_room;
  struct tw_literal *literals;
  struct tw_reference *references;  // ConfigMaps first
};

struct tw_component {
  struct cm_str name;
  const struct tw_app *app;
  const struct tw_node *values;                 // what the values file says of this one; NULL: nothing
  const struct tw_granted_component *existing;  // what an existing manifest says of it; NULL: nothing
  const struct tw_granted_workload *existing_in;
  struct cm_str image;  // "registry.invalid/NAME:replace-me" where nobody said
  bool image_given;
  bool service;  // it exports wasi:cli/run: it runs, rather than being called
  bool serves_http;
  bool folders;  // it opens files below preopened folders
  size_t want_count, want_room;
  struct tw_want *wants;   // by kind, then key
  struct tw_layer env;     // the environment
  struct tw_layer config;  // of wasi:config; only literals, the rest comes with the interface
  const char *undecided;   // lines for a comment, one for each site that could not be decided; NULL: none
  const char *runtime;     // "RUST_BACKTRACE, …": what only the language's own library asks for; NULL: nothing
};

// An interface entry: what the host has to offer under one name.
struct tw_interface {
  struct cm_str ns, package, version, name;  // version: empty where components differ; name: the label, or empty
  struct cm_str canonical;                   // the part of the version that decides compatibility
  size_t interface_count, interface_room;
  struct cm_str *interfaces;  // sorted
  struct tw_layer layer;
  const char *why;
};

enum tw_object_kind { TW_OBJECT_CONFIG_MAP, TW_OBJECT_SECRET, TW_OBJECT_EXTERNAL };

// One key of an object.
struct tw_entry {
  struct cm_str key;
  bool known;
  struct cm_str value;             // where known
  bool encoded;                    // SECRET: it stands under `data`, in base64
  struct cm_str remote, property;  // EXTERNAL: what to fetch
  const char *why;
  size_t order;  // as in tw_literal
};

enum tw_purpose { TW_FOR_ENV, TW_FOR_CONFIG, TW_FOR_STORE, TW_FOR_LABEL };

struct tw_object {
  enum tw_object_kind kind;
  enum tw_purpose purpose;
  struct cm_str name;
  struct cm_str target;  // EXTERNAL: the Secret that it makes
  bool kept;             // an existing manifest has it
  size_t entry_count, entry_room;
  struct tw_entry *entries;
  const char *why;
};

enum tw_note_kind {
  TW_NOTE_LEFT,     // to be filled in
  TW_NOTE_WARNING,  // worth a thought
  TW_NOTE_REFUSAL,  // the platform would not take it
};

// What is left: not every target asks for all of it.
enum tw_left {
  TW_LEFT_IMAGE = 1,      // where a component is pulled from
  TW_LEFT_VALUE = 2,      // the value of a key
  TW_LEFT_ROUTE = 4,      // the host name of requests
  TW_LEFT_STORE = 8,      // the store that ExternalSecrets are fetched from
  TW_LEFT_EXTERNAL = 16,  // the value of a key that an ExternalSecret would fetch
  TW_LEFT_OTHER = 32,     // what the target itself found missing
  TW_LEFT_ALL = 63,
};

struct tw_note {
  enum tw_note_kind kind;
  unsigned left;  // LEFT: enum tw_left
  const char *text;
  struct cm_str object;  // LEFT: the object whose key it is ("ConfigMap shop-env"); empty: none
};

// What the command line says beside the values.
struct tw_workload_options {
  const char *name;            // of the workload; NULL: the values', else the first component's
  const char *const *secrets;  // keys that are secrets, ended by NULL; may be NULL
  const struct tw_values *values;
  const struct tw_grants *existing;  // a manifest that is to be updated: what it provides stays where it is; NULL: none
};

struct tw_workload {
  struct cm_str name;
  const struct tw_workload_options *options;  // that it was made with
  const struct tw_values *values;             // may be NULL
  size_t component_count;
  struct tw_component *components;  // in the order of the command line
  size_t interface_count, interface_room;
  struct tw_interface *interfaces;  // by namespace and package; of one package the unnamed first
  size_t object_count, object_room;
  struct tw_object *objects;  // in the order in which they are needed
  size_t note_count, note_room;
  struct tw_note *notes;
  bool undecided;  // some site of some component could not be decided
};

// Makes the model. `apps` and all they point to must outlive it. False: `diag` says why (an empty list, no memory).
bool tw_workload_make(struct cm_arena *arena, const struct tw_app *apps, size_t count, const struct tw_workload_options *options,
                      struct tw_workload *workload, struct cm_diag *diag);

// Adds a refusal for whatever a WorkloadDeployment cannot say or the host would not bind, in the platform's terms; returns how
// many. False results of allocation are seen in arena->refused.
size_t tw_workload_refuse(struct cm_arena *arena, struct tw_workload *workload);

// Adds a note of what is left.
void tw_workload_left(struct cm_arena *arena, struct tw_workload *workload, enum tw_left left, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

// Adds a warning or a refusal.
void tw_workload_note(struct cm_arena *arena, struct tw_workload *workload, enum tw_note_kind kind, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

// --- pieces that others use too ---

// "wasi:keyvalue/store@0.2.0-draft" taken apart. False: it is not the name of a package's interface.
struct tw_interface_name {
  struct cm_str ns, package, interface, version;  // version: empty where there is none
};
bool tw_interface_name_read(struct cm_str name, struct tw_interface_name *to);

// Whether every host offers the package without an entry: wasi:cli, wasi:io and the like. An entry for one does nothing.
bool tw_interface_built_in(const struct tw_interface_name *name);

// A name that Kubernetes takes (RFC 1123 label), made from a path: "Shop_Front.wasm" gives "shop-front".
struct cm_str tw_name_of_path(struct cm_arena *arena, const char *path);

// Whether `name` is `^[a-z0-9][a-z0-9-]*$` and at most 64 characters: what `hostInterfaces[].name` may be.
bool tw_label_expressible(struct cm_str name);

// The want of a kind and key; NULL: none.
const struct tw_want *tw_component_want(const struct tw_component *component, enum cm_need_kind kind, struct cm_str key);

#endif
