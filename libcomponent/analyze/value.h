// Abstract values: what is known of a number.
//
// A value is a constant, unknown, or a decision tree over *joins*. A join is one moment at which two paths of the evaluated code met;
// a tree node says "this if the path came from the first side, that if it came from the second". Two values that were merged at the
// same join keep their correlation: a name's pointer and its length stay together, which sets of constants would tear apart.
// Trees are kept in canonical form (newest join at the root, equal branches folded), so that equality is identity.
//
// Unknown values have names, so that the same unknown is known to be the same: a number for each parameter, call result and so on, and
// one for each operation on such (equal operations on equal operands have equal names). Two selections by the same unknown condition
// thus take the same side. An unknown without a name is equal to nothing.
//
// A constant is *weak* where it was read from memory that the program may write at run time: it is the value at start, no more.
#ifndef ANALYZE_VALUE_H
#define ANALYZE_VALUE_H

#include <component/arena.h>

enum value_kind { VALUE_UNKNOWN, VALUE_CONST, VALUE_TREE, VALUE_OTHER };  // OTHER: a mark within fold_select

struct value {
  uint64_t bits;  // CONST: an i32 is zero-extended. UNKNOWN: 0 for all of it, else which byte of it (value_byte_of)
  uint32_t tree;  // TREE: node number. UNKNOWN: its name, 0 for none
  uint8_t kind;
  bool weak;  // CONST
};

enum {
  VALUE_LEAVES = 64,        // a tree with more leaves than this widens to unknown
  VALUE_PATH_LEAVES = 256,  // the same for path conditions, which grow with every way that ended
};

struct value_node {
  uint32_t join;       // larger is newer; children have smaller ones
  uint16_t leaves;     // of the whole tree
  uint8_t leaf_marks;  // what its leaves are; private to value.c
  struct value first, second;
};

// A result that is remembered. The newest stays where two want the same place.
struct value_memo {
  struct value a, b, result;
  uint32_t operation;  // 0: free
  uint32_t work;       // what it cost
};

// An unknown with a name: fresh (op 0), or an operation on others.
struct value_name {
  uint32_t op;
  struct value a, b;
  uint32_t join;        // that stands for "it is not zero"; 0: none yet
  uint32_t enumerated;  // node of the tree that enumerates it, + 1; 0: none yet
  uint32_t born;        // the newest join when it was made
  uint32_t next;        // with the same hash
  bool traced;          // made of a value that the owner wants to follow: the name is not lost where paths meet
};

// Conditions of which nothing is known, numbered as they are met by code that is executed once, no loop and no helper: what each is taken for; and
// those that are seen to choose between two addresses.
enum { VALUE_FORCES = 2, VALUE_CHOOSERS = 4 };
struct value_force {
  uint32_t number;
  bool outcome;
};
struct value_forces {
  struct value_force list[VALUE_FORCES];
  size_t count;
  uint32_t choosers[VALUE_CHOOSERS];
  size_t chooser_count;
};

struct value_joins {
  uint32_t *joins;  // ascending
  size_t count, room;
};

// Constants that memory held and that were lost where ways met, of those that may be addresses of objects: from `from` to before `to`, or from `beyond` on. When there is
// no more room the oldest go.
enum { VALUE_LOST = 32 };
struct value_lost {
  uint64_t from, to, beyond;
  uint64_t at[VALUE_LOST];
  size_t count, next;
};

struct value_table {
  struct cm_arena *arena;
  struct value_name **names;  // by name, VALUE_NAMES in each piece, which stays where it is; 0 is not used
  size_t name_count, name_pieces, name_room;
  uint32_t *name_slots;
  size_t name_slot_count;
  struct value_bytes *bytes;  // of values of VALUE_OP_BYTES
  size_t bytes_count, bytes_room;
  struct value_node *nodes;
  size_t node_count, node_room;
  uint32_t *slots;  // hash of nodes, 0: free, else node number + 1
  size_t slot_count;
  struct value_memo *memo;
  size_t memo_count, memo_missed;
  uint32_t projections;  // so far: what each remembers is its own
  uint32_t *join_names;  // by join: the name whose truth it stands for; 0: none
  size_t join_room;
  uint32_t joins;  // the newest join; behind each there is a gap, see value_enumerate
  uint8_t *gaps;   // by join: whether the gap behind it is used
  size_t gap_room;
  struct value_joins weak_joins, open_joins;  // those made by value_weak_join, value_open_join
  // Two selections by a weak condition in one piece of straight code go together: the piece, 0 where nobody counts them, and the last such
  // join with its piece and its condition.
  uint64_t moment, weak_moment, weak_bits;
  uint32_t weak_join;
  // Conditions of which not all is known may be equal and yet not the same: they are where they come from the same source.
  uint64_t source, weak_source, open_source, sources;
  // The same of one that is not known on some ways, and what it is taken to be there.
  uint64_t open_moment;
  struct value open, open_truth;
  uint64_t work;          // nodes made or looked up so far: what an evaluation is charged for
  uint32_t widened_from;  // names from this one on were made by the widening that is going on; see value_widen
  uint32_t most_leaves;   // VALUE_LEAVES, or VALUE_PATH_LEAVES while path conditions are made
  struct value_lost lost;
  uint64_t addresses_met;  // where ways met, so often two constants did that are addresses
  bool coarse;             // no trees are made: what differs where paths meet is unknown
  bool failed;             // an allocation failed; values widened to unknown since
};

enum { VALUE_NAMES = 64 };
static inline struct value_name *value_name_at(const struct value_table *table, size_t name) {
  return &table->names[name / VALUE_NAMES][name % VALUE_NAMES];
}

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

// A new unknown, and the unknown that `op` gives on operands of which one at least is unknown; without a name when an operand has none.
struct value value_fresh(struct value_table *table);
struct value value_derived(struct value_table *table, uint32_t op, struct value a, struct value b);

// Two numbers of four bytes in one of eight, of which one at least is not known: an operation like those of instructions.
#define VALUE_OP_PAIR (UINT32_MAX / 2 - 1)
static inline bool value_is_pair(const struct value_table *table, struct value v, struct value *low, struct value *high) {
  if (v.kind != VALUE_UNKNOWN || !v.tree || v.bits || value_name_at(table, v.tree)->op != VALUE_OP_PAIR) return false;
  *low = value_name_at(table, v.tree)->a;
  *high = value_name_at(table, v.tree)->b;
  return true;
}

// Some bytes of an unknown: operand b is their number in the lowest byte, and above it the first one; VALUE_PART_SOME: other bytes are
// among them.
#define VALUE_OP_PART (UINT32_MAX / 2 - 2)
enum { VALUE_PART_SOME = 0xffff };

// What a loop made of a traced unknown: operand a, as it was in some round. Each is new; operand b tells apart what stands in memory.
#define VALUE_OP_SOMEWHERE (UINT32_MAX / 2 - 3)

// How many rounds a loop made, of which that is not known: each is new.
#define VALUE_OP_ROUNDS (UINT32_MAX / 2 - 4)
static inline struct value value_rounds(struct value_table *table) {
  struct value v = value_fresh(table);
  if (v.tree) value_name_at(table, v.tree)->op = VALUE_OP_ROUNDS;
  return v;
}

// A number of which some bytes are known and others are not, as where a text is copied with what lies behind it: operand a is the number of
// its bytes in the table, operand b how many they are. Each is new.
#define VALUE_OP_BYTES (UINT32_MAX / 2 - 6)

// What a call that was not executed answered; `a` is a constant that says whose call.
#define VALUE_OP_ANSWER (UINT32_MAX / 2 - 7)

// A new unknown that was one of two values or something that was made of them; of two unknowns without names: what was found in memory.
#define VALUE_OP_FOUND (UINT32_MAX / 2 - 8)
static inline struct value value_found(struct value_table *table, struct value a, struct value b) {
  struct value v = value_fresh(table);
  if (v.tree)
    value_name_at(table, v.tree)->op = VALUE_OP_FOUND, value_name_at(table, v.tree)->a = a, value_name_at(table, v.tree)->b = b;
  return v;
}

// The address of memory that was allocated, of nobody knows what size: nothing else lies there. Each is new.
#define VALUE_OP_BLOCK (UINT32_MAX / 2 - 9)
static inline struct value value_block(struct value_table *table) {
  struct value v = value_fresh(table);
  if (v.tree) value_name_at(table, v.tree)->op = VALUE_OP_BLOCK;
  return v;
}

// Is it such an address, or one that something was added to?
bool value_is_in_block(const struct value_table *table, struct value v);

enum { VALUE_BYTES = 8 };
struct value_bytes {
  struct value at[VALUE_BYTES];
};

// What `size` bytes, from the lowest on, are together; the bytes of a value, where they are known one by one, and *size, how many; NULL: they
// are not. Valid until the next value is made of bytes.
struct value value_of_bytes(struct value_table *table, const struct value *bytes, unsigned size);
const struct value *value_bytes_of(const struct value_table *table, struct value v, unsigned *size);

// Is `v` an unknown made of one that was marked with value_trace?
static inline bool value_is_traced(const struct value_table *table, struct value v) {
  return v.kind == VALUE_UNKNOWN && v.tree && value_name_at(table, v.tree)->traced;
}
static inline void value_trace(struct value_table *table, struct value v) {
  if (v.kind == VALUE_UNKNOWN && v.tree) value_name_at(table, v.tree)->traced = true;
}

// "It is not zero" as a tree of 1 and 0, where `v` is an unknown with a name; else `v`.
// Memory held it, and nobody will know it any more.
void value_lose(struct value_table *table, struct value v);

struct value value_condition(struct value_table *table, struct value v);

// Can both be addresses, of different places? Where ways met, values->addresses_met counts how often that was so.
bool value_are_addresses(struct value a, struct value b);
static inline void value_note_met(struct value_table *table, struct value a, struct value b) {
  table->addresses_met += value_are_addresses(a, b);
}

// The unknown whose truth `join` stands for; without a name where there is none.
struct value value_of_join(const struct value_table *table, uint32_t join);

// The unknown `v` as a tree of the numbers 0 … count - 1 (at most VALUE_ENUMERATED), the same tree each time; unknown when it has no name.
// Its joins lie in the gap behind the newest one that was there when `v` was made, where that is free: so the tree stays below those that
// values were merged at since. Above them, each of its numbers would have a tree of its own.
enum { VALUE_ENUMERATED = 32 };
struct value value_enumerate(struct value_table *table, struct value v, uint32_t count);
static inline bool value_is_enumerations(uint32_t join) { return join % VALUE_ENUMERATED; }

// Byte `byte` of an unknown of `size` bytes (4 or 8; 1 for its lowest byte alone), and what bytes loaded together make: the unknown itself where they are all of it.
static inline struct value value_byte_of(struct value v, unsigned byte, unsigned size) {
  if (v.kind == VALUE_UNKNOWN && v.tree) v.bits = v.bits ? 0 : (uint64_t)size << 8 | (byte + 1);
  if (v.kind == VALUE_UNKNOWN && !v.bits) v.tree = 0;
  return v;
}

uint32_t value_leaves(const struct value_table *table, struct value v);

// A new join; its number is larger than all before.
uint32_t value_join(struct value_table *table);

// One whose first side is that a variable holds what it does at start, and the second that it was changed.
uint32_t value_weak_join(struct value_table *table);
bool value_is_weak_join(const struct value_table *table, uint32_t join);

// One for what is not known and has no name: at another moment it is another one.
uint32_t value_open_join(struct value_table *table);
bool value_is_open_join(const struct value_table *table, uint32_t join);

// `first` or `second`, as the paths of `join` came. `join` must be newer than any join in the two.
struct value value_merge(struct value_table *table, uint32_t join, struct value first, struct value second);

// What two rounds of a loop have in common: the value where they agree, else an unknown. One that an earlier widening of this loop made
// (its name is not below table->widened_from) stays, so that it comes to an end; an older one must not: what is known of it by its
// name was true before the loop and need not be in it.
struct value value_widen(struct value_table *table, struct value a, struct value b);

// The same of a byte that stands in memory at `address`: those of one value stay together. Without a name where it is not traced.
struct value value_widen_byte(struct value_table *table, struct value a, struct value b, uint64_t address);

// Whether such an unknown stays in a widening.
static inline bool value_stays_widened(const struct value_table *table, struct value v) {
  return v.kind == VALUE_UNKNOWN && (!v.tree || v.tree >= table->widened_from);
}

// Applies a function to every pair of leaves (or every leaf). Leaves are constants or unknown; so must be what it returns.
struct value value_map(struct value_table *table, struct value v, struct value (*leaf)(void *context, struct value v),
                       void *context);
struct value value_apply(struct value_table *table, struct value a, struct value b,
                         struct value (*leaf)(void *context, struct value a, struct value b), void *context);

// Two values at the newest join of either: what they are on its first side and on its second. One of them at least is a tree.
struct value_sides {
  uint32_t join;
  struct value a1, a2, b1, b2;
};
struct value_sides value_split(const struct value_table *table, struct value a, struct value b);

// The truths of both put together, as a tree of 1 and 0. What is unknown may be true.
enum value_gate { VALUE_AND = 1, VALUE_AND_NOT, VALUE_OR };
struct value value_gate(struct value_table *table, enum value_gate gate, struct value a, struct value b);

// `f` made simpler where `care` is zero: there it may be anything.
struct value value_restrict(struct value_table *table, struct value f, struct value care);

// What values depend on, as sets with a bit for each number that the table has given: joins, and names of unknowns.
struct value_live {
  uint64_t *joins, *names;
  uint32_t old;  // joins up to this one are among them
  uint32_t join_end, name_end;
};

// Nothing but the joins up to `old`; false: no memory. And what `v` depends on with it.
bool value_live_init(struct value_table *table, struct value_live *live, uint32_t old);
void value_live_add(const struct value_table *table, struct value_live *live, struct value v);

// The truth `v` as far as it is told by joins that are live, or that stand for a condition on what is: true where some way through the others
// makes it so.
struct value value_project(struct value_table *table, struct value v, const struct value_live *live);

// Does it make a difference to the tree which side of the join was taken?
bool value_depends_on(const struct value_table *table, struct value v, uint32_t join);

// Is a leaf of it unknown?
bool value_is_blurred(const struct value_table *table, struct value v);

// Which truths a condition can have.
struct value_truth {
  bool can_true, can_false;
  bool known;  // no leaf is unknown
  bool weak;   // some leaf is weak
};
struct value_truth value_truth_of(const struct value_table *table, struct value v);

// Is it one of a few constants? *most: the largest one.
bool value_most(const struct value_table *table, struct value v, uint64_t *most);

// One choice of sides: what a join is decided to be while leaves are enumerated.
struct value_choice {
  uint32_t join;
  bool second;
};

// The leaf that `v` has under the choices; false when a join is not decided, whose number is then in *open.
bool value_pick(const struct value_table *table, struct value v, const struct value_choice *choices, size_t count,
                struct value *leaf, uint32_t *open);

#endif
