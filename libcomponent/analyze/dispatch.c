// Which label is next, and how often.
//
// Labels are come to by rank (dispatch_shape.h): the rest of the round of the innermost loop first, then its next round, then what lies
// behind it. A round is executed as it is where some way out of its loop was decided in it; a loop of which it is not known when it ends
// is widened at the label where it begins.

#include "dispatch.h"

#include "dispatch_shape.h"

enum { EVENTS = 512, ROUNDS_UNSTEERED = 4 };

struct label {
  struct state waiting, head;
  bool back;  // a round was ended for what waits
  bool widening;
  unsigned rounds;
  uint32_t widened_from;
  uint64_t visited_at;  // event
};

// A condition: in the code of `from`, with a jump to `to` on one side.
struct event {
  uint64_t number;  // from 1
  uint32_t from, to;
  bool decided;
};

struct dispatch {
  const struct dispatch_shape *shape;
  size_t depth;          // of the loop's control
  uint32_t now;          // rank of the label whose code is executed; NONE: of none
  struct label *labels;  // by rank
  struct event events[EVENTS];
  uint64_t event_count;
};

// --- what waits ---

static void park(struct activation *a, struct dispatch *d, uint32_t rank, struct state *state) {
  struct label *l = &d->labels[rank];
  l->back |= d->now != DISPATCH_NONE && rank <= d->now;
  state->results = NULL;
  activation_merge(a, &l->waiting, state, 0, false);
}

bool dispatch_owns(const struct activation *a, const struct control *c) {
  return c->kind == CONTROL_LABEL || (c == &a->controls[a->dispatch->depth] && c->kind == CONTROL_LOOP);
}

static uint64_t entry_of(const struct dispatch_shape *shape, uint64_t number) {
  return number < shape->entry_count ? number : shape->entry_count;
}

static uint32_t rank_of(const struct dispatch_shape *shape, uint64_t number) { return shape->entries[entry_of(shape, number)]; }

// A jump that leaves the loop for the end of a block around it.
static void leave(struct activation *a, struct dispatch *d, uint64_t number, struct state *state) {
  uint32_t outer = d->shape->exits[entry_of(d->shape, number)];
  if (outer >= d->depth) {
    a->stopped = true;
    return;
  }
  activation_arrive(a, &a->controls[d->depth - 1 - outer], state);
}

void dispatch_arrive(struct activation *a, struct control *c, struct state *state) {
  struct dispatch *d = a->dispatch;
  for (struct control *inner = c + 1; inner < a->controls + a->depth; inner++) inner->left = inner->left_open = true;
  if (c->kind == CONTROL_LABEL) {
    park(a, d, d->shape->ranks[c->label], state);
    return;
  }
  struct value number = state->locals[d->shape->local];
  uint32_t rank = number.kind == VALUE_CONST ? rank_of(d->shape, number.bits) : DISPATCH_NONE;
  if (rank != DISPATCH_NONE)
    park(a, d, rank, state);
  else if (number.kind == VALUE_CONST)
    leave(a, d, number.bits, state);
  else
    a->stopped = true;
}

// --- which is next ---

static uint32_t first_waiting(const struct dispatch *d, uint32_t from, uint32_t to) {
  for (uint32_t i = from; i <= to && i < d->shape->count; i++)
    if (d->labels[i].waiting.live) return i;
  return DISPATCH_NONE;
}

static uint32_t choose(const struct dispatch *d) {
  const struct dispatch_place *places = d->shape->places;
  uint32_t now = d->now == DISPATCH_NONE ? 0 : d->now + 1;
  for (uint32_t first = d->now == DISPATCH_NONE ? DISPATCH_NONE : places[d->now].loop; first != DISPATCH_NONE;
       first = places[first].outer) {
    uint32_t rank = first_waiting(d, now, places[first].last);
    if (rank != DISPATCH_NONE) return rank;
    rank = first_waiting(d, first, places[first].last);
    if (rank != DISPATCH_NONE) return rank;
  }
  return first_waiting(d, 0, d->shape->count - 1);
}

static bool is_within(const struct dispatch_place *places, uint32_t first, uint32_t rank) {
  return rank != DISPATCH_NONE && rank >= first && rank <= places[first].last;
}

// How many rounds a loop may go as it is.
static unsigned rounds_of(const struct dispatch *d, uint32_t first) {
  const struct dispatch_place *places = d->shape->places;
  bool open = false;
  for (uint64_t n = d->event_count; n > d->labels[first].visited_at && n + EVENTS > d->event_count; n--) {
    const struct event *e = &d->events[(n - 1) % EVENTS];
    if (!is_within(places, first, e->from)) continue;
    bool leaves = !is_within(places, first, e->to) || !is_within(places, first, places[e->from].fall);
    if (leaves && e->decided) return EVALUATE_ROUNDS;
    open |= leaves;
  }
  return open ? 0 : ROUNDS_UNSTEERED;
}

// What waits for the label is where a round begins: as it is, or as far as all rounds have it in common. False: nothing new came.
static bool begin_round(struct activation *a, struct dispatch *d, uint32_t rank) {
  struct label *l = &d->labels[rank];
  struct value_table *values = activation_values(a);
  l->rounds++;
  if (!l->widening) {
    if (l->rounds <= rounds_of(d, rank)) return true;
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
  a->code.reader.at = d->shape->end;
  a->depth = d->depth;
  a->dispatch = NULL;
  a->now.live = false;
  if (!c->out.live && !c->left) a->stopped = true;
  activation_resume(a, c->height, &c->out, c->result_count);
}

// Goes to the label: the blocks around its code are open.
static void go_to(struct activation *a, struct dispatch *d, uint32_t rank) {
  struct label *l = &d->labels[rank];
  const struct dispatch_place *place = &d->shape->places[rank];
  a->depth = d->depth + 1;
  a->height = a->controls[d->depth].height;
  for (uint32_t i = 0; i < place->depth && !a->stopped; i++) {
    struct control *c = activation_push_control(a, CONTROL_LABEL, 0, 0);
    if (c) c->label = d->shape->count - 1 - i;
  }
  a->now = l->waiting;
  l->waiting.live = l->back = false;
  l->visited_at = d->event_count;
  d->now = rank;
  a->code.reader.at = place->start;
}

static void next(struct activation *a, struct dispatch *d) {
  while (!a->stopped) {
    uint32_t rank = choose(d);
    if (rank == DISPATCH_NONE) {
      finish(a, d);
      return;
    }
    struct label *l = &d->labels[rank];
    if (!l->back) {
      l->rounds = 0;
      l->widening = false;
    } else if (!begin_round(a, d, rank)) {
      l->back = false;
      continue;
    }
    go_to(a, d, rank);
    return;
  }
}

bool dispatch_begin(struct activation *a) {
  if (a->dispatch || !a->now.live) return false;
  const struct dispatch_shape *shape = dispatch_shape_of(a->evaluation->program, &a->code);
  if (!shape || shape->local >= a->local_count) return false;
  struct value number = a->now.locals[shape->local];
  if (number.kind != VALUE_CONST || rank_of(shape, number.bits) == DISPATCH_NONE) return false;
  struct dispatch *d = cm_alloc(&a->evaluation->scratch, sizeof *d);
  if (!d) return false;
  *d = (struct dispatch){.shape = shape, .depth = a->depth - 1, .now = DISPATCH_NONE};
  d->labels = cm_alloc_array(&a->evaluation->scratch, shape->count, sizeof *d->labels);
  if (!d->labels) return false;
  a->dispatch = d;
  park(a, d, rank_of(shape, number.bits), &a->now);
  a->now.live = false;
  next(a, d);
  return true;
}

void dispatch_end(struct activation *a) {
  struct dispatch *d = a->dispatch;
  struct control *c = &a->controls[a->depth - 1];
  if (a->now.live && c->kind == CONTROL_LABEL) {
    park(a, d, d->shape->ranks[c->label], &a->now);
  } else if (a->now.live) {
    c->kind = CONTROL_BLOCK;  // what falls out of the loop goes where a block's branches go
    activation_arrive(a, c, &a->now);
    a->controls[d->depth].kind = CONTROL_LOOP;
  }
  a->now.live = false;
  next(a, d);
}

void dispatch_if(struct activation *a, bool decided) {
  struct dispatch *d = a->dispatch;
  uint32_t to = d ? dispatch_read_jump(d->shape, a->code, (uint32_t)(a->depth - d->depth - 1)) : DISPATCH_NONE;
  if (to == DISPATCH_NONE) return;
  struct event e = {d->event_count + 1, d->now, to, decided};
  d->events[d->event_count++ % EVENTS] = e;
}
