// What is composed, as a document says it: components, labels, wires.
//
// All faults of its shape are told; what the components themselves refuse is told at the place that asked for it.

#include <stdio.h>

#include "compose_request.h"
#include "doc/check.h"
#include "memory.h"
#include "status.h"

// --- its shape ---

static const char *const formats[] = {"tidewaiter.compose/1", NULL};
static const struct tw_shape format_shape = {.kind = TW_SHAPE_CHOICE, .values = formats};
static const struct tw_shape text_shape = {.kind = TW_SHAPE_TEXT};
static const struct tw_shape bool_shape = {.kind = TW_SHAPE_BOOL};

static const struct tw_field part_fields[] = {
    {"name", &text_shape, true},
    {"source", &text_shape, true},
    {"export", &bool_shape, false},
    {NULL, NULL, false},
};
static const struct tw_field wire_fields[] = {
    {"to", &text_shape, true},      {"import", &text_shape, true}, {"from", &text_shape, true},
    {"export", &text_shape, false}, {NULL, NULL, false},
};
static const struct tw_field label_fields[] = {
    {"component", &text_shape, true},
    {"import", &text_shape, true},
    {"as", &text_shape, true},
    {NULL, NULL, false},
};
static const struct tw_shape part_shape = {.kind = TW_SHAPE_MAP, .fields = part_fields};
static const struct tw_shape wire_shape = {.kind = TW_SHAPE_MAP, .fields = wire_fields};
static const struct tw_shape label_shape = {.kind = TW_SHAPE_MAP, .fields = label_fields};
static const struct tw_shape parts_shape = {.kind = TW_SHAPE_LIST, .item = &part_shape};
static const struct tw_shape wires_shape = {.kind = TW_SHAPE_LIST, .item = &wire_shape};
static const struct tw_shape labels_shape = {.kind = TW_SHAPE_LIST, .item = &label_shape};
static const struct tw_field compose_fields[] = {
    {"format", &format_shape, true},       {"components", &parts_shape, true},
    {"labels", &labels_shape, false},      {"wires", &wires_shape, false},
    {"plug", &bool_shape, false},          {"separate", &bool_shape, false},
    {"merge-imports", &bool_shape, false}, {NULL, NULL, false},
};
static const struct tw_shape compose_shape = {.kind = TW_SHAPE_MAP, .fields = compose_fields};

// --- reading it ---

struct document {
  struct tw_compose *compose;
  bool bad;
};

static void tell(void *context, const struct tw_fault *fault) {
  struct document *d = context;
  d->bad = true;
  tw_fault_print(stderr, d->compose->document, d->compose->document_bytes, fault);
}

static struct cm_str text_of(const struct tw_node *map, const char *key) { return tw_node_text(tw_node_get(map, key)); }

static bool truth_of(const struct tw_node *map, const char *key, bool otherwise) {
  const struct tw_node *node = tw_node_get(map, key);
  return node ? node->truth : otherwise;
}

// A path of the document is relative to its folder.
static const char *resolve(struct document *d, struct cm_str source) {
  struct cm_arena *arena = &d->compose->arena;
  const char *document = d->compose->document, *slash = strrchr(document, '/');
  bool as_it_is = !slash || (source.size && source.at[0] == '/');
  const char *path = as_it_is ? cm_alloc_text(arena, source.at, source.size)
                              : cm_alloc_format(arena, "%.*s/%.*s", (int)(slash - document), document, CM_STR_ARG(source)).at;
  if (!path) tw_out_of_memory();
  return path;
}

// Which part the text under `key` names.
static bool part_of(struct document *d, const struct tw_node *map, const char *key, uint32_t *part) {
  struct cm_str name = text_of(map, key);
  if (tw_compose_find(d->compose, name, part)) return true;
  tw_compose_say(d->compose, tw_node_get(map, key), "no component is called `%.*s`%s", CM_STR_ARG(name),
                 tw_compose_near(d->compose, 0, CM_ITEM_COMPONENT, name));
  tw_compose_list_parts(d->compose);
  d->bad = true;
  return false;
}

static int read_parts(struct document *d, const struct tw_node *list) {
  struct tw_compose *c = d->compose;
  for (size_t i = 0; i < list->count; i++) {
    const struct tw_node *node = tw_node_at(list, i);
    struct cm_str name = text_of(node, "name");
    uint32_t other;
    if (tw_compose_find(c, name, &other)) {
      tw_compose_say(c, tw_node_get(node, "name"), "there is a component '%.*s' already", CM_STR_ARG(name));
      d->bad = true;
      continue;
    }
    const char *path = resolve(d, text_of(node, "source"));
    c->at = tw_node_get(node, "source");
    int status = tw_compose_add(c, path, name, truth_of(node, "export", i == 0));
    c->at = NULL;
    if (status) return status;
  }
  return TW_DONE;
}

// Where a label is not one, the validator says so, at its place.
struct label_place {
  struct document *document;
  const struct tw_node *node;
};

static bool refuse_label(void *context, const struct cm_diag *diag) {
  const struct label_place *place = context;
  tw_compose_say(place->document->compose, place->node, "%s", diag->message);
  place->document->bad = true;
  return false;
}

static int read_label(struct document *d, const struct tw_node *node) {
  struct tw_compose *c = d->compose;
  uint32_t part;
  if (!part_of(d, node, "component", &part)) return TW_DONE;
  struct cm_component *built;
  struct cm_str import = text_of(node, "import");
  struct cm_diag diag = {0};
  if (!cm_label(&c->arena, c->parts[part].component, import, text_of(node, "as"), &built, &diag)) {
    tw_compose_say(c, tw_node_get(node, "import"), "%s%s", diag.message, tw_compose_near(c, part, CM_ITEM_IMPORT, import));
    tw_compose_list_names(c, part, CM_ITEM_IMPORT);
    d->bad = true;
    return TW_DONE;
  }
  struct label_place place = {d, tw_node_get(node, "as")};
  c->labelled = tw_grow(c->labelled, c->labelled_count, sizeof *c->labelled);
  struct tw_delivery *delivery = &c->labelled[c->labelled_count++];
  int status = tw_deliver_judge(&c->arena, built, &(struct cm_diag_sink){refuse_label, &place}, delivery);
  if (status == TW_DONE) c->parts[part].component = delivery->component;
  return status == TW_NO ? TW_DONE : status;
}

static int read_labels(struct document *d, const struct tw_node *list) {
  for (size_t i = 0; list && i < list->count; i++) {
    int status = read_label(d, tw_node_at(list, i));
    if (status) return status;
  }
  return TW_DONE;
}

static void read_wires(struct document *d, const struct tw_node *list) {
  for (size_t i = 0; list && i < list->count; i++) {
    const struct tw_node *node = tw_node_at(list, i);
    struct cm_compose_wire wire = {.import = text_of(node, "import"), .export = text_of(node, "import")};
    if (tw_node_get(node, "export")) wire.export = text_of(node, "export");
    if (!part_of(d, node, "to", &wire.to) || !part_of(d, node, "from", &wire.from)) continue;
    d->compose->at = node;
    tw_compose_add_wire(d->compose, wire);
    d->compose->at = NULL;
  }
}

static int read_root(struct document *d, const struct tw_node *root) {
  if (!tw_doc_check(root, &compose_shape, tell, d)) return TW_USAGE;
  int status = read_parts(d, tw_node_get(root, "components"));
  if (!status && !d->bad) status = read_labels(d, tw_node_get(root, "labels"));
  if (!status && !d->bad) read_wires(d, tw_node_get(root, "wires"));
  struct cm_compose_request *request = &d->compose->request;
  request->plug = truth_of(root, "plug", true);
  request->separate = truth_of(root, "separate", false);
  request->merge_versions = truth_of(root, "merge-imports", false);
  return status ? status : d->bad ? TW_USAGE : TW_DONE;
}

int tw_compose_read(struct tw_compose *c, const char *path) {
  const struct tw_input *input = tw_compose_open(c, path);
  if (!input) return TW_INPUT;
  c->document = path;
  c->document_bytes = (struct cm_span){input->data, input->size};
  struct document d = {.compose = c};
  struct tw_doc *docs;
  size_t count;
  struct tw_fault fault = {0};
  if (!tw_doc_read(&c->arena, path, c->document_bytes, &docs, &count, &fault)) {
    tell(&d, &fault);
    return TW_USAGE;
  }
  if (count != 1 || !docs[0].root) {
    snprintf(fault.message, sizeof fault.message, "a composition is one document; this file holds %zu", count);
    tell(&d, &fault);
    return TW_USAGE;
  }
  return read_root(&d, docs[0].root);
}
