// Updating an existing manifest.
//
// Two tables of rules, one for Kubernetes documents and one for the configuration of wash. In front of them stand rules for the values
// that the values file gives: they are set, whatever stood there. The first rule that fits counts.

#include "update.h"

#include "parts.h"

#define SPEC "spec.template.spec."
#define EACH "spec.template.spec.components[]."
#define ONE "spec.template.spec.service."

// A rule, and the kinds of need that must be completely known for the generator to call something no longer needed: what was not found
// may still be asked for, where some call could not be decided.
struct row {
  struct tw_merge_rule rule;
  unsigned kinds;  // bits of enum cm_need_kind
};

enum {
  ENV = 1 << CM_NEED_ENV,
  CONFIG = 1 << CM_NEED_CONFIG,
  SECRET = 1 << CM_NEED_SECRET,
  HOSTS = 1 << CM_NEED_HTTP_HOST,
  NAMES = 1 << CM_NEED_DNS_NAME,
  KEYS = ENV | CONFIG | SECRET,
};

#define DEPLOYMENT "WorkloadDeployment"
#define RESOURCES(at)                                                                          \
  {{DEPLOYMENT, at "localResources.environment.config", NULL, TW_MERGE_OWNED}, ENV},           \
      {{DEPLOYMENT, at "localResources.environment.configFrom", "name", 0}, 0},                \
      {{DEPLOYMENT, at "localResources.environment.secretFrom", "name", 0}, 0},                \
      {{DEPLOYMENT, at "localResources.allowedHosts", NULL, TW_MERGE_OWNED}, HOSTS},           \
      {{DEPLOYMENT, at "localResources.allowedIpNameLookups", NULL, TW_MERGE_OWNED}, NAMES}, { \
    {DEPLOYMENT, at "localResources.volumeMounts", "name", 0}, 0                               \
  }

static const struct row kubernetes[] = {
    {{DEPLOYMENT, "", NULL, TW_MERGE_LONE}, 0},
    {{"ConfigMap", "", NULL, TW_MERGE_OWNED}, ENV | CONFIG},
    {{"Secret", "", NULL, TW_MERGE_OWNED}, KEYS},
    {{"ExternalSecret", "", NULL, TW_MERGE_OWNED}, KEYS},
    {{"ConfigMap", "data", NULL, TW_MERGE_OWNED}, ENV | CONFIG},
    {{"Secret", "stringData", NULL, TW_MERGE_OWNED}, KEYS},
    {{"Secret", "data", NULL, TW_MERGE_OWNED}, KEYS},
    {{"ExternalSecret", "spec.data", "secretKey", TW_MERGE_OWNED}, KEYS},
    {{DEPLOYMENT, SPEC "hostInterfaces", "namespace,package,name", TW_MERGE_OWNED}, 0},
    {{DEPLOYMENT, SPEC "hostInterfaces[].version", NULL, TW_MERGE_FOLLOWS}, 0},
    {{DEPLOYMENT, SPEC "hostInterfaces[].interfaces", NULL, TW_MERGE_OWNED}, 0},
    {{DEPLOYMENT, SPEC "hostInterfaces[].configFrom", "name", 0}, 0},
    {{DEPLOYMENT, SPEC "hostInterfaces[].secretFrom", "name", 0}, 0},
    {{DEPLOYMENT, SPEC "components", "name", 0}, 0},
    {{DEPLOYMENT, SPEC "volumes", "name", 0}, 0},
    RESOURCES(EACH),
    RESOURCES(ONE),
};

static const struct row wash[] = {
    {{NULL, "dev.host_interfaces", "namespace,package,name", TW_MERGE_OWNED}, 0},
    {{NULL, "dev.host_interfaces[].version", NULL, TW_MERGE_FOLLOWS}, 0},
    {{NULL, "dev.host_interfaces[].interfaces", NULL, TW_MERGE_OWNED}, 0},
    {{NULL, "dev.components", "name", 0}, 0},
    {{NULL, "dev.components[].environment.config", NULL, TW_MERGE_OWNED}, ENV},
    {{NULL, "dev.components[].allowedHosts", NULL, TW_MERGE_OWNED}, HOSTS},
    {{NULL, "dev.components[].allowedIpNameLookups", NULL, TW_MERGE_OWNED}, NAMES},
    {{NULL, "dev.volumes", "guest_path", 0}, 0},
    {{NULL, "workload.environment.config", NULL, TW_MERGE_OWNED}, ENV},
    {{NULL, "workload.allowedHosts", NULL, TW_MERGE_OWNED}, HOSTS},
    {{NULL, "workload.allowedIpNameLookups", NULL, TW_MERGE_OWNED}, NAMES},
    {{NULL, "configs.*.inline", NULL, TW_MERGE_OWNED}, ENV},
    {{NULL, "configs.*.fromEnv", NULL, TW_MERGE_OWNED}, ENV},
    {{NULL, "secrets.*.inline", NULL, TW_MERGE_OWNED}, ENV},
    {{NULL, "secrets.*.fromEnv", NULL, TW_MERGE_OWNED}, ENV},
};

// Where the value of a key may stand: its place is one of these, with the key behind it.
static const char *const value_places[] = {
    "data.",
    "stringData.",
    EACH "localResources.environment.config.",
    ONE "localResources.environment.config.",
    EACH "localResources.config.",
    ONE "localResources.config.",
    SPEC "hostInterfaces[].config.",
    "workload.environment.config.",
    "workload.config.",
    "dev.components[].environment.config.",
    "dev.components[].config.",
    "dev.host_interfaces[].config.",
    "configs.*.inline.",
    "secrets.*.inline.",
};

// What the values file gives beside keys.
static const struct {
  const char *section, *member, *path;
} given_places[] = {
    {NULL, "replicas", "spec.replicas"},
    {NULL, "environment", SPEC "environment"},
    {"http", "host", SPEC "hostInterfaces[].config.host"},
    {"wash", "build", "build.command"},
};

struct building {
  struct cm_arena *arena;
  struct tw_merge_rule *rules;
  size_t count, room;
};

static void add_rule(struct building *building, struct tw_merge_rule rule) {
  if (cm_grow(building->arena, &building->rules, &building->room, building->count, sizeof rule)) {
    building->rules[building->count++] = rule;
  }
}

static void follow(struct building *building, const char *path) {
  add_rule(building, (struct tw_merge_rule){NULL, path, NULL, TW_MERGE_FOLLOWS});
}

static void follow_values(struct building *building, const struct tw_workload *workload) {
  bool images = true;
  for (size_t c = 0; c < workload->component_count; c++) {
    const struct tw_component *component = &workload->components[c];
    images &= component->image_given;
    for (size_t i = 0; i < component->want_count; i++) {
      const struct tw_want *want = &component->wants[i];
      for (size_t p = 0; want->supply.kind == TW_SUPPLY_VALUE && p < sizeof value_places / sizeof *value_places; p++) {
        struct cm_str path = cm_alloc_format(building->arena, "%s%.*s", value_places[p], CM_STR_ARG(want->key));
        follow(building, path.at);
      }
    }
  }
  if (images) {
    follow(building, EACH "image");
    follow(building, ONE "image");
  }
  for (size_t i = 0; i < sizeof given_places / sizeof *given_places; i++) {
    const struct tw_node *section = given_places[i].section ? tw_values_get(workload->values, given_places[i].section) : NULL;
    if (section ? tw_node_get(section, given_places[i].member) != NULL
                : !given_places[i].section && tw_values_get(workload->values, given_places[i].member)) {
      follow(building, given_places[i].path);
    }
  }
}

// The kinds of need of which some component's list is not complete.
static unsigned doubtful_kinds(const struct tw_workload *workload) {
  unsigned kinds = 0;
  for (size_t c = 0; c < workload->component_count; c++) {
    for (unsigned kind = 0; kind < CM_NEED_KIND_COUNT; kind++) {
      kinds |= workload->components[c].app->document->needs.complete[kind] ? 0 : 1U << kind;
    }
  }
  return kinds;
}

const struct tw_merge_options *tw_update_options(struct cm_arena *arena, const struct tw_target *target,
                                                 const struct tw_workload *workload) {
  struct building building = {.arena = arena};
  unsigned doubtful = doubtful_kinds(workload);
  const struct row *rows = target->objects ? kubernetes : wash;
  size_t count = target->objects ? sizeof kubernetes / sizeof *kubernetes : sizeof wash / sizeof *wash;
  follow_values(&building, workload);
  // The list of containers is one text, which cannot grow item by item; it is set where it is known to be whole.
  if (!(doubtful & (1U << CM_NEED_BLOBSTORE_CONTAINER))) {
    follow(&building, SPEC "hostInterfaces[].config.buckets");
    follow(&building, "dev.host_interfaces[].config.buckets");
  }
  for (size_t i = 0; i < count; i++) {
    struct tw_merge_rule rule = rows[i].rule;
    rule.flags &= rows[i].kinds & doubtful ? ~(unsigned)TW_MERGE_OWNED : ~0U;
    add_rule(&building, rule);
  }
  add_rule(&building, (struct tw_merge_rule){NULL, NULL, NULL, 0});
  struct tw_merge_options *options = cm_alloc(arena, sizeof *options);
  struct cm_str owner = cm_alloc_format(arena, "%.*s", CM_STR_ARG(workload->name));
  if (!options || !owner.at || arena->refused) {
    return NULL;
  }
  *options = (struct tw_merge_options){.rules = building.rules, .owner = owner.at};
  return options;
}
