// What the configuration of `wash` grants.
//
// `wash dev` gives the main component and a service what `workload` says; each of `dev.components` gets the same with its own laid over
// it, where lists of hosts and names replace the workload's. Sources under `configs` and `secrets` take their keys from the file itself
// (`inline`), from the developer's environment (`fromEnv`), or from other files, which are not read here: what those hold is not known.
//
// Source: wasmCloud, crates/wash: config.rs, workload.rs; wash-runtime: config_source.rs.

#include "grants_parts.h"

bool tw_is_wash_config(const struct tw_node *root) {
  static const char *const members[] = {"build", "dev", "workload"};
  bool known = false;
  for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
    known |= tw_node_get(root, members[i]) != NULL;
  }
  return known && !tw_node_get(root, "apiVersion");
}

static void gather_source(struct cm_arena *arena, struct tw_gathered_map *map, const struct tw_doc *doc, const struct tw_node *item,
                          bool secret) {
  struct cm_str name = tw_node_text(item);
  const struct tw_node *source = tw_node_get_str(tw_node_get(doc->root, secret ? "secrets" : "configs"), name);
  struct tw_granted_object object = {.name = name, .secret = secret, .at = tw_place_of(doc, item)};
  if (!name.at) {
    return;
  }
  enum tw_via via = secret ? TW_VIA_SECRET : TW_VIA_CONFIG_MAP;
  object.found = source && !tw_node_get(source, "file") && !tw_node_get(source, "dir");
  const struct tw_node *inline_keys = tw_node_get(source, "inline");
  for (size_t i = 0; inline_keys && inline_keys->kind == TW_NODE_MAP && i < inline_keys->count; i++) {
    struct cm_str value = tw_node_text(inline_keys->pairs[i].value);
    tw_gather_key(arena, map,
                  (struct tw_granted_key){.key = inline_keys->pairs[i].key,
                                          .via = via,
                                          .state = tw_value_state_of(value),
                                          .value = secret ? (struct cm_str){NULL, 0} : value,
                                          .object = name,
                                          .at = tw_place_of_pair(doc, &inline_keys->pairs[i]),
                                          .from = object.at});
  }
  const struct tw_node *from_env = tw_node_get(source, "fromEnv");
  for (size_t i = 0; from_env && from_env->kind == TW_NODE_LIST && i < from_env->count; i++) {
    struct cm_str key = tw_node_text(from_env->items[i].value);
    if (key.at) {
      tw_gather_key(arena, map,
                    (struct tw_granted_key){.key = key,
                                            .via = via,
                                            .state = TW_VALUE_ELSEWHERE,
                                            .object = name,
                                            .at = tw_place_of(doc, from_env->items[i].value),
                                            .from = object.at});
    }
  }
  tw_gather_object(arena, map, object);
}

static void gather_environment(struct cm_arena *arena, struct tw_gathered_map *map, const struct tw_doc *doc,
                               const struct tw_node *holder) {
  const struct tw_node *environment = tw_node_get(holder, "environment");
  static const char *const members[] = {"configFrom", "secretFrom"};
  tw_gather_literals(arena, map, doc, tw_node_get(environment, "config"));
  for (size_t m = 0; m < 2; m++) {
    const struct tw_node *list = tw_node_get(environment, members[m]);
    for (size_t i = 0; list && list->kind == TW_NODE_LIST && i < list->count; i++) {
      gather_source(arena, map, doc, list->items[i].value, m == 1);
    }
  }
}

// A component that is given what `base` says and, laid over it, what `own` says; `own` may be NULL.
static void read_component(struct cm_arena *arena, const struct tw_doc *doc, size_t *budget, const struct tw_node *base,
                           const struct tw_node *own, struct tw_granted_component *component) {
  const struct tw_node *holder = own ? own : base;
  struct tw_gathered_map env = {.budget = budget, .at = tw_place_of_member(doc, holder, "environment")};
  struct tw_gathered_map config = {.budget = budget, .at = tw_place_of_member(doc, holder, "config")};
  gather_environment(arena, &env, doc, base);
  tw_gather_literals(arena, &config, doc, tw_node_get(base, "config"));
  if (own) {
    gather_environment(arena, &env, doc, own);
    tw_gather_literals(arena, &config, doc, tw_node_get(own, "config"));
  }
  component->env = tw_gathered(arena, &env);
  component->config = tw_gathered(arena, &config);
  component->hosts = tw_granted_list_of(arena, doc, tw_node_get(own, "allowedHosts") ? own : base, "allowedHosts");
  component->names = tw_granted_list_of(arena, doc, tw_node_get(own, "allowedIpNameLookups") ? own : base, "allowedIpNameLookups");
}

static struct cm_str stem_of(struct cm_str path) {
  if (path.size == 0) {
    return CM_STR("");
  }
  size_t from = 0;
  for (size_t i = 0; i < path.size; i++) {
    from = path.at[i] == '/' ? i + 1 : from;
  }
  struct cm_str stem = {path.at + from, path.size - from};
  bool file = stem.size > 5 && memcmp(stem.at + stem.size - 5, ".wasm", 5) == 0;
  return file ? (struct cm_str){stem.at, stem.size - 5} : stem;
}

static void read_mounts(struct cm_arena *arena, const struct tw_doc *doc, const struct tw_node *dev,
                        struct tw_granted_workload *workload, struct tw_granted_component *components) {
  const struct tw_pair *pair = tw_pair_of(dev, "volumes");
  size_t count = pair && pair->value->kind == TW_NODE_LIST ? pair->value->count : 0;
  struct tw_granted_mount *mounts = cm_alloc_array(arena, count, sizeof *mounts);
  struct tw_granted_word *words = cm_alloc_array(arena, count, sizeof *words);
  size_t used = 0;
  for (size_t i = 0; mounts && words && i < count; i++) {
    const struct tw_node *node = pair->value->items[i].value;
    struct cm_str volume = tw_node_text(tw_node_get(node, "host_path"));
    mounts[used] = (struct tw_granted_mount){volume, tw_node_text(tw_node_get(node, "guest_path")), false, tw_place_of(doc, node)};
    words[used++] = (struct tw_granted_word){volume, tw_place_of(doc, node)};
  }
  workload->volumes = (struct tw_granted_list){pair != NULL, used, words, tw_place_of_pair(doc, pair)};
  for (size_t i = 0; i < workload->component_count; i++) {
    components[i].mounts = mounts;
    components[i].mount_count = used;
  }
}

static void read_components(struct cm_arena *arena, const struct tw_doc *doc, size_t *budget,
                            struct tw_granted_workload *workload) {
  const struct tw_node *root = doc->root, *dev = tw_node_get(root, "dev"), *base = tw_node_get(root, "workload");
  const struct tw_node *path = tw_node_get(dev, "component_path");
  path = path ? path : tw_node_get(tw_node_get(root, "build"), "component_path");
  const struct tw_node *truth = tw_node_get(dev, "service");
  const struct tw_node *list = tw_node_get(dev, "components");
  size_t count = list && list->kind == TW_NODE_LIST ? list->count : 0;
  struct tw_granted_component *components = cm_alloc_array(arena, count + 2, sizeof *components);
  if (!components) {
    return;
  }
  struct tw_granted_component *first = &components[workload->component_count++];
  *first = (struct tw_granted_component){.image = tw_node_text(path),
                                         .service = truth && truth->kind == TW_NODE_BOOL && truth->truth,
                                         .at = tw_place_of(doc, root),
                                         .resources = tw_place_of_member(doc, root, "workload")};
  first->name = stem_of(first->image);
  read_component(arena, doc, budget, base, NULL, first);
  for (size_t i = 0; i < count; i++) {
    const struct tw_node *own = list->items[i].value;
    const struct tw_node *file = tw_node_get(own, "file");
    struct tw_granted_component *component = &components[workload->component_count++];
    *component = (struct tw_granted_component){.name = tw_node_text(tw_node_get(own, "name")),
                                               .image = tw_node_text(file ? file : tw_node_get(own, "image")),
                                               .at = tw_place_of(doc, own),
                                               .resources = tw_place_of(doc, own)};
    read_component(arena, doc, budget, base, own, component);
  }
  const struct tw_node *service = tw_node_get(dev, "service_file");
  service = service ? service : tw_node_get(dev, "service_image");
  if (service && !first->service) {
    struct tw_granted_component *component = &components[workload->component_count++];
    *component = *first;
    component->image = tw_node_text(service);
    component->name = stem_of(component->image);
    component->service = true;
    component->at = tw_place_of(doc, service);
  }
  workload->components = components;
  read_mounts(arena, doc, dev, workload, components);
}

static void read_interfaces(struct cm_arena *arena, const struct tw_doc *doc, size_t *budget,
                            struct tw_granted_workload *workload) {
  const struct tw_node *list = tw_node_get(tw_node_get(doc->root, "dev"), "host_interfaces");
  size_t count = list && list->kind == TW_NODE_LIST ? list->count : 0;
  struct tw_granted_interface *entries = cm_alloc_array(arena, count, sizeof *entries);
  for (size_t i = 0; entries && i < count; i++) {
    const struct tw_node *node = list->items[i].value;
    struct tw_granted_interface *entry = &entries[workload->interface_count++];
    struct tw_gathered_map config = {.budget = budget, .at = tw_place_of(doc, node)};
    tw_granted_entry(arena, doc, node, entry);
    tw_gather_literals(arena, &config, doc, tw_node_get(node, "config"));
    entry->config = tw_gathered(arena, &config);
  }
  workload->interfaces = entries;
}

void tw_grants_of_wash(struct cm_arena *arena, const struct tw_doc *doc, size_t *budget, struct tw_granted_workload *workload) {
  *workload = (struct tw_granted_workload){
      .kind = TW_GRANTS_WASH,
      .at = tw_place_of(doc, doc->root),
      .spec = tw_place_of_member(doc, doc->root, "dev"),
      .interfaces_at = tw_place_of_member(doc, tw_node_get(doc->root, "dev"), "host_interfaces"),
  };
  read_components(arena, doc, budget, workload);
  read_interfaces(arena, doc, budget, workload);
}
