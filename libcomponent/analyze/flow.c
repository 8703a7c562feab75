// The domain of pointers.
//
// A pointer that a local or a word holds and that is replaced by one with the same base was moved, most often by a loop that comes back to what
// stands before: then nothing is known of the offsets of that base in the whole function.

#include "preview1.h"
#include "reading.h"

enum {
  TWINS = 16,
  MOVED = 32,
  STEP = 16,    // bytes that a loop may move on at a time
  RESULT = 24,  // bytes of the frame that a callee is taken to write to, which gets a pointer to them
  PASSED = 96,  // and in which pointers are taken to be passed on by it
};

// Eight bytes that were loaded at once: structs are copied so.
struct twin {
  struct flow_value low, high;
};

// A base that was moved, and by how many bytes at a time.
struct move {
  struct flow_value pointer;
  uint64_t by;
};

struct flow_reader {
  struct reading reading;
  struct image_range near;
  uint64_t *roams;  // by local: the frame's address in it is moved on by a loop, by as many bytes
  size_t roam_room;
  bool any_roams, is_second;  // the reading is the second one
  struct twin twins[TWINS];
  size_t next_twin;
  struct move moved[MOVED];
  size_t moved_count;
  struct flow_effect *effects;
  size_t effect_count, effect_room;
};

static const struct flow_value unknown;

static struct flow_reader *reader_of(struct reading *r) { return (struct flow_reader *)r; }

static union reading_value value_of(struct flow_value v) { return (union reading_value){.pointer = v}; }

static bool is_pointer(struct flow_value v) { return v.kind == FLOW_CONSTANT || v.kind == FLOW_PARAMETER || v.kind == FLOW_HELD; }

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
  return unknown;
}

static union reading_value add_or_subtract(union reading_value a, union reading_value b, bool back) {
  return value_of(back ? subtract(a.pointer, b.pointer) : add(a.pointer, b.pointer));
}

// A pointer may be null; beside another number it is not what it looks like.
static struct flow_value either(struct flow_value a, struct flow_value b) {
  if (!is_pointer(a) && is_pointer(b)) return either(b, a);
  if (!is_pointer(a)) return a.kind == b.kind && a.of == b.of && a.offset == b.offset ? a : unknown;
  if (!is_pointer(b)) return b.kind == FLOW_NUMBER && b.of ? unknown : a;
  if (a.kind != b.kind || a.of != b.of) return unknown;
  a.step = flow_common_step(flow_common_step(a.step, b.step), distance(a.at, b.at));
  if (a.offset != b.offset) a.exact = false;
  if (b.offset < a.offset) a.offset = b.offset;
  a.exact &= b.exact;
  return a;
}

static union reading_value either_value(union reading_value a, union reading_value b) {
  return value_of(either(a.pointer, b.pointer));
}

// --- where values are kept ---

static bool is_known(union reading_value v) { return v.pointer.kind != FLOW_UNKNOWN; }

static bool is_frame(union reading_value v, int64_t *at) {
  *at = v.pointer.offset;
  return v.pointer.kind == FLOW_FRAME && v.pointer.exact;
}

static union reading_value frame_at(int64_t at) {
  return value_of((struct flow_value){.kind = FLOW_FRAME, .exact = true, .offset = at});
}

static union reading_value number(const struct reading *r, uint64_t bits) {
  struct image_range near = ((const struct flow_reader *)r)->near;
  bool is_near = bits >= near.from && bits < near.to;
  return value_of((struct flow_value){.kind = is_near ? FLOW_CONSTANT : FLOW_NUMBER, .exact = true, .of = bits});
}

static void note_moved(struct flow_reader *f, struct flow_value before, struct flow_value after) {
  bool moved = is_pointer(after) && same_base(before, after) && (before.offset != after.offset || !after.exact);
  if (!moved) return;
  uint64_t by = before.exact && after.exact ? distance(before.offset, after.offset) : 1;
  for (size_t m = 0; m < f->moved_count; m++)
    if (same_base(f->moved[m].pointer, after)) {
      f->moved[m].by = flow_common_step(f->moved[m].by, by);
      return;
    }
  if (f->moved_count < MOVED) f->moved[f->moved_count++] = (struct move){after, by};
}

// The frame's address too may be moved on, over a list of variable arguments. That is known in a second reading alone. Of which local such
// an address was made is in `of`, as long as it is on the operand stack.
static void note_roaming(struct flow_reader *f, uint32_t local, struct flow_value before, struct flow_value after) {
  const struct reading *r = &f->reading;
  bool in_loop = false, same = before.kind == FLOW_FRAME && after.kind == FLOW_FRAME && after.of == local + UINT64_C(1);
  for (size_t i = 0; same && i < r->depth && i < READING_CONTROLS && !in_loop; i++) in_loop = r->controls[i].is_loop;
  if (!in_loop || after.offset <= before.offset || after.offset - before.offset > STEP) return;
  f->roams[local] = flow_common_step(f->roams[local], distance(after.offset, before.offset));
  f->any_roams = true;
}

static union reading_value take(const struct reading *r, uint32_t local, union reading_value v) {
  const struct flow_reader *f = (const struct flow_reader *)r;
  if (v.pointer.kind == FLOW_FRAME) v.pointer.of = local + UINT64_C(1), v.pointer.step = f->is_second ? f->roams[local] : 0;
  return v;
}

static void put(struct reading *r, const struct reading_place *place, union reading_value before, union reading_value *v) {
  note_moved(reader_of(r), before.pointer, v->pointer);
  if (!place->is_word) note_roaming(reader_of(r), place->local, before.pointer, v->pointer);
  if (v->pointer.kind == FLOW_FRAME) v->pointer.of = v->pointer.step = 0;
}

static void set_word(struct flow_reader *f, int64_t at, struct flow_value v) { reading_set_word(&f->reading, at, value_of(v)); }

// --- effects ---

static void add_effect(struct flow_reader *f, struct flow_effect effect) {
  if (!cm_grow(f->reading.arena, &f->effects, &f->effect_room, f->effect_count, sizeof *f->effects))
    f->reading.no_memory = true;
  else
    f->effects[f->effect_count++] = effect;
}

static void store_to_frame(struct flow_reader *f, int64_t at, unsigned size, struct flow_value v) {
  if (size == 4) {
    set_word(f, at, v.kind == FLOW_TWIN ? unknown : v);
    return;
  }
  bool is_known_twin = v.kind == FLOW_TWIN && f->next_twin - v.of <= TWINS;
  struct twin twin = is_known_twin ? f->twins[v.of % TWINS] : (struct twin){{0}, {0}};
  set_word(f, at, twin.low);
  set_word(f, at + 4, twin.high);
}

static void store(struct reading *r, const struct core_instr *i, union reading_value to, unsigned size, union reading_value v) {
  struct flow_reader *f = reader_of(r);
  struct flow_value address = to.pointer;
  uint64_t offset = i->mem.offset;
  if (address.kind == FLOW_FRAME && address.exact && (size == 4 || size == 8)) {
    store_to_frame(f, address.offset + (int64_t)offset, size, v.pointer);
    return;
  }
  // Where the address is an index, the offset of the instruction may be the array's.
  bool array = address.kind == FLOW_UNKNOWN && offset >= f->near.from && offset < f->near.to;
  if (array) address = (struct flow_value){.kind = FLOW_CONSTANT, .of = offset}, offset = 0;
  if (is_pointer(address)) add_effect(f, (struct flow_effect){.pointer = moved_by(address, (int64_t)offset), .size = size});
}

// The pointer in one of the words from there on.
static struct flow_value some_word(const struct reading *r, int64_t from, uint64_t step) {
  struct flow_value v = unknown;
  for (size_t w = 0; w < r->word_count; w++) {
    struct flow_value word = r->words[w].value.pointer;
    uint64_t apart = (uint64_t)(r->words[w].at - from);
    if (apart < PASSED && apart % step == 0 && is_pointer(word)) v = is_pointer(v) ? either(v, word) : word;
  }
  return v;
}

// What the data hold at a constant address, where that is a pointer to what is of interest.
static struct flow_value data_word(const struct flow_reader *f, uint64_t address) {
  const struct reading *r = &f->reading;
  const struct image *image = program_image(r->program, r->program->instances[r->instance].memory_owner);
  uint32_t word = 0;
  for (unsigned i = 0; i < 4; i++) {
    uint8_t byte = 0;
    bool weak;
    if (!image || !image_byte(image, address + i, &byte, &weak)) return unknown;
    word |= (uint32_t)byte << 8 * i;
  }
  if (word < f->near.from || word >= f->near.to) return unknown;
  return (struct flow_value){.kind = FLOW_CONSTANT, .exact = true, .of = word};
}

static struct flow_value word_at(struct flow_reader *f, struct flow_value address, uint64_t offset) {
  int64_t at = address.offset + (int64_t)offset;
  if (address.kind == FLOW_PARAMETER)
    return (struct flow_value){.kind = FLOW_HELD, .exact = true, .of = address.of, .at = at, .step = !address.exact};
  if (address.kind == FLOW_FRAME && address.step) return some_word(&f->reading, at, address.step);
  if (address.kind == FLOW_FRAME && address.exact) {
    const struct reading_word *word = reading_find_word(&f->reading, at);
    return word ? word->value.pointer : unknown;
  }
  bool constant = address.exact && (address.kind == FLOW_CONSTANT || address.kind == FLOW_NUMBER);
  return constant ? data_word(f, address.of + (uint64_t)at) : unknown;
}

static struct flow_value load_word(struct flow_reader *f, struct flow_value address, uint64_t offset) {
  // Unoptimized code has the whole address in the offset.
  if (address.kind == FLOW_NUMBER && address.of + offset >= f->near.from && address.of + offset < f->near.to)
    address.kind = FLOW_CONSTANT;
  if (address.kind == FLOW_CONSTANT)
    add_effect(f, (struct flow_effect){.act = FLOW_READS, .pointer = moved_by(address, (int64_t)offset)});
  return word_at(f, address, offset);
}

static struct flow_value load_twin(struct flow_reader *f, struct flow_value address, uint64_t offset) {
  struct twin twin = {word_at(f, address, offset), word_at(f, address, offset + 4)};
  if (!is_pointer(twin.low) && !is_pointer(twin.high)) return unknown;
  f->twins[f->next_twin % TWINS] = twin;
  return (struct flow_value){.kind = FLOW_TWIN, .of = f->next_twin++};
}

static union reading_value load(struct reading *r, const struct core_instr *i, union reading_value address, unsigned size) {
  (void)size;
  if (i->op == CORE_OP_I32_LOAD) return value_of(load_word(reader_of(r), address.pointer, i->mem.offset));
  if (i->op == CORE_OP_I64_LOAD) return value_of(load_twin(reader_of(r), address.pointer, i->mem.offset));
  return value_of(unknown);
}

static void fill(struct reading *r, union reading_value to, union reading_value size) {
  if (!is_pointer(to.pointer)) return;
  uint64_t bytes = size.pointer.kind == FLOW_NUMBER ? size.pointer.of : 0;
  add_effect(reader_of(r), (struct flow_effect){.pointer = to.pointer, .size = bytes});
}

// A struct that is copied to the frame.
static void copy(struct reading *r, union reading_value to, union reading_value from, union reading_value size) {
  int64_t at;
  fill(r, to, size);
  if (!is_frame(to, &at) || size.pointer.kind != FLOW_NUMBER || size.pointer.of > PASSED) return;
  struct flow_value words[PASSED / 4];
  size_t count = size.pointer.of / 4;
  for (size_t i = 0; i < count; i++) words[i] = word_at(reader_of(r), from.pointer, 4 * i);
  for (size_t i = 0; i < count; i++) set_word(reader_of(r), at + (int64_t)(4 * i), words[i]);
}

static union reading_value compute(struct reading *r, const struct core_instr *i, const union reading_value *operands,
                                   size_t count) {
  (void)r, (void)i, (void)operands, (void)count;
  return value_of(unknown);
}

// --- calls ---

// Pointers in the frame, from where an argument points on. `filled`: the callee writes to where they point.
static void pass_words(struct flow_reader *f, int64_t from, bool filled, uint32_t callee, uint32_t argument) {
  const struct reading *r = &f->reading;
  for (size_t w = 0; w < r->word_count; w++) {
    int64_t at = r->words[w].at - from;
    struct flow_value word = r->words[w].value.pointer;
    if (at < 0 || at >= PASSED || !is_pointer(word)) continue;
    if (filled)
      add_effect(f, (struct flow_effect){.act = FLOW_WRITES, .pointer = word});
    else if (callee != NO_FUNC)
      add_effect(f, (struct flow_effect){FLOW_PASSES, word, 0, callee, argument, true, at});
  }
}

static void hand(struct reading *r, const struct reading_call *call, uint32_t argument, union reading_value given) {
  struct flow_reader *f = reader_of(r);
  struct flow_value v = given.pointer;
  int64_t at;
  bool filled = preview1_fills(reading_import(r, call->instr), argument);
  if (filled && is_pointer(v)) add_effect(f, (struct flow_effect){.act = FLOW_WRITES, .pointer = v, .within = true});
  if (is_frame(given, &at)) pass_words(f, at, filled, call->callee, argument);
  if (call->callee != NO_FUNC && is_pointer(v))
    add_effect(f, (struct flow_effect){.act = FLOW_PASSES, .pointer = v, .callee = call->callee, .argument = argument});
}

// Where an argument points to in the frame, results are. A parameter stays: unoptimized code has all of them in the frame, wherever an object
// beside them ends.
static void forget_result(struct reading *r, union reading_value argument) {
  int64_t from;
  if (!is_frame(argument, &from)) return;
  for (size_t w = 0; w < r->word_count; w++) {
    int64_t at = r->words[w].at;
    bool is_result = at >= from && at < from + RESULT && r->words[w].value.pointer.kind != FLOW_PARAMETER;
    if (is_result) set_word(reader_of(r), at, unknown);
  }
}

// --- a body ---

static const struct reading_domain pointers = {.matters = is_known,
                                               .either = either_value,
                                               .number = number,
                                               .frame = frame_at,
                                               .is_frame = is_frame,
                                               .add = add_or_subtract,
                                               .compute = compute,
                                               .take = take,
                                               .put = put,
                                               .load = load,
                                               .store = store,
                                               .copy = copy,
                                               .fill = fill,
                                               .hand = hand,
                                               .returned = forget_result};

struct flow_reader *flow_reader_new(struct program *program, struct cm_arena *arena, struct image_range near) {
  struct flow_reader *f = cm_alloc(arena, sizeof *f);
  if (!f) return NULL;
  f->reading.domain = &pointers, f->reading.program = program, f->reading.arena = arena;
  f->near = near;
  return f;
}

static union reading_value parameter(uint32_t p) {
  return value_of((struct flow_value){.kind = FLOW_PARAMETER, .exact = true, .of = p});
}

static bool read_once(struct flow_reader *f, uint32_t gid) {
  struct reading *r = &f->reading;
  if (!reading_begin(r, gid, parameter)) return !r->no_memory;
  while (f->roam_room < r->local_count)
    if (!cm_grow(r->arena, &f->roams, &f->roam_room, f->roam_room, sizeof *f->roams)) return !(r->no_memory = true);
  return reading_run(r, NULL);
}

bool flow_read(struct flow_reader *f, uint32_t gid, const struct flow_effect **effects, size_t *count) {
  *count = 0;
  if (f->any_roams) memset(f->roams, 0, f->roam_room * sizeof *f->roams);
  f->any_roams = false;
  f->effect_count = f->moved_count = 0;
  // What was seen in the first reading counts as well: an address that a loop moves on is at first where it begins.
  f->is_second = false;
  bool done = read_once(f, gid);
  f->is_second = true;
  done = done && (!f->any_roams || read_once(f, gid));
  if (!done) return false;
  for (size_t e = 0; e < f->effect_count; e++) {
    struct flow_value *pointer = &f->effects[e].pointer;
    for (size_t m = 0; m < f->moved_count; m++) {
      const struct flow_value *moved = &f->moved[m].pointer;
      pointer->exact &= !same_base(*pointer, *moved);
      bool led = pointer->kind == FLOW_HELD && moved->kind == FLOW_PARAMETER && moved->of == pointer->of;
      if (led) pointer->step = flow_common_step(pointer->step, f->moved[m].by);
    }
    // What was moved on from where it began does not point to before it: a loop's body often counts from its end.
    if (!pointer->exact && pointer->offset < 0) pointer->offset = 0;
  }
  *effects = f->effects;
  *count = f->effect_count;
  return true;
}
