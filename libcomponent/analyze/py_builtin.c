// Functions and classes of C code, and methods of built-in types, as far as they pass on what is known.
//
// Each is a row of a table. What has no row gives something unknown, and calls whatever functions it is given.

#include "py_machine.h"

typedef py_value builtin(struct py_machine *m, const struct py_arguments *a);

static py_value first(const struct py_arguments *a) { return py_argument(a, 0, 0); }

static py_value tuple_of(struct py_machine *m, const py_value *items, uint32_t count) {
  return py_make_items(&m->values, PY_TUPLE, items, count, 0);
}

static py_value call1(struct py_machine *m, py_value function, py_value argument) {
  return py_call(m, function, &(struct py_arguments){.positional = &argument, .count = 1});
}

static bool is_host_list(const struct py_machine *m, py_value v) {
  enum py_kind kind = py_kind(&m->values, v);
  return kind == PY_MAPPING || kind == PY_PAIRS || kind == PY_KEYS;
}

// The keyword `name`, or what stands at `at`.
static py_value named_argument(struct py_machine *m, const struct py_arguments *a, const char *name, uint32_t at,
                               py_value otherwise) {
  for (uint32_t i = 0; i < a->named_count; i++)
    if (cm_str_is(py_cell(&m->values, a->names[i])->text, name)) return a->named[i];
  return py_argument(a, at, otherwise);
}

// --- containers ---

// A list, tuple or set of what is gone through; None of them sorts.
static py_value make_sequence(struct py_machine *m, const struct py_arguments *a) {
  if (!a->count) return a->more ? 0 : tuple_of(m, NULL, 0);
  if (py_kind(&m->values, first(a)) == PY_MAPPING) return py_simple(&m->values, PY_KEYS, py_cell(&m->values, first(a))->number);
  if (is_host_list(m, first(a))) return first(a);
  struct py_elements all = py_elements_of(m, first(a));
  return all.rest == m->unbound ? tuple_of(m, all.items, all.count) : py_new_container_of(m, PY_LIST, &all);
}

static py_value make_list(struct py_machine *m, const struct py_arguments *a) {
  if (is_host_list(m, first(a)) && a->count) return make_sequence(m, a);
  py_value content = a->count ? py_content(m, first(a)) : m->unbound;
  struct py_elements all = {.rest = a->more ? 0 : m->unbound};
  if (a->count) all = py_elements_of(m, first(a));
  if (content == m->unbound || py_choice_count(&m->values, content) == 1) return py_new_container_of(m, PY_LIST, &all);
  py_value made = py_new_container(m, PY_LIST, NULL, 0, m->unbound), rest = all.rest;
  for (uint32_t i = 0; i < py_choice_count(&m->values, rest); i++)
    py_element_add(m, py_object_of(m, made), py_choice(&m->values, rest, i));
  py_hold_content(m, made, content);
  return made;
}

static py_value make_dict(struct py_machine *m, const struct py_arguments *a) {
  if (a->count == 1 && !a->named_count &&
      (py_kind(&m->values, first(a)) == PY_MAPPING || py_kind(&m->values, first(a)) == PY_PAIRS))
    return py_simple(&m->values, PY_MAPPING, py_cell(&m->values, first(a))->number);
  py_value made = py_new_container(m, PY_DICT, NULL, 0, a->more ? 0 : m->unbound);
  if (a->count) py_update(m, made, first(a));
  for (uint32_t i = 0; i < a->named_count; i++) py_item_set(m, made, a->names[i], a->named[i]);
  return made;
}

static py_value make_defaultdict(struct py_machine *m, const struct py_arguments *a) {
  py_value made = py_new_object(m, PY_DICT, first(a) == m->none ? 0 : first(a));
  if (a->count > 1) py_update(m, made, a->positional[1]);
  return made;
}

// collections.deque. What falls out of a bounded one is not followed.
static py_value make_deque(struct py_machine *m, const struct py_arguments *a) {
  py_value made = make_list(m, &(struct py_arguments){.positional = a->positional, .count = a->count ? 1 : 0, .more = a->more});
  struct py_object *object = py_object_of(m, made);
  if (object && named_argument(m, a, "maxlen", 1, m->none) != m->none) object->rest = 0, object->count = 0;
  return made;
}

static py_value chained(struct py_machine *m, const struct py_arguments *a) {
  py_value made = py_new_container(m, PY_LIST, NULL, 0, a->more ? 0 : m->unbound);
  for (uint32_t i = 0; i < a->count; i++) py_edit(m, made, PY_EDIT_EXTEND, &a->positional[i]);
  return made;
}

static py_value make_set(struct py_machine *m, const struct py_arguments *a) {
  if (is_host_list(m, first(a)) && a->count) return make_sequence(m, a);
  struct py_elements all = {.rest = m->unbound};
  if (a->count) all = py_elements_of(m, first(a));
  return py_new_container_of(m, PY_SET, &all);
}

static py_value enumerated(struct py_machine *m, const struct py_arguments *a) {
  struct py_elements all = py_elements_of(m, first(a));
  const struct py_cell *start = py_cell(&m->values, named_argument(m, a, "start", 1, m->none));
  py_value pair[2] = {0, all.rest};
  if (all.rest != m->unbound) {
    for (uint32_t i = 0; i < all.count; i++) pair[1] = py_join(&m->values, pair[1], all.items[i]);
    return py_new_container(m, PY_LIST, NULL, 0, tuple_of(m, pair, 2));
  }
  int64_t from = start->kind == PY_INT ? start->number : 0;
  for (uint32_t i = 0; i < all.count; i++) {
    pair[0] = py_make_int(&m->values, from + i), pair[1] = all.items[i];
    all.items[i] = tuple_of(m, pair, 2);
  }
  return tuple_of(m, all.items, all.count);
}

static py_value zipped(struct py_machine *m, const struct py_arguments *a) {
  enum { WIDTH = 8 };
  struct py_elements all[WIDTH];
  uint32_t count = UINT32_MAX;
  if (!a->count || a->count > WIDTH || a->more) return 0;
  for (uint32_t i = 0; i < a->count; i++) {
    all[i] = py_elements_of(m, a->positional[i]);
    if (all[i].rest == m->unbound && all[i].count < count) count = all[i].count;
  }
  if (count == UINT32_MAX) return 0;
  py_value *rows = cm_alloc_array(m->arena, count, sizeof *rows);
  for (uint32_t r = 0; rows && r < count; r++) {
    py_value row[WIDTH];
    for (uint32_t i = 0; i < a->count; i++) row[i] = r < all[i].count ? all[i].items[r] : all[i].rest;
    rows[r] = tuple_of(m, row, a->count);
  }
  m->failed |= !rows;
  return rows ? tuple_of(m, rows, count) : 0;
}

// Calls the function for each; `keep`: what comes back is what is gone through, not what the function gives.
static py_value called_for_each(struct py_machine *m, const struct py_arguments *a, bool keep) {
  struct py_elements all = py_elements_of(m, py_argument(a, 1, 0));
  if (a->count > 2) {
    struct py_arguments rest = {.positional = a->positional + 1, .count = a->count - 1};
    py_value rows = zipped(m, &rest);
    all = py_elements_of(m, rows);
  }
  py_value made = py_new_container(m, PY_LIST, NULL, 0, m->unbound);
  for (uint32_t i = 0; i < all.count; i++) {
    py_value result;
    if (a->count > 2) {
      struct py_elements row = py_elements_of(m, all.items[i]);
      result = py_call(m, first(a), &(struct py_arguments){.positional = row.items, .count = row.count});
    } else {
      result = first(a) == m->none ? all.items[i] : call1(m, first(a), all.items[i]);
    }
    int kept = keep ? py_truth(m, result) : 1;
    py_value without = m->store;
    if (kept) py_edit(m, made, PY_EDIT_APPEND, keep ? &all.items[i] : &result);
    if (kept < 0) m->store = py_store_join(m, m->store, without, false);
  }
  if (all.rest != m->unbound) {
    py_value before = m->store;  // there may be none
    py_value result = first(a) == m->none ? 0 : call1(m, first(a), all.rest);
    m->store = py_store_join(m, before, m->store, false);
    struct py_object *object = py_object_of(m, made);
    if (object) object->rest = py_join(&m->values, object->rest, keep ? all.rest : result);
    py_edit(m, made, PY_EDIT_UNKNOWN, NULL);
  }
  return made;
}
static py_value mapped(struct py_machine *m, const struct py_arguments *a) { return called_for_each(m, a, false); }
static py_value filtered(struct py_machine *m, const struct py_arguments *a) { return called_for_each(m, a, true); }

static py_value reduced(struct py_machine *m, const struct py_arguments *a) {
  struct py_elements all = py_elements_of(m, py_argument(a, 1, 0));
  py_value sum = a->count > 2 ? a->positional[2] : 0;
  for (uint32_t i = 0; i < all.count; i++) {
    py_value both[2] = {sum, all.items[i]};
    bool begins = !i && a->count < 3;
    sum = begins ? all.items[0] : py_call(m, first(a), &(struct py_arguments){.positional = both, .count = 2});
  }
  return all.rest == m->unbound ? sum : 0;
}

// itertools.product: one of each, the last changing first.
static py_value product_of(struct py_machine *m, const struct py_arguments *a) {
  enum { WIDTH = 8 };
  struct py_elements all[WIDTH];
  uint64_t count = 1;
  if (!a->count || a->count > WIDTH || a->more || a->named_count) return 0;
  for (uint32_t i = 0; i < a->count; i++) {
    all[i] = py_elements_of(m, a->positional[i]);
    if (all[i].rest != m->unbound) return 0;
    count *= all[i].count;
    if (count > PY_ITEMS_MOST) return 0;
  }
  py_value *rows = cm_alloc_array(m->arena, (size_t)count, sizeof *rows);
  for (uint32_t r = 0; rows && r < count; r++) {
    py_value row[WIDTH];
    for (uint32_t i = a->count, left = r; i-- > 0; left /= all[i].count) row[i] = all[i].items[left % all[i].count];
    rows[r] = tuple_of(m, row, a->count);
  }
  m->failed |= !rows;
  return rows ? tuple_of(m, rows, (uint32_t)count) : 0;
}

// Calls the function with what each row has.
static py_value star_mapped(struct py_machine *m, const struct py_arguments *a) {
  struct py_elements rows = py_elements_of(m, py_argument(a, 1, 0));
  py_value made = py_new_container(m, PY_LIST, NULL, 0, rows.rest == m->unbound ? m->unbound : 0);
  for (uint32_t i = 0; i < rows.count; i++) {
    struct py_elements row = py_elements_of(m, rows.items[i]);
    struct py_arguments each = {.positional = row.items, .count = row.count, .more = row.rest != m->unbound};
    py_value given = py_call(m, first(a), &each);
    py_edit(m, made, PY_EDIT_APPEND, &given);
  }
  return made;
}

// One of them: next(), min(), max(), random.choice() of what is known.
static py_value any_element(struct py_machine *m, const struct py_arguments *a) {
  struct py_elements all = py_elements_of(m, first(a));
  py_value any = py_join(&m->values, all.rest, py_argument(a, 1, m->unbound));
  for (uint32_t i = 0; i < all.count; i++) any = py_join(&m->values, any, all.items[i]);
  return any == m->unbound ? 0 : any;
}

// next(): the first that is left; what it gives where nothing is.
static py_value next_of(struct py_machine *m, const struct py_arguments *a) {
  py_value content = py_content(m, first(a)), result = m->unbound, from_start = m->none;
  if (py_kind(&m->values, first(a)) != PY_OBJECT || content == m->unbound) return any_element(m, a);
  for (uint32_t i = 0; i < py_choice_count(&m->values, content); i++) {
    const struct py_cell *c = py_cell(&m->values, py_choice(&m->values, content, i));
    result = py_join(&m->values, result, c->count ? c->items[0] : py_argument(a, 1, m->unbound));
  }
  from_start = py_simple(&m->values, PY_INT, 0);
  py_edit(m, first(a), PY_EDIT_POP, &from_start);
  return result == m->unbound ? 0 : result;
}

// Sorts what is gone through, as sorted() and list.sort() are told to. False: the order is not known.
static bool sort_elements(struct py_machine *m, struct py_elements *all, const struct py_arguments *a) {
  py_value key = named_argument(m, a, "key", UINT32_MAX, m->none);
  int backwards = py_truth(m, named_argument(m, a, "reverse", UINT32_MAX, py_bool(m, 0)));
  py_value *items = cm_alloc_array(m->arena, all->count, sizeof *items), *keys = cm_alloc_array(m->arena, all->count, sizeof *keys);
  m->failed |= !items || !keys;
  for (uint32_t i = 0; items && keys && i < all->count; i++)
    items[i] = all->items[i], keys[i] = key == m->none ? items[i] : call1(m, key, items[i]);
  bool known = items && keys && all->rest == m->unbound && backwards >= 0 && py_sort(m, items, keys, all->count, backwards);
  if (known) all->items = items;
  return known;
}

static py_value sorted_copy(struct py_machine *m, const struct py_arguments *a) {
  struct py_elements all = py_elements_of(m, first(a));
  if (is_host_list(m, first(a))) return make_sequence(m, &(struct py_arguments){.positional = a->positional, .count = 1});
  bool known = sort_elements(m, &all, a);
  py_value made = py_new_container_of(m, PY_LIST, &all);
  if (!known) py_edit(m, made, PY_EDIT_UNKNOWN, NULL);
  return made;
}

static py_value backwards(struct py_machine *m, const struct py_arguments *a) {
  if (is_host_list(m, first(a))) return make_sequence(m, a);
  struct py_elements all = py_elements_of(m, first(a));
  py_value made = py_new_container_of(m, PY_LIST, &all);
  py_edit(m, made, PY_EDIT_REVERSE, NULL);
  return made;
}

// min() and max(), where all are known and none is asked for its key.
static py_value extreme(struct py_machine *m, const struct py_arguments *a, bool most) {
  struct py_elements all = {.items = NULL, .rest = m->unbound};
  if (a->count == 1) all = py_elements_of(m, first(a));
  py_value *items = cm_alloc_array(m->arena, all.count + a->count, sizeof *items);
  uint32_t count = a->count == 1 ? all.count : a->count;
  m->failed |= !items;
  if (items && a->count == 1 && count && !a->more && named_argument(m, a, "key", UINT32_MAX, m->none) != m->none) {
    py_value reversed = py_bool(m, most), names[2], named[2] = {named_argument(m, a, "key", UINT32_MAX, m->none), reversed};
    names[0] = py_make_text(&m->values, CM_STR("key"), false), names[1] = py_make_text(&m->values, CM_STR("reverse"), false);
    bool known = sort_elements(m, &all, &(struct py_arguments){.names = names, .named = named, .named_count = 2});
    return known && a->named_count == 1 ? all.items[0] : any_element(m, a);
  }
  if (!items || a->more || a->named_count || all.rest != m->unbound || !count) return any_element(m, a);
  memcpy(items, a->count == 1 ? all.items : a->positional, count * sizeof *items);
  if (py_sort(m, items, items, count, most)) return items[0];
  return a->count == 1 ? any_element(m, a) : 0;
}
static py_value least(struct py_machine *m, const struct py_arguments *a) { return extreme(m, a, false); }
static py_value greatest(struct py_machine *m, const struct py_arguments *a) { return extreme(m, a, true); }

static py_value iterated(struct py_machine *m, const struct py_arguments *a) {
  py_value v = first(a);
  struct py_elements all = py_elements_of(m, v);
  bool known = a->count == 1 && all.rest == m->unbound && py_kind(&m->values, v) != PY_ITERATOR;
  // A generator is its own iterator.
  bool itself = py_kind(&m->values, v) == PY_ITERATOR || (py_object_of(m, v) && py_object_of(m, v)->iterates);
  if (known && !itself) {
    py_value made = py_new_container_of(m, PY_LIST, &all);
    struct py_object *object = py_object_of(m, made);
    if (object) object->iterates = true;
    return made;
  }
  return itself ? v : py_make_items(&m->values, PY_ITERATOR, &v, 1, 0);
}

static py_value length_of(struct py_machine *m, const struct py_arguments *a) {
  py_value says = py_special(m, first(a), CM_STR("__len__"));
  if (says != m->unbound) return py_call(m, says, &(struct py_arguments){0});
  struct py_elements all = py_elements_of(m, first(a));
  struct cm_str text;
  bool open;
  if (py_text_of(m, first(a), &text, &open)) return open ? 0 : py_simple(&m->values, PY_INT, (int64_t)text.size);
  const struct py_object *object = py_object_of(m, first(a));
  return all.rest != m->unbound || (object && object->loose && py_content(m, first(a)) == m->unbound)
             ? 0
             : py_simple(&m->values, PY_INT, all.count);
}

static py_value make_range(struct py_machine *m, const struct py_arguments *a) {
  const struct py_cell *x = py_cell(&m->values, first(a)), *y = py_cell(&m->values, py_argument(a, 1, m->none));
  int64_t from = a->count > 1 ? x->number : 0, to = a->count > 1 ? y->number : x->number;
  const struct py_cell *z = py_cell(&m->values, py_argument(a, 2, m->none));
  int64_t step = a->count == 3 ? z->number : 1, most = (int64_t)PY_ITEMS_MOST * (step < 0 ? -step : step);
  bool known =
      x->kind == PY_INT && (a->count == 1 || y->kind == PY_INT) && (a->count < 3 || (z->kind == PY_INT && step)) && a->count < 4;
  if (!known || step > INT32_MAX || step < -INT32_MAX || (step > 0 ? to - from : from - to) > most) return 0;
  py_value items[PY_ITEMS_MOST];
  uint32_t count = 0;
  for (int64_t i = from; (step > 0 ? i < to : i > to) && count < PY_ITEMS_MOST; i += step)
    items[count++] = py_simple(&m->values, PY_INT, i);
  return tuple_of(m, items, count);
}

// --- texts ---

static py_value make_text(struct py_machine *m, const struct py_arguments *a) {
  if (!a->count && !a->named_count && !a->more) return py_make_text(&m->values, CM_STR(""), false);
  return py_formatted(m, first(a));
}
static py_value character(struct py_machine *m, const struct py_arguments *a) {
  const struct py_cell *c = py_cell(&m->values, first(a));
  char one = (char)c->number;
  return c->kind == PY_INT && c->number > 0 && c->number < 128 ? py_make_text(&m->values, (struct cm_str){&one, 1}, false) : 0;
}
static py_value code_of(struct py_machine *m, const struct py_arguments *a) {
  const struct py_cell *c = py_cell(&m->values, first(a));
  bool plain = c->kind == PY_TEXT && !c->open && c->text.size == 1 && !((unsigned char)*c->text.at & 0x80);
  return plain ? py_simple(&m->values, PY_INT, *c->text.at) : 0;
}
static py_value represented(struct py_machine *m, const struct py_arguments *a) {
  return py_kind(&m->values, first(a)) == PY_INT ? py_formatted(m, first(a)) : 0;
}
static py_value same(struct py_machine *m, const struct py_arguments *a) {
  (void)m;
  return first(a);
}

// --- objects ---

static py_value got_attribute(struct py_machine *m, const struct py_arguments *a) {
  py_value names = py_argument(a, 1, 0), result = m->unbound;
  for (uint32_t i = 0; i < py_choice_count(&m->values, names); i++) {
    struct cm_str name;
    bool open;
    bool known = py_text_of(m, py_choice(&m->values, names, i), &name, &open) && !open;
    int has = known && a->count > 2 ? py_has_attribute(m, first(a), name) : -1;
    py_value v = has == 0 ? m->unbound : known ? py_attribute(m, first(a), name) : 0;
    if (a->count > 2 && has != 1) v = py_join(&m->values, v, a->positional[2]);
    result = py_join(&m->values, result, v);
  }
  return result;
}

static py_value has_attribute(struct py_machine *m, const struct py_arguments *a) {
  struct cm_str name;
  bool open;
  return py_text_of(m, py_argument(a, 1, 0), &name, &open) && !open ? py_bool(m, py_has_attribute(m, first(a), name)) : 0;
}

static int one_callable(struct py_machine *m, py_value v) {
  const struct py_cell *c = py_cell(&m->values, v);
  switch (c->kind) {
    case PY_NONE:
    case PY_BOOL:
    case PY_INT:
    case PY_TEXT:
    case PY_TUPLE: return 0;
    case PY_FUNCTION:
    case PY_BOUND: return 1;
    case PY_HEAP:
      return py_is(m->heap, (py_address)c->number, PY_TYPE_FUNCTION) || py_is_a(m->heap, (py_address)c->number, PY_TYPE_TYPE) ? 1
                                                                                                                              : -1;
    default: return -1;
  }
}
static py_value is_callable(struct py_machine *m, const struct py_arguments *a) {
  int is = one_callable(m, py_choice(&m->values, first(a), 0));
  for (uint32_t i = 1; i < py_choice_count(&m->values, first(a)); i++)
    if (one_callable(m, py_choice(&m->values, first(a), i)) != is) is = -1;
  return py_bool(m, is);
}

static py_value set_attribute(struct py_machine *m, const struct py_arguments *a) {
  py_value names = py_argument(a, 1, 0);
  for (uint32_t i = 0; i < py_choice_count(&m->values, names); i++) {
    struct cm_str name;
    bool open;
    if (py_text_of(m, py_choice(&m->values, names, i), &name, &open) && !open)
      py_attribute_set(m, first(a), name, py_argument(a, 2, 0));
  }
  return m->none;
}

// dir(): the names that an object and its classes have, but for those of the library's classes.
static py_value names_of(struct py_machine *m, const struct py_arguments *a) {
  enum { BASES_MOST = 16 };
  py_value class = py_attribute(m, first(a), CM_STR("__class__"));
  const struct py_object *own = py_object_of(m, first(a));
  const struct py_cell *given = py_cell(&m->values, first(a)), *of = py_cell(&m->values, class);
  bool is_class = given->kind == PY_HEAP && py_is_a(m->heap, (py_address)given->number, PY_TYPE_TYPE);
  py_address at = is_class ? (py_address)given->number : of->kind == PY_HEAP ? (py_address)of->number : 0;
  py_address order = at ? py_class_order(m->heap, at) : 0;
  if (!a->count || !at) return 0;
  py_value made = py_new_container(m, PY_SET, NULL, 0, m->unbound), sorted = 0;
  for (uint32_t b = 0; b < py_length(m->heap, order) && b < BASES_MOST; b++) {
    py_address base = py_item(m->heap, order, b);
    struct py_cursor cursor = {0};
    if (py_is_c_type(m->heap, base)) continue;
    for (py_address key, value; py_dict_next(m->heap, py_class_dict(m->heap, base), &cursor, &key, &value);) {
      py_value name = py_of_address(m, key);
      py_edit(m, made, PY_EDIT_ADD, &name);
    }
  }
  // Whether what was set on some way is there is not told: all are gone through.
  for (size_t i = 0; own && own->kind == PY_INSTANCE && i < own->count; i++) {
    py_value name = own->entries[i].key;
    py_edit(m, made, PY_EDIT_ADD, &name);
    own = py_object_of(m, first(a));
  }
  return py_call_builtin(m, CM_STR("sorted"), &(struct py_arguments){.positional = &made, .count = 1}, &sorted) ? sorted : made;
}

static py_value type_of(struct py_machine *m, const struct py_arguments *a) {
  return a->count == 1 ? py_attribute(m, first(a), CM_STR("__class__")) : 0;
}

static py_value make_partial(struct py_machine *m, const struct py_arguments *a) {
  if (!a->count || a->more) return 0;
  py_value made = py_new_object(m, PY_PARTIAL, first(a)), keywords = py_new_object(m, PY_DICT, 0);
  for (uint32_t i = 0; i < a->named_count; i++) py_entry_put(m, py_object_of(m, keywords), a->names[i], a->named[i]);
  py_entry_put(m, py_object_of(m, made), py_simple(&m->values, PY_INT, 0), tuple_of(m, a->positional + 1, a->count - 1));
  py_entry_put(m, py_object_of(m, made), py_simple(&m->values, PY_INT, 1), keywords);
  return made;
}

static py_value instance_dict(struct py_machine *m, const struct py_arguments *a) {
  return py_attribute(m, first(a), CM_STR("__dict__"));
}

static py_value make_super(struct py_machine *m, const struct py_arguments *a) {
  return a->count == 2 ? py_make_items(&m->values, PY_SUPER, a->positional, 2, 0) : 0;
}

// The type of a value; 0: it is not known.
static py_address known_type(struct py_machine *m, py_value v) {
  const py_address *types = m->heap->types;
  const struct py_cell *c = py_cell(&m->values, v);
  const struct py_object *object = c->kind == PY_OBJECT ? py_object_of(m, v) : NULL;
  switch (c->kind) {
    case PY_TEXT: return types[PY_TYPE_STR];
    case PY_NONE: return types[PY_TYPE_NONE];
    case PY_BOOL: return types[PY_TYPE_BOOL];
    case PY_INT: return types[PY_TYPE_INT];
    case PY_HEAP: return py_type_of(m->heap, (py_address)c->number);
    default: break;
  }
  if (!object) return 0;
  if (object->kind == PY_LIST && !object->iterates && !object->base) return types[PY_TYPE_LIST];
  if (object->kind == PY_DICT) return types[PY_TYPE_DICT];
  bool is_instance = object->kind == PY_INSTANCE && py_kind(&m->values, object->class) == PY_HEAP;
  return is_instance ? (py_address)py_cell(&m->values, object->class)->number : 0;
}

// 1: it is of this type, 0: it is not, -1: it is not known. Types with a metaclass may take for their own what is not derived from them.
static int is_of_type(struct py_machine *m, py_value v, py_address type) {
  const py_address *types = m->heap->types;
  py_address own = known_type(m, v), order = own ? py_class_order(m->heap, own) : 0;
  // What stands for a tuple may be a list that nobody changes.
  static const enum py_type others[] = {PY_TYPE_STR,  PY_TYPE_BYTES, PY_TYPE_DICT, PY_TYPE_INT,
                                        PY_TYPE_BOOL, PY_TYPE_FLOAT, PY_TYPE_SET};
  for (size_t i = 0; py_kind(&m->values, v) == PY_TUPLE && i < sizeof others / sizeof *others; i++)
    if (type == types[others[i]]) return 0;
  if (!own || (own == types[PY_TYPE_STR] && type == types[PY_TYPE_BYTES])) return -1;
  if (own == type) return 1;
  for (uint32_t i = 0; i < py_length(m->heap, order); i++)
    if (py_item(m->heap, order, i) == type) return 1;
  return py_length(m->heap, order) && py_is(m->heap, type, PY_TYPE_TYPE) ? 0 : -1;
}

// 1: a class is this one or derived of it, 0, -1, as above.
static int is_derived(struct py_machine *m, py_value class, py_address base) {
  const struct py_cell *c = py_cell(&m->values, class);
  py_address order = c->kind == PY_HEAP ? py_class_order(m->heap, (py_address)c->number) : 0;
  for (uint32_t i = 0; i < py_length(m->heap, order); i++)
    if (py_item(m->heap, order, i) == base) return 1;
  bool plain =
      py_is(m->heap, base, PY_TYPE_TYPE) || !py_class_attribute(m->heap, py_type_of(m->heap, base), CM_STR("register"), NULL);
  return py_length(m->heap, order) && plain ? 0 : -1;
}

// Is the first argument of, or derived of, one of the classes that the second is?
static py_value is_one_of(struct py_machine *m, const struct py_arguments *a,
                          int (*is)(struct py_machine *, py_value, py_address)) {
  py_value types = py_argument(a, 1, 0);
  struct py_elements all = {.items = &types, .count = 1, .rest = m->unbound};
  bool is_one;
  if (py_container_kind(m, types, &is_one) == PY_LIST && is_one) all = py_elements_of(m, types);
  int any = 0;
  for (uint32_t i = 0; i < all.count; i++) {
    const struct py_cell *type = py_cell(&m->values, all.items[i]);
    int one = type->kind == PY_HEAP ? is(m, first(a), (py_address)type->number) : -1;
    if (one == 1) return py_bool(m, 1);
    if (one < 0) any = -1;
  }
  return all.rest == m->unbound ? py_bool(m, any) : 0;
}
static py_value is_instance(struct py_machine *m, const struct py_arguments *a) { return is_one_of(m, a, is_of_type); }
static py_value is_subclass(struct py_machine *m, const struct py_arguments *a) { return is_one_of(m, a, is_derived); }

// print(): functions that it is given may be called, but what containers hold stays.
static py_value printed(struct py_machine *m, const struct py_arguments *a) {
  py_value store = m->store;
  py_escape(m, a);
  m->store = store;
  return m->none;
}
static py_value harmless(struct py_machine *m, const struct py_arguments *a) {
  (void)m, (void)a;
  return 0;
}

static const struct {
  const char *name;
  builtin *function;
} builtins[] = {
    {"list", make_list},
    {"tuple", make_sequence},
    {"set", make_set},
    {"frozenset", make_set},
    {"dict", make_dict},
    {"mappingproxy", make_dict},
    {"collections.OrderedDict", make_dict},
    {"collections.defaultdict", make_defaultdict},
    {"collections.deque", make_deque},
    {"itertools.chain", chained},
    {"itertools.product", product_of},
    {"itertools.starmap", star_mapped},
    {"enumerate", enumerated},
    {"zip", zipped},
    {"map", mapped},
    {"filter", filtered},
    {"next", next_of},
    {"min", least},
    {"max", greatest},
    {"sorted", sorted_copy},
    {"reversed", backwards},
    {"iter", iterated},
    {"len", length_of},
    {"range", make_range},
    {"str", make_text},
    {"bytes", same},
    {"repr", represented},
    {"format", make_text},
    {"intern", same},
    {"chr", character},
    {"ord", code_of},
    {"getattr", got_attribute},
    {"setattr", set_attribute},
    {"type", type_of},
    {"vars", instance_dict},
    {"dir", names_of},
    {"functools.partial", make_partial},
    {"super", make_super},
    {"isinstance", is_instance},
    {"reduce", reduced},
    {"issubclass", is_subclass},
    {"hasattr", has_attribute},
    {"callable", is_callable},
    {"int", harmless},
    {"float", harmless},
    {"bool", harmless},
    {"id", harmless},
    {"hash", harmless},
    {"print", printed},
};

// What goes through its first argument once makes one of several of a list that may be one of several.
static bool goes_through(builtin *function) {
  return function == make_sequence || function == enumerated || function == zipped || function == sorted_copy ||
         function == backwards;
}

static py_value call_each(struct py_machine *m, builtin *function, const struct py_arguments *a) {
  enum { WAYS_MOST = 8, WIDTH = 8 };
  py_value content = a->count ? py_content(m, first(a)) : m->unbound, result = m->unbound, all[WIDTH];
  uint32_t ways = content == m->unbound ? 1 : py_choice_count(&m->values, content);
  if (ways == 1 || ways > WAYS_MOST || a->count > WIDTH || !goes_through(function)) return function(m, a);
  struct py_arguments one = *a;
  memcpy(all, a->positional, a->count * sizeof *all);
  one.positional = all;
  for (uint32_t i = 0; i < ways; i++) {
    all[0] = py_choice(&m->values, content, i);
    result = py_join(&m->values, result, function(m, &one));
  }
  return result;
}

bool py_call_builtin(struct py_machine *m, struct cm_str name, const struct py_arguments *a, py_value *result) {
  for (size_t i = 0; i < sizeof builtins / sizeof *builtins; i++) {
    if (!cm_str_is(name, builtins[i].name)) continue;
    *result = call_each(m, builtins[i].function, a);
    return true;
  }
  return false;
}

// --- methods ---

typedef py_value method(struct py_machine *m, py_value self, const struct py_arguments *a);

static py_value dict_get(struct py_machine *m, py_value self, const struct py_arguments *a) {
  py_value otherwise = named_argument(m, a, "default", 1, m->none);
  int has = py_choice_count(&m->values, first(a)) == 1 ? py_keys_have(m, self, first(a)) : -1;
  return has == 0   ? otherwise
         : has == 1 ? py_item_get(m, self, first(a))
                    : py_join(&m->values, py_item_get(m, self, first(a)), otherwise);
}
static py_value dict_pop(struct py_machine *m, py_value self, const struct py_arguments *a) {
  bool one = py_choice_count(&m->values, first(a)) == 1;
  int has = one ? py_keys_have(m, self, first(a)) : -1;
  py_value found = has == 0 ? m->unbound : py_item_get(m, self, first(a));
  if (has != 1) found = py_join(&m->values, found, py_argument(a, 1, m->unbound));
  py_content_without_key(m, self, one ? first(a) : m->unbound);
  py_forget(m, self, one ? first(a) : m->unbound);
  return found == m->unbound ? 0 : found;
}
static py_value dict_clear(struct py_machine *m, py_value self, const struct py_arguments *a) {
  (void)a;
  bool known = py_object_to_change(m, self, PY_DICT) && py_content(m, self) != m->unbound;
  py_forget(m, self, m->unbound);
  py_hold_content(m, self, known ? tuple_of(m, NULL, 0) : m->null);
  return m->none;
}
static py_value dict_setdefault(struct py_machine *m, py_value self, const struct py_arguments *a) {
  int has = py_choice_count(&m->values, first(a)) == 1 ? py_keys_have(m, self, first(a)) : -1;
  py_value found = has == 0 ? m->unbound : py_item_get(m, self, first(a)), otherwise = py_argument(a, 1, m->none);
  py_item_set_perhaps(m, self, first(a), otherwise);
  return has == 1 ? found : py_join(&m->values, found, otherwise);
}
static py_value dict_item(struct py_machine *m, py_value self, const struct py_arguments *a) {
  return py_item_get(m, self, first(a));
}
static py_value dict_contains(struct py_machine *m, py_value self, const struct py_arguments *a) {
  return py_contains(m, self, first(a));
}
static py_value dict_set(struct py_machine *m, py_value self, const struct py_arguments *a) {
  py_item_set(m, self, first(a), py_argument(a, 1, 0));
  return m->none;
}
static py_value dict_fromkeys(struct py_machine *m, py_value self, const struct py_arguments *a) {
  (void)self;
  struct py_elements all = py_elements_of(m, first(a));
  py_value made = py_new_container(m, PY_DICT, NULL, 0, all.rest != m->unbound ? 0 : m->unbound);
  for (uint32_t i = 0; i < all.count; i++) py_item_set(m, made, all.items[i], py_argument(a, 1, m->none));
  return made;
}
// Names are compared with those of a host: {"A"}.issubset(os.environ), REQUIRED.difference(os.environ.keys()).
static py_value set_compared(struct py_machine *m, py_value self, const struct py_arguments *a) {
  py_value other = first(a);
  for (unsigned turn = 0; turn < 2; turn++) {
    py_value host = turn ? self : other, names = turn ? other : self;
    struct py_elements all = py_elements_of(m, names);
    for (uint32_t i = 0; is_host_list(m, host) && i < all.count; i++) py_contains(m, host, all.items[i]);
  }
  return 0;
}
static py_value host_view(struct py_machine *m, py_value self, enum py_kind kind) {
  return py_simple(&m->values, kind, py_cell(&m->values, self)->number);
}
static py_value dict_items(struct py_machine *m, py_value self, const struct py_arguments *a) {
  (void)a;
  return py_kind(&m->values, self) == PY_MAPPING ? host_view(m, self, PY_PAIRS) : py_pairs_of(m, self, true, true);
}
static py_value dict_keys(struct py_machine *m, py_value self, const struct py_arguments *a) {
  (void)a;
  return py_kind(&m->values, self) == PY_MAPPING ? host_view(m, self, PY_KEYS) : py_pairs_of(m, self, true, false);
}
static py_value dict_values(struct py_machine *m, py_value self, const struct py_arguments *a) {
  (void)a;
  return py_kind(&m->values, self) == PY_MAPPING ? 0 : py_pairs_of(m, self, false, true);
}
static py_value dict_update(struct py_machine *m, py_value self, const struct py_arguments *a) {
  if (a->count) py_update(m, self, first(a));
  for (uint32_t i = 0; i < a->named_count; i++) py_item_set(m, self, a->names[i], a->named[i]);
  return m->none;
}
static py_value same_again(struct py_machine *m, py_value self, const struct py_arguments *a) {
  (void)m, (void)a;
  return self;
}
// Another one with the same in it, for either may be changed.
static py_value copied(struct py_machine *m, py_value self, const struct py_arguments *a) {
  (void)a;
  bool is_one;
  enum py_object_kind kind = py_container_kind(m, self, &is_one);
  struct py_arguments of = {.positional = &self, .count = 1};
  if (py_kind(&m->values, self) == PY_MAPPING || (is_one && kind == PY_DICT)) return make_dict(m, &of);
  return is_one && kind == PY_LIST ? make_list(m, &of) : self;
}

static py_value list_append(struct py_machine *m, py_value self, const struct py_arguments *a) {
  py_value v = first(a);
  return py_edit(m, self, PY_EDIT_APPEND, &v);
}
static py_value list_append_left(struct py_machine *m, py_value self, const struct py_arguments *a) {
  py_value given[2] = {py_simple(&m->values, PY_INT, 0), first(a)};
  return py_edit(m, self, PY_EDIT_INSERT, given);
}
static py_value list_insert(struct py_machine *m, py_value self, const struct py_arguments *a) {
  py_value given[2] = {first(a), py_argument(a, 1, 0)};
  return py_edit(m, self, PY_EDIT_INSERT, given);
}
static py_value list_pop(struct py_machine *m, py_value self, const struct py_arguments *a) {
  py_value place = py_argument(a, 0, m->none);
  return py_edit(m, self, PY_EDIT_POP, &place);
}
static py_value list_pop_left(struct py_machine *m, py_value self, const struct py_arguments *a) {
  (void)a;
  py_value place = py_simple(&m->values, PY_INT, 0);
  return py_edit(m, self, PY_EDIT_POP, &place);
}
static py_value list_remove(struct py_machine *m, py_value self, const struct py_arguments *a) {
  py_value v = first(a);
  return py_edit(m, self, PY_EDIT_REMOVE, &v);
}
static py_value list_reverse(struct py_machine *m, py_value self, const struct py_arguments *a) {
  (void)a;
  return py_edit(m, self, PY_EDIT_REVERSE, NULL);
}
static py_value list_rotate(struct py_machine *m, py_value self, const struct py_arguments *a) {
  const struct py_cell by = *py_cell(&m->values, py_argument(a, 0, py_simple(&m->values, PY_INT, 1)));
  struct py_elements all = py_elements_of(m, self);
  bool known = by.kind == PY_INT && all.rest == m->unbound && py_content(m, self) != m->unbound && all.count;
  py_value *turned = cm_alloc_array(m->arena, all.count, sizeof *turned);
  m->failed |= !turned;
  for (uint32_t i = 0; known && turned && i < all.count; i++)
    turned[(size_t)((((int64_t)i + by.number) % all.count + all.count) % all.count)] = all.items[i];
  py_edit(m, self, PY_EDIT_UNKNOWN, NULL);
  if (known && turned) py_hold_content(m, self, tuple_of(m, turned, all.count));
  return m->none;
}
static py_value list_index(struct py_machine *m, py_value self, const struct py_arguments *a) {
  struct py_elements all = py_elements_of(m, self);
  for (uint32_t i = 0; a->count == 1 && i < all.count; i++) {
    int same = py_equal(m, all.items[i], first(a));
    if (same == 1) return py_simple(&m->values, PY_INT, i);
    if (same < 0) break;
  }
  return 0;
}
static py_value list_sort(struct py_machine *m, py_value self, const struct py_arguments *a) {
  struct py_elements all = py_elements_of(m, self);
  bool known = py_content(m, self) != m->unbound && sort_elements(m, &all, a);
  py_edit(m, self, PY_EDIT_UNKNOWN, NULL);
  if (known) py_hold_content(m, self, tuple_of(m, all.items, all.count));
  return m->none;
}
static py_value set_add(struct py_machine *m, py_value self, const struct py_arguments *a) {
  py_value v = first(a);
  return py_edit(m, self, PY_EDIT_ADD, &v);
}

static py_value list_extend(struct py_machine *m, py_value self, const struct py_arguments *a) {
  py_value from = first(a);
  return py_edit(m, self, PY_EDIT_EXTEND, &from);
}
static py_value list_any(struct py_machine *m, py_value self, const struct py_arguments *a) {
  (void)a;
  return any_element(m, &(struct py_arguments){.positional = &self, .count = 1});
}
static py_value set_with(struct py_machine *m, py_value self, const struct py_arguments *a) {
  struct py_elements all = py_elements_of(m, self);
  py_value made = py_new_container_of(m, PY_SET, &all);
  for (uint32_t i = 0; i < a->count; i++) {
    struct py_elements more = py_elements_of(m, a->positional[i]);
    struct py_object *object = py_object_of(m, made);
    if (more.rest != m->unbound && object) object->rest = py_join(&m->values, object->rest, more.rest);
    for (uint32_t k = 0; k < more.count; k++) py_edit(m, made, PY_EDIT_ADD, &more.items[k]);
  }
  return made;
}
static py_value set_update(struct py_machine *m, py_value self, const struct py_arguments *a) {
  for (uint32_t i = 0; i < a->count; i++) {
    struct py_elements more = py_elements_of(m, a->positional[i]);
    for (uint32_t k = 0; k < more.count; k++) py_edit(m, self, PY_EDIT_ADD, &more.items[k]);
    if (more.rest == m->unbound) continue;
    struct py_object *object = py_object_to_change(m, self, PY_SET);
    if (object) object->rest = py_join(&m->values, object->rest, more.rest);
  }
  return m->none;
}

// object.__dict__.update(…): its entries are attributes.
static py_value update_attributes(struct py_machine *m, py_value object, const struct py_arguments *a) {
  struct py_elements keys = {.rest = m->unbound};
  if (a->count) keys = py_elements_of(m, py_pairs_of(m, first(a), true, false));
  for (uint32_t i = 0; i < keys.count + a->named_count; i++) {
    py_value key = i < keys.count ? keys.items[i] : a->names[i - keys.count];
    py_value value = i < keys.count ? py_item_get(m, first(a), key) : a->named[i - keys.count];
    struct cm_str name;
    bool open;
    if (py_text_of(m, key, &name, &open) && !open) py_attribute_set(m, object, name, value);
  }
  return m->none;
}

static const struct {
  const char *name;
  method *method;
} methods[] = {
    {"get", dict_get},
    {"pop", dict_pop},
    {"setdefault", dict_setdefault},
    {"items", dict_items},
    {"keys", dict_keys},
    {"values", dict_values},
    {"update", dict_update},
    {"copy", copied},
    {"__getitem__", dict_item},
    {"__contains__", dict_contains},
    {"__setitem__", dict_set},
    {"append", list_append},
    {"appendleft", list_append_left},
    {"add", set_add},
    {"insert", list_insert},
    {"extend", list_extend},
    {"rotate", list_rotate},
    {"index", list_index},
    {"union", set_with},
    {"issubset", set_compared},
    {"issuperset", set_compared},
    {"difference", set_compared},
    {"intersection", set_compared},
    {"isdisjoint", set_compared},
    {"popleft", list_pop_left},
    {"__next__", list_any},
    {"__iter__", same_again},
    {"sort", list_sort},
    {"reverse", list_reverse},
    {"clear", dict_clear},
    {"remove", list_remove},
    {"discard", list_remove},
};

// Methods of containers that have no row because they change nothing and give no text.
static bool only_looks(struct cm_str name) {
  static const char *const names[] = {"index", "count", "__len__", "__repr__", "__str__", "__eq__", "__sizeof__"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (cm_str_is(name, names[i])) return true;
  return false;
}

static py_value one_method(struct py_machine *m, py_value self, struct cm_str name, const struct py_arguments *a) {
  enum py_kind kind = py_kind(&m->values, self);
  py_value result;
  struct cm_str text;
  bool open, is_one;
  if (kind == PY_KEY) {
    if (cm_str_is(name, "startswith")) py_ask_beginning(m, self, first(a));
    return cm_str_is(name, "encode") || cm_str_is(name, "decode") || cm_str_is(name, "strip") ? self : 0;
  }
  if (py_text_of(m, self, &text, &open)) return py_text_method(m, self, name, a);
  if (py_match_method(m, self, name, a, &result)) return result;
  if (kind == PY_HEAP && py_regex_call(m, name, self, a, &result)) return result;
  if (kind == PY_ATTRIBUTE && cm_str_is(name, "update")) return update_attributes(m, py_cell(&m->values, self)->items[0], a);
  enum py_object_kind container = py_container_kind(m, self, &is_one);
  bool is_list = is_one && container != PY_DICT;
  if (is_list && cm_str_is(name, "pop")) return container == PY_LIST ? list_pop(m, self, a) : list_any(m, self, a);
  if (is_list && cm_str_is(name, "clear")) return py_edit(m, self, PY_EDIT_CLEAR, NULL);
  if (is_list && container == PY_SET && cm_str_is(name, "update")) return set_update(m, self, a);
  for (size_t i = 0; (is_one || is_host_list(m, self) || kind == PY_ITERATOR) && i < sizeof methods / sizeof *methods; i++)
    if (cm_str_is(name, methods[i].name)) return methods[i].method(m, self, a);
  if (cm_str_is(name, "fromkeys")) return dict_fromkeys(m, self, a);
  if (cm_str_is(name, "from_iterable")) {
    struct py_elements all = py_elements_of(m, first(a));
    return chained(m, &(struct py_arguments){.positional = all.items, .count = all.count, .more = all.rest != m->unbound});
  }
  if (is_one && !only_looks(name)) {
    py_edit(m, self, PY_EDIT_UNKNOWN, NULL);
    py_forget(m, self, m->unbound);
  }
  // super().__setattr__(name, value), and object.__setattr__(instance, name, value)
  bool sets = !is_one && cm_str_is(name, "__setattr__") && (a->count == 2 || a->count == 3);
  if (sets && py_text_of(m, a->positional[a->count - 2], &text, &open) && !open) {
    py_attribute_set_plainly(m, a->count == 3 ? first(a) : self, text, a->positional[a->count - 1]);
    return m->none;
  }
  // object.__new__(class), and super().__new__(class) behind all classes of the program
  if (cm_str_is(name, "__new__") && a->count && py_kind(&m->values, first(a)) == PY_HEAP)
    return py_new_object(m, PY_INSTANCE, first(a));
  if (kind == PY_UNKNOWN) py_ask_method(m, name, a);
  py_escape(m, a);
  return 0;
}

py_value py_call_method(struct py_machine *m, py_value self, struct cm_str name, const struct py_arguments *a) {
  py_value result = m->unbound;
  for (uint32_t i = 0; i < py_choice_count(&m->values, self); i++)
    result = py_join(&m->values, result, one_method(m, py_choice(&m->values, self, i), name, a));
  return result == m->unbound ? 0 : result;
}
