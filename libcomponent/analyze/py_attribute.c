// Attributes: what stands behind a dot.
//
// As CPython does it (Objects/object.c, _PyObject_GenericGetAttrWithDict): what the instance has, and what its class has, which is bound to
// the instance where it is a function. Attributes that the program sets are kept beside what the snapshot has.

#include "py_machine.h"

static py_value text_value(struct py_machine *m, struct cm_str name) { return py_make_text(&m->values, name, false); }

static py_value bind(struct py_machine *m, py_value function, py_value self) {
  py_value both[2] = {function, self};
  return py_make_items(&m->values, PY_BOUND, both, 2, 0);
}

static py_value call_with(struct py_machine *m, py_address function, py_value self) {
  return py_call(m, py_of_address(m, function), &(struct py_arguments){.positional = &self, .count = 1});
}

// Whether it was set before or behind where it is not known, what is gathered may be one text or another at any time: none of them.
static py_value at_any_time(struct py_machine *m, py_value v) {
  uint32_t texts = 0;
  for (uint32_t i = 0; i < py_choice_count(&m->values, v); i++) {
    struct cm_str text;
    bool open;
    texts += py_text_of(m, py_choice(&m->values, v, i), &text, &open);
  }
  return texts > 1 ? 0 : v;
}

// `found`, or what was set besides.
static py_value or_gathered(struct py_machine *m, py_value found, const struct py_object *object, struct cm_str name) {
  py_value key = text_value(m, name);
  for (size_t i = 0; object && i < object->count; i++) {
    const struct py_entry *entry = &object->entries[i];
    if (entry->key != key) continue;
    py_value v = py_join(&m->values, found, entry->value);
    return entry->anytime ? at_any_time(m, v) : v;
  }
  return found;
}

// A slot that a class declares: its place is in the class's description of it.
static py_value slot_value(struct py_machine *m, py_address descriptor, py_value self) {
  const struct py_cell *c = py_cell(&m->values, self);
  py_address definition = py_word(m->heap, (uint64_t)descriptor + PY_MEMBER_DEF);
  uint32_t offset = py_word(m->heap, (uint64_t)definition + 8);
  if (c->kind != PY_HEAP || offset > 4096) return 0;
  return py_of_address(m, py_word(m->heap, (uint64_t)c->number + offset));
}

// A field of a named tuple.
static py_value tuple_field(struct py_machine *m, py_address getter, py_value self) {
  bool exact;
  uint32_t index = py_word(m->heap, (uint64_t)getter + 8);
  const struct py_cell *c = py_cell(&m->values, self);
  if (c->kind == PY_OBJECT) return 0;
  py_value v = py_element_at(m, self, index, &exact);
  return v == m->unbound ? 0 : v;
}

// What a class's `found` is for an instance (or, with `self` PY_UNBOUND, for the class itself).
static py_value bound_to(struct py_machine *m, py_address found, py_value self, py_value class) {
  const struct py_heap *heap = m->heap;
  py_address wrapped = py_word(heap, (uint64_t)found + PY_WRAPPED_CALLABLE);
  bool of_class = self == m->unbound;
  if (py_is(heap, found, PY_TYPE_STATICMETHOD)) return py_of_address(m, wrapped);
  if (py_is(heap, found, PY_TYPE_CLASSMETHOD)) return bind(m, py_of_address(m, wrapped), class);
  // A descriptor of the program's own; the library's give themselves where a class is asked.
  py_address get = py_class_attribute(heap, py_type_of(heap, found), CM_STR("__get__"), NULL);
  const struct py_module *home =
      py_is(heap, get, PY_TYPE_FUNCTION) ? py_program_module(m->program, py_word(heap, (uint64_t)get + PY_FUNCTION_GLOBALS)) : NULL;
  if (of_class && !(home && home->role == PY_ROLE_APPLICATION)) return py_of_address(m, found);
  if (of_class) self = m->none;
  bool is_method = py_is(heap, found, PY_TYPE_FUNCTION) || py_is(heap, found, PY_TYPE_METHOD_DESCRIPTOR);
  if (is_method) return bind(m, py_of_address(m, found), self);
  if (py_is(heap, found, PY_TYPE_PROPERTY)) return call_with(m, wrapped, self);
  if (py_is(heap, found, PY_TYPE_MEMBER_DESCRIPTOR)) return slot_value(m, found, self);
  struct cm_str type = py_type_name(heap, py_type_of(heap, found));
  if (cm_str_is(type, "collections._tuplegetter") || cm_str_is(type, "_collections._tuplegetter"))
    return tuple_field(m, found, self);
  bool dispatches = cm_str_is(type, "singledispatchmethod");  // py_call.c knows by what
  if (cm_str_is(type, "functools._lru_cache_wrapper") || dispatches) return bind(m, py_of_address(m, found), self);
  if (cm_str_is(type, "cached_property")) {
    py_address getter = py_instance_attribute(heap, found, CM_STR("func"));
    if (getter) return call_with(m, getter, self);
  }
  if (py_is(heap, get, PY_TYPE_FUNCTION)) {
    py_value all[3] = {py_of_address(m, found), self, class};
    return py_call(m, py_of_address(m, get), &(struct py_arguments){.positional = all, .count = 3});
  }
  return py_of_address(m, found);
}

// What classes say of themselves: their annotations are made when they are first asked for (PEP 649), by a function that can be followed.
static py_value annotations_of(struct py_machine *m, py_address class) {
  const struct py_heap *heap = m->heap;
  py_address dict = py_class_dict(heap, class), made = py_dict_get(heap, dict, CM_STR("__annotations__"));
  if (!py_is_a(heap, made, PY_TYPE_DICT)) made = py_dict_get(heap, dict, CM_STR("__annotations_cache__"));
  if (py_is_a(heap, made, PY_TYPE_DICT)) return py_of_address(m, made);
  py_address function = py_dict_get(heap, dict, CM_STR("__annotate_func__"));
  py_value as_values = py_simple(&m->values, PY_INT, 1);
  if (!py_is(heap, function, PY_TYPE_FUNCTION)) return 0;
  return py_call(m, py_of_address(m, function), &(struct py_arguments){.positional = &as_values, .count = 1});
}

// What a class has for an instance, or (`self` PY_UNBOUND) for itself; what the program set on the class counts too.
static py_value class_attribute(struct py_machine *m, py_value class, py_value self, struct cm_str name) {
  const struct py_cell *c = py_cell(&m->values, class);
  if (c->kind != PY_HEAP) return m->unbound;
  py_value held = py_held(m, class, text_value(m, name));
  if (held != m->unbound) return held;
  c = py_cell(&m->values, class);
  py_address found = py_class_attribute(m->heap, (py_address)c->number, name, NULL);
  py_value bound = found ? bound_to(m, found, self, class) : m->unbound;
  return or_gathered(m, bound, py_object_of(m, class), name);
}

static py_value module_attribute(struct py_machine *m, py_address module, struct cm_str name) {
  py_address dict = py_module_dict(m->heap, module), found = py_dict_get(m->heap, dict, name);
  py_value owner = py_simple(&m->values, PY_HEAP, dict), held = py_held(m, owner, text_value(m, name));
  if (held != m->unbound) return held;
  py_value v = or_gathered(m, found ? py_of_address(m, found) : m->unbound, py_object_of(m, owner), name);
  return v == m->unbound ? 0 : v;
}

static py_value of_c_code(struct py_machine *m, py_value v, struct cm_str name) {
  return py_make(&m->values, &(struct py_cell){.kind = PY_ATTRIBUTE, .items = &v, .count = 1, .text = name});
}

// An attribute of what has all that a host hands over as attributes is asked of the host, unless it is a method.
static py_value of_host(struct py_machine *m, py_value v, struct cm_str name, py_value found) {
  const struct py_object *object = py_object_of(m, v);
  enum py_kind kind = py_kind(&m->values, found);
  bool is_method = kind == PY_BOUND || kind == PY_FUNCTION || kind == PY_ATTRIBUTE;
  if (!object || object->mapping < 0 || is_method || cm_str_starts(name, CM_STR("__"))) return found;
  py_ask(m, object->mapping, text_value(m, name));
  return py_join(&m->values, found, 0);
}

// What a class makes of names that it does not have, by __getattr__; PY_UNBOUND: it makes nothing of them.
static py_value made_attribute(struct py_machine *m, py_value class, py_value self, struct cm_str name) {
  const struct py_cell *c = py_cell(&m->values, class);
  py_address method = c->kind == PY_HEAP ? py_class_attribute(m->heap, (py_address)c->number, CM_STR("__getattr__"), NULL) : 0;
  py_value both[2] = {self, text_value(m, name)};
  bool of_c = py_is_c_method(m->heap, method);  // __getattr__ = dict.__getitem__
  if (!py_is(m->heap, method, PY_TYPE_FUNCTION) && !of_c) return m->unbound;
  return py_call(m, py_of_address(m, method), &(struct py_arguments){.positional = both, .count = 2});
}

// What the program's own metaclass has for its classes. Those of enumerations and the library's are known by what they make.
static py_value metaclass_attribute(struct py_machine *m, py_value class, struct cm_str name) {
  const struct py_heap *heap = m->heap;
  py_address at = (py_address)py_cell(&m->values, class)->number, type = py_type_of(heap, at);
  if (py_is_c_type(heap, type) || py_class_attribute(heap, at, CM_STR("_member_map_"), NULL)) return m->unbound;
  py_value metaclass = py_of_address(m, type), found = class_attribute(m, metaclass, class, name);
  return found == m->unbound ? made_attribute(m, metaclass, class, name) : found;
}

static py_value heap_attribute(struct py_machine *m, py_value v, struct cm_str name) {
  const struct py_heap *heap = m->heap;
  py_address at = (py_address)py_cell(&m->values, v)->number, type = py_type_of(heap, at);
  if (py_is(heap, at, PY_TYPE_MODULE)) return module_attribute(m, at, name);
  if (cm_str_is(name, "__class__")) return py_of_address(m, type);
  if (py_is_a(heap, at, PY_TYPE_TYPE)) {
    if (cm_str_is(name, "__name__") || cm_str_is(name, "__qualname__")) {
      struct cm_str full = py_type_name(heap, at);
      return text_value(m, full);
    }
    if (cm_str_is(name, "__dict__")) return py_of_address(m, py_class_dict(heap, at));
    if (cm_str_is(name, "__annotations__")) return annotations_of(m, at);
    py_address members = py_class_attribute(heap, at, CM_STR("_member_map_"), NULL);
    if (members && cm_str_is(name, "__members__")) return py_of_address(m, members);
    py_value found = class_attribute(m, v, m->unbound, name);
    if (found == m->unbound) found = metaclass_attribute(m, v, name);
    found = of_host(m, v, name, found);
    return found == m->unbound ? of_c_code(m, v, name) : found;
  }
  py_value held = py_held(m, v, text_value(m, name));
  if (held != m->unbound) return held;
  if (cm_str_is(name, "__dict__")) return py_instance_dict(heap, at) ? py_of_address(m, py_instance_dict(heap, at)) : 0;
  py_address own = py_instance_attribute(heap, at, name);
  // Members of enumerations keep these under names of their own.
  if (!own && cm_str_is(name, "value")) own = py_instance_attribute(heap, at, CM_STR("_value_"));
  if (!own && cm_str_is(name, "name")) own = py_instance_attribute(heap, at, CM_STR("_name_"));
  py_value found = own ? py_of_address(m, own) : class_attribute(m, py_of_address(m, type), v, name);
  found = or_gathered(m, found, py_object_of(m, v), name);
  if (found == m->unbound) found = made_attribute(m, py_of_address(m, type), v, name);
  found = of_host(m, v, name, found);
  if (found != m->unbound) return found;
  if (py_is(heap, at, PY_TYPE_FUNCTION) && cm_str_is(name, "__name__")) {
    struct py_code code;
    if (py_code_read(heap, py_word(heap, (uint64_t)at + PY_FUNCTION_CODE), &code)) return py_of_address(m, code.qualname);
  }
  return of_c_code(m, v, name);
}

static py_value object_attribute(struct py_machine *m, py_value v, struct cm_str name) {
  const struct py_object *object = py_object_of(m, v);
  if (object->kind != PY_INSTANCE) return of_c_code(m, v, name);
  py_value held = py_held(m, v, text_value(m, name));
  if (held != m->unbound) return held;
  object = py_object_of(m, v);
  py_value class = object->class, own = or_gathered(m, m->unbound, object, name), rest = object->rest;
  if (cm_str_is(name, "__class__")) return class;
  if (cm_str_is(name, "__dict__")) return of_c_code(m, v, name);
  py_value found = own != m->unbound ? own : class_attribute(m, class, v, name);
  bool is_inside = found == m->unbound && py_inside(m, v) != v && py_class_may_have(m->heap, py_own_class(m, v), name);
  if (is_inside) return of_c_code(m, v, name);
  if (found == m->unbound && rest == m->unbound) found = made_attribute(m, class, v, name);
  found = of_host(m, v, name, found);
  if (found == m->unbound && rest == m->unbound) return 0;
  return py_join(&m->values, found, rest);
}

static py_value one_attribute(struct py_machine *m, py_value v, struct cm_str name) {
  switch (py_kind(&m->values, v)) {
    case PY_HEAP: return heap_attribute(m, v, name);
    case PY_OBJECT: return object_attribute(m, v, name);
    case PY_SUPER: return py_super_attribute(m, py_cell(&m->values, v)->items[0], py_cell(&m->values, v)->items[1], name);
    case PY_TEXT:
    case PY_TUPLE:
    case PY_MAPPING:
    case PY_PAIRS:
    case PY_KEYS:
    case PY_KEY:
    case PY_UNKNOWN: return of_c_code(m, v, name);
    case PY_RAISED:
      if (cm_str_is(name, "__class__")) return py_cell(&m->values, v)->items[0];
      return cm_str_is(name, "args") ? py_cell(&m->values, v)->items[1] : 0;
    case PY_ATTRIBUTE: return cm_str_is(py_cell(&m->values, v)->text, "__dict__") ? of_c_code(m, v, name) : 0;
    default: return 0;
  }
}

py_value py_attribute(struct py_machine *m, py_value v, struct cm_str name) {
  py_value result = m->unbound;
  for (uint32_t i = 0; i < py_choice_count(&m->values, v); i++)
    result = py_join(&m->values, result, one_attribute(m, py_choice(&m->values, v, i), name));
  return result == m->unbound ? 0 : result;
}

py_value py_super_attribute(struct py_machine *m, py_value class, py_value self, struct cm_str name) {
  const struct py_object *object = py_object_of(m, self);
  const struct py_cell *own = py_cell(&m->values, self);
  py_address start = py_kind(&m->values, class) == PY_HEAP ? (py_address)py_cell(&m->values, class)->number : 0, type = 0;
  if (object && object->kind == PY_INSTANCE && py_kind(&m->values, object->class) == PY_HEAP)
    type = (py_address)py_cell(&m->values, object->class)->number;
  else if (own->kind == PY_HEAP)
    type = py_is_a(m->heap, (py_address)own->number, PY_TYPE_TYPE) ? (py_address)own->number
                                                                   : py_type_of(m->heap, (py_address)own->number);
  if (!start) return 0;
  // Behind the class in the order of the instance's own class; of the class itself where that is not known.
  py_address mro = py_class_order(m->heap, type ? type : start);
  bool behind = false;
  for (uint32_t i = 0; i < py_length(m->heap, mro) && i < 64; i++) {
    py_address base = py_item(m->heap, mro, i), found = behind ? py_dict_get(m->heap, py_class_dict(m->heap, base), name) : 0;
    if (found && py_is_exception(m, type) && !py_is(m->heap, found, PY_TYPE_FUNCTION) && cm_str_is(name, "__init__")) break;
    if (found) return bound_to(m, found, self, type ? py_of_address(m, type) : class);
    behind |= base == start;
  }
  return of_c_code(m, self, name);
}

// The class of an instance, where it is one of the program's; 0: it is none.
py_address py_own_class(struct py_machine *m, py_value v) {
  const struct py_cell *c = py_cell(&m->values, v);
  const struct py_object *object = c->kind == PY_OBJECT ? py_object_of(m, v) : NULL;
  py_address class = 0;
  if (c->kind == PY_HEAP) class = py_type_of(m->heap, (py_address)c->number);
  if (object && object->kind == PY_INSTANCE && py_kind(&m->values, object->class) == PY_HEAP)
    class = (py_address)py_cell(&m->values, object->class)->number;
  return class && !py_is_c_type(m->heap, class) ? class : 0;
}

py_value py_special(struct py_machine *m, py_value v, struct cm_str name) {
  py_address class = py_own_class(m, v), method = class ? py_class_attribute(m->heap, class, name, NULL) : 0;
  return py_is(m->heap, method, PY_TYPE_FUNCTION) ? bind(m, py_of_address(m, method), v) : m->unbound;
}

int py_has_attribute(struct py_machine *m, py_value v, struct cm_str name) {
  const struct py_heap *heap = m->heap;
  const struct py_cell *c = py_cell(&m->values, v);
  const struct py_object *object = py_object_of(m, v);
  py_address at = c->kind == PY_HEAP ? (py_address)c->number : 0, class = py_own_class(m, v);
  bool is_class = py_is_a(heap, at, PY_TYPE_TYPE), is_module = py_is(heap, at, PY_TYPE_MODULE);
  if (!class && at && py_instance_attribute(heap, at, name)) return 1;
  if (object && object->mapping >= 0) {
    py_address method = class ? py_class_attribute(heap, class, name, NULL) : 0;
    if (py_is(heap, method, PY_TYPE_FUNCTION)) return 1;
    of_host(m, v, name, m->unbound);
    return -1;
  }
  bool namespace = cm_str_is(py_type_name(heap, py_known_type(m, v)), "types.SimpleNamespace");
  if (namespace && py_held(m, v, text_value(m, name)) != m->unbound) return 1;
  if (namespace && (!object || (object->rest == m->unbound && py_entry_get(m, object, text_value(m, name)) == m->unbound)))
    return 0;
  if (py_choice_count(&m->values, v) > 1 || (!class && !is_class && !is_module)) return -1;
  if (!is_module && py_held(m, v, text_value(m, name)) != m->unbound) return 1;
  py_address found = is_module  ? py_dict_get(heap, py_module_dict(heap, at), name)
                     : is_class ? py_class_attribute(heap, at, name, NULL)
                                : py_class_attribute(heap, class, name, NULL);
  if (!found && at && !is_class && !is_module) found = py_instance_attribute(heap, at, name);
  if (found) return 1;
  // Whether one that was set on some way is there is not known; and some classes make what they do not have.
  bool more = object && (object->count || object->rest != m->unbound || object->shared);
  if (is_module || more) return -1;
  py_address type = is_class ? py_type_of(heap, at) : class;
  bool makes = py_class_attribute(heap, type, CM_STR("__getattr__"), NULL) || py_is_a(heap, class, PY_TYPE_DICT);
  if (makes || py_class_may_have(heap, type, name) || (is_class && py_class_may_have(heap, at, name))) return -1;
  return !is_class && at && !py_instance_dict(heap, at) ? -1 : 0;
}

// Sets an attribute by the class's property or descriptor of that name. False: it has none.
static bool set_by_descriptor(struct py_machine *m, py_value v, struct cm_str name, py_value value) {
  const struct py_heap *heap = m->heap;
  py_address class = py_own_class(m, v), found = class ? py_class_attribute(heap, class, name, NULL) : 0;
  if (py_is(heap, found, PY_TYPE_PROPERTY)) {
    py_value both[2] = {v, value};
    py_address setter = py_word(heap, (uint64_t)found + PY_PROPERTY_SETTER);
    if (setter) py_call(m, py_of_address(m, setter), &(struct py_arguments){.positional = both, .count = 2});
    return true;
  }
  py_address set = found ? py_class_attribute(heap, py_type_of(heap, found), CM_STR("__set__"), NULL) : 0;
  if (!py_is(heap, set, PY_TYPE_FUNCTION)) return false;
  py_value all[3] = {py_of_address(m, found), v, value};
  py_call(m, py_of_address(m, set), &(struct py_arguments){.positional = all, .count = 3});
  return true;
}

static void note_anytime(struct py_object *object, py_value key) {
  for (size_t i = 0; object && i < object->count; i++) object->entries[i].anytime |= object->entries[i].key == key;
}

void py_attributes_of_host(struct py_machine *m, py_value v, int64_t sink) {
  for (uint32_t i = 0; i < py_choice_count(&m->values, v); i++) {
    py_value one = py_choice(&m->values, v, i);
    py_address at = py_kind(&m->values, one) == PY_HEAP ? (py_address)py_cell(&m->values, one)->number : 0;
    if (py_module_dict(m->heap, at)) one = py_simple(&m->values, PY_HEAP, py_module_dict(m->heap, at));
    struct py_object *object = py_object_to_change(m, one, py_module_dict(m->heap, at) ? PY_DICT : PY_INSTANCE);
    if (object && object->kind != PY_PARTIAL)
      object->mapping = sink;
    else
      py_ask(m, sink, 0);  // nobody knows what is asked of it
    py_forget(m, one, m->unbound);
  }
}

static void set_one(struct py_machine *m, py_value v, struct cm_str name, py_value value, bool sure) {
  if (set_by_descriptor(m, v, name, value)) return;
  const struct py_cell *c = py_cell(&m->values, v);
  py_address module = c->kind == PY_HEAP ? py_module_dict(m->heap, (py_address)c->number) : 0;
  if (module) v = py_simple(&m->values, PY_HEAP, module);
  struct py_object *object = py_object_to_change(m, v, module ? PY_DICT : PY_INSTANCE);
  if (object && object->kind == PY_PARTIAL) return;  // nobody asks, and its entries are others
  py_value key = text_value(m, name), before = py_entry_get(m, object, key);
  py_entry_put(m, object, key, value);
  if (m->escaping && !py_is_own(m, v)) note_anytime(object, key);
  py_hold(m, v, key, before, value, sure);
}

void py_attribute_set_plainly(struct py_machine *m, py_value v, struct cm_str name, py_value value) {
  bool sure = py_choice_count(&m->values, v) == 1;
  for (uint32_t i = 0; i < py_choice_count(&m->values, v); i++) set_one(m, py_choice(&m->values, v, i), name, value, sure);
}

// The program's own __setattr__ sees it first.
void py_attribute_set(struct py_machine *m, py_value v, struct cm_str name, py_value value) {
  bool sure = py_choice_count(&m->values, v) == 1;
  for (uint32_t i = 0; i < py_choice_count(&m->values, v); i++) {
    py_value one = py_choice(&m->values, v, i);
    py_address class = py_own_class(m, one), method = class ? py_class_attribute(m->heap, class, CM_STR("__setattr__"), NULL) : 0;
    bool by_inside = py_inside(m, one) != one && py_is_c_method(m->heap, method);  // __setattr__ = dict.__setitem__
    if (!py_is(m->heap, method, PY_TYPE_FUNCTION) && !by_inside) {
      set_one(m, one, name, value, sure);
      continue;
    }
    py_value all[3] = {one, text_value(m, name), value};
    py_call(m, py_of_address(m, method), &(struct py_arguments){.positional = all, .count = 3});
  }
}

py_value py_global(struct py_machine *m, py_address globals, struct cm_str name) {
  py_value owner = py_simple(&m->values, PY_HEAP, globals), key = text_value(m, name), held = py_held(m, owner, key);
  if (held != m->unbound) return held;
  py_address found = py_dict_get(m->heap, globals, name);
  py_value v = or_gathered(m, found ? py_of_address(m, found) : m->unbound, py_object_of(m, owner), name);
  if (v == m->unbound) {
    found = py_dict_get(m->heap, m->heap->builtins, name);
    v = found ? py_of_address(m, found) : m->unbound;
  }
  return v == m->unbound ? 0 : v;
}
