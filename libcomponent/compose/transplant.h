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
  // For transplant_unfold: the index in `to` of the type that a resource of the component itself is; NULL: a resource without destructor is
  // added. UINT32_MAX: there is a problem, which was told.
  uint32_t (*resource)(void *context, const struct cm_item *export);
  // For transplant_unfold: whether a resource is the component's own though `host` has one of the name; NULL: none is.
  bool (*owns)(void *context, const struct cm_item *export);
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

// Whether `to` exports, under their names, the types that it unfolds.
enum transplant_naming {
  TRANSPLANT_UNNAMED,
  TRANSPLANT_NAMED,        // each is written anew, of those that were exported before
  TRANSPLANT_NAMED_AS_IS,  // they are the host's, which have names where `to` is instantiated
};

// The types of the instance type `index` of `from`, each moved to the outermost scope of `to`: those that it exports are the types that instance
// `host` exports under the same name, or, where there is none (UINT32_MAX), types of `to` itself, resources included. *types becomes
// an array by type index of the instance type's scope; of types that `to` exports it says the exported ones. For a component that exports such an
// instance, or is one.
bool transplant_unfold(struct transplant *t, uint32_t index, uint32_t host, enum transplant_naming naming, uint32_t **types);

#endif
