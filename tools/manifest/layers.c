// Layers and objects: where each value comes from.
//
// The platform layers configuration: literals, over them whole ConfigMaps, over them whole Secrets; it knows no choice of single keys.
// So what has no known value goes into an object of the workload's own, which holds nothing else: one ConfigMap and one Secret for each
// component's environment, one of each for wasi:config, one Secret for the store of secrets, and one for each labelled secret, which
// then sees nothing but itself. A secret that an external store has gets an ExternalSecret in place of a Secret.
//
// Source: wasmCloud, runtime-operator: MaterializeConfigLayer; wash-runtime: plugin/wasmcloud_secrets, plugin/wasi_config.

#include "parts.h"
#include "report/text.h"

// What the objects of one purpose are called.
struct naming {
  struct cm_str config_map, secret, external;
  enum tw_purpose purpose;
  const char *what;  // for comments: "environment of shop"
};

static int compare_literals(const void *one, const void *other) {
  const struct tw_literal *a = one, *b = other;
  int order = cm_str_compare(a->key, b->key);
  return order ? order : (a->order > b->order) - (a->order < b->order);
}

static int compare_entries(const void *one, const void *other) {
  const struct tw_entry *a = one, *b = other;
  int order = cm_str_compare(a->key, b->key);
  return order ? order : (a->order > b->order) - (a->order < b->order);
}

// Components share entries of host interfaces, so a key may have been added more than once.
static void order_layer(struct tw_layer *layer) {
  size_t kept = 0;
  tw_sort(layer->literals, layer->literal_count, sizeof *layer->literals, compare_literals);
  for (size_t i = 0; i < layer->literal_count; i++) {
    if (kept == 0 || !cm_str_equal(layer->literals[kept - 1].key, layer->literals[i].key)) {
      layer->literals[kept++] = layer->literals[i];
    }
  }
  layer->literal_count = kept;
}

static void order_object(struct tw_object *object) {
  size_t kept = 0;
  tw_sort(object->entries, object->entry_count, sizeof *object->entries, compare_entries);
  for (size_t i = 0; i < object->entry_count; i++) {
    if (kept == 0 || !cm_str_equal(object->entries[kept - 1].key, object->entries[i].key)) {
      object->entries[kept++] = object->entries[i];
    }
  }
  object->entry_count = kept;
}

static void add_literal(struct cm_arena *arena, struct tw_layer *layer, struct tw_literal literal) {
  if (cm_grow(arena, &layer->literals, &layer->literal_room, layer->literal_count, sizeof literal)) {
    literal.order = layer->literal_count;
    layer->literals[layer->literal_count++] = literal;
  }
}

static void refer(struct cm_arena *arena, struct tw_layer *layer, struct cm_str name, bool secret, const char *why) {
  for (size_t i = 0; i < layer->reference_count; i++) {
    if (layer->references[i].secret == secret && cm_str_equal(layer->references[i].name, name)) {
      return;
    }
  }
  if (cm_grow(arena, &layer->references, &layer->reference_room, layer->reference_count, sizeof *layer->references)) {
    layer->references[layer->reference_count++] = (struct tw_reference){name, secret, why};
  }
}

static struct tw_object *object_for(struct cm_arena *arena, struct tw_workload *workload, enum tw_object_kind kind,
                                    struct cm_str name, const struct naming *naming) {
  for (size_t i = 0; i < workload->object_count; i++) {
    if (workload->objects[i].kind == kind && cm_str_equal(workload->objects[i].name, name)) {
      return &workload->objects[i];
    }
  }
  if (!cm_grow(arena, &workload->objects, &workload->object_room, workload->object_count, sizeof *workload->objects)) {
    return NULL;
  }
  struct tw_object *object = &workload->objects[workload->object_count++];
  *object = (struct tw_object){.kind = kind, .purpose = naming->purpose, .name = name, .target = name, .why = naming->what};
  return object;
}

static void add_entry(struct cm_arena *arena, struct tw_object *object, struct tw_entry entry) {
  if (object && cm_grow(arena, &object->entries, &object->entry_room, object->entry_count, sizeof entry)) {
    entry.order = object->entry_count;
    object->entries[object->entry_count++] = entry;
  }
}

// Nobody said what the value is.
static void note_left(struct cm_arena *arena, struct tw_workload *workload, const struct tw_component *component,
                      const struct tw_want *want, const char *kind, struct cm_str object) {
  struct cm_str place = cm_alloc_format(arena, "%s %.*s", kind, CM_STR_ARG(object));
  size_t before = workload->note_count;
  tw_workload_left(arena, workload, want->supply.kind == TW_SUPPLY_EXTERNAL ? TW_LEFT_EXTERNAL : TW_LEFT_VALUE,
                   "%s.%.*s: a value for component %.*s", cm_need_kinds[want->kind], CM_STR_ARG(tw_text_safe(arena, want->key)),
                   CM_STR_ARG(component->name));
  if (workload->note_count > before && place.at) {
    workload->notes[before].object = place;
  }
}

static void provide_secret(struct cm_arena *arena, struct tw_workload *workload, const struct tw_component *component,
                           struct tw_layer *layer, const struct naming *naming, const struct tw_want *want) {
  struct tw_entry entry = {.key = want->key, .why = want->why};
  if (want->supply.kind == TW_SUPPLY_EXTERNAL) {
    entry.remote = want->supply.remote;
    entry.property = want->supply.property;
    add_entry(arena, object_for(arena, workload, TW_OBJECT_EXTERNAL, naming->external, naming), entry);
    refer(arena, layer, naming->external, true, "made by the ExternalSecret of this name");
    note_left(arena, workload, component, want, "ExternalSecret", naming->external);
    return;
  }
  entry.known = want->supply.kind == TW_SUPPLY_VALUE;
  entry.value = want->supply.value;
  add_entry(arena, object_for(arena, workload, TW_OBJECT_SECRET, naming->secret, naming), entry);
  refer(arena, layer, naming->secret, true, NULL);
  if (!entry.known) {
    note_left(arena, workload, component, want, "Secret", naming->secret);
  }
}

// An object that exists already brings all that it holds.
static void provide_existing(struct cm_arena *arena, struct tw_workload *workload, struct tw_layer *layer,
                             const struct naming *naming, const struct tw_want *want) {
  bool secret = want->supply.kind == TW_SUPPLY_SECRET;
  size_t before = layer->reference_count;
  refer(arena, layer, want->supply.object, secret,
        tw_formatted(arena, "for %.*s; every key of it is brought, not only this one", CM_STR_ARG(tw_text_safe(arena, want->key))));
  if (layer->reference_count > before) {
    tw_workload_note(
        arena, workload, TW_NOTE_WARNING,
        "%s %.*s: %s brings every key of it into the %s, not only %.*s, and the last object wins where keys are the same",
        secret ? "Secret" : "ConfigMap", CM_STR_ARG(want->supply.object), secret ? "secretFrom" : "configFrom", naming->what,
        CM_STR_ARG(tw_text_safe(arena, want->key)));
  }
}

// A key that an existing manifest has: there again. `literals` where literals of this kind stand.
static void provide_again(struct cm_arena *arena, struct tw_workload *workload, const struct tw_component *component,
                          struct tw_layer *layer, struct tw_layer *literals, const struct naming *naming,
                          const struct tw_want *want) {
  const struct tw_granted_key *key = want->supply.existing;
  bool given = want->supply.kind == TW_SUPPLY_VALUE;
  struct tw_entry entry = {.key = want->key, .known = true, .value = given ? want->supply.value : key->value, .why = want->why};
  static const enum tw_object_kind kinds[] = {[TW_VIA_CONFIG_MAP] = TW_OBJECT_CONFIG_MAP,
                                              [TW_VIA_SECRET] = TW_OBJECT_SECRET,
                                              [TW_VIA_EXTERNAL_SECRET] = TW_OBJECT_EXTERNAL};
  if (key->via == TW_VIA_LITERAL || key->via == TW_VIA_CONFIG_MAP) {
    if (want->secret) {
      tw_workload_note(arena, workload, TW_NOTE_WARNING, "the secret %.*s of component %.*s stands in %s; move it into a Secret",
                       CM_STR_ARG(tw_text_safe(arena, want->key)), CM_STR_ARG(component->name), tw_via_names[key->via]);
    }
  }
  if (key->via == TW_VIA_LITERAL) {
    add_literal(arena, literals, (struct tw_literal){want->key, entry.value, false, want->why, 0});
  } else {
    bool external = key->via == TW_VIA_EXTERNAL_SECRET;
    struct cm_str name = external ? tw_existing_external(key) : key->object;
    struct tw_object *object = object_for(arena, workload, kinds[key->via], name, naming);
    if (object) {
      object->target = external ? key->object : object->target;
      object->kept = true;
      entry.known = given || key->via == TW_VIA_CONFIG_MAP;
      entry.encoded = key->via == TW_VIA_SECRET && tw_existing_encoded(key);
      entry.remote = want->supply.remote;
      entry.property = want->supply.property;
      add_entry(arena, object, entry);
    }
    refer(arena, layer, key->object, key->via != TW_VIA_CONFIG_MAP, NULL);
  }
  if (!given && key->state != TW_VALUE_GIVEN && key->state != TW_VALUE_ELSEWHERE) {
    note_left(arena, workload, component, want, key->via == TW_VIA_SECRET ? "Secret" : "ConfigMap", key->object);
  }
}

// Puts one want into a layer. Literals that are no secrets go to `literals`, which is the layer itself or the component's own.
static void provide(struct cm_arena *arena, struct tw_workload *workload, const struct tw_component *component,
                    struct tw_layer *layer, struct tw_layer *literals, const struct naming *naming, const struct tw_want *want) {
  if (want->supply.existing) {
    bool in_entry = want->kind == CM_NEED_CONFIG && tw_existing_in_entry(component, want->supply.existing);
    provide_again(arena, workload, component, layer, in_entry ? layer : literals, naming, want);
  } else if (want->supply.kind == TW_SUPPLY_KEPT) {
    tw_workload_note(arena, workload, TW_NOTE_WARNING,
                     "%s %.*s of component %.*s: nothing is added, since %.*s may hold it and is not in the file",
                     cm_need_kinds[want->kind], CM_STR_ARG(tw_text_safe(arena, want->key)), CM_STR_ARG(component->name),
                     CM_STR_ARG(tw_text_safe(arena, want->supply.object)));
  } else if (want->supply.kind == TW_SUPPLY_CONFIG_MAP || want->supply.kind == TW_SUPPLY_SECRET) {
    provide_existing(arena, workload, layer, naming, want);
  } else if (want->secret) {
    provide_secret(arena, workload, component, layer, naming, want);
  } else if (want->supply.kind == TW_SUPPLY_VALUE) {
    add_literal(arena, literals, (struct tw_literal){want->key, want->supply.value, false, want->why, 0});
  } else {
    struct tw_entry entry = {.key = want->key, .why = want->why};
    add_entry(arena, object_for(arena, workload, TW_OBJECT_CONFIG_MAP, naming->config_map, naming), entry);
    refer(arena, layer, naming->config_map, false, NULL);
    note_left(arena, workload, component, want, "ConfigMap", naming->config_map);
  }
}

static struct naming naming_of(struct cm_arena *arena, struct cm_str owner, const char *purpose, const char *what) {
  bool secrets = strcmp(purpose, "secrets") == 0;
  return (struct naming){
      .config_map = cm_alloc_format(arena, "%.*s-%s", CM_STR_ARG(owner), purpose),
      .secret = cm_alloc_format(arena, "%.*s-%s%s", CM_STR_ARG(owner), purpose, secrets ? "" : "-secrets"),
      .external = cm_alloc_format(arena, "%.*s-%s-external", CM_STR_ARG(owner), purpose),
      .purpose = secrets                       ? TW_FOR_STORE
                 : strcmp(purpose, "env") == 0 ? TW_FOR_ENV
                                               : TW_FOR_CONFIG,
      .what = what,
  };
}

// A labelled secret has an object of its own, since secretFrom brings whole objects.
static struct naming naming_of_label(struct cm_arena *arena, const struct tw_workload *workload, struct cm_str label) {
  struct cm_str word = tw_name_of_words(arena, label);
  struct cm_str name = cm_alloc_format(arena, "%.*s-secret-%.*s", CM_STR_ARG(workload->name), CM_STR_ARG(word));
  return (struct naming){name, name, name, TW_FOR_LABEL,
                         tw_formatted(arena, "secret labelled %.*s", CM_STR_ARG(tw_text_safe(arena, label)))};
}

static void layer_environment(struct cm_arena *arena, struct tw_workload *workload, struct tw_component *component) {
  struct naming naming =
      naming_of(arena, component->name, "env", tw_formatted(arena, "environment of %.*s", CM_STR_ARG(component->name)));
  for (size_t i = 0; i < component->want_count; i++) {
    if (component->wants[i].kind == CM_NEED_ENV) {
      provide(arena, workload, component, &component->env, &component->env, &naming, &component->wants[i]);
    }
  }
}

static void layer_config(struct cm_arena *arena, struct tw_workload *workload, struct tw_component *component) {
  struct naming naming = naming_of(arena, workload->name, "config", "configuration that wasi:config offers");
  struct tw_interface *entry = tw_workload_interface(workload, "wasi", "config", CM_STR(""));
  // Drafts called it wasi:config/runtime and wasi:runtime-config; without any entry the component's own map is all there is.
  for (size_t i = 0; i < component->want_count; i++) {
    if (component->wants[i].kind == CM_NEED_CONFIG) {
      provide(arena, workload, component, entry ? &entry->layer : &component->config, &component->config, &naming,
              &component->wants[i]);
    }
  }
}

static void layer_secrets(struct cm_arena *arena, struct tw_workload *workload, struct tw_component *component) {
  struct naming store = naming_of(arena, workload->name, "secrets", "store of secrets");
  for (size_t i = 0; i < component->want_count; i++) {
    const struct tw_want *want = &component->wants[i];
    if (want->kind != CM_NEED_SECRET) {
      continue;
    }
    struct tw_interface *entry = tw_workload_interface(workload, "wasmcloud", "secrets", want->labelled ? want->key : CM_STR(""));
    if (entry) {
      struct naming naming = want->labelled ? naming_of_label(arena, workload, want->key) : store;
      provide(arena, workload, component, &entry->layer, &entry->layer, &naming, want);
    }
  }
}

// The NATS blobstore opens no container that is not listed here.
static void layer_containers(struct cm_arena *arena, struct tw_workload *workload) {
  struct tw_interface *entry = tw_workload_interface(workload, "wasi", "blobstore", CM_STR(""));
  struct tw_buffer list = {.arena = arena};
  for (size_t c = 0; entry && c < workload->component_count; c++) {
    const struct tw_component *component = &workload->components[c];
    for (size_t i = 0; i < component->want_count; i++) {
      if (component->wants[i].kind == CM_NEED_BLOBSTORE_CONTAINER) {
        tw_buffer_format(&list, "%s%.*s", list.size ? "," : "", CM_STR_ARG(component->wants[i].key));
      }
    }
  }
  if (list.size) {
    add_literal(
        arena, &entry->layer,
        (struct tw_literal){CM_STR("buckets"), tw_buffer_text(&list), false, "the containers that are opened; no other is", 0});
  }
}

static bool exports_messaging(const struct tw_component *component) {
  const struct cm_needs *needs = &component->app->document->needs;
  bool found = false;
  for (uint32_t i = 0; i < needs->export_count; i++) {
    found |= cm_str_is(tw_interface_of(needs->exports[i].name), "wasmcloud:messaging/handler");
  }
  return found;
}

// Which subjects a handler is called for is nothing that the component says.
static void layer_subscriptions(struct cm_arena *arena, struct tw_workload *workload, struct tw_component *component) {
  const struct tw_node *list = tw_node_get(component->values, "subscriptions");
  if (!exports_messaging(component)) {
    return;
  }
  struct tw_buffer words = {.arena = arena};
  size_t count = list ? (list->kind == TW_NODE_LIST ? list->count : 1) : 0;
  for (size_t i = 0; i < count; i++) {
    struct cm_str word = tw_node_text(list->kind == TW_NODE_LIST ? list->items[i].value : list);
    tw_buffer_format(&words, "%s%.*s", i ? "," : "", CM_STR_ARG(word));
  }
  if (!count) {
    tw_buffer_put(&words, CM_STR("replace-me"));
    tw_workload_left(arena, workload, TW_LEFT_VALUE, "components.%.*s.subscriptions: the subjects that its handler is called for",
                     CM_STR_ARG(component->name));
  }
  add_literal(arena, &component->config,
              (struct tw_literal){CM_STR("subscriptions"), tw_buffer_text(&words), count == 0,
                                  "it exports wasmcloud:messaging/handler", 0});
}

static void layer_http(struct cm_arena *arena, struct tw_workload *workload) {
  struct tw_interface *entry = tw_workload_interface(workload, "wasi", "http", CM_STR(""));
  bool serves = false;
  for (size_t i = 0; i < workload->component_count; i++) {
    serves |= workload->components[i].serves_http;
  }
  if (!entry || !serves) {
    return;
  }
  struct cm_str host = tw_node_text(tw_node_get(tw_values_get(workload->values, "http"), "host"));
  bool given = host.size > 0;
  if (!given) {
    host = CM_STR("replace-me.invalid");
    tw_workload_left(arena, workload, TW_LEFT_ROUTE, "http.host: the name by which requests reach it");
  }
  add_literal(arena, &entry->layer,
              (struct tw_literal){CM_STR("host"), host, !given, "requests with this Host header are handed to the component", 0});
}

// What the values say of an entry: backends, their addresses.
static void layer_values(struct cm_arena *arena, struct tw_workload *workload) {
  const struct tw_node *list = tw_values_get(workload->values, "interfaces");
  for (size_t i = 0; list && i < list->count; i++) {
    const struct tw_node *node = list->items[i].value;
    struct cm_str package = tw_node_text(tw_node_get(node, "package"));
    struct cm_str name = tw_node_text(tw_node_get(node, "name"));
    const char *colon = package.size ? memchr(package.at, ':', package.size) : NULL;
    struct tw_interface *entry = NULL;
    for (size_t e = 0; colon && e < workload->interface_count; e++) {
      struct tw_interface *one = &workload->interfaces[e];
      struct cm_str ns = {package.at, (size_t)(colon - package.at)};
      struct cm_str rest = {colon + 1, package.size - ns.size - 1};
      entry = cm_str_equal(one->ns, ns) && cm_str_equal(one->package, rest) && cm_str_equal(one->name, name) ? one : entry;
    }
    if (!entry) {
      tw_workload_note(arena, workload, TW_NOTE_WARNING, "%s:%u:%u: no component imports %.*s%s%.*s; the entry is left out",
                       workload->values->doc->path, node->from.line, node->from.column, CM_STR_ARG(tw_text_safe(arena, package)),
                       name.size ? " under the label " : "", CM_STR_ARG(tw_text_safe(arena, name)));
      continue;
    }
    const struct tw_node *config = tw_node_get(node, "config");
    for (size_t k = 0; config && k < config->count; k++) {
      add_literal(arena, &entry->layer,
                  (struct tw_literal){config->pairs[k].key, tw_node_text(config->pairs[k].value), false, NULL, 0});
    }
    static const char *const members[] = {"config-maps", "secret-objects"};
    for (size_t m = 0; m < 2; m++) {
      const struct tw_node *objects = tw_node_get(node, members[m]);
      size_t count = objects ? (objects->kind == TW_NODE_LIST ? objects->count : 1) : 0;
      for (size_t o = 0; o < count; o++) {
        refer(arena, &entry->layer, tw_node_text(objects->kind == TW_NODE_LIST ? objects->items[o].value : objects), m == 1, NULL);
      }
    }
  }
}

void tw_make_layers(struct cm_arena *arena, struct tw_workload *workload) {
  for (size_t i = 0; i < workload->component_count; i++) {
    layer_environment(arena, workload, &workload->components[i]);
    layer_config(arena, workload, &workload->components[i]);
    layer_secrets(arena, workload, &workload->components[i]);
    layer_subscriptions(arena, workload, &workload->components[i]);
    order_layer(&workload->components[i].env);
    order_layer(&workload->components[i].config);
  }
  layer_containers(arena, workload);
  layer_http(arena, workload);
  layer_values(arena, workload);
  for (size_t i = 0; i < workload->interface_count; i++) {
    order_layer(&workload->interfaces[i].layer);
  }
  for (size_t i = 0; i < workload->object_count; i++) {
    order_object(&workload->objects[i]);
  }
}
