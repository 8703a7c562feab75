// Exceptions: what an instruction may raise, and whether a handler takes it.
//
// An instruction says what it may raise, and with which store: the exceptions of the functions that it calls, those of what C code does
// (KeyError for a key that may not be there), or any, where it is not followed what happens. What it does not say does not come, and a handler
// that nothing comes to is not followed. An exception is a value: an instance that the program made, PY_RAISED for one of C code's classes, or
// unknown for any. `except` sorts the alternatives by their classes, as a test of a variable does.
//
// A call that never comes back (all ways of a function raise, or a key is known to be missing) stops the way that it is on.

#include "py_step.h"

void py_raise(struct py_machine *m, py_value exception) {
  m->raised = py_join(&m->values, m->raised, exception);
  m->thrown = py_store_join(m, m->thrown, m->store, false);
}

py_value py_exception_of_c(struct py_machine *m, struct cm_str class) {
  py_address at = py_dict_get(m->heap, m->heap->builtins, class);
  py_value parts[2] = {at ? py_of_address(m, at) : 0, 0};
  return parts[0] ? py_make_items(&m->values, PY_RAISED, parts, 2, 0) : 0;
}

void py_raise_of_c(struct py_machine *m, struct cm_str class) { py_raise(m, py_exception_of_c(m, class)); }

void py_raise_surely(struct py_machine *m, struct cm_str class) {
  py_raise_of_c(m, class);
  m->stops = true;
}

bool py_is_derived(const struct py_machine *m, py_address class, struct cm_str of) {
  py_address base = py_dict_get(m->heap, m->heap->builtins, of), order = py_class_order(m->heap, class);
  for (uint32_t i = 0; base && i < py_length(m->heap, order); i++)
    if (py_item(m->heap, order, i) == base) return true;
  return false;
}
bool py_is_exception(const struct py_machine *m, py_address class) { return py_is_derived(m, class, CM_STR("BaseException")); }

// --- what C code raises ---

// An attribute that is not there. What a property or the like raises, its function does.
void py_raise_of_attribute(struct py_machine *m, py_value v, struct cm_str name) {
  for (uint32_t i = 0; i < py_choice_count(&m->values, v); i++) {
    py_value one = py_choice(&m->values, v, i);
    const struct py_cell *c = py_cell(&m->values, one);
    py_address at = c->kind == PY_HEAP ? (py_address)c->number : 0;
    bool named = py_own_class(m, one) || py_is_a(m->heap, at, PY_TYPE_TYPE) || py_is(m->heap, at, PY_TYPE_MODULE);
    if (c->kind == PY_UNKNOWN)
      py_raise(m, 0);
    else if (c->kind == PY_NONE || (named && py_has_attribute(m, one, name) != 1))
      py_raise_of_c(m, CM_STR("AttributeError"));
  }
}

// container[key]
void py_raise_of_item(struct py_machine *m, py_value container, py_value key) {
  bool one = py_choice_count(&m->values, container) == 1 && py_choice_count(&m->values, key) == 1;
  for (uint32_t i = 0; i < py_choice_count(&m->values, container); i++) {
    py_value each = py_choice(&m->values, container, i);
    const struct py_cell *c = py_cell(&m->values, each);
    const struct py_object *object = py_object_of(m, each);
    bool is_container, exact = false, slice = py_kind(&m->values, key) == PY_SLICE;
    enum py_object_kind kind = py_container_kind(m, each, &is_container);
    if (c->kind == PY_UNKNOWN) {
      py_raise(m, 0);
    } else if (c->kind == PY_MAPPING) {
      py_raise_of_c(m, CM_STR("KeyError"));
    } else if (is_container && kind == PY_DICT) {
      bool made = object && object->class;  // a defaultdict, which makes what is not there
      int has = made || (object && object->mapping >= 0) ? -1 : one ? py_keys_have(m, each, key) : -1;
      if (has < 1 && !made) py_raise_of_c(m, CM_STR("KeyError"));
      m->stops |= one && has == 0 && !py_own_class(m, each);
    } else if ((is_container && kind == PY_LIST && !slice) || (c->kind == PY_TEXT && !slice)) {
      const struct py_cell *at = py_cell(&m->values, key);
      bool known = at->kind == PY_INT && at->number >= 0 && at->number < PY_ITEMS_MOST && is_container;
      if (!known || py_element_at(m, each, (uint32_t)at->number, &exact) == m->unbound || !exact)
        py_raise_of_c(m, CM_STR("IndexError"));
    } else if (py_own_class(m, each) && py_special(m, each, CM_STR("__getitem__")) == m->unbound) {
      py_raise(m, 0);
    }
  }
}

static bool may_be_any(struct py_machine *m, py_value v) {
  for (uint32_t i = 0; i < py_choice_count(&m->values, v); i++) {
    py_value one = py_choice(&m->values, v, i);
    bool is_container;
    enum py_kind kind = py_kind(&m->values, one);
    py_container_kind(m, one, &is_container);
    if (kind == PY_UNKNOWN || kind == PY_UNBOUND || kind == PY_NULL) return true;
    if (!is_container && (kind == PY_OBJECT || kind == PY_HEAP)) return true;
  }
  return false;
}

// An operator, between values of which one may be of a class that has a word in it, or not go with the other.
void py_raise_of_operands(struct py_machine *m, py_value a, py_value b) {
  if (may_be_any(m, a) || may_be_any(m, b)) py_raise(m, 0);
}

// To go through something. A generator raises what its body does.
void py_raise_of_walk(struct py_machine *m, py_value v) {
  for (uint32_t i = 0; i < py_choice_count(&m->values, v); i++) {
    py_value one = py_choice(&m->values, v, i);
    if (py_kind(&m->values, one) == PY_ITERATOR) one = py_cell(&m->values, one)->items[0];
    enum py_kind kind = py_kind(&m->values, one);
    const struct py_object *object = py_object_of(m, one);
    py_address at = kind == PY_HEAP ? (py_address)py_cell(&m->values, one)->number : 0;
    bool is_container;
    py_container_kind(m, one, &is_container);
    if (object && object->raises != m->unbound) py_raise(m, object->raises);
    bool known = is_container || py_is(m->heap, at, PY_TYPE_RANGE) || py_is_a(m->heap, at, PY_TYPE_TYPE) || kind == PY_TEXT ||
                 kind == PY_MAPPING || kind == PY_PAIRS || kind == PY_KEYS || kind == PY_KEY;
    if (!known) py_raise(m, 0);
  }
}

// --- raising ---

// What `raise` makes of its operand: a class stands for an instance of it.
static py_value instance_of(struct py_machine *m, py_value v) {
  py_value made = m->unbound;
  for (uint32_t i = 0; i < py_choice_count(&m->values, v); i++) {
    py_value one = py_choice(&m->values, v, i);
    const struct py_cell *c = py_cell(&m->values, one);
    bool is_class = c->kind == PY_HEAP && py_is_a(m->heap, (py_address)c->number, PY_TYPE_TYPE);
    made = py_join(&m->values, made, is_class ? py_call(m, one, &(struct py_arguments){0}) : one);
  }
  return made == m->unbound ? 0 : made;
}

// The exception that is being handled; unknown where that is not known.
static py_value handled(const struct py_machine *m, const struct py_frame *f) {
  for (uint32_t i = f->height; i-- > f->code.local_count;) {
    const struct py_cell *c = py_cell(&m->values, f->slots[i]);
    if (c->kind == PY_HANDLED) return c->items[0];
  }
  return 0;
}

void py_do_raise(struct py_machine *m, struct py_frame *f) {
  if (f->instr.argument == 2) pop(f);
  py_value v = f->instr.argument ? instance_of(m, pop(f)) : handled(m, f);
  py_raise(m, v);
}
void py_do_reraise(struct py_machine *m, struct py_frame *f) { py_raise(m, pop(f)); }

// What is handled now stands below, for who raises it again.
void py_do_push_exc_info(struct py_machine *m, struct py_frame *f) {
  py_value v = pop(f);
  push(f, py_make_items(&m->values, PY_HANDLED, &v, 1, 0));
  push(f, v);
}

// `except`: which of the exceptions are of these classes?
void py_do_check_exc_match(struct py_machine *m, struct py_frame *f) {
  py_value classes = pop(f), v = peek(f, 1) ? *peek(f, 1) : 0;
  int truth = -2;
  py_test_begin_at(m, f, f->height - 1);
  for (uint32_t i = 0; i < py_choice_count(&m->values, v); i++) {
    py_value both[2] = {py_choice(&m->values, v, i), classes}, is = 0;
    py_call_builtin(m, CM_STR("isinstance"), &(struct py_arguments){.positional = both, .count = 2}, &is);
    int one = py_truth(m, is);
    py_test_one(m, f, both[0], one);
    truth = truth == -2 || truth == one ? one : -1;
  }
  py_test_end(f, py_bool(m, truth));
  push(f, py_bool(m, truth));
}

// The exit of a context manager, where an exception came: it stands below the place, what was handled before, and the exception.
void py_do_with_except_start(struct py_machine *m, struct py_frame *f) {
  const py_value *exit = peek(f, is_312(m) ? 4 : 5), *self = peek(f, 4), *exception = peek(f, 1);
  py_value given[4] = {self ? *self : 0, 0, exception ? *exception : 0, 0};
  if (given[2]) given[1] = py_attribute(m, given[2], CM_STR("__class__"));
  bool has_self = !is_312(m) && self && *self != m->null;
  struct py_arguments a = {.positional = given + !has_self, .count = 3 + has_self};
  push(f, exit ? py_call(m, *exit, &a) : 0);
}
