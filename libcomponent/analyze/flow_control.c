// Where ways meet in the reading of a body.
//
// What was assigned since a block began is in a list of changes. At a branch to its end, what was changed is put down as it is there. At the
// end a local or a word is the pointer that it was on one of the ways; unknown, where it was different ones.

#include "flow_reader.h"

// Where a change is noted; beyond all of them: the word has been forgotten.
static size_t cell_of(struct flow_reader *r, const struct change *change) {
  if (!change->is_word) return change->local;
  const struct word *word = flow_find_word(r, change->at);
  return r->local_count + (word ? (size_t)(word - r->words) : WORDS);
}

static struct flow_value *value_at(struct flow_reader *r, size_t cell) {
  return cell < r->local_count ? &r->locals[cell] : &r->words[cell - r->local_count].value;
}

static bool is_cell(const struct flow_reader *r, size_t cell) { return cell < r->local_count + WORDS; }

// The cell of a change, its `value` not told yet when it is met for the first time in this meeting.
static struct cell *meet_cell(struct flow_reader *r, size_t at) {
  struct cell *cell = &r->cells[at];
  if (cell->meeting != r->meetings) *cell = (struct cell){.meeting = r->meetings};
  return cell;
}

static void tell(struct cell *cell, struct flow_value v) {
  cell->value = cell->told ? flow_either(cell->value, v) : v;
  cell->told = true;
}

static struct control *innermost(struct flow_reader *r) {
  return r->depth && r->depth <= CONTROLS ? &r->controls[r->depth - 1] : NULL;
}

static void begin_block(struct flow_reader *r, enum core_op op) {
  bool may_be_empty = op == CORE_OP_IF || op == CORE_OP_TRY;
  if (r->depth < CONTROLS)
    r->controls[r->depth] = (struct control){.is_loop = op == CORE_OP_LOOP,
                                             .may_be_empty = may_be_empty,
                                             .height = r->height,
                                             .stack = r->stack,
                                             .begin = r->change_count,
                                             .arrivals = r->arrival_count};
  r->depth++;
}

// A way goes on from here at the end of block number `depth`. Where too much was looked at already, it does so as it was before the block.
static void arrive(struct flow_reader *r, size_t depth) {
  struct control *c = &r->controls[depth];
  if (!c->ways++) c->stack_behind = r->stack;
  r->meetings++;
  for (size_t i = r->change_count; i-- > c->begin && r->looks_left; r->looks_left--) {
    size_t at = cell_of(r, &r->changes[i]);
    if (!is_cell(r, at) || meet_cell(r, at)->told) continue;
    r->cells[at].told = true;
    if (!cm_grow(r->arena, &r->arrivals, &r->arrival_room, r->arrival_count, sizeof *r->arrivals))
      r->no_memory = true;
    else
      r->arrivals[r->arrival_count++] = (struct arrival){depth, at, *value_at(r, at)};
  }
}

// The other way begins as the first one did.
static void begin_else(struct flow_reader *r) {
  struct control *c = innermost(r);
  if (!c) return;
  if (!r->dead) arrive(r, r->depth - 1);
  for (size_t i = r->change_count; i-- > c->begin;) {
    size_t at = cell_of(r, &r->changes[i]);
    if (is_cell(r, at)) *value_at(r, at) = r->changes[i].before;
  }
  c->may_be_empty = r->dead = false;
  r->stack = c->stack;
  if (c->height < r->height) r->height = c->height;
}

// Everything that was changed in the block is what it was on one of the ways to its end. Of the changes one of each place is left.
static void meet(struct flow_reader *r, const struct control *c) {
  size_t kept = c->begin, arrivals = c->arrivals;
  r->meetings++;
  for (size_t i = c->begin; i < r->change_count; i++) {
    size_t at = cell_of(r, &r->changes[i]);
    if (!is_cell(r, at) || r->cells[at].meeting == r->meetings) continue;
    meet_cell(r, at)->before = r->changes[i].before;
    r->changes[kept++] = r->changes[i];
  }
  r->change_count = kept;
  for (size_t i = c->arrivals; i < r->arrival_count; i++) {
    const struct arrival a = r->arrivals[i];
    bool here = a.depth == (size_t)(c - r->controls);
    if (!here) r->arrivals[arrivals++] = a;
    if (!here || r->cells[a.cell].meeting != r->meetings) continue;
    r->cells[a.cell].ways++;
    tell(&r->cells[a.cell], a.value);
  }
  r->arrival_count = arrivals;
  for (size_t i = c->begin; i < kept; i++) {
    size_t at = cell_of(r, &r->changes[i]);
    struct cell *cell = &r->cells[at];
    if (c->may_be_empty || cell->ways < c->ways) tell(cell, cell->before);
    if (!r->dead) tell(cell, *value_at(r, at));
    *value_at(r, at) = cell->value;
  }
}

static void end_block(struct flow_reader *r) {
  struct control *c = innermost(r);
  r->depth -= r->depth != 0;
  if (!c) return;
  if (c->height < r->height) r->height = c->height;
  flow_push(r, flow_unknown());  // a result, if there is one; one too many does no harm
  if (!c->ways && !c->may_be_empty) return;
  if (r->dead) r->stack = c->ways ? c->stack_behind : c->stack;
  meet(r, c);
  r->dead = false;
}

static void branch(struct flow_reader *r, uint32_t label) {
  size_t at = r->depth - label - 1;
  if (r->dead || label >= r->depth || at >= CONTROLS || r->controls[at].is_loop) return;
  arrive(r, at);
}

static void branch_table(struct flow_reader *r, const struct core_instr *i) {
  struct cm_span labels = i->br_table.labels;
  uint32_t label;
  for (uint64_t n = 0; n <= i->br_table.count && core_next_label(&labels, &label); n++) branch(r, label);
}

void flow_control(struct flow_reader *r, const struct core_instr *i) {
  switch (i->op) {
    case CORE_OP_IF: flow_drop(r, 1); /* fall through */
    case CORE_OP_BLOCK:
    case CORE_OP_LOOP:
    case CORE_OP_TRY:
    case CORE_OP_TRY_TABLE: begin_block(r, i->op); return;
    case CORE_OP_ELSE: begin_else(r); return;
    case CORE_OP_END:
    case CORE_OP_DELEGATE: end_block(r); return;
    case CORE_OP_BR_IF:
    case CORE_OP_BR_TABLE: flow_drop(r, 1); break;
    default: break;
  }
  if (i->op == CORE_OP_BR || i->op == CORE_OP_BR_IF) branch(r, i->index);
  if (i->op == CORE_OP_BR_TABLE) branch_table(r, i);
  r->dead |= i->op == CORE_OP_BR || i->op == CORE_OP_BR_TABLE || i->op == CORE_OP_RETURN || i->op == CORE_OP_UNREACHABLE;
}
