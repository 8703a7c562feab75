// Proposing changes of manifests.
//
// What is taken out is an entry of a map or list, found by the node that stands there. What is given goes where the manifest has its like: a
// key into the ConfigMap, Secret or ExternalSecret that the component takes its keys from, else into the component's own map. Values are
// left empty, since nobody here knows them.

#include <stdio.h>

#include "change.h"
#include "fix.h"

static struct cm_str what_of(struct tw_collector *to, const char *order, const struct tw_doc *doc) {
  return tw_collect_format(to, "%s in %s", order, doc->path);
}

static bool begin(struct tw_change_maker *maker, struct tw_collector *to, const struct tw_doc *doc) {
  return doc && tw_change_begin(maker, to, doc->path, doc->bytes);
}

// --- taking out ---

static struct tw_mark from_of(const struct tw_node *in, size_t i) {
  return in->kind == TW_NODE_MAP ? in->pairs[i].key_at : in->items[i].value->from;
}

static struct tw_mark end_of(const struct tw_node *in, size_t i) {
  return in->kind == TW_NODE_MAP ? in->pairs[i].value->to : in->items[i].value->to;
}

// Of a flow collection: the entry with the comma behind it, or for the last one before it.
static void remove_flow(struct tw_change_maker *maker, struct tw_finding *finding, struct tw_entry_place at, struct cm_str what) {
  bool last = at.index + 1 == at.in->count;
  size_t from = last && at.index > 0 ? end_of(at.in, at.index - 1).offset : from_of(at.in, at.index).offset;
  size_t end = last ? end_of(at.in, at.index).offset : from_of(at.in, at.index + 1).offset;
  tw_change_end_with(maker, finding, from, end, CM_STR(""), what);
}

// The only entry of a block collection: what is left is an empty one, behind the key that the collection is the value of. Lists and maps that
// are absent and those that are empty may mean different things.
static void remove_only(struct tw_change_maker *maker, struct tw_finding *finding, struct tw_entry_place at, struct cm_str what) {
  const struct tw_node *outer = at.parent;
  bool behind_key = outer && outer->kind == TW_NODE_MAP;
  const struct tw_pair *pair = behind_key ? &outer->pairs[at.parent_index] : NULL;
  struct cm_span bytes = maker->edit.bytes;
  // The key may have quotes around it: the colon is the first one behind its text.
  size_t colon = pair ? pair->key_at.offset + pair->key.size : bytes.size;
  while (colon < bytes.size && bytes.at[colon] != ':' && bytes.at[colon] != '\n') {
    colon++;
  }
  if (colon >= bytes.size || bytes.at[colon] != ':') {
    tw_change_end(maker, finding, false, what);
    return;
  }
  // A comment behind the entry goes with it; text of several lines ends with its line already.
  size_t end = end_of(at.in, at.index).offset;
  bool whole_line = end > 0 && bytes.at[end - 1] == '\n';
  end -= whole_line;
  while (!whole_line && end < bytes.size && bytes.at[end] != '\n' && bytes.at[end] != '\r') {
    end++;
  }
  tw_change_end_with(maker, finding, colon + 1, end, at.in->kind == TW_NODE_MAP ? CM_STR(" {}") : CM_STR(" []"), what);
}

static void remove_entry(struct tw_collector *to, struct tw_finding *finding, const struct tw_doc *doc, struct tw_entry_place at,
                         const char *order) {
  struct tw_change_maker maker;
  if (!at.in || !begin(&maker, to, doc)) {
    return;
  }
  struct cm_str what = what_of(to, order, doc);
  if (at.in->flow) {
    remove_flow(&maker, finding, at, what);
  } else if (at.in->count == 1) {
    remove_only(&maker, finding, at, what);
  } else {
    bool good = tw_edit_remove(&maker.edit, at.in, at.index);
    tw_change_end(&maker, finding, good, what);
  }
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

// A key as the end of a path; NULL: no memory.
static const char *key_word(struct tw_change_maker *maker, struct cm_str key) {
  return cm_alloc_text(&maker->scratch, key.at, key.size);
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
