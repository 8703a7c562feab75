// Instructions: operators, and what makes texts and containers of what is on the stack.

#include "py_step.h"

#include <stdio.h>

// Operators of BINARY_OP that keep something of what is known.
enum {
  NB_ADD = 0,
  NB_AND = 1,
  NB_MULTIPLY = 5,
  NB_REMAINDER = 6,
  NB_OR = 7,
  NB_SUBTRACT = 10,
  NB_TRUE_DIVIDE = 11,
  NB_INPLACE_TRUE_DIVIDE = 24,
  NB_FLOOR_DIVIDE = 2,
  NB_INPLACE_FLOOR_DIVIDE = 15,
  NB_INPLACE_AND = 14,
  NB_INPLACE_SUBTRACT = 23,
  NB_INPLACE_XOR = 25,
  NB_XOR = 12,
  NB_INPLACE_ADD = 13,
  NB_INPLACE_MULTIPLY = 18,
  NB_INPLACE_REMAINDER = 19,
  NB_INPLACE_OR = 20,
  NB_SUBSCR = 26
};

static py_value add_one(void *context, py_value a, py_value b) {
  struct py_machine *m = context;
  const struct py_cell x = *py_cell(&m->values, a), y = *py_cell(&m->values, b);
  bool sequence_a, sequence_b;
  if (x.kind == PY_TEXT || y.kind == PY_TEXT) return py_concat(m, a, b);
  if (x.kind == PY_INT && y.kind == PY_INT) return py_make_int(&m->values, x.number + y.number);
  bool list = py_container_kind(m, a, &sequence_a) == PY_LIST && py_container_kind(m, b, &sequence_b) == PY_LIST;
  if (!list || !sequence_a || !sequence_b) return 0;
  struct py_elements left = py_elements_of(m, a);
  py_value made = py_new_container(m, PY_LIST, NULL, 0, left.rest), content = py_content(m, a);
  for (uint32_t i = 0; i < left.count; i++) py_edit(m, made, PY_EDIT_APPEND, &left.items[i]);
  if (content != m->unbound && py_choice_count(&m->values, content) > 1) {
    struct py_object *object = py_object_of(m, made);
    for (uint32_t i = 0; i < py_choice_count(&m->values, left.rest); i++)
      py_element_add(m, object, py_choice(&m->values, left.rest, i));
    if (object) object->rest = m->unbound;
    py_hold_content(m, made, content);
  }
  py_edit(m, made, PY_EDIT_EXTEND, &b);
  return made;
}

py_value py_add_values(struct py_machine *m, py_value a, py_value b) { return py_each_pair(&m->values, a, b, add_one, m); }

// A list that is added to stays the same list.
static py_value add_in_place_one(void *context, py_value a, py_value b) {
  struct py_machine *m = context;
  bool is_one;
  const struct py_cell *c = py_cell(&m->values, a);
  bool is_tuple = c->kind == PY_TUPLE || (c->kind == PY_HEAP && py_is_a(m->heap, (py_address)c->number, PY_TYPE_TUPLE));
  if (is_tuple || py_container_kind(m, a, &is_one) != PY_LIST || !is_one) return add_one(context, a, b);
  py_edit(m, a, PY_EDIT_EXTEND, &b);
  return a;
}

// A text or a list, so many times.
static py_value multiply_one(void *context, py_value a, py_value b) {
  struct py_machine *m = context;
  const struct py_cell x = *py_cell(&m->values, a), y = *py_cell(&m->values, b);
  bool is_one;
  if (x.kind == PY_INT && y.kind == PY_INT) {
    bool small = x.number < INT32_MAX && x.number > -INT32_MAX && y.number < INT32_MAX && y.number > -INT32_MAX;
    return small ? py_make_int(&m->values, x.number * y.number) : 0;
  }
  if (x.kind == PY_INT) return y.kind == PY_INT ? 0 : multiply_one(context, b, a);
  if (y.kind != PY_INT || y.number > PY_ITEMS_MOST) return 0;
  if (x.kind == PY_TEXT) {
    py_value text = py_make_text(&m->values, CM_STR(""), false);
    for (int64_t i = 0; i < y.number && i <= PY_KEY_MOST; i++) text = py_concat(m, text, a);
    return text;
  }
  if (py_container_kind(m, a, &is_one) != PY_LIST || !is_one) return 0;
  py_value made = py_new_container(m, PY_LIST, NULL, 0, m->unbound);
  for (int64_t i = 0; i < y.number; i++) py_edit(m, made, PY_EDIT_EXTEND, &a);
  return made;
}

static bool is_dict(struct py_machine *m, py_value v) {
  bool is_one;
  return py_kind(&m->values, v) == PY_MAPPING || (py_container_kind(m, v, &is_one) == PY_DICT && is_one);
}

static py_value or_one(void *context, py_value a, py_value b) {
  struct py_machine *m = context;
  bool set_a, set_b;
  set_a = py_container_kind(m, a, &set_a) == PY_SET, set_b = py_container_kind(m, b, &set_b) == PY_SET;
  if (set_a && set_b) return py_call_method(m, a, CM_STR("union"), &(struct py_arguments){.positional = &b, .count = 1});
  if (!is_dict(m, a) && !is_dict(m, b)) return 0;
  py_value made = py_new_container(m, PY_DICT, NULL, 0, m->unbound);
  py_update(m, made, a);
  py_update(m, made, b);
  return made;
}

// A set of names is compared with what a host has.
static void compare_sets(struct py_machine *m, py_value a, py_value b) {
  for (uint32_t i = 0; i < py_choice_count(&m->values, a); i++) {
    const struct py_cell host = *py_cell(&m->values, py_choice(&m->values, a, i));
    if (host.kind != PY_MAPPING && host.kind != PY_KEYS) continue;
    for (uint32_t k = 0; k < py_choice_count(&m->values, b); k++) {
      struct py_elements all = py_elements_of(m, py_choice(&m->values, b, k));
      for (uint32_t n = 0; n < all.count; n++) py_ask(m, host.number, all.items[n]);
      if (all.rest != m->unbound) py_ask(m, host.number, all.rest);
    }
  }
}

struct set_operation {
  struct py_machine *m;
  enum py_set_operation how;
};
static py_value operate_sets_one(void *context, py_value a, py_value b) {
  const struct set_operation *s = context;
  return py_set_operated(s->m, a, b, s->how);
}

static py_value operate_sets(struct py_machine *m, py_value a, py_value b, uint32_t operator) {
  bool both = operator== NB_AND || operator== NB_INPLACE_AND, left = operator== NB_SUBTRACT || operator== NB_INPLACE_SUBTRACT;
  struct set_operation s = {m, both ? PY_SETS_HAVE_BOTH : left ? PY_SETS_LEFT : PY_SETS_DIFFER};
  compare_sets(m, a, b);
  compare_sets(m, b, a);
  py_value v = py_each_pair(&m->values, a, b, operate_sets_one, &s);
  bool in_place = operator== NB_INPLACE_AND || operator== NB_INPLACE_SUBTRACT || operator== NB_INPLACE_XOR, is_one;
  for (uint32_t i = 0; in_place && i < py_choice_count(&m->values, a); i++)  // others that have it see it changed
    if (py_container_kind(m, py_choice(&m->values, a, i), &is_one) == PY_SET && is_one)
      py_edit(m, py_choice(&m->values, a, i), PY_EDIT_UNKNOWN, NULL);
  return v;
}

// Of several lists one is added to.
static py_value add_in_place(struct py_machine *m, py_value a, py_value b) {
  py_value before = m->store, v = py_each_pair(&m->values, a, b, add_in_place_one, m);
  bool several = py_choice_count(&m->values, a) > 1 || py_choice_count(&m->values, b) > 1;
  if (several) m->store = py_store_join(m, before, m->store, false);
  return v;
}

// What an instance's class makes of an operator, in the order of BINARY_OP's argument: that of the first operand, or else, with an "r" before
// the name, that of the second. PY_UNBOUND: nothing.
static py_value by_class(struct py_machine *m, py_value a, py_value b, uint32_t operator) {
  static const char *const names[] = {"add", "and", "floordiv", "lshift", "matmul",  "mul", "mod",
                                      "or",  "pow", "rshift",   "sub",    "truediv", "xor"};
  enum { IN_PLACE = 13, COUNT = 26 };
  char name[24];
  py_value method = m->unbound, other = b;
  if (operator>= COUNT) return m->unbound;
  if (operator>= IN_PLACE) {
    snprintf(name, sizeof name, "__i%s__", names[operator % IN_PLACE]);
    method = py_special(m, a, cm_str_of(name));
  }
  snprintf(name, sizeof name, "__%s__", names[operator % IN_PLACE]);
  if (method == m->unbound) method = py_special(m, a, cm_str_of(name));
  snprintf(name, sizeof name, "__r%s__", names[operator % IN_PLACE]);
  if (method == m->unbound) method = py_special(m, b, cm_str_of(name)), other = a;
  return method == m->unbound ? method : py_call(m, method, &(struct py_arguments){.positional = &other, .count = 1});
}

// The same of a comparison, in the order of COMPARE_OP's argument.
static py_value compared_by_class(struct py_machine *m, py_value a, py_value b, uint32_t how) {
  static const char *const names[] = {"__lt__", "__le__", "__eq__", "__ne__", "__gt__", "__ge__"};
  if (how >= sizeof names / sizeof *names) return m->unbound;
  py_value method = py_special(m, a, cm_str_of(names[how])), negated = m->unbound;
  if (method == m->unbound && how == 3) method = negated = py_special(m, a, CM_STR("__eq__"));
  if (method == m->unbound) return method;
  py_value v = py_call(m, method, &(struct py_arguments){.positional = &b, .count = 1});
  int truth = py_truth(m, v);
  return negated == m->unbound ? v : py_bool(m, truth < 0 ? truth : !truth);
}

void py_do_invert(struct py_machine *m, struct py_frame *f) {
  py_value v = pop(f), method = py_special(m, v, CM_STR("__invert__"));
  const struct py_cell *c = py_cell(&m->values, v);
  py_value number = c->kind == PY_INT ? py_make_int(&m->values, ~c->number) : 0;
  push(f, method == m->unbound ? number : py_call(m, method, &(struct py_arguments){0}));
}

// Whole numbers, one taken from the other or divided by it as Python does.
static py_value reckon(struct py_machine *m, py_value a, py_value b, uint32_t operator) {
  const struct py_cell *x = py_cell(&m->values, a), *y = py_cell(&m->values, b);
  if (x->kind != PY_INT || y->kind != PY_INT) return 0;
  bool minus = operator== NB_SUBTRACT || operator== NB_INPLACE_SUBTRACT;
  if (minus) return py_make_int(&m->values, x->number - y->number);
  if (!y->number) return 0;
  int64_t rest = x->number % y->number;
  bool down = rest && (rest < 0) != (y->number < 0);
  bool remainder = operator== NB_REMAINDER || operator== NB_INPLACE_REMAINDER;
  return py_make_int(&m->values, remainder ? rest + (down ? y->number : 0) : x->number / y->number - down);
}
struct reckoning {
  struct py_machine *m;
  uint32_t operator;
};
static py_value reckon_one(void *context, py_value a, py_value b) {
  const struct reckoning *r = context;
  return reckon(r->m, a, b, r->operator);
}

static bool divides(uint32_t operator) {
  return operator== NB_FLOOR_DIVIDE || operator== NB_INPLACE_FLOOR_DIVIDE || operator== NB_TRUE_DIVIDE || operator==
      NB_INPLACE_TRUE_DIVIDE ||
      operator== NB_REMAINDER ||
      operator== NB_INPLACE_REMAINDER;
}

static py_value item(struct py_machine *m, py_value container, py_value key) {
  py_value v = py_item_get(m, container, key);
  if (py_choice_count(&m->values, container) > 1 || py_choice_count(&m->values, key) > 1) m->stops = false;
  py_raise_of_item(m, container, key);
  return v;
}

// Operators on texts and numbers change nothing, and can be looked at for each of several.
static bool is_plain(const struct py_machine *m, py_value v) {
  for (uint32_t i = 0; i < py_choice_count(&m->values, v); i++) {
    enum py_kind kind = py_kind(&m->values, py_choice(&m->values, v, i));
    if (kind != PY_TEXT && kind != PY_INT) return false;
  }
  return true;
}

static py_value operate(struct py_machine *m, py_value a, py_value b, uint32_t operator) {
  struct reckoning numbers = {m, operator};
  py_value v = m->unbound;
  switch (operator) {
    case NB_ADD: return py_add_values(m, a, b);
    case NB_INPLACE_ADD: return add_in_place(m, a, b);
    case NB_MULTIPLY:
    case NB_INPLACE_MULTIPLY: return py_each_pair(&m->values, a, b, multiply_one, m);
    case NB_OR:
    case NB_INPLACE_OR: return py_each_pair(&m->values, a, b, or_one, m);
    case NB_REMAINDER:
    case NB_INPLACE_REMAINDER:
      for (uint32_t i = 0; i < py_choice_count(&m->values, a); i++)
        v = py_join(&m->values, v,
                    py_kind(&m->values, py_choice(&m->values, a, i)) == PY_INT
                        ? py_each_pair(&m->values, py_choice(&m->values, a, i), b, reckon_one, &numbers)
                        : py_percent(m, py_choice(&m->values, a, i), b));
      return v;
    case NB_SUBTRACT:
    case NB_INPLACE_SUBTRACT:
      if (is_plain(m, a) && is_plain(m, b)) return py_each_pair(&m->values, a, b, reckon_one, &numbers);
      return operate_sets(m, a, b, operator);
    case NB_AND:
    case NB_INPLACE_AND:
    case NB_XOR:
    case NB_INPLACE_XOR: return operate_sets(m, a, b, operator);
    case NB_FLOOR_DIVIDE:
    case NB_INPLACE_FLOOR_DIVIDE: return py_each_pair(&m->values, a, b, reckon_one, &numbers);
    case NB_SUBSCR: return item(m, a, b);
    default: return 0;
  }
}

struct operation {
  struct py_machine *m;
  py_value b;
  uint32_t operator;
};
static py_value operate_one(void *context, py_value a) {
  const struct operation *o = context;
  return operate(o->m, a, o->b, o->operator);
}

void py_do_binary(struct py_machine *m, struct py_frame *f) {
  uint32_t operator= f->instr.argument;
  py_value b = pop(f), a = pop(f), v = by_class(m, a, b, operator);
  if (v != m->unbound) {
    push(f, v);
    return;
  }
  if (operator!= NB_SUBSCR) py_raise_of_operands(m, a, b);
  if (divides(operator) && !(py_kind(&m->values, b) == PY_INT && py_cell(&m->values, b)->number))
    py_raise_of_c(m, CM_STR("ZeroDivisionError"));
  struct operation o = {m, b, operator};
  bool follows = is_plain(m, a) && is_plain(m, b) && py_test_begin(m, f, a, f->height);
  v = operate(m, a, b, operator);
  bool stops = m->stops;
  py_push_made(m, f, v, follows ? operate_one : NULL, &o);
  m->stops = stops;
}
void py_do_binary_subscr(struct py_machine *m, struct py_frame *f) {
  py_value key = pop(f), container = pop(f);
  push(f, item(m, container, key));
}
void py_do_binary_slice(struct py_machine *m, struct py_frame *f) {
  py_value stop = pop(f), start = pop(f), container = pop(f), parts[3] = {start, stop, m->none};
  push(f, item(m, container, py_make_items(&m->values, PY_SLICE, parts, 3, 0)));
}
void py_do_build_slice(struct py_machine *m, struct py_frame *f) {
  py_value step = f->instr.argument == 3 ? pop(f) : m->none, stop = pop(f), start = pop(f), parts[3] = {start, stop, step};
  push(f, py_make_items(&m->values, PY_SLICE, parts, 3, 0));
}
// What is no container has its own ways; and of a list there may be no such place.
static void raise_of_setting(struct py_machine *m, py_value container) {
  for (uint32_t i = 0; i < py_choice_count(&m->values, container); i++) {
    py_value one = py_choice(&m->values, container, i);
    bool is_one, is_dict = py_container_kind(m, one, &is_one) == PY_DICT && is_one && !py_own_class(m, one);
    if (!is_dict && py_kind(&m->values, one) != PY_MAPPING) py_raise(m, 0);
  }
}
void py_do_store_subscr(struct py_machine *m, struct py_frame *f) {
  py_value key = pop(f), container = pop(f), v = pop(f);
  py_value method = py_special(m, container, CM_STR("__setitem__")), both[2] = {key, v};
  if (method != m->unbound) {
    py_call(m, method, &(struct py_arguments){.positional = both, .count = 2});
    return;
  }
  raise_of_setting(m, container);
  py_item_set(m, container, key, v);
}
void py_do_store_slice(struct py_machine *m, struct py_frame *f) {
  py_value stop = pop(f), start = pop(f), container = pop(f), v = pop(f), parts[3] = {start, stop, m->none};
  py_item_set(m, container, py_make_items(&m->values, PY_SLICE, parts, 3, 0), v);
}

// Of numbers that are known: 1, 0, else -1. `how` as COMPARE_OP counts: <, <=, ==, !=, >, >=.
int py_compare_order(const struct py_machine *m, py_value a, py_value b, uint32_t how) {
  const struct py_cell *x = py_cell(&m->values, a), *y = py_cell(&m->values, b);
  if (x->kind != PY_INT || y->kind != PY_INT) return -1;
  switch (how) {
    case 0: return x->number < y->number;
    case 1: return x->number <= y->number;
    case 4: return x->number > y->number;
    case 5: return x->number >= y->number;
    default: return -1;
  }
}

void py_do_compare(struct py_machine *m, struct py_frame *f) {
  py_value b = pop(f), a = pop(f);
  uint32_t how = f->instr.argument >> (is_312(m) ? 4 : 5);
  if (how == 2 || how == 3) {
    py_ask_compared(m, a, b);
    py_ask_compared(m, b, a);
  }
  compare_sets(m, a, b);
  compare_sets(m, b, a);
  py_value by = compared_by_class(m, a, b, how);
  if (by != m->unbound) {
    push(f, by);
    return;
  }
  int same = py_equal(m, a, b);
  bool by_order = how != 2 && how != 3, tests = py_test_begin(m, f, a, f->height);
  if (tests && by_order)
    py_test_order(m, f, b, how);
  else if (tests || (!by_order && py_test_begin(m, f, b, f->height + 1)))
    py_test_equal(m, f, tests ? b : a, how == 2);
  if (by_order) py_raise_of_operands(m, a, b);
  push(f, by_order   ? py_bool(m, py_compare_order(m, a, b, how))
          : how == 2 ? py_bool(m, same)
                     : py_bool(m, same < 0 ? same : !same));
}
void py_do_contains(struct py_machine *m, struct py_frame *f) {
  py_value container = pop(f), v = pop(f);
  const struct py_cell *found = py_cell(&m->values, py_contains(m, container, v));
  bool known = found->kind == PY_BOOL, wanted = !(f->instr.argument & 1);
  py_value result = py_bool(m, known ? (found->number != 0) == wanted : -1);
  if (py_kind(&m->values, container) == PY_UNKNOWN) py_raise(m, 0);
  if (py_test_begin(m, f, v, f->height)) py_test_contained(m, f, container, wanted, result);
  push(f, result);
}
void py_do_is(struct py_machine *m, struct py_frame *f) {
  py_value b = pop(f), a = pop(f);
  bool wanted = !(f->instr.argument & 1);
  int same = py_same(m, a, b);
  py_value result = py_bool(m, same < 0 || wanted ? same : !same);
  if (py_test_begin(m, f, a, f->height)) py_test_same(m, f, b, wanted, result);
  push(f, result);
}

// --- building ---

void py_do_build_tuple(struct py_machine *m, struct py_frame *f) {
  const py_value *items = take(f, f->instr.argument);
  push(f, items ? py_make_items(&m->values, PY_TUPLE, items, f->instr.argument, 0) : 0);
}

void py_do_build_list(struct py_machine *m, struct py_frame *f) {
  uint32_t count = f->instr.argument;
  const py_value *items = take(f, count);
  push(f, py_new_container(m, f->instr.op == PY_OP_BUILD_SET ? PY_SET : PY_LIST, items, items ? count : 0, items ? m->unbound : 0));
}

void py_do_build_map(struct py_machine *m, struct py_frame *f) {
  uint32_t count = f->instr.argument;
  const py_value *items = take(f, count * 2);
  py_value made = py_new_container(m, PY_DICT, NULL, 0, m->unbound);
  for (uint32_t i = 0; items && i < count; i++) py_item_set(m, made, items[2 * i], items[2 * i + 1]);
  push(f, made);
}
void py_do_build_const_key_map(struct py_machine *m, struct py_frame *f) {
  py_value keys = pop(f), made = py_new_container(m, PY_DICT, NULL, 0, m->unbound);
  bool exact;
  const py_value *items = take(f, f->instr.argument);
  for (uint32_t i = 0; items && i < f->instr.argument; i++) py_item_set(m, made, py_element_at(m, keys, i, &exact), items[i]);
  push(f, made);
}
void py_do_build_string(struct py_machine *m, struct py_frame *f) {
  const py_value *parts = take(f, f->instr.argument);
  py_value v = py_make_text(&m->values, CM_STR(""), false);
  for (uint32_t i = 0; parts && i < f->instr.argument; i++) v = py_concat(m, v, parts[i]);
  push(f, parts ? v : 0);
}
void py_do_format_simple(struct py_machine *m, struct py_frame *f) { push(f, py_formatted(m, pop(f))); }
void py_do_convert(struct py_machine *m, struct py_frame *f) {
  enum { CONVERT_STR = 1 };
  py_value v = pop(f);
  push(f, f->instr.argument == CONVERT_STR ? py_formatted(m, v) : 0);
}
static py_value formatted_by(struct py_machine *m, py_value v, py_value spec) {
  struct cm_str text;
  bool open;
  return py_text_of(m, spec, &text, &open) && !open ? py_formatted_by(m, v, text) : 0;
}
void py_do_format_with_spec(struct py_machine *m, struct py_frame *f) {
  py_value spec = pop(f), v = pop(f);
  push(f, formatted_by(m, v, spec));
}
void py_do_format_value(struct py_machine *m, struct py_frame *f) {
  bool has_spec = f->instr.argument & 4;
  py_value spec = has_spec ? pop(f) : 0, v = pop(f);
  bool as_itself = (f->instr.argument & 3) > 1;
  if (has_spec) py_raise(m, 0);
  push(f, as_itself ? 0 : has_spec ? formatted_by(m, v, spec) : py_formatted(m, v));
}

void py_do_list_append(struct py_machine *m, struct py_frame *f) {
  py_value v = pop(f);
  const py_value *list = peek(f, f->instr.argument);
  if (list) py_edit(m, *list, f->instr.op == PY_OP_SET_ADD ? PY_EDIT_ADD : PY_EDIT_APPEND, &v);
}
void py_do_map_add(struct py_machine *m, struct py_frame *f) {
  py_value v = pop(f), key = pop(f);
  const py_value *dict = peek(f, f->instr.argument);
  if (dict) py_item_set(m, *dict, key, v);
}
void py_do_list_extend(struct py_machine *m, struct py_frame *f) {
  py_value from = pop(f);
  const py_value *list = peek(f, f->instr.argument);
  py_raise_of_walk(m, from);
  if (list) py_call_method(m, *list, CM_STR("extend"), &(struct py_arguments){.positional = &from, .count = 1});
}
void py_do_dict_update(struct py_machine *m, struct py_frame *f) {
  py_value from = pop(f);
  const py_value *dict = peek(f, f->instr.argument);
  py_raise_of_walk(m, from);
  if (dict) py_update(m, *dict, from);
}

void py_do_unpack(struct py_machine *m, struct py_frame *f) {
  py_value v = pop(f);
  uint32_t count = f->instr.argument;
  py_raise_of_walk(m, v);
  struct py_elements all = {.rest = 0};
  if (py_choice_count(&m->values, v) == 1) all = py_elements_of(m, v);
  if (all.rest != m->unbound || all.count != count) py_raise_of_c(m, CM_STR("ValueError"));
  for (uint32_t i = count; i-- > 0;) {
    py_value item = m->unbound;
    for (uint32_t k = 0; k < py_choice_count(&m->values, v); k++) {
      bool exact;
      item = py_join(&m->values, item, py_element_at(m, py_choice(&m->values, v, k), i, &exact));
    }
    push(f, item == m->unbound ? 0 : item);
  }
}
void py_do_unpack_ex(struct py_machine *m, struct py_frame *f) {
  uint32_t before = f->instr.argument & 255, after = f->instr.argument >> 8;
  struct py_elements all = py_elements_of(m, pop(f));
  bool known = all.rest == m->unbound && all.count >= before + after;
  for (uint32_t i = 0; i < after; i++) push(f, known ? all.items[all.count - 1 - i] : 0);
  const py_value *middle = all.count ? all.items + before : NULL;
  push(f, known ? py_make_items(&m->values, PY_TUPLE, middle, all.count - before - after, 0) : 0);
  for (uint32_t i = before; i-- > 0;) push(f, known ? all.items[i] : 0);
}

// --- patterns ---

// The values of these keys, where all are known to be there; None where they are not. To match with what a host hands over is to ask.
void py_do_match_keys(struct py_machine *m, struct py_frame *f) {
  const py_value *keys = peek(f, 1), *subject = peek(f, 2);
  struct py_elements all = {.rest = 0};
  if (keys && subject) all = py_elements_of(m, *keys);
  bool known = all.rest == m->unbound;
  for (uint32_t i = 0; i < all.count; i++) {
    all.items[i] = py_item_get(m, *subject, all.items[i]);
    known &= all.items[i] != 0;
  }
  push(f, known ? py_make_items(&m->values, PY_TUPLE, all.items, all.count, 0) : 0);
}

// Attributes of an instance of a class, by position (as the class says; those of the built-in types stand for themselves) and by name.
void py_do_match_class(struct py_machine *m, struct py_frame *f) {
  py_value names = pop(f), both[2] = {0, pop(f)}, found = 0;
  both[0] = pop(f);
  py_call_builtin(m, CM_STR("isinstance"), &(struct py_arguments){.positional = both, .count = 2}, &found);
  struct py_elements named = py_elements_of(m, names);
  py_value attributes[PY_CODE_STACK_MOST], order = py_attribute(m, both[1], CM_STR("__match_args__"));
  uint32_t positional = f->instr.argument, count = 0;
  const struct py_cell *class = py_cell(&m->values, both[1]);
  bool itself = positional == 1 && class->kind == PY_HEAP && py_is_c_type(m->heap, (py_address) class->number);
  bool known = py_truth(m, found) == 1 && named.rest == m->unbound && named.count + positional <= PY_CODE_STACK_MOST;
  for (uint32_t i = 0; known && i < positional + named.count; i++) {
    struct cm_str name;
    bool exact, open = true;
    py_value text = i >= positional ? named.items[i - positional] : itself ? 0 : py_element_at(m, order, i, &exact);
    bool is_text = py_text_of(m, text, &name, &open) && !open;
    known = is_text || (itself && !i);
    attributes[count++] = is_text ? py_attribute(m, both[0], name) : both[0];
  }
  push(f, known ? py_make_items(&m->values, PY_TUPLE, attributes, count, 0) : py_truth(m, found) == 0 ? m->none : 0);
}
