// What sets have in common, and what one has that another has not.
//
// An element is in the result for sure where it is known of both sets what they hold now and that it is equal to one of the other's, or
// to none. Else it may be in it.

#include "py_machine.h"

// What it holds now, where that is known (and then *exact), or all that it may hold. What the snapshot has and nobody changes is known.
static struct py_elements held_by(struct py_machine *m, py_value v, bool *exact) {
  py_value content = py_content(m, v);
  bool held = content != m->unbound && py_choice_count(&m->values, content) == 1;
  struct py_elements all = py_elements_of(m, held ? content : v);
  *exact = (held || !py_object_of(m, v)) && all.rest == m->unbound;
  return all;
}

// 1: it is equal to one of them, 0: to none, -1: it is not known.
static int is_among(struct py_machine *m, py_value v, const struct py_elements *all, bool exact) {
  int answer = all->rest == m->unbound ? 0 : -1;
  py_charge(m, all->count / 4);
  for (uint32_t i = 0; i < all->count; i++) {
    int same = all->items[i] == v && py_choice_count(&m->values, v) == 1 && v ? 1 : py_equal(m, all->items[i], v);
    if (same == 1) return exact ? 1 : -1;
    if (same < 0) answer = -1;
  }
  return answer;
}

// Of the elements of `of`, those that are among `others`, or are not.
static void keep(struct py_machine *m, py_value made, const struct py_elements *of, bool of_exact, const struct py_elements *others,
                 bool others_exact, bool wanted) {
  py_value rest = of->rest;
  for (uint32_t i = 0; i < of->count; i++) {
    int among = is_among(m, of->items[i], others, others_exact);
    if (among == !wanted) continue;
    if (of_exact && among >= 0)
      py_edit(m, made, PY_EDIT_ADD, &of->items[i]);
    else
      rest = py_join(&m->values, rest, of->items[i]);
  }
  if (rest == m->unbound) return;
  struct py_object *object = py_object_of(m, made);
  if (object) object->rest = py_join(&m->values, object->rest, rest);
  py_edit(m, made, PY_EDIT_UNKNOWN, NULL);
}

py_value py_set_operated(struct py_machine *m, py_value a, py_value b, enum py_set_operation how) {
  bool one_a, one_b, exact_a, exact_b;
  enum py_object_kind kind_a = py_container_kind(m, a, &one_a), kind_b = py_container_kind(m, b, &one_b);
  if (!one_a || !one_b || (kind_a != PY_SET && kind_b != PY_SET)) return 0;
  struct py_elements left = held_by(m, a, &exact_a), right = held_by(m, b, &exact_b);
  py_value made = py_new_container(m, PY_SET, NULL, 0, m->unbound);
  keep(m, made, &left, exact_a, &right, exact_b, how == PY_SETS_HAVE_BOTH);
  if (how == PY_SETS_DIFFER) keep(m, made, &right, exact_b, &left, exact_a, false);
  return made;
}
