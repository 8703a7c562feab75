// What is to be composed: gathered from the command line, or from a document.
#ifndef TW_COMPOSE_REQUEST_H
#define TW_COMPOSE_REQUEST_H

#include <component/compose.h>

#include "deliver.h"
#include "doc/doc.h"
#include "input.h"

// A request and what it borrows from. Texts live in the arena.
struct tw_compose {
  struct cm_arena arena;
  struct cm_compose_request request;
  struct cm_compose_part *parts;
  const char **paths;  // by part, as messages name it
  struct cm_compose_wire *wires;
  size_t part_count, part_room, path_room, wire_count, wire_room;
  struct tw_input *inputs;              // stay mapped
  const struct cm_component **decoded;  // by input: what it was decoded to; NULL: it is no component
  size_t input_count;
  struct tw_delivery *labelled;  // parts that got a label
  size_t labelled_count;
  // Where a document says it: its path (NULL: there is none), what it holds, and where it speaks of the first so many parts and wires.
  const char *document;
  struct cm_span document_bytes;
  const struct tw_node **part_nodes, **wire_nodes;
  size_t part_node_count, part_node_room, wire_node_count, wire_node_room;
  const struct tw_node *at;  // what of it is being read; NULL: nothing
};

void tw_compose_begin(struct tw_compose *compose);
void tw_compose_free(struct tw_compose *compose);

// Reads a component and makes it a part. `name` of size 0: what the file is called. Messages are on standard error; returns a status of
// status.h.
int tw_compose_add(struct tw_compose *compose, const char *path, struct cm_str name, bool exported);

// Whether a part is called so.
bool tw_compose_find(const struct tw_compose *compose, struct cm_str name, uint32_t *part);

void tw_compose_add_wire(struct tw_compose *compose, struct cm_compose_wire wire);

// "app:IMPORT=plug:EXPORT". False: a message is on standard error.
bool tw_compose_wire(struct tw_compose *compose, const char *text);

// Reads a document (schemas/compose.schema.json). Returns a status.
int tw_compose_read(struct tw_compose *compose, const char *path);

// Opens an input that stays open as long as the request. NULL: a message is on standard error.
struct tw_input *tw_compose_open(struct tw_compose *compose, const char *path);

// To be called when all is added, before `request` is used.
void tw_compose_settle(struct tw_compose *compose);

// --- messages, all on standard error ---

// One sentence; at the place of `node` in the document, or of what of it is being read, where there is one.
void tw_compose_say(const struct tw_compose *compose, const struct tw_node *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// What the parts are called; what a part imports, or exports (`kind` is CM_ITEM_IMPORT or CM_ITEM_EXPORT).
void tw_compose_list_parts(const struct tw_compose *compose);
void tw_compose_list_names(const struct tw_compose *compose, uint32_t part, enum cm_item_kind kind);

// "; is `cache` meant?" where a part, an import or an export (`part` and `kind` as above; CM_ITEM_COMPONENT: the parts) has nearly that
// name, else "". In the arena.
const char *tw_compose_near(struct tw_compose *compose, uint32_t part, enum cm_item_kind kind, struct cm_str name);

// What is wrong with the request, and what there would be instead.
void tw_compose_tell(struct tw_compose *compose, const struct cm_compose_problem *problem);

#endif
