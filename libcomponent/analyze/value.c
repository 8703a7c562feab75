// Decision trees over joins: the "apply" algorithm of binary decision diagrams with constants at the leaves.
//
// Nodes are hash-consed, so equal trees have equal numbers. Work is bounded by VALUE_LEAVES: whatever grows beyond it is unknown.

#include "value.h"

enum { FIRST_SLOTS = 256 };

void value_table_init(struct value_table *table, struct cm_arena *arena) { *table = (struct value_table){.arena = arena, .joins = 0}; }

uint32_t value_join(struct value_table *table) { return ++table->joins; }

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

static uint32_t leaves_of(const struct value_table *table, struct value v) {
  return v.kind == VALUE_TREE ? table->nodes[v.tree].leaves : 1;
}

static struct value make(struct value_table *table, uint32_t join, struct value first, struct value second) {
  if (value_equal(first, second)) return first;
  table->work++;
  uint32_t leaves = leaves_of(table, first) + leaves_of(table, second);
  if (leaves > VALUE_LEAVES) return value_unknown();
  if (table->node_count * 2 >= table->slot_count && !grow_slots(table)) goto failed;
  size_t at = (size_t)hash_of(join, first, second) & (table->slot_count - 1);
  for (; table->slots[at]; at = (at + 1) & (table->slot_count - 1)) {
    const struct value_node *n = &table->nodes[table->slots[at] - 1];
    if (n->join == join && value_equal(n->first, first) && value_equal(n->second, second))
      return (struct value){.kind = VALUE_TREE, .tree = table->slots[at] - 1};
  }
  if (!cm_grow(table->arena, &table->nodes, &table->node_room, table->node_count, sizeof *table->nodes)) goto failed;
  table->nodes[table->node_count] = (struct value_node){join, leaves, first, second};
  table->slots[at] = (uint32_t)++table->node_count;
  return (struct value){.kind = VALUE_TREE, .tree = (uint32_t)table->node_count - 1};
failed:
  table->failed = true;
  return value_unknown();
}

struct value value_merge(struct value_table *table, uint32_t join, struct value first, struct value second) {
  return make(table, join, first, second);
}

struct value value_map(struct value_table *table, struct value v, struct value (*leaf)(void *context, struct value v), void *context) {
  if (v.kind != VALUE_TREE) return leaf(context, v);
  struct value_node n = table->nodes[v.tree];  // by value: the array may move
  struct value first = value_map(table, n.first, leaf, context);
  return make(table, n.join, first, value_map(table, n.second, leaf, context));
}

struct value value_apply(struct value_table *table, struct value a, struct value b,
                         struct value (*leaf)(void *context, struct value a, struct value b), void *context) {
  if (a.kind != VALUE_TREE && b.kind != VALUE_TREE) return leaf(context, a, b);
  uint32_t join_a = a.kind == VALUE_TREE ? table->nodes[a.tree].join : 0;
  uint32_t join_b = b.kind == VALUE_TREE ? table->nodes[b.tree].join : 0;
  uint32_t join = join_a > join_b ? join_a : join_b;
  struct value a1 = a, a2 = a, b1 = b, b2 = b;
  if (join_a == join) a1 = table->nodes[a.tree].first, a2 = table->nodes[a.tree].second;
  if (join_b == join) b1 = table->nodes[b.tree].first, b2 = table->nodes[b.tree].second;
  struct value first = value_apply(table, a1, b1, leaf, context);
  return make(table, join, first, value_apply(table, a2, b2, leaf, context));
}

struct value_truth value_truth_of(const struct value_table *table, struct value v) {
  if (v.kind == VALUE_UNKNOWN) return (struct value_truth){true, true, false, false};
  if (v.kind == VALUE_CONST) return (struct value_truth){v.bits != 0, v.bits == 0, true, v.weak};
  struct value_truth a = value_truth_of(table, table->nodes[v.tree].first);
  struct value_truth b = value_truth_of(table, table->nodes[v.tree].second);
  return (struct value_truth){a.can_true || b.can_true, a.can_false || b.can_false, a.known && b.known, a.weak || b.weak};
}

bool value_pick(const struct value_table *table, struct value v, const struct value_choice *choices, size_t count, struct value *leaf,
                uint32_t *open) {
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
