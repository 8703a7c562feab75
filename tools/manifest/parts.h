// What the files that make a workload share among themselves.
#ifndef TW_MANIFEST_PARTS_H
#define TW_MANIFEST_PARTS_H

#include "buffer.h"
#include "report/needs_words.h"
#include "workload.h"

// Formats into the arena, cut at 1023 bytes; never NULL.
const char *tw_formatted(struct cm_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

// A name that Kubernetes takes, made of any words; 50 characters at most, so that a suffix still fits.
struct cm_str tw_name_of_words(struct cm_arena *arena, struct cm_str words);

// The entries of host interfaces, without configuration (interfaces.c).
void tw_make_interfaces(struct cm_arena *arena, struct tw_workload *workload);

// An existing manifest (existing.c). Finds what it says of a component, and takes over the name it has there.
void tw_existing_component(struct tw_component *component, const struct tw_grants *existing, bool only);

// Where it has the key of a want; NULL: nowhere. `*maybe` takes an object that may hold it, empty where there is none.
const struct tw_granted_key *tw_existing_key(const struct tw_component *component, const struct tw_want *want,
                                             struct cm_str *maybe);

// Whether a key of wasi:config stands in the interface's entry rather than with the component.
bool tw_existing_in_entry(const struct tw_component *component, const struct tw_granted_key *key);

// Of a key in a Secret: whether it stands under `data`, in base64.
bool tw_existing_encoded(const struct tw_granted_key *key);

// Of a key of an ExternalSecret: the name of that.
struct cm_str tw_existing_external(const struct tw_granted_key *key);

// Layers and objects (layers.c).
void tw_make_layers(struct cm_arena *arena, struct tw_workload *workload);

// The entry of an interface: of this package, with this name ("" for the unnamed one). NULL: none.
struct tw_interface *tw_workload_interface(const struct tw_workload *workload, const char *ns, const char *package,
                                           struct cm_str name);

// Whether a component of the workload, by its index, has a part of this entry: its package, under its label.
bool tw_workload_uses(const struct tw_workload *workload, size_t component, const struct tw_interface *entry);

// The interface that an import stands for: its `implements`, or its name. False: it stands for none.
bool tw_import_interface(const struct cm_needs_import *import, struct tw_interface_name *name);

// Comment words (why.c).
const char *tw_why_need(struct tw_needs_words *words, const struct cm_need *need);
const char *tw_why_undecided(struct tw_needs_words *words, const struct cm_needs *needs);

// Whether a list of maps has one whose `name` this is.
bool tw_list_names(const struct tw_node *list, struct cm_str name);

// qsort that takes an empty array.
void tw_sort(void *items, size_t count, size_t size, int (*compare)(const void *, const void *));

#endif
