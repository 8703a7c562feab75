// Parts and wires, and what is said of them.
//
// What is wrong is said in one sentence, at its place where a document says what is composed, followed by what there would be instead.

#include "compose_request.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "doc/nearest.h"
#include "doc/read.h"
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
  free(c->decoded);
  free(c->labelled);
  cm_arena_free(&c->arena);
}

static void add_node(struct tw_compose *c, const struct tw_node ***nodes, size_t *count, size_t *room) {
  if (!cm_grow(&c->arena, nodes, room, *count, sizeof **nodes)) tw_out_of_memory();
  (*nodes)[(*count)++] = c->at;
}

// --- parts ---

// "cache" of "plugs/cache.wasm".
static struct cm_str stem_of(const char *path) {
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  size_t size = strlen(name);
  return (struct cm_str){name, size > 5 && strcmp(name + size - 5, ".wasm") == 0 ? size - 5 : size};
}

bool tw_compose_find(const struct tw_compose *c, struct cm_str name, uint32_t *part) {
  for (uint32_t i = 0; i < c->part_count; i++)
    if (cm_str_equal(c->parts[i].name, name)) {
      *part = i;
      return true;
    }
  return false;
}

struct tw_input *tw_compose_open(struct tw_compose *c, const char *path) {
  char why[TW_INPUT_MESSAGE];
  c->inputs = tw_grow(c->inputs, c->input_count, sizeof *c->inputs);
  c->decoded = tw_grow(c->decoded, c->input_count, sizeof *c->decoded);
  c->decoded[c->input_count] = NULL;
  struct tw_input *input = &c->inputs[c->input_count];
  if (!tw_input_open(input, path, why)) {
    tw_compose_say(c, NULL, "%s: %s", path, why);
    return NULL;
  }
  c->input_count++;
  return input;
}

// The component that was decoded of the same bytes before; NULL: there is none. So what stands behind several names is in the result once.
static const struct cm_component *decoded_before(const struct tw_compose *c, const struct tw_input *input) {
  for (size_t i = 0; i + 1 < c->input_count; i++)
    if (c->decoded[i] && c->inputs[i].size == input->size && memcmp(c->inputs[i].data, input->data, input->size) == 0)
      return c->decoded[i];
  return NULL;
}

static int decode_part(struct tw_compose *c, const char *path, const struct cm_component **out) {
  const struct tw_input *input = tw_compose_open(c, path);
  if (!input) return TW_INPUT;
  *out = decoded_before(c, input);
  if (*out) return TW_DONE;
  struct cm_span bytes = {input->data, input->size};
  struct cm_component *component;
  struct cm_diag diag = {0};
  bool ok = cm_sniff(bytes) == CM_ARTIFACT_COMPONENT ? cm_decode(&c->arena, bytes, &component, &diag)
                                                     : cm_preamble_fail(bytes, bytes.at, CM_ARTIFACT_COMPONENT, NULL, &diag);
  if (ok) *out = c->decoded[c->input_count - 1] = component;
  if (ok) return TW_DONE;
  char message[CM_DIAG_MESSAGE + CM_DIAG_WHERE + 64];
  tw_compose_say(c, NULL, "%s: %s", path, cm_diag_format(&diag, message, sizeof message));
  return TW_INPUT;
}

int tw_compose_add(struct tw_compose *c, const char *path, struct cm_str name, bool exported) {
  uint32_t other;
  if (!name.size) name = stem_of(path);
  if (tw_compose_find(c, name, &other)) {
    tw_compose_say(c, NULL, "%s and %s would both be called '%.*s'; give one of them another name: --plug NAME=%s", c->paths[other],
                   path, CM_STR_ARG(name), path);
    return TW_USAGE;
  }
  if (c->part_count == PARTS_MOST) {
    tw_compose_say(c, NULL, "more than %d components", PARTS_MOST);
    return TW_USAGE;
  }
  const struct cm_component *component;
  int status = decode_part(c, path, &component);
  if (status) return status;
  if (!cm_grow(&c->arena, &c->parts, &c->part_room, c->part_count, sizeof *c->parts) ||
      !cm_grow(&c->arena, &c->paths, &c->path_room, c->part_count, sizeof *c->paths))
    tw_out_of_memory();
  if (c->at) add_node(c, &c->part_nodes, &c->part_node_count, &c->part_node_room);
  c->paths[c->part_count] = path;
  c->parts[c->part_count++] = (struct cm_compose_part){name, component, exported};
  return TW_DONE;
}

// --- wires ---

void tw_compose_add_wire(struct tw_compose *c, struct cm_compose_wire wire) {
  if (!cm_grow(&c->arena, &c->wires, &c->wire_room, c->wire_count, sizeof *c->wires)) tw_out_of_memory();
  if (c->at) add_node(c, &c->wire_nodes, &c->wire_node_count, &c->wire_node_room);
  c->wires[c->wire_count++] = wire;
}

// "PART:NAME": the name may hold colons too.
static bool read_end(struct tw_compose *c, struct cm_str text, uint32_t *part, struct cm_str *name) {
  const char *colon = text.size ? memchr(text.at, ':', text.size) : NULL;
  struct cm_str of = {text.at, colon ? (size_t)(colon - text.at) : text.size};
  if (!colon || !tw_compose_find(c, of, part)) {
    tw_compose_say(c, NULL, "'%.*s' begins with no component's name and a colon", CM_STR_ARG(text));
    tw_compose_list_parts(c);
    return false;
  }
  *name = (struct cm_str){colon + 1, text.size - of.size - 1};
  return true;
}

bool tw_compose_wire(struct tw_compose *c, const char *text) {
  const char *equals = strchr(text, '=');
  struct cm_compose_wire wire = {0};
  if (!equals) {
    tw_compose_say(c, NULL, "'%s' is no wire; a wire is IMPORTER:IMPORT=EXPORTER:EXPORT", text);
    return false;
  }
  struct cm_str to = {text, (size_t)(equals - text)};
  if (!read_end(c, to, &wire.to, &wire.import) || !read_end(c, cm_str_of(equals + 1), &wire.from, &wire.export)) return false;
  tw_compose_add_wire(c, wire);
  return true;
}

// --- the request as a whole ---

void tw_compose_settle(struct tw_compose *c) {
  c->request.parts = c->parts;
  c->request.part_count = (uint32_t)c->part_count;
  c->request.wires = c->wires;
  c->request.wire_count = (uint32_t)c->wire_count;
}

// --- messages ---

void tw_compose_say(const struct tw_compose *c, const struct tw_node *node, const char *format, ...) {
  struct tw_fault fault = {0};
  va_list list;
  va_start(list, format);
  vsnprintf(fault.message, sizeof fault.message, format, list);
  va_end(list);
  if (!node) node = c->at;
  if (node) {
    fault.at = node->from;
    tw_fault_print(stderr, c->document, c->document_bytes, &fault);
  } else {
    fprintf(stderr, "tidewaiter: %s\n", fault.message);
  }
}

void tw_compose_list_parts(const struct tw_compose *c) {
  fputs("tidewaiter: the components are called", stderr);
  for (size_t i = 0; i < c->part_count; i++) fprintf(stderr, "%s %.*s", i ? "," : "", CM_STR_ARG(c->parts[i].name));
  fputc('\n', stderr);
}

static const struct cm_name *name_of(const struct cm_item *item) {
  return item->kind == CM_ITEM_IMPORT ? &item->import.name : &item->export.name;
}

void tw_compose_list_names(const struct tw_compose *c, uint32_t part, enum cm_item_kind kind) {
  const struct cm_scope *scope = &c->parts[part].component->scope;
  const char *verb = kind == CM_ITEM_IMPORT ? "imports" : "exports";
  size_t count = 0;
  for (uint32_t i = 0; i < scope->item_count; i++) {
    const struct cm_item *item = scope->items[i];
    if (item->kind != kind) continue;
    const struct cm_name *name = name_of(item);
    if (!count++) fprintf(stderr, "tidewaiter: %.*s %s\n", CM_STR_ARG(c->parts[part].name), verb);
    fprintf(stderr, "  %.*s", CM_STR_ARG(name->name));
    if (name->has_implements) fprintf(stderr, " (%.*s)", CM_STR_ARG(name->implements));
    fputc('\n', stderr);
  }
  if (!count) fprintf(stderr, "tidewaiter: %.*s %s nothing\n", CM_STR_ARG(c->parts[part].name), verb);
}

const char *tw_compose_near(struct tw_compose *c, uint32_t part, enum cm_item_kind kind, struct cm_str name) {
  bool of_parts = kind == CM_ITEM_COMPONENT;
  const struct cm_scope *scope = of_parts ? NULL : &c->parts[part].component->scope;
  size_t most = of_parts ? c->part_count : scope->item_count, count = 0;
  const char **candidates = tw_alloc((most + 1) * sizeof *candidates);
  for (size_t i = 0; i < most; i++) {
    if (!of_parts && scope->items[i]->kind != kind) continue;
    struct cm_str text = of_parts ? c->parts[i].name : name_of(scope->items[i])->name;
    if (cm_str_equal(text, name)) continue;
    candidates[count] = cm_alloc_text(&c->arena, text.at, text.size);
    if (!candidates[count++]) tw_out_of_memory();
  }
  candidates[count] = NULL;
  const char *word = cm_alloc_text(&c->arena, name.at, name.size), *near = word ? tw_nearest(word, candidates) : NULL;
  free(candidates);
  return near ? cm_alloc_format(&c->arena, "; is `%s` meant?", near).at : "";
}

// Which of its fields a wire's node is to be blamed by.
static const struct tw_node *wire_field(const struct tw_compose *c, const struct cm_compose_problem *p, const char *key) {
  const struct tw_node *node = p->wire < c->wire_node_count ? c->wire_nodes[p->wire] : NULL;
  const struct tw_node *field = node ? tw_node_get(node, key) : NULL;
  return field ? field : node;
}

static const struct tw_node *part_node(const struct tw_compose *c, uint32_t part) {
  return part < c->part_node_count ? c->part_nodes[part] : NULL;
}

static void tell_cycle(const struct tw_compose *c, const struct cm_compose_problem *p) {
  uint32_t shown = p->cycle_count < CM_COMPOSE_CYCLE_SHOWN ? p->cycle_count : CM_COMPOSE_CYCLE_SHOWN;
  fputs("tidewaiter: the components need one another:\n", stderr);
  for (uint32_t i = 0; i < shown; i++) {
    uint32_t next = i + 1 < shown || shown < p->cycle_count ? (i + 1) % CM_COMPOSE_CYCLE_SHOWN : 0;
    fprintf(stderr, "  %.*s takes `%.*s`", CM_STR_ARG(c->parts[p->cycle[i]].name), CM_STR_ARG(p->cycle_imports[i]));
    if (i + 1 < shown || shown == p->cycle_count) fprintf(stderr, " from %.*s", CM_STR_ARG(c->parts[p->cycle[next]].name));
    fputc('\n', stderr);
  }
  if (shown < p->cycle_count) fprintf(stderr, "  and so on, through %u more\n", p->cycle_count - shown);
}

static void tell_unused(const struct tw_compose *c, uint32_t part) {
  tw_compose_say(c, part_node(c, part), "nobody takes anything from %.*s (%s)", CM_STR_ARG(c->parts[part].name), c->paths[part]);
  tw_compose_list_names(c, part, CM_ITEM_EXPORT);
  for (uint32_t i = 0; i < c->part_count; i++)
    if (i != part) tw_compose_list_names(c, i, CM_ITEM_IMPORT);
}

void tw_compose_tell(struct tw_compose *c, const struct cm_compose_problem *p) {
  struct cm_str part = p->part < c->part_count ? c->parts[p->part].name : CM_STR("");
  switch (p->fault) {
    case CM_COMPOSE_NO_IMPORT:
      tw_compose_say(c, wire_field(c, p, "import"), "%.*s has no import `%.*s`%s", CM_STR_ARG(part), CM_STR_ARG(p->name),
                     tw_compose_near(c, p->part, CM_ITEM_IMPORT, p->name));
      tw_compose_list_names(c, p->part, CM_ITEM_IMPORT);
      return;
    case CM_COMPOSE_NO_EXPORT:
      tw_compose_say(c, wire_field(c, p, "export"), "%.*s has no export `%.*s`%s", CM_STR_ARG(part), CM_STR_ARG(p->name),
                     tw_compose_near(c, p->part, CM_ITEM_EXPORT, p->name));
      tw_compose_list_names(c, p->part, CM_ITEM_EXPORT);
      return;
    case CM_COMPOSE_SORTS: {
      const struct cm_compose_wire *wire = &c->wires[p->wire];
      tw_compose_say(c, wire_field(c, p, ""), "import `%.*s` of %.*s is of sort %s, and `%.*s` of %.*s of sort %s",
                     CM_STR_ARG(p->name), CM_STR_ARG(part), cm_sort_names[p->sorts[0]], CM_STR_ARG(wire->export),
                     CM_STR_ARG(c->parts[wire->from].name), cm_sort_names[p->sorts[1]]);
      return;
    }
    case CM_COMPOSE_TWICE:
      tw_compose_say(c, wire_field(c, p, ""), "import `%.*s` of %.*s is wired twice", CM_STR_ARG(p->name), CM_STR_ARG(part));
      return;
    case CM_COMPOSE_EXPORTS:
      tw_compose_say(c, part_node(c, p->part), "%.*s and %.*s both export `%.*s`; the result can export only one of them",
                     CM_STR_ARG(c->parts[p->other].name), CM_STR_ARG(part), CM_STR_ARG(p->name));
      return;
    case CM_COMPOSE_UNUSED: tell_unused(c, p->part); return;
    case CM_COMPOSE_CYCLE: tell_cycle(c, p); return;
    default: tw_compose_say(c, NULL, "%s", p->diag.message); return;
  }
}
