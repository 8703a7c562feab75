// Hosts, names and folders: what a component may reach, against what it does reach.
//
// An entry of a list that lets the component reach nothing that it calls is a surplus; one with a wildcard that lets it reach more than
// that is too wide. Where an undecided place may call what an entry allows, nothing worse than a note is said.

#include "egress.h"
#include "supply_parts.h"

// One of the two lists.
struct gateway {
  const struct tw_deployment *in;
  const struct tw_deployed *one;
  enum cm_need_kind kind;
  const struct tw_granted_list *list;
  const char *key;  // in the manifest
};

static bool allows(const struct tw_granted_list *list, struct cm_str target) {
  for (size_t i = 0; i < list->count; i++) {
    struct tw_egress egress;
    if (tw_egress_read(list->words[i].text, &egress) && tw_egress_allows(&egress, target)) {
      return true;
    }
  }
  return false;
}

// Whether a list that is not there lets everything pass: that of hosts in the configuration of wash.
static bool open_by_absence(const struct gateway *gateway) {
  return !gateway->list->present && gateway->in->granted->kind == TW_GRANTS_WASH && gateway->kind == CM_NEED_HTTP_HOST;
}

static const struct tw_spot *place_of(const struct gateway *gateway) {
  const struct tw_granted_component *granted = gateway->one->granted;
  return gateway->list->at.doc ? &gateway->list->at : granted->resources.doc ? &granted->resources : &granted->at;
}

static void judge_wants(const struct gateway *gateway) {
  struct tw_collector *to = gateway->one->to;
  for (size_t i = 0; i < gateway->one->wanted->want_count; i++) {
    const struct tw_want *want = &gateway->one->wanted->wants[i];
    if (want->kind != gateway->kind || allows(gateway->list, want->key)) {
      continue;
    }
    struct tw_finding finding =
        tw_supply_finding(gateway->in, TW_BUILTIN_MISSING_HOST, tw_subject_of_want(want), place_of(gateway), NULL);
    finding.message = tw_collect_format(to, "%s %.*s is reached by %.*s and is not among its %s", cm_need_kinds[want->kind],
                                        CM_STR_ARG(want->key), CM_STR_ARG(tw_deployed_name(gateway->one)), gateway->key);
    struct tw_fix_home home = tw_resource_home(gateway->in, gateway->one, gateway->key, NULL);
    tw_fix_give_word(to, &finding, &home, want->key);
    tw_collect(to, &finding);
  }
}

static enum tw_asks may_use(const struct gateway *gateway, const struct tw_egress *egress) {
  const struct cm_needs *needs = &gateway->one->document->needs;
  enum tw_asks asks = TW_ASKS_NOT;
  bool some = false;
  for (uint32_t i = 0; i < needs->unresolved_count; i++) {
    const struct cm_unresolved *place = &needs->unresolved[i];
    if (place->kind != gateway->kind) {
      continue;
    }
    some = true;
    if (!tw_place_tells(place)) {
      asks = TW_ASKS_PERHAPS;
    } else if (tw_egress_may_serve(egress, place->pattern)) {
      return TW_ASKS_LIKELY;
    }
  }
  return some || needs->complete[gateway->kind] ? asks : TW_ASKS_PERHAPS;
}

// Whether an entry of the list other than this one allows it too.
static bool allowed_beside(const struct gateway *gateway, const struct tw_granted_word *word, struct cm_str target) {
  for (size_t i = 0; i < gateway->list->count; i++) {
    struct tw_egress egress;
    const struct tw_granted_word *other = &gateway->list->words[i];
    if (other != word && tw_egress_read(other->text, &egress) && tw_egress_allows(&egress, target)) {
      return true;
    }
  }
  return false;
}

// In place of an entry that is not wanted: what only that one allowed.
static void fix_word(const struct gateway *gateway, struct tw_finding *finding, const struct tw_granted_word *word,
                     const struct tw_egress *egress) {
  struct tw_collector *to = gateway->one->to;
  struct cm_str *instead = cm_alloc_array(to->arena, gateway->one->wanted->want_count, sizeof *instead);
  size_t count = 0;
  to->failed |= !instead;
  for (size_t i = 0; instead && i < gateway->one->wanted->want_count; i++) {
    const struct tw_want *want = &gateway->one->wanted->wants[i];
    if (want->kind == gateway->kind && tw_egress_allows(egress, want->key) && !allowed_beside(gateway, word, want->key)) {
      instead[count++] = want->key;
    }
  }
  if (count > 0) {
    tw_fix_replace_word(to, finding, &word->at, instead, count, "list what is reached");
  } else {
    tw_fix_remove(to, finding, &word->at, "take it out");
  }
}

static void judge_word(const struct gateway *gateway, const struct tw_granted_word *word) {
  struct tw_collector *to = gateway->one->to;
  struct tw_egress egress;
  bool good = tw_egress_read(word->text, &egress);
  bool used = false;
  for (size_t i = 0; good && i < gateway->one->wanted->want_count; i++) {
    const struct tw_want *want = &gateway->one->wanted->wants[i];
    used = used || (want->kind == gateway->kind && tw_egress_allows(&egress, want->key));
  }
  bool wide = good && (egress.any || egress.wildcard);
  enum tw_asks asks = good ? may_use(gateway, &egress) : TW_ASKS_NOT;
  if ((used && !wide) || asks == TW_ASKS_LIKELY) {
    return;
  }
  struct tw_finding finding = tw_supply_finding(gateway->in, wide ? TW_BUILTIN_WIDE_EGRESS : TW_BUILTIN_SURPLUS_HOST,
                                                tw_subject_of_grant(gateway->kind, word->text), &word->at, place_of(gateway));
  struct cm_str name = tw_deployed_name(gateway->one);
  if (asks == TW_ASKS_PERHAPS) {
    finding.level = TW_NOTE;
    finding.message =
        tw_collect_format(to, "%s of %.*s allows %.*s, and only a place that could not be decided may need all of that",
                          gateway->key, CM_STR_ARG(name), CM_STR_ARG(word->text));
  } else if (wide) {
    finding.message = tw_collect_format(to, "%s of %.*s allows %.*s, which is wider than what it reaches", gateway->key,
                                        CM_STR_ARG(name), CM_STR_ARG(word->text));
  } else {
    finding.message = tw_collect_format(to,
                                        good ? "%s of %.*s allows %.*s, which nothing in it reaches"
                                             : "%s of %.*s has %.*s, which the platform refuses: it is no host",
                                        gateway->key, CM_STR_ARG(name), CM_STR_ARG(word->text));
  }
  if (asks == TW_ASKS_NOT) {
    fix_word(gateway, &finding, word, &egress);
  }
  tw_collect(to, &finding);
}

static bool imports_kind(const struct tw_deployed *one, enum cm_need_kind kind) {
  return tw_needs_kinds_that_matter(&one->document->needs) >> kind & 1;
}

static void judge_absence(const struct gateway *gateway) {
  struct tw_collector *to = gateway->one->to;
  if (!open_by_absence(gateway) || !imports_kind(gateway->one, gateway->kind)) {
    return;
  }
  struct tw_finding finding = tw_supply_finding(gateway->in, TW_BUILTIN_WIDE_EGRESS,
                                                tw_subject_of_grant(gateway->kind, CM_STR("*")), place_of(gateway), NULL);
  struct cm_str *hosts = cm_alloc_array(to->arena, gateway->one->wanted->want_count, sizeof *hosts);
  size_t count = 0;
  to->failed |= !hosts;
  for (size_t i = 0; hosts && i < gateway->one->wanted->want_count; i++) {
    if (gateway->one->wanted->wants[i].kind == gateway->kind) {
      hosts[count++] = gateway->one->wanted->wants[i].key;
    }
  }
  struct tw_fix_home home = tw_resource_home(gateway->in, gateway->one, gateway->key, NULL);
  tw_fix_give_list(to, &finding, &home, hosts, count);
  finding.message = tw_collect_format(to, "%.*s has no %s, and without the list `wash` lets it reach every host",
                                      CM_STR_ARG(tw_deployed_name(gateway->one)), gateway->key);
  tw_collect(to, &finding);
}

static void judge_list(const struct gateway *gateway) {
  if (!open_by_absence(gateway)) {
    judge_wants(gateway);
  }
  judge_absence(gateway);
  for (size_t i = 0; i < gateway->list->count; i++) {
    judge_word(gateway, &gateway->list->words[i]);
  }
}

static void judge_folders(const struct tw_deployment *in, const struct tw_deployed *one) {
  struct cm_str name = tw_deployed_name(one);
  const struct tw_spot *otherwise = one->granted->resources.doc ? &one->granted->resources : &one->granted->at;
  if (one->wanted->folders && one->granted->mount_count == 0) {
    struct tw_finding finding = tw_supply_finding(
        in, TW_BUILTIN_MISSING_MOUNT, (struct tw_subject){.about = TW_ABOUT_INTERFACE, .key = CM_STR("wasi:filesystem/preopens")},
        NULL, otherwise);
    finding.message =
        tw_collect_format(one->to, "%.*s opens files below preopened folders, and no volume is mounted into it", CM_STR_ARG(name));
    tw_collect(one->to, &finding);
  }
  for (size_t i = 0; !one->wanted->folders && i < one->granted->mount_count; i++) {
    const struct tw_granted_mount *mount = &one->granted->mounts[i];
    struct tw_subject subject = {.about = TW_ABOUT_GRANT, .key = mount->path};
    struct tw_finding finding = tw_supply_finding(in, TW_BUILTIN_SURPLUS_MOUNT, subject, &mount->at, otherwise);
    finding.message = tw_collect_format(one->to, "volume %.*s is mounted into %.*s at %.*s, and nothing in it opens a folder",
                                        CM_STR_ARG(mount->volume), CM_STR_ARG(name), CM_STR_ARG(mount->path));
    tw_fix_remove(one->to, &finding, &mount->at, "take it out");
    tw_collect(one->to, &finding);
  }
}

void tw_supply_network(const struct tw_deployment *in) {
  for (size_t i = 0; i < in->count; i++) {
    const struct tw_deployed *one = &in->all[i];
    judge_list(&(struct gateway){in, one, CM_NEED_HTTP_HOST, &one->granted->hosts, "allowedHosts"});
    judge_list(&(struct gateway){in, one, CM_NEED_DNS_NAME, &one->granted->names, "allowedIpNameLookups"});
    judge_folders(in, one);
  }
}
