// What is to be composed: gathered from the command line, or from a document.
#ifndef TW_COMPOSE_REQUEST_H
#define TW_COMPOSE_REQUEST_H

#include <component/compose.h>

#include "deliver.h"
#include "input.h"

// A request and what it borrows from. Texts live in the arena.
struct tw_compose {
  struct cm_arena arena;
  struct cm_compose_request request;
  struct cm_compose_part *parts;
  const char **paths;  // by part, as messages name it
  struct cm_compose_wire *wires;
  size_t part_count, part_room, path_room, wire_count, wire_room;
  struct tw_input *inputs;  // stay mapped
  size_t input_count;
  struct tw_delivery *labelled;  // parts that got a label
  size_t labelled_count;
};

void tw_compose_begin(struct tw_compose *compose);
void tw_compose_free(struct tw_compose *compose);

// Reads a component and makes it a part. `name` of size 0: what the file is called. Messages are on standard error; returns a status of status.h.
int tw_compose_add(struct tw_compose *compose, const char *path, struct cm_str name, bool exported);

// "app:IMPORT=plug:EXPORT". False: a message is on standard error.
bool tw_compose_wire(struct tw_compose *compose, const char *text);

// Reads a document (schemas/compose.schema.json). Returns a status.
int tw_compose_read(struct tw_compose *compose, const char *path);

// To be called when all is added, before `request` is used.
void tw_compose_settle(struct tw_compose *compose);

// Tells on standard error what is wrong with the request, and what there would be instead.
void tw_compose_tell(const struct tw_compose *compose, const struct cm_compose_problem *problem);

#endif
