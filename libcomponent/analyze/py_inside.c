// Instances of the program's classes that are derived of `dict`, `list`, `set` or `str`.
//
// Such an instance has attributes, and a container or text within it, which is kept beside the attributes under a name that none has. What
// its class does not do itself is done to that. Classes of the library between are not followed: what they keep in order may be anything.

#include "py_machine.h"

static bool is_of_application(const struct py_machine *m, py_address class) {
  struct cm_str home = py_text_or_empty(m->heap, py_dict_get(m->heap, py_class_dict(m->heap, class), CM_STR("__module__")));
  const struct py_module *module = py_program_module(m->program, py_module_dict(m->heap, py_module_named(m->heap, home)));
  return module && module->role == PY_ROLE_APPLICATION;
}

// The type of C code that a class is derived of, where there is none but the program's between; 0: it is derived of others, or none.
static py_address derived_of(const struct py_machine *m, py_address class) {
  enum { CLASSES_MOST = 64 };
  const py_address *types = m->heap->types;
  py_address order = py_class_order(m->heap, class), found = 0;
  uint32_t count = py_length(m->heap, order);
  for (uint32_t i = 0; i + 1 < count && i < CLASSES_MOST; i++) {  // the last is `object`
    py_address one = py_item(m->heap, order, i);
    bool known = one == types[PY_TYPE_DICT] || one == types[PY_TYPE_LIST] || one == types[PY_TYPE_SET] || one == types[PY_TYPE_STR];
    if (known)
      found = one;
    else if (!is_of_application(m, one))
      return 0;
  }
  return count <= CLASSES_MOST ? found : 0;
}

py_value py_new_instance(struct py_machine *m, py_value class, const struct py_arguments *a) {
  const py_address *types = m->heap->types;
  py_value made = py_new_object(m, PY_INSTANCE, class), inside;
  py_address type = py_kind(&m->values, class) == PY_HEAP ? derived_of(m, (py_address)py_cell(&m->values, class)->number) : 0;
  if (!type) return made;
  if (type == types[PY_TYPE_STR])
    inside = a->count && !a->more ? py_formatted(m, a->positional[0]) : 0;
  else
    inside = py_new_container(m,
                              type == types[PY_TYPE_DICT]   ? PY_DICT
                              : type == types[PY_TYPE_LIST] ? PY_LIST
                                                            : PY_SET,
                              NULL, 0, m->unbound);
  py_entry_put(m, py_object_of(m, made), m->null, inside);
  return made;
}

py_value py_inside(struct py_machine *m, py_value v) {
  const struct py_object *object = py_kind(&m->values, v) == PY_OBJECT ? py_object_of(m, v) : NULL;
  py_value inside = object && object->kind == PY_INSTANCE ? py_entry_get(m, object, m->null) : m->unbound;
  return inside == m->unbound ? v : inside;
}

void py_inside_fill(struct py_machine *m, py_value inside, const struct py_arguments *a) {
  bool is_one;
  enum py_object_kind kind = py_container_kind(m, inside, &is_one);
  if (!is_one) return;
  if (a->count || a->named_count) py_call_method(m, inside, kind == PY_LIST ? CM_STR("extend") : CM_STR("update"), a);
  if (!a->more) return;
  struct py_object *object = py_object_of(m, inside);
  if (object) object->rest = 0;
}

// What is done to the instance itself.
static bool is_of_instance(struct cm_str name) {
  static const char *const names[] = {"__setattr__", "__getattribute__", "__delattr__", "__new__", "__init_subclass__", "__get__"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (cm_str_is(name, names[i])) return true;
  return false;
}

bool py_inside_method(struct py_machine *m, py_value self, struct cm_str name, const struct py_arguments *a, py_value *result) {
  py_value inside = py_inside(m, self);
  if (inside == self || is_of_instance(name)) return false;
  *result = m->none;
  if (cm_str_is(name, "__init__"))
    py_inside_fill(m, inside, a);
  else
    *result = py_call_method(m, inside, name, a);
  return true;
}

py_value py_inside_item(struct py_machine *m, py_value v, py_value key) {
  py_value inside = py_inside(m, v), missing = py_special(m, v, CM_STR("__missing__"));
  int has = missing == m->unbound || py_choice_count(&m->values, inside) > 1 ? 1 : py_keys_have(m, inside, key);
  py_value found = has ? py_item_get(m, inside, key) : m->unbound;
  if (has == 1) return found;
  return py_join(&m->values, found, py_call(m, missing, &(struct py_arguments){.positional = &key, .count = 1}));
}
