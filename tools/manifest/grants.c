// What existing manifests grant.
//
// First all objects of all documents are listed (`kind: List` taken apart), so that references can be followed whatever file they lead
// to. Then each workload is read; a map is gathered layer by layer in the platform's order (literals, ConfigMaps, Secrets), and in the
// end the keys that a later layer covers are marked.

#include "grants.h"

#include <stdlib.h>

#include "grants_parts.h"

const char *const tw_via_names[4] = {"a literal", "a ConfigMap", "a Secret", "an ExternalSecret"};

enum { LIST_DEPTH = 4 };

// --- places, keys, lists

struct tw_spot tw_place_of(const struct tw_doc *doc, const struct tw_node *node) {
  return node ? (struct tw_spot){doc, node, node->from} : (struct tw_spot){NULL, NULL, {0, 0, 0}};
}

struct tw_spot tw_place_of_pair(const struct tw_doc *doc, const struct tw_pair *pair) {
  return pair ? (struct tw_spot){doc, pair->value, pair->key_at} : (struct tw_spot){NULL, NULL, {0, 0, 0}};
}

const struct tw_pair *tw_pair_of(const struct tw_node *map, const char *key) {
  for (size_t i = 0; map && map->kind == TW_NODE_MAP && i < map->count; i++) {
    if (cm_str_is(map->pairs[i].key, key)) {
      return &map->pairs[i];
    }
  }
  return NULL;
}

struct tw_spot tw_place_of_member(const struct tw_doc *doc, const struct tw_node *map, const char *key) {
  return tw_place_of_pair(doc, tw_pair_of(map, key));
}

static bool contains(struct cm_str text, struct cm_str word) {
  return text.size >= word.size && memmem(text.at, text.size, word.at, word.size) != NULL;
}

enum tw_value_state tw_value_state_of(struct cm_str value) {
  // The second is the first in base64, as in a Secret's `data`.
  bool placeholder = contains(value, CM_STR("replace-me")) || cm_str_is(value, "cmVwbGFjZS1tZQ==");
  return value.size == 0 ? TW_VALUE_EMPTY : placeholder ? TW_VALUE_PLACEHOLDER : TW_VALUE_GIVEN;
}

void tw_gather_key(struct cm_arena *arena, struct tw_gathered_map *map, struct tw_granted_key key) {
  if (*map->budget == 0) {
    map->open = true;
  } else if (cm_grow(arena, &map->keys, &map->key_room, map->key_count, sizeof key)) {
    map->keys[map->key_count++] = key;
    --*map->budget;
  }
}

void tw_gather_object(struct cm_arena *arena, struct tw_gathered_map *map, struct tw_granted_object object) {
  map->open |= !object.found || object.whole;
  if (cm_grow(arena, &map->objects, &map->object_room, map->object_count, sizeof object)) {
    map->objects[map->object_count++] = object;
  }
}

void tw_gather_literals(struct cm_arena *arena, struct tw_gathered_map *map, const struct tw_doc *doc, const struct tw_node *node) {
  for (size_t i = 0; node && node->kind == TW_NODE_MAP && i < node->count; i++) {
    struct cm_str value = tw_node_text(node->pairs[i].value);
    tw_gather_key(arena, map,
                  (struct tw_granted_key){.key = node->pairs[i].key,
                                          .via = TW_VIA_LITERAL,
                                          .state = tw_value_state_of(value),
                                          .value = value,
                                          .at = tw_place_of_pair(doc, &node->pairs[i])});
  }
}

static int compare_keys(const void *one, const void *other) {
  const struct tw_granted_key *a = *(struct tw_granted_key *const *)one, *b = *(struct tw_granted_key *const *)other;
  int order = cm_str_compare(a->key, b->key);
  return order ? order : (a > b) - (a < b);
}

struct tw_granted_map tw_gathered(struct cm_arena *arena, struct tw_gathered_map *map) {
  struct tw_granted_key **order = cm_alloc_array(arena, map->key_count, sizeof *order);
  for (size_t i = 0; order && i < map->key_count; i++) {
    order[i] = &map->keys[i];
  }
  if (order && map->key_count > 1) {
    qsort(order, map->key_count, sizeof *order, compare_keys);
  }
  for (size_t i = 0; order && i + 1 < map->key_count; i++) {
    order[i]->shadowed = cm_str_equal(order[i]->key, order[i + 1]->key);
  }
  return (struct tw_granted_map){map->key_count, map->object_count, map->keys, map->objects, map->open, map->at};
}

struct tw_granted_list tw_granted_list_of(struct cm_arena *arena, const struct tw_doc *doc, const struct tw_node *map,
                                          const char *key) {
  const struct tw_pair *pair = tw_pair_of(map, key);
  struct tw_granted_list list = {.present = pair && pair->value->kind != TW_NODE_NULL, .at = tw_place_of_pair(doc, pair)};
  size_t count = list.present && pair->value->kind == TW_NODE_LIST ? pair->value->count : 0;
  struct tw_granted_word *words = cm_alloc_array(arena, count, sizeof *words);
  for (size_t i = 0; words && i < count; i++) {
    struct cm_str text = tw_node_text(pair->value->items[i].value);
    if (text.at) {
      words[list.count++] = (struct tw_granted_word){text, tw_place_of(doc, pair->value->items[i].value)};
    }
  }
  list.words = words;
  return list;
}

const struct tw_granted_key *tw_granted_map_get(const struct tw_granted_map *map, struct cm_str key) {
  for (size_t i = map->key_count; i > 0; i--) {
    if (cm_str_equal(map->keys[i - 1].key, key)) {
      return &map->keys[i - 1];
    }
  }
  return NULL;
}

// --- objects

struct object {
  const struct tw_doc *doc;
  const struct tw_node *root;
  struct cm_str kind, name, ns;
  struct cm_str makes;  // the name that references find it by: of an ExternalSecret that of the Secret it makes
};

struct reading {
  struct cm_arena *arena;
  size_t budget;
  size_t count, room;
  struct object *objects;
  const struct object **by_name;  // the same, by `makes`, then in order
  struct cm_str ns;               // of the workload at hand
};

static void list_objects(struct reading *reading, const struct tw_doc *doc, const struct tw_node *root, int depth) {
  struct cm_str kind = tw_node_text(tw_node_get(root, "kind"));
  const struct tw_node *items = tw_node_get(root, "items");
  if (cm_str_is(kind, "List") && items && items->kind == TW_NODE_LIST) {
    for (size_t i = 0; depth < LIST_DEPTH && i < items->count; i++) {
      list_objects(reading, doc, items->items[i].value, depth + 1);
    }
    return;
  }
  const struct tw_node *metadata = tw_node_get(root, "metadata");
  struct object object = {
      .doc = doc,
      .root = root,
      .kind = kind,
      .name = tw_node_text(tw_node_get(metadata, "name")),
      .ns = tw_node_text(tw_node_get(metadata, "namespace")),
  };
  struct cm_str target = tw_node_text(tw_node_get(tw_node_get(tw_node_get(root, "spec"), "target"), "name"));
  object.makes = cm_str_is(kind, "ExternalSecret") && target.size ? target : object.name;
  if (cm_grow(reading->arena, &reading->objects, &reading->room, reading->count, sizeof object)) {
    reading->objects[reading->count++] = object;
  }
}

static int compare_objects(const void *one, const void *other) {
  const struct object *a = *(const struct object *const *)one, *b = *(const struct object *const *)other;
  int order = cm_str_compare(a->makes, b->makes);
  return order ? order : (a > b) - (a < b);
}

static void order_objects(struct reading *reading) {
  reading->by_name = cm_alloc_array(reading->arena, reading->count, sizeof *reading->by_name);
  for (size_t i = 0; reading->by_name && i < reading->count; i++) {
    reading->by_name[i] = &reading->objects[i];
  }
  if (reading->by_name && reading->count > 1) {
    qsort(reading->by_name, reading->count, sizeof *reading->by_name, compare_objects);
  }
}

// The first object that references to `name` find, in `by_name`.
static size_t first_object(const struct reading *reading, struct cm_str name) {
  size_t from = 0, to = reading->by_name ? reading->count : 0;
  while (from < to) {
    size_t middle = from + (to - from) / 2;
    if (cm_str_compare(reading->by_name[middle]->makes, name) < 0) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  return from;
}

static bool in_namespace(const struct reading *reading, const struct object *object) {
  return object->ns.size == 0 || reading->ns.size == 0 || cm_str_equal(object->ns, reading->ns);
}

static void gather_data(struct reading *reading, struct tw_gathered_map *map, const struct object *object, const char *member,
                        enum tw_via via, struct tw_spot from) {
  const struct tw_node *data = tw_node_get(object->root, member);
  for (size_t i = 0; data && data->kind == TW_NODE_MAP && i < data->count; i++) {
    struct cm_str value = tw_node_text(data->pairs[i].value);
    tw_gather_key(reading->arena, map,
                  (struct tw_granted_key){.key = data->pairs[i].key,
                                          .via = via,
                                          .state = tw_value_state_of(value),
                                          .value = via == TW_VIA_CONFIG_MAP ? value : (struct cm_str){NULL, 0},
                                          .object = object->name,
                                          .at = tw_place_of_pair(object->doc, &data->pairs[i]),
                                          .from = from});
  }
}

// An ExternalSecret that makes the Secret `name`. Returns whether it takes all there is.
static bool gather_external(struct reading *reading, struct tw_gathered_map *map, const struct object *object, struct cm_str name,
                            struct tw_spot from) {
  const struct tw_node *spec = tw_node_get(object->root, "spec");
  const struct tw_node *data = tw_node_get(spec, "data");
  for (size_t i = 0; data && data->kind == TW_NODE_LIST && i < data->count; i++) {
    const struct tw_pair *key = tw_pair_of(data->items[i].value, "secretKey");
    if (key && tw_node_text(key->value).at) {
      tw_gather_key(reading->arena, map,
                    (struct tw_granted_key){.key = tw_node_text(key->value),
                                            .via = TW_VIA_EXTERNAL_SECRET,
                                            .state = TW_VALUE_ELSEWHERE,
                                            .object = name,
                                            .at = tw_place_of_pair(object->doc, key),
                                            .from = from});
    }
  }
  return tw_node_get(spec, "dataFrom") != NULL;
}

static void follow(struct reading *reading, struct tw_gathered_map *map, const struct tw_doc *doc, const struct tw_node *item,
                   bool secret) {
  const struct tw_pair *name_pair = tw_pair_of(item, "name");
  struct cm_str name = name_pair ? tw_node_text(name_pair->value) : tw_node_text(item);
  struct tw_granted_object reference = {.name = name, .secret = secret, .at = tw_place_of(doc, item)};
  if (!name.at) {
    return;
  }
  for (size_t i = first_object(reading, name); i < reading->count && cm_str_equal(reading->by_name[i]->makes, name); i++) {
    const struct object *object = reading->by_name[i];
    if (!in_namespace(reading, object)) {
      continue;
    }
    if (cm_str_is(object->kind, secret ? "Secret" : "ConfigMap")) {
      reference.found = true;
      gather_data(reading, map, object, "data", secret ? TW_VIA_SECRET : TW_VIA_CONFIG_MAP, reference.at);
      if (secret) {
        gather_data(reading, map, object, "stringData", TW_VIA_SECRET, reference.at);
      }
    } else if (secret && cm_str_is(object->kind, "ExternalSecret")) {
      reference.found = true;
      reference.whole |= gather_external(reading, map, object, name, reference.at);
    }
  }
  tw_gather_object(reading->arena, map, reference);
}

// A layer of configuration: `config`, `configFrom`, `secretFrom` of one map.
static struct tw_granted_map read_layer(struct reading *reading, const struct tw_doc *doc, const struct tw_node *node,
                                        struct tw_spot at) {
  struct tw_gathered_map map = {.budget = &reading->budget, .at = at};
  tw_gather_literals(reading->arena, &map, doc, tw_node_get(node, "config"));
  static const char *const members[] = {"configFrom", "secretFrom"};
  for (size_t m = 0; m < 2; m++) {
    const struct tw_node *list = tw_node_get(node, members[m]);
    for (size_t i = 0; list && list->kind == TW_NODE_LIST && i < list->count; i++) {
      follow(reading, &map, doc, list->items[i].value, m == 1);
    }
  }
  return tw_gathered(reading->arena, &map);
}

// --- workloads

void tw_granted_entry(struct cm_arena *arena, const struct tw_doc *doc, const struct tw_node *node,
                      struct tw_granted_interface *entry) {
  *entry = (struct tw_granted_interface){
      .ns = tw_node_text(tw_node_get(node, "namespace")),
      .package = tw_node_text(tw_node_get(node, "package")),
      .version = tw_node_text(tw_node_get(node, "version")),
      .name = tw_node_text(tw_node_get(node, "name")),
      .interfaces = tw_granted_list_of(arena, doc, node, "interfaces"),
      .at = tw_place_of(doc, node),
  };
}

static void read_mounts(struct reading *reading, const struct tw_doc *doc, const struct tw_node *resources,
                        struct tw_granted_component *component) {
  const struct tw_node *list = tw_node_get(resources, "volumeMounts");
  size_t count = list && list->kind == TW_NODE_LIST ? list->count : 0;
  struct tw_granted_mount *mounts = cm_alloc_array(reading->arena, count, sizeof *mounts);
  for (size_t i = 0; mounts && i < count; i++) {
    const struct tw_node *node = list->items[i].value;
    const struct tw_node *read_only = tw_node_get(node, "readOnly");
    mounts[component->mount_count++] = (struct tw_granted_mount){
        .volume = tw_node_text(tw_node_get(node, "name")),
        .path = tw_node_text(tw_node_get(node, "mountPath")),
        .read_only = read_only && read_only->kind == TW_NODE_BOOL && read_only->truth,
        .at = tw_place_of(doc, node),
    };
  }
  component->mounts = mounts;
}

static void read_component(struct reading *reading, const struct tw_doc *doc, const struct tw_node *node, bool service,
                           struct tw_granted_component *component) {
  const struct tw_node *resources = tw_node_get(node, "localResources");
  *component = (struct tw_granted_component){
      .name = tw_node_text(tw_node_get(node, "name")),
      .image = tw_node_text(tw_node_get(node, "image")),
      .service = service,
      .hosts = tw_granted_list_of(reading->arena, doc, resources, "allowedHosts"),
      .names = tw_granted_list_of(reading->arena, doc, resources, "allowedIpNameLookups"),
      .at = tw_place_of(doc, node),
      .resources = tw_place_of_member(doc, node, "localResources"),
  };
  component->env =
      read_layer(reading, doc, tw_node_get(resources, "environment"), tw_place_of_member(doc, resources, "environment"));
  struct tw_gathered_map config = {.budget = &reading->budget, .at = tw_place_of_member(doc, resources, "config")};
  tw_gather_literals(reading->arena, &config, doc, tw_node_get(resources, "config"));
  component->config = tw_gathered(reading->arena, &config);
  read_mounts(reading, doc, resources, component);
}

static void read_components(struct reading *reading, const struct tw_doc *doc, const struct tw_node *spec,
                            struct tw_granted_workload *workload) {
  const struct tw_node *list = tw_node_get(spec, "components");
  const struct tw_node *service = tw_node_get(spec, "service");
  size_t count = list && list->kind == TW_NODE_LIST ? list->count : 0;
  struct tw_granted_component *components = cm_alloc_array(reading->arena, count + 1, sizeof *components);
  for (size_t i = 0; components && i < count; i++) {
    read_component(reading, doc, list->items[i].value, false, &components[workload->component_count++]);
  }
  if (components && service && service->kind == TW_NODE_MAP) {
    read_component(reading, doc, service, true, &components[workload->component_count++]);
  }
  workload->components = components;
}

static void read_interfaces(struct reading *reading, const struct tw_doc *doc, const struct tw_node *spec,
                            struct tw_granted_workload *workload) {
  const struct tw_node *list = tw_node_get(spec, "hostInterfaces");
  size_t count = list && list->kind == TW_NODE_LIST ? list->count : 0;
  struct tw_granted_interface *entries = cm_alloc_array(reading->arena, count, sizeof *entries);
  for (size_t i = 0; entries && i < count; i++) {
    const struct tw_node *node = list->items[i].value;
    struct tw_granted_interface *entry = &entries[workload->interface_count++];
    tw_granted_entry(reading->arena, doc, node, entry);
    entry->config = read_layer(reading, doc, node, entry->at);
  }
  workload->interfaces = entries;
}

static void read_volumes(struct reading *reading, const struct tw_doc *doc, const struct tw_node *spec,
                         struct tw_granted_workload *workload) {
  const struct tw_pair *pair = tw_pair_of(spec, "volumes");
  size_t count = pair && pair->value->kind == TW_NODE_LIST ? pair->value->count : 0;
  struct tw_granted_word *words = cm_alloc_array(reading->arena, count, sizeof *words);
  struct tw_granted_list *list = &workload->volumes;
  list->present = pair != NULL;
  list->at = tw_place_of_pair(doc, pair);
  for (size_t i = 0; words && i < count; i++) {
    const struct tw_node *node = pair->value->items[i].value;
    words[list->count++] = (struct tw_granted_word){tw_node_text(tw_node_get(node, "name")), tw_place_of(doc, node)};
  }
  list->words = words;
}

// The spec of a Workload lies deeper the more of them are made of it.
static const struct tw_pair *spec_of(const struct object *object) {
  static const char *const kinds[] = {"WorkloadDeployment", "WorkloadReplicaSet", "Workload"};
  static const struct cm_str group = {"runtime.wasmcloud.dev/", 22};
  struct cm_str api = tw_node_text(tw_node_get(object->root, "apiVersion"));
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    if (cm_str_starts(api, group) && cm_str_is(object->kind, kinds[i])) {
      const struct tw_pair *outer = tw_pair_of(object->root, "spec");
      return i == 2 || !outer ? outer : tw_pair_of(tw_node_get(outer->value, "template"), "spec");
    }
  }
  return NULL;
}

static void read_workload(struct reading *reading, const struct object *object, const struct tw_pair *spec,
                          struct tw_granted_workload *workload) {
  reading->ns = object->ns;
  *workload = (struct tw_granted_workload){
      .kind = TW_GRANTS_WORKLOAD,
      .name = object->name,
      .ns = object->ns,
      .at = tw_place_of(object->doc, object->root),
      .spec = tw_place_of_pair(object->doc, spec),
      .interfaces_at = tw_place_of_member(object->doc, spec->value, "hostInterfaces"),
  };
  read_components(reading, object->doc, spec->value, workload);
  read_interfaces(reading, object->doc, spec->value, workload);
  read_volumes(reading, object->doc, spec->value, workload);
}

bool tw_grants_read(struct cm_arena *arena, const struct tw_doc *const *docs, size_t count, struct tw_grants *grants,
                    struct cm_diag *diag) {
  *grants = (struct tw_grants){0, NULL};
  struct reading reading = {.arena = arena, .budget = TW_GRANTED_KEYS};
  for (size_t i = 0; i < count; i++) {
    if (docs[i]->root) {
      list_objects(&reading, docs[i], docs[i]->root, 0);
    }
  }
  order_objects(&reading);
  struct tw_granted_workload *workloads = cm_alloc_array(arena, reading.count, sizeof *workloads);
  for (size_t i = 0; workloads && i < reading.count; i++) {
    const struct object *object = &reading.objects[i];
    const struct tw_pair *spec = spec_of(object);
    if (spec) {
      read_workload(&reading, object, spec, &workloads[grants->workload_count++]);
    } else if (tw_is_wash_config(object->root)) {
      tw_grants_of_wash(arena, object->doc, &reading.budget, &workloads[grants->workload_count++]);
    }
  }
  grants->workloads = workloads;
  return arena->refused ? cm_fail_memory(diag) : true;
}

// --- which component is which file

// "NAME" of "registry.example/team/NAME:1.2@sha256:…".
static struct cm_str image_word(struct cm_str image) {
  if (image.size == 0) {
    return CM_STR("");
  }
  size_t from = 0, to = image.size;
  for (size_t i = 0; i < image.size; i++) {
    from = image.at[i] == '/' ? i + 1 : from;
  }
  for (size_t i = from; i < to; i++) {
    to = image.at[i] == ':' || image.at[i] == '@' ? i : to;
  }
  struct cm_str word = {image.at + from, to - from};
  bool file = word.size > 5 && memcmp(word.at + word.size - 5, ".wasm", 5) == 0;
  return file ? (struct cm_str){word.at, word.size - 5} : word;
}

enum { BY_NAME, BY_IMAGE, BY_BEING_ALONE, WAYS };

static bool is_meant(const struct tw_granted_component *component, struct cm_str name, int way) {
  return way == BY_NAME    ? component->name.size > 0 && cm_str_equal(component->name, name)
         : way == BY_IMAGE ? cm_str_equal(image_word(component->image), name)
                           : true;
}

const struct tw_granted_component *tw_grants_find(const struct tw_grants *grants, struct cm_str name, bool only,
                                                  const struct tw_granted_workload **workload) {
  for (int way = 0; way < (only ? WAYS : BY_BEING_ALONE); way++) {
    const struct tw_granted_component *found = NULL;
    size_t count = 0;
    for (size_t w = 0; w < grants->workload_count; w++) {
      for (size_t c = 0; c < grants->workloads[w].component_count; c++) {
        const struct tw_granted_component *component = &grants->workloads[w].components[c];
        if (!is_meant(component, name, way)) {
          continue;
        }
        count++;
        if (!found) {
          found = component;
          if (workload) {
            *workload = &grants->workloads[w];
          }
        }
      }
    }
    if (found && (way != BY_BEING_ALONE || count == 1)) {
      return found;
    }
  }
  if (workload) {
    *workload = NULL;
  }
  return NULL;
}
