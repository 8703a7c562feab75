// Types moved from the outermost scope of one component into that of another.
//
// What a type of a part refers to is a type of the part's outermost scope, or of an instance that it imports. The first is copied, once; the second is
// the type of the instance that the whole imports, so that a resource stays one and the same.
#ifndef COMPOSE_TRANSPLANT_H
#define COMPOSE_TRANSPLANT_H

#include "build.h"

struct transplant {
  struct build *to;
  const struct cm_scope *from;  // the part's outermost scope
  // The index in `to` of an import of the part. UINT32_MAX: there is a problem, which was told.
  uint32_t (*import)(void *context, const struct cm_item *import);
  // The index in `to` of a type that an imported instance exports under `name`. *out stays UINT32_MAX where it is to be an alias of what
  // `import` returns. False: there is a problem, which was told. NULL: all are such aliases.
  bool (*alias)(void *context, const struct cm_item *import, struct cm_str name, uint32_t *out);
  void *context;
  struct cm_diag *diag;
  uint32_t *types;  // by type index of `from`: its index in `to` + 1; 0: not moved yet
  unsigned depth;
};

// In the arena of `to`. False: no memory.
bool transplant_begin(struct transplant *t);

// The index in `to` of type `index` of `from`. False: `t->diag` says why, or `import` did.
bool transplant_type(struct transplant *t, uint32_t index, uint32_t *out);

// An extern type of an import or export of `from`, for use in `to`.
bool transplant_externtype(struct transplant *t, const struct cm_externtype *type, struct cm_externtype *out);

// The type of an instance, growing: what an import of the whole must have for all that import it.
struct transplant_scope {
  // Which exports are taken over, with what they refer to; NULL: all, and all definitions.
  bool (*wanted)(void *context, const struct cm_item *export);
  void *context;
  struct cm_scope *scope;
  uint32_t counts[CM_SORT_COUNT];
  size_t item_room;
  uint32_t *introduced;  // by item: the first index of its sort that it introduces
  size_t introduced_room;
  struct index names;  // of imports and exports, to items
};

// An empty one. False: memory is exhausted.
bool transplant_scope_init(struct cm_arena *arena, enum cm_scope_kind kind, struct transplant_scope *out);

// Adds what the instance type `index` of `from` exports and `to` does not.
bool transplant_merge(struct transplant *t, uint32_t index, struct transplant_scope *to);

// How the types of an instance type become types of a component.
struct transplant_unfolding {
  // The index in `to` of what a type that the instance exports is already. *out stays UINT32_MAX where it is to be a copy of its definition: of a
  // resource there is none, so it must be given. False: there is a problem, which was told.
  bool (*given)(void *context, const struct cm_item *export, uint32_t *out);
  // Gives *type, that of an export, a name in `to`, by an import or an export; it becomes the index of what has the name. NULL: none has one.
  bool (*name)(void *context, const struct cm_item *export, uint32_t *type);
  // Which exports are wanted, with the types that they mention; NULL: all types.
  bool (*wanted)(void *context, const struct cm_item *export);
  void *context;
};

// The types of the instance type `index` of `from`, each moved to the outermost scope of `to`. *types becomes an array by type index of the
// instance type's scope; what is not wanted is UINT32_MAX. For a component that exports such an instance, or is one.
bool transplant_unfold(struct transplant *t, uint32_t index, const struct transplant_unfolding *how, uint32_t **types);

// Whether a type refers to no other type that has a name: what is exported must consist of what is exported, and in this there is nothing to be.
bool transplant_stands_alone(const struct cm_type *type);

#endif
