// What merging asks about trees and rules. Private to this folder.
#ifndef TW_MERGE_PARTS_H
#define TW_MERGE_PARTS_H

#include "merge.h"

// The rule for a path in a document of this kind; without a path where there is none.
struct tw_merge_rule tw_merge_rule_of(const struct tw_merge_options *options, struct cm_str kind, struct cm_str path);

// The parts of an item's identity, joined by commas; of a scalar its text. .at NULL: no memory.
struct cm_str tw_merge_name(struct cm_arena *arena, const struct tw_node *item, const char *identity);

// Whether a map has any part of it.
bool tw_merge_has_identity(const struct tw_node *map, const char *identity);

// Whether an old item of a list is the new one: scalars by what they say, maps by identity. Anything else must be the very same; where
// `loosely`, it may say more than the new one.
bool tw_merge_same_item(const struct tw_node *old, const struct tw_node *new, const char *identity, bool loosely);

// Whether all that `part` says is in `whole`: members of maps, items of lists in their order. Nothing is asked for by null and by empty
// collections.
bool tw_merge_contains(const struct tw_node *whole, const struct tw_node *part);

// Which old document each new one is, -1 for none, and which old ones are taken. False: no memory.
bool tw_merge_match_documents(struct cm_arena *arena, const struct tw_merge_options *options, const struct tw_doc *old,
                              size_t old_count, const struct tw_doc *new, size_t count, ptrdiff_t **found, bool **taken);

// Whether this file can be changed in place; else the fault says why.
bool tw_merge_is_mergeable(const char *path, struct cm_span existing, struct tw_fault *fault);

#endif
