// What the readers of grants share among themselves.
#ifndef TW_MANIFEST_GRANTS_PARTS_H
#define TW_MANIFEST_GRANTS_PARTS_H

#include "grants.h"

// How many keys references may bring, all workloads together: objects that are referred to again and again would multiply. Beyond
// it a map is open, since it holds keys that nobody looked at.
enum { TW_GRANTED_KEYS = 1000 * 1000 };

// A map that is being gathered, in the order of layers.
struct tw_gathered_map {
  size_t *budget;  // what is left of TW_GRANTED_KEYS
  size_t key_count, key_room, object_count, object_room;
  struct tw_granted_key *keys;
  struct tw_granted_object *objects;
  bool open;
  struct tw_spot at;
};

struct tw_spot tw_place_of(const struct tw_doc *doc, const struct tw_node *node);
struct tw_spot tw_place_of_pair(const struct tw_doc *doc, const struct tw_pair *pair);

// The pair of a map with this key; NULL: none.
const struct tw_pair *tw_pair_of(const struct tw_node *map, const char *key);

// The place of a member; nowhere where it is absent.
struct tw_spot tw_place_of_member(const struct tw_doc *doc, const struct tw_node *map, const char *key);

void tw_gather_key(struct cm_arena *arena, struct tw_gathered_map *map, struct tw_granted_key key);
void tw_gather_object(struct cm_arena *arena, struct tw_gathered_map *map, struct tw_granted_object object);

// The literal keys of a map of texts.
void tw_gather_literals(struct cm_arena *arena, struct tw_gathered_map *map, const struct tw_doc *doc, const struct tw_node *node);

// What is gathered, with shadowed keys marked.
struct tw_granted_map tw_gathered(struct cm_arena *arena, struct tw_gathered_map *map);

// The texts of a list; what is no text is passed by.
struct tw_granted_list tw_granted_list_of(struct cm_arena *arena, const struct tw_doc *doc, const struct tw_node *map,
                                          const char *key);

enum tw_value_state tw_value_state_of(struct cm_str value);

// namespace, package, version, name and interfaces of an entry.
void tw_granted_entry(struct cm_arena *arena, const struct tw_doc *doc, const struct tw_node *node,
                      struct tw_granted_interface *entry);

// Whether a document is the configuration of wash, and what it grants.
bool tw_is_wash_config(const struct tw_node *root);
void tw_grants_of_wash(struct cm_arena *arena, const struct tw_doc *doc, size_t *budget, struct tw_granted_workload *workload);

#endif
