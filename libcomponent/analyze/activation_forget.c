// What is no longer known after a call that was not executed.
//
// The callee may have written to what its arguments point to in the frames of the functions being executed and in blocks, as far as its code
// does (usage.h). Pointers in it are followed. What such a callee was given to keep, or what was stored where nobody knows, stays in the
// hands of code that is not executed: it is forgotten at every such call. A pointer that is not known because ways met leads where those led that
// were lost there.

#include "activation.h"
#include "made.h"
#include "watch.h"

#include <string.h>

enum {
  FORGET_BLANK = 256,
  FORGET_DEPTH = 6,
  FORGET_REACH = 2048,
  FORGET_POINTERS = 16,
  FORGET_AREAS = 64,
  LOST_DEPTH = 6,       // of what was made of a pointer
  FORGET_TARGETS = 32,  // functions that a call may mean, looked at
};

// A static variable that began as zeros: what is given a pointer to it is likely to fill it, and what is known to be there may be the first
// thing that it wrote. Constants stand in data segments; where the pointer lies in memory that is handed over (`within`), so does what
// began otherwise and was written to.
static void forget_variable(struct activation *a, struct value address, bool within) {
  if (a->now.world.image->marks) return;  // activation_forget_taken knows better
  activation_doubt_at(a, address);
  if (address.kind != VALUE_CONST || address.bits < ACTIVATION_VARIABLES || activation_is_object(a, address.bits)) return;
  const struct world *world = &a->now.world;
  bool blank = world_is_blank(world, address.bits);
  uint64_t end = address.bits;
  while (end - address.bits < FORGET_BLANK && world_is_blank(world, end) == blank &&
         (blank || (within && world_is_written(world, end))))
    end++;
  if (end > address.bits) activation_forget_behind(a, (struct image_range){address.bits, end});
}

// The functions of which one is called; none: some code.
struct callees {
  const uint32_t *gids;
  uint32_t count;
};

static struct callees callees_of(const uint32_t *callee) { return (struct callees){callee, *callee != NO_FUNC}; }

// How what is called uses an argument.
static unsigned uses_of(const struct activation *a, struct callees callees, uint32_t argument, const struct value *arguments) {
  struct usage *usage = a->evaluation->owner->usage;
  unsigned uses = callees.count && usage ? 0 : USAGE_ANYHOW;
  for (uint32_t c = 0; c < callees.count && uses != USAGE_ANYHOW; c++)
    uses |= usage_of(usage, a->frame.instance, callees.gids[c], argument, arguments);
  return uses;
}

static uint32_t reach_of(const struct activation *a, struct callees callees, uint32_t argument) {
  struct usage *usage = a->evaluation->owner->usage;
  uint32_t reach = 0;
  for (uint32_t c = 0; c < callees.count && usage; c++) {
    uint32_t own = usage_reach(usage, a->frame.instance, callees.gids[c], argument);
    if (own > reach) reach = own;
  }
  return reach;
}

// What a callee may come to from what it is given: objects in frames and blocks, and how it uses them. All is looked at before any of it is
// forgotten, for one may be what leads to another.
struct forgetting {
  struct area {
    uint64_t address, top;
    unsigned uses, depth;
  } areas[FORGET_AREAS];
  size_t count;
  enum manner { STORED, GIVEN, GIVEN_BY_POINTER } manner;  // to a function, or to one that is called through a table
};

// A pointer beside a function that knows what to do with it, in an object that is made of such pairs: what is handed both calls that one with it. How the
// callee uses what it finds there, when it uses it so as far as its own code tells. Behind something else it is rather a length, as of a vector.
static unsigned uses_beside(const struct activation *a, uint64_t at, const struct area *area, unsigned uses) {
  struct evaluation *e = a->evaluation;
  if (area->top - at < 8 || (at - area->address) % 8) return uses;
  struct value index = world_load(&e->worlds, &a->now.world, at + 4, 4);
  const struct cm_table *table = cm_graph_table(e->program->graph, a->frame.instance, 0);
  if (!table || index.kind != VALUE_CONST || !index.bits || index.bits >= table->size) return uses;
  const struct cm_table_entry *entry = &table->entries[index.bits];
  if (entry->instance != a->frame.instance) return uses;
  uint32_t callee = program_callee(e->program, entry->instance, entry->func, NULL);
  return uses & uses_of(a, callees_of(&callee), 0, NULL);
}

static void escape_address(struct activation *a, uint64_t address) {
  struct evaluation *e = a->evaluation;
  if (!activation_is_object(a, address)) return;
  for (size_t i = 0; i < e->escaped_count; i++)
    if (e->escaped[i] == address) return;
  // When the list is full the oldest go: they have been forgotten before.
  if (e->escaped_count == EVALUATE_ESCAPED) {
    memmove(e->escaped, e->escaped + 1, --e->escaped_count * sizeof *e->escaped);
    e->escaped_lost++;
  }
  e->escaped[e->escaped_count++] = address;
}

void activation_escape(struct activation *a, struct value address) {
  if (address.kind == VALUE_CONST) escape_address(a, address.bits);
  if (address.kind != VALUE_TREE) return;
  activation_escape(a, activation_values(a)->nodes[address.tree].first);
  activation_escape(a, activation_values(a)->nodes[address.tree].second);
}

// The callee is seen to write to `reach` bytes, be an object's beginning between them or not.
static void add_area(struct activation *a, struct forgetting *f, uint64_t address, unsigned uses, uint32_t reach, unsigned depth) {
  bool matters = depth < FORGET_DEPTH && (uses || watch_is_on(a));
  uint64_t given = address, top = matters ? activation_end_of_object(a, &address) : 0;
  if (!top) return;
  if (uses & USAGE_WRITTEN) address = activation_beginning_of_block(a, address);  // who sorts goes down, too
  if (top - given < reach) top = given + reach;
  if (top - address > FORGET_REACH) top = address + FORGET_REACH;
  for (size_t i = 0; i < f->count; i++)
    if (f->areas[i].address == address && f->areas[i].top >= top && (f->areas[i].uses & uses) == uses && f->areas[i].depth <= depth)
      return;
  if (f->count < FORGET_AREAS)
    f->areas[f->count++] = (struct area){address, top, uses, depth};
  else if (uses & (USAGE_WRITTEN | USAGE_KEPT))
    world_forget(&a->evaluation->worlds, &a->now.world, address, top);
}

// The objects that words of an area lead to. What is there of the environment's list the callee may read.
static void add_pointed(struct activation *a, struct forgetting *f, struct area area) {
  struct evaluation *e = a->evaluation;
  unsigned inner = area.uses & USAGE_KEPT ? USAGE_ANYHOW : usage_found(area.uses);
  unsigned found = 0;
  for (uint64_t at = (area.address + 3) & ~UINT64_C(3); (inner || watch_is_on(a)) && found < FORGET_POINTERS; at += 4) {
    at = world_next_known(&a->now.world, at, area.top);
    if (at >= area.top) break;
    struct value v = world_load(&e->worlds, &a->now.world, at, 4);
    bool outside = v.kind == VALUE_CONST && (v.bits < area.address || v.bits >= area.top);
    // What is written to may stand beside the pointer to it, in what is taken for one object.
    bool beside = v.kind == VALUE_CONST && !outside && inner & ~area.uses & (USAGE_WRITTEN | USAGE_KEPT);
    if ((outside || beside) && activation_is_object(a, v.bits)) {
      // Who writes there himself does so whatever number stands beside it: a length, mostly.
      unsigned uses = inner & USAGE_KEPT ? uses_beside(a, at, &area, inner) : inner;
      if (uses & USAGE_KEPT && !(area.uses & USAGE_KEPT)) escape_address(a, v.bits);
      if (uses & (USAGE_WRITTEN | USAGE_KEPT)) made_found(a, at, v);
      add_area(a, f, v.bits, uses, 0, area.depth + 1);
      found++;
    }
    if (!inner) continue;
    forget_variable(a, v, true);
    if (!area.depth) activation_forget_pointed(a, at, e->callee);
    if (v.kind == VALUE_TREE) activation_escape(a, v);
  }
  watch_hand_over_area(a, area.address, activation_end_of_handed(a, area.address, area.top));
}

static void lose(struct value_table *values, struct value v) {
  if (v.kind == VALUE_TREE) {
    lose(values, values->nodes[v.tree].first);
    lose(values, values->nodes[v.tree].second);
  }
  value_lose(values, v);
}

// Pointers that stand in what is forgotten may stand there all the same, and be found there.
static void lose_pointers(struct activation *a, const struct area *area) {
  struct evaluation *e = a->evaluation;
  for (uint64_t at = (area->address + 3) & ~UINT64_C(3); at < area->top; at += 4) {
    at = world_next_known(&a->now.world, at, area->top);
    if (at < area->top) lose(&e->values, world_load(&e->worlds, &a->now.world, at, 4));
  }
}

static void forget_areas(struct activation *a, struct forgetting *f) {
  for (size_t i = 0; i < f->count; i++) add_pointed(a, f, f->areas[i]);
  for (size_t i = 0; i < f->count; i++)
    if (f->areas[i].uses & (USAGE_WRITTEN | USAGE_KEPT)) lose_pointers(a, &f->areas[i]);
  for (size_t i = 0; i < f->count; i++)
    if (f->areas[i].uses & (USAGE_WRITTEN | USAGE_KEPT))
      world_forget(&a->evaluation->worlds, &a->now.world, f->areas[i].address, f->areas[i].top);
}

// Who cuts a text into pieces at separators does so on one way, and goes on to the text's end on the other.
static void note_cut(struct evaluation *e, struct image_range range) {
  for (size_t i = 0; i < e->cut_count; i++)
    if (e->cuts[i].from == range.from && e->cuts[i].to == range.to) return;
  if (e->cut_count == EVALUATE_CUTS) memmove(e->cuts, e->cuts + 1, --e->cut_count * sizeof *e->cuts);
  e->cuts[e->cut_count++] = range;
}

// Is that a place in something that begins at a constant? Where the beginning is aligned, the place may be put to it by an `or`.
static bool adds(const struct value_name *n) { return n->op == CORE_OP_I32_ADD + 1 || n->op == CORE_OP_I32_OR + 1; }

void activation_forget_indexed(struct activation *a, struct value address, bool ends) {
  struct evaluation *e = a->evaluation;
  if (address.kind != VALUE_UNKNOWN || !address.tree || address.bits) return;
  const struct value_name *n = value_name_at(&e->values, address.tree);
  if (!adds(n)) return;
  struct value base = n->a.kind == VALUE_CONST ? n->a : n->b;
  uint64_t from = base.bits, end = base.kind == VALUE_CONST ? activation_end_of_object(a, &from) : 0;
  if (!end) return;
  world_forget(&e->worlds, &a->now.world, base.bits, end);
  if (ends) note_cut(e, (struct image_range){base.bits, end});
}

// A callee that does not keep what it is given uses it now.
static void add_argument(struct activation *a, struct forgetting *f, struct value address, unsigned uses, uint32_t reach) {
  if (address.kind == VALUE_CONST) add_area(a, f, address.bits, uses, reach, 0);
  if (address.kind != VALUE_TREE) return;
  add_argument(a, f, activation_values(a)->nodes[address.tree].first, uses, reach);
  add_argument(a, f, activation_values(a)->nodes[address.tree].second, uses, reach);
}

// A pointer that was in a block or a frame's word, or led to one, may have been lost where ways met: it leads to any of them, and a method's object
// to what they lead to. What is only stored somewhere, or given to a function after it was found in memory, is taken to be where one leads whose own
// address was lost.
static void add_lost(struct activation *a, struct forgetting *f, bool is_found, unsigned uses) {
  const struct value_lost *lost = &a->evaluation->values.lost;
  bool anywhere = f->manner == GIVEN_BY_POINTER || (f->manner == GIVEN && !is_found);
  if (f->manner == GIVEN_BY_POINTER) uses |= usage_finding(uses);
  for (size_t i = 0; anywhere && i < a->evaluation->block_count; i++) add_area(a, f, a->evaluation->blocks[i], uses, 0, 0);
  for (size_t i = 0; i < lost->count; i++) add_area(a, f, lost->at[i], uses, 0, 0);
}

// What an unknown may lead to that is such a pointer, one of several, or was made of one.
static void add_unknown(struct activation *a, struct forgetting *f, struct value v, unsigned uses, unsigned depth) {
  if (!uses || !depth) return;
  if (v.kind == VALUE_CONST) add_area(a, f, v.bits, uses, 0, 0);
  if (v.kind != VALUE_UNKNOWN || v.bits) return;
  const struct value_name *n = v.tree ? value_name_at(activation_values(a), v.tree) : NULL;
  bool is_found = n && n->op == VALUE_OP_FOUND, is_either = n && n->op > UINT32_MAX / 2, is_sum = n && adds(n);
  if (!n || (is_found && n->a.kind == VALUE_UNKNOWN && n->b.kind == VALUE_UNKNOWN)) {
    add_lost(a, f, n != NULL, uses);
    return;
  }
  if (!is_found && !is_either && !is_sum) return;
  struct value first = n->a, second = n->b;
  if (first.kind == VALUE_UNKNOWN || !is_sum) add_unknown(a, f, first, uses, depth - 1);
  if (second.kind == VALUE_UNKNOWN || !is_sum) add_unknown(a, f, second, uses, depth - 1);
}

void activation_forget_lost(struct activation *a, struct value address) {
  struct forgetting f;
  f.count = 0, f.manner = STORED;
  add_unknown(a, &f, address, USAGE_WRITTEN, LOST_DEPTH);
  // What code that is not executed has in its hands it may have put where this one was found.
  for (size_t i = 0; i < a->evaluation->escaped_count; i++) add_area(a, &f, a->evaluation->escaped[i], USAGE_WRITTEN, 0, 0);
  forget_areas(a, &f);
}

static void forget(struct activation *a, struct callees callees, enum manner manner, const struct value *arguments,
                   uint32_t count) {
  struct forgetting f;
  f.count = 0, f.manner = manner;
  a->evaluation->passed_over++;
  if (a->evaluation->made_count) made_look(a);
  for (uint32_t i = 0; i < count; i++) {
    unsigned uses = uses_of(a, callees, i, arguments);
    if (arguments[i].kind == VALUE_UNKNOWN) {
      add_unknown(a, &f, arguments[i], uses, LOST_DEPTH);
      continue;
    }
    if (uses) forget_variable(a, arguments[i], false);
    if (uses & USAGE_KEPT) activation_escape(a, arguments[i]);
    if (uses & (USAGE_WRITTEN | USAGE_KEPT)) made_passed(a, arguments, i, count);
    add_argument(a, &f, arguments[i], uses, uses & USAGE_WRITTEN ? reach_of(a, callees, i) : 0);
  }
  for (size_t i = 0; i < a->evaluation->escaped_count; i++) add_area(a, &f, a->evaluation->escaped[i], USAGE_ANYHOW, 0, 0);
  forget_areas(a, &f);
}

void activation_forget(struct activation *a, uint32_t callee, const struct value *arguments, uint32_t count) {
  forget(a, callees_of(&callee), callee == NO_FUNC ? GIVEN_BY_POINTER : GIVEN, arguments, count);
}

void activation_hand_over(struct activation *a, const struct value *arguments, uint32_t count) {
  struct forgetting f;
  f.count = 0, f.manner = GIVEN;
  for (uint32_t i = 0; i < count; i++) {
    watch_hand_over(a, arguments[i]);
    add_argument(a, &f, arguments[i], 0, 0);
  }
  forget_areas(a, &f);
}

// Is the next instruction `unreachable`? Compilers put it behind calls that do not come back, as those that report an error are.
static bool is_last_call(const struct activation *a) {
  const struct cm_reader *ahead = &a->code.reader;
  return ahead->at < ahead->end && *ahead->at == core_ops[CORE_OP_UNREACHABLE].opcode;
}

// A call that is not executed.
static void pass_over(struct activation *a, uint32_t callee, struct callees callees, enum manner manner,
                      const struct value *arguments, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) watch_hand_over(a, arguments[i]);
  if (is_last_call(a)) return;  // nobody comes to see what it leaves
  activation_forget_statics(a, callee);
  activation_doubt(a, callee);
  for (uint32_t i = 0; i < count; i++)
    if (arguments[i].kind == VALUE_CONST) activation_forget_taken(a, arguments[i].bits, 0, NO_FUNC);
  forget(a, callees, manner, arguments, count);
  if (activation_may_pause(a, callee)) activation_pause(a);
}

void activation_pass_over(struct activation *a, uint32_t callee, const struct value *arguments, uint32_t count) {
  pass_over(a, callee, callees_of(&callee), callee == NO_FUNC ? GIVEN_BY_POINTER : GIVEN, arguments, count);
}

void activation_pass_over_any(struct activation *a, const struct program_kind *kind, const struct value *arguments,
                              uint32_t count) {
  struct callees callees = {NULL, 0};
  if (kind && kind->target_count <= FORGET_TARGETS) callees = (struct callees){kind->targets, kind->target_count};
  pass_over(a, NO_FUNC, callees, GIVEN_BY_POINTER, arguments, count);
}
