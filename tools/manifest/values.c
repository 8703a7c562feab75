// The values file, checked and asked.
//
// What may stand in the file is one table of shapes for tools/doc's checker. The source of a key has two forms, a plain value and a
// map that says where else to look, which a shape cannot say: those are checked here, each against the shape of its form.

#include "values.h"

static const struct tw_shape text = {.kind = TW_SHAPE_TEXT};
static const struct tw_shape truth = {.kind = TW_SHAPE_BOOL};
static const struct tw_shape any = {.kind = TW_SHAPE_ANY};
static const struct tw_shape number = {.kind = TW_SHAPE_INTEGER, .min = 0, .max = 1000000};
static const struct tw_shape texts = {.kind = TW_SHAPE_ONE_OR_LIST, .item = &text};
static const struct tw_shape text_of = {.kind = TW_SHAPE_DICT, .item = &text};
static const struct tw_shape sources = {.kind = TW_SHAPE_DICT, .item = &any};

static const char *const format_words[] = {"tidewaiter.values/1", NULL};
static const struct tw_shape format = {.kind = TW_SHAPE_CHOICE, .values = format_words};

static const char *const pull_words[] = {"Always", "IfNotPresent", "Never", NULL};
static const struct tw_shape pull = {.kind = TW_SHAPE_CHOICE, .values = pull_words};

static const char *const store_words[] = {"SecretStore", "ClusterSecretStore", NULL};
static const struct tw_shape store_kind = {.kind = TW_SHAPE_CHOICE, .values = store_words};

static const struct tw_field volume_fields[] = {
    {"name", &text, true}, {"mount", &text, true}, {"host-path", &text, false}, {"read-only", &truth, false}, {0}};
static const struct tw_shape volume = {.kind = TW_SHAPE_MAP, .fields = volume_fields};
static const struct tw_shape volumes = {.kind = TW_SHAPE_LIST, .item = &volume};

static const struct tw_field component_fields[] = {
    {"image", &text, false},
    {"pull-policy", &pull, false},
    {"pull-secret", &text, false},
    {"env", &sources, false},
    {"config", &sources, false},
    {"secret", &sources, false},
    {"allowed-hosts", &texts, false},
    {"allowed-names", &texts, false},
    {"loopback-ports", &texts, false},
    {"volumes", &volumes, false},
    {"subscriptions", &texts, false},
    {"pool-size", &number, false},
    {"max-invocations", &number, false},
    {"max-concurrency", &number, false},
    {"max-restarts", &number, false},
    {0},
};
static const struct tw_shape component = {.kind = TW_SHAPE_MAP, .fields = component_fields};
static const struct tw_shape components = {.kind = TW_SHAPE_DICT, .item = &component};

static const struct tw_field http_fields[] = {{"host", &text, false}, {"path", &text, false}, {"service", &text, false}, {0}};
static const struct tw_shape http = {.kind = TW_SHAPE_MAP, .fields = http_fields};

static const struct tw_field store_fields[] = {{"name", &text, true}, {"kind", &store_kind, false}, {"refresh", &text, false}, {0}};
static const struct tw_shape store = {.kind = TW_SHAPE_MAP, .fields = store_fields};

static const struct tw_field interface_fields[] = {{"package", &text, true},          {"name", &text, false},
                                                   {"config", &text_of, false},       {"config-maps", &texts, false},
                                                   {"secret-objects", &texts, false}, {0}};
static const struct tw_shape interface = {.kind = TW_SHAPE_MAP, .fields = interface_fields};
static const struct tw_shape interfaces = {.kind = TW_SHAPE_LIST, .item = &interface};

static const struct tw_field wash_fields[] = {{"image", &text, false}, {"port", &number, false}, {"build", &text, false}, {0}};
static const struct tw_shape wash = {.kind = TW_SHAPE_MAP, .fields = wash_fields};

static const struct tw_field ecs_fields[] = {
    {"cpu", &number, false},        {"memory", &number, false},  {"execution-role", &text, false}, {"task-role", &text, false},
    {"architecture", &text, false}, {"log-group", &text, false}, {"log-region", &text, false},     {0}};
static const struct tw_shape ecs = {.kind = TW_SHAPE_MAP, .fields = ecs_fields};

static const struct tw_field top_fields[] = {
    {"format", &format, true},
    {"name", &text, false},
    {"namespace", &text, false},
    {"labels", &text_of, false},
    {"annotations", &text_of, false},
    {"replicas", &number, false},
    {"environment", &text, false},
    {"host-selector", &text_of, false},
    {"http", &http, false},
    {"secret-store", &store, false},
    {"secrets", &texts, false},
    {"env", &sources, false},
    {"config", &sources, false},
    {"secret", &sources, false},
    {"interfaces", &interfaces, false},
    {"components", &components, false},
    {"wash", &wash, false},
    {"ecs", &ecs, false},
    {0},
};
static const struct tw_shape top = {.kind = TW_SHAPE_MAP, .fields = top_fields};

// The map form of a source: exactly one of these.
static const struct tw_field source_fields[] = {
    {"value", &text, false}, {"config-map", &text, false}, {"secret", &text, false}, {"external", &text, false}, {0}};
static const struct tw_shape source = {.kind = TW_SHAPE_MAP, .fields = source_fields};

static const char *const sections[] = {"env", "config", "secret", NULL};

static bool fault_at(const struct tw_node *node, struct tw_mark at, tw_fault_visit visit, void *context, const char *section,
                     struct cm_str key, const char *what) {
  struct tw_fault fault = {.at = node ? node->from : at};
  int shown = key.size > 100 ? 100 : (int)key.size;
  snprintf(fault.message, sizeof fault.message, "%s.%.*s: %s", section, shown, key.at, what);
  visit(context, &fault);
  return false;
}

static bool check_source(const struct tw_pair *pair, const char *section, tw_fault_visit visit, void *context) {
  const struct tw_node *node = pair->value;
  if (node->kind == TW_NODE_MAP) {
    if (!tw_doc_check(node, &source, visit, context)) {
      return false;
    }
    return node->count == 1 || fault_at(node, pair->key_at, visit, context, section, pair->key,
                                        "give exactly one of value, config-map, secret, external");
  }
  if (node->kind == TW_NODE_NULL) {
    return fault_at(NULL, pair->key_at, visit, context, section, pair->key,
                    "there is no value; leave the key out to have it listed as one to fill in, or write \"\" for an empty value");
  }
  return node->kind != TW_NODE_LIST || fault_at(node, pair->key_at, visit, context, section, pair->key,
                                                "a value, or a map with one of value, config-map, secret, external; not a list");
}

static bool check_sections(const struct tw_node *map, tw_fault_visit visit, void *context) {
  bool good = true;
  for (size_t s = 0; sections[s]; s++) {
    const struct tw_node *section = tw_node_get(map, sections[s]);
    for (size_t i = 0; section && section->kind == TW_NODE_MAP && i < section->count; i++) {
      good = check_source(&section->pairs[i], sections[s], visit, context) && good;
    }
  }
  return good;
}

bool tw_values_check(const struct tw_doc *doc, tw_fault_visit visit, void *context) {
  if (!doc->root) {
    struct tw_fault fault = {.at = {1, 1, 0}, .message = "the file is empty; it begins with `format: tidewaiter.values/1`"};
    visit(context, &fault);
    return false;
  }
  bool good = tw_doc_check(doc->root, &top, visit, context);
  if (doc->root->kind != TW_NODE_MAP) {
    return false;
  }
  good = check_sections(doc->root, visit, context) && good;
  const struct tw_node *each = tw_node_get(doc->root, "components");
  for (size_t i = 0; each && each->kind == TW_NODE_MAP && i < each->count; i++) {
    good = check_sections(each->pairs[i].value, visit, context) && good;
  }
  return good;
}

const struct tw_node *tw_values_get(const struct tw_values *values, const char *key) {
  return values ? tw_node_get(values->doc->root, key) : NULL;
}

const struct tw_node *tw_values_component(const struct tw_values *values, struct cm_str name) {
  return tw_node_get_str(tw_values_get(values, "components"), name);
}

void tw_remote_read(struct cm_str word, struct cm_str *remote, struct cm_str *property) {
  size_t at = word.size;
  while (at > 0 && word.at[at - 1] != '#') {
    at--;
  }
  *remote = at ? (struct cm_str){word.at, at - 1} : word;
  *property = at ? (struct cm_str){word.at + at, word.size - at} : CM_STR("");
}

static struct tw_supply supply_of(const struct tw_node *node) {
  struct tw_supply supply = {.kind = TW_SUPPLY_VALUE};
  if (node->kind != TW_NODE_MAP) {
    supply.value = tw_node_text(node);
    return supply;
  }
  const struct tw_node *inner;
  if ((inner = tw_node_get(node, "value"))) {
    supply.value = tw_node_text(inner);
  } else if ((inner = tw_node_get(node, "config-map"))) {
    supply.kind = TW_SUPPLY_CONFIG_MAP;
    supply.object = tw_node_text(inner);
  } else if ((inner = tw_node_get(node, "secret"))) {
    supply.kind = TW_SUPPLY_SECRET;
    supply.object = tw_node_text(inner);
  } else if ((inner = tw_node_get(node, "external"))) {
    supply.kind = TW_SUPPLY_EXTERNAL;
    tw_remote_read(tw_node_text(inner), &supply.remote, &supply.property);
  } else {
    supply.kind = TW_SUPPLY_NONE;
  }
  return supply;
}

struct tw_supply tw_values_supply(const struct tw_values *values, const struct tw_node *own, const char *section,
                                  struct cm_str key) {
  const struct tw_node *node = tw_node_get_str(tw_node_get(own, section), key);
  node = node ? node : tw_node_get_str(tw_values_get(values, section), key);
  return node ? supply_of(node) : (struct tw_supply){.kind = TW_SUPPLY_NONE};
}

bool tw_values_secret(const struct tw_values *values, struct cm_str key) {
  const struct tw_node *list = tw_values_get(values, "secrets");
  if (list && list->kind != TW_NODE_LIST) {
    return cm_str_equal(tw_node_text(list), key);
  }
  for (size_t i = 0; list && i < list->count; i++) {
    if (cm_str_equal(tw_node_text(list->items[i].value), key)) {
      return true;
    }
  }
  return false;
}
