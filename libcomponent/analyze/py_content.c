// What lists, sets and dictionaries hold now.
//
// An object gathers all that is ever put into it. What a program takes out again, puts between, sorts or replaces is told by its content: a
// tuple of its elements in their order, or of a dictionary's keys, which each way carries in its store (py_store.c). Where ways with different
// contents meet it is one of several; where too many do, or something is done that is not followed, it is any, and what was gathered counts.
// Iterators and generators are lists too: next() takes the first out.

#include "py_machine.h"

enum { CONTENT_MOST = 512, WAYS_MOST = 24 };

py_value py_content_bounded(const struct py_machine *m, py_value content) {
  if (content == m->null) return content;
  if (!content || py_choice_count(&m->values, content) > WAYS_MOST) return m->null;
  for (uint32_t i = 0; i < py_choice_count(&m->values, content); i++) {
    const struct py_cell *c = py_cell(&m->values, py_choice(&m->values, content, i));
    if (c->kind != PY_TUPLE || c->count > CONTENT_MOST) return m->null;
  }
  return content;
}

py_value py_initial_content(struct py_machine *m, py_address at) {
  struct py_elements all = py_elements_of_heap(m, at);
  bool known = all.rest == m->unbound && all.count <= CONTENT_MOST;
  return known ? py_make_items(&m->values, PY_TUPLE, all.items, all.count, 0) : m->null;
}

py_value py_content(struct py_machine *m, py_value v) {
  const struct py_object *object = py_object_of(m, v);
  bool is_one;
  enum py_object_kind kind = py_container_kind(m, v, &is_one);
  if (!is_one || !object) return m->unbound;
  bool more = object->mapping >= 0 || object->rest != m->unbound || (kind == PY_DICT && object->class);
  return more ? m->unbound : py_held_content(m, v);
}

py_value py_new_container_of(struct py_machine *m, enum py_object_kind kind, const struct py_elements *all) {
  return py_new_container(m, kind, all->items, all->count, all->rest);
}

py_value py_new_container(struct py_machine *m, enum py_object_kind kind, const py_value *items, uint32_t count, py_value rest) {
  py_value made = py_new_object(m, kind, 0);
  struct py_object *object = py_object_of(m, made);
  if (!object) return 0;
  bool fresh = !object->count;
  for (uint32_t i = 0; i < count; i++) py_element_add(m, object, items[i]);
  if (fresh) object->loose = object->count != count;
  object->rest = py_join(&m->values, object->rest, rest);
  py_hold_content(m, made, m->null);
  if (rest != m->unbound || count > CONTENT_MOST) return made;
  py_hold_content(m, made, py_make_items(&m->values, PY_TUPLE, NULL, 0, 0));
  for (uint32_t i = 0; kind == PY_SET && i < count; i++) py_edit(m, made, PY_EDIT_ADD, &items[i]);
  if (kind != PY_SET) py_hold_content(m, made, py_make_items(&m->values, PY_TUPLE, items, count, 0));
  return made;
}

// --- places ---

// A place counted from the end; those outside are at the ends for slices and insert().
static bool place_of(const struct py_machine *m, py_value v, int64_t count, int64_t otherwise, int64_t *at) {
  const struct py_cell *c = py_cell(&m->values, v);
  *at = c->kind == PY_INT ? c->number : otherwise;
  if (*at < 0 && c->kind == PY_INT) *at += count;
  return c->kind == PY_INT || c->kind == PY_NONE;
}

bool py_slice_range(struct py_machine *m, const struct py_cell *slice, int64_t count, int64_t *from, int64_t *to) {
  if (!place_of(m, slice->items[0], count, 0, from) || !place_of(m, slice->items[1], count, count, to)) return false;
  if (*from < 0) *from = 0;
  if (*from > count) *from = count;
  if (*to > count) *to = count;
  if (*to < *from) *to = *from;
  return slice->items[2] == m->none ||
         (py_kind(&m->values, slice->items[2]) == PY_INT && py_cell(&m->values, slice->items[2])->number == 1);
}

// --- edits ---

struct edit {
  py_value items[CONTENT_MOST + 1];
  uint32_t count;
  py_value taken;  // what it gives
};

// Puts these in the place of those from `from` up to `to`. False: there would be too many.
static bool splice(struct edit *e, int64_t from, int64_t to, const py_value *items, uint32_t count) {
  if (e->count - (to - from) + count > CONTENT_MOST) return false;
  memmove(e->items + from + count, e->items + to, (e->count - (size_t)to) * sizeof *e->items);
  if (count) memcpy(e->items + from, items, count * sizeof *items);
  e->count = (uint32_t)(e->count - (to - from) + count);
  return true;
}

// Where a value stands: -1 where it does not. False: that is not known.
static bool find(struct py_machine *m, const py_value *items, uint32_t count, py_value v, int64_t *at) {
  for (*at = 0; *at < count; ++*at) {
    int same = items[*at] == v && py_choice_count(&m->values, v) == 1 && v ? 1 : py_equal(m, items[*at], v);
    if (same) return same == 1;
  }
  *at = -1;
  return true;
}

// One content, changed. False: it is not known what becomes of it.
static bool edit_one(struct py_machine *m, struct edit *e, enum py_edit how, const py_value *given) {
  int64_t at, to;
  struct py_elements all;
  switch (how) {
    case PY_EDIT_APPEND: return splice(e, e->count, e->count, given, 1);
    case PY_EDIT_ADD: return find(m, e->items, e->count, given[0], &at) && (at >= 0 || splice(e, e->count, e->count, given, 1));
    case PY_EDIT_EXTEND:
      all = py_elements_of(m, given[0]);
      return all.rest == m->unbound && splice(e, e->count, e->count, all.items, all.count);
    case PY_EDIT_INSERT:
      if (!place_of(m, given[0], e->count, 0, &at) || py_kind(&m->values, given[0]) != PY_INT) return false;
      at = at < 0 ? 0 : at > e->count ? e->count : at;
      return splice(e, at, at, given + 1, 1);
    case PY_EDIT_POP:
      if (!place_of(m, given[0], e->count, e->count - (int64_t)1, &at)) return false;
      if (at < 0 || at >= e->count) return true;  // it would raise
      e->taken = e->items[at];
      return splice(e, at, at + 1, NULL, 0);
    case PY_EDIT_REMOVE:
    case PY_EDIT_DISCARD: return find(m, e->items, e->count, given[0], &at) && (at < 0 || splice(e, at, at + 1, NULL, 0));
    case PY_EDIT_CLEAR: e->count = 0; return true;
    case PY_EDIT_REVERSE:
      for (uint32_t i = 0; i < e->count / 2; i++) {
        py_value v = e->items[i];
        e->items[i] = e->items[e->count - 1 - i], e->items[e->count - 1 - i] = v;
      }
      return true;
    case PY_EDIT_SET:
      if (!place_of(m, given[0], e->count, 0, &at) || py_kind(&m->values, given[0]) != PY_INT) return false;
      if (at >= 0 && at < e->count) e->items[at] = given[1];
      return true;
    case PY_EDIT_SET_SLICE:
      all = py_elements_of(m, given[1]);
      return all.rest == m->unbound && py_slice_range(m, py_cell(&m->values, given[0]), e->count, &at, &to) &&
             splice(e, at, to, all.items, all.count);
    case PY_EDIT_DELETE_SLICE:
      return py_slice_range(m, py_cell(&m->values, given[0]), e->count, &at, &to) && splice(e, at, to, NULL, 0);
    default: return false;
  }
}

// Where one of the values is one of several, so is the content.
static py_value edited(struct py_machine *m, py_value content, enum py_edit how, const py_value *given, uint32_t most,
                       py_value *taken) {
  struct edit *e = cm_alloc(m->arena, sizeof *e);
  py_value result = m->unbound;
  m->failed |= !e;
  for (uint32_t i = 0; e && i < py_choice_count(&m->values, content); i++) {
    const struct py_cell c = *py_cell(&m->values, py_choice(&m->values, content, i));
    if (c.kind != PY_TUPLE || c.count > CONTENT_MOST) return m->null;
    if (c.count) memcpy(e->items, c.items, c.count * sizeof *e->items);
    e->count = c.count, e->taken = m->unbound;
    if (!edit_one(m, e, how, given)) return m->null;
    if (most && e->count > most && how != PY_EDIT_INSERT) splice(e, 0, e->count - most, NULL, 0);
    if (most && e->count > most) e->count = most;
    result = py_join(&m->values, result, py_make_items(&m->values, PY_TUPLE, e->items, e->count, 0));
    *taken = py_join(&m->values, *taken, e->taken);
  }
  return result;
}

// Any of what a container has, and had.
static py_value any_of(struct py_machine *m, py_value container) {
  struct py_elements all = py_elements_of(m, container);
  py_value any = all.rest;
  for (uint32_t i = 0; i < all.count; i++) any = py_join(&m->values, any, all.items[i]);
  return any == m->unbound ? 0 : any;
}

// All that is put in is gathered, too.
static void gather_given(struct py_machine *m, py_value container, enum py_object_kind kind, enum py_edit how,
                         const py_value *given) {
  struct py_object *object = py_object_to_change(m, container, kind);
  struct py_elements all;
  switch (how) {
    case PY_EDIT_APPEND:
    case PY_EDIT_ADD: py_element_add(m, object, given[0]); break;
    case PY_EDIT_INSERT:
    case PY_EDIT_SET: py_element_add(m, object, given[1]); break;
    case PY_EDIT_EXTEND:
    case PY_EDIT_SET_SLICE:
      all = py_elements_of(m, given[how == PY_EDIT_SET_SLICE]);
      object = py_object_of(m, container);
      for (uint32_t i = 0; i < all.count; i++) py_element_add(m, object, all.items[i]);
      // What more there may be makes its place unsure, and is gathered.
      if (object) object->rest = py_join(&m->values, object->rest, all.rest);
      break;
    default: break;
  }
  if (object && how != PY_EDIT_APPEND && how != PY_EDIT_ADD && how != PY_EDIT_EXTEND) object->reordered = object->loose = true;
}

py_value py_edit(struct py_machine *m, py_value container, enum py_edit how, const py_value *given) {
  bool is_one;
  enum py_object_kind kind = py_container_kind(m, container, &is_one);
  if (!is_one || py_kind(&m->values, container) == PY_TUPLE) return 0;
  const struct py_object *known = py_object_to_change(m, container, kind);
  uint32_t most = known ? known->most : 0;
  py_value content = known ? py_content(m, container) : m->unbound, taken = m->unbound;
  py_value any = how == PY_EDIT_POP && content == m->unbound ? any_of(m, container) : m->unbound;
  py_value now = content == m->unbound ? m->null : edited(m, content, how, given, most, &taken);
  if (now == m->null && how == PY_EDIT_POP && any == m->unbound) any = any_of(m, container);
  if (kind != PY_DICT) gather_given(m, container, kind, how, given);
  py_hold_content(m, container, now);
  if (how != PY_EDIT_POP) return m->none;
  return now == m->null ? any : taken == m->unbound ? 0 : taken;
}

// --- keys ---

void py_content_key(struct py_machine *m, py_value dict, py_value key, bool sure) {
  py_value content = py_content(m, dict), taken = m->unbound;
  const struct py_cell *c = py_cell(&m->values, key);
  bool plain =
      key != m->unbound && (sure || py_content_has(m, dict, key) == 1) && c->kind != PY_UNKNOWN && c->kind != PY_CHOICE && !c->open;
  py_hold_content(m, dict, plain && content != m->unbound ? edited(m, content, PY_EDIT_ADD, &key, 0, &taken) : m->null);
}

py_value py_content_with_keys(struct py_machine *m, py_value content, const struct py_cell *keys) {
  py_value taken = m->unbound;
  for (uint32_t i = 0; content != m->null && i < keys->count; i++)
    content = edited(m, content, PY_EDIT_ADD, &keys->items[i], 0, &taken);
  return content;
}

void py_content_without_key(struct py_machine *m, py_value dict, py_value key) {
  if (!py_object_to_change(m, dict, PY_DICT)) return;
  py_value content = py_content(m, dict), taken = m->unbound;
  bool known = key != m->unbound && content != m->unbound;
  py_hold_content(m, dict, known ? edited(m, content, PY_EDIT_DISCARD, &key, 0, &taken) : m->null);
}

int py_content_has(struct py_machine *m, py_value container, py_value key) {
  py_value content = py_content(m, container);
  bool yes = false, no = false;
  if (content == m->unbound) return -1;
  for (uint32_t i = 0; i < py_choice_count(&m->values, content); i++) {
    const struct py_cell c = *py_cell(&m->values, py_choice(&m->values, content, i));
    int64_t at;
    if (!find(m, c.items, c.count, key, &at)) return -1;
    yes |= at >= 0, no |= at < 0;
  }
  return yes && no ? -1 : yes;
}

int py_keys_have(struct py_machine *m, py_value dict, py_value key) {
  const struct py_cell *c = py_cell(&m->values, dict);
  bool is_one, plain = py_kind(&m->values, key) == PY_TEXT && !py_cell(&m->values, key)->open;
  if (c->kind != PY_HEAP || py_object_of(m, dict) || !plain) return py_content_has(m, dict, key);
  if (py_container_kind(m, dict, &is_one) != PY_DICT || !is_one || m->escaping) return -1;
  struct py_elements all = py_elements_of_heap(m, (py_address)c->number);
  for (uint32_t i = 0; i < all.count; i++)
    if (all.items[i] == key) return 1;
  return all.rest == m->unbound ? 0 : -1;
}
