// What the platform would refuse, said before it does.
//
// A WorkloadDeployment is checked three times: by the API server against the resource's schema, by the operator, and by the host when it
// binds the components. Each rule here is one of theirs, told in their terms, with what to do about it. Nothing is changed to get round
// a rule: what a component asks for under a label that cannot be written is not there for it under another one.
//
// Sources: wasmCloud, runtime.wasmcloud.dev_workloaddeployments.yaml; wash-runtime: engine/workload.rs, plugin/wasmcloud_secrets,
// host/allowed_hosts.rs, host/http.rs.

#include "parts.h"
#include "report/text.h"

enum { ENTRIES_MAX = 64, LABEL_MAX = 64, OBJECT_KEY_MAX = 253, HOST_NAME_MAX = 253, HOST_LABEL_MAX = 63 };

static bool lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

static bool letter_or_digit(char c) { return lower_or_digit(c) || (c >= 'A' && c <= 'Z'); }

bool tw_label_expressible(struct cm_str name) {
  if (name.size == 0 || name.size > LABEL_MAX || !lower_or_digit(name.at[0])) {
    return false;
  }
  for (size_t i = 1; i < name.size; i++) {
    if (!lower_or_digit(name.at[i]) && name.at[i] != '-') {
      return false;
    }
  }
  return true;
}

// RFC 1123, as the CRD's patterns and the host's router spell it.
static bool host_name(struct cm_str name) {
  size_t label = 0;
  if (name.size == 0 || name.size > HOST_NAME_MAX) {
    return false;
  }
  for (size_t i = 0; i < name.size; i++) {
    char c = name.at[i];
    bool last = i + 1 == name.size || name.at[i + 1] == '.';
    if (c == '.') {
      if (label == 0 || last) {
        return false;
      }
      label = 0;
    } else if (letter_or_digit(c) || (c == '-' && label > 0 && !last)) {
      if (++label > HOST_LABEL_MAX) {
        return false;
      }
    } else {
      return false;
    }
  }
  return label > 0;
}

static struct cm_str after(struct cm_str word, size_t size) { return (struct cm_str){word.at + size, word.size - size}; }

// "*", "[scheme://][*.]host[:port][/]"
static bool host_expressible(struct cm_str word) {
  if (cm_str_is(word, "*")) {
    return true;
  }
  for (size_t i = 0; i + 2 < word.size; i++) {
    if (memcmp(word.at + i, "://", 3) == 0) {
      word = after(word, i + 3);
      if (word.size > 0 && word.at[word.size - 1] == '/') {
        word.size--;
      }
      break;
    }
  }
  if (cm_str_starts(word, CM_STR("*."))) {
    word = after(word, 2);
  }
  const char *colon = word.size ? memchr(word.at, ':', word.size) : NULL;
  if (colon) {
    struct cm_str port = after(word, (size_t)(colon + 1 - word.at));
    word.size -= port.size + 1;
    for (size_t i = 0; i < port.size; i++) {
      if (port.at[i] < '0' || port.at[i] > '9') {
        return false;
      }
    }
    if (port.size == 0 || port.size > 5) {
      return false;
    }
  }
  return host_name(word);
}

static bool lookup_expressible(struct cm_str word) {
  bool address = word.size > 0;
  for (size_t i = 0; i < word.size; i++) {
    char c = word.at[i];
    address &= (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
  }
  return cm_str_is(word, "*") || address || host_name(cm_str_starts(word, CM_STR("*.")) ? after(word, 2) : word);
}

// A key of a ConfigMap or Secret: [-._a-zA-Z0-9]+
static bool object_key_expressible(struct cm_str key) {
  for (size_t i = 0; i < key.size; i++) {
    if (!letter_or_digit(key.at[i]) && key.at[i] != '-' && key.at[i] != '.' && key.at[i] != '_') {
      return false;
    }
  }
  return key.size > 0 && key.size <= OBJECT_KEY_MAX && !cm_str_is(key, ".") && !cm_str_starts(key, CM_STR(".."));
}

struct refusing {
  struct cm_arena *arena;
  struct tw_workload *workload;
};

#define REFUSE(refusing, ...) tw_workload_note((refusing)->arena, (refusing)->workload, TW_NOTE_REFUSAL, __VA_ARGS__)
#define SAFE(refusing, text) CM_STR_ARG(tw_text_safe((refusing)->arena, text))

static void refuse_files(struct refusing *refusing) {
  struct tw_workload *workload = refusing->workload;
  size_t services = 0, handlers = 0;
  for (size_t i = 0; i < workload->component_count; i++) {
    const struct tw_component *component = &workload->components[i];
    const struct cm_needs *needs = &component->app->document->needs;
    if (needs->artifact == CM_ARTIFACT_MODULE) {
      REFUSE(refusing,
             "%s is a core module; a WorkloadDeployment runs components only: make one of it with `wasm-tools component new`",
             component->app->document->path);
    } else if (needs->is_wit) {
      REFUSE(refusing, "%s is a WIT package; it holds no code to run", component->app->document->path);
    }
    services += component->service;
    handlers += component->serves_http;
  }
  if (services > 1) {
    REFUSE(
        refusing,
        "%zu components export wasi:cli/run, and a workload has one `service`: deploy them one by one, each as a workload of its own",
        services);
  }
  if (handlers > 1) {
    tw_workload_note(refusing->arena, workload, TW_NOTE_WARNING,
                     "%zu components export a wasi:http handler; the host serves the first one in the manifest only", handlers);
  }
}

static bool is_package(const struct tw_interface *entry, const char *ns, const char *package) {
  return cm_str_is(entry->ns, ns) && cm_str_is(entry->package, package);
}

static void refuse_entry(struct refusing *refusing, const struct tw_interface *entry, const struct tw_interface *before) {
  if (entry->name.size && !tw_label_expressible(entry->name)) {
    REFUSE(
        refusing,
        "the label %.*s of an import of %.*s:%.*s cannot be the `name` of a hostInterfaces entry: it must match ^[a-z0-9][a-z0-9-]*$ "
        "and have %d characters at most; rename the import in the WIT",
        SAFE(refusing, entry->name), CM_STR_ARG(entry->ns), CM_STR_ARG(entry->package), LABEL_MAX);
  }
  if (before && !entry->name.size && !before->name.size && cm_str_equal(entry->ns, before->ns) &&
      cm_str_equal(entry->package, before->package)) {
    REFUSE(
        refusing,
        "two unnamed entries of %.*s:%.*s would be needed, for %.*s and %.*s, and at most one unnamed hostInterface is allowed per "
        "namespace:package: import one of them under a label, or build the components against one version",
        CM_STR_ARG(entry->ns), CM_STR_ARG(entry->package), CM_STR_ARG(before->canonical), CM_STR_ARG(entry->canonical));
  }
  if (entry->interface_count == 0) {
    REFUSE(
        refusing,
        "the components (%s) import different interfaces of %.*s:%.*s and none in common: the host binds an entry only to a component "
        "that has all of its interfaces, and only one unnamed entry is allowed; deploy them as workloads of their own",
        entry->why, CM_STR_ARG(entry->ns), CM_STR_ARG(entry->package));
  }
  for (size_t i = 0; i < entry->interface_count; i++) {
    if (is_package(entry, "wasmcloud", "secrets") && cm_str_is(entry->interfaces[i], "secret") && !entry->name.size) {
      REFUSE(refusing,
             "wasmcloud:secrets/secret is imported without a label, and the label is what says which secret it is: import it as "
             "`import db-password: wasmcloud:secrets/secret@2.1.0`");
    }
  }
}

static void refuse_entries(struct refusing *refusing) {
  const struct tw_workload *workload = refusing->workload;
  for (size_t i = 0; i < workload->interface_count; i++) {
    refuse_entry(refusing, &workload->interfaces[i], i ? &workload->interfaces[i - 1] : NULL);
  }
  if (workload->interface_count > ENTRIES_MAX) {
    REFUSE(refusing,
           "%zu entries of hostInterfaces would be needed, and %d are allowed: deploy the components as several workloads",
           workload->interface_count, ENTRIES_MAX);
  }
}

static void refuse_want(struct refusing *refusing, const struct tw_component *component, const struct tw_want *want) {
  const char *name = component->name.at;
  int size = (int)component->name.size;
  bool kept_in_object = want->supply.kind == TW_SUPPLY_NONE || (want->secret && want->supply.kind != TW_SUPPLY_SECRET);
  if (want->kind == CM_NEED_HTTP_HOST && !host_expressible(want->key)) {
    REFUSE(refusing,
           "component %.*s calls the host %.*s, which allowedHosts cannot express (host[:port], *.suffix[:port], scheme://host)",
           size, name, SAFE(refusing, want->key));
  } else if (want->kind == CM_NEED_DNS_NAME && !lookup_expressible(want->key)) {
    REFUSE(refusing, "component %.*s resolves the name %.*s, which allowedIpNameLookups cannot express (host, *.suffix, address)",
           size, name, SAFE(refusing, want->key));
  } else if (want->kind == CM_NEED_BLOBSTORE_CONTAINER && want->key.size && memchr(want->key.at, ',', want->key.size)) {
    REFUSE(refusing, "component %.*s opens the container %.*s, whose comma the list `buckets` of wasi:blobstore cannot express",
           size, name, SAFE(refusing, want->key));
  } else if (want->kind > CM_NEED_SECRET) {
    return;
  } else if (want->secret && want->supply.kind == TW_SUPPLY_CONFIG_MAP) {
    REFUSE(refusing,
           "the secret %.*s of component %.*s would come from the ConfigMap %.*s: name a Secret with `secret:`, or an `external:`",
           SAFE(refusing, want->key), size, name, SAFE(refusing, want->supply.object));
  } else if (kept_in_object && !object_key_expressible(want->key)) {
    REFUSE(refusing, "%s %.*s of component %.*s cannot be a key of a ConfigMap or Secret ([-._a-zA-Z0-9], %d at most)%s",
           cm_need_kinds[want->kind], SAFE(refusing, want->key), size, name, OBJECT_KEY_MAX,
           want->secret ? ", and secrets reach a component in no other way: rename it"
                        : "; give its value in the values file, and it is written in place");
  } else if (want->kind == CM_NEED_SECRET &&
             !tw_workload_interface(refusing->workload, "wasmcloud", "secrets", want->labelled ? want->key : CM_STR(""))) {
    tw_workload_note(refusing->arena, refusing->workload, TW_NOTE_WARNING,
                     "component %.*s asks for the secret %.*s by an interface that no entry of hostInterfaces provides it through",
                     size, name, SAFE(refusing, want->key));
  }
}

// One entry serves all that import under its label, with one secret.
static void refuse_label(struct refusing *refusing, size_t at, const struct tw_want *want) {
  const struct tw_workload *workload = refusing->workload;
  for (size_t c = 0; want->labelled && c < at; c++) {
    const struct tw_want *other = tw_component_want(&workload->components[c], CM_NEED_SECRET, want->key);
    if (other && other->labelled &&
        !(cm_str_equal(other->supply.remote, want->supply.remote) && cm_str_equal(other->supply.property, want->supply.property))) {
      REFUSE(
          refusing,
          "components %.*s and %.*s import different secrets under the label %.*s, and a workload has one entry for it: deploy them as "
          "workloads of their own, or rename one of the imports",
          CM_STR_ARG(workload->components[c].name), CM_STR_ARG(workload->components[at].name), SAFE(refusing, want->key));
    }
  }
}

static bool exports_name(const struct tw_component *component, struct cm_str name) {
  const struct cm_needs *needs = &component->app->document->needs;
  bool found = false;
  for (uint32_t i = 0; i < needs->export_count; i++) {
    found |= needs->exports[i].sort == CM_SORT_INSTANCE && cm_str_equal(needs->exports[i].name, name);
  }
  return found;
}

// Which component answers an import; the count of those that could. Services are not linked to.
static size_t providers(const struct tw_workload *workload, size_t of, struct cm_str name, size_t *which) {
  size_t count = 0;
  for (size_t i = 0; i < workload->component_count; i++) {
    if (!workload->components[i].service && exports_name(&workload->components[i], name)) {
      *which = i != of ? i : *which;
      count++;
    }
  }
  return count;
}

static void refuse_import(struct refusing *refusing, size_t at, const struct cm_needs_import *import) {
  const struct tw_component *component = &refusing->workload->components[at];
  struct tw_interface_name name;
  size_t which = at;
  size_t count = import->sort == CM_SORT_INSTANCE ? providers(refusing->workload, at, import->name, &which) : 0;
  if (count > 1) {
    REFUSE(
        refusing,
        "component %.*s imports interface %.*s, which is exported by multiple components in the workload; the host cannot disambiguate "
        "the provider: leave one out, or compose the pair that belongs together into one component",
        CM_STR_ARG(component->name), SAFE(refusing, import->name));
  } else if (count == 0 && import->sort != CM_SORT_TYPE && !tw_import_interface(import, &name)) {
    REFUSE(refusing, "component %.*s imports the %s %.*s, which is no interface of a package: no host provides it; compose it in",
           CM_STR_ARG(component->name), cm_sort_names[import->sort], SAFE(refusing, import->name));
  }
}

enum { WHITE, GREY, BLACK };

// Depth-first over who is linked to whom; a component met again on the way down closes a circle. Depth: as many as there are files.
static bool circle_from(const struct tw_workload *workload, size_t at, uint8_t *seen) {
  const struct cm_needs *needs = &workload->components[at].app->document->needs;
  seen[at] = GREY;
  for (uint32_t i = 0; i < needs->import_count; i++) {
    size_t which = at;
    if (needs->imports[i].sort == CM_SORT_INSTANCE && providers(workload, at, needs->imports[i].name, &which) == 1 && which != at &&
        (seen[which] == GREY || (seen[which] == WHITE && circle_from(workload, which, seen)))) {
      return true;
    }
  }
  seen[at] = BLACK;
  return false;
}

static void refuse_circle(struct refusing *refusing) {
  uint8_t *seen = cm_alloc(refusing->arena, refusing->workload->component_count);
  for (size_t i = 0; seen && i < refusing->workload->component_count; i++) {
    if (seen[i] == WHITE && circle_from(refusing->workload, i, seen)) {
      REFUSE(refusing, "circular dependency detected among components: %.*s imports, by way of others, what it exports itself",
             CM_STR_ARG(refusing->workload->components[i].name));
      return;
    }
  }
}

static void refuse_routing(struct refusing *refusing) {
  const struct tw_node *http = tw_values_get(refusing->workload->values, "http");
  struct cm_str host = tw_node_text(tw_node_get(http, "host"));
  struct cm_str path = tw_node_text(tw_node_get(http, "path"));
  if (host.size && !host_name(host)) {
    REFUSE(refusing, "http.host: %.*s is not a valid RFC 1123 hostname; write it without scheme, port and path",
           SAFE(refusing, host));
  }
  if (path.size && path.at[0] != '/') {
    REFUSE(refusing, "http.path: %.*s does not begin with '/'", SAFE(refusing, path));
  }
}

size_t tw_workload_refuse(struct cm_arena *arena, struct tw_workload *workload) {
  struct refusing refusing = {arena, workload};
  refuse_files(&refusing);
  refuse_entries(&refusing);
  for (size_t c = 0; c < workload->component_count; c++) {
    const struct tw_component *component = &workload->components[c];
    const struct cm_needs *needs = &component->app->document->needs;
    for (size_t i = 0; i < component->want_count; i++) {
      refuse_want(&refusing, component, &component->wants[i]);
      refuse_label(&refusing, c, &component->wants[i]);
    }
    for (uint32_t i = 0; needs->artifact == CM_ARTIFACT_COMPONENT && i < needs->import_count; i++) {
      refuse_import(&refusing, c, &needs->imports[i]);
    }
  }
  refuse_circle(&refusing);
  refuse_routing(&refusing);
  size_t count = 0;
  for (size_t i = 0; i < workload->note_count; i++) {
    count += workload->notes[i].kind == TW_NOTE_REFUSAL;
  }
  return count;
}
