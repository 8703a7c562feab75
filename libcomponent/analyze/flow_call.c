// What is known of functions that a body calls: what they give back, and which pointers they leave in memory.
//
// Both are said in terms of the function's parameters, and put into terms of the caller's where it is called. A function is read again when
// one that it calls turns out to do more than was known; who does so, and when, is overwritten.c's affair.

#include "flow_reader.h"

enum { RESULT = 24 };  // bytes of the frame that a callee is taken to write to, which gets a pointer to them

static const struct flow_value unknown;

// What a call through a table may mean; NULL: it is none, or nobody knows.
static const struct program_kind *kind_of(const struct reading *r, const struct reading_call *call) {
  const struct core_instr *i = call->instr;
  if (call->callee != NO_FUNC || (i->op != CORE_OP_CALL_INDIRECT && i->op != CORE_OP_RETURN_CALL_INDIRECT)) return NULL;
  return program_kind_of(r->program, r->instance, i->pair.a, i->pair.b);
}

size_t flow_targets(const struct reading *r, const struct reading_call *call, const uint32_t **targets) {
  *targets = &call->callee;
  if (call->callee != NO_FUNC) return 1;
  const struct program_kind *kind = kind_of(r, call);
  if (!kind || kind->target_count > FLOW_TARGETS) return 0;
  *targets = kind->targets;
  return kind->target_count;
}

bool flow_has_many_targets(const struct reading *r, const struct reading_call *call) {
  const struct program_kind *kind = kind_of(r, call);
  return kind && kind->target_count > FLOW_TARGETS;
}

static struct flow_value argument_of(const struct reading *r, const struct reading_call *call, uint64_t argument) {
  uint32_t count = call->type->param_count;
  return argument < count ? reading_operand(r, count - 1 - (uint32_t)argument).pointer : unknown;
}

// What stands in a summary, where the function is called.
static struct flow_value put_in_place(struct reading *r, const struct reading_call *call, struct flow_value v) {
  struct flow_reader *f = reader_of(r);
  struct flow_value all[FLOW_MOST], made = unknown;
  size_t count = flow_copy_items(f, v, all);
  for (size_t i = 0; i < count; i++) {
    struct flow_value item = all[i];
    if (item.kind == FLOW_PARAMETER) {
      item = flow_moved_by(f, argument_of(r, call, item.of), item);
    } else if (item.kind == FLOW_HELD) {
      struct flow_value leads = argument_of(r, call, item.of);
      leads.exact &= !item.step;
      item = flow_moved_by(f, flow_word_at(f, leads, item.at), item);
    }
    made = i ? flow_either(f, made, item) : item;
  }
  return made;
}

// --- what is put into memory ---

static void note_kept(struct flow_reader *f, struct flow_kept kept) {
  for (uint8_t k = 0; k < f->now.kept_count; k++) {
    if (!flow_equal(f->kept_now[k].to, kept.to)) continue;
    f->kept_now[k].value = flow_either(f, f->kept_now[k].value, kept.value);
    return;
  }
  if (f->now.kept_count < FLOW_KEPT)
    f->kept_now[f->now.kept_count++] = kept;
  else
    flow_add_effect(f, (struct flow_effect){.act = FLOW_WRITES, .pointer = kept.value});
}

static void keep_at_constant(struct flow_reader *f, struct flow_value to, struct flow_value value) {
  struct flow_value all[FLOW_MOST];
  size_t count = flow_copy_items(f, value, all);
  for (size_t i = 0; i < count; i++) {
    struct flow_effect effect = {.act = FLOW_KEEPS, .pointer = all[i], .within = !to.exact, .at = (int64_t)to.of + to.offset};
    if (all[i].kind == FLOW_CONSTANT)
      flow_add_effect(f, effect);
    else
      note_kept(f, (struct flow_kept){all[i], to});
  }
}

// Where it is found there, and what then is done with it, is overwritten.c's affair.
static void keep_in_heap(struct flow_reader *f, struct flow_value to, struct flow_value value) {
  bool exact = to.exact || to.kind == FLOW_UNKNOWN;
  flow_add_effect(
      f, (struct flow_effect){.act = FLOW_KEEPS, .pointer = value, .within = !exact, .at = (int64_t)FLOW_HEAP_BEGIN + to.offset});
}

void flow_keep(struct flow_reader *f, struct flow_value to, struct flow_value value) {
  struct flow_value all[FLOW_MOST];
  if (!flow_is_pointer(value) || value.kind == FLOW_HEAP) return;
  size_t count = flow_copy_items(f, to, all);
  for (size_t i = 0; i < count; i++) {
    if (all[i].kind == FLOW_CONSTANT || all[i].kind == FLOW_NUMBER)
      keep_at_constant(f, all[i], value);
    else if (all[i].kind == FLOW_PARAMETER)
      note_kept(f, (struct flow_kept){value, all[i]});
    else if (all[i].kind != FLOW_FRAME && all[i].kind != FLOW_TWIN)
      keep_in_heap(f, all[i], value);
  }
}

// --- calls ---

static void want(struct flow_reader *f, uint32_t gid) {
  if (cm_grow(f->reading.arena, &f->wanted, &f->wanted_room, f->wanted_count, sizeof *f->wanted))
    f->wanted[f->wanted_count++] = gid;
  else
    f->reading.no_memory = true;
}

static bool has_pointers(const struct reading *r, const struct reading_call *call) {
  for (uint32_t a = 0; a < call->type->param_count; a++) {
    struct flow_value v = argument_of(r, call, a);
    if (flow_is_pointer(v) || v.kind == FLOW_FRAME) return true;
  }
  return false;
}

// Where an argument points to in the frame, results may be. Pointers stay: the callee need not have written there, and the object beside may begin
// anywhere.
static void forget_results(struct reading *r, struct flow_value argument) {
  if (argument.kind != FLOW_FRAME || !argument.exact) return;
  for (size_t w = 0; w < r->word_count; w++) {
    int64_t at = r->words[w].at;
    bool is_result = at >= argument.offset && at < argument.offset + RESULT && !flow_is_pointer(r->words[w].value.pointer);
    if (is_result) reading_set_word(r, at, (union reading_value){.pointer = unknown});
  }
}

// What a call leaves in words of the caller's frame: they are set when all is read that was there before.
struct left {
  struct {
    int64_t at;
    struct flow_value value;
  } words[FLOW_KEPT];
  size_t count;
};

static void leave_word(struct flow_reader *f, struct left *left, int64_t at, struct flow_value value) {
  if (left->count < FLOW_KEPT)
    left->words[left->count].at = at, left->words[left->count++].value = value;
  else if (flow_is_pointer(value))  // whoever finds it there may write to it
    flow_add_effect(f, (struct flow_effect){.act = FLOW_WRITES, .pointer = value});
}

// What one of the functions that may be called gives back, and puts into memory.
static struct flow_value come_back(struct reading *r, const struct reading_call *call, const struct flow_summary *s,
                                   struct left *left) {
  struct flow_reader *f = reader_of(r);
  for (uint8_t k = 0; k < s->kept_count; k++) {
    struct flow_value to = put_in_place(r, call, s->kept[k].to), value = put_in_place(r, call, s->kept[k].value);
    if (to.kind == FLOW_FRAME && to.exact)
      leave_word(f, left, to.offset, value);
    else
      flow_keep(f, to, value);
  }
  return put_in_place(r, call, s->result);
}

union reading_value flow_result(struct reading *r, const struct reading_call *call) {
  struct flow_reader *f = reader_of(r);
  struct flow_value made = unknown;
  struct left left = {.count = 0};
  const uint32_t *targets;
  bool any = false, given = has_pointers(r, call);
  size_t count = flow_targets(r, call, &targets);
  for (size_t t = 0; t < count; t++) {
    if (f->with_heap && f->allocators[targets[t]]) continue;
    const struct flow_summary *s = f->summaries[targets[t]];
    bool own = r->program->instance_of[targets[t]] == r->instance && !program_is_slot(r->program, targets[t]);
    if (!s && own && given) want(f, targets[t]);
    if (!s || !own) continue;
    struct flow_value result = come_back(r, call, s, &left);
    made = any ? flow_either(f, made, result) : result;
    any = true;
  }
  for (uint32_t a = 0; a < call->type->param_count; a++) forget_results(r, argument_of(r, call, a));
  for (size_t k = 0; k < left.count; k++)
    reading_set_word(r, left.words[k].at, (union reading_value){.pointer = left.words[k].value});
  bool is_known = flow_is_pointer(made) || made.kind == FLOW_FRAME,
       is_word = call->type->result_count == 1 && call->type->results[0].code == CORE_I32;
  return (union reading_value){.pointer = is_known ? made : is_word ? flow_found(f) : unknown};
}

const struct flow_summary *flow_summary_of(const struct flow_reader *f, uint32_t gid) { return f->summaries[gid]; }

static bool has_constant(const struct flow_reader *f, struct flow_value v) {
  const struct flow_value *items;
  size_t count = flow_items(f, &v, &items);
  for (size_t i = 0; i < count; i++)
    if (items[i].kind == FLOW_CONSTANT) return true;
  return false;
}

bool flow_summary_has_constants(const struct flow_reader *f, const struct flow_summary *summary) {
  bool any = has_constant(f, summary->result);
  for (uint8_t k = 0; k < summary->kept_count; k++) any |= has_constant(f, summary->kept[k].value);
  return any;
}

size_t flow_results(const struct flow_reader *f, const struct flow_summary *summary, const struct flow_value **items) {
  return flow_items(f, &summary->result, items);
}

size_t flow_wanted(const struct flow_reader *f, const uint32_t **gids) {
  *gids = f->wanted;
  return f->wanted_count;
}

// --- cells ---

// Code that counts with what a word holds puts ever more there: of many sums in one object all that is known is where they begin.
static bool widen(struct flow_reader *f, struct flow_cell cell) {
  bool any = false;
  for (size_t i = 0; i < f->kept_count; i++) {
    struct flow_cell *other = &f->kept[i];
    if (other->at != cell.at || other->value >= cell.value || cell.value - other->value >= FLOW_OBJECT) continue;
    if (!other->is_sum) continue;
    any |= other->leads_exactly;
    other->leads_exactly = false;
  }
  return any;
}

bool flow_add_cell(struct flow_reader *f, struct flow_cell cell, bool *news) {
  unsigned close = 0;
  *news = false;
  for (size_t i = 0; i < f->kept_count; i++) {
    const struct flow_cell *other = &f->kept[i];
    if (other->at != cell.at) continue;
    if (other->value == cell.value && other->exact <= cell.exact && other->leads_exactly <= cell.leads_exactly) return true;
    close += other->is_sum && other->value < cell.value && cell.value - other->value < FLOW_OBJECT;
  }
  if (cell.is_sum && close >= FLOW_COUNTED) {
    *news = widen(f, cell);
    return true;
  }
  if (f->kept_count == FLOW_CELLS) return true;
  if (!cm_grow(f->reading.arena, &f->kept, &f->kept_room, f->kept_count, sizeof *f->kept)) return false;
  f->kept[f->kept_count++] = cell;
  return *news = true;
}

static size_t first_cell(const struct flow_reader *f, uint64_t at) {
  size_t first;
  SORTED_FIRST(first, 0, f->cell_count, f->cells[first].at >= at);
  return first;
}

void flow_cells(struct flow_reader *f, uint64_t at, bool exact, uint64_t stride, uint64_t end,
                void (*visit)(void *context, uint64_t value, bool leads_exactly), void *context) {
  enum { CELLS_OF_STEP = 32, WORDS_OF_STEP = 4 };
  uint64_t last = at, words = 0;
  for (size_t c = first_cell(f, at); c < f->cell_count; c++) {
    uint64_t there = f->cells[c].at;
    if (exact ? there != at : there - last > FLOW_GAP || there - at > FLOW_OBJECT || (end && there >= end)) break;
    if (stride < 2 || (there - at) % stride == 0) visit(context, f->cells[c].value, true);
    last = there;
  }
  for (size_t k = 0; k < f->kept_count; k++) {
    const struct flow_cell *c = &f->kept[k];
    bool on = !exact && c->at >= at && c->at - at < FLOW_OBJECT && (!end || c->at < end) &&
              (stride < 2 || (c->at - at) % stride == 0),
         back = !c->exact && at >= c->at && at - c->at < FLOW_OBJECT;
    if (c->at != at && !on && !back) continue;
    visit(context, c->value, c->leads_exactly);
    words++;
  }
  f->looked += f->kept_count / CELLS_OF_STEP + words / WORDS_OF_STEP;
}

void flow_each_cell(const struct flow_reader *f, uint64_t from, uint64_t to,
                    void (*visit)(void *context, const struct flow_cell *cell), void *context) {
  for (size_t c = first_cell(f, from); c < f->cell_count && f->cells[c].at < to; c++) visit(context, &f->cells[c]);
  for (size_t k = 0; k < f->kept_count; k++) {
    const struct flow_cell cell = f->kept[k];
    if (cell.at >= from && cell.at < to && cell.exact && cell.leads_exactly) visit(context, &cell);
  }
}
