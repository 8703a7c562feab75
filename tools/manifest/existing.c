// What an existing manifest provides.
//
// Where a manifest is updated, people may have moved things: a literal in place of a ConfigMap's key, a Secret of their own. The
// platform lays Secrets over ConfigMaps over literals, so a second, empty entry would cover the value that is there. Hence each key is
// looked up first, and what is there is generated at the same place again. An object that is not among the documents may hold any key:
// nothing is added then, and people are told.

#include "parts.h"

void tw_existing_component(struct tw_component *component, const struct tw_grants *existing, bool only) {
  component->existing = tw_grants_find(existing, component->name, only, &component->existing_in);
  if (component->existing && component->existing->name.size) {
    component->name = component->existing->name;
  }
}

static const struct tw_granted_interface *entry_of(const struct tw_component *component, const char *ns, const char *package,
                                                   struct cm_str name) {
  const struct tw_granted_workload *workload = component->existing_in;
  for (size_t i = 0; workload && i < workload->interface_count; i++) {
    const struct tw_granted_interface *entry = &workload->interfaces[i];
    if (cm_str_is(entry->ns, ns) && cm_str_is(entry->package, package) && cm_str_equal(entry->name, name)) {
      return entry;
    }
  }
  return NULL;
}

static const struct tw_granted_key *look_up(const struct tw_granted_map *map, struct cm_str key, struct cm_str *maybe) {
  const struct tw_granted_key *found = tw_granted_map_get(map, key);
  for (size_t i = 0; !found && i < map->object_count; i++) {
    if (!map->objects[i].found || map->objects[i].whole) {
      *maybe = map->objects[i].name;
    }
  }
  return found;
}

const struct tw_granted_key *tw_existing_key(const struct tw_component *component, const struct tw_want *want,
                                             struct cm_str *maybe) {
  const struct tw_granted_component *existing = component->existing;
  const struct tw_granted_interface *entry = NULL;
  const struct tw_granted_key *found = NULL;
  *maybe = CM_STR("");
  if (!existing) {
    return NULL;
  }
  switch (want->kind) {
    case CM_NEED_ENV: return look_up(&existing->env, want->key, maybe);
    case CM_NEED_CONFIG:
      // The component's own is laid over the entry's.
      found = look_up(&existing->config, want->key, maybe);
      entry = found ? NULL : entry_of(component, "wasi", "config", CM_STR(""));
      break;
    case CM_NEED_SECRET: entry = entry_of(component, "wasmcloud", "secrets", want->labelled ? want->key : CM_STR("")); break;
    default: break;
  }
  return entry ? look_up(&entry->config, want->key, maybe) : found;
}

bool tw_existing_in_entry(const struct tw_component *component, const struct tw_granted_key *key) {
  const struct tw_granted_map *own = &component->existing->config;
  uintptr_t at = (uintptr_t)key, from = (uintptr_t)own->keys;
  return at < from || at >= from + own->key_count * sizeof *key;
}

bool tw_existing_encoded(const struct tw_granted_key *key) {
  const struct tw_node *data = key->at.doc ? tw_node_get(key->at.doc->root, "data") : NULL;
  return data && key->at.at.offset >= data->from.offset && key->at.at.offset < data->to.offset;
}

struct cm_str tw_existing_external(const struct tw_granted_key *key) {
  struct cm_str name = tw_node_text(tw_node_get(tw_node_get(key->at.doc->root, "metadata"), "name"));
  return name.size ? name : key->object;
}
