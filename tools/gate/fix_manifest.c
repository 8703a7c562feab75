// Proposing changes of manifests.
//
// What is taken out is an entry of a map or list, found by the node that stands there. What is given goes where the manifest has its like: a
// key into the ConfigMap, Secret or ExternalSecret that the component takes its keys from, else into the component's own map. Values are
// left empty, since nobody here knows them.

#include "change.h"
#include "fix.h"

static struct cm_str what_of(struct tw_collector *to, const char *order, const struct tw_doc *doc) {
  return tw_collect_format(to, "%s in %s", order, doc->path);
}

static bool begin(struct tw_change_maker *maker, struct tw_collector *to, const struct tw_doc *doc) {
  return doc && tw_change_begin(maker, to, doc->path, doc->bytes);
}

// A key as the end of a path; NULL: no memory.
static const char *key_word(struct tw_change_maker *maker, struct cm_str key) {
  return cm_alloc_text(&maker->scratch, key.at, key.size);
}

// --- taking out ---

static void remove_entry(struct tw_collector *to, struct tw_finding *finding, const struct tw_doc *doc, struct tw_entry_place at,
                         const char *order) {
  tw_change_remove(to, finding, doc->path, doc->bytes, at, what_of(to, order, doc));
}

void tw_fix_remove(struct tw_collector *to, struct tw_finding *finding, const struct tw_spot *at, const char *order) {
  if (at->doc) {
    remove_entry(to, finding, at->doc, tw_entry_find(at->doc->root, at->node), order);
  }
}

void tw_fix_remove_member(struct tw_collector *to, struct tw_finding *finding, const struct tw_spot *map, const char *key,
                          const char *order) {
  if (map->doc) {
    remove_entry(to, finding, map->doc, tw_entry_member(map->node, key), order);
  }
}

void tw_fix_replace(struct tw_collector *to, struct tw_finding *finding, const struct tw_spot *at, struct cm_str text,
                    const char *order) {
  struct tw_change_maker maker;
  struct tw_entry_place entry = at->doc ? tw_entry_find(at->doc->root, at->node) : (struct tw_entry_place){0};
  if (entry.in && begin(&maker, to, at->doc)) {
    bool good = tw_edit_set(&maker.edit, at->node, &(struct tw_node){.kind = TW_NODE_STRING, .text = text});
    tw_change_end(&maker, finding, good, what_of(to, order, at->doc));
  }
}

// The member `config` goes with its only key.
static bool take_literal(struct tw_change_maker *maker, const struct tw_node *owner, const char *key) {
  struct tw_entry_place config = tw_entry_member(owner, "config");
  const struct tw_node *map = config.in ? config.in->pairs[config.index].value : NULL;
  struct tw_entry_place at = tw_entry_member(map, key);
  if (!at.in || map->alias || owner->alias) {
    return false;
  }
  return map->count == 1 ? tw_edit_remove(&maker->edit, owner, config.index)
                         : !map->flow && tw_edit_remove(&maker->edit, map, at.index);
}

static struct tw_node *reference_of(struct tw_change_maker *maker, struct cm_str name) {
  struct tw_node *reference = tw_node_map(&maker->scratch);
  tw_node_put(&maker->scratch, reference, "name", tw_node_string(&maker->scratch, name));
  return reference;
}

void tw_fix_hide(struct tw_collector *to, struct tw_finding *finding, const struct tw_spot *owner, struct cm_str key,
                 struct cm_str name) {
  struct tw_change_maker maker;
  if (!owner->node || !begin(&maker, to, owner->doc)) {
    return;
  }
  const char *word = key_word(&maker, key);
  struct tw_entry_place from = tw_entry_member(owner->node, "secretFrom");
  const struct tw_node *list = from.in ? from.in->pairs[from.index].value : NULL;
  struct tw_node *reference = reference_of(&maker, name), *made = tw_node_list(&maker.scratch);
  bool good = word && take_literal(&maker, owner->node, word);
  if (good && list) {
    good = list->kind == TW_NODE_LIST && list->count > 0 &&
           tw_edit_add_item(&maker.edit, list, TW_EDIT_END, &(struct tw_item){.value = reference});
  } else if (good) {
    good = tw_node_add(&maker.scratch, made, reference) &&
           tw_edit_add_member(&maker.edit, owner->node, TW_EDIT_END, &(struct tw_pair){.key = CM_STR("secretFrom"), .value = made});
  }
  tw_change_end(&maker, finding, good, what_of(to, "take it from a Secret", owner->doc));
}

void tw_fix_replace_word(struct tw_collector *to, struct tw_finding *finding, const struct tw_spot *at, const struct cm_str *words,
                         size_t count, const char *order) {
  struct tw_change_maker maker;
  struct tw_entry_place entry = at->doc ? tw_entry_find(at->doc->root, at->node) : (struct tw_entry_place){0};
  if (!entry.in || entry.in->kind != TW_NODE_LIST || !begin(&maker, to, at->doc)) {
    return;
  }
  bool good = tw_edit_set(&maker.edit, at->node, &(struct tw_node){.kind = TW_NODE_STRING, .text = words[0]});
  for (size_t i = 1; i < count && good; i++) {
    struct tw_node *word = tw_node_string(&maker.scratch, words[i]);
    good = word && tw_edit_add_item(&maker.edit, entry.in, (ptrdiff_t)entry.index, &(struct tw_item){.value = word});
  }
  tw_change_end(&maker, finding, good, what_of(to, order, at->doc));
}

// --- giving ---

// The entry that a map itself is: of the root there is none.
static struct tw_entry_place entry_of(const struct tw_doc *doc, const struct tw_node *map) { return tw_entry_find(doc->root, map); }

static void put(struct tw_collector *to, struct tw_finding *finding, const struct tw_doc *doc, const struct tw_node *map,
                const char *const *path, struct tw_change_maker *maker, struct tw_node *leaf) {
  struct tw_entry_place at = entry_of(doc, map);
  bool reachable = leaf && map && !map->alias && (map == doc->root || at.in);
  bool good = reachable && tw_change_put(maker, at, map, path, leaf);
  tw_change_end(maker, finding, good, what_of(to, "add it", doc));
}

// What an object keeps its keys in.
static const struct {
  const char *kind;
  bool secret;
  const char *path[3];
} stores[] = {
    {"ConfigMap", false, {"data"}},
    {"Secret", true, {"stringData"}},
    {"ExternalSecret", true, {"spec", "data"}},
};
enum { EXTERNAL_SECRET = 2 };

static bool is_object(const struct tw_doc *doc, size_t store, struct cm_str name) {
  struct cm_str kind = tw_node_text(tw_node_get(doc->root, "kind"));
  struct cm_str own = tw_node_text(tw_node_get(tw_node_get(doc->root, "metadata"), "name"));
  struct cm_str target = tw_node_text(tw_node_get(tw_node_get(tw_node_get(doc->root, "spec"), "target"), "name"));
  bool named = store == EXTERNAL_SECRET && target.size > 0 ? cm_str_equal(target, name) : cm_str_equal(own, name);
  return cm_str_is(kind, stores[store].kind) && named;
}

// The document of an object that keys of this kind are kept in; *store says how.
static const struct tw_doc *object_of(const struct tw_manifests *manifests, struct cm_str name, bool secret, size_t *store) {
  for (size_t i = 0; i < manifests->doc_count; i++) {
    for (*store = 0; *store < sizeof stores / sizeof stores[0]; ++*store) {
      if (stores[*store].secret == secret && is_object(manifests->docs[i], *store, name)) {
        return manifests->docs[i];
      }
    }
  }
  return NULL;
}

static struct tw_node *external_item(struct tw_change_maker *maker, struct cm_str key) {
  struct tw_node *item = tw_node_map(&maker->scratch), *remote = tw_node_map(&maker->scratch);
  tw_node_put(&maker->scratch, remote, "key", tw_node_words(&maker->scratch, ""));
  tw_node_put(&maker->scratch, item, "secretKey", tw_node_string(&maker->scratch, key));
  tw_node_put(&maker->scratch, item, "remoteRef", remote);
  return maker->scratch.refused ? NULL : item;
}

static bool give_in_object(struct tw_collector *to, struct tw_finding *finding, const struct tw_manifests *manifests,
                           const struct tw_granted_object *object, struct cm_str key) {
  struct tw_change_maker maker;
  size_t store;
  const struct tw_doc *doc = object_of(manifests, object->name, object->secret, &store);
  if (!begin(&maker, to, doc)) {
    return false;
  }
  const char *path[4] = {stores[store].path[0], stores[store].path[1], NULL, NULL};
  struct tw_node *leaf;
  if (store == EXTERNAL_SECRET) {
    leaf = external_item(&maker, key);
  } else {
    path[1] = key_word(&maker, key);
    leaf = path[1] ? tw_node_words(&maker.scratch, "") : NULL;
  }
  put(to, finding, doc, doc->root, path, &maker, leaf);
  return true;
}

void tw_fix_give_key(struct tw_collector *to, struct tw_finding *finding, const struct tw_manifests *manifests,
                     const struct tw_granted_map *const *maps, size_t count, const struct tw_fix_home *home,
                     const struct tw_want *want) {
  bool secret = want->kind == CM_NEED_SECRET;
  // Of several objects the last one wins.
  for (size_t i = 0; i < count; i++) {
    for (size_t j = maps[i]->object_count; j-- > 0;) {
      if (maps[i]->objects[j].secret == secret && give_in_object(to, finding, manifests, &maps[i]->objects[j], want->key)) {
        return;
      }
    }
  }
  struct tw_change_maker maker;
  if (secret || !home->map || !home->map->node || !begin(&maker, to, home->map->doc)) {
    return;
  }
  const char *path[5] = {home->path[0], home->path[1], home->path[2], home->path[3], NULL};
  size_t end = 0;
  while (path[end]) {
    end++;
  }
  path[end] = key_word(&maker, want->key);
  put(to, finding, home->map->doc, home->map->node, path, &maker, path[end] ? tw_node_words(&maker.scratch, "") : NULL);
}

void tw_fix_give_word(struct tw_collector *to, struct tw_finding *finding, const struct tw_fix_home *home, struct cm_str word) {
  struct tw_change_maker maker;
  if (!home->map || !home->map->node || !begin(&maker, to, home->map->doc)) {
    return;
  }
  const struct tw_node *list = home->map->node;
  for (size_t i = 0; home->path[i]; i++) {
    list = tw_node_get(list, home->path[i]);
  }
  // A list that is not there yet is made with the word in it.
  struct tw_node *leaf = tw_node_string(&maker.scratch, word);
  if (!list) {
    struct tw_node *made = tw_node_list(&maker.scratch);
    tw_node_add(&maker.scratch, made, leaf);
    leaf = made;
  }
  put(to, finding, home->map->doc, home->map->node, home->path, &maker, leaf);
}

void tw_fix_give_list(struct tw_collector *to, struct tw_finding *finding, const struct tw_fix_home *home,
                      const struct cm_str *words, size_t count) {
  struct tw_change_maker maker;
  if (!home->map || !home->map->node || !begin(&maker, to, home->map->doc)) {
    return;
  }
  struct tw_node *list = tw_node_list(&maker.scratch);
  for (size_t i = 0; i < count; i++) {
    tw_node_add(&maker.scratch, list, tw_node_string(&maker.scratch, words[i]));
  }
  if (list) {
    list->flow = count == 0;
  }
  put(to, finding, home->map->doc, home->map->node, home->path, &maker, list);
}

static struct tw_node *entry_node(struct tw_change_maker *maker, const struct tw_granted_workload *workload,
                                  const struct tw_interface *wanted) {
  struct cm_arena *scratch = &maker->scratch;
  struct tw_node *entry = tw_node_map(scratch), *interfaces = tw_node_list(scratch);
  if (wanted->name.size > 0) {
    tw_node_put(scratch, entry, "name", tw_node_string(scratch, wanted->name));
  }
  tw_node_put(scratch, entry, "namespace", tw_node_string(scratch, wanted->ns));
  tw_node_put(scratch, entry, "package", tw_node_string(scratch, wanted->package));
  if (wanted->version.size > 0) {
    tw_node_put(scratch, entry, "version", tw_node_string(scratch, wanted->version));
  }
  tw_node_put(scratch, entry, "interfaces", interfaces);
  for (size_t i = 0; i < wanted->interface_count; i++) {
    tw_node_add(scratch, interfaces, tw_node_string(scratch, wanted->interfaces[i]));
  }
  // `wash` refuses an entry without it.
  if (workload->kind == TW_GRANTS_WASH) {
    struct tw_node *config = tw_node_map(scratch);
    if (config) {
      config->flow = true;
    }
    tw_node_put(scratch, entry, "config", config);
  } else if (wanted->layer.literal_count > 0) {
    // What it cannot do without, such as the name by which requests arrive.
    struct tw_node *config = tw_node_map(scratch);
    tw_node_put(scratch, entry, "config", config);
    for (size_t i = 0; i < wanted->layer.literal_count; i++) {
      const struct tw_literal *literal = &wanted->layer.literals[i];
      tw_node_put_str(scratch, config, literal->key, tw_node_string(scratch, literal->value));
    }
  }
  return scratch->refused ? NULL : entry;
}

void tw_fix_give_entry(struct tw_collector *to, struct tw_finding *finding, const struct tw_granted_workload *workload,
                       const struct tw_interface *wanted) {
  struct tw_change_maker maker;
  const char *path[] = {workload->kind == TW_GRANTS_WASH ? "host_interfaces" : "hostInterfaces", NULL};
  if (!workload->spec.node || !begin(&maker, to, workload->spec.doc)) {
    return;
  }
  struct tw_node *leaf = entry_node(&maker, workload, wanted);
  if (!tw_node_get(workload->spec.node, path[0])) {
    struct tw_node *list = tw_node_list(&maker.scratch);
    tw_node_add(&maker.scratch, list, leaf);
    leaf = list;
  }
  put(to, finding, workload->spec.doc, workload->spec.node, path, &maker, leaf);
}
