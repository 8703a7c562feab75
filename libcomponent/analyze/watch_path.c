// Conditions on texts of the environment's list, and what a path knows of them.
//
// A condition is taken apart: "these bytes of an entry equal that constant" is a fact for the path on which it holds, its contrary one for
// the other. Trees, and unknowns that met, are looked at from each side of their joins; a side that contradicts what is known falls
// away, so that a loop that compares byte by byte, with several ways out of it, leaves just the facts of the way on which all agreed.
// Facts that reach back to an entry's first byte spell the beginning of a name.

#include "watch_view.h"

#include <string.h>

enum {
  FACTS_MOST = 512,
  CHOICES_MOST = 200,
  SPLITS_MOST = 2000,
  CONDITION_DEPTH = 8,
  CONDITION_BUDGET = 200000,
  CONDITION_COST = 32
};

// --- facts ---

static const struct watch_fact *common(const struct watch_fact *a, const struct watch_fact *b) {
  while (a != b) {
    if (!a || !b) return NULL;
    if (a->depth >= b->depth)
      a = a->up;
    else
      b = b->up;
  }
  return a;
}

static const struct watch_fact *add_fact(struct activation *a, const struct watch_fact *up, struct watch_fact fact) {
  if (up && up->depth >= FACTS_MOST) return up;
  struct watch_fact *f = cm_alloc(&a->evaluation->scratch, sizeof *f);
  if (!f) {
    a->stopped = true;
    return up;
  }
  fact.up = up;
  fact.depth = up ? up->depth + 1 : 1;
  *f = fact;
  return f;
}

static const struct watch_fact *meet(struct activation *a, struct value selector, const struct watch_fact *first,
                                     const struct watch_fact *second) {
  if (first == second) return first;
  const struct watch_fact *both = common(first, second);
  if (selector.kind != VALUE_TREE) return both;
  return add_fact(a, both, (struct watch_fact){.kind = WATCH_MEETING, .selector = selector, .first = first, .second = second});
}

const struct watch_fact *watch_meet(struct activation *a, const struct fold_meeting *meeting, const struct watch_fact *first,
                                    const struct watch_fact *second) {
  return meet(a, meeting->widen ? value_unknown() : meeting->selector, first, second);
}

// The side of a meeting that the choices lead to; the meeting itself where they do not tell.
static const struct watch_fact *side_of(const struct view *view, const struct watch_fact *f) {
  while (f && f->kind == WATCH_MEETING) {
    struct value side;
    uint32_t open;
    if (!value_pick(view->table, f->selector, view->choices, view->choice_count, &side, &open) || side.kind != VALUE_CONST) break;
    f = side.bits ? f->first : f->second;
  }
  return f;
}

// The next fact from `f` on that holds under the choices.
static const struct watch_fact *settle(const struct view *view, const struct watch_fact *f) {
  while ((f = side_of(view, f)) && f->kind == WATCH_MEETING) f = f->up;
  return f;
}

// The byte of `entry` at `offset`.
static bool byte_known(const struct view *view, const struct watch_fact *f, struct value entry, uint64_t run, uint64_t offset,
                       uint8_t *byte) {
  for (f = settle(view, f); f; f = settle(view, f->up)) {
    bool covers = f->kind == WATCH_EQUAL && offset >= f->offset && offset - f->offset < f->size;
    if (!covers || f->run != run || !value_equal(f->entry, entry)) continue;
    *byte = (uint8_t)(f->bits >> (8 * (offset - f->offset)));
    return true;
  }
  return false;
}

// Of the reading that the path knows most of last.
void watch_tell_beginning(struct activation *a, struct value entry) {
  struct view view = {.evaluation = a->evaluation, .table = activation_values(a)};
  const struct watch_fact *f = settle(&view, a->now.facts);
  while (f && (f->kind != WATCH_EQUAL || !value_equal(f->entry, entry))) f = settle(&view, f->up);
  char name[FACTS_MOST];
  size_t size = 0;
  for (uint8_t byte; f && size < sizeof name && byte_known(&view, a->now.facts, entry, f->run, size, &byte) && byte; size++)
    name[size] = (char)byte;
  const struct evaluate_owner *owner = a->evaluation->owner;
  if (size) owner->watch->spelled(owner->context, a->evaluation, &a->frame, entry, f->run, (struct cm_str){name, size}, true);
}

bool watch_ends_at(const struct watch_fact *facts, struct value entry, uint64_t length) {
  for (const struct watch_fact *f = facts; f; f = f->up)
    if (f->kind == WATCH_LENGTH_IS && f->offset == length && value_equal(f->entry, entry)) return true;
  return false;
}

bool watch_is_identified(const struct watch_fact *facts, struct value entry) {
  for (const struct watch_fact *f = facts; f; f = f->up) {
    bool tells = f->kind == WATCH_AGREES || (f->kind == WATCH_EQUAL && f->offset && f->bits && f->bits != '=');
    if (tells && value_equal(f->entry, entry)) return true;
  }
  return false;
}

// --- conditions ---

struct conditions {
  struct view view;
  struct activation *activation;
  bool tells;  // what is found is told to the owner
  struct value_choice choices[CHOICES_MOST];
  unsigned splits, budget;
};

// What follows from an outcome: the facts, unless it cannot be.
struct outcome {
  const struct watch_fact *facts;
  bool impossible;
};

static struct outcome assume(struct conditions *s, struct value v, bool truth, const struct watch_fact *facts, unsigned depth);

// A part that depends on a text in a way that is not followed.
static void strange(const struct conditions *s, struct watched w, const struct watch_fact *facts) {
  if (!s->tells || (w.class != WATCH_TEXT && w.class != WATCH_MIXED) || watch_is_identified(facts, w.entry)) return;
  struct activation *a = s->activation;
  const struct evaluate_owner *owner = a->evaluation->owner;
  owner->watch->handed(owner->context, a->evaluation, &a->frame, w.entry, w.offset_known, w.offset);
}

// Tells what a comparison of `text` with a constant spells, together with what the path knows.
static void tell_spelled(const struct conditions *s, const struct watched *text, uint64_t bits, const struct watch_fact *facts) {
  struct activation *a = s->activation;
  char name[FACTS_MOST + 9];
  uint64_t size = 0;
  if (!text->offset_known || text->offset >= FACTS_MOST) return;
  for (uint8_t byte; size < text->offset && byte_known(&s->view, facts, text->entry, text->run, size, &byte); size++)
    name[size] = (char)byte;
  if (size < text->offset || memchr(name, 0, (size_t)size)) return;  // or the text has ended before
  for (unsigned i = 0; i < text->size; i++) name[size++] = (char)(uint8_t)(bits >> (8 * i));
  if (memchr(name, 0xff, (size_t)size)) return;  // no text has it: a word was looked through for a sign in it
  if (watch_ends_at(facts, text->entry, size)) {
    a->evaluation->owner->watch->tested(a->evaluation->owner->context, text->entry, text->run, true, size);
    name[size++] = '=';
  }
  const struct evaluate_owner *owner = a->evaluation->owner;
  owner->watch->spelled(owner->context, a->evaluation, &a->frame, text->entry, text->run, (struct cm_str){name, (size_t)size},
                        false);
}

// Has the sign that ends the name been found before the text? Then the text is of the value.
static bool has_ended(const struct view *view, const struct watch_fact *facts, const struct watched *text) {
  for (const struct watch_fact *f = settle(view, facts); f; f = settle(view, f->up)) {
    bool sign = f->kind == WATCH_EQUAL && f->size == 1 && (uint8_t)f->bits == '=' && f->offset < text->offset;
    if (sign && f->run == text->run && value_equal(f->entry, text->entry)) return true;
  }
  return false;
}

static struct outcome assume_text(struct conditions *s, const struct watched *w, uint64_t bits, bool equal,
                                  const struct watch_fact *facts) {
  const struct evaluate_owner *owner = s->activation->evaluation->owner;
  bool ends = w->size == 1 && !(uint8_t)bits;  // the end of the text is looked for
  for (unsigned i = 0; s->tells && i < w->size && !has_ended(&s->view, facts, w); i++)
    if ((uint8_t)(bits >> (8 * i)) == '=') owner->watch->tested(owner->context, w->entry, w->run, w->offset_known, w->offset + i);
  if (s->tells && !ends) tell_spelled(s, w, bits, facts);
  struct outcome out = {facts, false};
  if (!w->offset_known) return out;
  bool same = true;
  for (unsigned i = 0; i < w->size; i++) {
    uint8_t byte;
    if (!byte_known(&s->view, facts, w->entry, w->run, w->offset + i, &byte)) {
      same = false;
    } else if (byte != (uint8_t)(bits >> (8 * i))) {
      out.impossible = equal;
      return out;  // they differ, as is known
    }
  }
  if (same) {
    out.impossible = !equal;
    return out;
  }
  for (const struct watch_fact *f = settle(&s->view, facts); f; f = settle(&s->view, f->up))
    if (f->kind == WATCH_DIFFERS && f->offset == w->offset && f->size == w->size && f->bits == bits &&
        value_equal(f->entry, w->entry)) {
      out.impossible = equal;
      return out;
    }
  struct watch_fact fact = {.kind = equal ? WATCH_EQUAL : WATCH_DIFFERS,
                            .entry = w->entry,
                            .run = w->run,
                            .offset = w->offset,
                            .size = w->size,
                            .bits = bits};
  out.facts = add_fact(s->activation, facts, fact);
  return out;
}

// `w` equals `bits`, or not.
static struct outcome assume_equality(struct conditions *s, const struct watched *w, uint64_t bits, bool equal,
                                      const struct watch_fact *facts) {
  if (w->class == WATCH_TEXT) return assume_text(s, w, bits, equal, facts);
  struct outcome out = {facts, false};
  if (!bits && equal)
    out.facts = add_fact(s->activation, facts, (struct watch_fact){.kind = WATCH_AGREES, .entry = w->entry, .run = w->run});
  return out;
}

// The operands of `n` are equal, or not.
static struct outcome assume_comparison(struct conditions *s, const struct value_name *n, bool equal,
                                        const struct watch_fact *facts, unsigned depth) {
  struct outcome out = {facts, false};
  struct watched a = watch_class_in(&s->view, n->a), b = watch_class_in(&s->view, n->b);
  bool pointers = a.class == b.class && (a.class == WATCH_LIST || a.class == WATCH_ENTRY) && value_equal(a.entry, b.entry);
  if (pointers && a.offset_known && b.offset_known) {
    out.impossible = (a.offset == b.offset) != equal;
    return out;
  }
  bool swap = a.class == WATCH_NONE && b.class != WATCH_NONE;
  struct watched w = swap ? b : a;
  struct value other = swap ? n->a : n->b;
  if (w.class == WATCH_NONE || w.class == WATCH_TRUTH) {
    // `condition == 0`
    return other.kind == VALUE_CONST && !other.bits ? assume(s, n->a, !equal, facts, depth) : out;
  }
  if (w.class == WATCH_LENGTH) {
    struct watch_fact fact = {.kind = WATCH_LENGTH_IS, .entry = w.entry, .run = w.run, .offset = other.bits};
    if (other.kind == VALUE_CONST && equal) out.facts = add_fact(s->activation, facts, fact);
    return out;
  }
  if ((w.class == WATCH_TEXT || w.class == WATCH_OUTCOME) && other.kind == VALUE_CONST)
    return assume_equality(s, &w, other.bits, equal, facts);
  if (w.class == WATCH_TEXT && (swap ? a : b).class == WATCH_NONE && !watch_is_identified(facts, w.entry)) {
    const struct evaluate_owner *owner = s->activation->evaluation->owner;
    if (s->tells) owner->watch->unknown(owner->context, s->activation->evaluation, &s->activation->frame, w.entry);
  } else {
    strange(s, w, facts);
  }
  return out;
}

static struct outcome assume_both(struct conditions *s, const struct value_name *n, bool truth, bool both,
                                  const struct watch_fact *facts, unsigned depth) {
  struct outcome first = assume(s, n->a, truth, facts, depth);
  if (both) return first.impossible ? first : assume(s, n->b, truth, first.facts, depth);
  struct outcome second = assume(s, n->b, truth, facts, depth);
  return (struct outcome){facts, first.impossible && second.impossible};
}

static struct outcome assume_name(struct conditions *s, struct value v, bool truth, const struct watch_fact *facts,
                                  unsigned depth) {
  struct value_name n = *value_name_at(s->view.table, v.tree);
  struct watched w = watch_class_in(&s->view, v);
  if (w.class == WATCH_TEXT || w.class == WATCH_OUTCOME) return assume_equality(s, &w, 0, !truth, facts);
  if (!n.op || n.op > CORE_OP_COUNT) {
    strange(s, w, facts);
    return (struct outcome){facts, false};
  }
  enum core_op op = (enum core_op)(n.op - 1);
  switch (op) {
    case CORE_OP_I32_EQZ:
    case CORE_OP_I64_EQZ: return assume(s, n.a, !truth, facts, depth);
    case CORE_OP_I32_EQ:
    case CORE_OP_I64_EQ: return assume_comparison(s, &n, truth, facts, depth);
    case CORE_OP_I32_NE:
    case CORE_OP_I64_NE:
    case CORE_OP_I32_SUB:
    case CORE_OP_I64_SUB:
    case CORE_OP_I32_XOR:
    case CORE_OP_I64_XOR: return assume_comparison(s, &n, !truth, facts, depth);
    case CORE_OP_I32_AND:
    case CORE_OP_I64_AND: return assume_both(s, &n, truth, truth, facts, depth);
    case CORE_OP_I32_OR:
    case CORE_OP_I64_OR: return assume_both(s, &n, truth, !truth, facts, depth);
    default:
      // Some other comparison: by order, and the like.
      strange(s, watch_class_in(&s->view, n.a), facts);
      strange(s, watch_class_in(&s->view, n.b), facts);
      return (struct outcome){facts, false};
  }
}

// Can the path have been taken under the choices?
static bool is_possible(const struct value_table *table, struct value path, const struct value_choice *choices, size_t count) {
  while (path.kind == VALUE_TREE) {
    const struct value_node *n = &table->nodes[path.tree];
    size_t i = 0;
    while (i < count && choices[i].join != n->join) i++;
    if (i == count) return is_possible(table, n->first, choices, count) || is_possible(table, n->second, choices, count);
    path = choices[i].second ? n->second : n->first;
  }
  return path.kind != VALUE_CONST || path.bits;
}

// From either side of the join: what stands there has the truth.
static struct outcome assume_sides(struct conditions *s, uint32_t join, struct value first, struct value second, bool truth,
                                   const struct watch_fact *facts, unsigned depth) {
  struct outcome out[2] = {{facts, false}, {facts, false}};
  if (s->view.choice_count + 1 >= CHOICES_MOST || s->splits == SPLITS_MOST) return out[0];
  s->splits++;
  // Where the join is an unknown's truth, that follows too. Most such conditions were branched on before and are among the facts; one
  // that is a thicket of its own is looked at only where it is the condition.
  struct value name = value_of_join(s->view.table, join);
  bool follows = value_is_traced(s->view.table, name) && depth && (depth == CONDITION_DEPTH || !watch_open_join(&s->view, name));
  size_t at = s->view.choice_count++;
  for (unsigned side = 0; side < 2; side++) {
    s->choices[at] = (struct value_choice){join, side != 0};
    out[side].impossible = !is_possible(s->view.table, s->activation->now.world.path, s->choices, s->view.choice_count);
    out[side].facts = side_of(&s->view, facts);
    if (!out[side].impossible && follows) out[side] = assume(s, name, !side, out[side].facts, depth - 1);
    if (!out[side].impossible) out[side] = assume(s, side ? second : first, truth, out[side].facts, depth);
  }
  s->view.choice_count--;
  if (out[0].impossible) return out[1];
  if (out[1].impossible) return out[0];
  struct value selector = value_merge(activation_values(s->activation), join, value_const(1), value_const(0));
  return (struct outcome){meet(s->activation, selector, out[0].facts, out[1].facts), false};
}

static struct outcome assume(struct conditions *s, struct value v, bool truth, const struct watch_fact *facts, unsigned depth) {
  const struct value_choice *choice;
  for (;;) {
    const struct value_name *n = watch_name_of(&s->view, v);
    uint32_t join = v.kind == VALUE_TREE ? s->view.table->nodes[v.tree].join : watch_join_of(n);
    if (!join || !(choice = watch_choice_of(&s->view, join))) break;
    if (n)
      v = choice->second ? n->b : n->a;
    else
      v = choice->second ? s->view.table->nodes[v.tree].second : s->view.table->nodes[v.tree].first;
  }
  if (v.kind == VALUE_CONST) return (struct outcome){facts, (v.bits != 0) != truth && !v.weak};
  if (v.kind == VALUE_TREE) {
    struct value_node n = s->view.table->nodes[v.tree];
    return assume_sides(s, n.join, n.first, n.second, truth, facts, depth);
  }
  if (!value_is_traced(s->view.table, v) || v.bits || !depth) return (struct outcome){facts, false};
  uint32_t join = watch_open_join(&s->view, v);
  if (join && s->splits < SPLITS_MOST) return assume_sides(s, join, v, v, truth, facts, depth);
  return assume_name(s, v, truth, facts, depth - 1);
}

static struct outcome begin(struct activation *a, struct value condition, bool truth, bool tells, const struct watch_fact *facts) {
  struct conditions s = {.activation = a, .tells = tells, .budget = CONDITION_BUDGET};
  s.view = (struct view){a->evaluation, activation_values(a), s.choices, 0, &s.budget};
  struct outcome out = assume(&s, condition, truth, facts, CONDITION_DEPTH);
  uint64_t cost = (CONDITION_BUDGET - s.budget) / CONDITION_COST, *left = &a->evaluation->steps_left;
  *left -= cost < *left ? cost : *left;
  return out;
}

void watch_condition(struct activation *a, struct value condition) {
  if (!watch_is_on(a) || !a->evaluation->watched || condition.kind == VALUE_CONST) return;
  begin(a, condition, true, true, a->now.facts);
  begin(a, condition, false, true, a->now.facts);
}

bool watch_assume(struct activation *a, struct state *state, struct value condition, bool outcome) {
  if (!watch_is_on(a) || !a->evaluation->watched || condition.kind == VALUE_CONST) return true;
  struct outcome out = begin(a, condition, outcome, false, state->facts);
  if (!out.impossible) state->facts = out.facts;
  return !out.impossible;
}
