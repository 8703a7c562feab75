// Built-in functions that go through something: enumerate(), zip(), map(), sorted(), next() and the like.
//
// Element by element where all are known; what may be in it besides is kept as what else there may be in the result.

#include "py_builtin.h"

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

// An element goes to the list: `kept` 1; or it may: -1.
static void add_kept(struct py_machine *m, py_value made, py_value element, int kept) {
  py_value without = m->store;
  if (kept) py_edit(m, made, PY_EDIT_APPEND, &element);
  if (kept < 0) m->store = py_store_join(m, m->store, without, false);
}

static void add_rest(struct py_machine *m, py_value made, py_value rest) {
  struct py_object *object = py_object_of(m, made);
  if (object) object->rest = py_join(&m->values, object->rest, rest);
  py_edit(m, made, PY_EDIT_UNKNOWN, NULL);
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
    add_kept(m, made, keep ? all.items[i] : result, keep ? py_truth(m, result) : 1);
  }
  if (all.rest != m->unbound) {
    py_value before = m->store;  // there may be none
    py_value result = first(a) == m->none ? 0 : call1(m, first(a), all.rest);
    m->store = py_store_join(m, before, m->store, false);
    add_rest(m, made, keep ? all.rest : result);
  }
  return made;
}
static py_value mapped(struct py_machine *m, const struct py_arguments *a) { return called_for_each(m, a, false); }
static py_value filtered(struct py_machine *m, const struct py_arguments *a) { return called_for_each(m, a, true); }

// itertools.takewhile and dropwhile: what stands before the first that the function does not hold for, or from there on.
static py_value up_to(struct py_machine *m, const struct py_arguments *a, bool take) {
  struct py_elements all = py_elements_of(m, py_argument(a, 1, 0));
  py_value made = py_new_container(m, PY_LIST, NULL, 0, m->unbound);
  int before = 1;  // does it still hold? -1: it is not known
  for (uint32_t i = 0; i < all.count && (before || !take); i++) {
    int holds = before ? py_truth(m, call1(m, first(a), all.items[i])) : 0;
    if (holds < 1) before = holds ? -1 : 0;
    if (before || !take) add_kept(m, made, all.items[i], take ? before : before > 0 ? 0 : before < 0 ? -1 : 1);
  }
  if (all.rest != m->unbound && (before || !take)) add_rest(m, made, all.rest);
  return made;
}
static py_value taken_while(struct py_machine *m, const struct py_arguments *a) { return up_to(m, a, true); }
static py_value dropped_while(struct py_machine *m, const struct py_arguments *a) { return up_to(m, a, false); }

static py_value filtered_out(struct py_machine *m, const struct py_arguments *a) {
  struct py_elements all = py_elements_of(m, py_argument(a, 1, 0));
  py_value made = py_new_container(m, PY_LIST, NULL, 0, m->unbound);
  for (uint32_t i = 0; i < all.count; i++) {
    int holds = py_truth(m, first(a) == m->none ? all.items[i] : call1(m, first(a), all.items[i]));
    add_kept(m, made, all.items[i], holds < 0 ? -1 : !holds);
  }
  if (all.rest != m->unbound) add_rest(m, made, all.rest);
  return made;
}

// itertools.islice: of what comes again and again, or is not known one by one, any.
static py_value cut_out(struct py_machine *m, const struct py_arguments *a) {
  struct py_elements all = py_elements_of(m, first(a));
  if (all.rest != m->unbound || a->count < 2 || a->count > 4) return py_new_container_of(m, PY_LIST, &all);
  py_value slice[3] = {a->count > 2 ? a->positional[1] : m->none, a->positional[a->count > 2 ? 2 : 1], py_argument(a, 3, m->none)};
  return py_item_get(m, tuple_of(m, all.items, all.count), py_make_items(&m->values, PY_SLICE, slice, 3, 0));
}

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
py_value py_any_element(struct py_machine *m, const struct py_arguments *a) {
  struct py_elements all = py_elements_of(m, first(a));
  py_value any = py_join(&m->values, all.rest, py_argument(a, 1, m->unbound));
  for (uint32_t i = 0; i < all.count; i++) any = py_join(&m->values, any, all.items[i]);
  return any == m->unbound ? 0 : any;
}

// next(): the first that is left; what it gives where nothing is.
static py_value next_of(struct py_machine *m, const struct py_arguments *a) {
  py_value content = py_content(m, first(a)), result = m->unbound, from_start = m->none;
  if (a->count < 2) py_raise_of_c(m, CM_STR("StopIteration"));
  if (py_kind(&m->values, first(a)) != PY_OBJECT || content == m->unbound) return py_any_element(m, a);
  for (uint32_t i = 0; i < py_choice_count(&m->values, content); i++) {
    const struct py_cell *c = py_cell(&m->values, py_choice(&m->values, content, i));
    result = py_join(&m->values, result, c->count ? c->items[0] : py_argument(a, 1, m->unbound));
  }
  from_start = py_simple(&m->values, PY_INT, 0);
  py_edit(m, first(a), PY_EDIT_POP, &from_start);
  return result == m->unbound ? 0 : result;
}

// Sorts what is gone through, as sorted() and list.sort() are told to. False: the order is not known.
bool py_sort_elements(struct py_machine *m, struct py_elements *all, const struct py_arguments *a) {
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
  if (is_host_list(m, first(a))) return py_make_sequence(m, &(struct py_arguments){.positional = a->positional, .count = 1});
  bool known = py_sort_elements(m, &all, a);
  py_value made = py_new_container_of(m, PY_LIST, &all);
  if (!known) py_edit(m, made, PY_EDIT_UNKNOWN, NULL);
  return made;
}

static py_value backwards(struct py_machine *m, const struct py_arguments *a) {
  if (is_host_list(m, first(a))) return py_make_sequence(m, a);
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
    bool known = py_sort_elements(m, &all, &(struct py_arguments){.names = names, .named = named, .named_count = 2});
    return known && a->named_count == 1 ? all.items[0] : py_any_element(m, a);
  }
  if (!items || a->more || a->named_count || all.rest != m->unbound || !count) return py_any_element(m, a);
  memcpy(items, a->count == 1 ? all.items : a->positional, count * sizeof *items);
  if (py_sort(m, items, items, count, most)) return items[0];
  return a->count == 1 ? py_any_element(m, a) : 0;
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
  py_value inside = py_inside(m, first(a));
  if (inside != first(a)) return length_of(m, &(struct py_arguments){.positional = &inside, .count = 1});
  struct py_elements all = py_elements_of(m, first(a));
  struct cm_str text;
  bool open;
  if (py_text_of(m, first(a), &text, &open)) return open ? 0 : py_simple(&m->values, PY_INT, (int64_t)text.size);
  const struct py_object *object = py_object_of(m, first(a));
  bool changed = object && (object->loose || object->kind == PY_DICT) && py_content(m, first(a)) == m->unbound;
  return all.rest != m->unbound || changed ? 0 : py_simple(&m->values, PY_INT, all.count);
}

static py_value sum_of(struct py_machine *m, const struct py_arguments *a) {
  struct py_elements all = py_elements_of(m, first(a));
  const struct py_cell start = *py_cell(&m->values, named_argument(m, a, "start", 1, py_simple(&m->values, PY_INT, 0)));
  bool known = all.rest == m->unbound && start.kind == PY_INT;
  int64_t sum = start.number;
  for (uint32_t i = 0; known && i < all.count; i++) {
    const struct py_cell *c = py_cell(&m->values, all.items[i]);
    known = (c->kind == PY_INT || c->kind == PY_BOOL) && !__builtin_add_overflow(sum, c->number, &sum);
  }
  return known ? py_make_int(&m->values, sum) : 0;
}

// any() and all(): the first that is `wanted` decides.
static py_value decided(struct py_machine *m, const struct py_arguments *a, bool wanted) {
  struct py_elements all = py_elements_of(m, first(a));
  bool known = all.rest == m->unbound;
  for (uint32_t i = 0; i < all.count; i++) {
    int truth = py_truth(m, all.items[i]);
    if (truth < 0) known = false;
    if (truth == wanted) return py_bool(m, wanted);
  }
  return known ? py_bool(m, !wanted) : 0;
}
static py_value any_of(struct py_machine *m, const struct py_arguments *a) { return decided(m, a, true); }
static py_value all_of(struct py_machine *m, const struct py_arguments *a) { return decided(m, a, false); }

// heapq: what is taken out is the least, or one of the elements.
static py_value heap_push(struct py_machine *m, const struct py_arguments *a) {
  py_value v = py_argument(a, 1, 0), heap = py_heap_with(m, py_content(m, first(a)), v);
  py_edit(m, first(a), PY_EDIT_APPEND, &v);
  py_hold_content(m, first(a), heap);
  return m->none;
}
static py_value heap_pop(struct py_machine *m, const struct py_arguments *a) {
  py_value any = py_any_element(m, &(struct py_arguments){.positional = a->positional, .count = a->count > 0}), least = m->unbound,
           heap = py_heap_without_least(m, py_content(m, first(a)), &least);
  py_edit(m, first(a), PY_EDIT_UNKNOWN, NULL);
  py_hold_content(m, first(a), heap);
  if (least == m->unbound) py_raise_of_c(m, CM_STR("IndexError"));
  return least == m->unbound ? any : least;
}
static py_value heap_push_pop(struct py_machine *m, const struct py_arguments *a) {
  heap_push(m, a);
  return heap_pop(m, a);
}
static py_value heap_replace(struct py_machine *m, const struct py_arguments *a) {
  py_value least = heap_pop(m, a);
  heap_push(m, a);
  return least;
}
static py_value heap_ordered(struct py_machine *m, const struct py_arguments *a) {
  struct py_elements all = py_elements_of(m, first(a));
  py_value heap = py_content(m, first(a)) == m->unbound ? m->null : tuple_of(m, NULL, 0);
  for (uint32_t i = 0; i < all.count; i++) heap = py_heap_with(m, heap, all.items[i]);
  py_edit(m, first(a), PY_EDIT_UNKNOWN, NULL);
  py_hold_content(m, first(a), heap);
  return m->none;
}

const struct py_builtin_row py_builtins_walk[] = {
    {"heappush", heap_push, false, NULL},
    {"heappop", heap_pop, false, NULL},
    {"heappushpop", heap_push_pop, false, NULL},
    {"heapreplace", heap_replace, false, NULL},
    {"heapify", heap_ordered, false, NULL},
    {"itertools.product", product_of, false, NULL},
    {"itertools.starmap", star_mapped, false, NULL},
    {"itertools.takewhile", taken_while, false, NULL},
    {"itertools.dropwhile", dropped_while, false, NULL},
    {"itertools.filterfalse", filtered_out, false, NULL},
    {"itertools.islice", cut_out, false, NULL},
    {"enumerate", enumerated, true, NULL},
    {"zip", zipped, true, NULL},
    {"map", mapped, false, NULL},
    {"filter", filtered, false, NULL},
    {"reduce", reduced, false, NULL},
    {"sum", sum_of, false, "TypeError"},
    {"any", any_of, false, NULL},
    {"all", all_of, false, NULL},
    {"next", next_of, false, NULL},
    {"min", least, false, "ValueError"},
    {"max", greatest, false, "ValueError"},
    {"sorted", sorted_copy, true, NULL},
    {"reversed", backwards, true, NULL},
    {"iter", iterated, false, NULL},
    {"len", length_of, false, NULL},
    {NULL, NULL, false, NULL},
};
