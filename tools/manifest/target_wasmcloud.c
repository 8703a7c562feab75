// Target `wasmcloud`: a WorkloadDeployment and what it refers to.
//
// The objects come first, so that they are there when the workload is; then the Service and Ingress where a path is routed; then the
// WorkloadDeployment. `allowedHosts` and `allowedIpNameLookups` are always written: absent means closed here and open in `wash dev`,
// and a reader should not have to know.
//
// Spec: runtime.wasmcloud.dev/v1alpha1, WorkloadDeployment; external-secrets.io/v1; networking.k8s.io/v1.

#include "parts.h"
#include "render.h"

static void render_layer(struct tw_rendering *rendering, struct tw_node *map, const struct tw_layer *layer) {
  struct tw_node *literals = layer->literal_count ? tw_put_map(rendering, map, "config", NULL) : NULL;
  for (size_t i = 0; i < layer->literal_count; i++) {
    const struct tw_literal *literal = &layer->literals[i];
    tw_put_key(rendering, literals, literal->key, literal->value, tw_fill_in(rendering, literal->placeholder, literal->why));
  }
  for (int secret = 0; secret < 2; secret++) {
    struct tw_node *list = NULL;
    for (size_t i = 0; i < layer->reference_count; i++) {
      if (layer->references[i].secret == (secret == 1)) {
        list = list ? list : tw_put_list(rendering, map, secret ? "secretFrom" : "configFrom", NULL);
        tw_put(rendering, tw_add_map(rendering, list, NULL), "name", layer->references[i].name, layer->references[i].why);
      }
    }
  }
}

static void render_interfaces(struct tw_rendering *rendering, struct tw_node *spec) {
  const struct tw_workload *workload = rendering->workload;
  struct tw_node *list = workload->interface_count ? tw_put_list(rendering, spec, "hostInterfaces", NULL) : NULL;
  for (size_t i = 0; i < workload->interface_count; i++) {
    const struct tw_interface *entry = &workload->interfaces[i];
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
    render_layer(rendering, map, &entry->layer);
  }
}

static bool has_kind(const struct tw_component *component, enum cm_need_kind kind) {
  bool found = false;
  for (size_t i = 0; i < component->want_count; i++) {
    found |= component->wants[i].kind == kind;
  }
  return found;
}

static void render_words(struct tw_rendering *rendering, struct tw_node *map, const char *key, const struct tw_component *component,
                         enum cm_need_kind kind) {
  const char *none = component->app->document->needs.complete[kind] ? "none is asked for" : "none was found; see `undecided`";
  struct tw_node *list = tw_put_list_even_empty(rendering, map, key, has_kind(component, kind) ? NULL : none);
  for (size_t i = 0; i < component->want_count; i++) {
    if (component->wants[i].kind == kind) {
      tw_add_text(rendering, list, component->wants[i].key, component->wants[i].why);
    }
  }
}

static void render_mounts(struct tw_rendering *rendering, struct tw_node *map, const struct tw_component *component) {
  size_t count = tw_volume_count(component);
  struct tw_node *list = count ? tw_put_list(rendering, map, "volumeMounts", NULL) : NULL;
  for (size_t i = 0; i < count; i++) {
    struct tw_volume volume = tw_volume_at(rendering, component, i);
    struct tw_node *mount = tw_add_map(rendering, list, volume.placeholder ? "it opens files below its preopened folders" : NULL);
    tw_put(rendering, mount, "name", volume.name, NULL);
    tw_put(rendering, mount, "mountPath", volume.mount, tw_fill_in(rendering, volume.placeholder, NULL));
    if (volume.read_only) {
      tw_put_bool(rendering, mount, "readOnly", true);
    }
    if (volume.placeholder) {
      tw_workload_left(rendering->arena, rendering->workload, TW_LEFT_OTHER, "components.%.*s.volumes: where its files are",
                       CM_STR_ARG(component->name));
    }
  }
}

static void render_resources(struct tw_rendering *rendering, struct tw_node *map, const struct tw_component *component) {
  struct tw_node *resources = tw_put_map(rendering, map, "localResources", component->undecided);
  if (component->env.literal_count || component->env.reference_count) {
    render_layer(rendering, tw_put_map(rendering, resources, "environment", NULL), &component->env);
  }
  if (component->config.literal_count) {
    struct tw_node *config = tw_put_map(rendering, resources, "config", NULL);
    for (size_t i = 0; i < component->config.literal_count; i++) {
      const struct tw_literal *literal = &component->config.literals[i];
      tw_put_key(rendering, config, literal->key, literal->value, tw_fill_in(rendering, literal->placeholder, literal->why));
    }
  }
  render_words(rendering, resources, "allowedHosts", component, CM_NEED_HTTP_HOST);
  render_words(rendering, resources, "allowedIpNameLookups", component, CM_NEED_DNS_NAME);
  tw_render_loopback(rendering, resources, component);
  render_mounts(rendering, resources, component);
}

static void render_image(struct tw_rendering *rendering, struct tw_node *map, const struct tw_component *component) {
  tw_put(rendering, map, "image", component->image, component->image_given ? NULL : "fill in");
  tw_put_values_text(rendering, map, "imagePullPolicy", component->values, "pull-policy");
  if (tw_node_get(component->values, "pull-secret")) {
    tw_put_values_text(rendering, tw_put_map(rendering, map, "imagePullSecret", NULL), "name", component->values, "pull-secret");
  }
}

static void render_components(struct tw_rendering *rendering, struct tw_node *spec) {
  const struct tw_workload *workload = rendering->workload;
  struct tw_node *list = NULL;
  for (size_t i = 0; i < workload->component_count; i++) {
    const struct tw_component *component = &workload->components[i];
    if (component->service) {
      continue;
    }
    list = list ? list : tw_put_list(rendering, spec, "components", NULL);
    struct tw_node *map = tw_add_map(rendering, list, NULL);
    tw_put(rendering, map, "name", component->name, NULL);
    render_image(rendering, map, component);
    tw_put_values_number(rendering, map, "poolSize", component->values, "pool-size");
    tw_put_values_number(rendering, map, "maxInvocations", component->values, "max-invocations");
    tw_put_values_number(rendering, map, "maxConcurrency", component->values, "max-concurrency");
    render_resources(rendering, map, component);
  }
  for (size_t i = 0; i < workload->component_count; i++) {
    const struct tw_component *component = &workload->components[i];
    if (component->service) {
      const char *why =
          tw_formatted(rendering->arena, "%.*s exports wasi:cli/run: it runs, and is not called", CM_STR_ARG(component->name));
      struct tw_node *map = tw_put_map(rendering, spec, "service", why);
      render_image(rendering, map, component);
      tw_put_values_number(rendering, map, "maxRestarts", component->values, "max-restarts");
      render_resources(rendering, map, component);
      break;  // a second one is refused
    }
  }
}

static void render_volumes(struct tw_rendering *rendering, struct tw_node *spec) {
  struct tw_node *list = NULL;
  for (size_t c = 0; c < rendering->workload->component_count; c++) {
    const struct tw_component *component = &rendering->workload->components[c];
    for (size_t i = 0; i < tw_volume_count(component); i++) {
      struct tw_volume volume = tw_volume_at(rendering, component, i);
      if (tw_list_names(list, volume.name)) {
        continue;
      }
      list = list ? list : tw_put_list(rendering, spec, "volumes", NULL);
      struct tw_node *map = tw_add_map(rendering, list, NULL);
      tw_put(rendering, map, "name", volume.name, NULL);
      if (volume.host_path.size) {
        tw_put(rendering, tw_put_map(rendering, map, "hostPath", NULL), "path", volume.host_path, NULL);
      } else {
        tw_put_map(rendering, map, "ephemeral", NULL);
      }
    }
  }
}

static struct cm_str service_name(const struct tw_workload *workload) {
  const struct tw_node *http = tw_values_get(workload->values, "http");
  struct cm_str given = tw_node_text(tw_node_get(http, "service"));
  return given.size ? given : tw_node_get(http, "path") ? workload->name : CM_STR("");
}

void tw_render_routing(struct tw_rendering *rendering, struct tw_file *file) {
  const struct tw_workload *workload = rendering->workload;
  const struct tw_node *http = tw_values_get(workload->values, "http");
  struct cm_str path = tw_node_text(tw_node_get(http, "path"));
  struct cm_str host = tw_node_text(tw_node_get(http, "host"));
  if (!path.size) {
    return;
  }
  if (!tw_node_get(http, "service")) {
    struct tw_node *root = tw_render_doc(rendering, file, "It has no selector: the operator keeps its endpoints.");
    tw_render_head(rendering, root, "v1", "Service", service_name(workload));
    struct tw_node *port =
        tw_add_map(rendering, tw_put_list(rendering, tw_put_map(rendering, root, "spec", NULL), "ports", NULL), NULL);
    tw_put_words(rendering, port, "name", "http");
    tw_put_number(rendering, port, "port", 80);
  }
  struct tw_node *root =
      tw_render_doc(rendering, file, "A WorkloadDeployment routes by host only; the path is told apart in front of it.");
  tw_render_head(rendering, root, "networking.k8s.io/v1", "Ingress", workload->name);
  struct tw_node *rules = tw_put_list(rendering, tw_put_map(rendering, root, "spec", NULL), "rules", NULL);
  struct tw_node *rule = tw_add_map(rendering, rules, NULL);
  if (host.size) {
    tw_put(rendering, rule, "host", host, NULL);
  }
  struct tw_node *paths = tw_put_list(rendering, tw_put_map(rendering, rule, "http", NULL), "paths", NULL);
  struct tw_node *one = tw_add_map(rendering, paths, NULL);
  tw_put(rendering, one, "path", path, NULL);
  tw_put_words(rendering, one, "pathType", "Prefix");
  struct tw_node *service = tw_put_map(rendering, tw_put_map(rendering, one, "backend", NULL), "service", NULL);
  tw_put(rendering, service, "name", service_name(workload), NULL);
  tw_put_words(rendering, tw_put_map(rendering, service, "port", NULL), "name", "http");
}

void tw_render_deployment(struct tw_rendering *rendering, struct tw_file *file, const char *before) {
  const struct tw_workload *workload = rendering->workload;
  struct tw_node *root = tw_render_doc(rendering, file, before);
  tw_render_head(rendering, root, "runtime.wasmcloud.dev/v1alpha1", "WorkloadDeployment", workload->name);
  struct tw_node *outer = tw_put_map(rendering, root, "spec", NULL);
  const struct tw_node *replicas = tw_values_get(workload->values, "replicas");
  if (replicas && replicas->kind == TW_NODE_INTEGER) {
    tw_put_number(rendering, outer, "replicas", replicas->integer);
  }
  struct tw_node *spec = tw_put_map(rendering, tw_put_map(rendering, outer, "template", NULL), "spec", NULL);
  struct cm_str environment = tw_node_text(tw_values_get(workload->values, "environment"));
  if (environment.size) {
    tw_put(rendering, spec, "environment", environment, NULL);
  }
  const struct tw_node *selector = tw_values_get(workload->values, "host-selector");
  struct tw_node *map = selector && selector->count ? tw_put_map(rendering, spec, "hostSelector", NULL) : NULL;
  for (size_t i = 0; selector && i < selector->count; i++) {
    tw_put_key(rendering, map, selector->pairs[i].key, tw_node_text(selector->pairs[i].value), NULL);
  }
  struct cm_str service = service_name(workload);
  if (service.size) {
    struct tw_node *kubernetes = tw_put_map(rendering, spec, "kubernetes", NULL);
    tw_put(rendering, tw_put_map(rendering, kubernetes, "service", NULL), "name", service, NULL);
  }
  render_interfaces(rendering, spec);
  render_components(rendering, spec);
  render_volumes(rendering, spec);
}

void tw_render_wasmcloud(struct tw_rendering *rendering) {
  struct tw_file *file = tw_render_file(rendering, "workload.yaml", TW_FILE_YAML);
  if (file) {
    tw_render_objects(rendering, file, TW_FOR_ALL);
    tw_render_routing(rendering, file);
    tw_render_deployment(rendering, file, tw_render_heading(rendering));
  }
}
