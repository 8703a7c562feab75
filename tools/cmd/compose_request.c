// Parts and wires, from options or from a document.

#include "compose_request.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "doc/check.h"
#include "doc/nearest.h"
#include "memory.h"
#include "status.h"

enum { PARTS_MOST = 1000 };

void tw_compose_begin(struct tw_compose *c) {
  *c = (struct tw_compose){0};
  cm_arena_init(&c->arena, NULL);
}

void tw_compose_free(struct tw_compose *c) {
  for (size_t i = 0; i < c->input_count; i++) tw_input_close(&c->inputs[i]);
  for (size_t i = 0; i < c->labelled_count; i++) tw_delivery_free(&c->labelled[i]);
  free(c->inputs);
  free(c->labelled);
  cm_arena_free(&c->arena);
}

static int no_memory(void) {
  fputs("tidewaiter: out of memory\n", stderr);
  return TW_BUG;
}

// --- parts ---

// "cache" of "plugs/cache.wasm".
static struct cm_str stem_of(const char *path) {
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  size_t size = strlen(name);
  return (struct cm_str){name, size > 5 && strcmp(name + size - 5, ".wasm") == 0 ? size - 5 : size};
}

static bool find_part(const struct tw_compose *c, struct cm_str name, uint32_t *index) {
  for (uint32_t i = 0; i < c->part_count; i++)
    if (cm_str_equal(c->parts[i].name, name)) {
      *index = i;
      return true;
    }
  return false;
}

static int decode_part(struct tw_compose *c, const char *path, struct cm_component **out) {
  char why[TW_INPUT_MESSAGE];
  c->inputs = tw_grow(c->inputs, c->input_count, sizeof *c->inputs);
  struct tw_input *input = &c->inputs[c->input_count];
  if (!tw_input_open(input, path, why)) {
    tw_input_report(path, why);
    return TW_INPUT;
  }
  c->input_count++;
  struct cm_span bytes = {input->data, input->size};
  struct cm_diag diag = {0};
  bool ok = cm_sniff(bytes) == CM_ARTIFACT_COMPONENT ? cm_decode(&c->arena, bytes, out, &diag)
                                                     : cm_preamble_fail(bytes, bytes.at, CM_ARTIFACT_COMPONENT, NULL, &diag);
  if (ok) return TW_DONE;
  char message[CM_DIAG_MESSAGE + CM_DIAG_WHERE + 64];
  tw_input_report(path, cm_diag_format(&diag, message, sizeof message));
  return TW_INPUT;
}

int tw_compose_add(struct tw_compose *c, const char *path, struct cm_str name, bool exported) {
  uint32_t other;
  if (!name.size) name = stem_of(path);
  if (find_part(c, name, &other)) {
    fprintf(stderr, "tidewaiter: %s and %s would both be called '%.*s'; give one of them another name: --plug NAME=%s\n",
            c->paths[other], path, CM_STR_ARG(name), path);
    return TW_USAGE;
  }
  if (c->part_count == PARTS_MOST) {
    fprintf(stderr, "tidewaiter: more than %d components\n", PARTS_MOST);
    return TW_USAGE;
  }
  struct cm_component *component;
  int status = decode_part(c, path, &component);
  if (status) return status;
  if (!cm_grow(&c->arena, &c->parts, &c->part_room, c->part_count, sizeof *c->parts) ||
      !cm_grow(&c->arena, &c->paths, &c->path_room, c->part_count, sizeof *c->paths))
    return no_memory();
  c->paths[c->part_count] = path;
  c->parts[c->part_count++] = (struct cm_compose_part){name, component, exported};
  return TW_DONE;
}

// --- wires ---

static void list_parts(const struct tw_compose *c) {
  fputs("tidewaiter: the components are called", stderr);
  for (size_t i = 0; i < c->part_count; i++) fprintf(stderr, "%s %.*s", i ? "," : "", CM_STR_ARG(c->parts[i].name));
  fputc('\n', stderr);
}

static bool add_wire(struct tw_compose *c, struct cm_compose_wire wire) {
  if (!cm_grow(&c->arena, &c->wires, &c->wire_room, c->wire_count, sizeof *c->wires)) return no_memory() == TW_DONE;
  c->wires[c->wire_count++] = wire;
  return true;
}

// "PART:NAME": the name may hold colons too.
static bool read_end(const struct tw_compose *c, struct cm_str text, uint32_t *part, struct cm_str *name) {
  const char *colon = text.size ? memchr(text.at, ':', text.size) : NULL;
  struct cm_str of = {text.at, colon ? (size_t)(colon - text.at) : text.size};
  if (!colon || !find_part(c, of, part)) {
    fprintf(stderr, "tidewaiter: '%.*s' begins with no component's name and a colon\n", CM_STR_ARG(text));
    list_parts(c);
    return false;
  }
  *name = (struct cm_str){colon + 1, text.size - of.size - 1};
  return true;
}

bool tw_compose_wire(struct tw_compose *c, const char *text) {
  const char *equals = strchr(text, '=');
  struct cm_compose_wire wire = {0};
  if (!equals) {
    fprintf(stderr, "tidewaiter: '%s' is no wire; a wire is IMPORTER:IMPORT=EXPORTER:EXPORT\n", text);
    return false;
  }
  struct cm_str to = {text, (size_t)(equals - text)};
  return read_end(c, to, &wire.to, &wire.import) && read_end(c, cm_str_of(equals + 1), &wire.from, &wire.export) &&
         add_wire(c, wire);
}

// --- documents ---

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

struct document {
  struct tw_compose *compose;
  const char *path;
  struct cm_span bytes;
  bool bad;
};

static void tell(void *context, const struct tw_fault *fault) {
  struct document *d = context;
  d->bad = true;
  tw_fault_print(stderr, d->path, d->bytes, fault);
}

static void refuse(struct document *d, const struct tw_node *node, const char *format, ...) __attribute__((format(printf, 3, 4)));
static void refuse(struct document *d, const struct tw_node *node, const char *format, ...) {
  struct tw_fault fault = {.at = node->from};
  va_list list;
  va_start(list, format);
  vsnprintf(fault.message, sizeof fault.message, format, list);
  va_end(list);
  tell(d, &fault);
}

static struct cm_str text_of(const struct tw_node *map, const char *key) { return tw_node_text(tw_node_get(map, key)); }

static bool truth_of(const struct tw_node *map, const char *key, bool otherwise) {
  const struct tw_node *node = tw_node_get(map, key);
  return node ? node->truth : otherwise;
}

// A path of the document is relative to its folder.
static const char *resolve(struct document *d, struct cm_str source) {
  const char *slash = strrchr(d->path, '/');
  if (!slash || (source.size && source.at[0] == '/')) return cm_alloc_text(&d->compose->arena, source.at, source.size);
  return cm_alloc_format(&d->compose->arena, "%.*s/%.*s", (int)(slash - d->path), d->path, CM_STR_ARG(source)).at;
}

static bool part_of(struct document *d, const struct tw_node *map, const char *key, uint32_t *index) {
  struct cm_str name = text_of(map, key);
  if (find_part(d->compose, name, index)) return true;
  const char **candidates = tw_alloc((d->compose->part_count + 1) * sizeof *candidates);
  size_t count = 0;
  for (; count < d->compose->part_count; count++)
    candidates[count] = cm_alloc_text(&d->compose->arena, d->compose->parts[count].name.at, d->compose->parts[count].name.size);
  candidates[count] = NULL;
  const char *word = cm_alloc_text(&d->compose->arena, name.at, name.size), *near = word ? tw_nearest(word, candidates) : NULL;
  refuse(d, tw_node_get(map, key), "no component is called '%.*s'%s%s%s", CM_STR_ARG(name), near ? "; is '" : "", near ? near : "",
         near ? "' meant?" : "");
  free(candidates);
  return false;
}

static int read_parts(struct document *d, const struct tw_node *list) {
  for (size_t i = 0; i < list->count; i++) {
    const struct tw_node *node = tw_node_at(list, i);
    uint32_t other;
    if (find_part(d->compose, text_of(node, "name"), &other)) {
      refuse(d, tw_node_get(node, "name"), "there is a component '%.*s' already", CM_STR_ARG(text_of(node, "name")));
      continue;
    }
    const char *path = resolve(d, text_of(node, "source"));
    if (!path) return no_memory();
    int status = tw_compose_add(d->compose, path, text_of(node, "name"), truth_of(node, "export", i == 0));
    if (status) return status;
  }
  return TW_DONE;
}

static int read_labels(struct document *d, const struct tw_node *list) {
  for (size_t i = 0; list && i < list->count; i++) {
    const struct tw_node *node = tw_node_at(list, i);
    uint32_t part;
    if (!part_of(d, node, "component", &part)) continue;
    struct tw_compose *c = d->compose;
    struct cm_component *labelled;
    struct cm_diag diag = {0};
    if (!cm_label(&c->arena, c->parts[part].component, text_of(node, "import"), text_of(node, "as"), &labelled, &diag)) {
      refuse(d, tw_node_get(node, "import"), "%s", diag.message);
      continue;
    }
    c->labelled = tw_grow(c->labelled, c->labelled_count, sizeof *c->labelled);
    struct tw_delivery *delivery = &c->labelled[c->labelled_count++];
    if (tw_deliver_reread(&c->arena, labelled, delivery, &diag))
      c->parts[part].component = delivery->component;
    else
      refuse(d, node, "%s", diag.message);
  }
  return TW_DONE;
}

static void read_wires(struct document *d, const struct tw_node *list) {
  for (size_t i = 0; list && i < list->count; i++) {
    const struct tw_node *node = tw_node_at(list, i);
    struct cm_compose_wire wire = {.import = text_of(node, "import"), .export = text_of(node, "import")};
    if (tw_node_get(node, "export")) wire.export = text_of(node, "export");
    if (part_of(d, node, "to", &wire.to) && part_of(d, node, "from", &wire.from) && !add_wire(d->compose, wire)) d->bad = true;
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
  char why[TW_INPUT_MESSAGE];
  c->inputs = tw_grow(c->inputs, c->input_count, sizeof *c->inputs);
  struct tw_input *input = &c->inputs[c->input_count];
  if (!tw_input_open(input, path, why)) {
    tw_input_report(path, why);
    return TW_INPUT;
  }
  c->input_count++;
  struct document d = {.compose = c, .path = path, .bytes = {input->data, input->size}};
  struct tw_doc *docs;
  size_t count;
  struct tw_fault fault = {0};
  if (!tw_doc_read(&c->arena, path, d.bytes, &docs, &count, &fault)) {
    tell(&d, &fault);
    return TW_INPUT;
  }
  if (count != 1 || !docs[0].root) {
    snprintf(fault.message, sizeof fault.message, "a composition is one document; this file holds %zu", count);
    tell(&d, &fault);
    return TW_USAGE;
  }
  return read_root(&d, docs[0].root);
}

// --- the request as a whole ---

void tw_compose_settle(struct tw_compose *c) {
  c->request.parts = c->parts;
  c->request.part_count = (uint32_t)c->part_count;
  c->request.wires = c->wires;
  c->request.wire_count = (uint32_t)c->wire_count;
}

static void list_names(const struct tw_compose *c, uint32_t part, enum cm_item_kind kind) {
  const struct cm_scope *scope = &c->parts[part].component->scope;
  size_t count = 0;
  for (uint32_t i = 0; i < scope->item_count; i++) {
    const struct cm_item *item = scope->items[i];
    if (item->kind != kind) continue;
    const struct cm_name *name = kind == CM_ITEM_IMPORT ? &item->import.name : &item->export.name;
    fprintf(stderr, "%s%.*s",
            count++                  ? "\n  "
            : kind == CM_ITEM_IMPORT ? "it imports:\n  "
                                     : "it exports:\n  ",
            CM_STR_ARG(name->name));
    if (name->has_implements) fprintf(stderr, " (%.*s)", CM_STR_ARG(name->implements));
  }
  fputs(count ? "\n" : kind == CM_ITEM_IMPORT ? "it imports nothing\n" : "it exports nothing\n", stderr);
}

void tw_compose_tell(const struct tw_compose *c, const struct cm_compose_problem *p) {
  struct cm_str part = p->part < c->part_count ? c->parts[p->part].name : CM_STR("");
  fputs("tidewaiter: ", stderr);
  switch (p->fault) {
    case CM_COMPOSE_NO_IMPORT:
      fprintf(stderr, "%.*s has no import `%.*s`; ", CM_STR_ARG(part), CM_STR_ARG(p->name));
      list_names(c, p->part, CM_ITEM_IMPORT);
      return;
    case CM_COMPOSE_NO_EXPORT:
      fprintf(stderr, "%.*s has no export `%.*s`; ", CM_STR_ARG(part), CM_STR_ARG(p->name));
      list_names(c, p->part, CM_ITEM_EXPORT);
      return;
    case CM_COMPOSE_SORTS:
      fprintf(stderr, "import `%.*s` of %.*s and the export that it is wired to are not of the same sort\n", CM_STR_ARG(p->name),
              CM_STR_ARG(part));
      return;
    case CM_COMPOSE_TWICE: fprintf(stderr, "import `%.*s` of %.*s is wired twice\n", CM_STR_ARG(p->name), CM_STR_ARG(part)); return;
    case CM_COMPOSE_UNUSED:
      fprintf(stderr, "nobody takes anything from %.*s (%s); ", CM_STR_ARG(part), c->paths[p->part]);
      list_names(c, p->part, CM_ITEM_EXPORT);
      for (uint32_t i = 0; i < c->part_count; i++) {
        if (i == p->part) continue;
        fprintf(stderr, "and %.*s: ", CM_STR_ARG(c->parts[i].name));
        list_names(c, i, CM_ITEM_IMPORT);
      }
      return;
    case CM_COMPOSE_CYCLE:
      fputs("the components need one another: ", stderr);
      for (uint32_t i = 0; i < p->cycle_count && i < CM_COMPOSE_CYCLE_SHOWN; i++)
        fprintf(stderr, "%.*s takes from ", CM_STR_ARG(c->parts[p->cycle[i]].name));
      fprintf(stderr, "%.*s\n", CM_STR_ARG(c->parts[p->cycle[0]].name));
      return;
    default: fprintf(stderr, "%s\n", p->diag.message); return;
  }
}
