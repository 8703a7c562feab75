// Ways that the program did not take.
//
// What runs shows what a program asks for on the ways that it takes; a command that was not given, or a file that is not there, keeps it from
// others. So it is noted what functions leave out that are given what leads to the container: calls of functions that were never entered, or
// that are told apart by who calls them, and loops, which may be inlined comparisons. For each of them the program is made to take the
// side of a branch that leads to the last place before it, and so on from there. What is learnt there counts as what is learnt anywhere.
//
// Such a run begins where the program first goes on with the filled container, if it can. Calls that do not come back, as they report faults, are
// left alone. Where the fuel does not suffice, and what is still left out may make the number of a text, the container is not understood. What
// was tried, and not come to, is left to the evaluation: names that it sees arrive there are undecided.

#include "container_stage.h"

#include <stdlib.h>
#include <string.h>

enum {
  RUNS_MOST = 300,
  CHAIN_MOST = 32,
  AGAIN_MOST = 4,
  CHOICES_MOST = 32,
  LOOKS_MOST = 4,
  BLOCKS_MOST = 256,
  PARTS_MOST = 4096,
  FORKS_MOST = 4096,
  TRIES_MOST = 6,
  TAKEN_MOST = 64
};
enum { FUEL_LEAST = 6000000, FUEL_MOST = 40000000, FUEL_TIMES = 24 };

// A branch that was come to, and where it went so far.
struct fork {
  const void *at;
  uint32_t gid, count, tried;  // tried: a bit for each choice
  uint64_t offset;
  uint64_t entry;  // of which entry it is within; 0: of none
  size_t
      behind;  // of the sides that the program was made to take: on the way of which it was first come to; SIZE_MAX: on its own way
};

// A side of a branch that the program is made to take.
struct side {
  size_t fork, behind;
  uint32_t choice;
};

// A call that a function makes or not, or a loop.
struct way_part {
  uint32_t gid, callee;  // callee: NO_FUNC where it is indirect
  uint64_t offset, end;  // end: of a loop
  size_t depth;          // of the function, when it was first entered
  uint64_t nearest;      // where the side led that came nearest to it
  unsigned tries;        // of which none came nearer
  bool made, given_up;
};

// Where a side of a branch goes on, apart from the next instruction.
struct landing {
  uint32_t gid, choice;
  uint64_t offset, to;
};

struct stage_ways {
  struct fork *forks;
  size_t fork_count, fork_room;
  struct index fork_index;
  struct side *sides;
  size_t side_count, side_room;
  struct way_part *parts;
  size_t part_count, part_room;
  struct index part_index;
  struct landing *landings;
  size_t landing_count, landing_room;
  struct index landing_index;
  uint8_t *known;            // by gid: its parts are among them
  uint8_t *entered;          // by gid
  uint8_t *asks;             // by gid: it leads to what may ask for a name (enum asks)
  uint8_t *looked;           // by gid: so often it was seen whether it is given what leads to the container
  size_t chain[CHAIN_MOST];  // the sides that are taken in the run going on
  size_t chain_count;
  uint8_t taken[CHAIN_MOST], take_most;  // how often each of them was; and may be
  struct way_entry entry;
  uint64_t entry_number;   // tells it from others; 0: there is none yet
  size_t entry_variables;  // so many were in the environment
};

static uint64_t hash_of(const struct index *index, uint64_t a, uint64_t b) { return index_mix(index_mix(index->seed, a), b); }

// --- what functions leave out ---

static struct way_part *find_part(struct stage_ways *w, uint32_t gid, uint64_t offset) {
  size_t cursor = 0;
  for (uint32_t i; index_next(&w->part_index, hash_of(&w->part_index, gid, offset), &cursor, &i);)
    if (w->parts[i].gid == gid && w->parts[i].offset == offset) return &w->parts[i];
  return NULL;
}

static size_t add_part(struct stage *s, struct way_part part) {
  struct stage_ways *w = s->ways;
  if (w->part_count == PARTS_MOST) return SIZE_MAX;
  if (!cm_grow(s->arena, &w->parts, &w->part_room, w->part_count, sizeof *w->parts) ||
      !index_add(&w->part_index, s->arena, hash_of(&w->part_index, part.gid, part.offset), (uint32_t)w->part_count)) {
    s->failed = true;
    return SIZE_MAX;
  }
  w->parts[w->part_count] = part;
  return w->part_count++;
}

// Blocks around the instruction that is looked at: where they begin, the loop that they are among the parts (SIZE_MAX: none), and the last
// landing at their end, which knows the one before.
struct around {
  struct around_block {
    bool is_loop;
    uint64_t from;
    size_t part, landing;
  } blocks[BLOCKS_MOST];
  size_t count;
};

static void add_landing(struct stage *s, struct around *around, uint32_t gid, uint64_t offset, uint32_t choice, uint32_t label) {
  struct stage_ways *w = s->ways;
  if (label >= around->count || around->count > BLOCKS_MOST || choice >= CHOICES_MOST) return;
  struct around_block *block = &around->blocks[around->count - 1 - label];
  if (!cm_grow(s->arena, &w->landings, &w->landing_room, w->landing_count, sizeof *w->landings) ||
      !index_add(&w->landing_index, s->arena, hash_of(&w->landing_index, gid, offset + choice), (uint32_t)w->landing_count)) {
    s->failed = true;
    return;
  }
  // Until the end is known, the landing has the one before.
  w->landings[w->landing_count] = (struct landing){gid, choice, offset, block->is_loop ? block->from : block->landing};
  if (!block->is_loop) block->landing = w->landing_count;
  w->landing_count++;
}

static void enter_block(struct stage *s, struct around *around, const struct way_part *loop, uint64_t at) {
  if (around->count < BLOCKS_MOST)
    around->blocks[around->count] =
        (struct around_block){loop != NULL, at, loop && loop->gid != NO_FUNC ? add_part(s, *loop) : SIZE_MAX, SIZE_MAX};
  around->count++;
}

// Branches to the end of the block, or to its other arm, go on at `at`.
static void land(struct stage *s, struct around_block *block, uint64_t at) {
  for (size_t i = block->landing; i != SIZE_MAX;) {
    size_t before = (size_t)s->ways->landings[i].to;
    s->ways->landings[i].to = at;
    i = before;
  }
  block->landing = SIZE_MAX;
}

static void leave_block(struct stage *s, struct around *around, uint64_t at) {
  if (!around->count || --around->count >= BLOCKS_MOST) return;
  struct around_block *block = &around->blocks[around->count];
  land(s, block, at);
  if (block->part != SIZE_MAX) s->ways->parts[block->part].end = at;
}

// The parts of a function, but for those up to the end of the loop that fills the container, and calls that do not come back.
static void add_parts(struct stage *s, uint32_t gid, size_t depth) {
  const struct core_module *module = s->program->instances[s->program->instance_of[gid]].module;
  uint64_t filled = s->out->loops[gid].to;
  struct core_code code;
  s->ways->known[gid] = 1;
  if (!core_code_begin(&code, s->arena, module, program_func(s->program, gid), NULL, NULL, NULL)) return;
  struct way_part call = {.gid = gid, .depth = depth};
  struct around *around = cm_alloc(s->arena, sizeof *around);
  if (!around) s->failed = true;
  for (struct core_instr i; around && code_next(&code, &i);) {
    uint64_t at = (uint64_t)(i.at - module->file);
    if (call.offset && i.op != CORE_OP_UNREACHABLE) add_part(s, call);
    call.offset = 0;
    struct way_part loop = {.gid = at < filled ? NO_FUNC : gid, .callee = NO_FUNC, .offset = at, .depth = depth};
    switch (i.op) {
      case CORE_OP_BLOCK:
      case CORE_OP_TRY:
      case CORE_OP_TRY_TABLE: enter_block(s, around, NULL, at); break;
      case CORE_OP_IF:
        enter_block(s, around, NULL, at);
        add_landing(s, around, gid, at, 1, 0);
        break;
      case CORE_OP_ELSE:
        if (around->count && around->count <= BLOCKS_MOST) land(s, &around->blocks[around->count - 1], at);
        break;
      case CORE_OP_LOOP: enter_block(s, around, &loop, at); break;
      case CORE_OP_END: leave_block(s, around, at); break;
      case CORE_OP_BR_IF: add_landing(s, around, gid, at, 1, i.index); break;
      case CORE_OP_BR_TABLE: {
        struct cm_span labels = i.br_table.labels;
        uint32_t label;
        for (uint32_t k = 0; k < CHOICES_MOST && core_next_label(&labels, &label); k++) add_landing(s, around, gid, at, k, label);
        break;
      }
      case CORE_OP_CALL:
      case CORE_OP_CALL_INDIRECT:
        if (at < filled || (i.op == CORE_OP_CALL && i.index < module->imported[CORE_FUNC])) break;
        call.callee = i.op == CORE_OP_CALL ? program_gid(s->program, s->program->instance_of[gid], i.index) : NO_FUNC;
        call.offset = at;
        break;
      default: break;
    }
  }
}

// Would it tell something if it were executed? What functions do that were entered elsewhere is known, but for those that are told apart by who
// calls them; and a loop was where a branch in it was come to.
static bool is_wanted(const struct stage *s, const struct way_part *part) {
  if (part->made) return false;
  return part->callee == NO_FUNC || !s->ways->entered[part->callee] || s->parts[part->callee] > PART_NONE;
}

// --- what is seen ---

static bool is_of_interest(const struct stage *s, uint32_t gid) {
  return s->program->instance_of[gid] == s->subject && s->parts[gid] <= PART_NONE && !(s->marks[gid] & STAGE_WITHIN);
}

// The call is one to begin with, unless there is one that is nearer to where the program does.
static void note_entry(struct stage *s, uint32_t gid, const union core_value *arguments) {
  struct stage_ways *w = s->ways;
  struct way_entry *entry = &w->entry;
  if (s->is_made || s->direct || s->in_run != s->variable_count || s->depth >= STAGE_DEPTH) return;
  if (w->entry_number && w->entry_variables == s->in_run && entry->depth <= s->depth) return;
  const struct core_type *type =
      core_func_type(s->program->instances[s->program->instance_of[gid]].module, program_func(s->program, gid));
  if (type->param_count > STAGE_PARAMS || type->result_count > 1 || s->arena->total > STAGE_MEMORY) return;
  w->entry_number = (uint64_t)gid * STAGE_DEPTH + s->depth + 1;
  w->entry_variables = s->in_run;
  entry->call = (struct remembered_call){.gid = gid, .moment = laboratory_remember(s->lab, s->arena)};
  memcpy(entry->call.arguments, arguments, type->param_count * sizeof *arguments);
  entry->depth = s->depth;
  memcpy(entry->stack, s->stack, s->depth * sizeof *s->stack);
  memcpy(entry->offsets, s->offsets, s->depth * sizeof *s->offsets);
  s->failed |= !entry->call.moment;
}

static bool is_within_entry(const struct stage *s) {
  const struct stage_ways *w = s->ways;
  return w->entry_number && s->depth > w->entry.depth && s->stack[w->entry.depth] == w->entry.call.gid;
}

void stage_way_entered(struct stage *s, uint32_t gid, const union core_value *arguments) {
  struct stage_ways *w = s->ways;
  w->entered[gid] = 1;
  if (s->quiet || !s->depth || s->depth > STAGE_DEPTH) return;
  uint32_t caller = s->stack[s->depth - 1];
  uint64_t offset = s->offsets[s->depth - 1];
  struct way_part *call = w->known[caller] ? find_part(w, caller, offset) : NULL;
  if (call) call->made = true;
  if (!s->filled) return;
  if (w->known[caller] && !call && offset >= s->out->loops[caller].to && offset && s->depth + 1 >= s->direct) {
    s->quiet = s->depth + 1;  // it does not come back
    laboratory_stop(s->lab);
    return;
  }
  for (size_t i = 0; i < s->depth; i++)
    if (!w->known[s->stack[i]] && is_of_interest(s, s->stack[i]) && i + 1 >= s->direct) add_parts(s, s->stack[i], i);
  if (!w->known[gid] && is_of_interest(s, gid) && w->looked[gid] < LOOKS_MOST) {
    w->looked[gid]++;
    if (stage_leads(s, gid, arguments)) add_parts(s, gid, s->depth);
  }
  if (w->known[gid]) note_entry(s, gid, arguments);
}

static struct fork *find_fork(struct stage *s, const void *at, uint32_t gid, uint32_t count) {
  struct stage_ways *w = s->ways;
  uint64_t hash = hash_of(&w->fork_index, (uint64_t)(uintptr_t)at, 0);
  size_t cursor = 0;
  for (uint32_t i; index_next(&w->fork_index, hash, &cursor, &i);)
    if (w->forks[i].at == at) return &w->forks[i];
  uint32_t reader;
  uint64_t offset;
  if (w->fork_count == FORKS_MOST) return NULL;
  if (!laboratory_reader(s->lab, &reader, &offset)) return NULL;
  if (!cm_grow(s->arena, &w->forks, &w->fork_room, w->fork_count, sizeof *w->forks) ||
      !index_add(&w->fork_index, s->arena, hash, (uint32_t)w->fork_count)) {
    s->failed = true;
    return NULL;
  }
  struct fork *fork = &w->forks[w->fork_count++];
  *fork = (struct fork){.at = at, .gid = gid, .count = count, .offset = offset, .behind = SIZE_MAX};
  if (offset < s->out->loops[gid].to) fork->count = 0;  // how the container is filled is not tried
  if (is_within_entry(s)) fork->entry = w->entry_number;
  if (w->chain_count) fork->behind = w->chain[w->chain_count - 1];
  for (size_t i = 0; i < w->part_count; i++) {
    struct way_part *part = &w->parts[i];
    if (part->end && part->gid == gid && offset > part->offset && offset < part->end) part->made = true;
  }
  return fork;
}

uint32_t stage_way_branches(struct stage *s, const void *at, uint32_t choice, uint32_t count) {
  struct stage_ways *w = s->ways;
  if (!s->filled || s->quiet || s->failed || !s->depth || s->depth > STAGE_DEPTH || !w->known[s->stack[s->depth - 1]])
    return choice;
  struct fork *fork = find_fork(s, at, s->stack[s->depth - 1], count);
  if (!fork) return choice;
  size_t number = (size_t)(fork - w->forks);
  if (!s->is_made && is_within_entry(s)) fork->entry = w->entry_number;
  for (size_t i = 0; i < w->chain_count; i++) {
    if (w->taken[i] == w->take_most || w->sides[w->chain[i]].fork != number) continue;
    w->taken[i]++;
    choice = w->sides[w->chain[i]].choice;
    break;
  }
  if (choice < CHOICES_MOST) fork->tried |= 1U << choice;
  return choice;
}

// --- what may ask ---

// A call that comes back.
struct edge {
  uint32_t from, to;
};

struct edges {
  struct edge *at;
  size_t count, room;
};

static bool add_edges(struct stage *s, struct edges *edges, uint32_t func) {
  const struct core_module *module = s->program->instances[s->subject].module;
  struct core_code code;
  if (!core_code_begin(&code, s->arena, module, func, NULL, NULL, NULL)) return true;
  uint32_t callee = UINT32_MAX;
  for (struct core_instr i; code_next(&code, &i);) {
    if (callee != UINT32_MAX && i.op != CORE_OP_UNREACHABLE) {
      if (!cm_grow(s->arena, &edges->at, &edges->room, edges->count, sizeof *edges->at)) return false;
      edges->at[edges->count++] = (struct edge){func, callee};
    }
    callee = i.op == CORE_OP_CALL ? i.index : UINT32_MAX;
  }
  return true;
}

static int by_callee(const void *a, const void *b) {
  const struct edge *x = a, *y = b;
  return x->to < y->to ? -1 : x->to > y->to;
}

// The first call of that function, among those that are ordered so.
static size_t first_call(const struct edges *edges, uint32_t to) {
  size_t at;
  SORTED_FIRST(at, 0, edges->count, edges->at[at].to >= to);
  return at;
}

enum asks { ASKS = 1, ASKS_UNKNOWN = 2 };  // by a lookup or otherwise; otherwise: what lookups are given is seen by the evaluation

// Marks what leads to a function that makes the number of a text, or compares two, or is a lookup that does: it may ask for a name.
static void mark_askers(struct stage *s, const struct edges *edges, uint32_t *list, uint8_t mark) {
  const struct core_module *module = s->program->instances[s->subject].module;
  uint8_t *asks = s->ways->asks;
  size_t count = 0;
  for (uint32_t f = module->imported[CORE_FUNC]; f < module->func_count; f++) {
    uint32_t gid = program_gid(s->program, s->subject, f);
    enum part part = (enum part)s->parts[gid];
    if (part > PART_NONE && (mark == ASKS || part != PART_LOOKUP)) asks[gid] = (uint8_t)(asks[gid] | mark), list[count++] = f;
  }
  for (size_t n = 0; n < count; n++)
    for (size_t i = first_call(edges, list[n]); i < edges->count && edges->at[i].to == list[n]; i++) {
      uint32_t gid = program_gid(s->program, s->subject, edges->at[i].from);
      if (asks[gid] & mark || (mark == ASKS_UNKNOWN && s->parts[gid] == PART_LOOKUP)) continue;
      asks[gid] = (uint8_t)(asks[gid] | mark);
      list[count++] = edges->at[i].from;
    }
}

static void find_askers(struct stage *s) {
  const struct core_module *module = s->program->instances[s->subject].module;
  struct edges edges = {0};
  uint32_t *list = cm_alloc_array(s->arena, module->func_count, sizeof *list);
  s->failed |= !list;
  for (uint32_t f = module->imported[CORE_FUNC]; f < module->func_count && !s->failed; f++) s->failed |= !add_edges(s, &edges, f);
  if (s->failed) return;
  if (edges.count) qsort(edges.at, edges.count, sizeof *edges.at, by_callee);
  mark_askers(s, &edges, list, ASKS);
  mark_askers(s, &edges, list, ASKS_UNKNOWN);
}

static bool may_ask(const struct stage_ways *w, const struct way_part *part) {
  return part->callee != NO_FUNC && w->asks[part->callee];
}

// Calls that no run came to, and who makes them.
struct left_out {
  uint8_t *found;  // by gid: among the callers
  uint32_t *callers;
  size_t count;
};

// Are entries gone through there, one of which may be compared?
static bool is_in_loop(const struct stage_ways *w, uint32_t gid, uint64_t offset) {
  for (size_t i = 0; i < w->part_count; i++)
    if (w->parts[i].gid == gid && w->parts[i].offset < offset && offset < w->parts[i].end) return true;
  return false;
}

// Leaves the call to the evaluation where it may ask for a name; what others call that were never entered is looked at, too. What these compare
// may be anything.
static void leave_call(struct stage *s, struct left_out *left, uint32_t gid, uint32_t callee, uint64_t offset) {
  enum part part = (enum part)s->parts[callee];
  if (part == PART_NUMBER || (part == PART_COMPARE && s->ways->known[gid] && is_in_loop(s->ways, gid, offset))) {
    struct container_site *site = stage_add_site(s, gid, callee, offset, 0);
    if (site) site->missed = true;
  } else if (part <= PART_NONE && s->ways->asks[callee] && !s->ways->entered[callee] && !left->found[callee]) {
    left->found[callee] = 1;
    left->callers[left->count++] = callee;
  }
}

static void leave_calls_of(struct stage *s, struct left_out *left, uint32_t gid) {
  const struct core_module *module = s->program->instances[s->subject].module;
  struct core_code code;
  if (!core_code_begin(&code, s->arena, module, program_func(s->program, gid), NULL, NULL, NULL)) return;
  for (struct core_instr i; code_next(&code, &i);)
    if (i.op == CORE_OP_CALL && i.index >= module->imported[CORE_FUNC])
      leave_call(s, left, gid, program_gid(s->program, s->subject, i.index), (uint64_t)(i.at - module->file));
}

// What was left out, however it was tried, may ask for names that are known there, or to who calls it.
static void leave_parts(struct stage *s) {
  const struct stage_ways *w = s->ways;
  size_t func_count = s->program->func_count;
  struct left_out left = {cm_alloc_array(s->arena, func_count, 1), cm_alloc_array(s->arena, func_count, sizeof *left.callers), 0};
  s->failed |= !left.found || !left.callers;
  for (size_t i = 0; i < w->part_count && !s->failed; i++)
    if (may_ask(w, &w->parts[i]) && is_wanted(s, &w->parts[i]))
      leave_call(s, &left, w->parts[i].gid, w->parts[i].callee, w->parts[i].offset);
  for (size_t i = 0; i < left.count && !s->failed; i++) leave_calls_of(s, &left, left.callers[i]);
}

// --- what is tried ---

// Where the program goes on where it takes that side.
static uint64_t landing_of(const struct stage_ways *w, const struct fork *fork, uint32_t choice) {
  size_t cursor = 0;
  uint64_t hash = hash_of(&w->landing_index, fork->gid, fork->offset + choice);
  for (uint32_t i; index_next(&w->landing_index, hash, &cursor, &i);) {
    const struct landing *landing = &w->landings[i];
    if (landing->gid == fork->gid && landing->offset == fork->offset && landing->choice == choice) return landing->to;
  }
  return fork->offset;
}

// The side that was not taken yet and leads to the last place before the part.
static struct fork *fork_before(struct stage_ways *w, const struct way_part *part, uint32_t *choice, uint64_t *nearest) {
  struct fork *best = NULL;
  *nearest = 0;
  for (size_t i = 0; i < w->fork_count; i++) {
    struct fork *fork = &w->forks[i];
    for (uint32_t side = 0; fork->gid == part->gid && side < fork->count && side < CHOICES_MOST; side++) {
      uint64_t to = fork->tried >> side & 1 ? UINT64_MAX : landing_of(w, fork, side);
      if (to > part->offset || (best && to < *nearest)) continue;
      best = fork;
      *nearest = to;
      *choice = side;
    }
  }
  return best;
}

// Makes the chain of sides that leads to the last one; false: it is too long.
static bool set_chain(struct stage_ways *w, size_t side) {
  size_t count = 0;
  for (size_t i = side; i != SIZE_MAX; i = w->sides[i].behind)
    if (++count > CHAIN_MOST) return false;
  w->chain_count = count;
  for (size_t i = side; i != SIZE_MAX; i = w->sides[i].behind) w->chain[--count] = i;
  return true;
}

// What is left out nearest to where the program begins, what may ask first; NULL: nothing.
static struct way_part *next_part(struct stage *s) {
  struct stage_ways *w = s->ways;
  struct way_part *next = NULL;
  for (size_t i = 0; i < w->part_count; i++) {
    struct way_part *part = &w->parts[i];
    if (part->given_up) continue;
    bool asks = may_ask(w, part), is_before = !next || (asks != may_ask(w, next) ? asks : part->depth < next->depth);
    if (is_before && is_wanted(s, part)) next = part;
  }
  return next;
}

// What may ask, not by a lookup, and was neither come to nor given up; NULL: nothing.
static const struct way_part *not_tried(const struct stage *s) {
  const struct stage_ways *w = s->ways;
  for (size_t i = 0; i < w->part_count; i++) {
    const struct way_part *part = &w->parts[i];
    if (!part->given_up && part->callee != NO_FUNC && w->asks[part->callee] & ASKS_UNKNOWN && is_wanted(s, part)) return part;
  }
  return NULL;
}

// The next way to try; false: there is none.
static bool next_way(struct stage *s) {
  struct stage_ways *w = s->ways;
  for (struct way_part *part; (part = next_part(s)) != NULL;) {
    uint32_t choice = 0;
    uint64_t nearest;
    struct fork *fork = fork_before(w, part, &choice, &nearest);
    if (fork && nearest > part->nearest) part->nearest = nearest, part->tries = 0;
    part->given_up = !fork || ++part->tries == TRIES_MOST;
    if (!fork) continue;
    fork->tried |= 1U << choice;
    if (!cm_grow(s->arena, &w->sides, &w->side_room, w->side_count, sizeof *w->sides)) {
      s->failed = true;
      return false;
    }
    w->sides[w->side_count] = (struct side){.fork = (size_t)(fork - w->forks), .behind = fork->behind, .choice = choice};
    if (set_chain(w, w->side_count++)) return true;
  }
  return false;
}

struct leak {
  bool any;
  uint32_t gid;
};

static void run_and_see(struct stage *s, stage_run *run, const struct way_entry *from, struct leak *leak) {
  memset(s->ways->taken, 0, sizeof s->ways->taken);
  run(s, from);
  if (s->leaks && !s->news && !leak->any) *leak = (struct leak){true, s->leaking};
}

// Where the environment is handed over on that way alone, what is read of it is seen when the way is taken once more.
static void run_way(struct stage *s, stage_run *run, const struct way_entry *from, struct leak *leak) {
  size_t copies = s->copy_count;
  unsigned asked = s->copies_asked;
  uint64_t fuel_most = s->fuel_most;
  bool found = false;
  for (unsigned again = 0; again < AGAIN_MOST && (!again || (s->found_more && !s->news)); again++) {
    s->found_more = false;
    run_and_see(s, run, from, leak);
    found |= s->found_more;
    s->fuel_most = fuel_most * s->copies_asked;
  }
  s->fuel_most = fuel_most;
  if (!found) return;
  s->copy_count = copies;
  s->copies_asked = s->complete_asked = asked;
}

// Runs the program along the chain until nothing more is learnt.
static void take_way(struct stage *s, stage_run *run, struct leak *leak) {
  struct stage_ways *w = s->ways;
  size_t chain_count = w->chain_count;
  for (unsigned again = 0; again < AGAIN_MOST && !s->failed && (!again || s->news); again++) {
    if (w->entry_number && w->entry_variables != s->variable_count) {  // the entry is of another environment
      s->is_made = false;
      w->chain_count = 0;
      run_and_see(s, run, NULL, leak);
      w->chain_count = chain_count;
    }
    bool within = w->entry_number && w->entry_variables == s->variable_count;
    for (size_t i = 0; i < chain_count && within; i++) within = w->forks[w->sides[w->chain[i]].fork].entry == w->entry_number;
    s->is_made = true;
    run_way(s, run, within ? &w->entry : NULL, leak);
    if (s->news || !s->strayed) continue;
    // To compare one entry with a text may be an accident; to compare many is none. What else comes of it then is one.
    struct leak accident = {true, 0};
    w->take_most = TAKEN_MOST;
    run_and_see(s, run, within ? &w->entry : NULL, &accident);
    w->take_most = 1;
  }
  s->is_made = false;
}

bool stage_ways_begin(struct stage *s) {
  struct stage_ways *w = s->ways = cm_alloc(s->arena, sizeof *s->ways);
  if (!w) return false;
  w->take_most = 1;
  w->known = cm_alloc_array(s->arena, s->program->func_count, 1);
  w->entered = cm_alloc_array(s->arena, s->program->func_count, 1);
  w->asks = cm_alloc_array(s->arena, s->program->func_count, 1);
  w->looked = cm_alloc_array(s->arena, s->program->func_count, 1);
  return w->known && w->entered && w->asks && w->looked && index_init(&w->fork_index, s->arena) &&
         index_init(&w->part_index, s->arena) && index_init(&w->landing_index, s->arena);
}

void stage_try_ways(struct stage *s, stage_run *run) {
  uint32_t global = s->program->instances[s->subject].stack_global;
  laboratory_reset(s->lab);
  const union core_value *top = global == UINT32_MAX ? NULL : laboratory_global(s->lab, s->subject, global);
  s->stack_top = top ? top->u32 : 0;
  struct leak leak = {s->leaks, s->leaking};
  uint64_t left = s->fuel;
  find_askers(s);
  s->explores = true;
  s->fuel = FUEL_MOST;
  run_and_see(s, run, NULL, &leak);
  uint64_t natural = FUEL_MOST - s->fuel, enough = FUEL_LEAST + FUEL_TIMES * natural;
  s->fuel_most = 2 * natural;
  s->fuel = enough < FUEL_MOST ? enough : FUEL_MOST;
  for (unsigned i = 0; i < RUNS_MOST && s->fuel && !s->failed && next_way(s); i++) take_way(s, run, &leak);
  s->ways->chain_count = 0;
  s->explores = false;
  s->fuel = left;
  s->fuel_most = 0;
  leave_parts(s);
  const struct way_part *rest = not_tried(s);
  if (rest && !leak.any) leak = (struct leak){true, rest->gid};
  s->leaks = leak.any;
  if (leak.any) s->leaking = leak.gid;
}
