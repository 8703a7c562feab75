// Which label is next, and how often.
//
// Labels stand in the order in which the compiler laid out its blocks. A jump back to one is the end of a round of a loop of the source,
// which reaches from that label to the one that jumps. The innermost such loop is finished first; within it the first label that
// something waits for comes next. A round is executed as it is where some way out of its loop was decided in it; a loop of which it is
// not known when it ends is widened at the label where it begins.

#include "dispatch.h"

#include "world.h"
#include <stdio.h>
#include <stdlib.h>

enum { BLOCKS_MOST = 4000, TABLE_MOST = 20000, EVENTS = 512, REGIONS = 32, ROUNDS_UNSTEERED = 4 };

#define OUTSIDE UINT32_MAX  // no label: the jump leaves the loop

struct label {
  const uint8_t *start;  // behind the end of its block
  struct state waiting, head;
  uint32_t from;  // whence came what waits
  bool visited, widening;
  unsigned rounds;
  uint32_t widened_from;
  uint64_t visited_at;  // event
};

// A condition: in the code of label `from`, with a jump to `to` on one side.
struct event {
  uint64_t number;  // from 1
  uint32_t from, to;
  bool decided;
};

// A loop of the source.
struct region {
  uint32_t first, last;
};

struct dispatch {
  size_t depth;  // of the loop's control
  uint32_t local, label_count, entry_count, now;
  uint32_t back;      // the last label to which the code of `now` jumped back; label_count: none
  uint32_t *entries;  // label by number, the default last
  struct label *labels;
  const uint8_t *end;  // behind the loop's end
  struct event events[EVENTS];
  uint64_t event_count;
  struct region regions[REGIONS];
  size_t region_count;
};

// --- its shape ---

static bool read_table(struct dispatch *d, const struct core_instr *table) {
  struct cm_span labels = table->br_table.labels;
  for (uint32_t i = 0; i <= d->entry_count; i++) {
    uint32_t label;
    if (!core_next_label(&labels, &label)) return false;
    if (label == d->label_count) return false;  // a jump to the loop itself would be none
    d->entries[i] = label < d->label_count ? label : OUTSIDE;
  }
  return true;
}

// Where the blocks and the loop end. `code` stands behind the br_table, in the innermost block.
static bool read_ends(struct dispatch *d, struct core_code code) {
  uint32_t ended = 0;
  unsigned nested = 0;
  for (struct core_instr i; core_code_next(&code, &i); core_code_step_within(&code)) {
    if (i.op == CORE_OP_BLOCK || i.op == CORE_OP_LOOP || i.op == CORE_OP_IF) nested++;
    if (i.op == CORE_OP_TRY || i.op == CORE_OP_TRY_TABLE) return false;
    if (i.op != CORE_OP_END) continue;
    if (nested) {
      nested--;
    } else if (ended < d->label_count) {
      d->labels[ended++].start = code.reader.at;
    } else {
      d->end = code.reader.at;
      return true;
    }
  }
  return false;
}

static struct dispatch *read_shape(struct activation *a) {
  struct core_code code = a->code;
  struct core_instr i;
  uint32_t blocks = 0;
  bool more;
  while ((more = core_code_next(&code, &i)) && i.op == CORE_OP_BLOCK && i.block.kind == CORE_BLOCK_EMPTY && blocks < BLOCKS_MOST)
    blocks++;
  if (!more || !blocks || i.op != CORE_OP_LOCAL_GET || i.index >= a->local_count) return NULL;
  uint32_t local = i.index;
  if (!core_code_next(&code, &i) || i.op != CORE_OP_BR_TABLE || i.br_table.count > TABLE_MOST) return NULL;
  struct cm_arena *arena = &a->evaluation->scratch;
  struct dispatch *d = cm_alloc(arena, sizeof *d);
  if (!d) return NULL;
  *d = (struct dispatch){.local = local, .label_count = blocks, .entry_count = i.br_table.count, .now = blocks, .back = blocks};
  d->labels = cm_alloc_array(arena, blocks, sizeof *d->labels);
  d->entries = cm_alloc_array(arena, (size_t)d->entry_count + 1, sizeof *d->entries);
  return d->labels && d->entries && read_table(d, &i) && read_ends(d, code) ? d : NULL;
}

static uint32_t label_of(const struct dispatch *d, uint64_t number) {
  return d->entries[number < d->entry_count ? number : d->entry_count];
}

// --- what waits ---

static void park(struct activation *a, struct dispatch *d, uint32_t label, struct state *state) {
  struct label *l = &d->labels[label];
  bool back = d->now < d->label_count && label <= d->now;
  if (!l->waiting.live || back) l->from = d->now;
  if (back && (d->back == d->label_count || label > d->back)) d->back = label;
  state->results = NULL;
  activation_merge(a, &l->waiting, state, 0, false);
}

bool dispatch_owns(const struct activation *a, const struct control *c) {
  return c->kind == CONTROL_LABEL || (c == &a->controls[a->dispatch->depth] && c->kind == CONTROL_LOOP);
}

static void leave_for(struct activation *a, struct dispatch *d, uint64_t number, struct state *state) {
  uint32_t label = label_of(d, number);
  if (label != OUTSIDE)
    park(a, d, label, state);
  else
    a->stopped = true;
}

void dispatch_arrive(struct activation *a, struct control *c, struct state *state) {
  struct dispatch *d = a->dispatch;
  for (struct control *inner = c + 1; inner < a->controls + a->depth; inner++) inner->left = inner->left_open = true;
  if (c->kind == CONTROL_LABEL) {
    park(a, d, c->label, state);
    return;
  }
  struct value number = state->locals[d->local];
  if (number.kind == VALUE_CONST)
    leave_for(a, d, number.bits, state);
  else
    a->stopped = true;
}

// --- which is next ---

static bool is_within(const struct region *r, uint32_t label) { return label >= r->first && label <= r->last; }

static uint32_t first_waiting(const struct dispatch *d, uint32_t from, uint32_t to) {
  for (uint32_t i = from; i <= to && i < d->label_count; i++)
    if (d->labels[i].waiting.live) return i;
  return d->label_count;
}

// The next label; d->label_count: nothing waits. A round that has just been ended is followed by the next one.
static uint32_t choose(struct dispatch *d) {
  const struct region *top = d->region_count ? &d->regions[d->region_count - 1] : NULL;
  if (d->back < d->label_count && (!top || is_within(top, d->back)) && d->labels[d->back].waiting.live) return d->back;
  for (; d->region_count; d->region_count--) {
    top = &d->regions[d->region_count - 1];
    uint32_t label = first_waiting(d, top->first, top->last);
    if (label < d->label_count) return label;
  }
  return first_waiting(d, 0, d->label_count - 1);
}

// A round of the loop from `first` to `last` begins.
static void note_region(struct dispatch *d, uint32_t first, uint32_t last) {
  struct region *top = d->region_count ? &d->regions[d->region_count - 1] : NULL;
  if (top && top->first == first) {
    if (last > top->last) top->last = last;
  } else if (d->region_count < REGIONS) {
    d->regions[d->region_count++] = (struct region){first, last};
  }
}

// How many rounds a loop may go as it is.
static unsigned rounds_of(const struct dispatch *d, uint32_t first) {
  const struct label *l = &d->labels[first];
  struct region loop = {first, l->from};
  bool open = false;
  for (uint64_t n = d->event_count; n > l->visited_at && n + EVENTS > d->event_count; n--) {
    const struct event *e = &d->events[(n - 1) % EVENTS];
    if (!is_within(&loop, e->from)) continue;
    bool leaves = !is_within(&loop, e->to) || (e->from == loop.last && e->to == first);
    if (leaves && e->decided) return EVALUATE_ROUNDS;
    open |= leaves;
  }
  return open ? 0 : ROUNDS_UNSTEERED;
}

// What waits for the label is where a round begins: as it is, or as far as all rounds have it in common. False: nothing new came.
static bool begin_round(struct activation *a, struct dispatch *d, uint32_t label) {
  struct label *l = &d->labels[label];
  struct value_table *values = activation_values(a);
  l->rounds++;
  if (!l->widening) {
    if (l->rounds <= rounds_of(d, label)) return true;
    l->widening = true;
    l->rounds = 0;
    l->widened_from = (uint32_t)values->name_count;
    return activation_fork(a, &l->waiting, &l->head);
  }
  values->widened_from = l->widened_from;
  bool changed = activation_merge(a, &l->head, &l->waiting, 0, true);
  l->waiting.live = false;
  if (changed && l->rounds > EVALUATE_WIDENINGS) a->evaluation->exhausted = true;
  if (!changed || l->rounds > EVALUATE_WIDENINGS) return false;
  return activation_fork(a, &l->head, &l->waiting);
}

static void finish(struct activation *a, struct dispatch *d) {
  struct control *c = &a->controls[d->depth];
  a->code.reader.at = d->end;
  a->depth = d->depth;
  a->dispatch = NULL;
  a->now.live = false;
  if (!c->out.live && !c->left) a->stopped = true;
  activation_resume(a, c->height, &c->out, c->result_count);
}

// Goes to the label: the blocks around its code are open.
static void go_to(struct activation *a, struct dispatch *d, uint32_t label) {
  struct label *l = &d->labels[label];
  uint32_t height = a->controls[d->depth].height;
  a->depth = d->depth + 1;
  a->height = height;
  for (uint32_t i = d->label_count - 1; i > label && !a->stopped; i--) {
    struct control *c = activation_push_control(a, CONTROL_LABEL, 0, 0);
    if (c) c->label = i;
  }
  a->now = l->waiting;
  l->waiting.live = false;
  l->visited = true;
  l->visited_at = d->event_count;
  if (getenv("GODBG")) fprintf(stderr, "DBG %u: label %u rounds %u wid %d steps %llu depth %u\n", a->frame.gid, label, l->rounds, l->widening, (unsigned long long)a->evaluation->steps_left, a->evaluation->depth);
  d->now = label;
  d->back = d->label_count;
  a->code.reader.at = l->start;
}

static void next(struct activation *a, struct dispatch *d) {
  while (!a->stopped) {
    uint32_t label = choose(d);
    if (label == d->label_count) {
      finish(a, d);
      return;
    }
    struct label *l = &d->labels[label];
    bool back = l->visited && l->from < d->label_count && label <= l->from;
    if (!back) {
      l->rounds = 0;
      l->widening = false;
    } else {
      note_region(d, label, l->from);
      if (!begin_round(a, d, label)) {
        d->now = d->back = d->label_count;
        continue;
      }
    }
    go_to(a, d, label);
    return;
  }
}

bool dispatch_begin(struct activation *a) {
  if (a->dispatch || !a->now.live) return false;
  struct dispatch *d = read_shape(a);
  if (!d) return false;
  struct value number = a->now.locals[d->local];
  if (number.kind != VALUE_CONST || label_of(d, number.bits) == OUTSIDE) return false;
  d->depth = a->depth - 1;
  a->dispatch = d;
  park(a, d, label_of(d, number.bits), &a->now);
  a->now.live = false;
  next(a, d);
  return true;
}

void dispatch_end(struct activation *a) {
  struct dispatch *d = a->dispatch;
  struct control *c = &a->controls[a->depth - 1];
  if (a->now.live && c->kind == CONTROL_LABEL) {
    park(a, d, c->label, &a->now);
  } else if (a->now.live) {
    c->kind = CONTROL_BLOCK;  // what falls out of the loop goes where a block's branches go
    activation_arrive(a, c, &a->now);
    a->controls[d->depth].kind = CONTROL_LOOP;
  }
  a->now.live = false;
  next(a, d);
}

// The label that an arm jumps to which sets the local and branches to the loop; OUTSIDE: it is none.
static uint32_t read_jump(const struct activation *a, const struct dispatch *d) {
  struct core_code code = a->code;
  struct core_instr number, i;
  if (!core_code_next(&code, &number) || number.op != CORE_OP_I32_CONST) return OUTSIDE;
  if (!core_code_next(&code, &i) || i.op != CORE_OP_LOCAL_SET || i.index != d->local) return OUTSIDE;
  if (!core_code_next(&code, &i) || i.op != CORE_OP_BR || i.index + 1 != a->depth - d->depth) return OUTSIDE;
  return label_of(d, (uint32_t)number.i32);
}

void dispatch_if(struct activation *a, bool decided) {
  struct dispatch *d = a->dispatch;
  uint32_t to = d ? read_jump(a, d) : OUTSIDE;
  if (to == OUTSIDE) return;
  struct event e = {d->event_count + 1, d->now, to, decided};
  d->events[d->event_count++ % EVENTS] = e;
}
