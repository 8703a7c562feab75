// What targets share: nodes with comments, heads of objects, the objects themselves.

#include "render.h"

#include <stdio.h>
#include <stdlib.h>

#include "doc/write.h"
#include "parts.h"
#include "report/text.h"

struct tw_file *tw_render_file(struct tw_rendering *rendering, const char *path, enum tw_file_form form) {
  if (!cm_grow(rendering->arena, &rendering->files, &rendering->file_room, rendering->file_count, sizeof *rendering->files)) {
    return NULL;
  }
  struct tw_file *file = &rendering->files[rendering->file_count++];
  *file = (struct tw_file){.path = path, .form = form};
  return file;
}

struct tw_node *tw_render_doc(struct tw_rendering *rendering, struct tw_file *file, const char *before) {
  struct tw_node *root = tw_node_map(rendering->arena);
  if (!file || !root || !cm_grow(rendering->arena, &file->docs, &file->doc_room, file->doc_count, sizeof *file->docs)) {
    return NULL;
  }
  file->docs[file->doc_count++] = (struct tw_doc){.path = file->path, .root = root, .before = before};
  return root;
}

struct tw_pair *tw_put_key(struct tw_rendering *rendering, struct tw_node *map, struct cm_str key, struct cm_str text,
                           const char *behind) {
  struct tw_pair *pair = tw_node_put_str(rendering->arena, map, key, tw_node_string(rendering->arena, text));
  if (pair) {
    pair->behind = behind;
  }
  return pair;
}

struct tw_pair *tw_put(struct tw_rendering *rendering, struct tw_node *map, const char *key, struct cm_str text,
                       const char *behind) {
  return tw_put_key(rendering, map, cm_str_of(key), text, behind);
}

struct tw_pair *tw_put_words(struct tw_rendering *rendering, struct tw_node *map, const char *key, const char *words) {
  return tw_put_key(rendering, map, cm_str_of(key), cm_str_of(words), NULL);
}

struct tw_pair *tw_put_number(struct tw_rendering *rendering, struct tw_node *map, const char *key, int64_t number) {
  return tw_node_put(rendering->arena, map, key, tw_node_integer(rendering->arena, number));
}

struct tw_pair *tw_put_bool(struct tw_rendering *rendering, struct tw_node *map, const char *key, bool truth) {
  return tw_node_put(rendering->arena, map, key, tw_node_bool(rendering->arena, truth));
}

static struct tw_node *put_container(struct tw_rendering *rendering, struct tw_node *map, const char *key, struct tw_node *node,
                                     const char *before) {
  struct tw_pair *pair = tw_node_put(rendering->arena, map, key, node);
  if (pair) {
    pair->before = before;
  }
  return pair ? node : NULL;
}

struct tw_node *tw_put_map(struct tw_rendering *rendering, struct tw_node *map, const char *key, const char *before) {
  return put_container(rendering, map, key, tw_node_map(rendering->arena), before);
}

struct tw_node *tw_put_list(struct tw_rendering *rendering, struct tw_node *map, const char *key, const char *before) {
  return put_container(rendering, map, key, tw_node_list(rendering->arena), before);
}

struct tw_node *tw_put_list_even_empty(struct tw_rendering *rendering, struct tw_node *map, const char *key, const char *behind) {
  struct tw_node *list = tw_node_list(rendering->arena);
  struct tw_pair *pair = tw_node_put(rendering->arena, map, key, list);
  if (pair) {
    pair->behind = behind;
  }
  return pair ? list : NULL;
}

void tw_add_text(struct tw_rendering *rendering, struct tw_node *list, struct cm_str text, const char *behind) {
  struct tw_item *item = tw_node_add(rendering->arena, list, tw_node_string(rendering->arena, text));
  if (item) {
    item->behind = behind;
  }
}

struct tw_node *tw_add_map(struct tw_rendering *rendering, struct tw_node *list, const char *before) {
  struct tw_node *map = tw_node_map(rendering->arena);
  struct tw_item *item = tw_node_add(rendering->arena, list, map);
  if (item) {
    item->before = before;
  }
  return item ? map : NULL;
}

void tw_put_values_number(struct tw_rendering *rendering, struct tw_node *map, const char *key, const struct tw_node *values,
                          const char *name) {
  const struct tw_node *node = tw_node_get(values, name);
  if (node && node->kind == TW_NODE_INTEGER) {
    tw_put_number(rendering, map, key, node->integer);
  }
}

void tw_put_values_text(struct tw_rendering *rendering, struct tw_node *map, const char *key, const struct tw_node *values,
                        const char *name) {
  struct cm_str text = tw_node_text(tw_node_get(values, name));
  if (text.at) {
    tw_put(rendering, map, key, text, NULL);
  }
}

const char *tw_fill_in(struct tw_rendering *rendering, bool left, const char *why) {
  if (!left) {
    return why;
  }
  return why ? tw_formatted(rendering->arena, "fill in; %s", why) : "fill in";
}

const char *tw_render_heading(struct tw_rendering *rendering) {
  const struct tw_workload *workload = rendering->workload;
  struct tw_buffer lines = {.arena = rendering->arena};
  tw_buffer_put(&lines, CM_STR("Made by `tidewaiter manifest` from the needs of"));
  for (size_t i = 0; i < workload->component_count; i++) {
    const char *path = workload->components[i].app->document->path, *slash = strrchr(path, '/');
    struct cm_str base = tw_text_safe(rendering->arena, cm_str_of(slash ? slash + 1 : path));
    tw_buffer_format(&lines, "%s %.*s", i ? "," : "", CM_STR_ARG(base));
  }
  tw_buffer_put(&lines, CM_STR("."));
  if (workload->undecided) {
    tw_buffer_put(&lines,
                  CM_STR("\nWARNING: some calls could not be decided, so this list may be too short; see `undecided` below."));
  }
  return tw_buffer_text(&lines).at;
}

bool tw_list_names(const struct tw_node *list, struct cm_str name) {
  bool found = false;
  for (size_t i = 0; list && i < list->count; i++) {
    found |= cm_str_equal(tw_node_text(tw_node_get(list->items[i].value, "name")), name);
  }
  return found;
}

struct tw_node *tw_render_head(struct tw_rendering *rendering, struct tw_node *root, const char *api, const char *kind,
                               struct cm_str name) {
  const struct tw_values *values = rendering->workload->values;
  tw_put_words(rendering, root, "apiVersion", api);
  tw_put_words(rendering, root, "kind", kind);
  struct tw_node *metadata = tw_put_map(rendering, root, "metadata", NULL);
  tw_put(rendering, metadata, "name", name, NULL);
  const struct tw_granted_workload *existing = rendering->workload->components[0].existing_in;
  struct cm_str ns = tw_node_text(tw_values_get(values, "namespace"));
  ns = !ns.size && existing ? existing->ns : ns;
  if (ns.size) {
    tw_put(rendering, metadata, "namespace", ns, NULL);
  }
  static const char *const maps[] = {"labels", "annotations"};
  for (size_t m = 0; m < 2; m++) {
    const struct tw_node *given = tw_values_get(values, maps[m]);
    struct tw_node *map = given && given->count ? tw_put_map(rendering, metadata, maps[m], NULL) : NULL;
    for (size_t i = 0; given && i < given->count; i++) {
      tw_put_key(rendering, map, given->pairs[i].key, tw_node_text(given->pairs[i].value), NULL);
    }
  }
  return metadata;
}

static struct cm_str base64(struct cm_arena *arena, struct cm_str text) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  size_t size = (text.size + 2) / 3 * 4;
  char *to = cm_alloc(arena, size + 1);
  for (size_t i = 0, at = 0; to && i < text.size; i += 3) {
    uint32_t three = 0;
    for (size_t k = 0; k < 3; k++) {
      three = three << 8 | (i + k < text.size ? (uint8_t)text.at[i + k] : 0);
    }
    for (unsigned k = 0; k < 4; k++) {
      to[at++] = i + k > text.size ? '=' : digits[three >> (18 - 6 * k) & 63];
    }
  }
  return (struct cm_str){to, to ? size : 0};
}

static void render_external(struct tw_rendering *rendering, struct tw_node *root, const struct tw_object *object) {
  const struct tw_node *store = tw_values_get(rendering->workload->values, "secret-store");
  struct cm_str name = tw_node_text(tw_node_get(store, "name"));
  tw_render_head(rendering, root, "external-secrets.io/v1", "ExternalSecret", object->name);
  struct tw_node *spec = tw_put_map(rendering, root, "spec", NULL);
  tw_put_values_text(rendering, spec, "refreshInterval", store, "refresh");
  struct tw_node *reference = tw_put_map(rendering, spec, "secretStoreRef", NULL);
  tw_put(rendering, reference, "name", name.size ? name : CM_STR("replace-me"),
         name.size ? NULL : "fill in: the store that has them");
  struct cm_str kind = tw_node_text(tw_node_get(store, "kind"));
  tw_put(rendering, reference, "kind", kind.size ? kind : CM_STR("SecretStore"), NULL);
  struct tw_node *target = tw_put_map(rendering, spec, "target", NULL);
  tw_put(rendering, target, "name", object->target, "the Secret that it makes");
  struct tw_node *data = tw_put_list(rendering, spec, "data", NULL);
  for (size_t i = 0; i < object->entry_count; i++) {
    struct tw_node *item = tw_add_map(rendering, data, NULL);
    tw_put(rendering, item, "secretKey", object->entries[i].key, object->entries[i].why);
    struct tw_node *remote = tw_put_map(rendering, item, "remoteRef", NULL);
    tw_put(rendering, remote, "key", object->entries[i].remote, NULL);
    if (object->entries[i].property.size) {
      tw_put(rendering, remote, "property", object->entries[i].property, NULL);
    }
  }
}

static void render_object(struct tw_rendering *rendering, struct tw_node *root, const struct tw_object *object) {
  bool secret = object->kind == TW_OBJECT_SECRET;
  tw_render_head(rendering, root, "v1", secret ? "Secret" : "ConfigMap", object->name);
  if (secret && !object->kept) {
    tw_put_words(rendering, root, "type", "Opaque");
  }
  // Under `data` of a Secret stands only what an existing one has there.
  for (int encoded = 0; encoded < 2; encoded++) {
    struct tw_node *data = NULL;
    for (size_t i = 0; i < object->entry_count; i++) {
      const struct tw_entry *entry = &object->entries[i];
      if (entry->encoded == (encoded == 1)) {
        struct cm_str value = entry->known ? entry->value : CM_STR("");
        data = data ? data : tw_put_map(rendering, root, secret && !encoded ? "stringData" : "data", NULL);
        tw_put_key(rendering, data, entry->key, encoded ? base64(rendering->arena, value) : value,
                   tw_fill_in(rendering, !entry->known, entry->why));
      }
    }
  }
}

void tw_render_objects(struct tw_rendering *rendering, struct tw_file *file, unsigned purposes) {
  bool external = false;
  for (size_t i = 0; i < rendering->workload->object_count; i++) {
    const struct tw_object *object = &rendering->workload->objects[i];
    if (!(purposes & (1U << object->purpose))) {
      continue;
    }
    struct tw_node *root = tw_render_doc(rendering, file, object->why);
    if (object->kind == TW_OBJECT_EXTERNAL) {
      render_external(rendering, root, object);
      external = true;
    } else {
      render_object(rendering, root, object);
      file->secret |= object->kind == TW_OBJECT_SECRET;
    }
  }
  if (external && !rendering->workload->options->existing && !tw_values_get(rendering->workload->values, "secret-store")) {
    tw_workload_left(rendering->arena, rendering->workload, TW_LEFT_STORE,
                     "secret-store.name: the SecretStore that ExternalSecrets are fetched from");
  }
}

struct cm_str tw_render_text(struct tw_rendering *rendering, struct tw_node *root, const char *before) {
  char *bytes = NULL;
  size_t size = 0;
  FILE *memory = open_memstream(&bytes, &size);
  struct cm_str text = CM_STR("");
  if (memory) {
    struct tw_doc doc = {.path = "", .root = root, .before = before};
    tw_yaml_write(memory, &doc, 1, rendering->comments);
    bool good = fclose(memory) == 0;
    char *copy = good ? cm_alloc_text(rendering->arena, bytes, size) : NULL;
    text = copy ? (struct cm_str){copy, size} : text;
    rendering->arena->refused |= !copy;
    free(bytes);
  } else {
    rendering->arena->refused = true;
  }
  return text;
}

// --- volumes

size_t tw_volume_count(const struct tw_component *component) {
  const struct tw_node *list = tw_node_get(component->values, "volumes");
  return list ? list->count : component->folders ? 1 : 0;
}

struct tw_volume tw_volume_at(struct tw_rendering *rendering, const struct tw_component *component, size_t i) {
  const struct tw_node *node = tw_node_at(tw_node_get(component->values, "volumes"), i);
  if (!node) {
    struct cm_str name = cm_alloc_format(rendering->arena, "%.*s-files", CM_STR_ARG(component->name));
    return (struct tw_volume){.name = name, .mount = CM_STR("/replace-me"), .placeholder = true};
  }
  const struct tw_node *read_only = tw_node_get(node, "read-only");
  return (struct tw_volume){.name = tw_node_text(tw_node_get(node, "name")),
                            .mount = tw_node_text(tw_node_get(node, "mount")),
                            .host_path = tw_node_text(tw_node_get(node, "host-path")),
                            .read_only = read_only && read_only->kind == TW_NODE_BOOL && read_only->truth};
}

void tw_render_loopback(struct tw_rendering *rendering, struct tw_node *resources, const struct tw_component *component) {
  const struct tw_node *ports = tw_node_get(component->values, "loopback-ports");
  struct tw_node *list = ports ? tw_put_list(rendering, resources, "allowedHostLoopbackPorts", NULL) : NULL;
  for (size_t i = 0; ports && i < (ports->kind == TW_NODE_LIST ? ports->count : 1); i++) {
    tw_add_text(rendering, list, tw_node_text(ports->kind == TW_NODE_LIST ? ports->items[i].value : ports), "from the values");
  }
}
