// Built-in functions that make containers: list(), dict(), set(), deque(), range() and the like.
//
// What a host hands over stays what it is, as a dictionary, pairs or names, in whatever container it is put.

#include "py_builtin.h"

// A list, tuple or set of what is gone through; None of them sorts.
py_value py_make_sequence(struct py_machine *m, const struct py_arguments *a) {
  if (!a->count) return a->more ? 0 : tuple_of(m, NULL, 0);
  if (py_kind(&m->values, first(a)) == PY_MAPPING) return py_simple(&m->values, PY_KEYS, py_cell(&m->values, first(a))->number);
  if (is_host_list(m, first(a))) return first(a);
  struct py_elements all = py_elements_of(m, first(a));
  return all.rest == m->unbound ? tuple_of(m, all.items, all.count) : py_new_container_of(m, PY_LIST, &all);
}

py_value py_make_list(struct py_machine *m, const struct py_arguments *a) {
  if (is_host_list(m, first(a)) && a->count) return py_make_sequence(m, a);
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

py_value py_make_dict(struct py_machine *m, const struct py_arguments *a) {
  if (a->count == 1 && !a->named_count &&
      (py_kind(&m->values, first(a)) == PY_MAPPING || py_kind(&m->values, first(a)) == PY_PAIRS))
    return py_simple(&m->values, PY_MAPPING, py_cell(&m->values, first(a))->number);
  py_value made = py_new_container(m, PY_DICT, NULL, 0, a->more ? 0 : m->unbound);
  if (a->count) py_update(m, made, first(a));
  for (uint32_t i = 0; i < a->named_count; i++) py_item_set(m, made, a->names[i], a->named[i]);
  if (a->mapping && py_mapping_of(m, a->mapping) >= 0) py_update(m, made, a->mapping);
  return made;
}

static py_value make_defaultdict(struct py_machine *m, const struct py_arguments *a) {
  py_value made = py_new_object(m, PY_DICT, first(a) == m->none ? 0 : first(a));
  if (a->count > 1) py_update(m, made, a->positional[1]);
  return made;
}

// collections.deque, which may be bounded.
static py_value make_deque(struct py_machine *m, const struct py_arguments *a) {
  py_value most = named_argument(m, a, "maxlen", 1, m->none);
  const struct py_cell c = *py_cell(&m->values, most);
  bool bounded = c.kind == PY_INT && c.number > 0 && c.number < PY_ITEMS_MOST;
  py_value made = py_new_container(m, PY_LIST, NULL, 0, a->more || !(bounded || most == m->none) ? 0 : m->unbound);
  struct py_object *object = py_object_of(m, made);
  if (object && bounded) object->most = (uint32_t)c.number;
  if (a->count) py_edit(m, made, PY_EDIT_EXTEND, a->positional);
  return made;
}

// types.SimpleNamespace(name=value)
static py_value make_namespace(struct py_machine *m, const struct py_arguments *a) {
  py_address class =
      py_dict_get(m->heap, py_module_dict(m->heap, py_module_named(m->heap, CM_STR("types"))), CM_STR("SimpleNamespace"));
  py_value made = py_new_object(m, PY_INSTANCE, py_of_address(m, class));
  struct py_object *object = py_object_of(m, made);
  py_value from = a->count ? first(a) : a->mapping;
  if (object && from) object->mapping = py_mapping_of(m, from);
  if (object && (a->count || a->more) && object->mapping < 0) object->rest = 0;
  for (uint32_t i = 0; i < a->named_count; i++) py_attribute_set(m, made, py_cell(&m->values, a->names[i])->text, a->named[i]);
  return made;
}

py_value py_chain(struct py_machine *m, const struct py_arguments *a) {
  py_value made = py_new_container(m, PY_LIST, NULL, 0, a->more ? 0 : m->unbound);
  for (uint32_t i = 0; i < a->count; i++) py_edit(m, made, PY_EDIT_EXTEND, &a->positional[i]);
  return made;
}

// itertools.repeat
static py_value repeated(struct py_machine *m, const struct py_arguments *a) {
  const struct py_cell times = *py_cell(&m->values, py_argument(a, 1, m->none));
  bool known = times.kind == PY_INT && times.number >= 0 && times.number <= PY_ITEMS_MOST;
  py_value made = py_new_container(m, PY_LIST, NULL, 0, known ? m->unbound : first(a)), one = first(a);
  for (int64_t i = 0; known && i < times.number; i++) py_edit(m, made, PY_EDIT_APPEND, &one);
  if (!known) py_edit(m, made, PY_EDIT_UNKNOWN, NULL);
  return made;
}

static py_value make_set(struct py_machine *m, const struct py_arguments *a) {
  if (is_host_list(m, first(a)) && a->count) return py_make_sequence(m, a);
  struct py_elements all = {.rest = m->unbound};
  if (a->count) all = py_elements_of(m, first(a));
  return py_new_container_of(m, PY_SET, &all);
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

const struct py_builtin_row py_builtins_make[] = {
    {"list", py_make_list, false, NULL},
    {"tuple", py_make_sequence, true, NULL},
    {"set", make_set, false, NULL},
    {"frozenset", make_set, false, NULL},
    {"dict", py_make_dict, false, NULL},
    {"mappingproxy", py_make_dict, false, NULL},
    {"collections.OrderedDict", py_make_dict, false, NULL},
    {"collections.defaultdict", make_defaultdict, false, NULL},
    {"collections.deque", make_deque, false, NULL},
    {"types.SimpleNamespace", make_namespace, false, NULL},
    {"itertools.repeat", repeated, false, NULL},
    {"itertools.chain", py_chain, false, NULL},
    {"range", make_range, false, NULL},
    {NULL, NULL, false, NULL},
};
