// What targets share: building documents with comments, and the parts that several of them write.
//
// Everything is NULL-tolerant: when the arena has no memory left nodes are NULL, and arena->refused says so in the end.
#ifndef TW_MANIFEST_RENDER_H
#define TW_MANIFEST_RENDER_H

#include "targets.h"

// --- files ---

struct tw_file *tw_render_file(struct tw_rendering *rendering, const char *path, enum tw_file_form form);

// Adds a document with a new map as its root. `before`: comment lines on top; NULL: none.
struct tw_node *tw_render_doc(struct tw_rendering *rendering, struct tw_file *file, const char *before);

// --- members; `behind` is a comment at the end of the line, NULL: none ---

struct tw_pair *tw_put(struct tw_rendering *rendering, struct tw_node *map, const char *key, struct cm_str text,
                       const char *behind);
struct tw_pair *tw_put_words(struct tw_rendering *rendering, struct tw_node *map, const char *key, const char *words);
struct tw_pair *tw_put_key(struct tw_rendering *rendering, struct tw_node *map, struct cm_str key, struct cm_str text,
                           const char *behind);
struct tw_pair *tw_put_number(struct tw_rendering *rendering, struct tw_node *map, const char *key, int64_t number);
struct tw_pair *tw_put_bool(struct tw_rendering *rendering, struct tw_node *map, const char *key, bool truth);
struct tw_node *tw_put_map(struct tw_rendering *rendering, struct tw_node *map, const char *key, const char *before);
struct tw_node *tw_put_list(struct tw_rendering *rendering, struct tw_node *map, const char *key, const char *before);
void tw_add_text(struct tw_rendering *rendering, struct tw_node *list, struct cm_str text, const char *behind);
struct tw_node *tw_add_map(struct tw_rendering *rendering, struct tw_node *list, const char *before);

// A list that is shown as `[]` when it is empty.
struct tw_node *tw_put_list_even_empty(struct tw_rendering *rendering, struct tw_node *map, const char *key, const char *behind);

// A number of the values file, where it is there.
void tw_put_values_number(struct tw_rendering *rendering, struct tw_node *map, const char *key, const struct tw_node *values,
                          const char *name);
// A text of the values file, where it is there.
void tw_put_values_text(struct tw_rendering *rendering, struct tw_node *map, const char *key, const struct tw_node *values,
                        const char *name);

// --- parts ---

// "Made by tidewaiter from the needs of a.wasm, b.wasm." and, where some site could not be decided, a warning.
const char *tw_render_heading(struct tw_rendering *rendering);

// apiVersion, kind, metadata with name, and the namespace, labels and annotations of the values.
struct tw_node *tw_render_head(struct tw_rendering *rendering, struct tw_node *root, const char *api, const char *kind,
                               struct cm_str name);

// A document for each ConfigMap, Secret and ExternalSecret of these purposes (bits of 1 << enum tw_purpose).
enum { TW_FOR_ALL = 15 };
void tw_render_objects(struct tw_rendering *rendering, struct tw_file *file, unsigned purposes);

// Documents for the Service and Ingress that a path needs.
void tw_render_routing(struct tw_rendering *rendering, struct tw_file *file);

// The WorkloadDeployment.
void tw_render_deployment(struct tw_rendering *rendering, struct tw_file *file, const char *before);

// The configuration of wash as a tree. `embedded`: for a container: environment values come from its environment, and files are
// pulled by the build command.
struct tw_node *tw_render_wash_config(struct tw_rendering *rendering, bool embedded);

// Whether the configuration of wash holds values of secrets.
bool tw_wash_config_secret(const struct tw_workload *workload);

// A comment for a value that is to be filled in, or NULL.
const char *tw_fill_in(struct tw_rendering *rendering, bool left, const char *why);

// The volumes of a component: of the values; else one to fill in where it opens files. `visit` is called for each.
struct tw_volume {
  struct cm_str name, mount, host_path;
  bool read_only, placeholder;
};
size_t tw_volume_count(const struct tw_component *component);
struct tw_volume tw_volume_at(struct tw_rendering *rendering, const struct tw_component *component, size_t i);

// `allowedHostLoopbackPorts`, where the values give some.
void tw_render_loopback(struct tw_rendering *rendering, struct tw_node *resources, const struct tw_component *component);

// The YAML text of a document tree, for files within files.
struct cm_str tw_render_text(struct tw_rendering *rendering, struct tw_node *root, const char *before);

#endif
