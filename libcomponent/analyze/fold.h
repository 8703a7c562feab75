// Arithmetic on abstract values, one function for all numeric instructions.
#ifndef ANALYZE_FOLD_H
#define ANALYZE_FOLD_H

#include "value.h"

#include <component/instr.h>

// The result of a numeric instruction of one or two operands; unknown where it cannot be told (floats, division by zero).
struct value fold_unary(struct value_table *values, enum core_op op, struct value a);
struct value fold_binary(struct value_table *values, enum core_op op, struct value a, struct value b);

// Is the operation that a name stands for (value_name's op) a comparison?
static inline bool fold_is_comparison(uint32_t op) { return op > CORE_OP_I32_EQZ && op <= CORE_OP_I64_GE_U + 1; }

// `condition` ? a : b, keeping what is correlated. An unknown condition is a new join.
struct value fold_select(struct value_table *values, struct value condition, struct value a, struct value b);

// A truth that is open, whatever the way that led here: the same one for the same condition in one piece of straight code (value_open_join).
struct value fold_open(struct value_table *values, struct value condition);

// How two states that meet are merged: a value is what it was in the first where `selector` is true, else what it was in the second. Where the
// paths exclude each other the selector is made of what they depend on, so that no more has to be remembered; else it is a new join.
struct fold_meeting {
  struct value selector;
  struct value path;  // of the merged state
  bool widen;         // nothing is selected: what differs becomes unknown
};
struct fold_meeting fold_meet(struct value_table *values, struct value first_path, struct value second_path, bool widen);
struct value fold_merge(struct value_table *values, const struct fold_meeting *meeting, struct value first, struct value second);

// Merges `count` values of `second` into `first`. Returns whether any changed.
bool fold_merge_all(struct value_table *values, const struct fold_meeting *meeting, struct value *first, const struct value *second,
                    uint32_t count);

// Both, as truths (1 or 0); unknown counts as true: a path condition only ever excludes what is certain.
struct value fold_and(struct value_table *values, struct value a, struct value b, bool negate_b);

// Is it a number of rounds (value_rounds), and another number added to it?
bool fold_is_moved_rounds(const struct value_table *table, struct value v, struct value *rounds, uint32_t *by);

// Is some bit of it set, whatever else it is?
bool fold_is_set(const struct value_table *table, struct value v);

#endif
