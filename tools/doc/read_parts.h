// What the readers of YAML and JSON have in common. Private to this folder.
#ifndef TW_READ_PARTS_H
#define TW_READ_PARTS_H

#include "read.h"

// --- places ---

// A place that moves through a file, mostly forward: each move costs what lies between.
struct tw_place {
  struct cm_span bytes;  // well-formed UTF-8
  struct tw_mark mark;
  size_t index;  // characters from the start (behind a byte order mark)
};

struct tw_place tw_place_start(struct cm_span bytes);
struct tw_mark tw_place_at_offset(struct tw_place *place, size_t offset);
struct tw_mark tw_place_at_index(struct tw_place *place, size_t index);

// --- faults ---

bool tw_fault_set(struct tw_fault *fault, struct tw_mark at, const char *format, ...) __attribute__((format(printf, 3, 4)));
bool tw_fault_memory(struct tw_fault *fault);

// A key in a message: at most 60 bytes of it, what nobody could see replaced. Returns `to`.
enum { TW_SHORT = 80 };
const char *tw_short(struct cm_str text, char to[TW_SHORT]);

// --- the common state ---

struct tw_reading {
  struct cm_arena *arena;
  const char *path;
  struct tw_place place;
  struct tw_fault *fault;
  size_t nodes;  // made so far
  struct tw_doc *docs;
  size_t count, room;
};

// A new node; NULL, with the fault, beyond TW_DOC_NODES or without memory.
struct tw_node *tw_reading_node(struct tw_reading *reading, enum tw_node_kind kind, struct tw_mark at);
struct tw_doc *tw_reading_doc(struct tw_reading *reading, struct tw_mark at);

// Whether all keys of a finished map differ; else the fault names the first that is there twice.
bool tw_reading_keys_differ(struct tw_reading *reading, const struct tw_node *map);

bool tw_read_json(struct tw_reading *reading);
bool tw_read_yaml(struct tw_reading *reading);

#endif
