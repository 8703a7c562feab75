// Target `ecs`: a task definition whose container is `wash`, running this workload.
//
// ECS has no files to mount, so the configuration of wash comes as a variable of the container, which a shell puts into its place
// before wash starts. Where it holds secrets it is not written into the task definition: the variable is then fetched from the secret
// store, and a second file holds the text to store there. Environment secrets are fetched one by one.
//
// Spec: Amazon ECS API, RegisterTaskDefinition.

#include "parts.h"
#include "render.h"

static const char start[] = "mkdir -p /tmp/workload/.wash && printf '%s' \"$WASH_CONFIG\" > /tmp/workload/.wash/config.yaml && "
                            "cd /tmp/workload && exec wash --non-interactive dev";

static const char unknown_arn[] = "arn:aws:secretsmanager:replace-me:000000000000:secret:replace-me";

static void put_variable(struct tw_rendering *rendering, struct tw_node *list, struct cm_str name, const char *key,
                         struct cm_str value) {
  struct tw_node *map = tw_add_map(rendering, list, NULL);
  tw_put(rendering, map, "name", name, NULL);
  tw_put(rendering, map, key, value, NULL);
}

// Secrets Manager takes a whole ARN, with the JSON key of a part behind it.
static struct cm_str arn_of(struct tw_rendering *rendering, const struct tw_want *want) {
  const struct tw_supply *supply = &want->supply;
  if (supply->kind != TW_SUPPLY_EXTERNAL || !cm_str_starts(supply->remote, CM_STR("arn:"))) {
    return cm_str_of(unknown_arn);
  }
  return supply->property.size
             ? cm_alloc_format(rendering->arena, "%.*s:%.*s::", CM_STR_ARG(supply->remote), CM_STR_ARG(supply->property))
             : supply->remote;
}

static void render_wants(struct tw_rendering *rendering, struct tw_node *plain, struct tw_node *secrets) {
  for (size_t c = 0; c < rendering->workload->component_count; c++) {
    const struct tw_component *component = &rendering->workload->components[c];
    for (size_t i = 0; i < component->want_count; i++) {
      const struct tw_want *want = &component->wants[i];
      if (want->kind != CM_NEED_ENV || tw_list_names(plain, want->key) || tw_list_names(secrets, want->key)) {
        continue;
      }
      if (want->secret) {
        put_variable(rendering, secrets, want->key, "valueFrom", arn_of(rendering, want));
        if (want->supply.kind == TW_SUPPLY_VALUE) {
          tw_workload_left(rendering->arena, rendering->workload, TW_LEFT_OTHER,
                           "env.%.*s: a value is known, but a task definition is no place for secrets: store it, and give its ARN",
                           CM_STR_ARG(want->key));
        }
      } else if (want->supply.kind != TW_SUPPLY_VALUE) {
        put_variable(rendering, plain, want->key, "value", CM_STR(""));
      }
    }
  }
}

// The configuration, as a variable; of a secret one only where it is fetched from.
static void render_config(struct tw_rendering *rendering, struct tw_node *plain, struct tw_node *secrets, bool secret) {
  bool comments = rendering->comments;
  rendering->comments = false;
  struct cm_str config = tw_render_text(rendering, tw_render_wash_config(rendering, true), NULL);
  rendering->comments = comments;
  if (!secret) {
    put_variable(rendering, plain, CM_STR("WASH_CONFIG"), "value", config);
    return;
  }
  put_variable(rendering, secrets, CM_STR("WASH_CONFIG"), "valueFrom", cm_str_of(unknown_arn));
  tw_workload_left(
      rendering->arena, rendering->workload, TW_LEFT_OTHER,
      "WASH_CONFIG: it holds secrets: store wash-config.yaml (written with --output FOLDER) as a secret, and give its ARN");
  struct tw_file *file = tw_render_file(rendering, "wash-config.yaml", TW_FILE_TEXT);
  if (file) {
    file->text = config;
    file->secret = true;
  }
}

static void render_log(struct tw_rendering *rendering, struct tw_node *container, const struct tw_node *ecs) {
  struct cm_str group = tw_node_text(tw_node_get(ecs, "log-group")), region = tw_node_text(tw_node_get(ecs, "log-region"));
  if (!group.size) {
    return;
  }
  struct tw_node *log = tw_put_map(rendering, container, "logConfiguration", NULL);
  tw_put_words(rendering, log, "logDriver", "awslogs");
  struct tw_node *options = tw_put_map(rendering, log, "options", NULL);
  tw_put(rendering, options, "awslogs-group", group, NULL);
  if (region.size) {
    tw_put(rendering, options, "awslogs-region", region, NULL);
  }
  tw_put(rendering, options, "awslogs-stream-prefix", rendering->workload->name, NULL);
}

static void render_container(struct tw_rendering *rendering, struct tw_node *root, const struct tw_node *ecs) {
  struct tw_workload *workload = rendering->workload;
  const struct tw_node *wash = tw_values_get(workload->values, "wash"), *port = tw_node_get(wash, "port");
  struct cm_str image = tw_node_text(tw_node_get(wash, "image"));
  bool secret = tw_wash_config_secret(workload);
  if (!image.size) {
    tw_workload_left(rendering->arena, workload, TW_LEFT_OTHER, "wash.image: the image of wash, with a version");
  }
  struct tw_node *container = tw_add_map(rendering, tw_put_list(rendering, root, "containerDefinitions", NULL), NULL);
  tw_put_words(rendering, container, "name", "wash");
  tw_put(rendering, container, "image", image.size ? image : CM_STR("ghcr.io/wasmcloud/wash:replace-me"), NULL);
  tw_put_bool(rendering, container, "essential", true);
  struct tw_node *entry = tw_put_list(rendering, container, "entryPoint", NULL);
  tw_add_text(rendering, entry, CM_STR("/bin/sh"), NULL);
  tw_add_text(rendering, entry, CM_STR("-c"), NULL);
  tw_add_text(rendering, tw_put_list(rendering, container, "command", NULL), cm_str_of(start), NULL);
  struct tw_node *mapping = tw_add_map(rendering, tw_put_list(rendering, container, "portMappings", NULL), NULL);
  tw_put_number(rendering, mapping, "containerPort", port && port->kind == TW_NODE_INTEGER ? port->integer : 8000);
  tw_put_words(rendering, mapping, "protocol", "tcp");
  struct tw_node *plain = tw_put_list(rendering, container, "environment", NULL);
  struct tw_node *secrets = tw_node_list(rendering->arena);
  put_variable(rendering, plain, CM_STR("HOME"), "value", CM_STR("/tmp"));
  render_config(rendering, plain, secrets, secret);
  render_wants(rendering, plain, secrets);
  if (secrets && secrets->count) {
    tw_node_put(rendering->arena, container, "secrets", secrets);
  }
  render_log(rendering, container, ecs);
}

static bool fetches_secrets(const struct tw_workload *workload) {
  bool found = tw_wash_config_secret(workload);
  for (size_t i = 0; i < workload->object_count; i++) {
    found |= workload->objects[i].purpose == TW_FOR_ENV && workload->objects[i].kind != TW_OBJECT_CONFIG_MAP;
  }
  return found;
}

void tw_render_ecs(struct tw_rendering *rendering) {
  const struct tw_workload *workload = rendering->workload;
  const struct tw_node *ecs = tw_values_get(workload->values, "ecs");
  struct tw_file *file = tw_render_file(rendering, "task-definition.json", TW_FILE_JSON);
  struct tw_node *root = tw_node_map(rendering->arena);
  if (!file || !root) {
    return;
  }
  file->root = root;
  tw_put(rendering, root, "family", workload->name, NULL);
  tw_add_text(rendering, tw_put_list(rendering, root, "requiresCompatibilities", NULL), CM_STR("FARGATE"), NULL);
  tw_put_words(rendering, root, "networkMode", "awsvpc");
  // The smallest that Fargate has.
  struct cm_str cpu = tw_node_text(tw_node_get(ecs, "cpu")), memory = tw_node_text(tw_node_get(ecs, "memory"));
  tw_put(rendering, root, "cpu", cpu.size ? cpu : CM_STR("256"), NULL);
  tw_put(rendering, root, "memory", memory.size ? memory : CM_STR("512"), NULL);
  struct tw_node *platform = tw_put_map(rendering, root, "runtimePlatform", NULL);
  struct cm_str architecture = tw_node_text(tw_node_get(ecs, "architecture"));
  tw_put(rendering, platform, "cpuArchitecture", architecture.size ? architecture : CM_STR("X86_64"), NULL);
  tw_put_words(rendering, platform, "operatingSystemFamily", "LINUX");
  struct cm_str role = tw_node_text(tw_node_get(ecs, "execution-role"));
  if (role.size || fetches_secrets(workload)) {
    tw_put(rendering, root, "executionRoleArn", role.size ? role : CM_STR("arn:aws:iam::000000000000:role/replace-me"), NULL);
  }
  if (!role.size && fetches_secrets(workload)) {
    tw_workload_left(rendering->arena, rendering->workload, TW_LEFT_OTHER,
                     "ecs.execution-role: the role that may fetch the secrets");
  }
  tw_put_values_text(rendering, root, "taskRoleArn", ecs, "task-role");
  render_container(rendering, root, ecs);
}
