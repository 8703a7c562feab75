// The domain of pointers.
//
// A body is read until its loops bring back nothing new. Where one moves a pointer on, it is known at the loop's beginning how far at a time
// (`widen`).

#include "flow_reader.h"
#include "preview1.h"
#include "touched.h"

enum {
  READINGS = 24,     // of one body, until its loops bring nothing new
  STRIDE_BITS = 10,  // an index may be shifted by less
  FRAMED = 48,       // bytes of an object of the frame to which another one leads
  PASSED = 96,       // and in which pointers are taken to be passed on by it
};

static const struct flow_value unknown;

static union reading_value value_of(struct flow_value v) { return (union reading_value){.pointer = v}; }

uint64_t flow_common_step(uint64_t a, uint64_t b) {
  while (b) {
    uint64_t rest = a % b;
    a = b, b = rest;
  }
  return a;
}

// --- offsets ---

static bool is_number(struct flow_value v) { return v.kind == FLOW_NUMBER || (v.kind == FLOW_CONSTANT && !v.offset && v.exact); }

// How much of a base the value is: of two that are added the one with more is it, the other one is its offset. What a parameter leads to
// is as often a number.
static unsigned weight(struct flow_value v) {
  static const unsigned weights[] = {
      [FLOW_UNKNOWN] = 1,   [FLOW_NUMBER] = 0, [FLOW_HEAP] = 2, [FLOW_HELD] = 3,   [FLOW_CONSTANT] = 4,
      [FLOW_PARAMETER] = 5, [FLOW_FRAME] = 5,  [FLOW_TWIN] = 1, [FLOW_SEVERAL] = 5};
  return weights[v.kind];
}

static struct flow_value add(struct flow_reader *f, struct flow_value a, struct flow_value b) {
  bool swap = weight(a) < weight(b) || (weight(a) == weight(b) && a.kind == FLOW_CONSTANT && a.of < b.of);
  if (swap) return add(f, b, a);
  if (a.kind == FLOW_UNKNOWN && b.kind == FLOW_UNKNOWN) return flow_moved_by(f, a, b);
  if (a.kind == FLOW_NUMBER)
    return (struct flow_value){.kind = FLOW_NUMBER, .exact = true, .of = (uint32_t)(a.of + b.of), .local = FLOW_MADE};
  if (is_number(b)) return flow_moved(f, a, (int32_t)b.of);
  if (a.kind == FLOW_FRAME && a.exact && b.kind == FLOW_UNKNOWN && b.least && b.stride) {
    a.step = flow_common_step(a.step, b.stride);
    return flow_moved(f, a, b.offset);
  }
  return flow_moved_by(f, a, b.kind == FLOW_UNKNOWN ? b : unknown);
}

// How far two addresses are apart is no address.
static struct flow_value but_constants(struct flow_reader *f, struct flow_value v) {
  struct flow_value all[FLOW_MOST];
  size_t count = flow_copy_items(f, v, all), kept = 0;
  for (size_t i = 0; i < count; i++)
    if (all[i].kind != FLOW_CONSTANT) all[kept++] = all[i];
  return kept == count ? v : flow_any_of(f, all, kept);
}

static struct flow_value subtract(struct flow_reader *f, struct flow_value a, struct flow_value b) {
  if (b.kind == FLOW_CONSTANT) a = but_constants(f, a);
  if (is_number(b)) return add(f, a, (struct flow_value){.kind = FLOW_NUMBER, .exact = true, .of = (uint32_t)-b.of});
  if (b.kind == FLOW_UNKNOWN || (b.kind == FLOW_HEAP && a.kind != FLOW_HEAP)) return add(f, a, unknown);
  return unknown;
}

static union reading_value add_or_subtract(struct reading *r, union reading_value a, union reading_value b, bool back) {
  return value_of((back ? subtract : add)(reader_of(r), a.pointer, b.pointer));
}

static union reading_value either_value(struct reading *r, union reading_value a, union reading_value b) {
  return value_of(flow_either(reader_of(r), a.pointer, b.pointer));
}

static union reading_value widen_value(struct reading *r, union reading_value a, union reading_value b) {
  return value_of(flow_widen(reader_of(r), a.pointer, b.pointer));
}

static bool equal_values(union reading_value a, union reading_value b) { return flow_equal(a.pointer, b.pointer); }

// --- where values are kept ---

static bool is_known(union reading_value v) { return v.pointer.kind != FLOW_UNKNOWN || v.pointer.stride; }

static bool is_frame(union reading_value v, int64_t *at) {
  *at = v.pointer.offset;
  return v.pointer.kind == FLOW_FRAME && v.pointer.exact;
}

static union reading_value frame_at(int64_t at) {
  return value_of((struct flow_value){.kind = FLOW_FRAME, .exact = true, .offset = at});
}

static bool is_of_interest(const struct flow_reader *f, uint64_t address) {
  return image_ranges_have(f->near, f->near_count, address);
}

// Is the module as the linker made it?
bool flow_is_linked(const struct core_module *module) {
  struct core_code code;
  for (uint32_t f = module->imported[CORE_FUNC]; f < module->func_count; f++) {
    if (!core_code_begin(&code, NULL, module, f, NULL, NULL, NULL)) continue;
    for (struct core_instr i; code_next(&code, &i);)
      if (i.op == CORE_OP_CALL) return code.reader.at - i.at == CODE_LINKED;
  }
  return false;
}

// Is the constant that was read last a number, and no address?
static bool is_plain_number(const struct flow_reader *f) {
  return f->is_linked && f->reading.at && !code_is_linked(&f->reading.code, f->reading.at);
}

static union reading_value number(const struct reading *r, uint64_t bits) {
  const struct flow_reader *f = (const struct flow_reader *)r;
  bool is_near = is_of_interest(f, bits) && !is_plain_number(f);
  return value_of((struct flow_value){.kind = is_near ? FLOW_CONSTANT : FLOW_NUMBER, .exact = true, .of = bits});
}

static bool is_constant(struct flow_value v) { return v.kind == FLOW_NUMBER || (v.kind == FLOW_CONSTANT && v.exact && !v.offset); }

static union reading_value take(const struct reading *r, uint32_t local, union reading_value v) {
  const struct flow_reader *f = (const struct flow_reader *)r;
  if (v.pointer.local != FLOW_MADE && is_constant(v.pointer)) v.pointer.local = f->puts[local].count ? local + 1 : FLOW_MADE;
  return v;
}

static void put(struct reading *r, const struct reading_place *place, union reading_value before, union reading_value *v) {
  (void)before;
  if (!place->is_word) {
    struct flow_put *own = &reader_of(r)->puts[place->local];
    *own = (struct flow_put){own->count + 1, v->pointer.local};
  }
  v->pointer.local = place->is_word ? FLOW_MADE : 0;
}

static void set_word(struct flow_reader *f, int64_t at, struct flow_value v) { reading_set_word(&f->reading, at, value_of(v)); }

// --- effects ---

// What is written to the heap is no key.
static void add_single(struct flow_reader *f, struct flow_effect effect) {
  if (effect.pointer.kind == FLOW_HEAP && effect.act != FLOW_PASSES) return;
  effect.pointer = flow_from_begin(effect.pointer);
  if (!cm_grow(f->reading.arena, &f->effects, &f->effect_room, f->effect_count, sizeof *f->effects))
    f->reading.no_memory = true;
  else
    f->effects[f->effect_count++] = effect;
}

void flow_add_effect(struct flow_reader *f, struct flow_effect effect) {
  const struct flow_value pointer = effect.pointer, *items;
  size_t count = flow_items(f, &pointer, &items);
  for (size_t i = 0; i < count; i++) {
    effect.pointer = items[i];
    add_single(f, effect);
  }
}

static struct twin twin_of(const struct flow_reader *f, struct flow_value v) {
  bool is_known = v.kind == FLOW_TWIN && f->next_twin - v.of <= FLOW_TWINS;
  return is_known ? f->twins[v.of % FLOW_TWINS] : (struct twin){{0}, {0}};
}

static void keep_twin(struct flow_reader *f, struct flow_value to, struct flow_value v) {
  struct twin twin = twin_of(f, v);
  flow_keep(f, to, twin.low);
  if (flow_is_pointer(twin.high)) flow_keep(f, flow_moved(f, to, 4), twin.high);
}

static void store_to_frame(struct flow_reader *f, int64_t at, unsigned size, struct flow_value v) {
  if (size == 4) {
    set_word(f, at, v.kind == FLOW_TWIN ? unknown : v);
    return;
  }
  struct twin twin = twin_of(f, v);
  set_word(f, at, twin.low);
  set_word(f, at + 4, twin.high);
}

// Where a constant, the array, and an index are added.
static struct flow_value element_of(uint64_t array, struct flow_value index) {
  return (struct flow_value){
      .kind = FLOW_CONSTANT, .of = array, .least = index.least, .offset = index.offset, .stride = index.stride};
}

static void store(struct reading *r, const struct core_instr *i, union reading_value to, unsigned size, union reading_value v) {
  struct flow_reader *f = reader_of(r);
  struct flow_value address = to.pointer;
  uint64_t offset = i->mem.offset;
  if (address.kind == FLOW_FRAME && address.exact && (size == 4 || size == 8)) {
    int64_t at = address.offset + (int64_t)offset;
    const struct reading_word *word = address.step ? reading_find_word(r, at) : NULL;
    store_to_frame(f, at, size, word ? flow_either(f, word->value.pointer, v.pointer) : v.pointer);
    return;
  }
  // Unoptimized code has the whole address in the offset.
  if (address.kind == FLOW_NUMBER && is_of_interest(f, address.of + offset)) address.kind = FLOW_CONSTANT;
  // Where the address is an index, the offset of the instruction may be the array's.
  if (address.kind == FLOW_UNKNOWN && is_of_interest(f, offset)) address = element_of(offset, address), offset = 0;
  if (address.kind == FLOW_UNKNOWN) address = (struct flow_value){.kind = FLOW_HEAP, .exact = true};
  if (!flow_is_pointer(address) && address.kind != FLOW_NUMBER) return;
  address = flow_moved(f, address, (int64_t)offset);
  bool is_number = is_constant(v.pointer) && v.pointer.local != FLOW_MADE;
  struct flow_effect write = {.pointer = address, .size = size, .is_number = is_number, .number = v.pointer.of};
  write.argument = v.pointer.local;  // until the end of the body is known: see settle_numbers
  if (address.kind != FLOW_NUMBER) flow_add_effect(f, write);
  if (size == 4) flow_keep(f, address, v.pointer);
  if (size == 8) keep_twin(f, address, v.pointer);
}

// The pointer in one of the words from there on.
static struct flow_value some_word(struct flow_reader *f, int64_t from, uint64_t step) {
  const struct reading *r = &f->reading;
  struct flow_value v = unknown;
  for (size_t w = 0; w < r->word_count; w++) {
    struct flow_value word = r->words[w].value.pointer;
    uint64_t apart = (uint64_t)(r->words[w].at - from);
    if (apart < PASSED && apart % step == 0 && flow_is_pointer(word)) v = flow_is_pointer(v) ? flow_either(f, v, word) : word;
  }
  return v;
}

struct words {
  struct flow_reader *reader;
  struct flow_value all[FLOW_MOST];
  size_t count;
};

static void add_word(void *context, uint64_t word, bool leads_exactly) {
  struct words *w = context;
  struct flow_value v = {
      .kind = FLOW_CONSTANT, .exact = leads_exactly, .found = w->reader->with_heap, .held = true, .of = word, .local = FLOW_MADE};
  for (size_t i = 0; i < w->count; i++)
    if (w->all[i].of == word) {
      w->all[i].exact &= leads_exactly;
      return;
    }
  if (w->count < FLOW_MOST)
    w->all[w->count++] = v;
  else  // who has one of so many may write there
    flow_add_effect(w->reader, (struct flow_effect){.act = FLOW_WRITES, .pointer = v});
}

static struct flow_value heap_word(struct flow_reader *f, int64_t at, bool exact, uint64_t stride) {
  struct words w = {.reader = f};
  // Where an index is added of which nothing is known it is a text, and no array of pointers.
  if (exact || stride > 1) flow_cells(f, FLOW_HEAP_BEGIN + (uint64_t)at, exact, stride, 0, add_word, &w);
  return w.count ? flow_either(f, flow_any_of(f, w.all, w.count), flow_found(f)) : flow_found(f);
}

static uint64_t step_of(struct flow_value v) { return v.exact ? 0 : v.stride ? v.stride : 1; }

static struct flow_value word_at(struct flow_reader *f, struct flow_value address, int64_t offset) {
  int64_t at = (address.kind == FLOW_UNKNOWN ? 0 : address.offset) + offset;
  if (address.kind == FLOW_PARAMETER)
    return (struct flow_value){.kind = FLOW_HELD, .exact = true, .of = address.of, .at = at, .step = step_of(address)};
  if (address.kind == FLOW_FRAME && address.step) return some_word(f, at, address.step);
  if (address.kind == FLOW_FRAME && address.exact) {
    const struct reading_word *word = reading_find_word(&f->reading, at);
    return word && is_known(word->value) ? word->value.pointer : flow_found(f);
  }
  bool in_heap = address.kind == FLOW_HEAP || address.kind == FLOW_HELD || address.kind == FLOW_UNKNOWN;
  if (f->with_heap && in_heap) return heap_word(f, at, address.exact || address.kind == FLOW_UNKNOWN, address.stride);
  struct words w = {.reader = f};
  if (address.kind == FLOW_CONSTANT || (address.kind == FLOW_NUMBER && address.exact))
    flow_cells(f, address.of + (uint64_t)at, address.exact, address.stride, 0, add_word, &w);
  if (f->with_heap) return w.count ? flow_either(f, flow_any_of(f, w.all, w.count), flow_found(f)) : flow_found(f);
  return flow_any_of(f, w.all, w.count);
}

struct flow_value flow_word_at(struct flow_reader *f, struct flow_value address, int64_t offset) {
  if (address.kind != FLOW_SEVERAL) return word_at(f, address, offset);
  struct flow_value all[FLOW_MOST], made = unknown;
  size_t count = flow_copy_items(f, address, all);
  for (size_t i = 0; i < count; i++) made = i ? flow_either(f, made, word_at(f, all[i], offset)) : word_at(f, all[i], offset);
  return made;
}

static struct flow_value load_word(struct flow_reader *f, struct flow_value address, uint64_t offset) {
  // Unoptimized code has the whole address in the offset.
  if (address.kind == FLOW_NUMBER && is_of_interest(f, address.of + offset)) address.kind = FLOW_CONSTANT;
  // Or that of an array.
  if (address.kind == FLOW_UNKNOWN && is_of_interest(f, offset)) address = element_of(offset, address), offset = 0;
  const struct flow_value *items;
  size_t count = flow_items(f, &address, &items);
  for (size_t i = 0; i < count; i++)
    if (items[i].kind == FLOW_CONSTANT) {
      struct flow_effect effect = {.act = FLOW_READS, .pointer = items[i]};
      effect.pointer.offset += (int64_t)offset;
      flow_add_effect(f, effect);
    }
  return flow_word_at(f, address, (int64_t)offset);
}

static struct flow_value load_twin(struct flow_reader *f, struct flow_value address, uint64_t offset) {
  struct twin twin = {flow_word_at(f, address, (int64_t)offset), flow_word_at(f, address, (int64_t)offset + 4)};
  if (!is_known(value_of(twin.low)) && !is_known(value_of(twin.high))) return unknown;
  f->twins[f->next_twin % FLOW_TWINS] = twin;
  return (struct flow_value){.kind = FLOW_TWIN, .of = f->next_twin++};
}

static union reading_value load(struct reading *r, const struct core_instr *i, union reading_value address, unsigned size) {
  (void)size;
  if (i->op == CORE_OP_I32_LOAD) return value_of(load_word(reader_of(r), address.pointer, i->mem.offset));
  if (i->op == CORE_OP_I64_LOAD) return value_of(load_twin(reader_of(r), address.pointer, i->mem.offset));
  return value_of(unknown);
}

static void fill(struct reading *r, union reading_value to, union reading_value size) {
  if (!flow_is_pointer(to.pointer)) return;
  uint64_t bytes = size.pointer.kind == FLOW_NUMBER ? size.pointer.of : 0;
  flow_add_effect(reader_of(r), (struct flow_effect){.pointer = to.pointer, .size = bytes});
}

// A struct that is copied: the pointers in it are.
static void copy(struct reading *r, union reading_value to, union reading_value from, union reading_value size) {
  int64_t at;
  fill(r, to, size);
  if (size.pointer.kind != FLOW_NUMBER || size.pointer.of > PASSED) return;
  struct flow_value words[PASSED / 4];
  size_t count = size.pointer.of / 4;
  for (size_t i = 0; i < count; i++) words[i] = flow_word_at(reader_of(r), from.pointer, (int64_t)(4 * i));
  bool framed = is_frame(to, &at);
  for (size_t i = 0; i < count; i++)
    if (framed)
      set_word(reader_of(r), at + (int64_t)(4 * i), words[i]);
    else if (flow_is_pointer(words[i]))
      flow_keep(reader_of(r), flow_moved(reader_of(r), to.pointer, (int64_t)(4 * i)), words[i]);
}

// An index times the size of what an array holds.
static union reading_value compute(struct reading *r, const struct core_instr *i, const union reading_value *operands,
                                   size_t count) {
  (void)r;
  struct flow_value v = unknown;
  struct flow_value by = count == 2 ? operands[1].pointer : unknown;
  if (by.kind != FLOW_NUMBER && count == 2) by = operands[0].pointer;
  bool fits = (by.kind == FLOW_NUMBER || by.kind == FLOW_CONSTANT) && by.of;
  if (fits && i->op == CORE_OP_I32_MUL && by.of < FLOW_OBJECT) v.stride = by.of;
  if (fits && i->op == CORE_OP_I32_SHL && operands[1].pointer.kind == FLOW_NUMBER && by.of < STRIDE_BITS)
    v.stride = UINT64_C(1) << by.of;
  return value_of(v);
}

// --- calls ---

// Pointers in the frame, from where an argument points on, are written through by the callee.
static void fill_words(struct flow_reader *f, int64_t from) {
  const struct reading *r = &f->reading;
  for (size_t w = 0; w < r->word_count; w++) {
    int64_t at = r->words[w].at - from;
    struct flow_value word = r->words[w].value.pointer;
    if (at >= 0 && at < PASSED && flow_is_pointer(word)) flow_add_effect(f, (struct flow_effect){.pointer = word});
  }
}

// An object of the frame to which another one leads is found like one of the heap.
static void keep_framed(struct flow_reader *f, int64_t object) {
  const struct reading *r = &f->reading;
  for (size_t w = 0; w < r->word_count; w++) {
    int64_t at = r->words[w].at - object;
    struct flow_value to = {.kind = FLOW_HEAP, .exact = true, .offset = at}, word = r->words[w].value.pointer;
    if (at >= 0 && at < FRAMED && flow_is_pointer(word)) flow_keep(f, to, word);
  }
}

// They are passed on.
static void pass_words(struct flow_reader *f, int64_t from, uint32_t callee, uint32_t argument) {
  const struct reading *r = &f->reading;
  for (size_t w = 0; w < r->word_count; w++) {
    int64_t at = r->words[w].at - from;
    struct flow_value word = r->words[w].value.pointer;
    if (at >= 0 && at < PASSED && word.kind == FLOW_FRAME && word.exact) keep_framed(f, word.offset);
    if (at >= 0 && at < PASSED && flow_is_pointer(word)) {
      struct flow_effect pass = {
          .act = FLOW_PASSES, .pointer = word, .callee = callee, .argument = argument, .within = true, .at = at};
      flow_add_effect(f, pass);
    }
  }
}

static void hand(struct reading *r, const struct reading_call *call, uint32_t argument, union reading_value given) {
  struct flow_reader *f = reader_of(r);
  struct flow_value v = given.pointer;
  const uint32_t *targets;
  int64_t at;
  bool filled = preview1_fills(reading_import(r, call->instr), argument), framed = is_frame(given, &at);
  bool is_lost = flow_has_many_targets(r, call);
  if ((filled || is_lost) && framed) fill_words(f, at);
  if (filled && flow_is_pointer(v)) flow_add_effect(f, (struct flow_effect){.act = FLOW_WRITES, .pointer = v, .within = true});
  if (is_lost && v.kind == FLOW_CONSTANT) flow_add_effect(f, (struct flow_effect){.act = FLOW_WRITES, .pointer = v});
  size_t count = framed || flow_is_pointer(v) ? flow_targets(r, call, &targets) : 0;
  for (size_t t = 0; t < count; t++) {
    if (framed && !filled) pass_words(f, at, targets[t], argument);
    if (flow_is_pointer(v))
      flow_add_effect(f, (struct flow_effect){.act = FLOW_PASSES, .pointer = v, .callee = targets[t], .argument = argument});
  }
}

static void leave(struct reading *r, union reading_value v) {
  struct flow_reader *f = reader_of(r);
  if (r->type->result_count != 1 || !flow_is_pointer(v.pointer)) return;
  struct flow_value *result = &f->now.result;
  *result = flow_is_pointer(*result) ? flow_either(f, *result, v.pointer) : v.pointer;
}

// --- a body ---

static const struct reading_domain pointers = {.comes_back = true,
                                               .matters = is_known,
                                               .equals = equal_values,
                                               .widen = widen_value,
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
                                               .result = flow_result,
                                               .leave = leave};

struct flow_reader *flow_reader_new(struct program *program, struct cm_arena *arena, const struct image_range *near,
                                    size_t near_count, const struct flow_cell *cells, size_t cell_count) {
  struct flow_reader *f = cm_alloc(arena, sizeof *f);
  if (!f) return NULL;
  f->reading.domain = &pointers, f->reading.program = program, f->reading.arena = arena;
  f->near = near, f->near_count = near_count;
  f->cells = cells, f->cell_count = cell_count;
  f->summaries = cm_alloc_array(arena, program->func_count, sizeof *f->summaries);
  return f->summaries && index_init(&f->list_index, arena) ? f : NULL;
}

void flow_follow_heap(struct flow_reader *f, const uint8_t *allocators) { f->with_heap = true, f->allocators = allocators; }

void flow_set_near(struct flow_reader *f, const struct image_range *near, size_t near_count) {
  f->near = near, f->near_count = near_count;
}

static union reading_value parameter(uint32_t p) {
  return value_of((struct flow_value){.kind = FLOW_PARAMETER, .exact = true, .of = p});
}

static bool read_once(struct flow_reader *f, bool again, uint32_t gid, uint64_t *steps) {
  struct reading *r = &f->reading;
  f->effect_count = f->wanted_count = 0;
  f->now = (struct flow_summary){.kept = f->kept_now};
  if (!(again ? reading_again : reading_begin)(r, gid, parameter)) return !r->no_memory;
  if (f->module != r->module) {
    f->module = r->module;
    f->is_linked = flow_is_linked(r->module);
    touched_bounds(r->module, &f->memory.from, &f->memory.to);
  }
  while (f->put_room < r->local_count)
    if (!cm_grow(r->arena, &f->puts, &f->put_room, f->put_room, sizeof *f->puts)) return !(r->no_memory = true);
  if (r->local_count) memset(f->puts, 0, r->local_count * sizeof *f->puts);
  return reading_run(r, steps) || !r->no_memory;
}

// Is the local set in one place alone, and so is each that it has its constant from?
static bool is_set_once(const struct flow_reader *f, uint32_t local) {
  for (size_t n = 0; local && local != FLOW_MADE && n <= f->reading.local_count; n++) {
    const struct flow_put *put = &f->puts[local - 1];
    if (put->count != 1) return false;
    local = put->from;
  }
  return !local;
}

static void settle_numbers(struct flow_reader *f) {
  for (size_t e = 0; e < f->effect_count; e++) {
    struct flow_effect *effect = &f->effects[e];
    if (effect->act != FLOW_WRITES) continue;
    effect->is_number = effect->is_number && is_set_once(f, effect->argument);
    effect->argument = 0;
  }
}

static bool is_same_summary(const struct flow_summary *a, const struct flow_summary *b) {
  bool same = flow_equal(a->result, b->result) && a->kept_count == b->kept_count;
  for (uint8_t k = 0; same && k < a->kept_count; k++)
    same = flow_equal(a->kept[k].value, b->kept[k].value) && flow_equal(a->kept[k].to, b->kept[k].to);
  return same;
}

// False: memory is exhausted.
static bool note_summary(struct flow_reader *f, uint32_t gid, bool *changed) {
  static const struct flow_summary nothing;
  const struct flow_summary *known = f->summaries[gid] ? f->summaries[gid] : &nothing;
  struct flow_summary *now = &f->now;
  now->kept = f->kept_now;
  *changed = !is_same_summary(known, now);
  f->summaries[gid] = known;
  if (!*changed) return true;
  struct flow_summary *own = cm_alloc(f->reading.arena, sizeof *own);
  struct flow_kept *kept = cm_alloc_array(f->reading.arena, now->kept_count, sizeof *kept);
  if (!own || !kept) return false;
  if (now->kept_count) memcpy(kept, f->kept_now, now->kept_count * sizeof *kept);
  *own = *now;
  own->kept = kept;
  f->summaries[gid] = own;
  return true;
}

bool flow_read(struct flow_reader *f, uint32_t gid, uint64_t *steps, bool *waits, const struct flow_effect **effects, size_t *count,
               bool *changed) {
  *count = 0;
  bool done = true;
  f->readings = 0;
  do {
    done = read_once(f, f->readings != 0, gid, steps);
    if (waits && done && f->reading.heads_grew && f->wanted_count) return *waits = true;
  } while (done && f->reading.heads_grew && *steps && f->readings++ < READINGS);
  *steps -= f->looked < *steps ? f->looked : *steps;
  f->looked = 0;
  if (f->reading.heads_grew) *steps = 0;  // what more its loops would bring back is not known
  if (!done || !note_summary(f, gid, changed)) return false;
  settle_numbers(f);
  *effects = f->effects;
  *count = f->effect_count;
  return true;
}
