// Built-in functions that look at objects: getattr(), hasattr(), isinstance(), type(), dir() and the like.
//
// Where it is not known what an object is, the answer is not known either; a wrong one would hide ways.

#include "py_builtin.h"

static py_value names_of(struct py_machine *m, const struct py_arguments *a);

// Any of the attributes whose names begin so; PY_UNBOUND: there is none.
static py_value beginning_with(struct py_machine *m, py_value v, py_value beginning) {
  const struct py_cell *c = py_cell(&m->values, v);
  py_address module = c->kind == PY_HEAP ? py_module_dict(m->heap, (py_address)c->number) : 0;
  py_value names =
      module ? py_simple(&m->values, PY_HEAP, module) : names_of(m, &(struct py_arguments){.positional = &v, .count = 1});
  struct py_elements all = py_elements_of(m, names);
  py_value result = m->unbound;
  for (uint32_t i = 0; names && i < all.count; i++) {
    struct cm_str name;
    bool open;
    if (py_may_begin(m, all.items[i], beginning) && py_text_of(m, all.items[i], &name, &open))
      result = py_join(&m->values, result, py_attribute(m, v, name));
  }
  return names && all.rest == m->unbound ? result : 0;
}

static py_value got_attribute(struct py_machine *m, const struct py_arguments *a) {
  py_value names = py_argument(a, 1, 0), result = m->unbound;
  for (uint32_t i = 0; i < py_choice_count(&m->values, names); i++) {
    struct cm_str name;
    bool open;
    bool known = py_text_of(m, py_choice(&m->values, names, i), &name, &open) && !open;
    int has = known && a->count > 2 ? py_has_attribute(m, first(a), name) : -1;
    py_value one = py_choice(&m->values, names, i);
    bool begins = !known && py_text_of(m, one, &name, &open) && py_choice_count(&m->values, first(a)) == 1;
    py_value v = has == 0 ? m->unbound : known ? py_attribute(m, first(a), name) : begins ? beginning_with(m, first(a), one) : 0;
    if (v == m->unbound && has != 0 && a->count < 3) v = 0;
    if (a->count < 3) known ? py_raise_of_attribute(m, first(a), name) : py_raise_of_c(m, CM_STR("AttributeError"));
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
    py_value one = py_choice(&m->values, names, i);
    if (py_kind(&m->values, one) == PY_KEY)  // setattr(object, name, value), for all of a host's
      py_attributes_of_host(m, first(a), py_cell(&m->values, one)->number);
    else if (py_text_of(m, one, &name, &open) && !open)
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
    if (name != m->null) py_edit(m, made, PY_EDIT_ADD, &name);
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

// functools.lru_cache and cache, of a function that the program makes: it is called all the same.
static py_value itself(struct py_machine *m, const struct py_arguments *a) {
  (void)m;
  return first(a);
}

static py_value names_of_module(struct py_machine *m, const struct py_arguments *a) {
  (void)a;
  return m->frame ? py_simple(&m->values, PY_HEAP, m->frame->globals) : 0;
}

static py_value make_item_getter(struct py_machine *m, const struct py_arguments *a) {
  py_value keys = a->count == 1 ? first(a) : tuple_of(m, a->positional, a->count);
  return a->count && !a->more ? py_make_items(&m->values, PY_GETTER, &keys, 1, a->count) : 0;
}

static py_value make_attribute_getter(struct py_machine *m, const struct py_arguments *a) {
  py_value names = a->count == 1 ? first(a) : tuple_of(m, a->positional, a->count);
  return a->count && !a->more ? py_make_items(&m->values, PY_GETTER, &names, 1, -(int64_t)a->count) : 0;
}

static py_value make_super(struct py_machine *m, const struct py_arguments *a) {
  return a->count == 2 ? py_make_items(&m->values, PY_SUPER, a->positional, 2, 0) : 0;
}

py_address py_known_type(struct py_machine *m, py_value v) {
  const py_address *types = m->heap->types;
  const struct py_cell *c = py_cell(&m->values, v);
  const struct py_object *object = c->kind == PY_OBJECT ? py_object_of(m, v) : NULL;
  switch (c->kind) {
    case PY_TEXT: return types[PY_TYPE_STR];
    case PY_NONE: return types[PY_TYPE_NONE];
    case PY_BOOL: return types[PY_TYPE_BOOL];
    case PY_INT: return types[PY_TYPE_INT];
    case PY_HEAP: return py_type_of(m->heap, (py_address)c->number);
    case PY_RAISED: return py_kind(&m->values, c->items[0]) == PY_HEAP ? (py_address)py_cell(&m->values, c->items[0])->number : 0;
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
  py_address own = py_known_type(m, v), order = own ? py_class_order(m->heap, own) : 0;
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

const struct py_builtin_row py_builtins_object[] = {
    {"getattr", got_attribute, false, NULL},
    {"setattr", set_attribute, false, NULL},
    {"hasattr", has_attribute, false, NULL},
    {"type", type_of, false, NULL},
    {"vars", instance_dict, false, NULL},
    {"dir", names_of, false, NULL},
    {"super", make_super, false, NULL},
    {"isinstance", is_instance, false, NULL},
    {"issubclass", is_subclass, false, NULL},
    {"callable", is_callable, false, NULL},
    {"functools._lru_cache_wrapper", itself, false, NULL},
    {"globals", names_of_module, false, NULL},
    {"operator.itemgetter", make_item_getter, false, NULL},
    {"operator.attrgetter", make_attribute_getter, false, NULL},
    {"functools.partial", make_partial, false, NULL},
    {NULL, NULL, false, NULL},
};
