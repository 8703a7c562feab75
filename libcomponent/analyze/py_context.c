// Context variables (contextvars): what was set on this way, or what they hold where nothing was.
//
// CPython: Python/context.c. Another context may not have seen what was set, so where it is not held for sure, what the variable was made with
// is one of the possibilities too.

#include "py_machine.h"

enum { CONTEXT_VARIABLE_DEFAULT = 12 };  // struct _pycontextvarobject, on 32 bits

static bool is_context_variable(const struct py_machine *m, py_value v) {
  const struct py_cell *c = py_cell(&m->values, v);
  if (c->kind != PY_HEAP) return false;
  struct cm_str type = py_type_name(m->heap, py_type_of(m->heap, (py_address)c->number));
  return cm_str_is(py_behind_last(type, '.'), "ContextVar");
}

static py_value value_of(struct py_machine *m, py_value variable, const struct py_arguments *a) {
  py_value name = py_make_text(&m->values, CM_STR("value"), false), held = py_held(m, variable, name);
  if (held != m->unbound) return held;
  py_address made_with = py_word(m->heap, (uint64_t)py_cell(&m->values, variable)->number + CONTEXT_VARIABLE_DEFAULT);
  py_value otherwise = a->count ? a->positional[0] : made_with ? py_of_address(m, made_with) : m->unbound;
  if (otherwise == m->unbound) py_raise_of_c(m, CM_STR("LookupError"));
  py_value v = py_join(&m->values, py_entry_get(m, py_object_of(m, variable), name), otherwise);
  return v == m->unbound ? 0 : v;
}

bool py_context_method(struct py_machine *m, py_value self, struct cm_str name, const struct py_arguments *a, py_value *result) {
  if (!is_context_variable(m, self)) return false;
  *result = 0;
  if (cm_str_is(name, "get"))
    *result = value_of(m, self, a);
  else if (cm_str_is(name, "set") && a->count)
    py_attribute_set_plainly(m, self, CM_STR("value"), a->positional[0]);
  else
    py_forget(m, self, m->unbound);
  return true;
}
