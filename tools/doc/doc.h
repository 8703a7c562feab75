// Documents: one small tree for YAML and JSON, read and written.
//
// What is read keeps where each thing stands in its file, so that messages can name line and column and so that a file people wrote
// can be changed in place (edit.h). What is written is built node by node and given to the writers (write.h): the same tree serves
// YAML, with comments, and JSON, without them. All nodes and texts live in one arena, or are borrowed from the bytes read.
//
// Scalars of YAML are told by the core schema of YAML 1.2 (chapter 10.3), and what YAML 1.1 would take for something else is still
// a string here: `no`, `0755`, `1:30`. Where a string is meant, tw_node_text gives any plain scalar as it was written.
//
// An alias (`*name`) stands for the very node that its anchor names, so that a read tree may share parts: read it, do not change it.
#ifndef TW_DOC_H
#define TW_DOC_H

#include <component/arena.h>

enum tw_node_kind { TW_NODE_NULL, TW_NODE_BOOL, TW_NODE_INTEGER, TW_NODE_FLOAT, TW_NODE_STRING, TW_NODE_LIST, TW_NODE_MAP };

// A place in a file that was read; line 0: built, not read.
struct tw_mark {
  uint32_t line, column;  // from 1; lines end in '\n', columns count characters
  size_t offset;          // bytes from the start of the file
};

struct tw_node;

// One member of a map.
struct tw_pair {
  struct cm_str key;
  struct tw_mark key_at;
  struct tw_node *value;
  const char *before;  // for writing: comment lines above, without "# ", separated by '\n'; NULL: none
  const char *behind;  // for writing: a comment at the end of the line; NULL: none
  bool merged;         // read through a merge key (`<<: *base`): stands elsewhere in the file
};

struct tw_item {
  struct tw_node *value;
  const char *before, *behind;  // as in tw_pair
};

struct tw_node {
  enum tw_node_kind kind;
  bool plain;               // a scalar that was read without quotes
  bool flow;                // a list or map in [ ] or { }; for writing: stands on one line
  bool alias;               // was read as `*name`: `from` and `to` are those of the alias, members stand elsewhere
  bool truth;               // BOOL
  int64_t integer;          // INTEGER
  struct cm_str text;       // STRING: its value; other scalars: as written, digits when built
  struct tw_mark from, to;  // what it takes in the file, `to` behind its end
  struct tw_pair *pairs;    // MAP, in order
  struct tw_item *items;    // LIST
  size_t count, room;       // of pairs or items
};

// One document of a stream (a YAML file may hold several, separated by ---).
struct tw_doc {
  const char *path;         // for messages; borrowed
  struct cm_span bytes;     // what was read; empty: built
  struct tw_node *root;     // NULL: the document is empty
  struct tw_mark from, to;  // from its `---` or first token; `to` behind its last one, or its `...`
  const char *before;       // for writing: comment lines on top
};

// --- asking ---

// The value of a member; NULL when `map` is NULL, no map, or has none of this name.
struct tw_node *tw_node_get(const struct tw_node *map, const char *key);
struct tw_node *tw_node_get_str(const struct tw_node *map, struct cm_str key);

// The node at "spec.template.components[0].image"-like paths is not offered: chain tw_node_get, which takes NULL.
struct tw_node *tw_node_at(const struct tw_node *list, size_t i);  // NULL beyond the end, or when it is no list

// What a scalar says where a string is meant; .at NULL for lists, maps, null and NULL.
struct cm_str tw_node_text(const struct tw_node *node);

// "list", "map", "string", …: for messages.
const char *tw_node_kind_name(const struct tw_node *node);

// --- building; every function returns NULL when the arena has no memory left, and takes NULL for an argument by handing it on, so that
// only the last result of a chain has to be checked. Keys and texts are borrowed. ---

struct tw_node *tw_node_map(struct cm_arena *arena);
struct tw_node *tw_node_list(struct cm_arena *arena);
struct tw_node *tw_node_null(struct cm_arena *arena);
struct tw_node *tw_node_bool(struct cm_arena *arena, bool truth);
struct tw_node *tw_node_integer(struct cm_arena *arena, int64_t integer);
struct tw_node *tw_node_string(struct cm_arena *arena, struct cm_str text);
struct tw_node *tw_node_words(struct cm_arena *arena, const char *text);  // the same of a C string

// Adds a member at the end of `map` (the key must be new) and returns the pair, whose comments may then be set; NULL: no memory.
struct tw_pair *tw_node_put(struct cm_arena *arena, struct tw_node *map, const char *key, struct tw_node *value);
struct tw_pair *tw_node_put_str(struct cm_arena *arena, struct tw_node *map, struct cm_str key, struct tw_node *value);
struct tw_item *tw_node_add(struct cm_arena *arena, struct tw_node *list, struct tw_node *value);

#endif
