// Target `knative`: a Service whose container is `wash`, running this workload.
//
// The configuration of wash is mounted from a ConfigMap, or from a Secret where it holds secrets. Environment values are no part of it:
// they come as the container's environment, key by key out of ConfigMaps and Secrets, and wash hands on those that the configuration
// names. The component is pulled when the container starts.
//
// Spec: serving.knative.dev/v1, Service; wash reads a project from its working folder.

#include "parts.h"
#include "render.h"

static const char folder[] = "/workload";

static const struct tw_object *object_of(const struct tw_workload *workload, const struct tw_component *component,
                                         const struct tw_want *want) {
  for (size_t i = 0; i < workload->object_count; i++) {
    const struct tw_object *object = &workload->objects[i];
    bool here = object->purpose == TW_FOR_ENV && cm_str_starts(object->name, component->name) &&
                (object->kind == TW_OBJECT_CONFIG_MAP) == !want->secret;
    for (size_t e = 0; here && e < object->entry_count; e++) {
      if (cm_str_equal(object->entries[e].key, want->key)) {
        return object;
      }
    }
  }
  return NULL;
}

static void render_reference(struct tw_rendering *rendering, struct tw_node *list, const struct tw_component *component,
                             const struct tw_want *want) {
  const struct tw_object *object = object_of(rendering->workload, component, want);
  struct cm_str name = object ? object->name : want->supply.object;
  struct tw_node *map = tw_add_map(rendering, list, NULL);
  tw_put(rendering, map, "name", want->key, want->why);
  struct tw_node *from = tw_put_map(rendering, map, "valueFrom", NULL);
  struct tw_node *reference = tw_put_map(rendering, from, want->secret ? "secretKeyRef" : "configMapKeyRef", NULL);
  tw_put(rendering, reference, "name", name, NULL);
  tw_put(rendering, reference, "key", want->key, NULL);
}

static void render_environment(struct tw_rendering *rendering, struct tw_node *container) {
  struct tw_workload *workload = rendering->workload;
  struct tw_node *list = tw_put_list(rendering, container, "env", NULL);
  struct tw_node *home = tw_add_map(rendering, list, NULL);
  tw_put_words(rendering, home, "name", "HOME");
  tw_put(rendering, home, "value", CM_STR("/tmp"), "where wash keeps what it pulls");
  for (size_t c = 0; c < workload->component_count; c++) {
    const struct tw_component *component = &workload->components[c];
    for (size_t i = 0; i < component->want_count; i++) {
      const struct tw_want *want = &component->wants[i];
      if (want->kind != CM_NEED_ENV || (!want->secret && want->supply.kind == TW_SUPPLY_VALUE)) {
        continue;
      }
      if (tw_list_names(list, want->key)) {
        tw_workload_note(rendering->arena, workload, TW_NOTE_WARNING,
                         "%.*s is asked for by several components, and a container has one value for it: the first is taken",
                         CM_STR_ARG(want->key));
      } else {
        render_reference(rendering, list, component, want);
      }
    }
  }
}

static void render_config(struct tw_rendering *rendering, struct tw_file *file, struct cm_str name, bool secret) {
  struct tw_node *root = tw_render_doc(rendering, file, "what wash runs");
  tw_render_head(rendering, root, "v1", secret ? "Secret" : "ConfigMap", name);
  struct tw_node *data = tw_put_map(rendering, root, secret ? "stringData" : "data", NULL);
  tw_put(rendering, data, "config.yaml", tw_render_text(rendering, tw_render_wash_config(rendering, true), NULL), NULL);
  file->secret |= secret;
}

// What Knative warns of when it is missing. The image's own user is root, which a kubelet refuses to run then: another is named.
static void render_security(struct tw_rendering *rendering, struct tw_node *container) {
  struct tw_node *security = tw_put_map(rendering, container, "securityContext", NULL);
  tw_put_bool(rendering, security, "allowPrivilegeEscalation", false);
  tw_put_bool(rendering, security, "runAsNonRoot", true);
  tw_put_number(rendering, security, "runAsUser", 65532);
  struct tw_node *capabilities = tw_put_map(rendering, security, "capabilities", NULL);
  tw_add_text(rendering, tw_put_list(rendering, capabilities, "drop", NULL), CM_STR("ALL"), NULL);
  tw_put_words(rendering, tw_put_map(rendering, security, "seccompProfile", NULL), "type", "RuntimeDefault");
}

static void render_container(struct tw_rendering *rendering, struct tw_node *spec) {
  const struct tw_node *wash = tw_values_get(rendering->workload->values, "wash");
  struct cm_str image = tw_node_text(tw_node_get(wash, "image"));
  const struct tw_node *port = tw_node_get(wash, "port");
  if (!image.size) {
    tw_workload_left(rendering->arena, rendering->workload, TW_LEFT_OTHER, "wash.image: the image of wash, with a version");
  }
  struct tw_node *container = tw_add_map(rendering, tw_put_list(rendering, spec, "containers", NULL), NULL);
  tw_put_words(rendering, container, "name", "wash");
  tw_put(rendering, container, "image", image.size ? image : CM_STR("ghcr.io/wasmcloud/wash:replace-me"),
         image.size ? NULL : "fill in the version");
  struct tw_node *arguments = tw_put_list(rendering, container, "args", NULL);
  tw_add_text(rendering, arguments, CM_STR("--non-interactive"), NULL);
  tw_add_text(rendering, arguments, CM_STR("dev"), NULL);
  tw_put_words(rendering, container, "workingDir", folder);
  struct tw_node *one = tw_add_map(rendering, tw_put_list(rendering, container, "ports", NULL), NULL);
  tw_put_number(rendering, one, "containerPort", port && port->kind == TW_NODE_INTEGER ? port->integer : 8000);
  render_environment(rendering, container);
  struct tw_node *mount = tw_add_map(rendering, tw_put_list(rendering, container, "volumeMounts", NULL), NULL);
  tw_put_words(rendering, mount, "name", "config");
  tw_put(rendering, mount, "mountPath", cm_alloc_format(rendering->arena, "%s/.wash", folder), NULL);
  tw_put_bool(rendering, mount, "readOnly", true);
  render_security(rendering, container);
}

void tw_render_knative(struct tw_rendering *rendering) {
  struct tw_workload *workload = rendering->workload;
  struct tw_file *file = tw_render_file(rendering, "service.yaml", TW_FILE_YAML);
  if (!file) {
    return;
  }
  bool secret = tw_wash_config_secret(workload);
  struct cm_str name = cm_alloc_format(rendering->arena, "%.*s-wash", CM_STR_ARG(workload->name));
  tw_render_objects(rendering, file, 1U << TW_FOR_ENV);
  render_config(rendering, file, name, secret);
  struct tw_node *root = tw_render_doc(rendering, file, tw_render_heading(rendering));
  tw_render_head(rendering, root, "serving.knative.dev/v1", "Service", workload->name);
  struct tw_node *template = tw_put_map(rendering, tw_put_map(rendering, root, "spec", NULL), "template", NULL);
  const struct tw_node *replicas = tw_values_get(workload->values, "replicas");
  if (replicas && replicas->kind == TW_NODE_INTEGER) {
    struct tw_node *annotations = tw_put_map(rendering, tw_put_map(rendering, template, "metadata", NULL), "annotations", NULL);
    tw_put(rendering, annotations, "autoscaling.knative.dev/min-scale",
           cm_alloc_format(rendering->arena, "%lld", (long long)replicas->integer), NULL);
  }
  struct tw_node *spec = tw_put_map(rendering, template, "spec", NULL);
  render_container(rendering, spec);
  struct tw_node *volume = tw_add_map(rendering, tw_put_list(rendering, spec, "volumes", NULL), NULL);
  tw_put_words(rendering, volume, "name", "config");
  struct tw_node *source = tw_put_map(rendering, volume, secret ? "secret" : "configMap", NULL);
  tw_put(rendering, source, secret ? "secretName" : "name", name, NULL);
}
