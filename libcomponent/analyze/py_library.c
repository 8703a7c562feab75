// Functions of CPython's library that are known by what they do.
//
// The library's code is followed like the program's. Not so where it goes through more than is worth it, or through what is not followed: how
// copies are made, and modules found.

#include "py_builtin.h"

enum { COPY_DEPTH = 8 };

// --- copies ---

static py_value copied(struct py_machine *m, py_value v, unsigned depth);

// Has the class its own way?
static bool copies_itself(const struct py_machine *m, py_address class) {
  static const char *const names[] = {"__copy__",          "__deepcopy__", "__reduce__",   "__reduce_ex__", "__getnewargs__",
                                      "__getnewargs_ex__", "__getstate__", "__setstate__", "_member_map_",  "__slots__"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    py_address found = py_class_attribute(m->heap, class, cm_str_of(names[i]), NULL);
    if (found && !py_is(m->heap, found, PY_TYPE_METHOD_DESCRIPTOR)) return true;
  }
  return false;
}

static py_value copied_dict(struct py_machine *m, py_value v, unsigned depth) {
  struct py_elements all = py_elements_of(m, v);
  const struct py_object *object = py_object_of(m, v);
  bool plain = !object || (!object->class && object->mapping < 0);
  if (depth <= 1 || all.rest != m->unbound || !plain) return py_make_dict(m, &(struct py_arguments){.positional = &v, .count = 1});
  py_value made = py_new_container(m, PY_DICT, NULL, 0, m->unbound);
  for (uint32_t i = 0; i < all.count; i++)
    py_item_set(m, made, all.items[i], copied(m, py_item_get(m, v, all.items[i]), depth - 1));
  return made;
}

static py_value copied_list(struct py_machine *m, py_value v, enum py_object_kind kind, unsigned depth) {
  struct py_elements all = py_elements_of(m, v);
  const struct py_object *object = py_object_of(m, v);
  if (depth <= 1 && kind == PY_LIST) return py_make_list(m, &(struct py_arguments){.positional = &v, .count = 1});
  for (uint32_t i = 0; depth > 1 && i < all.count; i++) all.items[i] = copied(m, all.items[i], depth - 1);
  uint32_t most = object ? object->most : 0;
  py_value made = py_new_container_of(m, kind, &all);
  if (py_object_of(m, made)) py_object_of(m, made)->most = most;
  return made;
}

// An instance with the same attributes, or copies of them.
static py_value copied_instance(struct py_machine *m, py_value v, py_address class, unsigned depth) {
  const struct py_heap *heap = m->heap;
  py_address at = py_kind(&m->values, v) == PY_HEAP ? (py_address)py_cell(&m->values, v)->number : 0, key, found;
  const struct py_object *object = py_object_of(m, v);
  py_value made = py_new_object(m, PY_INSTANCE, py_of_address(m, class)), inside = py_inside(m, v);
  if (inside != v) py_entry_put(m, py_object_of(m, made), m->null, copied(m, inside, depth));
  if (object && object->rest != m->unbound && py_object_of(m, made)) py_object_of(m, made)->rest = 0;
  for (struct py_cursor cursor = {0}; py_dict_next(heap, at ? py_instance_dict(heap, at) : 0, &cursor, &key, &found);) {
    struct cm_str name = py_text_or_empty(heap, key);
    py_attribute_set_plainly(m, made, name, copied(m, py_attribute(m, v, name), depth - 1));
  }
  for (size_t i = 0; (object = py_object_of(m, v)) && i < object->count; i++) {
    struct cm_str name = py_cell(&m->values, object->entries[i].key)->text;
    if (name.size) py_attribute_set_plainly(m, made, name, copied(m, py_attribute(m, v, name), depth - 1));
  }
  return made;
}

static py_value copied_one(struct py_machine *m, py_value v, unsigned depth) {
  bool is_one;
  enum py_object_kind kind = py_container_kind(m, v, &is_one);
  const struct py_object *object = py_object_of(m, v);
  py_address class = py_own_class(m, v);
  py_charge(m, 1);
  if (py_kind(&m->values, v) == PY_TUPLE) {
    struct py_elements all = py_elements_of(m, v);
    for (uint32_t i = 0; depth > 1 && i < all.count; i++) all.items[i] = copied(m, all.items[i], depth - 1);
    return all.rest == m->unbound ? tuple_of(m, all.items, all.count) : 0;
  }
  if (class && (copies_itself(m, class) || is_one || py_is_exception(m, class))) return 0;
  if (is_one && !(object && object->iterates)) return kind == PY_DICT ? copied_dict(m, v, depth) : copied_list(m, v, kind, depth);
  bool has_attributes = class && (object ? object->kind == PY_INSTANCE : true);
  return has_attributes ? copied_instance(m, v, class, depth) : v;
}

// `depth`: how deep; 1 is copy.copy().
static py_value copied(struct py_machine *m, py_value v, unsigned depth) {
  if (!depth) return v;
  py_value result = m->unbound;
  for (uint32_t i = 0; i < py_choice_count(&m->values, v); i++)
    result = py_join(&m->values, result, copied_one(m, py_choice(&m->values, v, i), depth));
  return result;
}

static py_value copy(struct py_machine *m, const struct py_arguments *a) { return copied(m, first(a), 1); }
static py_value deep_copy(struct py_machine *m, const struct py_arguments *a) { return copied(m, first(a), COPY_DEPTH); }

// --- modules ---

// One that was not imported when the snapshot was taken is not there.
static py_value import_module(struct py_machine *m, const struct py_arguments *a) {
  py_value result = m->unbound, names = named_argument(m, a, "name", 0, 0);
  for (uint32_t i = 0; i < py_choice_count(&m->values, names); i++) {
    struct cm_str name;
    bool open, known = py_text_of(m, py_choice(&m->values, names, i), &name, &open) && !open;
    py_address module = known ? py_module_named(m->heap, name) : 0;
    if (!module) py_raise(m, 0);
    result = py_join(&m->values, result, module ? py_of_address(m, module) : 0);
  }
  return result;
}

// functools.singledispatch, while the program runs: which function is called is told by what was registered until then, and with what. Each of them
// may be; the one for all other types stands for it. What is registered is given away, by a method that this one has not.
static py_value dispatch(struct py_machine *m, const struct py_arguments *a) {
  py_escape(m, a);
  return first(a);
}

static const struct {
  const char *module, *name;
  py_builtin *function;
} functions[] = {{"copy", "copy", copy},
                 {"copy", "deepcopy", deep_copy},
                 {"functools", "singledispatch", dispatch},
                 {"importlib", "import_module", import_module}};

_Static_assert(sizeof functions / sizeof *functions == PY_LIBRARY_FUNCTIONS, "one address for each");

void py_library_init(struct py_machine *m) {
  for (size_t i = 0; i < PY_LIBRARY_FUNCTIONS; i++)
    m->library[i] = py_dict_get(m->heap, py_module_dict(m->heap, py_module_named(m->heap, cm_str_of(functions[i].module))),
                                cm_str_of(functions[i].name));
}

bool py_library_call(struct py_machine *m, py_address at, const struct py_arguments *a, py_value *result) {
  for (size_t i = 0; at && i < PY_LIBRARY_FUNCTIONS; i++) {
    if (m->library[i] != at) continue;
    *result = functions[i].function(m, a);
    return true;
  }
  return false;
}
