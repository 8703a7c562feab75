// Instructions without control flow: numbers, locals, globals, memory.
//
// Addresses may be trees: a load gives the tree of what stands at each, a store to one of several addresses leaves at each either the
// old or the new. A store to an unknown address changes the objects that it may lead to where their addresses were lost (activation_forget.c); what
// code writes to its own data through pointers is looked for elsewhere (overwritten.h). docs/analysis.md says what is assumed.
//
// Spec: core 3.0, "Memory Instructions", "Numeric Instructions".

#include "asyncify.h"
#include "execute.h"
#include "watch.h"

#include <string.h>

enum { LARGEST_COPY = 4096, LEAF_FRAME = 4096, INDEX_SEARCH = 2048, SEARCHED_AT_ONCE = 16 };

struct access {
  struct activation *activation;
  uint64_t offset;
  unsigned size;
  bool is_signed, wide;  // of a load: sign-extended; to 64 bits
};

static uint64_t wrap_address(const struct activation *a, uint64_t base, uint64_t offset) {
  bool is_64 = a->module->memory_count && a->module->memories[0].limits.is_64;
  return is_64 ? base + offset : (uint32_t)base + offset;
}

static struct value extend_leaf(void *context, struct value v) {
  const struct access *access = context;
  if (v.kind != VALUE_CONST) return v;
  unsigned shift = 64 - 8 * access->size;
  uint64_t bits = (uint64_t)((int64_t)(v.bits << shift) >> shift);
  return value_const_weak(access->wide ? bits : (uint32_t)bits, v.weak);
}

static struct value weaken_leaf(void *context, struct value v) {
  (void)context;
  v.weak |= v.kind == VALUE_CONST;
  return v;
}

static struct value load_leaf(void *context, struct value address) {
  struct access *access = context;
  struct activation *a = access->activation;
  struct value v;
  if (watch_is_on(a) && watch_load(a, address, access->offset, access->size, &v)) return v;
  if (address.kind != VALUE_CONST) return value_found(activation_values(a), value_unknown(), value_unknown());
  v = world_load(&a->evaluation->worlds, &a->now.world, wrap_address(a, address.bits, access->offset), access->size);
  v = activation_variable(a, wrap_address(a, address.bits, access->offset), access->size, v);
  if (access->is_signed) v = value_map(activation_values(a), v, extend_leaf, access);
  // What stands where a variable leads to in memory that was taken while the program ran stands there as long as the variable leads there.
  bool shared = activation_is_shared(a, wrap_address(a, address.bits, access->offset), access->size);
  if (address.weak || (shared && a->now.world.image->marks)) v = value_map(activation_values(a), v, weaken_leaf, NULL);
  return v;
}

// A load through a tree of addresses gives trees below leaves, whose joins may be newer than those above: they are merged by selects.
static struct value load_tree(struct access *access, struct value address) {
  struct activation *a = access->activation;
  if (address.kind != VALUE_TREE) return load_leaf(access, address);
  struct value_node n = activation_values(a)->nodes[address.tree];
  struct value first = load_tree(access, n.first), second = load_tree(access, n.second);
  struct value side = value_merge(activation_values(a), n.join, value_const(1), value_const(0));
  return fold_select(activation_values(a), side, first, second);
}

struct value activation_load(struct activation *a, struct value address, uint64_t offset, unsigned size) {
  struct access access = {a, offset, size, false, false};
  return load_tree(&access, address);
}

// Is that where everybody finds the address of something in a frame that is stored there? A function that calls nobody has its frame below the stack pointer, and leaves that as it is.
static bool is_shown(const struct activation *a, uint64_t address) {
  uint32_t stack = a->evaluation->program->instances[a->frame.instance].stack_global;
  if (address < ACTIVATION_VARIABLES || activation_is_object(a, address)) return false;
  if (!a->frame.has_stack || stack >= a->now.world.global_count) return true;
  struct value pointer = world_global(&a->now.world, stack);
  return pointer.kind != VALUE_CONST || address >= pointer.bits || pointer.bits - address > LEAF_FRAME;
}

// The address of something in a frame is stored: a pointer that is found in a block later may be that one.
static void show_address(struct activation *a, uint64_t at, struct value v) {
  if (v.kind == VALUE_TREE) {
    struct value_node n = activation_values(a)->nodes[v.tree];
    show_address(a, at, n.first);
    show_address(a, at, n.second);
  }
  const struct value_lost *frames = &activation_values(a)->lost;
  if (v.kind != VALUE_CONST || v.bits < frames->from || v.bits >= frames->to) return;
  if (is_shown(a, at)) activation_escape(a, v);
  if (activation_is_block(a, at)) value_lose(activation_values(a), v);
}

static void store_at(struct activation *a, uint64_t address, unsigned size, struct value v) {
  activation_note_static(a, address, size);
  if (size == sizeof(uint32_t) && v.kind != VALUE_UNKNOWN) show_address(a, address, v);
  if (a->evaluation->owner->executor) {
    activation_lay(a, address, size);
    if (size == sizeof(uint64_t)) activation_heap_stored(a, address, v);
  }
  world_store(&a->evaluation->worlds, &a->now.world, address, size, v);
}

static void store_tree(struct activation *a, struct value base, struct value address, const struct access *access, struct value v) {
  // `base` is the whole tree, `address` the part at hand: at each leaf the store happens only where the tree is that leaf.
  if (address.kind == VALUE_TREE) {
    struct value_node n = activation_values(a)->nodes[address.tree];
    store_tree(a, base, n.first, access, v);
    store_tree(a, base, n.second, access, v);
    return;
  }
  if (address.kind != VALUE_CONST) {
    bool in_block = value_is_in_block(activation_values(a), address);
    a->evaluation->blind += !in_block;
    if (!in_block) activation_doubt_blind(a);
    activation_escape(a, v);
    if (a->evaluation->owner->executor) activation_heap_blind(a, address, v);
    activation_forget_indexed(a, address, access->size == 1 && value_is_const(v) && !v.bits);
    activation_forget_lost(a, address);
    if (!watch_is_in_list(a, address)) watch_hand_over(a, v);
    return;
  }
  uint64_t at = wrap_address(a, address.bits, access->offset);
  if (base.kind != VALUE_TREE) {
    store_at(a, at, access->size, v);
    return;
  }
  struct value is_it = fold_binary(activation_values(a), CORE_OP_I64_EQ, base, value_const(address.bits));
  struct value old = world_load(&a->evaluation->worlds, &a->now.world, at, access->size);
  store_at(a, at, access->size, fold_select(activation_values(a), is_it, v, old));
}

// Loads and stores.
enum direction { NEITHER, LOAD, STORE };
static const struct shape {
  uint8_t direction, size;
  bool is_signed, wide;
} shapes[CORE_OP_COUNT] = {
    [CORE_OP_I32_LOAD] = {LOAD, 4, false, false},     [CORE_OP_I64_LOAD] = {LOAD, 8, false, false},
    [CORE_OP_F32_LOAD] = {LOAD, 4, false, false},     [CORE_OP_F64_LOAD] = {LOAD, 8, false, false},
    [CORE_OP_I32_LOAD8_S] = {LOAD, 1, true, false},   [CORE_OP_I32_LOAD8_U] = {LOAD, 1, false, false},
    [CORE_OP_I32_LOAD16_S] = {LOAD, 2, true, false},  [CORE_OP_I32_LOAD16_U] = {LOAD, 2, false, false},
    [CORE_OP_I64_LOAD8_S] = {LOAD, 1, true, true},    [CORE_OP_I64_LOAD8_U] = {LOAD, 1, false, false},
    [CORE_OP_I64_LOAD16_S] = {LOAD, 2, true, true},   [CORE_OP_I64_LOAD16_U] = {LOAD, 2, false, false},
    [CORE_OP_I64_LOAD32_S] = {LOAD, 4, true, true},   [CORE_OP_I64_LOAD32_U] = {LOAD, 4, false, false},
    [CORE_OP_I32_STORE] = {STORE, 4, false, false},   [CORE_OP_I64_STORE] = {STORE, 8, false, false},
    [CORE_OP_F32_STORE] = {STORE, 4, false, false},   [CORE_OP_F64_STORE] = {STORE, 8, false, false},
    [CORE_OP_I32_STORE8] = {STORE, 1, false, false},  [CORE_OP_I32_STORE16] = {STORE, 2, false, false},
    [CORE_OP_I64_STORE8] = {STORE, 1, false, false},  [CORE_OP_I64_STORE16] = {STORE, 2, false, false},
    [CORE_OP_I64_STORE32] = {STORE, 4, false, false},
};

// True when `size` bytes at `to` can be written one by one; else what is there is forgotten, up to the end of the object in the frame. The size may be
// one of several: *most is the largest one.
static bool bulk_known(struct activation *a, struct value to, struct value size, uint64_t *most) {
  if (to.kind == VALUE_CONST && value_most(activation_values(a), size, most) && *most <= LARGEST_COPY) return true;
  if (value_is_in_block(activation_values(a), to)) return false;
  activation_doubt_blind(a);
  if (to.kind != VALUE_UNKNOWN)
    activation_forget(a, NO_FUNC, &to, 1);
  else
    a->evaluation->blind++;
  return false;
}

struct copying {
  struct activation *activation;
  uint64_t offset;
};

static struct value copy_leaf(void *context, struct value from) {
  struct copying *c = context;
  struct evaluation *e = c->activation->evaluation;
  return from.kind == VALUE_CONST ? world_byte(&e->worlds, &c->activation->now.world, from.bits + c->offset) : value_unknown();
}

// A byte at one of several addresses: bytes may be trees themselves, so they are selected and not only mapped.
static struct value copy_byte(struct copying *c, struct value from) {
  if (from.kind != VALUE_TREE) return copy_leaf(c, from);
  struct value_table *values = activation_values(c->activation);
  struct value_node n = values->nodes[from.tree];
  struct value first = copy_byte(c, n.first), second = copy_byte(c, n.second);
  return fold_select(values, value_merge(values, n.join, value_const(1), value_const(0)), first, second);
}

// What is at `to` and `offset` when `size` bytes were written there, of which `byte` would be that one.
static struct value within(struct activation *a, struct value size, uint64_t to, uint64_t offset, struct value byte) {
  struct value_table *values = activation_values(a);
  if (size.kind == VALUE_CONST) return byte;
  struct value old = world_byte(&a->evaluation->worlds, &a->now.world, to + offset);
  return fold_select(values, fold_binary(values, CORE_OP_I64_GT_U, size, value_const(offset)), byte, old);
}

void activation_copy(struct activation *a, struct value to, struct value from, struct value size) {
  struct evaluation *e = a->evaluation;
  uint64_t most;
  watch_hand_over(a, from);
  if (!bulk_known(a, to, size, &most)) {
    if (from.kind == VALUE_CONST)
      watch_hand_over_area(a, from.bits, from.bits + (size.kind == VALUE_CONST ? size.bits : LARGEST_COPY));
    return;
  }
  if (from.kind == VALUE_UNKNOWN) {
    world_forget(&e->worlds, &a->now.world, to.bits, to.bits + most);
    return;
  }
  struct value *bytes = cm_alloc_array(&e->scratch, (size_t)most, sizeof *bytes);
  if (!bytes) {
    a->stopped = true;
    return;
  }
  struct copying c = {a, 0};
  for (; c.offset < most; c.offset++) bytes[c.offset] = within(a, size, to.bits, c.offset, copy_byte(&c, from));
  for (uint64_t i = 0; i < most; i++) world_set_byte(&e->worlds, &a->now.world, to.bits + i, bytes[i]);
  activation_note_static(a, to.bits, most);
  if (e->owner->executor) activation_lay(a, to.bits, most);
}

void activation_fill(struct activation *a, struct value to, struct value byte, struct value size) {
  uint64_t most;
  if (!bulk_known(a, to, size, &most)) return;
  for (uint64_t i = 0; i < most; i++) store_at(a, to.bits + i, 1, within(a, size, to.bits, i, byte));
}

enum { LENGTH_MOST = 1024, LENGTH_CHOICES = 16 };

static struct value length_from(struct activation *a, uint64_t text, uint64_t at, unsigned choices) {
  struct value_table *values = activation_values(a);
  for (; at < LENGTH_MOST; at++) {
    struct value byte = world_byte(&a->evaluation->worlds, &a->now.world, text + at);
    if (byte.kind == VALUE_UNKNOWN || choices == LENGTH_CHOICES) break;
    if (byte.kind == VALUE_CONST && byte.bits) continue;
    if (byte.kind == VALUE_CONST) return value_const_weak(at, byte.weak);
    struct value ends = fold_unary(values, CORE_OP_I32_EQZ, byte);
    return fold_select(values, ends, value_const(at), length_from(a, text, at + 1, choices + 1));
  }
  return value_fresh(values);
}

struct value activation_length(struct activation *a, struct value text) {
  struct value_table *values = activation_values(a);
  if (text.kind == VALUE_CONST) return length_from(a, text.bits, 0, 0);
  if (text.kind != VALUE_TREE) return value_fresh(values);
  struct value_node n = values->nodes[text.tree];
  struct value first = activation_length(a, n.first), second = activation_length(a, n.second);
  return fold_select(values, value_merge(values, n.join, value_const(1), value_const(0)), first, second);
}

static void bulk(struct activation *a, const struct core_instr *instr) {
  bool is_copy = instr->op == CORE_OP_MEMORY_COPY;
  struct value size = activation_pop(a), source = activation_pop(a), to = activation_pop(a);
  if (is_copy ? instr->pair.a || instr->pair.b : instr->index) return;  // of memories beyond the first nothing is known
  if (is_copy)
    activation_copy(a, to, source, size);
  else
    activation_fill(a, to, source, size);
}

// Pops and pushes as the instruction's signature says, knowing nothing of the results. One that may write to memory (vector stores, atomics)
// leaves unknown what it writes: at most 16 bytes at its address, which is the operand below all others.
static void unknown_step(struct activation *a, const struct core_instr *instr) {
  const struct core_op_info *info = &core_ops[instr->op];
  const char *s = info->signature;
  if (*s == '*') {
    a->stopped = true;
    return;
  }
  struct value deepest = value_unknown();
  for (; *s && *s != ':'; s++) deepest = activation_pop(a);
  bool at_address = info->immediate == CORE_IMM_MEMARG || info->immediate == CORE_IMM_MEMARG_LANE;
  bool writes = at_address && (info->signature[1] != ':' || info->immediate == CORE_IMM_MEMARG_LANE);
  if (writes && deepest.kind == VALUE_CONST && !instr->mem.memory) {
    uint64_t at = wrap_address(a, deepest.bits, instr->mem.offset);
    world_forget(&a->evaluation->worlds, &a->now.world, at, at + 16);
  } else if (writes && deepest.kind == VALUE_TREE) {
    activation_escape(a, deepest);
    activation_forget(a, NO_FUNC, NULL, 0);
  } else if (instr->op == CORE_OP_MEMORY_INIT) {
    activation_forget(a, NO_FUNC, &deepest, 1);
  }
  for (s += *s == ':'; *s; s++) activation_push(a, value_fresh(activation_values(a)));
}

// An index that has no name gets one where it is added to the address of an object: so a store there can be told to be one into that object.
static struct value named_index(struct activation *a, struct value index, struct value address) {
  bool nameless = index.kind == VALUE_UNKNOWN && !index.tree;
  bool object = address.kind == VALUE_CONST && (activation_is_object(a, address.bits) || activation_heap_has(a, address.bits));
  return nameless && object ? value_fresh(activation_values(a)) : index;
}

// "k == NULL || v", of which one is known: compilers do not write such numbers down.
static bool is_half_decided(enum core_op op, struct value left, struct value right) {
  if (op != CORE_OP_I32_OR && op != CORE_OP_I32_AND) return false;
  struct value known = left.kind == VALUE_CONST ? left : right;
  bool half = known.kind == VALUE_CONST && left.kind != right.kind;
  return half && known.bits <= (op == CORE_OP_I32_OR);
}

static void numeric(struct activation *a, const struct core_instr *instr) {
  enum core_op op = instr->op;
  const struct core_op_info *info = &core_ops[op];
  const char *s = info->signature;
  bool plain = info->immediate == CORE_IMM_NONE && s[0] && s[0] != '*' && s[0] != 'v' && s[0] != 'r';
  bool equal;
  if (op == CORE_OP_I32_EQZ && a->height && watch_equality(a, a->stack[a->height - 1], value_const(0), &equal)) {
    activation_pop(a);
    activation_push(a, value_const(equal));
  } else if (op == CORE_OP_I32_EQZ && a->height && fold_is_set(activation_values(a), a->stack[a->height - 1])) {
    activation_pop(a);
    activation_push(a, value_const(0));
  } else if (plain && s[1] == ':' && s[2] && !s[3]) {
    activation_push(a, fold_unary(activation_values(a), op, activation_pop(a)));
  } else if (plain && s[1] != ':' && s[2] == ':' && s[3] && !s[4]) {
    struct value right = activation_pop(a), left = activation_pop(a);
    if (!a->evaluation->watched && is_half_decided(op, left, right)) activation_note_decided(a);
    if (op == CORE_OP_I32_ADD || (op == CORE_OP_I64_ADD && a->evaluation->owner->executor))
      left = named_index(a, left, right), right = named_index(a, right, left);
    bool known = (op == CORE_OP_I32_EQ || op == CORE_OP_I32_NE) && watch_equality(a, left, right, &equal);
    activation_push(a, known ? value_const(equal == (op == CORE_OP_I32_EQ)) : fold_binary(activation_values(a), op, left, right));
  } else {
    unknown_step(a, instr);
  }
}

// Does the function make an index into a table of words, or of records of words, of the local?
static bool makes_index(struct activation *a, uint32_t local) {
  struct core_code code = a->code;
  struct core_instr i[3] = {0};
  bool is_made = false;
  unsigned n = 0;
  for (; n < INDEX_SEARCH && !is_made && code_next(&code, &i[2]); n++, i[0] = i[1], i[1] = i[2]) {
    bool is_multiplied = i[1].op == CORE_OP_I32_CONST && ((i[2].op == CORE_OP_I32_SHL && i[1].i32 >= 2 && i[1].i32 < 8) ||
                                                          (i[2].op == CORE_OP_I32_MUL && i[1].i32 > 0 && i[1].i32 % 4 == 0));
    bool is_local = i[0].op == CORE_OP_LOCAL_GET || i[0].op == CORE_OP_LOCAL_TEE;
    is_made = is_multiplied && is_local && i[0].index == local;
  }
  activation_values(a)->work += n / SEARCHED_AT_ONCE;
  return is_made;
}

static struct value name_leaf(void *context, struct value v) {
  return v.kind == VALUE_UNKNOWN && !v.tree ? value_fresh(context) : v;
}

// Where a local that is an index is compared with a small number, what has no name in it gets one: else it could not be told behind the
// comparison that it is the number which was compared. The constant stands between the local and the instruction.
static void name_compared(struct activation *a, const struct core_instr *constant) {
  struct value_table *values = activation_values(a);
  bool is_local = a->seen_local.behind == constant->at && a->height > 0;
  if (!is_local || values->coarse || (uint32_t)constant->i32 > VALUE_ENUMERATED) return;
  struct core_code ahead = a->code;
  struct core_instr next;
  struct value *local = &a->now.locals[a->seen_local.index], *operand = &a->stack[a->height - 1];
  if (!value_is_blurred(values, *local) || !value_equal(*local, *operand) || !code_next(&ahead, &next)) return;
  if (next.op != CORE_OP_I32_LT_U && next.op != CORE_OP_I32_LE_U && next.op != CORE_OP_I32_GT_U && next.op != CORE_OP_I32_GE_U)
    return;
  if (makes_index(a, a->seen_local.index)) *local = *operand = value_map(values, *local, name_leaf, values);
}

static void global_step(struct activation *a, const struct core_instr *instr) {
  struct world *world = &a->now.world;
  bool known = instr->index < world->global_count;
  if (instr->op == CORE_OP_GLOBAL_GET)
    activation_push(a, known ? world_global(world, instr->index) : value_fresh(activation_values(a)));
  else {
    struct value v = activation_pop(a);
    if (known) world_set_global(&a->evaluation->worlds, world, instr->index, v);
    const struct stacked *stacked = a->evaluation->program->instances[a->frame.instance].stacked;
    a->is_closure |= stacked && instr->index == stacked->context;
    const struct asyncified *asyncified = a->evaluation->program->instances[a->frame.instance].asyncified;
    if (asyncified && instr->index == asyncified->state) activation_pause(a);
  }
}

// A function's address, or that of an object in the data that leads to it.
static void see_function(struct activation *a, uint64_t number) {
  const struct evaluate_owner *owner = a->evaluation->owner;
  const struct stacked *stacked = a->evaluation->program->instances[a->frame.instance].stacked;
  if (!owner->executor || !stacked || number < ACTIVATION_VARIABLES) return;
  uint32_t gid = executor_function_at(owner->executor, number);
  uint64_t word = 0;
  if (gid == NO_FUNC && number % sizeof word == 0 && number < stacked->data.size && stacked->data.size - number >= sizeof word) {
    memcpy(&word, stacked->data.at + number, sizeof word);
    gid = executor_function_at(owner->executor, word);
  }
  if (gid != NO_FUNC) owner->function_seen(owner->context, gid, false);
}

static bool owner_made(const struct activation *a) {
  const struct made *made = a->evaluation->owner->made;
  return made && made->count;
}

static void memory_step(struct activation *a, const struct core_instr *instr, const struct shape *shape) {
  struct access access = {a, instr->mem.offset, shape->size, shape->is_signed, shape->wide};
  if (shape->direction == LOAD) {
    struct value address = activation_pop(a);
    activation_push(a, instr->mem.memory ? value_unknown() : load_tree(&access, address));
    return;
  }
  struct value v = activation_pop(a), address = activation_pop(a);
  if (instr->mem.memory) return;
  watch_store(a, address, access.offset, v);
  if (owner_made(a)) made_stored(a, address, access.offset, access.size, v);
  store_tree(a, address, address, &access, v);
}

static uint64_t source_of_local(uint32_t local) { return (uint64_t)local + 1; }

static void local_step(struct activation *a, const struct core_instr *instr) {
  if (instr->index >= a->local_count) {
    a->stopped = true;
    return;
  }
  struct value *local = &a->now.locals[instr->index];
  a->seen_local.behind = a->code.reader.at;
  a->seen_local.index = instr->index;
  if (instr->op == CORE_OP_LOCAL_GET) {
    activation_push(a, *local);
    return;
  }
  struct value v = activation_pop(a);
  *local = v;
  // A condition that was read from it is another one than what it holds now.
  struct value_table *values = activation_values(a);
  if (values->open_source == source_of_local(instr->index)) values->open_source = 0;
  if (values->weak_source == source_of_local(instr->index)) values->weak_source = 0;
  if (a->evaluation->met.source == source_of_local(instr->index)) a->evaluation->met.source = 0;
  if (instr->op == CORE_OP_LOCAL_TEE) activation_push(a, v);
}

// Where it is lost which ways can have led here, a condition that is open on some is so on all: what it is made of could not be told from what never
// goes together.
static struct value select(struct activation *a, struct value condition, struct value first, struct value second) {
  struct value_table *values = activation_values(a);
  first = activation_narrow(a, first, condition, true), second = activation_narrow(a, second, condition, false);
  bool lost = value_is_blurred(values, a->now.world.path),
       known = !value_is_blurred(values, first) && !value_is_blurred(values, second);
  if (lost && known && condition.kind == VALUE_TREE && value_is_blurred(values, condition))
    condition = fold_open(values, condition);
  return fold_select(values, condition, first, second);
}

void activation_step(struct activation *a, const struct core_instr *instr) {
  switch (instr->op) {
    case CORE_OP_LOCAL_GET:
    case CORE_OP_LOCAL_SET:
    case CORE_OP_LOCAL_TEE: local_step(a, instr); return;
    case CORE_OP_I32_CONST:
      name_compared(a, instr);
      activation_push(a, watch_address(a, value_const((uint32_t)instr->i32)));
      return;
    case CORE_OP_I64_CONST:
      activation_push(a, value_const((uint64_t)instr->i64));
      if (a->evaluation->owner->function_seen) see_function(a, (uint64_t)instr->i64);
      return;
    case CORE_OP_F32_CONST: activation_push(a, value_const(instr->f32_bits)); return;
    case CORE_OP_F64_CONST: activation_push(a, value_const(instr->f64_bits)); return;
    case CORE_OP_GLOBAL_GET:
    case CORE_OP_GLOBAL_SET: global_step(a, instr); return;
    case CORE_OP_DROP: activation_pop(a); return;
    case CORE_OP_NOP: return;
    case CORE_OP_SELECT:
    case CORE_OP_SELECT_T: {
      struct value condition = activation_pop_condition(a), second = activation_pop(a), first = activation_pop(a);
      watch_condition(a, condition);
      // What was not just read from a local has no other like it.
      bool is_local = a->seen_local.behind == instr->at;
      activation_values(a)->source = is_local ? source_of_local(a->seen_local.index) : UINT64_MAX - activation_values(a)->sources++;
      uint32_t number;
      bool outcome, forced = activation_meet(a, condition, is_local ? source_of_local(a->seen_local.index) : 0, &number, &outcome);
      if (value_are_addresses(first, second)) activation_note_chooser(a, number);
      activation_push(a, forced ? (outcome ? first : second) : select(a, condition, first, second));
      return;
    }
    case CORE_OP_MEMORY_COPY:
    case CORE_OP_MEMORY_FILL: bulk(a, instr); return;
    default: break;
  }
  if (shapes[instr->op].direction)
    memory_step(a, instr, &shapes[instr->op]);
  else
    numeric(a, instr);
}
