// Decision trees over joins: the "apply" algorithm of binary decision diagrams with constants at the leaves.
//
// Nodes are hash-consed, so equal trees have equal numbers. Work is bounded by VALUE_LEAVES: whatever grows beyond it is unknown.

#include "value.h"

#include "base/sorted.h"

#include <component/instr.h>

enum { FIRST_SLOTS = 256 };

void value_table_init(struct value_table *table, struct cm_arena *arena) {
  *table = (struct value_table){.arena = arena, .most_leaves = VALUE_LEAVES};
}

// Joins are numbered so that as many have place between two as an enumeration needs.
enum { GAP = VALUE_ENUMERATED };

uint32_t value_join(struct value_table *table) { return table->joins += GAP; }

static uint32_t listed_join(struct value_table *table, struct value_joins *list) {
  uint32_t join = value_join(table);
  if (cm_grow(table->arena, &list->joins, &list->room, list->count, sizeof *list->joins))
    list->joins[list->count++] = join;
  else
    table->failed = true;
  return join;
}

static bool has_join(const struct value_joins *list, uint32_t join) {
  size_t at;
  SORTED_FIRST(at, 0, list->count, list->joins[at] >= join);
  return at < list->count && list->joins[at] == join;
}

uint32_t value_weak_join(struct value_table *table) { return listed_join(table, &table->weak_joins); }
bool value_is_weak_join(const struct value_table *table, uint32_t join) { return has_join(&table->weak_joins, join); }
uint32_t value_open_join(struct value_table *table) { return listed_join(table, &table->open_joins); }
bool value_is_open_join(const struct value_table *table, uint32_t join) { return has_join(&table->open_joins, join); }

static uint64_t mix(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
  return hash ^ (hash >> 29);
}

static uint64_t hash_of(uint32_t join, struct value a, struct value b) {
  uint64_t hash = mix(join, a.bits);
  hash = mix(hash, ((uint64_t)a.tree << 16) | (uint64_t)a.kind << 8 | a.weak);
  hash = mix(hash, b.bits);
  return mix(hash, ((uint64_t)b.tree << 16) | (uint64_t)b.kind << 8 | b.weak);
}

static bool grow_slots(struct value_table *table) {
  size_t count = table->slot_count ? table->slot_count * 2 : FIRST_SLOTS;
  uint32_t *slots = cm_alloc_array(table->arena, count, sizeof *slots);
  if (!slots) return false;
  for (size_t i = 0; i < table->node_count; i++) {
    const struct value_node *n = &table->nodes[i];
    size_t at = (size_t)hash_of(n->join, n->first, n->second) & (count - 1);
    while (slots[at]) at = (at + 1) & (count - 1);
    slots[at] = (uint32_t)i + 1;
  }
  table->slots = slots;
  table->slot_count = count;
  return true;
}

uint32_t value_leaves(const struct value_table *table, struct value v) {
  return v.kind == VALUE_TREE ? table->nodes[v.tree].leaves : 1;
}

// One more piece of the array of names: it is not moved, so that what an evaluation needs is not needed twice.
static bool grow_names(struct value_table *table) {
  struct value_name *piece = cm_alloc_array(table->arena, VALUE_NAMES, sizeof *piece);
  if (!piece || !cm_grow(table->arena, &table->names, &table->name_room, table->name_pieces, sizeof *table->names)) return false;
  table->names[table->name_pieces++] = piece;
  return true;
}

static uint32_t add_name(struct value_table *table, uint32_t op, struct value a, struct value b) {
  bool full = table->name_count >= table->name_pieces * VALUE_NAMES;
  if (table->name_count >= (UINT32_C(1) << 26) || (full && !grow_names(table))) {
    table->failed = true;
    return 0;
  }
  if (!table->name_count) table->name_count = 1;
  *value_name_at(table, table->name_count) = (struct value_name){.op = op, .a = a, .b = b, .born = table->joins};
  return (uint32_t)table->name_count++;
}

struct value value_fresh(struct value_table *table) {
  return (struct value){.kind = VALUE_UNKNOWN, .tree = add_name(table, 0, value_unknown(), value_unknown())};
}

static bool grow_name_slots(struct value_table *table) {
  size_t count = table->name_slot_count ? table->name_slot_count * 2 : FIRST_SLOTS;
  uint32_t *slots = cm_alloc_array(table->arena, count, sizeof *slots);
  if (!slots) return false;
  for (size_t i = 1; i < table->name_count; i++) {
    struct value_name *n = value_name_at(table, i);
    if (!n->op) continue;
    size_t at = (size_t)hash_of(n->op, n->a, n->b) & (count - 1);
    n->next = slots[at];
    slots[at] = (uint32_t)i;
  }
  table->name_slots = slots;
  table->name_slot_count = count;
  return true;
}

static bool is_nameless(struct value v) { return v.kind == VALUE_TREE || (v.kind == VALUE_UNKNOWN && (!v.tree || v.bits)); }

struct value value_derived(struct value_table *table, uint32_t op, struct value a, struct value b) {
  if (is_nameless(a) || is_nameless(b)) return value_unknown();
  if (table->name_count >= table->name_slot_count && !grow_name_slots(table)) {
    table->failed = true;
    return value_unknown();
  }
  size_t at = (size_t)hash_of(op, a, b) & (table->name_slot_count - 1);
  for (uint32_t i = table->name_slots[at]; i; i = value_name_at(table, i)->next) {
    const struct value_name *n = value_name_at(table, i);
    if (n->op == op && value_equal(n->a, a) && value_equal(n->b, b)) return (struct value){.kind = VALUE_UNKNOWN, .tree = i};
  }
  uint32_t name = add_name(table, op, a, b);
  if (!name) return value_unknown();
  value_name_at(table, name)->traced = value_is_traced(table, a) || value_is_traced(table, b);
  value_name_at(table, name)->next = table->name_slots[at];
  table->name_slots[at] = name;
  return (struct value){.kind = VALUE_UNKNOWN, .tree = name};
}

// The unknown that the bytes are all of; without a name where they are not.
static struct value whole_of(const struct value *bytes, unsigned size) {
  for (unsigned i = 0; i < size; i++) {
    bool fits = bytes[i].kind == VALUE_UNKNOWN && bytes[i].tree && bytes[i].tree == bytes[0].tree;
    if (!fits || bytes[i].bits != ((uint64_t)size << 8 | (i + 1))) return value_unknown();
  }
  return (struct value){.kind = VALUE_UNKNOWN, .tree = bytes[0].tree};
}

static struct value put_above(void *context, struct value low, struct value high) {
  if (low.kind != VALUE_CONST || high.kind != VALUE_CONST) return value_unknown();
  unsigned shift = *(unsigned *)context;
  return value_const_weak(low.bits | high.bits << shift, low.weak || high.weak);
}

struct value value_of_bytes(struct value_table *table, const struct value *bytes, unsigned size) {
  unsigned blurred = 0;
  for (unsigned i = 0; i < size; i++) blurred += value_is_blurred(table, bytes[i]);
  struct value v = size == 4 || size == 8 ? whole_of(bytes, size) : value_unknown();
  if (v.tree) return v;
  if (!blurred) {
    v = bytes[0];
    for (unsigned i = 1; i < size; i++) {
      unsigned shift = 8 * i;
      v = value_apply(table, v, bytes[i], put_above, &shift);
    }
    return v;
  }
  v = value_fresh(table);
  if (!v.tree || !cm_grow(table->arena, &table->bytes, &table->bytes_room, table->bytes_count, sizeof *table->bytes)) {
    table->failed = true;
    return value_unknown();
  }
  for (unsigned i = 0; i < VALUE_BYTES; i++) table->bytes[table->bytes_count].at[i] = i < size ? bytes[i] : value_const(0);
  struct value_name *name = value_name_at(table, v.tree);
  name->op = VALUE_OP_BYTES;
  name->a = value_const(table->bytes_count++);
  name->b = value_const(size);
  return v;
}

bool value_is_in_block(const struct value_table *table, struct value v) {
  enum { SUMS = 8 };
  for (unsigned i = 0; i < SUMS && v.kind == VALUE_UNKNOWN && v.tree && !v.bits; i++) {
    const struct value_name *n = value_name_at(table, v.tree);
    if (n->op == VALUE_OP_BLOCK) return true;
    if (n->op != CORE_OP_I32_ADD + 1) return false;
    v = n->a.kind == VALUE_UNKNOWN ? n->a : n->b;
  }
  return false;
}

const struct value *value_bytes_of(const struct value_table *table, struct value v, unsigned *size) {
  if (v.kind != VALUE_UNKNOWN || !v.tree || v.bits || value_name_at(table, v.tree)->op != VALUE_OP_BYTES) return NULL;
  *size = (unsigned)value_name_at(table, v.tree)->b.bits;
  return table->bytes[value_name_at(table, v.tree)->a.bits].at;
}

// What the leaves of a tree are. A plain one has 1 and 0 for leaves, and neither is weak: it is its own truth.
enum { MARK_TRUE = 1, MARK_FALSE = 2, MARK_UNKNOWN = 4, MARK_WEAK = 8, MARK_NOT_PLAIN = 16 };

static uint8_t marks_of(const struct value_table *table, struct value v) {
  if (v.kind == VALUE_TREE) return table->nodes[v.tree].leaf_marks;
  if (v.kind != VALUE_CONST) return MARK_TRUE | MARK_FALSE | MARK_UNKNOWN | MARK_NOT_PLAIN;
  bool plain = v.bits <= 1 && !v.weak;
  return (uint8_t)((v.bits ? MARK_TRUE : MARK_FALSE) | (v.weak ? MARK_WEAK : 0) | (plain ? 0 : MARK_NOT_PLAIN));
}

static bool may_lead(const struct value_table *table, struct value v) {
  const struct value_lost *lost = &table->lost;
  bool in_frame = v.bits >= lost->from && v.bits < lost->to, in_block = lost->beyond && v.bits >= lost->beyond;
  return v.kind == VALUE_CONST && (in_frame || in_block);
}

void value_lose(struct value_table *table, struct value v) {
  struct value_lost *lost = &table->lost;
  bool matters = may_lead(table, v);
  for (size_t i = 0; i < lost->count && matters; i++) matters = lost->at[i] != v.bits;
  if (!matters) return;
  lost->at[lost->next++ % VALUE_LOST] = v.bits;
  if (lost->count < VALUE_LOST) lost->count++;
}

static struct value make(struct value_table *table, uint32_t join, struct value first, struct value second) {
  if (value_equal(first, second)) return first;
  table->work++;
  // Of two unknowns it is only remembered that they met here.
  if (first.kind == VALUE_UNKNOWN && second.kind == VALUE_UNKNOWN) return value_derived(table, UINT32_MAX - join, first, second);
  uint32_t leaves = value_leaves(table, first) + value_leaves(table, second);
  if (leaves > table->most_leaves || table->coarse) {
    bool named = table->coarse && (value_is_traced(table, first) || value_is_traced(table, second));
    named |= may_lead(table, first) || may_lead(table, second);
    return named ? value_derived(table, UINT32_MAX - join, first, second) : value_unknown();
  }
  if (table->node_count * 2 >= table->slot_count && !grow_slots(table)) goto failed;
  size_t at = (size_t)hash_of(join, first, second) & (table->slot_count - 1);
  for (; table->slots[at]; at = (at + 1) & (table->slot_count - 1)) {
    const struct value_node *n = &table->nodes[table->slots[at] - 1];
    if (n->join == join && value_equal(n->first, first) && value_equal(n->second, second))
      return (struct value){.kind = VALUE_TREE, .tree = table->slots[at] - 1};
  }
  if (!cm_grow(table->arena, &table->nodes, &table->node_room, table->node_count, sizeof *table->nodes)) goto failed;
  table->nodes[table->node_count] =
      (struct value_node){join, (uint16_t)leaves, (uint8_t)(marks_of(table, first) | marks_of(table, second)), first, second};
  table->slots[at] = (uint32_t)++table->node_count;
  return (struct value){.kind = VALUE_TREE, .tree = (uint32_t)table->node_count - 1};
failed:
  table->failed = true;
  return value_unknown();
}

struct value value_merge(struct value_table *table, uint32_t join, struct value first, struct value second) {
  return make(table, join, first, second);
}

struct value value_widen(struct value_table *table, struct value a, struct value b) {
  if (value_equal(a, b) || value_stays_widened(table, a)) return a;
  struct value from = value_is_traced(table, a) ? a : b;
  if (!value_is_traced(table, from))
    return may_lead(table, a) || may_lead(table, b) ? value_found(table, a, b) : value_fresh(table);
  // Where it comes from is not lost. In memory the name is the same for all bytes of a value, so that they stay together; elsewhere it is a
  // new one, which equals nothing else.
  uint64_t place = from.bits;
  from.bits = 0;
  if (place) {
    from = value_derived(table, VALUE_OP_SOMEWHERE, from, value_const(table->widened_from));
    from.bits = from.tree ? place : 0;
    return from;
  }
  struct value fresh = value_fresh(table);
  if (!fresh.tree) return fresh;
  value_name_at(table, fresh.tree)->op = VALUE_OP_SOMEWHERE;
  value_name_at(table, fresh.tree)->a = from;
  value_name_at(table, fresh.tree)->traced = true;
  return fresh;
}

struct value value_widen_byte(struct value_table *table, struct value a, struct value b, uint64_t address) {
  if (value_equal(a, b) || value_stays_widened(table, a)) return a;
  struct value from = value_is_traced(table, a) ? a : b;
  if (!value_is_traced(table, from) || !from.bits) return value_unknown();
  struct value whole = {.kind = VALUE_UNKNOWN, .tree = from.tree};
  uint64_t start = address - ((from.bits & 0xff) - 1);
  struct value moved =
      value_derived(table, VALUE_OP_SOMEWHERE, whole, value_const((uint64_t)table->widened_from << 32 | (uint32_t)start));
  moved.bits = moved.tree ? from.bits : 0;
  return moved;
}

bool value_are_addresses(struct value a, struct value b) {
  enum { LEAST = 1024 };
  return a.kind == VALUE_CONST && b.kind == VALUE_CONST && a.bits >= LEAST && b.bits >= LEAST && a.bits != b.bits;
}

struct value value_condition(struct value_table *table, struct value v) {
  if (v.kind != VALUE_UNKNOWN || !v.tree || v.bits) return v;
  if (!value_name_at(table, v.tree)->join) {
    uint32_t join = value_name_at(table, v.tree)->join = value_join(table);
    while (table->join_room <= join / GAP)
      if (!cm_grow(table->arena, &table->join_names, &table->join_room, table->join_room, sizeof *table->join_names)) {
        table->failed = true;
        return v;
      }
    table->join_names[join / GAP] = v.tree;
  }
  return make(table, value_name_at(table, v.tree)->join, value_const(1), value_const(0));
}

struct value value_of_join(const struct value_table *table, uint32_t join) {
  uint32_t name = join % GAP == 0 && join / GAP < table->join_room ? table->join_names[join / GAP] : 0;
  return (struct value){.kind = VALUE_UNKNOWN, .tree = name};
}

// Takes the gap behind a join for an enumeration. False: it has one already, or there is no memory to know it.
static bool take_gap(struct value_table *table, uint32_t join) {
  while (table->gap_room <= join / GAP)
    if (!cm_grow(table->arena, &table->gaps, &table->gap_room, table->gap_room, 1)) {
      table->failed = true;
      return false;
    }
  bool is_free = !table->gaps[join / GAP];
  table->gaps[join / GAP] = 1;
  return is_free;
}

// The newest join that was there when `v` was made, or the rounds of a loop that it is with something added, if the gap behind it is still
// free; else a new one.
static uint32_t gap_for(struct value_table *table, struct value v) {
  const struct value_name *n = value_name_at(table, v.tree);
  bool is_moved = n->op == CORE_OP_I32_ADD + 1 && n->a.kind == VALUE_UNKNOWN && n->a.tree && !n->a.bits && n->b.kind == VALUE_CONST;
  if (is_moved && value_name_at(table, n->a.tree)->op == VALUE_OP_ROUNDS) n = value_name_at(table, n->a.tree);
  uint32_t join = n->born;
  if (take_gap(table, join)) return join;
  join = value_join(table);
  take_gap(table, join);
  return join;
}

struct value value_enumerate(struct value_table *table, struct value v, uint32_t count) {
  if (v.kind != VALUE_UNKNOWN || !v.tree || v.bits || !count || count > VALUE_ENUMERATED) return value_unknown();
  struct value of = v;
  v = value_derived(table, UINT32_MAX / 2, v, value_const(count));
  if (!v.tree) return v;
  if (!value_name_at(table, v.tree)->enumerated) {
    struct value tree = value_const(count - 1);
    uint32_t join = gap_for(table, of);
    for (uint32_t i = count - 1; i-- > 0;) tree = make(table, ++join, value_const(i), tree);
    if (tree.kind != VALUE_TREE) return tree;
    value_name_at(table, v.tree)->enumerated = tree.tree + 1;
  }
  return (struct value){.kind = VALUE_TREE, .tree = value_name_at(table, v.tree)->enumerated - 1};
}

struct value value_map(struct value_table *table, struct value v, struct value (*leaf)(void *context, struct value v),
                       void *context) {
  if (v.kind != VALUE_TREE) return leaf(context, v);
  struct value_node n = table->nodes[v.tree];  // by value: the array may move
  struct value first = value_map(table, n.first, leaf, context);
  return make(table, n.join, first, value_map(table, n.second, leaf, context));
}

struct value_sides value_split(const struct value_table *table, struct value a, struct value b) {
  uint32_t join_a = a.kind == VALUE_TREE ? table->nodes[a.tree].join : 0;
  uint32_t join_b = b.kind == VALUE_TREE ? table->nodes[b.tree].join : 0;
  uint32_t join = join_a > join_b ? join_a : join_b;
  struct value_sides s = {join, a, a, b, b};
  if (join_a == join) s.a1 = table->nodes[a.tree].first, s.a2 = table->nodes[a.tree].second;
  if (join_b == join) s.b1 = table->nodes[b.tree].first, s.b2 = table->nodes[b.tree].second;
  return s;
}

struct value value_apply(struct value_table *table, struct value a, struct value b,
                         struct value (*leaf)(void *context, struct value a, struct value b), void *context) {
  if (a.kind != VALUE_TREE && b.kind != VALUE_TREE) return leaf(context, a, b);
  struct value_sides s = value_split(table, a, b);
  struct value first = value_apply(table, s.a1, s.b1, leaf, context);
  return make(table, s.join, first, value_apply(table, s.a2, s.b2, leaf, context));
}

// --- remembered results ---
//
// Paths are put together from the same parts again and again, and a tree has fewer different nodes than ways through them. A result that is
// remembered is charged for like a new one, so that what an evaluation comes to does not depend on what happens to be remembered.

enum { FIRST_MEMO = 64, MOST_MEMO = 1024, OPERATION_RESTRICT = VALUE_OR + 1, OPERATION_PROJECT };

static bool grow_memo(struct value_table *table) {
  size_t count = table->memo_count ? table->memo_count * 4 : FIRST_MEMO;
  struct value_memo *memo = cm_alloc_array(table->arena, count, sizeof *memo);
  if (!memo) return false;
  table->memo = memo;
  table->memo_count = count;
  table->memo_missed = 0;
  return true;
}

// Where the result has its place; *known says whether it is there. NULL: nothing can be remembered.
static struct value_memo *recall(struct value_table *table, uint32_t operation, struct value a, struct value b, bool *known) {
  *known = false;
  if (table->memo_missed >= table->memo_count && table->memo_count < MOST_MEMO && !grow_memo(table)) return NULL;
  struct value_memo *m = &table->memo[hash_of(operation, a, b) & (table->memo_count - 1)];
  *known = m->operation == operation && value_equal(m->a, a) && value_equal(m->b, b);
  if (*known)
    table->work += m->work;
  else
    table->memo_missed++;
  return m;
}

static void remember(struct value_table *table, uint32_t operation, struct value a, struct value b, struct value result,
                     uint64_t work_before) {
  if (!table->memo) return;
  struct value_memo *m = &table->memo[hash_of(operation, a, b) & (table->memo_count - 1)];
  *m = (struct value_memo){a, b, result, operation, (uint32_t)(table->work - work_before)};
}

// --- truths ---

static bool is_false(struct value v) { return v.kind == VALUE_CONST && !v.bits; }

static bool is_plain(const struct value_table *table, struct value v) { return !(marks_of(table, v) & MARK_NOT_PLAIN); }

// A plain tree stays as it is, for the price of making it again.
static struct value as_it_is(struct value_table *table, struct value v) {
  table->work += value_leaves(table, v) - 1;
  return v;
}

// The result where one side decides, or makes no difference.
static bool gate_is_simple(struct value_table *table, enum value_gate gate, struct value a, struct value b, struct value *out) {
  bool leaf_a = a.kind != VALUE_TREE, leaf_b = b.kind != VALUE_TREE, true_a = !is_false(a);
  bool true_b = gate == VALUE_AND_NOT ? b.kind != VALUE_CONST || !b.bits : !is_false(b);
  if (leaf_a && leaf_b) {
    *out = value_const(gate == VALUE_OR ? true_a || true_b : true_a && true_b);
    return true;
  }
  bool decides = gate == VALUE_OR;  // the truth of a leaf that decides alone
  if ((leaf_a && true_a == decides) || (leaf_b && true_b == decides)) {
    *out = value_const(decides);
    return true;
  }
  bool pass_a = is_plain(table, a) && (leaf_b || (value_equal(a, b) && gate != VALUE_AND_NOT));
  bool pass_b = leaf_a && gate != VALUE_AND_NOT && is_plain(table, b);
  if (pass_a || pass_b) *out = as_it_is(table, pass_a ? a : b);
  return pass_a || pass_b;
}

struct value value_gate(struct value_table *table, enum value_gate gate, struct value a, struct value b) {
  struct value result;
  if (gate_is_simple(table, gate, a, b, &result)) return result;
  bool known;
  const struct value_memo *m = recall(table, gate, a, b, &known);
  if (known) return m->result;
  uint64_t before = table->work;
  struct value_sides s = value_split(table, a, b);
  result = value_gate(table, gate, s.a1, s.b1);
  result = make(table, s.join, result, value_gate(table, gate, s.a2, s.b2));
  remember(table, gate, a, b, result, before);
  return result;
}

static struct value restrict_node(struct value_table *table, struct value f, struct value care) {
  struct value_node n = table->nodes[f.tree], c = table->nodes[care.tree];
  if (c.join > n.join) return value_restrict(table, f, value_gate(table, VALUE_OR, c.first, c.second));
  struct value care_first = c.join == n.join ? c.first : care, care_second = c.join == n.join ? c.second : care;
  if (is_false(care_first)) return value_restrict(table, n.second, care_second);
  struct value first = value_restrict(table, n.first, care_first);
  if (is_false(care_second)) return first;
  return make(table, n.join, first, value_restrict(table, n.second, care_second));
}

struct value value_restrict(struct value_table *table, struct value f, struct value care) {
  if (f.kind != VALUE_TREE || care.kind != VALUE_TREE) return f;
  bool known;
  const struct value_memo *m = recall(table, OPERATION_RESTRICT, f, care, &known);
  if (known) return m->result;
  uint64_t before = table->work;
  struct value result = restrict_node(table, f, care);
  remember(table, OPERATION_RESTRICT, f, care, result, before);
  return result;
}

// --- projection: existential quantification ---

static bool has_bit(const uint64_t *bits, uint32_t i) { return bits[i / 64] >> i % 64 & 1; }
static void set_bit(uint64_t *bits, uint32_t i) { bits[i / 64] |= UINT64_C(1) << i % 64; }

bool value_live_init(struct value_table *table, struct value_live *live, uint32_t old) {
  *live = (struct value_live){.old = old, .join_end = table->joins + GAP, .name_end = (uint32_t)table->name_count};
  live->joins = cm_alloc_array(table->arena, live->join_end / 64 + 1, sizeof *live->joins);
  live->names = cm_alloc_array(table->arena, live->name_end / 64 + 1, sizeof *live->names);
  return live->joins && live->names;
}

void value_live_add(const struct value_table *table, struct value_live *live, struct value v) {
  for (; v.kind == VALUE_TREE; v = table->nodes[v.tree].second) {
    set_bit(live->joins, table->nodes[v.tree].join);
    value_live_add(table, live, table->nodes[v.tree].first);
  }
  if (v.kind != VALUE_UNKNOWN || !v.tree || has_bit(live->names, v.tree)) return;
  set_bit(live->names, v.tree);
  // What is put together is taken apart again.
  const struct value_name *n = value_name_at(table, v.tree);
  if (n->op == VALUE_OP_PAIR) {
    value_live_add(table, live, n->a);
    value_live_add(table, live, n->b);
  }
  for (unsigned i = 0; n->op == VALUE_OP_BYTES && i < VALUE_BYTES; i++) value_live_add(table, live, table->bytes[n->a.bits].at[i]);
}

enum { CONDITION_DEPTH = 8 };

// Can the unknown be computed again from what is live?
static bool can_recur(const struct value_table *table, const struct value_live *live, struct value v, unsigned depth) {
  if (v.kind != VALUE_UNKNOWN || !v.tree) return false;
  if (v.tree >= live->name_end || has_bit(live->names, v.tree) || depth == CONDITION_DEPTH) return true;
  const struct value_name *n = value_name_at(table, v.tree);
  return n->op && (can_recur(table, live, n->a, depth + 1) || can_recur(table, live, n->b, depth + 1));
}

// Those of an enumeration lie in a gap; of what it enumerates they do not tell.
static bool is_live(const struct value_table *table, const struct value_live *live, uint32_t join) {
  return join <= live->old || join >= live->join_end || value_is_enumerations(join) || has_bit(live->joins, join) ||
         can_recur(table, live, value_of_join(table, join), 0);
}

static struct value project(struct value_table *table, struct value v, const struct value_live *live) {
  if (v.kind != VALUE_TREE) return value_const(!is_false(v));
  uint32_t operation = OPERATION_PROJECT + table->projections;
  bool known;
  const struct value_memo *m = recall(table, operation, v, v, &known);
  if (known) return m->result;
  uint64_t before = table->work;
  struct value_node n = table->nodes[v.tree];
  struct value first = project(table, n.first, live), second = project(table, n.second, live), result;
  result = is_live(table, live, n.join) ? make(table, n.join, first, second) : value_gate(table, VALUE_OR, first, second);
  remember(table, operation, v, v, result, before);
  return result;
}

struct value value_project(struct value_table *table, struct value v, const struct value_live *live) {
  table->projections++;
  uint32_t most = table->most_leaves;
  table->most_leaves = VALUE_PATH_LEAVES;
  v = project(table, v, live);
  table->most_leaves = most;
  return v;
}

bool value_depends_on(const struct value_table *table, struct value v, uint32_t join) {
  for (; v.kind == VALUE_TREE && table->nodes[v.tree].join > join; v = table->nodes[v.tree].second)
    if (value_depends_on(table, table->nodes[v.tree].first, join)) return true;
  return v.kind == VALUE_TREE && table->nodes[v.tree].join == join;
}

bool value_is_blurred(const struct value_table *table, struct value v) { return marks_of(table, v) & MARK_UNKNOWN; }

struct value_truth value_truth_of(const struct value_table *table, struct value v) {
  uint8_t marks = marks_of(table, v);
  return (struct value_truth){
      .can_true = marks & MARK_TRUE, .can_false = marks & MARK_FALSE, .known = !(marks & MARK_UNKNOWN), .weak = marks & MARK_WEAK};
}

static bool find_most(const struct value_table *table, struct value v, unsigned *left, uint64_t *most) {
  if (v.kind == VALUE_CONST && v.bits > *most) *most = v.bits;
  if (v.kind != VALUE_TREE) return v.kind == VALUE_CONST;
  if (!*left) return false;
  --*left;
  const struct value_node *n = &table->nodes[v.tree];
  return find_most(table, n->first, left, most) && find_most(table, n->second, left, most);
}

bool value_most(const struct value_table *table, struct value v, uint64_t *most) {
  enum { FEW = 32 };
  unsigned left = FEW;
  *most = 0;
  struct value_truth truth = value_truth_of(table, v);
  return (v.kind == VALUE_CONST || (truth.known && !truth.weak)) && find_most(table, v, &left, most);
}

bool value_pick(const struct value_table *table, struct value v, const struct value_choice *choices, size_t count,
                struct value *leaf, uint32_t *open) {
  while (v.kind == VALUE_TREE) {
    const struct value_node *n = &table->nodes[v.tree];
    size_t i = 0;
    while (i < count && choices[i].join != n->join) i++;
    if (i == count) {
      *open = n->join;
      return false;
    }
    v = choices[i].second ? n->second : n->first;
  }
  *leaf = v;
  return true;
}
