// Enumeration of keys: pointer, length and bytes are trees over joins; every assignment of sides to the joins they depend on, and that
// the path condition allows, gives one key. Joins are decided when they are met, so that those which make no difference are never
// enumerated.

#include "keys.h"

#include "fold.h"

enum { CHOICES = 24 };

struct reading {
  struct evaluation *evaluation;
  const struct evaluate_call *call;
  const struct key_place *place;
  key_visit visit;
  void *context;
  struct value_choice choices[CHOICES];
  size_t choice_count, told;
  uint64_t read;  // bytes, for what the reading costs
  bool weak;      // pointer or length may have been replaced at run time
  char key[KEY_SIZE];
};

// Whether the path can have been taken under the choices made.
static bool path_possible(const struct reading *r, struct value path) {
  while (path.kind == VALUE_TREE) {
    const struct value_node *n = &r->evaluation->values.nodes[path.tree];
    size_t i = 0;
    while (i < r->choice_count && r->choices[i].join != n->join) i++;
    if (i == r->choice_count) return path_possible(r, n->first) || path_possible(r, n->second);
    path = r->choices[i].second ? n->second : n->first;
  }
  return path.kind != VALUE_CONST || path.bits;
}

enum outcome { PICKED, UNKNOWN_LEAF, OPEN };

static enum outcome pick(struct reading *r, struct value v, uint64_t *bits, uint32_t *open) {
  struct value leaf;
  if (!value_pick(&r->evaluation->values, v, r->choices, r->choice_count, &leaf, open)) return OPEN;
  *bits = leaf.bits;
  r->weak |= leaf.weak;
  return leaf.kind == VALUE_CONST ? PICKED : UNKNOWN_LEAF;
}

// Of the text itself nothing is taken on trust: a weak byte may have been written over.
static enum outcome pick_text(struct reading *r, struct value v, uint64_t *bits, uint32_t *open) {
  struct value leaf;
  if (!value_pick(&r->evaluation->values, v, r->choices, r->choice_count, &leaf, open)) return OPEN;
  *bits = leaf.bits;
  return leaf.kind == VALUE_CONST && !leaf.weak ? PICKED : UNKNOWN_LEAF;
}

static struct value argument(const struct reading *r, uint32_t i) {
  return i < r->call->argument_count ? r->call->arguments[i] : value_unknown();
}

static enum outcome load(struct reading *r, uint64_t address, unsigned size, uint64_t *bits, uint32_t *open) {
  *bits = 0;
  for (unsigned i = 0; i < size; i++) {
    uint64_t byte;
    enum outcome outcome = pick(r, evaluate_byte(r->evaluation, address + i), &byte, open);
    if (outcome != PICKED) return outcome;
    *bits |= byte << (8 * i);
  }
  return PICKED;
}

// Pointer and length, and whether the discriminant leaves the key in play at all.
static enum outcome locate(struct reading *r, uint64_t *pointer, uint64_t *length, bool *absent, uint32_t *open) {
  const struct key_place *p = r->place;
  uint64_t base = 0, discriminant;
  enum outcome outcome;
  *absent = false;
  if (p->kind == KEY_IN_MEMORY && (outcome = pick(r, argument(r, 0), &base, open)) != PICKED) return outcome;
  if (p->has_discriminant) {
    outcome = p->kind == KEY_IN_MEMORY ? load(r, base + p->discriminant_offset, p->discriminant_size, &discriminant, open)
                                       : pick(r, argument(r, p->discriminant_argument), &discriminant, open);
    if (outcome == OPEN) return OPEN;
    // An unknown discriminant: the key may be in play, so it is read.
    if (outcome == PICKED && (uint32_t)discriminant != p->discriminant_value) {
      *absent = true;
      return PICKED;
    }
  }
  if (p->kind == KEY_STACKED) {
    if ((outcome = pick(r, world_global(r->evaluation->world, p->argument), &base, open)) != PICKED) return outcome;
    outcome = load(r, base + p->offset, 8, pointer, open);
    return outcome == PICKED ? load(r, base + p->offset + 8, 8, length, open) : outcome;
  }
  if (p->kind == KEY_IN_MEMORY) {
    outcome = load(r, base + p->offset, 4, pointer, open);
    return outcome == PICKED ? load(r, base + p->offset + 4, 4, length, open) : outcome;
  }
  outcome = pick(r, argument(r, p->argument), pointer, open);
  if (outcome != PICKED || p->kind == KEY_CSTRING) {
    *length = KEY_SIZE;
    *absent = outcome == PICKED && !*pointer && r->choice_count;  // a variable that was not set yet: nobody asks then
    return outcome;
  }
  return pick(r, argument(r, p->argument + 1), length, open);
}

// Would the value be another one if choice `i` were the other one?
static bool depends_on(struct reading *r, struct value v, size_t i) {
  const struct value_table *values = &r->evaluation->values;
  struct value one, other;
  uint32_t open;
  bool known = value_pick(values, v, r->choices, r->choice_count, &one, &open);
  r->choices[i].second = !r->choices[i].second;
  known = known && value_pick(values, v, r->choices, r->choice_count, &other, &open);
  r->choices[i].second = !r->choices[i].second;
  return !known || !value_equal(one, other);
}

// Does the text end where a number tells of which nothing else of it depends? That many characters of something else were put there.
static bool is_cut(struct reading *r, uint64_t pointer, size_t size) {
  struct value end = evaluate_byte(r->evaluation, pointer + size);
  for (size_t i = 0; i < r->choice_count; i++) {
    if (!value_is_enumerations(r->choices[i].join) || !depends_on(r, end, i)) continue;
    bool any = false;
    for (size_t n = 0; n < size && !any; n++) any = depends_on(r, evaluate_byte(r->evaluation, pointer + n), i);
    if (!any) return true;
  }
  return false;
}

// Does the address of a block stand there? Where blocks lie is this evaluation's making, and the bytes of such a number are no characters.
static bool has_address(struct reading *r, uint64_t pointer, size_t size) {
  const struct evaluation *e = r->evaluation;
  for (uint64_t at = pointer & ~UINT64_C(3); e->block_count && at < pointer + size; at += 4) {
    uint64_t word;
    uint32_t open;
    if (load(r, at, 4, &word, &open) == PICKED && word >= e->blocks[0] && word < e->blocks[e->block_count]) return true;
  }
  return false;
}

// Reads bytes until the length, or the zero of a C string. *size is how many are known.
static enum outcome read_bytes(struct reading *r, uint64_t pointer, uint64_t length, size_t *size, uint32_t *open) {
  bool cstring = r->place->kind == KEY_CSTRING;
  for (*size = 0; *size < length && *size < KEY_SIZE; ++*size, r->read++) {
    uint64_t byte;
    enum outcome outcome = pick_text(r, evaluate_byte(r->evaluation, pointer + *size), &byte, open);
    if (outcome != PICKED) return outcome;
    if (cstring && !byte) {
      bool is_number = has_address(r, pointer, *size), is_whole = !is_number && !is_cut(r, pointer, *size);
      if (is_number) *size = 0;
      return is_whole ? PICKED : UNKNOWN_LEAF;
    }
    r->key[*size] = (char)(uint8_t)byte;
  }
  return !cstring && length <= KEY_SIZE ? PICKED : UNKNOWN_LEAF;
}

// Where the path became too involved to be kept, choices cannot be told from each other that never go together.
static bool is_blurred(const struct reading *r) {
  const struct evaluation *e = r->evaluation;
  bool lost = value_is_blurred(&e->values, e->world->path);
  for (size_t i = 0; i < r->choice_count && !lost; i++)
    lost = world_has_lost(e->world, &e->values, r->choices[i].join) || evaluate_has_lost(e, r->choices[i].join);
  return lost;
}

// How many of the choices the pointer alone wanted, where it is an argument.
static size_t choices_of_pointer(const struct reading *r) {
  bool given = r->place->kind == KEY_SPAN || r->place->kind == KEY_CSTRING;
  struct value leaf;
  uint32_t open;
  size_t decided = 0;
  struct value pointer = argument(r, r->place->argument);
  while (given && decided < r->choice_count && !value_pick(&r->evaluation->values, pointer, r->choices, decided, &leaf, &open))
    decided++;
  return decided;
}

// The unknown that a join's condition compares with constants, or that it is where it is no such one: its name, 0 for none.
static uint32_t compared(const struct value_table *values, uint32_t join) {
  struct value v = value_of_join(values, join);
  while (v.kind == VALUE_UNKNOWN && v.tree) {
    const struct value_name *n = value_name_at(values, v.tree);
    struct value of = n->a.kind == VALUE_CONST ? n->b : n->a;
    bool is_of_one = n->a.kind == VALUE_CONST || n->b.kind != VALUE_UNKNOWN || !n->b.tree;
    if (!fold_is_comparison(n->op) || !is_of_one || of.kind != VALUE_UNKNOWN || !of.tree || of.bits) return v.tree;
    v = of;
  }
  return 0;
}

// Which way was taken is one choice; which of several texts a pointer leads to where nothing is known of that is as open on each way. What one
// unknown number alone decides of the pointer, as where an enumeration's names stand in a table, is one choice, however often it is compared.
static size_t ways_chosen(const struct reading *r) {
  const struct value_table *values = &r->evaluation->values;
  bool is_cstring = r->place->kind == KEY_CSTRING;
  size_t of_pointer = choices_of_pointer(r), ways = 0;
  uint32_t number = 0;
  for (size_t i = 0; i < r->choice_count; i++) {
    uint32_t join = r->choices[i].join;
    uint32_t by = i < of_pointer ? compared(values, join) : 0;
    bool is_same = by && by == number;
    ways += !value_is_open_join(values, join) && !is_same && !(is_cstring && by);
    if (by) number = by;
  }
  return ways;
}

// May the text have been cut into pieces on another way? Then the way on which it was not may be none: what ended it was not found there.
static bool may_be_cut(const struct reading *r, uint64_t at, size_t size) {
  const struct evaluation *e = r->evaluation;
  for (size_t i = 0; i < e->cut_count; i++)
    if (r->choice_count && at < e->cuts[i].to && at + size > e->cuts[i].from) return true;
  return false;
}

static void tell(struct reading *r, uint64_t at, size_t size, bool known) {
  bool doubtful = (r->choice_count > 1 && is_blurred(r) && ways_chosen(r) > 1) || (known && may_be_cut(r, at, size));
  enum key_knowledge knowledge = !known ? KEY_BEGINNING : doubtful ? KEY_DOUBTFUL : KEY_KNOWN;
  r->told++;
  r->visit(r->context, (struct cm_str){r->key, doubtful && !known ? 0 : size}, at, knowledge);
}

static void enumerate(struct reading *r);

static void branch_on(struct reading *r, uint32_t join) {
  if (r->choice_count == CHOICES || r->told >= KEY_ALTERNATIVES) {
    tell(r, 0, 0, false);
    return;
  }
  size_t at = r->choice_count++;
  for (unsigned side = 0; side < 2; side++) {
    r->choices[at] = (struct value_choice){join, side != 0};
    if (path_possible(r, r->evaluation->world->path)) enumerate(r);
  }
  r->choice_count = at;
}

// What is not known and has no name is another choice at another moment: pointer and length that were made at two belong to no one text, nor do
// characters.
static bool is_of_two_moments(struct reading *r) {
  size_t of_pointer = choices_of_pointer(r);
  bool spans = r->place->kind == KEY_SPAN, several = r->choice_count > of_pointer + 1;
  struct value pointer = argument(r, r->place->argument), length = argument(r, r->place->argument + 1);
  bool both = spans && pointer.kind == VALUE_TREE && length.kind == VALUE_TREE;
  for (size_t i = 0; i < r->choice_count; i++) {
    if (!value_is_open_join(&r->evaluation->values, r->choices[i].join)) continue;
    if ((several && i >= of_pointer) || (both && depends_on(r, pointer, i) != depends_on(r, length, i))) return true;
  }
  return false;
}

// A pointer as a variable held it at start, put together with a length that depends on what became of another variable, belongs to no one
// moment; so does one that was changed, with a length that depends on another variable, as that was at start or whatever it is.
static bool is_torn(const struct reading *r) {
  bool stacked = r->place->kind == KEY_STACKED, spans = r->place->kind == KEY_SPAN;
  if (!spans && !(r->weak && stacked)) return false;
  struct value leaf = {.weak = true}, length = {0};
  uint32_t open;
  size_t decided = choices_of_pointer(r);  // of one that stands in memory any may have been its own
  const struct value_table *values = &r->evaluation->values;
  struct value pointer = stacked ? leaf : argument(r, r->place->argument);
  if (!stacked) value_pick(values, pointer, r->choices, decided, &leaf, &open);
  bool was_changed = spans && !leaf.weak && value_truth_of(values, pointer).weak;
  if (!was_changed && !(r->weak && leaf.weak)) return false;
  if (was_changed) value_pick(values, argument(r, r->place->argument + 1), r->choices, r->choice_count, &length, &open);
  for (size_t i = decided; i < r->choice_count; i++) {
    const struct value_choice *c = &r->choices[i];
    if (value_is_weak_join(values, c->join) && c->second != was_changed) return true;
    if (!stacked && value_of_join(values, c->join).tree) return true;
  }
  return length.weak;
}

static void enumerate(struct reading *r) {
  uint64_t pointer = 0, length = 0;
  size_t size = 0;
  uint32_t open = 0;
  bool absent;
  r->weak = false;
  enum outcome outcome = locate(r, &pointer, &length, &absent, &open);
  if (outcome == PICKED && absent) return;
  if (outcome == PICKED) outcome = read_bytes(r, pointer, length, &size, &open);
  if (outcome == OPEN)
    branch_on(r, open);
  else
    tell(r, pointer, size, outcome == PICKED && !is_torn(r) && !is_of_two_moments(r));
  // What a variable holds at start is one way the key can be, and not the only one.
  if (outcome == PICKED && r->weak) tell(r, 0, 0, false);
}

size_t keys_read(struct evaluation *evaluation, const struct evaluate_call *call, const struct key_place *place, key_visit visit,
                 void *context) {
  struct reading r = {.evaluation = evaluation, .call = call, .place = place, .visit = visit, .context = context};
  enumerate(&r);
  uint64_t cost = r.read / 16 + r.told;
  evaluation->steps_left -= cost < evaluation->steps_left ? cost : evaluation->steps_left;
  return r.told;
}
