// Environment, configuration and secrets: keys that are given, against keys that are asked for.
//
// A bag is one or two maps of the manifest that give keys of one kind to one component: its environment; its own configuration and that of
// the wasi:config entry; the store of secrets; the entry of a label. What the bag lacks is told to the component that asks. What it holds
// beyond that is a surplus, of an entry that several components share only where none of them asks.

#include "manifest/parts.h"
#include "supply_parts.h"

struct bag {
  const struct tw_deployment *in;
  const struct tw_deployed *one;
  enum cm_need_kind kind;
  const struct tw_granted_map *maps[2];
  size_t count;
  const struct tw_spot *otherwise;  // what to point at where the maps are nowhere
  struct tw_fix_home home;          // where a key is added
};

// --- what is asked for ---

static const struct tw_granted_key *given(const struct bag *bag, struct cm_str key) {
  const struct tw_granted_key *found = NULL;
  for (size_t i = 0; i < bag->count && !found; i++) {
    found = tw_granted_map_get(bag->maps[i], key);
  }
  return found;
}

// An object that may bring the key and is not there to look into; NULL: none.
static const struct tw_granted_object *unseen(const struct bag *bag) {
  for (size_t i = 0; i < bag->count; i++) {
    for (size_t j = 0; j < bag->maps[i]->object_count; j++) {
      const struct tw_granted_object *object = &bag->maps[i]->objects[j];
      if (!object->found || object->whole) {
        return object;
      }
    }
  }
  return NULL;
}

static const struct tw_spot *place_of(const struct bag *bag) {
  for (size_t i = 0; i < bag->count; i++) {
    if (bag->maps[i]->at.doc) {
      return &bag->maps[i]->at;
    }
  }
  return bag->otherwise;
}

static void find_missing(const struct bag *bag, const struct tw_want *want) {
  struct tw_collector *to = bag->one->to;
  struct cm_str name = tw_deployed_name(bag->one);
  const char *kind = cm_need_kinds[want->kind];
  const struct tw_granted_object *object = unseen(bag);
  if (object) {
    struct tw_finding finding =
        tw_supply_finding(bag->in, TW_BUILTIN_UNKNOWN_OBJECT, tw_subject_of_want(want), &object->at, place_of(bag));
    finding.message =
        tw_collect_format(to, "%s %.*s is asked for by %.*s, and may or may not be in %s %.*s, %s", kind, CM_STR_ARG(want->key),
                          CM_STR_ARG(name), object->secret ? "Secret" : "ConfigMap", CM_STR_ARG(object->name),
                          object->found ? "which takes all that an external store has" : "which is not among the files");
    tw_collect(to, &finding);
    return;
  }
  struct tw_finding finding = tw_supply_finding(bag->in, TW_BUILTIN_MISSING_KEY, tw_subject_of_want(want), place_of(bag), NULL);
  finding.message =
      tw_collect_format(to, "%s %.*s is asked for by %.*s and not given to it", kind, CM_STR_ARG(want->key), CM_STR_ARG(name));
  tw_fix_give_key(to, &finding, bag->in->manifests, bag->maps, bag->count, &bag->home, want);
  tw_collect(to, &finding);
}

static void judge_value(const struct bag *bag, const struct tw_granted_key *key, const struct tw_want *want) {
  struct tw_collector *to = bag->one->to;
  struct cm_str name = tw_deployed_name(bag->one);
  const char *kind = cm_need_kinds[want->kind];
  // The configuration of wash has no other way to give an interface a secret.
  bool plain = want->kind == CM_NEED_SECRET && bag->in->granted->kind != TW_GRANTS_WASH &&
               (key->via == TW_VIA_LITERAL || key->via == TW_VIA_CONFIG_MAP);
  if (plain) {
    struct tw_finding finding =
        tw_supply_finding(bag->in, TW_BUILTIN_PLAIN_SECRET, tw_subject_of_want(want), &key->at, place_of(bag));
    finding.message = tw_collect_format(to, "secret %.*s is given to %.*s as plain configuration, by %s", CM_STR_ARG(want->key),
                                        CM_STR_ARG(name), tw_via_names[key->via]);
    if (key->via == TW_VIA_LITERAL) {
      // Secrets come with host interfaces: the owner of the map is the entry.
      struct cm_str secret = tw_collect_format(to, "%.*s-secret-%.*s", CM_STR_ARG(bag->in->granted->name),
                                               CM_STR_ARG(tw_name_of_words(to->arena, want->key)));
      tw_fix_hide(to, &finding, bag->home.map, want->key, secret);
    }
    tw_collect(to, &finding);
  }
  if (key->state == TW_VALUE_EMPTY || key->state == TW_VALUE_PLACEHOLDER) {
    struct tw_finding finding =
        tw_supply_finding(bag->in, TW_BUILTIN_UNSET_VALUE, tw_subject_of_want(want), &key->at, place_of(bag));
    finding.message = tw_collect_format(to, "%s %.*s of %.*s %s", kind, CM_STR_ARG(want->key), CM_STR_ARG(name),
                                        key->state == TW_VALUE_EMPTY ? "is empty" : "is still a placeholder");
    tw_collect(to, &finding);
  }
}

static void judge_want(const struct bag *bag, const struct tw_want *want) {
  const struct tw_granted_key *key = given(bag, want->key);
  if (key) {
    judge_value(bag, key, want);
  } else {
    find_missing(bag, want);
  }
}

// --- what is not asked for ---

// Whether a component has a use for a key: it asks for it, its language's library does, or the platform reads it there.
static enum tw_asks uses(const struct tw_deployed *one, enum cm_need_kind kind, struct cm_str key) {
  const struct cm_needs *needs = &one->document->needs;
  for (uint32_t i = 0; i < needs->need_count; i++) {
    if (needs->needs[i].kind == kind && cm_str_equal(needs->needs[i].key, key)) {
      return TW_ASKS_LIKELY;
    }
  }
  for (size_t i = 0; kind == CM_NEED_CONFIG && i < one->wanted->config.literal_count; i++) {
    if (cm_str_equal(one->wanted->config.literals[i].key, key)) {
      return TW_ASKS_LIKELY;
    }
  }
  return tw_may_ask(needs, kind, key);
}

static void find_surplus(const struct bag *bag, const struct tw_granted_key *key, enum tw_asks asks) {
  struct tw_collector *to = bag->one->to;
  struct cm_str name = tw_deployed_name(bag->one);
  const char *kind = cm_need_kinds[bag->kind];
  struct tw_finding finding =
      tw_supply_finding(bag->in, TW_BUILTIN_SURPLUS_KEY, tw_subject_of_grant(bag->kind, key->key), &key->at, place_of(bag));
  if (asks == TW_ASKS_PERHAPS) {
    finding.level = TW_NOTE;
    finding.help = CM_STR("Take it out, where it is not for that place.");
    finding.message = tw_collect_format(to, "%s %.*s is given to %.*s, and only a place that could not be decided may ask for it",
                                        kind, CM_STR_ARG(key->key), CM_STR_ARG(name));
  } else {
    finding.message = tw_collect_format(to, "%s %.*s is given to %.*s, and nothing in it asks for it", kind, CM_STR_ARG(key->key),
                                        CM_STR_ARG(name));
    tw_fix_remove(to, &finding, &key->at, "take it out");
  }
  tw_collect(to, &finding);
}

// The keys of one map that none of `count` components has a use for.
static void judge_surplus(const struct bag *bag, const struct tw_granted_map *map, const struct tw_deployed *all, size_t count) {
  for (size_t i = 0; i < map->key_count; i++) {
    enum tw_asks asks = TW_ASKS_NOT;
    for (size_t c = 0; c < count && asks != TW_ASKS_LIKELY; c++) {
      enum tw_asks one = uses(&all[c], bag->kind, map->keys[i].key);
      asks = one > asks ? one : asks;
    }
    if (asks != TW_ASKS_LIKELY) {
      find_surplus(bag, &map->keys[i], asks);
    }
  }
}

// --- the bags ---

static const struct tw_granted_interface *entry_of(const struct tw_deployment *in, const char *ns, const char *package,
                                                   struct cm_str name) {
  for (size_t i = 0; i < in->granted->interface_count; i++) {
    const struct tw_granted_interface *entry = &in->granted->interfaces[i];
    if (cm_str_is(entry->ns, ns) && cm_str_is(entry->package, package) && cm_str_equal(entry->name, name)) {
      return entry;
    }
  }
  return NULL;
}

static void judge_wants(const struct bag *bag) {
  for (size_t i = 0; i < bag->one->wanted->want_count; i++) {
    const struct tw_want *want = &bag->one->wanted->wants[i];
    if (want->kind == bag->kind && !want->labelled) {
      judge_want(bag, want);
    }
  }
}

static void judge_environment(const struct tw_deployment *in, const struct tw_deployed *one) {
  struct bag bag = {.in = in,
                    .one = one,
                    .kind = CM_NEED_ENV,
                    .maps = {&one->granted->env},
                    .count = 1,
                    .otherwise = one->granted->resources.doc ? &one->granted->resources : &one->granted->at,
                    .home = tw_resource_home(in, one, "environment", "config")};
  judge_wants(&bag);
  judge_surplus(&bag, &one->granted->env, one, 1);
}

static bool imports_config(const struct tw_deployment *in) {
  return tw_workload_interface(&in->wanted, "wasi", "config", CM_STR("")) != NULL;
}

static void judge_configuration(const struct tw_deployment *in, const struct tw_deployed *one) {
  const struct tw_granted_interface *entry = entry_of(in, "wasi", "config", CM_STR(""));
  struct bag bag = {.in = in,
                    .one = one,
                    .kind = CM_NEED_CONFIG,
                    .maps = {&one->granted->config, entry ? &entry->config : NULL},
                    .count = entry ? 2 : 1,
                    .otherwise = one->granted->resources.doc ? &one->granted->resources : &one->granted->at,
                    .home = tw_resource_home(in, one, "config", NULL)};
  // Where the entry itself is missing that is what is told, and not each key that it may bring.
  if (entry || !imports_config(in)) {
    judge_wants(&bag);
  }
  judge_surplus(&bag, &one->granted->config, one, 1);
  // Of what all components share, the first one tells; it is known only where all of them are.
  if (entry && in->whole && one == in->all) {
    judge_surplus(&bag, &entry->config, in->all, in->count);
  }
}

static void judge_store(const struct tw_deployment *in, const struct tw_deployed *one) {
  const struct tw_granted_interface *entry = entry_of(in, "wasmcloud", "secrets", CM_STR(""));
  if (!entry) {
    return;  // the interface itself is missing, which is told where interfaces are
  }
  struct bag bag = {.in = in,
                    .one = one,
                    .kind = CM_NEED_SECRET,
                    .maps = {&entry->config},
                    .count = 1,
                    .otherwise = &entry->at,
                    .home = {&entry->at, {"config"}}};
  judge_wants(&bag);
  if (in->whole && one == in->all) {
    judge_surplus(&bag, &entry->config, in->all, in->count);
  }
}

static void judge_labelled(const struct tw_deployment *in, const struct tw_deployed *one, const struct tw_want *want) {
  const struct tw_granted_interface *entry = entry_of(in, "wasmcloud", "secrets", want->key);
  if (!entry) {
    return;  // the label is missing, which is told where interfaces are
  }
  struct bag bag = {.in = in,
                    .one = one,
                    .kind = CM_NEED_SECRET,
                    .maps = {&entry->config},
                    .count = 1,
                    .otherwise = &entry->at,
                    .home = {&entry->at, {"config"}}};
  judge_want(&bag, want);
  for (size_t i = 0; i < entry->config.key_count; i++) {
    if (!cm_str_equal(entry->config.keys[i].key, want->key)) {
      find_surplus(&bag, &entry->config.keys[i], TW_ASKS_NOT);
    }
  }
}

void tw_supply_keys(const struct tw_deployment *in) {
  for (size_t i = 0; i < in->count; i++) {
    const struct tw_deployed *one = &in->all[i];
    judge_environment(in, one);
    judge_configuration(in, one);
    judge_store(in, one);
    for (size_t w = 0; w < one->wanted->want_count; w++) {
      if (one->wanted->wants[w].labelled) {
        judge_labelled(in, one, &one->wanted->wants[w]);
      }
    }
  }
}
