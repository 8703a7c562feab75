// Abstract values: what is known of a number.
//
// A value is a constant, unknown, or a decision tree over *joins*. A join is one moment at which two paths of the evaluated code met;
// a tree node says "this if the path came from the first side, that if it came from the second". Two values that were merged at the
// same join keep their correlation: a name's pointer and its length stay together, which sets of constants would tear apart.
// Trees are kept in canonical form (newest join at the root, equal branches folded), so that equality is identity.
//
// A constant is *weak* where it was read from memory that the program may write at run time: it is the value at start, no more.
#ifndef ANALYZE_VALUE_H
#define ANALYZE_VALUE_H

#include <component/arena.h>

enum value_kind { VALUE_UNKNOWN, VALUE_CONST, VALUE_TREE };

struct value {
  uint64_t bits;  // CONST: an i32 is zero-extended
  uint32_t tree;  // TREE: node number
  uint8_t kind;
  bool weak;      // CONST
};

enum { VALUE_LEAVES = 64 };  // a tree with more leaves than this widens to unknown

struct value_node {
  uint32_t join;    // larger is newer; children have smaller ones
  uint32_t leaves;  // of the whole tree
  struct value first, second;
};

struct value_table {
  struct cm_arena *arena;
  struct value_node *nodes;
  size_t node_count, node_room;
  uint32_t *slots;  // hash of nodes, 0: free, else node number + 1
  size_t slot_count;
  uint32_t joins;   // joins made so far
  uint64_t work;    // nodes made or looked up so far: what an evaluation is charged for
  bool failed;      // an allocation failed; values widened to unknown since
};

void value_table_init(struct value_table *table, struct cm_arena *arena);

static inline struct value value_unknown(void) { return (struct value){0}; }
static inline struct value value_const(uint64_t bits) { return (struct value){.bits = bits, .kind = VALUE_CONST}; }
static inline struct value value_const_weak(uint64_t bits, bool weak) {
  return (struct value){.bits = bits, .kind = VALUE_CONST, .weak = weak};
}
static inline bool value_is_const(struct value v) { return v.kind == VALUE_CONST; }
static inline bool value_equal(struct value a, struct value b) {
  return a.kind == b.kind && a.bits == b.bits && a.tree == b.tree && a.weak == b.weak;
}

// A new join; its number is larger than all before.
uint32_t value_join(struct value_table *table);

// `first` or `second`, as the paths of `join` came. `join` must be newer than any join in the two.
struct value value_merge(struct value_table *table, uint32_t join, struct value first, struct value second);

// Applies a function to every pair of leaves (or every leaf). Leaves are constants or unknown; so must be what it returns.
struct value value_map(struct value_table *table, struct value v, struct value (*leaf)(void *context, struct value v), void *context);
struct value value_apply(struct value_table *table, struct value a, struct value b,
                         struct value (*leaf)(void *context, struct value a, struct value b), void *context);

// Which truths a condition can have.
struct value_truth {
  bool can_true, can_false;
  bool known;  // no leaf is unknown
  bool weak;   // some leaf is weak
};
struct value_truth value_truth_of(const struct value_table *table, struct value v);

// One choice of sides: what a join is decided to be while leaves are enumerated.
struct value_choice {
  uint32_t join;
  bool second;
};

// The leaf that `v` has under the choices; false when a join is not decided, whose number is then in *open.
bool value_pick(const struct value_table *table, struct value v, const struct value_choice *choices, size_t count, struct value *leaf,
                uint32_t *open);

#endif
