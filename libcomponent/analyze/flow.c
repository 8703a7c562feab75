// The reading of one body: where pointers are kept, and what each instruction does with them.
//
// What lies deeper on the operand stack than its bound is unknown. A pointer that a local or a word holds and that is replaced by one with the
// same base was moved, most often by a loop that comes back to what stands before: then nothing is known of the offsets of that base in the
// whole function.

#include "flow_reader.h"

static bool is_pointer(struct flow_value v) { return v.kind == FLOW_CONSTANT || v.kind == FLOW_PARAMETER || v.kind == FLOW_HELD; }

// What it is matters where ways meet.
static bool is_followed(struct flow_value v) { return is_pointer(v) || v.kind == FLOW_FRAME; }

static bool same_base(struct flow_value a, struct flow_value b) {
  return a.kind == b.kind && a.of == b.of && a.at == b.at && a.step == b.step;
}

uint64_t flow_common_step(uint64_t a, uint64_t b) {
  while (b) {
    uint64_t rest = a % b;
    a = b, b = rest;
  }
  return a;
}

static uint64_t distance(int64_t a, int64_t b) { return (uint64_t)(a > b ? a - b : b - a); }

void flow_push(struct flow_reader *r, struct flow_value v) {
  if (r->height < OPERANDS) r->operands[r->height] = v;
  r->height++;
}

static struct flow_value pop(struct flow_reader *r) {
  if (!r->height) return flow_unknown();
  r->height--;
  return r->height < OPERANDS ? r->operands[r->height] : flow_unknown();
}

void flow_drop(struct flow_reader *r, uint32_t count) { r->height -= count < r->height ? count : r->height; }

static void push_unknown(struct flow_reader *r, uint32_t count) {
  while (count--) flow_push(r, flow_unknown());
}

static void push_number(struct flow_reader *r, uint64_t bits) {
  bool near = bits >= r->near.from && bits < r->near.to;
  flow_push(r, (struct flow_value){.kind = near ? FLOW_CONSTANT : FLOW_NUMBER, .exact = true, .of = bits});
}

// --- offsets ---

static struct flow_value moved_by(struct flow_value v, int64_t by) {
  v.offset += by;
  if (v.offset > INT32_MAX || v.offset < INT32_MIN) v.exact = false, v.offset = 0;
  return v;
}

static bool is_number(struct flow_value v) { return v.kind == FLOW_NUMBER || (v.kind == FLOW_CONSTANT && !v.offset && v.exact); }

// How much of a base the value is: of two that are added the one with more is it, the other one is its offset. What a parameter leads to
// is as often a number.
static unsigned weight(struct flow_value v) {
  static const unsigned weights[] = {[FLOW_UNKNOWN] = 1,   [FLOW_NUMBER] = 0, [FLOW_HELD] = 2, [FLOW_CONSTANT] = 3,
                                     [FLOW_PARAMETER] = 4, [FLOW_FRAME] = 4,  [FLOW_TWIN] = 1};
  return weights[v.kind];
}

static struct flow_value add(struct flow_value a, struct flow_value b) {
  bool swap = weight(a) < weight(b) || (weight(a) == weight(b) && a.kind == FLOW_CONSTANT && a.of < b.of);
  if (swap) return add(b, a);
  if (a.kind == FLOW_UNKNOWN) return a;
  if (a.kind == FLOW_NUMBER) return (struct flow_value){.kind = FLOW_NUMBER, .exact = true, .of = (uint32_t)(a.of + b.of)};
  if (is_number(b)) return moved_by(a, (int32_t)b.of);
  a.exact = false;
  return a;
}

static struct flow_value subtract(struct flow_value a, struct flow_value b) {
  if (is_number(b)) return add(a, (struct flow_value){.kind = FLOW_NUMBER, .exact = true, .of = (uint32_t)-b.of});
  if (b.kind == FLOW_UNKNOWN) return add(a, b);
  return flow_unknown();
}

// --- where values are kept ---

static void note_moved(struct flow_reader *r, struct flow_value before, struct flow_value after) {
  bool moved = is_pointer(after) && same_base(before, after) && (before.offset != after.offset || !after.exact);
  if (!moved) return;
  uint64_t by = before.exact && after.exact ? distance(before.offset, after.offset) : 1;
  for (size_t m = 0; m < r->moved_count; m++)
    if (same_base(r->moved[m].pointer, after)) {
      r->moved[m].by = flow_common_step(r->moved[m].by, by);
      return;
    }
  if (r->moved_count < MOVED) r->moved[r->moved_count++] = (struct move){after, by};
}

static void note_change(struct flow_reader *r, struct change change) {
  if (!cm_grow(r->arena, &r->changes, &r->change_room, r->change_count, sizeof *r->changes))
    r->no_memory = true;
  else
    r->changes[r->change_count++] = change;
}

// The frame's address too may be moved on, over a list of variable arguments. That is known in a second reading alone. Of which local such
// an address was made is in `of`, as long as it is on the operand stack.
static void note_roaming(struct flow_reader *r, uint32_t local, struct flow_value before, struct flow_value after) {
  bool in_loop = false, same = before.kind == FLOW_FRAME && after.kind == FLOW_FRAME && after.of == local + UINT64_C(1);
  for (size_t i = 0; i < r->depth && i < CONTROLS && !in_loop; i++) in_loop = r->controls[i].is_loop;
  if (!same || !in_loop || after.offset <= before.offset || after.offset - before.offset > STEP) return;
  r->roams[local] = flow_common_step(r->roams[local], distance(after.offset, before.offset));
  r->any_roams = true;
}

static struct flow_value get_local(const struct flow_reader *r, uint32_t index) {
  struct flow_value v = index < r->local_count ? r->locals[index] : flow_unknown();
  if (v.kind == FLOW_FRAME) v.of = index + UINT64_C(1), v.step = r->is_second ? r->roams[index] : 0;
  return v;
}

static void set_local(struct flow_reader *r, uint32_t index, struct flow_value v) {
  if (index >= r->local_count) return;
  struct flow_value before = r->locals[index];
  note_moved(r, before, v);
  note_roaming(r, index, before, v);
  if (v.kind == FLOW_FRAME) v.of = v.step = 0;
  if (is_followed(before) || is_followed(v)) note_change(r, (struct change){.local = index, .before = before});
  r->locals[index] = v;
}

struct word *flow_find_word(struct flow_reader *r, int64_t at) {
  for (size_t i = 0; i < r->word_count; i++)
    if (r->words[i].at == at) return &r->words[i];
  return NULL;
}

static void set_word(struct flow_reader *r, int64_t at, struct flow_value v) {
  struct word *word = flow_find_word(r, at);
  struct flow_value before = word ? word->value : flow_unknown();
  if (v.kind == FLOW_FRAME) v.of = v.step = 0;
  note_moved(r, before, v);
  if (is_followed(before) || is_followed(v)) note_change(r, (struct change){.is_word = true, .at = at, .before = before});
  if (word) {
    word->value = v;
  } else if (v.kind != FLOW_UNKNOWN) {
    // When the table is full the oldest goes.
    size_t place = r->word_count < WORDS ? r->word_count++ : r->next_word++ % WORDS;
    r->words[place] = (struct word){at, v};
  }
}

// A pointer may be null; beside another number it is not what it looks like.
struct flow_value flow_either(struct flow_value a, struct flow_value b) {
  if (!is_pointer(a) && is_pointer(b)) return flow_either(b, a);
  if (!is_pointer(a)) return a.kind == b.kind && a.of == b.of && a.offset == b.offset ? a : flow_unknown();
  if (!is_pointer(b)) return b.kind == FLOW_NUMBER && b.of ? flow_unknown() : a;
  if (a.kind != b.kind || a.of != b.of) return flow_unknown();
  a.step = flow_common_step(flow_common_step(a.step, b.step), distance(a.at, b.at));
  if (a.offset != b.offset) a.exact = false;
  if (b.offset < a.offset) a.offset = b.offset;
  a.exact &= b.exact;
  return a;
}

// --- effects ---

static void add_effect(struct flow_reader *r, struct flow_effect effect) {
  if (!cm_grow(r->arena, &r->effects, &r->effect_room, r->effect_count, sizeof *r->effects))
    r->no_memory = true;
  else
    r->effects[r->effect_count++] = effect;
}

static void store(struct flow_reader *r, struct flow_value address, uint64_t offset, uint64_t size, struct flow_value v) {
  int64_t at = address.offset + (int64_t)offset;
  if (address.kind == FLOW_FRAME && address.exact && size == 4) {
    set_word(r, at, v.kind == FLOW_TWIN ? flow_unknown() : v);
    return;
  }
  if (address.kind == FLOW_FRAME && address.exact && size == 8) {
    bool known = v.kind == FLOW_TWIN && r->next_twin - v.of <= TWINS;
    struct twin twin = known ? r->twins[v.of % TWINS] : (struct twin){{0}, {0}};
    set_word(r, at, twin.low);
    set_word(r, at + 4, twin.high);
    return;
  }
  // Where the address is an index, the offset of the instruction may be the array's.
  bool array = address.kind == FLOW_UNKNOWN && offset >= r->near.from && offset < r->near.to;
  if (array) address = (struct flow_value){.kind = FLOW_CONSTANT, .of = offset}, offset = 0;
  if (is_pointer(address)) add_effect(r, (struct flow_effect){.pointer = moved_by(address, (int64_t)offset), .size = size});
}

// The pointer in one of the words from there on.
static struct flow_value some_word(const struct flow_reader *r, int64_t from, uint64_t step) {
  struct flow_value v = flow_unknown();
  for (size_t w = 0; w < r->word_count; w++) {
    uint64_t apart = (uint64_t)(r->words[w].at - from);
    if (apart >= PASSED || apart % step || !is_pointer(r->words[w].value)) continue;
    v = is_pointer(v) ? flow_either(v, r->words[w].value) : r->words[w].value;
  }
  return v;
}

// What the data hold at a constant address, where that is a pointer to what is of interest.
static struct flow_value data_word(const struct flow_reader *r, uint64_t address) {
  const struct image *image = program_image(r->program, r->program->instances[r->instance].memory_owner);
  uint32_t word = 0;
  for (unsigned i = 0; i < 4; i++) {
    uint8_t byte = 0;
    bool weak;
    if (!image || !image_byte(image, address + i, &byte, &weak)) return flow_unknown();
    word |= (uint32_t)byte << 8 * i;
  }
  if (word < r->near.from || word >= r->near.to) return flow_unknown();
  return (struct flow_value){.kind = FLOW_CONSTANT, .exact = true, .of = word};
}

static struct flow_value load(struct flow_reader *r, struct flow_value address, uint64_t offset) {
  int64_t at = address.offset + (int64_t)offset;
  if (address.kind == FLOW_PARAMETER)
    return (struct flow_value){.kind = FLOW_HELD, .exact = true, .of = address.of, .at = at, .step = !address.exact};
  if (address.kind == FLOW_FRAME && address.step) return some_word(r, at, address.step);
  if (address.kind == FLOW_FRAME && address.exact) {
    const struct word *word = flow_find_word(r, at);
    return word ? word->value : flow_unknown();
  }
  bool constant = address.exact && (address.kind == FLOW_CONSTANT || address.kind == FLOW_NUMBER);
  return constant ? data_word(r, address.of + (uint64_t)at) : flow_unknown();
}

static struct flow_value load_word(struct flow_reader *r, struct flow_value address, uint64_t offset) {
  // Unoptimized code has the whole address in the offset.
  if (address.kind == FLOW_NUMBER && address.of + offset >= r->near.from && address.of + offset < r->near.to)
    address.kind = FLOW_CONSTANT;
  if (address.kind == FLOW_CONSTANT)
    add_effect(r, (struct flow_effect){.act = FLOW_READS, .pointer = moved_by(address, (int64_t)offset)});
  return load(r, address, offset);
}

static struct flow_value load_twin(struct flow_reader *r, struct flow_value address, uint64_t offset) {
  struct twin twin = {load(r, address, offset), load(r, address, offset + 4)};
  if (!is_pointer(twin.low) && !is_pointer(twin.high)) return flow_unknown();
  r->twins[r->next_twin % TWINS] = twin;
  return (struct flow_value){.kind = FLOW_TWIN, .of = r->next_twin++};
}

// A struct that is copied to the frame.
static void copy_words(struct flow_reader *r, struct flow_value to, struct flow_value from, struct flow_value size) {
  if (to.kind != FLOW_FRAME || !to.exact || size.kind != FLOW_NUMBER || size.of > PASSED) return;
  struct flow_value words[PASSED / 4];
  for (size_t i = 0; i < size.of / 4; i++) words[i] = load(r, from, 4 * i);
  for (size_t i = 0; i < size.of / 4; i++) set_word(r, to.offset + (int64_t)(4 * i), words[i]);
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

// A parameter stays: unoptimized code has all of them in the frame, wherever an object beside them ends.
static void forget_result(struct flow_reader *r, struct flow_value frame) {
  for (size_t w = 0; w < r->word_count; w++) {
    int64_t at = r->words[w].at;
    if (r->words[w].value.kind != FLOW_PARAMETER && at >= frame.offset && at < frame.offset + RESULT)
      set_word(r, at, flow_unknown());
  }
}

// The host's functions that write to where the words of a list point (Preview 1: `iovec`), by the argument that is the list.
static const struct filler {
  const char *name;
  uint32_t argument;
} fillers[] = {{"fd_read", 1}, {"fd_pread", 1}, {"sock_recv", 1}};

static bool fills(const struct flow_reader *r, const struct core_instr *i, uint32_t argument) {
  bool direct = i->op == CORE_OP_CALL || i->op == CORE_OP_RETURN_CALL;
  if (!direct || i->index >= r->module->imported[CORE_FUNC]) return false;
  const struct core_import *import = &r->module->imports[r->module->funcs[i->index].import];
  if (!cm_str_is(import->module, "wasi_snapshot_preview1")) return false;
  for (size_t f = 0; f < sizeof fillers / sizeof *fillers; f++)
    if (fillers[f].argument == argument && cm_str_is(import->name, fillers[f].name)) return true;
  return false;
}

// Pointers in the frame, from where an argument points on. `filled`: the callee writes to where they point.
static void pass_words(struct flow_reader *r, struct flow_value frame, bool filled, uint32_t callee, uint32_t argument) {
  for (size_t w = 0; w < r->word_count; w++) {
    int64_t at = r->words[w].at - frame.offset;
    if (at < 0 || at >= PASSED || !is_pointer(r->words[w].value)) continue;
    if (filled)
      add_effect(r, (struct flow_effect){.act = FLOW_WRITES, .pointer = r->words[w].value});
    else if (callee != NO_FUNC)
      add_effect(r, (struct flow_effect){FLOW_PASSES, r->words[w].value, 0, callee, argument, true, at});
  }
}

static void pass(struct flow_reader *r, struct flow_value v, bool filled, uint32_t callee, uint32_t argument) {
  if (filled && is_pointer(v)) add_effect(r, (struct flow_effect){.act = FLOW_WRITES, .pointer = v, .within = true});
  if (v.kind == FLOW_FRAME && v.exact) pass_words(r, v, filled, callee, argument);
  if (callee != NO_FUNC && is_pointer(v))
    add_effect(r, (struct flow_effect){.act = FLOW_PASSES, .pointer = v, .callee = callee, .argument = argument});
}

static void call(struct flow_reader *r, const struct core_instr *i) {
  const struct core_type *type = type_of_call(r, i);
  if (i->op != CORE_OP_CALL && i->op != CORE_OP_RETURN_CALL) flow_drop(r, 1);
  if (!type) return;
  uint32_t callee = callee_of(r, i);
  uint32_t height = r->height;
  for (uint32_t a = type->param_count; a-- > 0;) pass(r, pop(r), fills(r, i, a), callee, a);
  r->height = height;
  for (uint32_t a = type->param_count; a-- > 0;) {
    struct flow_value v = pop(r);
    if (v.kind == FLOW_FRAME && v.exact) forget_result(r, v);
  }
  push_unknown(r, type->result_count);
}

static void by_signature(struct flow_reader *r, const struct core_instr *i) {
  const struct core_op_info *info = &core_ops[i->op];
  struct flow_value first = flow_unknown(), second = flow_unknown(), top = flow_unknown();
  size_t pops = strcspn(info->signature, ":");
  for (size_t n = 0; n < pops; n++) {
    second = first;
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
      flow_push(r, load_word(r, first, i->mem.offset));
      return;
    }
    if (i->op == CORE_OP_I64_LOAD) {
      flow_push(r, load_twin(r, first, i->mem.offset));
      return;
    }
  }
  bool bulk = i->op == CORE_OP_MEMORY_COPY || i->op == CORE_OP_MEMORY_FILL;
  if (bulk && is_pointer(first))
    add_effect(r, (struct flow_effect){.pointer = first, .size = top.kind == FLOW_NUMBER ? top.of : 0});
  if (i->op == CORE_OP_MEMORY_COPY) copy_words(r, first, second, top);
  if (info->signature[pops]) push_unknown(r, (uint32_t)strlen(info->signature + pops + 1));
}

static void step(struct flow_reader *r, const struct core_instr *i) {
  struct flow_value a, b;
  switch (i->op) {
    case CORE_OP_I32_CONST: push_number(r, (uint32_t)i->i32); return;
    case CORE_OP_I64_CONST: push_number(r, (uint64_t)i->i64); return;
    case CORE_OP_LOCAL_GET: flow_push(r, get_local(r, i->index)); return;
    case CORE_OP_LOCAL_SET: set_local(r, i->index, pop(r)); return;
    case CORE_OP_LOCAL_TEE:
      a = pop(r);
      set_local(r, i->index, a);
      flow_push(r, a);
      return;
    case CORE_OP_GLOBAL_GET: {
      bool stack = i->index == r->program->instances[r->instance].stack_global;
      flow_push(r, stack ? (struct flow_value){.kind = FLOW_FRAME, .exact = true, .offset = r->stack} : flow_unknown());
      return;
    }
    case CORE_OP_GLOBAL_SET:
      a = pop(r);
      if (i->index == r->program->instances[r->instance].stack_global && a.kind == FLOW_FRAME && a.exact) r->stack = a.offset;
      return;
    case CORE_OP_DROP: flow_drop(r, 1); return;
    case CORE_OP_I32_ADD:
    case CORE_OP_I32_SUB:
      b = pop(r), a = pop(r);
      flow_push(r, i->op == CORE_OP_I32_ADD ? add(a, b) : subtract(a, b));
      return;
    case CORE_OP_SELECT:
    case CORE_OP_SELECT_T:
      flow_drop(r, 1);
      b = pop(r), a = pop(r);
      flow_push(r, flow_either(a, b));
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
    flow_control(r, i);
  else
    by_signature(r, i);
}

// --- a body ---

static bool no_memory(struct flow_reader *r) {
  r->no_memory = true;
  return false;
}

static bool begin(struct flow_reader *r, uint32_t gid, struct core_code *code) {
  r->instance = r->program->instance_of[gid];
  r->module = r->program->instances[r->instance].module;
  r->height = 0;
  r->depth = r->word_count = r->next_word = r->change_count = r->arrival_count = 0;
  r->looks_left = LOOKS;
  r->dead = false;
  r->stack = 0;
  uint32_t declared, func = program_func(r->program, gid);
  const struct core_type *type = core_func_type(r->module, func);
  if (!type || func < r->module->imported[CORE_FUNC] || !core_code_begin(code, NULL, r->module, func, NULL, &declared, NULL))
    return false;
  r->local_count = (size_t)type->param_count + declared;
  while (r->local_room < r->local_count + WORDS)
    if (!cm_grow(r->arena, &r->locals, &r->local_room, r->local_room, sizeof *r->locals)) return no_memory(r);
  while (r->roam_room < r->local_room)
    if (!cm_grow(r->arena, &r->roams, &r->roam_room, r->roam_room, sizeof *r->roams)) return no_memory(r);
  while (r->cell_room < r->local_room)
    if (!cm_grow(r->arena, &r->cells, &r->cell_room, r->cell_room, sizeof *r->cells)) return no_memory(r);
  for (uint32_t l = 0; l < r->local_count; l++)
    r->locals[l] = l < type->param_count ? (struct flow_value){.kind = FLOW_PARAMETER, .exact = true, .of = l} : flow_unknown();
  return true;
}

struct flow_reader *flow_reader_new(struct program *program, struct cm_arena *arena, struct image_range near) {
  struct flow_reader *r = cm_alloc(arena, sizeof *r);
  if (r) r->program = program, r->arena = arena, r->near = near;
  return r;
}

static bool read_once(struct flow_reader *r, uint32_t gid) {
  struct core_code code;
  if (!begin(r, gid, &code)) return !r->no_memory;
  for (struct core_instr i; !r->no_memory && core_code_next(&code, &i);) step(r, &i);
  return !r->no_memory;
}

bool flow_read(struct flow_reader *r, uint32_t gid, const struct flow_effect **effects, size_t *count) {
  *count = 0;
  if (r->any_roams) memset(r->roams, 0, r->roam_room * sizeof *r->roams);
  r->any_roams = false;
  r->effect_count = r->moved_count = 0;
  // What was seen in the first reading counts as well: an address that a loop moves on is at first where it begins.
  r->is_second = false;
  bool done = read_once(r, gid);
  r->is_second = true;
  done = done && (!r->any_roams || read_once(r, gid));
  if (!done) return false;
  for (size_t e = 0; e < r->effect_count; e++) {
    struct flow_value *pointer = &r->effects[e].pointer;
    for (size_t m = 0; m < r->moved_count; m++) {
      const struct flow_value *moved = &r->moved[m].pointer;
      pointer->exact &= !same_base(*pointer, *moved);
      bool led = pointer->kind == FLOW_HELD && moved->kind == FLOW_PARAMETER && moved->of == pointer->of;
      if (led) pointer->step = flow_common_step(pointer->step, r->moved[m].by);
    }
    // What was moved on from where it began does not point to before it: a loop's body often counts from its end.
    if (!pointer->exact && pointer->offset < 0) pointer->offset = 0;
  }
  *effects = r->effects;
  *count = r->effect_count;
  return true;
}
