// Changed copies of text files, and the lines in which they differ: how fixes are made.
#ifndef TW_GATE_CHANGE_H
#define TW_GATE_CHANGE_H

#include "collect.h"
#include "doc/doc.h"
#include "doc/edit.h"

// A change of one file that is being made. Nodes and texts for it may be made in `scratch`.
struct tw_change_maker {
  struct tw_collector *to;
  const char *path;
  struct cm_arena scratch;
  struct tw_edit edit;
};

// Begins. False: so much was copied for fixes already that this finding goes without; there is nothing to end.
bool tw_change_begin(struct tw_change_maker *maker, struct tw_collector *to, const char *path, struct cm_span bytes);

// Ends: what changed is added to the finding as a fix, told by `what`. Where `good` is false, nothing is.
void tw_change_end(struct tw_change_maker *maker, struct tw_finding *finding, bool good, struct cm_str what);

// Ends with some bytes of the file, from offset `from` up to `end`, replaced by `text`, in place of edits.
void tw_change_end_with(struct tw_change_maker *maker, struct tw_finding *finding, size_t from, size_t end, struct cm_str text,
                        struct cm_str what);

// An entry of a map or list.
struct tw_entry_place {
  const struct tw_node *in;  // NULL: not found
  size_t index;
  const struct tw_node *parent;  // the entry that `in` itself is; NULL: it is the root
  size_t parent_index;
};

// The entry below `root` whose value is `node`. One that stands elsewhere in the file (an alias, a merge key) is not found.
struct tw_entry_place tw_entry_find(const struct tw_node *root, const struct tw_node *node);

// The entry of this key.
struct tw_entry_place tw_entry_member(const struct tw_node *map, const char *key);

// Puts `leaf` at the end of `path` (ended by NULL) from `map` on, which is the entry `at`: as an item where a list is there, else as the
// value of the last key, with the maps on the way that are missing.
bool tw_change_put(struct tw_change_maker *maker, struct tw_entry_place at, const struct tw_node *map, const char *const *path,
                   struct tw_node *leaf);

// Takes an entry out and adds that to the finding as a fix. A collection whose only entry it was stays, as an empty one: one that is absent
// may mean something else.
void tw_change_remove(struct tw_collector *to, struct tw_finding *finding, const char *path, struct cm_span bytes,
                      struct tw_entry_place at, struct cm_str what);

#endif
