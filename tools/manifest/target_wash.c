// Target `wash`: the configuration of `wash dev`, for the local loop.
//
// `wash dev` runs one component, which it builds, and others beside it. The first one that exports wasi:cli/run is the one it runs as a
// service; without such a one the first file is the main component. What the workload needs goes to `workload`, which mirrors the
// `localResources` of a WorkloadDeployment; the components beside it have overrides of their own, laid over it.
//
// Two things are different from a cluster. Secrets of the environment come out of a file of their own, which only its owner may read,
// a line KEY=VALUE each, which wash takes literally: it undoes no quotes, so a value that such a line cannot hold stands in the
// configuration. What an interface is given (labelled secrets among it) can only stand there. The configuration is then kept as closely.
// And an absent `allowedHosts` allows all hosts here, so it is always written.
//
// The same tree, embedded in a container, serves `knative` and `ecs`: there the values come from the container's environment.
//
// Source: wasmCloud, crates/wash: config.rs, workload.rs, cli/dev.rs; wash-runtime: config_source.rs, wit.rs.

#include "parts.h"
#include "render.h"
#include "report/text.h"

static const struct tw_component *main_component(const struct tw_workload *workload) {
  for (size_t i = 0; i < workload->component_count; i++) {
    if (workload->components[i].service) {
      return &workload->components[i];
    }
  }
  return &workload->components[0];
}

// How a variable that is no literal comes: by which entry of `configs` or `secrets`, and in what form it stands there.
enum form { FORM_INLINE, FORM_FROM_ENV, FORM_FILE };
struct source {
  struct cm_str name;
  bool secret;
  enum form form;
};

static bool literal_here(const struct tw_want *want) {
  return want->supply.existing ? want->supply.existing->via == TW_VIA_LITERAL
                               : !want->secret && want->supply.kind == TW_SUPPLY_VALUE;
}

// Whether a variable is left alone, since an existing file that is not read here may hold it.
static bool left_alone(const struct tw_want *want) { return want->supply.kind == TW_SUPPLY_KEPT && !want->supply.existing; }

static bool wants(const struct tw_component *component, enum cm_need_kind kind, bool secret) {
  bool found = false;
  for (size_t i = 0; i < component->want_count; i++) {
    found |= component->wants[i].kind == kind && component->wants[i].secret == secret;
  }
  return found;
}

static struct cm_str source_name(struct tw_rendering *rendering, const struct tw_component *component, bool secret) {
  return cm_alloc_format(rendering->arena, "%.*s-env%s", CM_STR_ARG(component->name), secret ? "-secrets" : "");
}

static struct cm_str secret_file(struct tw_rendering *rendering, const struct tw_component *component) {
  return cm_alloc_format(rendering->arena, ".wash/%.*s-env-secrets.env", CM_STR_ARG(component->name));
}

// The value that is known of a want, or an empty one; and what to say about it.
static struct cm_str value_of(const struct tw_want *want) {
  const struct tw_granted_key *existing = want->supply.existing;
  return want->supply.kind == TW_SUPPLY_VALUE   ? want->supply.value
         : existing && existing->value.size > 0 ? existing->value
                                                : CM_STR("");
}

static const char *why_value(struct tw_rendering *rendering, const struct tw_want *want) {
  switch (want->supply.kind) {
    case TW_SUPPLY_VALUE:
    case TW_SUPPLY_KEPT: return want->why;
    case TW_SUPPLY_CONFIG_MAP:
      return tw_formatted(rendering->arena, "fill in; in the cluster of ConfigMap %.*s; %s", CM_STR_ARG(want->supply.object),
                          want->why);
    case TW_SUPPLY_SECRET:
      return tw_formatted(rendering->arena, "fill in; in the cluster of Secret %.*s; %s", CM_STR_ARG(want->supply.object),
                          want->why);
    default: return tw_fill_in(rendering, true, want->why);
  }
}

// Whether wash reads KEY=VALUE, a line of a file, back as that: it trims the line and both sides of the first '=', and passes by what
// begins with '#'. What blanks there are outside ASCII is not asked.
static bool fits_line(struct cm_str key, struct cm_str value) {
  for (int part = 0; part < 2; part++) {
    struct cm_str text = part ? value : key;
    if (text.size && ((unsigned char)(text.at[0] - 0x21) > 0x5d || (unsigned char)(text.at[text.size - 1] - 0x21) > 0x5d)) {
      return false;
    }
    if (text.size && memchr(text.at, '\n', text.size)) {
      return false;
    }
  }
  return key.size && key.at[0] != '#' && !memchr(key.at, '=', key.size);
}

static struct source source_of(struct tw_rendering *rendering, const struct tw_component *component, const struct tw_want *want,
                               bool embedded) {
  const struct tw_granted_key *existing = want->supply.existing;
  if (existing && !embedded) {
    return (struct source){existing->object, existing->via == TW_VIA_SECRET,
                           existing->state == TW_VALUE_ELSEWHERE ? FORM_FROM_ENV : FORM_INLINE};
  }
  bool filed = want->secret && fits_line(want->key, value_of(want));
  return (struct source){source_name(rendering, component, want->secret), want->secret,
                         embedded ? FORM_FROM_ENV
                         : filed  ? FORM_FILE
                                  : FORM_INLINE};
}

static bool has_text(const struct tw_node *list, struct cm_str text) {
  bool found = false;
  for (size_t i = 0; list && i < list->count; i++) {
    found |= cm_str_equal(tw_node_text(list->items[i].value), text);
  }
  return found;
}

static void render_environment(struct tw_rendering *rendering, struct tw_node *map, const struct tw_component *component,
                               bool embedded) {
  struct tw_node *environment = tw_node_map(rendering->arena), *config = NULL;
  struct tw_node *references[] = {tw_node_list(rendering->arena), tw_node_list(rendering->arena)};
  for (size_t i = 0; i < component->want_count; i++) {
    const struct tw_want *want = &component->wants[i];
    if (want->kind != CM_NEED_ENV || left_alone(want)) {
      continue;
    }
    if (literal_here(want)) {
      config = config ? config : tw_put_map(rendering, environment, "config", NULL);
      tw_put_key(rendering, config, want->key, value_of(want), want->why);
      continue;
    }
    struct source source = source_of(rendering, component, want, embedded);
    if (!has_text(references[source.secret], source.name)) {
      tw_add_text(rendering, references[source.secret], source.name, NULL);
    }
  }
  for (int secret = 0; secret < 2; secret++) {
    if (references[secret] && references[secret]->count) {
      tw_node_put(rendering->arena, environment, secret ? "secretFrom" : "configFrom", references[secret]);
    }
  }
  if (environment && environment->count) {
    tw_node_put(rendering->arena, map, "environment", environment);
  }
}

static void render_config(struct tw_rendering *rendering, struct tw_node *map, const struct tw_component *component) {
  struct tw_node *config = NULL;
  for (size_t i = 0; i < component->want_count; i++) {
    const struct tw_want *want = &component->wants[i];
    bool in_entry = want->supply.existing && want->kind == CM_NEED_CONFIG && tw_existing_in_entry(component, want->supply.existing);
    if (want->kind == CM_NEED_CONFIG && !in_entry) {
      config = config ? config : tw_put_map(rendering, map, "config", NULL);
      tw_put_key(rendering, config, want->key, value_of(want), why_value(rendering, want));
    }
  }
  for (size_t i = 0; i < component->config.literal_count; i++) {
    const struct tw_literal *literal = &component->config.literals[i];
    config = config ? config : tw_put_map(rendering, map, "config", NULL);
    if (!tw_node_get_str(config, literal->key)) {
      tw_put_key(rendering, config, literal->key, literal->value, tw_fill_in(rendering, literal->placeholder, literal->why));
    }
  }
}

static void render_words(struct tw_rendering *rendering, struct tw_node *map, const char *key, const struct tw_component *component,
                         enum cm_need_kind kind) {
  struct tw_node *list = tw_put_list_even_empty(rendering, map, key, NULL);
  for (size_t i = 0; i < component->want_count; i++) {
    if (component->wants[i].kind == kind) {
      tw_add_text(rendering, list, component->wants[i].key, component->wants[i].why);
    }
  }
}

static void render_resources(struct tw_rendering *rendering, struct tw_node *map, const struct tw_component *component,
                             bool embedded) {
  render_environment(rendering, map, component, embedded);
  render_config(rendering, map, component);
  render_words(rendering, map, "allowedHosts", component, CM_NEED_HTTP_HOST);
  render_words(rendering, map, "allowedIpNameLookups", component, CM_NEED_DNS_NAME);
  tw_render_loopback(rendering, map, component);
}

// The secrets that an entry hands over: by label, or all that the store is asked for.
static void render_entry_secrets(struct tw_rendering *rendering, struct tw_node *config, const struct tw_interface *entry) {
  bool is_secrets = cm_str_is(entry->ns, "wasmcloud") && cm_str_is(entry->package, "secrets");
  for (size_t c = 0; is_secrets && c < rendering->workload->component_count; c++) {
    const struct tw_component *component = &rendering->workload->components[c];
    for (size_t i = 0; i < component->want_count; i++) {
      const struct tw_want *want = &component->wants[i];
      bool here = want->labelled ? cm_str_equal(want->key, entry->name) : entry->name.size == 0;
      if (want->kind == CM_NEED_SECRET && here && !tw_node_get_str(config, want->key)) {
        tw_put_key(rendering, config, want->key, value_of(want), why_value(rendering, want));
      }
    }
  }
}

// wash reads `config` of each entry and refuses the file without it.
static void render_interfaces(struct tw_rendering *rendering, struct tw_node *dev) {
  struct tw_node *list = NULL;
  for (size_t i = 0; i < rendering->workload->interface_count; i++) {
    const struct tw_interface *entry = &rendering->workload->interfaces[i];
    if (cm_str_is(entry->ns, "wasi") && cm_str_is(entry->package, "http")) {
      continue;  // served without an entry
    }
    list = list ? list : tw_put_list(rendering, dev, "host_interfaces", NULL);
    struct tw_node *map = tw_add_map(rendering, list, entry->why);
    if (entry->name.size) {
      tw_put(rendering, map, "name", entry->name, NULL);
    }
    tw_put(rendering, map, "namespace", entry->ns, NULL);
    tw_put(rendering, map, "package", entry->package, NULL);
    if (entry->version.size) {
      tw_put(rendering, map, "version", entry->version, NULL);
    }
    struct tw_node *interfaces = tw_put_list(rendering, map, "interfaces", NULL);
    for (size_t n = 0; n < entry->interface_count; n++) {
      tw_add_text(rendering, interfaces, entry->interfaces[n], NULL);
    }
    struct tw_node *config = tw_put_map(rendering, map, "config", NULL);
    for (size_t n = 0; n < entry->layer.literal_count; n++) {
      const struct tw_literal *literal = &entry->layer.literals[n];
      if (literal->why || !cm_str_is(entry->package, "secrets")) {
        tw_put_key(rendering, config, literal->key, literal->value, tw_fill_in(rendering, literal->placeholder, literal->why));
      }
    }
    render_entry_secrets(rendering, config, entry);
  }
}

bool tw_wash_config_secret(const struct tw_workload *workload) {
  bool secret = false;
  for (size_t c = 0; c < workload->component_count; c++) {
    const struct tw_component *component = &workload->components[c];
    secret |= wants(component, CM_NEED_SECRET, true) || wants(component, CM_NEED_CONFIG, true);
  }
  return secret;
}

// A path seen from the project's folder, which is where the answer is written to.
static struct cm_str from_project(struct tw_rendering *rendering, const char *path) {
  struct cm_str way = cm_str_of(path);
  const char *folder = rendering->folder;
  if (path[0] == '/' || !folder || folder[0] == '/') {
    return way;
  }
  for (const char *word = folder; *word;) {
    size_t size = strcspn(word, "/");
    if (size == 2 && memcmp(word, "..", 2) == 0) {
      return cm_str_of(path);  // not to be told without looking at the file system
    }
    if (size > 0 && !(size == 1 && word[0] == '.')) {
      way = cm_alloc_format(rendering->arena, "../%.*s", CM_STR_ARG(way));
    }
    word += size + (word[size] == '/');
  }
  return way;
}

// In a container, whose other folders its user may not write to.
static const char pulled_to[] = "/tmp/app.wasm";

static void render_build(struct tw_rendering *rendering, struct tw_node *root, const struct tw_component *component,
                         bool embedded) {
  struct tw_node *build = tw_put_map(rendering, root, "build", NULL);
  if (embedded) {
    tw_put(rendering, build, "command",
           cm_alloc_format(rendering->arena, "wash oci pull '%.*s' %s", CM_STR_ARG(component->image), pulled_to),
           component->image_given ? NULL : "fill in the image");
    tw_put_words(rendering, build, "component_path", pulled_to);
    return;
  }
  struct cm_str command = tw_node_text(tw_node_get(tw_values_get(rendering->workload->values, "wash"), "build"));
  tw_put(rendering, build, "command", command.size ? command : CM_STR("true"),
         command.size ? NULL : "nothing to build: the file is taken as it is");
  tw_put(rendering, build, "component_path", from_project(rendering, component->app->document->path), NULL);
}

static void render_sidecars(struct tw_rendering *rendering, struct tw_node *dev, const struct tw_component *first, bool embedded) {
  struct tw_node *list = NULL;
  for (size_t i = 0; i < rendering->workload->component_count; i++) {
    const struct tw_component *component = &rendering->workload->components[i];
    if (component == first) {
      continue;
    }
    list = list ? list : tw_put_list(rendering, dev, "components", "each is given what `workload` says, with its own laid over it");
    struct tw_node *map = tw_add_map(rendering, list, component->undecided);
    tw_put(rendering, map, "name", component->name, NULL);
    if (embedded) {
      tw_put(rendering, map, "image", component->image, component->image_given ? NULL : "fill in");
    } else {
      tw_put(rendering, map, "file", from_project(rendering, component->app->document->path), NULL);
    }
    tw_put_values_number(rendering, map, "poolSize", component->values, "pool-size");
    tw_put_values_number(rendering, map, "maxInvocations", component->values, "max-invocations");
    tw_put_values_number(rendering, map, "maxConcurrency", component->values, "max-concurrency");
    render_resources(rendering, map, component, embedded);
  }
}

static void render_volumes(struct tw_rendering *rendering, struct tw_node *dev) {
  struct tw_node *list = NULL;
  for (size_t c = 0; c < rendering->workload->component_count; c++) {
    const struct tw_component *component = &rendering->workload->components[c];
    for (size_t i = 0; i < tw_volume_count(component); i++) {
      struct tw_volume volume = tw_volume_at(rendering, component, i);
      list = list ? list : tw_put_list(rendering, dev, "volumes", NULL);
      struct tw_node *map = tw_add_map(rendering, list, volume.placeholder ? "it opens files below its preopened folders" : NULL);
      // Not the project's own folder, which has the secrets in it; wash refuses one that is not there.
      struct cm_str here = volume.host_path.size ? volume.host_path : CM_STR("replace-me");
      tw_put(rendering, map, "host_path", here, volume.host_path.size ? NULL : "fill in: a folder of this machine");
      tw_put(rendering, map, "guest_path", volume.mount, tw_fill_in(rendering, volume.placeholder, NULL));
      if (volume.placeholder || !volume.host_path.size) {
        tw_workload_left(rendering->arena, rendering->workload, TW_LEFT_OTHER,
                         "components.%.*s.volumes: a folder of this machine for %.*s", CM_STR_ARG(component->name),
                         CM_STR_ARG(volume.mount));
      }
    }
  }
}

static void render_dev(struct tw_rendering *rendering, struct tw_node *root, const struct tw_component *first, bool embedded) {
  const struct tw_node *port = tw_node_get(tw_values_get(rendering->workload->values, "wash"), "port");
  long long number = port && port->kind == TW_NODE_INTEGER ? (long long)port->integer : 8000;
  struct tw_node *dev = tw_put_map(rendering, root, "dev", NULL);
  tw_put(rendering, dev, "address", cm_alloc_format(rendering->arena, "%s:%lld", embedded ? "0.0.0.0" : "127.0.0.1", number),
         embedded ? "the port of the container" : "reached from this machine only");
  if (first->service) {
    struct tw_pair *pair = tw_put_bool(rendering, dev, "service", true);
    if (pair) {
      pair->behind =
          tw_formatted(rendering->arena, "%.*s exports wasi:cli/run: it runs, and is not called", CM_STR_ARG(first->name));
    }
  }
  render_volumes(rendering, dev);
  render_interfaces(rendering, dev);
  render_sidecars(rendering, dev, first, embedded);
}

// One variable's place in `configs` or `secrets`.
static void render_source(struct tw_rendering *rendering, struct tw_node *catalog, const struct tw_component *component,
                          const struct tw_want *want, const struct source *source) {
  struct tw_node *map = tw_node_get_str(catalog, source->name);
  if (!map) {
    map = tw_node_map(rendering->arena);
    tw_node_put_str(rendering->arena, catalog, source->name, map);
  }
  static const char *const forms[] = {[FORM_INLINE] = "inline", [FORM_FROM_ENV] = "fromEnv", [FORM_FILE] = "file"};
  struct tw_node *keys = tw_node_get(map, forms[source->form]);
  switch (source->form) {
    case FORM_INLINE:
      keys = keys ? keys : tw_put_map(rendering, map, forms[FORM_INLINE], NULL);
      if (!tw_node_get_str(keys, want->key)) {
        tw_put_key(rendering, keys, want->key, value_of(want), why_value(rendering, want));
      }
      break;
    case FORM_FROM_ENV:
      keys = keys ? keys : tw_put_list(rendering, map, forms[FORM_FROM_ENV], NULL);
      if (!has_text(keys, want->key)) {
        tw_add_text(rendering, keys, want->key, want->why);
      }
      break;
    case FORM_FILE:
      if (!keys) {
        tw_put(rendering, map, forms[FORM_FILE], secret_file(rendering, component), "its mode must be 0600");
      }
      break;
  }
}

static void render_sources(struct tw_rendering *rendering, struct tw_node *root, bool embedded) {
  const struct tw_workload *workload = rendering->workload;
  struct tw_node *catalogs[] = {tw_node_map(rendering->arena), tw_node_map(rendering->arena)};
  for (size_t c = 0; c < workload->component_count; c++) {
    const struct tw_component *component = &workload->components[c];
    for (size_t i = 0; i < component->want_count; i++) {
      const struct tw_want *want = &component->wants[i];
      if (want->kind == CM_NEED_ENV && !literal_here(want) && !left_alone(want)) {
        struct source source = source_of(rendering, component, want, embedded);
        render_source(rendering, catalogs[source.secret], component, want, &source);
      }
    }
  }
  for (int secret = 0; secret < 2; secret++) {
    if (catalogs[secret] && catalogs[secret]->count) {
      tw_node_put(rendering->arena, root, secret ? "secrets" : "configs", catalogs[secret]);
    }
  }
}

struct tw_node *tw_render_wash_config(struct tw_rendering *rendering, bool embedded) {
  const struct tw_workload *workload = rendering->workload;
  const struct tw_component *first = main_component(workload);
  struct tw_node *root = tw_node_map(rendering->arena);
  render_build(rendering, root, first, embedded);
  render_dev(rendering, root, first, embedded);
  render_resources(rendering, tw_put_map(rendering, root, "workload", first->undecided), first, embedded);
  render_sources(rendering, root, embedded);
  return root;
}

// Whether a variable stands in the component's file of secrets.
static bool in_file(struct tw_rendering *rendering, const struct tw_component *component, const struct tw_want *want) {
  return want->kind == CM_NEED_ENV && !literal_here(want) && !left_alone(want) &&
         source_of(rendering, component, want, false).form == FORM_FILE;
}

// The file of one component's secret variables, where it has any, as wash reads it: literally, line by line.
static void render_secret_file(struct tw_rendering *rendering, const struct tw_component *component) {
  struct tw_buffer text = {.arena = rendering->arena};
  for (size_t i = 0; i < component->want_count; i++) {
    const struct tw_want *want = &component->wants[i];
    if (!in_file(rendering, component, want)) {
      continue;
    }
    const char *why = rendering->comments ? why_value(rendering, want) : NULL;
    struct cm_str safe = why ? tw_text_safe(rendering->arena, cm_str_of(why)) : CM_STR("");
    struct cm_str value = value_of(want);
    tw_buffer_format(&text, "%s%.*s%s%.*s=%.*s\n", why ? "# " : "", CM_STR_ARG(safe), why ? "\n" : "", CM_STR_ARG(want->key),
                     CM_STR_ARG(value));
  }
  struct tw_file *file = text.size ? tw_render_file(rendering, secret_file(rendering, component).at, TW_FILE_TEXT) : NULL;
  if (file) {
    file->text = tw_buffer_text(&text);
    file->secret = true;
    if (!rendering->folder) {
      tw_workload_note(rendering->arena, rendering->workload, TW_NOTE_WARNING,
                       "%s is expected beside it, with mode 0600; `--output FOLDER` writes both", file->path);
    }
  }
}

// Whether the configuration itself holds secrets: those of interfaces, and variables that a line of a file cannot hold.
static bool holds_secrets(struct tw_rendering *rendering) {
  bool found = tw_wash_config_secret(rendering->workload);
  for (size_t c = 0; c < rendering->workload->component_count; c++) {
    const struct tw_component *component = &rendering->workload->components[c];
    for (size_t i = 0; i < component->want_count; i++) {
      found |= component->wants[i].kind == CM_NEED_ENV && component->wants[i].secret &&
               !in_file(rendering, component, &component->wants[i]);
    }
  }
  return found;
}

void tw_render_wash(struct tw_rendering *rendering) {
  struct tw_file *file = tw_render_file(rendering, ".wash/config.yaml", TW_FILE_YAML);
  struct tw_node *root = tw_render_wash_config(rendering, false);
  struct tw_doc *docs = cm_alloc(rendering->arena, sizeof *docs);
  if (!file || !root || !docs) {
    return;
  }
  bool secret = holds_secrets(rendering);
  docs->path = file->path;
  docs->root = root;
  docs->before = tw_render_heading(rendering);
  if (secret) {
    docs->before = tw_formatted(rendering->arena, "%s\nIt holds secrets: keep it out of the repository.", docs->before);
  }
  file->docs = docs;
  file->doc_count = 1;
  file->secret = secret;
  for (size_t i = 0; i < rendering->workload->component_count; i++) {
    render_secret_file(rendering, &rendering->workload->components[i]);
  }
}
