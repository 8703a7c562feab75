// The environment's list within the evaluator.
//
// A load of the list's variable makes the unknown LIST, whatever was stored there before: that code fills the variable when it is first
// wanted is known from experiment. What is loaded through it is an entry, and what is loaded through that is text. These unknowns have
// operations beyond those of instructions, so that equal loads are equal, and arithmetic on them keeps what they are made of. The list is
// taken to have one entry, of which nothing is known: what is done with it is done with all, and loops over the list soon end.
//
// Names are met in two ways. A function that compares (primitives.h) is given an entry: its other argument is the name. Or bytes are
// compared with constants one after the other: what the path has found equal so far is kept as facts, and spells the beginning of a
// name. A condition on a text that is of neither form is as good as handing the text over: it may be part of a lookup of any kind.

#include "watch_view.h"

enum { MEETINGS_MOST = 10, AREA_MOST = 2048, TEXTS_DEPTH = 8, TEXTS_BUDGET = 60 };

// --- loads ---

static bool is_about_texts(const struct view *view, struct value v, unsigned depth) {
  const struct value_name *n = watch_name_of(view, v);
  if (!n || !n->traced || !n->op || !depth || !*view->budget) return false;
  --*view->budget;
  if (n->op == OP_OUTCOME || (n->op > OP_TEXT && n->op <= OP_TEXT + 8)) return true;
  return is_about_texts(view, n->a, depth - 1) || is_about_texts(view, n->b, depth - 1);
}

// The path without what it says of texts.
static struct value without_texts(struct value_table *table, struct value path) {
  if (path.kind != VALUE_TREE) return path;
  struct value_node n = table->nodes[path.tree];
  struct value first = without_texts(table, n.first), second = without_texts(table, n.second);
  unsigned budget = TEXTS_BUDGET;
  struct view view = {.table = table, .budget = &budget};
  if (is_about_texts(&view, value_of_join(table, n.join), TEXTS_DEPTH)) return value_gate(table, VALUE_OR, first, second);
  return value_merge(table, n.join, first, second);
}

// Reading an entry from the beginning on may be of another entry than before: what became of that is forgotten, or paths would soon be
// too involved to be kept.
static void begin_run(struct activation *a) {
  struct value_table *table = activation_values(a);
  a->evaluation->runs++;
  table->most_leaves = VALUE_PATH_LEAVES;
  a->now.world.path = without_texts(table, a->now.world.path);
  table->most_leaves = VALUE_LEAVES;
  if (a->now.world.path.kind == VALUE_UNKNOWN) a->now.world.path = value_const(1);
}

// The list that the variable at `at` holds, or is.
static struct value array_at(struct activation *a, uint64_t at, struct value index) {
  struct value list = value_derived(activation_values(a), OP_LIST, value_const(at), index);
  value_trace(activation_values(a), list);
  a->evaluation->watched = true;
  return list;
}

struct value watch_list(struct activation *a) {
  const struct evaluate_watch *watch = a->evaluation->owner->watch;
  return array_at(a, watch->variable_count ? watch->variables[0] : watch->array_count ? watch->arrays[0] : 0, value_const(0));
}

struct value watch_entry(struct activation *a) {
  return value_derived(activation_values(a), OP_WORD, watch_list(a), value_const(0));
}

static bool is_array(const struct activation *a, uint64_t at) {
  const struct evaluate_watch *watch = a->evaluation->owner->watch;
  for (size_t i = 0; i < watch->array_count; i++)
    if (watch->arrays[i] == at) return true;
  return false;
}

struct value watch_address(struct activation *a, struct value v) {
  return watch_is_on(a) && is_array(a, v.bits) ? array_at(a, v.bits, value_const(0)) : v;
}

void watch_give_back(const struct activation *a, struct value *arguments, uint32_t count) {
  for (uint32_t i = 0; watch_is_on(a) && i < count; i++) {
    if (arguments[i].kind != VALUE_UNKNOWN || !arguments[i].tree || arguments[i].bits) continue;
    const struct value_name *n = value_name_at(&a->evaluation->values, arguments[i].tree);
    if (n->op == OP_LIST && is_array(a, n->a.bits)) arguments[i] = n->a;
  }
}

bool watch_load(struct activation *a, struct value address, uint64_t offset, unsigned size, struct value *out) {
  const struct evaluate_watch *watch = a->evaluation->owner->watch;
  struct value_table *table = activation_values(a);
  // `list[i]`: the array's address is mostly the offset of the instruction.
  if (watch->array_count && offset && address.kind == VALUE_UNKNOWN && size == 4 && is_array(a, offset)) {
    address = array_at(a, offset, address);
    offset = 0;
  }
  if (address.kind == VALUE_CONST) {
    uint64_t at = (uint32_t)address.bits + offset;
    // Code has the variable's whole address in one place. Who comes to it from another one copies what lies there, beyond the end of something.
    bool whole = !offset || !(uint32_t)address.bits;
    for (size_t i = 0; i < watch->variable_count && size == 4 && whole; i++)
      if (watch->variables[i] == at) {
        *out = value_derived(table, OP_LIST, value_const(at), value_const(0));
        value_trace(table, *out);
        a->evaluation->watched = true;
        return true;
      }
    if (!a->evaluation->list_block || at != a->evaluation->list_block || size != 4) return false;
    address = value_derived(table, OP_LIST, value_const(at), value_const(0));
    value_trace(table, address);
    offset = 0;
  }
  if (!a->evaluation->watched) return false;
  struct watched w = watch_class_of(a->evaluation, address);
  if (w.class == WATCH_NONE || w.class == WATCH_OUTCOME || w.class == WATCH_LENGTH) return false;
  w.offset += offset;
  if (w.class == WATCH_LIST && size == 4 && w.offset_known && w.offset) {
    *out = value_const(0);
    return true;
  }
  if (offset) address = fold_binary(table, CORE_OP_I32_ADD, address, value_const(offset));
  uint32_t op = w.class == WATCH_LIST && size == 4 ? OP_WORD : w.class == WATCH_ENTRY ? OP_TEXT + size : OP_MIXED;
  if (w.class == WATCH_ENTRY && w.offset_known && !w.offset) begin_run(a);
  if (op == OP_WORD) watch->looked(a->evaluation->owner->context, &a->frame);
  *out = value_derived(table, op, address, value_const(w.class == WATCH_ENTRY ? a->evaluation->runs : 0));
  return true;
}

void watch_put_list(struct activation *a, struct value pointer, uint64_t offset) {
  enum { WORD = 8 };
  struct world_context *worlds = &a->evaluation->worlds;
  struct value_table *table = activation_values(a);
  struct value array = watch_is_on(a) ? activation_allocate(a, value_const(2 * WORD), false) : value_unknown();
  if (array.kind != VALUE_CONST || pointer.kind != VALUE_CONST || !a->now.live) return;
  struct value entry = value_derived(table, OP_WORD, array, value_const(++a->evaluation->runs));
  value_trace(table, entry);
  a->evaluation->watched = true;
  world_store(worlds, &a->now.world, array.bits, WORD, entry);
  world_store(worlds, &a->now.world, array.bits + WORD, WORD, value_fresh(table));
  world_store(worlds, &a->now.world, pointer.bits + offset, WORD, array);
  for (uint64_t i = 1; i < 3; i++) world_store(worlds, &a->now.world, pointer.bits + offset + i * WORD, WORD, value_const(1));
}

// The list is stored in one of its variables. Until then it was not known to be one: it is filled, or gets a new place.
static void store_list(struct activation *a, struct value v) {
  struct evaluation *e = a->evaluation;
  if (watch_class_of(e, v).class != WATCH_NONE) return;
  if (v.kind == VALUE_UNKNOWN && v.tree && !v.bits && e->list_count < EVALUATE_LISTS) {
    e->lists[e->list_count++] = v.tree;
    value_trace(&e->values, v);
  }
  if (v.kind == VALUE_CONST && activation_is_block(a, v.bits)) e->list_block = v.bits;
  if (e->watched) e->owner->watch->moved(e->owner->context, &a->frame);
  e->watched = true;
}

void watch_store(struct activation *a, struct value address, uint64_t offset, struct value v) {
  if (!watch_is_on(a)) return;
  struct evaluation *e = a->evaluation;
  const struct evaluate_watch *watch = e->owner->watch;
  for (size_t i = 0; address.kind == VALUE_CONST && i < watch->variable_count; i++)
    if (watch->variables[i] == (uint32_t)address.bits + offset) store_list(a, v);
  if (!watch_is_in_list(a, address)) return;
  bool told = false;
  for (const struct watch_fact *f = a->now.facts; f; f = f->up) {
    if (f->kind != WATCH_AGREES && (f->kind != WATCH_EQUAL || !f->bits)) continue;
    watch->replaced(e->owner->context, f->run);
    told = true;
  }
  if (!told) watch->replaced(e->owner->context, 0);
}

bool watch_is_in_list(struct activation *a, struct value address) {
  return watch_is_on(a) && a->evaluation->watched && address.kind == VALUE_UNKNOWN &&
         watch_class_of(a->evaluation, address).class == WATCH_LIST;
}

bool watch_equality(struct activation *a, struct value left, struct value right, bool *equal) {
  if (!watch_is_on(a) || !a->evaluation->watched) return false;
  struct value list = right.kind == VALUE_CONST ? left : right, constant = right.kind == VALUE_CONST ? right : left;
  if (constant.kind != VALUE_CONST || list.kind != VALUE_UNKNOWN || !list.tree || list.bits) return false;
  uint32_t op = value_name_at(activation_values(a), list.tree)->op;
  if (op != OP_LIST && (op != OP_WORD || constant.bits)) return false;
  *equal = false;
  return true;
}

// --- calls ---

struct value watch_sign(struct activation *a, struct value entry) {
  return value_derived(activation_values(a), OP_SIGN, entry, value_const(++a->evaluation->runs));
}

bool watch_compare(struct activation *a, enum primitive primitive, const struct value *arguments, struct value *out) {
  struct evaluation *e = a->evaluation;
  bool texts = primitive == PRIMITIVE_COMPARE_TEXTS;
  if (!watch_is_on(a) || !e->watched || (!texts && primitive != PRIMITIVE_COMPARE_TEXT && primitive != PRIMITIVE_COMPARE))
    return false;
  struct watched first = watch_class_of(e, arguments[0]), second = watch_class_of(e, arguments[1]);
  bool swap = first.class != WATCH_ENTRY;
  struct watched w = swap ? second : first;
  if (w.class != WATCH_ENTRY || !w.offset_known || w.offset) return false;
  begin_run(a);
  struct value *name = cm_alloc_array(&e->scratch, 2, sizeof *name);
  if (!name) {
    a->stopped = true;
    return true;
  }
  name[0] = arguments[swap ? 0 : 1];
  name[1] = texts ? value_unknown() : arguments[2];
  struct evaluate_call call = {.frame = &a->frame, .callee = UINT32_MAX, .arguments = name, .argument_count = 2};
  e->world = &a->now.world;
  e->beyond = a->now.beyond;
  e->owner->watch->compared(e->owner->context, e, &call, texts, w.entry);
  if (!texts && value_is_const(name[1]) && watch_ends_at(a->now.facts, w.entry, name[1].bits))
    e->owner->watch->tested(e->owner->context, w.entry, e->runs, true, name[1].bits);
  *out = value_derived(&e->values, OP_OUTCOME, w.entry, value_const(e->runs));
  return true;
}

static void hand_over_leaf(struct activation *a, struct value v, unsigned depth) {
  unsigned budget = 0;
  struct view view = {.evaluation = a->evaluation, .table = activation_values(a), .budget = &budget};
  const struct value_name *n = watch_name_of(&view, v);
  if (watch_join_of(n) && depth) {
    struct value first = n->a, second = n->b;
    hand_over_leaf(a, first, depth - 1);
    hand_over_leaf(a, second, depth - 1);
    return;
  }
  struct watched w = watch_class_of(a->evaluation, v);
  if (w.class == WATCH_NONE || w.class == WATCH_OUTCOME || w.class == WATCH_LENGTH) return;
  if (watch_is_identified(a->now.facts, w.entry)) {
    watch_tell_beginning(a, w.entry);
    return;
  }
  const struct evaluate_owner *owner = a->evaluation->owner;
  if (w.class == WATCH_LIST) w.entry = value_unknown();
  owner->watch->handed(owner->context, a->evaluation, &a->frame, w.entry, w.offset_known, w.offset);
}

void watch_hand_over(struct activation *a, struct value v) {
  if (!watch_is_on(a) || !a->evaluation->watched) return;
  if (v.kind == VALUE_TREE) {
    struct value_node n = activation_values(a)->nodes[v.tree];
    watch_hand_over(a, n.first);
    watch_hand_over(a, n.second);
  } else {
    hand_over_leaf(a, v, MEETINGS_MOST);
  }
}

void watch_return(struct activation *a, struct value v) {
  if (!watch_is_on(a) || !a->evaluation->watched) return;
  if (v.kind == VALUE_TREE) {
    struct value_node n = activation_values(a)->nodes[v.tree];
    watch_return(a, n.first);
    watch_return(a, n.second);
    return;
  }
  struct watched w = watch_class_of(a->evaluation, v);
  bool whole = w.class == WATCH_LIST || (w.class == WATCH_ENTRY && w.offset_known && !w.offset);
  const struct evaluate_owner *owner = a->evaluation->owner;
  if (whole && !watch_is_identified(a->now.facts, w.entry))
    owner->watch->returned(owner->context, a->evaluation, &a->frame);
  else
    hand_over_leaf(a, v, MEETINGS_MOST);
}

void watch_hand_over_area(struct activation *a, uint64_t from, uint64_t to) {
  if (!watch_is_on(a) || !a->evaluation->watched) return;
  for (uint64_t at = (from + 3) & ~UINT64_C(3); at + 4 <= to && at - from < AREA_MOST; at += 4)
    if (world_is_written(&a->now.world, at) && !world_is_lost(&a->now.world, at, 4))
      watch_hand_over(a, world_load(&a->evaluation->worlds, &a->now.world, at, 4));
}
