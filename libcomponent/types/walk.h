// The state of one question about types. Internal to types/.
#ifndef TYPES_WALK_H
#define TYPES_WALK_H

#include "abi.h"

// Types are walked through the indices of an unvalidated file, where anything may be a cycle. Rather than detecting cycles, every
// question has a budget of steps, far above what an honest file needs, and bounds on how deep it recurses.
struct walk {
  struct cm_diag *diag;
  uint64_t steps;   // indices followed so far
  uint64_t names;   // names compared on the way
  uint32_t nodes;   // of the value types walked
  uint32_t depth;   // instances that are being followed within each other
  uint32_t within;  // value types within each other
  unsigned pointer;
};

static inline struct walk walk_of(unsigned pointer, struct cm_diag *diag) {
  return (struct walk){.diag = diag, .pointer = pointer};
}

bool walk_entity(struct walk *w, const struct cm_scope *scope, enum cm_sort sort, uint32_t index, struct cm_entity *out);
bool walk_type(struct walk *w, const struct cm_scope *scope, uint32_t index, struct cm_typeref *out);
bool walk_valtype(struct walk *w, const struct cm_scope *scope, struct cm_valtype type, struct cm_typeref *out);

// Entering a value type: counts it and checks the bounds; walk_leave goes out again.
bool walk_enter(struct walk *w, const struct cm_scope *scope, struct cm_valtype type, struct cm_typeref *out);
static inline void walk_leave(struct walk *w) { w->within--; }

bool walk_layout(struct walk *w, const struct cm_scope *scope, struct cm_valtype type, struct cm_layout *out);

// What a variant-like type has: cases, in order. Despecialized (CanonicalABI.md): an enum's cases have no payload; an option has none
// and some; a result has ok and error.
uint32_t type_case_count(const struct cm_type *type);
struct cm_field type_case(const struct cm_type *type, uint32_t index);

// What a record-like type has: a tuple's fields have no name.
static inline bool type_is_record(const struct cm_type *type) {
  return type->kind == CM_TYPE_RECORD || type->kind == CM_TYPE_TUPLE;
}
static inline bool type_is_variant(const struct cm_type *type) {
  return type->kind == CM_TYPE_VARIANT || type->kind == CM_TYPE_ENUM || type->kind == CM_TYPE_OPTION ||
         type->kind == CM_TYPE_RESULT;
}

// A variant's discriminant takes 1, 2 or 4 bytes (CanonicalABI.md, discriminant_type).
static inline uint32_t type_discriminant_size(const struct cm_type *type) { return abi_discriminant_size(type_case_count(type)); }

// The largest alignment of any case's payload (CanonicalABI.md, max_case_alignment) and the largest size.
bool walk_cases(struct walk *w, struct cm_typeref variant, struct cm_layout *out);

// What a flattened type is written to.
struct flats {
  enum cm_flat *at;
  uint32_t room;
  uint64_t count;  // where the next value goes
  uint64_t high;   // values that have been written; more than `count` while the later cases of a variant are laid over the first
};
bool walk_flatten(struct walk *w, const struct cm_scope *scope, struct cm_valtype type, struct flats *flats);

#endif
