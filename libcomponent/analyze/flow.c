// The reading of one body. An operand stack of bounded depth (what lies deeper is unknown), the locals, and a small table of frame words. What
// was assigned on one of the ways that meet at the end of a block is unknown from there on. A
// pointer that a local or a word holds and that is replaced by one with the same base was moved, most often by a loop that comes back to
// what stands before: then nothing is known of the offsets of that base in the whole function.

#include "flow.h"

enum {
  OPERANDS = 256,
  CONTROLS = 256,
  WORDS = 64,
  MOVED = 16,
  RESULT = 24,  // bytes of the frame that a callee is taken to write to, which gets a pointer to them
};

struct word {
  int64_t at;  // below the frame pointer's value at entry
  struct flow_value value;
};

// A local or a word got a pointer.
struct change {
  bool is_word;
  uint32_t local;
  int64_t at;
  struct flow_value before;
};

struct control {
  bool is_loop;          // branches go to its beginning
  bool joins;            // several ways meet at its end
  uint32_t height;       // of the operands where it began
  size_t begin, joined;  // changes before it, and before the last branch to its end
};

struct flow_reader {
  struct program *program;
  struct cm_arena *arena;
  struct image_range near;
  uint32_t instance;
  const struct core_module *module;
  struct flow_value operands[OPERANDS];
  uint32_t height;
  struct control controls[CONTROLS];
  size_t depth;
  bool dead;  // code behind a branch
  struct change *changes;
  size_t change_count, change_room;
  struct flow_value *locals;
  size_t local_count, local_room;
  struct word words[WORDS];
  size_t word_count, next_word;
  struct flow_value moved[MOVED];
  size_t moved_count;
  struct flow_effect *effects;
  size_t effect_count, effect_room;
  bool no_memory;
};

static struct flow_value unknown(void) { return (struct flow_value){0}; }

static bool is_pointer(struct flow_value v) { return v.kind == FLOW_CONSTANT || v.kind == FLOW_PARAMETER; }

static bool same_base(struct flow_value a, struct flow_value b) { return a.kind == b.kind && a.of == b.of; }

static void push(struct flow_reader *r, struct flow_value v) {
  if (r->height < OPERANDS) r->operands[r->height] = v;
  r->height++;
}

static struct flow_value pop(struct flow_reader *r) {
  if (!r->height) return unknown();
  r->height--;
  return r->height < OPERANDS ? r->operands[r->height] : unknown();
}

static void drop(struct flow_reader *r, uint32_t count) { r->height -= count < r->height ? count : r->height; }

static void push_unknown(struct flow_reader *r, uint32_t count) {
  while (count--) push(r, unknown());
}

static void push_number(struct flow_reader *r, uint64_t bits) {
  bool near = bits >= r->near.from && bits < r->near.to;
  push(r, (struct flow_value){near ? FLOW_CONSTANT : FLOW_NUMBER, true, bits, 0});
}

// --- offsets ---

static struct flow_value moved_by(struct flow_value v, int64_t by) {
  v.offset += by;
  if (v.offset > INT32_MAX || v.offset < INT32_MIN) v.exact = false, v.offset = 0;
  return v;
}

static bool is_number(struct flow_value v) { return v.kind == FLOW_NUMBER || (v.kind == FLOW_CONSTANT && !v.offset && v.exact); }

// How much of a base the value is: of two that are added the one with more is it, the other one is its offset.
static unsigned weight(struct flow_value v) {
  static const unsigned weights[] = {
      [FLOW_UNKNOWN] = 1, [FLOW_NUMBER] = 0, [FLOW_CONSTANT] = 2, [FLOW_PARAMETER] = 3, [FLOW_FRAME] = 3};
  return weights[v.kind];
}

static struct flow_value add(struct flow_value a, struct flow_value b) {
  bool swap = weight(a) < weight(b) || (weight(a) == weight(b) && a.kind == FLOW_CONSTANT && a.of < b.of);
  if (swap) return add(b, a);
  if (a.kind == FLOW_UNKNOWN) return a;
  if (a.kind == FLOW_NUMBER) return (struct flow_value){FLOW_NUMBER, true, (uint32_t)(a.of + b.of), 0};
  if (is_number(b)) return moved_by(a, (int32_t)b.of);
  a.exact = false;
  return a;
}

static struct flow_value subtract(struct flow_value a, struct flow_value b) {
  if (is_number(b)) return add(a, (struct flow_value){FLOW_NUMBER, true, (uint32_t)-b.of, 0});
  if (b.kind == FLOW_UNKNOWN) return add(a, b);
  return unknown();
}

// --- where values are kept ---

static void note_moved(struct flow_reader *r, struct flow_value before, struct flow_value after) {
  bool moved = is_pointer(after) && same_base(before, after) && (before.offset != after.offset || !after.exact);
  if (!moved || r->moved_count == MOVED) return;
  r->moved[r->moved_count++] = after;
}

static void note_change(struct flow_reader *r, struct change change) {
  if (!cm_grow(r->arena, &r->changes, &r->change_room, r->change_count, sizeof *r->changes))
    r->no_memory = true;
  else
    r->changes[r->change_count++] = change;
}

static void set_local(struct flow_reader *r, uint32_t index, struct flow_value v) {
  if (index >= r->local_count) return;
  struct flow_value before = r->locals[index];
  note_moved(r, before, v);
  if (is_pointer(before) || is_pointer(v)) note_change(r, (struct change){.local = index, .before = before});
  r->locals[index] = v;
}

static struct word *find_word(struct flow_reader *r, int64_t at) {
  for (size_t i = 0; i < r->word_count; i++)
    if (r->words[i].at == at) return &r->words[i];
  return NULL;
}

static void set_word(struct flow_reader *r, int64_t at, struct flow_value v) {
  struct word *word = find_word(r, at);
  struct flow_value before = word ? word->value : unknown();
  note_moved(r, before, v);
  if (is_pointer(before) || is_pointer(v)) note_change(r, (struct change){.is_word = true, .at = at, .before = before});
  if (word) {
    word->value = v;
  } else if (v.kind != FLOW_UNKNOWN) {
    // When the table is full the oldest goes.
    size_t place = r->word_count < WORDS ? r->word_count++ : r->next_word++ % WORDS;
    r->words[place] = (struct word){at, v};
  }
}

static void put_back(struct flow_reader *r, const struct change *change, struct flow_value v) {
  if (!change->is_word) {
    r->locals[change->local] = v;
    return;
  }
  struct word *word = find_word(r, change->at);
  if (word) word->value = v;
}

// --- effects ---

static void add_effect(struct flow_reader *r, struct flow_effect effect) {
  if (!cm_grow(r->arena, &r->effects, &r->effect_room, r->effect_count, sizeof *r->effects))
    r->no_memory = true;
  else
    r->effects[r->effect_count++] = effect;
}

static void store(struct flow_reader *r, struct flow_value address, uint64_t offset, uint64_t size, struct flow_value v) {
  if (address.kind == FLOW_FRAME && address.exact && size == 4) {
    set_word(r, address.offset + (int64_t)offset, v);
    return;
  }
  // Where the address is an index, the offset of the instruction may be the array's.
  bool array = address.kind == FLOW_UNKNOWN && offset >= r->near.from && offset < r->near.to;
  if (array) address = (struct flow_value){FLOW_CONSTANT, false, offset, 0}, offset = 0;
  if (is_pointer(address)) add_effect(r, (struct flow_effect){.pointer = moved_by(address, (int64_t)offset), .size = size});
}

static struct flow_value load(struct flow_reader *r, struct flow_value address, uint64_t offset) {
  // Unoptimized code has the whole address in the offset.
  if (address.kind == FLOW_NUMBER && address.of + offset >= r->near.from && address.of + offset < r->near.to)
    address.kind = FLOW_CONSTANT;
  if (address.kind == FLOW_CONSTANT)
    add_effect(r, (struct flow_effect){.act = FLOW_READS, .pointer = moved_by(address, (int64_t)offset)});
  if (address.kind != FLOW_FRAME || !address.exact) return unknown();
  const struct word *word = find_word(r, address.offset + (int64_t)offset);
  return word ? word->value : unknown();
}

// --- instructions ---

// The only function that the call can mean; NO_FUNC: there are several, or the code is left.
static uint32_t callee_of(struct flow_reader *r, const struct core_instr *i) {
  if (i->op == CORE_OP_CALL || i->op == CORE_OP_RETURN_CALL)
    return i->index < r->module->func_count ? program_callee(r->program, r->instance, i->index, NULL) : NO_FUNC;
  if (i->op != CORE_OP_CALL_INDIRECT && i->op != CORE_OP_RETURN_CALL_INDIRECT) return NO_FUNC;
  if (i->pair.a >= r->module->type_count) return NO_FUNC;
  const struct program_kind *kind = program_kind_of(r->program, r->instance, i->pair.a, i->pair.b);
  return kind && kind->target_count == 1 ? kind->targets[0] : NO_FUNC;
}

static const struct core_type *type_of_call(const struct flow_reader *r, const struct core_instr *i) {
  bool direct = i->op == CORE_OP_CALL || i->op == CORE_OP_RETURN_CALL;
  if (direct) return core_func_type(r->module, i->index);
  bool indirect = i->op == CORE_OP_CALL_INDIRECT || i->op == CORE_OP_RETURN_CALL_INDIRECT;
  uint32_t type = indirect ? i->pair.a : i->index;
  return type < r->module->type_count && r->module->types[type].kind == CORE_FUNC_TYPE ? &r->module->types[type] : NULL;
}

static void forget_result(struct flow_reader *r, struct flow_value frame) {
  for (size_t w = 0; w < r->word_count; w++) {
    int64_t at = r->words[w].at;
    if (at >= frame.offset && at < frame.offset + RESULT) set_word(r, at, unknown());
  }
}

static void call(struct flow_reader *r, const struct core_instr *i) {
  const struct core_type *type = type_of_call(r, i);
  if (i->op != CORE_OP_CALL && i->op != CORE_OP_RETURN_CALL) drop(r, 1);
  if (!type) return;
  uint32_t callee = callee_of(r, i);
  for (uint32_t a = type->param_count; a-- > 0;) {
    struct flow_value v = pop(r);
    if (callee != NO_FUNC && is_pointer(v))
      add_effect(r, (struct flow_effect){.act = FLOW_PASSES, .pointer = v, .callee = callee, .argument = a});
    if (v.kind == FLOW_FRAME && v.exact) forget_result(r, v);
  }
  push_unknown(r, type->result_count);
}

static void begin_block(struct flow_reader *r, enum core_op op) {
  bool joins = op == CORE_OP_IF || op == CORE_OP_TRY;
  if (r->depth < CONTROLS)
    r->controls[r->depth] = (struct control){op == CORE_OP_LOOP, joins, r->height, r->change_count, r->change_count};
  r->depth++;
}

// The other way begins as the first one did. What was assigned on it is unknown where they meet.
static void begin_else(struct flow_reader *r) {
  struct control *c = r->depth && r->depth <= CONTROLS ? &r->controls[r->depth - 1] : NULL;
  if (!c) return;
  for (size_t i = r->change_count; i-- > c->begin;) put_back(r, &r->changes[i], r->changes[i].before);
  if (!r->dead) c->joined = r->change_count;
  c->joins |= !r->dead;
  r->dead = false;
  if (c->height < r->height) r->height = c->height;
}

static void end_block(struct flow_reader *r) {
  struct control *c = r->depth && r->depth <= CONTROLS ? &r->controls[r->depth - 1] : NULL;
  r->depth -= r->depth != 0;
  if (!c) return;
  if (c->height < r->height) r->height = c->height;
  push(r, unknown());  // a result, if there is one; one too many does no harm
  for (size_t i = r->change_count; r->dead && i-- > c->joined;) put_back(r, &r->changes[i], r->changes[i].before);
  for (size_t i = c->begin; c->joins && i < (r->dead ? c->joined : r->change_count); i++) put_back(r, &r->changes[i], unknown());
  if (r->dead || c->joins) {  // what is unknown now, or as it was, has not to be said again
    size_t kept = c->joins ? c->begin : c->joined;
    r->change_count = kept < r->change_count ? kept : r->change_count;
  }
  r->dead &= !c->joins;
}

static void branch(struct flow_reader *r, uint32_t label) {
  size_t at = r->depth - label - 1;
  if (label >= r->depth || at >= CONTROLS || r->controls[at].is_loop) return;
  r->controls[at].joins = true;
  r->controls[at].joined = r->change_count;
}

static void branch_table(struct flow_reader *r, const struct core_instr *i) {
  struct cm_span labels = i->br_table.labels;
  uint32_t label;
  for (uint64_t n = 0; n <= i->br_table.count && core_next_label(&labels, &label); n++) branch(r, label);
}

static void control(struct flow_reader *r, const struct core_instr *i) {
  switch (i->op) {
    case CORE_OP_IF: drop(r, 1); /* fall through */
    case CORE_OP_BLOCK:
    case CORE_OP_LOOP:
    case CORE_OP_TRY:
    case CORE_OP_TRY_TABLE: begin_block(r, i->op); return;
    case CORE_OP_ELSE: begin_else(r); return;
    case CORE_OP_END:
    case CORE_OP_DELEGATE: end_block(r); return;
    case CORE_OP_BR_IF:
    case CORE_OP_BR_TABLE: drop(r, 1); break;
    default: break;
  }
  if (i->op == CORE_OP_BR || i->op == CORE_OP_BR_IF) branch(r, i->index);
  if (i->op == CORE_OP_BR_TABLE) branch_table(r, i);
  r->dead |= i->op == CORE_OP_BR || i->op == CORE_OP_BR_TABLE || i->op == CORE_OP_RETURN || i->op == CORE_OP_UNREACHABLE;
}

static void by_signature(struct flow_reader *r, const struct core_instr *i) {
  const struct core_op_info *info = &core_ops[i->op];
  struct flow_value first = unknown(), top = unknown();
  size_t pops = strcspn(info->signature, ":");
  for (size_t n = 0; n < pops; n++) {
    first = pop(r);
    if (!n) top = first;
  }
  bool results = info->signature[pops] && info->signature[pops + 1];
  if (info->immediate == CORE_IMM_MEMARG && !i->mem.memory) {
    if (pops == 2 && !results) {
      store(r, first, i->mem.offset, UINT64_C(1) << core_op_align_log2(i->op), top);
      return;
    }
    if (i->op == CORE_OP_I32_LOAD) {
      push(r, load(r, first, i->mem.offset));
      return;
    }
  }
  bool bulk = i->op == CORE_OP_MEMORY_COPY || i->op == CORE_OP_MEMORY_FILL;
  if (bulk && is_pointer(first))
    add_effect(r, (struct flow_effect){.pointer = first, .size = top.kind == FLOW_NUMBER ? top.of : 0});
  if (info->signature[pops]) push_unknown(r, (uint32_t)strlen(info->signature + pops + 1));
}

static void step(struct flow_reader *r, const struct core_instr *i) {
  struct flow_value a, b;
  switch (i->op) {
    case CORE_OP_I32_CONST: push_number(r, (uint32_t)i->i32); return;
    case CORE_OP_I64_CONST: push_number(r, (uint64_t)i->i64); return;
    case CORE_OP_LOCAL_GET: push(r, i->index < r->local_count ? r->locals[i->index] : unknown()); return;
    case CORE_OP_LOCAL_SET: set_local(r, i->index, pop(r)); return;
    case CORE_OP_LOCAL_TEE:
      a = pop(r);
      set_local(r, i->index, a);
      push(r, a);
      return;
    case CORE_OP_GLOBAL_GET: {
      bool stack = i->index == r->program->instances[r->instance].stack_global;
      push(r, stack ? (struct flow_value){FLOW_FRAME, true, 0, 0} : unknown());
      return;
    }
    case CORE_OP_GLOBAL_SET:
    case CORE_OP_DROP: drop(r, 1); return;
    case CORE_OP_I32_ADD:
    case CORE_OP_I32_SUB:
      b = pop(r), a = pop(r);
      push(r, i->op == CORE_OP_I32_ADD ? add(a, b) : subtract(a, b));
      return;
    case CORE_OP_SELECT:
    case CORE_OP_SELECT_T:
      drop(r, 1);
      b = pop(r), a = pop(r);
      push(r, same_base(a, b) ? a : unknown());
      return;
    case CORE_OP_CALL:
    case CORE_OP_CALL_INDIRECT:
    case CORE_OP_CALL_REF:
    case CORE_OP_RETURN_CALL:
    case CORE_OP_RETURN_CALL_INDIRECT:
    case CORE_OP_RETURN_CALL_REF: call(r, i); return;
    default: break;
  }
  if (core_ops[i->op].signature[0] == '*')
    control(r, i);
  else
    by_signature(r, i);
}

// --- a body ---

static bool begin(struct flow_reader *r, uint32_t gid, struct core_code *code) {
  r->instance = r->program->instance_of[gid];
  r->module = r->program->instances[r->instance].module;
  r->height = 0;
  r->depth = r->word_count = r->next_word = r->moved_count = r->effect_count = r->change_count = 0;
  r->dead = false;
  uint32_t declared, func = program_func(r->program, gid);
  const struct core_type *type = core_func_type(r->module, func);
  if (!type || func < r->module->imported[CORE_FUNC] || !core_code_begin(code, NULL, r->module, func, NULL, &declared, NULL))
    return false;
  r->local_count = (size_t)type->param_count + declared;
  while (r->local_room < r->local_count)
    if (!cm_grow(r->arena, &r->locals, &r->local_room, r->local_room, sizeof *r->locals)) {
      r->no_memory = true;
      return false;
    }
  for (uint32_t l = 0; l < r->local_count; l++)
    r->locals[l] = l < type->param_count ? (struct flow_value){FLOW_PARAMETER, true, l, 0} : unknown();
  return true;
}

struct flow_reader *flow_reader_new(struct program *program, struct cm_arena *arena, struct image_range near) {
  struct flow_reader *r = cm_alloc(arena, sizeof *r);
  if (r) r->program = program, r->arena = arena, r->near = near;
  return r;
}

bool flow_read(struct flow_reader *r, uint32_t gid, const struct flow_effect **effects, size_t *count) {
  struct core_code code;
  *count = 0;
  if (!begin(r, gid, &code)) return !r->no_memory;
  for (struct core_instr i; !r->no_memory && core_code_next(&code, &i);) step(r, &i);
  for (size_t e = 0; e < r->effect_count; e++) {
    struct flow_value *pointer = &r->effects[e].pointer;
    for (size_t m = 0; m < r->moved_count; m++) pointer->exact &= !same_base(*pointer, r->moved[m]);
    // What was moved on from where it began does not point to before it: a loop's body often counts from its end.
    if (!pointer->exact && pointer->offset < 0) pointer->offset = 0;
  }
  *effects = r->effects;
  *count = r->effect_count;
  return !r->no_memory;
}
