// What attributes hold now.
//
// An object gathers all that is ever put into it, on any way and by anybody: that is what may be there. A program that sets an attribute for a
// while and then sets it back, as `with env.prefixed("X_")` does, needs to know more. So each way carries a store: of attributes (of
// instances, classes and modules), of items of dictionaries and of variables that closures share, which were set again, what they hold on this
// way. Stores are values:
// equal ones have one number, and a state has its store beside its locals. Where ways meet, an attribute is what either says.
//
// A store only makes narrower what was gathered. What is not in it, or in it as `any`, is what was gathered; so it may be forgotten at any
// time, and is where an attribute may be another object's too, where a call was not followed to its end, or where others may set it at any
// time.
//
// So it is with what lists, sets and dictionaries hold (py_content.c): it stands under a name that no attribute has. One that the program makes
// and that is not in a store was not made on that way.
//
// The body of a generator is followed when it is made, though it runs when it is asked on. What it sets is forgotten then, and remembered
// with the generator: as a context manager it does at enter what it did up to its yield, and at exit what it did from there.

#include "py_machine.h"

enum { STORE_MOST = 160 };  // attributes and contents of one store

// An attribute, and what it holds; m->null: any of what was gathered.
struct entry {
  py_value owner, name, value;
};

struct store {
  struct entry entries[STORE_MOST];  // by owner and name
  uint32_t count;
  bool open;  // something was set that is not here
};

static void read_store(const struct py_machine *m, py_value v, struct store *out) {
  const struct py_cell *c = py_cell(&m->values, v);
  *out = (struct store){.count = c->count / 3, .open = c->open};
  for (uint32_t i = 0; i < out->count; i++)
    out->entries[i] = (struct entry){c->items[3 * i], c->items[3 * i + 1], c->items[3 * i + 2]};
}

static py_value make_store(struct py_machine *m, const struct store *s) {
  py_value items[3 * STORE_MOST];
  for (uint32_t i = 0; i < s->count; i++)
    items[3 * i] = s->entries[i].owner, items[3 * i + 1] = s->entries[i].name, items[3 * i + 2] = s->entries[i].value;
  py_charge(m, s->count / 16);
  return py_make(&m->values, &(struct py_cell){.kind = PY_STORE, .items = items, .count = 3 * s->count, .open = s->open});
}

py_value py_store_empty(struct py_machine *m, bool open) { return make_store(m, &(struct store){.open = open}); }

static int compare(const struct entry *a, const struct entry *b) {
  if (a->owner != b->owner) return a->owner < b->owner ? -1 : 1;
  return (a->name > b->name) - (a->name < b->name);
}

static py_value find(const struct py_machine *m, py_value store, py_value owner, py_value name) {
  const struct py_cell *c = py_cell(&m->values, store);
  for (uint32_t i = 0; i < c->count; i += 3)
    if (c->items[i] == owner && c->items[i + 1] == name) return c->items[i + 2];
  return m->unbound;
}

static bool is_content(const struct py_machine *m, const struct entry *e) { return e->name == m->null; }

// What is gathered in an object that the program makes is all that its attributes can hold: `any` need not be said.
static bool says_something(const struct py_machine *m, const struct entry *e) {
  return e->value != m->null || py_kind(&m->values, e->owner) == PY_HEAP || is_content(m, e);
}

static void append(const struct py_machine *m, struct store *s, struct entry e) {
  if (!says_something(m, &e)) return;
  if (s->count < STORE_MOST)
    s->entries[s->count++] = e;
  else
    s->open = true;
}

static py_value with(struct py_machine *m, py_value store, struct entry set) {
  struct store old, new;
  read_store(m, store, &old);
  new = (struct store){.open = old.open};
  uint32_t i = 0;
  while (i < old.count && compare(&old.entries[i], &set) < 0) append(m, &new, old.entries[i++]);
  append(m, &new, set);
  if (i < old.count && !compare(&old.entries[i], &set)) i++;
  while (i < old.count) append(m, &new, old.entries[i++]);
  return make_store(m, &new);
}

// What the snapshot has there; m->null: nothing that is known so simply.
static py_value initial(struct py_machine *m, py_value owner, py_value name) {
  const struct py_heap *heap = m->heap;
  const struct py_cell *c = py_cell(&m->values, owner);
  py_address at = (py_address)c->number, found;
  if (c->kind == PY_HEAP && name == m->null) return py_initial_content(m, at);
  if (c->kind != PY_HEAP || py_kind(&m->values, name) != PY_TEXT) return m->null;
  struct cm_str text = py_cell(&m->values, name)->text;
  if (py_is_a(heap, at, PY_TYPE_DICT))
    found = py_dict_get(heap, at, text);
  else if (py_is_a(heap, at, PY_TYPE_TYPE))
    found = py_dict_get(heap, py_class_dict(heap, at), text);
  else
    found = py_instance_attribute(heap, at, text);
  return found ? py_of_address(m, found) : m->null;
}

py_value py_store_join(struct py_machine *m, py_value a, py_value b, bool widen) {
  if (a == b || b == m->unbound) return a;
  if (a == m->unbound) return b;
  struct store x, y, both;
  read_store(m, a, &x), read_store(m, b, &y);
  both = (struct store){.open = x.open || y.open};
  for (uint32_t i = 0, k = 0; i < x.count || k < y.count;) {
    int order = i == x.count ? 1 : k == y.count ? -1 : compare(&x.entries[i], &y.entries[k]);
    struct entry e = order > 0 ? y.entries[k] : x.entries[i];
    bool is_new = order && is_content(m, &e) && py_kind(&m->values, e.owner) == PY_OBJECT;
    py_value other = !order                          ? y.entries[k].value
                     : (order < 0 ? y.open : x.open) ? m->null
                     : is_new                        ? e.value
                                                     : initial(m, e.owner, e.name);
    if (e.value != other) e.value = widen || e.value == m->null || other == m->null ? m->null : py_join(&m->values, e.value, other);
    if (is_content(m, &e)) e.value = py_content_bounded(m, e.value);
    append(m, &both, e);
    i += order <= 0, k += order >= 0;
  }
  return make_store(m, &both);
}

// What is set differently in the store `to` than in `from`, done to the store `in`: as `to` has it, or forgotten.
static py_value changed(struct py_machine *m, py_value in, py_value from, py_value to, bool forget) {
  struct store x, y;
  read_store(m, from, &x), read_store(m, to, &y);
  for (uint32_t i = 0, k = 0; i < x.count || k < y.count;) {
    int order = i == x.count ? 1 : k == y.count ? -1 : compare(&x.entries[i], &y.entries[k]);
    struct entry e = order > 0 ? y.entries[k] : x.entries[i];
    if (!order) e.value = y.entries[k].value;
    bool is_new = order > 0 && is_content(m, &e) && py_kind(&m->values, e.owner) == PY_OBJECT;
    if (order < 0 || (forget && !is_new)) e.value = m->null;
    if (is_new && find(m, in, e.owner, e.name) != m->unbound)
      e.value = py_content_bounded(m, py_join(&m->values, e.value, find(m, in, e.owner, e.name)));
    if (order || x.entries[i].value != y.entries[k].value) in = with(m, in, e);
    i += order <= 0, k += order >= 0;
  }
  return y.open && !x.open ? py_store_join(m, in, py_store_empty(m, true), false) : in;
}

// --- attributes ---

py_value py_held(struct py_machine *m, py_value owner, py_value name) {
  if (!py_cell(&m->values, m->store)->count) return m->unbound;
  const struct py_object *object = py_object_of(m, owner);
  if (!object || object->shared) return m->unbound;
  py_value v = find(m, m->store, owner, name);
  return v == m->null ? m->unbound : v;
}

void py_hold(struct py_machine *m, py_value owner, py_value name, py_value before, py_value value, bool sure) {
  struct py_object *object = py_object_of(m, owner);
  if (!object) return;
  object->shared |= m->escaping;
  py_value now = find(m, m->store, owner, name);
  // A dictionary that is filled holds what is gathered; so does what the snapshot has, and was never set otherwise.
  if (sure && now == m->unbound && before == m->unbound && object->kind == PY_DICT && !object->base) return;
  bool first = before == m->unbound || before == value;
  if (sure && now == m->unbound && first && object->base && initial(m, owner, name) == value) return;
  if (object->shared) value = m->null;
  if (!sure) value = now == m->unbound || now == m->null ? m->null : py_join(&m->values, now, value);
  if (now != value) m->store = with(m, m->store, (struct entry){owner, name, value});
}

void py_forget(struct py_machine *m, py_value owner, py_value name) {
  struct store s;
  read_store(m, m->store, &s);
  for (uint32_t i = 0; i < s.count; i++)
    if (s.entries[i].owner == owner && (name == m->unbound || s.entries[i].name == name))
      m->store = with(m, m->store, (struct entry){owner, s.entries[i].name, m->null});
}

// --- contents ---

py_value py_held_content(struct py_machine *m, py_value owner) {
  const struct py_object *object = py_object_of(m, owner);
  if (object && object->shared) return m->unbound;
  py_value v = find(m, m->store, owner, m->null);
  if (v == m->unbound && !py_cell(&m->values, m->store)->open) v = initial(m, owner, m->null);
  return v == m->null ? m->unbound : v;
}

// What is made by what may be called at any time is its own.
bool py_is_own(const struct py_machine *m, py_value owner) {
  const struct py_cell *c = py_cell(&m->values, owner);
  return c->kind == PY_OBJECT && (size_t)c->number >= m->escape_floor;
}

void py_hold_content(struct py_machine *m, py_value owner, py_value content) {
  struct py_object *object = py_object_of(m, owner);
  if (!object) return;
  object->shared |= m->escaping && !py_is_own(m, owner);
  if (object->shared || !content || content == m->unbound) content = m->null;
  content = py_content_bounded(m, content);
  if (find(m, m->store, owner, m->null) != content) m->store = with(m, m->store, (struct entry){owner, m->null, content});
}

py_value py_store_left(struct py_machine *m, py_value after, py_value before) {
  py_value both = py_store_join(m, after, before, false);
  struct store s, kept;
  read_store(m, both, &s);
  kept = (struct store){.open = s.open};
  for (uint32_t i = 0; i < s.count; i++) {
    struct entry e = s.entries[i];
    if (is_content(m, &e) && find(m, before, e.owner, e.name) == m->unbound && py_kind(&m->values, e.owner) == PY_OBJECT) continue;
    append(m, &kept, e);
  }
  return make_store(m, &kept);
}

// --- generators ---

void py_hold_generated(struct py_machine *m, py_value generator, py_value before, py_value at_yield, py_value at_end) {
  struct py_object *object = py_object_of(m, generator);
  m->store = before;
  if (at_yield != m->unbound) m->store = changed(m, m->store, before, at_yield, true);
  if (at_end != m->unbound) m->store = changed(m, m->store, before, at_end, true);
  if (object) object->before = before, object->at_yield = at_yield, object->at_end = at_end;
}

// The generators of a context manager, each for itself: what all of them leave.
static py_value go_on(struct py_machine *m, py_value manager, bool enters) {
  py_value generators = py_attribute(m, manager, CM_STR("gen")), store = m->store, left = m->unbound, given = m->unbound;
  for (uint32_t i = 0; i < py_choice_count(&m->values, generators); i++) {
    py_value generator = py_choice(&m->values, generators, i);
    const struct py_object *object = py_object_of(m, generator);
    bool known = object && object->at_yield && object->at_yield != m->unbound;
    struct py_elements all = py_elements_of(m, generator);
    if (object && object->raises != m->unbound) py_raise(m, object->raises);
    for (uint32_t k = 0; k < all.count; k++) given = py_join(&m->values, given, all.items[k]);
    given = py_join(&m->values, given, all.rest);
    if (!known) {
      left = py_store_join(m, left, store, false);
      continue;
    }
    object = py_object_of(m, generator);
    py_value from = enters ? object->before : object->at_yield, to = enters ? object->at_yield : object->at_end;
    left = py_store_join(m, left, to == m->unbound ? store : changed(m, store, from, to, false), false);
  }
  m->store = left;
  return !enters || given == m->unbound ? 0 : given;
}

py_value py_enter_generated(struct py_machine *m, py_value manager) { return go_on(m, manager, true); }
py_value py_exit_generated(struct py_machine *m, py_value manager) { return go_on(m, manager, false); }
