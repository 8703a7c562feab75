// Host interfaces: entries of the manifest, against what the components of the workload import.
//
// What they need is a list of entries already (manifest/workload.h). An entry of the manifest answers one of those when it has the same
// namespace, package and name, and holds each of its interfaces in a version that fits: the host takes the version of an entry by the
// letter, an entry without one fits any, and of wasi:http it does not look at versions at all. What is left over on the side of the
// manifest is a surplus, which can be known only where all components of the workload are among the files.

#include "doc/nearest.h"
#include "manifest/parts.h"
#include "supply_parts.h"

static bool is_http(const struct tw_granted_interface *entry) {
  return cm_str_is(entry->ns, "wasi") && cm_str_is(entry->package, "http");
}

static bool same_package(const struct tw_granted_interface *entry, const struct tw_interface *wanted) {
  return cm_str_equal(entry->ns, wanted->ns) && cm_str_equal(entry->package, wanted->package) &&
         cm_str_equal(entry->name, wanted->name);
}

static bool fits(const struct tw_granted_interface *entry, const struct tw_interface *wanted) {
  return entry->version.size == 0 || is_http(entry) || cm_str_equal(entry->version, wanted->version);
}

static bool has_word(const struct tw_granted_interface *entry, struct cm_str word) {
  for (size_t i = 0; i < entry->interfaces.count; i++) {
    if (cm_str_equal(entry->interfaces.words[i].text, word)) {
      return true;
    }
  }
  return false;
}

// --- what is wanted ---

// The component that a finding about an entry is told to: the first that has a part of it.
static const struct tw_deployed *user_of(const struct tw_deployment *in, const struct tw_interface *wanted) {
  for (size_t i = 0; i < in->count; i++) {
    if (tw_workload_uses(&in->wanted, i, wanted)) {
      return &in->all[i];
    }
  }
  return &in->all[0];
}

// "wasi:keyvalue/store@0.2.0-draft"
static struct cm_str name_of(struct tw_collector *to, const struct tw_interface *wanted, struct cm_str word) {
  return tw_collect_format(to, "%.*s:%.*s/%.*s%s%.*s", CM_STR_ARG(wanted->ns), CM_STR_ARG(wanted->package), CM_STR_ARG(word),
                           wanted->version.size ? "@" : "", CM_STR_ARG(wanted->version));
}

static const struct tw_spot *place_of(const struct tw_deployment *in) {
  return in->granted->interfaces_at.doc ? &in->granted->interfaces_at
         : in->granted->spec.doc        ? &in->granted->spec
                                        : &in->granted->at;
}

// Another component of the workload, which is not among the files, may answer an import that is not of a host's own packages.
static bool may_be_served_inside(const struct tw_deployment *in, const struct tw_interface *wanted) {
  return !in->whole && !cm_str_is(wanted->ns, "wasi") && !cm_str_is(wanted->ns, "wasmcloud");
}

// Whether some component imports by this label.
static bool is_label(const struct tw_deployment *in, struct cm_str name) {
  for (size_t i = 0; i < in->wanted.interface_count; i++) {
    if (cm_str_equal(in->wanted.interfaces[i].name, name)) {
      return true;
    }
  }
  return false;
}

// Whether it is an entry that was written for a label of this package, and that nobody imports by.
static bool is_spare(const struct tw_deployment *in, const struct tw_granted_interface *entry, const struct tw_interface *wanted) {
  return entry->name.size > 0 && cm_str_equal(entry->ns, wanted->ns) && cm_str_equal(entry->package, wanted->package) &&
         !is_label(in, entry->name);
}

// The entry that was most likely meant for a label: a spare one by a name much like it. NULL: none.
static const struct tw_granted_interface *nearest_entry(const struct tw_deployment *in, struct tw_collector *to,
                                                        const struct tw_interface *wanted) {
  size_t all = in->granted->interface_count, count = 0;
  const char **names = cm_alloc_array(to->arena, all + 1, sizeof *names);
  const char *label = cm_alloc_text(to->arena, wanted->name.at, wanted->name.size);
  to->failed |= !names || !label;
  for (size_t i = 0; names && i < all; i++) {
    const struct tw_granted_interface *entry = &in->granted->interfaces[i];
    const char *name = is_spare(in, entry, wanted) ? cm_alloc_text(to->arena, entry->name.at, entry->name.size) : NULL;
    if (name) {
      names[count++] = name;
    }
  }
  const char *nearest = names && label ? tw_nearest(label, names) : NULL;
  for (size_t i = 0; nearest && i < all; i++) {
    const struct tw_granted_interface *entry = &in->granted->interfaces[i];
    if (is_spare(in, entry, wanted) && cm_str_is(entry->name, nearest)) {
      return entry;
    }
  }
  return NULL;
}

// A label without an entry: there is none, or its name was misspelt.
static void explain_label(const struct tw_deployment *in, const struct tw_deployed *one, const struct tw_interface *wanted,
                          struct cm_str name, struct tw_finding *finding) {
  struct tw_collector *to = one->to;
  const struct tw_granted_interface *near = in->whole ? nearest_entry(in, to, wanted) : NULL;
  finding->message = tw_collect_format(to, "%.*s imports %.*s by the label %.*s, and no entry of the host interfaces has that name",
                                       CM_STR_ARG(tw_deployed_name(one)), CM_STR_ARG(name), CM_STR_ARG(wanted->name));
  if (near) {
    finding->message = tw_collect_format(to, "%.*s; is %.*s meant for it?", CM_STR_ARG(finding->message), CM_STR_ARG(near->name));
    const struct tw_node *node = tw_node_get(near->at.node, "name");
    struct tw_spot spot = {near->at.doc, node, node ? node->from : near->at.at};
    tw_fix_replace(to, finding, &spot, wanted->name, "name the entry as the label");
  }
}

static void find_missing(const struct tw_deployment *in, const struct tw_interface *wanted) {
  const struct tw_deployed *one = user_of(in, wanted);
  struct tw_collector *to = one->to;
  struct cm_str name = name_of(to, wanted, wanted->interface_count ? wanted->interfaces[0] : CM_STR("*"));
  bool label = wanted->name.size > 0;
  struct tw_subject subject = {.about = TW_ABOUT_INTERFACE, .key = label ? wanted->name : name, .source = name};
  struct tw_finding finding = tw_supply_finding(in, label ? TW_BUILTIN_MISSING_LABEL : TW_BUILTIN_MISSING_INTERFACE, subject,
                                                place_of(in), &one->granted->at);
  if (label) {
    explain_label(in, one, wanted, name, &finding);
  } else {
    finding.message = tw_collect_format(to, "%.*s needs %.*s, and the host interfaces have no entry for that package",
                                        CM_STR_ARG(tw_deployed_name(one)), CM_STR_ARG(name));
  }
  if (may_be_served_inside(in, wanted)) {
    finding.level = TW_WARNING;
    finding.help = CM_STR("Where another component of the workload exports it, give that file too.");
  }
  tw_fix_give_entry(to, &finding, in->granted, wanted);
  tw_collect(to, &finding);
}

static void find_word(const struct tw_deployment *in, const struct tw_interface *wanted, struct cm_str word,
                      const struct tw_granted_interface *entry) {
  const struct tw_deployed *one = user_of(in, wanted);
  struct tw_collector *to = one->to;
  struct cm_str name = name_of(to, wanted, word);
  struct tw_subject subject = {.about = TW_ABOUT_INTERFACE, .key = name, .source = name};
  struct tw_finding finding = tw_supply_finding(in, TW_BUILTIN_MISSING_INTERFACE, subject,
                                                entry->interfaces.at.doc ? &entry->interfaces.at : &entry->at, NULL);
  finding.message = tw_collect_format(to, "%.*s needs %.*s, and the entry for the package does not list %.*s",
                                      CM_STR_ARG(tw_deployed_name(one)), CM_STR_ARG(name), CM_STR_ARG(word));
  tw_fix_give_word(to, &finding, &(struct tw_fix_home){&entry->at, {"interfaces"}}, word);
  tw_collect(to, &finding);
}

static void find_version(const struct tw_deployment *in, const struct tw_interface *wanted,
                         const struct tw_granted_interface *entry) {
  const struct tw_deployed *one = user_of(in, wanted);
  struct tw_collector *to = one->to;
  struct cm_str name = name_of(to, wanted, wanted->interface_count ? wanted->interfaces[0] : CM_STR("*"));
  const struct tw_node *node = tw_node_get(entry->at.node, "version");
  struct tw_spot spot = {entry->at.doc, node, node ? node->from : entry->at.at};
  struct tw_subject subject = {.about = TW_ABOUT_INTERFACE, .key = name, .source = name};
  struct tw_finding finding = tw_supply_finding(in, TW_BUILTIN_WRONG_VERSION, subject, &spot, NULL);
  if (wanted->version.size == 0) {
    finding.message =
        tw_collect_format(to, "components import %.*s:%.*s in different versions, and an entry with version %.*s fits one alone",
                          CM_STR_ARG(wanted->ns), CM_STR_ARG(wanted->package), CM_STR_ARG(entry->version));
    tw_fix_remove_member(to, &finding, &entry->at, "version", "take the version out, which fits any,");
  } else {
    finding.message = tw_collect_format(to, "%.*s needs %.*s, and the entry is for version %.*s", CM_STR_ARG(tw_deployed_name(one)),
                                        CM_STR_ARG(name), CM_STR_ARG(entry->version));
    tw_fix_replace(to, &finding, &spot, wanted->version, "write the version that is imported");
  }
  tw_collect(to, &finding);
}

static void judge_wanted(const struct tw_deployment *in, const struct tw_interface *wanted) {
  const struct tw_granted_interface *nearest = NULL, *fitting = NULL;
  for (size_t i = 0; i < in->granted->interface_count; i++) {
    const struct tw_granted_interface *entry = &in->granted->interfaces[i];
    if (same_package(entry, wanted)) {
      nearest = nearest ? nearest : entry;
      fitting = !fitting && fits(entry, wanted) ? entry : fitting;
    }
  }
  bool wash_http = in->granted->kind == TW_GRANTS_WASH && cm_str_is(wanted->ns, "wasi") && cm_str_is(wanted->package, "http");
  if (!nearest) {
    // `wash` serves HTTP without an entry.
    if (!wash_http) {
      find_missing(in, wanted);
    }
    return;
  }
  if (!fitting) {
    find_version(in, wanted, nearest);
    return;
  }
  for (size_t i = 0; i < wanted->interface_count; i++) {
    bool there = false;
    for (size_t e = 0; e < in->granted->interface_count; e++) {
      const struct tw_granted_interface *entry = &in->granted->interfaces[e];
      there = there || (same_package(entry, wanted) && fits(entry, wanted) && has_word(entry, wanted->interfaces[i]));
    }
    if (!there) {
      find_word(in, wanted, wanted->interfaces[i], fitting);
    }
  }
}

// --- what is left over ---

// Whether some component imports or exports an interface of the entry's package and label, be it only for its types.
static bool is_imported(const struct tw_deployment *in, const struct tw_granted_interface *entry, struct cm_str word) {
  for (size_t c = 0; c < in->count; c++) {
    const struct cm_needs *needs = &in->all[c].document->needs;
    for (uint32_t i = 0; i < needs->import_count; i++) {
      const struct cm_needs_import *import = &needs->imports[i];
      struct tw_interface_name name;
      if (tw_interface_name_read(import->has_implements ? import->implements : import->name, &name) &&
          cm_str_equal(name.ns, entry->ns) && cm_str_equal(name.package, entry->package) && cm_str_equal(name.interface, word) &&
          cm_str_equal(import->has_implements ? import->name : CM_STR(""), entry->name)) {
        return true;
      }
    }
  }
  return false;
}

static bool is_wanted(const struct tw_deployment *in, const struct tw_granted_interface *entry, struct cm_str word) {
  for (size_t i = 0; i < in->wanted.interface_count; i++) {
    const struct tw_interface *wanted = &in->wanted.interfaces[i];
    for (size_t n = 0; n < wanted->interface_count && same_package(entry, wanted); n++) {
      if (cm_str_equal(wanted->interfaces[n], word)) {
        return true;
      }
    }
  }
  // The host links no entry that names the types of wasi:http, which it serves by themselves.
  return !is_http(entry) && is_imported(in, entry, word);
}

// The entry as a whole answers nothing: nobody imports from the package by this name, or another entry fits better.
static bool is_idle(const struct tw_deployment *in, const struct tw_granted_interface *entry) {
  bool idle = true;
  for (size_t i = 0; i < in->wanted.interface_count && idle; i++) {
    const struct tw_interface *wanted = &in->wanted.interfaces[i];
    if (!same_package(entry, wanted)) {
      continue;
    }
    bool other = false;
    for (size_t e = 0; e < in->granted->interface_count; e++) {
      const struct tw_granted_interface *rival = &in->granted->interfaces[e];
      other = other || (rival != entry && same_package(rival, wanted) && fits(rival, wanted));
    }
    idle = !fits(entry, wanted) && other;
  }
  return idle;
}

static void find_surplus(const struct tw_deployment *in, const struct tw_granted_interface *entry,
                         const struct tw_granted_word *word) {
  struct tw_collector *to = in->all[0].to;
  struct cm_str package = tw_collect_format(to, "%.*s:%.*s%s%.*s", CM_STR_ARG(entry->ns), CM_STR_ARG(entry->package),
                                            word ? "/" : "", word ? (int)word->text.size : 0, word ? word->text.at : "");
  struct tw_subject subject = {.about = TW_ABOUT_GRANT, .key = package};
  struct tw_finding finding = tw_supply_finding(in, TW_BUILTIN_SURPLUS_INTERFACE, subject, word ? &word->at : &entry->at, NULL);
  struct cm_str label = entry->name.size ? tw_collect_format(to, " by the label %.*s", CM_STR_ARG(entry->name)) : CM_STR("");
  finding.message = tw_collect_format(to,
                                      word && is_http(entry) && is_imported(in, entry, word->text)
                                          ? "%.*s%.*s is listed, and the host serves only handlers by an entry"
                                          : "%.*s%.*s is listed, and no component of the workload imports it",
                                      CM_STR_ARG(package), CM_STR_ARG(label));
  tw_fix_remove(to, &finding, word ? &word->at : &entry->at, "take it out");
  tw_collect(to, &finding);
}

static void judge_granted(const struct tw_deployment *in, const struct tw_granted_interface *entry) {
  if (is_idle(in, entry)) {
    find_surplus(in, entry, NULL);
    return;
  }
  for (size_t i = 0; i < entry->interfaces.count; i++) {
    if (!is_wanted(in, entry, entry->interfaces.words[i].text)) {
      find_surplus(in, entry, &entry->interfaces.words[i]);
    }
  }
}

// What an interface is configured with, such as the host that requests are for, is to be filled in like any value; keys of the
// configuration and of secrets are looked at where keys are.
static void judge_settings(const struct tw_deployment *in, const struct tw_granted_interface *entry) {
  struct tw_collector *to = in->all[0].to;
  bool keys = (cm_str_is(entry->ns, "wasi") && cm_str_is(entry->package, "config")) ||
              (cm_str_is(entry->ns, "wasmcloud") && cm_str_is(entry->package, "secrets"));
  for (size_t i = 0; !keys && i < entry->config.key_count; i++) {
    const struct tw_granted_key *key = &entry->config.keys[i];
    if (key->state != TW_VALUE_EMPTY && key->state != TW_VALUE_PLACEHOLDER) {
      continue;
    }
    struct tw_subject subject = {.about = TW_ABOUT_GRANT, .key = key->key};
    struct tw_finding finding = tw_supply_finding(in, TW_BUILTIN_UNSET_VALUE, subject, &key->at, &entry->at);
    finding.message =
        tw_collect_format(to, "%.*s of %.*s:%.*s %s", CM_STR_ARG(key->key), CM_STR_ARG(entry->ns), CM_STR_ARG(entry->package),
                          key->state == TW_VALUE_EMPTY ? "is empty" : "is still a placeholder");
    tw_collect(to, &finding);
  }
}

// A component that serves HTTP needs a name by which requests are handed to it; `wash` hands it all of them.
static void judge_route(const struct tw_deployment *in, const struct tw_granted_interface *entry) {
  const struct tw_deployed *server = NULL;
  for (size_t i = 0; i < in->count && !server; i++) {
    server = in->all[i].wanted->serves_http ? &in->all[i] : NULL;
  }
  bool named = entry->config.open;  // it may be in an object that is not among the files
  for (size_t i = 0; i < entry->config.key_count; i++) {
    named = named || cm_str_is(entry->config.keys[i].key, "host");
  }
  if (!server || named || !is_http(entry) || in->granted->kind == TW_GRANTS_WASH) {
    return;
  }
  struct tw_subject subject = {.about = TW_ABOUT_GRANT, .key = CM_STR("host")};
  struct tw_finding finding = tw_supply_finding(in, TW_BUILTIN_MISSING_KEY, subject, &entry->at, NULL);
  finding.message = tw_collect_format(server->to, "%.*s serves HTTP, and the entry for wasi:http has no `host` in its `config`",
                                      CM_STR_ARG(tw_deployed_name(server)));
  struct tw_want host = {.kind = CM_NEED_CONFIG, .key = CM_STR("host")};
  tw_fix_give_key(server->to, &finding, in->manifests, NULL, 0, &(struct tw_fix_home){&entry->at, {"config"}}, &host);
  tw_collect(server->to, &finding);
}

void tw_supply_interfaces(const struct tw_deployment *in) {
  for (size_t i = 0; i < in->wanted.interface_count; i++) {
    judge_wanted(in, &in->wanted.interfaces[i]);
  }
  for (size_t i = 0; i < in->granted->interface_count; i++) {
    if (in->whole) {
      judge_granted(in, &in->granted->interfaces[i]);
    }
    judge_settings(in, &in->granted->interfaces[i]);
    judge_route(in, &in->granted->interfaces[i]);
  }
}
