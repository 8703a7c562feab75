// Where ways meet in the reading of a body.
//
// What was changed since a block began is in a list. Operands below a block are not touched by it, so only its result is what one of the
// ways to its end brought.

#include "reading.h"

// Where a change is noted; beyond all of them: the word has been forgotten.
static size_t cell_of(struct reading *r, const struct reading_place *place) {
  if (!place->is_word) return place->local;
  const struct reading_word *word = reading_find_word(r, place->at);
  return r->local_count + (word ? (size_t)(word - r->words) : READING_WORDS);
}

static union reading_value *value_at(struct reading *r, size_t cell) {
  return cell < r->local_count ? &r->locals[cell] : &r->words[cell - r->local_count].value;
}

static bool is_cell(const struct reading *r, size_t cell) { return cell < r->local_count + READING_WORDS; }

// The cell of a change, its `value` not told yet when it is met for the first time in this meeting.
static struct reading_cell *meet_cell(struct reading *r, size_t at) {
  struct reading_cell *cell = &r->cells[at];
  if (cell->meeting != r->meetings) cell->meeting = r->meetings, cell->ways = 0, cell->told = false;
  return cell;
}

static void tell(struct reading *r, struct reading_cell *cell, union reading_value v) {
  cell->value = cell->told ? r->domain->either(r, cell->value, v) : v;
  cell->told = true;
}

// Tells `visit` of each place once that was changed since, the last one first. When too much was looked at already, no more is.
static void each_change(struct reading *r, size_t since,
                        void (*visit)(struct reading *r, size_t depth, const struct reading_place *place, size_t cell),
                        size_t depth) {
  r->meetings++;
  for (size_t i = r->change_count; i-- > since; r->looks_left--) {
    if (!r->looks_left) {
      r->is_lost = true;
      return;
    }
    size_t at = cell_of(r, &r->changes[i].place);
    if (!is_cell(r, at) || meet_cell(r, at)->told) continue;
    r->cells[at].told = true;
    visit(r, depth, &r->changes[i].place, at);
  }
}

// --- loops ---

static union reading_value widen(struct reading *r, union reading_value known, union reading_value brought) {
  return (r->domain->widen ? r->domain->widen : r->domain->either)(r, known, brought);
}

static bool is_same_place(const struct reading_place *a, const struct reading_place *b) {
  return a->is_word == b->is_word && a->local == b->local && a->at == b->at;
}

// What the place was where the block began, since when it was changed.
static union reading_value value_before(const struct reading *r, const struct reading_control *c,
                                        const struct reading_place *place) {
  size_t i = c->begin;
  while (!is_same_place(&r->changes[i].place, place)) i++;
  return r->changes[i].before;
}

static void add_head(struct reading *r, const struct reading_control *c, const struct reading_place *place, union reading_value v) {
  union reading_value before = value_before(r, c, place), both = widen(r, before, v);
  if (r->domain->equals(both, before)) return;
  if (!cm_grow(r->arena, &r->heads, &r->head_room, r->head_count, sizeof *r->heads)) {
    r->no_memory = true;
    return;
  }
  r->heads[r->head_count++] = (struct reading_head){*place, both, r->loops[c->loop]};
  r->loops[c->loop] = (uint32_t)r->head_count;
  r->heads_grew = true;
}

static void bring(struct reading *r, size_t depth, const struct reading_place *place, size_t cell) {
  const struct reading_control *c = &r->controls[depth];
  for (uint32_t h = r->loops[c->loop]; h; h = r->heads[h - 1].next) {
    struct reading_head *head = &r->heads[h - 1];
    if (!is_same_place(&head->place, place)) continue;
    union reading_value both = widen(r, head->value, *value_at(r, cell));
    r->heads_grew |= !r->domain->equals(both, head->value);
    head->value = both;
    return;
  }
  add_head(r, c, place, *value_at(r, cell));
}

// The loop begins with what was there before, or with what the ways back brought the last time.
static void begin_loop(struct reading *r, struct reading_control *c) {
  if (!r->domain->comes_back) return;
  c->loop = (uint32_t)r->loops_seen++;
  if (c->loop == r->loop_count) {
    if (!cm_grow(r->arena, &r->loops, &r->loop_room, r->loop_count, sizeof *r->loops)) {
      r->no_memory = true;
      return;
    }
    r->loops[r->loop_count++] = 0;
  }
  for (uint32_t h = r->loops[c->loop]; h && !r->is_dead; h = r->heads[h - 1].next) {
    struct reading_place place = r->heads[h - 1].place;
    size_t cell = cell_of(r, &place);
    union reading_value now = {0};
    if (is_cell(r, cell)) now = *value_at(r, cell);
    reading_set_place(r, &place, widen(r, now, r->heads[h - 1].value));
  }
}

// --- blocks ---

static struct reading_control *innermost(struct reading *r) {
  return r->depth && r->depth <= READING_CONTROLS ? &r->controls[r->depth - 1] : NULL;
}

// How many operands a block takes and gives.
static void arity_of(const struct reading *r, const struct core_instr *i, uint32_t *params, uint32_t *results) {
  const struct core_blocktype *block = i->op == CORE_OP_TRY_TABLE ? &i->try_table.block : &i->block;
  *params = 0, *results = block->kind == CORE_BLOCK_VALUE;
  if (block->kind != CORE_BLOCK_TYPE || block->type >= r->module->type_count) return;
  const struct core_type *type = &r->module->types[block->type];
  if (type->kind == CORE_FUNC_TYPE) *params = type->param_count, *results = type->result_count;
}

static void begin_block(struct reading *r, const struct core_instr *i) {
  uint32_t params, results;
  arity_of(r, i, &params, &results);
  bool is_try = i->op == CORE_OP_TRY || i->op == CORE_OP_TRY_TABLE;
  r->is_lost |= is_try || results > 1 || (params && i->op == CORE_OP_LOOP) || r->depth >= READING_CONTROLS;
  struct reading_control c = {.is_loop = i->op == CORE_OP_LOOP,
                              .may_be_empty = !r->is_dead && (i->op == CORE_OP_IF || i->op == CORE_OP_TRY),
                              .began_dead = r->is_dead,
                              .height = r->height - r->floor > params ? r->height - params : r->floor,
                              .results = results,
                              .stack = r->stack};
  if (c.is_loop) begin_loop(r, &c);
  c.begin = r->change_count;
  if (r->depth < READING_CONTROLS) r->controls[r->depth] = c;
  r->depth++;
  r->floor = c.height;
}

// Room for one more, as a number + 1; 0: memory is exhausted.
static uint32_t new_arrival(struct reading *r) {
  uint32_t a = r->spare_arrivals;
  if (a) {
    r->spare_arrivals = r->arrivals[a - 1].next;
    return a;
  }
  if (cm_grow(r->arena, &r->arrivals, &r->arrival_room, r->arrival_count, sizeof *r->arrivals)) return (uint32_t)++r->arrival_count;
  r->no_memory = true;
  return 0;
}

static void put_down(struct reading *r, size_t depth, const struct reading_place *place, size_t cell) {
  (void)place;
  struct reading_control *c = &r->controls[depth];
  uint32_t a = new_arrival(r);
  if (!a) return;
  r->arrivals[a - 1] = (struct reading_arrival){0, cell, *value_at(r, cell)};
  *(c->arrived ? &r->arrivals[c->arrived - 1].next : &c->arrivals) = a;
  c->arrived = a;
}

static void bring_result(struct reading *r, struct reading_control *c) {
  if (!c->results) return;
  union reading_value v = reading_operand(r, 0);
  c->result = c->has_result ? r->domain->either(r, c->result, v) : v;
  c->has_result = true;
}

// A way goes on from here at the end of block number `depth`. Where too much was looked at already, it does so as it was before the block.
static void arrive(struct reading *r, size_t depth) {
  struct reading_control *c = &r->controls[depth];
  if (!c->ways++) c->stack_behind = r->stack;
  bring_result(r, c);
  each_change(r, c->begin, put_down, depth);
}

// The other way begins as the first one did.
static void begin_else(struct reading *r) {
  struct reading_control *c = innermost(r);
  if (!c) return;
  if (!r->is_dead) arrive(r, r->depth - 1);
  for (size_t i = r->change_count; i-- > c->begin;) {
    size_t at = cell_of(r, &r->changes[i].place);
    if (is_cell(r, at)) *value_at(r, at) = r->changes[i].before;
  }
  c->may_be_empty = false;
  r->is_dead = c->began_dead;
  r->stack = c->stack;
  r->height = c->height;
}

// Everything that was changed in the block is what it was on one of the ways to its end. Of the changes one of each place is left.
static void meet(struct reading *r, const struct reading_control *c) {
  size_t kept = c->begin;
  r->meetings++;
  for (size_t i = c->begin; i < r->change_count; i++) {
    size_t at = cell_of(r, &r->changes[i].place);
    if (!is_cell(r, at) || r->cells[at].meeting == r->meetings) continue;
    meet_cell(r, at)->before = r->changes[i].before;
    r->changes[kept++] = r->changes[i];
  }
  r->change_count = kept;
  for (uint32_t n = c->arrivals; n; n = r->arrivals[n - 1].next) {
    const struct reading_arrival *a = &r->arrivals[n - 1];
    if (r->cells[a->cell].meeting != r->meetings) continue;
    r->cells[a->cell].ways++;
    tell(r, &r->cells[a->cell], a->value);
  }
  if (c->arrived) {
    r->arrivals[c->arrived - 1].next = r->spare_arrivals;
    r->spare_arrivals = c->arrivals;
  }
  for (size_t i = c->begin; i < kept; i++) {
    size_t at = cell_of(r, &r->changes[i].place);
    struct reading_cell *cell = &r->cells[at];
    if (c->may_be_empty || cell->ways < c->ways) tell(r, cell, cell->before);
    if (!r->is_dead) tell(r, cell, *value_at(r, at));
    *value_at(r, at) = cell->value;
  }
}

static void end_block(struct reading *r) {
  struct reading_control *c = innermost(r);
  if (c && !r->is_dead) bring_result(r, c);
  r->depth -= r->depth != 0;
  if (!c) return;
  r->height = c->height;
  r->floor = innermost(r) ? innermost(r)->height : 0;
  for (uint32_t n = 0; n < c->results; n++)
    reading_push(r, c->has_result && c->results == 1 ? c->result : (union reading_value){0});
  if (!c->ways && !c->may_be_empty) return;
  if (r->is_dead) r->stack = c->ways ? c->stack_behind : c->stack;
  meet(r, c);
  r->is_dead = false;
}

// --- branches ---

static void leave(struct reading *r) {
  for (uint32_t n = 0; r->domain->leave && n < r->type->result_count; n++) r->domain->leave(r, reading_operand(r, n));
}

static void branch(struct reading *r, uint32_t label) {
  size_t at = r->depth - label - 1;
  if (label >= r->depth) {
    leave(r);
  } else if (at >= READING_CONTROLS) {
    r->is_lost = true;
  } else if (!r->controls[at].is_loop) {
    arrive(r, at);
  } else if (r->domain->comes_back) {
    each_change(r, r->controls[at].begin, bring, at);
  }
}

static void branch_table(struct reading *r, const struct core_instr *i) {
  struct cm_span labels = i->br_table.labels;
  uint32_t label;
  for (uint64_t n = 0; n <= i->br_table.count && core_next_label(&labels, &label); n++) branch(r, label);
}

// Blocks are opened and closed in dead code, too.
void reading_turn(struct reading *r, const struct core_instr *i, enum reading_turn turn) {
  switch (turn) {
    case TURN_BLOCK: begin_block(r, i); return;
    case TURN_ELSE: begin_else(r); return;
    case TURN_END:
      if (!r->depth && !r->is_dead) leave(r);
      end_block(r);
      return;
    case TURN_CATCH:
      r->is_dead = innermost(r) && innermost(r)->began_dead;
      if (innermost(r)) r->height = innermost(r)->height;
      return;
    default: break;
  }
  if (r->is_dead) return;
  switch (turn) {
    case TURN_BRANCH:
    case TURN_BRANCH_IF: branch(r, i->index); break;
    case TURN_BRANCH_TABLE: branch_table(r, i); break;
    case TURN_LEAVE: leave(r); break;
    case TURN_STRANGE: r->is_lost = true; break;
    default: break;
  }
  r->is_dead = turn == TURN_BRANCH || turn == TURN_BRANCH_TABLE || turn == TURN_LEAVE || turn == TURN_STOP;
}
