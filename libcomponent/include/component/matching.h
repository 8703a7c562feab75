// Core types of different modules, compared.
//
// Two modules number their types each in its own way. A store of types has each recursion group once, whoever defined it: what a
// type index of a module stands for is its number in the store, and two types are the same where these numbers are. Whoever
// compares keeps one store for all that he compares, and for each module an array `ids`: by type index the number in the store.
//
// Spec: https://webassembly.github.io/spec/core/valid/matching.html; equality of types:
// https://webassembly.github.io/spec/core/valid/conventions.html#rolling-and-unrolling
#ifndef COMPONENT_MATCHING_H
#define COMPONENT_MATCHING_H

#include <component/core.h>

struct core_type_store;

// An empty store, which lives in the arena. NULL: no memory.
struct core_type_store *core_type_store_new(struct cm_arena *arena);

// Adds a recursion group, or finds it where it is there already. `group` are its `count` types, which stand in their index space
// from `first` on; ids[0 … first) must be known, ids[first … first + count) are set. All type indices in the group must be below
// first + count, and each supertype below the type itself. Only says which types are equal: whether a type may have the
// supertype that it names is core_type_extends. False: no memory, or too many types.
bool core_type_store_add(struct core_type_store *store, const struct core_type *group, uint32_t first, uint32_t count,
                         uint32_t *ids, struct cm_diag *diag);

// Whether the composite type of `id` matches that of its supertype, which must not be final. True where it has none.
// https://webassembly.github.io/spec/core/valid/types.html#recursive-types
bool core_type_extends(const struct core_type_store *store, uint32_t id);

// Whether `sub` is `super` or, by the supertypes that it declares, a subtype of it; both are numbers of the store.
// https://webassembly.github.io/spec/core/valid/matching.html#defined-types
bool core_deftype_matches(const struct core_type_store *store, uint32_t sub, uint32_t super);

// Whether every value of `sub` is one of `super`. Each comes with the ids of the index space that it was written in.
// https://webassembly.github.io/spec/core/valid/matching.html#value-types
bool core_valtype_matches(const struct core_type_store *store, struct core_valtype sub, const uint32_t *sub_ids,
                          struct core_valtype super, const uint32_t *super_ids);

// Whether something of type `sub` may be given where `super` is imported.
// https://webassembly.github.io/spec/core/valid/matching.html#external-types
bool core_externtype_matches(const struct core_type_store *store, const struct core_externtype *sub, const uint32_t *sub_ids,
                             const struct core_externtype *super, const uint32_t *super_ids);

#endif
